"""Schedules.

Every row the promised number of times, every batch the promised classes, runs independent of their
neighbours.
"""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st

from sequifi_lite.errors import SequifiError
from sequifi_lite.learning.class_order import all_orders, class_by_class, equal_epochs, random_cycles
from sequifi_lite.learning.schedule import balanced, joint, replay, shuffled, stream, take

LABELS = np.array(
    [0] * 50 + [1] * 30 + [2] * 70 + [3] * 20 + [0, 1, 2, 3] * 25
)  # rows 170 and on are of another part
ROWS = np.arange(170)


def counts(rows):
    return np.bincount(rows.ravel(), minlength=len(LABELS))


def test_a_stream_is_whole_permutations_one_behind_the_other():
    drawn = stream(np.arange(10, 17), 7 * 3 + 2, (0, 0))
    for i in range(3):
        assert sorted(drawn[7 * i : 7 * i + 7]) == list(range(10, 17))
    assert len(set(drawn[21:])) == 2
    assert not np.array_equal(drawn[:7], drawn[7:14])


def test_shuffled_shows_every_row_equally_often_and_no_other():
    schedule = shuffled(ROWS, 200, seeds=[0, 1])
    assert schedule.rows.shape == (2, 200, 32)
    for run in schedule.rows:
        seen = counts(run)
        assert set(seen[:170]) <= {200 * 32 // 170, 200 * 32 // 170 + 1} and seen[170:].sum() == 0
    assert schedule.reset.sum() == 1 and schedule.reset[0]
    assert schedule.ends.tolist() == [200]


def test_joint_keeps_the_targets_epochs_and_the_natural_proportion():
    source, target = np.arange(100), np.arange(100, 150)
    schedule = joint(source, target, 40, seeds=[3])
    assert len(schedule.stage) == 40 * 150 // 50
    seen = counts(schedule.rows)
    assert set(seen[:150]) <= {120 * 32 // 150, 120 * 32 // 150 + 1}
    # As many epochs of the target as vanilla has in 40 steps, up to the cut of the last permutation.
    assert abs(seen[100:150].mean() - 40 * 32 / 50) < 1


def test_balanced_batches_hold_each_class_equally_often():
    schedule = balanced(ROWS, LABELS, 100, seeds=[0, 1])
    for run in schedule.rows:
        for batch in LABELS[run]:
            assert np.bincount(batch).tolist() == [8, 8, 8, 8]
        for k in range(4):
            seen = counts(run)[ROWS][LABELS[ROWS] == k]
            assert seen.max() - seen.min() <= 1 and seen.sum() == 800
    # Where K does not divide the batch, nothing but the last place in turn differs, and in the end all are
    # even.
    uneven = balanced(ROWS, LABELS, 10, seeds=[0], batch=30).rows[0]
    tables = np.array([np.bincount(LABELS[batch]) for batch in uneven])
    assert set(tables.ravel()) == {7, 8} and tables.sum(0).tolist() == [75, 75, 75, 75]
    assert all(np.ptp(counts(uneven)[ROWS][LABELS[ROWS] == k]) <= 1 for k in range(4))


@pytest.mark.parametrize("cycles", [1, 5])
def test_class_by_class_shows_one_class_a_stage_and_every_row_equally_often(cycles):
    orders = all_orders(4)
    schedule = class_by_class(ROWS, LABELS, orders, 200, seeds=[7] * 24, cycles=cycles)
    assert len(schedule.ends) == 4 * cycles and schedule.ends[-1] == 200
    assert schedule.ends.tolist() == [200 * (i + 1) // (4 * cycles) for i in range(4 * cycles)]
    for order, run in zip(orders, schedule.rows):
        np.testing.assert_array_equal(
            LABELS[run], np.repeat(np.tile(order, cycles), 200 // (4 * cycles))[:, None] * np.ones(32, int)
        )
        for k in range(4):
            seen = counts(run)[ROWS][LABELS[ROWS] == k]
            assert seen.max() - seen.min() <= 1 and seen.sum() == 50 * 32


def test_the_optimiser_is_made_anew_at_stage_starts_or_carried():
    anew = class_by_class(ROWS, LABELS, [(0, 1, 2, 3)], 40, seeds=[0])
    assert np.flatnonzero(anew.reset).tolist() == [0, 10, 20, 30]
    carried = class_by_class(ROWS, LABELS, [(0, 1, 2, 3)], 40, seeds=[0], reset=False)
    assert np.flatnonzero(carried.reset).tolist() == [0]
    assert np.array_equal(anew.rows, carried.rows)


def test_stages_differ_by_one_step_at_most_where_the_steps_do_not_divide():
    schedule = class_by_class(ROWS, LABELS, [(0, 1, 2, 3)], 30, seeds=[0])
    assert np.bincount(schedule.stage).tolist() == [8, 8, 7, 7]


def test_a_class_is_shown_in_the_same_sequence_wherever_it_stands_in_the_order():
    schedule = class_by_class(ROWS, LABELS, [(0, 1, 2, 3), (3, 2, 1, 0)], 40, seeds=[5, 5])
    for k in range(4):
        first, second = (run[LABELS[run[:, 0]] == k] for run in schedule.rows)
        assert np.array_equal(first, second)


def test_a_run_does_not_depend_on_its_neighbours():
    orders = all_orders(4)
    together = class_by_class(ROWS, LABELS, orders, 40, seeds=range(24))
    alone = class_by_class(ROWS, LABELS, orders[[9]], 40, seeds=[9])
    assert np.array_equal(together.rows[9], alone.rows[0])
    assert np.array_equal(shuffled(ROWS, 40, [1, 2, 3]).rows[1], shuffled(ROWS, 40, [2]).rows[0])
    assert np.array_equal(
        balanced(ROWS, LABELS, 40, [1, 2, 3]).rows[1], balanced(ROWS, LABELS, 40, [2]).rows[0]
    )


def test_all_orders():
    orders = all_orders(4)
    assert orders.shape == (24, 4) and len({tuple(o) for o in orders}) == 24
    assert all(sorted(o) == [0, 1, 2, 3] for o in orders)


def test_an_absent_class_and_too_few_steps_are_refused():
    with pytest.raises(SequifiError, match="at least one row of every class"):
        class_by_class(ROWS[:100], LABELS, [(0, 1, 2, 3)], 40, seeds=[0])
    with pytest.raises(SequifiError, match="20 stages"):
        class_by_class(ROWS, LABELS, [(0, 1, 2, 3)], 19, seeds=[0], cycles=5)


def test_without_replay_a_batch_is_all_stream():
    schedule = shuffled(ROWS, 5, seeds=[0, 1])
    X, y = torch.arange(270.0)[:, None], torch.from_numpy(LABELS)
    batch = schedule.batch(3, X, y)
    assert batch.parts == (32,) and (batch.slots == -1).all() and (batch.writes == -1).all()
    assert np.array_equal(batch.x[..., 0].numpy(), schedule.rows[:, 3]) and np.array_equal(
        batch.y, LABELS[schedule.rows[:, 3]]
    )
    assert np.array_equal(batch.part(0).rows, batch.rows) and schedule.memory.shape == (2, 0)


def test_replay_adds_rows_of_filled_slots_and_leaves_the_stream_alone():
    plain = shuffled(ROWS, 400, seeds=[0, 1])
    memory = np.array([[200, 201, -1, 203, 204], [210, -1, -1, -1, -1]])
    schedule = replay(plain, memory, [0, 1], width=3, parts=2)
    assert schedule.rows.shape == (2, 400, 38) and schedule.parts == (32, 3, 3)
    assert np.array_equal(schedule.rows[..., :32], plain.rows) and (schedule.slots[..., :32] == -1).all()
    drawn, slots = schedule.rows[..., 32:], schedule.slots[..., 32:]
    for run in range(2):
        assert np.array_equal(drawn[run], memory[run][slots[run]]) and (drawn[run] >= 200).all()
    # Without replacement inside a draw, evenly over slots (800 draws of 3 out of 4: standard deviation of a
    # count 12), and the two draws of a step differ.
    first, second = drawn[0, :, :3], drawn[0, :, 3:]
    assert all(len(set(row)) == 3 for row in [*first, *second])
    assert np.abs(np.bincount(drawn[0].ravel(), minlength=205)[[200, 201, 203, 204]] - 600).max() < 60
    assert any(set(a) != set(b) for a, b in zip(first, second))
    # A memory smaller than its part of the batch is replayed nevertheless.
    assert (drawn[1] == 210).all()
    batch = schedule.batch(7, torch.arange(270.0)[:, None], torch.from_numpy(LABELS))
    assert np.array_equal(batch.part(2).rows, schedule.rows[:, 7, 35:]) and np.array_equal(
        batch.part(2).slots, slots[:, 7, 3:]
    )
    assert np.array_equal(batch.part(1).x[..., 0].numpy(), schedule.rows[:, 7, 32:35])


def test_what_is_written_is_replayed_from_the_next_step_on():
    plain = shuffled(ROWS, 3, seeds=[0])
    writes = np.full((1, 3, 32), -1)
    writes[0, 0, 5], writes[0, 1, 6] = 1, 0
    schedule = replay(plain, np.array([[200, -1]]), [0], width=2, writes=writes)
    new = plain.rows[0, 0, 5]
    assert schedule.rows[0, :, 32:].tolist()[0] == [200, 200]
    assert sorted(schedule.rows[0, 1, 32:]) == sorted([200, new])
    assert sorted(schedule.rows[0, 2, 32:]) == sorted([plain.rows[0, 1, 6], new])
    assert np.array_equal(schedule.writes[..., :32], writes) and (schedule.writes[..., 32:] == -1).all()
    assert schedule.memory.tolist() == [[200, -1]]


def test_replay_of_a_run_does_not_depend_on_its_neighbours_and_needs_a_row():
    memory = np.arange(60).reshape(3, 20) + 200
    together = replay(shuffled(ROWS, 9, seeds=[4, 5, 6]), memory, [4, 5, 6])
    alone = replay(shuffled(ROWS, 9, seeds=[5]), memory[[1]], [5])
    assert np.array_equal(together.rows[1], alone.rows[0]) and np.array_equal(
        together.slots[1], alone.slots[0]
    )
    with pytest.raises(SequifiError, match="at least one row"):
        replay(shuffled(ROWS, 9, seeds=[4]), np.array([[-1, -1]]), [4])


def test_what_a_stage_sees():
    order = (2, 0, 3, 1)
    seen = {
        sees: LABELS[class_by_class(ROWS, LABELS, [order], 40, seeds=[0], sees=sees).rows[0]]
        for sees in ("single", "cumulative", "focus", "one-vs-rest")
    }
    for j, k in enumerate(order):
        stage = {sees: labels[10 * j : 10 * j + 10] for sees, labels in seen.items()}
        assert (stage["single"] == k).all()
        # Ten batches of 32: evenly over the classes introduced so far.
        shares = np.bincount(stage["cumulative"].ravel(), minlength=4)
        introduced = sorted(order[: j + 1])
        assert (
            np.flatnonzero(shares).tolist() == introduced
            and np.ptp(shares[introduced]) <= 1
            and shares.sum() == 320
        )
        for sees, others in (("focus", {0, 1, 2, 3}), ("one-vs-rest", {0, 1, 2, 3} - {k})):
            assert (stage[sees][:, :16] == k).all()
            shares = np.bincount(stage[sees][:, 16:].ravel(), minlength=4)
            assert (
                set(np.flatnonzero(shares)) == others
                and np.ptp(shares[sorted(others)]) <= 1
                and shares.sum() == 160
            )
    with pytest.raises(SequifiError, match="cannot see 'all'"):
        class_by_class(ROWS, LABELS, [order], 40, seeds=[0], sees="all")


@pytest.mark.parametrize("sees", ["single", "cumulative", "focus", "one-vs-rest"])
def test_every_reading_has_the_same_number_of_steps_and_uses_rows_of_a_class_evenly(sees):
    schedule = class_by_class(ROWS, LABELS, all_orders(4)[:6], 200, seeds=range(6), sees=sees, cycles=2)
    assert schedule.rows.shape == (6, 200, 32) and len(schedule.ends) == 8
    for run in schedule.rows:
        for k in range(4):
            seen = counts(run)[ROWS][LABELS[ROWS] == k]
            assert np.ptp(seen) <= 1
        assert counts(run)[170:].sum() == 0


def test_in_a_second_cycle_every_class_has_been_introduced():
    schedule = class_by_class(ROWS, LABELS, [(2, 0, 3, 1)], 80, seeds=[0], cycles=2, sees="cumulative")
    assert all(np.bincount(batch).tolist() == [8, 8, 8, 8] for batch in LABELS[schedule.rows[0, 40:]])


def test_equal_epochs_gives_each_class_steps_in_proportion_to_its_rows():
    order = (2, 0, 3, 1)  # 70, 50, 20 and 30 rows of 170
    lengths = equal_epochs(ROWS, LABELS, order, 170)
    assert lengths.tolist() == [70, 50, 20, 30]
    schedule = class_by_class(ROWS, LABELS, [order], lengths, seeds=[0])
    assert np.bincount(schedule.stage).tolist() == [70, 50, 20, 30] and np.flatnonzero(
        schedule.reset
    ).tolist() == [
        0,
        70,
        120,
        140,
    ]
    assert (counts(schedule.rows[0])[:170] == 32).all()  # every row once a step of its own
    with pytest.raises(SequifiError, match="3 lengths"):
        class_by_class(ROWS, LABELS, [order], lengths[:3], seeds=[0])


def test_random_cycles_hold_every_class_once_each():
    orders = random_cycles(4, 5, seeds=[0, 1])
    assert orders.shape == (2, 20) and (np.sort(orders.reshape(2, 5, 4)) == np.arange(4)).all()
    assert len({tuple(cycle) for cycle in orders[0].reshape(5, 4)}) > 1
    assert np.array_equal(random_cycles(4, 5, seeds=[1])[0], orders[1])
    schedule = class_by_class(ROWS, LABELS, orders, 200, seeds=[0, 1])
    assert np.array_equal(LABELS[schedule.rows[1, ::10, 0]], orders[1])


def test_all_schedules_draw_from_the_same_streams():
    """Results name seeds, so what a seed draws must not change: key 0 for all rows, 1 + k for class k."""
    assert np.array_equal(shuffled(ROWS, 9, seeds=[5]).rows[0].ravel(), stream(ROWS, 9 * 32, (5, 0)))
    even, ordered = (
        balanced(ROWS, LABELS, 12, seeds=[5]),
        class_by_class(ROWS, LABELS, [(2, 0, 3, 1)], 12, seeds=[5]),
    )
    for k in range(4):
        members = ROWS[LABELS[ROWS] == k]
        for rows in (even.rows[0], ordered.rows[0]):
            assert np.array_equal(rows[LABELS[rows] == k], stream(members, 12 * 8, (5, 1 + k)))
    draw = np.random.default_rng([5, 2**21])
    assert random_cycles(4, 3, seeds=[5])[0].tolist() == [k for _ in range(3) for k in draw.permutation(4)]
    draw = np.random.default_rng([5, 2**20])
    again = replay(shuffled(ROWS, 4, [5]), np.array([[200, -1, 202, 203]]), [5], width=2, parts=2)
    for t in range(4):
        drawn = [slot for _ in range(2) for slot in draw.permutation([0, 2, 3])[:2]]
        assert again.slots[0, t, 32:].tolist() == drawn


def test_one_stage_begins_with_a_new_optimiser_and_ends_with_the_last_step():
    for schedule in (
        shuffled(ROWS, 3, [0]),
        balanced(ROWS, LABELS, 3, [0]),
        class_by_class(ROWS, LABELS, [(2,)], 3, [0]),
    ):
        assert schedule.stage.dtype == np.int64 and schedule.stage.tolist() == [0, 0, 0]
        assert schedule.reset.tolist() == [True, False, False] and schedule.ends.tolist() == [3]
    two = class_by_class(ROWS, LABELS, [(2, 0)], 2, seeds=[0])  # as many steps as stages
    assert two.stage.tolist() == [0, 1] and two.ends.tolist() == [1, 2] and two.reset.all()
    assert shuffled(ROWS, 1, [0]).memory.shape == (1, 0)


def test_a_batch_brings_its_own_slots_and_writes():
    writes = np.full((1, 3, 32), -1)
    writes[0, 1, 4] = 0
    schedule = replay(shuffled(ROWS, 3, [0]), np.arange(200, 220)[None], [0], width=2, writes=writes)
    X, y = torch.zeros(270, 1), torch.from_numpy(LABELS)
    for t in range(3):
        batch = schedule.batch(t, X, y)
        assert np.array_equal(batch.writes, schedule.writes[:, t]) and np.array_equal(
            batch.slots, schedule.slots[:, t]
        )
    assert not np.array_equal(schedule.slots[:, 0], schedule.slots[:, 1])


def test_stage_lengths_of_nought_and_orders_without_seeds_are_refused():
    assert class_by_class(ROWS, LABELS, [(2, 0)], [1, 4], seeds=[0]).stage.tolist() == [0, 1, 1, 1, 1]
    with pytest.raises(SequifiError, match="at least one step"):
        class_by_class(ROWS, LABELS, [(2, 0)], [0, 4], seeds=[0])
    with pytest.raises(SequifiError, match="1 seeds were given; give 2"):
        class_by_class(ROWS, LABELS, [(2, 0), (0, 2)], 4, seeds=[0])


def test_taking_rows_is_indexing():
    X = torch.randn(9, 5, generator=torch.Generator().manual_seed(0))
    table = np.array([[[3, 3, 0], [8, 1, 2]], [[4, 5, 6], [7, 0, 8]]])
    for rows in (table, table[:, 1], table[:, :, 2], np.array([6]), np.empty((2, 0), dtype=np.int64)):
        assert torch.equal(take(X, rows), X[rows]) and torch.equal(take(X[:, 2], rows), X[:, 2][rows])
    with pytest.raises((IndexError, RuntimeError)):  # -1 stands for an empty slot, not for the last row
        take(X, np.array([-1]))


def test_row_nought_is_a_row_and_memories_may_be_of_small_numbers():
    schedule = replay(shuffled(ROWS, 3, [0]), np.array([[0]]), [0], width=2)
    assert (schedule.rows[..., 32:] == 0).all() and (schedule.writes == -1).all()
    writes = np.full((1, 2, 32), -1)
    writes[0, 0, 0] = 0
    rows = np.full((1, 2, 32), 200)
    schedule = replay(
        replace(shuffled(ROWS, 2, [0]), rows=rows),
        np.array([[7]], dtype=np.int8),
        [0],
        width=1,
        writes=writes,
    )
    assert schedule.rows[0, :, 32].tolist() == [7, 200] and schedule.memory.dtype == np.int64
    with pytest.raises(SequifiError, match="every run's memory"):
        replay(shuffled(ROWS, 3, [0, 1]), np.array([[5], [-1]]), [0, 1])


def test_equal_epochs_leaves_a_rare_class_one_step():
    labels = np.array([0] * 999 + [1])
    assert equal_epochs(np.arange(1000), labels, (0, 1), 50).tolist() == [50, 1]


# ---------------------------------------------------------------- whatever the rows, classes and sizes

FEW = settings(derandomize=True, deadline=None, max_examples=40)
TABLES = st.lists(st.integers(0, 3), min_size=1, max_size=30)


@FEW
@given(st.integers(1, 20), st.integers(1, 60), st.integers(0, 9))
def test_a_stream_shows_every_row_as_often_as_the_others_in_any_stretch_of_whole_rounds(rows, length, seed):
    drawn = stream(np.arange(rows) + 7, length, (seed, 0))
    assert len(drawn) == length and np.array_equal(
        drawn, stream(np.arange(rows) + 7, length + 3, (seed, 0))[:length]
    )
    for start in range(0, length, rows):
        piece = drawn[start : start + rows]
        assert len(set(piece)) == len(piece) and set(piece) <= set(range(7, 7 + rows))


@FEW
@given(TABLES, st.integers(1, 6), st.integers(1, 9), st.lists(st.integers(0, 99), min_size=1, max_size=3))
def test_balanced_batches_hold_the_classes_that_are_there_evenly(labels, steps, batch, seeds):
    labels = np.array(labels)
    schedule = balanced(np.arange(len(labels)), labels, steps, seeds, batch)
    classes = np.unique(labels)
    for run, seed in enumerate(seeds):
        shown = labels[schedule.rows[run]]
        assert all(np.ptp([(step == k).sum() for k in classes]) <= 1 for step in shown)
        assert np.ptp([(shown == k).sum() for k in classes]) <= 1
        alone = balanced(np.arange(len(labels)), labels, steps, [seed], batch)
        assert np.array_equal(schedule.rows[run], alone.rows[0])
    for k in classes:
        per_row = np.bincount(schedule.rows[0][labels[schedule.rows[0]] == k], minlength=len(labels))
        assert np.ptp(per_row[labels == k]) <= 1


@FEW
@given(st.permutations(range(4)), st.integers(4, 25), st.integers(1, 5), st.booleans(), st.integers(0, 9))
def test_stages_follow_the_order_and_are_of_one_length(order, steps, batch, reset, seed):
    labels = np.arange(23) % 4
    schedule = class_by_class(np.arange(23), labels, [order], steps, [seed], batch, reset=reset)
    lengths = np.diff([0, *schedule.ends])
    assert len(lengths) == 4 and lengths.sum() == steps and np.ptp(lengths) <= 1
    for t in range(steps):
        assert (labels[schedule.rows[0, t]] == order[schedule.stage[t]]).all()
        assert schedule.reset[t] == (t == 0 or (reset and schedule.stage[t] != schedule.stage[t - 1]))


@FEW
@given(st.lists(st.integers(0, 3), min_size=8, max_size=40), st.integers(4, 60))
def test_stages_of_equal_epochs_are_in_proportion_and_none_is_empty(labels, steps):
    labels = np.array([0, 1, 2, 3, *labels])
    lengths = equal_epochs(np.arange(len(labels)), labels, [3, 1, 0, 2], steps)
    share = np.array([(labels == k).sum() for k in (3, 1, 0, 2)]) * steps / len(labels)
    assert (lengths >= 1).all() and (np.abs(lengths - np.maximum(share, 1)) <= 1).all()


@FEW
@given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 9), st.integers(1, 5))
def test_joint_shows_the_target_as_often_as_the_target_alone(source, target, steps, batch):
    schedule = joint(np.arange(source), np.arange(source, source + target), steps, [0], batch)
    assert schedule.rows.shape == (1, round(steps * (source + target) / target), batch)
    assert np.ptp(np.bincount(schedule.rows.ravel(), minlength=source + target)) <= 1
