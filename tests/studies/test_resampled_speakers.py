"""Resampling: the unit is the speaker or word, each corpus is drawn for itself, and draw d is the same draw
wherever a corpus stands, at every stop and for every method.
"""

import json
from itertools import permutations
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sequifi_lite import load_pack, load_problem
from sequifi_lite.data.emotions import FOUR
from sequifi_lite.evaluation.statistics import interval
from sequifi_lite.studies import outcome
from sequifi_lite.studies.layer_sweep import Depths, Sweep, choices, sweep
from sequifi_lite.studies.plans import forgetting_map, replay, verdict
from sequifi_lite.studies.tables import chains, layer_probe, pairwise
from sequifi_lite.studies.tables.verdict import Draws, share_draws
from sequifi_lite.studies.training_run import Cell

TABLE = np.random.default_rng(3).integers(1, 9, size=(6, 4, 4))
OTHER = np.random.default_rng(4).integers(1, 9, size=(6, 4, 4))
NAMES = ("mesd", "emodb", "nemo")


def made(corpora, stops, order=None, variant="vanilla", replicate=0, **more):
    """A cell with these confusion matrices: stops of one table (6 groups, 4, 4) a corpus."""
    return {
        "variant": variant, "corpora": list(corpora), "replicate": replicate, "order": order,
        "emotions": list(FOUR), "groups": json.dumps({name: list("abcdef") for name in corpora}),
        "confusions": np.concatenate([table.ravel() for stop in stops for table in stop]), **more,
    }  # fmt: skip


def spread(values):
    return values[1:].std()


def test_equal_tables_of_two_corpora_have_draws_of_their_own():
    draws = pairwise.draws_of({name: TABLE[:, None] for name in NAMES[:2]})
    assert draws["target"][0] == draws["source"][0] == draws["both"][0]
    assert not np.isclose(draws["target"][1:], draws["source"][1:]).all()
    assert abs(np.corrcoef(draws["target"][1:], draws["source"][1:])[0, 1]) < 0.1
    # Two draws of their own: their mean varies less, by the square root of two.
    assert spread(draws["both"]) == pytest.approx(spread(draws["target"]) / 2**0.5, rel=0.1)


def test_a_corpus_has_the_same_draws_wherever_it_stands_and_whatever_was_trained():
    seen = {name: {} for name in NAMES}
    for pair in permutations(NAMES, 2):
        draws = pairwise.draws_of(dict.fromkeys(pair, TABLE[:, None]))
        for name, role in ((pair[0], "source"), (pair[1], "target")):
            seen[name][pair] = draws[role]
    for found in seen.values():
        first, *others = found.values()
        assert all(np.array_equal(first, other) for other in others)
    # An order behind another or a replicate of its own does not change which speakers are drawn.
    both = np.stack([TABLE, OTHER], 1)
    mean = (
        pairwise.draws_of({"mesd": both[:, :1]})["both"] + pairwise.draws_of({"mesd": both[:, 1:]})["both"]
    ) / 2
    np.testing.assert_allclose(pairwise.draws_of({"mesd": both})["both"], mean)


def test_stops_of_a_chain_share_their_draws_and_corpora_do_not():
    cells = pd.DataFrame([made(NAMES, [[TABLE, TABLE, OTHER], [TABLE, OTHER, OTHER]])])
    R = chains.matrix(cells, draws=300)
    assert R.shape == (301, 2, 3)
    assert np.array_equal(R[:, 0, 0], R[:, 1, 0]) and np.array_equal(R[:, 0, 2], R[:, 1, 2])
    assert R[0, 0, 0] == R[0, 0, 1] and not np.isclose(R[1:, 0, 0], R[1:, 0, 1]).all()
    other = chains.matrix(pd.DataFrame([made(NAMES, [[OTHER] * 3, [TABLE] * 3], variant="er")]), draws=300)
    assert np.array_equal(other[:, 1, 0], R[:, 0, 0])  # another method, another stop
    pair = pairwise.draws_of({"mesd": TABLE[:, None]}, 300)
    assert np.array_equal(pair["both"], R[:, 0, 0])  # and another study


