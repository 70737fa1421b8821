"""The command as a new user would use it, wrongly first: one sentence, exit code 2, nothing left behind."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
import transformers
from click.testing import CliRunner

from sequifi_lite.cli import main
from sequifi_lite.data.corpora.published import published
from sequifi_lite.data.pack import read_pack


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("tiny")
    config = transformers.WhisperConfig(
        d_model=16, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2, decoder_attention_heads=2,
        encoder_ffn_dim=16, decoder_ffn_dim=16, vocab_size=8, pad_token_id=0, bos_token_id=1, eos_token_id=2,
        decoder_start_token_id=1, suppress_tokens=None, begin_suppress_tokens=None,
    )  # fmt: skip
    transformers.WhisperForConditionalGeneration(config).save_pretrained(folder)
    transformers.WhisperFeatureExtractor().save_pretrained(folder)
    return str(folder)


@pytest.fixture
def tree(tmp_path):
    folder = tmp_path / "emodb" / "wav"
    folder.mkdir(parents=True)
    generator = np.random.default_rng(0)
    for i, file in enumerate(list(published("emodb"))[:8]):
        rate = (16_000, 8_000, 96_000, 44_100)[i % 4]
        shape = (rate, 2) if i == 5 else rate
        soundfile.write(folder / Path(file).name, generator.normal(0, 0.1, shape), rate)
    return folder


def run(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


def embed(tree, encoder, tmp_path, *more):
    return run(
        "embed",
        tree,
        "--corpus",
        "emodb",
        "--encoder",
        encoder,
        "--layer",
        1,
        "--out",
        tmp_path / "out" / "emodb.parquet",
        *more,
    )


def refused(result, *words):
    """One sentence on stderr, nothing on stdout, exit code 2."""
    assert result.exit_code == 2, result.output
    assert not result.exception or isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    lines = [line for line in result.stderr.strip().splitlines() if line]
    assert len(lines) == 1 and lines[0].startswith("error: ") and lines[0].endswith(".")
    for word in words:
        assert word in lines[0]


def test_embed_then_pack(tree, encoder, tmp_path):
    result = embed(tree, encoder, tmp_path)
    assert result.exit_code == 0, result.output
    made = read_pack(tmp_path / "out" / "emodb.parquet")
    assert made.embeddings.shape == (8, 32)
    # Stereo and other rates are converted, and reported.
    assert made.clips["channels"].tolist().count(2) == 1 and set(made.clips["sample_rate"]) == {
        16_000,
        8_000,
        96_000,
        44_100,
    }
    assert "more than one channel; averaged when read" in result.stderr and "96,000 Hz" in result.stderr
    assert "missing" in result.stderr and "sequifi-lite pack" in result.stdout
    joined = run("pack", tmp_path / "out" / "emodb.parquet", "--to", tmp_path / "mine")
    assert joined.exit_code == 0 and (tmp_path / "mine" / "emodb.parquet").exists()


def test_benchmark_prints_its_two_figures_and_writes_nothing(tree, encoder, tmp_path):
    result = embed(tree, encoder, tmp_path, "--benchmark")
    assert result.exit_code == 0, result.output
    assert "real-time factor" in result.stdout and "of a plain matrix product" in result.stdout
    assert not (tmp_path / "out").exists()


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The reader's home folder, and another one to work in."""
    home, here = tmp_path / "home", tmp_path / "here"
    home.mkdir()
    here.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(here)
    yield home
    assert list(here.iterdir()) == []  # no folder called ~


def test_home_is_expanded_in_every_option(tree, encoder, home, monkeypatch):
    """Shells leave the tilde of --out=~/x as it is."""
    tree.parent.rename(home / "emodb")
    words = ("--corpus=emodb", "--layer=1", f"--encoder={encoder}", "--out=~/out/emodb.parquet")
    result = run("embed", "~/emodb/wav", *words)
    assert result.exit_code == 0, result.output
    monkeypatch.setenv("SEQUIFI_LITE_PACKS", "~/packs")
    for more in ((), ("--to=~/apart",)):
        result = run("pack", "~/out/emodb.parquet", *more)
        assert result.exit_code == (0 if more else 2), result.output  # it does not fit the shipped ones
    assert "emodb" in run("packs").stdout and (home / "apart" / "emodb.parquet").is_file()
    words = ("--corpus=emodb", "--json=~/out/audit.json", "--write-manifest=~/out/sums")
    assert run("audit", "~/emodb", *words).exit_code == 1
    assert run("audit", "~/emodb", "--corpus=emodb", "--manifest=~/out/sums").exit_code == 1
    assert run("scan", "~/emodb", "--corpus=emodb").exit_code == 0
    assert sorted(path.name for path in (home / "out").iterdir()) == ["audit.json", "emodb.parquet", "sums"]
    refused(run("get", "emodb", "--to=~/corpora", "--from=~/no.zip", "--yes"), str(home / "no.zip"))
    refused(run("scan", "~no_such_user/x", "--corpus=emodb"), "~no_such_user/x does not exist")


