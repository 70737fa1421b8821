"""Change one formula at a time and see whether a test notices.

    python tools/mutate.py --seed 0 --count 100 sequifi_lite/learning/methods
    sequifi_lite/evaluation/metrics.py

A mutant is a module with one small mistake in it: a turned sign, a factor, an index off by one, a lost
``.detach()``. A seeded sample of all mutants of the given files is put, one by one, into a copy of the
checkout, and the tests that concern the module run there. A mutant that no test fails for has survived: a
test is missing, or the mistake changes nothing that can be seen.

Why not mutmut or cosmic-ray: neither draws a seeded sample, drops a statement or a ``.detach()``, mistakes an
axis, swaps the two sides of a difference or argmax and argmin; and cosmic-ray changes the checkout in place.

What is never changed: docstrings, strings, annotations, imports, what is raised (the condition for raising it
is). Of a folder the files are taken and not the folders inside: the exhibits of `sequifi_lite.teaching.bugs`
are mistakes already.
"""

from __future__ import annotations

import argparse
import ast
import csv
import datetime
import difflib
import hashlib
import json
import os
import platform
import queue
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COLUMNS = ("module", "line", "operator", "before", "after", "outcome", "note")
HEAVY = [
    "pytest",
    "torch",
    "numpy",
    "scipy.stats",
    "pandas",
    "sklearn.metrics",
    "pyarrow",
]  # never the package itself
MEMORY = 12 * 2**30  # bytes a mutant's tests may address: a wrong shape must not stop the machine
# Tests of a module: tests/test_NAME.py; for a method every test file that imports from it, or only these.
CONCERNED = {
    "early_stopping": ["learning/test_loop.py"],
    "_statistics": ["learning/test_class_statistics.py"],
    "vanilla": ["learning/test_methods.py"],
    "__init__": ["learning/test_methods.py"],
}

BINARY = {
    ast.Add: ("+", "-", "sign"),
    ast.Sub: ("-", "+", "sign"),
    ast.Mult: ("*", "/", "factor"),
    ast.Div: ("/", "*", "factor"),
    ast.FloorDiv: ("//", "*", "factor"),
    ast.Mod: ("%", "//", "factor"),
    ast.Pow: ("**", "*", "power"),
    ast.BitAnd: ("&", "|", "logic"),
    ast.BitOr: ("|", "&", "logic"),
}
COMPARE = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: (r"is\s+not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: (r"not\s+in", "in"),
}
_PAIRS = (
    ("argmax", "argmin"),
    ("max", "min"),
    ("amax", "amin"),
    ("mean", "sum"),
    ("nanmean", "nansum"),
    ("maximum", "minimum"),
    ("any", "all"),
    ("zeros_like", "ones_like"),
    ("zeros", "ones"),
    ("floor", "ceil"),
    ("add_", "sub_"),
    ("mul_", "div_"),
    ("softmax", "log_softmax"),
    ("exp", "log"),
    ("var", "std"),
    ("add", "sub"),
    ("mul", "div"),
    ("append", "extend"),
    ("clamp_min", "clamp_max"),
    ("cumsum", "cumprod"),
    ("logsumexp", "sum"),
)
SWAP = dict(_PAIRS) | {b: a for a, b in _PAIRS if b != "sum"} | {"sum": "mean"}
UNWRAP = {
    "detach",
    "clone",
    "sqrt",
    "abs",
    "relu",
    "exp",
    "log",
    "square",
    "contiguous",
    "deepcopy",
    "no_grad",
    "copy",
}
REDUCE = {
    "sum",
    "mean",
    "max",
    "min",
    "argmax",
    "argmin",
    "std",
    "var",
    "all",
    "any",
    "softmax",
    "log_softmax",
    "cumsum",
    "size",
    "argsort",
    "sort",
    "norm",
    "logsumexp",
    "unsqueeze",
    "squeeze",
    "flatten",
    "transpose",
    "diagonal",
    "gather",
    "nanmean",
    "amax",
    "amin",
    "movedim",
    "swapaxes",
    "topk",
}
SHAPED = {"reshape", "view", "expand", "unflatten"}
SYMMETRIC = {
    "isinstance",
    "getattr",
    "setattr",
    "hasattr",
    "print",
    "max",
    "min",
    "maximum",
    "minimum",
    "transpose",
    "swapaxes",
}
AXES = {"axis", "dim", "axis1", "axis2", "dim0", "dim1"}
# Where both names stand in one function, reading one instead of the other is the anchor taken for the current
# weights.
ANCHORS = (
    ("p", "q"),
    ("p", "kept"),
    ("p", "before"),
    ("p", "begun"),
    ("p", "found"),
    ("begun", "before"),
    ("theta", "source_model"),
    ("theta", "before"),
    ("theta", "mean"),
    ("source_model", "mean"),
    ("theta", "average"),
    ("mean", "w"),
    ("omega", "pulled"),
    ("student", "teacher"),
    ("z", "z_teacher"),
    ("log_p", "log_q"),
    ("mine", "other"),
    ("mine", "ref"),
    ("g", "g_ref"),
    ("stream", "past"),
    ("stored", "z"),
    ("source", "target"),
    ("head", "walker"),
    ("low", "high"),
    ("a", "b"),
    ("old", "found"),
    ("copy", "fresh"),
)


