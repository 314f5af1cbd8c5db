"""What is done about persons: accounts made outside the sign-up page, appointments, and access tokens."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.kernel.errors import N_, Conflict, Invalid, NotFound
from catalog.kernel.transaction import Tx
from marketplace.accounts.passwords import hash_password
from marketplace.models import AccessToken, Appointment, Organisation, User
from marketplace.permissions import P
from marketplace.states import OrganisationState, Post

TOKEN_PREFIX = "orm_"
LONGEST_TOKEN = timedelta(days=366)

ADDRESS_TAKEN = N_("There is an account with this address already.")
NO_ACCOUNT = N_("There is no confirmed account with this address. Ask the person to register first.")
HOLDS_POST = N_("This person holds this post already.")
NOT_AN_OFFICE = N_("Please choose a verified office.")
WRONG_TERM = N_("A token is valid for 1 to 366 days.")


class LastOperator(Conflict):
    """Without an operator nobody could appoint anybody."""

    code = "last-operator"
    message = N_("This is the last operator. Appoint another one first.")


def create_user(
    tx: Tx,
    *,
    email: str,
    name: str,
    password: str | None = None,
    password_hash: str | None = None,
    language: str = "zh",
    confirmed: bool = True,
    demo: bool = False,
) -> User:
    """An account made by the office or the product; people make their own by registering.

    Without a password (or its ready hash) the person sets one by the page for forgotten passwords. Raises Invalid where the
    address is taken.
    """
    tx.require(P.PEOPLE_APPOINT)
    email = email.strip().lower()
    if user_by_email(tx.session, email) is not None:
        raise Invalid({"email": [ADDRESS_TAKEN]})
    hashed = password_hash or hash_password(password or secrets.token_urlsafe(32))
    user = User(
        email=email,
        name=name,
        password=hashed,
        language=language,
        active=True,
        confirmed_at=tx.now if confirmed else None,
        fs_uniquifier=secrets.token_hex(16),
        created_at=tx.now,
        demo=demo,
    )
    tx.add(user)
    tx.record("person", user, "create", role=tx.role_for(P.PEOPLE_APPOINT, None))
    return user


def user_by_email(session: Session, email: str) -> User | None:
    """The account with that address, however it is written in capitals or not."""
    return session.scalars(select(User).where(User.email == email.strip().lower())).first()


def confirmed_user(session: Session, email: str) -> User:
    """The account with that address if its owner can sign in; Invalid at ``email`` otherwise."""
    user = user_by_email(session, email)
    if user is None or not user.active or user.confirmed_at is None:
        raise Invalid({"email": [NO_ACCOUNT]})
    return user


def update_account(tx: Tx, *, name: str, language: str) -> User:
    """Change one's own name and language."""
    tx.require(P.ACCOUNT_MANAGE)
    user = tx.session.get_one(User, tx.actor.user_id)
    user.name, user.language = name, language
    tx.record("person", user, "edit", role=tx.role_for(P.ACCOUNT_MANAGE, None))
    tx.session.flush()
    return user


def keep_language(tx: Tx, language: str) -> None:
    """Keep the language that the actor has just chosen for pages and mails; no event, since nobody is concerned by it."""
    tx.require(P.ACCOUNT_MANAGE)
    tx.session.get_one(User, tx.actor.user_id).language = language


def appoint(tx: Tx, *, email: str, post: Post | str, office_id: str | None = None) -> Appointment:
    """Appoint the owner of a confirmed account from now on, for an office where one is named."""
    tx.require(P.PEOPLE_APPOINT)
    user = confirmed_user(tx.session, email)
    post = Post(post)
    if office_id is not None:
        office = tx.session.get(Organisation, office_id)
        if office is None or not office.is_office or office.state is not OrganisationState.VERIFIED:
            raise Invalid({"office_id": [NOT_AN_OFFICE]})
    held = select(Appointment.id).where(Appointment.user_id == user.id, Appointment.post == post, Appointment.until.is_(None))
    if tx.session.scalar(held):
        raise Invalid({"email": [HOLDS_POST]})
    appointment = tx.add(Appointment(user_id=user.id, post=post, office_id=office_id, since=tx.now))
    _record_post(tx, appointment, "appoint")
    return appointment


def end_appointment(tx: Tx, appointment_id: str) -> Appointment:
    """End an appointment now. Raises NotFound where there is none to end, LastOperator where nobody could appoint any more."""
    tx.require(P.PEOPLE_APPOINT)
    appointment = tx.session.get(Appointment, appointment_id)
    if appointment is None or appointment.until is not None:
        raise NotFound
    if appointment.post is Post.OPERATOR:
        operators = select(func.count()).where(Appointment.post == Post.OPERATOR, Appointment.until.is_(None))
        if tx.session.scalar(operators) == 1:
            raise LastOperator
    appointment.until = tx.now
    _record_post(tx, appointment, "end_appointment")
    tx.session.flush()
    return appointment


def _record_post(tx: Tx, appointment: Appointment, name: str) -> None:
    changes = {"post": appointment.post.value, "office_id": appointment.office_id}
    tx.record("person", appointment.user, name, role=tx.role_for(P.PEOPLE_APPOINT, None), changes=changes)


def create_token(tx: Tx, user: User, *, name: str, days: int) -> str:
    """A new token in plain text: it is shown this once and stored as its SHA-256 alone.

    People make their own; the product makes one for anybody, where whoever runs its commands asks.
    """
    tx.require(P.TOKEN_MANAGE)
    if tx.actor.user_id and user.id != tx.actor.user_id:
        raise NotFound
    if not 1 <= days <= LONGEST_TOKEN.days:
        raise Invalid({"days": [WRONG_TERM]})
    plain = TOKEN_PREFIX + secrets.token_urlsafe(32)
    expires = tx.now + timedelta(days=days)
    tx.add(AccessToken(user_id=user.id, name=name, digest=digest_of(plain), created_at=tx.now, expires_at=expires))
    tx.record("person", user, "create_token", role=tx.role_for(P.TOKEN_MANAGE, None), changes={"name": name})
    return plain


def revoke_token(tx: Tx, token_id: str) -> None:
    """Make one of the acting person's tokens worthless; a second time changes nothing."""
    tx.require(P.TOKEN_MANAGE)
    token = tx.session.get(AccessToken, token_id)
    if token is None or token.user_id != tx.actor.user_id:
        raise NotFound
    if token.revoked_at is None:
        token.revoked_at = tx.now
        tx.record("person", token.user, "revoke_token", role=tx.role_for(P.TOKEN_MANAGE, None), changes={"name": token.name})
        tx.session.flush()


def digest_of(plain: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(plain.encode()).hexdigest()


def user_of_token(session: Session, plain: str, now: datetime) -> User | None:
    """The owner of a token that is good now, or None. The text is random, so a plain hash and an index do."""
    if not plain.startswith(TOKEN_PREFIX):
        return None
    good = (AccessToken.digest == digest_of(plain), AccessToken.revoked_at.is_(None), AccessToken.expires_at > now)
    token = session.scalars(select(AccessToken).where(*good)).first()
    if token is None or not token.user.active or token.user.confirmed_at is None:
        return None
    return token.user
