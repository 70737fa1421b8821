"""Golden runs: what the library computes, for the playground's engine to be held against.

    python tools/playground_golden.py     # writes tests/teaching/playground_golden.json

Every learner is trained by `sequifi_lite` on a small drawn chain of three corpora; weights, losses and
answers at five steps are written down. `tests/teaching/playground_check.js` repeats them with the engine.
"""

from __future__ import annotations

import argparse
import base64
import inspect
import json
from functools import partial
from pathlib import Path

import numpy as np
import torch
from make_playground import coordinates_of, text, whole

from sequifi_lite.evaluation.confusions import evaluate
from sequifi_lite.evaluation.metrics import confusion, last_class_share, recalls, shares, uar
from sequifi_lite.learning import METHODS
from sequifi_lite.learning.class_order import all_orders, class_by_class
from sequifi_lite.learning.heads import MLP
from sequifi_lite.learning.loop import Evaluator, train
from sequifi_lite.learning.methods._gaussians import gaussians
from sequifi_lite.learning.methods.fisher import fisher
from sequifi_lite.learning.methods.gaussian_replay import GaussianReplay
from sequifi_lite.learning.methods.gaussian_seen import GaussianBoth, GaussianSeen
from sequifi_lite.learning.methods.gem import dual
from sequifi_lite.learning.methods.method import Method
from sequifi_lite.learning.schedule import balanced, shuffled
from sequifi_lite.learning.sequence import train_sequence
from sequifi_lite.teaching.bugs import NoSquareLwF, TotalCountSLDA, WrongVectorAGEM
from sequifi_lite.teaching.playground.corpora import pack, problem_of, source_model_of

FILE = Path(__file__).resolve().parents[1] / "tests" / "teaching" / "playground_golden.json"
ORDER = [2, 0, 3, 1]
BY_CLASS = {"stream": "class by class", "order": ORDER}
# One line a run: the settings that the engine's Trainer takes.
CASES = [
    {"learner": "vanilla"},
    {"learner": "vanilla", "optimiser": "sgd", "lr": 0.05},
    {"learner": "vanilla", "optimiser": "momentum", **BY_CLASS, "reset": False},
    {"learner": "vanilla", "optimiser": "momentum", **BY_CLASS},
    {"learner": "vanilla", "stream": "balanced"},
    {"learner": "vanilla", **BY_CLASS},
    {"learner": "vanilla", **BY_CLASS, "steps": 18},
    {"learner": "vanilla", **BY_CLASS, "cycles": 2, "reset": False},
    {"learner": "vanilla", **BY_CLASS, "steps": [1, 8, 3, 8], "sees": "cumulative"},
    {"learner": "vanilla", **BY_CLASS, "cycles": 2, "sees": "cumulative"},
    {"learner": "vanilla", **BY_CLASS, "sees": "focus"},
    {"learner": "vanilla", **BY_CLASS, "sees": "one-vs-rest"},
    {"learner": "zero-shot"},
    {"learner": "joint"},
    {"learner": "cumulative"},
    {"learner": "er", "perClass": 1},
    {"learner": "er", "perClass": 3, "width": 7, **BY_CLASS},
    {"learner": "er", "perClass": 2, "seen": True, **BY_CLASS, "cycles": 2},
    {"learner": "l2-sp", "lam": 3.0},
    {"learner": "ewc", "lam": 3.0},
    {"learner": "lwf", "lam": 0.5, "T": 3.0},
    {"learner": "lwf", **BY_CLASS},
    {"learner": "gem", "perClass": 3, **BY_CLASS},
    {"learner": "gem", "perClass": 5, "gamma": 0.5, **BY_CLASS},
    {"learner": "a-gem", "perClass": 5, "width": 12, **BY_CLASS},
    {"learner": "interpolation", "alpha": 0.3},
    {"learner": "interpolation", "anchor": "source", **BY_CLASS},
    {"learner": "gaussian-seen", "rank": 2, **BY_CLASS, "cycles": 2},
    {"learner": "gaussian-seen", "rank": 1, **BY_CLASS, "steps": [1, 8, 3, 8]},
    {"learner": "gaussian-replay", "rank": 3, **BY_CLASS},
    {"learner": "gaussian-both", "rank": 0, **BY_CLASS},
    {"learner": "slda"},
    {"learner": "slda", "epsilon": 0.3},
    {"learner": "router", **BY_CLASS},
    {"learner": "no-square-lwf", "lam": 0.5, "T": 3.0},
    {"learner": "wrong-vector-a-gem", "perClass": 5, "width": 12, **BY_CLASS},
    {"learner": "total-count-slda"},
    # Where steps are large even the sum of both gradients is in conflict with the new one: 19 steps of 40.
    {"learner": "wrong-vector-a-gem", "perClass": 5, "width": 12, **BY_CLASS, "optimiser": "sgd", "lr": 0.1},
]
ROWS = (
    "vanilla",
    "joint",
    "cumulative",
    "er",
    "a-gem",
    "wrong-vector-a-gem",
)  # the others have vanilla's rows
PLAIN = {"stream": "shuffled", "optimiser": "adam"}
DEFAULTS = {"learner": "vanilla", "stream": "shuffled", "steps": 200, "lr": 1e-3}
DEFAULTS |= {"optimiser": "adam", "seed": 0}
POINTS = {1: (1, 10), 2: (10,)}  # besides the end of every corpus


