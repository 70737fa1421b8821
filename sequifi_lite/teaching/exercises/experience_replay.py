"""Exercises of the chapter on experience replay."""

from collections.abc import Callable

import numpy as np

from ._tools import Answer, refuse


def reservoir_slot(answer: Answer) -> None:
    """Ask for the slot that an item goes to in a reservoir, or -1.

    - While there is a free slot there is nothing to draw.
    - After item i, i + 1 items have come. Each should be kept with probability size / (i + 1), this one,
      too.
    - One draw decides both, whether the item is kept and in which slot: which of its numbers mean a slot?
    """
    for number in (0, 3):
        got = answer(number, 4, lambda n: 0)
        free = f"item {number} comes while slot {number} of 4 is still free"
        refuse(got != number, f"{free}; it should go there, not to {got}.")
    for number, drawn, right in ((9, 3, 3), (9, 4, -1), (9, 9, -1), (4, 2, 2), (4, 4, -1), (100, 0, 0)):
        asked = []
        got = answer(number, 4, lambda n, asked=asked, drawn=drawn: asked.append(n) or drawn)
        said = " and ".join(f"draw({n})" for n in asked) if asked else "no draw"
        reason = {
            (number,): " It ends one too early: draw(n) never gives n itself, and this item counts as well.",
            (4,): " It is among the slots alone: then every item enters, and the first ones are soon gone.",
            (number + 1, number + 1): " Draw once and keep the number: a second draw gives another one.",
            (): " All 4 slots, 0 to 3, are full by then.",
        }.get(tuple(asked), "")
        draws = f"one draw among {number + 1} numbers, draw({number + 1}); there is {said}.{reason}"
        refuse(asked != [number + 1], f"for item {number} and 4 slots there should be {draws}")
        reason = " The slots are 0 to 3." if got == 4 else ""
        if right >= 0 and got == number:
            reason = " Only an item that comes while there is room goes to the slot of its own number."
        if right >= 0 and got == -1:
            reason = " A draw that is the number of a slot says which item has to go."
        case = f"for item {number}, 4 slots and a draw of {drawn}"
        refuse(got != right, f"{case} it should return {right}, and returns {got}.{reason}")


def _greedy(x: np.ndarray, size: int, candidate: Callable) -> list[int]:
    """Choose rows one after the other, always the one whose `candidate` is nearest to the mean of all."""
    chosen: list[int] = []
    for _ in range(size):
        free = [i for i in range(len(x)) if i not in chosen]
        far = [np.linalg.norm(x.mean(0) - candidate(x[chosen], x[i])) for i in free]
        chosen.append(free[int(np.argmin(far))])
    return chosen


def herd(answer: Answer) -> None:
    """Ask for rows whose mean stays as near as possible to the mean of all, chosen one after the other.

    - Choose one row after the other; what has been chosen stays.
    - At every turn try all rows that are free: which one brings the mean of the chosen rows closest to the
      mean of all?
    - Keep the sum of what has been chosen: with a candidate the mean is of one row more. Rows that are
      chosen must not win again.
    """
    generator = np.random.default_rng(0)
    cases = [(np.array([[0.0], [1.0], [2.0], [10.0]]), 2), (np.array([[4.0], [0.0], [-4.0], [1.0]]), 3)]
    cases += [(generator.normal(size=(12, 3)), 5), (generator.normal(size=(6, 2)) + 5, 6)]
    for x, size in cases:
        got = answer(x.copy(), size)
        refuse(np.ndim(got) != 1, "it should return a list of row numbers, not the rows themselves.")
        got = [int(i) for i in got]
        again = " A row that was chosen may not be chosen again." if len(got) == size else ""
        wanted = (
            f"asked for {size} of {len(x)} rows it returns {got}: {size} different row numbers are wanted."
        )
        refuse(not len(got) == len(set(got)) == size, wanted + again)
        right = _greedy(x, size, lambda chosen, row: np.vstack([chosen, row]).mean(0))
        nearest = f"the first row should be the one nearest to the mean, number {right[0]}"
        refuse(got[0] != right[0], f"{nearest}; it is {got[0]}.")
        reason = ""
        if got == _greedy(x, size, lambda chosen, row: chosen.sum(0) + row):
            reason = (
                " The sum of the chosen rows has to be divided by how many they are, the new one included."
            )
        elif got == _greedy(x, size, lambda chosen, row: (chosen.sum(0) + row) / max(1, len(chosen))):
            reason = " The sum is divided by one too few: the new row counts as well."
        if got == np.argsort(np.linalg.norm(x - x.mean(0), axis=1), kind="stable")[:size].tolist():
            reason = " Those are the rows nearest to the mean, each for itself."
        refuse(got != right, f"it returns {got} and should return {right}.{reason}")
