"""Brakes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from marketplace.accounts import throttle as module
from marketplace.accounts.throttle import WINDOW, Throttle

KEY = ("sme@demo.example", "192.0.2.7")


class Now:
    """A clock to turn."""

    now = datetime(2026, 3, 2, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def test_the_limit_stops_and_the_window_opens_again() -> None:
    now = Now()
    brakes = Throttle(now, 3)
    for _ in range(3):
        assert brakes.wait(KEY) is None
        brakes.note(KEY)
        now.now += timedelta(minutes=1)
    assert brakes.wait(KEY) == WINDOW - timedelta(minutes=3)
    now.now += WINDOW - timedelta(minutes=3)
    assert brakes.wait(KEY) is None


def test_others_are_not_stopped() -> None:
    brakes = Throttle(Now(), 1)
    brakes.note(KEY)
    assert brakes.wait(KEY) is not None
    assert brakes.wait((KEY[0], "192.0.2.8")) is None
    assert brakes.wait(("sme2@demo.example", KEY[1])) is None


def test_what_is_forgotten_counts_no_more() -> None:
    brakes = Throttle(Now(), 1)
    brakes.note(KEY)
    brakes.forget(KEY)
    assert brakes.wait(KEY) is None


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_KEYS", 2)
    brakes = Throttle(Now(), 1)
    for number in range(3):
        brakes.note((str(number), ""))
    assert [brakes.wait((str(number), "")) is None for number in range(3)] == [True, False, False]
