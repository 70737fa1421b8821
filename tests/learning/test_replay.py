"""ER, ER-ACE, GEM, A-GEM, DER, DER++.

Against loops, searches and solvers written out, and their degenerate cases.
"""

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from one_thread import one_thread as one_thread
from scipy.optimize import minimize, nnls
from small_problem import small_problem, small_source
from torch import nn

from sequifi_lite.errors import SequifiError
from sequifi_lite.learning import memory
from sequifi_lite.learning.class_order import class_by_class
from sequifi_lite.learning.heads import MLP
from sequifi_lite.learning.loop import cross_entropy, train
from sequifi_lite.learning.methods import METHODS
from sequifi_lite.learning.methods.agem import AGEM
from sequifi_lite.learning.methods.der import DER
from sequifi_lite.learning.methods.derpp import DERPP
from sequifi_lite.learning.methods.er import ER
from sequifi_lite.learning.methods.er_ace import ERACE
from sequifi_lite.learning.methods.gem import GEM, dual
from sequifi_lite.learning.methods.vanilla import Vanilla
from sequifi_lite.learning.schedule import balanced, shuffled
from sequifi_lite.learning.sequence import train_sequence

WORLD = small_problem()
SOURCE = small_source(WORLD)
LABELS = WORLD.labels
TRAIN = [WORLD.parts[name].train for name in WORLD.corpora]
DOUBLE, DOUBLE_SOURCE = replace(WORLD, X=WORLD.X.double()), copy.deepcopy(SOURCE).double()
MEMORIES = [ER, ERACE, GEM, AGEM, DER, DERPP]


