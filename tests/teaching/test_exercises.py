"""The checks say yes to what is right and no, with the reason, to what is not."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.special import softmax

from sequifi_lite.teaching import exercises
from sequifi_lite.teaching.exercises import check
from sequifi_lite.teaching.exercises._tools import Wrong, any_of, mistakes, refuse, shaped


def verdict(capsys, name, function):
    right = check(name, function)
    return right, capsys.readouterr().out


@pytest.mark.parametrize("nothing", [None, ...])
@pytest.mark.parametrize("name", exercises.exercises())
def test_an_answer_that_returns_nothing_is_told_so_in_every_exercise(name, nothing, capsys):
    right, out = verdict(capsys, name, lambda *arguments, **named: nothing)
    assert not right and f"{name}: not yet; it returns nothing so far.\nHint: " in out


def test_nothing_for_some_inputs_alone_is_another_mistake(capsys):
    right, out = verdict(capsys, "gap_closed", lambda m, v, j: (m - v) / (j - v) if j - v >= 1 else None)
    assert not right and "it returns a value for some inputs and nothing for others." in out


def test_last_class_share(capsys):
    assert verdict(capsys, "last_class_share", lambda p, o: (p == o[:, -1:]).mean(1))[0]
    for wrong, said in (
        (lambda p, o: None, "it returns nothing so far"),
        (lambda p, o: ..., "it returns nothing so far"),
        (lambda p, o: (p == o[:, :1]).mean(1), "first class of each order"),
        (lambda p, o: (p == o[:, -1:]).mean(), "a single number"),
        (lambda p, o: (p == o[:, -1:]).mean(0), "wrong axis"),
        (lambda p, o: (p == 3).mean(1), "highest number"),
        (lambda p, o: (p == o[-1, -1]).mean(1), "last run for all"),
        (lambda p, o: (p == o[:, -1:]).sum(1), "counts the predictions"),
        (lambda p, o: 100 * (p == o[:, -1:]).mean(1), "in %"),
        (lambda p, o: (p != o[:, -1:]).mean(1), "all other classes"),
        (lambda p, o: np.zeros(3), "it should return"),
        (lambda p, o: p / "a", "it raises"),
    ):
        right, out = verdict(capsys, "last_class_share", wrong)
        assert not right and said in out and "Hint:" in out


def test_stability_and_plasticity(capsys):
    assert check("stability_and_plasticity", lambda before, after: after - before)
    for wrong, said in (
        (lambda before, after: None, "nothing so far"),
        (lambda before, after: (after - before)[::-1], "other order"),
        (lambda before, after: before - after, "signs are turned"),
        (lambda before, after: abs(after - before), "sign of dS"),
        (lambda before, after: after / before, "ratios"),
        (lambda before, after: (after - before) / before, "relative changes"),
        (lambda before, after: after, "scores after training"),
        (lambda before, after: (after[1] - after[0], before[1] - before[0]), "target with source"),
        (lambda before, after: after - before[::-1], "the other corpus"),
        (lambda before, after: (1.0, 2.0), "it should return"),
        (lambda before, after: 3.0, "two numbers"),
    ):
        right, out = verdict(capsys, "stability_and_plasticity", wrong)
        assert not right and said in out


def test_uar(capsys):
    assert check("uar", lambda c: (np.diag(c) / c.sum(1)).mean())
    for wrong, said in (
        (lambda c: None, "nothing so far"),
        (lambda c: np.trace(c) / c.sum(), "this is the accuracy"),
        (lambda c: (np.diag(c) / c.sum(0)).mean(), "wrong axis"),
        (lambda c: np.diag(c) / c.sum(1), "recalls of the four classes"),
        (lambda c: np.median(np.diag(c) / c.sum(1)), "median"),
        (lambda c: (np.diag(c) / c.sum(1)).sum(), "sum of the recalls"),
        (lambda c: 100 * (np.diag(c) / c.sum(1)).mean(), "in %"),
        (lambda c: np.diag(c).mean(), "number of right clips"),
        (lambda c: (np.diag(c) / c.sum()).mean(), "divided by all clips"),
        (lambda c: (c / c.sum(1)).mean(), "diagonal alone"),
        (lambda c: c[0], "should return shape ()"),
    ):
        right, out = verdict(capsys, "uar", wrong)
        assert not right and said in out


def test_percentile_interval(capsys):
    assert check(
        "percentile_interval", lambda draws, level: np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    )
    for wrong, said in (
        (lambda draws, level: None, "nothing so far"),
        (lambda draws, level: np.quantile(draws, [1 - level, level]), "90 % interval"),
        (lambda draws, level: np.quantile(draws, [0.025, 0.975]), "whatever the level"),
        (lambda draws, level: np.quantile(draws, [(1 + level) / 2, (1 - level) / 2]), "other order"),
        (lambda draws, level: np.percentile(draws, [(1 - level) / 2, (1 + level) / 2]), "use np.quantile"),
        (
            lambda draws, level: draws[[int(1000 * (1 - level) / 2), int(1000 * (1 + level) / 2)]],
            "not sorted",
        ),
        (lambda draws, level: (draws.min(), draws.max()), "smallest and the largest"),
        (lambda draws, level: draws.mean() + draws.std() * np.array([-1.96, 1.96]), "standard deviations"),
        (lambda draws, level: np.diff(np.quantile(draws, [(1 - level) / 2, (1 + level) / 2]))[0], "width"),
        (lambda draws, level: (1.0, 2.0), "it should return"),
    ):
        right, out = verdict(capsys, "percentile_interval", wrong)
        assert not right and said in out


def test_name_pattern(capsys):
    assert check("name_pattern", lambda: r"(?P<speaker>vp\d+)_(?P<sentence>t\d+)_(?P<emotion>[a-z]+)")
    for wrong, said in (
        (lambda: None, "nothing so far"),
        (lambda: "(", "no regular expression"),
        (lambda: 3, "no regular expression"),
        (lambda: r"(?P<speaker>\w+)_(?P<emotion>\w+)", "no group called sentence"),
        (
            lambda: r"^(?P<speaker>vp\d+)_(?P<sentence>t\d+)_(?P<emotion>[a-z]+)",
            "sub/vp11_t5_freude.flac; ^ allows no folder",
        ),
        (lambda: r"(\w+)_(\w+)_(\w+)", "no group called speaker; its groups have no names"),
        (
            lambda: r"(?P<speaker>vp\d+)_(?P<sentence>t\d+)_(?P<emotion>wut|freude|neutral)",
            "does not fit vp07_t1_trauer.wav.",
        ),
        (lambda: r"(?P<speaker>vp\d\d)_(?P<sentence>t\d)_(?P<emotion>[a-z]+)", "does not fit day 2/vp120"),
        (lambda: r"(?P<speaker>vp\d+)_(?P<sentence>t\d+)_(?P<emotion>.+)", "'wut.wav'"),
        (
            lambda: r"((?P<speaker>vp\d+)_(?P<sentence>t\d+)_(?P<emotion>[a-z]+))|vp",
            "also fits notes_on_vp03.wav",
        ),
    ):
        right, out = verdict(capsys, "name_pattern", wrong)
        assert not right and said in out, out


def test_told_by_the_voice(capsys):
    def answer(speakers, emotions, count=len):
        one = [emotions[speakers == who] for who in set(speakers)]
        return sum(count(own) for own in one if len(set(own)) == 1) / len(speakers)

    assert check("told_by_the_voice", answer)
    for wrong, said in (
        (lambda s, e: None, "nothing so far"),
        (lambda s, e: np.mean([len(set(e[s == who])) == 1 for who in set(s)]), "counts speakers"),
        (lambda s, e: 1 - answer(s, e), "share of the other clips"),
        (lambda s, e: answer(s, e) * len(s), "a number of clips"),
        (lambda s, e: answer(s, e) * len(s) / len(set(s)), "number of speakers"),
        (lambda s, e: 100 * answer(s, e), "per cent"),
        (
            lambda s, e: sum(np.unique(e[s == who], return_counts=True)[1].max() for who in set(s)) / len(s),
            "commonest",
        ),
        (lambda s, e: 0.7, "should return"),
        (lambda s, e: 0.6, "one emotion each"),
    ):
        right, out = verdict(capsys, "told_by_the_voice", wrong)
        assert not right and said in out, out


def without_a_floor(x):
    rest, free = x - x.mean(1)[:, None] - x.mean(0) + x.mean(), len(x) - 1
    orders = x.shape[1] * ((x.mean(1) - x.mean()) ** 2).sum() / free
    return (orders - (rest**2).sum() / (free * (x.shape[1] - 1))) / x.shape[1]


@pytest.mark.parametrize(
    "name, wrong, said",
    [
        (
            "joint_steps",
            lambda T, sizes: round(
                T * max(1, len(sizes) - 1 + (len(sizes) > 2)) * sum(sizes) / sum(sizes[1:])
            ),
            "counts T steps for the source, too",
        ),
        ("shown_class", lambda order, steps, cycles: np.resize(order, steps), "changes at every step"),
        (
            "leak_of_a_step",
            lambda h, p, c, other, eta: -eta * (p - np.eye(len(p))[c]) * (h @ other),
            "the bias is missing",
        ),
        ("variance_of_orders", without_a_floor, "never negative"),
    ],
)
def test_mistakes_that_no_chapter_tries(name, wrong, said, capsys):
    right, out = verdict(capsys, name, wrong)
    assert not right and said in out


# ---------------------------------------------------------------- the shared pieces


def test_the_right_value_passes_and_the_first_known_mistake_that_fits_is_told():
    known = {
        "its value.": [2.0, 1.0],
        "its shape.": shaped(3),
        "one of two.": any_of([0, 0], [9, 9]),
        "all else.": True,
    }
    mistakes([1.0, 2.0 + 1e-9], [1.0, 2.0], "for x", known)
    for got, said in (
        ([2, 1], "its value."),
        ([1, 2, 3], "its shape."),
        ([9, 9], "one of two."),
        (7, "all else."),
    ):
        with pytest.raises(Wrong, match=said):
            mistakes(got, [1.0, 2.0], "for x", known)


def test_what_is_not_known_is_told_with_its_case():
    with pytest.raises(Wrong, match=r"for x it should return shape \(2,\), and returns shape \(\)\."):
        mistakes(1.0, [1.0, 2.0], "for x", {"another.": [2, 1]})
    with pytest.raises(Wrong, match=r"for x it should return 1.0, and returns 1.235\."):
        mistakes(1.23456, 1.0, "for x", {"not made.": False, "nor this.": lambda got: got < 0})
    mistakes(1.0005, 1.0, "for x", atol=1e-3)


def test_refuse():
    refuse(False, "no.")
    with pytest.raises(Wrong, match="yes."):
        refuse(np.bool_(True), "yes.")


# ---------------------------------------------------------------- found by folder


def test_a_file_in_the_folder_is_a_chapter_and_a_function_in_it_an_exercise(tmp_path, monkeypatch, capsys):
    (tmp_path / "chapter_99.py").write_text(
        f"from {exercises.__name__}._tools import mistakes\n\n\n"
        "def _right():\n    return 3\n\n\n"
        'def three(answer):\n    """Ask for three.\n\n    - It is more\n      than two.\n    - 3\n    """\n'
        '    mistakes(answer(), _right(), "here")\n'
    )
    before = set(exercises.exercises())
    monkeypatch.setattr(exercises, "__path__", [*exercises.__path__, str(tmp_path)])
    exercises.exercises.cache_clear()
    try:
        assert set(exercises.exercises()) - before == {"three"} and exercises.hints("three") == [
            "It is more than two.",
            "3",
        ]
        assert check("three", lambda: 3) and not check("three", lambda: 4)
        assert "here it should return 3, and returns 4.\nHint: 3" in capsys.readouterr().out
    finally:
        exercises.exercises.cache_clear()
        sys.modules.pop(f"{exercises.__name__}.chapter_99", None)


def test_each_exercise_of_a_notebook_has_one_checker_and_no_checker_is_left_over():
    notebooks = Path(__file__).parents[2].joinpath("notebooks").glob("*.ipynb")
    asked = [
        name
        for path in notebooks
        for name in re.findall(r'"exercise-(\w+)"', path.read_text(encoding="utf-8"))
    ]
    folder = Path(exercises.__file__).parent
    written = [
        name
        for path in folder.glob("[a-z]*.py")
        for name in re.findall(r"^def ([a-z]\w+)", path.read_text(), re.M)
    ]
    assert sorted(written) == sorted(asked) == sorted(exercises.exercises())


@pytest.mark.parametrize("name", exercises.exercises())
def test_each_exercise_has_hints(name):
    assert len(exercises.hints(name)) >= 2 and all(exercises.hints(name))


def test_importing_the_package_imports_no_chapter():
    name = exercises.__name__
    chapters = f"m.startswith('{name}.') and not m.startswith('{name}._')"
    code = f"import sys, {name}; print([m for m in sys.modules if {chapters}])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_hints_get_plainer_where_the_same_mistake_is_made_again(capsys, monkeypatch):
    monkeypatch.setattr(exercises, "_last", {})
    hints = [
        verdict(capsys, "last_class_share", lambda p, o: None)[1].split("Hint: ")[1].strip() for _ in range(5)
    ]
    assert hints[:3] == exercises.hints("last_class_share") and hints[3] == hints[4] == hints[2]


def hint(capsys, name, function):
    return verdict(capsys, name, function)[1].split("Hint: ")[1].strip()


def test_a_hint_follows_the_mistake_and_not_the_number_of_tries(capsys, monkeypatch):
    monkeypatch.setattr(exercises, "_last", {})
    begin, pieces, together = exercises.hints("uar")
    for _ in range(3):  # in any order, as often as one likes: another mistake, its own hint
        assert hint(capsys, "uar", lambda c: None) == begin
        assert hint(capsys, "uar", lambda c: np.trace(c) / c.sum()) == pieces
        assert hint(capsys, "uar", lambda c: 0.123) == together
        assert hint(capsys, "uar", lambda c: c / 0 + "a") == begin
        assert hint(capsys, "uar", lambda c: c[0]) == pieces


def tokens(text):
    """The pieces of a text: names, numbers, operators."""
    return re.findall(r"\w+|[^\w\s]", text)


def longest_run(one, other):
    """The longest run of tokens that both hold."""
    best, before = 0, [0] * (len(other) + 1)
    for a in one:
        now = [0] + [before[j] + 1 if a == b else 0 for j, b in enumerate(other)]
        best, before = max(best, *now), now
    return best


def solutions():
    for path in sorted(Path(__file__).parents[2].joinpath("notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown" and "<summary>Solution" in source:
                yield from re.findall(r"```python\n(.*?)```", source, re.S)


SOLUTIONS = {
    node.name: code
    for code in solutions()
    for node in ast.parse(code).body
    if isinstance(node, ast.FunctionDef) and node.name in exercises.exercises()
}


@pytest.mark.parametrize("name", exercises.exercises())
def test_no_hint_is_a_solution(name):
    function = next(n for n in ast.parse(SOLUTIONS[name]).body if getattr(n, "name", "") == name)
    lines = [
        ast.unparse(n) for n in ast.walk(function) if isinstance(n, ast.Return | ast.Assign | ast.AugAssign)
    ]
    longest = max(lines, key=lambda line: len(tokens(line)))
    for given in exercises.hints(name):
        for line in {longest, *(line for line in lines if line.startswith("return"))}:
            wanted = tokens(line.removeprefix("return "))
            if len(wanted) > 5:  # a shorter line says nothing by itself
                assert longest_run(wanted, tokens(given)) <= 0.7 * len(wanted), (given, line)


def test_a_hint_that_is_a_solution_would_be_seen():
    right = tokens("np.mean(np.diag(c) / c.sum(axis=1))")
    assert longest_run(right, tokens("Return np.mean(np.diag(c) / c.sum(axis=1)).")) == len(right)
    assert longest_run(right, tokens("np.diag(c) gives the diagonal.")) == 6


STABLE = {
    "fisher_of_biases": lambda z: (softmax(z, 1) * (1 - softmax(z, 1))).mean(0),
    "adjust": lambda train, test, tau: test - tau * np.log(softmax(train, 1).mean(0)),
}


def overflowing(z, axis=1):
    return np.exp(z) / np.exp(z).sum(axis, keepdims=True)


def means_in_place(means, counts, features, labels):
    for k in range(len(means)):
        new = features[labels == k]
        if len(new):
            means[k] = (counts[k] * means[k] + new.sum(0)) / (counts[k] + len(new))
            counts[k] += len(new)
    return means, counts


GAPS = [
    ("fisher_of_biases", lambda z: (overflowing(z) * (1 - overflowing(z))).mean(0), "exp, which overflows"),
    (
        "fisher_of_biases",
        lambda z: (overflowing(z - z.max()) * (1 - overflowing(z - z.max()))).mean(0),
        "each clip's own largest",
    ),
    ("adjust", lambda a, b, t: b - t * np.log(overflowing(a).mean(0)), "exp, which overflows"),
    ("adjust", lambda a, b, t: b - np.log(t * softmax(a, 1).mean(0)) if t else b, "inside the logarithm"),
    ("adjust", lambda a, b, t: b - t * softmax(a, 1).mean(0), "takes off pi itself"),
    ("adjust", lambda a, b, t: b - t * np.log(softmax(a, 0).mean(0)), "along axis 0"),
    ("adjust", lambda a, b, t: b - t * np.log(a.mean(0)), "softmax of the training rows is missing"),
    ("adjust", lambda a, b, t: a - t * np.log(softmax(a, 1).mean(0)), "training rows, adjusted"),
    ("adjust", lambda a, b, t: softmax(STABLE["adjust"](a, b, t), 1), "logits were asked for"),
    ("adjust", lambda a, b, t: b, "nothing is taken off"),
    ("update_means", means_in_place, "changes the arrays that it is given"),
    (
        "update_means",
        lambda m, c, x, y: (m.copy(), c + np.bincount(y, minlength=3)),
        "the means are those of before",
    ),
    (
        "decision",
        lambda low, high, line: "supported" if low >= line else "refuted" if high < line else "undecided",
        "touches the line",
    ),
    (
        "decision",
        lambda low, high, line: "supported" if low > line else "refuted" if high <= line else "undecided",
        "touches the line",
    ),
    (
        "decision",
        lambda low, high, line: "refuted" if low > line else "supported" if high < line else "undecided",
        "changed places",
    ),
    ("decision", lambda low, high, line: "yes", "one of supported, refuted, undecided"),
    ("shown_class", lambda o, s, c: np.repeat(np.arange(len(o)), s // len(o)), "by their numbers"),
    ("shown_class", lambda o, s, c: np.repeat(o, s // len(o)), "`cycles` plays no part"),
    ("shown_class", lambda o, s, c: np.tile(np.repeat(o, s // len(o)), c), "shared among the cycles"),
    ("shown_class", lambda o, s, c: np.tile(o, c), "one entry for a stage"),
    ("shown_class", lambda o, s, c: np.repeat(np.tile(o[::-1], c), s // len(o) // c), "turned round"),
    ("shown_class", lambda o, s, c: np.repeat(np.tile(sorted(o), c), s // len(o) // c), "by their numbers"),
    ("share_of_switch", lambda x, k: 100 * x.mean(k).var() / x.var(), "the other axis"),
    ("share_of_switch", lambda x, k: 100 * x.mean(others(x, k)).std() / x.std(), "standard deviations"),
    ("share_of_switch", lambda x, k: 100 * x.var() / x.mean(others(x, k)).var(), "upside down"),
    ("share_of_switch", lambda x, k: x.mean(others(x, k)).var(), "divide it by that of all cells"),
    ("share_of_switch", lambda x, k: 100 * x.mean(others(x, k)).var(ddof=1) / x.var(), "n - 1 once"),
    ("share_of_switch", lambda x, k: x.mean(others(x, k)), "means of the levels"),
    (
        "share_of_switch",
        lambda x, k: 100 * x.mean(others(x, k)[:1]).var() / x.var(),
        "one of the other axes only",
    ),
]


def others(x, axis):
    return tuple(i for i in range(x.ndim) if i != axis)


@pytest.mark.parametrize(("name", "wrong", "said"), GAPS)
def test_what_once_passed_or_was_told_in_numbers_alone_is_named(name, wrong, said, capsys):
    with np.errstate(all="ignore"):
        right, out = verdict(capsys, name, wrong)
    assert not right and said in out, out


@pytest.mark.parametrize("name", STABLE)
def test_a_stable_softmax_passes(name):
    assert check(name, STABLE[name])


def test_an_unknown_exercise_is_named(capsys):
    right, out = verdict(capsys, "nothing", np.sum)
    assert not right and "last_class_share" in out
