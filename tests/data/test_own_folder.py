"""A reader's own folder.

Every way to label it, and everything that can be odd about it, is used or refused with what to do.
"""

import os
import re
import shutil
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile
from click.testing import CliRunner

from sequifi_lite.cli import main
from sequifi_lite.data import pack as packing
from sequifi_lite.data.corpora.clip_table import COLUMNS, identities
from sequifi_lite.data.corpora.own_folder.folds import add_parts, misleading
from sequifi_lite.data.corpora.own_folder.labels_csv import read_labels
from sequifi_lite.data.corpora.own_folder.scan import check_name, scan as scan_folder
from sequifi_lite.data.corpora.own_folder.words import _WORDS, GUESSES
from sequifi_lite.data.emotions import EMOTIONS, FOUR
from sequifi_lite.data.leaks.report import leak_report
from sequifi_lite.data.pack import install, load_pack, packs, write_pack
from sequifi_lite.data.partition import divide
from sequifi_lite.data.problem import load_problem
from sequifi_lite.data.splits import default_scheme, folds, parts, schemes, split
from sequifi_lite.errors import CorpusError, CorpusMissing, SequifiError

ROOT = Path(__file__).resolve().parents[2]


def sound(path, seed, seconds=0.05, rate=16_000, channels=1):
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = np.random.default_rng(seed).normal(0, 0.1, (round(seconds * rate), channels))
    soundfile.write(path, samples.squeeze(), rate)
    return path


@pytest.fixture
def tree(tmp_path):
    """Five speakers, four emotions, two sentences: speaker/emotion/sentence.wav, all stems alike."""
    root = tmp_path / "my recordings"
    for s in range(5):
        for e, word in enumerate(("wütend", "froh-lich", "neutral", "Trauer")):
            for t in range(2):
                sound(
                    root / f"sp{s}" / word.replace("froh-lich", "fröhlich") / f"text {t}.wav",
                    100 * s + 10 * e + t,
                )
    return root


def scan(root, **more):
    return scan_folder("mine", root, **more)


def rows(root):
    """A line of csv for each file of the tree."""
    files = sorted(path.relative_to(root) for path in root.rglob("*.wav"))
    return [(str(file), file.parts[1], file.parts[0], file.stem) for file in files]


def write(path, lines, header=("file", "emotion", "speaker", "sentence"), delimiter=",", encoding="utf-8"):
    path.write_bytes("\n".join(delimiter.join(line) for line in (header, *lines)).encode(encoding))
    return path


def says(found, *words):
    report = found.report()
    for word in words:
        assert word in report, report


def refused(call, *words):
    with pytest.raises(SequifiError) as caught:
        call()
    message = str(caught.value)
    assert message.endswith(".") and "\n" not in message and ("; " in message or ", so " in message)
    for word in words:
        assert word in message, message


# ---------------------------------------------------------------- where labels come from


def test_three_sources_of_labels_give_the_same_table(tree, tmp_path):
    by_folder = scan(tree, folders="speaker/emotion")
    expression = r"(?P<speaker>sp\d)/(?P<emotion>\w+)/(?P<sentence>[^/]+)\.wav$"
    by_pattern = scan(tree, pattern=expression)
    by_csv = scan(tree, labels=write(tmp_path / "labels.csv", rows(tree)))
    for found in (by_folder, by_pattern, by_csv):
        found.check()
        assert (
            tuple(found.table.columns[: len(COLUMNS)]) == COLUMNS
            and found.table["file"].is_monotonic_increasing
        )
        assert len(found.table) == 40 and all(Path(path).is_file() for path in found.table["path"])
        assert found.table.groupby("emotion").size().to_dict() == dict.fromkeys(FOUR, 10)
        assert (found.table["defect"] == "").all() and (found.table["corpus"] == "mine").all()
    pd.testing.assert_frame_equal(by_pattern.table, by_csv.table)
    same = [*COLUMNS[:7], "duration", "part_speaker"]
    pd.testing.assert_frame_equal(by_folder.table[same], by_csv.table[same])
    assert by_folder.table["sentence"].isna().all()


def test_the_level_of_emotions_is_found(tree):
    found = scan(tree)
    found.check()
    assert found.table["speaker"].isna().all() and found.table["emotion"].nunique() == 4
    says(
        found,
        "wütend -> anger (guessed), 10 clips",
        "neutral -> neutral, 10",
        "no speaker is named",
        "no honest folds",
    )


