"""How values read on a page: Markdown, times in the site's zone, labels of terms, the language of a text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import mistune
import nh3
from babel.dates import format_date, format_datetime, format_timedelta
from flask import Flask, request
from markupsafe import Markup, escape

from catalog.kernel.terms import Term
from marketplace.http.context import language, runtime
from marketplace.mails import PATHS

_TAGS = {
    *("p", "br", "hr", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a", "h3"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}


class _Renderer(mistune.HTMLRenderer):
    """Texts stand below the headings of a page, so every heading of theirs is of one level."""

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        return f"<h3>{text}</h3>\n"


_markdown = mistune.create_markdown(renderer=_Renderer(escape=True), plugins=["strikethrough", "table", "url"])

#: How a state looks, besides the word: what still waits for somebody, what is good, what needs care, what is over.
TONES = {
    "waiting": {"submitted", "pending", "collecting", "screening", "consented", "in_review", "scoring", "assigned"}
    | {"completion_review", "forming", "piloting", "offered", "scheduled"},
    "good": {"accepted", "listed", "published", "verified", "approved", "active", "granted", "running", "completed"}
    | {"effective", "implemented", "replicated", "scored"},
    "care": {"returned", "suspended", "closing", "paused", "recused"},
    "bad": {"refused", "not_accepted", "revoked", "terminated", "annulled", "not_completed", "cancelled"},
}


def tone(state: str) -> str:
    """ "waiting", "good", "care", "bad" or "quiet"."""
    return next((name for name, states in TONES.items() if state in states), "quiet")


def markdown(text: str | None) -> Markup:
    """Markdown as safe HTML: no scripts, no pictures, no raw HTML; links leave with ``nofollow``."""
    html = _markdown(text or "")
    return Markup(nh3.clean(str(html), tags=_TAGS, attributes={"a": {"href"}}, link_rel="nofollow noopener noreferrer"))


def moment_of(value: datetime | str | None) -> datetime | None:
    """The instant behind a representation's text, or itself."""
    return datetime.fromisoformat(value.replace("Z", "+00:00")) if isinstance(value, str) and value else value or None


def zone() -> ZoneInfo:
    """The site's zone."""
    return runtime().settings.zone


def zone_name(moment: datetime) -> str:
    """The offset of the site's zone at that moment, such as UTC+8 or UTC+5:30."""
    passed = moment.astimezone(zone()).utcoffset()
    minutes = int(passed.total_seconds() // 60) if passed else 0
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02}" if rest else "")


def localtime(value: datetime | str | None, *, empty: str = "—") -> Markup:
    """Date and time in the site's zone, the zone shown."""
    moment = moment_of(value)
    if moment is None:
        return escape(empty)
    pattern = "y年M月d日 HH:mm" if language() == "zh" else "d MMM y, HH:mm"
    shown = format_datetime(moment.astimezone(zone()), pattern, tzinfo=zone(), locale=language())
    return _time(moment, f"{shown} {zone_name(moment)}")


def localdate(value: datetime | str | None, *, empty: str = "—") -> Markup:
    """The date in the site's zone."""
    moment = moment_of(value)
    if moment is None:
        return escape(empty)
    pattern = "y年M月d日" if language() == "zh" else "d MMM y"
    return _time(moment, format_date(moment.astimezone(zone()).date(), pattern, locale=language()))


def distance(value: datetime | str | None) -> str:
    """How far away a moment is: "in 3 days", "2 hours ago"."""
    moment = moment_of(value)
    if moment is None:
        return ""
    return format_timedelta(moment - runtime().store.clock(), add_direction=True, locale=language())


def _time(moment: datetime, shown: str) -> Markup:
    stamp = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Markup('<time datetime="{}">{}</time>').format(stamp, shown)


def label(value: Any, terms: type[Term] | None = None) -> str:
    """The label of a term; of a code where ``terms`` says whose it is. Nothing reads as nothing."""
    if value is None or value == "":
        return ""
    if not isinstance(value, Term):
        if terms is None or value not in terms.codes():
            return str(value)
        value = terms(value)
    return value.label(language())


def labels(values: Any, terms: type[Term]) -> str:
    """Several codes as their labels, joined as the language joins."""
    return ("、" if language() == "zh" else ", ").join(label(value, terms) for value in values or ())


def _side(thing: Any, name: str) -> str:
    value = thing.get(name) if isinstance(thing, dict) else getattr(thing, name, "")
    return value or ""


def text_and_language(thing: Any, name: str) -> tuple[str, str]:
    """``name`` of a thing or representation in the page's language, else in the other one, and which one it is."""
    wanted = language()
    other = "en" if wanted == "zh" else "zh"
    if thing is None:
        return "", wanted
    here = _side(thing, f"{name}_{wanted}")
    return (here, wanted) if here else (_side(thing, f"{name}_{other}"), other)


def pick(thing: Any, name: str) -> Markup:
    """The text in the page's language, or in the other one and marked as such for screen readers."""
    text, spoken = text_and_language(thing, name)
    return escape(text) if spoken == language() else Markup('<span lang="{}">{}</span>').format(spoken, text)


def plain(thing: Any, name: str) -> str:
    """The same without markup, for titles and attributes."""
    return text_and_language(thing, name)[0]


def thing_url(collection: str, key: str, command: str = "") -> str:
    """The address of a thing's page, or of one of its commands."""
    return f"{request.script_root}/{collection}/{key}" + (f"/{command}" if command else "")


def event_url(thing: str, key: str) -> str:
    """The address of the page of the thing that an event or a notification is about; "" where it has none."""
    return thing_url(PATHS[thing], key) if thing in PATHS else ""


def with_args(**changes: Any) -> str:
    """The present address with some of its parameters set anew; None or "" takes one away."""
    args = request.args.copy()
    args.pop("lang", None)
    for name, value in changes.items():
        args.pop(name, None)
        if isinstance(value, (list, tuple)):
            args.setlist(name, [str(one) for one in value])
        elif value not in (None, ""):
            args[name] = str(value)
    query = urlencode(list(args.items(multi=True)))
    return request.script_root + request.path + (f"?{query}" if query else "")


def init_rendering(app: Flask) -> None:
    """Make all of this known to the templates."""
    app.jinja_env.filters.update(
        markdown=markdown,
        localtime=localtime,
        localdate=localdate,
        distance=distance,
        label=label,
        labels=labels,
        tone=tone,
    )
    app.jinja_env.globals.update(
        pick=pick, plain=plain, thing_url=thing_url, event_url=event_url, with_args=with_args, language=language
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
