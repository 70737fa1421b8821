"""Tables of the study ``depth``: what is read where, what choosing it is worth, and what a tie does."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from ...data.emotions import FOUR
from ...data.splits import default_scheme, folds, split
from ...evaluation.probe import probe_at
from ...evaluation.statistics import bootstrap_uar, by_group, interval
from ..layer_sweep import Depths, Sweep, choices, drawn, sweep

POOLINGS = ("mean+std", "mean", "std")
ASKED = ["question", "corpus", "held_out", "read", "pooling"]
PROBED = ["input", "chosen", "train", "clips", "groups", "classes"]
SCORES = ["uar", "low", "high", "diff", "diff_low", "diff_high"]
BOTH = "speaker+sentence"


def report(corpora: dict[str, Depths], progress=lambda text: None) -> pd.DataFrame:
    """Probe every corpus and write the table of the study.

    Parameters
    ----------
    corpora : dict of str to Depths
        Of every corpus; ``emodb``, ``ravdess`` and ``cremad`` among them.

    Returns
    -------
    DataFrame
        As `sequifi_lite.studies.plans.layer_probe.study` says.
    """
    rows, sweeps = [], {}
    for name, depths in corpora.items():
        progress(f"{name}: probes at every depth")
        for pooling in POOLINGS:
            probes = sweep(depths.pooled(pooling))
            rows += _every_input(_about("depth", name, default_scheme(name), pooling=pooling), probes)
            if pooling == "mean+std":
                sweeps[name] = probes = _deep(probes)
                about = _about("choice", name, default_scheme(name))
                for choice, pair in choices(probes).items():
                    rows.append({**about, "input": choice, **_compared(probes, pair)})
    rows += _mean_choice(sweeps)
    progress("emodb: speakers and sentences held out")
    for held_out, scheme, like in (
        ("speaker", "speaker", None),
        (BOTH, BOTH, None),
        ("speaker, as few clips", "speaker", BOTH),
    ):
        probes = sweep(corpora["emodb"], scheme, None, like=like)
        rows += _every_input(_about("text", "emodb", held_out), probes)
    for name in ("emodb", "cremad"):
        for read, scheme in (("sentence", "speaker"), ("speaker", "sentence")):
            progress(f"{name}: which {read}")
            rows += _every_input(
                _about("content", name, scheme, read), sweep(corpora[name], scheme, read=read)
            )
    for name in ("ravdess", "emodb", "cremad"):
        progress(f"{name}: sentences tied to emotions")
        rows += [_about("tied", name, "speaker") | row for row in tied(corpora[name])]
    return pd.DataFrame(rows).reindex(columns=ASKED + PROBED + SCORES).round(dict.fromkeys(SCORES, 2))


def _about(question: str, corpus: str, held_out: str, read="emotion", pooling="mean+std") -> dict:
    return {"question": question, "corpus": corpus, "held_out": held_out, "read": read, "pooling": pooling}


def _every_input(about: dict, probes: Sweep) -> list[dict]:
    """Make one row per input, the penalty of each fold chosen on its validation part."""
    rows = []
    for i, name in enumerate(probes.inputs):
        penalty = probes.valid[:, i].argmax(1)
        draws = probes.draws(np.full(len(penalty), i), penalty)
        rows.append({**about, "input": name, **_size(probes), "uar": draws[0], **_ends("", draws)})
    return rows


def _size(probes: Sweep) -> dict:
    return {
        "train": probes.train,
        "clips": len(probes.truth),
        "groups": len(set(probes.groups)),
        "classes": probes.classes,
    }


def _ends(name: str, draws: np.ndarray) -> dict:
    return dict(zip((f"{name}low", f"{name}high"), interval(draws)))


def _deep(probes: Sweep) -> Sweep:
    """Leave out the log-mel frames, which are no depth of the encoder."""
    some = {"predicted": probes.predicted[:, 1:], "valid": probes.valid[:, 1:], "inputs": probes.inputs[1:]}
    return Sweep(**{**vars(probes), **some})


def _compared(probes: Sweep, pair: tuple[np.ndarray, np.ndarray]) -> dict:
    draws, nested = probes.draws(*pair), probes.draws(*choices(probes)["nested"])
    chosen = " ".join(probes.inputs[i].removeprefix("block ") for i in pair[0])
    row = {"chosen": chosen, **_size(probes), "uar": draws[0], **_ends("", draws)}
    return row | {"diff": draws[0] - nested[0], **_ends("diff_", draws - nested)}


def _mean_choice(sweeps: dict[str, Sweep]) -> list[dict]:
    """Say what each choice comes to on the mean over corpora, speakers drawn in each of them."""
    made = {name: choices(probes) for name, probes in sweeps.items()}
    rows, about = [], {"question": "choice", "corpus": "mean", "read": "emotion", "pooling": "mean+std"}
    draws = {
        choice: 100 * bootstrap_uar([probes.counts(*made[name][choice]) for name, probes in sweeps.items()])
        for choice in next(iter(made.values()))
    }
    for choice, values in draws.items():
        less = values - draws["nested"]
        scores = {"uar": values[0], **_ends("", values), "diff": less[0], **_ends("diff_", less)}
        rows.append({**about, "input": choice, **scores})
    return rows


def tied(depths: Depths, penalty: float = 1e-2) -> list[dict]:
    """Measure what becomes of a probe whose training clips tie sentences to emotions.

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
    use = depths.clips["emotion"].isin(FOUR).to_numpy()
    depths = depths.where(use)
    y, names = pd.factorize(depths.clips["emotion"], sort=True)
    half = pd.factorize(depths.clips["sentence"], sort=True)[0] % 2
    keeps = np.stack([np.isin(y, pair) == (half == 0) for pair in combinations(range(len(names)), 2)])
    predicted, train = _tied_predictions(depths, y, keeps, penalty)
    speakers = depths.clips["speaker"].to_numpy()
    size = {"train": train, "clips": len(y), "groups": len(set(speakers)), "classes": len(names)}
    rows = []
    for i, name in enumerate(depths.inputs):
        for kind, predictions in predicted.items():
            same, broken = (_draws_of(mask, y, predictions[i], speakers) for mask in (keeps, ~keeps))
            less = broken - same
            for where, draws in (("as in training", same), ("the other way round", broken)):
                row = {"input": name, "chosen": f"{kind}{where}", **size, "uar": draws[0], **_ends("", draws)}
                rows.append(row)
            rows[-1] |= {"diff": less[0], **_ends("diff_", less)}
    return rows