@dataclass(frozen=True)
class Mutant:
    """One mistake: bytes `start` to `end` of a module become `text`."""

    module: str
    line: int
    operator: str
    start: int
    end: int
    text: str

    def apply(self, source: str) -> str:
        raw = source.encode()
        return (raw[: self.start] + self.text.encode() + raw[self.end :]).decode()

    def lines(self, source: str) -> tuple[str, str]:
        """The changed lines before and after, without indentation."""
        parts: dict[str, list[str]] = {"-": [], "+": []}
        for line in list(
            difflib.unified_diff(source.splitlines(), self.apply(source).splitlines(), n=0, lineterm="")
        )[2:]:
            if line[0] in parts:
                parts[line[0]].append(line[1:].strip())
        return " ".join(parts["-"]), " ".join(parts["+"])


class Mutator:
    """All mutants of one module, in the order of its text."""

    def __init__(self, source: str, module: str = "module.py"):
        self.source, self.module, self.raw = source, module, source.encode()
        self.starts = [0]
        for line in self.raw.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def mutants(self) -> list[Mutant]:
        found = set()
        for operator, start, end, text in self._walk(ast.parse(self.source)):
            if text.encode() != self.raw[start:end]:
                found.add(Mutant(self.module, self.raw[:start].count(b"\n") + 1, operator, start, end, text))
        return sorted(found, key=lambda m: (m.start, m.end, m.operator, m.text))

    # Positions and texts; the parser counts columns in bytes.
    def _start(self, node: ast.AST) -> int:
        return self.starts[node.lineno - 1] + node.col_offset

    def _end(self, node: ast.AST) -> int:
        return self.starts[node.end_lineno - 1] + node.end_col_offset

    def _text(self, node: ast.AST) -> str:
        return self.raw[self._start(node) : self._end(node)].decode()

    def _between(self, left: ast.AST, right: ast.AST, pattern: str, new: str, literal: bool = True):
        """Replace the operator that stands between two nodes."""
        start, stop = self._end(left), self._start(right)
        hit = re.search(re.escape(pattern) if literal else rf"\b{pattern}\b", self.raw[start:stop].decode())
        return start + hit.start(), start + hit.end(), new

    def _walk(self, tree: ast.AST) -> Iterator[tuple]:
        stack: list[tuple[ast.AST, str, frozenset[str]]] = [(tree, "", frozenset())]
        while stack:
            node, place, names = stack.pop()
            if isinstance(node, ast.FunctionDef | ast.Lambda):
                names = frozenset(n.id for n in ast.walk(node) if isinstance(n, ast.Name)) | {
                    n.arg for n in ast.walk(node) if isinstance(n, ast.arg)
                }
            for operator, edit in self._edits(node, place, names):
                yield operator, *edit
            stack += [(child, where, names) for child, where in self._children(node, place)]

    def _children(self, node: ast.AST, place: str) -> Iterator[tuple[ast.AST, str]]:
        """Children that may be changed, with the place they stand in.

        An index, an axis, a default, or anywhere ('').
        """
        if isinstance(
            node, ast.Import | ast.ImportFrom | ast.JoinedStr | ast.Raise | ast.Global | ast.Nonlocal
        ):
            return
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "msg", "ctx", "decorator_list", "type_params"):
                continue
            for child in value if isinstance(value, list) else [value]:
                if not isinstance(child, ast.AST):
                    continue
                where = ""
                if isinstance(node, ast.Subscript) and name == "slice":
                    where = "index"
                elif place == "index" and isinstance(node, ast.Tuple | ast.Slice | ast.UnaryOp):
                    where = "index"
                elif isinstance(node, ast.arguments) and name in ("defaults", "kw_defaults"):
                    where = "default"
                elif _name(node) in SHAPED and name == "args":
                    where = "shape"
                elif (
                    isinstance(node, ast.keyword)
                    and node.arg in AXES
                    or _name(node) in REDUCE
                    and name == "args"
                ):
                    where = "axis"
                elif place in ("axis", "default", "shape") and isinstance(node, ast.UnaryOp | ast.Tuple):
                    where = place
                yield child, where

    def _edits(
        self, node: ast.AST, place: str, names: frozenset[str]
    ) -> Iterator[tuple[str, tuple[int, int, str]]]:
        here = (self._start(node), self._end(node)) if hasattr(node, "lineno") else (0, 0)
        if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in BINARY:
            old, new, operator = BINARY[type(node.op)]
            if isinstance(node, ast.AugAssign):
                yield operator, self._between(node.target, node.value, old + "=", new + "=")
            else:
                yield operator, self._between(node.left, node.right, old, new)
                if isinstance(node.op, ast.Sub | ast.Div):
                    yield (
                        "operands",
                        (*here, f"({self._in_brackets(node.right)} {old} {self._in_brackets(node.left)})"),
                    )
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            for left, right, op in zip(sides, sides[1:], node.ops):
                old, new = COMPARE[type(op)]
                yield "compare", self._between(left, right, old, new, literal=not old[0].isalpha())
        if isinstance(node, ast.BoolOp):
            words = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
            yield "logic", self._between(node.values[0], node.values[1], *words, literal=False)
        if isinstance(node, ast.UnaryOp) and not isinstance(node.op, ast.UAdd):
            number = isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant)
            if number and place == "shape":
                pass  # -2 means "what is left" as -1 does
            elif number and place in ("index", "axis"):
                yield (
                    place,
                    (
                        *here,
                        f"-{node.operand.value + 1}" if node.operand.value < 2 or place == "index" else "-1",
                    ),
                )
            else:
                yield (
                    "logic" if isinstance(node.op, ast.Not | ast.Invert) else "sign",
                    (*here, self._in_brackets(node.operand)),
                )
        before = self.raw[here[0] - 1 : here[0]]
        if isinstance(node, ast.Constant) and not (place in ("index", "axis", "shape") and before == b"-"):
            yield from ((operator, (*here, text)) for operator, text in _constants(node.value, place))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            if place == "index" and re.fullmatch(r"[a-z]", node.id):
                yield "index", (*here, f"{node.id} + 1")
            for pair in ANCHORS:
                if node.id in pair and names >= set(pair):
                    yield "anchor", (*here, pair[1 - pair.index(node.id)])
        if isinstance(node, ast.Slice):
            for bound in (node.lower, node.upper, node.step):
                if bound is not None:
                    yield "slice", (self._start(bound), self._end(bound), "")
        if isinstance(node, ast.Call):
            yield from self._calls(node, here)
        if isinstance(node, ast.If | ast.IfExp | ast.While):
            guard = isinstance(node, ast.If) and isinstance(node.body[-1], ast.Raise)
            text = "False" if guard else f"not {self._in_brackets(node.test)}"
            yield "condition", (self._start(node.test), self._end(node.test), text)
        if isinstance(node, ast.comprehension):
            for test in node.ifs:
                yield "condition", (self._start(test), self._end(test), f"not {self._in_brackets(test)}")
        if _dropped(node):
            yield "statement", (*here, "pass")

    def _calls(self, node: ast.Call, here: tuple[int, int]) -> Iterator[tuple[str, tuple[int, int, str]]]:
        name = _name(node)
        if name in SWAP:
            end = self._end(node.func)
            yield "call", (end - len(name.encode()), end, SWAP[name])
        if name in UNWRAP and not node.keywords:
            inner = node.args[0] if node.args else getattr(node.func, "value", None)
            if inner is not None:
                yield (
                    "unwrap",
                    (*here, self._in_brackets(inner) if len(node.args) == 1 else self._text(inner)),
                )
        for keyword in node.keywords:
            if keyword.arg:
                rest = [self._text(a) for a in node.args]
                rest += [
                    (f"{k.arg}=" if k.arg else "**") + self._text(k.value)
                    for k in node.keywords
                    if k is not keyword
                ]
                yield "keyword", (*here, f"{self._text(node.func)}({', '.join(rest)})")
        if name not in SYMMETRIC:
            for a, b in zip(node.args, node.args[1:]):
                if not isinstance(a, ast.Starred) and not isinstance(b, ast.Starred):
                    middle = self.raw[self._end(a) : self._start(b)].decode()
                    yield "arguments", (self._start(a), self._end(b), self._text(b) + middle + self._text(a))

    def _in_brackets(self, node: ast.AST) -> str:
        simple = isinstance(node, ast.Name | ast.Constant | ast.Call | ast.Attribute | ast.Subscript)
        return self._text(node) if simple else f"({self._text(node)})"


