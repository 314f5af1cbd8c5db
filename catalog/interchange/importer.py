"""Rows of a file into drafts of one publisher; the same file a second time changes nothing.

A row is recognised by its key (``source_key``, else the title). What a row gives is written; what it leaves empty stays
as it is, so an emptied cell never wipes out what somebody wrote. Defaults and assumptions only fill what is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, assert_never

from marshmallow import ValidationError
from sqlalchemy import or_, select

from catalog import rules
from catalog.content import CONTENT, ContentSchema, content_of, missing_in, plain
from catalog.interchange.mapping import KEY, assume, column_of, convert, known
from catalog.interchange.readers import Row
from catalog.interchange.report import Finding, Outcome, Report, RowResult
from catalog.kernel.errors import N_, Invalid, NotFound
from catalog.kernel.transaction import Tx
from catalog.lifecycles import RESOURCE
from catalog.models import Batch, Publisher, Resource
from catalog.permissions import P
from catalog.services import resources
from catalog.states import ResourceState
from catalog.vocab import AccessPolicy

CHUNK = 500
LONGEST_KEY = 200

UNKNOWN_COLUMN = N_("There is no field of the name “%(name)s”; the column is left out.")
UNKNOWN_DEFAULT = N_("There is no field of this name.")
NO_TITLE = N_("This row has neither a key nor a title.")
KEY_TOO_LONG = N_("The key is longer than %(max)s characters.")
KEY_TWICE = N_("Row %(row)s has the same key.")
ALREADY_SUBMITTED = N_("This entry was already submitted and says something else; it is not changed by an import.")
RETURNED = N_("This entry was returned; please hand it in again on its page.")

#: Called with how many rows are done and how many there are.
Progress = Callable[[int, int], None]

_EDITABLE = RESOURCE.named("edit")[0].frm

#: What only those resources have that take applications; a default leaves open ones alone.
_OF_APPLICATIONS = frozenset({"places", "term_days", "min_tier", "sizes"})


def _silent(done: int, total: int) -> None:
    """No progress shown."""


@dataclass
class _Prepared:
    """A row checked without the database. ``soft`` names the fields that a default or an assumption filled."""

    result: RowResult
    content: dict[str, Any] = field(default_factory=dict)
    soft: frozenset[str] = frozenset()


def read_defaults(given: Mapping[str, str]) -> dict[str, Any]:
    """Defaults by field name, checked like a row; texts as a table would hold them. Raises Invalid by field name."""
    unknown = [name for name in given if name not in CONTENT]
    if unknown:
        raise Invalid({name: [UNKNOWN_DEFAULT] for name in unknown})
    entry = convert(given)
    problems: dict[str, list[str]] = {}
    for found in entry.problems:
        problems.setdefault(found.column, []).append(found.text)
    if not problems:
        try:
            return plain(ContentSchema(only=tuple(entry.content)).load(entry.content)) if entry.content else {}
        except ValidationError as problem:
            for name, message in _messages(problem.messages):
                problems.setdefault(name, []).append(message)
    raise Invalid(problems)


def plan(
    tx: Tx,
    rows: Sequence[Row],
    publisher_id: str,
    *,
    defaults: Mapping[str, str] | None = None,
    submit_to: str | None = None,
) -> Report:
    """A rehearsal: what ``run`` would do with these rows, with every problem by row and column. Writes nothing."""
    report, prepared = _prepare(rows, defaults or {})
    publisher, batch = _permit(tx, publisher_id, submit_to)
    for part in _chunks(prepared):
        existing = _existing(tx, publisher_id, part)
        for one in part:
            resource = existing.get(one.result.key)
            _settle(one, resource)
            if batch is not None and one.result.outcome is not Outcome.PROBLEM:
                _to_submit(one, resource.state if resource else ResourceState.DRAFT, publisher)
    return report


def run(
    begin: Callable[[], AbstractContextManager[Tx]],
    rows: Sequence[Row],
    publisher_id: str,
    *,
    defaults: Mapping[str, str] | None = None,
    keep_good: bool = False,
    submit_to: str | None = None,
    progress: Progress = _silent,
) -> Report:
    """Write the rows as drafts of that publisher, and submit what is complete to the batch with the id ``submit_to``.

    ``begin()`` opens a writing transaction of the actor. Everything goes into one, and any problem keeps the whole file
    out; with ``keep_good`` the good rows are written, 500 to a transaction. Submission asks for more rights than
    drafting and for an open window: without them NotAllowed or BatchClosed is raised and nothing of the transaction at
    hand stays.
    """
    report, prepared = _prepare(rows, defaults or {})
    done = 0
    for part in _chunks(prepared) if keep_good else [prepared]:
        with begin() as tx:
            publisher, batch = _permit(tx, publisher_id, submit_to)
            existing = _existing(tx, publisher_id, part)
            for one in part:
                _settle(one, existing.get(one.result.key))
            if report.problems and not keep_good:
                break
            tx.foresee("resource", {resource.id for resource in existing.values()})
            for one in part:
                _write(tx, one, existing.get(one.result.key), publisher, batch)
                done += 1
                progress(done, len(prepared))
            _tell_batch(tx, batch, publisher, sum(one.result.submitted for one in part))
        report.written = True
    return report


def _permit(tx: Tx, publisher_id: str, submit_to: str | None) -> tuple[Publisher, Batch | None]:
    """Ask before the first row what every row will need: the services ask again."""
    publisher = tx.session.get(Publisher, publisher_id)
    if publisher is None:
        raise NotFound
    draft = Resource(publisher_id=publisher_id)
    tx.require(P.RESOURCE_CREATE, draft)
    if submit_to is None:
        return publisher, None
    tx.require(P.RESOURCE_SUBMIT, draft)
    if not publisher.verified:
        raise rules.NotVerified
    batch = tx.get(Batch, submit_to, P.BATCH_READ)
    rules.takes_submissions(tx, batch)
    return publisher, batch


def _chunks(prepared: list[_Prepared]) -> Iterator[list[_Prepared]]:
    for start in range(0, len(prepared), CHUNK):
        yield prepared[start : start + CHUNK]


# -- without the database --------------------------------------------------------------------------------------------


def _prepare(rows: Sequence[Row], defaults: Mapping[str, str]) -> tuple[Report, list[_Prepared]]:
    filling = read_defaults(defaults)
    report = Report()
    schema = ContentSchema()
    first_with: dict[str, int] = {}
    told: set[str] = set()
    prepared = []
    for row in rows:
        one = _Prepared(RowResult(row.number, problems=list(row.problems)))
        report.rows.append(one.result)
        prepared.append(one)
        values = {column_of(name): value for name, value in row.values.items()}
        for name in values:
            if not known(name) and name not in told:
                told.add(name)
                one.result.warnings.append(Finding(name, UNKNOWN_COLUMN, {"name": name}))
        # A row that could not be read has told its problem; more would only be noise.
        if not row.problems:
            _fill(one, values, filling, schema)
            _check_key(one, first_with)
        if not one.result.problems:
            report.filled.update(one.soft)
    return report, prepared


def _fill(one: _Prepared, values: dict[str, Any], filling: Mapping[str, Any], schema: ContentSchema) -> None:
    entry = convert(values)
    result = one.result
    given = entry.content
    result.problems += entry.problems
    result.warnings += entry.warnings
    policy = given.get("access_policy") or filling.get("access_policy") or assume(entry).get("access_policy")
    soft = {
        name: value
        for name, value in (assume(entry) | filling).items()
        if name not in given and not (policy == AccessPolicy.OPEN and name in _OF_APPLICATIONS)
    }
    result.title = given.get("title_zh") or given.get("title_en") or ""
    result.key = entry.key or (f"title:{result.title}"[:LONGEST_KEY] if result.title else "")
    try:
        one.content = plain({name: value for name, value in schema.load(soft | given).items() if name in soft or name in given})
    except ValidationError as problem:
        told = {finding.column for finding in result.problems}
        for name, message in _messages(problem.messages):
            column = entry.origin.get(name, name)
            if column not in told:
                result.problems.append(Finding(column, message))
    one.soft = frozenset(soft)


def _check_key(one: _Prepared, first_with: dict[str, int]) -> None:
    result = one.result
    if not result.key:
        result.problems.append(Finding("", NO_TITLE))
    elif len(result.key) > LONGEST_KEY:
        result.problems.append(Finding(KEY, KEY_TOO_LONG, {"max": LONGEST_KEY}))
    elif result.key in first_with:
        result.problems.append(Finding(KEY, KEY_TWICE, {"row": first_with[result.key]}))
    else:
        first_with[result.key] = result.number


def _messages(messages: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """(field, message) of a ValidationError, each once; what stands within a field is told at the field."""
    if isinstance(messages, Mapping):
        seen = set()
        for inner_name, inner in messages.items():
            for found in _messages(inner, name or str(inner_name)):
                if found not in seen:
                    seen.add(found)
                    yield found
    else:
        for message in messages:
            yield name, str(message)


# -- with the database -----------------------------------------------------------------------------------------------


def _existing(tx: Tx, publisher_id: str, part: list[_Prepared]) -> dict[str, Resource]:
    """The publisher's resources by the keys of these rows; an id counts as a key where no source key is the same."""
    keys = [one.result.key for one in part if one.result.key]
    found: dict[str, Resource] = {}
    for start in range(0, len(keys), CHUNK):
        some = keys[start : start + CHUNK]
        query = select(Resource).where(
            Resource.publisher_id == publisher_id, or_(Resource.source_key.in_(some), Resource.id.in_(some))
        )
        for resource in tx.session.scalars(query).unique():
            found.setdefault(resource.id, resource)
            if resource.source_key:
                found[resource.source_key] = resource
    return found


