"""The one table from domain words to statuses, and how a refusal is told: a document for programs, a page for people."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, json, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from catalog.kernel.errors import (
    N_,
    Conflict,
    DomainError,
    Invalid,
    NotAllowed,
    NotFound,
    SignInRequired,
    StaleVersion,
)
from catalog.search.port import SearchUnavailable
from marketplace.http.context import is_api, language
from marketplace.i18n import say

#: What is not named here takes the status of its nearest ancestor.
STATUS: dict[type[Exception], int] = {
    NotFound: 404,
    SignInRequired: 401,
    NotAllowed: 403,
    Invalid: 422,
    StaleVersion: 409,
    Conflict: 409,
    SearchUnavailable: 503,
    DomainError: 400,
}

#: What a status is called towards people, and what they can do.
TITLES: dict[int, tuple[str, str]] = {
    400: (N_("This request cannot be read"), N_("Please go back, reload the page and try once more.")),
    401: (N_("Please sign in"), N_("This page is for people who have signed in.")),
    403: (
        N_("You are not allowed to do this"),
        N_("Your roles do not include it. If they should, please ask your organisation."),
    ),
    404: (N_("There is nothing here"), N_("The address may be mistyped, or the page is not open to you.")),
    405: (N_("This page does not take that request"), N_("Please use the buttons of the page you came from.")),
    409: (N_("The state has changed"), N_("Please look at the present state and decide again.")),
    412: (N_("The state has changed"), N_("Please look at the present state and decide again.")),
    413: (N_("This is too much at once"), N_("Please shorten the text or send a smaller file.")),
    415: (N_("This format is not understood"), N_("Please send the format that the description names.")),
    422: (N_("Please correct your entries"), N_("Some entries cannot be accepted as they are.")),
    428: (N_("The version is missing"), N_("Please say which version you act on.")),
    429: (N_("Too many requests"), N_("Please wait a little and try again.")),
    500: (N_("Something went wrong on our side"), N_("It has been recorded. Please try again later.")),
    503: (N_("This part is not available now"), N_("Please try again in a few minutes.")),
}

_FORM_TOO_OLD = N_("The form was open for too long or came from elsewhere. Please reload the page and send it again.")
_SEARCH_DOWN = N_("The search is being repaired. Everything else works.")


def status_of(error: Exception) -> int:
    """The HTTP status of a domain word or of an HTTP exception; 500 for anything else."""
    if isinstance(error, HTTPException):
        return error.code or 500
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def text_of(error: Exception) -> str:
    """What the error says, in the request's language. Names of commands and states inside it are translated too."""
    match error:
        case DomainError():
            params = dict(error.params)
            if "command" in params:
                params["command"] = say(command_label(str(params["command"])))
            return say(error.message, params)
        case SearchUnavailable():
            return say(_SEARCH_DOWN)
        case CSRFError():
            return say(_FORM_TOO_OLD)
        case _:
            return say(_title(status_of(error))[1])


def command_label(name: str) -> str:
    """The label of the command of that name, whichever collection has it; the name itself where none has."""
    from marketplace.collections import COLLECTIONS  # its features import the services, which may import errors

    for collection in COLLECTIONS.values():
        if name in collection.commands:
            return collection.commands[name].label
    return name


def _title(status: int) -> tuple[str, str]:
    return TITLES.get(status) or (HTTPStatus(status).phrase, "")


def problem(error: Exception, status: int | None = None, **more: Any) -> Response:
    """The error as a problem document (RFC 9457); ``more`` are further members such as the present state."""
    status = status or status_of(error)
    code = error.code if isinstance(error, DomainError) else _slug(status)
    body: dict[str, Any] = {
        "type": f"/api#{code}",
        "title": say(_title(status)[0]),
        "status": status,
        "detail": text_of(error),
        "code": code,
    }
    if isinstance(error, Invalid) and error.fields:
        body["errors"] = {name: [say(message) for message in found] for name, found in error.fields.items()}
    response = current_app.response_class(
        json.dumps({**body, **more}, ensure_ascii=False), status=status, mimetype="application/problem+json"
    )
    response.headers["Content-Language"] = language()
    if isinstance(error, HTTPException):
        for name, value in error.get_headers():
            if name in ("Allow", "Retry-After", "WWW-Authenticate"):
                response.headers[name] = value
    if status == 401:
        response.headers.setdefault("WWW-Authenticate", "Bearer")
    return response


def _slug(status: int) -> str:
    return HTTPStatus(status).phrase.lower().replace(" ", "-")


def page(error: Exception) -> ResponseReturnValue:
    """The error as a page for people, with a way on."""
    status = status_of(error)
    if isinstance(error, SignInRequired):
        wanted = request.full_path.rstrip("?") if request.method == "GET" else request.path.rpartition("/")[0] or "/"
        return redirect(url_for("security.login", next=wanted))
    title = say(_title(status)[0])
    text = text_of(error)
    fields = error.fields if isinstance(error, Invalid) else {}
    answer = render_template("errors/error.html", status=status, title=title, text=text, fields=fields)
    headers = [(name, value) for name, value in _headers(error) if name in ("Allow", "Retry-After")]
    return answer, status, headers


def _headers(error: Exception) -> list[tuple[str, str]]:
    return list(error.get_headers()) if isinstance(error, HTTPException) else []


def answer(error: Exception) -> ResponseReturnValue:
    """The error told to whoever asked."""
    return problem(error) if is_api() else page(error)


def init_errors(app: Flask) -> None:
    """Answer every refusal and every failure of the application."""

    def failed(error: Exception) -> ResponseReturnValue:
        app.logger.exception("unanswered %s %s", request.method, request.path)
        if is_api():
            return problem(error, 500)
        # Nothing of the usual frame: what failed may be what the frame is made of.
        title, text = TITLES[500]
        return render_template("errors/failure.html", title=say(title), text=say(text), language=language()), 500

    def refused(error: Exception) -> ResponseReturnValue:
        if isinstance(error, HTTPException) and (error.code is None or error.code < 400):
            return error.get_response()  # a redirect that Werkzeug raises
        return answer(error)

    for kind in (DomainError, SearchUnavailable, HTTPException):
        app.register_error_handler(kind, refused)
    app.register_error_handler(Exception, failed)
