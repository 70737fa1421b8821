"""Measurements that take minutes: what they compare, and the tables they write into ``results/``.

A table holds nothing but what the data, the code and the seeds decide, so that running a study again gives the same bytes. When,
where and how long it ran stands beside it in ``provenance.json``.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
import resource
import subprocess
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from importlib import metadata
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from . import __version__, consolidation
from .bounds import study as bounds
from .depth import study as depth
from .emotions import FOUR
from .errors import check_writable
from .experiments import EXPERIMENTS
from .forgetting import study as forgetting
from .heads import MLP
from .hypotheses import study as verdict
from .lab import WORK, collect
from .leaks import leak_cost, leaks_of
from .less_work import study as less_work
from .loop import Watch, train
from .metrics import last_class_share, uar
from .pack import SHIPPED, load_pack
from .problem import Problem, problem
from .regularisation import study as regularisation
from .rehearsal import study as rehearsal
from .schedule import BATCH, all_orders, balanced, class_by_class, joint, shuffled
from .source import STEPS, source_model
from .splits import COLUMN, default_scheme, parts
from .statistics import bootstrap_uar, by_group, interval

REPLICATES = range(5)
ORDERS = all_orders(4)


def first(progress=lambda text: None) -> pd.DataFrame:
    """The first measurements: vanilla and class by class at two learning rates and three budgets, 5 replicates.

    Replicate r uses fold r in both corpora, source seed r and data seed r, so every speaker is tested exactly once. UAR is taken
    on the predictions pooled over replicates, for each class order apart, then averaged over orders.

    Returns
    -------
    DataFrame
        One row per setting: ``target``, ``source`` and their mean ``both`` in % with 95 % intervals from 2,000 resamplings of
        speakers (``_low``, ``_high``); ``vs_twin`` and ``vs_zero``, the target minus that of class-balanced vanilla at the same
        learning rate and budget and minus that of zero-shot, and ``source_vs_zero``, the source minus that of zero-shot, all
        three paired on the same resamplings; ``last_share`` (share of target predictions equal to the last class, in %),
        ``sd_orders`` (standard deviation of the target UAR over orders, in points) and ``epochs`` (how often the target's
        training part was seen).
    """
    blocks = (("cremad", "emodb", "zscore"), ("ravdess", "emodb", "zscore"), ("ravdess", "emodb", "raw"))
    progress(f"{len(blocks)} blocks of {len(REPLICATES)} replicates, two at a time, some minutes each")
    tables = []
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for block, table in zip(blocks, pool.map(_block, *zip(*blocks))):
            progress(f"done: {block[0]} to {block[1]}, {block[2]}")
            tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _block(source: str, target: str, scaling: str) -> pd.DataFrame:
    torch.set_num_threads(1)
    cells: dict[tuple, list[dict]] = {}
    trained = []
    for r in REPLICATES:
        world = problem((source, target), r, scaling=scaling)
        theta_0 = source_model(world, r, STEPS[scaling])
        trained.append(len(world.parts[target].train))
        for setting, head in learners(world, theta_0, r):
            cells.setdefault(setting, []).append(tested(world, head))
    draws = {setting: _draws(replicates, source, target) for setting, replicates in cells.items()}
    rows = []
    for setting, replicates in cells.items():
        variant, lr, steps = setting
        named = {"source_corpus": source, "target_corpus": target, "scaling": scaling, "variant": variant, "lr": lr, "T": steps}
        epochs = {"epochs": round(float(np.mean([steps * BATCH / n for n in trained])), 1)}
        twin, zero = draws.get(("vanilla-balanced", lr, steps)), draws["zero-shot", None, 0]
        rows.append({**named, **epochs, **_summary(replicates, draws[setting], target, twin, zero)})
    return pd.DataFrame(rows)


def learners(world: Problem, theta_0: MLP, r: int):
    """Every setting of `first` with its trained head: yields ((variant, lr, T), head)."""
    source, target = (world.parts[name] for name in world.corpora)
    yield ("zero-shot", None, 0), theta_0
    for lr in (1e-4, 1e-3):
        for steps in (32, 128, 200):
            settings = {
                "vanilla": shuffled(target.train, steps, [r]),
                "vanilla-balanced": balanced(target.train, world.labels, steps, [r]),
                "sequifi-canonical": class_by_class(target.train, world.labels, ORDERS, steps, [r] * 24),
                "sequifi-newhead": class_by_class(target.train, world.labels, ORDERS, steps, [r] * 24),
                "sequifi-cyclic-5": class_by_class(target.train, world.labels, ORDERS, steps, [r] * 24, cycles=5),
            }
            # The same two with one optimiser for the whole run: how much is the order, and how much the starting afresh?
            for variant, cycles in (("sequifi-canonical-carried", 1), ("sequifi-cyclic-5-carried", 5)):
                settings[variant] = class_by_class(
                    target.train, world.labels, ORDERS, steps, [r] * 24, cycles=cycles, reset=False
                )
            if steps == 200:
                settings["joint"] = joint(source.train, target.train, steps, [r])
            for variant, schedule in settings.items():
                head = theta_0.select([0] * len(schedule.rows))
                if variant == "sequifi-newhead":
                    head = head.with_new_output([r] * 24)
                train(head, world.X, world.y, schedule, lr=lr, watch=Watch(points=1))
                yield (variant, lr, steps), head


def tested(world: Problem, head: MLP) -> dict[str, np.ndarray]:
    """Confusion matrices of the test part of every corpus, by speaker (MESD: word): corpus -> (G, R, K, K)."""
    out = {}
    for name, part in world.parts.items():
        groups = world.clips[COLUMN[part.scheme]].to_numpy()[part.test]
        out[name] = by_group(world.labels[part.test], head.predict(world.X[part.test]).numpy(), groups, len(world.emotions))
    return out


def _draws(replicates: list[dict], source: str, target: str) -> dict[str, np.ndarray]:
    """Bootstrap draws of every score; drawn with one seed, so that draw i of two settings resamples the same speakers."""
    tables = {name: np.concatenate([replicate[name] for replicate in replicates]) for name in (source, target)}
    return {
        "target": bootstrap_uar([tables[target]]),
        "source": bootstrap_uar([tables[source]]),
        "both": bootstrap_uar([tables[source], tables[target]]),
    }


def _summary(replicates: list[dict], draws: dict, target: str, twin: dict | None, zero: dict) -> dict:
    values = dict(draws)
    values["vs_twin"] = draws["target"] - twin["target"] if twin else np.full(len(draws["target"]), np.nan)
    values["vs_zero"] = draws["target"] - zero["target"]
    values["source_vs_zero"] = draws["source"] - zero["source"]
    out = {}
    for name, scores in values.items():
        out[name], (out[f"{name}_low"], out[f"{name}_high"]) = 100 * scores[0], [100 * v for v in interval(scores)]
    pooled = np.concatenate([replicate[target] for replicate in replicates]).sum(0)
    per_order = 100 * uar(pooled)
    runs = len(per_order)
    out["last_share"] = 100 * last_class_share(pooled, ORDERS).mean() if runs == 24 else np.nan
    out["sd_orders"] = per_order.std(ddof=1) if runs == 24 else np.nan
    return {"runs": runs * len(replicates)} | {key: round(float(value), 2) for key, value in out.items()}


def probe(progress=lambda text: None) -> pd.DataFrame:
    """A linear probe of every shipped corpus: standardise, balanced logistic regression with C = 0.01, all emotions.

    Speakers are left out one by one for Emo-DB, by the five folds otherwise (MESD: words). UAR in %, pooled, with a 95 % interval
    over speakers (words).
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold, LeaveOneGroupOut, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rows = []
    for path in sorted(SHIPPED.glob("*.parquet")):
        progress(path.stem)
        kept = load_pack(path.stem)
        use = (kept.clips["defect"] == "").to_numpy()
        clips, X = kept.clips[use], kept.embeddings[use].astype(np.float32)
        scheme = default_scheme(path.stem)
        names = clips[COLUMN[scheme]].to_numpy()
        alone = path.stem == "emodb"
        folds = names if alone else pd.Series(names).map(parts(path.stem)).to_numpy()
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, class_weight="balanced", max_iter=2_000))
        cv = LeaveOneGroupOut() if alone else GroupKFold(len(set(folds)))
        y, emotions = pd.factorize(clips["emotion"], sort=True)
        values = 100 * bootstrap_uar([by_group(y, cross_val_predict(model, X, y, groups=folds, cv=cv), names, len(emotions))])
        low, high = interval(values)
        held_out = "one speaker at a time" if alone else f"five folds by {scheme}"
        rows.append({"corpus": path.stem, "clips": len(clips), "classes": len(emotions), "held_out": held_out,
                     "uar": round(float(values[0]), 2), "low": round(low, 2), "high": round(high, 2)})  # fmt: skip
    return pd.DataFrame(rows)


