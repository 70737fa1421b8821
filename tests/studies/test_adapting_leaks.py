"""Which corpora `adapt` refuses because they leak: one person twice, one recording twice, changed copies."""

import numpy as np
import pytest
from adapting_packs import EMOTIONS, pack, written

from sequifi_lite.data.pack import load_pack
from sequifi_lite.data.pack_file import Pack
from sequifi_lite.data.splits import HOLDS_OUT, default_scheme
from sequifi_lite.errors import SequifiError
from sequifi_lite.studies.adapting.adapt import adapt
from sequifi_lite.studies.adapting.leaks import (
    CHANGED,
    COPY,
    LEAD,
    Leak,
    copies_of,
    near_copies,
    refuse_leaks,
)


def leaky_people(one: Pack) -> Pack:
    """Each speaker's clips under names of their own: p0_a, p0_b, p0_c."""
    takes = np.array(["a", "b", "c"])[np.arange(len(one.clips)) % 3]
    return pack("two", 1, speaker=one.clips["speaker"] + "_" + takes)


def leaky_copies(one: Pack) -> Pack:
    """Some clips once more, a little noisy, said by another person."""
    X, clips = one.embeddings.copy(), one.clips
    first, other = (np.flatnonzero(clips["speaker"] == name) for name in ("p0", "p1"))
    X[other[:4]] = X[first[:4]] + np.float16(0.01)
    return Pack(clips, X, one.provenance)


def leaky_source(one: Pack) -> Pack:
    clips = one.clips.copy()
    clips.loc[:2, "sha256"] = pack("one", 0).clips["sha256"].iloc[:3].to_numpy()
    return Pack(clips, one.embeddings, one.provenance)


def leaky_source_again(one: Pack) -> Pack:
    """Three clips of the source in another file format, under other names and speakers."""
    X = one.embeddings.copy()
    X[:3] = pack("one", 0).embeddings[:3] + np.float16(0.01)
    return Pack(one.clips, X, one.provenance)


def leaky_parts(one: Pack) -> Pack:
    clips = one.clips.copy()
    clips.loc[0, "part_speaker"] = (clips.loc[0, "part_speaker"] + 1) % 4
    return Pack(clips, one.embeddings, one.provenance)


@pytest.mark.parametrize(
    "leak, sentence",
    [
        (leaky_people, "two by speaker may leak, for the 15 names of speakers begin with 5 words"),
        (leaky_copies, "4 pairs of clips of two are nearly the same sound"),
        (leaky_source, "3 recordings of two are in one as well"),
        (leaky_source_again, "3 clips of two are nearly the same sound as clips of one"),
        (leaky_parts, "is in two parts of its folds by speaker, so they leak"),
    ],
)
def test_a_leaky_corpus_is_refused_before_anything_is_trained(tmp_path, leak, sentence):
    a, b = written(tmp_path, pack("one", 0)), written(tmp_path, leak(pack("two", 1)))
    with pytest.raises(SequifiError, match=sentence) as caught:
        adapt(a, b, out=tmp_path / "out")
    assert not (tmp_path / "out").exists() and str(caught.value).endswith(".")


def test_people_may_be_said_to_be_right(tmp_path):
    packs = {"one": pack("one", 0), "two": leaky_people(pack("two", 1))}
    with pytest.raises(Leak):
        refuse_leaks(packs, EMOTIONS)
    refuse_leaks(packs, EMOTIONS, people_are_right=True)
    refuse_leaks({"one": packs["one"], "two": pack("two", 1)}, EMOTIONS)


def test_near_copies_are_those_of_a_loop_over_all_pairs():
    one = leaky_copies(pack("two", 1, speakers=6))
    x = one.embeddings.astype(float)
    z = (x - x.mean(0)) / x.std(0)
    speaker, files = one.clips["speaker"], one.clips["file"]
    wanted = {
        (files[i], files[j])
        for i in range(len(z))
        for j in range(i + 1, len(z))
        if speaker[i] != speaker[j] and z[i] @ z[j] / np.linalg.norm(z[i]) / np.linalg.norm(z[j]) > COPY
    }
    assert wanted and {pair[:2] for pair in near_copies(one, "speaker")} == wanted


def test_copies_of_the_source_are_those_of_a_loop_over_all_pairs():
    one, two = pack("one", 0), leaky_source_again(pack("two", 1, shift=1.0))
    x, y = one.embeddings.astype(float), two.embeddings.astype(float)
    both = np.concatenate([x, y])
    z, w = ((part - both.mean(0)) / both.std(0) for part in (x, y))
    wanted = {
        (one.clips["file"][i], two.clips["file"][j])
        for i in range(len(z))
        for j in range(len(w))
        if z[i] @ w[j] / np.linalg.norm(z[i]) / np.linalg.norm(w[j]) > COPY
    }
    assert len(wanted) == 3 and {pair[:2] for pair in copies_of(one, two)} == wanted


def changed_copies(one: Pack) -> Pack:
    """Six clips under the names of other people, changed so much that their cosines are below `COPY`."""
    draws = np.random.default_rng(5)
    X, clips = one.embeddings.astype(np.float32), one.clips.copy()
    first, other = (np.flatnonzero(clips["speaker"] == name)[:6] for name in ("p0", "p1"))
    X[other] = X[first] + 0.85 * X.std(0) * draws.standard_normal((6, X.shape[1]))
    return Pack(clips, X.astype(np.float16), one.provenance)


def alone(z: np.ndarray, groups: np.ndarray) -> set[tuple[int, int]]:
    """Pairs of rows that are each other's nearest by far, of two groups: by a loop over all pairs."""
    cosine = [[a @ b / np.linalg.norm(a) / np.linalg.norm(b) for b in z] for a in z]
    pairs = set()
    for i in range(len(z)):
        for j in range(i + 1, len(z)):
            rest = [cosine[k][m] for k in (i, j) for m in range(len(z)) if m not in (i, j)]
            if groups[i] != groups[j] and cosine[i][j] > CHANGED and cosine[i][j] - max(rest) > LEAD:
                pairs.add((i, j))
    return pairs


def test_changed_copies_are_those_that_are_nearest_by_far():
    one = changed_copies(pack("two", 1, speakers=6))
    x = one.embeddings.astype(float)
    z = (x - x.mean(0)) / x.std(0)
    files, groups = one.clips["file"], one.clips["speaker"].to_numpy()
    wanted = {(files[i], files[j]) for i, j in alone(z, groups)}
    copies = near_copies(one, "speaker")
    assert len(wanted) >= 4 and {pair[:2] for pair in copies} == wanted
    assert sum(cosine < COPY for _, _, cosine in copies) >= 4


def test_corpora_of_the_book_hold_no_near_copies():
    for name in ("emodb", "mesd", "ravdess"):
        one = load_pack(name)
        assert near_copies(one, HOLDS_OUT[default_scheme(one.clips)][0]) == []


def test_corpora_of_the_book_hold_no_copies_of_each_other():
    for names in (("emodb", "mesd"), ("emodb", "ravdess")):
        assert copies_of(*map(load_pack, names)) == []
