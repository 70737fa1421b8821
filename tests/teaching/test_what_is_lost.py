"""The checks of chapter 1 say yes to what is right and no, with the reason, to what is not."""

import numpy as np
import pytest

from sequifi_lite.teaching.exercises import check


def moved(scores):
    return min(scores) != max(scores)


def diagnose(old, new):
    if not moved(old) and not moved(new):
        return "never trained"
    return "forgot" if old[-1] <= old[0] - 5 else "kept"


def judged(lost):
    """Make an answer that judges forgetting by a rule of its own: whether `lost(old, new)`."""
    return lambda old, new: (
        "never trained" if not moved(old) and not moved(new) else "forgot" if lost(old, new) else "kept"
    )


def trained_if(trained):
    """Make an answer that judges whether a run has trained by a rule of its own."""
    return lambda old, new: diagnose(old, new) if trained(old, new) else "never trained"


def choose(before, after, limit):
    lost, gained = (before - after)[:, 0], (after - before)[:, 1]
    return int(np.argmax(np.where(lost <= limit, gained, -np.inf)))


def within(value, allowed=lambda lost, limit: lost <= limit):
    """Make an answer that takes the largest `value(before, after)` of those that are allowed."""
    return lambda before, after, limit: int(
        np.argmax(np.where(allowed((before - after)[:, 0], limit), value(before, after), -np.inf))
    )


def gain(before, after):
    return (after - before)[:, 1]


def anybody(lost, limit):
    return lost < np.inf


def renumbered(before, after, limit):
    allowed = (before - after)[:, 0] <= limit
    return int(np.argmax(gain(before, after)[allowed]))


RIGHT = {"diagnose": diagnose, "pick_learner": choose}
WRONG = [
    ("diagnose", lambda old, new: None, "nothing"),
    ("diagnose", lambda old, new: True, "give back one of"),
    ("diagnose", lambda old, new: "Forgot", "give back one of"),
    ("diagnose", lambda old, new: old, "give back one of"),
    ("diagnose", lambda old, new: "kept", "doing nothing forgets nothing"),
    ("diagnose", lambda old, new: "forgot", "nothing moved at all"),
    ("diagnose", lambda old, new: "never trained", "look at both corpora"),
    ("diagnose", judged(lambda old, new: old[-1] <= old[0] - 5 or new[-1] <= new[0] - 5), "old corpus comes"),
    ("diagnose", judged(lambda old, new: new[-1] <= new[0] - 5), "exactly five"),
    ("diagnose", judged(lambda old, new: min(old) <= old[0] - 5), "not the lowest"),
    ("diagnose", judged(lambda old, new: old[-1] <= max(old) - 5), "not with the best"),
    ("diagnose", judged(lambda old, new: abs(old[-1] - old[0]) >= 5), "mind the sign"),
    ("diagnose", judged(lambda old, new: old[-1] < old[0] - 5), "exactly five points"),
    ("diagnose", judged(lambda old, new: new[-1] < max(new) - 5), "fall from its best"),
    ("diagnose", judged(lambda old, new: old[-1] == old[0] - 5), "far below"),
    ("diagnose", trained_if(lambda old, new: moved(old)), "look at both corpora"),
    ("diagnose", trained_if(lambda old, new: moved(new)), "look at both corpora"),
    ("diagnose", trained_if(lambda old, new: old[0] != old[-1] or new[0] != new[-1]), "not the ends"),
    ("pick_learner", lambda before, after, limit: None, "nothing"),
    ("pick_learner", lambda before, after, limit: after[choose(before, after, limit)], "one number"),
    ("pick_learner", lambda before, after, limit: gain(before, after), "one number"),
    ("pick_learner", within(lambda before, after: (after - before)[:, 0]), "did nothing"),
    ("pick_learner", within(gain, anybody), "leave such out first"),
    ("pick_learner", within(gain, lambda lost, limit: lost < limit), "exactly the limit"),
    ("pick_learner", within(lambda before, after: after[:, 1]), "largest gain over before"),
    ("pick_learner", within(lambda before, after: after.mean(1), anybody), "best mean"),
    ("pick_learner", renumbered, "count all rows"),
    ("pick_learner", lambda *given: choose(*given) + 1, "from 1"),
    ("pick_learner", lambda before, after, limit: choose(before, after, 5.0), "with limit 0"),
    ("pick_learner", lambda before, after, limit: choose(before, after, min(limit, 5.0)), "with limit 30"),
]


@pytest.mark.parametrize("name", RIGHT)
def test_right(name, capsys):
    assert check(name, RIGHT[name]) and "right" in capsys.readouterr().out


@pytest.mark.parametrize("name, function, reason", WRONG)
def test_wrong(name, function, reason, capsys):
    assert not check(name, function) and reason in capsys.readouterr().out
