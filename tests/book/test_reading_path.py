"""The order of reading is told whole: minutes as the chapters give them, a reason for each, three paths."""

import re
import shutil
from pathlib import Path

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup
from dressing import facts, following
from dressing.reading_path import MINUTES, PathError, ReadingPath, read, stage

import book

ROOT = Path(__file__).resolve().parents[2]
#: Chapters that path.yml may name before they are there.
TO_COME = {"18_which_corpus_is_this", "19_the_chooser"}
WAY = ReadingPath(ROOT)
STEMS = [path.stem for path in book.notebooks()]


def minutes_by_hand(stem):
    """The minutes in a chapter's first cell, by going through its lines."""
    first = nbformat.read(ROOT / f"notebooks/{stem}.ipynb", as_version=4).cells[0].source
    (line,) = [line for line in first.split("\n") if " minutes to read · " in line]
    return int(line.split(" ")[0])


def test_chapters_are_those_of_the_book_in_the_order_of_their_numbers():
    assert list(WAY.chapters) == STEMS == sorted(STEMS)
    for stem, chapter in WAY.chapters.items():
        assert chapter.title.startswith(f"Chapter {int(stem[:2])}, ") and ":" not in chapter.title
    assert len(set(WAY.names.split())) == len(STEMS)


@pytest.mark.parametrize("stem", STEMS)
def test_minutes_are_the_chapters_own(stem):
    assert WAY.chapters[stem].minutes == minutes_by_hand(stem) > 0


@pytest.mark.parametrize(
    "line, minutes",
    [
        ("| Reading | 20 minutes |", 20),
        ("Reading: 15 minutes. Running: under a minute.", 15),
        ("**Reading** 7 minutes", 7),
        ("12 minutes of reading, a minute to run", 12),
        ("5 minutes to read", 5),
        ("Running | 20 minutes", None),
        ("After reading this page you can wait for it; 20 minutes", None),
    ],
)
def test_minutes_are_read_from_a_table_or_a_line(line, minutes):
    said = MINUTES.search(line)
    assert (said and int(said[1] or said[2])) == minutes


@pytest.mark.parametrize(
    "first, said",
    [("# A title\n\n| Reading | 5 minutes |", "heading"), ("# 7. A title\n\nText.", "how long")],
)
def test_a_chapter_that_says_no_number_or_no_minutes_is_named(tmp_path, first, said):
    path = tmp_path / "07_a_title.ipynb"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(first)])
    nbformat.write(notebook, path)
    with pytest.raises(PathError, match=f"07_a_title.*{said}"):
        read(path)


# ---------------------------------------------------------------- reasons


def test_there_is_a_reason_for_each_chapter_and_for_no_other():
    named = set(WAY.words["why"])
    assert set(STEMS) <= named and named - set(STEMS) <= TO_COME
    assert list(WAY.words["why"]) == sorted(WAY.words["why"])


def test_each_reason_is_one_sentence_of_its_own():
    reasons = list(WAY.words["why"].values())
    assert len(set(reasons)) == len(reasons)
    for reason in reasons:
        assert re.fullmatch(r"[A-Z][^.!?:;]+\.", reason) and 8 <= len(reason.split()) <= 30, reason


def test_the_chapter_behind_is_the_next_of_the_contents_and_the_last_has_none():
    for stem, behind in zip(STEMS, STEMS[1:]):
        chapter, why = WAY.following(stem)
        assert chapter.stem == behind and why == WAY.words["why"][behind]
    assert WAY.following(STEMS[-1]) is None


# ---------------------------------------------------------------- paths


def test_paths_name_chapters_in_their_order_and_the_last_names_all():
    evening, weekend, course = (
        [stem for part in path["parts"] for stem in part["chapters"]] for path in WAY.words["paths"]
    )
    for path in (evening, weekend, course):
        assert path == sorted(set(path)) and set(path) - set(STEMS) <= TO_COME
    assert set(evening) < set(weekend) < set(course)
    assert set(course) == set(WAY.words["why"])
    assert len(WAY.words["paths"][2]["parts"]) == 6
    minutes = [sum(WAY.chapters[s].minutes for s in p if s in WAY.chapters) for p in (evening, weekend)]
    assert minutes[0] <= 120 and minutes[1] <= 8 * 60


