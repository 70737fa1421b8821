"""What differs between the files here and the published ones, check by check."""

from __future__ import annotations

from collections import Counter
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd

from ..corpora import CORPORA
from ..corpora.published import TOLERANCE, described, published
from ..corpora.scan import Scan
from ..findings import counted
from ..sound import QUIETER, RUN, SILENT, fingerprints
from .findings import Finding, concerned, share


def compared(name: str, found: Scan, clips: pd.DataFrame) -> list[Finding]:
    """Compare the files of a folder that decode with the published ones.

    Parameters
    ----------
    found : Scan
    clips : DataFrame
        The clip table of what decodes, plus `path`, `dbfs`, `peak`, `span`, `run` and `digest`.
    """
    return [
        *_containers(clips),
        *_rates(name, clips),
        *_channels(name, clips),
        *_folders(found, clips),
        *_lengths(found, clips),
        *_silent(name, clips),
        *_duplicates(name, clips),
        *_against_published(name, clips),
        *_peculiar(name, clips),
    ]


def absent(name: str, found: Scan) -> list[Finding]:
    """Name missing files: whole speakers on one line, the others one by one."""
    everyone: dict[str, list[str]] = {}
    for file in published(name):
        everyone.setdefault(described(name, PurePosixPath(file).stem)["speaker"] or "", []).append(file)
    missing = set(found.missing)
    away = {speaker: files for speaker, files in everyone.items() if speaker and missing.issuperset(files)}
    out = []
    if away:
        files = sorted(file for files in away.values() for file in files)
        who = (
            f"{_ranges(sorted(away), sorted(everyone))} ({len(away):,} of {len(everyone):,},"
            f" {counted(len(files), 'file')})"
        )
        out.append(
            Finding("missing speakers", f"missing speakers: {who}", dict.fromkeys(files, ""), whole=True)
        )
        missing.difference_update(files)
    return out + concerned("missing", "missing", dict.fromkeys(sorted(missing), ""))


def _ranges(some: list[str], all_: list[str]) -> str:
    """Neighbours in a sorted list as first to last."""
    parts: list[list[str]] = []
    for one in some:
        if parts and all_.index(one) == all_.index(parts[-1][-1]) + 1:
            parts[-1].append(one)
        else:
            parts.append([one])
    return ", ".join(part[0] if len(part) == 1 else f"{part[0]} to {part[-1]}" for part in parts)


def strangers(found: Scan) -> list[Finding]:
    """Name files that the published corpus does not have, and folders that were not read."""
    outside = {folder: counted(n, "file") for folder, n in found.outside.items()}
    kept = {file: f"kept: {kept}" for file, kept in found.repeated.items()}
    note = (
        [Finding("outside", "folders beside the official one, not read", outside, "note")] if outside else []
    )
    suffixes = {suffix: counted(n, "file") for suffix, n in found.passed_over.items()}
    if suffixes:
        note.append(Finding("passed over", "files that are not read as sound, by suffix", suffixes, "note"))
    note += concerned("header", "header that is not to be trusted; read to the end", found.headers, "note")
    return [
        *concerned(
            "surplus", "surplus, a proper name that was never published", dict.fromkeys(found.surplus, "")
        ),
        *concerned("unknown name", "surplus, no name of the corpus; not read", found.unknown),
        *concerned("repeated", "second file of the same name, not read", kept),
        *note,
    ]


def _containers(clips: pd.DataFrame) -> list[Finding]:
    suffixes = clips["path"].map(lambda path: PurePosixPath(path).suffix.lower())
    return [
        share(
            "container",
            f"{suffix} in place of the published .wav",
            clips.loc[suffixes == suffix, "file"],
            len(clips),
        )
        for suffix in sorted(set(suffixes) - {".wav"})
    ]


def _rates(name: str, clips: pd.DataFrame) -> list[Finding]:
    usual = CORPORA[name].RATES
    wanted = " or ".join(f"{rate:,}" for rate in usual)
    out = [
        share(
            "sample rate",
            f"{rate:,} Hz in place of {wanted} Hz",
            clips.loc[clips["sample_rate"] == rate, "file"],
            len(clips),
        )
        for rate in sorted(set(clips["sample_rate"]) - set(usual))
    ]
    here = Counter(rate for rate in clips["sample_rate"] if rate in usual)
    if len(here) > 1:
        mixed = ", ".join(f"{counted(here[rate], 'file')} at {rate:,} Hz" for rate in usual)
        out.append(Finding("sample rate", f"sample rates are mixed, as published: {mixed}", level="known"))
    return out


def _channels(name: str, clips: pd.DataFrame) -> list[Finding]:
    stems = clips["file"].map(lambda file: PurePosixPath(file).stem)
    many = dict(zip(clips["file"][clips["channels"] > 1], clips["channels"][clips["channels"] > 1]))
    as_published = set(clips["file"][stems.isin(CORPORA[name].STEREO)])
    known = {file: f"{n} channels" for file, n in many.items() if file in as_published}
    new = {file: f"{n} channels" for file, n in many.items() if file not in as_published}
    return [
        *concerned("channels", "more than one channel, as published", known, "known"),
        *concerned("channels", "more than one channel, published in one", new),
    ]


