"""The demonstration without ids and times: what two loads must have in common."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.kernel.db import Base
from catalog.kernel.events import Event
from catalog.models import Batch, Resource
from marketplace.models import (
    Application,
    Grant,
    Notification,
    Organisation,
    Pilot,
    Review,
    ServiceRelation,
    ServiceScenario,
    Showcase,
    User,
)
from marketplace.runtime import Runtime, build_runtime
from marketplace.seeding import load
from tests.conftest import settings_in


def loaded(folder: Path, settings: Any) -> Runtime:
    """The demonstration in that folder, with everything delivered."""
    runtime = build_runtime(settings)
    Base.metadata.create_all(runtime.store.engine)
    assert load(runtime) is True
    runtime.drain()
    return runtime


def portrait(session: Session) -> dict[str, list[Any]]:
    """Every kind of thing as sorted rows of what does not differ from day to day."""

    def rows(model: type[Any], *of: Any) -> list[Any]:
        return sorted([read(thing) for read in of] for thing in session.scalars(select(model)).unique())

    def items(case: Application) -> list[Any]:
        return sorted(
            [item.resource.source_key, item.outcome.value, item.reason, item.reserved] for item in case.items
        )

    def parts(review: Review) -> list[Any]:
        return sorted(
            [part.reviewer.email, part.state.value, sorted(part.scores.items()), part.comment]
            for part in review.assignments
        )

    def count(*columns: Any) -> list[Any]:
        return sorted([*map(str, row)] for row in session.execute(select(*columns, func.count()).group_by(*columns)))

    title = lambda thing: thing.title  # noqa: E731
    state = lambda thing: thing.state.value  # noqa: E731
    return {
        "users": rows(User, lambda user: user.email, lambda user: user.name),
        "organisations": rows(Organisation, lambda it: it.name_zh, lambda it: it.kinds, state, lambda it: it.reason),
        "services": rows(
            ServiceRelation, lambda it: it.service_platform.name_zh, lambda it: it.enterprise.name_zh, state
        ),
        "batches": rows(Batch, lambda it: it.number, state, lambda it: it.title_zh),
        "resources": rows(
            Resource,
            lambda it: it.source_key,
            state,
            lambda it: it.batch.number if it.batch else 0,
            lambda it: it.taken,
            lambda it: it.revision,
        ),
        "applications": rows(Application, title, state, lambda it: it.policy.value, lambda it: it.reason, items),
        "reviews": rows(Review, lambda it: it.application.title, state, lambda it: it.reason, parts),
        "grants": rows(Grant, lambda it: it.resource.source_key, lambda it: it.holder.name_zh, state),
        "pilots": rows(
            Pilot,
            title,
            state,
            lambda it: it.result,
            lambda it: it.reason,
            lambda it: [report.text for report in it.reports],
        ),
        "scenarios": rows(
            ServiceScenario, lambda it: it.title_zh, state, lambda it: sorted(one.source_key for one in it.resources)
        ),
        "showcases": rows(
            Showcase, lambda it: it.pilot.title, state, lambda it: sorted(one.firm.name_zh for one in it.replications)
        ),
        "events": count(Event.thing, Event.name, Event.frm, Event.to, Event.role),
        "notifications": count(Notification.thing, Notification.text),
    }


def main(folder: Path) -> None:
    """Load into that folder and print the portrait as JSON."""
    runtime = loaded(folder, settings_in(folder))
    with runtime.store.readers() as session:
        print(json.dumps(portrait(session), ensure_ascii=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
