"""A blind quiz with sound: which emotion was the actor asked for? Beside it listeners and a linear probe."""

from __future__ import annotations

from typing import Any  # tables of pandas, whose every step a type checker would doubt

import numpy as np
import pandas as pd

from ...data.emotions import SIX
from ...data.sampler import load_sampler
from ...studies.results import load as load_results
from ..piece import Piece, piece
from ._clips import PACKAGE, credit, shown, votes


def _recall(share: Any, truth: Any) -> float:
    """Average over emotions: the mean share of right answers among the clips of each, in %."""
    return round(100 * float(share.groupby(truth).mean().mean()), 1)


def emotion_quiz() -> Piece:
    """Play twelve clips of CREMA-D and ask which of six emotions the actor was asked for.

    After each answer it shows what listeners said who heard the voice alone (the corpus's own votes),
    and what a linear probe says that was trained on other speakers; at the end the unweighted average recall
    (UAR) of all three, on these clips and on the whole corpus (`load_results("listening")`).
    """
    clips: Any = load_sampler()
    clips = clips[clips["use"] == "quiz"]
    said = load_results("listening", "quiz")[0].set_index("file").loc[clips["file"], "probe"].tolist()
    counts = np.array([votes(clip) for _, clip in clips.iterrows()])
    place = clips["emotion"].map({word: k for k, word in enumerate(SIX)}).to_numpy()
    heard = pd.Series(counts[np.arange(len(place)), place] / counts.sum(1), index=clips.index)
    right = (clips["emotion"] == pd.Series(said, index=clips.index)).astype(float)
    table: Any = load_results("listening")[0].set_index("who")

    def line(row: str, name: str, here: float) -> dict:
        whole = table.loc[row]
        return {"name": name, "here": here, "all": [float(whole[key]) for key in ("uar", "low", "high")]}

    data = {
        "emotions": list(SIX),
        "clips": [shown(clip) for _, clip in clips.iterrows()],
        "votes": counts.tolist(),
        "probe": said,
        "rows": [
            line("listener by voice", "one listener, voice alone", _recall(heard, clips["emotion"])),
            line("linear probe", "linear probe on embeddings", _recall(right, clips["emotion"])),
        ],
        "total": int(table.loc["linear probe", "clips"]),
        "credit": credit(clips),
    }
    text = "A blind quiz with sound: twelve real clips, six emotions. It needs a browser."
    return piece(PACKAGE, ["sound.js", "listening.js"], ["hear.css"], data, text)
