"""Names of files, whatever they are: read as a corpus's grammar has it, or not at all."""

import re
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given, settings, strategies as st

from sequifi_lite.data.corpora import CORPORA
from sequifi_lite.data.corpora.own_folder.labels import from_folders, from_pattern
from sequifi_lite.data.corpora.published import describe, published
from sequifi_lite.data.emotions import EMOTIONS
from sequifi_lite.errors import CorpusError

STEMS = {name: [PurePosixPath(file).stem for file in published(name)] for name in CORPORA}


@pytest.mark.parametrize("name", list(CORPORA))
@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.data())
def test_a_name_is_read_or_is_none(name, data):
    stem = data.draw(st.sampled_from(STEMS[name][:: max(1, len(STEMS[name]) // 50)]))
    at = data.draw(st.integers(0, len(stem)))
    changed = stem[:at] + data.draw(st.text(max_size=2)) + stem[at + data.draw(st.integers(0, 2)) :]
    for one in (changed, data.draw(st.text(max_size=20)), stem):
        fields = describe(name, one)
        assert fields is None or (fields["emotion"] in EMOTIONS and fields["label"] in CORPORA[name].LABELS)
    assert describe(name, stem) is not None


@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    st.lists(
        st.from_regex(r"[^/\0\ud800-\udfff]{1,6}(/[^/\0\ud800-\udfff]{1,6}){0,3}", fullmatch=True),
        unique=True,
    )
)
def test_every_file_is_described_or_left_out_by_name(names):
    files = list(dict.fromkeys(PurePosixPath(name) for name in names))
    labelled = [from_folders("speaker/emotion", files, Path("."), {})]
    try:
        labelled.append(from_pattern(r"(?P<speaker>\w+)/(?P<emotion>[^/]+)", files))
    except CorpusError as error:  # a pattern that says two things of a file is refused, and the file named
        assert any(f"fits {file} in two places" in str(error) for file in files)
    for found in labelled:
        out = [name for left in found.left_out.values() for name in left]
        assert sorted([*map(str, found.fields), *out]) == sorted(map(str, files))
        assert re.search("emotion", found.used)
