"""Persons, their appointments and their access tokens."""

from __future__ import annotations

from datetime import datetime

from flask_security import RoleMixin, UserMixin
from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.kernel.db import Base, Coded, new_id
from marketplace.states import Post


class User(UserMixin, Base):
    """A person who can sign in. Events know a person only by ``pseudonym``."""

    __tablename__ = "user"

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password: Mapped[str | None] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(120), default="")
    pseudonym: Mapped[str] = mapped_column(String(24), unique=True, default=lambda: f"P-{new_id()}")
    language: Mapped[str] = mapped_column(String(8), default="zh")
    active: Mapped[bool] = mapped_column(default=True)
    confirmed_at: Mapped[datetime | None]
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    demo: Mapped[bool] = mapped_column(default=False)
    roles: Mapped[list[SecurityRole]] = relationship(secondary="security_role_user")


class SecurityRole(RoleMixin, Base):
    """Asked for by the accounts library and left empty: who may do what is decided by memberships and appointments."""

    __tablename__ = "security_role"

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    description: Mapped[str] = mapped_column(String(255), default="")


class SecurityRoleUser(Base):
    """The accounts library's link between users and its roles."""

    __tablename__ = "security_role_user"

    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"), primary_key=True)
    role_id: Mapped[str] = mapped_column(ForeignKey("security_role.id"), primary_key=True)


class Appointment(Base):
    """A person's post, from a moment on and until it ends."""

    __tablename__ = "appointment"
    __table_args__ = (
        Index(
            "uq_appointment_current",
            "user_id",
            "post",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"), index=True)
    post: Mapped[Post] = mapped_column(Coded(Post))
    office_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"))
    since: Mapped[datetime]
    until: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined")


class AccessToken(Base):
    """A bearer token of a person, stored as its SHA-256; it never does more than its owner."""

    __tablename__ = "access_token"

    id: Mapped[str] = mapped_column(String(12), primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined")
