"""What time does by itself: each act goes through the same tables as a person's, by the actor called clock."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Select, select

from catalog.kernel.errors import Conflict
from catalog.kernel.transaction import Tx
from catalog.models import Batch, Resource
from catalog.services import batches
from catalog.states import BatchState, ResourceState
from marketplace.actor import CLOCK
from marketplace.applications import services as applications
from marketplace.grants import services as grants
from marketplace.models import Application, Grant
from marketplace.publishing.following import withdraw
from marketplace.runtime import Runtime
from marketplace.states import LIVING, ApplicationState, GrantState

log = logging.getLogger(__name__)


def _due(tx: Tx) -> Iterator[tuple[Select[Any], Callable[[Tx, Any], None]]]:
    """What may be due now, with the service that does it; the guards of the tables have the last word."""
    yield select(Batch).where(Batch.state == BatchState.PLANNED, Batch.opens_at <= tx.now), batches.open_
    yield select(Batch).where(Batch.state == BatchState.COLLECTING, Batch.closes_at <= tx.now), batches.close
    yield select(Resource).where(Resource.state == ResourceState.CLOSING, Resource.closing_at <= tx.now), withdraw
    overdue = (ApplicationState.DRAFT, ApplicationState.RETURNED)
    yield select(Application).where(Application.state.in_(overdue), Application.due_at <= tx.now), applications.expire
    yield select(Grant).where(Grant.state == GrantState.SCHEDULED, Grant.starts_at <= tx.now), grants.activate
    yield select(Grant).where(Grant.state.in_(LIVING), Grant.ends_at <= tx.now), grants.expire


def tick(runtime: Runtime) -> int:
    """Do all that is due; each thing in a transaction of its own, so that one refusal or failure stops nothing else.

    Returns how many acts were done.
    """
    with runtime.store.read(CLOCK) as tx:
        due = [
            (query.column_descriptions[0]["entity"], thing.id, act)
            for query, act in _due(tx)
            for thing in tx.session.scalars(query).unique()
        ]
    done = 0
    for model, key, act in due:
        try:
            with runtime.store.begin(CLOCK) as tx:
                act(tx, tx.session.get(model, key))
            done += 1
        except Conflict as late:
            log.info("%s %s: %s", model.__name__, key, late)
        except Exception:
            log.exception("the clock could not act on %s %s", model.__name__, key)
    return done
