"""Make the packs of other ears from the audio of CREMA-D, RAVDESS, Emo-DB and MESD.

    python tools/make_ears.py whisper-base-3                    from the pack of the book; it needs no audio
    python tools/make_ears.py log-mel
    python tools/make_ears.py whisper-base-6 --encoder PATH     a local copy of the hub's encoder
    python tools/make_ears.py egemaps --to FOLDER               beside your own packs

Audio lies where SEQUIFI_LITE_CORPORA says (a folder for each corpus, as `sequifi-lite get` lays them out).
Every ear hears the same clips: those of the four emotions that all corpora share, without a known defect;
of CREMA-D those of thirty of the 91 actors, three women and three men of every fold, for all of CREMA-D
would be three quarters of the work. What an ear puts out is kept below ``--work``, so a killed run goes on
where it stopped.

An ear's numbers are stored as whole ones, counted in fractions of a standard deviation (of all clips of the
four corpora together) from the mean: that is what makes them small. A problem is scaled to mean 0 and
deviation 1 anyway, so nothing but the rounding is left of it.

eGeMAPSv02 needs ``pip install opensmile``. The licence of openSMILE (audEERING Research License) is for
non-commercial use and extends to features extracted with it, which a free licence could not pass on: so these
numbers are made on the reader's machine and not shipped.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sequifi_lite.data import RATE, log_mel  # noqa: E402
from sequifi_lite.data.corpora.scan import scan  # noqa: E402
from sequifi_lite.data.ears import EARS, HEARD, REFERENCE  # noqa: E402
from sequifi_lite.data.embed import embed_corpus  # noqa: E402
from sequifi_lite.data.emotions import FOUR  # noqa: E402
from sequifi_lite.data.encoders.load import load_encoder  # noqa: E402
from sequifi_lite.data.pack import SHIPPED, load_pack, read_pack, write_pack  # noqa: E402
from sequifi_lite.data.pack_file import Pack  # noqa: E402
from sequifi_lite.data.splits import parts  # noqa: E402

WORK = Path(".studies") / "ears"
WHISPER = {"whisper-base-6": ("openai/whisper-base", 6), "whisper-tiny.en-2": ("openai/whisper-tiny.en", 2)}
#: Steps to a standard deviation. Measured features have long tails, and there are few of them.
STEPS = {REFERENCE: 8, "whisper-base-6": 8, "whisper-tiny.en-2": 8, "egemaps": 64, "log-mel": 64}
#: Some of eGeMAPS's measures are a deviation over a mean, and shoot up where that mean is near nought.
LIMIT = 10_000
OF_EACH = 3  # actors of CREMA-D, of each gender and fold


class LogMel:
    """Mean and standard deviation of 80 log-mel bands over the frames of a clip: what Whisper starts from."""

    name, layer, pooling, dim = "log-mel, 80 bands", 0, "mean+std", 160
    network = torch.nn.Module()  # no weights

    def embed(self, waveforms: list[np.ndarray]) -> np.ndarray:
        """Describe clips: (clips, 160)."""
        return np.stack([np.concatenate([mel.mean(1), mel.std(1)]) for mel in map(log_mel, waveforms)])


class EGeMAPS:
    """The 88 functionals of eGeMAPSv02, by openSMILE."""

    name, layer, pooling, dim = "eGeMAPSv02, openSMILE", 0, "functionals", 88
    network = torch.nn.Module()

    def __init__(self):
        import opensmile

        self.smile = opensmile.Smile(
            feature_set=opensmile.FeatureSet.eGeMAPSv02, feature_level=opensmile.FeatureLevel.Functionals
        )

    def embed(self, waveforms: list[np.ndarray]) -> np.ndarray:
        """Measure clips: (clips, 88)."""
        found = np.concatenate([self.smile.process_signal(wave, RATE).to_numpy() for wave in waveforms])
        return found.clip(-LIMIT, LIMIT)


def ear_of(name: str, encoder: str | None = None):
    """Load what hears; the encoder from a folder where one is given."""
    if name in WHISPER:
        hub, layer = WHISPER[name]
        return load_encoder(encoder or hub, layer)
    return {"log-mel": LogMel, "egemaps": EGeMAPS}[name]()


def chosen(clips: pd.DataFrame) -> np.ndarray:
    """Tell which clips of a corpus are heard: (n,) booleans."""
    use = clips["emotion"].isin(FOUR) & (clips["defect"] == "")
    if clips["corpus"].iloc[0] == "cremad":
        actors = clips.drop_duplicates("speaker").sort_values("speaker")
        fold = actors["speaker"].map(parts("cremad"))
        use &= clips["speaker"].isin(actors.groupby([fold, "gender"]).head(OF_EACH)["speaker"])
    return use.to_numpy()


def heard(name: str, corpora: Path, work: Path, encoder: str | None = None) -> dict[str, Pack]:
    """Let an ear hear every corpus, into files below `work`; what is there is read."""
    if name == REFERENCE:
        packs = {corpus: load_pack(corpus) for corpus in HEARD}
        use = {corpus: chosen(pack.clips) for corpus, pack in packs.items()}
        return {
            corpus: Pack(
                pack.clips[use[corpus]].reset_index(drop=True), pack.embeddings[use[corpus]], pack.provenance
            )
            for corpus, pack in packs.items()
        }
    ear = None
    for corpus in HEARD:
        out = work / name / f"{corpus}.parquet"
        if out.is_file():
            continue
        looked = scan(corpus, corpora / corpus)
        looked.check()
        table = looked.table[chosen(looked.table)].reset_index(drop=True)
        out.parent.mkdir(parents=True, exist_ok=True)
        ear = ear or ear_of(name, encoder)
        embed_corpus(table, ear, out, WHISPER[name][0] if name in WHISPER else None, progress=True)
    return {corpus: read_pack(work / name / f"{corpus}.parquet") for corpus in HEARD}


def rounded(vectors: dict[str, np.ndarray], steps: int) -> dict[str, np.ndarray]:
    """Count in steps from the mean: (clips, dim) whole numbers for each corpus.

    Parameters
    ----------
    vectors : dict of str to ndarray (clips, dim)
    steps : to a standard deviation of all clips together; a column that never changes is 0
    """
    together = np.concatenate(list(vectors.values())).astype(np.float64)
    mean, spread = together.mean(0), together.std(0)
    spread = np.where(spread > 0, spread, 1)
    return {name: np.rint((X - mean) / spread * steps) for name, X in vectors.items()}


def main(name: str, to: Path, work: Path, encoder: str | None) -> int:
    packs = heard(name, Path(os.environ.get("SEQUIFI_LITE_CORPORA", "corpora")), work, encoder)
    whole = rounded({corpus: pack.embeddings for corpus, pack in packs.items()}, STEPS[name])
    for corpus, pack in packs.items():
        shipped = load_pack(corpus).clips.set_index("file")["sha256"]
        same = shipped.reindex(pack.clips["file"]).to_numpy() == pack.clips["sha256"].to_numpy()
        told = {key: value for key, value in pack.provenance.items() if key != "embeddings_sha256"}
        told["clips"] = len(pack.clips)
        told["command"] = f"python tools/make_ears.py {name}"
        told["numbers"] = f"1/{STEPS[name]} of a standard deviation, from the mean of {', '.join(HEARD)}"
        out = to / name / f"{corpus}.parquet"
        out.parent.mkdir(parents=True, exist_ok=True)
        write_pack(out, pack.clips, whole[corpus], told)
        print(f"{out}: {len(same):,} clips, {same.sum():,} of them the pack's; {out.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("ear", choices=list(EARS))
    parser.add_argument("--to", type=Path, default=SHIPPED, help="the folder of ears' folders")
    parser.add_argument("--work", type=Path, default=WORK)
    parser.add_argument("--encoder", help="a folder that holds a copy of the hub's encoder")
    given = parser.parse_args()
    torch.set_num_threads(1)
    sys.exit(main(given.ear, given.to, given.work, given.encoder))
