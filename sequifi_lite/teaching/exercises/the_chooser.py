"""Exercises of the chapter on choosing a method."""

from typing import Any

from ..chooser import KEEPS, rows
from ._tools import Answer, Wrong

#: What each case of the exercise may keep, and what comes.
CASES = {
    "ward": ("nothing", "pairs", "Only the model may leave the old ward"),
    "company": ("numbers", "chains", "Recordings have to be deleted"),
    "lab": ("clips", "chains", "Not every clip can be kept"),
}
BEHIND = 1.0  # points that an advised method may be behind the best that is allowed


def advise(answer: Answer) -> None:
    """Ask for a method for each of three described cases.

    - For each case say first what may be kept, then whether one corpus comes or a chain. The chooser asks
      the same.
    - Answer the chooser's questions for "ward": nothing kept, one new corpus. Who may keep nothing of others
      has few methods left, and plain ones among them.
    - Take for each case a method within a point of the best that is allowed, by its name in brackets.
    """
    known = {row["variant"]: row for row in rows()}
    for case, (keeps, where, rule) in CASES.items():
        name = answer(case)
        if not isinstance(name, str) or name not in known:
            raise Wrong(f"for {case!r} it returns {name!r}; return a name that stands in brackets.")
        _judge(name, known, case, keeps, where, rule)


def _judge(name: str, known: dict[str, Any], case: str, keeps: str, where: str, rule: str) -> None:
    row = known[name]
    if name == "told":
        raise Wrong(f"in the case {case!r} nobody says which corpus a clip comes from.", 1)
    if KEEPS.index(row["keeps"]) > KEEPS.index(keeps):
        raise Wrong(f"{rule}, and {name} keeps {row['stored']} ({case!r}).", 1)
    if row[where] is None:
        raise Wrong(f"{name} was not run on {where}, so nothing is known of it ({case!r}).", 1)
    allowed = [r for r in known.values() if KEEPS.index(r["keeps"]) <= KEEPS.index(keeps)]
    best = max(r[where][0] for r in allowed if r["variant"] != "told" and r[where])
    if row[where][0] < best - BEHIND:
        lost = best - row[where][0]
        raise Wrong(f"{name} is allowed in {case!r}, and {lost:.1f} points behind the best that is.", 2)


def sure_of(answer: Answer) -> None:
    """Ask what two intervals of one gain say: is it a gain with other speakers, with other corpora?

    - A gain is sure where the whole interval lies above zero; look at each interval by itself.
    - There are four answers: "both", "speakers", "corpora" and "neither".
    - Both low ends above zero: "both". Only that over speakers: "speakers"; only that over corpora:
      "corpora".
    """
    cases = [
        ((0.8, 1.6), (0.5, 1.9), "both"),
        ((0.1, 0.9), (-0.4, 1.3), "speakers"),
        ((-0.1, 1.5), (-3.2, 4.6), "neither"),
        ((-0.2, 0.4), (0.1, 0.3), "corpora"),
        ((-15.7, -13.9), (-25.3, -4.3), "neither"),
        ((0.0, 0.8), (0.2, 0.6), "corpora"),
        ((-1.2, -0.5), (-2.2, 0.4), "neither"),
    ]
    for speakers, corpora, right in cases:
        said = answer(speakers, corpora)
        if said == right:
            continue
        claimed = {"both": (speakers, corpora), "speakers": (speakers,), "corpora": (corpora,)}.get(
            str(said), ()
        )
        reason = f"for {list(speakers)} and {list(corpora)} it is {right!r}, not {said!r}."
        if max(*speakers, *corpora) < 0:
            reason = "both intervals are below zero: that is a sure loss, and no gain."
        elif speakers[0] == 0:
            reason = "an interval that begins at zero does not lie above it."
        elif any(low < 0 < high for low, high in claimed):
            reason = "that the middle is above zero is not enough: the low end has to be."
        raise Wrong(reason, 1)
