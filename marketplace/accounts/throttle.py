"""Brakes: after some failures, or some mails, wait."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

WINDOW = timedelta(minutes=10)
MOST_KEYS = 10_000


class Throttle:
    """At most ``limit`` occurrences per key within the window, counted in the memory of this process.

    At most ``MOST_KEYS`` keys are remembered; the oldest are forgotten first.
    """

    def __init__(self, clock: Callable[[], datetime], limit: int) -> None:
        self.clock = clock
        self.limit = limit
        self._seen: dict[tuple[str, str], list[datetime]] = {}
        self._lock = Lock()

    def wait(self, key: tuple[str, str]) -> timedelta | None:
        """How long to wait before the next try, or None."""
        with self._lock:
            recent = self._recent(key)
            return WINDOW - (self.clock() - recent[-self.limit]) if len(recent) >= self.limit else None

    def note(self, key: tuple[str, str]) -> None:
        """It has happened once more."""
        with self._lock:
            recent = self._recent(key)
            self._seen.pop(key, None)
            self._seen[key] = [*recent, self.clock()]
            while len(self._seen) > MOST_KEYS:
                del self._seen[next(iter(self._seen))]

    def forget(self, key: tuple[str, str]) -> None:
        """What happened counts no more."""
        with self._lock:
            self._seen.pop(key, None)

    def _recent(self, key: tuple[str, str]) -> list[datetime]:
        begin = self.clock() - WINDOW
        return [moment for moment in self._seen.get(key, []) if moment > begin]
