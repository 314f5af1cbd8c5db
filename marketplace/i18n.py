"""Languages of a request: Flask-Babel with our catalogs, and the translation of what the domain says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_babel import Babel, gettext

from catalog.kernel import fields
from catalog.kernel.errors import N_
from catalog.kernel.terms import Term
from marketplace.config import Settings
from marketplace.http.context import language
from marketplace.mails import TRANSLATIONS

#: What marshmallow itself says of one value of a list, or of a field that has no message of ours; marked to be translated.
_LIBRARY = (
    N_("Missing data for required field."),
    N_("Field may not be null."),
    N_("Invalid value."),
    N_("Not a valid string."),
    N_("Not a valid utf-8 string."),
    N_("Not a valid list."),
    N_("Not a valid mapping type."),
    N_("Number too large."),
    N_("Special numeric values (nan or infinity) are not permitted."),
)

#: Messages whose numbers marshmallow has filled in already; their msgids still hold the placeholders.
_FILLED = tuple(
    (re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(text)) + r"\Z"), text)
    for text in (fields.TOO_LONG, fields.OUT_OF_RANGE, "Please give at most {max}.")
)


def init_i18n(app: Flask, settings: Settings) -> None:
    """Let the request's language choose the catalog; times are shown in the site's zone."""
    app.config["BABEL_DEFAULT_LOCALE"] = settings.language
    app.config["BABEL_DEFAULT_TIMEZONE"] = settings.zone.key
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(app, locale_selector=language)


def say(message: Any, params: Mapping[str, Any] | None = None) -> str:
    """A message of the domain in the request's language.

    ``message`` is a msgid, a term, a mapping {"zh": …, "en": …}, or a pair of msgid and parameters. Parameters that are
    terms read as their labels.
    """
    if isinstance(message, Term):
        return message.label(language())
    if isinstance(message, Mapping):
        return str(message.get(language()) or message.get("zh") or message.get("en") or "")
    if isinstance(message, tuple):
        message, params = message
    if not message:
        return ""
    text = str(message)
    said = gettext(text)
    if params:
        return said % {name: say(value) if isinstance(value, (Term, Mapping)) else value for name, value in params.items()}
    return _say_filled(text) if said == text else said


def by_language(text: Any) -> str:
    """A text that people wrote: as it is, or of a mapping {"zh": …, "en": …} the side of the request's language."""
    return say(text) if isinstance(text, (Mapping, Term)) else str(text or "")


def _say_filled(text: str) -> str:
    for pattern, msgid in _FILLED:
        if found := pattern.match(text):
            return gettext(msgid).format(**found.groupdict())
    return text
