"""Nearest class mean: remember the mean of every class, call a clip by the nearest."""

from __future__ import annotations

from ._statistics import ClassStatistics


class NCM(ClassStatistics):
    """Tell classes by their mean feature; nothing is trained, so nothing is overwritten.

        y* = argmin_y ||phi(x) - mu_y||,   mu_y = (1/n_y) sum_{i: y_i = y} phi(x_i)

    In the form in which it is computed: argmax_y  mu_y . phi(x) - ||mu_y||^2 / 2. The means run over all
    clips seen, whatever their corpus, so they do not depend on an order of corpora, classes or clips. One
    mean serves all corpora: where they lie apart in the feature space, it stands between them.

    Parameters
    ----------
    features : {"input", "hidden"}
        phi: the scaled embedding, or the last hidden layer of the source model, frozen.
    scope : {"all", "last"}
        Means over all corpora, the source included, or over the last one alone (target-only).

    Raises
    ------
    SequifiError
        If features or scope are none of these.

    Reference: Mensink et al. 2013 (doi 10.1109/TPAMI.2013.83); in class-incremental learning Rebuffi et al.
    2017, arXiv 1611.07725 (iCaRL, mean of exemplars).
    Differs from the paper in: the mean is over all clips, not over stored exemplars; features are not brought
    to length 1; no metric is learnt.
    Cost: K (d + 1) floats; one pass over the training rows, without gradients.
    Verified against: scikit-learn's NearestCentroid; rows taken in one by one, in any order.
    """

    name = "ncm"

    def rule(self):
        mu = self.mu.clone()  # corpora to come are added to the means in place
        return mu.transpose(1, 2), -(mu**2).sum(-1)[:, None] / 2
