"""Nothing is chosen on test data: with test inputs that are NaN and labels of another class, every weight and
every choice keeps each bit.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from one_thread import one_thread as one_thread
from small_problem import small_problem, small_source

from sequifi_lite import load_pack
from sequifi_lite.data import problem as problems
from sequifi_lite.data.emotions import FOUR
from sequifi_lite.data.pack import Pack
from sequifi_lite.data.problem import load_problem
from sequifi_lite.data.splits import split
from sequifi_lite.learning.class_order import class_by_class
from sequifi_lite.learning.methods import METHODS
from sequifi_lite.learning.sequence import train_sequence
from sequifi_lite.learning.source_model import train_source_model
from sequifi_lite.studies import scenarios, training_run
from sequifi_lite.studies.layer_sweep import Depths, choices, sweep
from sequifi_lite.studies.plans import crossed, tuning as tuning_plan
from sequifi_lite.studies.training_run import Cell, train_group
from sequifi_lite.studies.tuning import sweep as strengths
from sequifi_lite.studies.variants import REPAIRS, variant

PAIR = ("mesd", "emodb")
EVERY = METHODS | REPAIRS
ROWS = ("confusions", "steps", "curve", "distance", "loss", "groups")


def blinded(problem):
    """The same problem whose test inputs are NaN and whose test labels are the class after the right one."""
    X, y = problem.X.clone(), problem.y.clone()
    for part in problem.parts.values():
        X[part.test] = torch.nan
        y[part.test] = (y[part.test] + 1) % len(problem.emotions)
    return replace(problem, X=X, y=y)


def blinded_pack(name, fold=0):
    """A pack whose embeddings of a fold's test clips are NaN and whose test labels change places."""
    pack = load_pack(name)
    rows = split(pack.clips, fold).test
    embeddings, clips = pack.embeddings.copy(), pack.clips.copy()
    embeddings[rows] = np.nan
    words = clips["emotion"].astype(object).to_numpy(copy=True)
    words[rows] = [FOUR[(FOUR.index(word) + 1) % 4] for word in words[rows]]
    return Pack(**{**vars(pack), "embeddings": embeddings, "clips": clips.assign(emotion=words)})


@pytest.fixture(scope="module", autouse=True)
def quick_sources():
    before = dict(training_run.STEPS)
    training_run.STEPS.update({scaling: 100 for scaling in before})
    yield
    training_run.STEPS.update(before)
    forget()


def forget():
    training_run._problem.cache_clear()
    training_run._source.cache_clear()


class Blinding:
    """Every corpus is read from packs that are blind to the test part of fold 0, while it is open."""

    def __enter__(self):
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(problems, "load_pack", blinded_pack)
        forget()

    def __exit__(self, *error):
        self.patch.undo()
        forget()


def bits(values):
    """Arrays and numbers as bytes: NaN equals itself, and nothing is rounded."""
    return [np.asarray(value).tobytes() if not isinstance(value, str) else value for value in values]


WORLD = small_problem()
SOURCE = small_source(WORLD)
BLIND = blinded(WORLD)


def ordered(problem, corpus, steps, seeds):
    orders = [np.roll(range(4), seed) for seed in seeds]
    return class_by_class(problem.parts[corpus].train, problem.labels, orders, steps, seeds)


def trained(method, problem, **options):
    """Weights at every stop of a chain, what is predicted off the test rows where there are none, and the
    choices that the method holds in the end.
    """
    out = []
    rows = np.concatenate([np.r_[part.train, part.valid] for part in problem.parts.values()])
    stops = train_sequence(method, problem, SOURCE.select([0, 0]), seeds=[3, 5], steps=30, lr=2e-2, **options)
    for stop in stops:
        parameters = getattr(stop.model, "parameters", lambda: ())()
        out += [p.detach().numpy() for p in parameters] + [stop.model.predict(problem.X[rows]).numpy()]
        out += [] if stop.record is None else list(stop.record.loss)
    out += [getattr(method, name) for name in ("chosen", "alpha", "beta", "log_pi") if hasattr(method, name)]
    if hasattr(method, "best"):
        out.append(method.best.best_step)
    return bits(out)


