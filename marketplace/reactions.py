"""What follows an event: the index update, the messages in the application and the mails, all owed in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from catalog.kernel.errors import N_
from catalog.kernel.events import Event
from catalog.kernel.transaction import Tx
from catalog.states import FINDABLE
from marketplace.deliveries import INDEX, MAIL
from marketplace.guards import unconflicted_parts
from marketplace.mails import compose
from marketplace.models import Application, ApplicationItem, Appointment, Grant, Membership, Notification, User
from marketplace.states import LIVING, UNDECIDED, ApplicationState, Post, ReviewState, Role

PLATFORM = (Role.MANAGER,)
PLATFORM_STAFF = (Role.MANAGER, Role.EDITOR)
FIRM = (Role.REPRESENTATIVE, Role.MEMBER)


@dataclass(frozen=True)
class Notice:
    """Whom an event concerns and what they are told. ``to`` names parties of the thing; see ``_recipients``."""

    to: tuple[str, ...]
    text: str


#: (thing, event) → the notices it causes. Events that stand here not at all concern nobody in particular.
NOTICES: dict[tuple[str, str], tuple[Notice, ...]] = {
    ("organisation", "create"): (Notice(("operators",), N_("%(name)s has registered and waits for verification.")),),
    ("organisation", "resubmit"): (Notice(("operators",), N_("%(name)s has come back for verification.")),),
    ("organisation", "verify"): (Notice(("staff",), N_("%(name)s has been verified.")),),
    ("organisation", "return"): (Notice(("staff",), N_("The registration of %(name)s was returned with remarks.")),),
    ("organisation", "refuse"): (Notice(("staff",), N_("The registration of %(name)s was refused.")),),
    ("organisation", "suspend"): (Notice(("staff",), N_("%(name)s has been suspended.")),),
    ("organisation", "resume"): (Notice(("staff",), N_("The suspension of %(name)s has been lifted.")),),
    ("organisation", "offer_service"): (Notice(("enterprise",), N_("A service platform offers you its services.")),),
    ("batch", "open"): (Notice(("managers",), N_("Batch %(number)s is open for submissions.")),),
    ("batch", "extend"): (Notice(("managers",), N_("Batch %(number)s closes later than announced.")),),
    ("batch", "publish"): (Notice(("listed",), N_("Batch %(number)s has been published; your entries are listed.")),),
    ("batch", "receive"): (Notice(("operators",), N_("%(count)s entries were submitted to batch %(number)s at once.")),),
    ("batch", "accept_all"): (Notice(("listed",), N_("Entries of yours in batch %(number)s were accepted.")),),
    ("batch", "cancel"): (Notice(("managers",), N_("Batch %(number)s was cancelled.")),),
    ("resource", "submit"): (Notice(("operators",), N_("“%(title)s” was submitted for screening.")),),
    ("resource", "resubmit"): (Notice(("operators",), N_("“%(title)s” has come back for screening.")),),
    ("resource", "return"): (Notice(("publisher",), N_("“%(title)s” was returned with remarks.")),),
    ("resource", "accept"): (Notice(("publisher",), N_("“%(title)s” was accepted and will be listed with its batch.")),),
    ("resource", "refuse"): (Notice(("publisher",), N_("“%(title)s” was not accepted.")),),
    ("resource", "suspend"): (Notice(("publisher",), N_("“%(title)s” takes no applications for now.")),),
    ("resource", "announce_closing"): (Notice(("users",), N_("“%(title)s” will be withdrawn; please see the notice.")),),
    ("resource", "take_down"): (Notice(("publisher", "users"), N_("“%(title)s” was taken down.")),),
    ("revision", "submit"): (Notice(("operators",), N_("A change to “%(title)s” waits for screening.")),),
    ("revision", "return"): (Notice(("publisher",), N_("A change to “%(title)s” was returned with remarks.")),),
    ("revision", "accept"): (Notice(("publisher",), N_("A change to “%(title)s” is in effect.")),),
    ("revision", "refuse"): (Notice(("publisher",), N_("A change to “%(title)s” was refused.")),),
    ("application", "submit"): (
        Notice(("platform",), N_("%(applicant)s applies: “%(title)s”.")),
        Notice(("firm",), N_("Your application “%(title)s” was submitted.")),
    ),
    ("application", "resubmit"): (Notice(("decider",), N_("“%(title)s” of %(applicant)s has come back.")),),
    ("application", "return"): (Notice(("firm",), N_("Your application “%(title)s” was returned with remarks.")),),
    ("application", "consent"): (Notice(("firm",), N_("The platform consents to “%(title)s”; a panel will review it.")),),
    ("application", "open_review"): (
        Notice(("firm",), N_("The review of “%(title)s” has begun.")),
        Notice(("panel",), N_("“%(title)s” of %(applicant)s waits for your scores.")),
    ),
    ("application", "approve"): (Notice(("firm", "platform"), N_("“%(title)s” was approved.")),),
    ("application", "refuse"): (
        Notice(
            ("firm",),
            N_("“%(title)s” was refused. You can read the reason, and you may appeal within 15 working days."),
        ),
        Notice(("platform",), N_("“%(title)s” of %(applicant)s was refused.")),
    ),
    ("application", "withdraw"): (Notice(("platform", "chair", "panel"), N_("%(applicant)s has withdrawn “%(title)s”.")),),
    ("application", "close"): (Notice(("firm", "platform", "chair", "panel"), N_("“%(title)s” was closed.")),),
    ("application", "expire"): (Notice(("firm", "platform", "chair", "panel"), N_("“%(title)s” has expired.")),),
    ("application", "reopen"): (Notice(("firm", "platform"), N_("“%(title)s” was reopened.")),),
    ("review", "create"): (Notice(("chair",), N_("“%(title)s” of %(applicant)s waits for a panel.")),),
    ("review", "assign"): (Notice(("joining",), N_("“%(title)s” of %(applicant)s waits for your scores.")),),
    ("review", "replace"): (Notice(("joining",), N_("“%(title)s” of %(applicant)s waits for your scores.")),),
    ("review", "score"): (Notice(("chair",), N_("“%(title)s” has a new score.")),),
    ("review", "recuse"): (Notice(("chair",), N_("A reviewer of “%(title)s” has stepped down.")),),
    ("review", "hand_over"): (Notice(("named",), N_("The chair of “%(title)s” was handed to you.")),),
    ("grant", "suspend"): (Notice(("firm",), N_("Your grant for “%(title)s” was suspended.")),),
    ("grant", "resume"): (Notice(("firm",), N_("Your grant for “%(title)s” is active again.")),),
    ("grant", "revoke"): (Notice(("firm",), N_("Your grant for “%(title)s” was revoked.")),),
    ("grant", "surrender"): (Notice(("platform",), N_("A grant for “%(title)s” was given up.")),),
    ("grant", "expire"): (Notice(("firm", "platform"), N_("A grant for “%(title)s” has expired.")),),
    ("pilot", "start"): (Notice(("platform",), N_("The pilot “%(title)s” has started.")),),
    ("pilot", "report"): (Notice(("platform",), N_("The pilot “%(title)s” has a new report.")),),
    ("pilot", "pause"): (Notice(("firm", "platform"), N_("The pilot “%(title)s” is paused.")),),
    ("pilot", "resume"): (Notice(("firm", "platform"), N_("The pilot “%(title)s” goes on.")),),
    ("pilot", "finish"): (Notice(("operators", "platform"), N_("The pilot “%(title)s” waits for its completion review.")),),
    ("pilot", "complete"): (Notice(("firm", "platform"), N_("The pilot “%(title)s” is completed.")),),
    ("pilot", "reject_completion"): (
        Notice(("firm", "platform"), N_("The pilot “%(title)s” did not pass its completion review.")),
    ),
    ("pilot", "terminate"): (Notice(("firm", "platform"), N_("The pilot “%(title)s” was terminated.")),),
    ("pilot", "annul"): (Notice(("firm", "platform"), N_("The pilot “%(title)s” was annulled.")),),
    ("showcase", "create"): (Notice(("operators",), N_("A showcase of “%(title)s” waits for publication.")),),
    ("showcase", "publish"): (Notice(("firm", "platform"), N_("The showcase of “%(title)s” was published.")),),
}


def react(tx: Tx, event: Event, thing: Any, *, mail: bool = True) -> None:
    """Owe what follows ``event``: the index where a findable resource changed, and a message to all whom it concerns.

    Without ``mail`` people are told in the application only, as the demonstration data does about its invented past.
    """
    if event.thing == "resource" and (thing.state in FINDABLE or event.frm in FINDABLE):
        tx.owe(INDEX, {"resource_id": thing.id})
    # What is done to many at once is told once, by the event of the batch.
    if event.changes.get("in_bulk"):
        return
    for notice in NOTICES.get((event.thing, event.name), ()):
        users: dict[str, User] = {}
        for party in notice.to if not _of_a_draft(event) else ("firm",) if "firm" in notice.to else ():
            users.update((user.id, user) for user in _recipients(tx, party, event, thing) if user.pseudonym != event.actor)
        for user in users.values():
            tell(tx, user, notice.text, _params(event, thing, user.language), event.thing, thing.id, mail=mail)


def _of_a_draft(event: Event) -> bool:
    """Whether it happened to an application that was never handed in: of that its own firm alone may know."""
    return event.thing == "application" and event.frm == ApplicationState.DRAFT and event.name != "submit"


def tell(tx: Tx, user: User, text: str, params: dict[str, Any], thing: str, thing_id: str, *, mail: bool = True) -> None:
    """A message to one person, in the application and by mail in the person's language."""
    told = Notification(user_id=user.id, at=tx.now, text=text, params=params, thing=thing, thing_id=thing_id)
    tx.session.add(told)
    tx.session.flush()
    if mail:
        tx.owe(MAIL, {"to": user.email, "key": told.id, **compose(text, params, thing, thing_id, user.language)})


