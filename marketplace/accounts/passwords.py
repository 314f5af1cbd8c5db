"""Passwords: argon2id, the same with a web application (Flask-Security) and without one (commands, seeds)."""

from __future__ import annotations

import unicodedata
from typing import cast

from passlib.context import CryptContext

#: What Flask-Security is told, so that both sides make and accept the same hashes.
SCHEMES = ["argon2"]
OPTIONS = {"argon2__type": "ID"}
NORMAL_FORM = "NFKD"

_CONTEXT = CryptContext(schemes=SCHEMES, **OPTIONS)


def hash_password(password: str) -> str:
    """The argon2id hash of a password, in the encoding that Flask-Security stores."""
    return cast(str, _CONTEXT.hash(unicodedata.normalize(NORMAL_FORM, password)))
