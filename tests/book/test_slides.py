"""Slides: what a chapter has comes in its order, addresses lead on, keys go from slide to slide."""

import base64
import re

import pytest
import slides
from browsers import BROWSERS
from bs4 import BeautifulSoup

import book
from sequifi_lite.teaching.quiz import questions
from sequifi_lite.teaching.quiz.numbers import filled

PAGE = """<article class="bd-article"><section id="x"><h1>10. Springs<a class="headerlink">#</a></h1>
<p>What holds a weight? See <a href="13_experience_replay.html#run">replay</a>,
<a href="../book/map.html">a map</a>.</p>
<section><h2>The idea</h2><p>A spring.</p><p>Figure 9. No prose.</p><p>Stiff or soft.</p>
<div class="math notranslate">F = k x</div><p>k is stiffness.</p></section>
<section><h2>Code</h2><div class="cell tag_hide-input">
<div class="cell_input"><pre>def hidden(): pass</pre></div></div>
<div class="cell"><div class="cell_input"><pre>print(code_of(EWC))</pre></div>
<div class="cell_output"><pre>%s</pre><img src="../_images/a.png" alt="an &quot;A&quot;"></div></div>
<p><strong>Figure 1.</strong> Two weights.</p><button>Play</button></section>
<section><h2>What it says</h2><p>Springs hold.</p></section>
<section><h2>Remember</h2><ul><li>Springs.</li></ul></section></section>
<section class="sq-next"><p>Next</p></section></article>""" % (
    "def pull(self):\n" + "\n".join(f"    line_{number} = 1 &lt; 2" for number in range(40))
)
TITLES = ["10. Springs", "Guess first", "One picture", "The idea", "The formula", "The code"]
TITLES += ["What came of it", "What it means", *(f"Question {n}" for n in range(1, 6)), "Remember"]


@pytest.fixture
def html(tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks/10_ewc.html").write_text(PAGE, encoding="utf-8")
    return tmp_path


def test_a_deck_has_what_the_chapter_has_in_its_order(html):
    (made,) = slides.write(html, ["book/index", "notebooks/10_ewc"])
    soup = BeautifulSoup(made.read_text(encoding="utf-8"), "html.parser")
    parts = soup.select("main > section")
    assert [part.find(re.compile("h[12]")).get_text() for part in parts] == TITLES
    text = {title: part for title, part in zip(TITLES, parts, strict=True)}
    assert "A spring." in str(text["The idea"]) and "No prose" not in str(text["The idea"])
    assert "F = k x" in str(text["The formula"]) and "k is stiffness." in str(text["The formula"])
    assert "Two weights" in str(text["One picture"]) and text["One picture"].img["alt"] == 'an "A"'
    lines = text["The code"].pre.get_text().split("\n")
    assert lines[0] == "def pull(self):" and len(lines) == slides.MOST_LINES + 1 and lines[-1] == "…"
    assert "Springs hold." in str(text["What it means"]) and "<li>Springs.</li>" in str(text["Remember"])
    assert "{{" not in soup.get_text() and not soup.select("button") and "Next" not in soup.main.get_text()
    assert len({tag["id"] for tag in soup.select("[id]")}) == len(soup.select("[id]"))


def test_questions_are_those_of_the_quiz_and_answers_the_right_ones(html):
    (made,) = slides.write(html, ["notebooks/10_ewc"])
    soup, quiz = BeautifulSoup(made.read_text(encoding="utf-8"), "html.parser"), questions.read("ewc")
    shown = [part for part in soup.select("main > section") if part.find("details")]
    assert len(shown) == len(quiz["questions"]) == 5
    for part, question in zip(shown, quiz["questions"], strict=True):
        right = [chr(65 + n) for n, choice in enumerate(question["choices"]) if choice["right"]]
        assert re.findall(r"\b([A-E])\. ", part.details.p.get_text())[: len(right)] == right
        assert len(part.select("ol.choices li")) == len(question["choices"])


def test_every_chapter_has_a_guess_that_can_be_shown():
    for chapter in questions.chapters():
        guess = filled(questions.read(chapter))["prediction"]
        shown = slides.asked(guess)
        assert ("Write down a number from" in shown) == ("scale" in guess) and "{{" not in shown
        assert ("choices" in shown) == ("choices" in guess) and "{{" not in slides.outcome(guess)


def test_addresses_lead_on_from_where_decks_lie(html):
    (made,) = slides.write(html, ["notebooks/10_ewc"])
    text = made.read_text(encoding="utf-8")
    for address in ("notebooks/13_experience_replay.html#run", "book/map.html", "notebooks/10_ewc.html"):
        assert f'href="../../{address}"' in text
    assert 'src="../../_images/a.png"' in text and "CHAPTER" not in text and "SLIDES" not in text
    assert {path.name for path in made.parent.iterdir()} == {"10_ewc.html", "slides.css", "slides.js"}


def test_a_chapter_without_a_page_is_one_sentence(tmp_path):
    with pytest.raises(book.BookError, match="notebooks/10_ewc.html has no article"):
        slides.write(tmp_path, ["notebooks/10_ewc"])


def test_without_a_book_it_is_one_sentence(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(book, "ROOT", tmp_path)
    monkeypatch.setattr("sys.argv", ["slides.py"])
    assert slides.main() == 1 and "type make book first" in capsys.readouterr().err


@pytest.mark.skipif("Chromium" not in BROWSERS, reason="there is no Chromium on this machine")
def test_keys_go_on_and_back_and_paper_has_a_page_a_slide(html, tmp_path):
    (made,) = slides.write(html, ["notebooks/10_ewc"])
    top = "Math.round(scrollY / innerHeight)"
    with BROWSERS["Chromium"](tmp_path / "profile", patience=120) as browser:
        browser.look(1440, "light")
        browser.open(made.as_uri())
        for key, code, wanted in (
            ("ArrowRight", 39, 1),
            ("PageDown", 34, 2),
            ("ArrowLeft", 37, 1),
            ("Home", 36, 0),
        ):
            browser.press(key, code)
            assert browser.run(f"new Promise((ok) => setTimeout(() => ok({top}), 300))") == wanted, key
        pdf = browser.ask("Page.printToPDF", preferCSSPageSize=True)["data"]
        assert len(re.findall(rb"/Type\s*/Page\b", base64.b64decode(pdf))) == len(TITLES)
