"""Class statistics against scikit-learn and against rows taken in one by one."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import Ridge
from sklearn.neighbors import NearestCentroid
from small_problem import small_problem, small_source

from sequifi_lite.data.problems import Problem
from sequifi_lite.data.splits import Split
from sequifi_lite.errors import SequifiError
from sequifi_lite.learning.methods.ncm import NCM
from sequifi_lite.learning.methods.ranpac import RanPAC
from sequifi_lite.learning.methods.slda import SLDA
from sequifi_lite.learning.sequence import train_sequence

WORLD = small_problem()
SOURCE = small_source(WORLD)
ALL = {"ncm": NCM, "slda": SLDA, "ranpac": lambda **options: RanPAC(width=40, ridge=30.0, **options)}


def last(method, problem=WORLD, runs=1):
    *_, stop = train_sequence(method, problem, SOURCE.select([0] * runs))
    return stop.model


def seen(problem=WORLD, corpora=None):
    """All training rows of a chain as NumPy arrays."""
    rows = np.concatenate([problem.parts[name].train for name in corpora or problem.corpora])
    return problem.X[rows].double().numpy(), problem.labels[rows]


def test_ncm_is_scikit_learns():
    X, y = seen()
    theirs = NearestCentroid().fit(X, y)
    assert np.array_equal(last(NCM()).predict(WORLD.X)[0], theirs.predict(WORLD.X.double().numpy()))
    method = NCM()
    last(method)
    np.testing.assert_allclose(method.mu[0], theirs.centroids_)
    assert method.n.tolist() == np.bincount(y).tolist()
    far = ((WORLD.X[:, None].double() - method.mu[0]) ** 2).sum(2)
    scores = last(NCM())(WORLD.X.double())[0]
    torch.testing.assert_close(scores - scores[:, :1], -(far - far[:, :1]) / 2)


@pytest.mark.parametrize("shrinkage", [0.001, 0.1, 0.7])
def test_slda_is_scikit_learns_linear_discriminant(shrinkage):
    X, y = seen()  # balanced, so that scikit-learn's mean over classes is the mean over clips
    theirs = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=shrinkage, priors=[0.25] * 4).fit(X, y)
    Sigma = sum((X[y == k] - X[y == k].mean(0)).T @ (X[y == k] - X[y == k].mean(0)) for k in range(4)) / len(
        X
    )
    method = SLDA()
    last(method)
    np.testing.assert_allclose(method.Sigma[0], Sigma)
    # They shrink towards the mean variance v, we towards 1: the same direction where eps / (1 - eps) = v s /
    # (1 - s).
    ratio = shrinkage / (1 - shrinkage) * np.trace(Sigma) / len(Sigma)
    epsilon = ratio / (1 + ratio)
    model = last(SLDA(epsilon))
    assert np.array_equal(model.predict(WORLD.X)[0], theirs.predict(WORLD.X.double().numpy()))
    ours = model(WORLD.X.double())[0].numpy() * (1 - epsilon) / (1 - shrinkage)
    wanted = theirs.decision_function(WORLD.X.double().numpy())
    np.testing.assert_allclose(ours - ours[:, :1], wanted - wanted[:, :1], rtol=1e-5, atol=1e-5)


def test_slda_with_full_shrinkage_is_ncm():
    torch.testing.assert_close(last(SLDA(1.0))(WORLD.X), last(NCM())(WORLD.X))
    assert not torch.equal(last(SLDA(0.01)).predict(WORLD.X), last(NCM()).predict(WORLD.X))


@pytest.mark.parametrize("ridge", [0.5, 30.0, 3000.0])
def test_ranpac_is_scikit_learns_ridge_on_the_same_random_features(ridge):
    W = torch.randn(8, 50, generator=torch.Generator().manual_seed(7)).double().numpy()
    X, y = seen()
    theirs = Ridge(alpha=ridge, fit_intercept=False).fit(np.maximum(X @ W, 0), np.eye(4)[y])
    wanted = theirs.predict(np.maximum(WORLD.X.double().numpy() @ W, 0))
    ours = last(RanPAC(ridge, width=50, seed=7))(WORLD.X.double())[0]
    np.testing.assert_allclose(ours, wanted, rtol=1e-6, atol=1e-8)
    other = last(RanPAC(ridge, width=50, seed=8))(WORLD.X.double())[0]
    assert not np.allclose(ours, other)


def numbers(method) -> list[torch.Tensor]:
    return [getattr(method, name) for name in ("n", "mu", "scatter", "G") if hasattr(method, name)]


@pytest.mark.parametrize("name", ALL)
def test_row_by_row_in_any_order_is_all_at_once(name):
    whole = ALL[name]()
    last(whole)
    rows = np.concatenate([part.train for part in WORLD.parts.values()])
    generator = np.random.default_rng(0)
    by_class = rows[np.argsort(WORLD.labels[rows], kind="stable")]
    for order in (generator.permutation(rows), by_class, by_class[::-1].copy()):
        one = ALL[name]()
        one.source = SOURCE
        one.clear(*one.phi(WORLD.X[:1]).shape[::2], 4)
        for row in order:
            one.add(one.phi(WORLD.X[[row]]), WORLD.y[[row]])
        for mine, other in zip(numbers(one), numbers(whole), strict=True):
            torch.testing.assert_close(mine, other, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", ALL)
def test_the_order_of_the_corpora_does_not_matter(name):
    turned = replace(WORLD, corpora=WORLD.corpora[::-1])
    assert isinstance(turned, Problem)
    torch.testing.assert_close(
        last(ALL[name](), turned)(WORLD.X), last(ALL[name]())(WORLD.X), rtol=1e-4, atol=1e-4
    )


@pytest.mark.parametrize("name", ALL)
def test_the_last_scope_knows_the_last_corpus_alone(name):
    alone = replace(WORLD, corpora=WORLD.corpora[-1:])
    assert torch.equal(last(ALL[name](scope="last"))(WORLD.X), last(ALL[name](), alone)(WORLD.X))
    assert not torch.equal(last(ALL[name](scope="last")).predict(WORLD.X), last(ALL[name]()).predict(WORLD.X))


@pytest.mark.parametrize("name", ALL)
def test_hidden_features_are_those_of_each_runs_source(name):
    other = small_source(WORLD, seed=1)
    both = SOURCE.select([0, 0])
    for p, q in zip(both.parameters(), other.parameters()):
        p.data[1] = q.data[0]
    *_, stop = train_sequence(ALL[name](features="hidden"), WORLD, both)
    for run, source in enumerate((SOURCE, other)):
        inside = replace(WORLD, X=source.hidden(WORLD.X).detach()[0])
        *_, alone = train_sequence(ALL[name](), inside, SOURCE)
        torch.testing.assert_close(stop.model(WORLD.X)[run], alone.model(inside.X)[0], rtol=1e-4, atol=1e-4)


def test_nothing_is_trained_and_nothing_else_is_read():
    for stop in train_sequence(SLDA(), WORLD, SOURCE):
        assert stop.record is None
    spoilt = WORLD.X.clone()
    unused = np.concatenate([np.concatenate([part.valid, part.test]) for part in WORLD.parts.values()])
    spoilt[unused] = torch.nan
    for name in ALL:
        assert torch.equal(last(ALL[name](), replace(WORLD, X=spoilt))(WORLD.X), last(ALL[name]())(WORLD.X))


def test_a_class_that_was_never_seen_is_never_called():
    parts = {
        name: Split(p.train[WORLD.labels[p.train] != 2], p.valid, p.test, p.scheme)
        for name, p in WORLD.parts.items()
    }
    for name in ALL:
        said = last(ALL[name](), replace(WORLD, parts=parts)).predict(WORLD.X)
        assert set(said.unique().tolist()) == {0, 1, 3}


def test_every_run_says_the_same_and_wrong_arguments_are_refused():
    model = last(NCM(), runs=3)
    assert model(WORLD.X).shape == (3, len(WORLD.X), 4) and model.predict(WORLD.X).shape == (3, len(WORLD.X))
    assert torch.equal(model.predict(WORLD.X)[0], model.predict(WORLD.X)[2])
    for make, said in (
        (lambda: SLDA(0.0), "above 0 and at most 1"),
        (lambda: SLDA(torch.tensor([0.5, 1.5])), "above 0 and at most 1"),
        (lambda: RanPAC(0.0), "values above 0"),
        (lambda: NCM(features="output"), "choose 'input' or 'hidden'"),
        (lambda: NCM(scope="target"), "choose 'all' or 'last'"),
    ):
        with pytest.raises(SequifiError, match=said):
            make()
