"""From a folder of sound to a problem that a learner is given: corpora, encoders, packs, splits, audits.

Its modules may import from each other, from `evaluation` and from `errors`, and from nothing to their right.
A change of what a training reaches (packs, splits, problem; for fine-tuning also scans, audio and encoders)
makes the receipts of all studies stale that train on it; what only looks, gets or tells makes none stale.
"""

from typing import TYPE_CHECKING

from .._lazy import lazy

if TYPE_CHECKING:
    from .audio import RATE as RATE, read_audio as read_audio, resample as resample
    from .corpora import CORPORA as CORPORA, own_folder as own_folder
    from .corpora.dataset import CorpusWarning as CorpusWarning, load_corpus as load_corpus
    from .corpora.own_folder.scan import scan as scan_own_folder  # noqa: F401
    from .corpora.published import describe as describe, published as published
    from .corpora.scan import scan as scan
    from .download.get import get as get
    from .embed import embed_corpus as embed_corpus
    from .emotions import EMOTIONS as EMOTIONS, FOUR as FOUR, SIX as SIX
    from .encoders.load import load_encoder as load_encoder
    from .encoders.pooling import frames_by_depth as frames_by_depth
    from .encoders.whisper import log_mel as log_mel
    from .label_spaces import class_counts as class_counts, explain as explain, label_space as label_space
    from .leaks.cost import leak_cost as leak_cost
    from .leaks.report import leak_report as leak_report
    from .pack import (
        Pack as Pack,
        install as install,
        load_pack as load_pack,
        packs as packs,
        read_pack as read_pack,
    )
    from .problem import Problem as Problem, load_problem as load_problem
    from .sampler import load_sampler as load_sampler
    from .sound import fingerprints as fingerprints
    from .splits import (
        COLUMN as COLUMN,
        SCHEMES as SCHEMES,
        Split as Split,
        default_scheme as default_scheme,
        folds as folds,
        parts as parts,
        schemes as schemes,
        split as split,
    )
    from .synthetic import voice as voice
    from .synthetic.twin import write_twin as write_twin
    from .synthetic.voice import PROSODY as PROSODY, Voice as Voice, phrase as phrase, speak as speak

__getattr__, __dir__ = lazy(__name__)
