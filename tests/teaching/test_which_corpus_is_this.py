"""The checks of chapter 18 say yes to what is right and no, with the reason, to what is not."""

import numpy as np
from answers import both_tests


def distances(x, means):
    return np.linalg.norm(x[:, None] - means, axis=2)


def whom_to_ask(x, means, limits, power=1, by=None):
    distance = distances(x, means)
    nearest = distance.argmin(1)
    limit = limits[nearest] if by is None else by(limits)
    return np.where(distance.min(1) ** power > limit, -1, nearest)


def those_within(x, means, limits):
    distance = distances(x, means)
    out = []
    for row in distance:
        there = [c for c in range(len(means)) if row[c] <= limits[c]]
        out.append(min(there, key=lambda c: row[c]) if there else -1)
    return out


def at_the_line(x, means, limits):
    distance = distances(x, means)
    nearest = distance.argmin(1)
    return np.where(distance.min(1) >= limits[nearest], -1, nearest)


def to_blame(right, score, told, reference):
    if told - score > 1:
        return "gate"
    return "heads" if reference - told > 1 else "nothing"


def by_address(right, score, told, reference):
    return "gate" if right < 95 else to_blame(100, told, told, reference)


def heads_first(right, score, told, reference):
    return "heads" if reference - told > 1 else to_blame(right, score, told, told)


def at_a_point(right, score, told, reference):
    if told - score >= 1:
        return "gate"
    return "heads" if reference - told >= 1 else "nothing"


RIGHT = {"whom_to_ask": whom_to_ask, "to_blame": to_blame}
WRONG = [
    ("whom_to_ask", lambda x, means, limits: distances(x, means).argmin(1), "no clip is refused"),
    ("whom_to_ask", those_within, "the nearest comes first"),
    ("whom_to_ask", at_the_line, "exactly the limit"),
    ("whom_to_ask", lambda x, m, limits: whom_to_ask(x, m, limits, power=2), "the square"),
    ("whom_to_ask", lambda x, m, limits: whom_to_ask(x, m, limits, by=np.max), "the widest limit"),
    ("whom_to_ask", lambda x, m, limits: whom_to_ask(x, m, limits, by=np.min), "the narrowest limit"),
    ("whom_to_ask", lambda x, means, limits: distances(x, means).argmax(1), "the furthest mean"),
    ("whom_to_ask", lambda x, means, limits: distances(x, means), "shape (8,)"),
    ("to_blame", by_address, "half of the addresses are wrong"),
    ("to_blame", heads_first, "few addresses are wrong, and each costs much"),
    ("to_blame", at_a_point, "exactly one point"),
    ("to_blame", lambda right, score, told, reference: "heads", "it is 'gate', not 'heads'"),
]  # fmt: skip


test_a_right_answer_passes, test_a_wrong_answer_is_told_what_is_wrong = both_tests(RIGHT, WRONG)
