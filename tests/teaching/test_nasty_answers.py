"""Whatever a reader's function does, a check ends in a sentence: it never crashes, hangs or lets it pass."""

import signal
import sys
import threading
import time

import numpy as np
import pytest
import torch
from scipy.special import softmax

from sequifi_lite.teaching import exercises
from sequifi_lite.teaching.exercises import _answer, check


class EqualToAll:
    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0


class EqualNumber(float):
    __eq__ = EqualToAll.__eq__

    def __ne__(self, other):
        return False

    __hash__ = float.__hash__


class Mute(Exception):
    def __str__(self):
        raise ValueError


def raises(error):
    def answer(*arguments, **named):
        raise error

    return answer


def first_array(arguments):
    return next((a for a in arguments if isinstance(a, np.ndarray | torch.Tensor | list)), arguments)


def deep(*arguments, **named):
    return deep(*arguments, **named)


def sorts_in_place(*arguments, **named):
    for a in arguments:
        if isinstance(a, np.ndarray | list):
            a.sort()
    return first_array(arguments)


def zeroes_in_place(*arguments, **named):
    for a in arguments:
        if isinstance(a, np.ndarray) and a.dtype.kind in "bif":
            a[...] = 0
    return first_array(arguments)


VALUES = {
    "nothing": None,
    "empty text": "",
    "text": "anger",
    "no number": float("nan"),
    "infinite": float("inf"),
    "complex": 1j,
    "huge": 10**400,
    "empty list": [],
    "empty array": np.zeros(0),
    "NaN of two": np.full(2, np.nan),
    "NaN of many": np.full((3, 4), np.nan),
    "wrong shape": np.zeros((7, 1, 3)),
    "ragged": [[1], [2, 3]],
    "texts": ["a", None, 3],
    "array of texts": np.array(["a", "b"]),
    "objects": np.array([EqualToAll(), EqualToAll()]),
    "dict": {"a": 1},
    "dict of equals": {EqualToAll(): 1},
    "set": {1, 2},
    "function": len,
    "class": int,
    "module": np,
    "equal to all": EqualToAll(),
    "a number equal to all": EqualNumber(3),
    "of equals": [EqualToAll()] * 4,
    "three": (1, 2, 3),
    "nested nothing": (None, None),
    "three nothings": (None, None, None),
    "NotImplemented": NotImplemented,
    "bytes": b"abc",
    "tensor": torch.ones(2, requires_grad=True) * 2,
    "dates": np.array(["2020-01-01"], dtype="datetime64[D]"),
    "masked": np.ma.masked_array([1.0, 2.0], [True, False]),
    "lone surrogate": "\udc80",
    "pattern": "(?P<speaker>.)(?P<sentence>.)(?P<emotion>.)",
    "scalar array": np.array(np.nan),
}
DEEDS = {
    "generator": lambda *a, **n: (x for x in a),
    "map": lambda *a, **n: map(str, a),
    "its inputs": lambda *a, **n: a,
    "its input": lambda *a, **n: first_array(a),
    "a view": lambda *a, **n: first_array(a)[:1],
    "sorts": sorts_in_place,
    "zeroes": zeroes_in_place,
    "no argument": lambda: 1,
    "error": raises(ZeroDivisionError("by zero")),
    "mute error": raises(Mute()),
    "recursion": deep,
    "exit": lambda *a, **n: sys.exit(0),
    "quit": raises(SystemExit("bye")),
    "interrupt": raises(KeyboardInterrupt()),
    "generator exit": raises(GeneratorExit()),
    "memory": raises(MemoryError()),
    "assertion": raises(AssertionError()),
}


@pytest.mark.parametrize("name", exercises.exercises())
def test_no_nasty_answer_passes_and_none_ends_in_a_traceback(name, capsys):
    answers = {what: (lambda *a, value=value, **n: value) for what, value in VALUES.items()} | DEEDS
    for what, answer in answers.items():
        passed = check(name, answer)
        out = capsys.readouterr().out
        assert passed is False and out.startswith(f"{name}: not yet; ") and "Hint: " in out, (what, out)
        assert "Traceback" not in out and ".\nHint" in out, (what, out)


def uar(c):
    return (np.diag(c) / c.sum(1)).mean()


