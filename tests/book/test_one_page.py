"""The first page on a sheet: all its words, within the margins, as large as there is room."""

import re
import zlib

import numpy as np
import pytest
from bs4 import BeautifulSoup
from dressing import one_page
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from PIL import Image
from test_dressing import FACTS

SENTENCE = "Plain fine-tuning ends at 80.9 % here, and nobody knows why it does."
PAGE = """<article class="bd-article"><section><h1>A title<a class="headerlink">#</a></h1><p>{first}</p>
<nav><p>no part of it</p></nav><section id="the-question"><h2>The question<a>#</a></h2><p>{why}</p></section>
<section id="what-came-out"><h2>What came out</h2><p>All of it:</p><ul><li><p>{one}</p></li><li>{two}</li>
</ul></section><section id="else"><h2>Else</h2><p>left out</p></section></section></article>"""


def soup(times: int = 1) -> BeautifulSoup:
    words = dict(
        first=f"First. {SENTENCE}", why="Why?", one="One " + times * SENTENCE, two="Two cost $5, or $6."
    )
    return BeautifulSoup(PAGE.format(**words), "html.parser")


def test_what_is_said_is_in_order_and_nothing_else():
    sentence = SENTENCE.replace(" %", "\u00a0%")
    assert one_page.paragraphs(soup()) == [
        ("title", "A title"), ("text", f"First. {sentence}"), ("heading", "The question"), ("text", "Why?"),
        ("heading", "What came out"), ("text", "All of it:"), ("item", f"One {sentence}"),
        ("item", "Two cost $5, or $6."),
    ]  # fmt: skip


def test_lines_hold_every_word_and_end_before_the_margin():
    said = one_page.paragraphs(soup(7))
    lines = one_page.set_lines(said, 10)
    assert " ".join(text for _, _, text in lines) == " ".join(text for _, text in said)
    assert (np.diff([at for at, _, _ in lines]) > 0).all()
    measure = FigureCanvasAgg(Figure(figsize=(0.1, 0.1), dpi=600)).get_renderer()
    for _, kind, text in lines:
        kind = "item" if kind == "first" else kind
        font = FontProperties(size=one_page.scale(kind) * 10, weight=one_page.weight(kind))
        wide = measure.get_text_width_height_descent(text, font, False)[0] / 600
        assert wide + (kind == "item") * one_page.indent(10) <= one_page.WIDE - 2 * one_page.MARGIN + 0.02
    assert [kind for _, kind, _ in lines].count("first") == 2


def sheet(tmp_path, page):
    for name in ("_images", "_static"):
        (tmp_path / name).mkdir(exist_ok=True)
    Image.new("RGB", (300, 150), "red").save(tmp_path / "_images/landing.png")
    return one_page.write(tmp_path, page, FACTS).read_bytes()


def test_it_is_one_page_that_links_to_the_site_and_is_made_alike_twice(tmp_path):
    pdf = sheet(tmp_path, soup())
    assert pdf == sheet(tmp_path, soup()) and pdf.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1 and f"{FACTS.site}/".encode() in pdf
    streams = map(unpacked, re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S))
    (drawn,) = [stream for stream in streams if b" Tf" in stream]
    assert drawn.count(b"BT") >= len(one_page.set_lines(one_page.paragraphs(soup()), 11))


def unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def test_what_does_not_fit_or_is_missing_is_told_in_a_sentence(tmp_path):
    with pytest.raises(one_page.SheetError, match="says more than one sheet holds at 7.0 points; shorten"):
        sheet(tmp_path, soup(120))
    assert not (tmp_path / "_static/in_one_page.pdf").exists()
    page = soup()
    page.find(id="what-came-out").decompose()
    with pytest.raises(one_page.SheetError, match="no section 'what-came-out'"):
        sheet(tmp_path, page)


def test_more_words_are_smaller(tmp_path, monkeypatch):
    sizes = []
    monkeypatch.setattr(
        one_page, "draw", lambda path, lines, size, picture, room, facts: sizes.append((size, room))
    )
    for times in (1, 25):
        (tmp_path / "_images").mkdir(exist_ok=True)
        Image.new("RGB", (300, 150), "red").save(tmp_path / "_images/landing.png")
        one_page.write(tmp_path, soup(times), FACTS)
    (large, room), (small, less) = sizes
    assert large == 11 > small >= 7 and min(room, less) >= one_page.LEAST_FIGURE
