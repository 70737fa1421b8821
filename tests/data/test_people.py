"""Names of speakers that are no people, in folders shaped like published corpora that were read wrongly."""

import numpy as np
import pytest
import soundfile

from sequifi_lite.data.corpora.own_folder.scan import scan
from sequifi_lite.errors import CorpusError

WORDS = {"rab": "anger", "gio": "happiness", "neu": "neutral", "tri": "sadness"}
SINGLE = "most of the 48 speakers have a single clip"


def folder(root, names, first=0):
    for number, name in enumerate(names, first):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, np.random.default_rng(number).normal(0, 0.1, 800), 16_000)
    return root


def emovo(root):
    """Make six speakers f1 to m3, four sentences: f1/rab-f1-b1.wav."""
    people = [f"{sex}{number}" for sex in "fm" for number in (1, 2, 3)]
    sentences = ("b1", "b2", "l1", "l2")
    return folder(root, [f"{p}/{e}-{p}-{s}.wav" for p in people for e in WORDS for s in sentences])


def urdu(root):
    """Make speakers with numbered files, those of an emotion numbered once more: Angry/SM1_F2_A02.wav."""
    names = []
    for emotion in ("Angry", "Happy", "Neutral", "Sad"):
        people = [(f"S{sex}{number}", take) for sex in "MF" for number in (1, 2, 3) for take in (1, 2)]
        names += [f"{emotion}/{p}_F{t}_{emotion[0]}0{k}.wav" for k, (p, t) in enumerate(people)]
    return folder(root, names)


def tess(root):
    """Make two speakers and five words; the folders of one emotion have one word more in their names."""
    names = []
    for person in ("OAF", "YAF"):
        for of_folder, of_file in {"angry": "angry", "Pleasant_surprise": "ps", "sad": "sad"}.items():
            words = ("back", "bar", "base", "bath", "bean")
            names += [f"{person}_{of_folder}/{person}_{word}_{of_file}.wav" for word in words]
    return folder(root, names)


def notes(root, pattern, words=None):
    found = scan("mine", root, pattern=pattern, words=words)
    found.check()
    return " ".join(found.notes)


RIGHT = r"(?P<emotion>\w+)-(?P<speaker>\w+)-(?P<sentence>\w+)\.wav"


def test_one_name_for_a_woman_and_a_man_is_told(tmp_path):
    root = emovo(tmp_path / "emovo")
    said = notes(root, r"(?P<emotion>\w+)-(?P<gender>[fm])(?P<speaker>\d)-(?P<sentence>\w+)\.wav", WORDS)
    assert "3 speakers of 3 with clips of two genders, 1, 2, 3: where these are two people" in said
    assert "genders" not in notes(root, RIGHT, WORDS)
    with_gender = r"(?P<emotion>\w+)-(?P<speaker>(?P<gender>[fm])\d)-(?P<sentence>\w+)\.wav"
    assert "genders" not in notes(root, with_gender, WORDS)


@pytest.mark.parametrize(
    "corpus, pattern, words, head",
    [
        (emovo, r"(?P<emotion>\w+)-(?P<speaker>.+)\.wav", WORDS, "f1-b1, f1-b2, f1-l1 and 1 more: if f1 is"),
        (urdu, r"(?P<emotion>\w+)/(?P<speaker>\w+)_", None, "SF1_F1, SF1_F2: if SF1 is the person"),
        (tess, r"/(?P<speaker>\w+)_(?P<emotion>\w+)\.wav", {"ps": "surprise"}, "and 2 more: if OAF is"),
    ],
)
def test_a_speaker_with_a_take_or_a_word_behind_is_told(tmp_path, corpus, pattern, words, head):
    said = notes(corpus(tmp_path / "corpus"), pattern, words)
    assert head in said and "or each person is in several parts and no fold is speaker-disjoint." in said


def test_a_name_for_each_clip_is_told(tmp_path):
    assert SINGLE in notes(urdu(tmp_path / "urdu"), r"(?P<emotion>\w+)/(?P<speaker>\w+)\.wav")


@pytest.mark.parametrize(
    "name", ["{sex}_0{n}", "Actor_{sex}0{n}", "{sex}0{n}", "{n}-{sex}", "person {sex}{n}"]
)
def test_names_of_people_are_no_finding(tmp_path, name):
    people = [name.format(sex=sex, n=n) for sex in ("f", "m") for n in (1, 2, 3)]
    files = [f"{person}/{e}/{take}.wav" for person in people for e in ("anger", "sadness") for take in "abc"]
    found = scan("mine", folder(tmp_path / "mine", files), folders="speaker/emotion")
    assert not [note for note in found.notes if "names of speakers" in note or "genders" in note]


def test_two_names_for_one_recording_are_told_together(tmp_path):
    root = emovo(tmp_path / "emovo")
    for emotion in ("rab", "neu"):
        (root / f"m3/{emotion}-m3-b1.wav").write_bytes((root / f"f1/{emotion}-f1-b1.wav").read_bytes())
    assert "speakers f1 and m3 share 2 recordings: if they are one person" in notes(root, RIGHT, WORDS)
    (root / "m3/tri-m3-b1.wav").write_bytes((root / "m3/tri-m3-b2.wav").read_bytes())
    assert notes(root, RIGHT, WORDS).count("share") == 1  # a copy under the same name is no second person


def test_a_pattern_that_means_names_of_files_is_not_met_in_a_folder(tmp_path):
    root, loose = tess(tmp_path / "tess"), r"(?P<speaker>[A-Z]+)_(?P<sentence>\w+)_(?P<emotion>\w+)"
    with pytest.raises(CorpusError, match="in two places, 'OAF_Pleasant_surprise' and 'OAF_back_ps'") as told:
        scan("mine", root, pattern=loose)
    assert "10 files in all" in str(told.value)
    found = scan("mine", root, pattern=loose + r"\.\w+$", words={"ps": "surprise"})
    assert found.table["sentence"].nunique() == 5 and found.table["emotion"].value_counts().eq(10).all()


def test_a_pattern_that_means_folders_may_fit_the_file_too(tmp_path):
    files = [f"{p}/{e}/a/b{k}.wav" for p in ("p1", "p2") for e in ("anger", "sadness") for k in range(2)]
    found = scan("mine", folder(tmp_path / "m", files), pattern=r"(?P<speaker>\w+)/(?P<emotion>\w+)")
    assert set(found.table["speaker"]) == {"p1", "p2"} and len(found.table) == 8
    found = scan("mine", tmp_path / "m", pattern=r"(?P<emotion>anger|sadness)")
    assert len(found.table) == 8


def test_emotions_that_no_part_will_hold_are_told(tmp_path):
    root = emovo(tmp_path / "emovo")
    assert "will be in no part" not in notes(root, RIGHT, WORDS)
    others = {**WORDS, "tri": "fear", "neu": "surprise"}
    assert "no clip of neutral or sadness" in notes(root, RIGHT, others)
    folder(root, [f"{p}/dis-{p}-b{k}.wav" for p in ("f1", "m1") for k in (1, 2)], first=500)
    said = notes(root, RIGHT, {**WORDS, "dis": "disgust"})
    assert "unless emotions=(...) names others: 4 clips of disgust will be in no part." in said


def test_while_a_label_has_no_meaning_nothing_is_said_to_be_of_no_use(tmp_path):
    root = emovo(tmp_path / "emovo")
    report = scan("mine", root, pattern=RIGHT, words={"rab": "anger"}).report()
    assert "no file was opened: first every label needs a meaning" in report and "rab -> anger\n" in report
    assert "0 clips" not in report and "gio: 24" in report
