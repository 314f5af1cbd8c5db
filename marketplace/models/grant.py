"""Grants: the right that an approved item gives."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.kernel.db import Aggregate, Base, Coded
from catalog.models import Resource
from marketplace.models.organisation import Organisation
from marketplace.states import GrantState


class Grant(Aggregate, Base):
    """A firm's right to use one resource from a moment to another (``ends_at`` None: without an end)."""

    __tablename__ = "grant"

    item_id: Mapped[str] = mapped_column(ForeignKey("application_item.id"), index=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id"), index=True)
    resource_id: Mapped[str] = mapped_column(ForeignKey("resource.id"), index=True)
    holder_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    platform_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[GrantState] = mapped_column(Coded(GrantState), default=GrantState.SCHEDULED)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    conditions: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")

    resource: Mapped[Resource] = relationship(lazy="joined")
    holder: Mapped[Organisation] = relationship(foreign_keys=[holder_id], lazy="joined")
    platform: Mapped[Organisation] = relationship(foreign_keys=[platform_id], lazy="joined")
