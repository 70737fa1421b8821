"""Two pages in other languages: made from the English, reached by a link, an address, or a choice kept."""

import dataclasses
import re
import time

import pytest
import words
from browsers import BROWSERS
from bs4 import BeautifulSoup
from dressing import facts, languages, weight

import book

PAGE = """<!DOCTYPE html><html lang="en" data-content_root="../"><head><title>x</title>
<meta name="description" content="x"><meta property="og:url" content="x"><link rel="canonical" href="x">
<meta name="viewport" content="width=device-width, initial-scale=1">
<script src="../_static/book.js" defer></script></head><body>
<nav class="bd-links" aria-label="Main"><a href="playground.html">A playground of forgetting</a>
<a href="../notebooks/14_x.html">14. GEM and A-GEM: a step that does no harm</a>
<a href="../notebooks/99_x.html">With transformers’ Trainer</a></nav>
<article class="bd-article"><section id="a"><h1>Forgetting in speech emotion recognition<a class="headerlink"
 href="#a" aria-label="# Link to: Forgetting in speech emotion recognition"
 title="Link to this heading">#</a></h1>
<p>One <a class="reference internal" href="playground.html" id="id3">table</a>, 14.8<!--=a/b/c/d-->.</p>
<pre>untouched code</pre>%s</section></article>
<p class="edition">Version 1.2, last changed on 2026-01-02.</p></body></html>"""
BEHIND = """<div class="sq-words sq-words-en docutils container">
<p>Forgetting in speech emotion recognition</p>
<p>One <a class="reference internal" href="playground.html" id="id9">table</a>, 14.8<!--=a/b/c/d-->.</p>
</div>"""
OTHERS = "".join(
    f'<div class="sq-words sq-words-{name} docutils container"><p>H {name}</p>'
    f'<p>P <a href="playground.html">{name}</a>, 14,8.</p></div>'
    for name in words.languages()
)


@pytest.fixture
def about(tmp_path):
    return dataclasses.replace(facts.read(book.ROOT, book.ROOT), site="https://site.org/book")


@pytest.fixture
def made(tmp_path, about):
    """A site of an English first page, which has translations, and a chapter, which has none."""
    html = tmp_path / "html"
    soups = {
        html / "book/index.html": BeautifulSoup(PAGE % (BEHIND + OTHERS), "html.parser"),
        html / "book/playground.html": BeautifulSoup(PAGE % (BEHIND + OTHERS), "html.parser"),
        html / "notebooks/14_x.html": BeautifulSoup(PAGE % "", "html.parser"),
    }
    (html / "_static").mkdir(parents=True)
    rendered = languages.take(soups)
    assert list(rendered) == list(soups)[:2] and not soups[html / "book/index.html"].select(".sq-words")
    languages.write(html, soups, about, rendered)
    head = 'let toggleHintShow = "Click to show", toggleHintHide = "Click to hide";\n'
    (html / "_static/book.js").write_text(head + weight.language(), encoding="utf-8")
    for path, soup in soups.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(str(soup), encoding="utf-8")
    return html, soups


@pytest.mark.parametrize("language", words.languages())
def test_a_translated_page_says_all_in_its_language(made, language):
    html, soups = made
    soup, (about, said) = soups[html / f"book/index.{language}.html"], words.read(language)
    assert soup.html["lang"] == language and soup.html.get("dir", "ltr") == about["direction"]
    assert soup.h1.get_text().removesuffix("#") == f"H {language}"
    assert soup.h1.a["aria-label"] == said["# Link to: {heading}"].format(heading=f"H {language}")
    assert soup.h1.a["title"] == said["Link to this heading"]
    links = [link["href"] for link in soup.select("article p a, nav.bd-links a")]
    assert f"playground.{language}.html" in links and "../notebooks/14_x.html" in links
    assert "playground.html" not in links
    titles = [link.get_text() for link in soup.select("nav.bd-links a")]
    assert titles[0] == said["A playground of forgetting"]
    assert titles[1] == f"14. {said['GEM and A-GEM: a step that does no harm']}"
    assert titles[2] == said["With transformers' Trainer"]
    assert soup.pre.get_text() == "untouched code"
    edition = said["Version {version}, last changed on {date}."].format(version="1.2", date="2026-01-02")
    assert edition in soup.get_text() and soup.select_one(".edition bdi").get_text() == "2026-01-02"
    assert said["This page was translated and has not been reviewed by a native speaker."] in soup.get_text()
    report = soup.select_one(".sq-unreviewed a")
    assert report.get_text() == said["Report a mistake"] and f"wording={language}" in report["href"]
    assert (
        soup.select_one("link[rel=canonical]")["href"] == f"https://site.org/book/book/index.{language}.html"
    )
    assert not soup.select("[data-sq-part]")


