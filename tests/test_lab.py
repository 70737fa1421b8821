"""The study runner: nothing is trained twice, nothing is lost by a kill, and the end is the same whatever happened on the way."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import psutil
import pytest
import torch

from sequifi_lite import cells as cells_module
from sequifi_lite import lab
from sequifi_lite.cells import Cell, groups
from sequifi_lite.errors import SequifiError

ROOT = Path(__file__).resolve().parents[1]
CELLS = [
    Cell("sequifi-scratch", ("mesd", "emodb"), r, lr, T=8, order=(0, 1, 2, 3)) for r in range(2) for lr in (1e-3, 1e-4, 1e-2)
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


SCRIPT = """
import sys
sys.path.insert(0, {tests!r})
from sequifi_lite import cells, lab
import test_lab
cells.STEPS["zscore"] = 1  # in the workers too, which run this file
if __name__ == "__main__":
    lab.run("x", test_lab.CELLS, {work!r}, jobs=1)
"""


def test_a_study_killed_again_and_again_ends_in_the_same_bytes(tmp_path, in_this_process):
    for name in ("killed", "undisturbed"):
        (tmp_path / f"{name}.py").write_text(SCRIPT.format(tests=str(ROOT / "tests"), work=str(tmp_path / name)))
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}

    def start(name):
        return subprocess.Popen([sys.executable, str(tmp_path / f"{name}.py")], env=environment, stderr=subprocess.DEVNULL)

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
        for victim in [psutil.Process(process.pid), *children]:
            victim.send_signal(signal.SIGKILL)
        process.wait(), psutil.wait_procs(children)
        kills += 1
    assert kills and start("killed").wait(120) == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "killed/x").glob("*.parquet")} == files
