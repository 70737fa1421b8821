"""Write sequifi_lite/folds.csv: which speaker, which sentence (MESD: which word, which voice type) belongs to which part.

    python tools/make_folds.py

Reads nothing but the published file names. Speakers and sentences are never divided, so parts can only be about even. What is
kept even is, in every part, the number of clips of each of the six classes (the four primary ones weigh double), of clips by
gender and of speakers; for MESD the voice types stand for gender, words for speakers, and the clips of word list A are kept even
too, because its words occur with every emotion and those of list B mostly with one. RAVDESS has two sentences, so they are two
parts; in ShEMO nearly every clip has a text of its own, so there are no parts by sentence.

The measure is the sum of squared relative deviations from a fifth. It is brought down by a greedy start (large groups first) and
then the best move or swap until none helps, from many perturbed starts with a fixed seed. The same names give the same bytes.
"""

from __future__ import annotations

import csv
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd

from sequifi_lite.corpora import CORPORA, describe, published
from sequifi_lite.emotions import FOUR, SIX

FILE = Path(__file__).resolve().parent.parent / "sequifi_lite" / "folds.csv"
PARTS = 5
STARTS = 40
SEED = 0


def features(clips: pd.DataFrame, column: str) -> tuple[pd.DataFrame, np.ndarray]:
    """What is to be even: one row per group, one column per feature, in units of a fifth of the whole; and the weights."""
    counts = {word: clips["emotion"] == word for word in SIX}
    weights = {word: 2.0 if word in FOUR else 1.0 for word in SIX}
    counts |= {gender: clips["gender"] == gender for gender in sorted(clips["gender"].unique())}
    if (clips["corpus"] == "mesd").all():
        counts["list A"] = clips["file"].str.split("_").str[2] == "A"
    table = pd.DataFrame(counts).groupby(clips[column]).sum().sort_index()
    table["groups"] = 1
    table = table.loc[:, table.sum() > 0]
    return table / (table.sum() / PARTS), np.array([weights.get(name, 1.0) for name in table.columns])


def deviations(x: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Relative deviation of each part from a fifth, (parts, features)."""
    return np.stack([x[part == p].sum(axis=0) for p in range(PARTS)]) - 1


def greedy(x: np.ndarray, w: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Largest group first, each to the part where it does least harm; sizes are perturbed so that starts differ."""
    e = np.full((PARTS, x.shape[1]), -1.0)
    part = np.empty(len(x), dtype=int)
    for g in np.argsort(-x.sum(axis=1) * rng.uniform(0.5, 1.5, len(x)), kind="stable"):
        part[g] = np.argmin((w * x[g] * (2 * e + x[g])).sum(axis=1).round(9))
        e[part[g]] += x[g]
    return part


def improve(x: np.ndarray, w: np.ndarray, part: np.ndarray) -> np.ndarray:
    """The best single move or swap of two groups, again and again until none lowers the measure."""
    part = part.copy()
    d = x[None, :, :] - x[:, None, :]  # what the part of g gains when g is swapped for h
    square = (w * d * d).sum(axis=2)
    while True:
        e = deviations(x, part)
        own = e[part]
        swap = 2 * ((w * d * (own[:, None, :] - own[None, :, :])).sum(axis=2) + square)
        move = 2 * ((w * x[:, None, :] * (e[None, :, :] - own[:, None, :])).sum(axis=2) + (w * x * x).sum(axis=1)[:, None])
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


def divide(clips: pd.DataFrame, column: str) -> dict[str, int]:
    """Part of each group; parts are numbered by their first group."""
    table, w = features(clips, column)
    x, rng = table.to_numpy(), np.random.default_rng(SEED)
    found = [improve(x, w, greedy(x, w, rng)) for _ in range(STARTS)]
    cost = [round(float((w * deviations(x, part) ** 2).sum()), 9) for part in found]
    best = found[int(np.argmin(cost))]
    number = {p: i for i, p in enumerate(dict.fromkeys(best.tolist()))}
    return {group: number[p] for group, p in zip(table.index, best.tolist(), strict=True)}


def main() -> None:
    rows = []
    for name in CORPORA:
        clips = pd.DataFrame([describe(name, PurePosixPath(file).stem) for file in published(name)])
        clips = clips[clips["defect"] == ""]
        scheme, column = ("word", "sentence") if name == "mesd" else ("speaker", "speaker")
        parts = divide(clips, column)
        rows += [(name, scheme, group, part) for group, part in parts.items()]
        if name == "mesd":
            rows += [(name, "voice", voice, part) for part, voice in enumerate(("female", "male", "child"))]
        elif name != "shemo":
            sentences = sorted(clips["sentence"].unique())
            by_sentence = divide(clips, "sentence") if len(sentences) >= PARTS else {s: i for i, s in enumerate(sentences)}
            rows += [(name, "sentence", sentence, part) for sentence, part in by_sentence.items()]
        part = clips[column].map(parts).rename("part")
        counts = pd.crosstab(part, clips["emotion"])[[word for word in SIX if (clips["emotion"] == word).any()]]
        counts["all"] = part.value_counts()
        counts = counts.join(pd.crosstab(part, clips["gender"])).join(pd.Series(parts).value_counts().rename(f"{column}s"))
        print(f"\n{name}\n{counts.to_string()}")
    with open(FILE, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["corpus", "scheme", "group", "part"])
        writer.writerows(rows)


if __name__ == "__main__":
    main()
