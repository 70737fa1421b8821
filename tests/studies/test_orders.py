"""The orders tables: variance components, shares explained, and every figure of a made-up study by hand."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from sequifi_lite.errors import SequifiError
from sequifi_lite.studies.tables.orders import components, explained, report


def test_components_find_what_was_put_in():
    """1,000 tables of 24 x 5: the mean of every estimated variance within 4 standard errors (a false alarm in
    1 of 5,000).
    """
    generator, true = np.random.default_rng(0), {"sd_orders": 3.0, "sd_seeds": 1.0, "sd_rest": 2.0}
    found = {name: [] for name in true}
    for _ in range(1000):
        scores = (
            70
            + 3 * generator.normal(size=(24, 1))
            + generator.normal(size=(1, 5))
            + 2 * generator.normal(size=(24, 5))
        )
        for name, value in components(scores).items():
            found[name].append(value**2)
    for name in (
        "sd_orders",
        "sd_rest",
    ):  # negative ones are cut at 0, so that of the five seeds is a little too large
        values = np.array(found[name])
        assert abs(values.mean() - true[name] ** 2) < 4 * values.std() / 1000**0.5
    assert 0.9 < np.mean(found["sd_seeds"]) < 1.3


def test_components_of_a_table_worked_by_hand():
    # Rows differ by 2 and columns by 1, nothing else: MS_orders = 2 * (1 + 1) / 1 = 4 and MS_seeds = 2 * (.25
    # + .25) / 1 = 1.
    found = components(np.array([[0.0, 1.0], [2.0, 3.0]]))
    assert found == {"sd_orders": pytest.approx(2**0.5), "sd_seeds": pytest.approx(0.5**0.5), "sd_rest": 0}
    assert components(np.array([[0.0, 1.0], [1.0, 0.0]]))["sd_orders"] == 0


@pytest.mark.parametrize("shape", [(3,), (3, 1), (1, 3)])
def test_components_want_two_orders_and_two_seeds(shape):
    with pytest.raises(SequifiError, match="at least 2 orders by 2 seeds"):
        components(np.ones(shape))


def test_the_share_that_groups_explain():
    values, groups = np.array([1.0, 3, 5, 7]), np.array([0, 0, 1, 1])
    assert explained(values, groups) == pytest.approx(100 * 16 / 20)
    assert explained(values, np.arange(4)) == pytest.approx(100)


ORDERS = [(0, 1), (1, 0)]


@pytest.fixture(scope="module")
def study():
    rows, generator = [], np.random.default_rng(0)
    for replicate in (0, 1):
        for seed in (0, 1, 2):
            for order in ORDERS:
                rows.append(
                    {
                        "corpora": ["a", "b"],
                        "lr": 1e-3,
                        "T": 4,
                        "order": list(order),
                        "seed": seed,
                        "replicate": replicate,
                        "emotions": ["anger", "sadness"],
                        "groups": json.dumps({"a": ["x"], "b": ["y", "z"]}),
                        "confusions": generator.integers(1, 9, 12),
                        "steps": np.array([0, 4]),
                        "curve": generator.random(4) * 100,
                    }
                )
    return pd.DataFrame(rows)


def test_figures_by_hand(study):
    tables = report(study)
    recall = np.zeros((2, 3, 2))  # order, seed, class
    for o, order in enumerate(ORDERS):
        for seed in range(3):
            mine = [r for r in study.to_dict("records") if r["seed"] == seed and tuple(r["order"]) == order]
            total = sum(r["confusions"].reshape(3, 2, 2)[1:].sum(0) for r in mine)
            recall[o, seed] = 100 * total.diagonal() / total.sum(1)
    assert all((table["lr"] == 1e-3).all() for table in tables.values())
    row = tables["table"].loc[0]
    target = recall.mean(2)
    assert row["target"] == pytest.approx(target.mean(), abs=0.006) and row["order_high"] == pytest.approx(
        target.mean(1).max(), abs=0.006
    )
    # Class 0 stands first in order 0 and last in order 1; the two orders have three seeds each.
    recalls = recall[:, :, 0].ravel(), recall[:, :, 1].ravel()
    expected = [spearmanr([0] * 3 + [1] * 3, recalls[0])[0], spearmanr([1] * 3 + [0] * 3, recalls[1])[0]]
    assert row["position_recall"] == pytest.approx(np.mean(expected), abs=0.006)
    orders = tables["orders"].set_index("order")
    assert orders.loc["sadness>anger", "anger"] == pytest.approx(recall[1, :, 0].mean(), abs=0.006)
    curves = tables["curves"].set_index(["order", "step"])
    mine = np.mean([r["curve"] for r in study.to_dict("records") if r["order"] == [0, 1]], axis=0)
    assert curves.loc[("anger>sadness", 4), "source"] == pytest.approx(mine[1], abs=0.006)
    assert curves.loc[("anger>sadness", 0), "target"] == pytest.approx(mine[2], abs=0.006)
