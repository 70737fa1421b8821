"""Adapt a recogniser for one corpus to another: audit, folds, trials, recommendation, report, model."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ... import __version__
from ...data.files import write_text
from ...data.pack import load_pack
from ...data.pack_file import Pack
from ...data.scaler import ScaledProblem, problem_of
from ...data.splits import folds as number_of_folds
from ...errors import SequifiError, check_writable, expanded
from ...finetuning.recogniser import Recogniser
from ...finetuning.saved import load_model, save_model
from . import inputs
from .candidates import ALWAYS, Keep, recommended
from .evidence import thin
from .leaks import refuse_leaks
from .numbers import numbers_of
from .report import html, summary
from .scores import Judged, judge
from .trials import final_model, fold_outcomes, usual

REPORT, MODEL, NUMBERS = "report.html", "model.safetensors", "report.json"


@dataclass(frozen=True)
class Adapted:
    """What `adapt` has found out, and where it lies.

    Attributes
    ----------
    recommended : str
        The method to use: the best mean UAR of both corpora on validation.
    numbers : dict
        All that the report tells, as in report.json.
    folder : Path
        With ``report.html``, ``report.json`` and ``model.safetensors``.
    """

    recommended: str
    numbers: dict[str, Any] = field(repr=False)
    folder: Path

    @property
    def model(self) -> Recogniser:
        """Load the trained model."""
        return load_model(self.folder / MODEL)

    def __str__(self) -> str:
        return summary(self.numbers)


def _silent(text: str, /) -> None:
    """Tell nobody."""


def adapt(
    source: str | Path,
    target: str | Path,
    keep: str | int = "nothing",
    out: str | Path | None = None,
    *,
    emotions: Sequence[str] | None = None,
    people_are_right: bool = False,
    seed: int = 0,
    told: Callable[[str], None] | None = None,
    **folder: Any,
) -> Adapted:
    """Adapt a recogniser for one corpus to another, and say what that is worth.

    Corpora are audited and folded. On every fold the methods that the studies recommend for what may be kept
    are tuned on validation clips and tested on others, beside vanilla fine-tuning and the source model as it
    is. The best on validation is trained once more, on all clips but one validation part, and saved.

    Parameters
    ----------
    source, target : str or Path
        A name of `packs`, a file of embeddings, or a folder of sound.
    keep : "nothing", "statistics", or a number of clips of the source
    out : path, for report.html, report.json and model.safetensors; by default adapted-SOURCE-TARGET
    emotions : sequence of str; by default those of anger, happiness, neutral, sadness that both have
    people_are_right : bool; each name of a speaker is one person, though it does not look so
    told : f(text), is told what is being done
    folder : what a target folder needs
        ``labels``, ``pattern``, ``folders``, ``words``, ``language`` (`sequifi_lite.data.scan_own_folder`),
        ``encoder`` (`sequifi_lite.data.encoders.like.encoder_like`), ``progress``.

    Raises
    ------
    SequifiError
        If a corpus cannot be used, its folds would leak, or `out` cannot be written: before training.

    Examples
    --------
    >>> from sequifi_lite import adapt
    >>> adapt("emodb", "mesd", keep=3)  # with 40, minutes later, a report and a model
    Traceback (most recent call last):
    sequifi_lite.errors.ArgumentError: 3 clips are fewer than 4, one for each emotion; keep more, or nothing.
    """
    began, told, kept = time.monotonic(), told or _silent, Keep.read(keep)
    check_writable(expanded(out or ".") / REPORT, "--out", keep=False)  # before a folder is embedded
    packs, scan = _corpora(source, target, told, people_are_right=people_are_right, **folder)
    place = expanded(out or "adapted-" + "-".join(packs))
    one, other = packs.values()
    names, left_out = inputs.shared_emotions(one, other, emotions)
    per_class = kept.per_class(len(names), inputs.usable(one, names))
    for name in (REPORT, NUMBERS, MODEL):
        check_writable(place / name, "--out", keep=False)
    told("looking for leaks")
    refuse_leaks(packs, names, people_are_right)
    problems, judged, trial = _measured(packs, names, kept, per_class, seed, told)
    best = max(judged.values(), key=lambda one: one.valid)
    numbers = numbers_of(problems, judged, best, kept, per_class, trial[best.name])
    numbers |= {"thin": thin(problems, best, judged["vanilla"], left_out), "scan": scan, "seed": seed}
    told(f"training {best.name} once more, for use")
    return _written(packs, names, best.name, trial[best.name], per_class, numbers, place, began)


def _corpora(
    source, target, told, encoder=None, progress=False, people_are_right=False, **labels
) -> tuple[dict[str, Pack], str]:
    """Find both corpora by their names, source first; and what the scan of a target folder reports."""
    one, other, scan = inputs.given("SOURCE", source), inputs.given("TARGET", target), ""
    cache = inputs.cache_folder()
    how = {"encoder": encoder, "cache": cache, "told": told, "progress": progress}
    how["people_are_right"] = people_are_right
    if isinstance(one, Path):
        like = (load_pack(inputs.BOOK) if isinstance(other, Path) else other).provenance
        one, _ = inputs.embedded(one, like, labels={}, **how)
    if isinstance(other, Path):
        other, scan = inputs.embedded(other, one.provenance, labels=labels, **how)
    elif any(labels.values()):
        option = next(name for name, value in labels.items() if value)
        option = "--word" if option == "words" else f"--{option}"
        raise SequifiError(
            f"{option} is for a folder of sound, and {target} is embedded already; leave it out."
        )
    first, second = one.provenance["corpus"], other.provenance["corpus"]
    if first == second:
        raise SequifiError(
            f"Source and target are both called {first}; adapting takes two corpora, so give another target."
        )
    return {first: one, second: other}, scan


def _measured(packs, names, kept, per_class, seed, told):
    """Train and judge every method on every fold of the target; of each also the setting for all folds."""
    counts = {name: number_of_folds(pack.clips) for name, pack in packs.items()}
    total = list(counts.values())[-1]
    problems: list[ScaledProblem] = [
        problem_of(packs, {name: fold % count for name, count in counts.items()}, names)
        for fold in range(total)
    ]
    methods = [*ALWAYS, *(name for name, *_ in recommended(kept))]
    outcomes = []
    for fold, problem in enumerate(problems):

        def say(text: str, fold: int = fold) -> None:
            told(f"fold {fold + 1} of {total}: {text}")

        outcomes.append(fold_outcomes(problem, methods, per_class, seed + fold, say))
    judged: dict[str, Judged] = {name: judge(name, problems, outcomes) for name in methods}
    return problems, judged, {name: usual(outcomes, name) for name in methods}


def _written(packs, names, method, trial, per_class, numbers, place: Path, began: float) -> Adapted:
    """Train the model that is handed over; write it, the numbers and the report."""
    whole = problem_of(packs, {name: 0 for name in packs}, names, test=False)
    seed = numbers["seed"]
    model = final_model(whole, method, trial, per_class, seed)
    settings = {"value": trial.value, "lr": trial.lr, "T": trial.T, "seed": seed}
    stored = numbers["stored"]["words"]
    save_model(model, place / MODEL, whole, method=method, settings=settings, stored=stored)
    numbers["card"] = load_model(place / MODEL).card
    numbers |= {"sequifi_lite": __version__, "minutes": (time.monotonic() - began) / 60}
    write_text(place / NUMBERS, json.dumps(numbers, indent=1, ensure_ascii=False) + "\n")
    write_text(place / REPORT, html(numbers))
    return Adapted(method, numbers, place)
