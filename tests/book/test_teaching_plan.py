"""The page for teachers: minutes follow the rule, weeks are the map's, mistakes are the checks' own."""

import itertools
import re
import time

import nbformat
import pytest
import teaching_plan as plan
from dressing.reading_path import ReadingPath

import book
from sequifi_lite.teaching.exercises import exercises

CAPSTONES = sorted((plan.ROOT / plan.CAPSTONES).glob("*.ipynb"))


def notebook(place, *cells):
    (place / "notebooks").mkdir(exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells)), place / "notebooks/03_a.ipynb")
    (place / "_toc.yml").write_text(
        "root: x\nparts: [{chapters: [{file: notebooks/03_a}, {file: book/b}]}]\n"
    )
    return plan.chapters(place)


TEXT, CODE = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell


def test_minutes_follow_the_rule(tmp_path):
    (one,) = notebook(
        tmp_path,
        TEXT(
            "# 3. A title: and more\n\n**After this page you can**\n\n- do this;\n- do that.\n\n"
            + "word " * 400
        ),
        CODE("\n".join(["x = 1"] * 24)),
        CODE("hidden()\n" * 50, metadata={"tags": ["hide-input"]}),
        CODE("def f(): ...", metadata={"tags": ["exercise-f"]}),
        TEXT(
            "<details><summary>Solution</summary>\n\n"
            + "word " * 900
            + "\n\n```python\na b c\n```\n</details>"
        ),
        CODE("quiz('a')"),
    )
    assert one.title == "3. A title" and one.slug == "a" and one.goals == ("do this;", "do that.")
    assert one.exercises == ("f",) and one.homework == plan.MINUTES_AN_EXERCISE and one.quiz
    assert (one.cells, one.lines) == (3, 26) and 405 <= one.words <= 420
    assert one.minutes == round(one.words / 150 + 26 / 12 + 3 * 0.5 + 5)
    assert one.link == "[Chapter 3, A title](../notebooks/03_a.ipynb)"


def test_a_sign_in_a_formula_swallows_no_words():
    assert (
        plan.words("if $g < 0$ these <em>words</em> count, as $g > 0$ does")
        == "if g these words count as g does".split()
    )


def test_the_weeks_are_those_of_the_map_and_no_other_cut_has_a_shorter_longest_week():
    made = plan.chapters()
    weeks = plan.in_weeks(made)
    assert [one for week in weeks.values() for one in week] == made
    on_the_map = ReadingPath(plan.ROOT).listed().partition("## A six-week course")[2]
    assert re.findall("^### (.+)$", on_the_map, re.M) == list(weeks)
    minutes = [one.minutes + one.homework for one in made]
    until = [0, *itertools.accumulate(minutes)]
    cuts = itertools.combinations(range(1, len(made)), len(weeks) - 1)
    best = min(max(until[b] - until[a] for a, b in itertools.pairwise((0, *cut, len(made)))) for cut in cuts)
    longest = max(sum(one.minutes + one.homework for one in week) for week in weeks.values())
    assert longest == best, "a week is longer than it need be: cut book/path.yml elsewhere"


def test_every_exercise_of_the_book_is_in_one_chapter_and_most_have_named_mistakes():
    made = plan.chapters()
    assert sorted(name for one in made for name in one.exercises) == sorted(exercises())
    named = plan.mistakes()
    assert set(named) == set(exercises()) and sum(bool(texts) for texts in named.values()) >= 0.9 * len(named)
    assert "this is the accuracy" in " ".join(named["uar"])
    assert all(one.goals for one in made)


def test_a_mistake_is_a_sentence_of_the_code_and_what_only_tells_numbers_is_none(tmp_path):
    (tmp_path / plan.CHECKS).mkdir(parents=True)
    (tmp_path / plan.CHECKS / "a.py").write_text(
        'def f(answer):\n    """Ask for it, and this is no mistake of anybody."""\n'
        '    known = {f"the sum {1} runs over the wrong axis.": 1, "too short.": 2, "it has no full stop at all": 3}\n'  # noqa: E501
        '    wrong(f"it should return {1}, and returns {2}.", 0)\n\ndef _helper(): return "this is not an exercise at all."\n'  # noqa: E501
    )
    assert plan.mistakes(tmp_path) == {"f": ["the sum – runs over the wrong axis."]}


def test_the_page_is_filled_to_the_last_word():
    text = plan.filled((plan.ROOT / plan.PAGE).read_text())
    assert "[[" not in text and "the page names none" not in text and text.count("### Week") == 6
    for one in plan.chapters():
        assert one.link in text


@pytest.mark.parametrize("word", ["[[nothing]]", "[[chapter:nowhere]]", "[[rule:ewc]]"])
def test_a_word_that_stands_for_nothing_is_refused(word):
    with pytest.raises(ValueError, match="stands for nothing"):
        plan.filled(word)


def test_there_are_five_projects_in_their_committed_form():
    assert len(CAPSTONES) == 5
    for path in CAPSTONES:
        assert path.read_text() == book.normal_text(path.read_text()), "run: python tools/book.py strip"
        assert plan.capstones().count(path.name) == 1


@pytest.mark.parametrize("path", CAPSTONES, ids=lambda path: path.stem)
def test_a_project_runs_in_under_a_minute_of_the_processor(path):
    space, begun = {"__name__": "project"}, time.process_time()
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, path.name, "exec"), space)
    assert time.process_time() - begun < 60
