"""The five corpora of the mission appear together.

The twin's ShEMO joins the shipped packs, marked as synthetic, for one run.
"""

import hashlib
import os
from html import unescape
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from sequifi_lite.data.corpora.scan import scan
from sequifi_lite.data.pack import load_pack, write_pack
from sequifi_lite.data.synthetic.twin import write_twin

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def packs(tmp_path_factory):
    """A folder of packs with the twin's ShEMO.

    True rows and labels, and embeddings that are drawn, one mean for each emotion.
    """
    folder = tmp_path_factory.mktemp("packs")
    root = write_twin(folder / "twin", corpora=["shemo"])["shemo"]
    clips = scan("shemo", root).table.drop(columns="path").reset_index(drop=True)
    generator = np.random.default_rng(0)
    means = {emotion: generator.normal(size=1024) for emotion in sorted(set(clips["emotion"]))}
    embeddings = np.stack([means[emotion] for emotion in clips["emotion"]]) + generator.normal(
        0, 2, (len(clips), 1024)
    )
    shipped = load_pack("mesd").provenance
    clips["sha256"] = [hashlib.sha256(file.encode()).hexdigest() for file in clips["file"]]
    provenance = shipped | {
        "corpus": "shemo",
        "clips": len(clips),
        "licence": "synthetic: no speech, no licence",
    }
    write_pack(folder / "packs/shemo.parquet", clips, embeddings.astype(np.float16), provenance)
    return folder / "packs"


def results():
    return {path: path.read_bytes() for path in (ROOT / "results").rglob("*") if path.is_file()}


def executed_until(name, words, cut=None):
    """Execute a notebook up to the cell that holds some words; of the one with `cut`, what stands before it.

    What is left out has nothing to do with ShEMO, and runs where the book is built.
    """
    notebook = nbformat.read(ROOT / f"notebooks/{name}.ipynb", 4)
    (last,) = (i for i, cell in enumerate(notebook.cells) if words in cell.source)
    notebook.cells = notebook.cells[: last + 1]
    if cut:
        (long,) = (cell for cell in notebook.cells if cut in cell.source)
        long.source = long.source.split(cut)[0]
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(ROOT / "notebooks")}}).execute()
    return notebook


def test_all_corpora_with_shemo_at_hand(packs, monkeypatch):
    monkeypatch.setitem(os.environ, "SEQUIFI_LITE_PACKS", str(packs))
    before = results()
    notebook = executed_until(
        "24_all_corpora", '"Mean UAR of source and target (%), one fold"', "here = run("
    )
    html = [
        o["data"].get("text/html", "")
        for cell in notebook.cells
        if cell.cell_type == "code"
        for o in cell.outputs
        if "data" in o
    ]
    live = [unescape(text) for text in html if "ShEMO" in text]
    assert len(live) == 1 and "MESD > ShEMO (synthetic)" in live[0]
    assert all(f"> {name}" in live[0] for name in ("RAVDESS", "Emo-DB", "MESD", "ShEMO"))
    assert "(synthetic)" not in live[0].replace("ShEMO (synthetic)", "") and results() == before


def test_alone_with_shemo_at_hand(packs, monkeypatch):
    monkeypatch.setitem(os.environ, "SEQUIFI_LITE_PACKS", str(packs))
    for name in ("SEQUIFI_LITE_CORPORA", "SEQUIFI_LITE_ENCODER"):
        monkeypatch.delenv(name, raising=False)
    before = results()
    notebook = executed_until("03_vanilla_fine_tuning", "probe UAR")
    html = [
        o["data"].get("text/html", "")
        for cell in notebook.cells
        if cell.cell_type == "code"
        for o in cell.outputs
        if "data" in o
    ]
    (table,) = (text for text in html if "probe UAR" in text)
    assert "ShEMO (synthetic)" in table and "no copy at hand" not in table
    assert all(name in table for name in ("CREMA-D", "RAVDESS", "Emo-DB", "MESD", "nEMO"))
    assert "(synthetic)" not in table.replace("ShEMO (synthetic)", "") and results() == before
