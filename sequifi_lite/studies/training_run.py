"""One cell of a study.

What is trained, the hash of everything that decides its outcome, and the training itself.

Cells that differ in the class order or in the strength alone train together, along the run axis:
a group. A group is the unit of work and of commit. What it gives depends on the data, the code and the
settings, and not on when or where it ran.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache, lru_cache, partial

import numpy as np
import pandas as pd
import torch

from ..data.emotions import FOUR
from ..data.pack import _find
from ..data.problem import Problem, load_problem
from ..data.splits import FILE
from ..learning import optimisers
from ..learning.heads import MLP
from ..learning.loop import Evaluator, train
from ..learning.methods import METHODS
from ..learning.methods.method import Method
from ..learning.schedule import Schedule, shuffled
from ..learning.sequence import train_sequence
from ..learning.source_model import STEPS, train_source_model
from .definitions import Place, package, place_of
from .outcome import distance_moved, groups_of, on_the_way, tested
from .scenarios import RESCALED
from .variants import variant

#: The first is the one to take; torch's own Adam rounds otherwise, and some studies are older than ours.
OPTIMISERS = {
    "adam": optimisers.adam,
    "adam without momentum": partial(optimisers.adam, betas=(0.0, 0.999)),
    "sgd": torch.optim.SGD,
    "sgd with momentum": partial(torch.optim.SGD, momentum=0.9),
    "torch-adam": torch.optim.Adam,
}
#: Parameters that move, of the list W1, b1, W2, b2, ...
TRAINED = {
    "all": slice(None),
    "hidden layers": slice(0, -2),
    "output layer": slice(-2, None),
    "output bias": slice(-1, None),
    "biases": slice(1, None, 2),
}
MOST = 24  # runs of a group
POINTS = 20  # evaluations of a training, on small subsets
GAP_POINTS = 40  # where the stability gap is asked for


@dataclass(frozen=True)
class Cell:
    """One training: a variant on a chain of corpora.

    Replicate r uses fold r in every corpus, source seed r, and data seed r unless `seed` says otherwise.

    Attributes
    ----------
    scaling : str
        One of `sequifi_lite.data.problem.SCALINGS` or of `sequifi_lite.studies.scenarios.RESCALED`.
    options : tuple of (name, value)
        Arguments of the method beside its strength.
    source_steps : int, optional
        Updates of the source model; `sequifi_lite.learning.source_model.STEPS` of the scaling unless given.
    trained : str
        A key of `TRAINED`: what moves after the source.
    readings : tuple of (name, value)
        What else is read off the head trained last; each is one more stop behind the others. Either a
        correction of the head, by its method's name and strength (None: its default): it trains nothing. Or a
        key of `TRAINED` and None: that part is trained once more, T steps on rows of all corpora. It uses old
        rows, so it is no method but a probe: what it brings back was not lost by the rest of the network.
    before : bool
        Whether what is predicted before the second corpus is kept, too: a stop in front of the others.
    gap : bool
        Whether what was looked at on the way is kept as counts, at more points: what replicates are pooled
        from.
    """

    variant: str
    corpora: tuple[str, ...]
    replicate: int
    lr: float
    T: int = 200
    order: tuple[int, ...] | None = None  # class order, where the variant has one
    value: float | None = None  # of the method's strength; None: its default
    emotions: tuple[str, ...] = FOUR
    scaling: str = "zscore"
    optimiser: str = "adam"
    hidden: int | tuple[int, ...] = 128
    seed: int | None = None
    part: str = "test"  # what is predicted in the end: "valid" for tuning
    options: tuple[tuple[str, object], ...] = ()
    source_steps: int | None = None
    trained: str = "all"
    readings: tuple[tuple[str, float | None], ...] = ()
    before: bool = False
    gap: bool = False

    @property
    def key(self) -> str:
        """Hash of everything that decides what comes of this cell.

        Its settings, the data, and the code that it uses.
        """
        names = [self.variant, *(name for name, _ in self.readings if name in METHODS)]
        code = [code_of(name) for name in names]
        everything = json.dumps([settings_of(self), data_of(self.corpora), *code], sort_keys=True)
        return hashlib.sha256(everything.encode()).hexdigest()[:16]

    @property
    def identity(self) -> str:
        """What a finished cell is kept under: the key says all."""
        return self.key

    @property
    def company(self) -> Cell:
        """Cells with equal company may train together."""
        what = variant(self.variant)
        alone = what.schedule.get("epochs") == "equal"  # stages of other lengths for every order
        per_run = what.method.strength is None or what.method.strength_per_run
        return replace(
            self, order=self.order if alone else None, value=None if per_run else self.value, seed=None
        )


def groups(cells: Iterable[Cell], most: int = MOST) -> list[list[Cell]]:
    """Cells that train together, at most `most`, in the order in which they were named."""
    together: dict[Cell, list[Cell]] = {}
    for cell in cells:
        together.setdefault(cell.company, []).append(cell)
    return [found[i : i + most] for found in together.values() for i in range(0, len(found), most)]


def group_key(group: Sequence[Cell]) -> str:
    return hashlib.sha256("".join(cell.identity for cell in group).encode()).hexdigest()[:16]


@cache
def data_of(corpora: tuple[str, ...]) -> list[str]:
    """Hashes of what is read: of every corpus its embeddings and its folds."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    out = []
    for name in corpora:
        path = _find(name)
        folds = "\n".join(line for line in lines if line.startswith(f"{name},"))
        read = path.read_bytes() if path else b"absent"
        out.append(hashlib.sha256(read + folds.encode()).hexdigest()[:16])
    return out


