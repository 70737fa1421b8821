"""The playground on a page of its own, served to a browser on the same machine."""

from __future__ import annotations

import errno
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files

from ...errors import PlaceError
from .page import body, site
from .words import about, filled, languages

KINDS = {"js": "text/javascript", "css": "text/css", "html": "text/html"}


UNREVIEWED = "[[This page was translated and has not been reviewed by a native speaker.]]"


def pages() -> dict[str, str]:
    """Make all that is served: text by path, the page itself under "/", in German under "/?lang=de"."""
    made = {"/": page("en")} | {f"/?lang={name}": page(name) for name in languages()}
    return made | {f"/{path}": text for path, text in site().items()}


def page(language: str) -> str:
    """Make the page in a language, with links to the others, and a sentence where nobody has reviewed it."""
    frame = (files(__name__.rpartition(".")[0]) / "page" / "alone.html").read_text(encoding="utf-8")
    said = about(language)
    names = [about(name) for name in ("en", *languages())]
    links = " · ".join(
        f'<a lang="{one["language"]}" href="/?lang={one["language"]}">{one["name"]}</a>' for one in names
    )
    parts = {"LANGUAGES": f"<nav>{links}</nav>", "LANGUAGE": said["language"], "DIRECTION": said["direction"]}
    parts["NOT-REVIEWED"] = "" if said["reviewed"] else f"<p><em>{UNREVIEWED}</em></p>"
    for token, text in parts.items():
        frame = frame.replace(token, text)
    return filled(frame, language).replace("BODY", body(".", language=language))


def server(port: int = 0) -> ThreadingHTTPServer:
    """Make a server for this machine alone, 127.0.0.1; port 0 takes a free one.

    Raises
    ------
    PlaceError
        If the port is taken, or may not be used.
    """
    there = {path: text.encode() for path, text in pages().items()}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            path = self.path.partition("?")[0]
            content = there.get(self.path, there.get(path))
            self.send_response(200 if content is not None else 404)
            kind = "text/html" if path == "/" else KINDS.get(path.rpartition(".")[2], "text/plain")
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            content = content if content is not None else b"There is nothing here."
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    try:
        return ThreadingHTTPServer(("127.0.0.1", port), Handler)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        reason = "is taken" if taken else f"cannot be listened on ({error.strerror})"
        raise PlaceError(f"Port {port} {reason}; choose another one with --port, or leave it out.") from error
