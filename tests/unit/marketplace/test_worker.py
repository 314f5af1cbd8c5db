import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from catalog.kernel.outbox import OutboxRow
from catalog.models import Batch
from catalog.states import BatchState
from marketplace import worker as worker_module
from marketplace.actor import SYSTEM
from marketplace.deliveries import MAIL
from marketplace.permissions import P
from marketplace.worker import LONGEST_PAUSE, TICK, Worker

ROOT = Path(__file__).parents[3]


class Seconds:
    """A stopwatch that is moved by hand."""

    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def seconds():
    return Seconds()


def owe_mails(runtime, count):
    with runtime.store.begin(SYSTEM) as tx:
        tx.require(P.PEOPLE_APPOINT)
        for number in range(count):
            tx.owe(MAIL, {"to": "a@b.example", "subject": f"No. {number}", "text": "…", "key": f"mail-{number:03}"})


def undone(runtime):
    with runtime.store.readers() as session:
        return session.scalar(select(func.count()).select_from(OutboxRow).where(OutboxRow.done_at.is_(None)))


def mails(runtime):
    return sorted(path.stem for path in (runtime.settings.data_dir / "mail").glob("*.eml"))


def test_a_round_delivers_what_is_owed(runtime, seconds):
    owe_mails(runtime, 2)
    Worker(runtime, seconds).work()
    assert mails(runtime) == ["mail-000", "mail-001"]
    assert undone(runtime) == 0


def test_a_round_plays_the_clock(world, clock, seconds):
    clock.move(days=31)
    Worker(world.runtime, seconds).work()
    assert world.get(Batch, world.batches["collecting"]).state is BatchState.SCREENING


def test_the_clock_is_played_on_the_first_round_and_then_at_most_every_thirty_seconds(runtime, seconds, monkeypatch):
    ticks = []
    monkeypatch.setattr(worker_module, "tick", lambda runtime: ticks.append(seconds.now))
    worker = Worker(runtime, seconds)
    for _ in range(62):
        worker.work()
        seconds.now += 1
    assert ticks == [1_000.0, 1_000.0 + TICK, 1_000.0 + 2 * TICK]


def test_a_failure_is_told_and_tried_again_after_growing_pauses(runtime, monkeypatch, caplog):
    pauses = []
    worker = Worker(runtime)

    def fails():
        raise ConnectionError("the disk is away")

    def wait(pause):
        pauses.append(pause)
        if len(pauses) == 9:
            monkeypatch.setattr(worker, "work", lambda: None)
        if len(pauses) == 10:
            worker._stopped.set()

    monkeypatch.setattr(worker, "work", fails)
    monkeypatch.setattr(worker._stopped, "wait", wait)
    worker.run()
    assert pauses[:8] == sorted(pauses[:8])
    assert pauses[0] > pauses[9], "after a success the pause is short again"
    assert max(pauses) == LONGEST_PAUSE
    assert "the disk is away" in caplog.text


def test_a_worker_stops_when_told_and_leaves_no_thread(runtime):
    worker = Worker(runtime)
    worker.start()
    owe_mails(runtime, 1)
    deadline = time.monotonic() + 10
    while undone(runtime) and time.monotonic() < deadline:
        time.sleep(0.02)
    worker.stop()
    assert mails(runtime) == ["mail-000"]
    assert "worker" not in {thread.name for thread in threading.enumerate()}


DELIVERS = """
import sys
from marketplace.config import Settings
from marketplace.runtime import build_runtime
settings = Settings.from_env({"DATA_DIR": sys.argv[1], "APP_ENV": "test"})
build_runtime(settings).drain()
"""


def test_a_worker_killed_in_the_middle_loses_no_mail_and_sends_none_under_two_names(runtime, clock):
    count = 150
    owe_mails(runtime, count)
    folder = runtime.settings.data_dir
    child = subprocess.Popen([sys.executable, "-c", DELIVERS, str(folder)], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    deadline = time.monotonic() + 60
    while len(mails(runtime)) < 5 and time.monotonic() < deadline and child.poll() is None:
        time.sleep(0.005)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert 0 < undone(runtime) < count, "the worker was to be killed in the middle"
    with runtime.store.readers() as session:
        leases = session.scalars(select(OutboxRow.leased_until).where(OutboxRow.leased_until.is_not(None))).all()
    clock.now = max([clock.now, *leases]) + timedelta(seconds=1)
    runtime.drain()
    assert undone(runtime) == 0
    assert mails(runtime) == [f"mail-{number:03}" for number in range(count)]
