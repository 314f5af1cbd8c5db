"""What the public pages read: selects only, each narrowed by who looks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import defer, lazyload

from catalog.kernel.transaction import Tx
from catalog.models import Batch, Resource
from catalog.permissions import P as C
from catalog.queries import batches_taking_submissions, released_batches
from catalog.states import FINDABLE
from catalog.vocab import Tier
from marketplace.models import Organisation, Pilot, ServiceRelation, TierEvidence
from marketplace.permissions import P
from marketplace.states import OrganisationKind, OrganisationState, RelationState

#: How a resource is read to be shown as a card: without its long texts and its list.
AS_CARD = (
    *map(defer, (Resource.description_zh, Resource.description_en, Resource.transparency, Resource.remarks)),
    lazyload(Resource.batch),
)


def open_batches(tx: Tx) -> list[Batch]:
    """Lists into which platforms can submit now."""
    return list(tx.session.scalars(tx.visible(C.BATCH_READ, batches_taking_submissions(tx.now))).unique())


def latest_lists(tx: Tx, most: int = 3) -> list[Batch]:
    """The lists published last."""
    return list(tx.session.scalars(tx.visible(C.BATCH_READ, released_batches()).limit(most)).unique())


def newest_resources(tx: Tx, most: int = 6) -> list[Resource]:
    """What was listed last."""
    order = (Resource.listed_at.desc(), Resource.id)
    # Sorting whole rows is slow: the ids are found first.
    newest = tx.visible(C.RESOURCE_READ, select(Resource.id)).where(Resource.state.in_(FINDABLE)).order_by(*order).limit(most)
    query = select(Resource).where(Resource.id.in_(tx.session.scalars(newest).all())).order_by(*order).options(*AS_CARD)
    return list(tx.session.scalars(query))


def listed_count(tx: Tx) -> int:
    """How many resources can be found."""
    return tx.session.scalar(select(func.count()).select_from(Resource).where(Resource.state.in_(FINDABLE))) or 0


def platforms(tx: Tx, kinds: list[OrganisationKind]) -> Select[Any]:
    """Verified platforms and service platforms, of these kinds, by name."""
    query = tx.visible(P.ORGANISATION_READ, select(Organisation)).where(Organisation.state == OrganisationState.VERIFIED)
    return query.where(or_(*(getattr(Organisation, f"is_{kind.value}") for kind in kinds))).order_by(Organisation.name_zh)


def listed_by_publisher(tx: Tx, ids: list[str]) -> dict[str, int]:
    """How many resources each of these has listed."""
    query = select(Resource.publisher_id, func.count()).where(Resource.publisher_id.in_(ids), Resource.state.in_(FINDABLE))
    return {key: count for key, count in tx.session.execute(query.group_by(Resource.publisher_id))}


def served_by_platform(tx: Tx, ids: list[str]) -> dict[str, int]:
    """How many enterprises have accepted each of these service platforms."""
    query = select(ServiceRelation.service_platform_id, func.count()).where(
        ServiceRelation.service_platform_id.in_(ids), ServiceRelation.state == RelationState.ACCEPTED
    )
    return {key: count for key, count in tx.session.execute(query.group_by(ServiceRelation.service_platform_id))}


def resources_of(tx: Tx, publisher_id: str) -> Select[Any]:
    """The resources of a platform that the actor may see: for its own people also the drafts."""
    query = tx.visible(C.RESOURCE_READ, select(Resource)).where(Resource.publisher_id == publisher_id).options(*AS_CARD)
    return query.order_by(Resource.updated_at.desc(), Resource.id)


def pilots_of(tx: Tx, platform_id: str) -> int:
    """How many pilots a platform takes part in or took part in."""
    query = tx.visible(P.PILOT_READ, select(func.count()).select_from(Pilot)).where(Pilot.platform_id == platform_id)
    return tx.session.scalar(query) or 0


def champions(now: datetime) -> Select[Any]:
    """Valid, confirmed certificates of the tier of single champion: what the dashboard counts."""
    query = select(TierEvidence).join(Organisation, Organisation.id == TierEvidence.organisation_id)
    valid = (TierEvidence.confirmed_at.is_not(None), TierEvidence.expires_at > now)
    return query.where(TierEvidence.tier == Tier.SINGLE_CHAMPION, *valid).order_by(Organisation.name_zh, TierEvidence.id)
