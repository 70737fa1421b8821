"""How all commands speak: one sentence for an error, whole summaries, an example in every help."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from ..errors import SequifiError

DEBUG = "--debug"


class Sentences(click.Group):
    """A group whose errors are one sentence on stderr, exit code 2, and whose list of commands is not cut.

    An error that nobody foresaw is one sentence too, exit code 1; ``--debug`` shows where it came from.
    """

    def main(self, *args: Any, standalone_mode: bool = True, **options: Any) -> Any:
        if not standalone_mode:
            return super().main(*args, standalone_mode=False, **options)
        try:
            code = super().main(*args, standalone_mode=False, **options)
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            sys.exit(error.exit_code)
        except click.ClickException as error:
            click.echo(f"error: {sentence(error)}", err=True)
            sys.exit(error.exit_code)
        except click.Abort:
            click.echo("Stopped.", err=True)
            sys.exit(130)
        sys.exit(code if isinstance(code, int) else 0)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit, KeyboardInterrupt):
            raise
        except BrokenPipeError:  # whoever reads has enough, as head has
            sys.stderr.close()
            sys.exit(0)
        except SequifiError as error:
            if ctx.find_root().params.get("debug"):
                raise
            click.echo(f"error: {error}", err=True)
            sys.exit(2)
        except Exception as error:
            if ctx.find_root().params.get("debug"):
                raise
            click.echo(
                f"error: sequifi-lite itself failed ({type(error).__name__}:"
                f" {' '.join(str(error).split())}); run"
                f" `sequifi-lite {DEBUG} ...` to see where, and report that.",
                err=True,
            )
            sys.exit(1)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, summary(self.commands[name])) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List commands in the order in which they were added: that of a corpus's way through them."""
        return list(self.commands)


def sentence(error: click.ClickException) -> str:
    """Say what is wrong with a call, and where it says what is right."""
    text = " ".join(error.format_message().split())  # click sets a choice's words line by line
    context = getattr(error, "ctx", None)
    if not isinstance(error, click.UsageError) or context is None:
        return text
    text = text if text.endswith((".", "?")) else f"{text}."
    return f"{text[:-1]}{text[-1]} `{context.command_path} --help` says what it takes."


def summary(command: click.Command) -> str:
    """Take the first sentence of a command's help, whole."""
    paragraph = " ".join((command.help or "").partition("\n\n")[0].split())
    return paragraph


def examples(*lines: str) -> Callable:
    """Put examples under the help of a command, each a line that can be typed."""

    def decorate(command: click.Command) -> click.Command:
        command.epilog = "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
        return command

    return decorate


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")
