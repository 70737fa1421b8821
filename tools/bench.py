"""What a run costs on this machine: `make bench`. Never a timed test.

    python tools/bench.py                    the core of it, a table on the screen
    python tools/bench.py --all              every method, 1, 24 and 120 runs, one and two threads,
                                             into results/bench
    python tools/bench.py --all --rounds 3   so many samples of every cell
    python tools/bench.py --encoder          fine-tuning an encoder instead: kept states, share of the matrix
                                             products; with --all into results/bench-encoder
    python tools/bench.py --browser          the pages that train, in a browser: the first number, frames;
                                             with --all into results/bench-browser (make book first)

The scenario: CREMA-D -> RAVDESS -> Emo-DB -> MESD, four emotions, fold 0, an MLP of 1024, 128 and 4 units,
Adam at 3e-4, batches of 32, ten epochs of every corpus. Competitors: a plain PyTorch loop, Avalanche where it
is installed (tools/peer.py), and the machine's own matrix products (tools/competitors.py).

How it is measured. A cell is one competitor at one number of runs and threads; each sample of it is a process
of its own, forked before the work begins, and CPU seconds are counted, not those on the wall. Round by round
every cell is sampled once, so that all of them meet the same noise; the table has medians. Where R runs train
together, a sample takes a share of the epochs: what a step costs is constant (the recipe "short" checks it),
and what a method does once per corpus is timed apart. Samples are kept in .book/bench.jsonl, so a killed
bench goes on where it was; --fresh forgets them.
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import json
import multiprocessing
import os
import platform
import resource
import subprocess
import sys
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]
# Two threads that wait for each other by spinning burn CPU time on a busy machine, dozens of times what they
# compute.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import torch  # noqa: E402

torch.set_num_threads(1)  # the parent stays single-threaded: threads do not survive a fork

from competitors import WHO, Scenario, flops  # noqa: E402

from sequifi_lite import __version__  # noqa: E402
from sequifi_lite.learning.methods import METHODS  # noqa: E402

PEERS = ("vanilla", "ewc", "si", "mas", "lwf", "er", "gem", "a-gem", "der")
COLUMNS = ["who", "method", "optimiser", "recipe", "runs", "threads"]


def cells(everything: bool) -> list[dict]:
    """Every cell of the bench, the cheap ones first."""
    try:
        metadata.version("avalanche-lib")
        peers = PEERS
    except metadata.PackageNotFoundError:
        print(
            "Avalanche is not installed here (pip install avalanche-lib==0.6.0): its rows are left out",
            flush=True,
        )
        peers = ()
    out = []

    def add(who, methods, optimiser="one pass", recipe="full", runs=(24,), threads=(1,)):
        grid = [(m, r, t) for m in methods for r in runs for t in threads]
        out.extend(dict(zip(COLUMNS, (who, m, optimiser, recipe, r, t))) for m, r, t in grid)

    runs = (1, 24, 120) if everything else (24,)
    add("sgemm", ("products", "products and Adam"), "fused", runs=runs)
    add("plain loop", ("vanilla",), "plain", runs=(1,))
    add("plain loop", ("vanilla",), "fused", runs=(1,))
    add("avalanche", peers, "plain", runs=(1,))
    add("avalanche", peers[:1], "fused", runs=(1,))
    add("avalanche", peers[:1], "plain", "512, half the steps", runs=(1,))
    add("sequifi_lite", ("vanilla",), "plain", runs=runs)
    add("sequifi_lite", ("vanilla",), "one pass", "256", runs=runs)
    add("sequifi_lite", ("vanilla",), "one pass", "512, half the steps", runs=runs)
    add("sequifi_lite", PEERS, runs=runs)
    if everything:
        add("sequifi_lite", [name for name in METHODS if name not in PEERS], runs=(1, 24))
        add("sequifi_lite", ("vanilla",), "one pass", "short", runs=(1,))
        add("sgemm", ("products", "products and Adam"), "fused", threads=(2,))
        add("sequifi_lite", PEERS, threads=(2,))
        add("sequifi_lite", ("vanilla",), runs=(1, 120), threads=(2,))
        add("plain loop", ("vanilla",), "fused", "short", runs=(1,), threads=(2,))
        add("avalanche", peers[:1], "plain", "short", runs=(1,), threads=(2,))
        add("sequifi_lite", [name for name in METHODS if name not in PEERS], runs=(120,))
    return out


def sample(cell: dict, scenarios: dict[str, Scenario]) -> dict:
    """One measurement, in a process of its own."""
    receiver, sender = multiprocessing.Pipe(duplex=False)

    def child():
        torch.set_num_threads(cell["threads"])
        usage, unit = resource.getrusage, 2**20 if platform.system() == "Darwin" else 2**10
        before = usage(resource.RUSAGE_SELF).ru_maxrss
        found = WHO[cell["who"]](cell, scenarios[cell["recipe"]])
        sender.send(
            found | {"memory": (usage(resource.RUSAGE_SELF).ru_maxrss - before) / unit / cell["runs"]}
        )

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    sender.close()
    try:
        return receiver.recv()
    except EOFError:
        raise SystemExit(f"error: the cell {cell} failed; its own message stands above.") from None
    finally:
        process.join()


def identity() -> dict:
    """What samples have to share to stand in one table."""
    cpu = next(
        (line.split(":")[1].strip() for line in _read("/proc/cpuinfo").splitlines() if "model name" in line),
        "",
    )
    return {"machine": f"{platform.system()} {platform.machine()} {cpu}".strip(), "torch": torch.__version__}


def _read(path: str) -> str:
    return Path(path).read_text() if Path(path).exists() else ""


def measure(wanted: list[dict], rounds: int, store: Path, fresh: bool) -> pd.DataFrame:
    """Sample every cell until it has been sampled `rounds` times; what is in the store already counts."""
    store.parent.mkdir(exist_ok=True)
    lines = [json.loads(line) for line in _read(str(store)).splitlines()]
    if fresh or not lines or lines[0] != identity():
        lines = [identity()]
        store.write_text(json.dumps(lines[0]) + "\n")
    samples = lines[1:]
    keys = [tuple(one[c] for c in COLUMNS) for one in samples]
    scenarios = {recipe: Scenario(recipe) for recipe in {cell["recipe"] for cell in wanted}}
    for it in scenarios.values():
        it.source_model()
    for number in range(1, rounds + 1):
        for cell in wanted:
            key = tuple(cell.values())
            if keys.count(key) >= number:
                continue
            one = cell | sample(cell, scenarios)
            with store.open("a") as file:
                file.write(json.dumps(one) + "\n")
            samples.append(one), keys.append(key)
            print(
                f"round {number}: {' · '.join(map(str, key)):65} {1e6 * one['step']:8.0f} us a step",
                flush=True,
            )
    mine = {tuple(cell.values()) for cell in wanted}
    return pd.DataFrame([one for one, key in zip(samples, keys) if key in mine]), scenarios


def table(samples: pd.DataFrame, scenarios: dict[str, Scenario]) -> pd.DataFrame:
    """Medians, and what follows from them for one run of the whole scenario."""
    groups = samples.groupby(COLUMNS, sort=False)
    out = groups[["step", "once", "wall", "memory"]].median().reset_index()
    # One call per quantile: unstack would sort the cells, and the quartiles would stand beside other cells'
    # medians.
    low, high = (groups["step"].quantile(q).to_numpy() for q in (0.25, 0.75))
    out.insert(len(COLUMNS), "samples", groups.size().to_numpy())
    it = [scenarios[recipe] for recipe in out["recipe"]]
    out["steps"] = [sum(s.steps(s.epochs)) for s in it]
    vanilla = out[(out["who"] == "sequifi_lite") & (out["method"] == "vanilla")].set_index(COLUMNS[2:])[
        "step"
    ]
    source = [
        s.steps(s.epochs)[0] for s in it
    ]  # methods do their work on the corpora after the source, which is vanilla's
    rates = out.set_index(COLUMNS[2:])["step"].where(out["who"].ne("sequifi_lite").to_numpy())
    for i, row in enumerate(out.itertuples()):
        if row.who == "sequifi_lite":
            rates.iloc[i] = vanilla[rates.index[i]]
    first = rates.to_numpy()
    out["run"] = out["once"] + np.array(source) * first + (out["steps"] - source) * out["step"]
    out["step_us"], out["step_us_low"], out["step_us_high"] = 1e6 * out["step"], 1e6 * low, 1e6 * high
    floor = out[out["who"] == "sgemm"].set_index(["method", "runs", "threads"])["run"]
    full = out["recipe"] == "full"
    for name, method in (("of_products", "products"), ("of_products_and_adam", "products and Adam")):
        own = [floor.get((method, r, t), np.nan) for r, t in zip(out["runs"], out["threads"])]
        out[name] = np.where(full, out["run"] / own, np.nan)
    peer = out[(out["who"] == "avalanche") & (out["optimiser"] == "plain") & full].set_index(
        ["method", "threads"]
    )["run"]
    # What Avalanche has no strategy for, and any recipe, is compared with its Naive.
    their = [
        peer.get((m, t), peer.get(("vanilla", t), np.nan)) for m, t in zip(out["method"], out["threads"])
    ]
    out["of_avalanche"] = np.where(
        out["who"].isin(("sequifi_lite", "plain loop")), out["run"] / their, np.nan
    )
    out["gflop_per_s"] = [
        flops(s) / step / 1e9 if w == "sgemm" else np.nan for s, step, w in zip(it, out["step"], out["who"])
    ]
    digits = {"step_us": 0, "step_us_low": 0, "step_us_high": 0, "once": 4, "run": 3, "memory": 1}
    digits |= {"of_products": 2, "of_products_and_adam": 2, "of_avalanche": 3, "gflop_per_s": 0}
    names = {"once": "once_s", "run": "run_s", "memory": "memory_mib"}
    return out[[*COLUMNS, "samples", "steps", *digits]].round(digits).rename(columns=names)


def write(found: pd.DataFrame, folder: Path, options: str, samples: int) -> None:
    """``table.csv`` and ``provenance.json``, as studies write them.

    The figures are the machine's, and differ on another.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found.to_csv(folder / "table.csv", index=False, lineterminator="\n")
    packages = [
        "torch",
        "numpy",
        "pandas",
        *(["avalanche-lib"] if "avalanche" in set(found.get("who", ())) else ["transformers"]),
    ]
    commit = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"], cwd=ROOT, capture_output=True, text=True
    ).stdout.strip()
    provenance = {
        "study": folder.name,
        "command": f"python tools/bench.py {options}",
        "sequifi_lite": __version__,
        "commit": commit,
        "date": datetime.date.today().isoformat(),
        "samples": samples,
        **identity(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "versions": {name: metadata.version(name) for name in packages},
        "note": "Times are the content: another machine, or another hour, gives other ones. "
        "Compare within this table alone.",
    }
    (folder / "provenance.json").write_text(json.dumps(provenance, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="What a run costs on this machine.")
    parser.add_argument("--all", action="store_true", help="every cell, into results/bench")
    parser.add_argument("--rounds", type=int, default=3, help="samples of every cell")
    parser.add_argument(
        "--encoder", action="store_true", help="fine-tuning an encoder instead (tools/bench_encoder.py)"
    )
    parser.add_argument(
        "--browser", action="store_true", help="the pages that train, in a browser (tools/bench_browser.py)"
    )
    parser.add_argument("--fresh", action="store_true", help="forget samples taken before")
    arguments = parser.parse_args()
    other = "encoder" if arguments.encoder else "browser" if arguments.browser else ""
    if other:
        found = importlib.import_module(f"bench_{other}").main(arguments.rounds)
        if arguments.all:
            folder = ROOT / "results" / f"bench-{other}"
            write(found, folder, f"--{other} --all", int(found["rounds"].sum()))
        return
    samples, scenarios = measure(
        cells(arguments.all), arguments.rounds, ROOT / ".book" / "bench.jsonl", arguments.fresh
    )
    found = table(samples, scenarios)
    short = found.drop(columns=["samples", "steps", "step_us_low", "step_us_high"])
    print(short.to_string(index=False, na_rep=""))
    if arguments.all:
        write(found, ROOT / "results" / "bench", "--all", int(found["samples"].sum()))


if __name__ == "__main__":
    main()
