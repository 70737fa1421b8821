"""A chapter that was marked as read is counted and ticked on the map, where the tick can be seen."""

from pathlib import Path

import pytest

CHAPTER, MAP = "notebooks/28_the_verdict.html", "book/map.html"
CHECK = (Path(__file__).parents[1] / "teaching/pieces_check.js").read_text(encoding="utf-8")
COUNT = "document.querySelector('.sq-count').textContent"


@pytest.fixture
def marked(reader, address):
    """The reader's browser after one chapter was marked; nothing is left of it afterwards."""
    reader.open(address + CHAPTER)
    reader.run("localStorage.removeItem('sequifi_lite.read')")
    reader.open(address + CHAPTER)
    reader.until("document.querySelector('.sq-mark').checkVisibility()")
    reader.run("document.querySelector('.sq-mark').click()")
    yield reader
    reader.run("localStorage.removeItem('sequifi_lite.read')")


def test_a_mark_is_counted_over_all_chapters_of_the_book(marked, folder):
    chapters = [path for path in folder.glob("notebooks/*.html") if "data-chapter=" in path.read_text()]
    assert marked.run(COUNT) == f"1 of {len(chapters)} read"
    assert marked.run("document.querySelector('.sq-next p').textContent").startswith("Next: Chapter ")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_ticks_can_be_seen_on_the_map(marked, address, scheme):
    marked.colours(scheme)
    marked.wide(390, 844, phone=True)
    marked.open(address + MAP)
    marked.until("document.querySelector('.sq-tick') !== null")
    items = marked.run("[...document.querySelectorAll('.sq-tick')].map((t) => t.closest('li').textContent)")
    assert len(items) == 3 and all("The verdict" in item and item.endswith("✓ read") for item in items)
    marked.run(f"{CHECK}; true")
    assert marked.run("look.contrast('article')") >= 4.5
    assert marked.run("document.documentElement.scrollWidth") <= 390
    assert marked.said == [] and marked.failed == []
