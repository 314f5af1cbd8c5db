"""What can be done to things: one table of collections and their commands serves pages, API and its description alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import Schema, ValidationError
from sqlalchemy import Select, select

from catalog.kernel.db import Aggregate
from catalog.kernel.errors import Invalid, NotFound, StaleVersion
from catalog.kernel.fields import Strict, reason
from catalog.kernel.lifecycle import LifeCycle
from catalog.kernel.transaction import Tx

#: (value, label) pairs per field name. A label is a text, or a mapping {"zh": …, "en": …} where it differs by language.
Choices = Mapping[str, list[tuple[str, Any]]]


class NoInput(Strict):
    """A command that asks for nothing."""


class Reasoned(Strict):
    """A command that asks for nothing but its reason."""

    reason = reason()


@dataclass(frozen=True)
class Command:
    """One command: the service that runs it, what it asks for, and how its button looks.

    ``run(tx, thing, **input)`` gets the loaded input. ``label`` and ``confirm`` are msgids. ``tone`` is "primary",
    "plain" or "danger". ``choices(tx, thing)`` gives the values of pick fields. ``initial(tx, thing)`` fills the form
    (an edit shows what is there).
    """

    run: Callable[..., Any]
    label: str
    input: type[Schema] = NoInput
    tone: str = "plain"
    confirm: str = ""
    choices: Callable[[Tx, Any], Choices] | None = None
    initial: Callable[[Tx, Any], dict[str, Any]] | None = None

    def load(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The input, checked. Raises Invalid with the messages per field."""
        return load(self.input(), given)


#: Narrows a list to the things for which one of the given values holds.
Filter = Callable[[Select[Any], list[str]], Select[Any]]


def one_of(column: Any) -> Filter:
    """The filter by a column; codes that its vocabulary does not know find nothing."""
    terms = getattr(column.type, "terms", None)

    def narrow(query: Select[Any], values: list[str]) -> Select[Any]:
        return query.where(column.in_(values if terms is None else [value for value in values if value in terms.codes()]))

    return narrow


@dataclass(frozen=True)
class Creation:
    """How a thing of a collection comes to be: ``run(tx, **input)`` returns it."""

    run: Callable[..., Any]
    label: str
    input: type[Schema]
    choices: Callable[[Tx], Choices] | None = None


@dataclass(frozen=True)
class Collection:
    """All things of one kind, as pages and API show them. ``dump(tx, thing)`` is its representation without commands.

    ``filters`` maps the name of a list parameter to a function from (query, values) to the narrowed query.
    """

    name: str
    thing: str
    model: type[Any]
    cycle: LifeCycle[Any]
    read: str
    label: str
    dump: Callable[[Tx, Any], dict[str, Any]]
    commands: Mapping[str, Command]
    create: Creation | None = None
    filters: Mapping[str, Filter] = field(default_factory=dict)
    order: tuple[Any, ...] = ()

    def visible(self, tx: Tx) -> Select[Any]:
        """The query for what the actor may see, newest first unless the collection says otherwise."""
        return tx.visible(self.read, select(self.model)).order_by(*(self.order or (self.model.created_at.desc(), self.model.id)))

    def get(self, tx: Tx, key: str) -> Any:
        """The thing with that id, or NotFound where the actor may not know it."""
        return tx.get(self.model, key, self.read)

    def available(self, tx: Tx, thing: Any) -> list[str]:
        """The names of the commands that this actor may execute on ``thing`` now, in the order of the table."""
        names = dict.fromkeys(row.name for row in self.cycle.available(tx, thing))
        return [name for name in names if name in self.commands]

    def represent(self, tx: Tx, thing: Any) -> dict[str, Any]:
        """The representation that every door shows: identity, state, version, commands and the rest."""
        head = {
            "id": thing.id,
            "state": thing.state.value,
            "version": thing.version,
            "commands": self.available(tx, thing),
        }
        return head | self.dump(tx, thing)

    def execute(self, tx: Tx, key: str, name: str, given: Mapping[str, Any], version: int | None) -> Any:
        """Run one command: see it, permit it, compare the version, check the input, run the service.

        Returns the thing, or the one that the command made of it (a copy, a revision).

        Permission and state are asked before the input is looked at, so that nobody learns from messages what is not theirs.
        """
        thing = self.get(tx, key)
        if name not in self.commands:
            raise NotFound
        command = self.commands[name]
        rows = self.cycle.named(name)
        if not any(tx.may(row.needs, thing) for row in rows):
            tx.require(rows[0].needs, thing)
        if version is not None and version != thing.version:
            raise StaleVersion
        self.cycle.choose(tx, thing, name)
        made = command.run(tx, thing, **command.load(given))
        tx.session.flush()
        return made if isinstance(made, Aggregate) else thing


def load(schema: Schema, given: Mapping[str, Any]) -> dict[str, Any]:
    """``given`` checked by ``schema``; raises Invalid with the messages per field, nested names joined by dots."""
    try:
        return schema.load(given)
    except ValidationError as problem:
        raise Invalid(_flatten(problem.messages)) from None


def _flatten(messages: Any, prefix: str = "") -> dict[str, list[str]]:
    if isinstance(messages, list):
        return {prefix: [str(message) for message in messages]}
    found: dict[str, list[str]] = {}
    for name, inner in messages.items():
        name = "" if name == "_schema" else str(name)
        if name in ("key", "value") and prefix:
            name = ""
        found.update(_flatten(inner, ".".join(part for part in (prefix, name) if part)))
    return found
