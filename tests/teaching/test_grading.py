"""Grading: right passes, wrong is told as in the notebook, and nobody touches another's row."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
import torch
from click.testing import CliRunner

from sequifi_lite.cli import main
from sequifi_lite.errors import ArgumentError
from sequifi_lite.teaching.exercises import check, exercises
from sequifi_lite.teaching.grading import confined, folder, submission, table, wire
from sequifi_lite.teaching.grading.grade import grade

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests/book"))
from test_notebooks import EXERCISES  # noqa: E402

needs_confinement = pytest.mark.skipif(not confined.possible(), reason="this system cannot confine processes")
UAR = "import numpy as np\ndef uar(c):\n    return (np.diag(c) / c.sum(1)).mean()\n"


def hand_in(place, **texts):
    place.mkdir(exist_ok=True)
    for name, text in texts.items():
        (place / f"{name}.py").write_text(text)
    return place


def by_name(rows):
    return {row.submission.removesuffix(".py"): row for row in rows}


# ---------------------------------------------------------------- what is run of a submission


def kept(text, name):
    body, _ = submission.statements([text])
    return [line.splitlines()[0] for line in map(__import__("ast").unparse, submission.needed(body, name))]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a = 1\nb = a\ndef f(): return b\nwhile True: pass", ["a = 1", "b = a", "def f():"]),
        ("rows = []\nfor i in x: rows.append(i)\nf = lambda: rows", None),
        ("import numpy as np, os\nnp.random.seed(0)\ndef f(): return np.ones(2)", ["import numpy as np, os", "def f():"]),  # noqa: E501
        ("from math import *\ndef f(): return pi", ["from math import *", "def f():"]),
        ("d = {}\nd['a'] = 1\nother = 2\ndef f(): return d", ["d = {}", "d['a'] = 1", "def f():"]),
        ("def f(): return 1\ncheck('f', f)\nf = wrapped(f)\ndef wrapped(g): return g", None),
        ("%pip install x\n!ls\nif True:\n    def f(): return 1", ["if True:"]),
        ("def g(): return h()\ndef h(): return 1\ndef f(): return g()\ndef k(): return 2", None),
    ],
)  # fmt: skip
def test_an_answer_and_what_it_needs_is_run_and_nothing_else(text, lines):
    if lines is None:
        lines = {
            "rows": ["rows = []", "for i in x:", "f = lambda: rows"],
            "def f": ["def f():", "f = wrapped(f)", "def wrapped(g):"],
            "def g": ["def g():", "def h():", "def f():"],
        }[text[:5].rstrip(" =(")]
    assert kept(text, "f") == lines


def test_an_import_of_the_same_name_is_no_answer():
    body, _ = submission.statements(["def f(): return g(1)", "from library import f, g"])
    assert submission.defined(body) == ["f"] and submission.defined(body[1:]) == []
    assert kept("def f(): return g(1)\nfrom library import f, g", "f") == [
        "def f():",
        "from library import g",
    ]
    assert kept("def f(): ...\nfrom library import f", "f") == ["def f():"]


def test_a_cell_that_is_no_python_is_said_and_the_others_are_read():
    body, faults = submission.statements(["x = (", "def f(): return 1"])
    assert submission.defined(body) == ["f"] and faults == [
        "code cell 1 is no Python ('(' was never closed, line 1)."
    ]


@pytest.mark.parametrize("text", [b"{", b"[]", b'{"cells": 3}', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_notebook_is_unreadable(text):
    with pytest.raises(submission.Unreadable):
        submission.cells(text, ".ipynb")


# ---------------------------------------------------------------- values on the wire

VALUES = [
    None, True, 3, -(10**400), 0.1, float("inf"), 1j, "text", "\udc80", b"ab", ..., range(3, 9, 2),
    [1, (2.0, {"a": {1, 2}})], np.float32(0.1), np.arange(6).reshape(2, 3), np.array(["a", "bc"]),
    np.array([1, None], object), np.zeros((0, 3)), np.array(["2020-01-01"], "M8[D]"), torch.ones(2, dtype=torch.bfloat16),  # noqa: E501
    torch.arange(3), pd.Series([1.0, 2.0]), pd.Index(["a", "b"]), frozenset({1}),
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=lambda value: f"{type(value).__name__}-{str(value)[:12]!r}")
def test_a_value_arrives_as_it_was(value):
    got = wire.value_of(json.loads(json.dumps(wire.plain(value))))
    assert type(got) is type(value)
    if isinstance(value, np.ndarray | np.generic | torch.Tensor | pd.Series | pd.Index):
        assert got.dtype == value.dtype and got.shape == value.shape
        assert np.array_equal(
            *(np.asarray(v.float() if v is not None and hasattr(v, "float") else v) for v in (got, value))
        )
    else:
        assert got == value


@pytest.mark.parametrize(("value", "kind"), [(len, "callable"), (iter([1]), "once"), (object(), "thing")])
def test_what_cannot_be_compared_arrives_as_something_of_its_name(value, kind):
    got = wire.value_of(wire.plain([value]))[0]
    assert isinstance(got, wire.KINDS[kind]) and type(got).__name__ == type(value).__name__


@pytest.mark.parametrize(
    "forged",
    [{}, {"a": 1}, [1], "x", 3, {"array": ["O", [1], ""]}, {"array": ["<f8", [10**9], ""]}, {"pattern": ["(", 0]},  # noqa: E501
     {"tensor": [{"int": "1"}, "load"]}, {"stranger": ["thing", "os.system"], "b": 1}, {"scalar": ["V8", [], ""]}],  # noqa: E501
)  # fmt: skip
def test_a_forged_value_is_none(forged):
    with pytest.raises(Exception):  # noqa: B017
        wire.value_of(forged)


# ---------------------------------------------------------------- verdicts


@needs_confinement
def test_the_books_solutions_are_right_and_its_stubs_are_not(tmp_path):
    """Every exercise, from a notebook and from a file; one file answers all of them."""
    place = hand_in(tmp_path / "in", stubs="\n".join(f"{i}\n{stub}" for _, _, i, stub, _ in EXERCISES))
    cells = [nbformat.v4.new_code_cell(part) for _, _, *parts in EXERCISES for part in (parts[0], parts[2])]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), place / "solved.ipynb")
    rows = grade(place, tmp_path / "grades.csv").rows
    assert len(rows) == 2 * len(exercises())
    for row in rows:
        assert (row.outcome == "right") == (row.submission == "solved.ipynb"), row


WRONG = {
    "generator": "def uar(c): return (x for x in c)",
    "function": "def uar(c): return len",
    "thing": "def uar(c): return object()",
    "inside": "def uar(c): return [object()]",
    "prints": "def uar(c): print(c)",
    "nothing": "def uar(c): ...",
    "text": "def uar(c): return '0.7'",
    "ragged": "def uar(c): return [[1], [2, 3]]",
    "accuracy": "def uar(c): return c.trace() / c.sum()",
    "raises": "def uar(c): return 1 / 0",
    "own": "class Mine(Exception): pass\ndef uar(c): raise Mine('so.')",
    "exits": "def uar(c): raise SystemExit",
    "interrupts": "def uar(c): raise KeyboardInterrupt",
    "number": "uar = 3",
    "shape": "def uar(c): return c[0]",
    "deep": "def uar(c): return uar(c)",
}


@needs_confinement
def test_a_mistake_is_told_in_the_words_of_the_notebook(tmp_path):
    rows = by_name(grade(hand_in(tmp_path / "in", **WRONG), tmp_path / "grades.csv").rows)
    for name, text in WRONG.items():
        space, out = {}, io.StringIO()
        exec(text, space)
        with redirect_stdout(out):
            check("uar", space["uar"])
        said = out.getvalue().rpartition("uar: not yet; ")[2].partition("\nHint: ")[0]
        assert rows[name].mistake == table.cell(said), name
        assert rows[name].outcome == ("unfinished" if name == "nothing" else "wrong")


@needs_confinement
def test_changes_of_arguments_and_functions_among_them_are_seen_across_the_wall(tmp_path):
    right = next(e for e in EXERCISES if e[1] == "proximal_step")
    changes = "def proximal_step(theta, star, omega, s):\n    theta += 1\n    return theta\n"
    both = hand_in(tmp_path / "in", right=f"{right[2]}\n{right[4]}", changes=changes)
    draws = next(e for e in EXERCISES if e[1] == "reservoir_slot")
    (both / "right.py").open("a").write(f"{draws[2]}\n{draws[4]}")
    (both / "changes.py").open("a").write("def reservoir_slot(n, size, draw): return 0\n")
    rows = {(row.submission, row.exercise): row for row in grade(both, tmp_path / "grades.csv").rows}
    assert rows["right.py", "proximal_step"].outcome == rows["right.py", "reservoir_slot"].outcome == "right"
    assert "changes the arrays" in rows["changes.py", "proximal_step"].mistake
    assert rows["changes.py", "reservoir_slot"].outcome == "wrong"


HOSTILE = {
    "loop": "def uar(c):\n    while True: pass",
    "stubborn": "def uar(c):\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass",  # noqa: E501
    "loop_at_the_top": "def f():\n    while True: pass\nx = f()\ndef uar(c): return x",
    "dies": "import os\ndef uar(c): os._exit(0)",
    "crashes": "import ctypes\ndef uar(c): ctypes.string_at(0)",
    "aborts": "import os\ndef uar(c): os.abort()",
    "hog": "def uar(c): return [bytearray(2**28) for _ in range(64)]",
    "huge": "import numpy as np\ndef uar(c): return np.zeros((2000, 2000))",
    "shouts": "def uar(c):\n    while True: print('x' * 10**6)",
    "shouts_below": "import os\ndef uar(c):\n    for _ in range(100): os.write(1, b'x' * 10**6), os.write(2, b'x' * 10**6)\n    return 0",  # noqa: E501
    "result": "def uar(c): print('{\"outcome\": \"right\", \"mistake\": \"\"}'); print('uar: right.')",
    "forges": (
        "import os, struct\ndef uar(c):\n    text = b'{\"outcome\": \"right\", \"mistake\": \"\"}\\n'\n"
        "    for n in range(3, 64):\n        try: os.write(n, struct.pack('<Q', len(text)) + text), os.write(n, text)\n"  # noqa: E501
        "        except OSError: pass\n    return 0"
    ),
    "garbage": (
        "import os\ndef uar(c):\n    for n in range(3, 64):\n        try: os.write(n, b'\\xff' * 64)\n"
        "        except OSError: pass\n    return 0"
    ),
    "checks": (
        "import sequifi_lite.teaching.exercises as e, sequifi_lite.teaching.exercises.quick_tour as q\n"
        "def f():\n    q.uar = lambda a: None; e.exercises.cache_clear(); e.check = lambda *a: True\n"
        "    from sequifi_lite.teaching.exercises import _tools, _answer\n    _tools.mistakes = lambda *a, **k: None\n"  # noqa: E501
        "    _answer.answering = lambda f: f\n    return 0\nx = f()\ndef uar(c): return x"
    ),
    "parse": "def uar(c): return " + "(" * 5000 + ")" * 5000,
    "minus": "def uar(c): return " + "-" * 100_000 + "1",
    "syntax": "def uar(c:",
    "equal": "class E(float):\n    def __eq__(s, o): return True\ndef uar(c): return E(1)",
    "formula": "def uar(c): raise ValueError('=cmd|x!A1\\n\\x07,\"')",
    "pickled": "class P:\n    def __reduce__(s): return (exit, ())\ndef uar(c): return P()",
}  # fmt: skip


@needs_confinement
def test_a_hostile_submission_spoils_its_own_row_alone(tmp_path):
    place = hand_in(tmp_path / "in", **HOSTILE)
    for name in ("a_before", "zz_after"):
        (place / f"{name}.py").write_text(UAR)
    (place / "link.py").symlink_to(place / "a_before.py")
    (place / "away").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(place / "pipe.py")
    (place / "bytes.py").write_bytes(b"\x00\xff\xfe" * 10)
    before = {path.name: path.lstat().st_mtime_ns for path in place.iterdir()}
    grades = grade(place, tmp_path / "grades.csv", seconds=8, jobs=2)
    rows = by_name(grades.rows)
    assert {path.name: path.lstat().st_mtime_ns for path in place.iterdir()} == before
    assert rows["a_before"].outcome == rows["zz_after"].outcome == "right"
    assert set(rows) == {*HOSTILE, "a_before", "zz_after", "link", "away", "pipe", "bytes"}
    for name in set(rows) - {"a_before", "zz_after"}:
        assert rows[name].outcome in ("wrong", "stopped", "unreadable"), rows[name]
        assert rows[name].mistake.endswith((".", "?", "...")) and len(rows[name].mistake.splitlines()) == 1
    assert (
        "a loop without an end" in rows["loop"].mistake
        and "a loop without an end" in rows["loop_at_the_top"].mistake
    )
    assert "not followed" in rows["link"].mistake and "not followed" in rows["away"].mistake
    assert "too large" in rows["huge"].mistake
    assert "MemoryError" in rows["hog"].mistake
    assert table.read(tmp_path / "grades.csv") == grades.rows


DEEDS = """
import os, signal, socket, subprocess, threading, resource, ctypes
import numpy as np, pandas as pd, torch, scipy.stats
PLACE = {place!r}
def tried():
    libc = ctypes.CDLL(None, use_errno=True)
    deeds = dict(
        kill=lambda: os.kill(os.getppid(), 9), all=lambda: os.kill(-1, 9), fork=os.fork,
        run=lambda: subprocess.run(["true"]), execute=lambda: os.execv("/bin/true", ["true"]),
        socket=socket.socket, write=lambda: open(PLACE + "/new", "w"), append=lambda: open(PLACE + "/a.py", "a"),
        truncate=lambda: os.open(PLACE + "/a.py", os.O_RDONLY | os.O_TRUNC), remove=lambda: os.unlink(PLACE + "/a.py"),
        rename=lambda: os.rename(PLACE + "/a.py", PLACE + "/b.py"), link=lambda: os.symlink("/", PLACE + "/l"),
        folder=lambda: os.mkdir(PLACE + "/d"), mode=lambda: os.chmod(PLACE + "/a.py", 0),
        limits=lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1)),
        more=lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)), nice=lambda: os.setpriority(os.PRIO_PGRP, 0, 19),
        pipe=os.pipe, lock=lambda: __import__("fcntl").flock(os.open(PLACE + "/a.py", os.O_RDONLY), 2),
        owner=lambda: __import__("fcntl").fcntl(0, 8, os.getppid()), trace=lambda: 1 / (libc.ptrace(16, os.getppid(), 0, 0) + 1),
        memory=lambda: open("/proc/%d/mem" % os.getppid(), "r+b"), users=lambda: 1 / (libc.unshare(0x10000000) + 1),
    )
    did = []
    for name, deed in deeds.items():
        try: deed(); did.append(name)
        except (OSError, ZeroDivisionError, ValueError): pass
    return did
