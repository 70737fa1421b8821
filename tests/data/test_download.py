"""Downloads against a server on this machine that does everything servers do wrong, and archives that mean
harm.
"""

import email.utils
import errno
import hashlib
import http.server
import io
import json
import os
import random
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import tarfile
import threading
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner
from filelock import FileLock

from sequifi_lite.cli import main
from sequifi_lite.data.corpora import CORPORA
from sequifi_lite.data.corpora.published import published
from sequifi_lite.data.corpora.scan import scan
from sequifi_lite.data.corpora.sources import Archive, Download, Source
from sequifi_lite.data.download import get as getting, places, resume, unpacking
from sequifi_lite.data.download.get import get
from sequifi_lite.data.download.places import DownloadError, Refused, Unavailable
from sequifi_lite.data.download.resume import fetch as fetch_file
from sequifi_lite.data.download.unpacking import unpack
from sequifi_lite.errors import CorpusError, SequifiError

BLOB = np.random.default_rng(0).bytes(300_000)


def md5(data):
    return f"md5:{hashlib.md5(data).hexdigest()}"


BLOB_MD5 = md5(BLOB)


def tiny(seed=0):
    """A WAV file of eight samples."""
    data = struct.pack("<8h", *random.Random(seed).sample(range(-9000, 9000), 8))
    return (
        b"RIFF"
        + struct.pack(
            "<I4s4sIHHIIHH4sI",
            36 + len(data),
            b"WAVE",
            b"fmt ",
            16,
            1,
            1,
            16_000,
            32_000,
            2,
            16,
            b"data",
            len(data),
        )
        + data
    )


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


EMODB = {file: tiny(i) for i, file in enumerate(published("emodb"))}
EMODB_ZIP = zipped(
    {f"emodb/{file}": data for file, data in EMODB.items()}
    | {"emodb/erkennung.txt": b"text", "__MACOSX/._x.wav": b"?"}
)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else every small answer waits 40 ms

    def log_message(self, *_):
        pass

    def do_GET(self):
        server = self.server
        server.requests.append((self.path, dict(self.headers)))
        fault = server.faults.pop(0) if server.faults else {}
        data = server.files.get(self.path)
        status, headers = (
            fault.get("status", 200 if data is not None else 404),
            dict(fault.get("headers", {})),
        )
        body = fault.get("body", data if data is not None and status == 200 else b"no")
        headers |= server.marks
        wanted = self.headers.get("Range")
        if status == 200 and wanted and server.ranges and "body" not in fault:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            guard = self.headers.get("If-Range")
            if not server.minds_versions or guard is None or guard in headers.values():
                if start >= len(body):
                    status, headers["Content-Range"], body = 416, f"bytes */{len(body)}", b""
                else:
                    status = 206
                    headers["Content-Range"] = fault.get(
                        "range", f"bytes {start}-{len(body) - 1}/{len(body)}"
                    )
                    body = body[start:]
        self.send_response(status)
        headers.setdefault("Content-Type", "application/zip")
        if fault.get("chunked"):
            headers["Transfer-Encoding"] = "chunked"
        else:
            headers["Content-Length"] = str(len(body) + fault.get("lie", 0))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        cut = fault.get("cut")
        if fault.get("chunked"):
            body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        self.wfile.write(
            body[:cut] if cut is not None else body[: max(0, len(body) + min(fault.get("lie", 0), 0))]
        )
        self.wfile.flush()
        if fault.get("hang"):
            server.hung.set()
            server.release.wait(20)
        if cut is not None or fault.get("lie", 0) > 0:
            self.close_connection = True
            if fault.get("reset"):
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()


