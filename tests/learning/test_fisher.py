"""Fisher information, against gradients of torch's own layers taken clip by clip, and the three ways of
getting it wrong.
"""

import numpy as np
import pytest
import torch
from torch import nn

from sequifi_lite.errors import SequifiError
from sequifi_lite.learning.heads import MLP
from sequifi_lite.learning.methods import fisher as module
from sequifi_lite.learning.methods.fisher import KINDS, fisher
from sequifi_lite.teaching.bugs import BatchedFisherEWC, last_index_fisher, train_mode_fisher

K = 3


def plain(head, run=0):
    """One run of a head in torch's own layers."""
    layers = []
    for W, b in head.layers:
        layer = nn.Linear(*W.shape[1:])
        with torch.no_grad():
            layer.weight.copy_(W[run].T), layer.bias.copy_(b[run, 0])
        layers += [layer, nn.ReLU()]
    return nn.Sequential(*layers[:-1]).to(W.dtype)


def in_order_of_the_head(gradients):
    """Gradients of torch layers in the shapes of one run of a head."""
    return [g.T if g.dim() == 2 else g[None] for g in gradients]


def gradients_of(value, net):
    return in_order_of_the_head(torch.autograd.grad(value, list(net.parameters()), retain_graph=True))


def by_hand(head, run, X, y, kind, batches=None):
    """The formula, one clip and one class at a time."""
    net = plain(head, run)
    total = [torch.zeros_like(p[run]) for p in head.parameters()]
    if kind == "batched":
        for rows in batches:
            loss = nn.functional.cross_entropy(net(X[rows]), y[rows])
            total = [t + g**2 / len(batches) for t, g in zip(total, gradients_of(loss, net))]
        return total
    for x, label in zip(X, y):
        log_p = net(x).log_softmax(0)
        for k in range(K):
            weight = log_p[k].exp().detach() if kind == "exact" else float(k == label)
            total = [t + weight * g**2 / len(X) for t, g in zip(total, gradients_of(log_p[k], net))]
    return total


@pytest.fixture(scope="module")
def case():
    generator = torch.Generator().manual_seed(0)
    X = torch.randn(60, 7, generator=generator, dtype=torch.float64)
    y = torch.randint(K, (60,), generator=generator)
    head = MLP([1, 2], inputs=7, hidden=(6, 5), classes=K).double()
    with torch.no_grad():
        for p in head.parameters():
            p.mul_(3)  # probabilities away from uniform
    return head, X, y, np.arange(5, 55)


@pytest.mark.parametrize("kind", ["exact", "empirical"])
def test_against_gradients_of_single_clips(case, kind):
    head, X, y, rows = case
    found = fisher(head, X, y, rows, kind)
    assert len(found) == 6
    for run in range(2):
        for F, expected, p in zip(found, by_hand(head, run, X[rows], y[rows], kind), head.parameters()):
            assert F.shape == p.shape
            torch.testing.assert_close(F[run], expected)


@pytest.mark.parametrize("kind", KINDS)
def test_how_the_clips_are_cut_does_not_matter_but_to_the_batched_form(case, kind, monkeypatch):
    head, X, y, rows = case
    once = fisher(head, X, y, rows, kind, seeds=[3, 4], batch=10)
    monkeypatch.setattr(module, "CHUNK", 7)
    for a, b in zip(once, fisher(head, X, y, rows, kind, seeds=[3, 4], batch=10)):
        torch.testing.assert_close(a, b)
    again = fisher(head, X, y, rows, kind, seeds=[3, 4], batch=25)
    same = all(torch.allclose(a, b) for a, b in zip(once, again))
    assert same == (kind != "batched")


@pytest.mark.parametrize("batch", [10, 16])  # 16 leaves a smaller batch at the end
def test_the_batched_form_is_the_square_of_each_batchs_mean_gradient(case, batch):
    head, X, y, rows = case
    mixed = np.random.default_rng(0).permutation(rows)
    batches = [mixed[start : start + batch] for start in range(0, len(mixed), batch)]
    for run in range(2):
        for F, expected in zip(
            fisher(head, X, y, rows, "batched", batch=batch), by_hand(head, run, X, y, "batched", batches)
        ):
            torch.testing.assert_close(F[run], expected)


def test_the_batched_form_shrinks_with_the_batch_and_the_others_do_not(case):
    generator = torch.Generator().manual_seed(1)
    X, y = torch.randn(240, 7, generator=generator), torch.arange(240) % K  # labels that nothing explains
    rows, head = np.arange(240), MLP([0], 7, 6, K)
    with torch.no_grad():
        head.W2 *= 0.05  # near the optimum for such labels: the mean gradient is near 0
        head.b2 *= 0
    total = {b: sum(F.sum() for F in fisher(head, X, y, rows, "batched", batch=b)).item() for b in (1, 8, 40)}
    empirical = sum(F.sum() for F in fisher(head, X, y, rows, "empirical")).item()
    assert np.isclose(total[1], empirical)
    assert total[8] < empirical / 4 and total[40] < empirical / 15
    exhibit = BatchedFisherEWC(batch=8)
    assert exhibit.kind == "batched" and exhibit.batch == 8 and not exhibit.normalise


