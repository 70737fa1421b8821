"""The options of commands that take a folder of any corpus, a published one or the reader's own."""

from __future__ import annotations

import re
import sys

import click

from ..data.corpora import CORPORA
from ..errors import CorpusError, SequifiError
from .places import Place


def own_recordings(command):
    """Give a command the options that say where the labels of recordings of one's own are."""
    options = (
        click.option("--labels", type=Place(), help="csv with the columns file, emotion, speaker, ..."),
        click.option(
            "--pattern", help="Regular expression over paths, with groups such as (?P<emotion>...)."
        ),
        click.option("--folders", help="What the levels of folders mean, e.g. speaker/emotion."),
        click.option(
            "--word",
            "words",
            multiple=True,
            help="What a label means, e.g. wut=anger; may be given many times.",
        ),
        click.option("--language", help="ISO 639-1 code of your recordings."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def any_corpus(command):
    """Give a command the options that name a published corpus or describe one of the reader's own."""
    return click.option(
        "--corpus",
        required=True,
        help=f"{', '.join(CORPORA)}, or a new name for recordings of your own (see the next options).",
    )(own_recordings(command))


def meanings(words) -> dict[str, str | None]:
    """Read `--word LABEL=MEANING`, given many times."""
    if any("=" not in word for word in words):
        raise click.UsageError("--word takes a label and our word for it, e.g. --word wut=anger.")
    out: dict[str, str | None] = {}
    for word, meaning in (word.rsplit("=", 1) for word in words):
        if out.setdefault(word, meaning.strip()) != meaning.strip():
            raise click.UsageError(
                f"--word gives {word} two meanings, {out[word] or 'left out'} and"
                f" {meaning or 'left out'}; give it one."
            )
    return out


def check_language(language: str | None) -> None:
    """Refuse what is no code of a language."""
    if language and not re.fullmatch("[a-z]{2}", language):
        raise click.UsageError(
            f"--language takes a code of two small letters (ISO 639-1), e.g. de for German, not {language!r}."
        )


def look(folder, corpus, labels, pattern, folders, words, language):
    """Scan a folder as a published corpus, or as one of the reader's own."""
    from ..data.corpora.scan import scan

    own = {"labels": labels, "pattern": pattern, "folders": folders, "word": words, "language": language}
    if corpus in CORPORA:
        given = [f"--{option}" for option, value in own.items() if value]
        if given:
            raise click.UsageError(
                f"{given[0]} is for recordings of your own; {corpus} is a published corpus with known labels."
            )
        return scan(corpus, folder, progress=sys.stderr.isatty())
    from ..data.corpora.own_folder.scan import scan as scan_own_folder

    understood = meanings(words)
    check_language(language)
    try:
        return scan_own_folder(
            corpus, folder, labels, pattern, folders, understood, language, progress=sys.stderr.isatty()
        )
    except SequifiError as error:
        if any((labels, pattern, folders)):
            raise
        raise CorpusError(
            f"{corpus} is not one of {', '.join(CORPORA)}, so it is taken for your own: {error}"
        ) from error
