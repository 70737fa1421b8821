"""Pages, styles and scripts of what runs in a reader's browser; Python puts them into one piece of HTML.

A word in capitals (STYLE, SCRIPT, DATA, SECONDS) stands where something is put in.
"""

from importlib.resources import files


def asset(name: str) -> str:
    """Read a file of this folder.

    Parameters
    ----------
    name : str
        Its name, such as "explorer.css".

    Returns
    -------
    str
        Its text, without white space at the end.
    """
    return (files(__name__) / name).read_text(encoding="utf-8").rstrip()
