"""Recompute headlines of the study of the time scale by code that shares nothing with the library.

    python tools/recompute.py                     two pairs, six lines; writes results/recomputed
    python tools/recompute.py ravdess-mesd        one of the pairs, printed only

Embeddings, folds and rates are read from the files that ship; everything else (scaling, network, streams of
clips, training, scores) is written anew here in plain PyTorch, with seeds of its own. So no number can agree
to the digit. What is asked is that each lies within the shipped interval over speakers.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import torch
from torch import nn

ROOT = Path(__file__).resolve().parent.parent
EMOTIONS = ["anger", "happiness", "neutral", "sadness"]
PAIRS = [("ravdess", "mesd"), ("emodb", "nemo")]
ORDERS = [[0, 1, 2, 3], [1, 2, 3, 0], [2, 3, 0, 1], [3, 0, 1, 2]]
#: Lines of the study: passes through the emotions (0: shuffled), and whether Adam is kept.
LINES = {
    "zero-shot": None,
    "vanilla": (0, True),
    "sequifi-canonical": (1, False),
    "sequifi-cyclic-10-carried": (10, True),
    "sequifi-cyclic-50": (50, False),
    "sequifi-cyclic-50-carried": (50, True),
}


def corpus(name: str, fold: int) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    """Read one corpus: embeddings and labels of the training, validation and test part of a fold."""
    table = pq.read_table(ROOT / "sequifi_lite" / "data" / "embeddings" / f"{name}.parquet")
    clips = table.drop(["embedding"]).to_pandas()
    flat = table["embedding"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    X = flat.astype(np.float32).reshape(len(clips), -1)
    folds = pd.read_csv(ROOT / "sequifi_lite" / "data" / "folds.csv", dtype=str)
    scheme = "word" if name == "mesd" else "speaker"
    folds = folds[(folds["corpus"] == name) & (folds["scheme"] == scheme)]
    part = dict(zip(folds["group"], folds["part"].astype(int)))
    group = clips["sentence"] if scheme == "word" else clips["speaker"]
    number = group.astype(str).map(part)
    sound = clips["emotion"].isin(EMOTIONS) & (clips["defect"].fillna("") == "") & number.notna()
    out = {}
    for place, wanted in {"test": [fold], "valid": [(fold + 1) % 5], "train": None}.items():
        chosen = number.isin(wanted) if wanted else ~number.isin([fold, (fold + 1) % 5])
        rows = np.flatnonzero(sound & chosen)
        labels = clips["emotion"].iloc[rows].map(EMOTIONS.index).to_numpy(copy=True)
        out[place] = torch.from_numpy(X[rows]), torch.from_numpy(labels)
    return out


def hits(net: nn.Module, X: torch.Tensor, y: torch.Tensor) -> np.ndarray:
    """Count the right answers and the clips of every class: (2, 4)."""
    with torch.no_grad():
        right = net(X).argmax(1) == y
    return np.array([[int(right[y == k].sum()) for k in range(4)], torch.bincount(y, minlength=4).tolist()])


def mean_recall(counts: np.ndarray) -> float:
    return float(100 * np.mean(counts[0] / counts[1]))


def passes_of(y: torch.Tensor, generator: np.random.Generator):
    """Give rows of each class for ever, each clip once before any comes again."""

    def forever(rows):
        while True:
            yield from generator.permutation(rows)

    return [forever(np.flatnonzero(y.numpy() == k)) for k in range(4)]


def train(net, X, y, steps, lr, order=None, passes=0, keep=True, seed=0, valid=None):
    """Train a network on batches of 32 by Adam; with `valid`, go back to the best weights on it."""
    generator = np.random.default_rng([seed, 977])
    everything, by_class = generator.permutation(len(y)), passes_of(y, generator)
    optimiser, best, before, at = torch.optim.Adam(net.parameters(), lr=lr), None, -1, 0
    for t in range(steps):
        if passes:
            stage = t * 4 * passes // steps
            rows = [next(by_class[order[stage % 4]]) for _ in range(32)]
            if stage != before and not keep:
                optimiser = torch.optim.Adam(net.parameters(), lr=lr)
            before = stage
        else:
            if at + 32 > len(everything):
                everything, at = generator.permutation(len(y)), 0
            rows, at = everything[at : at + 32], at + 32
        optimiser.zero_grad()
        nn.functional.cross_entropy(net(X[rows]), y[rows]).backward()
        optimiser.step()
        if valid is not None and (t + 1) % 25 == 0:
            score = mean_recall(hits(net, *valid))
            if best is None or score > best[0]:
                best = score, {name: value.clone() for name, value in net.state_dict().items()}
    if best is not None:
        net.load_state_dict(best[1])
    return net


def network(inputs: int) -> nn.Module:
    return nn.Sequential(nn.Linear(inputs, 128), nn.ReLU(), nn.Linear(128, 4))


def copied(net: nn.Module) -> nn.Module:
    other = network(net[0].in_features)
    other.load_state_dict(net.state_dict())
    return other


def recompute(
    pair, rates: dict[str, float], folds=range(5), steps=200, source_steps=1000
) -> dict[str, float]:
    """Mean of source and target UAR in %, pooled over folds, then averaged over orders, of every line."""
    counts: dict[str, dict] = {name: {} for name in LINES}
    for fold in folds:
        old, new = (corpus(name, fold) for name in pair)
        middle, spread = old["train"][0].mean(0), old["train"][0].std(0, unbiased=False)
        old, new = (
            {place: ((X - middle) / spread, y) for place, (X, y) in parts.items()} for parts in (old, new)
        )
        torch.manual_seed(100 + fold)
        source = network(len(middle))
        train(source, *old["train"], source_steps, 1e-3, seed=100 + fold, valid=old["valid"])
        for name, how in LINES.items():
            for i, order in enumerate(ORDERS if how and how[0] else [None]):
                net = copied(source)
                if how:
                    train(net, *new["train"], steps, rates[name], order, *how, seed=200 + fold)
                for corpus_, parts in zip(pair, (old, new)):
                    sums = counts[name].setdefault((i, corpus_), np.zeros((2, 4), dtype=int))
                    sums += hits(net, *parts["test"])
    return {
        name: float(np.mean([mean_recall(found) for found in sums.values()])) for name, sums in counts.items()
    }


def chosen_rates() -> dict[str, float]:
    table = pd.read_csv(ROOT / "results" / "time-scale-tuning" / "table.csv")
    table = table[table["chosen"] & (table["optimiser"] == "adam")]
    return dict(zip(table["variant"], table["lr"]))


def compare(pair, scores: dict[str, float]) -> pd.DataFrame:
    """Set recomputed scores beside the shipped ones."""
    shipped = pd.read_csv(ROOT / "results" / "time-scale" / "table.csv")
    shipped = shipped[(shipped["optimiser"] == "adam") & (shipped["source_corpus"] == pair[0])]
    shipped = shipped[shipped["target_corpus"] == pair[1]].set_index("variant")
    rows = []
    for name, value in scores.items():
        both, low, high = shipped.loc[name, ["both", "both_low", "both_high"]]
        row = {
            "source_corpus": pair[0],
            "target_corpus": pair[1],
            "variant": name,
            "recomputed": round(value, 2),
        }
        rows.append(row | {"shipped": both, "low": low, "high": high, "within": bool(low <= value <= high)})
    return pd.DataFrame(rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pair", nargs="?", choices=["-".join(pair) for pair in PAIRS], help="one pair only")
    wanted = parser.parse_args().pair
    torch.set_num_threads(1)
    begun = time.process_time()
    table = pd.concat(
        [compare(p, recompute(p, chosen_rates())) for p in PAIRS if wanted in (None, "-".join(p))]
    )
    print(table.to_string(index=False))
    if wanted is None:
        folder = ROOT / "results" / "recomputed"
        folder.mkdir(exist_ok=True)
        table.to_csv(folder / "table.csv", index=False, lineterminator="\n")
        told = {
            "study": "recomputed",
            "command": "python tools/recompute.py",
            "cpu_minutes": round((time.process_time() - begun) / 60, 1),
        }
        told |= {"torch": torch.__version__, "numpy": np.__version__}
        (folder / "provenance.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
        print("Written to results/recomputed; now: python tools/seal_results.py recomputed")
