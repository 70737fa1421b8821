"""Methods over their strength: the table against trainings of its lines, the plans, what a chapter reads."""

import numpy as np
import pandas as pd
import pytest

from sequifi_lite.learning.methods import EMA, EWC, METHODS, NCM, Soup, Vanilla, ZeroShot
from sequifi_lite.learning.sequence import accuracy_matrix, train_sequence
from sequifi_lite.studies.plans import consolidation, crossed, regularisation, replay
from sequifi_lite.studies.plans.crossed import on_settings, over_rates, swept
from sequifi_lite.studies.scenarios import Scenario
from sequifi_lite.studies.tables.strengths import (
    as_chosen,
    chosen_elsewhere,
    final,
    gain,
    means,
    table_of,
    zero_shot,
)
from sequifi_lite.studies.training_run import groups, train_group

SMALL = Scenario("small", ("mesd", "emodb", "ravdess"), "", lr=1e-2, steps=12, source_steps=50)


def test_the_table_holds_what_following_each_method_gives(monkeypatch):
    monkeypatch.setattr(crossed, "REPLICATES", (0, 1))
    lines = {
        "vanilla": over_rates((1e-4, 3e-3)),
        "ewc-online": swept("ewc", (1.0, 100.0), gamma=1.0),
        "ema": swept("ema", (0.5, 0.9)),
        "soup, lr x 3": swept("soup", fields={"lr": 3e-2}),
        "ncm-last": swept("ncm", scope="last"),
    }
    plan = on_settings(lines, (SMALL,), before=True)
    cells = pd.concat([train_group(group) for group in groups(plan.values())], ignore_index=True)
    table = table_of(plan, cells.sample(frac=1, random_state=0))  # whatever the order of the cells
    assert len(table) == 2 * (2 + 2 + 2 + 1 + 1) * 3 and table["value"].isna().sum() == 0
    problem, source = SMALL.start(1)
    before = 100 * accuracy_matrix(train_sequence(ZeroShot(), problem, source, seeds=[1]), problem)[0, 0]
    for name, method, value, lr in (
        ("vanilla", Vanilla(), 3e-3, 3e-3),
        ("ewc-online", EWC(100.0, gamma=1.0), 100.0, 1e-2),
        ("ema", EMA(0.9), 0.9, 1e-2),
        ("soup, lr x 3", Soup(), 0.0, 3e-2),
        ("ncm-last", NCM(scope="last"), 0.0, 1e-2),
    ):
        R = (
            100
            * accuracy_matrix(train_sequence(method, problem, source, steps=12, lr=lr, seeds=[1]), problem)[0]
        )
        rows = table[(table["method"] == name) & (table["value"] == value) & (table["replicate"] == 1)]
        assert rows["corpus"].tolist() == list(SMALL.corpora)
        np.testing.assert_allclose(rows["first"], np.diag(R), atol=0.006)
        np.testing.assert_allclose(rows["last"], R[-1], atol=0.006)
        np.testing.assert_allclose(rows["zero_shot"], before, atol=0.006)
    new, old, values = means(table, "small", "ema")
    both = table[(table["method"] == "ema") & (table["value"] == 0.5)].groupby("corpus")["last"].mean()
    assert values.tolist() == [0.5, 0.9]
    assert np.isclose(old[0], both["mesd"]) and np.isclose(new[0], both[["emodb", "ravdess"]].mean())


@pytest.mark.parametrize("study", [regularisation, consolidation, replay])
def test_every_line_is_on_both_settings_and_can_be_made(study):
    plan = study.plan()
    assert len(set(plan.values())) == len(plan)
    assert {key[:2] for key in plan} >= {
        (name, line) for name in ("chain", "pair") for line in study.LINES
    } - {("pair", "si")}
    for cell in {cell.company for cell in plan.values()}:
        strength = METHODS[cell.variant].strength
        method = METHODS[cell.variant](**dict(cell.options))
        assert all(name != strength or cell.value is None for name, _ in cell.options) and method.name
    for (setting, name, value, _), cell in plan.items():
        assert name.startswith(cell.variant) and cell.optimiser == "torch-adam"
        assert cell.scaling == {"chain": "zscore", "pair": "raw, rewritten"}[setting]
        assert value in (cell.value, cell.lr, dict(cell.options).get("per_class")) or value == 0


def test_without_a_path_si_is_left_out_and_the_others_are_not():
    there = {key[:2] for key in regularisation.plan()}
    assert {name for setting, name in there if setting == "pair"} == set(regularisation.LINES) - {"si"}
    assert {name for setting, name in there if setting == "chain"} == set(regularisation.LINES)


def test_zero_shot_final_and_gain_by_hand():
    rows = []
    for replicate, shift in ((0, 0.0), (1, 2.0)):
        for method, value, source, new in (
            ("vanilla", 1e-4, 80, 60),
            ("vanilla", 1e-3, 70, 80),
            ("ewc", 1.0, 78, 78 + shift),
        ):
            for corpus, last, zero in (("a", source, 81), ("b", new, 50 + shift), ("c", new, 40)):
                row = {
                    "setting": "s",
                    "method": method,
                    "value": value,
                    "replicate": replicate,
                    "corpus": corpus,
                }
                rows.append(row | {"zero_shot": zero, "first": np.nan, "last": last})
    table = pd.DataFrame([{**rows[0], "setting": "other", "zero_shot": 0.0}, *rows])
    assert zero_shot(table, "s") == ((51 + 40) / 2, 81)
    np.testing.assert_allclose(final(table, "s", "vanilla"), [[200 / 3, 230 / 3]] * 2)
    found = gain(table, "s", "ewc")
    assert found["chosen λ"] == 1.0 and found["lr of vanilla"] == 1e-3
    np.testing.assert_allclose([found["mean of all"], found["vanilla"]], [(78 + 238 / 3) / 2, 230 / 3])
    np.testing.assert_allclose(
        [found["gain"], found["smallest"], found["largest"]], [2 / 3 + 4 / 3, 4 / 3, 8 / 3]
    )


def test_a_replicate_takes_no_part_in_choosing_its_own_value():
    scores = pd.DataFrame({1.0: [50.0, 50, 50], 3.0: [90.0, 40, 40], 9.0: [0.0, 60, 10]})
    assert chosen_elsewhere(scores).tolist() == [1.0, 3.0, 3.0]  # without its own 90 the first has 1
    assert as_chosen(scores).tolist() == [50.0, 40.0, 40.0]
    for row in scores.index:  # whatever its own scores are, its value stays
        for changed in (-1e6, 1e6):
            other = scores.copy()
            other.loc[row, 3.0] = changed
            assert chosen_elsewhere(other)[row] == chosen_elsewhere(scores)[row]
