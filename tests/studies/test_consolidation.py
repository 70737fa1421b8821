"""The studies of averages, statistics and corrections: their tables on a drawn chain."""

import numpy as np
import pytest
import torch
from small_problem import small_problem, small_source

from sequifi_lite.evaluation.metrics import confusion, last_class_share, uar
from sequifi_lite.learning.methods import EMA, LogitAdjustment, Soup, Vanilla, WeightAlignment
from sequifi_lite.learning.schedule import class_by_class
from sequifi_lite.learning.sequence import accuracy_matrix, train_sequence
from sequifi_lite.studies.plans.consolidation import CORRECTIONS, RATES, SWEPT, corrections, study
from sequifi_lite.studies.plans.regularisation import means


class Drawn:
    name, steps, lr = "drawn", 24, 1e-2

    def __init__(self, corpora=3):
        self.corpora = tuple(f"corpus{i}" for i in range(corpora))

    def start(self, replicate):
        problem = small_problem(len(self.corpora), seed=replicate)
        return problem, small_source(problem, seed=replicate)


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


def test_the_table_holds_what_following_each_method_gives():
    swept = {"ema": (EMA, (0.5, 0.9), 1), "soup, lr x 3": (lambda value: Soup(), (0.0,), 3)}
    table = study(settings=[Drawn()], replicates=2, swept=swept)
    assert len(table) == 2 * (len(RATES) + 3) * 3
    problem, source = Drawn().start(1)
    cases = (
        (Vanilla(), "vanilla", RATES[2], RATES[2]),
        (EMA(0.9), "ema", 0.9, 1e-2),
        (Soup(), "soup, lr x 3", 0.0, 3e-2),
    )
    for method, name, value, lr in cases:
        R = (
            100
            * accuracy_matrix(train_sequence(method, problem, source, steps=24, lr=lr, seeds=[1]), problem)[0]
        )
        rows = table[(table["method"] == name) & (table["value"] == value) & (table["replicate"] == 1)]
        np.testing.assert_allclose(rows["zero_shot"], R[0], atol=0.006)
        np.testing.assert_allclose(rows["first"], np.diag(R), atol=0.006)
        np.testing.assert_allclose(rows["last"], R[-1], atol=0.006)
    assert means(table, "drawn", "ema")[2].tolist() == [0.5, 0.9]


def test_every_row_of_the_study_can_be_made():
    table = study(settings=[Drawn(2)], replicates=1)
    assert set(table["method"]) == {"vanilla", *SWEPT} and table["last"].between(0, 100).all()


def test_corrections_of_the_study_are_those_of_following_a_class_ordered_stream():
    orders = np.array([(0, 1, 2, 3), (3, 0, 2, 1)])
    table = corrections(settings=[Drawn(2)], replicates=1, rates=(1e-4, 1e-2), orders=orders)
    assert set(table["lr"]) == {0.0, 1e-4, 1e-2}
    table = table[table["lr"] == 1e-2]
    assert set(table["correction"]) == set(CORRECTIONS)
    problem, source = Drawn(2).start(0)
    rows = problem.parts["corpus1"].test

    def stream(problem, corpus, steps, seeds):
        return class_by_class(problem.parts[corpus].train, problem.labels, orders, steps, seeds)

    for name, method in (
        ("weight-alignment", WeightAlignment()),
        ("logit-adjustment, tau 0.5", LogitAdjustment(0.5)),
    ):
        *_, stop = train_sequence(
            method, problem, source.select([0, 0]), steps=24, lr=1e-2, seeds=[0, 0], stream=stream
        )
        found = table[(table["variant"] == "sequifi-canonical") & (table["correction"] == name)].iloc[0]
        c = confusion(problem.labels[rows], stop.model.predict(problem.X[rows]).numpy(), 4)
        np.testing.assert_allclose(found["target"], 100 * uar(c).mean(), atol=0.006)
        np.testing.assert_allclose(found["worst"], 100 * uar(c).min(), atol=0.006)
        np.testing.assert_allclose(found["last_share"], 100 * last_class_share(c, orders).mean(), atol=0.006)
