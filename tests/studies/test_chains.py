"""The chains tables: a matrix and its scores by hand, from trainings of a few steps."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import recall_score

from sequifi_lite.learning.sequence import train_sequence
from sequifi_lite.studies import training_run as cells
from sequifi_lite.studies.tables.chains import matrix, report, scores
from sequifi_lite.studies.training_run import Cell, train_group
from sequifi_lite.studies.variants import variant

CHAIN = ("mesd", "emodb", "ravdess")
ORDERS = [(0, 1, 2, 3), (2, 3, 0, 1)]
NAMES = ("zero-shot", "vanilla", "vanilla-balanced", "sequifi-canonical")


@pytest.fixture(scope="module")
def study():
    before = cells.STEPS["zscore"]
    cells.STEPS["zscore"] = 40
    cells._source.cache_clear()
    made = [
        Cell(name, chain, r, 1e-3, 8, order)
        for name in NAMES
        for chain in (CHAIN, CHAIN[::-1])
        for r in (0, 1)
        for order in (ORDERS if variant(name).ordered else [None])
    ]
    table = pd.concat([train_group(group) for group in cells.groups(made)], ignore_index=True)
    cells.STEPS["zscore"] = before
    cells._source.cache_clear()
    return table


def by_hand(name, orders):
    """R[i, j] by scikit-learn, on predictions of both replicates in one list; R[0] is the source model's.

    Mean over orders.
    """
    what, tables = variant(name), []
    for order in orders:
        said = {}
        for r in (0, 1):
            problem = load_problem(CHAIN, r)
            source_model = train_source_model(problem, r, 40)
            for i, stop in enumerate(
                train_sequence(
                    what.method(), problem, source_model, steps=8, seeds=[r], stream=what.stream([order])
                )
            ):
                for j, corpus in enumerate(CHAIN):
                    rows = problem.parts[corpus].test
                    found = said.setdefault((i, j), ([], []))
                    found[0].extend(problem.labels[rows])
                    found[1].extend(stop.model.predict(problem.X[rows])[0].tolist())
        tables.append(
            [[100 * recall_score(*said[i, j], average="macro") for j in range(3)] for i in range(3)]
        )
    return np.mean(tables, axis=0)


def test_a_matrix_and_its_scores_by_hand(study):
    chain = study["corpora"].map(list).map(lambda names: tuple(names) == CHAIN)
    tables = report(study)
    for name in ("vanilla", "sequifi-canonical"):
        R = by_hand(name, ORDERS if name.startswith("sequifi") else [None])
        found = matrix(study[chain & (study["variant"] == name)])
        np.testing.assert_allclose(found[0], R[1:], atol=1e-9)
        row = tables["table"].set_index(["chain", "variant"]).loc[" > ".join(CHAIN), name]
        expected = [R[2].mean(), R[2, 0], R[2, 2], (R[2, 0] - R[0, 0] + R[2, 1] - R[1, 1]) / 2]
        np.testing.assert_allclose(row[["both", "first", "last", "bwt"]].astype(float), expected, atol=0.006)
        assert row["anytime"] == pytest.approx((R[1, :2].mean() + R[2].mean()) / 2, abs=0.006)
        assert [float(value) for value in row["after"].split()] == pytest.approx(R.mean(1), abs=0.006)


def test_doing_nothing_forgets_nothing_and_means_are_over_chains(study):
    tables = report(study)
    table, means = tables["table"], tables["means"].set_index("variant")
    assert (table.loc[table["variant"] == "zero-shot", ["bwt", "bwt_low", "bwt_high"]] == 0).all(axis=None)
    for name in NAMES:
        rows = table[table["variant"] == name]
        for key in ("both", "bwt", "vs_twin", "vs_vanilla"):
            assert means.loc[name, key] == pytest.approx(rows[key].mean(), abs=0.011)
        assert means.loc[name, "sd_chains"] == pytest.approx(rows["both"].std(), abs=0.011)
    assert np.isnan(means.loc["vanilla", "p_vanilla"]) and means["holm"].ge(means["p_vanilla"]).sum() == 3


def test_scores_of_a_matrix_worked_by_hand():
    zero = np.array([[[80.0, 50, 40], [80, 50, 40]]])
    R = np.array([[[70.0, 90, 45], [60, 70, 95]]])
    found = {name: value[0] for name, value in scores(R, zero).items()}
    assert found["both"] == 75 and found["first"] == 60 and found["last"] == 95
    assert found["bwt"] == (60 - 80 + 70 - 90) / 2
    assert found["anytime"] == ((70 + 90) / 2 + 75) / 2
