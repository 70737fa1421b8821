"""Zero-shot: the source model, left alone."""

from __future__ import annotations

from .method import Method


class ZeroShot(Method):
    """Learn nothing after the source: the lower bound of plasticity, and the upper one of stability.

        theta = theta_0

    It forgets nothing because it learns nothing, so a method's stability is never quoted without its
    plasticity.

    Reference: protocol of this book.
    Differs from the paper in: there is none.
    Cost: none.
    Verified against: the source model itself, weight by weight, after every corpus.
    """

    name = "zero-shot"

    def schedule(self, schedule, problem, number: int, seeds) -> None:
        return None
