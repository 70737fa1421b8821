"""Change one formula at a time and see whether a test notices.

    python tools/mutate.py --seed 0 --count 100 sequifi_lite/learning/methods
    sequifi_lite/evaluation/metrics.py

A mutant is a module with one small mistake in it: a turned sign, a factor, an index off by one, a lost
``.detach()``. A seeded sample of all mutants of the given files is put, one by one, into a copy of the
checkout, and the tests that concern the module run there. A mutant that no test fails for has survived: a
test is missing, or the mistake changes nothing that can be seen.

Why not mutmut or cosmic-ray: neither draws a seeded sample, drops a statement or a ``.detach()``, mistakes an
axis, swaps the two sides of a difference or argmax and argmin; and cosmic-ray changes the checkout in place.

What may be changed stands in tools/mutations.py. Of a folder the files are taken and not the folders inside:
the exhibits of `sequifi_lite.teaching.bugs` are mistakes already.
"""

from __future__ import annotations

import argparse
import ast
import csv
import datetime
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
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from mutant_tests import CONCERNED
from mutations import Mutant, Mutator

ROOT = Path(__file__).resolve().parents[1]
COLUMNS = ("module", "line", "operator", "before", "after", "outcome", "note")
# Never the package itself.
HEAVY = ["pytest", "torch", "numpy", "scipy.stats", "pandas", "sklearn.metrics", "pyarrow", "transformers"]
MEMORY = 12 * 2**30  # bytes a mutant's tests may address: a wrong shape must not stop the machine


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


@cache
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
    """Test files, or single tests of them, that concern a module, its own first.

    Of a method all that import it, or a class or function of its file.
    """
    name, tests = Path(module).stem, root / "tests"
    if module in CONCERNED:
        named = [f"tests/{test}" for test in CONCERNED[module]]
        found = [test for test in named if (root / test.partition("::")[0]).is_file()]
    else:
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
        module: _digest(*((root / f.partition("::")[0]).read_text(encoding="utf-8") for f in files))
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
        alone = _seconds_alone(trees, {file for m in todo for file in tests[m.module]})

        def one(mutant: Mutant) -> None:
            files = tests[mutant.module]
            limit = 10 + 3 * sum(alone[file] for file in files)
            row = _try(mutant, sources[mutant.module], trees, files, limit)
            stored[keys[mutant]] = row | {"key": keys[mutant], "tests": digests[mutant.module]}
            log.write(json.dumps(stored[keys[mutant]]) + "\n")
            log.flush()
            say(f"{mutant.module}:{mutant.line} {mutant.operator}: {row['outcome']}")

        list(pool.map(one, todo))
    return [stored[keys[m]] for m in mutants]


def _seconds_alone(trees: queue.Queue[Path], files: set[str]) -> dict[str, float]:
    """Time every test file on the unchanged code, on which it has to be green."""
    alone = {}
    for file in sorted(files):
        outcome, failed, alone[file] = run_tests(trees.queue[0], [file], 600)
        if outcome != "green":
            raise SystemExit(f"error: {file} is {outcome} without any mutation; first: {failed}")
    return alone


def _try(mutant: Mutant, source: str, trees: queue.Queue[Path], files: list[str], limit: float) -> dict:
    """Run the tests on one mutant, in a copy that is as it was afterwards."""
    tree = trees.get()
    try:
        (tree / mutant.module).write_text(mutant.apply(source), encoding="utf-8")
        outcome, failed, seconds = run_tests(tree, files, limit)
    finally:
        (tree / mutant.module).write_text(source, encoding="utf-8")
        trees.put(tree)
    before, after = mutant.lines(source)
    outcome = {"green": "survived", "red": "killed"}.get(outcome, outcome)
    return {
        "module": mutant.module,
        "line": mutant.line,
        "operator": mutant.operator,
        "before": before,
        "after": after,
        "outcome": outcome,
        "note": failed if outcome == "killed" else "",
        "seconds": round(seconds, 1),
    }


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