class Server(http.server.ThreadingHTTPServer):
    """`files` by path; `faults` are taken one a request, in order; `marks` are headers of every answer."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.faults, self.requests, self.marks = {}, [], [], {"ETag": '"one"'}
        self.ranges = self.minds_versions = True
        self.hung, self.release = threading.Event(), threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_):
        pass


@pytest.fixture
def server():
    with Server() as running:
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield running
        running.release.set()
        running.shutdown()


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    """No test waits; the pauses that were asked for are listed."""
    asked = []
    monkeypatch.setattr(resume, "_sleep", asked.append)
    return asked


def offer(monkeypatch, name, *archives, files=(), unpacked=100_000):
    offered = Download(unpacked, "1. Open the page.", archives, files)
    monkeypatch.setattr(CORPORA[name], "DOWNLOAD", offered)


def fetch(server, tmp_path, checksum=BLOB_MD5, size=None, path="/blob.zip"):
    server.files.setdefault("/blob.zip", BLOB)
    return fetch_file(
        Source(server.url + path, checksum, size), tmp_path, "blob.zip", False, lambda text: None
    )


def tree(folder):
    return {str(p.relative_to(folder)): p.stat().st_mtime_ns if p.is_file() else 0 for p in folder.rglob("*")}


# The transfer of one file


def test_a_file_arrives_whole_and_alone(server, tmp_path):
    assert fetch(server, tmp_path, size=len(BLOB)).read_bytes() == BLOB
    assert [p.name for p in tmp_path.iterdir()] == ["blob.zip"]
    headers = server.requests[0][1]
    assert (
        headers["User-Agent"].startswith("sequifi_lite/")
        and headers["Accept-Encoding"] == "identity"
        and "Range" not in headers
    )
    fetch(server, tmp_path)
    assert len(server.requests) == 1  # verified and left alone


@pytest.mark.parametrize(
    "marks", [{"ETag": '"one"'}, {"Last-Modified": "Tue, 02 Jan 2024 03:04:05 GMT"}, {"ETag": 'W/"weak"'}, {}]
)
@pytest.mark.parametrize("reset", [False, True])
def test_a_download_cut_at_twenty_random_bytes_completes(server, tmp_path, waits, marks, reset):
    server.marks = marks
    places = sorted(random.Random(7).sample(range(1, len(BLOB)), 20))
    steps = [b - a for a, b in zip([0, *places], places)]
    server.faults = [{"cut": step, "reset": reset} for step in steps]
    assert fetch(server, tmp_path).read_bytes() == BLOB
    assert len(waits) >= 20
    if not reset:  # a reset may eat bytes under way; a plain break costs none
        assert [headers.get("Range") for _, headers in server.requests] == [
            None,
            *(f"bytes={place}-" for place in places),
        ]


def test_every_run_may_be_cut_once(server, tmp_path, monkeypatch):
    monkeypatch.setattr(resume, "ATTEMPTS", 0)  # the program ends at the first break
    places = [0, 1, len(BLOB) - 1, *random.Random(8).sample(range(len(BLOB)), 17)]
    for number, place in enumerate(places):
        folder = tmp_path / str(number)
        server.faults = [{"cut": place}]
        with pytest.raises(Refused):
            fetch(server, folder, size=len(BLOB))
        assert not (folder / "blob.zip").exists()
        assert fetch(server, folder, size=len(BLOB)).read_bytes() == BLOB
        assert server.requests[-1][1].get("Range") == (f"bytes={place}-" if place else None)


def test_without_a_checksum_bytes_are_joined_only_if_the_server_confirms_the_version(server, tmp_path):
    server.faults = [{"cut": 1000}]
    assert fetch(server, tmp_path / "a", None).read_bytes() == BLOB
    assert server.requests[1][1]["Range"] == "bytes=1000-" and server.requests[1][1]["If-Range"] == '"one"'
    server.marks, server.faults, server.requests = {}, [{"cut": 1000}], []
    assert fetch(server, tmp_path / "b", None).read_bytes() == BLOB
    assert "Range" not in server.requests[1][1]


@pytest.mark.parametrize("minds", [True, False])
@pytest.mark.parametrize("checksum", [True, False])
def test_a_file_that_changes_between_attempts(server, tmp_path, minds, checksum):
    new = BLOB[::-1]
    server.minds_versions = minds
    server.files["/blob.zip"], server.faults = BLOB, [{"cut": 5000}]
    server.marks = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resume, "ATTEMPTS", 0)
        server.marks = {"ETag": '"one"'}
        with pytest.raises(Refused):
            fetch(server, tmp_path, md5(new) if checksum else None)
    server.files["/blob.zip"], server.marks = new, {"ETag": '"two"'}
    assert fetch(server, tmp_path, md5(new) if checksum else None).read_bytes() == new


def test_two_versions_that_met_unnoticed_are_fetched_anew(server, tmp_path):
    new = BLOB[::-1]
    server.marks, server.files["/blob.zip"], server.faults = {}, new, [{"body": BLOB, "cut": 5000}]
    assert fetch(server, tmp_path, md5(new)).read_bytes() == new
    assert [headers.get("Range") for _, headers in server.requests] == [None, "bytes=5000-", None]


def test_a_server_that_ignores_range(server, tmp_path):
    server.ranges, server.faults = False, [{"cut": 1000}, {"cut": 2000}, {"cut": 500}, {"cut": 299_999}]
    assert fetch(server, tmp_path).read_bytes() == BLOB


def test_a_server_that_sends_another_range(server, tmp_path):
    server.faults = [{"cut": 1000}, {"range": "bytes 7-299999/300000"}]
    assert fetch(server, tmp_path).read_bytes() == BLOB


@pytest.mark.parametrize("lie", [100, -100])
@pytest.mark.parametrize("size", [len(BLOB), None])
def test_a_server_that_lies_about_the_length(server, tmp_path, lie, size):
    server.faults = [{"lie": lie}]
    if lie < 0 and size is None:  # nothing but the checksum can tell
        with pytest.raises(Refused, match="does not have the published checksum"):
            fetch(server, tmp_path, size=size)
    else:
        assert fetch(server, tmp_path, size=size).read_bytes() == BLOB


def test_a_server_that_always_sends_too_little_or_too_much(server, tmp_path):
    server.files["/blob.zip"] = BLOB[:-1]
    with pytest.raises(Refused, match="does not have the rest"):
        fetch(server, tmp_path, size=len(BLOB))
    server.files["/blob.zip"] = BLOB + b"x"
    with pytest.raises(Refused, match="more than the expected 300 kB"):
        fetch(server, tmp_path, size=len(BLOB))
    assert list(tmp_path.iterdir()) == []


def test_chunked_answers_and_their_breaks(server, tmp_path):
    server.faults = [{"chunked": True, "cut": 9000}, {"chunked": True}]
    assert fetch(server, tmp_path, None).read_bytes() == BLOB


def test_stopped_between_the_last_byte_and_the_move(server, tmp_path):
    for size, requests in ((len(BLOB), 0), (None, 1)):
        server.requests = []
        (tmp_path / "blob.zip.part").write_bytes(BLOB)
        (tmp_path / "blob.zip.part.json").write_text(
            json.dumps({"url": f"{server.url}/blob.zip", "version": '"one"'})
        )
        assert fetch(server, tmp_path, size=size).read_bytes() == BLOB
        assert len(server.requests) == requests
        (tmp_path / "blob.zip").unlink()


@pytest.mark.parametrize("note", ["", "[]", '{"url": 3}', "{"])
def test_a_damaged_note_beside_the_part(server, tmp_path, note):
    (tmp_path / "blob.zip.part").write_bytes(b"rubbish")
    (tmp_path / "blob.zip.part.json").write_text(note)
    assert fetch(server, tmp_path, None).read_bytes() == BLOB


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again_after_the_time_it_names(server, tmp_path, waits, status):
    server.faults = [{"status": status, "headers": {"Retry-After": "17"}}, {"status": status}]
    assert fetch(server, tmp_path).read_bytes() == BLOB
    assert waits[0] == 17 and 0 < waits[1] < 60 and len(waits) == 2


def test_retry_after_as_a_date_and_as_nonsense(server, tmp_path, waits):
    soon = email.utils.formatdate(time.time() + 40, usegmt=True)
    server.faults = [{"status": 503, "headers": {"Retry-After": value}} for value in (soon, "later")]
    fetch(server, tmp_path)
    assert 30 < waits[0] <= 40 and 0 < waits[1] < 60


def test_a_server_that_is_busy_for_long_is_given_up(server, tmp_path, waits):
    server.faults = [{"status": 429, "headers": {"Retry-After": "86400"}}]
    with pytest.raises(Refused, match=r"429 .*asks to wait \d{3} minutes"):
        fetch(server, tmp_path)
    server.faults = [{"status": 503}] * 50
    with pytest.raises(Refused, match="503"):
        fetch(server, tmp_path)
    assert len(server.requests) == 1 + resume.ATTEMPTS
    assert waits == sorted(waits) and len(waits) == resume.ATTEMPTS - 1


def test_pauses_grow_up_to_a_cap(server, tmp_path, waits, monkeypatch):
    monkeypatch.setattr(resume, "ATTEMPTS", 12)
    server.faults = [{"status": 503}] * 11
    fetch(server, tmp_path)
    assert waits[0] < 3 and 45 <= waits[-1] <= 60 and max(waits) <= 60


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_plain_no_is_not_asked_again(server, tmp_path, status):
    server.faults = [{"status": status}]
    with pytest.raises(Refused, match=f"answers {status}"):
        fetch(server, tmp_path)
    assert len(server.requests) == 1 and list(tmp_path.iterdir()) == []


def test_nobody_listens(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/x"
        with pytest.raises(Refused, match="no connection"):
            fetch_file(Source(url), tmp_path, "x", False, lambda text: None)


def test_redirects(server, tmp_path):
    server.faults = [
        {"status": 302, "headers": {"Location": "/there"}},
        {"status": 301, "headers": {"Location": "/blob.zip"}},
    ]
    assert fetch(server, tmp_path, path="/here").read_bytes() == BLOB
    server.faults = [{"status": 302, "headers": {"Location": "/here"}}] * 30
    with pytest.raises(Refused, match="TooManyRedirects"):
        fetch(server, tmp_path / "loop", path="/here")
    assert len(server.requests) < 20


def test_encryption_is_not_given_up_on_the_way(tmp_path):
    class Session:
        def get(self, url, **_):
            answer = SimpleNamespace(url="http://127.0.0.1/x", status_code=200)
            return type("Answer", (), {"__enter__": lambda self: answer, "__exit__": lambda *_: None})()

    with pytest.raises(Refused, match="without encryption"):
        fetch_file(Source("https://127.0.0.1/x"), tmp_path, "x", False, lambda text: None, Session())


@pytest.mark.parametrize(
    "start, target, words",
    [
        ("https://zenodo.org/a", "http://zenodo.org/b", "without encryption"),
        ("https://zenodo.org/a", "HTTP://zenodo.org/b", "without encryption"),
        ("https://zenodo.org/a", "//zenodo.org/b", None),
        ("https://zenodo.org/a", "/b", None),
        ("https://zenodo.org/a", "https://cdn.example.org/b", None),
        ("http://emodb.example.org/a", "https://emodb.example.org/a", None),
        ("http://emodb.example.org/a", "file:///etc/passwd", "no address on the web"),
        ("https://zenodo.org/a", "ftp://zenodo.org/b", "no address on the web"),
        ("https://zenodo.org/a", "javascript:1", "no address on the web"),
        ("https://zenodo.org/a", "https:///b", None),  # the same host
        ("https://zenodo.org/a", "https://[::1", "no address"),
        ("https://zenodo.org/a", "https://127.0.0.1/b", "into the network of this machine"),
        ("https://zenodo.org/a", "https://localhost:8888/b", "into the network of this machine"),
        ("https://zenodo.org/a", "https://192.168.1.1/b", "into the network of this machine"),
        ("http://emodb.example.org/a", "http://169.254.169.254/latest", "into the network of this machine"),
        ("https://zenodo.org/a", "https://[::1]/b", "into the network of this machine"),
        ("http://127.0.0.1:80/a", "http://127.0.0.1:81/b", None),
    ],
)
def test_every_step_of_a_redirection_is_looked_at_before_it_is_made(start, target, words):
    answer = SimpleNamespace(is_redirect=True, url=start, headers={"location": target})
    if words is None:
        assert resume.new_session().get_redirect_target(answer) == target
    else:
        with pytest.raises(Refused, match=words):
            resume.new_session().get_redirect_target(answer)


def test_a_step_in_the_middle_that_leads_astray_is_refused(server, tmp_path):
    """The last address would have been a good one."""
    server.faults = [
        {"status": 302, "headers": {"Location": "/there"}},
        {"status": 302, "headers": {"Location": "file:///etc/passwd"}},
    ]
    with pytest.raises(Refused, match="no address on the web"):
        fetch(server, tmp_path, path="/here")
    assert len(server.requests) == 2 and not list(tmp_path.iterdir())


@pytest.mark.parametrize("checksum", [BLOB_MD5, None])
def test_a_weak_mark_of_a_version_confirms_nothing(server, tmp_path, checksum):
    server.marks = {"ETag": 'W/"one"'}
    server.faults = [{"cut": 1000}, {"cut": 1000}]
    assert fetch(server, tmp_path, checksum).read_bytes() == BLOB
    assert not [headers for _, headers in server.requests if "If-Range" in headers]
    assert ("Range" in server.requests[1][1]) is (checksum is not None)  # the checksum will judge


@pytest.mark.parametrize("mark", ['W/"one"', 3, ["x"], 'a"\r\nX: y', "", "yesterday"])
def test_a_note_with_a_mark_that_is_none_is_not_sent(server, tmp_path, mark):
    (tmp_path / "blob.zip.part").write_bytes(b"rubbish")
    (tmp_path / "blob.zip.part.json").write_text(
        json.dumps({"url": f"{server.url}/blob.zip", "version": mark})
    )
    assert fetch(server, tmp_path, None).read_bytes() == BLOB
    assert [headers.get("If-Range") for _, headers in server.requests] == [None]


@pytest.mark.parametrize("change", ["flip", "foreign", "longer", "shorter", "empty", "note"])
def test_a_part_that_was_changed_on_the_disk_is_told_and_fetched_anew(server, tmp_path, monkeypatch, change):
    """No checksum is published and the server confirms the version: nothing else would notice."""
    with monkeypatch.context() as patch:
        patch.setattr(resume, "ATTEMPTS", 0)
        server.faults = [{"cut": 5000}]
        with pytest.raises(Refused):
            fetch(server, tmp_path, None)
    part, note = tmp_path / "blob.zip.part", tmp_path / "blob.zip.part.json"
    data = part.read_bytes()
    changed = {
        "flip": data[:99] + bytes([data[99] ^ 1]) + data[100:], "foreign": b"x" * 5000, "longer": data + b"x",
        "shorter": data[:-1], "empty": b"", "note": data,
    }  # fmt: skip
    part.write_bytes(changed[change])
    if change == "note":
        note.write_text(note.read_text().replace('"bytes": 5000', '"bytes": 4000'))
    server.requests, said = [], []
    source = Source(f"{server.url}/blob.zip")
    assert fetch_file(source, tmp_path, "blob.zip", False, said.append).read_bytes() == BLOB
    whole = change == "longer"  # what came is still there
    assert server.requests[0][1].get("Range") == ("bytes=5000-" if whole else None)
    assert bool(said) is (change not in ("longer", "empty"))


def test_wrong_files(server, tmp_path):
    page = b"<!doctype html><title>Sign in</title>"
    server.faults = [{"body": page, "headers": {"Content-Type": "text/html; charset=utf-8"}}]
    with pytest.raises(Refused, match="web page"):
        fetch(server, tmp_path)
    for body, looks in (
        (page, "looks like a web page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer"),
        (b"Rar!....", "RAR"),
        (BLOB[1:], "unknown kind"),
    ):
        server.faults = [{"body": body}]
        with pytest.raises(Refused, match=looks):
            fetch(server, tmp_path)
    assert list(tmp_path.iterdir()) == []


# A whole corpus


def test_get_emodb_from_an_archive_and_again(server, tmp_path, monkeypatch):
    server.files["/e.zip"] = EMODB_ZIP
    offer(
        monkeypatch,
        "emodb",
        Archive("emodb.zip", (Source(f"{server.url}/e.zip", md5(EMODB_ZIP), len(EMODB_ZIP)),)),
    )
    got = get("emodb", tmp_path / "c")
    folder = tmp_path / "c" / "emodb"
    assert got.new and len(got.scan.table) == 535 and got.scan.root == folder
    assert all(Path(path).is_file() for path in got.scan.table["path"])
    assert (folder / "wav" / "03a01Fa.wav").read_bytes() == EMODB[
        "wav/03a01Fa.wav"
    ]  # not below the archive's own folder
    assert sorted(p.name for p in folder.iterdir()) == [
        ".gitignore",
        ".sequifi_lite.json",
        "TERMS.txt",
        "erkennung.txt",
        "wav",
    ]
    assert [p.name for p in (tmp_path / "c").iterdir()] == ["emodb"]
    report = got.report()
    assert (
        "md5 as published" in report and "0 of 535 files byte for byte" in report and "and 525 more" in report
    )
    assert report.splitlines()[-1] == f"Next: sequifi-lite embed {folder} --corpus emodb"

    before, server.requests = tree(tmp_path), []
    again = get("emodb", tmp_path / "c")
    assert not again.new and again.report().startswith("Already here, nothing was done.")
    assert tree(tmp_path) == before and server.requests == []


def test_the_next_source_is_asked_when_one_fails(server, tmp_path, monkeypatch):
    truncated, flipped = EMODB_ZIP[:-500], bytearray(EMODB_ZIP)
    flipped[60] ^= 1
    server.files |= {
        "/cut": truncated,
        "/flipped": bytes(flipped),
        "/other": zipped({"a.txt": b"x"}),
        "/good": EMODB_ZIP,
    }
    paths = ("/missing", "/cut", "/flipped", "/good")
    sources = [Source(server.url + path) for path in paths]
    sources.insert(3, Source(f"{server.url}/other", md5(EMODB_ZIP)))
    offer(monkeypatch, "emodb", Archive("emodb.zip", tuple(sources)))
    said = []
    got = get("emodb", tmp_path, say=said.append)
    assert len(got.scan.table) == 535 and "no checksum is published" in got.checked[0]
    assert [
        word in line for word, line in zip(("404", "its end is missing", "damaged", "checksum"), said)
    ] == [True] * 4


def test_what_a_mirror_has_sent_outlives_a_question_to_the_home(server, tmp_path, monkeypatch):
    server.files["/e.zip"] = EMODB_ZIP
    mirror = Source(f"{server.url}/e.zip", md5(EMODB_ZIP))
    home = Source(server.url.replace("127.0.0.1", "localhost") + "/gone")
    offer(monkeypatch, "emodb", Archive("emodb.zip", (home, mirror)))
    server.faults = [{}, {"cut": 7000}]
    with monkeypatch.context() as patch:
        patch.setattr(resume, "ATTEMPTS", 0)
        with pytest.raises(Unavailable):
            get("emodb", tmp_path)
    get("emodb", tmp_path)
    assert [(path, headers.get("Range")) for path, headers in server.requests] == [
        ("/gone", None),
        ("/e.zip", None),
        ("/gone", None),
        ("/e.zip", "bytes=7000-"),
    ]


def test_without_encryption_and_checksum_only_the_files_on_record_are_taken(server, tmp_path, monkeypatch):
    first, *others = CORPORA["emodb"].DOWNLOAD.archives[0].sources
    assert first.url.startswith("https:") and first.checksum and others  # nobody on the way is asked first
    server.files["/e.zip"] = EMODB_ZIP
    offer(monkeypatch, "emodb", Archive("emodb.zip", (Source(f"{server.url}/e.zip"),)))
    monkeypatch.setattr(getting, "is_loopback", lambda url: False)
    with pytest.raises(
        Unavailable, match="without encryption and without a checksum, and .*wav in it is not"
    ):
        get("emodb", tmp_path)
    sums = {file: hashlib.sha256(data).hexdigest() for file, data in EMODB.items()}
    monkeypatch.setattr(getting, "recorded_sums", lambda name: sums)
    assert len(get("emodb", tmp_path).scan.table) == 535


@pytest.mark.parametrize("clips", ['"535"', "3", "-1", "null", "[535]", "true", "4e2"])
def test_a_receipt_with_another_number_makes_nothing_complete(tmp_path, clips):
    wav = tmp_path / "emodb" / "wav"
    wav.mkdir(parents=True)
    for file in list(EMODB)[:400]:
        (tmp_path / "emodb" / file).write_bytes(EMODB[file])
    (tmp_path / "emodb" / places.RECEIPT).write_text(f'{{"clips": {clips}}}')
    with pytest.raises(DownloadError, match="400 readable clips of Emo-DB instead of 535"):
        get("emodb", tmp_path)


def test_terms_that_were_changed_on_the_disk_were_not_accepted(tmp_path):
    (tmp_path / "emodb.part").mkdir()
    for data in (b"", b"\xff\xfe", places.terms("emodb").encode()):
        (tmp_path / "emodb.part" / places.TERMS).write_bytes(data)
        assert not places.accepted("emodb", tmp_path)


def test_the_second_of_two_takes_what_the_first_has_put_there(server, tmp_path, monkeypatch):
    """Both had found nothing; the first is done when the second gets the lock."""
    server.files["/e.zip"] = EMODB_ZIP
    offer(monkeypatch, "emodb", Archive("emodb.zip", (Source(f"{server.url}/e.zip"),)))
    assert get("emodb", tmp_path).new
    find, calls = getting.find, []

    def late(*arguments):
        calls.append(arguments)
        return None if len(calls) == 1 else find(*arguments)

    monkeypatch.setattr(getting, "find", late)
    server.requests = []
    assert not get("emodb", tmp_path).new and not server.requests
    assert [path.name for path in tmp_path.iterdir()] == ["emodb"]


def test_when_all_sources_fail_it_is_one_sentence_and_nothing_is_left(server, tmp_path, monkeypatch):
    offer(monkeypatch, "emodb", Archive("emodb.zip", (Source(f"{server.url}/a"), Source(f"{server.url}/b"))))
    with pytest.raises(Unavailable) as error:
        get("emodb", tmp_path / "c")
    text = str(error.value)
    assert text.count("404") == 2 and "--by-hand" in text and text.endswith(".") and "\n" not in text
    assert list(tmp_path.iterdir()) == []


def test_an_archive_of_something_else_is_not_the_corpus(server, tmp_path, monkeypatch):
    server.files["/x"] = zipped(
        {f"x/{name}": tiny() for name in ("1001_DFA_ANG_XX.wav", "1002_DFA_ANG_XX.wav")}
    )
    offer(monkeypatch, "emodb", Archive("emodb.zip", (Source(f"{server.url}/x"),)))
    with pytest.raises(CorpusError, match="looks like CREMA-D"):
        get("emodb", tmp_path)
    server.files["/x"] = zipped({f"x/{name}": tiny() for name in list(EMODB)[:400]})
    shutil.rmtree(tmp_path / "emodb.part", ignore_errors=True)
    with pytest.raises(DownloadError, match="Only 400 of the 535"):
        get("emodb", tmp_path)
    assert not (tmp_path / "emodb").exists()


@pytest.fixture
def single(server, monkeypatch):
    """Emo-DB as single files on two servers' folders, with published checksums."""
    server.files |= {f"/two/{file}": data for file, data in EMODB.items()}
    sums = {file: hashlib.sha256(data).hexdigest() for file, data in EMODB.items()}
    monkeypatch.setattr(getting, "recorded_sums", lambda name: sums)
    offer(monkeypatch, "emodb", files=(f"{server.url}/one/", f"{server.url}/two/"))
    return server


