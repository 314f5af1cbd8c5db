"""The demonstration: what it holds, that two loads tell the same, and that the dashboard counts it rightly.

It takes a while to load, so it is loaded once for all tests here, and a second time to compare the two.
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import queries
from catalog.kernel.events import Event
from catalog.kernel.outbox import OutboxRow
from catalog.models import Batch, Resource
from catalog.services.batches import verify_digest
from catalog.states import BatchState, ResourceState
from catalog.vocab import AccessPolicy, ResourceKind, SizeClass, Tier
from marketplace import index
from marketplace.app import create_app
from marketplace.dashboard.queries import Figure, figures
from marketplace.models import (
    Application,
    Grant,
    Organisation,
    Pilot,
    Replication,
    ServiceRelation,
    ServiceScenario,
    Showcase,
    TierEvidence,
    User,
)
from marketplace.runtime import Runtime, build_runtime, utc_now
from marketplace.seeding import load
from marketplace.seeding.loading import SIGN_INS
from marketplace.states import ApplicationState, GrantState, PilotState
from tests.conftest import settings_in
from tests.unit.marketplace.seeding.portrait import loaded, portrait

#: The parts without which a transparency card is not complete; a filing number comes from elsewhere and may be lacking.
CARD = ("purpose", "data", "limits", "evaluation", "oversight", "objection")
ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demonstration was loaded, once for all processes that tests run in; ``second.json`` is the portrait of
    another load, by a process with another order of hashes.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    here = shared / "demonstration"
    with (shared / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (here / "second.json").exists():
            _load_twice(here)
    return here


def _load_twice(here: Path) -> None:
    command = [sys.executable, "-m", "tests.unit.marketplace.seeding.portrait", str(here.with_name("second"))]
    environment = {**os.environ, "PYTHONHASHSEED": "4711"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=environment, **pipes) as second:
        loaded(here, settings_in(here)).store.engine.dispose()
        output, errors = second.communicate(timeout=300)
    assert second.returncode == 0, errors[-3000:]
    (here / "second.json").write_text(output, encoding="utf-8")


@pytest.fixture(scope="module")
def seeded(folder: Path) -> Iterator[Runtime]:
    """The demonstration, which the tests here only read."""
    runtime = build_runtime(settings_in(folder))
    yield runtime
    runtime.store.engine.dispose()


@pytest.fixture
def session(seeded: Runtime) -> Iterator[Session]:
    with seeded.store.readers() as opened:
        yield opened


@pytest.fixture(scope="module")
def visitor(seeded: Runtime) -> FlaskClient:
    return create_app(seeded.settings, seeded).test_client()


def all_of(session: Session, model: type) -> list:
    return list(session.scalars(select(model)).unique())


# -- what it holds -----------------------------------------------------------------------------------------------------


def test_three_batches_two_of_them_published_one_collecting(session: Session) -> None:
    assert [batch.state for batch in sorted(all_of(session, Batch), key=lambda batch: batch.number)] == [
        BatchState.PUBLISHED,
        BatchState.PUBLISHED,
        BatchState.COLLECTING,
    ]


def test_published_lists_are_frozen_as_their_digests_say(session: Session) -> None:
    for batch in session.scalars(queries.released_batches()).unique():
        entries = session.scalars(queries.entries(batch.id)).all()
        assert entries and verify_digest(batch, entries)


def test_organisations_of_every_kind_marked_as_demonstration(session: Session) -> None:
    organisations = all_of(session, Organisation)
    kinds = Counter(kind.value for organisation in organisations for kind in organisation.kinds)
    assert (kinds["platform"], kinds["enterprise"], kinds["service_platform"]) == (12, 30, 3) and kinds["office"] >= 1
    assert all(organisation.demo for organisation in organisations)
    enterprises = [organisation for organisation in organisations if organisation.is_enterprise]
    assert {organisation.size_class for organisation in enterprises} >= {
        SizeClass.MICRO,
        SizeClass.SMALL,
        SizeClass.MEDIUM,
    }
    assert len({organisation.region for organisation in enterprises}) >= 10
    assert len({organisation.industry for organisation in enterprises}) >= 5
    assert {evidence.tier for evidence in all_of(session, TierEvidence)} == set(Tier)


def test_a_hundred_resources_over_all_kinds_and_policies_in_both_languages(session: Session) -> None:
    resources = all_of(session, Resource)
    assert len(resources) == 100 and all(resource.demo for resource in resources)
    assert {resource.kind for resource in resources} == set(ResourceKind)
    assert {resource.access_policy for resource in resources} == set(AccessPolicy)
    assert {resource.state for resource in resources} == set(ResourceState) - {ResourceState.WITHDRAWN}
    for resource in resources:
        texts = [
            getattr(resource, f"{name}_{language}")
            for name in ("title", "summary", "description")
            for language in ("zh", "en")
        ]
        assert all(len(text) > 3 for text in texts), resource.source_key
    assert (
        len({resource.title_zh for resource in resources})
        == len({resource.title_en for resource in resources})
        == 100
    )


def test_eighty_applications_in_every_state(session: Session) -> None:
    applications = all_of(session, Application)
    assert len(applications) == 80 and all(application.demo for application in applications)
    assert {application.state for application in applications} == set(ApplicationState)
    assert {application.policy for application in applications} == set(AccessPolicy) - {AccessPolicy.OPEN}


def test_forty_pilots_in_every_state_and_twenty_scenarios(session: Session) -> None:
    pilots = all_of(session, Pilot)
    assert len(pilots) == 40 and {pilot.state for pilot in pilots} == set(PilotState)
    assert len(all_of(session, ServiceScenario)) == 20
    assert all_of(session, Showcase) and all_of(session, Replication)


def test_every_demonstration_sign_in_is_there_and_holds_what_its_name_says(session: Session) -> None:
    people = {
        user.email.partition("@")[0]: user for user in all_of(session, User) if user.email.endswith("@demo.example")
    }
    assert set(SIGN_INS) <= set(people)
    assert all(people[name].confirmed_at and people[name].active for name in SIGN_INS)


def test_the_past_lies_in_the_past_and_in_order(session: Session) -> None:
    now = utc_now()
    last: dict[tuple[str, str], Event] = {}
    for event in session.scalars(select(Event).order_by(Event.thing, Event.thing_id, Event.sequence)):
        assert event.at <= now
        before = last.get((event.thing, event.thing_id))
        assert before is None or before.at <= event.at, (event.thing, event.name)
        last[event.thing, event.thing_id] = event


def test_places_taken_are_those_reserved_and_held(session: Session) -> None:
    held: Counter[str] = Counter()
    for application in all_of(session, Application):
        held.update(item.resource_id for item in application.items if item.reserved)
    living = Counter(
        grant.resource_id
        for grant in all_of(session, Grant)
        if grant.state in (GrantState.ACTIVE, GrantState.SCHEDULED, GrantState.SUSPENDED)
    )
    for resource in all_of(session, Resource):
        assert resource.taken == held[resource.id] >= living[resource.id]
        assert resource.places is None or resource.taken <= resource.places


def test_everything_owed_was_delivered_and_the_index_agrees(seeded: Runtime, session: Session) -> None:
    assert not session.scalars(select(OutboxRow).where(OutboxRow.done_at.is_(None))).all()
    assert index.differences(seeded) == []
    assert not list((seeded.settings.data_dir / "mail").glob("*")), "nobody gets a mail about an invented past"


# -- loading again -----------------------------------------------------------------------------------------------------


def test_a_second_load_does_nothing(seeded: Runtime) -> None:
    with seeded.store.readers() as session:
        before = portrait(session)
    assert load(seeded) is False
    with seeded.store.readers() as session:
        assert portrait(session) == before


def test_production_never_loads_it(seeded: Runtime) -> None:
    with pytest.raises(PermissionError):
        load(replace(seeded, settings=replace(seeded.settings, env="production")))


def test_two_loads_tell_the_same(folder: Path, session: Session) -> None:
    here = json.loads(json.dumps(portrait(session)))
    there = json.loads((folder / "second.json").read_text(encoding="utf-8"))
    for name, rows in here.items():
        assert rows == there[name], name


# -- the dashboard -----------------------------------------------------------------------------------------------------


def counted(session: Session) -> dict[str, tuple[int, int | None]]:
    """The plan's figures, counted by hand from the whole tables: key → (count, of)."""
    now = utc_now()
    resources, grants = all_of(session, Resource), all_of(session, Grant)
    findable = [resource for resource in resources if resource.state.value in ("listed", "suspended", "closing")]
    cheap = {
        resource.id
        for resource in resources
        if resource.price and resource.price.value in ("free", "free_tier", "small_firm_price")
    }
    cards = [
        resource.transparency
        for resource in findable
        if resource.kind.value in ("general_model", "industry_model", "agent", "algorithm")
    ]
    helping = [
        relation.service_platform
        for relation in all_of(session, ServiceRelation)
        if relation.state.value == "accepted" and relation.service_platform.is_service_platform
    ]
    champions = [
        evidence.organisation_id
        for evidence in all_of(session, TierEvidence)
        if evidence.tier is Tier.SINGLE_CHAMPION and evidence.confirmed_at and evidence.expires_at > now
    ]
    living = [grant for grant in grants if grant.state.value in ("scheduled", "active", "suspended")]
    return {
        "batches": (sum(batch.published_at is not None for batch in all_of(session, Batch)), None),
        "pilots": (sum(pilot.state.value != "annulled" for pilot in all_of(session, Pilot)), None),
        "service_platforms": (len({platform.id for platform in helping if platform.state.value == "verified"}), None),
        "scenarios": (
            sum(
                scenario.state.value in ("implemented", "replicated") for scenario in all_of(session, ServiceScenario)
            ),
            None,
        ),
        "showcases": (sum(showcase.state.value == "published" for showcase in all_of(session, Showcase)), None),
        "replications": (len(all_of(session, Replication)), None),
        "champions": (len(set(champions)), None),
        "transparency": (
            sum(all(card.get(f"{part}_zh") or card.get(f"{part}_en") for part in CARD) for card in cards),
            len(cards),
        ),
        "inclusive": (sum(resource.id in cheap for resource in findable), None),
        "inclusive_users": (len({grant.holder_id for grant in living if grant.resource_id in cheap}), None),
    }


