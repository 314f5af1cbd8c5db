"""``tokens``: what programs sign in with."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from marketplace.accounts.services import create_token, user_by_email
from marketplace.actor import SYSTEM
from marketplace.cli.console import person, plainly, runtime

tokens = AppGroup("tokens", help="Access tokens of the API.")


@tokens.command("create", with_appcontext=False)
@click.argument("email")
@click.option("--name", default="command line", show_default=True, help="What the owner will recognise it by.")
@click.option("--days", type=int, default=90, show_default=True, help="How long it is valid.")
@plainly
def create(email: str, name: str, days: int) -> None:
    """Print a new token of EMAIL, and nothing else; it is shown this once."""
    working = runtime()
    person(working, email)
    with working.store.begin(SYSTEM) as tx:
        plain = create_token(tx, user_by_email(tx.session, email), name=name, days=days)
    click.echo(plain)
