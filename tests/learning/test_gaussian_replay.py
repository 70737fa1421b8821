"""Gaussians in place of clips: their moments, which of them are at hand, and the loss by a plain loop."""

import numpy as np
import pytest
import torch
from small_problem import small_problem, small_source

from sequifi_lite.errors import SequifiError
from sequifi_lite.learning.loop import cross_entropy
from sequifi_lite.learning.methods._gaussians import gaussians
from sequifi_lite.learning.methods.er import ER
from sequifi_lite.learning.methods.gaussian_replay import GaussianReplay
from sequifi_lite.learning.methods.gaussian_seen import (
    GaussianBoth,
    GaussianFull,
    GaussianSeen,
    GaussianShared,
)
from sequifi_lite.learning.methods.vanilla import Vanilla
from sequifi_lite.learning.sequence import train_sequence
from sequifi_lite.studies.repairs.er_seen import ERSeen
from sequifi_lite.studies.variants import REPAIRS, variant

WORLD = small_problem(2)
SOURCE = small_source(WORLD)
ORDERS = [(2, 0, 3, 1), (1, 3, 0, 2)]


def rows(n=40, d=6, classes=3):
    generator = torch.Generator().manual_seed(0)
    X = torch.randn(n * classes, d, generator=generator, dtype=torch.float64)
    y = torch.arange(n * classes) % classes
    return X @ torch.randn(d, d, generator=generator, dtype=torch.float64) + 3 * y[:, None], y


def covariance(g):
    return g.F.T @ g.F + torch.diag(g.sigma**2)


@pytest.mark.parametrize("rank", [0, 1, 3, 6, 50])
def test_low_rank_keeps_every_variance_and_the_largest_axes(rank):
    X, y = rows()
    for g in gaussians(X, y, rank):
        mine = X[y == g.k]
        torch.testing.assert_close(g.mu, mine.mean(0))
        cov = torch.from_numpy(np.cov(mine.numpy().T))
        torch.testing.assert_close(covariance(g).diagonal(), cov.diagonal())
        values, vectors = torch.linalg.eigh(cov)
        kept = min(rank, 6)
        best = (vectors[:, 6 - kept :] * values[6 - kept :]) @ vectors[:, 6 - kept :].T
        torch.testing.assert_close(g.F.T @ g.F, best, atol=1e-9, rtol=1e-7)
        assert g.floats == 6 * (2 + kept) or rank >= 6


def test_full_and_shared_covariances():
    X, y = rows()
    for g in gaussians(X, y, form="full"):
        torch.testing.assert_close(covariance(g), torch.from_numpy(np.cov(X[y == g.k].numpy().T)))
    within = sum((39 * np.cov(X[y == k].numpy().T) for k in range(3)), 0) / (120 - 3)
    for g in gaussians(X, y, form="shared"):
        torch.testing.assert_close(covariance(g), torch.from_numpy(within))
    with pytest.raises(SequifiError, match="'diagonal'; choose one of low rank"):
        gaussians(X, y, form="diagonal")


def test_draws_have_the_moments_of_the_gaussian():
    """64,000 draws: every entry of mean and covariance within 5 standard errors, a false alarm in about 1 of
    10,000.
    """
    X, y = rows()
    g, generator, n = gaussians(X, y, 2)[1], torch.Generator().manual_seed(1), 64_000
    x = g.draw(n, torch.randn(n, 6, generator=generator), generator)
    cov = covariance(g)
    assert ((x.mean(0) - g.mu).abs() < 5 * (cov.diagonal() / n).sqrt()).all()
    error = ((cov**2 + torch.outer(cov.diagonal(), cov.diagonal())) / n).sqrt()
    assert ((torch.cov(x.T) - cov).abs() < 5 * error).all()


def ready(method, name, steps=16, orders=ORDERS):
    seeds = list(range(len(orders)))
    method.after_corpus(SOURCE, WORLD, 0, seeds)
    stream = variant(name).stream(orders)(WORLD, "corpus1", steps, seeds)
    return method.schedule(stream, WORLD, 1, seeds)


def test_a_class_is_at_hand_once_its_stage_is_over():
    method = GaussianSeen()
    ready(method, "sequifi-canonical")
    for run, order in enumerate(ORDERS):
        assert [[g.k for g in stage] for stage in method.hand[run]] == [sorted(order[:j]) for j in range(4)]
    ready(method, "sequifi-cyclic-2")
    assert [len(stage) for stage in method.hand[0]] == [
        0,
        1,
        2,
        3,
        3,
        3,
        3,
        3,
    ]  # never the class that is being shown
    ready(method, "sequifi-cumulative")
    assert not any(map(len, method.hand[0]))
    both = GaussianBoth()
    ready(both, "sequifi-canonical")
    assert [len(stage) for stage in both.hand[1]] == [4, 5, 6, 7]
    past = GaussianReplay()
    ready(past, "sequifi-canonical")
    assert [len(stage) for stage in past.hand[1]] == [4, 4, 4, 4]


