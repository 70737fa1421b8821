"""Random draws that are made once: the same multinomial draws serve every table of one corpus."""

import numpy as np


class Remembering:
    """A generator as `np.random.default_rng` makes it, which keeps multinomial draws by seed and arguments.

    Every draw is numpy's own: what is drawn does not depend on whether it was drawn before.
    """

    real, known = staticmethod(np.random.default_rng), {}

    def __init__(self, seed=None):
        self.seed, self.drawn, self.generator = seed, (), None

    def multinomial(self, n, pvals, size=None):
        self.drawn += ((n, tuple(np.asarray(pvals).tolist()), size),)
        key = self.seed, self.drawn
        if key not in self.known:
            fresh = self.real(self.seed)
            *_, self.known[key] = [fresh.multinomial(*one) for one in self.drawn]
        return self.known[key]

    def __getattr__(self, name):
        if self.generator is None:
            self.generator = self.real(self.seed)
        return getattr(self.generator, name)


def default_rng(seed=None):
    """Give numpy's generator, or one that remembers where the seed is a plain number."""
    return Remembering(seed) if isinstance(seed, int) else Remembering.real(seed)
