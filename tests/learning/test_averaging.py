"""Weight averaging, done again by hand.

Plain trainings, weights written down, loops over runs, members and snapshots.
"""

from dataclasses import replace

import numpy as np
import pytest
import torch
from small_problem import small_problem, small_source
from torch import nn

from sequifi_lite.errors import SequifiError
from sequifi_lite.evaluation.metrics import confusion, uar
from sequifi_lite.learning.class_order import class_by_class
from sequifi_lite.learning.loop import train
from sequifi_lite.learning.methods._runs import members_mean
from sequifi_lite.learning.methods.ema import EMA
from sequifi_lite.learning.methods.greedy_soup import GreedySoup, greedy
from sequifi_lite.learning.methods.interpolation import Interpolation
from sequifi_lite.learning.methods.one_over_t import OneOverT
from sequifi_lite.learning.methods.per_class_soup import PerClassSoup
from sequifi_lite.learning.methods.soup import Soup
from sequifi_lite.learning.methods.swa import SWA
from sequifi_lite.learning.methods.vanilla import Vanilla
from sequifi_lite.learning.sequence import accuracy_matrix, mixed, train_sequence

WORLD = small_problem()
SOURCE = small_source(WORLD)
CORPORA = WORLD.corpora
PAIR = small_problem(2)
T, LR, SEEDS = 24, 1e-2, [3, 8]


def flat(model) -> torch.Tensor:
    """All weights of every run as one vector: (R, weights)."""
    return torch.cat([p.detach().reshape(len(p), -1) for p in model.parameters()], 1)


def stops(method, problem=WORLD, seeds=SEEDS, **options):
    options = {"steps": T, "lr": LR, "seeds": seeds} | options
    return list(train_sequence(method, problem, SOURCE.select([0] * len(seeds)), **options))


def trained(start, schedule, lr=LR, problem=WORLD) -> list[torch.Tensor]:
    """A vanilla training from a model.

    Its weights before the first step and after every one, each (R, weights).
    """
    head = start.select(range(start.runs))
    seen = [flat(head)]

    class Diary:
        def step(self, step, head, lr):
            seen.append(flat(head))

        def stage_end(self, head):
            pass

    train(head, problem.X, problem.y, schedule, lr=lr, consolidation=Diary())
    return seen


def with_weights(like, vector):
    """A model like another one with the given weights (R, weights)."""
    model = like.select(range(like.runs))
    for p, part in zip(model.parameters(), vector.split([p[0].numel() for p in model.parameters()], 1)):
        p.data = part.reshape(p.shape).clone()
    return model


def by_hand(average, seeds=SEEDS):
    """Walk the chain: train on a corpus, put `average(weights of every step, number)` in place, go on from
    there.
    """
    model = SOURCE.select([0] * len(seeds))
    out = [flat(model)]
    for number, corpus in enumerate(CORPORA[1:], start=1):
        diary = trained(model, mixed(WORLD, corpus, T, seeds))
        model = with_weights(model, average(diary, number))
        out.append(flat(model))
    return out


def same(method, expected, seeds=SEEDS):
    for stop, wanted in zip(stops(method, seeds=seeds), expected, strict=True):
        torch.testing.assert_close(flat(stop.model), wanted, rtol=1e-5, atol=1e-6)


def test_interpolation_by_hand():
    same(Interpolation(0.3), by_hand(lambda diary, number: 0.7 * diary[0] + 0.3 * diary[-1]))
    source = flat(SOURCE)
    same(Interpolation(0.3, anchor="source"), by_hand(lambda diary, number: 0.7 * source + 0.3 * diary[-1]))


def test_interpolation_has_the_source_at_one_end_and_vanilla_at_the_other():
    never, plain = stops(Interpolation(0.0)), stops(Vanilla())
    assert all(torch.equal(flat(stop.model), flat(SOURCE.select([0, 0]))) for stop in never)
    for anchor in ("before", "source"):
        fully = stops(Interpolation(1.0, anchor))
        assert all(torch.equal(flat(a.model), flat(b.model)) for a, b in zip(fully, plain))
    with pytest.raises(SequifiError, match="choose 'before' or 'source'"):
        Interpolation(anchor="behind")


def test_one_training_serves_every_alpha():
    before, after = (flat(stop.model) for stop in stops(Vanilla(), PAIR))
    for alpha in (0.2, 0.5, 0.9):
        _, stop = stops(Interpolation(alpha), PAIR)
        torch.testing.assert_close(
            flat(stop.model), (1 - alpha) * before + alpha * after, rtol=1e-6, atol=1e-6
        )


def test_a_model_handed_out_is_not_moved_later():
    first = None
    for stop in train_sequence(Interpolation(0.5), WORLD, SOURCE, steps=T, lr=LR):
        first = first or (stop.model, flat(stop.model).clone())
    assert torch.equal(flat(first[0]), first[1])


