"""A playground of forgetting: an engine in plain JavaScript that trains in a browser as the library does.

`engine()` is its source, `data_file(name)` the numbers of a corpus; both are classic scripts, for a page, for
a worker made from a Blob, or for node. They need no network, no module, no build. All there is hangs on the
one global object ``Forgetting``, and each file says in its first lines what it gives, with shapes. Behind the
engine, ``data/cremad.js`` and ``data/emodb.js``::

    const problem = Forgetting.problem(["cremad", "emodb"]);       // a chain; the first is the source
    const run = new Forgetting.Trainer(problem, {
      learner: "ewc", lam: 10,                                     // its own numbers beside its name
      stream: "class by class", order: [0, 1, 2, 3], cycles: 1, reset: true, sees: "single",
      steps: 200, lr: 1e-3, optimiser: "adam", seed: 0,
    });
    let state;
    while ((state = run.step())) draw(state, run.confusion("cremad"), run.biases());   // or run.run()

    worker = new Worker(URL.createObjectURL(new Blob([ENGINE + YOURS], {type: "text/javascript"})));
    worker.postMessage(Forgetting.records);    // there: Forgetting.problem(names, records)

What a file is about: `random.js`, `torch_random.js` draw what NumPy and PyTorch draw; `schedules.js`,
`memory.js` say which rows are seen; `mlp.js`, `optimisers.js` make a step; `learners/` has one family a file;
`trainer.js` is the loop; `metrics.js` scores; `data.js` reads corpora; `linear.js` is what Gaussians, SLDA
and GEM calculate with.

Weights and sums are float64 here, float32 in PyTorch: tests hold them to 1e-4 of each other.
"""

from importlib.resources import files

CORPORA = ("cremad", "ravdess", "emodb", "mesd", "nemo")
ENGINE = (
    "random.js",
    "torch_random.js",
    "linear.js",
    "data.js",
    "mlp.js",
    "optimisers.js",
    "schedules.js",
    "memory.js",
    "metrics.js",
    "learners/method.js",
    "learners/joint.js",
    "learners/replay.js",
    "learners/springs.js",
    "learners/lwf.js",
    "learners/gem.js",
    "learners/interpolation.js",
    "learners/gaussians.js",
    "learners/slda.js",
    "learners/router.js",
    "learners/bugs.js",
    "trainer.js",
)


def engine_file(name: str) -> str:
    """Read one file of `ENGINE`."""
    return (files(__name__) / "engine" / name).read_text(encoding="utf-8")


def engine() -> str:
    """Read the engine: all its files, one behind the other, in an order in which they can run."""
    return "\n".join(engine_file(name) for name in ENGINE)


def data_file(name: str) -> str:
    """Read a file of numbers, a script that hands them to the engine.

    Parameters
    ----------
    name : str
        A corpus of `CORPORA`; or "projection", by which a new embedding gets coordinates.

    Returns
    -------
    str
        JavaScript; of a corpus it calls ``Forgetting.receive``.
    """
    return (files(__name__) / "data" / f"{name}.js").read_text(encoding="utf-8")
