"""The audit names what is wrong with a copy, and nothing else.

On true copies it finds the known defects alone.
"""

import json
import random
import shutil
import subprocess
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from sequifi_lite.cli import main
from sequifi_lite.data import sound
from sequifi_lite.data.audit import against_published, corpus, measures
from sequifi_lite.data.audit.corpus import audit, to_json
from sequifi_lite.data.audit.manifest import checksums, compare, read_manifest, write_manifest
from sequifi_lite.data.corpora import CORPORA, published as facts, scan
from sequifi_lite.data.corpora.published import describe, published
from sequifi_lite.data.sound import fingerprints, measure
from sequifi_lite.errors import AudioError, CorpusError, SequifiError

SHARED = Path(__file__).resolve().parents[3] / "shared" / "corpora"


def noise(seconds, seed, rate=16_000, level=0.1):
    return np.random.default_rng(seed).uniform(-level, level, round(seconds * rate))


def like(name, folder, files, rate=None):
    """Files of a corpus as noise.

    True names, lengths, rates and loudness (so that nothing of it is odd), other samples.
    """
    reference = fingerprints(name)
    for seed, file in enumerate(files):
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        level = 0.1 if file not in reference else min(0.95, np.sqrt(3) * 10 ** (reference[file][0] / 20))
        hz = rate or CORPORA[name].RATES[0]
        wave = noise(published(name)[file] or 1.0, seed, hz, level)
        wave[len(wave) // 2] = 0.9999 if CORPORA[name].FULL_SCALE else wave[0]
        if PurePosixPath(file).stem in CORPORA[name].STEREO:
            wave = np.stack([wave, wave], 1)
        soundfile.write(path, wave, hz)
    return folder


def publish(monkeypatch, files):
    """Let a corpus consist of these files alone, with their lengths."""
    for module in (facts, scan, corpus, against_published):
        monkeypatch.setattr(module, "published", lambda _: files)


@pytest.fixture
def tree(tmp_path):
    """Twelve files of Emo-DB, of two of its sentences."""
    return like(
        "emodb", tmp_path / "emodb", [file for file in published("emodb") if file[6:9] in ("a01", "b01")][:12]
    )


def kinds(result, level="finding"):
    return sorted(finding.kind for finding in result.level(level))


def the(result, kind):
    (found,) = [finding for finding in result.findings if finding.kind == kind]
    return found


def named(findings, but=()):
    """Every file named in findings, unless an equal finding named it before."""
    before = {(finding.kind, file) for finding in but for file in finding.items}
    return {file for finding in findings for file in finding.items if (finding.kind, file) not in before}


# ---------------------------------------------------------------- one file


def test_measures_by_hand(tmp_path):
    wave = np.zeros(1000)
    wave[100:200] = 0.5
    soundfile.write(tmp_path / "a.wav", wave, 8000, subtype="FLOAT")
    sound = measure(tmp_path / "a.wav")
    assert (sound.frames, sound.rate, sound.channels, sound.run, sound.finite) == (1000, 8000, 1, 0, True)
    assert sound.seconds == 0.125 and sound.peak == 0.5 and sound.span == 0.25
    assert sound.dbfs == pytest.approx(20 * np.log10(np.sqrt(0.1 * 0.25)))
    soundfile.write(tmp_path / "zero.wav", np.zeros(100), 8000)
    assert measure(tmp_path / "zero.wav").dbfs == -np.inf


def test_blocks_change_nothing(tmp_path, monkeypatch):
    wave = noise(0.2, 1)
    wave[500:507], wave[90:93], wave[-2:] = 1.0, -1.0, 1.0
    soundfile.write(tmp_path / "a.wav", np.stack([wave, noise(0.2, 2)], 1), 16_000)
    whole = measure(tmp_path / "a.wav")
    assert whole.run == 7
    for block in (1, 7, 1009):
        monkeypatch.setattr(sound, "BLOCK", 2 * block)
        again = measure(tmp_path / "a.wav")
        assert again.dbfs == pytest.approx(whole.dbfs) and again.digest == whole.digest
        assert (again.run, again.peak, again.frames) == (whole.run, whole.peak, whole.frames)


def test_the_digest_is_of_the_sound_not_of_the_container(tmp_path):
    wave = np.round(noise(0.2, 0) * 32_767).astype(np.int16)
    soundfile.write(tmp_path / "a.wav", wave, 16_000)
    soundfile.write(tmp_path / "a.flac", wave, 16_000)
    soundfile.write(tmp_path / "two.wav", np.stack([wave, wave], 1), 16_000)
    soundfile.write(tmp_path / "b.wav", wave + 1, 16_000)
    digests = {name: measure(tmp_path / name).digest for name in ("a.wav", "a.flac", "two.wav", "b.wav")}
    assert digests["a.wav"] == digests["a.flac"] == digests["two.wav"] != digests["b.wav"]


def test_samples_that_are_not_numbers_are_reported_and_left_out(tmp_path):
    wave = np.full(1000, 0.5, np.float32)
    wave[3], wave[4] = np.nan, np.inf
    soundfile.write(tmp_path / "a.wav", wave, 16_000, subtype="FLOAT")
    sound = measure(tmp_path / "a.wav")
    assert not sound.finite and sound.peak == 0.5 and np.isfinite(sound.dbfs)


def test_a_flac_that_breaks_off_is_refused(tmp_path):
    soundfile.write(tmp_path / "a.flac", noise(2, 0), 16_000)
    whole = (tmp_path / "a.flac").read_bytes()
    (tmp_path / "a.flac").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(AudioError, match="breaks off"):
        measure(tmp_path / "a.flac")


# ---------------------------------------------------------------- a whole folder


def test_a_part_of_a_corpus_has_missing_files_and_nothing_else(tree):
    result = audit("emodb", tree)
    assert kinds(result) == ["missing", "missing speakers"] and result.code == 1
    assert kinds(result, "known") == ["full scale"]
    missing = the(result, "missing speakers").items.keys() | the(result, "missing").items.keys()
    assert missing == published("emodb").keys() - set(result.clips["file"])
    counts = result.counts.set_index(["what", "value"])
    assert counts.loc[("speaker", "03"), "published"] == 49
    assert counts["here"].sum() == 3 * 12


@pytest.mark.parametrize("name", ["emodb", "ravdess"])
def test_a_complete_corpus_is_as_published(name, tmp_path, monkeypatch):
    files = [file for file in published(name) if "Actor_01" in file or "wav/03" in file]
    like(name, tmp_path, files)
    publish(monkeypatch, {file: published(name)[file] for file in files})
    result = audit(name, tmp_path)
    assert result.code == 0 and result.level("finding") == []
    assert kinds(result, "known") == (["channels"] if name == "ravdess" else ["full scale"])
    assert result.report().endswith("\nas published")


def test_uniform_differences_are_one_line_each(tmp_path):
    files = [file for file in published("ravdess") if file.startswith(("Actor_01", "Actor_03"))]
    like("ravdess", tmp_path, files, rate=16_000)
    for path in tmp_path.rglob("*.wav"):
        wave, rate = soundfile.read(path, always_2d=True)
        soundfile.write(path.with_suffix(".flac"), wave.mean(1), rate)
        path.unlink()
    result = audit("ravdess", tmp_path)
    assert kinds(result) == ["container", "missing speakers", "sample rate"]
    assert the(result, "sample rate").text == "16,000 Hz in place of 48,000 Hz: all 120 files"
    assert the(result, "container").text == ".flac in place of the published .wav: all 120 files"
    assert the(result, "missing speakers").text == "missing speakers: 02, 04 to 24 (22 of 24, 1,320 files)"
    assert len(result.report().split("findings: 3\n")[1].splitlines()) == 4  # three lines and the verdict


def test_everything_odd_is_named(tree):
    before = audit("emodb", tree)
    files = list(before.clips["file"])
    path = {file: tree / file for file in files}
    wave, rate = soundfile.read(path[files[0]])
    soundfile.write(path[files[0]], np.stack([wave, wave], 1), rate)
    wave, rate = soundfile.read(path[files[1]])
    soundfile.write(path[files[1]], wave, 22_050)  # also shorter by a quarter
    soundfile.write(path[files[2]], np.full(round(rate * published("emodb")[files[2]]), 0.25), rate)
    wave, rate = soundfile.read(path[files[3]])
    soundfile.write(path[files[3]], np.clip(20 * wave, -1, 1), rate)
    wave, rate = soundfile.read(path[files[4]])
    soundfile.write(path[files[4]], np.where(np.arange(len(wave)) == 9, np.nan, wave), rate, subtype="FLOAT")
    path[files[5]].write_text("not audio")
    other = f"wav/{PurePosixPath(files[6]).stem[:5]}Wz.wav"
    path[files[6]].rename(tree / other)
    shutil.copy(path[files[7]], tree / "wav" / "16b10Af.wav")
    shutil.copy(path[files[8]], tree / "wav" / f"{Path(files[8]).stem}.flac")
    (tree / "copies").mkdir()
    path[files[9]].rename(tree / "copies" / Path(files[9]).name)
    (tree / "wav" / "elsewhere").mkdir()
    path[files[10]].rename(tree / "wav" / "elsewhere" / Path(files[10]).name)
    result = audit("emodb", tree)
    stems = {
        kind: [PurePosixPath(file).stem for file in the(result, kind).items] for kind in set(kinds(result))
    }

    def stem(number):
        return PurePosixPath(files[number]).stem

    assert stems.pop("missing speakers") and stems.pop("clipped") == [stem(3)]
    assert stems == {
        "channels": [stem(0)],
        "sample rate": [stem(1)],
        "length": [stem(1)],
        "silent": [stem(2)],
        "loudness": [stem(3)],
        "non-finite": [stem(4)],
        "unreadable": [stem(5)],
        "missing": stems["missing"],
        "unknown name": [PurePosixPath(other).stem],
        "surplus": ["16b10Af"],
        "conflicting duplicate": [stem(7), "16b10Af"],
        "repeated": [stem(8)],
        "folder": [stem(10)],
    }
    assert {stem(6), stem(9)} <= set(stems["missing"]) and stem(5) not in stems["missing"]
    assert the(result, "outside").level == "note"
    text = result.report(most=1000)
    listed = [finding for finding in result.findings if finding.kind != "missing speakers"]
    assert [file for file in named(listed, but=before.findings) if PurePosixPath(file).stem not in text] == []
    assert "different labels" in text and "different speakers" in text


def test_a_cut_and_padded_copy_is_one_line(tree):
    for path in tree.rglob("*.wav"):
        wave, rate = soundfile.read(path)
        soundfile.write(path, np.resize(wave, 2 * rate), rate)
    found = the(audit("emodb", tree), "length")
    assert "cut or padded: every one lasts 2.000 s" in found.text


def test_a_few_changed_files_among_the_published_ones_are_named(tree, monkeypatch):
    files = sorted(path.relative_to(tree).as_posix() for path in tree.rglob("*.wav"))
    true = {
        file: (measure(tree / file).dbfs, measure(tree / file).run, measure(tree / file).digest)
        for file in files
    }
    for module in (against_published, measures):
        monkeypatch.setattr(module, "fingerprints", lambda _: true)
    assert "samples" not in kinds(audit("emodb", tree))
    wave, rate = soundfile.read(tree / files[4])
    wave[77] += 0.01
    soundfile.write(tree / files[4], wave, rate)
    assert the(audit("emodb", tree), "samples").items == {files[4]: ""}
    assert measures.measured("emodb", audit("emodb", tree).clips)["sample_for_sample_as_published"] == 11


def test_shemo_has_two_rates_by_nature_and_no_fingerprints(tmp_path):
    files = [file for file in published("shemo") if file.startswith("female/F01")][:4]
    like("shemo", tmp_path, files)
    wave, _ = soundfile.read(tmp_path / files[0])
    soundfile.write(tmp_path / files[0], wave[::2], 22_050)
    result = audit("shemo", tmp_path)
    assert kinds(result, "known") == ["sample rate"] and kinds(result) == ["missing", "missing speakers"]
    assert "3 files at 44,100 Hz, 1 file at 22,050 Hz" in the(result, "sample rate").text
    assert fingerprints("shemo") == {}


def test_known_defects_agree_with_what_the_splits_leave_out():
    for name, module in CORPORA.items():
        official = {PurePosixPath(file).stem for file in published(name)}
        pairs = {stem for pair in module.DUPLICATES for stem in pair}
        assert (pairs | module.SILENT | set(module.SLIPS) | module.STEREO) <= official
        assert not set(module.NOT_IN_DOWNLOAD) & official
        assert len(official) + len(module.NOT_IN_DOWNLOAD) == module.PUBLISHED
        assert set(module.DEFECTS) <= pairs | module.SILENT
        assert module.SILENT <= set(module.DEFECTS)
        for pair in module.DUPLICATES:
            conflict = len({describe(name, stem)["emotion"] for stem in pair}) > 1
            # Of two equal labels one recording stays; under two labels neither can be trusted.
            assert len(set(pair) & set(module.DEFECTS)) == (2 if conflict else 1)


def test_fingerprints_tell_of_the_known_defects():
    for name in CORPORA:
        reference = fingerprints(name)
        assert reference.keys() <= published(name).keys()
        groups = {}
        for file, (dbfs, _, digest) in reference.items():
            if np.isfinite(dbfs):
                groups.setdefault(digest, []).append(PurePosixPath(file).stem)
        twice = {tuple(sorted(stems)) for stems in groups.values() if len(stems) > 1}
        assert twice == ({tuple(sorted(pair)) for pair in CORPORA[name].DUPLICATES} if reference else set())
        silent = {PurePosixPath(file).stem for file, (dbfs, _, _) in reference.items() if dbfs == -np.inf}
        assert silent == set(CORPORA[name].SILENT)


# ---------------------------------------------------------------- manifests


def test_manifest_goes_round_and_sha256sum_can_check_it(tree, tmp_path):
    sums = checksums(tree)
    write_manifest(sums, tmp_path / "sums.txt")
    assert read_manifest(tmp_path / "sums.txt") == sums and len(sums) == 12
    odd = {"a\\b\n.wav": "0" * 64, "wörter und mehr.wav": "1" * 64}
    write_manifest(odd, tmp_path / "odd.txt")
    assert read_manifest(tmp_path / "odd.txt") == odd
    if shutil.which("sha256sum"):
        assert (
            subprocess.run(["sha256sum", "--check", "--quiet", tmp_path / "sums.txt"], cwd=tree).returncode
            == 0
        )


def test_manifest_tells_renamed_exchanged_changed_gone_and_added_apart():
    then = {"a": "1", "b": "2", "c": "3", "d": "4", "e": "5"}
    now = {"a": "2", "b": "1", "c": "9", "x": "4", "y": "8"}
    found = {finding.kind.removeprefix("manifest: "): finding.items for finding in compare(then, now)}
    assert found == {
        "changed": {"c": ""},
        "exchanged": {"a": "holds the bytes of b", "b": "holds the bytes of a"},
        "renamed": {"d": "is now x"},
        "gone": {"e": ""},
        "added": {"y": ""},
    }
    assert compare(then, dict(then)) == []
    with pytest.raises(SequifiError, match="no file in common"):
        compare(then, {"q": "7"})


def flip(path, other, dice):
    data = bytearray(path.read_bytes())
    place = dice.randrange(len(data))
    data[place] ^= 1 << dice.randrange(8)
    path.write_bytes(data)


def truncate(path, other, dice):
    data = path.read_bytes()
    path.write_bytes(data[: dice.randrange(len(data) - 1)])


def rename(path, other, dice):
    stem = path.stem
    new = dice.choice((stem[:-1] + "z", f"copy of {stem}", stem.lower(), "16b10Wf", "99" + stem[2:]))
    path.rename(path.with_name(new + dice.choice((".wav", ".WAV", ".wav.bak"))))


def swap(path, other, dice):
    one, two = path.read_bytes(), other.read_bytes()
    path.write_bytes(two)
    other.write_bytes(one)


def delete(path, other, dice):
    path.unlink()


def test_two_hundred_of_two_hundred_corruptions_are_named(tree, tmp_path):
    dice = random.Random(0)
    sound, sums = audit("emodb", tree), checksums(tree)
    files, spare = sorted(sums), tmp_path / "spare"
    shutil.copytree(tree, spare)
    tried = dict.fromkeys((flip, truncate, rename, swap, delete), 0)
    for number in range(200):
        corruption = list(tried)[number % 5]
        chosen, other = dice.sample(files, 2)
        corruption(tree / chosen, tree / other, dice)
        now = checksums(tree)
        found = named(compare(sums, now))
        assert chosen in found and (corruption is not swap or other in found), (corruption.__name__, chosen)
        result = audit("emodb", tree)  # none crashes
        if corruption in (truncate, rename, delete):
            assert chosen in named(result.findings, but=sound.findings), (corruption.__name__, chosen)
        to_json(result)
        tried[corruption] += 1
        shutil.rmtree(tree)
        shutil.copytree(spare, tree)
    assert sum(tried.values()) == 200


# ---------------------------------------------------------------- the command


def run(*words):
    return CliRunner().invoke(main, ["audit", *(str(word) for word in words)])


def test_the_command_writes_the_same_files_twice_and_changes_nothing_else(tree, tmp_path):
    before = checksums(tree)
    out = tmp_path / "out"
    first = run(tree, "--corpus", "emodb", "--json", out / "a.json", "--write-manifest", out / "sums.txt")
    assert first.exit_code == 1 and "findings: 2" in first.stdout and first.stderr == ""
    written = {path.name: path.read_bytes() for path in out.iterdir()}
    again = run(tree, "--corpus", "emodb", "--json", out / "a.json", "--write-manifest", out / "sums.txt")
    assert again.stdout == first.stdout
    assert {path.name: path.read_bytes() for path in out.iterdir()} == written and written.keys() == {
        "a.json",
        "sums.txt",
    }
    assert checksums(tree) == before
    told = json.loads(written["a.json"])
    assert (
        told["corpus"] == "emodb"
        and told["as_published"] is False
        and told["files"] == {"published": 535, "here": 12}
    )
    assert {finding["kind"] for finding in told["findings"]} == {"missing", "missing speakers", "full scale"}
    assert told["counts"]["speaker"]["03"]["published"] == 49
    (tree / sorted(before)[3]).unlink()
    with_manifest = run(tree, "--corpus", "emodb", "--manifest", out / "sums.txt")
    assert with_manifest.exit_code == 1
    assert f"gone since the manifest was written: 1 file\n    {sorted(before)[3]}" in with_manifest.stdout


def test_exit_code_0_for_a_corpus_as_published(tree, monkeypatch):
    here = {path.relative_to(tree).as_posix(): None for path in tree.rglob("*.wav")}
    publish(monkeypatch, here)
    assert run(tree, "--corpus", "emodb").exit_code == 0


def test_what_cannot_be_audited_is_one_sentence_and_exit_code_2(tree, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.txt").write_text("no sums\n")
    (tmp_path / "other.txt").write_text(f"{'0' * 64}  elsewhere.wav\n")
    broken = tmp_path / "broken" / "wav"
    broken.mkdir(parents=True)
    (broken / "03a01Fa.wav").write_text("not audio")
    for words, said in (
        ((tmp_path / "nowhere", "--corpus", "emodb"), "does not exist"),
        ((tmp_path / "empty", "--corpus", "emodb"), "holds no audio files"),
        ((tree, "--corpus", "cremad"), "looks like Emo-DB"),
        ((broken.parent, "--corpus", "emodb"), "03a01Fa"),
        ((tree, "--corpus", "emodb", "--manifest", tmp_path / "bad.txt"), "Line 1"),
        ((tree, "--corpus", "emodb", "--manifest", tmp_path / "none.txt"), "cannot be read as a manifest"),
        ((tree, "--corpus", "emodb", "--manifest", tmp_path / "other.txt"), "no file in common"),
        ((tree, "--corpus", "emodb", "--json", tmp_path / "bad.txt" / "a.json"), "cannot be written"),
    ):
        result = run(*words)
        assert result.exit_code == 2 and result.stdout == "", result.output
        (line,) = result.stderr.strip().splitlines()
        assert line.startswith("error: ") and line.endswith(".") and said in line
    both = run(tree, "--corpus", "emodb", "--manifest", tmp_path / "a", "--write-manifest", tmp_path / "b")
    assert both.exit_code == 2 and "give one of them" in both.stderr


def test_files_that_all_break_off_cannot_be_audited(tmp_path):
    soundfile.write(tmp_path / "03a01Fa.flac", noise(2, 0), 16_000)
    data = (tmp_path / "03a01Fa.flac").read_bytes()
    (tmp_path / "03a01Fa.flac").write_bytes(data[: len(data) // 2])
    with pytest.raises(CorpusError, match="None of the 1 file"):
        audit("emodb", tmp_path)


# ---------------------------------------------------------------- real audio


@pytest.mark.parametrize("name", ["emodb", "mesd"])
@pytest.mark.skipif(not SHARED.is_dir(), reason="no real audio beside the repository (../shared/corpora)")
def test_real_audio_shows_what_survives_resampling_and_nothing_false(name):
    result = audit(name, SHARED / name)
    if name == "emodb":
        assert kinds(result) == ["container"] and kinds(result, "known") == ["full scale"]
        assert set(result.clips["digest"]) == {digest for _, _, digest in fingerprints("emodb").values()}
    else:
        assert (
            kinds(result) == ["container", "missing", "sample rate"]
            and len(the(result, "missing").items) == 6
        )
        assert kinds(result, "known") == ["duplicate", "name slip", "planned"]


def test_labels_that_a_text_contradicts_are_told_and_are_no_finding(tmp_path):
    like("shemo", tmp_path, ["female/F01S23.wav", "female/F01A01.wav"])
    result = audit("shemo", tmp_path)
    (doubt,) = [finding for finding in result.level("known") if finding.kind == "label"]
    assert doubt.items == {"female/F01S23.wav": "its text: neutral"}
    assert "female/F01S23.wav (its text: neutral)" in scan.scan("shemo", tmp_path).report()


def test_a_file_of_two_sums_in_a_manifest_is_refused_and_line_ends_of_any_system_are_read(tmp_path):
    one, other = "0" * 64, "1" * 64
    (tmp_path / "sums").write_bytes(f"\ufeff{one}  a b.wav\r\n{other} *c.wav\r\n\r\n".encode())
    assert read_manifest(tmp_path / "sums") == {"a b.wav": one, "c.wav": other}
    (tmp_path / "sums").write_text(f"{one}  a.wav\n{one}  ./a.wav\n")
    assert read_manifest(tmp_path / "sums") == {"a.wav": one}
    (tmp_path / "sums").write_text(f"{one}  a.wav\n{other}  ./a.wav\n")
    with pytest.raises(SequifiError, match="Line 2 of .* gives a.wav another sum"):
        read_manifest(tmp_path / "sums")
