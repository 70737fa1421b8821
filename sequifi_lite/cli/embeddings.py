"""Commands on embeddings: `embed` makes them, `pack` joins them to the pack, `packs` lists what is there.

`embed-list` makes those of millions of clips.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .any_corpus import any_corpus, look
from .places import Place
from .sentences import examples, json_option


@examples(
    "sequifi-lite embed corpora/emodb --corpus emodb",
    "sequifi-lite embed my-recordings --corpus mine --folders speaker/emotion --out mine.parquet",
)
@click.command()
@click.argument("folder", type=Place())
@any_corpus
@click.option(
    "--encoder",
    default="openai/whisper-base",
    show_default=True,
    help="Name on the Hugging Face hub, or a folder; shipped, with weights of eight bits, needs no network.",
)
@click.option("--layer", default=3, show_default=True, help="Read the states behind this block.")
@click.option(
    "--pooling", default="mean+std", show_default=True, help="mean+std or mean, over the real frames."
)
@click.option("--out", type=Place(), help="File to write.  [default: CORPUS.parquet]")
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
    from ..data.encoders.load import load_encoder
    from ..data.encoders.shipped import NAME as SHIPPED
    from ..errors import check_writable

    torch.set_num_threads(threads)
    out = out or Path(f"{corpus}.parquet")
    if not benchmark:
        check_writable(out, "--out", keep=False)
    found = look(folder, corpus, **own)
    found.check()
    loaded = load_encoder(encoder, layer, pooling)
    if not found.as_published:
        click.echo(found.report(), err=True)
    if encoder != SHIPPED and Path(encoder).is_dir() and not (recorded_as or benchmark):
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
    embedding.embed_corpus(
        found.table, loaded, out, recorded_as, progress=sys.stderr.isatty(), licence=licence
    )
    click.echo(
        f"{len(found.table):,} clips embedded into {out}; `sequifi-lite pack {out}` puts them where"
        f" load_pack({corpus!r}) looks."
    )


@examples(
    "sequifi-lite embed-list clips.parquet --to embedded --root recordings --jobs 8",
    "sequifi-lite embed-list lists/ --to /shared/embedded --dask tcp://host:8786",
    "sequifi-lite embed-list clips.parquet --to embedded --check",
)
@click.command("embed-list")
@click.argument("clips", type=Place())
@click.option("--to", required=True, type=Place(), help="Folder for the shards.")
@click.option("--root", type=Place(), help="Where the names of clips start.  [default: beside CLIPS]")
@click.option("--encoder", default="shipped", show_default=True, help="As for embed.")
@click.option("--layer", default=3, show_default=True, help="Read the states behind this block.")
@click.option("--pooling", default="mean+std", show_default=True, help="mean+std or mean.")
@click.option("--recorded-as", help="Hub name to record where ENCODER is a local copy of a hub model.")
@click.option(
    "--shard", default=20_000, show_default=True, type=click.IntRange(1), help="Clips of a shard, at most."
)
@click.option(
    "--jobs", default=1, show_default=True, type=click.IntRange(1), help="Processes on this machine."
)
@click.option("--dask", help="Address of a running Dask scheduler to work on instead, as tcp://host:8786.")
@click.option("--check", is_flag=True, help="Embed nothing: read all that is there, and say if it is whole.")
@json_option
def embed_list(clips, to, root, encoder, layer, pooling, recorded_as, shard, jobs, dask, check, as_json):
    """Embed a list of millions of clips into a folder of shards; a killed run goes on where it stopped.

    CLIPS is a Parquet file or a folder of them, a row for each clip: column file names it and says where its
    sound lies, or column audio holds the sound, as `datasets` writes it. The shards are Parquet, too: the
    columns of CLIPS without the sound, its length, sha256 and embedding, and why a clip has none (defect).
    """
    import json
    from contextlib import nullcontext
    from dataclasses import asdict

    from tqdm import tqdm

    from ..data.encoders.load import load_encoder
    from ..data.shards import check_shards, embed_list as embed
    from ..studies.processes import check_address, cluster, processes

    if dask is not None:
        check_address(dask)
    if check:
        made = check_shards(clips, to)
    else:
        here = jobs == 1 and dask is None
        where = nullcontext((None, 1)) if here else processes(jobs) if dask is None else cluster(dask, 10)
        with where as (pool, workers), tqdm(total=1, unit="clip", unit_scale=True, disable=None) as bar:

            def told(done, total):
                bar.total = total
                bar.update(done - bar.n)

            made = embed(
                clips, to, load_encoder, (encoder, layer, pooling), root=root, recorded_as=recorded_as,
                size=shard, pool=pool, workers=workers, told=told,
            )  # fmt: skip
    if as_json:
        click.echo(json.dumps(asdict(made)))
        return
    click.echo(
        f"{made.clips:,} clips in {made.shards:,} shards in {to}; {made.defects:,} of them have no embedding"
        + (f"; {made.made:,} shards made now" if made.made else "")
    )


@examples("sequifi-lite pack mine.parquet")
@click.command()
@click.argument("files", nargs=-1, required=True, type=Place())
@click.option(
    "--to",
    type=Place(),
    help="Folder of the pack.  [default: your own data folder, where load_pack looks first]",
)
def pack(files, to):
    """Check FILES made by `embed` against each other and join them to the pack."""
    from ..data.pack import SHIPPED, install, user_folder

    place = (to or user_folder()).resolve()
    for target in install(list(files), to):
        click.echo(f"{target}")
        if place != user_folder().resolve():
            click.echo(f"  load_pack looks there where the environment says SEQUIFI_LITE_PACKS={place}.")
        if to is None and (SHIPPED / target.name).exists():
            click.echo(f"  From now on it stands for the shipped {target.stem}; delete it to have that back.")


@examples("sequifi-lite packs", "sequifi-lite packs --json")
@click.command()
@json_option
def packs(as_json):
    """List the corpora whose embeddings are at hand."""
    from ..data.pack import packs as listing

    table = listing()
    if as_json:
        click.echo(table.reset_index().to_json(orient="records", indent=1))
        return
    for name, row in zip(table.index, table.to_dict("records")):
        if str(row["file"]).startswith("damaged"):
            click.echo(f"{name:8} -      {row['file']}; delete the file or make it again")
        elif str(row["file"]).startswith("passed over"):
            click.echo(f"{name:8} -      {row['file']}")
        elif row["clips"] == 0:
            click.echo(f"{name:8} -      none; `sequifi-lite embed FOLDER --corpus {name}` makes them")
        else:
            made = f"{row['encoder']} block {row['layer']:.0f} {row['pooling']}"
            click.echo(f"{name:8} {row['clips']:6,} {made}; {row['licence']}; {row['file']}")
