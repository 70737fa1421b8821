"""The study runner.

Nothing is trained twice, nothing is lost by a kill, and the end is the same whatever happened on the way.
"""

import json
import os
import random
import socket
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import psutil
import pytest
import torch
from click.testing import CliRunner

from sequifi_lite.cli import main
from sequifi_lite.errors import SequifiError
from sequifi_lite.studies import registry as experiments, runner as lab, training_run as cells_module
from sequifi_lite.studies.registry import IN_ONE_PIECE
from sequifi_lite.studies.tables import verdict as readings
from sequifi_lite.studies.training_run import Cell, groups

ROOT = Path(__file__).resolve().parents[2]
CELLS = [
    Cell("sequifi-scratch", ("mesd", "emodb"), r, lr, T=8, order=(0, 1, 2, 3))
    for r in range(2)
    for lr in (1e-3, 1e-4, 1e-2)
]


@pytest.fixture(autouse=True)
def here(monkeypatch):
    """Train in this process, with a source of one step."""
    before = torch.get_num_threads()
    monkeypatch.setitem(cells_module.STEPS, "zscore", 1)
    cells_module._source.cache_clear()
    yield
    cells_module._source.cache_clear()
    torch.set_num_threads(before)


class Here:
    """An executor that works at once."""

    def submit(self, f, *arguments):
        from concurrent.futures import Future

        future = Future()
        future.set_result(f(*arguments))
        return future


@pytest.fixture
def in_this_process(monkeypatch):
    from contextlib import contextmanager

    @contextmanager
    def pool(jobs, dask):
        yield Here(), jobs

    monkeypatch.setattr(lab, "_pool", pool)


@pytest.mark.parametrize("kept", [False, True])
def test_processes_begin_with_different_source_models_where_these_are_kept(tmp_path, in_this_process, kept):
    begun = []

    def train(group):
        begun.append(group[0].replicate)
        return cells_module.train_group(group)

    lab.run("x", CELLS, tmp_path, train=train, sources_kept=kept)
    assert begun == ([0, 1, 0, 0, 1, 1] if kept else [0, 0, 0, 1, 1, 1])


def test_what_is_there_is_not_trained_again_and_what_is_missing_is(tmp_path, in_this_process):
    told = []
    assert lab.run("x", CELLS[:4], tmp_path, progress=lambda *news: told.append(news)) == 4
    assert [done for done, _, _ in told] == [8, 16, 24, 32] and {total for _, total, _ in told} == {32}
    first, seconds = lab.collect("x", CELLS[:4], tmp_path)
    assert list(first["cell"]) == [cell.key for cell in CELLS[:4]] and seconds > 0
    assert lab.run("x", CELLS, tmp_path) == 2 and lab.run("x", CELLS, tmp_path) == 0
    lab.place(tmp_path, "x", groups(CELLS)[1]).unlink()
    with pytest.raises(SequifiError, match="1 of 6 groups of x are missing"):
        lab.collect("x", CELLS, tmp_path)
    assert lab.run("x", CELLS, tmp_path) == 1
    pd.testing.assert_frame_equal(lab.collect("x", CELLS, tmp_path)[0].iloc[:4], first)


def test_a_changed_setting_never_meets_an_old_result(tmp_path, in_this_process):
    lab.run("x", CELLS[:1], tmp_path)
    assert lab.status("x", [Cell(**{**CELLS[0].__dict__, "T": 12})], tmp_path)[0] == []
    assert len(lab.status("x", CELLS[:1], tmp_path)[0]) == 1


def test_no_folder_no_work(tmp_path, in_this_process):
    (tmp_path / "file").write_text("")
    with pytest.raises(SequifiError, match="--work"):
        lab.run("x", CELLS[:1], tmp_path / "file")


