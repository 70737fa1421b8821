"""What would let scores deceive: recordings and people in two parts at once, under whatever names."""

from __future__ import annotations

import numpy as np

from ...data.corpora import CORPORA
from ...data.corpora.own_folder.people import mistaken
from ...data.findings import in_a_row
from ...data.leaks.report import leak_report, recordings
from ...data.pack_file import Pack
from ...data.scaler import Scaler
from ...data.splits import HOLDS_OUT, default_scheme, folds, split
from ...errors import SequifiError

#: Cosine of the z-scored embeddings of two clips (Whisper base, block 3). In Emo-DB, MESD, RAVDESS, EMOVO,
#: URDU and TurEV-DB no two clips of different speakers (MESD: words) come above 0.80. Copies of three clips
#: reach 0.99 at another level, 0.90 to 0.93 where they are 5 % faster, 0.84 to 0.92 with noise 30 dB below.
#: With noise at 20 dB, or half the sample rate, some are as far apart as two speakers may be, and pass.
COPY = 0.85


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
            notes = [] if people_are_right else mistaken(pack.clips)
            if notes:
                raise Leak(
                    f"The folds of {name} by speaker may leak, for {notes[0].rstrip('.')}; name the speakers"
                    " otherwise, or say --people-are-right."
                )
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


def _refuse_shared(packs: dict[str, Pack]) -> None:
    (source, one), (target, other) = packs.items()
    sums = [pack.clips["sha256"] for pack in (one, other)]
    shared = other.clips.loc[sums[1].isin(list(set(sums[0]) - {""})), "file"]
    if len(shared):
        raise Leak(
            f"{len(shared):,} recordings of {target} are in {source} as well"
            f" ({in_a_row(list(shared), 3)}), so the"
            " target would be tested on clips that the source model has learnt; take them out of one of"
            " the two."
        )


def near_copies(pack: Pack, group: str, limit: float = COPY) -> list[tuple[str, str, float]]:
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
    use = (pack.clips["defect"] == "").to_numpy()
    z = Scaler.of(pack.embeddings[use])(pack.embeddings[use]).astype(np.float32)
    z /= np.maximum(np.linalg.norm(z, axis=1, keepdims=True), 1e-9)
    groups = pack.clips.loc[use, group].astype(object).to_numpy()
    files, same = pack.clips.loc[use, "file"].to_numpy(), recordings(pack.clips)[use]
    pairs = []
    for start in range(0, len(z), 1000):  # a block of rows at a time: 1,000 x n numbers
        block = z[start : start + 1000] @ z.T
        for i, j in np.argwhere(block > limit):
            if start + i < j and groups[start + i] != groups[j] and same[start + i] != same[j]:
                pairs.append((files[start + i], files[j], float(block[i, j])))
    return sorted(pairs, key=lambda pair: -pair[2])


def _refuse_copies(name: str, pack: Pack) -> None:
    group = HOLDS_OUT[default_scheme(pack.clips)][0]
    if pairs := near_copies(pack, group):
        shown = in_a_row([f"{one} and {other}" for one, other, _ in pairs], 3)
        raise Leak(
            f"{len(pairs):,} pairs of clips of {name} are nearly the same sound and bear two names of a"
            f" {group}: {shown}; they look like copies that were made softer or a little noisier, so take the"
            f" copies out or give both the same {group}."
        )