@pytest.mark.parametrize("place", ["file/x", "folder", "file/deep/x"])
def test_a_place_that_cannot_be_written_is_told_before_the_work(tree, tmp_path, monkeypatch, place):
    from sequifi_lite.data.audit import corpus as auditing
    from sequifi_lite.data.corpora import scan as scanning

    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    monkeypatch.setattr(auditing, "audit", None)  # never called
    monkeypatch.setattr(scanning, "scan", None)
    where, words = tmp_path / place, ("--corpus", "emodb")
    for command, option in (("audit", "--json"), ("audit", "--write-manifest"), ("embed", "--out")):
        refused(run(command, tree, *words, option, where), f"choose another place with {option}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["emodb", "file", "folder"]


def test_an_empty_folder(tmp_path, encoder):
    (tmp_path / "empty").mkdir()
    refused(embed(tmp_path / "empty", encoder, tmp_path), "holds no audio files", "empty")
    refused(run("scan", tmp_path / "nowhere", "--corpus", "emodb"), "nowhere does not exist")
    assert not (tmp_path / "out").exists()


def test_a_folder_of_another_corpus(tree, tmp_path, encoder):
    result = run("embed", tree, "--corpus", "ravdess", "--encoder", encoder, "--out", tmp_path / "x.parquet")
    refused(result, "looks like Emo-DB", "--corpus emodb")
    assert not (tmp_path / "x.parquet").exists()


def spoil(path, how):
    whole = path.read_bytes()
    if how == "text":
        path.write_text("this is not audio")
    elif how == "truncated":
        path.write_bytes(whole[: len(whole) // 2])
    elif how == "zero-length":
        path.write_bytes(b"")
    elif how == "no samples":
        soundfile.write(path, np.zeros(0), 16_000)
    elif how == "pointer":
        path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")


@pytest.mark.parametrize("how", ["text", "truncated", "zero-length", "no samples", "pointer"])
def test_a_file_that_is_not_whole_audio(tree, tmp_path, encoder, how):
    victim = sorted(tree.iterdir())[3]
    spoil(victim, how)
    refused(embed(tree, encoder, tmp_path), victim.name, "again")
    assert not (tmp_path / "out").exists()


def test_a_clip_of_a_few_samples(tree, tmp_path, encoder):
    victim = sorted(tree.iterdir())[3]
    soundfile.write(victim, np.zeros(100), 16_000)
    result = embed(tree, encoder, tmp_path)
    assert result.exit_code == 2 and f"{victim.name} lasts 0.006 s" in result.stderr
    assert not (tmp_path / "out" / "emodb.parquet").exists()


def test_wrong_encoders_layers_and_poolings(tree, tmp_path, encoder):
    for words, said in (
        (["--encoder", tmp_path / "none"], "No encoder can be loaded"),
        (["--layer", 9], "it has blocks 1 to 1"),
        (["--pooling", "max"], "choose one of mean+std, mean"),
    ):
        result = embed(tree, encoder, tmp_path, *words)
        assert result.exit_code == 2 and said in result.stderr and "Traceback" not in result.stderr


def test_a_copy_of_an_encoder_is_said_to_be_one_before_its_embeddings_cannot_be_joined(
    tree, encoder, tmp_path
):
    result = embed(tree, encoder, tmp_path)
    assert f"recorded as {encoder}" in result.stderr and "--recorded-as openai/whisper-base" in result.stderr
    assert "recorded as" not in embed(tree, encoder, tmp_path, "--recorded-as", "openai/whisper-base").stderr


def test_a_language_is_a_code(tree):
    result = run("scan", tree, "--corpus", "mine", "--language", "german", "--folders", "emotion")
    assert result.exit_code == 2 and "de for German, not 'german'" in result.stderr


def test_without_a_network_there_is_one_sentence_and_no_report_of_every_attempt(tree, monkeypatch):
    monkeypatch.delenv("HF_HUB_VERBOSITY", raising=False)
    logging.getLogger("huggingface_hub").setLevel(logging.WARNING)
    run("packs")
    assert os.environ["HF_HUB_VERBOSITY"] == "error"
    assert not logging.getLogger("huggingface_hub.utils._http").isEnabledFor(logging.WARNING)


def test_a_damaged_pack(tmp_path):
    (tmp_path / "a.parquet").write_text("x")
    refused(
        run("pack", tmp_path / "a.parquet", "--to", tmp_path / "to"),
        "a.parquet is not a readable file of embeddings",
    )
    assert not (tmp_path / "to").exists()


def test_as_a_module_and_its_listing():
    result = subprocess.run([sys.executable, "-m", "sequifi_lite", "packs"], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert (
        "emodb" in result.stdout
        and "shemo    -      none; `sequifi-lite embed FOLDER --corpus shemo`" in result.stdout
    )
    wrong = subprocess.run(
        [sys.executable, "-m", "sequifi_lite", "embed", "."], capture_output=True, text=True
    )
    assert wrong.returncode == 2 and "Traceback" not in wrong.stderr and "--corpus" in wrong.stderr


WRONG = [
    (["scan", "nowhere", "--corpus", "emodb"], "nowhere does not exist"),
    (["audit", "nowhere", "--corpus", "emodb"], "nowhere does not exist"),
    (["audit", "text.txt", "--corpus", "emodb"], "text.txt is a file"),
    (["embed", "nowhere", "--corpus", "emodb"], "nowhere does not exist"),
    (["pack", "nowhere.parquet"], "nowhere.parquet does not exist"),
    (["leaks", "emodb", "nowhere.csv"], "nowhere.csv cannot be read"),
    (["leaks", "emodb", "text.txt"], "text.txt lists no clip"),
    (["leaks", "emdob", "text.txt"], "There is no corpus 'emdob'"),
    (["get", "emodb", "--to", "to", "--yes", "--from", "nowhere"], "nowhere does not exist"),
    (["twin", "text.txt"], "text.txt is a file"),
    (["twin", "to", "--corpora", "emdob"], "no corpus called 'emdob'"),
    (["study", "piars"], "no study 'piars'"),
    (["study", "run", "probe", "--out", "text.txt"], "text.txt is a file; choose another place with --out"),
    (["study", "plan", "piars"], "no study of cells named 'piars'"),
    (["study", "check", "probe"], "measured in one piece"),
    (["study", "status", "piars"], "choose one of tuning"),
    (["study", "report", "six", "--work", "nowhere", "--out", "to"], "are missing"),
]


@pytest.mark.parametrize(("words", "said"), WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_what_is_wrong_is_one_sentence_and_leaves_nothing_behind(words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("text.txt").write_text("x\n")
    refused(run(*words), said)
    assert [path.name for path in tmp_path.iterdir()] == ["text.txt"]


@pytest.mark.parametrize(
    "words", ["nothing", "audit . --corpus emdob", "get emdob", "leaks emdob", "study run", "packs all"]
)
def test_what_click_cannot_read_ends_with_code_2_as_well(words):
    result = run(*words.split())
    assert result.exit_code == 2 and result.stderr.startswith("error: ") and result.stdout == ""


def test_no_help_loads_what_takes_long():
    code = """
import sys
from sequifi_lite.cli import main
def helps(command, path):
    main([*path, "--help"], standalone_mode=False)
    for name, one in getattr(command, "commands", {}).items():
        helps(one, [*path, name])
helps(main, [])
sys.exit(" ".join({"torch", "sklearn", "pandas", "pyarrow", "soundfile", "datasets"} & set(sys.modules)))
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stderr.strip() == "" and "embed" in result.stdout, result.stderr


def test_a_start_takes_less_than_half_a_second_of_computing():
    resource = pytest.importorskip("resource", reason="there are no processor times on this system")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "sequifi_lite", "--help"], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.5
