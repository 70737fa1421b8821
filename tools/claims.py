"""Numbers in prose that follow the tables they come from.

    python tools/claims.py          rewrite every number from results/
    python tools/claims.py --check  say what would change, and exit with 1 if anything would

A number carries its key in a comment behind it, which no reader sees:

    93.0<!--=pairs/means/variant=vanilla/both-->

The key is study / table / row / column: the file ``results/pairs/means.csv``, the one row whose columns have
these values (more than one pair: ``a=1,b=2``), and the column. The number keeps its decimals, and a plus sign
if it has one. A statement about numbers carries a relation that has to hold:

    Replay does better.<!--?{pairs/means/variant=er/both} > {pairs/means/variant=ewc/both} + 1-->
"""

from __future__ import annotations

import argparse
import ast
import json
import operator
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from sequifi_lite.errors import SequifiError  # noqa: E402
from sequifi_lite.studies.numbers import number as number_of  # noqa: E402

NUMBER = r"(?P<number>[+\-−]?\d[\d,]*(?:\.\d+)?)"
CLAIM = re.compile(NUMBER + r"(?P<unit> ?%?)<!--=(?P<key>.+?)-->")
RELATION = re.compile(r"<!--\?(?P<text>.+?)-->", re.S)
#: A number of the kind that is measured: decimals (two at most: 0.001 is a learning rate), whole percents, or
#: so many points. Names with a version in them (wav2vec 2.0, CC BY 4.0, Python 3.11) are none.
MEASURED = re.compile(
    r"(?<![\w.,])(?<!wav2vec )(?<!BY )(?<!-SA )(?<!DbL )(?<!DbCL )(?<!Python )"
    r"\d{1,2}\.\d{1,2}(?![\w.,]*\d)"
    r"(?! ?(?:kHz|MB|MiB|GB|s\b|seconds\b))"
    r"|(?<![\w.,])\d{1,3} ?%|\d+(?:\.\d+)? points\b"
)
#: Percents that are conventions: the level of an interval, chance with four and with six classes.
CONVENTIONS = re.compile(
    r"(?:90|95) %\s+(?:interval|\{term\}|are over|two-sided|of the values)|\b95 %, from"
    r"|\b25 %|Chance is 17 %"
)
#: A difference in words ("within two points", "half a point"). On the pages whose tables can be keyed it has
#: to have a relation in its paragraph; on the others the assertions of the page's own cells hold it.
WORDS = (
    "half|hundredths|tenths|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty"
    "|thirty|forty|fifty"
)
WORDED = re.compile(
    rf"\b(?:(?:half|tenths|hundredths) (?:of )?)?a point\b(?! at| where)|\b(?:{WORDS}) points?\b"
)
KEYED = (
    "README.md",
    "book/",
    "notebooks/09_",
    "notebooks/18_",
    "notebooks/19_",
    "notebooks/24_",
    "notebooks/28_",
    "notebooks/25_",
    "notebooks/details/25_",
)
#: Behind differences in words that the assertions of a page's own cells hold.
CHECKED = "<!--checked below-->"
#: Where such numbers are written by another tool, which has a test of its own; are settings, or thresholds
#: that an assertion holds, or made up; or are part of an exercise's arithmetic.
ALLOWED = {
    "book/cards": None,
    "book/bug_cabinet.md": None,
    "book/verified.md": None,
    "book/teachers.md": None,  # made-up scores of exam questions, and points of rubrics
    "book/corpora.md": ("44.1", "22.05", "0.2", "70 %"),  # lengths, and a share that test_cards.py counts
    # limits that were set beforehand, and words that the chapter's own cell asserts
    "book/details/26_when_the_encoder_moves.md": ("0.5", "three points", "one point", "six points"),
    "book/details/28_the_verdict.md": ("35 %", "one point", "a point", "0.03"),
    "book/exam": None,  # made-up scores, worked by hand in tests/studies/test_exam.py
    "book/how_to_read.md": ("a point",),
    "book/leaderboard.md": None,  # drawn by tools/draw_leaderboard.py, which a test compares
    "book/pack.md": ("0.01",),
    "book/playground.md": ("0.03",),
    "book/prompts.md": ("2.3",),  # the factor of a break: a setting
    "notebooks/05_hearing_emotion.ipynb": ("0.01",),
    "notebooks/06_the_corpora.ipynb": ("100 %",),
    "notebooks/07_honest_splits.ipynb": ("90 %",),
    "notebooks/08_encoders.ipynb": ("100 %", "0.01"),
    "notebooks/03_vanilla_fine_tuning.ipynb": ("90 %", "35 %", "0.01"),
    "notebooks/04_forgetting.ipynb": ("73.3", "17.5", "19.5"),
    "notebooks/09_reference_points.ipynb": ("79 %", "300 %", "half a point", "one point"),
    "notebooks/13_experience_replay.ipynb": ("100 %",),
    "notebooks/15_gem_and_agem.ipynb": ("20.0",),
    "notebooks/14_dark_experience_replay.ipynb": ("100 %", "0.01", "0.03", "0.4", "0.1"),
    "notebooks/16_weight_averaging.ipynb": ("0.6", "0.1", "0.99", "1.5"),
    "notebooks/17_class_statistics_and_head_corrections.ipynb": ("0.3",),
    "notebooks/21_how_long_is_one_at_a_time.ipynb": ("0.03",),
    "notebooks/18_which_corpus_is_this.ipynb": ("one point",),  # thresholds of an exercise
    "notebooks/19_the_chooser.ipynb": ("8 points", "a point"),  # the end of an axis, and what is advised
    "notebooks/24_all_corpora.ipynb": ("60 %", "0.05"),
    "notebooks/28_the_verdict.ipynb": ("35 %", "one point", "a point", "0.03"),
    "notebooks/30_what_it_costs.ipynb": ("0.9", "3 %"),
}


