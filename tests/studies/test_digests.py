"""Results prove what they are: shipped ones are sealed, and damaged ones are named and never used."""

import json
import shutil
from pathlib import Path

import pytest
from damage import damaged

from sequifi_lite.errors import SequifiError
from sequifi_lite.studies import results
from sequifi_lite.studies.digests import digest, read_checked, read_provenance, seal, sealed
from sequifi_lite.studies.numbers import table_of
from sequifi_lite.studies.tables import verdict

RESULTS = Path(__file__).resolve().parents[2] / "results"
FOLDERS = sorted(path.parent.name for path in RESULTS.glob("*/table.csv"))


@pytest.mark.parametrize("name", FOLDERS)
def test_shipped_results_are_what_their_provenance_tells(name):
    """Where this fails and the change was meant: python tools/seal_results.py."""
    told = read_provenance(RESULTS / name)["files"]
    there = [path for path in (RESULTS / name).iterdir() if path.suffix in (".csv", ".parquet")]
    assert {path.name: digest(path.name, path.read_bytes()) for path in there} == told


@pytest.fixture
def copied(tmp_path, monkeypatch):
    shutil.copytree(RESULTS / "tuning", tmp_path / "tuning")
    for module in (results, verdict):
        monkeypatch.setattr(module, "FOLDERS", (tmp_path,))
    return tmp_path / "tuning"


@pytest.mark.parametrize("seed", range(30))
def test_damaged_results_are_named_and_never_used(copied, seed):
    file = ("table.csv", "cells.parquet", "provenance.json")[seed % 3]
    content = (copied / file).read_bytes()
    told = json.loads(content) if file == "provenance.json" else None
    (copied / file).write_bytes(damaged(content, seed)[1])
    read = verdict.cells_of if file == "cells.parquet" else results.load
    try:
        got = read("tuning")
    except SequifiError as error:
        assert str(copied / file) in str(error) and "sequifi-lite study run tuning" in str(error)
        assert str(error).endswith(".") and "\n" not in str(error)
    else:  # blanks between the marks of JSON
        assert told is not None and got[1] == told


def test_tables_of_two_studies_exchanged_are_named(copied):
    shutil.copy(RESULTS / "pairs/table.csv", copied / "table.csv")
    with pytest.raises(SequifiError, match="tuning/table.csv is damaged or was edited"):
        results.load("tuning")


def test_a_table_whose_provenance_is_gone_is_named(copied):
    (copied / "provenance.json").unlink()
    with pytest.raises(SequifiError, match=r"provenance.json is damaged .* cannot be read \(No such file"):
        results.load("tuning")


def test_a_table_that_provenance_does_not_tell_of_is_named(copied):
    shutil.copy(copied / "table.csv", copied / "more.csv")
    with pytest.raises(SequifiError, match="more.csv is damaged or was edited"):
        results.load("tuning", "more")


def test_line_ends_of_another_system_are_no_damage(copied):
    text = (copied / "table.csv").read_bytes()
    (copied / "table.csv").write_bytes(text.replace(b"\n", b"\r\n"))
    assert len(results.load("tuning")[0])


def test_sealing_anew_takes_a_change_that_was_meant(copied):
    (copied / "table.csv").write_text("a\n1\n")
    assert seal(copied) and not seal(copied)
    assert read_checked(copied / "table.csv") == b"a\n1\n"
    told = read_provenance(copied)
    assert sealed(told, {"cells.parquet": b"", "table.csv": b""})["date"] == told["date"]


def test_numbers_in_prose_are_not_taken_from_a_damaged_table(copied):
    import claims

    key = "tuning/table/variant=vanilla,lr=0.001,T=200/both"
    assert claims.value(key, copied.parent) > 80
    table_of.cache_clear()
    (copied / "table.csv").write_bytes((copied / "table.csv").read_bytes()[:-40])
    with pytest.raises(claims.ClaimError, match="table.csv is damaged"):
        claims.value(key, copied.parent)
    table_of.cache_clear()
