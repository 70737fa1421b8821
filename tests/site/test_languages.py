"""Translations in the built book: nothing English is left, nothing is cut."""

import pytest
import words

PAGES = ("book/index", "book/playground")


def english(language: str) -> list[str]:
    """All that a translated page may not say any more, since there is another word for it."""
    messages = words.read(language)[1]
    return [key for key, said in messages.items() if key != said and not set("{*") & set(key)]


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
