"""What happens to an application: drafting, submitting, the platform's answer, and what ends it from outside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from catalog.kernel.errors import N_, Conflict, Invalid
from catalog.kernel.lifecycle import advance
from catalog.kernel.transaction import Tx
from catalog.models import Resource
from catalog.services.places import free_place, reserve_place
from catalog.vocab import AccessPolicy
from marketplace.applications.eligibility import require_eligible
from marketplace.grants.services import give
from marketplace.lifecycles import APPLICATION
from marketplace.models import Application, ApplicationItem, Organisation
from marketplace.permissions import P
from marketplace.review.rounds import close_rounds, continue_round, form_round, pause_round
from marketplace.states import UNDECIDED, ApplicationState, Outcome

DRAFT_LIFE = timedelta(days=90)
PLATFORM_ANSWER = timedelta(days=14)
FIRM_ANSWER = timedelta(days=14)

#: What must be written before a case is submitted, per access policy.
NEEDED = {
    AccessPolicy.REGISTERED: ("title", "contact"),
    AccessPolicy.PLATFORM: ("title", "need", "plan", "contact"),
    AccessPolicy.PILOT: ("title", "need", "plan", "effect", "contact"),
}
_MISSING = N_("Please fill in this field.")
_NO_REASON = N_("Please give a reason for each resource that is not granted.")
_NOTHING_GRANTED = N_("Please choose at least one resource, or refuse the application as a whole.")


class PolicyChanged(Conflict):
    """The platform changed the access policy after the draft was begun: another one decides now."""

    code = "policy-changed"
    message = N_("The access policy of “%(title)s” has changed since this draft was begun. Please choose the resources again.")


def create_application(tx: Tx, *, applicant: str, resources: list[str], **content: Any) -> Application:
    """A draft for one or several resources of one platform under one policy. Raises Invalid where they do not go together."""
    draft = Application(applicant_id=applicant)
    tx.require(P.APPLICATION_CREATE, draft)
    firm = tx.session.get(Organisation, applicant)
    chosen = _chosen(tx, resources)
    _check_resources(tx, firm, chosen)
    draft.platform_id, draft.policy = chosen[0].publisher_id, chosen[0].access_policy
    draft.created_by = tx.actor.pseudonym
    draft.due_at = tx.now + DRAFT_LIFE
    _write(draft, content)
    draft.contact = draft.contact or firm.mailbox
    _place_items(draft, chosen)
    tx.add(draft)
    tx.session.refresh(draft, ["applicant", "platform"])
    tx.record("application", draft, "create", to=draft.state, role=tx.role_for(P.APPLICATION_CREATE, draft))
    return draft


def edit(tx: Tx, application: Application, *, resources: list[str] | None = None, **content: Any) -> None:
    """Change the text, and in a draft also the resources; without any they stay as they are."""
    changed = [name for name, value in content.items() if getattr(application, name) != value]
    advance(tx, APPLICATION, application, "edit", changes={"fields": sorted(changed)})
    _write(application, content)
    application.contact = application.contact or application.applicant.mailbox
    if resources and application.state is ApplicationState.DRAFT:
        chosen = _chosen(tx, resources)
        _check_resources(tx, application.applicant, chosen)
        application.platform_id, application.policy = chosen[0].publisher_id, chosen[0].access_policy
        kept = {item.resource_id: item for item in application.items}
        application.items[:] = [kept.get(resource.id) or ApplicationItem(resource_id=resource.id) for resource in chosen]
        for position, item in enumerate(application.items, start=1):
            item.position = position


def _chosen(tx: Tx, ids: list[str]) -> list[Resource]:
    found = {
        resource.id: resource
        for resource in tx.session.scalars(tx.visible("resource.read", select(Resource)).where(Resource.id.in_(ids)))
    }
    chosen = [found[key] for key in dict.fromkeys(ids) if key in found]
    if not chosen or len(chosen) < len(set(ids)):
        raise Invalid({"resources": [N_("Please choose resources from the catalog.")]})
    return chosen


def _check_resources(tx: Tx, firm: Organisation, chosen: list[Resource]) -> None:
    if len({(resource.publisher_id, resource.access_policy) for resource in chosen}) > 1:
        raise Invalid({"resources": [N_("One application is for resources of one platform under one access policy.")]})
    for resource in chosen:
        require_eligible(tx.session, firm, resource, tx.now)


def _write(application: Application, content: dict[str, Any]) -> None:
    for name, value in content.items():
        setattr(application, name, value)


def _place_items(application: Application, chosen: Iterable[Resource]) -> None:
    application.items = [ApplicationItem(resource_id=resource.id, position=at) for at, resource in enumerate(chosen, start=1)]


def submit(tx: Tx, application: Application, *, accept_terms: bool = False) -> None:
    """Hand in: complete, eligible and with the terms accepted. Under policy ``registered`` the grant follows at once."""
    advance(tx, APPLICATION, application, "submit")
    _require_complete(application, accept_terms)
    for item in application.items:
        if item.resource.access_policy is not application.policy:
            raise PolicyChanged(title=item.resource.title("zh"))
        require_eligible(tx.session, application.applicant, item.resource, tx.now)
        item.revision = item.resource.revision
        item.outcome = Outcome.PENDING
    application.terms_accepted_at = application.submitted_at = tx.now
    application.due_at = tx.now + PLATFORM_ANSWER
    if application.policy is AccessPolicy.REGISTERED:
        with tx.as_system():
            advance(tx, APPLICATION, application, "approve")
            _grant_items(tx, application, application.items)
        _decide(tx, application)


def _require_complete(application: Application, accept_terms: bool) -> None:
    problems: dict[str, list[Any]] = {
        name: [_MISSING] for name in NEEDED[application.policy] if not getattr(application, name).strip()
    }
    if not accept_terms:
        problems["accept_terms"] = [N_("Please accept the terms of the platform first.")]
    if problems:
        raise Invalid(problems)


def return_(tx: Tx, application: Application, *, remarks: dict[str, str]) -> None:
    """Back to the firm with remarks at fields; the decider's clock pauses and, in review, the panel's scores reopen."""
    came_from = application.state
    advance(tx, APPLICATION, application, "return", changes={"remarks": remarks})
    application.returned_from = came_from
    application.remarks = remarks
    application.answer_left = max(0, int((application.due_at - tx.now).total_seconds())) if application.due_at else None
    application.due_at = tx.now + FIRM_ANSWER
    if came_from is ApplicationState.IN_REVIEW:
        pause_round(tx, application)


def resubmit(tx: Tx, application: Application) -> None:
    """Hand in again, to where the case was returned from; the decider's clock goes on."""
    advance(tx, APPLICATION, application, "resubmit", to=application.returned_from)
    _require_complete(application, accept_terms=True)
    application.due_at = None if application.answer_left is None else tx.now + timedelta(seconds=application.answer_left)
    application.answer_left = None
    application.remarks = {}
    if application.returned_from is ApplicationState.IN_REVIEW:
        continue_round(tx, application)
    application.returned_from = None


