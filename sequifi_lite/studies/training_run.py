"""One cell of a study.

What is trained, the hash of everything that decides its outcome, and the training itself.

Cells that differ in the class order or in the strength alone train together, along the run axis:
a group. A group is the unit of work and of commit. What it gives depends on the data, the code and the
settings, and not on when or where it ran.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import cache, lru_cache

import numpy as np
import pandas as pd
import torch

from ..data.emotions import FOUR
from ..data.pack import _find
from ..data.problem import Problem, load_problem
from ..data.splits import COLUMN, FILE
from ..evaluation.metrics import uar
from ..evaluation.statistics import by_group
from ..learning import optimisers
from ..learning.heads import MLP
from ..learning.loop import Evaluator
from ..learning.sequence import train_sequence
from ..learning.source_model import STEPS, train_source_model
from .definitions import Place, package, place_of
from .variants import variant

OPTIMISERS = {"adam": optimisers.adam, "sgd": torch.optim.SGD}
MOST = 24  # runs of a group
POINTS = 20  # evaluations of a training, on small subsets


@dataclass(frozen=True)
class Cell:
    """One training: a variant on a chain of corpora.

    Replicate r uses fold r in every corpus, source seed r, and data seed r unless `seed` says otherwise.
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
    hidden: int = 128
    seed: int | None = None
    part: str = "test"  # what is predicted in the end: "valid" for tuning

    @property
    def key(self) -> str:
        """Hash of everything that decides what comes of this cell.

        Its settings, the data, and the code that it uses.
        """
        everything = json.dumps(
            [settings_of(self), data_of(self.corpora), code_of(self.variant)], sort_keys=True
        )
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


@lru_cache(maxsize=2)
def _problem(corpora: tuple[str, ...], replicate: int, emotions: tuple[str, ...], scaling: str) -> Problem:
    return load_problem(corpora, replicate, emotions, scaling)


@lru_cache(maxsize=8)
def _source(corpus: str, replicate: int, emotions: tuple[str, ...], scaling: str, hidden: int) -> MLP:
    """theta_0 depends on the first corpus of a chain alone, scaled by its own training rows."""
    problem = _problem((corpus,), replicate, emotions, scaling)
    return train_source_model(problem, replicate, STEPS[scaling], hidden=hidden)


def train_group(group: Sequence[Cell]) -> pd.DataFrame:
    """Train the cells of a group together.

    Returns
    -------
    DataFrame
        One row per cell: its settings, and

        - ``groups``: JSON, for each corpus the speakers (words) of the part that is predicted;
        - ``confusions``: for every corpus learnt after the source, and each corpus tested, and each of its
          groups, K x K counts of that part, flattened in this order;
        - ``steps``, ``curve``: updates done, and UAR on small subsets of it, (corpora learnt, corpora,
          points) flattened;
        - ``distance``: Euclidean distance of the weights from the source model, after each corpus learnt;
        - ``loss``: mean training loss since the point before, (corpora learnt, points) flattened; NaN at the
          first point.
    """
    torch.set_num_threads(1)
    one = group[0]
    what, problem = variant(one.variant), _problem(one.corpora, one.replicate, one.emotions, one.scaling)
    source_model = _source(one.corpora[0], one.replicate, one.emotions, one.scaling, one.hidden)
    seeds = [one.replicate if cell.seed is None else cell.seed for cell in group]
    values = [cell.value for cell in group]
    strength = {}
    if one.value is not None:
        strength = {what.method.strength: torch.tensor(values) if what.method.strength_per_run else one.value}
    start = what.start(source_model, seeds)
    subsets = {name: problem.subset(name, one.part) for name in problem.corpora}
    learnt = list(
        train_sequence(
            what.method(**strength),
            problem,
            start,
            steps=one.T,
            lr=one.lr,
            seeds=seeds,
            stream=what.stream([cell.order for cell in group]),
            optimiser=OPTIMISERS[one.optimiser],
            evaluator=lambda: Evaluator(subsets, points=POINTS),
        )
    )[1:]
    K, names, tables = len(problem.emotions), {}, []
    for stop in learnt:
        for name, part in problem.parts.items():
            tested = getattr(part, one.part)
            who = problem.clips[COLUMN[part.scheme]].to_numpy()[tested]
            names[name] = sorted(set(who.tolist()))
            said = stop.model.predict(problem.X[tested]).numpy()
            tables.append(by_group(problem.labels[tested], said, who, K))  # (G, R, K, K)
    confusions = np.moveaxis(np.concatenate(tables), 1, 0).reshape(len(group), -1).astype(np.uint16)
    records = [stop.record for stop in learnt if stop.record]
    curves = [100 * uar(record.curve(name)) for record in records for name in problem.corpora]  # (P, R) each
    rows = []
    for i, cell in enumerate(group):
        settings = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(cell).items()}
        rows.append(
            {
                **settings,
                "groups": json.dumps(names),
                "confusions": confusions[i],
                "steps": np.concatenate([record.steps for record in records] or [[]]).astype(np.int32),
                "curve": np.concatenate([curve[:, i] for curve in curves] or [[]]).astype(np.float32),
                "distance": _distance(learnt, start, i),
                "loss": np.array([loss[i] for record in records for loss in record.loss], dtype=np.float32),
            }
        )
    return pd.DataFrame(rows)


def _distance(learnt: Sequence, start: MLP, run: int) -> np.ndarray:
    """From the model a run began with, after each corpus; NaN where what predicts is no such network."""
    begun = [p.detach()[run] for p in start.parameters()]
    found = []
    for stop in learnt:
        if isinstance(stop.model, MLP) and [p.shape[1:] for p in stop.model.parameters()] == [
            p.shape for p in begun
        ]:
            squares = [((p.detach()[run] - q) ** 2).sum() for p, q in zip(stop.model.parameters(), begun)]
            found.append(torch.stack(squares).sum().sqrt().item())
        else:
            found.append(float("nan"))
    return np.array(found, dtype=np.float32)


def tables_of(row, stop: int = -1) -> dict[str, np.ndarray]:
    """Confusion matrices of a cell, by corpus, (G, K, K), after the last corpus (or another stop)."""
    names, K = json.loads(row["groups"]), len(row["emotions"])
    sizes = [len(found) for found in names.values()]
    flat = np.asarray(row["confusions"]).reshape(-1, sum(sizes), K, K)[stop]
    return dict(zip(names, np.split(flat, np.cumsum(sizes)[:-1])))
