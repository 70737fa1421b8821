"""The command `completion`: what a shell needs to complete commands and options."""

from __future__ import annotations

import click

from .sentences import examples


@examples(
    'eval "$(sequifi-lite completion bash)"',
    "sequifi-lite completion fish > ~/.config/fish/completions/sequifi-lite.fish",
)
@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]), metavar="SHELL")
@click.pass_context
def completion(context, shell):
    """Print the lines with which SHELL completes `sequifi-lite`; put them into its start-up file."""
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    assert made is not None  # click has these three
    click.echo(made(context.find_root().command, {}, "sequifi-lite", "_SEQUIFI_LITE_COMPLETE").source())
