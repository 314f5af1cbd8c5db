"""``serve``, ``worker`` and ``seed``: what runs the product."""

from __future__ import annotations

import logging
import signal
from typing import Any

import click

from marketplace.cli.console import plainly, refuse, runtime
from marketplace.seeding import loading
from marketplace.worker import Worker


@click.command("serve")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, envvar="PORT", show_default=True)
@plainly
def serve_command(port: int) -> None:
    """Serve on the loopback address with a worker beside, as “make run” does."""
    from marketplace import serving  # makes an application of its own, which has these commands

    serving.stop_on_signals()
    try:
        serving.serve(runtime().settings, port)
    except serving.CannotStart as why:
        refuse(str(why))


@click.command("worker")
@plainly
def worker() -> None:
    """Deliver what the outbox owes and play the clock, until SIGINT or SIGTERM."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    working = Worker(runtime())

    def stop(*_: Any) -> None:
        working.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    working.run()


@click.command("seed")
@click.option("--force", is_flag=True, help="Load although the database is not empty.")
@plainly
def seed(force: bool) -> None:
    """Load the demonstration data of seed_data/ into an empty database."""
    settings = runtime().settings
    if settings.demo_password is None:
        refuse("production shows no demonstration data")
    if not loading.load(runtime(), force=force):
        click.echo("There are organisations already; nothing was loaded.")
        return
    click.echo(f"The demonstration sign-ins have the password {settings.demo_password}")
