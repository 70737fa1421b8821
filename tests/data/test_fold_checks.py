"""Folds that lack something, numbers that are no sentences, and parts that never share a group."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from sequifi_lite.data import problem as module
from sequifi_lite.data.corpora.own_folder.folds import add_parts, misleading
from sequifi_lite.data.corpora.own_folder.sentence_numbers import hold_out_numbers
from sequifi_lite.data.emotions import FOUR
from sequifi_lite.data.pack import Pack, load_pack
from sequifi_lite.data.partition import divide
from sequifi_lite.data.problem import load_problem
from sequifi_lite.data.splits import folds, parts, schemes, split
from sequifi_lite.errors import SequifiError


def table(speakers=6, sentences=5, clips=120, emotions=FOUR):
    """A clip table without folds: every speaker says every sentence in every emotion."""
    return pd.DataFrame(
        {
            "file": [f"{i:04d}.wav" for i in range(clips)],
            "corpus": "mine",
            "speaker": [f"s{i % speakers}" for i in range(clips)],
            "gender": None,
            "emotion": [emotions[i // speakers % len(emotions)] for i in range(clips)],
            "sentence": [f"t{i // speakers // len(emotions) % sentences}" for i in range(clips)],
            "duration": 1.0,
            "defect": "",
        }
    )


def with_pack(monkeypatch, clips):
    provenance = {"encoder": "x", "layer": 3, "pooling": "mean", "dim": 4, "corpus": "mine"}
    X = np.random.default_rng(0).normal(size=(len(clips), 4)).astype(np.float16)
    monkeypatch.setattr(module, "load_pack", lambda name: Pack(clips, X, provenance))


# ---------------------------------------------------------------- what a fold lacks


def test_a_fold_that_cannot_learn_a_class_is_told_and_refused(monkeypatch):
    clips = table(emotions=("anger", "happiness", "neutral"))
    rare = clips["speaker"].isin(["s0"]) & (clips["emotion"] == "neutral")
    clips.loc[(clips["emotion"] == "neutral") & ~rare, "emotion"] = "anger"
    add_parts(clips)
    part = int(clips.loc[rare, "part_speaker"].iloc[0])
    without = sorted({part, (part - 1) % 5})
    notes = " ".join(misleading(clips))
    names = f"folds {', '.join(map(str, without))} by speaker: no neutral in the training part"
    assert names in notes and "load_problem() refuses to with neutral among the emotions" in notes
    assert "by speaker: no neutral in the validation part" in notes
    with_pack(monkeypatch, clips)
    emotions = ("anger", "happiness", "neutral")
    for fold in range(5):
        if fold in without:
            with pytest.raises(SequifiError) as caught:
                load_problem(("mine",), fold, emotions)
            assert f"Fold {fold} of mine by speaker has no clip of neutral in its training part" in str(
                caught.value
            )
            assert str(caught.value).endswith("or emotions among anger, happiness.")
        else:
            load_problem(("mine",), fold, emotions)
        load_problem(("mine",), fold, emotions[:2])


def test_a_part_without_clips_is_refused_by_name(monkeypatch):
    clips = table(emotions=("anger", "fear"))
    add_parts(clips)
    clips.loc[clips["part_speaker"] == 2, "emotion"] = "fear"
    with_pack(monkeypatch, clips)
    for fold, part in ((2, "test"), (1, "validation")):
        for call in (split, lambda clips, fold, emotions: load_problem(("mine",), fold, emotions)):
            with pytest.raises(
                SequifiError, match=f"Fold {fold} of mine by speaker has no clip .* {part} part"
            ):
                call(clips, fold, ("anger",))
    assert len(split(clips, 3, ("anger",)).test)
    with pytest.raises(SequifiError, match="in its training part"):
        split(clips.assign(emotion=np.where(clips["part_speaker"] < 2, "anger", "fear")), 0, ("anger",))


def test_a_published_corpus_in_part_is_still_split_and_no_problem():
    clips = load_pack("emodb").clips
    one = clips[clips["speaker"] == "03"]
    assert sum(len(split(one, fold).test) for fold in range(5)) == one["emotion"].isin(FOUR).sum()
    with pytest.raises(SequifiError, match="has no clip"):
        module._check_learnable({"emodb": split(one, 0)}, one["emotion"], 0, FOUR)


def test_a_group_in_two_parts_is_refused():
    clips = table()
    add_parts(clips)
    clips.loc[0, "part_speaker"] = (clips.loc[0, "part_speaker"] + 1) % 5
    with pytest.raises(SequifiError, match="The speaker s0 of mine is in two parts of its folds by speaker"):
        split(clips, 0)


def test_only_what_is_tested_drops_clips_of_the_same_words():
    """A sentence said by a test speaker in a clip of no part drops nobody's clips."""
    clips = load_pack("emodb").clips.assign(corpus="shemo")
    clips = clips.assign(speaker="F01", sentence=[f"x{k}" for k in range(len(clips))])
    known = parts("shemo")
    first = next(speaker for speaker, part in known.items() if part == 0)
    other = next(speaker for speaker, part in known.items() if part == 3)
    clips = clips[clips["emotion"] == "anger"].reset_index(drop=True)
    clips["speaker"] = [first if k % 2 else other for k in range(len(clips))]
    clips.loc[[0, 1], "sentence"] = "the same"
    assert list(split(clips, 0, None, "speaker+sentence").dropped) == [0]
    for change in ({"defect": "silent"}, {"emotion": "fear"}):
        ((column, value),) = change.items()
        changed = clips.copy()
        changed.loc[1, column] = value
        one = split(changed, 0, ("anger",), "speaker+sentence")
        assert not len(one.dropped) and 0 in one.train


