"""Exercises of the chapter on when the encoder moves."""

import numpy as np
import torch

from ._tools import Answer, mistakes, refuse


def saving(answer: Answer) -> None:
    """Ask how many times a step costs what it costs with states kept.

    - Without states kept, a step runs the front end and all blocks forward, and the trained ones back.
    - Count a block's way forward as 1 and its way back as 2.
    - Write down both costs as sums, in units of one block forward, then divide; with states kept the trained
      blocks alone are left.
    """
    f, b, t = 0.4, 5, 2  # a front end that costs something tells the mistakes apart
    all_back, back_once, no_forward = (f + 3 * b) / (3 * t), (f + b + t) / (2 * t), (f + b + 2 * t) / (2 * t)
    known = {
        "the ways back are counted for blocks that are not trained: these cost a forward pass "
        "alone.": all_back,
        "a way back costs twice a way forward: one product for the weights, one for what came in.": back_once,
        "the way back is counted for all or for nothing: only trained blocks have one.": (f + b) / t,
        "with states kept the trained blocks are still run forward: 1 + 2 for each.": no_forward,
        "without states kept the trained blocks have a way back as well.": (f + b) / (3 * t),
        "the front end is missing: without states kept it is run at every step.": (b + 2 * t) / (3 * t),
        "with states kept the front end is not run any more.": (f + b + 2 * t) / (f + 3 * t),
        "this is the other way round: the cost without states kept comes first.": 3 * t / (f + b + 2 * t),
    }
    case = "for five blocks, the last two trained, and a front end of 0.4 blocks"
    mistakes(answer(f, b, t), 9.4 / 6, case, known)
    case = "for six blocks, the last one trained, and a front end that costs nothing"
    mistakes(answer(0.0, 6, 1), 8 / 3, case)
    case = "for three blocks, the last one trained, and a front end of 0.4 blocks"
    mistakes(answer(0.4, 3, 1), 5.4 / 3, case)


def between(answer: Answer) -> None:
    """Ask for the weights on the line between two models.

    - Each tensor by itself: a weighted mean of its two versions.
    - alpha = 1 has to give the new weights, alpha = 0 the source's.
    - At alpha 0 nothing of the new weights is left, at 1 all of them: two shares that add up to one. Go
      through both lists side by side.
    """
    generator = torch.Generator().manual_seed(0)
    begun, after = ([torch.randn(shape, generator=generator) for shape in ((3, 2), (4,))] for _ in range(2))
    got = answer(begun, after, 0.25)
    for now, values, whose in zip(answer.handed, (begun, after), ("source's own", "new")):
        changed = len(now) != len(values) or not all(map(torch.equal, now, values))
        refuse(changed, f"the {whose} weights were changed: make new tensors.")
    pair = isinstance(got, list | tuple) and len(got) == 2
    refuse(not pair, "give back a list with one tensor for each of the two.")
    for number, (mine, p, q) in enumerate(zip(got, begun, after)):
        a, b = q.numpy(), p.numpy()
        known = {
            "alpha is the share of the new weights: 0 is the source model.": 0.75 * a + 0.25 * b,
            "the two shares have to add up to 1: the source's is 1 - alpha.": b + 0.25 * a,
            "this goes away from the new weights: the way is after - begun.": b + 0.25 * (b - a),
            "this is the way alone: add the weights that it begins at.": 0.25 * (a - b),
            "this is halfway, whatever alpha is.": (a + b) / 2,
        }
        mistakes(np.asarray(mine), 0.25 * a + 0.75 * b, f"for alpha 0.25, tensor {number}", known, atol=1e-6)
