"""Changes to what is listed: written beside the text in effect, screened where they are material, then applied."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from catalog.content import changed, content_of, material_changes, missing_in, plain, put
from catalog.kernel.errors import N_, Conflict, Invalid, WrongState
from catalog.kernel.lifecycle import advance
from catalog.kernel.transaction import Tx
from catalog.lifecycles import RESOURCE, REVISION
from catalog.models import Resource, Revision
from catalog.permissions import P
from catalog.states import FINDABLE

NOTHING_CHANGED = N_("Nothing differs from the text in effect.")
FEWER_THAN_TAKEN = N_("More places than this are reserved or held now.")


class PlacesHeld(Conflict):
    """The change leaves fewer places than are taken."""

    code = "places-held"
    message = N_("%(taken)s places are reserved or held now; the change would leave %(places)s.")


def revise(tx: Tx, resource: Resource) -> Revision:
    """Begin a change: a draft with the text in effect."""
    advance(tx, RESOURCE, resource, "revise")
    revision = tx.add(Revision(resource_id=resource.id, publisher_id=resource.publisher_id, content=content_of(resource)))
    tx.record("revision", revision, "create", to=revision.state, role=tx.role_for(P.RESOURCE_EDIT, resource))
    return revision


def edit(tx: Tx, revision: Revision, **content: Any) -> None:
    """Write what is given of the content into the change; no event where nothing changes."""
    REVISION.choose(tx, revision, "edit")
    written = revision.content | plain(content)
    fields = changed(revision.content, written)
    if fields:
        advance(tx, REVISION, revision, "edit", changes={"fields": fields})
        revision.content = written


def submit(tx: Tx, revision: Revision) -> None:
    """Hand the change in; where nothing material changed it takes effect at once."""
    _hand_in(tx, revision, "submit")


def resubmit(tx: Tx, revision: Revision) -> None:
    """Hand a returned change in again."""
    _hand_in(tx, revision, "resubmit")


def retract(tx: Tx, revision: Revision) -> None:
    """Take it back into a draft."""
    advance(tx, REVISION, revision, "retract")
    revision.remarks = {}


def return_(tx: Tx, revision: Revision, *, remarks: dict[str, str]) -> None:
    """Send it back with remarks at fields."""
    advance(tx, REVISION, revision, "return", changes={"remarks": remarks})
    revision.remarks = dict(remarks)


def accept(tx: Tx, revision: Revision) -> None:
    """Put the change into effect: the resource takes its text and counts one revision more.

    Raises WrongState where the resource has left the catalog meanwhile, PlacesHeld where places were taken meanwhile.
    """
    REVISION.choose(tx, revision, "accept")
    resource = revision.resource
    _still_listed(resource, "accept")
    # Under a lock, so that nobody reserves a place between this look and the new number.
    taken = tx.session.scalar(select(Resource.taken).where(Resource.id == resource.id).with_for_update())
    places = revision.content.get("places")
    if places is not None and places < taken:
        raise PlacesHeld(taken=taken, places=places)
    fields = changed(content_of(resource), revision.content)
    number = resource.revision + 1
    row = advance(tx, REVISION, revision, "accept", changes={"number": number, "fields": fields})
    revision.number, revision.effective_at, revision.remarks = number, tx.now, {}
    put(resource, revision.content)
    resource.revision, resource.updated_at = number, tx.now
    tx.record(
        "resource",
        resource,
        "revised",
        frm=resource.state,
        to=resource.state,
        changes={"revision": number, "fields": fields},
        role=tx.role_for(row.needs, revision),
    )


def refuse(tx: Tx, revision: Revision, *, reason: str) -> None:
    """Keep the text in effect, with a reason that the publisher can read."""
    advance(tx, REVISION, revision, "refuse", reason=reason)
    revision.reason, revision.remarks = reason, {}


def _hand_in(tx: Tx, revision: Revision, command: str) -> None:
    REVISION.choose(tx, revision, command)
    resource = revision.resource
    _still_listed(resource, command)
    before = content_of(resource)
    fields = changed(before, revision.content)
    if not fields:
        raise Invalid({"": [NOTHING_CHANGED]})
    lacking = missing_in(revision.content, resource.publisher.mailbox)
    places = revision.content.get("places")
    if places is not None and places < resource.taken:
        lacking["places"] = [FEWER_THAN_TAKEN]
    if lacking:
        raise Invalid(lacking)
    material = material_changes(before, revision.content)
    advance(tx, REVISION, revision, command, changes={"fields": fields, "material": material})
    if not material:
        with tx.as_system():
            accept(tx, revision)


def _still_listed(resource: Resource, command: str) -> None:
    if resource.state not in FINDABLE:
        raise WrongState(command=command, state=resource.state)
