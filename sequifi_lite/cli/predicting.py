"""The command `predict`: what a saved model hears in files."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import click

from ..errors import SequifiError
from .places import Place
from .sentences import examples

MODEL = "model.safetensors"  # as `adapt` calls it


@examples(
    "sequifi-lite predict model.safetensors call.wav",
    "sequifi-lite predict model.safetensors *.wav --format csv > answers.csv",
    "sequifi-lite predict model.safetensors meeting.flac --segment 3 --format json",
    "sequifi-lite predict model.safetensors --card",
)
@click.command()
@click.argument("model", type=Place())
@click.argument("files", nargs=-1, type=Place())
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help="csv has a line for each file and, where there are several, for each segment.",
)
@click.option("--json", "as_json", is_flag=True, help="Short for --format json.")
@click.option(
    "--segment",
    type=click.FloatRange(min=0, min_open=True),
    help="Seconds; longer files are cut into pieces.  [default: the longest clip of training]",
)
@click.option("--encoder", help="A copy of the model's encoder: a folder or a hub name.")
@click.option("--card", is_flag=True, help="Print what the model was saved with, as JSON, and nothing else.")
def predict(model, files, form, as_json, segment, encoder, card):
    """Say what MODEL hears in FILES, with calibrated probabilities.

    MODEL is a file of save_model, or the folder of `sequifi-lite adapt`. A file of sound that cannot be read
    is named on stderr and the others are answered; the exit code is then 2.
    """
    from ..finetuning.saved import load_model

    recogniser = load_model(_in_folder(model))
    if card:
        click.echo(json.dumps(recogniser.card, indent=1, ensure_ascii=False))
        return
    if not files:
        raise click.UsageError("Missing argument 'FILES...': name sound files for the model to hear.")
    answers, failed = [], 0
    for file in files:
        try:
            answers.append(recogniser.predict(file, segment=segment, encoder=encoder))
        except SequifiError as error:
            if _of_the_model(error):
                raise
            click.echo(f"error: {error}", err=True)
            failed += 1
    form = "json" if as_json else form
    click.echo(_WRITE[form](answers, recogniser.emotions), nl=form != "csv")
    sys.exit(2 if failed else 0)


def _in_folder(model: Path) -> Path:
    """Find the model in the folder that `adapt` has written."""
    if not model.is_dir():
        return model
    if not (model / MODEL).is_file():
        raise SequifiError(
            f"There is no {MODEL} in the folder {model}; name a file that save_model has written."
        )
    return model / MODEL


def _of_the_model(error: SequifiError) -> bool:
    """Whether an error would come with every file: of the encoder, or of the settings."""
    from ..errors import AudioError

    return not isinstance(error, AudioError)


def _text(answers, emotions) -> str:
    lines = []
    for answer in answers:
        others = ", ".join(
            f"{e} {p:.2f}" for e, p in sorted(answer.probabilities.items(), key=lambda x: -x[1])
        )
        lines.append(f"{answer.file}: {answer.emotion} {answer.probability:.0%} ({others})")
        if answer.note:
            lines.append(f"  note: {answer.note}")
        if len(answer.segments) > 1:
            lines += [
                f"  {part.start:7.1f} to {part.end:7.1f} s  {part.emotion} {part.probability:.0%}"
                for part in answer.segments
            ]
    return "\n".join(lines)


def _json(answers, emotions) -> str:
    return json.dumps([answer.as_dict() for answer in answers], indent=1, ensure_ascii=False)


def _csv(answers, emotions) -> str:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["file", "part", "start", "end", "emotion", "probability", *emotions, "note"])
    for answer in answers:
        rows = [("all", 0.0, answer.seconds, answer)]
        if len(answer.segments) > 1:
            rows += [(n, part.start, part.end, part) for n, part in enumerate(answer.segments, 1)]
        for name, start, end, one in rows:
            shares = [f"{one.probabilities[emotion]:.4f}" for emotion in emotions]
            told = [answer.file, name, f"{start:.3f}", f"{end:.3f}", one.emotion, f"{one.probability:.4f}"]
            table.writerow([*told, *shares, answer.note])
    return out.getvalue()


_WRITE = {"text": _text, "json": _json, "csv": _csv}
