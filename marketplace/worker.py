"""The worker: delivers what the outbox owes and plays the clock, beside the web server or as a process of its own."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Event, Thread

from marketplace.clock import tick
from marketplace.runtime import Runtime

log = logging.getLogger(__name__)

#: Seconds between two looks into the outbox, between two ticks of the clock, and at most after failures.
LOOK = 1.0
TICK = 30.0
LONGEST_PAUSE = 60.0


class Worker:
    """A loop that nothing but ``stop`` ends: what goes wrong is logged and tried again after growing pauses."""

    def __init__(self, runtime: Runtime, seconds: Callable[[], float] = time.monotonic) -> None:
        self.runtime = runtime
        self._seconds = seconds
        self._next_tick = seconds()
        self._stopped = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Run in a thread of its own."""
        self._thread = Thread(target=self.run, name="worker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask the loop to end, and wait for the delivery under way; another worker would take it over anyway."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def run(self) -> None:
        """Work until stopped."""
        failures = 0
        while not self._stopped.is_set():
            try:
                self.work()
                failures = 0
            except Exception:
                failures += 1
                log.exception("the worker failed %s times in a row and tries again", failures)
            self._stopped.wait(min(LOOK * 2**failures, LONGEST_PAUSE))

    def work(self) -> None:
        """One round: the clock where it is time for it, then everything that is owed."""
        if self._seconds() >= self._next_tick:
            self._next_tick = self._seconds() + TICK
            tick(self.runtime)
        self.runtime.drain()
