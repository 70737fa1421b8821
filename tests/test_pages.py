"""The pages of prose: what they link to, name and cite is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "DATA_LICENSES.md",
    *sorted((ROOT / "book").rglob("*.md")),
]
GLOSSARY = (
    (ROOT / "book" / "glossary.md").read_text(encoding="utf-8").split("```{glossary}\n")[1].split("\n```")[0]
)
ENTRIES = {entry.split("\n")[0]: entry for entry in GLOSSARY.split("\n\n")}
WORKS = set(re.findall(r"@\w+\{([^,]+),", (ROOT / "book" / "references.bib").read_text(encoding="utf-8")))


def roles(text, name):
    """Targets of a role: what stands in angle brackets, else all of it."""
    return [
        re.sub(r".*<(.*)>", r"\1", found, flags=re.S) for found in re.findall(rf"\{{{name}\}}`([^`]+)`", text)
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_points_to_is_there(page):
    text = page.read_text(encoding="utf-8")
    known = {term.lower() for term in ENTRIES}
    assert [term for term in roles(text, "term") if term.lower() not in known] == []
    assert [
        work for works in roles(text, "cite") for work in works.split(",") if work.strip() not in WORKS
    ] == []
    there = [[page.parent / f"{target}{end}" for end in (".md", ".ipynb")] for target in roles(text, "doc")]
    assert [paths[0].stem for paths in there if not any(path.is_file() for path in paths)] == []
    links = [
        link.partition("#")[0]
        for link in re.findall(r"\]\(([^)\s]+)\)", text)
        if not link.startswith(("http", "#"))
    ]
    assert [link for link in links if not (page.parent / link).exists()] == []
    anchors = [link for link in re.findall(r"\]\(#([^)\s]+)\)", text) if f"({link})=" not in text]
    assert anchors == []
    # Capital letters stand for what a reader puts there: notebooks/NN_title.ipynb, results/NAME.
    named = re.findall(r"`((?:sequifi_lite|tools|tests|results|book|notebooks)/[^`\s]*)`", text)
    assert [path for path in named if not re.search("N[NA]", path) and not (ROOT / path).exists()] == []


def test_every_word_of_the_glossary_names_where_it_is_explained_and_stands_in_order():
    chapters = {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
    for term, entry in ENTRIES.items():
        targets = roles(entry, "doc")
        assert targets or "`results/" in entry, f"{term} names no chapter"
        for label, stem in re.findall(r"\{doc\}`(\w+) <\.\./notebooks/(\w+)>`", entry):
            assert stem in chapters and stem.split("_")[0] == label, f"{term} calls {stem} chapter {label}"
    order = [term.lower().replace("-", " ") for term in ENTRIES]
    assert order == sorted(order)
