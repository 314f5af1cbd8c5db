import threading

import pytest
from sqlalchemy import select

from catalog.kernel.errors import NotAllowed, NotFound, SignInRequired, UncheckedWrite
from catalog.kernel.events import Event
from catalog.kernel.outbox import OutboxRow
from tests.unit.catalog.kernel.conftest import Thing, person

ACTOR = person("door.read", "door.move", "plain.act")


def rows(store, model):
    with store.readers() as session:
        return session.scalars(select(model)).all()


def test_a_transaction_commits_once_at_its_end(store):
    with store.begin(ACTOR) as tx:
        tx.require("door.move", Thing())
        tx.record("door", Thing(), "shut")
        tx.session.flush()
        assert rows(store, Event) == []
    assert [event.name for event in rows(store, Event)] == ["shut"]


def test_a_transaction_that_fails_leaves_neither_event_nor_delivery(store):
    with pytest.raises(ZeroDivisionError), store.begin(ACTOR) as tx:
        tx.require("door.move", Thing())
        tx.record("door", Thing(), "shut")
        tx.owe("mail", {"to": "a@b.example"})
        raise ZeroDivisionError
    assert rows(store, Event) == []
    assert rows(store, OutboxRow) == []


def test_a_write_that_never_asked_for_permission_is_a_defect_and_is_not_kept(store):
    with pytest.raises(UncheckedWrite), store.begin(ACTOR) as tx:
        tx.owe("mail", {})
    assert rows(store, OutboxRow) == []


def test_asking_whether_one_may_does_not_count_as_asking_for_permission(store):
    with pytest.raises(UncheckedWrite), store.begin(ACTOR) as tx:
        assert tx.may("door.move", Thing())
        tx.owe("mail", {})


def test_what_a_reading_transaction_changes_is_thrown_away(store):
    with store.read(ACTOR) as tx:
        tx.require("door.move", Thing())
        tx.owe("mail", {})
        tx.session.flush()
    assert rows(store, OutboxRow) == []


@pytest.mark.parametrize(
    ("actor", "permission", "thing", "refusal"),
    [
        (person("door.read"), "door.lock", Thing(), NotAllowed),
        (person(), "door.lock", Thing(), NotFound),
        (person(anonymous=True), "door.lock", Thing(), NotFound),
        (person("door.read", anonymous=True), "door.lock", Thing(), SignInRequired),
        (person(), "plain.act", None, NotAllowed),
        (person(anonymous=True), "plain.act", None, SignInRequired),
    ],
)
def test_a_refusal_tells_no_more_than_the_caller_may_know(store, actor, permission, thing, refusal):
    with store.read(actor) as tx, pytest.raises(refusal) as refused:
        tx.require(permission, thing)
    assert type(refused.value) is refusal


def test_events_of_one_thing_are_numbered_across_transactions(store):
    for _ in range(2):
        with store.begin(ACTOR) as tx:
            tx.require("plain.act")
            tx.record("door", Thing(), "shut")
            tx.record("door", Thing(), "open")
            tx.record("door", Thing(id="door-2"), "shut")
    numbered = sorted((event.thing_id, event.sequence) for event in rows(store, Event))
    assert numbered == [("door-1", 1), ("door-1", 2), ("door-1", 3), ("door-1", 4), ("door-2", 1), ("door-2", 2)]


def test_every_event_is_told_to_the_reactions_within_its_transaction(store, reactions):
    with store.begin(ACTOR) as tx:
        tx.require("plain.act")
        tx.record("door", Thing(), "shut")
        assert reactions.seen == ["shut"]


def test_a_transaction_has_one_moment_from_beginning_to_end(store, clock):
    with store.read(ACTOR) as tx:
        before = tx.now
        clock.move(hours=1)
        assert tx.now == before
    with store.read(ACTOR) as tx:
        assert tx.now == clock.now


def test_the_actor_comes_back_after_the_system_acted_even_if_that_failed(store):
    with store.read(ACTOR) as tx:
        with pytest.raises(ZeroDivisionError), tx.as_system():
            assert tx.actor is store.system
            raise ZeroDivisionError
        assert tx.actor is ACTOR


def test_a_list_is_narrowed_by_the_same_permission(store):
    with store.begin(ACTOR) as tx:
        tx.require("plain.act")
        tx.record("door", Thing(), "shut")
    for actor, expected in ((ACTOR, 1), (person(), 0)):
        with store.read(actor) as tx:
            assert len(tx.session.scalars(tx.visible("door.read", select(Event))).all()) == expected


def test_getting_what_one_may_not_see_looks_like_getting_nothing(store):
    with store.begin(ACTOR) as tx:
        tx.require("plain.act")
        event_id = tx.record("door", Thing(), "shut")
        tx.session.flush()
        event_id = event_id.id
    with store.read(ACTOR) as tx:
        assert tx.get(Event, event_id, "door.read").name == "shut"
        with pytest.raises(NotFound):
            tx.get(Event, "nothing", "door.read")
    with store.read(person()) as tx, pytest.raises(NotFound):
        tx.get(Event, event_id, "door.read")


def test_writers_queue_and_none_loses_its_turn(store):
    def write():
        with store.begin(ACTOR) as tx:
            tx.require("plain.act")
            tx.record("door", Thing(), "shut")

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(event.sequence for event in rows(store, Event)) == list(range(1, 9))
