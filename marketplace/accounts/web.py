"""The pages about persons: one's own account with its tokens, and who holds which post."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from catalog.kernel.errors import Conflict, Invalid
from catalog.kernel.transaction import Tx
from marketplace.accounts import services
from marketplace.accounts.inputs import Account, NewAppointment, NewToken
from marketplace.accounts.queries import appointed, memberships_of, offices, posts_of, tokens_of
from marketplace.commands import Choices, load
from marketplace.http.context import begin, read
from marketplace.http.errors import status_of, text_of
from marketplace.http.forms import form_view, read_form
from marketplace.http.guard import permit
from marketplace.http.rendering import zone
from marketplace.models import User
from marketplace.permissions import P

blueprint = Blueprint("accounts", __name__)

#: How long a token is good for, if nobody says otherwise.
USUAL_DAYS = 90


@blueprint.get("/account")
@permit(P.ACCOUNT_MANAGE)
def account() -> ResponseReturnValue:
    """One's own name and language, memberships, posts and tokens."""
    return _account_page()


def _account_page(wrong: str = "", problem: Invalid | None = None, token: str = "") -> str:
    """``wrong`` names the form that ``problem`` is about; ``token`` is a new one, shown this once."""
    with read() as tx:
        user = tx.session.get_one(User, tx.actor.user_id)
        values = {"name": user.name, "language": user.language}
        typed = request.form if problem else None
        return render_template(
            "accounts/account.html",
            user=user,
            memberships=memberships_of(tx.session, user.id),
            posts=posts_of(tx.session, user.id),
            tokens=tokens_of(tx.session, user.id),
            now=tx.now,
            token=token,
            own=form_view(Account(), values, {}, zone(), *((problem, typed) if wrong == "own" else ())),
            new_token=form_view(NewToken(), {"days": USUAL_DAYS}, {}, zone(), *((problem, typed) if wrong == "token" else ())),
        )


@blueprint.post("/account")
@permit(P.ACCOUNT_MANAGE)
def change_account() -> ResponseReturnValue:
    """Change one's own name and language."""
    try:
        with begin() as tx:
            user = services.update_account(tx, **load(Account(), read_form(Account(), request.form, zone())))
            session["language"] = user.language
    except Invalid as problem:
        return _account_page("own", problem), status_of(problem)
    flash(_("Your account has been changed."), "good")
    return redirect(url_for("accounts.account"), 303)


@blueprint.post("/account/tokens")
@permit(P.TOKEN_MANAGE)
def create_token() -> ResponseReturnValue:
    """Make a token and show it this once: the page is the answer itself, so that the text is stored nowhere else."""
    try:
        with begin() as tx:
            user = tx.session.get_one(User, tx.actor.user_id)
            plain = services.create_token(tx, user, **load(NewToken(), read_form(NewToken(), request.form, zone())))
    except Invalid as problem:
        return _account_page("token", problem), status_of(problem)
    return _account_page(token=plain), 201


@blueprint.post("/account/tokens/<key>/revoke")
@permit(P.TOKEN_MANAGE)
def revoke_token(key: str) -> ResponseReturnValue:
    """Make a token worthless."""
    with begin() as tx:
        services.revoke_token(tx, key)
    flash(_("The token has been revoked."), "good")
    return redirect(url_for("accounts.account"), 303)


@blueprint.get("/people")
@permit(P.PEOPLE_READ)
def people() -> ResponseReturnValue:
    """Who holds which post."""
    return _people_page()


def _offices(tx: Tx) -> Choices:
    return {"office_id": [(office.id, {"zh": office.name("zh"), "en": office.name("en")}) for office in offices(tx.session)]}


def _people_page(problem: Invalid | None = None) -> str:
    with read() as tx:
        found = appointed(tx.session)
        form = form_view(NewAppointment(), {}, _offices(tx), zone(), problem, request.form if problem else None)
        return render_template(
            "people/people.html",
            appointments=found,
            offices={office.id: office for office in offices(tx.session)},
            form=form if tx.may(P.PEOPLE_APPOINT) else None,
        )


@blueprint.post("/people")
@permit(P.PEOPLE_APPOINT)
def appoint() -> ResponseReturnValue:
    """Appoint somebody."""
    try:
        with begin() as tx:
            services.appoint(tx, **load(NewAppointment(), read_form(NewAppointment(), request.form, zone())))
    except Invalid as problem:
        return _people_page(problem), status_of(problem)
    flash(_("The appointment holds from now on."), "good")
    return redirect(url_for("accounts.people"), 303)


@blueprint.post("/people/<key>/end")
@permit(P.PEOPLE_APPOINT)
def end_appointment(key: str) -> ResponseReturnValue:
    """End an appointment."""
    try:
        with begin() as tx:
            services.end_appointment(tx, key)
    except Conflict as problem:
        flash(text_of(problem), "bad")
        return redirect(url_for("accounts.people"), 303)
    flash(_("The appointment has ended."), "good")
    return redirect(url_for("accounts.people"), 303)
