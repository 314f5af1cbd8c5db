"""What a publisher writes of a resource: the input, what of it blocks submission, and which changes are material."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import fields as base
from marshmallow import validate

from catalog.kernel import fields
from catalog.kernel.errors import N_
from catalog.kernel.fields import NOT_A_CHOICE, REQUIRED, TOO_LONG, Strict
from catalog.kernel.terms import Term
from catalog.models import Resource
from catalog.vocab import AccessPolicy, Industry, Licence, PriceModel, Region, ResourceKind, SizeClass, Tier

LANGUAGES = ("zh", "en")

#: Kinds that are used by calling an address.
CALLED_KINDS = frozenset({ResourceKind.API, ResourceKind.DATA_API})

IN_ONE_LANGUAGE = N_("Please give the title and the summary in Chinese or in English; both in the same language.")
ADDRESS_NEEDED = N_("Please give the web address: with this kind or access policy users go straight there.")
NOTE_NEEDED = N_("Please say in the licence note which terms apply.")
MAILBOX_NEEDED = N_("Please give a contact mailbox here or in the profile of the organisation.")
TERM_NEEDED = N_("Please say for how many days a grant holds.")
PLACES_NEEDED = N_("Please give at least one place, or leave this empty for unlimited.")


@dataclass(frozen=True)
class Part:
    """One part of the transparency card. Its keys in ``Resource.transparency`` are ``keys``, one a language."""

    name: str
    label: str
    bilingual: bool = True

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that hold this part."""
        return tuple(f"{self.name}_{language}" for language in LANGUAGES) if self.bilingual else (self.name,)


#: The transparency card in the order in which it is asked and shown.
TRANSPARENCY = (
    Part("purpose", N_("Purpose")),
    Part("filing", N_("Filing number of the algorithm"), bilingual=False),
    Part("data", N_("Data used")),
    Part("limits", N_("Known limits")),
    Part("evaluation", N_("Evaluation")),
    Part("oversight", N_("Human oversight")),
    Part("objection", N_("How to object")),
)


def _transparency() -> base.Dict:
    keys = tuple(key for part in TRANSPARENCY for key in part.keys)
    return base.Dict(
        keys=base.String(validate=validate.OneOf(keys, error=NOT_A_CHOICE)),
        values=base.String(validate=validate.Length(max=2000, error=TOO_LONG)),
        load_default=dict,
        error_messages={"invalid": N_("This value cannot be read.")},
        metadata={
            "label": N_("Transparency card"),
            "help": N_("For models, agents and algorithms. Each part in Chinese, in English or in both."),
            "widget": "transparency",
            "parts": tuple(part.name for part in TRANSPARENCY),
            "labels": {part.name: part.label for part in TRANSPARENCY},
            "keys": {part.name: part.keys for part in TRANSPARENCY},
        },
    )


class ContentSchema(Strict):
    """The content of a resource. A draft may lack nearly everything; ``missing`` says what submission still needs.

    It is the whole content: what is not given is empty.
    """

    kind = fields.choice(ResourceKind, N_("Resource type"), required=True)
    access_policy = fields.choice(
        AccessPolicy,
        N_("Access policy"),
        help=N_("Open: no application. Registered: granted at once. Platform: you decide. Pilot: a panel decides too."),
        required=True,
    )
    title_zh = fields.text(N_("Title in Chinese"), help=N_("One language suffices; both are better."))
    title_en = fields.text(N_("Title in English"))
    summary_zh = fields.text(N_("Summary in Chinese"), help=N_("One or two sentences."), max=600, long=True, rows=3)
    summary_en = fields.text(N_("Summary in English"), max=600, long=True, rows=3)
    description_zh = fields.text(
        N_("Description in Chinese"),
        help=N_("Markdown. What is opened, what a firm needs, limits."),
        max=20000,
        long=True,
        rows=10,
    )
    description_en = fields.text(N_("Description in English"), help=N_("Markdown."), max=20000, long=True, rows=10)
    industries = fields.choices(Industry, N_("Industries"), help=N_("Whom it is for; at least one."))
    regions = fields.choices(Region, N_("Regions"), help=N_("Where it can be used; at least one."))
    licence = fields.choice(Licence, N_("Licence"))
    licence_note = fields.text(N_("Licence note"), help=N_("Needed with “other”."), max=2000, long=True, rows=3)
    tags = fields.words(N_("Tags"), help=N_("Separate them by commas."))
    provider = fields.text(N_("Provider"), help=N_("Who made it, where that is not the platform."), max=300)
    url = fields.address(N_("Web address"), help=N_("Needed for open access and for interfaces."))
    mailbox = fields.mail(N_("Contact mailbox"), help=N_("A role mailbox. Empty: that of the organisation."))
    price = fields.choice(PriceModel, N_("Price"))
    places = fields.number(N_("Places"), low=1, help=N_("How many grants may hold at once. Empty: unlimited."))
    term_days = fields.number(N_("Term in days"), low=1, high=3650, help=N_("How long a grant holds."))
    min_tier = fields.choice(Tier, N_("Lowest cultivation tier"), help=N_("Empty: open to every tier."))
    sizes = fields.choices(SizeClass, N_("Sizes of firms"), help=N_("None ticked: every size."))
    transparency = _transparency()


