"""Write sequifi_lite/data/corpora/files/NAME.csv.

The official files of each corpus and their lengths in seconds.

    python tools/make_manifests.py emodb=FOLDER mesd=FOLDER mesd=mesd.jsonl shemo=names.csv shemo=shemo.jsonl
    ...

A FOLDER gives names and lengths of the audio in it, a .csv file names in its column `file` and lengths in
`seconds` where it has one, a .jsonl file (a list of the EmoBox project) gives names with sample counts.
Several sources of one corpus are joined; where two state a length they must agree within a millisecond.
ShEMO's own label file is no source: its keys name transcripts, and 162 of them are the name of no audio file.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from pathlib import Path

from sequifi_lite.data.audio import READABLE, audio_info
from sequifi_lite.data.corpora import CORPORA

FILES = Path(__file__).resolve().parent.parent / "sequifi_lite" / "data" / "corpora" / "files"


def lengths(source: Path) -> dict[str, float | None]:
    """Seconds by stem, None where the source does not tell."""
    if source.suffix == ".csv":
        with source.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        return {Path(row["file"]).stem: float(row["seconds"]) if row.get("seconds") else None for row in rows}
    if source.suffix == ".jsonl":
        entries = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
        # Sample counts are stated as floats and are off by a rounding error here and there.
        return {
            Path(entry["wav"]).stem: round(entry["num_frame"]) / entry["sample_rate"] for entry in entries
        }
    audio = sorted(path for path in source.rglob("*") if path.suffix.lower() in READABLE)
    return {path.stem: audio_info(path).seconds for path in audio}


def main(arguments: list[str]) -> None:
    sources: dict[str, list[Path]] = {}
    for argument in arguments:
        name, _, source = argument.partition("=")
        if name not in CORPORA or not Path(source).exists():
            sys.exit(
                f"error: {argument} is not of the form CORPUS=EXISTING_PATH with a corpus of"
                f" {', '.join(CORPORA)}."
            )
        sources.setdefault(name, []).append(Path(source))
    for name, paths in sources.items():
        joined: dict[str, float | None] = {}
        for path in paths:
            for stem, seconds in lengths(path).items():
                fields = CORPORA[name].parse(stem)
                if fields is None:
                    sys.exit(
                        f"error: {stem} in {path} is no name of {name}; remove the file or mend the grammar."
                    )
                known = joined.get(fields["file"])
                if known is not None and seconds is not None and abs(known - seconds) > 0.001:
                    sys.exit(
                        f"error: {stem} lasts {known} s in one source and {seconds} s in {path}; find out"
                        " which is right."
                    )
                joined[fields["file"]] = seconds if known is None else known
        FILES.mkdir(exist_ok=True)
        with open(FILES / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["file", "seconds"])
            writer.writerows(
                [path, "" if joined[path] is None else f"{joined[path]:.3f}"] for path in sorted(joined)
            )
        print(f"{name}: {len(joined):,} files")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sources", nargs="+", metavar="CORPUS=PATH")
    main(parser.parse_args().sources)
