"""Names under a title, at most so many, and how many more there are."""

from sequifi_lite.data.findings import counted, in_a_row, some, titled, with_reasons

NAMES = ["a", "b", "c"]


def test_a_list_that_is_not_too_long_is_shown_whole():
    assert titled("missing", NAMES, 3) == ["  missing: 3", "    a", "    b", "    c"]
    assert some(NAMES, 3) == NAMES and in_a_row(NAMES, 3) == "a, b, c"


def test_a_longer_one_says_how_many_more():
    many = [str(n) for n in range(1_234)]
    assert titled("missing", many, 2) == ["  missing: 1,234", "    0", "    1", "    and 1,232 more"]
    assert in_a_row(many, 2) == "0, 1 and 1,232 more"


def test_nothing_found_is_no_line_and_a_name_may_stand_for_several():
    assert titled("missing", [], 3) == []
    assert titled("rate", ["8,000 Hz: 4"], 3, count=4) == ["  rate: 4", "    8,000 Hz: 4"]


def test_reasons_and_numbers():
    assert with_reasons({"a.wav": "empty"}) == ["a.wav (empty)"]
    assert [counted(n, "clip") for n in (0, 1, 1_000)] == ["0 clips", "1 clip", "1,000 clips"]
