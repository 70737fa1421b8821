"""Training that goes on where it was killed, to the same weights, bit for bit.

The loop knows nothing of it. A checkpoint is written between two steps, in the place of the evaluator,
which comes last in a step. To resume, everything is put back, and the loop is given the rest of the schedule.
"""

from __future__ import annotations

import copy
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np
import torch

from ..data.alone import alone
from ..data.files import whole_file, written_to
from ..data.sealed import is_sealed, seal
from ..errors import SequifiError, check_writable, expanded
from ..learning import loop, sequence as train_sequence
from ..learning.methods._gaussians import Gaussian
from ..learning.methods._quadratic import Anchors
from ..learning.methods._runs import weights
from ..learning.methods.early_stopping import BestOnValidation
from ..learning.methods.method import Method
from ..learning.schedule import Schedule
from .evaluator import Evaluator

ENDING = ".pt"
VALUES = (torch.Tensor, torch.Generator, np.ndarray, np.generic, str, bool, int, float, type(None))
HOLDERS = (Anchors, BestOnValidation)  # objects of which a method keeps one, and which hold data themselves
#: What a checkpoint may be made of beside torch's own; NumPy writes its arrays and numbers by these.
SAFE = [Gaussian, torch.Generator, np.ndarray, np.dtype]
SAFE += [np.empty(0).__reduce__()[0], np.float64().__reduce__()[0]]
SAFE += [getattr(np.dtypes, name) for name in np.dtypes.__all__]


def is_data(value) -> bool:
    """Tell whether a checkpoint can hold a value: numbers, texts, tensors, and lists or dicts of them."""
    if type(value) in (list, tuple, Gaussian):
        return all(map(is_data, value))
    if type(value) is dict:
        return all(is_data(key) and is_data(v) for key, v in value.items())
    return isinstance(value, VALUES) and not (isinstance(value, np.ndarray) and value.dtype.hasobject)


def state_of(thing) -> dict:
    """Collect what an object holds, as far as it is data; what else it has stays where it is."""
    return {
        name: state_of(value) if isinstance(value, HOLDERS) else value
        for name, value in getattr(thing, "__dict__", {}).items()
        if isinstance(value, HOLDERS) or is_data(value)
    }


def put_back(thing, state: dict) -> None:
    """Fill an object with what `state_of` found; objects that it holds are filled and not replaced."""
    for name, value in state.items():
        now = getattr(thing, name, None)
        put_back(now, value) if isinstance(now, HOLDERS) else setattr(thing, name, value)


def write(path: Path, state: dict) -> None:
    """Write a checkpoint so that a reader finds all of it, or the one before, even where the power fails.

    Behind it stands a digest of its bytes and its name.
    """
    with written_to(path, "the first argument"), whole_file(path) as partial_name:
        try:
            with partial_name.open("wb") as file:
                torch.save(state, file)
        except RuntimeError as error:  # torch's own, where its last bytes find no room
            if isinstance(error.__context__, OSError):
                raise error.__context__ from error
            raise
        seal(partial_name, path.name)


def read(path: Path) -> dict:
    """Read what `write` wrote; nothing where there is no file.

    Raises
    ------
    SequifiError
        If the file is damaged, or was written by something else.
    """
    if not path.is_file():
        return {}
    try:
        if not is_sealed(path, path.name):  # torch does not look at the check sums that it writes
            raise ValueError("another digest")
        with torch.serialization.safe_globals(SAFE):
            state = torch.load(path, map_location="cpu", weights_only=True)
        return {name: state[name] for name in ("key", "done", *state)}
    except Exception as error:  # changed bytes may raise anything
        raise SequifiError(
            f"{path} is damaged, or no checkpoint of this library; delete it to train from the start."
        ) from error


