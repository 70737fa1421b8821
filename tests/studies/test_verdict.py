"""The verdicts: matched distances, frontiers and shares by hand, and what an interval decides."""

import json

import numpy as np
import pandas as pd
import pytest

from sequifi_lite.errors import SequifiError
from sequifi_lite.studies.plans import verdict as hypotheses
from sequifi_lite.studies.tables import verdict as readings
from sequifi_lite.studies.tables.verdict import Draws, cells_of, frontier_at, matched, row, share_draws

ORDERS = [(0, 1), (1, 0)]


def cell(variant, replicate, T, order, distance, corpora=("a", "b"), seed=0):
    generator = np.random.default_rng([len(variant), replicate, T, seed, 0 if order is None else order[0]])
    return {
        "variant": variant,
        "corpora": list(corpora),
        "replicate": replicate,
        "T": T,
        "emotions": ["x", "y"],
        "lr": 1e-3,
        "order": None if order is None else list(order),
        "distance": np.array([distance], dtype=np.float32),
        "groups": json.dumps({corpora[0]: ["s"], corpora[1]: ["u", "v"]}),
        "confusions": generator.integers(1, 20, 12),
    }


def test_vanilla_is_read_at_the_first_crossing_of_the_distance():
    zero = pd.DataFrame([cell("zero-shot", r, 0, None, 0.0) for r in (0, 1)])
    far = {2: 1.0, 4: 3.0, 8: 2.5, 16: 6.0}  # it may come nearer again: the first crossing counts
    vanilla = pd.DataFrame([cell("vanilla", r, T, None, d) for r in (0, 1) for T, d in far.items()])
    ends = {(0, 0): 0.25, (0, 1): 2.0, (1, 0): 2.75, (1, 1): 7.0}  # (replicate, which order)
    ordered = pd.DataFrame([cell("sequifi", r, 8, ORDERS[o], d) for (r, o), d in ends.items()])
    tables, missed = matched(ordered, vanilla, zero)
    assert missed == 25 and tables["b"].shape == (4, 2, 2, 2) and tables["a"].shape == (2, 2, 2, 2)

    def at(r, T):
        found = zero if T == 0 else vanilla[vanilla["T"] == T]
        return np.asarray(found[found["replicate"] == r]["confusions"].item()).reshape(3, 2, 2)

    expected = {
        (0, 0): 0.75 * at(0, 0) + 0.25 * at(0, 2),
        (0, 1): 0.5 * at(0, 2) + 0.5 * at(0, 4),
        (1, 0): 0.125 * at(1, 2) + 0.875 * at(1, 4),
        (1, 1): at(1, 16),
    }
    for (r, o), table in expected.items():
        np.testing.assert_allclose(tables["a"][r, o], table[0], rtol=1e-6)
        np.testing.assert_allclose(tables["b"][2 * r : 2 * r + 2, o], table[1:], rtol=1e-6)


def test_cells_are_matched_whatever_their_order():
    zero = pd.DataFrame([cell("zero-shot", r, 0, None, 0.0) for r in (0, 1)])
    steps = ((16, 6.0), (2, 1.0), (8, 2.5), (4, 3.0))
    vanilla = pd.DataFrame([cell("vanilla", r, T, None, d) for T, d in steps for r in (1, 0)])
    ordered = pd.DataFrame([cell("sequifi", r, 8, order, 2.0 + r) for order in ORDERS[::-1] for r in (1, 0)])
    one, missed = matched(ordered, vanilla, zero)
    other, _ = matched(ordered[::-1], vanilla.sort_values(["replicate", "T"]), zero[::-1])
    assert missed == 0 and all(np.array_equal(one[name], other[name]) for name in ("a", "b"))


def test_a_frontier_by_hand():
    points = np.array(
        [[[80.0], [60]], [[70], [80]], [[60], [70]]]
    )  # (source, target): the third is worse than the second
    values = [frontier_at(points, np.array([source]))[0] for source in (85.0, 80, 75, 70, 65, 50)]
    assert values == [-np.inf, 60, 70, 80, 80, 80]
    assert frontier_at(points, np.array([75.0, 85.0, 60.0])[:1]).shape == (1,)
    many = np.repeat(points, 3, axis=2)
    assert frontier_at(many, np.array([85.0, 75, 60])).tolist() == [-np.inf, 70, 80]


def test_what_an_interval_decides():
    values = np.concatenate([[2.0], np.linspace(1, 3, 2001)])
    said = [
        row("H0", "a part", values, line, above, 5)["verdict"]
        for line in (0, 2, 4)
        for above in (True, False)
    ]
    assert said == ["supported", "refuted", "undecided", "undecided", "refuted", "supported"]
    made = row("H0", "a part", values, 0, True, 5, "a note")
    assert (
        made["line"] == "above 0"
        and made["low"] == pytest.approx(1.05)
        and made["effect"] == 2
        and made["note"] == "a note"
    )


