"""The interval over corpora: against the formula by hand, and where it cannot be."""

from itertools import permutations

import numpy as np
import pytest

from sequifi_lite.errors import ArgumentError
from sequifi_lite.evaluation.over_corpora import jackknife


def test_by_hand():
    """Three corpora; leaving one out leaves the two pairs of the others."""
    values = {
        ("a", "b"): 1.0,
        ("b", "a"): 3.0,
        ("a", "c"): 5.0,
        ("c", "a"): 7.0,
        ("b", "c"): 0.0,
        ("c", "b"): 2.0,
    }
    left = [1.0, 6.0, 2.0]  # without a, b, c
    error = (2 / 3 * sum((x - 3) ** 2 for x in left)) ** 0.5
    quantile = 4.302652729911275  # of Student's distribution with two degrees of freedom, at 0.975
    np.testing.assert_allclose(jackknife(values), (3 - quantile * error, 3 + quantile * error))
    narrow = jackknife(values, level=0.5)
    assert jackknife(values)[0] < narrow[0] < 3 < narrow[1] < jackknife(values)[1]


def test_a_sum_of_independent_corpora_is_missed_about_one_time_in_twenty():
    """Pairs whose value is the sum of what its two corpora bring: 400 worlds of five corpora.

    With 95 % coverage 20 are missed; more than 60 or fewer than 2 would be by chance in less than one of
    1e9 suites. Seeds are fixed.
    """
    generator, missed = np.random.default_rng(0), 0
    for _ in range(400):
        worth = dict(zip("abcde", generator.normal(size=5)))
        low, high = jackknife({(a, b): worth[a] + worth[b] for a, b in permutations("abcde", 2)})
        missed += not low <= 0 <= high
    assert 2 <= missed <= 60


@pytest.mark.parametrize(
    "pairs", [[("a", "b"), ("b", "a")], [("a", "b"), ("a", "c"), ("a", "d")], []], ids=["two", "star", "none"]
)
def test_where_a_corpus_cannot_be_left_out_it_says_so(pairs):
    with pytest.raises(ArgumentError, match="leaves no pairs; give pairs of at least three"):
        jackknife(dict.fromkeys(pairs, 1.0))