def leaks(progress=lambda text: None) -> pd.DataFrame:
    """What a leak buys on every shipped corpus: every kind of leak, on the four emotions and on all, five draws each.

    See `sequifi_lite.leaks.leak_cost`. UAR in % without the leak (``clean``) and with it (``leaky``) and their difference
    (``cost``), each with a 95 % interval over speakers (MESD: words); ``sd_draws`` is in points.
    """
    rows = []
    for path in sorted(SHIPPED.glob("*.parquet")):
        kept = load_pack(path.stem)
        for emotions, chosen in (("four", FOUR), ("all", None)):
            for leak in leaks_of(path.stem):
                progress(f"{path.stem}, {emotions} emotions, {leak}")
                found = leak_cost(kept, leak, chosen)
                row = {"corpus": path.stem, "emotions": emotions, "leak": leak}
                row |= {name: getattr(found, name) for name in ("clips", "groups", "train", "leaked", "draws")}
                for name in ("clean", "leaky", "cost"):
                    values = [round(value, 2) for value in getattr(found, name)]
                    row |= dict(zip((name, f"{name}_low", f"{name}_high"), values))
                rows.append(row | {"sd_draws": round(found.sd, 2)})
    return pd.DataFrame(rows)


STUDIES = {
    "first": first,
    "probe": probe,
    "leaks": leaks,
    "regularisation": regularisation,
    "rehearsal": rehearsal,
    "forgetting": forgetting,
    "consolidation": consolidation.study,
    "corrections": consolidation.corrections,
    "bounds": bounds,
    "less_work": less_work,
    "verdict": verdict,
    "depth": depth,
}


