"""The playground's corpora in Python: what the page trains on, as a problem that the library trains on."""

from __future__ import annotations

import base64
import json

import numpy as np
import pandas as pd
import torch

from ...data.problem import Problem
from ...data.splits import Split
from ...learning.heads import MLP
from . import data_file

PARTS = ("train", "valid", "test")


def read_record(text: str) -> dict:
    """Read what a data file hands to the engine."""
    return json.loads(text[text.index("(") + 1 : text.rindex(")")])


def numbers(text: str, dtype: str) -> np.ndarray:
    """Decode numbers, little-endian."""
    return np.frombuffer(base64.b85decode(text), dtype=dtype)


def digits(text: str) -> np.ndarray:
    """Read one digit a clip."""
    return np.array([int(digit) for digit in text], dtype=np.int64)


def unpack(record: dict) -> np.ndarray:
    """Read the whole numbers of a record, (clips, shared).

    The first ``wide`` of a clip have a byte each, the others half of one.
    """
    packed = numbers(record["coordinates"], "<i1").reshape(record["clips"], -1)
    halves = packed[:, record["wide"] :].view(np.uint8).astype(np.int64)
    narrow = np.stack([halves & 15, halves >> 4], axis=2).reshape(len(packed), -1) - 8
    return np.concatenate([packed[:, : record["wide"]].astype(np.int64), narrow], axis=1)


def pack(coordinates: np.ndarray, wide: int) -> np.ndarray:
    """Put whole numbers (clips, shared) into bytes (clips, ...), as `unpack` reads them."""
    narrow = coordinates[:, wide:].astype(np.int64) + 8
    halves = (narrow[:, ::2] | narrow[:, 1::2] << 4).astype(np.uint8).view(np.int8)
    return np.concatenate([coordinates[:, :wide].astype(np.int8), halves], axis=1)


def problem_of(records: list[dict]) -> Problem:
    """Make a problem of records: the chain in their order, seen as the first one's source model sees it.

    Parameters
    ----------
    records : list of dict
        See data.js.

    Returns
    -------
    Problem
        X (n, components), bit for bit that of ``Forgetting.problem``. Its clip table names the corpus alone.
    """
    source, d = records[0]["source"], records[0]["components"]
    axes = numbers(source["map"], "<i1").reshape(-1, d).astype(np.int64)
    scale, offset = (numbers(source[name], "<f4").astype(np.float64) for name in ("scale", "offset"))
    X, y, parts, start = [], [], {}, 0
    for record in records:
        X.append((scale * (unpack(record) @ axes) + offset).astype(np.float32))
        y.append(digits(record["labels"]))
        part = digits(record["parts"])
        rows = [np.flatnonzero(part == number) + start for number in range(3)]
        parts[record["name"]] = Split(*rows, scheme="speaker")
        start += len(part)
    names = tuple(record["name"] for record in records)
    clips = pd.DataFrame({"corpus": np.repeat(names, [len(labels) for labels in y])})
    tensors = torch.from_numpy(np.concatenate(X)), torch.from_numpy(np.concatenate(y))
    return Problem(names, tuple(records[0]["emotions"]), *tensors, parts, clips)


def source_model_of(record: dict) -> MLP:
    """Make the source model that a record ships, theta_0: an MLP with one run."""
    source = record["source"]
    weights = numbers(source["weights"], "<f4")
    head = MLP([0], record["components"], source["hidden"], len(record["emotions"]))
    ends = np.cumsum([p.numel() for p in head.parameters()])[:-1]
    with torch.no_grad():
        for p, values in zip(head.parameters(), np.split(weights, ends)):
            p.copy_(torch.from_numpy(values.reshape(p.shape).copy()))
    return head


def load(names: list[str]) -> tuple[Problem, MLP]:
    """Load a chain of the playground's corpora, and the source model of the first.

    Examples
    --------
    >>> from sequifi_lite.teaching.playground.corpora import load
    >>> problem, source_model = load(["mesd", "emodb"])
    >>> tuple(problem.X.shape), source_model.runs
    ((909, 128), 1)
    """
    records = [read_record(data_file(name)) for name in names]
    return problem_of(records), source_model_of(records[0])
