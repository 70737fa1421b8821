"""Offer the command `sequifi-lite`: a module for each group of commands, which read options and print.

It may import every package, heavy ones inside the commands so that `--help` is quick, and no package imports
it. A change here touches what is typed and printed, and no receipt.
"""

from __future__ import annotations

import logging
import os
import warnings

import click

from .. import __version__
from . import (
    adapting,
    completion,
    corpora,
    demo,
    doctor,
    embeddings,
    exam,
    grading,
    leaks,
    predicting,
    study,
    submit,
    twin,
)
from .sentences import Sentences

ENVIRONMENT = """\b
Environment:
  SEQUIFI_LITE_ENCODER  a copy of the encoder, for adapt, predict and studies
  SEQUIFI_LITE_CORPORA  the folder of corpora, as `get` lays them out
  SEQUIFI_LITE_PACKS    the folder of your own embeddings

\b
Examples:
  sequifi-lite demo
  sequifi-lite adapt cremad my-recordings --folders speaker/emotion --keep 40
  sequifi-lite predict adapted-cremad-my-recordings/model.safetensors call.wav
"""


@click.group(cls=Sentences, context_settings={"help_option_names": ["-h", "--help"]}, epilog=ENVIRONMENT)
@click.option("--debug", is_flag=True, help="Show where an error came from.")
@click.version_option(__version__)
def main(debug):
    """Catastrophic forgetting in speech emotion recognition: corpora, embeddings, studies, models."""
    # Findings of a scan are printed by the commands themselves; a library's own warnings are of no use to a
    # reader here.
    warnings.simplefilter("ignore")
    # Nor are the hub's lines on every attempt without a network; what comes of them is said by our own error.
    # The variable is for worker processes and for a hub that is imported later.
    os.environ.setdefault("HF_HUB_VERBOSITY", "error")
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)


for command in (
    adapting.adapt,
    predicting.predict,
    demo.demo,
    doctor.doctor,
    corpora.get,
    corpora.scan,
    corpora.audit,
    leaks.leaks,
    embeddings.embed,
    embeddings.embed_list,
    embeddings.pack,
    embeddings.packs,
    exam.exam,
    grading.grade,
    study.study,
    submit.submit,
    twin.twin,
    completion.completion,
):
    main.add_command(command)