def test_levels_that_say_nothing_are_refused(tmp_path):
    sound(tmp_path / "a" / "x.wav", 0)
    refused(lambda: scan(tmp_path), "No level of folders", "--labels labels.csv", "--folders speaker/emotion")
    sound(tmp_path / "anger" / "sadness" / "y.wav", 1)
    (tmp_path / "a" / "x.wav").unlink()
    refused(lambda: scan(tmp_path), "More than one level of folders")
    refused(
        lambda: scan(tmp_path, folders="speaker/mood"), "'speaker/mood' are not understood", "speaker/emotion"
    )
    assert scan(tmp_path, folders="-/emotion").table["emotion"].tolist() == ["sadness"]
    found = scan(tmp_path, folders="speaker/emotion/sentence")
    assert found.left_out == {"does not lie in 3 levels of folders": ["anger/sadness/y.wav"]}
    refused(found.check, "Not one labelled clip")


def test_patterns_are_checked(tree):
    refused(lambda: scan(tree, pattern="(?P<emotion>"), "is no regular expression")
    refused(lambda: scan(tree, pattern="(?P<mood>.*)"), "has a group called mood", "(?P<emotion>...)")
    refused(lambda: scan(tree, pattern=".*"), "has no group called emotion")
    refused(lambda: scan(tree, pattern=".", folders="emotion"), "pattern and folders are given")
    found = scan(tree, pattern=r"sp[01]/(?P<emotion>\w+)")
    assert len(found.table) == 16 and len(found.left_out["does not fit the pattern"]) == 24
    refused(scan(tree, pattern="nothing(?P<emotion>x)").check, "40 files: does not fit the pattern")


# ---------------------------------------------------------------- csv


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_dialects(tree, tmp_path, delimiter, encoding):
    lines = [*rows(tree)[:8], ("",) * 4]
    file = write(tmp_path / "labels.csv", lines, ("File", " Emotion", "SPEAKER", "text"), delimiter, encoding)
    entries = read_labels(file)
    assert len(entries) == 8 and entries[0] == dict(zip(("file", "emotion", "speaker", "sentence"), lines[0]))


def test_csv_refusals(tmp_path):
    file = tmp_path / "labels.csv"
    for text, words in (
        (b"", ("holds no rows",)),
        (b"file,emotion\n", ("holds no rows",)),
        (b"file,mood\na,b\n", ("no column called emotion", "it has file, mood")),
        (b"clipname,emotion\na,b\n", ("no column called file",)),
        (b"file,emotion\na,b\na,b,c\n", ("Line 3", "3 cells", "2 columns", "quotation marks")),
        (b"file,emotion\n,anger\n", ("Line 2", "names no file")),
        ("file,emotion\na,wütend\n".encode("latin-1"), ("is not UTF-8",)),
    ):
        file.write_bytes(text)
        refused(lambda: read_labels(file), "labels.csv", *words)
    refused(lambda: read_labels(tmp_path / "none.csv"), "cannot be read")


def test_paths_in_a_csv_may_come_from_another_machine(tree, tmp_path):
    first = str(rows(tree)[0][0])
    for entry in (
        first,
        f"./{first}",
        first.replace("/", "\\"),
        "C:\\data\\my recordings\\" + first.replace("/", "\\"),
        f"/home/me/{first}",
        first.removesuffix(".wav"),
        first.replace(".wav", ".WAV"),
        first.upper(),
        first.replace("ü", "u\u0308"),  # as macOS writes it
    ):
        found = scan(tree, labels=write(tmp_path / "labels.csv", [(entry, "Wut", "x", "1")]))
        assert found.table["file"].tolist() == [first], entry
        assert len(found.left_out["not in labels.csv"]) == 39


def test_names_in_a_csv_that_fit_several_files_or_none(tree, tmp_path):
    lines = [
        ("text 0.wav", "Wut", "a", "1"),
        ("sp0/wütend/text 9.wav", "Wut", "a", "1"),
        ("sp9/wütend/text 1.wav", "Wut", "a", "1"),
    ]
    found = scan(tree, labels=write(tmp_path / "labels.csv", lines))
    assert found.absent == [lines[1][0], lines[2][0]] and list(found.ambiguous) == ["text 0.wav"]
    says(found, "no such file: 2", "more than one file fits: 1")
    refused(found.check, "text 0.wav of labels.csv fits", "write the path below")
    refused(
        scan(tree, labels=write(tmp_path / "labels.csv", lines[1:])).check,
        "Not one labelled clip",
        "2 entries",
        "text 9.wav",
    )