def test_one_over_t_by_hand_feeds_back_into_the_next_corpus():
    expected = by_hand(lambda diary, number: diary[0] * number / (number + 1) + diary[-1] / (number + 1))
    same(OneOverT(), expected)
    # Were the average not what the next corpus starts from, the end would be another.
    adapted = [flat(SOURCE.select([0, 0]))]
    model = SOURCE.select([0, 0])
    for corpus in CORPORA[1:]:
        model = with_weights(model, trained(model, mixed(WORLD, corpus, T, SEEDS))[-1])
        adapted.append(flat(model))
    assert (sum(adapted) / 3 - expected[-1]).abs().max() > 0.01


def test_one_over_t_with_one_corpus_is_interpolation_at_a_half():
    for mine, other in zip(stops(OneOverT(), PAIR), stops(Interpolation(0.5), PAIR)):
        assert torch.equal(flat(mine.model), flat(other.model))


def test_under_one_over_t_the_adapted_models_weigh_the_same():
    adapted = [flat(SOURCE.select([0, 0]))]

    def note(diary, number):
        adapted.append(diary[-1])
        return diary[0] * number / (number + 1) + diary[-1] / (number + 1)

    by_hand(note)
    torch.testing.assert_close(flat(stops(OneOverT())[-1].model), sum(adapted) / 3, rtol=1e-5, atol=1e-6)


def test_ema_is_its_closed_form():
    beta = 0.9
    share = [(1 - beta) * beta ** (T - t) for t in range(1, T + 1)]

    def closed(diary, number):
        return beta**T * diary[0] + sum(w * theta for w, theta in zip(share, diary[1:], strict=True))

    assert np.isclose(sum(share) + beta**T, 1)
    same(EMA(beta), by_hand(closed))


def test_ema_that_never_moves_is_the_source():
    torch.testing.assert_close(flat(stops(EMA(1.0))[-1].model), flat(SOURCE.select([0, 0])), rtol=0, atol=0)


@pytest.mark.parametrize(
    "start, c, steps",
    [
        (0.5, 5, [14, 19, 24]),
        (0.5, 4, [16, 20, 24]),
        (0.0, 8, [8, 16, 24]),
        (0.75, 2, [20, 22, 24]),
        (0.95, 7, [24]),
    ],
)
def test_swa_is_the_mean_of_the_named_snapshots(start, c, steps):
    same(SWA(start, c), by_hand(lambda diary, number: sum(diary[t] for t in steps) / len(steps)))


def test_swa_with_a_start_per_run_takes_each_runs_snapshots():
    diary = trained(SOURCE.select([0, 0, 0]), mixed(PAIR, CORPORA[1], T, [5, 5, 5]), problem=PAIR)
    _, stop = stops(SWA(torch.tensor([0.0, 0.5, 1.0]), 6), PAIR, [5, 5, 5])
    for run, steps in enumerate(([6, 12, 18, 24], [18, 24], [24])):
        wanted = sum(diary[t][run] for t in steps) / len(steps)
        torch.testing.assert_close(flat(stop.model)[run], wanted, rtol=1e-5, atol=1e-6)


def test_the_mean_of_members_by_hand():
    head = SOURCE.select([0] * 6)
    vectors = torch.arange(6.0)[:, None] ** 2 * torch.ones(6, flat(head).shape[1])
    head = with_weights(head, vectors)
    whole = torch.cat([m.reshape(2, -1) for m in members_mean(head, 3)], 1)
    np.testing.assert_allclose(whole[:, 0], [(0 + 1 + 4) / 3, (9 + 16 + 25) / 3], rtol=1e-6)
    chosen = torch.tensor([[True, False, True], [False, True, False]])
    some = torch.cat([m.reshape(2, -1) for m in members_mean(head, 3, chosen)], 1)
    np.testing.assert_allclose(some, np.array([[2.0], [16.0]]) * np.ones_like(some), rtol=1e-6)


def members_by_hand(rates, seed, number, start):
    """Every member of a soup trained in a call of its own, as plain torch.nn layers with the rate as Adam's
    own.
    """
    schedule = mixed(WORLD, CORPORA[number], T, [seed])
    out = []
    for m, rate in enumerate(rates):
        order = np.random.default_rng([seed, 2**21, number, m]).permutation(T) if m else np.arange(T)
        W1, b1, W2, b2 = (p[0].detach().clone() for p in start.parameters())
        plain = nn.Sequential(nn.Linear(*W1.shape), nn.ReLU(), nn.Linear(*W2.shape))
        plain[0].weight.data, plain[0].bias.data = W1.T.contiguous(), b1[0]
        plain[2].weight.data, plain[2].bias.data = W2.T.contiguous(), b2[0]
        adam = torch.optim.Adam(plain.parameters(), lr=LR * rate)
        for t in order:
            rows = schedule.rows[0, t]
            adam.zero_grad()
            nn.functional.cross_entropy(plain(WORLD.X[rows]), WORLD.y[rows]).backward()
            adam.step()
        one, two = plain[0], plain[2]
        values = (one.weight.T, one.bias, two.weight.T, two.bias)
        out.append(torch.cat([value.detach().reshape(-1) for value in values])[None])
    return out


