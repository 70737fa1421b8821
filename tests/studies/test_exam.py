"""The conformance exam: its answers worked again, our own library through its door, and planted faults."""

import json
import math
import os
import shutil
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner

from sequifi_lite.cli import main
from sequifi_lite.errors import SequifiError
from sequifi_lite.studies.exam import own_answers, sitting

ROOT = Path(__file__).resolve().parent.parent.parent
CASES = {case["function"]: case for case in sitting.exam()["cases"]}


def test_there_are_twenty_cases_and_each_is_worked_in_words():
    assert len(CASES) == len(sitting.exam()["cases"]) == 20
    for case in CASES.values():
        for key in ("asks", "formula", "source", "answer"):
            assert case[key]
        assert len(case["questions"]) >= 2
        for question in case["questions"]:
            assert (
                set(question["given"]) == set(case["arguments"]) - {"seed"} and len(question["worked"]) > 10
            )
            for name, form in sitting.others(question).items():
                assert np.shape(form) == np.shape(question["answer"]), name


def test_our_own_library_answers_twenty_of_twenty():
    outcomes = sitting.sit(own_answers)
    assert [one for one in outcomes if one.outcome != sitting.RIGHT] == []


# --- every answer worked a second time: plain loops over plain numbers, nothing of the library --------------


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def counts(truth, predicted, classes):
    pairs = list(zip(truth, predicted))
    return [[pairs.count((i, j)) for j in range(classes)] for i in range(classes)]


def uar(truth, predicted, classes):
    C = counts(truth, predicted, classes)
    return mean(C[k][k] / sum(C[k]) for k in range(classes) if sum(C[k]))


def macro_f1(truth, predicted, classes):
    C = counts(truth, predicted, classes)
    both = [sum(C[k]) + sum(row[k] for row in C) for k in range(classes)]
    return mean(2 * C[k][k] / both[k] for k in range(classes) if both[k])


def forgetting(R):
    T = len(R)
    return mean(max(R[i][j] for i in range(j, T - 1)) - R[-1][j] for j in range(T - 1))


def softmax(z):
    e = [math.exp(value) for value in z]
    return [value / sum(e) for value in e]


def log_p(W, b, x, k):
    z = [sum(x[i] * W[i][j] for i in range(len(x))) + b[j] for j in range(len(b))]
    return math.log(softmax(z)[k])


def derivative(f, W, b):
    """By central differences, of a function of W and b: (inputs + 1, classes)."""
    theta, h = np.vstack([W, [b]]).astype(float), 1e-5
    out = np.zeros_like(theta)
    for place in np.ndindex(theta.shape):
        for sign in (1, -1):
            moved = theta.copy()
            moved[place] += sign * h
            out[place] += sign * f(moved[:-1].tolist(), moved[-1].tolist()) / (2 * h)
    return out


def fisher_exact(W, b, x):
    def one(clip):
        for k in range(len(b)):
            p = math.exp(log_p(W, b, clip, k))
            yield p * derivative(lambda W, b: log_p(W, b, clip, k), W, b) ** 2  # noqa: B023

    return mean(sum(one(clip)) for clip in x)


def fisher_empirical(W, b, x, y):
    return mean(
        derivative(lambda W, b: log_p(W, b, clip, k), W, b) ** 2  # noqa: B023
        for clip, k in zip(x, y)
    )


def penalty_gradient(penalty, theta):
    return derivative(lambda W, b: penalty(b), np.zeros((0, len(theta))), theta)[0]


def ewc_gradient(theta, anchors, fishers, lam):
    def penalty(t):
        return sum(lam / 2 * f * (a - b) ** 2 for A, F in zip(anchors, fishers) for a, f, b in zip(A, F, t))

    return penalty_gradient(penalty, theta)


def ewc_online_gradient(theta, anchors, fishers, lam, gamma):
    stiff = [0.0] * len(theta)
    for F in fishers:
        stiff = [gamma * old + new for old, new in zip(stiff, F)]
    return ewc_gradient(theta, anchors[-1:], [stiff], lam)


def si_importance(path, gradients, xi):
    path, gradients = np.array(path, float), np.array(gradients, float)
    return -(gradients * np.diff(path, axis=0)).sum(0) / ((path[-1] - path[0]) ** 2 + xi)


def mas_importance(W, b, x):
    def length(clip):
        return lambda W, b: sum(
            (sum(clip[i] * W[i][j] for i in range(len(clip))) + b[j]) ** 2 for j in range(len(b))
        )

    return mean(abs(derivative(length(clip), W, b)) for clip in x)


