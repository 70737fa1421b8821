"""How built pages are dressed, step by step, on pages of a few lines; no browser is needed."""

import base64
import dataclasses
import doctest
import importlib.util
import json
import zlib
from pathlib import Path

import addresses
import as_colab
import numpy as np
import pytest
import signs
from bs4 import BeautifulSoup
from dressing import (
    access,
    breaks,
    facts,
    formulas,
    front,
    head,
    moved,
    pictures,
    pieces,
    rules,
    search,
)
from PIL import Image

import book
from sequifi_lite.teaching.piece import piece

FACTS = facts.read(book.ROOT, book.ROOT)


def page(text):
    whole = "<html><head><title>T</title></head><body data-default-mode=''>{}</body></html>"
    return BeautifulSoup(whole.format(text), "html.parser")


@pytest.mark.parametrize(
    "module",
    [rules, formulas, addresses, as_colab, access, breaks, signs],
    ids=lambda module: module.__name__,
)
def test_examples(module):
    failed, tried = doctest.testmod(module)
    assert tried and not failed


# ---------------------------------------------------------------- weight


def test_a_figure_is_lighter_and_looks_the_same(tmp_path):
    rng = np.random.default_rng(0)
    few = rng.integers(0, 256, (200, 3), dtype=np.uint8)[rng.integers(0, 200, (120, 160))]
    ramp = np.linspace(0, 255, 160).astype(np.uint8)[None, :, None] * np.ones((120, 1, 3), np.uint8)
    ramp[..., 0] = np.linspace(255, 0, 120).astype(np.uint8)[:, None]
    through = np.dstack([few, rng.integers(0, 2, (120, 160), dtype=np.uint8) * 255])
    (tmp_path / "_images").mkdir()
    for name, points in {"few": few, "ramp": ramp, "through": through}.items():
        Image.fromarray(points).save(tmp_path / f"_images/{name}.png", compress_level=0)
    before = {path.name: path.stat().st_size for path in tmp_path.rglob("*.png")}
    pictures.lighten(tmp_path)
    assert all(path.stat().st_size < before[path.name] / 2 for path in tmp_path.rglob("*.png"))

    def read(name, kind):
        return np.asarray(Image.open(tmp_path / f"_images/{name}.png").convert(kind), int)

    assert (read("few", "RGB") == few).all()
    assert np.abs(read("ramp", "RGB") - ramp).max() < 32 and np.abs(read("ramp", "RGB") - ramp).mean() < 6
    assert (read("through", "RGBA")[..., 3] == through[..., 3]).all()


def test_printed_sentences_wrap_and_programs_do_not():
    shell = "<div class='cell_output'><div class='output stream'><pre>{}</pre></div></div>"
    said, code = shell.format("learnt: not yet\nHint: begin"), shell.format("def f(x):\n    return x")
    soup = page(f"<article class='bd-article'>{said}{code}<pre>typed</pre></article>")
    breaks.mend(soup)
    assert [pre.get("class") for pre in soup.find_all("pre")] == [["sq-says"], None, None]


def test_one_icon_is_named_once():
    soup = page("<article class='bd-article'><h1>T</h1><p>Words.</p></article>")
    soup.head.append(soup.new_tag("link", rel="icon", href="../_static/favicon.svg"))
    head.describe(soup, "book/x.html", FACTS)
    (icon,) = soup.find_all("link", rel="icon")
    assert icon["type"] == "image/svg+xml" and icon["href"] == "../_static/favicon.svg"


@pytest.mark.parametrize("sheet, stays", [
    (".a{x:1}", True), (".b{x:1}", False), (".a.b{x:1}", False), (".a:not(.b){x:1}", True), ("p{x:1}", True),
    (".a::before{content:'}{;'}", True), ("@supports (x:1){.b{x:1}}", False),
    ("[class*=b] .a{x:1}", True),
    (".fa-bars::before{x:1}", False), ("@font-face{font-family:'Font Awesome 6 Free'}", False),
    ("@font-face{font-family:Mine}", True), ("@media (min-width:1px){.b,.a{x:1}}", True),
    ("@import 'x'", True),
])  # fmt: skip
def test_a_rule_stays_when_it_can_hold(sheet, stays):
    assert bool(rules.needed(sheet + ";" * sheet.startswith("@import"), {"a", "fa-bars"})) == stays


