"""The command `grade`: the book's checks put to a folder of submissions."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict

import click

from .adapting import lines_of_work
from .places import Place
from .sentences import examples, json_option

MOST = 5  # mistakes that are printed


@examples(
    "sequifi-lite grade week-3",
    "sequifi-lite grade week-3 --only ewc --only uar --out week-3.csv --jobs 4",
    "sequifi-lite grade week-3 --json",
)
@click.command()
@click.argument("folder", type=Place())
@click.option(
    "--only", multiple=True, metavar="NAME",
    help="An exercise, or a chapter such as ewc; may be given again.  [default: what any submission answers]",
)  # fmt: skip
@click.option("--out", type=Place(), default="grades.csv", show_default=True, help="The table to write.")
@click.option(
    "--jobs", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes that judge."
)
@click.option(
    "--seconds", default=20.0, show_default=True, type=click.FloatRange(1, 600),
    help="How long one exercise of one submission may take.",
)  # fmt: skip
@click.option(
    "--megabytes", default=1024, show_default=True, type=click.IntRange(64),
    help="By how much its memory may grow.",
)  # fmt: skip
@click.option("--again", is_flag=True, help="Judge anew what the table already holds.")
@click.option(
    "--trust-submissions", is_flag=True,
    help="Leave them free to write, to connect and to end your processes.",
)  # fmt: skip
@click.option("--quiet", is_flag=True, help="Say nothing on the way.")
@json_option
def grade(folder, only, out, jobs, seconds, megabytes, again, trust_submissions, quiet, as_json):
    """Put a folder of submissions to the checks of the book's exercises.

    A submission is a .py or .ipynb in FOLDER or a folder in it. Of each, the functions that exercises ask for
    are run, and what these need; nothing else. The table has a row for each submission and exercise, with the
    mistake as the book names it, or why there is no verdict. It is written whole after each submission: after
    an interruption, the same command goes on, and only what was handed in anew is judged again.

    A submission runs in a process that can compute and read and nothing else: it cannot write, connect, or
    begin or end another process. What is right is decided in a process that runs none of its code.
    """
    from ..teaching.grading.grade import grade as graded

    with lines_of_work(quiet) as told:
        grades = graded(
            folder, out, chosen=list(only) or None, jobs=jobs, seconds=seconds, megabytes=megabytes,
            trusted=trust_submissions, again=again, told=told,
        )  # fmt: skip
    outcomes = Counter(row.outcome for row in grades.rows)
    if as_json:
        about = {"file": str(grades.file), "judged": grades.judged, "cpu_seconds": round(grades.cpu, 1)}
        rows = [asdict(row) for row in grades.rows]
        click.echo(json.dumps(about | {"outcomes": outcomes, "rows": rows}, ensure_ascii=False))
        return
    names = {row.submission for row in grades.rows}
    for name, rows in ((name, [r for r in grades.rows if r.submission == name]) for name in sorted(names)):
        click.echo(f"{name}: {sum(row.outcome == 'right' for row in rows)} of {len(rows)} right")
    mistakes = Counter((row.exercise, row.mistake) for row in grades.rows if row.outcome == "wrong")
    for (exercise, mistake), number in mistakes.most_common(MOST):
        click.echo(f"{number} x {exercise}: {mistake}")
    told = ", ".join(f"{number} {outcome}" for outcome, number in outcomes.most_common())
    click.echo(f"{told}\n{grades.file}")
