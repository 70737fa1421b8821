"""The study of depth.

What a linear probe reads from a frozen encoder in front of its blocks and behind each of them.

It needs audio: corpora as `sequifi-lite get` lays them out, one folder each. Two environment variables say
where things are, SEQUIFI_LITE_CORPORA (a folder of corpora, by default ``corpora``) and SEQUIFI_LITE_ENCODER
(a hub name or a folder, by default openai/whisper-base). What the encoder puts out is kept in a work folder,
so a killed run goes on where it stopped.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from ...data.audio import RATE, read_audio
from ...data.corpora import scan
from ...data.embed import embed_corpus
from ...data.emotions import FOUR
from ...data.encoders import Encoder, load_encoder, log_mel
from ...data.pack import load_pack, read_pack
from ...data.splits import COLUMN, default_scheme, folds, split
from ...errors import CorpusMissing, PackError
from ...evaluation.metrics import confusion, uar
from ...evaluation.statistics import bootstrap_uar, by_group, interval

SOURCES = ("emodb", "ravdess", "mesd", "cremad")
ACTORS = tuple(str(actor) for actor in range(1001, 1013))  # of CREMA-D; all 91 would cost ten times as much
PENALTIES = (1e-3, 1e-2, 1e-1, 1.0)  # C of the probe: the smaller, the stronger the penalty
POOLINGS = ("mean+std", "mean", "std")
MELS = 160  # mean and standard deviation of 80 bands
WORK = Path(".studies") / "depth"


# ---------------------------------------------------------------- from audio to vectors


class AllDepths:
    """An encoder at all its depths at once, in the form that `sequifi_lite.data.embed.embed_corpus` takes.

    `embed` gives mean and standard deviation of the log-mel frames, then those of the states at depth 0, 1,
    ..., one row a clip.
    """

    def __init__(self, encoder: Encoder):
        self.encoder, self.network, self.name, self.layer = (
            encoder,
            encoder.network,
            encoder.name,
            encoder.layer,
        )
        self.pooling, self.dim = "log-mel and every depth, mean+std", MELS + (encoder.layer + 1) * encoder.dim

    def embed(self, waveforms: list[np.ndarray]) -> np.ndarray:
        mels = np.stack([np.concatenate([mel.mean(1), mel.std(1)]) for mel in map(log_mel, waveforms)])
        return np.hstack([mels, self.encoder.embed_by_depth(waveforms).reshape(len(waveforms), -1)])


@dataclass(frozen=True)
class Depths:
    """One corpus at every depth.

    Attributes
    ----------
    clips : DataFrame
    inputs : dict of str to ndarray (clips, 2 * width)
        Name of a depth -> mean and, behind it, standard deviation over frames; ``log-mel`` first, then
        ``stem`` (what the first block receives), ``block 1`` and so on.
    """

    clips: pd.DataFrame
    inputs: dict[str, np.ndarray]

    def where(self, rows: np.ndarray) -> Depths:
        return Depths(
            self.clips[rows].reset_index(drop=True), {name: X[rows] for name, X in self.inputs.items()}
        )

    def pooled(self, pooling: str) -> Depths:
        """The same with one pooling of `POOLINGS`."""
        half = {
            "mean+std": lambda X: X,
            "mean": lambda X: X[:, : X.shape[1] // 2],
            "std": lambda X: X[:, X.shape[1] // 2 :],
        }
        return Depths(self.clips, {name: half[pooling](X) for name, X in self.inputs.items()})


def tables(corpora: Path) -> dict[str, pd.DataFrame]:
    """The clips that the study uses, with their paths: four emotions, of Emo-DB all.

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
    found = {}
    for name in SOURCES:
        looked = scan(name, corpora / name)
        looked.check()
        table = looked.table[looked.table["defect"] == ""]
        if name != "emodb":
            table = table[table["emotion"].isin(FOUR)]
        if name == "cremad":
            table = table[table["speaker"].isin(ACTORS)]
        if table.empty:
            raise CorpusMissing(
                f"{corpora / name} holds no clip that this study uses; it reads the four emotions"
                f" {', '.join(FOUR)}, and of CREMA-D the actors {ACTORS[0]} to {ACTORS[-1]}."
            )
        found[name] = table.reset_index(drop=True)
    return found


