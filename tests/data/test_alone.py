"""One process at a time in a folder: the second is told in a sentence, a kill lets go, nothing is left."""

import multiprocessing
import os
import signal
import threading
import time

import pytest

from sequifi_lite.data.alone import alone
from sequifi_lite.errors import PlaceError, SequifiError


def hold(folder, ready):
    with alone(folder, "trains in"):
        ready.set()
        time.sleep(60)


def test_the_second_is_told_and_a_kill_lets_go(tmp_path):
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    process = context.Process(target=hold, args=(tmp_path / "x", ready))
    process.start()
    try:
        assert ready.wait(30)
        with pytest.raises(SequifiError, match="Another process trains in .*x; wait until it has ended, or"):
            with alone(tmp_path / "x", "trains in"):
                pass
        with alone(tmp_path / "y", "trains in"):  # another folder is free
            pass
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.join()
    with alone(tmp_path / "x", "trains in"):
        pass
    assert not list((tmp_path / "x").iterdir())


def test_a_thread_may_enter_again_and_another_may_not(tmp_path):
    told = []

    def other():
        try:
            with alone(tmp_path, "writes into"):
                told.append("entered")
        except SequifiError as error:
            told.append(str(error))

    with alone(tmp_path, "writes into"), alone(tmp_path, "writes into"):
        thread = threading.Thread(target=other)
        thread.start(), thread.join()
    assert len(told) == 1 and told[0].startswith("Another process writes into ")
    other()
    assert told[1] == "entered" and not list(tmp_path.iterdir())


def test_a_file_is_held_and_others_beside_it_are_free(tmp_path):
    with alone(tmp_path / "a.pt", "trains for", file=True), alone(tmp_path / "b.pt", "trains for", file=True):
        assert {path.name for path in tmp_path.iterdir()} == {"a.pt.lock", "b.pt.lock"}
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(PlaceError, match="file cannot be written"), alone(tmp_path / "file", "x"):
        pass
