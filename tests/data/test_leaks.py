"""The leak meter.

Counts against counting by hand, lists in other people's formats, and a cost that is what was planted.
"""

import json
import runpy
import subprocess
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd
import pytest
import soundfile
from click.testing import CliRunner
from sklearn.dummy import DummyClassifier

from sequifi_lite.cli import main
from sequifi_lite.data.corpora import CORPORA
from sequifi_lite.data.corpora.clip_table import identities
from sequifi_lite.data.corpora.own_folder.scan import scan as own_folder_scan
from sequifi_lite.data.corpora.published import describe, published
from sequifi_lite.data.emotions import FOUR
from sequifi_lite.data.leaks.cost import leak_cost, leaks_of
from sequifi_lite.data.leaks.likeness import Likeness
from sequifi_lite.data.leaks.lists import published_clips, read_parts
from sequifi_lite.data.leaks.report import leak_report, recordings
from sequifi_lite.data.pack import Pack, load_pack, write_pack
from sequifi_lite.data.spelling import normal_form
from sequifi_lite.data.splits import folds, parts, schemes, split
from sequifi_lite.errors import SequifiError
from sequifi_lite.studies import results
from sequifi_lite.teaching.exercises import check

PACKED = ("cremad", "emodb", "mesd", "nemo", "ravdess")
ROOT = Path(__file__).resolve().parents[2]
TABLES = {
    name: pd.DataFrame([describe(name, PurePosixPath(file).stem) for file in published(name)])
    for name in CORPORA
}


def row(name, stem):
    (number,) = np.flatnonzero(TABLES[name]["file"].str.split("/").str[-1] == f"{stem}.wav")
    return int(number)


def small():
    """Eight clips: speakers p, q, r; sentences 1 to 3; b and g are one recording."""
    clips = pd.DataFrame({"file": [f"x/{letter}.wav" for letter in "abcdefgh"], "speaker": list("ppqqrrqr")})
    clips["sentence"], clips["emotion"] = list("12312323"), ["anger", "fear"] * 4
    return clips.assign(defect="", sha256=["0", "1", "2", "3", "4", "5", "1", None])


# ---------------------------------------------------------------- counting


def test_counts_of_a_split_small_enough_to_count_by_hand():
    report = leak_report({"train": [0, 1, 2, 2], "test": [2, 3, 6], "later": [4, 7]}, small())
    counted = {tuple(line[:3]): tuple(line[3:]) for line in report.table.to_numpy().tolist()}
    assert counted["train", "test", "clips"] == (3, 3, 1, 1)  # c
    assert counted["train", "test", "duplicates"] == (3, 3, 1, 1)  # b is g, in another file
    assert counted["train", "test", "speakers"] == (2, 1, 1, 3)  # p q | q
    assert counted["train", "test", "sentences"] == (3, 3, 3, 3)  # 1 2 3 | 3 1 2
    assert counted["train", "later", "speakers"] == (2, 1, 0, 0)
    assert counted["test", "later", "sentences"] == (3, 2, 2, 2)  # 3 1 2 | 2 3
    assert report.sizes == {"train": 3, "test": 3, "later": 2}
    assert report.shared("speakers") == 1 and report.shared("speakers", "train", "later") == 0
    assert report.notes == ("b in train and g in test are one recording with two labels, fear and anger.",)
    assert not report.clean and leak_report({"train": [0, 1], "test": [4, 5]}, small()).clean


def test_the_text_names_parts_counts_and_shares():
    text = str(leak_report({"train": [0, 1, 2], "test": [2, 3, 6, 7]}, small()))
    assert "train (3 clips) and test (4 clips)" in text and "   clips of test\n" in text
    (line,) = [line.split() for line in text.splitlines() if line.strip().startswith("speakers")]
    assert line == ["speakers", "2", "2", "1", "3", "(75.0%)"]
    assert text.splitlines()[-1].startswith("note: b in train and g in test")


def test_rows_may_be_masks_and_a_part_may_be_empty():
    mask = np.arange(8) < 3
    report = leak_report({"train": mask, "test": ~mask}, small())
    assert report.table.equals(leak_report({"train": [0, 1, 2], "test": range(3, 8)}, small()).table)
    assert leak_report({"train": mask, "test": []}, small()).clean


@pytest.mark.parametrize(
    "given, says",
    [
        ({"train": [0]}, "two parts and 1 is given"),
        ({"train": [0], "test": [8]}, "'test' holds row 8; the clip table has rows 0 to 7"),
        ({"train": [0], "test": [-1]}, "holds row -1"),
        ({"train": [0], "test": [0.5]}, "holds float64 values"),
        ({"train": [0], "test": np.array([True])}, "has 1 entries; the clip table has 8 rows"),
    ],
)
def test_refused_parts(given, says):
    with pytest.raises(SequifiError) as caught:
        leak_report(given, small())
    assert says in str(caught.value) and str(caught.value).endswith(".")


def test_a_pair_that_is_not_there_is_named():
    with pytest.raises(
        SequifiError, match="no pair of parts 'train', 'dev'; the parts are, in order, train, test"
    ):
        leak_report({"train": [0], "test": [1]}, small()).shared("speakers", "train", "dev")