def test_a_soup_is_the_mean_of_members_trained_one_by_one():
    rates = (1.0, 0.3, 2.0)
    _, first, second = stops(Soup(rates))
    for run, seed in enumerate(SEEDS):
        theta = SOURCE
        for number, stop in ((1, first), (2, second)):
            members = members_by_hand(rates, seed, number, theta)
            assert (members[0] - members[1]).abs().max() > 0.05
            soup = sum(members) / 3
            torch.testing.assert_close(flat(stop.model)[[run]], soup, rtol=1e-3, atol=1e-4)
            theta = with_weights(SOURCE, soup)


@pytest.mark.parametrize("cls", [Soup, GreedySoup])
def test_a_soup_of_one_is_that_one(cls):
    for mine, plain in zip(stops(cls((1.0,))), stops(Vanilla())):
        assert torch.equal(flat(mine.model), flat(plain.model))
    halved = stops(cls((0.5,)), PAIR)[-1].model
    torch.testing.assert_close(
        flat(halved), flat(stops(Vanilla(), PAIR, lr=LR / 2)[-1].model), rtol=1e-4, atol=1e-5
    )


def test_equal_members_give_that_member():
    schedule = mixed(WORLD, CORPORA[1], T, SEEDS)
    soup = Soup((1.0, 1.0, 1.0))
    wide = soup.schedule(schedule, WORLD, 1, SEEDS)
    assert not np.array_equal(wide.rows[0], wide.rows[1]) and not np.array_equal(wide.rows[1], wide.rows[2])
    for run in range(2):  # the same batches, in another order
        batches = [sorted(map(tuple, wide.rows[3 * run + m].tolist())) for m in range(3)]
        assert batches[0] == batches[1] == batches[2] and np.array_equal(
            wide.rows[3 * run], schedule.rows[run]
        )

    class SameOrder(Soup):
        def schedule(self, schedule, problem, number, seeds):
            return replace(
                super().schedule(schedule, problem, number, seeds), rows=np.repeat(schedule.rows, 3, axis=0)
            )

    for mine, plain in zip(stops(SameOrder((1.0, 1.0, 1.0))), stops(Vanilla())):
        torch.testing.assert_close(flat(mine.model), flat(plain.model), rtol=1e-6, atol=1e-6)


