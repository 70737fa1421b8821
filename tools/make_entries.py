"""Make our own entries of the leaderboard, and make them again to see whether they come out the same.

    python tools/make_entries.py            write them into leaderboard/submissions, where they are missing
    python tools/make_entries.py --again    train all again, compare every prediction, write reruns.json

They go through the door that everybody's go through: `sequifi-lite submit check` has the last word. A
submission of somebody else is re-run by hand, from what it says of itself; `--add FILE` then enters it into
reruns.json, after its predictions have been compared with those of a second file.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from sequifi_lite.data.files import sha256, write_text  # noqa: E402
from sequifi_lite.data.problem import load_problem  # noqa: E402
from sequifi_lite.learning.methods import METHODS  # noqa: E402
from sequifi_lite.learning.sequence import train_sequence  # noqa: E402
from sequifi_lite.learning.source_model import train_source_model  # noqa: E402
from sequifi_lite.studies.leaderboard.board import RERUNS, check  # noqa: E402
from sequifi_lite.studies.leaderboard.submission import read  # noqa: E402
from sequifi_lite.studies.leaderboard.tracks import TRACKS, template, written  # noqa: E402

BOARD, TRACK = ROOT / "leaderboard", "ravdess-emodb"
STEPS, SOURCE_STEPS, LR = 200, 800, 1e-3
PER_CLASS = 5  # clips of each class and corpus that experience replay keeps
ENTRIES = {
    "zero-shot": {
        "method": (
            "The source model as it is: a head of 128 units on the shipped embeddings, nothing learnt after."
        ),
        "stored": {"kind": "nothing", "clips": 0, "floats": 0},
    },
    "vanilla": {
        "method": f"Fine-tuning on the new corpus alone, {STEPS} steps of Adam at {LR:g}.",
        "stored": {"kind": "nothing", "clips": 0, "floats": 0},
    },
    "er": {
        "method": f"Experience replay, {PER_CLASS} clips of each class kept; otherwise as vanilla.",
        "stored": {"kind": "clips", "clips": 4 * PER_CLASS, "floats": 4 * PER_CLASS * 1024},
    },
}


def predictions(names: list[str], seed: int = 0) -> dict[str, dict]:
    """Predict every test clip of every fold with every method, from one source model a fold."""
    torch.set_num_threads(1)
    said: dict[str, dict] = {name: {} for name in names}
    for fold in range(5):
        problem = load_problem(TRACKS[TRACK], fold)
        source = train_source_model(problem, seed, SOURCE_STEPS)
        for name in names:
            method = METHODS[name](per_class=PER_CLASS) if name == "er" else METHODS[name]()
            stops = train_sequence(method, problem, source, steps=STEPS, lr=LR, seeds=[seed])
            model = list(stops)[-1].model
            said[name][str(fold)] = {
                corpus: {
                    problem.clips["file"].iloc[row]: [problem.emotions[k]]
                    for row, k in zip(part.test, model.predict(problem.X[part.test])[0].tolist())
                }
                for corpus, part in problem.parts.items()
            }
        print(f"fold {fold}", file=sys.stderr)
    return said


def submission(name: str, said: dict) -> dict:
    made = template(TRACK) | {"name": name, "authors": "sequifi_lite"} | ENTRIES[name]
    return made | {"predictions": said}


def main(again: bool) -> int:
    folder = BOARD / "submissions"
    names = [name for name in ENTRIES if again or not (folder / f"{TRACK}-{name}.json").exists()]
    unlike, same = 0, {}
    for name, said in predictions(names).items() if names else ():
        path = folder / f"{TRACK}-{name}.json"
        if not again:
            write_text(path, written(submission(name, said)))
        elif json.loads(path.read_text(encoding="utf-8"))["predictions"] != said:
            unlike += 1
            print(f"{path.name} comes out otherwise", file=sys.stderr)
            continue
        else:
            same[path.name] = sha256(path)
        entry, rank, of = check(path, BOARD)
        print(f"{path.name}: UAR {100 * entry.scores['uar']:.1f} %, rank {rank} of {of}")
    if again:
        _enter(same)
    return int(unlike > 0)


def _enter(same: dict[str, str]) -> None:
    path = BOARD / RERUNS
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    write_text(path, json.dumps(dict(sorted((before | same).items())), indent=1) + "\n")


def add(file: Path, other: Path) -> None:
    """Enter a submission as re-run here, if a second file of our own has the same predictions."""
    if read(file).digest != read(other).digest:
        raise SystemExit(f"{file} and {other} do not predict the same; {file} stays reported.")
    _enter({file.name: sha256(file)})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--again", action="store_true", help="train again, compare, and write reruns.json")
    parser.add_argument(
        "--add", nargs=2, type=Path, metavar=("FILE", "RERUN"), help="enter FILE, of which RERUN is ours"
    )
    given = parser.parse_args()
    sys.exit(add(*given.add) if given.add else main(given.again))