@pytest.mark.parametrize("name", CORPORA)
def test_our_folds_share_nothing_that_they_hold_out(name):
    clips = TABLES[name]
    what = {"speaker": "speakers", "sentence": "sentences", "gender": "voice types"}
    for scheme in schemes(name):
        for fold in range(0, folds(name, scheme), 6):
            result = split(clips, fold, None, scheme)
            report = leak_report(result, clips)
            for column in result.holds_out:
                for first in ("train", "valid"):
                    assert report.shared(what[column], first) == 0
                    brute = set(clips[column].iloc[getattr(result, first)]) & set(
                        clips[column].iloc[result.test]
                    )
                    assert not brute
            assert report.shared("clips") == report.shared("duplicates") == 0
            if "speaker" in scheme:
                assert report.clean


def test_counts_agree_with_sets_on_a_random_split():
    clips, generator = TABLES["shemo"], np.random.default_rng(0)
    deal = generator.random(len(clips)) < 0.3
    report = leak_report({"train": ~deal, "test": deal}, clips)
    for what, column in (("speakers", "speaker"), ("sentences", "sentence")):
        a, b = clips[column][~deal], clips[column][deal]
        line = report.table[report.table["what"] == what].iloc[0]
        assert line["shared"] == len(set(a) & set(b)) and line["concerned"] == b.isin(set(a)).sum()
        assert (line["in_first"], line["in_second"]) == (a.nunique(), b.nunique())


@pytest.mark.parametrize(
    "name, pair, labels",
    [
        ("cremad", ("1006_TIE_NEU_XX", "1006_TIE_HAP_XX"), "two labels, neutral and happiness"),
        ("cremad", ("1013_WSI_DIS_XX", "1013_WSI_SAD_XX"), "two labels, disgust and sadness"),
        ("cremad", ("1017_IWW_ANG_XX", "1017_IWW_FEA_XX"), "two labels, anger and fear"),
        ("ravdess", ("03-01-03-01-02-01-07", "03-01-03-01-02-02-07"), "the same label"),
        ("mesd", ("Happiness_C_A_dentro", "Happiness_C_A_lento_dentro"), "the same label"),
    ],
)
def test_recordings_known_to_be_published_twice_are_found_with_and_without_checksums(name, pair, labels):
    a, b = (row(name, stem) for stem in pair)
    for clips in (TABLES[name], published_clips(name), load_pack(name).clips.assign(defect="")):
        stems = [PurePosixPath(file).stem for file in clips["file"]]
        report = leak_report({"train": [stems.index(pair[0])], "test": [stems.index(pair[1])]}, clips)
        assert report.shared("duplicates") == 1 and not report.clean
        assert report.notes == (f"{pair[0]} in train and {pair[1]} in test are one recording with {labels}.",)
    assert recordings(TABLES[name])[a] == recordings(TABLES[name])[b]
    assert (
        len(TABLES[name]) - len(set(recordings(TABLES[name]))) == {"cremad": 3, "ravdess": 1, "mesd": 1}[name]
    )


def test_voice_types_stand_in_where_speakers_are_not_known():
    clips = TABLES["mesd"]
    report = leak_report(split(clips, 0, None, "word"), clips)
    assert report.shared("voice types") == 3 and report.shared("sentences") == 0
    assert "speakers" not in set(report.table["what"])


# ---------------------------------------------------------------- lists that others have published

STEMS = {"train": ["03a01Fa", "03a01Nc", "08a02Ab"], "test": ["03a02Wc", "08a01Na"]}


def emobox(part, form, tmp_path):
    """A manifest in the layout of EmoBox's folds, written by this test."""
    entries = [
        {"key": f"emodb-{stem}", "dataset": "emodb", "wav": f"downloads/emodb/wav/{stem}.wav"}
        for stem in STEMS[part]
    ]
    file = tmp_path / f"emodb_{part}_fold_1.{form}"
    if form == "jsonl":
        file.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    else:
        file.write_text(json.dumps({entry.pop("key"): entry for entry in entries}))
    return file


@pytest.mark.parametrize("form", ["jsonl", "json"])
def test_lists_in_the_layout_of_emobox(form, tmp_path):
    found = read_parts([emobox(part, form, tmp_path) for part in STEMS], TABLES["emodb"])
    assert {part: sorted(rows.tolist()) for part, rows in found.rows.items()} == {
        f"emodb_{part}_fold_1": sorted(row("emodb", stem) for stem in stems) for part, stems in STEMS.items()
    }
    report = leak_report(found, TABLES["emodb"])
    assert report.shared("speakers", "emodb_train_fold_1", "emodb_test_fold_1") == 2  # 03 and 08
    assert report.shared("sentences", "emodb_train_fold_1", "emodb_test_fold_1") == 2  # a01 and a02
    assert report.notes == ()


def test_keys_alone_are_enough_even_with_dashes_for_underscores(tmp_path):
    (tmp_path / "train.csv").write_text("key,spk\ncremad-1001-DFA-ANG-XX,1001\n1002_DFA_HAP_XX,1002\n")
    (tmp_path / "test.tsv").write_text("label\tkey\nANG\tcremad-1001-IEO-ANG-HI\n")
    found = read_parts([tmp_path / "train.csv", tmp_path / "test.tsv"], TABLES["cremad"])
    assert found.rows["train"].tolist() == sorted(
        [row("cremad", "1001_DFA_ANG_XX"), row("cremad", "1002_DFA_HAP_XX")]
    )
    assert found.rows["test"].tolist() == [row("cremad", "1001_IEO_ANG_HI")]
    assert leak_report(found, TABLES["cremad"]).shared("speakers") == 1


def test_any_folder_and_any_suffix(tmp_path):
    (tmp_path / "a.csv").write_text(
        "path\nC:\\data\\emodb\\03a01Fa.WAV\nfeatures/03a01Nc.npy\n/x/08a02Ab\n", encoding="utf-8-sig"
    )
    assert len(read_parts([tmp_path / "a.csv"], TABLES["emodb"]).rows["a"]) == 3


