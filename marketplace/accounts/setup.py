"""Sign-in, registration and passwords: Flask-Security wired to our tables, mails, texts and look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask import session as cookie
from flask_login import user_logged_in
from flask_security import Security, SQLAlchemySessionUserDatastore
from flask_security.signals import password_changed, password_reset, user_confirmed, user_registered
from flask_security.utils import uia_email_mapper
from sqlalchemy.orm import Session, scoped_session

from catalog.kernel.transaction import Store, Tx
from marketplace.accounts.forms import SHORTEST_PASSWORD, Registration, SignIn, sheet
from marketplace.accounts.mail import SITE, mail_util
from marketplace.accounts.passwords import NORMAL_FORM, OPTIONS, SCHEMES
from marketplace.accounts.session import open_session
from marketplace.accounts.throttle import Throttle
from marketplace.actor import Actor
from marketplace.http.context import language
from marketplace.mails import TRANSLATIONS
from marketplace.models import SecurityRole, User
from marketplace.reactions import react
from marketplace.runtime import Runtime

#: The library's views. They show nothing but the visitor's own account, so no permission of the table guards them.
ENDPOINTS = frozenset(
    f"security.{name}"
    for name in (
        "login",
        "logout",
        "register",
        "forgot_password",
        "reset_password",
        "change_password",
        "send_confirmation",
        "confirm_email",
    )
)

#: So many passwords may be tried in vain for one account from one address within the throttle's window.
MOST_FAILURES = 10

#: Texts of the library that we say otherwise; like all of its texts they are translated in flask_security.po, so no N_ here.
TEXTS = {
    "EMAIL_SUBJECT_REGISTER": "Please confirm your mail address",
    "EMAIL_SUBJECT_CONFIRM": "Please confirm your mail address",
    "MSG_GENERIC_AUTHN_FAILED": ("The mail address or the password is not right.", "error"),
    "MSG_CONFIRMATION_REQUIRED": (
        "Please confirm your mail address first: open the link in the mail that we sent you, or ask for a new one below.",
        "error",
    ),
    "MSG_DISABLED_ACCOUNT": ("This account has been closed.", "error"),
    "MSG_PASSWORD_RESET_REQUEST": (
        "If there is an account for %(email)s, a mail that says how to set a new password is on its way.",
        "info",
    ),
    "MSG_CONFIRMATION_REQUEST": (
        "If there is an unconfirmed account for %(email)s, a mail with a new link is on its way.",
        "info",
    ),
}


def init_accounts(app: Flask, runtime: Runtime) -> frozenset[str]:
    """Add the accounts library to ``app``; returns the names of its endpoints. Babel and CSRF protection are there before."""
    store = runtime.store
    session = open_session(app, store)
    app.config.update(_config(runtime))
    app.extensions["sign_in_throttle"] = Throttle(store.clock, MOST_FAILURES)
    app.jinja_env.globals["sheet"] = sheet
    security = Security(
        app,
        _people(session, store.clock),
        register_form=Registration,
        login_form=SignIn,
        mail_util_cls=mail_util(session, store.clock),
    )
    security.mail_context_processor(lambda: {"site": SITE})
    security.want_json(lambda request: False)
    # Programs come by our own bearer tokens, never by the library's.
    security.login_manager.request_loader(lambda request: None)
    # The library's roles are not used; without this its role lookup would run before every request.
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    user_logged_in.connect(_begin_session, app)
    _record_events(app, session, store)
    return ENDPOINTS


def _config(runtime: Runtime) -> dict[str, Any]:
    own = {
        **TEXTS,
        "BLUEPRINT_NAME": "security",
        "STATIC_FOLDER": None,
        "CLI_USERS_NAME": None,
        "CLI_ROLES_NAME": None,
        "API_ENABLED_METHODS": ["session"],
        "I18N_DIRNAME": ["builtin", str(TRANSLATIONS)],
        "DATETIME_FACTORY": runtime.store.clock,
        "REGISTERABLE": True,
        "CONFIRMABLE": True,
        "RECOVERABLE": True,
        "CHANGEABLE": True,
        # No page that asks for the password once more.
        "FRESHNESS": timedelta(minutes=-1),
        "RETURN_GENERIC_RESPONSES": True,
        "PASSWORD_HASH": SCHEMES[0],
        "PASSWORD_SCHEMES": SCHEMES,
        "PASSWORD_SINGLE_HASH": set(SCHEMES),
        "PASSWORD_HASH_PASSLIB_OPTIONS": OPTIONS,
        "PASSWORD_NORMALIZE_FORM": NORMAL_FORM,
        "PASSWORD_LENGTH_MIN": SHORTEST_PASSWORD,
        # Addresses are stored in small letters.
        "USER_IDENTITY_ATTRIBUTES": [{"email": {"mapper": uia_email_mapper, "case_insensitive": False}}],
        # Demonstration addresses end in .example, which is not deliverable by design.
        "EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "globally_deliverable": False},
        "EMAIL_HTML": False,
        "JOIN_USER_ROLES": False,
        "POST_LOGIN_VIEW": "/work",
        "POST_LOGOUT_VIEW": "/",
        "POST_REGISTER_VIEW": "/login",
        "POST_CHANGE_VIEW": "/account",
    }
    return {f"SECURITY_{name}": value for name, value in own.items()}


def _people(session: scoped_session[Session], clock: Callable[[], datetime]) -> SQLAlchemySessionUserDatastore:
    class People(SQLAlchemySessionUserDatastore):
        """The library's view of our table of persons."""

        def create_user(self, **given: Any) -> User:
            return super().create_user(created_at=clock(), language=language(), **given)

    return People(session, User, SecurityRole)


def _begin_session(_app: Flask, user: User, **_: Any) -> None:
    """A sign-in lasts as long as configured, not until the browser is closed."""
    cookie.permanent = True


def _record_events(app: Flask, session: scoped_session[Session], store: Store) -> None:
    """Write the event of what people do to their own accounts into the library's transaction."""

    def recorder(name: str) -> Callable[..., None]:
        def record(_app: Flask, user: User, **_: Any) -> None:
            session.flush()
            person = Actor("person", user.pseudonym, user.id)
            Tx(session(), person, store.clock(), store.policy, react, store.system).record("person", user, name, role="person")

        return record

    happenings = ((user_registered, "register"), (user_confirmed, "confirm"), (password_changed, "change_password"))
    for signal, name in (*happenings, (password_reset, "reset_password")):
        signal.connect(recorder(name), app, weak=False)