def test_a_file_named_twice_in_the_csv(tree, tmp_path):
    first, second = rows(tree)[:2]
    lines = [first, first, second, (second[0], "Wut", *second[2:])]
    found = scan(tree, labels=write(tmp_path / "labels.csv", lines))
    assert found.table["defect"].tolist() == ["", f"labels.csv calls it {second[1]} and Wut"]


def test_empty_cells(tree, tmp_path):
    lines = rows(tree)
    lines[0] = (lines[0][0], "", *lines[0][2:])
    lines[1] = (*lines[1][:2], "", lines[1][3])
    found = scan(tree, labels=write(tmp_path / "labels.csv", lines))
    found.check()
    assert found.left_out == {"no label": [lines[0][0]]}
    (nameless,) = found.table[found.table["defect"] != ""].itertuples()
    assert (
        nameless.file == lines[1][0]
        and nameless.defect.startswith("no speaker is named")
        and nameless.part_speaker == -1
    )


# ---------------------------------------------------------------- words


def test_guesses_are_words_of_one_meaning():
    assert set(GUESSES.values()) == set(EMOTIONS)
    assert all(len(word) > 2 or not word.isascii() for word in GUESSES)
    assert not {"a", "f", "disgusto", "normal", "ang", "neu"} & set(GUESSES)
    assert len(GUESSES) == sum(len(set(words.split())) for words in _WORDS.values()), (
        "no word is claimed twice"
    )


def test_words_are_said_guessed_or_asked_for(tree, tmp_path):
    lines = [
        (file, {"Trauer": "X1", "neutral": "meh"}.get(word, word), *rest) for file, word, *rest in rows(tree)
    ]
    labels = write(tmp_path / "labels.csv", lines)
    refused(
        scan(tree, labels=labels).check,
        "'X1' (10 files)",
        "'meh' (10 files)",
        "words={...}",
        "--word X1=anger",
    )
    found = scan(tree, labels=labels, words={"x1": "sadness", "meh": None, "spam": "anger"})
    found.check()
    assert found.words == {"X1": "sadness", "meh": None, "wütend": "anger", "fröhlich": "happiness"}
    assert (
        found.guessed == {"wütend", "fröhlich"}
        and len(found.left_out["label meh, which is not wanted"]) == 10
    )
    says(
        found,
        "X1 -> sadness, 10 clips",
        "fröhlich -> happiness (guessed)",
        "meh -> left out",
        "a meaning was given for spam",
    )
    says(found, "no clip of neutral, so give emotions=('anger', 'happiness', 'sadness')")
    refused(
        lambda: scan(tree, labels=labels, words={"X1": "joy"}),
        "'joy' is no emotion of ours; choose one of anger",
    )


def test_a_word_that_was_said_goes_before_a_guess(tree):
    assert set(scan(tree, folders="speaker/emotion", words={"Trauer": "boredom"}).table["emotion"]) == {
        "anger",
        "happiness",
        "neutral",
        "boredom",
    }


def test_genders(tree, tmp_path):
    def genders(*words):
        lines = [(*line, words[i % len(words)]) for i, line in enumerate(rows(tree))]
        found = scan(
            tree,
            labels=write(tmp_path / "labels.csv", lines, ("file", "emotion", "speaker", "sentence", "Sex")),
        )
        return found, [gender for gender in found.table["gender"].unique() if isinstance(gender, str)]

    assert genders("F", "m")[1] == ["female", "male"] and genders("weiblich", "männlich")[1] == [
        "female",
        "male",
    ]
    assert genders("M", "H")[1] == ["female", "male"]  # mujer, hombre
    found, there = genders("F", "2")
    assert there == ["female"] and "the genders 2 are not understood" in found.report()


# ---------------------------------------------------------------- files


def test_two_clips_of_one_stem_are_two_clips(tree):
    table = scan(tree, folders="speaker/emotion").table
    assert table["file"].is_unique and identities(table) == list(table["file"])
    one = pd.DataFrame({"file": ["a/x.wav", "a/y.wav", "b/y.wav", "b/y.flac"]})
    assert identities(one) == ["x", "a/y.wav", "b/y.wav", "b/y.flac"]


