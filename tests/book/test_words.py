"""The book's words in other languages: nothing is left out, left over, or typed that a table says."""

import csv
import json
import re

import claims
import pytest
import words
from babel import Locale
from browsers import BROWSERS, NARROW

import book
from sequifi_lite.teaching.playground import words as played
from sequifi_lite.teaching.playground.page import SCRIPTS, body, page_file, site

LANGUAGES = ("de", "es", "fa", "pl")
LITERAL = r'"((?:[^"\\]|\\.)*)"'
SAID = re.compile(rf"P\.say\(\s*{LITERAL}")
COUNTED = re.compile(rf"P\.count\(\s*[\w.]+, {LITERAL}, {LITERAL}")
ROLE = re.compile(r"\{(doc|term|cite)\}`(?:[^`<]*<([^`>]+)>|([^`]+))`")


def of_the_playground() -> dict[str, str | None]:
    """What the playground says in English: the singular by the plural, None where no number decides."""
    said = {}
    for name in SCRIPTS:
        said |= dict.fromkeys(SAID.findall(page_file(name)))
        said |= {many: one for one, many in COUNTED.findall(page_file(name))}
    for name in ("page.html", "small.html", "alone.html"):
        said |= dict.fromkeys(played.MARKED.findall(page_file(name)))
    return said | {played_sentence(): None}


def played_sentence() -> str:
    from sequifi_lite.teaching.playground.served import UNREVIEWED

    return UNREVIEWED.strip("[]")


def pairs() -> list[tuple[str, str, str]]:
    """All messages: language, English, translation; a form of a plural is one."""
    made = []
    for language in LANGUAGES:
        for key, said in played.messages(language).items():
            made += [(language, key, form) for form in (said.values() if isinstance(said, dict) else [said])]
        made += [(language, key, said) for key, said in words.read(language)[1].items()]
    return made


def numbers(text: str) -> list[str]:
    """The numbers of a text, without addresses, placeholders, chapters, and signs for thousands."""
    text = re.sub(r"<a href[^>]*>|<[^<>`]*>`|\{[^{}]*\}(?:`[^`<]*`)?|T²|[Kk]apitel \d+|", "", text)
    text = re.sub(r"(?:Chapter|[Cc]apítulo|[Rr]ozdzia\w*|فصل) \d+", "", text)
    text = re.sub(r"\b([1-9]\d{0,2})[.,](\d{3})\b", r"\1\2", text)
    return sorted(number.replace(",", ".") for number in re.findall(r"\d+(?:[.,]\d+)?", text))


# ---------------------------------------------------------------- the files


def test_the_languages_are_those_of_both_and_none_claims_a_review():
    assert words.languages() == played.languages() == LANGUAGES
    for language in LANGUAGES:
        about, own = words.read(language)[0], played.about(language)
        assert about == own and about["language"] == language and about["reviewed"] is False
        assert about["direction"] == ("rtl" if language == "fa" else "ltr")


def test_every_part_of_the_pages_is_said_in_every_language():
    assert words.faults() == [], "run python tools/words.py and translate what it lists"


def test_every_word_of_the_playground_is_said_in_every_language():
    wanted = set(of_the_playground())
    assert len(wanted) > 150
    for language in LANGUAGES:
        assert set(played.messages(language)) == wanted, language
        assert all(said for said in played.messages(language).values())


def test_what_a_file_lacks_or_has_too_much_is_told(tmp_path):
    for name in ("book", "notebooks", "_toc.yml"):
        (tmp_path / name).symlink_to(book.ROOT / name)
    (tmp_path / "book").unlink()
    (tmp_path / "book").mkdir()
    for path in (book.ROOT / "book").iterdir():
        if path.name != "words":
            (tmp_path / "book" / path.name).symlink_to(path)
    (tmp_path / "book/words").mkdir()
    for path in (book.ROOT / "book/words").glob("*.json"):
        (tmp_path / "book/words" / path.name).write_bytes(path.read_bytes())
    about, messages = words.read("pl", tmp_path)
    gone = next(iter(messages))
    words.write(
        "pl", about, {"Spare": "x", **{key: messages[key] for key in messages if key != gone}}, tmp_path
    )
    assert [said.rsplit(": ", 1)[1] for said in words.faults(tmp_path)] == [gone, "Spare"]
    words.tidy(tmp_path)
    assert list(words.read("pl", tmp_path)[1]) == [*words.keys(tmp_path), "Spare"]  # nothing is thrown away


