"""Shipped tables are what this code makes of the shipped cells, to the last printed digit.

Light studies are made whole. Of the heavy ones some variants are: those that the verdicts read, and what they
are compared with; every column, every pair of corpora.
"""

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import quick_draws

from sequifi_lite.evaluation.statistics import holm
from sequifi_lite.studies.plans import verdict
from sequifi_lite.studies.registry import STUDIES
from sequifi_lite.studies.tables.verdict import Draws
from sequifi_lite.studies.tuning import chosen

RESULTS = Path(__file__).parents[2] / "results"
SHIPPED = sorted(path.parent.name for path in RESULTS.glob("*/cells.parquet"))
PLAIN = ("zero-shot", "vanilla", "vanilla-balanced", "sequifi-canonical")
#: Of these studies the rows with these values are made; of the others all.
SOME = {
    "pairs": {"variant": (*PLAIN, "sequifi-newhead", "er")},
    "chains": {"variant": ("zero-shot", "vanilla", "vanilla-balanced", "er")},
    "time-scale": {"variant": (*PLAIN, "sequifi-cyclic-50-carried")},
    "time-scale-tuning": {"optimiser": ("sgd",)},
    "advocate": {"variant": (*PLAIN[:3], "er", "vanilla-balanced+er", "sequifi-cyclic-50-carried+er")},
    "rivals": {"variant": (*PLAIN[:3], "router", "er")},
    "rivals-chains": {"variant": (*PLAIN[:3], "router", "er")},
    "advocate-six": {"variant": PLAIN},
    "displacement": {"T": (1, 16, 200)},
    "frontiers": {"variant": (*PLAIN, "er"), "T": (200,), "lr": (1e-3, 3e-3)},
    "switches": {"variant": ("sequifi-newhead", "vanilla-balanced", "vanilla-balanced-newhead"), "T": (200,)},
    "repairs": {"variant": (*PLAIN, "sequifi-canonical+bias-correction", "early-stopping")},
    "seen": {"variant": (*PLAIN, "sequifi-canonical+gaussian-shared")},
    "six": {"variant": (*PLAIN, "er")},
    "mended": {"variant": (*PLAIN, "er", "sequifi-canonical+er+seen")},
}


@pytest.fixture(scope="module", autouse=True)
def draws_are_made_once():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(np.random, "default_rng", quick_draws.default_rng)
        yield


def some_of(name, table):
    on = np.ones(len(table), dtype=bool)
    for column, values in SOME.get(name, {}).items():
        if column in table:
            on &= table[column].isin(values).to_numpy()
    return table[on].reset_index(drop=True)


def as_printed(table):
    return pd.read_csv(io.StringIO(table.to_csv(index=False)))


@pytest.mark.parametrize("name", SHIPPED)
def test_a_table_is_what_the_cells_say(name):
    cells = pd.read_parquet(RESULTS / name / "cells.parquet")
    made = STUDIES[name].report(some_of(name, cells))
    assert sorted(made) == sorted(path.stem for path in (RESULTS / name).glob("*.csv"))
    for part, table in made.items():
        printed = some_of(name, pd.read_csv(RESULTS / name / f"{part}.csv"))
        found, left = as_printed(table), []
        if name in SOME:  # Holm's correction is over all settings; a reader of some has fewer
            left = ["holm"]
            printed = printed.dropna(axis=1, how="all")
            found = found.dropna(axis=1, how="all")
        assert len(found) and list(found.columns) == list(printed.columns)
        found, printed = (one.drop(columns=left, errors="ignore") for one in (found, printed))
        pd.testing.assert_frame_equal(found, printed, check_dtype=False, check_exact=True)


@pytest.mark.parametrize("name", ["chains", "mended", "pairs", "repairs", "six"])
def test_corrected_p_values_are_those_of_all_settings(name):
    means = pd.read_csv(RESULTS / name / "means.csv")
    p = means["p_vanilla"].to_numpy(dtype=float)
    # p is printed to four digits, and multiplied by up to as many as there are.
    np.testing.assert_allclose(means["holm"], holm(p), atol=6e-5 * np.isfinite(p).sum())
    assert (np.isnan(p) == (means["variant"] == "vanilla")).all()


VERDICTS = pd.read_csv(RESULTS / "verdict" / "table.csv")
QUICKEST_FIRST = ("h5", "h7", "h1", "h3", "h4", "h2", "h6")


@pytest.mark.parametrize("name", QUICKEST_FIRST)
def test_a_verdict_is_what_the_cells_say(name):
    made = pd.DataFrame(getattr(verdict, name)()).round({"effect": 2, "low": 2, "high": 2})
    printed = VERDICTS[VERDICTS["hypothesis"] == name.upper()].reset_index(drop=True).drop(columns="id")
    assert len(printed)
    pd.testing.assert_frame_equal(as_printed(made), printed, check_dtype=False, check_exact=True)


