"""L2-SP, EWC, SI and MAS.

The pull against a general minimiser, the importances against loops written out, and their exhibits.
"""

import numpy as np
import pytest
import torch
from one_thread import one_thread as one_thread
from scipy.optimize import minimize_scalar
from small_problem import small_problem, small_source
from test_fisher import by_hand, gradients_of, plain
from torch import nn

from sequifi_lite.errors import SequifiError
from sequifi_lite.learning.heads import MLP
from sequifi_lite.learning.loop import train
from sequifi_lite.learning.methods import EWC, L2SP, MAS, SI, Vanilla, mas, si
from sequifi_lite.learning.methods._quadratic import Anchors, mean_one
from sequifi_lite.learning.methods._runs import dot, weights
from sequifi_lite.learning.methods.mas import sensitivity
from sequifi_lite.learning.schedule import shuffled
from sequifi_lite.learning.sequence import train_sequence
from sequifi_lite.learning.source_model import train_source_model
from sequifi_lite.teaching.bugs import BatchedMAS, ExplicitPenaltyEWC, LiveViewSI, RegularisedGradientSI

WORLD = small_problem()
SOURCE = small_source(WORLD)
TWO = small_problem(corpora=2)
SPRINGS = [L2SP, EWC, SI, MAS]


class Point(nn.Module):
    """R runs of bare parameters, for the pull alone."""

    def __init__(self, *values):
        super().__init__()
        self.values = nn.ParameterList([nn.Parameter(v.clone()) for v in values])
        self.runs = len(values[0])


def draw(seed, *shape, low=0.0):
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) + low


# ---------------------------------------------------------------- the pull


def test_the_pull_minimises_penalty_and_distance_from_where_the_optimiser_arrived():
    theta, lam, lr = [draw(0, 2, 3, low=-0.5), draw(1, 2, 1, low=-0.5)], torch.tensor([0.7, 40.0]), 0.05
    springs = [
        ([10 * draw(2 + n, 2, 3), 10 * draw(12 + n, 2, 1)], [draw(22 + n, 2, 3), draw(32 + n, 2, 1)])
        for n in range(3)
    ]
    anchors, point = Anchors(), Point(*theta)
    for omega, star in springs:
        anchors.add(omega, star)
    anchors.pull(point, lam, lr)
    for i, start in enumerate(theta):
        for run, j in np.ndindex(*start.shape):

            def cost(t, i=i, run=run, j=j, start=start):
                penalty = sum(omega[i][run, j] * (t - star[i][run, j]) ** 2 for omega, star in springs)
                return float(lam[run] / 2 * penalty + (t - start[run, j]) ** 2 / (2 * lr))

            assert np.isclose(point.values[i][run, j].item(), minimize_scalar(cost).x, atol=1e-5)


def test_without_an_anchor_or_strength_nothing_is_pulled():
    start = draw(0, 2, 3)
    point, anchors = Point(start), Anchors()
    anchors.pull(point, 1e9, 1.0)
    assert torch.equal(point.values[0], start)
    anchors.add([draw(1, 2, 3)], [draw(2, 2, 3)])
    anchors.pull(point, 0.0, 1.0)
    assert torch.equal(point.values[0], start)


def test_anchors_are_summed_or_only_the_last_pulls_with_what_decay_leaves():
    (o1, o2), (t1, t2) = ([draw(s, 1, 4)] for s in (1, 2)), ([draw(s, 1, 4)] for s in (3, 4))
    for decay, omega, pulled in (
        (None, o1[0] + o2[0], o1[0] * t1[0] + o2[0] * t2[0]),
        (1.0, o1[0] + o2[0], (o1[0] + o2[0]) * t2[0]),
        (0.3, 0.3 * o1[0] + o2[0], (0.3 * o1[0] + o2[0]) * t2[0]),
        (0.0, o2[0], o2[0] * t2[0]),
    ):
        anchors = Anchors()
        anchors.add(o1, t1, decay)
        torch.testing.assert_close(anchors.pulled[0], o1[0] * t1[0])
        anchors.add(o2, t2, decay)
        torch.testing.assert_close(anchors.omega[0], omega)
        torch.testing.assert_close(anchors.pulled[0], pulled)