def test_members_keep_the_stages_of_a_class_ordered_stream():
    rows = WORLD.parts[CORPORA[1]].train
    schedule = class_by_class(rows, WORLD.labels, [(2, 0, 3, 1)] * 2, T, SEEDS)
    wide = Soup().schedule(schedule, WORLD, 1, SEEDS)
    assert np.array_equal(WORLD.labels[wide.rows[:, :, 0]], np.repeat([(2, 0, 3, 1)] * 8, T // 4, axis=1))


def greedy_by_hand(models, score):
    """Recipe 1 for one run: `models` a list of weight vectors, `score` of one weight vector."""
    ranked = sorted(
        range(len(models)), key=lambda i: -score(models[i])
    )  # sorted() keeps the order of equal ones
    ingredients = [ranked[0]]
    for i in ranked[1:]:
        mean = sum(models[j] for j in ingredients + [i]) / (len(ingredients) + 1)
        if score(mean) >= score(sum(models[j] for j in ingredients) / len(ingredients)):
            ingredients.append(i)
    return set(ingredients)


def test_greedy_against_brute_force_on_hand_made_models():
    generator = np.random.default_rng(0)
    models = generator.normal(size=(30, 5, 2))  # 30 runs of five members with two weights
    goal = generator.normal(size=(30, 2))

    def near(vectors, run):
        return -np.round(np.abs(vectors - goal[run]).sum(-1), 1)  # rounded, so that there are ties

    def score(chosen):
        return np.array([near(models[run][take].mean(0), run) for run, take in enumerate(chosen)])

    alone = np.stack([near(models[run], run) for run in range(30)])
    chosen = greedy(score, np.argsort(-alone, axis=1, kind="stable"))
    for run in range(30):
        assert set(np.flatnonzero(chosen[run])) == greedy_by_hand(list(models[run]), lambda v: near(v, run))  # noqa: B023
    assert len({tuple(row) for row in chosen}) > 5 and 1 < chosen.sum(1).mean() < 4


def test_a_greedy_soup_against_brute_force_on_validation_and_never_on_test():
    noisy = replace(
        WORLD, X=WORLD.X + 3 * torch.randn(WORLD.X.shape, generator=torch.Generator().manual_seed(5))
    )
    seeds, rates = [0, 1, 2, 3], (1.0, 1.0, 0.1, 10.0)
    wide = {}

    class Seen(GreedySoup):
        def choose(self, head, problem, number):
            wide[number] = flat(head)
            return super().choose(head, problem, number)

    for moved in (
        noisy,
        replace(noisy, y=noisy.y.clone().index_fill_(0, torch.from_numpy(noisy.parts[CORPORA[1]].test), 0)),
    ):
        method = Seen(rates)
        iterator = train_sequence(method, moved, SOURCE.select([0] * 4), steps=T, lr=LR, seeds=seeds)
        next(iterator)
        stop = next(iterator)
        valid = moved.parts[CORPORA[1]].valid

        def score(vector):
            said = with_weights(SOURCE, vector).predict(moved.X[valid]).numpy()  # noqa: B023
            return uar(confusion(moved.labels[valid], said, 4))[0]  # noqa: B023

        picks = []
        for run in range(4):
            members = list(wide[1][4 * run : 4 * run + 4].split(1))
            picked = greedy_by_hand(members, score)
            picks.append(sorted(picked))
            assert set(np.flatnonzero(method.chosen[run])) == picked
            mean = sum(members[i] for i in picked) / len(picked)
            torch.testing.assert_close(flat(stop.model)[[run]], mean, rtol=1e-5, atol=1e-6)
            assert score(flat(stop.model)[[run]]) >= max(score(m) for m in members) - 1e-12
        assert any(len(picked) < 4 for picked in picks)


def test_a_per_class_soup_by_hand():
    gamma = 2.0
    _, first, second = stops(PerClassSoup(gamma))
    for run, seed in enumerate(SEEDS):
        theta = SOURCE
        for corpus, stop in zip(CORPORA[1:], (first, second)):
            changes, rows = [], WORLD.parts[corpus].train
            for k in range(4):
                schedule = class_by_class(rows, WORLD.labels, [(k,)], T // 4, [seed])
                assert (WORLD.labels[schedule.rows] == k).all() and schedule.rows.shape == (1, 6, 32)
                changes.append(trained(theta, schedule)[-1] - flat(theta))
            theta = with_weights(SOURCE, flat(theta) + gamma * sum(changes) / 4)
            torch.testing.assert_close(flat(stop.model)[[run]], flat(theta), rtol=1e-4, atol=1e-5)


def test_a_per_class_soup_sees_the_stages_of_sequifi_and_no_order():
    def ordered(order):
        return lambda problem, corpus, steps, seeds: class_by_class(
            problem.parts[corpus].train, problem.labels, [order] * len(seeds), steps, seeds
        )

    forth, back = (
        stops(PerClassSoup(), stream=ordered(order))[-1].model for order in ((0, 1, 2, 3), (3, 2, 1, 0))
    )
    assert torch.equal(flat(forth), flat(back))
    sequifi = ordered((0, 1, 2, 3))(WORLD, CORPORA[1], T, SEEDS)
    copies = PerClassSoup().schedule(sequifi, WORLD, 1, SEEDS)
    for run in range(2):
        for k in range(4):
            assert np.array_equal(copies.rows[4 * run + k], sequifi.rows[run, 6 * k : 6 * k + 6])
    with pytest.raises(SequifiError, match="3 steps cannot be shared among 4 classes"):
        stops(PerClassSoup(), steps=3)


def test_a_per_class_soup_of_one_class_is_vanilla():
    single = replace(WORLD, emotions=("class0",), y=torch.zeros_like(WORLD.y))

    def one_class(problem, corpus, steps, seeds):
        return class_by_class(problem.parts[corpus].train, problem.labels, [(0,)] * len(seeds), steps, seeds)

    mine, plain = (stops(method, single, stream=one_class)[1].model for method in (PerClassSoup(), Vanilla()))
    torch.testing.assert_close(flat(mine), flat(plain), rtol=1e-5, atol=1e-6)


def test_averaging_forgets_less_than_vanilla_here_and_learns_less():
    plain = accuracy_matrix(train_sequence(Vanilla(), PAIR, SOURCE, steps=100, lr=LR), PAIR)[0]
    half = accuracy_matrix(train_sequence(Interpolation(0.5), PAIR, SOURCE, steps=100, lr=LR), PAIR)[0]
    assert half[1, 0] > plain[1, 0] + 0.02 and half[1, 1] > plain[0, 1] + 0.1
