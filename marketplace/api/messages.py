"""What is read from a request and written to an answer: bodies, versions, parameters, links."""

from __future__ import annotations

import json
import re
from collections.abc import Collection as Names
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Response, request
from werkzeug.datastructures import MultiDict

from catalog.kernel.errors import N_
from catalog.kernel.paging import MAX_SIZE
from marketplace.api.problems import BadRequest, NotJson, VersionMalformed, VersionMissing

UNKNOWN = N_("There is no parameter of this name.")
ONCE = N_("This parameter may be given once.")
NOT_A_PAGE = N_("Please give a whole number from 1 on.")
NOT_A_SIZE = N_("Please give a whole number from 1 to 100.")

DEFAULT_SIZE = 20
MAX_PAGE = 1_000_000

_TAG = re.compile(r'"([1-9][0-9]{0,17})"')


def body() -> dict[str, Any]:
    """The JSON object that was sent; nothing sent reads as an empty one. Raises NotJson or BadRequest."""
    sent = request.get_data(cache=False)
    if not sent.strip():
        return {}
    if not request.is_json:
        raise NotJson
    try:
        given = json.loads(sent)
    except (ValueError, RecursionError):
        raise BadRequest(message=N_("The body is not readable JSON.")) from None
    if not isinstance(given, dict):
        raise BadRequest(message=N_("The body must be a JSON object."))
    return given


def demanded_version() -> int:
    """The version that If-Match names. Raises VersionMissing or VersionMalformed."""
    header = request.headers.get("If-Match")
    if header is None:
        raise VersionMissing
    tag = _TAG.fullmatch(header.strip())
    if tag is None:
        raise VersionMalformed
    return int(tag[1])


def answer(representation: dict[str, Any], status: int = 200, **headers: str) -> Response:
    """One thing, tagged with its version."""
    response = document(representation, status, **headers)
    response.set_etag(str(representation["version"]))
    return response


def document(content: dict[str, Any], status: int = 200, **headers: str) -> Response:
    """A JSON document; texts stay readable, whatever their script."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, headers=headers, mimetype="application/json")


@dataclass(frozen=True)
class Listing:
    """The parameters of one list request: the page, its size, and every other parameter with its values."""

    page: int
    size: int
    values: dict[str, list[str]]

    def one(self, name: str, default: str = "") -> str:
        """The value of a parameter that is given once."""
        return self.values.get(name, [default])[0]


def listing(args: MultiDict[str, str], many: Names[str], once: Names[str] = ()) -> Listing:
    """The parameters: only known names, page and size in their ranges. Raises BadRequest naming each mistake."""
    problems: dict[str, list[Any]] = {}
    values = {name: args.getlist(name) for name in args if name not in ("page", "size")}
    for name, given in values.items():
        if name not in many and name not in once:
            problems[name] = [UNKNOWN]
        elif name in once and len(given) > 1:
            problems[name] = [ONCE]
    page = _number(args, "page", 1, MAX_PAGE, NOT_A_PAGE, problems)
    size = _number(args, "size", DEFAULT_SIZE, MAX_SIZE, NOT_A_SIZE, problems)
    if problems:
        raise BadRequest(problems)
    return Listing(page, size, values)


def no_parameters(args: MultiDict[str, str]) -> None:
    """Raise BadRequest where any parameter was sent: one that is not understood must not be passed over in silence."""
    if args:
        raise BadRequest({name: [UNKNOWN] for name in args})


def _number(args: MultiDict[str, str], name: str, default: int, most: int, message: str, problems: dict[str, list[Any]]) -> int:
    given = args.getlist(name)
    if not given:
        return default
    if len(given) > 1:
        problems[name] = [ONCE]
    elif not re.fullmatch(r"[1-9][0-9]{0,8}", given[0]) or int(given[0]) > most:
        problems[name] = [message]
    else:
        return int(given[0])
    return default


def pages(items: list[dict[str, Any]], asked: Listing, total: int, **more: Any) -> Response:
    """One page of a list, with links to the pages round it."""
    last = max(1, -(-total // asked.size))
    around = {"first": 1, "prev": asked.page - 1, "next": asked.page + 1, "last": last}
    links = [f'<{_address(number)}>; rel="{rel}"' for rel, number in around.items() if 1 <= number <= last]
    content = {"items": items, "total": total, "page": asked.page, "size": asked.size, **more}
    return document(content, Link=", ".join(links))


def _address(page: int) -> str:
    rest = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
    return f"{request.path}?{urlencode([*rest, ('page', page)])}"
