"""The cheapest Adam that keeps the promise of the run axis."""

from __future__ import annotations

from collections.abc import Iterable

import torch

VECTOR = 64  # values; a multiple of the vector length of every processor in use


def adam(
    parameters: Iterable[torch.nn.Parameter], lr: float, betas: tuple[float, float] = (0.9, 0.999)
) -> torch.optim.Adam:
    """Make an Adam of one pass over the weights, wherever a run's bits do not depend on its neighbours.

    Torch's fused Adam reads and writes each weight once, the plain one once for every operation. But the
    fused one works in whole vectors and treats what is left over at the end of a tensor in another way, which
    rounds differently: a run's last weights then depend on how many runs stand before it. If one run's share
    of a parameter is a multiple of `VECTOR` values, nothing is left over; the few others (the biases of the
    output layer) get the plain Adam.

    Parameters
    ----------
    parameters : iterable of Parameter, with a leading axis of runs, or any shape if there is one run

    Returns
    -------
    torch.optim.Adam
        To hand to `sequifi_lite.learning.loop.train` as ``optimiser=adam``. Its steps differ from those of
        ``torch.optim.Adam(parameters, lr=lr)`` by rounding alone.
    """
    groups = {True: [], False: []}
    for p in parameters:
        groups[p[0].numel() % VECTOR == 0 if p.dim() else False].append(p)
    settings = [
        {"params": group, "fused": fused, "foreach": False} for fused, group in groups.items() if group
    ]
    return torch.optim.Adam(settings, lr=lr, betas=betas)