def test_single_files_resume_and_leave_a_dead_mirror(single, tmp_path, monkeypatch):
    names = list(EMODB)
    monkeypatch.setattr(resume, "ATTEMPTS", 1)
    single.files["/two/" + names[100]] = b"version https://git-lfs"
    with pytest.raises(Unavailable, match="Git LFS pointer"):
        get("emodb", tmp_path)
    assert len(single.requests) == 102 and not (tmp_path / "emodb").exists()  # the dead mirror was asked once
    single.files["/two/" + names[100]] = EMODB[names[100]]
    (tmp_path / "emodb.part" / "files" / names[3]).write_bytes(b"bit rot")
    (tmp_path / "emodb.part" / "files" / "wav" / "tmpx1y2").write_bytes(b"left by a kill")
    single.requests = []
    got = get("emodb", tmp_path)
    assert len(single.requests) == 535 - 100 + 1 + 1
    assert any("535 of 535 files byte for byte" in line for line in got.checked)
    assert len(list((tmp_path / "emodb" / "wav").iterdir())) == 535


def test_single_files_stand_in_for_an_archive(single, tmp_path, monkeypatch):
    offer(
        monkeypatch,
        "emodb",
        Archive("emodb.zip", (Source(f"{single.url}/no"),)),
        files=(f"{single.url}/two/",),
    )
    assert "single files" in get("emodb", tmp_path).checked[0]


