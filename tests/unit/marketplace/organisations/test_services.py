"""Registration and verification of organisations, tiers and service relations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from catalog.kernel.errors import Invalid, NotAllowed, NotFound, SignInRequired, WrongState
from catalog.kernel.events import Event
from catalog.kernel.outbox import OutboxRow
from catalog.models import Publisher, Resource
from catalog.vocab import Region, SizeClass, Tier
from marketplace.applications import services as applications
from marketplace.applications.eligibility import NOT_TAKING, obstacles
from marketplace.models import Application, Membership, Organisation, ServiceRelation, TierEvidence
from marketplace.organisations import services
from marketplace.organisations.queries import members_of, tier_of
from marketplace.states import ApplicationState, OrganisationState, RelationState, Role
from tests.world import World, credit_code


def facts(number: int = 90, **more: Any) -> dict[str, Any]:
    """What a registration form gives."""
    return {
        "kinds": ["enterprise"],
        "name_zh": "新禾精工有限公司",
        "name_en": "",
        "credit_code": credit_code(number),
        "region": Region.JIANGSU,
        "industry": None,
        "size_class": SizeClass.SMALL,
        "mailbox": "open@xinhe.example",
        "website": "",
        "intro_zh": "",
        "intro_en": "",
        **more,
    }


def register(world: World, who: str, number: int = 90, **more: Any) -> str:
    with world.begin(who) as tx:
        return services.register(tx, **facts(number, **more)).id


@pytest.mark.parametrize(
    ("kinds", "roles"),
    [
        (["enterprise"], {Role.REPRESENTATIVE}),
        (["platform"], {Role.MANAGER}),
        (["service_platform"], {Role.ADVISER}),
        (["platform", "enterprise"], {Role.MANAGER, Role.REPRESENTATIVE}),
    ],
)
def test_who_registers_an_organisation_leads_it(world: World, kinds: list[str], roles: set[Role]) -> None:
    world.add_person("new")
    key = register(world, "new", kinds=kinds)
    assert world.get(Organisation, key).state is OrganisationState.PENDING
    assert {role for role in Role if key in world.actor("new").organisations(role)} == roles


def test_a_visitor_registers_nothing(world: World) -> None:
    with pytest.raises(SignInRequired):
        register(world, "visitor")


def test_a_wrong_credit_code_is_refused_at_its_field(world: World) -> None:
    right = credit_code(90)
    wrong = right[:16] + ("0" if right[16] != "0" else "1") + right[17]
    for code in (wrong, "123", ""):
        with pytest.raises(Invalid) as refused:
            register(world, "member", credit_code=code)
        assert refused.value.fields == {"credit_code": [services.WRONG_CODE]}


def test_an_organisation_is_registered_once_however_its_code_is_written(world: World) -> None:
    code = world.get(Organisation, world.organisations["ruifeng"]).credit_code
    for written in (code, code.lower(), f"{code[:8]}-{code[8:]}"):
        with pytest.raises(Invalid) as refused:
            register(world, "member", credit_code=written)
        assert refused.value.fields == {"credit_code": [services.CODE_TAKEN]}


def test_the_database_refuses_the_second_of_two_registrations_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    code = world.get(Organisation, world.organisations["ruifeng"]).credit_code
    monkeypatch.setattr(services, "by_credit_code", lambda session, code: None)
    with pytest.raises(Invalid) as refused:
        register(world, "member", credit_code=code)
    assert refused.value.fields == {"credit_code": [services.CODE_TAKEN]}


def test_an_enterprise_says_how_large_it_is(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        register(world, "member", size_class=None)
    assert list(refused.value.fields) == ["size_class"]
    register(world, "member", size_class=None, kinds=["platform"])


@pytest.mark.parametrize("kinds", [[], ["office"], ["platform", "office"]])
def test_an_office_is_not_registered_by_its_people(world: World, kinds: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        register(world, "member", kinds=kinds)
    assert list(refused.value.fields) == ["kinds"]


def test_only_the_office_establishes_offices(world: World) -> None:
    given = {"name_zh": "浙江省推进办公室", "mailbox": "office@zj.example", "region": Region.ZHEJIANG}
    with pytest.raises(NotAllowed), world.begin("platform") as tx:
        services.establish_office(tx, **given)
    with world.begin("operator") as tx:
        office = services.establish_office(tx, **given)
    assert world.get(Organisation, office.id).state is OrganisationState.VERIFIED
    assert world.get(Publisher, office.id).verified


def test_a_platform_has_its_public_face_from_the_start_and_it_stays_in_step(world: World) -> None:
    world.add_person("new")
    key = register(world, "new", kinds=["platform"])
    face = world.get(Publisher, key)
    assert (face.name_zh, face.mailbox, face.verified) == ("新禾精工有限公司", "open@xinhe.example", False)
    changed = {name: value for name, value in facts(name_zh="新禾智造平台", region=Region.SHANGHAI).items() if name != "kinds"}
    world.do("new", Organisation, key, services.edit, **changed)
    face = world.get(Publisher, key)
    assert (face.name_zh, face.region) == ("新禾智造平台", Region.SHANGHAI)
    world.do("operator", Organisation, key, services.verify)
    assert world.get(Publisher, key).verified


def test_an_edit_cannot_take_the_code_of_another(world: World) -> None:
    world.add_person("new")
    key = register(world, "new")
    taken = world.get(Organisation, world.organisations["qinghe"]).credit_code
    given = {name: value for name, value in facts(credit_code=taken).items() if name != "kinds"}
    with pytest.raises(Invalid) as refused:
        world.do("new", Organisation, key, services.edit, **given)
    assert refused.value.fields == {"credit_code": [services.CODE_TAKEN]}


def test_what_was_verified_is_not_edited(world: World) -> None:
    given = {name: value for name, value in facts().items() if name != "kinds"}
    with pytest.raises(WrongState):
        world.do("sme", Organisation, world.organisations["ruifeng"], services.edit, **given)


def test_a_return_carries_remarks_and_a_second_look_ends_it(world: World) -> None:
    world.add_person("new")
    key = register(world, "new")
    world.do("operator", Organisation, key, services.return_, remarks={"name_zh": "与营业执照不一致"})
    assert world.get(Organisation, key).remarks == {"name_zh": "与营业执照不一致"}
    world.do("new", Organisation, key, services.resubmit)
    assert world.get(Organisation, key).state is OrganisationState.PENDING
    world.do("operator", Organisation, key, services.verify)
    verified = world.get(Organisation, key)
    assert verified.state is OrganisationState.VERIFIED and verified.remarks == {}


def test_a_refusal_says_why(world: World) -> None:
    world.add_person("new")
    key = register(world, "new")
    with pytest.raises(Invalid):
        world.do("operator", Organisation, key, services.refuse, reason=" ")
    world.do("operator", Organisation, key, services.refuse, reason="营业执照已注销")
    assert world.get(Organisation, key).reason == "营业执照已注销"


def test_nobody_verifies_the_own_organisation(world: World) -> None:
    with world.begin("operator") as tx:
        key = services.register(tx, **facts()).id
    with pytest.raises(NotAllowed):
        world.do("operator", Organisation, key, services.verify)


@pytest.mark.parametrize(("who", "error"), [("platform", NotFound), ("auditor", NotAllowed), ("visitor", NotFound)])
def test_only_operators_verify(world: World, who: str, error: type[Exception]) -> None:
    world.add_person("new")
    key = register(world, "new")
    with pytest.raises(error):
        world.do(who, Organisation, key, services.verify)


def test_a_suspension_closes_the_undecided_cases_and_takes_no_new_ones(world: World) -> None:
    with world.begin("sme") as tx:
        case = applications.create_application(
            tx,
            applicant=world.organisations["ruifeng"],
            resources=[world.resources["platform"]],
            title="设备联网",
            need="产线停机多",
            plan="接入接口",
            effect="",
            contact="open@ruifeng.example",
        ).id
    world.do("operator", Organisation, world.organisations["xinghe"], services.suspend, reason="年度核查未通过")
    assert world.get(Application, case).state is ApplicationState.CLOSED
    assert world.get(Publisher, world.organisations["xinghe"]).verified is False
    with world.read("sme") as tx:
        firm = tx.session.get_one(Organisation, world.organisations["ruifeng"])
        resource = tx.session.get_one(Resource, world.resources["platform"])
        assert obstacles(tx.session, firm, resource, tx.now) == [NOT_TAKING]
    world.do("operator", Organisation, world.organisations["xinghe"], services.resume)
    assert world.get(Publisher, world.organisations["xinghe"]).verified
    assert world.get(Application, case).state is ApplicationState.CLOSED


def test_every_step_leaves_its_event(world: World) -> None:
    world.add_person("new")
    key = register(world, "new")
    world.do("operator", Organisation, key, services.verify)
    with world.read("operator") as tx:
        query = select(Event).where(Event.thing == "organisation", Event.thing_id == key).order_by(Event.sequence)
        seen = [(event.name, event.frm, event.to, event.role) for event in tx.session.scalars(query)]
    assert seen == [("create", None, "pending", "person"), ("verify", "pending", "verified", "operator")]


# -- tiers -------------------------------------------------------------------------------------------------------------


def record(world: World, tier: Tier, *, since: int, until: int) -> None:
    now = world.runtime.store.clock()
    days = {"issued_at": now + timedelta(days=since), "expires_at": now + timedelta(days=until)}
    given = {"certificate": f"{tier.value}-1", **days}
    world.do("operator", Organisation, world.organisations["qinghe"], services.record_tier, tier=tier, **given)


def tier(world: World) -> Tier | None:
    with world.read("operator") as tx:
        return tier_of(tx.session, world.organisations["qinghe"], tx.now)


def test_the_highest_tier_that_holds_counts(world: World, clock: Any) -> None:
    assert tier(world) is None
    record(world, Tier.LITTLE_GIANT, since=-10, until=5)
    record(world, Tier.INNOVATIVE, since=-20, until=500)
    assert tier(world) is Tier.LITTLE_GIANT
    clock.move(days=5)
    assert tier(world) is Tier.INNOVATIVE
    clock.move(days=600)
    assert tier(world) is None


def test_evidence_that_nobody_confirmed_is_none(world: World) -> None:
    now = world.runtime.store.clock()
    with world.begin("operator") as tx:
        tx.checked = True
        since, until = now - timedelta(days=1), now + timedelta(days=1)
        tx.add(
            TierEvidence(
                organisation_id=world.organisations["qinghe"],
                tier=Tier.SPECIALISED,
                certificate="x",
                issued_at=since,
                expires_at=until,
            )
        )
    assert tier(world) is None


@pytest.mark.parametrize(("since", "until", "field"), [(1, 100, "issued_at"), (-1, -2, "expires_at")])
def test_a_certificate_has_possible_dates(world: World, since: int, until: int, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        record(world, Tier.INNOVATIVE, since=since, until=until)
    assert list(refused.value.fields) == [field]


# -- service relations -------------------------------------------------------------------------------------------------


def offer(world: World, firm: str = "qinghe") -> ServiceRelation:
    code = world.get(Organisation, world.organisations[firm]).credit_code
    return world.do("adviser", Organisation, world.organisations["zhuli"], services.offer_service, credit_code=code)


def test_an_accepted_offer_lets_the_adviser_serve_the_firm(world: World) -> None:
    relation = offer(world)
    assert world.organisations["qinghe"] not in world.actor("adviser").served
    world.do("sme2", Organisation, world.organisations["qinghe"], services.accept_service, relation=relation.id)
    assert world.get(ServiceRelation, relation.id).state is RelationState.ACCEPTED
    assert world.organisations["qinghe"] in world.actor("adviser").served


def test_a_firm_is_offered_service_once(world: World) -> None:
    offer(world)
    with pytest.raises(Invalid) as refused:
        offer(world)
    assert refused.value.fields == {"credit_code": [services.RELATED_ALREADY]}


def test_only_verified_enterprises_are_offered_service(world: World) -> None:
    for code in ("nobody", world.get(Organisation, world.organisations["xinghe"]).credit_code):
        with pytest.raises(Invalid) as refused:
            world.do("adviser", Organisation, world.organisations["zhuli"], services.offer_service, credit_code=code)
        assert refused.value.fields == {"credit_code": [services.NO_SUCH_FIRM]}


def test_a_firm_accepts_its_own_offers_alone(world: World) -> None:
    mine, other = offer(world), offer(world, "ruifeng")
    with pytest.raises(Invalid):
        world.do("sme2", Organisation, world.organisations["qinghe"], services.accept_service, relation=other.id)
    world.do("sme2", Organisation, world.organisations["qinghe"], services.accept_service, relation=mine.id)
    assert world.get(ServiceRelation, other.id).state is RelationState.OFFERED


def test_an_offer_is_told_to_the_firm(world: World) -> None:
    offer(world)
    with world.read("operator") as tx:
        mails = [row.payload["to"] for row in tx.session.scalars(select(OutboxRow).where(OutboxRow.topic == "mail"))]
    assert "sme2@demo.example" in mails


def test_a_seed_may_register_for_nobody(world: World) -> None:
    """The product itself becomes nobody's representative."""
    key = register(world, "system")
    with world.read("operator") as tx:
        assert members_of(tx.session, key) == []
        assert tx.session.scalars(select(Membership).where(Membership.organisation_id == key)).all() == []
