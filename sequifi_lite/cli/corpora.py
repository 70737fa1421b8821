"""Commands on folders of sound: `get` fetches a corpus; `scan` and `audit` compare it with the published."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..data.corpora import CORPORA
from .any_corpus import any_corpus, look
from .places import Place
from .sentences import examples


@examples("sequifi-lite get emodb", "sequifi-lite get ravdess --from ~/Downloads/ravdess.zip --yes")
@click.command()
@click.argument("corpus", type=click.Choice(list(CORPORA)), metavar="CORPUS")
@click.option(
    "--to",
    default="corpora",
    show_default=True,
    type=Place(),
    help="Folder of corpora; this one goes into TO/CORPUS.",
)
@click.option(
    "--from",
    "own",
    multiple=True,
    type=Place(),
    help="Archive or folder that you downloaded yourself.",
)
@click.option("--yes", is_flag=True, help="Accept the corpus's terms without being asked.")
@click.option("--by-hand", is_flag=True, help="Only print the steps to download it in a browser.")
def get(corpus, to, own, yes, by_hand):
    """Download CORPUS, check it and unpack it; a download that was broken off goes on where it stopped."""
    from tqdm.auto import tqdm

    from ..data.download import get as download, places

    if by_hand:
        click.echo(places.by_hand(corpus))
        return
    got = download.find(corpus, to)
    if got is None:
        if not yes and not places.accepted(corpus, to):
            click.echo(places.terms(corpus), err=True)
            if not _somebody_is_there():
                raise places.DownloadError(
                    "Nobody can be asked here to accept the terms above; read them and add --yes."
                )
            if not click.confirm("Do you accept these terms, and shall it be fetched now?", err=True):
                raise places.DownloadError(
                    "Nothing was fetched, because its terms were not accepted; run the command again if"
                    " you do."
                )
        try:
            got = download.get(
                corpus, to, own, sys.stderr.isatty(), lambda text: tqdm.write(text, file=sys.stderr)
            )
        except places.Unavailable:
            click.echo(places.by_hand(corpus), err=True)
            raise
    click.echo(got.report())


def _somebody_is_there() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


@examples(
    "sequifi-lite scan corpora/emodb --corpus emodb",
    "sequifi-lite scan my-recordings --corpus mine --folders speaker/emotion --word wut=anger",
)
@click.command()
@click.argument("folder", type=Place())
@any_corpus
def scan(folder: Path, corpus: str, **own):
    """Compare FOLDER with a corpus as it was published, or say what it holds if it is your own."""
    found = look(folder, corpus, **own)
    click.echo(found.report())
    found.check()


@examples("sequifi-lite audit corpora/emodb --corpus emodb --json findings.json")
@click.command()
@click.argument("folder", type=Place())
@click.option("--corpus", required=True, help=f"Which corpus the folder holds: {', '.join(CORPORA)}.")
@click.option(
    "--json",
    "json_file",
    is_flag=False,
    flag_value="-",
    type=Place(),
    help="Write everything found, with all file names, to a file; without its name, print it.",
)
@click.option(
    "--write-manifest",
    type=Place(),
    help="Record the sha256 sum of every audio file here.",
)
@click.option(
    "--manifest",
    type=Place(),
    help="Also compare the files with these sums of an earlier day.",
)
@click.pass_context
def audit(context, folder, corpus, json_file, write_manifest, manifest):
    """Decode every file in FOLDER and compare it with the corpus as it was published.

    Exit code 0: as published, known defects included. 1: there are findings. 2: FOLDER cannot be audited.
    """
    from ..data.audit import corpus as auditing, manifest as manifests
    from ..data.files import write_text
    from ..errors import check_writable

    if corpus not in CORPORA:
        raise click.BadParameter(
            f"an audit compares a folder with a corpus as it was published, and {corpus!r} is not one of"
            f" {', '.join(CORPORA)}; for recordings of your own use `sequifi-lite scan {folder} --corpus"
            f" {corpus}`, which decodes every file too.",
            param_hint="--corpus",
        )
    if manifest and write_manifest:
        raise click.UsageError("--manifest compares and --write-manifest records; give one of them.")
    for file, option in ((json_file, "--json"), (write_manifest, "--write-manifest")):
        if file and str(file) != "-":
            check_writable(file, option, keep=False)
    bar = sys.stderr.isatty()
    result = auditing.audit(corpus, folder, bar, manifests.read_manifest(manifest) if manifest else None)
    printed = auditing.to_json(result) if str(json_file) == "-" else result.report()
    if json_file and str(json_file) != "-":
        write_text(json_file, auditing.to_json(result))
    if write_manifest:
        manifests.write_manifest(manifests.checksums(result.root, bar), write_manifest)
    click.echo(printed)
    context.exit(result.code)
