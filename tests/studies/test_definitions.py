"""What a receipt says of the code.

The same wherever code lies and however errors are worded, another for every changed line.
"""

from functools import lru_cache
from pathlib import Path

import pytest
import torch
from executed import executed

from sequifi_lite.data.corpora import CORPORA
from sequifi_lite.learning.class_order import all_orders
from sequifi_lite.learning.methods import METHODS
from sequifi_lite.studies import finetuning_training as moving, training_run as cells
from sequifi_lite.studies.definitions import PACKAGE, Package, Place, package, place_of
from sequifi_lite.studies.scenarios import RESCALED
from sequifi_lite.studies.training_run import REGISTRIES, Cell, train_group
from sequifi_lite.studies.variants import REPAIRS, SCHEDULES, variant

A = '''
"""A module."""
from .b import double as twice
from . import c

LIMIT = 3
OTHER = 4

def start(x: int) -> int:
    """Say something."""
    # a comment
    if x > LIMIT:
        raise ValueError(f"{x} is more than {LIMIT}; give less.")
    return twice(x) + c.plus(x)

def never():
    return OTHER
'''
FILES = {
    "__init__.py": "",
    "a.py": A,
    "b.py": "def double(x):\n    return 2 * x\n",
    "c.py": "def plus(x):\n    return x + 1\n",
}


def written(folder: Path, **changed) -> Package:
    for name, text in (FILES | {f"{name}.py": text for name, text in changed.items()}).items():
        (folder / name).write_text(text)
    return Package(folder)


def hash_of(folder, **changed):
    return written(folder, **changed).hash([Place("a", "start")])


def test_what_is_reached_is_what_is_named(tmp_path):
    found = written(tmp_path).reach([Place("a", "start")])
    assert set(found) == {Place("a", "start"), Place("a", "LIMIT"), Place("b", "double"), Place("c", "plus")}
    with pytest.raises(LookupError, match="defines no nothing in a"):
        written(tmp_path).reach([Place("a", "nothing")])


SAME = {
    "another docstring": {"a": A.replace("Say something", "Tell it")},
    "no docstring": {"a": A.replace('    """Say something."""\n', "")},
    "another comment": {"a": A.replace("a comment", "another")},
    "other annotations": {"a": A.replace("x: int", "x: float").replace("-> int", "-> float")},
    "another message": {"a": A.replace("is more than", "exceeds")},
    "what is never reached": {"a": A.replace("OTHER = 4", "OTHER = 5")},
    "another alias": {"a": A.replace("double as twice", "double").replace("twice(x)", "double(x)")},
    "module or name": {"a": A.replace("from . import c", "from .c import plus").replace("c.plus", "plus")},
    "moved": {"b": "from .d import double\n", "d": FILES["b.py"]},
    "imported inside": {
        "a": A.replace("from . import c\n", "").replace("    # a comment\n", "    from . import c\n"),
    },
}
OTHER = {
    "a constant": {"a": A.replace("LIMIT = 3", "LIMIT = 2")},
    "a constant filled afterwards": {"a": A.replace("OTHER = 4", "LIMIT += 1")},
    "a condition": {"a": A.replace("x > LIMIT", "x >= LIMIT")},
    "another error": {"a": A.replace("raise ValueError", "raise KeyError")},
    "a sign": {"b": FILES["b.py"].replace("2 * x", "2 / x")},
    "a default": {"c": FILES["c.py"].replace("(x)", "(x=0)")},
    "what is called": {"a": A.replace("twice(x) + c.plus(x)", "c.plus(x) + c.plus(x)")},
}


@pytest.mark.parametrize("what", SAME)
def test_what_decides_no_result_is_left_out(tmp_path, what):
    assert hash_of(tmp_path, **SAME[what]) == hash_of(tmp_path, **{name[:-3]: FILES[name] for name in FILES})


@pytest.mark.parametrize("what", OTHER)
def test_what_decides_a_result_is_in_it(tmp_path, what):
    assert hash_of(tmp_path, **OTHER[what]) != hash_of(tmp_path, **{name[:-3]: FILES[name] for name in FILES})


def test_a_registry_is_not_walked_into_and_a_chosen_module_counts_as_far_as_it_is_asked(tmp_path):
    text = "from . import b, c\nALL = {'b': b, 'c': c}\ndef start(name):\n    return ALL[name].double(1)\n"
    found = written(tmp_path, a=text).reach([Place("a", "start")], ["ALL"], ["b"])
    assert set(found) == {Place("a", "start"), Place("b", "double")}


def test_the_text_is_that_of_every_python():
    """The same texts come out of Python 3.11, 3.12 and 3.13; one of them is held here."""
    text = Package(PACKAGE).reach([Place("evaluation.metrics", "average")])[
        Place("evaluation.metrics", "average")
    ]
    assert text == (
        "(FunctionDef name='average' args=(arguments args=[(arg arg='R')]) body=[(Return "
        "value=(Call func=(Attribute value=(Subscript value=(Call func=(Name _corpora) "
        "args=[(Name R)]) slice=(Tuple elts=[(Constant value=Ellipsis) (UnaryOp op=(USub ) "
        "operand=(Constant value=1)) (Slice )])) attr='mean') args=[(UnaryOp op=(USub ) "
        "operand=(Constant value=1))]))])"
    )


