"""Small pieces that representations are made of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any


def stamp(moment: datetime | None) -> str | None:
    """An instant as RFC 3339 in UTC, to the second; None stays None."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def ref(thing: Any) -> dict[str, str] | None:
    """A named thing in short: its id and both names."""
    return None if thing is None else {"id": thing.id, "name_zh": thing.name_zh, "name_en": thing.name_en}


def titled(thing: Any) -> dict[str, str] | None:
    """A titled thing in short: its id and both titles."""
    return None if thing is None else {"id": thing.id, "title_zh": thing.title_zh, "title_en": thing.title_en}
