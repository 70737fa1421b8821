"""The command `exam`: twenty cases worked by hand, for this library or any other."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from .places import Place
from .sentences import examples


@examples("sequifi-lite exam", "sequifi-lite exam --cases", "sequifi-lite exam --library adapter.py")
@click.command()
@click.option(
    "--library",
    metavar="ADAPTER.py",
    type=Place(),
    help="A Python file with functions named as the cases are.  [default: this library]",
)
@click.option(
    "--cases", is_flag=True, help="List the cases, their arguments and what each asks, and ask none."
)
@click.option("--json", "as_json", is_flag=True, help="Print the outcomes, or the cases, as JSON.")
def exam(library, cases, as_json):
    """Put a library through twenty cases of continual learning that were worked by hand.

    The cases are forgetting, Fisher information, projections, memories and the like. An adapter answers them:
    a file with a function for each case that the library can do. What it lacks is not answered,
    and not wrong.

    Exit code 1: something was answered, and not right.
    """
    from ..studies.exam import sitting

    paper = sitting.exam()
    if cases:
        click.echo(json.dumps(paper, indent=1) if as_json else _listed(paper["cases"]))
        return
    if library is None:
        from ..studies.exam import own_answers as module
    else:
        module = sitting.adapter(library)
        for name, case in sitting.misspelt(module).items():
            click.echo(f"{library}: no case is called {name}; did you mean {case}?", err=True)
    outcomes = sitting.sit(module)
    counts = sitting.summary(outcomes)
    name = str(getattr(module, "LIBRARY", library))
    if as_json:
        told = {"library": name, "edition": paper["edition"], "counts": counts}
        click.echo(json.dumps(told | {"cases": [asdict(one) for one in outcomes]}, indent=1))
    else:
        width = max(len(one.function) for one in outcomes)
        for one in outcomes:
            click.echo(f"{one.function:{width}}  {one.outcome}{': ' * bool(one.note)}{one.note}")
        words = ", ".join(f"{number} {kind}" for kind, number in counts.items() if number)
        click.echo(f"{name}: {words}, of {len(outcomes)}")
    if any(counts[kind] for kind in (sitting.OTHER, sitting.WRONG, sitting.FAILED)):
        sys.exit(1)


def _listed(cases: list[dict]) -> str:
    blocks = []
    for case in cases:
        draws = ", seed" if "draws" in case else ""
        arguments = [f"    {name}: {words}" for name, words in case["arguments"].items() if name != "seed"]
        head = f"{case['function']}({', '.join(case['questions'][0]['given'])}{draws})"
        blocks.append("\n".join([head, f"  {case['asks']}", *arguments, f"  answer: {case['answer']}"]))
    return "\n\n".join(blocks)
