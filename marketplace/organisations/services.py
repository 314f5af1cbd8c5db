"""What is done about organisations: registration, verification, members, tiers and service relations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from catalog.kernel.errors import N_, Invalid
from catalog.kernel.fields import NOT_A_CHOICE, REQUIRED
from catalog.kernel.lifecycle import advance
from catalog.kernel.terms import Term
from catalog.kernel.transaction import Tx
from catalog.models import Publisher
from catalog.vocab import Industry, Region, SizeClass, Tier
from marketplace.applications.services import close_cases_of
from marketplace.lifecycles import ORGANISATION
from marketplace.models import Membership, Organisation, ServiceRelation, TierEvidence
from marketplace.organisations.credit_code import is_credit_code, tidy
from marketplace.organisations.queries import by_credit_code, relations_of, tier_of
from marketplace.permissions import P
from marketplace.states import OrganisationKind, OrganisationState, RelationState, Role

__all__ = [
    "accept_service",
    "edit",
    "establish_office",
    "offer_service",
    "record_tier",
    "refuse",
    "register",
    "resubmit",
    "resume",
    "return_",
    "suspend",
    "tier_of",
    "verify",
]

#: What the person who registers an organisation becomes in it.
LEADING = {
    OrganisationKind.PLATFORM: Role.MANAGER,
    OrganisationKind.ENTERPRISE: Role.REPRESENTATIVE,
    OrganisationKind.SERVICE_PLATFORM: Role.ADVISER,
}

WRONG_CODE = N_("This is not a unified social credit code: 18 digits and capitals, the last one computed from the others.")
CODE_TAKEN = N_("An organisation with this code is registered already. Ask its representative or manager to add you.")
NOT_REGISTERED_SO = N_("Offices are not registered here; they are established by the operators.")
NO_SUCH_FIRM = N_("There is no verified enterprise with this code.")
RELATED_ALREADY = N_("This enterprise has an offer of yours, or accepted one, already.")
NOT_YET_ISSUED = N_("A certificate is issued today or earlier.")
ENDS_TOO_EARLY = N_("A certificate expires after it was issued.")

#: What a publisher shows of its organisation.
_PUBLIC = ("name_zh", "name_en", "mailbox", "region")


def register(tx: Tx, *, kinds: list[str], credit_code: str, **facts: Any) -> Organisation:
    """A pending organisation, led by the person who registers it. ``facts`` are the columns that its form asks for.

    Raises Invalid where the code is wrong or taken, or an enterprise names no size.
    """
    tx.require(P.ORGANISATION_REGISTER)
    chosen = [OrganisationKind(kind) for kind in kinds]
    if not chosen or not set(chosen) <= set(LEADING):
        raise Invalid({"kinds": [NOT_REGISTERED_SO if OrganisationKind.OFFICE in chosen else REQUIRED]})
    organisation = Organisation(**_terms(facts), **{f"is_{kind.value}": kind in chosen for kind in OrganisationKind})
    _check(tx, organisation, credit_code)
    _enter(tx, organisation)
    for kind in chosen if tx.actor.user_id else ():
        tx.add(Membership(organisation_id=organisation.id, user_id=tx.actor.user_id, role=LEADING[kind], since=tx.now))
    role = tx.role_for(P.ORGANISATION_REGISTER, organisation)
    tx.record("organisation", organisation, "create", to=organisation.state, role=role)
    return organisation


def establish_office(
    tx: Tx,
    *,
    name_zh: str,
    mailbox: str,
    region: Region | str = Region.CHINA,
    name_en: str = "",
    credit_code: str | None = None,
    demo: bool = False,
    **facts: Any,
) -> Organisation:
    """A verified office, established by the operators or the product; ``region`` is its jurisdiction."""
    tx.require(P.PEOPLE_APPOINT)
    names = {"name_zh": name_zh, "name_en": name_en, "mailbox": mailbox, "region": Region(region), "demo": demo}
    office = Organisation(**names, **_terms(facts), is_office=True, state=OrganisationState.VERIFIED)
    if credit_code:
        _check(tx, office, credit_code)
    _enter(tx, office)
    role = tx.role_for(P.PEOPLE_APPOINT, office)
    tx.record("organisation", office, "create", to=office.state, role=role)
    return office


def _terms(facts: dict[str, Any]) -> dict[str, Any]:
    """The same with terms for codes; seeds and programs give codes."""
    kinds: dict[str, type[Term]] = {"region": Region, "industry": Industry, "size_class": SizeClass}
    return {name: kinds[name](value) if name in kinds and value else value for name, value in facts.items()}


def _enter(tx: Tx, organisation: Organisation) -> None:
    """Store a new organisation and, where it publishes, its public face under the same id."""
    try:
        tx.add(organisation)
    except IntegrityError as taken:
        # Two registrations of one code at the same time: the constraint decides which was first.
        raise Invalid({"credit_code": [CODE_TAKEN]}) from taken
    if organisation.is_platform or organisation.is_office:
        face = {name: getattr(organisation, name) or "" for name in _PUBLIC}
        verified = organisation.state is OrganisationState.VERIFIED
        tx.add(Publisher(id=organisation.id, verified=verified, **face))
        organisation.publisher_id = organisation.id
        tx.session.flush()


def _check(tx: Tx, organisation: Organisation, credit_code: str) -> None:
    """Set the credit code if it is right and nobody else's, and see that an enterprise says how large it is."""
    code = tidy(credit_code)
    if not is_credit_code(code):
        raise Invalid({"credit_code": [WRONG_CODE]})
    holder = by_credit_code(tx.session, code)
    if holder is not None and holder is not organisation:
        raise Invalid({"credit_code": [CODE_TAKEN]})
    if organisation.is_enterprise and organisation.size_class is None:
        raise Invalid({"size_class": [REQUIRED]})
    organisation.credit_code = code