class Kept:
    """One training and its file: the consolidation, the optimiser and the evaluator the loop is given.

    Parameters
    ----------
    path : Path
    seconds : float
        A checkpoint is written when so many seconds have passed since the last, and after the last step.
    learner : object with ``step`` and ``stage_end``, or None
        The consolidation. What it holds at the moment is kept too.
    optimiser, evaluator
        As for `sequifi_lite.learning.loop.train`.
    settings : str
        Together with the schedule and the weights it says to which training a checkpoint belongs.
    """

    def __init__(
        self,
        path: Path,
        seconds: float,
        learner,
        optimiser: Callable,
        evaluator: loop.Evaluator,
        settings: str,
    ):
        self.path, self.seconds, self.learner = path, seconds, learner
        self.make, self.inner, self.settings = optimiser, evaluator, settings
        check_writable(path, "the first argument")
        self.found = read(path)
        self.done = self.found.get("done", 0)

    def rest(self, whole: Schedule, labels: np.ndarray) -> Schedule:
        """Cut a schedule down to the steps that have not been done."""
        self.whole, self.labels = whole, labels
        rest = copy.copy(whole)  # not made anew: a schedule of no step at all checks its shape in vain
        vars(rest).update(
            {name: getattr(whole, name)[:, self.done :] for name in ("rows", "slots", "writes")}
        )
        vars(rest).update({name: getattr(whole, name)[self.done :] for name in ("stage", "reset")})
        return rest

    def enter(self, head) -> None:
        """Put weights and learner back, before the rest is trained."""
        self.head, self.begun, self.key = head, weights(head), self._key(head)
        if self.found and self.found["key"] != self.key:
            raise SequifiError(
                f"{self.path} belongs to another training (other clips, order, weights, method or settings); "
                "choose another place, or delete it to train anew."
            )
        if self.found:
            with torch.no_grad():
                for p, kept in zip(head.parameters(), self.found["weights"], strict=True):
                    p.copy_(kept)
            put_back(self.learner, self.found["learner"])
            put_back(getattr(head, "mask", None), self.found["mask"])

    def _key(self, head) -> str:
        found = hashlib.sha256(self.settings.encode())
        for array in (getattr(self.whole, name) for name in ("rows", "stage", "reset", "slots", "writes")):
            found.update(array.tobytes())
        found.update(self.labels.tobytes())
        for name, value in head.state_dict(keep_vars=True).items():
            found.update(f"{name} {value.requires_grad}".encode())
            found.update(value.detach().cpu().contiguous().numpy().tobytes())
        return found.hexdigest()[:16]

    def optimiser(self, parameters, lr: float):
        self.steps = self.make(parameters, lr=lr)
        if self.found and not self.whole.reset[self.done]:
            for name, part in parts_of(self.steps).items():
                part.load_state_dict(self.found["optimiser"][name])
        self.found = {}  # the next optimiser belongs to a later stage, and is new
        return self.steps

    def step(self, step: int, head, lr: float) -> None:
        if self.learner:
            self.learner.step(self.done + step, head, lr)

    def stage_end(self, head) -> None:
        if self.learner:
            self.learner.stage_end(head)

    def start(self, head, X, y, schedule) -> loop.Record:
        self.inner.start(head, X, y, self.whole)
        if self.found:
            self.inner._theta_0 = [
                begun.reshape(t.shape) for begun, t in zip(self.begun, self.inner._theta_0)
            ]
            put_back(self.inner.record, self.found["record"])
            self.inner._losses = self.found["losses"]
        self.saved = time.monotonic()
        return self.inner.record

    def after_step(self, step: int, loss: torch.Tensor) -> None:
        """Write a checkpoint where it is time to: last in a step, where everything is in its place."""
        step += self.done
        self.inner.after_step(step, loss)
        if step < len(self.whole.stage) and time.monotonic() - self.saved < self.seconds:
            return
        state = {
            "key": self.key,
            "done": step,
            "weights": [p.detach() for p in self.head.parameters()],
            "learner": state_of(self.learner),
            "mask": state_of(getattr(self.head, "mask", None)),
            "optimiser": {name: part.state_dict() for name, part in parts_of(self.steps).items()},
            "record": state_of(self.inner.record),
            "losses": self.inner._losses,
        }
        write(self.path, state)
        self.saved = time.monotonic()


def parts_of(optimiser) -> dict:
    """Name what has a state in an optimiser: torch's own, or the optimiser and the rates of `Steps`."""
    if hasattr(optimiser, "state_dict"):
        return {"": optimiser}
    return {name: value for name, value in vars(optimiser).items() if hasattr(value, "state_dict")}


def settings_of(learner, *others) -> str:
    """Write down what a training is asked for: the learner before it has seen anything, and the rest."""
    return json.dumps([type(learner).__name__, getattr(learner, "__dict__", {}), *others], default=_told)


def _told(value):
    """Say of a value that JSON does not know what tells it from another."""
    if isinstance(value, (torch.Tensor, np.ndarray)):
        array = value.detach().cpu().numpy() if isinstance(value, torch.Tensor) else value
        return [str(array.dtype), array.shape, hashlib.sha256(array.tobytes()).hexdigest()]
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, HOLDERS):
        return vars(value)
    if isinstance(value, partial):
        return [_told(value.func), repr(value.args), repr(sorted(value.keywords.items()))]
    return [getattr(value, "__module__", ""), getattr(value, "__qualname__", type(value).__name__)]


