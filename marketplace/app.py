"""The web application: the only place where its parts are wired together."""

from __future__ import annotations

import os
from datetime import timedelta

from flask import Flask
from flask_bootstrap import Bootstrap5
from flask_wtf.csrf import CSRFProtect

from marketplace import api, cli, health
from marketplace.accounts import web as accounts
from marketplace.accounts.setup import init_accounts
from marketplace.collections import COLLECTIONS
from marketplace.config import Settings
from marketplace.dashboard import web as dashboard
from marketplace.discovery import web as discovery
from marketplace.discovery.shown import SHOWN
from marketplace.http.errors import init_errors
from marketplace.http.frame import init_frame
from marketplace.http.guard import check_declared
from marketplace.http.headers import init_headers
from marketplace.http.pages import build_blueprint
from marketplace.http.rendering import init_rendering
from marketplace.http.words import init_words
from marketplace.i18n import init_i18n
from marketplace.notifications import web as notifications
from marketplace.organisations import web as organisations
from marketplace.runtime import Runtime, build_runtime
from marketplace.work import web as work

#: How long a sign-in lasts.
SESSION = timedelta(hours=12)
#: The most that one request may send.
MAX_BODY = 2 * 1024 * 1024


def create_app(settings: Settings | None = None, runtime: Runtime | None = None) -> Flask:
    """The application for these settings (read from the environment where none are given). Raises ConfigError."""
    settings = settings or (runtime.settings if runtime else Settings.from_env(os.environ))
    runtime = runtime or build_runtime(settings)
    app = Flask(__name__)
    app.extensions["runtime"] = runtime
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TESTING=settings.env == "test",
        MAX_CONTENT_LENGTH=MAX_BODY,
        PERMANENT_SESSION_LIFETIME=SESSION,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.production,
        SESSION_COOKIE_NAME="marketplace",
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(hours=1),
        BOOTSTRAP_SERVE_LOCAL=True,
        # A form may stay open for as long as the session lasts.
        WTF_CSRF_TIME_LIMIT=None,
    )
    init_i18n(app, settings)
    Bootstrap5(app)
    csrf = CSRFProtect(app)
    init_rendering(app)
    init_words(app)
    init_headers(app, secure=settings.production)
    exempt = init_accounts(app, runtime)
    init_frame(app)
    for part in (discovery, work, notifications, dashboard, accounts, organisations):
        app.register_blueprint(part.blueprint)
    app.register_blueprint(build_blueprint(COLLECTIONS, SHOWN))
    for doors in (api.blueprint, api.reference, health.blueprint):
        app.register_blueprint(doors)
    csrf.exempt(api.blueprint)
    init_errors(app)
    cli.register(app)
    check_declared(app, exempt)
    return app
