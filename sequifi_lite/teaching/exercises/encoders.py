"""Exercises of the chapter on encoders."""

import numpy as np

from ._tools import Answer, mistakes, refuse


def masked_pooling(answer: Answer) -> None:
    """Ask for mean and deviation over the frames that are speech.

    - Only the first lengths[i] frames of clip i are speech.
    - Cut each clip to its own length first; then mean and std over the frames are NumPy's own.
    - One clip at a time: states[i, : lengths[i]] are its real frames. Two vectors of the width stand behind
      each other, and the clips are stacked.
    """
    generator = np.random.default_rng(5)
    clips = [generator.normal(size=(frames, 3)).round(2) for frames in (4, 2, 1)]
    padded = np.stack([np.pad(clip, ((0, 4 - len(clip)), (0, 0))) for clip in clips])
    padded[1, 2:] = 7.0  # what a network leaves in the padding need not be zero
    got = answer(padded.copy(), np.array([len(clip) for clip in clips]))
    shape = f"it returns the shape {np.shape(got)}; 3 clips of width 3 should give (3, 6), means first."
    refuse(np.shape(got) != (3, 6), shape)
    got, right = np.asarray(got), np.stack([np.concatenate([clip.mean(0), clip.std(0)]) for clip in clips])
    by_less = np.allclose(got[:, :3], right[:, :3]) and np.allclose(got[0, 3:], clips[0].std(0, ddof=1))
    known = {
        "the padding is counted as if it were speech; leave out the frames behind each clip's "
        "length.": np.concatenate([padded.mean(1), padded.std(1)], 1),
        "the numbers are right, and the means should come first.": np.roll(right, 3, axis=1),
        "there is a value that is no number: a clip of one frame has a deviation of 0, so divide by n, not n "
        "- 1.": np.isnan(got).any(),
        "the means are right; the deviation is divided by n - 1, and the population's, by n, was asked "
        "for.": by_less,
    }
    mistakes(got, right, "for clips of 4, 2 and 1 frames", known)


def two_scores(answer: Answer) -> None:
    """Ask for the nested score of chosen layers, and the best on test.

    - The nested score may look at `valid` to choose, and at `test` only to be scored.
    - Each fold has a choice of its own: valid.argmax(1).
    - To pick one entry in each row, index with the row numbers and the chosen columns together. For the
      second number the mean over folds comes before the maximum.
    """
    valid = np.array([[0.70, 0.80, 0.60], [0.50, 0.55, 0.90], [0.60, 0.75, 0.70]])
    test = np.array([[0.60, 0.66, 0.75], [0.62, 0.78, 0.57], [0.50, 0.72, 0.81]])
    got = answer(valid.copy(), test.copy())
    refuse(np.shape(got) != (2,), "it should return two numbers, the nested score and the best on test.")
    right, pooled = ((0.66 + 0.57 + 0.72) / 3, test.mean(0).max()), test[:, valid.mean(0).argmax()].mean()
    over_layers = np.isclose(got[1], test.mean(1).max())
    known = {
        "the two numbers are there, in the other order: the nested one first.": right[::-1],
        "the second number takes another layer in every fold; one layer for all folds was asked "
        "for.": np.isclose(got[1], test.max(1).mean()),
        "the first number takes one layer by the mean over all validation parts; these are other folds' test "
        "parts, so each fold has to choose by its own validation part alone.": np.isclose(got[0], pooled),
        "the first number chooses on the test part; each fold has to choose by its validation "
        "part.": np.isclose(got[0], test.max(1).mean()),
        "the first number is the validation score of the chosen layers; their test score was asked "
        "for.": np.isclose(got[0], valid.max(1).mean()),
        "the second number is a mean over layers; take the mean over folds, then the best "
        "layer.": over_layers,
    }
    mistakes(got, right, "for three folds of three layers", known)