def _name(node: ast.AST) -> str:
    """The last name of what is called."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _constants(value, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, bool):
        yield place if place == "default" else "boolean", str(not value)
    elif isinstance(value, int):
        yield (
            place.replace("shape", "") or "constant",
            str(value - 1 if place == "axis" and value > 0 else value + 1),
        )
    elif isinstance(value, float):
        yield place.replace("shape", "") or "constant", repr(2 * value or 1.0)
    elif value is None and place == "index":
        yield "index", ":"


def _dropped(node: ast.AST) -> bool:
    """Whether leaving out a statement is a mistake of its own, not merely a missing name."""
    if isinstance(node, ast.Expr):
        return not isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Assign):
        target = node.targets[0]
        read = {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)}
        return (
            isinstance(target, ast.Subscript | ast.Attribute)
            or isinstance(target, ast.Name)
            and target.id in read
        )
    return isinstance(node, ast.AugAssign | ast.Continue | ast.Break)


def sample(root: Path, paths: list[str], count: int, seed: int) -> list[Mutant]:
    """`count` mutants drawn evenly from all mutants of the files, in the order of the text.

    Each gets a number from the seed, its module, its line's text and the change; the smallest are drawn. So a
    change of the code changes the sample by little, and stored outcomes of other modules stay of use.
    """
    files = sorted({f for p in paths for f in ([root / p] if p.endswith(".py") else (root / p).glob("*.py"))})
    numbered = []
    for file in files:
        source, module, twins = file.read_text(encoding="utf-8"), file.relative_to(root).as_posix(), Counter()
        lines = source.splitlines()
        for m in Mutator(source, module).mutants():
            column = m.start - len("\n".join(lines[: m.line - 1]).encode())
            name = (
                str(seed),
                module,
                lines[m.line - 1],
                str(column),
                str(m.end - m.start),
                m.operator,
                m.text,
            )
            twins[name] += 1  # lines of the same text
            numbered.append((_digest(*name, str(twins[name])), m, source))
    drawn: list[Mutant] = []
    for _, m, source in sorted(numbered, key=lambda entry: entry[0]):
        if len(drawn) == count:
            break
        try:
            ast.parse(m.apply(source))
        except SyntaxError:  # no mistake that anybody could make and run
            continue
        drawn.append(m)
    return sorted(drawn, key=lambda m: (m.module, m.start, m.end, m.operator, m.text))


def _imports(file: Path) -> set[str]:
    """Last names of everything a test file imports."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {a.name.split(".")[-1] for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {a.name for a in node.names} | {(node.module or "").split(".")[-1]}
    return found


