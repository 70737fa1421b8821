"""Gaussians of seen classes on a moving encoder.

Those of embeddings where it stands still, plain means where it moves.
"""

import os

os.environ["HF_HUB_OFFLINE"] = "1"

from dataclasses import replace

import numpy as np
import pytest
import torch
from tiny_encoders import tones_problem, write_whisper

from sequifi_lite.finetuning import (
    Evaluator,
    FeatureDistillation,
    GaussianBothShifted,
    GaussianFeatureDistillation,
    GaussianRefreshed,
    GaussianShifted,
    GaussianStale,
    Steps,
    load_classifier,
)
from sequifi_lite.learning import loop
from sequifi_lite.learning.class_order import class_by_class
from sequifi_lite.learning.methods._runs import weights
from sequifi_lite.learning.methods.gaussian_seen import GaussianBoth, GaussianSeen
from sequifi_lite.learning.methods.vanilla import Vanilla
from sequifi_lite.learning.schedule import shuffled
from sequifi_lite.learning.sequence import train_sequence
from sequifi_lite.studies.finetuning_training import DRIFTING

ORDER = [2, 0, 3, 1]
KEPT = [cls for cls in DRIFTING.values() if cls is not FeatureDistillation]


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    model = load_classifier(write_whisper(tmp_path_factory.mktemp("whisper")), 2, hidden=16)
    problem, _ = tones_problem(model.network.prepare)
    return problem, model.scale_by(problem.X[problem.parts["corpus0"].train])


def ordered(problem, corpus, steps, seeds):
    return class_by_class(problem.parts[corpus].train, problem.labels, [ORDER], steps, seeds, 4)


def mixed(problem, corpus, steps, seeds):
    return shuffled(problem.parts[corpus].train, steps, seeds, 4)


def last(method, problem, model, stream=ordered, evaluator=Evaluator):
    *_, stop = train_sequence(
        method, problem, model, steps=8, lr=1e-3, stream=stream, optimiser=Steps, evaluator=evaluator
    )
    return weights(stop.model)


def inputs(model, problem):
    with torch.no_grad():
        return torch.cat([model.inputs(problem.X[[row]])[0] for row in range(len(problem.y))])


@pytest.mark.parametrize("cls", KEPT)
def test_with_an_encoder_that_stands_still_it_is_what_it_was_on_embeddings(given, cls):
    problem, model = given[0], given[1].select([0]).train_only("head")
    there = replace(problem, X=inputs(model, problem))
    ours = last(cls(), problem, model)
    theirs = last((GaussianBoth if cls.past else GaussianSeen)(), there, model.head, evaluator=loop.Evaluator)
    for p, q in zip(ours, theirs):
        torch.testing.assert_close(p, q, rtol=1e-3, atol=2e-5)
    assert not any(
        torch.equal(p, q) for p, q in zip(ours, last(Vanilla(), problem, model))
    )  # what is kept has a say


@pytest.mark.parametrize("cls", KEPT)
def test_a_mixed_stream_has_nothing_behind_it(given, cls):
    if not cls.past and cls is not GaussianFeatureDistillation:
        problem, model = given[0], given[1].select([0]).train_only("all")
        for p, q in zip(last(cls(), problem, model, mixed), last(Vanilla(), problem, model, mixed)):
            assert torch.equal(p, q)


@pytest.mark.parametrize("cls", KEPT)
def test_what_is_kept_stays_moves_or_is_taken_again(given, cls):
    """Inputs of the head, before the first stage and after each, tell where each mean has to be."""
    problem, model = given[0], given[1].select([0]).train_only("all")
    rows, found, seen = problem.parts["corpus1"].train, [], []

    class Noted(cls):
        def before_corpus(self, head, *rest):
            seen.append(inputs(head, problem))
            return super().before_corpus(head, *rest)

        def stage_end(self, head):
            seen.append(inputs(head, problem))
            super().stage_end(head)
            found.append(dict(self.kept))
            if len(found) < 4:
                assert [g.k for g in self.hand] == [0, 1, 2, 3] * self.past + sorted(ORDER[: len(found)])

    last(Noted(), problem, model)
    moved = [after - before for before, after in zip(seen, seen[1:])]
    assert min(way.norm() for way in moved) > 1e-3
    of = {(1, k): rows[problem.labels[rows] == k] for k in range(4)}
    first = problem.parts["corpus0"].train
    of |= {(0, k): first[problem.labels[first] == k] for k in range(4)}
    for j, kept in enumerate(found):
        taken = {(1, k): i for i, k in enumerate(ORDER[: j + 1])} | (
            {(0, k): -1 for k in range(4)} if cls.past else {}
        )
        assert set(kept) == set(taken)
        for key, i in taken.items():  # taken at the end of stage i; -1: before the first
            mu = seen[i + 1][of[key]].mean(0)
            if cls.drift == "shifted":
                mu = mu + sum(moved[s][of[1, ORDER[s]]].mean(0) for s in range(i + 1, j + 1))
            if cls.drift == "refreshed":
                mu = seen[j + 1][of[key]].mean(0)
            torch.testing.assert_close(kept[key].mu, mu, rtol=1e-4, atol=1e-4)


