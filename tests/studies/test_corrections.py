"""The study of head corrections: its plan, and its table against following a class-ordered stream."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sequifi_lite.evaluation.metrics import confusion, last_class_share, uar
from sequifi_lite.learning.class_order import class_by_class
from sequifi_lite.learning.methods import LogitAdjustment, PerClassSoup, Vanilla, WeightAlignment, ZeroShot
from sequifi_lite.learning.sequence import train_sequence
from sequifi_lite.studies.plans import corrections
from sequifi_lite.studies.plans.corrections import CORRECTIONS, RATES, TRAINED
from sequifi_lite.studies.scenarios import Scenario
from sequifi_lite.studies.training_run import groups, train_group

SMALL = Scenario("small", ("mesd", "emodb"), "", steps=24, source_steps=50)
ORDERS = [(0, 1, 2, 3), (3, 0, 2, 1)]


def test_every_order_and_correction_is_in_the_plan():
    plan = corrections.plan()
    assert len(plan) == 2 * 5 * (1 + len(RATES) * (len(TRAINED) + 1))
    cells = corrections.cells()
    assert len(cells) == len(set(cells)) == 2 * 5 * (1 + 2 * (3 * 24 + 1 + 1))
    assert {cell.readings for cell in cells} == {(), tuple(CORRECTIONS.values())}


def test_the_table_is_that_of_following_a_class_ordered_stream(monkeypatch):
    for name, value in (("CORRECTED", [SMALL]), ("REPLICATES", (0,)), ("RATES", (1e-2,)), ("ORDERS", ORDERS)):
        monkeypatch.setattr(corrections, name, value)
    cells = pd.concat([train_group(group) for group in groups(corrections.cells())], ignore_index=True)
    table = corrections.report(cells)["table"]
    assert len(table) == 1 + 4 * (1 + len(CORRECTIONS)) + 1
    problem, source = SMALL.start(0)
    rows = problem.parts["emodb"].test

    def stream(problem, corpus, steps, seeds):
        return class_by_class(problem.parts[corpus].train, problem.labels, ORDERS, steps, seeds)

    for variant, name, method in (
        ("sequifi-canonical", "none", Vanilla()),
        ("sequifi-canonical", "weight-alignment", WeightAlignment()),
        ("sequifi-canonical", "logit-adjustment, tau 0.5", LogitAdjustment(0.5)),
        ("per-class-soup", "none", PerClassSoup()),
        ("zero-shot", "none", ZeroShot()),
    ):
        *_, stop = train_sequence(
            method, problem, source.select([0, 0]), steps=24, lr=1e-2, seeds=[0, 0], stream=stream
        )
        found = table[(table["variant"] == variant) & (table["correction"] == name)].iloc[0]
        c = confusion(problem.labels[rows], stop.model.predict(problem.X[rows]).numpy(), 4)
        np.testing.assert_allclose(found["target"], 100 * uar(c).mean(), atol=0.006)
        np.testing.assert_allclose(found["worst"], 100 * uar(c).min(), atol=0.006)
        if variant == "sequifi-canonical":
            share = 100 * last_class_share(c, np.array(ORDERS)).mean()
            np.testing.assert_allclose(found["last_share"], share, atol=0.006)
        else:
            assert np.isnan(found["last_share"])


def test_a_reading_changes_nothing_of_the_training_it_is_read_off():
    cell = corrections.plan()["cremad-emodb", "sequifi-canonical", 1e-3, 0][0]
    cell = replace(cell, corpora=SMALL.corpora, T=8, source_steps=50)
    plain, read = (train_group([c]).iloc[0] for c in (replace(cell, readings=()), cell))
    assert np.array_equal(read["confusions"][: len(plain["confusions"])], plain["confusions"])
    assert len(read["confusions"]) == (1 + len(CORRECTIONS)) * len(plain["confusions"])
    assert np.array_equal(plain["distance"], read["distance"])
    with pytest.raises(KeyError):
        train_group([replace(cell, readings=(("nothing", None),))])