def test_clips_of_one_stem_are_not_taken_for_one_recording(tree):
    found = scan(tree, folders="speaker/emotion")
    assert leak_report(split(found.table, 0), found.table).shared("duplicates") == 0


def test_rates_channels_formats_and_lengths_are_reported(tree):
    sound(tree / "sp0/neutral/stereo.wav", 1, channels=2)
    sound(tree / "sp0/neutral/fast.flac", 2, rate=48_000)
    sound(tree / "sp1/neutral/long.wav", 3, seconds=31, rate=8_000)
    sound(tree / "sp1/neutral/lossy.mp3", 4, seconds=0.5)
    found = scan(tree, folders="speaker/emotion")
    found.check()
    assert len(found.table) == 44
    says(
        found,
        "more than one channel; averaged when read: 1",
        "48,000 Hz: 1",
        "8,000 Hz: 1",
        "longer than 30 s",
        "long.wav: 31 s",
    )


def test_formats_that_have_to_be_converted(tree, tmp_path):
    (tree / "sp0/neutral/phone call.m4a").write_bytes(b"x")
    found = scan(tree, folders="speaker/emotion")
    refused(found.check, "ffmpeg -i 'sp0/neutral/phone call.m4a' 'sp0/neutral/phone call.wav'")
    lines = [*rows(tree), ("phone call.m4a", "neutral", "sp0", "9")]
    labels = write(tmp_path / "labels.csv", lines)
    refused(
        scan(tree, labels=labels).check,
        "cannot be decoded here; convert each of them",
        "the labels need no change",
    )
    sound(tree / "sp0/neutral/phone call.wav", 7)
    for found in (scan(tree, folders="speaker/emotion"), scan(tree, labels=labels)):
        found.check()
        assert "sp0/neutral/phone call.wav" in set(found.table["file"]) and len(found.table) == 41
    only = tmp_path / "only"
    (only / "sadness").mkdir(parents=True)
    (only / "sadness" / "a.m4a").write_bytes(b"x")
    refused(scan(only).check, "ffmpeg -i sadness/a.m4a sadness/a.wav")


@pytest.mark.parametrize(
    "how, reason",
    [
        ("text", "cannot be read as audio"),
        ("cut", "is cut short"),
        ("empty", "0 bytes"),
        ("short", "less than one window"),
        ("nan", "not finite"),
    ],
)
def test_files_that_cannot_be_used_are_named(tree, how, reason):
    victim = tree / "sp3/neutral/text 1.wav"
    whole = victim.read_bytes()
    if how == "nan":
        soundfile.write(victim, np.full(800, np.nan, dtype=np.float32), 16_000, subtype="FLOAT")
    elif how == "short":
        soundfile.write(victim, np.ones(100), 16_000)
    else:
        victim.write_bytes({"text": b"no audio", "cut": whole[:900], "empty": b""}[how])
    found = scan(tree, folders="speaker/emotion")
    assert list(found.unreadable) == ["sp3/neutral/text 1.wav"] and len(found.table) == 39
    refused(found.check, "sp3/neutral/text 1.wav", reason, "move them away")


def test_silence_and_clipping_are_found_by_decoding(tree):
    soundfile.write(tree / "sp0/neutral/nothing.wav", np.zeros(800), 16_000)
    soundfile.write(tree / "sp1/neutral/nothing.wav", np.zeros(800), 16_000)
    soundfile.write(
        tree / "sp2/neutral/loud.wav", np.clip(np.random.default_rng(0).normal(0, 2, 800), -1, 1), 16_000
    )
    found = scan(tree, folders="speaker/emotion")
    assert (
        found.table.set_index("file").loc["sp0/neutral/nothing.wav", "defect"] == "silent from start to end"
    )
    assert found.clipped == ["sp2/neutral/loud.wav"] and (found.table["defect"] != "").sum() == 2
    quick = scan(tree, folders="speaker/emotion", decode=False)
    assert quick.clipped == [] and quick.table["defect"].str.startswith("the same recording").sum() == 2


