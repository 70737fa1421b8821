"""Run the chapters' experiments as they stand behind their clicks, and write down what came out.

    python tools/run_experiments.py            experiments whose code is not the one on record
    python tools/run_experiments.py 13 20      those of these chapters, anew
    python tools/run_experiments.py --check 13 run them and compare with what is on record; write nothing

A chapter ends with a paragraph "An experiment without a check" and, behind a click, what comes of it and the
code that was run. That code stands there alone: here it is taken from the page, run behind the cells of its
notebook, and its dictionary ``outcome``, with keys such as ``average at width 8 [%]``, is written into
results/experiments: outcomes.csv (chapter, quantity, value, unit) and blocks.csv, the hash of the code that
gave them. The sentences take their numbers from that table (tools/claims.py). After each chapter the tables
are whole, so a run that was killed goes on where it was.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import math
import os
import platform
import re
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

import book  # noqa: E402
from sequifi_lite import __version__  # noqa: E402
from sequifi_lite.studies.digests import seal  # noqa: E402

OUT = ROOT / "results" / "experiments"
ASKED = "**An experiment without a check.**"
SUMMARY = "<details>\n<summary>What comes out</summary>\n"
FENCE = re.compile(r"^```python\n(.*?)^```$", re.M | re.S)
MAKES = re.compile(r"^(?:\w+, )*outcome\b[^=\n]*= ", re.M)
#: What a key of `outcome` looks like: the quantity, and its unit in brackets where it has one.
QUANTITY = re.compile(r"(?P<quantity>[\w .+−-]*[\w.])(?: \[(?P<unit>[^\]]+)\])?")
ONE_THREAD = {f"{of}_NUM_THREADS": "1" for of in ("OMP", "MKL", "OPENBLAS")}
TIMEOUT = 3600  # seconds for one cell, on a machine that has other work
ALLOWED = 0.02  # by which a value may differ on another machine, of itself; and half a unit of the last place
TOLD = "\nimport json as _json\nprint('OUTCOME ' + _json.dumps({k: float(v) for k, v in outcome.items()}))\n"


class ExperimentError(Exception):
    """An experiment that cannot be run; one sentence says why."""


def chapter_of(path: Path) -> str:
    """Name a chapter without its number, which changes when chapters move."""
    return path.stem.partition("_")[2]


def question(path: Path) -> str | None:
    """The experiment of a notebook, from its first word to the next heading; None where there is none."""
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown" and ASKED in cell.source:
            return re.split(r"^## ", cell.source[cell.source.index(ASKED) :], maxsplit=1, flags=re.M)[0]
    return None


def block_of(asked: str) -> str:
    """Take the code of an experiment from its text.

    Raises
    ------
    ExperimentError
        If there is no outcome behind a click, or not one block of Python in it that makes `outcome`.
    """
    if SUMMARY not in asked:
        raise ExperimentError("nothing stands behind a click; add <details> with what comes out.")
    blocks = FENCE.findall(asked[asked.index(SUMMARY) :])
    if len(blocks) != 1 or not MAKES.search(blocks[0]):
        raise ExperimentError(
            f"its outcome has {len(blocks)} blocks of Python; write one that makes `outcome`."
        )
    return blocks[0]


def mark(block: str) -> str:
    """Hash a block of code."""
    return hashlib.sha256(block.encode()).hexdigest()[:16]


def experiments(root: Path = ROOT) -> dict[str, Path]:
    """All notebooks that end with an experiment, by the names of their chapters."""
    return {chapter_of(path): path for path in book.executed(root) if question(path) is not None}


def run(path: Path) -> dict[str, float]:
    """Run a notebook's cells and then its experiment; give what came out.

    Raises
    ------
    ExperimentError
        If a cell or the block fails, a value is no finite number, or a key not of the form `quantity [unit]`.
    """
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    notebook.cells.append(nbformat.v4.new_code_cell(block_of(question(path) or "") + TOLD))
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook, timeout=TIMEOUT, kernel_name="python3", resources={"metadata": {"path": folder}}
        )
        try:
            client.execute(env=os.environ | ONE_THREAD | {"PYTHONPATH": str(ROOT)})
        except CellExecutionError as error:
            told = f"{error.ename}: {error.evalue}".splitlines()[0]
            raise ExperimentError(
                f"a cell of the notebook or the block stopped ({told}); mend it."
            ) from error
    said = "".join(output.get("text", "") for output in notebook.cells[-1].outputs)
    outcome = json.loads(said.rpartition("OUTCOME ")[2])
    for key, value in outcome.items():
        if not QUANTITY.fullmatch(key) or not math.isfinite(value):
            raise ExperimentError(
                f"{key!r}: {value} is no finite number under a key `quantity [unit]`; mend it."
            )
    return outcome


def rows_of(chapter: str, outcome: dict[str, float]) -> list[dict[str, str]]:
    """Make a chapter's rows of the table of outcomes."""
    rows = []
    for key, value in outcome.items():
        parts = QUANTITY.fullmatch(key)
        assert parts is not None
        named = {"chapter": chapter, "quantity": parts["quantity"]}
        rows.append(named | {"value": f"{value:.5g}", "unit": parts["unit"] or ""})
    return rows


