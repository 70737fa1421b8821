"""Write the playground's corpora: sequifi_lite/teaching/playground/data/*.js.

    python tools/make_playground.py
    python tools/make_playground.py --components 256 --out FOLDER

Five corpora in the coordinates of each possible source would be 8 MB. So they are shipped once, in an axis
system that all share; and each corpus has a map of that system into its own coordinates: z-scored by its own
training part and turned to its own principal axes, as `load_problem(components=...)` does. Without the map,
which scales as the source alone would, the lesson is lost: one pass class by class does not collapse.

The shared axes are principal axes of the training parts of all five, each with the square root of its number
of clips as weight, after every input was divided by its spread within corpora. They see no label and no clip
of another part, but they do see later corpora: it is a compression. 192 of them in 128 bytes a clip, a byte
for each of the first 64 and half a byte for the others, come closer to the float coordinates of a source than
128 whole bytes.

Whole numbers until the last step: coordinates and map are whole, so x = scale * (c map) + offset has the same
bits in Python and in a browser.
"""

from __future__ import annotations

import argparse
import base64
import json
from functools import partial
from pathlib import Path

import numpy as np

from sequifi_lite.data.corpora import CORPORA as FACTS
from sequifi_lite.data.pack import load_pack
from sequifi_lite.data.problem import load_problem
from sequifi_lite.learning.source_model import train_source_model
from sequifi_lite.teaching.playground import CORPORA
from sequifi_lite.teaching.playground.corpora import PARTS, pack, problem_of

DATA = Path(__file__).resolve().parents[1] / "sequifi_lite" / "teaching" / "playground" / "data"
FOLD, SEED, HIDDEN, LR = 0, 0, 64, 1e-3
CHANGES = "Recordings were replaced by coordinates of embeddings; no speech can be played back from them."


def text(values: np.ndarray, dtype: str) -> str:
    """Encode numbers as text: little-endian, base 85."""
    return base64.b85encode(np.ascontiguousarray(values.astype(dtype)).tobytes()).decode()


def principal_axes(S: np.ndarray, components: int) -> np.ndarray:
    """Find the axes (inputs, components) of the largest variance of a covariance S (inputs, inputs).

    Each is turned so that its entry of largest size is positive.
    """
    axes = np.linalg.eigh(S)[1][:, ::-1][:, :components]
    return axes * np.sign(axes[np.abs(axes).argmax(0), np.arange(components)])


def whole(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Round every column to whole numbers of at most 127: (int8, what one is worth in each column)."""
    worth = np.abs(values).max(0) / 127
    return np.rint(values / worth).astype(np.int8), worth


def coordinates_of(values: np.ndarray, wide: int) -> tuple[np.ndarray, np.ndarray]:
    """Round the first `wide` columns to a byte, the others to half a byte.

    Half a byte is -8 to 7, which are four standard deviations.
    """
    first, worth = whole(values[:, :wide])
    half = 4 * values[:, wide:].std(0) / 7.5
    others = np.clip(np.rint(values[:, wide:] / half), -8, 7).astype(np.int8)
    return np.concatenate([first, others], axis=1), np.concatenate([worth, half])


def shared_system(E: np.ndarray, parts: dict, shared: int, wide: int) -> dict:
    """Fit the axis system that all corpora share, on training parts of embeddings E (n, inputs).

    Returns mean, spread (inputs,), axes (inputs, shared), coordinates int8 (n, shared), and what a whole
    number is worth (shared,).
    """
    train = [E[part.train] for part in parts.values()]
    weights = np.sqrt([len(x) for x in train])
    average = partial(np.average, axis=0, weights=weights)
    mean, spread = average([x.mean(0) for x in train]), np.sqrt(average([x.var(0) for x in train]))
    scaled = [(x - mean) / spread for x in train]
    axes = principal_axes(average([z.T @ z / len(z) for z in scaled]), shared)
    coordinates, worth = coordinates_of((E - mean) / spread @ axes, wide)
    return {"mean": mean, "spread": spread, "axes": axes, "coordinates": coordinates, "worth": worth}


def own_map(train: np.ndarray, system: dict, components: int) -> dict:
    """Map shared coordinates into those of a source with training embeddings `train` (n, inputs)."""
    mean, spread = train.mean(0), train.std(0)
    z = (train - mean) / spread
    axes = principal_axes(z.T @ z / len(z), components)
    turn = (system["axes"].T * (system["spread"] / spread)) @ axes
    rounded, scale = whole(system["worth"][:, None] * turn)
    offset = ((system["mean"] - mean) / spread) @ axes
    return {"map": text(rounded, "<i1"), "scale": text(scale, "<f4"), "offset": text(offset, "<f4")}


def with_source_model(record: dict) -> dict:
    """Train theta_0 on a record's own clips, as the engine will see them, and put it there."""
    head = train_source_model(problem_of([record]), SEED, lr=LR, hidden=HIDDEN)
    weights = np.concatenate([p.detach().numpy().reshape(-1) for p in head.parameters()])
    return record | {"source": record["source"] | {"weights": text(weights, "<f4"), **head.origin}}


def records(components: int = 128) -> tuple[dict[str, dict], dict]:
    """Make the record of every corpus, without its source model, and the projection of new embeddings."""
    problem = load_problem(CORPORA, FOLD, scaling="raw")
    E, made = problem.X.numpy().astype(np.float64), {}
    shared, wide = 3 * components // 2, components // 2
    system = shared_system(E, problem.parts, shared, wide)
    for name, part in problem.parts.items():
        rows = np.sort(np.concatenate([part.train, part.valid, part.test]))
        of_clip = np.zeros(len(E), dtype=int)
        for number, part_name in enumerate(PARTS):
            of_clip[getattr(part, part_name)] = number
        provenance = load_pack(name).provenance
        made[name] = {
            "name": name,
            "title": FACTS[name].TITLE,
            "licence": provenance["licence"],
            "home": provenance["home"],
            "citation": provenance["citation"],
            "changes": CHANGES,
            "encoder": f"{provenance['encoder']}, layer {provenance['layer']}, {provenance['pooling']}",
            "emotions": list(problem.emotions),
            "clips": len(rows),
            "components": components,
            "shared": shared,
            "wide": wide,
            "labels": "".join(map(str, problem.labels[rows])),
            "parts": "".join(map(str, of_clip[rows])),
            "coordinates": text(pack(system["coordinates"][rows], wide), "<i1"),
            "source": own_map(E[part.train], system, components),
        }
    axes, scale = whole(system["axes"])
    projection = {"inputs": E.shape[1], "shared": shared, "wide": wide, "axes": text(axes, "<i1")}
    projection["scale"] = text(scale / system["worth"], "<f4")
    projection |= {key: text(system[key], "<f4") for key in ("mean", "spread")}
    return made, projection


def script(call: str, value: dict) -> str:
    """Write a classic script that hands a record to the engine."""
    return f"{call}({json.dumps(value, indent=0)});\n"


def main(components: int, out: Path) -> None:
    made, projection = records(components)
    out.mkdir(parents=True, exist_ok=True)
    for name, record in made.items():
        path = out / f"{name}.js"
        path.write_text(script("Forgetting.receive", with_source_model(record)), encoding="utf-8")
        print(f"{path.name}: {path.stat().st_size / 1e3:.0f} kB, {record['clips']} clips")
    path = out / "projection.js"
    path.write_text(script("Forgetting.receiveProjection", projection), encoding="utf-8")
    print(f"{path.name}: {path.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--components", type=int, default=128)
    parser.add_argument("--out", type=Path, default=DATA)
    options = parser.parse_args()
    main(options.components, options.out)