def test_the_command_plans_runs_and_reports(tmp_path, in_this_process, monkeypatch):
    def cells():
        """Three cells."""
        return CELLS[:3]

    def table(found):
        return {"table": found[["cell", "lr"]]}

    monkeypatch.setitem(experiments.STUDIES, "tuning", experiments.Study(cells, table))
    folders = ["--work", str(tmp_path / "work")], ["--out", str(tmp_path / "out")]

    def say(*arguments, code=0):
        result = CliRunner().invoke(main, ["study", *arguments])
        assert result.exit_code == code, result.output
        return result.output

    listed = say("list").splitlines()
    assert {line[: max(map(len, [*experiments.STUDIES, *IN_ONE_PIECE])) + 1].rstrip() for line in listed} == {
        *experiments.STUDIES,
        *IN_ONE_PIECE,
    }
    assert any(line.startswith("tuning ") and line.endswith(" Three cells.") for line in listed)
    assert say("plan", "tuning").startswith("3 cells in 3 groups, about 0 CPU-minutes")
    assert "0 of 3 groups done, 0 %" in say("status", "tuning", *folders[0])
    assert "error: 3 of 3 groups of tuning are missing; run: sequifi-lite study run" in say(
        "report", "tuning", *folders[0], *folders[1], code=2
    )
    assert "table.csv" in say(
        "tuning", *folders[0], *folders[1], "--jobs", "1"
    )  # short for: study run tuning
    assert "3 of 3 groups done, 100 %" in say("status", "tuning", *folders[0])
    first = {path.name: path.read_bytes() for path in (tmp_path / "out/tuning").iterdir()}
    assert set(first) == {"table.csv", "cells.parquet", "provenance.json"}
    assert list(pd.read_parquet(tmp_path / "out/tuning/cells.parquet")["cell"]) == [
        cell.key for cell in CELLS[:3]
    ]
    say("report", "tuning", *folders[0], *folders[1])
    assert (tmp_path / "out/tuning/cells.parquet").read_bytes() == first["cells.parquet"]
    provenance = json.loads(first["provenance.json"])
    assert provenance["cells"] == 3 and provenance["command"] == "sequifi-lite study run tuning"
    assert "error: There is no study 'x'; choose one of first, probe, leaks" in say("x", code=2)
    assert "error: There is no study of cells named 'x'" in say("plan", "x", code=2)
    for command in ("plan", "status", "check", "report"):
        assert "error: The study first is measured in one piece" in say(command, "first", code=2)


def test_results_that_cannot_be_written_are_found_out_before_anything_is_trained(tmp_path, monkeypatch):
    monkeypatch.setattr(lab, "run", lambda *arguments: pytest.fail("trained"))
    monkeypatch.setitem(IN_ONE_PIECE, "probe", lambda progress: pytest.fail("measured"))
    monkeypatch.setitem(experiments.STUDIES, "pairs", experiments.Study(lambda: CELLS[:1], dict))
    (tmp_path / "file").write_text("")
    for name in ("pairs", "probe"):
        result = CliRunner().invoke(main, ["study", "run", name, "--out", str(tmp_path / "file")])
        assert (
            result.exit_code == 2 and result.stderr.startswith("error: ") and "with --out." in result.stderr
        )
        assert result.stderr.count("\n") == 1


def test_a_study_that_fails_leaves_no_folder_of_results_and_nothing_of_others(tmp_path, monkeypatch):
    def broken(progress):
        raise SequifiError("Broken.")

    monkeypatch.setitem(IN_ONE_PIECE, "probe", broken)
    (tmp_path / "kept").mkdir()
    for out in ("new/results", "kept"):
        result = CliRunner().invoke(main, ["study", "run", "probe", "--out", str(tmp_path / out)])
        assert result.exit_code == 2 and result.stderr == "error: Broken.\n"
    assert [path.name for path in tmp_path.iterdir()] == ["kept"] and not list((tmp_path / "kept").iterdir())
    monkeypatch.setitem(experiments.STUDIES, "pairs", experiments.Study(lambda: CELLS[:1], dict))
    result = CliRunner().invoke(
        main, ["study", "report", "pairs", "--work", str(tmp_path), "--out", str(tmp_path / "new")]
    )
    assert (
        result.exit_code == 2
        and "groups of pairs are missing" in result.stderr
        and not (tmp_path / "new").exists()
    )


def test_without_the_cells_it_is_said_where_they_are(tmp_path, monkeypatch):
    monkeypatch.setattr(readings, "FOLDERS", (tmp_path,))
    result = CliRunner().invoke(main, ["study", "check", "pairs"])
    assert result.exit_code == 2 and "work in a checkout of the repository" in result.stderr


