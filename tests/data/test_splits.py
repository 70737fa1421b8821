import os
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd
import pytest

from sequifi_lite.data import splits
from sequifi_lite.data.corpora import CORPORA
from sequifi_lite.data.corpora.published import describe, published
from sequifi_lite.data.emotions import EMOTIONS, FOUR, SIX
from sequifi_lite.data.splits import COLUMN, HOLDS_OUT, SCHEMES, default_scheme, folds, parts, schemes, split
from sequifi_lite.errors import SequifiError

ROOT = Path(__file__).resolve().parents[2]
CASES = [(name, default_scheme(name), fold) for name in CORPORA for fold in range(5)]
CASES += [("mesd", "voice", fold) for fold in range(3)]
TABLES = {
    name: pd.DataFrame([describe(name, PurePosixPath(file).stem) for file in published(name)])
    for name in CORPORA
}

# Recordings published twice (notes of each corpus module).
TWICE = {
    "cremad": [
        {"1006_TIE_HAP_XX", "1006_TIE_NEU_XX"},
        {"1013_WSI_DIS_XX", "1013_WSI_SAD_XX"},
        {"1017_IWW_ANG_XX", "1017_IWW_FEA_XX"},
    ],
    "ravdess": [{"03-01-03-01-02-01-07", "03-01-03-01-02-02-07"}],
    "mesd": [{"Happiness_C_A_dentro", "Happiness_C_A_lento_dentro"}],
}


def held_apart(clips, result):
    """The groups in train, valid and test, as three sets."""
    column = COLUMN[result.scheme]
    return [set(clips[column].iloc[rows]) for rows in (result.train, result.valid, result.test)]


@pytest.mark.parametrize("name, scheme, fold", CASES)
@pytest.mark.parametrize("emotions", [FOUR, SIX, None])
def test_rows_are_used_once_and_none_is_lost(name, scheme, fold, emotions):
    clips = TABLES[name]
    result = split(clips, fold, emotions, scheme)
    rows = np.concatenate([result.train, result.valid, result.test])
    wanted = clips["emotion"].isin(emotions or EMOTIONS) & (clips["defect"] == "")
    assert np.array_equal(np.sort(rows), np.flatnonzero(wanted))
    for part in (result.train, result.valid, result.test):
        assert part.dtype == np.int64 and (np.diff(part) > 0).all()


@pytest.mark.parametrize("name, scheme, fold", [case for case in CASES if case[1] != "voice"])
def test_no_speaker_or_word_is_in_two_parts(name, scheme, fold):
    result = split(TABLES[name], fold, None, scheme)
    assert result.scheme == scheme
    train, valid, test = held_apart(TABLES[name], result)
    assert train and valid and test
    assert not train & valid and not train & test and not valid & test


@pytest.mark.parametrize("name", CORPORA)
def test_every_speaker_or_word_is_tested_once_and_validated_once(name):
    clips, results = TABLES[name], [split(TABLES[name], fold, None) for fold in range(5)]
    column = COLUMN[default_scheme(name)]
    usable = set(clips.loc[clips["defect"] == "", column])
    for part in ("test", "valid"):
        seen = Counter(
            group for result in results for group in set(clips[column].iloc[getattr(result, part)])
        )
        assert seen == dict.fromkeys(usable, 1)
    for fold in range(5):
        assert np.array_equal(results[fold].valid, results[(fold + 1) % 5].test)


@pytest.mark.parametrize("fold", range(3))
def test_voice_folds_hold_out_a_voice_type_and_validate_on_words_not_trained_on(fold):
    clips = TABLES["mesd"]
    result = split(clips, fold, None, "voice")
    voices = held_apart(clips, result)
    assert voices[2] == {("female", "male", "child")[fold]}
    assert voices[0] == voices[1] == {"female", "male", "child"} - voices[2]
    words = [set(clips["sentence"].iloc[rows]) for rows in (result.train, result.valid)]
    assert not words[0] & words[1]
    usable = (clips["defect"] == "") & clips["gender"].isin(voices[2])
    assert np.array_equal(result.test, np.flatnonzero(usable))
    assert 0.15 < len(result.valid) / (len(result.train) + len(result.valid)) < 0.25


@pytest.mark.parametrize("name, scheme, fold", CASES)
def test_every_part_has_every_class(name, scheme, fold):
    clips = TABLES[name]
    there = set(clips["emotion"])
    for emotions in (FOUR, SIX, None):
        result = split(clips, fold, emotions, scheme)
        for rows in (result.train, result.valid, result.test):
            assert set(clips["emotion"].iloc[rows]) == there & set(emotions or EMOTIONS)


