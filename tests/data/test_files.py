"""Files are there whole or not at all, whatever happens while they are written."""

import errno
import hashlib
import os
import platform
import signal
import subprocess
import sys
import threading
import zlib
from pathlib import Path

import pytest

from sequifi_lite.data.files import is_partial, sha256, whole_file, write_text, written_to
from sequifi_lite.errors import PlaceError, SequifiError, check_writable, expanded


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


def test_a_kill_leaves_the_old_file_and_remains_that_the_next_call_sweeps(tmp_path):
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
    remains = list(tmp_path.glob("*.partial"))
    assert (
        list(tmp_path.glob("*.csv")) == [path] and len(remains) == 1 and is_partial(remains[0], "table.csv")
    )
    write_text(tmp_path / "another.csv", "new")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["another.csv", "table.csv"]


def test_two_calls_of_one_process_may_write_one_file(tmp_path):
    path = tmp_path / "table.csv"
    with whole_file(path) as first:
        first.write_text("first")
        with whole_file(path) as second:
            second.write_text("second")
        assert path.read_text() == "second"
    assert path.read_text() == "first" and list(tmp_path.iterdir()) == [path]


def test_many_threads_may_write_one_file(tmp_path):
    path, errors = tmp_path / "table.csv", []

    def write(number):
        try:
            for _ in range(20):
                write_text(path, str(number) * 5000)
                assert len(set(path.read_text())) == 1
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors and list(tmp_path.iterdir()) == [path] and len(path.read_text()) == 5000


def test_only_what_dead_processes_of_this_machine_left_is_swept(tmp_path):
    here, there = f"{zlib.crc32(platform.node().encode()):08x}", "0" * 8
    dead = 2**22 + 1  # above the largest number that Linux gives
    stay = [f"a.{here}-00000000.{os.getppid()}.partial", f"a.{there}-00000000.{dead}.partial"]
    stay += [f"diary.{dead}.partial", "my.partial", f"a.{dead}.partial.txt"]
    go = [f"a.{here}-00000000.{dead}.partial", f"b.c.{here}-00000000.{dead}.partial", f"a.{dead}.partial"]
    for name in stay + go:
        (tmp_path / name).write_text("x")
    (tmp_path / f"twin.{here}-00000000.{dead}.partial" / "emodb").mkdir(parents=True)
    write_text(tmp_path / "a", "new")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*stay, "a"])


def test_bytes_are_on_the_disk_before_the_name_is(tmp_path, monkeypatch):
    steps = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda descriptor: (steps.append("fsync"), fsync(descriptor)))
    monkeypatch.setattr(os, "replace", lambda *paths: (steps.append("replace"), replace(*paths)))
    write_text(tmp_path / "a", "x")
    assert steps[:2] == ["fsync", "replace"]


def test_a_disk_that_fills_up_leaves_the_old_file_and_is_told(tmp_path, monkeypatch):
    write_text(tmp_path / "a", "old")

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)  # where shared disks say so
    with pytest.raises(PlaceError, match="The disk of .* is full; free some space"):
        with written_to(tmp_path, "--out"), whole_file(tmp_path / "a") as partial:
            partial.write_text("new")
    assert (tmp_path / "a").read_text() == "old" and len(list(tmp_path.iterdir())) == 1


def test_a_link_is_followed_and_a_device_is_not_replaced(tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "a").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "far" / "a")
    write_text(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "far" / "a").read_text() == "new"
    assert check_writable("/dev/null", "--out") == Path("/dev/null")
    write_text("/dev/null", "x")
    assert Path("/dev/null").is_char_device()


def test_home_is_expanded_in_every_path(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert expanded("~/a") == tmp_path / "a" and expanded("a/~") == Path("a/~")
    assert expanded("~no_such_user/a") == Path("~no_such_user/a")
    assert check_writable(Path("~/b/a.txt"), "--out") == tmp_path / "b" / "a.txt"
    write_text("~/b/a.txt", "x")
    assert [p.name for p in tmp_path.iterdir()] == ["b"] and (tmp_path / "b" / "a.txt").read_text() == "x"


@pytest.mark.parametrize("name", ["a" * 250, "a\0b", "file/b"])
def test_a_name_that_cannot_be_written_is_told_before_the_work(tmp_path, name):
    (tmp_path / "file").write_text("")
    with pytest.raises(PlaceError, match="cannot be written .* choose another place with --out"):
        check_writable(tmp_path / name, "--out")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_full_disk_is_told_before_the_work_and_when_text_is_written(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("builtins.open", full)
    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(PlaceError, match="a cannot be written .No space left on device.; free some"):
        check_writable(tmp_path / "a", "--out")
    with pytest.raises(PlaceError, match="The disk of .*a is full"):
        write_text(tmp_path / "a", "x")
    assert not list(tmp_path.iterdir())


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
