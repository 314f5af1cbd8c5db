from types import SimpleNamespace

import pytest

from marketplace.actor import VISITOR, Actor
from marketplace.models import Application, Organisation
from marketplace.rules import (
    Belongs,
    In,
    OfActor,
    Serves,
    Twins,
    Unconflicted,
    anyone,
    clock,
    holds,
    operator,
    signed_in,
    system,
)
from marketplace.states import ApplicationState, Post, Role

HOME = Belongs(Application.applicant_id, Role.MEMBER, Role.REPRESENTATIVE)
CASE = SimpleNamespace(applicant_id="firm", platform_id="platform", state=ApplicationState.DRAFT)


def person(**more):
    return Actor("person", "P-1", "u1", "Somebody", **more)


def member(*roles, of="firm"):
    return person(in_role={role: frozenset({of}) for role in roles})


@pytest.mark.parametrize(
    ("actor", "allowed"),
    [(member(Role.MEMBER), True), (member(Role.MEMBER, of="other"), False), (member(Role.MANAGER), False), (VISITOR, False)],
)
def test_a_role_counts_in_its_own_organisation_alone(actor, allowed):
    assert HOME.allows(actor, CASE) is allowed


def test_whoever_holds_several_roles_acts_in_the_strongest():
    assert HOME.role(member(Role.MEMBER, Role.REPRESENTATIVE), CASE) == "representative"


def test_the_role_is_that_of_the_part_that_holds():
    rule = operator | HOME
    assert rule.role(member(Role.MEMBER), CASE) == "member"
    assert rule.role(person(posts=frozenset({Post.OPERATOR})), CASE) == "operator"
    assert rule.role(VISITOR, CASE) == ""


def test_of_two_conditions_both_must_hold_to_name_a_role():
    rule = operator & Unconflicted(Application.applicant_id)
    free = person(posts=frozenset({Post.OPERATOR}))
    assert rule.role(free, CASE) == "operator"
    bound = person(posts=frozenset({Post.OPERATOR}), conflicted=frozenset({"firm"}))
    assert not rule.allows(bound, CASE)
    assert rule.role(bound, CASE) == ""


@pytest.mark.parametrize(("conflicted", "allowed"), [(set(), True), ({"third"}, True), ({"firm"}, False), ({"platform"}, False)])
def test_a_conflict_with_either_side_excludes(conflicted, allowed):
    rule = Unconflicted(Application.applicant_id, Application.platform_id)
    assert rule.allows(person(conflicted=frozenset(conflicted)), CASE) is allowed


def test_an_adviser_acts_for_the_enterprises_that_accepted():
    rule = Serves(Application.applicant_id)
    assert rule.role(person(served=frozenset({"firm"})), CASE) == "adviser"
    assert not rule.allows(person(served=frozenset({"other"})), CASE)


def test_a_negation_names_no_role():
    rule = ~In(Application.state, ApplicationState.SUBMITTED)
    assert rule.allows(VISITOR, CASE)
    assert rule.role(VISITOR, CASE) == ""


@pytest.mark.parametrize(
    ("rule", "kinds"),
    [(anyone, {"person", "visitor", "clock", "system"}), (signed_in, {"person"}), (clock, {"clock"}), (system, {"system"})],
)
def test_kinds_of_actor_are_told_apart(rule, kinds):
    actors = (person(), VISITOR, Actor("clock", "clock"), Actor("system", "system"))
    assert {actor.kind for actor in actors if rule.allows(actor, None)} == kinds


def test_a_post_is_held_by_those_appointed_to_it():
    assert holds(Post.CHAIR).allows(person(posts=frozenset({Post.CHAIR})), None)
    assert not holds(Post.CHAIR).allows(person(posts=frozenset({Post.DEPUTY})), None)


def test_rules_hold_no_state_between_actors():
    rule = OfActor(lambda actor: actor.kind == "person", "person") & Twins(
        lambda a, t: t is not None, lambda a: Organisation.id.is_not(None)
    )
    assert [rule.allows(actor, CASE) for actor in (person(), VISITOR, person())] == [True, False, True]
