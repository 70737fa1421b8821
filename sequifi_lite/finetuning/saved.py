"""Trained heads as files: weights in the safetensors format, settings in its metadata. Nothing is pickled."""

from __future__ import annotations

from pathlib import Path

from ..data.sealed import load_tensors, save_tensors
from ..errors import SequifiError, check_writable, expanded
from ..learning.heads import MLP


def save_model(head: MLP, path: str | Path) -> None:
    """Write a trained head, all its runs, to a file.

    The metadata hold a digest and, as JSON, the widths of its layers, the number of runs, and ``origin``.

    Parameters
    ----------
    head : MLP with R runs
    path : str or Path, such as ``"head.safetensors"``
        A file that is there is replaced; folders are made. `SequifiError` if it cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from sequifi_lite import MLP, load_model, save_model
    >>> head = MLP(seeds=[0, 1])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_model(head, f"{folder}/head.safetensors")
    ...     again = load_model(f"{folder}/head.safetensors")
    >>> all(bool((a == b).all()) for a, b in zip(head.parameters(), again.parameters()))
    True
    """
    path = expanded(path)
    if type(head) is not MLP:
        raise SequifiError(f"An object of class {type(head).__name__} cannot be kept in {path}; give an MLP.")
    check_writable(path, "`path`")
    widths = [head.layers[0][0].shape[1], *(W.shape[2] for W, _ in head.layers)]
    settings = {"runs": head.runs, "widths": widths, "origin": head.origin}
    tensors = dict(head.named_parameters())
    save_tensors(path, tensors, settings, "`path`")


def load_model(path: str | Path) -> MLP:
    """Read a head that `save_model` has written; it is the same, bit for bit.

    Returns
    -------
    MLP with the runs that were saved, on the CPU
        Its ``origin`` is that of the saved head; a tuple in it has become a list. `SequifiError` if there is
        no such file, it is damaged, or it holds something else.

    Examples
    --------
    >>> import tempfile
    >>> from sequifi_lite import MLP, load_model, save_model
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_model(MLP(seeds=[0, 1, 2], hidden=64), f"{folder}/head.safetensors")
    ...     head = load_model(f"{folder}/head.safetensors")
    >>> head.runs, tuple(head.W1.shape)
    (3, (3, 1024, 64))
    """
    path = expanded(path)
    if not path.is_file():
        raise SequifiError(f"{path} does not exist; write it with save_model, or give another path.")
    tensors, settings = load_tensors(path, "head", "give a file of save_model, or save it again")
    try:
        inputs, *hidden, classes = settings["widths"]
        head = MLP([0] * settings["runs"], inputs, hidden, classes).to(tensors["W1"].dtype)
        head.load_state_dict(tensors)
        head.origin = settings["origin"]
    except (KeyError, ValueError, TypeError, RuntimeError) as error:
        raise SequifiError(f"{path} holds no head of this package; give a file of save_model.") from error
    return head
