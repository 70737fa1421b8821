"""The exam's adapter of mammoth, which is no package: MAMMOTH names a checkout of it.

    MAMMOTH=... sequifi-lite exam --library tools/exam_adapters/mammoth.py

Its methods are asked through their own `observe` and `end_task`, with a network of one weight vector. Scores
are given as its evaluation makes them: of each stage, those of the tasks seen so far.
"""

import os
import sys
from types import SimpleNamespace
from unittest.mock import MagicMock

import numpy as np
import torch

sys.path.insert(0, os.environ["MAMMOTH"])
# Its methods import all its data sets, and one of them fetches weights with this while it is imported.
sys.modules.setdefault("open_clip", MagicMock())

from models.agem import AGem  # noqa: E402
from models.der import Der  # noqa: E402
from models.ewc_on import EwcOn  # noqa: E402
from models.gem import Gem  # noqa: E402
from models.lwf import modified_kl_div, smooth  # noqa: E402
from models.si import SI  # noqa: E402
from utils import metrics  # noqa: E402
from utils.buffer import Buffer  # noqa: E402

LIBRARY = "mammoth"


class Net(torch.nn.Module):
    """theta . x, so that the gradient of the output is x."""

    def __init__(self, values):
        super().__init__()
        self.theta = torch.nn.Parameter(torch.tensor(values, dtype=torch.float32))

    def forward(self, x):
        return x @ self.theta

    def get_params(self):
        return torch.cat([p.flatten() for p in self.parameters()])

    def get_grads(self):
        return torch.cat([p.grad.flatten() for p in self.parameters()])

    def set_grads(self, grads):
        start = 0
        for p in self.parameters():
            p.grad = grads[start : start + p.numel()].view_as(p).clone()
            start += p.numel()


class Softmax(Net):
    def __init__(self, W, b):
        torch.nn.Module.__init__(self)
        self.W, self.b = (torch.nn.Parameter(torch.tensor(v, dtype=torch.float32)) for v in (W, b))

    def forward(self, x):
        return x @ self.W + self.b


def optimiser(net, step=lambda: None):
    return SimpleNamespace(zero_grad=net.zero_grad, step=step)


def summed(outputs, labels):
    return outputs.sum()


def seen(R):
    return [row[: i + 1] for i, row in enumerate(R)]


def forgetting(R):
    return metrics.forgetting(seen(R))


def backward_transfer(R):
    return metrics.backward_transfer(seen(R))


def forward_transfer(R, reference):
    return metrics.forward_transfer(R, [[r] * len(R) for r in reference])


def fisher_empirical(W, b, x, y):
    net = Softmax(W, b)
    args = SimpleNamespace(batch_size=len(x), gamma=1.0)
    method = SimpleNamespace(
        net=net, opt=optimiser(net), fish=None, device="cpu", args=args, logsoft=torch.nn.LogSoftmax(dim=1)
    )
    batch = torch.tensor(x).float(), torch.tensor(y)
    EwcOn.end_task(method, SimpleNamespace(train_loader=[batch]))
    return method.fish.reshape(len(W) + 1, len(b))


def ewc_online_gradient(theta, anchors, fishers, lam, gamma):
    """Each task is one clip whose squared gradient is its Fisher information, at its anchor."""
    args = SimpleNamespace(batch_size=1, gamma=gamma, e_lambda=lam)
    method = SimpleNamespace(fish=None, device="cpu", args=args, logsoft=torch.nn.LogSoftmax(dim=1))
    for anchor, F in zip(anchors, fishers):
        net = Net(anchor)
        net.forward = lambda x, net=net: net.theta.sum()[None, None]  # one class: its probability is 1
        net.get_grads = lambda F=F: torch.tensor(F).float().sqrt()
        method.net, method.opt = net, optimiser(net)
        EwcOn.end_task(method, SimpleNamespace(train_loader=[(torch.zeros(1, 1), torch.tensor([0]))]))
    method.net = Net(theta)
    return EwcOn.get_penalty_grads(method)


def si_importance(path, gradients, xi):
    net = Net(path[0])
    places = iter(path[1:])
    method = SimpleNamespace(
        net=net,
        loss=summed,
        checkpoint=net.get_params().data.clone(),
        big_omega=None,
        small_omega=0,
        device="cpu",
        args=SimpleNamespace(xi=xi, c=0.0),
        get_parameters=net.parameters,
        opt=optimiser(net, lambda: net.theta.data.copy_(torch.tensor(next(places)))),
    )
    for gradient in gradients:
        SI.observe(method, torch.tensor([gradient]).float(), None, None)
    SI.end_task(method, None)
    return method.big_omega


def distillation_gradient(student, teacher, T):
    z = torch.tensor(student, dtype=torch.float32, requires_grad=True)
    old = torch.tensor(teacher).float().softmax(1)
    modified_kl_div(smooth(old, T, 1), smooth(z.softmax(1), T, 1)).backward()
    return z.grad


def projected(method, kind, gradient, memories):
    """One step of a method that bends gradients; inputs are gradients, since the net is linear."""
    net = Net([0.0] * len(gradient))
    size = len(gradient)
    inputs, tasks = torch.tensor(memories).float(), torch.arange(len(memories))
    buffer = SimpleNamespace(is_empty=lambda: False, get_data=lambda *a, **k: (inputs, tasks, tasks)[:kind])
    args = SimpleNamespace(minibatch_size=1, buffer_size=1, gamma=0.0)
    model = SimpleNamespace(
        net=net, forward=net.forward, parameters=net.parameters, zero_grad=net.zero_grad, opt=optimiser(net),
        loss=summed, buffer=buffer, args=args, device="cpu", transform=None, grad_dims=[size],
        grad_xy=torch.zeros(size), grad_er=torch.zeros(size), grads_da=torch.zeros(size),
        grads_cs=[torch.zeros(size) for _ in memories],
    )  # fmt: skip
    if method is Gem:
        import quadprog

        model.solver = quadprog
    method.observe(model, torch.tensor([gradient]).float(), None, None)
    return net.theta.grad


def agem(gradient, reference):
    return projected(AGem, 2, gradient, [reference])


def gem(gradient, memories):
    return projected(Gem, 3, gradient, memories)


def reservoir(items, size, seed):
    np.random.seed(seed)
    buffer = Buffer(size)
    for item in range(items):
        buffer.add_data(examples=torch.tensor([[float(item)]]))
    return buffer.get_all_data()[0].flatten()[: len(buffer)]


def der_term(stored, logits, alpha):
    """The loss of one step whose stream adds nothing."""
    now = torch.tensor(logits, dtype=torch.float32, requires_grad=True)
    kept = torch.tensor(stored).float()
    buffer = SimpleNamespace(
        is_empty=lambda: False, get_data=lambda *a, **k: (None, kept), add_data=lambda **k: None
    )
    model = SimpleNamespace(
        net=lambda x: now, loss=lambda o, labels: 0 * o.sum(), opt=SimpleNamespace(zero_grad=int, step=int),
        buffer=buffer, args=SimpleNamespace(minibatch_size=1, alpha=alpha), transform=None, device="cpu",
    )  # fmt: skip
    return Der.observe(model, None, None, None)
