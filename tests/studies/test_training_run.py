"""Cells: what is in their hash, who trains with whom, and that company changes nothing."""

import shutil
from dataclasses import MISSING, dataclass, fields, replace

import numpy as np
import pandas as pd
import pytest
import torch
from one_thread import one_thread as one_thread
from sklearn.metrics import recall_score

from sequifi_lite.data.problem import load_problem
from sequifi_lite.errors import SequifiError
from sequifi_lite.evaluation.metrics import uar
from sequifi_lite.learning.class_order import all_orders, class_by_class
from sequifi_lite.learning.loop import train
from sequifi_lite.learning.methods import METHODS
from sequifi_lite.learning.optimisers import adam
from sequifi_lite.learning.source_model import train_source_model
from sequifi_lite.studies import finetuning_run, training_run as cells
from sequifi_lite.studies.outcome import tables_of
from sequifi_lite.studies.training_run import (
    FIRST,
    Cell,
    by_cell,
    code_of,
    data_of,
    group_key,
    groups,
    settings_of,
    train_group,
)
from sequifi_lite.studies.variants import REPAIRS, SCHEDULES, variant

PAIR = ("mesd", "emodb")
ORDERS = [tuple(int(k) for k in order) for order in all_orders(4)[[0, 9, 17]]]


@pytest.fixture(scope="module", autouse=True)
def quick_sources():
    """Sources of 50 steps: what is tested here does not depend on how good they are."""
    before = dict(cells.STEPS)
    cells.STEPS.update({scaling: 50 for scaling in before})
    cells._source.cache_clear()
    yield
    cells.STEPS.update(before)
    cells._source.cache_clear()


def test_cells_that_differ_in_order_or_knob_alone_train_together():
    ordered = [Cell("sequifi-canonical", PAIR, 0, 1e-3, T=8, order=order) for order in ORDERS]
    strengths = [Cell("ewc", PAIR, 0, 1e-3, T=8, value=value) for value in (1.0, 10.0)]
    other = [
        replace(ordered[0], lr=1e-4),
        replace(ordered[0], replicate=1),
        replace(ordered[0], scaling="raw"),
    ]
    found = groups([*ordered, *strengths, *other])
    assert found == [ordered, strengths, *([cell] for cell in other)]
    assert [len(group) for group in groups(ordered * 3, most=4)] == [4, 4, 1]
    # Stages of equal epochs have other lengths for every order.
    assert len(groups([replace(cell, variant="sequifi-equal-epochs") for cell in ordered])) == 3


def test_company_changes_no_result_and_seeds_may_differ():
    together = [Cell("sequifi-canonical", PAIR, 0, 1e-3, T=12, order=order) for order in ORDERS]
    together += [replace(together[0], seed=seed) for seed in (0, 7)]
    assert len(groups(together)) == 1
    table = train_group(together)
    for cell, (_, row) in zip(together, table.iterrows()):
        alone = train_group([cell]).iloc[0]
        for column in ("confusions", "steps", "curve", "distance", "loss"):
            assert np.array_equal(alone[column], row[column], equal_nan=column == "loss"), column
    assert np.array_equal(
        table["confusions"][0], table["confusions"][3]
    )  # data seed 0 is that of replicate 0
    assert not np.array_equal(table["curve"][0], table["curve"][4])


def test_a_cell_is_the_training_it_names():
    cell = Cell("sequifi-cyclic-5", PAIR, 1, 3e-3, T=40, order=ORDERS[1])
    row = train_group([cell]).iloc[0]
    problem = load_problem(PAIR, 1)
    source_model = train_source_model(problem, 1, 50)
    head = source_model.select([0])
    schedule = class_by_class(problem.parts["emodb"].train, problem.labels, [ORDERS[1]], 40, [1], cycles=5)
    train(head, problem.X, problem.y, schedule, lr=3e-3, optimiser=adam)
    for corpus, table in tables_of(row).items():
        rows = problem.parts[corpus].test
        expected = recall_score(
            problem.labels[rows], head.predict(problem.X[rows])[0].numpy(), average="macro"
        )
        assert uar(table.sum(0)) == pytest.approx(expected)
    moved = sum(((p - q) ** 2).sum() for p, q in zip(head.parameters(), source_model.parameters())).sqrt()
    assert row["distance"][0] == pytest.approx(moved.item(), rel=1e-5)
    assert row["steps"][0] == 0 and row["steps"][-1] == 40 and len(row["curve"]) == 2 * len(row["steps"])
    assert (
        len(row["loss"]) == len(row["steps"])
        and np.isnan(row["loss"]).tolist() == (row["steps"] == 0).tolist()
    )
    # Tuning looks at validation.
    valid = tables_of(train_group([replace(cell, part="valid")]).iloc[0])
    assert {name: table.sum() for name, table in valid.items()} == {
        n: len(problem.parts[n].valid) for n in PAIR
    }


