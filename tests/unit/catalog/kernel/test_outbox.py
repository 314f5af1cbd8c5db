from datetime import timedelta

import pytest
from sqlalchemy import select

from catalog.kernel.outbox import LEASE, MAX_ATTEMPTS, Outbox, OutboxRow
from tests.unit.catalog.kernel.conftest import person

ACTOR = person("plain.act")


class Post:
    """A handler that remembers what it delivered, and fails as often as told."""

    def __init__(self, failures=0):
        self.calls, self.failures = [], failures

    def __call__(self, payloads):
        if self.failures:
            self.failures -= 1
            raise ConnectionError("nobody answers")
        self.calls.append(payloads)


@pytest.fixture
def owe(store):
    def write(topic, *numbers, due_at=None):
        for number in numbers:
            with store.begin(ACTOR) as tx:
                tx.require("plain.act")
                tx.owe(topic, {"n": number}, due_at)

    return write


def all_rows(store):
    with store.readers() as session:
        return session.scalars(select(OutboxRow)).all()


def test_what_is_owed_is_delivered_once_and_marked_done(store, clock, owe):
    post = Post()
    outbox = Outbox(store.writers, {"mail": post}, frozenset())
    owe("mail", 1, 2)
    assert outbox.drain(clock) == 2
    assert outbox.drain(clock) == 0
    assert sorted(call[0]["n"] for call in post.calls) == [1, 2]
    assert {row.done_at for row in all_rows(store)} == {clock.now}


def test_topics_delivered_in_batches_are_handled_in_one_call_and_never_mixed(store, clock, owe):
    mail, index = Post(), Post()
    outbox = Outbox(store.writers, {"mail": mail, "index": index}, frozenset({"index"}))
    owe("index", 1, 2)
    owe("mail", 3)
    owe("index", 4)
    assert outbox.drain(clock) == 4
    assert [len(call) for call in index.calls] == [3]
    assert mail.calls == [[{"n": 3}]]


def test_what_is_due_later_waits_for_its_time(store, clock, owe):
    post = Post()
    outbox = Outbox(store.writers, {"mail": post}, frozenset())
    owe("mail", 1, due_at=clock.now + timedelta(hours=1))
    assert outbox.drain(clock) == 0
    clock.move(hours=1)
    assert outbox.drain(clock) == 1


def test_a_failed_delivery_is_tried_again_after_a_growing_pause(store, clock, owe):
    post = Post(failures=2)
    outbox = Outbox(store.writers, {"mail": post}, frozenset())
    owe("mail", 1)
    pauses = []
    for _ in range(2):
        assert outbox.drain(clock) == 0
        (row,) = all_rows(store)
        pauses.append(row.due_at - clock.now)
        assert row.last_error == "ConnectionError: nobody answers"
        clock.now = row.due_at
    assert pauses == sorted(set(pauses))
    assert outbox.drain(clock) == 1


def test_one_failure_holds_up_nobody_else(store, clock, owe):
    mail, index = Post(failures=99), Post()
    outbox = Outbox(store.writers, {"mail": mail, "index": index}, frozenset())
    owe("mail", 1)
    owe("index", 2)
    assert outbox.drain(clock) == 1
    assert index.calls == [[{"n": 2}]]


def test_after_the_last_attempt_it_is_given_up_loudly(store, clock, owe, caplog):
    outbox = Outbox(store.writers, {"mail": Post(failures=99)}, frozenset())
    owe("mail", 1)
    for _ in range(MAX_ATTEMPTS):
        clock.move(hours=1)
        outbox.drain(clock)
    (row,) = all_rows(store)
    assert (row.attempts, row.failed_at, row.done_at) == (MAX_ATTEMPTS, clock.now, None)
    assert "gave up on mail" in caplog.text
    clock.move(days=1)
    assert outbox.drain(clock) == 0


def test_a_topic_nobody_handles_is_a_failure_and_is_not_lost(store, clock, owe):
    outbox = Outbox(store.writers, {}, frozenset())
    owe("fax", 1)
    assert outbox.drain(clock) == 0
    (row,) = all_rows(store)
    assert row.done_at is None
    assert "fax" in row.last_error


def test_a_killed_worker_loses_nothing_another_takes_over_when_the_lease_ends(store, clock, owe):
    class Killed(BaseException):
        """As sudden as kill -9: no handler of errors sees it."""

    def dies(payloads):
        raise Killed

    owe("mail", 1)
    with pytest.raises(Killed):
        Outbox(store.writers, {"mail": dies}, frozenset()).drain(clock)
    post = Post()
    second = Outbox(store.writers, {"mail": post}, frozenset())
    assert second.drain(clock) == 0, "the lease still runs"
    clock.now += LEASE + timedelta(seconds=1)
    assert second.drain(clock) == 1
    assert post.calls == [[{"n": 1}]]