def test_of_a_list_of_selectors_those_stay_that_can_hold():
    assert rules.needed("/* .b */.a,.b,:is(.a, .b) p{x:1}", {"a"}) == ".a,:is(.a, .b) p{x:1}"


def test_pictures_wait_and_keep_their_place(tmp_path):
    import matplotlib.pyplot as plt

    plt.imsave(tmp_path / "a.png", [[0, 1, 0], [1, 0, 1]])
    sources = ("src='a.png'", "src='a.png?v=1'", "src='b.svg' style='width:3px'")
    soup = page(f"<article>{''.join(f'<img {source}>' for source in sources)}</article>")
    pictures.wait(soup, tmp_path / "x.html")
    first, second, third = soup.find_all("img")
    assert "loading" not in first.attrs and second["loading"] == third["loading"] == "lazy"
    assert (first["width"], first["height"]) == (second["width"], second["height"]) == ("3", "2")
    assert "width" not in third.attrs


# ---------------------------------------------------------------- formulas


@pytest.mark.parametrize("markup, read", [
    (r'<span class="math">\(a_1\)</span>', ("a_1", False)),
    (r'<div class="math">\[ a \]</div>', ("a", True)),
    (r'<div class="math">\begin{aligned}a\end{aligned}</div>', (r"\begin{aligned}a\end{aligned}", True)),
])  # fmt: skip
def test_tex_is_read_from_what_sphinx_leaves(markup, read):
    assert formulas.read(page(markup).select_one(".math")) == read


def mathjax():
    module = importlib.util.find_spec(
        "sphinx-mathjax-offline"
    )  # a name that cannot be imported by a statement
    return next(file.parent for file in Path(module.origin).parent.rglob("node-main.js"))


def test_formulas_are_drawn_and_read_aloud():
    answer = formulas.run(
        [{"tex": r"\frac{a}{2}", "display": True}, {"tex": r"\frac", "display": False}], mathjax()
    )
    assert "<mfrac><mi>a</mi><mn>2</mn></mfrac>" in answer["set"][0]["markup"]
    assert "tabindex" not in answer["set"][0]["markup"] and "argument" in answer["set"][1]["error"]
    assert "MJXTEX" in answer["style"]


# ---------------------------------------------------------------- access, head, search, front


def test_names_and_roles_are_mended():
    soup = page(
        '<button aria-label="Search">Search <kbd>K</kbd></button>'
        '<button title="Full"><i class="fas fa-expand"></i></button>'
        '<details><summary aria-label="Toggle hidden content">Show code</summary></details>'
        "<table><thead><tr><th></th><th></th></tr></thead><tbody><tr><th>a</th></tr></tbody></table>"
        "<table><thead><tr><th></th><th>b</th></tr></thead></table>"
    )
    access.mend(soup)
    first, second = soup.find_all("button")
    assert "aria-label" not in first.attrs and second["aria-label"] == "Full"
    assert soup.i["aria-hidden"] == "true" and "aria-label" not in soup.summary.attrs
    empty, half = soup.find_all("table")
    assert empty.thead is None and empty.th["scope"] == "row"
    assert half.td is not None and half.th["scope"] == "col"


@pytest.mark.parametrize(
    "code, output, name",
    [
        ("import sys; 'google.colab' in sys.modules", "", "Show the installation"),
        ("import torch", "", "Show the imports"),
        ("x = 1", "", "Show the code"),
        (
            "from x import ask",
            "<div class='cell_output'><script></script><img></div>",
            "Show the code of this part",
        ),
        ("draw()", "<div class='cell_output'><img></div>", "Show the code of this figure"),
        ("table(t)", "<div class='cell_output'><table></table></div>", "Show the code of this table"),
        ("print(1)", "<div class='cell_output'><pre>1</pre></div>", "Show the code of this output"),
    ],
)
def test_folded_code_is_named_by_what_comes_of_it(code, output, name):
    soup = page(
        "<div class='cell'><details class='above-input'><summary><p class='collapsed'>Show code cell source"
        "</p><p class='expanded'>Hide code cell source</p></summary>"
        f"<pre>{code}</pre></details>{output}</div>"
        "<details><summary><p class='collapsed'>3 more rows</p></summary></details>"
    )
    access.mend(soup)
    shown, hidden, other = (tag.get_text() for tag in soup.select("summary p"))
    assert (shown, hidden, other) == (name, name.replace("Show", "Hide"), "3 more rows")


