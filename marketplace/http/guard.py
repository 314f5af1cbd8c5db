"""Every endpoint says what it needs; one that says nothing keeps the application from starting."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask

from catalog.kernel.errors import NotAllowed, SignInRequired
from marketplace.http.context import current_actor
from marketplace.policy import POLICY

View = TypeVar("View", bound=Callable[..., Any])

#: Files of the product and of Bootstrap: nothing in them belongs to anybody.
STATIC = frozenset({"static", "bootstrap.static"})


class UndeclaredEndpoint(RuntimeError):
    """A programming error: an endpoint that does not say who may reach it."""


def public(view: View) -> View:
    """Anyone may reach it; what it shows is still filtered by the permission table."""
    view.permissions = ()  # type: ignore[attr-defined]
    return view


def permit(*permissions: str) -> Callable[[View], View]:
    """Only signed-in persons reach it who hold one of the permissions on anything at all.

    Permissions that hang on a thing are asked again of that thing, by the collection or the service.
    """
    rules = [POLICY[permission] for permission in permissions]

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            actor = current_actor()
            if actor.anonymous:
                raise SignInRequired
            if rules and not any(rule.possible(actor) for rule in rules):
                raise NotAllowed
            return view(*args, **kwargs)

        guarded.permissions = permissions  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return declare


def check_declared(app: Flask, exempt: Iterable[str]) -> None:
    """Raise UndeclaredEndpoint unless every endpoint declares its permission or is named in ``exempt``."""
    missing = sorted(
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not hasattr(app.view_functions[rule.endpoint], "permissions") and rule.endpoint not in STATIC.union(exempt)
    )
    if missing:
        raise UndeclaredEndpoint(f"these endpoints declare no permission: {', '.join(missing)}")