def tests_of(root: Path, module: str) -> list[str]:
    """Test files that concern a module, its own first.

    Of a method all that import it, or a class or function of its file.
    """
    name, tests = Path(module).stem, root / "tests"
    own = [*tests.rglob(f"test_{name}.py"), *(tests / file for file in CONCERNED.get(name, ()))]
    if "methods" in Path(module).parts and name not in CONCERNED:
        top = ast.parse((root / module).read_text(encoding="utf-8")).body
        names = {name} | {n.name for n in top if isinstance(n, ast.ClassDef | ast.FunctionDef)}
        own += [file for file in sorted(tests.rglob("test_*.py")) if names & _imports(file)]
    found = list(dict.fromkeys(f.relative_to(root).as_posix() for f in own if f.is_file()))
    if not found:
        raise SystemExit(f"error: {module} has no test file; name one in CONCERNED of tools/mutate.py.")
    return found


def copy_tree(root: Path, to: Path) -> Path:
    """The checkout once more.

    Python files are copied, everything else is linked, so no original can be written to.
    """

    def place(source: str, target: str) -> str:
        return (
            shutil.copyfile(source, target)
            if source.endswith(".py")
            else (os.symlink(source, target) or target)
        )

    away = shutil.ignore_patterns(
        ".git", ".book", ".ci", ".venv", "_build", "__pycache__", ".*_cache", "*.egg-info"
    )
    return Path(shutil.copytree(root, to, ignore=away, copy_function=place))


