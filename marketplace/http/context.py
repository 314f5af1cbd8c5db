"""What a request carries: the runtime behind it, who asks, the unit of work, the language."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from flask import current_app, g, has_request_context, request, session
from flask_login import current_user

from marketplace.actor import VISITOR, Actor, load_actor

if TYPE_CHECKING:
    from catalog.kernel.transaction import Tx
    from marketplace.runtime import Runtime

LANGUAGES = ("zh", "en")


def runtime() -> Runtime:
    """The runtime this application was made with."""
    return cast("Runtime", current_app.extensions["runtime"])


def is_api() -> bool:
    """Whether a program asks: it gets documents instead of pages and never acts by a session cookie."""
    return request.path.startswith("/api/v1/") or request.path == "/api/v1"


def current_actor() -> Actor:
    """Who asks, loaded once per request. The API names its caller by ``g.actor``; a cookie does not count there."""
    if "actor" not in g:
        g.actor = VISITOR if is_api() else _signed_in()
    return cast(Actor, g.actor)


def _signed_in() -> Actor:
    if not hasattr(current_app, "login_manager") or not current_user.is_authenticated:
        return VISITOR
    store = runtime().store
    with store.readers() as opened:
        return load_actor(opened, current_user, store.clock())


@contextmanager
def begin() -> Iterator[Tx]:
    """A writing transaction of the current actor."""
    with runtime().store.begin(current_actor()) as tx:
        yield tx


@contextmanager
def read() -> Iterator[Tx]:
    """A reading transaction of the current actor."""
    with runtime().store.read(current_actor()) as tx:
        yield tx


def language() -> str:
    """ "zh" or "en": asked for in the address, chosen in this session, kept with the account, preferred by the browser."""
    if not has_request_context():
        return cast(str, current_app.config["BABEL_DEFAULT_LOCALE"])
    if "language" not in g:
        g.language = _wanted_language()
    return cast(str, g.language)


def _wanted_language() -> str:
    default = current_app.config["BABEL_DEFAULT_LOCALE"]
    preferred = request.accept_languages.best_match(LANGUAGES, default)
    if is_api():
        return preferred
    asked = (request.args.get("lang"), session.get("language"))
    chosen = next((wanted for wanted in asked if wanted in LANGUAGES), None)
    if chosen is None and hasattr(current_app, "login_manager") and current_user.is_authenticated:
        chosen = current_user.language if current_user.language in LANGUAGES else None
    return chosen or preferred
