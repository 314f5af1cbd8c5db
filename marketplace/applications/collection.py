"""Applications as every door shows them."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate
from sqlalchemy import Select, select

from catalog.kernel.errors import N_
from catalog.kernel.fields import TOO_LONG, Strict, mail, pick, picks, reason, remarks, text, tick
from catalog.kernel.transaction import Tx
from catalog.models import Resource
from catalog.states import ResourceState
from marketplace.applications import services
from marketplace.commands import Choices, Collection, Command, Creation, Reasoned, one_of
from marketplace.dumping import ref, stamp
from marketplace.lifecycles import APPLICATION
from marketplace.models import Application, ApplicationItem, Organisation
from marketplace.permissions import P
from marketplace.review.services import open_review
from marketplace.states import ApplicationState, Outcome, Role

#: The fields of a case to which remarks can be made.
TEXTS = ("title", "need", "plan", "effect", "contact")


class CaseText(Strict):
    """What a firm writes in a case."""

    title = text(
        N_("Title of the application"),
        required=True,
        help=N_("What you want to do, in one line. It becomes public when a pilot comes of it."),
    )
    need = text(N_("Need"), long=True, max=4000, rows=6, help=N_("The problem of your firm, with figures where you have them."))
    plan = text(N_("Plan"), long=True, max=4000, rows=6, help=N_("How you will use the resource: steps, people, dates."))
    effect = text(N_("Expected effect"), long=True, max=4000, help=N_("What will be better, and how you will measure it."))
    contact = mail(N_("Contact mailbox"), help=N_("Left empty, the mailbox of your firm is used."))


class Chosen(Strict):
    """Who applies for what; asked before the text."""

    applicant = pick(N_("Applicant"))
    resources = picks(N_("Resources"), required=True, help=N_("Of one platform and under one access policy."))


class NewCase(CaseText, Chosen):
    """A new case: the schema library takes the fields of the last base first."""


class EditedCase(CaseText):
    """A changed case; resources can change in a draft only."""

    resources = picks(N_("Resources"), help=N_("Left empty, the resources stay as they are."))


class Submission(Strict):
    """What is declared when a case is handed in."""

    accept_terms = tick(N_("We accept the terms of the platform for these resources."))


class Remarks(Strict):
    """Remarks with which a case goes back."""

    remarks = remarks(help=N_("The firm sees each remark at its field."), names=TEXTS)


def _granted() -> fields.List:
    return fields.List(
        fields.String(),
        load_default=None,
        allow_none=True,
        metadata={
            "label": N_("Resources to grant"),
            "help": N_("Give a reason for each one that you do not grant."),
            "widget": "items",
        },
    )


def _reasons() -> fields.Dict:
    return fields.Dict(
        keys=fields.String(),
        values=fields.String(validate=validate.Length(max=2000, error=TOO_LONG)),
        load_default=dict,
        metadata={"label": N_("Reasons"), "help": "", "widget": "item_reasons"},
    )


class ItemDecision(Strict):
    """A decision item by item; nothing chosen means all."""

    granted = _granted()
    reasons = _reasons()


class Approval(ItemDecision):
    """An approval, with the reason that a chair must give."""

    reason = reason(required=False, help=N_("A decision after review needs a reason; those concerned can read it."))


def _applicable(tx: Tx, platform_id: str | None = None, policy: Any = None) -> list[tuple[str, Any]]:
    columns = select(Resource.id, Resource.title_zh, Resource.title_en)
    query = columns.where(Resource.state == ResourceState.LISTED, Resource.access_policy != "open")
    if platform_id is not None:
        query = query.where(Resource.publisher_id == platform_id, Resource.access_policy == policy)
    ordered = query.order_by(Resource.publisher_id, Resource.access_policy, Resource.title_zh)
    return [(resource.id, titles(resource)) for resource in tx.session.execute(ordered)]


def titles(thing: Any) -> dict[str, str]:
    """A label in both languages for a titled thing."""
    return {"zh": thing.title_zh or thing.title_en, "en": thing.title_en or thing.title_zh}


def names(thing: Any) -> dict[str, str]:
    """A label in both languages for a named thing."""
    return {"zh": thing.name_zh, "en": thing.name_en or thing.name_zh}


def _new_choices(tx: Tx) -> Choices:
    own = tx.actor.organisations(Role.MEMBER, Role.REPRESENTATIVE) | tx.actor.served
    firms = tx.session.scalars(select(Organisation).where(Organisation.id.in_(own), Organisation.is_enterprise))
    return {"applicant": [(firm.id, names(firm)) for firm in firms], "resources": _applicable(tx)}


def _edit_choices(tx: Tx, case: Application) -> Choices:
    if case.state is not ApplicationState.DRAFT:
        return {"resources": [(item.resource_id, titles(item.resource)) for item in case.items]}
    return {"resources": _applicable(tx, case.platform_id, case.policy)}


def _edit_initial(tx: Tx, case: Application) -> dict[str, Any]:
    return {name: getattr(case, name) for name in TEXTS} | {"resources": [item.resource_id for item in case.items]}


def _item_choices(tx: Tx, case: Application) -> Choices:
    open_items = [item for item in case.items if item.outcome in (Outcome.PENDING, Outcome.CONSENTED)]
    return {"granted": [(item.id, titles(item.resource)) for item in open_items]}


def _all_items(tx: Tx, case: Application) -> dict[str, Any]:
    return {"granted": [value for value, _label in _item_choices(tx, case)["granted"]]}


def dump_item(item: ApplicationItem) -> dict[str, Any]:
    """One item with its own decision."""
    return {
        "id": item.id,
        "resource": {"id": item.resource_id, "title_zh": item.resource.title_zh, "title_en": item.resource.title_en},
        "revision": item.revision,
        "outcome": item.outcome.value,
        "reason": item.reason,
        "reserved": item.reserved,
    }


def dump(tx: Tx, case: Application) -> dict[str, Any]:
    """A case without its commands; the rounds of review appear only to those who may read them."""
    rounds = [
        {"id": review.id, "round": review.round, "state": review.state.value}
        for review in case.reviews
        if tx.may("review.read", review)
    ]
    return {
        "title": case.title,
        "policy": case.policy.value,
        "applicant": ref(case.applicant),
        "platform": ref(case.platform),
        "need": case.need,
        "plan": case.plan,
        "effect": case.effect,
        "contact": case.contact,
        "items": [dump_item(item) for item in case.items],
        "remarks": case.remarks,
        "reason": case.reason,
        "reviews": rounds,
        "due_at": stamp(case.due_at),
        "submitted_at": stamp(case.submitted_at),
        "decided_at": stamp(case.decided_at),
        "created_at": stamp(case.created_at),
        "updated_at": stamp(case.updated_at),
    }


def _by_resource(query: Select[Any], values: list[str]) -> Select[Any]:
    return query.where(Application.items.any(ApplicationItem.resource_id.in_(values)))


APPLICATIONS = Collection(
    name="applications",
    thing="application",
    model=Application,
    cycle=APPLICATION,
    read=P.APPLICATION_READ,
    label=N_("Applications"),
    dump=dump,
    create=Creation(services.create_application, N_("Apply"), NewCase, _new_choices),
    commands={
        "edit": Command(services.edit, N_("Edit"), EditedCase, choices=_edit_choices, initial=_edit_initial),
        "submit": Command(services.submit, N_("Submit"), Submission, "primary"),
        "resubmit": Command(services.resubmit, N_("Submit again"), tone="primary", confirm=N_("Hand the case in again?")),
        "approve": Command(services.approve, N_("Approve"), Approval, "primary", choices=_item_choices, initial=_all_items),
        "consent": Command(
            services.consent,
            N_("Consent to the pilot"),
            ItemDecision,
            "primary",
            choices=_item_choices,
            initial=_all_items,
        ),
        "open_review": Command(
            open_review, N_("Open the review"), tone="primary", confirm=N_("Open the review with this panel?")
        ),
        "return": Command(services.return_, N_("Return with remarks"), Remarks),
        "refuse": Command(services.refuse, N_("Refuse"), Reasoned, "danger"),
        "withdraw": Command(
            services.withdraw,
            N_("Withdraw the application"),
            tone="danger",
            confirm=N_("Withdraw this application? This cannot be undone."),
        ),
    },
    filters={
        "state": one_of(Application.state),
        "policy": one_of(Application.policy),
        "applicant": one_of(Application.applicant_id),
        "platform": one_of(Application.platform_id),
        "resource": _by_resource,
    },
)
