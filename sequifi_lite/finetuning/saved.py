"""Trained models as files: weights and scaler in the safetensors format, and a card in its metadata.

One file holds all that it takes to answer for a clip of tomorrow. Nothing in it is pickled.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch

from .. import __version__
from ..data.problem import Problem
from ..data.scaler import ScaledProblem, Scaler, with_scaler
from ..data.sealed import load_tensors, save_tensors
from ..errors import SequifiError, check_number, check_object, check_writable, expanded
from ..evaluation.calibration import temperature as best_temperature
from ..learning.heads import MLP
from .recogniser import Recogniser

FORMAT = 1
MADE = ("encoder", "layer", "pooling", "dim", "weights_sha256")
MEAN, STD = "scaler.mean", "scaler.std"


def save_model(
    model: Any,
    path: str | Path,
    problem: Problem,
    *,
    method: str = "",
    settings: dict[str, Any] | None = None,
    stored: str = "nothing",
    temperature: float | None = None,
) -> None:
    """Write a trained model with all that it takes to answer: scaler, emotions, encoder, temperature.

    The file holds weights, the scaler's mean and standard deviation and, as JSON in its metadata, a card: the
    emotions, the encoder with layer, pooling and a digest of its weights, the corpora with folds and
    licences, what was stored of them, and a digest of it all.

    Parameters
    ----------
    model : MLP with R runs, or a linear rule of class statistics on the inputs (``slda``, ``ncm``)
    path : str or Path, such as ``"emodb.safetensors"``
        A file that is there is replaced; folders are made.
    problem : Problem
        What it was trained on: of `load_problem`, z-scored and with all components.
    method : str, the method's name
    settings : dict, what it was trained with
    stored : str, what of the source was kept for the training, in words
    temperature : float, optional
        By default chosen on the problem's validation parts, every corpus with the same weight.

    Raises
    ------
    SequifiError
        If the model is none of these or of other classes or inputs, the problem's scaler cannot be told, or
        the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from sequifi_lite import load_model, load_pack, load_problem, save_model, train_source_model
    >>> problem = load_problem(["emodb"], fold=0)
    >>> head = train_source_model(problem, seed=0, steps=50)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_model(head, f"{folder}/emodb.safetensors", problem)
    ...     model = load_model(f"{folder}/emodb.safetensors")
    >>> model.probabilities(load_pack("emodb")).shape  # model.predict("clip.wav") takes sound
    (535, 4)
    """
    path = expanded(path)
    check_object("The problem", problem, "a Problem, as of load_problem", ("corpora", "parts"))
    head = as_head(model, path, problem.X.shape[-1])
    _check_fits(head, problem)
    problem = with_scaler(problem)
    if temperature is None:
        temperature = _calibrated(head, problem)
    temperature = float(check_number("temperature", temperature, open_=True))
    check_writable(path, "`path`")
    told = {"method": method, "settings": settings or {}, "stored": stored, "temperature": temperature}
    tensors = {name: value.detach() for name, value in head.named_parameters()}
    scaler = {MEAN: torch.from_numpy(problem.scaler.mean), STD: torch.from_numpy(problem.scaler.std)}
    save_tensors(path, tensors | scaler, _card(head, problem) | told, "`path`")


def _check_fits(head: MLP, problem: Problem) -> None:
    """Refuse a problem of other inputs or classes."""
    if head.layers[0][0].shape[1] != problem.X.shape[-1] or head.layers[-1][0].shape[2] != len(
        problem.emotions
    ):
        raise SequifiError(
            f"The model takes {head.layers[0][0].shape[1]} numbers and tells {head.layers[-1][0].shape[2]}"
            f" classes, and the problem has {problem.X.shape[-1]} and {len(problem.emotions)}; give the"
            " problem"
            " that it was trained on."
        )


def as_head(model: Any, path: Path, inputs: int) -> MLP:
    """Give a model as an `MLP`: itself, or a linear rule on the inputs as one without a hidden layer.

    Raises
    ------
    SequifiError
        If it is neither.
    """
    if type(model) is MLP:
        return model
    if all(hasattr(model, name) for name in ("phi", "W", "b")):
        probe = torch.randn(3, inputs, generator=torch.Generator().manual_seed(0))
        if torch.equal(model.phi(probe), probe[None].double()):
            head = MLP([0] * len(model.W), model.W.shape[1], (), model.W.shape[2]).double()
            head.load_state_dict({"W1": model.W, "b1": model.b.expand(len(model.W), 1, -1)})
            return head
    raise SequifiError(
        f"An object of class {type(model).__name__} cannot be kept in {path}; give an MLP, or a linear"
        " rule on"
        " the embeddings themselves."
    )


@torch.no_grad()
def _calibrated(head: MLP, problem: ScaledProblem) -> float:
    """Choose the temperature on the validation parts, every corpus with the same weight."""
    rows = [problem.parts[name].valid for name in problem.corpora]
    weights = np.concatenate([np.full(len(part), 1 / len(part)) for part in rows])
    together = np.concatenate(rows)
    scores = head(problem.X[together].to(head.W1.dtype)).double().numpy()
    return best_temperature(scores, problem.labels[together], weights)


def _card(head: MLP, problem: ScaledProblem) -> dict[str, Any]:
    """Tell what a model is and what it was trained on, in plain values."""
    source = problem.provenance[problem.corpora[0]]
    folds, clips, distance, longest = {}, {}, {}, 0.0
    for name, part in problem.parts.items():
        sizes = {"training": len(part.train), "validation": len(part.valid), "test": len(part.test)}
        folds[name] = {"scheme": part.scheme, "fold": problem.folds[name], **sizes}
        counts = np.bincount(problem.labels[part.train], minlength=len(problem.emotions))
        clips[name] = dict(zip(problem.emotions, counts.tolist(), strict=True))
        z = problem.X[part.train].double().numpy()
        distance[name] = float(np.median(np.sqrt((z**2).mean(1))))
        longest = max(longest, float(problem.clips["duration"].iloc[part.train].max()))
    return {
        "format": FORMAT,
        "sequifi_lite": __version__,
        "emotions": list(problem.emotions),
        **{key: source.get(key) for key in MADE},
        "scaling": f"zscore, by the training clips of {problem.corpora[0]}",
        "corpora": list(problem.corpora),
        "folds": folds,
        "clips": clips,
        "licences": {name: made.get("licence") for name, made in problem.provenance.items()},
        "distance": distance,
        "longest": longest,
        "runs": head.runs,
        "widths": [head.layers[0][0].shape[1], *(W.shape[2] for W, _ in head.layers)],
        "origin": head.origin,
    }


def load_model(path: str | Path) -> Recogniser:
    """Read a model that `save_model` has written, ready to answer.

    Returns
    -------
    Recogniser
        ``predict(path)`` answers for sound, ``probabilities(embeddings)`` for embeddings as packs have them,
        ``head`` is the trained MLP, the same bit for bit, and ``card`` what was saved with it. `SequifiError`
        if there is no such file, it is damaged, or it holds something else.

    Examples
    --------
    >>> import tempfile
    >>> from sequifi_lite import load_model, load_problem, save_model, train_source_model
    >>> problem = load_problem(["emodb"], fold=0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_model(train_source_model(problem, seed=0, steps=50), f"{folder}/a.safetensors", problem)
    ...     model = load_model(f"{folder}/a.safetensors")
    >>> model.emotions, model.made
    (('anger', 'happiness', 'neutral', 'sadness'), 'openai/whisper-base block 3 mean+std')
    """
    path = expanded(path)
    if not path.is_file():
        raise SequifiError(f"{path} does not exist; write it with save_model, or give another path.")
    tensors, card = load_tensors(path, "model", "give a file of save_model, or save it again")
    try:
        if card["format"] != FORMAT:
            raise SequifiError(
                f"{path} is in format {card['format']} and this package reads {FORMAT}; use the version that"
                f" wrote it, sequifi_lite {card['sequifi_lite']}."
            )
        scaler = Scaler(tensors.pop(MEAN).numpy(), tensors.pop(STD).numpy())
        inputs, *hidden, classes = card["widths"]
        head = MLP([0] * card["runs"], inputs, hidden, classes).to(tensors["W1"].dtype)
        head.load_state_dict(tensors)
        head.origin = card["origin"]
        whole = len(card["emotions"]) == classes and scaler.mean.shape == scaler.std.shape == (inputs,)
        whole = whole and card["temperature"] > 0 and card["longest"] > 0 and len(card["distance"]) > 0
    except (KeyError, ValueError, TypeError, RuntimeError, AttributeError) as error:
        raise SequifiError(
            f"{path} holds no whole model of this package; give a file of save_model, or save it again."
        ) from error
    if not whole:
        raise SequifiError(f"{path} has a card that contradicts its weights; save the model again.")
    return Recogniser(head, scaler, card)
