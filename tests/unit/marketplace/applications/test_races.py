"""Two decide on one case at the same moment: one of them is too late, whichever way they come."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import func, select

from catalog.kernel.errors import StaleVersion, WrongState
from catalog.models import Resource
from marketplace.applications import services as applications
from marketplace.applications.collection import APPLICATIONS
from marketplace.models import Application, Grant, Organisation
from marketplace.organisations import members
from tests.unit.marketplace import casework
from tests.world import World


def race(*acts: Callable[[], Any]) -> list[Any]:
    """Start these at the same moment; what each returned, or raised."""
    start = Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(at: int) -> None:
        start.wait()
        try:
            results[at] = acts[at]()
        except Exception as raised:
            results[at] = raised

    threads = [Thread(target=run, args=(at,)) for at in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def case(world: World) -> str:
    """A case under the platform's policy, and a second manager beside the first."""
    world.add_person("second manager")
    key = world.organisations["xinghe"]
    world.do("platform", Organisation, key, members.add_member, email="second manager@demo.example", role="manager")
    return casework.submit(world, "platform")


def test_two_managers_who_saw_the_same_version_make_one_decision(world: World, case: str) -> None:
    version = world.get(Application, case).version
    managers = {name: world.actor(name) for name in ("platform", "second manager")}

    def decide(who: str, name: str, **given: Any) -> Callable[[], str]:
        def act() -> str:
            with world.runtime.store.begin(managers[who]) as tx:
                APPLICATIONS.execute(tx, case, name, given, version)
            return name

        return act

    results = race(decide("platform", "approve"), decide("second manager", "refuse", reason="不在支持范围"))

    lost = [result for result in results if isinstance(result, Exception)]
    assert [type(error) for error in lost] == [StaleVersion]
    won = next(result for result in results if isinstance(result, str))
    assert world.get(Application, case).state == {"approve": "approved", "refuse": "refused"}[won]
    with world.runtime.store.readers() as session:
        assert session.scalar(select(func.count()).select_from(Grant)) == (won == "approve")


def test_a_decision_and_a_withdrawal_at_once_leave_one_outcome_and_the_right_places(world: World, case: str) -> None:
    manager, firm = world.actor("platform"), world.actor("sme")

    def approve() -> str:
        with world.runtime.store.begin(manager) as tx:
            applications.approve(tx, tx.session.get_one(Application, case))
        return "approved"

    def withdraw() -> str:
        with world.runtime.store.begin(firm) as tx:
            applications.withdraw(tx, tx.session.get_one(Application, case))
        return "withdrawn"

    results = race(approve, withdraw)

    assert sorted(isinstance(result, WrongState) for result in results) == [False, True]
    state = world.get(Application, case).state
    assert state == next(result for result in results if isinstance(result, str))
    assert world.get(Resource, world.resources["platform"]).taken == (state == "approved")