def _pytest_in(tree: str, tests: list[str], log: str) -> None:
    """What the forked process does; it leaves with pytest's exit code."""
    os.setsid()
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(descriptor, 1), os.dup2(descriptor, 2)
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    # A module compiled within the same second and of the same length would be taken for the unchanged one:
    # nothing is kept.
    sys.dont_write_bytecode = True
    os.environ |= {"PYTHONPATH": tree, "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    os.chdir(tree)
    sys.path[:] = [tree, *(p for p in sys.path if Path(p or ".").resolve() not in (ROOT, ROOT / "tools"))]
    import pytest

    os._exit(int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *tests])))


def run_tests(tree: Path, tests: list[str], limit: float) -> tuple[str, str, float]:
    """Outcome (`green`, `red`, `timed out`), what failed first, and seconds, of test files in a copy."""
    context, log = get_context("forkserver"), tree.with_suffix(".log")
    context.set_forkserver_preload(HEAVY)  # imported once, so that a mutant costs its tests alone
    began = time.perf_counter()
    process = context.Process(target=_pytest_in, args=(str(tree), tests, str(log)))
    process.start()
    process.join(limit)
    if process.is_alive():
        os.killpg(process.pid, signal.SIGKILL)
        process.join()
        return "timed out", "", time.perf_counter() - began
    output = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""
    hits = re.findall(r"^(?:FAILED|ERROR) tests/(\S+)", output, re.M)
    green = process.exitcode in (0, 5)  # 5: all tests were skipped
    return "green" if green else "red", hits[0] if hits else output[-300:], time.perf_counter() - began


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def judge(root: Path, mutants: list[Mutant], store: Path, jobs: int = 1, say=print) -> list[dict]:
    """Run every mutant that the store does not hold yet; one dict each, in the order given.

    A changed module makes its stored outcomes stale, and changed tests those of survivors: more tests kill no
    less. Whoever took tests away begins with an empty store.
    """
    stored = {}
    if store.is_file():
        stored = {r["key"]: r for r in map(json.loads, store.read_text(encoding="utf-8").splitlines())}
    sources = {m.module: (root / m.module).read_text(encoding="utf-8") for m in mutants}
    tests = {module: tests_of(root, module) for module in sources}
    digests = {
        module: _digest(*((root / f).read_text(encoding="utf-8") for f in files))
        for module, files in tests.items()
    }
    keys = {m: _digest(m.module, sources[m.module], repr(asdict(m))) for m in mutants}
    fresh = {
        k for k, r in stored.items() if r["outcome"] != "survived" or r["tests"] == digests.get(r["module"])
    }
    todo = [m for m in mutants if keys[m] not in fresh]
    store.parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        store.open("a", encoding="utf-8") as log,
        ThreadPoolExecutor(jobs) as pool,
    ):
        trees: queue.Queue[Path] = queue.Queue()
        for i in range(min(jobs, len(todo))):
            trees.put(copy_tree(root, Path(folder).resolve() / str(i)))
        alone = {}  # seconds that a test file takes on the unchanged code, on which it is green
        for file in sorted({file for m in todo for file in tests[m.module]}):
            outcome, failed, alone[file] = run_tests(trees.queue[0], [file], 600)
            if outcome != "green":
                raise SystemExit(f"error: {file} is {outcome} without any mutation; first: {failed}")

        def one(mutant: Mutant) -> None:
            tree, files = trees.get(), tests[mutant.module]
            limit = 10 + 3 * sum(alone[file] for file in files)
            try:
                (tree / mutant.module).write_text(mutant.apply(sources[mutant.module]), encoding="utf-8")
                outcome, failed, seconds = run_tests(tree, files, limit)
            finally:
                (tree / mutant.module).write_text(sources[mutant.module], encoding="utf-8")
                trees.put(tree)
            before, after = mutant.lines(sources[mutant.module])
            outcome = {"green": "survived", "red": "killed"}.get(outcome, outcome)
            row = {
                "module": mutant.module,
                "line": mutant.line,
                "operator": mutant.operator,
                "before": before,
                "after": after,
            }
            row |= {
                "outcome": outcome,
                "note": failed if outcome == "killed" else "",
                "seconds": round(seconds, 1),
            }
            stored[keys[mutant]] = row | {"key": keys[mutant], "tests": digests[mutant.module]}
            log.write(json.dumps(stored[keys[mutant]]) + "\n")
            log.flush()
            say(f"{mutant.module}:{mutant.line} {mutant.operator}: {outcome}")

        list(pool.map(one, todo))
    return [stored[keys[m]] for m in mutants]


