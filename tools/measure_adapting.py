"""Write results/adapting/: is what `adapt` recommends right? On corpora that no study of the book has seen.

    python tools/measure_adapting.py urdu.parquet emovo.parquet turev.parquet

The files are made of EMOVO (Italian), the URDU dataset and TurEV-DB (Turkish) by `sequifi-lite embed FOLDER
--corpus NAME --out NAME.parquet` with Whisper base, and with

    urdu   --pattern '(?P<emotion>\\w+)/(?P<speaker>S[MF]\\d+)_' --language ur
    emovo  --pattern '(?P<emotion>\\w+)-(?P<speaker>\\w+)-(?P<sentence>\\w+)\\.wav' --language it
           --word gio=happiness --word dis=disgust --word neu=neutral --word pau=fear --word rab=anger
           --word sor=surprise --word tri=sadness
    turev  --pattern 'Sound Source/(?P<emotion>\\w+)/(?P<speaker>\\d+)_\\w\\w_(?P<sentence>\\w+)\\.wav'
           --language tr

Of each corpus two things are done, on one thread:

1. `adapt emodb FILE --keep 40`, as anybody would type it: what it recommends, and what that took.
2. A full study: every method that needs no more than 40 clips, doing nothing and plain fine-tuning too, each
   with the trials of the studies on every fold, with seeds that `adapt` has not had (``--seeds``: how many).
   A fold's own validation part chooses the trial, its test part is looked at once.

The rule, laid down before the first run. Let the best be the method with the highest mean test UAR of both
corpora in the full study. A recommendation is right if it is the best, or the 95 % interval over speakers of
the paired difference between the best and it has zero in it (column ``right``). As intervals over a handful
of speakers are wide, a stricter one stands beside it: it is less than a point below the best
(``within_a_point``). Added after the first run: how many of the methods the rule would have called right
(``would_be_right``), since a rule that nearly all pass says little.

What is finished is kept in .studies/adapting, fold by fold, and a run that was killed goes on there.
"""

from __future__ import annotations

import argparse
import json
import pickle
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

from sequifi_lite import __version__
from sequifi_lite.data.files import whole_file
from sequifi_lite.data.pack import load_pack
from sequifi_lite.data.pack_file import Pack, read_pack
from sequifi_lite.data.scaler import problem_of
from sequifi_lite.data.splits import folds
from sequifi_lite.evaluation.statistics import interval
from sequifi_lite.studies.adapting.adapt import adapt
from sequifi_lite.studies.adapting.candidates import ALWAYS, Keep
from sequifi_lite.studies.adapting.inputs import shared_emotions
from sequifi_lite.studies.adapting.scores import judge
from sequifi_lite.studies.adapting.trials import fold_outcomes

ROOT = Path(__file__).resolve().parent.parent
OUT, WORK = ROOT / "results" / "adapting", Path(".studies") / "adapting"
SOURCE, KEEP, SEEDS, POINT = "emodb", 40, (1000, 2000, 3000), 1.0
OF = ("target", "source", "both")


def say(*words: str) -> None:
    print(*words, file=sys.stderr, flush=True)


def studied(source: Pack, target: Pack, seed: int, methods: tuple[str, ...], work: Path) -> dict:
    """Train all trials of the methods on every fold: of each method its draws of test UAR, (3, 1 + draws)."""
    packs = {pack.provenance["corpus"]: pack for pack in (source, target)}
    names, _ = shared_emotions(source, target, None)
    per_class = Keep.read(KEEP).per_class(len(names))
    counts = {name: folds(pack.clips) for name, pack in packs.items()}
    total = folds(target.clips)
    problems, outcomes = [], []
    for fold in range(total):
        problem = problem_of(packs, {name: fold % count for name, count in counts.items()}, names)
        where = f"{target.provenance['corpus']}, seed {seed}, fold {fold + 1} of {total}:"
        file = work / f"{mark(target)}-{seed}-{fold}.pickle"
        problems.append(problem)
        told = partial(say, where)
        outcomes.append(kept(file, fold_outcomes, problem, methods, per_class, seed + fold, told))
    judged = {name: judge(name, problems, outcomes) for name in methods}
    return {name: np.stack([one.draws[role] for role in OF]) for name, one in judged.items()}


def mark(target: Pack) -> str:
    return f"{target.provenance['corpus']}-{target.provenance['embeddings_sha256'][:12]}"


def kept(file: Path, make: Callable[..., Any], *arguments: Any) -> Any:
    """Give what an earlier run has left in a file of this tool's own, or make it."""
    if not file.is_file():
        with whole_file(file) as partial:
            partial.write_bytes(pickle.dumps(make(*arguments)))
    return pickle.loads(file.read_bytes())


