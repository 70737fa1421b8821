"""Dark experience replay from a memory in which every corpus keeps its share."""

from __future__ import annotations

import numpy as np
import torch

from ...learning import memory
from ...learning.methods.der import DER
from ...learning.methods.derpp import DERPP
from ...learning.schedule import replay


class DERBalanced(DER):
    """Match stored logits of clips that are drawn class by class from every finished corpus.

    A reservoir over all clips gives a corpus room in proportion to its size, and fills up with the corpus
    being learnt, of which nothing can be forgotten yet. Here each finished corpus has per_class rows of each
    class, with the logits of the model that had just learnt it; the memory grows as that of `ER` does.

    Parameters
    ----------
    alpha, per_class, width
        As for `DER`; per_class counts for each corpus.

    Reference: Buzzega et al. 2020, Dark Experience for General Continual Learning (arXiv 2004.07211), section
    3; a memory balanced over tasks is in section 3 of Chaudhry et al. 2019 (arXiv 1902.10486), ring buffer.
    Differs from the paper in: the memory; logits are those at the end of a corpus.
    Cost: as `DER`; per_class * K * (inputs + K) floats for each corpus learnt.
    Verified against: logits of copies of the model, corpus by corpus.
    """

    name = "der-balanced"

    def after_corpus(self, head, problem, number, seeds):
        rows = memory.keep("class-balanced", problem, problem.corpora[number], self.per_class, seeds)
        with torch.no_grad():
            logits = head(problem.X[rows])
        first = number == 0
        self.memory = rows if first else np.concatenate([self.memory, rows], 1)
        self.logits = logits if first else torch.cat([self.logits, logits], 1)

    def schedule(self, schedule, problem, number, seeds):
        return replay(schedule, self.memory, seeds, self.width, self.draws)


class DERPPBalanced(DERBalanced, DERPP):
    """Match stored logits and learn labels of a memory in which every corpus keeps its share.

    Reference: as `DERBalanced` and `DERPP`.
    Differs from the paper in: as they do.
    Cost: as `DERPP`, for each corpus learnt.
    Verified against: as `DERBalanced`.
    """

    name = "der++-balanced"
