"""Brakes on guessing passwords: after some failures for one account from one address, wait."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

FAILURES = 10
WINDOW = timedelta(minutes=10)
MOST_KEYS = 10_000


class Throttle:
    """Failures per key within the window, in the memory of this process; at most ``MOST_KEYS`` keys are remembered."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self._failures: dict[tuple[str, str], list[datetime]] = {}
        self._lock = Lock()

    def wait(self, account: str, address: str) -> timedelta | None:
        """How long to wait before the next try, or None."""
        with self._lock:
            recent = self._recent((account, address))
            return WINDOW - (self.clock() - recent[-FAILURES]) if len(recent) >= FAILURES else None

    def fail(self, account: str, address: str) -> None:
        """A try has failed."""
        with self._lock:
            recent = self._recent((account, address))
            self._failures.pop((account, address), None)
            self._failures[account, address] = [*recent, self.clock()]
            while len(self._failures) > MOST_KEYS:
                del self._failures[next(iter(self._failures))]

    def forget(self, account: str, address: str) -> None:
        """A try has succeeded."""
        with self._lock:
            self._failures.pop((account, address), None)

    def _recent(self, key: tuple[str, str]) -> list[datetime]:
        begin = self.clock() - WINDOW
        return [moment for moment in self._failures.get(key, []) if moment > begin]
