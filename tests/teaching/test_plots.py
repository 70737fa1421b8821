"""Figures: what is drawn is what was given, axes carry names and units, and lines differ without colour."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.transforms import Bbox
from on_a_phone import smallest, words_of

from sequifi_lite.errors import SequifiError
from sequifi_lite.learning.class_order import class_by_class
from sequifi_lite.learning.schedule import shuffled
from sequifi_lite.teaching import plots


@pytest.fixture(autouse=True)
def close_figures():
    """Close every test's figures, once they were found to be readable on a telephone."""
    plots.style()
    yield
    for number in plt.get_fignums():
        figure = plt.figure(number)
        assert figure.get_figwidth() <= plots.WIDTH
        words = words_of(figure)
        assert not words or smallest(words, figure) >= 9
    plt.close("all")


def test_who_is_seen_draws_the_share_of_each_class():
    labels = np.arange(80) % 4
    rows = np.arange(80)
    schedules = {
        "vanilla": shuffled(rows, 20, [0]),
        "one class at a time": class_by_class(rows, labels, [(2, 0, 3, 1)], 20, [0]),
    }
    figure = plots.who_is_seen(schedules, labels, ["a", "b", "c", "d"])
    top, bottom = figure.axes[:2]
    np.testing.assert_allclose(top.images[0].get_array().sum(0), 1)
    expected = np.zeros((4, 20))
    for stage, k in enumerate((2, 0, 3, 1)):
        expected[k, 5 * stage : 5 * stage + 5] = 1
    np.testing.assert_array_equal(bottom.images[0].get_array(), expected)
    assert [t.get_text() for t in bottom.get_yticklabels()] == ["a", "b", "c", "d"]
    assert bottom.get_xlabel() == "training step"
    with pytest.raises(SequifiError, match="no schedule to draw"):
        plots.who_is_seen({}, labels, ["a"])
    with pytest.raises(SequifiError, match="Class 3 has no name among 3"):
        plots.who_is_seen(schedules, labels, ["a", "b", "c"])


def test_curves_show_median_range_stages_and_chance():
    values = np.random.default_rng(0).random((5, 24)) * 100
    steps = [0, 50, 100, 150, 200]
    figure = plots.curves(
        {"one": (steps, values), "two": (steps, values[:, :1])}, stages=[50, 100, 150, 200], chance=25
    )
    axis = figure.axes[0]
    lines = {line.get_label(): line for line in axis.lines if not line.get_label().startswith("_")}
    np.testing.assert_allclose(lines["one"].get_ydata(), np.median(values, 1))
    band = axis.collections[0].get_paths()[0].vertices[:, 1]
    assert band.min() == values.min() and band.max() == values.max()
    assert (
        lines["one"].get_linestyle() != lines["two"].get_linestyle()
        and lines["one"].get_marker() != lines["two"].get_marker()
    )
    assert axis.get_xlabel() == "training step" and axis.get_ylabel() == "UAR (%)"
    assert [t.get_text() for t in axis.texts if t.get_text().startswith("class")] == [
        f"class {i}" for i in (1, 2, 3, 4)
    ]


@pytest.mark.parametrize(
    ("ends", "place"),
    [((27, 28), "top"), ((22, 23), "bottom"), ((27, 23), "top"), ((80, 90), "top")],
    ids=["scores above", "scores below", "as many", "none near"],
)
def test_chance_is_named_on_the_side_where_fewer_curves_end(ends, place):
    lines = {name: ([0, 50, 100], np.array([[0.0], [100], [end]])) for name, end in zip("ab", ends)}
    (name,) = [t for t in plots.curves(lines, chance=25).axes[0].texts if t.get_text() == "chance"]
    assert name.get_va() == place and name.xy == (1, 25)


def test_a_method_has_one_colour_in_every_figure():
    lines = {"vanilla": np.ones((2, 3)), "EWC, λ = 1": np.ones((2, 3)), "else": np.ones((2, 3))}
    drawn = plots.intervals({"target": lines}, ["a", "b"]).axes[0].containers
    seen = [container[0].get_color() for container in drawn]
    swept = plots.frontier({"EWC": ([1, 2], [1, 2], [1, 2])}).axes[0].lines[0].get_color()
    steps = plots.curves({"ewc": ([0, 1], np.ones((2, 1)))}).axes[0].lines[0].get_color()
    assert seen[1] == swept == steps == plots.METHODS["ewc"] and len(set(seen)) == 3


