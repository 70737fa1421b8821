"""The command `doctor`: what is broken around this package, and what to type about it."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

import click

from .. import __version__
from ..errors import SequifiError, expanded
from .sentences import examples, json_option

PYTHON = (3, 11)
MEMORY = 2.0  # GB free: an encoder and a corpus of some thousand clips
DISK = 1.0  # GB free where results and embeddings go
PACKAGES = ("torch", "numpy", "pandas", "pyarrow", "transformers", "soundfile", "soxr", "safetensors")
CODECS = {"WAV": "wav", "FLAC": "flac", "OGG": "ogg and opus", "MP3": "mp3"}


@dataclass(frozen=True)
class Finding:
    """What one check found: "good", "odd" (works, with less) or "bad", and what to type about it."""

    what: str
    state: str
    told: str
    remedy: str = ""


def python() -> Finding:
    """Whether this Python is new enough."""
    here = platform.python_version()
    if sys.version_info[:2] < PYTHON:
        wanted = ".".join(map(str, PYTHON))
        return Finding("Python", "bad", here, f"uv venv --python {wanted} && uv pip install sequifi_lite")
    return Finding("Python", "good", f"{here}, {sys.executable}")


def packages() -> Finding:
    """Whether every library that is always used can be imported."""
    from importlib import import_module

    versions, broken = [], {}
    for name in PACKAGES:
        try:
            import_module(name)
            versions.append(f"{name} {metadata.version(name)}")
        except Exception as error:  # a library of another build may raise whatever its loader raises
            broken[name] = " ".join(f"{type(error).__name__}: {error}".split())[:160]
    if broken:
        told = "; ".join(f"{name}: {reason}" for name, reason in broken.items())
        names = " ".join(broken)
        return Finding("libraries", "bad", told, f"pip install --force-reinstall --no-deps {names}")
    return Finding("libraries", "good", ", ".join(versions))


def torchaudio() -> Finding:
    """Whether torchaudio belongs to this torch; without it soxr resamples."""
    from ..data.torchaudio_loads import why_not

    reason = why_not()
    if not reason:
        return Finding("torchaudio", "good", f"{metadata.version('torchaudio')} loads beside torch")
    try:
        build = metadata.version("torch")
    except metadata.PackageNotFoundError:
        return Finding(
            "torchaudio", "odd", f"there is no torch to load it beside ({reason[:160]})", "pip install torch"
        )
    where = "cpu" if "+cpu" in build else build.partition("+")[2] or ""
    index = f" --index-url https://download.pytorch.org/whl/{where}" if where else ""
    told = f"does not load beside torch {build} ({reason[:160]}); soxr resamples in its place"
    return Finding("torchaudio", "odd", told, f"pip install --force-reinstall --no-deps torchaudio{index}")


def codecs() -> Finding:
    """Whether sound files of every kind can be decoded."""
    try:
        import soundfile

        there = set(soundfile.available_formats())
        version = soundfile.__libsndfile_version__
    except Exception as error:  # libsndfile may be absent, or of another build
        told = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        return Finding("codecs", "bad", told, "pip install --force-reinstall soundfile")
    lacking = [name for kind, name in CODECS.items() if kind not in there]
    if lacking:
        told = f"libsndfile {version} cannot read {', '.join(lacking)}"
        return Finding("codecs", "bad", told, "pip install --upgrade soundfile")
    ffmpeg = shutil.which("ffmpeg")
    more = (
        "; ffmpeg is there for m4a and others"
        if ffmpeg
        else "; m4a and others have to be converted first (no ffmpeg)"
    )
    return Finding("codecs", "good", f"libsndfile {version}: {', '.join(CODECS.values())}{more}")


def memory() -> Finding:
    """Whether there is memory for an encoder and a corpus."""
    told = Path("/proc/meminfo")
    if not told.is_file():
        return Finding("memory", "good", "this system does not tell how much is free")
    lines = dict(line.split(":") for line in told.read_text().splitlines() if ":" in line)
    free = int(lines.get("MemAvailable", "0").split()[0]) / 1e6
    limit = _limit()
    free = min(free, limit) if limit is not None else free
    if free < MEMORY:
        remedy = "sequifi-lite embed FOLDER --corpus NAME --threads 1"
        return Finding(
            "memory", "bad", f"{free:.1f} GB free, and {MEMORY:.0f} are wanted; end other programs", remedy
        )
    return Finding("memory", "good", f"{free:.1f} GB free, {os.cpu_count()} processors")


def _limit() -> float | None:
    """Read how much memory a container may use, in GB; None without a limit."""
    place = Path("/sys/fs/cgroup/memory.max")
    try:
        return int(place.read_text()) / 1e9
    except (OSError, ValueError):
        return None


def disk() -> Finding:
    """Whether there is room where embeddings go."""
    from ..data.pack import user_folder

    folder = next(place for place in (user_folder(), *user_folder().parents) if place.exists())
    free = shutil.disk_usage(folder).free / 1e9
    if free < DISK:
        return Finding(
            "disk", "bad", f"{free:.2f} GB free at {folder}", "export SEQUIFI_LITE_PACKS=/a/place/with/room"
        )
    if not os.access(folder, os.W_OK):
        return Finding(
            "disk", "bad", f"{folder} cannot be written", "export SEQUIFI_LITE_PACKS=/a/place/of/yours"
        )
    return Finding("disk", "good", f"{free:.1f} GB free at {folder}")


def packs() -> Finding:
    """Whether embeddings at hand are whole, and made alike."""
    from ..data.pack import _find, packs as listing
    from ..data.pack_file import difference, provenance_of

    table = listing()
    damaged = [
        row["file"] for row in table.to_dict("records") if str(row["file"]).startswith(("damaged", "passed"))
    ]
    if damaged:
        place = damaged[0].rpartition(": ")[2]
        return Finding("packs", "bad", "; ".join(map(str, damaged)), f"rm {place}")
    whole = list(table.index[(table["clips"] > 0).to_numpy()])
    made = {name: provenance_of(path, name) for name in whole if (path := _find(name)) is not None}
    for name, other in made.items():
        if unlike := difference(other, made[whole[0]]):
            told = f"{name} was made with {unlike[0]} and {whole[0]} with {unlike[1]}: not to be compared"
            asked = made[whole[0]]
            how = f"--encoder {asked['encoder']} --layer {asked['layer']} --pooling {asked['pooling']}"
            return Finding("packs", "bad", told, f"sequifi-lite embed FOLDER --corpus {name} {how}")
    return Finding("packs", "good", f"{', '.join(whole)}; made alike")


def encoder() -> Finding:
    """Whether the encoder that the environment names is there."""
    named = os.environ.get("SEQUIFI_LITE_ENCODER")
    if not named:
        return Finding(
            "encoder",
            "good",
            "SEQUIFI_LITE_ENCODER is not set: the hub is asked, or what comes along is used",
        )
    if expanded(named).is_dir():
        lacking = [
            f for f in ("config.json", "preprocessor_config.json") if not (expanded(named) / f).is_file()
        ]
        if lacking:
            return Finding(
                "encoder", "bad", f"{named} lacks {' and '.join(lacking)}", "unset SEQUIFI_LITE_ENCODER"
            )
        return Finding("encoder", "good", f"SEQUIFI_LITE_ENCODER is {named}")
    if "/" in named and not named.startswith((".", "/", "~")) and named.count("/") == 1:
        return Finding("encoder", "good", f"SEQUIFI_LITE_ENCODER is {named}, a name on the hub")
    return Finding(
        "encoder",
        "bad",
        f"SEQUIFI_LITE_ENCODER names {named}, which is not there",
        "unset SEQUIFI_LITE_ENCODER",
    )


CHECKS: tuple[Callable[[], Finding], ...] = (
    python, torchaudio, packages, codecs, memory, disk, packs, encoder,
)  # fmt: skip


def examine() -> list[Finding]:
    """Make all checks; one that fails itself is a finding."""
    found = []
    for check in CHECKS:
        try:
            found.append(check())
        except SequifiError as error:
            found.append(Finding(check.__name__, "bad", str(error)))
        except Exception as error:  # what is examined is broken in ways that nobody has foreseen
            told = " ".join(f"{type(error).__name__}: {error}".split())[:200]
            found.append(Finding(check.__name__, "bad", told, "pip install --force-reinstall sequifi_lite"))
    return found


@examples("sequifi-lite doctor", "sequifi-lite doctor --json")
@click.command()
@json_option
def doctor(as_json):
    """Examine what this package stands on, and say what to type where something is broken.

    Python, libraries, torchaudio, codecs, memory, disk, embeddings, the encoder. Exit code 1: something is
    broken.
    """
    found = examine()
    if as_json:
        click.echo(
            json.dumps({"sequifi_lite": __version__, "findings": [asdict(one) for one in found]}, indent=1)
        )
    else:
        for one in found:
            click.echo(f"{one.state:4}  {one.what:10}  {one.told}")
            if one.remedy:
                click.echo(f"{'':18}type: {one.remedy}")
    sys.exit(int(any(one.state == "bad" for one in found)))
