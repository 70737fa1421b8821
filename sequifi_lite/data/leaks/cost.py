"""What a leak is worth: the same model on as many clips, with the leak and without.

In turn, every part of the corpus is tested. The *clean* model learns from all other parts. For the *leaky*
model, clips of the clean training set are exchanged for clips that leak, class by class: as many as there
are, at most half of a class. Every clip is scored once by the clean model and once a draw by a leaky one.

speaker (MESD: word, voice)
    A quarter of the test part is scored; clips from the other three quarters leak. So the leaky model knows
    the speakers.
speaker-only
    As before, but what leaks are test speakers saying other sentences than those scored: the voice without
    the words.
sentence
    Scored are clips of test speakers saying test sentences. The clean model has heard neither; the leaky one
    has heard the sentences, from other speakers.
duplicate
    The scored clips themselves leak. Per clip this is the most that a duplicate can buy.
random
    A random split against ours: every clip is dealt to one of the parts anew, so that parts keep their size
    and classes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...errors import SequifiError
from ...evaluation.metrics import uar
from ...evaluation.probe import linear_probe
from ...evaluation.statistics import bootstrap_uar, by_group, interval
from ..emotions import FOUR
from ..pack import Pack
from ..splits import COLUMN, default_scheme, parts, schemes

Trial = tuple[np.ndarray, np.ndarray]  # scored rows, training rows
QUARTERS = 4  # the test part is scored a quarter at a time, so that its other three can leak


@dataclass(frozen=True)
class LeakCost:
    """UAR of the same model on the same clips, trained with and without a leak on as many clips of every
    class.

    Attributes
    ----------
    corpus, leak : str
    clips, groups : int
        Clips that were scored, and the speakers (MESD: words) that were resampled for the intervals.
    train, leaked : int
        Training clips of a fit, and how many of them leak, both as means over fits.
    draws : int
        Random draws of the leaking clips.
    clean, leaky, cost : tuple of float
        Estimate, lower and upper end of a 95 % interval; UAR in %, and their difference in points.
    sd : float
        Standard deviation of the cost over draws, in points.
    """

    corpus: str
    leak: str
    clips: int
    groups: int
    train: int
    leaked: int
    draws: int
    clean: tuple[float, float, float]
    leaky: tuple[float, float, float]
    cost: tuple[float, float, float]
    sd: float

    def __str__(self) -> str:
        cost, low, high = self.cost
        return (
            f"{self.corpus}, {self.leak}: {self.clean[0]:.1f} % without the leak, {self.leaky[0]:.1f} % with"
            f" it, {cost:+.1f} points ({low:+.1f} to {high:+.1f})"
        )


def leaks_of(corpus: str) -> tuple[str, ...]:
    """List the kinds of leak that `leak_cost` can measure on a corpus."""
    found = schemes(corpus)
    groups = [scheme for scheme in found if scheme in ("speaker", "word", "voice")]
    both = ("speaker-only", "sentence") if {"speaker", "sentence"} <= set(found) else ()
    return ("random", *groups, *both, "duplicate")


def leak_cost(
    pack: Pack,
    leak: str = "speaker",
    emotions: Iterable[str] | None = FOUR,
    draws: int = 5,
    seed: int = 0,
    model: Callable = linear_probe,
) -> LeakCost:
    """Measure what a leak buys: same model, same scored clips, as many training clips, with it and without.

    Parameters
    ----------
    pack : Pack
        Embeddings and clip table of one corpus that has folds.
    leak : str
        One of ``leaks_of(corpus)``.
    emotions : iterable of str, optional
        None keeps all.
    draws : int
        How often the leaking clips are drawn.
    model : callable
        Called without arguments it gives a new classifier with ``fit(X, y)`` and ``predict(X)``.

    Returns
    -------
    LeakCost
        Intervals by 2,000 resamplings of speakers (MESD: words), the same ones for both models.

    Raises
    ------
    SequifiError
        If this leak cannot be measured on this corpus.
    """
    corpus = str(pack.clips["corpus"].iloc[0])
    if leak not in leaks_of(corpus):
        raise SequifiError(
            f"A leak by {leak!r} cannot be measured on {corpus}; choose one of {', '.join(leaks_of(corpus))}."
        )
    clips, X = _usable(pack, emotions)
    y, classes = pd.factorize(clips["emotion"], sort=True)
    generator = np.random.default_rng(seed)
    clean, _ = _answers(model, X, y, _clean(clips, leak))
    leaky = [_answers(model, X, y, _leaky(clips, y, leak, generator)) for _ in range(draws)]
    train, leaked = _sizes(_who(clips, leak), [trial for _, trials in leaky for trial in trials])
    groups = clips[COLUMN[default_scheme(corpus)]].to_numpy()
    tables = {
        "clean": by_group(y, clean, groups, len(classes)),
        "leaky": by_group(y, np.stack([said for said, _ in leaky]), groups, len(classes)),
    }
    # One seed: the same speakers are drawn.
    values = {name: 100 * bootstrap_uar([table]) for name, table in tables.items()}
    values["cost"] = values["leaky"] - values["clean"]
    return LeakCost(
        corpus, leak, len(y), len(tables["clean"]), train, leaked, draws,
        **{name: (float(value[0]), *interval(value)) for name, value in values.items()},
        sd=float(100 * uar(tables["leaky"].sum(0)).std(ddof=1)) if draws > 1 else float("nan"),
    )  # fmt: skip


def _usable(pack: Pack, emotions: Iterable[str] | None) -> tuple[pd.DataFrame, np.ndarray]:
    """Clip table and embeddings of the clips without a defect, of some emotions."""
    use = (pack.clips["defect"] == "").to_numpy()
    if emotions is not None:
        use = use & pack.clips["emotion"].isin(list(emotions)).to_numpy()
    return pack.clips.loc[use].reset_index(drop=True), pack.embeddings[use].astype(np.float32)


def _answers(
    model: Callable, X: np.ndarray, y: np.ndarray, trials: Iterable[Trial]
) -> tuple[np.ndarray, list[Trial]]:
    """Fit a model for each trial: its answers to all clips, and the trials."""
    said, done = np.full(len(y), -1), []
    for scored, rows in trials:
        said[scored] = model().fit(X[rows], y[rows]).predict(X[scored])
        done.append((scored, rows))
    return said, done


def _sizes(who: np.ndarray, trials: list[Trial]) -> tuple[int, int]:
    """Training clips of a fit, and how many of them leak, as means over fits."""
    sizes = [(len(rows), np.isin(who[rows], who[scored]).sum()) for scored, rows in trials]
    train, leaked = np.mean(sizes, axis=0)
    return round(float(train)), round(float(leaked))


def _who(clips: pd.DataFrame, leak: str) -> np.ndarray:
    """What a clip shares with those that leak it: its speaker, its sentence, or itself."""
    if leak == "duplicate":
        return np.arange(len(clips))
    if leak == "sentence":
        return clips["sentence"].to_numpy()
    return clips[COLUMN[_scheme(leak, clips["corpus"].iloc[0])]].to_numpy()


def _scheme(leak: str, corpus: str) -> str:
    return leak if leak in ("word", "voice") else default_scheme(corpus)


def _part(clips: pd.DataFrame, scheme: str) -> np.ndarray:
    return (
        clips.loc[:, COLUMN[scheme]]
        .astype(object)
        .map(parts(clips["corpus"].iloc[0], scheme))
        .to_numpy(dtype=np.int64)
    )


def _clean(clips: pd.DataFrame, leak: str) -> Iterator[Trial]:
    """Scored rows and training rows without the leak; every row is scored once."""
    part = _part(clips, _scheme(leak, clips["corpus"].iloc[0]))
    said = _part(clips, "sentence") if leak == "sentence" else np.full(len(clips), -1)
    for i in np.unique(part):
        for j in np.unique(said[part == i]):
            apart = (part != i) & ((said != j) | (said == -1))
            yield np.flatnonzero((part == i) & (said == j)), np.flatnonzero(apart)


def _leaky(clips: pd.DataFrame, y: np.ndarray, leak: str, generator: np.random.Generator) -> Iterator[Trial]:
    """One draw of scored rows and training rows with the leak; every row is scored once."""
    scheme = _scheme(leak, clips["corpus"].iloc[0])
    part = _part(clips, scheme)
    if leak == "random":
        dealt = part.copy()
        for k in np.unique(y):
            dealt[y == k] = generator.permutation(part[y == k])
        for i in np.unique(part):
            yield np.flatnonzero(dealt == i), np.flatnonzero(dealt != i)
        return
    for test, clean in _clean(clips, leak):
        if leak == "sentence":
            heard = np.setdiff1d(np.flatnonzero(part != part[test[0]]), clean)
            yield test, _exchanged(clean, heard, y, generator)
            continue
        if leak == "speaker-only":
            said = _part(clips, "sentence")[test]
            for j in np.unique(said):
                yield test[said == j], _exchanged(clean, test[said != j], y, generator)
            continue
        # Dealt speaker by speaker and class by class, so that every quarter has some of each.
        order = test[
            np.lexsort((generator.random(len(test)), y[test], clips[COLUMN[scheme]].to_numpy()[test]))
        ]
        for quarter in range(QUARTERS):
            scored = np.sort(order[quarter::QUARTERS])
            pool = scored if leak == "duplicate" else np.setdiff1d(test, scored)
            yield scored, _exchanged(clean, pool, y, generator)


def _exchanged(
    clean: np.ndarray, pool: np.ndarray, y: np.ndarray, generator: np.random.Generator
) -> np.ndarray:
    """The clean rows with rows of the pool in place of others of the same class.

    As many as there are, at most half a class.
    """
    rows = []
    for k in np.unique(y[clean]):
        own, other = clean[y[clean] == k], pool[y[pool] == k]
        n = min(len(other), len(own) // 2)
        rows += [
            generator.choice(own, len(own) - n, replace=False),
            generator.choice(other, n, replace=False),
        ]
    return np.sort(np.concatenate(rows))
