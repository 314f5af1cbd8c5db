"""What time does by itself, each act at its moment and not before."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from catalog.kernel.events import Event
from catalog.kernel.terms import Term
from catalog.models import Batch, Resource
from catalog.services import batches, resources
from marketplace import clock as time
from marketplace.applications import services as applications
from marketplace.clock import tick
from marketplace.models import Application, Grant, Review
from marketplace.states import GrantState
from tests.unit.marketplace import casework
from tests.world import World

Prepared = tuple[type, str, timedelta, str, str]


def opening(world: World) -> Prepared:
    with world.begin("operator") as tx:
        times = {"opens_at": tx.now + timedelta(days=3), "closes_at": tx.now + timedelta(days=9)}
        batch = batches.plan_batch(tx, issuer_id=world.organisations["office"], title_zh="第三批", **times)
    return Batch, batch.id, timedelta(days=3), "open", "collecting"


def closing(world: World) -> Prepared:
    return Batch, world.batches["collecting"], timedelta(days=30), "close", "screening"


def notice(world: World) -> Prepared:
    key = world.resources["pilot"]
    day = world.runtime.store.clock() + timedelta(days=31)
    world.do("platform", Resource, key, resources.announce_closing, closing_at=day, reason="下线")
    return Resource, key, timedelta(days=31), "withdraw", "withdrawn"


def draft(world: World) -> Prepared:
    return Application, casework.draft(world, "platform"), timedelta(days=90), "expire", "expired"


def returned(world: World) -> Prepared:
    case = casework.submit(world, "platform")
    world.do("platform", Application, case, applications.return_, remarks={"need": "请补充"})
    return Application, case, timedelta(days=14), "expire", "expired"


def grant(world: World) -> Prepared:
    case = casework.submit(world, "registered")
    return Grant, casework.grant_of(world, case), timedelta(days=180), "expire", "expired"


def scheduled(world: World) -> Prepared:
    key = casework.grant_of(world, casework.submit(world, "registered"))
    with world.begin("system") as tx:
        tx.require("grant.follow")
        waiting = tx.session.get_one(Grant, key)
        waiting.state, waiting.starts_at = GrantState.SCHEDULED, tx.now + timedelta(days=5)
    return Grant, key, timedelta(days=5), "activate", "active"


@pytest.mark.parametrize("prepare", [opening, closing, notice, draft, returned, grant, scheduled])
def test_the_clock_acts_at_the_moment_and_not_before(
    world: World, clock, prepare: Callable[[World], Prepared]
) -> None:
    model, key, span, name, state = prepare(world)
    before: Term = world.get(model, key).state
    clock.now += span - timedelta(seconds=1)
    tick(world.runtime)
    assert world.get(model, key).state is before
    clock.move(seconds=1)
    assert tick(world.runtime) >= 1
    assert world.get(model, key).state == state
    with world.runtime.store.readers() as session:
        query = select(Event).where(Event.thing_id == key).order_by(Event.sequence.desc())
        last = session.scalars(query).first()
    assert (last.name, last.actor, last.role, last.frm, last.to) == (name, "clock", "clock", before, state)
    assert tick(world.runtime) == 0, "a second tick finds nothing to do"


def test_an_expired_grant_frees_its_place(world: World, clock) -> None:
    case = casework.submit(world, "last place")
    assert world.get(Resource, world.resources["last place"]).taken == 1
    clock.move(days=181)
    tick(world.runtime)
    assert world.get(Resource, world.resources["last place"]).taken == 0
    assert not world.get(Application, case).items[0].reserved
    casework.submit(world, "last place", who="sme2", firm="qinghe")


def test_a_returned_pilot_case_that_expires_frees_what_it_reserved(world: World, clock) -> None:
    case, review = casework.open_review(world)
    world.do("chair", Application, case, applications.return_, remarks={"need": "请补充"})
    clock.move(days=15)
    tick(world.runtime)
    assert world.get(Application, case).state == "expired"
    assert world.get(Review, review).state == "closed"
    assert world.get(Resource, world.resources["pilot"]).taken == 0


def test_a_case_that_waits_for_its_decider_never_expires(world: World, clock) -> None:
    case = casework.submit(world, "platform")
    clock.move(days=400)
    tick(world.runtime)
    assert world.get(Application, case).state == "submitted"


def test_one_failure_stops_nothing_else(world: World, clock, monkeypatch, caplog) -> None:
    bad, good = casework.draft(world, "platform"), casework.draft(world, "platform", who="sme2", firm="qinghe")
    real = applications.expire

    def expire(tx, application) -> None:
        if application.id == bad:
            raise RuntimeError("broken")
        real(tx, application)

    monkeypatch.setattr(time.applications, "expire", expire)
    clock.move(days=91)
    with caplog.at_level(logging.ERROR):
        tick(world.runtime)
    assert (world.get(Application, bad).state, world.get(Application, good).state) == ("draft", "expired")
    assert bad in caplog.text, "loudly"
