"""The study of the methods that hold weights or answers in place.

What each gives up for what, over its strength.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import torch

from ...learning.methods import EWC, L2SP, MAS, SI, LwF, Vanilla
from ...learning.sequence import accuracy_matrix, train_sequence
from ..scenarios import CHAIN, PAIR

SPRINGS = (0.1, 0.3, 1.0, 3.0, 10.0, 100.0, 1e3, 1e4)
TEACHER = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
RATES = (1e-4, 3e-4, 1e-3, 3e-3)
REPLICATES = 5

# Row name -> method for a tensor of strengths, and the strengths.
SWEPT = {
    "l2-sp": (lambda lam: L2SP(lam), SPRINGS),
    "ewc": (lambda lam: EWC(lam), SPRINGS),
    "ewc-sampled": (lambda lam: EWC(lam, kind="sampled"), SPRINGS),
    "ewc-empirical": (lambda lam: EWC(lam, kind="empirical"), SPRINGS),
    "ewc-batched": (lambda lam: EWC(lam, kind="batched"), SPRINGS),
    "ewc-online": (lambda lam: EWC(lam, gamma=1.0), SPRINGS),
    "si": (lambda lam: SI(lam), SPRINGS),
    "mas": (lambda lam: MAS(lam), SPRINGS),
    "lwf": (lambda lam: LwF(lam), TEACHER),
    "lwf-t1": (lambda lam: LwF(lam, T=1.0), TEACHER),
}


def study(
    progress=lambda text: None, settings=(CHAIN, PAIR), replicates: int = REPLICATES, swept=SWEPT
) -> pd.DataFrame:
    """L2-SP, EWC, SI, MAS and LwF over their strength, vanilla over the learning rate.

    On the shared settings.

    Returns
    -------
    DataFrame
        One row for each setting, method, value of its strength, replicate and corpus: test UAR in %,
        ``zero_shot`` (the source model), ``first`` (right after the corpus was learnt) and ``last`` (after
        the last corpus). SI has no rows where the source model has no path to walk.
    """
    rows = []

    def note(setting, method, values, replicate, table):
        for value, R in zip(values, 100 * table, strict=True):
            for j, corpus in enumerate(setting.corpora):
                row = {
                    "setting": setting.name,
                    "method": method,
                    "value": value,
                    "replicate": replicate,
                    "corpus": corpus,
                }
                rows.append(row | {"zero_shot": R[0, j], "first": R[j, j], "last": R[-1, j]})

    for setting in settings:
        for replicate in range(replicates):
            problem, source_model = setting.start(replicate)
            progress(f"{setting.name}, replicate {replicate}")
            for lr in RATES:
                stops = train_sequence(
                    Vanilla(), problem, source_model, steps=setting.steps, lr=lr, seeds=[replicate]
                )
                note(setting, "vanilla", [lr], replicate, accuracy_matrix(stops, problem))
            for method, (make, values) in swept.items():
                if method == "si" and source_model.origin is None:
                    continue
                runs, seeds = source_model.select([0] * len(values)), [replicate] * len(values)
                stops = train_sequence(
                    make(torch.tensor(values)), problem, runs, steps=setting.steps, lr=setting.lr, seeds=seeds
                )
                note(setting, method, values, replicate, accuracy_matrix(stops, problem))
    return pd.DataFrame(rows).round({"zero_shot": 2, "first": 2, "last": 2})


def means(table: pd.DataFrame, setting: str, method: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The line of a method on the frontier: plasticity, stability, values of its strength.

    Plasticity is the mean UAR on the corpora after the source, stability that on the source, both at the end;
    means over the replicates, in the unit of the table.
    """
    rows = table[(table["setting"] == setting) & (table["method"] == method)]
    source = rows["corpus"] == table.loc[table["setting"] == setting, "corpus"].iloc[0]
    new, old = (rows[which].groupby("value")["last"].mean() for which in (~source, source))
    return new.to_numpy(), old.to_numpy(), new.index.to_numpy()


def zero_shot(table: pd.DataFrame, setting: str) -> tuple[float, float]:
    """Plasticity and stability of the untouched source model."""
    rows = table[table["setting"] == setting]
    source = rows["corpus"] == rows["corpus"].iloc[0]
    return rows.loc[~source, "zero_shot"].mean(), rows.loc[source, "zero_shot"].mean()


def final(table: pd.DataFrame, setting: str, method: str) -> pd.DataFrame:
    """Mean UAR over all corpora at the end.

    A row for each replicate, a column for each value of the strength.
    """
    rows = table[(table["setting"] == setting) & (table["method"] == method)]
    return rows.groupby(["replicate", "value"])["last"].mean().unstack()


def gain(table: pd.DataFrame, setting: str, method: str) -> dict:
    """The best value of a method's strength against the best learning rate of vanilla.

    Replicate by replicate.

    Both are read off the table itself, so both are flattered.
    """
    mine, plain = final(table, setting, method), final(table, setting, "vanilla")
    best, rate = mine.mean().idxmax(), plain.mean().idxmax()
    pairs = mine[best] - plain[rate]
    scores = {"mean of all": mine[best].mean(), "best lr of vanilla": rate, "vanilla": plain[rate].mean()}
    return {"best λ": best, **scores, "gain": pairs.mean(), "smallest": pairs.min(), "largest": pairs.max()}
