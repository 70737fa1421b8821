"""Write book/cards/NAME.md, one data card for each corpus, from the facts that the code itself works with.

    python tools/make_cards.py

Everything that can be counted is counted here, from the published lists, the grammars, the folds and the
measured fingerprints; the sentences that cannot stand in sequifi_lite/data/corpora/NAME.py. A test writes the
cards anew and compares, so a card cannot disagree with the code.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd
import pyarrow.parquet
from signs import as_printed

from sequifi_lite.data.corpora import CORPORA
from sequifi_lite.data.corpora.published import describe, published
from sequifi_lite.data.emotions import FOUR, SIX
from sequifi_lite.data.label_spaces import explain
from sequifi_lite.data.pack import SHIPPED
from sequifi_lite.data.sampler import load_sampler
from sequifi_lite.data.sound import RUN, fingerprints
from sequifi_lite.data.splits import SCHEMES, default_scheme, folds, schemes

CARDS = Path(__file__).resolve().parent.parent / "book" / "cards"
LANGUAGES = {"en": "English", "de": "German", "es": "Spanish (Mexico)", "fa": "Persian", "pl": "Polish"}


def table(name: str) -> pd.DataFrame:
    """The published clips: what their names tell, and `seconds` (NaN where unknown)."""
    rows = [
        {**describe(name, PurePosixPath(file).stem), "seconds": np.nan if seconds is None else seconds}
        for file, seconds in published(name).items()
    ]
    return pd.DataFrame(rows)


def at_a_glance(name: str, clips: pd.DataFrame) -> list[tuple[str, str]]:
    module = CORPORA[name]
    people = (
        clips.drop_duplicates("speaker")["gender"].value_counts() if clips["speaker"].notna().any() else None
    )
    voices = clips["gender"].value_counts()
    known, total = clips["seconds"].notna(), clips["seconds"].sum()
    hours = f"{total / 3600:.2f} h" + (
        "" if known.all() else f" for the {known.sum():,} clips whose length is known"
    )
    rates = " and ".join(f"{rate:,} Hz" for rate in module.RATES)
    planned = f" ({module.PUBLISHED:,} by design)" if module.PUBLISHED != len(clips) else ""
    speakers = (
        f"{people.sum()}: {people['female']} women, {people['male']} men"
        if people is not None
        else "not labelled; clips by voice type: "
        + ", ".join(f"{voice} {n:,}" for voice, n in voices.items())
    )
    sentences = clips["sentence"].nunique()
    rows = [
        ("Language", LANGUAGES[module.LANGUAGE]),
        ("Clips", f"{len(clips):,}{planned}"),
        ("Speakers", speakers),
        (
            "Texts",
            f"{sentences:,}"
            + (" words" if name == "mesd" else " sentences" if sentences < len(clips) / 2 else ""),
        ),
        (
            "Length",
            (
                f"{hours}; {clips['seconds'].min():.2f} to {clips['seconds'].max():.2f} s, median"
                f" {clips['seconds'].median():.2f} s"
            ),
        ),
        ("Sound", f"{rates}{', stereo in ' + str(len(module.STEREO)) + ' files' if module.STEREO else ''}"),
    ]
    loud = [dbfs for dbfs, _, _ in fingerprints(name).values() if np.isfinite(dbfs)]
    if loud:
        rows.append(
            (
                "Loudness",
                (
                    f"{min(loud):.1f} to {max(loud):.1f} dBFS, median {np.median(loud):.1f} (RMS of the whole"
                    " clip)"
                ),
            )
        )
    return [*rows, ("Licence", module.LICENCE), ("Home", f"<{module.HOME}>")]


def labels(name: str, clips: pd.DataFrame) -> list[str]:
    counts = clips["label"].value_counts()
    rows = ["| label | our word | clips | share |", "|---|---|---|---|"]
    for label, emotion in CORPORA[name].LABELS.items():
        rows.append(f"| {label} | {emotion} | {counts[label]:,} | {100 * counts[label] / len(clips):.0f} % |")
    return rows


def defects(name: str, clips: pd.DataFrame) -> list[str]:
    """What the published files themselves have, in sentences."""
    module, out = CORPORA[name], []
    for pair in module.DUPLICATES:
        words = [describe(name, stem)["emotion"] for stem in pair]
        line = f"`{pair[0]}` and `{pair[1]}` are the same recording"
        if words[0] != words[1]:
            line += f", published as {words[0]} and as {words[1]}: both are left out"
        else:
            (left,) = set(pair) & set(module.DEFECTS)
            line += f": `{left}` is left out"
        out.append(f"{line}.")
    out += [f"`{stem}` is silent from start to end and left out." for stem in sorted(module.SILENT)]
    if module.STEREO:
        out.append(
            f"{len(module.STEREO)} files are stereo:"
            f" {', '.join(f'`{stem}`' for stem in sorted(module.STEREO))}."
        )
    out += [f"`{stem}` is a slip of a name: {slip}." for stem, slip in module.SLIPS.items()]
    if module.NOT_IN_DOWNLOAD:
        out.append(
            f"{' and '.join(f'`{stem}`' for stem in module.NOT_IN_DOWNLOAD)} were planned and are not in the"
            " download."
        )
    if module.FULL_SCALE:
        out.append("Every file peaks at full scale: loudness was normalised away.")
    if len(module.RATES) > 1:
        out.append(f"Sample rates are mixed: {' and '.join(f'{rate:,} Hz' for rate in module.RATES)}.")
    clipped = sum(run >= RUN for _, run, _ in fingerprints(name).values())
    if clipped:
        out.append(
            f"{clipped:,} clips are clipped ({RUN} samples or more on end at full scale). They are kept."
        )
    return out


def uneven(clips: pd.DataFrame) -> list[str]:
    """Emotions that not every speaker has, and those of which a speaker has a single clip."""
    if not clips["speaker"].notna().any():
        return []
    cells = clips.groupby(["emotion", "speaker"]).size().unstack(fill_value=0)
    out = []
    for emotion, row in cells.iterrows():
        none, one = int((row == 0).sum()), int((row == 1).sum())
        parts = [f"{_speakers(n)} {clause}" for n, clause in ((none, "no clip"), (one, "a single clip")) if n]
        if parts:
            out.append(f"Of {len(row)} speakers, {' and '.join(parts)} of {emotion}.")
    return out


def _speakers(n: int) -> str:
    return "1 has" if n == 1 else f"{n} have"


def words_and_labels(clips: pd.DataFrame) -> str:
    """MESD: how far the word alone gives the label away."""
    lists = clips["file"].str.split("_").str[2]
    parts = []
    for which in ("A", "B"):
        seen = clips[lists == which].groupby("sentence")["emotion"].nunique()
        parts.append(
            f"list {which} has {len(seen)} words, {(seen == 1).sum() or 'none'} of which occur with one"
            " emotion only"
        )
    return f"In the published files {', and '.join(parts)}."


def length_and_emotion(clips: pd.DataFrame) -> str:
    median = clips.groupby("emotion")["seconds"].median().sort_values()
    short, long = median.index[0], median.index[-1]
    return f"Median length runs from {median.iloc[0]:.2f} s ({short}) to {median.iloc[-1]:.2f} s ({long})."


def scheme(name: str, clips: pd.DataFrame) -> str:
    """What a scheme holds out; sentences recur only where they are fewer than clips."""
    own = clips["sentence"].nunique() > len(clips) / 2
    return (
        re.sub(
            r"; sentences (recur|are not kept apart)[^.]*",
            "; nearly every clip has a text of its own",
            SCHEMES[name],
        )
        if own
        else SCHEMES[name]
    )


def in_pack(name: str) -> str:
    """Count the clips that ship; a reader's own pack, which load_pack prefers, does not count."""
    shipped = SHIPPED / f"{name}.parquet"
    if not shipped.exists():
        return "no clip; `sequifi-lite embed` adds your own copy"
    return f"{pyarrow.parquet.read_metadata(shipped).num_rows:,} clips"


