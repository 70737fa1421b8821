"""The two tests of a chapter's exercises: right answers pass, others are told what is wrong with them."""

import pytest

from sequifi_lite.teaching.exercises import check


def both_tests(right, wrong):
    """For `right`, name -> function, and `wrong`, (name, function, what the message has to say)."""

    @pytest.mark.parametrize("name", right)
    def a_right_answer_passes(name, capsys):
        assert check(name, right[name]), capsys.readouterr().out

    @pytest.mark.parametrize("number", range(len(wrong)))
    def a_wrong_answer_is_told_what_is_wrong(number, capsys):
        name, function, said = wrong[number]
        passed, out = check(name, function), capsys.readouterr().out
        assert not passed and said in out and "Hint:" in out, out

    return a_right_answer_passes, a_wrong_answer_is_told_what_is_wrong