KILLED = """
import sys
from sequifi_lite.data.corpora import emodb
from sequifi_lite.data.corpora.sources import Archive, Download, Source
from sequifi_lite.data.download.get import get
emodb.DOWNLOAD = Download(100_000, "", (Archive("emodb.zip", (Source(sys.argv[1], sys.argv[2]),)),))
get("emodb", sys.argv[3])
"""


def test_a_killed_download_looks_unfinished_and_goes_on(server, tmp_path, monkeypatch):
    server.files["/e.zip"] = EMODB_ZIP
    half = len(EMODB_ZIP) // 2
    server.faults = [{"cut": half, "hang": True}]
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, f"{server.url}/e.zip", md5(EMODB_ZIP), str(tmp_path)]
    )
    part = tmp_path / "emodb.part" / f"127.0.0.1_{server.server_port}" / "emodb.zip.part"
    try:
        assert server.hung.wait(60)
        for _ in range(200):
            if part.exists() and part.stat().st_size:
                break
            time.sleep(0.02)
        with pytest.raises(DownloadError, match="Another process"):
            get("emodb", tmp_path)
        process.send_signal(signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
        server.release.set()
    assert [p.name for p in tmp_path.iterdir()] == ["emodb.part"] and part.stat().st_size <= half
    kept = part.stat().st_size
    server.requests = []
    offer(monkeypatch, "emodb", Archive("emodb.zip", (Source(f"{server.url}/e.zip", md5(EMODB_ZIP)),)))
    assert len(get("emodb", tmp_path).scan.table) == 535
    assert [headers.get("Range") for _, headers in server.requests] == [f"bytes={kept}-" if kept else None]
    assert [p.name for p in tmp_path.iterdir()] == ["emodb"]


@pytest.mark.parametrize("step", ["unpack", "_examine", "copy"])
def test_stopped_after_the_download_it_needs_no_second_one(server, tmp_path, monkeypatch, step):
    server.files["/e.zip"] = EMODB_ZIP
    offer(monkeypatch, "emodb", Archive("emodb.zip", (Source(f"{server.url}/e.zip"),)))

    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(shutil if step == "copy" else getting, step, stop)
        with pytest.raises(KeyboardInterrupt):
            get("emodb", tmp_path)
    assert not (tmp_path / "emodb").exists()
    assert len(get("emodb", tmp_path).scan.table) == 535
    assert len(server.requests) == 1


def test_a_full_disk(server, tmp_path, monkeypatch):
    server.files["/e.zip"] = EMODB_ZIP
    offer(monkeypatch, "emodb", Archive("emodb.zip", (Source(f"{server.url}/e.zip", None, len(EMODB_ZIP)),)))
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1000))
        with pytest.raises(DownloadError, match="Emo-DB needs .* but only 1 kB are free"):
            get("emodb", tmp_path / "c")
    assert list(tmp_path.iterdir()) == [] and server.requests == []

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    server.faults = [{"cut": 5000}]
    with monkeypatch.context() as patch:
        patch.setattr(resume, "_sleep", full)  # after 5,000 bytes
        with pytest.raises(DownloadError, match="disk of .* is full; free some space"):
            get("emodb", tmp_path / "c")
        patch.setattr(shutil, "copyfileobj", full)  # while unpacking
        patch.setattr(resume, "_sleep", lambda seconds: None)
        with pytest.raises(DownloadError, match="disk of .* is full"):
            get("emodb", tmp_path / "c")
    assert not (tmp_path / "c" / "emodb").exists()
    assert len(get("emodb", tmp_path / "c").scan.table) == 535
    assert [headers.get("Range") for _, headers in server.requests] == [None, "bytes=5000-"]


