"""What a reader does on a page: by mouse, by keys, on a phone, on paper."""

import base64
import json
import re

import pytest
from chapters import beside, page

import book as maker

CHAPTER = page("ewc")
NEXT = beside("ewc", 1).rpartition("/")[2]


def test_the_first_page_says_what_this_is_in_one_screen(reader, address, folder):
    """What it is, three doors, the sheet to print and the small playground's button: nothing scrolled."""
    reader.wide(1440, 900)
    reader.open(address + "index.html")
    reader.until("!!document.querySelector('article .pg-main')")
    for seen in ("h1", "h1 ~ p", ".doors", "a[href$=pdf]", ".pg-main"):
        ends = f"Math.round(document.querySelector('article {seen}').getBoundingClientRect().bottom)"
        assert 0 < reader.run(ends) <= 900, seen
    doors = reader.run("[...document.querySelectorAll('article .doors a')].map((door) => door.href)")
    assert [door.removeprefix(address) for door in doors] == [
        "book/playground.html", page("the_verdict"), page("your_own_corpus"),
    ]  # fmt: skip
    assert reader.run("document.querySelector('article a[href$=pdf]').href").endswith("in_one_page.pdf")
    assert (folder / "_static/in_one_page.pdf").read_bytes().startswith(b"%PDF")
    assert "@software{" in reader.run("document.getElementById('how-to-cite').innerText")


def test_a_solution_unfolds(reader, address):
    reader.open(address + CHAPTER)
    fold = "[...document.querySelectorAll('article details')].find(isSolution)"
    reader.run("globalThis.isSolution = (fold) => /solution/i.test(fold.textContent.slice(0, 60)), true")
    assert not reader.run(f"{fold}.querySelector('pre').checkVisibility()")
    reader.run(f"{fold}.querySelector('summary').click()")
    assert reader.run(f"{fold}.querySelector('pre').checkVisibility()")


def test_hidden_code_says_that_it_is_code(reader, address):
    reader.open(address + CHAPTER)
    words = reader.run(
        "[...document.querySelectorAll('details.hide summary')].map((fold) => fold.innerText.trim())"
    )
    said = "(Show|Hide) the (code|imports|installation)( of this (part|figure|table|output))?$"
    assert words and all(re.match(said, word) for word in words), set(words)
    assert len(set(words)) > 2, "one name for all of them would say no more than a triangle"


PLAY = """[...Playground.app.box.querySelectorAll("[data-part=bar] button")]
  .find((button) => /play/i.test(button.textContent)).click()"""


def test_the_playground_trains(reader, address):
    reader.open(address + "book/playground.html")
    reader.until("typeof Playground === 'object' && Playground.app && !!Playground.app.box")
    before = reader.run("Playground.app.box.innerText")
    reader.run(PLAY)
    words = "Playground.app.box.innerText"
    reader.until(f"{words} !== {json.dumps(before)} && /Play again/.test({words})", 180)
    assert reader.said == [] and reader.failed == []


def test_an_explorer_answers(reader, address):
    reader.open(address + page("class_order"))
    reader.until("document.querySelector('.sqx select, .sqx input, .sqx button')")
    changed = """(() => { const box = document.querySelector(".sqx"), before = box.innerHTML;
      for (const part of box.querySelectorAll("input[type=range], select")) {
        if (part.tagName === "SELECT") part.selectedIndex = (part.selectedIndex + 1) % part.options.length;
        else part.value = Number(part.value) === Number(part.max) ? part.min : part.max;
        for (const kind of ["input", "change"])
          part.dispatchEvent(new Event(kind, { bubbles: true }));
      }
      for (const part of box.querySelectorAll("button")) {
        part.click();
        if (box.innerHTML !== before) break;
      }
      return box.innerHTML !== before; })()"""
    assert reader.run(changed) and reader.said == []


def test_the_way_by_keys(reader, address):
    """First the way past the menus, each stop visible, and the search by keys alone."""
    reader.open(address + CHAPTER)
    reader.run("document.body.focus()")
    reader.tab()
    assert "main content" in reader.run("document.activeElement.innerText")
    unseen = []
    for _ in range(70):
        reader.tab()
        stop = reader.run("""(() => { const at = document.activeElement, style = getComputedStyle(at);
          const box = at.getBoundingClientRect();
          return { name: at.outerHTML.slice(0, 120), formula: !!at.closest("mjx-container"),
                   seen: at === document.body
              || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) }; })()""")
        assert not stop["formula"], stop
        if not stop["seen"]:
            unseen.append(stop["name"])
    assert unseen == []
    reader.run("document.querySelector('.search-button-field').focus()")
    reader.press("Enter", 13)
    reader.until("document.querySelector('#pst-search-dialog').open")
    assert reader.run("document.activeElement.name") == "q"


