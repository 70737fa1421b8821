"""A progress bar where one is asked for, and remarks that do not break it."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Collection, Iterable


def bar(items: Collection, title: str, show: bool) -> Iterable:
    """Go through files with a progress bar under a title, or without one if it is not to be shown."""
    if not show:
        return items
    from tqdm.auto import tqdm

    return tqdm(items, desc=title, unit="file")


def remark(text: str, show: bool) -> None:
    """Tell what a reader should know of and what stops nothing: beside the bar, else as a warning."""
    if not show:
        warnings.warn(text, stacklevel=3)
        return
    from tqdm.auto import tqdm

    tqdm.write(text, file=sys.stderr)