def consent(tx: Tx, application: Application, *, granted: list[str] | None = None, reasons: dict[str, str] | None = None) -> None:
    """The platform agrees to a pilot, item by item; each item it agrees to reserves a place, and a round of review forms."""
    advance(tx, APPLICATION, application, "consent")
    chosen = _split(application, granted, reasons or {}, "")
    for item in chosen:
        require_taking(tx, item)
        reserve_place(tx, item.resource_id)
        item.reserved = True
        item.outcome = Outcome.CONSENTED
    application.due_at = None
    with tx.as_system():
        form_round(tx, application)


def require_taking(tx: Tx, item: ApplicationItem) -> None:
    """Raise Invalid where the resource of the item is gone; running cases are decided while it closes or is suspended."""
    if item.resource.state == "withdrawn":
        raise Invalid({f"reasons.{item.id}": [N_("This resource has been withdrawn.")]})


def approve(
    tx: Tx,
    application: Application,
    *,
    granted: list[str] | None = None,
    reasons: dict[str, str] | None = None,
    reason: str = "",
) -> None:
    """Approve, item by item: by the platform under its own policy, or by the chair after review."""
    from_panel = application.state is ApplicationState.IN_REVIEW
    advance(tx, APPLICATION, application, "approve", reason=reason)
    chosen = _split(application, granted, reasons or {}, reason)
    application.reason = reason
    with tx.as_system():
        for item in chosen:
            require_taking(tx, item)
        _grant_items(tx, application, chosen, pilots=from_panel)
        _release(tx, application)
    _decide(tx, application)


