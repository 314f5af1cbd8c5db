"""What all commands share: the runtime, whoever acts, and refusals as one clear line with exit code 1."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn, cast

import click
from alembic.util import CommandError
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from catalog.kernel.errors import DomainError, Invalid
from catalog.search.port import SearchUnavailable
from marketplace.actor import Actor, load_actor
from marketplace.config import ConfigError
from marketplace.migration import BrokenReferences
from marketplace.models import User
from marketplace.runtime import Runtime


def runtime() -> Runtime:
    """The runtime of the application that the command belongs to."""
    return cast(Runtime, current_app.extensions["runtime"])


def plainly(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the application's context and turn refusals into one line; a defect keeps its traceback."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except Invalid as wrong:
            told = [f"{name}: {text}" if name else str(text) for name, texts in wrong.fields.items() for text in texts]
            refuse("; ".join(told) or str(wrong))
        except ConfigError as wrong:
            refuse("; ".join(wrong.problems))
        except SQLAlchemyError as wrong:
            refuse(f"the database refuses: {getattr(wrong, 'orig', None) or wrong}")
        except (DomainError, SearchUnavailable, CommandError, BrokenReferences, OSError) as wrong:
            refuse(str(wrong))

    return with_appcontext(run)


def refuse(line: str) -> NoReturn:
    """End the command with its first line on the error output and exit code 1."""
    raise click.ClickException((line.strip() or "this is not possible").splitlines()[0])


def person(runtime: Runtime, email: str) -> User:
    """The account with that mail address; ends the command where there is none."""
    with runtime.store.readers() as session:
        found = session.scalar(select(User).where(func.lower(User.email) == email.strip().lower()))
    if found is None or not found.active:
        refuse(f"nobody signs in as {email}")
    return found


def acting(runtime: Runtime, email: str) -> Actor:
    """The actor whom that mail address names; ends the command where there is none."""
    found = person(runtime, email)
    with runtime.store.readers() as session:
        return load_actor(session, found, runtime.store.clock())
