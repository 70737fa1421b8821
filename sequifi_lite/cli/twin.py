"""The command `twin`: corpora in miniature, with computed voices."""

from __future__ import annotations

import click

from .places import Place
from .sentences import examples


@examples("sequifi-lite twin twins --corpora emodb,mesd")
@click.command()
@click.argument("folder", metavar="DIR", type=Place())
@click.option(
    "--seed", default=0, show_default=True, help="Other seeds give other voices under the same file names."
)
@click.option("--corpora", help="Which ones, separated by commas.  [default: all six]")
def twin(folder, seed, corpora):
    """Write synthetic corpora in miniature into DIR: true names, formats and flaws, computed voices.

    Never for results.
    """
    from ..data.synthetic.twin import write_twin

    names = None if corpora is None else [name.strip() for name in corpora.split(",") if name.strip()]
    for root in write_twin(folder, seed, names).values():
        click.echo(f"{root}  synthetic")
