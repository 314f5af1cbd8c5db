"""What must follow a change (index, mail, webhook): written in the change's transaction, delivered at least once after it.

A worker leases a row, handles it and marks it done. A worker that dies leaves a lease that runs out, so the next one takes
the row over; handlers are therefore idempotent. Failures are retried with growing pauses and given up loudly.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, String, Text, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, sessionmaker

from catalog.kernel.db import Base, new_id

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 8


class OutboxRow(Base):
    """One delivery that is owed."""

    __tablename__ = "outbox"
    __table_args__ = (Index(None, "done_at", "failed_at", "due_at"),)

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    topic: Mapped[str] = mapped_column(String(32))
    payload: Mapped[dict[str, Any]]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")


#: A handler gets the payloads of one topic, oldest first, and delivers all of them or raises.
Handler = Callable[[list[dict[str, Any]]], None]


class Outbox:
    """The worker's side of the table. ``batch_topics`` may be handled many rows at once, the others one by one."""

    def __init__(self, writers: sessionmaker[Session], handlers: Mapping[str, Handler], batch_topics: frozenset[str]) -> None:
        self.writers = writers
        self.handlers = handlers
        self.batch_topics = batch_topics

    def drain(self, now: Callable[[], datetime], limit: int = 10_000) -> int:
        """Deliver what is due until nothing is, at most ``limit`` rows; returns how many were delivered."""
        delivered = 0
        while delivered < limit:
            rows = self._lease(now())
            if not rows:
                break
            delivered += self._deliver(rows, now)
        return delivered

    def _lease(self, now: datetime) -> list[tuple[str, str, dict[str, Any]]]:
        free = (
            OutboxRow.done_at.is_(None),
            OutboxRow.failed_at.is_(None),
            OutboxRow.due_at <= now,
            or_(OutboxRow.leased_until.is_(None), OutboxRow.leased_until < now),
        )
        with self.writers.begin() as session:
            first = session.scalars(
                select(OutboxRow).where(*free).order_by(OutboxRow.due_at, OutboxRow.id).limit(1).with_for_update(skip_locked=True)
            ).first()
            if first is None:
                return []
            size = 500 if first.topic in self.batch_topics else 1
            rows = session.scalars(
                select(OutboxRow)
                .where(*free, OutboxRow.topic == first.topic)
                .order_by(OutboxRow.due_at, OutboxRow.id)
                .limit(size)
                .with_for_update(skip_locked=True)
            ).all()
            for row in rows:
                row.leased_until = now + LEASE
                row.attempts += 1
            return [(row.id, row.topic, row.payload) for row in rows]

    def _deliver(self, rows: list[tuple[str, str, dict[str, Any]]], now: Callable[[], datetime]) -> int:
        ids = [row_id for row_id, _topic, _payload in rows]
        topic = rows[0][1]
        try:
            self.handlers[topic]([payload for _id, _topic, payload in rows])
        except Exception as problem:
            self._retry(ids, now(), f"{type(problem).__name__}: {problem}")
            return 0
        with self.writers.begin() as session:
            session.execute(update(OutboxRow).where(OutboxRow.id.in_(ids)).values(done_at=now(), leased_until=None))
        return len(ids)

    def _retry(self, ids: list[str], now: datetime, problem: str) -> None:
        with self.writers.begin() as session:
            for row in session.scalars(select(OutboxRow).where(OutboxRow.id.in_(ids))):
                row.leased_until = None
                row.last_error = problem[:2000]
                if row.attempts >= MAX_ATTEMPTS:
                    row.failed_at = now
                    log.error("gave up on %s %s after %s attempts: %s", row.topic, row.id, row.attempts, problem)
                else:
                    row.due_at = now + timedelta(seconds=2**row.attempts)
                    log.warning("%s %s failed, attempt %s: %s", row.topic, row.id, row.attempts, problem)
