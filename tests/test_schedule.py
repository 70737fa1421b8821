"""Schedules: every row the promised number of times, every batch the promised classes, runs independent of their neighbours."""

import numpy as np
import pytest

from sequifi_lite.errors import SequifiError
from sequifi_lite.schedule import all_orders, balanced, class_by_class, joint, shuffled, stream

LABELS = np.array([0] * 50 + [1] * 30 + [2] * 70 + [3] * 20 + [0, 1, 2, 3] * 25)  # rows 170 and on are of another part
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
    with pytest.raises(SequifiError, match="multiple of 4"):
        balanced(ROWS, LABELS, 10, seeds=[0], batch=30)


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
    assert np.array_equal(balanced(ROWS, LABELS, 40, [1, 2, 3]).rows[1], balanced(ROWS, LABELS, 40, [2]).rows[0])


def test_all_orders():
    orders = all_orders(4)
    assert orders.shape == (24, 4) and len({tuple(o) for o in orders}) == 24
    assert all(sorted(o) == [0, 1, 2, 3] for o in orders)


def test_an_absent_class_and_too_few_steps_are_refused():
    with pytest.raises(SequifiError, match="at least one row of every class"):
        class_by_class(ROWS[:100], LABELS, [(0, 1, 2, 3)], 40, seeds=[0])
    with pytest.raises(SequifiError, match="20 stages"):
        class_by_class(ROWS, LABELS, [(0, 1, 2, 3)], 19, seeds=[0], cycles=5)
