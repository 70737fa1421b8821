"""The head: one run is torch's own two-layer network, and many runs are many such networks."""

import copy

import pytest
import torch
from torch import nn

from sequifi_lite.learning.heads import MLP


def as_sequential(head, run):
    """The same network in torch's own layers."""
    inputs, hidden, classes = head.W1.shape[1], head.W1.shape[2], head.W2.shape[2]
    net = nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, classes))
    with torch.no_grad():
        net[0].weight.copy_(head.W1[run].T), net[0].bias.copy_(head.b1[run, 0])
        net[2].weight.copy_(head.W2[run].T), net[2].bias.copy_(head.b2[run, 0])
    return net


def test_forward_and_backward_equal_torch_layers():
    head = MLP([1, 2, 3], inputs=7, hidden=5, classes=4)
    x, y = torch.randn(3, 6, 7), torch.randint(4, (3, 6))
    nn.functional.cross_entropy(head(x).transpose(1, 2), y, reduction="none").mean(1).sum().backward()
    for run in range(3):
        net = as_sequential(head, run)
        out = net(x[run])
        nn.functional.cross_entropy(out, y[run]).backward()
        torch.testing.assert_close(head(x)[run], out)
        torch.testing.assert_close(head.W1.grad[run], net[0].weight.grad.T)
        torch.testing.assert_close(head.b1.grad[run, 0], net[0].bias.grad)
        torch.testing.assert_close(head.W2.grad[run], net[2].weight.grad.T)
        torch.testing.assert_close(head.b2.grad[run, 0], net[2].bias.grad)


def test_shared_inputs_reach_every_run():
    head = MLP([0, 1], inputs=7, hidden=5)
    x = torch.randn(6, 7)
    torch.testing.assert_close(head(x), head(torch.stack([x, x])))
    assert torch.equal(head.predict(x), head(x).argmax(-1))
    assert head.hidden(x).shape == (2, 6, 5) and (head.hidden(x) >= 0).all()


def test_initial_weights_depend_on_the_seed_alone_and_fill_the_range_of_linear():
    together, alone = MLP([5, 6, 7]), MLP([6])
    for a, b in zip(together.parameters(), alone.parameters()):
        assert torch.equal(a[1], b[0])
        assert not torch.equal(a[0], a[1])
    for values, fan_in in ((together.W1, 1024), (together.b1, 1024), (together.W2, 128)):
        assert values.abs().max() <= fan_in**-0.5
        # Standard deviation of a uniform distribution; 384 values at least, so 10 % is beyond five standard errors.
        assert values.std().item() == pytest.approx((3 * fan_in) ** -0.5, rel=0.1)


def test_select_copies_runs():
    head = MLP([0, 1, 2], inputs=7, hidden=5)
    before = copy.deepcopy(head)
    picked = head.select([2, 0, 0])
    assert picked.runs == 3
    x = torch.randn(4, 7)
    assert torch.equal(picked(x), head(x)[[2, 0, 0]])
    with torch.no_grad():
        picked.W1.zero_()
    assert torch.equal(head.W1, before.W1)


def test_a_new_output_layer_keeps_the_hidden_one():
    head = MLP([0, 1], inputs=7, hidden=5)
    fresh = head.with_new_output([4, 1])
    assert torch.equal(fresh.W1, head.W1) and torch.equal(fresh.b1, head.b1)
    assert torch.equal(fresh.W2[0], MLP([7], inputs=7, hidden=5).with_new_output([4]).W2[0])
    # Not even the seed of the source model gives its own initial layer back.
    assert not torch.equal(fresh.W2[1], head.W2[1]) and not torch.equal(fresh.b2[1], head.b2[1])


def as_deep_sequential(head, run):
    layers = []
    for W, b in head.layers:
        linear = nn.Linear(*W.shape[1:])
        with torch.no_grad():
            linear.weight.copy_(W[run].T), linear.bias.copy_(b[run, 0])
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def test_more_hidden_layers_equal_torch_layers():
    head = MLP([4, 9], inputs=7, hidden=(6, 5), classes=3)
    assert [name for name, _ in head.named_parameters()] == ["W1", "b1", "W2", "b2", "W3", "b3"]
    x = torch.randn(2, 8, 7)
    for run in range(2):
        torch.testing.assert_close(head(x)[run], as_deep_sequential(head, run)(x[run]))
    assert head.hidden(x).shape == (2, 8, 5)
    anew = head.with_new_output([4, 4])
    assert (
        torch.equal(anew.W2, head.W2)
        and not torch.equal(anew.W3, head.W3)
        and torch.equal(anew.W3[0], anew.W3[1])
    )
    assert torch.equal(head.select([1]).W2, head.W2[[1]])


@pytest.mark.parametrize("hidden", [5, (6, 5)])
def test_gradient_factors_are_each_samples_own_gradient(hidden):
    head = MLP([0, 1], inputs=7, hidden=hidden, classes=3)
    x, G = torch.randn(2, 4, 7), torch.randn(2, 4, 3)
    factors = head.gradient_factors(x, G)
    for run in range(2):
        for i in range(4):
            net = as_deep_sequential(head, run)
            (net(x[run, i]) * G[run, i]).sum().backward()
            for linear, (a, delta) in zip(net[::2], factors):
                torch.testing.assert_close(torch.outer(delta[run, i], a[run, i]), linear.weight.grad)
                torch.testing.assert_close(delta[run, i], linear.bias.grad)


def test_the_draw_of_a_seed_written_out():
    """Results name seeds, so what a seed draws must not change."""
    generator, head = torch.Generator().manual_seed(3), MLP([9, 3])
    for values, fan_in in zip(head.parameters(), (1024, 1024, 128, 128)):
        u = torch.rand(values.shape[1:], generator=generator)
        assert torch.equal(values[1], (2 * u - 1) * fan_in**-0.5)
    assert [tuple(p.shape[1:]) for p in head.parameters()] == [(1024, 128), (1, 128), (128, 4), (1, 4)]


@pytest.mark.parametrize("hidden", [5, (6, 5)])
def test_a_new_output_layer_is_that_of_a_head_of_a_far_away_seed(hidden):
    head = MLP([0, 1], inputs=7, hidden=hidden, classes=3)
    new, far = head.with_new_output([4, 1]), MLP([2**31 + 4, 2**31 + 1], inputs=7, hidden=hidden, classes=3)
    assert [p.shape for p in new.parameters()] == [
        p.shape for p in head.parameters()
    ] and new.depth == head.depth
    *kept, W, b = zip(new.parameters(), head.parameters(), far.parameters())
    assert all(torch.equal(mine, old) for mine, old, _ in kept)
    assert all(torch.equal(mine, drawn) for mine, _, drawn in (W, b))


def test_a_copy_knows_its_origin():
    head = MLP([0, 1], inputs=7, hidden=5)
    head.origin = {"seed": 0}
    assert head.select([1]).origin == {"seed": 0} and head.with_new_output([4, 1]).origin == {"seed": 0}
