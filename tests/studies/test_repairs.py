"""What is added to class-ordered stages: values by hand."""

import numpy as np
import pytest
import torch
from small_problem import small_problem, small_source
from torch import nn

from sequifi_lite.learning.class_order import class_by_class
from sequifi_lite.learning.loop import train
from sequifi_lite.learning.methods.vanilla import Vanilla
from sequifi_lite.learning.sequence import train_sequence
from sequifi_lite.studies.repairs.decaying_rate import DecayingRate
from sequifi_lite.studies.repairs.frozen_bias import FrozenBias
from sequifi_lite.studies.repairs.frozen_head import FrozenHead
from sequifi_lite.studies.repairs.one_vs_rest import OneVsRest
from sequifi_lite.studies.repairs.pooled import Pooled
from sequifi_lite.studies.repairs.reptile import Reptile
from sequifi_lite.studies.variants import variant

WORLD = small_problem(2)
SOURCE = small_source(WORLD)
ORDER = (2, 0, 3, 1)


def end(name, method, source=SOURCE, **options):
    *_, last = train_sequence(
        method, WORLD, source, lr=1e-2, stream=variant(name).stream([ORDER] * source.runs), **options
    )
    return last.model


def test_one_against_the_rest_clip_by_clip():
    schedule = class_by_class(
        WORLD.parts["corpus1"].train, WORLD.labels, [ORDER, ORDER[::-1]], 8, [0, 1], sees="one-vs-rest"
    )
    head = SOURCE.select([0, 0]).double()  # the loop below loses digits of 1 - p
    for t in (0, 3, 7):
        batch = schedule.batch(t, WORLD.X.double(), WORLD.y)
        loss = OneVsRest().objective(head, batch)
        for run, order in enumerate((ORDER, ORDER[::-1])):
            k, terms = order[t // 2], []
            for x, y in zip(batch.x[run], batch.y[run]):
                p = head(x[None].expand(2, 1, -1))[run, 0].softmax(-1)[k]
                terms.append(-torch.log(p if y == k else 1 - p))
            torch.testing.assert_close(loss[run], torch.stack(terms).mean())


def test_one_against_the_rest_is_finite_where_the_model_is_sure():
    head = SOURCE.select([0])
    with torch.no_grad():
        head.W2.mul_(1e4)
    batch = class_by_class(
        WORLD.parts["corpus1"].train, WORLD.labels, [ORDER], 4, [0], sees="one-vs-rest"
    ).batch(0, WORLD.X, WORLD.y)
    loss = OneVsRest().objective(head, batch)
    loss.sum().backward()
    assert torch.isfinite(loss).all() and torch.isfinite(head.W1.grad).all()


@pytest.mark.parametrize("method, frozen", [(FrozenHead, ("weight", "bias")), (FrozenBias, ("bias",))])
def test_what_is_frozen_stays_and_the_rest_learns_as_without_it(method, frozen):
    found = end("sequifi-canonical", method(), steps=20)
    linears = []
    for W, b in SOURCE.layers:
        linear = nn.Linear(*W.shape[1:])
        with torch.no_grad():
            linear.weight.copy_(W[0].T), linear.bias.copy_(b[0, 0])
        linears += [linear, nn.ReLU()]
    net = nn.Sequential(*linears[:-1])
    schedule = class_by_class(WORLD.parts["corpus1"].train, WORLD.labels, [ORDER], 20, [0])
    moving = [p for name, p in net.named_parameters() if name not in {f"2.{which}" for which in frozen}]
    for t in range(20):
        if t % 5 == 0:
            adam = torch.optim.Adam(moving, lr=1e-2)
        rows = schedule.rows[0, t]
        net.zero_grad()
        nn.functional.cross_entropy(net(WORLD.X[rows]), WORLD.y[rows]).backward()
        adam.step()
    assert torch.equal(found.b2, SOURCE.b2) and torch.equal(found.W2, SOURCE.W2) == ("weight" in frozen)
    for (W, b), linear in zip(found.layers, (net[0], net[2])):
        torch.testing.assert_close(W[0], linear.weight.T, rtol=1e-3, atol=1e-4)
        torch.testing.assert_close(b[0, 0], linear.bias, rtol=1e-3, atol=1e-4)


def test_reptile_is_rounds_trained_one_by_one_and_averaged_by_hand():
    epsilon = torch.tensor([0.3, 1.0])
    found = end("sequifi-cyclic-2", Reptile(epsilon), SOURCE.select([0, 0]), steps=24, seeds=[0, 0])
    schedule = class_by_class(WORLD.parts["corpus1"].train, WORLD.labels, [ORDER], 24, [0], cycles=2)
    phi = [p.detach().clone() for p in SOURCE.parameters()]
    for half in (slice(0, 12), slice(12, 24)):
        head = SOURCE.select([0])
        with torch.no_grad():
            for p, begun in zip(head.parameters(), phi):
                p.copy_(begun)
        part = type(schedule)(
            schedule.rows[:, half], schedule.stage[half] - schedule.stage[half][0], schedule.reset[half]
        )
        train(head, WORLD.X, WORLD.y, part, lr=1e-2)
        phi = [begun + 0.3 * (p.detach() - begun) for begun, p in zip(phi, head.parameters())]
    for p, q in zip(found.parameters(), phi):
        torch.testing.assert_close(p[[0]], q, rtol=1e-4, atol=1e-5)
    whole = end("sequifi-cyclic-2", Vanilla(), steps=24, seeds=[0])
    for p, q in zip(found.parameters(), whole.parameters()):
        assert torch.equal(p[[1]], q)


def test_reptile_waits_for_the_end_of_a_round():
    short = end("sequifi-canonical", Reptile(0.0, stages=5), steps=8, seeds=[0])
    assert torch.equal(short.W1, end("sequifi-canonical", Vanilla(), steps=8, seeds=[0]).W1)
    back = end("sequifi-canonical", Reptile(0.0, stages=2), steps=8, seeds=[0])
    assert all(torch.equal(p, q) for p, q in zip(back.parameters(), SOURCE.parameters()))


def test_a_rate_that_falls_is_every_stage_trained_by_itself_at_its_own_rate():
    decay = torch.tensor([0.5, 0.1, 1.0, 0.0])
    source = SOURCE.select([0] * 4)
    got = end("sequifi-canonical", DecayingRate(decay), source, steps=24, seeds=[0] * 4)
    schedule = class_by_class(WORLD.parts["corpus1"].train, WORLD.labels, [ORDER], 24, [0])
    for run, factor in enumerate(decay.tolist()):
        head = SOURCE.select([0])
        for k in range(4):
            part = slice(6 * k, 6 * k + 6)
            one = type(schedule)(schedule.rows[:, part], np.zeros(6, dtype=int), np.arange(6) == 0)
            if factor**k > 0:
                train(head, WORLD.X, WORLD.y, one, lr=1e-2 * factor**k)
        for p, q in zip(got.parameters(), head.parameters()):
            torch.testing.assert_close(p[[run]], q, rtol=1e-4, atol=1e-6)
    plain = end("sequifi-canonical", Vanilla(), steps=24, seeds=[0])
    assert all(torch.equal(p[[2]], q) for p, q in zip(got.parameters(), plain.parameters()))


@pytest.mark.parametrize("stretch", [True, False])
@pytest.mark.parametrize("carried", ["", "-carried"])
def test_pooled_stages_hold_rows_of_their_class_from_every_corpus(stretch, carried):
    def schedule_of(name, T):
        stream = variant(name).stream([ORDER, ORDER[::-1]])
        plain = stream(WORLD, WORLD.corpora[-1], T, [0, 1])
        assert Pooled(stretch).schedule(plain, WORLD, 0, [0, 1]) is None
        return Pooled(stretch).schedule(plain, WORLD, len(WORLD.corpora) - 1, [0, 1])

    T, sizes = 40, [len(WORLD.parts[corpus].train) for corpus in WORLD.corpora]
    schedule = schedule_of(f"sequifi-canonical{carried}", T)
    S = round((len(sizes) - 1) * T * sum(sizes) / sum(sizes[1:]))
    assert schedule.rows.shape == (2, S, 32) and S > T
    whole = {row for part in WORLD.parts.values() for row in part.train.tolist()}
    for run, order in enumerate((ORDER, ORDER[::-1])):
        for t in range(S):
            k = order[(t * T // S if stretch else t % T) // (T // 4)]
            assert set(WORLD.labels[schedule.rows[run, t]]) == {k}
        shown = np.unique(schedule.rows[run])
        assert set(shown.tolist()) <= whole
        for k in range(4):  # of any class no row is shown twice more than another
            of_class = schedule.rows[run][WORLD.labels[schedule.rows[run]] == k]
            rows = [row for row in whole if WORLD.labels[row] == k]
            counts = np.array([(of_class == row).sum() for row in rows])
            assert np.ptp(counts) <= 1
    changes = [0] + [t for t in range(1, S) if schedule.stage[t] != schedule.stage[t - 1]]
    assert np.flatnonzero(schedule.reset).tolist() == ([0] if carried else changes)
    assert len(changes) == (4 if stretch else -(-S // (T // 4)))


def test_pooled_balanced_batches_hold_each_class_equally_often():
    plain = variant("vanilla-balanced").stream([])(WORLD, WORLD.corpora[-1], 10, [0])
    schedule = Pooled().schedule(plain, WORLD, len(WORLD.corpora) - 1, [0])
    for rows in schedule.rows[0]:
        assert np.bincount(WORLD.labels[rows], minlength=4).tolist() == [8, 8, 8, 8]