def test_importances_have_mean_one_in_every_run_and_nothing_stays_nothing():
    omega = [7 * draw(0, 3, 2, 5), 7 * draw(1, 3, 1, 5)]
    omega[0][2] = omega[1][2] = 0
    scaled = mean_one(omega, 3)
    flat, before = (torch.cat([o.reshape(3, -1) for o in each], 1) for each in (scaled, omega))
    torch.testing.assert_close(flat[:2].mean(1), torch.ones(2, dtype=torch.float64))
    torch.testing.assert_close(flat[:2] * before[:2, :1], before[:2] * flat[:2, :1])
    assert (flat[2] == 0).all()


# ---------------------------------------------------------------- all four: strength


def end_of(method, problem=TWO, runs=1, **options):
    *_, stop = train_sequence(
        method, problem, SOURCE.select([0] * runs), seeds=[0] * runs, **{"steps": 60, "lr": 1e-2, **options}
    )
    return stop.model


def of_the_source(cls, **options):
    """Omega after the source, mean 1."""
    method = cls(**options)
    method.after_corpus(SOURCE, TWO, 0, [0])
    return method.anchors.omega


@pytest.mark.parametrize("optimiser", [torch.optim.Adam, torch.optim.SGD])
@pytest.mark.parametrize("cls", SPRINGS)
def test_the_weighted_distance_falls_as_lambda_grows(cls, optimiser):
    lam = torch.tensor([0.0, 0.1, 1.0, 10.0, 100.0, 1e3, 1e6, 1e9])
    head = end_of(cls(lam=lam), runs=len(lam), optimiser=optimiser)
    away = [p.detach() - q.detach() for p, q in zip(head.parameters(), SOURCE.parameters())]
    distance = dot([o * a for o, a in zip(of_the_source(cls), away)], away, len(lam))
    assert torch.isfinite(distance).all() and (distance.diff() < 0).all()
    assert distance[-1] < 1e-6 * distance[0]


