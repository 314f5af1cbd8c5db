"""The parts of the description that do not depend on the collections: texts, common schemas, problem documents."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from catalog.kernel.errors import N_
from marketplace.http.errors import TITLES
from marketplace.i18n import say

PROBLEM_STATUSES = (400, 401, 403, 404, 409, 412, 415, 422, 428, 503)

#: The addresses of no collection: path, what it is, schema of the answer, and "person" where a token is needed.
SHARED: tuple[tuple[str, str, str, str | None], ...] = (
    ("/me", N_("Who you are here: posts and memberships"), "Me", "person"),
    ("/work", N_("What waits for you"), "Work", "person"),
    ("/notifications", N_("What you were told, newest first"), "Notifications", "person"),
    ("/dashboard", N_("The plan's targets, counted now"), "Dashboard", None),
    ("/openapi.json", N_("This description"), "Description", None),
)


def texts() -> dict[str, str]:
    """The sentences of the description in the request's language."""
    return {
        "about": _(
            "Every thing carries its state, its version and the commands that you may execute on it now. "
            "A command is a POST to the address of the thing and the command's name, with the version in If-Match. "
            "Refusals are problem documents (RFC 9457). Times are in UTC. "
            "Send Accept-Language: zh or en to choose the language of messages."
        ),
        "bearer": _(
            "A token of your account page, or of the command “flask --app wsgi tokens create”. It never does more than you may."
        ),
        "list": _("The list of what you may see"),
        "show": _("One thing"),
        "events": _("What happened to it, oldest first"),
        "events_more": _("You see the events that are for you; persons appear by pseudonym."),
        "the_thing": _("The thing as you may see it"),
        "created": _("It was created"),
        "location": _("The address of what was created"),
        "done": _("It was done; this is the thing now"),
        "done_made": _("Done; another thing came of it and stands at Location"),
        "done_unseen": _("It was done; you can no longer see the thing"),
        "page": _("One page of the list"),
        "link": _("The first, previous, next and last page (RFC 8288)"),
        "facets": _("How many results each value would have, counted without the filter of the same name"),
        "loosened": _("Nothing held every word; these hold some of them"),
        "search": _(
            "Searches what is listed, in Chinese and English at once. With the parameter “state” it lists your own and "
            "other records by state instead, without search text."
        ),
        "any_of": _("May be repeated; one of the values must hold"),
        "q": _("Words to search for"),
        "sort": _("The order of the results"),
        "page_number": _("The page, counted from 1"),
        "page_size": _("How many on one page, at most 100"),
        "if_match": _("The version that you act on, in double quotes"),
        "etag": _("The version, in double quotes"),
        "id": _("The identifier"),
        "state": _("Where it stands in its life cycle"),
        "version": _("Counts up with each change; name it in If-Match"),
        "commands": _("What you may execute on it now"),
    }


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required.split(), "properties": properties}


def _array(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def schemas() -> dict[str, dict[str, Any]]:
    """The schemas that no collection owns, by name."""
    text = {"type": "string"}
    whole = {"type": "integer", "minimum": 0}
    maybe_text = {"type": ["string", "null"]}
    moment = {"type": "string", "format": "date-time"}
    maybe_moment = {"type": ["string", "null"], "format": "date-time"}
    organisation = _object("id name_zh name_en", id=text, name_zh=text, name_en=text)
    event = _object(
        "at name from to role by reason changes",
        **{
            "at": moment,
            "name": text,
            "from": maybe_text,
            "to": maybe_text,
            "role": text,
            "by": maybe_text,
            "reason": text,
        },
        changes={"type": "object"},
    )
    work = _object("title url state due note", title=text, url=text, state=maybe_text, due=maybe_moment, note=text)
    figure = _object(
        "key label count of target href note",
        key=text,
        label=text,
        count=whole,
        of={"type": ["integer", "null"], "description": _("Out of how many, where it is a share")},
        target={"type": ["integer", "null"]},
        href=text,
        note=text,
    )
    told = _object(
        "id at text thing thing_id href read_at",
        id=text,
        at=moment,
        text=text,
        thing=text,
        thing_id=text,
        href=maybe_text,
        read_at=maybe_moment,
    )
    return {
        "Problem": _object(
            "type title status detail code",
            type=text,
            title=text,
            status={"type": "integer"},
            detail=text,
            code={"type": "string", "description": _("Stays the same in every language")},
            errors={
                "type": "object",
                "additionalProperties": _array(text),
                "description": _("The messages per field or parameter; “” is the whole"),
            },
            state={"type": "string", "description": _("The present state, where that is the trouble")},
            version={"type": "integer", "description": _("The present version, where that is the trouble")},
            commands=_array(text) | {"description": _("What you may execute now, where that is the trouble")},
        ),
        "Timeline": _object("items", items=_array(event)),
        "Me": _object(
            "name email pseudonym language posts memberships",
            name=text,
            email=text,
            pseudonym=text,
            language=text,
            posts=_array(text),
            memberships=_array(_object("organisation role", organisation=organisation, role=text)),
        ),
        "Work": _object("sections", sections=_array(_object("title items total", title=text, items=_array(work), total=whole))),
        "Notifications": _object("items total page size", items=_array(told), total=whole, page=whole, size=whole),
        "Dashboard": _object("figures at", figures=_array(figure), at=moment),
        "Description": {"type": "object", "description": _("An OpenAPI 3.1 document")},
    }


def responses() -> dict[str, dict[str, Any]]:
    """One response per status of refusal, by name."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {f"Problem{status}": {"description": say(TITLES[status][0]), "content": content} for status in PROBLEM_STATUSES}


def problem_responses(*statuses: int) -> dict[str, Any]:
    """References to the responses of these refusals."""
    return {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in statuses}
