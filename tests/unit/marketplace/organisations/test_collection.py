"""What is shown of organisations, and to whom."""

from __future__ import annotations

import json

import pytest

from catalog.vocab import SizeClass
from marketplace.models import Organisation
from marketplace.organisations import services
from marketplace.organisations.collection import ORGANISATIONS
from marketplace.states import OrganisationKind
from tests.world import World

PRIVATE = {"credit_code", "remarks", "reason", "members", "relations", "tier", "evidence"}


def represent(world: World, who: str, organisation: str) -> dict:
    with world.read(who) as tx:
        return ORGANISATIONS.represent(tx, ORGANISATIONS.get(tx, world.organisations[organisation]))


@pytest.mark.parametrize("who", ["visitor", "sme", "platform2", "chair", "reviewer1"])
def test_others_see_the_public_facts_of_a_platform_alone(world: World, who: str) -> None:
    shown = represent(world, who, "xinghe")
    assert PRIVATE.isdisjoint(shown)
    assert "@demo.example" not in json.dumps(shown)
    assert shown["commands"] == []


@pytest.mark.parametrize("who", ["platform", "editor", "operator", "auditor"])
def test_its_people_and_the_office_see_the_inside(world: World, who: str) -> None:
    shown = represent(world, who, "xinghe")
    assert set(shown) >= PRIVATE
    assert [member["role"] for member in shown["members"]] == ["manager", "editor"]


def test_a_representation_can_be_written_as_json(world: World) -> None:
    for key in ("xinghe", "ruifeng", "zhuli", "office"):
        json.dumps(represent(world, "operator", key))


def test_everybody_gets_the_commands_that_are_theirs(world: World) -> None:
    assert represent(world, "platform", "xinghe")["commands"] == ["add_member", "end_membership"]
    assert represent(world, "operator", "ruifeng")["commands"] == ["suspend", "record_tier"]
    assert represent(world, "auditor", "ruifeng")["commands"] == []
    assert "offer_service" in represent(world, "adviser", "zhuli")["commands"]
    assert "accept_service" not in represent(world, "sme", "ruifeng")["commands"]


def test_every_command_of_the_table_is_offered() -> None:
    assert set(ORGANISATIONS.cycle.names()) == set(ORGANISATIONS.commands)


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"kind": ["platform"]}, 2),
        ({"kind": ["platform", "enterprise"]}, 4),
        ({"kind": ["castle"]}, 0),
        ({"state": ["pending"]}, 1),
        ({"state": ["nonsense"]}, 0),
        ({"region": ["310000"]}, 1),
        ({"region": ["000000"]}, 0),
    ],
)
def test_a_filter_keeps_what_has_one_of_its_values(world: World, filters: dict[str, list[str]], count: int) -> None:
    shanghai = {"region": "310000", "size_class": SizeClass.SMALL, "name_zh": "待核验公司"}
    world.add_organisation("new", OrganisationKind.SERVICE_PLATFORM, "new", verified=False, **shanghai)
    with world.read("operator") as tx:
        query = ORGANISATIONS.visible(tx)
        for name, values in filters.items():
            query = ORGANISATIONS.filters[name](query, values)
        assert len(tx.session.scalars(query).all()) == count


def test_a_pending_organisation_is_known_to_its_people_and_the_office_alone(world: World) -> None:
    key = world.add_organisation("new", OrganisationKind.PLATFORM, "new", verified=False, name_zh="待核验平台")
    for who, seen in (("new", True), ("operator", True), ("auditor", True), ("platform", False), ("visitor", False)):
        with world.read(who) as tx:
            assert (tx.session.scalars(ORGANISATIONS.visible(tx).where(Organisation.id == key)).first() is not None) is seen


def test_the_choices_of_a_command_are_those_of_the_organisation(world: World) -> None:
    with world.read("sme") as tx:
        firm = tx.session.get_one(Organisation, world.organisations["ruifeng"])
        roles = ORGANISATIONS.commands["add_member"].choices(tx, firm)["role"]
        people = ORGANISATIONS.commands["end_membership"].choices(tx, firm)["membership"]
    assert [value for value, _label in roles] == ["member", "representative"]
    assert [label["en"] for _value, label in people] == ["sme (Representative)", "member (Member)"]


def test_an_edit_begins_with_what_is_there(world: World) -> None:
    key = world.add_organisation("new", OrganisationKind.PLATFORM, "new", verified=False, name_zh="待核验平台")
    with world.begin("new") as tx:
        thing = tx.session.get_one(Organisation, key)
        command = ORGANISATIONS.commands["edit"]
        given = {name: str(value) if value is not None else "" for name, value in command.initial(tx, thing).items()}
        ORGANISATIONS.execute(tx, key, "edit", {**given, "name_zh": "改名平台"}, thing.version)
    assert world.get(Organisation, key).name_zh == "改名平台"


def test_offers_are_choices_until_they_are_accepted(world: World) -> None:
    code = world.get(Organisation, world.organisations["qinghe"]).credit_code
    world.do("adviser", Organisation, world.organisations["zhuli"], services.offer_service, credit_code=code)
    with world.read("sme2") as tx:
        firm = tx.session.get_one(Organisation, world.organisations["qinghe"])
        assert "accept_service" in ORGANISATIONS.available(tx, firm)
        assert [label["zh"] for _key, label in ORGANISATIONS.commands["accept_service"].choices(tx, firm)["relation"]] == [
            "助力中小企业服务中心"
        ]
