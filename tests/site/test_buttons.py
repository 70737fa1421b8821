"""Buttons lead where they say."""

import re
from urllib.parse import parse_qs, urlsplit

import addresses
import pytest
import yaml
from chapters import beside, page, stem

import book

PAGE = page("ewc")


def links(reader, selector):
    return reader.run(f"[...document.querySelectorAll('{selector}')].map((link) => link.href)")


def test_colab_opens_what_the_first_cell_installs(reader, address):
    reader.open(address + PAGE)
    (link,) = links(reader, "a[href*=colab]")
    place = addresses.repository_url().removeprefix("https://github.com/")
    assert (
        link == f"https://colab.research.google.com/github/{place}/blob/{addresses.ref()}/{stem('ewc')}.ipynb"
    )


def test_downloads_are_the_committed_notebooks(reader, address, folder):
    reader.open(address + PAGE)
    (link,) = links(reader, "a.btn-download-source-button")
    path = urlsplit(link).path.lstrip("/")
    assert (folder / path).read_bytes() == (book.ROOT / f"{stem('ewc')}.ipynb").read_bytes()


def test_the_button_for_questions_fills_in_a_form_that_exists(reader, address):
    reader.open(address + PAGE)
    (link,) = links(reader, ".ask a")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    form = yaml.safe_load((book.ROOT / ".github/ISSUE_TEMPLATE" / asked.pop("template")).read_text())
    fields = {part["id"] for part in form["body"] if "id" in part}
    assert set(asked) - {"title"} <= fields and asked["page"].endswith(PAGE)
    assert re.match(r"[0-9a-f]{12}, version \d", asked["wording"])


def test_every_link_within_the_book_arrives(page, folder):
    text = (folder / page).read_text(encoding="utf-8")
    here = folder / page
    for link in set(re.findall(r'(?:href|src)="([^"#?]+)[^"]*"', text)):
        if not urlsplit(link).scheme and not link.startswith(("/", "data:")):
            assert (here.parent / link).exists(), link


def test_colours_can_be_chosen_and_are_remembered(reader, address):
    reader.open(address + PAGE)
    theme = "document.documentElement.dataset.theme"
    modes = set()
    for _ in range(3):
        reader.run("document.querySelector('.theme-switch-button').click()")
        modes.add(reader.run("document.documentElement.dataset.mode"))
    assert modes == {"light", "dark", "auto"}
    while reader.run("document.documentElement.dataset.mode") != "dark":
        reader.run("document.querySelector('.theme-switch-button').click()")
    reader.open(address + "book/glossary.html")
    assert reader.run(theme) == "dark"
    reader.run("localStorage.clear()")


@pytest.mark.parametrize("first, selector, second", [
    (PAGE, "a.right-next", beside("ewc", 1)),
    (PAGE, "a.left-prev", beside("ewc", -1)),
    ("index.html", "nav.bd-links a[href*=playground]", "book/playground.html"),
    (PAGE, "a.navbar-brand", "book/index.html"),
])  # fmt: skip
def test_ways_through_the_book(first, selector, second, reader, address):
    reader.open(address + first)
    reader.run(f"document.querySelector('{selector}').click()")
    reader.until(f"location.href.startsWith('{address}{second}') && document.readyState === 'complete'")


def test_a_wrong_address_leads_back(reader, address):
    reader.open(address + "notebooks/no_such_page.html")
    assert "no such page" in reader.run("document.title")
    assert links(reader, "main a")[0] == addresses.site_url() + "/"
