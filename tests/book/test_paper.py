"""On paper nothing is cut, what moves has a link, and the EPUB is one that readers open."""

import base64
import dataclasses
import re
import zipfile
from xml.dom import minidom

import paper
import pytest
from chromium import CHROMIUM, Chromium
from dressing import facts

import book

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
LONG = "x = " + " + ".join(f"a_long_name_{number}" for number in range(40))
FORMULA = (
    '<span class="math"><mjx-container><svg><path d="M0 0"/></svg><mjx-assistive-mml><math><mi>x</mi></math>'
    "</mjx-assistive-mml></mjx-container></span>"
)
A = f"""<main class="bd-main"><article class="bd-article"><section id="a"><h1>A &amp; B<a class="headerlink" href="#a">#</a></h1>
<p>See <a href="../book/b.html#part">B</a>, <a href="c.html">C</a> and <a href="https://example.org/x">elsewhere</a>. {FORMULA}</p>
<div class="cell"><div class="cell_input"><div class="highlight"><pre>{LONG}</pre></div></div>
<div class="cell_output"><img src="../_images/p.png" alt="a picture" loading="lazy"/></div></div>
<section id="play"><div class="cell"><div class="cell_output"><div><button>Play</button><script>1 &lt; 2</script></div></div>
<div class="cell_output"><audio controls></audio></div></div></section>
<img alt="inside" src="data:image/png;base64,{base64.b64encode(PNG).decode()}"/><table border="1"><tr><th>a<td>1</table><br>
</section></article></main>"""  # noqa: E501
B = """<article class="bd-article"><h1>B</h1><p id="part">x <a href="#play&amp;a=1">a setting</a></p>
<script>a()</script><script>b</script></article>"""


@pytest.fixture
def site(tmp_path):
    html = tmp_path / "html"
    for name, text in (("notebooks/a", A), ("book/b", B)):
        (html / name).parent.mkdir(parents=True, exist_ok=True)
        head = '<head><meta charset="utf-8"><link rel="stylesheet" href="../_static/book.css"></head>'
        (html / f"{name}.html").write_text(f"<html>{head}<body>{text}</body></html>")
    for folder, name, content in (
        ("_images", "p.png", PNG),
        ("_static", "book.css", (book.ROOT / "book/site/print.css").read_bytes()),
    ):
        (html / folder).mkdir()
        (html / folder / name).write_bytes(
            b"pre { overflow: auto; }\n" + content if name[0] == "b" else content
        )
    return html


@pytest.fixture
def about():
    return dataclasses.replace(
        facts.read(book.ROOT, book.ROOT), site="https://site.org/book", title="A <book>"
    )


def test_the_epub_holds_what_the_pages_hold(site, about, tmp_path, monkeypatch):
    monkeypatch.setattr(paper, "CHROMIUM", ())
    (made,) = paper.make(site, tmp_path / "out", ["notebooks/a", "book/b"], about)
    with zipfile.ZipFile(made) as file:
        texts = {name: file.read(name) for name in file.namelist()}
        first = file.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    for name, text in texts.items():
        if name.endswith(("xhtml", "opf", "xml")):
            minidom.parseString(text)  # well formed
    opf = texts["book.opf"].decode()
    listed = re.findall(r'href="([^"]+)"', opf)
    assert set(listed) == set(texts) - {"mimetype", "META-INF/container.xml", "book.opf"}
    assert re.findall(r'idref="p(\d)"', opf) == ["0", "1"] and "A &lt;book&gt;" in opf
    page = texts["notebooks-a.xhtml"].decode()
    assert 'href="book-b.xhtml#part"' in page and "https://site.org/book/notebooks/c.html" in page
    assert (
        page.count(f'<math xmlns="{paper.MATHML}">') == 1 and "mjx" not in page and "headerlink" not in page
    )
    assert "border=" not in page
    setting = "https://site.org/book/book/b.html#play&amp;a=1"
    assert f'href="{setting}"' in texts["book-b.xhtml"].decode()
    assert texts["images/p.png"] == texts["images/inside-1.png"] == PNG and 'properties="mathml"' in opf


def test_what_moves_has_one_sentence_with_a_link_to_its_place(site, about):
    a, b = paper.pages(site, ["notebooks/a", "book/b"], about.site)
    for page, place in ((a, "notebooks/a.html#play"), (b, "book/b.html")):
        links = [tag["href"] for tag in page.body.find_all("a") if tag.get_text() == "on the site"]
        assert links == [f"https://site.org/book/{place}"] and not page.body.select(paper.LIVE)
    assert a.body.select_one("img[alt='a picture']") is not None and a.title == "A & B"


def test_links_on_the_one_page_lead_to_what_is_on_it(site, about):
    text = paper.one_page(site, paper.pages(site, ["notebooks/a", "book/b"], about.site), "T")
    marks = set(re.findall(r' id="([^"]+)"', text))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= marks and 'href="#page-1-part"' in text
    assert 'src="_images/p.png"' in text


def test_without_a_browser_it_says_so(site, about, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(paper, "CHROMIUM", ())
    paper.make(site, tmp_path / "out", ["book/b"], about)
    assert "there is no Chromium" in capsys.readouterr().out


def test_without_a_book_it_is_one_sentence(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(book, "ROOT", tmp_path)
    monkeypatch.setattr("sys.argv", ["paper.py"])
    assert paper.main() == 1 and "type make book first" in capsys.readouterr().err


needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
CUT = (
    "[...document.querySelectorAll('pre')].filter((one) => one.scrollWidth > one.clientWidth + 1"
    " || one.getBoundingClientRect().right > innerWidth + 1).length"
)


@needs_browser
def test_no_code_is_cut_on_a4(site, tmp_path):
    """Between the margins of an A4 page; on a screen the same page scrolls, so a cut would be seen."""
    with Chromium(tmp_path / "profile") as browser:
        browser.ask(
            "Emulation.setDeviceMetricsOverride", width=703, height=1000, deviceScaleFactor=1, mobile=False
        )
        browser.open((site / "notebooks/a.html").as_uri())
        assert browser.run(CUT) == 1
        browser.ask("Emulation.setEmulatedMedia", media="print")
        assert browser.run(CUT) == 0


@needs_browser
def test_the_pdf_has_all_pages(site, about, tmp_path):
    *_, pdf = paper.make(site, tmp_path / "out", ["notebooks/a", "book/b"], about)
    content = pdf.read_bytes()
    assert content.startswith(b"%PDF") and len(re.findall(rb"/Type\s*/Page\b", content)) >= 2
    assert not (site / "on-paper.html").exists()


def test_every_address_in_the_epub_leads_somewhere(site, about, tmp_path, monkeypatch):
    """To a file of it, and there to a mark; no mark is there twice."""
    monkeypatch.setattr(paper, "CHROMIUM", ())
    (made,) = paper.make(site, tmp_path / "out", ["notebooks/a", "book/b"], about)
    with zipfile.ZipFile(made) as file:
        texts = {name: file.read(name).decode() for name in file.namelist() if name.endswith("xhtml")}
        names = file.namelist()
    marks = {name: re.findall(r'\sid="([^"]+)"', text) for name, text in texts.items()}
    assert all(len(set(ids)) == len(ids) for ids in marks.values())
    inside = 0
    for name, text in texts.items():
        for address in re.findall(r'(?:href|src)="([^"]+)"', text):
            if not re.match(r"[a-z]+:", address):
                path, _, mark = address.partition("#")
                assert (path or name) in names and (not mark or mark in marks[path or name]), address
                inside += 1
    assert inside >= 6
