"""A chain from its start: what is refused before any training, and that a method object learns one chain."""

import copy
import dataclasses

import numpy as np
import pytest
import torch
from small_problem import small_problem, small_source

from sequifi_lite import accuracy_matrix, class_by_class, forgetting, shuffled, train_source_model
from sequifi_lite.errors import SequifiError
from sequifi_lite.finetuning.resume import resuming_train_sequence
from sequifi_lite.learning.heads import MLP
from sequifi_lite.learning.loop import train
from sequifi_lite.learning.methods import METHODS
from sequifi_lite.learning.sequence import train_sequence

WORLD = small_problem()
OTHER = small_problem(seed=5)
SOURCE = small_source(WORLD)
FEW = {"steps": 4, "lr": 1e-2}


def sentence(call):
    """The one sentence of an error that is meant for a reader."""
    with pytest.raises(SequifiError) as caught:
        call()
    text = str(caught.value)
    assert text.endswith((".", "?")) and "\n" not in text
    return text


# ---------------------------------------------------------------- one object, one chain


@pytest.mark.parametrize("name", METHODS)
def test_a_method_object_learns_one_chain(name):
    method = METHODS[name]()
    list(train_sequence(method, WORLD, SOURCE, **FEW))
    for problem in (WORLD, OTHER):
        assert f"{type(method).__name__}(...)" in sentence(
            lambda problem=problem: train_sequence(method, problem, SOURCE, **FEW)
        )


def test_a_second_chain_is_refused_before_the_first_is_through_and_for_copies(tmp_path):
    method = METHODS["er"]()
    stops = train_sequence(method, WORLD, SOURCE, **FEW)
    assert "before" in sentence(lambda: train_sequence(method, OTHER, SOURCE, **FEW))
    assert [stop.corpus for stop in stops] == list(WORLD.corpora)  # which goes on undisturbed
    assert len(method.memories) == 3
    sentence(lambda: train_sequence(copy.deepcopy(method), OTHER, SOURCE, **FEW))  # it holds what was seen
    sentence(lambda: resuming_train_sequence(tmp_path, method, OTHER, SOURCE, **FEW))
    fresh = METHODS["er"]()
    list(resuming_train_sequence(tmp_path, fresh, WORLD, SOURCE, **FEW))
    sentence(lambda: train_sequence(fresh, WORLD, SOURCE, **FEW))


def test_an_argument_that_is_refused_leaves_the_method_free():
    method = METHODS["ewc"]()
    sentence(lambda: train_sequence(method, WORLD, SOURCE, steps=0))
    assert len(list(train_sequence(method, WORLD, SOURCE, **FEW))) == 3


def test_what_was_learnt_in_another_fold_is_never_replayed():
    """Five folds with an object each: every row that is replayed is a training row of its own fold."""
    for fold in range(2):
        problem, method = small_problem(seed=fold), METHODS["er"]()
        list(train_sequence(method, problem, small_source(problem, steps=5), **FEW))
        rows = np.concatenate([part.train for part in problem.parts.values()])
        assert np.isin(np.concatenate(method.memories, axis=1), rows).all()


# ---------------------------------------------------------------- arguments of another kind


@pytest.mark.parametrize(
    "arguments, says",
    [
        ((METHODS["ewc"], WORLD, SOURCE), "the class EWC was given; write brackets behind it, EWC()"),
        (("ewc", WORLD, SOURCE), "The method has to be an object of METHODS"),
        ((WORLD, METHODS["ewc"](), SOURCE), "an object of class Problem was given; check the order"),
        ((METHODS["ewc"](), SOURCE, WORLD), "an object of class MLP was given; check the order"),
        ((METHODS["ewc"](), WORLD, METHODS["ewc"]()), "The source model has to be a model"),
        ((METHODS["ewc"](), WORLD, MLP), "the class MLP was given"),
        ((METHODS["ewc"](), WORLD, None), "an object of class NoneType was given"),
        ((METHODS["ewc"](torch.tensor([0.1, 1.0])), WORLD, SOURCE), "lam of the method has 2 values"),
    ],
)
def test_objects_of_another_kind_or_in_another_order_are_told(arguments, says):
    assert says in sentence(lambda: train_sequence(*arguments))


@pytest.mark.parametrize(
    "options, says",
    [
        ({"steps": 0}, "steps is 0; give a whole number from 1 on"),
        ({"steps": -3}, "steps is -3"),
        ({"steps": 20.0}, "steps is 20.0"),
        ({"steps": True}, "steps is True"),
        ({"steps": "20"}, "steps is '20'"),
        ({"lr": -0.1}, "lr is -0.1"),
        ({"lr": float("nan")}, "lr is nan"),
        ({"seeds": [0, 1]}, "2 seeds were given; give 1, one for each run of the model"),
        ({"seeds": []}, "0 seeds were given"),
        ({"seeds": 0}, "seeds is 0; give a list"),
        ({"seeds": [-1]}, "A seed is -1"),
        ({"seeds": [0.5]}, "A seed is 0.5"),
    ],
)
def test_numbers_out_of_range_are_told(options, says):
    assert says in sentence(lambda: train_sequence(METHODS["vanilla"](), WORLD, SOURCE, **options))


