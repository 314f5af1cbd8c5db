"""Organisations, who belongs to them, whom they serve and what tier they hold."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.kernel.db import Aggregate, Base, Coded, new_id
from catalog.vocab import Industry, Region, SizeClass, Tier
from marketplace.models.user import User
from marketplace.states import OrganisationKind, OrganisationState, RelationState, Role


class Organisation(Aggregate, Base):
    """A firm, a platform, a service platform or an office; the kinds are codes of ``OrganisationKind``.

    Only an office may lack the credit code: the first one stands before anybody looked its code up.
    """

    __tablename__ = "organisation"

    state: Mapped[OrganisationState] = mapped_column(Coded(OrganisationState), default=OrganisationState.PENDING)
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    credit_code: Mapped[str | None] = mapped_column(String(18), unique=True)
    is_platform: Mapped[bool] = mapped_column(default=False)
    is_enterprise: Mapped[bool] = mapped_column(default=False)
    is_service_platform: Mapped[bool] = mapped_column(default=False)
    is_office: Mapped[bool] = mapped_column(default=False)
    region: Mapped[Region] = mapped_column(Coded(Region))
    industry: Mapped[Industry | None] = mapped_column(Coded(Industry))
    size_class: Mapped[SizeClass | None] = mapped_column(Coded(SizeClass))
    mailbox: Mapped[str] = mapped_column(String(254))
    website: Mapped[str] = mapped_column(String(500), default="")
    intro_zh: Mapped[str] = mapped_column(Text, default="")
    intro_en: Mapped[str] = mapped_column(Text, default="")
    remarks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str] = mapped_column(Text, default="")
    publisher_id: Mapped[str | None] = mapped_column(ForeignKey("publisher.id"), unique=True)

    @property
    def kinds(self) -> tuple[OrganisationKind, ...]:
        """The kinds that hold, in the order of the vocabulary."""
        return tuple(kind for kind in OrganisationKind if getattr(self, f"is_{kind.value}"))

    def name(self, language: str) -> str:
        """The legal name in ``language``, or the Chinese one where the other is missing."""
        return self.name_zh if language == "zh" or not self.name_en else self.name_en


class Membership(Base):
    """A person's role in an organisation; several where it is of several kinds. An ended one still counts for conflicts."""

    __tablename__ = "membership"
    __table_args__ = (
        Index(
            "uq_membership_current",
            "organisation_id",
            "user_id",
            "role",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"), index=True)
    role: Mapped[Role] = mapped_column(Coded(Role))
    since: Mapped[datetime]
    until: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined")
    organisation: Mapped[Organisation] = relationship(lazy="joined")


class ServiceRelation(Base):
    """A service platform's relation to an enterprise: offered, accepted by the enterprise, ended by either."""

    __tablename__ = "service_relation"

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    service_platform_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    enterprise_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[RelationState] = mapped_column(Coded(RelationState), default=RelationState.OFFERED)
    since: Mapped[datetime]
    until: Mapped[datetime | None]

    service_platform: Mapped[Organisation] = relationship(foreign_keys=[service_platform_id], lazy="joined")
    enterprise: Mapped[Organisation] = relationship(foreign_keys=[enterprise_id], lazy="joined")


class TierEvidence(Base):
    """A tier that an organisation holds: a certificate with its dates, valid once an operator confirmed it."""

    __tablename__ = "tier_evidence"

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    tier: Mapped[Tier] = mapped_column(Coded(Tier))
    certificate: Mapped[str] = mapped_column(String(80))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(lazy="joined")
