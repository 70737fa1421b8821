"""Write book/verified.md and book/bug_cabinet.md from the docstrings of the methods and of the bug cabinet.

    python tools/make_methods.py

What a method's test compares with and what it costs is said once, beside the code. So is where it departs
from its paper, which its chapter shows. A test writes the pages anew and compares.
"""

from __future__ import annotations

import argparse
import inspect
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
from signs import as_printed

from sequifi_lite.learning.methods import METHODS
from sequifi_lite.teaching.bugs import EXHIBITS
from sequifi_lite.teaching.papers import DIFFERS, METHOD, fields

ROOT = Path(__file__).resolve().parent.parent
EXHIBIT = ("Shelf", "Wrong", "Seen in", "Told apart by")
#: The shelves of the cabinet: word in the docstring -> title, and what stands on it.
SHELVES = {
    "bug": (
        "Bugs",
        "The code does something else than what its name, its comment or its paper says. Whoever wrote it"
        " would mend it, and some have.",
    ),
    "convention": (
        "Conventions",
        "Another form under the same name, which can be defended, and in some cases is the authors' own. It"
        " does harm where a strength or a number is carried from one form to another.",
    ),
    "trap": (
        "Traps",
        "It works as long as nothing beside it changes. Then it goes wrong without an error: with a"
        " larger strength, a surer clip, a frozen layer, a larger memory, or a loss between two looks.",
    ),
}
NOTE = "<!-- Written by tools/make_methods.py from the docstrings in {}; change those, not this page. -->"


def cells(thing, names: tuple[str, ...]) -> dict[str, str]:
    """The labelled paragraphs of a docstring, fit for a cell of a table, which is one line."""
    return {name: text.replace("|", r"\|").replace("<-", "←") for name, text in fields(thing, names).items()}


def file_of(thing) -> str:
    return Path(inspect.getsourcefile(thing)).relative_to(ROOT).as_posix()


def summary(thing) -> str:
    return " ".join(inspect.getdoc(thing).split("\n\n")[0].split())


def verified() -> str:
    said = {name: cells(cls, METHOD) for name, cls in METHODS.items()}
    lines = [
        "# Verified: what each method's test compares with",
        "",
        NOTE.format("sequifi_lite/learning/methods"),
        "",
        "A method is a formula, and a formula can be wrong by a sign without anybody noticing.",
        (
            f"So each of the {len(said)} methods here has a test of its *value*: a closed form, or a slow"
            " loop written for clarity."
        ),
        (
            "All of them also keep these promises, tested on every change: runs trained together equal runs"
            " trained alone, bit for"
        ),
        "bit; float64 and two threads end within a thousandth of it; a strength that has a neutral value is",
        (
            "{term}`vanilla fine-tuning` there, bit for bit; the source model and the data are left as they"
            " were; and the whole"
        ),
        "method, docstring included, fits in 100 lines. Where it departs from its paper, its chapter says.",
        "",
        "| Method | Its test compares with |",
        "|---|---|",
        *(f"| [{name}](#{anchor(name)}) | {text['Verified against']} |" for name, text in said.items()),
        "",
        *mutants(),
        "## Method by method",
        "",
    ]
    for name, cls in METHODS.items():
        lines += [f"({anchor(name)})=", f"### {name}", "", summary(cls), ""]
        if cls.strength:
            tried = ", ".join(np.format_float_positional(value, trim="-") for value in cls.grid)
            lines += [f"- **Strength:** `{cls.strength}`, tried at {tried}"]
        lines += [f"- **{label}:** {said[name][label]}" for label in METHOD if label != DIFFERS] + [
            f"- **Code:** `{file_of(cls)}`",
            "",
        ]
    return as_printed("\n".join(lines))


def anchor(name: str) -> str:
    return f"verified-{name.replace('+', 'p')}"


#: Where mistakes were planted, and of what kind: folder under results -> words.
PLANTED = {
    "mutants": ("methods, metrics, schedules and the loop", "a sign, a factor, an index, a mask, an anchor"),
    "mutants-studies": (
        "studies, tables, tuning, statistics, splits and fine-tuning",
        "test for validation, source for target, another axis, a filter or a sort left out, one seed for all",
    ),
}


def mutants() -> list[str]:
    """How many deliberate mistakes the tests caught, where the study has been run."""
    lines = []
    for name, (where, kinds) in PLANTED.items():
        table = ROOT / "results" / name / "table.csv"
        if not table.exists():
            continue
        found = pd.read_csv(table, keep_default_na=False)
        date = json.loads((table.parent / "provenance.json").read_text())["date"]
        alive = found[found["outcome"] == "survived"]
        lines += [
            f"On {date}, {len(found)} mistakes were planted one at a time in {where}, drawn at random with a",
            f"fixed seed: {kinds}.",
            f"The tests caught {len(found) - len(alive)}. `make mutants` does it again."
            + ("", " The other one:", " The others:")[min(len(alive), 2)],
            "",
        ]
        if len(alive):
            lines += ["| Where | Before | After | Why no test can tell |", "|---|---|---|---|"]
            for row in alive.to_dict("records"):
                before, after = (
                    " ".join(str(row[key]).split()).replace("|", r"\|") for key in ("before", "after")
                )
                lines.append(
                    f"| {row['module']}, line {row['line']} | `{before}` | `{after}` | {row['note']} |"
                )
            lines.append("")
    return ["## Would the tests notice?", "", *lines] if lines else []


def bug_cabinet() -> str:
    said = {name: cells(exhibit, EXHIBIT) for name, exhibit in EXHIBITS.items()}
    shelf = {name: text["Shelf"].rstrip(".") for name, text in said.items()}
    if strange := set(shelf.values()) - set(SHELVES):
        raise ValueError(f"There is no shelf {strange.pop()!r}; the shelves are {', '.join(SHELVES)}.")
    lines = [
        "# The bug cabinet",
        "",
        NOTE.format("sequifi_lite/teaching/bugs"),
        "",
        "Things that go wrong in code for continual learning, most of them shipped in well-known libraries,",
        "and a few that are one slip away. Each is kept",
        (
            "here in working order, so that its effect can be measured, beside a test that tells it from the"
            " right form. Chapters"
        ),
        (
            "show what most of them do. Nothing in `results/` uses one, but for the rows `ewc-batched` of the"
            " study"
        ),
        (
            "`regularisation`, which measure the batched Fisher information. The projects named have done"
            " more for the field than this book has; what"
        ),
        "they got wrong, everybody who writes such code can get wrong. They stand on three shelves.",
        "",
    ]
    for kind, (words, about) in SHELVES.items():
        lines += [f"## {words}", "", about, ""]
        for name, exhibit in EXHIBITS.items():
            if shelf[name] == kind:
                lines += [f"### {title(name)}", "", summary(exhibit), ""]
                lines += [f"- **{label}:** {said[name][label]}" for label in EXHIBIT[1:]]
                lines += [f"- **Code:** `{name}` in `{file_of(exhibit)}`", ""]
    return as_printed("\n".join(lines))


def title(name: str) -> str:
    """BatchedFisher and off_by_one as words: Batched Fisher, Off by one."""
    words = (
        re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
        .replace("_", " ")
        .replace("Lw F", "LwF")
    )
    words = words.replace("AGEM", "A-GEM").replace("fisher", "Fisher")
    return words[0].upper() + words[1:]


PAGES = {"verified.md": verified, "bug_cabinet.md": bug_cabinet}

if __name__ == "__main__":
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    for name, page in PAGES.items():
        (ROOT / "book" / name).write_text(page(), encoding="utf-8")
