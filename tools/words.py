"""The book's words in other languages: the first page, the playground, titles of pages, words of the site.

    python tools/words.py           bring book/words into the order of the pages, and say what is lacking
    python tools/words.py --check   say it, and exit with 1 if anything is missing, left over or out of order

There is one JSON file a language. A key is the English as it stands in the page, in Markdown, with a number
that carries a claims key (tools/claims.py) as ``{study/table/row/column}``; the value is the translation, in
Markdown too. The empty key holds what is said of the file: its language as in the attribute ``lang``, its own
name, its direction, its sign for decimals, and whether a native speaker has reviewed it. ``en.json`` lists
the words of the site that no page of ours holds, ``terms.csv`` how terms are translated. The playground's
own words lie in sequifi_lite/teaching/playground/words.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from html import unescape
from importlib import import_module
from pathlib import Path

import nbformat
import yaml
from bs4 import BeautifulSoup
from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

ROOT = Path(__file__).resolve().parents[1]
FOLDER = "book/words"
PAGES = ("book/index.md", "book/playground.md")
PARTS = ("book/site/doors.html", "book/site/cite.html")  # what the dressing adds to the first page
PLACEHOLDER = re.compile(r"\{([\w+.,=/ -]+/[^{}]+)\}")
HOLDING = ("figure", "admonition", "note", "tip")  # directives that hold Markdown
ALT = re.compile(r"^:(?:alt|name|align|class|width):.*$", re.M)


class WordsError(Exception):
    """A page and its words do not fit; one sentence says where."""


# ---------------------------------------------------------------- files


def languages(root: Path = ROOT) -> tuple[str, ...]:
    """List the languages that the book has beside English."""
    return tuple(sorted(path.stem for path in (root / FOLDER).glob("*.json") if path.stem != "en"))


def read(language: str, root: Path = ROOT) -> tuple[dict, dict[str, str]]:
    """Read what a file says of itself, and its messages by their English."""
    messages = json.loads((root / FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return messages.pop(""), messages


def write(language: str, about: dict, messages: dict[str, str], root: Path = ROOT) -> None:
    """Write a file, a message a line."""
    text = json.dumps({"": about} | messages, ensure_ascii=False, indent=1)
    (root / FOLDER / f"{language}.json").write_text(text + "\n", encoding="utf-8")


# ---------------------------------------------------------------- what there is to translate


def _inline(text: str) -> list[str]:
    """The inline parts of a Markdown text in its order: paragraphs, headings, items, cells, captions."""
    extensions = {"colon_fence", "deflist", "dollarmath", "amsmath"}
    tokens = create_md_parser(MdParserConfig(enable_extensions=extensions), RendererHTML).parse(text)
    parts = []
    for token in tokens:
        if token.type == "inline":
            parts.append(token.content)
        elif token.type in ("fence", "colon_fence"):
            name, _, title = token.info.strip().partition(" ")
            if name.strip("{}") in HOLDING:
                parts += [title] * (name == "{admonition}") + _inline(ALT.sub("", token.content))
    return [" ".join(part.split()) for part in parts]


def blocks(page: str, root: Path = ROOT) -> dict[str, str]:
    """The inline parts of a page, as they stand there, by their messages."""
    text = (root / page).read_text(encoding="utf-8")
    return {message(part): part for part in _inline(text) if re.search(r"[^\W\d_]", part)}


def message(part: str) -> str:
    """A part with its claimed numbers as placeholders, and without relations."""
    claims = import_module("claims")  # it reads the library, which a book without claims need not have
    named = claims.CLAIM.sub(lambda match: f"{{{match['key']}}}{match['unit']}", part)
    return " ".join(claims.RELATION.sub("", named).split())


def titles(root: Path = ROOT) -> list[str]:
    """The parts of the table of contents, and the headings of all pages without their numbers."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    files = [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]
    headings = []
    for file in files:
        path = root / f"{file}.ipynb"
        if path.is_file():
            text = nbformat.read(path, as_version=4).cells[0].source
        else:
            text = (root / f"{file}.md").read_text(encoding="utf-8")
        headings.append(plain(re.search(r"^# (.+)$", text, re.M)[1]))
    return [*(part["caption"] for part in toc["parts"]), *headings]


