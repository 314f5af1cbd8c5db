"""``life-cycles``: the tables as diagrams for the documentation."""

from __future__ import annotations

import click

from catalog.lifecycles import BATCH, RESOURCE, REVISION
from marketplace.lifecycles import APPLICATION, GRANT, ORGANISATION, PILOT, REVIEW, SCENARIO, SHOWCASE

CYCLES = (ORGANISATION, BATCH, RESOURCE, REVISION, APPLICATION, REVIEW, GRANT, PILOT, SCENARIO, SHOWCASE)


@click.command("life-cycles")
def life_cycles() -> None:
    """Print every life cycle as a Mermaid diagram in Markdown."""
    for cycle in CYCLES:
        click.echo(f"## {cycle.thing.capitalize()}\n\n```mermaid\n{cycle.mermaid()}\n```\n")
