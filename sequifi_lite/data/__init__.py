"""From a folder of sound to a problem that a learner is given: corpora, encoders, packs, splits, audits.

Its modules may import from each other, from `evaluation` and from `errors`, and from nothing to their right.
A change of what a training reaches (packs, splits, problem; for fine-tuning also scans, audio and encoders)
makes the receipts of all studies stale that train on it; what only looks, gets or tells makes none stale.
"""

from typing import TYPE_CHECKING

from .._lazy import lazy

if TYPE_CHECKING:
    from .audio import RATE as RATE
    from .audio import read_audio as read_audio
    from .audio import resample as resample
    from .corpora import CORPORA as CORPORA
    from .corpora import own_folder as own_folder
    from .corpora.dataset import CorpusWarning as CorpusWarning
    from .corpora.dataset import load_corpus as load_corpus
    from .corpora.own_folder.scan import scan as scan_own_folder  # noqa: F401
    from .corpora.published import describe as describe
    from .corpora.published import published as published
    from .corpora.scan import scan as scan
    from .download.get import get as get
    from .embed import embed_corpus as embed_corpus
    from .emotions import EMOTIONS as EMOTIONS
    from .emotions import FOUR as FOUR
    from .emotions import SIX as SIX
    from .encoders.load import load_encoder as load_encoder
    from .encoders.pooling import frames_by_depth as frames_by_depth
    from .encoders.whisper import log_mel as log_mel
    from .label_spaces import class_counts as class_counts
    from .label_spaces import explain as explain
    from .label_spaces import label_space as label_space
    from .leaks.cost import leak_cost as leak_cost
    from .leaks.report import leak_report as leak_report
    from .pack import Pack as Pack
    from .pack import install as install
    from .pack import load_pack as load_pack
    from .pack import packs as packs
    from .pack import read_pack as read_pack
    from .problem import Problem as Problem
    from .problem import load_problem as load_problem
    from .sound import fingerprints as fingerprints
    from .splits import COLUMN as COLUMN
    from .splits import SCHEMES as SCHEMES
    from .splits import Split as Split
    from .splits import default_scheme as default_scheme
    from .splits import folds as folds
    from .splits import parts as parts
    from .splits import schemes as schemes
    from .splits import split as split
    from .synthetic import voice as voice
    from .synthetic.twin import write_twin as write_twin
    from .synthetic.voice import PROSODY as PROSODY
    from .synthetic.voice import Voice as Voice
    from .synthetic.voice import phrase as phrase
    from .synthetic.voice import speak as speak

__getattr__, __dir__ = lazy(__name__)