@pytest.mark.parametrize(
    "answer, said",
    [
        (lambda c: sys.exit(), "ends the program"),
        (raises(KeyboardInterrupt()), "was interrupted"),
        (raises(ValueError("no such axis.")), "it raises ValueError: no such axis.\n"),
        (lambda c: (x for x in c), "go through once, a generator: return a list"),
        (lambda c: uar, "it returns a function or a class"),
        (lambda c: EqualToAll(), "of type EqualToAll; return a number"),
        (lambda c: [EqualToAll()], "something of type EqualToAll is in what it returns"),
        (lambda c: print(uar(c)), "it prints something and returns nothing: end it with return."),
        (lambda c: "0.7", "should return numbers of the shape (); what it returns (str) is no such"),
        (lambda c: [[1], [2, 3]], "should return numbers"),
        (3, "give the function itself, without a call; this is of type int."),
        (None, "give the function itself"),
    ],
)
def test_what_an_answer_does_is_said_in_words(answer, said, capsys):
    assert check("uar", answer) is False
    assert said in capsys.readouterr().out


def test_a_right_answer_may_change_its_inputs_print_and_reuse_its_memory(capsys):
    def sorting(draws, level):
        draws.sort()
        return [
            draws[round((len(draws) - 1) * (1 - level) / 2)],
            draws[round((len(draws) - 1) * (1 + level) / 2)],
        ]

    memory = np.zeros(2)

    def changes(before, after):
        np.subtract(after, before, out=memory)
        before[:] = after[:] = 0
        print("before", before)
        return memory

    assert check("percentile_interval", sorting) and check("stability_and_plasticity", changes)
    assert "before [0. 0.]" in capsys.readouterr().out


def in_place(function):
    """Make a right answer leave nothing of its inputs behind."""

    def answer(*arguments, **named):
        got = function(*arguments, **named)
        got = got.copy() if isinstance(got, np.ndarray) else got
        for a in arguments:
            if isinstance(a, np.ndarray):
                a[...] = np.zeros((), a.dtype)
            elif isinstance(a, list):
                a.clear()
        return got

    return answer


RIGHT = {
    "last_class_share": lambda p, o: (p == o[:, -1:]).mean(1),
    "uar": uar,
    "shared": lambda train, test: sorted(set(train) & set(test) - {None}),
    "middle_half": lambda v: np.sort(v)[len(v) // 4 : -(len(v) // 4)].mean(),
    "dark_gradient": lambda z, stored: 2 * (z - stored) / len(z),
    "share_of_switch": lambda x, k: 100 * x.mean(tuple(i for i in range(x.ndim) if i != k)).var() / x.var(),
    "adjust": lambda train, test, tau: test - tau * np.log(softmax(train, 1).mean(0)),
    "told_by_the_voice": lambda s, e: np.mean([len(set(e[s == who])) == 1 for who in s]),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_answer_that_wipes_its_inputs_is_judged_by_what_it_returns(name, capsys):
    assert check(name, RIGHT[name]), capsys.readouterr().out
    assert check(name, in_place(RIGHT[name])), capsys.readouterr().out


def endless(*arguments):
    while True:
        try:
            time.sleep(0.001)
        except Exception:
            pass


@pytest.mark.parametrize("where", ["main thread", "another thread", "no alarms"])
def test_an_answer_without_an_end_is_stopped(where, capsys, monkeypatch):
    monkeypatch.setattr(_answer, "SECONDS", 0.3)
    if where == "no alarms":
        monkeypatch.delattr(signal, "setitimer")
    begun, threads = time.monotonic(), threading.active_count()
    if where == "another thread":
        got = []
        thread = threading.Thread(target=lambda: got.append(check("uar", endless)))
        thread.start(), thread.join()
        assert got == [False]
    else:
        assert check("uar", endless) is False
    assert time.monotonic() - begun < 5
    assert "it has not ended after 0.3 seconds; is there a loop without an end?" in capsys.readouterr().out
    for _ in range(100):
        time.sleep(0.02)
        if threading.active_count() == threads:
            break
    assert threading.active_count() == threads


def test_an_alarm_of_somebody_else_is_left_as_it_was(capsys):
    def ours(*_):
        pass

    before = signal.signal(signal.SIGALRM, ours)
    try:
        assert check("uar", uar)
        assert signal.getsignal(signal.SIGALRM) is ours
        assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
    finally:
        signal.signal(signal.SIGALRM, before)


def test_endless_printing_is_cut(capsys, monkeypatch):
    monkeypatch.setattr(_answer, "SECONDS", 0.3)

    def chatters(c):
        while True:
            print("and on")

    assert check("uar", chatters) is False
    out = capsys.readouterr().out
    assert len(out) < 2 * _answer.SHOWN and "has not ended" in out and "..." in out
