"""What `tools/bench.py` measures: the scenario, and who runs it.

A competitor is ``f(cell, scenario)``: it gives the seconds of a step, and of what is done once per corpus,
for one run. They are the library, the loop that everybody writes, Avalanche, and the bare matrix products.
"""

from __future__ import annotations

import time

import torch
from torch import nn

from sequifi_lite.data.problem import load_problem
from sequifi_lite.learning.heads import MLP
from sequifi_lite.learning.loop import Evaluator, train
from sequifi_lite.learning.methods import METHODS
from sequifi_lite.learning.optimisers import adam
from sequifi_lite.learning.schedule import shuffled
from sequifi_lite.learning.sequence import train_sequence
from sequifi_lite.studies.plans.budget import RECIPES as less_work, Recipe

CORPORA = ("cremad", "ravdess", "emodb", "mesd")
PER_CLASS = 20  # rows kept in memories
# How much of the ten epochs a sample trains, by runs: more runs need fewer steps for the same time.
EPOCHS = {1: 10, 24: 1, 120: 1}
# "short" shows whether cost is linear in steps; the last two end no worse than "full" (results/less_work)
# with less work.
RECIPES = {"full": Recipe(), "short": Recipe(epochs=1)} | {
    name: less_work[name] for name in ("256", "512, half the steps")
}
PLAIN = torch.optim.Adam


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
