"""The one table of indexed fields: what is searched, how much it weighs, what is filtered and what is kept.

Schema, query, writing and highlighting all read ``FIELDS``; a new field is one row here and a rebuild.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from catalog.search.port import FACETS, Document


class Role(StrEnum):
    """What a field is for: words are looked up in TEXT, FACET values are filtered and counted, STORED is only kept."""

    TEXT = "text"
    FACET = "facet"
    STORED = "stored"


@dataclass(frozen=True, slots=True)
class Field:
    """One row: the field's name in the index and the attribute of ``Document`` it is written from.

    ``weight`` multiplies the score of a match (0 where nothing is looked up); ``language`` is "zh", "en" or None where
    the text has no language of its own; ``shown`` marks text from which highlights are cut.
    """

    name: str
    role: Role
    attribute: str
    weight: float = 0.0
    language: str | None = None
    shown: bool = False


# Title, then who and what about, then summary, then description. Each step is more than what the term-frequency part of
# a score can make up for (one match counts from 0.75, endless ones to 2.2), so one match in a title beats many in a
# description.
FIELDS: tuple[Field, ...] = (
    Field("title_zh", Role.TEXT, "title_zh", weight=24.0, language="zh", shown=True),
    Field("title_en", Role.TEXT, "title_en", weight=24.0, language="en", shown=True),
    Field("tags", Role.TEXT, "tags", weight=8.0),
    Field("provider", Role.TEXT, "provider", weight=8.0),
    Field("publisher_names", Role.TEXT, "publisher_names", weight=8.0),
    Field("summary_zh", Role.TEXT, "summary_zh", weight=2.5, language="zh", shown=True),
    Field("summary_en", Role.TEXT, "summary_en", weight=2.5, language="en", shown=True),
    Field("description_zh", Role.TEXT, "description_zh", weight=0.7, language="zh", shown=True),
    Field("description_en", Role.TEXT, "description_en", weight=0.7, language="en", shown=True),
    *(Field(name, Role.FACET, name) for name in FACETS),
    Field("id", Role.STORED, "id"),
    Field("version", Role.STORED, "version"),
    Field("listed_at", Role.STORED, "listed_at"),
)

TEXT_FIELDS = tuple(row for row in FIELDS if row.role is Role.TEXT)


def text_of(document: Document, row: Field) -> str:
    """The searchable text of a TEXT row; several values stand on lines of their own, so that no word spans two."""
    value = getattr(document, row.attribute)
    return value if isinstance(value, str) else "\n".join(value)


def values_of(document: Document, row: Field) -> list[str]:
    """The distinct values of a FACET row in their order; an empty string is no value."""
    value = getattr(document, row.attribute)
    values = (value,) if isinstance(value, str) else value
    return list(dict.fromkeys(str(item) for item in values if item))


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970 UTC, exactly; a moment without a zone is read as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    passed = aware - datetime(1970, 1, 1, tzinfo=UTC)
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def fingerprint(analysis: str) -> str:
    """Eight hex digits that change with what is written (weights are not) or with ``analysis``, the analyzer's mark."""
    written = [(row.name, row.role.value, row.attribute, row.shown) for row in FIELDS]
    return hashlib.sha256(repr((analysis, written)).encode()).hexdigest()[:8]
