"""A finished group proves what it is; one that cannot is named and trained again."""

import json
import subprocess
import sys
import threading
import warnings

import pandas as pd
import pytest
from click.testing import CliRunner
from damage import damaged, full_disk

from sequifi_lite.cli import main
from sequifi_lite.data.alone import alone
from sequifi_lite.errors import PlaceError, SequifiError
from sequifi_lite.studies import provenance, registry, runner as lab
from sequifi_lite.studies.digests import read_checked, read_provenance
from sequifi_lite.studies.finished_groups import receipt_of
from sequifi_lite.studies.training_run import Cell, groups

CELLS = [Cell("vanilla", ("mesd", "emodb"), r, 1e-3, T=8) for r in range(3)]


def train(group):
    return pd.DataFrame(
        [{"replicate": cell.replicate, "lr": cell.lr, "confusions": [1, 2, 3]} for cell in group]
    )


@pytest.fixture
def finished(tmp_path, monkeypatch):
    """The files of a finished study of three groups, and what was trained since."""
    from concurrent.futures import Future
    from contextlib import contextmanager

    trained = []

    class Here:
        def submit(self, f, group, train):
            future = Future()
            trained.append(group)
            future.set_result(f(group, train))
            return future

    @contextmanager
    def pool(jobs, dask):
        yield Here(), jobs

    monkeypatch.setattr(lab, "_pool", pool)
    assert lab.run("x", CELLS, tmp_path, train=train) == 3
    trained.clear()
    return [lab.place(tmp_path, "x", group) for group in groups(CELLS)], trained


def told_and_mended(path, files, trained, tmp_path, whole):
    with pytest.raises(SequifiError, match="of 3 groups of x are missing"):
        lab.collect("x", CELLS, tmp_path)
    with pytest.warns(UserWarning, match=f"{path.stem}.* is damaged; its group is trained again"):
        assert len(lab.status("x", CELLS, tmp_path)[0]) == 3 - len(files)
    with pytest.warns(UserWarning, match=f"{path.stem}.* is damaged"):
        assert lab.run("x", CELLS, tmp_path, train=train) == len(files) == len(trained)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pd.testing.assert_frame_equal(lab.collect("x", CELLS, tmp_path)[0], whole)


@pytest.mark.parametrize("seed", range(24))
def test_a_damaged_group_is_named_and_trained_again(finished, tmp_path, seed):
    (path, *_), trained = finished
    whole = lab.collect("x", CELLS, tmp_path)[0]
    victim = path if seed % 4 else receipt_of(path)
    content = victim.read_bytes()
    victim.write_bytes(damaged(content, seed)[1])
    if victim != path and receipt_of(path).read_text(errors="replace").strip() == content.decode().strip():
        return
    told_and_mended(path, [path], trained, tmp_path, whole)


def test_two_exchanged_groups_are_named(finished, tmp_path):
    (a, b, _), trained = finished
    whole = lab.collect("x", CELLS, tmp_path)[0]
    for one, other in ((a, b), (receipt_of(a), receipt_of(b))):  # the tables alone, then both files
        first, second = one.read_bytes(), other.read_bytes()
        one.write_bytes(second), other.write_bytes(first)
        if one == a:
            told_and_mended(a, [a, b], trained, tmp_path, whole)
            trained.clear()
            continue
        first, second = a.read_bytes(), b.read_bytes()
        a.write_bytes(second), b.write_bytes(first)
        told_and_mended(a, [a, b], trained, tmp_path, whole)


def test_an_empty_table_under_the_right_name_is_not_done(finished, tmp_path):
    (path, *_), trained = finished
    whole = lab.collect("x", CELLS, tmp_path)[0]
    pd.read_parquet(path).iloc[:0].to_parquet(path)
    told_and_mended(path, [path], trained, tmp_path, whole)


def test_a_table_without_its_receipt_is_not_done(finished, tmp_path):
    (path, *_), trained = finished
    receipt_of(path).unlink()
    assert len(lab.status("x", CELLS, tmp_path)[1]) == 1
    assert lab.run("x", CELLS, tmp_path, train=train) == 1 == len(trained)


def test_a_training_that_gives_too_few_rows_is_refused(tmp_path):
    with pytest.raises(SequifiError, match="a group of 1 cells came back as 0 rows|A group of 1 cells"):
        lab.work_on(CELLS[:1], lambda group: train([]))


