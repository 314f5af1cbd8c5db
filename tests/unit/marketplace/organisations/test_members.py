"""Who belongs to an organisation."""

from __future__ import annotations

import pytest

from catalog.kernel.errors import Invalid, NotAllowed, NotFound
from marketplace.models import Membership, Organisation
from marketplace.organisations import members
from marketplace.organisations.queries import members_of
from marketplace.states import OrganisationKind, Role
from tests.world import World


def held(world: World, organisation: str, who: str) -> list[Membership]:
    with world.read("operator") as tx:
        found = members_of(tx.session, world.organisations[organisation])
        return [membership for membership in found if membership.user_id == world.users[who]]


def add(world: World, by: str, organisation: str, email: str, role: Role | str) -> Membership:
    return world.do(by, Organisation, world.organisations[organisation], members.add_member, email=email, role=role)


def end(world: World, by: str, organisation: str, membership: str) -> None:
    world.do(by, Organisation, world.organisations[organisation], members.end_membership, membership=membership)


def test_a_member_gets_the_rights_of_the_role(world: World) -> None:
    world.add_person("new")
    add(world, "sme", "ruifeng", "NEW@demo.example", "member")
    assert world.actor("new").organisations(Role.MEMBER) == {world.organisations["ruifeng"]}


@pytest.mark.parametrize("role", [Role.MANAGER, Role.EDITOR, Role.ADVISER, "king"])
def test_a_role_fits_the_kind_of_the_organisation(world: World, role: str) -> None:
    world.add_person("new")
    with pytest.raises(Invalid) as refused:
        add(world, "sme", "ruifeng", "new@demo.example", role)
    assert refused.value.fields == {"role": [members.ROLE_UNFIT]}


def test_only_confirmed_accounts_are_added(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        add(world, "sme", "ruifeng", "nobody@demo.example", Role.MEMBER)
    assert list(refused.value.fields) == ["email"]


def test_nobody_is_added_twice(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        add(world, "sme", "ruifeng", "member@demo.example", Role.MEMBER)
    assert refused.value.fields == {"email": [members.HOLDS_ROLE]}


def test_a_new_role_replaces_the_old_one_of_the_same_kind(world: World) -> None:
    add(world, "sme", "ruifeng", "member@demo.example", Role.REPRESENTATIVE)
    assert [membership.role for membership in held(world, "ruifeng", "member")] == [Role.REPRESENTATIVE]


def test_the_last_representative_stays(world: World) -> None:
    (mine,) = held(world, "ruifeng", "sme")
    with pytest.raises(members.LastLeader):
        end(world, "sme", "ruifeng", mine.id)
    with pytest.raises(members.LastLeader):
        add(world, "sme", "ruifeng", "sme@demo.example", Role.MEMBER)
    add(world, "sme", "ruifeng", "member@demo.example", Role.REPRESENTATIVE)
    end(world, "sme", "ruifeng", mine.id)
    assert held(world, "ruifeng", "sme") == []


def test_the_last_manager_and_the_last_adviser_stay(world: World) -> None:
    for organisation, who in (("xinghe", "platform"), ("zhuli", "adviser")):
        (mine,) = held(world, organisation, who)
        with pytest.raises(members.LastLeader):
            end(world, who, organisation, mine.id)


def test_an_ended_membership_still_makes_a_conflict(world: World) -> None:
    (other,) = held(world, "ruifeng", "member")
    end(world, "sme", "ruifeng", other.id)
    actor = world.actor("member")
    assert actor.organisations() == frozenset()
    assert actor.conflicted_with(world.organisations["ruifeng"])


def test_the_membership_of_another_organisation_is_not_ended_here(world: World) -> None:
    (other,) = held(world, "xinghe", "editor")
    with pytest.raises(Invalid):
        end(world, "sme", "ruifeng", other.id)
    assert world.get(Membership, other.id).until is None


@pytest.mark.parametrize(("who", "error"), [("member", NotAllowed), ("sme2", NotFound), ("operator", NotAllowed)])
def test_only_those_who_lead_it_add_members(world: World, who: str, error: type[Exception]) -> None:
    world.add_person("new")
    with pytest.raises(error):
        add(world, who, "ruifeng", "new@demo.example", Role.MEMBER)


def test_every_kind_has_its_roles_declared() -> None:
    assert set(members.ROLES) == set(OrganisationKind)
    assert {role for roles in members.ROLES.values() for role in roles} == set(Role)
