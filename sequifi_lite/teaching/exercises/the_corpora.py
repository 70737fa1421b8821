"""Exercises of the chapter on the corpora."""

import numpy as np

from ._tools import Answer, mistakes, refuse


def not_listening(answer: Answer) -> None:
    """Ask for accuracy and UAR of always answering the largest class.

    - Always answering one class is right for exactly the clips of that class.
    - Drop the classes without clips first; then UAR is the mean of one 1 and otherwise 0s.
    - Accuracy compares the largest count with the sum of all; UAR needs no more than the number of classes
      that are left.
    """
    got = answer([1042, 203, 1160, 362])
    refuse(np.shape(got) != (2,), "it should return two numbers, accuracy and UAR.")
    share, uar = right = np.array([1160 / 2767, 1 / 4])
    row, twice_share, twice_uar = (2, uar), (share, share), (uar, uar)
    known = {
        "the two numbers are there, in the other order: accuracy first.": right[::-1],
        "the numbers are right in %, and shares between 0 and 1 were asked for.": 100 * right,
        "the first number counts clips: accuracy is their share, so divide by all clips.": (1160, uar),
        "the first number is the row of the largest class: accuracy is its clips divided by all clips.": row,
        "both numbers are the accuracy: UAR is the mean of the recalls, one 1 and otherwise 0s.": twice_share,
        "the second number is the recall of the largest class: UAR is the mean over all classes, and theirs "
        "are 0.": (share, 1),
        "both numbers are the UAR: accuracy is the share of all clips that are in the largest "
        "class.": twice_uar,
        "this is the accuracy of the first class: the largest is asked for.": (1042 / 2767, uar),
    }
    mistakes(got, right, "for 1042, 203, 1160 and 362 clips", known)
    got = answer([749, 749, 809, 769, 0, 736])
    uar = got[1] if np.shape(got) == (2,) else 0
    of_six, of_four = np.isclose(uar, 1 / 6), np.isclose(uar, 1 / 4)
    known = {
        "a class without clips has no recall: the mean is over the classes that have some.": of_six,
        "the UAR is 1/4 whatever the counts: with five classes that have clips it is 1/5.": of_four,
    }
    mistakes(got, (809 / 3812, 1 / 5), "for 749, 749, 809, 769, 0 and 736 clips", known)


def contradictions(answer: Answer) -> None:
    """Ask for the rows of recordings that occur with different labels.

    - For every digest, collect the set of its labels.
    - A recording contradicts itself if that set has more than one element; then all rows with its digest
      belong.
    - In pandas groupby and transform give every row the number of different labels of its group; wanted are
      the row numbers at which it is more than one.
    """
    digests = ["a", "b", "a", "c", "b", "d", "c", "c"]
    labels = ["joy", "fear", "joy", "joy", "anger", "fear", "joy", "fear"]
    got = answer(digests, labels)
    refuse(not np.iterable(got), "it should return a list of row numbers.")
    got = list(got)
    yes_or_no = len(got) == 8 and all(isinstance(row, (bool, np.bool_)) for row in got)
    asked = "return the numbers of the rows with yes, as np.flatnonzero gives them."
    refuse(yes_or_no, f"this says yes or no for every clip: {asked}")
    of_digests = len(got) > 0 and set(map(str, got)) <= set(digests)
    refuse(of_digests, "these are digests: return the numbers of the rows that have them.")
    nested = any(np.shape(row) for row in got)
    refuse(nested, "these are pairs or lists: return one flat list of row numbers, each row once.")
    rows, right = [int(row) for row in got], [1, 3, 4, 6, 7]
    refuse(len(rows) > len(set(rows)), f"rows {rows} hold some rows more than once: each is wanted once.")
    some = set(rows) < set(right)
    known = {
        "the rows are counted from 1: the first row has number 0.": [2, 4, 5, 7, 8],
        "these are the clips without a contradiction: the others were asked for.": set(rows) == {0, 2, 5},
        "these are all recordings that occur more than once; one whose labels are all the same is no "
        "contradiction.": set(rows) == {0, 1, 2, 3, 4, 6, 7},
        "these are recordings that occurred before, whatever their label: compare the labels, and count the "
        "first clip.": set(rows) == {2, 4, 6, 7},
        f"rows {rows} are found, but every clip of such a recording counts, the first one too.": some,
        "the rows are right, and increasing order was asked for.": set(rows) == set(right),
    }
    mistakes(rows, right, f"for digests {''.join(digests)} and labels {', '.join(labels)}", known)
    mistakes(list(answer(["a", "b"], ["joy", "joy"])), [], "for two different recordings")
