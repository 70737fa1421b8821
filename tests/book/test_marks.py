"""Marks of chapters that have been read, tried in a browser: clicked, pressed, damaged, dark, narrow."""

import json
import re
import shutil
from pathlib import Path

import pytest
from browsers import browser as browser, served as served
from chromium import CHROMIUM

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "book/site"
NAMES = ["first", "middle", "last"]
KEY = "sequifi_lite.read"
HERE = Path(__file__).parent
CHECK = (ROOT / "tests/teaching/pieces_check.js").read_text(encoding="utf-8")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="there is no Chromium on this machine; install the package chromium"
)
COUNT = "document.querySelector('.sq-count').textContent"
BUTTON = "document.querySelector('.sq-mark')"
TICKS = "[...document.querySelectorAll('li')].map((li) => li.textContent.includes('read'))"
STORED = f"JSON.parse(localStorage['{KEY}'])"


def map_page():
    """The map as it is built: its own HTML, and a chapter that stands in two lists."""
    text = (ROOT / "book/map.md").read_text(encoding="utf-8")
    (box,) = re.findall(r"```\{raw\} html\n(.*?)```", text, re.S)
    item = (
        '<li><p><a class="reference internal" href="../notebooks/0{}_{}.html">Chapter</a>, 5 minutes</p></li>'
    )
    items = [item.format(number, name) for number, name in enumerate(NAMES, 1)]
    glossary = '<li><p><a href="glossary.html">Words</a></p></li>'
    lists = f"<ul>{items[0]}</ul><ul>{''.join(items)}{glossary}</ul>"
    return box.replace("MAP-CHAPTERS", " ".join(NAMES)) + lists


def chapter_page(name, last=False):
    text = (SITE / ("last.html" if last else "next.html")).read_text(encoding="utf-8")
    words = {
        "NAMES": " ".join(NAMES),
        "NAME": name,
        "NEXT": "02_middle",
        "TITLE": "Chapter 2, Of a rather long title",
    }
    for token, word in (words | {"WHY": "It comes next for a reason that fills more than a line."}).items():
        text = text.replace(token, word)
    return f"<p>Words.</p>{text}"


@pytest.fixture
def book(browser, served, tmp_path):
    """A book of three chapters and a map; pages complain of nothing and fetch nothing."""
    for folder in ("book", "notebooks"):
        (tmp_path / folder).mkdir()
    pages = {"book/map": map_page()}
    pages |= {f"notebooks/0{i}_{name}": chapter_page(name, i == 3) for i, name in enumerate(NAMES, 1)}
    style = (HERE / "marks.css").read_text(encoding="utf-8") + (SITE / "site.css").read_text(encoding="utf-8")
    script = (SITE / "read.js").read_text(encoding="utf-8")
    for name, text in pages.items():
        head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>x</title>'
        head += '<link rel="icon" href="data:,">'
        head += f'<meta name="viewport" content="width=device-width"><style>{style}</style>'
        body = f'<article class="bd-article">{text}</article><script>{script}{CHECK}</script>'
        (tmp_path / f"{name}.html").write_text(head + body, encoding="utf-8")

    def visit(name, width=800):
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        browser.ask("Emulation.setDeviceMetricsOverride", **size)
        browser.open(f"{served}{name}.html")
        return browser

    visit("book/map").run("localStorage.clear()")
    browser.complaints.clear()
    browser.requests.clear()
    yield visit
    assert browser.complaints == []
    assert all(address.startswith((served, "data:")) for address in browser.requests)
    shutil.rmtree(tmp_path / "book")


def test_a_mark_is_counted_ticked_on_the_map_and_can_be_taken_away(book):
    b = book("notebooks/02_middle")
    assert b.run(COUNT) == "0 of 3 read" and b.run(f"{BUTTON}.textContent") == "Mark as read"
    b.run(f"{BUTTON}.click()")
    assert b.run(COUNT) == "1 of 3 read" and b.run(f"{BUTTON}.textContent").startswith("✓ Read")
    b = book("notebooks/01_first")
    assert b.run(COUNT) == "1 of 3 read" and b.run(f"{BUTTON}.textContent") == "Mark as read"
    b.run(f"{BUTTON}.click()")
    b = book("book/map")
    assert b.run(COUNT) == "2 of 3 read"
    assert b.run(TICKS) == [True, True, True, False, False]
    bar = b.run("[document.querySelector('progress').value, document.querySelector('progress').max]")
    assert bar == [2, 3]
    b = book("notebooks/02_middle")
    b.run(f"{BUTTON}.click()")
    assert b.run(COUNT) == "1 of 3 read" and b.run(STORED) == ["first"]
    assert book("book/map").run(TICKS) == [True, True, False, False, False]


