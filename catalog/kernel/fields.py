"""Fields of forms, API bodies and import rows: one declaration of name, type, label and help serves all three.

Every function returns a marshmallow field whose ``metadata`` carries ``label``, ``help`` and ``widget`` (msgids), and
``terms`` where the choices are a vocabulary. Messages are msgids too; the edge translates them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from marshmallow import RAISE, Schema, fields, pre_load, validate

from catalog.kernel.errors import N_
from catalog.kernel.terms import Term

REQUIRED = N_("Please fill in this field.")
TOO_LONG = N_("Please use at most {max} characters.")
NOT_A_CHOICE = N_("Please choose one of the given values.")
NOT_A_NUMBER = N_("Please enter a whole number.")
OUT_OF_RANGE = N_("Please enter a number from {min} to {max}.")
NOT_A_MAIL = N_("Please enter a mail address such as open@firm.example.")
NOT_A_URL = N_("Please enter an address that begins with https:// or http://.")
NOT_A_DATE = N_("Please enter a date and time such as 2026-11-30 18:00.")

_ERRORS = {"required": REQUIRED, "null": REQUIRED, "invalid": N_("This value cannot be read.")}


class Strict(Schema):
    """The base of every input schema: unknown fields are refused, surrounding blanks and empty values are taken away."""

    class Meta:
        unknown = RAISE
        ordered = True

    error_messages = {"unknown": N_("There is no field of this name."), "type": N_("This value cannot be read.")}

    @pre_load
    def tidy(self, data: Any, **_: Any) -> Any:
        """Strip texts; an empty text for a field that is not a text means that nothing was given."""
        if not isinstance(data, dict):
            return data
        tidied = {}
        for name, value in data.items():
            if isinstance(value, str):
                value = value.strip()
                field = self.fields.get(name)
                if value == "" and field is not None and not _is_text(field):
                    if field.required:
                        continue
                    value = None
            tidied[name] = value
        return tidied


def _is_text(field: fields.Field) -> bool:
    """Whether a person writes words into it; a code or an id that is chosen is no text."""
    return isinstance(field, fields.String) and not field.metadata.get("terms") and field.metadata.get("widget") != "pick"


class TermField(fields.String):
    """A code of a vocabulary; loads to the enum member."""

    def __init__(self, terms: type[Term], **kwargs: Any) -> None:
        super().__init__(validate=validate.OneOf(terms.codes(), error=NOT_A_CHOICE), **kwargs)
        self.terms = terms

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        code = super()._deserialize(value, attr, data, **kwargs)
        return self.terms(code) if code in self.terms.codes() else code


class Instant(fields.Field):
    """A moment: ISO 8601 in, aware UTC out. Text without a zone is read in the site's zone by the form that sent it."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            raise self.make_error("invalid") from None
        if moment.tzinfo is None:
            raise self.make_error("invalid")
        return moment.astimezone(UTC)


def _meta(label: str, help: str, widget: str, **more: Any) -> dict[str, Any]:
    return {"label": label, "help": help, "widget": widget, **more}


def _presence(required: bool, default: Any) -> dict[str, Any]:
    return {"required": True} if required else {"load_default": default}


def text(
    label: str, *, help: str = "", required: bool = False, max: int = 200, long: bool = False, rows: int = 4
) -> fields.String:
    """A text of at most ``max`` characters; ``long`` gives it several lines."""
    checks: list[Any] = [validate.Length(max=max, error=TOO_LONG)]
    if required:
        checks.insert(0, validate.Length(min=1, error=REQUIRED))
    return fields.String(
        **_presence(required, ""),
        validate=checks,
        error_messages=_ERRORS,
        metadata=_meta(label, help, "textarea" if long else "text", rows=rows, max=max),
    )


def mail(label: str, *, help: str = "", required: bool = False) -> fields.String:
    """A mail address."""
    checks = [validate.And(validate.Length(max=254, error=TOO_LONG), validate.Email(error=NOT_A_MAIL))]
    optional = [lambda value: value == "" or checks[0](value)]
    return fields.String(
        **_presence(required, ""),
        validate=checks if required else optional,
        error_messages=_ERRORS,
        metadata=_meta(label, help, "email"),
    )