def _params(event: Event, thing: Any, language: str) -> dict[str, Any]:
    match event.thing:
        case "organisation":
            return {"name": thing.name(language)}
        case "batch":
            return {"number": thing.number, "count": event.changes.get("entries", 0)}
        case "resource":
            return {"title": thing.title(language)}
        case "revision" | "grant":
            return {"title": thing.resource.title(language)}
        case "application":
            return {"title": thing.title, "applicant": thing.applicant.name(language)}
        case "review":
            case = thing.application
            return {"title": case.title, "applicant": case.applicant.name(language)}
        case "showcase":
            return {"title": thing.pilot.title}
        case _:
            return {"title": thing.title}


def _recipients(tx: Tx, party: str, event: Event, thing: Any) -> Iterable[User]:
    match party:
        case "operators":
            return _appointed(tx, Post.OPERATOR)
        case "staff" | "enterprise":
            key = event.changes.get("enterprise_id", thing.id)
            return _members(tx, [key], tuple(Role))
        case "managers":
            return _holders(tx, PLATFORM)
        case "listed":
            return _members(tx, event.changes.get("publisher_ids", ()), PLATFORM)
        case "publisher":
            return _members(tx, [thing.publisher_id], PLATFORM_STAFF)
        case "users":
            return _members(tx, firms_with(tx, thing.id), FIRM)
        case "platform":
            return _members(tx, [thing.platform_id], PLATFORM)
        case "firm":
            return _members(
                tx, [getattr(thing, "applicant_id", None) or getattr(thing, "firm_id", None) or thing.holder_id], FIRM
            )
        case "chair":
            return _chairs(tx, thing)
        case "panel":
            return _panel(tx, thing)
        case "decider" if event.to == ApplicationState.IN_REVIEW:
            return [*_chairs(tx, thing), *_panel(tx, thing)]
        case "decider":
            return _members(tx, [thing.platform_id], PLATFORM)
        case "joining" if event.to != ReviewState.SCORING:
            return ()  # the opening of the review tells them
        case "joining" | "named":
            named = User.pseudonym.in_(event.changes["named"])
            return tx.session.scalars(select(User).where(named, User.active)).all()
        case _:
            raise ValueError(f"nobody is called {party!r}")


