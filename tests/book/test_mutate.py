"""The mutator.

Every operator makes the mistake it promises, a sample is its seed's, originals stay as they are.
"""

import csv
import json
import shutil

import mutate
import mutations
import pytest

CASES = {
    "a = b + c": ["sign: a = b - c"],
    "a -= b": ["sign: a += b", "statement: pass"],
    "a = -b": ["sign: a = b"],
    "a = b * c": ["factor: a = b / c"],
    "a = b / c": ["factor: a = b * c", "operands: a = (c / b)"],
    "a = b - c * d": ["factor: a = b - c / d", "operands: a = ((c * d) - b)", "sign: a = b + c * d"],
    "a = b**c": ["power: a = b*c"],
    "a = 0.5": ["constant: a = 1.0"],
    "a = 1": ["constant: a = 2"],
    "a = 0.0": ["constant: a = 1.0"],
    "a = b < c": ["compare: a = b <= c"],
    "a = b >= c": ["compare: a = b > c"],
    "a = b is not c": ["compare: a = b is c"],
    "a = b in c": ["compare: a = b not in c"],
    "a = b or c": ["logic: a = b and c"],
    "a = not b": ["logic: a = b"],
    "a = ~b & c": ["logic: a = b & c", "logic: a = ~b | c"],
    "a = b.argmax(-1)": ["axis: a = b.argmax(-2)", "call: a = b.argmin(-1)"],
    "a = np.mean(b, axis=0)": [
        "axis: a = np.mean(b, axis=1)",
        "call: a = np.sum(b, axis=0)",
        "keyword: a = np.mean(b)",
    ],
    "a = b.sum(1)": ["axis: a = b.sum(0)", "call: a = b.mean(1)"],
    "a = b[i]": ["index: a = b[i + 1]"],
    "a = b[-1]": ["index: a = b[-2]"],
    "a = b[:-1]": ["index: a = b[:-2]", "slice: a = b[:]"],
    "a = b.reshape(-1, c)": ["arguments: a = b.reshape(c, -1)"],
    "a = f(b, c, k=d)": ["arguments: a = f(c, b, k=d)", "keyword: a = f(b, c)"],
    "a = b.detach()": ["unwrap: a = b"],
    "a = np.sqrt(b + c)": ["sign: a = np.sqrt(b - c)", "unwrap: a = (b + c)"],
    "a.zero_()": ["statement: pass"],
    "a = a[mask]": ["statement: pass"],
    "a[mask] = b": ["statement: pass"],
    "a = True": ["boolean: a = False"],
    "if a: b = c": ["condition: if not a: b = c"],
    "if a:\n    raise ValueError(f'{1 + 2}')": ["condition: if False:"],
    "a = [b for b in c if d]": [
        "condition: a = [b for b in c if not d]",
        "filter: a = [b for b in c if True]",
    ],
    "def f(a=2.0): return a": ["default: def f(a=4.0): return a"],
    "def f(p, q): return p": ["anchor: def f(p, q): return q"],
    "é = 'é'; a = b + c": ["sign: é = 'é'; a = b - c"],
    # Mistakes of a study.
    "a = b.test": ["exchange: a = b.valid"],
    "a = b.train": ["exchange: a = b.valid"],
    "a = f('valid')": ['exchange: a = f("test")'],
    "a = b['source']": ['exchange: a = b["target"]'],
    "a = {'dS': b}": ['exchange: a = {"dP": b}'],
    "a = 'the source'": [],
    "a = b[b.c == d]": ["compare: a = b[b.c != d]", "filter: a = b"],
    "a = b[b.c.isin(d)]": ["filter: a = b"],
    "a = b[~c]": ["filter: a = b", "index: a = b[~c + 1]", "logic: a = b[c]"],
    "a = b.dropna()": ["filter: a = b"],
    "a = b.groupby(['c', 'd'])": ["filter: a = b.groupby(['c'])", "filter: a = b.groupby(['d'])"],
    "a = sorted(b)": ["sort: a = list(b)"],
    "a = b.sort_values('c')": ["sort: a = b"],
    "a = np.sort(b)": ["sort: a = b"],
    "a = np.random.default_rng(b)": ["seed: a = np.random.default_rng(0)"],
    "a = np.random.default_rng([b, c])": ["seed: a = np.random.default_rng(0)"],
    "a = f(b, seed=c)": ["keyword: a = f(b)", "seed: a = f(b, seed=0)"],
    "a = f(b, seed=0)": ["constant: a = f(b, seed=1)", "keyword: a = f(b)"],
    "a = b.std()": ["call: a = b.var()", "ddof: a = b.std(ddof=1)"],
    "a = np.std(b)": ["call: a = np.var(b)", "ddof: a = np.std(b, ddof=1)"],
    "a = b.std(ddof=1)": [
        "call: a = b.var(ddof=1)",
        "constant: a = b.std(ddof=2)",
        "ddof: a = b.std(ddof=0)",
        "keyword: a = b.std()",
    ],
    "a = b.mean().idxmax()": ["call: a = b.mean().idxmin()", "call: a = b.sum().idxmax()"],
    # What is left alone.
    '"""1 + 2"""': [],
    "import b": [],
    "a: c[1] = b": [],
    "def f(a: c[1]) -> d[2]: return a": [],
    "raise ValueError(b + c)": [],
    "a = f'{b + c}'": [],
}


