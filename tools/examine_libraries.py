"""Put libraries through the conformance exam, and write results/exam/ and the tables of book/exam.md.

    python tools/examine_libraries.py --python OTHER/bin/python --clone mammoth=PATH --clone pycil=PATH ...
    python tools/examine_libraries.py --page        the tables of the page alone, from results/exam

Each library answers in a process of its own, through its adapter in tools/exam_adapters. `--python` is an
interpreter that has avalanche-lib and what the others import; mammoth, LibContinual and PyCIL are no
packages, so each is a clone, whose commit is noted. What cannot be run is said to be so: reading its source
is no answer.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
from signs import as_printed

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from sequifi_lite.data.files import write_text  # noqa: E402
from sequifi_lite.studies.digests import PROVENANCE, seal  # noqa: E402
from sequifi_lite.studies.exam.sitting import FAILED, OTHER, RIGHT, SILENT, WRONG, exam  # noqa: E402

OUT, PAGE = ROOT / "results" / "exam", ROOT / "book" / "exam.md"
ADAPTERS = ROOT / "tools" / "exam_adapters"
#: Library -> its adapter, and the variable that names its clone.
LIBRARIES = {
    "sequifi_lite": (None, None),
    "avalanche-lib": ("avalanche_lib.py", None),
    "mammoth": ("mammoth.py", "MAMMOTH"),
    "LibContinual": ("libcontinual.py", "LIBCONTINUAL"),
    "PyCIL": ("pycil.py", "PYCIL"),
}
KINDS = (RIGHT, OTHER, WRONG, FAILED, SILENT)
NOT_RUN = "could not be run"
MARK = re.compile(r"(<!-- drawn by tools/examine_libraries.py: (\w+) -->\n).*?(\n<!-- end -->)", re.S)


def answers(library: str, python: str, clones: dict[str, Path]) -> tuple[str, list[dict], str]:
    """Version, outcomes of the cases, and why there are none if there are none."""
    adapter, variable = LIBRARIES[library]
    env = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    env |= {"HF_HUB_OFFLINE": "1"}
    version = ""
    if variable is not None:
        if library.lower() not in clones:
            return version, [], "no clone was given"
        clone = clones[library.lower()].resolve()
        git = ["git", "-C", str(clone), "rev-parse", "--short=12", "HEAD"]
        version = "commit " + subprocess.run(git, check=True, capture_output=True, text=True).stdout.strip()
        env[variable] = str(clone)
    words = [python, "-m", "sequifi_lite", "exam", "--json"]
    words += ["--library", str(ADAPTERS / adapter)] if adapter else []
    done = subprocess.run(words, capture_output=True, text=True, env=env, cwd=ROOT)
    if done.returncode not in (0, 1):
        said = done.stderr.strip().splitlines() or ["no word of why"]
        return version, [], said[-1].replace(str(ADAPTERS), "tools/exam_adapters")
    start = done.stdout.index('{\n "library"')  # a library may print while it is imported
    told = json.loads(done.stdout[start:])
    return version or told["library"].rpartition(" ")[2], told["cases"], ""


def examine(python: str, clones: dict[str, Path]) -> None:
    rows, libraries = [], []
    for library in LIBRARIES:
        print(library, file=sys.stderr, flush=True)
        version, cases, why = answers(
            library, python if library != "sequifi_lite" else sys.executable, clones
        )
        counts = {kind.replace(" ", "_"): sum(c["outcome"] == kind for c in cases) for kind in KINDS}
        libraries.append({"library": library, "version": version, "run": not why, **counts, "note": why})
        cases = cases or [
            {"function": c["function"], "outcome": NOT_RUN, "note": ""} for c in exam()["cases"]
        ]
        rows += [{"case": c.pop("function"), "library": library, **c} for c in cases]
    torch = "import torch; print(torch.__version__)"
    provenance = {
        "study": "exam",
        "command": "python tools/examine_libraries.py",
        "edition": exam()["edition"],
        "date": datetime.date.today().isoformat(),
        "torch": subprocess.run([python, "-c", torch], capture_output=True, text=True).stdout.strip(),
        "libraries": {one["library"]: one["version"] for one in libraries},
    }
    for name, table in (("table", rows), ("libraries", libraries)):
        write_text(OUT / f"{name}.csv", pd.DataFrame(table).to_csv(index=False, lineterminator="\n"))
    write_text(OUT / PROVENANCE, json.dumps(provenance, indent=1) + "\n")
    seal(OUT)


def drawn() -> dict[str, str]:
    """The tables of the page, by name."""
    table = pd.read_csv(OUT / "table.csv", keep_default_na=False)
    libraries = pd.read_csv(OUT / "libraries.csv", keep_default_na=False)
    names = list(libraries["library"])[1:]  # the first is ours, and right throughout: a test holds it
    cells = dict(zip(zip(table["case"], table["library"]), table.itertuples()))
    lines = ["| Case | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    for case in exam()["cases"]:
        said = (cells[case["function"], name] for name in names)
        lines.append(f"| `{case['function']}` | " + " | ".join(map(_cell, said)) + " |")
    counted = [column for column in libraries if column not in ("library", "version", "run", "note")]
    count = ["| Library | Version | " + " | ".join(c.replace("_", " ") for c in counted) + " |"]
    count += ["|---|---|" + "---|" * len(counted)]
    for row in libraries.to_dict("records"):
        numbers = [str(row[c]) for c in counted] if row["run"] else ["–"] * len(counted)
        count.append(f"| {row['library']} | {row['version']} | " + " | ".join(numbers) + " |")
        if not row["run"]:
            count[-1] = count[-1].replace(
                row["version"], f"{row['version']} could not be run: {row['note']}", 1
            )
    return {"outcomes": as_printed("\n".join(lines)), "counts": "\n".join(count), "cases": _cases()}


def _cell(row) -> str:
    if row.outcome == OTHER:
        return f"*{row.note}*"
    if row.outcome in (WRONG, FAILED):
        return f"**{row.outcome}**: {row.note}"
    return "–" if row.outcome == SILENT else row.outcome


def _cases() -> str:
    blocks = []
    for case in exam()["cases"]:
        lines = [
            f"### `{case['function']}`",
            "",
            case["asks"],
            "",
            f"    {case['formula']}",
            "",
            f"{case['source']}.",
            "",
        ]
        lines += [
            f"{number}. `{json.dumps(question['given'])}`: {question['worked']} Answer:"
            f" `{json.dumps(question['answer'])}`."
            for number, question in enumerate(case["questions"], 1)
        ]
        blocks.append("\n".join(lines))
    return as_printed("\n\n".join(blocks))


def page(text: str) -> str:
    """The page with its tables drawn anew."""
    tables = drawn()
    return MARK.sub(lambda m: m[1] + "\n" + tables[m[2]] + "\n" + m[3], text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--page", action="store_true", help="draw the page alone")
    parser.add_argument("--python", default=sys.executable, help="interpreter that has the other libraries")
    parser.add_argument("--clone", action="append", default=[], metavar="LIBRARY=PATH")
    given = parser.parse_args()
    if not given.page:
        places = {name.lower(): Path(place) for name, _, place in (one.partition("=") for one in given.clone)}
        known = [name.lower() for name, (_, variable) in LIBRARIES.items() if variable]
        for name, place in places.items():
            if name not in known or not (place / ".git").exists():
                parser.error(f"{name}={place} is no clone of one of {', '.join(known)}; give NAME=PATH.")
        examine(given.python, places)
    write_text(PAGE, page(PAGE.read_text(encoding="utf-8")))
