"""Life cycles as data: a table of moves says what may happen, to what, by whom and where it leads.

Buttons on pages, links in the API, the diagrams in the docs and the test matrix are all read from these tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from catalog.kernel.errors import N_, Conflict, Invalid, WrongState
from catalog.kernel.terms import Term

if TYPE_CHECKING:
    from catalog.kernel.transaction import Tx

S = TypeVar("S", bound=Term)

REASON_MISSING = N_("Please give a reason that those concerned can read.")

#: A guard raises a domain error where the world forbids a move that its state would allow.
Guard = Callable[["Tx", Any], None]


@dataclass(frozen=True)
class Move(Generic[S]):
    """One row of a table.

    ``frm``: the states it starts from. ``to``: where it may lead; one state in nearly every row, several where the service
    chooses, none where the state stays. ``needs``: the permission asked of the actor. ``reason``: a public reason must be given.
    """

    name: str
    frm: frozenset[S]
    to: frozenset[S]
    needs: str
    guards: tuple[Guard, ...] = ()
    reason: bool = False

    def targets(self, state: S) -> frozenset[S]:
        """The states this row may lead to from ``state``."""
        return self.to or frozenset({state})


def move(
    name: str,
    frm: S | Iterable[S],
    to: S | Iterable[S] | None,
    needs: str,
    *,
    guards: tuple[Guard, ...] = (),
    reason: bool = False,
) -> Move[S]:
    """A row, written short: single states need no set, ``to=None`` keeps the state."""
    return Move(name, _states(frm), frozenset() if to is None else _states(to), needs, guards, reason)


def _states(value: Any) -> frozenset[Any]:
    return frozenset({value}) if isinstance(value, Term) else frozenset(value)


class LifeCycle(Generic[S]):
    """The table of one kind of thing. Rows may share a name where their states differ."""

    def __init__(self, thing: str, states: type[S], initial: S, rows: Iterable[Move[S]]) -> None:
        self.thing = thing
        self.states = states
        self.initial = initial
        self.rows = tuple(rows)
        self._check()

    def _check(self) -> None:
        for row in self.rows:
            for other in self.rows:
                if row is not other and row.name == other.name and row.needs == other.needs and row.frm & other.frm:
                    raise ValueError(f"{self.thing}.{row.name}: two rows start from {row.frm & other.frm}")

    def named(self, name: str) -> tuple[Move[S], ...]:
        """Every row of that name; KeyError where there is none."""
        rows = tuple(row for row in self.rows if row.name == name)
        if not rows:
            raise KeyError(f"{self.thing} has no command {name!r}")
        return rows

    def names(self) -> tuple[str, ...]:
        """Every command, once, in the order of the table."""
        return tuple(dict.fromkeys(row.name for row in self.rows))

    def available(self, tx: Tx, thing: Any) -> Iterator[Move[S]]:
        """The rows that this actor may execute on ``thing`` now: state, permission and guards all agree."""
        for row in self.rows:
            if thing.state in row.frm and tx.may(row.needs, thing) and _passes(row, tx, thing):
                yield row

    def choose(self, tx: Tx, thing: Any, name: str) -> Move[S]:
        """The row for this actor and state: permission is checked first, state second, guards last.

        Raises NotAllowed (or NotFound, where the thing itself is hidden), WrongState, or whatever a guard says.
        """
        rows = self.named(name)
        permitted = [row for row in rows if tx.may(row.needs, thing)]
        if not permitted:
            here = [row for row in rows if thing.state in row.frm] or rows
            tx.require(here[0].needs, thing)
        fitting = [row for row in permitted if thing.state in row.frm]
        if not fitting:
            raise WrongState(command=name, state=thing.state)
        tx.require(fitting[0].needs, thing)
        for guard in fitting[0].guards:
            guard(tx, thing)
        return fitting[0]

    def mermaid(self) -> str:
        """The table as the text of a Mermaid state diagram."""
        lines = ["stateDiagram-v2", f"  [*] --> {self.initial}"]
        for row in self.rows:
            for state in sorted(row.frm):
                lines += [f"  {state} --> {target}: {row.name}" for target in sorted(row.targets(state))]
        ends = [state for state in self.states if not any(state in row.frm for row in self.rows)]
        return "\n".join(lines + [f"  {state} --> [*]" for state in ends])


def _passes(row: Move[Any], tx: Tx, thing: Any) -> bool:
    try:
        for guard in row.guards:
            guard(tx, thing)
    except Conflict:
        return False
    return True


def advance(
    tx: Tx,
    cycle: LifeCycle[S],
    thing: Any,
    name: str,
    *,
    to: S | None = None,
    reason: str = "",
    changes: dict[str, Any] | None = None,
) -> Move[S]:
    """Move ``thing`` by the row called ``name`` and record the event; the one place where a state is assigned.

    ``to`` is needed where the row leaves a choice. Raises what ``choose`` raises, Invalid where
    the row asks for a reason and none is given, ValueError for a target outside the row.
    """
    row = cycle.choose(tx, thing, name)
    if row.reason and not reason.strip():
        raise Invalid({"reason": [REASON_MISSING]})
    before = thing.state
    targets = row.targets(before)
    if to is None:
        if len(targets) != 1:
            raise ValueError(f"{cycle.thing}.{name} leaves a choice of {sorted(targets)}: say which")
        (to,) = targets
    elif to not in targets:
        raise ValueError(f"{cycle.thing}.{name} does not lead to {to}")
    thing.state = to
    thing.updated_at = tx.now
    tx.record(
        cycle.thing,
        thing,
        name,
        frm=before,
        to=to,
        reason=reason,
        changes=changes or {},
        role=tx.role_for(row.needs, thing),
    )
    return row
