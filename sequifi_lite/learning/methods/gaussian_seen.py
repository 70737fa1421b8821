"""Gaussian replay of the present corpus's own classes, for streams ordered by class."""

from __future__ import annotations

from .gaussian_replay import GaussianReplay


class GaussianSeen(GaussianReplay):
    """Keep Gaussians of the present corpus's classes whose stage is over, and nothing of the corpora before.

    After a mixed stream it is vanilla: there is one stage and nothing is over.

    Reference: the book's own.
    Differs from the paper in: there is none.
    Cost: as `GaussianReplay`; nothing is left when the corpus has been learnt.
    Verified against: as `GaussianReplay`; which classes are over, stage by stage.
    """

    name = "gaussian-seen"
    past, seen = False, True


class GaussianBoth(GaussianReplay):
    """Keep Gaussians of the corpora before as well."""

    name = "gaussian-both"
    past, seen = True, True


class GaussianShared(GaussianSeen):
    """Keep one covariance for all classes: it takes the clips of all, so they have been seen before."""

    name = "gaussian-shared"
    form = "shared"


class GaussianFull(GaussianSeen):
    """Keep the full covariance: with fewer clips than inputs, the clips themselves. An upper bound."""

    name = "gaussian-full"
    form = "full"
