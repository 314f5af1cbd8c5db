"""The messages of one person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select

from catalog.kernel.transaction import Tx
from marketplace.models import Notification
from marketplace.permissions import P


def own(tx: Tx) -> Select[Any]:
    """The actor's messages, newest first."""
    return tx.visible(P.NOTIFICATION_READ, select(Notification)).order_by(Notification.at.desc(), Notification.id)


def unread(tx: Tx) -> int:
    """How many of the actor's messages are unread."""
    query = tx.visible(P.NOTIFICATION_READ, select(func.count()).select_from(Notification))
    return tx.session.scalar(query.where(Notification.read_at.is_(None))) or 0
