"""``users``: the accounts that nobody can make by registering."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from sqlalchemy import or_, select

from catalog.kernel.transaction import Tx
from marketplace.accounts.services import appoint, create_user, user_by_email
from marketplace.actor import SYSTEM
from marketplace.cli.console import plainly, refuse, runtime
from marketplace.models import Organisation
from marketplace.organisations.services import establish_office
from marketplace.states import OrganisationKind, OrganisationState, Post

SHORTEST_PASSWORD = 12

users = AppGroup("users", help="Accounts.")


@users.command("create-operator", with_appcontext=False)
@click.argument("email")
@click.option("--name", default="", help="The person's name; the part before the @ where none is given.")
@click.option(
    "--office", default="", help="The office that the operator works for; it is established where there is none of that name."
)
@click.option("--password", prompt=True, prompt_required=False, hide_input=True, confirmation_prompt=True,
              help="Without a value it is asked for; left out, the person sets one by mail.")  # fmt: skip
@plainly
def create_operator(email: str, name: str, office: str, password: str | None) -> None:
    """Make EMAIL an operator: the account where there is none, the office where there is none, and the appointment."""
    if password is not None and len(password) < SHORTEST_PASSWORD:
        refuse(f"a password has at least {SHORTEST_PASSWORD} characters")
    if "@" not in email:
        refuse(f"{email} is not a mail address")
    working = runtime()
    with working.store.begin(SYSTEM) as tx:
        house = _office(tx, office.strip(), email)
        known = user_by_email(tx.session, email)
        if known is None:
            create_user(tx, email=email, name=name or email.partition("@")[0], password=password, confirmed=True)
        elif password is not None:
            refuse(f"{email} has an account already; its password is not changed here")
        appoint(tx, email=email, post=Post.OPERATOR, office_id=house.id)
        house_name = house.name_zh
    click.echo(f"{email} is operator of {house_name} and signs in at {working.settings.site_url}/login")
    if known is None and password is None:
        click.echo(f"A password is set by mail: {working.settings.site_url}/reset")


def _office(tx: Tx, name: str, mailbox: str) -> Organisation:
    """The verified office of that name, or the oldest one where no name is given; established where there is none."""
    offices = select(Organisation).where(Organisation.is_office, Organisation.state == OrganisationState.VERIFIED)
    if name:
        offices = offices.where(or_(Organisation.name_zh == name, Organisation.name_en == name))
    found = tx.session.scalars(offices.order_by(Organisation.created_at, Organisation.id)).first()
    return found or establish_office(tx, name_zh=name or OrganisationKind.OFFICE.zh, mailbox=mailbox)