@pytest.mark.parametrize("decode", [True, False])
def test_recordings_that_are_there_twice(tree, decode):
    def copy(a, b):
        shutil.copy(tree / a, tree / b)

    copy("sp0/neutral/text 0.wav", "sp0/neutral/zz copy.wav")
    copy("sp1/neutral/text 0.wav", "sp1/Trauer/zz copy.wav")
    copy("sp2/neutral/text 0.wav", "sp3/neutral/zz copy.wav")
    os.symlink(tree / "sp4/neutral/text 0.wav", tree / "sp4/neutral/zz link.wav")
    found = scan(tree, folders="speaker/emotion", decode=decode)
    found.check()
    defects = {row.file: row.defect for row in found.table.itertuples() if row.defect}
    assert defects == {
        "sp0/neutral/zz copy.wav": "the same recording as sp0/neutral/text 0.wav, which is kept",
        "sp1/Trauer/zz copy.wav": "the same recording as sp1/neutral/text 0.wav, which is labelled neutral",
        "sp1/neutral/text 0.wav": "the same recording as sp1/Trauer/zz copy.wav, which is labelled sadness",
        "sp2/neutral/text 0.wav": (
            "the same recording as sp3/neutral/zz copy.wav, and they are said to be by sp2 and sp3"
        ),
        "sp3/neutral/zz copy.wav": (
            "the same recording as sp2/neutral/text 0.wav, and they are said to be by sp2 and sp3"
        ),
        "sp4/neutral/zz link.wav": "the same recording as sp4/neutral/text 0.wav, which is kept",
    }
    for fold in range(5):
        used = split(found.table, fold, None)
        assert not set(defects) & set(
            found.table["file"].iloc[np.concatenate([used.train, used.valid, used.test])]
        )


def test_the_same_sound_in_another_format_is_found_by_decoding(tree):
    samples, rate = soundfile.read(tree / "sp0/neutral/text 0.wav", dtype="int16")
    soundfile.write(tree / "sp0/neutral/same.flac", samples, rate)
    assert (scan(tree, folders="speaker/emotion").table["defect"] != "").sum() == 1


def test_links(tree, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    sound(elsewhere / "neutral" / "a.wav", 900)
    (tree / "sp9").symlink_to(elsewhere)
    (tree / "sp0" / "neutral" / "loop").symlink_to(tree)
    (tree / "sp1" / "neutral" / "gone.wav").symlink_to(tmp_path / "gone.wav")
    found = scan(tree, folders="speaker/emotion")
    assert "sp9/neutral/a.wav" in set(found.table["file"]) and len(found.table) == 41
    assert found.unreadable == {"sp1/neutral/gone.wav": "is a link to a file that does not exist"}


def test_names_that_are_no_text(tmp_path):
    sound(tmp_path / "anger" / "a.wav", 0)
    os.rename(os.fsencode(tmp_path / "anger" / "a.wav"), os.fsencode(tmp_path / "anger") + b"/\xff.wav")
    refused(lambda: scan(tmp_path), "is not UTF-8; rename the file", "\\xff")


def test_folders_that_are_none(tmp_path):
    refused(lambda: scan(tmp_path), "holds no audio files")
    refused(lambda: scan(tmp_path / "none"), "does not exist")
    refused(lambda: scan(sound(tmp_path / "a.wav", 0)), "is a file; give the folder")


def test_names_of_corpora():
    for name in ("emodb", "EmoDB", "emo-db", "Crema_D"):
        refused(partial(check_name, name), "the name of a published corpus")
    for name in ("my corpus", "../x", "", "Ä", "x" * 41, "1a"):
        refused(partial(check_name, name), "cannot be the name of a corpus")
    check_name("my-corpus_2")


def test_a_second_scan_is_the_same(tree):
    first, second = scan(tree, folders="speaker/emotion"), scan(tree, folders="speaker/emotion")
    pd.testing.assert_frame_equal(first.table, second.table)
    assert first.report() == second.report()


# ---------------------------------------------------------------- folds


def table(speakers=6, sentences=5, clips=120, emotions=FOUR, seed=0, recur=True):
    """A clip table as `scan` makes it before it has folds."""
    generator = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "file": [f"{i:04d}.wav" for i in range(clips)],
            "corpus": "mine",
            "speaker": [f"s{i % speakers:03d}" if speakers else None for i in range(clips)],
            "gender": None,
            "emotion": generator.permutation(np.resize(emotions, clips)),
            "sentence": [
                f"t{i // speakers % sentences if recur else i}" if sentences else None for i in range(clips)
            ],
            "defect": "",
        }
    )


