"""Measure what the playground's lesson would be on more coordinates than its 128: results/coordinates.

    python tools/measure_coordinates.py

CREMA-D, then Emo-DB, fold 0, five seeds of the schedule: one long pass, fifty short ones, and one long pass
with replay of two clips of all that was seen, as the page sets them. Each on the coordinates that the page
ships, and on 128, 256 and all 1,024 of the packs, unrounded; each with a source model of its own. It takes
two minutes.
"""

from __future__ import annotations

import argparse
import json
import platform
from importlib import metadata
from pathlib import Path

import pandas as pd
import playground_golden
import torch
from make_playground import FOLD, HIDDEN, LR, SEED

from sequifi_lite import __version__
from sequifi_lite.data.problem import Problem, load_problem
from sequifi_lite.evaluation.confusions import evaluate
from sequifi_lite.evaluation.metrics import uar
from sequifi_lite.learning.heads import MLP
from sequifi_lite.learning.sequence import train_sequence
from sequifi_lite.learning.source_model import train_source_model
from sequifi_lite.studies.digests import seal
from sequifi_lite.teaching.playground.corpora import load

OUT = Path(__file__).resolve().parents[1] / "results" / "coordinates"
CHAIN, SEEDS, STEPS = ("cremad", "emodb"), range(5), 200
STAGES = {"stream": "class by class", "sees": "single", "cycles": 1, "reset": True, "order": [0, 1, 2, 3]}
LESSONS = {
    "long": {"learner": "vanilla", **STAGES},
    "short": {"learner": "vanilla", **STAGES, "cycles": 50, "reset": False},
    "replay": {"learner": "er", "seen": True, "per_class": 2, **STAGES},
}


def score(problem: Problem, source: MLP, lesson: dict, seed: int) -> list[float]:
    """Train a lesson with the library, as the page would: UAR of every corpus in %."""
    settings = {"steps": STEPS, "seed": seed, **lesson}
    own = {key: value for key, value in settings.items() if key not in playground_golden.OF_THE_RUN}
    method = playground_golden.LEARNERS[lesson["learner"]](**own)

    def stream(problem, corpus, steps, seeds):
        return playground_golden.stream(settings, problem, corpus, steps, seeds)

    *_, last = train_sequence(method, problem, source, stream=stream, steps=STEPS, lr=LR, seeds=[seed])
    matrices = evaluate(last.model, problem)
    return [100 * float(uar(matrices[name].reshape(4, 4))) for name in problem.corpora]


def setting(coordinates: str) -> tuple[Problem, MLP]:
    """Give problem and source model on the coordinates of the "page", on so many of the packs, on "all"."""
    if coordinates == "page":
        return load(list(CHAIN))
    components = None if coordinates == "all" else int(coordinates)
    problem = load_problem(CHAIN, FOLD, components=components)
    return problem, train_source_model(problem, SEED, lr=LR, hidden=HIDDEN)


def table(kinds: tuple[str, ...] = ("page", "128", "256", "all"), seeds: range = SEEDS) -> pd.DataFrame:
    """Measure every lesson on every kind of coordinates: means over the seeds, UAR in %."""
    rows = []
    for kind in kinds:
        problem, source = setting(kind)
        for name, lesson in LESSONS.items():
            scores = pd.DataFrame([score(problem, source, lesson, seed) for seed in seeds])
            old, new = scores.mean()
            low, high = scores[1].min(), scores[1].max()
            values = {"old": old, "new": new, "new_lowest": low, "new_highest": high}
            cell = {"coordinates": kind, "lesson": name, "seeds": len(seeds)}
            rows.append(cell | {key: round(float(value), 2) for key, value in values.items()})
            print(rows[-1], flush=True)
    return pd.DataFrame(rows)


def main(out: Path = OUT) -> None:
    """Write the table and where it comes from."""
    torch.set_num_threads(1)
    out.mkdir(parents=True, exist_ok=True)
    table().to_csv(out / "table.csv", index=False, lineterminator="\n")
    provenance = {
        "study": "coordinates",
        "command": "python tools/measure_coordinates.py",
        "sequifi_lite": __version__,
        "python": platform.python_version(),
        "versions": {name: metadata.version(name) for name in ("torch", "numpy", "pandas")},
    }
    (out / "provenance.json").write_text(json.dumps(provenance, indent=1) + "\n", encoding="utf-8")
    seal(out)


if __name__ == "__main__":
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    main()
