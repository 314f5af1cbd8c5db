"""How far the plan is: each figure with its target and the address of the records behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import Select, distinct, func, select
from sqlalchemy.orm import Session, lazyload, load_only

from catalog.content import complete_card
from catalog.kernel.errors import N_
from catalog.models import Batch, Resource
from catalog.states import FINDABLE, RELEASED
from catalog.vocab import TRANSPARENT_KINDS, PriceModel, Tier
from marketplace.models import (
    Grant,
    Organisation,
    Pilot,
    Replication,
    ServiceRelation,
    ServiceScenario,
    Showcase,
    TierEvidence,
)
from marketplace.states import (
    LIVING,
    OrganisationState,
    PilotState,
    RelationState,
    ScenarioStage,
    ShowcaseState,
)

#: Prices that make a resource inclusive: within reach of small firms.
INCLUSIVE = (PriceModel.FREE, PriceModel.FREE_TIER, PriceModel.SMALL_FIRM_PRICE)
#: Stages that count as implementable service scenarios.
WORKING = (ScenarioStage.IMPLEMENTED, ScenarioStage.REPLICATED)
#: Every pilot ever approved counts, but the annulled.
COUNTED = tuple(state for state in PilotState if state is not PilotState.ANNULLED)


@dataclass(frozen=True)
class Figure:
    """One number. ``target`` is None where the plan names none; ``share`` says that ``count`` is percent of ``of``."""

    key: str
    label: str
    count: int
    target: int | None
    href: str
    note: str = ""
    of: int | None = None


def _address(path: str, **parameters: tuple[str, ...]) -> str:
    pairs = [(name, value) for name, values in parameters.items() for value in values]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _count(session: Session, query: Select[tuple[int]]) -> int:
    return session.scalar(query) or 0


def serving_platforms() -> Select[tuple[str]]:
    """The ids of verified service platforms with at least one accepted relation to an enterprise."""
    return (
        select(ServiceRelation.service_platform_id)
        .join(Organisation, Organisation.id == ServiceRelation.service_platform_id)
        .where(
            ServiceRelation.state == RelationState.ACCEPTED,
            Organisation.is_service_platform,
            Organisation.state == OrganisationState.VERIFIED,
        )
    )


def figures(session: Session, now: datetime) -> list[Figure]:
    """The plan's targets as of ``now``; the counting rules are those of the table in docs/architecture.md."""
    released = tuple(sorted(RELEASED))
    serving = serving_platforms().subquery()
    counted = select(func.count()).select_from(Pilot).where(Pilot.state.in_(COUNTED))
    cards = select(Resource).where(Resource.state.in_(FINDABLE), Resource.kind.in_(TRANSPARENT_KINDS))
    # Of each only the card is read: their long texts would make the first page slow.
    lean = (load_only(Resource.transparency), lazyload(Resource.publisher), lazyload(Resource.batch))
    models = [complete_card(resource) for resource in session.scalars(cards.options(*lean))]
    champions = select(func.count(distinct(TierEvidence.organisation_id))).where(
        TierEvidence.tier == Tier.SINGLE_CHAMPION, TierEvidence.confirmed_at.is_not(None), TierEvidence.expires_at > now
    )
    inclusive = select(func.count()).select_from(Resource).where(Resource.state.in_(FINDABLE), Resource.price.in_(INCLUSIVE))
    users = (
        select(func.count(distinct(Grant.holder_id)))
        .join(Resource, Resource.id == Grant.resource_id)
        .where(Grant.state.in_(LIVING), Resource.price.in_(INCLUSIVE))
    )
    shown = select(func.count()).select_from(Showcase).where(Showcase.state == ShowcaseState.PUBLISHED)
    return [
        Figure(
            "batches",
            N_("Openness-list batches released"),
            _count(session, select(func.count()).select_from(Batch).where(Batch.state.in_(RELEASED))),
            3,
            _address("/batches", state=released),
        ),
        Figure("pilots", N_("Pilot projects selected"), _count(session, counted), 100, _address("/pilots", state=COUNTED)),
        Figure(
            "service_platforms",
            N_("Service platforms at work for enterprises"),
            _count(session, select(func.count(distinct(serving.c.service_platform_id)))),
            11,
            "/platforms?kind=service_platform",
            N_("The plan asks for more than ten."),
        ),
        Figure(
            "scenarios",
            N_("Implementable intelligent service scenarios"),
            _count(session, select(func.count()).select_from(ServiceScenario).where(ServiceScenario.state.in_(WORKING))),
            60,
            _address("/scenarios", state=WORKING),
        ),
        Figure(
            "showcases",
            N_("Models of collaborative innovation shown"),
            _count(session, shown),
            None,
            "/showcases",
        ),
        Figure(
            "replications",
            N_("Replications of shown models"),
            _count(session, select(func.count()).select_from(Replication)),
            None,
            "/showcases",
        ),
        Figure(
            "champions",
            N_("Firms that hold the tier of single champion"),
            _count(session, champions),
            None,
            "/champions",
            N_("Valid certificates confirmed by an office."),
        ),
        Figure(
            "transparency",
            N_("Listed models, agents and algorithms with a complete transparency card"),
            sum(models),
            None,
            _address("/resources", kind=tuple(sorted(TRANSPARENT_KINDS))),
            of=len(models),
        ),
        Figure(
            "inclusive",
            N_("Resources that are free or priced for small firms"),
            _count(session, inclusive),
            None,
            _address("/resources", price=INCLUSIVE),
        ),
        Figure(
            "inclusive_users",
            N_("Firms that use them now"),
            _count(session, users),
            None,
            _address("/resources", price=INCLUSIVE),
        ),
    ]
