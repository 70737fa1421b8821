"""The study of optimisers where the encoder moves: its plan, and what its tables say of its cells."""

import json
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest

from sequifi_lite.studies.plans.finetuned_optimisers import OPTIMISERS, RATES, REPLICATES, optimiser_of
from sequifi_lite.studies.plans.finetuned_time_scale import LRS
from sequifi_lite.studies.registry import STUDIES
from sequifi_lite.studies.training_run import groups

STUDY = STUDIES["moving-optimisers"]
CELLS = STUDY.cells()
#: Of 24 clips of a class so many are recognised at the rate that validation chooses: by optimiser, and more.
GOOD = {name: 12 + number for number, name in enumerate(OPTIMISERS)}
MORE = {"vanilla-balanced": 4, "sequifi-cyclic-20-carried": 2, "sequifi-canonical": -4}


def test_the_plan_asks_for_every_run_once_and_shares_those_that_another_study_has():
    assert len(set(CELLS)) == len(CELLS) == len({cell.key for cell in CELLS})
    there = {tuple(group) for group in groups(STUDIES["moving-time-scale"].cells())}
    for group in groups(CELLS):  # by validation and on test: one training
        first = group[0]
        usual = optimiser_of(first.clip, first.betas) == "as-elsewhere"
        if first.variant != "zero-shot":
            assert sorted(cell.part for cell in group) == ["test", "valid"]
            assert (tuple(group) in there) == (usual and first.lr in LRS)
    trainings = sum(map(len, RATES.values())) * len(OPTIMISERS) + 1
    assert len(groups(CELLS)) == trainings * len(REPLICATES)


def test_an_optimiser_is_named_by_what_it_differs_in():
    named = [optimiser_of(*kind) for kind in ((1.0, (0.9, 0.999)), (None, [0.9, 0.999]), (1.0, [0, 0.999]))]
    assert named == ["as-elsewhere", "unclipped", "no-first-moments"]
    assert optimiser_of(float("nan"), np.array([0.9, 0.999])) == "unclipped"  # as a file gives it back
    with pytest.raises(KeyError):
        optimiser_of(None, (0.0, 0.999))


def outcome(run):
    """A row whose middle rate is best on validation, and worst on test."""
    rates = RATES.get(run.variant, (run.lr,))
    slower = abs(rates.index(run.lr) - min(1, len(rates) - 1))
    good = GOOD[optimiser_of(run.clip, run.betas)] + MORE.get(run.variant, -8)
    good += -slower if run.part == "valid" else slower
    table = np.zeros((4, 4), dtype=np.uint16)
    for k in range(4):
        table[k, k], table[k, (k + 1) % 4] = good, 24 - good
    row = {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(run).items()}
    row |= {"groups": json.dumps({name: ["a", "b", "c"] for name in run.corpora}), "depth": "all"}
    return row | {"confusions": np.stack([table] * 6).reshape(-1), "distance": np.array([0.5, 2.0])}


def test_validation_chooses_the_rate_of_each_optimiser_and_test_is_told(tmp_path):
    cells = pd.DataFrame([outcome(run) for run in CELLS])
    cells.to_parquet(tmp_path / "cells.parquet")  # clips are None in front and NaN behind, pairs are arrays
    tables = STUDY.report(pd.read_parquet(tmp_path / "cells.parquet"))
    means = tables["means"].set_index(["variant", "optimiser"])
    assert len(means) == len(RATES) * len(OPTIMISERS) == tables["table"]["chosen"].eq(True).sum()
    assert len(tables["table"]) == sum(map(len, RATES.values())) * len(OPTIMISERS) + 1
    share = 100 / 24
    for (variant, optimiser), row in means.iterrows():
        assert row["lr"] == RATES[variant][min(1, len(RATES[variant]) - 1)] and row["runs"] == 3
        good = GOOD[optimiser] + MORE[variant]
        assert row["both"] == row["both_low"] == round(share * good, 2) and row["distance"] == 2
        assert row["vs_balanced"] == pytest.approx(share * (MORE[variant] - 4), abs=6e-3)
        assert row["vs_elsewhere_high"] == pytest.approx(share * (GOOD[optimiser] - 12), abs=6e-3)