#: The names of the content, in the order of the form; each is a column of Resource.
CONTENT: tuple[str, ...] = tuple(ContentSchema().fields)

#: A change of one of these is screened before it takes effect; of ``places`` only a lower number.
MATERIAL = frozenset(
    {
        "kind",
        "access_policy",
        "licence",
        "licence_note",
        "price",
        "places",
        "term_days",
        "min_tier",
        "sizes",
        "url",
        "transparency",
        "description_zh",
        "description_en",
    }
)

_CODED: dict[str, type[Term]] = {
    "kind": ResourceKind,
    "access_policy": AccessPolicy,
    "licence": Licence,
    "price": PriceModel,
    "min_tier": Tier,
}


def plain(content: Mapping[str, Any]) -> dict[str, Any]:
    """``content`` (all of it or some) in its JSON-able form: codes as texts, each list value once, no empty card part.

    Raises KeyError for a name that is no content.
    """
    unknown = set(content) - set(CONTENT)
    if unknown:
        raise KeyError(f"no content of a resource: {', '.join(sorted(unknown))}")
    return {name: _plain(value) for name, value in content.items()}


def _plain(value: Any) -> Any:
    match value:
        case Term():
            return value.value
        case list() | tuple():
            return list(dict.fromkeys(str(item) for item in value))
        case dict():
            return {key: text for key, text in sorted(value.items()) if text}
        case _:
            return value


def content_of(resource: Resource) -> dict[str, Any]:
    """The whole content of ``resource``, JSON-able."""
    return plain({name: getattr(resource, name) for name in CONTENT})


def put(resource: Resource, content: Mapping[str, Any]) -> list[str]:
    """Write ``content`` (all of it or some, plain or as loaded) into ``resource``; returns the names that changed."""
    names = []
    for name, value in plain(content).items():
        if name in _CODED and value is not None:
            value = _CODED[name](value)
        if getattr(resource, name) != value:
            setattr(resource, name, value)
            names.append(name)
    return names


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The names in which two plain contents differ, in the order of the form."""
    return [name for name in CONTENT if before.get(name) != after.get(name)]


def material_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Those of the changed names that are material; more places than before are not."""
    return [name for name in changed(before, after) if name in MATERIAL and not (name == "places" and _more(before, after))]


def _more(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    earlier, later = before.get("places"), after.get("places")
    return later is None or (earlier is not None and later > earlier)


def missing(resource: Resource) -> dict[str, list[str]]:
    """What blocks the submission of ``resource``: messages by field, empty where it is complete."""
    return missing_in(content_of(resource), resource.publisher.mailbox if resource.publisher else "")


def missing_in(content: Mapping[str, Any], publisher_mailbox: str = "") -> dict[str, list[str]]:
    """The same for a plain content; the publisher's mailbox counts where the content has none."""
    lacking = _missing_texts(content)
    needed = {name: REQUIRED for name in ("kind", "access_policy", "industries", "regions", "licence", "price")}
    if content.get("licence") == Licence.OTHER:
        needed["licence_note"] = NOTE_NEEDED
    if not publisher_mailbox:
        needed["mailbox"] = MAILBOX_NEEDED
    if content.get("access_policy") == AccessPolicy.OPEN or content.get("kind") in CALLED_KINDS:
        needed["url"] = ADDRESS_NEEDED
    if content.get("access_policy") not in (None, AccessPolicy.OPEN):
        needed["term_days"] = TERM_NEEDED
    lacking.update({name: [message] for name, message in needed.items() if not content.get(name)})
    places = content.get("places")
    if places is not None and places < 1:
        lacking["places"] = [PLACES_NEEDED]
    return lacking


def _missing_texts(content: Mapping[str, Any]) -> dict[str, list[str]]:
    """A title and a summary in one language; says what is lacking in the language that was begun, Chinese first."""
    gaps = {
        language: [name for name in (f"title_{language}", f"summary_{language}") if not content.get(name)]
        for language in LANGUAGES
    }
    fewest = min(LANGUAGES, key=lambda language: len(gaps[language]))
    return {name: [IN_ONE_LANGUAGE] for name in gaps[fewest]}


def complete_card(resource: Resource) -> bool:
    """Whether the transparency card is complete: each part in at least one language; a filing number may be lacking."""
    card = resource.transparency or {}
    return all(any(card.get(key) for key in part.keys) for part in TRANSPARENCY if part.bilingual)


def other_language_missing(resource: Resource) -> bool:
    """Whether title or summary still lack one of the two languages: the publisher is asked for it, never forced."""
    return not all(_given(resource, (f"title_{language}", f"summary_{language}")) for language in LANGUAGES)


def _given(resource: Resource, names: Iterable[str]) -> bool:
    return all(getattr(resource, name) for name in names)
