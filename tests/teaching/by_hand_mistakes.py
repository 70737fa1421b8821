"""Functions that make a reader's mistakes, for the exercises that can be answered in the page.

Most stand in the tests of the chapters' checks, as rows (exercise, function, what is told), and are collected
from there; below are those that are in no such row.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from scipy.special import softmax

from sequifi_lite.teaching.exercises import exercises

HERE = Path(__file__).parent


def _rows(value) -> Iterator[tuple[str, Callable]]:
    """Find rows (exercise, function, what is told) in a list."""
    for one in value if isinstance(value, list | tuple) else ():
        row = isinstance(one, tuple) and len(one) == 3 and callable(one[1])
        if row and isinstance(one[0], str) and one[0] in exercises():
            yield one[:2]


def collected() -> dict[str, list[Callable]]:
    """Collect the wrong functions of all test files, and of this one, by exercise."""
    out: dict[str, list[Callable]] = {}
    for path in sorted(HERE.glob("test_*.py")):
        if (
            path.stem == "test_by_hand"
            or "exercises import check" not in path.read_text(encoding="utf-8")
            and ("both_tests" not in path.read_text(encoding="utf-8"))
        ):
            continue
        for value in vars(import_module(path.stem)).values():
            marks = () if isinstance(value, type) else getattr(value, "pytestmark", ())
            for rows in (value, *(mark.args[1] for mark in marks if mark.name == "parametrize")):
                for name, function in _rows(rows):
                    out.setdefault(name, []).append(function)
    for name, functions in MORE.items():
        out[name] = functions + out.get(name, [])
    return out


def solutions() -> dict[str, Callable]:
    """Run the solutions that the notebooks show, by exercise."""
    out: dict[str, Callable] = {}
    for path in sorted((HERE.parents[1] / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] != "markdown" or "<summary>Solution" not in source:
                continue
            for code in re.findall(r"```python\n(.*?)```", source, re.S):
                named = [node.name for node in ast.parse(code).body if isinstance(node, ast.FunctionDef)]
                space = {"np": np, "pd": pd, "torch": torch, "softmax": softmax}
                if set(named) & set(exercises()):
                    exec(code, space)
                    out |= {name: space[name] for name in named if name in exercises()}
    return out


# ---------------------------------------------------------------- a case of the page, for the function


def _arrays(given: dict) -> list:
    return [np.array(value) if isinstance(value, list) else value for value in given.values()]


def _column(values) -> np.ndarray:
    return np.array(values, dtype=float)[:, None]


def _yes(said) -> str:
    return "yes" if said else "no"


def _known(names: list[str]) -> list[str | None]:
    return [None if name == "none" else name for name in names]


#: Where the page shows less than the function is given: one input for many, a draw for what draws.
ADAPTED: dict[str, Callable] = {
    "masked_pooling": lambda f, g: f(np.array(g["states"], float)[None, :, None], np.array([g["lengths"]])),
    "shared": lambda f, g: [
        "none" if one is None else one for one in f(_known(g["train"]), _known(g["test"]))
    ],
    "reservoir_slot": lambda f, g: f(g["number"], g["size"], lambda n: g["drawn"]),
    "herd": lambda f, g: f(_column(g["x"]), g["size"]),
    "is_solution": lambda f, g: _yes(f(*(np.array(one, float) for one in g.values()))),
    "moving_average": lambda f, g: f(_column(g["weights"]), g["beta"]),
    "one_over_t": lambda f, g: f(
        np.array([g["theta"]], float),
        lambda theta, task: np.asarray(theta) / 2 + g["moves"][task],
        len(g["moves"]),
    ),
    "update_means": lambda f, g: f(
        _column(g["means"]), np.array(g["counts"]), _column(g["features"]), np.array(g["labels"])
    )[0],
    "whom_to_ask": lambda f, g: f(_column(g["x"]), _column(g["means"]), np.array(g["limits"])),
    "second_order": lambda f, g: f(np.array(g["H"], float)[:, None, None], _column(g["g"])),
    "over": lambda f, g: list(f([set(map(int, one.split(" and "))) for one in g["shown"]])[g["stage"]]),
    "between": lambda f, g: f(
        [torch.tensor(g["begun"], dtype=torch.float64)],
        [torch.tensor(g["after"], dtype=torch.float64)],
        g["alpha"],
    )[0],
    "may_be_printed": lambda f, g: f(*(dict(zip(g["setting"], g[name])) for name in ("scores", "tests"))),
    "joint_steps": lambda f, g: f(g["T"], g["sizes"]),
    "contradictions": lambda f, g: f(g["digests"], g["labels"]),
}


def answered(function: Callable, name: str, given: dict) -> list:
    """Give a function of the exercise a case of the page; what it returns, in one list."""
    adapted = ADAPTED.get(name, lambda f, g: f(*_arrays(g)))
    with np.errstate(all="ignore"):
        got = adapted(function, given)
    if isinstance(got, str):
        return [got]
    if isinstance(got, list | tuple):
        got = [one for part in got for one in (list(np.ravel(part)) if not isinstance(part, str) else [part])]
    else:
        got = list(np.ravel(np.asarray(got)))
    return [one if isinstance(one, str) else float(one) for one in got]


# ---------------------------------------------------------------- mistakes that stand in no row elsewhere


def last_share(predictions, orders, of=lambda orders: orders[:, -1:]):
    return (predictions == of(orders)).mean(1)


def recalls(c):
    return np.diag(c) / c.sum(1)


def per_person(speakers, emotions, count):
    return sum(count(emotions[speakers == who]) for who in np.unique(speakers))


def voiced(speakers, emotions, one=True):
    return per_person(speakers, emotions, lambda own: len(own) * ((len(set(own)) == 1) == one))


def own_mean(values, speakers, emotions, counts):
    return np.array([values[(speakers == who) & counts(emotions)].mean() for who in speakers])


def neutral(emotions):
    return emotions == "neutral"


def everybody(emotions):
    return np.ones(len(emotions), dtype=bool)


def first_neutral(values, speakers, emotions):
    return np.array([values[(speakers == who) & neutral(emotions)][0] for who in speakers])


def flops(b, i, h, c, first, second):
    return 2 * b * (first * i * h + second * h * c)


def in_both(train, test):
    return [name for name in train if name in test]


def ends(draws, level):
    return np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])


def leaky(speaker, sentence, test, how):
    return how(np.isin(speaker, speaker[test]), np.isin(sentence, sentence[test]))


def stages(steps, count, last=False):
    """The number of the stage of each step; what is left over goes to the first stages, or to the last."""
    lengths = np.full(count, steps // count)
    lengths[count - steps % count :] += last
    lengths[: steps % count] += not last
    return np.repeat(np.arange(count), lengths)


def uncarried(p):
    order, out = np.argsort(p), np.empty(len(p))
    out[order] = np.minimum(1, np.asarray(p)[order] * np.arange(len(p), 0, -1))
    return out


def summed(means, counts, features, labels):
    new = np.array([features[labels == k].sum(0) for k in range(len(counts))])
    n = np.bincount(labels, minlength=len(counts))
    return np.where(n[:, None] > 0, counts[:, None] * means + new, means), counts + n


def new_alone(means, counts, features, labels):
    n = np.bincount(labels, minlength=len(counts))
    fresh = [features[labels == k].mean(0) if n[k] else means[k] for k in range(len(counts))]
    return np.array(fresh), counts + n


def tie_or(low, high, line, rest):
    return "tie" if -line <= low and high <= line else rest(low, high, line)


def beyond(low, high, line):
    return "better" if low > line else "worse" if high < -line else "open"


def blame(right, score, told, reference):
    return "gate" if told - score > 1 else "heads" if reference - told > 1 else "nothing"


def touching(low, high, line):
    return "supported" if low >= line else "refuted" if high <= line else "undecided"


def consistent(digests, labels):
    told = {one: {label for other, label in zip(digests, labels) if other == one} for one in digests}
    return [row for row, one in enumerate(digests) if len(told[one]) == 1]


MORE: dict[str, list[Callable]] = {
    "corrected": [uncarried],
    "update_means": [
        summed,
        new_alone,
        lambda m, c, x, y: (m.copy(), c + np.bincount(y, minlength=len(c))),
    ],
    "over": [
        lambda shown: [set().union(*shown) - now for now in shown],
        lambda shown: [set().union(*shown[:j]) ^ now for j, now in enumerate(shown)],
    ],
    "shown_at": [
        lambda steps, K, passes: stages(steps, K * passes, last=True) % K,
        lambda steps, K, passes: stages(steps, K * passes),
        lambda steps, K, passes: np.arange(steps) % K,
        lambda steps, K, passes: stages(steps, K),
    ],
    "shown_class": [lambda order, steps, cycles: np.repeat(order, steps // len(order) // cycles)],
    "leak_of_a_step": [lambda h, p, c, other, eta: eta * (p - np.eye(len(p))[c]) * (h @ other + 1)],
    "told": [
        lambda low, high, line: (
            "better" if low > 0 else "worse" if high < 0 else tie_or(low, high, line, beyond)
        ),
        lambda low, high, line: "tie" if low < 0 < high else tie_or(low, high, line, beyond),
        lambda low, high, line: "tie" if -line < low and high < line else beyond(low, high, line),
        lambda low, high, line: tie_or(low, high, 1, beyond),
    ],
    "to_blame": [
        lambda right, *rest: "gate" if right < 60 else blame(right, *rest),
        lambda right, score, told, reference: blame(right, told if right > 89 else score, told, reference),
    ],
    "decision": [touching],
    "diagnose": [lambda old, new: "forgot" if old[0] - old[-1] >= 5 else "kept"],
    "not_listening": [lambda c: (c[0] / np.sum(c), 1 / np.count_nonzero(c))],
    "contradictions": [consistent],
    "last_class_share": [
        lambda p, o: last_share(p, o, lambda o: o[:, :1]),
        lambda p, o: (p == 3).mean(1),
        lambda p, o: (p == o[-1, -1]).mean(1),
        lambda p, o: (p == o[:, -1:]).sum(1),
        lambda p, o: 100 * last_share(p, o),
        lambda p, o: 1 - last_share(p, o),
        lambda p, o: last_share(p, o).mean(),
    ],
    "stability_and_plasticity": [
        lambda b, a: (a - b)[::-1],
        lambda b, a: b - a,
        lambda b, a: abs(a - b),
        lambda b, a: a / b,
        lambda b, a: (a - b) / b,
        lambda b, a: a,
        lambda b, a: (a[1] - a[0], b[1] - b[0]),
        lambda b, a: a - b[::-1],
    ],
    "uar": [
        recalls,
        lambda c: np.trace(c) / c.sum(),
        lambda c: (np.diag(c) / c.sum(0)).mean(),
        lambda c: np.median(recalls(c)),
        lambda c: recalls(c).sum(),
        lambda c: 100 * recalls(c).mean(),
        lambda c: np.diag(c).mean(),
        lambda c: (np.diag(c) / c.sum()).mean(),
    ],
    "own_neutral": [
        lambda v, s, e: v - v[neutral(e)].mean(),
        lambda v, s, e: v - own_mean(v, s, e, everybody),
        lambda v, s, e: own_mean(v, s, e, neutral) - v,
        lambda v, s, e: own_mean(v, s, e, neutral),
        lambda v, s, e: v / own_mean(v, s, e, neutral),
        lambda v, s, e: v - first_neutral(v, s, e),
    ],
    "shared": [
        lambda train, test: sorted(set(in_both(train, test)), key=lambda name: name or "none"),
        lambda train, test: sorted(name for name in in_both(train, test) if name),
    ],
    "may_train": [
        lambda s, t, test: ~leaky(s, t, test, np.logical_and),
        lambda s, t, test: leaky(s, t, test, np.logical_or),
    ],
    "percentile_interval": [
        lambda d, level: ends(d, level)[::-1],
        lambda d, level: d[[round((len(d) - 1) * (1 + sign * level) / 2) for sign in (-1, 1)]],
        lambda d, level: np.diff(ends(d, level))[0],
    ],
    "told_by_the_voice": [
        lambda s, e: np.mean([len(set(e[s == who])) == 1 for who in np.unique(s)]),
        lambda s, e: voiced(s, e, one=False) / len(s),
        lambda s, e: per_person(s, e, lambda own: np.unique(own, return_counts=True)[1].max()) / len(s),
        voiced,
        lambda s, e: voiced(s, e) / len(set(s)),
        lambda s, e: 100 * voiced(s, e) / len(s),
    ],
    "flops_per_step": [
        lambda *w: flops(*w, 1, 1),
        lambda *w: flops(*w, 0.5, 0.5),
        lambda *w: flops(*w, 1, 1.5),
        lambda *w: flops(*w, 3, 3),
        lambda *w: flops(*w, 3, 2),
        lambda *w: flops(*w, 2, 2),
        lambda *w: flops(*w, 1, 2),
        lambda *w: flops(*w, 2, 3) / w[0],
    ],
}
