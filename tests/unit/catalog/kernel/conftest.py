"""A store with the kernel's own tables, a small life cycle, and people whose permissions are a set of words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ColumnElement, false, true

from catalog.kernel.db import Base, open_engine
from catalog.kernel.errors import Conflict
from catalog.kernel.events import Event
from catalog.kernel.lifecycle import LifeCycle, move
from catalog.kernel.outbox import OutboxRow
from catalog.kernel.terms import Term
from catalog.kernel.transaction import Store, Tx

START = datetime(2026, 3, 1, 8, tzinfo=UTC)


class Door(Term):
    """The states of the small life cycle."""

    OPEN = "open", "开", "Open"
    SHUT = "shut", "关", "Shut"
    LOCKED = "locked", "锁", "Locked"
    GONE = "gone", "无", "Gone"


@dataclass
class Thing:
    """Something with a life cycle."""

    id: str = "door-1"
    state: Door = Door.OPEN
    updated_at: datetime | None = None
    blocked: bool = False


class Blocked(Conflict):
    """The guard's word."""


def unblocked(tx: Tx, thing: Thing) -> None:
    """A blocked door does not move."""
    if thing.blocked:
        raise Blocked


DOOR = LifeCycle(
    "door",
    Door,
    Door.OPEN,
    [
        move("shut", Door.OPEN, Door.SHUT, "door.move", guards=(unblocked,)),
        move("open", {Door.SHUT, Door.LOCKED}, Door.OPEN, "door.force"),
        move("open", Door.SHUT, Door.OPEN, "door.move"),
        move("lock", Door.SHUT, Door.LOCKED, "door.lock"),
        move("paint", {Door.OPEN, Door.SHUT}, None, "door.move"),
        move("remove", {Door.OPEN, Door.LOCKED}, {Door.GONE, Door.SHUT}, "door.lock", reason=True),
    ],
)


@dataclass(frozen=True)
class Person:
    """Somebody with words; each word is a permission held on everything."""

    words: frozenset[str] = frozenset()
    pseudonym: str = "P-1"
    anonymous: bool = False


def person(*words: str, **more: Any) -> Person:
    return Person(frozenset(words), **more)


class Holds:
    """Holds for whoever has the word."""

    def __init__(self, word: str) -> None:
        self.word = word

    def allows(self, actor: Person, thing: Any) -> bool:
        return self.word in actor.words

    def where(self, actor: Person) -> ColumnElement[bool]:
        return true() if self.word in actor.words else false()

    def role(self, actor: Person, thing: Any) -> str:
        return "keeper" if self.allows(actor, thing) else ""


POLICY = {word: Holds(word) for word in ("door.read", "door.move", "door.force", "door.lock", "plain.act")}
SYSTEM = person(*POLICY, pseudonym="system")


@dataclass
class Clock:
    """Time that moves when told to."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Reactions:
    """Remembers the events that it was told."""

    seen: list[str] = field(default_factory=list)

    def __call__(self, tx: Tx, event: Event, thing: Any) -> None:
        self.seen.append(event.name)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def reactions() -> Reactions:
    return Reactions()


@pytest.fixture
def store(tmp_path: Path, clock: Callable[[], datetime], reactions: Reactions) -> Store:
    engine = open_engine(f"sqlite:///{tmp_path / 'kernel.sqlite3'}")
    Base.metadata.create_all(engine, tables=[Event.__table__, OutboxRow.__table__])
    yield Store(engine, POLICY, reactions, clock, SYSTEM)
    engine.dispose()
