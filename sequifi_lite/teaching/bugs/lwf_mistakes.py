"""Two exhibits on distillation: a temperature that turns the term off, and a logarithm of zero."""

from __future__ import annotations

import torch

from ...learning.methods.lwf import LwF


class NoSquareLwF(LwF):
    """LwF with a temperature and without its square.

    Shelf: convention.
    Wrong: softened probabilities have gradients about T^2 times smaller, so raising T weakens the term as
    well as softening it. Who tunes T then tunes lambda without knowing.
    Seen in: avalanche; mammoth; keras-io#869 and keras-io#870.
    Told apart by: tests/learning/test_lwf.py::test_with_its_square_the_temperature_leaves_the_strength_alone.
    """

    def objective(self, head, batch):
        lam = self.lam
        self.lam = lam / self.T**2
        loss = super().objective(head, batch)
        self.lam = lam
        return loss


def power_log_distillation(student: torch.Tensor, teacher: torch.Tensor, T: float) -> torch.Tensor:
    """The same term by softmax, power, normalisation and logarithm: (R,) from logits (R, K, n).

    Shelf: trap.
    Wrong: on paper softmax(z)^(1/T), normalised, is softmax(z / T). In float32 a probability below about
    1e-45 is 0, its logarithm is minus infinity, and 0 times infinity is NaN: one sure clip ends the training.
    `log_softmax` of z / T never gets there.
    Seen in: mammoth ``lwf.py``.
    Told apart by: tests/learning/test_lwf.py::test_softmax_power_logarithm_breaks_on_a_sure_clip.
    """

    def soften(z):
        p = z.softmax(1) ** (1 / T)
        return p / p.sum(1, keepdim=True)

    p, q = soften(teacher), soften(student)
    return T**2 * (p * (p.log() - q.log())).sum(1).mean(1)
