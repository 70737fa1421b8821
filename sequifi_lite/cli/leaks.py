"""The command `leaks`: what the parts of somebody's split share."""

from __future__ import annotations

import json
import sys

import click

from ..data.corpora import CORPORA
from .places import Place
from .sentences import examples, json_option


@examples("sequifi-lite leaks emodb train.csv test.csv --strict")
@click.command()
@click.argument("corpus")
@click.argument("files", nargs=-1, required=True, type=Place())
@click.option(
    "--strict",
    is_flag=True,
    help="End with exit code 1 if two parts share a clip, a recording or a speaker, or an entry is unknown.",
)
@json_option
def leaks(corpus, files, strict, as_json):
    """Count what the parts of a split of CORPUS share.

    CORPUS is a published one or, once embedded and packed, one of your own. FILES list the clips of its parts
    (csv, tsv, jsonl, json), training first; parts called train... and test... are put first and last.

    A list names clips in a column `path` or `key`. One file is one part, unless it has a column `split`.
    Entries whose names look like a clip (augmented copies, other spellings) are counted as look-alikes.
    """
    from ..data.leaks.lists import published_clips, read_parts
    from ..data.leaks.report import leak_report
    from ..data.pack import load_pack

    clips = published_clips(corpus) if corpus in CORPORA else load_pack(corpus).clips
    report = leak_report(read_parts(files, clips), clips)
    if as_json:
        told = {
            "sizes": report.sizes,
            "clean": report.clean,
            "notes": report.notes,
            "unknown": report.unknown,
        }
        click.echo(
            json.dumps(told | {"shared": report.table.to_dict("records")}, indent=1, ensure_ascii=False)
        )
    else:
        click.echo(str(report))
    if strict and not report.clean:
        sys.exit(1)
