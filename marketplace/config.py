"""Settings, read once from the environment; every mistake is reported at once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from catalog.kernel.errors import N_

ENVIRONMENTS = ("development", "production", "test")


class ConfigError(Exception):
    """The environment cannot be used; ``problems`` has one line for each mistake."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Settings:
    """Everything that differs from one installation to another.

    ``mail_url``: "file:" (one file a mail below ``data_dir``/mail), "console:", or "smtp://user:password@host:port"
    ("smtps://" for TLS from the start). ``demo_password`` is None where no demonstration data may appear.
    """

    env: str
    secret_key: str
    data_dir: Path
    database_url: str
    search_url: str
    site_url: str
    zone: ZoneInfo
    mail_url: str
    mail_from: str
    demo_password: str | None
    language: str = "zh"

    @property
    def production(self) -> bool:
        """Whether this is a real installation."""
        return self.env == "production"

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """The settings of this environment. Raises ConfigError naming every mistake."""
        problems: list[str] = []
        env = environ.get("APP_ENV", "development")
        if env not in ENVIRONMENTS:
            problems.append(f"APP_ENV is {env!r}; it must be one of {', '.join(ENVIRONMENTS)}")
        production = env == "production"
        data_dir = Path(environ.get("DATA_DIR", "instance")).expanduser().resolve()
        zone = environ.get("SITE_ZONE", "Asia/Shanghai")
        if zone not in available_timezones():
            problems.append(f"SITE_ZONE {zone!r} is not a time zone such as Asia/Shanghai")
            zone = "UTC"
        language = environ.get("SITE_LANGUAGE", "zh")
        if language not in ("zh", "en"):
            problems.append(f"SITE_LANGUAGE is {language!r}; it must be zh or en")
        mail_url = environ.get("MAIL_URL", "file:")
        if not mail_url.startswith(("file:", "console:", "smtp://", "smtps://")):
            problems.append("MAIL_URL must be file:, console:, smtp://user:password@host:port or smtps://…")
        database_url = environ.get("DATABASE_URL", f"sqlite:///{data_dir / 'marketplace.sqlite3'}")
        try:
            make_url(database_url)
        except ArgumentError:
            problems.append("DATABASE_URL must be an address such as sqlite:////absolute/path/marketplace.sqlite3")
        search_url = environ.get("SEARCH_URL", f"whoosh://{data_dir / 'search'}")
        if not search_url.startswith("whoosh:"):
            problems.append("SEARCH_URL must be an address such as whoosh:///absolute/folder")
        secret_key = environ.get("SECRET_KEY", "")
        demo_password: str | None = environ.get("DEMO_PASSWORD", "")
        if production:
            if len(secret_key) < 32:
                problems.append("SECRET_KEY is missing or shorter than 32 characters; production needs one of its own")
            if demo_password:
                problems.append("DEMO_PASSWORD is set; production shows no demonstration data")
            if environ.get("FLASK_DEBUG", "0").lower() not in ("", "0", "false", "no"):
                problems.append("FLASK_DEBUG is on; production does not run in debug mode")
            demo_password = None
        if problems:
            raise ConfigError(problems)
        if not production:
            secret_key = secret_key or _kept(data_dir / "secret-key", 32)
            demo_password = demo_password or _kept(data_dir / "demo-password", 6)
        port = environ.get("PORT", "8000")
        return cls(
            env=env,
            secret_key=secret_key,
            data_dir=data_dir,
            database_url=database_url,
            search_url=search_url,
            site_url=environ.get("SITE_URL", f"http://localhost:{port}").rstrip("/"),
            zone=ZoneInfo(zone),
            mail_url=mail_url,
            mail_from=environ.get("MAIL_FROM", "noreply@demo.example"),
            demo_password=demo_password,
            language=language,
        )


#: The site's name in mails and page titles.
SITE_NAME = N_("Open-Resource Scenario Marketplace")


def _kept(path: Path, size: int) -> str:
    """A random text made on the first call and kept in a file that only its owner reads."""
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        value = secrets.token_urlsafe(size)
        path.write_text(value + "\n", encoding="ascii")
    except OSError as problem:
        raise ConfigError([f"DATA_DIR {path.parent} cannot be written: {problem.strerror}"]) from None
    return value
