"""Exercises of chapter 05, encoders: for each a test of the reader's function, and hints from vague to plain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ._tools import Wrong, same


def _masked_pooling(function: Callable) -> None:
    generator = np.random.default_rng(5)
    clips = [generator.normal(size=(frames, 3)).round(2) for frames in (4, 2, 1)]
    padded = np.stack([np.pad(clip, ((0, 4 - len(clip)), (0, 0))) for clip in clips])
    padded[1, 2:] = 7.0  # what a network leaves in the padding need not be zero
    lengths = np.array([len(clip) for clip in clips])
    got = function(padded.copy(), lengths.copy())
    if np.shape(got) != (3, 6):
        raise Wrong(
            f"it returns the shape {np.shape(got)}; 3 clips of width 3 should give (3, 6), means first."
        )
    right = np.stack([np.concatenate([clip.mean(0), clip.std(0)]) for clip in clips])
    if np.allclose(got, np.concatenate([padded.mean(1), padded.std(1)], axis=1)):
        raise Wrong(
            "the padding is counted as if it were speech; leave out the frames behind each clip's length."
        )
    if np.allclose(got, np.concatenate([right[:, 3:], right[:, :3]], axis=1)):
        raise Wrong("the numbers are right, and the means should come first.")
    if np.isnan(got).any():
        raise Wrong(
            "there is a value that is no number: a clip of one frame has a deviation of 0, so divide by n, not n - 1."
        )
    if np.allclose(np.asarray(got)[:, :3], right[:, :3]) and np.allclose(
        np.asarray(got)[0, 3:], clips[0].std(0, ddof=1)
    ):
        raise Wrong(
            "the means are right; the deviation is divided by n - 1, and the population's, by n, was asked for."
        )
    same(np.asarray(got), right, "for clips of 4, 2 and 1 frames")


def _two_scores(function: Callable) -> None:
    valid = np.array([[0.70, 0.80, 0.60], [0.50, 0.55, 0.90], [0.60, 0.75, 0.70]])
    test = np.array([[0.60, 0.66, 0.75], [0.62, 0.78, 0.57], [0.50, 0.72, 0.81]])
    got = function(valid.copy(), test.copy())
    if np.shape(got) != (2,):
        raise Wrong("it should return two numbers, the nested score and the best on test.")
    right = ((0.66 + 0.57 + 0.72) / 3, test.mean(0).max())
    if np.allclose(got, right[::-1]):
        raise Wrong("the two numbers are there, in the other order: the nested one first.")
    if np.isclose(got[1], test.max(1).mean()):
        raise Wrong(
            "the second number takes another layer in every fold; one layer for all folds was asked for."
        )
    if np.isclose(got[0], test[:, valid.mean(0).argmax()].mean()):
        raise Wrong(
            "the first number takes one layer by the mean over all validation parts; these are other folds' test parts, so each "
            "fold has to choose by its own validation part alone."
        )
    if np.isclose(got[0], test.max(1).mean()):
        raise Wrong(
            "the first number chooses on the test part; each fold has to choose by its validation part."
        )
    if np.isclose(got[0], valid.max(1).mean()):
        raise Wrong(
            "the first number is the validation score of the chosen layers; their test score was asked for."
        )
    if np.isclose(got[1], test.mean(1).max()):
        raise Wrong("the second number is a mean over layers; take the mean over folds, then the best layer.")
    same(got, right, "for three folds of three layers")


EXERCISES: dict[str, tuple[Callable, tuple[str, ...]]] = {
    "masked_pooling": (
        _masked_pooling,
        (
            "Only the first lengths[i] frames of clip i are speech.",
            "Cut each clip to its own length first; then mean and std over the frames are NumPy's own.",
            "For one clip: np.concatenate([real.mean(0), real.std(0)]) with real = states[i, : lengths[i]].",
        ),
    ),
    "two_scores": (
        _two_scores,
        (
            "The nested score may look at `valid` to choose, and at `test` only to be scored.",
            "Each fold has a choice of its own: valid.argmax(1).",
            "test[np.arange(len(test)), valid.argmax(1)].mean(), and for the second, the mean over folds before the maximum.",
        ),
    ),
}