def distillation_gradient(student, teacher, T):
    def loss(z):
        return T**2 * mean(
            sum(p * math.log(p / q) for p, q in zip(softmax([v / T for v in t]), softmax([v / T for v in s])))
            for t, s in zip(teacher, z)
        )

    flat = np.array(student, float).ravel().tolist()
    shape = np.shape(student)
    return penalty_gradient(lambda v: loss(np.reshape(v, shape).tolist()), flat).reshape(shape)


def nearest_allowed(g, memories):
    """By looking at every set of constraints that hold with equality."""
    g, G = np.array(g, float), np.array(memories, float)
    candidates = []
    for size in range(len(G) + 1):
        for active in combinations(range(len(G)), size):
            A = G[list(active)]
            candidates.append(g - np.linalg.pinv(A) @ (A @ g) if size else g)
    allowed = [h for h in candidates if (G @ h > -1e-9).all()]
    return min(allowed, key=lambda h: ((h - g) ** 2).sum())


def herding(x, m):
    x, chosen = np.array(x), []
    while len(chosen) < m:
        free = [i for i in range(len(x)) if i not in chosen]
        chosen.append(min(free, key=lambda i: np.linalg.norm(x[[*chosen, i]].mean(0) - x.mean(0))))
    return chosen


def slda_scores(portions, classes, epsilon, queries):
    clips = [clip for portion in portions for clip in portion]
    x, y = np.array([c[0] for c in clips], float), np.array([c[1] for c in clips])
    mu = np.array([x[y == k].mean(0) for k in range(classes)])
    Sigma = sum(np.outer(d, d) for d in x - mu[y]) / len(x)
    L = np.linalg.inv((1 - epsilon) * Sigma + epsilon * np.eye(len(Sigma)))
    distances = np.array([[(q - m) @ L @ (q - m) for m in mu] for q in np.array(queries, float)])
    return (distances[:, :1] - distances) / 2


def reservoir(items, size):
    """Exact: every sequence of draws, each as likely as the next."""
    memories = {tuple(range(min(size, items))): 1.0}
    for item in range(size, items):
        after = {}
        for held, p in memories.items():
            for draw in range(item + 1):
                new = tuple(item if slot == draw else kept for slot, kept in enumerate(held))
                after[new] = after.get(new, 0) + p / (item + 1)
        memories = after
    return [sum(p for held, p in memories.items() if item in held) for item in range(items)]


AGAIN = {
    "uar": uar,
    "macro_f1": macro_f1,
    "average_accuracy": lambda R: mean(R[-1]),
    "forgetting": forgetting,
    "backward_transfer": lambda R: mean(R[-1][j] - R[j][j] for j in range(len(R) - 1)),
    "forward_transfer": lambda R, reference: mean(R[j - 1][j] - reference[j] for j in range(1, len(R))),
    "fisher_exact": fisher_exact,
    "fisher_empirical": fisher_empirical,
    "ewc_gradient": ewc_gradient,
    "ewc_online_gradient": ewc_online_gradient,
    "si_importance": si_importance,
    "mas_importance": mas_importance,
    "distillation_gradient": distillation_gradient,
    "agem": lambda gradient, reference: nearest_allowed(gradient, [reference]),
    "gem": lambda gradient, memories: nearest_allowed(gradient, memories),
    "reservoir": reservoir,
    "herding": herding,
    "der_term": lambda stored, logits, alpha: (
        alpha * mean(((np.array(a) - np.array(b)) ** 2).sum() for a, b in zip(stored, logits))
    ),
    "slda_scores": slda_scores,
    "interpolation": lambda old, new, alpha: [a + alpha * (b - a) for a, b in zip(old, new)],
}


