"""Learning without forgetting: on the new clips, keep saying what the old model would have said."""

from __future__ import annotations

import torch

from .method import Method


def distillation(student: torch.Tensor, teacher: torch.Tensor, T: float) -> torch.Tensor:
    """Compute T^2 KL(teacher || student) of probabilities softened by the temperature T, mean over the batch.

    Parameters
    ----------
    student, teacher : tensors (R, K, n)
        Logits, the classes in front of the clips as torch's cross-entropy has them.
    T : float
        Temperature. The factor T^2 keeps the gradient's size as T grows: it tends to that of half the squared
        difference of the centred logits, divided by K.

    Returns
    -------
    tensor (R,)
    """
    log_p, log_q = (teacher / T).log_softmax(1), (student / T).log_softmax(1)
    return T**2 * (log_p.exp() * (log_p - log_q)).sum(1).mean(1)


class LwF(Method):
    """Hold the student to what a copy of the model before this corpus, the teacher, says of every batch.

        L = L_CE + lambda * T^2 * KL( softmax(z_teacher / T) || softmax(z / T) )

    Parameters
    ----------
    lam : float or tensor (R,)
        lambda, the paper's lambda_o.
    T : float
        Temperature; above 1 the teacher's smaller probabilities count for more.

    Reference: Li & Hoiem 2016, Learning without forgetting (arXiv 1606.09282), section 3; T^2: Hinton,
    Vinyals & Dean 2015, Distilling the knowledge in a neural network (arXiv 1503.02531), section 2.
    Differs from the paper in: there is one head for all corpora, so teacher and student answer with the same
    classes and there is no warm-up of a new head; KL instead of cross-entropy, a constant apart; the factor
    T^2.
    Cost: one copy of the model, and one more forward pass over the batch each step.
    Verified against: finite differences; KL by SciPy; the limit of large T.
    """

    name = "lwf"
    strength = "lam"
    grid = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
    neutral = 0.0

    def __init__(self, lam: float | torch.Tensor = 0.1, T: float = 2.0):
        self.lam, self.T = self.number("lam", lam), self.number("T", T, open_=True)
        self.teacher = None

    def after_corpus(self, head, problem, number, seeds):
        self.teacher = head.select(range(head.runs))

    def objective(self, head, batch):
        z = head(batch.x).transpose(1, 2)
        loss = torch.nn.functional.cross_entropy(z, batch.y, reduction="none").mean(1)
        if self.teacher is None:
            return loss
        with torch.no_grad():
            z_teacher = self.teacher(batch.x).transpose(1, 2)
        lam = torch.as_tensor(self.lam, dtype=z.dtype)
        return loss + lam * distillation(z, z_teacher, self.T)
