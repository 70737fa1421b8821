"""What would let scores deceive: recordings and people in two parts at once, under whatever names."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ...data.corpora import CORPORA
from ...data.corpora.own_folder.people import mistaken
from ...data.findings import in_a_row
from ...data.leaks.report import leak_report, recordings
from ...data.pack_file import Pack
from ...data.scaler import Scaler
from ...data.splits import HOLDS_OUT, default_scheme, folds, split
from ...errors import SequifiError

#: Cosine of the z-scored embeddings of two clips (Whisper base, block 3). In Emo-DB, MESD, RAVDESS, CREMA-D,
#: nEMO, EMOVO, URDU and TurEV-DB no two clips of different speakers (MESD: words) come above 0.83. Copies of
#: three clips reach 0.99 at another level, 0.90 to 0.93 where they are 5 % faster, 0.84 to 0.92 with noise
#: 30 dB below.
COPY = 0.85
#: What was changed more: at half the sample rate or through a telephone's band 0.77 to 0.92, with noise 20 dB
#: below 0.66 to 0.85 (12 clips of Emo-DB). Such copies are each other's nearest by far, 0.11 to 0.47 before
#: the next clip; between two speakers of those corpora that lead is at most 0.09 where the cosine is above
#: 0.70. A copy in much noise (20 dB: 2 of 12) or in a room with echo passes.
CHANGED, LEAD = 0.70, 0.12


class Leak(SequifiError):
    """Folds that would let a score deceive."""


def refuse_leaks(packs: dict[str, Pack], emotions: tuple[str, ...], people_are_right: bool = False) -> None:
    """Refuse corpora whose folds share people or recordings, and two that share recordings.

    Parameters
    ----------
    packs : dict of str to Pack
        Source and target.
    people_are_right : bool
        Whether the names of speakers stand for one person each, though they look otherwise.

    Raises
    ------
    Leak
        The message names what is shared.
    """
    _refuse_shared(packs)
    for name, pack in packs.items():
        if name not in CORPORA:
            if not people_are_right:
                refuse_people(name, pack.clips)
            _refuse_copies(name, pack)
        for fold in range(folds(pack.clips)):
            report = leak_report(split(pack.clips, fold, emotions), pack.clips)
            if not report.clean:
                shared = report.table[report.table["shared"] > 0].iloc[0]
                raise Leak(
                    f"Fold {fold} of {name} leaks: {shared['first']} and {shared['second']} share"
                    f" {shared['shared']:,} {shared['what']}; scan the corpus again and leave its columns"
                    " part_..."
                    " as they come."
                )


def refuse_people(name: str, clips: pd.DataFrame) -> None:
    """Refuse names of speakers that seem not to be one person each; before anything is embedded.

    Raises
    ------
    Leak
        The first reason.
    """
    if notes := mistaken(clips):
        raise Leak(
            f"The folds of {name} by speaker may leak, for {notes[0].rstrip('.')}; name the speakers"
            " otherwise, take out what is there twice, or say --people-are-right."
        )


def _refuse_shared(packs: dict[str, Pack]) -> None:
    (source, one), (target, other) = packs.items()
    sums = [pack.clips["sha256"] for pack in (one, other)]
    shared = other.clips.loc[sums[1].isin(list(set(sums[0]) - {""})), "file"]
    deceived = "so the target would be tested on clips that the source model has learnt"
    if len(shared):
        raise Leak(
            f"{len(shared):,} recordings of {target} are in {source} as well"
            f" ({in_a_row(list(shared), 3)}), {deceived}; take them out of one of the two."
        )
    if one.embeddings.shape[1] != other.embeddings.shape[1]:
        return  # of different encoders: that is refused where they are put together
    if pairs := copies_of(one, other):
        clips = dict.fromkeys(file for _, file, _ in pairs)
        shown = in_a_row([f"{file} and {first}" for first, file, _ in pairs], 3)
        raise Leak(
            f"{len(clips):,} clips of {target} are nearly the same sound as clips of {source} ({shown}),"
            f" {deceived}; take the copies out of one of the two."
        )


def _usable(pack: Pack) -> tuple[np.ndarray, np.ndarray]:
    """Give which rows of the clip table are used, and their embeddings."""
    use = (pack.clips["defect"] == "").to_numpy()
    return use, pack.embeddings[use]


def _directions(scaler: Scaler, embeddings: np.ndarray) -> np.ndarray:
    """Scale embeddings, each to length one."""
    z = scaler(embeddings).astype(np.float32)
    return z / np.maximum(np.linalg.norm(z, axis=1, keepdims=True), 1e-9)


Same = tuple[np.ndarray, np.ndarray]


def _blocks(z: np.ndarray, w: np.ndarray, same: Same) -> Iterator[tuple[int, np.ndarray]]:
    """Give the cosines of the rows of two matrices, 1,000 x n at a time; -1 where both are one recording."""
    for start in range(0, len(z), 1000):
        rows = slice(start, start + 1000)
        yield start, np.where(same[0][rows, None] == same[1][None], -1.0, z[rows] @ w.T)


def _nearest(z: np.ndarray, w: np.ndarray, same: Same) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find the row of ``w`` that is nearest to each of ``z``, its cosine, and its lead over the next."""
    parts = []
    for _, block in _blocks(z, w, same):
        first, rows = block.argmax(1), np.arange(len(block))
        cosine = block[rows, first].copy()
        block[rows, first] = -1.0
        parts.append((first, cosine, cosine - block.max(1)))
    first, cosine, lead = (np.concatenate(part) for part in zip(*parts))
    return first, cosine, lead


