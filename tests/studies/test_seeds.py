"""The study of seeds: what its sets are, and its intervals against a brute force."""

import json

import numpy as np
import pandas as pd

from sequifi_lite.studies.plans import seeds
from sequifi_lite.studies.training_run import groups


def test_the_sets_of_a_replicate_train_together_and_the_first_is_that_of_the_pairs():
    together = groups(seeds.cells())
    for group in together:
        r, orders = group[0].replicate, len({cell.order for cell in group})
        assert orders == (4 if group[0].variant == "sequifi-focus" else 1)
        assert [cell.seed for cell in group] == orders * [None, *(r + 5 * n for n in range(1, seeds.SETS))]
    assert len(together) == 17 * 5 * len(seeds.NEAR)
    used = {cell.replicate if cell.seed is None else cell.seed for cell in seeds.cells()}
    assert used == set(range(25))  # no seed serves two sets


def test_the_table_by_brute_force():
    """One pair whose speakers all have the same score: the interval over speakers has no width."""
    right, rows = {"vanilla": 10, "er": 12}, []
    for name in seeds.NEAR:
        for r in range(2):
            for n in range(seeds.SETS):
                hits = right.get(name, 10) + (n if name == "er" else 0)
                table = np.zeros((4, 4), dtype=np.uint16)
                np.fill_diagonal(table, hits)
                table[np.arange(4), (np.arange(4) + 1) % 4] = 20 - hits
                names = json.dumps({"emodb": ["a", "b", "c"], "mesd": ["d", "e", "f"]})
                rows.append(
                    {"variant": name, "replicate": r, "seed": float(r + 5 * n) if n else None,
                     "groups": names,
                     "corpora": ["emodb", "mesd"], "order": None, "emotions": list("abcd"),
                     "confusions": np.stack([table] * 6).reshape(-1)}
                )  # fmt: skip
    tables = seeds.report(pd.DataFrame(rows))
    er = tables["table"].set_index("variant").loc["er"]
    gains = 5 * np.arange(2, 7)  # points: one hit of twenty is five
    assert list(tables["sets"].query("variant == 'er'")["vs_vanilla"]) == list(gains)
    assert er["vs_vanilla"] == er["low"] == er["high"] == 20
    np.testing.assert_allclose(er["sd_sets"], np.std(gains, ddof=1), atol=0.01)
    every = np.sort(np.stack(np.meshgrid(*[gains] * 5)).reshape(5, -1).mean(0))  # all ways to take five
    low, high = np.quantile(every, [0.025, 0.975])
    assert abs(er["both_low"] - low) <= 1 and abs(er["both_high"] - high) <= 1
    assert (tables["table"].set_index("variant").drop("er")[["vs_vanilla", "sd_sets"]] == 0).all(axis=None)