@pytest.mark.parametrize("name", CASES)
def test_every_answer_comes_out_the_same_when_it_is_worked_another_way(name):
    for question in CASES[name]["questions"]:
        np.testing.assert_allclose(AGAIN[name](**question["given"]), question["answer"], rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", CASES)
def test_no_other_form_could_be_taken_for_the_right_one(name):
    questions = CASES[name]["questions"]
    for form in {form for question in questions for form in sitting.others(question)}:
        pairs = [(q["answer"], sitting.others(q)[form]) for q in questions if form in sitting.others(q)]
        assert any(not np.allclose(a, b, rtol=2e-3, atol=2e-5) for a, b in pairs), form


# --- the runner ---------------------------------------------------------------------------------------------


def outcome(name, function):
    return next(one for one in sitting.sit(SimpleNamespace(**{name: function})) if one.function == name)


def no(*given):
    raise NotImplementedError("not here")


def broken(R):
    raise ZeroDivisionError("a\nb")


@pytest.mark.parametrize(
    ("function", "kind", "note"),
    [
        (lambda R: forgetting(R), "right", ""),
        (lambda R: forgetting(R) * (len(R) - 1) / len(R), "wrong", "divided by T"),
        (lambda R: max(0.0, forgetting(R)), "another form", "never negative"),
        (lambda R: 0.35, "wrong", "question 1: 0.35 in place of 0.8"),
        (lambda R: float("nan"), "wrong", "question 1: no numbers"),
        (lambda R: "0.8", "wrong", "question 1: no numbers"),
        (lambda R: None, "wrong", "question 1: no numbers"),
        (lambda R: [forgetting(R)], "wrong", "question 1: [0.8] in place of 0.8"),
        (lambda R: R.clear() or 0.8, "wrong", "question 2"),  # what it was given is a copy
        (broken, "failed", "question 1: ZeroDivisionError: a b"),
        (lambda: 1, "failed", "question 1: TypeError"),
        (no, "not answered", "not here"),
        (0.8, "not answered", ""),
    ],
)
def test_what_comes_of_an_answer(function, kind, note):
    if function is no:
        function = lambda R: no()  # noqa: E731
    one = outcome("forgetting", function)
    assert one.outcome == kind and one.note.startswith(note)


def test_a_reservoir_that_keeps_too_few_or_an_item_twice_is_wrong():
    for kept in ([0], [0, 0], [0, 9], [0, 1, 2], [[0, 1]]):
        assert outcome("reservoir", lambda items, size, seed: kept).outcome == "wrong"  # noqa: B023
    first = outcome("reservoir", lambda items, size, seed: list(range(min(items, size))))
    assert first.outcome == "wrong" and first.note.startswith("question 1: [1, 1, 0, 0, 0, 0]")


def run(*words):
    return CliRunner().invoke(main, ["exam", *map(str, words)])


def test_the_command_says_what_came_of_it(tmp_path):
    done = run()
    assert done.exit_code == 0 and done.stdout.splitlines()[-1].endswith("20 right, of 20")
    file = tmp_path / "adapter.py"
    file.write_text("LIBRARY = 'mine 1'\nprint('noise')\ndef forgeting(R): pass\ndef uar(**k): return 0.75\n")
    done = run("--library", file)
    assert done.exit_code == 0 and "mine 1: 1 right, 19 not answered, of 20" in done.stdout
    assert "no case is called forgeting; did you mean forgetting?" in done.stderr
    file.write_text("def uar(**given):\n    print('noise')\n    return 0.8\n")
    done = run("--library", file, "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 1 and told["counts"]["wrong"] == 1
    assert told["cases"][0] == {
        "function": "uar", "outcome": "wrong", "note": "question 1: 0.8 in place of 0.75",
    }  # fmt: skip
    assert run("--cases").stdout.count("  answer: ") == 20
    assert json.loads(run("--cases", "--json").stdout) == sitting.exam()


def test_an_adapter_that_cannot_be_had_is_told_in_one_sentence(tmp_path):
    (tmp_path / "a.py").write_text("import nothing_of_this_name\n")
    (tmp_path / "b.py").write_text("def (\n")
    (tmp_path / "c.py").write_text("raise SystemExit(3)\n")
    (tmp_path / "d.txt").write_text("uar = 1\n")
    for name, words in {
        "a.py": "ModuleNotFoundError",
        "b.py": "SyntaxError",
        "c.py": "SystemExit",
        "d.txt": "ends in .py",
        "e.py": "There is no adapter",
        ".": "There is no adapter",
    }.items():
        with pytest.raises(SequifiError, match=words):
            sitting.adapter(tmp_path / name)
        done = run("--library", tmp_path / name)
        assert done.exit_code == 2 and done.stderr.count("\n") == 1 and "Traceback" not in done.stderr


# --- faults planted in a copy of the library ----------------------------------------------------------------

PLANTED = {  # case that has to tell: file, what stands there, what is put there
    "uar": (
        "evaluation/metrics.py",
        "np.nanmean(recalls(c), axis=-1)",
        "np.nansum(recalls(c), -1) / c.shape[-1]",
    ),
    "forgetting": ("evaluation/metrics.py", "R[..., j:-1, j].max(-1)", "R[..., j:, j].max(-1)"),
    "backward_transfer": ("evaluation/metrics.py", "axis2=-1))[..., :-1].mean(-1)", "axis2=-1)).mean(-1)"),
    "fisher_exact": ("learning/methods/fisher.py", "weight * layers[layer][1] ** 2", "layers[layer][1] ** 2"),
    "fisher_empirical": (
        "learning/methods/fisher.py",
        "total[2 * layer] += scale",
        "total[2 * layer] = scale / 2",
    ),
    "ewc_gradient": ("learning/methods/_quadratic.py", "self.pulled[i] + o * t if", "self.pulled[i] + t if"),
    "ewc_online_gradient": ("learning/methods/_quadratic.py", "(1 if decay is None else decay)", "1"),
    "si_importance": ("learning/methods/si.py", "before.copy_(p)", "pass"),
    "mas_importance": (
        "learning/methods/mas.py",
        "a.abs().transpose(1, 2), delta.abs())",
        "a.transpose(1, 2), delta).abs()",
    ),
    "distillation_gradient": ("learning/methods/lwf.py", "return T**2 * (", "return ("),
    "agem": ("learning/methods/agem.py", "torch.where(conflict < 0,", "torch.where(conflict < 9e9,"),
    "gem": ("learning/methods/gem.py", "torch.where((v >= 0).all(-1), value, torch.inf)", "value"),
    "reservoir": (
        "learning/memory.py",
        "generator.integers(0, number + 1)",
        "generator.integers(0, np.maximum(number, 1))",
    ),
    "herding": ("learning/memory.py", "total += x[best]", "total = x[best]"),
    "der_term": ("learning/methods/der.py", "** 2).sum(-1).mean(1)", "** 2).mean(-1).mean(1)"),
    "slda_scores": (
        "learning/methods/slda.py",
        "self.n[k] * m / (self.n[k] + m)",
        "self.n.sum() * m / (self.n.sum() + m)",
    ),
    "interpolation": (
        "learning/methods/interpolation.py",
        "(1 - alpha) * source_model + alpha * theta",
        "alpha * source_model + (1 - alpha) * theta",
    ),
    "macro_f1": ("evaluation/metrics.py", "both = c.sum(-1) + c.sum(-2)", "both = 2 * c.sum(-1)"),
    "forward_transfer": (
        "evaluation/metrics.py",
        "- reference[..., 1:]).mean",
        "- reference[..., :-1]).mean",
    ),
    "average_accuracy": (
        "evaluation/metrics.py",
        "_corpora(R)[..., -1, :].mean(-1)",
        "_corpora(R).diagonal(0, -2, -1).mean(-1)",
    ),
}
SITTINGS = """
import json, os, shutil, sys
from pathlib import Path
import torch, numpy, pandas, click  # once, for all faults

root, planted = Path(sys.argv[1]), json.loads(sys.argv[2])
sys.dont_write_bytecode = True  # nothing compiled of one fault may meet the next
sys.path.insert(0, str(root))
for case, (file, before, after) in planted.items():
    path = root / "sequifi_lite" / file
    kept = shutil.copy2(path, root / "kept")
    text = path.read_text()
    assert text.count(before) == 1, f"{before!r} stands {text.count(before)} times in {file}"
    path.write_text(text.replace(before, after))
    if not os.fork():
        from types import SimpleNamespace
        from sequifi_lite.studies.exam import own_answers, sitting
        assert sitting.__file__.startswith(str(root))
        one = SimpleNamespace(**{case: getattr(own_answers, case)})
        told = next(o for o in sitting.sit(one) if o.function == case)
        print(json.dumps([case, told.outcome]), flush=True)
        os._exit(0)
    os.wait()
    shutil.copy2(kept, path)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="copies of the library are tried in forks")
def test_every_planted_fault_is_told_by_its_case(tmp_path):
    ignored = shutil.ignore_patterns("embeddings", "teaching", "finetuning", "cli", "*.csv", "*.gz")
    shutil.copytree(ROOT / "sequifi_lite", tmp_path / "sequifi_lite", ignore=ignored)
    env = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": ""}
    words = [sys.executable, "-c", SITTINGS, str(tmp_path), json.dumps(PLANTED)]
    done = subprocess.run(words, capture_output=True, text=True, env=env, cwd=tmp_path)
    told = dict(map(json.loads, done.stdout.splitlines()))
    assert set(told) == set(PLANTED) and len(PLANTED) == 20, done.stderr
    assert [name for name, outcome in told.items() if outcome == sitting.RIGHT] == []
