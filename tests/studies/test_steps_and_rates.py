"""The study of steps and rates: what it tries, and how it tells that a best lies at an end of the grid."""

import json

import numpy as np
import pandas as pd

from sequifi_lite.studies.plans import steps_and_rates
from sequifi_lite.studies.plans.steps_and_rates import PASSES, RATES, SAME, SHORT, short


def test_every_number_of_steps_is_tried_at_every_rate_on_validation():
    cells = pd.DataFrame(steps_and_rates.cells())
    assert set(cells["part"]) == {"valid"}
    for steps, some in cells.groupby("T"):
        assert {*SAME, short(steps)} <= set(some["variant"])
        assert all(set(lrs) == set(RATES) for lrs in some.groupby("variant")["lr"].agg(set))
    assert all(4 * passes <= steps for steps, passes in PASSES.items())


def test_the_best_is_found_and_an_end_of_the_grid_is_told():
    def right(name, steps, lr):  # of 20: vanilla is best inside, one pass where next to nothing is learnt
        if name == "vanilla":
            return 18 - abs(np.log10(steps / 80)) - abs(np.log10(lr / 1e-3))
        if name == "sequifi-canonical":
            return 12 - np.log10(steps) - np.log10(lr / 1e-5)
        return 5 + (name == short(4) and steps == 4)

    rows = []
    for cell in steps_and_rates.cells():
        if cell.replicate or cell.corpora != ("cremad", "mesd") or (cell.order or (0,))[0]:
            continue
        hits = round(50 * right(cell.variant, cell.T, cell.lr))
        table = np.zeros((4, 4), dtype=np.uint16)
        np.fill_diagonal(table, hits)
        table[np.arange(4), (np.arange(4) + 1) % 4] = 1000 - hits
        names = json.dumps({"cremad": ["a"], "mesd": ["b"]})
        row = {name: getattr(cell, name) for name in ("variant", "T", "lr", "replicate", "order")}
        row |= {"corpora": list(cell.corpora), "emotions": list("abcd"), "groups": names}
        rows.append(row | {"confusions": np.stack([table] * 2).reshape(-1)})
    tables = steps_and_rates.report(pd.DataFrame(rows))
    best = tables["best"].set_index("variant")
    assert (best.loc["vanilla", "T"], best.loc["vanilla", "lr"], best.loc["vanilla", "end"]) == (80, 1e-3, "")
    assert best.loc["sequifi-canonical", "end"] == "fewest steps, lowest rate"
    assert best.loc["vanilla", "both"] == 90
    one = tables["table"].query(f"variant == '{SHORT}'").groupby("T")["both"].max()
    assert list(one.index) == list(PASSES) and one[4] == 30 and set(one.drop(4)) == {25}