def edit(tx: Tx, organisation: Organisation, *, credit_code: str, **facts: Any) -> None:
    """Correct what was registered, as long as nobody has verified it; what the organisation is stays."""
    facts = _terms(facts)
    changed = sorted(name for name, value in facts.items() if getattr(organisation, name) != value)
    if tidy(credit_code) != organisation.credit_code:
        changed.append("credit_code")
    advance(tx, ORGANISATION, organisation, "edit", changes={"fields": changed})
    for name, value in facts.items():
        setattr(organisation, name, value)
    with tx.session.no_autoflush:
        _check(tx, organisation, credit_code)
    publisher = _publisher(tx, organisation)
    if publisher is not None:
        for name in _PUBLIC:
            setattr(publisher, name, getattr(organisation, name) or "")
    tx.session.flush()


def _publisher(tx: Tx, organisation: Organisation) -> Publisher | None:
    return tx.session.get(Publisher, organisation.id) if organisation.publisher_id else None


def _set_verified(tx: Tx, organisation: Organisation, verified: bool) -> None:
    publisher = _publisher(tx, organisation)
    if publisher is not None:
        publisher.verified = verified
    tx.session.flush()


def verify(tx: Tx, organisation: Organisation) -> None:
    """The operator has seen that the organisation is what it says."""
    advance(tx, ORGANISATION, organisation, "verify")
    organisation.remarks, organisation.reason = {}, ""
    _set_verified(tx, organisation, True)


def return_(tx: Tx, organisation: Organisation, *, remarks: dict[str, str]) -> None:
    """Back to the organisation with remarks at fields."""
    advance(tx, ORGANISATION, organisation, "return", changes={"remarks": remarks})
    organisation.remarks = remarks
    tx.session.flush()


def resubmit(tx: Tx, organisation: Organisation) -> None:
    """Back to the operators; the remarks stay to be compared with."""
    advance(tx, ORGANISATION, organisation, "resubmit")
    tx.session.flush()


def refuse(tx: Tx, organisation: Organisation, *, reason: str) -> None:
    """The organisation is not what it says."""
    advance(tx, ORGANISATION, organisation, "refuse", reason=reason, changes={"credit_code": organisation.credit_code})
    organisation.reason = reason
    organisation.credit_code = None  # the code is free again for whoever it belongs to
    tx.session.flush()


def suspend(tx: Tx, organisation: Organisation, *, reason: str) -> None:
    """No more submissions by or to the organisation; its undecided cases are closed."""
    advance(tx, ORGANISATION, organisation, "suspend", reason=reason)
    organisation.reason = reason
    _set_verified(tx, organisation, False)
    close_cases_of(tx, organisation, reason)


def resume(tx: Tx, organisation: Organisation) -> None:
    """The suspension ends; cases that it closed stay closed."""
    advance(tx, ORGANISATION, organisation, "resume")
    organisation.reason = ""
    _set_verified(tx, organisation, True)


def record_tier(
    tx: Tx, organisation: Organisation, *, tier: Tier | str, certificate: str, issued_at: datetime, expires_at: datetime
) -> TierEvidence:
    """The operator has seen a certificate; the tier holds from its issue to its expiry."""
    changes = {"tier": Tier(tier).value, "certificate": certificate, "expires_at": expires_at.isoformat()}
    advance(tx, ORGANISATION, organisation, "record_tier", changes=changes)
    wrong = {}
    if issued_at > tx.now:
        wrong["issued_at"] = [NOT_YET_ISSUED]
    if expires_at <= issued_at:
        wrong["expires_at"] = [ENDS_TOO_EARLY]
    if wrong:
        raise Invalid(wrong)
    return tx.add(
        TierEvidence(
            organisation_id=organisation.id,
            tier=Tier(tier),
            certificate=certificate,
            issued_at=issued_at,
            expires_at=expires_at,
            confirmed_at=tx.now,
        )
    )


def offer_service(tx: Tx, organisation: Organisation, *, credit_code: str) -> ServiceRelation:
    """A service platform offers its help to the verified enterprise with that code."""
    firm = by_credit_code(tx.session, tidy(credit_code))
    advance(tx, ORGANISATION, organisation, "offer_service", changes={"enterprise_id": firm.id} if firm else None)
    if firm is None or not firm.is_enterprise or firm.state is not OrganisationState.VERIFIED or firm is organisation:
        raise Invalid({"credit_code": [NO_SUCH_FIRM]})
    if any(relation.enterprise_id == firm.id for relation in relations_of(tx.session, organisation.id)):
        raise Invalid({"credit_code": [RELATED_ALREADY]})
    return tx.add(ServiceRelation(service_platform_id=organisation.id, enterprise_id=firm.id, since=tx.now))


def accept_service(tx: Tx, organisation: Organisation, *, relation: str) -> None:
    """The enterprise accepts an offer: from now on the platform's advisers may draft for it."""
    advance(tx, ORGANISATION, organisation, "accept_service", changes={"relation": relation})
    offer = tx.session.get(ServiceRelation, relation)
    if offer is None or offer.enterprise_id != organisation.id or offer.state is not RelationState.OFFERED:
        raise Invalid({"relation": [NOT_A_CHOICE]})
    offer.state, offer.since = RelationState.ACCEPTED, tx.now
    tx.session.flush()
