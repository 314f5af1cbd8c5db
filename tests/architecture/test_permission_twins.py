"""A permission asked on one thing and the same permission as a list's condition say the same, whatever the data are."""

import pytest
from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from catalog.kernel.db import Base, open_engine
from catalog.models import Batch, Resource, Revision
from catalog.permissions import P as C
from marketplace.models import (
    Application,
    Grant,
    Notification,
    Organisation,
    Pilot,
    Review,
    ServiceScenario,
    Showcase,
)
from marketplace.permissions import P
from marketplace.policy import POLICY
from tests.architecture.generated import World, actors_of

MODELS = {
    "batch": Batch,
    "resource": Resource,
    "revision": Revision,
    "organisation": Organisation,
    "application": Application,
    "review": Review,
    "grant": Grant,
    "pilot": Pilot,
    "scenario": ServiceScenario,
    "showcase": Showcase,
    "notification": Notification,
}

#: Permissions that are asked on no thing at all.
WITHOUT_A_THING = {"account", "people", "token", "dashboard", "work", "event"}


@pytest.fixture(scope="module", params=range(3), ids="seed {}".format)
def session(request, tmp_path_factory):
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('twins') / 'twins.sqlite3'}")
    Base.metadata.create_all(engine)
    World(engine, seed=request.param)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture(scope="module")
def actors(session):
    return actors_of(session)


@pytest.fixture(scope="module")
def things(session):
    return {name: session.scalars(select(model)).unique().all() for name, model in MODELS.items()}


def test_every_permission_has_its_rule_and_every_rule_its_permission():
    assert set(POLICY) == set(C) | set(P)


def test_every_permission_is_about_a_known_thing_or_about_none():
    assert {name.partition(".")[0] for name in POLICY} == set(MODELS) | WITHOUT_A_THING


@pytest.mark.parametrize("permission", sorted(POLICY))
def test_the_twins_of_a_permission_agree(session, actors, things, permission):
    kind, rule = permission.partition(".")[0], POLICY[permission]
    for actor in actors:
        if kind in WITHOUT_A_THING:
            assert rule.allows(actor, None) == bool(session.scalar(select(literal(1)).where(rule.where(actor)))), actor
            continue
        one_by_one = {thing.id for thing in things[kind] if rule.allows(actor, thing)}
        listed = set(session.scalars(select(MODELS[kind].id).where(rule.where(actor))))
        assert one_by_one == listed, (permission, actor, one_by_one ^ listed)


@pytest.mark.parametrize("permission", sorted(POLICY))
def test_a_role_is_named_only_to_those_who_hold_the_permission(actors, things, permission):
    kind, rule = permission.partition(".")[0], POLICY[permission]
    for actor in actors:
        for thing in things.get(kind, [None]):
            assert rule.allows(actor, thing) or not rule.role(actor, thing)


@pytest.mark.parametrize("permission", sorted(POLICY))
def test_whoever_changes_a_thing_is_named_with_a_role(actors, things, permission):
    kind, _, act = permission.partition(".")
    if kind in WITHOUT_A_THING or act in ("read", "read_private"):
        return
    rule = POLICY[permission]
    unnamed = {
        actor.kind for actor in actors for thing in things[kind] if rule.allows(actor, thing) and not rule.role(actor, thing)
    }
    assert unnamed == set()


@pytest.mark.parametrize("permission", sorted(name for name in POLICY if name.partition(".")[0] in MODELS))
def test_the_data_show_both_answers(actors, things, permission):
    """A comparison in which everybody or nobody is allowed would prove nothing; what is open to all is declared here."""
    kind, rule = permission.partition(".")[0], POLICY[permission]
    answers = {rule.allows(actor, thing) for actor in actors for thing in things[kind]}
    assert answers == ({True} if permission in {"pilot.read", "scenario.read"} else {True, False})
