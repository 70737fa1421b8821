"""Every corpus's own labels in our words, counted, and what a choice of classes does to them.

Counts are those of the published corpora, defective recordings included.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

import pandas as pd

from ..errors import SequifiError
from .emotions import EMOTIONS, FOUR, LABELS, SIX


def label_space() -> pd.DataFrame:
    """Every label of every corpus.

    One row each, with our word, the published clips, and the sets that hold it.

    Returns
    -------
    DataFrame
        Columns corpus, label (the corpus's own), emotion (ours), clips, four, six.
    """
    rows = [
        (name, label, emotion, clips[emotion], emotion in FOUR, emotion in SIX)
        for name, labels in LABELS.items()
        for clips in [_published(name)]
        for label, emotion in labels.items()
    ]
    return pd.DataFrame(rows, columns=["corpus", "label", "emotion", "clips", "four", "six"])


def class_counts(
    name: str, emotions: Sequence[str] = FOUR, merge: Mapping[str, str] | None = None
) -> dict[str, int]:
    """Published clips of each class, in the order of `emotions`; 0 where the corpus has none.

    Parameters
    ----------
    name : str
        Corpus.
    emotions : sequence of str
        The classes, in our words.
    merge : mapping of str to str, optional
        Emotions to be counted as others, e.g. ``{"calm": "neutral"}``. Nothing is merged unless it is said
        here.

    Raises
    ------
    SequifiError
        If an emotion does not exist, or is merged into one that is not a class, or is a class itself.
    """
    merge = dict(merge or {})
    _check(name, emotions, merge)
    counts = Counter({emotion: 0 for emotion in emotions})
    for emotion, n in _published(name).items():
        counts[merge.get(emotion, emotion)] += n
    return {emotion: counts[emotion] for emotion in emotions}


def explain(name: str, emotions: Sequence[str] = FOUR, merge: Mapping[str, str] | None = None) -> list[str]:
    """A mapping in words.

    What becomes of every label of a corpus, in clips, and what that does to the classes.

    Parameters
    ----------
    name, emotions, merge
        As for `class_counts`.

    Returns
    -------
    list of str
        Sentences, facts only.

    Raises
    ------
    SequifiError
        As `class_counts`.
    """
    from .corpora import CORPORA  # above this module: its parsers need the words defined here

    merge = dict(merge or {})
    counts, published = class_counts(name, emotions, merge), _published(name)
    own = {emotion: label for label, emotion in LABELS[name].items()}
    title, all_, used = CORPORA[name].TITLE, sum(published.values()), sum(counts.values())
    there = [emotion for emotion in emotions if counts[emotion]]
    absent = [emotion for emotion in emotions if not counts[emotion]]
    out = [
        f"{title} has {len(own)} labels; {used:,} of its {all_:,} published clips ({_percent(used, all_)})"
        " are used here."
    ]

    def become(emotion: str) -> str:
        parts = [
            part for part in (emotion, *(one for one, to in merge.items() if to == emotion)) if part in own
        ]
        return f"{emotion} is {' plus '.join(f'{own[part]} ({published[part]:,})' for part in parts)}"

    if there:
        out.append(f"In our words, {_list([become(emotion) for emotion in there])}.")
    if absent:
        out.append(
            f"No clip is called {_list(absent, 'or')}: {len(emotions)} classes are {len(there)} in this"
            " corpus."
        )
    dropped = [emotion for emotion in published if emotion not in emotions and emotion not in merge]
    if dropped:
        out.append(
            "Left out:"
            f" {_list([f'{emotion} ({own[emotion]}, {published[emotion]:,} clips)' for emotion in dropped])}."
        )
    for emotion in (emotion for emotion in ("calm", "boredom", "surprise") if emotion in published):
        has = [CORPORA[other].TITLE for other, labels in LABELS.items() if emotion in labels.values()]
        if emotion in emotions:
            if len(has) < len(LABELS):
                out.append(
                    f"Only {_list(has)} {'has' if len(has) == 1 else 'have'} {emotion}, so it cannot be"
                    " learnt from the others."
                )
        elif emotion in merge:
            into = merge[emotion]
            without = class_counts(name, emotions, {k: v for k, v in merge.items() if k != emotion})
            share = _percent(published[emotion], counts[into])
            out.append(
                f"Merging {emotion} takes {into} from {without[into]:,} to {counts[into]:,} clips, from"
                f" {_percent(without[into], sum(without.values()))} to {_percent(counts[into], used)} of all"
                f" that are used; {share} of {into} are then {emotion}."
            )
        elif emotion != "surprise" and "neutral" in emotions:
            out.append(
                f"{emotion.capitalize()} is not taken for neutral: that would turn {counts['neutral']:,}"
                f" neutral clips into {counts['neutral'] + published[emotion]:,}."
            )
    if len(there) > 1:
        most, least = max(there, key=counts.get), min(there, key=counts.get)
        if counts[most] > 1.02 * counts[least]:
            out.append(
                f"The largest class, {most}, holds {_percent(counts[most], used)} of the clips and the"
                f" smallest, {least}, {_percent(counts[least], used)}; always answering {most} has an"
                f" accuracy of {_percent(counts[most], used)} and a UAR of {_percent(1, len(there))}."
            )
        else:
            even = f"{counts[least]:,} to " if counts[least] < counts[most] else ""
            out.append(f"The classes are even: {even}{counts[most]:,} clips each.")
    return out


def _published(name: str) -> dict[str, int]:
    """Published clips by our word, in the order of the corpus's labels."""
    from .corpora import describe, published

    counts = Counter(describe(name, PurePosixPath(file).stem)["emotion"] for file in published(name))
    return {emotion: counts[emotion] for emotion in LABELS[name].values()}


def _check(name: str, emotions: Sequence[str], merge: dict[str, str]) -> None:
    if name not in LABELS:
        raise SequifiError(f"There is no corpus called {name!r}; choose one of {', '.join(LABELS)}.")
    for emotion in (*emotions, *merge):
        if emotion not in EMOTIONS:
            raise SequifiError(f"{emotion!r} is none of our words; choose among {', '.join(EMOTIONS)}.")
    for emotion, into in merge.items():
        if emotion in emotions:
            raise SequifiError(
                f"{emotion} cannot be a class and be merged into {into}; leave it out of one of the two."
            )
        if into not in emotions:
            raise SequifiError(
                f"{emotion} cannot be merged into {into!r}, which is no class; merge into"
                f" {', '.join(emotions)}."
            )


def _percent(part: int, of: int) -> str:
    return f"{100 * part / of:.0f} %" if of else "0 %"


def _list(words: Sequence[str], last: str = "and") -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
