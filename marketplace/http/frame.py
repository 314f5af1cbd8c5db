"""The frame round every page: where one can go by what one is, what is unread, and the choice of the language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, abort, redirect, request, session
from flask.typing import ResponseReturnValue

from catalog.kernel.errors import N_
from marketplace.accounts.services import keep_language
from marketplace.actor import Actor
from marketplace.config import SITE_NAME
from marketplace.http.context import LANGUAGES, begin, current_actor, language, read, runtime
from marketplace.http.guard import public
from marketplace.i18n import by_language, say
from marketplace.notifications.queries import unread
from marketplace.states import Post, Role

blueprint = Blueprint("frame", __name__)


@dataclass(frozen=True)
class Way:
    """One entry of a menu."""

    label: str
    path: str

    @property
    def here(self) -> bool:
        """Whether the present page lies below it."""
        return request.path == self.path or request.path.startswith(self.path + "/")


PUBLIC_WAYS = (
    Way(N_("Resources"), "/resources"),
    Way(N_("Openness lists"), "/batches"),
    Way(N_("Platforms"), "/platforms"),
    Way(N_("Service scenarios"), "/scenarios"),
    Way(N_("Pilots"), "/pilots"),
    Way(N_("Progress"), "/dashboard"),
)


def own_ways(actor: Actor) -> list[Way]:
    """Where a signed-in person's roles lead."""
    if actor.anonymous:
        return []
    overseer = bool(actor.posts & {Post.OPERATOR, Post.AUDITOR})
    panel = bool(actor.posts & {Post.REVIEWER, Post.CHAIR, Post.DEPUTY})
    publishing = actor.organisations(Role.EDITOR, Role.MANAGER)
    firm = bool(actor.organisations(Role.MEMBER, Role.REPRESENTATIVE, Role.ADVISER))
    ways = [Way(N_("My work"), "/work")]
    ways += [Way(N_("Our resources"), f"/platforms/{key}") for key in sorted(publishing)[:1]]
    if publishing or overseer:
        ways.append(Way(N_("Changes"), "/revisions"))
    if publishing or firm or overseer or panel:
        ways.append(Way(N_("Applications"), "/applications"))
    if panel or overseer:
        ways.append(Way(N_("Reviews"), "/reviews"))
    if publishing or firm or overseer:
        ways.append(Way(N_("Grants"), "/grants"))
    ways.append(Way(N_("Organisations"), "/organisations"))
    if overseer:
        ways.append(Way(N_("People"), "/people"))
    return ways


def _unread() -> int:
    """How many notifications the person has not read; 0 for a visitor."""
    if current_actor().anonymous:
        return 0
    with read() as tx:
        return unread(tx)


def safe_path(wanted: str | None) -> str:
    """``wanted`` where it is a path of this site, else the first page."""
    parts = urlsplit(wanted or "")
    good = wanted and not parts.scheme and not parts.netloc and wanted.startswith("/") and "\\" not in wanted
    return wanted if good and not wanted.startswith("//") and wanted.isprintable() else request.script_root + "/"


@blueprint.post("/language/<code>")
@public
def choose_language(code: str) -> ResponseReturnValue:
    """Keep the choice for this browser and this person and go back to the page it was made on."""
    if code not in LANGUAGES:
        abort(404)
    if not current_actor().anonymous:
        with begin() as tx:
            keep_language(tx, code)
    session["language"] = code
    session.permanent = True
    return redirect(safe_path(request.form.get("next")), 303)


def _context() -> dict[str, Any]:
    actor = current_actor()
    settings = runtime().settings
    other = "en" if language() == "zh" else "zh"
    return {
        "actor": actor,
        "site_name": say(SITE_NAME),
        "demonstration": settings.demo_password is not None,
        "public_ways": PUBLIC_WAYS,
        "own_ways": own_ways(actor),
        "unread": _unread,
        "other_language": other,
    }


def init_frame(app: Flask) -> None:
    """Give the frame to every template."""
    app.register_blueprint(blueprint)
    app.context_processor(_context)
    app.jinja_env.globals.update(say=say, say_text=by_language, path=lambda to: request.script_root + to)
