"""The loop: against a plain torch loop, and runs together against runs alone, bit for bit."""

import inspect
from dataclasses import replace

import numpy as np
import pytest
import torch
from one_thread import one_thread as one_thread
from test_heads import as_sequential
from torch import nn

from sequifi_lite.evaluation.metrics import confusion, uar
from sequifi_lite.learning import loop
from sequifi_lite.learning.class_order import all_orders, class_by_class
from sequifi_lite.learning.heads import MLP
from sequifi_lite.learning.loop import Evaluator, train
from sequifi_lite.learning.methods.early_stopping import BestOnValidation
from sequifi_lite.learning.schedule import balanced, shuffled


@pytest.fixture
def data():
    generator = torch.Generator().manual_seed(0)
    y = torch.arange(240) % 4
    X = torch.randn(240, 64, generator=generator) + 1.5 * nn.functional.one_hot(y, 64)
    return X, y, np.arange(160), np.arange(160, 240)


def test_one_run_is_the_ordinary_loop(data):
    X, y, rows, _ = data
    schedule = class_by_class(rows, y.numpy(), [(2, 0, 3, 1)], 40, seeds=[3])
    head = MLP([1], inputs=64, hidden=16)
    net = as_sequential(head, 0)
    train(head, X, y, schedule, lr=1e-2)
    for t in range(40):
        if t in (0, 10, 20, 30):
            adam = torch.optim.Adam(net.parameters(), lr=1e-2)
        batch = schedule.rows[0, t]
        loss = nn.functional.cross_entropy(net(X[batch]), y[batch])
        adam.zero_grad(), loss.backward(), adam.step()
    torch.testing.assert_close(head.W1[0], net[0].weight.T, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(head.b2[0, 0], net[2].bias, rtol=1e-4, atol=1e-5)


ORDERS = all_orders(4)
SCHEDULES = {
    "shuffled": lambda rows, labels, seeds: shuffled(rows, 24, seeds),
    "balanced": lambda rows, labels, seeds: balanced(rows, labels, 24, seeds),
    "class by class": lambda rows, labels, seeds: class_by_class(
        rows, labels, ORDERS[[s % 24 for s in seeds]], 24, seeds
    ),
    "five cycles": lambda rows, labels, seeds: class_by_class(
        rows, labels, ORDERS[[s % 24 for s in seeds]], 24, seeds, cycles=5
    ),
}


@pytest.mark.parametrize("optimiser", [torch.optim.Adam, torch.optim.SGD])
@pytest.mark.parametrize("name", SCHEDULES)
def test_runs_together_equal_runs_alone_and_in_other_groups_bit_for_bit(data, name, optimiser):
    X, y, rows, held_out = data
    X = X.repeat(1, 4)  # odd widths and full ones take different paths through the matrix product

    def run(seeds):
        head = MLP(seeds, inputs=256, hidden=33)
        stop = BestOnValidation(X, y, held_out, every=5)
        evaluator = Evaluator({"test": held_out}, {"test": held_out}, points=4)
        record = train(
            head,
            X,
            y,
            SCHEDULES[name](rows, y.numpy(), seeds),
            lr=1e-2,
            optimiser=optimiser,
            consolidation=stop,
            evaluator=evaluator,
        )
        return head, record

    seeds = list(range(24))
    together, record = run(seeds)
    for group in ([0], [5], [23, 3], [7, 8, 9, 10, 11, 12, 13], seeds[::-1]):
        head, part = run(group)
        for a, b in zip(together.parameters(), head.parameters()):
            assert torch.equal(a[group], b)
        assert np.array_equal(record.curve("test")[:, group], part.curve("test"))
        assert np.array_equal(np.stack(record.distance)[:, group], np.stack(part.distance))


def test_continual_evaluation(data):
    X, y, rows, held_out = data
    head = MLP([0, 1], inputs=64, hidden=16)
    start = [p.detach().clone() for p in head.parameters()]
    schedule = class_by_class(rows, y.numpy(), ORDERS[[0, 9]], 42, seeds=[0, 1])
    small = held_out[:40]
    record = train(head, X, y, schedule, evaluator=Evaluator({"val": small}, {"test": held_out}, points=5))
    ends = [0, 11, 22, 32, 42]  # 42 steps in four stages: 11, 11, 10, 10
    assert record.steps == sorted({0, 8, 17, 25, 34, 42} | set(ends))
    assert record.curve("val").shape == (len(record.steps), 2, 4, 4)
    assert np.array_equal(
        record.curve("val")[-1], confusion(y.numpy()[small], head.predict(X[small]).numpy(), 4)
    )
    assert np.array_equal(record.predictions["test"][-1], head.predict(X[held_out]).numpy())
    assert len(record.predictions["test"]) == len(ends)
    by_hand = sum(((p - q) ** 2).flatten(1).sum(1) for p, q in zip(head.parameters(), start)).sqrt()
    np.testing.assert_allclose(record.distance[-1], by_hand.detach().numpy(), rtol=1e-5)
    assert (record.distance[0] == 0).all() and np.isnan(record.loss[0]).all()


def test_many_short_stages_are_looked_at_where_the_points_are_alone(data):
    """With more than four ends to a point; whole sets are looked at at every end all the same."""
    X, y, rows, held_out = data

    def looked(cycles, whole=None):
        schedule = class_by_class(rows, y.numpy(), ORDERS[[0]], 80, seeds=[0], cycles=cycles)
        evaluator = Evaluator({"val": held_out[:40]}, whole or {}, points=4)
        record = train(MLP([0], inputs=64, hidden=16), X, y, schedule, evaluator=evaluator)
        return record.steps

    assert looked(4) == list(range(0, 81, 5))
    assert looked(5) == looked(20) == [0, 20, 40, 60, 80]
    assert looked(20, {"test": held_out}) == list(range(81))


def test_the_loss_of_a_point_is_the_mean_since_the_point_before(data):
    X, y, rows, _ = data
    head = MLP([0], inputs=64, hidden=16)
    losses = []

    def noted(head, batch):
        losses.append(loop.cross_entropy(head, batch))
        return losses[-1]

    record = train(head, X, y, shuffled(rows, 10, [0]), objective=noted, evaluator=Evaluator(points=2))
    assert record.steps == [0, 5, 10]
    expected = torch.stack([torch.stack(losses[:5]).mean(0), torch.stack(losses[5:]).mean(0)]).detach()
    np.testing.assert_allclose(np.stack(record.loss[1:]), expected, rtol=1e-6)


def test_evaluation_changes_nothing(data):
    X, y, rows, held_out = data
    heads = [MLP([0], inputs=64, hidden=16) for _ in range(2)]
    for head, evaluator in zip(heads, (None, Evaluator({"a": held_out}, {"a": held_out}, points=7))):
        train(head, X, y, shuffled(rows, 20, [0]), evaluator=evaluator)
    for a, b in zip(*(head.parameters() for head in heads)):
        assert torch.equal(a, b)


def test_a_projection_bends_the_step(data):
    X, y, rows, _ = data
    head = MLP([0, 1], inputs=64, hidden=16)
    before = [p.detach().clone() for p in head.parameters()]

    def freeze_hidden_layer(head, batch, gradient):
        head.W1.grad.zero_(), head.b1.grad.zero_()

    train(head, X, y, shuffled(rows, 10, [0, 1]), projection=freeze_hidden_layer, lr=1e-2)
    changed = [not torch.equal(p, q) for p, q in zip(head.parameters(), before)]
    assert changed == [False, False, True, True]


def test_a_projection_is_given_gradients_on_other_rows(data):
    X, y, rows, held_out = data
    head = MLP([0, 1], inputs=64, hidden=16)
    other = np.stack([held_out[:10], held_out[30:40]])
    seen = []

    def look(head, batch, gradient):
        before = [p.grad.clone() for p in head.parameters()]
        found = gradient(other)
        assert all(torch.equal(p.grad, q) for p, q in zip(head.parameters(), before))
        weights = [p.detach().clone().requires_grad_() for p in head.parameters()]
        for run in range(2):
            hidden = torch.relu(X[other[run]] @ weights[0][run] + weights[1][run])
            nn.functional.cross_entropy(hidden @ weights[2][run] + weights[3][run], y[other[run]]).backward()
        for a, w in zip(found, weights):
            torch.testing.assert_close(a, w.grad)
        seen.append(batch.rows)

    schedule = shuffled(rows, 3, [0, 1])
    train(head, X, y, schedule, projection=look)
    assert np.array_equal(np.stack(seen, 1), schedule.rows)


def test_a_consolidation_is_told_step_stage_and_learning_rate(data):
    X, y, rows, _ = data
    told = []

    class Note:
        def step(self, step, head, lr):
            told.append((step, lr))

        def stage_end(self, head):
            told.append("end")

    train(
        MLP([0], 64, 16),
        X,
        y,
        class_by_class(rows, y.numpy(), [(0, 1, 2, 3)], 8, [0]),
        lr=0.02,
        consolidation=Note(),
    )
    expected = [x for s in range(1, 9) for x in [(s, 0.02)] + (["end"] if s % 2 == 0 else [])]
    assert told == expected


def test_early_stopping_restores_each_runs_best_weights(data):
    X, y, rows, held_out = data
    torch.manual_seed(0)
    noisy = y.clone()
    noisy[rows] = torch.randint(
        4, (len(rows),)
    )  # training labels of no use: validation peaks early and by chance
    seen = {}

    class Spy(BestOnValidation):
        def step(self, step, head, lr):
            super().step(step, head, lr)
            if step % self.every == 0 or step == 62:
                scores = uar(confusion(noisy.numpy()[held_out], head.predict(X[held_out]).numpy(), 4))
                seen[step] = scores, [p.detach().clone() for p in head.parameters()]

    stop = Spy(X, noisy, held_out, every=4)
    head = MLP(range(6), inputs=64, hidden=16)
    train(head, X, noisy, shuffled(rows, 62, range(6)), lr=3e-2, consolidation=stop)
    for run in range(6):
        best = max(seen, key=lambda step: (seen[step][0][run], -step))
        assert stop.best_step[run] == best
        for p, kept in zip(head.parameters(), seen[best][1]):
            assert torch.equal(p[run], kept[run])
    assert len(set(stop.best_step)) > 1


def test_the_loop_fits_in_forty_lines():
    source = inspect.getsource(loop.train)
    body = source.split('"""')[2]
    assert len(body.strip().splitlines()) <= 40


def test_early_stopping_looks_at_the_last_step_and_knows_the_classes_of_the_head(data):
    X, y, rows, held_out = data
    few = held_out[y.numpy()[held_out] < 2]  # validation without the higher classes
    stop = BestOnValidation(X, y, few, every=25)
    head = MLP([0], inputs=64, hidden=16)
    train(
        head, X, y, shuffled(rows, 10, [0]), consolidation=stop, evaluator=Evaluator({"few": few}, points=1)
    )
    assert stop.best_step.tolist() == [10]


def test_early_stopping_begins_anew_with_every_stage(data):
    """The second stage teaches wrong labels.

    Its best weights are worse than the first's and are taken all the same.
    """
    X, y, rows, held_out = data
    wrong = torch.cat([y, (y + 1) % 4])
    schedule = shuffled(rows, 40, [0])
    schedule = replace(
        schedule,
        rows=schedule.rows + np.where(np.arange(40) < 20, 0, 240)[:, None],
        stage=np.arange(40) // 20,
    )
    stop = BestOnValidation(X, y, held_out, every=6)
    train(MLP([0], inputs=64, hidden=16), torch.cat([X, X]), wrong, schedule, lr=3e-2, consolidation=stop)
    assert stop.best_step.tolist()[0] in (24, 30, 36, 40)


def test_what_is_not_said_is_as_documented(data):
    X, y, rows, held_out = data
    assert Evaluator().points == 20 and BestOnValidation(X, y, held_out).every == 25
    heads, seen = [MLP([0], inputs=64, hidden=16) for _ in range(2)], shuffled(rows, 9, [0])
    train(heads[0], X, y, seen)
    # An optimiser is there from the first step on, whatever the schedule says about making it anew.
    train(heads[1], X, y, replace(seen, reset=np.zeros(9, bool)), lr=1e-4, optimiser=torch.optim.Adam)
    assert torch.equal(heads[0].W1, heads[1].W1) and not torch.equal(
        heads[0].W1, MLP([0], inputs=64, hidden=16).W1
    )
