"""Which rows are kept: counts, frequencies, and searches written out."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st
from scipy import stats
from small_problem import small_problem, small_source

from sequifi_lite import METHODS, train_sequence
from sequifi_lite.errors import SequifiError
from sequifi_lite.learning.class_order import class_by_class
from sequifi_lite.learning.memory import (
    STREAM,
    after,
    class_balanced,
    first_seen,
    herding,
    keep,
    last_in_slot,
    reservoir,
    reservoir_writes,
    shown,
    sizes,
    slots_of,
    stage_writes,
    table,
)
from sequifi_lite.learning.schedule import replay, shuffled

WORLD = small_problem()
LABELS = WORLD.labels
TRAIN = [WORLD.parts[name].train for name in WORLD.corpora]


def too_unequal(counts, trials, size):
    """Chi-square of inclusion counts against size / n; the false-alarm rate is 1e-4, and the seeds are fixed.

    Within a trial inclusions are drawn without replacement, so that the plain statistic is too small by (n -
    size) / (n - 1).
    """
    n = len(counts)
    expected = trials * size / n
    statistic = ((counts - expected) ** 2 / expected).sum() * (n - 1) / (n - size)
    return stats.chi2.sf(statistic, n - 1) < 1e-4


def test_a_reservoir_keeps_every_row_equally_often_also_over_two_corpora():
    first, second, size, trials = np.arange(30), np.arange(100, 150), 10, 2000
    once, twice = np.zeros(30), np.zeros(80)
    for seed in range(trials):
        held = reservoir(first, size, seed)
        assert len(set(held)) == size and (held >= 0).all()
        once[held] += 1
        before = held.copy()
        on = reservoir(second, size, seed, held, seen=30)
        assert np.array_equal(held, before)  # the old table is left alone
        assert len(set(on)) == size
        twice[np.where(on < 100, on, on - 70)] += 1
    assert not too_unequal(once, trials, size) and not too_unequal(twice, trials, size)
    # The test can fail: rows that come late and rows that come early, each a fifth too often.
    assert too_unequal(once * np.linspace(0.8, 1.2, 30), trials, size)


def test_the_slots_are_equally_likely_too_the_last_one_included():
    # 20 items offered to 4 slots after 4: item i replaces slot s with probability 1 / (i + 1) for every s.
    hits = np.zeros((20, 4))
    for seed in range(3000):
        slots = slots_of(20, 4, 4, np.random.default_rng(seed))
        hits[np.flatnonzero(slots >= 0), slots[slots >= 0]] += 1
    expected = 3000 / np.arange(5, 25)[:, None]
    assert stats.chi2.sf(((hits - expected) ** 2 / expected).sum(), 80) > 1e-4


def test_free_slots_are_filled_in_order_and_a_short_corpus_leaves_the_rest_empty():
    assert slots_of(3, 5, 0, np.random.default_rng(0)).tolist() == [0, 1, 2]
    assert slots_of(2, 5, 3, np.random.default_rng(0)).tolist() == [3, 4]
    held = reservoir(np.array([7, 8]), 4, seed=0)
    assert sorted(held[:2]) == [7, 8] and held[2:].tolist() == [-1, -1]
    on = reservoir(np.array([9]), 4, seed=0, held=held, seen=2)
    assert on[2] == 9 and on[3] == -1 and np.array_equal(on[:2], held[:2])


def test_class_balanced_counts_quotas_where_a_class_runs_short_and_nesting():
    labels = np.array([0] * 20 + [1] * 3 + [2] * 20 + [3] * 5)
    rows = np.arange(2, 46)  # the class of number 3 has 3 rows left, number 0 has 18
    kept = class_balanced(rows, labels, 4, seed=3)
    assert (
        np.bincount(labels[kept]).tolist() == [4, 3, 4, 3] and set(kept) <= set(rows) and len(set(kept)) == 14
    )
    assert set(kept) <= set(class_balanced(rows, labels, 9, seed=3))
    assert set(kept) != set(class_balanced(rows, labels, 4, seed=4))
    counts = np.zeros(48)
    for seed in range(1000):
        counts[class_balanced(rows, labels, 4, seed)] += 1
    assert not too_unequal(counts[2:20], 1000, 4) and not too_unequal(counts[23:43], 1000, 4)


def test_herding_against_a_search_written_out():
    rows, wanted = TRAIN[1][5:], 6
    chosen = []
    for k in range(4):
        members = [row for row in rows if LABELS[row] == k]
        mean = torch.stack([WORLD.X[row] for row in members]).mean(0)
        mine = []
        for _ in range(wanted):
            free = [row for row in members if row not in mine]
            mine.append(min(free, key=lambda row: float((mean - WORLD.X[[*mine, row]].mean(0)).norm())))
        chosen.extend(mine)
    assert herding(WORLD.X, rows, LABELS, wanted).tolist() == chosen
    few = herding(WORLD.X, rows, LABELS, 2)
    assert few.tolist() == [row for i, row in enumerate(chosen) if i % wanted < 2]
    everything = herding(WORLD.X, rows, LABELS, 99)
    assert sorted(everything) == sorted(rows)


def test_herded_means_are_closer_than_drawn_ones():
    def gap(kept):
        return sum(
            float(
                (
                    WORLD.X[kept[LABELS[kept] == k]].mean(0)
                    - WORLD.X[TRAIN[0][LABELS[TRAIN[0]] == k]].mean(0)
                ).norm()
            )
            for k in range(4)
        )

    herded = gap(herding(WORLD.X, TRAIN[0], LABELS, 5))
    assert all(herded < gap(class_balanced(TRAIN[0], LABELS, 5, seed)) for seed in range(20))


@pytest.mark.parametrize("choose", ["class-balanced", "reservoir", "herding"])
def test_a_memory_holds_training_rows_of_its_corpus_alone_and_runs_do_not_mix(choose):
    together = keep(choose, WORLD, "corpus1", [1, 5, 3], [4, 5, 6])
    assert together.shape == (3, 20)
    for run, most in enumerate([1, 5, 3]):
        held = together[run]
        assert (held[: 4 * most] >= 0).all() and (held[4 * most :] == -1).all()  # filled slots first
        assert len(set(held[: 4 * most])) == 4 * most and set(held[: 4 * most]) <= set(TRAIN[1])
        if choose != "reservoir":
            assert np.bincount(LABELS[held[: 4 * most]]).tolist() == [most] * 4
        alone = keep(choose, WORLD, "corpus1", most, [4 + run])
        assert np.array_equal(alone[0], held[: 4 * most])
    left_out = {row for part in WORLD.parts.values() for row in [*part.valid, *part.test]}
    assert not left_out & set(together.ravel())
    everything = keep(choose, WORLD, "corpus1", 1000, [0])
    assert sorted(everything[0]) == sorted(TRAIN[1])


def test_sizes_and_choices_that_make_no_sense_are_refused():
    assert sizes(20, 3).tolist() == [20, 20, 20] and sizes(torch.tensor([1, 2]), 2).tolist() == [1, 2]
    for nonsense in (0, -1, 2.5, [1, 0]):
        with pytest.raises(SequifiError, match="per_class"):
            sizes(nonsense, 2)
    with pytest.raises(SequifiError, match="class-balanced, reservoir, herding"):
        keep("random", WORLD, "corpus0", 1, [0])
    assert table([np.array([3]), np.array([1, 2])]).tolist() == [[3, -1], [1, 2]]


def test_first_showings_and_the_last_of_those_who_share_a_slot():
    assert first_seen(np.array([[5, 6, 5], [6, 7, 5]])).tolist() == [
        [True, True, False],
        [False, True, False],
    ]
    assert last_in_slot(np.array([[2, 0, 2, -1], [0, 2, -1, 0]])).tolist() == [[-1, 0, 2, -1], [-1, 2, -1, 0]]
    assert last_in_slot(np.full((2, 2), -1)).tolist() == [[-1, -1], [-1, -1]]


def test_a_reservoir_that_goes_on_over_a_stream_keeps_every_clip_equally_often():
    # 30 rows of the past, 60 of the stream shown about seven times over: each of the 90 must have the same
    # chance.
    old, size, trials = np.arange(200, 230), 12, 1500
    counts = np.zeros(90)
    schedule = shuffled(np.arange(60), 14, range(trials))
    memory = np.stack([reservoir(old, size, seed) for seed in range(trials)])
    writes = reservoir_writes(schedule, np.full(trials, size), np.full(trials, 30), range(trials))
    for run in range(trials):
        held = memory[run].copy()
        for t in range(14):
            slots = writes[run, t][writes[run, t] >= 0]
            assert len(set(slots)) == len(slots)  # a slot is written once a step
            for b in np.flatnonzero(writes[run, t] >= 0):
                held[writes[run, t, b]] = schedule.rows[run, t, b]
        assert len(set(held)) == size
        counts[np.where(held >= 200, held - 140, held)] += 1
        if run < 3:
            replayed = replay(shuffled(np.arange(60), 14, [run]), memory[[run]], [run], writes=writes[[run]])
            assert np.array_equal(after(replayed)[0], held) and np.array_equal(
                replayed.memory[0], memory[run]
            )
            assert shown(replayed).tolist() == [60]
    assert not too_unequal(counts, trials, size)
    # A run does not depend on its neighbours, in whatever company and size.
    alone = reservoir_writes(shuffled(np.arange(60), 14, [7]), np.array([size]), np.array([30]), [7])
    assert np.array_equal(alone[0], writes[7])


def test_finished_classes_enter_at_the_end_of_their_stage():
    orders = [(2, 0, 1, 3), (0, 1, 2, 3)]
    schedule = class_by_class(TRAIN[1], LABELS, orders, 40, [0, 1], batch=4)  # stages of 10 steps
    writes = stage_writes(schedule, LABELS, np.array([3, 6]), first_slot=50, classes=4)
    for run, (order, most) in enumerate(zip(orders, (3, 6))):
        entered = []
        for t, b in np.argwhere(writes[run] >= 0):
            row, slot = schedule.rows[run, t, b], writes[run, t, b]
            k = order[t // 10]
            assert LABELS[row] == k and t % 10 >= 8  # in the last two steps of its own stage
            assert 50 + 6 * k <= slot < 50 + 6 * k + most
            entered.append(slot)
        assert len(entered) == len(set(entered)) == 4 * most
        rows = schedule.rows[run][writes[run] >= 0]
        assert len(set(rows)) == 4 * most
    # Rows shown twice enter once, with their last showing.
    few = class_by_class(np.array([60, 61, 62, 63]), LABELS, [(0, 1, 2, 3)], 40, [0], batch=4)
    entered = stage_writes(few, LABELS, np.array([3]), 0, 4)
    assert (entered >= 0).sum() == 4 and np.argwhere(entered[0] >= 0).tolist() == [
        [9, 3],
        [19, 3],
        [29, 3],
        [39, 3],
    ]


# ---------------------------------------------------------------- the stream of random numbers


def test_what_is_drawn_for_a_corpus_has_nothing_to_do_with_what_was_drawn_for_the_one_before():
    """The number of rows seen is part of the key of the draw: else every corpus of a seed is dealt alike."""
    rows, size = np.arange(400), 400
    for seed in range(3):
        first = reservoir(rows, 2 * size, seed)
        second = reservoir(rows, 2 * size, seed, first, seen=400)
        assert np.array_equal(second[:400], first[:400])  # there is room: nobody is replaced
        assert abs(np.corrcoef(first[:400], second[400:])[0, 1]) < 0.2
        schedule = shuffled(np.arange(3200), 100, [seed])
        one, other = (
            set(np.flatnonzero(reservoir_writes(schedule, np.array([500]), np.array([seen]), [seed]) >= 0))
            for seen in (600, 601)
        )
        # Of 3,200 rows about half have a chance; two draws of their own agree in well under all of them.
        assert len(one & other) < 0.7 * len(one | other)


@pytest.mark.parametrize("seen", [0, 3, 40])
def test_a_reservoir_on_a_stream_is_algorithm_r_with_the_rows_seen_before_it(seen):
    schedule = shuffled(np.arange(12), 6, [5, 6], batch=4)
    writes = reservoir_writes(schedule, np.array([4, 7]), np.array([seen, seen + 2]), [5, 6])
    for run, (size, before, seed) in enumerate(((4, seen, 5), (7, seen + 2, 6))):
        generator, flat, number = np.random.default_rng([seed, STREAM, before]), schedule.rows[run].ravel(), 0
        draws = generator.integers(0, before + np.arange(12) + 1)
        expected, shown_before = np.full(24, -1), set()
        for place, row in enumerate(flat):
            if row in shown_before:
                continue
            shown_before.add(row)
            slot = before + number if before + number < size else draws[number]
            number += 1
            if slot < size:
                step = place // 4 * 4
                expected[step : step + 4][expected[step : step + 4] == slot] = -1
                expected[place] = slot
        assert writes[run].ravel().tolist() == expected.tolist()


def test_ders_reservoir_counts_every_corpus_that_was_offered():
    method, seen = METHODS["der"](per_class=3), []
    for stop in train_sequence(method, WORLD, small_source(WORLD, steps=5), steps=3, lr=1e-3):
        seen.append(int(method.offered[0]))
        if stop.record is None:
            assert seen == [len(TRAIN[0])]
    rows = [len(np.unique(shuffled(train, 3, [0]).rows)) for train in TRAIN[1:]]
    assert seen == [len(TRAIN[0]), len(TRAIN[0]) + rows[0], len(TRAIN[0]) + sum(rows)]


# ---------------------------------------------------------------- against loops, on whatever comes

FEW = settings(derandomize=True, deadline=None, max_examples=40)


@FEW
@given(st.integers(0, 30), st.integers(1, 8), st.integers(0, 20), st.integers(0, 9))
def test_slots_are_those_of_algorithm_r(offered, size, seen, seed):
    slots = slots_of(offered, size, seen, np.random.default_rng(seed))
    draws = np.random.default_rng(seed).integers(0, np.arange(seen, seen + offered) + 1)
    for i, slot in enumerate(slots):
        number = seen + i
        wanted = number if number < size else draws[i] if draws[i] < size else -1
        assert slot == wanted


@FEW
@given(st.lists(st.integers(0, 3), min_size=1, max_size=25), st.integers(1, 6), st.integers(0, 5))
def test_quotas_of_classes_hold_whatever_the_classes(labels, per_class, seed):
    labels, rows = np.array(labels), np.arange(len(labels))
    small = class_balanced(rows, labels, per_class, seed)
    large = class_balanced(rows, labels, per_class + 1, seed)
    assert len(set(small)) == len(small) and set(small) <= set(large) <= set(rows)
    for k in set(labels.tolist()):
        assert (labels[small] == k).sum() == min(per_class, (labels == k).sum())


@FEW
@given(st.lists(st.lists(st.integers(-1, 4), min_size=3, max_size=3), min_size=1, max_size=5))
def test_first_showings_and_last_writers_are_those_of_a_loop(table_of_numbers):
    numbers = np.array(table_of_numbers)
    shown_before, first = set(), []
    for row in numbers.ravel():
        first.append(row not in shown_before)
        shown_before.add(row)
    assert first_seen(numbers).ravel().tolist() == first
    last = [
        [s if s >= 0 and s not in step[i + 1 :] else -1 for i, s in enumerate(step)]
        for step in table_of_numbers
    ]
    assert last_in_slot(numbers).tolist() == last


@FEW
@given(st.integers(1, 6), st.integers(1, 5), st.integers(1, 4), st.integers(0, 50), st.booleans())
def test_what_is_replayed_was_in_the_memory_before_the_step(steps, width, parts, seed, filled):
    """The whole memory is played through: slots, rows, and what it holds in the end."""
    stream = shuffled(np.arange(100, 120), steps, [seed, seed + 1], batch=3)
    held = np.array([[7, -1, 9, -1], [3, 4, 5, 6]])
    writes = (
        reservoir_writes(stream, np.array([4, 4]), np.array([2, 4]), [seed, seed + 1]) if filled else None
    )
    schedule = replay(stream, held, [seed, seed + 1], width, parts, writes)
    for run in range(2):
        memory = held[run].copy()
        for t in range(steps):
            for part in range(parts):
                places = slice(3 + part * width, 3 + (part + 1) * width)
                slots = schedule.slots[run, t, places]
                there = np.flatnonzero(memory >= 0)
                assert set(slots) <= set(there) and (schedule.rows[run, t, places] == memory[slots]).all()
                counts = np.bincount(slots, minlength=4)[there]
                assert np.ptp(counts) <= 1  # without replacement, as long as they last
            for b in range(3):
                if schedule.writes[run, t, b] >= 0:
                    memory[schedule.writes[run, t, b]] = stream.rows[run, t, b]
        assert after(schedule)[run].tolist() == memory.tolist()
    assert (schedule.slots[:, :, :3] == -1).all() and (schedule.rows[:, :, :3] == stream.rows).all()
