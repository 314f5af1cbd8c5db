"""Pages of a query, counted from 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

T = TypeVar("T")

MAX_SIZE = 100


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page: its rows, its number from 1, its size, and how many rows there are in all."""

    items: list[T]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))


def paginate(session: Session, query: Select[Any], number: int = 1, size: int = 20) -> Page[Any]:
    """Page ``number`` of ``query``; numbers outside are brought into range, ``size`` is at most 100."""
    size = min(max(size, 1), MAX_SIZE)
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    number = min(max(number, 1), max(1, -(-total // size)))
    rows = session.scalars(query.limit(size).offset((number - 1) * size)).unique().all()
    return Page(list(rows), number, size, total)
