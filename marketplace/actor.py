"""Who acts: a person with what was true of them when the request came in, a visitor, the clock, or the product itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from marketplace.models import Appointment, Membership, Organisation, ServiceRelation, User
from marketplace.states import OrganisationState, Post, RelationState, Role

#: A membership that ended less than this long ago still makes a conflict of interest (domain rule 1).
CONFLICT_MEMORY = timedelta(days=730)

_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Actor:
    """One who acts. ``in_role[r]`` are the ids of the organisations in which the person holds role ``r`` now."""

    kind: str
    pseudonym: str
    user_id: str = ""
    name: str = ""
    in_role: dict[Role, frozenset[str]] = field(default_factory=dict)
    posts: frozenset[Post] = frozenset()
    conflicted: frozenset[str] = frozenset()
    served: frozenset[str] = frozenset()

    @property
    def anonymous(self) -> bool:
        """Whether nobody is signed in."""
        return self.kind == "visitor"

    def organisations(self, *roles: Role) -> frozenset[str]:
        """Ids of the organisations in which one of ``roles`` (any, if none is named) is held now."""
        return _NONE.union(*(self.in_role.get(role, _NONE) for role in roles or tuple(Role)))

    def conflicted_with(self, *organisation_ids: str | None) -> bool:
        """Whether one of these is the person's own organisation, now or in the last two years."""
        return not self.conflicted.isdisjoint(organisation_ids)


VISITOR = Actor("visitor", "visitor")
CLOCK = Actor("clock", "clock")
SYSTEM = Actor("system", "system")


def load_actor(session: Session, user: User, now: datetime) -> Actor:
    """The actor of a signed-in person, with three queries."""
    in_role: dict[Role, set[str]] = {}
    conflicted = set()
    for membership in session.scalars(select(Membership).where(Membership.user_id == user.id)):
        if membership.until is None:
            in_role.setdefault(membership.role, set()).add(membership.organisation_id)
        if membership.until is None or membership.until > now - CONFLICT_MEMORY:
            conflicted.add(membership.organisation_id)
    current = or_(Appointment.until.is_(None), Appointment.until > now)
    posts = session.scalars(
        select(Appointment.post).where(Appointment.user_id == user.id, Appointment.since <= now, current)
    ).all()
    served: set[str] = set()
    if advises := in_role.get(Role.ADVISER):
        served.update(
            session.scalars(
                select(ServiceRelation.enterprise_id)
                .join(Organisation, Organisation.id == ServiceRelation.service_platform_id)
                .where(
                    Organisation.state == OrganisationState.VERIFIED,
                    ServiceRelation.service_platform_id.in_(advises),
                    ServiceRelation.state == RelationState.ACCEPTED,
                )
            )
        )
    return Actor(
        "person",
        user.pseudonym,
        user.id,
        user.name or user.email,
        {role: frozenset(ids) for role, ids in in_role.items()},
        frozenset(posts),
        frozenset(conflicted),
        frozenset(served),
    )


def conflicts_of(session: Session, user_ids: list[str], now: datetime) -> dict[str, frozenset[str]]:
    """For each of these persons the organisations they are in conflict with; one query."""
    found: dict[str, set[str]] = {user_id: set() for user_id in user_ids}
    recent = or_(Membership.until.is_(None), Membership.until > now - CONFLICT_MEMORY)
    rows = select(Membership.user_id, Membership.organisation_id).where(Membership.user_id.in_(user_ids), recent)
    for user_id, organisation_id in session.execute(rows):
        found[user_id].add(organisation_id)
    return {user_id: frozenset(ids) for user_id, ids in found.items()}