def test_every_figure_is_what_counting_by_hand_gives(session: Session) -> None:
    found = figures(session, utc_now())
    assert {figure.key: (figure.count, figure.of) for figure in found} == counted(session)
    assert all(figure.count > 0 for figure in found), "the demonstration shows something for each"


def test_the_targets_are_those_of_the_plan(session: Session) -> None:
    targets = {figure.key: figure.target for figure in figures(session, utc_now()) if figure.target is not None}
    assert targets == {"batches": 3, "pilots": 100, "service_platforms": 11, "scenarios": 60}


#: Figures whose address is a list of the very things that are counted.
LISTED = ("batches", "pilots", "scenarios", "showcases", "inclusive", "transparency")


@pytest.mark.parametrize("key", LISTED)
def test_a_figure_leads_to_as_many_records_as_it_counts(visitor: FlaskClient, session: Session, key: str) -> None:
    figure: Figure = next(figure for figure in figures(session, utc_now()) if figure.key == key)
    address = urlsplit(figure.href)
    answer = visitor.get(f"/api/v1{address.path}", query_string=parse_qsl(address.query))
    assert answer.status_code == 200, answer.text
    assert answer.get_json()["total"] == (figure.count if figure.of is None else figure.of)


@pytest.mark.parametrize("key", [*LISTED, "service_platforms", "replications", "champions", "inclusive_users"])
def test_every_figure_leads_to_a_page(visitor: FlaskClient, session: Session, key: str) -> None:
    figure = next(figure for figure in figures(session, utc_now()) if figure.key == key)
    assert visitor.get(figure.href).status_code == 200
