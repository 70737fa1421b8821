"""The linear probe: what it is made of, and that turning its columns changes no answer."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sequifi_lite.errors import SequifiError
from sequifi_lite.evaluation.probe import linear_probe, probe_at


@pytest.fixture
def data():
    generator = np.random.default_rng(0)
    y = generator.integers(0, 3, 40)
    X = generator.normal(size=(40, 90)).astype(np.float32) + 0.3 * y[:, None]
    Z = generator.normal(size=(200, 90)).astype(np.float32)
    X[:, 7] = Z[:, 7] = 5.0  # a column that never changes
    return X, y, Z


def written_out(C, **more):
    return make_pipeline(
        StandardScaler(), LogisticRegression(C=C, class_weight="balanced", max_iter=5_000, **more)
    )


def test_the_probe_standardises_and_balances(data):
    X, y, Z = data
    rare = np.flatnonzero((y > 0) | (np.arange(len(y)) < 12))
    for C in (0.01, 1.0):
        got = linear_probe(C).fit(X[rare], y[rare]).predict_proba(Z)
        np.testing.assert_array_equal(got, written_out(C).fit(X[rare], y[rare]).predict_proba(Z))
    # Neither the unit of a column nor a constant added to it is seen.
    other = linear_probe().fit(100 * X + 3, y).predict_proba(100 * Z + 3)
    np.testing.assert_allclose(other, linear_probe().fit(X, y).predict_proba(Z), atol=1e-3)


def test_turned_columns_give_the_same_answers(data):
    X, y, Z = data
    for C, got in zip((1e-3, 1.0), probe_at((1e-3, 1.0), X, y, [Z])[0]):
        assert (written_out(C, tol=1e-8).fit(X, y).predict(Z) == got).mean() > 0.99
    empty, full = probe_at([1.0], X, y, [Z[:0], Z])
    assert empty.shape == (1, 0) and full.shape == (1, 200)


@pytest.mark.parametrize("change", range(9))
def test_rows_classes_and_penalties_that_are_none_are_told_in_a_sentence(data, change):
    X, y, Z = data
    hole = X.copy()
    hole[3, 5] = np.nan
    calls = (
        lambda: linear_probe(0.0),
        lambda: linear_probe(float("nan")),
        lambda: probe_at([-1.0], X, y, [Z]),
        lambda: probe_at([0.1], X, y[:-1], [Z]),
        lambda: probe_at([0.1], X, y - 1, [Z]),
        lambda: probe_at([0.1], X, y.astype(float), [Z]),
        lambda: probe_at([0.1], X, np.zeros_like(y), [Z]),
        lambda: probe_at([0.1], hole, y, [Z]),
        lambda: probe_at([0.1], X, y, [Z[:, :-1]]),
    )
    with pytest.raises(SequifiError) as caught:
        calls[change]()
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)
