"""The command `demo`: the playground from this machine alone, whole, on a free port."""

import re
import socket
import threading
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from chromium import CHROMIUM, Chromium
from click.testing import CliRunner

from sequifi_lite.cli import main
from sequifi_lite.teaching.playground.served import pages, server


@pytest.fixture
def address():
    with server() as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()


def test_the_page_and_all_that_it_names_are_served(address):
    with urlopen(f"{address}/?a=b") as page:
        text = page.read().decode()
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "BODY" not in text and "FOLDER" not in text
    named = re.findall(r'(?:src|href)="\./([^"]+)"', text)
    assert sorted(named) == ["playground.css", "playground.js"]
    for path in [*named, *(path[1:] for path in pages() if path.startswith("/data/"))]:
        with urlopen(f"{address}/{path}") as file:
            assert file.read().decode() == pages()[f"/{path}"]


@pytest.mark.parametrize("path", ["/nothing", "/../pyproject.toml", "/etc/passwd"])
def test_nothing_else_is_served(address, path):
    with pytest.raises(HTTPError, match="404"):
        urlopen(address + path)


def test_a_port_that_is_taken_is_told():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = CliRunner().invoke(main, ["demo", "--no-browser", "--port", str(taken.getsockname()[1])])
    assert told.exit_code == 2 and "is taken; choose another one with --port" in told.stderr


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium here")
def test_a_browser_opens_it_without_a_complaint(address, tmp_path):
    with Chromium(tmp_path) as page:
        page.ask("Page.navigate", url=f"{address}/")
        import time

        time.sleep(3)
        assert page.complaints == []
