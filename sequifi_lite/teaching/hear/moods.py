"""The same words said in four moods, and what a leak sounds like: players with waveform and spectrogram."""

from __future__ import annotations

from typing import Any  # tables of pandas, whose every step a type checker would doubt

from ...data.emotions import FOUR
from ...data.pack import load_pack
from ...data.sampler import load_sampler
from ...data.splits import split
from ..piece import Piece, piece
from ._clips import PACKAGE, credit, shown, who


def _piece(groups: list[dict], clips: Any) -> Piece:
    text = "\n".join(group["title"] for group in groups) + "\nThe clips are to be heard in a browser."
    data = {"groups": groups, "credit": credit(clips)}
    return piece(PACKAGE, ["sound.js", "moods.js"], ["hear.css"], data, text)


def moods(corpus: str | None = None) -> Piece:
    """Lay out players: for every voice and sentence of the sampler its four moods beside each other.

    Parameters
    ----------
    corpus : {"cremad", "mesd"}, optional
        One of them alone.
    """
    clips: Any = load_sampler()
    clips = clips[(clips["use"] == "moods") & (True if corpus is None else clips["corpus"] == corpus)]
    groups = []
    for _, rows in clips.fillna({"speaker": ""}).groupby(["corpus", "sentence", "gender"], sort=False):
        first = clips.loc[rows.index[0]]
        cards = rows.set_index("emotion").loc[list(FOUR)].reset_index()
        title = f"{first['words']}: {who(first)}"
        # With its length: a browser's player says 0:00 of all that is shorter than a second.
        said = cards["emotion"] + cards["seconds"].map(", {:.1f}\N{NO-BREAK SPACE}s".format)
        shown_cards = [
            shown(card) | {"caption": words} for words, (_, card) in zip(said, cards.iterrows(), strict=True)
        ]
        groups.append({"title": title, "text": "", "cards": shown_cards})
    return _piece(groups, clips)


def leak() -> Piece:
    """Let a leak be heard: a clip that is tested, and what training may hold of it, split by split."""
    clips: Any = load_sampler().set_index("clip", drop=False)
    grid = clips[(clips["use"] == "moods") & (clips["corpus"] == "cremad")]
    tested = grid[grid["emotion"] == "sadness"].iloc[0]
    table: Any = load_pack("cremad").clips
    test = set(table["file"].iloc[split(table, 0, None).test])
    assert set(grid["file"]) <= test, "fold 0 tests these speakers"
    own, line = grid["speaker"] == tested["speaker"], grid["sentence"] == tested["sentence"]
    same = grid["emotion"] == tested["emotion"]
    twice = clips[clips["use"] == "twice"].iloc[0]

    def card(clip: Any, caption: str) -> dict:
        return shown(clip) | {"caption": caption}

    other_line, other_mood = grid[own & ~line & same].iloc[0], grid[own & line & ~same].iloc[0]
    stranger = grid[~own & line & same].iloc[0]
    groups = [
        {
            "title": "A clip that is tested",
            "text": "A model is asked for its emotion.",
            "cards": [card(tested, f"{who(tested)}: {tested['emotion']}")],
        },
        {
            "title": "At random: training may hold this",
            "text": "The same person with other words in the same mood, and the same words in another mood. "
            "Whoever knows this voice needs to hear little of the sadness in it.",
            "cards": [card(other_line, other_line["emotion"]), card(other_mood, other_mood["emotion"])],
        },
        {
            "title": "By speaker: at best something like this",
            "text": "The same words in the same mood, by somebody else. The voice gives nothing away; the "
            "familiar line still may.",
            "cards": [card(stranger, f"{who(stranger)}: {stranger['emotion']}")],
        },
        {
            "title": "A duplicate: one recording, two labels",
            "text": "CREMA-D published this recording as happiness and as neutral. In training and test at "
            "once it is a leak with the wrong answer. Which label do you hear?",
            "cards": [card(twice, "happiness, or neutral?")],
        },
    ]
    names = [tested["clip"], other_line["clip"], other_mood["clip"], stranger["clip"], twice["clip"]]
    return _piece(groups, clips.loc[names])
