"""Who calls: the owner of the bearer token, or a visitor. A cookie says nothing here."""

from __future__ import annotations

from flask import Response, g, request

from marketplace.accounts.services import user_of_token
from marketplace.actor import VISITOR, Actor, load_actor
from marketplace.api.problems import BadToken
from marketplace.http.context import runtime

CHALLENGE = 'Bearer realm="api"'


def authenticate() -> None:
    """Name the caller for this request; raises BadToken where credentials are sent that are not good."""
    g.actor = _caller()


def _caller() -> Actor:
    header = request.headers.get("Authorization", "").strip()
    if not header:
        return VISITOR
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise BadToken
    store = runtime().store
    with store.readers() as session:
        now = store.clock()
        user = user_of_token(session, token.strip(), now)
        if user is None or not user.active:
            raise BadToken
        return load_actor(session, user, now)


def mark(response: Response) -> Response:
    """Say how to sign in where that is what is missing, and that an answer belongs to one caller in one language."""
    if response.status_code == 401:
        sent = bool(request.headers.get("Authorization"))
        response.headers["WWW-Authenticate"] = f'{CHALLENGE}, error="invalid_token"' if sent else CHALLENGE
    response.headers.setdefault("Cache-Control", "private, no-cache")
    response.headers["Vary"] = "Authorization, Accept-Language"
    return response
