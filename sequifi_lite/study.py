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
from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from . import __version__
from .emotions import FOUR
from .heads import MLP
from .leaks import leak_cost, leaks_of
from .loop import Watch, train
from .metrics import last_class_share, uar
from .pack import SHIPPED, load_pack, read_pack
from .problem import Problem, problem
from .schedule import all_orders, balanced, class_by_class, joint, shuffled
from .source import STEPS, source_model
from .splits import COLUMN, default_scheme, parts
from .statistics import bootstrap_uar, by_group, interval

REPLICATES = range(5)
ORDERS = all_orders(4)


def first(progress=lambda text: None) -> pd.DataFrame:
    """The first measurements: vanilla and class by class at two step sizes and three budgets, 5 replicates.

    Replicate r uses fold r in both corpora, source seed r and data seed r, so every speaker is tested exactly once. UAR is taken
    on the predictions pooled over replicates, for each class order apart, then averaged over orders.

    Returns
    -------
    DataFrame
        One row per setting: ``target``, ``source`` and their mean ``both`` in % with 95 % intervals from 2,000 resamplings of
        speakers (``_low``, ``_high``), ``last_share`` (share of target predictions equal to the last class, in %) and
        ``sd_orders`` (standard deviation of the target UAR over orders, in points).
    """
    rows = []
    for source, target, scaling in (("cremad", "emodb", "zscore"), ("ravdess", "emodb", "zscore"), ("ravdess", "emodb", "raw")):
        cells: dict[tuple, list[dict]] = {}
        for r in REPLICATES:
            progress(f"{source} to {target}, {scaling}, replicate {r}")
            world = problem((source, target), r, scaling=scaling)
            theta_0 = source_model(world, r, STEPS[scaling])
            for setting, head in learners(world, theta_0, r):
                cells.setdefault(setting, []).append(tested(world, head))
        for (variant, lr, steps), replicates in cells.items():
            scores = _summary(replicates, source, target)
            rows.append(
                {
                    "source_corpus": source,
                    "target_corpus": target,
                    "scaling": scaling,
                    "variant": variant,
                    "lr": lr,
                    "T": steps,
                    **scores,
                }
            )
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


def _summary(replicates: list[dict], source: str, target: str) -> dict:
    tables = {name: np.concatenate([replicate[name] for replicate in replicates]) for name in (source, target)}
    draws = {name: bootstrap_uar([table]) for name, table in tables.items()}
    draws = {"target": draws[target], "source": draws[source], "both": bootstrap_uar([tables[source], tables[target]])}
    out = {}
    for name, values in draws.items():
        out[name], (out[f"{name}_low"], out[f"{name}_high"]) = 100 * values[0], [100 * v for v in interval(values)]
    pooled = tables[target].sum(0)
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
        kept = read_pack(path)
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
        kept = read_pack(path)
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


STUDIES = {"first": first, "probe": probe, "leaks": leaks}


def run(name: str, folder: str | Path, progress=lambda text: None) -> Path:
    """Run a study on one thread and write ``table.csv`` and ``provenance.json`` into ``folder/name``."""
    torch.set_num_threads(1)
    wall, cpu = time.perf_counter(), time.process_time()
    table = STUDIES[name](progress)
    out = Path(folder) / name
    out.mkdir(parents=True, exist_ok=True)
    unit = 2**20 if platform.system() == "Darwin" else 2**10  # macOS counts bytes, Linux KiB
    provenance = {
        "study": name, "command": f"sequifi-lite study {name}", "sequifi_lite": __version__, "commit": _commit(),
        "date": datetime.date.today().isoformat(), "wall_minutes": round((time.perf_counter() - wall) / 60, 1),
        "cpu_minutes": round((time.process_time() - cpu) / 60, 1),
        "peak_memory_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit),
        "machine": f"{platform.system()} {platform.machine()}, 1 thread", "python": platform.python_version(),
        "versions": {p: metadata.version(p) for p in ("torch", "numpy", "pandas", "scikit-learn")},
        "packs": {path.stem: load_pack(path.stem).provenance["sources_sha256"] for path in sorted(SHIPPED.glob("*.parquet"))},
    }  # fmt: skip
    for file, text in (("table.csv", table.to_csv(index=False)), ("provenance.json", json.dumps(provenance, indent=1) + "\n")):
        partial = out / (file + ".partial")
        partial.write_text(text, encoding="utf-8")
        os.replace(partial, out / file)
    return out


def _commit() -> str:
    """The commit the code stands at, if it is a checkout; with a plus where files differ from it."""
    git = ["git", "-C", str(Path(__file__).parent)]
    try:
        head = subprocess.run(
            [*git, "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=True
        ).stdout.strip()
        changed = subprocess.run(
            [*git, "status", "--porcelain", "--", "."], capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return head + ("+" if changed else "")
