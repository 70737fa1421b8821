"""One name in several spellings."""

import pytest
from hypothesis import given, settings, strategies as st

from sequifi_lite.data.spelling import normal_form, one_spelling


@pytest.mark.parametrize(
    "alike",
    [
        ("S1", "S01", "s1", "S 1", "S_001", "s-1", "Ｓ１", "S1\u200b", "\ufeffS1", "S\u00ad1", "S1.0", "S۱"),
        ("Actor_1", "Actor_01", "actor 1", "ACTOR01", "actor.1"),
        ("1", "01", "1.0", "1,0", "001", "1.00", "１", "\u0661", " 1 ", "#1", "1\u2060"),
        ("1001", "1001.0", "1.001E+03", "01001"),
        ("Why  not?", "why not", "Why not.", "why\u00a0not!", "WHY-NOT"),
        ("don't go", "don’t go", "dont go", "don´t go", "don`t go"),
        ("Straße 7", "STRASSE 07"),
        ("e\u0301te\u0301", "été", "ÉTÉ"),
        ("علي", "علی", "عل\u0640ی"),
        ("angry", "Angry ", "ANGRY", "an\u200cgry"),
        ("İz", "iz"),
        ("-1", "\u22121"),
        ("AC1", "\u0410\u04211", "A\u04211", "\u0391C 01"),  # Cyrillic and Greek letters that look alike
    ],
)
def test_spellings_of_one_name(alike):
    assert {normal_form(name) for name in alike} == {normal_form(alike[0])}, [*map(normal_form, alike)]


@pytest.mark.parametrize(
    "different",
    [
        ("S1", "S10", "S11", "S", "SS1", "S1a", "1S"),
        ("t1_1", "t11", "t1_11", "t_111"),
        ("1.0", "1.1", "10", "0", "100"),
        ("10", "1", "01_0"),
        ("-1", "1"),
        ("A", "B", "Ä"),
        ("?", "-", "*", ""),
        ("A+", "A"),
        ("12e3", "12000"),
        ("v1.1.0", "v1.1"),
        ("OA", "OAF", "YAF"),
        ("كتاب", "كتب"),
        ("страна", "стран"),
        ("привет", "npubem"),
        ("कि", "की"),  # vowel signs are marks and no ornament
    ],
)
def test_names_that_are_different(different):
    assert len({normal_form(name) for name in different}) == len(different), [*map(normal_form, different)]


def test_the_most_frequent_spelling_is_written():
    assert one_spelling({"S1": 9, "s01": 10, "S2": 5}) == {"S1": "s01", "s01": "s01", "S2": "S2"}
    assert one_spelling({"b": 1, "B": 1}) == {"b": "B", "B": "B"}


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.text(max_size=12))
def test_the_form_of_a_form_is_itself(name):
    form = normal_form(name)
    assert normal_form(form) == form
    assert normal_form(f" {name}\u200b") == form
    assert normal_form(name.replace("\u200b", "")) == form


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.dictionaries(st.text(max_size=6), st.integers(1, 50), max_size=12))
def test_spellings_partition_names(counts):
    written = one_spelling(counts)
    assert set(written) == set(counts) and set(written.values()) <= set(counts)
    for one in counts:
        for other in counts:
            assert (written[one] == written[other]) == (normal_form(one) == normal_form(other))
