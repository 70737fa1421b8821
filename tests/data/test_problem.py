"""A problem: the right rows, the right labels, scaled by the source's training part alone."""

import numpy as np
import pytest
import torch

from sequifi_lite.data.emotions import FOUR
from sequifi_lite.data.pack import load_pack
from sequifi_lite.data.problem import load_problem, principal
from sequifi_lite.data.splits import split
from sequifi_lite.errors import CorpusMissing, SequifiError


@pytest.fixture(scope="module")
def two():
    return load_problem(("ravdess", "emodb"), fold=1)


def test_rows_labels_and_parts_agree_with_the_packs(two):
    assert two.X.dtype == torch.float32 and two.y.dtype == torch.int64
    for name in two.corpora:
        pack = load_pack(name)
        for kind in ("train", "valid", "test"):
            part, rows = getattr(two.parts[name], kind), getattr(split(pack.clips, 1, FOUR), kind)
            assert list(two.clips["file"].iloc[part]) == list(pack.clips["file"].iloc[rows])
            assert [FOUR[k] for k in two.y[part]] == list(pack.clips["emotion"].iloc[rows])


def test_every_row_belongs_to_one_part_and_no_defect_is_in(two):
    rows = np.concatenate(
        [getattr(two.parts[name], kind) for name in two.corpora for kind in ("train", "valid", "test")]
    )
    assert sorted(rows) == list(range(len(two.X)))
    assert (two.clips["defect"] == "").all()


def test_zscore_uses_the_sources_training_rows_alone(two):
    train = two.parts["ravdess"].train
    np.testing.assert_allclose(two.X[train].mean(0), 0, atol=1e-4)
    np.testing.assert_allclose(two.X[train].std(0, correction=0), 1, atol=1e-4)
    assert np.abs(two.X[two.parts["emodb"].train].mean(0)).mean() > 0.1  # the target keeps its shift
    raw = load_problem(("ravdess", "emodb"), 1, scaling="raw").X
    again = (raw - raw[train].mean(0)) / raw[train].std(0, correction=0)
    np.testing.assert_allclose(two.X, again, atol=1e-3)


def test_l2_gives_unit_length():
    X = load_problem(("emodb",), 0, scaling="l2").X
    np.testing.assert_allclose(X.norm(dim=1), 1, rtol=1e-5)


def test_subset_is_fixed_stratified_and_small(two):
    rows = two.subset("ravdess", "train", 100)
    assert 90 <= len(rows) <= 100 and set(rows) <= set(two.parts["ravdess"].train)
    whole, small = (
        np.bincount(two.labels[r], minlength=4) / len(r) for r in (two.parts["ravdess"].train, rows)
    )
    np.testing.assert_allclose(small, whole, atol=0.03)
    assert np.array_equal(rows, two.subset("ravdess", "train", 100))
    assert np.array_equal(two.subset("emodb", "test", 10_000), two.parts["emodb"].test)


def test_what_cannot_be_is_refused():
    with pytest.raises(SequifiError, match="zscore, raw, l2"):
        load_problem(("emodb",), 0, scaling="minmax")
    with pytest.raises(SequifiError, match="cremad has no clip of calm"):
        load_problem(("ravdess", "cremad"), 0, emotions=("calm", "anger"))
    for corpora, emotions in (
        (("emodb", "emodb"), FOUR),
        ("emodb", FOUR),
        ((), FOUR),
        (("emodb",), ("anger", "anger")),
    ):
        with pytest.raises(SequifiError, match="list of different names"):
            load_problem(corpora, 0, emotions)
    with pytest.raises(CorpusMissing):
        load_problem(("nowhere",), 0)


def test_a_constant_column_and_an_empty_row_stay_finite(monkeypatch):
    from dataclasses import replace

    from sequifi_lite.data import problem as module

    kept = load_pack("emodb")
    flat = kept.embeddings.copy()
    flat[:, 3], flat[7] = 2, 0
    monkeypatch.setattr(module, "load_pack", lambda name: replace(kept, embeddings=flat))
    assert np.isfinite(load_problem(("emodb",), 0).X).all()
    assert np.isfinite(load_problem(("emodb",), 0, scaling="l2").X).all()


def test_a_rare_class_stays_in_the_subset(two):
    from dataclasses import replace

    rows = two.parts["ravdess"].train
    rare = np.concatenate([rows[two.labels[rows] == 0], rows[two.labels[rows] == 1][:1]])
    thin = replace(two, parts={"ravdess": replace(two.parts["ravdess"], train=rare)})
    assert set(two.labels[thin.subset("ravdess", "train", 20)]) == {0, 1}


def test_components_are_the_principal_axes_of_the_sources_training_rows(two):
    from sklearn.decomposition import PCA

    few, rows = load_problem(("ravdess", "emodb"), 1, components=5), two.parts["ravdess"].train
    X = two.X.numpy().astype(np.float64)
    pca = PCA(5, svd_solver="full").fit(X[rows])
    expected = pca.transform(X)
    signs = np.sign(pca.components_[np.arange(5), np.abs(pca.components_).argmax(1)])
    np.testing.assert_allclose(few.X, expected * signs, atol=1e-3 * np.abs(expected).max())
    assert few.X.dtype == torch.float32 and few.X.is_contiguous() and torch.equal(few.y, two.y)
    assert torch.equal(few.X, load_problem(("ravdess", "emodb"), 1, components=5).X)
    alone = load_problem(("ravdess",), 1, components=5)  # no corpus after the source has a say
    np.testing.assert_allclose(few.X[: len(alone.X)], alone.X, atol=1e-3)


def test_principal_axes_by_hand_and_their_signs():
    t = np.array([-2.0, -1.0, 0.0, 3.0])
    X = np.stack([3 * t + 7, -4 * t - 1, 0 * t], axis=1)  # all on one line; its direction is (3, -4, 0) / 5
    np.testing.assert_allclose(
        principal(X, np.arange(4), 1)[:, 0], -5 * t, atol=1e-5
    )  # turned: -4 has to be positive
    np.testing.assert_allclose(
        principal(X, np.arange(2), 1)[:, 0], -5 * (t + 1.5), atol=1e-5
    )  # the mean is that of the rows


def test_all_components_are_a_rotation_and_variances_fall(two):
    rows = two.parts["emodb"].train
    X = two.X[:, :40].numpy()
    Z = principal(X, rows, 40)
    distances = [np.linalg.norm(a[:, None] - a[None], axis=2) for a in (X[::9], Z[::9])]
    np.testing.assert_allclose(*distances, rtol=1e-3, atol=1e-3)
    variance = Z[rows].var(0)
    assert (np.diff(variance) <= 1e-6).all() and variance[0] > 2 * variance[20]
    np.testing.assert_allclose(np.corrcoef(Z[rows].T.astype(np.float64)), np.eye(40), atol=1e-3)


def test_components_there_are_not_are_refused():
    for wrong in (0, -1, 1025):
        with pytest.raises(SequifiError, match="components cannot be had from emodb; ask for 1 to"):
            load_problem(("emodb",), 0, components=wrong)