def test_what_is_not_found_or_listed_twice_is_named(tmp_path):
    (tmp_path / "train.csv").write_text(
        "file,n\n03a01Fa.wav,1\nwav/03a01Fa.wav,2\n99z99Zz.wav,3\nnoise.wav,4\n,5\n"
    )
    (tmp_path / "test.csv").write_text("file\n03a01Nc.wav\n")
    found = read_parts([tmp_path / "train.csv", tmp_path / "test.csv"], TABLES["emodb"])
    assert found.unknown["train"] == ["99z99Zz.wav", "noise.wav", "(an entry without a name)"]
    assert found.repeated == {"train": ["03a01Fa"], "test": []}
    notes = leak_report(found, TABLES["emodb"]).notes
    assert (
        notes[0]
        == "train lists 3 clips that are not in the clip table: 99z99Zz.wav, noise.wav, (an entry without a"
        " name)."
    )
    assert notes[1] == "train lists 1 clip more than once: 03a01Fa."


def test_a_column_may_say_the_part(tmp_path):
    (tmp_path / "all.csv").write_text("file,split\n03a01Fa,train\n03a01Nc,test\n08a02Ab,train\n")
    found = read_parts([tmp_path / "all.csv"], TABLES["emodb"])
    assert {part: len(rows) for part, rows in found.rows.items()} == {"train": 2, "test": 1}


def test_files_of_one_name_are_told_apart_by_their_folder(tmp_path):
    for folder, stem in (("train", "03a01Fa"), ("test", "03a01Nc")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "list.csv").write_text(f"file\n{stem}\n")
    files = [tmp_path / "train" / "list.csv", tmp_path / "test" / "list.csv"]
    assert list(read_parts(files, TABLES["emodb"]).rows) == [str(file) for file in files]


def test_speakers_that_a_list_names_are_shown_as_such_where_we_know_none(tmp_path):
    lines = [
        f'{{"key": "mesd-{stem}", "spk": "{stem.split("_")[1]}"}}'
        for stem in ("Anger_C_A_abajo", "Anger_F_A_adios")
    ]
    (tmp_path / "train.jsonl").write_text("\n".join(lines))
    (tmp_path / "test.jsonl").write_text('{"key": "mesd-Fear_C_A_adios", "spk": "C"}\n')
    report = leak_report(
        read_parts([tmp_path / "train.jsonl", tmp_path / "test.jsonl"], TABLES["mesd"]), TABLES["mesd"]
    )
    assert (
        report.shared("speakers as listed") == 1
        and report.shared("voice types") == 1
        and report.shared("sentences") == 1
    )
    assert report.shared("speakers") == 0


@pytest.mark.parametrize(
    "name, text, says",
    [
        ("a.csv", "", "lists no clip"),
        ("a.csv", "file\n", "lists no clip"),
        ("a.csv", "emotion,age\nanger,3\n", "names no clips: its columns are emotion, age"),
        (
            "a.csv",
            "# Notes\n\nmore, and more, than the header has\n",
            "names no clips: its columns are # Notes",
        ),
        ("a.csv", "file\nsomething.wav\n", "None of the 1 clips in"),
        ("a.jsonl", '{"key": \n', "is no list of clips"),
        ("a.json", "[1, 2]", "is no list of clips"),
        ("a.json", '"text"', "is no list of clips"),
        ("a.json", '{"key": 3}', "is no list of clips"),
        ("b.csv", None, "cannot be read"),
    ],
)
def test_lists_that_are_none(name, text, says, tmp_path):
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(SequifiError) as caught:
        read_parts([tmp_path / name], TABLES["emodb"])
    message = str(caught.value)
    assert says in message and name in message and message.endswith(".") and "\n" not in message


def test_bytes_that_are_no_text(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"\xff\xfe\x00RIFF")
    with pytest.raises(SequifiError, match="is no text in UTF-8"):
        read_parts([tmp_path / "a.csv"], TABLES["emodb"])


def test_the_audit_of_published_folds_reads_a_clone_at_a_commit(tmp_path, monkeypatch):
    audit = runpy.run_path(str(ROOT / "tools" / "audit_published.py"))["audit"]
    fold = tmp_path / "data" / "emodb" / "fold_1"
    fold.mkdir(parents=True)
    for part in STEMS:
        emobox(part, "jsonl", fold)
    (fold / "emodb_test_fold1.jsonl").write_text("another naming of the same list\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b.c"]
    for words in (["init", "-q"], ["add", "data"], ["commit", "-q", "-m", "lists"]):
        subprocess.run([*git, *words], check=True, capture_output=True)
    (row,) = audit(tmp_path, "HEAD").to_dict("records")
    assert (row["corpus"], row["fold"], row["train"], row["test"], row["unknown"]) == ("emodb", 1, 3, 2, 0)
    assert (
        row["speakers_in_train"],
        row["speakers_in_test"],
        row["speakers_shared"],
        row["speakers_test_clips"],
    ) == (2, 2, 2, 2)
    assert row["sentences_shared"] == 2 and row["duplicates"] == 0 and pd.isna(row["voice_types_shared"])


