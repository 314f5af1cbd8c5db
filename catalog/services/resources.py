"""What happens to a resource: each function is one command of its life cycle.

Permission, state and guards are asked first, then the input; a function that raises has changed nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, select

from catalog import rules
from catalog.content import content_of, missing, put
from catalog.kernel.db import new_id
from catalog.kernel.errors import N_, Invalid
from catalog.kernel.fields import NOT_A_CHOICE
from catalog.kernel.lifecycle import advance
from catalog.kernel.transaction import Tx
from catalog.lifecycles import RESOURCE
from catalog.models import Batch, Resource, Revision
from catalog.permissions import P
from catalog.states import RevisionState, Suspender

#: Between the announcement of a closing and its day.
NOTICE = timedelta(days=30)

SOURCE_KEY_TAKEN = N_("The publisher already has a resource with this key.")
NOTICE_TOO_SHORT = N_("The closing day must be at least 30 days ahead.")


def create_resource(
    tx: Tx, *, publisher_id: str, source_key: str | None = None, copy_of: str | None = None, **content: Any
) -> Resource:
    """A new draft of that publisher with ``content``: names of ``ContentSchema``, at least kind and access policy.

    ``source_key`` is the key of an import, unique within the publisher; ``copy_of`` the id of the resource it repeats.
    """
    resource = Resource(publisher_id=publisher_id, source_key=source_key)
    tx.require(P.RESOURCE_CREATE, resource)
    same = exists().where(Resource.publisher_id == publisher_id, Resource.source_key == source_key)
    if source_key is not None and tx.session.scalar(select(same)):
        raise Invalid({"source_key": [SOURCE_KEY_TAKEN]})
    put(resource, content)
    tx.add(resource)
    changes = {"copy_of": copy_of} if copy_of else {}
    tx.record(
        "resource",
        resource,
        "create",
        to=resource.state,
        changes=changes,
        role=tx.role_for(P.RESOURCE_CREATE, resource),
    )
    return resource


def edit(tx: Tx, resource: Resource, **content: Any) -> None:
    """Write what is given of the content; no event where nothing changes."""
    RESOURCE.choose(tx, resource, "edit")
    fields = put(resource, content)
    if fields:
        advance(tx, RESOURCE, resource, "edit", changes={"fields": fields})


def submit(tx: Tx, resource: Resource, *, batch: str, in_bulk: bool = False) -> None:
    """Hand the draft in to the batch with that id; ``in_bulk`` stands in the event, so that many may be told of at once.

    Raises BatchClosed outside the batch's window, Invalid with a message per field where something is missing.
    """
    RESOURCE.choose(tx, resource, "submit")
    chosen = _held(tx, batch)
    if chosen is None or not tx.may(P.BATCH_READ, chosen):
        raise Invalid({"batch": [NOT_A_CHOICE]})
    rules.takes_submissions(tx, chosen)
    _complete(resource)
    _put_into(resource, chosen)
    changes: dict[str, Any] = {"batch": chosen.id} | ({"in_bulk": True} if in_bulk else {})
    advance(tx, RESOURCE, resource, "submit", changes=changes)


def retract(tx: Tx, resource: Resource) -> None:
    """Take it back into a draft; it loses its batch."""
    advance(tx, RESOURCE, resource, "retract", changes={"batch": resource.batch_id})
    _clear(resource)
    _put_into(resource, None)


def return_(tx: Tx, resource: Resource, *, remarks: dict[str, str]) -> None:
    """Send it back with remarks at fields."""
    advance(tx, RESOURCE, resource, "return", changes={"remarks": remarks})
    resource.remarks = dict(remarks)


def resubmit(tx: Tx, resource: Resource) -> None:
    """Hand a returned entry in again, into the same batch; the remarks stay to be compared until it is decided."""
    RESOURCE.choose(tx, resource, "resubmit")
    # Read again under the lock: screening may have ended since the guard looked.
    _held(tx, resource.batch_id)
    rules.batch_takes_remarks(tx, resource)
    _complete(resource)
    advance(tx, RESOURCE, resource, "resubmit")


def accept(tx: Tx, resource: Resource, *, in_bulk: bool = False) -> None:
    """Take it into the list of its batch; ``in_bulk`` stands in the event, so that many may be told of at once."""
    advance(tx, RESOURCE, resource, "accept", changes={"in_bulk": True} if in_bulk else {})
    _clear(resource)


def refuse(tx: Tx, resource: Resource, *, reason: str) -> None:
    """Keep it off the list, with a reason that the publisher can read."""
    advance(tx, RESOURCE, resource, "refuse", reason=reason)
    _clear(resource)
    resource.reason = reason


def copy(tx: Tx, resource: Resource) -> Resource:
    """A new draft with the content of one that was not accepted; that one stays as it is."""
    RESOURCE.choose(tx, resource, "copy")
    draft = create_resource(tx, publisher_id=resource.publisher_id, copy_of=resource.id, **content_of(resource))
    advance(tx, RESOURCE, resource, "copy", changes={"copy": draft.id})
    return draft


def list_(tx: Tx, resource: Resource) -> None:
    """What follows for an accepted entry when its batch is published: it is open to all, its text is revision 1."""
    resource.revision = 1
    advance(tx, RESOURCE, resource, "list", changes={"revision": 1})
    _clear(resource)
    resource.listed_at = tx.now
    first = Revision(
        id=new_id(),
        resource_id=resource.id,
        publisher_id=resource.publisher_id,
        number=1,
        state=RevisionState.EFFECTIVE,
        content=content_of(resource),
        effective_at=tx.now,
        created_at=tx.now,
        updated_at=tx.now,
    )
    tx.session.add(first)
    # An id made a moment ago has no events to ask the database for.
    tx.begins("revision", first.id)
    tx.record("revision", first, "create", to=first.state, role=tx.role_for(P.RESOURCE_FOLLOW, resource))


def drop(tx: Tx, resource: Resource) -> None:
    """What follows for an entry when its batch is cancelled: a draft again, free for another batch."""
    advance(tx, RESOURCE, resource, "drop", changes={"batch": resource.batch_id})
    _clear(resource)
    _put_into(resource, None)


def suspend(tx: Tx, resource: Resource, *, reason: str) -> None:
    """No new applications for now; remembers whether the platform or the office did it."""
    row = advance(tx, RESOURCE, resource, "suspend", reason=reason)
    resource.suspended_by = Suspender.OFFICE if row.needs == P.RESOURCE_PAUSE_BY_OFFICE else Suspender.PLATFORM
    resource.reason = reason


def resume(tx: Tx, resource: Resource) -> None:
    """Take applications again; only the office lifts an office's suspension."""
    advance(tx, RESOURCE, resource, "resume")
    resource.suspended_by = None
    resource.reason = ""


