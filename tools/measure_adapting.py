"""Write results/adapting/: is what `adapt` recommends right? On corpora that no study of the book has seen.

    python tools/measure_adapting.py urdu.parquet emovo.parquet turev.parquet

The files are made by `sequifi-lite embed` from EMOVO (Italian), the URDU dataset and TurEV-DB (Turkish); the
commands are on the page book/adapt.md. Of each corpus two things are done, on one thread:

1. `adapt emodb FILE --keep 40`, as anybody would type it: what it recommends, and what that took.
2. A full study: every method that needs no more than 40 clips, doing nothing and plain fine-tuning too, each
   with the trials of the studies on every fold, twice, with seeds that `adapt` has not had. A fold's own
   validation part chooses the trial, its test part is looked at once.

The rule, laid down before the first run. Let the best be the method with the highest mean test UAR of both
corpora in the full study. A recommendation is right if it is the best, or the 95 % interval over speakers of
the paired difference between the best and it has zero in it (column ``right``). As intervals over a handful
of speakers are wide, a stricter one stands beside it: it is less than a point below the best
(``within_a_point``).

What is finished is kept in .studies/adapting, and a run that was killed goes on there.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from sequifi_lite import __version__
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
SOURCE, KEEP, SEEDS, POINT = "emodb", 40, (1000, 2000), 1.0
OF = ("target", "source", "both")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def studied(source: Pack, target: Pack, seed: int, methods: tuple[str, ...], told=say) -> dict:
    """Train all trials of the methods on every fold: of each method its draws of test UAR, (3, 1 + draws)."""
    packs = {pack.provenance["corpus"]: pack for pack in (source, target)}
    names, _ = shared_emotions(source, target, None)
    per_class = Keep.read(KEEP).per_class(len(names))
    counts = {name: folds(pack.clips) for name, pack in packs.items()}
    total = folds(target.clips)
    problems, outcomes = [], []
    for fold in range(total):
        problem = problem_of(packs, {name: fold % count for name, count in counts.items()}, names)
        where = f"{target.provenance['corpus']}, seed {seed}, fold {fold + 1} of {total}: "
        outcomes.append(
            fold_outcomes(problem, methods, per_class, seed + fold, lambda text, at=where: told(at + text))
        )
        problems.append(problem)
    draws = {}
    for name in methods:
        of = judge(name, problems, outcomes).draws
        draws[name] = np.stack([of[role] for role in OF])
    return draws


def kept(source: Pack, target: Pack, seed: int, methods: tuple[str, ...], work: Path) -> dict:
    """Give what `studied` gives, from an earlier run where it is there."""
    file = work / f"{target.provenance['corpus']}-{target.provenance['embeddings_sha256'][:12]}-{seed}.npz"
    if not file.is_file():
        work.mkdir(parents=True, exist_ok=True)
        draws = studied(source, target, seed, methods)
        np.savez(file.with_suffix(".partial.npz"), **draws)
        file.with_suffix(".partial.npz").replace(file)
    with np.load(file) as there:
        return {name: there[name] for name in methods}


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
    }


def main(files: list[str], out: Path = OUT, work: Path = WORK) -> None:
    torch.set_num_threads(1)
    source, methods = load_pack(SOURCE), (*ALWAYS, *Keep.read(KEEP).allowed)
    targets, told, costs = [read_pack(file) for file in files], {}, []
    for file, target in zip(files, targets, strict=True):
        wall, cpu = time.perf_counter(), time.process_time()
        with tempfile.TemporaryDirectory() as folder:
            told[target.provenance["corpus"]] = adapt(SOURCE, file, KEEP, folder).recommended
        costs.append({
            "corpus": target.provenance["corpus"],
            "wall_minutes": (time.perf_counter() - wall) / 60,
            "cpu_minutes": (time.process_time() - cpu) / 60,
        })  # fmt: skip
        say(f"{costs[-1]} {told}")
    seeds = [[kept(source, target, seed, methods, work) for target in targets] for seed in SEEDS]
    rows, judgements = [], []
    for number, target in enumerate(targets):
        draws = {name: np.mean([seed[number][name] for seed in seeds], axis=0) for name in methods}
        corpus = target.provenance["corpus"]
        rows += (own := rows_of(corpus, draws, told[corpus]))
        judgements.append(judgement(own, target, source))
    out.mkdir(parents=True, exist_ok=True)
    for name, table in (("table", rows), ("judgement", judgements), ("cost", costs)):
        pd.DataFrame(table).round(2).to_csv(out / f"{name}.csv", index=False, lineterminator="\n")
    provenance = {
        "study": "adapting",
        "command": "python tools/measure_adapting.py "
        + " ".join(f"{target.provenance['corpus']}.parquet" for target in targets),
        "sequifi_lite": __version__,
        "seeds": SEEDS,
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
    main(parser.parse_args().files)
