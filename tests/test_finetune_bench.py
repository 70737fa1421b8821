"""The arithmetic of the encoder's bench, on made-up times, and the operations it counts, by hand."""

import os

os.environ["HF_HUB_OFFLINE"] = "1"

import bench_encoder
import numpy as np
import pandas as pd
import pytest
import torch
from tiny_encoders import write_whisper

from sequifi_lite.finetuning import Clips, SpeechClassifier
from sequifi_lite.learning.heads import MLP


def test_rates_shares_and_what_kept_states_save():
    kinds = {
        "matrix products": (2.0, 100),
        "step of the top block": (4.0, 100),
        "step of the top block on kept states": (2.5, 50),
    }
    rows = [
        {"work": name, "threads": count, "seconds": seconds * count, "gflop": gflop, "rounds": 1}
        for name, (seconds, gflop) in kinds.items()
        for count in (1, 2)
    ]
    found = bench_encoder.table(pd.DataFrame(rows), 1000).set_index(["work", "threads"])
    kept = found.loc[("step of the top block on kept states", 2)]
    assert (
        kept["speed_up"] == 1.6
        and kept["allowed"] == 2
        and kept["frames_per_s"] == 200
        and kept["of_products"] == 0.4
    )
    assert (
        found.loc[("step of the top block", 1), "of_products"] == 0.5
        and found.loc[("matrix products", 1), "of_products"] == 1
    )
    assert np.isnan(found.loc[("matrix products", 1), "frames_per_s"]) and np.isnan(
        found.loc[("step of the top block", 1), "allowed"]
    )


@pytest.mark.parametrize("folder", ["", "nowhere at all"])
def test_without_a_folder_the_encoder_has_random_weights_of_the_same_size(monkeypatch, folder):
    monkeypatch.setenv("SEQUIFI_LITE_ENCODER", folder)
    network = bench_encoder.network(1)
    assert (
        sum(p.numel() for p in network.blocks[0].parameters())
        == 4 * 512**2 + 3 * 512 + 2 * 512 * 2048 + 2048 + 512 + 4 * 512
    )
    model = SpeechClassifier(network, MLP([0], 1024, 128, 4)).train_only("all")
    training = bench_encoder.Training(model, Clips([torch.zeros(80, 20)] * bench_encoder.BATCH))
    done = bench_encoder.operations(training.forward)
    frames = 10 * bench_encoder.BATCH
    convolutions = 2 * (2 * frames * 80 * 3 * 512 + frames * 512 * 3 * 512)
    block = 2 * frames * (4 * 512**2 + 2 * 512 * 2048 + 2 * 10 * 512)
    head = 2 * bench_encoder.BATCH * (1024 * 128 + 128 * 4)
    assert done == pytest.approx(convolutions + block + head, rel=0.03)
    assert 2.5 < bench_encoder.operations(training.step) / done < 3


def test_operations_of_kept_states_are_counted_without_their_making(monkeypatch, tmp_path):
    monkeypatch.setenv("SEQUIFI_LITE_ENCODER", str(write_whisper(tmp_path)))
    monkeypatch.setattr(bench_encoder, "products", lambda: 1.0)
    found = bench_encoder.measure(1, 3).set_index(["work", "threads"])
    assert len(found) == 10
    count = {name: found.loc[(name, 1), "gflop"] for name in found.index.get_level_values(0)}
    assert (
        count["step of the top block on kept states"]
        < count["step of the top block"]
        < count["step of everything"]
    )
    assert found.loc[("step of the top block on kept states", 1), "allowed"] > 1