@pytest.fixture
def small(tmp_path):
    """A book of three chapters, of which the middle one may be taken away."""
    (tmp_path / "book").mkdir()
    (tmp_path / "notebooks").mkdir()
    chapters = ["01_first", "02_middle", "03_last"]
    for number, stem in enumerate(chapters, 1):
        cell = nbformat.v4.new_markdown_cell(
            f"# {number}. Of {stem[3:]}: more\n\n| Reading | {10 * number} minutes |"
        )
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / f"notebooks/{stem}.ipynb")
    words = {
        "why": {stem: f"Because of {stem} & more." for stem in chapters},
        "paths": [
            {"title": "All", "words": "Everything.", "parts": [{"title": "Part", "chapters": chapters}]}
        ],
    }
    (tmp_path / "book/path.yml").write_text(yaml.safe_dump(words, sort_keys=False))
    shutil.copy(ROOT / "book/map.md", tmp_path / "book/map.md")

    def contents(*stems):
        listed = [{"file": "book/map"}, *({"file": f"notebooks/{stem}"} for stem in stems)]
        toc = {"root": "book/index", "parts": [{"chapters": listed}]}
        (tmp_path / "_toc.yml").write_text(yaml.safe_dump(toc))
        return ReadingPath(tmp_path)

    contents(*chapters)
    return tmp_path, contents


def test_sums_and_reasons_follow_when_a_chapter_comes_or_goes(small):
    _, contents = small
    assert "3 chapters, 60 minutes of reading." in contents("01_first", "02_middle", "03_last").listed()
    without = contents("01_first", "03_last")
    listed = without.listed()
    assert "2 chapters, 40 minutes of reading." in listed and "middle" not in listed and "None" not in listed
    assert "1 chapter, 30 minutes of reading." in contents("03_last").listed()
    assert without.following("01_first")[0].title == "Chapter 3, Of last"


def test_a_chapter_without_a_reason_is_named(small):
    root, contents = small
    words = yaml.safe_load((root / "book/path.yml").read_text())
    del words["why"]["02_middle"]
    (root / "book/path.yml").write_text(yaml.safe_dump(words))
    with pytest.raises(PathError, match="why 02_middle comes next"):
        contents("01_first", "02_middle", "03_last").following("01_first")


def test_the_map_is_filled(small):
    root, _ = small
    stage(root)
    made = (root / "book/map.md").read_text()
    assert 'data-chapters="first middle last"' in made and "MAP-" not in made
    assert "- {doc}`Chapter 2, Of middle <../notebooks/02_middle>`, 20 minutes" in made
    (root / "book/map.md").unlink()
    stage(root)  # a book without a map is none the worse
    assert not (root / "book/map.md").exists()


def test_the_map_of_this_book_is_first_and_has_a_place_for_what_is_put_in():
    assert book.toc_files()[1] == "book/map"
    page = (ROOT / "book/map.md").read_text()
    assert page.count("MAP-CHAPTERS") == page.count("MAP-PATHS") == 1
    assert "{doc}`The map <map>`" in (ROOT / "book/index.md").read_text()


# ---------------------------------------------------------------- the end of a chapter


def dressed(root, *stems):
    html = root / "html"
    article = "<article class='bd-article'><p>Words.</p></article>"
    soups = {html / f"notebooks/{stem}.html": BeautifulSoup(article, "html.parser") for stem in stems}
    soups[html / "book/map.html"] = BeautifulSoup(article, "html.parser")
    following.write(html, soups, facts.Facts(*[""] * 9, sources=root))
    return {path.stem: soup for path, soup in soups.items()}


def test_a_chapter_ends_with_its_mark_and_the_reason_for_the_next(small):
    root, _ = small
    pages = dressed(root, "01_first", "02_middle", "03_last")
    end = pages["01_first"].select_one("article > section.sq-next")
    assert end.find_previous_sibling().get_text() == "Words."
    link = end.select_one("p a")
    assert (link["href"], link.get_text()) == ("02_middle.html", "Chapter 2, Of middle")
    assert end.select_one("p").get_text().endswith("Because of 02_middle & more.")
    box = end.select_one(".sq-read")
    assert (box["data-chapter"], box["data-chapters"]) == ("first", "first middle last")
    assert box.has_attr("hidden")  # without scripts there is no button that does nothing
    assert not re.search(r"\b(?:NAMES?|NEXT|TITLE|WHY)\b", str(end))
    assert "last chapter" in pages["03_last"].get_text() and "Next:" not in pages["03_last"].get_text()
    assert pages["map"].select_one(".sq-next") is None


def test_a_book_without_a_map_has_no_such_ends(tmp_path):
    soup = BeautifulSoup("<article class='bd-article'></article>", "html.parser")
    following.write(
        tmp_path, {tmp_path / "notebooks/01_x.html": soup}, facts.Facts(*[""] * 9, sources=tmp_path)
    )
    assert soup.select_one(".sq-next") is None