def vectors(table: pd.DataFrame, encoder: AllDepths, work: Path) -> Depths:
    """Every clip at every depth.

    From the work folder if an earlier run has finished it, else from the audio.
    """
    name = table["corpus"].iloc[0]
    kept = work / f"{name}.parquet"
    found = None
    try:
        found = read_pack(kept) if kept.is_file() else None
    except PackError:
        kept.unlink()
    same = found is not None and found.provenance["weights_sha256"] == facts(encoder)["weights_sha256"]
    if not same or list(found.clips["file"]) != list(table["file"]):
        embed_corpus(table, encoder, kept)
        found = read_pack(kept)
    values = found.embeddings.astype(np.float32)
    deep = values[:, MELS:].reshape(len(values), encoder.layer + 1, -1)
    names = ["stem", *(f"block {k}" for k in range(1, encoder.layer + 1))]
    return Depths(
        found.clips, {"log-mel": values[:, :MELS], **{name: deep[:, k] for k, name in enumerate(names)}}
    )


# ---------------------------------------------------------------- the probe


def _fit(
    X: np.ndarray, y: np.ndarray, others: list[np.ndarray], penalties: Iterable[float]
) -> list[np.ndarray]:
    """Predictions (penalties, rows) on each of `others` of a linear probe trained on X, y.

    Z-score, balanced logistic regression.

    The columns are first turned into the space that the training rows span, which leaves fewer of them. The
    solution is the same: the penalty sees lengths only, and weights outside that space would be of no use to
    the loss.
    """
    from sklearn.linear_model import LogisticRegression

    mean, std = X.mean(0, dtype=np.float64), X.std(0, dtype=np.float64)
    std[std == 0] = 1.0
    A = (X - mean) / std
    squares, U = np.linalg.eigh(A @ A.T)
    some = squares > 1e-10 * squares[-1]
    U, s = U[:, some], np.sqrt(squares[some])
    turned = [(U * s), *(((B - mean) / std) @ (A.T @ (U / s)) for B in others)]
    models = [
        LogisticRegression(C=C, class_weight="balanced", max_iter=5_000).fit(turned[0], y) for C in penalties
    ]
    return [
        np.stack([model.predict(Z) for model in models]) if len(Z) else np.empty((len(models), 0), int)
        for Z in turned[1:]
    ]


@dataclass(frozen=True)
class Sweep:
    """Probes of several inputs (L) at several penalties (C), one fold after the other.

    Attributes
    ----------
    truth, groups, fold : ndarray (n,)
        Class, speaker (MESD: word) and fold of every tested clip.
    predicted : ndarray (n, L, C)
        By the probe of the fold that tests the clip.
    valid : ndarray (folds, L, C)
        UAR on the fold's own validation part, 0 to 1.
    inputs : list of str
    train : int
        Training clips of a fold, their mean.
    """

    truth: np.ndarray
    groups: np.ndarray
    fold: np.ndarray
    predicted: np.ndarray
    valid: np.ndarray
    inputs: list[str]
    classes: int
    train: int

    def of(self, layer: np.ndarray, penalty: np.ndarray) -> np.ndarray:
        """Predictions (n,) where fold f uses input ``layer[f]`` and penalty number ``penalty[f]``."""
        return self.predicted[np.arange(len(self.truth)), layer[self.fold], penalty[self.fold]]

    def draws(self, layer: np.ndarray, penalty: np.ndarray) -> np.ndarray:
        """Bootstrap draws of the UAR over speakers, in %."""
        return 100 * bootstrap_uar([self.counts(layer, penalty)])

    def counts(self, layer: np.ndarray, penalty: np.ndarray) -> np.ndarray:
        return by_group(self.truth, self.of(layer, penalty), self.groups, self.classes)

    def score(self, rows=slice(None)) -> np.ndarray:
        """Test UAR (L, C) of every fixed choice, 0 to 1."""
        return uar(confusion(self.truth[rows], np.moveaxis(self.predicted[rows], 0, -1), self.classes))


