"""Numbers of heat maps can be read, on light pages and on dark ones."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from sequifi_lite.teaching import plots


def css_contrast(ground, ink):
    lights = sorted(
        sum(
            weight * (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4)
            for weight, c in zip((0.2126, 0.7152, 0.0722), colour)
        )
        for colour in (ground, ink)
    )
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def on_a_dark_page(colour):
    """As site.css has it: invert by 0.93, then turn the hue by half a circle, channel by channel."""
    red, green, blue = (0.93 - 0.86 * c for c in colour)
    grey = 0.213 * red + 0.715 * green + 0.072 * blue
    return [min(1, max(0, 2 * grey - c)) for c in (red, green, blue)]


@pytest.mark.parametrize(
    ("cmap", "values"),
    [("Greys", np.linspace(0, 0.49, 21)), ("RdBu", np.linspace(0.27, 0.75, 29))],
    ids=["grey", "two colours"],
)
def test_numbers_of_a_heat_map_stand_out_from_their_cells_in_the_dark_too(cmap, values):
    for value in values:
        _, axis = plt.subplots()
        axis.pcolormesh([[value]], cmap=cmap, vmin=0, vmax=1)
        axis.text(0.5, 0.5, "50")
        plots.legible(axis)
        cell, ink = axis.collections[0].get_facecolors()[0, :3], to_rgb(axis.texts[0].get_color())
        assert css_contrast(cell, ink) >= 4.5
        assert css_contrast(on_a_dark_page(cell), on_a_dark_page(ink)) >= 4.5
        plt.close()


def test_numbers_of_a_heat_map_take_the_better_of_two_inks():
    for value in np.linspace(0, 1, 21):
        _, axis = plt.subplots()
        axis.pcolormesh([[value]], cmap="RdBu", vmin=0, vmax=1)
        axis.text(0.5, 0.5, "50")
        plots.legible(axis)
        cell = axis.collections[0].get_facecolors()[0, :3]
        weaker = {
            name: min(
                css_contrast(cell, to_rgb(name)), css_contrast(*map(on_a_dark_page, (cell, to_rgb(name))))
            )
            for name in ("black", "white")
        }
        assert axis.texts[0].get_color() == max(weaker, key=weaker.get)
        plt.close()


def test_a_matrix_of_scores_can_be_read_up_to_a_hundred_percent():
    (axis,) = plots.accuracy_matrices({"a": np.array([[100.0, 0], [50, 100]])}, ["A", "B"]).axes
    cells = axis.collections[0].get_facecolors()[:, :3]
    for cell, text in zip(cells, axis.texts, strict=True):
        ink = to_rgb(text.get_color())
        assert min(css_contrast(cell, ink), css_contrast(on_a_dark_page(cell), on_a_dark_page(ink))) >= 4.5
