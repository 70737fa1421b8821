"""The commands `submit ...`: a template to fill in, and the check that every submission goes through."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ..errors import SequifiError
from .places import Place
from .sentences import Sentences, examples


@examples("sequifi-lite submit template ravdess-emodb --out mine.json", "sequifi-lite submit check mine.json")
@click.group(cls=Sentences)
def submit():
    """Enter the leaderboard: predictions of the test clips, one JSON file (see leaderboard/README.md)."""


@examples("sequifi-lite submit template ravdess-emodb --out mine.json")
@submit.command()
@click.argument("track")
@click.option("--out", type=Place(), help="File to write.  [default: standard output]")
def template(track, out):
    """Write a submission for TRACK to be filled in: the folds' hashes and every test clip."""
    from ..data.files import write_text
    from ..studies.leaderboard import tracks

    text = tracks.written(tracks.template(track))
    if out is None:
        click.echo(text, nl=False)
    else:
        write_text(out, text)
        click.echo(f"{out}")


@examples("sequifi-lite submit check mine.json")
@submit.command()
@click.argument("file", type=Place())
@click.option(
    "--board",
    type=Place(),
    help="Folder with the submissions to rank it among.  [default: leaderboard, where there is one]",
)
@click.option("--json", "as_json", is_flag=True, help="Print the scores as JSON.")
def check(file, board, as_json):
    """Check the submission FILE: recompute its scores and its rank, or say in one sentence what is wrong."""
    from ..studies.leaderboard.board import check as checked

    if board is None:
        board = Path("leaderboard") if Path("leaderboard/submissions").is_dir() else None
    elif not (board / "submissions").is_dir():
        raise SequifiError(f"{board} has no folder submissions; give the folder leaderboard of a checkout.")
    entry, rank, of = checked(file, board)
    told, scores = entry.submission.told, entry.scores
    if as_json:
        place = {"rank": rank, "of": of} if board else {"rank": None, "of": None}
        said = {"file": str(file), "track": told["track"], "name": told["name"], "stored": told["stored"]}
        click.echo(json.dumps(said | place | {"rerun": entry.rerun, "scores": scores}, indent=1))
        return
    click.echo(f"{told['name']}, track {told['track']}: accepted")
    for name in ("uar", *entry.submission.track.corpora):
        low, high = (100 * scores[f"{name}_{end}"] for end in ("low", "high"))
        word = "UAR, mean over corpora" if name == "uar" else f"UAR on {name}"
        click.echo(
            f"  {word}: {100 * scores[name]:.1f} % (95 % interval over speakers {low:.1f} to {high:.1f})"
        )
    click.echo(
        f"  rank {rank} of {of} in {board}" if board else "  no rank: no leaderboard here, see --board"
    )


@examples("sequifi-lite submit list")
@submit.command("list")
@click.option(
    "--board", default="leaderboard", show_default=True, type=Place(), help="Folder of submissions."
)
def listed(board):
    """List the submissions of a board with their scores, the best of each track first."""
    from ..studies.leaderboard.board import entries

    if not (board / "submissions").is_dir():
        raise SequifiError(f"{board} has no folder submissions; give the folder leaderboard of a checkout.")
    for entry in entries(board):
        told, mark = entry.submission.told, "re-run here" if entry.rerun else "reported"
        click.echo(f"{told['track']}  {100 * entry.scores['uar']:5.1f} %  {told['name']}  ({mark})")
