"""The study of regularisation methods.

Its table on a drawn chain, and the line that a chapter draws from it.
"""

import numpy as np
import pandas as pd
import torch
from small_problem import small_problem, small_source

from sequifi_lite.learning.methods import L2SP, Vanilla
from sequifi_lite.learning.sequence import accuracy_matrix, train_sequence
from sequifi_lite.studies.plans.regularisation import RATES, SWEPT, final, gain, means, study, zero_shot


class Drawn:
    name, steps, lr = "drawn", 12, 1e-2

    def __init__(self, walkable=True):
        self.corpora, self.walkable = ("corpus0", "corpus1", "corpus2"), walkable

    def start(self, replicate):
        problem = small_problem(seed=replicate)
        source = small_source(problem, seed=replicate)
        if not self.walkable:
            source.origin = None
        return problem, source


def test_the_table_holds_what_following_each_method_gives():
    torch.set_num_threads(1)
    swept = {"l2-sp": (lambda lam: L2SP(lam), (1.0, 100.0))}
    table = study(settings=[Drawn()], replicates=2, swept=swept)
    assert len(table) == 2 * (len(RATES) + 2) * 3
    problem, source = Drawn().start(1)
    for method, name, value, lr in (
        (Vanilla(), "vanilla", RATES[2], RATES[2]),
        (L2SP(100.0), "l2-sp", 100.0, 1e-2),
    ):
        R = (
            100
            * accuracy_matrix(train_sequence(method, problem, source, steps=12, lr=lr, seeds=[1]), problem)[0]
        )
        rows = table[(table["method"] == name) & (table["value"] == value) & (table["replicate"] == 1)]
        np.testing.assert_allclose(rows["zero_shot"], R[0], atol=0.006)
        np.testing.assert_allclose(rows["first"], np.diag(R), atol=0.006)
        np.testing.assert_allclose(rows["last"], R[-1], atol=0.006)
    new, old, values = means(table, "drawn", "l2-sp")
    both = table[(table["method"] == "l2-sp") & (table["value"] == 1.0)].groupby("corpus")["last"].mean()
    assert values.tolist() == [1.0, 100.0]
    assert np.isclose(old[0], both["corpus0"]) and np.isclose(new[0], both[["corpus1", "corpus2"]].mean())


def test_without_a_path_si_is_left_out_and_the_others_are_not():
    torch.set_num_threads(1)
    there = set(study(settings=[Drawn(walkable=False)], replicates=1)["method"])
    assert there == {"vanilla", *SWEPT} - {"si"}


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
    assert found["best λ"] == 1.0 and found["best lr of vanilla"] == 1e-3
    np.testing.assert_allclose([found["mean of all"], found["vanilla"]], [(78 + 238 / 3) / 2, 230 / 3])
    np.testing.assert_allclose(
        [found["gain"], found["smallest"], found["largest"]], [2 / 3 + 4 / 3, 4 / 3, 8 / 3]
    )
