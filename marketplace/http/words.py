"""What things, events, roles and fields are called on a page."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from flask import Flask
from markupsafe import Markup, escape
from marshmallow import Schema

from catalog import states as catalog_states
from catalog import vocab
from catalog.content import ContentSchema
from catalog.kernel.errors import N_
from catalog.kernel.terms import Term
from marketplace import states
from marketplace.commands import Collection
from marketplace.http.context import language
from marketplace.http.rendering import label, labels, pick, text_and_language
from marketplace.i18n import say
from marketplace.states import Post, Role

#: Events that are no command of a button: what follows by rule, and beginnings.
EVENTS = {
    "create": N_("Created"),
    "list": N_("Listed"),
    "revised": N_("Changed"),
    "drop": N_("Taken out of the batch"),
    "withdraw": N_("Withdrawn"),
    "close": N_("Closed"),
    "expire": N_("Expired"),
    "reopen": N_("Reopened"),
    "activate": N_("Came into force"),
    "start": N_("Started"),
    "pause": N_("Paused"),
    "continue": N_("Continued"),
    "decide": N_("Decided"),
    "accept": N_("Accepted"),
    "revoke": N_("Revoked"),
    "open": N_("Opened"),
    "receive": N_("Entries received"),
}

#: Roles that are neither a post nor a membership.
ROLES = {
    "clock": N_("Clock"),
    "system": N_("System"),
    "person": N_("Person"),
    "visitor": N_("Visitor"),
}


def heading(it: Mapping[str, Any]) -> Markup:
    """What a representation is called: its own title or name, else that of what it is about."""
    for name in ("title", "name"):
        if it.get(f"{name}_zh") or it.get(f"{name}_en"):
            return pick(it, name)
        if it.get(name):
            return escape(it[name])
    about = it.get("application") or it.get("resource") or it.get("pilot") or {}
    return heading(about) if about else escape(it["id"])


def event_label(collection: Collection, name: str) -> str:
    """What an event is called: as its command where it has one, else by the word for what follows."""
    if name in EVENTS:
        return say(EVENTS[name])
    command = collection.commands.get(name)
    return say(command.label) if command else name.replace("_", " ")


def role_label(role: str) -> str:
    """The word for the role in which somebody acted."""
    for terms in (Role, Post):
        if role in terms.codes():
            return terms(role).label(language())
    return say(ROLES.get(role, role))


def schemas(collection: Collection) -> list[type[Schema]]:
    """The input schemas in which a collection's fields are named."""
    found = [collection.create.input] if collection.create else []
    return found + [collection.commands["edit"].input] if "edit" in collection.commands else found


def field_labels(collection: Collection) -> dict[str, str]:
    """The label (msgid) of every field that a person fills in of these things."""
    return {
        name: declared.metadata.get("label") or name
        for schema in schemas(collection)
        for name, declared in schema().fields.items()
    }


def field_label(collection: Collection, name: str) -> str:
    """The label of one field, in the language of the page."""
    return say(field_labels(collection).get(name, name))


def state_choices(collection: Collection) -> list[tuple[str, str, None]]:
    """The states of a collection's things, for a filter."""
    return [(state.value, state.label(language()), None) for state in collection.cycle.states]


def content_text(name: str, value: Any) -> str:
    """One value of a resource's content as a text to read and to compare."""
    declared = ContentSchema().fields[name]
    words = declared.metadata.get("terms")
    match value:
        case None:
            return ""
        case list():
            return labels(value, words) if words else "、".join(value)
        case dict():
            return "\n".join(f"{key}: {text}" for key, text in value.items())
        case _:
            return label(value, words) if words else str(value)


def init_words(app: Flask) -> None:
    """Make these words known to the templates."""
    app.jinja_env.globals.update(
        heading=heading,
        event_label=event_label,
        role_label=role_label,
        field_label=field_label,
        state_choices=state_choices,
        content_text=content_text,
        text_and_language=text_and_language,
        terms=SimpleNamespace(**_vocabularies()),
    )


def _vocabularies() -> dict[str, type[Term]]:
    """Every vocabulary by the name of its class, for labels of codes."""
    found = {}
    for module in (vocab, catalog_states, states):
        found |= {name: kind for name, kind in vars(module).items() if isinstance(kind, type) and issubclass(kind, Term)}
    return found
