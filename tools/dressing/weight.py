"""One style sheet and one script, of the parts that some page uses.

The theme asks for a dozen style sheets and scripts a page, most of which no page needs. Over a slow line
each request costs half a second before its first byte, so what is left goes into two files. Rules whose
classes stand on no page and in no script are dropped, and with them the icon font; twenty icons are drawn.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections import Counter
from pathlib import Path

from bs4 import BeautifulSoup
from words import languages

from sequifi_lite.teaching.assets import asset

from .formulas import SetFormula
from .rules import needed

SITE = Path(__file__).resolve().parents[2] / "book/site"
# In this order: each may use what stands before it. `site.js` is the book's own.
SCRIPTS = (
    "documentation_options.js",
    "doctools.js",
    "sphinx_highlight.js",
    "clipboard.min.js",
    "copybutton.js",
    "togglebutton.js",
    "scripts/bootstrap.js",
    "scripts/sphinx-book-theme.js",
    "scripts/pydata-sphinx-theme.js",
)
STYLES = (
    "basic.css",
    "styles/pydata-sphinx-theme.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
    "togglebutton.css",
    "copybutton.css",
    "mystnb.*.css",
    "exercise.css",
    "sphinx-design.min.css",
)
SEARCH = ("excerpts.js", "ranking.js", "searchtools.js", "excerpt.js", "language_data.js", "searchindex.js")
OWN = ("book.css", "book.js", "favicon.svg", *SEARCH)
# Classes that stand many times on a page, and in no rule and no script.
UNREAD = ("internal", "btn__text-container", "bd-sidenav")
# Inline scripts of the theme that go with what is taken out, or are in the one script now.
INLINE = re.compile(r"\s*(const THEBE_JS_URL|let toggle|var togglebuttonSelector|window\.MathJax|kernelName)")


def take_out_parts(soup: BeautifulSoup, html: Path, path: Path) -> None:
    """Take the theme's style sheets and scripts and all comments off a page; put those of the book there."""
    static = os.path.relpath(html / "_static", path.parent)
    for tag in soup.find_all(["script", "link"]):
        address = tag.get("src") or tag.get("href") or ""
        part = address.partition("?")[0].partition("_static/")[2]
        style = tag.name == "link" and tag.get("rel") in (["stylesheet"], ["preload"])
        last = address.rpartition("/")[2].partition("?")[0]
        if (part and (tag.name == "script" or style)) or (tag.name == "script" and last in SEARCH):
            tag.decompose()
        elif tag.name == "script" and (
            INLINE.match(tag.string or "")
            or "DOCUMENTATION_OPTIONS." in (tag.string or "")
            or tag.get("type") == "text/x-thebe-config"
        ):
            tag.decompose()
        elif tag.name == "script" and "console." in (tag.string or ""):
            tag.string = quiet(tag.string)
    for comment in soup.find_all(string=lambda text: type(text).__name__ == "Comment"):
        comment.extract()
    for tag in soup.find_all(class_=UNREAD):
        tag["class"] = [name for name in tag["class"] if name not in UNREAD]
        if not tag["class"]:
            del tag["class"]
    searches = path.name == "search.html" and path.parent == html
    soup.head.append(soup.new_tag("link", rel="stylesheet", href=f"{static}/book.css?v=STYLE"))
    soup.head.append(soup.new_tag("script", src=f"{static}/book.js?v=SCRIPT", defer=""))
    if searches:
        for name in SEARCH:
            where = name if name == "searchindex.js" else f"{static}/{name}"
            soup.head.append(soup.new_tag("script", src=where, defer=""))


def write_parts(html: Path, soups: dict[Path, BeautifulSoup], formulas: str) -> None:
    """Write the style sheet and the script, and put what they contain into their addresses."""
    static = html / "_static"
    first, *rest = (quiet((static / name).read_text(encoding="utf-8")) for name in SCRIPTS)
    ours = (asset("dense.js"), own("sounds.js"), own("site.js"), own("read.js"))
    script = ";\n".join(["", first, own("settings.js"), language(), *rest, *ours])
    marked = [tag for soup in soups.values() for tag in soup.select("i, span") if icon_name(tag)]
    icons = icon_rules(static, {icon_name(tag) for tag in marked})
    sheets = [
        next(iter(sorted(static.glob(name)))).read_text(encoding="utf-8").replace("../", "")
        for name in STYLES
        if any(static.glob(name))
    ]
    words = used_words(soups, script)
    ours = (own("site.css"), own("languages.css"), own("print.css"))
    parts = [*(needed(sheet, words) for sheet in sheets), icons, formulas, *ours, *shared_styles(soups)]
    style = "\n".join(parts)
    (static / "book.js").write_text(script, encoding="utf-8")
    (static / "book.css").write_text(style.replace('@charset "UTF-8";', ""), encoding="utf-8")

    versions = {"STYLE": digest(style), "SCRIPT": digest(script)}
    for soup in soups.values():
        for tag in soup.head.find_all(["link", "script"]):
            for name in ("href", "src"):
                before, mark, version = (tag.get(name) or "").partition("?v=")
                if mark and version in versions:
                    tag[name] = f"{before}?v={versions[version]}"


