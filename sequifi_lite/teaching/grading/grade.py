"""Grade a folder: submissions go to processes that judge them, verdicts come back as rows."""

from __future__ import annotations

import json
import os
import queue
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...errors import ArgumentError, SequifiError, expanded, unknown
from ..exercises import exercises
from . import confined, table
from .folder import Submission, submissions
from .table import Row

JUDGE = "sequifi_lite.teaching.grading.judge"
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
BEGINNING = 120  # seconds for a judge's own imports
GRACE = 30  # seconds beyond the limit after which a judge is no longer waited for
REFUSED = (
    "This system cannot confine what submissions do (that takes Linux on x86-64 or 64-bit ARM); run it there,"
    " in a container for instance, or add --trust-submissions if you have read them."
)


@dataclass
class Grades:
    """What was asked for of the table `file`; `judged` of it are new, for `cpu` seconds of all processes."""

    file: Path
    rows: list[Row] = field(default_factory=list)
    judged: int = 0
    cpu: float = 0.0


class Judge:
    """One process that judges, begun anew where it has ended."""

    def __init__(self, limits: dict):
        self.limits, self.process, self.rest, self.dismissed = limits, None, b"", False

    def ask(self, **task: Any) -> dict:
        """Have one task done; a judge that ends over it, or is too slow, has no verdict."""
        process = self.process or self.begin()
        assert process.stdin and process.stdout
        try:
            process.stdin.write(json.dumps(task | self.limits).encode() + b"\n")
            process.stdin.flush()
            return json.loads(self.line(self.limits["seconds"] + GRACE))
        except (OSError, ValueError):
            self.end()
            if self.dismissed:
                raise KeyboardInterrupt from None
            return {}

    def begin(self) -> subprocess.Popen:
        """Begin a process, and ask it whether it can confine others."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", JUDGE],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=os.environ | ONE_THREAD, start_new_session=True, bufsize=0,
        )  # fmt: skip
        self.rest = b""
        try:
            able = json.loads(self.line(BEGINNING))["confines"]
        except (OSError, ValueError):
            self.end()
            raise SequifiError(
                f"A process that judges cannot be begun; `{sys.executable} -m {JUDGE}` says why."
            ) from None
        if not able and not self.limits["trusted"]:
            self.end()
            raise SequifiError(REFUSED)
        return self.process

    def line(self, seconds: float) -> bytes:
        """Read a line, or raise ValueError: too late, or none comes."""
        assert self.process and self.process.stdout
        end = time.monotonic() + seconds
        while b"\n" not in self.rest:
            file = self.process.stdout.fileno()
            if not select.select([file], [], [], max(end - time.monotonic(), 0))[0]:
                raise ValueError
            part = os.read(file, 2**20)
            if not part:
                raise ValueError
            self.rest += part
        line, _, self.rest = self.rest.partition(b"\n")
        return line

    def dismiss(self) -> None:
        """End the process from another thread: what is asked of it now has no verdict, and raises."""
        self.dismissed = True
        if self.process:
            self.process.kill()

    def end(self) -> None:
        """End the process; those that it has begun end with it."""
        if self.process:
            self.process.kill()
            self.process.wait()
            for file in (self.process.stdin, self.process.stdout):
                with suppress(OSError):
                    file and file.close()
        self.process = None


def grade(
    folder: str | Path,
    out: str | Path = "grades.csv",
    *,
    chosen: list[str] | None = None,
    jobs: int = 1,
    seconds: float = 20.0,
    megabytes: int = 1024,
    trusted: bool = False,
    again: bool = False,
    told: Callable[[str], None] = lambda text: None,
) -> Grades:
    """Judge every submission of a folder, and write the table after each.

    Parameters
    ----------
    chosen : list of str, optional
        Exercises, or chapters as their files are called; by default every exercise that a submission answers.
    seconds, megabytes : float, int
        For one exercise of one submission: how long, and by how much its memory may grow.
    trusted : bool
        Whether submissions are left unconfined where they cannot be confined.
    again : bool
        Whether rows of the same submission by the same checks that `out` already has are made anew.

    Raises
    ------
    ArgumentError
        If there is nothing to grade, or `out` is a file of another kind.
    """
    out, limits = expanded(out), {"seconds": seconds, "megabytes": megabytes, "trusted": trusted}
    wanted, earlier = _chosen(chosen), table.read(out)
    if not hasattr(os, "fork") or not (confined.possible() or trusted):
        raise SequifiError(REFUSED)
    handed_in, before = submissions(folder), _used()
    judges = [Judge(limits) for _ in range(max(1, min(jobs, len(handed_in))))]
    try:
        seen = _looked_at(handed_in, judges)
        answered = {name for about in seen.values() for name in about.get("names", ())}
        asked = [name for name in exercises() if name in (answered if wanted is None else wanted)]
        if not asked:
            raise ArgumentError(f"No submission in {folder} defines a function that an exercise asks for.")
        grades = Grades(out)
        known = {(row.submission, row.exercise): row for row in earlier}
        _judged(handed_in, judges, seen, asked, known, again, grades, told)
    finally:
        for judge in judges:
            judge.end()
    grades.cpu = _used() - before
    return grades


def _looked_at(handed_in: list[Submission], judges: list[Judge]) -> dict[str, dict]:
    """What each submission holds, by its name."""
    seen: dict[str, dict] = {}

    def look(judge: Judge, one: Submission) -> None:
        unreadable = {"unreadable": one.fault or "it cannot be read in the time and memory there are."}
        task = {"text": (one.text or b"").hex(), "ending": one.ending}
        seen[one.name] = unreadable if one.fault else judge.ask(**task) or unreadable

    _in_processes(handed_in, look, judges)
    return seen


def _judged(
    handed_in: list[Submission], judges: list[Judge], seen: dict[str, dict], asked: list[str],
    known: dict[tuple[str, str], Row], again: bool, grades: Grades, told: Callable[[str], None],
) -> None:  # fmt: skip
    """Judge what is not known yet; rows that nobody asks for stay in the table."""
    lock, done, rows = threading.Lock(), [], dict(known)

    def judge_one(judge: Judge, one: Submission) -> None:
        fresh, made = (one.digest, table.checks()), {}
        for name in asked:
            row = known.get((one.shown, name))
            old = (
                row and (row.digest, row.checks) == fresh and row.outcome in ("right", "wrong", "unfinished")
            )
            if again or not old:
                outcome, mistake = _verdict(judge, seen[one.name], name)
                about = (table.chapter(name), name, outcome, table.cell(mistake))
                made[one.shown, name] = Row(one.shown, *about, *fresh)
        with lock:
            rows.update(made)
            done.append(one)
            grades.judged += len(made)
            table.write(grades.file, [rows[key] for key in sorted(rows)])
            told(f"{len(done)} of {len(handed_in)} submissions")

    _in_processes(handed_in, judge_one, judges)
    mine = {one.shown for one in handed_in}
    grades.rows = [rows[key] for key in sorted(rows) if key[0] in mine and key[1] in asked]


def _chosen(words: list[str] | None) -> list[str] | None:
    """Read names of exercises and chapters."""
    if not words:
        return None
    of = {name: table.chapter(name) for name in exercises()}
    for word in words:
        if word not in of and word not in of.values():
            raise unknown("exercise or chapter", word, [*of, *dict.fromkeys(of.values())])
    return [name for name in of if name in words or of[name] in words]


def _verdict(judge: Judge, about: dict, exercise: str) -> tuple[str, str]:
    """Outcome and mistake of one exercise."""
    if "unreadable" in about:
        return "unreadable", about["unreadable"]
    if exercise not in about["names"]:
        faults = " ".join(about["faults"])
        if faults:
            return "unreadable", f"{exercise} is not in what can be read; {faults}"
        return "missing", f"it defines no function {exercise}."
    told = judge.ask(cells=about["cells"], exercise=exercise)
    if told.get("outcome") in table.OUTCOMES:
        return told["outcome"], str(told["mistake"])
    return "stopped", "what it returns cannot be judged in the time and memory there are."


def _used() -> float:
    import resource

    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _in_processes(things: list, work: Callable[[Judge, Any], None], judges: list[Judge]) -> None:
    """Do work on things, each judge in a thread of its own; the first error ends all."""
    left, errors = queue.SimpleQueue(), []
    for thing in things:
        left.put(thing)

    def thread(judge: Judge) -> None:
        try:
            while not errors:
                work(judge, left.get_nowait())
        except queue.Empty:
            pass
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=thread, args=(judge,)) for judge in judges]
    try:
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    except BaseException as error:  # Ctrl-C comes here; nobody waits for a loop without an end
        errors.insert(0, error)
        for judge in judges:
            judge.dismiss()
        for one in threads:
            one.join()
    if errors:
        raise errors[0]
