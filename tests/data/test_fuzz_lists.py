"""A seeded sample of malformed lists: refused in a sentence, or no row lost."""

import importlib.util
from pathlib import Path

import pytest

spec = importlib.util.spec_from_file_location(
    "fuzz_lists", Path(__file__).parents[2] / "tools" / "fuzz_lists.py"
)
fuzz_lists = importlib.util.module_from_spec(spec)
spec.loader.exec_module(fuzz_lists)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    at = tmp_path_factory.mktemp("lists")
    return at / "clips", fuzz_lists.folder(at / "clips"), at


def test_malformed_lists_are_refused_or_lose_nothing(place):
    outcomes = [fuzz_lists.tried(seed, *place)["scan"] for seed in range(120)]
    wrong = {seed: one for seed, one in enumerate(outcomes) if one[0] not in ("result", "refused")}
    assert wrong == {}
    assert sum(kind == "result" for kind, _ in outcomes) > 25  # not all is refused


def test_the_same_seed_makes_the_same_list():
    lists = [fuzz_lists.make(seed) for seed in range(30)]
    assert lists == [fuzz_lists.make(seed) for seed in range(30)] and len(set(lists)) > 25


def test_a_lost_row_is_noticed(place):
    root, table, at = place
    path = at / "labels.csv"
    rows = fuzz_lists._rows()
    path.write_text(
        fuzz_lists._written([row | {"sentence": "x"} for row in rows], "|", "\n"), encoding="utf-8"
    )
    found = fuzz_lists.scan("mine", root, labels=path, decode=False)
    whole = path.read_text(encoding="utf-8")
    assert fuzz_lists.lost(found, whole) == ""
    found.table = found.table[1:]
    assert "clip_00 is in the list and nowhere" in fuzz_lists.lost(found, whole)
    assert "25 rows are in the list and 23" in fuzz_lists.lost(
        found, whole.replace("clip_00", "x") + "y|a|b|c"
    )


def test_a_traceback_a_hang_and_two_sentences_are_told(monkeypatch):
    import time

    from sequifi_lite.errors import CorpusError

    monkeypatch.setattr(fuzz_lists, "SECONDS", 1)

    def broken(error):
        raise error

    assert fuzz_lists.outcome(lambda: broken(ValueError("x")))[0] == "traceback"
    assert fuzz_lists.outcome(lambda: broken(CorpusError("a; b.\n")))[0] == "no sentence"
    assert fuzz_lists.outcome(lambda: broken(CorpusError("a; b.")))[0] == "refused"
    assert fuzz_lists.outcome(lambda: time.sleep(3))[0] == "hang"
