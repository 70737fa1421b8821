"""The pages of prose: what they link to, name and cite is there."""

import ast
import json
import re
from pathlib import Path

import nbformat
import pytest
import yaml

import book

ROOT = Path(__file__).parents[2]
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
CHAPTERS = book.notebooks()
DETAILS = book.details()


def prose(notebook):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


TITLES = {path.stem: prose(path).split("\n")[0].removeprefix("# ") for path in CHAPTERS}
#: How a chapter is called where it is pointed to: its number, and its title up to the colon.
SHORT = {stem: title.replace(". ", ", ", 1).split(":")[0] for stem, title in TITLES.items()}


def roles(text, name):
    """Targets of a role: what stands in angle brackets, else all of it."""
    return [
        re.sub(r".*<(.*)>", r"\1", found, flags=re.S) for found in re.findall(rf"\{{{name}\}}`([^`]+)`", text)
    ]


def test_the_readme_names_every_command():
    from sequifi_lite.cli import main

    table = re.findall(r"^\| (`sequifi-lite .*?) \|", PAGES[0].read_text(encoding="utf-8"), re.M)
    named = {part.split()[0] for row in table for part in re.findall(r"`(?:sequifi-lite )?([^`]+)`", row)}
    assert named == set(main.commands)


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
    for term, entry in ENTRIES.items():
        targets = roles(entry, "doc")
        assert targets or "`results/" in entry, f"{term} names no chapter"
        for label, stem in re.findall(r"\{doc\}`([^`<]+) <\.\./notebooks/(\w+)>`", entry):
            assert label == SHORT[stem], f"{term} calls {stem} chapter {label}"
    order = [term.lower().replace("-", " ") for term in ENTRIES]
    assert order == sorted(order)


# ---------------------------------------------------------------- numbers of chapters


def test_chapters_are_numbered_in_the_order_in_which_they_are_read():
    read = [Path(name).name for name in book.toc_files() if re.match(r"notebooks/\d", name)]
    numbers = [int(stem.split("_")[0]) for stem in read]
    assert numbers == list(range(1, len(read) + 1)) and set(read) == set(TITLES)
    assert [int(TITLES[stem].split(".")[0]) for stem in read] == numbers


@pytest.mark.parametrize("page", [*PAGES, *CHAPTERS, *DETAILS], ids=lambda page: page.name)
def test_a_chapter_is_called_by_its_number_and_its_title(page):
    text = prose(page) if page.suffix == ".ipynb" else page.read_text(encoding="utf-8")
    text = re.sub(r"<!--.*?-->", "", text, flags=re.S)
    places = r"(?:\.\./notebooks/|notebooks/|\.\./)?"
    links = re.findall(rf"\[([^\[\]]*)\]\({places}(\d\d_\w+)\.(?:ipynb|html)", text)
    links += re.findall(r"\{doc\}`([^`<]+) <(?:\.\./notebooks/)?(\d\d_\w+)>`", text)
    for label, stem in links:
        if numbered := re.match(r"(?:[Cc]hapter )?(\d+)(, .*)?$", label, re.S):
            called = label.removeprefix("chapter ").removeprefix("Chapter ")
            wanted = SHORT[stem] if numbered[2] else SHORT[stem].split(",")[0]
            assert " ".join(called.split()) == wanted, f"{page.name}: {label} is {SHORT[stem]}"
        elif label.lower().startswith(("chapter ", SHORT[stem].split(", ")[1].lower())):
            assert label == "chapter", f"{page.name}: {label} has to be called chapter {SHORT[stem]}"
    bare = re.sub(r"\[[^\[\]]*\]\([^()]*\)|\{doc\}`[^`]*`", "", text)
    unlinked = [word for word in re.findall(r"[Cc]hapter \d+", bare) if "Retrieval, " + word not in bare]
    assert unlinked == [], f"{page.name} cites {unlinked} without a link"


@pytest.mark.parametrize("page", [*CHAPTERS, *DETAILS], ids=lambda page: page.name)
def test_no_caption_calls_a_part_of_its_figure_dark_or_light(page):
    """On a dark page the greys of a figure change places with its ground."""
    captions = re.findall(r"^\*\*Figure \d+\.\*\*.*$", prose(page), re.M)
    shades = r"(?i)\b(dark|darker|pale|paler|black|white|light|lighter)\b(?! experience| knowledge)"
    assert [caption for caption in captions if re.search(shades, caption)] == []


@pytest.mark.parametrize("page", [*CHAPTERS, *DETAILS], ids=lambda page: page.name)
def test_nothing_stands_between_a_figure_and_its_caption(page):
    """What a cell prints or tables comes above its figure, so such a cell ends with that."""
    cells = nbformat.read(page, as_version=4).cells
    for cell, below in zip(cells, cells[1:]):
        if cell.cell_type == "code" and re.match(r"\*\*Figure \d", below.source):
            done = [ast.unparse(statement) for statement in ast.parse(cell.source).body]
            assert "plt.show()" not in done[:-1], f"{done[-1][:80]} comes after the figure"


@pytest.mark.parametrize("page", CHAPTERS, ids=lambda page: page.name)
def test_a_chapter_ends_with_exercises_what_to_remember_and_five_questions(page):
    parts = re.findall(r"^## (.+)$", prose(page), re.M)
    assert parts[-3:] == ["Exercises", "Remember", "Five questions"]


# ---------------------------------------------------------------- details


def test_details_stand_in_one_part_of_the_contents_in_the_order_of_their_chapters():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    holds = {
        part["caption"]: files
        for part in toc["parts"]
        if (files := [one["file"] for one in part["chapters"] if one["file"].startswith(book.DETAILS)])
    }
    assert holds == {"Details": [f"{book.DETAILS}/{path.stem}" for path in DETAILS]}
    assert not {path.stem for path in DETAILS} & set(TITLES), "copies that ran are kept by these names"


@pytest.mark.parametrize("page", DETAILS, ids=lambda page: page.stem)
def test_details_are_linked_from_their_chapter_and_lead_back(page):
    (chapter,) = [path for path in CHAPTERS if path.stem[:2] == page.stem[:2]]
    text = prose(page)
    assert re.match(rf"# Details of {int(page.stem[:2])}: \w", text)
    assert f"(../{chapter.name})" in text.split("##")[0]
    linked = [path.stem for path in CHAPTERS if f"(details/{page.name}" in prose(path)]
    assert chapter.stem in linked, f"{chapter.stem} has no link to it"


@pytest.mark.parametrize("page", [*CHAPTERS, *DETAILS], ids=lambda page: page.stem)
def test_what_a_notebook_links_to_is_there(page):
    links = re.findall(r"\]\(([^)\s]+?)(?:#[^)\s]*)?\)", prose(page))
    beside = [link for link in links if ":" not in link and link.endswith((".md", ".ipynb"))]
    assert [link for link in beside if not (page.parent / link).is_file()] == []
