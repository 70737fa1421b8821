"""The built book on paper and on a reader: one PDF and one EPUB in _build/paper.

    python tools/paper.py

Both are made of the dressed pages, whose formulas are set and have MathML beside them. What moves, asks or
plays cannot be printed: a sentence stands for it, with a link to the place on the site. The PDF is printed by
a Chromium by the site's own rules for print; without one there is a sentence, and the EPUB alone.
"""

from __future__ import annotations

import argparse
import base64
import mimetypes
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit
from uuid import NAMESPACE_URL, uuid5

from bs4 import BeautifulSoup, Tag
from dressing import facts as of_book

import book

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LIVE = "script, iframe, canvas, button, audio, video, form, input, select, textarea"
DROPPED = "style, link, nav, template, noscript, script[type*=json], script[type*=thebe]"
DROPPED += ", .headerlink, .copybtn, .ask"
OLD = ("border", "align", "valign", "cellpadding", "cellspacing")  # attributes that XHTML has no more
MATHML, SVG = "http://www.w3.org/1998/Math/MathML", "http://www.w3.org/2000/svg"
STYLE = """body { line-height: 1.4; } img, svg { max-width: 100%; height: auto; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 0.8em; padding: 0.5em; }
table { border-collapse: collapse; font-size: 0.8em; } th, td { padding: 0.1em 0.4em; text-align: right; }
th:first-child, td:first-child { text-align: left; }
.admonition { border-left: 0.2em solid #888; padding-left: 0.8em; }
"""
CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>
"""
SHEET = """<!DOCTYPE html>
<html lang="en" data-theme="light"><head><meta charset="utf-8"><title>{title}</title>
<link rel="stylesheet" href="_static/book.css"></head><body>{body}</body></html>
"""
PAGE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en" xml:lang="en">
<head><meta charset="utf-8"/><title>{title}</title>
<link rel="stylesheet" type="text/css" href="style.css"/></head>
<body>{body}</body></html>
"""


@dataclass
class Page:
    """One page of the book: `name` is its address within the site, `body` its article, without what moves."""

    name: str
    title: str
    body: Tag

    @property
    def file(self) -> str:
        """Its name in the EPUB."""
        return self.name.replace("/", "-").removesuffix(".html") + ".xhtml"