def on_record(name: str, out: Path = OUT) -> list[dict[str, str]]:
    """Read a table of this tool's own, empty where there is none yet."""
    if not (out / f"{name}.csv").is_file():
        return []
    with (out / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(chapter: str, block: str, outcome: dict[str, float], chapters: list[str], out: Path = OUT) -> None:
    """Put a chapter's outcome in the place of its former one; drop chapters that ask nothing any more."""
    new = {
        "outcomes": rows_of(chapter, outcome),
        "blocks": [{"chapter": chapter, "sha256": mark(block)}],
    }
    out.mkdir(parents=True, exist_ok=True)
    for name, rows in new.items():
        kept = [
            row for row in on_record(name, out) if row["chapter"] != chapter and row["chapter"] in chapters
        ]
        table = sorted([*kept, *rows], key=lambda row: chapters.index(row["chapter"]))
        with (out / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(table)
    provenance = {
        "study": "experiments",
        "command": "python tools/run_experiments.py",
        "sequifi_lite": __version__,
        "machine": f"{platform.system()} {platform.machine()}, 1 thread",
        "python": platform.python_version(),
        "versions": {name: metadata.version(name) for name in ("torch", "numpy", "scikit-learn")},
    }
    (out / "provenance.json").write_text(json.dumps(provenance, indent=1) + "\n", encoding="utf-8")
    seal(out)


def differences(chapter: str, outcome: dict[str, float], out: Path = OUT) -> list[str]:
    """Tell where a new outcome is not the one on record."""
    then = {
        row["quantity"]: float(row["value"])
        for row in on_record("outcomes", out)
        if row["chapter"] == chapter
    }
    now = {row["quantity"]: float(row["value"]) for row in rows_of(chapter, outcome)}
    return [
        f"{name}: {then.get(name)} on record, {now.get(name)} now"
        for name in sorted(then.keys() | now.keys())
        if name not in then
        or name not in now
        or abs(now[name] - then[name]) > 0.05 + ALLOWED * abs(then[name])
    ]


def pending(of: dict[str, Path], out: Path = OUT) -> list[str]:
    """List the chapters whose code is not the one on record."""
    known = {row["chapter"]: row["sha256"] for row in on_record("blocks", out)}
    return [name for name, path in of.items() if known.get(name) != mark(block_of(question(path) or ""))]


def main(asked: list[str], check: bool) -> int:
    of, wrong = experiments(), 0
    called = {key: name for name, path in of.items() for key in (name, path.stem, path.stem[:2])}
    if unknown := set(asked) - called.keys():
        numbers = ", ".join(path.stem[:2] for path in of.values())
        print(
            f"error: no experiment in {', '.join(sorted(unknown))}; the chapters are {numbers}.",
            file=sys.stderr,
        )
        return 2
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # the kernel of this environment
    for name in [called[key] for key in asked] if asked else list(of) if check else pending(of):
        start = time.time()
        try:
            block = block_of(question(of[name]) or "")
            outcome = run(of[name])
        except ExperimentError as error:
            sys.exit(f"error: the experiment of {of[name].name} cannot be run: {error}")
        print(f"{name}, {time.time() - start:.0f} s: {json.dumps(outcome)}", flush=True)
        if check:
            told = differences(name, outcome)
            wrong += bool(told)
            for line in told:
                print(f"  {line}", flush=True)
        else:
            write(name, block, outcome, list(of))
    return int(wrong > 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("chapters", nargs="*", metavar="CHAPTER", help="its number or name; all that changed")
    parser.add_argument("--check", action="store_true", help="compare with what is on record; write nothing")
    given = parser.parse_args()
    sys.exit(main(given.chapters, given.check))
