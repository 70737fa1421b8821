"""The studies of the time scale: that a name means its stage length and memory, and that the tables count."""

import json

import numpy as np
import pandas as pd
import pytest
import torch

from sequifi_lite.data.problem import load_problem
from sequifi_lite.studies.finetuning_run import Run
from sequifi_lite.studies.plans import finetuned_time_scale, time_scale, time_scale_tuning
from sequifi_lite.studies.plans.time_scale_tuning import PASSES, RATES, STEPS, one_at_a_time
from sequifi_lite.studies.training_run import OPTIMISERS, Cell, train_group
from sequifi_lite.studies.variants import variant


@pytest.mark.parametrize("name", one_at_a_time("adam"))
def test_a_stage_holds_one_emotion_for_its_steps_and_the_optimiser_is_carried_or_not(name):
    problem, order = load_problem(("emodb", "mesd"), 0), (2, 0, 3, 1)
    schedule = variant(name).stream([order])(problem, "mesd", STEPS, [0])
    passes = int(name.split("-")[2]) if "cyclic" in name else 1
    shown = problem.labels[schedule.rows[0]]  # (steps, batch)
    assert (shown == shown[:, :1]).all()
    ends = {0, *np.flatnonzero(np.diff(shown[:, 0])) + 1, STEPS}
    lengths = np.diff(sorted(ends))
    assert len(lengths) == 4 * passes and lengths.max() - lengths.min() <= 1
    assert [int(c) for c in shown[sorted(ends)[:-1], 0]] == list(order) * passes
    anew = np.flatnonzero(schedule.reset)
    assert not len(anew[anew > 0]) if name.endswith("-carried") else set(anew) | {0} == ends - {STEPS}


def test_plain_sgd_is_the_same_carried_or_not():
    """So it stands once in the plan: it has nothing to carry."""
    settings = dict(lr=0.1, T=8, order=(0, 1, 2, 3), optimiser="sgd", hidden=(8,), source_steps=5)
    pair = ("emodb", "mesd")
    a, b = (
        train_group([Cell(f"sequifi-cyclic-2{end}", pair, 0, **settings)]).iloc[0] for end in ("", "-carried")
    )
    assert np.array_equal(a["confusions"], b["confusions"]) and np.array_equal(a["distance"], b["distance"])
    c, d = (
        train_group(
            [Cell(f"sequifi-cyclic-2{end}", pair, 0, **settings | {"optimiser": "sgd with momentum"})]
        )
        for end in ("", "-carried")
    )
    assert c["distance"].iloc[0][-1] != d["distance"].iloc[0][-1]


def test_sgd_with_momentum_is_by_the_formula():
    w = torch.tensor([[2.0]], requires_grad=True)
    steps, by_hand, velocity = OPTIMISERS["sgd with momentum"]([w], lr=0.1), 2.0, 0.0
    for gradient in (1.0, -3.0, 0.5):
        w.grad = torch.tensor([[gradient]])
        steps.step()
        velocity = 0.9 * velocity + gradient
        by_hand -= 0.1 * velocity
    assert w.item() == pytest.approx(by_hand)


def test_every_schedule_and_memory_is_tried_at_every_rate_on_validation():
    cells = pd.DataFrame(time_scale_tuning.cells())
    assert set(cells["part"]) == {"valid"} and set(cells["T"]) == {STEPS}
    trials = cells.groupby(["optimiser", "variant"])["lr"].agg(lambda lrs: tuple(sorted(set(lrs))))
    assert all(rates == RATES[optimiser] for (optimiser, _), rates in trials.items())
    assert [len(trials[optimiser]) - 2 * len(PASSES) for optimiser in RATES] == [6, 2, 2, 2 - len(PASSES)]


def counted(right, n=20):
    """Counts of one group in which `right` of n clips of every class are recognised, the rest as the next."""
    table = np.zeros((4, 4), dtype=np.uint16)
    for c in range(4):
        table[c, c], table[c, (c + 1) % 4] = right, n - right
    return table


