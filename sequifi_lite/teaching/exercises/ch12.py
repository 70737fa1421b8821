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
        if got != number:
            raise Wrong(
                f"item {number} comes while slot {number} of 4 is still free; it should go there, not to {got}."
            )
    for number, answer, expected in ((9, 3, 3), (9, 4, -1), (9, 9, -1), (4, 2, 2), (4, 4, -1), (100, 0, 0)):
        asked.clear()
        got = function(number, 4, die(answer))
        if asked != [number + 1]:
            said = " and ".join(f"draw({n})" for n in asked) if asked else "no draw"
            reason = {
                (
                    number,
                ): " It ends one too early: draw(n) never gives n itself, and this item counts as well.",
                (
                    4,
                ): " It is among the slots alone: then every item enters, and the first ones are soon gone.",
                (number + 1, number + 1): " Draw once and keep the number: a second draw gives another one.",
                (): " All 4 slots, 0 to 3, are full by then.",
            }.get(tuple(asked), "")
            raise Wrong(
                f"for item {number} and 4 slots there should be one draw among {number + 1} numbers, draw({number + 1}); "
                f"there is {said}.{reason}"
            )
        if got != expected:
            reason = " The slots are 0 to 3." if got == 4 else ""
            if got == number and expected >= 0:
                reason = " Only an item that comes while there is room goes to the slot of its own number."
            if expected >= 0 and got == -1:
                reason = " A draw that is the number of a slot says which item has to go."
            raise Wrong(
                f"for item {number}, 4 slots and a draw of {answer} it should return {expected}, and returns {got}.{reason}"
            )


def _greedy(x: np.ndarray, size: int, candidate: Callable) -> list[int]:
    """Rows chosen one after the other, always the one whose `candidate` is nearest to the mean of all."""
    chosen: list[int] = []
    for _ in range(size):
        free = [i for i in range(len(x)) if i not in chosen]
        chosen.append(
            free[int(np.argmin([np.linalg.norm(x.mean(0) - candidate(x[chosen], x[i])) for i in free]))]
        )
    return chosen


def _herd(function: Callable) -> None:
    generator = np.random.default_rng(0)
    cases = [(np.array([[0.0], [1.0], [2.0], [10.0]]), 2), (np.array([[4.0], [0.0], [-4.0], [1.0]]), 3)]
    cases += [(generator.normal(size=(12, 3)), 5), (generator.normal(size=(6, 2)) + 5, 6)]
    for x, size in cases:
        got = function(x.copy(), size)
        if np.ndim(got) != 1:
            raise Wrong("it should return a list of row numbers, not the rows themselves.")
        got = [int(i) for i in got]
        if len(got) != size or len(set(got)) != size:
            again = " A row that was chosen may not be chosen again." if len(got) == size else ""
            raise Wrong(
                f"asked for {size} of {len(x)} rows it returns {got}: {size} different row numbers are wanted.{again}"
            )
        expected = _greedy(x, size, lambda chosen, row: np.vstack([chosen, row]).mean(0))
        if got != expected:
            if got[0] != expected[0]:
                raise Wrong(
                    f"the first row should be the one nearest to the mean, number {expected[0]}; it is {got[0]}."
                )
            nearest = [
                int(i) for i in np.argsort(np.linalg.norm(x - x.mean(0), axis=1), kind="stable")[:size]
            ]
            reason = ""
            if got == _greedy(x, size, lambda chosen, row: chosen.sum(0) + row):
                reason = " The sum of the chosen rows has to be divided by how many they are, the new one included."
            elif got == _greedy(x, size, lambda chosen, row: (chosen.sum(0) + row) / max(1, len(chosen))):
                reason = " The sum is divided by one too few: the new row counts as well."
            if got == nearest:
                reason = " Those are the rows nearest to the mean, each for itself."
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