def works():
    thread = threading.Thread(target=lambda: None); thread.start(); thread.join()
    open(os.__file__).read(); os.listdir("/")
    return float(torch.ones(2, 2) @ torch.ones(2) @ np.ones(2).astype("f")) if 0 else float((torch.ones(2, 2) @ torch.ones(2)).sum())
def uar(c):
    raise ValueError(f"did {{tried()}}, {{works():g}}, {{pd.Series([1, 2]).sum()}}, {{scipy.stats.norm.cdf(0):g}}")
"""  # noqa: E501


@needs_confinement
def test_a_confined_process_computes_and_reads_and_does_nothing_else(tmp_path):
    place = hand_in(tmp_path / "in", a=UAR)
    (place / "deeds.py").write_text(DEEDS.format(place=str(place)))
    rows = by_name(grade(place, tmp_path / "grades.csv").rows)
    assert rows["deeds"].mistake == "it raises ValueError: did [], 4, 3, 0.5."
    assert rows["a"].outcome == "right" and sorted(path.name for path in place.iterdir()) == [
        "a.py",
        "deeds.py",
    ]


# ---------------------------------------------------------------- the table


@needs_confinement
def test_what_is_known_is_not_judged_again_and_rows_of_others_stay(tmp_path):
    place, out = hand_in(tmp_path / "in", a=UAR, b="def uar(c): return 0"), tmp_path / "grades.csv"
    assert grade(place, out).judged == 2
    first = out.read_bytes()
    assert grade(place, out).judged == 0 and out.read_bytes() == first
    (place / "b.py").write_text(UAR)
    grades = grade(place, out)
    assert grades.judged == 1 and [row.outcome for row in grades.rows] == ["right", "right"]
    other = hand_in(tmp_path / "other", c=UAR)
    assert [row.submission for row in grade(other, out).rows] == ["c.py"]
    assert [row.submission for row in table.read(out)] == ["a.py", "b.py", "c.py"]
    assert grade(place, out, again=True).judged == 2


@needs_confinement
def test_after_an_interruption_the_table_is_whole_and_work_goes_on(tmp_path):
    place = hand_in(tmp_path / "in", a=UAR, b="import time\ndef uar(c): time.sleep(4.5)", c=UAR)
    out = tmp_path / "grades.csv"
    command = [sys.executable, "-m", "sequifi_lite", "grade", str(place), "--out", str(out)]
    # Whoever runs these tests in the background has them ignore Ctrl-C, and children inherit that.
    heeds = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)  # noqa: E731
    options = {"stderr": subprocess.PIPE, "text": True, "env": os.environ | {"PYTHONPATH": str(ROOT)}}
    begun = subprocess.Popen(command, preexec_fn=heeds, **options)
    assert "1 of 3" in begun.stderr.readline()
    begun.send_signal(signal.SIGINT)
    assert begun.wait(30) == 130 and "Traceback" not in begun.stderr.read()
    assert [row.submission for row in table.read(out)] == ["a.py"]
    assert grade(place, out).judged == 2


def test_a_file_of_another_kind_is_not_written_over(tmp_path):
    out = tmp_path / "thesis.csv"
    out.write_text("mine\n1\n")
    with pytest.raises(ArgumentError, match="no table of grades"):
        grade(hand_in(tmp_path / "in", a=UAR), out)
    assert out.read_text() == "mine\n1\n"


def test_no_cell_is_a_formula_and_no_two_files_share_a_name(tmp_path):
    names = ["=1.py", "'=1.py", " a.py", "a.py", "a  b.py", "a b.py", "a\tb.py", "a\nb.py", "-x.py", "@x.py"]
    for name in names:
        (tmp_path / name).write_text(UAR)
    shown = [one.shown for one in folder.submissions(tmp_path)]
    assert len(set(shown)) == len(names) and not any(name.startswith(table.FORMULAS[:4]) for name in shown)
    rows = [table.Row(name, "c", "e", "wrong", "=SUM(A1)", "0", "0") for name in shown]
    table.write(tmp_path / "t.csv", rows)
    assert [row.submission for row in table.read(tmp_path / "t.csv")] == shown
    with (tmp_path / "t.csv").open() as file:
        assert next(csv.DictReader(file))["mistake"] == "'=SUM(A1)"


# ---------------------------------------------------------------- the command


def run(*words):
    return CliRunner().invoke(main, ["grade", *map(str, words)])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere"], "nowhere is no folder"),
        (["."], "no .py and no .ipynb"),
        ([".", "--only", "uarr"], "did you mean 'uar'?"),
        ([".", "--out", "."], "choose another file with --out."),
    ],
)
def test_a_wrong_call_is_one_sentence(words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(*words)
    assert result.exit_code == 2 and result.stdout == "" and said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1 and list(tmp_path.iterdir()) == []


@needs_confinement
def test_the_command_tells_the_table_in_short_and_as_json(tmp_path):
    place = hand_in(tmp_path / "in", a=UAR, b="def uar(c): return c.trace() / c.sum()")
    out = tmp_path / "t.csv"
    told = run(place, "--out", out, "--only", "uar", "--quiet")
    assert told.exit_code == 0 and told.stdout.splitlines()[:2] == [
        "a.py: 1 of 1 right",
        "b.py: 0 of 1 right",
    ]
    assert "1 x uar: this is the accuracy" in told.stdout and told.stdout.rstrip().endswith(str(out))
    about = json.loads(run(place, "--out", out, "--only", "quick_tour", "--json", "--quiet").stdout)
    assert about["outcomes"] == {"missing": 4, "right": 1, "wrong": 1} and len(about["rows"]) == 6
    assert about["judged"] == 4 and about["cpu_seconds"] > 0


def test_where_nothing_can_be_confined_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(confined, "possible", lambda: False)
    result = run(hand_in(tmp_path / "in", a=UAR), "--out", tmp_path / "t.csv")
    assert result.exit_code == 2 and "cannot confine" in result.stderr and not (tmp_path / "t.csv").exists()
