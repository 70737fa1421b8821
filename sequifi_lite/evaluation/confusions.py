"""What a model makes of a problem: predictions counted against the truth, corpus by corpus."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

import numpy as np

from ..errors import ArgumentError, check_choice, check_object
from .metrics import confusion, uar


class Predicts(Protocol):
    """Anything with ``predict(x) -> (..., n)``: a head with runs, what a method predicts with, a probe."""

    def predict(self, x: Any, /) -> Any: ...


class Labelled(Protocol):
    """What `evaluate` reads of a problem (see `sequifi_lite.Problem`)."""

    @property
    def corpora(self) -> tuple[str, ...]: ...
    @property
    def emotions(self) -> tuple[str, ...]: ...
    @property
    def X(self) -> Any: ...
    @property
    def labels(self) -> np.ndarray: ...
    @property
    def parts(self) -> dict[str, Any]: ...


class Learnt(Protocol):
    """What `accuracy_matrix` reads of a stop (see `sequifi_lite.learning.sequence.Stop`)."""

    @property
    def corpus(self) -> str: ...
    @property
    def model(self) -> Predicts: ...


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
    ArgumentError
        If the part does not exist, or the model does not predict one class of the problem for each clip.

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
    check_object("The model", model, "something that predicts", ("predict",))
    check_object("The problem", problem, "a Problem, as of load_problem", ("labels", "parts"))
    check_choice("A problem has no part", part, ("train", "valid", "test"))
    rows = {corpus: getattr(parts, part) for corpus, parts in problem.parts.items()}
    return {
        corpus: confusion(problem.labels[r], np.asarray(model.predict(problem.X[r])), len(problem.emotions))
        for corpus, r in rows.items()
    }


def accuracy_matrix(
    stops: Iterable[Learnt], problem: Labelled, part: str = "test", score: Callable = uar
) -> np.ndarray:
    """Score every corpus after learning every corpus: R[i, j] for every run, (R, corpora, corpora).

    Parameters
    ----------
    stops : iterable of T Stop; it may be the iterator of `train_sequence` itself
    problem : Problem, the chain of T corpora
    part : {"test", "valid", "train"}
    score : f(confusion matrices (R, K, K)) -> (R,)

    Returns
    -------
    ndarray (R, T, T)
        Entry [r, i, j] is run r's score on corpus j after learning corpus i (Lopez-Paz & Ranzato 2017, arXiv
        1706.08840); a share, not a percentage.

    Examples
    --------
    >>> from sequifi_lite import METHODS, accuracy_matrix, train_sequence, load_problem, train_source_model
    >>> problem = load_problem(["mesd", "emodb"], fold=0)
    >>> source_model = train_source_model(problem, seed=0, steps=50)
    >>> stops = train_sequence(METHODS["vanilla"](), problem, source_model, steps=50)
    >>> R = accuracy_matrix(stops, problem)
    >>> R.shape, bool(R[0, 1, 1] > R[0, 0, 1])  # Emo-DB has been learnt
    ((1, 2, 2), True)
    """
    check_object("The problem", problem, "a Problem, as of load_problem", ("corpora", "parts"))
    stops = list(stops)
    learnt = [stop.corpus for stop in stops]
    if not stops or learnt != [corpus for corpus in problem.corpora if corpus in learnt]:
        raise ArgumentError(
            f"Stops at {', '.join(learnt) or 'no corpus'} are none of the chain {', '.join(problem.corpora)};"
            " give those of one call of train_sequence, and make a list of them if they are to be used twice."
        )
    tables = [evaluate(stop.model, problem, part) for stop in stops]
    table = [[score(counts[corpus]) for corpus in problem.corpora] for counts in tables]
    return np.moveaxis(np.array(table), -1, 0)
