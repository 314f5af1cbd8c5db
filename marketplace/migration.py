"""Brings a database to the tables that this release needs, from any working directory and without a settings file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event

import marketplace.models  # noqa: F401  (knows every table)
import migrations
from catalog.kernel.db import Base


class BrokenReferences(Exception):
    """A step would leave rows that point to nothing; it was rolled back."""


def upgrade(database_url: str, revision: str = "head") -> None:
    """Play the steps up to ``revision``; at the newest nothing happens."""
    with _connected(database_url) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(database_url: str, revision: str) -> None:
    """Take steps back to ``revision``, "base" for none at all; what the steps had added is lost."""
    with _connected(database_url) as connection:
        command.downgrade(_config(connection), revision)


def revise(database_url: str, message: str) -> str:
    """Write the next step from what the models have and the database lacks; returns the new file's path."""
    with _connected(database_url) as connection:
        config = _config(connection)
        number = f"{len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1:04}"
        script: Any = command.revision(config, message, autogenerate=True, rev_id=number)
        return script.path


def differences(database_url: str) -> list[str]:
    """What the database has otherwise than the models, one line each; also that steps are missing."""
    with _connected(database_url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        present, newest = context.get_current_revision(), ScriptDirectory.from_config(_config(connection)).get_current_head()
        found = [] if present == newest else [f"the database is at step {present or 'none'}, this release needs {newest}"]
        return found + [_line(difference) for difference in compare_metadata(context, Base.metadata)]


def _line(difference: Any) -> str:
    if isinstance(difference, list):
        return "; ".join(_line(inner) for inner in difference)
    what, *rest = difference
    return f"{what}: {', '.join(str(part) for part in rest if part is not None)}"


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _connected(database_url: str) -> Iterator[Connection]:
    """One transaction for all steps. SQLite changes a table by making it anew, which foreign keys must not watch: they
    are off meanwhile and checked before the commit."""
    engine = create_engine(database_url)
    sqlite = engine.dialect.name == "sqlite"
    if sqlite:
        event.listen(engine, "connect", _unwatched)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.begin() as connection:
            yield connection
            if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
                tables = ", ".join(sorted({row[0] for row in broken}))
                raise BrokenReferences(f"{len(broken)} rows point to nothing, in {tables}")
    finally:
        engine.dispose()


def _unwatched(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("PRAGMA busy_timeout=15000")
