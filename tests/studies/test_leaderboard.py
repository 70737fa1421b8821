"""The leaderboard: right submissions are listed, and each wrong one is refused with its own sentence."""

import copy
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from sklearn.metrics import recall_score

from sequifi_lite import __version__
from sequifi_lite.cli import main
from sequifi_lite.data.files import sha256
from sequifi_lite.data.pack import own_clips
from sequifi_lite.data.splits import split
from sequifi_lite.errors import SequifiError
from sequifi_lite.studies.leaderboard.board import check, entries, scores
from sequifi_lite.studies.leaderboard.submission import KEYS, STORED, read
from sequifi_lite.studies.leaderboard.tracks import TRACKS, template, track, versions, written

ROOT = Path(__file__).resolve().parent.parent.parent
BOARD, TRACK = ROOT / "leaderboard", "ravdess-emodb"


@pytest.fixture(scope="module")
def blank():
    return template(TRACK)


def filled(blank, name="mine", right=0.6, seeds=(0,), seed=0, **more):
    """A submission that calls a share of the clips right and the others by chance."""
    what, generator = track(TRACK), np.random.default_rng(seed)
    truth = {(c, f): e for c, f, e in what.clips[["corpus", "file", "emotion"]].itertuples(index=False)}
    told = copy.deepcopy(blank) | {
        "name": name,
        "method": "a draw",
        "authors": "somebody",
        "seeds": list(seeds),
    }
    for corpora in told["predictions"].values():
        for corpus, clips in corpora.items():
            for file in clips:
                clips[file] = [
                    truth[corpus, file]
                    if generator.random() < right
                    else str(generator.choice(what.emotions))
                    for _ in seeds
                ]
    return told | more


