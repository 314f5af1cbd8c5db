"""What callers find about themselves: who they are, what waits, what they were told; and the public figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from catalog.kernel.paging import paginate
from marketplace.accounts.queries import memberships_of
from marketplace.api.messages import document, listing, no_parameters, pages
from marketplace.commands import Collection
from marketplace.dashboard.queries import Figure, figures
from marketplace.dumping import ref, stamp
from marketplace.http.context import read
from marketplace.http.guard import permit, public
from marketplace.i18n import say
from marketplace.models import Notification, User
from marketplace.notifications.queries import own
from marketplace.permissions import P
from marketplace.states import Post
from marketplace.work.queries import Section, work_for


def add(blueprint: Blueprint, collections: Mapping[str, Collection]) -> None:
    """Add the routes to the API; ``collections`` gives the addresses of what messages are about."""
    places = {collection.thing: f"{blueprint.url_prefix}/{name}" for name, collection in collections.items()}

    @public
    def dashboard() -> Response:
        no_parameters(request.args)
        with read() as tx:
            tx.require(P.DASHBOARD_READ)
            return document({"figures": [_figure(figure) for figure in figures(tx.session, tx.now)], "at": stamp(tx.now)})

    @permit(P.WORK_READ)
    def me() -> Response:
        no_parameters(request.args)
        with read() as tx:
            user = tx.session.get_one(User, tx.actor.user_id)
            memberships = [
                {"organisation": ref(membership.organisation), "role": membership.role.value}
                for membership in memberships_of(tx.session, user.id)
            ]
            posts = [post.value for post in Post if post in tx.actor.posts]
            return document(
                {
                    "name": user.name,
                    "email": user.email,
                    "pseudonym": user.pseudonym,
                    "language": user.language,
                    "posts": posts,
                    "memberships": memberships,
                }
            )

    @permit(P.WORK_READ)
    def work() -> Response:
        no_parameters(request.args)
        with read() as tx:
            tx.require(P.WORK_READ)
            return document({"sections": [_section(section) for section in work_for(tx)]})

    @permit(P.NOTIFICATION_READ)
    def notifications() -> Response:
        asked = listing(request.args, ())
        with read() as tx:
            page = paginate(tx.session, own(tx), asked.page, asked.size)
            told = page.items if page.number == asked.page else []
            return pages([_told(notification, places) for notification in told], asked, page.total)

    blueprint.add_url_rule("/me", "me", me)
    blueprint.add_url_rule("/dashboard", "dashboard", dashboard)
    blueprint.add_url_rule("/work", "work", work)
    blueprint.add_url_rule("/notifications", "notifications", notifications)


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "key": figure.key,
        "label": say(figure.label),
        "count": figure.count,
        "of": figure.of,
        "target": figure.target,
        "href": figure.href,
        "note": say(figure.note),
    }


def _section(section: Section) -> dict[str, Any]:
    items = [
        {
            "title": _text(item.title),
            "url": item.url,
            "state": item.state.value,
            "due": stamp(item.due),
            "note": _text(item.note),
        }
        for item in section.items
    ]
    return {"title": say(section.title), "items": items, "total": section.total}


def _text(text: Any) -> str:
    """What people wrote stays as it is; what comes in both languages is said in that of the request."""
    return say(text) if isinstance(text, Mapping) else str(text)


def _told(notification: Notification, places: Mapping[str, str]) -> dict[str, Any]:
    place = places.get(notification.thing)
    return {
        "id": notification.id,
        "at": stamp(notification.at),
        "text": say(notification.text, notification.params),
        "thing": notification.thing,
        "thing_id": notification.thing_id,
        "href": f"{place}/{notification.thing_id}" if place else None,
        "read_at": stamp(notification.read_at),
    }
