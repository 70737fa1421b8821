"""Recipes for less work: steps, streams, comparisons, and the table as shipped."""

import numpy as np
import pytest
import torch
from scipy import stats
from small_problem import small_problem

from sequifi_lite.data.problem import principal
from sequifi_lite.learning.heads import MLP
from sequifi_lite.studies import results
from sequifi_lite.studies.plans import budget as less_work
from sequifi_lite.studies.plans.budget import RECIPES, Recipe, compare, learn, plan, scores, variance_kept


def test_a_plan_shows_every_corpus_for_its_epochs_with_one_optimiser():
    problem = small_problem(corpora=3, clips=200)  # 100 training rows: four batches of 32 an epoch
    assert Recipe(epochs=5).steps(problem) == [20, 20, 20] and Recipe(batch=64, epochs=5).steps(problem) == [
        10,
        10,
        10,
    ]
    schedule = plan(problem, Recipe(batch=64, epochs=5), [3, 4])
    assert schedule.rows.shape == (2, 30, 64) and schedule.reset.sum() == 1 and schedule.reset[0]
    for number, part in enumerate(problem.parts.values()):
        assert set(schedule.rows[:, schedule.stage == number].ravel()) == set(part.train)
    assert np.array_equal(plan(problem, Recipe(batch=64, epochs=5), [4]).rows[0], schedule.rows[1])


def test_learning_is_a_run_alone_and_scores_are_those_of_the_last_model():
    problem = small_problem(corpora=2, inputs=64, clips=160)
    head = learn(problem, Recipe(epochs=4, lr=1e-2), [0, 1])
    for a, b in zip(head.parameters(), learn(problem, Recipe(epochs=4, lr=1e-2), [1]).parameters()):
        assert torch.equal(a[1], b[0])
    table = scores(problem, head)
    assert table.shape == (2, 2)
    rows = problem.parts["corpus1"].test
    said, truth = head.predict(problem.X[rows])[1].numpy(), problem.labels[rows]
    assert table[1, 1] == pytest.approx(100 * np.mean([(said[truth == k] == k).mean() for k in range(4)]))
    assert table[:, 1].mean() > 60 > 30 > scores(problem, MLP([9], 64)).mean() - 10


def test_kept_is_the_share_of_variance_on_the_axes():
    from dataclasses import replace

    whole = small_problem(corpora=2, inputs=12)
    X = whole.X.numpy()
    for components in (12, 4):
        Z = torch.from_numpy(principal(X, whole.parts["corpus0"].train, components))
        shares = variance_kept(replace(whole, X=Z), whole)
        if components == 12:
            np.testing.assert_allclose(shares, 1, rtol=1e-4)
        else:  # the source's own axes hold more of the source than of another corpus
            assert 1 > shares[0] > shares[1] > 0.2


def test_the_interval_is_that_of_a_paired_t_test():
    generator = np.random.default_rng(0)
    a, b = generator.normal(80, 5, 25), generator.normal(79, 5, 25)
    low, high = stats.ttest_rel(a, b).confidence_interval(0.95)
    found = compare(a, b)
    np.testing.assert_allclose(
        [found["vs_full"], found["vs_full_low"], found["vs_full_high"]], [(a - b).mean(), low, high]
    )


def test_the_table_as_shipped_has_every_recipe():
    table, _ = results.load("less_work")
    assert (
        list(table["recipe"]) == list(RECIPES)
        and (table["runs"] == len(less_work.FOLDS) * len(less_work.SEEDS)).all()
    )
    np.testing.assert_allclose(table[list(less_work.CHAIN)].mean(1), table["mean"], atol=0.02)
