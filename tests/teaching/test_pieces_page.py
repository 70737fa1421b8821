"""In a browser: quiz, prediction, prompts and players work by mouse and keyboard, dark, and on a phone."""

import json
import re
from pathlib import Path

import pytest
from browsers import again, browser as browser, served as served
from chromium import CHROMIUM

from sequifi_lite.teaching import hear
from sequifi_lite.teaching.chooser import chooser
from sequifi_lite.teaching.quiz import predict, prompts, quiz, read

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium to run the pages")
CHECK = Path(__file__).with_name("pieces_check.js").read_text(encoding="utf-8")
TEXT, STATUS = "document.body.innerText", "document.querySelector('[role=status]').textContent"


@pytest.fixture
def page(browser, served, tmp_path):
    """Open pieces on one page; nothing may be fetched and nothing complained about."""
    path = tmp_path / "page.html"

    def show(*pieces, theme="light", width=800):
        browser.complaints.clear()
        browser.requests.clear()
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        browser.ask("Emulation.setDeviceMetricsOverride", **size)
        head = f'<!doctype html><html lang="en" data-theme="{theme}"><meta charset="utf-8"><title>x</title>'
        head += '<link rel="icon" href="data:,">'
        head += '<meta name="viewport" content="width=device-width, initial-scale=1">'
        body = "\n".join(piece.html for piece in pieces)
        path.write_text(f"{head}<body>{body}<script>{CHECK}</script></body></html>", encoding="utf-8")
        browser.open(f"{served}page.html")
        browser.run("localStorage.clear()")
        again(browser)
        return browser

    yield show
    assert browser.complaints == []
    assert [a for a in browser.requests if not a.startswith((f"{served}page.html", "data:", "blob:"))] == []


def click(browser, *words):
    for word in words:
        browser.run(f"look.click({json.dumps(word)})")


def test_a_quiz_says_why_keeps_the_first_try_and_knows_what_is_left(page):
    asked = read("forgetting")["questions"]
    b = page(quiz("forgetting"), quiz("reference_points"))
    right = [choice["right"] for choice in asked[0]["choices"]].index(True)
    wrong = (right + 1) % len(asked[0]["choices"])
    told, score = (f"document.querySelector('.sqp-{name}').textContent" for name in ("told", "score"))
    click(b, "Check")
    assert b.run(told) == "Choose an answer first."
    b.run(f"document.querySelectorAll('input')[{wrong}].click()")
    click(b, "Check")
    note = b.run(f"document.querySelectorAll('.note')[{wrong}].textContent")
    assert note.startswith("✗ Not so. ") and asked[0]["choices"][wrong]["why"][:20] in note
    assert b.run(told).startswith("Not yet")
    b.run(f"document.querySelectorAll('input')[{right}].click()")
    click(b, "Check")
    assert b.run(told) == "Right." and b.run(f"document.querySelectorAll('.note')[{wrong}].hidden")
    assert b.run(score) == "0 of 1 right at the first try; 4 to go."
    assert b.run("JSON.parse(localStorage['sequifi_lite.quiz.forgetting'])") == [
        False,
        None,
        None,
        None,
        None,
    ]
    assert (
        b.run("localStorage['sequifi_lite.quiz.reference_points'] || ''") == ""
    )  # another quiz is another one
    click(b, "Explain every answer")
    assert b.run("[...document.querySelector('fieldset').querySelectorAll('.note')].every((n) => !n.hidden)")
    again(b)
    assert "0 of 1 right" in b.run(score)
    click(b, "Start again")
    assert b.run(score) == "" and b.run("document.activeElement.type") == "radio"


def test_a_quiz_goes_by_keyboard_and_has_names_for_a_screen_reader(page):
    b = page(quiz("forgetting"))
    b.run("document.querySelector('input').focus()")
    b.press("ArrowDown", 40)
    assert b.run("document.querySelectorAll('input')[1].checked")
    b.press("Enter", 13)  # a form: Enter checks
    assert b.run("document.querySelector('.sqp-told').textContent") != ""
    assert (
        b.run("look.unlabelled()") == 0
        and b.run("document.querySelectorAll('fieldset > legend').length") == 5
    )
    region = "document.querySelector('[role=region]').getAttribute('aria-labelledby')"
    assert b.run(f"document.getElementById({region}).textContent") == 'Five questions on "Forgetting"'
    names = b.run("look.ids()")
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("chapter", ["encoders", "forgetting"])
def test_a_prediction_hides_its_answer_until_a_guess_is_made(page, chapter):
    b = page(predict(chapter))
    why = read(chapter)["prediction"]["why"][:30]
    assert why not in b.run(TEXT)
    if chapter == "encoders":
        b.run("document.querySelector('input').click()")
    else:
        b.run("look.slide(-40)")
        assert b.run("document.querySelector('output').textContent") == "−40 points"
    click(b, "This is my guess")
    assert why not in b.run(TEXT)
    click(b, "What came out, and what misleads")
    assert why in b.run(TEXT) and "{{" not in b.run(TEXT)
    if chapter == "forgetting":
        label = b.run("document.querySelector('.sqp-line').getAttribute('aria-label')")
        wanted = r"Your guess: −40\.0\. Measured: −\d+\.\d points \[−\d+\.\d, −\d+\.\d\]\."
        assert re.fullmatch(wanted, label)
    again(b)
    assert why not in b.run(TEXT)  # the guess is kept, the answer has to be asked for
    click(b, "What came out, and what misleads")
    assert why in b.run(TEXT)


