"""Exercises of the chapter on what is lost."""

import numpy as np

from ._tools import Answer, Wrong, mistakes, refuse

WORDS = ("never trained", "forgot", "kept")
#: Looks at a run (old and new corpus), what has to be said of it, what a wrong reading says, and which it is.
RUNS = (
    (
        [[78, 78, 78], [31, 31, 31]],
        "never trained",
        {
            "kept": "no score moved on either corpus, so nothing was trained: doing nothing forgets nothing.",
            "forgot": "the old score ends where it began; nothing moved at all.",
        },
    ),
    (
        [[78, 78, 78], [31, 60, 80]],
        "kept",
        {"never trained": "the new score moved, so the run has trained: look at both corpora."},
    ),
    (
        [[78, 74, 74], [31, 70, 60]],
        "kept",
        {"forgot": "the old score lost less than five points; the new one's fall from its best is none."},
    ),
    (
        [[78, 60, 78], [31, 50, 31]],
        "kept",
        {
            "never trained": "it ends as it began, but moved on the way: compare all looks, not the ends.",
            "forgot": "the old score came back: compare the last look with the first, not the lowest.",
        },
    ),
    (
        [[78, 60, 77], [31, 70, 80]],
        "kept",
        {"forgot": "the old score came back: compare the last look with the first, not the lowest."},
    ),
    (
        [[70, 78, 72], [31, 70, 80]],
        "kept",
        {"forgot": "the old score ends above its beginning: compare with the first look, not with the best."},
    ),
    (
        [[70, 75, 80], [31, 70, 80]],
        "kept",
        {"forgot": "the old score rose: a gain is no loss, so mind the sign."},
    ),
    (
        [[78, 75, 73], [31, 70, 80]],
        "forgot",
        {"kept": "the old score ends exactly five points lower, and five or more was asked for."},
    ),
    (
        [[31, 31, 31], [80, 70, 60]],
        "kept",
        {"forgot": "it is the new score that fell: the old corpus comes first."},
    ),
    (
        [[78, 70, 60], [31, 31, 31]],
        "forgot",
        {
            "kept": "the old score ends far below where it began.",
            "never trained": "the old score moved, so the run has trained: look at both corpora.",
        },
    ),
)


#: Scores before and after, each on the old and the new corpus; every wrong rule takes a row of its own.
LEARNERS = (
    ((80, 30), (70, 35)),
    ((80, 30), (62, 90)),
    ((80, 30), (75, 85)),
    ((80, 30), (78, 40)),
    ((80, 30), (80, 30)),
    ((77, 50), (76, 88)),
    ((80, 52), (74, 91)),
    ((82, 20), (78, 70)),
)
RENUMBERED, GREEDY, RIGHT, IDLE, HIGH, BEST_MEAN, BELOW_THE_LINE = 0, 1, 2, 4, 5, 6, 7


def diagnose(answer: Answer) -> None:
    """Ask for what a run's scores say: never trained, forgot, or kept.

    - First ask whether any score moved, on either corpus.
    - A list in which nothing moved has min equal to max; old[0] is the beginning, old[-1] the end.
    - Only a run that moved can have forgotten: compare the last look at the old corpus with the first.
    """
    for (old, new), right, wrong in RUNS:
        got = answer(np.array(old, dtype=float), np.array(new, dtype=float))
        if not isinstance(got, str) or got not in WORDS:
            quoted = ", ".join(f'"{word}"' for word in WORDS)
            raise Wrong(f"it returns {got!r}; give back one of {quoted}.", 1)
        said = wrong.get(got, f'it should be "{right}", and it says "{got}".')
        refuse(got != right, f"old {old}, new {new}: {said}")


def pick_learner(answer: Answer) -> None:
    """Ask for the learner that gains most among those that lose no more than a limit.

    - Two differences: old before less old after is lost, new after less new before is gained.
    - Leave out whoever lost too much, then take the largest gain of the rest.
    - The row number counts all learners, those left out as well: np.where(allowed, gained, -np.inf).
    """
    known = {
        "give back one number, the row of the learner, not a list or a table.": lambda got: np.ndim(got) > 0,
        "this one did nothing: it lost nothing, and it gained nothing.": IDLE,
        "this one gains most of all and loses more than the limit: leave such out first.": GREEDY,
        "a loss of exactly the limit is still allowed: <= instead of <.": BELOW_THE_LINE,
        "this has the highest score on the new corpus; asked for is the largest gain over before.": HIGH,
        "this has the best mean of both scores, and loses more than the limit.": BEST_MEAN,
        "this numbers only those that are allowed: count all rows, from 0.": RENUMBERED,
        "this counts rows from 1; the first is 0.": RIGHT + 1,
    }
    before, after = np.array(LEARNERS, dtype=float).transpose(1, 0, 2)
    for limit, right in ((5.0, RIGHT), (0.0, IDLE), (30.0, GREEDY)):
        got = answer(before.copy(), after.copy(), limit)
        mistakes(got, right, f"with limit {limit:g}", known if right == RIGHT else None)
