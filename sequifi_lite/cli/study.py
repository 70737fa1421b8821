"""The commands `study ...`: list, plan, run, report and check what is measured."""

from __future__ import annotations

import json
import warnings
from contextlib import contextmanager

import click

from ..errors import PlaceError, SequifiError, expanded
from .sentences import Sentences, examples, json_option


class Studies(Sentences):
    """`study NAME` is short for `study run NAME`."""

    def resolve_command(self, context, args):
        return super().resolve_command(context, args if args[0] in self.commands else ["run", *args])


@examples("sequifi-lite study list", "sequifi-lite study run pairs")
@click.group(cls=Studies)
def study():
    """Measure: long comparisons on the pack, written into tables with their provenance."""


class Folder(click.ParamType):
    """A folder that is there or can be made; `~` is expanded."""

    name = "folder"

    def convert(self, value, parameter, context):
        path = expanded(value)
        for folder in (path, *path.parents):
            if folder.exists() and not folder.is_dir():
                raise PlaceError(f"{folder} is a file; choose another place with {parameter.opts[0]}.")
        return path


work_option = click.option(
    "--work",
    default=".studies",
    show_default=True,
    type=Folder(),
    help="Folder of finished groups of cells.",
)
out_option = click.option(
    "--out",
    default="results",
    show_default=True,
    type=Folder(),
    help="Folder of the results.",
)