def pages(html: Path, names: list[str], site: str) -> list[Page]:
    """Read the articles of a dressed book, in the order of the names (no suffix)."""
    made = []
    for name in names:
        soup = BeautifulSoup((html / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
        article = soup.select_one("article.bd-article")
        if article is None:
            raise book.BookError(f"{name}.html has no article; the book is not one that make book built.")
        still(article, f"{site}/{name}.html")
        lead_out(article, f"{site}/{name}.html")
        heading = article.find("h1")
        made.append(Page(f"{name}.html", heading.get_text(" ", strip=True) if heading else name, article))
    return made


def still(article: Tag, address: str) -> None:
    """Take out what is no text, and put a sentence with a link where something moves, asks or plays."""
    for tag in article.select(DROPPED):
        tag.decompose()
    told: set[str] = set()
    while (live := article.select_one(LIVE)) is not None:
        outputs = [one for one in live.find_parents() if "cell_output" in one.get("class", [])]
        holder = outputs[0] if outputs else live
        section = live.find_parent(id=True)
        inside = section is not None and section is not article and article in section.parents
        where = f"{address}#{section['id']}" if inside else address
        if where in told:
            holder.decompose()
            continue
        told.add(where)
        link, said = article_tag("a", href=where), article_tag("p")
        link.string = "on the site"
        said.extend(["What moves, asks or plays here is ", link, "."])
        holder.replace_with(said)


def lead_out(article: Tag, address: str) -> None:
    """A link to something that only the site can do, a setting of the playground, leads to the site."""
    marks = {tag["id"] for tag in article.find_all(id=True)}
    for link in article.select("a[href^='#']"):
        if link["href"][1:] and link["href"][1:] not in marks:
            link["href"] = address + link["href"]


def article_tag(name: str, **attributes: str) -> Tag:
    """Make a tag of no document."""
    return BeautifulSoup("", "html.parser").new_tag(name, attrs=attributes)


# ---------------------------------------------------------------- paper


def one_page(html: Path, made: list[Page], title: str) -> str:
    """All articles on one page at the root of the site, with its style; links among them stay inside."""
    numbers = {page.name: f"page-{number}" for number, page in enumerate(made)}
    parts = []
    for page in made:
        prefix = numbers[page.name]
        for tag in page.body.find_all(True):
            if tag.get("id"):
                tag["id"] = f"{prefix}-{tag['id']}"
            for attribute in ("src", "href"):
                if tag.get(attribute):
                    tag[attribute] = _within(tag[attribute], page, numbers)
        parts.append(f'<section id="{prefix}" style="break-before: page">{page.body}</section>')
    return SHEET.format(title=escape(title), body="".join(parts))


def _within(address: str, page: Page, numbers: dict[str, str]) -> str:
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return address
    target = _target(parts.path, page)
    if target in numbers:
        return f"#{numbers[target]}" + (f"-{parts.fragment}" if parts.fragment else "")
    return target


def _target(path: str, page: Page) -> str:
    """Where a relative address leads, from the root of the site."""
    return (
        unquote(urlsplit(urljoin(f"http://x/{page.name}", path)).path).removeprefix("/")
        if path
        else page.name
    )


def print_pdf(browser: str, html: Path, made: list[Page], title: str, out: Path) -> None:
    """Have a Chromium print all pages into one file."""
    sheet = html / "on-paper.html"
    sheet.write_text(one_page(html, made, title), encoding="utf-8")
    try:
        with tempfile.TemporaryDirectory() as profile:
            command = [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}"]
            command += ["--no-pdf-header-footer", "--virtual-time-budget=60000", f"--print-to-pdf={out}"]
            done = subprocess.run([*command, sheet.as_uri()], capture_output=True, text=True)
    finally:
        sheet.unlink()
    if done.returncode or not out.is_file():
        said = (done.stderr.strip().splitlines() or ["it gave no reason"])[-1]
        raise book.BookError(f"{browser} prints no PDF ({said}); see whether it opens {html}/index.html.")


# ---------------------------------------------------------------- EPUB


def write_epub(html: Path, made: list[Page], about: of_book.Facts, out: Path) -> None:
    """Write an EPUB 3: pages as XHTML with MathML, their pictures, and a list of them."""
    names, pictures = {page.name: page.file for page in made}, {}
    texts = {}
    for page in made:
        body = xhtml(page, names, pictures, html, about.site)
        texts[page.file] = PAGE.format(title=escape(page.title), body=body)
    items = "".join(f'<li><a href="{page.file}">{escape(page.title)}</a></li>' for page in made)
    nav = f'<nav epub:type="toc"><h1>{escape(about.title)}</h1><ol>{items}</ol></nav>'
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        file.writestr("META-INF/container.xml", CONTAINER)
        file.writestr("book.opf", package(made, texts, pictures, about))
        file.writestr("nav.xhtml", PAGE.format(title=escape(about.title), body=nav))
        file.writestr("style.css", STYLE)
        for name, content in (texts | pictures).items():
            file.writestr(name, content)
    part.replace(out)


def xhtml(page: Page, names: dict[str, str], pictures: dict[str, bytes], html: Path, site: str) -> str:
    """The article as XML: drawn formulas go, their MathML stays; pictures become files of the EPUB."""
    body = BeautifulSoup(str(page.body), "html.parser")
    for drawn in body.select("mjx-container"):
        written = drawn.select_one("mjx-assistive-mml math, math")
        drawn.replace_with(written.extract()) if written else drawn.decompose()
    for tag in body.find_all(["math", "svg"]):
        tag["xmlns"] = MATHML if tag.name == "math" else SVG
    for tag in body.find_all(True):
        for attribute in [
            name
            for name in tag.attrs
            if not name.replace("-", "").isalnum() or name.startswith("on") or name in OLD
        ]:
            del tag[attribute]
        if tag.name == "a" and tag.get("href"):
            tag["href"] = _linked(tag["href"], page, names, site)
        if tag.name == "img" and tag.get("src"):
            tag["src"] = _picture(tag["src"], page, pictures, html)
            tag.attrs = {key: tag[key] for key in ("src", "alt", "id") if key in tag.attrs}
    return body.decode(formatter="minimal")


def _linked(address: str, page: Page, names: dict[str, str], site: str) -> str:
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not parts.path:
        return address
    target, mark = _target(parts.path, page), f"#{parts.fragment}" if parts.fragment else ""
    return (names[target] if target in names else f"{site}/{target}") + mark


def _picture(address: str, page: Page, pictures: dict[str, bytes], html: Path) -> str:
    if address.startswith("data:image/") and ";base64," in address:
        kind, _, content = address.partition(";base64,")
        name = f"images/inside-{len(pictures)}.{kind.rpartition('/')[2].partition('+')[0]}"
        pictures[name] = base64.b64decode(content)
        return name
    file = html / _target(urlsplit(address).path, page)
    name = f"images/{PurePosixPath(file.name)}"
    pictures[name] = file.read_bytes()
    return name


def package(made: list[Page], texts: dict, pictures: dict, about: of_book.Facts) -> str:
    """What is in the EPUB, in which order, and what it is called."""
    rows = ['<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>']
    rows.append('<item id="style" href="style.css" media-type="text/css"/>')
    for number, page in enumerate(made):
        has = [word for word, sign in (("mathml", "<math"), ("svg", "<svg")) if sign in texts[page.file]]
        words = f' properties="{" ".join(has)}"' if has else ""
        rows.append(f'<item id="p{number}" href="{page.file}" media-type="application/xhtml+xml"{words}/>')
    for number, name in enumerate(pictures):
        rows.append(f'<item id="i{number}" href="{name}" media-type="{mimetypes.guess_type(name)[0]}"/>')
    spine = "".join(f'<itemref idref="p{number}"/>' for number in range(len(made)))
    day = about.changed or date.today().isoformat()
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:uuid:{uuid5(NAMESPACE_URL, about.site)}</dc:identifier>
<dc:title>{escape(about.title)}</dc:title><dc:language>en</dc:language><dc:creator>{escape(about.authors)}</dc:creator>
<dc:source>{escape(about.site)}</dc:source><meta property="dcterms:modified">{day}T00:00:00Z</meta></metadata>
<manifest>{"".join(rows)}</manifest><spine>{spine}</spine></package>
"""


def make(html: Path, out: Path, names: list[str], about: of_book.Facts) -> list[Path]:
    """Make both of a dressed book, the PDF where there is a Chromium; hand back the files that were made."""
    out.mkdir(parents=True, exist_ok=True)
    made, stem = pages(html, names, about.site), f"sequifi_lite-{about.version}"
    files = [out / f"{stem}.epub"]
    write_epub(html, made, about, files[0])
    browser = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if browser is None:
        print("No PDF: there is no Chromium on this machine; install the package chromium and try again.")
        return files
    print_pdf(browser, html, made, about.title, out / f"{stem}.pdf")
    return [*files, out / f"{stem}.pdf"]


def main() -> int:
    """Make them of the book that stands in _build/html."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.parse_args()
    try:
        html = book.built(book.ROOT)
        for path in make(
            html, book.ROOT / "_build/paper", book.toc_files(), of_book.read(book.ROOT, book.ROOT)
        ):
            print(path.relative_to(book.ROOT))
    except book.BookError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
