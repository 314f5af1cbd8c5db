"""The accounts library's forms as ours: a name at registration, brakes at sign-in, and the look of every other form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, request
from flask_babel import gettext, ngettext
from flask_security.forms import LoginForm, RegisterFormV2
from wtforms import StringField, ValidationError

from catalog.kernel.errors import N_
from marketplace.accounts.throttle import Throttle
from marketplace.http.forms import FieldView, FormView
from marketplace.i18n import say

SHORTEST_PASSWORD = 10
LONGEST_NAME = 120


def _check_name(_form: Any, field: StringField) -> None:
    field.data = " ".join((field.data or "").split())
    if not field.data:
        raise ValidationError(gettext("Please fill in this field."))
    if len(field.data) > LONGEST_NAME:
        raise ValidationError(gettext("Please use at most {max} characters.").format(max=LONGEST_NAME))


class Registration(RegisterFormV2):
    """Signing up: also the person's name."""

    name = StringField(validators=[_check_name])


class SignIn(LoginForm):
    """Signing in: it says nothing of an account to those who do not know its password, and brakes those who guess."""

    remember = None

    def validate(self, **kwargs: Any) -> bool:
        throttle: Throttle = current_app.extensions["sign_in_throttle"]
        key = ((self.email.data or "").strip().lower(), request.remote_addr or "")
        if (wait := throttle.wait(key)) is not None:
            minutes = max(1, -(-int(wait.total_seconds()) // 60))
            text = ngettext(
                "Too many attempts have failed. Please wait a minute.",
                "Too many attempts have failed. Please wait %(num)s minutes.",
                minutes,
            )
            self.form_errors.append(text)
            return False
        if super().validate(**kwargs):
            throttle.forget(key)
            return True
        if self.user_authenticated:
            # The password was right: the owner may know what else is missing.
            self.form_errors.extend(self.email.errors)
            self.email.errors = []
        else:
            throttle.note(key)
        return False


@dataclass(frozen=True)
class Line:
    """One field of a form: its name, label and help (msgids), widget and purpose (the browser's autocomplete)."""

    name: str
    label: str
    widget: str
    purpose: str
    help: str = ""


_NEW = N_("At least 10 characters. A sentence is better than a riddle.")
_EMAIL = Line("email", N_("Mail address"), "email", "email")
_SIGN_IN_EMAIL = Line("email", N_("Mail address"), "email", "username")
_PASSWORD = Line("password", N_("Password"), "password", "current-password")
_CHOSEN = Line("password", N_("Password"), "password", "new-password", _NEW)
_AGAIN = Line("password_confirm", N_("The same password again"), "password", "new-password")

#: The fields of each page, in their order.
SHEETS = {
    "login": (_SIGN_IN_EMAIL, _PASSWORD),
    "register": (
        Line("name", N_("Your name"), "text", "name"),
        Line("email", N_("Mail address"), "email", "email", N_("We send a link to it that confirms the address.")),
        _CHOSEN,
        _AGAIN,
    ),
    "forgot": (_EMAIL,),
    "confirm": (_EMAIL,),
    "reset": (Line("password", N_("New password"), "password", "new-password", _NEW), _AGAIN),
    "change": (
        Line("password", N_("Present password"), "password", "current-password"),
        Line("new_password", N_("New password"), "password", "new-password", _NEW),
        Line("new_password_confirm", N_("The same password again"), "password", "new-password"),
    ),
}


def sheet(name: str, form: Any) -> FormView:
    """A form of the library as the field macro draws it; passwords are never sent back."""
    lines = SHEETS[name]
    views = [
        FieldView(
            line.name,
            say(line.label),
            say(line.help),
            line.widget,
            True,
            "" if line.widget == "password" else form[line.name].data or "",
            [str(error) for error in dict.fromkeys(form[line.name].errors)],
            meta={"autocomplete": line.purpose, "max": LONGEST_NAME if line.widget == "text" else None},
        )
        for line in lines
    ]
    return FormView(views, [str(error) for error in dict.fromkeys(form.form_errors)])
