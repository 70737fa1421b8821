"""Studies made of cells: the score of a trial and the choice by hand, and the plans' arithmetic."""

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.metrics import recall_score

from sequifi_lite.data.problem import load_problem
from sequifi_lite.learning.methods import METHODS
from sequifi_lite.learning.sequence import train_sequence
from sequifi_lite.learning.source_model import train_source_model
from sequifi_lite.studies import training_run as cells
from sequifi_lite.studies.plans import pairs as pairs_plan, tuning as tuning_plan
from sequifi_lite.studies.plans.crossed import COMPARED, ORDERS, ROTATIONS
from sequifi_lite.studies.plans.tuning import pooled
from sequifi_lite.studies.training_run import Cell, train_group
from sequifi_lite.studies.tuning import EXPLORATORY_PAIRS, TRIALS
from sequifi_lite.studies.variants import variant


@pytest.fixture(autouse=True)
def short(monkeypatch):
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    monkeypatch.setitem(cells.STEPS, "zscore", 40)
    cells._source.cache_clear()
    yield
    cells._source.cache_clear()
    torch.set_num_threads(before)


def by_hand(variant_name, pair, replicates, lr, T, value, orders, part):
    """UAR of source and target.

    Truths and predictions of all replicates in one list, then the mean over orders.
    """
    what = variant(variant_name)
    scores = []
    for order in orders:
        truth, said = {name: [] for name in pair}, {name: [] for name in pair}
        for r in replicates:
            problem = load_problem(pair, r)
            source_model = train_source_model(problem, r, 40)
            method = what.method(**({} if value is None else {what.method.strength: value}))
            *_, last = train_sequence(
                method, problem, source_model, steps=T, lr=lr, seeds=[r], stream=what.stream([order])
            )
            for name in pair:
                rows = getattr(problem.parts[name], part)
                truth[name] += problem.labels[rows].tolist()
                said[name] += last.model.predict(problem.X[rows])[0].tolist()
        scores.append([100 * recall_score(truth[name], said[name], average="macro") for name in pair])
    return np.mean(scores, axis=0)


def test_the_choice_is_the_best_mean_over_pairs_on_pooled_validation():
    pairs, trials = [("mesd", "emodb"), ("emodb", "mesd")], [(1.0, 1e-3, 8), (1e4, 1e-3, 8), (1.0, 1e-2, 8)]
    wanted = [
        Cell("l2-sp", pair, r, lr, T, None, v, part="valid")
        for v, lr, T in trials
        for pair in pairs
        for r in (0, 1)
    ]
    wanted += [
        Cell("sequifi-canonical", pair, 0, lr, 8, order, part="valid")
        for lr in (1e-3, 1e-4)
        for pair in pairs
        for order in ROTATIONS[:2]
    ]
    table = tuning_plan.report(
        pd.concat([train_group(group) for group in cells.groups(wanted)], ignore_index=True)
    )["table"]
    assert len(table) == 5 and table["chosen"].sum() == 2 and table["knob"].tolist() == ["lam"] * 3 + [""] * 2
    for _, row in table.iterrows():
        ordered = row["variant"] == "sequifi-canonical"
        value, orders = (None, ROTATIONS[:2]) if ordered else (row["value"], [None])
        replicates = [0] if ordered else [0, 1]
        scores = [
            by_hand(row["variant"], pair, replicates, row["lr"], row["T"], value, orders, "valid")
            for pair in pairs
        ]
        np.testing.assert_allclose([row["source"], row["target"]], np.mean(scores, axis=0), atol=0.006)
    for _, found in table.groupby("variant"):
        assert found["both"][found["chosen"]].item() == found["both"].max()


def test_of_equal_trials_the_first_is_chosen():
    made = train_group([Cell("vanilla", ("mesd", "emodb"), 0, 1e-3, 4, part="valid")])
    table = tuning_plan.report(pd.concat([made, made.assign(lr=2e-3)], ignore_index=True))["table"]
    assert table["both"].nunique() == 1 and table["chosen"].tolist() == [True, False]


def test_orders_are_averaged_after_pooling():
    orders = ORDERS[:2]
    made = [
        Cell("sequifi-canonical", ("mesd", "emodb"), r, 1e-3, 8, order) for r in (0, 1) for order in orders
    ]
    table = pd.concat([train_group(group) for group in cells.groups(made)], ignore_index=True)
    found = pooled(table, ["variant"])
    expected = by_hand("sequifi-canonical", ("mesd", "emodb"), (0, 1), 1e-3, 8, None, orders, "test")
    np.testing.assert_allclose(found.loc[0, ["source", "target"]].astype(float), expected)
    assert found.loc[0, "both"] == pytest.approx(expected.mean())


def test_tuning_gives_everybody_the_same_number_of_trials_and_looks_at_validation_alone():
    plan = tuning_plan.cells()
    assert {cell.part for cell in plan} == {"valid"} and {cell.corpora for cell in plan} == set(
        EXPLORATORY_PAIRS
    )
    for name in (*METHODS.keys() - tuning_plan.ELSEWHERE, *COMPARED):
        found = [cell for cell in plan if cell.variant == name]
        ordered = variant(name).ordered
        assert len({(cell.value, cell.lr, cell.T) for cell in found}) == TRIALS
        assert len(found) == len(set(found)) == TRIALS * 3 * 5 * (4 if ordered else 1)
        if ordered:  # each class once at each place
            assert (np.sort(sorted({cell.order for cell in found}), axis=0) == np.arange(4)[:, None]).all()


def test_pairs_are_all_ordered_pairs_as_tuned(monkeypatch):
    settings = {
        "vanilla": {"value": None, "lr": 1e-3, "T": 100},
        "sequifi-focus": {"value": None, "lr": 1e-4, "T": 200},
    }
    monkeypatch.setattr(pairs_plan, "chosen", lambda: settings)
    plan = pairs_plan.cells()
    assert len(plan) == len(set(plan)) == 20 * 5 * (1 + 24)
    assert {cell.T for cell in plan if cell.variant == "vanilla"} == {100}
