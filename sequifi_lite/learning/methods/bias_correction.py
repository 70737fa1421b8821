"""Bias correction: scale and shift the logit of the class that was trained last."""

from __future__ import annotations

import numpy as np
import torch

from .method import Method


def fit(
    z: torch.Tensor, rest: torch.Tensor, t: torch.Tensor, rho: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Fit the scale and shift (R,) with the least cross-entropy, by Newton's method.

    With u = alpha z + beta - rest it is softplus(u) - t u, up to a constant: convex. The pull of strength rho
    towards alpha = 1, beta = 0 keeps its minimum finite where the class is told without error.

    Parameters
    ----------
    z, rest : tensors (R, n), float64: logit of the class, and log sum exp of all others' logits
    t : tensor (R, n), 1 for clips of the class, else 0
    """
    x = torch.stack([z, torch.ones_like(z)])
    start = torch.tensor([1.0, 0.0], dtype=z.dtype).repeat(len(z), 1)  # (R, 2): alpha and beta
    halves = torch.tensor([0.5**i for i in range(16)] + [0.0], dtype=z.dtype)

    def loss(w):
        u = w[:, :1] * z + w[:, 1:] - rest
        return (torch.nn.functional.softplus(u) - t * u).mean(1) + rho / 2 * ((w - start) ** 2).sum(1)

    # From where u is 0 on average, Newton's method is quick.
    w = torch.stack([torch.ones_like(z[:, 0]), (rest - z).mean(1)], 1)
    for _ in range(30):
        p = torch.sigmoid(w[:, :1] * z + w[:, 1:] - rest)
        g = ((p - t) * x).mean(2).T + rho * (w - start)
        H = [[(p * (1 - p) * x[i] * x[j]).mean(1) + rho * (i == j) for j in (0, 1)] for i in (0, 1)]
        determinant = H[0][0] * H[1][1] - H[0][1] * H[1][0]
        step = torch.stack([H[1][1] * g[:, 0] - H[0][1] * g[:, 1], H[0][0] * g[:, 1] - H[1][0] * g[:, 0]], 1)
        tried = [w - half * step / determinant[:, None] for half in halves]  # never uphill
        best = torch.stack([loss(v) for v in tried]).argmin(0)
        w = torch.stack(tried)[best, torch.arange(len(w))]
    return w[:, 0], w[:, 1]


class BiasCorrection(Method):
    """Scale and shift the logit of the class trained last; the next corpus starts from what is not corrected.

        q_k = alpha o_k + beta  for k = the last class,   q_k = o_k  for all others

    alpha and beta, one pair per run, have the least cross-entropy on the validation rows of the corpus just
    learnt. The last class is that of most rows of the last batch; after a mixed stream it means nothing.

    Parameters
    ----------
    rho : float, strength of the pull towards alpha = 1, beta = 0, beside a mean cross-entropy

    Attributes
    ----------
    last : ndarray of int (R,);  alpha, beta : tensors (R,)

    Reference: Wu et al. 2019, arXiv 1905.13260 (BiC), section on bias correction.
    Differs from the paper in: one last class in place of all new ones, because the label set is closed;
    fitted on validation rows of the target, where the paper also has old classes' exemplars there; Newton's
    method; a weak pull of alpha towards 1 and of beta towards 0.
    Cost: two numbers per run; one forward pass over the validation rows. It sees all classes at once: the
    same rows have to be offered to whatever it is compared with.
    Verified against: a search on a grid of scales and shifts; a zero gradient by torch.autograd of the
    cross-entropy of all K classes.
    """

    name = "bias-correction"

    def __init__(self, rho: float = 1e-4):
        self.rho, self.alpha = self.number("rho", rho, open_=True), None

    def schedule(self, schedule, problem, number, seeds):
        shown = problem.labels[schedule.rows[:, -1]]
        self.last = np.array([np.bincount(labels).argmax() for labels in shown])
        return schedule

    @torch.no_grad()
    def after_corpus(self, head, problem, number, seeds):
        if number:
            rows, last = problem.parts[problem.corpora[number]].valid, torch.from_numpy(self.last)
            o = head(problem.X[rows]).double()
            mine = torch.nn.functional.one_hot(last, o.shape[2]).bool()[:, None]
            z = o.gather(2, last[:, None, None].expand(-1, len(rows), 1))[..., 0]
            rest = o.masked_fill(mine, -torch.inf).logsumexp(2)
            self.alpha, self.beta = fit(z, rest, (problem.y[rows] == last[:, None]).double(), self.rho)

    @torch.no_grad()
    def model(self, head):
        copy = head.select(range(head.runs))
        if self.alpha is not None:
            W, b = copy.layers[-1]
            for run, (k, alpha, beta) in enumerate(zip(self.last, self.alpha.tolist(), self.beta.tolist())):
                W[run, :, k] *= alpha
                b[run, 0, k] = alpha * b[run, 0, k] + beta
        return copy