def test_what_holds_more_than_items_is_no_list():
    soup = page(
        "<div role='list'><a id='x'></a><div role='doc-biblioentry'>a</div></div>"
        "<div role='list'><div role='listitem'>b</div></div>"
    )
    access.mend(soup)
    first, second = soup.body.find_all("div", recursive=False)
    assert "role" not in first.attrs and "role" not in first.div.attrs
    assert second["role"] == "list" and second.div["role"] == "listitem"


def test_a_page_is_described_by_its_first_prose():
    long = (
        "This sentence is the first one and says what the page is about. " + "More words follow here. " * 20
    )
    soup = page(
        f"<article><div class='cell'><p>{'x' * 60}</p></div><p>Short.</p>"
        f"<h1>A title#</h1><p>{long}</p></article>"
    )
    assert (
        head.description(soup).startswith("This sentence") and len(head.description(soup)) <= head.LONGEST + 2
    )
    head.describe(soup, "notebooks/10_ewc.html", FACTS)
    assert soup.find("meta", attrs={"property": "og:title"})["content"] == "A title"
    assert soup.find("link", rel="canonical")["href"] == f"{FACTS.site}/notebooks/10_ewc.html"
    assert soup.find("link", rel="icon")["href"] == "../_static/favicon.svg"


def test_the_first_page_has_the_books_title_once():
    soup = page(f"<article><h1>{FACTS.title}#</h1><p>{'Words. ' * 20}</p></article>")
    soup.head.append(soup.new_tag("title"))
    soup.title.string = f"{FACTS.title} — {FACTS.title}"
    head.describe(soup, "book/index.html", FACTS)
    assert soup.title.get_text() == FACTS.title


def test_the_question_names_the_wording():
    """Another wording, another address; and none for pages that nobody wrote."""
    soup = page("<article class='bd-article'></article>")
    head.sign(soup, "notebooks/10_ewc.html", FACTS)
    mark = FACTS.print_of("notebooks/10_ewc.html")
    assert len(mark) == 12 and mark in soup.select_one(".ask a")["href"]
    assert FACTS.print_of("notebooks/11_si_and_mas.html") != mark and FACTS.print_of("genindex.html") == ""


def test_excerpts_are_sentences():
    soup = page(
        "<article class='bd-article'><h1>Title</h1><p>First <code>x</code>.</p>"
        "<div class='cell_input'><p>import os</p></div>"
        "<div class='highlight'><pre>code</pre></div><ul><li><p>An item.</p></li></ul><p>Last.</p></article>"
    )
    assert search.prose(soup.article) == "First x. An item. Last."


def test_excerpts_come_back_as_they_were():
    texts = {"notebooks/10_ewc": "Fisher’s weights. " * 50, "book/map": ""}
    packed = search.deflated(texts)
    assert json.loads(zlib.decompress(base64.b64decode(packed), -15)) == texts and len(packed) < 300


def test_the_first_page_stands_at_the_root_too():
    soup = page(
        "<a href='#here'></a><a href='playground.html#x'></a><a href='../notebooks/01.html'></a>"
        "<img src='../_images/a.png?v=1'><a href='https://x.org/a'></a><script>x</script>"
    )
    text = BeautifulSoup(front.at_the_root(soup), "html.parser")
    links = [link["href"] for link in text.find_all("a")]
    assert links == ["#here", "book/playground.html#x", "notebooks/01.html", "https://x.org/a"]
    assert text.img["src"] == "_images/a.png?v=1"


