"""The pairs table: every figure of a made-up study by hand."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score, recall_score

from sequifi_lite.studies.tables.pairwise import control, report

SPEAKERS = {"mesd": ["w1", "w2", "w3"], "emodb": ["a", "b"], "nemo": ["x", "y", "z", "q"]}
VERDICT, EXPLORATORY = [("mesd", "emodb"), ("emodb", "nemo")], ("cremad", "emodb")
ORDERS = [(0, 1, 2, 3), (3, 1, 2, 0)]
VARIANTS = {"zero-shot": [None], "vanilla": [None], "vanilla-balanced": [None], "sequifi-canonical": ORDERS}


def clips(corpus, replicate):
    """Truth of every clip and its speaker, the same for all variants.

    Each replicate has speakers of its own.
    """
    generator = np.random.default_rng([len(corpus), replicate])
    return {
        f"{name}{replicate}": generator.permutation(np.arange(12) % 4)
        for name in SPEAKERS.get(corpus, ["s", "t"])
    }


def said(truth, variant, order, pair, replicate):
    generator = np.random.default_rng(
        [len(variant), 7 if order is None else order[-1], len("".join(pair)), replicate]
    )
    return np.where(generator.random(len(truth)) < 0.6, truth, generator.integers(0, 4, len(truth)))


@pytest.fixture(scope="module")
def study():
    rows, everything = [], {}
    for pair in [*VERDICT, EXPLORATORY]:
        for name, orders in VARIANTS.items():
            for replicate in (0, 1):
                for order in orders:
                    flat = []
                    for corpus in pair:
                        for truth in clips(corpus, replicate).values():
                            answer = said(truth, name, order, pair, replicate)
                            table = np.zeros((4, 4), dtype=int)
                            np.add.at(table, (truth, answer), 1)
                            flat.append(table.ravel())
                            everything.setdefault((pair, name, order, corpus), []).append((truth, answer))
                    rows.append(
                        {
                            "variant": name,
                            "corpora": list(pair),
                            "replicate": replicate,
                            "order": None if order is None else list(order),
                            "emotions": list("ahns"),
                            "groups": json.dumps({corpus: list(clips(corpus, replicate)) for corpus in pair}),
                            "confusions": np.concatenate(flat),
                        }
                    )
    return report(pd.DataFrame(rows)), everything


def uar(everything, pair, name, order, corpus):
    truth, answers = (np.concatenate(side) for side in zip(*everything[pair, name, order, corpus]))
    return 100 * recall_score(truth, answers, average="macro"), truth, answers


def test_scores_by_hand(study):
    tables, everything = study
    table = tables["table"].set_index(["source_corpus", "target_corpus", "variant"])
    for pair in [*VERDICT, EXPLORATORY]:
        for name, orders in VARIANTS.items():
            row = table.loc[(*pair, name)]
            source, target = (np.mean([uar(everything, pair, name, o, c)[0] for o in orders]) for c in pair)
            np.testing.assert_allclose(
                [row["source"], row["target"], row["both"]],
                [source, target, (source + target) / 2],
                atol=0.006,
            )
            assert row["both_low"] <= row["both"] <= row["both_high"] and row["runs"] == 2 * len(orders)
            found = [uar(everything, pair, name, o, pair[1]) for o in orders]
            f1 = [100 * f1_score(truth, answers, average="macro") for _, truth, answers in found]
            worst = [100 * recall_score(truth, answers, average=None).min() for _, truth, answers in found]
            np.testing.assert_allclose([row["f1"], row["worst"]], [np.mean(f1), np.mean(worst)], atol=0.006)
            if name.startswith("sequifi"):
                last = [100 * np.mean(answers == order[-1]) for order, (_, _, answers) in zip(orders, found)]
                each = [score for score, _, _ in found]
                expected = [np.mean(last), np.std(each, ddof=1), min(each), max(each)]
                np.testing.assert_allclose(
                    row[["last_share", "sd_orders", "order_low", "order_high"]].astype(float),
                    expected,
                    atol=0.006,
                )
            else:
                assert np.isnan(row["last_share"])
    assert table["exploratory"].groupby(level=[0, 1]).first().to_dict() == {
        ("mesd", "emodb"): False,
        ("emodb", "nemo"): False,
        EXPLORATORY: True,
    }


def test_differences_are_paired_on_the_same_speakers(study):
    table = study[0]["table"].set_index(["source_corpus", "target_corpus", "variant"])
    for pair in VERDICT:
        mine = table.loc[(*pair, "sequifi-canonical")]
        for what, other in (
            ("vs_twin", "vanilla-balanced"),
            ("vs_vanilla", "vanilla"),
            ("vs_zero", "zero-shot"),
        ):
            assert mine[what] == pytest.approx(mine["both"] - table.loc[(*pair, other)]["both"], abs=0.011)
        control = table.loc[(*pair, "vanilla-balanced")]
        assert (
            control["vs_twin"] == control["vs_twin_low"] == control["vs_twin_high"] == 0
        )  # a variant against itself does not vary


def test_means_are_over_the_pairs_that_tuning_has_not_seen(study):
    tables, _ = study
    table, means = tables["table"], tables["means"].set_index("variant")
    for name in VARIANTS:
        rows = table[(table["variant"] == name) & ~table["exploratory"]]
        for key in ("both", "target", "source", "vs_twin", "vs_vanilla"):
            assert means.loc[name, key] == pytest.approx(rows[key].mean(), abs=0.011)
        assert means.loc[name, "pairs"] == 2 and means.loc[name, "ordered"] == name.startswith("sequifi")
        assert means.loc[name, "iqm_low"] <= means.loc[name, "iqm"] <= means.loc[name, "iqm_high"]


def test_settings_are_compared_with_vanilla_at_the_same_setting():
    """Three variants at two learning rates.

    At the second one every answer is wrong, so a comparison across rates would show.
    """
    rows = []
    for name in ("zero-shot", "vanilla", "vanilla-balanced"):
        for lr, right in ((1e-3, 8), (1e-2, 0)):
            tables = [
                np.eye(4, dtype=int) * right + np.roll(np.eye(4, dtype=int), 1, 0) * (10 - right)
                for _ in range(4)
            ]
            rows.append(
                {
                    "variant": name,
                    "lr": lr,
                    "value": None,
                    "corpora": ["mesd", "emodb"],
                    "replicate": 0,
                    "order": None,
                    "emotions": list("ahns"),
                    "T": 4,
                    "groups": json.dumps({"mesd": ["w", "v"], "emodb": ["a", "b"]}),
                    "confusions": np.concatenate([table.ravel() for table in tables]),
                    "steps": np.array([0, 4]),
                    "curve": np.array([10.0, 20, 30, 40]),
                    "loss": np.array([np.nan, 0.5]),
                    "distance": np.array([2.0]),
                }
            )
    tables = report(pd.DataFrame(rows), ["variant", "value", "lr"])
    for table in tables.values():
        assert len(table) == 6 and (table[["vs_twin", "vs_vanilla", "vs_zero"]] == 0).all(axis=None)
        assert table.groupby("lr")["both"].first().to_dict() == {1e-3: 80, 1e-2: 0}
    assert (tables["table"][["anytime", "loss", "distance"]] == [25, 0.5, 2]).all(axis=None)
    assert tables["table"].groupby("lr")["accuracy"].first().to_dict() == {1e-3: 80, 1e-2: 0}


def test_the_loss_of_a_class_ordered_run_is_that_before_each_stage_end():
    row = {
        "variant": "sequifi-canonical",
        "emotions": list("ahns"),
        "steps": np.array([0, 2, 3, 4, 6, 8, 9]),
        "epochs": None,
    }
    row["loss"] = np.array(
        [np.nan, 1, 2, 3, 4, 5, 6]
    )  # nine steps in four stages of 3, 2, 2 and 2: they end at 3, 5, 7 and 9
    from sequifi_lite.studies.tables.pairwise import loss_reached

    assert loss_reached(row) == (2 + 6) / 2  # what was looked at; at every real stage end there is a look
    assert loss_reached(row | {"variant": "vanilla"}) == 6


def test_twins_begin_where_the_variant_begins():
    assert control("sequifi-canonical+er") == control("vanilla") == "vanilla-balanced"
    assert (
        control("sequifi-focus-newhead") == "vanilla-balanced-newhead"
        and control("sequifi-scratch") == "vanilla-balanced-scratch"
    )
