"""The pages on methods and on bugs are what the docstrings say."""

import re

import make_methods
import pytest

from sequifi_lite.learning.methods import METHODS
from sequifi_lite.teaching.bugs import EXHIBITS


@pytest.mark.parametrize("name", make_methods.PAGES)
def test_a_page_is_what_the_docstrings_say(name):
    written = (make_methods.ROOT / "book" / name).read_text(encoding="utf-8")
    assert written == make_methods.PAGES[name](), "run: python tools/make_methods.py"


def test_every_method_and_exhibit_is_on_its_page():
    page = make_methods.verified()
    assert all(f"### {name}\n" in page for name in METHODS) and "None" not in page
    cabinet = make_methods.bug_cabinet()
    assert all(f"`{name}` in `sequifi_lite/teaching/bugs/" in cabinet for name in EXHIBITS)


def test_the_cabinet_has_three_shelves_and_every_exhibit_stands_on_one(monkeypatch):
    page = make_methods.bug_cabinet()
    shelves = re.findall(r"^## (.+)$", page, re.M)
    assert shelves == ["Bugs", "Conventions", "Traps"]
    assert len(re.findall(r"^### ", page, re.M)) == len(EXHIBITS)
    by_shelf = dict(zip(shelves, re.split(r"^## .+$", page, flags=re.M)[1:]))
    assert "LiveViewSI" in by_shelf["Bugs"] and "ExplicitPenaltyEWC" in by_shelf["Traps"]
    # its pattern mostly stays, so it is another form and not noise (chapter 10)
    assert "BatchedFisherEWC" in by_shelf["Conventions"] and "loses its pattern" not in page
    monkeypatch.setattr(
        EXHIBITS["short_draw"], "__doc__", EXHIBITS["short_draw"].__doc__.replace("bug.", "slip.")
    )
    with pytest.raises(ValueError, match="no shelf 'slip'"):
        make_methods.bug_cabinet()


@pytest.mark.parametrize("name", EXHIBITS)
def test_the_test_that_tells_an_exhibit_apart_exists(name):
    told = make_methods.fields(EXHIBITS[name], make_methods.EXHIBIT)["Told apart by"]
    named = re.findall(r"(tests/[\w/]+\.py)::(\w+)", told)
    assert named
    for file, test in named:
        assert f"def {test}(" in (make_methods.ROOT / file).read_text(), f"{file} has no {test}"


def test_a_docstring_that_leaves_a_question_open_is_refused():
    def exhibit():
        """Something.

        Wrong: the sign
            of the step.
        Seen in: nowhere.
        """

    with pytest.raises(ValueError, match="Told apart by"):
        make_methods.fields(exhibit, make_methods.EXHIBIT)
    assert make_methods.fields(exhibit, ("Wrong", "Seen in")) == {
        "Wrong": "the sign of the step.",
        "Seen in": "nowhere.",
    }
