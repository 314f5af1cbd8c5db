"""The handlers of the outbox: the search index and mail. Each may be called twice with the same payload without harm."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy.orm import Session, sessionmaker

from catalog.kernel.outbox import Handler
from catalog.search.indexing import index_resources
from catalog.search.port import SearchBackend
from marketplace.config import Settings

INDEX = "index"
MAIL = "mail"
BATCH_TOPICS = frozenset({INDEX})


def handlers(settings: Settings, readers: sessionmaker[Session], search: SearchBackend) -> dict[str, Handler]:
    """The handler of each topic."""
    return {INDEX: index_handler(readers, search), MAIL: mail_handler(settings)}


def index_handler(readers: sessionmaker[Session], search: SearchBackend) -> Handler:
    """Bring the named resources' entries in the index to what the database says now, whatever it was when they were owed."""

    def deliver(payloads: list[dict[str, Any]]) -> None:
        with readers() as session:
            index_resources(session, search, list(dict.fromkeys(payload["resource_id"] for payload in payloads)))

    return deliver


def mail_handler(settings: Settings) -> Handler:
    """Send mails with keys ``to``, ``subject``, ``text`` and ``key``; the same key gives the same Message-ID and file."""
    send = _transport(settings)

    def deliver(payloads: list[dict[str, Any]]) -> None:
        for payload in payloads:
            message = EmailMessage()
            message["From"] = settings.mail_from
            message["To"] = payload["to"]
            message["Subject"] = " ".join(payload["subject"].split())
            domain = settings.mail_from.partition("@")[2] or "localhost"
            message["Message-ID"] = f"<{payload['key']}@{domain}>" if payload.get("key") else make_msgid(domain=domain)
            message.set_content(payload["text"].replace("{site}", settings.site_url))
            send(message, payload.get("key") or make_msgid().strip("<>"))

    return deliver


def _transport(settings: Settings) -> Callable[[EmailMessage, str], None]:
    address = urlsplit(settings.mail_url)
    match address.scheme:
        case "file":
            folder = settings.data_dir / "mail"
            return lambda message, key: _write(folder, message, key)
        case "console":
            return lambda message, key: print(
                f"--- mail {key}\n{message['To']}: {message['Subject']}\n{message.get_content()}", flush=True
            )
        case _:
            return lambda message, key: _send(settings.mail_url, message)


def _write(folder: Path, message: EmailMessage, key: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in key)
    (folder / f"{name}.eml").write_bytes(message.as_bytes())


def _send(url: str, message: EmailMessage) -> None:
    address = urlsplit(url)
    host, port = address.hostname or "localhost", address.port or (465 if address.scheme == "smtps" else 25)
    client = smtplib.SMTP_SSL(host, port, timeout=20) if address.scheme == "smtps" else smtplib.SMTP(host, port, timeout=20)
    with client as server:
        if address.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls()
        if address.username:
            server.login(unquote(address.username), unquote(address.password or ""))
        server.send_message(message)
