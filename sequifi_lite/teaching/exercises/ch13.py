"""Exercises of chapter 13, GEM and A-GEM: for each a test of the reader's function, and hints from vague to plain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ._tools import Wrong, same


def _project(function: Callable) -> None:
    cases = {
        "for g = [2, 0] and g_ref = [-1, 1]": ([2.0, 0.0], [-1.0, 1.0], [1.0, 1.0]),
        "for g = [2, 1] and g_ref = [-3, 0]": ([2.0, 1.0], [-3.0, 0.0], [0.0, 1.0]),
        "for g = [1, 2] and g_ref = [1, 0], which are not in conflict,": ([1.0, 2.0], [1.0, 0.0], [1.0, 2.0]),
        "for g = [0, 1] and g_ref = [1, 0], at a right angle,": ([0.0, 1.0], [1.0, 0.0], [0.0, 1.0]),
        "for g = [1, 2] and g_ref = [0, 0]": ([1.0, 2.0], [0.0, 0.0], [1.0, 2.0]),
    }
    for case, (g, g_ref, expected) in cases.items():
        got = function(np.array(g), np.array(g_ref))
        if np.shape(got) == (2,):
            if not np.isfinite(got).all():
                raise Wrong(f"{case} it divides by zero: without a conflict there is nothing to divide.")
            if np.allclose(got, g_ref) and not np.allclose(g_ref, expected):
                raise Wrong(f"{case} it returns g_ref: then the new corpus would not be learnt.")
            a, b = np.array(g), np.array(g_ref)
            along = (a @ b) / max(b @ b, 1e-12)
            if a @ b > 0 and not np.allclose(got, expected):
                raise Wrong(
                    f"{case} it returns {np.round(got, 3)}: where nothing conflicts g should stay as it is."
                )
            mistakes = {
                "the part along g_ref is added; take it away, or the conflict becomes worse.": a + along * b,
                "this is the part of g along g_ref, which does the harm; what is left of g without it was asked for.": along
                * b,
                "g stays as it is, and its inner product with g_ref is negative: bend it.": a,
                "it divides by the length of g_ref; the inner product of g_ref with itself is the square of that.": a
                - (a @ b) / max(np.sqrt(b @ b), 1e-12) * b,
                "it divides by g @ g; the length that counts is that of g_ref.": a - (a @ b) / (a @ a) * b,
                "it bends g_ref, and g was asked for.": b - (a @ b) / (a @ a) * a,
            }
            for reason, wrong in mistakes.items():
                if a @ b < 0 and np.allclose(got, wrong) and not np.allclose(got, expected):
                    raise Wrong(f"{case} {reason}")
        same(got, np.array(expected), case)


def _is_solution(function: Callable) -> None:
    G = np.array([[-1.0, 1.0, 0.0], [-1.0, 0.0, 2.0]])
    g = np.array([1.0, 0.0, 0.0])
    v = np.array([4.0, 1.0]) / 9
    other, rounded = np.array([[0.3, -0.7, 0.1], [0.2, 0.6, -0.9]]), np.array([-0.9, -0.1, 0.7])
    exact = np.linalg.solve(other @ other.T, -other @ rounded)
    cases = [
        ("the solution", g, G, v, True),
        ("a solution to the last digit but one", rounded, other, exact, True),
        ("no conflict and v = 0", -g, G, np.zeros(2), True),
        ("v = 0 in spite of a conflict", g, G, np.zeros(2), False),
        ("a g~ that goes beyond what is asked for", g, G, 2 * v, False),
        ("a pull without a conflict", -g, G, np.array([0.1, 0.0]), False),
        ("a negative v", np.array([1.0, 3.0, 0.0]), np.array([[0.0, 1.0, 0.0]]), np.array([-3.0]), False),
        ("one active constraint of two", np.array([1.0, 0.0, 5.0]), G, np.array([0.5, 0.0]), True),
    ]
    for what, g_, G_, v_, expected in cases:
        got = function(g_, G_, v_)
        if np.shape(got) != ():
            raise Wrong(
                f"it returns {np.shape(got)} answers, and one was asked for: all conditions, for all corpora."
            )
        if bool(got) != expected:
            bent = g_ + v_ @ G_
            inner = np.where(np.abs(G_ @ bent) < 1e-12, 0, G_ @ bent)
            reason = ""
            if expected:
                reason = " All three conditions hold, up to rounding."
            elif (v_ < 0).any():
                reason = " A v_k is negative."
            elif (inner < 0).any():
                reason = " A conflict is left."
            else:
                reason = " Where v_k > 0 the inner product should be 0: that pull is needless."
            raise Wrong(
                f"{what}: it says {bool(got)} for g = {g_}, G = {G_.tolist()}, v = {np.round(v_, 3)}. There g~ = "
                f"{np.round(bent, 3)}, and its inner products with the rows of G are {np.round(inner, 3)}.{reason}"
            )


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
