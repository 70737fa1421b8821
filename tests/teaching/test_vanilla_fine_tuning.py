"""The checks of chapter 3 say yes to what is right and no, with the reason, to what is not."""

import numpy as np
import pytest

from sequifi_lite.teaching.exercises import check


def rare_weights(labels, classes):
    return len(labels) / (classes * np.bincount(labels, minlength=classes))


def choose_setting(valid):
    column, row = np.unravel_index(valid.T.argmax(), valid.T.shape)
    return row, column


RIGHT = {"rare_weights": rare_weights, "choose_setting": choose_setting}
WRONG = [
    ("rare_weights", lambda labels, classes: None, "nothing"),
    ("rare_weights", lambda labels, classes: len(labels) / np.bincount(labels), "would be K"),
    ("rare_weights", lambda labels, classes: np.bincount(labels) / len(labels), "weigh less"),
    ("rare_weights", lambda labels, classes: 1 / np.bincount(labels), "n / K is missing"),
    (
        "rare_weights",
        lambda labels, classes: classes * (w := 1 / np.bincount(labels)) / w.sum(),
        "mean over clips",
    ),
    ("rare_weights", lambda labels, classes: rare_weights(labels, classes) ** 0.5, "should return"),
    ("rare_weights", lambda labels, classes: rare_weights(labels, classes)[labels], "not one for each clip"),
    ("choose_setting", lambda valid: None, "nothing"),
    ("choose_setting", lambda valid: np.unravel_index(valid.argmax(), valid.shape), "earlier"),
    ("choose_setting", lambda valid: choose_setting(valid)[::-1], "the row comes first"),
    ("choose_setting", lambda valid: valid.argmax(), "two numbers"),
    ("choose_setting", lambda valid: valid.max(), "two numbers"),
    ("choose_setting", lambda valid: (valid.max(1).argmax(), valid.shape[1] - 1), "earlier"),
]


@pytest.mark.parametrize("name", RIGHT)
def test_right(name, capsys):
    assert check(name, RIGHT[name]) and "right" in capsys.readouterr().out


@pytest.mark.parametrize("name, function, reason", WRONG)
def test_wrong(name, function, reason, capsys):
    assert not check(name, function) and reason in capsys.readouterr().out
