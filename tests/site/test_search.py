"""Twelve words, and the page that a reader who types them should see first."""

import re

import pytest
from chapters import stem

TERMS = {
    "EWC": "ewc",
    "Fisher information": "ewc",
    "replay": "experience_replay",
    "GEM": "gem_and_agem",
    "distillation": "lwf",
    "leak": "honest_splits",
    "frozen encoder": "encoders",
    "class order": "class_order",
    "verdict": "the_verdict",
    "playground": "book/playground",
    "weight averaging": "weight_averaging",
    "your own corpus": "your_own_corpus",
}
RESULTS = """new Promise((ok) => { const look = () => {
  const done = document.querySelector(".search-summary")?.textContent.includes("finished");
  done ? setTimeout(() => ok([...document.querySelectorAll("#search-results li")].map((item) =>
    [item.querySelector("a").getAttribute("href"), item.querySelector("p.context")?.textContent || ""])), 100)
  : setTimeout(look, 50); }; look(); })"""


def found(reader, address, words):
    reader.open(f"{address}search.html?q={words.replace(' ', '+')}")
    return reader.run(RESULTS)


@pytest.mark.parametrize("words", TERMS)
def test_the_right_page_comes_first(words, reader, address):
    results = found(reader, address, words)
    assert results[0][0].partition(".html")[0] == stem(TERMS[words]), [page for page, _ in results[:4]]


@pytest.mark.parametrize("how", ["served", "as a file"])
def test_excerpts_are_prose(how, reader, address, folder):
    """Not toolbar words, not code; and also where the pages are files."""
    results = found(reader, address if how == "served" else folder.resolve().as_uri() + "/", "replay")
    excerpts = [text for page, text in results[:5]]
    assert all(re.match(r"[“\"(]?[A-Z0-9]|…", text) for text in excerpts), excerpts
    assert not any(re.search(r"Colab|Back to top|import |Show code|\.ipynb", text[:80]) for text in excerpts)
    assert any("replay" in text.lower() for text in excerpts) and reader.said == []