def test_a_folder_that_cannot_be_used(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DownloadError, match="choose a folder that you may write to"):
        get("emodb", tmp_path / "file")
    (tmp_path / "emodb").write_text("")
    with pytest.raises(DownloadError, match="is a file, where the folder of Emo-DB belongs"):
        get("emodb", tmp_path)


def test_what_is_there_already_is_never_overwritten(tmp_path):
    wav = tmp_path / "emodb" / "wav"
    wav.mkdir(parents=True)
    for file, data in EMODB.items():
        (tmp_path / "emodb" / file).write_bytes(data)
    assert not get("emodb", tmp_path).new  # complete, though not ours
    (wav / "03a01Fa.wav").unlink()
    with pytest.raises(DownloadError, match="534 readable clips of Emo-DB instead of 535; move it away"):
        get("emodb", tmp_path)
    receipt = tmp_path / "emodb" / places.RECEIPT
    receipt.write_text('{"clips": 534}')
    assert not get("emodb", tmp_path).new  # it never had more
    receipt.write_text("{")
    with pytest.raises(DownloadError, match="instead of 535"):
        get("emodb", tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["emodb"]


def test_an_empty_folder_in_its_place_is_no_obstacle(server, tmp_path, monkeypatch):
    server.files["/e.zip"] = EMODB_ZIP
    offer(monkeypatch, "emodb", Archive("emodb.zip", (Source(f"{server.url}/e.zip"),)))
    (tmp_path / "emodb").mkdir()
    assert get("emodb", tmp_path).new


def test_the_lock_is_named(tmp_path):
    (tmp_path / "emodb.part").mkdir()
    with (
        FileLock(tmp_path / "emodb.part" / "lock"),
        pytest.raises(DownloadError, match="Another process is getting Emo-DB"),
    ):
        get("emodb", tmp_path)


# What a reader downloaded


def test_two_archives_of_shemo(tmp_path):
    parts = {
        gender: {f: tiny() for f in published("shemo") if f.startswith(gender)}
        for gender in ("female/", "male/")
    }
    (tmp_path / "female.zip").write_bytes(zipped(parts["female/"]))
    with tarfile.open(tmp_path / "male.tar.gz", "w:gz") as archive:
        for file, data in parts["male/"].items():
            member = tarfile.TarInfo(file)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    with pytest.raises(
        DownloadError, match=r"Only 1,263 of the 3,000 clips of ShEMO .*male/M01H01.wav.* each with --from"
    ):
        get("shemo", tmp_path / "c", [tmp_path / "female.zip"])
    assert not (tmp_path / "c").exists()
    got = get("shemo", tmp_path / "c", [tmp_path / "female.zip", tmp_path / "male.tar.gz"])
    assert len(got.scan.table) == 3000 and "no checksums of single files are known" in got.checked
    assert not get("shemo", tmp_path / "c").new


def test_a_folder_of_a_reader(tmp_path):
    mine = tmp_path / "mine" / "deep"
    (mine / "wav").mkdir(parents=True)
    noise = np.random.default_rng(0).uniform(-0.3, 0.3, 800)
    for file in EMODB:
        soundfile.write((mine / file).with_suffix(".flac"), noise, 16_000)
    (mine / "wav" / "README.wav").write_bytes(tiny())
    got = get("emodb", tmp_path / "c", [tmp_path / "mine"])
    assert len(got.scan.table) == 535 and not got.scan.unknown
    assert (tmp_path / "c" / "emodb" / "wav" / "03a01Fa.flac").is_file() and (
        mine / "wav" / "03a01Fa.flac"
    ).is_file()
    (mine / "wav" / "03a01Fa.flac").unlink()
    (mine / "wav" / "03a01Fa.wav").write_text("version https://git-lfs.github.com/spec/v1\n")
    with pytest.raises(CorpusError, match="git lfs pull"):
        get("emodb", tmp_path / "d", [tmp_path / "mine"])


def test_what_cannot_be_taken_over(tmp_path):
    with pytest.raises(DownloadError, match="no.zip does not exist"):
        get("emodb", tmp_path / "c", [tmp_path / "no.zip"])
    (tmp_path / "x.rar").write_bytes(b"Rar!\x1a\x07")
    with pytest.raises(
        DownloadError, match="no zip or tar archive, which looks like a RAR archive; .* unpack it yourself"
    ):
        get("emodb", tmp_path / "c", [tmp_path / "x.rar"])
    assert [p.name for p in tmp_path.iterdir()] == ["x.rar"]


# Archives


def evil_zip(name="x.wav", mode=None, data=b"x", system=3, **extra):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo("placeholder")
        info.filename = name
        info.compress_type = zipfile.ZIP_DEFLATED
        if mode is not None:
            info.create_system, info.external_attr = system, mode << 16
        archive.writestr(info, data)
        for more, content in extra.items():
            archive.writestr(more.replace("_", "."), content)
    return out.getvalue()


def evil_tar(name="x.wav", kind=tarfile.REGTYPE, link="", data=b"x", mode="w"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        member = tarfile.TarInfo(name)
        member.type, member.linkname, member.size = kind, link, len(data) if kind == tarfile.REGTYPE else 0
        archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def flagged(bits):
    data = bytearray(evil_zip())
    for place in (6, data.index(b"PK\x01\x02") + 8):
        struct.pack_into("<H", data, place, bits)
    return bytes(data)


def tarred(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def nested(depth):
    data = b"x"
    for _ in range(depth):
        data = zipped({"a.zip" if data != b"x" else "a.wav": data})
    return data


OUTSIDE = (
    "../x.wav",
    "a/../../x.wav",
    "/tmp/x.wav",
    "C:/x.wav",
    "C:x.wav",
    "..\\x.wav",
    "a\\..\\..\\x.wav",
    "\\x.wav",
    "a\n.wav",
    "a/C:/x.wav",
    "\\\\server\\share\\x.wav",
    "",
    ".",
    "a/..",
)
EVIL = {
    **{f"zip {name!r}": (evil_zip(name), "leads outside|no name of a file") for name in OUTSIDE},
    **{f"tar {name!r}": (evil_tar(name), "leads outside|no name of a file") for name in OUTSIDE},
    "a folder outside": (zipped({"../a/": b"", "b.wav": b"1"}), "leads outside"),
    "a folder with a drive": (zipped({"C:\\a\\": b"", "b.wav": b"1"}), "leads outside"),
    "zip link": (evil_zip(mode=stat.S_IFLNK | 0o777, data=b"/etc/passwd"), "link or a device"),
    "zip fifo": (evil_zip(mode=stat.S_IFIFO | 0o600), "link or a device"),
    "zip device": (evil_zip(mode=stat.S_IFBLK | 0o600), "link or a device"),
    "tar link": (evil_tar(kind=tarfile.SYMTYPE, link="/etc"), "link or a device"),
    "tar hard link": (evil_tar(kind=tarfile.LNKTYPE, link="../x"), "link or a device"),
    "tar device": (evil_tar(kind=tarfile.CHRTYPE), "link or a device"),
    "tar fifo": (evil_tar(kind=tarfile.FIFOTYPE), "link or a device"),
    "encrypted": (flagged(1), "encrypted"),
    "twice": (evil_zip("A.wav", **{"a_wav": b"y"}), "twice"),
    "twice in unicode": (zipped({"é.wav": b"1", "e\u0301.wav": b"2"}), "twice"),
    "file as folder": (zipped({"a": b"1", "a/b": b"2"}), "holds 'a/b'.*folder.*cannot be unpacked"),
    "folder as file": (zipped({"a/b": b"1", "a": b"2"}), "holds 'a'.*folder.*cannot be unpacked"),
    "folder as file, other case": (zipped({"a/b": b"1", "A": b"2"}), "holds 'A'.*folder"),
    "empty folder as file": (zipped({"a/": b"", "a": b"2"}), "holds 'a'.*folder"),
    "file as folder, deep": (zipped({"a/b": b"1", "a/B/c/d": b"2"}), "holds 'a/B/c/d'.*folder"),
    "tar file as folder": (tarred({"a": b"1", "a/b": b"2"}), "holds 'a/b'.*folder"),
    "twice after unpacking": (
        zipped({"a.zip": zipped({"b": b"1"}), "a.zip.unpacked/b": b"2"}),
        "holds 'a.zip",
    ),
    "twice by backslash": (zipped({"a\\b.wav": b"1", "a/b.wav": b"2"}), "twice"),
    "link of another system": (evil_zip(mode=stat.S_IFLNK | 0o777, system=19), "link or a device"),
    "strongly encrypted": (flagged(1 << 6), "encrypted"),
    "encrypted directory": (flagged(1 << 13), "encrypted"),
    "hidden bomb": (zipped({".a": bytes(5_000_000), "b.wav": b"1"}), "far too much"),
    "hidden tar bomb": (evil_tar(".a", data=bytes(5_000_000), mode="w:gz"), "far too much"),
    "archives in archives": (nested(8), "inside archives"),
    "long name": (zipped({"a" * 300: b"1"}), "cannot be unpacked"),
    "zip bomb": (zipped({"a.wav": bytes(5_000_000)}), "far too much"),
    "tar bomb": (evil_tar(data=bytes(5_000_000), mode="w:gz"), "far too much"),
    "bomb inside": (zipped({"a.zip": zipped({"b.wav": bytes(5_000_000)})}), "far too much"),
    "larger than the corpus": (zipped({"a.wav": np.random.default_rng(0).bytes(1_100_000)}), "far too much"),
    "truncated zip": (zipped({"a.wav": BLOB})[:-30], "its end is missing"),
    "truncated tar": (evil_tar(data=BLOB, mode="w:gz")[:-1000], "damaged|cannot be unpacked|breaks off"),
    "empty": (b"", "no zip or tar"),
    "web page": (b"\n<html>", "web page"),
}


@pytest.mark.parametrize("what", EVIL)
def test_archives_that_could_do_harm(tmp_path, what):
    data, reason = EVIL[what]
    path, folder = tmp_path / "a.bin", tmp_path / "in" / "side"
    path.write_bytes(data)
    with pytest.raises(DownloadError, match=reason) as error:
        unpack(path, folder, 1_000_000)
    assert "\n" not in str(error.value) and str(error.value).endswith(".")
    assert sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) <= 1_000_000
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and p != path and folder not in p.parents]
    assert not [p for p in tmp_path.rglob("*") if p.is_symlink()]


def test_too_many_files_in_all_archives_together(tmp_path, monkeypatch):
    monkeypatch.setattr(unpacking, "MEMBERS", 10)
    inner = zipped({f"{i}.wav": b"" for i in range(6)})
    (tmp_path / "a.zip").write_bytes(zipped({"a.zip": inner, "b.zip": inner}))
    with pytest.raises(DownloadError, match="more than 11 files"):
        unpack(tmp_path / "a.zip", tmp_path / "x", 1_000_000)


def test_too_many_files(tmp_path, monkeypatch):
    monkeypatch.setattr(unpacking, "MEMBERS", 10)
    (tmp_path / "a.zip").write_bytes(zipped({f"{i}.wav": b"" for i in range(11)}))
    with pytest.raises(DownloadError, match="more than 11 files"):
        unpack(tmp_path / "a.zip", tmp_path / "x", 1_000_000)


def test_a_bomb_is_known_by_its_ratio_too(tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped({"a.wav": bytes(5_000_000)}))
    with pytest.raises(DownloadError, match="far too much"):
        unpack(tmp_path / "a.zip", tmp_path / "x", 10**12)


def test_random_damage_is_named_or_harmless(tmp_path):
    whole = zipped({"a/b.wav": BLOB[:20_000], "c.txt": b"c" * 500})
    generator = random.Random(3)
    named = 0
    for number in range(60):
        data = bytearray(whole)
        for _ in range(generator.randint(1, 3)):
            data[generator.randrange(len(data))] ^= 1 << generator.randrange(8)
        path, folder = tmp_path / f"{number}.zip", tmp_path / str(number)
        path.write_bytes(data)
        try:
            unpack(path, folder, 1_000_000)
        except DownloadError:
            named += 1
    assert named >= 50
    assert all(p.suffix == ".zip" or p.relative_to(tmp_path).parts[0].isdigit() for p in tmp_path.rglob("*"))


def test_good_archives(tmp_path):
    files = {
        "Ünïcode/código 1.wav": b"1",
        "a/./b.wav": b"2",
        "win\\dows.wav": b"3",
        "e\u0301.wav": b"4",
        "inner.zip": zipped({"deep/c.wav": b"5"}),
    }
    hidden = {"__MACOSX/a/._b.wav": b"?", ".DS_Store": b"?", "a/.hidden/x": b"?"}
    (tmp_path / "a.zip").write_bytes(zipped(files | hidden))
    unpack(tmp_path / "a.zip", tmp_path / "z", 10_000)
    found = {
        p.relative_to(tmp_path / "z").as_posix(): p.read_bytes()
        for p in (tmp_path / "z").rglob("*")
        if p.is_file()
    }
    assert found == {
        "Ünïcode/código 1.wav": b"1",
        "a/b.wav": b"2",
        "win/dows.wav": b"3",
        "é.wav": b"4",
        "inner.zip.unpacked/deep/c.wav": b"5",
    }
    for mode in ("w", "w:gz", "w:bz2", "w:xz"):
        (tmp_path / "a.tar").write_bytes(evil_tar("ü/ñ.wav", data=BLOB[:1000], mode=mode))
        unpack(tmp_path / "a.tar", tmp_path / mode[-2:], 10_000)
        assert (tmp_path / mode[-2:] / "ü" / "ñ.wav").read_bytes() == BLOB[:1000]


def test_a_tar_archive_hands_over_sound_and_neither_owner_nor_rights(tmp_path):
    member = tarfile.TarInfo("a.wav")
    member.size, member.mode, member.uid = 1_000, 0o6777, 12_345
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        archive.addfile(member, io.BytesIO(BLOB[:1000]))
    unpack(tmp_path / "a.tar", tmp_path / "x", 10_000)
    found = (tmp_path / "x" / "a.wav").stat()
    assert found.st_mode & 0o7022 == 0 and found.st_uid == os.getuid()


# The command


def run(*words, **more):
    return CliRunner().invoke(main, ["get", *(str(word) for word in words)], **more)


@pytest.fixture
def emodb(server, monkeypatch):
    server.files["/e.zip"] = EMODB_ZIP
    offer(monkeypatch, "emodb", Archive("emodb.zip", (Source(f"{server.url}/e.zip"),)))
    return server


def test_the_command_asks_once_or_not_at_all(emodb, tmp_path, monkeypatch):
    refused = run("emodb", "--to", tmp_path / "c")
    assert (
        refused.exit_code == 2
        and refused.stdout == ""
        and emodb.requests == []
        and list(tmp_path.iterdir()) == []
    )
    assert (
        refused.stderr.splitlines()[-1].startswith("error: Nobody can be asked") and "--yes" in refused.stderr
    )
    assert CORPORA["emodb"].LICENCE in refused.stderr and CORPORA["emodb"].CITATION in refused.stderr

    monkeypatch.setattr("sequifi_lite.cli.corpora._somebody_is_there", lambda: True)
    monkeypatch.setattr("click.confirm", lambda *_, **__: False)
    assert run("emodb", "--to", tmp_path / "c").exit_code == 2 and emodb.requests == []

    asked = []
    monkeypatch.setattr("click.confirm", lambda text, **_: asked.append(text) or True)
    monkeypatch.setattr(resume, "ATTEMPTS", 0)
    emodb.faults = [{"cut": 5000}]
    broken = run("emodb", "--to", tmp_path / "c")
    assert broken.exit_code == 2 and "1. Open the page." in broken.stderr and len(asked) == 1
    assert broken.stderr.splitlines()[-1].startswith("error: Emo-DB could not be had")
    done = run("emodb", "--to", tmp_path / "c")
    assert done.exit_code == 0 and len(asked) == 1, done.output  # consent was given for this download
    assert f"Next: sequifi-lite embed {tmp_path / 'c' / 'emodb'} --corpus emodb" in done.stdout
    again = run("emodb", "--to", tmp_path / "c")
    assert again.exit_code == 0 and again.stdout.startswith("Already here") and len(emodb.requests) == 2


def test_the_command_with_yes_and_with_an_own_archive(emodb, tmp_path):
    assert run("emodb", "--to", tmp_path / "a", "--yes").exit_code == 0
    (tmp_path / "e.zip").write_bytes(EMODB_ZIP)
    emodb.requests = []
    done = run("emodb", "--to", tmp_path / "b", "--from", tmp_path / "e.zip", "--yes")
    assert done.exit_code == 0 and emodb.requests == [] and (tmp_path / "b" / "emodb" / "wav").is_dir()
    missing = run("emodb", "--to", tmp_path / "d", "--from", tmp_path / "no.zip", "--yes")
    assert missing.exit_code == 2 and missing.stderr.count("\n") == 1 and missing.stdout == ""


@pytest.mark.parametrize("name", CORPORA)
def test_steps_by_hand(name):
    printed = run(name, "--by-hand")
    assert (
        printed.exit_code == 0
        and f"sequifi-lite get {name} --from" in printed.stdout
        and "https://" in printed.stdout
    )


def test_an_unknown_corpus():
    assert run("iemocap").exit_code == 2
    with pytest.raises(SequifiError, match="There is no corpus called 'iemocap'"):
        get("iemocap")


# The list of sources


def test_every_corpus_has_a_way_and_only_published_checksums():
    lengths = {"md5": 32, "sha256": 64}
    for name, module in CORPORA.items():
        offered = module.DOWNLOAD
        assert offered.archives or offered.files
        for source in [source for archive in offered.archives for source in archive.sources]:
            # Emo-DB's home has no encryption; its files are compared one by one.
            assert source.url.startswith("https://") or (name == "emodb" and getting.recorded_sums(name))
            if source.checksum:
                kind, _, digits = source.checksum.partition(":")
                assert len(digits) == lengths[kind] and set(digits) <= set("0123456789abcdef") and source.size
        for base in offered.files:
            assert base.startswith("https://") and base.endswith("/")
            assert set(published(name)) == set(getting.recorded_sums(name))
        assert name in places.by_hand(name) and CORPORA[name].LICENCE in places.terms(name)


def test_checksums_of_single_files():
    # The Git LFS name of this file at CREMA-D's home.
    expected = "c6f94b2592487c7556bd86df7df6e8f4420d1b9c11414aeec9d8e5e640b51495"
    assert getting.recorded_sums("cremad")["AudioWAV/1001_DFA_ANG_XX.wav"] == expected
    assert getting.recorded_sums("shemo") == {}


def test_scan_passes_over_what_get_adds(emodb, tmp_path):
    got = get("emodb", tmp_path)
    found = scan("emodb", got.scan.root)
    assert (
        not found.unknown
        and not found.outside
        and found.table["path"].tolist() == got.scan.table["path"].tolist()
    )
    assert os.path.samefile(found.root, got.scan.root)
