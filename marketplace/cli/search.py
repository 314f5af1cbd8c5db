"""``search``: the index as a cache of the database."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from marketplace import index
from marketplace.cli.console import plainly, refuse, runtime

search = AppGroup("search", help="The search index.")


@search.command("rebuild", with_appcontext=False)
@plainly
def rebuild() -> None:
    """Make the index anew beside the present one and swap; searches go on meanwhile."""
    click.echo(f"The index holds {index.rebuild(runtime())} resources.")


@search.command("check", with_appcontext=False)
@plainly
def check() -> None:
    """Compare index and database; exit code 1 and the differences where they disagree."""
    found = index.differences(runtime())
    for line in found:
        click.echo(line)
    if found:
        refuse(f"index and database disagree on {len(found)} resources; “search rebuild” makes the index anew")
    click.echo("Index and database agree.")
