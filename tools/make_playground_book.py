"""Write the book's numbers for the playground: sequifi_lite/teaching/playground/data/book.js.

    python tools/make_playground_book.py

Of results/pairs and results/repairs, what the page can set up: UAR on target and source with their
intervals. A test writes the file anew and compares.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pandas as pd

from sequifi_lite.teaching.playground import CORPORA

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "sequifi_lite/teaching/playground/data/book.js"
NUMBERS = ["target", "target_low", "target_high", "source", "source_low", "source_high"]


def numbers_by_pair(study: str, named: list[str]) -> dict[str, dict[str, list[float]]]:
    """Read a study's table: six numbers in % by "source>target", then by the columns `named`."""
    table, pairs = pd.read_csv(ROOT / "results" / study / "table.csv"), {}
    rows = table[table["source_corpus"].isin(CORPORA) & table["target_corpus"].isin(CORPORA)]
    for row in rows.dropna(subset=NUMBERS).to_dict("records"):
        name = "|".join(f"{row[column]:g}" if column != "variant" else row[column] for column in named)
        numbers = [round(row[column], 1) for column in NUMBERS]
        pairs.setdefault(f"{row['source_corpus']}>{row['target_corpus']}", {})[name] = numbers
    return pairs


def book() -> str:
    """Make the file's text."""
    tables = {"pairs": numbers_by_pair("pairs", ["variant"])}
    tables["repairs"] = numbers_by_pair("repairs", ["variant", "lr", "T"])
    head = "// Written by tools/make_playground_book.py from results/pairs and results/repairs.\n"
    text = json.dumps(tables, separators=(",", ":"), allow_nan=False).replace("},", "},\n")
    return f"{head}(globalThis.Playground = globalThis.Playground || {{}}).BOOK = {text};\n"


if __name__ == "__main__":
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    FILE.write_text(book(), encoding="utf-8")