@pytest.mark.parametrize("source", CASES)
def test_each_operator_makes_the_mistake_it_promises_and_no_other(source):
    found = mutations.Mutator(source).mutants()
    assert sorted(f"{m.operator}: {m.lines(source)[1]}" for m in found) == CASES[source]
    for mutant in found:
        compile(mutant.apply(source), "mutant", "exec")


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """A module whose test looks at one of its two functions only, and hangs where the loop does."""
    monkeypatch.setattr(mutate, "HEAVY", ["pytest"])
    root = tmp_path / "checkout"
    (root / "tests").mkdir(parents=True)
    (root / "toy.py").write_text(
        "def double(x):\n    return x + x\n\n\ndef half(x):\n    return x / y\n\n\ny = 2\n"
    )
    (root / "tests" / "test_toy.py").write_text(
        "import toy\n\n\ndef test_double():\n    assert toy.double(3) == 6\n"
    )
    (root / "conftest.py").write_text("")
    (root / "data.txt").write_text("kept")
    return root


def test_the_survivor_of_a_weak_test_is_listed_and_nothing_is_touched(toy, tmp_path):
    before = {f.relative_to(toy): f.read_bytes() for f in toy.rglob("*") if f.is_file()}
    mutants = mutate.sample(toy, ["toy.py"], 100, 0)
    assert len(mutants) == 4
    store = tmp_path / "store.jsonl"
    rows = mutate.judge(toy, mutants, store, say=lambda text: None)
    assert [r["outcome"] for r in rows] == ["killed", "survived", "survived", "survived"]
    assert rows[0]["note"].startswith("test_toy.py::test_double")
    text = mutate.report(rows)
    assert "- return x / y\n+ return x * y" in text and "x - x" not in text
    assert {f.relative_to(toy): f.read_bytes() for f in toy.rglob("*") if f.is_file()} == before

    # A reason stands beside its survivor, and the results hold it.
    reasons = tmp_path / "reasons.csv"
    reasons.write_text("module,before,after,note\ntoy.py,return x / y,return x * y,nobody halves\n")
    mutate.explain(rows, reasons)
    mutate.write_results(rows, tmp_path / "mutants", "python tools/mutate.py toy.py", "abc")
    table = list(csv.DictReader((tmp_path / "mutants" / "table.csv").read_text().splitlines()))
    assert tuple(table[0]) == mutate.COLUMNS and len(table) == 4
    assert [row["after"] for row in table if row["note"] == "nobody halves"] == ["return x * y"]
    assert json.loads((tmp_path / "mutants" / "provenance.json").read_text())["commit"] == "abc"


def test_what_is_stored_is_run_again_only_where_it_may_have_changed(toy, tmp_path):
    store, ran = tmp_path / "store.jsonl", []
    mutants = mutate.sample(toy, ["toy.py"], 100, 0)
    rows = mutate.judge(toy, mutants, store, say=ran.append)
    lines = store.read_text()
    assert (
        len(ran) == 4
        and mutate.judge(toy, mutants, store, say=pytest.fail) == rows
        and store.read_text() == lines
    )
    # Another test: the survivors are tried again.
    (toy / "tests" / "test_toy.py").write_text(
        "import toy\n\n\ndef test_half():\n    assert toy.half(3) == 1.5\n"
    )
    rows = mutate.judge(toy, mutants, store, say=ran.append)
    assert [r["outcome"] for r in rows] == ["killed"] * 4 and len(ran) == 7
    # Another module: everything is.
    (toy / "toy.py").write_text((toy / "toy.py").read_text() + "\n")
    mutate.judge(toy, mutate.sample(toy, ["toy.py"], 100, 0), store, say=ran.append)
    assert len(ran) == 11


