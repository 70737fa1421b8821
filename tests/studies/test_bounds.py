"""The bounds: what each one trains on, counted by hand, and the plain loop that gives the same."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import torch
from one_thread import one_thread as one_thread
from small_problem import small_problem, small_source

from sequifi_lite.data.splits import Split
from sequifi_lite.errors import SequifiError
from sequifi_lite.evaluation.metrics import confusion, uar
from sequifi_lite.learning.heads import MLP
from sequifi_lite.learning.loop import train
from sequifi_lite.learning.methods import (
    METHODS,
    Cumulative,
    GDumb,
    Joint,
    Majority,
    TargetOnly,
    Vanilla,
    ZeroShot,
)
from sequifi_lite.learning.methods._fresh import STREAM, fresh
from sequifi_lite.learning.methods.gdumb import sample
from sequifi_lite.learning.schedule import shuffled
from sequifi_lite.learning.sequence import accuracy_matrix, train_sequence

WORLD = small_problem()
SOURCE = small_source(WORLD)
TRAINED = dict(steps=20, lr=1e-2, seeds=[5])


def last(method, problem=WORLD, **options):
    *_, stop = train_sequence(method, problem, SOURCE, **{**TRAINED, **options})
    return stop.model


def same(a, b):
    return all(torch.equal(p, q) for p, q in zip(a.parameters(), b.parameters(), strict=True))


def piled_up(problem, only_last=False):
    """The chain in which a corpus holds, besides its own training rows, those of all before it."""
    names, parts = list(problem.corpora), dict(problem.parts)
    for number, name in enumerate(names):
        if number and (number == len(names) - 1 or not only_last):
            rows = np.concatenate([problem.parts[n].train for n in names[: number + 1]])
            parts[name] = Split(rows, problem.parts[name].valid, problem.parts[name].test, scheme="speaker")
    return replace(problem, parts=parts)


def test_zero_shot_is_the_source_model_after_every_corpus():
    assert all(same(stop.model, SOURCE) for stop in train_sequence(ZeroShot(), WORLD, SOURCE, **TRAINED))


def test_joint_is_vanilla_on_one_corpus_that_holds_everything():
    # Three corpora of 60 training rows: 180 in all, 120 of them new. Two stages of 20 steps: 2 * 20 * 180 /
    # 120 = 60 steps.
    union = piled_up(WORLD, only_last=True)
    two = replace(
        union,
        corpora=(union.corpora[0], union.corpora[2]),
        parts={n: union.parts[n] for n in ("corpus0", "corpus2")},
    )
    assert same(last(Joint()), last(Vanilla(), two, steps=60))
    schedule = Joint().schedule(shuffled(WORLD.parts["corpus2"].train, 20, [5]), WORLD, 2, [5])
    assert schedule.rows.shape == (1, 60, 32)
    seen = np.bincount(schedule.rows.ravel(), minlength=len(WORLD.X))
    train_rows = np.concatenate([part.train for part in WORLD.parts.values()])
    assert seen[train_rows].min() >= 10 and seen.sum() == seen[train_rows].sum()  # 1,920 draws of 180 rows
    stops = list(train_sequence(Joint(), WORLD, SOURCE, **TRAINED))
    assert same(stops[1].model, SOURCE) and stops[1].record is None and not same(stops[2].model, SOURCE)


def test_joint_of_a_pair_takes_the_steps_of_the_protocol():
    pair = replace(WORLD, corpora=WORLD.corpora[:2])
    few = Split(
        WORLD.parts["corpus1"].train[:15],
        WORLD.parts["corpus1"].valid,
        WORLD.parts["corpus1"].test,
        scheme="speaker",
    )
    pair = replace(pair, parts={"corpus0": WORLD.parts["corpus0"], "corpus1": few})
    made = Joint().schedule(shuffled(few.train, 20, [0]), pair, 1, [0])
    assert made.rows.shape[1] == 20 * (60 + 15) / 15


def test_cumulative_is_vanilla_on_corpora_that_pile_up():
    assert same(last(Cumulative()), last(Vanilla(), piled_up(WORLD)))
    made = Cumulative().schedule(shuffled(WORLD.parts["corpus1"].train, 20, [5]), WORLD, 1, [5])
    assert made.rows.shape == (1, 20, 32)
    origin = made.rows.ravel() // 120  # number of the corpus a row belongs to
    assert set(origin) == {0, 1} and abs((origin == 0).mean() - 0.5) < 0.05


def test_target_only_is_a_fresh_head_trained_on_the_newest_corpus():
    rows = WORLD.parts["corpus2"].train
    head = MLP([5 + STREAM], 8, 16, 4)
    train(head, WORLD.X, WORLD.y, shuffled(rows, 20, [5]), lr=1e-2)
    assert same(last(TargetOnly()), head)
    other = small_source(WORLD, seed=9)
    *_, stop = train_sequence(TargetOnly(), WORLD, other, **TRAINED)
    assert same(stop.model, head)
    longer = MLP([5 + STREAM], 8, 16, 4)
    train(longer, WORLD.X, WORLD.y, shuffled(rows, 31, [5]), lr=1e-2)
    assert same(last(TargetOnly(steps=31)), longer)


def test_a_fresh_head_has_the_widths_and_the_precision_of_its_model_but_not_its_weights():
    deep = MLP([0, 1], 8, (6, 5), 3).double()
    drawn = fresh(deep, [0, 1])
    assert [p.shape for p in drawn.parameters()] == [p.shape for p in deep.parameters()]
    assert drawn.W1.dtype == torch.float64 and not torch.equal(drawn.W1, deep.W1)
    assert torch.equal(fresh(deep, [1]).W2[0], drawn.W2[1])


def test_majority_says_the_most_frequent_class_of_all_training_rows_seen():
    y = WORLD.y.clone()
    rows = [WORLD.parts[name].train for name in WORLD.corpora]
    y[rows[0][:20]], y[rows[1]] = 2, 3  # in the source class 2 leads; with corpus1 class 3 does
    problem = replace(WORLD, y=y)
    said = [
        stop.model.predict(problem.X)
        for stop in train_sequence(Majority(), problem, SOURCE.select([0, 0]), **{**TRAINED, "seeds": [0, 1]})
    ]
    assert [set(one.ravel().tolist()) for one in said] == [{2}, {3}, {3}] and said[0].shape == (2, len(y))
    test = WORLD.parts["corpus0"].test
    assert uar(confusion(WORLD.labels[test], said[0][0].numpy()[test], 4)) == 1 / 4


@pytest.mark.parametrize("k", [9, 24, 37])
def test_the_greedy_memory_is_balanced_to_within_a_row(k):
    generator = np.random.default_rng(0)
    group = np.repeat(np.arange(4), 60)
    rows = generator.permutation(len(group))
    held = sample({}, rows[:90], group[rows[:90]], k, generator)
    copy = {c: list(kept) for c, kept in held.items()}
    full = sample(held, rows[90:], group[rows[90:]], k, generator)
    assert held == copy  # what was given is not changed
    kept = [row for some in full.values() for row in some]
    assert len(set(kept)) == len(kept) == k
    assert all(group[row] == c for c, some in full.items() for row in some)
    assert {len(some) for some in full.values()} <= {k // 4, -(-k // 4)}


def test_a_group_with_few_rows_keeps_them_all_and_a_large_memory_keeps_everything():
    generator = np.random.default_rng(2)
    group = np.repeat(np.arange(3), [3, 40, 50])
    full = sample({}, np.arange(93), group, 30, generator)
    assert full[0] == [0, 1, 2] and len(full[1]) + len(full[2]) <= 27 and len(full[2]) >= 10
    everything = sample({}, np.arange(93), group, 93 * 3, generator)
    assert [len(everything[c]) for c in range(3)] == [3, 40, 50]


def test_by_hand_the_largest_group_gives_way():
    # k = 4. Group 0 fills up (its share of a lone group is all); each row of group 1 then takes a place of
    # it, up to half.
    generator = np.random.default_rng(1)
    held = sample({}, np.arange(6), np.zeros(6, dtype=int), 4, generator)
    assert held == {0: [0, 1, 2, 3]}
    after = sample(held, np.arange(10, 16), np.ones(6, dtype=int), 4, generator)
    assert after[1] == [10, 11] and len(after[0]) == 2 and set(after[0]) < {0, 1, 2, 3}
    third = sample(after, np.array([20]), np.array([2]), 4, generator)
    assert third[2] == [20] and Counter(map(len, third.values())) == {2: 1, 1: 2}


def test_every_row_of_the_largest_group_is_equally_likely_to_go():
    gone = Counter()
    for seed in range(400):
        after = sample({0: [0, 1, 2, 3]}, np.array([9]), np.array([1]), 4, np.random.default_rng(seed))
        gone.update({0, 1, 2, 3} - set(after[0]))
    assert sum(gone.values()) == 400 and all(70 < gone[row] < 130 for row in range(4))


def test_gdumb_trains_a_fresh_head_on_its_memory_and_nothing_else():
    method = GDumb(size=24)
    model = last(method)
    (memory,) = method.memories
    assert sorted(memory) == list(range(12)) and [len(memory[c]) for c in range(12)] == [2] * 12
    for c, kept in memory.items():
        assert all(
            row // 120 == c // 4
            and WORLD.labels[row] == c % 4
            and row in WORLD.parts[f"corpus{c // 4}"].train
            for row in kept
        )
    head = MLP([5 + STREAM], 8, 16, 4)
    rows = np.array(sorted(row for kept in memory.values() for row in kept))
    train(head, WORLD.X, WORLD.y, shuffled(rows, 20, [5]), lr=1e-2)
    assert same(model, head)


def test_the_memory_of_gdumb_holds_every_corpus_from_the_moment_it_is_learnt():
    method = GDumb(size=24)
    for number, _ in enumerate(train_sequence(method, WORLD, SOURCE, **TRAINED)):
        assert sorted(method.memories[0]) == list(range(4 * (number + 1)))


def test_gdumb_that_can_hold_everything_is_target_only_on_everything():
    assert same(last(GDumb(size=500)), last(TargetOnly(), piled_up(WORLD)))
    assert same(last(GDumb(size=500, steps=33)), last(TargetOnly(steps=33), piled_up(WORLD)))


def test_a_memory_too_small_for_its_classes_is_refused():
    with pytest.raises(SequifiError, match="cannot hold 3 corpora of 4 classes"):
        last(GDumb(size=11))


def test_the_frame_holds_on_a_chain_that_forgets():
    ends = {}
    for name in ("majority", "zero-shot", "vanilla", "cumulative", "joint"):
        ends[name] = accuracy_matrix(
            train_sequence(METHODS[name](), WORLD, SOURCE, steps=120, lr=1e-2, seeds=[0]), WORLD
        )[0, -1].mean()
    assert ends["majority"] == 1 / 4 < ends["zero-shot"] < ends["vanilla"] < ends["cumulative"]
    assert ends["vanilla"] + 0.1 < ends["joint"]