def test_an_estimate_grows_with_the_work():
    one, two = groups(CELLS[:1]), groups(CELLS[:2])
    assert 0 < lab.estimate(one) and lab.size(two[0]) + lab.size(two[1]) == 2 * lab.size(one[0]) == 16


def test_a_worker_with_other_code_is_found_out_and_its_work_thrown_away(
    tmp_path, in_this_process, monkeypatch
):
    monkeypatch.setattr(lab, "work_on", lambda group, train: (b"", 0.0, "another key"))
    with pytest.raises(SequifiError, match="other code or other packs"):
        lab.run("x", CELLS[:1], tmp_path)
    assert not list((tmp_path / "x").glob("*"))


def test_a_scheduler_that_is_not_there_is_said_so(tmp_path, monkeypatch):
    pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    monkeypatch.setattr(lab, "PATIENCE", 1)
    with pytest.raises(SequifiError, match="No Dask scheduler answers at tcp://127.0.0.1:9"):
        lab.run("x", CELLS[:1], tmp_path, dask="tcp://127.0.0.1:9")


def test_on_a_cluster_a_lost_worker_costs_nothing(tmp_path):
    """A real scheduler and two workers on the loopback address; one worker is killed while it trains."""
    pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
        "OMP_NUM_THREADS": "1",
    }
    environment["DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES"] = "10"

    def start(what, *arguments):
        command = [sys.executable, "-m", "distributed.cli." + what, *arguments]
        return subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=tmp_path
        )

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    started = [start("dask_scheduler", "--host", address, "--no-dashboard")]
    try:
        one_thread = (
            "--nthreads",
            "1",
            "--no-dashboard",
            "--no-nanny",
            "--preload",
            str(ROOT / "tests/quick_sources.py"),
        )
        started += [start("dask_worker", f"tcp://{address}", *one_thread) for _ in range(2)]
        from distributed import Client

        with Client(f"tcp://{address}", timeout=60) as client:
            client.wait_for_workers(2, timeout=60)
        killed = []

        def kill_one(done, total, seconds):
            if not killed:
                killed.append(started[1])
                killed[0].kill()

        assert lab.run("x", CELLS, tmp_path / "cluster", dask=f"tcp://{address}", progress=kill_one) == len(
            groups(CELLS)
        )
        assert killed
    finally:
        for process in started:
            process.kill()
        for process in started:
            process.wait()
    found, _ = lab.collect("x", CELLS, tmp_path / "cluster")
    lab_alone = pd.concat([cells_module.train_group(group) for group in groups(CELLS)], ignore_index=True)
    pd.testing.assert_frame_equal(found.drop(columns="cell")[list(lab_alone)], lab_alone)


SCRIPT = """
import sys
sys.path[:0] = [{tests!r}, {tests!r} + "/.."]
from sequifi_lite.studies import runner as lab
from sequifi_lite.studies import training_run as cells
import test_runner
cells.STEPS["zscore"] = 1  # in the workers too, which run this file
if __name__ == "__main__":
    lab.run("x", test_runner.CELLS, {work!r}, jobs=1)
"""


def test_a_study_killed_again_and_again_ends_in_the_same_bytes(tmp_path, in_this_process):
    for name in ("killed", "undisturbed"):
        (tmp_path / f"{name}.py").write_text(
            SCRIPT.format(tests=str(ROOT / "tests" / "studies"), work=str(tmp_path / name))
        )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}

    def start(name):
        return subprocess.Popen(
            [sys.executable, str(tmp_path / f"{name}.py")], env=environment, stderr=subprocess.DEVNULL
        )

    assert start("undisturbed").wait(120) == 0
    files = {path.name: path.read_bytes() for path in (tmp_path / "undisturbed/x").glob("*.parquet")}
    assert len(files) == len(groups(CELLS))
    generator, kills = random.Random(0), 0
    while kills < 2:
        process = start("killed")
        time.sleep(generator.uniform(4, 8))
        if process.poll() is not None:
            break
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill(), process.wait()
        left = psutil.wait_procs(children, timeout=30)[1]
        assert not left, "workers go on when the process that wants their results is gone"
        kills += 1
    assert kills and start("killed").wait(120) == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "killed/x").glob("*.parquet")} == files
