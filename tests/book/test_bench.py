"""The bench's arithmetic, on made-up samples: nothing here depends on how fast anything is."""

import json
from types import SimpleNamespace

import bench
import competitors
import numpy as np
import pandas as pd
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from sequifi_lite.learning.heads import MLP

FAKE = {
    "full": SimpleNamespace(steps=lambda epochs: [60, 20, 10, 10], epochs=10, inputs=1024, batch=32),
    "less": SimpleNamespace(steps=lambda epochs: [6, 2, 1, 1], epochs=5, inputs=256, batch=64),
}


def sample(who, method, step, optimiser="one pass", recipe="full", runs=24, threads=1, once=0.0):
    values = (who, method, optimiser, recipe, runs, threads)
    return dict(zip(bench.COLUMNS, values)) | {"step": step, "once": once, "wall": 2 * step, "memory": 5.0}


def test_the_table_has_medians_and_puts_runs_together_from_steps():
    samples = [sample("sgemm", "products", s, "fused") for s in (0.9e-3, 1e-3, 5e-3)]
    samples += [sample("sgemm", "products and Adam", 2e-3, "fused")]
    samples += [
        sample("avalanche", "vanilla", 10e-3, "plain", runs=1),
        sample("avalanche", "ewc", 20e-3, "plain", runs=1),
    ]
    samples += [sample("sequifi_lite", "vanilla", 3e-3), sample("sequifi_lite", "ewc", 5e-3, once=0.1)]
    samples += [sample("sequifi_lite", "ema", 4e-3), sample("sequifi_lite", "vanilla", 1e-3, recipe="less")]
    found = bench.table(pd.DataFrame(samples), FAKE).set_index(["who", "method", "recipe"]).sort_index()
    assert found.loc[("sgemm", "products", "full"), "samples"] == 3
    assert found.loc[("sgemm", "products", "full"), "run_s"] == pytest.approx(0.1)
    assert found.loc[("sgemm", "products", "full"), "gflop_per_s"] == pytest.approx(
        competitors.flops(FAKE["full"]) / 1e-3 / 1e9, abs=0.5
    )
    vanilla, ewc = found.loc[("sequifi_lite", "vanilla", "full")], found.loc[("sequifi_lite", "ewc", "full")]
    assert vanilla["run_s"] == pytest.approx(0.3) and vanilla["of_products"] == pytest.approx(3)
    assert vanilla["of_products_and_adam"] == pytest.approx(1.5) and vanilla["of_avalanche"] == pytest.approx(
        0.3
    )
    assert ewc["run_s"] == pytest.approx(0.1 + 60 * 3e-3 + 40 * 5e-3)  # the source stage is vanilla's
    assert ewc["of_avalanche"] == pytest.approx(0.48 / 2)
    assert found.loc[("sequifi_lite", "ema", "full"), "of_avalanche"] == pytest.approx(
        (0.18 + 0.16) / 1
    )  # Naive, for want of one
    less = found.loc[("sequifi_lite", "vanilla", "less")]
    assert (
        less["run_s"] == pytest.approx(0.01)
        and less["of_avalanche"] == pytest.approx(0.01)
        and np.isnan(less["of_products"])
    )
    assert np.isnan(found.loc[("avalanche", "ewc", "full"), "of_avalanche"])


def test_quartiles_stand_beside_the_median_of_their_own_cell():
    samples = [
        sample("sgemm", "products", s, "fused") for s in (1e-3, 2e-3, 3e-3)
    ]  # not in the order of the alphabet
    samples += [
        sample("sgemm", "products and Adam", 4e-3, "fused"),
        sample("avalanche", "vanilla", 10e-3, "plain", runs=1),
    ]
    samples += [
        sample("sequifi_lite", method, step)
        for method, step in (("vanilla", 7e-3), ("ewc", 9e-3), ("ema", 8e-3))
    ]
    found = bench.table(pd.DataFrame(samples), FAKE)
    assert found.loc[0, ["step_us_low", "step_us", "step_us_high"]].tolist() == [1500, 2000, 2500]
    alone = found[found["samples"] == 1]
    assert len(alone) == 5
    assert (alone["step_us_low"] == alone["step_us"]).all() and (
        alone["step_us_high"] == alone["step_us"]
    ).all()


def test_operations_are_those_that_torch_counts():
    head = MLP([0], 1024)
    with FlopCounterMode(display=False) as counted:
        head(torch.randn(1, 32, 1024)).sum().backward()
    assert counted.get_total_flops() == competitors.flops(FAKE["full"])


def test_a_killed_bench_goes_on_and_another_machine_begins_anew(tmp_path, monkeypatch):
    wanted = [
        dict(zip(bench.COLUMNS, ("sgemm", name, "fused", "full", 1, 1)))
        for name in ("products", "products and Adam")
    ]
    measured = []
    monkeypatch.setattr(bench, "Scenario", lambda recipe: SimpleNamespace(source_model=lambda: None))
    monkeypatch.setattr(bench, "sample", lambda cell, _: measured.append(cell["method"]) or {"step": 1e-3})
    store = tmp_path / ".book" / "bench.jsonl"
    samples, _ = bench.measure(wanted, 2, store, fresh=False)
    assert measured == ["products", "products and Adam"] * 2 and len(samples) == 4  # round by round
    store.write_text(
        "".join(store.read_text().splitlines(keepends=True)[:-1])
    )  # as if killed before the last
    assert len(bench.measure(wanted, 2, store, fresh=False)[0]) == 4 and measured[4:] == ["products and Adam"]
    assert len(bench.measure(wanted[:1], 3, store, fresh=False)[0]) == 3 and measured[5:] == ["products"]
    bench.measure(wanted[:1], 1, store, fresh=True)
    monkeypatch.setattr(bench, "identity", lambda: {"machine": "another"})
    bench.measure(wanted[:1], 1, store, fresh=False)
    assert measured[6:] == ["products"] * 2 and json.loads(store.read_text().splitlines()[0]) == {
        "machine": "another"
    }


def test_every_method_has_a_cell_at_every_number_of_runs():
    cells = pd.DataFrame(bench.cells(True))
    ours = cells[
        (cells["who"] == "sequifi_lite") & (cells["recipe"] == "full") & (cells["optimiser"] == "one pass")
    ]
    for runs in (1, 24, 120):
        assert set(ours.loc[(ours["runs"] == runs) & (ours["threads"] == 1), "method"]) == set(bench.METHODS)
    assert not cells.duplicated().any()


@pytest.mark.parametrize(
    "who, method", [("sequifi_lite", "ewc"), ("plain loop", "vanilla"), ("sgemm", "products and Adam")]
)
def test_a_cell_runs(who, method, monkeypatch):
    monkeypatch.setattr(competitors, "EPOCHS", {1: 0.1})
    it = competitors.Scenario("full")
    it.epochs, it.rows = 1, [rows[:64] for rows in it.rows]
    found = competitors.WHO[who](dict(zip(bench.COLUMNS, (who, method, "one pass", "full", 1, 1))), it)
    assert (
        set(found) == {"step", "once", "wall"}
        and found["step"] > 0
        and (found["once"] > 0) == (who == "sequifi_lite")
    )
