"""The study `told`: heads asked by the true corpus, put together from cells of other studies."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from sequifi_lite import load_results
from sequifi_lite.studies.plans import told as plan
from sequifi_lite.studies.plans.crossed import CHAINS
from sequifi_lite.studies.tuning import EXPLORATORY_PAIRS

PAIRS = load_results("rivals")[0].set_index(["variant", "source_corpus", "target_corpus"])
ALONG = load_results("rivals-chains")[0].set_index(["variant", "chain"])
SHIPPED = load_results("told")[0].set_index("where")


def by_hand(chain):
    """The mean over corpora of what their own heads reach, from the printed tables."""
    first, *later = chain
    own = PAIRS.loc[("zero-shot", first, later[0]), "source"]
    return np.mean([own, *(PAIRS.loc[("vanilla", first, name), "target"] for name in later)])


def test_the_table_follows_from_the_tables_of_pairs_and_chains():
    names = {(source, target) for _, source, target in PAIRS.index}
    assert len(names) == 20
    tested = [pair for pair in permutations({a for a, _ in names}, 2) if pair not in EXPLORATORY_PAIRS]
    gains = [by_hand(pair) - PAIRS.loc[("vanilla", *pair), "both"] for pair in tested]
    row = SHIPPED.loc["pairs"]
    assert row["many"] == len(tested) == 17
    assert row["both"] == pytest.approx(np.mean([by_hand(pair) for pair in tested]), abs=0.02)
    assert row["vs_vanilla"] == pytest.approx(np.mean(gains), abs=0.02)
    assert row["vs_vanilla_least"] == pytest.approx(min(gains), abs=0.02)
    assert row["vs_vanilla_most"] == pytest.approx(max(gains), abs=0.02)
    gains = [by_hand(chain) - ALONG.loc[("vanilla", " > ".join(chain)), "both"] for chain in CHAINS]
    row = SHIPPED.loc["chains"]
    assert row["many"] == len(CHAINS) == 6 and pd.isna(row["vs_vanilla_corpora_low"])
    assert row["vs_vanilla"] == pytest.approx(np.mean(gains), abs=0.02)
    assert row["vs_vanilla_least"] == pytest.approx(min(gains), abs=0.02)


def test_intervals_hold_their_estimates():
    for name in ("both", "vs_vanilla"):
        assert (SHIPPED[f"{name}_low"] < SHIPPED[name]).all()
        assert (SHIPPED[name] < SHIPPED[f"{name}_high"]).all()


def test_a_chain_takes_the_source_model_for_the_first_corpus_and_its_pair_for_every_other():
    own = {"a": np.array([80.0, 81.0])}
    alone = {("a", "b"): np.array([60.0, 63.0]), ("a", "c"): np.array([40.0, 39.0]), ("b", "c"): np.zeros(2)}
    assert plan.told(("a", "b", "c"), own, alone).tolist() == [60.0, 61.0]
    assert plan.told(("a", "c"), own, alone).tolist() == [60.0, 60.0]
