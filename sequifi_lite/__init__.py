"""sequifi_lite: catastrophic forgetting in speech emotion recognition, studied by running it."""

__version__ = "0.4.0"

from .data.corpora.dataset import load_corpus
from .data.packs import load_pack, packs

__all__ = ["load_corpus", "load_pack", "packs", "__version__"]
