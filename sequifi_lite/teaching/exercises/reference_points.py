"""Exercises of the chapter on the bounds."""

import numpy as np

from ._tools import Answer, Wrong, any_of, mistakes, refuse


def gap_closed(answer: Answer) -> None:
    """Ask for the share of the gap between vanilla and joint that a method closes.

    - What has the method won over vanilla, as a share of what joint wins over it?
    - (method - vanilla) / (joint - vanilla), but only where joint is at least a point above vanilla.
    - Ask first how far joint is above vanilla: below one point there is no share, and NaN says so.
    """
    case = "for a method at 82, vanilla at 76 and joint at 84"
    known = {
        f"{case} it returns the share of the gap that is left open; start from vanilla, not from "
        "joint.": 0.25,
        f"{case} the sign is turned: the method lies above vanilla.": -0.75,
        f"{case} it returns a percentage; a share lies between 0 for vanilla and 1 for joint.": 75.0,
        f"{case} it returns points; divide them by the points that joint wins over vanilla.": 6.0,
        f"{case} it divides by joint's score; divide by what joint wins over vanilla.": 6 / 84,
        f"{case} it divides by vanilla's score; divide by what joint wins over vanilla.": 6 / 76,
        f"{case} it returns the method's share of joint's score; both have to start from vanilla.": 82 / 84,
        f"{case} the fraction is upside down.": 8 / 6,
    }
    mistakes(answer(82.0, 76.0, 84.0), 0.75, case, known)
    for method, share, cut, where in ((70.0, -0.75, 0.0, "below vanilla"), (86.0, 1.25, 1.0, "above joint")):
        case = f"for a method {where}"
        known = {f"{case} the share is cut off; it may be negative, and larger than 1.": cut}
        mistakes(answer(method, 76.0, 84.0), share, case, known)
    for vanilla, joint in ((84.0, 84.0), (84.0, 84.9), (84.0, 80.0)):
        case = f"with vanilla at {vanilla} and joint at {joint}"
        try:
            value = answer(83.0, vanilla, joint)
        except Wrong as wrong:
            by_zero = isinstance(wrong.__cause__, ZeroDivisionError)
            refuse(by_zero, f"{case} it divides by zero; there is no gap to close, and it should return NaN.")
            raise
        refuse(not np.isnan(value), f"{case} there is no gap to close; it should return NaN.")
    known = {
        "for a gap of exactly one point it returns NaN; only less than one point is too little.": np.isnan
    }
    mistakes(answer(84.5, 84.0, 85.0), 0.5, "for a gap of one point, which counts", known)


def joint_steps(answer: Answer) -> None:
    """Ask for the steps in which joint training shows new rows as often as vanilla.

    - Vanilla takes T steps for every corpus but the first; how many in all?
    - Of joint's rows, only sum(sizes[1:]) out of sum(sizes) are new ones.
    - Stretch vanilla's total so that the new rows, a part of all, are shown as often as before: is that a
      multiplication by their share, or a division? Then round.
    """
    by_source = round(200 * 3099 / 2916)
    known = {
        "with vanilla's steps the new rows would be shown far less often than vanilla shows them.": 200,
        "the number of steps should be rounded to a whole one.": 200 * 3099 / 183,
        "it cuts the fraction off; the number of steps should be rounded.": 200 * 3099 // 183,
        "it counts T steps for the source, too; the source has been learnt already.": round(400 * 3099 / 183),
        "the ratio is upside down: joint needs more steps than vanilla, not fewer.": round(200 * 183 / 3099),
        "it divides by the source's rows; the rows that count are those after the source.": by_source,
        "it leaves the new rows out of all rows; joint draws from both.": round(200 * 2916 / 183),
    }
    right = round(200 * 3099 / 183)
    mistakes(answer(200, [2916, 183]), right, "for T = 200 and corpora of 2,916 and 183 rows", known)
    case, sizes = "for a chain of four corpora", [2916, 392, 183, 342]
    one, three = ([round(steps * 3833 / size) for size in sizes] for steps in (200, 600))
    once, four_times = round(200 * 3833 / 917), round(800 * 3833 / 917)
    last, second = any_of(one[3], three[3]), any_of(one[1], three[1])
    known = {
        f"{case} it counts T steps once; vanilla takes T for each corpus after the source.": once,
        f"{case} it counts T steps for the source, too; the source has been learnt already.": four_times,
        f"{case} it takes the last corpus alone for new; all corpora after the source are.": last,
        f"{case} it takes the second corpus alone for new; all corpora after the source are.": second,
        f"{case} it adds up a joint training for every new corpus; there is one.": sum(one[1:]),
    }
    mistakes(answer(200, list(sizes)), round(600 * 3833 / 917), case, known)
    mistakes(answer(100, [50, 50]), 200, "for two corpora of equal size")