def plain(title: str) -> str:
    """A title without its number, with straight quotation marks."""
    return re.sub(r"^\d+\. ", "", " ".join(unescape(title).split())).replace("’", "'").replace("`", "")


def added(root: Path = ROOT) -> list[str]:
    """The words of the parts that the dressing adds."""
    texts = []
    for part in PARTS:
        soup = BeautifulSoup((root / part).read_text(encoding="utf-8"), "html.parser")
        for tag in soup.select("pre, .headerlink"):
            tag.decompose()
        texts += [plain(text) for text in soup.stripped_strings if re.search(r"[^\W\d_]", text)]
        texts += [tag["aria-label"] for tag in soup.select("[aria-label]")]
    return texts


def picture(root: Path = ROOT) -> str:
    """What is said of the picture on the first page: the text alternative in the notebook that draws it."""
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if "landing-figure" in cell.metadata.get("tags", []):
                return " ".join(cell.metadata.mystnb.image.alt.split())
    raise LookupError("no notebook has a cell tagged landing-figure")


def keys(root: Path = ROOT) -> list[str]:
    """All that there is to translate, in its order, each once."""
    _, site = read("en", root)
    pages = [part for page in PAGES for part in blocks(page, root)]
    return list(dict.fromkeys([*site, *titles(root), *pages, picture(root), *added(root)]))


def faults(root: Path = ROOT) -> list[str]:
    """What the files lack or have too much, one sentence each."""
    wanted, said = keys(root), []
    for language in languages(root):
        _, messages = read(language, root)
        missing = [key for key in wanted if not messages.get(key)]
        spare = [key for key in messages if key not in wanted]
        said += [f"{FOLDER}/{language}.json has no translation of: {key}" for key in missing]
        said += [f"{FOLDER}/{language}.json translates what no page says: {key}" for key in spare]
        if not missing and not spare and list(messages) != wanted:
            said.append(
                f"{FOLDER}/{language}.json is not in the order of the pages; run python tools/words.py."
            )
    return said


def tidy(root: Path = ROOT) -> None:
    """Write every file in the order of the pages; what is missing is empty, nothing is thrown away."""
    wanted = keys(root)
    for language in languages(root):
        about, messages = read(language, root)
        spare = {key: text for key, text in messages.items() if key not in wanted and text}
        write(language, about, {key: messages.get(key, "") for key in wanted} | spare, root)


# ---------------------------------------------------------------- what a build is given


def localised(text: str, about: dict, english: str, results: Path) -> str:
    """A translation with its numbers: those of the tables, with as many decimals as the English has."""
    claims = import_module("claims")
    forms = {match["key"]: match["number"] for match in claims.CLAIM.finditer(english)}

    def put(match: re.Match) -> str:
        now = claims.written(forms[match[1]], claims.value(match[1], results)).replace(".", about["decimal"])
        return f'<bdi dir="ltr">{now}</bdi>' if about["direction"] == "rtl" else now

    return PLACEHOLDER.sub(put, text)


def stage(pages: Path, root: Path = ROOT) -> None:
    """Put behind each page its parts in every language, to be rendered; the dressing takes them."""
    for page in PAGES:
        path = pages / page
        if not path.is_file() or not languages(root):
            continue
        parts, lines = blocks(page, root), []
        for language in ("en", *languages(root)):
            about, messages = read(language, root)
            lines += ["", f":::::{{container}} sq-words sq-words-{language}"]
            for key, english in parts.items():
                text = english
                if language != "en":
                    text = localised(messages.get(key) or key, about, english, root / "results")
                lines += ["", text]
            lines += [":::::"]
        path.write_text(path.read_text(encoding="utf-8") + "\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    """Tidy the files, or check them, and print what they lack."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="change nothing")
    if not parser.parse_args().check:
        tidy()
    said = faults()
    print("\n".join(said) or f"Nothing is missing in {', '.join(languages())}.")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
