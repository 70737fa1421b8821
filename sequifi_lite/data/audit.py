"""A corpus on disk against the corpus as it was published: every file decoded, everything odd about it named.

Findings come in three levels. ``known`` is a defect that the published corpus itself has; ``finding`` is anything else that is
not as published; ``note`` is worth a line but changes nothing. Only findings make the exit code 1. Files are decoded in blocks,
one at a time, so memory does not grow with their number or length.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd

from ..errors import AudioError, CorpusError, SequifiError
from .corpora import CORPORA, TOLERANCE, Scan, audio_files, describe, published, scan
from .sound import QUIETER, RUN, SILENT, fingerprints, measure


@dataclass(frozen=True)
class Finding:
    """One line of an audit.

    Attributes
    ----------
    kind : str
        What it is about, one word or two, the same in every audit.
    text : str
        The line itself, without the names of files.
    items : dict of str to str
        The files concerned, each with what is to be said of it alone (or ""). Official names for files of the corpus, else
        paths relative to the folder.
    level : {"finding", "known", "note"}
    whole : bool
        The line says it all: a report does not list the files under it.
    """

    kind: str
    text: str
    items: dict[str, str] = field(default_factory=dict)
    level: str = "finding"
    whole: bool = False


@dataclass(frozen=True)
class Audit:
    """What an audit found.

    Attributes
    ----------
    corpus : str
    root : Path
    clips : DataFrame
        The clip table of all files that decode, plus `path`, `dbfs`, `peak`, `run` and `digest` as in `Sound`.
    counts : DataFrame
        Columns `what` (emotion, speaker or sentence), `value`, `published`, `here`.
    findings : list of Finding
    """

    corpus: str
    root: Path
    clips: pd.DataFrame = field(repr=False)
    counts: pd.DataFrame = field(repr=False)
    findings: list[Finding] = field(repr=False)

    def level(self, level: str) -> list[Finding]:
        """The findings of one level."""
        return [finding for finding in self.findings if finding.level == level]

    @property
    def code(self) -> int:
        """0 if the folder is the published corpus, its known defects included; 1 if there are findings."""
        return int(bool(self.level("finding")))

    def as_dict(self) -> dict:
        """Everything but the clip table, ready for JSON."""
        return {
            "corpus": self.corpus,
            "root": str(self.root),
            "as_published": self.code == 0,
            "files": {"published": len(published(self.corpus)), "here": len(self.clips)},
            "seconds": round(float(self.clips["duration"].sum()), 3),
            "counts": {
                what: {row.value: {"published": row.published, "here": row.here} for row in rows.itertuples()}
                for what, rows in self.counts.groupby("what", sort=False)
            },
            "measured": measured(self.corpus, self.clips),
            "findings": [
                {"level": one.level, "kind": one.kind, "text": one.text, "files": one.items}
                for level in ("finding", "known", "note")
                for one in self.level(level)
            ],
        }

    def report(self, most: int = 10) -> str:
        """The audit as text, at most `most` file names under each line."""
        module = CORPORA[self.corpus]
        lines = [
            f"{module.TITLE} in {self.root}",
            f"  published {len(published(self.corpus)):,} files; here {len(self.clips):,} that decode, "
            f"{self.clips['duration'].sum():,.0f} s of audio",
            "counts",
            *(f"  {line}" for line in _count_lines(self.counts)),
            "measured",
            *(f"  {line}" for line in _measured_lines(measured(self.corpus, self.clips))),
        ]
        titles = {"known": "known defects of the published corpus", "note": "notes", "finding": "findings"}
        for level, title in titles.items():
            found = self.level(level)
            if level == "note" and not found:
                continue
            lines.append(f"{title}: {len(found) or 'none'}")
            for one in found:
                lines.append(f"  {one.text}")
                if one.whole:
                    continue
                names = [f"{name}: {detail}" if detail else name for name, detail in one.items.items()]
                lines += [f"    {name}" for name in names[:most]]
                if len(names) > most:
                    lines.append(f"    and {len(names) - most:,} more")
        lines.append("as published" if self.code == 0 else "not as published: see the findings")
        return "\n".join(lines)


def audit(
    name: str, root: str | Path, progress: bool = False, manifest: dict[str, str] | None = None
) -> Audit:
    """Decode every file of a corpus and compare all there is to compare with the published one.

    Parameters
    ----------
    name, root, progress
        As for `sequifi_lite.data.corpora.scan`.
    manifest : dict of str to str, optional
        Checksums of an earlier day (`read_manifest`); what became of those files is then among the findings.

    Raises
    ------
    CorpusError
        If the folder does not exist, holds no audio of the corpus, or not one file of it can be read.
    SequifiError
        If the manifest belongs to another folder.
    """
    found = scan(name, root, progress)
    if not len(found.table):
        found.check()
    sounds, broken, unfinished = [], dict(found.unreadable), []
    for file, path in _bar(
        list(zip(found.table["file"], found.table["path"])), f"{CORPORA[name].TITLE}: samples", progress
    ):
        try:
            sound = measure(path)
        except AudioError as error:
            broken[file] = str(error).removeprefix(f"{path} ").rsplit("; ", 1)[0]
            sound = None
        sounds.append(sound)
        if sound is not None and not sound.finite:
            unfinished.append(file)
    table = found.table.assign(
        **{
            column: [np.nan if sound is None else getattr(sound, column) for sound in sounds]
            for column in ("dbfs", "peak", "span")
        },
        run=[0 if sound is None else sound.run for sound in sounds],
        digest=["" if sound is None else sound.digest for sound in sounds],
    )
    clips = table[[sound is not None for sound in sounds]].reset_index(drop=True)
    if not len(clips):
        file, reason = next(iter(broken.items()))
        raise CorpusError(
            f"None of the {len(broken):,} files of {CORPORA[name].TITLE} in {found.root} can be decoded "
            f"(the first is {file}: {reason}); get them again from {CORPORA[name].HOME}."
        )
    findings = [
        *_absent(name, found),
        *_strangers(found),
        *_some("unreadable", "cannot be decoded", broken),
        *_some("non-finite", "samples that are not finite numbers", dict.fromkeys(unfinished, "")),
        *_containers(clips),
        *_rates(name, clips),
        *_channels(name, clips),
        *_folders(found, clips),
        *_lengths(found, clips),
        *_silent(name, clips),
        *_duplicates(name, clips),
        *_against_published(name, clips),
        *_peculiar(name, clips),
        *(compare(manifest, checksums(found.root, progress)) if manifest else []),
    ]
    return Audit(name, found.root, clips.drop(columns="span"), _counts(name, clips), findings)


def measured(name: str, clips: pd.DataFrame) -> dict:
    """Length, rate, loudness and clipping over a table of decoded clips, as plain numbers."""
    reference = fingerprints(name)
    loud = clips.loc[np.isfinite(clips["dbfs"]), "dbfs"]
    known = clips["file"].map(lambda file: reference.get(file, (0.0, 0, ""))).tolist()
    return {
        "seconds": _spread(clips["duration"]),
        "rates": {str(rate): int(n) for rate, n in sorted(Counter(clips["sample_rate"]).items())},
        "dbfs": _spread(loud),
        "at_full_scale": int((clips["peak"] >= 0.999).sum()),
        "clipped": int((clips["run"] >= RUN).sum()),
        "clipped_as_published": int(
            sum(then >= RUN and now >= RUN for (_, then, _), now in zip(known, clips["run"]))
        ),
        "sample_for_sample_as_published": int(
            sum(then == now for (_, _, then), now in zip(known, clips["digest"]))
        ),
        "clips": len(clips),
        "fingerprints": len(reference),
    }


# ---------------------------------------------------------------- single checks


def _some(kind: str, text: str, items: dict[str, str], level: str = "finding") -> list[Finding]:
    """One finding that counts its files, or none."""
    return [Finding(kind, f"{text}: {_files(len(items))}", dict(items), level)] if items else []


def _files(n: int) -> str:
    return "1 file" if n == 1 else f"{n:,} files"


def _absent(name: str, found: Scan) -> list[Finding]:
    """Missing files: whole speakers on one line, the others by name."""
    everyone: dict[str, list[str]] = {}
    for file in published(name):
        everyone.setdefault(describe(name, PurePosixPath(file).stem)["speaker"] or "", []).append(file)
    missing = set(found.missing)
    away = {speaker: files for speaker, files in everyone.items() if speaker and missing.issuperset(files)}
    out = []
    if away:
        files = sorted(file for files in away.values() for file in files)
        who = f"{_ranges(sorted(away), sorted(everyone))} ({len(away):,} of {len(everyone):,}, {_files(len(files))})"
        out.append(
            Finding("missing speakers", f"missing speakers: {who}", dict.fromkeys(files, ""), whole=True)
        )
        missing.difference_update(files)
    return out + _some("missing", "missing", dict.fromkeys(sorted(missing), ""))


def _ranges(some: list[str], all_: list[str]) -> str:
    """Neighbours in a sorted list as first to last."""
    parts: list[list[str]] = []
    for one in some:
        if parts and all_.index(one) == all_.index(parts[-1][-1]) + 1:
            parts[-1].append(one)
        else:
            parts.append([one])
    return ", ".join(part[0] if len(part) == 1 else f"{part[0]} to {part[-1]}" for part in parts)


def _strangers(found: Scan) -> list[Finding]:
    outside = {folder: _files(n) for folder, n in found.outside.items()}
    kept = {file: f"kept: {kept}" for file, kept in found.repeated.items()}
    note = (
        [Finding("outside", "folders beside the official one, not read", outside, "note")] if outside else []
    )
    return [
        *_some(
            "surplus", "surplus, a proper name that was never published", dict.fromkeys(found.surplus, "")
        ),
        *_some("unknown name", "surplus, no name of the corpus; not read", found.unknown),
        *_some("repeated", "second file of the same name, not read", kept),
        *note,
    ]


def _containers(clips: pd.DataFrame) -> list[Finding]:
    suffixes = clips["path"].map(lambda path: PurePosixPath(path).suffix.lower())
    return [
        _share(
            "container",
            f"{suffix} in place of the published .wav",
            clips["file"][suffixes == suffix],
            len(clips),
        )
        for suffix in sorted(set(suffixes) - {".wav"})
    ]


def _share(kind: str, text: str, files: pd.Series, of: int) -> Finding:
    """A finding that says how many of the files here it concerns."""
    whole = len(files) == of
    share = f"all {_files(of)}" if whole else f"{_files(len(files))} of {of:,}"
    return Finding(kind, f"{text}: {share}", dict.fromkeys(files, ""), whole=whole)


def _rates(name: str, clips: pd.DataFrame) -> list[Finding]:
    usual = CORPORA[name].RATES
    wanted = " or ".join(f"{rate:,}" for rate in usual)
    out = [
        _share(
            "sample rate",
            f"{rate:,} Hz in place of {wanted} Hz",
            clips["file"][clips["sample_rate"] == rate],
            len(clips),
        )
        for rate in sorted(set(clips["sample_rate"]) - set(usual))
    ]
    here = Counter(rate for rate in clips["sample_rate"] if rate in usual)
    if len(here) > 1:
        mixed = ", ".join(f"{_files(here[rate])} at {rate:,} Hz" for rate in usual)
        out.append(Finding("sample rate", f"sample rates are mixed, as published: {mixed}", level="known"))
    return out


def _channels(name: str, clips: pd.DataFrame) -> list[Finding]:
    stems = clips["file"].map(lambda file: PurePosixPath(file).stem)
    many = dict(zip(clips["file"][clips["channels"] > 1], clips["channels"][clips["channels"] > 1]))
    as_published = set(clips["file"][stems.isin(CORPORA[name].STEREO)])
    known = {file: f"{n} channels" for file, n in many.items() if file in as_published}
    new = {file: f"{n} channels" for file, n in many.items() if file not in as_published}
    return [
        *_some("channels", "more than one channel, as published", known, "known"),
        *_some("channels", "more than one channel, published in one", new),
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
    return _some("folder", "in another folder than the official one", moved)


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
    return _some("length", text, items)


def _silent(name: str, clips: pd.DataFrame) -> list[Finding]:
    files = list(clips["file"][clips["span"] <= SILENT])
    known = {file for file in files if PurePosixPath(file).stem in CORPORA[name].SILENT}
    return [
        *_some("silent", "silent from start to end, as published", dict.fromkeys(sorted(known), ""), "known"),
        *_some(
            "silent",
            "silent from start to end",
            dict.fromkeys((file for file in files if file not in known), ""),
        ),
    ]


def _duplicates(name: str, clips: pd.DataFrame) -> list[Finding]:
    """Files that decode to the same samples, one line a group; silent ones are alike by nature and left out."""
    known_pairs = [set(pair) for pair in CORPORA[name].DUPLICATES]
    out = []
    for _, rows in clips[clips["span"] > SILENT].groupby("digest", sort=False):
        if len(rows) < 2:
            continue
        stems = [PurePosixPath(file).stem for file in rows["file"]]
        known = set(stems) in known_pairs
        text = f"the same recording{', as published' if known else ''}: {' = '.join(stems)}"
        kind = "duplicate"
        if rows["emotion"].nunique() > 1:
            kind, text = (
                "conflicting duplicate",
                f"{text}, under different labels ({', '.join(rows['emotion'])})",
            )
        if rows["speaker"].nunique() > 1:
            text += f", under different speakers ({', '.join(rows['speaker'])})"
        out.append(
            Finding(kind, text, dict.fromkeys(rows["file"], ""), "known" if known else "finding", whole=True)
        )
    return out


def _against_published(name: str, clips: pd.DataFrame) -> list[Finding]:
    """Loudness, clipping and samples against those of the published files."""
    reference = fingerprints(name)
    rows = clips[clips["file"].isin(reference.keys())]
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
    out += _some("loudness", f"loudness more than {QUIETER:g} dB off the published one", off)
    new = {
        file: f"{run} samples on end"
        for file, run in zip(rows["file"], rows["run"])
        if run >= RUN > then[file][1]
    }
    out += _some("clipped", "clipped, and published unclipped", new)
    other = [file for file, digest in zip(rows["file"], rows["digest"]) if digest != then[file][2]]
    # Where most files differ the copy was resampled or re-encoded, which has a line of its own. A few that differ were changed.
    if 2 * len(other) < len(rows):
        out += _some("samples", "other samples than the published file", dict.fromkeys(other, ""))
    return out


def _peculiar(name: str, clips: pd.DataFrame) -> list[Finding]:
    """What is odd about the published names and levels, as far as it is seen here."""
    module, out = CORPORA[name], []
    slips = {file: slip for file in clips["file"] if (slip := module.SLIPS.get(PurePosixPath(file).stem))}
    out += _some("name slip", "slip of a name, as published", slips, "known")
    if module.NOT_IN_DOWNLOAD:
        text = f"planned, but never in the download: {' and '.join(module.NOT_IN_DOWNLOAD)}"
        out.append(Finding("planned", text, level="known"))
    if module.FULL_SCALE and (clips["peak"] >= 0.999).all():
        out.append(
            Finding(
                "full scale",
                "every file peaks at full scale, as published: loudness says nothing",
                level="known",
            )
        )
    return out


def _counts(name: str, clips: pd.DataFrame) -> pd.DataFrame:
    wanted = [describe(name, PurePosixPath(file).stem) for file in published(name)]
    rows = []
    for what in ("emotion", "speaker", "sentence"):
        then = Counter(fields[what] for fields in wanted if fields[what] is not None)
        here = Counter(clips[what].dropna())
        rows += [(what, value, then[value], here[value]) for value in sorted(then.keys() | here.keys())]
    return pd.DataFrame(rows, columns=["what", "value", "published", "here"])


def _count_lines(counts: pd.DataFrame, most: int = 8) -> list[str]:
    lines = []
    for what, rows in counts.groupby("what", sort=False):
        off = rows[rows["published"] != rows["here"]]
        line = f"{what:9} {len(rows) - len(off):,} of {len(rows):,} as published"
        absent = int((off["here"] == 0).sum())
        shown = [
            f"{row.value} {row.here:,} of {row.published:,}" for row in off[off["here"] > 0].itertuples()
        ]
        if absent:
            line += f"; {absent:,} without a file"
        if shown:
            line += f"; {', '.join(shown[:most])}" + (
                f" and {len(shown) - most:,} more" if len(shown) > most else ""
            )
        lines.append(line)
    return lines


def _measured_lines(values: dict) -> list[str]:
    seconds, dbfs = values["seconds"], values["dbfs"]
    rates = ", ".join(f"{int(rate):,} Hz ({n:,})" for rate, n in values["rates"].items())
    lines = [
        f"length    {seconds['min']:.2f} to {seconds['max']:.2f} s, median {seconds['median']:.2f} s",
        f"rate      {rates}",
    ]
    if dbfs is not None:
        lines.append(
            f"loudness  {dbfs['min']:.1f} to {dbfs['max']:.1f} dBFS, median {dbfs['median']:.1f} "
            "(RMS of the clip, channels averaged, 0 = full scale)"
        )
    clipped = f"clipped   {values['clipped']:,} ({RUN} samples or more on end at full scale)"
    if values["fingerprints"]:
        clipped += f", of which {values['clipped_as_published']:,} as published"
        lines += [
            clipped,
            f"samples   {values['sample_for_sample_as_published']:,} of {values['clips']:,} exactly the published ones",
        ]
    else:
        lines.append(clipped)
    return lines


def _spread(values: pd.Series) -> dict[str, float] | None:
    if not len(values):
        return None
    return {"min": float(values.min()), "median": float(values.median()), "max": float(values.max())}


def _bar(items: list, title: str, progress: bool):
    if not progress:
        return items
    from tqdm.auto import tqdm

    return tqdm(items, desc=title, unit="file")


# ---------------------------------------------------------------- manifests

_LINE = re.compile(r"(\\?)([0-9a-f]{64}) [ *](.+)")


def checksums(root: str | Path, progress: bool = False) -> dict[str, str]:
    """sha256 of every audio file below a folder, by path relative to it; whatever their names, decodable or not."""
    root = Path(root).expanduser()
    sums = {}
    for file in _bar(audio_files(root), "checksums", progress):
        with open(root / file, "rb") as opened:
            sums[str(file)] = hashlib.file_digest(opened, "sha256").hexdigest()
    return sums


def write_manifest(sums: dict[str, str], path: str | Path) -> None:
    """Write checksums in the format of the `sha256sum` command, which can check them too."""
    lines = []
    for file, digest in sorted(sums.items()):
        plain = file.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
        lines.append(f"{'' if plain == file else chr(92)}{digest}  {plain}\n")
    write_text(path, "".join(lines))


def read_manifest(path: str | Path) -> dict[str, str]:
    """Read what `write_manifest` or `sha256sum` wrote.

    Raises
    ------
    SequifiError
        If there is no such file, or a line is not a checksum and a name.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SequifiError(
            f"{path} cannot be read as a manifest ({error}); write one with --write-manifest."
        ) from error
    sums = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line:
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise SequifiError(
                f"Line {number} of {path} is not a sha256 sum and a file name; write the manifest anew with --write-manifest."
            )
        escaped, digest, file = match.groups()
        if escaped:
            file = re.sub(r"\\([\\nr])", lambda found: {"\\": "\\", "n": "\n", "r": "\r"}[found[1]], file)
        sums[file.removeprefix("./")] = digest
    if not sums:
        raise SequifiError(f"{path} is an empty manifest; write one with --write-manifest.")
    return sums