def _alike(z: np.ndarray, w: np.ndarray, same: Same) -> dict[tuple[int, int], float]:
    """Find rows of two matrices that look like copies, and their cosines.

    Rows whose entries of ``same`` are equal are one recording, and are not compared.
    """
    pairs = {
        (int(start + i), int(j)): float(block[i, j])
        for start, block in _blocks(z, w, same)
        for i, j in np.argwhere(block > COPY)
    }
    there, cosine, lead = _nearest(z, w, same)
    back, _, other_lead = _nearest(w, z, (same[1], same[0]))
    for i, j in enumerate(there):
        if back[j] == i and cosine[i] > CHANGED and min(lead[i], other_lead[j]) > LEAD:
            pairs[i, int(j)] = float(cosine[i])
    return pairs


def near_copies(pack: Pack, group: str) -> list[tuple[str, str, float]]:
    """Find pairs of clips of different groups that are nearly the same sound.

    Parameters
    ----------
    group : str
        Column of the clip table that folds keep apart.

    Returns
    -------
    list of (file, file, cosine)
        The most alike first.
    """
    use, X = _usable(pack)
    z = _directions(Scaler.of(X), X)
    groups = pack.clips.loc[use, group].astype(object).to_numpy()
    files, same = pack.clips.loc[use, "file"].to_numpy(), recordings(pack.clips)[use]
    pairs = [
        (files[i], files[j], cosine)
        for (i, j), cosine in _alike(z, z, (same, same)).items()
        if i < j and groups[i] != groups[j]
    ]
    return sorted(pairs, key=lambda pair: -pair[2])


def copies_of(one: Pack, other: Pack) -> list[tuple[str, str, float]]:
    """Find clips of two corpora that are nearly the same sound; both are scaled together.

    Returns
    -------
    list of (file, file, cosine)
        The most alike first. In no two of Emo-DB, MESD, RAVDESS, CREMA-D, nEMO, EMOVO, URDU and TurEV-DB do
        two clips come above 0.67.
    """
    (use, X), (there, Y) = _usable(one), _usable(other)
    scaler = Scaler.of(np.concatenate([X, Y]))
    files, others = one.clips.loc[use, "file"].to_numpy(), other.clips.loc[there, "file"].to_numpy()
    apart = np.zeros(len(X), int), np.ones(len(Y), int)
    alike = _alike(_directions(scaler, X), _directions(scaler, Y), apart)
    pairs = [(files[i], others[j], cosine) for (i, j), cosine in alike.items()]
    return sorted(pairs, key=lambda pair: -pair[2])


def _refuse_copies(name: str, pack: Pack) -> None:
    group = HOLDS_OUT[default_scheme(pack.clips)][0]
    if pairs := near_copies(pack, group):
        shown = in_a_row([f"{one} and {other}" for one, other, _ in pairs], 3)
        raise Leak(
            f"{len(pairs):,} pairs of clips of {name} are nearly the same sound and bear two names of a"
            f" {group}: {shown}; they look like copies that were made softer, noisier or narrower, so take"
            f" the copies out or give both the same {group}."
        )
