from zoneinfo import ZoneInfo

import pytest

from marketplace.config import ConfigError, Settings

KEY = "k" * 32


def problems(**environ):
    with pytest.raises(ConfigError) as refused:
        Settings.from_env(environ)
    return refused.value.problems


def test_development_needs_nothing_and_keeps_its_key_and_password(tmp_path):
    first = Settings.from_env({"DATA_DIR": str(tmp_path)})
    assert Settings.from_env({"DATA_DIR": str(tmp_path)}) == first
    assert first.demo_password
    assert len(first.secret_key) >= 32
    assert first.zone == ZoneInfo("Asia/Shanghai")
    assert first.database_url == f"sqlite:///{tmp_path}/marketplace.sqlite3"
    assert not first.production


def test_two_installations_share_neither_key_nor_password(tmp_path):
    one, other = (Settings.from_env({"DATA_DIR": str(tmp_path / name)}) for name in ("one", "other"))
    assert one.secret_key != other.secret_key
    assert one.demo_password != other.demo_password


def test_kept_secrets_are_read_by_their_owner_alone(tmp_path):
    Settings.from_env({"DATA_DIR": str(tmp_path)})
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {"secret-key": 0o600, "demo-password": 0o600}


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": KEY, "DEMO_PASSWORD": "x"}, "DEMO_PASSWORD"),
        ({"SECRET_KEY": KEY, "FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
        ({"SECRET_KEY": KEY, "FLASK_DEBUG": "true"}, "FLASK_DEBUG"),
    ],
)
def test_production_refuses_what_is_unsafe_and_names_it(environ, named, tmp_path):
    (line,) = problems(APP_ENV="production", DATA_DIR=str(tmp_path), **environ)
    assert named in line


def test_every_mistake_is_told_at_once(tmp_path):
    told = problems(
        APP_ENV="production", DATA_DIR=str(tmp_path), DEMO_PASSWORD="x", SITE_ZONE="Mars/Olympus", SITE_LANGUAGE="fr",
        MAIL_URL="carrier-pigeon", FLASK_DEBUG="1", DATABASE_URL="nonsense", SEARCH_URL="sphinx:",
    )  # fmt: skip
    for named in (
        "SECRET_KEY", "DEMO_PASSWORD", "SITE_ZONE", "SITE_LANGUAGE", "MAIL_URL", "FLASK_DEBUG", "DATABASE_URL", "SEARCH_URL",
    ):  # fmt: skip
        assert sum(named in line for line in told) == 1, named


def test_production_has_no_demonstration_password_and_keeps_no_secret_in_a_file(tmp_path):
    settings = Settings.from_env({"APP_ENV": "production", "SECRET_KEY": KEY, "DATA_DIR": str(tmp_path)})
    assert settings.production
    assert settings.demo_password is None
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_environment_is_refused(tmp_path):
    assert "APP_ENV" in problems(APP_ENV="staging", DATA_DIR=str(tmp_path))[0]


def test_a_folder_that_cannot_be_written_is_told_in_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    (line,) = problems(DATA_DIR=str(tmp_path / "file" / "data"))
    assert line.startswith(f"DATA_DIR {tmp_path}/file/data cannot be written: ")