def announce_closing(tx: Tx, resource: Resource, *, reason: str, closing_at: datetime) -> None:
    """Announce the end for a day at least 30 days ahead; no new applications."""
    RESOURCE.choose(tx, resource, "announce_closing")
    if closing_at < tx.now + NOTICE:
        raise Invalid({"closing_at": [NOTICE_TOO_SHORT]})
    changes = {"closing_at": closing_at.isoformat()}
    advance(tx, RESOURCE, resource, "announce_closing", reason=reason, changes=changes)
    resource.suspended_by = None
    resource.closing_at = closing_at
    resource.reason = reason


def withdraw(tx: Tx, resource: Resource) -> None:
    """What follows when the notice ended: out of the catalog, the page stays."""
    advance(tx, RESOURCE, resource, "withdraw", reason=resource.reason)


def take_down(tx: Tx, resource: Resource, *, reason: str) -> None:
    """Take it out at once on a legal ground and hide its text."""
    advance(tx, RESOURCE, resource, "take_down", reason=reason)
    resource.suspended_by = None
    resource.taken_down_at = tx.now
    resource.reason = reason


def _held(tx: Tx, batch_id: str | None) -> Batch | None:
    """The batch as it is now; its closing waits until this transaction ends, so none slips in behind it."""
    query = select(Batch).where(Batch.id == batch_id).with_for_update(read=True, of=Batch)
    return tx.session.scalars(query.execution_options(populate_existing=True)).unique().first()


def _complete(resource: Resource) -> None:
    lacking = missing(resource)
    if lacking:
        raise Invalid(lacking)


def _put_into(resource: Resource, batch: Batch | None) -> None:
    # Both, because rules and representations read either before the next flush.
    resource.batch = batch
    resource.batch_id = None if batch is None else batch.id


def _clear(resource: Resource) -> None:
    resource.remarks = {}
    resource.reason = ""
