"""Dividing a corpus into even parts without dividing a speaker, a sentence or a word.

Groups are never divided, so parts can only be about even. What is kept even is, in every part, the number of
clips of each of the six classes (the four primary ones weigh double), of clips by gender and of groups; for
MESD the clips of word list A too, because its words occur with every emotion and those of list B mostly with
one.

The measure is the sum of squared relative deviations from an equal share. It is brought down by a greedy
start (large groups first) and then the best move or swap until none helps, from many perturbed starts with a
fixed seed. The same table gives the same parts.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .emotions import FOUR, SIX

PARTS = 5
STARTS = 40
SEED = 0
# With more groups than this the greedy start is within a clip or two of even, and comparing all pairs would
# take gigabytes.
MOST_COMPARED = 300


def divide(clips: pd.DataFrame, column: str, parts: int = PARTS) -> dict[str, int]:
    """Find the part of each group; parts are numbered by their first group.

    Parameters
    ----------
    clips : DataFrame
        Clip table of one corpus, with the columns corpus, file, emotion, gender and `column`, which has a
        value in every row.
    column : str
        What is never divided: speaker or sentence.
    parts : int
        How many parts; there have to be at least as many groups.

    Returns
    -------
    dict of str to int
        0 to ``parts - 1`` for every group, in alphabetical order of the groups.
    """
    table, w = _features(clips, column, parts)
    x, rng = table.to_numpy(), np.random.default_rng(SEED)
    starts = (_greedy(x, w, parts, rng) for _ in range(STARTS))
    found = [_improve(x, w, part, parts) if len(x) <= MOST_COMPARED else part for part in starts]
    # A giant among few groups can leave a part without any; dealt out like cards, every part has one.
    found = [part for part in found if len(set(part)) == parts] or [
        np.argsort(np.argsort(-x.sum(axis=1))) % parts
    ]
    cost = [round(float((w * _deviations(x, part, parts) ** 2).sum()), 9) for part in found]
    best = found[int(np.argmin(cost))]
    number = {p: i for i, p in enumerate(dict.fromkeys(best.tolist()))}
    return {group: number[p] for group, p in zip(table.index, best.tolist(), strict=True)}


def _features(clips: pd.DataFrame, column: str, parts: int) -> tuple[pd.DataFrame, np.ndarray]:
    """What is to be even, a row per group, a column per feature, in units of an equal share; the weights."""
    counts = {word: clips["emotion"] == word for word in SIX}
    weights = {word: 2.0 if word in FOUR else 1.0 for word in SIX}
    counts |= {gender: clips["gender"] == gender for gender in sorted(clips["gender"].dropna().unique())}
    if np.all(clips["corpus"] == "mesd"):
        counts["list A"] = clips["file"].str.split("_").str[2] == "A"
    table = pd.DataFrame(counts).groupby(clips[column]).agg("sum").sort_index()
    table["groups"] = 1
    table = table.loc[:, table.sum() > 0]
    return table / (table.sum() / parts), np.array([weights.get(name, 1.0) for name in table.columns])


def _deviations(x: np.ndarray, part: np.ndarray, parts: int) -> np.ndarray:
    """Relative deviation of each part from an equal share, (parts, features)."""
    return np.stack([x[part == p].sum(axis=0) for p in range(parts)]) - 1


def _greedy(x: np.ndarray, w: np.ndarray, parts: int, rng: np.random.Generator) -> np.ndarray:
    """Largest group first, each to the part where it does least harm.

    Sizes are perturbed so that starts differ.
    """
    e = np.full((parts, x.shape[1]), -1.0)
    part = np.empty(len(x), dtype=int)
    for g in np.argsort(-x.sum(axis=1) * rng.uniform(0.5, 1.5, len(x)), kind="stable"):
        part[g] = np.argmin((w * x[g] * (2 * e + x[g])).sum(axis=1).round(9))
        e[part[g]] += x[g]
    return part


def _improve(x: np.ndarray, w: np.ndarray, part: np.ndarray, parts: int) -> np.ndarray:
    """The best single move or swap of two groups, again and again until none lowers the measure."""
    part = part.copy()
    d = x[None, :, :] - x[:, None, :]  # what the part of g gains when g is swapped for h
    square = (w * d * d).sum(axis=2)
    while True:
        e = _deviations(x, part, parts)
        own = e[part]
        swap = 2 * ((w * d * (own[:, None, :] - own[None, :, :])).sum(axis=2) + square)
        move = 2 * (
            (w * x[:, None, :] * (e[None, :, :] - own[:, None, :])).sum(axis=2)
            + (w * x * x).sum(axis=1)[:, None]
        )
        move[np.arange(len(x)), part] = 0
        # Rounded, so that the last bit of a sum cannot decide between equals on another machine.
        swap, move = swap.round(9), move.round(9)
        if min(swap.min(), move.min()) > -1e-8:
            return part
        if swap.min() < move.min():
            g, h = np.unravel_index(np.argmin(swap), swap.shape)
            part[g], part[h] = part[h], part[g]
        else:
            g, p = np.unravel_index(np.argmin(move), move.shape)
            part[g] = p
