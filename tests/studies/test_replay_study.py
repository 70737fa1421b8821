"""The study of methods with a memory: its table, and the line that a chapter draws from it."""

import numpy as np
import pandas as pd
import pytest

from sequifi_lite.learning.methods import ER, GEM, Vanilla
from sequifi_lite.learning.sequence import accuracy_matrix, train_sequence
from sequifi_lite.studies.plans import crossed, replay
from sequifi_lite.studies.plans.crossed import over_rates, swept
from sequifi_lite.studies.plans.replay import line
from sequifi_lite.studies.scenarios import Scenario
from sequifi_lite.studies.training_run import groups, train_group

SMALL = Scenario("small", ("mesd", "emodb", "ravdess"), "", lr=1e-2, steps=12, source_steps=50)
RATES = (1e-3, 3e-3, 1e-2)


def measured(monkeypatch, lines, replicates):
    monkeypatch.setattr(crossed, "REPLICATES", replicates)
    monkeypatch.setattr(replay, "SCENARIOS", (SMALL,))
    monkeypatch.setattr(replay, "LINES", {"vanilla": over_rates(RATES), **lines})
    cells = pd.concat([train_group(group) for group in groups(replay.cells())], ignore_index=True)
    return replay.report(cells)["table"]


@pytest.fixture
def small(monkeypatch):
    return lambda lines, replicates: measured(monkeypatch, lines, replicates)


def test_the_table_holds_what_following_each_method_gives(small):
    lines = {
        "zero-shot": swept("zero-shot", (None,)),
        "er": swept("er", (1, 5)),
        "er-herding": swept("er", (1, 5), choose="herding"),
        "gem": swept("gem", (5,)),
    }
    table = small(lines, (0,)).set_index(["method", "value"])
    assert len(table) == 1 + len(RATES) + 5
    problem, source = SMALL.start(0)
    tried = ((Vanilla(), "vanilla", RATES[1], RATES[1]), (ER(5), "er", 5, 1e-2), (GEM(5), "gem", 5, 1e-2))
    for method, name, value, lr in tried:
        R = (
            100
            * accuracy_matrix(train_sequence(method, problem, source, steps=12, lr=lr, seeds=[0]), problem)[
                0, -1
            ]
        )
        row = table.loc[(name, value)]
        np.testing.assert_allclose(
            row[["stability", "plasticity", "average"]].astype(float),
            [R[0], R[1:].mean(), R.mean()],
            atol=0.006,
        )
        assert row["average_low"] <= row["average"] <= row["average_high"]
    herded = table.loc[("er-herding", 1)]
    assert np.isclose(herded["vs_er"], herded["average"] - table.loc[("er", 1), "average"], atol=0.011)
    assert herded["vs_er_low"] <= herded["vs_er"] <= herded["vs_er_high"]
    assert np.isnan(table.loc[("vanilla", RATES[0]), "vs_er"]) and table.loc[("er", 5), "vs_er"] == 0
    best = table.loc[["vanilla"], "average"].idxmax()
    assert table["average"].nunique() > 3 and table.loc[best, "vs_vanilla"] == 0
    np.testing.assert_allclose(table["vs_vanilla"], table["average"] - table.loc[best, "average"], atol=0.011)
    assert (table["vs_vanilla_low"] <= table["vs_vanilla"]).all() and (
        table["vs_vanilla"] <= table["vs_vanilla_high"]
    ).all()
    new, old, values = line(table.reset_index(), "small", "er")
    assert values.tolist() == [1, 5] and old[1] == table.loc[("er", 5), "stability"]
    assert new[0] == table.loc[("er", 1), "plasticity"]


def test_predictions_are_pooled_over_replicates(small):
    table = small({"er": swept("er", (2,))}, (0, 1)).set_index("method")
    hits, clips = np.zeros(4), np.zeros(4)
    for r in (0, 1):
        problem, source = SMALL.start(r)
        *_, last = train_sequence(ER(2), problem, source, steps=12, lr=1e-2, seeds=[r])
        test = problem.parts["mesd"].test
        said = last.model.predict(problem.X[test])[0].numpy()
        for k in range(4):
            hits[k] += ((said == k) & (problem.labels[test] == k)).sum()
            clips[k] += (problem.labels[test] == k).sum()
    assert np.isclose(table.loc["er", "stability"], 100 * np.mean(hits / clips), atol=0.006)
    assert table.loc["er", "replicates"] == 2