def test_a_chain_keeps_every_stop():
    row = train_group([Cell("vanilla", ("mesd", "emodb", "ravdess"), 0, 1e-3, T=10)]).iloc[0]
    first, last = tables_of(row, stop=0), tables_of(row)
    assert list(first) == ["mesd", "emodb", "ravdess"]
    assert not np.array_equal(first["ravdess"], last["ravdess"])
    assert all(first[name].sum() == last[name].sum() for name in first)
    assert len(row["distance"]) == 2 and row["distance"][1] > 0


def test_every_setting_is_in_the_key():
    cell = Cell("ewc", PAIR, 0, 1e-3, value=1.0)
    other = dict(
        variant="mas", corpora=PAIR[::-1], replicate=1, lr=2e-3, T=100, order=ORDERS[0], value=2.0,
        emotions=("anger", "sadness"), scaling="raw", optimiser="sgd", hidden=64, seed=3, part="valid",
        options=(("kind", "sampled"),), source_steps=9, trained="biases", before=True, gap=True,
        readings=(("output bias", None),),
    )  # fmt: skip
    assert set(other) == set(Cell.__dataclass_fields__)
    keys = {replace(cell, **{name: value}).key for name, value in other.items()} | {cell.key}
    assert len(keys) == len(other) + 1
    assert group_key([cell, replace(cell, value=2.0)]) != group_key([cell])


def test_a_table_tells_its_cells(tmp_path):
    made = [
        Cell("der", PAIR, 0, 1e-3, T=2, value=0.03, options=(("per_class", 2),), hidden=()),
        Cell("lwf", PAIR, 1, 1e-3, T=2, hidden=(8, 4), seed=5, trained="biases", gap=True, before=True),
        Cell("sequifi-canonical", PAIR, 0, 1e-3, T=4, order=ORDERS[1], hidden=(8,), source_steps=9),
        Cell("vanilla", PAIR, 0, 1e-3, T=2, hidden=(8,), scaling="domain-aware", part="valid",
             readings=(("output bias", None), ("logit-adjustment", 0.5))),
    ]  # fmt: skip
    table = pd.concat([train_group([cell]) for cell in made], ignore_index=True)
    table.to_parquet(tmp_path / "cells.parquet", index=False)
    for found in (table, pd.read_parquet(tmp_path / "cells.parquet")):
        assert list(by_cell(found)) == made
    earlier = table.drop(columns=["options", "readings", "gap", "before", "trained", "source_steps"])
    plain = {"options": (), "readings": (), "gap": False, "before": False, "trained": "all"}
    assert list(by_cell(earlier)) == [replace(cell, source_steps=None, **plain) for cell in made]


def test_what_the_gap_is_read_off_are_the_counts_of_the_curve():
    cell = Cell("vanilla", (*PAIR, "ravdess"), 0, 1e-3, T=8, gap=True, before=True)
    row = train_group([cell]).iloc[0]
    counts = row["counts"].reshape(2, 3, -1, 4, 4)
    assert counts.shape[2] == 9 == len(row["steps"]) / 2
    np.testing.assert_allclose(100 * uar(counts).ravel(), row["curve"], rtol=1e-6)
    assert "counts" not in train_group([replace(cell, gap=False)])
    zero = train_group([replace(cell, variant="zero-shot")]).iloc[0]
    for name, table in tables_of(zero).items():  # the first stop is the source model
        assert np.array_equal(tables_of(row, 0)[name], table)
    assert len(row["distance"]) == 2 and len(zero["counts"]) == 0


