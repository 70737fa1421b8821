"""A corpus on disk against the corpus as it was published: every file decoded, everything odd named."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from ...errors import AudioError, CorpusError
from ..corpora import CORPORA
from ..corpora.published import published
from ..corpora.scan import Scan, scan
from ..findings import indented
from ..progress import bar
from ..sound import measure
from .against_published import absent, compared, strangers
from .findings import Finding, concerned
from .manifest import checksums, compare
from .measures import count_lines, counts_of, measured, measured_lines


@dataclass(frozen=True)
class Audit:
    """What an audit found.

    Attributes
    ----------
    corpus : str
    root : Path
    clips : DataFrame
        The clip table of all files that decode, plus `path`, `dbfs`, `peak`, `run` and `digest` as in
        `Sound`.
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
        """Pick the findings of one level."""
        return [finding for finding in self.findings if finding.level == level]

    @property
    def code(self) -> int:
        """0 if the folder is the published corpus, its known defects included; 1 if there are findings."""
        return int(bool(self.level("finding")))

    def as_dict(self) -> dict:
        """Give everything but the clip table, ready for JSON."""
        return {
            "corpus": self.corpus,
            "root": str(self.root),
            "as_published": self.code == 0,
            "files": {"published": len(published(self.corpus)), "here": len(self.clips)},
            "seconds": round(float(self.clips.loc[:, "duration"].sum()), 3),
            "counts": {
                kind: {
                    value: {"published": then, "here": here}
                    for value, then, here in zip(rows["value"], rows["published"], rows["here"])
                }
                for kind, rows in self.counts.groupby("what", sort=False)
            },
            "measured": measured(self.corpus, self.clips),
            "findings": [
                {"level": one.level, "kind": one.kind, "text": one.text, "files": one.items}
                for level in ("finding", "known", "note")
                for one in self.level(level)
            ],
        }

    def report(self, most: int = 10) -> str:
        """Write the audit as text, at most `most` file names under each line."""
        module = CORPORA[self.corpus]
        lines = [
            f"{module.TITLE} in {self.root}",
            (
                f"  published {len(published(self.corpus)):,} files; here {len(self.clips):,} that decode, "
                f"{self.clips['duration'].sum():,.0f} s of audio"
            ),
            "counts",
            *(f"  {line}" for line in count_lines(self.counts)),
            "measured",
            *(f"  {line}" for line in measured_lines(measured(self.corpus, self.clips))),
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
                lines += indented(names, most)
        lines.append("as published" if self.code == 0 else "not as published: see the findings")
        return "\n".join(lines)


def audit(
    name: str, root: str | Path, progress: bool = False, manifest: dict[str, str] | None = None
) -> Audit:
    """Decode every file of a corpus and compare all there is to compare with the published one.

    Parameters
    ----------
    name, root, progress
        As for `sequifi_lite.data.corpora.scan.scan`.
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
    clips, broken, unfinished = _decoded(name, found, progress)
    findings = [
        *absent(name, found),
        *strangers(found),
        *concerned("unreadable", "cannot be decoded", {**found.unreadable, **broken}),
        *concerned("non-finite", "samples that are not finite numbers", dict.fromkeys(unfinished, "")),
        *compared(name, found, clips),
        *(compare(manifest, checksums(found.root, progress)) if manifest else []),
    ]
    return Audit(name, found.root, clips.drop(columns="span"), counts_of(name, clips), findings)


def _decoded(name: str, found: Scan, progress: bool) -> tuple[pd.DataFrame, dict[str, str], list[str]]:
    """The clip table of files that decode, with what was measured; broken ones; those not finite."""
    sounds, broken, unfinished = [], {}, []
    paths = list(zip(found.table["file"], found.table["path"]))
    for file, path in bar(paths, f"{CORPORA[name].TITLE}: samples", progress):
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
    clips = table.loc[[sound is not None for sound in sounds]].reset_index(drop=True)
    if not len(clips):
        everything = {**found.unreadable, **broken}
        file, reason = next(iter(everything.items()))
        raise CorpusError(
            f"None of the {len(everything):,} files of {CORPORA[name].TITLE} in {found.root} can be decoded "
            f"(the first is {file}: {reason}); get them again from {CORPORA[name].HOME}."
        )
    return clips, broken, unfinished


def to_json(result: Audit) -> str:
    """Write an audit as JSON, the same every time; numbers that are not finite become null."""
    return json.dumps(_plain(result.as_dict()), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(value):
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value.item() if isinstance(value, np.generic) else value