def test_colours_of_methods_are_their_own():
    rivals = [colour for name, colour in plots.METHODS.items() if name not in ("zero-shot", "joint")]
    assert len(set(rivals)) == len(rivals)
    assert plots.method_colour("GEM") != plots.method_colour("A-GEM")
    assert plots.method_colour("interpolation, before") == plots.METHODS["interpolation"]
    assert plots.method_colour("reservoir") is None and plots.method_colour("single") is None
    many = plots.colours(["EWC", "EWC, online", "EWC, sampled", *"abcdefgh"])
    assert len(set(many)) == len(many) and many[0] == plots.METHODS["ewc"]


def test_accuracy_matrices_print_every_cell():
    R = np.array([[82.25, 60.0], [79.9, 91.44]])
    figure = plots.accuracy_matrices({"vanilla": R, "other": R - 10}, ["CREMA-D", "Emo-DB"])
    texts = [[t.get_text() for t in axis.texts] for axis in figure.axes]
    assert texts == [["82.2", "60.0", "79.9", "91.4"], ["72.2", "50.0", "69.9", "81.4"]]
    assert figure.axes[0].get_ylabel() == "trained up to" and figure.axes[0].get_xlabel() == "tested on"


def test_matrices_of_many_corpora_stand_in_two_columns():
    R = np.arange(16.0).reshape(4, 4)
    figure = plots.accuracy_matrices({"a": R, "b": R + 20, "c": R + 40}, ["one", "two", "three", "four"])
    shown = [axis for axis in figure.axes if axis.get_visible()]
    assert [axis.get_title() for axis in shown] == ["a", "b", "c"] and len(figure.axes) == 4
    assert [axis.get_ylabel() for axis in shown] == ["trained up to", "", "trained up to"]
    assert [len(axis.texts) for axis in shown] == [16, 16, 16] and shown[2].texts[-1].get_text() == "55.0"


def test_intervals_stand_where_they_were_measured():
    values = np.array([[50.0, 45, 57], [80, 78, 81]])
    figure = plots.intervals(
        {"target": {"small": values, "large": values + 5}, "source": {"small": values}}, ["a", "b"]
    )
    left, right = figure.axes
    first, second = left.containers[:2]
    np.testing.assert_allclose(first[0].get_xdata(), [50, 80])
    np.testing.assert_allclose([segment[:, 0] for segment in first[2][0].get_segments()], values[:, 1:])
    assert first[0].get_marker() != second[0].get_marker()
    assert (first[0].get_ydata() != second[0].get_ydata()).all()
    assert [t.get_text() for t in left.get_yticklabels()] == ["a", "b"]
    assert figure.get_supxlabel() == "UAR (%)" and not left.get_xlabel() + right.get_xlabel(), (
        "once for all panels"
    )
    (alone,) = plots.intervals({"target": {"small": values}}, ["a", "b"]).axes
    assert alone.get_xlabel() == "UAR (%)"


def test_intervals_of_one_row_stand_nearer_to_each_other_than_to_the_next_rows():
    values = np.array([[50.0, 45, 57], [80, 78, 81]])
    axis = plots.intervals({"target": {f"entry {i}": values for i in range(5)}}, ["a", "b"]).axes[0]
    place = np.array([container[0].get_ydata() for container in axis.containers])
    assert (np.diff(place, axis=0) > 0).all() and np.diff(place, axis=0).max() < place[0, 1] - place[-1, 0]


def test_fold_map_puts_every_clip_into_the_cell_of_its_speaker_and_sentence():
    clips = pd.DataFrame({"speaker": list("ppqqq"), "sentence": ["1", "2", "1", "1", "2"]})
    parts = {
        "train": np.array([0, 1]),
        "valid": np.array([], dtype=int),
        "test": np.array([2, 3]),
        "dropped": np.array([4]),
    }
    figure = plots.fold_map(clips, {"ours": parts, "theirs": {"train": np.arange(5)}})
    left, right = figure.axes
    marks = {c.get_label(): c for c in left.collections}
    assert set(marks) == {"train", "test", "dropped"}
    np.testing.assert_array_equal(np.round(marks["train"].get_offsets() + 0.25)[:, 0], [0, 1])
    for part, cells in (("train", [(0, 0), (1, 0)]), ("test", [(0, 1), (0, 1)]), ("dropped", [(1, 1)])):
        assert [tuple(place) for place in np.round(marks[part].get_offsets())] == cells
    first, second = marks["test"].get_offsets()
    assert tuple(first) != tuple(second), "two clips of a cell do not hide each other"
    assert len(right.collections[0].get_offsets()) == 5
    assert [t.get_text() for t in left.get_yticklabels()] == ["p", "q"] and left.get_ylabel() == "speaker"
    assert [t.get_text() for t in figure.legends[0].get_texts()] == ["train", "test", "dropped"]


