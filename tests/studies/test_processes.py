"""Where groups are trained: what is lost there is said in a sentence, and within seconds."""

import socket
import time
from concurrent.futures.process import BrokenProcessPool
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from sequifi_lite.cli import main
from sequifi_lite.errors import SequifiError
from sequifi_lite.studies import processes, runner as lab
from sequifi_lite.studies.processes import Cluster, check_address
from sequifi_lite.studies.training_run import Cell

CELLS = [Cell("vanilla", ("mesd", "emodb"), r, 1e-3, T=8) for r in range(2)]


@pytest.mark.parametrize(
    "address",
    ["", "nonsense", "tcp://", "tcp://host", "host:", "tcp://host:0", "host:99999", "http://127.0.0.1:8787"]
    + ["tcp://host:87 86", "tcp:/host:8786", "/tmp/scheduler.json", "tcp://host:8786/x", "ü b:1", "~:1"],
)
def test_what_is_no_address_is_refused_at_once(address):
    begun = time.monotonic()
    with pytest.raises(SequifiError, match="is no address of a Dask scheduler|No Dask scheduler answers at"):
        check_address(address)
    assert time.monotonic() - begun < 2


def test_nobody_there_is_refused_at_once_and_somebody_is_let_through():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(
            SequifiError, match=f"No Dask scheduler answers at tcp://{address} .*Connection ref"
        ):
            check_address(f"tcp://{address}")
        server.listen()
        check_address(f"tcp://{address}"), check_address(address)


@pytest.mark.parametrize("address", ["nonsense", "tcp://127.0.0.1:9"])
def test_the_command_refuses_such_an_address_and_leaves_no_folder(address, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["study", "run", "pairs", "--dask", address])
    assert result.exit_code == 2 and address in result.stderr and result.stderr.count("\n") == 1
    with pytest.raises(SequifiError, match="Dask scheduler"):
        lab.run("x", CELLS, tmp_path / "work", dask=address)
    assert not list(tmp_path.iterdir())


def cluster(answers, status="running"):
    """A cluster whose scheduler gives these answers, one after the other, and the last for ever."""

    def sync(*_, **__):
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    client = SimpleNamespace(
        status=status, sync=sync, scheduler=SimpleNamespace(ncores=None), get_executor=lambda **_: None
    )
    return Cluster(client, "tcp://here:1")


def test_a_scheduler_that_is_gone_is_told_at_once():
    with pytest.raises(SequifiError, match="at tcp://here:1 is gone; start it and its workers anew, and run"):
        cluster([{"a": 1}], "connecting").check()


def test_no_worker_for_some_seconds_is_told_and_a_pause_is_not(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(processes.time, "monotonic", lambda: now[0])
    restarted = cluster([{"a": 1}, {}, {"a": 1}, {}])
    for _ in range(3):
        restarted.check()
        now[0] += 9
    restarted.check()
    now[0] += 9
    restarted.check()
    now[0] += 2
    with pytest.raises(SequifiError, match="lost all its workers; start some with: dask worker tcp://here:1"):
        restarted.check()


def test_a_scheduler_that_is_busy_is_waited_for_a_minute(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(processes.time, "monotonic", lambda: now[0])
    busy = cluster([TimeoutError(), {"a": 1}, TimeoutError()])
    busy.check()
    now[0] += 100
    busy.check()
    now[0] += 100
    busy.check()
    now[0] += 61
    with pytest.raises(SequifiError, match="says nothing; start it and its workers anew"):
        busy.check()


def test_a_process_ended_from_outside_is_told():
    with pytest.raises(SequifiError, match="was ended from outside, by .* --jobs, and run"):
        with processes.processes(1):
            raise BrokenProcessPool