def test_how_to_cite_stands_in_the_list_of_contents():
    soup = page(
        "<nav class='page-toc'><ul><li class='toc-h2'><a href='#a'>A</a></li></ul></nav>"
        "<article class='bd-article'><section id='x'><h1>T</h1><p>First.</p></section></article>"
    )
    front.open_doors(soup, FACTS)
    assert [link["href"] for link in soup.select("nav.page-toc a")] == ["#a", "#how-to-cite"]
    assert soup.select_one("nav.page-toc li:last-child").get_text() == "How to cite"
    assert soup.select_one("#how-to-cite h2")


def test_a_date_is_left_out_where_there_is_no_history(tmp_path):
    assert facts.last_change(tmp_path) == ""
    soup = page("<div class='bd-footer-content__inner'></div>")
    head.sign(soup, "x.html", dataclasses.replace(FACTS, changed=""))
    assert "last changed" not in soup.get_text() and FACTS.version in soup.get_text()


# ---------------------------------------------------------------- signs


@pytest.mark.parametrize("path", sorted(book.ROOT.glob("book/**/*.md")), ids=lambda path: path.stem)
def test_a_minus_in_prose_is_a_minus(path):
    text = path.read_text(encoding="utf-8")
    assert signs.as_printed(text) == text


# ---------------------------------------------------------------- old addresses


def test_an_old_address_leads_to_the_chapter_and_no_page_is_overwritten(tmp_path):
    chapters = {path.stem for path in book.notebooks()}
    assert not set(moved.MOVED) & chapters and set(moved.MOVED.values()) <= chapters
    (tmp_path / "notebooks").mkdir()
    taken = tmp_path / "notebooks/07_forgetting.html"
    taken.write_text("a chapter")
    moved.write(tmp_path, FACTS)
    assert taken.read_text() == "a chapter"
    text = (tmp_path / "notebooks/08_bounds.html").read_text()
    soup = BeautifulSoup(text, "html.parser")
    assert soup.a["href"] == "09_reference_points.html" and "PAGE" not in text and "SITE" not in text
    assert soup.find("link", rel="canonical")["href"] == f"{FACTS.site}/notebooks/09_reference_points.html"
    assert len(list((tmp_path / "notebooks").iterdir())) == len(moved.MOVED)


# ---------------------------------------------------------------- pieces


def test_a_script_is_cut_at_the_files_it_holds_and_put_together_it_is_the_same():
    known = ("b" * 9, "a" * 5, "c")
    text = "xx" + "a" * 5 + "-" + "b" * 9 + "a" * 5 + "yc"
    cuts = pieces.cut(text, known)
    assert [one for held, one in cuts if held] == ["a" * 5, "b" * 9, "a" * 5, "c"]
    assert "".join(one for _, one in cuts) == text
    assert pieces.cut("", known) == [] and pieces.cut("xyz", known) == [(False, "xyz")]


def test_files_of_pieces_stand_once_and_each_script_can_be_put_together(tmp_path):
    def made(data):
        return piece("sequifi_lite.teaching.quiz", [], [], {"words": data}, "in words")

    (tmp_path / "_static").mkdir()
    texts = {name: [made(f"{name} <b> & {i}").html for i in range(2)] for name in ("one", "two")}
    soups = {
        tmp_path / f"book/{name}.html": BeautifulSoup(
            f"<html><head></head><article>{''.join(both)}<script>let x = 1;</script></article></html>",
            "html.parser",
        )
        for name, both in texts.items()
    }
    scripts = {
        path: [str(tag.string) for tag in soup.select("article script")] for path, soup in soups.items()
    }
    pieces.share(tmp_path, soups)
    runner = (tmp_path / "_static/pieces.js").read_text()
    held = json.loads(runner[runner.rindex("})(") + 3 : runner.rindex(");")])
    assert len(held) == 1  # what all pieces share, behind their data
    for path, soup in soups.items():
        (line,) = soup.head.select("script")
        assert line["src"] == "../_static/pieces.js" and line.has_attr("defer")
        written = BeautifulSoup(str(soup), "html.parser").select("article script")
        assert [tag.get("type") for tag in written] == [pieces.TYPE] * 2 + [None]
        for tag, text in zip(written, scripts[path], strict=True):
            if tag.get("type"):
                parts = json.loads(tag.string)
                assert "".join(held[part] if isinstance(part, int) else part for part in parts) == text
                assert len(tag.string) < len(text) / 2
