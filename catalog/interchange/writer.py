"""Resources out of the product as CSV or JSON Lines, under our own names, so that the file can come in again."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from catalog.content import CONTENT, TRANSPARENCY, content_of
from catalog.interchange.cells import guard, joined
from catalog.interchange.mapping import KEY
from catalog.models import Resource

_CARD = tuple(f"transparency.{key}" for part in TRANSPARENCY for key in part.keys)

#: The heading of a table: the key, the content, and the transparency card part by part.
HEADING = (KEY, *(name for name in CONTENT if name != "transparency"), *_CARD)


def template() -> bytes:
    """A CSV file that holds the heading alone, to be filled in."""
    return to_csv(())


def to_csv(resources: Iterable[Resource]) -> bytes:
    """The resources as CSV by RFC 4180, in UTF-8 with the mark by which spreadsheets know it; no cell is a formula."""
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(HEADING)
    for values in map(_values, resources):
        card = values.pop("transparency")
        cells = {**values, **{f"transparency.{key}": part for key, part in card.items()}}
        rows.writerow([_cell(cells.get(name)) for name in HEADING])
    return text.getvalue().encode("utf-8-sig")


def json_lines(resources: Iterable[Resource]) -> Iterator[bytes]:
    """The resources as JSON Lines in UTF-8, one line at a time."""
    for values in map(_values, resources):
        yield json.dumps(values, ensure_ascii=False).encode() + b"\n"


def _values(resource: Resource) -> dict[str, Any]:
    # Without a key of its own the id serves: the import knows the publisher's resources by both.
    return {KEY: resource.source_key or resource.id, **content_of(resource)}


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case list():
            return guard(joined(value))
        case _:
            return guard(str(value))
