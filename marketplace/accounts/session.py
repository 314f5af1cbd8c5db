"""The database session of the accounts library: its views read and commit through it, and nothing else does.

It is the one named exception to the rule that only the kernel's transaction commits.
"""

from __future__ import annotations

from flask import Flask, has_request_context, request
from flask.globals import app_ctx
from sqlalchemy.orm import Session, scoped_session

from catalog.kernel.transaction import Store

#: Views of the library that write although they are opened by a link.
_WRITING_LINKS = frozenset({"security.confirm_email"})


def _writes() -> bool:
    """Whether this request writes through the library.

    Everything else must not: the session that loads the signed-in person would keep the write lock of SQLite, and the
    transaction of the same request would wait for itself.
    """
    if not has_request_context() or request.blueprint != "security":
        return False
    return request.method == "POST" or request.endpoint in _WRITING_LINKS


def open_session(app: Flask, store: Store) -> scoped_session[Session]:
    """One session per application context, closed with it."""

    def make() -> Session:
        return (store.writers if _writes() else store.readers)()

    session = scoped_session(make, scopefunc=lambda: id(app_ctx._get_current_object()))  # type: ignore[arg-type]

    @app.teardown_appcontext
    def close(_error: BaseException | None) -> None:
        session.remove()

    return session
