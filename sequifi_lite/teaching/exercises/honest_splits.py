"""Exercises of the chapter on honest splits."""

import numpy as np

from ._tools import Answer, agree, any_of, mistakes, refuse


def shared(answer: Answer) -> None:
    """Ask for the names that two lists share.

    - A set forgets how often a name occurs.
    - What is in both is the intersection of two sets; take None out before you sort.
    - Sets have an operator for what is in both and one for what is in the first alone; sorted makes a list.
    """
    cases = {
        "for ['p', 'q', 'q'] and ['q', 'r']": (["p", "q", "q"], ["q", "r"], ["q"]),
        "where nobody is shared": (["p"], ["q", "q"], []),
        "where all are": (["b", "a", "c"], ["c", "b", "a", "a"], ["a", "b", "c"]),
        "where two speakers are not known (None)": (["p", None], [None, "p"], ["p"]),
    }
    for case, (train, test, right) in cases.items():
        got = answer(train, test)
        a_number = isinstance(got, int | np.integer)
        refuse(a_number, f"it returns a number, {got}: return the names, so that a reader can look them up.")
        no_list = isinstance(got, str) or not hasattr(got, "__iter__")
        refuse(no_list, f"{case} it should return a list of names, and returns {got!r}.")
        got = list(got)
        refuse(
            None in got, "two clips whose speaker is not known need not be by one speaker: leave None out."
        )
        refuse(len(got) != len(set(got)), f"{case} it returns {got}: every name should be there once.")
        what = "in alphabetical order" if sorted(got) == right else "that are in both"
        refuse(got != right, f"{case} it should return the names {what}, {right}, and returns {got}.")


def group_folds(answer: Answer) -> None:
    """Ask for parts of about equal size that tear no speaker apart.

    - Decide about speakers, not about clips: which part does a speaker go to?
    - Take the speaker with most clips first, and always choose the part that has fewest clips so far.
    - names, counts = np.unique(speakers, return_counts=True) and np.argsort(-counts) give the speakers in
      that order.
    """
    generator = np.random.default_rng(0)
    few, many = ((4, 4, 4, 4), 2), (generator.integers(2, 60, 23), 5)
    for sizes, parts in (few, ((30, 2, 2, 2, 2, 2), 3), many, ((539, 256) * 4, 5)):
        speakers = generator.permutation(np.repeat([f"speaker {i:02d}" for i in range(len(sizes))], sizes))
        got, n = np.asarray(answer(speakers, parts)), len(speakers)
        case = f"for {n} clips it should return {n} part numbers"
        refuse(got.shape != (n,), f"{case}, and returns shape {got.shape}.")
        beyond = not np.isin(got, np.arange(parts)).all()
        refuse(beyond, f"part numbers should run from 0 to {parts - 1}; there are others.")
        for name in np.unique(speakers):
            torn = len(set(got[speakers == name]))
            refuse(torn > 1, f"{name} is in {torn} parts: that is the leak.")
        counts = np.bincount(got.astype(int), minlength=parts)
        empty = f"with {len(sizes)} speakers and {parts} parts, part {int(np.argmin(counts))} is empty."
        refuse(not counts.all(), empty)
        # Largest first, each into the smallest part: none then exceeds the smallest by more than one speaker.
        widest = max(int(np.sum(speakers == name)) for name in np.unique(speakers[got == np.argmax(counts)]))
        uneven = f"speakers of {sorted(map(int, sizes))} clips come out as parts of {counts.tolist()}"
        refuse(counts.max() - counts.min() > widest, f"{uneven}: that is uneven.")


def may_train(answer: Answer) -> None:
    """Ask for the rows that share neither speaker nor sentence with the test rows.

    - A row may be trained on if its speaker is no test speaker and its sentence no test sentence.
    - np.isin(speaker, speaker[test]) is True for all rows of test speakers.
    """
    speaker = np.array(list("ppqqrrss"))
    sentence = np.array(list("12121234"))
    for test, marks in (([0], "00010111"), ([0, 3], "00000011"), ([7], "11111100"), ([], "11111111")):
        right = np.array([int(mark) for mark in marks])
        got = answer(speaker, sentence, np.array(test, dtype=int))
        got = np.asarray(got, dtype=bool).astype(int) if np.shape(got) == (8,) else got
        either = ~np.isin(speaker, speaker[test]) | ~np.isin(sentence, sentence[test])
        known = {
            "this leaves out rows that share both; sharing one is enough to leak.": either.astype(int),
            "this marks the rows that share something: the other ones may be trained on.": 1 - right,
        }
        case = f"for test rows {test} of speakers {''.join(speaker)} and sentences {''.join(sentence)}"
        mistakes(got, right, case, known)


def percentile_interval(answer: Answer) -> None:
    """Ask for the two ends between which draws lie at a level.

    - At level 0.95, 5 % of the draws lie outside: half of them below, half above.
    - np.quantile takes both places at once. Halve what lies outside; the upper place is as far from 1 as the
      lower one is from 0.
    """
    draws = np.random.default_rng(0).permutation(np.arange(1001.0))
    normal = 500 + 1.96 * draws.std() * np.array([-1, 1])
    unsorted = any_of(draws[[25, 975]], draws[[25, 974]])
    known = {
        "these are the ends of a 90 % interval: 2.5 % belong on each side.": [50, 950],
        "the two ends are there, in the other order: the lower one first.": [975, 25],
        "np.percentile counts from 0 to 100, np.quantile from 0 to 1: use np.quantile.": [0.25, 9.75],
        "the draws are not sorted: sort them first, or let np.quantile do it.": unsorted,
        "these are the smallest and the largest draw: an interval at 95 % leaves 5 % of them out.": [0, 1000],
        "this is mean plus and minus 1.96 standard deviations: here the draws themselves say where the ends "
        "are.": lambda got: agree(got, normal, rtol=0.01),
        "this is the width of the interval: return its two ends.": 950,
    }
    mistakes(
        answer(draws.copy(), 0.95), [25.0, 975.0], "for the numbers 0 to 1000 in any order, at 95 %,", known
    )
    known = {
        "it returns the ends at 95 % whatever the level: at 50 %, a quarter belongs on each side.": [25, 975]
    }
    mistakes(answer(draws.copy(), 0.5), [250.0, 750.0], "for the same numbers at 50 %", known)
