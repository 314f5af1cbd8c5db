"""Who belongs to an organisation, in which role, from when to when."""

from __future__ import annotations

from sqlalchemy import select

from catalog.kernel.errors import N_, Conflict, Invalid
from catalog.kernel.fields import NOT_A_CHOICE
from catalog.kernel.lifecycle import advance
from catalog.kernel.transaction import Tx
from marketplace.accounts.queries import posts_of
from marketplace.accounts.services import confirmed_user
from marketplace.lifecycles import ORGANISATION
from marketplace.models import Membership, Organisation
from marketplace.organisations.queries import LEADERS, members_of
from marketplace.states import OrganisationKind, Role

#: The roles that an organisation of each kind gives.
ROLES = {
    OrganisationKind.PLATFORM: (Role.EDITOR, Role.MANAGER),
    OrganisationKind.ENTERPRISE: (Role.MEMBER, Role.REPRESENTATIVE),
    OrganisationKind.SERVICE_PLATFORM: (Role.ADVISER,),
    OrganisationKind.OFFICE: (),
}

HOLDS_POST = N_("This person holds a public post and cannot be made a member by an organisation.")
HOLDS_ROLE = N_("This person has this role already.")
ROLE_UNFIT = N_("An organisation of this kind has no such role.")


class LastLeader(Conflict):
    """Somebody must be left who can speak for the organisation."""

    code = "last-leader"
    message = N_("This is the last one who can speak for the organisation. Name another one first.")


def roles_in(organisation: Organisation) -> tuple[Role, ...]:
    """The roles that people may have in this organisation."""
    return tuple(role for kind in organisation.kinds for role in ROLES[kind])


def add_member(tx: Tx, organisation: Organisation, *, email: str, role: Role | str) -> Membership:
    """Give the owner of a confirmed account a role; it replaces the person's other role of the same kind."""
    advance(tx, ORGANISATION, organisation, "add_member", changes={"role": str(role)})
    if role not in roles_in(organisation):
        raise Invalid({"role": [ROLE_UNFIT]})
    role = Role(role)
    user = confirmed_user(tx.session, email)
    if posts_of(tx.session, user.id):
        # Otherwise anybody could put operators or reviewers into conflict, and so choose who decides.
        raise Invalid({"email": [HOLDS_POST]})
    siblings = next(roles for roles in ROLES.values() if role in roles)
    for held in _held(tx, organisation, user.id):
        if held.role is role:
            raise Invalid({"email": [HOLDS_ROLE]})
        if held.role in siblings:
            _end(tx, organisation, held)
    return tx.add(Membership(organisation_id=organisation.id, user_id=user.id, role=role, since=tx.now))


def end_membership(tx: Tx, organisation: Organisation, *, membership: str) -> Membership:
    """End a role now; it still counts for conflicts of interest for two years. Raises LastLeader for the last who leads."""
    held = tx.session.get(Membership, membership)
    advance(tx, ORGANISATION, organisation, "end_membership", changes={"role": str(held.role)} if held else None)
    if held is None or held.organisation_id != organisation.id or held.until is not None:
        raise Invalid({"membership": [NOT_A_CHOICE]})
    _end(tx, organisation, held)
    return held


def _held(tx: Tx, organisation: Organisation, user_id: str) -> list[Membership]:
    query = select(Membership).where(
        Membership.organisation_id == organisation.id, Membership.user_id == user_id, Membership.until.is_(None)
    )
    return list(tx.session.scalars(query))


def _end(tx: Tx, organisation: Organisation, held: Membership) -> None:
    others = [other for other in members_of(tx.session, organisation.id) if other.role is held.role and other is not held]
    if held.role in LEADERS and not others:
        raise LastLeader
    held.until = tx.now
    tx.session.flush()
