"""A pilot that ends before its time takes its grant along, and the place is free again."""

from __future__ import annotations

import pytest

from catalog.models import Resource
from marketplace.models import Grant, Pilot
from marketplace.pilots import ending
from tests.unit.marketplace import casework
from tests.world import World


@pytest.mark.parametrize(("who", "service"), [("sme", ending.terminate), ("operator", ending.annul)])
def test_the_grant_of_an_ended_pilot_ends_with_it(world: World, who: str, service) -> None:
    pilot, grant = casework.approved_pilot(world)
    assert world.get(Resource, world.resources["pilot"]).taken == 1
    world.do(who, Pilot, pilot, service, reason="双方商定不再继续")
    assert world.get(Grant, grant).state == "revoked"
    assert world.get(Resource, world.resources["pilot"]).taken == 0
    assert world.get(Pilot, pilot).state in ("terminated", "annulled")
