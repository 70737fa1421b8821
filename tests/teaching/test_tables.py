"""Tables: what is shown is what was given, in words, with intervals, and the rest behind a click."""

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from sequifi_lite.errors import SequifiError
from sequifi_lite.teaching import show_table


def frame(rows=12):
    values = np.arange(rows) - 3.0
    ends = {"both_low": values - 0.5, "both_high": values + 0.5}
    names = pd.Index([f"method {i}" for i in range(rows)], name="method")
    columns = {"both": values, **ends, "steps": range(rows), "kind": ["a<b"] * rows}
    return pd.DataFrame(columns, index=names)


def cells(row):
    return [cell.get_text() for cell in row.find_all(["th", "td"])]


def test_ten_rows_are_seen_and_the_rest_comes_with_a_click():
    shown = show_table(frame(), "Scores", intervals={"both": ("both_low", "both_high")})
    soup = BeautifulSoup(shown.html, "html.parser")
    first, rest = soup.find_all("table")
    assert soup.select_one(".sq-caption").get_text() == first["aria-label"] == "Scores"
    assert rest.find_parent("details").summary.get_text() == "2 more rows"
    assert rest.find_parent("details").get("open") is None
    assert [len(table.tbody.find_all("tr")) for table in (first, rest)] == [10, 2]
    assert cells(first.thead.tr) == cells(rest.thead.tr) == ["method", "both", "steps", "kind"]
    assert cells(first.tbody.find("tr")) == ["method 0", "−3.0 [−3.5, −2.5]", "0", "a<b"]
    assert cells(rest.tbody.find_all("tr")[-1]) == ["method 11", "8.0 [7.5, 8.5]", "11", "a<b"]
    assert "<b" not in shown.html.replace("<body", "") and "details" not in show_table(frame(10), "Ten").html


def test_numbers_stand_right_and_words_left():
    soup = BeautifulSoup(
        show_table(frame(2), "x", {"both": "mean UAR (%)", "kind": "sort"}).html, "html.parser"
    )
    number, word = soup.tbody.tr.find_all("td")
    assert "sq-words" not in number.get("class", []) and "sq-words" in word["class"]
    assert soup.tbody.tr.th["scope"] == "row" and soup.thead.find_all("th")[1]["scope"] == "col"
    style = soup.style.get_text()
    assert "position: sticky" in style and "text-align: right" in style and "STYLE" not in style


def test_it_is_read_without_markup():
    text = repr(show_table(frame(2), "Scores (%)", {"both": "mean"}, formats={"both": "+.2f"}))
    assert text.split("\n")[0] == "Scores (%)" and "−3.00" in text and "-" not in text and "<" not in text


def test_values_are_written_as_they_are_meant():
    odd = pd.DataFrame(
        {
            "none": [None, np.nan],
            "yes": [True, False],
            "count": [12345, 1],
            "lr": [1e-4, 0.1],
            "text": ["l2-sp", "-1.5"],
        }
    )
    soup = BeautifulSoup(show_table(odd, "x", formats={"lr": "g"}).html, "html.parser")
    assert [cells(row) for row in soup.tbody.find_all("tr")] == [
        ["–", "yes", "12,345", "0.0001", "l2-sp"],
        ["–", "no", "1", "0.1", "−1.5"],
    ]


def test_levels_are_columns_of_their_own():
    index = pd.MultiIndex.from_tuples([("chain", 0.001), ("pair", 1e-4)], names=["setting", "lr"])
    levels = pd.DataFrame(
        [[1.0, 2.0]] * 2, index=index, columns=pd.MultiIndex.from_product([["new"], ["a", "b"]])
    )
    soup = BeautifulSoup(show_table(levels, "x").html, "html.parser")
    assert cells(soup.thead.tr) == ["setting", "lr", "new, a", "new, b"]
    assert cells(soup.tbody.tr) == ["chain", "0.001", "1.0", "2.0"]


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: show_table(frame(), "T", {"bth": "x"}), "no column 'bth' in the table 'T'"),
        (lambda: show_table(frame(), "T", intervals={"both": ("low", "both_high")}), "no column 'low'"),
        (lambda: show_table(pd.DataFrame({"a": []}), "T"), "nothing to show in the table 'T'"),
        (lambda: show_table(pd.DataFrame(), "T"), "nothing to show"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_one_sentence(made, said):
    with pytest.raises(SequifiError) as caught:
        made()
    assert said in str(caught.value) and str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (-0.04, ".1f", "0.0"), (-0.04, "+.1f", "0.0"), (0.04, "+.1f", "0.0"), (-0.06, ".1f", "−0.1"),
        (0.0, "+.2f", "0.00"),
        (-1e-9, ".0%", "0%"), (-1e-9, ".0e", "−1e-09"), (float("-inf"), ".1f", "−inf"),
        (pd.NA, ".1f", "–"), (None, ".1f", "–"),
        (0, "+d", "0"), (np.int64(-3), ".1f", "−3"),
        (2394.0, ".0f", "2,394"), (-12345.678, "+.1f", "−12,345.7"), (999.5, ".1f", "999.5"),
        (7442, "d", "7442"), ("", ".1f", "–"), ("  ", ".1f", "–"),
    ],
)  # fmt: skip
def test_a_number_as_it_is_written(value, form, text):
    shown = show_table(pd.DataFrame({"x": pd.Series([value], dtype=object)}), "x", formats=form)
    assert cells(BeautifulSoup(shown.html, "html.parser").find("tbody").find("tr"))[-1] == text
