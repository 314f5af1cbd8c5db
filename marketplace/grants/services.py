"""Giving a grant and what ends or interrupts it; whatever ends it frees its place."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from catalog.kernel.errors import N_
from catalog.kernel.lifecycle import advance
from catalog.kernel.transaction import Tx
from catalog.models import Resource
from catalog.services.places import free_place
from marketplace.lifecycles import GRANT
from marketplace.models import Application, ApplicationItem, Grant
from marketplace.pilots.services import approve_pilot, follow_grant
from marketplace.states import LIVING, GrantState

_GIVEN_UP = N_("The firm gave the grant up.")


def give(tx: Tx, application: Application, item: ApplicationItem, *, with_pilot: bool = False) -> Grant:
    """A grant for an approved item, active at once, for the resource's term. To be called as the system."""
    resource = item.resource
    grant = Grant(
        item_id=item.id,
        application_id=application.id,
        resource_id=item.resource_id,
        holder_id=application.applicant_id,
        platform_id=application.platform_id,
        state=GrantState.ACTIVE,
        starts_at=tx.now,
        ends_at=None if resource.term_days is None else tx.now + timedelta(days=resource.term_days),
        demo=application.demo,
    )
    tx.add(grant)
    tx.session.refresh(grant, ["resource", "holder", "platform"])
    tx.record("grant", grant, "create", to=grant.state, role="system")
    if with_pilot:
        approve_pilot(tx, application, grant)
    return grant


def activate(tx: Tx, grant: Grant) -> None:
    """The first day of a scheduled grant has come."""
    advance(tx, GRANT, grant, "activate")


def suspend(tx: Tx, grant: Grant, *, reason: str) -> None:
    """The platform interrupts a grant."""
    advance(tx, GRANT, grant, "suspend", reason=reason)
    grant.reason = reason


def resume(tx: Tx, grant: Grant) -> None:
    """The platform lets a grant go on."""
    advance(tx, GRANT, grant, "resume")
    grant.reason = ""


def expire(tx: Tx, grant: Grant) -> None:
    """The last day has passed."""
    advance(tx, GRANT, grant, "expire")
    _free(tx, grant)


def revoke(tx: Tx, grant: Grant, *, reason: str) -> None:
    """The platform (or a takedown) takes the right away; a pilot on it is paused until the operator settles it."""
    advance(tx, GRANT, grant, "revoke", reason=reason)
    grant.reason = reason
    _free(tx, grant)
    with tx.as_system():
        follow_grant(tx, grant, reason)


def surrender(tx: Tx, grant: Grant) -> None:
    """The firm gives the right up; a pilot on it is paused until somebody ends it."""
    advance(tx, GRANT, grant, "surrender")
    _free(tx, grant)
    with tx.as_system():
        follow_grant(tx, grant, _GIVEN_UP)


def revoke_all(tx: Tx, resource: Resource, reason: str) -> None:
    """Every living grant of a resource that was taken down. To be called as the system."""
    for grant in tx.session.scalars(select(Grant).where(Grant.resource_id == resource.id, Grant.state.in_(LIVING))).unique():
        revoke(tx, grant, reason=reason)


def _free(tx: Tx, grant: Grant) -> None:
    free_place(tx, grant.resource_id)
    item = tx.session.get(ApplicationItem, grant.item_id)
    item.reserved = False
