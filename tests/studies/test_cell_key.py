"""The key of a cell is that of its data: folds and embeddings of its own corpora, and no others."""

import shutil

import pytest

from sequifi_lite.studies import training_run
from sequifi_lite.studies.training_run import Cell

CELLS = {pair: Cell("vanilla", pair, 0, 1e-3) for pair in (("mesd", "emodb"), ("emodb", "ravdess"))}


@pytest.fixture
def keys():
    """The keys of both cells, read anew."""

    def read():
        training_run.data_of.cache_clear()
        return {pair: cell.key for pair, cell in CELLS.items()}

    yield read
    training_run.data_of.cache_clear()


def with_part_changed(text, corpus):
    """The fold file with one speaker or word of a corpus moved to the next part."""
    lines = text.splitlines()
    number = next(i for i, line in enumerate(lines) if line.startswith(f"{corpus},"))
    head, _, part = lines[number].rpartition(",")
    lines[number] = f"{head},{(int(part) + 1) % 5}"
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("corpus", "changed"),
    [("mesd", [True, False]), ("emodb", [True, True]), ("ravdess", [False, True]), ("nemo", [False, False])],
)
def test_a_speaker_in_another_fold_is_another_key_for_cells_of_that_corpus(
    keys, corpus, changed, tmp_path, monkeypatch
):
    before = keys()
    file = tmp_path / "folds.csv"
    text = training_run.FILE.read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    monkeypatch.setattr(training_run, "FILE", file)
    assert keys() == before  # where the file lies does not count
    file.write_text(with_part_changed(text, corpus), encoding="utf-8")
    assert [key != before[pair] for pair, key in keys().items()] == changed
    file.write_text("".join(line + "\n" for line in text.splitlines() if not line.startswith(f"{corpus},")))
    assert [key != before[pair] for pair, key in keys().items()] == changed


@pytest.mark.parametrize(("corpus", "changed"), [("mesd", [True, False]), ("ravdess", [False, True])])
def test_other_embeddings_are_another_key_for_cells_of_that_corpus(
    keys, corpus, changed, tmp_path, monkeypatch
):
    before, find = keys(), training_run._find
    other = shutil.copy(find(corpus), tmp_path / f"{corpus}.parquet")
    monkeypatch.setattr(training_run, "_find", lambda name: other if name == corpus else find(name))
    assert keys() == before
    other.write_bytes(other.read_bytes()[:-9] + b"other" + other.read_bytes()[-4:])
    assert [key != before[pair] for pair, key in keys().items()] == changed
    monkeypatch.setattr(training_run, "_find", lambda name: None if name == corpus else find(name))
    assert [key != before[pair] for pair, key in keys().items()] == changed
