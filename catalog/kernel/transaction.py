"""The unit of work: one session, one actor, one moment; the permission asked, the event recorded, the only commit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Engine, Select, func, select
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from catalog.kernel.errors import NotAllowed, NotFound, SignInRequired, StaleVersion, UncheckedWrite
from catalog.kernel.events import Event
from catalog.kernel.outbox import OutboxRow


class Actor(Protocol):
    """Who acts. ``pseudonym`` is what events show; ``anonymous`` is true for a visitor."""

    pseudonym: str
    anonymous: bool


class Rule(Protocol):
    """A permission's two twins and the role in which it is held."""

    def allows(self, actor: Any, thing: Any) -> bool:
        """Whether ``actor`` holds the permission on this one thing."""
        ...

    def where(self, actor: Any) -> ColumnElement[bool]:
        """The same rule as a condition for lists."""
        ...

    def role(self, actor: Any, thing: Any) -> str:
        """The word for the role in which the actor holds it."""
        ...


#: Called with every event as it is recorded; writes what must follow into the same transaction.
Reaction = Callable[["Tx", Event, Any], None]


class Tx:
    """One transaction. Services take it as their first argument and see nothing else of the outside."""

    def __init__(
        self, session: Session, actor: Any, now: datetime, policy: Mapping[str, Rule], react: Reaction, system: Any
    ) -> None:
        self.session = session
        self.actor = actor
        self.now = now
        self.policy = policy
        self._system = system
        self.checked = False
        self._react = react
        self._sequences: dict[tuple[str, str], int] = {}

    def may(self, permission: str, thing: Any = None) -> bool:
        """Whether the actor holds the permission on ``thing``."""
        return self.policy[permission].allows(self.actor, thing)

    def require(self, permission: str, thing: Any = None) -> None:
        """Raise unless the actor holds the permission: NotFound where even reading is refused, SignInRequired for a visitor."""
        self.checked = True
        if self.may(permission, thing):
            return
        read = f"{permission.partition('.')[0]}.read"
        # What has no id yet (somebody asks to create it) hides nothing.
        exists = getattr(thing, "id", thing) is not None
        if exists and read in self.policy and not self.may(read, thing):
            raise NotFound
        raise SignInRequired if self.actor.anonymous else NotAllowed

    @contextmanager
    def as_system(self) -> Iterator[None]:
        """Within the block the product itself acts: for what follows by rule from somebody's act."""
        actor, self.actor = self.actor, self._system
        try:
            yield
        finally:
            self.actor = actor

    def role_for(self, permission: str, thing: Any) -> str:
        """The role that the event of this act will name."""
        return self.policy[permission].role(self.actor, thing)

    def visible(self, permission: str, query: Select[Any]) -> Select[Any]:
        """``query`` narrowed to what the actor holds the permission on: the list twin of ``require``."""
        return query.where(self.policy[permission].where(self.actor))

    def get(self, model: type[Any], key: str, permission: str) -> Any:
        """The thing with that id, or NotFound where it does not exist or ``permission`` to see it is not held."""
        thing = self.session.get(model, key)
        if thing is None or not self.may(permission, thing):
            raise NotFound
        return thing

    def add(self, thing: Any) -> Any:
        """Add a new thing, stamped with the transaction's moment, and give it its id."""
        if hasattr(type(thing), "updated_at"):
            thing.created_at = thing.updated_at = self.now
        self.session.add(thing)
        self.session.flush()
        return thing

    def foresee(self, thing_name: str, ids: Iterable[str]) -> None:
        """Read the last event numbers of many things in few queries, so that recording on each of them needs none."""
        wanted = [key for key in ids if (thing_name, key) not in self._sequences]
        for start in range(0, len(wanted), 500):
            chunk = wanted[start : start + 500]
            last = select(Event.thing_id, func.max(Event.sequence)).where(Event.thing == thing_name, Event.thing_id.in_(chunk))
            self._sequences.update(dict.fromkeys(((thing_name, key) for key in chunk), 0))
            for key, sequence in self.session.execute(last.group_by(Event.thing_id)):
                self._sequences[thing_name, key] = sequence

    def begins(self, thing_name: str, key: str) -> None:
        """Say that a thing is new and has no events, so that recording its first one asks nothing."""
        self._sequences.setdefault((thing_name, key), 0)

    def record(
        self,
        thing_name: str,
        thing: Any,
        name: str,
        *,
        frm: str | None = None,
        to: str | None = None,
        reason: str = "",
        changes: dict[str, Any] | None = None,
        role: str = "",
    ) -> Event:
        """Write the event of a change and everything that must follow it."""
        key = (thing_name, thing.id)
        if key not in self._sequences:
            last = select(func.max(Event.sequence)).where(Event.thing == thing_name, Event.thing_id == thing.id)
            self._sequences[key] = self.session.scalar(last) or 0
        self._sequences[key] += 1
        happened = Event(
            thing=thing_name,
            thing_id=thing.id,
            sequence=self._sequences[key],
            name=name,
            frm=frm,
            to=to,
            actor=self.actor.pseudonym,
            role=role,
            reason=reason,
            changes=changes or {},
            at=self.now,
        )
        self.session.add(happened)
        self._react(self, happened, thing)
        return happened

    def owe(self, topic: str, payload: dict[str, Any], due_at: datetime | None = None) -> None:
        """Put a delivery into the outbox, due now or later."""
        self.session.add(OutboxRow(topic=topic, payload=payload, due_at=due_at or self.now))


class Store:
    """The database as the application sees it: units of work that read, and units of work that write and commit once."""

    def __init__(
        self, engine: Engine, policy: Mapping[str, Rule], react: Reaction, clock: Callable[[], datetime], system: Any
    ) -> None:
        self.engine = engine
        self.policy = policy
        self.clock = clock
        self.system = system
        self._react = react
        self.readers = sessionmaker(engine, expire_on_commit=False)
        self.writers = sessionmaker(engine.execution_options(begin="IMMEDIATE"), expire_on_commit=False)

    @contextmanager
    def begin(self, actor: Any) -> Iterator[Tx]:
        """A writing transaction; commits at the end of the block, unless it raised or wrote without asking permission."""
        with self.writers() as session:
            tx = Tx(session, actor, self.clock(), self.policy, self._react, self.system)
            try:
                yield tx
                session.flush()
                if not tx.checked:
                    raise UncheckedWrite("a transaction ended without asking for any permission")
                session.commit()
            except StaleDataError as lost:
                raise StaleVersion from lost

    @contextmanager
    def read(self, actor: Any) -> Iterator[Tx]:
        """A reading transaction; whatever it changed is thrown away."""
        with self.readers() as session:
            yield Tx(session, actor, self.clock(), self.policy, self._react, self.system)