def plain(head, run=0):
    """A run of a head as an ordinary network of torch.nn, in float64."""
    layers = []
    for W, b in head.layers:
        layer = nn.Linear(W.shape[1], W.shape[2], dtype=torch.float64)
        layer.weight.data, layer.bias.data = (
            W[run].detach().double().T.clone(),
            b[run, 0].detach().double().clone(),
        )
        layers += [layer, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def logits(model, rows):
    return model(DOUBLE.X[rows])


def plans(method, problem=WORLD, source=SOURCE, seeds=(0, 1), stream=None, steps=20):
    """The schedules that a method makes along the chain, without training."""
    head = source.select([0] * len(seeds))
    method.after_corpus(head, problem, 0, list(seeds))
    for number, corpus in enumerate(problem.corpora[1:], start=1):
        rows = problem.parts[corpus].train
        made = stream(rows) if stream else shuffled(rows, steps, seeds)
        yield number, method.schedule(made, problem, number, list(seeds))
        method.after_corpus(head, problem, number, list(seeds))


def ordered(rows, orders=((2, 0, 3, 1), (0, 1, 2, 3)), steps=20):
    return class_by_class(rows, LABELS, orders, steps, list(range(len(orders))))


def flat(values, run):
    return torch.cat([value[run].reshape(-1) for value in values]).double().numpy()


# ---------------------------------------------------------------------------------------------------- what
# may be replayed


@pytest.mark.parametrize("cls", MEMORIES)
@pytest.mark.parametrize("stream", [None, ordered])
def test_no_memory_holds_validation_or_test_rows_and_other_rows_than_those_of_earlier_corpora(cls, stream):
    method = cls(per_class=7)
    for number, plan in plans(method, stream=stream):
        held = {row for memory in getattr(method, "memories", []) for row in memory.ravel()} - {-1}
        replayed = set(plan.rows[..., plan.parts[0] :].ravel())
        earlier = {row for rows in TRAIN[:number] for row in rows}
        assert held <= earlier
        if issubclass(cls, DER):  # its reservoir goes on over the stream
            assert replayed <= earlier | set(TRAIN[number]) and replayed & set(TRAIN[number])
        else:
            assert replayed <= earlier
            assert np.array_equal(plan.parts, (32,) if cls is GEM else (32, 32))


def test_quotas_of_all_earlier_corpora():
    method = ER(per_class=3)
    for number, plan in plans(method):
        held = plan.memory
        assert held.shape == (2, 12 * number)
        for run in held:
            for rows in TRAIN[:number]:
                assert np.bincount(LABELS[np.intersect1d(run, rows)]).tolist() == [3] * 4
        assert not np.array_equal(held[0], held[1])


def test_seen_classes_are_replayed_once_their_stage_is_over_and_not_kept_twice():
    method = ER(per_class=5, seen=True)
    for number, plan in plans(method, stream=ordered):
        for run, order in enumerate([(2, 0, 3, 1), (0, 1, 2, 3)]):
            for t in range(20):
                rows = plan.rows[run, t, 32:]
                new = rows[np.isin(rows, TRAIN[number])]
                assert set(LABELS[new]) <= set(order[: t // 5 + (t % 5 > 3)])
            assert set(LABELS[np.intersect1d(plan.rows[run, 15:, 32:], TRAIN[number])]) == set(order[:3])
        assert len(method.memories) == number and all(kept.shape == (2, 20) for kept in method.memories)
        # What the stream adds takes no place from earlier corpora.
        old = plan.memory[:, : 20 * number]
        assert (old >= 0).all() and (plan.memory[:, 20 * number :] == -1).all()
        assert np.array_equal(memory.after(plan)[:, : 20 * number], old)
        assert plan.memory.shape == (2, 20 * (number + 1)) and (memory.after(plan) >= 0).all()
    mixed = [plan for _, plan in plans(ER(per_class=5, seen=True))]
    plainly = [plan for _, plan in plans(ER(per_class=5))]
    for a, b in zip(mixed, plainly):
        held = np.isin(a.rows[:, -1], TRAIN[0])
        assert held.any() and np.array_equal(a.rows[:, :-2], b.rows[:, :-2])


@pytest.mark.parametrize("cls", [ER, ERACE, AGEM, DER, DERPP])
def test_a_memory_smaller_than_its_part_of_the_batch_is_replayed(cls):
    (_, plan), *_ = plans(cls(per_class=1))
    assert plan.parts == (32, 32, 32)[: 2 + (cls is DERPP)] and (plan.slots[..., 32:] >= 0).all()
    assert plan.memory.shape == (2, 4)
    bent = [stop.model for stop in train_sequence(cls(per_class=1), WORLD, SOURCE, steps=10, lr=1e-2)]
    vanilla = [stop.model for stop in train_sequence(Vanilla(), WORLD, SOURCE, steps=10, lr=1e-2)]
    assert not torch.equal(bent[1].W1, vanilla[1].W1)


# ----------------------------------------------------------------------------------------------------
# experience replay


def test_er_is_a_loop_over_stream_and_memory():
    method = ER(per_class=4, width=8)
    head = DOUBLE_SOURCE.select([0, 0])
    twin = ER(per_class=4, width=8)
    twin.after_corpus(head, DOUBLE, 0, [3, 5])
    schedule = twin.schedule(shuffled(TRAIN[1], 25, [3, 5]), DOUBLE, 1, [3, 5])
    stops = list(
        train_sequence(
            method, replace(DOUBLE, corpora=DOUBLE.corpora[:2]), head, steps=25, lr=1e-2, seeds=[3, 5]
        )
    )
    for run in range(2):
        model = plain(DOUBLE_SOURCE)
        adam = torch.optim.Adam(model.parameters(), lr=1e-2)
        for t in range(25):
            rows = schedule.rows[run, t]
            assert len(rows) == 40
            loss = -sum(torch.log_softmax(logits(model, row), 0)[LABELS[row]] for row in rows) / 40
            adam.zero_grad()
            loss.backward()
            adam.step()
        torch.testing.assert_close(
            stops[1].model(DOUBLE.X)[run].detach(), logits(model, slice(None)).detach()
        )


def test_er_with_all_old_rows_in_proportion_is_joint():
    # A batch of all 60 new rows and a draw of all 60 old ones: every step is the joint gradient itself.
    (_, plan), *_ = plans(
        ER(per_class=1000, width=60), stream=lambda rows: shuffled(rows, 3, [0, 1], batch=60)
    )
    assert all(sorted(rows) == sorted([*TRAIN[0], *TRAIN[1]]) for run in plan.rows for rows in run)
    # 16 of 60 new and 16 of 60 old ones: all 120 rows are seen equally often, so joint's gradient is the
    # expected one.
    stream = lambda rows: shuffled(rows, 3000, [0], batch=16)  # noqa: E731
    method = ER(per_class=1000, width=16)
    (_, plan), *_ = plans(method, seeds=[0], stream=stream)
    counts = np.bincount(plan.rows.ravel(), minlength=len(LABELS))[np.r_[TRAIN[0], TRAIN[1]]]
    assert counts.sum() == 3000 * 32 and np.abs(counts - 800).max() < 5 * np.sqrt(3000 * 16 / 60 * (44 / 60))
    # With as many old rows replayed as there are new ones but three times as many to draw from it is not.
    (_, other), *_ = plans(ER(per_class=5, width=16), seeds=[0], stream=stream)
    assert np.bincount(other.rows.ravel(), minlength=len(LABELS))[TRAIN[0]].max() > 2000


# ---------------------------------------------------------------------------------------------------- ER-ACE


def ace(z, y, parts, run):
    """The asymmetric loss of one run, row by row, with the absent logits cut out."""
    B = parts[0]
    present = sorted({int(label) for label in y[run, :B]})
    total = 0.0
    for i in range(z.shape[1]):
        seen = present if i < B else list(range(z.shape[2]))
        row = z[run, i, seen]
        total = total - row[seen.index(int(y[run, i]))] + torch.logsumexp(row, 0)
    return total / z.shape[1]


@pytest.mark.parametrize("orders", [((2, 0, 3, 1), (0, 1, 2, 3)), ((0, 1), (2, 3))])
def test_er_ace_is_a_loop_over_rows_with_absent_logits_cut_out(orders):
    head = DOUBLE_SOURCE.select([0, 0])
    method = ERACE(per_class=3)
    (_, plan), *_ = plans(method, stream=lambda rows: ordered(rows, orders))
    # Mix stages, so that a batch holds two classes.
    rows = plan.rows.copy()
    rows[:, :, :16] = rows[:, ::-1, :16]
    plan = replace(plan, rows=rows)
    for t in (0, 7, 12):
        batch = plan.batch(t, DOUBLE.X, WORLD.y)
        mine, z = method.objective(head, batch), head(batch.x)
        byhand = [ace(z, batch.y, batch.parts, run) for run in range(2)]
        torch.testing.assert_close(mine, torch.stack(byhand))
        for run in range(2):
            torch.testing.assert_close(
                torch.autograd.grad(mine[run], head.W2, retain_graph=True)[0],
                torch.autograd.grad(byhand[run], head.W2, retain_graph=True)[0],
            )


def test_er_ace_is_er_where_a_batch_holds_all_classes():
    def everything(problem, corpus, steps, seeds):
        return balanced(problem.parts[corpus].train, LABELS, steps, seeds)

    ends = [
        list(train_sequence(cls(), WORLD, SOURCE, steps=20, lr=1e-2, stream=everything))[-1].model
        for cls in (ER, ERACE)
    ]
    torch.testing.assert_close(ends[0](WORLD.X), ends[1](WORLD.X), rtol=1e-4, atol=1e-4)
    assert (ends[0](WORLD.X) - SOURCE(WORLD.X)).abs().max() > 1


def test_er_ace_learns_nothing_from_new_rows_of_one_class():
    method, head = ERACE(per_class=3), DOUBLE_SOURCE.select([0, 0])
    (_, plan), *_ = plans(method, stream=ordered)
    batch = plan.batch(9, DOUBLE.X, WORLD.y)
    mine = torch.autograd.grad(method.objective(head, batch).sum(), list(head.parameters()))
    memory = torch.autograd.grad(0.5 * cross_entropy(head, batch.part(1)).sum(), list(head.parameters()))
    for a, b in zip(mine, memory):
        assert torch.isfinite(a).all()
        torch.testing.assert_close(a, b)
    torch.testing.assert_close(method.objective(head, batch), 0.5 * cross_entropy(head, batch.part(1)))


# ---------------------------------------------------------------------------------------------------- GEM and
# A-GEM

CONSTRAINTS = {
    "one": lambda r, d: r.normal(size=(1, d)),
    "two": lambda r, d: r.normal(size=(2, d)),
    "three": lambda r, d: r.normal(size=(3, d)),
    "four": lambda r, d: r.normal(size=(4, d)),
    "twice the same": lambda r, d: np.repeat(r.normal(size=(1, d)), 2, 0),
    "collinear": lambda r, d: np.outer([1.0, 3.0, 0.2], r.normal(size=d)),
    "opposite": lambda r, d: np.outer([1.0, -2.0], r.normal(size=d)),
    "a sum of others": lambda r, d: (lambda G: np.vstack([G, G.sum(0)]))(r.normal(size=(3, d))),
    "one without a gradient": lambda r, d: np.vstack([r.normal(size=(2, d)), np.zeros((1, d))]),
    "more than directions": lambda r, d: r.normal(size=(4, 2)) @ r.normal(size=(2, d)),
    "small": lambda r, d: 1e-5 * r.normal(size=(3, d)),
}


@pytest.mark.parametrize("kind", CONSTRAINTS)
def test_the_dual_against_scipy(kind):
    r = np.random.default_rng(0)
    for _ in range(20):
        g, G = r.normal(size=6), CONSTRAINTS[kind](r, 6)
        v = dual(torch.from_numpy(G @ G.T)[None], torch.from_numpy(G @ g)[None])[0].numpy()
        bent = g + G.T @ v
        assert (v >= 0).all() and (G @ bent >= -1e-9 * np.abs(G).max()).all()
        # nnls: min ||G^T v + g|| over v >= 0, the dual with its square completed. The answer v may not be
        # unique, G^T v is.
        np.testing.assert_allclose(bent, g + G.T @ nnls(G.T, -g)[0], atol=1e-8)


def test_the_dual_is_the_nearest_gradient_that_conflicts_with_none():
    r = np.random.default_rng(1)
    for count in (1, 2, 3, 4):
        for _ in range(5):
            g, G = r.normal(size=6), r.normal(size=(count, 6))
            v = dual(torch.from_numpy(G @ G.T)[None], torch.from_numpy(G @ g)[None])[0].numpy()
            primal = minimize(
                lambda x, g=g: ((x - g) ** 2).sum() / 2,
                g,
                jac=lambda x, g=g: x - g,
                method="SLSQP",
                constraints={"type": "ineq", "fun": lambda x, G=G: G @ x, "jac": lambda x, G=G: G},
                options={"ftol": 1e-14, "maxiter": 200},
            )
            np.testing.assert_allclose(g + G.T @ v, primal.x, atol=1e-5)


def test_the_duals_of_many_runs_are_those_of_each():
    r = np.random.default_rng(2)
    G, g = torch.from_numpy(r.normal(size=(7, 3, 5))), torch.from_numpy(r.normal(size=(7, 5)))
    P, q = G @ G.transpose(1, 2), (G * g[:, None]).sum(-1)
    together = dual(P, q)
    for run in range(7):
        assert torch.equal(together[run], dual(P[[run]], q[[run]])[0])


FOUR = small_problem(corpora=5)


def memory_gradient(head, rows):
    """Mean cross-entropy gradient of every run on its own rows, run by run, in float64."""
    out = []
    for run, mine in enumerate(rows):
        model = plain(head, run)
        loss = sum(-torch.log_softmax(model(FOUR.X[row].double()), 0)[FOUR.y[row]] for row in mine) / len(
            mine
        )
        found = torch.autograd.grad(loss, list(model.parameters()))
        out.append([found[0].T, found[1][None], found[2].T, found[3][None]])
    return [torch.stack(values) for values in zip(*out)]


def conflicts(method, seed, pull=None, corpora=4):
    """A step of `method` after some corpora.

    The gradient before and after, the memories' gradients, in float64.
    """
    runs = 4
    head = MLP(range(runs), 8, 16, 4)
    for number in range(corpora):
        method.after_corpus(head, FOUR, number, list(range(runs)))
    generator = torch.Generator().manual_seed(seed)
    G = [
        memory_gradient(head, [run[run >= 0] for run in memory]) for memory in method.memories
    ]  # one list over parameters for every corpus
    for i, p in enumerate(head.parameters()):
        p.grad = 0.02 * torch.randn(p.shape, generator=generator)
        if pull:
            p.grad += pull * sum(g[i] for g in G).float()
    before = [p.grad.clone() for p in head.parameters()]
    schedule = method.schedule(
        shuffled(FOUR.parts["corpus4"].train, 2, range(runs)), FOUR, 4, list(range(runs))
    )

    def gradient(rows):
        return [value.float() for value in memory_gradient(head, rows)]

    batch = schedule.batch(0, FOUR.X, FOUR.y)
    method.projection(head, batch, gradient)
    return head, before, [p.grad for p in head.parameters()], G, batch, gradient


@pytest.mark.parametrize("corpora", [1, 2, 3, 4])
@pytest.mark.parametrize("gamma", [0.0, 0.5])
def test_gem_bends_every_run_to_the_solution_of_its_own_problem(corpora, gamma):
    bent = untouched = 0
    for seed in range(6):
        pull = [None, -1, 1][seed % 3]
        _, before, after, G, *_ = conflicts(GEM(per_class=3, gamma=gamma), seed, pull, corpora)
        for run in range(4):
            g, rows = flat(before, run), np.stack([flat(g_k, run) for g_k in G])
            if (rows @ g >= 0).all():
                untouched += 1
                assert all(torch.equal(a[run], b[run]) for a, b in zip(before, after))  # bit for bit
                continue
            bent += 1
            v = nnls(rows.T, -g)[0] + gamma
            np.testing.assert_allclose(flat(after, run), g + rows.T @ v, rtol=1e-4, atol=1e-5)
            assert (rows @ flat(after, run) >= -1e-5).all()
    assert bent >= 5 and untouched >= 5


def test_gem_refuses_memories_of_different_sizes():
    with pytest.raises(SequifiError, match="one number as per_class"):
        GEM(per_class=[2, 3]).after_corpus(SOURCE, WORLD, 0, [0, 1])


def test_agem_makes_a_conflicting_gradient_orthogonal_and_leaves_others_alone():
    bent = untouched = 0
    for seed in range(6):
        head, before, after, _, batch, gradient = conflicts(AGEM(per_class=3), seed, [None, -1, 1][seed % 3])
        g_ref = gradient(batch.part(1).rows)
        for run in range(4):
            g, ref, got = flat(before, run), flat(g_ref, run), flat(after, run)
            if g @ ref >= 0:
                untouched += 1
                assert all(torch.equal(a[run], b[run]) for a, b in zip(before, after))
                continue
            bent += 1
            np.testing.assert_allclose(got, g - (g @ ref) / (ref @ ref) * ref, rtol=1e-4, atol=1e-6)
            assert abs(got @ ref) < 1e-5 * np.linalg.norm(g) * np.linalg.norm(ref)
            assert np.linalg.norm(got) < np.linalg.norm(g)
    assert bent >= 5 and untouched >= 5


@pytest.mark.parametrize("cls", [GEM, AGEM])
def test_a_memory_without_a_gradient_bends_nothing(cls):
    method, head = cls(per_class=2), SOURCE.select([0])
    (_, plan), *_ = plans(method, seeds=[0])
    for p in head.parameters():
        p.grad = torch.ones_like(p)
    zero = [torch.zeros_like(p) for p in head.parameters()]
    method.projection(head, plan.batch(0, WORLD.X, WORLD.y), lambda rows: zero)
    assert all((p.grad == 1).all() for p in head.parameters())


def test_the_memory_of_gem_and_agem_is_not_learnt():
    for method in (GEM(per_class=2), AGEM(per_class=2)):
        (_, plan), *_ = plans(method)
        batch, head = plan.batch(0, WORLD.X, WORLD.y), SOURCE.select([0, 0])
        assert torch.equal(method.objective(head, batch), cross_entropy(head, batch.part(0)))
        assert batch.part(0).x.shape[1] == 32


def test_with_one_past_corpus_gem_is_agem_with_the_full_memory():
    pair = replace(DOUBLE, corpora=DOUBLE.corpora[:2])
    ends = [
        list(train_sequence(method, pair, DOUBLE_SOURCE, steps=30, lr=1e-2, optimiser=torch.optim.SGD))[
            -1
        ].model(DOUBLE.X)
        for method in (GEM(per_class=6), AGEM(per_class=6, width=24), Vanilla())
    ]
    torch.testing.assert_close(ends[0], ends[1])
    assert (ends[0] - ends[2]).abs().max() > 1e-3


@pytest.mark.parametrize("cls", [GEM, AGEM])
def test_frozen_parameters_have_no_say(cls):
    # The layer below is frozen: what comes out is what the layer above gives alone, on the frozen layer's
    # outputs.
    head = SOURCE.select([0, 0])
    head.W1.requires_grad_(False)
    head.b1.requires_grad_(False)
    method = cls(per_class=4)
    (_, plan), *_ = plans(method)
    start = head.W1.clone()
    train(head, WORLD.X, WORLD.y, plan, lr=1e-2, objective=method.objective, projection=method.projection)
    assert torch.equal(head.W1, start) and head.W1.grad is None
    upper = MLP([0], 16, (), 4)
    upper._set([SOURCE.W2.detach()[[0, 0]].clone(), SOURCE.b2.detach()[[0, 0]].clone()])
    above = replace(WORLD, X=SOURCE.hidden(WORLD.X)[0].detach())
    train(upper, above.X, WORLD.y, plan, lr=1e-2, objective=method.objective, projection=method.projection)
    torch.testing.assert_close(upper.W1, head.W2, rtol=1e-3, atol=1e-4)


# ---------------------------------------------------------------------------------------------------- dark
# experience replay


@pytest.mark.parametrize("cls", [DER, DERPP])
def test_der_is_a_loop_that_stores_logits_by_slot_before_it_learns(cls):
    seeds, lr, options = [2, 4], 1e-2, {"alpha": 0.3, "per_class": 3, "width": 8}
    if cls is DERPP:
        options["beta"] = 0.7
    method = cls(**options)
    stops = list(train_sequence(method, DOUBLE, DOUBLE_SOURCE.select([0, 0]), steps=15, lr=lr, seeds=seeds))
    schedules = [plan for _, plan in plans(cls(**options), DOUBLE, DOUBLE_SOURCE, seeds, steps=15)]
    assert any((plan.writes >= 0).any() for plan in schedules)
    for run in range(2):
        model = plain(DOUBLE_SOURCE)
        stored = {slot: logits(model, row).detach() for slot, row in enumerate(schedules[0].memory[run])}
        for plan, stop in zip(schedules, stops[1:]):
            adam = torch.optim.Adam(model.parameters(), lr=lr)
            for t in range(15):
                rows, slots = plan.rows[run, t], plan.slots[run, t]
                said = [logits(model, row) for row in rows]
                loss = -sum(torch.log_softmax(said[i], 0)[LABELS[rows[i]]] for i in range(32)) / 32
                loss = loss + 0.3 * sum(((stored[slots[i]] - said[i]) ** 2).sum() for i in range(32, 40)) / 8
                if cls is DERPP:
                    loss = (
                        loss
                        - 0.7 * sum(torch.log_softmax(said[i], 0)[LABELS[rows[i]]] for i in range(40, 48)) / 8
                    )
                adam.zero_grad()
                loss.backward()
                adam.step()
                for i in np.flatnonzero(plan.writes[run, t] >= 0):
                    stored[plan.writes[run, t, i]] = said[i].detach()
            torch.testing.assert_close(
                stop.model(DOUBLE.X)[run].detach(), logits(model, slice(None)).detach()
            )
        kept = torch.stack([stored[slot] for slot in range(12)])
        torch.testing.assert_close(method.logits[run], kept)


def test_what_der_holds_at_the_end_is_what_its_reservoir_holds():
    method = DER(per_class=5)
    *_, (_, plan) = plans(method)
    assert method.offered.tolist() == [180, 180]
    for run in range(2):
        held = plan.memory[run].copy()
        for t in range(20):
            for b in np.flatnonzero(plan.writes[run, t] >= 0):
                held[plan.writes[run, t, b]] = plan.rows[run, t, b]
        assert np.array_equal(method.memory[run], held) and len(set(held)) == 20
    assert {row // 120 for row in method.memory.ravel()} == {0, 1, 2}  # of every corpus some


def test_der_with_more_slots_than_the_source_has_rows_fills_the_free_ones_from_the_stream():
    method = DER(per_class=20)  # 80 slots, 60 rows
    (_, plan), *_ = plans(method)
    assert (plan.memory[:, 60:] == -1).all() and (plan.memory[:, :60] >= 0).all()
    assert set(plan.writes[0, 0, :32][plan.writes[0, 0, :32] >= 0]) >= set(range(60, 80))
    assert (
        not np.isin(plan.slots[:, 0, 32:], np.arange(60, 80)).any()
        and np.isin(plan.slots[:, 1:, 32:], range(60, 80)).any()
    )
    list(train_sequence(DER(per_class=20), WORLD, SOURCE, steps=10))


def test_ders_term_is_a_sum_over_classes_and_a_mean_over_rows_with_the_gradient_of_finite_differences():
    head = DOUBLE_SOURCE.select([0, 0])
    method = DER(alpha=0.7, per_class=3, width=8)
    method.after_corpus(head, DOUBLE, 0, [0, 1])
    plan = method.schedule(shuffled(TRAIN[1], 2, [0, 1]), DOUBLE, 1, [0, 1])
    batch = plan.batch(0, DOUBLE.X, WORLD.y)
    with torch.no_grad():
        head.W1 += 0.05
    method.logits += 0.3
    stored = method.logits.clone()

    def value():
        bare = cross_entropy(head, batch.part(0))
        z = head(batch.part(1).x)
        terms = [
            sum(
                float((stored[run, batch.part(1).slots[run, i]] - z[run, i].detach()).pow(2).sum())
                for i in range(8)
            )
            / 8
            for run in range(2)
        ]
        return bare + 0.7 * torch.tensor(terms, dtype=torch.float64)

    method_value = method.objective(head, batch)
    torch.testing.assert_close(method_value.detach(), value().detach())
    g = torch.autograd.grad(method_value.sum(), head.W2)[0]
    for run, i, j in [(0, 2, 1), (1, 5, 3), (1, 0, 0)]:
        sides = []
        for h in (1e-5, -1e-5):
            with torch.no_grad():
                head.W2[run, i, j] += h
                sides.append(value().detach()[run])
                head.W2[run, i, j] -= h
        assert np.isclose(float(sides[0] - sides[1]) / 2e-5, float(g[run, i, j]), rtol=1e-5, atol=1e-8)


def test_der_plus_plus_draws_twice_and_its_beta_follows_alpha():
    (_, plan), *_ = plans(DERPP(per_class=20, width=8))
    assert plan.parts == (32, 8, 8) and not np.array_equal(plan.slots[..., 32:40], plan.slots[..., 40:])
    assert DERPP(alpha=0.4).beta == 0.4 and DERPP(alpha=0.4, beta=0.1).beta == 0.1
    assert METHODS["der++"] is DERPP
    zero = list(train_sequence(DERPP(alpha=0.0, beta=0.5), WORLD, SOURCE, steps=5))[-1].model
    assert not torch.equal(zero.W1, list(train_sequence(Vanilla(), WORLD, SOURCE, steps=5))[-1].model.W1)


def test_runs_with_memories_of_their_own_size_have_room_for_the_largest():
    for number, plan in plans(ER(per_class=np.array([2, 5]), seen=True), stream=ordered):
        assert plan.memory.shape == (2, 20 * (number + 1))
        assert (memory.after(plan)[:, 20 * number :] >= 0).sum(1).tolist() == [8, 20]
