"""The study ``depth``: what a linear probe reads from a frozen encoder before and behind its blocks.

It needs audio: corpora as `sequifi-lite get` lays them out, one folder each. Two environment variables say
where things are, SEQUIFI_LITE_CORPORA (a folder of corpora, by default ``corpora``) and SEQUIFI_LITE_ENCODER
(a hub name or a folder, by default openai/whisper-base). What the encoder puts out is kept in a work folder,
so a killed run goes on where it stopped.
"""

from __future__ import annotations

import os
import time
from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd

from ...data.audio import RATE, read_audio
from ...data.corpora.scan import scan
from ...data.embed import embed_corpus
from ...data.emotions import FOUR
from ...data.encoders.load import load_encoder
from ...data.encoders.pooling import Encoder
from ...data.encoders.whisper import log_mel
from ...data.pack import Pack, load_pack, read_pack
from ...errors import CorpusMissing, PackError, expanded
from ..layer_sweep import Depths
from ..tables.layer_probe import report

SOURCES = ("emodb", "ravdess", "mesd", "cremad")
ACTORS = tuple(str(actor) for actor in range(1001, 1013))  # of CREMA-D; all 91 would cost ten times as much
MELS = 160  # mean and standard deviation of 80 bands
WORK = Path(".studies") / "depth"


class AllDepths:
    """An encoder at all its depths at once, in the form that `sequifi_lite.data.embed.embed_corpus` takes.

    `embed` gives mean and standard deviation of the log-mel frames, then those of the states at depth 0, 1,
    ..., one row a clip.
    """

    def __init__(self, encoder: Encoder):
        self.encoder, self.network = encoder, encoder.network
        self.name, self.layer = encoder.name, encoder.layer
        self.pooling, self.dim = "log-mel and every depth, mean+std", MELS + (encoder.layer + 1) * encoder.dim

    def embed(self, waveforms: list[np.ndarray]) -> np.ndarray:
        """Embed waves at all depths: (clips, dim)."""
        mels = np.stack([np.concatenate([mel.mean(1), mel.std(1)]) for mel in map(log_mel, waveforms)])
        return np.hstack([mels, self.encoder.embed_by_depth(waveforms).reshape(len(waveforms), -1)])


def tables(corpora: Path) -> dict[str, pd.DataFrame]:
    """Find the clips that the study uses, with their paths: four emotions, of Emo-DB all.

    Of CREMA-D, the actors of `ACTORS`.

    Raises
    ------
    CorpusMissing
        If a corpus is not there.
    """
    missing = [name for name in SOURCES if not (corpora / name).is_dir()]
    if missing:
        raise CorpusMissing(
            f"There is no folder {corpora / missing[0]}, and this study reads audio: get it with"
            f" `sequifi-lite get {missing[0]}`, or name the folder that holds {', '.join(SOURCES)} in the"
            " environment variable SEQUIFI_LITE_CORPORA."
        )
    by_corpus = {}
    for name in SOURCES:
        looked = scan(name, corpora / name)
        looked.check()
        table = looked.table.loc[looked.table["defect"] == ""]
        if name != "emodb":
            table = table.loc[table["emotion"].isin(FOUR)]
        if name == "cremad":
            table = table.loc[table["speaker"].isin(ACTORS)]
        if table.empty:
            raise CorpusMissing(
                f"{corpora / name} holds no clip that this study uses; it reads the four emotions"
                f" {', '.join(FOUR)}, and of CREMA-D the actors {ACTORS[0]} to {ACTORS[-1]}."
            )
        by_corpus[name] = table.reset_index(drop=True)
    return by_corpus


def vectors(table: pd.DataFrame, encoder: AllDepths, work: Path) -> Depths:
    """Get every clip at every depth, from the work folder if an earlier run has finished it."""
    path = work / f"{table['corpus'].iloc[0]}.parquet"
    pack = _finished(path, table, encoder)
    if pack is None:
        embed_corpus(table, encoder, path)
        pack = read_pack(path)
    values = pack.embeddings.astype(np.float32)
    deep = values[:, MELS:].reshape(len(values), encoder.layer + 1, -1)
    names = ["stem", *(f"block {k}" for k in range(1, encoder.layer + 1))]
    return Depths(
        pack.clips, {"log-mel": values[:, :MELS], **{name: deep[:, k] for k, name in enumerate(names)}}
    )


def _finished(path: Path, table: pd.DataFrame, encoder: AllDepths) -> Pack | None:
    """Read what an earlier run left of these clips and this encoder; None if it is not there, or damaged."""
    try:
        pack = read_pack(path) if path.is_file() else None
    except PackError:
        path.unlink()
        return None
    if pack is None or pack.provenance["weights_sha256"] != facts(encoder)["weights_sha256"]:
        return None
    return pack if list(pack.clips["file"]) == list(table["file"]) else None


