"""Corrections of the output layer after class-ordered training: grids, loops and norms by hand."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from small_problem import small_problem, small_source

from sequifi_lite.evaluation.metrics import confusion, uar
from sequifi_lite.learning.class_order import class_by_class
from sequifi_lite.learning.methods.bias_correction import BiasCorrection, fit
from sequifi_lite.learning.methods.logit_adjustment import LogitAdjustment
from sequifi_lite.learning.methods.vanilla import Vanilla
from sequifi_lite.learning.methods.weight_alignment import WeightAlignment
from sequifi_lite.learning.sequence import accuracy_matrix, mixed, train_sequence

WORLD = small_problem(2)
SOURCE = small_source(WORLD)
TARGET = WORLD.parts[WORLD.corpora[1]]
ORDERS = [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2)]
ALL = {cls.name: cls for cls in (BiasCorrection, WeightAlignment, LogitAdjustment)}


def one_class_at_a_time(problem, corpus, steps, seeds):
    return class_by_class(problem.parts[corpus].train, problem.labels, ORDERS[: len(seeds)], steps, seeds)


def run(method, runs=3, problem=WORLD, **options):
    options = {"steps": 40, "lr": 3e-2, "stream": one_class_at_a_time} | options
    return list(train_sequence(method, problem, SOURCE.select([0] * runs), **options))


@pytest.fixture(scope="module")
def plain():
    return run(Vanilla())


@pytest.mark.parametrize("name", ALL)
def test_only_the_output_layer_changes_and_only_in_a_copy(name, plain):
    stops = run(ALL[name]())
    for mine, other in zip(stops, plain):
        for p, q in zip(list(mine.model.parameters())[:-2], list(other.model.parameters())[:-2]):
            assert torch.equal(p, q)
    assert not torch.equal(stops[1].model(WORLD.X), plain[1].model(WORLD.X))
    # On a longer chain the next corpus starts from what was not corrected.
    chain = small_problem(3)
    further, uncorrected = run(ALL[name](), problem=chain)[-1].model, run(Vanilla(), problem=chain)[-1].model
    assert torch.equal(further.W1, uncorrected.W1)


@pytest.mark.parametrize("name", ALL)
def test_the_source_is_not_corrected(name):
    first = run(ALL[name]())[0].model
    torch.testing.assert_close(first(WORLD.X), SOURCE.select([0, 0, 0])(WORLD.X), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", ALL)
def test_a_class_that_shouts_is_brought_back_to_size(name):
    """Nothing wrong with the model but the loudness of one class, and each correction undoes it."""
    problem = small_problem(2, shift=0.5)
    good = small_source(problem)
    part = problem.parts[problem.corpora[1]]
    method = ALL[name]()
    method.after_corpus(good, problem, 0, [0])
    shouting = good.select([0])
    shouting.W2.data[0, :, 2] *= 2
    shouting.b2.data[0, 0, 2] += 20
    method.last = np.array([2])
    method.after_corpus(shouting, problem, 1, [0])
    truth = problem.labels[part.test]
    fine, loud, cured = (
        uar(confusion(truth, m.predict(problem.X[part.test]).numpy(), 4))[0]
        for m in (good, shouting, method.model(shouting))
    )
    assert loud < fine - 0.2 and cured > loud + 0.1
    if name == "weight-alignment":
        torch.testing.assert_close(method.model(shouting).W2, good.W2)
    if name == "bias-correction":
        assert 0.2 < method.alpha[0] < 0.8 and cured > fine - 0.05


def loss(logits, y, k, alpha, beta, rho):
    """Mean cross-entropy of all classes with class k scaled and shifted, and the pull, for one run."""
    q = torch.cat([logits[:, :k], alpha * logits[:, k : k + 1] + beta, logits[:, k + 1 :]], 1)
    return torch.nn.functional.cross_entropy(q, y) + rho / 2 * ((alpha - 1) ** 2 + beta**2)


@pytest.mark.parametrize("rho", [1e-4, 0.3])
def test_bias_correction_against_a_grid_and_autograd(rho, plain):
    method = BiasCorrection(rho)
    corrected = run(method)[1].model(WORLD.X).detach()
    assert method.last.tolist() == [order[-1] for order in ORDERS]
    y = WORLD.y[TARGET.valid]
    for r, order in enumerate(ORDERS):
        k, logits = order[-1], plain[1].model(WORLD.X)[r].detach().double()
        alpha, beta = method.alpha[r].clone().requires_grad_(), method.beta[r].clone().requires_grad_()
        reached = loss(logits[TARGET.valid], y, k, alpha, beta, rho)
        assert all(abs(g) < 1e-8 for g in torch.autograd.grad(reached, (alpha, beta)))
        grid = [
            loss(logits[TARGET.valid], y, k, a, b, rho).item()
            for a in np.linspace(-1, 3, 41)
            for b in np.linspace(-20, 20, 81)
        ]
        assert reached.item() <= min(grid) + 1e-12
        near = [
            loss(logits[TARGET.valid], y, k, alpha.item() + a, beta.item() + b, rho).item()
            for a in (-0.01, 0.01)
            for b in (-0.1, 0.1)
        ]
        assert reached.item() < min(near)
        wanted = logits.clone()
        wanted[:, k] = alpha.item() * wanted[:, k] + beta.item()
        torch.testing.assert_close(corrected[r].double(), wanted, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("shift", [0, 5, 25, 80, 1000])
def test_the_fit_finds_its_way_from_any_offset(shift):
    """Adding a constant to the class's logit moves beta alone, but for the weak pull."""
    generator = torch.Generator().manual_seed(0)
    z, t = (
        4 * torch.randn(5, 60, generator=generator).double(),
        (torch.rand(5, 60, generator=generator) < 0.3).double(),
    )
    alpha, beta = fit(z, torch.zeros_like(z), t, 1e-9)
    moved = fit(z, torch.full_like(z, -shift), t, 1e-9)
    torch.testing.assert_close(moved[0], alpha, rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(moved[1], beta - shift, rtol=1e-3, atol=1e-3)


def test_the_fit_ends_even_where_a_class_is_told_without_error_or_is_not_there():
    z = torch.tensor([[5.0, 6, -5, -6], [1e4, -1e4, 3, 2], [0.0, 0, 0, 0]], dtype=torch.float64)
    t = torch.tensor([[1.0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]], dtype=torch.float64)
    alpha, beta = fit(z, torch.zeros_like(z), t, 1e-4)
    u = alpha[:, None] * z + beta[:, None]
    assert torch.isfinite(u).all() and (((u > 0) == (t > 0)) | (u.abs() < 1e-6)).all()


def test_bias_correction_reads_validation_rows_of_the_target_alone():
    def spoilt(rows):
        y = WORLD.y.clone()
        y[torch.from_numpy(rows)] = 0
        return replace(WORLD, y=y)

    reference = BiasCorrection()
    run(reference)
    for rows, same in (
        (TARGET.test, True),
        (WORLD.parts[WORLD.corpora[0]].valid, True),
        (TARGET.valid, False),
    ):
        method = BiasCorrection()
        run(method, problem=spoilt(rows))
        assert torch.equal(method.alpha, reference.alpha) == same


def test_weight_alignment_by_hand(plain):
    aligned, before = run(WeightAlignment())[1].model, plain[1].model
    for r in range(3):
        for k in range(4):
            old, now, mine = (m[:, k].detach().numpy() for m in (SOURCE.W2[0], before.W2[r], aligned.W2[r]))
            np.testing.assert_allclose(np.linalg.norm(mine), np.linalg.norm(old), rtol=1e-5)
            np.testing.assert_allclose(mine, now * np.linalg.norm(old) / np.linalg.norm(now), rtol=1e-5)
            assert abs(np.linalg.norm(now) / np.linalg.norm(old) - 1) > 1e-3
    assert torch.equal(aligned.b2, SOURCE.b2.expand(3, 1, 4))


@pytest.mark.parametrize("tau", [0.5, 1.0])
def test_logit_adjustment_by_hand(tau, plain):
    adjusted = run(LogitAdjustment(tau))[1].model(WORLD.X).detach().double().numpy()
    for r in range(3):
        logits = plain[1].model(WORLD.X)[r].detach().double().numpy()
        pi = np.zeros(4)
        for row in TARGET.train:
            p = np.exp(logits[row] - logits[row].max())
            pi += p / p.sum() / len(TARGET.train)
        assert np.isclose(pi.sum(), 1) and pi.max() > 1.5 * pi.min()
        np.testing.assert_allclose(adjusted[r], logits - tau * np.log(pi), rtol=1e-4, atol=1e-4)


def test_logit_adjustment_of_strength_zero_is_vanilla_even_where_a_class_is_never_said():
    sure = SOURCE.select([0])
    sure.b2.data[0, 0, 1] -= 1e4
    method = LogitAdjustment(0.0)
    method.after_corpus(sure, WORLD, 1, [0])
    assert torch.isfinite(method.log_pi).all() and method.log_pi.min() < -200
    assert torch.equal(method.model(sure)(WORLD.X), sure(WORLD.X))


def test_corrections_hardly_matter_after_a_mixed_stream():
    plain = accuracy_matrix(run(Vanilla(), stream=mixed), WORLD)
    for cls in ALL.values():
        assert abs(accuracy_matrix(run(cls(), stream=mixed), WORLD) - plain)[:, -1, -1].max() < 0.1


def test_weight_alignment_leaves_weights_without_a_length_alone():
    method, silent = WeightAlignment(), SOURCE.select([0])
    method.after_corpus(SOURCE, WORLD, 0, [0])
    silent.W2.data[0, :, 1] = 0
    W = method.model(silent).W2
    assert torch.isfinite(W).all() and (W[0, :, 1] == 0).all()
