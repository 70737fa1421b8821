"""The command `adapt`: from a recogniser for one corpus to one for another."""

from __future__ import annotations

import sys
from contextlib import contextmanager

import click

from .any_corpus import check_language, meanings, own_recordings
from .places import Place
from .sentences import examples, json_option


@contextmanager
def lines_of_work(quiet: bool):
    """Tell what is being done: on a terminal in one line that changes, in a pipe in a line for each step."""
    live, last = sys.stderr.isatty(), [""]

    def told(text: str) -> None:
        if not quiet:
            click.echo(f"\r{text:<{len(last[0])}}" if live else text, err=True, nl=not live)
            last[0] = text

    try:
        yield told
    finally:
        if live and last[0]:
            click.echo(f"\r{' ' * len(last[0])}\r", err=True, nl=False)


@examples(
    "sequifi-lite adapt cremad my-recordings --folders speaker/emotion",
    "sequifi-lite adapt emodb urdu --pattern '(?P<emotion>\\w+)/(?P<speaker>S[MF]\\d+)_' --keep 40",
    "sequifi-lite adapt ravdess mine.parquet --keep statistics --out report --json",
)
@click.command()
@click.argument("source")
@click.argument("target")
@click.option(
    "--keep",
    default="nothing",
    show_default=True,
    help="What may be kept of SOURCE beside its model: nothing, statistics, or a number of clips.",
)
@click.option("--out", type=Place(), help="Folder to write into.  [default: adapted-SOURCE-TARGET]")
@click.option("--emotions", help="Which, with commas.  [default: the shared ones of the book's four]")
@own_recordings
@click.option("--encoder", help="A copy of SOURCE's encoder, for folders: a folder or a hub name.")
@click.option(
    "--people-are-right",
    is_flag=True,
    help="Each speaker's name stands for one person, though it does not look so.",
)
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0))
@click.option("--quiet", is_flag=True, help="Say nothing on the way.")
@json_option
def adapt(source, target, keep, out, emotions, words, encoder, quiet, as_json, **own):
    """Adapt a recogniser for SOURCE to TARGET, and report what it is worth.

    SOURCE and TARGET are corpora of `sequifi-lite packs`, files of embeddings (.parquet) or folders of sound
    (./NAME where a corpus is called alike). A folder is embedded once and kept in a cache. Speakers stay
    apart; a corpus that leaks is refused. The methods that the studies recommend for what may be kept are
    tuned, tested, and compared with plain fine-tuning and with doing nothing.

    OUT gets report.html, report.json and model.safetensors, which `sequifi-lite predict` takes. For 1,000
    clips that are embedded it takes some minutes.
    """
    import json

    from ..studies.adapting.adapt import adapt as adapted

    check_language(own["language"])
    wanted = None if emotions is None else [word.strip() for word in emotions.split(",") if word.strip()]
    live = sys.stderr.isatty() and not quiet
    with lines_of_work(quiet) as told:
        result = adapted(
            source, target, keep, out, emotions=wanted, told=told, words=meanings(words) or None,
            encoder=encoder, progress=live, **own,
        )  # fmt: skip
    if as_json:
        click.echo(json.dumps({"folder": str(result.folder), **result.numbers}, ensure_ascii=False))
        return
    click.echo(f"{result}\n{result.folder / 'report.html'}\n{result.folder / 'model.safetensors'}")