def test_the_sampled_form_is_the_exact_one_on_average(case):
    """2,000 independent draws.

    Each of the 101 weights is within 5 standard errors of the exact value: by chance, one test in
    some 17,000 sets of seeds would fail.
    """
    _, X, y, rows = case
    head = MLP(
        [1], inputs=7, hidden=(6, 5), classes=K
    ).double()  # no class is so rare that 2,000 draws could miss it
    many = head.select([0] * 2000)
    drawn = fisher(many, X, y, rows[:12], "sampled", seeds=range(2000))
    for F, expected in zip(drawn, fisher(head, X, y, rows[:12], "exact")):
        error = F.std(0) / 2000**0.5
        assert ((F.mean(0) - expected[0]).abs() <= 5 * error + 1e-12).all()
    assert (drawn[4].std(0) > 0).any()


def test_a_run_draws_from_its_own_seed(case):
    head, X, y, rows = case
    three = fisher(head.select([0, 0, 0]), X, y, rows, "sampled", seeds=[5, 6, 5])
    alone = fisher(head.select([0]), X, y, rows, "sampled", seeds=[6])
    for F, single in zip(three, alone):
        assert torch.equal(F[0], F[2])
        torch.testing.assert_close(F[1], single[0])
    assert not torch.equal(three[4][0], three[4][1])


def test_a_draw_beyond_the_last_probability_is_the_last_class(case, monkeypatch):
    """Rounded probabilities may sum to a little less than 1, and a draw can fall into the gap."""
    head, X, y, rows = case
    monkeypatch.setattr(module.torch, "rand", lambda n, generator: torch.full((n,), 1.5))
    last = torch.full_like(y, K - 1)
    for F, expected in zip(
        fisher(head, X, y, rows, "sampled", seeds=[0, 1]), fisher(head, X, last, rows, "empirical")
    ):
        torch.testing.assert_close(F, expected)


def test_after_fitting_the_empirical_form_vanishes_before_the_exact_one():
    generator = torch.Generator().manual_seed(0)
    X, y = torch.randn(40, 7, generator=generator), torch.arange(40) % K
    X[:, :K] += 4 * nn.functional.one_hot(y, K)
    head = MLP([0], 7, 16, K)
    optimiser = torch.optim.Adam(head.parameters(), lr=1e-2)
    for _ in range(150):
        optimiser.zero_grad()
        nn.functional.cross_entropy(head(X)[0], y).backward()
        optimiser.step()
    rows = np.arange(40)
    exact, empirical = (
        sum(F.sum() for F in fisher(head, X, y, rows, kind)).item() for kind in ("exact", "empirical")
    )
    assert empirical < exact / 5


def test_runs_together_are_runs_alone_bit_for_bit():
    torch.set_num_threads(1)
    X, y = torch.randn(300, 64, generator=torch.Generator().manual_seed(0)), torch.arange(300) % 4
    head = MLP(range(5), 64, 33, 4)
    for kind in KINDS:
        together = fisher(head, X, y, np.arange(300), kind, seeds=range(5))
        for group in ([3], [4, 1]):
            for F, alone in zip(
                together, fisher(head.select(group), X, y, np.arange(300), kind, seeds=group)
            ):
                assert torch.equal(F[group], alone)


def test_an_unknown_kind_is_refused(case):
    head, X, y, rows = case
    with pytest.raises(SequifiError, match="'true'.*exact, sampled, empirical, batched"):
        fisher(head, X, y, rows, "true")


# ---------------------------------------------------------------- the bug cabinet


def test_training_mode_gives_another_fisher_at_every_call():
    generator = torch.Generator().manual_seed(0)
    X, y = torch.randn(20, 7, generator=generator), torch.arange(20) % K
    head = MLP([0], 7, 16, K)
    clean = plain(head)
    net = nn.Sequential(clean[0], clean[1], nn.Dropout(0.5), clean[2])
    torch.manual_seed(0)
    first, second = train_mode_fisher(net, X, y), train_mode_fisher(net, X, y)
    assert net.training and not torch.equal(first[0], second[0])
    right = fisher(head, X, y, np.arange(20), "empirical")
    assert not torch.allclose(in_order_of_the_head(first)[0], right[0][0], rtol=0.1)
    nothing_off = nn.Sequential(clean[0], clean[1], nn.Dropout(0.0), clean[2])
    for F, expected in zip(in_order_of_the_head(train_mode_fisher(nothing_off, X, y)), right):
        torch.testing.assert_close(F, expected[0])
    net.eval()
    for F, expected in zip(by_hand_in_eval_mode(net, X, y), right):
        torch.testing.assert_close(F, expected[0])


def by_hand_in_eval_mode(net, X, y):
    total = [0] * 4
    for x, label in zip(X, y):
        loss = nn.functional.cross_entropy(net(x), label)
        total = [t + g**2 / len(X) for t, g in zip(total, gradients_of(loss, net))]
    return total


def test_the_mean_is_over_all_clips_and_not_to_the_last_index(case):
    head, X, y, rows = case
    right, wrong = fisher(head, X, y, rows), last_index_fisher(head, X, y, rows)
    for a, b in zip(right, wrong):
        torch.testing.assert_close(b, a * 50 / 49)
    assert all(torch.isfinite(F).all() for F in fisher(head, X, y, rows[:1]))
    assert not all(torch.isfinite(F).all() for F in last_index_fisher(head, X, y, rows[:1]))
