"""A database of random people and things, made from a seed, for rules that must hold whatever the data are."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from catalog.kernel.terms import Term
from catalog.models import Batch, Publisher, Resource, Revision
from catalog.states import BatchState, ResourceState, RevisionState
from catalog.vocab import AccessPolicy, Region, ResourceKind
from marketplace.actor import CLOCK, CONFLICT_MEMORY, SYSTEM, VISITOR, Actor, load_actor
from marketplace.models import (
    Application,
    ApplicationItem,
    Appointment,
    Assignment,
    Grant,
    Membership,
    Notification,
    Organisation,
    Pilot,
    Review,
    ServiceRelation,
    ServiceScenario,
    Showcase,
    User,
)
from marketplace.states import (
    ApplicationState,
    AssignmentState,
    GrantState,
    OrganisationState,
    PilotState,
    Post,
    RelationState,
    ReviewState,
    Role,
    ScenarioStage,
    ShowcaseState,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)

T = TypeVar("T")


class World:
    """Random rows in every table that a permission may be asked on; few organisations, so that people and things meet."""

    def __init__(self, engine: Engine, seed: int, size: int = 40) -> None:
        self.rng = random.Random(seed)
        self.size = size
        with Session(engine) as session:
            self.session = session
            self._people()
            self._organisations()
            self._posts()
            self._catalog()
            self._cases()
            session.commit()

    def _add(self, thing: T) -> T:
        self.session.add(thing)
        self.session.flush()
        return thing

    def _aggregate(self, model: type[T], states: type[Term], **values: Any) -> T:
        return self._add(model(state=self._any(tuple(states)), created_at=NOW, updated_at=NOW, **values))

    def _any(self, among: Sequence[T]) -> T:
        return self.rng.choice(among)

    def _chance(self, share: float) -> bool:
        return self.rng.random() < share

    def _past(self) -> datetime:
        """A moment of the last four years, so that it falls on both sides of what a conflict remembers."""
        return NOW - timedelta(days=self.rng.uniform(0, 2 * CONFLICT_MEMORY.days))

    def _people(self) -> None:
        self.users = [
            self._add(User(email=f"u{number}@demo.example", fs_uniquifier=str(number), created_at=NOW, language="zh"))
            for number in range(self.size)
        ]

    def _organisations(self) -> None:
        self.organisations = []
        for number in range(self.size // 4):
            public = self._add(Publisher(id=f"org-{number}", name_zh=f"单位{number}", region=Region.CHINA))
            flags = {f"is_{kind}": self._chance(0.4) for kind in ("platform", "enterprise", "service_platform", "office")}
            self.organisations.append(
                self._aggregate(
                    Organisation, OrganisationState, id=public.id, publisher_id=public.id, name_zh=public.name_zh,
                    credit_code=str(number), region=Region.CHINA, mailbox="a@b.example", **flags,
                )
            )  # fmt: skip
        taken = set()
        for _ in range(2 * self.size):
            user, organisation, role = self._any(self.users), self._any(self.organisations), self._any(tuple(Role))
            ended = self._past() if self._chance(0.4) else None
            if ended is None:
                if (user.id, organisation.id, role) in taken:
                    continue
                taken.add((user.id, organisation.id, role))
            self._add(Membership(user_id=user.id, organisation_id=organisation.id, role=role, since=self._past(), until=ended))
        for _ in range(self.size // 2):
            helper, firm = self.rng.sample(self.organisations, 2)
            self._add(
                ServiceRelation(
                    service_platform_id=helper.id,
                    enterprise_id=firm.id,
                    state=self._any(tuple(RelationState)),
                    since=self._past(),
                )
            )

    def _posts(self) -> None:
        for user in self.users:
            for post in Post:
                if self._chance(0.35):
                    until = NOW + timedelta(days=self._any((-10, 10))) if self._chance(0.4) else None
                    since = NOW + timedelta(days=self._any((-20, -20, 20)))
                    self._add(Appointment(user_id=user.id, post=post, since=since, until=until))
            for _ in range(2):
                self._add(Notification(user_id=self._any(self.users).id, at=NOW, text="", params={}, thing="batch", thing_id="x"))

    def _catalog(self) -> None:
        self.batches = [
            self._aggregate(
                Batch,
                BatchState,
                number=number,
                issuer_id=self._any(self.organisations).id,
                title_zh="批次",
                opens_at=NOW,
                closes_at=NOW,
            )
            for number in range(self.size // 2)
        ]
        self.resources = [
            self._aggregate(
                Resource, ResourceState, publisher_id=self._any(self.organisations).id, kind=ResourceKind.API,
                access_policy=self._any(tuple(AccessPolicy)), batch_id=self._any(self.batches).id if self._chance(0.6) else None,
            )
            for _ in range(self.size)
        ]  # fmt: skip
        for resource in self.resources:
            self._aggregate(Revision, RevisionState, resource_id=resource.id, publisher_id=resource.publisher_id, content={})
        for _ in range(self.size // 2):
            self._aggregate(ServiceScenario, ScenarioStage, title_zh="场景", need_zh="", solution_zh="")

    def _cases(self) -> None:
        for _ in range(self.size):
            platform, firm = self._any(self.organisations).id, self._any(self.organisations).id
            case = self._aggregate(
                Application, ApplicationState, applicant_id=firm, platform_id=platform, policy=AccessPolicy.PILOT,
                created_by="P-1", submitted_at=NOW if self._chance(0.7) else None,
            )  # fmt: skip
            resource = self._any(self.resources)
            item = self._add(ApplicationItem(application_id=case.id, resource_id=resource.id))
            for number in range(self.rng.randint(0, 2)):
                self._round(case, number + 1)
            grant = self._aggregate(
                Grant, GrantState, item_id=item.id, application_id=case.id, resource_id=resource.id, holder_id=firm,
                platform_id=platform, starts_at=NOW,
            )  # fmt: skip
            pilot = self._aggregate(
                Pilot, PilotState, application_id=case.id, grant_id=grant.id, resource_id=resource.id, firm_id=firm,
                platform_id=platform, title="试点", approved_at=NOW,
            )  # fmt: skip
            self._aggregate(Showcase, ShowcaseState, pilot_id=pilot.id, firm_id=firm, platform_id=platform, summary_zh="")

    def _round(self, case: Application, number: int) -> None:
        review = self._aggregate(
            Review, ReviewState, application_id=case.id, applicant_id=case.applicant_id, platform_id=case.platform_id,
            round=number, chair_id=self._any(self.users).id if self._chance(0.8) else None, weights={},
        )  # fmt: skip
        for user in self.rng.sample(self.users, self.rng.randint(0, 6)):
            self._add(
                Assignment(review_id=review.id, reviewer_id=user.id, state=self._any(tuple(AssignmentState)), assigned_at=NOW)
            )


def actors_of(session: Session) -> list[Actor]:
    """Everybody there is, and those who are nobody."""
    users = session.query(User).order_by(User.email).all()
    return [VISITOR, CLOCK, SYSTEM, *(load_actor(session, user, NOW) for user in users)]
