"""Exercises of chapter 16, class statistics and head corrections."""

import numpy as np

from ._tools import Answer, agree, mistakes, refuse


def update_means(answer: Answer) -> None:
    """Ask for class means and counts after a batch more.

    - A mean is a sum divided by a count: go back to sums, add, divide again.
    - For class k: new = features[labels == k]; the total is counts[k] + len(new); skip a class without new
      clips.
    - means[k] = (counts[k] * means[k] + new.sum(0)) / (counts[k] + len(new)), and only then counts[k] +=
      len(new).
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
        case = f"after {len(seen_x)} clips, {n} of them new,"
        no_number = np.shape(got[0]) == (K, d) and np.isnan(np.asarray(got[0], dtype=float)).any()
        refuse(bool(no_number), f"{case} there is a NaN: a class without a new clip keeps its mean.")
        halves = [(means[k] + x[y == k].mean(0)) / 2 if (y == k).any() else means[k] for k in range(K)]
        halved = agree(got[0], halves) and not agree(halves, right)
        equal = "this is the mean of the old mean and the new one"
        refuse(halved, f"{equal}: a mean of 2 clips weighs as much as one of 2,000.")
        mistakes(got[1], right_n, f"{case} as counts")
        mistakes(got[0], right, f"{case} as means")
        means, counts = right, right_n


def adjust(answer: Answer) -> None:
    """Ask for logits less the logarithm of what the model says on average.

    - First what the model says of the training rows on average: one number per class.
    - Probabilities are np.exp(train) divided by its sum over axis 1; their mean over axis 0 is pi.
    - test - tau * np.log(pi)
    """
    generator = np.random.default_rng(0)
    for n, tau in ((5, 1.0), (40, 0.5), (7, 0.0)):
        train, test = generator.normal(size=(n, 4)) + [0, 0, 2, 0], generator.normal(size=(3, 4))
        p, q = (np.exp(rows) / np.exp(rows).sum(1, keepdims=True) for rows in (train, test))
        shift = tau * np.log(p.mean(0))
        of_logs, of_test = test - tau * np.log(p).mean(0), test - tau * np.log(q.mean(0))
        known = {
            "the sign is turned: the class that is said too often gains.": test + shift,
            "this is the mean of the logarithms; take the logarithm of the mean.": of_logs,
            "the mean prediction is to be taken over training rows, not over the rows that are "
            "tested.": of_test,
        }
        mistakes(answer(train, test, tau), test - shift, f"for {n} training rows and tau = {tau}", known)