def explain(rows: list[dict], reasons: Path) -> None:
    """Give survivors the sentence written for them in a table of module, before, after, note."""
    if reasons.is_file():
        with reasons.open(encoding="utf-8", newline="") as file:
            known = {(r["module"], r["before"], r["after"]): r["note"] for r in csv.DictReader(file)}
        for row in rows:
            if row["outcome"] == "survived":
                row["note"] = known.get((row["module"], row["before"], row["after"]), "")


def report(rows: list[dict]) -> str:
    """Counts by module, then the survivors as diffs."""
    modules = sorted({r["module"] for r in rows})
    outcomes = ("killed", "survived", "timed out")
    lines = [f"{'':44}" + "".join(f"{o:>11}" for o in outcomes)]
    for module in [*modules, "all"]:
        counts = [sum(r["outcome"] == o and module in (r["module"], "all") for r in rows) for o in outcomes]
        lines.append(f"{module:44}" + "".join(f"{n:11}" for n in counts))
    for row in rows:
        if row["outcome"] == "survived":
            lines += [
                "",
                f"survived: {row['module']}:{row['line']} {row['operator']}",
                f"- {row['before']}",
                f"+ {row['after']}",
            ]
            lines += [f"  {row['note']}"] if row["note"] else []
    return "\n".join(lines)


def write_results(rows: list[dict], out: Path, command: str, commit: str) -> None:
    """``table.csv`` and ``provenance.json``, as studies write them."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / "table.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    provenance = {
        "study": out.name,
        "command": command,
        "commit": commit,
        "date": datetime.date.today().isoformat(),
        "wall_minutes": round(sum(r["seconds"] for r in rows) / 60, 1),
        "machine": f"{platform.system()} {platform.machine()}, 1 thread a mutant",
        "python": platform.python_version(),
    }
    (out / "provenance.json").write_text(json.dumps(provenance, indent=1) + "\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Mutate formulas and see whether a test notices.")
    parser.add_argument("paths", nargs="+", help="modules or folders, relative to the checkout")
    parser.add_argument("--seed", type=int, default=0, help="of the draw of mutants  [default: 0]")
    parser.add_argument(
        "--count", type=int, default=100, help="how many are drawn; all, if there are fewer  [default: 100]"
    )
    parser.add_argument("--jobs", type=int, default=1, help="processes at once  [default: 1]")
    parser.add_argument(
        "--only", default="", help="of the sample only those whose 'module:line operator' contains this"
    )
    parser.add_argument(
        "--store",
        type=Path,
        default=ROOT / ".book" / "mutants.jsonl",
        help="outcomes so far; a run resumes here",
    )
    parser.add_argument(
        "--reasons",
        type=Path,
        default=ROOT / "results" / "mutants" / "reasons.csv",
        help="why survivors are harmless",
    )
    parser.add_argument("--out", type=Path, help="folder for table.csv and provenance.json")
    args = parser.parse_args(arguments)
    absent = [path for path in args.paths if not (ROOT / path).exists()]
    if absent:
        parser.error(f"{absent[0]} does not exist in {ROOT}; give modules or folders relative to it")
    drawn = sample(ROOT, args.paths, args.count, args.seed)
    drawn = [m for m in drawn if args.only in f"{m.module}:{m.line} {m.operator}"]
    rows = judge(ROOT, drawn, args.store, args.jobs)
    explain(rows, args.reasons)
    print(report(rows))
    if args.out:
        git = ["git", "-C", str(ROOT), "rev-parse", "--short=12", "HEAD"]
        commit = subprocess.run(git, capture_output=True, text=True).stdout
        command = f"python tools/mutate.py --seed {args.seed} --count {args.count} {' '.join(args.paths)}"
        write_results(rows, args.out, command, commit.strip() or "unknown")
    unexplained = [r for r in rows if r["outcome"] == "survived" and not r["note"]]
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
