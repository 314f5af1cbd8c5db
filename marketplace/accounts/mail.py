"""The accounts library's mails, sent by our outbox, and what counts as a mail address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response, after_this_request, current_app, has_request_context
from flask_babel import gettext
from flask_security.mail_util import EmailValidateException, MailUtil
from flask_security.utils import get_message
from sqlalchemy.orm import Session, scoped_session

from catalog.kernel.db import new_id
from catalog.kernel.errors import N_
from catalog.kernel.outbox import OutboxRow
from marketplace.accounts.throttle import Throttle
from marketplace.config import SITE_NAME
from marketplace.deliveries import MAIL

#: Links in mails lead to the configured site, never to the host that a request named. The worker puts the address in.
SITE = "{site}"
#: So many mails of this kind go to one address within the throttle's window, whoever asks for them.
MOST_MAILS = 5

_AUTOMATIC = N_("This message was sent automatically. Please do not answer it.")


def mail_util(session: scoped_session[Session], clock: Callable[[], datetime]) -> type[MailUtil]:
    """A mail utility for the library that owes each mail in the library's own transaction."""
    throttle = Throttle(clock, MOST_MAILS)

    class OutboxMail(MailUtil):
        """Mails by the outbox; addresses in small letters, so that one person has one account."""

        def normalize(self, email: str) -> str:
            return str(super().normalize(email)).lower()

        def validate(self, email: str) -> str:
            address = str(super().validate(email)).lower()
            if "." not in address.rpartition("@")[2] or len(address) > 254:
                raise EmailValidateException(get_message("INVALID_EMAIL_ADDRESS")[0])
            return address

        def send_mail(
            self, template: str, subject: str, recipient: Any, sender: Any, body: str | None, html: str | None, **kwargs: Any
        ) -> None:
            if throttle.wait((recipient, MAIL)) is not None:
                current_app.logger.warning("a mail to one address was left out: too many in a short time")
                return
            throttle.note((recipient, MAIL))
            site = gettext(SITE_NAME)
            text = "\n".join([(body or "").strip(), "", "-- ", site, gettext(_AUTOMATIC), ""])
            payload = {"to": recipient, "key": new_id(), "subject": f"[{site}] {subject}", "text": text}
            session.add(OutboxRow(topic=MAIL, payload=payload, due_at=clock()))
            if has_request_context():
                # Not every view of the library commits after it has sent a mail.
                after_this_request(commit)

    def commit(response: Response) -> Response:
        session.commit()
        return response

    return OutboxMail
