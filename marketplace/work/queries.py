"""The work list: what waits for this actor now, in sections, each found by the same rules that guard the single thing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from catalog.kernel.errors import N_
from catalog.kernel.terms import Term
from catalog.kernel.transaction import Tx
from catalog.models import Batch, Resource, Revision
from catalog.states import BatchState, ResourceState, RevisionState
from catalog.vocab import AccessPolicy
from marketplace.models import Application, Assignment, Grant, Organisation, Pilot, Review, ServiceRelation, Showcase
from marketplace.permissions import P
from marketplace.states import (
    ApplicationState,
    AssignmentState,
    GrantState,
    OrganisationState,
    PilotState,
    Post,
    RelationState,
    ReviewState,
    Role,
    ShowcaseState,
)

MOST = 50


@dataclass(frozen=True)
class WorkItem:
    """One thing that waits. ``title`` is a text or a mapping by language; ``note`` is one too and may be empty."""

    title: Any
    url: str
    state: Term
    due: datetime | None = None
    note: Any = ""


@dataclass(frozen=True)
class Section:
    """Things that wait for the same step; ``total`` counts also those beyond the first fifty."""

    title: str
    items: list[WorkItem]
    total: int


def work_for(tx: Tx) -> list[Section]:
    """Every section in which something waits for this actor, the most urgent kind of step first."""
    sections = []
    for title, query in _sections(tx):
        total = tx.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
        if total:
            found = tx.session.scalars(query.limit(MOST)).unique()
            sections.append(Section(title, [_item(thing) for thing in found], total))
    return sections


def _sections(tx: Tx) -> Iterator[tuple[str, Select[Any]]]:
    actor = tx.actor
    own_firms = actor.organisations(Role.MEMBER, Role.REPRESENTATIVE)
    if Post.REVIEWER in actor.posts:
        waiting = Review.assignments.any(
            and_(Assignment.reviewer_id == actor.user_id, Assignment.state == AssignmentState.ASSIGNED)
        )
        query = tx.visible(P.REVIEW_SCORE, select(Review)).where(Review.state == ReviewState.SCORING, waiting)
        yield N_("Waiting for your scores"), query.order_by(Review.created_at)
    if actor.posts & {Post.CHAIR, Post.DEPUTY}:
        mine = Review.chair_id == actor.user_id
        yield (
            N_("Panels to form"),
            select(Review).where(mine, Review.state == ReviewState.FORMING).order_by(Review.created_at),
        )
        yield (
            N_("Reviews to follow and decide"),
            select(Review).where(mine, Review.state == ReviewState.SCORING).order_by(Review.created_at),
        )
    if Post.OPERATOR in actor.posts:
        yield from _operator_sections(tx)
    if actor.organisations(Role.MANAGER):
        query = tx.visible(P.APPLICATION_HANDLE, select(Application)).where(Application.state == ApplicationState.SUBMITTED)
        yield N_("Applications waiting for your answer"), query.order_by(Application.due_at, Application.id)
    if published := actor.organisations(Role.MANAGER, Role.EDITOR):
        yield (
            N_("Entries returned to you"),
            select(Resource)
            .where(Resource.publisher_id.in_(published), Resource.state == ResourceState.RETURNED)
            .order_by(Resource.updated_at),
        )
        yield (
            N_("Your drafts"),
            select(Resource)
            .where(Resource.publisher_id.in_(published), Resource.state == ResourceState.DRAFT)
            .order_by(Resource.updated_at.desc()),
        )
    if firms := own_firms | actor.served:
        query = select(Application).where(Application.applicant_id.in_(firms))
        yield (
            N_("Applications returned to you"),
            query.where(Application.state == ApplicationState.RETURNED).order_by(Application.due_at),
        )
        yield (
            N_("Application drafts"),
            query.where(Application.state == ApplicationState.DRAFT).order_by(Application.updated_at.desc()),
        )
    if own_firms:
        yield (
            N_("Pilots to start or report on"),
            select(Pilot)
            .where(Pilot.firm_id.in_(own_firms), Pilot.state.in_([PilotState.APPROVED, PilotState.RUNNING]))
            .order_by(Pilot.approved_at),
        )
    if represented := actor.organisations(Role.REPRESENTATIVE):
        offered = select(ServiceRelation.enterprise_id).where(ServiceRelation.state == RelationState.OFFERED)
        yield (
            N_("Offers of service to answer"),
            select(Organisation).where(Organisation.id.in_(represented), Organisation.id.in_(offered)),
        )
    if mine := actor.organisations():
        stuck = (OrganisationState.PENDING, OrganisationState.RETURNED)
        yield (
            N_("Your registrations"),
            select(Organisation).where(Organisation.id.in_(mine), Organisation.state.in_(stuck)),
        )


def _operator_sections(tx: Tx) -> Iterator[tuple[str, Select[Any]]]:
    pending = tx.visible(P.ORGANISATION_VERIFY, select(Organisation)).where(Organisation.state == OrganisationState.PENDING)
    yield N_("Organisations to verify"), pending.order_by(Organisation.updated_at)
    submitted = tx.visible("resource.screen", select(Resource)).where(Resource.state == ResourceState.SUBMITTED)
    yield N_("Entries to screen"), submitted.order_by(Resource.updated_at)
    changes = tx.visible("revision.screen", select(Revision)).where(Revision.state == RevisionState.SUBMITTED)
    yield N_("Changes to screen"), changes.order_by(Revision.updated_at)
    finished = tx.visible(P.PILOT_OVERSEE, select(Pilot)).where(Pilot.state == PilotState.COMPLETION_REVIEW)
    yield N_("Completions to confirm"), finished.order_by(Pilot.updated_at)
    told = tx.visible(P.SHOWCASE_PUBLISH, select(Showcase)).where(Showcase.state == ShowcaseState.DRAFT)
    yield N_("Showcases to publish"), told.order_by(Showcase.updated_at)
    chairless = tx.visible(P.REVIEW_HAND_OVER, select(Review)).where(
        Review.chair_id.is_(None), Review.state == ReviewState.FORMING
    )
    yield N_("Cases without a chair"), chairless.order_by(Review.created_at)
    lost = select(Grant.id).where(Grant.state == GrantState.REVOKED)
    stopped = tx.visible(P.PILOT_OVERSEE, select(Pilot)).where(Pilot.state == PilotState.PAUSED, Pilot.grant_id.in_(lost))
    yield N_("Pilots whose grant was revoked"), stopped.order_by(Pilot.updated_at)
    running = or_(Batch.state == BatchState.COLLECTING, Batch.state == BatchState.SCREENING)
    yield N_("Batches under way"), select(Batch).where(running).order_by(Batch.closes_at)


def _item(thing: Any) -> WorkItem:
    match thing:
        case Review(application=case):
            return WorkItem(case.title, f"/reviews/{thing.id}", thing.state, case.due_at, _name(case.applicant))
        case Application():
            note = "" if thing.policy is AccessPolicy.REGISTERED else _name(thing.applicant)
            return WorkItem(thing.title, f"/applications/{thing.id}", thing.state, thing.due_at, note)
        case Resource():
            return WorkItem(_title(thing), f"/resources/{thing.id}", thing.state, None, _name(thing.publisher))
        case Revision():
            return WorkItem(_title(thing.resource), f"/revisions/{thing.id}", thing.state, None, _name(thing.resource.publisher))
        case Organisation():
            return WorkItem(_name(thing), f"/organisations/{thing.id}", thing.state)
        case Pilot():
            return WorkItem(thing.title, f"/pilots/{thing.id}", thing.state, None, _name(thing.firm))
        case Showcase():
            return WorkItem(thing.pilot.title, f"/showcases/{thing.id}", thing.state, None, _name(thing.pilot.firm))
        case Batch():
            return WorkItem(_title(thing), f"/batches/{thing.id}", thing.state, thing.closes_at)
        case _:
            raise TypeError(f"{type(thing).__name__} never waits for anybody")


def _title(thing: Any) -> dict[str, str]:
    return {"zh": thing.title_zh or thing.title_en, "en": thing.title_en or thing.title_zh}


def _name(thing: Any) -> dict[str, str]:
    return {"zh": thing.name_zh, "en": thing.name_en or thing.name_zh}
