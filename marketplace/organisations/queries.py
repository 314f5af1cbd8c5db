"""Selects about organisations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from catalog.vocab import Tier
from marketplace.models import Membership, Organisation, ServiceRelation, TierEvidence
from marketplace.states import RelationState, Role

#: The roles that speak for an organisation; at least one person is left in each that it has.
LEADERS = frozenset({Role.MANAGER, Role.REPRESENTATIVE, Role.ADVISER})


def tier_of(session: Session, organisation_id: str, now: datetime) -> Tier | None:
    """The highest tier that the organisation holds at ``now`` by confirmed evidence, or None."""
    return tiers_of(session, [organisation_id], now).get(organisation_id)


def tiers_of(session: Session, organisation_ids: Iterable[str], now: datetime) -> dict[str, Tier]:
    """The highest tier of each of these organisations that holds one at ``now``; one query."""
    valid = (TierEvidence.confirmed_at.is_not(None), TierEvidence.issued_at <= now, TierEvidence.expires_at > now)
    query = select(TierEvidence.organisation_id, TierEvidence.tier).where(
        TierEvidence.organisation_id.in_(list(organisation_ids)), *valid
    )
    highest: dict[str, Tier] = {}
    for organisation_id, tier in session.execute(query):
        known = highest.get(organisation_id)
        if known is None or tier.rank > known.rank:
            highest[organisation_id] = tier
    return highest


def evidence_of(session: Session, organisation_id: str) -> list[TierEvidence]:
    """All evidence of tiers, the latest first."""
    query = select(TierEvidence).where(TierEvidence.organisation_id == organisation_id)
    return list(session.scalars(query.order_by(TierEvidence.issued_at.desc(), TierEvidence.id)))


def members_of(session: Session, organisation_id: str) -> list[Membership]:
    """Who belongs to the organisation now: those who lead it first, then by how long."""
    query = select(Membership).where(Membership.organisation_id == organisation_id, Membership.until.is_(None))
    found = session.scalars(query.order_by(Membership.since, Membership.id))
    return sorted(found, key=lambda membership: membership.role not in LEADERS)


def relations_of(session: Session, organisation_id: str) -> list[ServiceRelation]:
    """The service relations of the organisation on either side, offered and accepted ones."""
    mine = or_(ServiceRelation.service_platform_id == organisation_id, ServiceRelation.enterprise_id == organisation_id)
    query = select(ServiceRelation).where(mine, ServiceRelation.state != RelationState.ENDED)
    return list(session.scalars(query.order_by(ServiceRelation.since, ServiceRelation.id)))


def by_credit_code(session: Session, code: str) -> Organisation | None:
    """The organisation with that code."""
    return session.scalars(select(Organisation).where(Organisation.credit_code == code)).first()
