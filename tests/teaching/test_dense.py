"""Bytes written as letters come back in node and in a browser, whatever a server says of the file."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from chromium import CHROMIUM, Chromium
from test_voice_hearing import ask

from sequifi_lite.teaching.assets import asset
from sequifi_lite.teaching.dense import BASE, FIRST, letters, script_file

CASES = [
    bytes(31),
    b"\xff" * 62,
    *(np.random.default_rng(n).bytes(n) for n in (1, 2, 3, 4, 5, 30, 31, 257, 5000)),
]
TOLD = "globalThis.cases = (globalThis.cases || []).concat([Array.from(Dense.bytes({text}, {length}))]);"


def scripts() -> list[str]:
    return [
        TOLD.format(text=json.dumps(letters(case), ensure_ascii=False), length=len(case)) for case in CASES
    ]


def test_two_letters_are_the_digits_of_31_bits():
    content = np.random.default_rng(0).bytes(93)
    number = int.from_bytes(content, "big")  # 744 bits: 24 times 31
    digits = []
    for _ in range(24):
        number, group = divmod(number, 2**31)
        digits += [group % BASE, group // BASE]
    assert [ord(letter) - FIRST for letter in letters(content)] == digits[::-1]
    assert BASE**2 >= 2**31 > (BASE - 1) ** 2 and FIRST + BASE <= 0xD800
    assert letters(b"") == ""


def test_node_reads_the_bytes(tmp_path):
    answer = ask(tmp_path, "() => cases", {}, scripts=[asset("dense.js"), *scripts()])
    assert [bytes(case) for case in answer] == CASES


@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium to load the file as a page does")
def test_a_browser_believes_the_file_and_not_the_server(tmp_path):
    """As a file of a folder, and from a server that calls every script UTF-8."""
    files = {"/page.html": b'<!doctype html><script src="dense.js"></script><script src="cases.js"></script>'}
    files |= {"/dense.js": asset("dense.js").encode(), "/cases.js": script_file("\n".join(scripts()))}
    for name, content in files.items():
        (tmp_path / name[1:]).write_bytes(content)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            kind = "text/html" if self.path.endswith("html") else "application/javascript"
            self.send_response(200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.end_headers()
            self.wfile.write(files.get(self.path, b""))

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with Chromium(tmp_path / "profile") as browser:
            for address in (
                (tmp_path / "page.html").as_uri(),
                f"http://127.0.0.1:{server.server_port}/page.html",
            ):
                browser.open(address)
                assert [bytes(case) for case in browser.run("cases")] == CASES
        server.shutdown()