def test_draws_are_fresh_and_even_and_of_the_right_class():
    method = GaussianSeen()
    ready(method, "sequifi-canonical")
    kept, totals, before = method.hand[0][3], np.zeros(4), None
    for method.t in range(12, 15):
        x, y = method.draw(kept, method.draws[0])
        assert before is None or not torch.equal(x, before)
        before, totals = x, totals + np.bincount(y, minlength=4)
        for k in range(4):
            if (y == k).any():  # nearer to the mean of its own class than to any other, on average
                means = torch.stack([g.mu for g in kept])
                assert [g.k for g in kept][torch.cdist(x[y == k].mean(0)[None], means).argmin()] == k
    assert sorted(totals) == [0, 32, 32, 32]


@pytest.mark.parametrize("cls", [GaussianSeen, GaussianReplay, GaussianBoth])
def test_a_plain_loop_on_the_same_draws(cls):
    *_, found = train_sequence(
        cls(2), WORLD, SOURCE, steps=16, lr=1e-2, stream=variant("sequifi-canonical").stream(ORDERS[:1])
    )
    method = cls(2)
    schedule = ready(method, "sequifi-canonical", orders=ORDERS[:1])
    head = SOURCE.select([0])
    for t in range(16):
        if t % 4 == 0:
            adam = torch.optim.Adam(head.parameters(), lr=1e-2)
        method.t, drawn = t, method.hand[0][t // 4]
        seen = WORLD.X[schedule.rows[0, t]], WORLD.y[schedule.rows[0, t]]
        loss = torch.nn.functional.cross_entropy(head(seen[0])[0], seen[1])
        if drawn:
            x, y = method.draw(drawn, method.draws[0])
            loss = (loss + torch.nn.functional.cross_entropy(head(x)[0], y)) / 2
        adam.zero_grad()
        loss.backward()
        adam.step()
    for p, q in zip(head.parameters(), found.model.parameters()):
        torch.testing.assert_close(p, q, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    "name", [name for name in REPAIRS if "gaussian" in name or name in ("er+seen", "cosine-head")]
)
def test_runs_together_equal_runs_alone_bit_for_bit(name):
    def models(orders, seeds):
        source = SOURCE.select([0] * len(seeds))
        options = {
            "steps": 12,
            "lr": 1e-2,
            "seeds": seeds,
            "stream": variant("sequifi-random-cycles-5").stream(orders),
        }
        *_, last = train_sequence(REPAIRS[name](), WORLD, source, **options | {"steps": 40})
        return list(last.model.parameters())

    together = models(ORDERS, [0, 5])
    for run, seed in enumerate([0, 5]):
        for p, q in zip(together, models(ORDERS[run : run + 1], [seed])):
            assert torch.equal(p[[run]], q)


def test_after_a_mixed_stream_nothing_is_over():
    (*_, found), (*_, vanilla) = (
        train_sequence(m, WORLD, SOURCE, steps=8) for m in (GaussianSeen(), Vanilla())
    )
    assert all(torch.equal(p, q) for p, q in zip(found.model.parameters(), vanilla.model.parameters()))


def test_other_forms_are_other_gaussians_and_er_seen_is_er():
    assert [cls(3).form for cls in (GaussianShared, GaussianFull)] == ["shared", "full"]
    stream = variant("sequifi-canonical").stream(ORDERS[:1])
    (*_, found), (*_, by_hand) = (
        train_sequence(m, WORLD, SOURCE, steps=8, stream=stream) for m in (ERSeen(3), ER(3, seen=True))
    )
    assert all(torch.equal(p, q) for p, q in zip(found.model.parameters(), by_hand.model.parameters()))


def test_a_cosine_head_by_torchs_own_cosine():
    cosine, source = REPAIRS["cosine-head"](), SOURCE.select([0])
    with torch.no_grad():
        source.b2[..., 1] += 5  # a class that is said too often
    cosine.after_corpus(source, WORLD, 0, [0])
    rows = WORLD.parts["corpus0"].train
    h, W = source.hidden(WORLD.X[rows])[0], source.W2[0]
    s = (h.norm(dim=1)[:, None] * W.norm(dim=0)).mean()
    z = torch.stack([s * torch.nn.functional.cosine_similarity(h, W[:, [k]].T) for k in range(4)], 1)
    batch = variant("vanilla").stream([None])(WORLD, "corpus0", 1, [0]).batch(0, WORLD.X, WORLD.y)
    where = [rows.tolist().index(row) for row in batch.rows[0]]
    expected = torch.nn.functional.cross_entropy(z[where], batch.y[0])
    torch.testing.assert_close(cosine.objective(source, batch)[0], expected)
    assert not torch.isclose(cross_entropy(source, batch)[0], expected)
    assert torch.equal(cosine.model(source).predict(WORLD.X[rows])[0], z.argmax(1))
    assert (z.argmax(1) != source.predict(WORLD.X[rows])[0]).any()
