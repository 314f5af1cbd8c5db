"""Grants: who interrupts or ends them, what that frees, and what becomes of the pilot on them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from catalog.kernel.errors import Invalid, NotAllowed, WrongState
from catalog.models import Resource
from marketplace.grants import services as grants
from marketplace.guards import GrantLost
from marketplace.models import Application, Grant, Pilot
from marketplace.pilots import services as pilots
from marketplace.states import GrantState
from tests.unit.marketplace import casework
from tests.world import World


@pytest.fixture
def grant(world: World) -> str:
    """An active grant of ruifeng on a resource with two places."""
    return casework.grant_of(world, casework.submit(world, "registered"))


def taken(world: World) -> int:
    return world.get(Resource, world.resources["registered"]).taken


def test_a_grant_runs_for_the_term_that_the_resource_offers(world: World, grant: str, clock) -> None:
    given = world.get(Grant, grant)
    assert (given.starts_at, given.ends_at) == (clock.now, clock.now + timedelta(days=180))


def test_a_resource_without_a_term_gives_a_grant_without_an_end(world: World) -> None:
    with world.begin("system") as tx:
        tx.require("resource.follow")
        tx.session.get_one(Resource, world.resources["registered"]).term_days = None
    assert world.get(Grant, casework.grant_of(world, casework.submit(world, "registered"))).ends_at is None


def test_a_suspended_grant_keeps_its_place_and_goes_on(world: World, grant: str) -> None:
    world.do("platform", Grant, grant, grants.suspend, reason="欠费")
    assert (world.get(Grant, grant).state, world.get(Grant, grant).reason, taken(world)) == ("suspended", "欠费", 1)
    world.do("platform", Grant, grant, grants.resume)
    assert (world.get(Grant, grant).state, world.get(Grant, grant).reason, taken(world)) == ("active", "", 1)


ENDS: dict[str, tuple[str, Callable[..., Any], dict[str, str], GrantState]] = {
    "revoke": ("platform", grants.revoke, {"reason": "违反条款"}, GrantState.REVOKED),
    "surrender": ("sme", grants.surrender, {}, GrantState.SURRENDERED),
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("suspended", [False, True])
def test_what_ends_a_grant_frees_its_place_once(world: World, grant: str, end: str, suspended: bool) -> None:
    who, service, given, state = ENDS[end]
    if suspended:
        world.do("platform", Grant, grant, grants.suspend, reason="欠费")
    world.do(who, Grant, grant, service, **given)
    assert world.get(Grant, grant).state is state
    assert taken(world) == 0
    assert not world.get(Application, world.get(Grant, grant).application_id).items[0].reserved
    for name, (actor, again, more, _state) in ENDS.items():
        with pytest.raises(WrongState):
            world.do(actor, Grant, grant, again, **more)
        assert taken(world) == 0, name


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_revocation_and_a_suspension_need_a_reason(world: World, grant: str, reason: str) -> None:
    for service in (grants.revoke, grants.suspend):
        with pytest.raises(Invalid):
            world.do("platform", Grant, grant, service, reason=reason)
    assert world.get(Grant, grant).state == "active"


@pytest.mark.parametrize(
    ("who", "service", "given"),
    [
        ("editor", grants.revoke, {"reason": "x"}),
        ("sme", grants.revoke, {"reason": "x"}),
        ("member", grants.surrender, {}),
        ("platform", grants.surrender, {}),
        ("operator", grants.suspend, {"reason": "x"}),
    ],
)
def test_who_may_not_is_refused(
    world: World, grant: str, who: str, service: Callable[..., Any], given: dict[str, str]
) -> None:
    with pytest.raises(NotAllowed):
        world.do(who, Grant, grant, service, **given)


@pytest.mark.parametrize("end", ENDS)
def test_a_pilot_whose_grant_is_gone_pauses_and_neither_starts_nor_goes_on(world: World, end: str) -> None:
    who, service, given, _state = ENDS[end]
    pilot, key = casework.approved_pilot(world)
    world.do("sme", Pilot, pilot, pilots.start)
    world.do(who, Grant, key, service, **given)
    assert world.get(Pilot, pilot).state == "paused"
    for actor in ("sme", "platform", "operator"):
        with pytest.raises(GrantLost):
            world.do(actor, Pilot, pilot, pilots.resume)
    world.do("operator", Pilot, pilot, pilots.terminate, reason="授权已终止")


def test_a_pilot_that_had_not_begun_does_not_begin_without_its_grant(world: World) -> None:
    pilot, key = casework.approved_pilot(world)
    world.do("platform", Grant, key, grants.revoke, reason="违反条款")
    assert world.get(Pilot, pilot).state == "approved"
    with pytest.raises(GrantLost):
        world.do("sme", Pilot, pilot, pilots.start)