def test_the_shipped_audit_names_its_repository_and_the_known_leaks():
    table, provenance = results.load("published_folds")
    assert provenance["repository"].endswith("emo-box/EmoBox") and len(provenance["repository_commit"]) == 40
    table = table.set_index(["corpus", "fold"])
    shared = {name: rows["speakers_shared"].dropna().tolist() for name, rows in table.groupby("corpus")}
    assert shared == {"cremad": [91], "emodb": [10] * 5, "ravdess": [0] * 6, "mesd": [], "shemo": [83]}
    mesd = table.loc[("mesd", 1)]
    assert (mesd["voice_types_shared"], mesd["sentences_in_test"], mesd["sentences_shared"]) == (3, 107, 78)
    assert (table["unknown"] == 0).all()


# ---------------------------------------------------------------- names that look like a clip

AUGMENTED = (
    "{}_noise.wav",
    "{}_aug1.wav",
    "{}_aug_12.wav",
    "{}_pitch-2.wav",
    "{}-rvb",
    "sp0.9-{}",
    "sp1.1_{}.wav",
    "aug/{}.noise.wav.npy",
    "emodb-{}_specaug",
    "noisy{}.flac",
    "{}(1).wav",
    "Kopie von {}.wav",
    "{}_00.wav",
)


def written(tmp_path, **parts):
    """Lists of names as csv files, one for each part."""
    for part, names in parts.items():
        pd.DataFrame({"path": names}).to_csv(tmp_path / f"{part}.csv", index=False)
    return [tmp_path / f"{part}.csv" for part in parts]


@pytest.mark.parametrize("pattern", AUGMENTED)
def test_augmented_copies_of_test_clips_are_counted_and_never_clean(pattern, tmp_path):
    test = ["03a01Fa", "08a02Ab", "09b01Ea"]
    train = ["10a01Ac", "11a01Aa", *(pattern.format(stem) for stem in test)]
    files = written(tmp_path, train=train, test=test)
    report = leak_report(read_parts(files, TABLES["emodb"]), TABLES["emodb"])
    line = report.table.set_index("what").loc["look-alikes"]
    assert line[["in_first", "in_second", "shared", "concerned"]].tolist() == [3, 0, 3, 3]
    assert report.shared("clips") == 0 and report.shared("speakers") == 3  # their voices are in it too
    assert report.sizes == {"train": 5, "test": 3} and report.unknown == 3 and not report.clean
    assert any("look like a clip" in note and "(03a01Fa)" in note for note in report.notes)
    result = run("emodb", *files, "--strict")
    assert (
        result.exit_code == 1
        and "look-alikes                3          0       3   3 (100.0%)" in result.stdout
    )


@pytest.mark.parametrize(
    "name, entry, stem",
    [
        ("emodb", "03A01FA.WAV", "03a01Fa"),
        ("emodb", "3a1Fa", "03a01Fa"),
        ("emodb", "03 a01 Fa.wav", "03a01Fa"),
        ("emodb", "03a01\u200bFa.wav", "03a01Fa"),
        ("emodb", "\uff10\uff13a01Fa.wav", "03a01Fa"),
        ("ravdess", "3-1-5-1-1-1-1_noise", "03-01-05-01-01-01-01"),
        ("ravdess", "Actor_01/03-01-05-01-01-01-01_pitch+2.wav", "03-01-05-01-01-01-01"),
        ("cremad", "1001_dfa_ang_xx.aug.wav", "1001_DFA_ANG_XX"),
        ("mesd", "Anger_C_A_abajo-sp0.9", "Anger_C_A_abajo"),
        ("mesd", "ANGER C A ABAJO", "Anger_C_A_abajo"),
        ("shemo", "F01A01_noise", "F01A01"),
        ("shemo", "F001A001", "F01A01"),
    ],
)
def test_other_spellings_look_like_their_clip(name, entry, stem):
    table = TABLES[name]
    assert Likeness(identities(table)).find(entry) == row(name, stem)


def test_what_only_has_letters_in_common_looks_like_nothing():
    assert all(
        Likeness(identities(TABLES[name])).find(entry) is None
        for name, entry in (
            ("shemo", "F01A991"),  # a number is whole
            ("shemo", "M101A01"),
            ("emodb", "3a01"),
            ("ravdess", "03-01-05-01-01-01"),
            ("emodb", ""),
            ("emodb", "___"),
            ("mesd", "x" * 10_000),
        )
    )


def test_short_names_have_to_be_words_of_their_own():
    likeness = Likeness(["1", "12", "a.b"])
    assert [likeness.find(name) for name in ("rec_1_noise", "12-aug", "x12", "112")] == [0, 1, None, None]


def test_unknown_entries_are_never_clean(tmp_path):
    files = written(tmp_path, train=["03a01Fa", "somebody else.wav"], test=["08a02Ab"])
    report = leak_report(read_parts(files, TABLES["emodb"]), TABLES["emodb"])
    assert report.unknown == 1 and not report.clean and not report.table["shared"].any()
    assert "look-alikes" not in set(report.table["what"])
    result = run("emodb", *files, "--strict")
    assert result.exit_code == 1 and "train lists 1 clip that are not" in result.stdout
    files = written(tmp_path, train=["03a01Fa"], test=["08a02Ab"])
    assert run("emodb", *files, "--strict").exit_code == 0


def test_augmented_copies_of_each_other_and_of_a_twin_are_leaks(tmp_path):
    files = written(tmp_path, train=["03a01Fa_noise", "08a02Ab"], test=["03a01Fa_rvb", "09b01Ea"])
    assert leak_report(read_parts(files, TABLES["emodb"]), TABLES["emodb"]).shared("look-alikes") == 1
    files = written(tmp_path, train=["03a01Fa_noise"], test=["08a02Ab_noise"])  # nothing but copies
    report = leak_report(read_parts(files, TABLES["emodb"]), TABLES["emodb"])
    assert report.shared("look-alikes") == 0 and report.sizes == {"train": 1, "test": 1}
    files = written(tmp_path, train=["1006_TIE_HAP_XX_noise"], test=["1006_TIE_NEU_XX"])
    assert leak_report(read_parts(files, TABLES["cremad"]), TABLES["cremad"]).shared("look-alikes") == 1


