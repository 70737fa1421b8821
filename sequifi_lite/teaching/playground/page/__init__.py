"""The playground's page: what a reader sets, sees and shares, as files for a book.

Plain scripts without a build step, one idea a file; they hang on the one global object ``Playground``. The
engine and `simulator.js` go to the page as a string, from which it makes a worker; `app.js` is where the rest
comes together.
"""

import json
from importlib.resources import files

from .. import CORPORA, data_file, engine
from ..words import filled, languages, script

SCRIPTS = (
    "words.js",
    "learners.js",
    "state.js",
    "presets.js",
    "link.js",
    "draw.js",
    "form.js",
    "order.js",
    "guess.js",
    "curves.js",
    "tables.js",
    "map.js",
    "fan.js",
    "book.js",
    "controls.js",
    "lane.js",
    "tried.js",
    "player.js",
    "app.js",
    "answers.js",
    "small.js",
    "start.js",
)
WORKER = ("simulator.js", "worker.js")


def page_file(name: str) -> str:
    """Read a file of this folder."""
    return (files(__name__) / name).read_text(encoding="utf-8")


def site() -> dict[str, str]:
    """Make all files that the page needs beside itself.

    Returns
    -------
    dict
        Text by path: what belongs into one folder. `page.html` is the page's own part, which says where the
        folder is.
    """
    worker = "\n".join([engine(), *map(page_file, WORKER)])
    source = page_file("source.js").replace("WORKER_SOURCE", json.dumps(worker))
    scripts = "\n".join([source, data_file("book"), *map(page_file, SCRIPTS)])
    corpora = {f"data/{name}.js": data_file(name) for name in CORPORA}
    words = {f"words/{name}.js": script(name) for name in languages()}
    return {"playground.js": scripts, "playground.css": page_file("page.css")} | corpora | words


def body(folder: str, name: str = "page.html", language: str = "en") -> str:
    """Make a page's own part: HTML that finds the files of `site` in a folder, given as in an address.

    `name` is "page.html", all there is to set; or "small.html", the landing page's first screen. `language`
    is "en", or one of `languages`, whose words are read before the scripts.
    """
    defer = " defer" if "defer></script>" in page_file(name) else ""
    words = page_file("words.html").replace(" DEFER", defer).replace("LANGUAGE", language)
    words = "" if language == "en" else words
    return filled(page_file(name).replace("WORDS-FILE", words), language).replace("FOLDER", folder)
