"""In a browser: an exercise without code, answered wrongly and rightly, by keys, on a phone, in the dark."""

import json
import re
from pathlib import Path

import pytest
from browsers import again, browser as browser, serious, served as served
from chromium import CHROMIUM
from test_by_hand import FILES, READINGS, TWINS, replayed

from sequifi_lite.teaching import exercises
from sequifi_lite.teaching.exercises import _by_hand, by_hand, check, hints

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium to run the pages")
CHECK = Path(__file__).with_name("pieces_check.js").read_text(encoding="utf-8")
TOLD, TITLE = (f"document.querySelector('{where}').textContent" for where in ("[role=status]", "h3"))
SEED = 11


@pytest.fixture
def page(browser, served, tmp_path):
    """Open exercises on one page, all with the numbers of one seed; nothing may be fetched."""
    path = tmp_path / "page.html"

    def show(*names, theme="light", width=800, kept=None):
        browser.complaints.clear()
        browser.requests.clear()
        browser.look(width, theme)
        head = f'<!doctype html><html lang="en" data-theme="{theme}"><meta charset="utf-8"><title>x</title>'
        head += '<link rel="icon" href="data:,">'
        head += '<meta name="viewport" content="width=device-width, initial-scale=1">'
        ground = "#121212" if theme == "dark" else "#fff"
        body = "\n".join(piece(name).html for name in names)
        path.write_text(
            f'{head}<body style="background:{ground}"><main><h1>x</h1><h2>x</h2>{body}</main>'
            f"<script>{CHECK}</script></body></html>",
            encoding="utf-8",
        )
        browser.open(f"{served}page.html")
        for name in names:
            state = {"seed": SEED} if kept is None else kept
            browser.run(f"localStorage['sequifi_lite.answer.{key(name)}'] = {json.dumps(json.dumps(state))}")
        again(browser)
        return browser

    yield show
    assert browser.complaints == []
    assert [a for a in browser.requests if not a.startswith((f"{served}page.html", "data:", "blob:"))] == []


def piece(name):
    """The form of an exercise, or of a chapter's result to read."""
    return _by_hand.reading(name) if name in READINGS else by_hand(name)


def key(name):
    return f"{name}.reading" if name in READINGS else name


def case(name):
    (path,) = [path for path in FILES if f"\n  {name}: {{" in path.read_text(encoding="utf-8")]
    (twins,) = replayed([path], seeds=[SEED]).values()
    return twins[name]["cases"][0]


def enter(browser, value):
    """Write an answer and press Enter."""
    browser.run(f"document.querySelector('input[type=text]').value = {json.dumps(value)}")
    browser.run("document.querySelector('input[type=text]').focus()")
    browser.press("Enter", 13)


def shown(browser, label):
    buttons = "[...document.querySelectorAll('button')]"
    return browser.run(f"!{buttons}.find((one) => one.textContent === {json.dumps(label)}).hidden")


def written(values):
    return " ".join(str(value) for value in values)


def test_a_mistake_is_told_in_the_words_of_the_check_and_the_right_answer_is_kept(page, capsys):
    b, asked = page("backward_transfer"), case("backward_transfer")
    enter(b, "")
    assert b.run(TOLD) == "Enter an answer first."
    turned = asked["wrong"]["the sign is turned"]
    enter(b, written(turned))
    assert not check("backward_transfer", lambda R: 17.5)
    said, hint = re.search(r"not yet; (.*)\nHint: (.*)\n", capsys.readouterr().out).groups()
    assert b.run(TOLD) == f"✗ Not yet: {said}Hint: {hint}"
    enter(b, str(asked["right"][0]).replace("-", "−").replace(".", ","))  # a true minus, a decimal comma
    assert b.run(TOLD).startswith("✓ Right") and b.run(TITLE).endswith("answered ✓")
    again(b)
    kept = b.run("JSON.parse(localStorage['sequifi_lite.answer.backward_transfer'])")
    assert kept["seed"] == SEED and kept["answered"] is True
    assert (
        b.run(TITLE).endswith("answered ✓")
        and b.run("document.querySelector('input').value") == kept["value"]
    )


def test_nothing_of_the_answer_is_shown_before_three_different_mistakes(page):
    b, asked = page("stability_gap"), case("stability_gap")
    right = str(asked["right"][0])
    wrong = [str(value[0]) for value in asked["wrong"].values()]
    for number in range(4):  # the same mistake: never
        enter(b, wrong[0])
        assert not shown(b, "Show the answer")
        assert b.run(TOLD).endswith(hints("stability_gap")[min(1 + number, 1) :][-1])
    enter(b, "abc")  # what cannot be read is no mistake
    assert "cannot be read" in b.run(TOLD) and not shown(b, "Show the answer")
    enter(b, wrong[1])
    assert not shown(b, "Show the answer")
    before = b.run(
        "document.querySelector('.sqp').innerText + document.querySelector('[role=status]').textContent"
    )
    assert not re.search(
        rf"(?<![\d.]){right}(?![\d.])",
        before.replace(b.run("document.querySelector('.sqp-case').innerText"), ""),
    )
    enter(b, wrong[2])
    assert shown(b, "Show the answer")
    b.run('look.click("Show the answer")')
    assert b.run(TOLD).startswith(f"Here it is {right}.")
    assert b.run("document.activeElement.textContent") == "Other numbers"
    enter(b, right)
    assert "after it was shown" in b.run(TOLD) and not b.run(TITLE).endswith("✓")
    again(b)
    enter(b, right)
    assert not b.run(TITLE).endswith("✓")
    b.run("look.click('Other numbers')")
    assert b.run(TOLD) == "Drawn anew." and not shown(b, "Show the answer")
    assert b.run("document.activeElement.type") == "text"
    assert b.run("JSON.parse(localStorage['sequifi_lite.answer.stability_gap']).answered") is False