def test_voices_share_their_scales_and_say_what_they_are():
    from sequifi_lite.teaching.prosody import analyse

    time = np.arange(16_000) / 16_000
    clips = {
        name: 0.3 * np.sign(np.sin(2 * np.pi * pitch * time)) for name, pitch in (("low", 110), ("high", 220))
    }
    found = {name: analyse(wave) for name, wave in clips.items()}
    figure = plots.voices(clips, 16_000, found, "synthetic")
    axes = np.array(figure.axes).reshape(3, 2)
    assert figure.get_suptitle() == "synthetic" and [axis.get_title() for axis in axes[0]] == ["low", "high"]
    for row in axes:
        assert row[0].get_ylim() == row[1].get_ylim()
    assert [round(axis.lines[1].get_ydata()[0]) for axis in axes[1]] == [110, 220]
    np.testing.assert_array_equal(axes[0, 1].lines[0].get_ydata(), clips["high"])
    assert {"150", "200"} <= {text.get_text() for text in axes[1, 0].get_yticklabels()}
    assert [axis.get_ylabel() for axis in axes[:, 0]] == ["wave", "pitch (Hz)", "level (dB)"]


def test_mel_spectrograms_share_one_scale():
    pictures = {"a": np.random.default_rng(0).normal(-40, 10, (40, 90)), "b": np.full((40, 60), -50.0)}
    centres = np.geomspace(60, 7500, 40)
    figure = plots.mel_spectrograms(pictures, centres, 0.01, "synthetic")
    first, second = figure.axes[:2]
    assert first.images[0].get_clim() == second.images[0].get_clim()
    assert first.images[0].get_clim()[1] == pictures["a"].max()
    assert second.images[0].get_extent()[1] == pytest.approx(0.6)
    labels = [int(text.get_text().replace(",", "")) for text in first.get_yticklabels()]
    assert labels == [250, 500, 1000, 2000, 4000]
    for tick, place in zip(labels, first.get_yticks()):  # bands are spaced by a constant factor here
        below = int(place)
        assert centres[below] <= tick <= centres[below + 1]
    cut = plots.mel_spectrograms(pictures, np.geomspace(300, 3000, 40), 0.01).axes[0]
    assert [text.get_text() for text in cut.get_yticklabels()] == ["500", "1,000", "2,000"]


def test_by_emotion_draws_medians_and_quartiles_over_speakers():
    table = pd.DataFrame(
        [
            {
                "corpus": corpus,
                "emotion": emotion,
                "pitch": base + shift + i,
                "tilt": np.nan if corpus == "y" else shift,
            }
            for corpus, base in (("x", 0), ("y", 10))
            for emotion, shift in (("anger", 5), ("sadness", -5))
            for i in range(5)
        ]
    )
    figure = plots.by_emotion(
        table, {"pitch": "pitch (st)", "tilt": "tilt (dB)"}, {"x": "X", "y": "Y"}, ["anger", "sadness"]
    )
    pitch = figure.axes[0]
    anger, sadness = pitch.containers
    np.testing.assert_allclose(anger[0].get_xdata(), [7, 17])
    np.testing.assert_allclose(sadness[2][0].get_segments()[0][:, 0], [-4, -2])
    assert [text.get_text() for text in pitch.get_yticklabels()] == ["X", "Y"]
    assert pitch.get_title() == "pitch (st)"
    assert pitch.get_xlabel().replace("\n", " ") == "difference from the speaker's neutral"
    assert np.isnan(figure.axes[1].containers[0][0].get_xdata()[1])


def test_scores_over_depth_stand_at_their_places_with_their_intervals():
    places = ["log-mel", "stem", "block 1"]
    index = pd.MultiIndex.from_product([["emodb", "mesd"], places[::-1]])
    rows = pd.DataFrame({"uar": range(10, 70, 10)}, index).assign(
        low=lambda t: t["uar"] - 2, high=lambda t: t["uar"] + 3
    )
    figure, axis = plt.subplots(figsize=(plots.WIDTH, 3))
    plots.over_depth(rows, {"mesd": "MESD", "emodb": "Emo-DB"}, places, axis)
    lines = {bars.get_label(): bars for bars in axis.containers}
    assert lines["MESD"][0].get_ydata().tolist() == [60, 50, 40]
    ends = [segment[:, 1].tolist() for segment in lines["Emo-DB"][2][0].get_segments()]
    assert ends == [[28, 33], [18, 23], [8, 13]]
    assert [tick.get_text() for tick in axis.get_xticklabels()] == ["mel", "stem", "1"]
    assert lines["MESD"][0].get_marker() != lines["Emo-DB"][0].get_marker()
    with pytest.raises(SequifiError, match="No row is called 'nemo'"):
        plots.over_depth(rows, {"nemo": "nEMO"}, places, axis)


