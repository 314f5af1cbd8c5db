"""Selects about persons."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.models import AccessToken, Appointment, Membership, Organisation, User
from marketplace.states import OrganisationState


def tokens_of(session: Session, user_id: str) -> list[AccessToken]:
    """The tokens of a person that were not revoked, newest first; expired ones stay to be seen."""
    query = select(AccessToken).where(AccessToken.user_id == user_id, AccessToken.revoked_at.is_(None))
    return list(session.scalars(query.order_by(AccessToken.created_at.desc(), AccessToken.id)))


def memberships_of(session: Session, user_id: str) -> list[Membership]:
    """What a person is in organisations now."""
    query = select(Membership).where(Membership.user_id == user_id, Membership.until.is_(None))
    return list(session.scalars(query.order_by(Membership.since, Membership.id)))


def posts_of(session: Session, user_id: str) -> list[Appointment]:
    """What a person is appointed to now."""
    query = select(Appointment).where(Appointment.user_id == user_id, Appointment.until.is_(None))
    return list(session.scalars(query.order_by(Appointment.since, Appointment.id)))


def appointed(session: Session) -> list[Appointment]:
    """Every appointment that holds now, by post and person."""
    query = select(Appointment).join(User).where(Appointment.until.is_(None))
    return list(session.scalars(query.order_by(Appointment.post, User.name, Appointment.id)))


def offices(session: Session) -> list[Organisation]:
    """The verified offices, which appointments may be for."""
    good = (Organisation.is_office, Organisation.state == OrganisationState.VERIFIED)
    return list(session.scalars(select(Organisation).where(*good).order_by(Organisation.region, Organisation.name_zh)))
