"""Ask a library the cases of the exam through an adapter, and judge what it answers."""

from __future__ import annotations

import contextlib
import copy
import difflib
import importlib.util
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from ...errors import SequifiError, expanded

FILE = Path(__file__).parent / "exam.json"
RELATIVE, ABSOLUTE = 1e-3, 1e-5  # what an answer may be off, and how many standard errors a frequency
STANDARD_ERRORS = 5
RIGHT, OTHER, WRONG, FAILED, SILENT = "right", "another form", "wrong", "failed", "not answered"


@dataclass(frozen=True)
class Outcome:
    """What came of one case.

    Attributes
    ----------
    function : str
        The name of the case.
    outcome : str
        ``right``, ``another form``, ``wrong``, ``failed`` or ``not answered``.
    note : str
        The name of the other form or of a known fault, or what was answered in place of what; empty where it
        is right.
    """

    function: str
    outcome: str
    note: str = ""


@cache
def exam() -> dict:
    """Read the exam."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def adapter(path: str | Path) -> ModuleType:
    """Load an adapter: a Python file with a function for each case that the library can answer.

    Raises
    ------
    SequifiError
        If there is no such file, or it cannot be imported.
    """
    path = expanded(path)
    if not path.is_file():
        raise SequifiError(
            f"There is no adapter {path}; give a Python file with functions named as the cases are"
            " (`sequifi-lite exam --cases` lists them)."
        )
    spec = importlib.util.spec_from_file_location(f"_adapter_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise SequifiError(f"{path} is no Python file; give an adapter whose name ends in .py.")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise SequifiError(
            f"The adapter {path} cannot be imported ({_said(error)}); run it in the environment of its"
            " library, where this package is installed too."
        ) from error
    return module


def misspelt(module: ModuleType) -> dict[str, str]:
    """Name functions of an adapter that look like a case it does not answer: name -> case."""
    cases = [case["function"] for case in exam()["cases"]]
    silent = [name for name in cases if not callable(getattr(module, name, None))]
    own = [
        name
        for name, value in vars(module).items()
        if callable(value) and getattr(value, "__module__", None) == module.__name__
    ]
    near = {
        name: difflib.get_close_matches(name.lower(), silent, 1, 0.8)
        for name in own
        if name not in cases and name[:1] != "_"
    }
    return {name: found[0] for name, found in near.items() if found}


def sit(module: Any) -> list[Outcome]:
    """Put a library through all cases.

    Parameters
    ----------
    module : module or object
        With a function for each case that is to be answered; one that is missing, or raises
        NotImplementedError, is not answered, and not wrong.

    Returns
    -------
    list of Outcome, in the order of the exam
        What a function prints is swallowed.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from sequifi_lite.studies.exam.sitting import sit
    >>> one = sit(SimpleNamespace(forgetting=lambda R: R[0][0] - R[1][0]))[3]
    >>> one.outcome, one.note
    ('wrong', 'question 2: -0.2 in place of 0.35')
    """
    return [_case(case, getattr(module, case["function"], None)) for case in exam()["cases"]]


def _case(case: dict, function: Callable | None) -> Outcome:
    name, forms, notes = case["function"], [], []
    if not callable(function):
        return Outcome(name, SILENT)
    for number, question in enumerate(case["questions"], 1):
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                said = _ask(function, question, case.get("draws"))
        except NotImplementedError as error:
            return Outcome(name, SILENT, str(error))
        except (Exception, SystemExit) as error:
            return Outcome(name, FAILED, f"question {number}: {_said(error)}")
        forms.append(_forms(said, question, case.get("draws")))
        if RIGHT not in forms[-1]:
            wanted = np.asarray(question["answer"], np.float64)
            notes.append(f"question {number}: {_short(said)} in place of {_short(wanted)}")
    if not notes:
        return Outcome(name, RIGHT)
    # A form is that of the whole case if every answer is of it, or right where it says nothing of its own.
    named = dict.fromkeys(form for found in forms for form in found if form != RIGHT)
    for form in named:
        told = [form in others(question) for question in case["questions"]]
        if all(form in found if tells else RIGHT in found for found, tells in zip(forms, told)):
            fault = any(form in question.get("known_faults", {}) for question in case["questions"])
            return Outcome(name, WRONG if fault else OTHER, form)
    return Outcome(name, WRONG, notes[0])


def _ask(function: Callable, question: dict, draws: int | None) -> Any:
    """Ask once, or for a frequency many times; arguments are copies, for some libraries write into them."""
    if draws is None:
        return numbers(function(**copy.deepcopy(question["given"])))
    items, size = question["given"]["items"], question["given"]["size"]
    counts = np.zeros(items)
    for seed in range(draws):
        kept = numbers(function(**copy.deepcopy(question["given"]), seed=seed))
        if kept is None or kept.ndim != 1 or len(set(kept)) != len(kept) or len(kept) != min(size, items):
            return None
        if not np.isin(kept, np.arange(items)).all():
            return None
        counts[kept.astype(int)] += 1
    return counts / draws


def numbers(value: Any) -> np.ndarray | None:
    """Read an answer as an array of float64, or None if it is none of finite numbers."""
    if hasattr(value, "detach"):
        value = value.detach().cpu()
    if isinstance(value, (str, bytes, bool)):
        return None
    try:
        array = np.asarray(value)
        array = array.astype(np.float64) if array.dtype.kind in "iuf" else np.array(None, dtype=object)
    except (TypeError, ValueError):
        return None
    return array if array.dtype == np.float64 and np.isfinite(array).all() else None


def others(question: dict) -> dict:
    """Answers that are not right and have a name: other forms, and known faults."""
    return question.get("other_forms", {}) | question.get("known_faults", {})


def _forms(said: np.ndarray | None, question: dict, draws: int | None) -> list[str]:
    """Names of the forms that an answer has: `RIGHT`, or others of the question."""
    forms = {RIGHT: question["answer"], **others(question)}
    return [name for name, answer in forms.items() if _equal(said, np.asarray(answer, np.float64), draws)]


def _equal(said: np.ndarray | None, answer: np.ndarray, draws: int | None) -> bool:
    if said is None or said.shape != answer.shape:
        return False
    if draws is None:
        return bool(np.all(np.abs(said - answer) <= ABSOLUTE + RELATIVE * np.abs(answer)))
    error = np.sqrt(answer * (1 - answer) / draws)
    return bool(np.all(np.abs(said - answer) <= STANDARD_ERRORS * error + 1e-12))


def _said(error: BaseException) -> str:
    text = " ".join(str(error).split())[:160]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _short(said: np.ndarray | None) -> str:
    if said is None:
        return "no numbers of the shape asked for"
    if said.ndim == 0:
        return f"{float(said):.6g}"
    return "[" + ", ".join(_short(part) for part in said) + "]"


def summary(outcomes: list[Outcome]) -> dict[str, int]:
    """Count the outcomes, in the order right, another form, wrong, failed, not answered."""
    return {
        kind: sum(one.outcome == kind for one in outcomes) for kind in (RIGHT, OTHER, WRONG, FAILED, SILENT)
    }
