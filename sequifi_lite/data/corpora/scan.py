"""A folder compared with a corpus as it was published, by names and headers."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import pandas as pd

from ...errors import AudioError, CorpusError
from ..audio import SUFFIXES, audio_info
from ..findings import some, titled, with_reasons
from ..progress import bar
from . import CORPORA
from .clip_table import clip_table
from .folder import (
    POINTER,
    audio_files,
    existing_folder,
    instead,
    passed_over,
    passed_over_lines,
    why_unreadable,
)
from .published import TOLERANCE, corpus, describe, likeliest, published, published_stereo, stranger


@dataclass
class Scan:
    """What a folder holds, compared with a corpus as it was published.

    Attributes
    ----------
    corpus : str
    root : Path
    table : DataFrame
        The clip table of all readable files with a name of the corpus, plus `path`, where each lies on disk.
    missing, surplus : list of str
        Official files that were not found; files with a proper name that were never published (they are in
        the table).
    unknown : dict of str to str
        Audio files whose names do not fit, with the reason.
    unreadable : dict of str to str
        Files with a proper name that are not audio, or broken, with the reason.
    repeated : dict of str to str
        Second files of a name already seen, and the file that was kept: .wav first, then the shallowest, then
        by alphabet.
    outside : dict of str to int
        Folders beside the official one, with the number of audio files in them that were not read.
    stereo : list of str
        Files with more than one channel. They are averaged when read.
    rates : dict of str to int
        Files with a sample rate (Hz) that the published corpus does not have. They are resampled when read.
    lengths : dict of str to tuple of float
        Files more than 0.1 s longer or shorter than published: (found, published) in seconds.
    headers : dict of str to str
        Files whose header is not to be trusted, with what is wrong; all their samples are read.
    passed_over : dict of str to int
        Files that are no audio or of a format that is not read, counted by suffix.

    Paths in these lists are official ones for files of the corpus, else relative to `root`.
    """

    corpus: str
    root: Path
    table: pd.DataFrame = field(repr=False)
    missing: list[str] = field(default_factory=list, repr=False)
    surplus: list[str] = field(default_factory=list, repr=False)
    unknown: dict[str, str] = field(default_factory=dict, repr=False)
    unreadable: dict[str, str] = field(default_factory=dict, repr=False)
    repeated: dict[str, str] = field(default_factory=dict, repr=False)
    outside: dict[str, int] = field(default_factory=dict, repr=False)
    stereo: list[str] = field(default_factory=list, repr=False)
    rates: dict[str, int] = field(default_factory=dict, repr=False)
    lengths: dict[str, tuple[float, float]] = field(default_factory=dict, repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    passed_over: dict[str, int] = field(default_factory=dict, repr=False)

    @property
    def as_published(self) -> bool:
        """True if nothing but what the published corpus itself shows was found."""
        odd_stereo = set(self.stereo) - published_stereo(self.corpus)
        odd = (
            self.missing,
            self.surplus,
            self.unknown,
            self.unreadable,
            self.repeated,
            self.rates,
            self.lengths,
            self.headers,
            odd_stereo,
        )
        return not any(odd)

    def report(self, most: int = 10) -> str:
        """Write all findings as text, at most `most` names under each."""
        module = CORPORA[self.corpus]
        official = published(self.corpus)
        count = f"{len(official):,} files"
        if module.PUBLISHED != len(official):
            count += f" ({module.PUBLISHED:,} by design)"
        lines = [
            f"{module.TITLE} in {self.root}",
            (
                f"  published {count}, usable here {len(self.table):,}, {self.table['duration'].sum():,.0f} s"
                " of audio"
            ),
        ]
        lines += titled("missing", self.missing, most)
        lines += titled("surplus: a proper name, but never published; kept", self.surplus, most)
        lines += titled("unknown name; not read", with_reasons(self.unknown), most)
        lines += titled("unreadable", with_reasons(self.unreadable), most)
        lines += titled(
            "second file of the same name; not read",
            [f"{name} (kept: {kept})" for name, kept in self.repeated.items()],
            most,
        )
        lines += titled(
            f"folder beside {module.FOLDER}; not read",
            [f"{name}: {n:,} audio files" for name, n in self.outside.items()],
            most,
        )
        lines += self._sounds(most)
        known_defects = self.table.loc[self.table["defect"] != "", ["file", "defect"]]
        lines += titled(
            "known defect of the published corpus; left out by our splits",
            [f"{file} ({defect})" for file, defect in known_defects.itertuples(index=False)],
            most,
        )
        lines += titled(
            "label of the file's name, which the name of its text contradicts; kept", self._doubts(), most
        )
        if self.as_published:
            lines.append("  complete: every published file is here, and no other audio")
        lines += passed_over_lines(self.passed_over, most)
        return "\n".join(lines)

    def _sounds(self, most: int) -> list[str]:
        """Say what is odd about the sound: channels, rates, formats, lengths, headers."""
        known, module = published_stereo(self.corpus), CORPORA[self.corpus]
        stereo = [f"{name}{' (as published)' if name in known else ''}" for name in self.stereo]
        rates = [f"{rate:,} Hz: {n:,}" for rate, n in sorted(Counter(self.rates.values()).items())]
        suffixes = Counter(PurePosixPath(path).suffix.lower() for path in self.table["path"])
        others = [f"{suffix}: {n:,}" for suffix, n in sorted(suffixes.items()) if suffix != ".wav"]
        lengths = [
            f"{name}: {found:.3f} s, published {true:.3f} s" for name, (found, true) in self.lengths.items()
        ]
        usual = " or ".join(f"{rate:,} Hz" for rate in module.RATES)
        lines = titled("more than one channel; averaged when read", stereo, most)
        lines += titled(
            f"sample rate other than the published {usual}; resampled when read",
            rates,
            most,
            count=len(self.rates),
        )
        lines += titled(
            "format other than the published .wav", others, most, count=len(self.table) - suffixes[".wav"]
        )
        lines += titled(f"length more than {TOLERANCE} s off the published one", lengths, most)
        lines += titled("header that is not to be trusted; read to the end", with_reasons(self.headers), most)
        return lines

    def _doubts(self) -> list[str]:
        """Clips whose text goes by a name with another label; one corpus has such."""
        other = getattr(CORPORA[self.corpus], "LABELLED_OTHERWISE", {})
        stems = {file: PurePosixPath(file).stem for file in self.table["file"]}
        return [f"{file} (its text: {other[stem]})" for file, stem in stems.items() if stem in other]

    def check(self) -> None:
        """Refuse a folder that cannot be used as this corpus.

        Raises
        ------
        CorpusError
            If the folder holds no audio, holds something else, or a file of the corpus cannot be read.
        """
        module = CORPORA[self.corpus]
        if self.unreadable:
            names = some(with_reasons(self.unreadable), 10)
            pointers = any(reason == POINTER for reason in self.unreadable.values())
            remedy = "run `git lfs pull` there or get them again" if pointers else "get them again"
            files = "a file" if len(self.unreadable) == 1 else f"{len(self.unreadable):,} files"
            raise CorpusError(
                f"{module.TITLE} in {self.root} has {files} that cannot be read as audio: {', '.join(names)};"
                f" {remedy} from {module.HOME}."
            )
        if len(self.table):
            return
        if not self.unknown:
            raise CorpusError(
                f"{self.root} holds no audio files ({', '.join(SUFFIXES)}){instead(self.root)}; "
                f"give the folder that {module.TITLE} was unpacked into, or get it from {module.HOME}."
            )
        stems = [PurePosixPath(name).stem for name in self.unknown]
        other, fits = likeliest(stems)
        if other is not None:
            command = f"sequifi-lite embed {shlex.quote(str(self.root))} --corpus {other}"
            raise CorpusError(
                f"{self.root} does not hold {module.TITLE} but looks like {CORPORA[other].TITLE} ({fits:,} of"
                f" {len(stems):,} names fit); use load_corpus({other!r}, {str(self.root)!r}) or `{command}`."
            )
        name, reason = next(iter(self.unknown.items()))
        raise CorpusError(
            f"None of the {len(stems):,} audio files in {self.root} belongs to {module.TITLE} (the first is"
            f" {name}: {reason}); give the folder that it was unpacked into, or get it from {module.HOME}."
        )


def scan(name: str, root: str | Path, progress: bool = False) -> Scan:
    """Look through a folder for the files of a corpus and read their headers.

    Only headers are read, so a compressed file that breaks off half-way shows up when it is decoded.

    Parameters
    ----------
    name : str
        Corpus: cremad, ravdess, emodb, mesd, shemo or nemo.
    root : str or Path
        Where it was unpacked. If the corpus's official folder of audio (AudioWAV, wav, samples) is below,
        only that is read. Hidden files and files that are not audio by their suffix are passed over.
    progress : bool
        Show a progress bar.

    Raises
    ------
    CorpusError
        If the corpus is unknown, or the folder does not exist or cannot be listed. Other problems are
        findings: see `Scan.report` and `Scan.check`.
    """
    module = corpus(name)
    root = existing_folder(root, f"that {module.TITLE} was unpacked into")
    found, outside = _official_part(audio_files(root), module.FOLDER)
    kept, unknown, repeated = _sort_out(name, found)
    names, official = {fields["file"] for fields, _ in kept}, published(name).keys()
    return Scan(
        corpus=name,
        root=root,
        missing=sorted(official - names),
        surplus=sorted(names - official),
        unknown=unknown,
        repeated=repeated,
        outside=outside,
        passed_over=passed_over(root),
        **_headers(name, root, bar(kept, f"{module.TITLE}: headers", progress)),
    )


def _headers(name: str, root: Path, kept: Iterable[tuple[dict, PurePosixPath]]) -> dict:
    """Read the headers of files: the clip table, and what is odd about them, as fields of a `Scan`."""
    module, official = corpus(name), published(name)
    rows, unreadable, stereo, rates, lengths, headers = [], {}, [], {}, {}, {}
    for fields, relative in kept:
        file, path = fields["file"], root / relative
        try:
            info = audio_info(path)
        except AudioError as error:
            unreadable[file] = why_unreadable(path, error)
            continue
        header = {"duration": info.seconds, "sample_rate": info.rate, "channels": info.channels}
        rows.append({**fields, **header, "path": str(path)})
        if info.note:
            headers[file] = info.note
        if info.channels > 1:
            stereo.append(file)
        if info.rate not in module.RATES:
            rates[file] = info.rate
        seconds = official.get(file)
        if seconds is not None and abs(info.seconds - seconds) > TOLERANCE:
            lengths[file] = (info.seconds, seconds)
    table = clip_table(rows, extra=("path",))
    return {
        "table": table,
        "unreadable": unreadable,
        "stereo": stereo,
        "rates": rates,
        "lengths": lengths,
        "headers": headers,
    }


def _official_part(
    files: list[PurePosixPath], folder: str | None
) -> tuple[list[PurePosixPath], dict[str, int]]:
    """Files inside the official folder if there is one, and how many lie in each folder beside it."""
    inside = [file for file in files if folder in file.parts[:-1]]
    if not inside:
        return files, {}
    chosen = set(inside)
    return inside, dict(sorted(Counter(str(file.parent) for file in files if file not in chosen).items()))


def _sort_out(name: str, files: list[PurePosixPath]):
    """(fields, path) to read in official order; unknown names with reasons; second files of a name."""
    kept: dict[str, tuple[dict, PurePosixPath]] = {}
    unknown, repeated = {}, {}
    for file in sorted(files, key=lambda file: (file.suffix.lower() != ".wav", len(file.parts), str(file))):
        fields = describe(name, file.stem)
        if fields is None:
            unknown[str(file)] = stranger(name, file.stem)
        elif file.stem in kept:
            repeated[str(file)] = str(kept[file.stem][1])
        else:
            kept[file.stem] = (fields, file)
    in_order = sorted(kept.values(), key=lambda pair: pair[0]["file"])
    return in_order, dict(sorted(unknown.items())), dict(sorted(repeated.items()))
