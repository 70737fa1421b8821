"""Cells that an ear hears, the studies made of them, and the table of sentences."""

import json
import os
from itertools import permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from sequifi_lite.data.ears import HEARD, REFERENCE, folder_of, hearing
from sequifi_lite.errors import CorpusMissing, SequifiError
from sequifi_lite.evaluation.metrics import uar
from sequifi_lite.studies import training_run
from sequifi_lite.studies.heard_cell import HeardCell, train_heard
from sequifi_lite.studies.outcome import tables_of
from sequifi_lite.studies.plans import ears, ears_tuning
from sequifi_lite.studies.registry import STUDIES
from sequifi_lite.studies.tables.ears import SENTENCES, judged, report
from sequifi_lite.studies.training_run import Cell, begin, groups, train_group
from sequifi_lite.studies.tuning import EXPLORATORY_PAIRS
from sequifi_lite.studies.variants import variant

RESULTS = Path(__file__).parents[2] / "results"


@pytest.fixture
def quick(monkeypatch):
    threads = torch.get_num_threads()
    monkeypatch.setitem(training_run.STEPS, "zscore", 20)
    training_run._source.cache_clear()
    yield
    training_run._source.cache_clear()
    torch.set_num_threads(threads)


PAIR = ("mesd", "emodb")
MIXED = [
    HeardCell("vanilla", PAIR, 0, 1e-3, T=8, ear="log-mel"),
    HeardCell("sequifi-canonical", PAIR, 0, 1e-3, T=8, order=(1, 2, 3, 0), ear="log-mel"),
    HeardCell("vanilla", PAIR, 0, 3e-3, T=8, ear="log-mel"),
    HeardCell("sequifi-canonical", PAIR, 0, 1e-3, T=8, order=(0, 1, 2, 3), ear="log-mel"),
    HeardCell("slda", PAIR, 0, 1e-3, T=8, value=0.5, ear="log-mel"),
]


def test_cells_of_one_problem_train_together_as_they_would_alone(quick):
    assert groups(MIXED) == [MIXED]  # one group, in this order
    together = train_heard(MIXED)
    assert list(together["variant"]) == [cell.variant for cell in MIXED] and set(together["ear"]) == {
        "log-mel"
    }
    with hearing("log-mel"):
        alone = pd.concat([train_group([cell.by_the_pack()]) for cell in MIXED], ignore_index=True)
    training_run._problem.cache_clear()
    for column in ("lr", "order", "value"):
        assert list(map(str, together[column])) == list(map(str, alone[column]))
    for one, other in zip(together["confusions"], alone["confusions"]):
        np.testing.assert_array_equal(one, other)


def test_what_an_ear_has_left_is_forgotten_before_the_pack_of_the_book_is_read(quick):
    plain = Cell("vanilla", PAIR, 0, 1e-3, T=8)
    before = begin(plain)
    train_heard(MIXED[:1])
    problem, source = begin(plain)
    assert problem.X.shape[1] == 1024 and problem.X.equal(before[0].X)
    assert all(one.equal(other) for one, other in zip(source.parameters(), before[1].parameters()))


def test_a_key_tells_the_ear_and_what_it_has_heard(monkeypatch, tmp_path):
    cells = [HeardCell("vanilla", PAIR, 0, 1e-3, ear=ear) for ear in (REFERENCE, "log-mel")]
    assert len({cell.key for cell in cells} | {cells[0].by_the_pack().key}) == 3
    other = tmp_path / "log-mel"
    other.mkdir()
    for name in HEARD:
        (other / f"{name}.parquet").write_bytes((folder_of(REFERENCE) / f"{name}.parquet").read_bytes())
    monkeypatch.setenv("SEQUIFI_LITE_PACKS", str(tmp_path))
    before = cells[1].key
    from sequifi_lite.studies import heard_cell

    heard_cell._data_of.cache_clear()
    assert cells[1].key != before
    monkeypatch.undo()
    heard_cell._data_of.cache_clear()
    assert cells[1].key == before


def test_every_variant_has_six_trials_on_every_ear_and_test_rows_are_not_among_them():
    plan = ears_tuning.cells()
    assert {cell.part for cell in plan} == {"valid"} and {cell.corpora for cell in plan} == set(
        EXPLORATORY_PAIRS
    )
    for ear in ears_tuning.STUDIED:
        for name in ears_tuning.TRIALS:
            trials = {(cell.lr, cell.value) for cell in plan if (cell.ear, cell.variant) == (ear, name)}
            assert len(trials) == 6
    orders = {cell.order for cell in plan if variant(cell.variant).ordered}
    assert len(orders) == len(ears_tuning.REPLICATES)


