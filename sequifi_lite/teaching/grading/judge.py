"""Decide whether the answers of one submission are right: the process that holds the checks.

It runs nothing of a submission. It asks a process that does, and judges the values that come back; started as
a module, it does what it reads from stdin, a line of JSON for each task, and writes a line for each verdict.
"""

from __future__ import annotations

import gc
import io
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Any

import numpy as np
import torch

from ..exercises import exercises
from ..exercises._answer import Answer, Printed, Wrong, answering
from . import confined, student
from .wire import Ended, Late, TooLarge, plain, receive, send, value_of

OWN_MEMORY = 2048  # megabytes by which the judge itself may grow, whatever it is sent
CALLBACKS = 10_000  # of a function that an answer was given
ENDINGS = {"SystemExit": SystemExit, "KeyboardInterrupt": KeyboardInterrupt}


class Stopped(Exception):
    """The process of a submission was ended, or has ended itself; the message is the end of a sentence."""


class Process:
    """A confined process for one submission.

    Parameters
    ----------
    work : callable
        What happens in it; it is given the end of a channel.
    seconds : float
        How long all of it may take.
    megabytes : int
        By how much its memory may grow.
    trusted : bool
        Whether it is left unconfined: with limits, but free to write and to signal.
    """

    def __init__(self, work: Callable[[int], None], seconds: float, megabytes: int, trusted: bool):
        self.seconds, self.megabytes = seconds, megabytes
        self.end, self.waits = time.monotonic() + seconds, False
        ours, theirs = socket.socketpair()
        sys.stdout.flush()
        self.number = os.fork()
        if not self.number:
            try:
                channel = theirs.detach()
                student.alone_with(channel)
                # By the clock it is ended for one exercise; a process may serve many, one after the other.
                (confined.limit if trusted else confined.confine)(len(exercises()) * seconds, megabytes)
                work(channel)
            finally:
                os._exit(0)
        theirs.close()
        self.channel, self.socket = ours.fileno(), ours

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_) -> None:
        self.kill()

    @property
    def usable(self) -> bool:
        """Tell whether the process is there, and owes no answer."""
        return bool(self.number) and not self.waits

    def kill(self) -> None:
        """End the process."""
        self.socket.close()
        if self.number:
            os.kill(self.number, signal.SIGKILL)
            os.waitpid(self.number, 0)
            self.number = 0

    def say(self, message: Any) -> None:
        """Send a message to the process."""
        self.waits = True
        try:
            send(self.channel, message)
        except Ended:
            raise self.ended() from None

    def hear(self) -> Any:
        """Wait for a message of the process."""
        try:
            message = receive(self.channel, self.end)
            self.waits = False
            return message
        except Late:
            raise Stopped(
                f"it takes longer than {self.seconds:g} seconds; is there a loop without an end?"
            ) from None
        except Ended:
            raise self.ended() from None

    def ended(self) -> Stopped:
        """Say how the process has ended."""
        for _ in range(100):
            number, status = os.waitpid(self.number, os.WNOHANG)
            if number:
                self.number = 0
                how = f" (signal {os.WTERMSIG(status)})" if os.WIFSIGNALED(status) else ""
                return Stopped(f"its process ends before it has answered{how}: return a value instead.")
            time.sleep(0.01)
        return Stopped("it says what is no answer.")


def answers_of(process: Process) -> Answer:
    """Make a function that asks a submission's process, and behaves as the submission's own does."""
    reply = process.hear()
    with _no_answer():
        if "raises" in reply:
            kind, text = reply["raises"]
            raise Wrong(f"it cannot be loaded; what it needs raises {_error(kind, text)}.")
        if reply["is"][0] != "callable":
            return value_of({"stranger": ["thing", reply["is"][1]]})

    def asked(*arguments, **named):
        file, functions = io.BytesIO(), []
        student.Question(file, functions).dump((arguments, named))
        process.say({"call": file.getvalue().hex()})
        for _ in range(CALLBACKS):
            reply = process.hear()
            with _no_answer():
                if "asks" not in reply:
                    return _result(reply, arguments)
                given = value_of(reply["of"])
                process.say({"value": plain(functions[reply["asks"]](*given))})
        raise Wrong(f"it calls a function that it was given more than {CALLBACKS} times.")

    return asked


