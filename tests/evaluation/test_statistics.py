"""Intervals: against a bootstrap written out as a loop, and coverage on data whose truth is known."""

import itertools

import numpy as np
import pytest
from sklearn.metrics import recall_score

from sequifi_lite.errors import SequifiError
from sequifi_lite.evaluation.statistics import (
    bootstrap_uar,
    by_group,
    holm,
    interquartile_mean,
    interval,
    p_value,
    with_intervals,
)


def test_groups_add_up_to_the_whole():
    generator = np.random.default_rng(0)
    truth, groups = generator.integers(4, size=90), generator.choice(["a", "b", "c"], 90)
    predicted = generator.integers(4, size=(5, 90))
    tables = by_group(truth, predicted, groups, 4)
    assert tables.shape == (3, 5, 4, 4)
    for run in range(5):
        assert bootstrap_uar([tables[:, run]], draws=1)[0] == pytest.approx(
            recall_score(truth, predicted[run], average="macro")
        )


def test_bootstrap_equals_a_plain_loop_over_resampled_speakers():
    generator = np.random.default_rng(1)
    truth, groups = np.arange(120) % 4, np.repeat(np.arange(10), 12)
    predicted = np.where(generator.random(120) < 0.6, truth, generator.integers(4, size=120))
    values = bootstrap_uar([by_group(truth, predicted, groups, 4)], draws=50, seed=3)
    drawn = np.random.default_rng(3).multinomial(10, np.full(10, 0.1), size=50)
    for value, times in zip(values[1:], drawn):
        rows = np.concatenate([np.tile(np.flatnonzero(groups == g), n) for g, n in enumerate(times)])
        assert value == pytest.approx(recall_score(truth[rows], predicted[rows], average="macro"))


def test_runs_and_corpora_are_averaged():
    a = np.array([[[[4, 0], [0, 4]], [[4, 0], [4, 0]]]])  # one speaker, two runs: UAR 1 and 1/2
    b = np.array([[[1, 1], [1, 1]]])  # one speaker, UAR 1/2
    np.testing.assert_allclose(bootstrap_uar([a, b], draws=3), (0.75 + 0.5) / 2)


def test_interval_covers_the_truth_as_often_as_it_says():
    """40 speakers whose own accuracy varies.

    200 repetitions at a nominal 95 %: the count of misses is binomial, mean 10,
    and with the known shortfall of the percentile interval (about 93 %) 30 misses or more have a chance below
    1e-4.
    """
    generator = np.random.default_rng(0)
    misses = 0
    for repetition in range(200):
        skill = generator.beta(6, 4, size=40)
        groups = np.repeat(np.arange(40), 10)
        truth = np.tile([0, 1], 200)
        predicted = np.where(generator.random(400) < skill[groups], truth, 1 - truth)
        low, high = interval(
            bootstrap_uar([by_group(truth, predicted, groups, 2)], draws=300, seed=repetition)
        )
        misses += not low <= 0.6 <= high
    assert misses < 30
    # Resampling clips instead would claim too much: it ignores that a speaker's clips share his skill.
    assert high - low > 2 * 1.96 * np.sqrt(0.6 * 0.4 / 400) * 0.9


def test_a_clip_without_a_group_is_refused():
    with pytest.raises(ValueError, match="1 clips belong to no group"):
        by_group(np.array([0, 1]), np.array([0, 1]), np.array(["a", None]), 2)


def test_groups_are_sorted_whatever_their_order_among_the_clips():
    tables = by_group(np.zeros(3, int), np.array([0, 1, 1]), np.array(["b", "a", "b"]), 2)
    assert tables.tolist() == [[[0, 1], [0, 0]], [[1, 1], [0, 0]]]


def test_interval_leaves_out_the_estimate_and_cuts_the_same_share_at_both_ends():
    values = np.array([1e6, *range(101)])  # the estimate, then draws 0 to 100
    assert interval(values) == pytest.approx((2.5, 97.5))
    assert interval(values, level=0.5) == pytest.approx((25, 75))


def test_two_thousand_draws_of_seed_nought_unless_told_otherwise():
    tables = [np.random.default_rng(0).integers(1, 9, size=(6, 2, 2))]
    np.testing.assert_array_equal(bootstrap_uar(tables), bootstrap_uar(tables, draws=2000, seed=0))
    assert (
        len(bootstrap_uar(tables)) == 2001
        and len(set(bootstrap_uar(tables, 5)) - set(bootstrap_uar(tables, 5, 1))) > 1
    )


