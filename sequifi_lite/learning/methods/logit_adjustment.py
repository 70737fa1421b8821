"""Logit adjustment: take out of the logits what the model says on average."""

from __future__ import annotations

import math

import torch

from ._runs import per_run
from .method import Method


class LogitAdjustment(Method):
    """Take the log of the mean prediction off the logits after each corpus; the next one starts without that.

        f_k(x) <- f_k(x) - tau log pi_k,   pi_k = (1/n) sum_i p_theta(k | x_i)

    The mean runs over the n training rows of the corpus just learnt; no label is used. A model that calls
    everything by the class it saw last has a pi near 1 there, and loses just that much.

    Parameters
    ----------
    tau : float or tensor (R,)
        Strength, without unit; 0 is vanilla.

    Reference: Menon et al. 2021, arXiv 2007.07314, post-hoc logit adjustment.
    Differs from the paper in: pi is what the model predicts on average, where the paper has the class
    frequencies of the training set (after a class-ordered stream these are balanced and would change
    nothing).
    Cost: K numbers per run; one forward pass over the training rows.
    Verified against: a loop over runs and rows in NumPy.
    """

    name = "logit-adjustment"
    strength, grid, neutral = "tau", (0.0, 0.25, 0.5, 1.0, 1.5, 2.0), 0.0

    def __init__(self, tau=1.0):
        self.tau, self.log_pi = self.number("tau", tau), None

    @torch.no_grad()
    def after_corpus(self, head, problem, number, seeds):
        if number:
            rows = problem.parts[problem.corpora[number]].train
            log_p = head(problem.X[rows]).double().log_softmax(2)
            log_sum = log_p.transpose(1, 2).contiguous().logsumexp(2)
            self.log_pi = log_sum[:, None] - math.log(len(rows))  # (R, 1, K), never log 0

    @torch.no_grad()
    def model(self, head):
        copy = head.select(range(head.runs))
        if self.log_pi is not None:
            _, b = copy.layers[-1]
            b -= per_run(self.tau, b) * self.log_pi.to(b.dtype)
        return copy
