"""The adapter of this library: every case is answered by the code that the studies train with.

Where a method has no function for what is asked, its own hooks are called as the training loop calls them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ... import __version__
from ...evaluation import metrics
from ...learning import memory
from ...learning.heads import MLP
from ...learning.methods.agem import AGEM
from ...learning.methods.der import DER
from ...learning.methods.ewc import EWC
from ...learning.methods.fisher import fisher
from ...learning.methods.gem import GEM
from ...learning.methods.interpolation import Interpolation
from ...learning.methods.lwf import distillation
from ...learning.methods.mas import sensitivity
from ...learning.methods.si import SI
from ...learning.methods.slda import SLDA
from ...learning.schedule import Batch

LIBRARY = f"sequifi_lite {__version__}"
#: A penalty acts here through its proximal step; over so short a step that is its gradient.
SHORT = 1e-6


class Weights(torch.nn.Module):
    """A learner that is a list of weights and nothing else, with one run."""

    runs = 1

    def __init__(self, values: Any):
        super().__init__()
        self.theta = torch.nn.Parameter(_run(values))


def _run(values: Any) -> torch.Tensor:
    """Values in float64, behind an axis of one run."""
    return torch.tensor(values, dtype=torch.float64)[None]


def _softmax_regression(W: Any, b: Any) -> MLP:
    head = MLP([0], inputs=len(W), hidden=(), classes=len(b)).double()
    weight, bias = head.layers[0]
    with torch.no_grad():
        weight.copy_(_run(W))
        bias.copy_(_run([b]))
    return head


def _rows(tensors: list[torch.Tensor]) -> torch.Tensor:
    """Weights and, in the last row, biases of a run."""
    return torch.cat([tensor[0] for tensor in tensors])


def uar(truth, predicted, classes):
    return metrics.uar(metrics.confusion(truth, predicted, classes))


def macro_f1(truth, predicted, classes):
    return metrics.macro_f1(metrics.confusion(truth, predicted, classes))


def average_accuracy(R):
    return metrics.average(R)


def forgetting(R):
    return metrics.forgetting(np.array(R))


def backward_transfer(R):
    return metrics.backward_transfer(R)


def forward_transfer(R, reference):
    return metrics.forward_transfer(R, reference)


def fisher_exact(W, b, x):
    X = torch.tensor(x, dtype=torch.float64)
    y = torch.zeros(len(X), dtype=torch.int64)
    return _rows(fisher(_softmax_regression(W, b), X, y, np.arange(len(X)), "exact"))


def fisher_empirical(W, b, x, y):
    X = torch.tensor(x, dtype=torch.float64)
    return _rows(fisher(_softmax_regression(W, b), X, torch.tensor(y), np.arange(len(X)), "empirical"))


def ewc_gradient(theta, anchors, fishers, lam):
    return _pull(EWC(lam=lam, normalise=False), theta, anchors, fishers)


def ewc_online_gradient(theta, anchors, fishers, lam, gamma):
    return _pull(EWC(lam=lam, gamma=gamma, normalise=False), theta, anchors, fishers)


def _pull(method: EWC, theta, anchors, fishers):
    for anchor, F in zip(anchors, fishers):
        method.anchors.add([_run(F)], [_run(anchor)], decay=method.gamma)
    head = Weights(theta)
    before = head.theta.detach().clone()
    method.step(1, head, SHORT)
    return (before - head.theta)[0] / SHORT


def si_importance(path, gradients, xi):
    method, head = SI(lam=0.0, xi=xi), Weights(path[0])
    method.before_corpus(head, None, 1, [0])
    for step, (there, gradient) in enumerate(zip(path[1:], gradients), 1):
        head.theta.data.copy_(_run(there))
        head.theta.grad = _run(gradient)
        method.step(step, head, 0.0)
    return method.importance(head)[0][0]


def mas_importance(W, b, x):
    X = torch.tensor(x, dtype=torch.float64)
    return _rows(sensitivity(_softmax_regression(W, b), X, np.arange(len(X))))


def distillation_gradient(student, teacher, T):
    z = _run(student).requires_grad_()
    distillation(z.transpose(1, 2), _run(teacher).transpose(1, 2), T).sum().backward()
    assert z.grad is not None
    return z.grad[0]


def agem(gradient, reference):
    return _bent(AGEM(), gradient, lambda rows: [_run(reference)])


def gem(gradient, memories):
    method = GEM()
    method.memories = [np.array([[k]]) for k in range(len(memories))]
    return _bent(method, gradient, lambda rows: [_run(memories[rows.item()])])


def _bent(method: AGEM | GEM, gradient, gradient_of):
    """A gradient after a method's projection; the batch is one row of the stream and one of a memory."""
    head, rows = Weights(gradient), np.array([[0, 1]])
    head.theta.grad = _run(gradient)
    nothing = torch.zeros(1, 2, 1)
    method.projection(head, Batch(nothing, nothing[..., 0], rows, rows, rows, (1, 1)), gradient_of)
    return head.theta.grad[0]


def reservoir(items, size, seed):
    slots = memory.slots_of(items, size, 0, np.random.default_rng(seed))
    held = {slot: item for item, slot in enumerate(slots.tolist()) if slot >= 0}
    return list(held.values())


def herding(x, m):
    return memory.herding(torch.tensor(x), np.arange(len(x)), np.zeros(len(x), int), m)


def der_term(stored, logits, alpha):
    """The loss with alpha, less the loss without."""
    n, now = len(stored), _run([logits[0], *logits])  # a clip of the stream in front of the memory's
    rows = np.arange(n + 1)[None]
    batch = Batch(
        torch.arange(n + 1)[None],
        torch.zeros(1, n + 1, dtype=torch.int64),
        rows,
        rows - 1,
        rows * 0 - 1,
        (1, n),
    )

    def loss(strength):
        method = DER(strength)
        method.logits = _run(stored)
        return method.objective(lambda number: now[:, number[0]], batch)[0]

    return loss(alpha) - loss(0.0)


def slda_scores(portions, classes, epsilon, queries):
    method = SLDA(epsilon)
    method.clear(1, len(queries[0]), classes)
    for portion in portions:
        x, y = zip(*portion)
        method.add(_run(x), torch.tensor(y))
    scores = method.model(Weights([0.0]))(torch.tensor(queries, dtype=torch.float64))[0]
    return scores - scores[:, :1]


def interpolation(old, new, alpha):
    method, head = Interpolation(alpha), Weights(old)
    method.after_corpus(head, None, 0, [0])
    head.theta.data.copy_(_run(new))
    method.after_corpus(head, None, 1, [0])
    return head.theta[0]
