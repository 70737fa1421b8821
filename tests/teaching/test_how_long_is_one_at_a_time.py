"""The checks of chapter 21 say yes to what is right and no, with the reason, to what is not."""

import numpy as np
from answers import both_tests


def shown_at(steps, classes, passes):
    stages = classes * passes
    lengths = np.full(stages, steps // stages)
    lengths[: steps % stages] += 1
    return np.repeat(np.arange(stages) % classes, lengths)


def second_order(H, g):
    return np.einsum("kab,kb->a", H, np.cumsum(g, axis=0) - g)


def on_and_on(steps, classes, passes):
    stages = classes * passes
    lengths = np.full(stages, steps // stages)
    lengths[: steps % stages] += 1
    return np.repeat(np.arange(stages), lengths)


RIGHT = {"shown_at": shown_at, "second_order": second_order}
WRONG = [
    ("shown_at", on_and_on, "first emotion comes again"),
    ("shown_at", lambda steps, classes, passes: shown_at(steps, classes, passes)[::-1] * 0 + np.array(
        [0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2, 2]), "stand at the end"),
    ("shown_at", lambda steps, classes, passes: np.arange(steps) % classes, "at every step"),
    ("shown_at", lambda steps, classes, passes: shown_at(steps, classes, 1), "twice as long"),
    ("second_order", lambda H, g: np.einsum("kab,kb->a", H, np.cumsum(g, 0)), "its own step out"),
    ("second_order", lambda H, g: np.einsum("kab,kb->a", H, g.sum(0) - np.cumsum(g, 0)), "those after it"),
    ("second_order", lambda H, g: H.sum(0) @ g.sum(0), "the first one sees none"),
    ("second_order", lambda H, g: np.einsum("kab,kb->a", H, g), "times its own step"),
    ("second_order", lambda H, g: -second_order(H, g), "sign is turned"),
]  # fmt: skip


test_a_right_answer_passes, test_a_wrong_answer_is_told_what_is_wrong = both_tests(RIGHT, WRONG)