def test_names_that_cannot_be_printed_are_shown_by_their_codes(tmp_path):
    lines = [{"path": "03a01Fa"}, {"path": "a\x1b[31mb\n"}, {"path": "\ud800"}, {"path": "x" * 5000}]
    (tmp_path / "train.jsonl").write_text("\n".join(map(json.dumps, lines)))
    (tmp_path / "test.jsonl").write_text('{"path": "08a02Ab"}')
    result = run("emodb", tmp_path / "train.jsonl", tmp_path / "test.jsonl")
    assert result.exit_code == 0 and "a\\x1b[31mb, \\ud800, xxx" in result.stdout
    assert max(map(len, result.stdout.splitlines())) < 300


# ---------------------------------------------------------------- one recording, whatever it is called


def test_duplicates_are_counted_whatever_their_names_hold(tmp_path):
    """Blanks, commas, words of our own sentence: the twin lies in a column and is not read off a sentence."""
    generator = np.random.default_rng(0)
    names = [
        "one, two",
        "the same recording as",
        "a; b",
        "c  d",
        "e (1)",
        "\u06a9\u062a\u0627\u0628",
        "same as x, y",
    ]
    for number, name in enumerate(names):
        wave = 0.1 * generator.standard_normal(4000)
        for speaker in ("sp0", "sp1"):
            for emotion in ("anger",):
                folder = tmp_path / "own" / speaker / emotion
                folder.mkdir(parents=True, exist_ok=True)
                soundfile.write(
                    folder / f"{name} {number}{'' if speaker == 'sp0' else ', copy'}.wav", wave, 16000
                )
    table = own_folder_scan("mine", tmp_path / "own", folders="speaker/emotion").table
    assert table["twin"].notna().sum() == len(names)
    parts = {
        "train": np.flatnonzero(table["speaker"] == "sp0"),
        "test": np.flatnonzero(table["speaker"] == "sp1"),
    }
    assert leak_report(parts, table).shared("duplicates") == len(names)
    assert leak_report(parts, table.assign(defect="")).shared("duplicates") == len(names)
    loose = table[table["speaker"] == "sp1"].reset_index(drop=True)  # their twins are not in the table
    assert len(set(recordings(loose))) == len(names)


def test_a_sentence_in_the_table_is_no_data():
    clips = small().drop(columns="sha256")
    said = clips.assign(defect=["the same recording as b, which is kept", *[""] * 7])
    assert len(set(recordings(said))) == 8
    twins = clips.assign(
        twin=["x/b.wav", None, "", "x/c.wav", "x/c.wav", "elsewhere.wav", "elsewhere.wav", None]
    )
    a, b, c, d, e, f, g, h = recordings(twins)
    assert a == b and c == d == e and f == g and len({a, c, f, h}) == 4


def test_speakers_and_sentences_in_two_spellings_are_one():
    clips = pd.DataFrame({"file": list("abcdef"), "emotion": "anger"})
    clips["speaker"] = ["S1", "S01", "s1", "Actor_2", "actor 02", "2"]
    clips["sentence"] = ["Why not?", "why  not", "t1", "y", "t01", None]
    report = leak_report({"train": [0, 2, 3], "test": [1, 4, 5]}, clips)
    assert report.shared("speakers") == 2 and report.shared("sentences") == 2 and not report.clean


@pytest.mark.parametrize("name", CORPORA)
def test_no_two_speakers_or_sentences_of_a_published_corpus_become_one(name):
    for column in ("speaker", "sentence"):
        values = set(TABLES[name][column].dropna())
        assert len({normal_form(value) for value in values}) == len(values)


# ---------------------------------------------------------------- lists that are odd

TWO = "03a01Fa\n08a02Ab\n"


@pytest.mark.parametrize(
    "name, text, count",
    [
        ("a.csv", "path;spk\n03a01Fa;3\n08a02Ab;8\n", 2),
        ("a.csv", "sep=;\npath;spk\n03a01Fa;3\n08a02Ab;8\n", 2),
        ("a.csv", "spk|PATH\n3|03a01Fa\n8|08a02Ab\n", 2),
        ("a.txt", f"File\n{TWO}", 2),
        ("a.csv", "spk\tpath\r\n3\t03a01Fa\r\n8\t08a02Ab\r\n", 2),
        ("a.csv", f"path\r{TWO}".replace("\n", "\r"), 2),
        ("a.csv", 'path\n"03a01Fa"\n"08a02Ab"\n', 2),
        ("a.jsonl", '{"path": "03a01Fa", "text": "a\u2028b"}\n{"path": "08a02Ab"}\n', 2),
        ("a.JSONL", '\ufeff{"path": "03a01Fa"}\r\n\r\n{"path": "08a02Ab"}', 2),
        ("a.json", '{"03a01Fa": {}, "08a02Ab": {"x": [1]}}', 2),
    ],
)
def test_lists_as_spreadsheets_and_scripts_write_them(name, text, count, tmp_path):
    (tmp_path / name).write_bytes(text.encode())
    found = read_parts([tmp_path / name], TABLES["emodb"])
    assert len(found.rows["a"]) == count and found.unknown == {"a": []}