@pytest.mark.parametrize("stream", ["mixed", "class by class"])
@pytest.mark.parametrize("name", EVERY)
def test_a_method_learns_the_same_whatever_the_test_rows_hold(name, stream):
    options = {} if stream == "mixed" else {"stream": ordered}
    assert trained(EVERY[name](), BLIND, **options) == trained(EVERY[name](), WORLD, **options)


@pytest.mark.parametrize("name", ["early-stopping", "greedy-soup", "bias-correction"])
def test_what_is_chosen_on_validation_does_see_validation(name):
    """Otherwise the test above would show nothing of those that choose."""
    X = WORLD.X.clone()
    for part in WORLD.parts.values():
        X[part.valid] = X[part.valid].flip(0)
    assert trained(EVERY[name](), replace(WORLD, X=X)) != trained(EVERY[name](), WORLD)


@pytest.mark.parametrize("scaling", problems.SCALINGS)
def test_the_source_model_stops_at_the_same_step_with_the_same_weights(scaling):
    steps = {"zscore": 200, "raw": 150, "l2": 150}[scaling]

    def source_model():
        problem = load_problem(PAIR, 0, scaling=scaling)
        head = train_source_model(problem, 0, steps)
        rows = np.concatenate([np.r_[part.train, part.valid] for part in problem.parts.values()])
        return [
            *(p.detach().numpy() for p in head.parameters()),
            problem.X[rows].numpy(),
            head.origin["steps"],
        ]

    plain = source_model()
    with Blinding():
        assert bits(source_model()) == bits(plain)
    assert plain[-1] < steps or scaling != "zscore"  # a choice was made


def test_principal_components_and_rewritten_scalings_do_not_depend_on_test_rows():
    def inputs():
        problem = load_problem(PAIR, 0)
        source_model = train_source_model(problem, 0, 25)
        rows = np.concatenate([np.r_[part.train, part.valid] for part in problem.parts.values()])
        out = [load_problem(PAIR, 0, components=8).X[rows].numpy()]
        for rescaled in scenarios.RESCALED.values():
            made, head = rescaled(problem, source_model, 0)
            out += [made.X[rows].numpy(), *(p.detach().numpy() for p in head.parameters())]
        return bits(out)

    plain = inputs()
    with Blinding():
        assert inputs() == plain


TUNED = list(dict.fromkeys(cell.variant for cell in tuning_plan.cells()))


def cells_of(name, part):
    what = variant(name)
    order = crossed.ROTATIONS[1] if what.ordered else None
    value = what.method.grid[2] if what.method.strength else None
    options = (("steps", 12),) if name == "gdumb" else ()
    return [Cell(name, PAIR, 0, 3e-3, T=20, order=order, value=value, part=part, options=options)]


def test_tuning_looks_at_validation_alone():
    """Curves, counts, distances and losses of a trial: all that a choice could be made from."""
    cells = [cell for name in TUNED for cell in cells_of(name, "valid")]
    plain = [train_group([cell]).iloc[0] for cell in cells]
    with Blinding():
        blind = [train_group([cell]).iloc[0] for cell in cells]
    for cell, one, other in zip(cells, plain, blind):
        assert bits(one[name] for name in ROWS) == bits(other[name] for name in ROWS), cell.variant
    assert all(cell.part == "valid" for cell in tuning_plan.cells())
    # And a measured cell is trained no differently for what its test rows hold.
    cells = [cell for name in crossed.COMPARED for cell in cells_of(name, "test")]
    plain = [train_group([cell]).iloc[0] for cell in cells]
    with Blinding():
        blind = [train_group([cell]).iloc[0] for cell in cells]
    for cell, one, other in zip(cells, plain, blind):
        assert bits(one[name] for name in ("distance", "loss")) == bits(
            other[name] for name in ("distance", "loss")
        ), cell.variant
        assert not np.array_equal(one["confusions"], other["confusions"])