def test_the_interquartile_mean_by_hand():
    from scipy.stats import trim_mean

    values = np.random.default_rng(0).normal(size=(8, 3))
    np.testing.assert_allclose(interquartile_mean(values), trim_mean(values, 0.25, axis=0))
    # Of 17 values 4.25 are cut at either end: three quarters of the fifth and of the thirteenth remain.
    values = np.sort(np.random.default_rng(1).normal(size=17))
    expected = (0.75 * values[4] + values[5:12].sum() + 0.75 * values[12]) / 8.5
    assert interquartile_mean(values[::-1, None])[0] == pytest.approx(expected)
    assert interval(np.array([5.0, 1.0, 3.0])) == pytest.approx((1.05, 2.95))


def test_p_values_and_holms_correction_by_hand():
    values = np.concatenate([[5.0], np.arange(-1, 1999)])  # two of 2,000 draws at or below nought
    assert p_value(values) == pytest.approx(2 * 3 / 2001) and p_value(-values) == p_value(values)
    assert p_value(np.zeros(11)) == 1
    np.testing.assert_allclose(holm(np.array([0.01, 0.04, np.nan, 0.03])), [0.03, 0.06, np.nan, 0.06])
    assert holm(np.array([0.6, 0.7])).tolist() == [1, 1]


def test_a_score_with_its_interval_is_three_columns():
    draws = {"a": np.array([1e6, *range(101)]), "b": np.zeros(9)}
    found = with_intervals(draws)
    assert list(found) == ["a", "a_low", "a_high", "b", "b_low", "b_high"]
    assert found["a"] == 1e6 and (found["a_low"], found["a_high"]) == interval(draws["a"])
    assert all(type(value) is float for value in found.values()) and found["b_high"] == 0


TRUTH, SAID, WHO = np.array([0, 1, 0, 1]), np.array([[0, 1, 1, 1]]), np.array(["a", "a", "b", "b"])


@pytest.mark.parametrize(
    "call",
    [
        lambda: by_group(TRUTH, SAID, WHO[:3], 2),
        lambda: by_group(TRUTH, SAID, WHO[:1], 2),
        lambda: by_group(TRUTH, SAID[:, :1], WHO, 2),
        lambda: by_group(TRUTH, np.array(0), WHO, 2),
        lambda: by_group(TRUTH[:0], SAID[:, :0], WHO[:0], 2),
        lambda: by_group(TRUTH, SAID, WHO[None], 2),
        lambda: by_group(TRUTH - 1, SAID, WHO, 2),
        lambda: by_group(TRUTH, SAID - 1, WHO, 2),
        lambda: by_group(TRUTH, SAID.astype(float), WHO, 2),
        lambda: by_group(TRUTH, SAID, np.array(["a", None, "b", "b"], dtype=object), 2),
        lambda: bootstrap_uar([]),
        lambda: bootstrap_uar(by_group(TRUTH, SAID[0], WHO, 2)),  # one array and no list of them
        lambda: bootstrap_uar([np.ones((0, 2, 2))]),
        lambda: bootstrap_uar([np.ones((3, 2, 3))]),
        lambda: bootstrap_uar([-np.ones((3, 2, 2))]),
        lambda: bootstrap_uar([np.full((3, 2, 2), np.nan)]),
        lambda: bootstrap_uar([np.ones((3, 2, 2))], draws=0),
        lambda: bootstrap_uar([np.ones((3, 2, 2))], draws=2.5),
        lambda: interval([0.5]),
        lambda: interval([0.5, 0.4, 0.6], level=95),
        lambda: interval([[0.5, 0.4], [0.6, 0.1]]),
    ],
)
def test_what_cannot_be_counted_or_resampled_is_told_in_a_sentence(call):
    with pytest.raises(SequifiError) as caught:
        call()
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


def test_a_draw_that_is_no_number_gives_no_p_value():
    assert np.isnan(p_value(np.array([0.1, np.nan, np.nan, np.nan])))
    assert np.isnan(p_value(np.array([0.1])))
    assert p_value(np.array([0.1, 0.2, 0.3])) == pytest.approx(2 / 3)


