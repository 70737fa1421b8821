"""Damaged files of every kind are named and never used: a sample of tools/fuzz_files.py."""

import importlib.util
from pathlib import Path

from sequifi_lite.data import embed
from sequifi_lite.data.download import resume

spec = importlib.util.spec_from_file_location("fuzz_files", Path(__file__).parents[2] / "tools/fuzz_files.py")
fuzz_files = importlib.util.module_from_spec(spec)
spec.loader.exec_module(fuzz_files)


def test_no_damage_of_a_sample_is_used_in_silence(monkeypatch, tmp_path):
    monkeypatch.setattr(resume, "_sleep", lambda seconds: None)
    for name in ("BLOCK_BATCHES", "BATCH_SECONDS"):  # the tool sets them
        monkeypatch.setattr(embed, name, getattr(embed, name))
    outcomes = fuzz_files.fuzz(20, 15, ("packs", "packs", "packs", "embed", "get"))
    assert [outcome for outcome in outcomes if outcome[2] not in ("named", "remade")] == []
    assert all(verdict == "named" for kind, _, verdict in outcomes if kind != "get")