def test_the_best_rate_is_the_one_of_the_best_mean_on_validation(monkeypatch):
    right = {
        ("vanilla", 1e-4): 10,
        ("vanilla", 1e-3): 15,
        ("sequifi-canonical", 1e-4): 8,
        ("sequifi-canonical", 1e-3): 5,
    }
    rows = []
    for (name, lr), number in right.items():
        for order in [(0, 1, 2, 3), (3, 2, 1, 0)] if name != "vanilla" else [None]:
            for r in range(2):
                groups = json.dumps({"emodb": ["a"], "mesd": ["b"]})
                counts = np.concatenate([counted(20), counted(number)]).reshape(-1)
                rows.append(
                    {"variant": name, "optimiser": "adam", "lr": lr, "corpora": ["emodb", "mesd"],
                     "replicate": r, "order": order, "emotions": list("abcd"),
                     "groups": groups, "confusions": counts}
                )  # fmt: skip
    table = time_scale_tuning.report(pd.DataFrame(rows))["table"].set_index(["variant", "lr"])
    for setting, number in right.items():
        assert table.loc[setting, "target"] == 5 * number and table.loc[setting, "both"] == 50 + 2.5 * number
    assert list(table.index[table["chosen"]]) == [("vanilla", 1e-3), ("sequifi-canonical", 1e-4)]
    monkeypatch.setattr(time_scale, "load", lambda name: (table.reset_index(), {}))
    cells = time_scale.cells()
    assert {(cell.variant, cell.lr) for cell in cells} == {
        ("vanilla", 1e-3), ("zero-shot", 1e-3), ("sequifi-canonical", 1e-4)}  # fmt: skip
    assert len(cells) == 17 * 5 * (1 + 1 + 4) and {cell.part for cell in cells} == {"test"}


def test_where_the_encoder_moves_validation_chooses_and_test_is_told(monkeypatch):
    def outcome(run: Run):
        good = {"vanilla": 16, "vanilla-balanced": 15, "zero-shot": 8}.get(run.variant, 12)
        good += {5e-6: -1, 1e-5: 0, 2e-5: 2, 4e-5: 1}[run.lr] * (1 if run.part == "valid" else -1)
        names = json.dumps({name: ["a", "b", "c"] for name in run.corpora})
        counts = np.stack([counted(good)] * 6)
        row = {name: getattr(run, name) for name in run.__dataclass_fields__}
        row |= {"corpora": list(run.corpora), "order": list(run.order) if run.order else None, "depth": "all"}
        row |= {"groups": names, "confusions": counts.reshape(-1), "distance": np.array([1.0])}
        return row

    tables = finetuned_time_scale.report(pd.DataFrame([outcome(run) for run in finetuned_time_scale.cells()]))
    chosen = tables["table"].loc[tables["table"]["chosen"]]
    assert set(chosen["lr"]) == {2e-5} and len(chosen) == 7 * len(finetuned_time_scale.PAIRS)
    means = tables["means"].set_index(["pairs", "variant"])
    labels = ["all", *("-".join(pair) for pair in finetuned_time_scale.PAIRS)]
    assert len(means) == 7 * len(labels)
    for label in labels:
        assert means.loc[(label, "vanilla"), "both"] == 5 * 14
        assert means.loc[(label, "sequifi-cyclic-20-carried"), "vs_vanilla"] == 5 * (10 - 14)
        assert means.loc[(label, "sequifi-canonical"), "vs_balanced"] == 5 * (10 - 13)
    monkeypatch.setattr(finetuned_time_scale, "load", lambda name: (tables["table"], {}))
    confirming = finetuned_time_scale.confirming_cells()
    assert {(run.variant, run.lr) for run in confirming} == {(name, 2e-5) for name in chosen["variant"]}
    confirmed = finetuned_time_scale.CONFIRMED
    assert {run.part for run in confirming} == {"test"} and {run.corpora for run in confirming} == {
        *confirmed
    }
    assert len(confirming) == 7 * sum(confirmed.values()) and not {*confirmed} & {*finetuned_time_scale.PAIRS}
    table = pd.DataFrame([outcome(run) for run in confirming])
    means = finetuned_time_scale.confirming_report(table)["means"].set_index(["pairs", "variant"])
    assert means.loc[("cremad-mesd", "sequifi-canonical"), "vs_balanced"] == 5 * (10 - 13)
    assert len(means) == 7 * (1 + len(confirmed))