def test_the_loss_is_the_mean_of_stream_and_draws_and_draws_teach_the_head_alone(given):
    problem, model = given[0], given[1].select([0]).train_only("all")
    plain, checked = torch.nn.functional.cross_entropy, []

    class Noted(GaussianStale):
        def draw(self, kept, generator):
            self.drawn = super().draw(kept, generator)
            return self.drawn

        def objective(self, head, batch):
            loss = super().objective(head, batch)
            stream = plain(head(batch.x)[0], batch.y[0])
            expected = stream
            if self.hand:
                x, y = self.drawn
                assert set(y.tolist()) <= set(ORDER[: self.stage[self.t]]) and len(x) == len(y) == 32
                expected = (stream + plain(head.head(x[None])[0], y)) / 2
            torch.testing.assert_close(loss[0], expected)
            body = [p for p in head.network.parameters() if p.requires_grad]
            ours = torch.autograd.grad(loss.sum(), body, retain_graph=True, allow_unused=True)
            theirs = torch.autograd.grad(
                stream * (0.5 if self.hand else 1), body, retain_graph=True, allow_unused=True
            )
            for a, b in zip(ours, theirs):
                assert (a is None) == (b is None)
                if a is not None:
                    torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-7)
            checked.append(len(self.hand))
            return loss

    last(Noted(2), problem, model)
    assert checked == [0, 0, 1, 1, 2, 2, 3, 3]


def test_in_the_next_corpus_only_the_past_is_left(given):
    problem, model = given[0], given[1].select([0]).train_only("all")
    for cls, left in (
        (GaussianShifted, set()),
        (GaussianBothShifted, {(n, k) for n in (0, 1) for k in range(4)}),
    ):
        method = cls()
        last(method, problem, model)
        assert set(method.kept) == left
    assert np.isfinite(torch.stack([g.mu for g in method.kept.values()]).numpy()).all()
    assert GaussianRefreshed.drift == "refreshed" and not GaussianRefreshed.past


@pytest.mark.parametrize(
    "cls, plain", [(FeatureDistillation, Vanilla), (GaussianFeatureDistillation, GaussianShifted)]
)
def test_an_encoder_that_is_held_goes_less_far_and_strength_nought_holds_nothing(given, cls, plain):
    problem, model = given[0], given[1].select([0]).train_only("all")
    rows = problem.parts["corpus1"].train

    def way(method):
        *_, stop = train_sequence(
            method, problem, model, steps=16, lr=1e-4, stream=ordered, optimiser=Steps, evaluator=Evaluator
        )
        return weights(stop.model), float((inputs(stop.model, problem) - inputs(model, problem))[rows].norm())

    free, far = way(plain())
    for p, q in zip(way(cls(0.0))[0], free):
        torch.testing.assert_close(p, q)
    near = [way(cls(strength))[1] for strength in (0.1, 10.0)]
    assert near[1] < near[0] < far and near[1] < 0.3 * far


def test_the_distance_that_is_added_is_that_of_a_plain_loop(given):
    problem, begun = given[0], given[1].select([0]).train_only("all")
    method, model = FeatureDistillation(3.0), begun.select([0])
    method.before_corpus(begun, problem, 1, [0])
    with torch.no_grad():
        for p in model.parameters():
            p.add_(1e-3 * torch.sign(p))
    schedule = ordered(problem, "corpus1", 8, [0])
    batch = schedule.batch(0, problem.X, problem.y)
    total, old, new = (
        0.0,
        inputs(begun, problem),
        torch.cat([model.inputs(problem.X[[row]])[0] for row in range(len(problem.y))]),
    )
    for row in batch.rows[0].tolist():
        for a, b in zip(new[row], old[row]):
            total = total + (a - b) ** 2
    expected = torch.nn.functional.cross_entropy(model(batch.x)[0], batch.y[0]) + 3.0 * total / (
        len(batch.rows[0]) * old.shape[1]
    )
    found = method.objective(model, batch)
    torch.testing.assert_close(found[0], expected, rtol=1e-4, atol=1e-5)
    every = list(model.parameters())
    ours = torch.autograd.grad(found.sum(), every, retain_graph=True)
    theirs = torch.autograd.grad(expected, every)
    for a, b in zip(ours, theirs):
        torch.testing.assert_close(a, b, rtol=1e-2, atol=1e-4)
        assert (a - b).norm() <= 1e-4 * b.norm()  # every processor sums in float32 in an order of its own
