"""Who publishes: a platform that opens resources, or an office that issues a list."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from catalog.kernel.db import Base, Coded
from catalog.vocab import Region


class Publisher(Base):
    """The public face of an organisation; it shares the organisation's id and is kept in step by the marketplace."""

    __tablename__ = "publisher"

    id: Mapped[str] = mapped_column(String(12), primary_key=True)
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    mailbox: Mapped[str] = mapped_column(String(254), default="")
    region: Mapped[Region] = mapped_column(Coded(Region))
    verified: Mapped[bool] = mapped_column(default=False)
