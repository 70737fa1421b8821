"""Paths of the commands `study ...`: looked at before the work, and a wrong one is told in a sentence."""

import pytest
from click.testing import CliRunner

from sequifi_lite.cli import main
from sequifi_lite.studies import registry
from sequifi_lite.studies.training_run import Cell


@pytest.fixture(autouse=True)
def small(monkeypatch, tmp_path):
    def cells():
        """One cell."""
        return [Cell("vanilla", ("mesd", "emodb"), 0, 1e-3, T=8)]

    def never(group):
        pytest.fail("trained")

    study = registry.Study(cells, lambda table: {"table": table}, never)
    monkeypatch.setitem(registry.STUDIES, "small", study)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    (tmp_path / "file").write_text("")


def say(*arguments):
    result = CliRunner().invoke(main, ["study", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.parametrize(
    "arguments",
    [
        ("status", "small", "--work", "file"),
        ("status", "small", "--work", "file/in"),
        ("run", "small", "--work", "file"),
        ("run", "small", "--out", "file"),
        ("run", "small", "--out", "file/in/it"),
        ("run", "probe", "--out", "file"),
        ("report", "small", "--work", "file"),
        ("report", "small", "--out", "file"),
    ],
)
def test_a_file_in_the_place_of_a_folder_is_told_before_anything_is_done(arguments, tmp_path):
    result = say(*arguments)
    assert result.exit_code == 2 and result.stdout == ""
    assert result.stderr == f"error: file is a file; choose another place with {arguments[2]}.\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "home"]


def test_a_file_with_the_name_of_the_study_is_told(tmp_path):
    (tmp_path / "work").mkdir()
    (tmp_path / "work/small").write_text("")
    result = say("status", "small", "--work", "work")
    assert (
        result.exit_code == 2 and "work/small is a file; choose another place with --work." in result.stderr
    )


def test_a_folder_that_is_not_there_is_named():
    result = say("status", "small", "--work", "nowhere")
    assert result.exit_code == 0 and result.stdout.startswith("0 of 1 groups done")
    assert result.stderr == "There is no folder nowhere yet.\n"


def test_the_home_folder_is_expanded(tmp_path):
    assert f"There is no folder {tmp_path}/home/w yet." in say("status", "small", "--work", "~/w").stderr
    result = say("report", "small", "--work", "~/w", "--out", "~/o")
    assert result.exit_code == 2 and "1 of 1 groups of small are missing" in result.stderr
    assert not (tmp_path / "~").exists() and not (tmp_path / "home/o").exists()


def test_options_that_change_nothing_are_told(monkeypatch, tmp_path):
    import pandas as pd

    monkeypatch.setitem(registry.IN_ONE_PIECE, "probe", lambda progress: pd.DataFrame({"a": [1]}))
    result = say("run", "probe", "--out", "out", "--work", "w", "--dask", "x")
    assert (
        result.exit_code == 0 and "measured in one piece: --work and --dask change nothing" in result.stderr
    )
