"""Exercises of chapter 13, GEM and A-GEM: for each a test of the reader's function, and hints from vague to plain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ._tools import Wrong, same


def _project(function: Callable) -> None:
    cases = {
        "for g = [1, 0] and g_ref = [-1, 1]": ([1.0, 0.0], [-1.0, 1.0], [0.5, 0.5]),
        "for g = [2, 1] and g_ref = [-3, 0]": ([2.0, 1.0], [-3.0, 0.0], [0.0, 1.0]),
        "for g = [1, 2] and g_ref = [1, 0], which are not in conflict,": ([1.0, 2.0], [1.0, 0.0], [1.0, 2.0]),
        "for g = [0, 1] and g_ref = [1, 0], at a right angle,": ([0.0, 1.0], [1.0, 0.0], [0.0, 1.0]),
        "for g = [1, 2] and g_ref = [0, 0]": ([1.0, 2.0], [0.0, 0.0], [1.0, 2.0]),
    }
    for case, (g, g_ref, expected) in cases.items():
        got = function(np.array(g), np.array(g_ref))
        if got is not None and np.shape(got) == (2,):
            if not np.isfinite(got).all():
                raise Wrong(f"{case} it divides by zero: without a conflict there is nothing to divide.")
            if np.allclose(got, g_ref) and not np.allclose(g_ref, expected):
                raise Wrong(f"{case} it returns g_ref: then the new corpus would not be learnt.")
        same(got, np.array(expected), case)


def _is_solution(function: Callable) -> None:
    G = np.array([[-1.0, 1.0, 0.0], [-1.0, 0.0, 2.0]])
    g = np.array([1.0, 0.0, 0.0])
    v = np.array([4.0, 1.0]) / 9
    cases = [
        ("the solution", g, G, v, True),
        ("no conflict and v = 0", -g, G, np.zeros(2), True),
        ("v = 0 in spite of a conflict", g, G, np.zeros(2), False),
        ("a g~ that goes beyond what is asked for", g, G, 2 * v, False),
        ("a pull without a conflict", -g, G, np.array([0.1, 0.0]), False),
        ("a negative v", np.array([1.0, 3.0, 0.0]), np.array([[0.0, 1.0, 0.0]]), np.array([-3.0]), False),
        ("one active constraint of two", np.array([1.0, 0.0, 5.0]), G, np.array([0.5, 0.0]), True),
    ]
    for what, g_, G_, v_, expected in cases:
        got = function(g_, G_, v_)
        if got is None or got is Ellipsis:
            raise Wrong("it returns nothing so far.")
        if bool(got) != expected:
            raise Wrong(f"{what}: it says {bool(got)} for g = {g_}, G = {G_.tolist()}, v = {np.round(v_, 3)}.")


EXERCISES = {
    "project": (
        _project,
        [
            "First ask whether there is a conflict at all.",
            "A conflict is a negative inner product. Then take away the part of g that lies along g_ref.",
            "That part is (g @ g_ref) / (g_ref @ g_ref) * g_ref. Without a conflict return g.",
        ],
    ),
    "is_solution": (
        _is_solution,
        [
            "Three things have to hold at once.",
            "v may not be negative; g~ = g + v @ G may conflict with no row of G; and there may be no needless pull.",
            "A pull is needless where v_k > 0 though <g~, g_k> > 0: check that v * (G @ g~) is zero. Allow for rounding.",
        ],
    ),
}
