"""Lists of labels that lie: spellings, columns, cells, rows and quotation marks."""

import numpy as np
import pandas as pd
import pytest
import soundfile
from click.testing import CliRunner
from hypothesis import given, settings, strategies as st

from sequifi_lite.cli import main
from sequifi_lite.data.corpora.own_folder.columns import is_segment
from sequifi_lite.data.corpora.own_folder.labels_csv import read_labels
from sequifi_lite.data.corpora.own_folder.scan import scan as scan_folder
from sequifi_lite.data.corpora.own_folder.words import meanings
from sequifi_lite.data.leaks.report import leak_report
from sequifi_lite.data.splits import folds, split
from sequifi_lite.errors import SequifiError

WORDS = ("anger", "happiness", "neutral", "sadness")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Six speakers, four emotions, five sentences: clip_000.wav to clip_119.wav."""
    root = tmp_path_factory.mktemp("recordings")
    for k in range(120):
        samples = np.random.default_rng(k).normal(0, 0.1, 400 + k)
        soundfile.write(root / f"clip_{k:03d}.wav", samples, 8_000)
    return root


def rows(**change):
    """The list of these files, a dict for each row; `change` gives a function of a row for a column."""
    out = []
    for k in range(120):
        row = {
            "file": f"clip_{k:03d}.wav",
            "emotion": WORDS[k % 4],
            "speaker": f"S{k // 20 + 1}",
            "sentence": f"t{k // 4 % 5}",
        }
        out.append(row | {column: make(k, row) for column, make in change.items()})
    return out


def scan(root, tmp_path, table, text=None, **more):
    file = tmp_path / "labels.csv"
    if text is None:
        pd.DataFrame(table).to_csv(file, index=False)
    else:
        file.write_text(text, encoding="utf-8", newline="")
    return scan_folder("mine", root, labels=file, decode=False, **more)


def refused(call, *words):
    with pytest.raises(SequifiError) as caught:
        call()
    message = str(caught.value)
    assert message.endswith(".") and "\n" not in message and ("; " in message or ", so " in message), message
    for word in words:
        assert word in message, message


def accounted(found):
    """Names of all files and entries that a scan speaks of."""
    rest = [*found.absent, *found.ambiguous, *found.unreadable, *found.convert, *found.table["file"]]
    return {*rest, *(file for files in found.left_out.values() for file in files)}


# ---------------------------------------------------------------- spellings


@pytest.mark.parametrize(
    "other", ["s{}", "S0{}", "S {}", "S_{}", "S{}\u200b", "Ｓ{}", " S{}", "S{}.0", "S\u00ad{}", "S-00{}"]
)
def test_a_speaker_in_two_spellings_is_one_speaker(root, tmp_path, other):
    table = rows(speaker=lambda k, row: (other if k % 5 == 0 else "S{}").format(k // 20 + 1))
    found = scan(root, tmp_path, table)
    assert sorted(found.table["speaker"].unique()) == ["S1", "S2", "S3", "S4", "S5", "S6"]
    for fold in range(folds(found.table)):
        assert leak_report(split(found.table, fold), found.table).shared("speakers") == 0
    if other.strip() != "S{}":
        (line,) = [line for line in found.spellings if line.startswith("speaker S1:")]
        assert "S1 (16 clips)" in line and "(4 clips)" in line and "\u200b" not in line
        assert "written in several ways, taken for one: 6" in found.report()


def test_numbers_of_a_spreadsheet_are_one_speaker(root, tmp_path):
    table = rows(speaker=lambda k, row: ("{}", "{}.0", "0{}")[k % 3].format(k // 20 + 1))
    found = scan(root, tmp_path, table)
    assert found.table["speaker"].nunique() == 6 and len(found.spellings) == 6


def test_a_sentence_in_two_spellings_is_one_sentence(root, tmp_path):
    ways = ("Say it  now.", "say it now", "SAY IT NOW!", "Say it\u00a0now")
    table = rows(sentence=lambda k, row: f"{k // 4 % 5} {ways[k % 4]}")
    found = scan(root, tmp_path, table)
    assert found.table["sentence"].nunique() == 5
    one = split(found.table, 0, scheme="sentence")
    assert leak_report(one, found.table).shared("sentences") == 0


def test_names_that_differ_are_not_made_one(root, tmp_path):
    table = rows(speaker=lambda k, row: ("S1_1", "S11", "S1", "S10", "Sa", "Sä")[k // 20])
    found = scan(root, tmp_path, table)
    assert found.table["speaker"].nunique() == 6 and found.spellings == []


def test_labels_that_differ_in_spelling_only_are_one(root, tmp_path):
    table = rows(emotion=lambda k, row: (row["emotion"], row["emotion"].upper(), f"{row['emotion']} ")[k % 3])
    found = scan(root, tmp_path, table)
    assert found.table["label"].nunique() == 4 and len(found.spellings) == 4
    assert found.spellings[0].startswith("label ANGER: ANGER (10 clips) and anger (20 clips)") or (
        "label anger: anger (20 clips) and ANGER (10 clips)" in found.spellings
    )


def test_two_raters_of_one_mind(root, tmp_path):
    table = rows()
    table += [row | {"emotion": {"anger": "Angry", "neutral": "NEUTRAL"}.get(row["emotion"], row["emotion"])}
              for row in rows()]  # fmt: skip
    found = scan(root, tmp_path, table)
    found.check()
    assert len(found.table) == 120 and (found.table["defect"] == "").all() and len(found.repeated) == 120
    assert "clip_000.wav (lines 2 and 122: the labels anger and Angry mean one thing)" in found.repeated
    assert "clip_001.wav (lines 3 and 123: they say the same)" in found.repeated


def test_a_slip_and_a_single_clip_are_named_and_make_no_fold(root, tmp_path):
    table = rows(
        speaker=lambda k, row: "OA" if k == 7 else ("OAF", "YAF", "Ann", "Ben", "Cid", "Dan")[k // 20]
    )
    table[119]["speaker"] = "Zoe"
    found = scan(root, tmp_path, table)
    defects = found.table.set_index("file")["defect"]
    assert "speaker OA has 1 clip and may be a slip of OAF (19)" in defects["clip_007.wav"]
    assert "the only clip of its speaker Zoe" in defects["clip_119.wav"] and (defects != "").sum() == 2
    assert folds(found.table, "one-speaker") == 6 and "may be a slip of OAF" in found.report()


@pytest.mark.parametrize(
    "name, other, slip",
    [
        ("Anna", "Anma", True),
        ("Peter", "Petre", True),
        ("0AF", "OAF", True),
        ("Marie", "Mari", True),
        ("S11", "S1", False),
        ("S1", "S2", False),
        ("KL", "DC", False),
        ("JK", "JE", False),
        ("F01", "M01", False),
        ("Karl", "Anna", False),
    ],
)
def test_what_is_a_slip(root, tmp_path, name, other, slip):
    table = rows(speaker=lambda k, row: name if k in (3, 4) else (other, "X9", "Y8", "Z7")[k // 30])
    found = scan(root, tmp_path, table)
    assert (found.table["defect"] != "").sum() == 2 * slip


def test_many_speakers_of_one_clip_are_left_alone(root, tmp_path):
    found = scan(root, tmp_path, rows(speaker=lambda k, row: f"caller {k}"))
    assert (found.table["defect"] == "").all() and folds(found.table) == 5


# ---------------------------------------------------------------- columns


@pytest.mark.parametrize(
    "names",
    [
        ("start", "end"),
        ("begin", "stop"),
        ("onset", "offset"),
        ("start_time", "end_time"),
        ("StartTime", "EndTime"),
        ("from", "to"),
        ("Start (s)", "End (s)"),
        ("start", "duration"),
        ("tmin", "tmax"),
        ("segment_start", "segment_end"),
        ("begin_ms", "end_ms"),
        ("t0", "t1"),
        ("xmin", "xmax"),
        ("Anfang", "Ende"),
        ("utt_start", "length"),
        ("Startzeit", "Endzeit"),
        ("frame_start", "frame_end"),
    ],
)
def test_parts_of_files_are_refused_by_name(root, tmp_path, names):
    table = [row | {names[0]: half * 1.5, names[1]: half * 1.5 + 1.5} for row in rows() for half in (0, 1)]
    first = "start" if names[1] in ("duration", "length") else names[0]
    refused(lambda: scan(root, tmp_path, table), "labels.csv has the column", first[:5], "ffmpeg -i", "-ss")


@pytest.mark.parametrize("name", ["segment", "utterance_id", "Channel", "turn", "chunk no"])
def test_numbered_parts_of_files_are_refused_where_they_tell_rows_apart(root, tmp_path, name):
    table = [row | {name: part} for row in rows() for part in (1, 2)]
    refused(
        lambda: scan(root, tmp_path, table),
        f"the column {name}, in which the rows of clip_000.wav",
        "2 and 3",
    )
    assert scan(root, tmp_path, table[::2]).used.endswith(f"not used: {name}")


def test_rows_that_may_mean_parts_are_asked_about(root, tmp_path):
    table = [row | {"emotion": WORDS[(k + half) % 4]} for k, row in enumerate(rows()) for half in (0, 1)]
    assert (
        "120 of 120 files are named in several rows: if the rows mean parts"
        in scan(root, tmp_path, table).report()
    )


def test_columns_that_are_no_parts_of_files():
    for name, cells in (
        ("send", ["1", "2"]),
        ("start", ["yes", "no"]),
        ("from", ["radio", "stage"]),
        ("end", ["", ""]),
        ("trend", ["1"]),
        ("date", ["2020-01-05", "2020-02-07"]),
        ("take", ["1-2", "3-4"]),
        ("score", ["0,5", "1,5"]),
        ("rater", ["1", "2"]),
        ("timestamp", ["1699999999", "1700000000"]),
        ("duration", ["1.5", "2"]),
        ("vad", ["0.1 0.2"]),
    ):
        assert not is_segment(name, cells), name
    for name, cells in (
        ("where", ["1.5-3.2", "0.0-1.5"]),
        ("x", ["[1.5, 3]"]),
        ("timecode", ["00:01:02"]),
        ("starts at", ["PT1.5S"]),
    ):
        assert is_segment(name, cells), name


def test_the_report_says_which_columns_were_used(root, tmp_path):
    found = scan(root, tmp_path, rows(rater=lambda k, row: "r1", valence=lambda k, row: 3))
    said = "file from file, emotion from emotion, speaker from speaker, sentence from sentence"
    assert f"read: {said}; not used: rater, valence" in found.report()
    assert "not used: none" in scan(root, tmp_path, rows()).used
    by_pattern = scan_folder("mine", root, pattern=r"(?P<emotion>c)lip_(?P<speaker>\d)", decode=False)
    assert "groups emotion, speaker" in by_pattern.used


def test_an_index_of_pandas_and_columns_without_names(root, tmp_path):
    text = pd.DataFrame(rows()).to_csv()  # the first column has no name
    assert scan(root, tmp_path, None, text).used.endswith("not used: (column 1, without a name)")
    text = "file,emotion,,\n" + "".join(f"{row['file']},{row['emotion']},,\n" for row in rows())
    assert scan(root, tmp_path, None, text).used.endswith("not used: none")


def test_two_columns_of_one_name(root, tmp_path):
    lines = [f"{row['file']},{row['emotion']},{{}},{row['speaker']}" for row in rows()]
    text = "file,emotion,Emotion,speaker\n" + "\n".join(lines)
    same = text.replace("{}", "{0}")
    whole = "\n".join(
        [same.split("\n")[0], *(line.format(line.split(",")[1].upper()) for line in same.split("\n")[1:])]
    )
    assert len(scan(root, tmp_path, None, whole).table) == 120
    refused(
        lambda: scan(root, tmp_path, None, whole.replace("ANGER", "fear", 1)),
        "2 columns called emotion (columns 2 and 3)",
        "line 2",
    )


# ---------------------------------------------------------------- rows of one file


def test_a_file_that_is_named_with_two_speakers_is_not_used(root, tmp_path):
    table = [*rows(), rows()[3] | {"speaker": "S6"}, rows()[8] | {"sentence": "t4"}, rows()[9]]
    found = scan(root, tmp_path, table)
    defects = found.table.set_index("file")["defect"]
    assert defects["clip_003.wav"] == "labels.csv says that it is by S1 and S6"
    assert defects["clip_008.wav"] == "labels.csv says that its sentence is t2 and t4"
    assert (defects != "").sum() == 2 and len(found.repeated) == 3
    assert "clip_009.wav (lines 11 and 124: they say the same)" in found.report()


def test_what_a_second_row_adds_is_taken_and_what_it_changes_is_told(root, tmp_path):
    table = [*rows(gender=lambda k, row: "f"), rows()[4] | {"gender": "m", "rater": "r2"}]
    table[4] |= {"speaker": "", "gender": "f", "rater": "r1"}
    found = scan(root, tmp_path, table)
    clip = found.table.set_index("file").loc["clip_004.wav"]
    assert clip["speaker"] == "S1" and pd.isna(clip["gender"]) and clip["defect"] == ""
    assert "gender f and m, left empty; they differ in rater, which is not used" in found.repeated[0]


# ---------------------------------------------------------------- words


@pytest.mark.parametrize("word", ["none", "None", "na", "NA", "nan", "NaN", "null", "-", "n/a", "N/A"])
def test_a_word_that_was_given_a_meaning_is_looked_up_first(root, tmp_path, word):
    table = rows(emotion=lambda k, row: word if row["emotion"] == "neutral" else row["emotion"])
    found = scan(root, tmp_path, table, words={word: "neutral"})
    assert (found.table["emotion"] == "neutral").sum() == 30 and found.left_out == {}
    found = scan(root, tmp_path, table)
    (reason,) = found.left_out
    assert len(found.table) == 90 and word in reason and len(found.left_out[reason]) == 30
    folder = tmp_path / "folders" / word.replace("/", "")
    folder.mkdir(parents=True)
    soundfile.write(folder / "a.wav", np.ones(800) * 0.1, 16_000)
    given = {word.replace("/", ""): "neutral"}
    by_folder = scan_folder("mine", tmp_path / "folders", folders="emotion", words=given, decode=False)
    assert list(by_folder.table["emotion"]) == ["neutral"]


def test_a_speaker_called_nan(root, tmp_path):
    names = ("Nan", "Ann", "Bob", "Cid", "Dan", "Eve")
    found = scan(root, tmp_path, rows(speaker=lambda k, row: names[k // 20]))
    assert set(found.table["speaker"]) == set(names) and folds(found.table, "one-speaker") == 6
    names = ("NA", "DC", "JE", "JK", "KL", "MN")
    found = scan(root, tmp_path, rows(speaker=lambda k, row: names[k // 20]))
    assert set(found.table["speaker"]) == set(names) and "the speaker NA (20) of labels.csv" in found.report()
    names = ("NA", "None", "nan", "S1", "S2", "S3")
    found = scan(root, tmp_path, rows(speaker=lambda k, row: names[k // 20]))
    assert found.table["speaker"].isna().sum() == 60
    assert "NA (20), None (20), nan (20) as speaker in labels.csv" in found.report()


def test_a_speaker_nobody_knows_is_no_speaker(root, tmp_path):
    found = scan(root, tmp_path, rows(speaker=lambda k, row: "Unknown" if k % 7 == 0 else row["speaker"]))
    assert found.table["speaker"].isna().sum() == 18 and "Unknown (18) as speaker" in found.report()
    assert found.table["defect"].str.startswith("no speaker is named").sum() == 18


def test_folders_are_named_by_people(tmp_path):
    for k, name in enumerate(("NA", "None", "nan", "null", "Bob")):
        for j, word in enumerate(WORDS):
            (tmp_path / name / word).mkdir(parents=True)
            samples = np.random.default_rng(10 * k + j).normal(0, 0.1, 800)
            soundfile.write(tmp_path / name / word / "a.wav", samples, 16_000)
    found = scan_folder("mine", tmp_path, folders="speaker/emotion", decode=False)
    assert set(found.table["speaker"]) == {"NA", "None", "nan", "null", "Bob"}


def test_one_word_has_one_meaning(root, tmp_path):
    refused(
        lambda: scan(root, tmp_path, rows(), words={"wut": "anger", "Wut ": "fear"}),
        "wut=anger and Wut =fear give one label two meanings",
    )
    refused(lambda: scan(root, tmp_path, rows(), words={"": "neutral"}), "given to an empty word")
    scan(root, tmp_path, rows(), words={"wut": "anger", "Wut": "anger"})
    file = tmp_path / "labels.csv"
    words = ["scan", str(root), "--corpus", "mine", "--labels", str(file)]
    twice = CliRunner().invoke(main, [*words, "--word", "wut=anger", "--word", "wut=fear"])
    assert twice.exit_code == 2 and "--word gives wut two meanings, anger and fear" in twice.stderr


def test_a_guess_in_another_spelling_is_told(root, tmp_path):
    table = rows(emotion=lambda k, row: "X 01" if row["emotion"] == "neutral" else row["emotion"].upper())
    found = scan(root, tmp_path, table, words={"x1": "neutral"})
    assert "the label X 01 is taken for x1" in found.report() and "ANGER -> anger (guessed)" in found.report()


# ---------------------------------------------------------------- csv


def lines(delimiter=",", end="\n"):
    table = rows()
    return [delimiter.join(table[0]), *(delimiter.join(row.values()) for row in table)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("before", ["", "\ufeff", "sep={}\n", "\n\n", '\ufeff"sep={}"\r\n', "SEP={}\r"])
def test_dialects(root, tmp_path, delimiter, end, before):
    text = before.format(delimiter) + end.join(lines(delimiter)) + end
    found = scan(root, tmp_path, None, text)
    assert len(found.table) == 120 and found.table["speaker"].nunique() == 6


def test_any_delimiter_may_be_declared(root, tmp_path):
    assert len(scan(root, tmp_path, None, "sep=:\n" + "\n".join(lines(":"))).table) == 120
    refused(lambda: scan(root, tmp_path, None, 'sep="\n' + "\n".join(lines())), "names no delimiter")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings(tmp_path, encoding):
    (tmp_path / "labels.csv").write_bytes("file,emotion\nä.wav,wütend\n".encode(encoding))
    assert read_labels(tmp_path / "labels.csv") == [{"file": "ä.wav", "emotion": "wütend"}]


@pytest.mark.parametrize(
    "line, change",
    [
        (2, lambda line: line.replace(",anger", ',"anger')),
        (50, lambda line: '"' + line),
        (121, lambda line: line.replace(",t", ',"t')),
        (7, lambda line: line.replace("S1", '"S"1')),
    ],
)
def test_a_quotation_mark_that_is_not_closed_is_named(root, tmp_path, line, change):
    table = lines()
    table[line - 1] = change(table[line - 1])
    assert '"' in table[line - 1]
    refused(lambda: scan(root, tmp_path, None, "\n".join(table)), f"Line {line} of", "quotation mark")
    refused(lambda: scan(root, tmp_path, None, "sep=,\n" + "\r\n".join(table)), f"Line {line + 1} of")


def test_two_open_quotation_marks_do_not_swallow_what_is_between(root, tmp_path):
    table = lines()
    table[1] = table[1].replace(",t0", ',"t0')
    table[97] += '"'
    refused(lambda: scan(root, tmp_path, None, "\n".join(table)), "Line 2 of", "goes on to line 98")


def test_texts_of_two_lines_are_read(root, tmp_path):
    table = rows(sentence=lambda k, row: f'Say "{row["sentence"]}"\nand, then, stop')
    found = scan(root, tmp_path, table)
    assert len(found.table) == 120 and found.table["sentence"].nunique() == 5


def test_characters_that_end_a_line_elsewhere_do_not_end_it_here(root, tmp_path):
    for c in ("\u2028", "\u2029", "\x0b", "\x0c", "\x85", "\x1c"):
        table = [row | {"sentence": f"one{c}{row['sentence']}"} for row in rows()]
        found = scan(root, tmp_path, table)
        assert len(found.table) == 120 and found.table["sentence"].nunique() == 5


@pytest.mark.parametrize(
    "text, word",
    [
        ('[{"file": "clip_000.wav", "emotion": "anger"}]', "is JSON"),
        ('{"file": "clip_000.wav", "emotion": "anger"}\n', "is JSON"),
        ("file,emotion\na\0b,anger\n", "Line 2"),
        ("file emotion\na anger\n", "comma, semicolon, tab or |"),
        ("clip_000.wav,anger\n", "holds no rows"),
        ("# made by hand\nfile,emotion\na,anger\n", "no column called file"),
        ("file,emotion\na,anger\n# end\n", "Line 3"),
        ("PK\x03\x04rest", "is not UTF-8 text but a workbook"),
    ],
)
def test_what_is_no_csv_is_said(root, tmp_path, text, word):
    refused(lambda: scan(root, tmp_path, None, text), word)
    refused(lambda: read_labels(tmp_path), "cannot be read")


def test_ragged_rows_are_named_and_empty_cells_behind_are_not(root, tmp_path):
    table = lines()
    assert (
        len(scan(root, tmp_path, None, "\n".join([table[0], *(f"{line},," for line in table[1:])])).table)
        == 120
    )
    refused(lambda: scan(root, tmp_path, None, "\n".join([*table, "a.wav,anger"])), "Line 122", "2 cells")
    found = scan(root, tmp_path, None, "\n".join([*table, ",,,", table[0], *table[1:3]]))
    assert found.absent == ["file"] and len(found.repeated) == 2  # the header once more is an entry


# ---------------------------------------------------------------- properties


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(*[st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)] * 3),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(",;\t|"),
)
def test_what_a_csv_writer_writes_is_read(tmp_path_factory, table, delimiter):
    import csv

    from sequifi_lite.data.corpora.own_folder.words import cell

    table = [row for row in table if cell(row[0])]
    file = tmp_path_factory.mktemp("csv") / "labels.csv"
    with open(file, "w", encoding="utf-8", newline="") as out:
        csv.writer(out, delimiter=delimiter).writerows([("file", "emotion", "speaker"), *table])
    if not table:
        return
    read = read_labels(file)
    assert [tuple(row.values()) for row in read] == [tuple(cell(one) for one in row) for row in table]


@settings(derandomize=True, deadline=None, max_examples=100)
@given(
    st.dictionaries(st.text(min_size=1, max_size=8), st.integers(1, 9), max_size=8),
    st.dictionaries(st.sampled_from(["wut", "a", "nan", "x 1"]), st.sampled_from([*WORDS, None]), max_size=3),
)
def test_every_label_word_is_in_one_table(counts, words):
    there = meanings(counts, words)
    assert {*there.known, *there.unknown, *there.nothing} == set(counts)
    assert len(there.known) + len(there.unknown) + len(there.nothing) == len(counts)
    assert there.guessed <= set(there.known)
    for word in counts:
        assert word not in words or there.known[word] == words[word]


# ---------------------------------------------------------------- the command


def run(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


def test_an_audit_of_ones_own_folder_points_to_scan(root):
    told = run("audit", root, "--corpus", "mine")
    assert told.exit_code == 2 and "use `sequifi-lite scan" in told.stderr and "--corpus mine`" in told.stderr


def test_what_was_found_is_printed(root, tmp_path):
    table = rows(
        speaker=lambda k, row: ("S{}" if k % 5 else "s0{}").format(k // 20 + 1), mood=lambda k, row: 1
    )
    pd.DataFrame(table).to_csv(tmp_path / "labels.csv", index=False)
    told = run("scan", root, "--corpus", "mine", "--labels", tmp_path / "labels.csv")
    assert told.exit_code == 0, told.output
    for line in (
        "not used: mood",
        "written in several ways, taken for one: 6",
        "speaker S1: S1 (16 clips) and s01 (4 clips)",
    ):
        assert line in told.stdout
    pd.DataFrame(table).assign(start=0, end=1).to_csv(tmp_path / "labels.csv", index=False)
    for command in ("scan", "embed"):
        told = run(command, root, "--corpus", "mine", "--labels", tmp_path / "labels.csv")
        assert told.exit_code == 2 and "has the columns start and end, so its rows seem" in told.stderr
        assert told.stdout == ""
