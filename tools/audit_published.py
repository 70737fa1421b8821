"""Count what the published folds of EmoBox share, and write results/published_folds/.

    git clone https://github.com/emo-box/EmoBox
    python tools/audit_published.py EmoBox

Reads only lists of file names, at the commit below, from a clone (a bare one will do). The lists themselves
are not ours to ship; the counts are facts about them.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import tempfile
from pathlib import Path

import pandas as pd

from sequifi_lite.data.corpora import CORPORA
from sequifi_lite.data.leaks.lists import published_clips, read_parts
from sequifi_lite.data.leaks.report import leak_report

REPOSITORY = "https://github.com/emo-box/EmoBox"
COMMIT = "08280f279d47fb55d2c614061c70523d0a338d6b"
OUT = Path(__file__).resolve().parent.parent / "results" / "published_folds"


def git(clone: Path, *words: str) -> bytes:
    return subprocess.run(["git", "-C", str(clone), *words], check=True, capture_output=True).stdout


def lists(clone: Path, commit: str, corpus: str) -> dict[int, dict[str, str]]:
    """Fold number -> part -> path of its list.

    The lists without an underscore before the number repeat the others.
    """
    found: dict[int, dict[str, str]] = {}
    for path in git(clone, "ls-tree", "-r", "--name-only", commit, f"data/{corpus}").decode().splitlines():
        match = re.fullmatch(rf"data/{corpus}/fold_(\d+)/{corpus}_(train|test)_fold_\1\.jsonl", path)
        if match:
            found.setdefault(int(match[1]), {})[match[2]] = path
    return dict(sorted(found.items()))


def audit(clone: Path, commit: str) -> pd.DataFrame:
    """One row per published fold: clips, and how many speakers (MESD: voice types) and sentences its two
    parts share.
    """
    rows = []
    for corpus in CORPORA:
        clips = published_clips(corpus)
        for fold, paths in lists(clone, commit, corpus).items():
            with tempfile.TemporaryDirectory() as folder:
                files = [Path(folder) / f"{part}.jsonl" for part in ("train", "test")]
                for file in files:
                    file.write_bytes(git(clone, "show", f"{commit}:{paths[file.stem]}"))
                parts = read_parts(files, clips)
            report = leak_report(parts, clips)
            row = {
                "corpus": corpus,
                "fold": fold,
                **report.sizes,
                "unknown": sum(map(len, parts.unknown.values())),
            }
            for what in ("speakers", "voice types", "sentences"):
                line = report.table[report.table["what"] == what]
                values = [
                    int(line[name].iloc[0]) if len(line) else None
                    for name in ("in_first", "in_second", "shared", "concerned")
                ]
                columns = (
                    f"{what} {name}".replace(" ", "_")
                    for name in ("in train", "in test", "shared", "test clips")
                )
                row |= dict(zip(columns, values))
            rows.append(row | {"duplicates": report.shared("duplicates")})
    return pd.DataFrame(rows).convert_dtypes()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("clone", type=Path, help="a clone of EmoBox")
    parser.add_argument("--commit", default=COMMIT, help="which state of it  [default: %(default)s]")
    parser.add_argument(
        "--out",
        type=Path,
        default=OUT,
        help="folder for table.csv and provenance.json  [default: %(default)s]",
    )
    chosen = parser.parse_args()
    if not (chosen.clone / ".git").exists():
        parser.error(f"{chosen.clone} is no clone; make one with: git clone {REPOSITORY} {chosen.clone}")
    commit = git(chosen.clone, "rev-parse", chosen.commit).decode().strip()
    table = audit(chosen.clone, commit)
    provenance = {
        "study": "published_folds", "command": "python tools/audit_published.py EmoBox",
        "repository": REPOSITORY, "repository_commit": commit,
    }  # fmt: skip
    chosen.out.mkdir(parents=True, exist_ok=True)
    table.to_csv(chosen.out / "table.csv", index=False)
    (chosen.out / "provenance.json").write_text(json.dumps(provenance, indent=1) + "\n", encoding="utf-8")
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
