"""The text of mails, written in the reader's language when the mail is owed, so that a later release changes none of them."""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path
from typing import Any

from catalog.kernel.errors import N_
from marketplace.config import SITE_NAME

TRANSLATIONS = Path(__file__).parent / "translations"

#: Where the page of a thing stands, by the name of its life cycle.
PATHS = {
    "organisation": "organisations",
    "batch": "batches",
    "resource": "resources",
    "revision": "revisions",
    "application": "applications",
    "review": "reviews",
    "grant": "grants",
    "pilot": "pilots",
    "scenario": "scenarios",
    "showcase": "showcases",
}

_CLOSING = N_("Please sign in to see it: %(link)s")
_SIGNATURE = N_("This message was sent automatically. Please do not answer it.")


@cache
def translations(language: str) -> gettext.NullTranslations:
    """The catalog of a language outside a request; English texts stand in the code."""
    return gettext.translation("messages", TRANSLATIONS, languages=[language], fallback=True)


def translate(text: str, language: str, params: dict[str, Any] | None = None) -> str:
    """A msgid in ``language`` with its parameters filled in."""
    said = translations(language).gettext(text) if text else ""
    return said % params if params else said


def page_of(thing: str, thing_id: str) -> str:
    """The path of the page of a thing."""
    return f"/{PATHS[thing]}/{thing_id}"


def compose(text: str, params: dict[str, Any], thing: str, thing_id: str, language: str) -> dict[str, str]:
    """Subject and text of a mail. The text holds ``{site}`` where the worker puts the site's address."""
    subject = translate(text, language, params)
    site = translate(SITE_NAME, language)
    link = "{site}" + page_of(thing, thing_id)
    lines = [
        subject,
        "",
        translate(_CLOSING, language, {"link": link}),
        "",
        "-- ",
        site,
        translate(_SIGNATURE, language),
    ]
    return {"subject": f"[{site}] {subject}", "text": "\n".join(lines)}
