"""What the results to read in the page say, written down once more: one function for each chapter.

Their scripts compute it in another way; every argument is an array or a number of the case that is shown.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def first_true(*cases) -> str:
    """Give the word of the first condition that holds; the last word is for all that is left."""
    *conditions, rest = cases
    return next((word for holds, word in conditions if holds), rest)


def quick_tour(before, after, last_class_share):
    learnt = "it learnt, and kept what it knew"
    one = last_class_share > 60, "it says one class to nearly everything"
    return first_true(one, (after[1] <= before[1], "it learnt nothing"), learnt)


def forgetting(R):
    lost, won = R[0, 0] - R[1, 0], R[1, 1] - R[0, 1]
    return first_true((lost > 9, "A was forgotten"), (won < 5, "B was never learnt"), "neither")


def hearing_emotion(pitch, neutral):
    above = pitch - neutral
    return "neither is raised" if above.max() <= 0 else "ab"[int(np.argmax(above))]


def the_corpora(counts, accuracy, uar):
    gain = uar - 100 / np.count_nonzero(counts)
    return ("worse", "no better", "better")[1 + int(np.sign(gain)) * bool(abs(gain) > 1)]


def reference_points(majority, zero_shot, joint, method):
    words = ("something is broken", "it did harm", "nothing strange", "look again: above joint")
    return words[int(np.searchsorted([majority, zero_shot, joint], method))]


def ewc(scores):
    spread, late = np.ptp(scores, axis=0).max(), abs(scores[3] - scores[1]).max()
    stiff = late <= 1, "they are too stiff at every strength"
    return first_true((spread <= 1, "they hold nothing at any strength"), stiff, "they trade new for old")


def si_and_mas(credit, moved):
    return f"weight {np.argmax(credit / (np.square(moved) + 0.1))}"


def lwf(vanilla, lwf, teacher):
    change = lwf - vanilla
    nothing = abs(change).max() <= 1, "nothing: its weight is too small"
    return first_true(nothing, (change[1] < -1, "it taught its mistakes"), "it held the old without a price")


def experience_replay(kept):
    empty, hole = (kept.sum(1) == 0).any(), (kept == 0).any()
    missing = hole, "a class of one corpus is missing"
    return first_true((empty, "a corpus is missing"), missing, "some of every class of both corpora")


def dark_experience_replay(clips, stored):
    alike = np.abs(100 * clips / clips.sum() - stored).max() < 3
    reservoir = alike, "by a reservoir over all clips"
    return first_true(
        reservoir, (stored.min() == 0, "with the latest clips alone"), "with equally many of each corpus"
    )


def weight_averaging(scores, limit):
    allowed = scores[0, 0] - scores[:, 0] <= limit
    return ("0", "0.25", "0.5", "0.75", "1")[int(np.where(allowed, scores.mean(1), -np.inf).argmax())]


def class_statistics_and_head_corrections(there, said):
    one = np.count_nonzero(said) == 1, "no: nothing but one class is said"
    often = (said - there).max() > 10, "yes: one class is said too often"
    return first_true(one, often, "no: every class is said about as often as it comes")


def sequifi_from_scratch(recalls):
    last = recalls[:3].max() < 10, "the last class is nearly all that is said"
    return first_true(
        last, (np.diff(recalls).min() > 5, "the earlier a class, the more it lost"), "no trace of the order"
    )


def _in_points(difference, words):
    return words[0 if difference < -1 else 2 if difference > 1 else 1]


def the_switches(reading, twin, vanilla):
    return _in_points(reading - twin, ("it costs points", "it makes no difference", "it gains points"))


def class_order(orders, vanilla):
    words = ("behind vanilla", "level with vanilla", "ahead of vanilla")
    return _in_points(orders.mean() - vanilla, words)


def all_corpora(scores):
    return ("zero-shot", "vanilla", "replay", "one at a time")[int(scores.mean(1).argmax())]


def gaussians_of_seen_classes(memories, room):
    names = ("a fixed sample", "Gaussians of rank 8", "Gaussians of rank 1", "20 clips")
    return names[int(np.where(memories[:, 0] <= room, memories[:, 1], -np.inf).argmax())]


def when_the_encoder_moves(before, after):
    small = after[0] - before[0] < 5, "its steps were too small"
    heart = after[0] - after[1] > 9, "it learnt its training clips by heart"
    return first_true(small, heart, (before[2] - after[2] > 9, "it forgot the old corpus"), "nothing")


READ: dict[str, Callable] = {
    function.__name__: function
    for function in (
        quick_tour,
        forgetting,
        hearing_emotion,
        the_corpora,
        reference_points,
        ewc,
        si_and_mas,
        lwf,
        experience_replay,
        dark_experience_replay,
        weight_averaging,
        class_statistics_and_head_corrections,
        sequifi_from_scratch,
        the_switches,
        class_order,
        all_corpora,
        gaussians_of_seen_classes,
        when_the_encoder_moves,
    )
}


def read(chapter: str, given: dict) -> str:
    """Read a case of a chapter's result."""
    arrays = {key: np.array(value) if isinstance(value, list) else value for key, value in given.items()}
    return READ[chapter](**arrays)
