"""Openness-list batches and, once published, their frozen entries."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.kernel.db import Aggregate, Base, Coded, new_id
from catalog.models.publisher import Publisher
from catalog.states import BatchState


class Batch(Aggregate, Base):
    """A numbered, dated release of resources by an office. The window between opening and closing gates submission."""

    __tablename__ = "batch"

    number: Mapped[int] = mapped_column(unique=True)
    state: Mapped[BatchState] = mapped_column(Coded(BatchState), default=BatchState.PLANNED)
    issuer_id: Mapped[str] = mapped_column(ForeignKey("publisher.id"), index=True)
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200), default="")
    summary_zh: Mapped[str] = mapped_column(Text, default="")
    summary_en: Mapped[str] = mapped_column(Text, default="")
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    digest: Mapped[str] = mapped_column(String(64), default="")

    issuer: Mapped[Publisher] = relationship(lazy="joined")


class BatchEntry(Base):
    """One entry of a published list, frozen as it was: never edited afterwards."""

    __tablename__ = "batch_entry"
    __table_args__ = (UniqueConstraint("batch_id", "position"), UniqueConstraint("batch_id", "resource_id"))

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"))
    resource_id: Mapped[str] = mapped_column(ForeignKey("resource.id"), index=True)
    position: Mapped[int]
    content: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