def firms_with(tx: Tx, resource_id: str) -> set[str]:
    """Ids of the firms that have an undecided case or a living grant on the resource."""
    cases = (
        select(Application.applicant_id)
        .join(ApplicationItem)
        .where(ApplicationItem.resource_id == resource_id, Application.state.in_(UNDECIDED))
    )
    rights = select(Grant.holder_id).where(Grant.resource_id == resource_id, Grant.state.in_(LIVING))
    return set(tx.session.scalars(cases)) | set(tx.session.scalars(rights))


def _members(tx: Tx, organisation_ids: Iterable[str], roles: tuple[Role, ...]) -> list[User]:
    query = select(User).join(Membership, Membership.user_id == User.id)
    return list(
        tx.session.scalars(
            query.where(
                Membership.organisation_id.in_(list(organisation_ids)),
                Membership.role.in_(roles),
                Membership.until.is_(None),
                User.active,
            )
        )
    )


def _holders(tx: Tx, roles: tuple[Role, ...]) -> list[User]:
    query = select(User).join(Membership, Membership.user_id == User.id)
    return list(tx.session.scalars(query.where(Membership.role.in_(roles), Membership.until.is_(None), User.active).distinct()))


def _appointed(tx: Tx, post: Post) -> list[User]:
    query = select(User).join(Appointment, Appointment.user_id == User.id)
    return list(tx.session.scalars(query.where(Appointment.post == post, Appointment.until.is_(None), User.active).distinct()))


def _rounds(thing: Any) -> list[Any]:
    return [thing] if hasattr(thing, "assignments") else list(thing.reviews)[-1:]


def _chairs(tx: Tx, thing: Any) -> list[User]:
    """Who chairs; where nobody does, the operators, who can hand the case to somebody."""
    return [user for review in _rounds(thing) for user in ([review.chair] if review.chair else _appointed(tx, Post.OPERATOR))]


def _panel(tx: Tx, thing: Any) -> list[User]:
    return [part.reviewer for review in _rounds(thing) for part in unconflicted_parts(tx, review)]
