"""Applications and their items."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.kernel.db import Aggregate, Base, Coded, new_id
from catalog.models import Resource
from catalog.vocab import AccessPolicy
from marketplace.models.organisation import Organisation
from marketplace.states import ApplicationState, Outcome

if TYPE_CHECKING:
    from marketplace.models.review import Review


class Application(Aggregate, Base):
    """A firm's case for one or several resources of one platform under one access policy.

    ``returned_from`` is the state to which a resubmission leads; ``due_at`` the end of the time that the state allows;
    ``answer_left`` the seconds that the decider still had when the case was returned (the decider's clock pauses).
    """

    __tablename__ = "application"

    state: Mapped[ApplicationState] = mapped_column(Coded(ApplicationState), default=ApplicationState.DRAFT)
    applicant_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    platform_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    policy: Mapped[AccessPolicy] = mapped_column(Coded(AccessPolicy))
    created_by: Mapped[str] = mapped_column(String(24))
    title: Mapped[str] = mapped_column(String(200), default="")
    need: Mapped[str] = mapped_column(Text, default="")
    plan: Mapped[str] = mapped_column(Text, default="")
    effect: Mapped[str] = mapped_column(Text, default="")
    contact: Mapped[str] = mapped_column(String(254), default="")
    terms_accepted_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    answer_left: Mapped[int | None]
    returned_from: Mapped[ApplicationState | None] = mapped_column(Coded(ApplicationState))
    remarks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str] = mapped_column(Text, default="")

    applicant: Mapped[Organisation] = relationship(foreign_keys=[applicant_id], lazy="joined")
    platform: Mapped[Organisation] = relationship(foreign_keys=[platform_id], lazy="joined")
    items: Mapped[list[ApplicationItem]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="ApplicationItem.position"
    )
    reviews: Mapped[list[Review]] = relationship(viewonly=True, order_by="Review.round")


class ApplicationItem(Base):
    """One resource asked for, with a decision of its own. ``reserved``: it holds one of the resource's places."""

    __tablename__ = "application_item"
    __table_args__ = (UniqueConstraint("application_id", "resource_id"),)

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id"))
    resource_id: Mapped[str] = mapped_column(ForeignKey("resource.id"), index=True)
    position: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[Outcome] = mapped_column(Coded(Outcome), default=Outcome.PENDING)
    reason: Mapped[str] = mapped_column(Text, default="")
    reserved: Mapped[bool] = mapped_column(default=False)

    resource: Mapped[Resource] = relationship(lazy="joined")
