"""The parts that permissions are made of. Each has its two twins: ``allows`` for one thing, ``where`` for lists."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, false, not_, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from catalog.kernel.terms import Term
from marketplace.actor import Actor
from marketplace.states import Post, Role


class Rule(ABC):
    """A condition on an actor and a thing. ``word`` names the role in which it is held; parts combine by | and &."""

    word = ""

    @abstractmethod
    def allows(self, actor: Actor, thing: Any) -> bool:
        """Whether it holds for ``actor`` on this thing."""

    @abstractmethod
    def where(self, actor: Actor) -> ColumnElement[bool]:
        """The same as a condition of SQL."""

    def role(self, actor: Actor, thing: Any) -> str:
        """The role in which ``actor`` holds it, "" where it does not say."""
        return self.word if self.allows(actor, thing) else ""

    def possible(self, actor: Actor) -> bool:
        """Whether there can be anything at all on which it holds for ``actor``; true where that is not known beforehand."""
        return True

    def __or__(self, other: Rule) -> Rule:
        return Either(self, other)

    def __and__(self, other: Rule) -> Rule:
        return Both(self, other)

    def __invert__(self) -> Rule:
        return Not(self)


class Either(Rule):
    """One of two holds."""

    def __init__(self, left: Rule, right: Rule) -> None:
        self.left, self.right = left, right

    def allows(self, actor: Actor, thing: Any) -> bool:
        return self.left.allows(actor, thing) or self.right.allows(actor, thing)

    def where(self, actor: Actor) -> ColumnElement[bool]:
        return or_(self.left.where(actor), self.right.where(actor))

    def possible(self, actor: Actor) -> bool:
        return self.left.possible(actor) or self.right.possible(actor)

    def role(self, actor: Actor, thing: Any) -> str:
        return self.left.role(actor, thing) or self.right.role(actor, thing)


class Both(Rule):
    """Two hold; the role is that of the first that names one."""

    def __init__(self, left: Rule, right: Rule) -> None:
        self.left, self.right = left, right

    def allows(self, actor: Actor, thing: Any) -> bool:
        return self.left.allows(actor, thing) and self.right.allows(actor, thing)

    def where(self, actor: Actor) -> ColumnElement[bool]:
        return and_(self.left.where(actor), self.right.where(actor))

    def possible(self, actor: Actor) -> bool:
        return self.left.possible(actor) and self.right.possible(actor)

    def role(self, actor: Actor, thing: Any) -> str:
        return (self.left.role(actor, thing) or self.right.role(actor, thing)) if self.allows(actor, thing) else ""


class Not(Rule):
    """The opposite; it names no role."""

    def __init__(self, inner: Rule) -> None:
        self.inner = inner

    def allows(self, actor: Actor, thing: Any) -> bool:
        return not self.inner.allows(actor, thing)

    def where(self, actor: Actor) -> ColumnElement[bool]:
        return not_(self.inner.where(actor))


class OfActor(Rule):
    """A condition on the actor alone."""

    def __init__(self, holds: Callable[[Actor], bool], word: str = "") -> None:
        self.holds, self.word = holds, word

    def allows(self, actor: Actor, thing: Any) -> bool:
        return self.holds(actor)

    def where(self, actor: Actor) -> ColumnElement[bool]:
        return true() if self.holds(actor) else false()

    def possible(self, actor: Actor) -> bool:
        return self.holds(actor)


class Belongs(Rule):
    """The actor holds one of ``roles`` in the organisation that ``column`` of the thing names."""

    def __init__(self, column: InstrumentedAttribute[Any], *roles: Role) -> None:
        self.column, self.roles = column, roles

    def allows(self, actor: Actor, thing: Any) -> bool:
        return getattr(thing, self.column.key) in actor.organisations(*self.roles)

    def where(self, actor: Actor) -> ColumnElement[bool]:
        ids = actor.organisations(*self.roles)
        return self.column.in_(ids) if ids else false()

    def possible(self, actor: Actor) -> bool:
        return bool(actor.organisations(*self.roles))

    def role(self, actor: Actor, thing: Any) -> str:
        key = getattr(thing, self.column.key)
        return next((role.value for role in reversed(self.roles) if key in actor.organisations(role)), "")


class Serves(Rule):
    """The actor advises for a service platform which the enterprise named by ``column`` has accepted."""

    word = Role.ADVISER.value

    def __init__(self, column: InstrumentedAttribute[Any]) -> None:
        self.column = column

    def allows(self, actor: Actor, thing: Any) -> bool:
        return getattr(thing, self.column.key) in actor.served

    def where(self, actor: Actor) -> ColumnElement[bool]:
        return self.column.in_(actor.served) if actor.served else false()

    def possible(self, actor: Actor) -> bool:
        return bool(actor.served)


class In(Rule):
    """The thing is in one of these states."""

    def __init__(self, column: InstrumentedAttribute[Any], *states: Term) -> None:
        self.column, self.states = column, frozenset(states)

    def allows(self, actor: Actor, thing: Any) -> bool:
        return getattr(thing, self.column.key) in self.states

    def where(self, actor: Actor) -> ColumnElement[bool]:
        return self.column.in_(self.states)


class Unconflicted(Rule):
    """None of the organisations that the columns name is the actor's own, now or in the last two years."""

    def __init__(self, *columns: InstrumentedAttribute[Any]) -> None:
        self.columns = columns

    def allows(self, actor: Actor, thing: Any) -> bool:
        return not actor.conflicted_with(*(getattr(thing, column.key) for column in self.columns))

    def where(self, actor: Actor) -> ColumnElement[bool]:
        if not actor.conflicted:
            return true()
        return and_(*(or_(column.is_(None), column.not_in(actor.conflicted)) for column in self.columns))


class Twins(Rule):
    """A rule that needs both twins written out."""

    def __init__(
        self, allows: Callable[[Actor, Any], bool], where: Callable[[Actor], ColumnElement[bool]], word: str = ""
    ) -> None:
        self._allows, self._where, self.word = allows, where, word

    def allows(self, actor: Actor, thing: Any) -> bool:
        return self._allows(actor, thing)

    def where(self, actor: Actor) -> ColumnElement[bool]:
        return self._where(actor)


anyone = OfActor(lambda actor: True)
signed_in = OfActor(lambda actor: actor.kind == "person", "person")
clock = OfActor(lambda actor: actor.kind == "clock", "clock")
system = OfActor(lambda actor: actor.kind == "system", "system")


def holds(post: Post) -> Rule:
    """The actor is appointed to ``post`` now."""
    return OfActor(lambda actor: post in actor.posts, post.value)


operator = holds(Post.OPERATOR)
auditor = holds(Post.AUDITOR)
