"""The words in which the domain says no. One table in the web layer turns them into statuses, documents and pages.

A message is an English msgid with named placeholders; the edge translates it. Nothing here knows a language or HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def N_(text: str) -> str:
    """Mark a text for the translation catalogs without translating it here."""
    return text


class DomainError(Exception):
    """A refusal with a stable ``code``, a translatable ``message`` and its ``params``."""

    code = "refused"
    message = N_("This is not possible.")

    def __init__(self, message: str | None = None, **params: Any) -> None:
        self.message = message or type(self).message
        self.params = params
        super().__init__(self.message % params if params else self.message)


class NotFound(DomainError):
    """No such thing, or not for this caller: the two are told apart nowhere."""

    code = "not-found"
    message = N_("There is nothing here, or it is not open to you.")


class NotAllowed(DomainError):
    """The caller may see the thing but not do this."""

    code = "not-allowed"
    message = N_("You are not allowed to do this.")


class SignInRequired(DomainError):
    """Nobody is signed in and the thing is not public."""

    code = "sign-in-required"
    message = N_("Please sign in first.")


class Conflict(DomainError):
    """The state of the world forbids it. ``present`` tells the caller what is the case now, where a door has filled it in."""

    present: Mapping[str, Any] = {}

    code = "conflict"
    message = N_("Something else happened first. Please look at the present state and decide again.")


class WrongState(Conflict):
    """The command does not exist in the present state."""

    code = "wrong-state"
    message = N_("“%(command)s” is not possible any more: the present state is “%(state)s”.")


class StaleVersion(Conflict):
    """The caller acts on an older version than the stored one."""

    code = "stale-version"
    message = N_("This was changed by someone else meanwhile. Please look at the present state and decide again.")


class Invalid(DomainError):
    """Input that cannot be accepted; ``fields`` maps a field name to its messages, "" to those of the whole."""

    code = "invalid"
    message = N_("Please correct the marked fields.")

    def __init__(self, fields: Mapping[str, list[Any]] | None = None, message: str | None = None, **params: Any) -> None:
        super().__init__(message, **params)
        self.fields = {name: list(found) for name, found in (fields or {}).items()}


class UncheckedWrite(RuntimeError):
    """A programming error: a transaction wrote without ever asking for a permission."""
