"""Write sequifi_lite/data/folds.csv: which speaker, which sentence (MESD.

Which word, which voice type) belongs to which part.

    python tools/make_folds.py

Reads nothing but the published file names; `sequifi_lite.data.partition` says what is kept even and how.
RAVDESS has two sentences, so they are two parts; in ShEMO nearly every clip has a text of its own, so there
are no parts by sentence. For MESD words stand for speakers. The same names give the same bytes.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path, PurePosixPath

import pandas as pd

from sequifi_lite.data.corpora import CORPORA
from sequifi_lite.data.corpora.published import describe, published
from sequifi_lite.data.emotions import SIX
from sequifi_lite.data.partition import PARTS, divide

FILE = Path(__file__).resolve().parent.parent / "sequifi_lite" / "data" / "folds.csv"


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
            by_sentence = (
                divide(clips, "sentence")
                if len(sentences) >= PARTS
                else {s: i for i, s in enumerate(sentences)}
            )
            rows += [(name, "sentence", sentence, part) for sentence, part in by_sentence.items()]
        part = clips[column].map(parts).rename("part")
        counts = pd.crosstab(part, clips["emotion"])[
            [word for word in SIX if (clips["emotion"] == word).any()]
        ]
        counts["all"] = part.value_counts()
        counts = counts.join(pd.crosstab(part, clips["gender"])).join(
            pd.Series(parts).value_counts().rename(f"{column}s")
        )
        print(f"\n{name}\n{counts.to_string()}")
    with open(FILE, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["corpus", "scheme", "group", "part"])
        writer.writerows(rows)


if __name__ == "__main__":
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    main()
