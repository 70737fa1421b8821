"""What a model makes of a problem: predictions counted against the truth, corpus by corpus."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from .metrics import confusion


class Predicts(Protocol):
    """Anything with ``predict(x) -> (..., n)``: a head with runs, what a method predicts with, a probe."""

    def predict(self, x: Any, /) -> Any: ...


class Labelled(Protocol):
    """What `evaluate` reads of a problem (see `sequifi_lite.Problem`)."""

    @property
    def emotions(self) -> tuple[str, ...]: ...
    @property
    def X(self) -> Any: ...
    @property
    def labels(self) -> np.ndarray: ...
    @property
    def parts(self) -> dict[str, Any]: ...


def evaluate(model: Predicts, problem: Labelled, part: str = "test") -> dict[str, np.ndarray]:
    """Let a model predict a part of every corpus, and count what each class was called.

    Parameters
    ----------
    model : object with ``predict(x) -> (R, n)``
        Classes, as numbers from 0, for n inputs: a head with R runs, or what a method predicts with. A model
        without runs gives (n,).
    problem : Problem
        With K emotions.
    part : {"test", "valid", "train"}

    Returns
    -------
    dict of str to ndarray of int64 (R, K, K)
        One confusion matrix per corpus and run, in the order of the chain: entry [r, i, j] counts the clips
        of class i that run r called j. (K, K) for a model without runs. Scores are made of them by `uar`,
        `accuracy`, `recalls` and the other functions of `sequifi_lite.evaluation`.

    Raises
    ------
    ValueError
        If the part does not exist, or the model predicts a class that the problem does not have.

    Examples
    --------
    >>> from sequifi_lite import evaluate, load_problem, train_source_model, uar
    >>> problem = load_problem(["mesd", "emodb"], fold=0)
    >>> tables = evaluate(train_source_model(problem, seed=0, steps=50), problem)
    >>> tables["emodb"].shape
    (1, 4, 4)
    >>> bool(uar(tables["mesd"])[0] > uar(tables["emodb"])[0])  # Emo-DB has not been learnt
    True
    """
    if part not in ("train", "valid", "test"):
        raise ValueError(f"A problem has no part {part!r}; choose one of train, valid, test.")
    rows = {corpus: getattr(parts, part) for corpus, parts in problem.parts.items()}
    return {
        corpus: confusion(problem.labels[r], np.asarray(model.predict(problem.X[r])), len(problem.emotions))
        for corpus, r in rows.items()
    }