def typed(file: str, target: Pack) -> dict:
    """Do what a user does: what `adapt` recommends, and the minutes of computing it took.

    On one thread and a core of its own that is the time one waits, whatever else this machine does.
    """
    cpu = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        recommended = adapt(SOURCE, file, KEEP, folder).recommended
    return {
        "corpus": target.provenance["corpus"],
        "recommended": recommended,
        "cpu_minutes": (time.process_time() - cpu) / 60,
    }


def rows_of(corpus: str, draws: dict, recommended: str) -> list[dict]:
    """Make a corpus's rows of the table, the best method first; `draws` are means over the seeds."""
    rows = []
    for name, of in sorted(draws.items(), key=lambda item: -item[1][2, 0]):
        row: dict = {"corpus": corpus, "method": name, "recommended": name == recommended}
        for role, values in zip(OF, of, strict=True):
            low, high = interval(values)
            row |= {role: values[0], f"{role}_low": low, f"{role}_high": high}
        less = of[2] - draws[recommended][2]
        low, high = interval(less)
        rows.append(row | {"less_recommended": less[0], "less_low": low, "less_high": high})
    best = draws[rows[0]["method"]][2]
    for row in rows:
        row["would_be_right"] = int(interval(best - draws[row["method"]][2])[0] <= 0)
    return rows


def judgement(rows: list[dict], target: Pack, both: Pack) -> dict:
    """Apply the rule to a corpus's rows."""
    best, chosen = rows[0], next(row for row in rows if row["recommended"])
    use = target.clips["emotion"].isin(shared_emotions(both, target, None)[0]) & (
        target.clips["defect"] == ""
    )
    vanilla = next(row for row in rows if row["method"] == "vanilla")
    return {
        "corpus": best["corpus"],
        "clips": int(use.sum()),
        "speakers": int(target.clips.loc[use, "speaker"].nunique()),
        "recommended": chosen["method"],
        "best": best["method"],
        "place": 1 + rows.index(chosen),
        "methods": len(rows),
        "lost": best["less_recommended"],
        "lost_low": best["less_low"],
        "lost_high": best["less_high"],
        "over_vanilla": chosen["both"] - vanilla["both"],
        "right": int(chosen is best or best["less_low"] <= 0),
        "within_a_point": int(best["less_recommended"] < POINT),
        "would_be_right": sum(row["would_be_right"] for row in rows),
    }


def main(files: list[str], number: int = 1, out: Path = OUT, work: Path = WORK) -> None:
    torch.set_num_threads(1)
    source, methods = load_pack(SOURCE), (*ALWAYS, *Keep.read(KEEP).allowed)
    targets = [read_pack(file) for file in files]
    costs = [
        kept(work / f"{mark(target)}-adapt.pickle", typed, file, target)
        for file, target in zip(files, targets, strict=True)
    ]
    seeds = [[studied(source, target, seed, methods, work) for target in targets] for seed in SEEDS[:number]]
    rows, judgements = [], []
    for at, (target, cost) in enumerate(zip(targets, costs, strict=True)):
        draws = {name: np.mean([seed[at][name] for seed in seeds], axis=0) for name in methods}
        corpus = target.provenance["corpus"]
        rows += (own := rows_of(corpus, draws, cost["recommended"]))
        judgements.append(judgement(own, target, source))
    out.mkdir(parents=True, exist_ok=True)
    cost = [{key: one[key] for key in ("corpus", "recommended", "cpu_minutes")} for one in costs]
    for name, table in (("table", rows), ("judgement", judgements), ("cost", cost)):
        pd.DataFrame(table).round(2).to_csv(out / f"{name}.csv", index=False, lineterminator="\n")
    provenance = {
        "study": "adapting",
        "command": "python tools/measure_adapting.py "
        + " ".join(f"{target.provenance['corpus']}.parquet" for target in targets)
        + f" --seeds {number}",
        "sequifi_lite": __version__,
        "seeds": SEEDS[:number],
        "machine": f"{platform.system()} {platform.machine()}, 1 thread",
        "python": platform.python_version(),
        "versions": {name: metadata.version(name) for name in ("torch", "numpy", "scikit-learn")},
        "packs": {
            pack.provenance["corpus"]: pack.provenance["sources_sha256"] for pack in (source, *targets)
        },
    }
    (out / "provenance.json").write_text(json.dumps(provenance, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="embeddings of a corpus (.parquet)")
    parser.add_argument("--seeds", type=int, default=1, choices=range(1, len(SEEDS) + 1))
    given = parser.parse_args()
    main(given.files, given.seeds)
