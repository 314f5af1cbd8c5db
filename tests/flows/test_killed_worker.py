"""A worker that is killed in the middle of its work loses nothing: the next one delivers what is still owed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from sqlalchemy import select

from catalog.kernel.outbox import LEASE, OutboxRow
from catalog.models import Resource
from catalog.search.port import SearchQuery
from catalog.services import batches, resources
from marketplace import index
from marketplace.deliveries import MAIL
from marketplace.runtime import Runtime, build_runtime
from tests.unit.marketplace import casework
from tests.world import World

ROOT = Path(__file__).parents[2]

#: A worker that stops dead in its first mail, or after writing the index and before the rows are marked done.
STUCK = """
import sys, time
from datetime import datetime
from pathlib import Path
from tests.conftest import Clock, settings_in
from marketplace import deliveries
from marketplace.runtime import build_runtime

folder, point, moment = Path(sys.argv[1]), sys.argv[2], datetime.fromisoformat(sys.argv[3])

def stop(*_given):
    (folder / "stuck").touch()
    time.sleep(600)

if point == "mail":
    write = deliveries._write
    def writes_half_and_stops(*given):
        write(*given)
        path = max((folder / "mail").glob("*.eml"), key=lambda found: found.stat().st_mtime)
        path.write_bytes(path.read_bytes()[:20])
        stop()
    deliveries._write = writes_half_and_stops
else:
    update = deliveries.index_resources
    def updates_and_stops(*given):
        update(*given)
        stop()
    deliveries.index_resources = updates_and_stops
build_runtime(settings_in(folder), Clock(moment)).drain()
"""


def kill_in_the_middle(runtime: Runtime, point: str) -> None:
    """Start a worker on the same files, wait until it is in the middle of a delivery, and kill it."""
    folder = runtime.settings.data_dir
    (folder / "stuck").unlink(missing_ok=True)
    command = [sys.executable, "-c", STUCK, str(folder), point, runtime.store.clock().isoformat()]
    worker = subprocess.Popen(command, cwd=ROOT)
    try:
        for _attempt in range(600):
            if (folder / "stuck").exists():
                break
            assert worker.poll() is None, "the worker ended before it came to the point"
            time.sleep(0.05)
        else:
            raise AssertionError("the worker never came to the point")
        os.kill(worker.pid, signal.SIGKILL)
        assert worker.wait(timeout=10) == -signal.SIGKILL
    finally:
        if worker.poll() is None:
            worker.kill()
            worker.wait()


def owed(runtime: Runtime) -> list[OutboxRow]:
    with runtime.store.readers() as session:
        return list(session.scalars(select(OutboxRow).where(OutboxRow.done_at.is_(None))))


def mails(runtime: Runtime) -> Counter[tuple[str, str]]:
    """The mails that were sent: to whom, about what."""
    files = (runtime.settings.data_dir / "mail").glob("*.eml")
    read = [message_from_bytes(path.read_bytes(), policy=default) for path in files]
    return Counter((mail["To"], mail["Subject"]) for mail in read)


def publish_something(world: World) -> str:
    """Changes that owe several index updates and mails; returns the id of a resource that is new in the catalog."""
    key = world.add_resource("novel", batch="collecting", access_policy="pilot", title_zh="焊缝识别算法")
    with world.begin("operator") as tx:
        batch = tx.session.get_one(batches.Batch, world.batches["collecting"])
        batches.accept_all(tx, batch)
        batches.close(tx, batch)
        batches.publish(tx, batch)
    world.do("platform", Resource, world.resources["pilot"], resources.suspend, reason="升级")
    world.do("operator", Resource, world.resources["platform"], resources.take_down, reason="依法下架")
    return key


def test_kill_in_mid_delivery_loses_nothing_and_doubles_nothing(world: World, clock) -> None:
    runtime, already = world.runtime, mails(world.runtime)
    novel = publish_something(world)
    other = world.resources["other pilot"]
    casework.submit(world, "other pilot")
    assert novel not in runtime.search.search(SearchQuery(text="焊缝识别")).ids

    # Which row a worker takes first is chance, so before each of the two a mail and an index update are owed anew.
    world.do("operator", Resource, other, resources.suspend, reason="核查")
    kill_in_the_middle(runtime, "mail")
    assert owed(runtime), "what was not finished is still owed"
    clock.now += LEASE + timedelta(seconds=1)
    day = clock.now + timedelta(days=60)
    world.do("platform2", Resource, other, resources.announce_closing, reason="下线", closing_at=day)
    kill_in_the_middle(runtime, "index")
    assert owed(runtime), "what was not finished is still owed"
    clock.now += LEASE + timedelta(seconds=1)

    fresh = build_runtime(runtime.settings, clock)
    fresh.drain()
    assert owed(fresh) == []
    assert index.differences(fresh) == []
    assert novel in fresh.search.search(SearchQuery(text="焊缝识别")).ids
    assert world.resources["platform"] not in fresh.search.search(SearchQuery(text="设备联网")).ids
    with fresh.store.readers() as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.topic == MAIL)).all()
    assert mails(fresh) == Counter((row.payload["to"], row.payload["subject"]) for row in rows), "each once and whole"
    assert (mails(fresh) - already).total() >= 3
    fresh.store.engine.dispose()


def test_while_the_lease_holds_nobody_else_takes_the_row(world: World, clock) -> None:
    publish_something(world)
    kill_in_the_middle(world.runtime, "index")
    leased = {row.id for row in owed(world.runtime) if row.leased_until and row.leased_until > clock.now}
    assert leased
    world.runtime.drain()
    assert leased == {row.id for row in owed(world.runtime)}
    clock.now += LEASE + timedelta(seconds=1)
    world.runtime.drain()
    assert owed(world.runtime) == []


def test_a_change_that_was_not_committed_owes_nothing(world: World) -> None:
    class Killed(BaseException):
        """The process dies in the middle of a transaction."""

    try:
        with world.begin("platform") as tx:
            resources.suspend(tx, tx.session.get_one(Resource, world.resources["pilot"]), reason="升级")
            tx.session.flush()
            raise Killed
    except Killed:
        pass
    assert owed(world.runtime) == []
    assert world.get(Resource, world.resources["pilot"]).state == "listed"