class Routed:
    """Let the nearest corpus mean (C, inputs) choose among C heads for every clip."""

    def __init__(self, heads: list[MLP], means: torch.Tensor):
        self.heads, self.means = heads, means

    @torch.no_grad()
    def predict(self, x: torch.Tensor) -> torch.Tensor:
        chosen = torch.cdist(x.double(), self.means).argmin(1)
        said = torch.stack([head.predict(x) for head in self.heads])  # (C, R, n)
        return said[chosen, :, torch.arange(len(x))].T


class Router(Method):
    """Learn every corpus from theta_0 with a head of its own; the reference for the engine's router."""

    def __init__(self):
        self.heads, self.means = [], []

    def after_corpus(self, head, problem, number, seeds):
        if number == 0:
            self.means.append(problem.X[problem.parts[problem.corpora[0]].train].double().mean(0))
            self.heads.append(head.select([0]))
        else:
            self.heads[number] = head.select([0])

    def before_corpus(self, head, problem, number, seeds):
        self.means.append(problem.X[problem.parts[problem.corpora[number]].train].double().mean(0))
        self.heads.append(self.heads[0].select([0]))
        return self.heads[number]

    def model(self, head):
        return Routed(list(self.heads), torch.stack(self.means))


LEARNERS = METHODS | {
    "router": Router,
    "gaussian-seen": GaussianSeen,
    "gaussian-replay": GaussianReplay,
    "gaussian-both": GaussianBoth,
    "no-square-lwf": NoSquareLwF,
    "wrong-vector-a-gem": WrongVectorAGEM,
    "total-count-slda": TotalCountSLDA,
}
OPTIMISERS = {
    "adam": torch.optim.Adam,
    "sgd": torch.optim.SGD,
    "momentum": partial(torch.optim.SGD, momentum=0.9),
}
OF_THE_RUN = {"learner", "stream", "order", "steps", "cycles", "reset", "sees", "lr", "optimiser", "seed"}


def stream(settings: dict, problem, corpus: str, steps, seeds):
    """Make the plain schedule that a run's settings ask for."""
    rows, labels = problem.parts[corpus].train, problem.labels
    if settings["stream"] == "class by class":
        more = {key: settings[key] for key in ("cycles", "reset", "sees") if key in settings}
        return class_by_class(rows, labels, [settings["order"]], steps, seeds, **more)
    if settings["stream"] == "balanced":
        return balanced(rows, labels, steps, seeds)
    return shuffled(rows, steps, seeds)


class Watch(Evaluator):
    """Write down every loss, and weights and answers at some steps."""

    def __init__(self, method, rows, number: int, at):
        super().__init__()
        self.method, self.rows, self.number, self.at_steps = method, rows, number, at
        self.all_losses, self.seen = [], []

    def start(self, head, X, y, schedule):
        self.head, self.x, self.schedule = head, X[self.rows], schedule
        return super().start(head, X, y, schedule)

    def after_step(self, step, loss):
        self.all_losses.append(loss.detach().item())
        if step in self.at_steps and step < len(self.schedule.stage):
            self.seen.append(point(self.number, step, self.head, self.method.model(self.head), self.x))


