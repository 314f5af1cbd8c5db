"""``resources``: whole files in and out."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select

from catalog import queries
from catalog.interchange import importer, writer
from catalog.interchange.readers import read_file
from catalog.interchange.report import Outcome, Report
from catalog.models import Batch
from catalog.permissions import P
from marketplace.actor import Actor
from marketplace.cli.console import acting, plainly, refuse, runtime
from marketplace.models import Organisation
from marketplace.runtime import Runtime
from marketplace.states import Role

resources = AppGroup("resources", help="Resources in bulk.")


@resources.command("import", with_appcontext=False)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as", "email", required=True, metavar="EMAIL", help="Who imports.")
@click.option("--dry-run", is_flag=True, help="Report every problem and write nothing.")
@click.option("--keep-good", is_flag=True, help="Write the good rows although others are bad.")
@click.option("--submit-to", type=int, metavar="BATCH", help="Submit what is complete to the batch of this number.")
@click.option("--publisher", metavar="CREDIT-CODE", help="The platform; needed where the person works for several.")
@click.option("--default", "defaults", multiple=True, metavar="FIELD=VALUE", help="Fills a field where the file leaves it empty.")
@click.option("--warnings", is_flag=True, help="List also what was adapted or left out.")
@plainly
def import_(
    file: Path,
    email: str,
    dry_run: bool,
    keep_good: bool,
    submit_to: int | None,
    publisher: str | None,
    defaults: tuple[str, ...],
    warnings: bool,
) -> None:
    """Bring the rows of FILE (JSON Lines, CSV or XLSX) in as drafts; the same file again changes nothing."""
    working = runtime()
    actor = acting(working, email)
    publisher_id = _publisher(working, actor, publisher)
    batch_id = _batch(working, submit_to)
    filling = dict(_pair(given) for given in defaults)
    rows = read_file(file)
    if dry_run:
        with working.store.read(actor) as tx:
            report = importer.plan(tx, rows, publisher_id, defaults=filling, submit_to=batch_id)
    else:
        with click.progressbar(length=len(rows), label=file.name, file=sys.stderr) as bar:
            report = importer.run(
                lambda: working.store.begin(actor),
                rows,
                publisher_id,
                defaults=filling,
                keep_good=keep_good,
                submit_to=batch_id,
                progress=lambda done, total: bar.update(done - bar.pos),
            )
    _tell(report, warnings)
    if report.problems and not (keep_good and report.written):
        refuse(f"{len(report.problems)} rows have problems; nothing was written")


@resources.command("export", with_appcontext=False)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as", "email", required=True, metavar="EMAIL", help="Who exports.")
@click.option("--publisher", metavar="CREDIT-CODE", help="The platform; needed where the person works for several.")
@plainly
def export(file: Path, email: str, publisher: str | None) -> None:
    """Write the resources of one's platform to FILE (.csv or .jsonl), so that they can be changed there and imported again."""
    if file.suffix not in (".csv", ".jsonl"):
        refuse(f"{file.name}: the name must end in .csv or .jsonl")
    working = runtime()
    actor = acting(working, email)
    publisher_id = _publisher(working, actor, publisher)
    with working.store.read(actor) as tx:
        own = tx.session.scalars(tx.visible(P.RESOURCE_EDIT, queries.resources_of_publisher(publisher_id))).unique().all()
    file.write_bytes(writer.to_csv(own) if file.suffix == ".csv" else b"".join(writer.json_lines(own)))
    click.echo(f"{len(own)} resources written to {file}")


@resources.command("template", with_appcontext=False)
@click.argument("file", type=click.Path(path_type=Path))
@plainly
def template(file: Path) -> None:
    """Write an empty table with the heading that the import reads to FILE."""
    file.write_bytes(writer.template())


def _pair(given: str) -> tuple[str, str]:
    name, equals, value = given.partition("=")
    if not equals:
        refuse(f"--default {given}: write FIELD=VALUE")
    return name.strip(), value.strip()


def _publisher(runtime: Runtime, actor: Actor, credit_code: str | None) -> str:
    with runtime.store.readers() as session:
        if credit_code is not None:
            found = session.scalar(select(Organisation.id).where(Organisation.credit_code == credit_code.strip().upper()))
            return found or refuse(f"no organisation has the credit code {credit_code}")
        own = select(Organisation.id).where(
            Organisation.is_platform, Organisation.id.in_(actor.organisations(Role.EDITOR, Role.MANAGER))
        )
        mine = session.scalars(own).all()
    if len(mine) != 1:
        refuse(
            f"{actor.name} works for {len(mine)} platforms; name one by --publisher CREDIT-CODE"
            if mine
            else f"{actor.name} works for no platform"
        )
    return mine[0]


def _batch(runtime: Runtime, number: int | None) -> str | None:
    if number is None:
        return None
    with runtime.store.readers() as session:
        return session.scalar(select(Batch.id).where(Batch.number == number)) or refuse(f"there is no batch {number}")


def _tell(report: Report, warnings: bool) -> None:
    for row in report.rows:
        for finding in row.problems:
            click.echo(f"row {row.number}, {finding.column or 'whole row'}: {finding.text}")
        for name, texts in row.missing.items():
            click.echo(f"row {row.number}, {name}: not submitted: {'; '.join(texts)}")
        for finding in row.warnings if warnings else ():
            click.echo(f"row {row.number}, {finding.column or 'whole row'}: note: {finding.text}")
    noted = sum(bool(row.warnings) for row in report.rows)
    told = [f"{report.count(outcome)} {outcome.value}" for outcome in Outcome]
    click.echo(
        f"{len(report.rows)} rows: {', '.join(told)}; {report.submitted} submitted; {noted} with notes (--warnings lists them)"
    )
    if report.filled:
        click.echo(
            "Filled where the file says nothing: " + ", ".join(f"{name} in {n} rows" for name, n in sorted(report.filled.items()))
        )
