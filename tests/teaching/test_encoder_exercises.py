"""The exercises of chapter 8 accept what is right and say what is wrong."""

import numpy as np
import pytest

from sequifi_lite.teaching.exercises import check


def verdict(capsys, name, function):
    right = check(name, function)
    return right, capsys.readouterr().out


def masked_pooling(states, lengths):
    real = [clip[:n] for clip, n in zip(states, lengths)]
    return np.stack([np.concatenate([clip.mean(0), clip.std(0)]) for clip in real])


def by_mask(states, lengths):
    real = (np.arange(states.shape[1]) < lengths[:, None])[..., None]
    n = lengths[:, None]
    mean = (states * real).sum(1) / n
    return np.hstack([mean, np.sqrt((((states - mean[:, None]) * real) ** 2).sum(1) / n)])


def two_scores(valid, test):
    return test[np.arange(len(test)), valid.argmax(1)].mean(), test.mean(0).max()


def test_right_answers(capsys):
    assert verdict(capsys, "masked_pooling", masked_pooling)[0]
    assert verdict(capsys, "masked_pooling", by_mask)[0]
    assert verdict(capsys, "two_scores", two_scores)[0]
    assert verdict(capsys, "two_scores", lambda v, t: np.array(two_scores(v, t)))[0]


def unbiased(states, lengths):
    real = [clip[:n] for clip, n in zip(states, lengths)]
    return np.stack(
        [np.concatenate([clip.mean(0), clip.std(0, ddof=min(1, len(clip) - 1))]) for clip in real]
    )


@pytest.mark.parametrize(
    "name, wrong, said",
    [
        ("masked_pooling", lambda s, n: None, "nothing so far"),
        ("masked_pooling", lambda s, n: s.mean(1), "the shape (3, 3)"),
        ("masked_pooling", lambda s, n: np.hstack([s.mean(1), s.std(1)]), "counted as if it were speech"),
        ("masked_pooling", lambda s, n: np.roll(masked_pooling(s, n), 3, axis=1), "means should come first"),
        ("masked_pooling", unbiased, "divided by n - 1"),
        ("masked_pooling", lambda s, n: np.where(n[:, None] > 1, masked_pooling(s, n), np.nan), "no number"),
        ("masked_pooling", lambda s, n: masked_pooling(s, n) + 1, "it should return"),
        ("two_scores", lambda v, t: ..., "nothing so far"),
        ("two_scores", lambda v, t: 0.5, "two numbers"),
        ("two_scores", lambda v, t: two_scores(v, t)[::-1], "other order"),
        ("two_scores", lambda v, t: (two_scores(v, t)[0], t.max(1).mean()), "another layer in every fold"),
        (
            "two_scores",
            lambda v, t: (t[:, v.mean(0).argmax()].mean(), t.mean(0).max()),
            "other folds' test parts",
        ),
        ("two_scores", lambda v, t: (v.max(1).mean(), t.mean(0).max()), "their test score"),
        ("two_scores", lambda v, t: (t.max(1).mean(), t.mean(0).max()), "chooses on the test part"),
        ("two_scores", lambda v, t: (two_scores(v, t)[0], t.mean(1).max()), "a mean over layers"),
        ("two_scores", lambda v, t: (0.1, 0.2), "it should return"),
    ],
)
def test_wrong_answers_hear_why(capsys, name, wrong, said):
    right, out = verdict(capsys, name, wrong)
    assert not right and said in out and "Hint:" in out
