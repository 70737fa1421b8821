"""The command that adds wav2vec 2.0, HuBERT, WavLM and their kin: from sound to a pack that is loaded.

Their weights are not at hand where this is tested. So encoders with random ones stand in, in both layouts in
which the hub has them: as transformers writes them now, and as the older checkpoints lie there
(pytorch_model.bin, the position convolution's weight norm spelt weight_g and weight_v, the encoder under the
family's prefix, the heads of pretraining beside it).
"""

import json
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import soundfile
import torch
from click.testing import CliRunner
from tiny_encoders import SELF_SUPERVISED, write_self_supervised

from sequifi_lite import load_pack
from sequifi_lite.cli import main
from sequifi_lite.data.audio import read_audio
from sequifi_lite.data.corpora.published import published
from sequifi_lite.data.encoders.load import load_encoder
from sequifi_lite.data.pack import read_pack

PREFIX = {"wav2vec2": "wav2vec2", "xlsr": "wav2vec2", "data2vec": "data2vec_audio"}  # the others have none


def as_of_old(folder, family):
    """Rewrite an encoder in the layout of the older checkpoints on the hub."""
    weights = safetensors.torch.load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    prefix = f"{PREFIX[family]}." if family in PREFIX else ""
    spelt = {"parametrizations.weight.original0": "weight_g", "parametrizations.weight.original1": "weight_v"}
    old = {}
    for key, value in weights.items():
        for now, then in spelt.items():
            key = key.replace(now, then)
        old[prefix + key] = value
    if prefix:
        old |= {"quantizer.codevectors": torch.zeros(1, 4, 3), "project_hid.weight": torch.zeros(2, 24)}
    torch.save(old, folder / "pytorch_model.bin")
    return folder


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """Eight clips of Emo-DB's names, lengths apart, one of them with two channels."""
    folder = tmp_path_factory.mktemp("emodb") / "wav"
    folder.mkdir()
    generator = np.random.default_rng(0)
    for i, file in enumerate(list(published("emodb"))[:8]):
        samples = 16_000 // 4 + 3_000 * i
        shape = (samples, 2) if i == 5 else samples
        soundfile.write(folder / Path(file).name, generator.normal(0, 0.1, shape), 16_000)
    return folder


def run(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.mark.parametrize("layout", ["as now", "as of old"])
@pytest.mark.parametrize("family", SELF_SUPERVISED)
def test_embed_pack_and_load(family, layout, sound, tmp_path, monkeypatch):
    folder, _ = write_self_supervised(tmp_path / "encoder", family)
    whole = load_encoder(str(folder), 2)
    if layout == "as of old":
        as_of_old(folder, family)
    out = tmp_path / "emodb.parquet"
    words = ("--encoder", folder, "--layer", 2, "--recorded-as", "somebody/encoder", "--out", out)
    made = run("embed", sound, "--corpus", "emodb", *words)
    assert made.exit_code == 0, made.output
    joined = run("pack", out, "--to", tmp_path / "packs")
    assert joined.exit_code == 0, joined.output
    assert f"SEQUIFI_LITE_PACKS={(tmp_path / 'packs').resolve()}" in joined.stdout
    monkeypatch.setenv("SEQUIFI_LITE_PACKS", str(tmp_path / "packs"))
    pack = load_pack("emodb")
    assert pack.embeddings.shape == (8, 48)
    told = {key: pack.provenance[key] for key in ("encoder", "layer", "pooling")}
    assert told == {"encoder": "somebody/encoder", "layer": 2, "pooling": "mean+std"}
    alone = np.concatenate(
        [whole.embed([read_audio(sound / Path(file).name)]) for file in pack.clips["file"]]
    )
    np.testing.assert_allclose(pack.embeddings, alone, rtol=2e-3, atol=2e-3)  # 16 bits
    assert pack.embeddings.std(0).min() > 0  # the clips are told apart


def test_weights_of_old_that_lack_one_are_refused(sound, tmp_path):
    folder = as_of_old(write_self_supervised(tmp_path / "encoder", "wavlm")[0], "wavlm")
    weights = torch.load(folder / "pytorch_model.bin")
    del weights["encoder.pos_conv_embed.conv.weight_g"]
    torch.save(weights, folder / "pytorch_model.bin")
    made = run(
        "embed",
        sound,
        "--corpus",
        "emodb",
        "--encoder",
        folder,
        "--layer",
        2,
        "--out",
        tmp_path / "a.parquet",
    )
    assert made.exit_code == 2 and made.stderr.strip().splitlines()[-1].startswith("error: The weights in")
    assert not (tmp_path / "a.parquet").exists()


def test_packs_of_two_encoders_are_kept_apart(sound, tmp_path):
    """A pack of another encoder does not slip in beside the shipped ones."""
    folder, _ = write_self_supervised(tmp_path / "encoder", "hubert")
    out = tmp_path / "emodb.parquet"
    made = run("embed", sound, "--corpus", "emodb", "--encoder", folder, "--layer", 1, "--out", out)
    assert made.exit_code == 0 and "the encoder will be recorded as" in made.stderr
    joined = run("pack", out)
    assert joined.exit_code == 2 and "keep it apart with `--to FOLDER`" in joined.stderr
    assert json.loads(json.dumps(read_pack(out).provenance))["dim"] == 48
