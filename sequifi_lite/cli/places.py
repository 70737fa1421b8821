"""Paths on the command line: a leading ``~`` is the home folder, also behind ``--option=``."""

from __future__ import annotations

import os

import click

from ..errors import expanded


class Place(click.Path):
    """A path of a file or folder, given as `pathlib.Path`."""

    def convert(self, value: str | os.PathLike[str], parameter, context):
        if not os.fspath(value):  # an unset variable of a shell; it would be taken for this folder
            self.fail("there is no path in it; write . for this folder.", parameter, context)
        return expanded(os.fsdecode(super().convert(value, parameter, context)))
