"""What a row of a table is called, and what is done under that name.

A name is a method (``ewc``), a schedule (``sequifi-canonical``), or a schedule and a method
(``sequifi-canonical+er``). There is no row called just SeQuiFi: every switch that the paper's abstract leaves
open is in the name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ..errors import SequifiError
from ..learning.class_order import class_by_class, equal_epochs, random_cycles
from ..learning.heads import MLP
from ..learning.methods import METHODS
from ..learning.methods.early_stopping import EarlyStopping
from ..learning.methods.gaussian_replay import GaussianReplay
from ..learning.methods.gaussian_seen import GaussianBoth, GaussianFull, GaussianSeen, GaussianShared
from ..learning.methods.method import Method
from ..learning.methods.vanilla import Vanilla
from ..learning.schedule import balanced
from ..learning.sequence import mixed
from .repairs.cosine_head import CosineHead
from .repairs.decaying_rate import DecayingRate
from .repairs.er_seen import ERSeen
from .repairs.frozen_bias import FrozenBias
from .repairs.frozen_head import FrozenHead
from .repairs.one_vs_rest import OneVsRest
from .repairs.pooled import Pooled
from .repairs.reptile import Reptile
from .rivals.der_balanced import DERBalanced, DERPPBalanced
from .rivals.ewc_explicit import EWCExplicit
from .rivals.fecam import FeCAM
from .rivals.own_scale import InferredScaling, RouterOwnScale
from .rivals.ranpac_wide import RanPACWide
from .rivals.ridge import Ridge
from .rivals.sam import SAM
from .rivals.task_vectors import DARE, TIES, TaskArithmetic
from .rivals.vanilla_64 import Vanilla64


@dataclass(frozen=True)
class Variant:
    """A method, the order in which it sees a corpus, and where its head comes from.

    Attributes
    ----------
    method : a class of `sequifi_lite.learning.methods`
    ordered : bool
        Class by class: there is one run for every class order.
    schedule : dict
        Arguments of `class_by_class`; `balanced` for class-balanced vanilla.
    head : {"source", "new output", "new"}
        The source model's; its hidden layers under a new output layer; no source model at all.
    """

    method: type[Method] = Vanilla
    ordered: bool = False
    schedule: dict = field(default_factory=dict)
    head: str = "source"

    def stream(self, orders: Sequence) -> Callable:
        """The stream for `sequifi_lite.learning.sequence.train_sequence`; run i has class order i, if any."""

        def stream(problem, corpus, steps, seeds):
            rows = problem.parts[corpus].train
            if not self.ordered:
                how = balanced if self.schedule.get("balanced") else None
                return (
                    how(rows, problem.labels, steps, seeds) if how else mixed(problem, corpus, steps, seeds)
                )
            options, shown = dict(self.schedule), np.asarray(orders)
            if options.pop("epochs", "") == "equal":
                if len(orders) > 1:
                    raise SequifiError(
                        "Stages of equal epochs differ in length from order to order; train each order by"
                        " itself."
                    )
                steps = equal_epochs(rows, problem.labels, orders[0], steps)
            if options.get("random"):
                shown = random_cycles(len(orders[0]), options.pop("random"), seeds)
            return class_by_class(rows, problem.labels, shown, steps, seeds, **options)

        return stream

    def start(self, source_model: MLP, seeds: Sequence[int]) -> MLP:
        """The model every run begins with, R runs from one source model."""
        head = source_model.select([0] * len(seeds))
        if self.head == "new output":
            return head.with_new_output(seeds)
        if self.head == "new":
            widths = [W.shape[1] for W, _ in head.layers]
            # A stream of its own: with the source's seed this would be the source's own beginning (see
            # `with_new_output`).
            return MLP(
                [int(seed) + 2**31 for seed in seeds], widths[0], widths[1:], head.layers[-1][0].shape[2]
            )
        return head


def _sequifi(head: str = "source", method: type[Method] = Vanilla, **schedule) -> Variant:
    return Variant(method, ordered=True, schedule=schedule, head=head)


SCHEDULES = {
    "vanilla-balanced": Variant(schedule={"balanced": True}),
    "vanilla-balanced-newhead": Variant(schedule={"balanced": True}, head="new output"),
    "vanilla-balanced-scratch": Variant(schedule={"balanced": True}, head="new"),
    "sequifi-canonical-carried": _sequifi(reset=False),
    "sequifi-cyclic-5-carried": _sequifi(cycles=5, reset=False),
    "sequifi-cumulative-cyclic-5-carried": _sequifi(cycles=5, reset=False, sees="cumulative"),
    "sequifi-random-cycles-5": _sequifi(random=5),
    "sequifi-random-cycles-50-carried": _sequifi(random=50, reset=False),
    "sequifi-equal-epochs": _sequifi(epochs="equal"),
}
#: Passes through the class order; in 200 steps over four classes a stage lasts 25, 5, 2.5, 2, 1 steps.
for _passes in (2, 10, 20, 25, 50):
    SCHEDULES[f"sequifi-cyclic-{_passes}"] = _sequifi(cycles=_passes)
    SCHEDULES[f"sequifi-cyclic-{_passes}-carried"] = _sequifi(cycles=_passes, reset=False)
HEADS = {"source": "", "new output": "newhead", "new": "scratch"}
#: The switches that are crossed with each other: what a stage sees, one pass or five, and where the head
#: comes from.
SWITCHES = {}
for _sees in ("single", "cumulative", "focus", "one-vs-rest"):
    for _cycles in (1, 5):
        for _head, _word in list(HEADS.items())[: 3 if _sees == "single" else 2]:
            _words = [_sees] * (_sees != "single") + ["cyclic-5"] * (_cycles > 1) + [_word] * bool(_word)
            _options = ({"sees": _sees} if _sees != "single" else {}) | (
                {"cycles": _cycles} if _cycles > 1 else {}
            )
            _method = OneVsRest if _sees == "one-vs-rest" else Vanilla
            SWITCHES["-".join(["sequifi", *(_words or ["canonical"])])] = _sequifi(_head, _method, **_options)
SCHEDULES |= SWITCHES


#: What may be added to a schedule, beside the methods of the book: they are no baselines, but ways to mend
#: class-ordered stages.
REPAIRS = {
    cls.name: cls
    for cls in (FrozenHead, FrozenBias, CosineHead, Reptile, EarlyStopping, ERSeen, DecayingRate, Pooled)
    + (
        GaussianReplay,
        GaussianSeen,
        GaussianBoth,
        GaussianShared,
        GaussianFull,
    )
}
#: Rivals in forms that the book's chapters do without; the study `rivals` has them at their best.
RIVALS = {
    cls.name: cls
    for cls in (RouterOwnScale, InferredScaling, Ridge, RanPACWide, FeCAM, DERBalanced, DERPPBalanced)
    + (EWCExplicit, TaskArithmetic, TIES, DARE, SAM, Vanilla64)
}
REPAIRS |= RIVALS


def variant(name: str) -> Variant:
    """What a name stands for.

    Raises
    ------
    SequifiError
        If it is neither a method, nor a schedule, nor ``schedule+method``.
    """
    methods = METHODS | REPAIRS
    schedule, plus, method = name.partition("+") if name not in methods else ("", "", name)
    if not ((schedule in SCHEDULES and (not plus or method in methods)) or name in methods):
        raise SequifiError(
            f"There is no variant {name!r}; take a method ({', '.join(methods)}), a schedule"
            f" ({', '.join(SCHEDULES)}), or a schedule+method."
        )
    scheduled = SCHEDULES.get(schedule, Variant())
    return replace(scheduled, method=methods[method]) if method else scheduled
