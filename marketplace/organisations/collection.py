"""Organisations as a collection: what every door shows of them and lets people do."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, false, or_

from catalog.kernel.errors import N_
from catalog.kernel.transaction import Tx
from catalog.vocab import Region
from marketplace.commands import Choices, Collection, Command, Creation, Reasoned
from marketplace.dumping import ref, stamp
from marketplace.lifecycles import ORGANISATION
from marketplace.models import Membership, Organisation, ServiceRelation
from marketplace.organisations import inputs, members, services
from marketplace.organisations.queries import evidence_of, members_of, relations_of, tier_of
from marketplace.permissions import P
from marketplace.states import OrganisationKind, OrganisationState, RelationState

_FACTS = tuple(inputs.Facts().fields)


def _dump(tx: Tx, organisation: Organisation) -> dict[str, Any]:
    shown = {
        "kinds": [kind.value for kind in organisation.kinds],
        "name_zh": organisation.name_zh,
        "name_en": organisation.name_en,
        "region": organisation.region.value,
        "industry": organisation.industry and organisation.industry.value,
        "size_class": organisation.size_class and organisation.size_class.value,
        "mailbox": organisation.mailbox,
        "website": organisation.website,
        "intro_zh": organisation.intro_zh,
        "intro_en": organisation.intro_en,
        "demo": organisation.demo,
        "created_at": stamp(organisation.created_at),
        "updated_at": stamp(organisation.updated_at),
    }
    return shown | _private(tx, organisation) if tx.may(P.ORGANISATION_READ_PRIVATE, organisation) else shown


def _private(tx: Tx, organisation: Organisation) -> dict[str, Any]:
    tier = tier_of(tx.session, organisation.id, tx.now) if organisation.is_enterprise else None
    evidence = evidence_of(tx.session, organisation.id) if organisation.is_enterprise else []
    return {
        "credit_code": organisation.credit_code,
        "remarks": organisation.remarks,
        "reason": organisation.reason,
        "members": [_member(membership) for membership in members_of(tx.session, organisation.id)],
        "relations": [_relation(relation) for relation in _relations(tx, organisation)],
        "tier": tier and tier.value,
        "evidence": [
            {
                "id": piece.id,
                "tier": piece.tier.value,
                "certificate": piece.certificate,
                "issued_at": stamp(piece.issued_at),
                "expires_at": stamp(piece.expires_at),
                "confirmed_at": stamp(piece.confirmed_at),
            }
            for piece in evidence
        ],
    }


def _member(membership: Membership) -> dict[str, Any]:
    person = membership.user
    return {
        "id": membership.id,
        "pseudonym": person.pseudonym,
        "name": person.name,
        "email": person.email,
        "role": membership.role.value,
        "since": stamp(membership.since),
    }


def _relations(tx: Tx, organisation: Organisation) -> list[ServiceRelation]:
    can_have = organisation.is_enterprise or organisation.is_service_platform
    return relations_of(tx.session, organisation.id) if can_have else []


def _relation(relation: ServiceRelation) -> dict[str, Any]:
    return {
        "id": relation.id,
        "service_platform": ref(relation.service_platform),
        "enterprise": ref(relation.enterprise),
        "state": relation.state.value,
        "since": stamp(relation.since),
    }


def _facts(tx: Tx, organisation: Organisation) -> dict[str, Any]:
    return {name: getattr(organisation, name) for name in _FACTS}


def _roles(tx: Tx, organisation: Organisation) -> Choices:
    return {"role": [(role.value, {"zh": role.zh, "en": role.en}) for role in members.roles_in(organisation)]}


def _current_members(tx: Tx, organisation: Organisation) -> Choices:
    found = []
    for membership in members_of(tx.session, organisation.id):
        person, role = membership.user.name or membership.user.email, membership.role
        found.append((membership.id, {"zh": f"{person}（{role.zh}）", "en": f"{person} ({role.en})"}))
    return {"membership": found}


def _offers(tx: Tx, organisation: Organisation) -> Choices:
    found = []
    for relation in relations_of(tx.session, organisation.id):
        if relation.enterprise_id == organisation.id and relation.state is RelationState.OFFERED:
            side = relation.service_platform
            found.append((relation.id, {"zh": side.name("zh"), "en": side.name("en")}))
    return {"relation": found}


# A value that no vocabulary knows finds nothing.


def _of_state(query: Select[Any], values: list[str]) -> Select[Any]:
    return query.where(Organisation.state.in_([value for value in values if value in OrganisationState.codes()]))


def _of_kind(query: Select[Any], values: list[str]) -> Select[Any]:
    columns = [getattr(Organisation, f"is_{kind}") for kind in OrganisationKind.codes() if kind in values]
    return query.where(or_(false(), *columns))


def _of_region(query: Select[Any], values: list[str]) -> Select[Any]:
    return query.where(Organisation.region.in_([value for value in values if value in Region.codes()]))


ORGANISATIONS = Collection(
    name="organisations",
    thing="organisation",
    model=Organisation,
    cycle=ORGANISATION,
    read=P.ORGANISATION_READ,
    label=N_("Organisations"),
    dump=_dump,
    create=Creation(services.register, N_("Register an organisation"), inputs.Registration),
    filters={"state": _of_state, "kind": _of_kind, "region": _of_region},
    commands={
        "edit": Command(services.edit, N_("Edit"), inputs.Facts, initial=_facts),
        "verify": Command(
            services.verify,
            N_("Verify"),
            tone="primary",
            confirm=N_("The organisation will be able to submit and to be applied to."),
        ),
        "return": Command(services.return_, N_("Return with remarks"), inputs.Return),
        "resubmit": Command(services.resubmit, N_("Send in again"), tone="primary"),
        "refuse": Command(services.refuse, N_("Refuse"), Reasoned, tone="danger"),
        "suspend": Command(
            services.suspend,
            N_("Suspend"),
            Reasoned,
            tone="danger",
            confirm=N_("Every undecided case of this organisation will be closed, also those on its resources."),
        ),
        "resume": Command(services.resume, N_("Lift the suspension"), tone="primary"),
        "add_member": Command(members.add_member, N_("Add a member"), inputs.NewMember, choices=_roles),
        "end_membership": Command(
            members.end_membership, N_("End a membership"), inputs.EndedMembership, tone="danger", choices=_current_members
        ),
        "record_tier": Command(services.record_tier, N_("Record a cultivation tier"), inputs.TierRecord),
        "offer_service": Command(services.offer_service, N_("Offer service to an enterprise"), inputs.ServiceOffer),
        "accept_service": Command(
            services.accept_service, N_("Accept a service platform"), inputs.AcceptedOffer, tone="primary", choices=_offers
        ),
    },
)