@pytest.mark.parametrize(
    "name, text, says",
    [
        ("a.csv", 'path,n\n03a01Fa,1\n"08a02Ab,2\n09b01Ea,3\n', "Line 3 of"),
        ("a.csv", "path,path\n03a01Fa,08a02Ab\n", "two columns called path"),
        ("a.csv", "path,n\n03a01Fa,1,2\n", "Line 2 of"),
        ("a.json", '{"03a01Fa": {"n": 1}, "03a01Fa": {"n": 2}}', "'03a01Fa' stands twice"),
        ("a.jsonl", '{"path": "03a01Fa"}\n{"path": "08a02Ab"', "in line 2"),
        ("a.jsonl", '{"path": "03a01Fa"}\n["08a02Ab"]\n', "line 2 of"),
        ("a.json", "[" * 100_000, "is no list of clips"),
        ("a.jsonl", '{"path": ["03a01Fa"]}\n', "names no clips"),
        ("a.jsonl", '{"path": true}\n', "names no clips"),
        ("a.csv", "path\n\x00\n", "NUL"),
    ],
)
def test_lists_of_which_rows_would_be_lost_are_refused(name, text, says, tmp_path):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(SequifiError) as caught:
        read_parts([tmp_path / name], TABLES["emodb"])
    message = str(caught.value)
    assert says in message and name in message and message.endswith(".") and "\n" not in message


def test_a_part_in_two_spellings_is_one_and_told(tmp_path):
    (tmp_path / "all.csv").write_text(
        "file,split\n03a01Fa,train\n03a01Nc,Test\n08a02Ab,Train\n08a01Na,test \n"
    )
    found = read_parts([tmp_path / "all.csv"], TABLES["emodb"])
    assert {part: len(rows) for part, rows in found.rows.items()} == {"train": 2, "Test": 2}
    assert len(found.remarks) == 2 and "'train' and 'Train' are one part" in found.notes()[0]


def test_clips_of_one_stem_are_found_by_their_path(tmp_path):
    clips = pd.DataFrame(
        {"file": ["sp0/joy/1.wav", "sp1/joy/1.wav"], "emotion": "anger", "speaker": ["a", "b"]}
    )
    files = written(tmp_path, train=["/data/sp0/joy/1.wav"], test=["sp1/joy/1.wav"])
    found = read_parts(files, clips)
    assert {part: rows.tolist() for part, rows in found.rows.items()} == {"train": [0], "test": [1]}


# ---------------------------------------------------------------- what a leak is worth


class Recorder(DummyClassifier):
    """Remembers the rows it was given: column 0 of the input is the row number."""

    fits, scored = [], []

    def fit(self, X, y):
        Recorder.fits.append((X[:, 0].astype(int), y))
        return super().fit(X, y)

    def predict(self, X):
        Recorder.scored.append(X[:, 0].astype(int))
        return super().predict(X)


def numbered(name):
    clips = TABLES[name]
    return Pack(clips, np.arange(len(clips), dtype=np.float32)[:, None], {})


@pytest.mark.parametrize(
    "name, leak", [(name, leak) for name in ("emodb", "ravdess", "mesd") for leak in leaks_of(name)]
)
def test_both_models_learn_from_as_many_clips_of_every_class_and_only_one_knows_the_groups(name, leak):
    Recorder.fits, Recorder.scored = [], []
    cost = leak_cost(numbered(name), leak, draws=2, model=Recorder)
    clips = TABLES[name]
    usable = np.flatnonzero((clips["defect"] == "") & clips["emotion"].isin(FOUR))
    scheme = leak if leak in ("word", "voice") else "word" if name == "mesd" else "speaker"
    column = {"speaker": "speaker", "word": "sentence", "voice": "gender"}[scheme]

    # The calls in order: the clean trials once, then the leaky ones of each draw. Each round scores every
    # clip once.
    ends = np.cumsum([len(rows) for rows in Recorder.scored])
    assert ends[-1] == 3 * len(usable)
    rounds = np.searchsorted(ends, [len(usable), 2 * len(usable), 3 * len(usable)]) + 1
    for start, stop in zip([0, *rounds], rounds):
        assert np.array_equal(np.sort(np.concatenate(Recorder.scored[start:stop])), usable)
    assert cost.clips == len(usable) and cost.draws == 2

    def counts(number):
        return np.unique(Recorder.fits[number][1], return_counts=True)[1].tolist()

    def held(number, by):
        """Values of a column that the scored and the training clips of a fit share."""
        values = clips[by].to_numpy()
        return set(values[Recorder.scored[number]]) & set(values[Recorder.fits[number][0]])

    clean = range(rounds[0])
    assert not any(held(number, column) for number in clean)
    if leak == "sentence":
        assert not any(held(number, "sentence") for number in clean)
    clean_of = {clip: number for number in clean for clip in Recorder.scored[number]}
    for number in range(rounds[0], rounds[2]):
        rows, scored = Recorder.fits[number][0], Recorder.scored[number]
        assert len(set(rows)) == len(rows) and set(rows) <= set(usable)
        assert leak == "duplicate" or not set(rows) & set(scored)
        if leak == "random":
            part = clips[column].map(parts(name, scheme))
            sizes = {
                tuple(np.unique(clips["emotion"][usable][part[usable] != i], return_counts=True)[1])
                for i in set(part[usable])
            }
            assert tuple(np.unique(clips["emotion"][rows], return_counts=True)[1]) in sizes
            continue
        (twin,) = {clean_of[clip] for clip in scored}  # the clean model that scores the same clips
        assert counts(number) == counts(twin)
        new = np.setdiff1d(rows, Recorder.fits[twin][0])
        assert len(new)
        if leak == "duplicate":
            assert set(new) == set(scored)
        elif leak == "sentence":
            assert set(clips["sentence"][new]) <= set(clips["sentence"][scored])
            assert not held(number, column)
        else:
            # Each quarter has its share of every group, so what leaks are other clips of the groups that are
            # scored.
            assert set(clips[column][new]) <= set(clips[column][Recorder.scored[twin]])
            assert held(number, column)
            if leak == "speaker-only":
                assert not set(clips["sentence"][new]) & set(clips["sentence"][scored])


