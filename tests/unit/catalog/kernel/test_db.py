from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.orm.exc import StaleDataError

from catalog.kernel.db import NAMING, Aggregate, Base, Coded, new_id, open_engine
from tests.unit.catalog.kernel.conftest import START, Door


class Local(DeclarativeBase):
    """Tables of this test, apart from the product's."""

    type_annotation_map = Base.type_annotation_map


class Gate(Aggregate, Local):
    __tablename__ = "gate"

    door: Mapped[Door] = mapped_column(Coded(Door), default=Door.OPEN)


@pytest.fixture
def engine(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'db.sqlite3'}")
    Local.metadata.create_all(engine)
    yield engine
    engine.dispose()


def gate(**more):
    return Gate(**{"created_at": START, "updated_at": START, **more})


def test_ids_are_random_and_fit_into_an_address():
    made = {new_id() for _ in range(1_000)}
    assert len(made) == 1_000
    assert all(len(one) == 12 and one.isalnum() and one == one.lower() for one in made)


def test_an_instant_comes_back_aware_and_in_utc_whatever_zone_it_was_given_in(engine):
    noon = datetime(2026, 5, 1, 12, tzinfo=timezone(timedelta(hours=8)))
    with Session(engine) as session:
        session.add(gate(id="a", created_at=noon))
        session.commit()
    with Session(engine) as session:
        stored = session.get(Gate, "a").created_at
    assert stored == noon
    assert stored.utcoffset() == timedelta(0)


def test_an_instant_without_a_zone_is_refused(engine):
    with Session(engine) as session, pytest.raises(StatementError, match="time zone"):
        session.add(gate(created_at=datetime(2026, 5, 1)))
        session.flush()


def test_a_term_is_stored_as_its_code_and_comes_back_as_the_member(engine):
    with Session(engine) as session:
        session.add(gate(id="a", door=Door.LOCKED))
        session.commit()
        assert session.scalar(text("SELECT door FROM gate")) == "locked"
        session.expire_all()
        assert session.get(Gate, "a").door is Door.LOCKED
        assert session.scalars(select(Gate.id).where(Gate.door.in_(["locked"]))).all() == ["a"]


def test_a_code_outside_the_vocabulary_is_refused(engine):
    with Session(engine) as session, pytest.raises(StatementError, match="ajar"):
        session.add(gate(door="ajar"))
        session.flush()


def test_the_version_counts_every_write_and_the_loser_of_a_race_is_told(engine):
    with Session(engine) as session:
        session.add(gate(id="a"))
        session.commit()
    with Session(engine, expire_on_commit=False) as slow, Session(engine) as quick:
        theirs = slow.get(Gate, "a")
        slow.commit()
        mine = quick.get(Gate, "a")
        mine.door = Door.SHUT
        quick.commit()
        assert mine.version == 2
        theirs.door = Door.LOCKED
        with pytest.raises(StaleDataError):
            slow.flush()


def test_sqlite_keeps_foreign_keys_and_waits_for_a_busy_file(engine):
    with engine.connect() as connection:
        asked = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("foreign_keys", "journal_mode", "synchronous")
        }
        assert asked == {"foreign_keys": 1, "journal_mode": "wal", "synchronous": 2}
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() >= 5_000
        connection.exec_driver_sql("CREATE TABLE part (gate_id TEXT REFERENCES gate (id))")
        with pytest.raises(IntegrityError):
            connection.exec_driver_sql("INSERT INTO part VALUES ('nothing')")


def test_a_rolled_back_transaction_leaves_nothing(engine):
    with Session(engine) as session:
        session.add(gate())
        session.flush()
        session.rollback()
    with Session(engine) as session:
        assert session.scalars(select(Gate)).all() == []


def test_constraints_are_named_so_that_a_later_step_can_change_them():
    assert Base.metadata.naming_convention == NAMING
    unnamed = [
        f"{table.name}: {constraint}"
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if not constraint.name
    ]
    assert unnamed == []
