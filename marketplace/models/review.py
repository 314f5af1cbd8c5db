"""Rounds of review and the reviewers' parts in them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.kernel.db import Aggregate, Base, Coded, new_id
from marketplace.models.application import Application
from marketplace.models.user import User
from marketplace.states import AssignmentState, Recommendation, ReviewState


class Review(Aggregate, Base):
    """One round of review of an application. Quorum, threshold and weights are those it was formed with.

    ``threshold`` is a weighted mean from 0 to 10; ``weights`` maps each criterion to percent.
    """

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("application_id", "round"),)

    application_id: Mapped[str] = mapped_column(ForeignKey("application.id"), index=True)
    applicant_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    platform_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    round: Mapped[int] = mapped_column(default=1)
    state: Mapped[ReviewState] = mapped_column(Coded(ReviewState), default=ReviewState.FORMING)
    chair_id: Mapped[str | None] = mapped_column(ForeignKey("user.id"), index=True)
    quorum: Mapped[int] = mapped_column(default=3)
    threshold: Mapped[float] = mapped_column(default=6.0)
    weights: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship(lazy="joined")
    chair: Mapped[User | None] = relationship(lazy="joined")
    assignments: Mapped[list[Assignment]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="Assignment.assigned_at, Assignment.id"
    )


class Assignment(Base):
    """One reviewer's part: what was scored, what is recommended and, where it no longer counts, why."""

    __tablename__ = "assignment"

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    review_id: Mapped[str] = mapped_column(ForeignKey("review.id"), index=True)
    reviewer_id: Mapped[str] = mapped_column(ForeignKey("user.id"), index=True)
    state: Mapped[AssignmentState] = mapped_column(Coded(AssignmentState), default=AssignmentState.ASSIGNED)
    assigned_at: Mapped[datetime]
    scored_at: Mapped[datetime | None]
    scores: Mapped[dict[str, Any]] = mapped_column(default=dict)
    recommendation: Mapped[Recommendation | None] = mapped_column(Coded(Recommendation))
    comment: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")

    reviewer: Mapped[User] = relationship(lazy="joined")
