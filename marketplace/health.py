"""Whether the application can serve: database, index and outbox, without a word that is secret."""

from __future__ import annotations

import json
import logging
from typing import Any

from flask import Blueprint, Response
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from catalog.kernel.outbox import OutboxRow
from marketplace.http.context import runtime
from marketplace.http.guard import public
from marketplace.runtime import Runtime

log = logging.getLogger(__name__)

blueprint = Blueprint("health", __name__)


def health(running: Runtime) -> dict[str, Any]:
    """``status`` is "ok" where database and index answer, else "failing"; the outbox is told and fails nothing.

    ``outbox.waiting`` counts deliveries owed, ``failed`` those given up, ``oldest_seconds`` how long the oldest one
    that is due waits; ``outbox`` is None where the database cannot say.
    """
    outbox = _outbox(running)
    index = _index(running)
    return {
        "status": "ok" if outbox is not None and index else "failing",
        "database": "ok" if outbox is not None else "failing",
        "index": "ok" if index else "failing",
        "outbox": outbox,
    }


def _outbox(running: Runtime) -> dict[str, int] | None:
    now = running.store.clock()
    owed = (OutboxRow.done_at.is_(None), OutboxRow.failed_at.is_(None))
    try:
        with running.store.readers() as session:
            waiting = session.scalar(select(func.count()).where(*owed)) or 0
            failed = session.scalar(select(func.count()).where(OutboxRow.failed_at.is_not(None))) or 0
            oldest = session.scalar(select(func.min(OutboxRow.due_at)).where(*owed))
    except SQLAlchemyError:
        log.exception("the database does not answer")
        return None
    waited = 0 if oldest is None else max(0, int((now - oldest).total_seconds()))
    return {"waiting": waiting, "failed": failed, "oldest_seconds": waited}


def _index(running: Runtime) -> bool:
    try:
        return running.search.healthy()
    except Exception:
        log.exception("the index does not answer")
        return False


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """200 where the application can serve, 503 where it cannot."""
    found = health(runtime())
    status = 200 if found["status"] == "ok" else 503
    return Response(json.dumps(found), status, mimetype="application/json", headers={"Cache-Control": "no-store"})
