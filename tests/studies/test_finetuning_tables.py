"""The tables of the studies with a moving encoder, from runs whose outcomes are made up."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sequifi_lite.data.emotions import FOUR
from sequifi_lite.errors import EncoderError, SequifiError
from sequifi_lite.studies import finetuning_training as moving, sound_and_weights
from sequifi_lite.studies.plans.finetuning import MAIN
from sequifi_lite.studies.receipts import outside
from sequifi_lite.studies.registry import STUDIES
from sequifi_lite.studies.tables.finetuning import (
    FORETOLD,
    _answer,
    curves,
    foretold,
    orders_report,
    table_of,
)
from sequifi_lite.studies.training_run import groups

RESULTS = Path(__file__).parents[2] / "results"
SPEAKERS, CLIPS = 6, 20


def outcome(run, right):
    """A row as `train_runs` makes it.

    Every class of every speaker has CLIPS clips, `right` of which are recognised.
    """
    table = np.zeros((SPEAKERS, 4, 4), dtype=np.uint16)
    for k in range(4):
        table[:, k, k], table[:, k, (k + 1) % 4] = right, CLIPS - right
    settings = {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(run).items()}
    names = {name: [f"{run.replicate}-{i}" for i in range(SPEAKERS)] for name in run.corpora}
    steps = [] if run.variant == "zero-shot" or "cyclic" in run.variant else [0, 40, 80]
    return settings | {
        "depth": str(run.depth),
        "groups": json.dumps(names),
        "confusions": np.concatenate([table.ravel()] * 2),
        "steps": np.array(steps, dtype=np.int32),
        "curve": np.arange(2.0 * len(steps)),
        "loss": np.zeros(len(steps)),
        "distance": np.array([1.0]),
    }


GOOD = {
    "vanilla": 16,
    "vanilla-balanced": 16,
    "sequifi-canonical": 5,
    "sequifi-cyclic-5": 8,
    "sequifi-cumulative": 14,
}
GOOD |= {"sequifi-focus": 16, "er": 17, "lwf": 16, "ewc": 16, "interpolation": 15, "zero-shot": 10}


@pytest.fixture(scope="module")
def cells():
    return pd.DataFrame([outcome(run, GOOD[run.variant]) for run in STUDIES["moving"].cells()])


@pytest.fixture(scope="module")
def fewer():
    return pd.DataFrame([outcome(run, GOOD[run.variant]) for run in STUDIES["moving-emodb"].cells()])


def test_what_is_not_at_hand_is_said_to_be_unchecked(monkeypatch, tmp_path):
    monkeypatch.setenv("SEQUIFI_LITE_CORPORA", str(tmp_path))
    monkeypatch.setenv("SEQUIFI_LITE_ENCODER", str(tmp_path))
    sound_and_weights.audio_of.cache_clear()
    shipped = [folder for folder in RESULTS.glob("moving*") if (folder / "cells.parquet").is_file()]
    assert shipped
    for folder in shipped:
        told = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
        lines, other = outside(
            told, sound_and_weights.inputs(tuple(told["audio"])), sound_and_weights.unlike_published
        )
        assert (
            not other
            and all("not checked" in line for line in lines)
            and len(lines) == 1 + len(told["audio"])
        )
        assert all(set(there) == {"clips", "samples"} for there in told["audio"].values())
    sound_and_weights.audio_of.cache_clear()


def test_sound_and_weights_at_hand_are_held_against_those_told():
    told = {"encoder_sha256": "e", "audio": {"mesd": {"clips": "c", "samples": "s"}}}

    def said(encoder="e", clips="c", samples="s", wrong=()):
        found = {"encoder": encoder, "audio": {"mesd": {"clips": clips, "samples": samples}}}
        lines, other = outside(told, found, lambda corpus: list(wrong))
        return lines[encoder == "e"], other

    assert said() == ("audio of mesd: the same clips, sample for sample", False)
    assert said(encoder="f") == ("encoder: other weights", True)
    assert said(clips="d") == ("audio of mesd: other clips, speakers or labels", True)
    assert said(samples="t") == (
        "audio of mesd: the same clips, resampled or encoded anew; last digits may differ",
        False,
    )
    assert said(samples="t", wrong=["a.wav"])[1]


def test_audio_is_looked_for_before_an_encoder_and_the_message_names_the_variable(monkeypatch, tmp_path):
    monkeypatch.setenv("SEQUIFI_LITE_CORPORA", str(tmp_path))
    monkeypatch.setenv("SEQUIFI_LITE_ENCODER", str(tmp_path / "none"))
    sound_and_weights.audio_root.cache_clear()
    with pytest.raises(SequifiError, match="no folder .*cremad.*SEQUIFI_LITE_CORPORA"):
        moving._problem(("cremad", "mesd"), 0, FOUR, 3)
    with pytest.raises(
        EncoderError,
        match="No encoder can be loaded.*; the environment variable SEQUIFI_LITE_ENCODER names it.$",
    ):
        moving._fresh(3, FOUR, 1, 0, "float32")
    sound_and_weights.audio_root.cache_clear()


def test_plans_ask_for_every_run_once_and_read_interpolations_off_one_training():
    for name in (
        "moving",
        "moving-emodb",
        "moving-depth",
        "moving-depth-emodb",
        "moving-rates",
        "moving-frontiers",
        "moving-depth-rates",
        "moving-orders",
        "moving-gaussians",
        "moving-held",
        "moving-time-scale",
        "moving-time-scale-confirmed",
    ):
        cells = STUDIES[name].cells()
        assert len(set(cells)) == len(cells) == len({cell.key for cell in cells})
    together = [group for group in groups(STUDIES["moving"].cells()) if len(group) > 1]
    assert len(together) == 3  # replicates
    assert all([run.value for run in group] == [None, 0.2, 0.4, 0.6, 0.8] for group in together)
    both = groups(STUDIES["moving-time-scale"].cells())
    assert all([run.part for run in group] == ["valid", "test"] for group in both)


def test_a_row_has_the_scores_and_differences_of_its_runs(cells, fewer):
    table, _ = table_of(pd.concat([cells, fewer]))
    row = table[(table["variant"] == "sequifi-canonical") & (table["target_corpus"] == "mesd")].iloc[0]
    assert (
        row["both"] == row["target"] == row["source"] == row["both_low"] == row["both_high"] == 25
    )  # 5 of 20
    assert row["vs_vanilla"] == -55 and row["vs_zero"] == row["dS"] == row["dP"] == -25
    assert row["worst"] == 25 and row["sd_replicates"] == 0 and row["runs"] == 6
    assert len(table) == (11 + 4) + (
        10 + 3
    )  # eleven names; lwf has two strengths and interpolation four; fewer on the second


def test_every_order_has_its_own_row_and_the_spread_over_replicates():
    cells = [
        (run, 5 + 3 * run.replicate + 4 * (run.order == (2, 3, 0, 1)))
        for run in STUDIES["moving-orders"].cells()
    ]
    rows = orders_report(pd.DataFrame([outcome(run, right) for run, right in cells]))["orders"]
    assert len(rows) == 4 * (4 + 2) + 4
    assert set(rows["both"]) == {40.0, 60.0}  # 5, 8, 11 of 20, and 9, 12, 15
    assert (rows["both_sd"] == 15).all() and (rows["target_sd"] == 15).all()
    assert (rows["both"] == 60).sum() == 4 * 2 + 1 and (
        rows.loc[rows["both"] == 60, "order"] == "2 3 0 1"
    ).all()


def test_curves_are_means_over_replicates_and_leave_out_who_was_not_watched(cells):
    found = curves(cells)
    assert set(found["variant"]) == {
        "vanilla",
        "vanilla-balanced",
        "sequifi-canonical",
        "sequifi-cumulative",
        "sequifi-focus",
    }
    one = found[(found["variant"] == "vanilla") & (found["target_corpus"] == "mesd")]
    assert (
        one["uar"].tolist() == [0, 1, 2, 3, 4, 5] and one["corpus"].tolist() == ["cremad"] * 3 + ["mesd"] * 3
    )


def test_a_method_that_was_not_run_has_no_line(fewer):
    assert list(foretold(table_of(fewer)[1])["id"]) == [key for key in FORETOLD if key != "E3.9"] + ["E3.10"]


def test_what_was_foretold_is_answered_from_the_main_rate(cells):
    answers = foretold(table_of(cells)[1]).set_index("id")
    assert list(answers.index) == [*FORETOLD, "E3.10"]
    assert answers.loc["E3.2", "value"] == -55 and answers.loc["E3.2", "outcome"] == "held"
    assert answers.loc["E3.3", "outcome"] == "failed"  # the source fell by 25 points
    assert answers.loc["E3.7", "value"] == 5 and answers.loc["E3.10", "value"] > 0.5
    other = pd.concat([cells, cells.assign(lr=MAIN / 2, confusions=[c[::-1] for c in cells["confusions"]])])
    pd.testing.assert_frame_equal(foretold(table_of(other)[1]), answers.reset_index())


@pytest.mark.parametrize(
    ("middle", "outcome"), [(0.0, "held"), (3.5, "failed"), (1.0, "open"), (-2.9, "failed"), (-1.05, "open")]
)
def test_an_answer_is_held_inside_failed_outside_and_open_between(middle, outcome):
    values = middle + np.r_[0, np.linspace(-0.5, 0.5, 201)]
    assert _answer("x", "", values, -1.0, 1.0)["outcome"] == outcome
