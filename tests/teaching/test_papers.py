"""Where a method departs from its paper is said in its chapter, in the words that stand beside the code."""

import ast
import inspect
import re
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

from sequifi_lite import learning
from sequifi_lite.learning.methods import METHODS
from sequifi_lite.teaching import differs, papers

ROOT = Path(__file__).parents[2]
#: Chapter, by its name without the number -> methods that it is about.
ABOUT = {
    "reference_points": {"target-only", "joint", "cumulative", "gdumb"},
    "ewc": {"l2-sp", "ewc"},
    "si_and_mas": {"si", "mas"},
    "lwf": {"lwf"},
    "experience_replay": {"er", "er-ace"},
    "dark_experience_replay": {"der", "der++"},
    "gem_and_agem": {"gem", "a-gem"},
    "weight_averaging": {"interpolation", "one-over-t", "ema", "swa", "soup", "greedy-soup"},
    "class_statistics_and_head_corrections": {
        "ncm", "slda", "ranpac", "bias-correction", "weight-alignment", "logit-adjustment"
    },
    "which_corpus_is_this": {"router"},
    "gaussians_of_seen_classes": {"gaussian-replay"},
}  # fmt: skip
PAGES = {re.sub(r"^\d+_", "", path.stem): path for path in sorted((ROOT / "notebooks").glob("*.ipynb"))}


def told(path: Path) -> list[str]:
    """Names of the methods of which a chapter says where they depart from their papers."""
    cells = [
        cell
        for cell in nbformat.read(path, as_version=4).cells
        if re.search(r"^differs\(", cell.source, re.M)
    ]
    assert all(cell.metadata.tags == ["remove-input"] for cell in cells)
    calls = [ast.parse(cell.source).body[-1].value for cell in cells]
    return [getattr(learning, name.id).name for call in calls for name in call.args]


@pytest.mark.parametrize("chapter", PAGES)
def test_a_chapter_says_it_of_each_of_its_methods_once(chapter):
    said = told(PAGES[chapter])
    assert len(said) == len(set(said)) and set(said) == ABOUT.get(chapter, set())


def test_no_method_with_a_paper_is_left_out():
    with_a_paper = {name for name, method in METHODS.items() if papers.departs(method)}
    assert set().union(*ABOUT.values()) == with_a_paper | {"gaussian-replay"}
    without = set(METHODS) - with_a_paper
    assert without == {"vanilla", "zero-shot", "majority", "per-class-soup"}


@pytest.mark.parametrize("name", METHODS)
def test_it_is_what_the_docstring_says_and_can_be_read_without_the_code(name):
    shown = differs(METHODS[name])
    item = BeautifulSoup(shown.html, "html.parser").select_one("details > ul > li").get_text()
    assert item.split() == f"{name}. {repr(shown).partition(f'- {name}. ')[2]}".split()
    assert not re.search(r"`|_quadratic", item)
    docstring = inspect.getdoc(METHODS[name]).partition("Reference:")[2]
    paper, here, differing = item.removeprefix(f"{name}. ").partition(" Here: ")
    assert here and not re.search(r"\.\s[A-Z]", paper), "the paper, and nothing of the code"
    at_hand = iter(re.findall(r"\w+", docstring.lower()))
    for word in re.findall(r"\w+", f"{paper} {differing}".lower().replace("²", " 2")):
        assert word in at_hand, f"{word!r} is not said there, or not in this order"


def test_what_html_would_take_for_markup_is_text():
    class Odd:
        """Something.

        Reference: none.
        Differs from the paper in: a < b & `NoMethod`.
        Cost: none.
        Verified against: nothing.
        """

        name = "odd"

    told = "<li><strong>odd.</strong> none. <em>Here:</em> a &lt; b &amp; <code>NoMethod</code>.</li>"
    assert told in differs(Odd).html
