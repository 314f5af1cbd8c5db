"""A diary of the invented past: entries are played in the order of their days, each under a clock that stands there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from catalog.kernel.transaction import Store
from marketplace import clock as real_clock
from marketplace.actor import SYSTEM, Actor, load_actor
from marketplace.models import User
from marketplace.policy import POLICY
from marketplace.reactions import react
from marketplace.runtime import Runtime

#: How often the clock is played on the way: what expires does so within these days.
TICK_EVERY = timedelta(days=4)


class Diary:
    """Entries by day. ``runtime`` acts in the past that ``now`` shows; people are told in the application, not by mail."""

    def __init__(self, runtime: Runtime) -> None:
        self.today = runtime.store.clock()
        self.now = self.today
        store = Store(runtime.store.engine, POLICY, partial(react, mail=False), lambda: self.now, SYSTEM)
        self.runtime = replace(runtime, store=store)
        self.begin = store.begin
        self._entries: list[tuple[datetime, int, Callable[[], None]]] = []

    def day(self, days_ago: float, hour: int | None = None) -> datetime:
        """The moment that many days before the loading, negative for days to come; at the full ``hour`` of the site's zone."""
        moment = self.today - timedelta(days=days_ago)
        if hour is None:
            return moment
        return moment.astimezone(self.runtime.settings.zone).replace(hour=hour, minute=0, second=0, microsecond=0)

    def note(self, days_ago: float, act: Callable[[], None]) -> None:
        """Put an act down for a day."""
        self._entries.append((self.day(days_ago), len(self._entries), act))

    def play(self) -> None:
        """Do everything that was put down, oldest first, and let the clock play on the way. Acts may put down later ones."""
        ticked = min((moment for moment, _order, _act in self._entries), default=self.today)
        while self._entries:
            self._entries.sort(key=lambda entry: entry[:2])
            moment, _order, act = self._entries.pop(0)
            if moment - ticked >= TICK_EVERY:
                self.now = ticked = moment
                real_clock.tick(self.runtime)
            self.now = moment
            act()
        self.now = self.today
        real_clock.tick(self.runtime)

    def actor(self, email: str) -> Actor:
        """The person with that address, as of the diary's day."""
        with self.runtime.store.readers() as session:
            user = session.scalars(select(User).where(User.email == email)).one()
            return load_actor(session, user, self.now)