def test_class_means_stand_where_they_are():
    z = np.random.default_rng(0).normal(size=(2, 3, 2))
    figure = plots.class_means({"raw": z, "scaled": 2 * z}, ["alpha", "beta"], ["a", "b", "c"])
    upper, lower = figure.axes
    drawn = [line.get_xydata()[0] for line in lower.lines if len(line.get_xdata())]
    np.testing.assert_allclose(drawn, 2 * z.reshape(-1, 2))
    assert [text.get_text() for text in upper.texts] == ["al"] * 3 + ["be"] * 3
    looks = {(line.get_color(), line.get_marker()) for line in lower.lines}
    assert len(looks) == 6 and len({marker for _, marker in looks}) == 3
    with pytest.raises(SequifiError, match=r"shape \(2, 3, 2\) for 3 corpora and 3 emotions"):
        plots.class_means({"raw": z}, ["a", "b", "c"], ["a", "b", "c"])


def test_letters_of_class_means_cover_no_others_and_no_marks():
    crowd = np.array([[[0.1 * i, 0.4 * k] for k in range(2)] for i in range(4)])
    far = np.array([[[3, 3], [-3, 3]], [[3, -3], [-3, -3]], [[2, 0], [0, 2]], [[-2, 0], [0, -2]]])
    figure = plots.class_means({"near": crowd, "far": far}, ["aaa", "bbb", "ccc", "ddd"], ["x", "y"])
    figure.draw_without_rendering()
    for axis, z in zip(figure.axes, (crowd, far)):
        boxes = [text.get_window_extent() for text in axis.texts]
        shared = [Bbox.intersection(a, b) for i, a in enumerate(boxes) for b in boxes[:i]]
        assert not [one for one in shared if one is not None and one.width * one.height > 1]
        marks = axis.transData.transform(z.reshape(-1, 2))
        assert not [1 for place in marks for box in boxes if box.contains(*place)]


def test_frontier_draws_lines_where_they_were_measured_and_tells_them_apart_without_colour():
    rising = ([60, 70, 80], [82, 81, 60], [0, 0.5, 1.0])
    lines = {f"method {i}": ([60 + i, 70 + i, 80 + i], [80, 79, 60], [0, 1, 10]) for i in range(7)}
    figure = plots.frontier(
        {"first": rising, **lines}, {"zero-shot": (58, 83), "joint": (81, 84)}, rising, {"first": "α"}
    )
    axis = figure.axes[0]
    drawn = {line.get_label(): line for line in axis.lines}
    for name, (x, y, _) in {"vanilla over the learning rate": rising, "first": rising, **lines}.items():
        np.testing.assert_array_equal(drawn[name].get_xdata(), x)
        np.testing.assert_array_equal(drawn[name].get_ydata(), y)
    named = [line for label, line in drawn.items() if not label.startswith("_")]
    looks = [(str(line._dash_pattern), line.get_marker()) for line in named]
    assert len(set(looks)) == len({line.get_color() for line in named}) == 9
    assert drawn["vanilla over the learning rate"].get_color() == plots.GREY
    for mine, other in zip(looks[0], zip(*looks[1:])):
        assert mine not in other, "dash and marker of vanilla are its own"
    words = [text.get_text() for text in axis.texts]
    assert {"α = 0", "α = 0.5", "α = 1", "lr = 0.5", "zero-shot", "joint"} <= set(words)
    assert [text.xy for text in axis.texts if text.get_text() == "joint"] == [(81, 84)]
    assert (
        "after the source (%)" in axis.get_xlabel()
        and axis.get_ylabel() == "stability: UAR on the source (%)"
    )


