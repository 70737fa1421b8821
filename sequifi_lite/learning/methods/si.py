"""Synaptic intelligence: a weight is important if the loss fell while it moved."""

from __future__ import annotations

import torch

from ...errors import SequifiError
from ..heads import MLP
from ..loop import train
from ..schedule import shuffled
from ._quadratic import Anchors, mean_one
from ._runs import weights
from .method import Method


class SI(Method):
    """Credit every weight with the fall of the loss along its path, and tie it to where it arrived.

        omega_i = - sum over steps of g_i * (change of theta_i),
        Omega_i = sum over corpora of omega_i / ((Delta_i)^2 + xi)

        L + c * sum_i Omega_i (theta~_i - theta_i)^2,   lambda = 2 c

    g is the gradient of the loss alone, Delta how far the weight got on a corpus, theta~ the weights after
    the last corpus.

    Parameters
    ----------
    lam : float or tensor (R,), lambda
    xi : float, damping, in units of a squared change of a weight
    normalise : bool, scale the Omega of each corpus to mean 1 over the weights of a run

    Reference: Zenke, Poole & Ganguli 2017, Continual learning through synaptic intelligence (arXiv
    1703.04200), section 3.
    Differs from the paper in: the penalty is an exact proximal step after the optimiser's (`_quadratic`); a
    negative omega counts as 0; Omega has mean 1 unless asked otherwise. As in the paper, omega adds up the
    gradients of batches, not of the whole loss.
    Cost: five copies of the weights, and three passes over them each step; no pass over data after a corpus.
    A source model does not bring its path along, so that is walked again: one more training of it.
    Verified against: the closed form on a quadratic; the path written down step by step; a source model found
    again bit for bit, and refused where it does not tell its origin or walking again leads elsewhere.
    """

    name = "si"
    strength = "lam"
    grid = (0.1, 0.3, 1.0, 3.0, 10.0, 100.0)
    neutral = 0.0

    def __init__(self, lam: float | torch.Tensor = 1.0, xi: float = 1e-3, normalise: bool = True):
        self.lam, self.xi = self.number("lam", lam), self.number("xi", xi)
        self.normalise, self.anchors = normalise, Anchors()

    def before_corpus(self, head, problem, number, seeds):
        self._set_off(head)
        return head

    def _set_off(self, head):
        self.begun, self.before = weights(head), weights(head)
        self.omega = [torch.zeros_like(t) for t in self.begun]

    @torch.no_grad()
    def step(self, step, head, lr):
        self.anchors.pull(head, self.lam, lr)
        for omega, p, before in zip(self.omega, head.parameters(), self.before):
            omega -= p.grad * (p - before)  # the pull is in the change, never in the gradient
            before.copy_(p)

    def importance(self, head):
        """Compute Omega of the path walked since the last start; no credit is negative."""
        ways = [(p.detach() - begun) ** 2 for p, begun in zip(head.parameters(), self.begun)]
        return [omega.clamp(min=0) / (way + self.xi) for omega, way in zip(self.omega, ways)]

    def after_corpus(self, head, problem, number, seeds):
        Omega = self.importance(head) if number else self._walk_again(head, problem)
        Omega = mean_one(Omega, head.runs) if self.normalise else Omega
        self.anchors.add(Omega, weights(head), decay=1.0)

    def _walk_again(self, head, problem):
        """The path from the initial weights to the source model, in float32 as it was."""
        if head.origin is None:
            raise SequifiError(
                f"SI needs the path to the source model, and this {type(head).__name__} has no origin; make"
                " it with train_source_model, or for an encoder take sequifi_lite.finetuning.EncoderMAS."
            )
        seed, lr, hidden, steps = (head.origin[key] for key in ("seed", "lr", "hidden", "steps"))
        X, rows = problem.X.float(), problem.parts[problem.corpora[0]].train
        walker, path = MLP([seed], X.shape[1], hidden, len(problem.emotions)), type(self)(0.0, self.xi)
        path._set_off(walker)
        train(walker, X, problem.y, shuffled(rows, steps, [seed]), lr=lr, consolidation=path)
        for p, found in zip(head.parameters(), walker.parameters()):
            if found.shape[1:] != p.shape[1:] or not torch.allclose(
                found.to(p.dtype).expand_as(p), p, rtol=1e-3, atol=1e-4
            ):
                raise SequifiError(
                    f"SI walked the path to the source model again (origin {head.origin}) and arrived"
                    " elsewhere; give it the corpora, fold and scaling of the model, or train a new one."
                )
        return [
            Omega.to(p.dtype).expand_as(p) for Omega, p in zip(path.importance(walker), head.parameters())
        ]
