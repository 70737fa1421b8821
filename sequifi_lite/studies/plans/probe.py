"""The study ``probe``: what a linear probe hears in the embeddings of every corpus."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...data.pack import SHIPPED, files_in, load_pack
from ...data.splits import COLUMN, default_scheme, parts
from ...evaluation.probe import linear_probe
from ...evaluation.statistics import bootstrap_uar, by_group, interval


def probe(progress=lambda text: None) -> pd.DataFrame:
    """Probe every shipped corpus: `sequifi_lite.evaluation.probe.linear_probe` with C = 0.01, all emotions.

    Speakers are left out one by one for Emo-DB, by the five folds otherwise (MESD: words). UAR in %, pooled,
    with a 95 % interval over speakers (words).
    """
    from sklearn.model_selection import GroupKFold, LeaveOneGroupOut, cross_val_predict

    rows = []
    for path in files_in(SHIPPED):
        progress(path.stem)
        pack = load_pack(path.stem)
        use = (pack.clips["defect"] == "").to_numpy()
        clips, X = pack.clips.loc[use], pack.embeddings[use].astype(np.float32)
        scheme = default_scheme(path.stem)
        names = clips[COLUMN[scheme]].to_numpy()
        alone = path.stem == "emodb"
        folds = names if alone else pd.Series(names).map(parts(path.stem)).to_numpy()
        cv = LeaveOneGroupOut() if alone else GroupKFold(len(set(folds)))
        y, emotions = pd.factorize(clips["emotion"], sort=True)
        predicted = np.asarray(cross_val_predict(linear_probe(), X, y, groups=folds, cv=cv))
        values = 100 * bootstrap_uar([by_group(y, predicted, names, len(emotions))])
        low, high = interval(values)
        held_out = "one speaker at a time" if alone else f"five folds by {scheme}"
        rows.append(
            {
                "corpus": path.stem,
                "clips": len(clips),
                "classes": len(emotions),
                "held_out": held_out,
                "uar": round(float(values[0]), 2),
                "low": round(low, 2),
                "high": round(high, 2),
            }
        )
    return pd.DataFrame(rows)
