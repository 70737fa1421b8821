"""Every page loads clean and can be used by everyone, in light and dark."""

import re

from browsers import ASK_AXE

ONCE = (
    '<meta content="[^"]{20,}" name="description"',
    'rel="canonical"',
    'rel="icon"',
    'property="og:image"',
    "<title>[^<]+</title>",
    'class="edition"',
)


def test_a_page_loads_without_a_word_to_the_console(page, reader, address):
    reader.open(address + page)
    reader.run("new Promise((ok) => setTimeout(ok, 150))")
    assert reader.said == [] and reader.failed == []
    outside = [url for url in reader.requests if not url.startswith((address, "data:", "blob:", "about:"))]
    assert outside == []


def test_axe_finds_nothing_serious(page, reader, address, axe):
    """In light, and in the dark: what is told by colours alone may differ."""
    reader.open(address + page)
    reader.run(axe)
    found = {}
    for scheme in ("light", "dark"):
        reader.colours(scheme)
        if page != "404.html":
            reader.until(f"document.documentElement.dataset.theme === '{scheme}'")
        reader.run("new Promise((ok) => setTimeout(ok, 400))")  # colours may fade from one to the other
        found[scheme] = reader.run(ASK_AXE)
    assert found == {"light": [], "dark": []}


def test_a_page_says_what_it_is(page, folder):
    text = (folder / page).read_text(encoding="utf-8")
    assert "Toggle hidden content" not in text and "THEBE" not in text and "MathJax.js" not in text
    assert not re.search(r"<summary[^>]*aria-label", text)
    assert not re.search(r'<table border="1" class="dataframe', text), "a frame is shown by show_table"
    if page == "404.html":
        return
    for once in ONCE:
        assert len(re.findall(once, text)) == 1, once


def test_formulas_are_set_and_no_stop_for_the_tab_key(page, folder):
    text = (folder / page).read_text(encoding="utf-8")
    assert not re.search(r'class="math[^"]*">\s*\\[\[(]', text), "a formula is TeX still"
    assert not re.search(r"<mjx-container[^>]*tabindex", text)
    assert text.count("<mjx-container") == text.count("<mjx-assistive-mml"), "each is read aloud as well"
