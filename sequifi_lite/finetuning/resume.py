"""Training that goes on where it was killed, to the same weights, bit for bit.

The loop knows nothing of it. A checkpoint is written between two steps, in the place of the watch, which
comes last in a step. To resume, everything is put back, and the loop is given the rest of the schedule.
"""

from __future__ import annotations

import copy
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from ..errors import SequifiError, check_writable
from ..learning import loop, sequence
from ..learning.methods._gaussians import Gaussian
from ..learning.methods._quadratic import Anchors
from ..learning.methods._runs import weights
from ..learning.schedule import Schedule
from .evaluator import Evaluator

KINDS = "biuf"  # of numbers that safetensors holds


def pack(value, tensors: dict[str, torch.Tensor]):
    """A value as JSON, its tensors and arrays moved into `tensors`.

    What is neither data nor `Anchors` is marked to stay.
    """
    if (
        isinstance(value, torch.Tensor)
        and value.dim() == 2
        and not value.is_contiguous()
        and value.T.is_contiguous()
    ):
        return {"columns": pack(value.T, tensors)}  # the last bit of a product depends on the order in memory
    if isinstance(value, (torch.Tensor, np.ndarray)):
        if isinstance(value, np.ndarray) and value.dtype.kind not in KINDS:
            return {"stays": None}
        name = f"{len(tensors):05d}"
        kind = "tensor" if isinstance(value, torch.Tensor) else "array"
        tensors[name] = (
            (value.detach() if kind == "tensor" else torch.from_numpy(np.array(value)))
            .cpu()
            .clone()
            .contiguous()
        )
        return {kind: name}
    if isinstance(value, np.generic):
        return value.item()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, torch.Generator):
        return {"generator": pack(value.get_state(), tensors)}
    if isinstance(value, Gaussian):
        return {"gaussian": [pack(v, tensors) for v in value]}
    if isinstance(value, (list, tuple)):
        return {"tuple" if isinstance(value, tuple) else "list": [pack(v, tensors) for v in value]}
    if isinstance(value, dict):
        return {"dict": [[pack(key, tensors), pack(v, tensors)] for key, v in value.items()]}
    if isinstance(value, (Anchors, loop.Record)):
        return {"object": [[key, pack(v, tensors)] for key, v in vars(value).items()]}
    return {"stays": None}


def unpack(packed, tensors: dict[str, torch.Tensor], now=None):
    """What `pack` was given.

    `now` is what stands in its place today: objects are filled, and what stays is handed back.
    """
    if not isinstance(packed, dict):
        return packed
    ((kind, content),) = packed.items()
    if kind in ("tensor", "array"):
        return tensors[content] if kind == "tensor" else tensors[content].numpy()
    if kind in ("list", "tuple"):
        old = now if isinstance(now, (list, tuple)) and len(now) == len(content) else [None] * len(content)
        return (list if kind == "list" else tuple)(unpack(v, tensors, o) for v, o in zip(content, old))
    if kind == "columns":
        return unpack(content, tensors).T
    if kind == "generator":
        generator = torch.Generator()
        generator.set_state(unpack(content, tensors))
        return generator
    if kind == "gaussian":
        return Gaussian(*(unpack(v, tensors) for v in content))
    if kind == "dict":
        pairs = [(unpack(key, tensors), v) for key, v in content]
        return {key: unpack(v, tensors, now.get(key) if isinstance(now, dict) else None) for key, v in pairs}
    if kind == "object":
        for key, v in content:
            setattr(now, key, unpack(v, tensors, getattr(now, key, None)))
    return now


def write(path: Path, state: dict) -> None:
    """One file of tensors and JSON, under another name first.

    Whoever reads finds the whole of it, or the one before.
    """
    tensors: dict[str, torch.Tensor] = {}
    text = json.dumps({name: pack(value, tensors) for name, value in state.items()})
    path.parent.mkdir(parents=True, exist_ok=True)
    partial_name = path.with_suffix(".partial")
    save_file(tensors, partial_name, metadata={"state": text})
    with partial_name.open("rb+") as file:
        os.fsync(file.fileno())
    os.replace(partial_name, path)


def read(path: Path) -> tuple[dict, dict[str, torch.Tensor]]:
    """What `write` wrote, still packed, and the tensors; both empty where there is no file."""
    if not path.is_file():
        return {}, {}
    try:
        with safe_open(path, "pt") as file:
            return json.loads(file.metadata()["state"]), {name: file.get_tensor(name) for name in file.keys()}
    except (SafetensorError, TypeError, KeyError, ValueError) as error:
        raise SequifiError(
            f"{path} is damaged, or no checkpoint of this library; delete it to train from the start."
        ) from error