def _tied_predictions(
    depths: Depths, y: np.ndarray, keeps: np.ndarray, penalty: float
) -> tuple[dict[str, np.ndarray], int]:
    """Predict every clip once for every way to tie (ties, n), by tied probes and by mixed ones.

    Returns
    -------
    predicted : dict of str to ndarray (inputs, ties, n)
        Of the tied probes ("") and of those that learnt from mixed sentences ("mixed, ").
    train : int
        Training clips of a probe, their mean.
    """
    shape = (len(depths.inputs), *keeps.shape)
    predicted, sizes = {kind: np.full(shape, -1) for kind in ("", "mixed, ")}, []
    for f in range(folds(depths.clips)):
        part = split(depths.clips, f)
        for p, keep in enumerate(keeps):
            learn = part.train[keep[part.train]]
            mixed = drawn(part.train, y, np.bincount(y[learn], minlength=y.max() + 1), f)
            sizes.append(len(learn))
            for i, X in enumerate(depths.inputs.values()):
                for kind, rows in (("", learn), ("mixed, ", mixed)):
                    (answers,) = probe_at([penalty], X[rows], y[rows], [X[part.test]])
                    predicted[kind][i, p, part.test] = answers[0]
    return predicted, round(np.mean(sizes))


def _draws_of(masks: np.ndarray, y: np.ndarray, predicted: np.ndarray, speakers: np.ndarray) -> np.ndarray:
    """Draw the UAR in % over the clips that each way to tie picks out, pooled over ways.

    Clips that are not picked get a class of their own in the confusion matrix, which is then cut off.
    """
    K = y.max() + 1
    counts = [
        by_group(np.where(mask, y, K), np.where(mask, one, K), speakers, K + 1)
        for mask, one in zip(masks, predicted)
    ]
    return 100 * bootstrap_uar([np.stack(counts, axis=1)[..., :K, :K]])
