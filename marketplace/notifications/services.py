"""Reading one's messages."""

from __future__ import annotations

from sqlalchemy import update

from catalog.kernel.transaction import Tx
from marketplace.models import Notification
from marketplace.permissions import P


def mark_read(tx: Tx) -> int:
    """Mark every message of the actor as read; returns how many were not. Nothing is decided by it, so it leaves no event."""
    tx.require(P.WORK_READ)
    own = tx.policy[P.NOTIFICATION_READ].where(tx.actor)
    return tx.session.execute(update(Notification).where(own, Notification.read_at.is_(None)).values(read_at=tx.now)).rowcount