def divided(**how):
    clips = table(**how)
    return clips, add_parts(clips)


def test_folds_of_an_own_corpus_are_disjoint_and_cover_it():
    clips, notes = divided()
    assert notes == [] and schemes(clips) == ("speaker", "sentence", "one-speaker", "speaker+sentence")
    for scheme in schemes(clips):
        tested = []
        for fold in range(folds(clips, scheme)):
            one = split(clips, fold, None, scheme)
            for column in one.holds_out:
                test, rest = set(clips[column].iloc[one.test]), np.concatenate([one.train, one.valid])
                assert test and not test & set(clips[column].iloc[rest])
            assert leak_report(one, clips).shared("clips") == 0
            tested.append(one.test)
        assert np.array_equal(np.sort(np.concatenate(tested)), np.arange(len(clips)))
    assert folds(clips) == 5 and folds(clips, "one-speaker") == 6 and folds(clips, "speaker+sentence") == 25
    assert parts(clips) == divide(clips, "speaker") and default_scheme(clips) == "speaker"


@pytest.mark.parametrize(
    "how, main, offered, note",
    [
        (
            {"speakers": 3},
            "sentence",
            ("sentence", "speaker", "one-speaker", "speaker+sentence"),
            "with 3 speakers there are 3",
        ),
        ({"speakers": 1}, "sentence", ("sentence",), "is only 1 speaker, so no fold can be speaker-disjoint"),
        (
            {"speakers": 4, "sentences": 0},
            "speaker",
            ("speaker", "one-speaker"),
            "with 4 speakers there are 4 folds",
        ),
        (
            {"speakers": 6, "recur": False},
            "speaker",
            ("speaker", "one-speaker"),
            "folds by sentence would be random",
        ),
        ({"speakers": 2, "sentences": 4}, None, (), "there are no honest folds"),
        ({"speakers": 1, "sentences": 0}, None, (), "there are no honest folds"),
    ],
)
def test_few_speakers_or_sentences(how, main, offered, note):
    clips, notes = divided(**how)
    assert any(note in one for one in notes), notes
    if main is None:
        refused(
            lambda: split(clips, 0),
            "no folds for a corpus called 'mine'",
            "sequifi-lite scan FOLDER --corpus mine",
        )
        return
    assert default_scheme(clips) == main and schemes(clips) == offered
    if main == "sentence":
        assert any("never call a score on them speaker-independent" in one for one in notes)
        assert "speakers recur" in split(clips, 0).statement
    refused(lambda: split(clips, folds(clips)), f"no fold {folds(clips)} of mine by {main}")


def test_some_missing_speakers_cost_their_clips_and_many_cost_the_scheme():
    clips = table()
    clips.loc[:9, "speaker"] = None
    add_parts(clips)
    assert (clips["defect"] != "").sum() == 10 and default_scheme(clips) == "speaker"
    clips = table()
    clips.loc[:59, "speaker"] = None
    notes = add_parts(clips)
    assert (clips["defect"] == "").all() and schemes(clips) == ("sentence",)
    assert any("no folds by speaker: 60 clips without one, too many to leave out" in note for note in notes)


def test_sentences_that_are_few_or_missing_give_no_folds_and_say_so():
    clips = table(sentences=2)
    assert (
        add_parts(clips) == ["there are no folds by sentence: that takes 5, and the table has 2."]
        and schemes(clips)[0] == "speaker"
    )
    clips = table()
    clips.loc[:2, "sentence"] = None
    assert add_parts(clips) == ["there are no folds by sentence: 3 clips without one; add them."]
    assert schemes(clips) == ("speaker", "one-speaker")


def test_what_would_mislead_is_said():
    clips = table(emotions=("anger",))
    add_parts(clips)
    assert any("nothing to tell apart" in note for note in misleading(clips))
    clips = table()
    clips["speaker"] = clips["emotion"].map({word: f"s{k}" for k, word in enumerate(FOUR)})
    clips["sentence"] = clips["speaker"]
    said = " ".join(misleading(clips))
    assert "4 of 4 speakers occur with one emotion only: who speaks tells the label" in said
    assert "4 of 4 sentences occur with one emotion only: what is said tells the label" in said
    clips = table()
    clips.loc[clips["speaker"] == "s000", "emotion"] = "fear"
    add_parts(clips)
    lacking = "no fear in the test part, so pool the predictions of all folds"
    assert [note.split(" by")[0] for note in misleading(clips) if lacking in note] == ["folds 1, 2, 3, 4"]