def test_what_corrects_a_head_is_in_the_key_of_what_it_corrects(monkeypatch):
    cell = Cell("sequifi-canonical", PAIR, 0, 1e-3, order=ORDERS[0], readings=(("weight-alignment", None),))
    before, real = cell.key, cells.code_of
    monkeypatch.setattr(cells, "code_of", lambda name: "other" if name == "weight-alignment" else real(name))
    assert cell.key != before


def test_every_variant_has_code_of_its_own():
    names = [*SCHEDULES, *METHODS, *(f"sequifi-canonical+{name}" for name in REPAIRS)]
    assert len({code_of(name) for name in names}) == len(names)


def test_a_field_at_its_default_is_not_in_the_key():
    cell = Cell("ewc", PAIR, 0, 1e-3)
    assert settings_of(cell) == {"variant": "ewc", "corpora": PAIR, "replicate": 0, "lr": 1e-3}
    assert replace(cell, hidden=128, T=200).key == cell.key


def test_a_changed_default_is_in_the_key_and_a_new_field_is_not():
    @dataclass(frozen=True)
    class Other(Cell):
        T: int = 100
        new: bool = False

    cell, other = Cell("ewc", PAIR, 0, 1e-3), Other("ewc", PAIR, 0, 1e-3)
    assert other.key != cell.key == replace(other, T=200).key
    assert settings_of(replace(other, new=True)) == settings_of(cell) | {"T": 100, "new": True}


@pytest.mark.parametrize("cls, first", [(Cell, FIRST), (finetuning_run.Run, finetuning_run.FIRST)])
def test_every_default_is_written_down_a_second_time(cls, first):
    assert first == {f.name: f.default for f in fields(cls) if f.default is not MISSING}


def test_data_are_the_embeddings_and_the_folds_of_the_corpora_that_are_read(monkeypatch, tmp_path):
    shutil.copy(cells._find("mesd"), tmp_path / "mesd.parquet")
    before = data_of(PAIR)
    assert data_of(PAIR[::-1]) == before[::-1] and len(set(before)) == 2
    (tmp_path / "mesd.parquet").write_bytes((tmp_path / "mesd.parquet").read_bytes() + b"0")
    monkeypatch.setattr(cells, "_find", lambda name: tmp_path / f"{name}.parquet")
    data_of.cache_clear()
    assert data_of(("mesd",)) != before[:1]
    data_of.cache_clear()


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_has_the_same_number_of_steps(name):
    problem, what = load_problem(PAIR, 0), variant(name)
    orders = ORDERS[:1] if name == "sequifi-equal-epochs" else ORDERS
    schedule = what.stream(orders)(problem, "emodb", 200, [0, 1, 2][: len(orders)])
    assert schedule.rows.shape == (len(orders), 200, 32)
    assert np.isin(schedule.rows, problem.parts["emodb"].train).all()
    assert what.ordered == name.startswith("sequifi")


def test_names_are_put_together_and_unknown_ones_refused():
    found = variant("sequifi-focus+lwf")
    assert found.method.name == "lwf" and found.ordered and found.schedule == {"sees": "focus"}
    for name in ("sequifi", "sequifi-canonical+", "+ewc", "nothing", "sequifi-canonical+nothing"):
        with pytest.raises(SequifiError, match="no variant"):
            variant(name)


def test_where_the_head_comes_from():
    problem = load_problem(PAIR, 0)
    source_model = train_source_model(problem, 0, 20)
    same, output, new = (
        variant(f"sequifi-{name}").start(source_model, [0, 0]) for name in ("canonical", "newhead", "scratch")
    )
    assert torch.equal(same.W1[1], source_model.W1[0]) and torch.equal(same.W2[1], source_model.W2[0])
    assert torch.equal(output.W1[1], source_model.W1[0]) and not torch.equal(output.W2[1], source_model.W2[0])
    assert (
        not torch.equal(new.W1[0], source_model.W1[0])
        and new.W1.shape == same.W1.shape
        and new.origin is None
    )
