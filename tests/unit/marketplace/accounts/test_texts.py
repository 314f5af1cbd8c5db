"""What the accounts library says, it says in Chinese too."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask.testing import FlaskClient
from flask_security.core import _default_messages

from marketplace.accounts import setup
from marketplace.app import create_app
from marketplace.mails import TRANSLATIONS
from tests.world import World, csrf_token

#: Texts of what is not switched on begin with these words.
OFF = ("US_", "WEBAUTHN_", "TWO_FACTOR_", "USERNAME_", "OAUTH_", "CHANGE_EMAIL_", "REFRESH_TOKEN_", "PHONE_", "GENERIC_US_")
OFF_ALONE = {
    "CODE_HAS_BEEN_SENT",
    "FAILED_TO_SEND_CODE",
    "INVALID_CODE",
    "INVALID_LOGIN_TOKEN",
    "INVALID_PASSWORD_CODE",
    "INVALID_RECOVERY_CODE",
    "LOGIN_EMAIL_SENT",
    "LOGIN_EXPIRED",
    "NO_RECOVERY_CODES_SETUP",
    "PASSWORDLESS_LOGIN_SUCCESSFUL",
    "PASSWORD_BREACHED",
    "PASSWORD_BREACHED_SITE_ERROR",
    "USE_CODE",
}
SUBJECTS = ("EMAIL_SUBJECT_REGISTER", "EMAIL_SUBJECT_CONFIRM", "EMAIL_SUBJECT_PASSWORD_NOTICE") + (
    "EMAIL_SUBJECT_PASSWORD_CHANGE_NOTICE",
    "EMAIL_SUBJECT_PASSWORD_RESET",
)


@pytest.fixture
def catalog() -> Catalog:
    with (TRANSLATIONS / "zh" / "LC_MESSAGES" / "flask_security.po").open("rb") as file:
        return read_po(file, locale="zh")


def test_every_text_that_can_appear_is_translated(world: World, client: FlaskClient, catalog: Catalog) -> None:
    config = client.application.config
    names = [name for name in _default_messages if not name.startswith(OFF) and name not in OFF_ALONE]
    texts = [config[f"SECURITY_MSG_{name}"][0] for name in names] + [config[f"SECURITY_{name}"] for name in SUBJECTS]
    missing = [text for text in texts if text not in catalog or not catalog[text].string]
    assert missing == []
    assert [(message.id, list(message.check(catalog))) for message in catalog if list(message.check(catalog))] == []


def test_a_page_of_the_site_finds_them(world: World, catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library ships its Chinese as zh_Hans_CN and does not find it for the site's zh; ours is found."""
    folder = tmp_path / "translations" / "zh" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "flask_security.mo").open("wb") as file:
        write_mo(file, catalog)
    monkeypatch.setattr(setup, "TRANSLATIONS", tmp_path / "translations")
    client = create_app(world.runtime.settings, world.runtime).test_client()
    given = {"email": "sme@demo.example", "password": "wrong-wrong", "csrf_token": csrf_token(client, "/login?lang=zh")}
    assert "邮箱地址或密码不正确。" in client.post("/login?lang=zh", data=given).text