def test_the_map_of_forgetting_and_the_study_of_replay_pair_draws_likewise():
    line = Cell("vanilla", NAMES, 0, 1e-3, before=True)
    stops = [[TABLE] * 3, [OTHER] * 3, [TABLE] * 3]
    run = made(NAMES, stops)
    row = forgetting_map.row(line, [run])
    # Every entry of the last stop is that of the first, so nothing changes in any draw but what corpus 1 did.
    back = 100 * (forgetting_map.metrics.uar(TABLE.sum(0)) - forgetting_map.metrics.uar(OTHER.sum(0)))
    assert row["bwt"] == pytest.approx(back / 2, abs=0.01)
    still = forgetting_map.row(line, [made(NAMES, [[TABLE] * 3] * 3)])
    assert still["bwt"] == still["bwt_low"] == still["bwt_high"] == 0
    alone = pairwise.draws_of({"mesd": TABLE[:, None]})["both"]
    width = still["acc_high"] - still["acc_low"]
    assert width < 0.75 * np.subtract(*interval(alone)[::-1])  # three corpora drawn apart

    first, second = (
        replay.scores([dict(zip(NAMES, tables))]) for tables in ([TABLE] * 3, [TABLE, OTHER, TABLE])
    )
    assert np.array_equal(first["stability"], second["stability"])
    assert spread(first["plasticity"]) < 0.85 * spread(first["stability"])


def test_shares_of_the_last_class_are_paired_over_methods():
    orders = np.array([(0, 1, 2, 3)])
    draws = share_draws(TABLE[:, None], orders), share_draws(TABLE[:, None] * 3, orders)
    assert np.array_equal(*draws) and spread(draws[0]) > 0
    assert draws[0][0] == pytest.approx(100 * TABLE[..., 3].sum() / TABLE.sum())


@pytest.mark.parametrize(("corpora", "columns"), [(("mesd", "emodb"), ("sentence", "speaker"))])
def test_the_unit_of_a_measured_cell_is_the_speaker_or_the_word(corpora, columns):
    problem = load_problem(corpora, 2)
    model = SimpleNamespace(predict=lambda x: problem.y[: len(x)][None])
    tables, told = outcome.tested(problem, model), json.loads(outcome.groups_of(problem, "test"))
    for name, column in zip(corpora, columns):
        clips = problem.clips.iloc[problem.parts[name].test]
        assert told[name] == sorted(set(clips[column])) and len(tables[name]) == len(told[name])
        assert tables[name].sum((1, 2, 3)).tolist() == clips.groupby(column).size().tolist()
        assert len(tables[name]) < len(clips)  # a clip is no unit


@pytest.mark.parametrize(("name", "column"), [("mesd", "sentence"), ("emodb", "speaker")])
def test_the_unit_of_a_probe_is_the_speaker_or_the_word(name, column):
    clips = load_pack(name).clips
    clips = clips[clips["defect"] == ""].reset_index(drop=True)
    inputs = {"noise": np.random.default_rng(0).normal(size=(len(clips), 3))}
    found = sweep(Depths(clips, inputs), penalties=(1.0,))
    usable = clips["emotion"].isin(FOUR)
    assert set(found.groups) == set(clips.loc[usable, column])
    assert len(found.counts(np.zeros(5, int), np.zeros(5, int))) == clips.loc[usable, column].nunique()