def test_prompts_come_back_after_five_days_and_what_is_kept_may_be_damaged(page):
    b = page(prompts())
    today = b.run("Math.floor((Date.now() - 60000 * new Date().getTimezoneOffset()) / 86400000)")
    click(b, "Show the answer", "I knew it", "Show the answer", "Not yet")
    kept = b.run("JSON.parse(localStorage['sequifi_lite.prompts'])")
    assert kept["states"] == {
        "what_is_lost-1": {"days": 5, "due": today + 5},
        "what_is_lost-2": {"days": 0, "due": today + 1},
    }
    assert "6 to ask today; 2 of" in b.run(STATUS)
    click(b, *["Show the answer", "I knew it"] * 6)
    assert "Done for today." in b.run(TEXT)
    click(b, "Some new ones all the same")
    assert b.run("document.activeElement.textContent") == "Show the answer"
    b.run("""localStorage['sequifi_lite.prompts'] = '{"states":{"x":1,"what_is_lost-1":"bad"}}'""")
    again(b)
    assert "8 to ask today; 0 of" in b.run(STATUS)


def test_the_blind_quiz_ends_with_three_scores_and_tells_nothing_before(page):
    b = page(hear.emotion_quiz())
    assert b.run("document.querySelectorAll('input[type=radio]').length") == 6
    for number in range(12):
        assert f"Clip {number + 1} of 12" in b.run(TEXT) and "listeners" not in b.run(TEXT)
        b.run("document.querySelector('input').click()")
        click(b, "Answer")
        assert re.search(r"Of \d+ listeners: .* The probe says \w+\.", b.run(TEXT))
        click(b, "Next clip" if number < 11 else "All three scores")
    assert "You were right on 2 of 12 clips." in b.run(TEXT)  # anger, always
    rows = b.run("[...document.querySelectorAll('tbody tr')].map((row) => row.cells[1].textContent)")
    assert rows[0] == "16.7" and len(rows) == 3
    assert b.run("document.querySelectorAll('th[scope]').length") == 6


@pytest.mark.parametrize("name", ["moods", "leak", "neighbours"])
def test_every_clip_can_be_played_and_is_drawn(page, name):
    b = page(getattr(hear, name)())
    all_of_them, inked = b.run("look.drawn()")
    assert all_of_them == inked >= 4 and b.run("look.unlabelled()") == 0
    lengths = b.run("look.playable()")
    assert len(lengths) == all_of_them and min(lengths) > 0.2
    if name == "neighbours":
        before = b.run(STATUS)
        b.run("look.slide(6)")
        assert before != b.run(STATUS) and "behind block 6" in b.run(STATUS)


def test_the_chooser_leaves_what_is_answered_and_its_table_scrolls_by_itself(page):
    b = page(chooser(), width=390)
    rows, first = (
        "document.querySelectorAll('tbody tr').length",
        "document.querySelector('tbody th').textContent",
    )
    heads = "[...document.querySelectorAll('thead th')].filter((h) => !h.hidden).map((h) => h.textContent)"
    assert b.run(rows) == 10 and len(b.run(heads)) == 11
    for label in ("statistics and weights", "no", "a chain of corpora"):
        words = json.dumps(label)
        b.run(f"[...document.querySelectorAll('label')].find((l) => l.textContent === {words}).click()")
    assert "(router)" in b.run(first) and "In the mean over chains most is gained by" in b.run(STATUS)
    assert "6 chains [speakers]" in b.run(heads) and "17 pairs [speakers]" not in b.run(heads)
    b.run(
        "[...document.querySelectorAll('button')].find((l) => l.textContent.startsWith('Show all')).click()"
    )
    assert b.run(rows) > 30 and "(told)" not in b.run("document.querySelector('tbody').textContent")
    click(b, "Start again")
    assert b.run(rows) == 10 and b.run("document.activeElement.type") == "radio"
    assert b.run("document.documentElement.scrollWidth") <= 390 and b.run("look.unlabelled()") == 0
    assert b.run("look.contrast()") >= 4.5 and b.run("look.smallest()") >= 12


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pieces_fit_a_phone_and_can_be_read_in_the_dark(page, theme):
    b = page(
        quiz("all_corpora"),
        predict("all_corpora"),
        prompts(),
        hear.leak(),
        hear.emotion_quiz(),
        theme=theme,
        width=390,
    )
    assert b.run("document.documentElement.scrollWidth") <= 390
    assert b.run("look.contrast()") >= 4.5 and b.run("look.smallest()") >= 12