@pytest.mark.parametrize("name", ["ewc", "er", "early-stopping", "a-gem"])
def test_a_sweep_over_strengths_counts_validation_rows(name):
    cls, options = EVERY[name], {"steps": 12, "lr": 1e-2}
    values = cls.grid if cls.strength else (None,)
    plain, blind = (strengths(cls, values, problem, SOURCE, 5, **options) for problem in (WORLD, BLIND))
    assert np.array_equal(plain, blind)
    assert plain.sum() == len(values) * sum(len(part.valid) for part in WORLD.parts.values())


def hearing(rows=(), seed=0):
    """Two inputs of Emo-DB's clips; those of some rows are huge, and their emotions change places."""
    clips = load_pack("emodb").clips
    clips = clips[clips["defect"] == ""].reset_index(drop=True)
    generator = np.random.default_rng(seed)
    X = generator.normal(size=(len(clips), 6))
    loud = X.copy()
    loud[:, 0] += 2 * clips["emotion"].isin(["anger", "happiness"])
    loud[:, 1] += clips["emotion"].isin(["anger", "sadness"])
    rows, both = np.asarray(rows, dtype=int), loud + 0.5 * X[::-1]
    for table in (X, loud, both):
        table[rows] *= 1e9
    words = clips["emotion"].astype(object).to_numpy(copy=True)
    words[rows] = [FOUR[(FOUR.index(word) + 1) % 4] for word in words[rows]]
    return Depths(clips.assign(emotion=words), {"nothing": X, "loud": loud, "both": both})


@pytest.mark.parametrize("fold", [0, 3])
def test_layer_and_penalty_of_a_fold_are_chosen_off_its_test_part(fold):
    test = split(hearing().clips, fold).test
    plain, blind = (sweep(hearing(rows), penalties=(1e-3, 1e-1, 10.0)) for rows in ((), test))
    assert np.array_equal(plain.valid[fold], blind.valid[fold])
    for choice in ("nested", "last block"):
        for one, other in zip(choices(plain)[choice], choices(blind)[choice]):
            assert one[fold] == other[fold]
    assert not np.array_equal(plain.predicted, blind.predicted)


def test_tuning_chooses_by_both_corpora_and_takes_the_first_of_equals():
    """A made-up study of three trials: the best by target alone and the best by source alone both lose."""
    from sequifi_lite.studies.plans.tuning import report

    def trial(lr, source, target, pair):
        count = 20
        flat = []
        for right in (source, target):
            table = np.eye(4, dtype=int) * right + np.roll(np.eye(4, dtype=int), 1, 1) * (count - right)
            flat.append(table.ravel())
        groups = f'{{"{pair[0]}": ["s"], "{pair[1]}": ["t"]}}'
        return {
            "variant": "vanilla", "value": None, "lr": lr, "T": 200, "corpora": list(pair), "replicate": 0,
            "order": None, "emotions": list(FOUR), "groups": groups, "confusions": np.concatenate(flat),
        }  # fmt: skip

    scores = {1e-4: (2, 20), 3e-4: (15, 12), 1e-3: (20, 4), 3e-3: (12, 15)}
    pairs = [("cremad", "emodb"), ("ravdess", "emodb")]
    cells = pd.DataFrame([trial(lr, *both, pair) for pair in pairs for lr, both in scores.items()])
    table = report(cells)["table"].set_index("lr")
    assert table["chosen"].tolist() == [False, True, False, False]  # 3e-4 and 3e-3 are equal: the first
    assert table["both"].tolist() == [55, 67.5, 60, 67.5]
    assert table.loc[3e-4, ["source", "target"]].tolist() == [75, 60]
