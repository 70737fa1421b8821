"""A corpus is one module, and one line in `CORPORA`; beside them stands the list of its official files."""

import importlib.util
import sys

import numpy as np
import pytest
import soundfile

from sequifi_lite.data import corpora, label_spaces as labels
from sequifi_lite.data.audit.corpus import audit
from sequifi_lite.data.corpora import CORPORA, published
from sequifi_lite.data.corpora.dataset import load_corpus
from sequifi_lite.data.corpora.published import describe
from sequifi_lite.data.corpora.scan import scan
from sequifi_lite.data.download import places
from sequifi_lite.data.download.get import get
from sequifi_lite.data.label_spaces import class_counts, explain
from sequifi_lite.data.leaks.lists import published_clips

MODULE = '''
"""A corpus of six sentences, all said by nobody."""
import re

from .sources import Download

TITLE, LANGUAGE, HOME = "Toy", "en", "https://example.org/toy"
LICENCE, CITATION = "CC0", "Nobody: Toy, 2026"
LABELS = {"ang": "anger", "hap": "happiness", "neu": "neutral"}
PUBLISHED, FOLDER, RATES, FULL_SCALE = 6, None, (16_000,), False
STEREO = SILENT = frozenset()
DEFECTS, SLIPS, DUPLICATES, NOT_IN_DOWNLOAD = {}, {}, (), ()
DOWNLOAD = Download(unpacked=10_000, by_hand="1. Open the page.")

def parse(stem):
    match = re.fullmatch(r"(toy[12])_(ang|hap|neu)", stem)
    return match and {
        "file": f"{stem}.wav", "speaker": match[1], "gender": "child", "label": match[2],
        "sentence": "s", "intensity": None,
    }
'''


@pytest.fixture
def toy(tmp_path, monkeypatch):
    (tmp_path / "toy.py").write_text(MODULE)
    spec = importlib.util.spec_from_file_location(f"{corpora.__name__}.toy", tmp_path / "toy.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    monkeypatch.setitem(CORPORA, "toy", module)  # the one line
    names = [f"toy{n}_{label}" for n in (1, 2) for label in module.LABELS]
    (tmp_path / "toy.csv").write_text("file,seconds\n" + "".join(f"{name}.wav,0.5\n" for name in names))
    monkeypatch.setattr(published, "FILES", tmp_path)
    folder = tmp_path / "sounds"
    folder.mkdir()
    for seed, name in enumerate(names):
        wave = np.random.default_rng(seed).uniform(-0.5, 0.5, 8_000)
        soundfile.write(folder / f"{name}.wav", wave, 16_000)
    yield folder
    published.published.cache_clear()


def test_whatever_reads_a_corpus_reads_a_new_one(toy, tmp_path):
    found = scan("toy", toy)
    assert found.as_published and found.report().startswith("Toy in")
    assert list(found.table["emotion"]) == ["anger", "happiness", "neutral"] * 2
    assert audit("toy", toy).code == 0
    assert load_corpus("toy", toy).features["label"].names == ["ang", "hap", "neu"]
    got = get("toy", tmp_path / "corpora", [toy])
    assert got.new and len(got.scan.table) == 6


def test_whatever_tells_of_corpora_tells_of_a_new_one(toy):
    assert describe("toy", "toy1_hap")["emotion"] == "happiness" and len(published_clips("toy")) == 6
    assert class_counts("toy") == {"anger": 2, "happiness": 2, "neutral": 2, "sadness": 0}
    assert explain("toy")[0] == "Toy has 3 labels; 6 of its 6 published clips (100 %) are used here."
    assert "CC0" in places.terms("toy") and "Open the page" in places.by_hand("toy")


def test_the_label_space_has_a_row_for_each_of_its_labels(toy, monkeypatch):
    monkeypatch.setattr(labels, "CORPORA", {"toy": CORPORA["toy"]})  # the lists of the others are elsewhere
    assert list(labels.label_space()["label"]) == ["ang", "hap", "neu"]
