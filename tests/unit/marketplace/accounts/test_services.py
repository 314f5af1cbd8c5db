"""Accounts made by the office, appointments, tokens."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from catalog.kernel.errors import Invalid, NotAllowed, NotFound, SignInRequired
from catalog.kernel.events import Event
from catalog.vocab import Region
from marketplace.accounts import services
from marketplace.accounts.passwords import hash_password
from marketplace.accounts.queries import appointed, tokens_of
from marketplace.models import AccessToken, Appointment, Organisation, User
from marketplace.organisations.services import establish_office, suspend
from marketplace.states import Post
from tests.world import World


def appoint(world: World, by: str, who: str, post: Post, **more: Any) -> Appointment:
    with world.begin(by) as tx:
        return services.appoint(tx, email=f"{who}@demo.example", post=post, **more)


def owner(world: World, plain: str) -> User | None:
    with world.runtime.store.readers() as session:
        return services.user_of_token(session, plain, world.runtime.store.clock())


# -- accounts ----------------------------------------------------------------------------------------------------------


def test_an_address_has_one_account_however_it_is_written(world: World) -> None:
    with pytest.raises(Invalid) as refused, world.begin("operator") as tx:
        services.create_user(tx, email=" SME@Demo.Example ", name="x", password="a long password")
    assert refused.value.fields == {"email": [services.ADDRESS_TAKEN]}


@pytest.mark.parametrize(("who", "error"), [("sme", NotAllowed), ("auditor", NotAllowed), ("visitor", SignInRequired)])
def test_only_the_office_makes_accounts_for_others(world: World, who: str, error: type[Exception]) -> None:
    with pytest.raises(error), world.begin(who) as tx:
        services.create_user(tx, email="x@demo.example", name="x", password="a long password")


def test_passwords_are_stored_as_argon2id() -> None:
    first, second = hash_password("ångström"), hash_password("ångström")
    assert first.startswith("$argon2id$") and first != second


def test_an_account_without_a_password_opens_with_none(world: World) -> None:
    with world.begin("system") as tx:
        user = services.create_user(tx, email="x@demo.example", name="x")
    assert user.password.startswith("$argon2id$")


# -- appointments ------------------------------------------------------------------------------------------------------


def test_an_appointment_gives_the_post_until_it_ends(world: World, clock: Any) -> None:
    world.add_person("new")
    appointment = appoint(world, "operator", "new", Post.CHAIR)
    assert world.actor("new").posts == {Post.CHAIR}
    clock.move(days=1)
    with world.begin("operator") as tx:
        services.end_appointment(tx, appointment.id)
    assert world.actor("new").posts == frozenset()
    with pytest.raises(NotFound), world.begin("operator") as tx:
        services.end_appointment(tx, appointment.id)


def test_a_post_is_held_once_and_can_be_held_again(world: World) -> None:
    world.add_person("new")
    first = appoint(world, "operator", "new", Post.REVIEWER)
    with pytest.raises(Invalid) as refused:
        appoint(world, "operator", "new", Post.REVIEWER)
    assert refused.value.fields == {"email": [services.HOLDS_POST]}
    with world.begin("operator") as tx:
        services.end_appointment(tx, first.id)
    appoint(world, "operator", "new", Post.REVIEWER)


@pytest.mark.parametrize("who", ["sme", "platform", "auditor", "chair", "reviewer1"])
def test_only_operators_appoint(world: World, who: str) -> None:
    with pytest.raises(NotAllowed):
        appoint(world, who, "sme2", Post.REVIEWER)
    with world.runtime.store.readers() as session:
        held = appointed(session)[0].id
    with pytest.raises(NotAllowed), world.begin(who) as tx:
        services.end_appointment(tx, held)


def test_only_confirmed_accounts_are_appointed(world: World) -> None:
    with world.begin("system") as tx:
        services.create_user(tx, email="waiting@demo.example", name="x", password_hash="x", confirmed=False)
    for who in ("waiting", "nobody"):
        with pytest.raises(Invalid) as refused:
            appoint(world, "operator", who, Post.REVIEWER)
        assert refused.value.fields == {"email": [services.NO_ACCOUNT]}


def test_an_operator_acts_for_a_verified_office(world: World) -> None:
    world.add_person("new")
    for key in ("xinghe", "nothing"):
        with pytest.raises(Invalid) as refused:
            appoint(world, "operator", "new", Post.OPERATOR, office_id=world.organisations.get(key, key))
        assert refused.value.fields == {"office_id": [services.NOT_AN_OFFICE]}
    with world.begin("operator") as tx:
        office = establish_office(tx, name_zh="江苏省推进办公室", mailbox="office@js.example", region=Region.JIANGSU)
    assert appoint(world, "operator", "new", Post.OPERATOR, office_id=office.id).office_id == office.id
    world.do("operator", Organisation, office.id, suspend, reason="并入其他机构")
    world.add_person("late")
    with pytest.raises(Invalid):
        appoint(world, "operator", "late", Post.OPERATOR, office_id=office.id)


def test_the_last_operator_stays(world: World) -> None:
    with world.runtime.store.readers() as session:
        (mine,) = (held for held in appointed(session) if held.post is Post.OPERATOR)
    with pytest.raises(services.LastOperator), world.begin("operator") as tx:
        services.end_appointment(tx, mine.id)
    world.add_person("new", Post.OPERATOR)
    with world.begin("operator") as tx:
        services.end_appointment(tx, mine.id)


def test_an_appointment_is_on_record_by_pseudonym(world: World) -> None:
    world.add_person("new")
    appoint(world, "operator", "new", Post.CHAIR)
    with world.read("operator") as tx:
        query = select(Event).where(Event.thing == "person", Event.thing_id == world.users["new"], Event.name == "appoint")
        event = tx.session.scalars(query).one()
        operator = tx.session.get_one(User, world.users["operator"])
    assert (event.actor, event.role, event.changes["post"]) == (operator.pseudonym, "operator", "chair")


# -- one's own account -------------------------------------------------------------------------------------------------


def test_people_change_their_own_name_and_language(world: World) -> None:
    with world.begin("sme") as tx:
        services.update_account(tx, name="Wang Fang", language="en")
    user = world.get(User, world.users["sme"])
    assert (user.name, user.language) == ("Wang Fang", "en")


# -- tokens ------------------------------------------------------------------------------------------------------------


def make(world: World, who: str = "sme", days: int = 30) -> str:
    with world.begin(who) as tx:
        return services.create_token(tx, tx.session.get_one(User, world.users[who]), name="报表", days=days)


def test_a_token_is_its_owners_and_stored_as_a_digest_alone(world: World) -> None:
    plain = make(world)
    assert plain.startswith("orm_") and len(plain) >= 47
    with world.runtime.store.readers() as session:
        (stored,) = tokens_of(session, world.users["sme"])
        everything = [str(getattr(stored, column.key)) for column in AccessToken.__table__.columns]
    assert not any(plain in value or plain[4:] in value for value in everything)
    found = owner(world, plain)
    assert found is not None and found.id == world.users["sme"]


def test_no_two_tokens_are_alike(world: World) -> None:
    assert make(world) != make(world)


@pytest.mark.parametrize("wrong", ["", "orm_", "orm_" + "x" * 43])
def test_what_is_no_token_opens_nothing(world: World, wrong: str) -> None:
    make(world)
    assert owner(world, wrong) is None


def test_the_digest_itself_opens_nothing(world: World) -> None:
    assert owner(world, services.digest_of(make(world))) is None


def test_a_token_ends_with_its_days(world: World, clock: Any) -> None:
    plain = make(world, days=2)
    clock.move(days=1, hours=23)
    assert owner(world, plain) is not None
    clock.move(hours=1)
    assert owner(world, plain) is None


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_token_is_neither_endless_nor_over(world: World, days: int) -> None:
    with pytest.raises(Invalid) as refused:
        make(world, days=days)
    assert list(refused.value.fields) == ["days"]


def test_a_revoked_token_opens_nothing(world: World) -> None:
    plain = make(world)
    with world.runtime.store.readers() as session:
        (token,) = tokens_of(session, world.users["sme"])
    with pytest.raises(NotFound), world.begin("sme2") as tx:
        services.revoke_token(tx, token.id)
    assert owner(world, plain) is not None
    with world.begin("sme") as tx:
        services.revoke_token(tx, token.id)
    assert owner(world, plain) is None


def test_a_closed_account_has_no_tokens(world: World) -> None:
    plain = make(world)
    with world.begin("system") as tx:
        tx.checked = True
        tx.session.get_one(User, world.users["sme"]).active = False
    assert owner(world, plain) is None


def test_nobody_makes_a_token_for_somebody_else(world: World) -> None:
    with pytest.raises(NotFound), world.begin("operator") as tx:
        services.create_token(tx, tx.session.get_one(User, world.users["sme"]), name="x", days=1)
    with pytest.raises(SignInRequired), world.begin("visitor") as tx:
        services.create_token(tx, tx.session.get_one(User, world.users["sme"]), name="x", days=1)
    with world.begin("system") as tx:
        plain = services.create_token(tx, tx.session.get_one(User, world.users["sme"]), name="x", days=1)
    found = owner(world, plain)
    assert found is not None and found.id == world.users["sme"]
