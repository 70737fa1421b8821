"""A progress bar where one is asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable


def bar(items: Collection, title: str, show: bool) -> Iterable:
    """Go through files with a progress bar under a title, or without one if it is not to be shown."""
    if not show:
        return items
    from tqdm.auto import tqdm

    return tqdm(items, desc=title, unit="file")
