"""A cell of a study that is heard by another ear (see `sequifi_lite.data.ears`)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import pandas as pd

from ..data.ears import EARS, REFERENCE, hearing, sums_of
from ..data.splits import FILE
from . import training_run
from .training_run import Cell, code_of, groups, settings_of, train_group


@dataclass(frozen=True)
class HeardCell(Cell):
    """A cell on the packs of an ear: one of `sequifi_lite.data.ears.EARS`."""

    ear: str = REFERENCE

    @property
    def key(self) -> str:
        """Hash of settings, data and code, as a cell's; the data are those that the ear has heard."""
        decisive = [settings_of(self), _data_of(self.ear, self.corpora), code_of(self.variant)]
        return hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def company(self) -> HeardCell:
        """Cells of one problem: their packs are read, and their source model is trained, once."""
        return HeardCell("", self.corpora, self.replicate, 0.0, self.T, part=self.part, ear=self.ear)

    def by_the_pack(self) -> Cell:
        """The same training without a word on who hears."""
        return Cell(**{name: value for name, value in vars(self).items() if name != "ear"})


@cache
def _data_of(ear: str, corpora: tuple[str, ...]) -> list[str]:
    """Hashes of what is read: of every corpus what the ear has heard, and its folds."""
    lines, sums = FILE.read_text(encoding="utf-8").splitlines(), sums_of(ear)
    folds = {name: [line for line in lines if line.startswith(f"{name},")] for name in corpora}
    read = ["\n".join([sums[name], *folds[name]]) for name in corpora]
    return [hashlib.sha256(text.encode()).hexdigest()[:16] for text in read]


def train_heard(group: Sequence[HeardCell]) -> pd.DataFrame:
    """Train cells of one ear, each as `train_group` does; one row per cell, ``ear`` among its columns.

    What was loaded and trained on the packs of an ear is forgotten before and after.
    """
    (ear,) = {cell.ear for cell in group}
    at = {cell.by_the_pack(): i for i, cell in enumerate(group)}
    tables = []
    with hearing(ear):
        _forget()
        try:
            for together in groups(at):
                table = train_group(together)
                tables.append(table.set_index(pd.Index([at[cell] for cell in together])))
        finally:
            _forget()
    return pd.concat(tables).sort_index().assign(ear=ear)


def _forget() -> None:
    training_run._problem.cache_clear()
    training_run._source.cache_clear()


def heard(cells: Sequence[Cell], ear: str) -> list[HeardCell]:
    """The same cells, heard by an ear."""
    return [HeardCell(**vars(cell), ear=ear) for cell in cells]


def origin() -> dict:
    """Say what the provenance of a study tells of its ears: what each is, and what it has heard."""
    return {"ears": {ear: {"is": title, "packs": sums_of(ear)} for ear, title in EARS.items()}}