def test_l2_sp_at_a_huge_strength_is_zero_shot():
    torch.testing.assert_close(end_of(L2SP(lam=1e9))(TWO.X), SOURCE(TWO.X), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("cls", [EWC, SI, MAS])
def test_where_nothing_is_important_the_weights_move_freely(cls):
    """An input that is always 0 on the source gives its weights no importance there.

    They move as far as without the method.
    """
    from dataclasses import replace

    X = TWO.X.clone()
    X[TWO.parts["corpus0"].train, 0] = 0
    problem = replace(TWO, X=X)
    source = small_source(problem)
    *_, stop = train_sequence(cls(lam=1e7), problem, source, steps=30, lr=1e-2)
    moved = (stop.model.W1 - source.W1).abs().detach()[0]
    assert moved[0].max() > 0.1 and moved[1:].max() < 0.05
    method = cls()
    method.after_corpus(source, problem, 0, [0])
    assert (method.anchors.omega[0][0, 0] == 0).all()


@pytest.mark.parametrize("cls", SPRINGS)
def test_the_starting_point_of_the_next_corpus_is_where_the_springs_lead(cls):
    method, stops = cls(lam=1.0), []
    for stop in train_sequence(method, WORLD, SOURCE, steps=10, lr=1e-2):
        stops.append(stop.model)
        if len(stops) == 2:
            omega = [o.clone() for o in method.anchors.omega]
            anchors = [a / o for a, o in zip(method.anchors.pulled, omega)]
    for a, o, first, second in zip(anchors, omega, stops[0].parameters(), stops[1].parameters()):
        known = o > 1e-6
        at_second = torch.allclose(a[known], second[known], rtol=1e-3, atol=1e-4)
        assert at_second == (cls is not EWC)
        assert not torch.allclose(a[known], first[known], rtol=1e-3, atol=1e-4)


# ---------------------------------------------------------------- L2-SP


def test_l2_sp_is_a_plain_loop_with_a_spring_to_the_last_start():
    method = L2SP(lam=30.0)
    stops = [stop.model for stop in train_sequence(method, WORLD, SOURCE, steps=12, lr=1e-2)]
    theta = [p.detach().clone().requires_grad_() for p in SOURCE.parameters()]
    for number, corpus in ((1, "corpus1"), (2, "corpus2")):
        adam, star = torch.optim.Adam(theta, lr=1e-2), [p.detach().clone() for p in theta]
        for rows in shuffled(WORLD.parts[corpus].train, 12, [0]).rows[0]:
            z = torch.relu(WORLD.X[rows] @ theta[0][0] + theta[1][0]) @ theta[2][0] + theta[3][0]
            adam.zero_grad(), nn.functional.cross_entropy(z, WORLD.y[rows]).backward(), adam.step()
            with torch.no_grad():
                for p, s in zip(theta, star):
                    p.copy_((p + 0.3 * s) / 1.3)
        for p, q in zip(theta, stops[number].parameters()):
            torch.testing.assert_close(p, q, rtol=1e-3, atol=1e-4)


# ---------------------------------------------------------------- EWC


@pytest.mark.parametrize("kind", ["exact", "empirical"])
def test_ewc_after_two_corpora_is_the_sum_of_two_penalties(kind):
    lam, lr, problem = 3.0, 0.1, small_problem(inputs=5, classes=3, clips=40)
    method, heads = EWC(lam=lam, kind=kind, normalise=False), [MLP([s, s + 9], 5, 4, 3) for s in (0, 1)]
    for number, head in enumerate(heads):
        method.after_corpus(head, problem, number, [0, 1])
    moving = MLP([5, 6], 5, 4, 3)
    before = weights(moving)
    method.step(1, moving, lr)
    for run in range(2):
        pull = [torch.zeros_like(p[run]) for p in before]
        for number, head in enumerate(heads):
            rows = problem.parts[f"corpus{number}"].train
            F = by_hand(head, run, problem.X[rows], problem.y[rows], kind)
            pull = [
                g + lam * f * (p[run] - star[run])
                for g, f, p, star in zip(pull, F, moving.parameters(), head.parameters())
            ]
        for g, p, q in zip(
            pull, moving.parameters(), before
        ):  # where the gradient of both penalties balances the step
            torch.testing.assert_close((q[run] - p[run]) / lr, g, rtol=1e-3, atol=1e-4)


def test_online_ewc_keeps_one_anchor_and_lets_the_past_fade():
    problem = small_problem()
    heads = [MLP([s], 8, 16, 4) for s in (0, 1)]

    def after(corpora, **options):
        method = EWC(normalise=False, **options)
        for number in range(corpora):
            method.after_corpus(heads[number], problem, number, [0])
        return method.anchors

    one, separate = after(1, gamma=1.0), after(1)
    assert all(torch.equal(a, b) for a, b in zip(one.omega + one.pulled, separate.omega + separate.pulled))
    first, both, online = after(1).omega, after(2).omega, after(2, gamma=0.25)
    for F1, F12, omega, pulled, star in zip(first, both, online.omega, online.pulled, heads[1].parameters()):
        torch.testing.assert_close(omega, F12 - 0.75 * F1)
        torch.testing.assert_close(pulled, omega * star)


def test_the_fisher_of_ewc_is_that_of_the_training_rows_of_the_corpus_just_learnt():
    method = EWC(normalise=False)
    method.after_corpus(SOURCE, WORLD, 1, [0])
    rows = WORLD.parts["corpus1"].train
    for omega, F in zip(method.anchors.omega, by_hand_four(SOURCE, rows)):
        torch.testing.assert_close(omega[0], F, rtol=1e-3, atol=1e-6)
    scaled = EWC()
    scaled.after_corpus(SOURCE, WORLD, 1, [0])
    ratio = [(s / o)[o > 1e-6] for s, o in zip(scaled.anchors.omega, method.anchors.omega)]
    torch.testing.assert_close(
        torch.cat(ratio), ratio[0][0].expand(sum(len(r) for r in ratio)), rtol=1e-3, atol=1e-3
    )


def by_hand_four(head, rows):
    net = plain(head)
    total = [torch.zeros_like(p[0]) for p in head.parameters()]
    for x in WORLD.X[rows]:
        log_p = net(x).log_softmax(0)
        for k in range(4):
            total = [
                t + log_p[k].exp().detach() * g**2 / len(rows)
                for t, g in zip(total, gradients_of(log_p[k], net))
            ]
    return total


def test_ewc_hands_its_options_on_to_the_fisher(monkeypatch):
    seen = []
    monkeypatch.setattr(
        "sequifi_lite.learning.methods.ewc.fisher",
        lambda *a: seen.append(a[4:]) or [p.detach() ** 2 for p in a[0].parameters()],
    )
    EWC(kind="batched", batch=7).after_corpus(SOURCE, WORLD, 0, [4])
    EWC(kind="sampled").after_corpus(SOURCE, WORLD, 0, [5])
    assert seen == [("batched", [4], 7), ("sampled", [5], 32)]


def test_the_explicit_penalty_blows_up_where_the_proximal_step_holds():
    sgd = dict(optimiser=torch.optim.SGD, lr=0.05, steps=40)
    assert not torch.isfinite(end_of(ExplicitPenaltyEWC(lam=1e6), **sgd).W1).all()
    held = end_of(EWC(lam=1e6), **sgd)

    def distance(head):
        return sum(((p - q) ** 2).sum() for p, q in zip(head.parameters(), SOURCE.parameters())).item()

    assert distance(held) < 0.1 * distance(end_of(Vanilla(), **sgd))
    # At small strengths both are the same penalty.
    small = dict(sgd, lr=2e-3, steps=100)
    mine, theirs, plain = (
        end_of(method, **small).W1 for method in (EWC(lam=3.0), ExplicitPenaltyEWC(lam=3.0), Vanilla())
    )
    assert (mine - theirs).norm() < 0.1 * (plain - theirs).norm()
    # Under Adam the first step is a learning rate long whatever lambda is, and the way back takes a while.
    adam = dict(lr=1e-2, steps=40)
    assert distance(end_of(ExplicitPenaltyEWC(lam=1e6), **adam)) > 20 * distance(end_of(EWC(lam=1e6), **adam))


# ---------------------------------------------------------------- SI


def test_si_on_a_quadratic_is_the_closed_form():
    """Loss h/2 (theta - m)^2 by gradient descent: what a weight is credited with is the fall of its part of
    the loss, times 2 / (2 - eta h); and Omega tends to h/2 where the loss has been brought down all the way.
    """
    h, m, start, lr, T = draw(0, 2, 5, low=0.2), draw(1, 2, 5), draw(2, 2, 5, low=1.0), 0.1, 400
    point, method = Point(start), SI(lam=5.0, xi=0.01)
    method.before_corpus(point, None, 1, None)
    sgd = torch.optim.SGD(point.parameters(), lr=lr)
    for t in range(1, T + 1):
        theta = point.values[0]
        sgd.zero_grad(), (h / 2 * (theta - m) ** 2).sum().backward(), sgd.step()
        method.step(t, point, lr)
        left = (1 - lr * h) ** (2 * t)
        if t in (1, 7, T):
            fall = h / 2 * (start - m) ** 2 * (1 - left)
            torch.testing.assert_close(method.omega[0], fall * 2 / (2 - lr * h))
            change = (1 - (1 - lr * h) ** t) * (start - m)
            torch.testing.assert_close(method.importance(point)[0], method.omega[0] / (change**2 + 0.01))
    sharp = SI(xi=0.0)
    sharp.omega, sharp.begun = method.omega, method.begun
    torch.testing.assert_close(sharp.importance(point)[0], h / (2 - lr * h), rtol=1e-6, atol=1e-8)


def test_si_credits_no_weight_with_less_than_nothing():
    method, point = SI(xi=1.0), Point(torch.zeros(1, 2))
    method.before_corpus(point, None, 1, None)
    point.values[0].grad = torch.tensor([[1.0, 1.0]])
    with torch.no_grad():
        point.values[0] += torch.tensor([[2.0, -2.0]])  # up the hill, down the hill
    method.step(1, point, 0.1)
    torch.testing.assert_close(method.omega[0], torch.tensor([[-2.0, 2.0]]))
    torch.testing.assert_close(method.importance(point)[0], torch.tensor([[0.0, 0.4]]))


def path_by_hand(theta, rows_of_steps, problem, lr, pull=lambda theta: None, penalty=lambda theta: [0] * 4):
    """omega and squared change along the path, one run, by a plain loop.

    The gradient of a `penalty` is given credit, too.
    """
    theta = [p.detach().clone().requires_grad_() for p in theta]
    begun, adam = [p.detach().clone() for p in theta], torch.optim.Adam(theta, lr=lr)
    omega = [torch.zeros_like(p) for p in begun]
    for rows in rows_of_steps:
        before = [p.detach().clone() for p in theta]
        z = torch.relu(problem.X[rows] @ theta[0][0] + theta[1][0]) @ theta[2][0] + theta[3][0]
        g = torch.autograd.grad(nn.functional.cross_entropy(z, problem.y[rows]), theta)
        for p, gradient in zip(theta, g):
            p.grad = gradient
        adam.step()
        with torch.no_grad():
            pull(theta)
            g = [gradient + slope for gradient, slope in zip(g, penalty(before))]
            omega = [o - gradient * (p - q) for o, gradient, p, q in zip(omega, g, theta, before)]
    return theta, omega, [(p.detach() - q) ** 2 for p, q in zip(theta, begun)]


def test_the_path_of_si_written_down_step_by_step():
    """From initial weights to the source and on to the next corpus, against a loop of matrix products.

    The exhibit differs.
    """
    lam, lr, xi = 20.0, 1e-2, 2e-3
    method = SI(lam=lam, xi=xi, normalise=False)
    stops = train_sequence(method, TWO, SOURCE, steps=15, lr=lr)
    next(stops)
    origin, rows = SOURCE.origin, TWO.parts["corpus0"].train
    start = MLP([origin["seed"]], 8, 16, 4).parameters()
    theta, omega, square = path_by_hand(
        start, shuffled(rows, origin["steps"], [0]).rows[0], TWO, origin["lr"]
    )
    Omega = [o.clamp(min=0) / (s + xi) for o, s in zip(omega, square)]
    scale = max(o.max() for o in Omega).item()
    for a, b in zip(method.anchors.omega, Omega):
        torch.testing.assert_close(a, b, rtol=2e-2, atol=1e-3 * scale)
    first = [o.clone() for o in method.anchors.omega]
    next(stops)

    def pull(theta):
        for p, o, s in zip(theta, first, SOURCE.parameters()):
            p.copy_((p + lr * lam * o * s) / (1 + lr * lam * o))

    _, omega, square = path_by_hand(
        SOURCE.parameters(), shuffled(TWO.parts["corpus1"].train, 15, [0]).rows[0], TWO, lr, pull
    )
    scale = max(o.abs().max() for o in omega).item()

    def close(found):
        return all(torch.allclose(a, b, rtol=1e-2, atol=1e-3 * scale) for a, b in zip(found, omega))

    assert close(method.omega)
    for a, o, s, f in zip(method.anchors.omega, omega, square, first):
        torch.testing.assert_close(a - f, o.clamp(min=0) / (s + xi), rtol=2e-2, atol=1e-2 * scale / xi)
    wrong = RegularisedGradientSI(lam=lam, xi=xi, normalise=False)
    list(train_sequence(wrong, TWO, SOURCE, steps=15, lr=lr))
    assert not close(wrong.omega)
    slope = lambda theta: [lam * o * (p - s) for p, o, s in zip(theta, first, SOURCE.parameters())]  # noqa: E731
    _, omega, _ = path_by_hand(
        SOURCE.parameters(), shuffled(TWO.parts["corpus1"].train, 15, [0]).rows[0], TWO, lr, pull, slope
    )
    assert close(wrong.omega)


def test_the_credits_add_up_to_the_fall_of_the_loss():
    """Small steps of full batches: the sum of the path integral is what the loss has lost."""
    head, method = SOURCE.select([0]), SI(lam=0.0)
    rows = TWO.parts["corpus1"].train
    loss = lambda: nn.functional.cross_entropy(head(TWO.X[rows])[0], TWO.y[rows])  # noqa: E731
    start = loss().item()
    method.before_corpus(head, TWO, 1, [0])
    sgd = torch.optim.SGD(head.parameters(), lr=1e-3)
    for t in range(200):
        sgd.zero_grad(), loss().backward(), sgd.step()
        method.step(t + 1, head, 1e-3)
    fall = start - loss().item()
    assert fall > 0.5 and np.isclose(sum(o.sum().item() for o in method.omega), fall, rtol=0.05)


@pytest.mark.parametrize("steps", [1, 60, 90])
def test_the_path_to_the_source_arrives_at_theta_0_bit_for_bit(steps, monkeypatch):
    arrived = []
    monkeypatch.setattr(
        si, "train", lambda head, *args, **options: (train(head, *args, **options), arrived.append(head))
    )
    source = train_source_model(
        TWO, seed=3, steps=steps, hidden=(9, 7)
    )  # kept are the best weights, mostly not the last
    SI().after_corpus(source.select([0, 0, 0]), TWO, 0, [0, 1, 2])
    assert len(arrived) == 1 and arrived[0].runs == 1  # three runs, one walk
    assert all(torch.equal(p, q) for p, q in zip(arrived[0].parameters(), source.parameters()))


def test_si_says_when_it_cannot_find_the_way():
    lost = SOURCE.select([0])
    lost.origin = None
    with pytest.raises(SequifiError, match="this MLP has no origin; make it with train_source_model, or"):
        SI().after_corpus(lost, TWO, 0, [0])
    for change in ({"seed": 1}, {"steps": 119}, {"lr": 2e-2}, {"hidden": 15}):
        astray = SOURCE.select([0])
        astray.origin = {**SOURCE.origin, **change}
        with pytest.raises(SequifiError, match="arrived elsewhere"):
            SI().after_corpus(astray, TWO, 0, [0])
    with pytest.raises(SequifiError, match="arrived elsewhere"):
        SI().after_corpus(SOURCE, small_problem(seed=1), 0, [0])


def test_si_on_live_views_is_vanilla_at_any_strength():
    for lam in (1.0, 1e6):
        broken, plain, right = (end_of(method).W1 for method in (LiveViewSI(lam=lam), Vanilla(), SI(lam=lam)))
        assert torch.equal(broken, plain) and not torch.equal(right, plain)


# ---------------------------------------------------------------- MAS


def test_mas_against_gradients_of_single_clips(monkeypatch):
    X = torch.randn(30, 7, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    head = MLP([1, 2], 7, (6, 5), 3).double()
    rows = np.arange(3, 28)
    monkeypatch.setattr(mas, "CHUNK", 8)
    found = sensitivity(head, X, rows)
    for run in range(2):
        net, total = plain(head, run), [torch.zeros_like(p[run]) for p in head.parameters()]
        for x in X[rows]:
            total = [t + g.abs() / len(rows) for t, g in zip(total, gradients_of((net(x) ** 2).sum(), net))]
        for a, b in zip(found, total):
            torch.testing.assert_close(a[run], b)


def test_mas_asks_the_training_rows_of_the_corpus_just_learnt_for_no_labels():
    from dataclasses import replace

    unlabelled = replace(WORLD, y=torch.zeros_like(WORLD.y))
    method, scaled = MAS(normalise=False), MAS()
    for each in (method, scaled):
        each.after_corpus(SOURCE, unlabelled, 1, [0])
    expected = sensitivity(SOURCE, WORLD.X, WORLD.parts["corpus1"].train)
    assert all(torch.equal(a, b) for a, b in zip(method.anchors.omega, expected))
    assert all(torch.equal(a, b) for a, b in zip(scaled.anchors.omega, mean_one(expected, 1)))


def test_batched_mas_lets_clips_cancel():
    rows = WORLD.parts["corpus0"].train
    right = sensitivity(SOURCE, WORLD.X, rows)
    alone = BatchedMAS(batch=1).sensitivity(SOURCE, WORLD.X, rows)
    for a, b in zip(right, alone):
        torch.testing.assert_close(a, b, rtol=1e-3, atol=1e-4)
    together = BatchedMAS(batch=30).sensitivity(SOURCE, WORLD.X, rows)
    total = sum(o.sum() for o in right)
    assert sum(o.sum() for o in together) < 0.8 * total
    assert all((b <= a * 1.001 + 1e-4).all() for a, b in zip(right, together))
