"""Arithmetic along the run axis: against sums written out, and the same bits in any company."""

import pytest
import torch

from sequifi_lite.learning.methods._runs import dot, inner_products, per_run


def lists(runs=5, n=3, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return [
        [torch.randn(runs, *shape, generator=generator) for shape in ((70, 33), (1, 33), (33, 4), (1, 4))]
        for _ in range(n)
    ]


def test_inner_products_are_sums_over_all_tensors_run_by_run():
    many = lists()
    found = inner_products(many, 5)
    assert found.shape == (5, 3, 3) and found.dtype == torch.float64
    for run in range(5):
        for i in range(3):
            for j in range(3):
                pairs = [(a[run].double() * b[run].double()).sum() for a, b in zip(many[i], many[j])]
                torch.testing.assert_close(found[run, i, j], sum(pairs), rtol=1e-12, atol=1e-12)


def test_inner_products_tell_nearly_collinear_lists_apart():
    """The determinant of two lists that differ in the last digits: lost where products are summed in float32."""
    a = [torch.ones(1, 4096)]
    b = [torch.ones(1, 4096)]
    b[0][0, 7] += 2**-20
    P = inner_products([a, b], 1)[0]
    torch.testing.assert_close(
        P[0, 0] * P[1, 1] - P[0, 1] ** 2,
        torch.tensor(4095 * 2.0**-40, dtype=torch.float64),
        rtol=1e-3,
        atol=0,
    )


@pytest.mark.parametrize("of", [lambda m, R: inner_products(m, R), lambda m, R: dot(m[0], m[1], R)])
def test_a_run_gets_the_same_bits_in_any_company(of):
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    many = lists()
    together = of(many, 5)
    for group in ([0], [4], [3, 1], [4, 3, 2, 1, 0]):
        assert torch.equal(of([[p[group] for p in values] for values in many], len(group)), together[group])
    torch.set_num_threads(threads)


def test_with_one_run_any_shape_will_do():
    """The weights of an encoder have no axis of runs."""
    many = [[p[0] for p in values] for values in lists(1)]
    assert torch.equal(inner_products(many, 1), inner_products(lists(1), 1))
    torch.testing.assert_close(
        dot(many[0], many[1], 1)[0].double(), inner_products(many, 1)[0, 0, 1], rtol=1e-4, atol=1e-4
    )


def test_a_number_and_one_per_run():
    like = torch.zeros(3, 2, 2)
    assert per_run(2.5, like).dim() == 0 and per_run(2.5, like).dtype == torch.float32
    assert torch.equal(
        per_run(torch.tensor([1.0, 2.0, 3.0]), like) * torch.ones_like(like),
        torch.stack([like[0] + k for k in (1, 2, 3)]),
    )
