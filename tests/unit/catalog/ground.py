"""The ground of the catalog's tests: a store, a permission table of a few people, and short ways to what tests begin with."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, false, select, true

from catalog.kernel.events import Event
from catalog.kernel.transaction import Store, Tx
from catalog.models import Batch, Resource, Revision
from catalog.permissions import P
from catalog.services import batches, resources

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Person:
    """One who acts in these tests; ``conflicted`` are the publishers that an operator must leave to others."""

    pseudonym: str
    conflicted: frozenset[str] = frozenset()
    anonymous: bool = False


MANAGER, OPERATOR, CLOCK, SYSTEM = (Person(name) for name in ("manager", "operator", "clock", "system"))
CONFLICTED = Person("operator", frozenset({"xinghe"}))


class Held:
    """A rule that these people hold, on things whose publisher they are in no conflict with where ``screens``."""

    def __init__(self, *people: Person, screens: bool = False) -> None:
        self.names = {person.pseudonym for person in people}
        self.screens = screens

    def allows(self, actor: Person, thing: Any) -> bool:
        """The twin for one thing."""
        return actor.pseudonym in self.names and not (self.screens and thing.publisher_id in actor.conflicted)

    def where(self, actor: Person) -> ColumnElement[bool]:
        """The twin for lists."""
        if actor.pseudonym not in self.names:
            return false()
        return Resource.publisher_id.not_in(actor.conflicted) if self.screens else true()

    def role(self, actor: Person, thing: Any) -> str:
        """The role is the name."""
        return actor.pseudonym if self.allows(actor, thing) else ""


EVERYBODY = Held(MANAGER, OPERATOR, CLOCK, SYSTEM)
POLICY = {
    P.BATCH_READ: EVERYBODY,
    P.BATCH_PLAN: Held(OPERATOR),
    P.BATCH_RUN: Held(OPERATOR),
    P.BATCH_TIME: Held(CLOCK),
    P.RESOURCE_READ: EVERYBODY,
    P.RESOURCE_CREATE: Held(MANAGER),
    P.RESOURCE_EDIT: Held(MANAGER),
    P.RESOURCE_SUBMIT: Held(MANAGER),
    P.RESOURCE_SCREEN: Held(OPERATOR, screens=True),
    P.RESOURCE_FOLLOW: Held(SYSTEM, CLOCK),
    P.RESOURCE_PAUSE: Held(MANAGER),
    P.RESOURCE_PAUSE_BY_OFFICE: Held(OPERATOR, screens=True),
    P.RESOURCE_CLOSE: Held(MANAGER),
    P.RESOURCE_TAKE_DOWN: Held(OPERATOR, screens=True),
    P.REVISION_READ: EVERYBODY,
    P.REVISION_EDIT: Held(MANAGER),
    P.REVISION_SUBMIT: Held(MANAGER),
    P.REVISION_SCREEN: Held(OPERATOR, screens=True),
    P.REVISION_FOLLOW: Held(SYSTEM, CLOCK),
}

CONTENT: dict[str, Any] = {
    "kind": "algorithm",
    "access_policy": "pilot",
    "title_zh": "金属件表面缺陷检测算法",
    "summary_zh": "识别划伤、气孔、缺料等十二类缺陷。",
    "description_zh": "以容器镜像交付。",
    "industries": ["C"],
    "regions": ["100000"],
    "licence": "platform-terms",
    "price": "free_tier",
    "places": 3,
    "term_days": 180,
}


@dataclass
class Ground:
    """The store of a test, its moment, and short ways to what tests begin with."""

    store: Store
    now: datetime = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

    def as_(self, person: Person) -> AbstractContextManager[Tx]:
        """A writing transaction of that person."""
        return self.store.begin(person)

    def reading(self) -> AbstractContextManager[Tx]:
        """A transaction that looks at what was committed."""
        return self.store.read(OPERATOR)

    def do(self, person: Person, act: Callable[..., Any], thing: Any, **given: Any) -> Any:
        """Run one service in a transaction of its own on the stored thing; returns what it returns."""
        with self.as_(person) as tx:
            return act(tx, tx.session.get(type(thing), thing.id), **given)

    def stored(self, thing: Any) -> Any:
        """The thing as the database has it."""
        with self.reading() as tx:
            return tx.session.get(type(thing), thing.id)

    def draft(self, publisher_id: str = "xinghe", **content: Any) -> Resource:
        """A complete draft; what is given replaces what it has."""
        with self.as_(MANAGER) as tx:
            return resources.create_resource(tx, publisher_id=publisher_id, **(CONTENT | content))

    def batch(self, *, opened: bool = True) -> Batch:
        """A batch that is open for ten days from now, or planned."""
        with self.as_(OPERATOR) as tx:
            times = {"opens_at": self.now, "closes_at": self.now + 10 * DAY}
            batch = batches.plan_batch(tx, issuer_id="office", title_zh="开放清单", **times)
            if opened:
                batches.open_(tx, batch)
            return batch

    def submitted(self, batch: Batch, publisher_id: str = "xinghe", **content: Any) -> Resource:
        """An entry that waits in the batch."""
        draft = self.draft(publisher_id, **content)
        self.do(MANAGER, resources.submit, draft, batch=batch.id)
        return draft

    def listed(self, *contents: dict[str, Any]) -> tuple[Batch, list[Resource]]:
        """A published batch with an entry for each of the contents (one, if none is given)."""
        batch = self.batch()
        entries = [self.submitted(batch, **content) for content in contents or ({},)]
        self.do(OPERATOR, batches.close, batch)
        self.do(OPERATOR, batches.accept_all, batch)
        self.do(OPERATOR, batches.publish, batch)
        return self.stored(batch), [self.stored(entry) for entry in entries]

    def events(self, thing: Resource | Revision | Batch) -> list[Event]:
        """What is recorded of the thing, in its order."""
        with self.reading() as tx:
            return list(tx.session.scalars(select(Event).where(Event.thing_id == thing.id).order_by(Event.sequence)))

    def names(self, thing: Resource | Revision | Batch) -> list[str]:
        """The names of those events."""
        return [event.name for event in self.events(thing)]