def test_notes_of_a_frontier_cover_neither_each_other_nor_a_mark():
    crowd = {f"method {i}": ([70 + i / 9, 71, 70.5], [80 + i / 9, 79.8, 79.5], [1, 2, 3]) for i in range(4)}
    figure = plots.frontier(crowd, {"joint": (70.6, 80)}, strengths={name: "λ" for name in crowd})
    figure.draw_without_rendering()
    axis = figure.axes[0]
    boxes = [text.get_window_extent() for text in axis.texts]
    assert len(boxes) > 8
    shared = [Bbox.intersection(a, b) for i, a in enumerate(boxes) for b in boxes[:i]]
    assert not [one for one in shared if one is not None and one.width * one.height > 1]
    marks = np.concatenate([line.get_xydata() for line in axis.lines])
    assert not [1 for place in axis.transData.transform(marks) for box in boxes if box.contains(*place)]


def test_notes_of_a_frontier_leave_lines_alone_where_there_is_room():
    steep = {
        name: ([60 + i, 66 + i, 70 + i], [80 - i, 78 - i, 62 - i], [1, 2, 3]) for i, name in zip((0, 9), "ab")
    }
    rising = ([50, 56, 62], [60, 66, 72], [1, 2, 3])  # a note up and right of a mark stands on this line
    figure = plots.frontier(steep | {"c": rising})
    figure.draw_without_rendering()
    axis = figure.axes[0]
    boxes = [text.get_window_extent() for text in axis.texts]
    assert len(boxes) == 8
    for line in axis.lines:
        path = axis.transData.transform(line.get_xydata())
        for start, end in zip(path, path[1:]):
            on_it = np.linspace(start, end, 500)
            assert not [box for box in boxes if np.any([box.contains(*place) for place in on_it])]


def test_a_note_stands_nearest_to_its_own_mark_and_off_other_words():
    _, axis = plt.subplots(figsize=(5, 4))
    axis.scatter([0, 0.3, 4], [0, 0.3, 4], s=60)
    axis.set(xlim=(-1, 5), ylim=(-1, 5))
    axis.text(0.3, -0.4, "words that were there")
    note = axis.annotate("a note", (0, 0), (5, 5), textcoords="offset points")
    plots.keep_apart(axis)
    axis.figure.draw_without_rendering()
    box, there = note.get_window_extent(), axis.texts[0].get_window_extent()
    assert not box.overlaps(there)
    own, other = axis.transData.transform([[0, 0], [0.3, 0.3]])
    near = [np.hypot(*(np.clip(place, box.min, box.max) - place)) for place in (own, other)]
    assert 0 < near[0] < near[1]


def test_frontier_notes_the_ends_and_the_best_mean_alone():
    figure = plots.frontier({"a": ([50, 60, 70, 80, 81], [80, 79, 78, 77, 60], [1, 2, 3, 4, 5])})
    assert [text.get_text() for text in figure.axes[0].texts] == ["1", "4", "5"]
    assert not plots.frontier({"no strength": ([50], [80], [0])}).axes[0].texts
    with pytest.raises(SequifiError, match="'a' has 2 and 2 scores for 1 values"):
        plots.frontier({"a": ([1, 2], [1, 2], [1])})


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        (lambda: plots.curves({}), "nothing to draw; give curves"),
        (
            lambda: plots.curves({"a": ([1, 2, 3], np.ones((2, 4)))}),
            "'a' has 3 steps and values of shape (2, 4)",
        ),
        (lambda: plots.curves({"a": ([1, 2], np.ones(2))}), "values of shape (2,)"),
        (
            lambda: plots.curves({str(i): ([1], np.ones((1, 1))) for i in range(99)}),
            "lines apart and was given 99",
        ),
        (lambda: plots.accuracy_matrices({}, ["a"]), "give accuracy_matrices at least one"),
        (
            lambda: plots.accuracy_matrices({"x": np.ones((3, 3))}, ["a", "b"]),
            "'x' has shape (3, 3) for 2 corpora",
        ),
        (lambda: plots.intervals({}, ["a"]), "give intervals at least one"),
        (lambda: plots.intervals({"t": {}}, ["a"]), "give intervals at least one"),
        (lambda: plots.intervals({"t": {"m": np.ones((2, 3))}}, ["a"]), "'m' has shape (2, 3) for 1 rows"),
        (
            lambda: plots.intervals({"t": {str(i): np.ones((1, 3)) for i in range(7)}}, ["a"]),
            "6 lines apart and was given 7",
        ),
        (
            lambda: plots.fold_map(pd.DataFrame({"speaker": ["1"], "sentence": ["2"]}), {}),
            "give fold_map at least one",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_one_sentence_and_without_a_figure(draw, said):
    before = plt.get_fignums()
    with pytest.raises(SequifiError) as caught:
        draw()
    assert said in str(caught.value) and str(caught.value).endswith(".") and plt.get_fignums() == before
