"""Resources and their revisions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.kernel.db import Aggregate, Base, Coded
from catalog.models.batch import Batch
from catalog.models.publisher import Publisher
from catalog.states import ResourceState, RevisionState, Suspender
from catalog.vocab import AccessPolicy, Licence, PriceModel, ResourceKind, Tier


class Resource(Aggregate, Base):
    """One thing a platform opens.

    ``places`` is how many grants may hold at once (None: unlimited), ``taken`` how many places are reserved or held now;
    the database itself refuses more than there are. ``revision`` is the number of the text in effect, 0 before the first.
    Once ``taken_down_at`` is set the text is hidden from the public, here and in published lists.
    """

    __tablename__ = "resource"
    __table_args__ = (
        UniqueConstraint("publisher_id", "source_key"),
        CheckConstraint("taken >= 0 AND (places IS NULL OR taken <= places)", name="places_hold"),
        Index(None, "state", "batch_id"),
    )

    publisher_id: Mapped[str] = mapped_column(ForeignKey("publisher.id"), index=True)
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("batch.id"), index=True)
    state: Mapped[ResourceState] = mapped_column(Coded(ResourceState), default=ResourceState.DRAFT)
    revision: Mapped[int] = mapped_column(default=0)
    taken: Mapped[int] = mapped_column(default=0)
    source_key: Mapped[str | None] = mapped_column(String(200))
    remarks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str] = mapped_column(Text, default="")
    suspended_by: Mapped[Suspender | None] = mapped_column(Coded(Suspender))
    closing_at: Mapped[datetime | None]
    listed_at: Mapped[datetime | None]
    taken_down_at: Mapped[datetime | None]

    kind: Mapped[ResourceKind] = mapped_column(Coded(ResourceKind))
    access_policy: Mapped[AccessPolicy] = mapped_column(Coded(AccessPolicy))
    title_zh: Mapped[str] = mapped_column(String(200), default="")
    title_en: Mapped[str] = mapped_column(String(200), default="")
    summary_zh: Mapped[str] = mapped_column(Text, default="")
    summary_en: Mapped[str] = mapped_column(Text, default="")
    description_zh: Mapped[str] = mapped_column(Text, default="")
    description_en: Mapped[str] = mapped_column(Text, default="")
    industries: Mapped[list[str]] = mapped_column(default=list)
    regions: Mapped[list[str]] = mapped_column(default=list)
    licence: Mapped[Licence | None] = mapped_column(Coded(Licence))
    licence_note: Mapped[str] = mapped_column(Text, default="")
    tags: Mapped[list[str]] = mapped_column(default=list)
    provider: Mapped[str] = mapped_column(String(300), default="")
    url: Mapped[str] = mapped_column(String(1000), default="")
    mailbox: Mapped[str] = mapped_column(String(254), default="")
    price: Mapped[PriceModel | None] = mapped_column(Coded(PriceModel))
    places: Mapped[int | None]
    term_days: Mapped[int | None]
    min_tier: Mapped[Tier | None] = mapped_column(Coded(Tier))
    sizes: Mapped[list[str]] = mapped_column(default=list)
    transparency: Mapped[dict[str, Any]] = mapped_column(default=dict)

    publisher: Mapped[Publisher] = relationship(lazy="joined")
    batch: Mapped[Batch | None] = relationship(lazy="joined")

    def title(self, language: str) -> str:
        """The title in ``language``, or in the other one where only that is given."""
        first, second = (self.title_zh, self.title_en) if language == "zh" else (self.title_en, self.title_zh)
        return first or second


class Revision(Aggregate, Base):
    """The content of a resource at one point: those in effect are numbered from 1, at most one other is under way."""

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("resource_id", "number"),
        Index(
            "uq_revision_under_way",
            "resource_id",
            unique=True,
            sqlite_where=text("state IN ('draft', 'submitted', 'returned')"),
            postgresql_where=text("state IN ('draft', 'submitted', 'returned')"),
        ),
    )

    resource_id: Mapped[str] = mapped_column(ForeignKey("resource.id"), index=True)
    publisher_id: Mapped[str] = mapped_column(ForeignKey("publisher.id"))
    number: Mapped[int | None]
    state: Mapped[RevisionState] = mapped_column(Coded(RevisionState), default=RevisionState.DRAFT)
    content: Mapped[dict[str, Any]]
    remarks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str] = mapped_column(Text, default="")
    effective_at: Mapped[datetime | None]

    resource: Mapped[Resource] = relationship(lazy="joined")
