"""A model evaluated on a problem, against scikit-learn clip by clip."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix, recall_score
from small_problem import small_problem

from sequifi_lite import MLP, evaluate, uar
from sequifi_lite.errors import SequifiError

WORLD = small_problem()
PARTS = ("train", "valid", "test")


@pytest.mark.parametrize("part", PARTS)
def test_every_run_and_corpus_equals_scikit_learn(part):
    head = MLP([0, 1, 2], WORLD.X.shape[1], 8, len(WORLD.emotions))
    tables = evaluate(head, WORLD, part)
    assert list(tables) == list(WORLD.corpora)
    for corpus, table in tables.items():
        rows = getattr(WORLD.parts[corpus], part)
        assert table.shape == (3, len(WORLD.emotions), len(WORLD.emotions)) and table.dtype == np.int64
        for run in range(3):
            said = head(WORLD.X[rows])[run].argmax(1).numpy()
            expected = confusion_matrix(WORLD.labels[rows], said, labels=range(len(WORLD.emotions)))
            np.testing.assert_array_equal(table[run], expected)
            present = np.unique(WORLD.labels[rows])
            recall = recall_score(WORLD.labels[rows], said, labels=present, average="macro", zero_division=0)
            assert uar(table)[run] == pytest.approx(recall, abs=1e-12)


def test_the_test_part_is_the_default_and_no_run_means_no_axis():
    (corpus, *_), part = WORLD.corpora, WORLD.parts[WORLD.corpora[0]]
    probe = LogisticRegression(max_iter=500).fit(WORLD.X[part.train].numpy(), WORLD.labels[part.train])
    table = evaluate(probe, WORLD)[corpus]
    said = probe.predict(WORLD.X[part.test].numpy())
    np.testing.assert_array_equal(
        table, confusion_matrix(WORLD.labels[part.test], said, labels=range(len(WORLD.emotions)))
    )


def test_a_part_or_class_that_is_not_there_is_told():
    head = MLP([0], WORLD.X.shape[1], 8, len(WORLD.emotions))
    with pytest.raises(ValueError, match="no part 'all'; choose one of train, valid, test"):
        evaluate(head, WORLD, "all")
    too_high = SimpleNamespace(predict=lambda x: torch.full((1, len(x)), len(WORLD.emotions)))
    with pytest.raises(ValueError, match="numbered from 0"):
        evaluate(too_high, WORLD)


@pytest.mark.parametrize(
    "predict, says",
    [
        (lambda x: torch.zeros(len(x)).long() - 1, "predicted holds -1"),
        (lambda x: torch.zeros(1).long(), "predicted (1,)"),
        (lambda x: torch.zeros(1, len(x) - 1).long(), "predicted (1, "),
        (lambda x: torch.zeros(1, len(x)), "predicted holds float32 values"),
        (lambda x: torch.ones(1, len(x)).bool(), "predicted holds bool values"),
        (lambda x: np.full(len(x), "class0"), "predicted holds <U6 values"),
    ],
)
def test_predictions_that_are_none_are_told(predict, says):
    with pytest.raises(SequifiError) as caught:
        evaluate(SimpleNamespace(predict=predict), WORLD)
    assert says in str(caught.value)


def test_a_class_in_place_of_a_model_and_swapped_arguments_are_told():
    for arguments in ((MLP, WORLD), (WORLD, MLP([0], 8)), (None, WORLD), (MLP([0], 8), WORLD.X)):
        with pytest.raises(SequifiError, match="brackets|order of the arguments"):
            evaluate(*arguments)
