"""Encoders.

Against transformers' own forward pass where that is right, and alone against inside a batch where it is not.
"""

import os
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import pytest
import torch
import transformers
from tiny_encoders import SELF_SUPERVISED, noise, write_self_supervised, write_whisper

from sequifi_lite.data.encoders.load import load_encoder
from sequifi_lite.data.encoders.pooling import Encoder, check_half, frames_by_depth
from sequifi_lite.data.encoders.whisper import log_mel
from sequifi_lite.errors import EncoderError

SHARED = Path(__file__).parents[3] / "shared"


@pytest.fixture(scope="module")
def whisper(tmp_path_factory):
    return write_whisper(tmp_path_factory.mktemp("whisper"))


@pytest.fixture(scope="module", params=SELF_SUPERVISED)
def self_supervised(request, tmp_path_factory):
    return write_self_supervised(tmp_path_factory.mktemp(request.param), request.param)


def test_whisper_equals_transformers_on_a_clip_of_exactly_30_s(whisper):
    model = transformers.WhisperModel.from_pretrained(whisper).encoder.eval()
    clip = noise(30)
    clip[-400:] = 0  # behind the end we assume silence, where their extractor mirrors the last window
    features = transformers.WhisperFeatureExtractor()(clip, sampling_rate=16_000, return_tensors="pt")[
        "input_features"
    ]
    for layer in (1, 2):
        with torch.inference_mode():
            theirs = model(features, output_hidden_states=True).hidden_states[layer][0]
        ours = load_encoder(whisper, layer).network([clip])[0]
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)


