"""Rows into drafts: each row lands or says why not, twice is once, and a rehearsal writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from sqlalchemy import func, select

from catalog.content import MAILBOX_NEEDED, content_of
from catalog.interchange import importer
from catalog.interchange.importer import plan, read_defaults, run
from catalog.interchange.readers import BAD_JSON, Row, read
from catalog.interchange.report import Outcome, Report
from catalog.kernel.errors import Invalid, NotAllowed, NotFound
from catalog.kernel.events import Event
from catalog.kernel.fields import NOT_A_CHOICE, REQUIRED
from catalog.kernel.transaction import Tx
from catalog.models import Publisher, Resource
from catalog.rules import BatchClosed, NotVerified
from catalog.services import batches, resources
from catalog.states import ResourceState
from tests.unit.catalog.ground import DAY, MANAGER, OPERATOR, Ground

WHOLE: dict[str, Any] = {
    "id": "geo-1",
    "name": "GEO",
    "description": "Maps of all. More.",
    "organization": "X",
    "region": "us-east-1",
    "category": None,
    "url": "https://a.example/geo",
    "licence": "CC BY 4.0",
    "tags": ["solar"],
    "kind": "dataset",
    "lang": "en",
}
FREE = {"price": "free"}


def _rows(*values: dict[str, Any]) -> list[Row]:
    return [Row(number, one) for number, one in enumerate(values, start=1)]


def _begin(ground: Ground) -> Callable[[], AbstractContextManager[Tx]]:
    return lambda: ground.as_(MANAGER)


def _import(ground: Ground, *values: dict[str, Any], **options: Any) -> Report:
    return run(_begin(ground), _rows(*values), "xinghe", **{"defaults": FREE} | options)


def _stored(ground: Ground) -> list[Resource]:
    with ground.reading() as tx:
        return list(tx.session.scalars(select(Resource).order_by(Resource.source_key)).unique())


def _events(ground: Ground) -> int:
    with ground.reading() as tx:
        return tx.session.scalar(select(func.count()).select_from(Event)) or 0


def _outcomes(report: Report) -> list[str]:
    return [row.outcome.value for row in report.rows]


def _problems(report: Report) -> list[list[tuple[str, str]]]:
    return [[(found.column, found.message) for found in row.problems] for row in report.rows]


def test_a_row_becomes_a_draft_of_the_publisher(ground: Ground) -> None:
    report = _import(ground, WHOLE)
    (draft,) = _stored(ground)
    assert (draft.state, draft.publisher_id, draft.source_key) == (ResourceState.DRAFT, "xinghe", "geo-1")
    assert {name: value for name, value in content_of(draft).items() if value not in (None, "", [], {})} == {
        "kind": "dataset",
        "access_policy": "open",
        "title_en": "GEO",
        "summary_en": "Maps of all. More.",
        "description_en": "Maps of all. More.",
        "industries": ["D"],
        "regions": ["100000"],
        "licence": "cc-by-4.0",
        "tags": ["solar", "us-east-1"],
        "provider": "X",
        "url": "https://a.example/geo",
        "price": "free",
    }
    (row,) = report.rows
    assert (row.number, row.key, row.title, row.outcome, row.resource_id) == (1, "geo-1", "GEO", Outcome.CREATED, draft.id)
    assert report.written


def test_what_was_filled_in_is_counted_by_field_in_the_good_rows(ground: Ground) -> None:
    report = _import(
        ground,
        WHOLE,
        {**WHOLE, "id": "geo-2", "price": "paid", "industries": "A"},
        {**WHOLE, "id": "geo-3", "url": "TBD"},
    )
    assert report.filled == {"access_policy": 2, "industries": 1, "price": 1}


def test_the_same_file_again_changes_nothing(ground: Ground) -> None:
    file = [WHOLE, {"name": "without a key", "kind": "tool", "access_policy": "pilot"}]
    _import(ground, *file)
    before = [(one.id, one.version) for one in _stored(ground)], _events(ground)
    assert _outcomes(_import(ground, *file)) == ["unchanged", "unchanged"]
    assert ([(one.id, one.version) for one in _stored(ground)], _events(ground)) == before


def test_a_draft_whose_row_says_something_else_is_updated(ground: Ground) -> None:
    _import(ground, WHOLE)
    assert _outcomes(_import(ground, {**WHOLE, "name": "GEO 2"})) == ["updated"]
    (draft,) = _stored(ground)
    assert draft.title_en == "GEO 2"
    assert ground.names(draft) == ["create", "edit"]


def test_what_a_row_leaves_empty_stays_as_somebody_wrote_it(ground: Ground) -> None:
    _import(ground, WHOLE)
    (draft,) = _stored(ground)
    ground.do(MANAGER, resources.edit, draft, mailbox="maps@xinghe.example", price="paid", places=3)
    assert _outcomes(_import(ground, {**WHOLE, "mailbox": "", "organization": None})) == ["unchanged"]
    (draft,) = _stored(ground)
    assert (draft.mailbox, draft.price, draft.places, draft.provider) == ("maps@xinghe.example", "paid", 3, "X")


def test_a_resource_made_by_hand_is_known_by_its_id(ground: Ground) -> None:
    draft = ground.draft()
    assert _outcomes(_import(ground, {"source_key": draft.id, "kind": "tool", "access_policy": "pilot"})) == ["updated"]
    assert [one.id for one in _stored(ground)] == [draft.id]


def test_another_publishers_key_is_not_in_the_way(ground: Ground) -> None:
    ground.draft("langtu", source_key="geo-1")
    assert _outcomes(_import(ground, WHOLE)) == ["created"]


def test_any_problem_keeps_the_whole_file_out(ground: Ground) -> None:
    report = _import(ground, WHOLE, {**WHOLE, "id": "geo-2", "url": "TBD"})
    assert (_outcomes(report), report.written, _stored(ground)) == (["created", "problem"], False, [])


def test_the_good_rows_are_kept_on_request_in_transactions_of_some(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importer, "CHUNK", 2)
    file = [{**WHOLE, "id": f"geo-{number}", "url": "TBD" if number == 2 else "https://a.example"} for number in range(5)]
    seen: list[tuple[int, int]] = []
    opened = 0

    def begin() -> AbstractContextManager[Tx]:
        nonlocal opened
        opened += 1
        return ground.as_(MANAGER)

    progress = lambda done, total: seen.append((done, total))  # noqa: E731
    report = run(begin, _rows(*file), "xinghe", defaults=FREE, keep_good=True, progress=progress)
    assert _outcomes(report) == ["created", "created", "problem", "created", "created"]
    assert [one.source_key for one in _stored(ground)] == ["geo-0", "geo-1", "geo-3", "geo-4"]
    assert (opened, seen[0], seen[-1], report.written) == (3, (1, 5), (5, 5), True)


PROBLEMS: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"kind": None}, [("kind", REQUIRED)]),
    ({"kind": "gadget"}, [("kind", NOT_A_CHOICE)]),
    ({"url": None}, [("access_policy", REQUIRED)]),
    ({"url": "TBD"}, [("url", importer.convert({"url": "TBD"}).problems[0].message)]),
    ({"url": "http://under_score.example/"}, [("url", "Please enter an address that begins with https:// or http://.")]),
    ({"name": "x" * 201}, [("name", "Please use at most 200 characters.")]),
    ({"tags": ["x" * 61, "y" * 61]}, [("tags", "Please use at most 60 characters.")]),
    ({"places": "many"}, [("places", "Please enter a whole number.")]),
    ({"mailbox": "nobody"}, [("mailbox", "Please enter a mail address such as open@firm.example.")]),
    ({"transparency": {"secret": "x"}}, [("transparency", NOT_A_CHOICE)]),
    ({"id": "", "name": "", "description": ""}, [("", importer.NO_TITLE)]),
    ({"id": "k" * 201}, [("source_key", importer.KEY_TOO_LONG)]),
]


@pytest.mark.parametrize(("change", "problems"), PROBLEMS)
def test_a_problem_is_told_at_the_column_of_the_file(
    ground: Ground, change: dict[str, Any], problems: list[tuple[str, str]]
) -> None:
    assert _problems(_import(ground, {**WHOLE, **change})) == [problems]


def test_every_problem_of_a_row_is_told_at_once(ground: Ground) -> None:
    (told,) = _problems(_import(ground, {**WHOLE, "kind": "gadget", "url": "TBD", "places": "many"}))
    assert [column for column, _message in told] == ["kind", "url", "places"]


def test_a_malformed_line_is_told_alone(ground: Ground) -> None:
    report = run(_begin(ground), read(b'{"name":', "x.jsonl"), "xinghe")
    assert _problems(report) == [[("", BAD_JSON)]]


def test_a_key_that_comes_twice_in_a_file_is_a_problem_of_the_second_row(ground: Ground) -> None:
    report = _import(ground, WHOLE, {**WHOLE, "name": "another"}, keep_good=True)
    assert _problems(report) == [[], [("source_key", importer.KEY_TWICE)]]
    assert report.rows[1].problems[0].text == "Row 1 has the same key."
    assert [one.title_en for one in _stored(ground)] == ["GEO"]


def test_a_column_without_a_field_is_told_once_and_does_not_stop_the_row(ground: Ground) -> None:
    report = _import(ground, {**WHOLE, "colour": "red"}, {**WHOLE, "id": "geo-2", "colour": "blue"})
    assert [[found.message for found in row.warnings] for row in report.rows] == [[importer.UNKNOWN_COLUMN], []]
    assert _outcomes(report) == ["created", "created"]


# -- defaults --------------------------------------------------------------------------------------------------------


def test_a_default_fills_what_is_empty_before_anything_is_assumed(ground: Ground) -> None:
    defaults = {**FREE, "access_policy": "登记开放", "industries": "C", "term_days": "180", "licence": "MIT"}
    _import(ground, WHOLE, defaults=defaults)
    (draft,) = _stored(ground)
    assert (draft.access_policy, draft.industries, draft.term_days) == ("registered", ["C"], 180)
    assert draft.licence == "cc-by-4.0"


def test_defaults_for_those_that_take_applications_leave_open_ones_alone(ground: Ground) -> None:
    report = _import(ground, WHOLE, defaults={**FREE, "term_days": "180", "places": "3"})
    (draft,) = _stored(ground)
    assert (draft.term_days, draft.places) == (None, None)
    assert "term_days" not in report.filled


def test_another_default_does_not_undo_what_stands_there(ground: Ground) -> None:
    _import(ground, WHOLE)
    assert _outcomes(_import(ground, WHOLE, defaults={"price": "paid"})) == ["unchanged"]


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"colour": "red"}, {"colour"}),
        ({"name": "red"}, {"name"}),
        ({"price": "cheap"}, {"price"}),
        ({"term_days": "0", "price": "free"}, {"term_days"}),
        ({"url": "TBD"}, {"url"}),
    ],
)
def test_a_default_that_is_no_value_of_its_field_is_refused(given: dict[str, str], names: set[str]) -> None:
    with pytest.raises(Invalid) as refused:
        read_defaults(given)
    assert set(refused.value.fields) == names


def test_defaults_are_read_like_cells() -> None:
    given = {"licence": "CC BY 4.0", "price": "免费", "industries": "C, J", "term_days": "180"}
    assert read_defaults(given) == {"licence": "cc-by-4.0", "price": "free", "industries": ["C", "J"], "term_days": 180}


# -- submission ------------------------------------------------------------------------------------------------------


def test_what_is_complete_is_submitted_and_the_rest_says_what_is_missing(ground: Ground) -> None:
    batch = ground.batch()
    report = _import(ground, WHOLE, {**WHOLE, "id": "geo-2", "licence": ""}, submit_to=batch.id)
    assert [(one.source_key, one.state, one.batch_id) for one in _stored(ground)] == [
        ("geo-1", ResourceState.SUBMITTED, batch.id),
        ("geo-2", ResourceState.DRAFT, None),
    ]
    assert [row.submitted for row in report.rows] == [True, False]
    assert [row.missing for row in report.rows] == [{}, {"licence": [REQUIRED]}]
    assert (report.submitted, report.incomplete) == (1, [report.rows[1]])


def test_what_is_submitted_at_once_is_one_event_of_the_batch(ground: Ground) -> None:
    batch = ground.batch()
    _import(ground, WHOLE, {**WHOLE, "id": "geo-2"}, {**WHOLE, "id": "geo-3", "licence": ""}, submit_to=batch.id)
    (received,) = [event for event in ground.events(batch) if event.name == "receive"]
    assert (received.changes, received.actor) == ({"entries": 2, "publisher_ids": ["xinghe"]}, "manager")
    for entry in _stored(ground)[:2]:
        assert ground.events(entry)[-1].changes == {"batch": batch.id, "in_bulk": True}


def test_a_contact_mailbox_is_asked_for_where_the_publisher_has_none(ground: Ground) -> None:
    batch = ground.batch()
    with ground.store.writers() as session:
        session.get_one(Publisher, "xinghe").mailbox = ""
        session.commit()
    assert _import(ground, WHOLE, submit_to=batch.id).rows[0].missing == {"mailbox": [MAILBOX_NEEDED]}


def test_the_same_file_submitted_again_changes_nothing(ground: Ground) -> None:
    batch = ground.batch()
    _import(ground, WHOLE, submit_to=batch.id)
    before = _events(ground)
    report = _import(ground, WHOLE, submit_to=batch.id)
    assert (_outcomes(report), report.submitted, _events(ground)) == (["unchanged"], 0, before)


def test_a_draft_that_stands_unchanged_is_submitted_all_the_same(ground: Ground) -> None:
    batch = ground.batch()
    _import(ground, WHOLE)
    report = _import(ground, WHOLE, submit_to=batch.id)
    assert (_outcomes(report), report.submitted) == (["unchanged"], 1)
    assert _stored(ground)[0].state is ResourceState.SUBMITTED


def test_an_entry_that_was_submitted_is_not_changed_by_a_file(ground: Ground) -> None:
    batch = ground.batch()
    _import(ground, WHOLE, submit_to=batch.id)
    report = _import(ground, {**WHOLE, "name": "GEO 2"}, keep_good=True)
    assert _problems(report) == [[("", importer.ALREADY_SUBMITTED)]]
    assert _stored(ground)[0].title_en == "GEO"


def test_a_returned_entry_takes_the_change_and_is_handed_in_by_hand(ground: Ground) -> None:
    batch = ground.batch()
    _import(ground, WHOLE, submit_to=batch.id)
    (entry,) = _stored(ground)
    ground.do(OPERATOR, resources.return_, entry, remarks={"title_en": "Which one?"})
    report = _import(ground, {**WHOLE, "name": "GEO 2"}, submit_to=batch.id)
    assert (_outcomes(report), report.submitted) == (["updated"], 0)
    assert [found.message for found in report.rows[0].warnings] == [importer.RETURNED]
    assert _stored(ground)[0].state is ResourceState.RETURNED


def test_the_window_holds_for_files_too(ground: Ground) -> None:
    batch = ground.batch()
    ground.now = batch.closes_at + DAY
    with pytest.raises(BatchClosed):
        _import(ground, WHOLE, submit_to=batch.id)
    assert _stored(ground) == []


def test_a_closed_batch_takes_no_file(ground: Ground) -> None:
    batch = ground.batch()
    ground.do(OPERATOR, batches.close, batch)
    with pytest.raises(BatchClosed):
        _import(ground, WHOLE, submit_to=batch.id)


def test_an_unverified_publisher_drafts_and_submits_nothing(ground: Ground) -> None:
    batch = ground.batch()
    with ground.store.writers() as session:
        session.get_one(Publisher, "xinghe").verified = False
        session.commit()
    assert _outcomes(_import(ground, WHOLE)) == ["created"]
    with pytest.raises(NotVerified):
        _import(ground, WHOLE, submit_to=batch.id)


def test_who_may_not_draft_may_not_import_nor_rehearse(ground: Ground) -> None:
    with pytest.raises(NotAllowed):
        run(lambda: ground.as_(OPERATOR), _rows(WHOLE), "xinghe")
    with pytest.raises(NotAllowed), ground.store.read(OPERATOR) as tx:
        plan(tx, _rows(WHOLE), "xinghe")
    with pytest.raises(NotFound):
        run(_begin(ground), _rows(WHOLE), "nobody")


# -- the rehearsal ---------------------------------------------------------------------------------------------------


def test_a_rehearsal_says_what_the_run_will_say_and_writes_nothing(ground: Ground) -> None:
    batch = ground.batch()
    _import(ground, WHOLE)
    file = _rows(
        {**WHOLE, "name": "GEO 2"},
        {**WHOLE, "id": "geo-2"},
        {**WHOLE, "id": "geo-3", "licence": ""},
        {**WHOLE, "id": "geo-4", "url": "TBD"},
        {**WHOLE, "id": "geo-2"},
    )
    before = _events(ground), [content_of(one) for one in _stored(ground)]
    with ground.store.read(MANAGER) as tx:
        rehearsed = plan(tx, file, "xinghe", defaults=FREE, submit_to=batch.id)
        assert not tx.session.new and not tx.session.dirty
    assert (_events(ground), [content_of(one) for one in _stored(ground)]) == before
    assert not rehearsed.written
    done = run(_begin(ground), file, "xinghe", defaults=FREE, submit_to=batch.id, keep_good=True)
    for row in done.rows:
        row.resource_id = None
    for row in rehearsed.rows:
        row.resource_id = None
    assert rehearsed.rows == done.rows
    assert rehearsed.filled == done.filled
    assert _outcomes(done) == ["updated", "created", "created", "problem", "problem"]


def test_a_rehearsal_asks_for_the_window_and_the_verification_too(ground: Ground) -> None:
    closed, batch = ground.batch(), ground.batch()
    ground.do(OPERATOR, batches.close, closed)
    with pytest.raises(BatchClosed), ground.store.read(MANAGER) as tx:
        plan(tx, _rows(WHOLE), "xinghe", submit_to=closed.id)
    with ground.store.writers() as session:
        session.get_one(Publisher, "xinghe").verified = False
        session.commit()
    with pytest.raises(NotVerified), ground.store.read(MANAGER) as tx:
        plan(tx, _rows(WHOLE), "xinghe", submit_to=batch.id)


def test_an_empty_file_is_no_problem(ground: Ground) -> None:
    report = _import(ground)
    assert (report.rows, report.written) == ([], True)
