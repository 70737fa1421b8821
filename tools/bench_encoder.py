"""What fine-tuning an encoder costs on this machine: `make bench BENCH=--encoder`. Never a timed test.

Whisper base cut behind three blocks, and whole (six); batches of eight clips of noise of 2 to 4 s. Two
questions:

- Kept states. Training the top block alone, on states from disk: how much faster than computing the frozen
  blocks again at every step, and how much of the ratio that counting operations allows?
- Products. What share of the speed of bare matrix products do a forward pass and a training step reach, on
  one thread and two?

CPU seconds are counted, round by round over everything, so that all of it meets the same noise; of each the
fastest round counts, because a busy machine only ever adds. Two threads are compared with products on two
threads.

The encoder is read from the folder in SEQUIFI_LITE_ENCODER; without one it has random weights, which is as
fast.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch.utils.flop_counter import FlopCounterMode

from sequifi_lite.data.encoders.load import load_encoder
from sequifi_lite.data.encoders.whisper import WhisperFrames
from sequifi_lite.finetuning import Clips, SpeechClassifier, Steps, keep_states_on_disk
from sequifi_lite.learning.heads import MLP
from sequifi_lite.learning.loop import cross_entropy
from sequifi_lite.learning.schedule import shuffled

BLOCKS, BATCH = (3, 6), 8


def network(blocks: int) -> WhisperFrames:
    """Whisper base, cut."""
    folder = os.environ.get("SEQUIFI_LITE_ENCODER", "")
    if Path(folder).is_dir() and folder:
        return load_encoder(folder, blocks).network
    from transformers import WhisperConfig, WhisperFeatureExtractor
    from transformers.models.whisper.modeling_whisper import WhisperEncoder

    made = WhisperFrames.__new__(WhisperFrames)
    torch.nn.Module.__init__(made)
    size = {"d_model": 512, "encoder_attention_heads": 8, "encoder_ffn_dim": 2048, "encoder_layers": blocks}
    made.encoder = WhisperEncoder(WhisperConfig(**size))
    made.encoder.layer_norm, made.features, made.width = torch.nn.Identity(), WhisperFeatureExtractor(), 512
    return made


def noise(prepare) -> Clips:
    """Clips of 2 to 4 s, prepared."""
    generator = np.random.default_rng(0)
    waves = [generator.normal(0, 0.1, int(16_000 * s)).astype(np.float32) for s in np.linspace(2, 4, BATCH)]
    return Clips([prepare(wave) for wave in waves])


class Training:
    """Step after step on the same batches."""

    def __init__(self, model: SpeechClassifier, X: Clips):
        self.model, self.X, self.y = model, X, torch.arange(len(X)) % 4
        self.schedule = shuffled(np.arange(len(X)), len(X) // BATCH, [0], BATCH)
        self.steps = Steps(model.parameters(), lr=1e-6)

    def loss(self, t: int) -> torch.Tensor:
        return cross_entropy(self.model, self.schedule.batch(t, self.X, self.y)).sum()

    def step(self) -> None:
        for t in range(len(self.schedule.stage)):
            loss = self.loss(t)
            self.steps.zero_grad()
            loss.backward()
            self.steps.step()

    @torch.no_grad()
    def forward(self) -> None:
        for t in range(len(self.schedule.stage)):
            self.loss(t)


def products() -> float:
    """Bare products of 1,000 frames with the largest weights of a block, one after the other.

    The number of operations.
    """
    x, w, out = torch.randn(1000, 512), torch.randn(512, 2048), torch.empty(1000, 2048)
    for _ in range(40):
        torch.mm(x, w, out=out)
    return 40 * 2.0 * 1000 * 512 * 2048


def operations(work) -> float:
    """Floating-point operations of the products that a piece of work does."""
    with FlopCounterMode(display=False) as counter:
        work()
    return counter.get_total_flops()


def measure(rounds: int, blocks: int) -> pd.DataFrame:
    """One row for each piece of work and number of threads: the fastest round."""
    base, threads = network(blocks), torch.get_num_threads()
    whole = SpeechClassifier(base, MLP([0], 2 * base.width, 128, 4)).train_only("all")
    X = noise(base.prepare)
    frames = sum(clip.shape[1] // 2 for clip in X.tensors())
    top = whole.select([0]).train_only(1)
    with tempfile.TemporaryDirectory() as folder:
        kept = Training(*keep_states_on_disk(top, X, folder))
        everything, again = Training(whole, X), Training(top, X)
        work = {
            "forward through all blocks": everything.forward,
            "step of everything": everything.step,
            "step of the top block": again.step,
            "step of the top block on kept states": kept.step,
        }
        for f in work.values():
            f()  # the first time is slow, and states are computed in it
        counted = {name: operations(f) for name, f in work.items()} | {"matrix products": products()}
        work["matrix products"] = products
        spent: dict[tuple[str, int], list[float]] = {}
        for number in range(1, rounds + 1):
            print(f"{blocks} blocks, round {number} of {rounds}", flush=True)
            for count in (1, 2):
                torch.set_num_threads(count)
                for name, f in work.items():
                    begun = time.process_time()
                    f()
                    spent.setdefault((name, count), []).append(time.process_time() - begun)
    torch.set_num_threads(threads)
    rows = [
        {
            "work": name,
            "threads": count,
            "seconds": min(seconds),
            "gflop": counted[name] / 1e9,
            "rounds": len(seconds),
        }
        for (name, count), seconds in spent.items()
    ]
    return table(pd.DataFrame(rows), frames)


def table(found: pd.DataFrame, frames: int) -> pd.DataFrame:
    """Rates, shares of the products' rate, and what kept states save beside what counting allows.

    Parameters
    ----------
    found : DataFrame
        work, threads, CPU seconds, gflop.
    frames : int
        Of the encoder, 50 a second, in one piece of work.
    """
    found = found.copy()
    found["gflop_per_s"] = found["gflop"] / found["seconds"]
    limit = found[found["work"] == "matrix products"].set_index("threads")["gflop_per_s"]
    found["of_products"] = found["gflop_per_s"] / found["threads"].map(limit)
    bare = found["work"] == "matrix products"
    found["frames_per_s"] = np.where(bare, np.nan, frames / found["seconds"])
    again = found[found["work"] == "step of the top block"].set_index("threads")
    kept = found["work"] == "step of the top block on kept states"
    found["speed_up"] = np.where(kept, found["threads"].map(again["seconds"]) / found["seconds"], np.nan)
    found["allowed"] = np.where(kept, found["threads"].map(again["gflop"]) / found["gflop"], np.nan)
    digits = {
        "seconds": 3,
        "gflop": 1,
        "gflop_per_s": 1,
        "of_products": 2,
        "frames_per_s": 0,
        "speed_up": 2,
        "allowed": 2,
    }
    return found.round(digits)


def main(rounds: int) -> pd.DataFrame:
    """Measure both depths, print the table, and say what kept states save."""
    found = pd.concat([measure(rounds, blocks).assign(blocks=blocks) for blocks in BLOCKS], ignore_index=True)
    print(found.to_string(index=False, na_rep=""))
    for row in found[found["speed_up"].notna()].itertuples():
        print(
            f"kept states, top 1 of {row.blocks} blocks, threads: {row.threads}: {row.speed_up:.2f} times as"
            f" fast as computing them again, {row.speed_up / row.allowed:.0%} of the {row.allowed:.2f} that"
            " counting allows"
        )
    return found
