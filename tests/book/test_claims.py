"""Numbers in prose: rewritten from tables, relations checked, and none of the measured kind without a key."""

import importlib.util
from pathlib import Path

import pytest

from sequifi_lite.studies.digests import seal

ROOT = Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location("claims", ROOT / "tools/claims.py")
claims = importlib.util.module_from_spec(spec)
spec.loader.exec_module(claims)


def written(folder: Path, table: str) -> Path:
    """Folder with a sealed study ``pairs``, whose table ``means`` is this text."""
    (folder / "pairs").mkdir()
    (folder / "pairs/means.csv").write_text(table)
    (folder / "pairs/provenance.json").write_text("{}")
    seal(folder / "pairs")
    return folder


@pytest.fixture
def results(tmp_path):
    rows = "vanilla,0.001,76.149,12345\ner,0.001,81.5,7\ner,0.003,-2.04,7\n"
    return written(tmp_path, f"variant,lr,both,cells\n{rows}")


def test_what_a_column_holds_may_have_commas_and_angle_brackets(tmp_path):
    rows = 'a > b,"raw, rewritten",61.24\na > b,raw,50\na > c,raw,70\n'
    written(tmp_path, f"chain,scaling,acc\n{rows}")
    key = "pairs/means/chain=a > b,scaling=raw, rewritten/acc"
    text = f"It was 1.0<!--={key}-->.<!--?{{{key}}} > 60-->"
    assert claims.rewrite(text, tmp_path) == text.replace("1.0", "61.2")
    assert not claims.broken(text, tmp_path)


def test_numbers_are_rewritten_in_the_form_they_have(results):
    key = "pairs/means/variant=vanilla/both"
    text = f"It was 12.3<!--={key}-->, so 70 %<!--={key}-->; +3.21<!--=pairs/means/variant=vanilla/both-->."
    assert claims.rewrite(text, results) == text.replace("12.3", "76.1").replace("70 %", "76 %").replace(
        "+3.21", "+76.15"
    )
    lost = "pairs/means/variant=er,lr=0.003/both"
    assert claims.rewrite(f"1.0<!--={lost}-->", results) == f"−2.0<!--={lost}-->"
    assert claims.rewrite(f"-1<!--={lost}-->", results).startswith("-2<")
    assert claims.rewrite("1,000<!--=pairs/means/variant=vanilla/cells-->", results).startswith("12,345<")
    again = claims.rewrite(text, results)
    assert claims.rewrite(again, results) == again


@pytest.mark.parametrize(
    "key, said",
    [
        ("pairs/means/variant=er/both", "2 rows"),
        ("pairs/means/variant=none/both", "0 rows"),
        ("pairs/means/variant=vanilla/bath", "'bath'"),
        ("pairs/means/method=vanilla/both", "no column 'method'"),
        ("pairs/other/variant=vanilla/both", "no table pairs/other.csv"),
        ("both", "not study/table/row/column"),
    ],
)
def test_a_key_that_leads_nowhere_says_so(results, key, said):
    with pytest.raises(claims.ClaimError, match=said):
        claims.rewrite(f"1.0<!--={key}-->", results)


def test_relations_are_checked(results):
    a, b = "{pairs/means/variant=vanilla/both}", "{pairs/means/variant=er,lr=0.001/both}"
    assert not claims.broken(
        f"<!--?{b} > {a} + 5--> <!--?abs({a} - {b}) < 6 and 0 < {a} / 2 < 40-->", results
    )
    assert claims.broken(f"<!--?{b} > {a} + 6-->", results) == [f"{b} > {a} + 6"]
    with pytest.raises(claims.ClaimError, match="more than numbers"):
        claims.broken("<!--?open('x') > 1-->", results)
    with pytest.raises(claims.ClaimError, match="more than numbers"):
        claims.broken("<!--?1 == 1-->", results)


def test_measured_numbers_without_a_key_are_found():
    text = (
        "It is 76.1 % and 3 points more, as 81.5<!--=a/b/c=d/e--> says; at 16.0 kHz, version 2.10.1, `12.34`,"
        " $10.5$, 0.95."
    )
    assert claims.unclaimed(text) == ["76.1", "3 points", "0.95"]
    assert claims.unclaimed(text, ("76.1", "3 points", "0.95")) == []


def test_whole_percents_and_decimals_of_one_digit_are_found_and_conventions_are_not():
    text = (
        "It learns 81 % of it, 4.2 more, −0.6 [−1.1, 2.5] and 7%; chance is 25 %, with a 95 % interval, by CC"
        " BY 4.0, on wav2vec 2.0, Python 3.11, at a rate of 0.001, in 5.1 kHz, arXiv 2104.05025."
    )
    assert claims.unclaimed(text) == ["81 %", "4.2", "0.6", "1.1", "2.5", "7%"]
    keyed = "81 %<!--=a/b/c=d/e--> and 4.2<!--=a/b/c=d/e-->"
    assert claims.unclaimed(keyed) == []


def test_differences_in_words_need_a_relation_in_their_paragraph():
    held = "It is within two points.<!--?1 < 2-->"
    assert claims.unrelated(held) == []
    assert claims.unrelated(f"{held}\n\nHalf of it is half a point off, or a point and a half.") == [
        "half a point",
        "a point",
    ]
    assert claims.unrelated(f"- {held}\n- Seven points more.\n- At a point at which it turns.") == []
    assert claims.unrelated(f"- {held}\n- By seven points more.") == ["seven points"]
    assert claims.unrelated(f"By seven points more.{claims.CHECKED}") == []
    assert claims.unrelated("By a point.", ("a point",)) == []


@pytest.mark.parametrize("path", claims.pages(), ids=lambda path: path.name)
def test_the_pages_of_the_book(path):
    text = "\n".join(claims.prose(path))
    assert claims.rewrite(text) == text, "run: make claims"
    assert claims.broken(text) == []
    numbers = claims.allowed(path)
    assert numbers is None or claims.unclaimed(text, numbers) == [], (
        "give each its key, or print it in a cell"
    )
    if path.relative_to(ROOT).as_posix().startswith(claims.KEYED) and numbers is not None:
        assert claims.unrelated("\n\n".join(claims.prose(path)), numbers) == [], "give each a relation"
    if claims.CHECKED in text:  # then a cell below has to stop the page
        assert "Checked: the text" in path.read_text(encoding="utf-8")