def test_whisper_mel_equals_that_of_a_clip_padded_to_30_s(whisper):
    encoder = load_encoder(whisper, 1)
    for seconds in (0.03, 0.5, 1.2345):
        clip = noise(seconds)
        theirs = transformers.WhisperFeatureExtractor()(clip, sampling_rate=16_000, return_tensors="pt")[
            "input_features"
        ][0]
        ours = encoder.network.mel(clip)
        assert ours.shape == (80, 2 * max(1, len(clip) // 320))
        torch.testing.assert_close(ours, theirs[:, : ours.shape[1]], rtol=0, atol=1e-6)


def test_whisper_embeds_a_clip_the_same_alone_and_in_a_padded_batch(whisper):
    encoder = load_encoder(whisper, 3)
    clips = [noise(s, seed) for seed, s in enumerate((0.1, 3.0, 0.71, 1.5))]
    alone = np.stack([encoder.embed([clip])[0] for clip in clips])
    np.testing.assert_allclose(encoder.embed(clips), alone, rtol=0, atol=2e-5)
    # The test can fail: without the mask the short clips change by far more.
    padded = [np.pad(clip, (0, 48_000 - len(clip))) for clip in clips]
    assert np.abs(encoder.embed(padded)[0] - alone[0]).max() > 1e-2


def test_self_supervised_equals_transformers_on_one_clip(self_supervised):
    folder, model = self_supervised
    clip = noise(0.8)
    values = transformers.Wav2Vec2FeatureExtractor(do_normalize=True)(
        clip, sampling_rate=16_000, return_tensors="pt"
    ).input_values
    with torch.inference_mode():
        states = model(values, output_hidden_states=True).hidden_states
    for layer in (1, 2):
        torch.testing.assert_close(
            load_encoder(folder, layer).network([clip])[0], states[layer][0], rtol=1e-4, atol=1e-5
        )


def test_self_supervised_embeds_a_clip_the_same_alone_and_in_a_padded_batch(self_supervised):
    encoder = load_encoder(self_supervised[0], 3)
    clips = [noise(s, seed) for seed, s in enumerate((0.1, 2.0, 0.7))]
    alone = np.stack([encoder.embed([clip])[0] for clip in clips])
    np.testing.assert_allclose(encoder.embed(clips), alone, rtol=0, atol=2e-5)


def test_every_depth_of_one_pass_equals_an_encoder_cut_there(self_supervised, whisper):
    clips = [noise(s, seed) for seed, s in enumerate((0.1, 1.0, 0.7))]
    for folder in (self_supervised[0], whisper):
        whole = load_encoder(folder, 3)
        depths = whole.embed_by_depth(clips)
        assert depths.shape == (3, 4, whole.dim) and depths.dtype == np.float32
        for layer in (1, 2, 3):
            np.testing.assert_array_equal(depths[:, layer], load_encoder(folder, layer).embed(clips))
        assert np.abs(depths[:, 0] - depths[:, 1]).max() > 1e-3
        assert not any(block._forward_hooks or block._forward_pre_hooks for block in whole.network.blocks)


def test_depth_0_is_what_the_first_block_receives(self_supervised, whisper):
    folder, model = self_supervised
    clip = noise(0.8)
    values = transformers.Wav2Vec2FeatureExtractor(do_normalize=True)(
        clip, sampling_rate=16_000, return_tensors="pt"
    )
    with torch.inference_mode():
        theirs = model(values.input_values, output_hidden_states=True).hidden_states
        ours = frames_by_depth(load_encoder(folder, 3).network, [clip])
        assert len(ours) == len(theirs) == 4
        torch.testing.assert_close(ours[0][0], theirs[0][0], rtol=1e-4, atol=1e-5)
        network = load_encoder(whisper, 2).network
        stem, _ = network.stem([network.prepare(clip)])
        torch.testing.assert_close(frames_by_depth(network, [clip])[0][0], stem[0], rtol=0, atol=0)


def test_depths_of_a_long_clip_are_pooled_over_all_its_pieces(whisper):
    encoder = load_encoder(whisper, 1)
    clips = [noise(31), noise(0.5)]
    np.testing.assert_array_equal(encoder.embed_by_depth(clips)[:, 1], encoder.embed(clips))


def test_log_mel_is_what_whisper_receives_whatever_the_checkpoint(whisper):
    clip = noise(0.5)
    np.testing.assert_array_equal(log_mel(clip), load_encoder(whisper, 1).network.mel(clip).numpy())


class Counting(torch.nn.Module):
    """A network whose frames are known.

    One frame per 100 samples, holding their mean and the piece's length.
    """

    width = 2

    def forward(self, waveforms):
        return [
            torch.tensor([[w[i : i + 100].mean(), float(len(w))] for i in range(0, len(w), 100)])
            for w in waveforms
        ]


def test_pooling_is_mean_and_population_deviation_over_all_frames():
    clip = noise(0.5)
    frames = clip.reshape(-1, 100).mean(1)
    both = Encoder(Counting(), "counting", 1, "mean+std").embed([clip])[0]
    np.testing.assert_allclose(both, [frames.mean(), len(clip), frames.std(), 0], rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(
        Encoder(Counting(), "counting", 1, "mean").embed([clip])[0], both[:2], rtol=1e-5
    )


def test_a_long_clip_is_cut_into_equal_pieces_and_pooled_over_all_of_them():
    pooled = Encoder(Counting(), "counting", 1, "mean+std").embed([noise(70), noise(1)])
    assert pooled[0, 1] == pytest.approx(70 * 16_000 / 3)  # three pieces of equal length
    assert pooled[0, 3] < 1
    assert pooled[1, 1] == 16_000


@pytest.mark.parametrize(
    "arguments, words",
    [
        ({"layer": 4}, "has blocks 1 to 3"),
        ({"layer": 0}, "has blocks 1 to 3"),
        ({"pooling": "max"}, "mean\\+std, mean"),
    ],
)
def test_wrong_arguments_are_named(whisper, arguments, words):
    with pytest.raises(EncoderError, match=words):
        load_encoder(whisper, **{"layer": 1, **arguments})


def test_missing_and_unsuitable_encoders_are_named(tmp_path, whisper):
    with pytest.raises(EncoderError, match="No encoder can be loaded"):
        load_encoder(tmp_path / "nowhere", 1)
    transformers.BertConfig().save_pretrained(tmp_path)
    with pytest.raises(EncoderError, match="'bert' model"):
        load_encoder(tmp_path, 1)
    (tmp_path / "cut").mkdir()
    for name in ("config.json", "preprocessor_config.json"):
        (tmp_path / "cut" / name).write_bytes((whisper / name).read_bytes())
    with pytest.raises(EncoderError, match="cannot be read; see that config.json"):
        load_encoder(tmp_path / "cut", 1)


def test_weights_that_lack_a_tensor_are_refused(tmp_path, whisper):
    from safetensors.torch import load_file, save_file

    for name in ("config.json", "preprocessor_config.json"):
        (tmp_path / name).write_bytes((whisper / name).read_bytes())
    tensors = load_file(whisper / "model.safetensors")
    del tensors["model.encoder.layers.1.fc1.weight"]
    save_file(tensors, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(EncoderError, match="layers.1.fc1.weight"):
        load_encoder(tmp_path, 2)
    load_encoder(tmp_path, 1)  # what is cut off may be missing


def test_short_and_broken_waveforms_are_refused(whisper):
    encoder = load_encoder(whisper, 1)
    with pytest.raises(EncoderError, match="Waveform 1 has 399 samples"):
        encoder.embed([noise(1), np.zeros(399, np.float32)])
    broken = noise(1)
    broken[7] = np.nan
    with pytest.raises(EncoderError, match="Waveform 0 .* not finite"):
        encoder.embed([broken])


@pytest.mark.skipif(
    not (SHARED / "encoders").is_dir() or not (SHARED / "corpora").is_dir(),
    reason="needs real speech and the encoder",
)
@pytest.mark.parametrize("name", ["emodb", "cremad"])
def test_shipped_rows_come_back_from_real_audio(name):
    """Re-embedding clips gives the pack's rows.

    Cosine above 0.999 after z-scoring (raw, any two clips reach 0.99).

    Two corpora that were recorded at 16 kHz, so that a lossless copy holds the original samples. Copies of
    the others that were resampled and stored as 16-bit numbers do not do: RAVDESS is so quiet that rounding
    alone takes the cosine down to 0.96.
    """
    from sequifi_lite.data.audio import read_audio
    from sequifi_lite.data.pack import SHIPPED, read_pack

    encoder = load_encoder(SHARED / "encoders" / "whisper-base-encoder", 3)
    pack = read_pack(SHIPPED / f"{name}.parquet")
    paths = pack.clips["file"].map(lambda file: (SHARED / "corpora" / name / file).with_suffix(".flac"))
    rows = np.random.default_rng(0).choice(np.flatnonzero(paths.map(Path.is_file)), 25, replace=False)
    X = pack.embeddings.astype(np.float32)
    mean, std = X.mean(0), X.std(0)
    ours = (encoder.embed([read_audio(path) for path in paths[rows]]) - mean) / std
    kept = (X[rows] - mean) / std
    cosine = (ours * kept).sum(1) / np.linalg.norm(ours, axis=1) / np.linalg.norm(kept, axis=1)
    assert cosine.min() > 0.999
    others = (
        (ours * np.roll(kept, 1, axis=0)).sum(1) / np.linalg.norm(ours, axis=1) / np.linalg.norm(kept, axis=1)
    )
    assert others.max() < 0.9


def changed(folder, copy, file, **values):
    """A copy of an encoder's folder in which one of its json files has other values."""
    import json
    import shutil

    shutil.copytree(folder, copy)
    written = json.loads((copy / file).read_text())
    (copy / file).write_text(json.dumps({**written, **values}))
    return copy


def of_other_weights(folder, copy, change):
    """A copy of an encoder's folder, its tensors changed."""
    import shutil

    from safetensors.torch import load_file, save_file

    shutil.copytree(folder, copy)
    tensors = {key: change(key, tensor) for key, tensor in load_file(copy / "model.safetensors").items()}
    save_file(tensors, copy / "model.safetensors", metadata={"format": "pt"})
    return copy


@pytest.mark.parametrize("more, pieces", [(-1, 1), (0, 1), (1, 2)])
def test_thirty_seconds_are_one_piece_and_a_sample_more_are_two(more, pieces):
    encoder = Encoder(Counting(), "counting", 1, "mean+std")
    clip = np.zeros(30 * 16_000 + more, np.float32)
    parts, owner = encoder._pieces([clip])
    assert len(parts) == pieces and owner == [0] * pieces and sum(map(len, parts)) == len(clip)


def test_the_longest_piece_follows_the_model(whisper, tmp_path):
    def fewer(key, tensor):
        return tensor[:100].clone() if key.endswith("encoder.embed_positions.weight") else tensor

    folder = of_other_weights(whisper, tmp_path / "of_weights", fewer)
    folder = changed(folder, tmp_path / "short", "config.json", max_source_positions=100)
    short, whole = load_encoder(folder, 2), load_encoder(whisper, 2)
    assert short.longest == 100 * 320 and whole.longest == 30 * 16_000
    clip = noise(2)
    np.testing.assert_allclose(short.embed([clip]), whole.embed([clip]), atol=1e-6)
    for samples, pieces in ((32_000, 1), (32_001, 2), (80_000, 3)):
        assert len(short._pieces([noise(5)[:samples]])[0]) == pieces
    assert short.embed([noise(5), clip]).shape == (2, short.dim)


def test_mel_bands_that_do_not_fit_are_refused_when_loaded(whisper, tmp_path):
    folder = changed(whisper, tmp_path / "a", "preprocessor_config.json", feature_size=128)
    with pytest.raises(EncoderError, match="takes 80 mel bands and its preprocessor_config.json makes 128"):
        load_encoder(folder, 1)
    folder = changed(whisper, tmp_path / "b", "preprocessor_config.json", hop_length=320)
    with pytest.raises(EncoderError, match="every 320"):
        load_encoder(folder, 1)


def test_a_whisper_of_128_mel_bands_is_read(tmp_path):
    write_whisper(tmp_path / "a")
    wider = transformers.WhisperConfig.from_pretrained(tmp_path / "a", num_mel_bins=128)
    transformers.WhisperForConditionalGeneration(wider).save_pretrained(tmp_path / "a")
    with pytest.raises(EncoderError, match="takes 128 mel bands and its preprocessor_config.json makes 80"):
        load_encoder(tmp_path / "a", 1)
    transformers.WhisperFeatureExtractor(feature_size=128).save_pretrained(tmp_path / "a")
    assert load_encoder(tmp_path / "a", 1).embed([noise(1)]).shape == (1, 64)


def test_an_encoder_for_another_rate_is_refused_when_loaded(whisper, self_supervised, tmp_path):
    for number, folder in enumerate((whisper, self_supervised[0])):
        copy = changed(folder, tmp_path / str(number), "preprocessor_config.json", sampling_rate=8_000)
        with pytest.raises(EncoderError, match="made for 8,000 Hz, and clips are read at 16,000 Hz"):
            load_encoder(copy, 1)


def test_states_that_are_no_numbers_or_too_large_are_the_encoders_fault(whisper, tmp_path):
    def times(factor):
        return lambda key, tensor: tensor * factor if key.endswith("encoder.layers.1.fc2.weight") else tensor

    large = of_other_weights(whisper, tmp_path / "large", times(1e9))
    with pytest.raises(EncoderError, match="Not the clips but the states behind block 2 .* 65,504"):
        load_encoder(large, 2)
    load_encoder(large, 1)  # what is cut off may be large
    broken = of_other_weights(whisper, tmp_path / "broken", times(float("nan")))
    with pytest.raises(EncoderError, match="Not the clips but the states behind block 2 .* not finite"):
        load_encoder(broken, 2)


def test_the_first_batch_is_looked_at_too():
    encoder = Encoder(Counting(), "counting", 1, "mean")
    check_half(encoder, np.full((2, 3), 65_000, np.float32))
    with pytest.raises(EncoderError, match="reach 70,000"):
        check_half(encoder, np.full((2, 3), -70_000, np.float32))


@pytest.mark.parametrize("file", ["config.json", "preprocessor_config.json"])
@pytest.mark.parametrize("kind", ["whisper", "stranger"])
def test_code_that_an_encoder_brings_is_never_run_nor_asked_about(whisper, tmp_path, monkeypatch, file, kind):
    monkeypatch.setattr("builtins.input", lambda *_: pytest.fail("asked"))
    names = {"AutoConfig": "mine.Config", "AutoModel": "mine.Model", "AutoFeatureExtractor": "mine.Features"}
    folder = changed(whisper, tmp_path / "a", file, auto_map=names)
    if kind == "stranger":
        folder = changed(folder, tmp_path / "b", "config.json", model_type="stranger", auto_map=names)
    (folder / "mine.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\n")
    with pytest.raises(EncoderError, match="brings code of its own"):
        load_encoder(folder, 1)
    assert not (tmp_path / "ran").exists()


def test_configurations_that_make_no_sense_end_in_one_sentence(whisper, self_supervised, tmp_path):
    cases = [
        (whisper, "config.json", {"d_model": 31}),
        (whisper, "config.json", {"encoder_layers": "three"}),
        (whisper, "config.json", {"encoder_attention_heads": 7}),
        (whisper, "config.json", {"activation_function": "none such"}),
        (self_supervised[0], "config.json", {"conv_stride": [1] * 7}),
        (self_supervised[0], "config.json", {"conv_dim": []}),
        (self_supervised[0], "preprocessor_config.json", {"feature_extractor_type": "NoneSuch"}),
        (self_supervised[0], "config.json", {"conv_stride": [50] * 7}),
    ]
    for number, (folder, file, values) in enumerate(cases):
        with pytest.raises(EncoderError) as caught:
            load_encoder(changed(folder, tmp_path / str(number), file, **values), 1)
        assert "\n" not in str(caught.value) and str(caught.value).endswith(".")