def test_what_is_closed_is_there_under_that_name():
    defined = {name for names in package()._bound.values() for name in names}
    assert {*REGISTRIES, *moving.CLOSED} <= defined


ORDER = tuple(int(k) for k in all_orders(4)[9])
NAMES = [*METHODS, *SCHEDULES, *(f"sequifi-canonical+{name}" for name in REPAIRS)]


@pytest.fixture
def quick(monkeypatch):
    before = torch.get_num_threads()
    monkeypatch.setitem(cells.STEPS, "zscore", 20)
    cells._problem.cache_clear(), cells._source.cache_clear()
    yield
    cells._problem.cache_clear(), cells._source.cache_clear()
    torch.set_num_threads(before)


@pytest.mark.parametrize("name", NAMES)
def test_all_that_runs_in_a_training_is_in_the_hash(name, quick):
    ordered = variant(name).ordered
    steps = 4 * variant(name).schedule.get("cycles", variant(name).schedule.get("random", 1))
    cell = Cell(name, ("mesd", "emodb"), 0, 1e-3, T=steps, order=ORDER if ordered else None)
    ran = executed(lambda: train_group([cell]))
    assert len(ran) > 20
    assert not ran - set(cells.used_by(name))


@pytest.mark.parametrize("scaling", RESCALED)
def test_all_that_a_cell_may_ask_for_is_in_the_hash(scaling, quick):
    readings = (("output bias", None), ("bias-correction", None), ("logit-adjustment", 0.5))
    asked = {"readings": readings, "before": True, "gap": True, "trained": "biases", "source_steps": 20}
    cell = Cell("vanilla-balanced", ("mesd", "emodb"), 0, 1e-3, 4, scaling=scaling, **asked)
    ran = executed(lambda: train_group([cell]))
    named = [cell.variant, *(name for name, _ in readings[1:])]
    assert not ran - set().union(*(cells.used_by(name) for name in named))


# Every line here changes what some training gives: a file, a piece of it, another piece, and a variant that
# uses it.
MUTATIONS = [
    ("learning/loop", "loss.sum().backward()", "loss.mean().backward()", "vanilla"),
    ("learning/loop", "if t == 0 or schedule.reset[t]", "if t == 0", "vanilla"),
    ("learning/loop", 'reduction="none").mean(1)', 'reduction="none").sum(1)', "vanilla"),
    ("learning/sequence", "method.after_corpus(head, problem, number, seeds)", "pass", "ewc"),
    ("learning/sequence", "method.before_corpus(head, problem, number, seeds)", "head", "er"),
    ("learning/source_model", "lr: float = 1e-3", "lr: float = 1e-2", "vanilla"),
    ("learning/source_model", '"zscore": 1_000', '"zscore": 900', "vanilla"),
    ("learning/methods/early_stopping", "score > self.best", "score < self.best", "vanilla"),
    ("learning/heads", "fan_in**-0.5", "fan_in**-1", "vanilla"),
    ("learning/heads", "torch.relu(", "torch.tanh(", "vanilla"),
    ("learning/optimisers", "VECTOR = 64", "VECTOR = 32", "vanilla"),
    ("learning/schedule", "BATCH = 32", "BATCH = 16", "vanilla"),
    ("learning/schedule", "generator.permutation(rows)", "generator.choice(rows, len(rows))", "vanilla"),
    ("data/problem", "train.std(0)", "train.var(0)", "vanilla"),
    ("data/problem", "train.mean(0)", "train.max(0)", "vanilla"),
    ("data/splits", "(number + 1)", "(number + 2)", "vanilla"),
    ("evaluation/metrics", "* classes + predicted", "+ classes * predicted", "vanilla"),
    ("evaluation/metrics", "np.nanmean(recalls(c)", "np.nanmax(recalls(c)", "vanilla"),
    ("evaluation/statistics", "groups: np.ndarray, classes", "groups, classes", None),
    (
        "evaluation/statistics",
        "truth[codes == g], predicted[..., codes == g]",
        "truth[codes != g], predicted[..., codes != g]",
        "vanilla",
    ),
    ("evaluation/statistics", "for g in range(len(names))]", "for g in range(len(names))][::-1]", "vanilla"),
    ("studies/training_run", '"adam": optimisers.adam', '"adam": torch.optim.Adam', "vanilla"),
    ("studies/training_run", "POINTS = 20", "POINTS = 10", "vanilla"),
    ("studies/training_run", "GAP_POINTS = 40", "GAP_POINTS = 41", "vanilla"),
    ("studies/training_run", '"output bias": slice(-1', '"output bias": slice(-2', "vanilla"),
    ("studies/scenarios", "(unit / spread)", "(spread / unit)", "vanilla"),
    ("studies/scenarios", "partial(rewrite, centred=True)", "partial(rewrite, scaled=True)", "vanilla"),
    ("studies/variants", "seed) + 2**31", "seed) + 2**30", "sequifi-newhead"),
    ("learning/methods/_quadratic", "lr * per_run(lam, p)", "per_run(lam, p)", "ewc"),
    ("learning/methods/fisher", "**", "*", "ewc"),
    ("learning/methods/lwf", "* ", "/ ", "lwf"),
    ("learning/methods/agem", "dot(", "abs(", "a-gem"),
    ("learning/memory", "+ ", "- ", "er"),
    ("learning/methods/der", "**", "*", "der"),
    ("learning/methods/_gaussians", "self.mu + z", "self.mu - z", "sequifi-canonical+gaussian-seen"),
    ("learning/methods/_statistics", "+= ", "-= ", "slda"),
]