class Kept:
    """One training and its file: the consolidation, the optimiser and the watch that the loop is given.

    Parameters
    ----------
    path : Path
    seconds : float
        A checkpoint is written when so many seconds have passed since the last, and after the last step.
    learner : object with ``step`` and ``stage_end``, or None
        The consolidation. What it holds at the moment is kept too.
    optimiser, evaluator
        As for `sequifi_lite.learning.loop.train`.
    settings : list
        JSON. Together with the schedule and the weights it says to which training a checkpoint belongs.
    """

    def __init__(
        self,
        path: Path,
        seconds: float,
        learner,
        optimiser: Callable,
        evaluator: loop.Evaluator,
        settings: list,
    ):
        self.path, self.seconds, self.learner = path, seconds, learner
        self.make, self.inner, self.settings = optimiser, evaluator, settings
        check_writable(path, "the first argument")
        self.found, self.tensors = read(path)
        self.done = self.found.get("done", 0)

    def rest(self, whole: Schedule, labels: np.ndarray) -> Schedule:
        """The steps that have not been done."""
        self.whole, self.labels = whole, labels
        rest = copy.copy(whole)  # not made anew: a schedule of no step at all checks its shape in vain
        for name in ("rows", "slots", "writes"):
            object.__setattr__(rest, name, getattr(whole, name)[:, self.done :])
        for name in ("stage", "reset"):
            object.__setattr__(rest, name, getattr(whole, name)[self.done :])
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
                for p, kept in zip(head.parameters(), self._was("weights"), strict=True):
                    p.copy_(kept)
            for thing, name in ((self.learner, "learner"), (getattr(head, "mask", None), "mask")):
                if thing is not None:
                    vars(thing).update(self._was(name, vars(thing)))

    def _was(self, name: str, now=None):
        return unpack(self.found[name], self.tensors, now)

    def _key(self, head) -> str:
        found = hashlib.sha256(json.dumps(self.settings).encode())
        for array in (
            self.whole.rows,
            self.whole.stage,
            self.whole.reset,
            self.whole.slots,
            self.whole.writes,
            self.labels,
        ):
            found.update(np.ascontiguousarray(array).tobytes())
        for name, value in head.state_dict(keep_vars=True).items():
            found.update(f"{name} {value.requires_grad}".encode())
            found.update(value.detach().cpu().contiguous().numpy().tobytes())
        return found.hexdigest()[:16]

    def optimiser(self, parameters, lr: float):
        self.steps = self.make(parameters, lr=lr)
        if self.found and not self.whole.reset[self.done]:
            for name, part in parts_of(self.steps).items():
                part.load_state_dict(self._was("optimiser")[name])
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
            self._was("record", self.inner.record)
            self.inner._losses = self._was("losses")
        self.saved = time.monotonic()
        return self.inner.record

    def after_step(self, step: int, loss: torch.Tensor) -> None:
        """The last thing in a step: here everything is in its place."""
        step += self.done
        self.inner.after_step(step, loss)
        if step < len(self.whole.stage) and time.monotonic() - self.saved < self.seconds:
            return
        state = {"key": self.key, "done": step, "weights": list(self.head.parameters())}
        state["learner"] = vars(self.learner) if self.learner else {}
        state["mask"] = vars(self.head.mask) if getattr(self.head, "mask", None) else {}
        state["optimiser"] = {name: part.state_dict() for name, part in parts_of(self.steps).items()}
        write(self.path, state | {"record": self.inner.record, "losses": self.inner._losses})
        self.saved = time.monotonic()


def parts_of(optimiser) -> dict:
    """What has a state in an optimiser.

    Itself for torch's, the optimiser and the learning rates of `Steps`.
    """
    if hasattr(optimiser, "state_dict"):
        return {"": optimiser}
    return {name: value for name, value in vars(optimiser).items() if hasattr(value, "state_dict")}


def called(f: Callable) -> list:
    """What tells one optimiser from another, as JSON."""
    if isinstance(f, partial):
        return [called(f.func), repr(f.args), repr(sorted(f.keywords.items()))]
    return [getattr(f, "__module__", ""), getattr(f, "__qualname__", type(f).__name__)]


def held(learner) -> list:
    """Class and strengths of a learner, before it has seen anything, as JSON."""
    tensors: dict[str, torch.Tensor] = {}
    packed = pack(vars(learner) if learner else {}, tensors)
    return [
        type(learner).__name__,
        packed,
        {name: hashlib.sha256(t.numpy().tobytes()).hexdigest() for name, t in tensors.items()},
    ]


def resuming_train(
    path: str | Path, head, X, y, schedule: Schedule, *, seconds: float = 60.0, **choices
) -> loop.Record:
    """`sequifi_lite.learning.loop.train`, which goes on where it was killed.

    After the last step, calling it again trains nothing.

    Parameters
    ----------
    path : str or Path
        Of the checkpoint; ``.safetensors`` is appended if it has no such ending.
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
    settings = [held(learner), called(make), choices.get("lr"), called(choices.get("objective"))]
    path = Path(path)
    if path.suffix != ".safetensors":  # what stands behind the dot of lr0.001 is no ending
        path = path.with_name(f"{path.name}.safetensors")
    it = Kept(path, seconds, learner, make, evaluator, settings)
    rest = it.rest(schedule, y.numpy())
    it.enter(head)
    return loop.train(head, X, y, rest, consolidation=it, optimiser=it.optimiser, evaluator=it, **choices)


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
) -> Iterator[sequence.Stop]:
    """`sequifi_lite.learning.sequence.train_sequence`, which goes on where it was killed.

    With a checkpoint for every corpus of the chain.

    What a method does between trainings, Fisher information for instance, is done again when a chain is taken
    up, from the same weights.

    Parameters
    ----------
    folder : str or Path
        For the checkpoints, ``1.safetensors`` and so on. One folder for each chain, method and seed.
    method, problem, source_model, choices
        As for `sequifi_lite.learning.sequence.train_sequence`, and the same as before the kill. The method is
        made anew.
    seconds : float
        As for `resuming_train`.

    Yields
    ------
    Stop
        As an undisturbed training would, the records included.

    Raises
    ------
    SequifiError
        If a file belongs to another training, or cannot be read, or the folder cannot be written to.
    """
    make, evaluator = choices.pop("optimiser", torch.optim.Adam), choices.pop("evaluator", Evaluator)
    settings = [held(method), called(make), choices.get("lr"), list(problem.corpora)]

    def kept(number: int) -> Kept:
        return Kept(Path(folder) / f"{number}.safetensors", seconds, method, make, evaluator(), settings)

    it = _Resuming(method, kept)
    choices |= {
        "optimiser": lambda parameters, lr: it.kept.optimiser(parameters, lr),
        "evaluator": lambda: it.kept,
    }
    yield from sequence.train_sequence(it, problem, source_model, **choices)