def test_each_corpus_of_a_list_is_resampled_by_itself():
    """Of two equal tables draws are of their own: a plain loop that draws for one and then for the other."""
    generator = np.random.default_rng(5)
    table = generator.integers(1, 9, size=(7, 3, 3))
    values = bootstrap_uar([table, table], draws=40, seed=2)
    again = np.random.default_rng(2)
    drawn = [again.multinomial(7, np.full(7, 1 / 7), size=40) for _ in range(2)]

    def score(times):
        pooled = sum(n * one for n, one in zip(times, table))
        return np.mean([pooled[k, k] / pooled[k].sum() for k in range(3)])

    np.testing.assert_allclose(values[1:], [(score(a) + score(b)) / 2 for a, b in zip(*drawn)])
    assert values[1:].std() < bootstrap_uar([table], draws=40, seed=2)[1:].std()


def test_as_many_groups_are_drawn_as_there_are_and_groups_weigh_by_their_clips():
    """Of two speakers with 1 and 99 clips, three kinds of draws: both, or one of them twice."""
    table = np.array([[[1, 0], [0, 0]], [[33, 33], [0, 33]]])
    values = bootstrap_uar([table], draws=200)
    assert values[0] == pytest.approx((34 / 67 + 1) / 2)
    # The first speaker alone has no clip of the second class: it is left out of that draw's mean.
    assert set(np.round(values[1:], 9)) == {1.0, 0.75, round((34 / 67 + 1) / 2, 9)}


def test_clips_of_a_speaker_stay_together_so_more_clips_of_the_same_make_nothing_surer():
    generator = np.random.default_rng(0)
    table = generator.integers(1, 9, size=(12, 4, 4))
    np.testing.assert_allclose(bootstrap_uar([table]), bootstrap_uar([25 * table]))
    # Speakers who differ: cut into clips, the same predictions would look surer than they are.
    table = np.stack([np.diag([18, 18]) + 2, np.diag([2, 2])[::-1] + 9] * 4)
    clips = np.repeat(np.tile(np.eye(4, dtype=int), (len(table), 1)), table.ravel(), axis=0).reshape(-1, 2, 2)
    assert clips.sum(0).tolist() == table.sum(0).tolist()
    assert bootstrap_uar([table])[1:].std() > 2 * bootstrap_uar([clips])[1:].std()


def brute_holm(p):
    """The closed test: of all sets that hold a hypothesis, the greatest Bonferroni p."""
    out = np.full(len(p), np.nan)
    known = [i for i in range(len(p)) if np.isfinite(p[i])]
    for i in known:
        sets = [
            chosen
            for size in range(1, len(known) + 1)
            for chosen in itertools.combinations(known, size)
            if i in chosen
        ]
        out[i] = max(min(1.0, len(chosen) * min(p[j] for j in chosen)) for chosen in sets)
    return out


@pytest.mark.parametrize("seed", range(6))
def test_holm_is_the_closed_test_by_brute_force(seed):
    generator = np.random.default_rng(seed)
    p = generator.random(7) ** 3
    p[generator.integers(7, size=2)] = p[generator.integers(7)]  # ties
    p[generator.integers(7)] = np.nan
    np.testing.assert_allclose(holm(p), brute_holm(p))
    assert holm(np.array([np.nan])).tolist() == pytest.approx([np.nan], nan_ok=True)


def test_equivalence_is_two_one_sided_tests_by_brute_force():
    """The 90 % interval lies within the margin just when both one-sided shares of draws are at most 5 %."""
    generator = np.random.default_rng(1)
    for middle in (-0.6, -0.2, 0.0, 0.3, 0.9):
        values = np.concatenate([[99.0], generator.normal(middle, 0.35, 4000)])
        low, high = interval(values, 0.9)
        below, above = (values[1:] <= -1).mean(), (values[1:] >= 1).mean()
        assert (low > -1 and high < 1) == (below <= 0.05 and above <= 0.05)
        assert (values[1:] < low).mean() == pytest.approx(0.05, abs=3e-4)
        assert (values[1:] > high).mean() == pytest.approx(0.05, abs=3e-4)


def test_a_p_value_is_twice_the_smaller_tail_with_one_draw_added():
    generator = np.random.default_rng(2)
    for middle in (-1.0, 0.2, 3.0):
        draws = generator.normal(middle, 1, 99).round(1)
        below = sum(1 for draw in draws if draw <= 0)
        above = sum(1 for draw in draws if draw >= 0)
        expected = min(1, 2 * (1 + min(below, above)) / 100)
        assert p_value(np.concatenate([[-middle], draws])) == pytest.approx(expected)
    assert p_value(np.concatenate([[0.0], np.ones(1999)])) == pytest.approx(2 / 2000)
