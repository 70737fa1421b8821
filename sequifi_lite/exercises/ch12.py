"""Exercises of chapter 12, experience replay: for each a test of the reader's function, and hints from vague to plain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ._tools import Wrong


def _reservoir_slot(function: Callable) -> None:
    asked = []

    def die(answer):
        def draw(n):
            asked.append(n)
            return answer

        return draw

    for number in (0, 3):
        got = function(number, 4, die(0))
        if got is None or got is Ellipsis:
            raise Wrong("it returns nothing so far.")
        if got != number:
            raise Wrong(f"item {number} comes while slot {number} of 4 is still free; it should go there, not to {got}.")
    asked.clear()
    for number, answer, expected in ((4, 2, 2), (4, 4, -1), (9, 3, 3), (9, 4, -1), (9, 9, -1), (100, 0, 0)):
        got = function(number, 4, die(answer))
        if not asked or asked[-1] != number + 1:
            said = f"draw({asked[-1]})" if asked else "no draw"
            raise Wrong(f"for item {number} there should be one draw among {number + 1} numbers, 0 to {number}; there is {said}.")
        if got != expected:
            raise Wrong(f"for item {number}, 4 slots and a draw of {answer} it should return {expected}, and returns {got}.")


def _herd(function: Callable) -> None:
    generator = np.random.default_rng(0)
    cases = [(np.array([[0.0], [1.0], [2.0], [10.0]]), 2), (np.array([[4.0], [0.0], [-4.0], [1.0]]), 3)]
    cases += [(generator.normal(size=(12, 3)), 5), (generator.normal(size=(6, 2)) + 5, 6)]
    for x, size in cases:
        got = function(x.copy(), size)
        if got is None or got is Ellipsis:
            raise Wrong("it returns nothing so far.")
        got = [int(i) for i in got]
        if len(got) != size or len(set(got)) != size:
            raise Wrong(f"asked for {size} of {len(x)} rows it returns {got}: {size} different row numbers are wanted.")
        expected: list[int] = []
        for _ in range(size):
            free = [i for i in range(len(x)) if i not in expected]
            gaps = [np.linalg.norm(x.mean(0) - x[[*expected, i]].mean(0)) for i in free]
            expected.append(free[int(np.argmin(gaps))])
        if got != expected:
            if got[0] != expected[0]:
                raise Wrong(f"the first row should be the one nearest to the mean, number {expected[0]}; it is {got[0]}.")
            nearest = [int(i) for i in np.argsort(np.linalg.norm(x - x.mean(0), axis=1), kind="stable")[:size]]
            reason = " Those are the rows nearest to the mean, each for itself." if got == nearest else ""
            raise Wrong(f"it returns {got} and should return {expected}.{reason}")


EXERCISES = {
    "reservoir_slot": (
        _reservoir_slot,
        [
            "While there is a free slot there is nothing to draw.",
            "After item i, i + 1 items have come. Each should be kept with probability size / (i + 1), this one, too.",
            "Draw one number among number + 1. If it is below size it is the slot; otherwise return -1.",
        ],
    ),
    "herd": (
        _herd,
        [
            "Choose one row after the other; what has been chosen stays.",
            "At every turn try all rows that are free: which one brings the mean of the chosen rows closest to the mean of all?",
            "The candidate's mean is (sum of the chosen + x) / (number of chosen + 1). Chosen rows have an infinite distance.",
        ],
    ),
}