# ---------------------------------------------------------------- numbers


def numbered(lengths, speakers=4, emotions=7, sentences=15, repeat=1):
    """A corpus like SAVEE: `lengths` gives the seconds of a sentence by speaker, emotion and number."""
    generator = np.random.default_rng(0)
    rows = [
        {
            "file": f"{s}_{e}_{n}_{r}.wav",
            "corpus": "mine",
            "speaker": f"s{s}",
            "emotion": f"e{e}",
            "sentence": f"{n:02d}",
            "gender": None,
            "duration": lengths(s, e, n) * generator.uniform(0.9, 1.1),
            "defect": "",
        }
        for s in range(speakers)
        for e in range(emotions)
        for n in range(sentences)
        for r in range(repeat)
    ]
    return pd.DataFrame(rows)


SECONDS = np.random.default_rng(1).uniform(1, 4, (40, 40, 40))


@pytest.mark.parametrize(
    "lengths, said",
    [
        (lambda s, e, n: SECONDS[0, 0, n], None),
        (lambda s, e, n: SECONDS[0, 0, n] * (1 + 0.2 * s) * (1 + 0.1 * e), None),
        (lambda s, e, n: 2.0, None),
        (lambda s, e, n: SECONDS[0, e, n], "each emotion"),
        (lambda s, e, n: SECONDS[s, 0, n], "each speaker"),
    ],
)
def test_numbers_that_mean_other_sentences_are_told(lengths, said):
    clips = numbered(lengths)
    text = hold_out_numbers(clips)
    assert (text is None) == (said is None)
    notes = add_parts(clips)
    if said:
        assert said in text and "folds by sentence hold out numbers" in " ".join(notes)
        assert schemes(clips)[0] == "speaker"  # four speakers, and no honest sentence
    else:
        assert schemes(clips)[0] == "sentence"


def test_numbers_of_a_list_for_each_emotion_are_told():
    clips = numbered(lambda s, e, n: 2.0)
    clips["sentence"] = [
        f"{'adfhns'[int(e[1:]) % 6]}{n}" for e, n in zip(clips["emotion"], clips["sentence"])
    ]
    clips = clips[clips["emotion"] != "e6"]
    assert "90 of 90 sentences occur with one emotion only" in hold_out_numbers(clips)
    assert "folds by sentence hold out numbers" in " ".join(add_parts(clips))


def test_texts_mean_themselves():
    clips = numbered(lambda s, e, n: SECONDS[0, e, n])
    clips["sentence"] = "say the number " + clips["sentence"]
    assert hold_out_numbers(clips) is None


@pytest.mark.parametrize("name", ["emodb", "ravdess", "mesd", "nemo", "cremad"])
def test_sentences_of_the_published_corpora_are_no_numbers(name):
    clips = load_pack(name).clips
    assert hold_out_numbers(clips[clips["defect"] == ""]) is None


# ---------------------------------------------------------------- properties


@settings(derandomize=True, deadline=None, max_examples=25)
@given(st.lists(st.integers(1, 12), min_size=3, max_size=12), st.integers(2, 5), st.integers(0, 99))
def test_parts_are_disjoint_cover_all_and_are_about_even(sizes, number, seed):
    if len(sizes) < number:
        return
    generator = np.random.default_rng(seed)
    speakers = [f"s{k}" for k, n in enumerate(sizes) for _ in range(n)]
    clips = pd.DataFrame(
        {
            "corpus": "mine",
            "file": [f"{k}.wav" for k in range(len(speakers))],
            "speaker": speakers,
            "emotion": generator.choice(FOUR, len(speakers)),
            "gender": generator.choice(["female", "male"], len(speakers)),
        }
    )
    part = divide(clips, "speaker", number)
    assert set(part) == set(speakers) and set(part.values()) == set(range(number))
    assert list(dict.fromkeys(part[one] for one in sorted(part))) == list(range(number))
    assert divide(clips.sample(frac=1, random_state=seed), "speaker", number) == part


@settings(derandomize=True, deadline=None, max_examples=10)
@given(st.integers(2, 5), st.integers(1, 4), st.integers(2, 8))
def test_equal_groups_are_divided_evenly(number, each, clips_each):
    clips = table(speakers=number * each, clips=number * each * clips_each * 4)
    sizes = pd.Series(divide(clips, "speaker", number)).value_counts()
    assert sizes.min() == sizes.max() == each


@settings(derandomize=True, deadline=None, max_examples=15)
@given(st.integers(3, 9), st.integers(0, 7), st.integers(0, 99), st.sampled_from([0.0, 0.1, 0.6]))
def test_every_usable_row_is_in_one_part_and_groups_are_never_divided(speakers, sentences, seed, damaged):
    generator = np.random.default_rng(seed)
    clips = table(speakers=speakers, sentences=max(sentences, 1), clips=160)
    clips["emotion"] = generator.permutation(clips["emotion"])
    clips["sentence"] = clips["sentence"] if sentences else None
    clips.loc[generator.random(160) < damaged, "defect"] = "silent"
    add_parts(clips)
    usable = np.flatnonzero(clips["defect"] == "")
    for scheme in schemes(clips):
        if "+" in scheme:
            continue
        tested = []
        for fold in range(folds(clips, scheme)):
            one = split(clips, fold, None, scheme)
            rows = np.concatenate([one.train, one.valid, one.test, one.dropped])
            assert sorted(rows) == list(usable)
            for column in one.holds_out:
                outside = set(clips[column].iloc[np.concatenate([one.train, one.valid])])
                assert not outside & set(clips[column].iloc[one.test])
            tested += list(one.test)
        assert sorted(tested) == list(usable)