@pytest.mark.parametrize("name, scheme, fold", CASES)
def test_recordings_published_twice_never_straddle_and_defects_never_appear(name, scheme, fold):
    clips = TABLES[name]
    stems = clips["file"].map(lambda file: PurePosixPath(file).stem)
    result = split(clips, fold, None, scheme)
    used = {part: set(stems.iloc[getattr(result, part)]) for part in ("train", "valid", "test")}
    for defect in CORPORA[name].DEFECTS:
        assert not any(defect in part for part in used.values())

    # And were the defects not excluded, a pair would still lie on one side of the wall.
    everything = split(clips.assign(defect=""), fold, None, scheme)
    used = {part: set(stems.iloc[getattr(everything, part)]) for part in ("train", "valid", "test")}
    for pair in TWICE.get(name, []):
        assert sum(pair <= part for part in used.values()) == 1


def test_a_slip_of_spelling_does_not_make_a_new_word():
    assert "afuera" not in parts("mesd", "word") and "lento_dentro" not in parts("mesd", "word")


def span(numbers):
    return f"{min(numbers)}-{max(numbers)}" if min(numbers) < max(numbers) else f"{min(numbers)}"


def documented(number):
    """The rows of a table in the module's docstring, without its header."""
    tables = splits.__doc__.split("corpus ")[1:]
    return [line for line in tables[number].splitlines() if line.split(" ")[0] in CORPORA]


def test_parts_are_as_even_as_the_documentation_says():
    lines = documented(0)
    assert len(lines) == len(CORPORA)
    for line in lines:
        name, *stated = line.removesuffix(" %").split()
        clips = TABLES[name][TABLES[name]["defect"] == ""]
        tests = [clips.loc[TABLES[name].index[split(TABLES[name], fold, None).test]] for fold in range(5)]
        column = COLUMN[default_scheme(name)]
        found = [[rows[column].nunique() for rows in tests]]
        found += [[int((rows["emotion"] == word).sum()) for rows in tests] for word in SIX]
        found += [
            [len(rows) for rows in tests],
            [round(100 * (rows["gender"] == "female").mean()) for rows in tests],
        ]
        assert stated == [span(n) for n in found], name


@pytest.mark.parametrize("name", ["cremad", "mesd", "shemo"])
def test_large_corpora_are_within_a_few_clips_of_even(name):
    for word in FOUR:
        counts = [
            (TABLES[name]["emotion"].iloc[split(TABLES[name], fold).test] == word).sum() for fold in range(5)
        ]
        assert max(counts) - min(counts) <= 0.05 * sum(counts) / 5 + 1


def test_some_rows_of_a_corpus_are_split_like_the_whole():
    clips = TABLES["cremad"]
    few = clips[clips["speaker"].isin([f"10{number:02d}" for number in range(1, 13)])].sample(
        frac=1, random_state=0
    )
    for fold in range(5):
        for part in ("train", "valid", "test"):
            whole = set(clips["file"].iloc[getattr(split(clips, fold), part)])
            assert set(few["file"].iloc[getattr(split(few, fold), part)]) == whole & set(few["file"])


def test_rows_are_positions_whatever_the_index():
    clips = TABLES["emodb"]
    odd = clips.set_axis([f"row {number}" for number in range(len(clips))])
    assert np.array_equal(split(odd, 0).test, split(clips, 0).test)


def test_columns_may_be_categories():
    clips = TABLES["emodb"]
    assert np.array_equal(split(clips.astype("category"), 0).train, split(clips, 0).train)


def test_an_absent_part_is_empty():
    one = TABLES["emodb"][TABLES["emodb"]["speaker"] == "03"]
    sizes = [len(split(one, fold).test) for fold in range(5)]
    assert sorted(sizes)[:4] == [0, 0, 0, 0] and max(sizes) > 0


def test_defaults():
    assert default_scheme("mesd") == "word" and default_scheme("shemo") == "speaker"
    clips = TABLES["emodb"]
    assert set(clips["emotion"].iloc[split(clips, 0).train]) == set(FOUR)
    assert folds("mesd", "voice") == 3 and all(folds(name) == 5 for name in CORPORA)


def test_speakers_that_look_like_numbers_keep_their_zero():
    assert set(parts("emodb")) == {"03", "08", "09", "10", "11", "12", "13", "14", "15", "16"}


