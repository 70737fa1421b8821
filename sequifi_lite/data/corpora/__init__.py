"""Six corpora of emotional speech.

From a folder on disk to one table of clips, with everything odd about it named.
"""

from __future__ import annotations

import csv
import os
import shlex
import warnings
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath

import pandas as pd

from ...errors import AudioError, CorpusError
from ..audio import SUFFIXES, audio_info
from ..emotions import EMOTIONS, LABELS
from . import cremad, emodb, mesd, nemo, ravdess, shemo

CORPORA = {"cremad": cremad, "ravdess": ravdess, "emodb": emodb, "mesd": mesd, "shemo": shemo, "nemo": nemo}

_TEXT = ("file", "corpus", "language", "speaker", "gender", "emotion", "label", "sentence", "intensity")
_NUMBERS = {"duration": "float64", "sample_rate": "int64", "channels": "int64"}
COLUMNS = (*_TEXT, *_NUMBERS, "defect")

TOLERANCE = 0.1  # seconds; padding by a compressed format stays below, cutting or stretching does not


class CorpusWarning(UserWarning):
    """A folder is the corpus it is said to be, but not file for file; the text is the report of the scan."""


def corpus(name: str):
    """The module that holds a corpus's facts and grammar.

    Raises
    ------
    CorpusError
        If there is no corpus of that name.
    """
    if name not in CORPORA:
        raise CorpusError(f"There is no corpus called {name!r}; choose one of {', '.join(CORPORA)}.")
    return CORPORA[name]


@cache
def published(name: str) -> dict[str, float | None]:
    """The official files of a corpus and their lengths in seconds (None where unknown).

    From a list shipped with the package.
    """
    corpus(name)
    with open(Path(__file__).parent / "files" / f"{name}.csv", encoding="utf-8", newline="") as file:
        return {
            row["file"]: float(row["seconds"]) if row["seconds"] else None for row in csv.DictReader(file)
        }


def describe(name: str, stem: str) -> dict | None:
    """The columns of the clip table that a file name alone decides; None if it is not a name of this corpus.

    Parameters
    ----------
    name : str
        Corpus.
    stem : str
        File name without folder and suffix.
    """
    module = corpus(name)
    fields = module.parse(stem)
    if fields is None:
        return None
    return {
        **fields,
        "corpus": name,
        "language": module.LANGUAGE,
        "emotion": LABELS[name][fields["label"]],
        "defect": module.DEFECTS.get(stem, ""),
    }


