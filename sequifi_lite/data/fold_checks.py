"""Folds that cannot be used: a group in two parts, a part without a clip."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..errors import SequifiError


def own_parts(clips: pd.DataFrame, name: str, scheme: str, group: str) -> dict[str, int]:
    """Find the part of each group, as the clip table of a reader's corpus has it.

    Raises
    ------
    SequifiError
        If a group is in two parts.
    """
    column = f"part_{scheme}"
    pairs = clips.loc[clips[column] >= 0, [group, column]].drop_duplicates().sort_values(group)
    for torn in pairs.loc[pairs[group].duplicated(), group][:1]:
        raise SequifiError(
            f"The {group} {torn} of {name} is in two parts of its folds by {scheme}, so they leak; scan the"
            " corpus again and leave the columns part_... as they come."
        )
    return dict(zip(pairs[group].astype(object), pairs[column].astype(int)))


def check_parts(corpus: str, fold: int, scheme: str, parts: dict[str, np.ndarray]) -> None:
    """Refuse a fold in which a part has no clip.

    Raises
    ------
    SequifiError
        If one is empty; the message names it.
    """
    for part, rows in parts.items():
        if not len(rows):
            raise SequifiError(
                f"Fold {fold} of {corpus} by {scheme} has no clip of these emotions in its {part} part;"
                " choose another fold, another scheme or other emotions."
            )
