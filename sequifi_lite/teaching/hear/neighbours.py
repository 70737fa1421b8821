"""What each layer of the encoder keeps, to hear: the clips that lie nearest to a clip at every depth."""

from __future__ import annotations

from typing import Any  # tables of pandas, whose every step a type checker would doubt

from ...data.sampler import load_neighbours, load_sampler
from ..piece import Piece, piece
from ._clips import PACKAGE, credit, shown


def shared(corpus: str = "cremad"):
    """Count how often a clip's nearest neighbour shares its voice, its words or its mood, at each depth.

    Parameters
    ----------
    corpus : str
        Of the clips asked about: those of the sampler's grid, in which every voice says every sentence in
        every mood.

    Returns
    -------
    DataFrame, one row per depth
        ``voice``, ``words`` and ``mood``, in %.
    """
    clips: Any = load_sampler().set_index("clip")
    table: Any = load_neighbours()
    table = table[table["rank"] == 1]
    grid = clips[(clips["use"] == "moods") & (clips["corpus"] == corpus)]
    table = table[table["clip"].isin(grid.index)]
    one, other = clips.loc[table["clip"]], clips.loc[table["neighbour"]]
    for name, column in (("voice", "speaker"), ("words", "words"), ("mood", "emotion")):
        table = table.assign(**{name: 100 * (one[column].to_numpy() == other[column].to_numpy())})
    return table.groupby("depth")[["voice", "words", "mood"]].mean()


def neighbours() -> Piece:
    """Choose a clip and a depth of Whisper base, and hear the three clips of the sampler that lie nearest."""
    clips: Any = load_sampler()
    table: Any = load_neighbours()
    grid = clips[(clips["use"] == "moods") & (clips["corpus"] == "cremad")]
    used = clips[clips["clip"].isin({*grid["clip"], *table[table["clip"].isin(grid["clip"])]["neighbour"]})]
    place = {name: k for k, name in enumerate(used["clip"])}
    near = {
        place[name]: [[place[other] for other in rows["neighbour"]] for _, rows in own.groupby("depth")]
        for name, own in table[table["clip"].isin(grid["clip"])].groupby("clip")
    }
    counted: Any = shared()
    data = {
        "clips": [shown(clip) for _, clip in used.iterrows()],
        "near": near,
        "depths": [int(depth) for depth in counted.index],
        "shared": {name: [round(float(v)) for v in counted[name]] for name in counted},
        "asked": len(grid),
        "credit": credit(used),
    }
    text = counted.round().to_string() + "\nThe clips are to be heard in a browser."
    return piece(PACKAGE, ["sound.js", "neighbours.js"], ["hear.css"], data, text)
