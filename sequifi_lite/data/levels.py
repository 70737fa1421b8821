"""How loud samples are, and whether they are usable: another scale, channels that cancel each other."""

from __future__ import annotations

import numpy as np

from ..errors import AudioError

HIGHEST = 8.0  # of full scale; a mix in floats may go above 1, but not by 18 dB
CANCEL, WEAKEN = 0.2, 0.7  # energy of the average, where channels that know nothing of each other have 1
AUDIBLE = 1e-4  # of full scale; quieter channels are not compared
_BITS = {"PCM_16": 16, "PCM_24": 24, "PCM_32": 32}


class Levels:
    """Peak and energies of samples, added up block by block; values that are not finite are left out.

    Attributes
    ----------
    peak : float
        Largest absolute value in any channel, full scale is 1.0.
    energy : float
        Sum of the squares of the average of the channels.
    """

    def __init__(self):
        self.peak, self.energy, self.apart, self.frames, self.channels = 0.0, 0.0, 0.0, 0, 1

    def add(self, block: np.ndarray, mono: np.ndarray) -> None:
        """Take in samples (n, channels) and their average (n,)."""
        self.frames, self.channels = self.frames + len(block), block.shape[1]
        self.peak = max(self.peak, float(block.max()), -float(block.min()))
        energy = float(np.square(mono, dtype=np.float64).sum())
        self.energy += energy
        self.apart += energy if self.channels == 1 else float(np.square(block, dtype=np.float64).sum())

    @property
    def together(self) -> float:
        """Energy of the average, 1 for channels that know nothing of each other, 0 for opposite ones."""
        if self.channels == 1 or self.apart <= AUDIBLE**2 * self.frames:
            return 1.0
        return self.energy * self.channels**2 / self.apart

    def check(self, path, subtype: str) -> None:
        """Refuse what is no waveform of the usual scale, or would be lost in averaging.

        Raises
        ------
        AudioError
            It says the likely scale and what to do.
        """
        if self.peak > HIGHEST:
            bits = next((bits for bits in (8, 16, 24, 32) if self.peak <= 2 ** (bits - 1)), None)
            if bits is None:
                raise AudioError(
                    f"{path} holds numbers up to {self.peak:.2g} where full scale is 1, which no recorder"
                    " writes; get it again from the corpus's home."
                )
            raise AudioError(
                f"{path} holds numbers up to {self.peak:,.0f} where full scale is 1: {bits}-bit numbers"
                f" stored as they are, it seems; divide them by {2 ** (bits - 1):,} and write the file again."
            )
        largest = self.peak * 2**31
        if subtype == "PCM_32" and 64 <= largest <= 2**16:
            raise AudioError(
                f"{path} holds numbers up to {largest:,.0f} where full scale is 2,147,483,648: 16-bit numbers"
                " stored as 32-bit ones, it seems; multiply them by 65,536 and write the file again."
            )
        if self.together < CANCEL:
            lost = (
                f"loses {-10 * np.log10(self.together):.0f} dB" if self.together > 1e-9 else "leaves silence"
            )
            raise AudioError(
                f"{path} has channels of opposite phase, and averaging them {lost}; keep one of them, e.g."
                " with `sox in.wav out.wav remix 1`, or turn one round."
            )

    def hint(self, subtype: str) -> str:
        """Say what looks odd and may yet be right, the middle of a sentence, or nothing."""
        if self.together < WEAKEN:
            lost = -10 * np.log10(self.together)
            return f"has channels of opposite phase in part: averaging them loses {lost:.0f} dB"
        bits = _BITS.get(subtype, 0)
        fewer = next((few for few in (8, 16, 24) if few < bits and self.peak <= 2.0 ** (few - bits)), None)
        if fewer and self.peak * 2 ** (bits - 1) >= 16:
            return (
                f"holds numbers up to {self.peak * 2 ** (bits - 1):,.0f} in a file of {bits} bits, so they"
                f" may be {fewer}-bit numbers stored as they are, {6.02 * (bits - fewer):.0f} dB too quiet"
            )
        if subtype in ("FLOAT", "DOUBLE") and 0 < self.peak <= 2.0**-15 and self.peak >= 2.0**-31:
            return (
                f"holds numbers up to {self.peak:.2g} where full scale is 1, so they may have been divided by"
                " full scale twice"
            )
        return ""
