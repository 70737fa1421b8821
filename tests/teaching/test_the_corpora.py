"""The exercises of chapter 6 accept what is right and say what is wrong."""

import numpy as np
import pytest

from sequifi_lite.teaching.exercises import check


def verdict(capsys, name, function):
    right = check(name, function)
    return right, capsys.readouterr().out


def not_listening(counts):
    there = [n for n in counts if n > 0]
    return max(there) / sum(there), 1 / len(there)


def contradictions(digests, labels):
    seen = {}
    for digest, label in zip(digests, labels):
        seen.setdefault(digest, set()).add(label)
    return [row for row, digest in enumerate(digests) if len(seen[digest]) > 1]


def test_right_answers(capsys):
    assert verdict(capsys, "not_listening", not_listening)[0]
    assert verdict(capsys, "contradictions", contradictions)[0]
    assert verdict(capsys, "contradictions", lambda d, c: np.array(contradictions(d, c), int))[0]


@pytest.mark.parametrize(
    "name, wrong, said",
    [
        ("not_listening", lambda c: None, "nothing so far"),
        ("not_listening", lambda c: max(c) / sum(c), "two numbers"),
        ("not_listening", lambda c: not_listening(c)[::-1], "other order"),
        ("not_listening", lambda c: [100 * x for x in not_listening(c)], "in %"),
        ("not_listening", lambda c: (max(c) / sum(c), 1 / len(c)), "has no recall"),
        ("not_listening", lambda c: (max(c), 1 / 4), "counts clips"),
        ("not_listening", lambda c: (np.argmax(c), 1 / 4), "row of the largest class"),
        ("not_listening", lambda c: (max(c) / sum(c), max(c) / sum(c)), "both numbers are the accuracy"),
        ("not_listening", lambda c: (max(c) / sum(c), 1), "recall of the largest class"),
        ("not_listening", lambda c: (1 / 4, 1 / 4), "both numbers are the UAR"),
        ("not_listening", lambda c: (c[0] / sum(c), 1 / 4), "first class"),
        ("not_listening", lambda c: (max(c) / sum(c), 1 / 4), "whatever the counts"),
        ("not_listening", lambda c: (0.5, 0.25), "it should return"),
        ("contradictions", lambda d, c: ..., "nothing so far"),
        (
            "contradictions",
            lambda d, c: [row for row, one in enumerate(d) if d.count(one) > 1],
            "no contradiction",
        ),
        ("contradictions", lambda d, c: [4, 7], "the first one too"),
        ("contradictions", lambda d, c: contradictions(d, c)[::-1], "increasing order"),
        ("contradictions", lambda d, c: 7, "a list of row numbers"),
        ("contradictions", lambda d, c: [row in contradictions(d, c) for row in range(len(d))], "yes or no"),
        ("contradictions", lambda d, c: ["b", "c"], "these are digests"),
        ("contradictions", lambda d, c: [(1, 4), (3, 7), (6, 7)], "one flat list"),
        ("contradictions", lambda d, c: [1, 3, 4, 6, 7, 7], "more than once: each"),
        ("contradictions", lambda d, c: [row + 1 for row in contradictions(d, c)], "counted from 1"),
        ("contradictions", lambda d, c: [0, 2, 5], "without a contradiction"),
        (
            "contradictions",
            lambda d, c: [row for row, one in enumerate(d) if one in d[:row]],
            "whatever their label",
        ),
        ("contradictions", lambda d, c: [0, 1], "it should return"),
    ],
)
def test_wrong_answers_hear_why(capsys, name, wrong, said):
    right, out = verdict(capsys, name, wrong)
    assert not right and said in out and "Hint:" in out
