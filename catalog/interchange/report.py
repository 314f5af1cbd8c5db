"""What an import says about a file: row by row and column by column, in msgids that the edge translates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


@dataclass(frozen=True)
class Finding:
    """A remark at one column ("" for the whole row): a msgid with its params."""

    column: str
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The remark in English; the edge translates ``message`` and fills in ``params`` instead."""
        return self.message % self.params if self.params else self.message


class Outcome(StrEnum):
    """What an import does with a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    PROBLEM = "problem"


@dataclass
class RowResult:
    """One row: its number in the file, its key, what becomes of it and why.

    ``missing`` maps a field to what still blocks its submission; it is filled where a submission was asked for.
    ``submitted`` says that the row was submitted now, or would be in a rehearsal.
    """

    number: int
    key: str = ""
    title: str = ""
    outcome: Outcome = Outcome.PROBLEM
    problems: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    missing: dict[str, list[str]] = field(default_factory=dict)
    submitted: bool = False
    resource_id: str | None = None


@dataclass
class Report:
    """The rows in the order of the file.

    ``filled`` counts, per field, the good rows in which a default or an assumption stands where the file says nothing.
    ``written`` is false for a rehearsal, and where problems kept the whole file out.
    """

    rows: list[RowResult] = field(default_factory=list)
    filled: Counter[str] = field(default_factory=Counter)
    written: bool = False

    def count(self, outcome: Outcome) -> int:
        """How many rows came to ``outcome``."""
        return sum(row.outcome is outcome for row in self.rows)

    @property
    def problems(self) -> list[RowResult]:
        """The rows that cannot be taken."""
        return [row for row in self.rows if row.outcome is Outcome.PROBLEM]

    @property
    def incomplete(self) -> list[RowResult]:
        """The rows that were taken and could not be submitted, each with its missing fields."""
        return [row for row in self.rows if row.missing]

    @property
    def submitted(self) -> int:
        """How many rows were submitted, or would be in a rehearsal."""
        return sum(row.submitted for row in self.rows)
