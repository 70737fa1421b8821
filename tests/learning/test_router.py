"""The router against heads trained alone, and its gate against scikit-learn."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.neighbors import NearestCentroid
from small_problem import small_problem, small_source

from sequifi_lite.errors import SequifiError
from sequifi_lite.learning.loop import train
from sequifi_lite.learning.methods.router import Router
from sequifi_lite.learning.schedule import shuffled
from sequifi_lite.learning.sequence import train_sequence

WORLD = small_problem()
SOURCE = small_source(WORLD)
STEPS = dict(steps=24, lr=1e-2)


def stops(epsilon=1.0, seeds=(0, 1)):
    return list(
        train_sequence(Router(epsilon), WORLD, SOURCE.select([0] * len(seeds)), seeds=list(seeds), **STEPS)
    )


def gates():
    """Training rows of all corpora, and which corpus each is from."""
    rows = [part.train for part in WORLD.parts.values()]
    return WORLD.X[np.concatenate(rows)].double().numpy(), np.repeat(range(3), [len(r) for r in rows])


def test_every_clip_is_answered_by_the_head_of_its_corpus_trained_alone():
    model = stops()[-1].model
    heads = [SOURCE.select([0, 0])]
    for corpus in WORLD.corpora[1:]:
        head = SOURCE.select([0, 0])
        train(head, WORLD.X, WORLD.y, shuffled(WORLD.parts[corpus].train, 24, [0, 1]), lr=1e-2)
        heads.append(head)
    whom, said = model.corpus_of(WORLD.X), model.predict(WORLD.X)
    assert whom.shape == said.shape == (2, len(WORLD.X)) and len(whom.unique()) == 3
    for clip in range(0, len(WORLD.X), 5):
        for run in range(2):
            wanted = heads[whom[run, clip]].predict(WORLD.X[[clip]])[run, 0]
            assert said[run, clip] == wanted


def test_without_a_covariance_it_is_the_nearest_mean():
    X, corpus = gates()
    theirs = NearestCentroid().fit(X, corpus).predict(WORLD.X.double().numpy())
    assert np.array_equal(stops()[-1].model.corpus_of(WORLD.X)[0], theirs)


@pytest.mark.parametrize("shrinkage", [0.01, 0.3])
def test_with_one_it_is_linear_discriminant_analysis_of_corpora(shrinkage):
    X, corpus = gates()
    theirs = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=shrinkage, priors=[1 / 3] * 3).fit(X, corpus)
    within = X - np.stack([X[corpus == c].mean(0) for c in range(3)])[corpus]
    ratio = shrinkage / (1 - shrinkage) * (within**2).mean(0).sum() / X.shape[1]  # they shrink to the mean
    ours = stops(ratio / (1 + ratio))[-1].model.corpus_of(WORLD.X)[0]
    assert np.array_equal(ours, theirs.predict(WORLD.X.double().numpy()))


def test_a_corpus_is_not_asked_before_it_was_learnt():
    for number, stop in enumerate(stops()):
        assert set(stop.model.corpus_of(WORLD.X).unique().tolist()) == set(range(number + 1))
    first = stops()[0].model
    assert torch.equal(first.predict(WORLD.X), SOURCE.select([0, 0]).predict(WORLD.X))


def test_what_was_learnt_first_is_forgotten_by_being_misrouted_alone():
    first, *_, last = stops()
    stays = (last.model.corpus_of(WORLD.X) == 0)[0]
    assert 0 < stays.sum() < len(WORLD.X)
    assert torch.equal(first.model.predict(WORLD.X)[:, stays], last.model.predict(WORLD.X)[:, stays])


def test_clips_are_refused_in_one_sentence():
    clips = replace(WORLD, X=[np.zeros(160)] * len(WORLD.X))
    with pytest.raises(SequifiError, match="embed them"):
        next(train_sequence(Router(), clips, SOURCE.select([0])))