def refuse(tx: Tx, application: Application, *, reason: str) -> None:
    """Refuse the whole case with a reason: by the platform, or by the chair after review."""
    advance(tx, APPLICATION, application, "refuse", reason=reason)
    application.reason = reason
    for item in application.items:
        if item.outcome in (Outcome.PENDING, Outcome.CONSENTED):
            item.outcome = Outcome.REFUSED
            item.reason = item.reason or reason
    _release(tx, application)
    _decide(tx, application)


def withdraw(tx: Tx, application: Application) -> None:
    """The firm takes the case back; whatever was reserved is free again."""
    advance(tx, APPLICATION, application, "withdraw")
    _end_items(application)
    _release(tx, application)
    _decide(tx, application)


def expire(tx: Tx, application: Application) -> None:
    """A draft or a returned case whose time ran out."""
    advance(tx, APPLICATION, application, "expire")
    _end_items(application)
    _release(tx, application)
    _decide(tx, application)


def close(tx: Tx, application: Application, reason: str) -> None:
    """End an undecided case from outside: its resource or its firm is gone. To be called as the system."""
    advance(tx, APPLICATION, application, "close", reason=reason)
    application.reason = reason
    _end_items(application)
    _release(tx, application)
    _decide(tx, application)


def close_cases_of(tx: Tx, organisation: Organisation, reason: str) -> None:
    """Close every undecided case in which a suspended organisation is applicant or platform."""
    mine = (Application.applicant_id == organisation.id) | (Application.platform_id == organisation.id)
    with tx.as_system():
        for application in tx.session.scalars(select(Application).where(mine, Application.state.in_(UNDECIDED))):
            close(tx, application, reason)


def drop_resource(tx: Tx, resource: Resource, reason: str) -> None:
    """A withdrawn resource leaves every undecided case; a case with nothing left is closed. To be called as the system."""
    concerned = select(Application).where(
        Application.items.any(ApplicationItem.resource_id == resource.id), Application.state.in_(UNDECIDED)
    )
    for application in tx.session.scalars(concerned).unique():
        others = [item for item in application.items if item.resource_id != resource.id and item.outcome in _OPEN]
        if not others:
            close(tx, application, reason)
            continue
        for item in application.items:
            if item.resource_id == resource.id:
                item.outcome, item.reason = Outcome.CLOSED, reason
                if item.reserved:
                    free_place(tx, item.resource_id)
                    item.reserved = False
        tx.record(
            "application",
            application,
            "item_closed",
            reason=reason,
            role="system",
            changes={"resource_id": resource.id},
        )
        application.updated_at = tx.now


_OPEN = frozenset({Outcome.PENDING, Outcome.CONSENTED})


def _split(application: Application, granted: list[str] | None, reasons: dict[str, str], reason: str) -> list[ApplicationItem]:
    """The items to grant, all where none are named; the others are refused, each with its own reason or the whole's."""
    open_items = [item for item in application.items if item.outcome in _OPEN]
    wanted = {item.id for item in open_items} if granted is None else set(granted)
    if not wanted:
        raise Invalid({"granted": [_NOTHING_GRANTED]})
    unknown = wanted - {item.id for item in open_items}
    if unknown:
        raise Invalid({"granted": [N_("Please choose from the resources of this application.")]})
    problems: dict[str, list[Any]] = {}
    for item in open_items:
        if item.id in wanted:
            continue
        why = (reasons.get(item.id) or reason).strip()
        if not why:
            problems[f"reasons.{item.id}"] = [_NO_REASON]
        item.outcome, item.reason = Outcome.REFUSED, why
    if problems:
        raise Invalid(problems)
    return [item for item in open_items if item.id in wanted]


def _grant_items(tx: Tx, application: Application, items: Iterable[ApplicationItem], *, pilots: bool = False) -> None:
    for item in items:
        if not item.reserved:
            reserve_place(tx, item.resource_id)
            item.reserved = True
        item.outcome = Outcome.GRANTED
        give(tx, application, item, with_pilot=pilots)


def _end_items(application: Application) -> None:
    for item in application.items:
        if item.outcome in _OPEN:
            item.outcome = Outcome.CLOSED


def _release(tx: Tx, application: Application) -> None:
    """Free the places of items that were not granted."""
    for item in application.items:
        if item.reserved and item.outcome is not Outcome.GRANTED:
            free_place(tx, item.resource_id)
            item.reserved = False


def _decide(tx: Tx, application: Application) -> None:
    application.decided_at = tx.now
    application.due_at = None
    with tx.as_system():
        close_rounds(tx, application)