def sweep(
    depths: Depths,
    scheme: str | None = None,
    emotions: Iterable[str] | None = FOUR,
    read: str = "emotion",
    penalties: Iterable[float] = PENALTIES,
    like: str | None = None,
) -> Sweep:
    """Train a probe on every input with every penalty in every fold.

    Parameters
    ----------
    depths : Depths
        Of one corpus.
    scheme : str, optional
        One of ``sequifi_lite.data.splits.schemes``.
    read : {"emotion", "sentence", "speaker"}
        What the probe is to say.
    like : str, optional
        A second scheme with as many clips to be tested and one fold or more in each of the first one's: from
        every training part, as many clips of each class are drawn as the second scheme leaves. Its folds are
        used, and its test parts.
    """
    clips = depths.clips
    scheme = scheme or default_scheme(clips)
    rows = (
        np.ones(len(clips), dtype=bool)
        if emotions is None
        else clips["emotion"].isin(list(emotions)).to_numpy()
    )
    y = np.full(len(clips), -1)
    y[rows], names = pd.factorize(clips.loc[rows, read], sort=True)
    penalties = tuple(penalties)
    number = folds(clips, like or scheme)
    predicted = np.full((len(clips), len(depths.inputs), len(penalties)), -1)
    valid, fold, train = np.zeros((number, *predicted.shape[1:])), np.full(len(clips), -1), []
    for f in range(number):
        part = split(clips, f, emotions, like or scheme)
        learn = part.train
        if like:
            wide = split(clips, f // (number // folds(clips, scheme)), emotions, scheme)
            learn = _drawn(wide.train, y, np.bincount(y[part.train], minlength=len(names)), f)
        train.append(len(learn))
        fold[part.test] = f
        for i, X in enumerate(depths.inputs.values()):
            seen, tested = _fit(X[learn], y[learn], [X[part.valid], X[part.test]], penalties)
            predicted[part.test, i] = tested.T
            valid[f, i] = uar(confusion(y[part.valid], seen, len(names)))
    done = fold >= 0
    groups = clips[COLUMN[default_scheme(clips)]].to_numpy()
    return Sweep(
        y[done],
        groups[done],
        fold[done],
        predicted[done],
        valid,
        list(depths.inputs),
        len(names),
        round(np.mean(train)),
    )


def _drawn(rows: np.ndarray, y: np.ndarray, wanted: np.ndarray, seed: int) -> np.ndarray:
    """Of the rows, `wanted[k]` of every class k, by lot."""
    generator = np.random.default_rng(seed)
    return np.sort(
        np.concatenate([generator.permutation(rows[y[rows] == k])[:n] for k, n in enumerate(wanted)])
    )


def choices(found: Sweep) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Ways to settle the input and the penalty: name -> input and penalty number of every fold.

    nested
        Each fold takes what is best on its own validation part; the first of equals, so the shallower and the
        more penalised.
    last block
        The last input; its penalty nested.
    best on test
        The one pair for all folds with the best test score: the best line of a sweep, as it is often
        reported.
    best on test, fold by fold
        Each fold takes what is best on its own test part.
    """
    count, shape = len(found.valid), found.valid.shape[1:]
    last = np.full(count, shape[0] - 1)
    tested = np.stack([found.score(found.fold == f) for f in range(count)])
    pairs = {
        "nested": found.valid.reshape(count, -1).argmax(1),
        "last block": last * shape[1] + found.valid[:, -1].argmax(1),
        "best on test": np.full(count, found.score().argmax()),
        "best on test, fold by fold": tested.reshape(count, -1).argmax(1),
    }
    return {name: np.unravel_index(pair, shape) for name, pair in pairs.items()}


# ---------------------------------------------------------------- the study


def study(progress=lambda text: None, corpora=None, encoder=None, work: str | Path = WORK) -> pd.DataFrame:
    """What a linear probe reads from a frozen encoder at every depth (needs audio.

    See `sequifi_lite.studies.plans.layer_probe`).

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
            What `choices` come to at the depths from ``stem`` on; ``diff`` is the difference from ``nested``,
            paired. The corpus
            ``mean`` is the mean of the four.
        text
            Emo-DB with all its emotions: by speaker, by speaker and sentence, and by speaker with as few
            training clips as the second leaves (``speaker, as few clips``), the same clips tested.
        content
            Which sentence was said (speakers held out) and who spoke (sentences held out), beside the
            emotion.
        tied
            See `tied`.

    Raises
    ------
    CorpusMissing, CorpusError, EncoderError
        If a corpus or the encoder is not there.
    """
    corpora = Path(corpora or os.environ.get("SEQUIFI_LITE_CORPORA", "corpora"))
    found = tables(corpora)
    whole = AllDepths(deepest(encoder or os.environ.get("SEQUIFI_LITE_ENCODER", "openai/whisper-base")))
    cost = what_it_costs(found["emodb"], whole)
    kept = {}
    for name, table in found.items():
        progress(
            f"{name}: {len(table):,} clips, {table['duration'].sum():,.0f} s of audio through the encoder"
        )
        kept[name] = vectors(table, whole, Path(work))
    table = report(kept, progress)
    table.attrs["provenance"] = {"encoder": facts(whole), "seconds_of_cpu_per_second_of_audio": cost,
                                 "audio": {name: heard(depths) for name, depths in kept.items()}}  # fmt: skip
    return table


def report(kept: dict[str, Depths], progress=lambda text: None) -> pd.DataFrame:
    """The table of the study, from vectors."""
    rows, pools = [], {}
    for name, depths in kept.items():
        progress(f"{name}: probes at every depth")
        for pooling in POOLINGS:
            found = sweep(depths.pooled(pooling))
            about = {
                "question": "depth",
                "corpus": name,
                "held_out": default_scheme(name),
                "read": "emotion",
                "pooling": pooling,
            }
            rows += _every_input(about, found)
            if pooling == "mean+std":
                pools[name] = found = _deep(found)
                for choice, pair in choices(found).items():
                    rows.append({**about, "question": "choice", "input": choice, **_compared(found, pair)})
    rows += _mean_choice(pools)
    progress("emodb: speakers and sentences held out")
    both = "speaker+sentence"
    for name, scheme, like in (
        ("speaker", "speaker", None),
        (both, both, None),
        ("speaker, as few clips", "speaker", both),
    ):
        about = {
            "question": "text",
            "corpus": "emodb",
            "held_out": name,
            "read": "emotion",
            "pooling": "mean+std",
        }
        rows += _every_input(about, sweep(kept["emodb"], scheme, None, like=like))
    for name in ("emodb", "cremad"):
        for read, scheme in (("sentence", "speaker"), ("speaker", "sentence")):
            progress(f"{name}: which {read}")
            about = {
                "question": "content",
                "corpus": name,
                "held_out": scheme,
                "read": read,
                "pooling": "mean+std",
            }
            rows += _every_input(about, sweep(kept[name], scheme, read=read))
    for name in ("ravdess", "emodb", "cremad"):
        progress(f"{name}: sentences tied to emotions")
        about = {
            "question": "tied",
            "corpus": name,
            "held_out": "speaker",
            "read": "emotion",
            "pooling": "mean+std",
        }
        rows += [about | row for row in tied(kept[name])]
    values = ["uar", "low", "high", "diff", "diff_low", "diff_high"]
    order = [
        "question",
        "corpus",
        "held_out",
        "read",
        "pooling",
        "input",
        "chosen",
        "train",
        "clips",
        "groups",
        "classes",
    ]
    return pd.DataFrame(rows).reindex(columns=order + values).round(dict.fromkeys(values, 2))


def _every_input(about: dict, found: Sweep) -> list[dict]:
    """One row per input, the penalty of each fold chosen on its validation part."""
    rows = []
    for i, name in enumerate(found.inputs):
        penalty = found.valid[:, i].argmax(1)
        draws = found.draws(np.full(len(penalty), i), penalty)
        rows.append({**about, "input": name, **_size(found), "uar": draws[0], **_ends("", draws)})
    return rows


def _size(found: Sweep) -> dict:
    return {
        "train": found.train,
        "clips": len(found.truth),
        "groups": len(set(found.groups)),
        "classes": found.classes,
    }


def _ends(name: str, draws: np.ndarray) -> dict:
    return dict(zip((f"{name}low", f"{name}high"), interval(draws)))


def _deep(found: Sweep) -> Sweep:
    """The same without the log-mel frames, which are no depth of the encoder."""
    some = {"predicted": found.predicted[:, 1:], "valid": found.valid[:, 1:], "inputs": found.inputs[1:]}
    return Sweep(**{**vars(found), **some})


def _compared(found: Sweep, pair: tuple[np.ndarray, np.ndarray]) -> dict:
    draws, nested = found.draws(*pair), found.draws(*choices(found)["nested"])
    chosen = " ".join(found.inputs[i].removeprefix("block ") for i in pair[0])
    row = {"chosen": chosen, **_size(found), "uar": draws[0], **_ends("", draws)}
    return row | {"diff": draws[0] - nested[0], **_ends("diff_", draws - nested)}


def _mean_choice(pools: dict[str, Sweep]) -> list[dict]:
    """What each choice comes to on the mean over corpora, speakers drawn in each of them."""
    made = {name: choices(found) for name, found in pools.items()}
    rows, about = [], {"question": "choice", "corpus": "mean", "read": "emotion", "pooling": "mean+std"}
    draws = {
        choice: 100 * bootstrap_uar([found.counts(*made[name][choice]) for name, found in pools.items()])
        for choice in next(iter(made.values()))
    }
    for choice, values in draws.items():
        against = values - draws["nested"]
        rows.append(
            about
            | {
                "input": choice,
                "uar": values[0],
                **_ends("", values),
                "diff": against[0],
                **_ends("diff_", against),
            }
        )
    return rows


def tied(depths: Depths, penalty: float = 1e-2) -> list[dict]:
    """What becomes of a probe whose training clips tie sentences to emotions.

    Sentences are dealt into two halves. In training, half A is said in two of the four emotions only and half
    B in the other two; all six ways to do so take their turn. Test speakers are new, and say everything.

    Returns
    -------
    list of dict
        For every input: UAR (%) on test clips that keep the tie (``as in training``) and that break it (``the
        other way round``), and on the same two kinds of clips of a probe that learnt from as many clips of
        each emotion, sentences mixed (``mixed, ...``). One penalty throughout. ``diff`` is the broken tie
        less the kept one; of ``mixed`` likewise.
    """
    clips = depths.clips
    use = clips["emotion"].isin(FOUR).to_numpy()
    depths, clips = depths.where(use), clips[use].reset_index(drop=True)
    y, names = pd.factorize(clips["emotion"], sort=True)
    half = pd.factorize(clips["sentence"], sort=True)[0] % 2
    speakers = clips["speaker"].to_numpy()
    pairs = list(combinations(range(len(names)), 2))
    keeps = np.stack([np.isin(y, pair) == (half == 0) for pair in pairs])
    predicted = {kind: np.full((len(depths.inputs), len(pairs), len(clips)), -1) for kind in ("", "mixed, ")}
    sizes = []
    for f in range(folds(clips)):
        part = split(clips, f)
        for p, keep in enumerate(keeps):
            learn = part.train[keep[part.train]]
            mixed = _drawn(part.train, y, np.bincount(y[learn], minlength=len(names)), f)
            sizes.append(len(learn))
            for i, X in enumerate(depths.inputs.values()):
                for kind, rows in (("", learn), ("mixed, ", mixed)):
                    (predicted[kind][i, p, part.test],) = _fit(X[rows], y[rows], [X[part.test]], [penalty])[0]
    found = []
    for i, name in enumerate(depths.inputs):
        for kind, said in predicted.items():
            # Clips of the other kind are left out of a confusion matrix by a class of their own, which is
            # then cut off.
            counted = {}
            for where, mask in (("as in training", keeps), ("the other way round", ~keeps)):
                counts = [
                    by_group(np.where(one, y, 4), np.where(one, say, 4), speakers, 5)
                    for one, say in zip(mask, said[i])
                ]
                counted[where] = 100 * bootstrap_uar([np.stack(counts, axis=1)[..., :4, :4]])
            less = counted["the other way round"] - counted["as in training"]
            for where, draws in counted.items():
                row = {
                    "input": name,
                    "chosen": f"{kind}{where}",
                    "train": round(np.mean(sizes)),
                    "clips": len(clips),
                }
                row |= {
                    "groups": len(set(speakers)),
                    "classes": len(names),
                    "uar": draws[0],
                    **_ends("", draws),
                }
                found.append(
                    row
                    | ({"diff": less[0], **_ends("diff_", less)} if where == "the other way round" else {})
                )
    return found


# ---------------------------------------------------------------- where it comes from, and what it costs


def deepest(name: str) -> Encoder:
    """An encoder with all its blocks."""
    from transformers import AutoConfig

    try:
        config = AutoConfig.from_pretrained(name)
        blocks = getattr(config, "encoder_layers", None) or config.num_hidden_layers
    except (OSError, ValueError, AttributeError):
        blocks = 1  # load_encoder says what is wrong
    return load_encoder(name, blocks)


def facts(encoder: AllDepths) -> dict:
    """What is recorded of an encoder; of a local copy not where it lies."""
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
    """How much was heard of a corpus, and how many of the files are those of the shipped pack.

    By their sums.
    """
    clips = depths.clips
    shipped = load_pack(clips["corpus"].iloc[0]).clips.set_index("file")["sha256"]
    same = int((clips["sha256"] == clips["file"].map(shipped)).sum())
    speakers = int(clips["speaker"].nunique())
    return {
        "clips": len(clips),
        "speakers": speakers,
        "seconds": round(clips["duration"].sum()),
        "as_in_the_pack": same,
    }


def what_it_costs(table: pd.DataFrame, encoder: AllDepths, clips: int = 12) -> dict[str, float]:
    """CPU seconds per second of audio, one clip at a time.

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
