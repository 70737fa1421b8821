"""The source model: its origin is the recipe to make it again."""

import torch
from small_world import small_world

from sequifi_lite.learning.heads import MLP
from sequifi_lite.learning.loop import train
from sequifi_lite.learning.schedule import shuffled
from sequifi_lite.learning.source_model import source_model


def test_training_anew_for_the_steps_of_its_origin_gives_the_source_model_bit_for_bit():
    world = small_world()
    head = source_model(world, 3, steps=110, lr=3e-3, hidden=(16, 8))
    origin = head.origin
    assert origin == {"seed": 3, "lr": 3e-3, "hidden": (16, 8), "steps": origin["steps"]}
    assert origin["steps"] in (25, 50, 75, 100, 110)
    again = MLP([3], 8, (16, 8), 4)
    train(again, world.X, world.y, shuffled(world.parts["corpus0"].train, origin["steps"], [3]), lr=3e-3)
    assert all(torch.equal(p, q) for p, q in zip(head.parameters(), again.parameters()))
    assert head.select([0, 0]).origin == origin
