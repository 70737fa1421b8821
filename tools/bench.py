"""What the library costs on this machine, one thread, CPU seconds: `make bench`. Never part of a timed test."""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import torch

torch.set_num_threads(1)

from sequifi_lite.loop import Watch, train  # noqa: E402
from sequifi_lite.pack import SHIPPED, read_pack  # noqa: E402
from sequifi_lite.problem import problem  # noqa: E402
from sequifi_lite.schedule import all_orders, class_by_class, shuffled  # noqa: E402
from sequifi_lite.source import source_model  # noqa: E402


def measure(what: str, function) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    function()
    print(f"{what:75} {time.process_time() - cpu:7.2f} s CPU {time.perf_counter() - wall:7.2f} s wall", flush=True)


def replicate(world, theta_0, schedule) -> None:
    subsets = {f"{name} {part}": world.subset(name, part) for name in world.corpora for part in ("valid", "test")}
    whole = {f"{name} {part}": getattr(rows, part) for name, rows in world.parts.items() for part in ("valid", "test")}
    train(theta_0.select([0] * len(schedule.rows)), world.X, world.y, schedule, lr=1e-3, watch=Watch(subsets, whole))


measure("load the five shipped corpora", lambda: [read_pack(path) for path in SHIPPED.glob("*.parquet")])
worlds = [problem(("cremad", "emodb"), fold) for fold in range(5)]
sources = []
measure("source model on CREMA-D, 1,000 steps, one run", lambda: sources.append(source_model(worlds[0], 0)))
sources += [source_model(world, r) for r, world in enumerate(worlds[1:], 1)]
orders = all_orders(4)


def all_orders_all_replicates() -> None:
    for r, (world, theta_0) in enumerate(zip(worlds, sources)):
        rows = world.parts["emodb"].train
        replicate(world, theta_0, class_by_class(rows, world.labels, orders, 200, [r] * 24))


measure("CREMA-D to Emo-DB, class by class, T = 200, continual evaluation, 24 x 5 runs", all_orders_all_replicates)
vanilla = shuffled(worlds[0].parts["emodb"].train, 200, [0])
measure("the same, vanilla, one run", lambda: replicate(worlds[0], sources[0], vanilla))
