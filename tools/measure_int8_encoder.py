"""Write results/int8_encoder/: what rounding the encoder that ships to eight bits does to embeddings.

    python tools/measure_int8_encoder.py emodb=FOLDER mesd=FOLDER cremad=FOLDER

FOLDER holds a corpus's original files, as `sequifi-lite get` lays them out. Every clip is embedded with
`load_encoder("shipped")` and compared with its row of the pack, which float weights have made: the cosine of
both after z-scoring by the pack, and a linear probe (that of the study ``probe``, its folds too) three times:
on the pack, on the rounded embeddings, and trained on the pack and tested on the rounded ones.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from sequifi_lite import __version__
from sequifi_lite.data.corpora import CORPORA
from sequifi_lite.data.corpora.scan import scan
from sequifi_lite.data.embed import embed_corpus
from sequifi_lite.data.encoders import shipped
from sequifi_lite.data.encoders.load import load_encoder
from sequifi_lite.data.files import sha256
from sequifi_lite.data.pack import SHIPPED, Pack
from sequifi_lite.data.pack_file import read_pack
from sequifi_lite.data.splits import COLUMN, default_scheme, parts
from sequifi_lite.evaluation.metrics import confusion, uar
from sequifi_lite.evaluation.probe import linear_probe

ROOT = Path(__file__).resolve().parent.parent
OUT, WORK = ROOT / "results" / "int8_encoder", Path(".studies") / "int8_encoder"


def cosines(E: np.ndarray, rounded: np.ndarray) -> np.ndarray:
    """Compute the cosine of every row of E (n, inputs) with its row of `rounded`, z-scored by E."""
    mean, std = E.mean(0), E.std(0)
    a, b = (E - mean) / std, (rounded - mean) / std
    return (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)


def probed(y: np.ndarray, folds: np.ndarray, trained: np.ndarray, tested: np.ndarray) -> float:
    """Train a linear probe on `trained` without a fold, say the fold of `tested`: UAR in % over all folds."""
    said = np.empty_like(y)
    for fold in np.unique(folds):
        held = folds == fold
        said[held] = linear_probe().fit(trained[~held], y[~held]).predict(tested[held])
    return 100 * float(uar(confusion(torch.as_tensor(y), torch.as_tensor(said), int(y.max()) + 1)))


def compare(pack: Pack, rounded: np.ndarray) -> dict:
    """Make a corpus's row of the table: its pack, and the same clips embedded with rounded weights."""
    name = pack.provenance["corpus"]
    use = (pack.clips["defect"] == "").to_numpy()
    clips = pack.clips.loc[use]
    E, R = pack.embeddings[use].astype(np.float32), rounded[use].astype(np.float32)
    names = clips[COLUMN[default_scheme(name)]]
    folds = names if name == "emodb" else names.map(parts(name))
    y, folds = pd.factorize(clips["emotion"], sort=True)[0], pd.factorize(folds)[0]
    cosine = cosines(E, R)
    return {
        "corpus": name,
        "clips": len(clips),
        "cosine_mean": round(float(cosine.mean()), 4),
        "cosine_min": round(float(cosine.min()), 4),
        "probe": round(probed(y, folds, E, E), 2),
        "probe_int8": round(probed(y, folds, R, R), 2),
        "probe_float_to_int8": round(probed(y, folds, E, R), 2),
    }


def rounded_rows(name: str, folder: str, work: Path) -> tuple[Pack, np.ndarray]:
    """Embed a corpus's clips with the encoder that ships, in the order of its pack."""
    looked = scan(name, folder)
    looked.check()
    path = work / f"{name}.parquet"
    if not path.is_file():
        embed_corpus(looked.table, load_encoder(shipped.NAME), path, progress=True)
    made, pack = read_pack(path), read_pack(SHIPPED / f"{name}.parquet")
    place = dict(zip(made.clips["file"], range(len(made.clips))))
    return pack, made.embeddings[[place[file] for file in pack.clips["file"]]]


def main(arguments: list[str], out: Path = OUT, work: Path = WORK) -> None:
    torch.set_num_threads(1)
    work.mkdir(parents=True, exist_ok=True)
    rows = []
    for argument in sorted(arguments):
        name, _, folder = argument.partition("=")
        if name not in CORPORA or not Path(folder).is_dir():
            sys.exit(
                f"error: {argument} is not of the form CORPUS=FOLDER with a corpus of {', '.join(CORPORA)}."
            )
        rows.append(compare(*rounded_rows(name, folder, work)))
        print(rows[-1])
    out.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(rows).to_csv(out / "table.csv", index=False, lineterminator="\n")
    packages = ("torch", "transformers", "numpy", "scikit-learn")
    provenance = {
        "study": "int8_encoder",
        "command": "python tools/measure_int8_encoder.py "
        + " ".join(f"{a.partition('=')[0]}=FOLDER" for a in sorted(arguments)),
        "sequifi_lite": __version__,
        "python": platform.python_version(),
        "versions": {name: metadata.version(name) for name in packages},
        "weights_sha256": sha256(shipped.FOLDER / shipped.FILE),
    }
    (out / "provenance.json").write_text(json.dumps(provenance, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sources", nargs="+", metavar="CORPUS=FOLDER")
    main(parser.parse_args().sources)