@pytest.mark.parametrize(
    "change, arguments, says",
    [
        ({"speaker": "99"}, {}, "do not know 339 clips with speaker 99"),
        ({"speaker": None}, {}, "with speaker (missing)"),
        ({"corpus": "iemocap"}, {}, "no folds for a corpus called 'iemocap'"),
        ({}, {"fold": 5}, "no fold 5 of emodb by speaker; choose one of 0 to 4"),
        ({}, {"fold": -1}, "no fold -1"),
        (
            {},
            {"scheme": "word"},
            "no 'word' folds for emodb; its schemes are speaker, sentence, one-speaker, speaker+sentence",
        ),
        ({}, {"emotions": ("joy",)}, "'joy' is no emotion"),
    ],
)
def test_refusals(change, arguments, says):
    clips = TABLES["emodb"].assign(**change)
    with pytest.raises(SequifiError) as caught:
        split(clips, **({"fold": 0} | arguments))
    message = str(caught.value)
    assert says in message and message.endswith(".") and "; " in message and "\n" not in message


def test_mesd_is_never_split_by_speaker():
    with pytest.raises(SequifiError, match="no 'speaker' folds for mesd; its schemes are word, voice"):
        split(TABLES["mesd"], 0, scheme="speaker")


# ---------------------------------------------------------------- schemes beside the main ones

OTHERS = [
    (name, scheme)
    for name in CORPORA
    for scheme in schemes(name)
    if (name, scheme) not in {case[:2] for case in CASES}
]


@cache
def every_fold(name, scheme, emotions=None):
    return [split(TABLES[name], fold, emotions, scheme) for fold in range(folds(name, scheme))]


def test_every_corpus_has_the_schemes_that_make_sense_for_it():
    by_speaker = ("speaker", "sentence", "one-speaker", "speaker+sentence")
    assert {name: schemes(name) for name in CORPORA} == dict.fromkeys(
        ("cremad", "ravdess", "emodb", "nemo"), by_speaker
    ) | {
        "shemo": ("speaker", "one-speaker", "speaker+sentence"),
        "mesd": ("word", "voice", "voice+word"),
    }
    assert {folds(name, scheme) for name in CORPORA for scheme in schemes(name)} == {
        2,
        3,
        5,
        9,
        10,
        15,
        24,
        25,
        87,
        91,
    }
    assert set(HOLDS_OUT) == set(SCHEMES) == {scheme for name in CORPORA for scheme in schemes(name)}


@pytest.mark.parametrize("name, scheme", OTHERS)
def test_test_parts_share_nothing_that_the_scheme_holds_out(name, scheme):
    clips = TABLES[name]
    for result in every_fold(name, scheme):
        assert (
            result.scheme == scheme
            and result.statement == SCHEMES[scheme]
            and result.holds_out == HOLDS_OUT[scheme]
        )
        for column in result.holds_out:
            train, valid, test = (
                set(clips[column].iloc[rows]) for rows in (result.train, result.valid, result.test)
            )
            assert test and not test & train and not test & valid
        # What validation does not share with training.
        apart = {"sentence": "sentence", "voice+word": "sentence"}.get(scheme, "speaker")
        if name == "ravdess":
            apart = "speaker"  # of two sentences, one is left
        assert not set(clips[apart].iloc[result.train]) & set(clips[apart].iloc[result.valid])


@pytest.mark.parametrize("name, scheme", OTHERS)
def test_every_clip_is_tested_once_and_every_other_one_is_accounted_for(name, scheme):
    clips = TABLES[name]
    for emotions in (FOUR, None):
        usable = np.flatnonzero((clips["defect"] == "") & clips["emotion"].isin(emotions or EMOTIONS))
        results = every_fold(name, scheme, emotions)
        assert np.array_equal(np.sort(np.concatenate([result.test for result in results])), usable)
        for result in results:
            everything = np.concatenate([result.train, result.valid, result.test, result.dropped])
            assert np.array_equal(np.sort(everything), usable)


@pytest.mark.parametrize("name, scheme", [case for case in OTHERS if "+" in case[1]])
def test_only_rows_that_share_with_the_test_part_are_dropped(name, scheme):
    clips = TABLES[name]
    for result in every_fold(name, scheme):
        test, dropped = clips.iloc[result.test], clips.iloc[result.dropped]
        group, text = result.holds_out
        reasons = dropped[group].isin(test[group]) | dropped[text].isin(test[text])
        if name != "shemo":  # the speakers of a fold need not have said all of its held-out sentences
            number = parts(name, scheme.split("+")[1])
            held = {said for said, part in number.items() if part == number[test[text].iloc[0]]}
            reasons |= dropped[text].isin(held)
        assert reasons.all() and len(dropped)