def point(number: int, step: int, head, model, x) -> dict:
    """Write down the weights of a head, and what a model says of x."""
    weights = np.concatenate([p.detach().numpy().reshape(-1) for p in head.parameters()])
    said = "".join(map(str, model.predict(x)[0].tolist()))
    return {"number": number, "step": step, "weights": text(weights, "<f4"), "said": said}


def turns(problem, rank: int) -> list[list[list[float]]]:
    """Tell how the axes of the library's Gaussians lie, [corpus][class][axis]: an axis has no direction.

    1 where the entry of largest size is positive, else -1.
    """
    lies = []
    for part in problem.parts.values():
        fitted = gaussians(problem.X[part.train], problem.y[part.train], rank)
        lies.append([[float(f[f.abs().argmax()].sign()) for f in g.F] for g in fitted])
    return lies


def run(settings: dict, problem, source_model: MLP, points: dict) -> dict:
    """Train one learner on the chain, and write down what the engine has to find."""
    own = {key: value for key, value in settings.items() if key not in OF_THE_RUN}
    if "perClass" in own:
        own["per_class"] = own.pop("perClass")
    method = LEARNERS[settings["learner"]](**own)
    rows = np.concatenate([part.test for part in problem.parts.values()])
    watches: list[Watch] = []
    number = 0

    def plain(problem, corpus, steps, seeds):
        steps = settings["steps"] if isinstance(settings["steps"], list) else steps
        nonlocal number
        number = problem.corpora.index(corpus)
        return stream(settings, problem, corpus, steps, seeds)

    def watch():
        watches.append(Watch(method, rows, number, points.get(number, ())))
        return watches[-1]

    choices = {"optimiser": OPTIMISERS[settings["optimiser"]], "stream": plain, "evaluator": watch}
    # Stages of given lengths are the stream's own affair; a sequence is asked for a number.
    steps = int(np.sum(settings["steps"]))
    choices |= {"steps": steps, "lr": settings["lr"], "seeds": [settings["seed"]]}
    seen = []
    _, *stops = train_sequence(method, problem, source_model, **choices)
    for number, stop in enumerate(stops, 1):
        watched = [one for one in watches if one.number == number]
        seen += [point for one in watched for point in one.seen]
        head = stop.model if isinstance(stop.model, MLP) else getattr(stop.model, "heads", [source_model])[-1]
        steps = len(watched[0].schedule.stage) if watched else 0
        seen.append(point(number, steps, head, stop.model, problem.X[rows]))
    losses = np.array([loss for one in watches for loss in one.all_losses])
    case = {"settings": settings, "losses": text(losses, "<f4"), "points": seen}
    case["schedules"] = [{"ends": one.schedule.ends.tolist()} for one in watches]
    if settings["learner"].endswith("slda"):
        case["rule"] = text(torch.cat([stops[-1].model.W[0], stops[-1].model.b[0]]).numpy(), "<f4")
    if settings["learner"] == "router":
        case["means"] = text(torch.stack(method.means).numpy(), "<f4")
    if settings["learner"] in ROWS:
        for table, one in zip(case["schedules"], watches):
            table["rows"] = text(one.schedule.rows[0], "<u2")
    asked = zip(problem.corpora, ("test", "valid"))
    case["confusions"] = [
        evaluate(stops[-1].model, problem, part)[name].reshape(4, 4).tolist() for name, part in asked
    ]
    if settings["learner"].startswith("gaussian"):
        case["turns"] = turns(problem, own["rank"])
    return case


def golden(records: list[dict], steps: int, cases=CASES, points=POINTS) -> dict:
    """Run every case on the chain of these records."""
    problem, source_model = problem_of(records), source_model_of(records[0])
    made = []
    for number, case in enumerate(cases):
        settings = PLAIN | {"steps": steps, "lr": 0.002, "seed": number} | case
        made.append(run(settings, problem, source_model, points))
    sizes = [[len(part.train), len(part.valid), len(part.test)] for part in problem.parts.values()]
    return {"records": records, "X": text(problem.X.numpy(), "<f4"), "parts": sizes, "cases": made} | {
        "defaults": DEFAULTS
    }


