"""The study `further-readings`: its trials, what it is held against, and a difference worked out by hand."""

import json
from itertools import permutations

import numpy as np
import pandas as pd

from sequifi_lite.studies.plans import further_readings, further_readings_tuning
from sequifi_lite.studies.plans.crossed import CORPORA, confirmatory
from sequifi_lite.studies.tuning import EXPLORATORY_PAIRS


def test_trials_are_judged_on_validation_of_the_exploratory_pairs():
    cells = further_readings_tuning.cells()
    assert {cell.part for cell in cells} == {"valid"}
    assert {cell.corpora for cell in cells} == {*EXPLORATORY_PAIRS}
    assert len({cell.key for cell in cells}) == len(cells)


def test_the_best_trial_of_each_reading_goes_to_the_other_pairs(monkeypatch):
    table = pd.DataFrame(
        [
            {"variant": name, "options": json.dumps(trial.get("options", ())), "value": trial.get("value"),
             "lr": trial["lr"], "T": trial.get("T", 200), "chosen": i == 1}
            for name, trials in further_readings_tuning.GRIDS.items()
            for i, trial in enumerate(trials)
        ]
    )  # fmt: skip
    monkeypatch.setattr(further_readings, "load", lambda name: (table, {}))
    cells = further_readings.cells()
    for name, trials in further_readings_tuning.GRIDS.items():
        here = [cell for cell in cells if cell.variant == name]
        assert {cell.corpora for cell in here} == {*confirmatory()}
        for key, value in trials[1].items():
            assert {getattr(cell, key) for cell in here} == {value}
    assert {cell.part for cell in cells} == {"test"}


def test_a_difference_is_the_mean_over_pairs_of_those_that_were_counted():
    right = {"vanilla": 10, "zero-shot": 6, "joint": 14, "vanilla-balanced": 10, "sequifi-canonical": 5}
    right |= dict(zip(further_readings_tuning.GRIDS, (8, 12, 7, 11)))
    rows = []
    for name, hits in right.items():
        for number, pair in enumerate(permutations(CORPORA, 2)):
            bonus = number % 2 if name == "sequifi-canonical+decaying-rate" else 0
            table = np.zeros((4, 4), dtype=np.uint16)
            np.fill_diagonal(table, hits + bonus)
            table[np.arange(4), (np.arange(4) + 1) % 4] = 20 - hits - bonus
            order = [0, 1, 2, 3] if name.startswith("sequifi") else None
            rows.append(
                {"variant": name, "replicate": 0, "order": order, "corpora": list(pair),
                 "groups": json.dumps({corpus: ["a", "b"] for corpus in pair}), "emotions": list("abcd"),
                 "confusions": np.stack([table] * 4).reshape(-1), "curve": [], "loss": [], "distance": [0.0]}
            )  # fmt: skip
    against = further_readings.report(pd.DataFrame(rows))["against"].set_index(["variant", "other"])
    assert list(against["difference"]) == [5 * 3.5, 5 * (7 - 12), 5 * (11 - 12), 5 * (11 - 14)]
    row = against.loc[("sequifi-canonical+decaying-rate", "sequifi-canonical")]
    assert (row["least"], row["most"], row["pairs"]) == (15, 20, 20)
    assert (against["difference_low"] == against["difference"]).all()  # every speaker has the same score