PHONES = [
    "index.html",
    CHAPTER,
    "book/playground.html",
    "book/glossary.html",
    page("the_verdict"),
    "book/api.html",
]


@pytest.mark.parametrize("name", PHONES)
def test_nothing_runs_off_a_phone(name, reader, address):
    reader.wide(390, 844, phone=True)
    reader.open(address + name)
    assert reader.run("document.documentElement.scrollWidth") <= 390


def test_no_line_of_the_notebooks_width_is_cut_at_a_desk(reader, address):
    """Longer ones, of the library's own text, are scrolled."""
    width = re.search(
        r"line-length = (\d+)", (maker.ROOT / "notebooks/ruff.toml").read_text(encoding="utf-8")
    )[1]
    short = f"one.textContent.split('\\n').every((line) => line.length <= {width})"
    reader.wide(1440, 900)
    for name in map(
        page, ("quick_tour", "the_corpora", "class_statistics_and_head_corrections", "what_it_costs")
    ):
        reader.open(address + name)
        reader.run("document.querySelectorAll('details').forEach((fold) => { fold.open = true; }), true")
        reader.run(
            f"globalThis.code = [...document.querySelectorAll('article pre')].filter((one) => {short}), true"
        )
        assert reader.run("code.length") > 5
        cut = "code.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)"
        assert reader.run(cut) == [], name


@pytest.mark.parametrize("drawer, button, link", [
    ("pst-secondary-sidebar-modal", ".secondary-toggle", "#pst-secondary-sidebar-modal a[href^='#']"),
    ("pst-primary-sidebar-modal", ".primary-toggle", f"#pst-primary-sidebar-modal nav a[href$='{NEXT}']"),
])  # fmt: skip
def test_a_drawer_closes_after_a_tap(drawer, button, link, reader, address):
    reader.wide(390, 844, phone=True)
    reader.open(address + CHAPTER)
    reader.run(f"document.querySelector('{button}').click()")
    reader.until(f"document.getElementById('{drawer}').open")
    reader.run("void addEventListener('click', (event) => event.preventDefault())")  # so that one can look
    reader.run(f'document.querySelector("{link}").click()')
    reader.until(f"document.getElementById('{drawer}').open === false")


def test_on_paper_the_text_stands_alone(reader, address):
    reader.open(address + CHAPTER)
    reader.ask("Emulation.setEmulatedMedia", media="print")
    for gone in (
        ".bd-sidebar-primary",
        ".bd-header-article",
        ".ask",
        ".prev-next-footer",
        "details.above-input",
    ):
        boxes = f"[...document.querySelectorAll('{gone}')].map((box) => box.getBoundingClientRect().height)"
        assert sum(reader.run(boxes)) == 0, gone
    code = "[...document.querySelectorAll('.cell_input .highlight')]"
    whole = f"{code}.map((one) => getComputedStyle(one).breakInside)"
    assert set(reader.run(whole)) == {"auto"}, "code that has to stay in one piece leaves an empty box behind"
    pages = base64.b64decode(reader.ask("Page.printToPDF", printBackground=False)["data"])
    assert pages.startswith(b"%PDF") and len(re.findall(rb"/Type\s*/Page\b", pages)) >= 4


def test_no_code_is_cut_on_paper(reader, address):
    """Between the margins of an A4 page, where nothing can be scrolled."""
    reader.wide(703, 1000)
    cut = (
        "[...document.querySelectorAll('pre')].filter((one) => one.scrollWidth > one.clientWidth + 1).length"
    )
    for name in (CHAPTER, "book/api.html", "book/adapt.html"):
        reader.open(address + name)
        reader.ask("Emulation.setEmulatedMedia", media="print")
        assert reader.run("document.querySelectorAll('pre').length") and reader.run(cut) == 0, name


def test_no_table_is_cut_on_paper_and_none_keeps_rows_back(reader, address):
    reader.wide(703, 1000)
    cut = """[...document.querySelectorAll("article table")].filter((one) => {
      const edge = document.querySelector("article").getBoundingClientRect().right;
      return one.checkVisibility() && one.getBoundingClientRect().right > edge + 1;
    }).map((one) => one.textContent.slice(0, 80))"""
    kept_back = """[...document.querySelectorAll(".sq-more tr")]
      .filter((one) => !one.checkVisibility({ contentVisibilityAuto: true })).length"""
    for name in map(page, ("the_chooser", "all_corpora", "what_it_costs")):
        reader.open(address + name)
        reader.ask("Emulation.setEmulatedMedia", media="print")
        assert reader.run("document.querySelectorAll('article table').length") and reader.run(cut) == [], name
        assert reader.run(kept_back) == 0, name
