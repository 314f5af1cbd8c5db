"""Small pieces that representations are made of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

TAKEN_DOWN = {"title_zh": "（已依法下架）", "title_en": "(taken down)"}


def stamp(moment: datetime | None) -> str | None:
    """An instant as RFC 3339 in UTC, to the second; None stays None."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def ref(thing: Any) -> dict[str, str] | None:
    """A named thing in short: its id and both names."""
    return None if thing is None else {"id": thing.id, "name_zh": thing.name_zh, "name_en": thing.name_en}


def titled(thing: Any) -> dict[str, str] | None:
    """A titled thing in short: its id and both titles; of what was taken down no word is shown."""
    if thing is None:
        return None
    if getattr(thing, "taken_down_at", None) is not None:
        return {"id": thing.id, **TAKEN_DOWN}
    return {"id": thing.id, "title_zh": thing.title_zh, "title_en": thing.title_en}
