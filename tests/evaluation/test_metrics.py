"""Metrics: hand-worked matrices, and scikit-learn where it has the same score."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, recall_score

from sequifi_lite.errors import SequifiError
from sequifi_lite.evaluation import metrics
from sequifi_lite.evaluation.metrics import (
    accuracy,
    average,
    backward_transfer,
    confusion,
    forgetting,
    forward_transfer,
    last_class_share,
    macro_f1,
    recalls,
    shares,
    uar,
)

C = np.array([[3, 1, 0], [0, 2, 2], [1, 0, 1]])  # recalls 3/4, 1/2, 1/2; predicted 4, 3, 3 times


def test_scores_of_a_hand_worked_confusion_matrix():
    np.testing.assert_allclose(metrics.recalls(C), [0.75, 0.5, 0.5])
    assert metrics.uar(C) == pytest.approx(1.75 / 3)
    assert metrics.accuracy(C) == pytest.approx(0.6)
    # F1: 2*3/(4+4), 2*2/(4+3), 2*1/(2+3)
    assert metrics.macro_f1(C) == pytest.approx((6 / 8 + 4 / 7 + 2 / 5) / 3)
    np.testing.assert_allclose(metrics.shares(C), [0.4, 0.3, 0.3])


def test_scores_equal_scikit_learn_on_random_predictions():
    generator = np.random.default_rng(0)
    truth = generator.integers(4, size=100)
    predicted = generator.integers(4, size=(3, 2, 100))
    c = metrics.confusion(truth, predicted, 4)
    assert c.shape == (3, 2, 4, 4)
    for i in np.ndindex(3, 2):
        np.testing.assert_array_equal(c[i], confusion_matrix(truth, predicted[i]))
        assert metrics.uar(c)[i] == pytest.approx(recall_score(truth, predicted[i], average="macro"))
        assert metrics.macro_f1(c)[i] == pytest.approx(f1_score(truth, predicted[i], average="macro"))
        assert metrics.accuracy(c)[i] == pytest.approx(accuracy_score(truth, predicted[i]))


def test_a_class_without_clips_is_left_out_of_the_mean():
    c = np.array([[2, 0, 0], [1, 1, 0], [0, 0, 0]])
    assert metrics.uar(c) == pytest.approx(0.75)
    assert np.isnan(metrics.recalls(c)[2])
    # Class 2 is neither present nor predicted: F1 of the others is 4/5 and 2/3.
    assert metrics.macro_f1(c) == pytest.approx((4 / 5 + 2 / 3) / 2)


def test_a_constant_guess_has_uar_one_over_k_and_last_class_share_one():
    predicted = np.full((2, 60), 2)
    c = metrics.confusion(np.arange(60) % 4, predicted, 4)
    np.testing.assert_allclose(metrics.uar(c), 0.25)
    np.testing.assert_allclose(metrics.last_class_share(c, np.array([[0, 1, 3, 2], [0, 1, 2, 3]])), [1, 0])


def test_last_class_share_keeps_leading_axes():
    c = np.stack([np.stack([C, C.T])] * 5)  # (5 points, 2 runs, 3, 3)
    share = metrics.last_class_share(c, np.array([[2, 1, 0], [0, 1, 2]]))
    assert share.shape == (5, 2)
    np.testing.assert_allclose(
        share[0], [0.4, 0.2]
    )  # column sum of class 0 in C; row sum of class 2 in C.T's predictions


# Three corpora; R[i, j] is the score on corpus j after training on corpus i.
R = np.array([[0.8, 0.3, 0.2], [0.9, 0.7, 0.4], [0.6, 0.75, 0.5]])


def test_accuracy_matrix_by_hand():
    assert metrics.average(R) == pytest.approx((0.6 + 0.75 + 0.5) / 3)
    assert metrics.backward_transfer(R) == pytest.approx(((0.6 - 0.8) + (0.75 - 0.7)) / 2)
    # The best score before the last stage counts, here 0.9 and not 0.8; learning the last corpus helped the
    # second.
    assert metrics.forgetting(R) == pytest.approx(((0.9 - 0.6) + (0.7 - 0.75)) / 2)
    assert metrics.forward_transfer(R, np.array([0.5, 0.25, 0.3])) == pytest.approx(
        ((0.3 - 0.25) + (0.4 - 0.3)) / 2
    )


def test_forgetting_can_be_negative():
    """Taking the maximum over all rows, the last included, hides backward transfer.

    A widely shipped mistake.
    """
    helped = np.array([[0.5, 0.2], [0.6, 0.7]])
    assert metrics.forgetting(helped) == pytest.approx(-0.1)


def test_with_two_corpora_forgetting_is_minus_backward_transfer():
    matrices = np.random.default_rng(0).random((50, 2, 2))
    np.testing.assert_allclose(metrics.forgetting(matrices), -metrics.backward_transfer(matrices))


def test_rows_before_a_corpus_was_learnt_do_not_count_as_its_best():
    early = R.copy()
    early[0, 1] = 0.99  # a lucky score on corpus 1 before it was seen is not something that can be forgotten
    assert metrics.forgetting(early) == pytest.approx(metrics.forgetting(R))


def test_leading_axes_are_kept():
    many = np.stack([R, R + 0.1, R * 0.5])
    for f in (metrics.average, metrics.backward_transfer, metrics.forgetting):
        np.testing.assert_allclose(f(many), [f(r) for r in many])
    np.testing.assert_allclose(
        metrics.forward_transfer(many, np.full(3, 0.25)),
        [metrics.forward_transfer(r, np.full(3, 0.25)) for r in many],
    )


def test_one_list_of_predictions_many_small_numbers_one_class_and_no_clip():
    np.testing.assert_array_equal(metrics.confusion([0, 1, 1], [0, 1, 0], 2), [[1, 0], [1, 1]])
    eight_bits = np.arange(40, dtype=np.uint8) % 20  # 19 * 20 does not fit into eight bits
    np.testing.assert_array_equal(metrics.confusion(eight_bits, eight_bits, 20), 2 * np.eye(20))
    assert metrics.confusion([0, 0], [0, 0], 1).tolist() == [[2]]
    none = np.empty(0, dtype=int)
    assert not metrics.confusion(none, none, 3).any()


def test_one_clip_is_enough_for_a_recall_and_none_divides_by_nothing():
    c = np.array(
        [[1, 0, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    )  # class 2 predicted once, class 3 neither
    with np.errstate(all="raise"):
        np.testing.assert_equal(metrics.recalls(c), [1, 0, np.nan, np.nan])
        assert metrics.macro_f1(c) == pytest.approx((2 / 3 + 0 + 0) / 3)


def test_a_class_beyond_the_last_is_refused():
    for truth, predicted in (([0, 0, 1], [2, 2, 0]), ([0, 2, 1], [0, 0, 0])):
        with pytest.raises(ValueError, match="2 classes"):
            metrics.confusion(np.array(truth), np.array(predicted), 2)


# ---------------------------------------------------------------- what is no label, no count and no matrix


def refused(call):
    with pytest.raises(SequifiError) as caught:
        call()
    with pytest.raises(ValueError):  # whoever knows nothing of this package's errors catches these
        call()
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    "truth, predicted, says",
    [
        ([0, 1, 2, 3], [0, 1, 2, -1], "predicted holds -1 and there are 4 classes"),
        ([-1, 1, 2, 3], [0, 1, 2, 3], "truth holds -1"),
        ([0, 1, 2, 4], [0, 1, 2, 3], "truth holds 4"),
        ([0, 1, 2, 3], [0], "truth has shape (4,) and predicted (1,)"),
        ([0], [0, 1, 2, 3], "truth has shape (1,) and predicted (4,)"),
        ([0, 1, 2, 3], 0, "predicted ()"),
        ([0, 1, 2, 3], [[0], [1], [2], [3]], "predicted (4, 1)"),
        ([[0, 1], [2, 3]], [0, 1], "truth has shape (2, 2)"),
        ([0, 1, 2, 3], [], "predicted (0,)"),
        ([0, 1, 2, 3], [0.0, 1.0, 2.0, 3.0], "predicted holds float64 values"),
        ([0, 1, 2, np.nan], [0, 1, 2, 3], "truth holds float64 values"),
        ([True, False], [0, 1], "truth holds bool values"),
        ([0, 1], np.array([True, False]), "predicted holds bool values"),
        (["0", "1"], [0, 1], "truth holds <U1 values"),
        (np.array([0, None]), [0, 1], "truth holds object values"),
        ([0, 1, 2, 3], np.array([0, 1, 2, 255], dtype=np.uint8), "predicted holds 255"),
        ([0, 1, 2, 3], np.array([0, 1, 2, -(2**63)]), "predicted holds -9223372036854775808"),
    ],
)
def test_labels_that_would_count_under_another_class_are_refused(truth, predicted, says):
    assert says in refused(lambda: confusion(np.asarray(truth), np.asarray(predicted), 4))


@pytest.mark.parametrize("classes", [0, -1, 2.5, "4", None, True])
def test_a_number_of_classes_that_is_none_is_refused(classes):
    refused(lambda: confusion(np.array([0]), np.array([0]), classes))


def test_no_clip_no_run_and_tensors_are_counted_as_they_are():
    assert confusion([], [], 3).shape == (3, 3) and confusion([], np.empty((2, 0)), 3).sum() == 0
    assert confusion([0, 1], np.empty((0, 2), dtype=int), 3).shape == (0, 3, 3)
    counted = confusion(torch.tensor([0, 2]), torch.tensor([[0, 1], [2, 2]]), 3)
    assert counted.shape == (2, 3, 3) and counted[0, 2, 1] == counted[1, 0, 2] == counted[1, 2, 2] == 1


BAD_COUNTS = {
    "not square": np.ones((4, 3)),
    "a column": np.ones((4, 1)),
    "one axis": np.ones(4),
    "a number": 3.0,
    "no class": np.ones((0, 0)),
    "negative": np.array([[3, -1], [0, 2]]),
    "NaN": np.array([[3.0, np.nan], [0, 2]]),
    "infinite": np.array([[3.0, np.inf], [0, 2]]),
    "texts": np.array([["a", "b"], ["c", "d"]]),
    "yes and no": np.array([[True, False], [False, True]]),
    "ragged": [[1, 2], [3]],
}


@pytest.mark.parametrize("kind", BAD_COUNTS)
@pytest.mark.parametrize("score", [recalls, uar, accuracy, macro_f1, shares])
def test_what_is_no_confusion_matrix_has_no_score(score, kind):
    refused(lambda: score(BAD_COUNTS[kind]))


def test_nested_lists_are_scored_as_arrays():
    table = [[8, 2], [3, 3]]
    for score in (recalls, uar, accuracy, macro_f1, shares):
        np.testing.assert_array_equal(score(table), score(np.array(table)))
    assert forgetting([[80.0, 40.0], [65.0, 70.0]]) == 15


def test_orders_that_do_not_fit_the_runs_are_refused():
    counts = np.ones((2, 4, 4))
    assert last_class_share(counts, [[0, 1, 2, 3], [3, 2, 1, 0]]).tolist() == [0.25, 0.25]
    refused(lambda: last_class_share(counts, [[0, 1, 2, 3]]))
    refused(lambda: last_class_share(counts, [[0, 1, 2, 4]] * 2))
    refused(lambda: last_class_share(counts, [0, 1]))


@pytest.mark.parametrize("score", [average, backward_transfer, forgetting])
@pytest.mark.parametrize("R", [np.ones((2, 3)), np.ones(3), np.ones((0, 0)), [["a"]], [[1, 2], [3]]])
def test_what_is_no_accuracy_matrix_is_refused(score, R):
    refused(lambda: score(R))


def test_transfer_takes_two_corpora_and_a_reference_for_each():
    for score in (backward_transfer, forgetting):
        refused(lambda score=score: score(np.ones((1, 1))))
    refused(lambda: forward_transfer(np.ones((3, 3)), np.ones(2)))
    refused(lambda: forward_transfer(np.ones((3, 3)), 0.25))
    assert average(np.full((1, 1), 0.5)) == 0.5


# ---------------------------------------------------------------- against brute force


@st.composite
def labelled(draw):
    """Classes, truths and the predictions of some runs."""
    K, n, runs = draw(st.integers(1, 5)), draw(st.integers(0, 12)), draw(st.integers(0, 3))
    each = st.lists(st.integers(0, K - 1), min_size=n, max_size=n)
    return K, draw(each), [draw(each) for _ in range(runs)]


@settings(derandomize=True, deadline=None, max_examples=60)
@given(labelled())
def test_every_score_is_what_a_loop_over_clips_makes_it(case):
    K, truth, runs = case
    counts = confusion(
        np.array(truth, dtype=int), np.array(runs, dtype=int).reshape(len(runs), len(truth)), K
    )
    assert counts.shape == (len(runs), K, K)
    for one, said in zip(counts, runs):
        by_hand = [[sum(t == i and p == j for t, p in zip(truth, said)) for j in range(K)] for i in range(K)]
        assert one.tolist() == by_hand
        present = sorted(set(truth))
        recall = {k: sum(p == k for t, p in zip(truth, said) if t == k) / truth.count(k) for k in present}
        if not truth:
            continue
        assert uar(one) == pytest.approx(sum(recall.values()) / len(recall))
        assert accuracy(one) == pytest.approx(sum(t == p for t, p in zip(truth, said)) / len(truth))
        assert shares(one) == pytest.approx([said.count(k) / len(said) for k in range(K)])
        f1 = [2 * one[k, k] / (truth.count(k) + said.count(k)) for k in sorted({*truth, *said})]
        assert macro_f1(one) == pytest.approx(sum(f1) / len(f1))


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.integers(2, 5).flatmap(lambda T: st.lists(st.floats(0, 1), min_size=T * T, max_size=T * T)))
def test_scores_of_accuracy_matrices_are_their_sums_written_out(values):
    T = round(len(values) ** 0.5)
    R = np.array(values).reshape(T, T)
    lost = [max(R[i][j] for i in range(j, T - 1)) - R[T - 1][j] for j in range(T - 1)]
    assert forgetting(R) == pytest.approx(sum(lost) / (T - 1))
    assert backward_transfer(R) == pytest.approx(sum(R[T - 1][j] - R[j][j] for j in range(T - 1)) / (T - 1))
    assert average(R) == pytest.approx(sum(R[T - 1]) / T)
    reference = R[0]
    ahead = [R[j - 1][j] - reference[j] for j in range(1, T)]
    assert forward_transfer(R, reference) == pytest.approx(sum(ahead) / (T - 1))
    if T == 2:
        assert forgetting(R) == pytest.approx(-backward_transfer(R))
