"""Exercises of the chapter on the advocate."""

from ._tools import Answer, Wrong, mistakes


def told(answer: Answer) -> None:
    """Ask what a difference with an interval says, where small differences are a tie.

    - Look at where the whole interval lies: within the lines, beyond one of them, or across one.
    - Zero plays no part; the lines at plus and minus `line` do.
    - Within both lines: tie. All above the upper: better. All below the lower: worse. Else: open.
    """
    cases = [
        ((-0.4, 0.6, 1.0), "tie"),
        ((0.2, 0.6, 1.0), "tie"),
        ((1.2, 3.0, 1.0), "better"),
        ((-4.0, -1.1, 1.0), "worse"),
        ((-0.5, 1.5, 1.0), "open"),
        ((0.5, 1.5, 1.0), "open"),
        ((-3.0, 3.0, 1.0), "open"),
        ((-0.5, 1.5, 2.0), "tie"),
        ((-1.0, 1.0, 1.0), "tie"),
    ]
    for (low, high, line), right in cases:
        said = answer(low, high, line)
        if said == right:
            continue
        reason = ""
        if low > 0 and said == "better" or high < 0 and said == "worse":
            reason = "zero is not the line: the interval has to lie beyond it."
        elif low < 0 < high and said == "tie":
            reason = (
                "an interval that holds zero may be too wide for a tie: both ends belong within the lines."
            )
        elif (low, high, line) == (-1.0, 1.0, 1.0):
            reason = "a difference of exactly `line` is a tie still."
        elif line == 2.0:
            reason = "the line is not always at one point: use `line`."
        raise Wrong(
            reason
            or f"for the interval from {low} to {high} and lines at {line} it is {right!r}, not {said!r}."
        )


def may_be_printed(answer: Answer) -> None:
    """Ask for the test score of the setting that validation chose.

    - Two dictionaries have the same keys: one is for choosing, one for telling.
    - Find the key with the greatest value in `scores`.
    - What is returned stands in `tests`, at the key that `scores` has chosen; of equal ones the first.
    """
    scores, tests = {"a": 70.0, "b": 75.0, "c": 75.0}, {"a": 80.0, "b": 72.0, "c": 74.0}
    known = {
        "this is the best score on test: a choice made with the answers in hand.": 80.0,
        "this is the score on validation; it chooses, and is too high to be told.": 75.0,
        "of equal settings the first is taken.": 74.0,
        "this is the mean over all settings.": sum(tests.values()) / 3,
    }
    mistakes(answer(scores, tests), 72.0, "for three settings", known)