def resuming_train(
    path: str | Path, head, X, y, schedule: Schedule, *, seconds: float = 60.0, **choices
) -> loop.Record:
    """Train as `sequifi_lite.learning.loop.train` does, and go on where it was killed.

    After the last step, calling it again trains nothing.

    Parameters
    ----------
    path : str or Path
        Of the checkpoint; ``.pt`` is appended if it has no such ending.
    head, X, y, schedule, choices
        As for `sequifi_lite.learning.loop.train`, with the head as it was before the first step. The
        consolidation must keep what it holds as attributes: numbers, tensors, arrays, and lists or dicts of
        them.
    seconds : float
        Between two checkpoints, at least. That much is lost at most, and a checkpoint's own time.

    Raises
    ------
    SequifiError
        If the file belongs to another training, or cannot be read, or its folder cannot be written to.
    """
    learner, make = choices.pop("consolidation", None), choices.pop("optimiser", torch.optim.Adam)
    evaluator = choices.pop("evaluator", None) or Evaluator()
    settings = settings_of(learner, make, choices.get("lr"), choices.get("objective"))
    path = expanded(path)
    if path.suffix != ENDING:  # what stands behind the dot of lr0.001 is no ending
        path = path.with_name(path.name + ENDING)
    check_writable(path, "the first argument")
    with alone(path, "keeps its checkpoint in", file=True):
        it = Kept(path, seconds, learner, make, evaluator, settings)
        rest = it.rest(schedule, y.numpy())
        it.enter(head)
        watch = cast(loop.Evaluator, it)  # it answers as the one that it wraps
        return loop.train(
            head, X, y, rest, consolidation=it, optimiser=it.optimiser, evaluator=watch, **choices
        )


class _Resuming:
    """A method whose trainings go on where they were killed: finished ones are put back, and not repeated."""

    def __init__(self, method, make: Callable[[int], Kept]):
        self.method, self.make = method, make

    def __getattr__(self, name):
        return getattr(self.method, name)

    def schedule(self, plain: Schedule, problem, number: int, seeds) -> Schedule | None:
        whole = self.method.schedule(plain, problem, number, seeds)
        if whole is None:
            return None
        self.kept = self.make(number)
        return self.kept.rest(whole, problem.labels)

    def before_corpus(self, head, problem, number: int, seeds):
        head = self.method.before_corpus(head, problem, number, seeds)
        self.kept.enter(head)
        return head

    def step(self, step: int, head, lr: float) -> None:
        self.kept.step(step, head, lr)

    def stage_end(self, head) -> None:
        self.kept.stage_end(head)


def resuming_train_sequence(
    folder: str | Path, method, problem, source_model, *, seconds: float = 60.0, **choices
) -> Iterator[train_sequence.Stop]:
    """Train as `sequifi_lite.learning.sequence.train_sequence` does, and go on where it was killed.

    With a checkpoint for every corpus of the chain.

    What a method does between trainings, Fisher information for instance, is done again when a chain is taken
    up, from the same weights.

    Parameters
    ----------
    folder : str or Path
        For the checkpoints, ``1.pt`` and so on. One folder for each chain, method and seed.
    method, problem, source_model, choices
        As for `sequifi_lite.learning.sequence.train_sequence`, and the same as before the kill. The method
        is made anew.
    seconds : float
        As for `resuming_train`.

    Returns
    -------
    iterator of Stop
        As of an undisturbed training, the records included.

    Raises
    ------
    SequifiError
        If a file belongs to another training, or cannot be read, or the folder cannot be written to. If
        another process trains there.
    """
    make, evaluator = choices.pop("optimiser", torch.optim.Adam), choices.pop("evaluator", Evaluator)
    settings = settings_of(method, make, choices.get("lr"), problem.corpora)

    def kept(number: int) -> Kept:
        return Kept(expanded(folder) / f"{number}{ENDING}", seconds, method, make, evaluator(), settings)

    it = _Resuming(method, kept)
    choices |= {
        "optimiser": lambda parameters, lr: it.kept.optimiser(parameters, lr),
        "evaluator": lambda: it.kept,
    }
    stops = train_sequence.train_sequence(cast(Method, it), problem, source_model, **choices)
    check_writable(Path(folder) / f"1{ENDING}", "the first argument")
    return _alone(folder, stops)


def _alone(folder: str | Path, stops: Iterator[train_sequence.Stop]) -> Iterator[train_sequence.Stop]:
    """Go through the stops as the only one who writes into the folder."""
    with alone(folder, "keeps its checkpoints in"):
        yield from stops
