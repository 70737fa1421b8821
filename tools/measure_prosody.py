"""Write results/prosody/: pitch, loudness, tilt and tempo of every published clip of the four emotions.

    python tools/measure_prosody.py cremad=FOLDER ravdess=FOLDER emodb=FOLDER mesd=FOLDER nemo=FOLDER

FOLDER holds the original files; they are refused if their lengths or rates are not the published ones. Clips
with a known defect are left out. What is written depends on the files and the code alone; it takes some two
minutes.
"""

from __future__ import annotations

import argparse
import csv
import json
import platform
import sys
from pathlib import Path

import numpy
import pandas as pd
import scipy
import torch

from sequifi_lite import __version__
from sequifi_lite.data.audio import read_audio
from sequifi_lite.data.corpora import CORPORA
from sequifi_lite.data.corpora.scan import scan
from sequifi_lite.data.emotions import FOUR
from sequifi_lite.teaching.prosody import FEATURES, measure

OUT = Path(__file__).resolve().parent.parent / "results" / "prosody"


def main(arguments: list[str]) -> None:
    torch.set_num_threads(1)
    rows = []
    for argument in sorted(arguments):
        name, _, folder = argument.partition("=")
        if name not in CORPORA or not Path(folder).is_dir():
            sys.exit(
                f"error: {argument} is not of the form CORPUS=FOLDER with a corpus of {', '.join(CORPORA)}."
            )
        found = scan(name, folder)
        if found.surplus or found.unreadable or found.rates or found.lengths:
            sys.exit(f"error: {folder} does not hold the original files of {name}; see `sequifi-lite scan`.")
        clips = found.table[found.table["emotion"].isin(FOUR) & (found.table["defect"] == "")]
        for file, path in zip(clips["file"], clips["path"]):
            values = measure(read_audio(path))
            rows.append(
                [name, file, *("" if pd.isna(value) else f"{value:.2f}" for value in values.values())]
            )
        print(f"{name}: {len(clips):,} clips")
    OUT.mkdir(parents=True, exist_ok=True)
    with open(OUT / "table.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["corpus", "file", *FEATURES])
        writer.writerows(rows)
    provenance = {
        "study": "prosody",
        "command": "python tools/measure_prosody.py "
        + " ".join(f"{a.partition('=')[0]}=FOLDER" for a in sorted(arguments)),
        "sequifi_lite": __version__,
        "python": platform.python_version(),
        "versions": {
            "numpy": numpy.__version__,
            "scipy": scipy.__version__,
            "torch": torch.__version__.partition("+")[0],
        },
        "features": FEATURES,
    }
    (OUT / "provenance.json").write_text(json.dumps(provenance, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sources", nargs="+", metavar="CORPUS=FOLDER")
    main(parser.parse_args().sources)
