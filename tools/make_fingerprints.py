"""Write sequifi_lite/data/corpora/sound/NAME.csv.

Loudness, longest run at full scale and digest of every published file.

    python tools/make_fingerprints.py cremad=FOLDER emodb=FOLDER ...

FOLDER holds the original files. They are refused if a scan finds anything that was not published, or another
format or rate.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

from sequifi_lite.data.corpora import CORPORA
from sequifi_lite.data.corpora.scan import scan
from sequifi_lite.data.sound import measure

SOUND = Path(__file__).resolve().parent.parent / "sequifi_lite" / "data" / "corpora" / "sound"


def main(arguments: list[str]) -> None:
    for argument in arguments:
        name, _, folder = argument.partition("=")
        if name not in CORPORA or not Path(folder).is_dir():
            sys.exit(
                f"error: {argument} is not of the form CORPUS=FOLDER with a corpus of {', '.join(CORPORA)}."
            )
        found = scan(name, folder)
        suffixes = set(found.table["path"].map(lambda path: Path(path).suffix))
        if found.surplus or found.unreadable or found.rates or found.lengths or suffixes != {".wav"}:
            sys.exit(f"error: {folder} does not hold the original files of {name}; see `sequifi-lite scan`.")
        SOUND.mkdir(exist_ok=True)
        with open(SOUND / f"{name}.csv", "w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(["file", "dbfs", "run", "digest"])
            for file, path in zip(found.table["file"], found.table["path"]):
                sound = measure(path)
                writer.writerow([file, f"{sound.dbfs:.1f}", sound.run, sound.digest])
        print(f"{name}: {len(found.table):,} files")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sources", nargs="+", metavar="CORPUS=FOLDER")
    main(parser.parse_args().sources)
