"""Run by Alembic for every command: connects the versions to the models of both packages.

The caller (``marketplace.cli.db``) hands over an open connection, so that no address of a database stands in a file.
"""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy import TypeDecorator

import marketplace.models  # noqa: F401  (knows every table)
from catalog.kernel.db import Base


def plain_types(kind: str, thing: Any, autogen_context: Any) -> str | bool:
    """Write versions in SQLAlchemy's own types: a version must not change when our classes do."""
    if kind == "type" and isinstance(thing, TypeDecorator):
        return f"sa.{thing.impl_instance!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=plain_types,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