def test_the_pairs_that_are_scored_are_not_those_of_the_tuning():
    assert set(ears.PAIRS) | set(EXPLORATORY_PAIRS) == set(permutations(HEARD, 2))
    assert not set(ears.PAIRS) & set(EXPLORATORY_PAIRS)


@pytest.mark.parametrize(
    ("ends", "claim", "said"),
    [
        ((0.1, 0.9), "above", "holds"), ((-0.1, 0.9), "above", "open"), ((-0.9, -0.1), "above", "does not"),
        ((-0.9, -0.1), "below", "holds"), ((-0.9, 0.1), "below", "open"), ((0.1, 0.9), "below", "does not"),
        ((-0.9, 0.9), "level", "holds"), ((-1.2, 0.9), "level", "open"), ((1.1, 2), "level", "does not"),
        ((-3, -1.1), "level", "does not"), ((-3, 3), "level", "open"),
    ],
)  # fmt: skip
def test_an_interval_against_a_claim(ends, claim, said):
    assert judged(*ends, claim) == said


def test_differences_and_intervals_of_the_sentences():
    """Against means taken one by one, from cells made up with two groups a corpus."""
    generator = np.random.default_rng(0)
    rows = []
    names = {name for sentence in SENTENCES for name in (sentence.variant, sentence.other)}
    for corpora in ears.PAIRS:
        for r in range(2):
            for name in sorted(names):
                counts = generator.integers(1, 30, (1, 2, 2, 4, 4))
                rows.append(
                    {"variant": name, "ear": "one", "corpora": list(corpora), "replicate": r, "order": None,
                     "emotions": list("abcd"), "confusions": counts.reshape(-1).astype(np.uint16),
                     "groups": json.dumps({name: ["x", "y"] for name in corpora})}
                )  # fmt: skip
    cells = pd.DataFrame(rows)
    found = report(cells).set_index("sentence")
    assert len(found) == len(SENTENCES) and (found["pairs"] == 9).all()

    def score(name, corpora):
        own = [row for row in rows if row["variant"] == name and tuple(row["corpora"]) == corpora]
        tables = [tables_of(row) for row in own]
        return np.mean([100 * uar(sum(table[corpus].sum(0) for table in tables)) for corpus in corpora])

    for sentence in SENTENCES:
        by_pair = [score(sentence.variant, pair) - score(sentence.other, pair) for pair in ears.PAIRS]
        row = found.loc[sentence.name]
        assert row["difference"] == pytest.approx(np.mean(by_pair), abs=0.006)
        assert (row["worst"], row["best"]) == pytest.approx((min(by_pair), max(by_pair)), abs=0.006)
        left = [
            np.mean([x for pair, x in zip(ears.PAIRS, by_pair) if corpus not in pair]) for corpus in HEARD
        ]
        reach = 3.182446 * np.sqrt(3 / 4 * np.sum((np.array(left) - np.mean(left)) ** 2))
        assert row["corpora_high"] == pytest.approx(np.mean(by_pair) + reach, abs=0.01)
        assert row["low"] <= row["difference"] <= row["high"]


def test_five_shipped_cells_come_out_again():
    """One of each ear whose packs are at hand; an ear that is not skips, saying so."""
    if not (RESULTS / "ears/cells.parquet").is_file():
        pytest.skip("no results of the study `ears` are shipped")
    shipped = pd.read_parquet(RESULTS / "ears/cells.parquet")
    by_key = {cell.key: cell for cell in STUDIES["ears"].cells()}
    absent = []
    for number, ear in enumerate(ears_tuning.STUDIED):
        try:
            folder_of(ear)
        except CorpusMissing:
            absent.append(ear)
            continue
        rows = shipped[(shipped["ear"] == ear) & ~shipped["variant"].isin(["zero-shot"])]
        row = rows.sample(1, random_state=number).iloc[0]
        if row["cell"] not in by_key:
            continue  # older than the code: test_receipts says so
        new = train_heard([by_key[row["cell"]]]).iloc[0]
        pair = list(row["corpora"])
        scores = [uar(tables_of(one)[pair[-1]].sum(0)) for one in (row.to_dict(), new.to_dict())]
        assert scores[0] == pytest.approx(scores[1], abs=0.02)
    if absent:
        pytest.skip(f"the other ears come out again; no packs of {', '.join(absent)} are at hand")


def test_hearing_is_over_when_a_training_fails(quick):
    before = os.environ.get("SEQUIFI_LITE_PACKS")
    with pytest.raises(SequifiError):
        train_heard([HeardCell("vanilla", ("mesd", "emodb"), 0, 1e-3, T=8, scaling="none", ear="log-mel")])
    assert os.environ.get("SEQUIFI_LITE_PACKS") == before