def test_the_table_of_verdicts_is_all_of_them_numbered_and_rounded(monkeypatch):
    for name in QUICKEST_FIRST:
        rows = VERDICTS[VERDICTS["hypothesis"] == name.upper()].drop(columns="id")
        rows = rows.assign(**{key: rows[key] + 0.004 for key in ("effect", "low", "high")}).to_dict("records")
        part = lambda rows=rows: rows  # noqa: E731
        part.__doc__ = name
        monkeypatch.setattr(verdict, name, part)
    told = []
    made = as_printed(verdict.study(told.append))
    pd.testing.assert_frame_equal(made, VERDICTS, check_dtype=False, check_exact=True)
    assert told == sorted(QUICKEST_FIRST)


def test_what_tuning_chose_is_best_by_the_mean_of_both_corpora():
    """Read off the printed table alone; of equal ones the first. Trials are told apart by more digits."""
    table = pd.read_csv(RESULTS / "tuning" / "table.csv")
    for name, trials in table.groupby("variant", sort=False):
        assert len(trials) == 12 and trials["chosen"].sum() == 1, name
        assert trials.loc[trials["chosen"], "both"].item() == trials["both"].max(), name
        np.testing.assert_allclose(trials["both"], (trials["source"] + trials["target"]) / 2, atol=0.011)
        best, settings = trials[trials["chosen"]].iloc[0], chosen()[name]
        assert (settings["lr"], settings["T"]) == (best["lr"], best["T"])
        assert settings["value"] == best["value"] or settings["value"] is None and pd.isna(best["value"])


def test_no_verdict_depends_on_the_exploratory_pairs():
    cells = pd.read_parquet(RESULTS / "pairs" / "cells.parquet")
    cells = cells[cells["variant"].isin(["vanilla", "sequifi-newhead"]) & (cells["replicate"] == 0)]
    exploratory = (
        cells["corpora"].map(tuple).isin([("cremad", "emodb"), ("cremad", "mesd"), ("ravdess", "emodb")])
    )
    assert exploratory.any()
    found = Draws(cells.loc[exploratory | (cells["corpora"].map(tuple) == ("mesd", "emodb"))])
    assert found.pairs == [("mesd", "emodb")]


def test_last_shares_gains_and_worst_recalls_by_counting():
    """Independent of the tables' code: a pair of ``pairs`` and one of ``moving``, counted off their cells."""
    import json

    def counts(row, corpus):
        """Confusions of a corpus, all its groups together."""
        names = json.loads(row["groups"])
        flat = np.asarray(row["confusions"]).reshape(-1, 4, 4)
        first = sum(len(names[name]) for name in list(names)[: list(names).index(corpus)])
        return flat[first : first + len(names[corpus])].sum(0)

    def uar(table):
        return 100 * np.mean([table[k, k] / table[k].sum() for k in range(4)])

    cells = pd.read_parquet(RESULTS / "pairs" / "cells.parquet")
    on = (cells["corpora"].map(tuple) == ("mesd", "emodb")) & (cells["variant"] == "sequifi-newhead")
    shares, scores = [], []
    for order, rows in cells[on].groupby(cells.loc[on, "order"].map(tuple)):
        table = sum(counts(row, "emodb") for row in rows.to_dict("records"))
        shares.append(100 * table[:, order[-1]].sum() / table.sum())
        scores.append(uar(table))
    printed = pd.read_csv(RESULTS / "pairs" / "table.csv").set_index(
        ["source_corpus", "target_corpus", "variant"]
    )
    row = printed.loc[("mesd", "emodb", "sequifi-newhead")]
    assert row["last_share"] == round(np.mean(shares), 2) and row["target"] == round(np.mean(scores), 2)
    assert row["sd_orders"] == round(np.std(scores, ddof=1), 2)

    cells = pd.read_parquet(RESULTS / "moving" / "cells.parquet")
    printed = pd.read_csv(RESULTS / "moving" / "table.csv")
    zero, er = (cells[cells["variant"] == name].to_dict("records") for name in ("zero-shot", "er"))
    gains = {
        corpus: uar(sum(counts(row, corpus) for row in er)) - uar(sum(counts(row, corpus) for row in zero))
        for corpus in ("cremad", "mesd")
    }
    (row,) = printed[printed["variant"] == "er"].to_dict("records")
    assert (row["dS"], row["dP"]) == (round(gains["cremad"], 2), round(gains["mesd"], 2))
    assert row["dS"] != row["dP"]