def address(label: str, *, help: str = "", required: bool = False) -> fields.String:
    """A web address with http or https."""
    check = validate.And(
        validate.Length(max=1000, error=TOO_LONG),
        validate.URL(schemes={"http", "https"}, require_tld=False, error=NOT_A_URL),
    )
    optional = [lambda value: value == "" or check(value)]
    return fields.String(
        **_presence(required, ""),
        validate=[check] if required else optional,
        error_messages=_ERRORS,
        metadata=_meta(label, help, "url"),
    )


def choice(terms: type[Term], label: str, *, help: str = "", required: bool = False, default: Any = None) -> TermField:
    """One code of a vocabulary."""
    return TermField(
        terms,
        **_presence(required, default),
        allow_none=not required,
        error_messages=_ERRORS,
        metadata=_meta(label, help, "select", terms=terms),
    )


def choices(terms: type[Term], label: str, *, help: str = "", required: bool = False) -> fields.List:
    """Several codes of a vocabulary, each once."""
    return fields.List(
        fields.String(validate=validate.OneOf(terms.codes(), error=NOT_A_CHOICE)),
        **_presence(required, list),
        validate=[validate.Length(min=1, error=REQUIRED)] if required else [],
        error_messages=_ERRORS,
        metadata=_meta(label, help, "checkboxes", terms=terms),
    )


def number(label: str, *, low: int = 0, high: int = 1_000_000, help: str = "", required: bool = False) -> fields.Integer:
    """A whole number between ``low`` and ``high``."""
    return fields.Integer(
        **_presence(required, None),
        allow_none=not required,
        strict=False,
        validate=validate.Range(min=low, max=high, error=OUT_OF_RANGE),
        error_messages={**_ERRORS, "invalid": NOT_A_NUMBER},
        metadata=_meta(label, help, "number", low=low, high=high),
    )


def moment(label: str, *, help: str = "", required: bool = False) -> Instant:
    """A date and time."""
    return Instant(
        **_presence(required, None),
        allow_none=not required,
        error_messages={**_ERRORS, "invalid": NOT_A_DATE},
        metadata=_meta(label, help, "datetime"),
    )


def words(label: str, *, help: str = "", most: int = 20) -> fields.List:
    """Free words such as tags; forms and tables give them separated by commas."""
    return fields.List(
        fields.String(validate=validate.Length(min=1, max=60, error=TOO_LONG)),
        load_default=list,
        validate=validate.Length(max=most, error=N_("Please give at most {max}.")),
        error_messages=_ERRORS,
        metadata=_meta(label, help, "words"),
    )


def pick(label: str, *, help: str = "", required: bool = True) -> fields.String:
    """The id of one thing; the choices come from the command at the time it is shown."""
    return fields.String(
        **_presence(required, None),
        allow_none=not required,
        error_messages=_ERRORS,
        metadata=_meta(label, help, "pick"),
    )


def picks(label: str, *, help: str = "", required: bool = False) -> fields.List:
    """The ids of several things; the choices come from the command at the time it is shown."""
    return fields.List(
        fields.String(),
        **_presence(required, list),
        validate=[validate.Length(min=1, error=REQUIRED)] if required else [],
        error_messages=_ERRORS,
        metadata=_meta(label, help, "picks"),
    )


def tick(label: str, *, help: str = "") -> fields.Boolean:
    """Yes or no; nothing given means no."""
    return fields.Boolean(load_default=False, error_messages=_ERRORS, metadata=_meta(label, help, "tick"))


def reason(label: str = N_("Reason"), *, help: str = N_("Those concerned can read it."), required: bool = True) -> fields.String:
    """A reason that those concerned can read."""
    return text(label, help=help, required=required, max=4000, long=True)


def remarks(label: str = N_("Remarks"), *, help: str = "", names: Iterable[str] = ()) -> fields.Dict:
    """Remarks at fields: a map from a field's name to the remark; at least one."""
    return fields.Dict(
        keys=fields.String(validate=validate.OneOf((*names, ""), error=NOT_A_CHOICE) if names else None),
        values=fields.String(validate=validate.Length(max=2000, error=TOO_LONG)),
        required=True,
        validate=validate.Length(min=1, error=N_("Please give at least one remark.")),
        error_messages=_ERRORS,
        metadata=_meta(label, help, "remarks", names=tuple(names)),
    )
