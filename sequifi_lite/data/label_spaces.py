"""Every corpus's own labels in our words, counted, and what a choice of classes does to them.

Counts are those of the published corpora, defective recordings included.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd

from ..errors import SequifiError
from .corpora import CORPORA
from .corpora.published import published_fields
from .emotions import EMOTIONS, FOUR, SIX


def label_space() -> pd.DataFrame:
    """List every label of every corpus.

    One row each, with our word, the published clips, and the sets that hold it.

    Returns
    -------
    DataFrame
        Columns corpus, label (the corpus's own), emotion (ours), clips, four, six.
    """
    rows = [
        (name, label, emotion, clips[emotion], emotion in FOUR, emotion in SIX)
        for name, module in CORPORA.items()
        for clips in [_published(name)]
        for label, emotion in module.LABELS.items()
    ]
    return pd.DataFrame(rows, columns=["corpus", "label", "emotion", "clips", "four", "six"])


def class_counts(
    name: str, emotions: Sequence[str] = FOUR, merge: Mapping[str, str] | None = None
) -> dict[str, int]:
    """Count the published clips of each class, in the order of `emotions`; 0 where the corpus has none.

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
    """Say what becomes of every label of a corpus, in clips, and what that does to the classes.

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
    merge = dict(merge or {})
    counts, published = class_counts(name, emotions, merge), _published(name)
    all_, used = sum(published.values()), sum(counts.values())
    first = (
        f"{CORPORA[name].TITLE} has {len(published)} labels; {used:,} of its {all_:,} published clips"
        f" ({_percent(used, all_)}) are used here."
    )
    return [
        first,
        *_mapping(name, emotions, merge),
        *_doubtful(name, emotions, merge),
        *_evenness({emotion: n for emotion, n in counts.items() if n}),
    ]


def _mapping(name: str, emotions: Sequence[str], merge: Mapping[str, str]) -> list[str]:
    """What each class is made of, classes without a clip, and what is left out."""
    counts, published = class_counts(name, emotions, merge), _published(name)
    own = {emotion: label for label, emotion in CORPORA[name].LABELS.items()}
    there = [emotion for emotion in emotions if counts[emotion]]
    absent = [emotion for emotion in emotions if not counts[emotion]]
    dropped = [emotion for emotion in published if emotion not in emotions and emotion not in merge]

    def become(emotion: str) -> str:
        parts = [
            part for part in (emotion, *(one for one, to in merge.items() if to == emotion)) if part in own
        ]
        return f"{emotion} is {' plus '.join(f'{own[part]} ({published[part]:,})' for part in parts)}"

    out = []
    if there:
        out.append(f"In our words, {_list([become(emotion) for emotion in there])}.")
    if absent:
        out.append(
            f"No clip is called {_list(absent, 'or')}: {len(emotions)} classes are {len(there)} in this"
            " corpus."
        )
    if dropped:
        out.append(
            "Left out:"
            f" {_list([f'{emotion} ({own[emotion]}, {published[emotion]:,} clips)' for emotion in dropped])}."
        )
    return out


def _doubtful(name: str, emotions: Sequence[str], merge: Mapping[str, str]) -> list[str]:
    """What becomes of the emotions that some corpora lack, and what merging them does or would do."""
    counts, published, out = class_counts(name, emotions, merge), _published(name), []
    used = sum(counts.values())
    for emotion in (emotion for emotion in ("calm", "boredom", "surprise") if emotion in published):
        has = [module.TITLE for module in CORPORA.values() if emotion in module.LABELS.values()]
        if emotion in emotions:
            if len(has) < len(CORPORA):
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
    return out


def _evenness(counts: dict[str, int]) -> list[str]:
    """How even the classes are that have clips, and what always answering the largest one scores."""
    if len(counts) < 2:
        return []

    def size(emotion: str) -> int:
        return counts[emotion]

    used, most, least = sum(counts.values()), max(counts, key=size), min(counts, key=size)
    if counts[most] > 1.02 * counts[least]:
        return [
            f"The largest class, {most}, holds {_percent(counts[most], used)} of the clips and the"
            f" smallest, {least}, {_percent(counts[least], used)}; always answering {most} has an"
            f" accuracy of {_percent(counts[most], used)} and a UAR of {_percent(1, len(counts))}."
        ]
    even = f"{counts[least]:,} to " if counts[least] < counts[most] else ""
    return [f"The classes are even: {even}{counts[most]:,} clips each."]


def _published(name: str) -> dict[str, int]:
    """Published clips by our word, in the order of the corpus's labels."""
    counts = Counter(fields["emotion"] for fields in published_fields(name))
    return {emotion: counts[emotion] for emotion in CORPORA[name].LABELS.values()}


def _check(name: str, emotions: Sequence[str], merge: dict[str, str]) -> None:
    if name not in CORPORA:
        raise SequifiError(f"There is no corpus called {name!r}; choose one of {', '.join(CORPORA)}.")
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
