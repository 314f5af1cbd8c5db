import pytest
from sqlalchemy import create_engine, inspect, text

from catalog.kernel.db import Base, open_engine
from marketplace import migration


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'migrated.sqlite3'}"


def schema(url):
    """Everything that tells two databases apart, in an order of its own; the history's own table left out."""
    engine = create_engine(url)
    asked = inspect(engine)
    found = {}
    for table in sorted(set(asked.get_table_names()) - {"alembic_version"}):
        found[table] = {
            "columns": [
                (c["name"], str(c["type"]), c["nullable"], c["default"], c["primary_key"]) for c in asked.get_columns(table)
            ],
            "keys": sorted((k["name"], k["constrained_columns"], k["referred_table"]) for k in asked.get_foreign_keys(table)),
            "unique": sorted((u["name"], u["column_names"]) for u in asked.get_unique_constraints(table)),
            "checks": sorted((c["name"], c["sqltext"]) for c in asked.get_check_constraints(table)),
            "indexes": sorted(
                (i["name"], i["column_names"], bool(i["unique"]), str(i["dialect_options"].get("sqlite_where", "")))
                for i in asked.get_indexes(table)
            ),
        }
    engine.dispose()
    return found


def test_the_steps_lead_to_exactly_what_the_models_say(url, tmp_path):
    migration.upgrade(url)
    assert migration.differences(url) == []
    modelled = f"sqlite:///{tmp_path / 'modelled.sqlite3'}"
    engine = open_engine(modelled)
    Base.metadata.create_all(engine)
    engine.dispose()
    assert schema(url) == schema(modelled)


def test_a_missing_step_is_told(url):
    migration.upgrade(url)
    migration.downgrade(url, "-1")
    assert migration.differences(url)[0].startswith("the database is at step")


def test_a_difference_is_told(url):
    migration.upgrade(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE batch ADD COLUMN colour TEXT"))
    engine.dispose()
    assert len(migration.differences(url)) == 1
    assert "colour" in migration.differences(url)[0]


def test_upgrading_twice_changes_nothing(url):
    migration.upgrade(url)
    before = schema(url)
    migration.upgrade(url)
    assert schema(url) == before


def test_all_steps_can_be_taken_back_and_played_again(url):
    migration.upgrade(url)
    before = schema(url)
    migration.downgrade(url, "base")
    assert schema(url) == {}
    migration.upgrade(url)
    assert schema(url) == before


def test_the_steps_can_be_taken_back_from_a_filled_database(url):
    migration.upgrade(url)
    engine = open_engine(url)
    fill(engine)
    engine.dispose()
    migration.upgrade(url)
    migration.downgrade(url, "base")
    assert schema(url) == {}
    migration.upgrade(url)
    assert migration.differences(url) == []


def fill(engine):
    from tests.architecture.generated import World

    World(engine, seed=1)


def test_the_steps_need_no_working_directory(url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    migration.upgrade(url)
    assert migration.differences(url) == []


def test_a_step_that_would_leave_rows_pointing_to_nothing_is_rolled_back(url):
    migration.upgrade(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("PRAGMA foreign_keys=OFF"))
        connection.execute(text("INSERT INTO security_role_user (user_id, role_id) VALUES ('nobody', 'nothing')"))
    engine.dispose()
    with pytest.raises(migration.BrokenReferences, match="security_role_user"):
        migration.upgrade(url)