def test_a_mutant_that_never_ends_is_timed_out(toy):
    (toy / "toy.py").write_text("def count(n):\n    while n > 0:\n        n -= 1\n    return n\n")
    (toy / "tests" / "test_toy.py").write_text(
        "import toy\n\n\ndef test_count():\n    assert toy.count(3) == 0\n"
    )
    tree = mutate.copy_tree(toy, toy.parent / "copy")
    assert mutate.run_tests(tree, ["tests/test_toy.py"], 60)[0] == "green"
    (endless,) = [m for m in mutate.sample(toy, ["toy.py"], 100, 0) if m.operator == "sign"]
    (tree / "toy.py").write_text(endless.apply((toy / "toy.py").read_text()))
    assert mutate.run_tests(tree, ["tests/test_toy.py"], 2)[0] == "timed out"


def test_code_that_is_red_unchanged_is_refused(toy, tmp_path):
    (toy / "tests" / "test_toy.py").write_text("def test_nothing():\n    assert False\n")
    with pytest.raises(SystemExit, match="red without any mutation; first: test_toy.py::test_nothing"):
        mutate.judge(toy, mutate.sample(toy, ["toy.py"], 1, 0), tmp_path / "store.jsonl")


def test_tests_that_are_skipped_notice_nothing(toy, tmp_path):
    (toy / "tests" / "test_toy.py").write_text("import pytest\n\npytest.importorskip('nowhere')\n")
    (row,) = mutate.judge(
        toy, mutate.sample(toy, ["toy.py"], 1, 0), tmp_path / "store.jsonl", say=lambda text: None
    )
    assert row["outcome"] == "survived"


def test_a_seed_gives_one_sample_and_another_seed_another():
    paths = ["sequifi_lite/evaluation/metrics.py", "sequifi_lite/evaluation/statistics.py"]
    first = mutate.sample(mutate.ROOT, paths, 20, 3)
    assert first == mutate.sample(mutate.ROOT, paths, 20, 3) and len(set(first)) == 20
    assert first != mutate.sample(mutate.ROOT, paths, 20, 4)
    assert {m.module for m in first} == set(paths)


def test_a_change_of_the_code_changes_a_sample_by_little(toy):
    lines = [f"def f{i}(x):\n    return x * {i + 2} + x / {i + 3}\n" for i in range(40)]
    (toy / "toy.py").write_text("".join(lines))
    before = mutate.sample(toy, ["toy.py"], 30, 0)
    first = {(m.operator, m.text, m.line) for m in before}
    (toy / "toy.py").write_text("a = 1\n" + "".join(lines))
    second = {(m.operator, m.text, m.line - 1) for m in mutate.sample(toy, ["toy.py"], 30, 0)}
    assert len(first) == 30 and len(first & second) >= 29
    # Even over all mutants: half of them from either half of the module, the rest is chance.
    assert 6 <= sum(line <= 40 for _, _, line in first) <= 24


def test_the_tests_of_a_module_are_found_by_its_name_and_a_module_without_any_is_refused(toy):
    assert mutate.tests_of(mutate.ROOT, "sequifi_lite/evaluation/metrics.py") == [
        "tests/evaluation/test_metrics.py"
    ]
    assert (
        mutate.tests_of(mutate.ROOT, "sequifi_lite/learning/methods/early_stopping.py")[0]
        == "tests/learning/test_loop.py"
    )
    shutil.move(toy / "tests" / "test_toy.py", toy / "tests" / "test_other.py")
    with pytest.raises(SystemExit, match="toy.py has no test file"):
        mutate.tests_of(toy, "toy.py")


def test_the_commands_in_the_makefile_name_what_is_there_and_has_tests():
    lines = [
        line for line in (mutate.ROOT / "Makefile").read_text().splitlines() if "tools/mutate.py" in line
    ]
    paths = [[word for word in line.split() if word.startswith("sequifi_lite/")] for line in lines]
    assert [len(some) for some in paths] == [5, 18]
    assert all((mutate.ROOT / path).exists() for some in paths for path in some)
    for path in paths[1]:
        files = [mutate.ROOT / path] if path.endswith(".py") else (mutate.ROOT / path).glob("*.py")
        for module in (file.relative_to(mutate.ROOT).as_posix() for file in files):
            assert mutate.tests_of(mutate.ROOT, module)


def test_a_single_test_of_a_file_may_be_named(toy, monkeypatch):
    monkeypatch.setitem(mutate.CONCERNED, "toy.py", ["test_toy.py::test_double"])
    assert mutate.tests_of(toy, "toy.py") == ["tests/test_toy.py::test_double"]
    rows = mutate.judge(
        toy, mutate.sample(toy, ["toy.py"], 9, 0), toy.parent / "store", say=lambda text: None
    )
    assert [row["outcome"] for row in rows] == ["killed", "survived", "survived", "survived"]
    monkeypatch.setitem(mutate.CONCERNED, "toy.py", ["test_gone.py::test_double"])
    with pytest.raises(SystemExit, match="no test file"):
        mutate.tests_of(toy, "toy.py")
