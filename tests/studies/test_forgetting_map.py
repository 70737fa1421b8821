"""The map of forgetting and the table of bounds: their lines, and one cheap line of each computed anew."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from sequifi_lite.learning.heads import MLP
from sequifi_lite.learning.loop import Record
from sequifi_lite.studies import results
from sequifi_lite.studies.plans import forgetting_map as forgetting
from sequifi_lite.studies.plans.bounds import CHAIN_CASES, PAIR_CASES
from sequifi_lite.studies.plans.forgetting_map import (
    TRAINED,
    Case,
    cases,
    domain_aware,
    only,
    row,
    run,
    stability_gap,
)
from sequifi_lite.studies.registry import IN_ONE_PIECE
from sequifi_lite.studies.scenarios import SCENARIOS


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def matrix(text):
    return np.array([[float(value) for value in line.split()] for line in text.split(" / ")])


def test_no_line_is_named_twice_and_the_shared_settings_are_lines_of_the_map():
    named = cases()
    assert len(set(named)) == len(named)
    for corpora, scaling, hidden in (
        (("cremad", "ravdess", "emodb", "mesd"), "zscore", 128),
        (("cremad", "emodb"), "raw, rewritten", 128),
        (("cremad", "ravdess", "emodb", "mesd"), "zscore", (256, 128)),
    ):
        for method in ("vanilla", "joint", "zero-shot"):
            assert Case(corpora, scaling, hidden=hidden, method=method, gap=True) in named


@pytest.mark.parametrize(
    "part, moved", [("all", 4), ("hidden layers", 2), ("output layer", 2), ("output bias", 1), ("biases", 2)]
)
def test_only_what_is_named_moves(part, moved):
    head = MLP([0, 1], 6, 5, 4)
    before = [p.detach().clone() for p in head.parameters()]
    for name in ("adam", "sgd"):
        steps = only(part, name)(head.parameters(), lr=0.1)
        head(torch.randn(2, 3, 6)).square().sum().backward()
        steps.step()
    changed = [not torch.equal(p, q) for p, q in zip(head.parameters(), before)]
    assert sum(changed) == moved
    names = [name for (name, _), change in zip(head.named_parameters(), changed) if change]
    expected = {
        "hidden layers": ["W1", "b1"],
        "output layer": ["W2", "b2"],
        "output bias": ["b2"],
        "biases": ["b1", "b2"],
    }
    assert names == expected.get(part, ["W1", "b1", "W2", "b2"]) and set(TRAINED) == {*expected, "all"}


def test_domain_aware_scales_every_corpus_by_its_own_training_rows():
    problem = domain_aware(load_problem(("emodb", "mesd"), 0), 0)
    for part in problem.parts.values():
        own = problem.X[part.train]
        torch.testing.assert_close(own.mean(0), torch.zeros(1024), atol=1e-4, rtol=0)
        torch.testing.assert_close(own.std(0, unbiased=False), torch.ones(1024), atol=1e-3, rtol=0)


def test_the_stability_gap_by_hand():
    # Two replicates of one clip per class: right on 2, 0, then 1 of 2 classes; pooled 100, 25, 75 %.
    right, wrong = np.eye(2, dtype=int), 1 - np.eye(2, dtype=int)
    half = np.array([[1, 0], [1, 0]])
    curves = [[right, wrong, half], [right, half, right]]
    replicates = []
    for curve in curves:
        record = Record(steps=[0, 5, 10], curves={"a": [c[None] for c in curve]})
        replicates.append([None, type("Stop", (), {"record": record})])
    assert stability_gap(Case(("a", "b")), replicates) == {"gap": 50.0, "worst": 25.0}


def test_a_repair_moves_the_last_model_alone():
    case = Case(("emodb", "mesd"), lr=1e-3, steps=20)
    forgetting._source.cache_clear()
    _, plain = run(case, 0)
    _, repaired = run(replace(case, repair="output bias"), 0)
    for name in ("W1", "b1", "W2"):
        assert torch.equal(getattr(plain[1].model, name), getattr(repaired[1].model, name))
    assert not torch.equal(plain[1].model.b2, repaired[1].model.b2)
    assert all(torch.equal(p, q) for p, q in zip(plain[0].model.parameters(), repaired[0].model.parameters()))


def test_the_table_holds_the_map_and_agrees_with_itself():
    table, _ = results.load("forgetting")
    assert len(table) == len(cases()) and not table.duplicated(list(table.columns[:10])).any()
    for line in table.to_dict("records"):
        R = matrix(line["matrix"])
        T = len(line["chain"].split(" > "))
        assert R.shape == (T, T)
        assert line["acc"] == pytest.approx(R[-1].mean(), abs=0.02)
        assert line["acc_low"] <= line["acc"] <= line["acc_high"]
        assert line["source_before"] == R[0, 0] and line["source_after"] == R[-1, 0]
        if line["method"] != "joint":
            assert line["bwt"] == pytest.approx(np.mean([R[-1, j] - R[j, j] for j in range(T - 1)]), abs=0.02)
            assert line["bwt_low"] <= line["bwt"] <= line["bwt_high"]


def test_one_cheap_line_computed_anew():
    table, _ = results.load("forgetting")
    fresh = row(Case(("mesd", "emodb")))
    (kept,) = table[(table["chain"] == "mesd > emodb") & (table["method"] == "vanilla")].to_dict("records")
    # Other processors round differently; on the machine of the table the two agree to the last digit.
    np.testing.assert_allclose(matrix(fresh["matrix"]), matrix(kept["matrix"]), atol=1.0)
    assert fresh["bwt_low"] == pytest.approx(kept["bwt_low"], abs=1.5)


def test_the_bounds_are_in_their_table_and_in_order():
    table, _ = results.load("bounds")
    assert len(table) == len(CHAIN_CASES + PAIR_CASES)
    for _, found in table.groupby("setting"):
        acc = found.groupby("method")["acc"].max()
        assert acc["majority"] == 25 < acc["zero-shot"] < acc["vanilla"] < acc["joint"]
        bwt = found.set_index("method")["bwt"]
        assert bwt["zero-shot"] == 0 == bwt["majority"]
    assert {"forgetting", "bounds"} <= set(IN_ONE_PIECE)


@pytest.mark.parametrize("name", ["chain", "pair", "deep"])
def test_in_the_shared_settings_vanilla_forgets_and_joint_shows_that_it_need_not(name):
    table, _ = results.load("forgetting")
    setting = SCENARIOS[name]
    widths = (setting.hidden,) if isinstance(setting.hidden, int) else setting.hidden
    same = {
        "chain": " > ".join(setting.corpora),
        "classes": len(setting.emotions),
        "scaling": "raw, rewritten" if setting.rewritten else "zscore",
        "hidden": "-".join(map(str, widths)),
        "optimiser": "adam",
        "lr": setting.lr,
        "T": setting.steps,
        "trained": "all",
        "repair": "none",
    }
    found = table[np.logical_and.reduce([table[key] == value for key, value in same.items()])].set_index(
        "method"
    )
    assert found.loc["vanilla", "bwt_high"] < -5
    assert found.loc["joint", "acc_low"] > found.loc["vanilla", "acc"] + 2
    assert found.loc["zero-shot", "acc"] < found.loc["vanilla", "acc"]