def test_the_time_a_group_took_cannot_be_changed_unseen(finished, tmp_path):
    (path, *_), _ = finished
    receipt = json.loads(receipt_of(path).read_text())
    receipt_of(path).write_text(json.dumps(receipt | {"seconds": 99.0}))
    with pytest.warns(UserWarning, match="is damaged"):
        assert len(lab.status("x", CELLS, tmp_path)[1]) == 1


def test_the_commands_name_a_damaged_group_in_a_line(finished, tmp_path, monkeypatch):
    def cells():
        """Three."""
        return CELLS

    monkeypatch.setitem(
        registry.STUDIES, "x", registry.Study(cells, lambda found: {"table": found[["lr"]]}, train)
    )
    (path, *_), _ = finished
    path.write_bytes(b"")
    folders = ["x", "--work", str(tmp_path)]
    result = CliRunner().invoke(main, ["study", "status", *folders])
    assert result.exit_code == 0 and result.stdout.startswith("2 of 3 groups done")
    assert result.stderr == f"{path} is damaged; its group is trained again.\n"
    result = CliRunner().invoke(main, ["study", "report", *folders, "--out", str(tmp_path / "out")])
    assert result.exit_code == 2 and f"missing ({path} damaged); run: " in result.stderr
    assert not (tmp_path / "out").exists()
    result = CliRunner().invoke(main, ["study", "run", *folders, "--out", str(tmp_path / "out")])
    assert result.exit_code == 0 and f"{path} is damaged" in result.stderr, result.output


def test_a_full_disk_is_told_in_a_sentence_and_the_next_run_goes_on(finished, tmp_path, monkeypatch):
    work = tmp_path / "other"
    with full_disk(monkeypatch), pytest.raises(PlaceError, match="The disk of .*parquet is full; free some"):
        lab.run("x", CELLS, work, train=train)
    assert not list((work / "x").iterdir())
    assert lab.run("x", CELLS, work, train=train) == 3
    with full_disk(monkeypatch), pytest.raises(SequifiError, match="full|No space left"):
        write_report(tmp_path, monkeypatch)
    assert not (tmp_path / "out").exists()
    write_report(tmp_path, monkeypatch)
    assert {path.name for path in (tmp_path / "out/x").iterdir()} == {
        "table.csv",
        "cells.parquet",
        "provenance.json",
    }


def write_report(tmp_path, monkeypatch):
    study = registry.Study(lambda: CELLS, lambda found: {"table": found[["lr"]]}, train)
    monkeypatch.setitem(registry.STUDIES, "x", study)
    return provenance.report("x", tmp_path / "out", tmp_path)


def test_a_report_can_be_read_back_and_what_a_kill_left_is_swept(finished, tmp_path, monkeypatch):
    out = write_report(tmp_path, monkeypatch)
    assert read_checked(out / "table.csv").startswith(b"lr") and read_provenance(out)["cells"] == 3
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    (out / f"table.csv.{process.pid}.partial").write_text("half")
    first = (out / "table.csv").read_bytes()
    write_report(tmp_path, monkeypatch)
    assert (out / "table.csv").read_bytes() == first and len(list(out.iterdir())) == 3


def test_two_writers_of_one_folder_and_two_runs_of_one_study_are_told(finished, tmp_path, monkeypatch):
    write_report(tmp_path, monkeypatch)
    lab.place(tmp_path, "x", groups(CELLS)[0]).unlink()
    told = []

    def second(work):
        try:
            work()
        except SequifiError as error:
            told.append(str(error))

    with alone(tmp_path / "out/x", "writes results into"), alone(tmp_path / "x", "trains groups in"):
        for work in (
            lambda: write_report(tmp_path, monkeypatch),
            lambda: lab.run("x", CELLS, tmp_path, train=train),
        ):
            thread = threading.Thread(target=second, args=(work,))
            thread.start(), thread.join()
    assert [text.split(" /")[0] for text in told] == [
        "Another process writes results into",
        "Another process trains groups in",
    ]
    assert lab.run("x", CELLS, tmp_path, train=train) == 1


def test_many_writers_at_once_leave_whole_files(finished, tmp_path, monkeypatch):
    """Threads, past the lock: the last one to end stays, and no file is torn or missing on the way."""
    monkeypatch.setattr(provenance, "SHIPPED", tmp_path / "none")
    files, errors = {"table.csv": b"a\n" * 1000, "cells.parquet": b"b" * 1000}, []

    def write():
        try:
            for _ in range(5):
                provenance._write("x", tmp_path / "out", files, {})
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors and len(list((tmp_path / "out/x").iterdir())) == 3
    assert read_checked(tmp_path / "out/x/table.csv") == files["table.csv"]
