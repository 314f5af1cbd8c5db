"""The append-only record of what happened: who, when, as what role, from, to and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from catalog.kernel.db import Base, new_id


class Event(Base):
    """One change. Persons stand here by pseudonym, so that a person can be erased while the record stays whole."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("thing", "thing_id", "sequence"),
        Index(None, "at"),
    )

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    thing: Mapped[str] = mapped_column(String(32))
    thing_id: Mapped[str] = mapped_column(String(12))
    sequence: Mapped[int]
    name: Mapped[str] = mapped_column(String(40))
    frm: Mapped[str | None] = mapped_column(String(32))
    to: Mapped[str | None] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(24))
    role: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str] = mapped_column(Text, default="")
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]


def _refuse(_mapper: Any, _connection: Any, target: Event) -> None:
    raise RuntimeError(f"event {target.id} is a record and is never edited or deleted")


event.listen(Event, "before_update", _refuse)
event.listen(Event, "before_delete", _refuse)