def put(told, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(written(told) if isinstance(told, dict) else told, encoding="utf-8")
    return path


def first(told, fold="0", corpus="emodb"):
    return next(iter(told["predictions"][fold][corpus]))


def of_part(part, fold="0", corpus="emodb"):
    return next(file for file, where in track(TRACK).folds[fold].parts[corpus].items() if where == part)


# --- what is right ------------------------------------------------------------------------------------------

RIGHT = {
    "plain": {},
    "three-seeds": {"seeds": (3, 1, 2)},
    "keeps-clips": {"stored": {"kind": "clips", "clips": 20, "floats": 20480}, "right": 0.8},
    "keeps-statistics": {"stored": {"kind": "statistics", "clips": 0, "floats": 5000}, "right": 0.5},
    "keeps-all": {"stored": {"kind": "everything", "clips": 403, "floats": 412672}, "right": 0.9},
    "with-notes": {"url": "https://example.org/x", "notes": "Größer, mit ü", "right": 0.3},
}


def test_six_right_submissions_are_listed_the_best_first(blank, tmp_path):
    for seed, (name, more) in enumerate(RIGHT.items()):
        put(filled(blank, name, seed=seed, **more), tmp_path / "submissions" / f"{name}.json")
    found = entries(tmp_path)
    uars = [entry.scores["uar"] for entry in found]
    assert {entry.submission.told["name"] for entry in found} == set(RIGHT)
    assert uars == sorted(uars, reverse=True) and found[0].submission.told["name"] == "keeps-all"
    done = CliRunner().invoke(main, ["submit", "list", "--board", str(tmp_path)])
    assert done.exit_code == 0 and done.stdout.count("(reported)") == 6


def test_scores_are_those_of_scikit_learn_on_all_folds_together(blank, tmp_path):
    told = filled(blank, seeds=(0, 1))
    found = scores(read(put(told, tmp_path / "a.json")))
    what, uars = track(TRACK), []
    for corpus in what.corpora:
        clips = what.clips[what.clips["corpus"] == corpus]
        truth = dict(zip(clips["file"], clips["emotion"]))
        pooled = {file: said for part in told["predictions"].values() for file, said in part[corpus].items()}
        each = [
            recall_score([truth[f] for f in pooled], [said[s] for said in pooled.values()], average="macro")
            for s in range(2)
        ]
        assert found[corpus] == pytest.approx(np.mean(each))
        assert found[f"{corpus}_low"] < found[corpus] < found[f"{corpus}_high"]
        uars.append(np.mean(each))
    assert found["uar"] == pytest.approx(np.mean(uars))


def test_the_folds_are_those_of_the_library_and_each_clip_is_tested_once(blank):
    for corpus in TRACKS[TRACK]:
        clips = own_clips(corpus)
        tested = []
        for number in range(5):
            parts, rows = track(TRACK).folds[str(number)].parts[corpus], split(clips, number)
            for part in ("train", "valid", "test"):
                assert {f for f, p in parts.items() if p == part} == set(
                    clips["file"].iloc[getattr(rows, part)]
                )
            tested += [file for file, part in parts.items() if part == "test"]
        assert len(tested) == len(set(tested)) == (track(TRACK).clips["corpus"] == corpus).sum()
    hashes = {fold.hash for name in TRACKS for fold in track(name).folds.values()}
    assert len(hashes) == 5 * len(TRACKS)


def test_the_folds_of_a_release_are_not_other_ones_under_the_same_number():
    """Where it fails, folds have changed: give the release a new number and take old ones out of VERSIONS."""
    assert __version__ in versions()
    told = track(TRACK).folds["0"].hash
    assert told == "c10d1be2f5ae894bdb1b5327b7f78d239624fd4f716910c3563831e09542a6fb"


def test_a_rank_counts_those_above_and_a_rerun_is_bound_to_the_file(blank, tmp_path):
    for name, right in (("good", 0.9), ("bad", 0.2)):
        put(filled(blank, name, right), tmp_path / "submissions" / f"{name}.json")
    (tmp_path / "reruns.json").write_text(
        json.dumps(
            {f"{name}.json": sha256(tmp_path / "submissions" / f"{name}.json") for name in ("good", "bad")}
        )
    )
    middle = put(filled(blank, "middle", 0.6, seed=5), tmp_path / "middle.json")
    entry, rank, of = check(middle, tmp_path)
    assert (rank, of, entry.rerun) == (2, 3, False)
    assert [e.rerun for e in entries(tmp_path)] == [True, True]
    changed = tmp_path / "submissions" / "bad.json"
    changed.write_text(changed.read_text().replace("somebody", "somebody else"))
    assert [e.rerun for e in entries(tmp_path)] == [True, False]
    assert check(changed, tmp_path)[1:] == (2, 2)  # among the others, not beside itself


def test_a_name_or_predictions_that_are_there_already_are_refused(blank, tmp_path):
    told = filled(blank, "first")
    put(told, tmp_path / "submissions" / "first.json")
    same = put(told | {"name": "second"}, tmp_path / "second.json")
    with pytest.raises(SequifiError, match="its predictions are those of first.json"):
        check(same, tmp_path)
    with pytest.raises(SequifiError, match="the name 'first' is taken"):
        check(put(filled(blank, "first", seed=9), tmp_path / "third.json"), tmp_path)


# --- what is wrong ------------------------------------------------------------------------------------------


def moved(told, source, target):
    """The clip `source` of Emo-DB in fold 0 under another name."""
    clips = told["predictions"]["0"]["emodb"]
    clips[target] = clips.pop(source)


def swap(told, a, b):
    told["folds"][a], told["folds"][b] = told["folds"][b], told["folds"][a]


def set_(path, value):
    def change(told):
        *way, last = path
        for key in way:
            told = told[key]
        told[last] = value

    return change


def drop(*path):
    def change(told):
        *way, last = path
        for key in way:
            told = told[key]
        del told[last]

    return change


def answer(value):
    return lambda told: told["predictions"]["0"]["emodb"].update({first(told): value})


WRONG = {
    "a clip of the training part": (
        lambda told: moved(told, first(told), of_part("train")),
        "is in the training part of fold 0, so predicting it there would be a leak",
    ),
    "a clip of the validation part": (
        lambda told: moved(told, first(told), of_part("valid")),
        "is in the validation part of fold 0, so predicting it there would be a leak",
    ),
    "a training clip besides": (
        lambda told: told["predictions"]["0"]["emodb"].update({of_part("train"): ["anger"]}),
        "would be a leak",
    ),
    "a clip missing": (
        lambda told: told["predictions"]["3"]["ravdess"].pop(first(told, "3", "ravdess")),
        "lacks 1 test clips of ravdess",
    ),
    "no clip at all": (set_(("predictions", "1", "emodb"), {}), "fold 1 lacks"),
    "a clip of nobody": (
        lambda told: moved(told, first(told), "zzz.mp4"),
        "there is no clip 'zzz.mp4' of emodb",
    ),
    "a name nearly right": (lambda told: moved(told, first(told), "./" + first(told)), "did you mean 'wav/"),
    "a fold missing": (drop("predictions", "4"), "predictions lacks '4'"),
    "a fold too many": (
        lambda told: told["predictions"].update({"5": {}}),
        "has a key '5' that is not known",
    ),
    "a corpus missing": (drop("predictions", "2", "emodb"), "fold 2 of predictions lacks 'emodb'"),
    "another corpus": (lambda told: told["predictions"]["2"].update(mesd={}), "has a key 'mesd'"),
    "folds exchanged": (lambda told: swap(told, "0", "1"), "the hash of fold 0 is that of fold 1"),
    "folds of another track": (
        lambda told: told["folds"].update({"0": track("mesd-ravdess").folds["0"].hash}),
        "is that of fold 0 of the track mesd-ravdess",
    ),
    "a hash of nothing": (set_(("folds", "2"), "0" * 64), "the hash of fold 2 is '0000"),
    "a hash that is a number": (set_(("folds", "2"), 7), "the hash of fold 2 is 7"),
    "a hash in capitals": (
        lambda told: told["folds"].update({"0": told["folds"]["0"].upper()}),
        "the hash of fold 0 is",
    ),
    "hashes missing": (drop("folds", "0"), "folds lacks '0'"),
    "hashes in a list": (set_(("folds",), []), "folds is a list"),
    "an unknown emotion": (answer(["joy"]), "is called 'joy', which is no emotion of the track"),
    "an emotion in capitals": (answer(["Anger"]), "did you mean 'anger'?"),
    "an emotion that is a number": (answer([0]), "is called 0, which is no emotion"),
    "an emotion that is null": (answer([None]), "is called None"),
    "an emotion that is a list": (answer([["anger"]]), "is called ['anger']"),
    "an answer without its list": (answer("anger"), "has a string; give a list"),
    "two answers for one seed": (answer(["anger", "anger"]), "has 2 answers"),
    "no answer": (answer([]), "has 0 answers"),
    "an older version": (
        set_(("sequifi_lite",), "0.1.0"),
        "made with sequifi_lite '0.1.0', whose folds are not known",
    ),
    "a version to come": (set_(("sequifi_lite",), "99.0.0"), "made with sequifi_lite '99.0.0'"),
    "a version that is a number": (set_(("sequifi_lite",), 0.4), "made with sequifi_lite 0.4"),
    "a version in a list": (set_(("sequifi_lite",), ["0.4.0"]), "made with sequifi_lite ['0.4.0']"),
    "another track": (
        set_(("track",), "chain"),
        "the hash of fold 0 is that of fold 0 of the track ravdess-emodb",
    ),
    "no track": (set_(("track",), "imagenet"), "there is no track 'imagenet'"),
    "a track that is a list": (set_(("track",), ["chain"]), "there is no track ['chain']"),
    "format 2": (set_(("format",), 2), "format is 2; write 1"),
    "format true": (set_(("format",), True), "format is True"),
    "an empty name": (set_(("name",), " "), "name is ' '"),
    "a name of two lines": (set_(("name",), "a\nb"), "on one line"),
    "a name without end": (set_(("name",), "x" * 500), "at most 200 characters"),
    "no method": (drop("method"), "lacks 'method'"),
    "a key misspelt": (set_(("seed",), [0]), "did you mean 'seeds'?"),
    "seeds twice": (set_(("seeds",), [0, 0]), "give a list of 1 to 100 different whole numbers"),
    "seeds true": (set_(("seeds",), [True]), "seeds is [True]"),
    "seeds in words": (set_(("seeds",), "0"), "seeds is '0'"),
    "no seeds": (set_(("seeds",), []), "seeds is []"),
    "seeds below 0": (set_(("seeds",), [-1]), "seeds is [-1]"),
    "more seeds than answers": (
        set_(("seeds",), [0, 1]),
        "has 1 answers; give a list with one emotion for each of the 2",
    ),
    "nothing stored, and clips": (set_(("stored", "clips"), 5), "stored says 'nothing' and 5 clips"),
    "nothing stored, and floats": (set_(("stored", "floats"), 5), "call it statistics"),
    "clips stored, and none": (
        set_(("stored",), {"kind": "clips", "clips": 0, "floats": 0}),
        "stored says 'clips' and 0 clips",
    ),
    "half a clip stored": (
        set_(("stored",), {"kind": "clips", "clips": 0.5, "floats": 0}),
        "stored has 0.5 clips",
    ),
    "an unknown kind": (set_(("stored", "kind"), "little"), "stored has the kind 'little'"),
    "stored in words": (set_(("stored",), "nothing"), "stored is a string"),
    "stored without floats": (drop("stored", "floats"), "stored lacks 'floats'"),
    "predictions in a list": (set_(("predictions",), []), "predictions is a list"),
    "a corpus in a list": (set_(("predictions", "0", "emodb"), ["anger"]), "emodb in fold 0 is a list"),
    "a fold that is null": (set_(("predictions", "0"), None), "fold 0 of predictions is a null"),
    "a UAR that its predictions do not give": (
        set_(("uar",), 0.99),
        "it says its UAR is 0.99 and its predictions give 0.",
    ),
    "a clip without end": (
        lambda told: moved(told, first(told), "x" * 1_000_000),
        "there is no clip 'xxx",
    ),
    "an emotion without end": (answer(["a" * 1_000_000]), "is called 'aaa"),
    "a key without end": (lambda told: told.update({"y" * 1_000_000: 1}), "has a key 'yyy"),
    "an emotion nested 500 deep": (answer([json.loads("[" * 500 + "]" * 500)]), "is called [[["),
    "a half of a letter": (answer(["\ud800"]), "is called '\\ud800'"),
    "infinitely many floats": (set_(("stored", "floats"), 1e400), "holds Infinity"),
    "a UAR in words": (set_(("uar",), "high"), "it says its UAR is 'high'"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_submission_is_refused_with_its_sentence(kind, blank, tmp_path):
    change, words = WRONG[kind]
    told = filled(blank)
    change(told)
    path = put(json.dumps(told), tmp_path / "wrong.json")
    with pytest.raises(SequifiError) as refused:
        read(path)
    text = str(refused.value)
    assert text.startswith(f"{path} is refused: ") and words in text
    assert "\n" not in text and text[-1] in ".?" and len(text) < 600


TEXTS = {
    "cut off": (lambda text: text[: len(text) // 2], "it ends before the JSON does"),
    "cut off in a word": (lambda text: text[: text.index("somebody") + 3], "it ends before the JSON does"),
    "empty": (lambda text: "", "it ends before the JSON does"),
    "a comma too many": (lambda text: text.replace('"seeds"', ',"seeds"', 1), "it is no JSON"),
    "two submissions": (lambda text: text + text, "it is no JSON (Extra data)"),
    "not a number": (
        lambda text: text.replace('"format": 1', '"format": NaN'),
        "it holds NaN, which is no number",
    ),
    "infinite": (
        lambda text: text.replace('"format": 1', '"uar": -Infinity, "format": 1'),
        "it holds -Infinity",
    ),
    "a key twice": (
        lambda text: text.replace('"format": 1', '"format": 1, "format": 1'),
        "the key 'format' stands twice",
    ),
    "a list": (lambda text: f"[{text}]", "it is a JSON list"),
    "a word": (lambda text: '"mine"', "it is a JSON string"),
    "null": (lambda text: "null", "it is a JSON null"),
    "nested without end": (lambda text: "[" * 200_000, "it is nested too deeply"),
    "a number without end": (
        lambda text: text.replace('"format": 1', f'"format": {"9" * 5000}'),
        "a number of thousands of digits",
    ),
}


@pytest.mark.parametrize("kind", TEXTS)
def test_what_is_no_whole_json_is_refused(kind, blank, tmp_path):
    change, words = TEXTS[kind]
    path = put(change(json.dumps(filled(blank))), tmp_path / "wrong.json")
    done = CliRunner().invoke(main, ["submit", "check", str(path), "--board", str(BOARD)])
    assert done.exit_code == 2 and words in done.stderr and done.stderr.count("\n") == 1
    assert len(done.stderr) < 700


def test_a_clip_that_stands_twice_is_told_by_name(blank, tmp_path):
    told = filled(blank)
    file = first(told)
    text = json.dumps(told).replace(f'"{file}": ', f'"{file}": ["anger"], "{file}": ', 1)
    with pytest.raises(SequifiError, match=f"the key '{file}' stands twice in one object"):
        read(put(text, tmp_path / "wrong.json"))


def test_what_is_no_file_of_text_is_refused(tmp_path):
    (tmp_path / "latin.json").write_bytes(b'{"name": "\xe9"}')
    for path, words in {
        tmp_path / "latin.json": "it is not UTF-8",
        tmp_path / "absent.json": "No such file",
        tmp_path: "it is no file",
    }.items():
        with pytest.raises(SequifiError, match=words):
            read(path)


def test_a_true_uar_is_accepted(blank, tmp_path):
    told = filled(blank)
    uar = scores(read(put(told, tmp_path / "a.json")))["uar"]
    assert read(put(told | {"uar": round(uar, 4)}, tmp_path / "b.json")).told["uar"] == round(uar, 4)


# --- the commands, and what is shipped ----------------------------------------------------------------------


def run(*words):
    return CliRunner().invoke(main, ["submit", *map(str, words)])


def test_a_template_filled_in_is_accepted_and_a_blank_one_says_what_it_lacks(blank, tmp_path):
    done = run("template", TRACK, "--out", tmp_path / "mine.json")
    assert done.exit_code == 0 and json.loads((tmp_path / "mine.json").read_text()) == blank
    done = run("check", tmp_path / "mine.json")
    assert done.exit_code == 2 and "name is ''" in done.stderr
    assert json.loads(run("template", TRACK).stdout) == blank
    put(filled(blank), tmp_path / "mine.json")
    shutil.copytree(BOARD, tmp_path / "board")
    done = run("check", tmp_path / "mine.json", "--board", tmp_path / "board")
    assert done.exit_code == 0 and "mine, track ravdess-emodb: accepted" in done.stdout
    told = json.loads(run("check", tmp_path / "mine.json", "--board", tmp_path / "board", "--json").stdout)
    assert (
        told["of"] == 4
        and told["rank"] in (1, 2, 3, 4)
        and set(told["scores"]) >= {"uar", "uar_low", "emodb"}
    )
    done = run("template", "ravdes-emodb")
    assert done.exit_code == 2 and "did you mean 'ravdess-emodb'?" in done.stderr
    assert run("list", "--board", tmp_path).exit_code == 2
    assert run("check", tmp_path / "mine.json", "--board", tmp_path).exit_code == 2


def test_the_shipped_board_is_right_and_our_entries_were_made_again_as_they_are():
    found = entries(BOARD)
    assert len(found) >= 3
    assert {e.submission.told["name"] for e in found if e.rerun} >= {"zero-shot", "vanilla", "er"}
    by_name = {e.submission.told["name"]: e.scores for e in found}
    assert by_name["vanilla"]["emodb"] > by_name["zero-shot"]["emodb"]


def test_the_instructions_name_every_key_track_and_kind():
    text = (BOARD / "README.md").read_text(encoding="utf-8")
    for word in (*KEYS, *TRACKS, *STORED):
        assert f"`{word}`" in text, word
