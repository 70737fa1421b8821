"""The study of methods with a memory.

Its table on a drawn chain, and the line that a chapter draws from it.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from small_problem import small_problem, small_source

from sequifi_lite.learning.methods import ER, GEM, Vanilla
from sequifi_lite.learning.sequence import accuracy_matrix, train_sequence
from sequifi_lite.studies.plans.replay import RATES, SWEPT, Line, learners, line, summary


class Drawn:
    name, steps, lr = "drawn", 12, 1e-2
    corpora = ("corpus0", "corpus1", "corpus2")

    def start(self, replicate):
        problem = small_problem(seed=replicate)
        speakers = [f"{replicate}-{row % 6}" for row in range(len(problem.X))]
        return replace(problem, clips=pd.DataFrame({"speaker": speakers})), small_source(
            problem, seed=replicate
        )


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_the_table_holds_what_following_each_method_gives():
    swept = {
        "er": Line(lambda n: ER(n), (1, 5)),
        "er-herding": Line(lambda n: ER(n, "herding"), (1, 5)),
        "gem": Line(lambda n: GEM(n), (5,), together=False),
    }
    replicates = [list(learners(Drawn(), r, swept)) for r in (0,)]
    table = summary(Drawn(), replicates).set_index(["method", "value"])
    assert len(table) == 2 + len(RATES) + 5
    problem, source = Drawn().start(0)
    tried = ((Vanilla(), "vanilla", RATES[2], RATES[2]), (ER(5), "er", 5, 1e-2), (GEM(5), "gem", 5, 1e-2))
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
    new, old, values = line(table.reset_index(), "drawn", "er")
    assert values.tolist() == [1, 5] and old[1] == table.loc[("er", 5), "stability"]
    assert new[0] == table.loc[("er", 1), "plasticity"]


def test_every_line_makes_its_method_for_all_its_values():
    for name, swept in SWEPT.items():
        for value in [torch.tensor(swept.values)] if swept.together else swept.values:
            assert name.startswith(swept.make(value).name)


def test_predictions_are_pooled_over_replicates():
    swept = {"er": Line(lambda n: ER(n), (2,))}
    replicates = [list(learners(Drawn(), r, swept)) for r in (0, 1)]
    table = summary(Drawn(), replicates).set_index("method")
    hits, clips = np.zeros(4), np.zeros(4)
    for r in (0, 1):
        problem, source = Drawn().start(r)
        *_, last = train_sequence(ER(2), problem, source, steps=12, lr=1e-2, seeds=[r])
        test = problem.parts["corpus0"].test
        said = last.model.predict(problem.X[test])[0].numpy()
        for k in range(4):
            hits[k] += ((said == k) & (problem.labels[test] == k)).sum()
            clips[k] += (problem.labels[test] == k).sum()
    assert np.isclose(table.loc["er", "stability"], 100 * np.mean(hits / clips), atol=0.006)
    assert table.loc["er", "replicates"] == 2
