import os
import warnings
from collections import Counter
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd
import pytest
import soundfile

from sequifi_lite.data.audio import SUFFIXES, read_audio
from sequifi_lite.data.corpora import CORPORA
from sequifi_lite.data.corpora.clip_table import COLUMNS
from sequifi_lite.data.corpora.dataset import CorpusWarning, load_corpus
from sequifi_lite.data.corpora.published import describe, published
from sequifi_lite.data.corpora.scan import scan
from sequifi_lite.data.emotions import EMOTIONS
from sequifi_lite.errors import CorpusError

SHARED = Path(__file__).resolve().parents[3] / "shared" / "corpora"
NOISE = np.random.default_rng(0).uniform(-0.3, 0.3, 96_000).astype(np.float32)

# One published file of each corpus.
EXAMPLES = {
    "cremad": "AudioWAV/1001_IEO_ANG_HI.wav",
    "ravdess": "Actor_12/03-01-06-01-02-01-12.wav",
    "emodb": "wav/03a01Fa.wav",
    "mesd": "Anger_C_A_de_nada.wav",
    "shemo": "female/F03S02.wav",
    "nemo": "samples/WR0_surprised_64.wav",
}


def sound(path, rate=16_000, channels=1, seconds=0.1, **options):
    """A short noise at a path whose folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    wave = np.tile(NOISE, 1 + round(rate * seconds) // len(NOISE))[: round(rate * seconds)]
    soundfile.write(path, np.stack([wave] * channels, 1), rate, **options)


def table(name):
    """The clip table of the published names, without what only audio tells."""
    return pd.DataFrame([describe(name, PurePosixPath(file).stem) for file in published(name)])


def refusal(name, root):
    with pytest.raises(CorpusError) as caught, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        load_corpus(name, root)
    message = str(caught.value)
    assert message.endswith(".") and "\n" not in message
    return message


# The published names


@pytest.mark.parametrize("name", CORPORA)
def test_every_published_name_is_parsed_back_to_itself(name):
    for file in published(name):
        fields = describe(name, PurePosixPath(file).stem)
        assert fields["file"] == file
        assert fields["emotion"] in EMOTIONS
        others = [other for other in CORPORA if other != name and describe(other, PurePosixPath(file).stem)]
        assert others == []
    stems = [PurePosixPath(file).stem for file in published(name)]
    assert len(set(stems)) == len(stems)


@pytest.mark.parametrize(
    "name, counts",
    [
        (
            "cremad",
            {
                "anger": 1271,
                "disgust": 1271,
                "fear": 1271,
                "happiness": 1271,
                "neutral": 1087,
                "sadness": 1271,
            },
        ),
        (
            "ravdess",
            dict.fromkeys(("calm", "happiness", "sadness", "anger", "fear", "disgust", "surprise"), 192)
            | {"neutral": 96},
        ),
        (
            "emodb",
            {
                "anger": 127,
                "boredom": 81,
                "neutral": 79,
                "happiness": 71,
                "fear": 69,
                "sadness": 62,
                "disgust": 46,
            },
        ),
        (
            "mesd",
            {"anger": 143, "disgust": 144, "fear": 144, "happiness": 144, "neutral": 143, "sadness": 144},
        ),
        (
            "shemo",
            {"neutral": 1028, "anger": 1059, "sadness": 449, "happiness": 201, "surprise": 225, "fear": 38},
        ),
        (
            "nemo",
            {"neutral": 809, "sadness": 769, "anger": 749, "happiness": 749, "fear": 736, "surprise": 669},
        ),
    ],
)
def test_emotions_are_counted_as_published(name, counts):
    assert Counter(table(name)["emotion"]) == counts


def test_speakers_are_counted_as_published():
    speakers = {name: Counter(table(name)["speaker"].dropna()) for name in CORPORA}
    odd = {"1002": 81, "1076": 81, "1008": 76, "1009": 76, "1019": 76}
    assert speakers["cremad"] == {str(actor): odd.get(str(actor), 82) for actor in range(1001, 1092)}
    assert speakers["ravdess"] == {f"{actor:02d}": 60 for actor in range(1, 25)}
    numbers = "03:49 08:58 09:43 10:38 11:55 12:35 13:61 14:69 15:56 16:71"
    assert speakers["emodb"] == {pair[:2]: int(pair[3:]) for pair in numbers.split()}
    numbers = "EB0:539 IC0:540 KD0:540 MK0:450 KS0:540 MP0:256 SM0:538 TP0:539 WR0:539"
    assert speakers["nemo"] == {pair[:3]: int(pair[4:]) for pair in numbers.split()}
    assert len(speakers["shemo"]) == 87
    assert {key: speakers["shemo"][key] for key in ("F08", "M12", "F21", "F24", "F07")} == {
        "F08": 2,
        "M12": 180,
        "F21": 174,
        "F24": 160,
        "F07": 143,
    }
    assert speakers["mesd"] == {}


def test_gender_is_counted_as_published():
    def people(name):
        return Counter(table(name).drop_duplicates("speaker")["gender"])

    assert people("cremad") == {"male": 48, "female": 43}
    assert people("ravdess") == {"male": 12, "female": 12}
    assert people("emodb") == {"male": 5, "female": 5}
    assert people("nemo") == {"male": 5, "female": 4}
    assert people("shemo") == {"male": 56, "female": 31}
    assert Counter(table("shemo")["gender"]) == {"male": 1737, "female": 1263}
    assert Counter(table("mesd")["gender"]) == {"female": 288, "male": 288, "child": 286}


def test_sentences_and_intensities_are_counted_as_published():
    cremad = table("cremad")
    assert cremad["sentence"].nunique() == 12 and (cremad["sentence"] == "IEO").sum() == 1456
    assert Counter(cremad["intensity"].dropna()) == {"low": 455, "medium": 455, "high": 455}
    assert set(table("ravdess")["sentence"]) == {"01", "02"}
    assert Counter(table("ravdess")["intensity"]) == {"normal": 768, "strong": 672}
    assert table("emodb")["sentence"].nunique() == 10
    assert set(table("nemo")["sentence"]) == {str(number) for number in range(1, 91)}
    mesd = table("mesd")
    words = mesd.loc[mesd["file"].str.split("_").str[2] == "A", "sentence"]
    assert words.nunique() == 24 and Counter(words)["fuera"] == 18 and Counter(words)["dentro"] == 19
    shemo = table("shemo")["sentence"]
    assert shemo.nunique() == 3000 - sum(n - 1 for n in Counter(shemo).values())
    assert Counter(Counter(shemo).values()) == {1: 2955, 2: 16, 3: 3, 4: 1}


def test_lengths_are_those_of_the_published_audio():
    total = {name: sum(filter(None, published(name).values())) for name in CORPORA}
    assert total["cremad"] / 3600 == pytest.approx(5.257, abs=1e-3)
    assert total["ravdess"] / 3600 == pytest.approx(1.480, abs=1e-3)
    assert total["emodb"] / 3600 == pytest.approx(0.413, abs=1e-3)
    assert total["nemo"] / 3600 == pytest.approx(3.073, abs=1e-3)
    assert sum(seconds is None for seconds in published("shemo").values()) == 162
    assert all(seconds > 0 for name in CORPORA if name != "shemo" for seconds in published(name).values())


@pytest.mark.parametrize("name", CORPORA)
def test_facts_are_complete(name):
    module = CORPORA[name]
    for fact in (module.TITLE, module.HOME, module.LICENCE, module.CITATION):
        assert fact and fact == fact.strip()
    assert module.PUBLISHED >= len(published(name))
    assert (
        module.LANGUAGE
        == {"cremad": "en", "ravdess": "en", "emodb": "de", "mesd": "es", "shemo": "fa", "nemo": "pl"}[name]
    )
    assert {describe(name, stem)["file"] for stem in (*module.DEFECTS, *module.STEREO)} <= published(
        name
    ).keys()
    assert all(module.DEFECTS.values())


def test_the_known_defects():
    assert {name: len(module.DEFECTS) for name, module in CORPORA.items()} == {
        "cremad": 7,
        "ravdess": 1,
        "emodb": 0,
        "mesd": 1,
        "shemo": 0,
        "nemo": 0,
    }
    assert "silent" in describe("cremad", "1076_MTI_SAD_XX")["defect"]
    assert "1006_TIE_NEU_XX" in describe("cremad", "1006_TIE_HAP_XX")["defect"]
    assert describe("ravdess", "03-01-03-01-02-01-07")["defect"] == ""
    assert describe("mesd", "Happiness_C_A_dentro")["defect"] == ""


def test_names_of_shemo_are_those_of_audio_files_and_not_of_texts():
    """F01N12 names a text and no file; F01S23 is a file, whose text is called F01N04."""
    names = {PurePosixPath(file).stem for file in published("shemo")}
    assert len(names) == 3000 and "F01S23" in names and not {"F01N12", "F01N13", "F01N14"} & names
    assert Counter(name[3] for name in names) == dict(A=1059, F=38, H=201, N=1028, S=449, W=225)
    with_length = [file for file, seconds in published("shemo").items() if seconds is not None]
    assert len(with_length) == 2838  # the names that files and texts have in common; what EmoBox lists


def test_clips_of_shemo_whose_text_says_another_emotion_are_flagged_and_keep_their_label():
    other = CORPORA["shemo"].LABELLED_OTHERWISE
    assert len(other) == 163 and other["F01S23"] == "neutral" and other["M51N09"] == "angry"
    for stem, label in other.items():
        fields = describe("shemo", stem)
        assert fields["file"] in published("shemo") and fields["label"] != label
        assert label in CORPORA["shemo"].LABELS and fields["defect"] == ""
    assert describe("shemo", "F01S23")["emotion"] == "sadness"
    assert describe("shemo", "M51N09")["sentence"] == describe("shemo", "M50A03")["sentence"]
    named = {stem for group in CORPORA["shemo"]._SAME_TEXT for stem in group.split()}
    assert {describe("shemo", stem)["file"] for stem in named} <= published("shemo").keys()


# The grammars


def test_names_are_read_field_by_field():
    cases = {
        "cremad": ("1001_IEO_ANG_HI", "1001", "male", "ANG", "anger", "IEO", "high"),
        "ravdess": ("03-01-06-01-02-01-12", "12", "female", "fearful", "fear", "02", "normal"),
        "emodb": ("03a01Fa", "03", "male", "F", "happiness", "a01", None),
        "mesd": ("Anger_C_A_basta_ya", None, "child", "Anger", "anger", "basta_ya", None),
        "shemo": ("M02F01", "M02", "male", "fearful", "fear", "M02F01", None),
        "nemo": ("WR0_surprised_64", "WR0", "male", "surprised", "surprise", "64", None),
    }
    for name, (stem, *values) in cases.items():
        fields = describe(name, stem)
        assert [
            fields[key] for key in ("speaker", "gender", "label", "emotion", "sentence", "intensity")
        ] == values
    assert describe("cremad", "1001_DFA_ANG_XX")["intensity"] is None
    assert describe("emodb", "08a01Ab")["emotion"] == "fear"
    assert describe("shemo", "F02F01")["emotion"] == "fear"
    assert describe("mesd", "Sadness_M_A_afuera")["sentence"] == "fuera"
    assert describe("mesd", "Happiness_C_A_lento_dentro")["sentence"] == "dentro"
    assert describe("shemo", "F24W20")["sentence"] == describe("shemo", "M21W04")["sentence"] == "F24W10"


@pytest.mark.parametrize(
    "name, stems",
    [
        (
            "cremad",
            [
                "1000_IEO_ANG_HI",
                "1092_IEO_ANG_HI",
                "1001_XXX_ANG_HI",
                "1001_IEO_ang_HI",
                "1001_IEO_ANG",
                "1001_IEO_ANG_HI_2",
            ],
        ),
        (
            "ravdess",
            ["03-02-06-01-02-01-12", "01-01-06-01-02-01-12", "03-01-09-01-02-01-12", "03-01-06-01-02-01-25"],
        ),
        (
            "ravdess",
            ["03-01-01-02-01-01-01", "03-01-06-01-02-01", "03-01-06-01-02-01-12-1", "03-01-06-03-02-01-12"],
        ),
        ("emodb", ["04a01Fa", "03a03Fa", "03a01Xa", "03a01F", "03a01Fg", "03A01Fa", " 03a01Fa"]),
        (
            "mesd",
            [
                "Joy_C_A_abajo",
                "Anger_X_A_abajo",
                "Anger_C_C_abajo",
                "Anger_C_A_",
                "Anger_C_A",
                "anger_C_A_abajo",
            ],
        ),
        ("shemo", ["F32A01", "M57A01", "F00A01", "X01A01", "F01X01", "F01A1", "F01A01b"]),
        ("nemo", ["XX0_anger_1", "WR0_angry_1", "WR0_anger_91", "WR0_anger_0", "WR0_anger_01", "WR0_anger"]),
    ],
)
def test_other_names_are_refused(name, stems):
    for stem in stems:
        assert describe(name, stem) is None, stem


def test_digits_of_other_scripts_are_no_digits():
    assert describe("ravdess", "03-01-06-01-02-01-1٢") is None
    assert describe("shemo", "F0٣S02") is None


# Scanning


@pytest.fixture(scope="module")
def complete(tmp_path_factory):
    """Emo-DB as it was published, but silent."""
    root = tmp_path_factory.mktemp("complete")
    for file, seconds in published("emodb").items():
        path = (root / file).with_suffix(".flac")
        path.parent.mkdir(exist_ok=True)
        soundfile.write(path, np.zeros(round(seconds * 16_000), np.int16), 16_000)
    return root


def test_a_complete_copy_raises_no_warning(complete):
    found = scan("emodb", complete)
    assert found.as_published and len(found.table) == 535
    assert "complete: every published file is here" in found.report()
    assert ".flac: 535" in found.report()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        dataset = load_corpus("emodb", complete)
    assert len(dataset) == 535
    assert Counter(dataset.features["emotion"].int2str(dataset["emotion"][:]))["boredom"] == 81


def test_the_folder_itself_and_one_above_do_as_well(complete, tmp_path):
    assert scan("emodb", complete / "wav").as_published
    (tmp_path / "deep").symlink_to(complete)
    assert scan("emodb", tmp_path).as_published
    assert scan("emodb", str(complete)).as_published


def test_scanning_twice_gives_the_same(complete):
    first, second = scan("emodb", complete), scan("emodb", complete)
    pd.testing.assert_frame_equal(first.table, second.table)
    assert first.report() == second.report()


@pytest.mark.parametrize("name", CORPORA)
def test_the_table(tmp_path, name):
    sound(tmp_path / EXAMPLES[name], rate=48_000)
    clips = scan(name, tmp_path).table
    assert list(clips.columns) == [*COLUMNS, "path"]
    row = clips.iloc[0]
    assert row["file"] == EXAMPLES[name] and row["corpus"] == name
    assert row["duration"] == pytest.approx(0.1) and row["sample_rate"] == 48_000 and row["channels"] == 1
    assert row["defect"] == ""
    assert pd.isna(row["speaker"]) == (name == "mesd")
    assert len(read_audio(row["path"])) == 1600


def test_rows_are_sorted_by_official_name_whatever_the_order_on_disk(tmp_path):
    for path in ("z/F01A01.wav", "a/M01A01.wav", "a/F02A01.wav"):
        sound(tmp_path / path)
    assert list(scan("shemo", tmp_path).table["file"]) == [
        "female/F01A01.wav",
        "female/F02A01.wav",
        "male/M01A01.wav",
    ]


@pytest.mark.parametrize("suffix", [*SUFFIXES, ".WAV", ".Flac"])
def test_every_format_is_accepted_under_the_official_name(tmp_path, suffix):
    kind = {".opus": {"format": "OGG", "subtype": "OPUS"}}.get(suffix, {})
    sound(tmp_path / f"03a01Fa{suffix}", seconds=1.0, **kind)
    found = scan("emodb", tmp_path)
    assert list(found.table["file"]) == ["wav/03a01Fa.wav"]
    assert found.table["path"][0].endswith(suffix)
    assert ("format other than the published .wav" in found.report()) == (suffix.lower() != ".wav")


def test_only_the_official_folder_is_read_if_it_is_there(tmp_path):
    sound(tmp_path / "AudioWAV" / "1001_DFA_ANG_XX.wav")
    sound(tmp_path / "AudioMP3" / "1001_DFA_ANG_XX.mp3")
    sound(tmp_path / "AudioMP3" / "1001_DFA_DIS_XX.mp3")
    found = scan("cremad", tmp_path)
    assert len(found.table) == 1 and found.repeated == {}
    assert found.outside == {"AudioMP3": 2}
    assert "AudioMP3: 2 audio files" in found.report()
    assert len(scan("cremad", tmp_path / "AudioMP3").table) == 2


def test_hidden_files_and_files_that_are_not_audio_are_passed_over(tmp_path):
    sound(tmp_path / "wav" / "03a01Fa.wav")
    for name in (
        ".DS_Store",
        "._03a01Fa.wav",
        "README.md",
        "erkannt.txt",
        "desktop.ini",
        "__MACOSX/._03a01Fa.wav",
    ):
        (tmp_path / "wav" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "wav" / name).write_text("x")
    sound(tmp_path / "wav" / ".cache" / "03a01Nc.wav")
    found = scan("emodb", tmp_path)
    assert len(found.table) == 1 and not found.unknown and not found.unreadable and not found.repeated


def test_missing_files_are_named_ten_at_a_time(tmp_path):
    sound(tmp_path / "wav" / "03a01Fa.wav")
    found = scan("emodb", tmp_path)
    assert len(found.missing) == 534 and "wav/03a01Nc.wav" in found.missing
    assert "wav/03a01Fa.wav" not in found.missing
    assert "missing: 534" in found.report() and "and 524 more" in found.report()
    assert found.missing[9] in found.report() and found.missing[10] not in found.report()


def test_surplus_files_are_kept_and_named(tmp_path):
    sound(tmp_path / "Anger_C_A_hoy.wav", rate=48_000)
    found = scan("mesd", tmp_path)
    assert found.surplus == ["Anger_C_A_hoy.wav"] and len(found.table) == 1
    assert "surplus" in found.report() and "Anger_C_A_hoy.wav" in found.report()


def test_unknown_names_are_named_with_a_reason(tmp_path):
    for name in ("03a01Fa.wav", "copy of 03a01Fa.wav", "1001_DFA_ANG_XX.wav"):
        sound(tmp_path / "wav" / name)
    found = scan("emodb", tmp_path)
    assert found.unknown == {
        "wav/1001_DFA_ANG_XX.wav": "a name of CREMA-D",
        "wav/copy of 03a01Fa.wav": "no name of Emo-DB",
    }
    assert "copy of 03a01Fa.wav (no name of Emo-DB)" in found.report()


def test_songs_and_videos_are_told_from_the_speech_set(tmp_path):
    for name in ("03-01-06-01-02-01-12.wav", "03-02-06-01-02-01-12.wav", "01-01-06-01-02-01-12.wav"):
        sound(tmp_path / "Actor_12" / name, rate=48_000)
    found = scan("ravdess", tmp_path)
    assert len(found.table) == 1
    assert "a song" in found.unknown["Actor_12/03-02-06-01-02-01-12.wav"]
    assert "a video" in found.unknown["Actor_12/01-01-06-01-02-01-12.wav"]


def test_second_files_of_a_name_are_named_and_the_first_by_the_rule_is_kept(tmp_path):
    for path in ("Actor_12/x.mp3", "Actor_12/x.wav", "a/Actor_12/x.wav", "0/Actor_12/x.wav"):
        sound(tmp_path / path.replace("x.", "03-01-06-01-02-01-12."), rate=48_000)
    found = scan("ravdess", tmp_path)
    stem = "Actor_12/03-01-06-01-02-01-12"
    assert found.table["path"][0] == str(tmp_path.resolve() / f"{stem}.wav")
    assert found.repeated == {
        f"{stem}.mp3": f"{stem}.wav",
        f"a/{stem}.wav": f"{stem}.wav",
        f"0/{stem}.wav": f"{stem}.wav",
    }
    assert f"a/{stem}.wav (kept: {stem}.wav)" in found.report()


def test_stereo_odd_rates_and_odd_lengths_are_reported_and_read(tmp_path):
    sound(tmp_path / "03a01Fa.wav", channels=2, rate=8_000)
    sound(tmp_path / "03a01Nc.wav", rate=96_000, subtype="PCM_24")
    sound(tmp_path / "03a01Wa.wav", seconds=published("emodb")["wav/03a01Wa.wav"] + 0.09)
    found = scan("emodb", tmp_path)
    assert found.stereo == ["wav/03a01Fa.wav"]
    assert found.rates == {"wav/03a01Fa.wav": 8_000, "wav/03a01Nc.wav": 96_000}
    assert found.lengths.keys() == {"wav/03a01Fa.wav", "wav/03a01Nc.wav"}
    assert found.lengths["wav/03a01Fa.wav"] == (pytest.approx(0.1), published("emodb")["wav/03a01Fa.wav"])
    report = found.report()
    for line in (
        "more than one channel",
        "8,000 Hz: 1",
        "96,000 Hz: 1",
        "wav/03a01Fa.wav: 0.100 s, published",
    ):
        assert line in report
    assert all(len(read_audio(path)) == 1600 for path in found.table["path"][:2])
    assert not found.as_published


def test_the_copy_of_emodb_with_two_seconds_in_every_file_is_noticed(tmp_path):
    names = list(published("emodb"))[:20]
    for name in names:
        sound(tmp_path / name, rate=22_050, seconds=2.0)
    found = scan("emodb", tmp_path)
    assert len(found.rates) == 20
    assert set(found.lengths) == {name for name in names if abs(published("emodb")[name] - 2) > 0.1}
    assert len(found.lengths) == 16
    assert "length more than 0.1 s off" in found.report()


def test_stereo_that_was_published_so_is_no_deviation(tmp_path):
    sound(tmp_path / "03-01-02-01-01-02-01.wav", rate=48_000, channels=2)
    found = scan("ravdess", tmp_path)
    assert found.stereo == ["Actor_01/03-01-02-01-01-02-01.wav"]
    assert "03-01-02-01-01-02-01.wav (as published)" in found.report()


def test_known_defects_are_in_the_table_and_in_the_report(tmp_path):
    sound(tmp_path / "AudioWAV" / "1076_MTI_SAD_XX.wav")
    found = scan("cremad", tmp_path)
    assert "silent" in found.table["defect"][0]
    assert "1076_MTI_SAD_XX.wav (silent" in found.report()


def test_a_loop_of_links_ends(tmp_path):
    sound(tmp_path / "wav" / "03a01Fa.wav")
    (tmp_path / "wav" / "again").symlink_to(tmp_path)
    found = scan("emodb", tmp_path)
    assert len(found.table) == 1 and not found.repeated


def test_a_progress_bar_is_shown_only_when_asked(tmp_path, capfd):
    sound(tmp_path / "03a01Fa.wav")
    scan("emodb", tmp_path)
    assert capfd.readouterr() == ("", "")
    scan("emodb", tmp_path, progress=True)
    assert "Emo-DB: headers" in capfd.readouterr().err


# Loading


def test_the_dataset(tmp_path):
    sound(tmp_path / "wav" / "03a01Fa.wav")
    sound(tmp_path / "wav" / "08a01Ab.wav")
    with pytest.warns(CorpusWarning, match="missing: 533"):
        dataset = load_corpus("emodb", tmp_path)
    assert dataset.column_names == [*COLUMNS, "audio"]
    assert dataset.features["emotion"].names == list(EMOTIONS)
    assert dataset.features["label"].names == list("WLEAFTN")
    first, second = dataset
    assert dataset.features["emotion"].int2str(first["emotion"]) == "happiness"
    assert dataset.features["label"].int2str(second["label"]) == "A"
    assert first["audio"] == {"bytes": None, "path": str(tmp_path.resolve() / "wav" / "03a01Fa.wav")}
    assert first["speaker"] == "03" and first["intensity"] is None
    assert len(read_audio(first["audio"]["path"])) == 1600


def test_datasets_of_two_corpora_can_be_joined(tmp_path):
    from datasets import Value, concatenate_datasets

    parts = []
    for name in ("mesd", "cremad"):
        sound(tmp_path / name / EXAMPLES[name])
        with pytest.warns(CorpusWarning):
            parts.append(load_corpus(name, tmp_path / name).cast_column("label", Value("int64")))
    joined = concatenate_datasets(parts)
    assert joined["emotion"][:] == [0, 0] and joined["speaker"][:] == [None, "1001"]


def test_loading_writes_nothing(tmp_path, capfd):
    sound(tmp_path / "wav" / "03a01Fa.wav")
    with pytest.warns(CorpusWarning):
        load_corpus("emodb", tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["03a01Fa.wav", "wav"]
    assert capfd.readouterr() == ("", "")


# Refusals: one sentence, what, where and how to mend it


def test_a_corpus_nobody_knows(tmp_path):
    assert "choose one of cremad, ravdess, emodb, mesd, shemo, nemo" in refusal("iemocap", tmp_path)


def test_a_folder_that_is_not_there(tmp_path):
    message = refusal("emodb", tmp_path / "nowhere")
    assert str(tmp_path / "nowhere") in message and "does not exist" in message


def test_a_file_in_place_of_a_folder(tmp_path):
    (tmp_path / "emodb.zip").write_bytes(b"PK")
    assert "is a file; give the folder" in refusal("emodb", tmp_path / "emodb.zip")


def test_an_empty_folder(tmp_path):
    message = refusal("emodb", tmp_path)
    assert str(tmp_path) in message and "holds no audio" in message and CORPORA["emodb"].HOME in message


@pytest.mark.parametrize("asked", CORPORA)
@pytest.mark.parametrize("there", CORPORA)
def test_the_folder_of_another_corpus(tmp_path, asked, there):
    if asked == there:
        return
    sound(tmp_path / EXAMPLES[there])
    message = refusal(asked, tmp_path)
    assert f"looks like {CORPORA[there].TITLE}" in message
    assert f"load_corpus({there!r}, {str(tmp_path)!r})" in message
    assert f"sequifi-lite embed {tmp_path} --corpus {there}" in message


def test_a_folder_of_something_else(tmp_path):
    sound(tmp_path / "recording 1.wav")
    message = refusal("emodb", tmp_path)
    assert "None of the 1 audio files" in message and "recording 1.wav: no name of Emo-DB" in message


def test_a_folder_with_songs_only(tmp_path):
    sound(tmp_path / "Actor_12" / "03-02-06-01-02-01-12.wav")
    assert "a song, not part of the speech set" in refusal("ravdess", tmp_path)


def text(path):
    path.write_text("not audio at all\n" * 50)


def zero_bytes(path):
    path.write_bytes(b"")


def no_samples(path):
    soundfile.write(path, np.zeros(0, np.float32), 16_000)


def cut(path):
    sound(path, seconds=1.0)
    path.write_bytes(path.read_bytes()[:8000])


def pointer(path):
    path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 66000\n")


@pytest.mark.parametrize(
    "make, says",
    [
        (text, "cannot be read as audio"),
        (zero_bytes, "is an empty file (0 bytes)"),
        (no_samples, "holds no samples"),
        (cut, "is cut short"),
        (pointer, "is a Git LFS pointer, not audio"),
    ],
)
def test_unreadable_audio(tmp_path, make, says):
    sound(tmp_path / "wav" / "03a01Nc.wav")
    make(tmp_path / "wav" / "03a01Fa.wav")
    found = scan("emodb", tmp_path)
    assert list(found.unreadable) == ["wav/03a01Fa.wav"] and says in found.unreadable["wav/03a01Fa.wav"]
    assert str(tmp_path) not in found.unreadable["wav/03a01Fa.wav"]
    assert says in found.report() and "wav/03a01Fa.wav" not in found.missing
    assert len(found.table) == 1
    message = refusal("emodb", tmp_path)
    assert "has a file that cannot be read as audio: wav/03a01Fa.wav" in message
    assert str(tmp_path) in message and says in message and CORPORA["emodb"].HOME in message
    assert ("git lfs pull" in message) == (make is pointer)


def test_many_unreadable_files_are_named_up_to_ten(tmp_path):
    for name in list(published("emodb"))[:12]:
        text_file = tmp_path / name
        text_file.parent.mkdir(exist_ok=True)
        pointer(text_file)
    message = refusal("emodb", tmp_path)
    assert (
        "has 12 files" in message and "and 2 more" in message and message.count("is a Git LFS pointer") == 10
    )


@pytest.mark.skipif(
    os.name == "nt" or (hasattr(os, "geteuid") and os.geteuid() == 0), reason="root reads every folder"
)
def test_a_folder_one_may_not_list(tmp_path):
    (tmp_path / "wav").mkdir()
    (tmp_path / "wav").chmod(0)
    try:
        assert "cannot be listed" in refusal("emodb", tmp_path)
    finally:
        (tmp_path / "wav").chmod(0o700)


# Real audio, where it is at hand


@pytest.mark.parametrize(
    "name, count, rate", [("emodb", 535, 16_000), ("ravdess", 1440, 48_000), ("mesd", 856, 48_000)]
)
def test_real_copies(name, count, rate):
    if not (SHARED / name).is_dir():
        pytest.skip(f"no audio of {name} at hand")
    found = scan(name, SHARED / name)
    assert len(found.table) == count and len(found.missing) == len(published(name)) - count
    assert (
        not found.unknown
        and not found.unreadable
        and not found.surplus
        and not found.repeated
        and not found.lengths
    )
    assert set(found.rates.values()) == (set() if rate == 16_000 else {16_000})


def test_twelve_real_actors():
    if not (SHARED / "cremad").is_dir():
        pytest.skip("no audio of cremad at hand")
    found = scan("cremad", SHARED / "cremad")
    assert len(found.table) == 971 and found.table["speaker"].nunique() == 12
    assert len(found.missing) == 7442 - 971 and not found.lengths and not found.rates


@pytest.mark.parametrize("name", CORPORA)
def test_a_damaged_list_of_official_files_is_named(tmp_path, monkeypatch, name):
    from sequifi_lite.data.corpora import published as module

    text = (module.FILES / f"{name}.csv").read_text(encoding="utf-8")
    rows = text.splitlines(keepends=True)
    monkeypatch.setattr(module, "FILES", tmp_path)
    read = module.published.__wrapped__  # without its cache
    damaged = (
        "", text[:-1], text[: len(text) // 2], "".join(rows[:-1]), "".join(rows + rows[-1:]),
        text.replace("seconds", "secondz", 1), text.replace(rows[5], "nonsense.wav,1.0\n"),
        text.replace(rows[5], rows[5].split(",")[0] + ",-1\n"),
        text.replace(rows[5], rows[5].strip() + ",1\n"),
        text.replace(rows[5], rows[5].split(",")[0] + "\n"), text.replace(rows[5], "\x00" + rows[5]),
    )  # fmt: skip
    for case in damaged:
        (tmp_path / f"{name}.csv").write_text(case, encoding="utf-8")
        with pytest.raises(CorpusError, match=f"{name}.csv, the list of .*, is damaged; install"):
            read(name)
    (tmp_path / f"{name}.csv").unlink()
    with pytest.raises(CorpusError, match="is damaged; install"):
        read(name)


# Files that are not read, and headers that are not to be trusted


def test_files_of_other_names_for_known_formats_are_read(tmp_path):
    data = {}
    for kind in ("WAV", "OGG", "AIFF", "AU", "CAF", "NIST", "W64", "MP3"):
        sound(tmp_path / "x" / "a.wav", seconds=0.5, format=kind)
        data[kind] = (tmp_path / "x" / "a.wav").read_bytes()
    (tmp_path / "x" / "a.wav").unlink()
    stems = ("03a01Fa", "03a01Nc", "03a01Wa", "03a02Fc", "03a02Nc", "03a02Ta", "03a02Wb", "03a02Wc")
    suffixes = (".wave", ".oga", ".aiff", ".au", ".caf", ".sph", ".W64", ".mpga")
    names = [stem + suffix for stem, suffix in zip(stems, suffixes)]
    for name, kind in zip(names, data):
        (tmp_path / name).write_bytes(data[kind])
    found = scan("emodb", tmp_path)
    assert len(found.table) == 8 and found.passed_over == {} and not found.unreadable
    assert all(abs(len(read_audio(path)) - 8000) < 1600 for path in found.table["path"])


def test_every_file_that_is_not_read_is_counted_by_suffix(tmp_path):
    sound(tmp_path / "wav" / "03a01Fa.wav")
    for name in (
        "a.avi",
        "b.AVI",
        "c.flv",
        "README",
        "d.txt",
        ".DS_Store",
        "wav/._03a01Fa.wav",
        ".git/config",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    found = scan("emodb", tmp_path)
    assert found.passed_over == {
        ".avi": 2, ".flv": 1, ".txt": 1, "hidden .wav": 1, "hidden no suffix": 2, "no suffix": 1,
    }  # fmt: skip
    assert "files that are not read as sound, by suffix: 8" in found.report() and ".avi: 2" in found.report()
    assert len(found.table) == 1
    (tmp_path / "wav" / "03a01Fa.wav").unlink()
    with pytest.raises(CorpusError, match=r"holds no audio files .*\(but .avi: 2"):
        scan("emodb", tmp_path).check()


def test_a_header_that_is_not_to_be_trusted_is_told(tmp_path):
    sound(tmp_path / "03a01Fa.wav")
    data = bytearray((tmp_path / "03a01Fa.wav").read_bytes())
    data[4:8], data[40:44] = b"\x24\xf0\xff\x7f", b"\x00\xf0\xff\x7f"
    (tmp_path / "03a01Fa.wav").write_bytes(data)
    found = scan("emodb", tmp_path)
    assert "states no length" in found.headers["wav/03a01Fa.wav"] and not found.as_published
    assert "header that is not to be trusted" in found.report() and len(found.table) == 1
