"""Where the encoder moves nothing is chosen on test clips either: with test clips that are NaN and labels of
another class, source model, weights, losses and whatever is predicted on validation keep each bit.
"""

import os
from dataclasses import replace

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import pytest
import torch
from tiny_encoders import write_whisper

from sequifi_lite.data.emotions import FOUR
from sequifi_lite.data.synthetic.twin import write_twin
from sequifi_lite.finetuning import Clips, audio_problem
from sequifi_lite.studies import finetuning_run, finetuning_training as moving, sound_and_weights

RUN = finetuning_run.Run("vanilla", ("emodb", "mesd"), 0, 1e-3, T=8, layer=2, batch=4, depth=1, part="valid")
RUNS = [
    RUN,
    replace(RUN, variant="interpolation", value=0.4),
    replace(RUN, variant="sequifi-canonical", order=(3, 1, 0, 2)),
    replace(RUN, variant="ewc", value=1.0),
    replace(RUN, variant="er", value=2.0),
    replace(RUN, variant="vanilla-balanced", T=5),
    replace(RUN, variant="sequifi-canonical+gaussian-refreshed", order=(3, 1, 0, 2), depth="all"),
]
CACHES = (moving._problem, moving._source, sound_and_weights.audio_root, sound_and_weights.audio_of)


class Blind:
    """A store of clips of which some are NaN throughout."""

    def __init__(self, store, rows):
        self.store, self.rows = store, set(rows.tolist())

    def __len__(self):
        return len(self.store)

    def __getitem__(self, row):
        clip = self.store[row]
        return torch.full_like(clip, torch.nan) if int(row) in self.rows else clip


def blinded(*arguments):
    problem = audio_problem(*arguments)
    test = np.concatenate([part.test for part in problem.parts.values()])
    y = problem.y.clone()
    y[test] = (y[test] + 1) % len(problem.emotions)
    return replace(problem, X=Clips(Blind(problem.X.store, test)), y=y)


@pytest.fixture(scope="module")
def at_hand(tmp_path_factory):
    roots = write_twin(tmp_path_factory.mktemp("audio") / "twin", corpora=["emodb", "mesd"])
    return roots["emodb"].parent, write_whisper(tmp_path_factory.mktemp("whisper"))


looked = []


class OftenLooking(moving.Plateau):
    """The plateau of the source model, looked for after every second step, and told where."""

    def __init__(self, X, y, rows, every):
        super().__init__(X, y, rows, every=2)
        looked.append(rows)


def measured(at_hand, folder, blind):
    """All rows of the runs, and the weights of the source model."""
    looked.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEQUIFI_LITE_CORPORA", str(at_hand[0]))
        patch.setenv("SEQUIFI_LITE_ENCODER", str(at_hand[1]))
        patch.setattr(moving, "KEPT", folder)
        patch.setattr(moving, "SOURCE", {"steps": 12, "lr": 1e-3, "head": 30.0})
        patch.setattr(moving, "Plateau", OftenLooking)
        if blind:
            patch.setattr(moving, "audio_problem", blinded)
        for cached in CACHES:
            cached.cache_clear()
        tables = {run: moving.train_runs([run]).iloc[0] for run in RUNS}
        last = moving.train_runs([replace(RUN, part="test")]).iloc[0]
        problem = moving._problem(RUN.corpora, 0, FOUR, 2)
        source = moving._source(RUN.corpora, 0, FOUR, 2, RUN.hidden, RUN.precision)
        weights = {name: value.float().numpy().tobytes() for name, value in source.state_dict().items()}
        for cached in CACHES:
            cached.cache_clear()
    return tables, last, weights, problem


@pytest.fixture(scope="module")
def plain(at_hand, tmp_path_factory):
    return *measured(at_hand, tmp_path_factory.mktemp("sources"), blind=False), list(looked)


def test_no_weight_and_no_choice_depends_on_a_test_clip(at_hand, plain, tmp_path):
    tables, last, weights, problem, (rows,) = plain
    assert set(rows) <= set(problem.parts["emodb"].valid)  # the plateau is that of validation
    blind_tables, blind_last, blind_weights, _ = measured(at_hand, tmp_path, blind=True)
    assert blind_weights == weights
    for run, row in tables.items():
        for column in ("confusions", "curve", "distance", "loss", "steps", "groups"):
            one, other = (np.asarray(found[column]) for found in (row, blind_tables[run]))
            assert one.tobytes() == other.tobytes() or (one == other).all(), (run.variant, column)
    for column in ("distance", "loss", "steps"):
        assert np.array_equal(last[column], blind_last[column], equal_nan=True), column
    assert not np.array_equal(last["confusions"], blind_last["confusions"])


def test_a_run_that_is_tuned_predicts_validation_clips(plain):
    tables, _, _, problem, _ = plain
    for row in tables.values():
        counted = row["confusions"].reshape(-1, 4, 4)
        valid = [problem.subset(name, "valid", moving.TESTED) for name in RUN.corpora]
        assert counted.sum() == sum(map(len, valid))
        truth = np.bincount(problem.labels[np.concatenate(valid)], minlength=4)
        assert counted.sum((0, 2)).tolist() == truth.tolist()


def test_a_stream_is_of_training_clips_in_the_order_of_its_variant(plain):
    problem = plain[3]
    train = problem.parts["mesd"].train
    for run in (RUN, replace(RUN, variant="vanilla-balanced"), RUNS[2]):
        rows = moving._stream(problem, "mesd", 8, [3], run).rows
        assert rows.shape == (1, 8, RUN.batch) and np.isin(rows, train).all()
        labels = problem.labels[rows[0]]
        if run.variant == "vanilla-balanced":
            assert np.bincount(labels.ravel(), minlength=4).tolist() == [8] * 4
        if run.order:
            assert labels.tolist() == [[k] * RUN.batch for k in run.order for _ in range(2)]
        assert not np.array_equal(rows, moving._stream(problem, "mesd", 8, [4], run).rows)