@pytest.mark.parametrize(
    "name, options",
    [
        ("ewc", {"lam": -1.0}),
        ("ewc", {"lam": float("nan")}),
        ("ewc", {"lam": float("inf")}),
        ("ewc", {"lam": "1"}),
        ("ewc", {"lam": None}),
        ("ewc", {"gamma": -0.5}),
        ("l2-sp", {"lam": torch.tensor([0.1, -0.1])}),
        ("mas", {"lam": np.array([np.nan])}),
        ("si", {"lam": -1e-9}),
        ("lwf", {"lam": -1.0}),
        ("lwf", {"T": 0.0}),
        ("interpolation", {"alpha": 1.1}),
        ("interpolation", {"alpha": -0.1}),
        ("ema", {"beta": 1.5}),
        ("swa", {"start": -1}),
        ("swa", {"c": 0}),
        ("er", {"per_class": 0}),
        ("er", {"per_class": -5}),
        ("er", {"width": 0}),
        ("er-ace", {"per_class": float("nan")}),
        ("a-gem", {"per_class": 0}),
        ("gem", {"gamma": -1.0}),
        ("der", {"alpha": -0.1}),
        ("der", {"per_class": 0}),
        ("der++", {"beta": float("nan")}),
        ("gdumb", {"size": 0}),
        ("gdumb", {"steps": -1}),
        ("target-only", {"steps": 0}),
        ("soup", {"rates": ()}),
        ("greedy-soup", {"rates": (1.0, -1.0)}),
        ("per-class-soup", {"gamma": -1.0}),
        ("slda", {"epsilon": float("nan")}),
        ("ranpac", {"ridge": float("nan")}),
        ("bias-correction", {"rho": 0.0}),
        ("logit-adjustment", {"tau": float("nan")}),
    ],
)
def test_strengths_outside_their_range_are_refused_where_the_method_is_made(name, options):
    (option,) = options
    text = sentence(lambda: METHODS[name](**options))
    assert text.startswith(f"{option} of {METHODS[name].__name__} is ")


@pytest.mark.parametrize("name", [name for name, cls in METHODS.items() if cls.strength])
def test_the_grid_and_the_neutral_strength_lie_within_the_range(name):
    cls = METHODS[name]
    for value in (*cls.grid, *(() if cls.neutral is None else (cls.neutral,)), list(cls.grid)):
        if isinstance(value, list) and not cls.strength_per_run:
            continue
        cls(**{cls.strength: value if not isinstance(value, list) else torch.tensor(value)})


def test_a_name_that_is_no_method_offers_the_nearest():
    assert sentence(lambda: METHODS["vanila"]) == "There is no method 'vanila'; did you mean 'vanilla'?"
    assert "'ewc'" in sentence(lambda: METHODS["EWC"])
    assert "choose one of vanilla, zero-shot" in sentence(lambda: METHODS["xyzzy"])
    assert sentence(lambda: METHODS[3]).startswith("There is no method 3")
    with pytest.raises(KeyError):
        METHODS["vanila"]
    assert METHODS.get("vanila") is None and "vanila" not in METHODS


def test_schedules_heads_and_source_models_refuse_the_same():
    rows, labels = np.arange(40), np.arange(40) % 4
    for call in (
        lambda: shuffled(rows, 0, [0]),
        lambda: shuffled(rows, -1, [0]),
        lambda: shuffled(rows, 5, 0),
        lambda: shuffled(rows, 5, []),
        lambda: shuffled(rows, 5, [0], batch=0),
        lambda: class_by_class(rows, labels, [range(4)], 0, [0]),
        lambda: class_by_class(rows, labels, [range(4)], 8.0, [0]),
        lambda: class_by_class(rows, labels, [range(4)], 8, [0, 1]),
        lambda: MLP(0),
        lambda: MLP([]),
        lambda: MLP([0], 8, 4, 4)(torch.zeros(3, 7)),
        lambda: train_source_model(SOURCE, 0),
        lambda: train_source_model(WORLD, 0, steps=0),
        lambda: train_source_model(WORLD, -1),
        lambda: train(SOURCE, WORLD.X, WORLD.y, shuffled(rows, 1, [0]), lr=float("nan")),
    ):
        sentence(call)


# ---------------------------------------------------------------- accuracy matrices


def test_an_accuracy_matrix_of_an_iterator_that_is_used_up_or_of_another_chain_is_refused():
    stops = train_sequence(METHODS["vanilla"](), WORLD, SOURCE, **FEW)
    assert accuracy_matrix(stops, WORLD).shape == (1, 3, 3)
    assert "make a list of them" in sentence(lambda: accuracy_matrix(stops, WORLD))
    backwards = list(train_sequence(METHODS["vanilla"](), WORLD, SOURCE, **FEW))[::-1]
    sentence(lambda: accuracy_matrix(backwards, WORLD))
    sentence(lambda: forgetting(accuracy_matrix(backwards[:1], WORLD)))
    sentence(lambda: accuracy_matrix(backwards[:1], WORLD.clips))


def test_columns_stand_in_the_order_of_the_chain_whatever_the_order_of_the_parts():
    stops = list(train_sequence(METHODS["vanilla"](), WORLD, SOURCE, **FEW))
    turned = dataclasses.replace(WORLD, parts=dict(reversed(WORLD.parts.items())))
    np.testing.assert_array_equal(accuracy_matrix(stops, turned), accuracy_matrix(stops, WORLD))
