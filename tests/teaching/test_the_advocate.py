"""The checks of chapter 27 say yes to what is right and no, with the reason, to what is not."""

from answers import both_tests


def told(low, high, line):
    if -line <= low and high <= line:
        return "tie"
    if low > line:
        return "better"
    return "worse" if high < -line else "open"


def may_be_printed(scores, tests):
    return tests[max(scores, key=scores.get)]


def by_zero(low, high, line):
    return "better" if low > 0 else "worse" if high < 0 else "tie"


RIGHT = {"told": told, "may_be_printed": may_be_printed}
WRONG = [
    ("told", by_zero, "zero is not the line"),
    ("told", lambda low, high, line: "tie" if low < 0 < high else told(low, high, line), "too wide"),
    ("told", lambda low, high, line: told(low, high, 1.0), "use `line`"),
    ("told", lambda low, high, line: told(low, high, line - 1e-9), "is a tie still"),
    ("told", lambda low, high, line: "open", "it is 'tie', not 'open'"),
    ("may_be_printed", lambda scores, tests: max(tests.values()), "answers in hand"),
    ("may_be_printed", lambda scores, tests: max(scores.values()), "too high to be told"),
    ("may_be_printed", lambda scores, tests: tests[max(reversed(scores), key=scores.get)], "the first is"),
    ("may_be_printed", lambda scores, tests: sum(tests.values()) / len(tests), "mean over all"),
]  # fmt: skip


test_a_right_answer_passes, test_a_wrong_answer_is_told_what_is_wrong = both_tests(RIGHT, WRONG)
