"""The built book as a web server hands it out: compressed, from one folder, and never from anywhere else."""

import gzip
import mimetypes
import threading
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

TEXT = ("text/", "application/javascript", "application/json", "image/svg+xml")


@cache
def packed(content: bytes) -> bytes:
    return gzip.compress(content, 6)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        folder = self.server.folder
        path = (folder / unquote(urlsplit(self.path).path).lstrip("/")).resolve()
        if path.is_dir():
            path = path / "index.html"
        there = path.is_file() and folder in path.parents
        if not there:
            path = folder / "404.html"
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        zipped = kind.startswith(TEXT) and "gzip" in self.headers.get("Accept-Encoding", "")
        content = path.read_bytes() if path.is_file() else b"not there"
        content = packed(content) if zipped else content
        self.send_response(200 if there else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        if zipped:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


class Served:
    """A folder at an address of this machine; `address` ends with a slash."""

    def __init__(self, folder: Path):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.folder = folder.resolve()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}/"

    def close(self):
        self.server.shutdown()
        self.server.server_close()
