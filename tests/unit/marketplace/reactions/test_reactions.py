"""Whom an event reaches: exactly those it concerns, and nobody who may not read what it is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select

from catalog.kernel.outbox import OutboxRow
from catalog.models import Batch, Resource, Revision
from catalog.services import resources, revisions
from marketplace.actor import load_actor
from marketplace.applications import services as applications
from marketplace.deliveries import INDEX, MAIL
from marketplace.grants import services as grants
from marketplace.models import Application, Grant, Notification, Organisation, Pilot, Review, Showcase, User
from marketplace.organisations import members
from marketplace.organisations import services as organisations
from marketplace.pilots import services as pilots
from marketplace.policy import POLICY
from marketplace.reactions import NOTICES
from marketplace.review import services as reviews
from marketplace.states import Role
from tests.unit.marketplace import casework
from tests.world import World

FIRM = {"sme", "member"}
PLATFORM = {"platform"}
STAFF = {"platform", "editor"}
MANAGERS = {"platform", "platform2"}
OPERATORS = {"operator"}
CHAIR = {"chair"}
PANEL = {"reviewer1", "reviewer2", "reviewer3"}

#: (thing, event) → who is told, where ruifeng's case with xinghe is in review by the panel.
EXPECTED: dict[tuple[str, str], set[str]] = {
    ("organisation", "create"): OPERATORS,
    ("organisation", "resubmit"): OPERATORS,
    ("organisation", "verify"): FIRM,
    ("organisation", "return"): FIRM,
    ("organisation", "refuse"): FIRM,
    ("organisation", "suspend"): FIRM,
    ("organisation", "resume"): FIRM,
    ("organisation", "offer_service"): {"sme2"},
    ("batch", "open"): MANAGERS,
    ("batch", "extend"): MANAGERS,
    ("batch", "publish"): PLATFORM,
    ("batch", "receive"): OPERATORS,
    ("batch", "accept_all"): PLATFORM,
    ("batch", "cancel"): MANAGERS,
    ("resource", "submit"): OPERATORS,
    ("resource", "resubmit"): OPERATORS,
    ("resource", "return"): STAFF,
    ("resource", "accept"): STAFF,
    ("resource", "refuse"): STAFF,
    ("resource", "suspend"): STAFF,
    ("resource", "announce_closing"): FIRM,
    ("resource", "take_down"): STAFF | FIRM,
    ("revision", "submit"): OPERATORS,
    ("revision", "return"): STAFF,
    ("revision", "accept"): STAFF,
    ("revision", "refuse"): STAFF,
    ("application", "submit"): FIRM | PLATFORM,
    ("application", "resubmit"): CHAIR | PANEL,
    ("application", "return"): FIRM,
    ("application", "consent"): FIRM,
    ("application", "open_review"): FIRM | PANEL,
    ("application", "approve"): FIRM | PLATFORM,
    ("application", "refuse"): FIRM | PLATFORM,
    ("application", "withdraw"): PLATFORM | CHAIR | PANEL,
    ("application", "close"): FIRM | PLATFORM | CHAIR | PANEL,
    ("application", "expire"): FIRM | PLATFORM | CHAIR | PANEL,
    ("application", "reopen"): FIRM | PLATFORM,
    ("review", "create"): CHAIR,
    ("review", "assign"): {"reviewer3"},
    ("review", "replace"): {"reviewer3"},
    ("review", "score"): CHAIR,
    ("review", "recuse"): CHAIR,
    ("review", "hand_over"): {"reviewer3"},
    ("grant", "suspend"): FIRM,
    ("grant", "resume"): FIRM,
    ("grant", "revoke"): FIRM,
    ("grant", "surrender"): PLATFORM,
    ("grant", "expire"): FIRM | PLATFORM,
    ("pilot", "start"): PLATFORM,
    ("pilot", "report"): PLATFORM,
    ("pilot", "pause"): FIRM | PLATFORM,
    ("pilot", "resume"): FIRM | PLATFORM,
    ("pilot", "finish"): OPERATORS | PLATFORM,
    ("pilot", "complete"): FIRM | PLATFORM,
    ("pilot", "reject_completion"): FIRM | PLATFORM,
    ("pilot", "terminate"): FIRM | PLATFORM,
    ("pilot", "annul"): FIRM | PLATFORM,
    ("showcase", "create"): OPERATORS,
    ("showcase", "publish"): FIRM | PLATFORM,
}


@dataclass
class House:
    """One thing of each kind, for the events to be about."""

    world: World
    keys: dict[str, tuple[type, str]] = field(default_factory=dict)

    def thing(self, tx: Any, name: str, event: str) -> Any:
        model, key = self.keys["service platform" if event == "offer_service" else name]
        return tx.session.get_one(model, key)


@pytest.fixture
def house(world: World) -> House:
    pilot, grant = casework.approved_pilot(world)
    world.do("sme", Pilot, pilot, pilots.start)
    world.do("sme", Pilot, pilot, pilots.report, text="进展")
    world.do("sme", Pilot, pilot, pilots.finish, result="结果")
    world.do("operator", Pilot, pilot, pilots.complete, reason="达到")
    with world.begin("sme") as tx:
        showcase = pilots.create_showcase(tx, pilot=pilot, summary_zh="做法")
    case, review = casework.open_review(world)
    revision = world.do("platform", Resource, world.resources["pilot"], revisions.revise)
    with world.begin("platform") as tx:
        revisions.edit(tx, tx.session.get_one(Revision, revision.id), min_tier="specialised")
    found = House(world)
    found.keys = {
        "organisation": (Organisation, world.organisations["ruifeng"]),
        "service platform": (Organisation, world.organisations["zhuli"]),
        "batch": (Batch, world.batches["collecting"]),
        "resource": (Resource, world.resources["pilot"]),
        "revision": (Revision, revision.id),
        "application": (Application, case),
        "review": (Review, review),
        "grant": (Grant, grant),
        "pilot": (Pilot, pilot),
        "showcase": (Showcase, showcase.id),
    }
    return found


def told(tx: Any) -> set[str]:
    """The local parts of the addresses of those who were told in this transaction."""
    rows = [row for row in tx.session.new if isinstance(row, Notification)]
    ids = {row.user_id for row in rows} | set(
        tx.session.scalars(select(Notification.user_id).where(Notification.at == tx.now))
    )
    return {address.partition("@")[0] for address in tx.session.scalars(select(User.email).where(User.id.in_(ids)))}


def test_every_event_reaches_exactly_whom_it_concerns(house: House, clock) -> None:
    world, found = house.world, {}
    clock.move(hours=1)
    with world.read("system") as tx:
        pseudonym = tx.session.get_one(User, world.users["reviewer3"]).pseudonym
    changes = {
        "enterprise_id": world.organisations["qinghe"],
        "publisher_ids": [world.organisations["xinghe"]],
        "named": [pseudonym],
        "count": 3,
    }
    for name, event in NOTICES:
        with world.read("system") as tx:
            thing = house.thing(tx, name, event)
            given = (
                changes
                if event == "offer_service"
                else {key: value for key, value in changes.items() if key != "enterprise_id"}
            )
            to = "in_review" if (name, event) == ("application", "resubmit") else thing.state
            tx.record(name, thing, event, frm=None if event == "create" else thing.state, to=to, changes=given)
            tx.session.flush()
            found[name, event] = told(tx)
    assert found == EXPECTED


def test_nobody_is_told_of_what_they_may_not_read(house: House, clock) -> None:
    world = house.world
    with world.runtime.store.readers() as session:
        sent = session.scalars(select(Notification)).unique().all()
        people = {user.id: user for user in session.scalars(select(User))}
        kinds = {name: model for name, (model, _key) in house.keys.items()}
        assert sent
        for notification in sent:
            actor = load_actor(session, people[notification.user_id], clock.now)
            thing = session.get_one(kinds[notification.thing], notification.thing_id)
            assert POLICY[f"{notification.thing}.read"].allows(actor, thing), (
                people[notification.user_id].email,
                notification.text,
            )


def test_who_acts_is_not_told_of_the_own_act(world: World) -> None:
    world.do("platform", Application, casework.submit(world, "platform"), applications.approve)
    assert outgoing(world)[-1] == {"sme@demo.example", "member@demo.example"}


def outgoing(world: World) -> list[set[str]]:
    """The addresses of the mails that are owed, event by event."""
    found: dict[str, set[str]] = {}
    with world.runtime.store.readers() as session:
        for row in session.scalars(select(OutboxRow).where(OutboxRow.topic == MAIL, OutboxRow.done_at.is_(None))):
            link = next(line for line in row.payload["text"].splitlines() if "{site}" in line)
            found.setdefault(row.payload["subject"] + link, set()).add(row.payload["to"])
    return list(found.values())


@pytest.mark.parametrize("end", [None, "edit", "withdraw", "expire", "close"])
def test_a_draft_is_nobodys_business_but_its_firms(world: World, clock, end: str | None) -> None:
    case = casework.draft(world, "pilot")
    clock.move(days=91)
    match end:
        case "edit":
            world.do("member", Application, case, applications.edit, **{**casework.TEXT, "title": "新题目"})
        case "withdraw":
            world.do("sme", Application, case, applications.withdraw)
        case "expire":
            world.do("system", Application, case, applications.expire)
        case "close":
            world.do("system", Application, case, applications.close, reason="资源下线")
    reached = set().union(*outgoing(world))
    assert reached <= {"sme@demo.example", "member@demo.example"}
    with world.runtime.store.readers() as session:
        people = set(session.scalars(select(Notification.user_id).where(Notification.thing_id == case)))
    assert people <= {world.users["sme"], world.users["member"]}


def test_a_draft_resource_tells_nobody_and_owes_the_index_nothing(world: World) -> None:
    key = world.add_resource("secret", access_policy="pilot", title_zh="秘密")
    world.do("platform", Resource, key, resources.edit, title_zh="秘密二")
    with world.runtime.store.readers() as session:
        assert not session.scalars(select(OutboxRow).where(OutboxRow.done_at.is_(None))).all()


def test_a_reviewer_in_conflict_hears_nothing_more_of_the_case(world: World) -> None:
    case, _review = casework.open_review(world)
    casework.join(world, "reviewer1", "xinghe", Role.EDITOR)
    world.do("sme", Application, case, applications.withdraw)
    assert outgoing(world)[-1] == {
        "platform@demo.example",
        "chair@demo.example",
        "reviewer2@demo.example",
        "reviewer3@demo.example",
    }


def test_a_former_member_and_a_closed_account_hear_nothing(world: World) -> None:
    case = casework.submit(world, "platform")
    with world.begin("system") as tx:
        tx.require("people.appoint")
        tx.session.get_one(User, world.users["member"]).active = False
    world.do("platform", Application, case, applications.refuse, reason="不支持")
    assert outgoing(world)[-1] == {"sme@demo.example"}


def test_who_is_a_member_twice_is_told_once(world: World) -> None:
    with world.begin("system") as tx:
        tx.require("people.appoint")
        tx.session.get_one(Organisation, world.organisations["ruifeng"]).is_platform = True
    key = world.organisations["ruifeng"]
    world.do("sme", Organisation, key, members.add_member, email="member@demo.example", role="editor")
    world.do("operator", Organisation, key, organisations.suspend, reason="核实")
    with world.runtime.store.readers() as session:
        query = select(Notification).where(
            Notification.user_id == world.users["member"], Notification.thing == "organisation"
        )
        assert len(session.scalars(query).all()) == 1


@pytest.mark.parametrize(("language", "text"), [("zh", "瑞锋精密机械有限公司"), ("en", "Ruifeng")])
def test_names_in_a_mail_are_in_the_readers_language(world: World, language: str, text: str) -> None:
    with world.begin("system") as tx:
        tx.require("people.appoint")
        tx.session.get_one(User, world.users["platform"]).language = language
        tx.session.get_one(Organisation, world.organisations["ruifeng"]).name_en = "Ruifeng"
    casework.submit(world, "platform")
    with world.runtime.store.readers() as session:
        mails = session.scalars(select(OutboxRow).where(OutboxRow.topic == MAIL)).all()
    (subject,) = [
        row.payload["subject"]
        for row in mails
        if row.payload["to"] == "platform@demo.example" and row.done_at is None
    ]
    assert text in subject


def test_a_change_of_a_listed_resource_owes_the_index_an_update(world: World) -> None:
    world.do("platform", Resource, world.resources["pilot"], resources.suspend, reason="升级")
    with world.runtime.store.readers() as session:
        query = select(OutboxRow).where(OutboxRow.topic == INDEX, OutboxRow.done_at.is_(None))
        assert [row.payload for row in session.scalars(query)] == [{"resource_id": world.resources["pilot"]}]


def test_what_was_rolled_back_owes_nothing(world: World) -> None:
    case = casework.submit(world, "platform")
    before = outgoing(world)
    with pytest.raises(ZeroDivisionError), world.begin("platform") as tx:
        applications.approve(tx, tx.session.get_one(Application, case))
        raise ZeroDivisionError
    assert outgoing(world) == before


def test_a_late_joiner_of_a_panel_is_told_while_scoring_and_not_while_forming(world: World) -> None:
    case = casework.submit(world, "pilot")
    world.do("platform", Application, case, applications.consent)
    review = casework.round_of(world, case)
    world.do("chair", Review, review, reviews.assign, reviewers=[world.users[name] for name in casework.PANEL])
    assert "reviewer1@demo.example" not in set().union(*outgoing(world))
    world.do("chair", Application, case, reviews.open_review)
    world.do("chair", Review, review, reviews.assign, reviewers=[world.users["reviewer4"]])
    assert {"reviewer1@demo.example", "reviewer4@demo.example"} <= set().union(*outgoing(world))


def test_a_surrendered_grant_tells_the_platform_and_pauses_the_pilot(world: World) -> None:
    pilot, grant = casework.approved_pilot(world)
    world.do("sme", Pilot, pilot, pilots.start)
    world.do("sme", Grant, grant, grants.surrender)
    assert world.get(Pilot, pilot).state == "paused"
