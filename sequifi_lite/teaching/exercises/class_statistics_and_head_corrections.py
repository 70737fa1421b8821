"""Exercises of the chapter on class statistics and head corrections."""

import numpy as np
from scipy.special import log_softmax, softmax

from ._tools import Answer, agree, mistakes, refuse, unchanged


def update_means(answer: Answer) -> None:
    """Ask for class means and counts after a batch more.

    - A mean is a sum divided by a count: go back to sums, add, divide again.
    - For class k: new = features[labels == k]; the total is counts[k] + len(new); skip a class without new
      clips.
    - The new mean of a class weighs the old mean and the new clips by their numbers. Work on copies: who
      called you still has the old arrays.
    """
    generator = np.random.default_rng(0)
    K, d = 3, 4
    means, counts = np.zeros((K, d)), np.zeros(K, dtype=int)
    seen_x, seen_y = np.zeros((0, d)), np.zeros(0, dtype=int)
    for n, classes in ((6, 2), (1, 3), (9, 3), (5, 1)):
        x, y = generator.normal(size=(n, d)), generator.integers(0, classes, n)
        seen_x, seen_y = np.concatenate([seen_x, x]), np.concatenate([seen_y, y])
        right_n = np.bincount(seen_y, minlength=K)
        right = np.stack([seen_x[seen_y == k].mean(0) if right_n[k] else np.zeros(d) for k in range(K)])
        got = answer(means.copy(), counts.copy(), x, y)
        pair = isinstance(got, tuple) and len(got) == 2
        refuse(not pair, "it should return two things: the means, then the counts.")
        unchanged(answer, means, counts, x, y)
        case = f"after {len(seen_x)} clips, {n} of them new,"
        no_number = np.shape(got[0]) == (K, d) and np.isnan(np.asarray(got[0], dtype=float)).any()
        refuse(bool(no_number), f"{case} there is a NaN: a class without a new clip keeps its mean.")
        halves = [(means[k] + x[y == k].mean(0)) / 2 if (y == k).any() else means[k] for k in range(K)]
        halved = agree(got[0], halves) and not agree(halves, right)
        equal = "this is the mean of the old mean and the new one"
        refuse(halved, f"{equal}: a mean of 2 clips weighs as much as one of 2,000.")
        known = {
            "these are the counts of the new clips alone: add them to those before.": np.bincount(
                y, minlength=K
            ),
            "the counts are those of before: the new clips count, too.": counts,
            "the number of all clips stands at every class; count each class's own.": np.full(K, len(seen_y)),
        }
        mistakes(got[1], right_n, f"{case} as counts", known)
        sums = np.stack([seen_x[seen_y == k].sum(0) for k in range(K)])
        late = [
            (right_n[k] * means[k] + x[y == k].sum(0)) / (right_n[k] + (y == k).sum())
            if (y == k).any()
            else means[k]
            for k in range(K)
        ]
        known = {
            "these are the sums: divide them by the counts.": sums,
            "these are the means of the new clips alone: what was there before counts, too.": [
                x[y == k].mean(0) if (y == k).any() else means[k] for k in range(K)
            ],
            "the counts were raised before the old mean was weighed with them: use the old count.": late,
            "the means are those of before.": means,
        }
        mistakes(got[0], right, f"{case} as means", known)
        means, counts = right, right_n


def adjust(answer: Answer) -> None:
    """Ask for logits less the logarithm of what the model says on average.

    - First what the model says of the training rows on average: one number per class.
    - A row's probabilities are its softmax, over axis 1; their mean over axis 0 is pi.
    - The logarithm of that mean, times tau, goes off every row of test. exp of a large logit overflows; the
      softmax does not mind a constant less.
    """
    generator = np.random.default_rng(0)
    for n, tau in ((5, 1.0), (40, 0.5), (7, 0.25), (7, 0.0)):
        train, test = generator.normal(size=(n, 4)) + [0, 0, 2, 0], generator.normal(size=(3, 4))
        right = test - tau * np.log(softmax(train, 1).mean(0))
        known = _not_adjusted(train, test, tau) if tau else {}
        mistakes(answer(train, test, tau), right, f"for {n} training rows and tau = {tau}", known)
    train, test = np.array([[1000.0, 1001.0, 999.0, 1000.0], [0.0, 0.0, 1.0, 2.0]]), np.zeros((1, 4))
    right, case = test - np.log(softmax(train, 1).mean(0)), "for training logits in the thousands"
    overflow = (
        f"{case} it is no number: take each row's own largest logit off before exp, which overflows; the "
        "softmax does not mind."
    )
    with np.errstate(all="ignore"):
        mistakes(answer(train, test, 1.0), right, case, {overflow: lambda got: not np.isfinite(got).all()})


def _not_adjusted(train: np.ndarray, test: np.ndarray, tau: float) -> dict:
    """List what people return in place of the adjusted logits."""
    p, n = softmax(train, 1), len(train)
    shift = tau * np.log(p.mean(0))
    right, turned = test - shift, softmax(train, 0)
    with np.errstate(all="ignore"):
        hard = test - tau * np.log(np.bincount(p.argmax(1), minlength=4) / n)
        raw = test - tau * np.log(train.mean(0))
    return {
        "the sign is turned: the class that is said too often gains.": test + shift,
        "this is the mean of the logarithms; take the logarithm of the mean.": test - tau * np.log(p).mean(0),
        "the mean prediction is to be taken over training rows, not over the rows that are tested.": test
        - tau * np.log(softmax(test, 1).mean(0)),
        "tau plays no part: multiply the logarithm by it.": test - np.log(p.mean(0)) if tau != 1 else False,
        "tau stands inside the logarithm: it multiplies the logarithm of pi.": test - np.log(tau * p.mean(0))
        if tau != 1
        else False,
        "this takes off pi itself: take off its logarithm.": test - tau * p.mean(0),
        "pi is a mean of probabilities; the softmax of the training rows is missing.": lambda got: (
            not np.isfinite(got).all() and np.allclose(got, raw, equal_nan=True)
        ),
        "the softmax is along axis 0: the probabilities of a clip, a row, sum to 1.": test
        - tau * np.log(turned.mean(0)),
        "pi is the mean over the clips, axis 0: one number for each class.": test - tau * np.log(0.25),
        "this counts which class is named; pi is the mean of the probabilities.": lambda got: np.array_equal(
            got, hard
        ),
        "these are the training rows, adjusted; the test rows were asked for.": train - shift,
        "these are the probabilities of the adjusted rows; the logits were asked for.": softmax(right, 1),
        "these are logarithms of probabilities; the adjusted logits were asked for.": log_softmax(right, 1),
        "nothing is taken off: the test rows are as they were.": test,
    }
