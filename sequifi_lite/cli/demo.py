"""The command `demo`: the playground of forgetting in a browser, from this machine alone."""

from __future__ import annotations

import click

from .sentences import examples


@examples("sequifi-lite demo", "sequifi-lite demo --port 8000 --no-browser")
@click.command()
@click.option(
    "--port", default=0, type=click.IntRange(0, 65535), help="Where to listen.  [default: a free port]"
)
@click.option("--browser/--no-browser", default=True, help="Open a browser at once.  [default: it opens]")
def demo(port, browser):
    """Open the playground: train on a corpus, then on another, and watch what is forgotten.

    It runs in your browser, without a network; Ctrl-C ends it.
    """
    import webbrowser

    from ..teaching.playground.served import server

    with server(port) as serving:
        address = f"http://127.0.0.1:{serving.server_port}/"
        click.echo(f"{address}  (Ctrl-C ends it)")
        if browser:
            webbrowser.open(address)
        try:
            serving.serve_forever()
        except KeyboardInterrupt:
            click.echo("Stopped.", err=True)