#: They name every variant there is; a cell uses one.
REGISTRIES = ("METHODS", "REPAIRS", "SCHEDULES", "CORPORA")


def used_by(name: str) -> dict[Place, str]:
    """Definitions that the training of a variant can reach.

    Loop, schedules, folds, metrics and its own method.
    """
    return package().reach([place_of(train_group), place_of(variant(name).method)], REGISTRIES)


@cache
def code_of(name: str) -> str:
    """Hash of the code a variant uses, and of what its name stands for. Other variants do not count."""
    what = variant(name)
    stands_for = repr((what.method.__name__, what.ordered, sorted(what.schedule.items()), what.head))
    code = package().hash([place_of(train_group), place_of(what.method)], REGISTRIES)
    return hashlib.sha256(f"{stands_for} {code}".encode()).hexdigest()[:16]


#: The defaults that keys were first made with, and leave out. So a changed default is in the key of all cells
#: that take it, and a cell that asks for the old value keeps its key. A new field takes a line here.
FIRST = {
    "T": 200,
    "order": None,
    "value": None,
    "emotions": ("anger", "happiness", "neutral", "sadness"),
    "scaling": "zscore",
    "optimiser": "adam",
    "hidden": 128,
    "seed": None,
    "part": "test",
    "options": (),
    "source_steps": None,
    "trained": "all",
    "readings": (),
    "before": False,
    "gap": False,
}


def settings_of(cell, first: dict = FIRST) -> dict:
    """Take the fields of a cell that are not what they first were by default, and those without a default.

    So a new field leaves old keys alone.

    Parameters
    ----------
    first : dict of field to value
    """
    values = {f.name: (getattr(cell, f.name), first.get(f.name, f.default)) for f in fields(cell)}
    return {name: value for name, (value, default) in values.items() if value != default}


#: Fields that hold (name, value) pairs: text in a table.
NESTED = ("options", "readings")


def _row(cell: Cell) -> dict:
    """The settings of a cell, as columns of a table."""
    out = {f.name: getattr(cell, f.name) for f in fields(cell)}
    out = {name: list(value) if isinstance(value, tuple) else value for name, value in out.items()}
    return out | {name: json.dumps(out[name]) for name in NESTED}


def by_cell(table: pd.DataFrame) -> dict[Cell, dict]:
    """The rows of a table of cells, each under the cell whose settings it tells."""
    return {_cell_of(row): row for row in table.to_dict("records")}


def _cell_of(row: Mapping) -> Cell:
    out = {}
    for f in fields(Cell):
        value = row.get(f.name, f.default)
        if f.name in NESTED and isinstance(value, str):
            value = tuple(tuple(pair) for pair in json.loads(value))
        elif isinstance(value, (list, np.ndarray)):
            value = tuple(np.asarray(value).tolist())
        elif f.default is None and pd.isna(value):
            value = None
        out[f.name] = value
    return Cell(**out)


@lru_cache(maxsize=2)
def _problem(corpora: tuple[str, ...], replicate: int, emotions: tuple[str, ...], scaling: str) -> Problem:
    return load_problem(corpora, replicate, emotions, scaling)


@lru_cache(maxsize=8)
def _source(
    corpus: str, replicate: int, emotions: tuple[str, ...], scaling: str, hidden, steps: int | None = None
) -> MLP:
    """theta_0 depends on the first corpus of a chain alone, scaled by its own training rows."""
    problem = _problem((corpus,), replicate, emotions, scaling)
    return train_source_model(problem, replicate, steps or STEPS[scaling], hidden=hidden)


