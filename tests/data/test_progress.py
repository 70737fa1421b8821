"""A bar is seen where one is asked for, and what is gone through is the same."""

from sequifi_lite.data.progress import bar


def test_a_bar_shows_title_and_number_and_changes_nothing(capsys):
    assert list(bar(["a", "b"], "headers", False)) == ["a", "b"]
    assert capsys.readouterr().err == ""
    assert list(bar({"a": 1, "b": 2}, "headers", True)) == ["a", "b"]
    said = capsys.readouterr().err
    assert "headers" in said and "2/2" in said and "file" in said
