"""How all commands speak: examples in every help, whole summaries, one style of error, no traceback."""

import re
import shlex

import click
import pytest
from click.testing import CliRunner

from sequifi_lite.cli import doctor, main
from sequifi_lite.cli.places import Place
from sequifi_lite.cli.sentences import Sentences


def commands(command=main, path=()):
    """Every command with its words."""
    yield path, command
    for name, one in getattr(command, "commands", {}).items():
        yield from commands(one, (*path, name))


ALL = dict(commands())
EXAMPLES = [
    line.strip()
    for command in ALL.values()
    for line in (command.epilog or "").splitlines()
    if line.strip().startswith("sequifi-lite ")
]


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_help_has_an_example_and_no_ellipsis(path):
    told = CliRunner().invoke(main, [*path, "--help"])
    assert told.exit_code == 0 and "Example" in told.stdout
    assert not re.search(r"[a-z]\.\.\.\n", told.stdout)


@pytest.mark.parametrize("line", EXAMPLES)
def test_every_example_can_be_typed(line):
    _, *words = shlex.split(line.partition(" > ")[0])
    context = main.make_context("sequifi-lite", words, resilient_parsing=False)
    command, rest = main, [*context._protected_args, *context.args]
    while isinstance(command, click.Group):
        name, command, rest = command.resolve_command(context, rest)
        context = command.make_context(name, rest, parent=context)
        rest = [*getattr(context, "_protected_args", []), *context.args]


def test_the_help_tells_the_environment():
    told = CliRunner().invoke(main, ["--help"]).stdout
    for name in ("SEQUIFI_LITE_ENCODER", "SEQUIFI_LITE_CORPORA", "SEQUIFI_LITE_PACKS"):
        assert name in told


WRONG = [
    ["--nothing"],
    ["nothing"],
    ["embed"],
    ["get", "nowhere"],
    ["study", "nothing"],
    ["demo", "--port", "x"],
]


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_all_errors_have_one_style(words):
    told = CliRunner().invoke(main, words)
    assert told.exit_code == 2 and told.stderr.startswith("error: ")
    assert "Usage:" not in told.stderr and told.stderr.count("\n") == 1
    assert told.stderr.rstrip().endswith(".")


@pytest.mark.parametrize("path", [path for path, command in ALL.items() if not hasattr(command, "commands")])
def test_every_command_without_what_it_takes_says_so_in_one_line(path):
    if any(one.required for one in ALL[path].params):
        told = CliRunner().invoke(main, path)
        assert told.exit_code == 2 and told.stdout == ""
        assert re.fullmatch(r"error: Missing [^\n]+ says what it takes\.\n", told.stderr)


PLACES = [
    (path, one)
    for path, command in ALL.items()
    for one in command.params
    if isinstance(one.type, Place) and isinstance(one, click.Option)
]


@pytest.mark.parametrize("path, option", PLACES, ids=lambda one: getattr(one, "name", None) or " ".join(one))
def test_an_empty_path_is_not_this_folder(path, option):
    context = click.Context(ALL[path])
    with pytest.raises(click.BadParameter, match="there is no path in it"):
        option.type_cast_value(context, ("",) if option.multiple else "")


@pytest.mark.parametrize("words", [[], ["study"]])
def test_without_a_command_there_is_help(words):
    told = CliRunner().invoke(main, words)
    assert "Commands:" in told.output


def test_what_nobody_foresaw_is_a_sentence_and_with_debug_a_traceback(monkeypatch):
    def bad():
        raise ZeroDivisionError("by\nnought")

    monkeypatch.setattr(doctor, "examine", bad)
    told = CliRunner().invoke(main, ["doctor"])
    assert told.exit_code == 1 and "Traceback" not in told.stderr
    assert told.stderr.startswith("error: sequifi-lite itself failed (ZeroDivisionError: by nought)")
    told = CliRunner().invoke(main, ["--debug", "doctor"])
    assert isinstance(told.exception, ZeroDivisionError)


def test_stopping_is_no_error():
    @click.group(cls=Sentences)
    def group():
        pass

    @group.command()
    def waits():
        raise KeyboardInterrupt

    told = CliRunner().invoke(group, ["waits"])
    assert told.exit_code == 130 and told.stderr.strip() == "Stopped."


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_names_the_command(shell, monkeypatch):
    from click.shell_completion import BashComplete

    monkeypatch.setattr(BashComplete, "_check_version", staticmethod(lambda: None))  # asks for a bash
    told = CliRunner().invoke(main, ["completion", shell])
    assert told.exit_code == 0 and "_SEQUIFI_LITE_COMPLETE" in told.stdout and "sequifi-lite" in told.stdout