def test_the_rows_that_other_schemes_use_are_as_documented():
    lines = documented(1)
    expected = []
    for name in CORPORA:
        for scheme in schemes(name)[1:]:
            results = every_fold(name, scheme)
            sizes = [
                span([len(getattr(result, part)) for result in results])
                for part in ("train", "valid", "test", "dropped")
            ]
            expected.append([name, scheme, str(len(results)), *sizes])
    assert [line.split() for line in lines] == expected


@pytest.mark.parametrize("name, scheme", [case for case in OTHERS if case[0] in TWICE])
def test_recordings_published_twice_never_straddle_in_any_scheme(name, scheme):
    clips = TABLES[name].assign(defect="")
    stems = clips["file"].map(lambda file: PurePosixPath(file).stem)
    for fold in range(folds(name, scheme)):
        result = split(clips, fold, None, scheme)
        used = [set(stems.iloc[rows]) for rows in (result.train, result.valid, result.test, result.dropped)]
        for pair in TWICE[name]:
            assert sum(pair <= part for part in used) == 1


def test_one_speaker_at_a_time_is_one_speaker_and_the_next_one():
    clips = TABLES["emodb"]
    names = sorted(set(clips["speaker"]))
    for fold, result in enumerate(every_fold("emodb", "one-speaker")):
        assert set(clips["speaker"].iloc[result.test]) == {names[fold]}
        assert set(clips["speaker"].iloc[result.valid]) == {names[(fold + 1) % 10]}
    assert parts("emodb", "one-speaker")["03"] == 0


def test_a_clip_that_says_what_a_test_speaker_says_is_not_trained_on():
    clips = TABLES["shemo"]
    stems = clips["file"].map(lambda file: PurePosixPath(file).stem)
    (fold,) = [
        f
        for f, r in enumerate(every_fold("shemo", "speaker+sentence"))
        if "M42A07" in set(stems.iloc[r.test])
    ]
    whole = split(clips, fold, None, "speaker+sentence")
    same_text = {"M37A01", "M42A07"}
    assert same_text & set(stems.iloc[whole.train]) == set()
    assert len(split(clips, fold, None).test) == len(whole.test)


def test_two_things_at_once_have_no_parts_of_their_own():
    with pytest.raises(SequifiError, match="no parts of its own; ask for those of 'speaker' and 'sentence'"):
        parts("emodb", "speaker+sentence")
    with pytest.raises(SequifiError, match="ask for those of 'speaker'[.]"):
        parts("shemo", "speaker+sentence")
    with pytest.raises(SequifiError, match="no 'sentence' folds for shemo"):
        split(TABLES["shemo"], 0, scheme="sentence")
    with pytest.raises(
        SequifiError, match="no fold 25 of emodb by speaker[+]sentence; choose one of 0 to 24"
    ):
        split(TABLES["emodb"], 25, scheme="speaker+sentence")


def test_unknown_speakers_of_rows_that_are_left_out_anyway_do_not_matter():
    clips = TABLES["emodb"].copy()
    clips.loc[clips["emotion"] == "boredom", "speaker"] = "99"
    assert len(split(clips, 0).test)


def test_two_corpora_at_once_and_an_empty_table():
    with pytest.raises(SequifiError, match="holds clips of emodb, nemo"):
        split(pd.concat([TABLES["emodb"], TABLES["nemo"]]), 0)
    with pytest.raises(SequifiError, match="is empty"):
        split(TABLES["emodb"][:0], 0)


def test_the_script_writes_the_committed_file_again(tmp_path):
    code = (
        "import runpy, sys; main = runpy.run_path(sys.argv[1])['main']; main.__globals__['FILE'] ="
        " sys.argv[2]; main()"
    )
    command = [sys.executable, "-c", code, str(ROOT / "tools" / "make_folds.py"), str(tmp_path / "folds.csv")]
    subprocess.run(
        command, check=True, cwd=ROOT, capture_output=True, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    committed = ROOT / "sequifi_lite" / "data" / "folds.csv"
    assert (tmp_path / "folds.csv").read_bytes() == committed.read_bytes()
