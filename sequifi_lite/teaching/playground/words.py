"""The playground's words in other languages: a JSON file each in ``words/``, English the key of a message.

The empty key holds what is said of the file: its language as in the attribute ``lang``, the name that it
gives itself, its direction, its sign for decimals, and whether a native speaker has reviewed it. A message
that goes with a number has a form for each category of ``Intl.PluralRules`` in place of a text.
"""

from __future__ import annotations

import json
import re
from functools import cache
from html import escape
from importlib.resources import files

#: What stands between doubled brackets in a page's HTML is one of its words.
MARKED = re.compile(r"\[\[(.+?)\]\]", re.S)


def languages() -> tuple[str, ...]:
    """List the languages that the playground has beside English.

    Examples
    --------
    >>> from sequifi_lite.teaching.playground.words import languages
    >>> "de" in languages()
    True
    """
    folder = files("sequifi_lite.teaching.playground") / "words"
    names = (file.name for file in folder.iterdir())
    return tuple(sorted(name.removesuffix(".json") for name in names if name.endswith(".json")))


@cache
def _file(language: str) -> str:
    return (files("sequifi_lite.teaching.playground") / "words" / f"{language}.json").read_text(
        encoding="utf-8"
    )


def about(language: str) -> dict:
    """Say what a file says of itself; English is the source, and has none."""
    if language == "en":
        return {"language": "en", "name": "English", "direction": "ltr", "decimal": ".", "reviewed": True}
    return json.loads(_file(language))[""]


def messages(language: str) -> dict:
    """Read the messages of a language, by their English."""
    read = {} if language == "en" else json.loads(_file(language))
    return {key: said for key, said in read.items() if key}


def script(language: str) -> str:
    """Write the script that gives a page its words; it goes before those of the page."""
    words = about(language) | {"messages": messages(language)}
    text = json.dumps(words, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    return f"(globalThis.Playground = globalThis.Playground || {{}}).WORDS = {text};\n"


def filled(html: str, language: str) -> str:
    """Put the words between doubled brackets into a language; one that is missing stays English."""
    said = messages(language)
    return MARKED.sub(lambda match: escape(said.get(match[1], match[1])), html)
