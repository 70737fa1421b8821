"""The command `sequifi-lite`: every error we know is one sentence on stderr and exit code 2."""

from __future__ import annotations

import logging
import os
import re
import sys
import warnings
from pathlib import Path

import click

from .. import __version__
from ..data.corpora import CORPORA
from ..errors import CorpusError, SequifiError

corpus_option = click.option(
    "--corpus", required=True, type=click.Choice(list(CORPORA)), help="Which corpus the folder holds."
)


def _any_corpus(command):
    """Options of commands that also take a corpus of the reader's own."""
    options = (
        click.option(
            "--corpus",
            required=True,
            help=f"{', '.join(CORPORA)}, or a new name for recordings of your own (see the next options).",
        ),
        click.option(
            "--labels",
            type=click.Path(path_type=Path),
            help="csv with the columns file, emotion, speaker, ...",
        ),
        click.option(
            "--pattern", help="Regular expression over paths, with groups such as (?P<emotion>...)."
        ),
        click.option("--folders", help="What the levels of folders mean, e.g. speaker/emotion."),
        click.option(
            "--word",
            "words",
            multiple=True,
            help="What a label means, e.g. wut=anger; may be given many times.",
        ),
        click.option("--language", help="ISO 639-1 code of your recordings."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _look(folder, corpus, labels, pattern, folders, words, language):
    """Scan a folder as a published corpus, or as one of the reader's own."""
    from ..data.corpora import scan

    own = {"labels": labels, "pattern": pattern, "folders": folders, "word": words, "language": language}
    if corpus in CORPORA:
        given = [f"--{option}" for option, value in own.items() if value]
        if given:
            raise click.UsageError(
                f"{given[0]} is for recordings of your own; {corpus} is a published corpus with known labels."
            )
        return scan(corpus, folder, progress=sys.stderr.isatty())
    from ..data.corpora import own_folder

    if any("=" not in word for word in words):
        raise click.UsageError("--word takes a label and our word for it, e.g. --word wut=anger.")
    if language and not re.fullmatch("[a-z]{2}", language):
        raise click.UsageError(
            f"--language takes a code of two small letters (ISO 639-1), e.g. de for German, not {language!r}."
        )
    meanings = dict(word.rsplit("=", 1) for word in words)
    try:
        return own_folder.scan(
            corpus, folder, labels, pattern, folders, meanings, language, progress=sys.stderr.isatty()
        )
    except SequifiError as error:
        if any((labels, pattern, folders)):
            raise
        raise CorpusError(
            f"{corpus} is not one of {', '.join(CORPORA)}, so it is taken for your own: {error}"
        ) from error


class _Group(click.Group):
    def invoke(self, context):
        try:
            return super().invoke(context)
        except SequifiError as error:
            click.echo(f"error: {error}", err=True)
            sys.exit(2)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main():
    """Catastrophic forgetting in speech emotion recognition: corpora, embeddings, studies."""
    # Findings of a scan are printed by the commands themselves; a library's own warnings are of no use to a
    # reader here.
    warnings.simplefilter("ignore")
    # Nor are the hub's lines on every attempt without a network; what comes of them is said by our own error.
    # The variable is for worker processes and for a hub that is imported later.
    os.environ.setdefault("HF_HUB_VERBOSITY", "error")
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@_any_corpus
def scan(folder: Path, corpus: str, **own):
    """Compare FOLDER with a corpus as it was published, or say what it holds if it is your own."""
    found = _look(folder, corpus, **own)
    click.echo(found.report())
    found.check()


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@_any_corpus
@click.option(
    "--encoder",
    default="openai/whisper-base",
    show_default=True,
    help="Name on the Hugging Face hub, or a folder.",
)
@click.option("--layer", default=3, show_default=True, help="Read the states behind this block.")
@click.option(
    "--pooling", default="mean+std", show_default=True, help="mean+std or mean, over the real frames."
)
@click.option("--out", type=click.Path(path_type=Path), help="File to write.  [default: CORPUS.parquet]")
@click.option("--recorded-as", help="Hub name to record where ENCODER is a local copy of a hub model.")
@click.option(
    "--licence",
    default="not stated",
    show_default=True,
    help="Terms of recordings of your own, to be kept with them.",
)
@click.option(
    "--threads",
    default=1,
    show_default=True,
    type=click.IntRange(min=1),
    help="Threads of PyTorch; two processes of one thread beat one of two.",
)
@click.option("--benchmark", is_flag=True, help="Embed 64 clips, print the speed, write nothing.")
def embed(folder, corpus, encoder, layer, pooling, out, recorded_as, licence, threads, benchmark, **own):
    """Embed every clip of the corpus in FOLDER; a killed run goes on where it stopped.

    Until it is done, finished blocks lie in a folder beside the result, OUT.part.
    """
    import torch

    from ..data import embed as embedding
    from ..data.encoders import load_encoder

    torch.set_num_threads(threads)
    found = _look(folder, corpus, **own)
    found.check()
    loaded = load_encoder(encoder, layer, pooling)
    if not found.as_published:
        click.echo(found.report(), err=True)
    if Path(encoder).is_dir() and not (recorded_as or benchmark):
        click.echo(
            f"note: the encoder will be recorded as {encoder}, and packs are joined only if that agrees; "
            "if it is a copy of a hub model, say so, as in --recorded-as openai/whisper-base.",
            err=True,
        )
    if benchmark:
        speed = embedding.benchmark(found.table, loaded)
        click.echo(
            f"{speed['clips']} clips, {speed['audio_s']:.0f} s of audio: {speed['cpu_s']:.2f} s of CPU,"
            f" real-time factor {speed['rtf']:.4f}\nnetwork {speed['gflop']:.0f} GFLOP at"
            f" {speed['gflop_per_s']:.1f} GFLOP/s, {speed['share']:.0%} of the"
            f" {speed['limit_gflop_per_s']:.1f} GFLOP/s of a plain matrix product here (reading and mel"
            " spectrograms included)"
        )
        return
    out = out or Path(f"{corpus}.parquet")
    embedding.embed_corpus(found.table, loaded, out, recorded_as, progress=True, licence=licence)
    click.echo(
        f"{len(found.table):,} clips embedded into {out}; `sequifi-lite pack {out}` puts them where"
        f" load_pack({corpus!r}) looks."
    )


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    help="Folder of the pack.  [default: your own data folder, where load_pack looks first]",
)
def pack(files, to):
    """Check FILES made by `embed` against each other and join them to the pack."""
    from ..data.pack import SHIPPED, install

    for target in install(list(files), to):
        click.echo(f"{target}")
        if to is None and (SHIPPED / target.name).exists():
            click.echo(f"  From now on it stands for the shipped {target.stem}; delete it to have that back.")


@main.command()
def packs():
    """List the corpora whose embeddings are at hand."""
    from ..data.pack import packs as listing

    for name, row in listing().iterrows():
        if str(row["file"]).startswith("damaged"):
            click.echo(f"{name:8} -      {row['file']}; delete the file or make it again")
        elif row["clips"] == 0:
            click.echo(f"{name:8} -      none; `sequifi-lite embed FOLDER --corpus {name}` makes them")
        else:
            made = f"{row['encoder']} block {row['layer']:.0f} {row['pooling']}"
            click.echo(f"{name:8} {row['clips']:6,} {made}; {row['licence']}; {row['file']}")


class Studies(click.Group):
    """`study NAME` is short for `study run NAME`."""

    def resolve_command(self, context, args):
        return super().resolve_command(context, args if args[0] in self.commands else ["run", *args])


@main.group(cls=Studies)
def study():
    """Measure: long comparisons on the pack, written into tables with their provenance."""


work_option = click.option(
    "--work",
    default=".studies",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder of finished groups of cells.",
)
out_option = click.option(
    "--out",
    default="results",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder of the results.",
)


def _experiment(name):
    from ..studies.registry import IN_ONE_PIECE, STUDIES

    if name in IN_ONE_PIECE:
        raise SequifiError(
            f"The study {name} is measured in one piece and has no cells to plan, count or check; "
            f"`sequifi-lite study run {name}` measures it again."
        )
    if name not in STUDIES:
        raise SequifiError(f"There is no study of cells named {name!r}; choose one of {', '.join(STUDIES)}.")
    return STUDIES[name]


@study.command("list")
def list_studies():
    """List the studies."""
    from ..studies.registry import IN_ONE_PIECE, STUDIES

    listed = [*IN_ONE_PIECE.items(), *((name, what.cells) for name, what in STUDIES.items())]
    width = max(len(name) for name, _ in listed)
    for name, what in listed:
        click.echo(f"{name:{width}} {what.__doc__.splitlines()[0]}")


@study.command()
@click.argument("name")
def plan(name):
    """Count the cells of study NAME and estimate what they cost, without training any."""
    from ..studies.training_run import groups

    what = _experiment(name)
    cells = what.cells()
    found = groups(cells)
    click.echo(
        f"{len(cells):,} cells in {len(found):,} groups, about {what.estimate(found) / 60:.0f} CPU-minutes on"
        " this machine"
    )


@study.command()
@click.argument("name")
@work_option
def status(name, work):
    """Say how much of study NAME is done."""
    from ..studies.runner import size
    from ..studies.runner import status as look

    done, missing = look(name, _experiment(name).cells(), work)
    share = sum(map(size, done)) / sum(map(size, [*done, *missing]))
    click.echo(f"{len(done):,} of {len(done) + len(missing):,} groups done, {100 * share:.0f} % of the work")


@study.command()
@click.argument("name")
@work_option
@out_option
@click.option(
    "--jobs", default=2, show_default=True, type=click.IntRange(1), help="Processes on this machine."
)
@click.option("--dask", help="Address of a running Dask scheduler to work on instead, as tcp://host:8786.")
def run(name, work, out, jobs, dask):
    """Run study NAME and write its table into OUT/NAME. Kill it at any time; the next run goes on."""
    from ..studies.provenance import report, writable
    from ..studies.provenance import run as run_study
    from ..studies.registry import IN_ONE_PIECE, STUDIES

    if name in IN_ONE_PIECE:
        folder = run_study(name, out, progress=lambda text: click.echo(text, err=True))
    elif name in STUDIES:
        from tqdm import tqdm

        from ..studies.runner import run as run_cells

        what = STUDIES[name]
        cells = what.cells()
        with (
            writable(out / name),
            tqdm(total=1, unit="run-steps", unit_scale=True, disable=None, desc=name) as bar,
        ):

            def progress(done, total, seconds):
                bar.total = total
                bar.update(done - bar.n)

            run_cells(name, cells, work, jobs, dask, progress, what.train)
        folder = report(name, out, work)
    else:
        names = ", ".join([*IN_ONE_PIECE, *STUDIES])
        raise SequifiError(f"There is no study {name!r}; choose one of {names}.")
    click.echo(f"{folder / 'table.csv'}")


@study.command("report")
@click.argument("name")
@work_option
@out_option
def write_report(name, work, out):
    """Write the table of study NAME, all of whose cells are done, into OUT/NAME."""
    from ..studies.provenance import report

    _experiment(name)
    click.echo(f"{report(name, out, work) / 'table.csv'}")


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
    from ..studies.finetuning_run import inputs, unlike_published
    from ..studies.plans.verdict import cells_of
    from ..studies.receipts import again, outside, stale
    from ..studies.results import load

    what, shipped = _experiment(name), cells_of(name)
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
    context.exit(int(other or len(old) > 0 or (len(new) > 0 and not new["same"].all())))


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@corpus_option
@click.option(
    "--json",
    "json_file",
    type=click.Path(path_type=Path),
    help="Write everything found, with all file names, here.",
)
@click.option(
    "--write-manifest",
    type=click.Path(path_type=Path),
    help="Record the sha256 sum of every audio file here.",
)
@click.option(
    "--manifest",
    type=click.Path(path_type=Path),
    help="Also compare the files with these sums of an earlier day.",
)
@click.pass_context
def audit(context, folder, corpus, json_file, write_manifest, manifest):
    """Decode every file in FOLDER and compare it with the corpus as it was published.

    Exit code 0: as published, known defects included. 1: there are findings. 2: FOLDER cannot be audited.
    """
    from ..data import audit as auditing

    if manifest and write_manifest:
        raise click.UsageError("--manifest compares and --write-manifest records; give one of them.")
    bar = sys.stderr.isatty()
    result = auditing.audit(corpus, folder, bar, auditing.read_manifest(manifest) if manifest else None)
    if json_file:
        auditing.write_text(json_file, auditing.to_json(result))
    if write_manifest:
        auditing.write_manifest(auditing.checksums(result.root, bar), write_manifest)
    click.echo(result.report())
    context.exit(result.code)


@main.command()
@click.argument("corpus", type=click.Choice(list(CORPORA)))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--strict", is_flag=True, help="End with exit code 1 if two parts share a clip, a recording or a speaker."
)
def leaks(corpus, files, strict):
    """Count what the parts of a split of CORPUS share.

    FILES list their clips (csv, tsv, jsonl, json), training first.

    A list names clips in a column `path` or `key`. One file is one part, unless it has a column `split`.
    """
    from ..data.leaks import leak_report, published_clips, read_parts

    clips = published_clips(corpus)
    report = leak_report(read_parts(files, clips), clips)
    click.echo(str(report))
    if strict and not report.clean:
        sys.exit(1)