def begin(cell: Cell) -> tuple[Problem, MLP]:
    """The problem of a cell and the source model that it starts from, one run."""
    scaling = "zscore" if cell.scaling in RESCALED else cell.scaling
    problem = _problem(cell.corpora, cell.replicate, cell.emotions, scaling)
    source_model = _source(
        cell.corpora[0], cell.replicate, cell.emotions, scaling, cell.hidden, cell.source_steps
    )
    if cell.scaling in RESCALED:
        return RESCALED[cell.scaling](problem, source_model, cell.replicate)
    return problem, source_model


def only(part: str, optimiser: Callable = torch.optim.Adam) -> Callable:
    """An optimiser that moves some of the parameters, a key of `TRAINED`, and leaves the others alone."""
    return lambda parameters, lr: optimiser(list(parameters)[TRAINED[part]], lr=lr)


def _method(group: Sequence[Cell]) -> Method:
    """The method of a group, with a value of its strength for every run where it takes one."""
    one, cls = group[0], variant(group[0].variant).method
    strength = {}
    if one.value is not None:
        assert cls.strength is not None
        strength = {
            cls.strength: torch.tensor([cell.value for cell in group]) if cls.strength_per_run else one.value
        }
    return cls(**strength, **dict(one.options))


def corrected(method: Method, problem: Problem, source_model: MLP, head: MLP, schedule: Schedule) -> MLP:
    """What a correction makes of a head that was trained along a schedule on the last corpus.

    As `sequifi_lite.learning.sequence.train_sequence` calls it. theta_0 has as many runs as the head, or one.
    """
    seeds, last = [0] * head.runs, len(problem.corpora) - 1
    method.after_corpus(
        source_model.select(seeds) if source_model.runs == 1 else source_model, problem, 0, seeds
    )
    method.schedule(schedule, problem, last, seeds)
    method.after_corpus(head, problem, last, seeds)
    return method.model(head)


def _read(cell: Cell, name: str, value, problem: Problem, start: MLP, head: MLP, schedule: Schedule, seeds):
    """One of a cell's readings: what predicts after it."""
    if name in METHODS:
        cls = METHODS[name]
        return corrected(
            cls(**({} if value is None else {cls.strength: value})), problem, start, head, schedule
        )
    copy = head.select(range(head.runs))
    rows = np.concatenate([part.train for part in problem.parts.values()])
    again = shuffled(rows, cell.T, seeds)
    train(copy, problem.X, problem.y, again, lr=cell.lr, optimiser=only(name))
    return copy


def train_group(group: Sequence[Cell]) -> pd.DataFrame:
    """Train the cells of a group together.

    Returns
    -------
    DataFrame
        One row per cell: its settings, and

        - ``groups``: JSON, for each corpus the speakers (words) of the part that is predicted;
        - ``confusions``: for every stop (corpora learnt after the source, and what a cell asks for besides),
          and each corpus tested, and each of its groups, K x K counts of that part, flattened in this order;
        - ``steps``, ``curve``: updates done, and UAR on small subsets of it, (corpora learnt, corpora,
          points) flattened; where a cell asks for the gap also ``counts``, the same as K x K counts;
        - ``distance``: Euclidean distance of the weights from the source model, after each corpus learnt;
        - ``loss``: mean training loss since the point before, (corpora learnt, points) flattened; NaN at the
          first point.
    """
    torch.set_num_threads(1)
    one, what = group[0], variant(group[0].variant)
    problem, source_model = begin(one)
    seeds = [one.replicate if cell.seed is None else cell.seed for cell in group]
    start, stream = what.start(source_model, seeds), what.stream([cell.order for cell in group])
    subsets = {name: problem.subset(name, one.part) for name in problem.corpora}
    source, *learnt = train_sequence(
        _method(group),
        problem,
        start,
        steps=one.T,
        lr=one.lr,
        seeds=seeds,
        stream=stream,
        optimiser=only(one.trained, OPTIMISERS[one.optimiser]),
        evaluator=lambda: Evaluator(subsets, points=GAP_POINTS if one.gap else POINTS),
    )
    models = [stop.model for stop in ([source] if one.before else []) + learnt]
    if one.readings:
        schedule = stream(problem, problem.corpora[-1], one.T, seeds)
        head = learnt[-1].model
        models += [_read(one, *reading, problem, start, head, schedule, seeds) for reading in one.readings]
    # (G, R, K, K)
    tables = [table for model in models for table in tested(problem, model, one.part).values()]
    confusions = np.moveaxis(np.concatenate(tables), 1, 0).reshape(len(group), -1).astype(np.uint16)
    records, names = [stop.record for stop in learnt if stop.record], groups_of(problem, one.part)
    rows = [
        _row(cell)
        | {"groups": names, "confusions": confusions[i]}
        | on_the_way(records, problem.corpora, i, one.gap)
        | {"distance": distance_moved(learnt, start, i)}
        for i, cell in enumerate(group)
    ]
    return pd.DataFrame(rows)