def study(progress=lambda text: None, corpora=None, encoder=None, work: str | Path = WORK) -> pd.DataFrame:
    """Measure what a linear probe reads from a frozen encoder at every depth; it needs audio.

    Parameters
    ----------
    corpora, encoder : path or str, optional
        By default what SEQUIFI_LITE_CORPORA and SEQUIFI_LITE_ENCODER say, else ``corpora`` and
        openai/whisper-base.
    work : path
        Folder of what the encoder puts out; by default below the current folder.

    Returns
    -------
    DataFrame
        UAR in % on pooled predictions of all folds with a 95 % interval over speakers (MESD: words), for five
        questions:

        depth
            Every input and every pooling, the penalty nested.
        choice
            What `sequifi_lite.studies.layer_sweep.choices` come to at the depths from ``stem`` on; ``diff``
            is the difference from ``nested``, paired. The corpus ``mean`` is the mean of the four.
        text
            Emo-DB with all its emotions: by speaker, by speaker and sentence, and by speaker with as few
            training clips as the second leaves (``speaker, as few clips``), the same clips tested.
        content
            Which sentence was said (speakers held out) and who spoke (sentences held out), beside the
            emotion.
        tied
            See `sequifi_lite.studies.tables.layer_probe.tied`.

    Raises
    ------
    CorpusMissing, CorpusError, EncoderError
        If a corpus or the encoder is not there.
    """
    corpora = expanded(corpora or os.environ.get("SEQUIFI_LITE_CORPORA", "corpora"))
    clips = tables(corpora)
    whole = AllDepths(deepest(encoder or os.environ.get("SEQUIFI_LITE_ENCODER", "openai/whisper-base")))
    cost = what_it_costs(clips["emodb"], whole)
    by_corpus = {}
    for name, table in clips.items():
        progress(
            f"{name}: {len(table):,} clips, {table['duration'].sum():,.0f} s of audio through the encoder"
        )
        by_corpus[name] = vectors(table, whole, Path(work))
    table = report(by_corpus, progress)
    table.attrs["provenance"] = {
        "encoder": facts(whole),
        "seconds_of_cpu_per_second_of_audio": cost,
        "audio": {name: heard(depths) for name, depths in by_corpus.items()},
    }
    return table


def deepest(name: str) -> Encoder:
    """Load an encoder with all its blocks."""
    from transformers import AutoConfig

    try:
        config = AutoConfig.from_pretrained(name, trust_remote_code=False)
        blocks = getattr(config, "encoder_layers", None) or config.num_hidden_layers
    except (OSError, ValueError, AttributeError):
        blocks = 1  # load_encoder says what is wrong
    return load_encoder(name, blocks)


def facts(encoder: AllDepths) -> dict:
    """Say what is recorded of an encoder; of a local copy not where it lies."""
    from hashlib import sha256

    digest = sha256()
    for key, tensor in sorted(encoder.network.state_dict().items()):
        digest.update(key.encode() + tensor.numpy().tobytes())
    name = {} if Path(encoder.name).exists() else {"name": encoder.name}
    kind = {
        "blocks": encoder.layer,
        "width": encoder.network.width,
        "parameters": sum(p.numel() for p in encoder.network.parameters()),
    }
    return {
        **name,
        **kind,
        "weights_sha256": digest.hexdigest(),
        "transformers": metadata.version("transformers"),
    }


def heard(depths: Depths) -> dict:
    """Say how much was heard of a corpus, and how many files have the sums of the shipped pack's."""
    clips = depths.clips
    pack = load_pack(clips["corpus"].iloc[0]).clips
    shipped = dict(zip(pack["file"], pack["sha256"]))
    same = sum(shipped.get(file) == digest for file, digest in zip(clips["file"], clips["sha256"]))
    speakers = len(set(clips["speaker"].dropna()) - {""})  # 0 where nobody is named
    return {
        "clips": len(clips),
        "speakers": speakers,
        "seconds": round(float(clips["duration"].to_numpy().sum())),
        "as_in_the_pack": same,
    }


def what_it_costs(table: pd.DataFrame, encoder: AllDepths, clips: int = 12) -> dict[str, float]:
    """Measure CPU seconds per second of audio, one clip at a time.

    Of the log-mel frames, the front end alone, and up to each block.

    Reading the file is not counted. Better of two passes over the clips.
    """
    import torch

    some = table.iloc[np.linspace(0, len(table) - 1, min(clips, len(table))).astype(int)]
    waveforms = [read_audio(path) for path in some["path"]]
    seconds = sum(map(len, waveforms)) / RATE
    marks: list[float] = []
    network = encoder.network
    ears = [network.blocks[0].register_forward_pre_hook(lambda *_: marks.append(time.process_time()))]
    ears += [
        block.register_forward_hook(lambda *_: marks.append(time.process_time())) for block in network.blocks
    ]
    passes = []
    try:
        with torch.inference_mode():
            for _ in range(2):
                start = time.process_time()
                for waveform in waveforms:
                    log_mel(waveform)
                mel, up_to = time.process_time() - start, np.zeros(encoder.layer + 1)
                for waveform in waveforms:
                    marks.clear()
                    start = time.process_time()
                    network([waveform])
                    up_to += np.array(marks) - start
                passes.append(np.concatenate([[mel], up_to]))
    finally:
        for ear in ears:
            ear.remove()
    best = np.min(passes, axis=0) / seconds
    names = ["log-mel", "stem", *(f"block {k}" for k in range(1, encoder.layer + 1))]
    return {name: round(float(value), 4) for name, value in zip(names, best)}
