"""The command `doctor`: each thing that it examines, whole and broken."""

import builtins
import json
import sys
from collections import namedtuple

import pytest
from click.testing import CliRunner

from sequifi_lite.cli import doctor, main
from sequifi_lite.data import torchaudio_loads


def test_here_all_is_well_and_json_says_the_same():
    told = CliRunner().invoke(main, ["doctor", "--json"])
    found = json.loads(told.stdout)["findings"]
    assert [one["what"] for one in found][:3] == ["Python", "torchaudio", "libraries"]
    assert told.exit_code == int(any(one["state"] == "bad" for one in found))
    text = CliRunner().invoke(main, ["doctor"]).stdout
    assert all(one["what"] in text for one in found)


def test_a_python_that_is_too_old(monkeypatch):
    version = namedtuple("version", "major minor micro")
    monkeypatch.setattr(sys, "version_info", version(3, 10, 1))
    found = doctor.python()
    assert found.state == "bad" and "--python 3.11" in found.remedy


def test_a_torchaudio_of_another_build(monkeypatch):
    monkeypatch.setattr(torchaudio_loads, "why_not", lambda: "OSError: libtorchaudio.so")
    monkeypatch.setattr(doctor.metadata, "version", lambda name: "2.13.0+cpu")
    found = doctor.torchaudio()
    assert found.state == "odd" and "soxr resamples" in found.told and found.remedy.endswith("/whl/cpu")


def test_a_library_that_cannot_be_imported(monkeypatch):
    real = builtins.__import__
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert real is builtins.__import__
    found = doctor.packages()
    assert found.state == "bad" and "pyarrow" in found.told and found.remedy.endswith("pyarrow")


def test_codecs_that_are_missing(monkeypatch):
    import soundfile

    monkeypatch.setattr(soundfile, "available_formats", lambda: {"WAV": "", "FLAC": "", "OGG": ""})
    found = doctor.codecs()
    assert found.state == "bad" and "cannot read mp3" in found.told and "soundfile" in found.remedy


@pytest.mark.parametrize(("free", "state"), [("1000000 kB", "bad"), ("8000000 kB", "good")])
def test_memory(monkeypatch, tmp_path, free, state):
    told = tmp_path / "meminfo"
    told.write_text(f"MemTotal: 9000000 kB\nMemAvailable: {free}\n")
    monkeypatch.setattr(doctor, "Path", lambda _: told)
    monkeypatch.setattr(doctor, "_limit", lambda: None)
    assert doctor.memory().state == state


def test_a_disk_that_is_full(monkeypatch):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda folder: namedtuple("usage", "free")(10**6))
    found = doctor.disk()
    assert found.state == "bad" and "SEQUIFI_LITE_PACKS" in found.remedy


def test_packs_that_are_damaged_or_made_otherwise(monkeypatch, tmp_path):
    from sequifi_lite.data.pack import read_pack, user_folder
    from sequifi_lite.data.pack_file import write_pack

    monkeypatch.setenv("SEQUIFI_LITE_PACKS", str(tmp_path))
    assert doctor.packs().state == "good"
    shipped = read_pack(next(path for path in (doctor_shipped()).glob("emodb.parquet")))
    stale = shipped.provenance | {"corpus": "mine", "layer": 6}
    write_pack(user_folder() / "mine.parquet", shipped.clips.assign(corpus="mine"), shipped.embeddings, stale)
    found = doctor.packs()
    assert found.state == "bad" and "mine was made with layer 6" in found.told and "--layer 3" in found.remedy
    (tmp_path / "mine.parquet").write_bytes(b"nothing")
    found = doctor.packs()
    assert found.state == "bad" and found.remedy == f"rm {tmp_path / 'mine.parquet'}"


def doctor_shipped():
    from sequifi_lite.data.pack import SHIPPED

    return SHIPPED


def test_an_encoder_that_is_not_where_the_environment_says(monkeypatch, tmp_path):
    for named, state in (
        (str(tmp_path / "no"), "bad"),
        (str(tmp_path), "bad"),
        ("openai/whisper-base", "good"),
    ):
        monkeypatch.setenv("SEQUIFI_LITE_ENCODER", named)
        assert doctor.encoder().state == state
    for name in ("config.json", "preprocessor_config.json"):
        (tmp_path / name).write_text("{}")
    monkeypatch.setenv("SEQUIFI_LITE_ENCODER", str(tmp_path))
    assert doctor.encoder().state == "good"


def test_a_check_that_fails_is_a_finding(monkeypatch):
    def bad():
        raise ValueError("two\nlines")

    monkeypatch.setattr(doctor, "CHECKS", (bad,))
    (found,) = doctor.examine()
    assert found.state == "bad" and found.told == "ValueError: two lines"
