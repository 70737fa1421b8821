"""Embeddings of whole corpora, computed once: making them, keeping them with their provenance, loading them.

One Parquet file holds one corpus: the clip table, the source file's sha256, and the embedding of every clip
as float16. Its schema metadata carries the provenance as JSON, the licence included. Nothing in it is
pickled (see `sequifi_lite.data.pack_file`).
"""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

import pandas as pd
import platformdirs

from ..errors import CorpusMissing, PackError, check_writable, expanded
from .corpora import CORPORA
from .corpora.own_folder.scan import check_name
from .files import whole_file, written_to
from .pack_file import (
    KEY as KEY,
    SAME,
    SUM as SUM,
    Pack,
    check_named,
    clip_table,
    difference,
    provenance_of,
    read_pack,
    write_pack as write_pack,
    write_under,
)

SHIPPED = Path(__file__).parent / "embeddings"
_NAME = re.compile("[a-z][a-z0-9_-]*")  # a name is no path


def user_folder() -> Path:
    """Find the folder where packs made by the reader live.

    The folder that the variable SEQUIFI_LITE_PACKS names, else one for data of yours.
    """
    if os.environ.get("SEQUIFI_LITE_PACKS"):
        return expanded(os.environ["SEQUIFI_LITE_PACKS"])
    return Path(platformdirs.user_data_dir("sequifi_lite", appauthor=False)) / "packs"


def packs() -> pd.DataFrame:
    """List what `load_pack` can load.

    Returns
    -------
    DataFrame, one row per corpus
        Number of clips, encoder, layer, pooling, dim (inputs), licence, date and file; no file where there
        are no embeddings at hand. A file that is damaged, or whose name no corpus can have, is said to be so.

    Examples
    --------
    >>> from sequifi_lite import packs
    >>> packs().loc[["mesd", "emodb"], "clips"].to_dict()
    {'mesd': 856, 'emodb': 535}
    """
    rows = []
    own = [path.stem for path in files_in(user_folder()) if path.stem not in CORPORA]
    for name in (*CORPORA, *own):
        path = _find(name)
        if path is None:
            odd = user_folder() / f"{name}.parquet"
            file = None if name in CORPORA else f"passed over, for no corpus can be called {name!r}: {odd}"
            rows.append({"corpus": name, "clips": 0, "file": file})
            continue
        try:
            kept = provenance_of(path, name)
        except PackError:
            rows.append({"corpus": name, "clips": 0, "file": f"damaged: {path}"})
            continue
        facts = {key: kept[key] for key in ("clips", *SAME, "licence", "date")}
        rows.append({"corpus": name, **facts, "file": str(path)})
    columns = ["corpus", "clips", *SAME, "licence", "date", "file"]
    return pd.DataFrame(rows, columns=columns).set_index("corpus").astype({"layer": "Int64", "dim": "Int64"})


def load_pack(name: str) -> Pack:
    """Load the embeddings of a corpus: the reader's own if made, else those shipped with the package.

    Parameters
    ----------
    name : str
        One of ``packs().index``.

    Returns
    -------
    Pack
        ``clips``, a table of n rows; ``embeddings`` (n, dim), float16; ``provenance``.

    Raises
    ------
    CorpusMissing
        If there are none; the message names the command that makes them.
    PackError
        If the file is damaged.

    Examples
    --------
    >>> from sequifi_lite import load_pack
    >>> pack = load_pack("emodb")
    >>> pack.embeddings.shape
    (535, 1024)
    >>> pack.clips["emotion"].value_counts().head(2).to_dict()
    {'anger': 127, 'boredom': 81}
    """
    path = _find(name)
    if path is None and name not in CORPORA:
        raise CorpusMissing(
            f"There is no corpus {name!r}; choose one of {', '.join(packs().index)}, or make {name} of your"
            ' own recordings with `sequifi-lite embed` and `sequifi-lite pack` (chapter "Your own corpus").'
        )
    if path is None:
        raise CorpusMissing(
            f"No embeddings of {name} are at hand; make them from your copy of the corpus with "
            f"`sequifi-lite embed FOLDER --corpus {name}` and then `sequifi-lite pack {name}.parquet`."
        )
    pack = read_pack(path)
    check_named(path, pack.provenance, name)
    return pack