def test_all_marks_can_be_taken_away_on_the_map(book):
    b = book("notebooks/03_last")
    b.run(f"{BUTTON}.click()")
    b = book("book/map")
    assert not b.run("document.querySelector('.sq-again').hidden")
    b.run("document.querySelector('.sq-again').click()")
    assert b.run(COUNT) == "0 of 3 read" and not any(b.run(TICKS)) and b.run(STORED) == []
    assert b.run("document.querySelector('.sq-again').hidden")
    assert b.run("document.activeElement.className") == "sq-count"  # the button that had the focus is gone


def test_it_goes_by_keyboard_and_is_said_aloud(book):
    b = book("notebooks/01_first")
    b.run(f"{BUTTON}.focus()")
    b.press("Enter", 13)
    assert b.run(COUNT) == "1 of 3 read" and b.run(f"document.activeElement === {BUTTON}")
    assert b.run("document.querySelector('.sq-count').getAttribute('role')") == "status"
    assert b.run("document.querySelector('section').getAttribute('aria-label')")
    b = book("book/map")
    assert b.run("document.querySelector('progress').getAttribute('aria-label')")
    hidden = "document.querySelectorAll('.sq-tick [aria-hidden=true]')"
    assert b.run(f"[...{hidden}].map((sign) => sign.textContent)") == ["✓", "✓"]


@pytest.mark.parametrize("damaged", ["{", "null", "7", '{"a":1}', '[1,null,["first"]]', '["gone"]'])
def test_what_is_stored_may_be_damaged_or_of_another_edition(book, damaged):
    book("book/map").run(f"localStorage['{KEY}'] = {json.dumps(damaged)}")
    b = book("notebooks/01_first")
    assert b.run(COUNT) == "0 of 3 read"
    b.run(f"{BUTTON}.click()")
    assert b.run(COUNT) == "1 of 3 read" and "first" in b.run(STORED)
    assert ("gone" in b.run(STORED)) == ("gone" in damaged)  # a chapter of another edition keeps its mark


def test_where_the_browser_keeps_nothing_a_mark_lasts_as_long_as_the_page(book):
    b = book("notebooks/01_first")
    b.run("Storage.prototype.setItem = () => { throw new Error('no room'); }")
    for count, button in (("1 of 3 read", "✓ Read; take the mark away"), ("0 of 3 read", "Mark as read")):
        b.run(f"{BUTTON}.click()")
        assert b.run(COUNT) == count and b.run(f"{BUTTON}.textContent") == button


def test_another_window_is_followed(book):
    b = book("notebooks/01_first")
    b.run(f"localStorage['{KEY}'] = '[\"middle\",\"last\"]'")
    b.run(f"dispatchEvent(new StorageEvent('storage', {{ key: '{KEY}' }}))")
    assert b.run(COUNT) == "2 of 3 read"


def test_without_scripts_there_is_no_button_and_the_next_chapter_all_the_same(book, tmp_path):
    path = tmp_path / "notebooks/04_quiet.html"
    path.write_text(
        f'<meta charset=utf-8><link rel="icon" href="data:,">{chapter_page("first")}', encoding="utf-8"
    )
    b = book("notebooks/04_quiet")
    assert not b.run(f"{BUTTON}.checkVisibility()")
    assert "Next: Chapter 2" in b.run("document.body.innerText")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["notebooks/01_first", "book/map"])
def test_it_fits_a_phone_and_can_be_read_in_the_dark(book, theme, name):
    book("book/map").run(f"localStorage['{KEY}'] = '[\"first\",\"middle\"]'")
    b = book(name, width=390)
    b.run(f"document.documentElement.dataset.theme = '{theme}'")
    assert b.run("document.documentElement.scrollWidth") <= 390
    assert b.run("look.contrast('article')") >= 4.5
    heights = b.run("[...document.querySelectorAll('button')].map((e) => e.getBoundingClientRect().height)")
    assert min(heights) >= 24
