"""A small market in which every private text is a marker of its own, with the names of those who may ever read it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from catalog.kernel.db import Base
from catalog.kernel.events import Event
from catalog.models import Batch, Publisher, Resource, Revision
from catalog.search.indexing import index_resources
from catalog.states import BatchState, ResourceState, RevisionState
from catalog.vocab import AccessPolicy, Licence, PriceModel, Region, ResourceKind, SizeClass
from marketplace.accounts.services import digest_of
from marketplace.models import (
    AccessToken,
    Application,
    ApplicationItem,
    Appointment,
    Assignment,
    Grant,
    Membership,
    Notification,
    Organisation,
    Pilot,
    PilotReport,
    Review,
    ServiceRelation,
    ServiceScenario,
    Showcase,
    User,
)
from marketplace.runtime import Runtime
from marketplace.states import (
    WEIGHTS,
    ApplicationState,
    AssignmentState,
    GrantState,
    OrganisationState,
    PilotState,
    Post,
    Recommendation,
    RelationState,
    ReviewState,
    Role,
    ScenarioStage,
    ShowcaseState,
)

#: Everyone who asks: their organisation and role there, their post.
CAST: dict[str, tuple[str | None, Role | None, Post | None]] = {
    "visitor": (None, None, None),
    "operator": (None, None, Post.OPERATOR),
    "auditor": (None, None, Post.AUDITOR),
    "chair": (None, None, Post.CHAIR),
    "deputy": (None, None, Post.DEPUTY),
    "reviewer1": (None, None, Post.REVIEWER),
    "reviewer2": (None, None, Post.REVIEWER),
    "reviewer3": (None, None, Post.REVIEWER),
    "reviewer4": (None, None, Post.REVIEWER),
    "manager": ("platform", Role.MANAGER, None),
    "editor": ("platform", Role.EDITOR, None),
    "manager2": ("platform2", Role.MANAGER, None),
    "representative": ("firm", Role.REPRESENTATIVE, None),
    "member": ("firm", Role.MEMBER, None),
    "representative2": ("firm2", Role.REPRESENTATIVE, None),
    "adviser": ("service", Role.ADVISER, None),
    "newcomer": ("pending", Role.REPRESENTATIVE, None),
}

STAFF = frozenset({"manager", "editor"})
FIRM = frozenset({"representative", "member", "adviser"})
OVERSEERS = frozenset({"operator", "auditor"})
EVERYONE = frozenset(CAST)


@dataclass
class Market:
    """The application with its cast. ``marks`` maps each marker to the names of those who may read it."""

    app: Flask
    runtime: Runtime
    tokens: dict[str, str] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    marks: dict[str, frozenset[str]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def call(self, who: str, method: str, path: str, **more: Any) -> TestResponse:
        """One request by bearer token; ``path`` lies below /api/v1 unless it begins with a host of its own."""
        headers = {"Accept-Language": "en", **more.pop("headers", {})}
        if who in self.tokens:
            headers.setdefault("Authorization", f"Bearer {self.tokens[who]}")
        return self.app.test_client().open(f"/api/v1{path}", method=method, headers=headers, **more)

    def get(self, who: str, path: str, **more: Any) -> TestResponse:
        """Read something."""
        return self.call(who, "GET", path, **more)

    def post(self, who: str, path: str, body: Any = None, version: int | None = None, **more: Any) -> TestResponse:
        """Execute something."""
        headers = {"If-Match": f'"{version}"'} if version is not None else {}
        return self.call(who, "POST", path, json=body, headers={**headers, **more.pop("headers", {})}, **more)

    def mark(self, *readers: frozenset[str]) -> str:
        """A text that appears once in the market and is for these alone."""
        text = f"mark-{secrets.token_hex(6)}"
        self.marks[text] = frozenset().union(*readers)
        return text


def build_market(app: Flask, runtime: Runtime) -> Market:
    """Fill an empty database."""
    Base.metadata.create_all(runtime.store.engine)
    market = Market(app, runtime)
    now = runtime.store.clock()
    with runtime.store.writers.begin() as session:
        _Builder(market, session, now).build()
    with runtime.store.readers() as session:
        index_resources(
            session, runtime.search, [value for name, value in market.ids.items() if name.startswith("resource")]
        )
    return market


class _Builder:
    def __init__(self, market: Market, session: Any, now: datetime) -> None:
        self.market, self.session, self.now = market, session, now
        self.mark = market.mark
        self.organisations: dict[str, str] = {}

    def add(self, name: str, thing: Any) -> Any:
        if hasattr(type(thing), "updated_at"):
            thing.created_at = thing.updated_at = self.now
        self.session.add(thing)
        self.session.flush()
        self.market.ids[name] = thing.id
        return thing

    def event(self, thing: str, thing_id: str, sequence: int, name: str, actor: str, role: str, **more: Any) -> None:
        pseudonym = self.market.users[actor].pseudonym if actor in self.market.users else actor
        self.session.add(
            Event(
                thing=thing,
                thing_id=thing_id,
                sequence=sequence,
                name=name,
                actor=pseudonym,
                role=role,
                at=self.now,
                **more,
            )
        )

    def build(self) -> None:
        self.people()
        self.catalog()
        self.cases()
        self.outcomes()

    def people(self) -> None:
        for number, name in enumerate(("platform", "platform2", "firm", "firm2", "service", "office", "pending")):
            insiders = frozenset(who for who, (place, _role, _post) in CAST.items() if place == name)
            if name == "firm":
                insiders |= {"adviser"}
            kind = "enterprise" if name.startswith("firm") or name == "pending" else name.rstrip("2")
            kind = "service_platform" if kind == "service" else kind
            state = OrganisationState.PENDING if name == "pending" else OrganisationState.VERIFIED
            shown = EVERYONE if kind != "enterprise" else insiders | OVERSEERS
            made = self.add(
                f"organisation.{name}",
                Organisation(
                    name_zh=f"示范机构{number}",
                    intro_zh=self.mark(shown),
                    credit_code=f"9100000000000000{number:02}",
                    remarks={"name_zh": self.mark(insiders, OVERSEERS)},
                    region=Region.BEIJING,
                    size_class=SizeClass.SMALL,
                    mailbox=f"{name}@demo.example",
                    state=state,
                    **{f"is_{kind}": True},
                ),
            )
            self.organisations[name] = made.id
            if kind in ("platform", "office"):
                publisher = Publisher(id=made.id, name_zh=made.name_zh, region=Region.BEIJING, verified=True)
                self.session.add(publisher)
                self.session.flush()
                made.publisher_id = made.id
        for name, (place, role, post) in CAST.items():
            if name == "visitor":
                continue
            user = User(
                email=f"{name}@demo.example",
                name=f"Person {name}",
                confirmed_at=self.now,
                created_at=self.now,
                fs_uniquifier=name,
            )
            self.session.add(user)
            self.session.flush()
            self.market.users[name] = user
            if place is not None:
                self.session.add(
                    Membership(organisation_id=self.organisations[place], user_id=user.id, role=role, since=self.now)
                )
            if post is not None:
                self.session.add(Appointment(user_id=user.id, post=post, since=self.now))
            plain = f"orm_{secrets.token_urlsafe(32)}"
            self.market.tokens[name] = plain
            token = AccessToken(
                user_id=user.id,
                name="test",
                digest=digest_of(plain),
                created_at=self.now,
                expires_at=self.now + timedelta(days=1),
            )
            self.session.add(token)
            told = Notification(
                user_id=user.id,
                at=self.now,
                text="“%(title)s” was approved.",
                params={"title": self.mark(frozenset({name}))},
                thing="pilot",
                thing_id="0" * 12,
            )
            self.session.add(told)
        relation = ServiceRelation(
            service_platform_id=self.organisations["service"],
            enterprise_id=self.organisations["firm"],
            state=RelationState.ACCEPTED,
            since=self.now,
        )
        self.session.add(relation)

    def catalog(self) -> None:
        for number, state in enumerate(BatchState, 1):
            shown = OVERSEERS if state in (BatchState.PLANNED, BatchState.CANCELLED) else EVERYONE
            batch = Batch(
                number=number,
                state=state,
                issuer_id=self.organisations["office"],
                title_zh=self.mark(shown),
                opens_at=self.now - timedelta(days=1),
                closes_at=self.now + timedelta(days=9),
            )
            self.add(f"batch.{state}", batch)
            self.event("batch", batch.id, 1, "accept_all", "operator", "operator", reason=self.mark(OVERSEERS))
        for state in ResourceState:
            self.resource(state)
        for state in RevisionState:
            readers = STAFF if state is RevisionState.DRAFT else STAFF | OVERSEERS
            revision = Revision(
                resource_id=self.market.ids[f"resource.{'suspended' if state is RevisionState.DRAFT else 'listed'}"],
                publisher_id=self.organisations["platform"],
                state=state,
                number=2 if state is RevisionState.EFFECTIVE else None,
                content={"title_zh": self.mark(readers)},
            )
            if state in (RevisionState.SUBMITTED, RevisionState.RETURNED):
                revision.resource_id = self.market.ids[f"resource.{'closing' if state == 'submitted' else 'withdrawn'}"]
            self.add(f"revision.{state}", revision)
            self.event(
                "revision", revision.id, 1, "create", "editor", "editor", to="draft", changes={"text": self.mark(STAFF)}
            )

    def resource(self, state: ResourceState) -> None:
        public = state in ("listed", "suspended", "closing", "withdrawn")
        handed_in = STAFF | OVERSEERS
        shown = EVERYONE if public else handed_in if state is not ResourceState.DRAFT else STAFF
        inside = STAFF if state is ResourceState.DRAFT else handed_in
        resource = Resource(
            publisher_id=self.organisations["platform"],
            batch_id=None if state is ResourceState.DRAFT else self.market.ids["batch.collecting"],
            state=state,
            kind=ResourceKind.TOOL,
            access_policy=AccessPolicy.PILOT,
            title_zh=f"试点资源{self.mark(shown)}",
            summary_zh="一项资源",
            industries=["C"],
            regions=["100000"],
            licence=Licence.MIT,
            price=PriceModel.FREE,
            places=5,
            remarks={"title_zh": self.mark(inside)},
            listed_at=self.now if public else None,
        )
        self.add(f"resource.{state}", resource)
        mark = self.mark
        acts: tuple[tuple[str, str | None, str, dict[str, Any]], ...] = (
            ("create", None, "draft", {"reason": mark(STAFF), "changes": {"text": mark(STAFF)}}),
            ("edit", "draft", "draft", {"reason": mark(STAFF), "changes": {"text": mark(STAFF)}}),
            ("return", "submitted", "returned", {"reason": mark(inside), "changes": {"remarks": mark(inside)}}),
            ("edit", "returned", "returned", {"reason": mark(inside), "changes": {"text": mark(STAFF)}}),
            ("announce_closing", "listed", "closing", {"reason": mark(shown), "changes": {"firm_ids": [mark()]}}),
        )
        for sequence, (name, frm, to, more) in enumerate(acts, 1):
            self.event("resource", resource.id, sequence, name, "editor", "editor", frm=frm, to=to, **more)

    def cases(self) -> None:
        for state in ApplicationState:
            self.case(state)

    def case(self, state: ApplicationState) -> None:
        handed_in = state is not ApplicationState.DRAFT
        reviewed = state is ApplicationState.IN_REVIEW
        sides = FIRM | STAFF | OVERSEERS if handed_in else FIRM
        panel = frozenset({"chair", "reviewer1", "reviewer2", "reviewer3"}) if reviewed else frozenset()
        case = Application(
            state=state,
            applicant_id=self.organisations["firm"],
            platform_id=self.organisations["platform"],
            policy=AccessPolicy.PILOT,
            created_by=self.market.users["member"].pseudonym,
            title="质检试点",
            need=self.mark(sides, panel),
            submitted_at=self.now if handed_in else None,
            remarks={"need": self.mark(sides, panel)},
        )
        self.add(f"application.{state}", case)
        item = ApplicationItem(
            application_id=case.id, resource_id=self.market.ids["resource.listed"], reason=self.mark(sides, panel)
        )
        self.session.add(item)
        self.session.flush()
        self.market.ids[f"item.{state}"] = item.id
        self.event(
            "application",
            case.id,
            1,
            "edit",
            "member",
            "member",
            frm="draft",
            to="draft",
            reason=self.mark(FIRM),
            changes={"need": self.mark(FIRM)},
        )
        if reviewed:
            self.review(case)

    def review(self, case: Application) -> None:
        users = self.market.users
        review = self.add(
            "review",
            Review(
                application_id=case.id,
                applicant_id=case.applicant_id,
                platform_id=case.platform_id,
                state=ReviewState.SCORING,
                chair_id=users["chair"].id,
                quorum=4,
                weights={criterion.value: weight for criterion, weight in WEIGHTS.items()},
                reason=self.mark(frozenset({"chair", "reviewer1", "reviewer2", "reviewer3"}), OVERSEERS),
            ),
        )
        for name, scored in (("reviewer1", True), ("reviewer2", True), ("reviewer3", False)):
            part = Assignment(
                review_id=review.id,
                reviewer_id=users[name].id,
                state=AssignmentState.SCORED if scored else AssignmentState.ASSIGNED,
                assigned_at=self.now,
            )
            if scored:
                # Who has scored sees the others who have; the third has not, and for the chair the quorum is not in.
                part.scored_at = self.now
                part.scores = {criterion.value: 7 for criterion in WEIGHTS}
                part.recommendation = Recommendation.APPROVE
                part.comment = self.mark(frozenset({"reviewer1", "reviewer2"}))
            self.session.add(part)
            sealed = {"reason": self.mark(), "changes": {"comment": self.mark()}}
            self.event("review", review.id, 1 + int(name[-1]), "score", name, "reviewer", **sealed)
        self.event("application", case.id, 2, "open_review", "chair", "chair", frm="consented", to="in_review")
        self.event(
            "application",
            case.id,
            3,
            "noted",
            "reviewer1",
            "reviewer",
            reason=self.mark(frozenset({"chair", "reviewer1", "reviewer2", "reviewer3"}), OVERSEERS),
        )
        insiders = frozenset({"chair", "reviewer1", "reviewer2", "reviewer3"}) | OVERSEERS
        for name in ("chair", "reviewer1", "reviewer2", "reviewer3"):
            self.market.marks[users[name].pseudonym] = insiders | {name}

    def outcomes(self) -> None:
        sides = FIRM | STAFF | OVERSEERS
        for state in PilotState:
            grant = Grant(
                item_id=self.market.ids["item.approved"],
                application_id=self.market.ids["application.approved"],
                resource_id=self.market.ids["resource.listed"],
                holder_id=self.organisations["firm"],
                platform_id=self.organisations["platform"],
                state=GrantState.ACTIVE,
                starts_at=self.now,
                conditions=self.mark(sides),
            )
            self.add(f"grant.{state}", grant)
            pilot = Pilot(
                application_id=grant.application_id,
                grant_id=grant.id,
                resource_id=grant.resource_id,
                firm_id=grant.holder_id,
                platform_id=grant.platform_id,
                state=state,
                title=self.mark(EVERYONE),
                approved_at=self.now,
                result=self.mark(sides),
                reason=self.mark(sides),
            )
            self.add(f"pilot.{state}", pilot)
            self.session.add(PilotReport(pilot_id=pilot.id, at=self.now, by="P-x", text=self.mark(sides)))
            self.event(
                "pilot",
                pilot.id,
                1,
                "pause",
                "member",
                "member",
                reason=self.mark(sides),
                changes={"why": self.mark(sides)},
            )
        for state, pilot in ((ShowcaseState.DRAFT, "completed"), (ShowcaseState.PUBLISHED, "running")):
            readers = EVERYONE if state is ShowcaseState.PUBLISHED else (FIRM | STAFF | OVERSEERS) - {"adviser"}
            showcase = Showcase(
                pilot_id=self.market.ids[f"pilot.{pilot}"],
                state=state,
                firm_id=self.organisations["firm"],
                platform_id=self.organisations["platform"],
                summary_zh=self.mark(readers),
            )
            self.add(f"showcase.{state}", showcase)
        scenario = ServiceScenario(
            state=ScenarioStage.IDEA, title_zh=self.mark(EVERYONE), need_zh="需求", solution_zh="方案"
        )
        self.add("scenario", scenario)
