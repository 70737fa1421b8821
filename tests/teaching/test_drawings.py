"""Drawings of an idea: their numbers are those of what was given, and their words can be read on a phone."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import Circle, Rectangle
from matplotlib.text import Annotation, Text
from on_a_phone import smallest, words_of

from sequifi_lite.errors import SequifiError
from sequifi_lite.teaching import plots


@pytest.fixture(autouse=True)
def drawn():
    """Close every test's drawings, once no word was found small, cut off or over another one."""
    plots.style()
    yield
    for number in plt.get_fignums():
        figure = plt.figure(number)
        assert figure.get_figwidth() <= plots.WIDTH
        words = words_of(figure)
        words = [text for text in words if not isinstance(text, Annotation) and text.axes.axison is False]
        assert smallest(words, figure) >= 9
        places = [text.get_window_extent() for text in words]
        for text, place in zip(words, places):
            assert figure.bbox.x0 <= place.x0 and place.x1 <= figure.bbox.x1, text.get_text()
            assert figure.bbox.y0 <= place.y0 and place.y1 <= figure.bbox.y1, text.get_text()
        for (a, one), (b, other) in itertools.combinations(zip(words, places), 2):
            assert not one.overlaps(other), (a.get_text(), b.get_text())
    plt.close("all")


def written(figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def test_boxes_and_arrows_are_measured_in_inches():
    axis = plots.board(2)
    figure = axis.figure
    assert figure.get_size_inches().tolist() == [plots.WIDTH, 2]
    assert axis.get_xlim() == (0, plots.WIDTH) and axis.get_ylim() == (0, 2)
    a, b = plots.box(axis, 1, 1, "a"), plots.box(axis, 4, 1, "b", "filled")
    plots.arrow(axis, (a, (1, 0.5)), (b, (0, 0.5)))
    plots.arrow(axis, (1, 0.2), (4, 0.2), linestyle="--")
    figure.canvas.draw()
    tied, free = (text for text in axis.texts if isinstance(text, Annotation))
    start, end = tied.arrow_patch.get_path().get_extents().get_points()[:, 0]
    dpi = figure.dpi
    assert a.get_window_extent().x1 <= start * 1.001 + dpi and end <= b.get_window_extent().x0 + dpi
    assert free.arrow_patch.get_linestyle() == "--" and free.xy == (4, 0.2)
    assert [text.get_color() for text in axis.texts if text.get_text()] == ["black", "white"]


def test_a_corpus_is_a_block_of_clips():
    people = pd.MultiIndex.from_product([list("xyzw"), ["a1", "a2"], ["joy", "rage", "calm"]])
    people = pd.DataFrame(index=people).reset_index(names=["speaker", "sentence", "emotion"])
    voices = people.assign(speaker=None, gender=people["speaker"], corpus="voices")
    people = people.assign(gender="female", corpus="people")[::-1]
    names = pd.concat([people, voices], ignore_index=True)
    figure = plots.corpus_blocks(names, {"people": "People", "voices": "Voices"})
    said = written(figure)
    assert {"People", "4 speakers", "2 sentences", "3 emotions"} <= set(said)
    assert {"Voices", "4 types of voice", "2 words"} <= set(said)
    assert "one clip: speaker w,\nsentence a2,\ncalm" in said and "one clip: x,\nword a1,\njoy" in said
    cells = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    filled = [cell for cell in cells if cell.get_facecolor()[0] == 0.25]
    assert len(filled) == 4  # a cell and its key, in each of two blocks
    with pytest.raises(SequifiError, match="nothing to draw"):
        plots.corpus_blocks(names, {})


def test_the_way_of_a_clip_is_cut_behind_the_block_that_is_read():
    rng = np.random.default_rng(0)
    figure = plots.way_of_a_clip(rng.normal(size=900), rng.random((7, 20)), 5, 2, 16, (90, 45))
    said = written(figure)
    assert {"7 bands", "90 a second", "16 numbers,", "45 times a second", "32 numbers"} <= set(said)
    blocks = {t.get_text(): t.get_bbox_patch() for t in figure.axes[0].texts if t.get_text().isdigit()}
    assert [number for number, one in blocks.items() if one.get_linestyle() == ":"] == ["3", "4", "5"]
    (cut,) = (line for line in figure.axes[0].lines if line.get_linestyle() == "--")
    figure.canvas.draw()
    (x,) = {round(x) for x, _ in figure.axes[0].transData.transform(cut.get_xydata())}
    assert blocks["2"].get_window_extent().x1 < x < blocks["3"].get_window_extent().x0
    assert figure.axes[0].images[0].get_array().shape == (7, 20)


def test_every_pair_is_a_cell_and_those_of_tuning_are_marked():
    pairs = [("a", "b", True), ("b", "a", False), ("a", "c", False), ("c", "b", False)]
    pairs = pd.DataFrame(pairs * 2, columns=["source_corpus", "target_corpus", "exploratory"])
    figure = plots.pairs_as_cells(pairs, {"a": "A", "b": "B", "c": "C"}, ("c", "b"))
    said = written(figure)
    assert {"3 pairs: in the means", "1 pairs: for tuning alone", "learn C", "go on with B"} <= set(said)
    cells = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    hatched, filled = [c for c in cells if c.get_hatch()], [c for c in cells if c.get_facecolor()[0] == 0.25]
    assert len(cells) == 4 + 2 and len(hatched) == 1 + 1 and len(filled) == 1
    places = {text.get_text(): text.get_position() for text in figure.axes[0].texts}
    (x, y) = filled[0].get_center()
    assert x == pytest.approx(places["B"][0]) and y > places["1 pairs: for tuning alone"][1]
    with pytest.raises(SequifiError, match="nothing to draw"):
        plots.pairs_as_cells(pairs[:0], {}, ("a", "b"))


def test_a_choice_is_a_slider_and_what_is_bound_is_a_square():
    panels = {"Free": {"length": (["9", "3", "1"], "3")}, "Bound": {"steps": (["200"], "200")}}
    figure = plots.free_and_bound(panels)
    assert {"Free", "Bound", "length", "steps", "9", "3", "1", "200"} == set(written(figure))
    marks = [line for line in figure.axes[0].lines if line.get_marker() in ("o", "s")]
    assert [mark.get_marker() for mark in marks] == ["o", "o", "o", "s"]
    assert [mark.get_color() for mark in marks] == ["white", "0.25", "white", "0.25"]
    places = {text.get_text(): text.get_position() for text in figure.axes[0].texts}
    assert places["3"][0] == marks[1].get_xdata()[0] and places["Bound"][1] < places["length"][1]
    with pytest.raises(SequifiError, match="nothing to draw"):
        plots.free_and_bound({})


def test_what_was_asked_is_a_circle_and_what_was_not_an_open_one():
    counts = pd.DataFrame({"one": [17, 4, 0], "two": [6, 0, 0]}, index=["frozen", "moving", "wild"])
    figure = plots.what_was_asked(counts, {"frozen": (5, 2, False), "moving": (3, 1, True), "wild": None})
    assert sorted(written(figure)) == sorted(["one", "two", "frozen", "moving", "wild", "?", "17", "4", "6"])
    patches = figure.axes[0].patches
    filled = [patch.get_facecolor()[0] == 0.25 for patch in patches if isinstance(patch, Circle)]
    assert filled == [True, True, True, False, False, False]
    shades = [patch.get_facecolor()[0] for patch in patches if isinstance(patch, Rectangle)]
    assert shades == [1, 1, *[0.85] * 5, 0.25, *[0.85] * 3]  # two encoders, five corpora; one trained, three
    with pytest.raises(SequifiError, match="nothing to draw"):
        plots.what_was_asked(counts[:0], {})


def test_blocks_are_as_long_as_what_a_step_takes():
    table = {"new": [8, 8], "kept": [0, 16], "times": [1.0, 2.5], "numbers": [0, 3000]}
    figure = plots.what_a_step_takes(pd.DataFrame(table, index=["plain", "kept too"]))
    said = written(figure)
    assert {"plain", "kept too", "8", "16", "1.0", "2.5", "none", "3"} <= set(said)
    plain, computed, new, kept, more, stored = (patch.get_width() for patch in figure.axes[0].patches)
    assert plain == new == pytest.approx(kept / 2) and more == pytest.approx(2.5 * computed) and stored > 0
    with pytest.raises(SequifiError, match="nothing to draw"):
        plots.what_a_step_takes(pd.DataFrame(table)[:0])
