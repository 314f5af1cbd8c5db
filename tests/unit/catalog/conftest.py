"""A catalog of its own for each test of the catalog: one SQLite file and a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.kernel.db import Base, open_engine
from catalog.kernel.transaction import Store
from catalog.models import Publisher
from catalog.vocab import Region
from tests.unit.catalog.ground import POLICY, SYSTEM, Ground

PUBLISHERS = (("xinghe", "星禾云"), ("langtu", "浪图科技"), ("office", "主管部门"))


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    """An empty catalog with two platforms and an office."""
    engine = open_engine(f"sqlite:///{tmp_path / 'catalog.db'}")
    Base.metadata.create_all(engine)
    here = Ground(Store(engine, POLICY, lambda tx, event, thing: None, lambda: here.now, SYSTEM))
    with here.store.writers() as session:
        for key, name in PUBLISHERS:
            mailbox = f"open@{key}.example"
            session.add(Publisher(id=key, name_zh=name, mailbox=mailbox, region=Region.CHINA, verified=True))
        session.commit()
    yield here
    engine.dispose()