def planted(knows_voices):
    """Emo-DB's clips with features that tell the emotion to all, or only to those who know the speaker."""
    clips = TABLES["emodb"]
    emotion = pd.factorize(clips["emotion"])[0]
    speaker = pd.factorize(clips["speaker"])[0]
    place = 7 * speaker + (emotion + speaker) % 7 if knows_voices else emotion
    return Pack(clips, np.eye(70)[place].astype(np.float16), {})


def test_a_leak_of_voices_is_worth_what_was_planted():
    cost = leak_cost(planted(True), "speaker", draws=2)
    assert cost.clean == pytest.approx((25, 25, 25)) and cost.leaky[0] > 95
    assert cost.cost[0] == pytest.approx(cost.leaky[0] - cost.clean[0]) and cost.cost[1] > 65
    assert leak_cost(planted(True), "sentence", draws=1).cost[0] == pytest.approx(0, abs=1e-9)
    assert "emodb, speaker: 25.0 % without the leak" in str(cost)


@pytest.mark.parametrize("leak", leaks_of("emodb"))
def test_a_leak_is_worth_nothing_where_everybody_can_tell(leak):
    cost = leak_cost(planted(False), leak, draws=1)
    assert cost.clean == cost.leaky == pytest.approx((100, 100, 100)) and cost.cost == pytest.approx(
        (0, 0, 0)
    )
    assert np.isnan(cost.sd)


def test_the_same_seed_gives_the_same_cost():
    pack = load_pack("emodb")
    first, again, other = (leak_cost(pack, "speaker", draws=1, seed=seed) for seed in (0, 0, 1))
    assert first.cost == again.cost and (first.clean == other.clean)


def test_what_cannot_be_measured_is_refused():
    with pytest.raises(
        SequifiError,
        match="'speaker' cannot be measured on mesd; choose one of random, word, voice, duplicate",
    ):
        leak_cost(numbered("mesd"), "speaker")
    assert leaks_of("shemo") == ("random", "speaker", "duplicate")


# ---------------------------------------------------------------- the command


def run(*words):
    return CliRunner().invoke(main, ["leaks", *map(str, words)])


@pytest.fixture
def lists(tmp_path):
    for part, rows in zip(("train", "valid", "test"), vars(split(TABLES["emodb"], 0, None)).values()):
        TABLES["emodb"].iloc[rows][["file"]].to_csv(tmp_path / f"{part}.csv", index=False)
    return [tmp_path / f"{part}.csv" for part in ("train", "test")]


def test_the_command_reports_and_judges_only_when_asked(lists, tmp_path):
    result = run("emodb", *lists)
    assert (
        result.exit_code == 0
        and "speakers                   6          2       0   0 (0.0%)" in result.stdout
    )
    assert run("emodb", *lists, "--strict").exit_code == 0
    (tmp_path / "more.csv").write_text(
        lists[0].read_text() + "wav/03a01Fa.wav\nwav/09a01Fa.wav\nwav/10a01Nb.wav\n"
    )
    both = [tmp_path / "more.csv", lists[1]]
    assert run("emodb", *both).exit_code == 0
    strict = run("emodb", *both, "--strict")
    assert strict.exit_code == 1 and strict.stdout == run("emodb", *both).stdout


def test_what_is_learnt_from_stands_first_however_a_list_is_shuffled(tmp_path):
    clips = TABLES["emodb"]
    (tmp_path / "all.csv").write_text(
        "path,split\nwav/03a01Fa.wav,test\nwav/03a01Nc.wav,valid\nwav/03a01Wa.wav,Train\n"
    )
    parts = read_parts([tmp_path / "all.csv"], clips)
    assert list(parts.rows) == ["Train", "valid", "test"]
    assert leak_report(parts, clips).shared("speakers", "Train", "test") == 1


def test_the_command_takes_a_corpus_of_ones_own_from_the_pack(tmp_path, monkeypatch):
    monkeypatch.setenv("SEQUIFI_LITE_PACKS", str(tmp_path / "packs"))
    (tmp_path / "all.csv").write_text("path,split\nhere/anger/p1-1.wav,train\nhere/anger/p1-2.wav,test\n")
    unknown = run("mine", tmp_path / "all.csv")
    assert unknown.exit_code == 2 and "make mine of your own recordings" in unknown.stderr
    for number, name in enumerate(("p1-1", "p1-2", "p2-1", "p2-2")):
        (tmp_path / "mine/anger").mkdir(parents=True, exist_ok=True)
        wave = np.random.default_rng(number).normal(0, 0.1, 800)
        soundfile.write(tmp_path / f"mine/anger/{name}.wav", wave, 16_000)
    table = own_folder_scan("mine", tmp_path / "mine", pattern=r"(?P<emotion>\w+)/(?P<speaker>p\d)").table
    clips = table.drop(columns="path").assign(sha256=[f"{n:064x}" for n in range(len(table))])
    provenance = {**load_pack("emodb").provenance, "corpus": "mine", "clips": len(clips)}
    (tmp_path / "packs").mkdir()
    write_pack(tmp_path / "packs/mine.parquet", clips, np.zeros((len(clips), 1024), np.float16), provenance)
    own = run("mine", tmp_path / "all.csv")
    assert own.exit_code == 0 and "speakers                   1          1       1   1 (100.0%)" in own.stdout


