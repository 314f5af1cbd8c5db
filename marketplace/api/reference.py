"""The page that explains the API, made from the same description that programs read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template

from catalog.kernel.errors import DomainError
from marketplace.api.openapi import describe
from marketplace.api.problems import STATUSES
from marketplace.api.routes import PREFIX
from marketplace.http.context import runtime
from marketplace.http.errors import status_of
from marketplace.http.guard import public
from marketplace.i18n import say

reference = Blueprint("reference", __name__)


@dataclass(frozen=True)
class Field:
    """One field of a body or one parameter. ``choices`` are (code, label) pairs."""

    name: str
    kind: str
    required: bool
    title: str
    text: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Operation:
    """One thing that can be asked of the API."""

    name: str
    method: str
    path: str
    summary: str
    text: str
    open: bool
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    statuses: tuple[str, ...]


@dataclass(frozen=True)
class Refusal:
    """One way in which the API says no."""

    code: str
    status: int
    text: str


def operations(document: dict[str, Any]) -> Iterator[tuple[str, Operation]]:
    """The operations of a description with their group, in its order; "" is the group of those without one."""
    for path, methods in document["paths"].items():
        for method, found in methods.items():
            body = found.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            yield (
                next(iter(found.get("tags", ())), ""),
                Operation(
                    found["operationId"],
                    method.upper(),
                    path,
                    found["summary"],
                    found.get("description", ""),
                    {} in found["security"],
                    tuple(_parameter(parameter) for parameter in found.get("parameters", ())),
                    tuple(_fields(_resolve(document, body))),
                    tuple(found["responses"]),
                ),
            )


def refusals() -> list[Refusal]:
    """Every word of refusal that the product knows, by status."""
    found = {}
    for word in _words(DomainError):
        status = next((STATUSES[kind] for kind in word.__mro__ if kind in STATUSES), None)
        text = re.sub(r"%\(\w+\)s", "…", say(word.message))
        found[word.code] = Refusal(word.code, status or status_of(word()), text)
    return sorted(found.values(), key=lambda refusal: (refusal.status, refusal.code))


def _words(word: type[DomainError]) -> Iterator[type[DomainError]]:
    for inner in word.__subclasses__():
        yield inner
        yield from _words(inner)


def _resolve(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return document["components"]["schemas"][name] if name else schema


def _parameter(parameter: dict[str, Any]) -> Field:
    schema = parameter["schema"]
    inner = schema.get("items", schema)
    text = parameter.get("description", "")
    return Field(parameter["name"], _kind(schema), parameter.get("required", False), "", text, _choices(inner))


def _fields(schema: dict[str, Any]) -> Iterator[Field]:
    for name, inner in schema.get("properties", {}).items():
        choices = _choices(inner) or _choices(inner.get("items", {}))
        required = name in schema.get("required", ())
        yield Field(name, _kind(inner), required, inner.get("title", ""), inner.get("description", ""), choices)


def _kind(schema: dict[str, Any]) -> str:
    kinds = schema.get("type", "object")
    kind = next((each for each in kinds if each != "null"), "") if isinstance(kinds, list) else kinds
    if kind == "array":
        return f"array of {_kind(schema.get('items', {}))}"
    return schema.get("format") or kind


def _choices(schema: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    labels = schema.get("x-labels", {})
    return tuple((code, labels.get(code, "")) for code in schema.get("enum", ()) if code is not None)


@reference.get("/api")
@public
def show() -> str:
    """The reference of the API for people."""
    from marketplace.collections import COLLECTIONS  # its features reach this package's neighbours

    document = describe(COLLECTIONS, PREFIX)
    groups: dict[str, list[Operation]] = {tag["name"]: [] for tag in document["tags"]}
    for group, operation in operations(document):
        groups.setdefault(group, []).append(operation)
    labels = {tag["name"]: tag["description"] for tag in document["tags"]}
    site = runtime().settings.site_url
    return render_template(
        "api/reference.html",
        about=document["info"]["description"],
        groups=groups,
        labels=labels,
        refusals=refusals(),
        site=site,
    )
