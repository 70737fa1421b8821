"""The command `leaks`: what the parts of somebody's split share."""

from __future__ import annotations

import sys

import click

from ..data.corpora import CORPORA
from .places import Place


@click.command()
@click.argument("corpus", type=click.Choice(list(CORPORA)))
@click.argument("files", nargs=-1, required=True, type=Place())
@click.option(
    "--strict",
    is_flag=True,
    help="End with exit code 1 if two parts share a clip, a recording or a speaker, or an entry is unknown.",
)
def leaks(corpus, files, strict):
    """Count what the parts of a split of CORPUS share.

    FILES list their clips (csv, tsv, jsonl, json), training first.

    A list names clips in a column `path` or `key`. One file is one part, unless it has a column `split`.
    Entries whose names look like a clip (augmented copies, other spellings) are counted as look-alikes.
    """
    from ..data.leaks.lists import published_clips, read_parts
    from ..data.leaks.report import leak_report

    clips = published_clips(corpus)
    report = leak_report(read_parts(files, clips), clips)
    click.echo(str(report))
    if strict and not report.clean:
        sys.exit(1)
