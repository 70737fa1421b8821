"""The trainings: every trial of every method on every fold, and the model that is handed over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from ...data.scaler import ScaledProblem
from ...evaluation.calibration import temperature
from ...evaluation.metrics import confusion, uar
from ...learning.heads import MLP
from ...learning.methods.method import Method
from ...learning.optimisers import adam
from ...learning.sequence import train_sequence
from ...learning.source_model import train_source_model
from ..variants import variant
from .candidates import Trial, options_of, trials_of


@dataclass(frozen=True)
class Outcome:
    """What a trial came to on a fold.

    Attributes
    ----------
    trial : Trial
    valid : dict of str to ndarray (K, K)
        Confusion matrix of the validation part of each corpus.
    test : dict of str to ndarray (n, K)
        Calibrated probabilities of the test part of each corpus; the temperature is that of the validation
        parts. They are looked at for the chosen trial alone.
    """

    trial: Trial
    valid: dict[str, np.ndarray]
    test: dict[str, np.ndarray]

    @property
    def score(self) -> float:
        """Mean over the corpora of the UAR on validation."""
        return float(np.mean([uar(table) for table in self.valid.values()]))


def made(cls: type[Method], trials: Sequence[Trial], per_class: int) -> Method:
    """Make the method for trials that differ in the strength alone, a run for each."""
    options: dict[str, Any] = options_of(cls, per_class)
    if trials[0].value is not None:
        assert cls.strength is not None
        values = [trial.value for trial in trials]
        options[cls.strength] = torch.tensor(values) if cls.strength_per_run else values[0]
    return cls(**options)


def models_of(
    name: str, trials: Sequence[Trial], problem: ScaledProblem, source_model: MLP, per_class: int, seed: int
) -> list[tuple[Trial, Any, int]]:
    """Train trials of a method: of each its model, and which of the model's runs it is."""
    cls, out = variant(name).method, []
    groups = [[trial] for trial in trials]
    if cls.strength and cls.strength_per_run:  # along the run axis, where rate and steps are the same
        together: dict[tuple, list[Trial]] = {}
        for trial in trials:
            together.setdefault((trial.lr, trial.T), []).append(trial)
        groups = list(together.values())
    for group in groups:
        *_, last = train_sequence(
            made(cls, group, per_class), problem, source_model.select([0] * len(group)),
            steps=group[0].T, lr=group[0].lr, seeds=[seed] * len(group), optimiser=adam,
        )  # fmt: skip
        out += [(trial, last.model, run) for run, trial in enumerate(group)]
    return out


@torch.no_grad()
def judged(trial: Trial, model: Any, run: int, problem: ScaledProblem) -> Outcome:
    """Look at a trained model's validation parts, and lay by what it says of the test parts."""
    scores = {
        part: {
            name: model(problem.X[getattr(rows, part)])[run].double().numpy()
            for name, rows in problem.parts.items()
        }
        for part in ("valid", "test")
    }
    truth = {name: problem.labels[rows.valid] for name, rows in problem.parts.items()}
    weights = np.concatenate([np.full(len(y), 1 / len(y)) for y in truth.values()])
    T = temperature(
        np.concatenate(list(scores["valid"].values())), np.concatenate(list(truth.values())), weights
    )
    K = len(problem.emotions)
    return Outcome(
        trial,
        {name: confusion(truth[name], scores["valid"][name].argmax(1), K) for name in truth},
        {
            name: torch.softmax(torch.from_numpy(values / T), -1).numpy()
            for name, values in scores["test"].items()
        },
    )


def fold_outcomes(
    problem: ScaledProblem, names: Sequence[str], per_class: int, seed: int, told: Callable[[str], None]
) -> dict[str, list[Outcome]]:
    """Train all trials of all methods on a fold, from one source model."""
    torch.set_num_threads(1)
    told("source model")
    source_model = train_source_model(problem, seed)
    out = {}
    for name in names:
        told(name)
        trained = models_of(name, trials_of(name), problem, source_model, per_class, seed)
        out[name] = [judged(*one, problem) for one in trained]
    return out


def chosen(outcomes: Sequence[Outcome]) -> Outcome:
    """Take the trial of the best score on validation, of equal ones the first."""
    return max(outcomes, key=lambda outcome: outcome.score)


def usual(folds: Sequence[Mapping[str, list[Outcome]]], name: str) -> Trial:
    """Choose one setting of a method for all folds: the best mean score on validation."""
    scores = np.mean([[outcome.score for outcome in fold[name]] for fold in folds], axis=0)
    return folds[0][name][int(scores.argmax())].trial


def final_model(problem: ScaledProblem, name: str, trial: Trial, per_class: int, seed: int) -> Any:
    """Train the model that is handed over; with one run."""
    source_model = train_source_model(problem, seed)
    return models_of(name, [trial], problem, source_model, per_class, seed)[0][1]
