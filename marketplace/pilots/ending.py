"""Pilots that end before their time take the grant on which they stood with them, so that its place is free again."""

from __future__ import annotations

from catalog.kernel.transaction import Tx
from marketplace.grants.services import revoke
from marketplace.models import Grant, Pilot
from marketplace.pilots import services
from marketplace.states import LIVING


def terminate(tx: Tx, pilot: Pilot, *, reason: str) -> None:
    """Ended before its time by either side or the operator."""
    services.terminate(tx, pilot, reason=reason)
    _revoke(tx, pilot, reason)


def annul(tx: Tx, pilot: Pilot, *, reason: str) -> None:
    """Obtained wrongly: the pilot is never counted."""
    services.annul(tx, pilot, reason=reason)
    _revoke(tx, pilot, reason)


def _revoke(tx: Tx, pilot: Pilot, reason: str) -> None:
    grant = tx.session.get_one(Grant, pilot.grant_id)
    if grant.state in LIVING:
        with tx.as_system():
            revoke(tx, grant, reason=reason)
