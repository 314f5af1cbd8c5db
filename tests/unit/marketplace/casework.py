"""Short ways, through the services, to cases at the point where a test begins."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from marketplace.applications import services as applications
from marketplace.models import Application, Grant, Membership, Pilot, Review
from marketplace.review import services as reviews
from marketplace.states import Recommendation, Role
from tests.world import World

TEXT = {"title": "主轴振动在线监测", "need": "停机频繁", "plan": "先试一台", "effect": "停机减半", "contact": ""}
SCORES = {"need": 8.0, "feasibility": 8.0, "capacity": 7.0, "effect": 9.0}
PANEL = ("reviewer1", "reviewer2", "reviewer3")


def draft(world: World, *keys: str, who: str = "sme", firm: str = "ruifeng", **text: Any) -> str:
    """The id of a complete draft."""
    with world.begin(who) as tx:
        ids = [world.resources[key] for key in keys]
        return applications.create_application(
            tx, applicant=world.organisations[firm], resources=ids, **{**TEXT, **text}
        ).id


def submit(world: World, *keys: str, who: str = "sme", firm: str = "ruifeng", **text: Any) -> str:
    """The id of a case that was handed in."""
    case = draft(world, *keys, who=who, firm=firm, **text)
    world.do(who, Application, case, applications.submit, accept_terms=True)
    return case


def join(world: World, who: str, firm: str, role: Role = Role.MEMBER) -> None:
    """That person turns out to belong to the organisation: from now on they are in conflict with its cases.

    Organisations do not name the holder of a post as their member, so the record comes from outside.
    """
    with world.begin("system") as tx:
        tx.require("people.appoint")
        facts = {"organisation_id": world.organisations[firm], "user_id": world.users[who]}
        tx.add(Membership(**facts, role=role, since=tx.now))


def round_of(world: World, case: str) -> str:
    """The id of the latest round of a case."""
    with world.runtime.store.readers() as session:
        query = select(Review.id).where(Review.application_id == case).order_by(Review.round.desc())
        return session.scalars(query).first() or ""


def open_review(
    world: World, panel: tuple[str, ...] = PANEL, firm: str = "ruifeng", who: str = "sme"
) -> tuple[str, str]:
    """(case, round) of a pilot case whose review is open."""
    case = submit(world, "pilot", who=who, firm=firm)
    world.do("platform", Application, case, applications.consent)
    review = round_of(world, case)
    world.do("chair", Review, review, reviews.assign, reviewers=[world.users[name] for name in panel])
    world.do("chair", Application, case, reviews.open_review)
    return case, review


def score(world: World, who: str, review: str, favourable: bool = True) -> None:
    """One reviewer's part."""
    recommendation = Recommendation.APPROVE if favourable else Recommendation.REFUSE
    world.do(who, Review, review, reviews.score, scores=SCORES, recommendation=recommendation, comment="意见")


def approved_pilot(world: World) -> tuple[str, str]:
    """(pilot, grant) of a case that the chair approved."""
    case, review = open_review(world)
    for who in PANEL:
        score(world, who, review)
    world.do("chair", Application, case, applications.approve, reason="同意")
    with world.runtime.store.readers() as session:
        pilot = session.scalars(select(Pilot).where(Pilot.application_id == case)).unique().one()
        return pilot.id, pilot.grant_id


def grant_of(world: World, case: str) -> str:
    """The id of the one grant of a case."""
    with world.runtime.store.readers() as session:
        return session.scalars(select(Grant.id).where(Grant.application_id == case)).one()
