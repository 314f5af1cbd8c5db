"""What a person is told in the application."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.kernel.db import Base, new_id
from marketplace.models.user import User


class Notification(Base):
    """One message to one person: a translatable text with its parameters and the thing it is about."""

    __tablename__ = "notification"
    __table_args__ = (Index(None, "user_id", "read_at"),)

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(String(300))
    params: Mapped[dict[str, Any]]
    thing: Mapped[str] = mapped_column(String(32))
    thing_id: Mapped[str] = mapped_column(String(12))
    read_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined")