@main.command()
@click.argument("corpus", type=click.Choice(list(CORPORA)))
@click.option(
    "--to",
    default="corpora",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder of corpora; this one goes into TO/CORPUS.",
)
@click.option(
    "--from",
    "own",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Archive or folder that you downloaded yourself.",
)
@click.option("--yes", is_flag=True, help="Accept the corpus's terms without being asked.")
@click.option("--by-hand", is_flag=True, help="Only print the steps to download it in a browser.")
def get(corpus, to, own, yes, by_hand):
    """Download CORPUS, check it and unpack it; a download that was broken off goes on where it stopped."""
    from tqdm.auto import tqdm

    from ..data import download

    if by_hand:
        click.echo(download.by_hand(corpus))
        return
    got = download.find(corpus, to)
    if got is None:
        if not yes and not download.accepted(corpus, to):
            click.echo(download.terms(corpus), err=True)
            if not _somebody_is_there():
                raise download.DownloadError(
                    "Nobody can be asked here to accept the terms above; read them and add --yes."
                )
            if not click.confirm("Do you accept these terms, and shall it be fetched now?", err=True):
                raise download.DownloadError(
                    "Nothing was fetched, because its terms were not accepted; run the command again if"
                    " you do."
                )
        try:
            got = download.get(
                corpus, to, own, sys.stderr.isatty(), lambda text: tqdm.write(text, file=sys.stderr)
            )
        except download.Unavailable:
            click.echo(download.by_hand(corpus), err=True)
            raise
    click.echo(got.report())


def _somebody_is_there() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--seed", default=0, show_default=True, help="Other seeds give other voices under the same file names."
)
@click.option("--corpora", help="Which ones, separated by commas.  [default: all six]")
def twin(folder, seed, corpora):
    """Write synthetic corpora in miniature into DIR: true names, formats and flaws, computed voices.

    Never for results.
    """
    from ..data.synthetic.twin import write_twin

    names = None if corpora is None else [name.strip() for name in corpora.split(",") if name.strip()]
    for root in write_twin(folder, seed, names).values():
        click.echo(f"{root}  synthetic")