def _result(reply: dict, arguments: tuple) -> Any:
    sys.stdout.write(str(reply.get("printed", "")))
    if "large" in reply:
        raise Wrong("what it returns is too large.")
    if "raises" in reply:
        kind, text = (str(part) for part in reply["raises"])
        raise ENDINGS.get(kind) or type(_error(kind, ""), (Exception,), {})(text)
    for number, now in reply["changed"]:
        held, new = arguments[number], value_of(now)
        if isinstance(held, np.ndarray):
            held.resize(np.shape(new), refcheck=False)
            held[...] = new
    return value_of(reply["value"])


def _error(kind: Any, text: Any) -> str:
    name = "".join(letter for letter in str(kind)[:60] if letter.isalnum() or letter == "_") or "an error"
    return f"{name}: {str(text).strip().rstrip('.')}" if text else name


class _no_answer:
    """Turn whatever a falsified message leads to into a sentence."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind, error, trace) -> None:
        forged = (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError, TooLarge)
        if isinstance(error, (*forged, RecursionError, MemoryError)):
            raise Stopped("it says what is no answer.") from None


def look(text: bytes, ending: str, **limits: Any) -> dict:
    """Ask what a submission holds: `cells`, `names` and `faults`, or why it is `unreadable`."""
    with Process(lambda channel: student.show(channel, text, ending), **limits) as process:
        try:
            seen = process.hear()
            if "unreadable" in seen:
                return {"unreadable": str(seen["unreadable"])}
            names = [name for name in exercises() if name in seen["names"]]
            lists = {key: [str(one) for one in seen[key]] for key in ("cells", "faults")}
            return lists | {"names": names}
        except Stopped as stopped:
            return {"unreadable": str(stopped)}
        except (KeyError, TypeError, AttributeError):
            return {"unreadable": "it says what is no answer."}


class Judged:
    """One submission at a time: its process serves one exercise after the other, while it answers."""

    def __init__(self):
        self.cells, self.process = None, None

    def __call__(self, cells: list[str], exercise: str, **limits: Any) -> dict:
        """Put the answer of a submission to one exercise to its check: `outcome` and `mistake`."""
        if not (self.process and self.process.usable and cells == self.cells):
            self.done()
            self.cells = cells
            self.process = Process(lambda channel: student.answer(channel, cells), **limits)
        self.process.end = time.monotonic() + limits["seconds"]
        try:
            self.process.say({"define": exercise})
            return verdict(exercise, self.process)
        except Stopped as error:
            self.done()
            return {"outcome": "stopped", "mistake": str(error)}

    def done(self) -> None:
        """End the process of the submission."""
        if self.process:
            self.process.kill()
        self.process = None


def verdict(exercise: str, process: Process) -> dict:
    """Check what a process answers to an exercise."""
    # A process that has ended is no error of the answer, as which the check would see it: it is noted aside.
    stopped: list[Stopped] = []
    try:
        with redirect_stdout(Printed()), np.errstate(all="ignore"):
            exercises()[exercise](answering(_noting(answers_of(process), stopped)))
    except Wrong as wrong:
        if stopped:
            raise stopped[0] from None
        unfinished = wrong.stage == 0 and "it returns nothing so far" in str(wrong)
        return {"outcome": "unfinished" if unfinished else "wrong", "mistake": str(wrong)}
    except Stopped:
        raise
    except Exception:
        kind = "it returns something of another kind than was asked for."
        return {"outcome": "wrong", "mistake": kind}
    return {"outcome": "right", "mistake": ""}


def _noting(function: Answer, stopped: list[Stopped]) -> Answer:
    if not callable(function):
        return function

    def noting(*arguments, **named):
        try:
            return function(*arguments, **named)
        except Stopped as error:
            stopped.append(error)
            raise

    return noting


def main() -> None:
    """Do tasks until there are none."""
    torch.set_num_threads(1)
    exercises()
    confined.limit_memory(OWN_MEMORY)
    gc.collect()
    gc.freeze()  # what is shared with the processes to come stays shared
    trial = look(b"uar = 1", ".py", seconds=30, megabytes=512, trusted=False)
    print(json.dumps({"confines": trial.get("names") == ["uar"]}), flush=True)
    judged = Judged()
    for line in sys.stdin:
        task = json.loads(line)
        limits = {key: task[key] for key in ("seconds", "megabytes", "trusted")}
        try:
            if "exercise" in task:
                told = judged(task["cells"], task["exercise"], **limits)
            else:
                judged.done()
                told = look(bytes.fromhex(task["text"]), task["ending"], **limits)
        except OSError as error:
            told = {"impossible": error.strerror or str(error)}
        print(json.dumps(told), flush=True)
    judged.done()


if __name__ == "__main__":
    main()