def facts(name: str, clips: pd.DataFrame) -> list[str]:
    """Write the upper half of a card: what the corpus is, its speakers, its labels and its licence."""
    module = CORPORA[name]
    return [
        f"# {module.TITLE}",
        "",
        "<!-- Written by tools/make_cards.py; change the facts in the library, not this page. -->",
        "",
        f"{module.ABOUT} {{cite}}`{module.KEY}`",
        "",
        "| | |",
        "|---|---|",
        *(f"| {title} | {value} |" for title, value in at_a_glance(name, clips)),
        f"| In the {{term}}`pack` | {in_pack(name)} |",
        "",
        "## Who speaks",
        "",
        module.SPEAKERS,
        "",
        *to_hear(name),
        "## What the label is",
        "",
        module.RATED,
        "",
        *labels(name, clips),
        "",
        "With four classes:",
        "",
        *(f"- {sentence}" for sentence in explain(name, FOUR)),
        "",
        "With six:",
        "",
        *(f"- {sentence}" for sentence in explain(name, SIX)),
        "",
        "## Licence",
        "",
        f"{module.LICENCE[0].upper()}{module.LICENCE[1:]}. {module.TERMS}",
        "",
    ]


def to_hear(name: str) -> list[str]:
    """Leave room for players of the sampler's clips, if any: the book puts them there when it is built."""
    if name not in set(load_sampler()["corpus"]):
        return []
    return ["The same words in four moods, as recorded:", "", "```{raw} html", f"HEAR-{name}", "```", ""]


def use(name: str, clips: pd.DataFrame) -> list[str]:
    """Write the lower half of a card: defects, splits, warnings, and how to get the corpus."""
    module, main, known = CORPORA[name], default_scheme(name), defects(name, clips)
    return [
        "## Known defects",
        "",
        *(f"- {line}" for line in known or ["No defect of the published files is known."]),
        "",
        "Worth knowing:",
        "",
        *(f"- {line}" for line in (*module.ODD, *uneven(clips))),
        *([f"- {words_and_labels(clips)}"] if name == "mesd" else []),
        f"- {length_and_emotion(clips)}",
        "",
        "## Honest splits",
        "",
        "| `scheme=` | folds | what it holds out |",
        "|---|---|---|",
        *(
            f"| `{s}`{' (main)' if s == main else ''} | {folds(name, s)} | {scheme(s, clips)} |"
            for s in schemes(name)
        ),
        "",
        *(
            ["Recordings that are left out above are in no part of any split.", ""]
            if "left out" in " ".join(known)
            else []
        ),
        "## What must not be concluded",
        "",
        *(f"- {line}" for line in module.NEVER),
        "",
        "## How to get it",
        "",
        "```bash",
        f"sequifi-lite get {name}                    # fetches it, or says what to do by hand",
        f"sequifi-lite audit FOLDER --corpus {name}  # is your copy the published one?",
        "```",
        "",
        f"A file of it is called `{next(iter(published(name)))}`. Home: <{module.HOME}>. Cite:"
        f" {module.CITATION}.",
    ]


def card(name: str) -> str:
    """Write the page of one corpus, in Markdown."""
    clips = table(name)
    return as_printed("\n".join([*facts(name, clips), *use(name, clips)]) + "\n")


def main() -> None:
    CARDS.mkdir(exist_ok=True)
    for name in CORPORA:
        (CARDS / f"{name}.md").write_text(card(name), encoding="utf-8")
        print(CARDS / f"{name}.md")


if __name__ == "__main__":
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    main()
