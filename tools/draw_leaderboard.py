"""Draw the table of book/leaderboard.md anew from leaderboard/.

    python tools/draw_leaderboard.py

Every submission there is read and scored again; one that is refused stops it with its sentence.
"""

from __future__ import annotations

import argparse
import html
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from sequifi_lite.data.files import write_text  # noqa: E402
from sequifi_lite.studies.leaderboard.board import Entry, entries  # noqa: E402

PAGE = ROOT / "book" / "leaderboard.md"
MARK = re.compile(r"(<!-- drawn by tools/draw_leaderboard.py -->\n).*?(\n<!-- end -->)", re.S)
RERUN, REPORTED = "re-run here", "reported"


def words(text: str) -> str:
    """What somebody else has written, as text in a cell and nothing else."""
    text = html.escape(text, quote=False)
    text = re.sub(r"([\\`*_{}\[\]()#|!~$^<>@])", r"\\\1", text)
    return text.replace("://", "\\://")  # no address becomes a link


def score(entry: Entry, name: str) -> str:
    low, high = (100 * entry.scores[f"{name}_{end}"] for end in ("low", "high"))
    return f"{100 * entry.scores[name]:.1f} [{low:.1f},&nbsp;{high:.1f}]"


def kept(entry: Entry) -> str:
    stored = entry.submission.told["stored"]
    if stored["kind"] in ("clips", "everything"):
        return f"{stored['clips']:,} clips"
    return f"{stored['floats']:,} numbers" if stored["floats"] else "nothing"


def drawn(folder: Path = ROOT / "leaderboard") -> str:
    """A table for each track, the best first."""
    found = entries(folder)
    blocks = []
    for name in dict.fromkeys(entry.submission.track.name for entry in found):
        listed = [entry for entry in found if entry.submission.track.name == name]
        what = listed[0].submission.track
        corpora = what.corpora
        lines = [
            f"**Track `{name}`**: {', then '.join(corpora)}; {len(what.clips):,} test clips.",
            "",
            "| Rank | Name | UAR, mean | "
            + " | ".join(f"on {corpus}" for corpus in corpora)
            + " | Kept | Seeds | Evidence |",
            "|---|---|---|" + "---|" * len(corpora) + "---|---|---|",
        ]
        for entry in listed:
            told = entry.submission.told
            rank = 1 + sum(other.scores["uar"] > entry.scores["uar"] for other in listed)
            scores = " | ".join(score(entry, what) for what in ("uar", *corpora))
            mark = RERUN if entry.rerun else REPORTED
            seeds = len(told["seeds"])
            lines.append(f"| {rank} | {words(told['name'])} | {scores} | {kept(entry)} | {seeds} | {mark} |")
        lines += [
            "",
            *(f"- {words(e.submission.told['name'])}: {words(e.submission.told['method'])}" for e in listed),
        ]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def page(text: str, folder: Path = ROOT / "leaderboard") -> str:
    return MARK.sub(lambda m: f"{m[1]}\n{drawn(folder)}\n{m[2]}", text)


if __name__ == "__main__":
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    write_text(PAGE, page(PAGE.read_text(encoding="utf-8")))
