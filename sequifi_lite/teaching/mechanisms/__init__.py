"""Mechanisms: small figures to move, one plain script each, for a page and for the output of a cell.

A figure is one piece of HTML that holds its style, its script and its numbers: it runs in a built page, in
Jupyter, in VS Code and in Colab, and fetches nothing. `mechanism` makes it. `kit.js` is what all of them are
made of; a figure that computes what the library computes does so with the playground's engine. What a figure
shows of real runs is measured by `data` functions here, with the library, when the cell runs.
"""

from __future__ import annotations

import html
import json
from importlib.resources import files

import numpy as np

from ...errors import check_choice
from ..playground import engine_file

#: By name: files of the playground's engine that a figure runs on, and what it says where no script runs.
FIGURES: dict[str, tuple[tuple[str, ...], str]] = {
    "what_is_lost": (
        (),
        "Recalls of an old and a new corpus at every step, with emotions mixed or one at a time.",
    ),
    "one_long_pass": (
        (),
        "Biases, logits and stage losses of two networks at every step of training on one corpus.",
    ),
    "confusion": (
        ("metrics.js",),
        "A confusion matrix whose numbers can be moved, with its accuracy, its UAR and the recalls.",
    ),
    "bent_gradients": (
        ("linear.js", "learners/method.js", "learners/replay.js", "learners/gem.js"),
        "A gradient of two weights, gradients of old corpora, and what GEM or A-GEM makes of the first.",
    ),
    "springs": (
        ("optimisers.js", "learners/method.js", "learners/springs.js"),
        "Two weights in the valley of an old loss, pulled by a new one and held by springs of a strength.",
    ),
    "line_between": (
        (),
        "Scores of two corpora at every place of the straight line from an old model to a new one.",
    ),
    "reservoir": (
        ("random.js",),
        "A stream of clips and a memory of a few slots, which Algorithm R fills.",
    ),
    "leaks": (
        (),
        "UAR of one corpus with and without a leak of speakers or sentences, with intervals.",
    ),
    "voice": (
        (),
        "A phrase of a synthetic voice, and sliders for its pitch, its tempo and its loudness.",
    ),
    "gaussian_border": (
        ("linear.js", "mlp.js", "metrics.js", "learners/method.js", "learners/slda.js"),
        "Clips in a plane, a Gaussian for each class, and the borders of linear discriminant analysis.",
    ),
}


def figure_file(name: str) -> str:
    """Read a file of this folder."""
    return (files(__name__) / name).read_text(encoding="utf-8").rstrip()


def scripts(name: str) -> str:
    """Join what a figure runs on: the engine's files, the kit, and its own file."""
    engine, _ = FIGURES[name]
    return "\n".join([*map(engine_file, engine), figure_file("kit.js"), figure_file(f"{name}.js")])


def _plain(value):
    """Turn arrays into lists, rounded to five digits, so that a page stays light."""
    if isinstance(value, np.ndarray):
        return np.round(value.astype(float), 5).tolist() if value.dtype.kind == "f" else value.tolist()
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, (list, tuple)) else value


def piece(name: str, data: dict | None = None) -> str:
    """Write a figure as one piece of HTML, for a page.

    Parameters
    ----------
    name : str
        One of `FIGURES`.
    data : dict, optional
        What the figure is told: numbers, words, lists, arrays; its file says which.

    Raises
    ------
    SequifiError
        If there is no such figure.
    """
    check_choice("There is no mechanism named", name, tuple(FIGURES))
    text = json.dumps(_plain(data or {}), separators=(",", ":"), allow_nan=False)
    for mark in "<>&":  # so that no word of the data can end the script
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    start = figure_file("start.js").replace("NAME", json.dumps(name)).replace("DATA", text)
    page = figure_file("page.html").replace("STYLE", figure_file("style.css"))
    page = page.replace("WORDS", html.escape(FIGURES[name][1])).replace("NAME", name, 1)
    return page.replace("SCRIPT", f"{scripts(name)}\n{start}")


def mechanism(name: str, data: dict | None = None):
    """Show a figure to move, as the output of a cell.

    Parameters
    ----------
    name, data
        As in `piece`.

    Returns
    -------
    IPython.display.HTML
        Self-contained; nothing is fetched, nothing leaves the page.

    Examples
    --------
    >>> from sequifi_lite.teaching.mechanisms import FIGURES, mechanism
    >>> "data-mechanism" in mechanism("bent_gradients").data
    True
    """
    from IPython.display import HTML

    return HTML(piece(name, data))