def made_sweep(valid, seed=0, n=60):
    """Three folds, two inputs, three penalties; every pair of input and penalty predicts in its own way."""
    generator = np.random.default_rng(seed)
    truth, fold = np.arange(n) % 4, np.repeat(np.arange(3), n // 3)
    return Sweep(
        truth, np.array([f"s{i}" for i in np.arange(n) // 5]), fold,
        generator.integers(0, 4, (n, 2, 3)), np.asarray(valid, dtype=float), ["first", "second"], 4, 40,
    )  # fmt: skip


def test_every_fold_takes_its_own_penalty():
    valid = np.zeros((3, 2, 3))
    best = {0: (0, 2), 1: (1, 0), 2: (1, 1)}  # fold -> penalty of either input
    for f, penalties in best.items():
        for i, penalty in enumerate(penalties):
            valid[f, i, (penalty, (penalty + 1) % 3)] = 0.5  # of equals the more penalised
            valid[f, i, penalty] = 0.5 + 0.1 * (i == 1)
    found = made_sweep(valid)
    rows = layer_probe._every_input({}, found)
    for i, row in enumerate(rows):
        penalty = np.array([min(np.flatnonzero(valid[f, i] == valid[f, i].max())) for f in range(3)])
        assert row["uar"] == found.draws(np.full(3, i), penalty)[0]
        said = np.array([found.predicted[n, i, penalty[f]] for n, f in enumerate(found.fold)])
        assert np.array_equal(found.of(np.full(3, i), penalty), said)
    layer, penalty = choices(found)["last block"]
    assert layer.tolist() == [1, 1, 1] and penalty.tolist() == [2, 0, 1]
    layer, penalty = choices(found)["nested"]
    assert layer.tolist() == [1, 1, 1] and penalty.tolist() == [2, 0, 1]


def test_equivalence_and_wins_are_read_off_the_paired_draws_of_the_means():
    pairs, rows = [("mesd", "emodb"), ("emodb", "nemo"), ("nemo", "mesd")], []
    generator = np.random.default_rng(8)
    for pair in pairs:
        for name in ("zero-shot", "vanilla", "vanilla-balanced", "er"):
            for replicate in (0, 1):
                tables = [generator.integers(1, 9, (6, 4, 4)) for _ in pair]
                rows.append(made(pair, [tables], variant=name, replicate=replicate))
    cells = pd.DataFrame(rows)
    means = pairwise.report(cells)["means"].set_index("variant")
    draws = Draws(cells)

    def both(name):
        return draws.mean((name,))

    twin, plain = both("er") - both("vanilla-balanced"), both("er") - both("vanilla")
    row = means.loc["er"]
    np.testing.assert_allclose(
        [row["vs_twin_90_low"], row["vs_twin_90_high"]], interval(twin, 0.9), atol=0.006
    )
    np.testing.assert_allclose([row["vs_vanilla_low"], row["vs_vanilla_high"]], interval(plain), atol=0.006)
    each = np.stack([draws[pair, ("er",)]["both"] - draws[pair, ("vanilla",)]["both"] for pair in pairs])
    wins = 100 * (each > 0).mean(0)
    assert row["wins"] == pytest.approx(wins[0], abs=0.006)
    np.testing.assert_allclose([row["wins_low"], row["wins_high"]], interval(wins), atol=0.006)
    p = min(1, 2 * (1 + min((plain[1:] <= 0).sum(), (plain[1:] >= 0).sum())) / 2001)
    assert row["p_vanilla"] == pytest.approx(p, abs=6e-5) and np.isnan(means.loc["vanilla", "p_vanilla"])


def test_a_mean_over_pairs_knows_that_its_pairs_share_speakers():
    """Of one corpus in all places: were its draws apart, the mean of more pairs would look surer."""
    pairs = [("mesd", "emodb"), ("emodb", "mesd")]
    cells = pd.DataFrame([made(pair, [[TABLE, TABLE]], variant="vanilla") for pair in pairs])
    draws = Draws(cells)
    assert np.allclose(draws.mean(("vanilla",)), draws[pairs[0], ("vanilla",)]["both"])


def test_intervals_over_pairs_resample_pairs(monkeypatch):
    table = pd.DataFrame(
        {"lr": 1e-3, "T": 200, "sd_orders": [1.0, 3.0, 8.0], "sd_seeds": [0.5, 1.0, 2.0],
         "position_recall": [0.1, 0.2, 0.6], "last_share": [30.0, 40.0, 20.0]}
    )  # fmt: skip
    monkeypatch.setattr(verdict.results, "load", lambda name: (table, {}))
    first, second, third = verdict.h5()
    values = np.array([0.5, 2.0, 6.0])
    means = np.sort([np.mean([a, b, c]) for a in values for b in values for c in values])
    assert first["effect"] == pytest.approx(values.mean())
    assert first["low"] == pytest.approx(means[0], abs=0.3) and first["high"] == pytest.approx(
        means[-1], abs=1
    )
    assert second["effect"] == pytest.approx(0.3) and third["effect"] == pytest.approx(5)
    assert first["line"] == second["line"] == third["line"] == "above 0" and first["pairs"] == 3
