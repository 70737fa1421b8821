"""Where a line of a built page may break, and where not; no browser is needed."""

from bs4 import BeautifulSoup, Comment
from dressing import breaks


def page(text):
    return BeautifulSoup(f"<html><body>{text}</body></html>", "html.parser")


def test_a_number_keeps_its_sign_and_a_long_name_ends_at_a_stroke():
    soup = page(
        "<article><p>At 80.9 % [−1.3, 2.7], in <code>"
        "<span class='pre'>tests/learning/test_lwf.py</span></code></p>"
        "<pre>50 % tests/learning/test_lwf.py</pre><span class='math'>5 % x</span>"
        "<table><td>82.1 %, [−1.3, 2.7]</td></table>"
        "<dt class='sig'><span class='sig-prename'>a.b.</span><span>c</span></dt></article>"
    )
    before = soup.get_text()
    breaks.mend(soup)
    assert soup.get_text().replace(breaks.CLOSE, " ") == before
    assert soup.p.get_text().startswith(f"At 80.9{breaks.CLOSE}% [−1.3,{breaks.CLOSE}2.7], in")
    assert str(soup.code.span).count("<wbr/>") == 3
    assert str(soup.pre) == "<pre>50 % tests/learning/test_lwf.py</pre>"
    assert soup.find(class_="math").get_text() == "5 % x"
    assert soup.td.get_text() == f"82.1{breaks.CLOSE}%, [−1.3,{breaks.CLOSE}2.7]"
    assert soup.find(class_="sig-prename").contents[-1].name == "wbr"


def test_no_line_ends_in_an_option_or_in_a_short_name_with_a_hyphen():
    soup = page(
        "<article><p>Emo-DB; <code><span class='pre'>--encoder</span> <span class='pre'>shipped</span>"
        "</code>, <code><span class='pre'>-cyclic-5</span></code>, <code>a-gem</code></p>"
        "<pre>--encoder</pre><table><tr><th>UAR on CREMA-D</th><th>pre-trained</th></tr></table></article>"
    )
    before = soup.get_text()
    breaks.mend(soup)
    assert soup.get_text() == before and str(soup.pre) == "<pre>--encoder</pre>"
    kept = ["--encoder shipped", "-cyclic-5", "a-gem", "CREMA-D"]  # short code as a whole
    assert [span.get_text() for span in soup.select(".sq-whole")] == kept
    longer = page(f"<article><code>sequifi-lite study check NAME</code><code>{'a b ' * 11}</code></article>")
    breaks.mend(longer)
    assert [code.get("class") for code in longer.select("code")] == [["sq-fair"], None], (
        "where lines are long"
    )


def test_a_number_of_many_digits_a_rate_and_the_name_of_a_recording_are_whole():
    soup = page(
        "<article><table><tr><th>two blocks, 2e-6</th><td>1.0986122886681098</td></tr></table>"
        "<p><code>03-01-02-01-01-02-01.wav</code>, <code>predict(embeddings) -> R</code></p></article>"
    )
    kept = ["2e-6", "03-01-02-01-01-02-01", "->"]
    before = soup.get_text()
    breaks.mend(soup)
    assert soup.get_text() == before and not soup.find("wbr")
    assert [span.get_text() for span in soup.select(".sq-whole")] == kept
    once = str(soup)
    breaks.mend(soup)
    assert str(soup) == once, "a page in another language is mended behind the English one"


def test_an_interval_whose_numbers_carry_keys_is_one():
    soup = page("<article><p>+6.4<!--=a/b--> [5.2<!--=a/low-->, 7.6<!--=a/high-->] points</p></article>")
    for key in soup.find_all(string=lambda text: isinstance(text, Comment)):
        key.extract()
    breaks.mend(soup)
    assert soup.p.get_text() == f"+6.4 [5.2,{breaks.CLOSE}7.6] points"


def test_a_comma_behind_a_formula_stays_on_its_line():
    soup = page(
        "<article><p>With <span class='math'>r</span>, and <span class='math'>q</span> too.</p></article>"
    )
    before = soup.get_text()
    breaks.mend(soup)
    assert soup.get_text() == before
    assert [span.get_text() for span in soup.select(".sq-whole")] == ["r,"]


def test_a_column_of_words_is_marked_once_by_its_longest_cell():
    soup = page(
        "<article><table><tr><td>1</td><td>a few words that go on a little</td></tr>"
        f"<tr><td>22</td><td>{'many words ' * 8}</td></tr><tr><td>3</td><td>x</td></tr></table></article>"
    )
    breaks.mend(soup)
    marked = soup.select("td[class]")
    assert [cell["class"] for cell in marked] == [["sq-long"]] and "many" in marked[0].get_text()


def test_so_many_of_so_many_is_one_in_a_cell():
    soup = page(
        "<article><p>11 of 15</p><table><tr><td>11 of 15</td><td>5,586 / 1,856</td></tr></table></article>"
    )
    breaks.mend(soup)
    assert [cell.get_text() for cell in soup.select("p, td")] == [
        "11 of 15",
        "11\xa0of\xa015",
        "5,586\xa0/\xa01,856",
    ]