def test_a_choice_counts_at_the_first_try_of_a_case(page):
    b, asked = page("decision"), case("decision")
    b.run("document.querySelector('.main').click()")
    assert b.run(TOLD) == "Choose an answer first."
    values = b.run("[...document.querySelectorAll('input')].map((one) => one.value)")
    wrong = next(value for value in values if value != asked["right"][0])
    for value in (wrong, asked["right"][0]):
        b.run(f"document.querySelector('input[value={value}]').focus()")
        b.run(f"document.querySelector('input[value={value}]').click()")
        b.press("Enter", 13)
    assert "not at the first try" in b.run(TOLD) and not b.run(TITLE).endswith("✓")
    kept = b.run("JSON.parse(localStorage['sequifi_lite.answer.decision'])")
    assert kept["seed"] == SEED and kept["spoilt"] is True and kept["answered"] is False
    b.run('look.click("Another case")')
    assert b.run("document.activeElement.type") == "radio"


def test_a_result_is_read_and_a_wrong_reading_is_told_why(page):
    b = page("forgetting")
    assert b.run(TITLE) == "One more: read a result"
    given = READINGS["forgetting"]["cases"][SEED]
    assert given["seed"] == SEED
    for number, value in enumerate(READINGS["forgetting"]["choices"]):
        b.run(f"document.querySelectorAll('input')[{number}].click()")
        b.run("document.querySelector('.main').click()")
        sentences = [text for text, made in given["wrong"].items() if made == [value] != given["right"]]
        assert all(text in b.run(TOLD) for text in sentences[:1])
        assert b.run(TOLD).startswith("✓ Right" if [value] == given["right"] else "✗ Not yet: ")


@pytest.mark.parametrize(
    "kept",
    [{}, 3, "x", {"seed": "a"}, {"seed": -1, "value": [1]}, {"seed": 2**40}, {"seed": 5, "answered": "yes"}],
)
def test_what_is_kept_may_be_damaged(page, kept):
    b = page("uar", kept=kept)
    assert b.run("document.querySelectorAll('table').length") == 1 and not b.run(TITLE).endswith("✓")


def test_readers_are_given_other_numbers(page):
    b = page("backward_transfer", kept={})
    given = "document.querySelector('table').innerText"
    seen = set()
    for _ in range(4):
        b.run("localStorage.clear()")
        again(b)
        seen.add(b.run(given))
        again(b)
        assert b.run(given) in seen  # and keep them
    assert len(seen) > 1


@pytest.mark.parametrize(("theme", "part"), [("light", 0), ("dark", 1)])
def test_every_exercise_fits_a_phone_and_can_be_read_after_use(page, theme, part):
    names = [*TWINS, *READINGS][part::2]
    b = page(*names, theme=theme, width=390)
    for _ in range(2):
        b.run("""for (const box of document.querySelectorAll(".sqp")) {
          const field = box.querySelector("input[type=text]");
          if (field) field.value = "1";
          else box.querySelector("input").click();
          box.querySelector(".main").click();
        }""")
    assert b.run("document.documentElement.scrollWidth") <= 390
    assert b.run(
        "[...document.querySelectorAll('.sqp-scroll')].every((one) => one.scrollWidth <= one.clientWidth)"
    )
    assert b.run("look.contrast()") >= 4.5 and b.run("look.smallest()") >= 12
    assert b.run("look.unlabelled()") == 0
    names = b.run("look.ids()")
    assert len(set(names)) == len(names)
    assert b.run("[...document.querySelectorAll('[role=status]')].every((one) => one.textContent)")
    assert serious(b) == []


# ---------------------------------------------------------------- where it stands


def test_a_stub_in_a_notebook_has_it_below_its_verdict(monkeypatch, capsys):
    import IPython.display

    put = []
    monkeypatch.setattr(IPython.display, "display", put.append)
    check("uar", lambda c: None)
    assert put == []  # a script
    monkeypatch.setattr(exercises._by_hand, "in_a_notebook", lambda: True)
    check("uar", lambda c: 0.3)
    check("name_pattern", lambda: None)
    assert put == []  # written already; answered by code alone
    check("uar", lambda c: None)
    assert [one.html for one in put] == [by_hand("uar").html, _by_hand.reading("quick_tour").html]