def test_the_share_of_the_last_class_by_hand():
    table = np.array(
        [[[[6, 2], [4, 8]], [[1, 9], [5, 5]]], [[[10, 0], [10, 0]], [[0, 10], [0, 10]]]]
    )  # (G, orders, K, K)
    found = share_draws(table, np.array(ORDERS), draws=50)
    # Order 0 ends in class 1: 10 of 40 predictions; order 1 in class 0: 6 of 40.
    assert found[0] == pytest.approx(100 * (10 / 40 + 6 / 40) / 2)
    # With the first group alone 50 and 30 %, with the second alone none.
    assert set(np.round(found[1:], 6)) == {40.0, 20.0, 0.0}


def test_draws_leave_out_the_exploratory_pairs_and_are_means_over_the_others():
    pairs = [("a", "b"), ("b", "c"), ("cremad", "emodb")]
    cells = pd.DataFrame(
        [
            cell("sequifi-canonical", 0, 8, order, 1.0, pair, i)
            for i, pair in enumerate(pairs)
            for order in ORDERS
        ]
    )
    found = Draws(cells)
    assert found.pairs == pairs[:2]
    setting = ("sequifi-canonical",)
    for score in ("both", "target", "last_share"):
        by_hand = np.mean([found[pair, setting][score] for pair in pairs[:2]], axis=0)
        np.testing.assert_allclose(found.mean(setting, score), by_hand)


def test_cells_that_are_not_there(tmp_path, monkeypatch):
    monkeypatch.setattr(readings, "FOLDERS", (tmp_path,))
    with pytest.raises(SequifiError, match="study run pairs"):
        cells_of("pairs")


def test_at_equal_loss_two_optimisers_are_read_at_the_same_losses(monkeypatch):
    """Adam's share is 10 points above SGD's at every loss, on paths that overlap in part."""

    class Made(dict):
        def mean(self, setting, score):
            _, optimiser, _, lr, _ = setting
            return np.full(3, 50 + 5 * np.log10(lr) + (10 if optimiser == "adam" else 0))

    rows = [
        {"optimiser": o, "scaling": "zscore", "lr": lr, "T": 50}
        for o, lrs in (("adam", (1, 10, 100)), ("sgd", (10, 100, 1000)))
        for lr in lrs
    ]
    monkeypatch.setattr("sequifi_lite.studies.plans.verdict.loss_reached", lambda record: 1 / record["lr"])
    gain, note = hypotheses._at_equal_loss(pd.DataFrame(rows), Made())
    np.testing.assert_allclose(gain, 10)
    assert note == "losses from 0.01 to 0.1"


def test_the_best_rate_is_that_of_the_estimate_and_is_told(monkeypatch):
    """Seven rates and two numbers of steps drawn at random, so that hardly a draw agrees with another."""

    def drawn(name, seed, **fields):
        generator = np.random.default_rng([25, seed])
        return {
            "variant": name, "corpora": ["a", "b"], "replicate": 0, "order": None, "emotions": ["x", "y"],
            "distance": np.array([1.0]), "groups": json.dumps({"a": list("pqrs"), "b": list("tuvw")}),
            "confusions": generator.integers(1, 9, 32), "lr": 1e-3, "T": 200, "value": None, **fields,
        }  # fmt: skip

    ordered = {"order": [0, 1]}
    names = ["vanilla", "vanilla-balanced", "zero-shot"]
    rates = [(lr, T) for lr in (1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2) for T in (50, 200)]
    studies = {
        "pairs": [drawn("sequifi-canonical", 1, **ordered)]
        + [drawn(name, i, T=0 if name == "zero-shot" else 200) for i, name in enumerate(names)],
        "displacement": [drawn(name, i, T=T) for i, name in enumerate(names[:2]) for T in (1, 9)],
        "frontiers": [
            drawn("sequifi-canonical", 50 + i, lr=lr, T=T, **ordered) for i, (lr, T) in enumerate(rates)
        ],
    }
    monkeypatch.setattr(hypotheses, "cells_of", lambda name: pd.DataFrame(studies[name]))

    def both(row):
        a, b = (row["confusions"].reshape(2, 4, 2, 2)[i].sum(0) for i in (0, 1))
        return 100 * np.mean([(t.diagonal() / t.sum(1)).mean() for t in (a, b)])

    of_rate = {}
    for (lr, _), one in zip(rates, studies["frontiers"]):
        of_rate[lr] = max(of_rate.get(lr, 0), both(one))
    best = max(of_rate, key=of_rate.get)
    smallest, largest = hypotheses.h2()[-2:]
    assert f"best rate {best:g}" in smallest["note"] and "smallest" in smallest["part"]
    assert smallest["effect"] == pytest.approx(of_rate[best] - of_rate[1e-5])
    assert largest["effect"] == pytest.approx(of_rate[best] - of_rate[3e-2])
    assert largest["line"] == "above 0" and best not in (1e-5, 3e-2)
