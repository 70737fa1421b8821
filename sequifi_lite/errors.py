"""Errors a reader can act on: what happened, where, and how to fix it, in one sentence."""


class SequifiError(Exception):
    """Base of every error raised on purpose; the command line prints it and ends with exit code 2."""


class AudioError(SequifiError):
    """A sound file cannot be read, is empty, or holds no usable samples."""


class CorpusError(SequifiError):
    """A folder is not the corpus it is said to be, or its files cannot be used."""


class CorpusMissing(SequifiError):
    """No embeddings of a corpus are at hand; the message names the command that makes them."""


class PackError(SequifiError):
    """A file of embeddings is damaged, incomplete or does not fit the others."""


class EncoderError(SequifiError):
    """An encoder cannot be loaded, or the wanted layer or pooling does not exist."""
