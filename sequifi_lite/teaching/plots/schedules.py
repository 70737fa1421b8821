"""Which classes a schedule shows, and when."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from ...errors import SequifiError
from ...learning.schedule import Schedule
from .look import WIDTH


def who_is_seen(
    schedules: dict[str, Schedule], labels: np.ndarray, emotions: Sequence[str], run: int = 0
) -> Figure:
    """Draw schedules: the share of each class in every batch of one run, dark for the whole batch.

    Parameters
    ----------
    schedules : dict of str to Schedule
        One panel each.
    labels : ndarray of int
        Class of every row number.

    Raises
    ------
    SequifiError
        If there is no schedule, or a row's class has no name in `emotions`.
    """
    if not schedules:
        raise SequifiError(
            "There is no schedule to draw; give who_is_seen at least one, as {name: schedule}."
        )
    if (most := max(int(labels[schedule.rows[run]].max()) for schedule in schedules.values())) >= len(
        emotions
    ):
        raise SequifiError(
            f"Class {most} has no name among {len(emotions)} emotions; give the labels' emotions in their"
            " order."
        )
    figure, axes = plt.subplots(
        len(schedules), 1, figsize=(WIDTH, 0.7 + 1.4 * len(schedules)), sharex=True, squeeze=False
    )
    for axis, (name, schedule) in zip(axes[:, 0], schedules.items()):
        shown = labels[schedule.rows[run]]
        share = np.stack([(shown == k).mean(1) for k in range(len(emotions))])
        extent = (0, len(shown), len(emotions) - 0.5, -0.5)
        image = axis.imshow(
            share, aspect="auto", cmap="Greys", vmin=0, vmax=1, interpolation="nearest", extent=extent
        )
        for end in schedule.ends[:-1]:
            axis.axvline(end, color="white", linewidth=1.5)
        axis.set(yticks=range(len(emotions)), yticklabels=emotions, title=name)
    axes[-1, 0].set_xlabel("training step")
    figure.colorbar(image, ax=axes[:, 0].tolist(), label="share of the batch", aspect=12 * len(schedules))
    return figure