def test_many_speakers_are_divided_fast_and_none_of_the_parts_is_empty():
    many = divide(table(speakers=900, clips=4_500), "speaker")
    assert pd.Series(many).value_counts().between(178, 182).all()
    few = table(speakers=5, clips=300)
    few["speaker"] = ["s0"] * 296 + ["s1", "s2", "s3", "s4"]
    assert sorted(divide(few, "speaker").values()) == [0, 1, 2, 3, 4]


# ---------------------------------------------------------------- a place in every later study


@pytest.fixture
def packs_here(tmp_path, monkeypatch):
    monkeypatch.setenv("SEQUIFI_LITE_PACKS", str(tmp_path / "packs"))
    return tmp_path / "packs"


def made(tmp_path, name, encoder="openai/whisper-base", **how):
    clips = table(**how).assign(corpus=name, sha256="x")
    clips = clips.assign(**{column: "x" for column in COLUMNS if column not in clips})
    add_parts(clips)
    provenance = {
        "corpus": name,
        "clips": len(clips),
        "encoder": encoder,
        "layer": 3,
        "pooling": "mean+std",
        "dim": 1024,
        "licence": "mine",
        "date": "2026-01-01",
    }
    embeddings = np.random.default_rng(0).normal(size=(len(clips), 1024))
    write_pack(tmp_path / f"{name}.parquet", clips, embeddings, provenance)
    return tmp_path / f"{name}.parquet"


def test_an_own_corpus_takes_part_by_its_name(tmp_path, packs_here):
    words = "no corpus 'mine'; choose one of cremad, .* or make mine of your own .*chapter"
    with pytest.raises(CorpusMissing, match=words) as caught:
        load_pack("mine")
    chapter = re.search('chapter "(.+)"', str(caught.value))[1].lower().replace(" ", "_")
    assert list(ROOT.glob(f"notebooks/[0-9][0-9]_{chapter}.ipynb")), (
        "it is named, as numbers of chapters change"
    )
    refused(lambda: schemes("mine"), "no folds for a corpus called 'mine'")
    assert install([made(tmp_path, "mine")]) == [packs_here / "mine.parquet"]
    assert list(packs().index) == ["cremad", "ravdess", "emodb", "mesd", "shemo", "nemo", "mine"]
    assert packs().loc["mine", "clips"] == 120
    assert (
        schemes("mine")[0] == "speaker"
        and folds("mine") == 5
        and parts("mine") == parts(load_pack("mine").clips)
    )
    problem = load_problem(("emodb", "mine"), fold=2)
    test = problem.clips.iloc[problem.parts["mine"].test]
    assert set(test["speaker"]) == {speaker for speaker, part in parts("mine").items() if part == 2}
    assert len(problem.parts["mine"].test) and set(problem.clips["corpus"]) == {"emodb", "mine"}


def test_corpora_of_different_encoders_are_not_mixed(tmp_path, packs_here):
    other = made(tmp_path, "other", encoder="tiny")
    refused(lambda: install([other]), "was made with encoder tiny")
    install([other], to=packs_here)
    load_problem(("other",), fold=0)
    refused(
        lambda: load_problem(("emodb", "other"), fold=0),
        "other was embedded with encoder tiny but emodb with openai/whisper-base",
    )


def test_a_file_cannot_bring_a_name_that_is_taken_or_a_path(tmp_path, packs_here):
    path = made(tmp_path, "fine")
    for name in ("Emo-DB", "../evil"):
        pack = packing.read_pack(path)
        write_pack(
            tmp_path / "x.parquet",
            pack.clips.assign(corpus=name),
            pack.embeddings,
            {**pack.provenance, "corpus": name},
        )
        with pytest.raises(CorpusError):
            install([tmp_path / "x.parquet"])
    assert not packs_here.exists()
    with pytest.raises(CorpusMissing):
        load_pack("../fine")


# ---------------------------------------------------------------- the command