def test_every_page_leads_to_itself_in_every_language(made):
    html, soups = made
    for name in ("en", *words.languages()):
        soup = soups[html / "book" / languages.in_language("index.html", name)]
        row = soup.select(".sq-languages a")
        assert [link["hreflang"] for link in row] == ["en", *words.languages()]
        assert [link["hreflang"] for link in row if link.has_attr("aria-current")] == [name]
        for link in row:
            assert (html / "book" / link["href"].partition("?")[0]) in soups
        assert len(soup.select("link[rel=alternate]")) == len(row)
    assert not soups[html / "notebooks/14_x.html"].select(".sq-languages")
    assert not soups[html / "book/index.html"].select(".sq-unreviewed")


def test_a_part_that_is_in_no_block_stops_the_build(tmp_path):
    other = BEHIND.replace("One <a", "Another <a")
    soup = BeautifulSoup(PAGE % (other + OTHERS), "html.parser")
    with pytest.raises(words.WordsError, match="no block like this one"):
        languages.take({tmp_path / "index.html": soup})


def test_a_word_without_a_message_stops_the_build(tmp_path, about):
    soup = BeautifulSoup(
        (PAGE % (BEHIND + OTHERS)).replace("untouched code</pre>", "</pre><b>Quite new</b>"), "html.parser"
    )
    soups = {tmp_path / "book/index.html": soup}
    with pytest.raises(words.WordsError, match="Quite new"):
        languages.write(tmp_path, soups, about, languages.take(soups))


def test_a_book_without_these_pages_is_as_it_was(tmp_path, about):
    soups = {tmp_path / "book/x.html": BeautifulSoup(PAGE % "", "html.parser")}
    before = str(soups[tmp_path / "book/x.html"])
    languages.write(tmp_path, soups, about, languages.take(soups))
    assert str(soups[tmp_path / "book/x.html"]) == before and len(soups) == 1 and not list(tmp_path.iterdir())


def settled(browser, wanted: str, script: str, seconds: float = 10) -> bool:
    """Whether a script comes to say what is wanted, on a page whose own scripts have run.

    A page that is just being left answers nothing.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if browser.run(f"document.readyState === 'complete' && {script}") == wanted:
                return True
        except AssertionError:
            pass
        time.sleep(0.2)
    return False


def reached(browser, address: str, wanted: str, script: str) -> bool:
    """Whether an address comes to a page that says what is wanted.

    Each page may have a process of its own, and what one has kept reaches the next a moment later: so where
    it led elsewhere, the address is opened again.
    """
    for _ in range(4):
        browser.ask("Page.navigate", url=address)
        if settled(browser, wanted, script):
            return True
    return False


@pytest.mark.skipif("Chromium" not in BROWSERS, reason="there is no Chromium on this machine")
def test_a_language_is_asked_for_kept_and_left(made, tmp_path):
    """From files, without a network: the address decides, then what this browser has kept."""
    html, _ = made
    address = html.as_uri()
    here = "location.href.split('/').pop() + ' ' + document.documentElement.lang"
    with BROWSERS["Chromium"](tmp_path / "profile", patience=120) as browser:
        for asked, wanted in (
            ("book/index.html?lang=de#a", "index.de.html?lang=de#a de"),
            ("book/playground.html", "playground.de.html?lang=de de"),
            ("book/index.fa.html", "index.fa.html fa"),  # who opens a translation gets it
            ("book/index.pl.html?lang=es", "index.es.html?lang=es es"),
            ("book/index.html?lang=xx", "index.es.html?lang=es es"),
        ):
            assert reached(browser, f"{address}/{asked}", wanted, here), asked
        said = words.read("es")[1]
        title = f"14. {said['GEM and A-GEM: a step that does no harm']}"
        shown = "document.querySelectorAll('nav.bd-links > a')[1].textContent"
        assert reached(browser, f"{address}/notebooks/14_x.html", title, shown)
        assert browser.run("document.documentElement.lang") == "en"
        assert said["With transformers' Trainer"] in browser.run(
            "document.querySelector('nav.bd-links').innerText"
        )
        browser.run("document.querySelector('.sq-titles a').click()")
        assert settled(browser, "14_x.html?lang=en en", here, 40)
        assert re.search(
            "GEM and A-GEM: a step", browser.run("document.querySelector('nav.bd-links').innerText")
        )
        assert reached(browser, f"{address}/book/index.html", "index.html en", here)
        assert browser.complaints == []
