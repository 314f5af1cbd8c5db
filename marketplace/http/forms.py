"""Between HTML forms and input schemas: what was typed as plain values, and every field as the field macro draws it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import Schema, fields
from werkzeug.datastructures import MultiDict

from catalog.kernel.errors import N_, Invalid
from catalog.kernel.terms import Term
from marketplace.commands import Choices
from marketplace.http.rendering import moment_of
from marketplace.i18n import by_language, say

_SEPARATORS = re.compile(r"[,，、;；\n]")
_TONGUES = {"_zh": "中文", "_en": "English"}
_LOCAL = "%Y-%m-%dT%H:%M"

Typed = MultiDict[str, str]


def read_form(schema: Schema, form: Typed, zone: ZoneInfo) -> dict[str, Any]:
    """What a form gave for the fields of ``schema``, as the schema takes it; everything else in the form is left out.

    Maps are read from dotted names, words from one text, dates in the site's zone. A field the form did not show is absent.
    """
    given: dict[str, Any] = {}
    for name, declared in schema.fields.items():
        if isinstance(declared, fields.Dict):
            given[name] = _map(declared, name, form)
        elif declared.metadata.get("widget") == "words":
            given[name] = [word.strip() for text in form.getlist(name) for word in _SEPARATORS.split(text) if word.strip()]
        elif isinstance(declared, fields.List):
            given[name] = [value for value in form.getlist(name) if value]
        elif isinstance(declared, fields.Boolean):
            given[name] = name in form
        elif name in form:
            value = form[name]
            given[name] = _instant(value, zone) if declared.metadata.get("widget") == "datetime" else value
    return given


def _map(declared: fields.Dict, name: str, form: Typed) -> dict[str, str]:
    typed = {key.removeprefix(f"{name}."): value.strip() for key, value in form.items() if key.startswith(f"{name}.")}
    if declared.metadata.get("widget") == "remarks" and "*" in typed:
        # A remark on the whole thing stands under the empty name, which no form field can have.
        typed[""] = typed.pop("*")
    return {key: value for key, value in typed.items() if value}


def _instant(value: str, zone: ZoneInfo) -> str:
    """A local date and time with the offset of the site's zone; other text as it is, for the schema to refuse."""
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return value
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()


@dataclass(frozen=True)
class FieldView:
    """One field as the macro draws it. ``value`` is a text, a list of texts, a map or a truth, as the widget needs.

    ``errors`` are those of the field itself, ``inner`` those of its parts by their name. ``parts`` are the (name, label,
    help) of a map's parts.
    """

    name: str
    label: str
    help: str
    widget: str
    required: bool
    value: Any
    errors: list[str]
    inner: Mapping[str, list[str]] = field(default_factory=dict)
    choices: list[tuple[str, str]] = field(default_factory=list)
    parts: list[tuple[str, str, str]] = field(default_factory=list)
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The field's name as an HTML id."""
        return "f-" + self.name.replace("_", "-")

    def part_label(self, part: str) -> str:
        """The label of one of its parts."""
        return next((label for name, label, _note in self.parts if name == part), "")


@dataclass(frozen=True)
class FormView:
    """A form: its fields, and the errors that belong to no single one of them."""

    fields: list[FieldView]
    errors: list[str]

    @property
    def wrong(self) -> list[FieldView]:
        """The fields to correct, in their order."""
        return [view for view in self.fields if view.errors or view.inner]

    def named(self, name: str) -> FieldView | None:
        """The field of that name."""
        return next((view for view in self.fields if view.name == name), None)


def form_view(
    schema: Schema,
    values: Mapping[str, Any],
    choices: Choices,
    zone: ZoneInfo,
    problem: Invalid | None = None,
    typed: Typed | None = None,
    labels: Mapping[str, str] | None = None,
) -> FormView:
    """The form of ``schema`` filled with ``values``, or after a mistake with what was ``typed`` and what is wrong with it.

    ``labels`` name the parts of a map that carries remarks at fields of another form.
    """
    found = dict(problem.fields) if problem else {}
    given = _Given(values, choices, zone, typed, labels or {})
    views = [_view(name, declared, given, found) for name, declared in schema.fields.items()]
    rest = [say(message) for messages in found.values() for message in messages]
    return FormView(views, rest)


@dataclass(frozen=True)
class _Given:
    """What a form is drawn from, besides its schema."""

    values: Mapping[str, Any]
    choices: Choices
    zone: ZoneInfo
    typed: Typed | None
    labels: Mapping[str, str]


def _view(name: str, declared: fields.Field, given: _Given, found: dict[str, list[Any]]) -> FieldView:
    meta = declared.metadata
    widget = meta.get("widget", "text")
    offered = given.choices.get("granted" if widget == "item_reasons" else name, ())
    options = [(code, by_language(text)) for code, text in offered]
    terms: type[Term] | None = meta.get("terms")
    if terms and not options:
        options = [(term.value, say(term)) for term in terms]
    inner = {}
    for key in [key for key in found if key.startswith(f"{name}.")]:
        inner[key.removeprefix(f"{name}.")] = [say(message) for message in found.pop(key)]
    errors = [say(message) for message in found.pop(name, ())]
    parts = _parts(meta, options, given.labels)
    if inner and widget not in MAPS:
        # A list's parts have no place of their own: what is wrong with one of them stands at the list.
        errors += [message for messages in inner.values() for message in messages if message not in errors]
        inner = {}
    return FieldView(
        name,
        say(meta.get("label") or name),
        say(meta.get("help", "")),
        widget,
        declared.required,
        _shown(declared, given.values.get(name), given.zone) if given.typed is None else _typed(declared, name, given.typed),
        errors,
        inner,
        options,
        parts,
        meta,
    )


#: Widgets whose value is a map and whose parts are drawn as fields of their own.
MAPS = frozenset({"remarks", "scores", "transparency", "item_reasons"})


def _parts(meta: Mapping[str, Any], options: list[tuple[str, str]], labels: Mapping[str, str]) -> list[tuple[str, str, str]]:
    named = meta.get("parts") or meta.get("names") or ()
    labels = meta.get("labels", labels)
    if keys := meta.get("keys"):
        return [(key, say(labels.get(part) or part), _TONGUES.get(key[-3:], "")) for part in named for key in keys[part]]
    if meta.get("widget") == "remarks":
        # A remark may also be about the whole.
        return [*((part, say(labels.get(part) or part), "") for part in named), ("", say(N_("In general")), "")]
    return [(code, text, "") for code, text in options]


def _typed(declared: fields.Field, name: str, typed: Typed) -> Any:
    if isinstance(declared, fields.Dict):
        return _map(declared, name, typed)
    if declared.metadata.get("widget") == "words":
        return "、".join(typed.getlist(name))
    if isinstance(declared, fields.List):
        return typed.getlist(name)
    if isinstance(declared, fields.Boolean):
        return name in typed
    return typed.get(name, "")


def _shown(declared: fields.Field, value: Any, zone: ZoneInfo) -> Any:
    if isinstance(declared, fields.Dict):
        return dict(value or {})
    if declared.metadata.get("widget") == "words":
        return "、".join(value or ())
    if isinstance(declared, fields.List):
        return [str(one) for one in value or ()]
    if isinstance(declared, fields.Boolean):
        return bool(value)
    if declared.metadata.get("widget") == "datetime":
        moment = moment_of(value)
        return moment.astimezone(zone).strftime(_LOCAL) if moment else ""
    return "" if value is None else str(value)
