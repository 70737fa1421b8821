"""Two corpora, however they are given: by name, as a file of embeddings, or as a folder of sound."""

from __future__ import annotations

import hashlib
import json
import os
import re
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import platformdirs

from ...data.corpora import CORPORA
from ...data.corpora.own_folder.folds import part_columns
from ...data.corpora.own_folder.scan import scan as scan_own_folder
from ...data.emotions import EMOTIONS, FOUR
from ...data.encoders.like import encoder_like
from ...data.pack import load_pack, packs as listing
from ...data.pack_file import Pack, difference, read_pack
from ...errors import CorpusError, SequifiError, expanded
from .leaks import refuse_people

BOOK = "emodb"  # two folders that are compared with each other alone are embedded as this corpus was


def name_of(folder: Path) -> str:
    """Make the name of a corpus from that of a folder: small letters, digits, - and _."""
    plain = unicodedata.normalize("NFKD", folder.resolve().name).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9_-]+", "-", plain).strip("-_")
    name = name if name[:1].isalpha() else f"corpus-{name}".rstrip("-")
    taken = name.replace("-", "").replace("_", "") in CORPORA
    return (f"my-{name}" if taken else name)[:40]


def given(role: str, what: str | Path) -> Pack | Path:
    """Find a corpus: the pack of a name or a file, or a folder that has to be embedded first.

    Raises
    ------
    SequifiError
        If there is nothing of this name.
    """
    text, at_hand = str(what), listing()
    if not text.strip():
        raise SequifiError(
            f"{role} is empty; give a folder of sound, a file of embeddings or a corpus's name."
        )
    if text in at_hand.index[(at_hand["clips"] > 0).to_numpy()]:
        return load_pack(text)  # a folder of the same name is written ./NAME
    path = expanded(text)
    if path.is_dir():
        return path
    if path.is_file():
        return read_pack(path)
    names = ", ".join(at_hand.index[(at_hand["clips"] > 0).to_numpy()])
    if text in at_hand.index:
        return load_pack(text)  # which says what to do where there are no embeddings
    raise SequifiError(
        f"There is nothing at {text}; as {role} give a folder of sound, a file of embeddings (.parquet),"
        " or one"
        f" of {names}."
    )


def embedded(
    folder: Path,
    like: dict[str, Any],
    *,
    encoder: str | None,
    labels: dict[str, Any],
    cache: Path,
    told: Callable[[str], None],
    progress: bool,
    people_are_right: bool = False,
) -> tuple[Pack, str]:
    """Scan a folder of sound and embed it as another corpus was, or take what an earlier call has left.

    Parameters
    ----------
    like : dict
        Provenance of the embeddings that it is to be compared with.
    labels : dict, arguments of `scan_own_folder` that say where the labels are
    cache : Path, folder of embeddings made before
    people_are_right : bool; names of speakers are not looked at

    Returns
    -------
    Pack, str
        And what the scan reports.

    `SequifiError` if the folder cannot be used, or the encoder not be loaded.
    """
    name = name_of(folder)
    told(f"looking through {folder}")
    found = scan_own_folder(name, folder, progress=progress, **labels)
    found.check()
    if not part_columns(found.table):
        reason = next((note for note in found.notes if "fold" in note), "it takes three speakers")
        raise CorpusError(f"{folder} cannot be divided into honest folds: {reason.rstrip('.')}.")
    if not people_are_right:
        refuse_people(name, found.table)
    digest = _digest(found.table, folder, like, encoder)
    out = cache / f"{name}-{digest}.parquet"
    if not out.is_file():
        from ...data.embed import embed_corpus

        told(f"embedding {len(found.table):,} clips; stopped, it goes on where it was")
        made = encoder_like(like, encoder)
        embed_corpus(found.table, made, out, like["encoder"], progress=progress)
    pack = read_pack(out)
    if unlike := difference(pack.provenance, like):
        raise SequifiError(
            f"{folder} was embedded with {unlike[0]} and the source with {unlike[1]}; remove {out} and"
            " run this"
            " again."
        )
    return pack, found.report()


def _digest(table, folder: Path, like: dict[str, Any], encoder: str | None) -> str:
    """Sum up the clips, their files and how they are embedded: what embeddings made before are found by."""
    states = [os.stat(path) for path in table["path"]]
    told_of = table.drop(columns="path").to_json()
    mark = json.dumps([told_of, [[s.st_size, s.st_mtime_ns] for s in states], str(folder.resolve())])
    settings = json.dumps([like.get(key) for key in ("encoder", "layer", "pooling", "weights_sha256")])
    return hashlib.sha256(f"{mark}{settings}{encoder}".encode()).hexdigest()[:16]


def cache_folder() -> Path:
    """Name the folder in which embeddings of folders are kept between calls."""
    return Path(platformdirs.user_cache_dir("sequifi_lite", appauthor=False)) / "embeddings"


def shared_emotions(
    source: Pack, target: Pack, wanted: Sequence[str] | None
) -> tuple[tuple[str, ...], list[str]]:
    """Choose the emotions: those wanted, else those of the four of the book that both corpora have.

    Returns
    -------
    tuple of str, list of str
        And those of the target that are left out.

    Raises
    ------
    SequifiError
        If one that is wanted is lacking, or fewer than two are left.
    """
    have = [set(pack.clips.loc[pack.clips["defect"] == "", "emotion"]) for pack in (source, target)]
    both = [word for word in EMOTIONS if word in have[0] & have[1]]
    if wanted is not None:
        strange = [word for word in wanted if word not in EMOTIONS]
        lacking = [word for word in wanted if word not in both]
        if strange or lacking:
            reason = f"{strange[0]!r} is no emotion" if strange else f"{lacking[0]} is not in both corpora"
            raise SequifiError(f"{reason}; choose among {', '.join(both) or 'none'}.")
        names = tuple(word for word in EMOTIONS if word in wanted)
    else:
        names = tuple(word for word in FOUR if word in both)
    if len(names) < 2:
        few = ", ".join(names) or "none"
        reason = (
            f"Source and target share {few} of {', '.join(FOUR)}" if wanted is None else f"{few} is named"
        )
        raise SequifiError(
            f"{reason}, and it takes two to tell apart; name others with --emotions (both have"
            f" {', '.join(both) or 'none'})."
        )
    return names, [word for word in EMOTIONS if word in have[1] and word not in names]


def usable(pack: Pack, emotions: Sequence[str]) -> int:
    """Count the clips of these emotions without a defect."""
    rows = pack.clips["emotion"].isin(list(emotions)) & (pack.clips["defect"] == "")
    return int(rows.to_numpy().sum())
