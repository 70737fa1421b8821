"""Figures of the book, a file for each thing that is drawn.

They can be read in grey and by the colour-blind, because every line differs in dash and marker as well. A
figure takes arrays and tables that others have computed, and computes no result.
"""

from .boxes import arrow, board, box
from .class_means import class_means
from .colours import CORPORA, METHODS, colours, method_colour
from .corpus_blocks import corpus_blocks
from .curves import curves
from .depth import over_depth
from .folds import fold_map
from .free_and_bound import free_and_bound
from .frontier import frontier
from .look import DASHES, GREY, HALO, MARKERS, WIDTH, legible, style
from .notes import keep_apart
from .pairs_as_cells import pairs_as_cells
from .schedules import who_is_seen
from .scores import accuracy_matrices, intervals
from .sound import by_emotion, mel_spectrograms, voices
from .way_of_a_clip import way_of_a_clip
from .what_a_step_takes import what_a_step_takes
from .what_was_asked import what_was_asked

__all__ = [
    "CORPORA",
    "DASHES",
    "GREY",
    "HALO",
    "MARKERS",
    "METHODS",
    "WIDTH",
    "accuracy_matrices",
    "arrow",
    "board",
    "box",
    "by_emotion",
    "class_means",
    "colours",
    "corpus_blocks",
    "curves",
    "fold_map",
    "free_and_bound",
    "frontier",
    "intervals",
    "keep_apart",
    "legible",
    "mel_spectrograms",
    "method_colour",
    "over_depth",
    "pairs_as_cells",
    "style",
    "voices",
    "way_of_a_clip",
    "what_a_step_takes",
    "what_was_asked",
    "who_is_seen",
]
