"""Files are there whole or not at all, whatever happens while they are written."""

import hashlib
import os
import signal
import subprocess
import sys

import pytest

from sequifi_lite.data.files import sha256, whole_file, write_text
from sequifi_lite.errors import SequifiError


def test_a_file_takes_its_name_when_all_is_written(tmp_path):
    path = tmp_path / "new" / "table.csv"
    with whole_file(path) as partial:
        assert partial.parent == path.parent  # the same disk
        partial.write_text("a,b\n")
        assert not path.exists()
    assert path.read_text() == "a,b\n" and list(path.parent.iterdir()) == [path]


def test_what_breaks_off_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), whole_file(path) as partial:
        partial.write_text("half")
        raise KeyboardInterrupt
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_an_error_before_the_first_byte_is_the_one_that_is_told(tmp_path):
    with pytest.raises(ZeroDivisionError), whole_file(tmp_path / "a"):
        1 / 0  # noqa: B018
    assert list(tmp_path.iterdir()) == []


KILLED = """
import sys, time
from sequifi_lite.data.files import whole_file
with whole_file(sys.argv[1]) as partial:
    partial.write_text("half")
    print("written", flush=True)
    time.sleep(60)
"""


def test_a_kill_leaves_the_old_file_and_remains_that_pass_for_nothing(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("old")
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "written\n"
        process.send_signal(signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    assert path.read_text() == "old"
    assert list(tmp_path.glob("*.csv")) == [path] and len(list(tmp_path.glob("*.partial"))) == 1


def test_two_processes_may_write_one_file(tmp_path, monkeypatch):
    path = tmp_path / "table.csv"
    with whole_file(path) as first:
        first.write_text("first")
        with monkeypatch.context() as patch:
            patch.setattr(os, "getpid", lambda: 0)
            with whole_file(path) as second:
                second.write_text("second")
        assert path.read_text() == "second"
    assert path.read_text() == "first" and list(tmp_path.iterdir()) == [path]


def test_text_ends_its_lines_alike_everywhere_and_says_what_stands_in_its_way(tmp_path):
    write_text(tmp_path / "a.txt", "ä\nb\n")
    assert (tmp_path / "a.txt").read_bytes() == "ä\nb\n".encode()
    with pytest.raises(SequifiError, match="a.txt/b cannot be written .* choose another place"):
        write_text(tmp_path / "a.txt" / "b", "c")
    (tmp_path / "folder").mkdir()
    with pytest.raises(SequifiError, match="folder cannot be written"):
        write_text(tmp_path / "folder", "c")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "folder"]


def test_the_sum_is_that_of_all_bytes(tmp_path):
    data = os.urandom(3_000_000)
    (tmp_path / "a").write_bytes(data)
    assert sha256(tmp_path / "a") == hashlib.sha256(data).hexdigest()
