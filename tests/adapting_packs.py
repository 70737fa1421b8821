"""Corpora that are drawn, small and without sound, to try `adapt` on."""

import numpy as np
import pandas as pd

from sequifi_lite.data.corpora.own_folder.folds import add_parts
from sequifi_lite.data.pack_file import Pack, write_pack

EMOTIONS = ("anger", "happiness", "neutral", "sadness")
DIM = 64


def pack(name, seed, speakers=5, per=3, emotions=EMOTIONS, shift=0.0, **changes) -> Pack:
    """A drawn corpus: every speaker says `per` clips of each emotion; classes are Gaussians."""
    rng, means = np.random.default_rng(seed), np.random.default_rng(99).normal(0, 0.5, (9, DIM))
    rows = [(s, k, c) for s in range(speakers) for k in range(len(emotions)) for c in range(per)]
    clips = pd.DataFrame(
        {
            "file": [f"s{s}-{emotions[k]}-{c}.wav" for s, k, c in rows],
            "corpus": name,
            "language": "it",
            "speaker": [f"p{s}" for s, _, _ in rows],
            "gender": None,
            "emotion": [emotions[k] for _, k, _ in rows],
            "label": [emotions[k] for _, k, _ in rows],
            "intensity": None,
            "sentence": None,
            "duration": 2.0,
            "sample_rate": 16_000,
            "channels": 1,
            "defect": "",
            "sha256": [f"{name}{i:060d}" for i in range(len(rows))],
        }
    ).assign(**changes)
    add_parts(clips)
    where = [means[EMOTIONS.index(emotions[k])] if emotions[k] in EMOTIONS else means[8] for _, k, _ in rows]
    X = np.array(where) + shift * means[7] + rng.normal(0, 1, (len(rows), DIM))
    told = {"corpus": name, "clips": len(clips), "encoder": "drawn", "layer": 1, "pooling": "mean"}
    return Pack(
        clips,
        X.astype(np.float16),
        told | {"dim": DIM, "licence": "none", "weights_sha256": "w", "date": "-"},
    )


def written(folder, one: Pack):
    path = folder / f"{one.provenance['corpus']}.parquet"
    write_pack(path, one.clips, one.embeddings, one.provenance)
    return path
