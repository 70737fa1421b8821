"""Exercises of the chapter on GEM and A-GEM."""

import numpy as np

from ._tools import Answer, mistakes, refuse


def project(answer: Answer) -> None:
    """Ask for a gradient without its conflict with another one.

    - First ask whether there is a conflict at all.
    - A conflict is a negative inner product. Then take away the part of g that lies along g_ref.
    - That part points along g_ref; how long it is, the inner product and the squared length of g_ref decide.
    """
    for case, g, g_ref, right in (
        ("for g = [2, 0] and g_ref = [-1, 1]", [2.0, 0.0], [-1.0, 1.0], [1.0, 1.0]),
        ("for g = [2, 1] and g_ref = [-3, 0]", [2.0, 1.0], [-3.0, 0.0], [0.0, 1.0]),
        ("for g = [1, 2] and g_ref = [1, 0], which are not in conflict,", [1.0, 2.0], [1.0, 0.0], [1.0, 2.0]),
        ("for g = [0, 1] and g_ref = [1, 0], at a right angle,", [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]),
        ("for g = [1, 2] and g_ref = [0, 0]", [1.0, 2.0], [0.0, 0.0], [1.0, 2.0]),
    ):
        a, b = np.array(g), np.array(g_ref)
        got, inner, along = answer(a.copy(), b.copy()), a @ b, (a @ b) / max(b @ b, 1e-12) * b
        two = np.shape(got) == (2,)
        said = np.round(got, 3) if two else got
        no_number = two and (not np.isfinite(got).all())
        known = {
            f"{case} it divides by zero: without a conflict there is nothing to divide.": no_number,
            f"{case} it returns g_ref: then the new corpus would not be learnt.": b,
            f"{case} it returns {said}: where nothing conflicts g should stay as it is.": two and inner > 0,
        }
        if inner < 0:
            by_g, added = a - inner / (a @ a) * b, a + along
            known |= {
                f"{case} the part along g_ref is added; take it away, or the conflict becomes worse.": added,
                f"{case} this is the part of g along g_ref, which does the harm; what is left of g without "
                "it was asked for.": along,
                f"{case} g stays as it is, and its inner product with g_ref is negative: bend it.": a,
                f"{case} it divides by the length of g_ref; the inner product of g_ref with itself is the "
                "square of that.": a - inner / np.sqrt(b @ b) * b,
                f"{case} it divides by g @ g; the length that counts is that of g_ref.": by_g,
                f"{case} it bends g_ref, and g was asked for.": b - inner / (a @ a) * a,
            }
        mistakes(got, right, case, known)


def is_solution(answer: Answer) -> None:
    """Ask whether multipliers solve the dual problem of GEM.

    - Three things have to hold at once.
    - v may not be negative; g~ = g + v @ G may conflict with no row of G; and there may be no needless pull.
    - A pull is needless where v_k > 0 though <g~, g_k> > 0: check that v * (G @ g~) is zero. Allow for
      rounding.
    """
    G = np.array([[-1.0, 1.0, 0.0], [-1.0, 0.0, 2.0]])
    g = np.array([1.0, 0.0, 0.0])
    v = np.array([4.0, 1.0]) / 9
    other, rounded = np.array([[0.3, -0.7, 0.1], [0.2, 0.6, -0.9]]), np.array([-0.9, -0.1, 0.7])
    exact = np.linalg.solve(other @ other.T, -other @ rounded)
    for what, g_, G_, v_, right in (
        ("the solution", g, G, v, True),
        ("a solution to the last digit but one", rounded, other, exact, True),
        ("no conflict and v = 0", -g, G, np.zeros(2), True),
        ("v = 0 in spite of a conflict", g, G, np.zeros(2), False),
        ("a g~ that goes beyond what is asked for", g, G, 2 * v, False),
        ("a pull without a conflict", -g, G, np.array([0.1, 0.0]), False),
        ("a negative v", np.array([1.0, 3.0, 0.0]), np.array([[0.0, 1.0, 0.0]]), np.array([-3.0]), False),
        ("one active constraint of two", np.array([1.0, 0.0, 5.0]), G, np.array([0.5, 0.0]), True),
    ):
        got, bent = answer(g_, G_, v_), g_ + v_ @ G_
        asked = "one was asked for: all conditions, for all corpora."
        refuse(np.shape(got) != (), f"it returns {np.shape(got)} answers, and {asked}")
        inner = np.where(np.abs(G_ @ bent) < 1e-12, 0, G_ @ bent)
        reason = "Where v_k > 0 the inner product should be 0: that pull is needless."
        if right:
            reason = "All three conditions hold, up to rounding."
        elif (v_ < 0).any():
            reason = "A v_k is negative."
        elif (inner < 0).any():
            reason = "A conflict is left."
        said = f"{what}: it says {bool(got)} for g = {g_}, G = {G_.tolist()}, v = {np.round(v_, 3)}."
        there = f"There g~ = {np.round(bent, 3)}, and its inner products with the rows of G are"
        refuse(bool(got) != right, f"{said} {there} {np.round(inner, 3)}. {reason}")
