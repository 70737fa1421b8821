"""Metrics: hand-worked matrices, and scikit-learn where it has the same score."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, recall_score

from sequifi_lite.evaluation import metrics

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
    # The best score before the last stage counts, here 0.9 and not 0.8; learning the last corpus helped the second.
    assert metrics.forgetting(R) == pytest.approx(((0.9 - 0.6) + (0.7 - 0.75)) / 2)
    assert metrics.forward_transfer(R, np.array([0.5, 0.25, 0.3])) == pytest.approx(
        ((0.3 - 0.25) + (0.4 - 0.3)) / 2
    )


def test_forgetting_can_be_negative():
    """Taking the maximum over all rows, the last included, hides backward transfer: a widely shipped mistake."""
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
