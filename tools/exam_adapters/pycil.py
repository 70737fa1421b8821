"""The exam's adapter of PyCIL, which is no package: PYCIL names a checkout of it.

    PYCIL=... sequifi-lite exam --library tools/exam_adapters/pycil.py

Its forgetting is written inside the trainer, so the trainer is run, on a learner that trains nothing and
tells the scores of the question.
"""

import contextlib
import io
import os
import re
import sys
import tempfile
from types import SimpleNamespace

import numpy as np
import torch

sys.path.insert(0, os.environ["PYCIL"])

import trainer  # noqa: E402
from models.base import BaseLearner  # noqa: E402
from models.ewc import EWC  # noqa: E402
from models.lwf import _KD_loss  # noqa: E402

LIBRARY = "PyCIL"


def trained(R):
    """What the trainer prints of a table of scores."""
    stages = iter(range(len(R)))

    def eval_task():
        stage = next(stages)
        scores = R[stage][: stage + 1]
        groups = {f"{10 * task:02d}-{10 * task + 9:02d}": score for task, score in enumerate(scores)}
        return {"grouped": groups, "top1": sum(scores) / len(scores), "top5": 1.0}, None

    nothing = torch.nn.Linear(1, 1)
    learner = SimpleNamespace(
        _network=nothing, incremental_train=lambda data: None, after_task=lambda: None, eval_task=eval_task
    )
    trainer.DataManager = lambda *a: SimpleNamespace(nb_tasks=len(R))
    trainer.factory = SimpleNamespace(get_model=lambda name, args: learner)
    args = {
        "model_name": "exam", "dataset": "exam", "init_cls": 10, "increment": 10, "prefix": "exam", "seed": 0,
        "convnet_type": "none", "device": [-1], "shuffle": False,
    }  # fmt: skip
    here, said = os.getcwd(), io.StringIO()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(said):
        os.chdir(folder)  # it writes logs where it stands
        try:
            trainer._train(args)
        finally:
            os.chdir(here)
    return said.getvalue()


def read(words, R):
    """The last number printed behind these words; the average accuracy is printed after each stage."""
    return float(re.findall(rf"^{re.escape(words)}: (.+)$", trained(R), re.M)[-1])


def average_accuracy(R):
    return read("Average Accuracy (CNN)", R)


def forgetting(R):
    return read("Forgetting (CNN)", R)


class Linear(torch.nn.Linear):
    def forward(self, x):
        return {"logits": super().forward(x)}


def fisher_empirical(W, b, x, y):
    network = Linear(len(W), len(b))
    network.weight.data, network.bias.data = torch.tensor(W).float().T.contiguous(), torch.tensor(b).float()
    loader = [(None, torch.tensor(x).float(), torch.tensor(y))]
    F = EWC.getFisherDiagonal(SimpleNamespace(_network=network, _device="cpu"), loader)
    return torch.cat([F["weight"].T, F["bias"][None]])


def ewc_gradient(theta, anchors, fishers, lam):
    if len(anchors) > 1:
        raise NotImplementedError("it keeps one anchor, and averages the Fisher information")
    network = torch.nn.Module()
    network.theta = torch.nn.Parameter(torch.tensor(theta).float())
    kept = {"theta": torch.tensor(anchors[0]).float()}, {"theta": torch.tensor(fishers[0]).float()}
    model = SimpleNamespace(_network=network, _multiple_gpus=[0], mean=kept[0], fisher=kept[1])
    (lam * EWC.compute_ewc(model)).backward()
    return network.theta.grad


def distillation_gradient(student, teacher, T):
    z = torch.tensor(student, dtype=torch.float32, requires_grad=True)
    _KD_loss(z, torch.tensor(teacher).float(), T).backward()
    return z.grad


def herding(x, m):
    clips = torch.utils.data.TensorDataset(torch.tensor(x))

    def get_dataset(*a, ret_data=False, **k):
        return (np.arange(len(x)), None, clips) if ret_data else clips

    learner = SimpleNamespace(
        _known_classes=0, _total_classes=1, _data_memory=np.array([]), _targets_memory=np.array([]),
        _class_means=np.zeros((1, 2)), _extract_vectors=lambda loader: (np.array(x), None),
    )  # fmt: skip
    BaseLearner._construct_exemplar(learner, SimpleNamespace(get_dataset=get_dataset), m)
    return learner._data_memory