def clip_table(rows: list[dict], extra: tuple[str, ...] = ()) -> pd.DataFrame:
    """Rows as a clip table: its columns in their order and types, sorted by `file`.

    Absent text stays missing.
    """
    rows = sorted(rows, key=lambda row: row["file"])
    columns = {
        name: pd.Series([row.get(name) for row in rows], dtype=_NUMBERS.get(name, "str"))
        for name in (*COLUMNS, *extra)
    }
    return pd.DataFrame(columns)


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

    @property
    def as_published(self) -> bool:
        """True if nothing but what the published corpus itself shows was found."""
        odd_stereo = set(self.stereo) - _published_stereo(self.corpus)
        odd = (
            self.missing,
            self.surplus,
            self.unknown,
            self.unreadable,
            self.repeated,
            self.rates,
            self.lengths,
            odd_stereo,
        )
        return not any(odd)

    def report(self, most: int = 10) -> str:
        """All findings as text, at most `most` names under each."""
        module = CORPORA[self.corpus]
        official = published(self.corpus)
        count = f"{len(official):,} files"
        if module.PUBLISHED != len(official):
            count += f" ({module.PUBLISHED:,} by design)"
        known = _published_stereo(self.corpus)
        stereo = [f"{name}{' (as published)' if name in known else ''}" for name in self.stereo]
        rates = [f"{rate:,} Hz: {n:,}" for rate, n in sorted(Counter(self.rates.values()).items())]
        suffixes = Counter(PurePosixPath(path).suffix.lower() for path in self.table["path"])
        others = [f"{suffix}: {n:,}" for suffix, n in sorted(suffixes.items()) if suffix != ".wav"]
        lengths = [
            f"{name}: {found:.3f} s, published {true:.3f} s" for name, (found, true) in self.lengths.items()
        ]
        usual = " or ".join(f"{rate:,} Hz" for rate in module.RATES)
        lines = [
            f"{module.TITLE} in {self.root}",
            (
                f"  published {count}, usable here {len(self.table):,}, {self.table['duration'].sum():,.0f} s"
                " of audio"
            ),
        ]
        lines += _findings("missing", self.missing, most)
        lines += _findings("surplus: a proper name, but never published; kept", self.surplus, most)
        lines += _findings("unknown name; not read", _reasons(self.unknown), most)
        lines += _findings("unreadable", _reasons(self.unreadable), most)
        lines += _findings(
            "second file of the same name; not read",
            [f"{name} (kept: {kept})" for name, kept in self.repeated.items()],
            most,
        )
        lines += _findings(
            f"folder beside {module.FOLDER}; not read",
            [f"{name}: {n:,} audio files" for name, n in self.outside.items()],
            most,
        )
        lines += _findings("more than one channel; averaged when read", stereo, most)
        lines += _findings(
            f"sample rate other than the published {usual}; resampled when read",
            rates,
            most,
            count=len(self.rates),
        )
        lines += _findings(
            "format other than the published .wav", others, most, count=len(self.table) - suffixes[".wav"]
        )
        lines += _findings(f"length more than {TOLERANCE} s off the published one", lengths, most)
        known_defects = self.table.loc[self.table["defect"] != "", ["file", "defect"]]
        lines += _findings(
            "known defect of the published corpus; left out by our splits",
            [f"{file} ({defect})" for file, defect in known_defects.itertuples(index=False)],
            most,
        )
        if self.as_published:
            lines.append("  complete: every published file is here, and nothing else")
        return "\n".join(lines)

    def check(self) -> None:
        """Refuse a folder that cannot be used as this corpus.

        Raises
        ------
        CorpusError
            If the folder holds no audio, holds something else, or a file of the corpus cannot be read.
        """
        module = CORPORA[self.corpus]
        if self.unreadable:
            names = _some(_reasons(self.unreadable), 10)
            pointers = any(reason == _POINTER for reason in self.unreadable.values())
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
                f"{self.root} holds no audio files ({', '.join(SUFFIXES)}); "
                f"give the folder that {module.TITLE} was unpacked into, or get it from {module.HOME}."
            )
        stems = [PurePosixPath(name).stem for name in self.unknown]
        other, fits = _likeliest(stems)
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
    root = _folder(root, module)
    found, outside = _official_part(audio_files(root), module.FOLDER)
    kept, unknown, repeated = _sort_out(name, found)

    rows, unreadable, stereo, rates, lengths = [], {}, [], {}, {}
    official = published(name)
    for fields, relative in _bar(kept, module.TITLE, progress):
        file, path = fields["file"], root / relative
        try:
            info = audio_info(path)
        except AudioError as error:
            unreadable[file] = _why(path, error)
            continue
        rows.append(
            {
                **fields,
                "duration": info.seconds,
                "sample_rate": info.rate,
                "channels": info.channels,
                "path": str(path),
            }
        )
        if info.channels > 1:
            stereo.append(file)
        if info.rate not in module.RATES:
            rates[file] = info.rate
        seconds = official.get(file)
        if seconds is not None and abs(info.seconds - seconds) > TOLERANCE:
            lengths[file] = (info.seconds, seconds)

    names = {fields["file"] for fields, _ in kept}
    return Scan(
        corpus=name,
        root=root,
        table=clip_table(rows, extra=("path",)),
        missing=sorted(official.keys() - names),
        surplus=sorted(names - official.keys()),
        unknown=unknown,
        unreadable=unreadable,
        repeated=repeated,
        outside=outside,
        stereo=stereo,
        rates=rates,
        lengths=lengths,
    )


def load_corpus(name: str, root: str | Path, progress: bool = False):
    """Load a corpus on disk as a `datasets.Dataset`, one row per clip, sorted by official file name.

    Columns are those of the clip table and `audio`, which holds the path and is not decoded: give
    `row["audio"]["path"]` to `sequifi_lite.data.audio.read_audio`. `emotion` and `label` are class labels,
    `emotion` numbered alike in every corpus.

    Parameters
    ----------
    name, root, progress
        As for `scan`.

    Returns
    -------
    datasets.Dataset

    Raises
    ------
    CorpusError
        If the folder does not exist, holds no audio, holds another corpus, or holds a file that cannot be
        read.

    Warns
    -----
    CorpusWarning
        If the folder is not file for file the published corpus; the text is the report.

    Examples
    --------
    >>> import tempfile, warnings
    >>> from sequifi_lite import load_corpus
    >>> from sequifi_lite.data import write_twin
    >>> with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")  # a twin is not file for file the published corpus
    ...     twin = write_twin(f"{folder}/twin", corpora=["emodb"])  # synthetic, in miniature
    ...     corpus = load_corpus("emodb", twin["emodb"])
    >>> corpus.column_names[:6]
    ['file', 'corpus', 'language', 'speaker', 'gender', 'emotion']
    """
    import pyarrow as pa
    from datasets import Audio, ClassLabel, Dataset, Features, Value

    found = scan(name, root, progress)
    found.check()
    if not found.as_published:
        warnings.warn(found.report(), CorpusWarning, stacklevel=2)
    table = found.table
    words, labels = ClassLabel(names=list(EMOTIONS)), ClassLabel(names=list(LABELS[name]))
    kinds = {column: Value(_NUMBERS.get(column, "string")) for column in COLUMNS}
    features = Features(kinds | {"emotion": words, "label": labels, "audio": Audio(decode=False)})
    # A missing value must reach Arrow as null, whatever pandas uses for it.
    values = {column: [None if pd.isna(value) else value for value in table[column]] for column in COLUMNS}
    values["emotion"] = words.str2int(values["emotion"])
    values["label"] = labels.str2int(values["label"])
    values["audio"] = [{"bytes": None, "path": path} for path in table["path"]]
    # Straight through Arrow: encoding paths as Dataset.from_dict does would ask for torchcodec, which nothing
    # here needs.
    return Dataset(pa.Table.from_pydict(values, schema=features.arrow_schema))


