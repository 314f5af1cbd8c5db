"""Steps of one reviewer's part, by their own small table."""

from __future__ import annotations

from catalog.kernel.errors import WrongState
from marketplace.lifecycles import ASSIGNMENT_MOVES
from marketplace.models import Assignment


def step(part: Assignment, name: str) -> None:
    """Move a part by its table; raises WrongState where the table has no such step from here."""
    frm, to = ASSIGNMENT_MOVES[name]
    if part.state not in frm:
        raise WrongState(command=name, state=part.state)
    part.state = to
