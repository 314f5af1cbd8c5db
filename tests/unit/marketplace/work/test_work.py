"""What waits for whom: each role's first page, and nothing on it that its reader cannot open."""

from __future__ import annotations

import pytest

from catalog.models import Batch, Resource
from catalog.services import batches, resources, revisions
from marketplace.applications import services as applications
from marketplace.collections import COLLECTIONS
from marketplace.models import Application, Organisation, Pilot, Review
from marketplace.organisations import services as organisations
from marketplace.organisations.queries import relations_of
from marketplace.pilots import services as pilots
from marketplace.review import services as reviews
from marketplace.states import OrganisationKind, Role
from marketplace.work.queries import MOST, work_for
from tests.unit.marketplace import casework
from tests.world import POSTS, World

PEOPLE = (*POSTS, "platform", "editor", "platform2", "sme", "member", "sme2", "adviser")


def waiting(world: World, who: str) -> dict[str, list[str]]:
    """Section → the addresses in it."""
    with world.read(who) as tx:
        return {section.title: [item.url for item in section.items] for section in work_for(tx)}


def test_the_first_pages_of_the_untouched_world(world: World) -> None:
    found = {who: waiting(world, who) for who in PEOPLE}
    draft, submitted = (f"/resources/{world.resources[key]}" for key in ("draft", "submitted"))
    assert found == {who: {} for who in PEOPLE} | {
        "operator": {
            "Entries to screen": [submitted],
            "Batches under way": [f"/batches/{world.batches['collecting']}"],
        },
        "platform": {"Your drafts": [draft]},
        "editor": {"Your drafts": [draft]},
    }


def test_a_case_waits_for_each_in_turn(world: World) -> None:
    def where(title: str, url: str) -> set[str]:
        return {who for who in PEOPLE if url in waiting(world, who).get(title, [])}

    case = casework.draft(world, "pilot")
    url = f"/applications/{case}"
    assert where("Application drafts", url) == {"sme", "member"}
    world.do("sme", Application, case, applications.submit, accept_terms=True)
    assert where("Application drafts", url) == set()
    assert where("Applications waiting for your answer", url) == {"platform"}
    world.do("platform", Application, case, applications.return_, remarks={"need": "请补充"})
    assert where("Applications returned to you", url) == {"sme", "member"}
    assert where("Applications waiting for your answer", url) == set()
    world.do("sme", Application, case, applications.resubmit)
    world.do("platform", Application, case, applications.consent)
    review = casework.round_of(world, case)
    room = f"/reviews/{review}"
    assert where("Panels to form", room) == {"chair"}
    world.do("chair", Review, review, reviews.assign, reviewers=[world.users[name] for name in casework.PANEL])
    assert where("Waiting for your scores", room) == set()
    world.do("chair", Application, case, reviews.open_review)
    assert where("Waiting for your scores", room) == set(casework.PANEL)
    assert where("Reviews to follow and decide", room) == {"chair"}
    casework.score(world, "reviewer1", review)
    assert where("Waiting for your scores", room) == {"reviewer2", "reviewer3"}
    casework.join(world, "reviewer2", "ruifeng")
    assert where("Waiting for your scores", room) == {"reviewer3"}, "a reviewer in conflict does not score"


def test_a_pilot_waits_for_the_firm_and_then_for_the_operator(world: World) -> None:
    pilot, _grant = casework.approved_pilot(world)
    url = f"/pilots/{pilot}"
    for who in ("sme", "member"):
        assert waiting(world, who)["Pilots to start or report on"] == [url]
    world.do("sme", Pilot, pilot, pilots.start)
    world.do("sme", Pilot, pilot, pilots.report, text="进展")
    world.do("sme", Pilot, pilot, pilots.finish, result="结果")
    assert "Pilots to start or report on" not in waiting(world, "sme")
    assert waiting(world, "operator")["Completions to confirm"] == [url]
    world.do("operator", Pilot, pilot, pilots.complete, reason="达到")
    with world.begin("sme") as tx:
        showcase = pilots.create_showcase(tx, pilot=pilot, summary_zh="做法")
    assert waiting(world, "operator")["Showcases to publish"] == [f"/showcases/{showcase.id}"]


def test_entries_and_changes_wait_for_the_operator_and_come_back_to_the_platform(world: World) -> None:
    entry = world.resources["submitted"]
    world.do("operator", Resource, entry, resources.return_, remarks={"title_zh": "请核对"})
    assert waiting(world, "platform2")["Entries returned to you"] == [f"/resources/{entry}"]
    revision = world.do("platform", Resource, world.resources["pilot"], revisions.revise)
    with world.begin("platform") as tx:
        mine = tx.session.get_one(type(revision), revision.id)
        revisions.edit(tx, mine, min_tier="specialised")
        revisions.submit(tx, mine)
    assert waiting(world, "operator")["Changes to screen"] == [f"/revisions/{revision.id}"]


def test_what_the_operator_is_in_conflict_with_waits_for_another(world: World) -> None:
    casework.join(world, "operator", "yunfan", Role.EDITOR)
    assert "Entries to screen" not in waiting(world, "operator")


def test_a_registration_waits_for_the_operator_and_stays_on_the_page_of_who_made_it(world: World) -> None:
    key = world.add_organisation(
        "xinqi", OrganisationKind.ENTERPRISE, "newcomer", verified=False, name_zh="新起", size_class="micro"
    )
    assert waiting(world, "operator")["Organisations to verify"] == [f"/organisations/{key}"]
    assert waiting(world, "newcomer")["Your registrations"] == [f"/organisations/{key}"]


def test_an_offer_of_service_waits_for_the_representative(world: World) -> None:
    firm = world.get(Organisation, world.organisations["ruifeng"])
    world.do(
        "adviser",
        Organisation,
        world.organisations["zhuli"],
        organisations.offer_service,
        credit_code=firm.credit_code,
    )
    assert waiting(world, "sme")["Offers of service to answer"] == [f"/organisations/{firm.id}"]
    assert "Offers of service to answer" not in waiting(world, "member")
    with world.read("sme") as tx:
        (offer,) = relations_of(tx.session, firm.id)
    world.do("sme", Organisation, firm.id, organisations.accept_service, relation=offer.id)
    case = casework.draft(world, "pilot")
    assert waiting(world, "adviser")["Application drafts"] == [f"/applications/{case}"]


def test_a_section_counts_also_what_it_does_not_show(world: World) -> None:
    for _number in range(MOST + 1):
        world.add_resource("more", title_zh="草稿", access_policy="open")
    with world.read("editor") as tx:
        (section,) = work_for(tx)
    assert (len(section.items), section.total) == (MOST, MOST + 2)


@pytest.mark.parametrize("who", PEOPLE)
def test_nothing_waits_that_its_reader_cannot_open(world: World, who: str) -> None:
    casework.open_review(world)
    casework.submit(world, "platform", who="sme2", firm="qinghe")
    world.do("operator", Batch, world.batches["collecting"], batches.close)
    with world.read(who) as tx:
        for section in work_for(tx):
            for item in section.items:
                _root, collection, key = item.url.split("/")
                assert COLLECTIONS[collection].get(tx, key) is not None, (section.title, item.url)