def _folders(found: Scan, clips: pd.DataFrame) -> list[Finding]:
    """Files in another folder than the official one; a wholly different layout is a matter of taste."""
    moved = {}
    for file, path in zip(clips["file"], clips["path"]):
        wanted, lies = PurePosixPath(file).parent.name, Path(path).parent
        if wanted and lies.name != wanted:
            moved[file] = f"lies in {lies.relative_to(found.root).as_posix()}"
    if 2 * len(moved) > len(clips):
        return [Finding("layout", "the folders are not the official ones", level="note")]
    return concerned("folder", "in another folder than the official one", moved)


def _lengths(found: Scan, clips: pd.DataFrame) -> list[Finding]:
    here = set(clips["file"])
    off = {file: (now, then) for file, (now, then) in found.lengths.items() if file in here}
    items = {file: f"{now:.3f} s, published {then:.3f} s" for file, (now, then) in off.items()}
    text = f"length more than {TOLERANCE} s off the published one"
    lengths = {round(now, 3) for now, _ in off.values()}
    if len(off) > 1 and len(lengths) == 1:
        text = f"cut or padded: every one lasts {lengths.pop():.3f} s, published from " + " to ".join(
            f"{end(then for _, then in off.values()):.3f}" for end in (min, max)
        )
    return concerned("length", text, items)


def _silent(name: str, clips: pd.DataFrame) -> list[Finding]:
    files = list(clips["file"][clips["span"] <= SILENT])
    known = {file for file in files if PurePosixPath(file).stem in CORPORA[name].SILENT}
    return [
        *concerned(
            "silent", "silent from start to end, as published", dict.fromkeys(sorted(known), ""), "known"
        ),
        *concerned(
            "silent",
            "silent from start to end",
            dict.fromkeys((file for file in files if file not in known), ""),
        ),
    ]


def _duplicates(name: str, clips: pd.DataFrame) -> list[Finding]:
    """Files that decode to the same samples, one line a group.

    Silent ones are alike by nature and left out.
    """
    known_pairs = [set(pair) for pair in CORPORA[name].DUPLICATES]
    out = []
    for _, rows in clips.loc[clips["span"] > SILENT].groupby("digest", sort=False):
        if len(rows) < 2:
            continue
        stems = [PurePosixPath(file).stem for file in rows["file"]]
        known = set(stems) in known_pairs
        text = f"the same recording{', as published' if known else ''}: {' = '.join(stems)}"
        kind = "duplicate"
        if rows.loc[:, "emotion"].nunique() > 1:
            kind, text = (
                "conflicting duplicate",
                f"{text}, under different labels ({', '.join(rows['emotion'])})",
            )
        if rows.loc[:, "speaker"].nunique() > 1:
            text += f", under different speakers ({', '.join(rows['speaker'])})"
        out.append(
            Finding(kind, text, dict.fromkeys(rows["file"], ""), "known" if known else "finding", whole=True)
        )
    return out


def _against_published(name: str, clips: pd.DataFrame) -> list[Finding]:
    """Loudness, clipping and samples against those of the published files."""
    reference = fingerprints(name)
    rows = clips[clips["file"].isin(list(reference))]
    if not len(rows):
        return []
    then = {file: reference[file] for file in rows["file"]}
    out = []
    # A silent file has a line of its own already.
    off = {
        file: f"{now:.1f} dB, published {then[file][0]:.1f} dB"
        for file, now, span in zip(rows["file"], rows["dbfs"], rows["span"])
        if span > SILENT and not abs(now - then[file][0]) <= QUIETER
    }
    out += concerned("loudness", f"loudness more than {QUIETER:g} dB off the published one", off)
    new = {
        file: f"{run} samples on end"
        for file, run in zip(rows["file"], rows["run"])
        if run >= RUN > then[file][1]
    }
    out += concerned("clipped", "clipped, and published unclipped", new)
    other = [file for file, digest in zip(rows["file"], rows["digest"]) if digest != then[file][2]]
    # Where most files differ the copy was resampled or re-encoded, which has a line of its own. A few that
    # differ were changed.
    if 2 * len(other) < len(rows):
        out += concerned("samples", "other samples than the published file", dict.fromkeys(other, ""))
    return out


def _peculiar(name: str, clips: pd.DataFrame) -> list[Finding]:
    """What is odd about the published names and levels, as far as it is seen here."""
    module, out = CORPORA[name], []
    slips = {file: slip for file in clips["file"] if (slip := module.SLIPS.get(PurePosixPath(file).stem))}
    out += concerned("name slip", "slip of a name, as published", slips, "known")
    other = getattr(module, "LABELLED_OTHERWISE", {})  # of one corpus alone
    doubts = {
        file: f"its text: {label}" for file in clips["file"] if (label := other.get(PurePosixPath(file).stem))
    }
    text = "label of the file's name, and its text says another, as published"
    out += concerned("label", text, doubts, "known")
    if module.NOT_IN_DOWNLOAD:
        text = f"planned, but never in the download: {' and '.join(module.NOT_IN_DOWNLOAD)}"
        out.append(Finding("planned", text, level="known"))
    if module.FULL_SCALE and np.all(clips["peak"] >= 0.999):
        out.append(
            Finding(
                "full scale",
                "every file peaks at full scale, as published: loudness says nothing",
                level="known",
            )
        )
    return out
