"""The study ``untrained``: what a linear probe reads from Whisper base's architecture with random weights.

The control of the study ``depth``: same clips, folds, inputs and penalties, other weights. It needs the audio
of Emo-DB and MESD, in the folder that the environment variable SEQUIFI_LITE_CORPORA names (by default
``corpora``).
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from ...data.corpora.scan import scan
from ...data.emotions import FOUR
from ...data.encoders.load import load_encoder
from ...data.splits import default_scheme
from ...errors import CorpusMissing, expanded
from ...evaluation.statistics import interval
from ..layer_sweep import sweep
from .layer_probe import AllDepths, facts, vectors

SOURCES = ("emodb", "mesd")
WORK = Path(".studies") / "untrained"


def write_untrained(folder: str | Path, seed: int = 0) -> Path:
    """Write an encoder of Whisper base's size in the hub's layout, with weights as drawn before any training.

    Parameters
    ----------
    folder : an empty or missing one
    seed : of the weights, which transformers draws: normal, with deviation 0.02; positions are Whisper's own
    """
    import torch
    from transformers import WhisperConfig, WhisperFeatureExtractor, WhisperModel

    config = WhisperConfig(
        d_model=512, encoder_layers=6, encoder_attention_heads=8, encoder_ffn_dim=2048,
        decoder_layers=1, decoder_attention_heads=8, decoder_ffn_dim=8, vocab_size=64,
        pad_token_id=0, bos_token_id=1, eos_token_id=2, decoder_start_token_id=1,
        suppress_tokens=None, begin_suppress_tokens=None,
    )  # fmt: skip
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        WhisperModel(config).save_pretrained(folder)
    WhisperFeatureExtractor().save_pretrained(folder)
    return Path(folder)


def clips_of(name: str, corpora: Path) -> pd.DataFrame:
    """Find the clips of four emotions of a corpus, with their paths.

    Raises
    ------
    CorpusMissing
        If its folder is not there.
    """
    if not (corpora / name).is_dir():
        raise CorpusMissing(
            f"There is no folder {corpora / name}, and this study reads audio: get it with `sequifi-lite get"
            f" {name}`, or name the folder that holds {', '.join(SOURCES)} in the environment variable"
            " SEQUIFI_LITE_CORPORA."
        )
    looked = scan(name, corpora / name)
    looked.check()
    table = looked.table
    return table.loc[table["emotion"].isin(FOUR) & (table["defect"] == "")].reset_index(drop=True)


def study(progress=lambda text: None, corpora=None, work: str | Path = WORK) -> pd.DataFrame:
    """Measure what a probe reads before and behind the blocks of an encoder that has learnt nothing.

    Parameters
    ----------
    corpora : path, optional
        By default what SEQUIFI_LITE_CORPORA says, else ``corpora``.
    work : path
        Folder of what the encoder puts out; a killed run goes on where it stopped.

    Returns
    -------
    DataFrame
        ``corpus``, ``held_out``, ``input`` (``log-mel``, ``stem``, ``block 1``, ...), ``clips``, and UAR in %
        on pooled predictions of all folds, ``uar``, with a 95 % interval over speakers (MESD: words), ``low``
        and ``high``; the penalty is chosen in every fold on its validation part.
    """
    corpora = expanded(corpora or os.environ.get("SEQUIFI_LITE_CORPORA", "corpora"))
    tables, rows = {name: clips_of(name, corpora) for name in SOURCES}, []
    with tempfile.TemporaryDirectory() as folder:
        encoder = AllDepths(load_encoder(str(write_untrained(folder)), 6))
        for name, table in tables.items():
            progress(f"{name}: {len(table):,} clips through the encoder, then a probe at every depth")
            probes = sweep(vectors(table, encoder, Path(work)))
            for i, depth in enumerate(probes.inputs):
                penalty = probes.valid[:, i].argmax(1)
                draws = probes.draws(np.full(len(penalty), i), penalty)
                about = {"corpus": name, "held_out": default_scheme(name), "input": depth}
                row = {"clips": len(probes.truth), "uar": float(draws[0])}
                rows.append(about | row | dict(zip(("low", "high"), interval(draws))))
        told = {key: value for key, value in facts(encoder).items() if key != "name"}
    found = pd.DataFrame(rows).round({"uar": 2, "low": 2, "high": 2})
    found.attrs["provenance"] = {"encoder": {"is": "Whisper base, random weights, seed 0", **told}}
    return found
