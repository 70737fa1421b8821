"""Offer the command `sequifi-lite`: a module for each group of commands, which read options and print.

It may import every package, heavy ones inside the commands so that `--help` is quick, and no package imports
it. A change here touches what is typed and printed, and no receipt.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings

import click

from .. import __version__
from ..errors import SequifiError
from . import corpora, embeddings, exam, leaks, study, submit, twin


class Sentences(click.Group):
    """Commands whose known errors are one sentence on stderr and exit code 2."""

    def invoke(self, context):
        try:
            return super().invoke(context)
        except SequifiError as error:
            click.echo(f"error: {error}", err=True)
            sys.exit(2)


@click.group(cls=Sentences, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main():
    """Catastrophic forgetting in speech emotion recognition: corpora, embeddings, studies."""
    # Findings of a scan are printed by the commands themselves; a library's own warnings are of no use to a
    # reader here.
    warnings.simplefilter("ignore")
    # Nor are the hub's lines on every attempt without a network; what comes of them is said by our own error.
    # The variable is for worker processes and for a hub that is imported later.
    os.environ.setdefault("HF_HUB_VERBOSITY", "error")
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)


for command in (
    corpora.get,
    corpora.scan,
    corpora.audit,
    embeddings.embed,
    embeddings.pack,
    embeddings.packs,
    exam.exam,
    leaks.leaks,
    study.study,
    submit.submit,
    twin.twin,
):
    main.add_command(command)
