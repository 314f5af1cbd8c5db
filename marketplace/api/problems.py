"""What can be wrong with a request before the domain is asked, and how the API tells a refusal."""

from __future__ import annotations

from flask import Response

from catalog.kernel.errors import N_, Conflict, DomainError, Invalid, SignInRequired, StaleVersion
from marketplace.http.errors import problem


class BadToken(SignInRequired):
    """The bearer token is unknown, revoked or past its end."""

    code = "invalid-token"
    message = N_("This token is not valid: it is unknown, was revoked or has expired.")


class BadRequest(Invalid):
    """The request itself cannot be read; ``fields`` names the parameters that are wrong."""

    code = "bad-request"
    message = N_("This request cannot be read.")


class NotJson(DomainError):
    """The body is not sent as JSON."""

    code = "not-json"
    message = N_("Please send the body as application/json.")


class VersionMissing(DomainError):
    """A command was sent without saying on which version it acts."""

    code = "version-missing"
    message = N_('Please name the version that you act on in the If-Match header, such as If-Match: "3".')


class VersionMalformed(BadRequest):
    """The If-Match header does not name one version."""

    code = "version-malformed"
    message = N_('The If-Match header must name exactly one version in double quotes, such as If-Match: "3".')


#: The statuses that only the API knows; every other word has that of the table of the web layer.
STATUSES: dict[type[DomainError], int] = {
    StaleVersion: 412,
    BadRequest: 400,
    NotJson: 415,
    VersionMissing: 428,
}


def refuse(error: DomainError) -> Response:
    """The problem document of a refusal; a lost race carries the present state, version and commands."""
    status = next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), None)
    return problem(error, status, **(error.present if isinstance(error, Conflict) else {}))