@contextmanager
def writable(out: Path):
    """Before the work: can the results be written into the folder `out`? Where the work fails, folders made for it go again."""
    made = [folder for folder in (out, *out.parents) if not folder.exists()]
    check_writable(out / "table.csv", "--out")
    try:
        yield
    except BaseException:
        with suppress(OSError):  # somebody has put something there meanwhile
            for folder in made:
                folder.rmdir()
        raise


def run(name: str, folder: str | Path, progress=lambda text: None) -> Path:
    """Run a study on one thread and write ``table.csv`` and ``provenance.json`` into ``folder/name``."""
    torch.set_num_threads(1)
    wall, cpu = time.perf_counter(), _cpu()
    with writable(Path(folder) / name):
        table = STUDIES[name](progress)
    unit = 2**20 if platform.system() == "Darwin" else 2**10  # macOS counts bytes, Linux KiB
    cost = {
        "wall_minutes": round((time.perf_counter() - wall) / 60, 1),
        "cpu_minutes": round((_cpu() - cpu) / 60, 1),
        "peak_memory_mib": round(max(_usage(who).ru_maxrss for who in _WHO) / unit),
        **table.attrs.get("provenance", {}),  # what only the study itself knows of where its table comes from
    }
    return _write(name, folder, {"table.csv": table.to_csv(index=False).encode()}, cost)


def report(name: str, folder: str | Path, work: Path = WORK) -> Path:
    """Write the tables of a finished study of cells into ``folder/name``, with ``cells.parquet`` and ``provenance.json``."""
    what = EXPERIMENTS[name]
    with writable(Path(folder) / name):
        cells, seconds = collect(name, what.cells(), work)
    files = {"cells.parquet": cells.to_parquet(index=False, compression="zstd")}
    files |= {f"{title}.csv": table.to_csv(index=False).encode() for title, table in what.report(cells).items()}
    return _write(name, folder, files, {"cells": len(cells), "cpu_minutes": round(seconds / 60, 1)} | what.origin())


def _write(name: str, folder: str | Path, files: dict[str, bytes], cost: dict) -> Path:
    out = Path(folder) / name
    provenance = {
        "study": name, "command": f"sequifi-lite study run {name}", "sequifi_lite": __version__, "commit": _commit(),
        "date": datetime.date.today().isoformat(), **cost,
        "machine": f"{platform.system()} {platform.machine()}, 1 thread", "python": platform.python_version(),
        "versions": {p: metadata.version(p) for p in ("torch", "numpy", "pandas", "scikit-learn")},
        "packs": {path.stem: load_pack(path.stem).provenance["sources_sha256"] for path in sorted(SHIPPED.glob("*.parquet"))},
    }  # fmt: skip
    files = {**files, "provenance.json": (json.dumps(provenance, indent=1) + "\n").encode()}
    for file, content in files.items():
        (out / f"{file}.partial").write_bytes(content)
    for file in files:  # all of them or none: the slow part is over
        os.replace(out / f"{file}.partial", out / file)
    return out


_WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
_usage = resource.getrusage


def _cpu() -> float:
    """CPU seconds of this process and of those it has waited for."""
    return sum(_usage(who).ru_utime + _usage(who).ru_stime for who in _WHO)


def _commit() -> str:
    """The commit the code stands at, if it is a checkout; with a plus where files differ from it."""
    git = ["git", "-C", str(Path(__file__).parent)]
    try:
        # Installed inside somebody else's repository, this file is not that repository's.
        subprocess.run([*git, "ls-files", "--error-unmatch", Path(__file__).name], capture_output=True, check=True)
        head = subprocess.run(
            [*git, "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=True
        ).stdout.strip()
        changed = subprocess.run(
            [*git, "status", "--porcelain", "--", "."], capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return head + ("+" if changed else "")