def shared_styles(soups: dict[Path, BeautifulSoup]) -> list[str]:
    """Take style sheets that stand in the text of several pages off them; each once, for the one sheet.

    A piece brings its own wherever it is shown, and what begins with a class is about such pieces alone.
    """
    tags = [tag for soup in soups.values() for tag in soup.select("article style")]
    times = Counter(tag.string for tag in tags)
    several = [text for text, n in times.items() if n > 1 and text and text.lstrip().startswith(".")]
    for tag in tags:
        if tag.string in several:
            tag.decompose()
    return several


def own(name: str) -> str:
    """Read a part that belongs to the book itself."""
    return (SITE / name).read_text(encoding="utf-8")


def language() -> str:
    """The script that knows the reader's language, with the list of those that there are."""
    return own("language.js").replace("LANGUAGES", ", ".join(json.dumps(name) for name in languages()))


def quiet(script: str) -> str:
    """A script without its map and without what it tells the console."""
    script = re.sub(r"^//# sourceMappingURL=.*$", "", script, flags=re.M)
    return re.sub(r"\bconsole\.(?:log|warn|error|debug)\((?!\))", "void(", script)


def digest(text: str) -> str:
    """Eight digits by which a browser knows that a file has changed."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def used_words(soups: dict[Path, BeautifulSoup], script: str) -> set[str]:
    """All classes of the pages, and all that could be one in a script, ours or one of a page."""
    words = set(re.findall(r"[\w-]+", script))
    for soup in soups.values():
        for tag in soup.find_all(True):
            words.update(tag.get("class", []))
            if tag.name == "script" and not tag.get("src"):
                words.update(re.findall(r"[\w-]+", tag.string or ""))
        for formula in soup.find_all(string=lambda text: isinstance(text, SetFormula)):
            for classes in set(re.findall(r'class="([^"]*)"', formula)):
                words.update(classes.split())
    return words


def icon_name(tag) -> str:
    """The icon of a tag (``bars``), or the empty string."""
    classes = tag.get("class", [])
    if not {"fas", "fab", "fa-solid", "fa-brands"} & set(classes):
        return ""
    names = [
        name for name in classes if name.startswith("fa-") and name not in ("fa-solid", "fa-brands", "fa-lg")
    ]
    return names[0][3:] if names else ""


def icon_rules(static: Path, names: set[str]) -> str:
    """Rules that draw the icons in use: their outlines are taken from the theme's script of two thousand."""
    library = (static / "scripts/fontawesome.js").read_text(encoding="utf-8")
    rules = []
    for name in sorted(names):
        shape = re.search(
            rf'[{{,]"?{re.escape(name)}"?:\[(\d+),(\d+),\[[^\]]*\],"[^"]*","([^"]+)"\]', library
        )
        if shape is None:
            continue  # an alias of the theme's own; its button has words beside it
        width, height, outline = shape.groups()
        box = f"xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}'"
        picture = f"<svg {box}><path d='{outline}'/></svg>"
        address = picture.replace("#", "%23").replace("<", "%3C").replace(">", "%3E")
        rules.append(f'.fa-{name} {{ --icon: url("data:image/svg+xml,{address}"); }}')
    return "\n".join(rules)


def drop_unasked(html: Path) -> None:
    """Remove what no page asks for: parts that went into the two files, maps, the rest of MathJax.

    A file of the theme stays when its name stands in a page, in the style sheet or in a script that stays.
    """
    static = html / "_static"
    for name in ("mathjax", "vendor", "locales"):
        shutil.rmtree(static / name, ignore_errors=True)
    stay = [static / name for name in OWN if (static / name).is_file()]
    texts = [path.read_text(encoding="utf-8") for path in html.rglob("*.html") if static not in path.parents]
    texts += [path.read_text(encoding="utf-8") for path in stay if path.suffix in (".css", ".js")]
    asked = set(re.findall(r"[\w@.-]+\.\w+", "\n".join(texts)))
    for path in sorted(static.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path not in stay and (
            path.name not in asked or path.suffix in (".css", ".map", ".html", ".txt")
        ):
            path.unlink()