def own_clips(name: str) -> pd.DataFrame | None:
    """Load the clip table of a reader's corpus without its embeddings; None if there is no such corpus."""
    path = _find(name)
    return None if path is None else clip_table(path, name)


def install(paths: list[str | Path], to: str | Path | None = None) -> list[Path]:
    """Check files of `embed_corpus` against each other and those they join; put them where they are found.

    Raises
    ------
    PackError
        If a file is damaged, holds an unknown corpus, was made with another encoder, other weights, another
        layer or pooling, or holds the same corpus as another. Nothing is copied then.
    PlaceError
        If the folder cannot be written, or its disk is full. Nothing is copied then either.
    """
    folder = expanded(to) if to is not None else user_folder()
    read = [(path, read_pack(path)) for path in map(expanded, paths)]
    names = [pack.provenance["corpus"] for _, pack in read]
    for (path, _), name in zip(read, names):
        if names.count(name) > 1:
            raise PackError(
                f"{path} holds {name}, and so does another file given; give one file for each corpus."
            )
        if name not in CORPORA:
            check_name(name)
    _check_joined(read, to is None, folder)
    targets = [check_writable(folder / f"{name}.parquet", "--to") for name in names]
    with written_to(folder, "--to"), contextlib.ExitStack() as all_or_nothing:
        for target, (path, pack) in zip(targets, read):
            partial = all_or_nothing.enter_context(whole_file(target))
            write_under(partial, path, pack.clips, pack.embeddings, pack.provenance)
    return targets


def _check_joined(read: list[tuple[Path, Pack]], shipped: bool, folder: Path) -> None:
    """Refuse packs that were not made like each other, like the shipped ones, or like their neighbours to be.

    A damaged neighbour stops nobody: `packs` lists it, and `load_pack` refuses it.
    """
    names = {pack.provenance["corpus"] for _, pack in read}
    beside = [("the shipped ", path) for path in files_in(SHIPPED)] if shipped else []
    beside += [("the ", path) for path in files_in(folder) if path.stem not in names]
    reference = []
    for which, path in beside:
        with contextlib.suppress(PackError):
            reference.append((f"{which}{path.stem}", provenance_of(path, path.stem)))
    for path, pack in read:
        for other, there in reference:
            if unlike := difference(pack.provenance, there):
                raise PackError(
                    f"{path} was made with {unlike[0]} but {other} with {unlike[1]}; {_advice(pack, there)}."
                )
        reference.append((str(path), pack.provenance))


def _advice(pack: Pack, there: dict) -> str:
    """What to do about a pack unlike another; a copy of its encoder has to be called by its name."""
    weights = pack.provenance.get("weights_sha256")
    if weights and weights == there.get("weights_sha256") and pack.provenance["encoder"] != there["encoder"]:
        return (
            f"their weights are the same, so embed it again with `--recorded-as {there['encoder']}` (in"
            f" Python recorded_as={there['encoder']!r})"
        )
    return "embed it again with the same settings, or keep it apart with `--to FOLDER`"


def files_in(folder: Path) -> list[Path]:
    """List the files of embeddings in a folder, sorted; hidden ones, such as macOS's ``._``, are none."""
    return sorted(path for path in folder.glob("*.parquet") if path.is_file() and path.name[0] != ".")


def _find(name: str) -> Path | None:
    if not _NAME.fullmatch(name):
        return None
    for folder in (user_folder(), SHIPPED):
        path = folder / f"{name}.parquet"
        if path.is_file():
            return path
    return None
