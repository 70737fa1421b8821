"""Masks over time and frequency while training: the clip stays, parts of it are hidden."""

from __future__ import annotations

import numpy as np
import torch

from ..data.audio import RATE
from ..errors import SequifiError

FRAMES = 100  # mel frames a second


class Mask:
    """Hide random stretches of time and bands of frequency of every clip that gradients are computed for.

    ``model.mask = Mask()``. Mel frames lose stretches and bands, waveforms stretches alone. What is hidden
    gets the clip's mean.
    States of an encoder are not masked: a model that starts midway needs ``mask = None``.

    Parameters
    ----------
    times, frequencies : int
        Number of stretches and of bands.
    seconds : float
        A stretch is shorter than this, uniformly.
    share : float
        And than this share of the clip.
    bands : int
        A band is narrower than so many bins, uniformly.
    bins : int
        Of the mel frames: 80; 128 in Whisper large-v3.
    seed : int
        The n-th clip that is masked gets the same mask whatever happened before; a checkpoint keeps n.

    Raises
    ------
    SequifiError
        If a number is out of range, or a clip is neither a waveform nor has so many bins.

    Reference: Park et al. 2019, SpecAugment (arXiv 1904.08779), section 2, without time warping; there F = 27
    bins, T = 1 s and two masks of each kind (policy LD). The masks are drawn by torchaudio.
    """

    def __init__(self, times=2, frequencies=2, seconds=1.0, share=0.2, bands=27, bins=80, seed=0):
        if not 0 <= share <= 1 or min(times, frequencies, seconds, bands) < 0:
            raise SequifiError(
                f"A mask hides a share of 0 to 1 of a clip, here {share}, and no number of it is below 0."
            )
        self.times, self.frequencies, self.seconds, self.share = times, frequencies, seconds, share
        self.bands, self.bins, self.seed, self.drawn = bands, bins, seed, 0

    def __call__(self, clip: torch.Tensor) -> torch.Tensor:
        """A prepared clip, masked: mel frames (bins, frames) or a waveform (samples,)."""
        from torchaudio.functional import mask_along_axis

        waveform = clip.dim() == 1
        if not waveform and clip.shape[0] != self.bins:
            raise SequifiError(
                f"A mask takes waveforms, or mel frames of {self.bins} bins, and met {tuple(clip.shape)}:"
                " give it their number of bins; or set the mask to None where an encoder's states are kept."
            )
        # Drawn on the CPU, where the clip may be elsewhere: the same masks on every machine.
        shown = torch.ones(1, 1, len(clip)) if waveform else torch.ones(1, *clip.shape)
        number = np.random.SeedSequence([self.seed, self.drawn]).generate_state(1)[0]
        self.drawn += 1
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(number))
            for _ in range(self.times):
                longest = int(self.seconds * (RATE if waveform else FRAMES))
                shown = mask_along_axis(shown, longest, 0.0, axis=2, p=self.share)
            for _ in range(0 if waveform else self.frequencies):
                shown = mask_along_axis(shown, min(self.bands, self.bins), 0.0, axis=1)
        return torch.where(shown.reshape(clip.shape).to(clip.device) > 0, clip, clip.mean())