@contextmanager
def warnings_in_lines():
    """Print what is warned of, groups with damaged files for instance, each in a line."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.filterwarnings("always", ".* is damaged; .*")
        warnings.showwarning = lambda message, *_: click.echo(f"{message}", err=True)
        yield


def study_of_cells(name):
    from ..studies.registry import IN_ONE_PIECE, STUDIES

    if name in IN_ONE_PIECE:
        raise SequifiError(
            f"The study {name} is measured in one piece and has no cells to plan, count or check; "
            f"`sequifi-lite study run {name}` measures it again."
        )
    if name not in STUDIES:
        raise SequifiError(f"There is no study of cells named {name!r}; choose one of {', '.join(STUDIES)}.")
    return STUDIES[name]


@examples("sequifi-lite study list", "sequifi-lite study list --json")
@study.command("list")
@json_option
def list_studies(as_json):
    """List the studies."""
    from ..studies.registry import IN_ONE_PIECE, STUDIES

    listed = [*IN_ONE_PIECE.items(), *((name, what.cells) for name, what in STUDIES.items())]
    told = {name: " ".join(what.__doc__.partition("\n\n")[0].split()) for name, what in listed}
    if as_json:
        click.echo(json.dumps(told, indent=1, ensure_ascii=False))
        return
    width = max(map(len, told))
    for name, first in told.items():
        click.echo(f"{name:{width}} {first}")


@examples("sequifi-lite study plan pairs")
@study.command()
@click.argument("name")
@json_option
def plan(name, as_json):
    """Count the cells of study NAME and estimate what they cost, without training any."""
    from ..studies.training_run import groups

    what = study_of_cells(name)
    cells = what.cells()
    found = groups(cells)
    if as_json:
        told = {"study": name, "cells": len(cells), "groups": len(found), "cpu_seconds": what.estimate(found)}
        click.echo(json.dumps(told))
        return
    click.echo(
        f"{len(cells):,} cells in {len(found):,} groups, about {what.estimate(found) / 60:.0f} CPU-minutes on"
        " this machine"
    )


@examples("sequifi-lite study status pairs")
@study.command()
@click.argument("name")
@work_option
@json_option
def status(name, work, as_json):
    """Say how much of study NAME is done."""
    from ..studies.runner import size, status as look

    cells = study_of_cells(name).cells()
    if not work.is_dir():
        click.echo(f"There is no folder {work} yet.", err=True)
    with warnings_in_lines():
        done, missing = look(name, cells, work)
    share = sum(map(size, done)) / sum(map(size, [*done, *missing]))
    if as_json:
        told = {"study": name, "groups_done": len(done), "groups": len(done) + len(missing), "share": share}
        click.echo(json.dumps(told))
        return
    click.echo(f"{len(done):,} of {len(done) + len(missing):,} groups done, {100 * share:.0f} % of the work")


@examples("sequifi-lite study run pairs --jobs 2", "sequifi-lite study run pairs --dask tcp://host:8786")
@study.command()
@click.argument("name")
@work_option
@out_option
@click.option(
    "--jobs", default=2, show_default=True, type=click.IntRange(1), help="Processes on this machine."
)
@click.option("--dask", help="Address of a running Dask scheduler to work on instead, as tcp://host:8786.")
@click.pass_context
def run(context, name, work, out, jobs, dask):
    """Run study NAME and write its table into OUT/NAME. Kill it at any time; the next run goes on."""
    from ..studies.provenance import report, run as run_study, writable
    from ..studies.registry import IN_ONE_PIECE, STUDIES

    if name in IN_ONE_PIECE:
        if dask or context.get_parameter_source("work").name == "COMMANDLINE":
            click.echo(
                f"The study {name} is measured in one piece: --work and --dask change nothing.", err=True
            )
        folder = run_study(name, out, progress=lambda text: click.echo(text, err=True))
    elif name in STUDIES:
        from tqdm import tqdm

        from ..studies.processes import check_address
        from ..studies.runner import run as run_cells

        what = STUDIES[name]
        if dask is not None:
            check_address(dask)
        cells = what.cells()
        with (
            warnings_in_lines(),
            writable(out / name),
            tqdm(total=1, unit="run-steps", unit_scale=True, disable=None, desc=name) as bar,
        ):

            def progress(done, total, seconds):
                bar.total = total
                bar.update(done - bar.n)

            run_cells(name, cells, work, jobs, dask, progress, what.train, what.sources_kept)
        folder = report(name, out, work)
    else:
        names = ", ".join([*IN_ONE_PIECE, *STUDIES])
        raise SequifiError(f"There is no study {name!r}; choose one of {names}.")
    click.echo(f"{folder / 'table.csv'}")


@examples("sequifi-lite study report pairs")
@study.command("report")
@click.argument("name")
@work_option
@out_option
def write_report(name, work, out):
    """Write the table of study NAME, all of whose cells are done, into OUT/NAME."""
    from ..studies.provenance import report

    study_of_cells(name)
    click.echo(f"{report(name, out, work) / 'table.csv'}")


@examples("sequifi-lite study check pairs --cells 3 --seed 0")
@study.command()
@click.argument("name")
@click.option(
    "--cells", "number", default=3, show_default=True, type=click.IntRange(0), help="How many to train again."
)
@click.option("--seed", type=int, help="Of the draw of cells; another one every time unless given.")
@click.pass_context
def check(context, name, number, seed):
    """Compare the shipped results of study NAME with this code.

    Are they out of date, and do cells come out the same again?

    Exit code 1: some are out of date, or some differ.
    """
    from ..studies.finetuning_run import inputs
    from ..studies.receipts import again, outside, stale
    from ..studies.results import load
    from ..studies.sound_and_weights import unlike_published
    from ..studies.tables.verdict import cells_of

    what, shipped = study_of_cells(name), cells_of(name)
    plan, told = what.cells(), load(name)[1]
    old = stale(plan, shipped)
    click.echo(
        old.to_string(index=False)
        if len(old)
        else f"All {len(shipped):,} cells of {name} are what this code asks for."
    )
    other = False
    if "audio" in told:
        lines, other = outside(told, inputs(tuple(told["audio"])), unlike_published)
        click.echo("\n".join(lines))
    new = again(plan, shipped, number, seed, what.train)
    if len(new):
        click.echo(new.to_string(index=False, float_format="%.2f"))
    context.exit(int(other or len(old) > 0 or (len(new) > 0 and not all(new["same"]))))