@pytest.mark.parametrize(
    "words, says",
    [
        (["emodb", "nowhere.csv"], "nowhere.csv cannot be read"),
        (["cremad", "TRAIN", "TEST"], "is in the clip table"),
        (["emodb", "TRAIN"], "two parts and 1 is given"),
    ],
)
def test_the_command_refuses_in_a_sentence(words, says, lists):
    result = run(*[{"TRAIN": lists[0], "TEST": lists[1]}.get(word, word) for word in words])
    assert result.exit_code == 2 and result.stdout == "" and says in result.stderr
    assert result.stderr.startswith("error: ") and result.stderr.count("\n") == 1


# ---------------------------------------------------------------- the exercises of chapter 7


def verdict(capsys, name, function):
    right = check(name, function)
    return right, capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong, said",
    [
        (lambda a, b: None, "returns nothing so far"),
        (lambda a, b: len(set(a) & set(b) - {None}), "return the names"),
        (lambda a, b: "q", "should return a list"),
        (lambda a, b: sorted(set(a) & set(b), key=str), "leave None out"),
        (lambda a, b: [name for name in b if name in a and name], "every name should be there once"),
        (lambda a, b: sorted(set(a) & set(b) - {None})[::-1], "in alphabetical order"),
        (lambda a, b: sorted(set(a) | set(b) - {None}), "that are in both"),
    ],
)
def test_exercise_shared(wrong, said, capsys):
    assert check("shared", lambda a, b: sorted(set(a) & set(b) - {None}))
    right, out = verdict(capsys, "shared", wrong)
    assert not right and said in out and "Hint:" in out


def greedy(speakers, parts):
    names, counts = np.unique(speakers, return_counts=True)
    sizes, part = np.zeros(parts, int), {}
    for k in np.argsort(-counts, kind="stable"):
        part[names[k]] = int(np.argmin(sizes))
        sizes[part[names[k]]] += counts[k]
    return np.array([part[name] for name in speakers])


@pytest.mark.parametrize(
    "wrong, said",
    [
        (lambda speakers, parts: None, "returns nothing so far"),
        (lambda speakers, parts: np.zeros(3, int), "part numbers, and returns shape"),
        (lambda speakers, parts: greedy(speakers, parts) + 1, "should run from 0 to"),
        (lambda speakers, parts: np.arange(len(speakers)) % parts, "that is the leak"),
        (lambda speakers, parts: np.zeros(len(speakers), int), "part 1 is empty"),
        (lambda speakers, parts: np.unique(speakers, return_inverse=True)[1] % parts, "that is uneven"),
    ],
)
def test_exercise_group_folds(wrong, said, capsys):
    assert check("group_folds", greedy)
    right, out = verdict(capsys, "group_folds", wrong)
    assert not right and said in out


def allowed(speaker, sentence, test):
    return ~np.isin(speaker, speaker[test]) & ~np.isin(sentence, sentence[test])


@pytest.mark.parametrize(
    "wrong, said",
    [
        (lambda a, b, test: None, "returns nothing so far"),
        (lambda a, b, test: ~(np.isin(a, a[test]) & np.isin(b, b[test])), "sharing one is enough"),
        (lambda a, b, test: ~allowed(a, b, test), "this marks the rows that share"),
        (lambda a, b, test: ~np.isin(a, a[test]), "it should return"),
    ],
)
def test_exercise_may_train(wrong, said, capsys):
    assert check("may_train", allowed)
    right, out = verdict(capsys, "may_train", wrong)
    assert not right and said in out


# ---------------------------------------------------------------- the shipped study


def test_the_shipped_study_is_whole_and_a_part_of_it_comes_out_again():
    table, provenance = results.load("leaks")
    expected = [
        (name, chosen, leak)
        for name in sorted(PACKED)
        for chosen in ("four", "all")
        for leak in leaks_of(name)
    ]
    assert (
        list(zip(table["corpus"], table["emotions"], table["leak"])) == expected
        and provenance["study"] == "leaks"
    )
    for name in ("clean", "leaky", "cost"):
        assert (table[f"{name}_low"] <= table[name]).all() and (table[name] <= table[f"{name}_high"]).all()
    np.testing.assert_allclose(table["cost"], table["leaky"] - table["clean"], atol=0.011)
    one = table.set_index(["corpus", "emotions", "leak"]).loc[("emodb", "four", "speaker")]
    again = leak_cost(load_pack("emodb"), "speaker")
    assert (again.clips, again.groups, again.train, again.leaked) == tuple(
        one[["clips", "groups", "train", "leaked"]]
    )
    np.testing.assert_allclose(again.cost, one[["cost", "cost_low", "cost_high"]].astype(float), atol=0.5)


def test_the_clean_side_of_the_study_is_the_probe_of_the_pack():
    """Both train on all other speakers; the probe leaves Emo-DB's out one by one, so it is not compared."""
    table, _ = results.load("leaks")
    probe = results.load("probe")[0].set_index("corpus")["uar"]
    clean = table[(table["leak"] == "random") & (table["emotions"] == "all")].set_index("corpus")["clean"]
    for name in set(PACKED) - {"emodb"}:
        assert clean[name] == pytest.approx(probe[name], abs=0.1)
