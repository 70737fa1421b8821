"""Headlines recomputed by other code: it shares nothing with the library, and agrees."""

import ast
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import recompute
import torch

from sequifi_lite.data.problem import load_problem
from sequifi_lite.studies.results import load

TOOL = Path(recompute.__file__)


def test_it_imports_nothing_of_the_library():
    tree = ast.parse(TOOL.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names and not any(name.startswith("sequifi_lite") for name in names)


@pytest.mark.parametrize("name, fold", [("emodb", 0), ("mesd", 3), ("ravdess", 4), ("nemo", 1)])
def test_both_read_the_same_clips(name, fold):
    problem, parts = load_problem((name,), fold, scaling="raw"), recompute.corpus(name, fold)
    for part, (X, y) in parts.items():
        rows = getattr(problem.parts[name], part)
        assert torch.equal(X, problem.X[rows]) and torch.equal(y, problem.y[rows])


def test_a_short_run_scores_its_lines(monkeypatch):
    names = ("zero-shot", "vanilla", "sequifi-canonical", "sequifi-cyclic-50-carried")
    monkeypatch.setattr(recompute, "LINES", {name: recompute.LINES[name] for name in names})
    monkeypatch.setattr(recompute, "ORDERS", recompute.ORDERS[:1])
    scores = recompute.recompute(
        ("emodb", "mesd"), dict.fromkeys(recompute.LINES, 1e-3), [0], steps=200, source_steps=50
    )
    assert list(scores) == list(recompute.LINES)
    assert scores["vanilla"] > scores["zero-shot"] + 5 > scores["sequifi-canonical"] - 20
    assert scores["sequifi-cyclic-50-carried"] > scores["sequifi-canonical"] + 10


def test_what_was_recomputed_lies_within_the_shipped_intervals():
    """Of twelve 95 % intervals over speakers; seeds differ too, so one in twelve may miss, and by little."""
    table, _ = load("recomputed")
    shipped, _ = load("time-scale")
    assert len(table) == len(recompute.LINES) * len(recompute.PAIRS)
    assert table["within"].sum() >= 11
    assert (table["recomputed"] - table["shipped"]).abs().max() < 2
    key = ["source_corpus", "target_corpus", "variant"]
    again = shipped[shipped["optimiser"] == "adam"].set_index(key).loc[pd.MultiIndex.from_frame(table[key])]
    np.testing.assert_array_equal(again["both"], table["shipped"])
    np.testing.assert_array_equal(again["both_low"], table["low"])
    np.testing.assert_array_equal(again["both_high"], table["high"])
