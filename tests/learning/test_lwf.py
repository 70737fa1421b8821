"""Distillation, against SciPy's Kullback-Leibler divergence and finite differences."""

import numpy as np
import pytest
import torch
from scipy.special import softmax
from scipy.stats import entropy
from small_problem import small_problem, small_source
from torch import nn

from sequifi_lite.learning.methods import LwF
from sequifi_lite.learning.methods.lwf import distillation
from sequifi_lite.learning.schedule import shuffled
from sequifi_lite.learning.sequence import train_sequence
from sequifi_lite.teaching.bugs import NoSquareLwF, power_log_distillation

R, N, K = 2, 5, 4


@pytest.fixture
def logits():
    generator = torch.Generator().manual_seed(0)
    return [2 * torch.randn(R, K, N, generator=generator, dtype=torch.float64) for _ in range(2)]


@pytest.mark.parametrize("T", [1.0, 2.0, 5.0])
def test_distillation_is_t_squared_times_the_mean_divergence(logits, T):
    student, teacher = logits
    for run, found in enumerate(distillation(student, teacher, T)):
        clips = [
            entropy(softmax(teacher[run, :, i].numpy() / T), softmax(student[run, :, i].numpy() / T))
            for i in range(N)
        ]
        assert np.isclose(found, T**2 * np.mean(clips))


@pytest.mark.parametrize("T", [1.0, 3.0])
def test_its_gradient_by_finite_differences_and_by_formula(logits, T):
    student, teacher = logits
    assert torch.autograd.gradcheck(lambda z: distillation(z, teacher, T), student.requires_grad_())
    (g,) = torch.autograd.grad(distillation(student, teacher, T).sum(), student)
    torch.testing.assert_close(g, T * ((student / T).softmax(1) - (teacher / T).softmax(1)) / N)


def test_a_student_who_agrees_loses_nothing(logits):
    _, teacher = logits
    student = (teacher + 3).requires_grad_()  # a constant added to all logits says the same
    loss = distillation(student, teacher, 2.0)
    torch.testing.assert_close(loss, torch.zeros_like(loss))
    (g,) = torch.autograd.grad(loss.sum(), student)
    torch.testing.assert_close(g, torch.zeros_like(g))


def centred(z):
    return z - z.mean(1, keepdim=True)


def test_with_its_square_the_temperature_leaves_the_strength_alone(logits):
    student, teacher = logits
    student.requires_grad_()
    limit = (centred(student) - centred(teacher)) / K / N  # matching logits, the limit of a large T
    for T, tolerance in ((100.0, 3e-2), (1e4, 3e-4)):
        (g,) = torch.autograd.grad(distillation(student, teacher, T).sum(), student)
        torch.testing.assert_close(g, limit, rtol=tolerance, atol=tolerance * limit.abs().max().item())

    def size(cls, T):
        method = cls(lam=1.0, T=T)
        method.teacher = lambda x: teacher.transpose(1, 2)
        y = torch.zeros(R, N, dtype=torch.int64)
        batch = type("Batch", (), {"x": None, "y": y})
        loss = method.objective(lambda x: student.transpose(1, 2), batch) - nn.functional.cross_entropy(
            student, y, reduction="none"
        ).mean(1)
        return torch.autograd.grad(loss.sum(), student)[0].norm()

    assert 0.5 < size(LwF, 20.0) / size(LwF, 2.0) < 2
    assert size(NoSquareLwF, 20.0) < size(NoSquareLwF, 2.0) / 50
    torch.testing.assert_close(size(NoSquareLwF, 4.0), size(LwF, 4.0) / 16)


def test_softmax_power_logarithm_breaks_on_a_sure_clip(logits):
    student, teacher = logits
    torch.testing.assert_close(
        power_log_distillation(student, teacher, 2.0), distillation(student, teacher, 2.0)
    )
    student, teacher = student.float(), teacher.float()
    teacher[0, :, 0] = torch.tensor([150.0, 0, 0, 0])
    assert torch.isnan(power_log_distillation(student, teacher, 2.0)).tolist() == [True, False]
    assert torch.isfinite(distillation(student, teacher, 2.0)).all()


# ---------------------------------------------------------------- the method

WORLD = small_problem()
SOURCE = small_source(WORLD)


def test_the_objective_is_cross_entropy_plus_lambda_times_distillation_for_each_run():
    lam = torch.tensor([0.5, 4.0])
    method = LwF(lam=lam, T=3.0)
    teacher, student = SOURCE.select([0, 0]), small_source(WORLD, seed=7).select([0, 0])
    method.after_corpus(teacher, WORLD, 0, [0, 1])
    batch = shuffled(WORLD.parts["corpus1"].train, 1, [0, 1]).batch(0, WORLD.X, WORLD.y)
    loss = method.objective(student, batch)
    loss.sum().backward()
    assert all(p.grad is None for p in method.teacher.parameters())
    for run in range(2):
        z, t = student(batch.x)[run], teacher(batch.x)[run]
        ce = -z.log_softmax(1)[torch.arange(32), batch.y[run]].mean()
        kl = softmax(t.detach().numpy() / 3, 1) * np.log(
            softmax(t.detach().numpy() / 3, 1) / softmax(z.detach().numpy() / 3, 1)
        )
        assert np.isclose(loss[run].item(), ce.item() + lam[run].item() * 9 * kl.sum(1).mean(), rtol=1e-4)


def test_the_teacher_is_a_copy_of_the_model_before_this_corpus():
    method, teachers = LwF(lam=1.0), []
    stops = []
    for stop in train_sequence(method, WORLD, SOURCE.select([0, 0]), steps=10, lr=1e-2):
        teachers.append(method.teacher)
        stops.append(stop.model)
    for teacher, model in zip(teachers, stops):
        assert all(torch.equal(p, q) for p, q in zip(teacher.parameters(), model.parameters()))
    assert not torch.equal(teachers[0].W1, teachers[1].W1)
    assert torch.equal(teachers[0].W1, SOURCE.select([0, 0]).W1)  # training the student has not moved it


def test_before_anything_is_learnt_there_is_only_cross_entropy():
    batch = shuffled(WORLD.parts["corpus1"].train, 1, [0]).batch(0, WORLD.X, WORLD.y)
    torch.testing.assert_close(
        LwF(lam=9.0).objective(SOURCE, batch)[0], nn.functional.cross_entropy(SOURCE(batch.x)[0], batch.y[0])
    )


def test_a_stronger_teacher_keeps_more_of_its_answers():
    method, two = LwF(lam=torch.tensor([0.0, 1.0, 10.0, 100.0])), small_problem(corpora=2)
    *_, stop = train_sequence(method, two, SOURCE.select([0] * 4), seeds=[0] * 4, steps=60, lr=1e-2)
    x = WORLD.X[WORLD.parts["corpus1"].train]
    with torch.no_grad():
        apart = distillation(stop.model(x).transpose(1, 2), SOURCE.select([0] * 4)(x).transpose(1, 2), 2.0)
    assert (apart.diff() < 0).all() and apart[-1] < apart[0] / 20
