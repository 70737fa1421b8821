"""The exam's adapter of avalanche-lib: its plugins' own hooks, called with a model of one weight vector.

    sequifi-lite exam --library tools/exam_adapters/avalanche_lib.py

Where a plugin takes clips in batches, the batch is all clips of the question, as in a training whose batches
are as large.
"""

from importlib import metadata
from types import SimpleNamespace

import torch
from avalanche.benchmarks.utils import AvalancheDataset
from avalanche.evaluation.metrics.forgetting_bwt import BWT, Forgetting
from avalanche.evaluation.metrics.forward_transfer import ForwardTransfer
from avalanche.training.plugins import AGEMPlugin, EWCPlugin, GEMPlugin, MASPlugin
from avalanche.training.plugins.synaptic_intelligence import SynapticIntelligencePlugin
from avalanche.training.regularization import LearningWithoutForgetting
from avalanche.training.storage_policy import HerdingSelectionStrategy, ReservoirSamplingBuffer
from avalanche.training.supervised.deep_slda import StreamingLDA
from avalanche.training.utils import ParamData

LIBRARY = f"avalanche-lib {metadata.version('avalanche-lib')}"


class Vector(torch.nn.Module):
    def __init__(self, values):
        super().__init__()
        self.theta = torch.nn.Parameter(torch.tensor(values, dtype=torch.float32))


def linear(W, b):
    model = torch.nn.Linear(len(W), len(b))
    model.weight.data, model.bias.data = torch.tensor(W).float().T.contiguous(), torch.tensor(b).float()
    return model


def rows(importances):
    return torch.cat([importances["weight"].data.T, importances["bias"].data[None]])


def clips(x, y):
    return [(torch.tensor(a).float(), torch.tensor(k), torch.tensor(0)) for a, k in zip(x, y)]


def mean(metric):
    values = metric.result()
    return sum(values.values()) / len(values)


def changes(metric, R):
    for task in range(len(R) - 1):
        metric.update(task, R[task][task], initial=True)
        metric.update(task, R[-1][task])
    return mean(metric)


def forgetting(R):
    return changes(Forgetting(), R)


def backward_transfer(R):
    return changes(BWT(), R)


def forward_transfer(R, reference):
    metric = ForwardTransfer()
    for task in range(1, len(R)):
        metric.update(task, reference[task], initial=True)
        metric.update(task, R[task - 1][task])
    return mean(metric)


def fisher_empirical(W, b, x, y):
    model = linear(W, b)
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    plugin, criterion = EWCPlugin(1.0), torch.nn.CrossEntropyLoss()
    return rows(plugin.compute_importances(model, criterion, optimiser, clips(x, y), "cpu", len(x)))


def penalty_gradient(plugin, theta, anchors, fishers):
    model = Vector(theta)
    for task, (anchor, F) in enumerate(zip(anchors, fishers)):
        plugin.update_importances({"theta": ParamData("F", init_tensor=torch.tensor(F).float())}, task)
        plugin.saved_params[task]["theta"] = ParamData("anchor", init_tensor=torch.tensor(anchor).float())
    clock = SimpleNamespace(train_exp_counter=len(anchors))
    strategy = SimpleNamespace(model=model, clock=clock, device="cpu", loss=0 * model.theta.sum())
    plugin.before_backward(strategy)
    strategy.loss.backward()
    return model.theta.grad


def ewc_gradient(theta, anchors, fishers, lam):
    return penalty_gradient(EWCPlugin(lam), theta, anchors, fishers)


def ewc_online_gradient(theta, anchors, fishers, lam, gamma):
    return penalty_gradient(EWCPlugin(lam, mode="online", decay_factor=gamma), theta, anchors, fishers)


def si_importance(path, gradients, xi):
    plugin, model = SynapticIntelligencePlugin(1.0, eps=xi), Vector(path[0])
    strategy = SimpleNamespace(model=model, device="cpu")
    plugin.before_training_exp(strategy)
    for there, gradient in zip(path[1:], gradients):
        plugin.before_training_iteration(strategy)
        model.theta.grad = torch.tensor(gradient).float()
        model.theta.data.copy_(torch.tensor(there).float())  # in place, as optimisers do
        plugin.after_training_iteration(strategy)
    plugin.after_training_exp(strategy)
    return plugin.ewc_data[1]["theta"].data


def mas_importance(W, b, x):
    model = linear(W, b)
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    experience = SimpleNamespace(dataset=clips(x, [0] * len(x)))
    strategy = SimpleNamespace(
        model=model, optimizer=optimiser, experience=experience, device="cpu", train_mb_size=len(x)
    )
    return rows(MASPlugin()._get_importance(strategy))


def distillation_gradient(student, teacher, T):
    z = torch.tensor(student, dtype=torch.float32, requires_grad=True)
    method = LearningWithoutForgetting(alpha=1, temperature=T)
    method._distillation_loss(z, torch.tensor(teacher).float(), range(z.shape[1])).backward()
    return z.grad


def projected(plugin, gradient):
    model = Vector(gradient)
    model.theta.grad = torch.tensor(gradient).float()
    plugin.after_backward(
        SimpleNamespace(model=model, clock=SimpleNamespace(train_exp_counter=1), device="cpu")
    )
    return model.theta.grad


def agem(gradient, reference):
    plugin = AGEMPlugin(1, 1)
    plugin.buffers, plugin.reference_gradients = [None], torch.tensor(reference).float()
    return projected(plugin, gradient)


def gem(gradient, memories):
    plugin = GEMPlugin(1, 0.0)
    plugin.G = torch.tensor(memories).float()
    return projected(plugin, gradient)


def reservoir(items, size, seed):
    torch.manual_seed(seed)
    buffer, half = ReservoirSamplingBuffer(size), items // 2
    for portion in (range(half), range(half, items)):
        buffer.update_from_dataset(AvalancheDataset([list(portion)]))
    return [buffer.buffer[i] for i in range(len(buffer.buffer))]


def herding(x, m):
    strategy = HerdingSelectionStrategy(torch.nn.Identity(), "")
    return strategy.make_sorted_indices_from_features(torch.tensor(x))[:m]


def slda_scores(portions, classes, epsilon, queries):
    method = StreamingLDA(
        slda_model=torch.nn.Identity(),
        criterion=torch.nn.CrossEntropyLoss(),
        input_size=len(queries[0]),
        num_classes=classes,
        shrinkage_param=epsilon,
        evaluator=None,
    )
    for x, y in (clip for portion in portions for clip in portion):
        method.fit(torch.tensor([x]).float(), torch.tensor([y]))
    scores = method.predict(torch.tensor(queries).float())
    return scores - scores[:, :1]