def drawn_records(inputs: int = 15, hidden: int = 9, clips=(90, 70, 58)) -> list[dict]:
    """Draw a chain of small corpora with uneven classes, in which there is something to forget."""
    generator, made, shared, wide = np.random.default_rng(0), [], 18, 8
    means = 2 * generator.normal(size=(4, shared))
    for number, n in enumerate(clips):
        y = generator.permutation(np.repeat(range(4), [n - 3 * (n // 5), *[n // 5] * 3]))
        moved = means + 1.5 * number * generator.normal(size=means.shape)
        coordinates, worth = coordinates_of(moved[y] + 3 * generator.normal(size=(n, shared)), wide)
        turn, scale = whole(worth[:, None] * generator.normal(size=(shared, inputs)) * shared**-0.5)
        source = {"map": text(turn, "<i1"), "scale": text(scale, "<f4"), "hidden": hidden}
        source["offset"] = text(0.1 * generator.normal(size=inputs), "<f4")
        made.append({"name": f"corpus{number}", "emotions": list("abcd"), "clips": n, "source": source})
        made[-1] |= {"components": inputs, "shared": shared, "wide": wide}
        made[-1] |= {"coordinates": text(pack(coordinates, wide), "<i1"), "labels": "".join(map(str, y))}
        made[-1]["parts"] = "".join(str(int(i >= n // 2) + int(i >= 3 * n // 4)) for i in range(n))
    problem = problem_of(made)
    head = MLP([0], inputs, hidden)
    train(head, problem.X, problem.y, shuffled(problem.parts["corpus0"].train, 60, [0]), lr=0.01)
    weights = np.concatenate([p.detach().numpy().reshape(-1) for p in head.parameters()])
    made[0]["source"]["weights"] = text(weights, "<f4")
    return made


def draws() -> list[dict]:
    """Draw what the engine's generators have to draw."""
    made, sizes = [], (3, 16, 0, 21, 15, 5, 640, 31)
    highest = (0, 9, 2**31 - 1, *[3 * 2**30] * 12, 1000)
    for key in ([0, 0], [7, 3], [5, 2**20 + 1, 0, 2], [2**32 - 1, 1, 2, 3, 4, 5]):
        generator = np.random.default_rng(key)
        permutation = generator.permutation(np.arange(70)).tolist()
        below = [[most, int(generator.integers(most + 1))] for most in highest]
        seed = int(np.random.default_rng(key).integers(2**31))
        torch_generator = torch.Generator().manual_seed(seed)
        made.append({"key": key, "permutation": permutation, "below": below, "seed": seed, "sizes": sizes})
        made[-1]["floats"] = torch.rand(6, generator=torch_generator).tolist()
        made[-1]["doubles"] = torch.rand(6, generator=torch_generator, dtype=torch.float64).tolist()
        normals = [torch.randn(n, generator=torch_generator) for n in sizes]
        made[-1]["normals"] = [values[-20:].tolist() for values in normals]
    return made


def scored() -> list[dict]:
    """Score some answers; one class has no clip, another is never said."""
    generator, made = np.random.default_rng(1), []
    for K, there in ((4, 4), (5, 4)):
        truth, said = generator.integers(there, size=40), generator.integers(1, K, size=40)
        matrix, order = confusion(truth, said, K), generator.permutation(K)
        made.append(
            {
                "truth": truth.tolist(),
                "said": said.tolist(),
                "K": K,
                "matrix": matrix.tolist(),
                "recalls": [None if np.isnan(value) else value for value in recalls(matrix)],
                "uar": float(uar(matrix)),
                "shares": shares(matrix).tolist(),
                "order": order.tolist(),
                "last": float(last_class_share(matrix[None], order[None])[0]),
            }
        )
    return made


def duals() -> list[dict]:
    """Solve GEM's problem for one to four constraints, collinear ones included."""
    generator, made = torch.Generator().manual_seed(0), []
    for C in (1, 2, 3, 4) * 5:
        G = torch.randn(C, 6, generator=generator, dtype=torch.float64)
        if len(made) % 5 == 4 and C > 1:
            G[1] = 2 * G[0]
        q = G @ torch.randn(6, generator=generator, dtype=torch.float64)
        P = G @ G.T
        made.append({"P": P.tolist(), "q": q.tolist(), "v": dual(P[None], q[None])[0].tolist()})
    return made


def projection(inputs: int = 9, shared: int = 6, wide: int = 4) -> dict:
    """Draw a projection, and project embeddings, one of them far away."""
    generator = np.random.default_rng(2)
    axes = generator.integers(-127, 128, size=(inputs, shared))
    values = {"mean": generator.normal(size=inputs), "spread": 1 + generator.random(inputs)}
    values["scale"] = np.repeat([0.1, 0.01], [wide, shared - wide]) * (1 + generator.random(shared))
    exact = {name: value.astype("<f4").astype(float) for name, value in values.items()}
    bounds = np.repeat([[-127], [-8]], [wide, shared - wide]), np.repeat([[127], [7]], [wide, shared - wide])
    examples = []
    for size in (1, 20, 20):
        embedding = size * generator.normal(size=inputs)
        sums = exact["scale"] * (((embedding - exact["mean"]) / exact["spread"]) @ axes)
        coordinates = np.clip(np.rint(sums), *bounds).astype(int).tolist()
        examples.append({"embedding": embedding.tolist(), "coordinates": coordinates})
    numbers = {name: text(value, "<f4") for name, value in values.items()} | {"axes": text(axes, "<i1")}
    return {"inputs": inputs, "shared": shared, "wide": wide, **numbers, "examples": examples}


def fitted() -> dict:
    """Fit a Gaussian to three rows of little variance, and Fisher information to a source model."""
    X = torch.tensor([[0.0, 0.0], [0.2, 0.0], [0.4, 0.06]])
    one = gaussians(X, torch.zeros(3, dtype=torch.int64), 1)[0]
    records = drawn_records()
    problem, head = problem_of(records), source_model_of(records[0])
    F = fisher(head, problem.X, problem.y, problem.parts["corpus0"].train)
    information = text(np.concatenate([f.numpy().reshape(-1) for f in F]), "<f4")
    gaussian = {"X": X.reshape(-1).tolist(), "mu": one.mu.tolist(), "sigma": one.sigma.tolist()}
    return {"gaussian": gaussian | {"axes": one.F.abs()[0].tolist()}, "fisher": information}


def defaults() -> dict[str, dict]:
    """Read the numbers that a learner has unless told otherwise, by the engine's names."""
    same = ("lam", "T", "gamma", "alpha", "epsilon", "rank", "width", "seen")
    names, made = {"per_class": "perClass"} | {name: name for name in same}, {}
    for learner in {case["learner"] for case in CASES}:
        parameters = inspect.signature(LEARNERS[learner].__init__).parameters
        given = {names[key]: value.default for key, value in parameters.items() if key in names}
        made[learner] = {key: value for key, value in given.items() if value is not None}
    made["gaussian-seen"] |= {"seen": True}
    return dict(sorted(made.items()))


def units() -> dict:
    """Write down what the engine's smaller parts have to give."""
    halves = [[value, round(value)] for value in (0.5, 1.5, 2.5, 2.4, 2.6, -0.5, 7.0)]
    parts = {"draws": draws(), "scores": scored(), "duals": duals(), "projection": projection()}
    values = [[255, 1], [7] * 3, [255] * 8, *([byte] for byte in range(256))]
    bytes_ = [{"text": base64.b85encode(bytes(some)).decode(), "values": some} for some in values]
    parts |= {"orders": all_orders(4).tolist(), "halves": halves, "bytes": bytes_}
    return parts | {"learners": defaults()} | fitted()


def main(out: Path) -> None:
    value = golden(drawn_records(), steps=20) | {"units": units()}
    out.write_text(json.dumps(value, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{out.name}: {out.stat().st_size / 1e3:.0f} kB, {len(value['cases'])} runs")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=FILE)
    main(parser.parse_args().out)
