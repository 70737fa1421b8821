"""What a run costs on this machine: `make bench`. Never a timed test.

    python tools/bench.py                    the core of it, a table on the screen
    python tools/bench.py --all              every method, 1, 24 and 120 runs, one and two threads,
                                             into results/bench
    python tools/bench.py --all --rounds 3   so many samples of every cell
    python tools/bench.py --encoder          fine-tuning an encoder instead: kept states, share of the matrix
                                             products; with --all into results/bench-encoder

The scenario: CREMA-D -> RAVDESS -> Emo-DB -> MESD, four emotions, fold 0, an MLP of 1024, 128 and 4 units,
Adam at 3e-4, batches of 32, ten epochs of every corpus. Competitors: a plain PyTorch loop, Avalanche where it
is installed (tools/peer.py), and the machine's own matrix products.

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
import json
import multiprocessing
import os
import platform
import resource
import subprocess
import sys
import time
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
from torch import nn  # noqa: E402

torch.set_num_threads(1)  # the parent stays single-threaded: threads do not survive a fork

from sequifi_lite import __version__  # noqa: E402
from sequifi_lite.learning.heads import MLP  # noqa: E402
from sequifi_lite.learning.loop import Evaluator, train  # noqa: E402
from sequifi_lite.learning.methods import METHODS  # noqa: E402
from sequifi_lite.learning.optimisers import adam  # noqa: E402
from sequifi_lite.learning.schedule import shuffled  # noqa: E402
from sequifi_lite.learning.sequence import train_sequence  # noqa: E402
from sequifi_lite.studies.plans.budget import RECIPES as less_work  # noqa: E402
from sequifi_lite.studies.plans.budget import Recipe  # noqa: E402

CORPORA = ("cremad", "ravdess", "emodb", "mesd")
PER_CLASS = 20  # rows kept in memories
EPOCHS = {
    1: 10,
    24: 1,
    120: 1,
}  # how much of the ten epochs a sample trains; more runs need fewer steps for the same time
# "short" shows whether cost is linear in steps; the last two end no worse than "full" (results/less_work)
# with less work.
RECIPES = {"full": Recipe(), "short": Recipe(epochs=1)} | {
    name: less_work[name] for name in ("256", "512, half the steps")
}
PLAIN = torch.optim.Adam
PEERS = ("vanilla", "ewc", "si", "mas", "lwf", "er", "gem", "a-gem", "der")
COLUMNS = ["who", "method", "optimiser", "recipe", "runs", "threads"]


def fused(parameters, lr):
    return PLAIN(parameters, lr=lr, fused=True)


OPTIMISERS = {"plain": PLAIN, "fused": fused, "one pass": adam}


class Clock:
    """CPU seconds of this process since the last look."""

    def __init__(self):
        self.cpu, self.wall = time.process_time(), time.perf_counter()

    def __call__(self):
        return time.process_time() - self.cpu, time.perf_counter() - self.wall


class Scenario:
    """The data of a recipe and the number of steps per corpus; made once, before any fork."""

    def __init__(self, recipe: str):
        how = RECIPES[recipe]
        self.batch, self.epochs, self.lr = how.batch, how.epochs, how.lr
        self.problem = load_problem(CORPORA, 0, components=how.components)
        self.rows = [self.problem.parts[name].train for name in CORPORA]
        self.inputs = self.problem.X.shape[1]
        self.source = None

    def steps(self, epochs: float) -> list[int]:
        return [max(4, round(epochs * -(-len(rows) // self.batch))) for rows in self.rows]

    def stream(self, epochs: float):
        steps = dict(zip(CORPORA, self.steps(epochs)))
        return lambda problem, corpus, _, seeds: shuffled(
            problem.parts[corpus].train, steps[corpus], seeds, self.batch
        )

    def source_model(self) -> MLP:
        """A source model of one run with its origin, for the methods that walk its path again."""
        if self.source is None:
            self.source, steps = MLP([0], self.inputs), self.steps(self.epochs)[0]
            train(self.source, self.problem.X, self.problem.y, shuffled(self.rows[0], steps, [0]), lr=self.lr)
            self.source.origin = {"seed": 0, "lr": self.lr, "hidden": 128, "steps": steps}
        return self.source


def ours(cell: dict, it: Scenario) -> dict:
    """The target stages of a method: CPU per step, and apart from it what is done once per corpus.

    A step is timed from the end of the second of a training to the end of the last: the first two touch new
    memory.
    """
    runs, share = cell["runs"], min(it.epochs, EPOCHS[cell["runs"]])
    learner, source_model = METHODS[cell["method"]](), it.source_model().select([0] * runs)
    make, after = learner.schedule, learner.step
    spent = {"planned": 0.0, "steps": 0.0, "timed": 0, "taken": 0, "length": 0}

    def schedule(*arguments):
        clock = Clock()
        made = make(*arguments)
        spent["planned"] += clock()[0]
        spent["length"] = 0 if made is None else len(made.stage)
        return made

    def step(number, *arguments):
        after(number, *arguments)
        spent["taken"] += 1
        if number == 2:
            spent["clock"] = Clock()
        if number == spent["length"]:
            spent["steps"] += spent["clock"]()[0]
            spent["timed"] += number - 2

    learner.schedule, learner.step, steps = schedule, step, sum(it.steps(share)[1:])
    choices = {"lr": it.lr, "optimiser": OPTIMISERS[cell["optimiser"]], "stream": it.stream(share)}
    clock = Clock()
    for _ in train_sequence(
        learner, it.problem, source_model, evaluator=lambda: Evaluator(points=1), **choices
    ):
        pass
    cpu, wall = clock()
    work = spent["steps"] / max(spent["timed"], 1) * spent["taken"] + spent["planned"]
    return {"step": work / steps / runs, "once": max(cpu - work, 0) / runs, "wall": wall / steps / runs}


def plain(cell: dict, it: Scenario) -> dict:
    """The loop that everybody writes."""
    head = MLP([0], it.inputs)
    net = nn.Sequential(nn.Linear(it.inputs, 128), nn.ReLU(), nn.Linear(128, 4))
    for layer, (W, b) in zip((net[0], net[2]), head.layers):
        layer.weight.data, layer.bias.data = W[0].detach().T.contiguous(), b[0, 0].detach().clone()
    X, y, steps = it.problem.X, it.problem.y, OPTIMISERS[cell["optimiser"]](net.parameters(), lr=it.lr)
    clock, done = Clock(), 0
    for rows in it.rows:
        rows = torch.from_numpy(rows)
        for _ in range(it.epochs):
            for batch in rows[torch.randperm(len(rows))].split(it.batch):
                loss = nn.functional.cross_entropy(net(X[batch]), y[batch])
                steps.zero_grad(), loss.backward(), steps.step()
                done += 1
    cpu, wall = clock()
    return {"step": cpu / done, "once": 0.0, "wall": wall / done}


def avalanche(cell: dict, it: Scenario) -> dict:
    """One run of the whole scenario in Avalanche, its data set made, its model ready."""
    import peer

    make = peer.strategies(PER_CLASS, 4, len(CORPORA) - 1)[cell["method"]]
    choices = {
        "epochs": it.epochs,
        "lr": it.lr,
        "batch": it.batch,
        "optimiser": OPTIMISERS[cell["optimiser"]],
    }
    strategy, chain = peer.prepare(
        make, it.problem.X, it.problem.y, it.rows, MLP([0], it.inputs), 0, **choices
    )
    clock = Clock()
    peer.walk(strategy, chain)
    cpu, wall = clock()
    steps = sum(it.steps(it.epochs))
    return {"step": cpu / steps, "once": 0.0, "wall": wall / steps}


def sgemm(cell: dict, it: Scenario) -> dict:
    """Nothing but the matrix products of a step, into memory that is there.

    What no implementation can go below.

    "products and Adam" steps the weights too.
    """
    runs, widths = cell["runs"], ((it.inputs, 128), (128, 4))
    W = [torch.randn(runs, a, b) * 0.01 for a, b in widths]
    x = [torch.randn(runs, it.batch, a) for a, _ in widths]
    delta = [torch.randn(runs, it.batch, b) for _, b in widths]
    out, back = [torch.empty_like(d) for d in delta], torch.empty(runs, it.batch, 128)
    p = [nn.Parameter(w) for w in W]
    for w in p:
        w.grad = torch.randn_like(w)
    g, steps = [w.grad for w in p], OPTIMISERS["fused"](p, lr=1e-6)
    count = max(8, 600 // runs)
    with torch.no_grad():
        for n in range(count + 3):
            if n == 3:
                clock = Clock()
            for i in (0, 1):
                torch.bmm(x[i], p[i], out=out[i])
                torch.bmm(x[i].transpose(1, 2), delta[i], out=g[i])
            torch.bmm(delta[1], p[1].transpose(1, 2), out=back)
            if cell["method"] == "products and Adam":
                steps.step()
    cpu, wall = clock()
    return {"step": cpu / count / runs, "once": 0.0, "wall": wall / count / runs}


WHO = {"sequifi_lite": ours, "plain loop": plain, "avalanche": avalanche, "sgemm": sgemm}


def flops(it: Scenario) -> float:
    """Floating-point operations of a step.

    Two products with the weights of every layer, one more back through the last.
    """
    return 2 * it.batch * (2 * it.inputs * 128 + 3 * 128 * 4)


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
        "note": (
            "Times are the content: another machine, or another hour, gives other ones. "
            "Compare within this table alone."
        ),
    }
    (folder / "provenance.json").write_text(json.dumps(provenance, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="What a run costs on this machine.")
    parser.add_argument("--all", action="store_true", help="every cell, into results/bench")
    parser.add_argument("--rounds", type=int, default=3, help="samples of every cell")
    parser.add_argument(
        "--encoder", action="store_true", help="fine-tuning an encoder instead (tools/bench_encoder.py)"
    )
    parser.add_argument("--fresh", action="store_true", help="forget samples taken before")
    arguments = parser.parse_args()
    if arguments.encoder:
        import bench_encoder

        found = bench_encoder.main(arguments.rounds)
        if arguments.all:
            write(found, ROOT / "results" / "bench-encoder", "--encoder --all", int(found["rounds"].sum()))
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
