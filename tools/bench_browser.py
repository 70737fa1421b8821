"""What the pages that train cost in a browser: `make bench BENCH=--browser`. Never a timed test.

The playground and the first page of the built book, in each browser of this machine, from a folder and from
a server on this machine. Play is pressed by a key in a browser that was just begun, with nothing kept of
earlier visits. Three questions:

- How long until the first number of a trained model is on the screen, from the key, loading the clips
  included; and how many CPU seconds has the browser spent by then, all of its processes together?
- How far apart are the frames while it trains, and how long is the longest task of the page's own thread?
  (One of more than 50 ms is called long; only Chromium tells.)
- How long do 24 orders of 200 steps take, from the key to the last curve?

Round by round every cell is measured once, so that all of them meet the same noise; of times the table has
the median and the fastest round, because a busy machine only ever adds. Nothing is resumed.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from chromium import CHROMIUM, Chromium  # noqa: E402
from firefox import FIREFOX, Firefox  # noqa: E402
from served import Served  # noqa: E402

WATCH = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
#: By name: the page, what is set by its address, the part of it that trains, its button, what is watched.
WORK = {
    "one long pass": ("book/playground.html", "#play", "app", "playButton", "train"),
    "five corpora, two learners": (
        "book/playground.html",
        "#play&chain=cremad.ravdess.emodb.mesd.nemo&speed=fast&race=true&a.stream=shuffled&b.learner=er",
        "app", "playButton", "train",
    ),
    "24 orders": ("book/playground.html", "#play", "app", "fanButton", "orders"),
    "the first page": ("book/index.html", "", "small", "playButton", "train"),
}  # fmt: skip
CELL = ["browser", "address", "work"]


def spent(process: psutil.Process) -> float:
    """CPU seconds of a browser, its children's children included."""
    total = 0.0
    for one in [process, *process.children(recursive=True)]:
        try:
            times = one.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


def sample(kind, root: str, work: str) -> dict:
    """Measure one training in a browser that was just begun; times in milliseconds, CPU in seconds."""
    page, setting, app, button, watched = WORK[work]
    with tempfile.TemporaryDirectory() as folder, kind(Path(folder) / "profile", patience=240) as browser:
        browser.look(1440, "light")
        browser.open(f"{root}{page}{setting}")
        process = psutil.Process(browser.process.pid)
        browser.run(f"{WATCH}; watch(Playground.{app}, {watched!r})")
        browser.run(f"Playground.{app}.{button}.focus()")
        browser.run("new Promise((ok) => setTimeout(ok, 1000))")  # what a page does when it is new is over
        before = spent(process)
        browser.press("Enter", 13)
        browser.run("seen.first.then(() => true)")
        first = spent(process)
        told = browser.run("seen.last")
        frames = np.array(told["frames"])
        return {
            "first": told["first"],
            "last": told["last"],
            "first_cpu": first - before,
            "all_cpu": spent(process) - before,
            "frame": float(np.median(frames)),
            "late_frames": int((frames > 50).sum()),
            "frames": len(frames),
            "longest_frame": float(frames.max()),
            "long_tasks": len(told["long"]) if kind is Chromium else np.nan,
            "longest_task": max(told["long"], default=0.0) if kind is Chromium else np.nan,
        }


def table(samples: pd.DataFrame) -> pd.DataFrame:
    """Medians over the rounds, and the fastest of what is waited for.

    Parameters
    ----------
    samples : DataFrame
        browser, address, work and what `sample` tells, a row a round.

    Returns
    -------
    DataFrame
        A row for each cell: times in ms (first number, all trained, frames, tasks) or s (CPU), `late` the
        share of frames in % that came more than 50 ms after the one before.
    """
    samples = samples.assign(late=100 * samples["late_frames"] / samples["frames"])
    groups = samples.groupby(CELL, sort=False)
    columns = {
        "rounds": groups.size(),
        "first_ms": groups["first"].median(),
        "first_ms_fastest": groups["first"].min(),
        "first_cpu_s": groups["first_cpu"].median(),
        "last_ms": groups["last"].median(),
        "last_ms_fastest": groups["last"].min(),
        "all_cpu_s": groups["all_cpu"].median(),
        "frame_ms": groups["frame"].median(),
        "late": groups["late"].median(),
        "longest_frame_ms": groups["longest_frame"].median(),
        "long_tasks": groups["long_tasks"].median(),
        "longest_task_ms": groups["longest_task"].median(),
    }
    digits = {name: 0 for name in columns if name.endswith("_ms") or name.endswith("_fastest")}
    digits |= {"first_cpu_s": 2, "all_cpu_s": 2, "frame_ms": 1, "late": 1}
    return pd.DataFrame(columns).round(digits).reset_index()


def main(rounds: int) -> pd.DataFrame:
    """Measure every cell so many times, and print the table."""
    built = Path(os.environ.get("SEQUIFI_LITE_BOOK", ROOT / "_build/html"))
    if not (built / "book/playground.html").is_file():
        raise SystemExit(
            f"error: there is no built book in {built}; type make book first, or name one by"
            " SEQUIFI_LITE_BOOK."
        )
    there = (("Chromium", Chromium, CHROMIUM), ("Firefox", Firefox, FIREFOX))
    rows = []
    with closing(Served(built)) as served:
        roots = {"file": f"{built.resolve().as_uri()}/", "http": served.address}
        cells = [
            (name, kind, *at, work)
            for name, kind, path in there
            if path
            for at in roots.items()
            for work in WORK
        ]
        for number in range(1, rounds + 1):
            for name, kind, address, root, work in cells:
                one = sample(kind, root, work)
                rows.append({"browser": name, "address": address, "work": work} | one)
                cell = f"round {number}: {name} · {address} · {work}"
                print(f"{cell:60} {one['first']:6.0f} ms to the first number", flush=True)
    if not rows:
        raise SystemExit("error: there is neither Chromium nor Firefox on this machine; install one of them.")
    found = table(pd.DataFrame(rows))
    print(found.to_string(index=False, na_rep=""))
    return found
