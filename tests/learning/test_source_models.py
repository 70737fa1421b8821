"""The source model: its origin is the recipe to make it again."""

import torch
from small_problem import small_problem

from sequifi_lite.learning.heads import MLP
from sequifi_lite.learning.loop import train
from sequifi_lite.learning.schedule import shuffled


def test_training_anew_for_the_steps_of_its_origin_gives_the_source_model_bit_for_bit():
    problem = small_problem()
    head = train_source_model(problem, 3, steps=110, lr=3e-3, hidden=(16, 8))
    origin = head.origin
    assert origin == {"seed": 3, "lr": 3e-3, "hidden": (16, 8), "steps": origin["steps"]}
    assert origin["steps"] in (25, 50, 75, 100, 110)
    again = MLP([3], 8, (16, 8), 4)
    train(
        again, problem.X, problem.y, shuffled(problem.parts["corpus0"].train, origin["steps"], [3]), lr=3e-3
    )
    assert all(torch.equal(p, q) for p, q in zip(head.parameters(), again.parameters()))
    assert head.select([0, 0]).origin == origin
