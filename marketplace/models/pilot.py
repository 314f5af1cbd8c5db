"""Pilots, their reports, and what comes of them: service scenarios and showcases."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.kernel.db import Aggregate, Base, Coded, new_id
from catalog.models import Resource
from marketplace.models.application import Application
from marketplace.models.grant import Grant
from marketplace.models.organisation import Organisation
from marketplace.states import PilotState, ScenarioStage, ShowcaseState


class Pilot(Aggregate, Base):
    """An approved match of firm, platform and resource that runs, reports and is brought to an end."""

    __tablename__ = "pilot"

    application_id: Mapped[str] = mapped_column(ForeignKey("application.id"), index=True)
    grant_id: Mapped[str] = mapped_column(ForeignKey("grant.id"), unique=True)
    resource_id: Mapped[str] = mapped_column(ForeignKey("resource.id"), index=True)
    firm_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    platform_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[PilotState] = mapped_column(Coded(PilotState), default=PilotState.APPROVED)
    title: Mapped[str] = mapped_column(String(200))
    approved_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    result: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")

    application: Mapped[Application] = relationship(lazy="joined")
    grant: Mapped[Grant] = relationship(lazy="select")
    resource: Mapped[Resource] = relationship(lazy="joined")
    firm: Mapped[Organisation] = relationship(foreign_keys=[firm_id], lazy="joined")
    platform: Mapped[Organisation] = relationship(foreign_keys=[platform_id], lazy="joined")
    reports: Mapped[list[PilotReport]] = relationship(lazy="selectin", order_by="PilotReport.at")


class PilotReport(Base):
    """A progress report of the firm."""

    __tablename__ = "pilot_report"

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    pilot_id: Mapped[str] = mapped_column(ForeignKey("pilot.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(24))
    text: Mapped[str] = mapped_column(Text)


class ServiceScenario(Aggregate, Base):
    """A common need of small firms served by models or agents; moved on by an operator on evidence from pilots."""

    __tablename__ = "service_scenario"

    state: Mapped[ScenarioStage] = mapped_column(Coded(ScenarioStage), default=ScenarioStage.IDEA)
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200), default="")
    need_zh: Mapped[str] = mapped_column(Text)
    need_en: Mapped[str] = mapped_column(Text, default="")
    solution_zh: Mapped[str] = mapped_column(Text)
    solution_en: Mapped[str] = mapped_column(Text, default="")
    industries: Mapped[list[str]] = mapped_column(default=list)
    evidence_zh: Mapped[str] = mapped_column(Text, default="")
    evidence_en: Mapped[str] = mapped_column(Text, default="")

    resources: Mapped[list[Resource]] = relationship(secondary="scenario_resource", lazy="selectin")


class ScenarioResource(Base):
    """A resource that serves a scenario."""

    __tablename__ = "scenario_resource"

    scenario_id: Mapped[str] = mapped_column(ForeignKey("service_scenario.id"), primary_key=True)
    resource_id: Mapped[str] = mapped_column(ForeignKey("resource.id"), primary_key=True)


class Showcase(Aggregate, Base):
    """A completed pilot told as a model that others can repeat."""

    __tablename__ = "showcase"

    pilot_id: Mapped[str] = mapped_column(ForeignKey("pilot.id"), unique=True)
    state: Mapped[ShowcaseState] = mapped_column(Coded(ShowcaseState), default=ShowcaseState.DRAFT)
    firm_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    platform_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    summary_zh: Mapped[str] = mapped_column(Text)
    summary_en: Mapped[str] = mapped_column(Text, default="")

    pilot: Mapped[Pilot] = relationship(lazy="joined")
    replications: Mapped[list[Replication]] = relationship(lazy="selectin")


class Replication(Base):
    """Another firm did the same after a showcase."""

    __tablename__ = "replication"
    __table_args__ = (UniqueConstraint("showcase_id", "firm_id"),)

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    showcase_id: Mapped[str] = mapped_column(ForeignKey("showcase.id"), index=True)
    firm_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    at: Mapped[datetime]

    firm: Mapped[Organisation] = relationship(lazy="joined")