def _settle(one: _Prepared, resource: Resource | None) -> None:
    """Decide what becomes of a row, and merge its content into what the resource says now."""
    result = one.result
    if result.problems:
        result.outcome = Outcome.PROBLEM
        return
    if resource is None:
        result.outcome = Outcome.CREATED
        return
    result.resource_id = resource.id
    before = content_of(resource)
    one.content = before | {name: value for name, value in one.content.items() if not (name in one.soft and before[name])}
    if one.content == before:
        result.outcome = Outcome.UNCHANGED
    elif resource.state in _EDITABLE:
        result.outcome = Outcome.UPDATED
    else:
        result.outcome = Outcome.PROBLEM
        result.problems.append(Finding("", ALREADY_SUBMITTED))


def _write(tx: Tx, one: _Prepared, resource: Resource | None, publisher: Publisher, batch: Batch | None) -> None:
    result = one.result
    match result.outcome:
        case Outcome.PROBLEM:
            return
        case Outcome.CREATED:
            resource = resources.create_resource(tx, publisher_id=publisher.id, source_key=result.key, **one.content)
            result.resource_id = resource.id
        case Outcome.UPDATED:
            resources.edit(tx, resource, **one.content)
        case Outcome.UNCHANGED:
            pass
        case _:
            assert_never(result.outcome)
    if batch is not None and _to_submit(one, resource.state, publisher):
        resources.submit(tx, resource, batch=batch.id, in_bulk=True)


def _to_submit(one: _Prepared, state: ResourceState, publisher: Publisher) -> bool:
    """Whether this row is to be submitted; says what is missing where it is not complete."""
    result = one.result
    if state is ResourceState.RETURNED:
        result.warnings.append(Finding("", RETURNED))
    if state is not ResourceState.DRAFT:
        return False
    result.missing = missing_in(one.content, publisher.mailbox)
    result.submitted = not result.missing
    return result.submitted


def _tell_batch(tx: Tx, batch: Batch | None, publisher: Publisher, entries: int) -> None:
    """One event for all that were submitted, so that the office is told once and not a thousand times."""
    if batch is not None and entries:
        role = tx.role_for(P.RESOURCE_SUBMIT, Resource(publisher_id=publisher.id))
        changes = {"entries": entries, "publisher_ids": [publisher.id]}
        tx.record("batch", batch, "receive", changes=changes, role=role)