def run(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


def test_scan_command(tree, tmp_path):
    labels = write(
        tmp_path / "labels.csv",
        [(file, {"Trauer": "X=1"}.get(word, word), *rest) for file, word, *rest in rows(tree)],
    )
    asked = run("scan", tree, "--corpus", "mine", "--labels", labels)
    assert (
        asked.exit_code == 2
        and asked.stderr.startswith("error: Nobody has said")
        and "--word X=1=anger" in asked.stderr
    )
    told = run(
        "scan", tree, "--corpus", "mine", "--labels", labels, "--word", "X=1=sadness", "--language", "de"
    )
    assert (
        told.exit_code == 0
        and "X=1 -> sadness, 10 clips" in told.stdout
        and "folds by speaker, the main one" in told.stdout
    )


def test_command_refusals(tree, tmp_path):
    for words, said in (
        (["--corpus", "emobd"], "emobd is not one of cremad"),
        (["--corpus", "emodb", "--labels", "x.csv"], "emodb is a published corpus with known labels"),
        (
            ["--corpus", "mine", "--folders", "speaker/emotion", "--word", "anger"],
            "--word takes a label and our word for it",
        ),
        (
            ["--corpus", "Emo-DB", "--folders", "speaker/emotion"],
            "'Emo-DB' is the name of a published corpus",
        ),
    ):
        (tree / "sp0" / "wütend").rename(tree / "sp0" / "x") if words[1] == "emobd" else None
        root = tmp_path / "plain" if words[1] == "emobd" else tree
        sound(tmp_path / "plain" / "a.wav", 0)
        for command in ("scan", "embed"):
            result = run(command, root, *words)
            assert result.exit_code == 2 and said in result.stderr and "Traceback" not in result.output
    assert not list(tmp_path.glob("*.parquet"))


# ---------------------------------------------------------------- sound that is not what it seems


def test_files_that_are_not_read_are_counted_and_rarer_formats_are_read(tree, tmp_path):
    sound(tmp_path / "a.aiff", 7).rename(tree / "sp0/neutral/more.aiff")
    for name in ("film.avi", "film.flv", "notes.txt", "._text 0.wav"):
        (tree / "sp0/neutral" / name).write_bytes(b"x")
    (tree / "sp0/neutral/text 0.m4a").write_bytes(b"x")
    found = scan(tree, folders="speaker/emotion")
    found.check()
    assert "sp0/neutral/more.aiff" in set(found.table["file"])
    assert found.passed_over == {
        ".avi": 1, ".flv": 1, ".txt": 1, "hidden .wav": 1, ".m4a beside audio of the same name": 1,
    }  # fmt: skip
    says(found, "files that are not read as sound, by suffix: 5", ".flv: 1", ".m4a beside audio")
    for path in tree.rglob("*.*"):
        if path.suffix in (".wav", ".aiff", ".m4a"):
            path.unlink()
    refused(lambda: scan(tree), "holds no audio files", "(but .avi: 1, .flv: 1, .txt: 1)")


def test_other_scales_and_opposite_channels_are_refused_or_told(tree):
    wave = np.random.default_rng(0).normal(0, 0.1, 1600)
    folder = tree / "sp0/neutral"
    soundfile.write(folder / "floats.wav", np.round(wave * 2**15), 16_000, subtype="FLOAT")
    soundfile.write(folder / "ints.wav", np.round(wave * 2**15).astype(np.int32), 16_000, subtype="PCM_32")
    soundfile.write(folder / "phase.wav", np.stack([wave, -0.98 * wave], 1), 16_000)
    soundfile.write(folder / "bits.wav", np.round(wave * 2**7).astype(np.int16), 16_000)
    found = scan(tree, folders="speaker/emotion")
    assert set(found.unreadable) == {f"sp0/neutral/{name}.wav" for name in ("floats", "ints", "phase")}
    assert set(found.odd) == {"sp0/neutral/bits.wav"}
    says(found, "divide them by 32,768", "multiply them by 65,536", "opposite phase", "8-bit numbers")
    refused(found.check, "16-bit numbers")


def test_a_streamed_header_is_told_and_the_clip_is_used(tree):
    path = tree / "sp0/neutral/text 0.wav"
    data = bytearray(path.read_bytes())
    data[4:8], data[40:44] = b"\xff" * 4, b"\xff" * 4
    path.write_bytes(data)
    for decode in (True, False):
        found = scan(tree, folders="speaker/emotion", decode=decode)
        found.check()
        assert len(found.table) == 40 and "states no length" in found.odd["sp0/neutral/text 0.wav"]
