"""Translations in the built book: nothing English is left, nothing is cut."""

import json
from pathlib import Path

import pytest
import words

PAGES = ("book/index", "book/playground")


PLAYED = Path(__file__).parents[2] / "sequifi_lite/teaching/playground/words"


def english(language: str) -> list[str]:
    """All that a translated page may not say any more, since there is another word for it."""
    messages = words.read(language)[1]
    played = json.loads(
        (PLAYED / f"{language}.json").read_text(encoding="utf-8")
    )  # "Play" is "Start" in German
    theirs = {*messages.values(), *(said for said in played.values() if isinstance(said, str))}
    return [key for key in messages if key not in theirs and not set("{*") & set(key)]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", words.languages())
def test_a_translation_is_whole_on_a_phone_and_a_desk(name, language, reader, address):
    for width, height in ((1440, 900), (390, 844)):
        reader.wide(width, height, phone=width < 500)
        reader.open(f"{address}{name}.{language}.html")
        assert reader.run("document.documentElement.lang") == language
        assert reader.run("document.documentElement.scrollWidth") <= width
    texts = reader.run(
        "[...document.querySelectorAll('body :not(script, style, pre, pre *)')].flatMap((tag) =>"
        " [...tag.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ textContent }) =>"
        " textContent.replace(/\\s+/g, ' ').trim()))"
    )
    assert sorted(set(texts) & set(english(language))) == []
    assert reader.said == [] and reader.failed == []


@pytest.mark.parametrize("name", PAGES)
def test_the_english_page_leads_to_each(name, reader, address):
    reader.open(f"{address}{name}.html")
    row = reader.run("[...document.querySelectorAll('.sq-languages a')].map(({ hreflang }) => hreflang)")
    assert row == ["en", *words.languages()]