class ClaimError(ValueError):
    """A key that leads to no number."""


def value(key: str, results: Path = ROOT / "results") -> float:
    """The number behind a key."""
    try:
        return number_of(key, (results,))
    except SequifiError as error:
        raise ClaimError(str(error)) from error


def written(number: str, now: float) -> str:
    """A number in the form in which it stands there: decimals, thousands, the sign."""
    decimals = len(number.partition(".")[2])
    text = f"{abs(now):,.{decimals}f}" if "," in number or abs(now) >= 10_000 else f"{abs(now):.{decimals}f}"
    negative = now < 0 and float(text.replace(",", "")) != 0
    return (
        ("−" if "−" in number or number[0] not in "+-" else "-") + text
        if negative
        else ("+" if number[0] == "+" else "") + text
    )


def rewrite(text: str, results: Path = ROOT / "results") -> str:
    """The text with every claimed number as it stands in the tables."""
    return CLAIM.sub(
        lambda m: f"{written(m['number'], value(m['key'], results))}{m['unit']}<!--={m['key']}-->", text
    )


def broken(text: str, results: Path = ROOT / "results") -> list[str]:
    """Relations that do not hold."""
    return [m["text"] for m in RELATION.finditer(text) if not holds(m["text"], results)]


_OPERATIONS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
    ast.Lt: operator.lt,
    ast.Gt: operator.gt,
    ast.LtE: operator.le,
    ast.GtE: operator.ge,
}


def holds(relation: str, results: Path = ROOT / "results") -> bool:
    """Whether a relation between numbers, keys in braces, and + - * / < > is true; ``and`` joins several."""

    def refused() -> ClaimError:
        return ClaimError(f"{relation!r} holds more than numbers, keys, arithmetic and comparisons (< or >)")

    def operation(node):
        if type(node) not in _OPERATIONS:
            raise refused()
        return _OPERATIONS[type(node)]

    def compute(node):
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.UnaryOp):
            return operation(node.op)(compute(node.operand))
        if isinstance(node, ast.BinOp):
            return operation(node.op)(compute(node.left), compute(node.right))
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
            return all(map(compute, node.values))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "abs":
            return abs(compute(node.args[0]))
        if isinstance(node, ast.Compare):
            sides = [compute(side) for side in (node.left, *node.comparators)]
            return all(operation(op)(a, b) for op, a, b in zip(node.ops, sides, sides[1:]))
        raise refused()

    return bool(
        compute(
            ast.parse(
                re.sub(r"\{(.+?)\}", lambda m: repr(value(m[1], results)), relation).strip(), mode="eval"
            ).body
        )
    )


def unclaimed(text: str, allowed: tuple[str, ...] = ()) -> list[str]:
    """Numbers of the measured kind that carry no key; code and comments do not count."""
    text = re.sub(r"```.*?```|`[^`\n]*`|\$[^$\n]*\$", " ", CLAIM.sub(" ", text), flags=re.S)
    text = CONVENTIONS.sub(" ", re.sub(r"<!--.*?-->", " ", text, flags=re.S))
    return [number for number in MEASURED.findall(text) if number not in allowed]


def unrelated(text: str, allowed: tuple[str, ...] = ()) -> list[str]:
    """Differences in words whose paragraph (or item of a list) has no relation that would hold them."""
    text = re.sub(r"```.*?```|`[^`\n]*`|\$[^$\n]*\$", " ", text, flags=re.S)
    blocks = re.split(r"\n\s*\n|\n(?=\s*[-|] )", text)
    found = [WORDED.findall(block) for block in blocks if not RELATION.search(block) and CHECKED not in block]
    return [words for block in found for words in block if words not in allowed]


def pages() -> list[Path]:
    return [
        ROOT / "README.md",
        *sorted((ROOT / "book").rglob("*.md")),
        *sorted((ROOT / "notebooks").glob("*.ipynb")),
        *sorted((ROOT / "notebooks/details").glob("*.ipynb")),
    ]


def prose(path: Path) -> list[str]:
    """The prose of a page: itself, or a notebook's Markdown cells."""
    if path.suffix != ".ipynb":
        return [path.read_text(encoding="utf-8")]
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]


def allowed(path: Path) -> tuple[str, ...] | None:
    """Numbers that may stand on a page without a key; None: any."""
    name = path.relative_to(ROOT).as_posix()
    found = [numbers for start, numbers in ALLOWED.items() if name.startswith(start)]
    return found[0] if found else ()


def main(check: bool) -> int:
    changed = 0
    for path in pages():
        text = path.read_text(encoding="utf-8")
        new = rewrite(
            text
        )  # comments have no quotes or backslashes, so the JSON of a notebook can be treated as text
        for relation in broken(new):
            changed += 1
            print(f"{path.relative_to(ROOT)}: does not hold: {relation}")
        if new != text:
            changed += 1
            print(
                f"{path.relative_to(ROOT)}: numbers {'differ from' if check else 'rewritten from'} the tables"
            )
            if not check:
                path.write_text(new, encoding="utf-8")
    return int(check and changed > 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 if anything would change"
    )
    sys.exit(main(parser.parse_args().check))