def compare(then: dict[str, str], now: dict[str, str]) -> list[Finding]:
    """What became of the files of a manifest: changed, gone, renamed, exchanged, added.

    Parameters
    ----------
    then, now : dict of str to str
        sha256 by path.

    Raises
    ------
    SequifiError
        If not one file of the manifest is there, under its own or another name: it belongs to another folder.
    """
    homes: dict[str, list[str]] = {}
    for file, digest in then.items():
        homes.setdefault(digest, []).append(file)
    if not any(digest in homes for digest in now.values()) and not then.keys() & now.keys():
        raise SequifiError(
            "The manifest and the folder have no file in common; give the manifest that was written for this folder."
        )
    gone, renamed, added, changed, exchanged = then.keys() - now.keys(), {}, {}, {}, {}
    for file in sorted(now):
        before = [home for home in homes.get(now[file], []) if home != file]
        if file not in then:
            left = [home for home in before if home in gone and home not in renamed]
            if left:
                renamed[left[0]] = f"is now {file}"
            else:
                added[file] = f"the bytes of {before[0]}" if before else ""
        elif now[file] != then[file]:
            if before:
                exchanged[file] = f"holds the bytes of {before[0]}"
            else:
                changed[file] = ""
    lost = dict.fromkeys(sorted(gone - renamed.keys()), "")
    return [
        *_some("manifest: changed", "changed since the manifest was written", changed),
        *_some("manifest: exchanged", "holds another file's bytes since the manifest was written", exchanged),
        *_some("manifest: renamed", "renamed since the manifest was written", renamed),
        *_some("manifest: gone", "gone since the manifest was written", lost),
        *_some("manifest: added", "added since the manifest was written", added),
    ]


def write_text(path: str | Path, text: str) -> None:
    """Write a whole file or nothing.

    Raises
    ------
    SequifiError
        If it cannot be written there.
    """
    path = Path(path)
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8", newline="\n")
        os.replace(part, path)
    except OSError as error:
        if part.is_file():
            part.unlink()
        raise SequifiError(f"{path} cannot be written ({error.strerror}); choose another place.") from error


def to_json(result: Audit) -> str:
    """An audit as JSON text, the same every time; numbers that are not finite become null."""
    return json.dumps(_plain(result.as_dict()), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(value):
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value.item() if isinstance(value, np.generic) else value
