"""The exam's adapter of LibContinual, which is no package: LIBCONTINUAL names a checkout of it.

    LIBCONTINUAL=... sequifi-lite exam --library tools/exam_adapters/libcontinual.py

Its metrics are called as its trainer calls them after the last task.
"""

import os
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import torch

ROOT = Path(os.environ["LIBCONTINUAL"]).resolve()
sys.path.insert(0, str(ROOT))
# Its packages import every method with all that it needs; the modules asked here need torch alone.
for name in ("core", "core.model", "core.model.backbone", "core.model.buffer", "core.utils"):
    sys.modules[name] = package = ModuleType(name)
    package.__path__ = [str(ROOT.joinpath(*name.split(".")))]

from core.model.buffer.onlinebuffer import OnlineBuffer  # noqa: E402
from core.model.buffer.update import construct_examplar  # noqa: E402
from core.model.ewc import EWC  # noqa: E402
from core.model.lwf import LWF  # noqa: E402
from core.utils.utils import compute_bwt, compute_frgt  # noqa: E402

LIBRARY = "LibContinual"


def table(R):
    return np.tril(np.array(R))


def forgetting(R):
    return compute_frgt(table(R), table(R)[-1], len(R) - 1)


def backward_transfer(R):
    return compute_bwt(table(R), table(R)[-1], len(R) - 1)


def fisher_empirical(W, b, x, y):
    network = torch.nn.Linear(len(W), len(b))
    network.weight.data, network.bias.data = torch.tensor(W).float().T.contiguous(), torch.tensor(b).float()
    clips = [{"image": torch.tensor(a).float(), "label": torch.tensor(k)} for a, k in zip(x, y)]
    loader = torch.utils.data.DataLoader(clips, batch_size=len(clips))
    F = EWC.getFisher(SimpleNamespace(network=network, device="cpu"), loader)
    return torch.cat([F["weight"].T, F["bias"][None]])


def ewc_gradient(theta, anchors, fishers, lam):
    if len(anchors) > 1:
        raise NotImplementedError("it keeps one anchor, and averages the Fisher information")
    network = torch.nn.Module()
    network.theta = torch.nn.Parameter(torch.tensor(theta).float())
    kept = {"theta": torch.tensor(anchors[0]).float()}, {"theta": torch.tensor(fishers[0]).float()}
    (lam * EWC.compute_ewc(SimpleNamespace(network=network, ref_param=kept[0], fisher=kept[1]))).backward()
    return network.theta.grad


def distillation_gradient(student, teacher, T):
    z = torch.tensor(student, dtype=torch.float32, requires_grad=True)
    LWF._KD_loss(None, z, torch.tensor(teacher).float(), T).backward()
    return z.grad


def reservoir(items, size, seed):
    torch.manual_seed(seed)
    buffer = OnlineBuffer(size, 1, (1,))
    for item in range(items):
        buffer.add_reservoir(torch.tensor([[float(item)]]), torch.tensor([0]), 0)
    return buffer.buf_data[: buffer.current_index].flatten()


class Clips(torch.utils.data.Dataset):
    def __init__(self, x):
        self.x, self.images, self.labels = torch.tensor(x), [], []

    def __len__(self):
        return len(self.images)

    def __getitem__(self, number):
        return {"image": self.x[self.images[number]]}


def herding(x, m):
    numbers = np.arange(len(x))
    chosen, _ = construct_examplar(Clips(x), numbers, numbers * 0, lambda x: {"features": x}, m, "cpu")
    return [int(number) for number in chosen]