def test_a_plural_has_the_forms_of_its_language():
    plural = {many for many, one in of_the_playground().items() if one}
    assert len(plural) >= 3
    for language in LANGUAGES:
        tags = set(Locale.parse(language).plural_form.tags) | {"other"}
        for key, said in played.messages(language).items():
            assert isinstance(said, dict) == (key in plural), key
            if key in plural:
                assert tags <= set(said) <= tags | {"many"}, (language, key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_links_and_typed_numbers_agree(language):
    for of, key, said in pairs():
        if of != language:
            continue
        fields = re.compile(r"\{[\w+.,=/ -]+\}(?!`)")
        assert sorted(fields.findall(key)) == sorted(fields.findall(said)), (key, said)
        assert sorted(re.findall(r'href="[^"]*"', key)) == sorted(re.findall(r'href="[^"]*"', said)), said
        targets = [(kind, one or other) for kind, one, other in ROLE.findall(key)]
        assert sorted(targets) == sorted((kind, one or other) for kind, one, other in ROLE.findall(said)), (
            said
        )
        assert numbers(key) == numbers(said), (key, said)
        for sign in ("**", "*", "`"):
            assert key.count(sign) == said.count(sign), (key, said)
    about, decimal = words.read(language)[0], re.compile(r"\d\.\d{1,2}(?!\d)")
    if about["decimal"] == ",":
        texts = [said for of, _, said in pairs() if of == language]
        assert not [said for said in texts if decimal.search(re.sub(r"<[^>]*>|\{[^}]*\}", "", said))]


def test_terms_are_translated_the_same_everywhere():
    with (book.ROOT / words.FOLDER / "terms.csv").open(encoding="utf-8", newline="") as file:
        terms = list(csv.DictReader(file))
    odd = []
    for language, key, said in pairs():
        english = re.sub(r"<[^<>]*>|\{[^{}]*\}(?!`)|^[\w.]+$", "", key)
        plain = re.sub(r'<a [^>]*>|<[^<>`"]*>`', "", said)
        for term in terms:
            if re.search(term["english"], english) and not re.search(term[language], plain, re.I):
                odd.append(f"{language}: {term['english']}: {key[:60]} -> {said[:80]}")
    assert odd == []


def test_numbers_of_tables_come_from_the_tables(tmp_path):
    (tmp_path / "book").mkdir()
    page = tmp_path / "book/index.md"
    page.write_bytes((book.ROOT / "book/index.md").read_bytes())
    words.stage(tmp_path)
    parts = page.read_text(encoding="utf-8").split(":::::{container}")
    shown = {part.split()[1][9:]: part for part in parts[1:]}
    assert set(shown) == {"en", *LANGUAGES} and not any("{pairs/" in shown[name] for name in LANGUAGES)
    value = claims.value("pairs/means/variant=vanilla/target")
    assert f"{value:.1f} %" in shown["es"] and f"{value:.1f} %".replace(".", ",") in shown["de"]
    assert f'<bdi dir="ltr">{value:.1f}</bdi>' in shown["fa"]
    assert f"{value:.1f}<!--=" in shown["en"]


# ---------------------------------------------------------------- the playground


def test_no_sentence_stands_in_a_script_untold():
    """A literal of two words or more is said, or is no sentence: classes, settings of an attribute, units."""
    no_sentence = re.compile(r"pg-|use strict|\(prefers|class by class|at once|^#|^ $|ltr|, $")
    for name in SCRIPTS:
        text = re.sub(r"^\s*//.*$|\s// .*$", "", page_file(name), flags=re.M)
        text = COUNTED.sub("", SAID.sub("", text))
        left = [one for one in re.findall(LITERAL, text) if re.search(r"[a-z]{2,} [a-z]", one, re.I)]
        assert [one for one in left if not no_sentence.search(one)] == [], name


def test_the_scripts_of_words_are_light_and_name_no_other_place():
    files = site()
    for language in LANGUAGES:
        text = files[f"words/{language}.js"]
        assert len(text.encode()) < 25_000 and "//" not in text and "</" not in text
        assert f'words/{language}.js"></script>' in body(".", language=language)
    assert "words/" not in body(".") and "[[" not in body(".") + body(".", "small.html")


LETTERS = """(() => {
  const out = [];
  const walk = document.createTreeWalker(document.querySelector(".pg"), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) out.push(walk.currentNode.textContent);
  for (const tag of document.querySelectorAll(".pg, .pg *"))
    for (const name of ["aria-label", "title", "aria-valuetext", "aria-roledescription"])
      if (tag.getAttribute(name)) out.push(tag.getAttribute(name));
  const bare = (text) => text.replace(/\\u27e6[^\\u27e6\\u27e7]*\\u27e7|^\\u27e6\\w\\w$/g, "");
  const once = (text) => { let now = text, next; while ((next = bare(now)) !== now) now = next; return now; };
  const names = /UAR|CREMA-D|RAVDESS|Emo-DB|MESD|nEMO|[\\u27e6\\u27e7]/g;
  return out.map(once).filter((text) => /[a-z]{2,}/i.test(text.replace(names, "")));
})()"""


@pytest.mark.skipif("Chromium" not in BROWSERS, reason="there is no Chromium on this machine")
def test_no_word_of_the_screen_is_left_out(tmp_path):
    """In a language that puts brackets around each message, no letter of the page stands outside of them."""
    said = {key: f"\u27e6{key}\u27e7" for key in of_the_playground()}
    plural = {key for key, one in of_the_playground().items() if one}
    said |= {key: {"one": said[key], "other": said[key]} for key in plural}
    about = {"language": "de", "direction": "rtl", "decimal": ",", "messages": said}
    for name, text in site().items():
        path = tmp_path / "playground" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    text = f"(globalThis.Playground = {{}}).WORDS = {json.dumps(about)};"
    (tmp_path / "playground/words/de.js").write_text(text, encoding="utf-8")
    for face in ("page.html", "small.html"):
        html = re.sub(r">([^<>]+)</(summary|p)>", "></p>", body("playground", face, "de"))
        html = re.sub(r'aria-label="[^"]*"', "", html)  # the words of the HTML are proven above
        head = '<!doctype html><html lang="de" dir="rtl"><meta charset="utf-8"><title>x</title>'
        head += '<meta name="viewport" content="width=device-width, initial-scale=1">'
        (tmp_path / face).write_text(head + html, encoding="utf-8")
    with BROWSERS["Chromium"](tmp_path / "profile", patience=240) as browser:
        browser.look(NARROW, "light")
        browser.open((tmp_path / "page.html").as_uri())
        browser.run("void Playground.app.setSpeed('at once')")
        done = "Playground.app.onframe = ({ lanes }) => lanes.every(({ done }) => done) && ok(1)"
        for preset in browser.run("Object.keys(Playground.PRESETS)"):
            browser.run(f"void Playground.app.preset('{preset}')")
            assert browser.run(LETTERS) == []
        browser.run("void Playground.app.preset('long')")
        browser.run("void Playground.app.togglePredict()")
        assert browser.run(LETTERS) == []
        browser.run(f"new Promise((ok) => {{ {done}; Playground.app.play(); }})")
        assert [text for text in browser.run(LETTERS) if "DbCL" not in text] == []
        width, window = browser.run("[document.documentElement.scrollWidth, innerWidth]")
        assert width <= window
        browser.open((tmp_path / "small.html").as_uri())
        assert browser.run(LETTERS) == []
        done = "Playground.small.onframe = ({ done }) => done && ok(1)"
        browser.run("void (Playground.small.player.speed = 'at once')")
        browser.run(f"new Promise((ok) => {{ {done}; Playground.small.play(); }})")
        assert [text for text in browser.run(LETTERS) if "CC BY" not in text] == []
        assert browser.complaints == []
