"""Frozen speech encoders: waveforms in, one vector per clip out.

An encoder is cut behind the wanted block, so that nothing is computed that is not used, and never pads a clip
to a fixed length. Padding inside a batch is masked wherever frames could see it, so that a clip embeds the
same alone and in a batch.
"""

from ..torchaudio_loads import torchaudio_loads

torchaudio_loads()  # before transformers finds one that does not
