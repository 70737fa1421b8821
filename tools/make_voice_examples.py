"""Write the recorded voice of the page Your voice: sequifi_lite/teaching/voice/data/examples.js.

    python tools/make_voice_examples.py

Who has no microphone borrows an actor of RAVDESS whom no head has heard: the first speaker of the test part
of fold 0, and of each emotion the first three clips in the order of the pack. The file holds row numbers of
the playground's file of that corpus, nothing of the clips themselves.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from sequifi_lite.data.problem import load_problem
from sequifi_lite.teaching.playground import CORPORA

FILE = Path(__file__).resolve().parents[1] / "sequifi_lite/teaching/voice/data/examples.js"
CORPUS, FOLD, TAKES = "ravdess", 0, 3


def borrowed() -> dict:
    """Choose the speaker, and of every emotion the rows of his first clips in the playground's file."""
    problem = load_problem(CORPORA, FOLD, scaling="raw")
    part = problem.parts[CORPUS]
    rows = np.sort(np.concatenate([part.train, part.valid, part.test]))
    tested = problem.clips.iloc[np.sort(part.test)]
    speaker = tested["speaker"].iloc[0]
    places = np.flatnonzero(problem.clips["speaker"].to_numpy()[rows] == speaker)
    labels = problem.labels[rows]
    takes = [
        [int(place) for place in places if labels[place] == k][:TAKES] for k in range(len(problem.emotions))
    ]
    return {"corpus": CORPUS, "speaker": str(speaker), "takes": takes}


def script() -> str:
    """Make the file's text."""
    head = "// Written by tools/make_voice_examples.py: rows of a corpus's file, three for each emotion.\n"
    return f"{head}(globalThis.Voice = globalThis.Voice || {{}}).BORROWED = {json.dumps(borrowed())};\n"


if __name__ == "__main__":
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(script(), encoding="utf-8")