@lru_cache
def _texts() -> dict[str, str]:
    return {path.relative_to(PACKAGE).as_posix(): path.read_text() for path in PACKAGE.rglob("*.py")}


def mutated(folder: Path, file: str, old: str, new: str) -> Package:
    """The package with one piece of code changed.

    The first place outside the module's docstring where `old` stands.
    """
    for name, text in _texts().items():
        if name == f"{file}.py":
            head = text.index("from __future__")
            assert old in text[head:], f"{file} has no {old!r} any more; choose another line of it."
            text = text[:head] + text[head:].replace(old, new, 1)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return Package(folder)


@pytest.mark.parametrize("file, old, new, name", MUTATIONS)
def test_a_changed_line_of_a_training_is_noticed(tmp_path, file, old, new, name):
    start = [place_of(train_group), place_of(variant(name or "vanilla").method)]
    changed = mutated(tmp_path, file, old, new).hash(start, REGISTRIES) != package().hash(start, REGISTRIES)
    assert changed == (name is not None)


MOVING_MUTATIONS = [
    ("studies/finetuning_training", "[run.order]", "[(0, 1, 2, 3)]", "sequifi-canonical"),
    ("studies/finetuning_training", "score > self.best", "score < self.best", "vanilla"),
    ("studies/finetuning_training", "head=run.head", "head=1.0", "vanilla"),
    ("studies/finetuning_training", "p.lerp_(theta, alpha)", "p.lerp_(theta, 1 - alpha)", "interpolation"),
    ("studies/finetuning_training", '"head": 30.0', '"head": 3.0', "vanilla"),
    ("finetuning/clips", "np.searchsorted(used, part) + offset", "np.searchsorted(used, part)", "vanilla"),
    ("finetuning/steps", '"lr": head * lr', '"lr": lr', "vanilla"),
    ("finetuning/classifier", "correction=0", "correction=1", "vanilla"),
    ("data/corpora/ravdess", '"speaker": actor', '"speaker": statement', "vanilla"),
    ("data/corpora/ravdess", "DEFECTS", "EFFECTS", "vanilla"),
    ("data/corpora/published", '"defect": module.DEFECTS.get(stem, "")', '"defect": ""', "vanilla"),
    ("data/corpora/ravdess", '"calm": "calm"', '"calm": "neutral"', "vanilla"),
    ("data/audio", "block.mean(axis=1)", "block[:, 0]", "vanilla"),
    ("data/encoders/pooling", "frames_by_depth(", "frames_by_layer(", "vanilla"),
]


@pytest.mark.parametrize("file, old, new, name", MOVING_MUTATIONS)
def test_a_changed_line_of_fine_tuning_is_noticed(tmp_path, file, old, new, name):
    start = [place_of(moving.train_runs), place_of(moving._class(name))]
    modules = [moving._module("ravdess"), moving._module("emodb")]
    one, other = (
        p.hash(start, moving.CLOSED, modules) for p in (mutated(tmp_path, file, old, new), package())
    )
    assert one != other


def test_a_corpus_that_is_not_read_does_not_count(tmp_path):
    other = mutated(tmp_path, "data/corpora/shemo", "-", "_")
    start, modules = [place_of(moving.train_runs)], [moving._module("ravdess")]
    assert other.hash(start, moving.CLOSED, modules) == package().hash(start, moving.CLOSED, modules)
    assert "shemo" in CORPORA


@pytest.mark.parametrize("name", ["vanilla", "ewc", "sequifi-canonical+gaussian-seen"])
def test_a_better_worded_error_is_not_noticed(tmp_path, name):
    for file, old, new in (
        ("data/problem", "does not exist; choose", "is unknown; choose"),
        ("data/splits", "has no", "lacks"),
    ):
        start = [place_of(train_group), place_of(variant(name).method)]
        assert mutated(tmp_path, file, old, new).hash(start, REGISTRIES) == package().hash(start, REGISTRIES)
