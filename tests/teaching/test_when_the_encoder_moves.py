"""The checks of chapter 26 say yes to what is right and no, with the reason, to what is not."""

import pytest

from sequifi_lite.teaching.exercises import check


def mixed(begun, after, alpha):
    return [(1 - alpha) * p + alpha * q for p, q in zip(begun, after)]


def in_place(begun, after, alpha):
    return [p.lerp_(q, alpha) for p, q in zip(begun, after)]


RIGHT = {
    "saving": lambda front, blocks, trained: (front + blocks + 2 * trained) / (3 * trained),
    "between": mixed,
}
WRONG = [
    ("saving", lambda front, blocks, trained: (front + 3 * blocks) / (3 * trained), "forward pass alone"),
    (
        "saving",
        lambda front, blocks, trained: (front + blocks + trained) / (2 * trained),
        "twice a way forward",
    ),
    (
        "saving",
        lambda front, blocks, trained: 3 * trained / (front + blocks + 2 * trained),
        "other way round",
    ),
    ("saving", lambda front, blocks, trained: (blocks + 2 * trained) / (3 * trained), "front end is missing"),
    ("saving", lambda front, blocks, trained: None, "nothing"),
    ("saving", lambda front, blocks, trained: 3 * (front + blocks) / (3 * trained), "for all or for nothing"),
    ("saving", lambda front, blocks, trained: (front + blocks) / trained, "for all or for nothing"),
    ("saving", lambda front, blocks, trained: (front + blocks) / (3 * trained), "way back as well"),
    (
        "saving",
        lambda front, blocks, trained: (front + blocks + 2 * trained) / (2 * trained),
        "still run forward",
    ),
    (
        "saving",
        lambda front, blocks, trained: (front + blocks + 2 * trained) / (front + 3 * trained),
        "not run any more",
    ),
    ("saving", lambda front, blocks, trained: blocks / trained, "five blocks"),
    ("between", lambda b, a, alpha: None, "nothing"),
    ("between", lambda b, a, alpha: [p + alpha * q for p, q in zip(b, a)], "add up to 1"),
    ("between", lambda b, a, alpha: [p + alpha * (p - q) for p, q in zip(b, a)], "away from"),
    ("between", lambda b, a, alpha: [alpha * (q - p) for p, q in zip(b, a)], "way alone"),
    ("between", lambda b, a, alpha: [(p + q) / 2 for p, q in zip(b, a)], "halfway"),
    (
        "between",
        lambda b, a, alpha: [q.lerp_(p, 1 - alpha) for p, q in zip(b, a)],
        "new weights were changed",
    ),
    ("between", lambda b, a, alpha: [p * q for p, q in zip(b, a)], "tensor 0"),
    ("between", lambda b, a, alpha: mixed(a, b, alpha), "share of the new"),
    ("between", in_place, "own weights were changed"),
    ("between", lambda b, a, alpha: b[0], "list"),
]


@pytest.mark.parametrize("name", RIGHT)
def test_right_answers(name):
    assert check(name, RIGHT[name])


@pytest.mark.parametrize("name, function, reason", WRONG)
def test_wrong_answers(name, function, reason, capsys):
    assert not check(name, function)
    assert reason in capsys.readouterr().out
