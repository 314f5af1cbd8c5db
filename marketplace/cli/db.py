"""``db``: the tables of the database, step by step."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from marketplace import migration
from marketplace.cli.console import plainly, refuse, runtime

db = AppGroup("db", help="The tables of the database, step by step.")


@db.command("upgrade", with_appcontext=False)
@click.argument("revision", default="head")
@plainly
def upgrade(revision: str) -> None:
    """Bring the database to this release's tables (or to REVISION); creates them where there are none."""
    migration.upgrade(runtime().settings.database_url, revision)


@db.command("downgrade", with_appcontext=False)
@click.argument("revision")
@click.option("--yes", is_flag=True, help="Do not ask.")
@plainly
def downgrade(revision: str, yes: bool) -> None:
    """Take steps back to REVISION ("base": all of them); what they had added is lost."""
    if not yes:
        click.confirm("What the steps had added will be lost. Go on?", abort=True)
    migration.downgrade(runtime().settings.database_url, revision)


@db.command("check", with_appcontext=False)
@plainly
def check() -> None:
    """Compare the database with the models; exit code 1 and the differences where they disagree."""
    found = migration.differences(runtime().settings.database_url)
    for line in found:
        click.echo(line)
    if found:
        refuse(f"the database and the models disagree in {len(found)} points")
    click.echo("The database has the tables that this release needs.")


@db.command("revision", with_appcontext=False)
@click.argument("message")
@plainly
def revision(message: str) -> None:
    """Write the next step, named by MESSAGE, from what the models have and the database lacks."""
    click.echo(migration.revise(runtime().settings.database_url, message))