def _folder(root: str | Path, module) -> Path:
    root = Path(root).expanduser()
    if not root.exists():
        raise CorpusError(f"{root} does not exist; give the folder that {module.TITLE} was unpacked into.")
    if not root.is_dir():
        raise CorpusError(f"{root} is a file; give the folder that {module.TITLE} was unpacked into.")
    return root.resolve()


def identities(clips: pd.DataFrame) -> list[str]:
    """What a clip is called.

    The stem of its file, or the whole of `file` where another clip of the table has that stem too.
    """
    stems = [PurePosixPath(file).stem for file in clips["file"]]
    often = Counter(stems)
    return [stem if often[stem] == 1 else file for stem, file in zip(stems, clips["file"])]


def audio_files(root: Path, suffixes: tuple[str, ...] = SUFFIXES) -> list[PurePosixPath]:
    """All audio files below root, relative to it, hidden ones left out.

    Links are followed, each folder is read once.
    """

    def refuse(error: OSError):
        raise CorpusError(
            f"{error.filename} cannot be listed ({error.strerror}); give yourself the right to read it."
        )

    files, seen = [], set()
    for folder, folders, names in os.walk(root, followlinks=True, onerror=refuse):
        real = os.path.realpath(folder)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        relative = PurePosixPath(Path(folder).relative_to(root).as_posix())
        files += [
            relative / name
            for name in names
            if not name.startswith(".") and PurePosixPath(name).suffix.lower() in suffixes
        ]
    return sorted(files)


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
    """Files to read as (fields, path) in official order; unknown names with reasons.

    Second files of a name.
    """
    kept: dict[str, tuple[dict, PurePosixPath]] = {}
    unknown, repeated = {}, {}
    for file in sorted(files, key=lambda file: (file.suffix.lower() != ".wav", len(file.parts), str(file))):
        fields = describe(name, file.stem)
        if fields is None:
            unknown[str(file)] = _stranger(name, file.stem)
        elif file.stem in kept:
            repeated[str(file)] = str(kept[file.stem][1])
        else:
            kept[file.stem] = (fields, file)
    in_order = sorted(kept.values(), key=lambda pair: pair[0]["file"])
    return in_order, dict(sorted(unknown.items())), dict(sorted(repeated.items()))


def _stranger(name: str, stem: str) -> str:
    if name == "ravdess" and (reason := ravdess.set_aside(stem)):
        return reason
    for other, module in CORPORA.items():
        if other != name and module.parse(stem):
            return f"a name of {module.TITLE}"
    return f"no name of {CORPORA[name].TITLE}"


def _likeliest(stems: list[str]) -> tuple[str | None, int]:
    """The corpus that most names fit, and how many; None if none fits."""
    fits = {name: sum(module.parse(stem) is not None for stem in stems) for name, module in CORPORA.items()}
    best = max(fits, key=fits.get)
    return (best, fits[best]) if fits[best] else (None, 0)


_POINTER = "is a Git LFS pointer, not audio"


def _why(path: Path, error: AudioError) -> str:
    """The middle of an AudioError's sentence, which also names path and remedy."""
    if path.is_file():
        with open(path, "rb") as file:
            if file.read(23) == b"version https://git-lfs":
                return _POINTER
    return str(error).removeprefix(f"{path} ").rsplit("; ", 1)[0]


def _published_stereo(name: str) -> set[str]:
    return {describe(name, stem)["file"] for stem in CORPORA[name].STEREO}


def _reasons(files: dict[str, str]) -> list[str]:
    return [f"{name} ({reason})" for name, reason in files.items()]


def _some(names: list[str], most: int) -> list[str]:
    return names if len(names) <= most else [*names[:most], f"and {len(names) - most:,} more"]


def _findings(title: str, names: list[str], most: int, count: int | None = None) -> list[str]:
    if not names:
        return []
    return [
        f"  {title}: {len(names) if count is None else count:,}",
        *(f"    {name}" for name in _some(names, most)),
    ]


def _bar(items: list, title: str, progress: bool):
    if not progress:
        return items
    from tqdm.auto import tqdm

    return tqdm(items, desc=f"{title}: headers", unit="file")
