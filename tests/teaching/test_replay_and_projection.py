"""The checks of chapters 13 to 14 say yes to what is right and no, with the reason, to what is not."""

import numpy as np
from answers import both_tests


def slot(number, size, draw):
    if number < size:
        return number
    drawn = draw(number + 1)
    return drawn if drawn < size else -1


def herd(x, size, share=lambda chosen: chosen + 1, again=False, mean=None):
    chosen = []
    for _ in range(size):
        gap = np.linalg.norm(
            (x[chosen].sum(0) + x) / share(len(chosen)) - (x.mean(0) if mean is None else mean), axis=1
        )
        if not again:
            gap[chosen] = np.inf
        chosen.append(int(gap.argmin()))
    return chosen


def nearest(x, size):
    return np.argsort(np.linalg.norm(x - x.mean(0), axis=1), kind="stable")[:size]


def project(g, g_ref):
    return g if g @ g_ref >= 0 else g - (g @ g_ref) / (g_ref @ g_ref) * g_ref


def bends(wrong):
    """A wrong answer where there is a conflict, g where there is none."""
    return lambda g, r: g if g @ r >= 0 else wrong(g, r)


def agreement(g, G, v):
    return G @ (g + v @ G)


def solution(g, G, v):
    a = agreement(g, G, v)
    return (v >= -1e-9).all() and (a >= -1e-9).all() and np.allclose(v * a, 0)


def strict(g, G, v):
    a = agreement(g, G, v)
    return (v >= 0).all() and (a >= 0).all() and (v * a == 0).all()


RIGHT = {
    "reservoir_slot": slot,
    "herd": herd,
    "project": project,
    "is_solution": solution,
    "dark_term": lambda z, s: ((z - s) ** 2).sum(1).mean(),
    "dark_gradient": lambda z, s: 2 * (z - s) / len(z),
}

WRONG = [
    (
        "reservoir_slot",
        lambda n, size, draw: n if n < size else (lambda d: d if d < size else -1)(draw(n)),
        "one too early",
    ),
    ("reservoir_slot", lambda n, size, draw: n if n < size else draw(size), "among the slots alone"),
    ("reservoir_slot", lambda n, size, draw: n if n < size else -1, "there is no draw"),
    (
        "reservoir_slot",
        lambda n, size, draw: n if n < size else (draw(n + 1) if draw(n + 1) < size else -1),
        "a second draw",
    ),
    ("reservoir_slot", lambda n, size, draw: (lambda d: d if d < size else -1)(draw(n + 1)), "still free"),
    (
        "reservoir_slot",
        lambda n, size, draw: n if n < size else (lambda d: d if d <= size else -1)(draw(n + 1)),
        "0 to 3",
    ),
    (
        "reservoir_slot",
        lambda n, size, draw: n if n < size or draw(n + 1) < size else -1,
        "while there is room",
    ),
    (
        "reservoir_slot",
        lambda n, size, draw: n if n < size else -1 if draw(n + 1) < size else 0,
        "which item has to go",
    ),
    ("herd", nearest, "each for itself"),
    ("herd", lambda x, size: herd(x, size, again=True), "may not be chosen again"),
    ("herd", lambda x, size: herd(x, size, share=lambda n: 1), "has to be divided"),
    ("herd", lambda x, size: herd(x, size, share=lambda n: max(1, n)), "one too few"),
    ("herd", lambda x, size: x[nearest(x, size)], "not the rows themselves"),
    ("herd", lambda x, size: list(range(size)), "the first row should be"),
    ("project", lambda g, r: g - (g @ r) / (r @ r + 1e-30) * r, "g should stay as it is"),
    ("project", lambda g, r: g, "bend it"),
    ("project", lambda g, r: r, "would not be learnt"),
    ("project", bends(lambda g, r: g + (g @ r) / (r @ r) * r), "is added"),
    ("project", bends(lambda g, r: (g @ r) / (r @ r) * r), "does the harm"),
    ("project", bends(lambda g, r: g - (g @ r) / np.linalg.norm(r) * r), "the square of that"),
    ("project", bends(lambda g, r: g - (g @ r) / (g @ g) * r), "the length that counts"),
    ("project", bends(lambda g, r: r - (g @ r) / (g @ g) * g), "it bends g_ref"),
    ("is_solution", lambda g, G, v: bool((agreement(g, G, v) >= -1e-9).all()), "that pull is needless"),
    ("is_solution", lambda g, G, v: bool((v >= 0).all()), "A conflict is left"),
    (
        "is_solution",
        lambda g, G, v: np.allclose(v * agreement(g, G, v), 0) and (agreement(g, G, v) > -1e-9).all(),
        "is negative",
    ),
    ("is_solution", strict, "up to rounding"),
    ("is_solution", lambda g, G, v: solution(-g, G, v), "All three conditions hold"),
    ("is_solution", lambda g, G, v: v >= 0, "one was asked for"),
    ("dark_term", lambda z, s: ((z - s) ** 2).mean(), "times as weak"),
    ("dark_term", lambda z, s: ((z - s) ** 2).sum(), "would grow"),
    ("dark_term", lambda z, s: ((z - s) ** 2).sum(0).mean(), "other way round"),
    ("dark_term", lambda z, s: np.linalg.norm(z - s, axis=1).mean(), "has to be squared"),
    ("dark_term", lambda z, s: np.abs(z - s).sum(1).mean(), "absolute values"),
    ("dark_term", lambda z, s: (z - s).sum(1).mean(), "cancel"),
    ("dark_term", lambda z, s: ((z - s) ** 2).sum(1).mean() / 2, "a half too many"),
    ("dark_term", lambda z, s: ((z - s) ** 2).sum(1), "should return shape ()"),
    ("dark_gradient", lambda z, s: 2 * (s - z) / len(z), "sign"),
    ("dark_gradient", lambda z, s: (z - s) / len(z), "factor 2"),
    ("dark_gradient", lambda z, s: 2 * (z - s), "mean over clips is missing"),
    ("dark_gradient", lambda z, s: 2 * (z - s) / z.shape[1], "the mean is over clips"),
    ("dark_gradient", lambda z, s: 2 * (z - s) / z.size, "as well"),
    ("dark_gradient", lambda z, s: (2 * (z - s) / len(z)).sum(1), "should return shape"),
]


test_a_right_answer_passes, test_a_wrong_answer_is_told_what_is_wrong = both_tests(RIGHT, WRONG)
