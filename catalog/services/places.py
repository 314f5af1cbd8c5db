"""The places of a resource, counted by the database itself: never more taken than there are."""

from __future__ import annotations

from sqlalchemy import or_, update
from sqlalchemy.orm.util import identity_key

from catalog.kernel.errors import N_, Conflict
from catalog.kernel.transaction import Tx
from catalog.models import Resource


class NoPlacesLeft(Conflict):
    """Every place is reserved or held."""

    code = "no-places-left"
    message = N_("No place is left.")


def reserve_place(tx: Tx, resource_id: str) -> None:
    """Take one place; raises NoPlacesLeft where none is left. The resource's version stays as it is."""
    free = or_(Resource.places.is_(None), Resource.taken < Resource.places)
    if not _count(tx, resource_id, 1, free):
        raise NoPlacesLeft


def free_place(tx: Tx, resource_id: str) -> None:
    """Give one place back; RuntimeError where none is taken, because then somebody freed it twice."""
    if not _count(tx, resource_id, -1, Resource.taken > 0):
        raise RuntimeError(f"resource {resource_id} has no taken place to free")


def _count(tx: Tx, resource_id: str, step: int, condition: object) -> bool:
    """One conditional statement, so that no other comes between; then the loaded resource shows the new count."""
    counted = tx.session.execute(
        update(Resource)
        .where(Resource.id == resource_id, condition)
        .values(taken=Resource.taken + step)
        .execution_options(synchronize_session=False)
    )
    loaded = tx.session.identity_map.get(identity_key(Resource, resource_id))
    if loaded is not None:
        tx.session.refresh(loaded, ["taken"])
    return counted.rowcount == 1
