"""ONE table: a column of a file → our field. Our own names stand in it, and the names that other catalogues use.

Converting a row never touches the database. What a row leaves empty is filled by defaults that the caller gives, and
where ``assume`` says so by an assumption; both are counted in the report, never silent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.interchange.cells import split
from catalog.interchange.licences import licence_of
from catalog.interchange.regions import region_of
from catalog.interchange.report import Finding
from catalog.interchange.texts import address_in, language_of, shortened, summary_of
from catalog.interchange.trades import GENERAL, industries_of_tags, industry_of
from catalog.kernel.errors import N_
from catalog.kernel.fields import NOT_A_CHOICE
from catalog.kernel.terms import Term
from catalog.vocab import AccessPolicy, Industry, Licence, PriceModel, ResourceKind, SizeClass, Tier

KEY = "source_key"
MOST_TAGS = 20
LONGEST_PROVIDER = 300
LONGEST_NOTE = 2000

UNREADABLE = N_("This value cannot be read.")
NO_ADDRESS = N_("There is no web address that begins with https:// or http:// in this text.")
ADDRESS_TAKEN = N_("Only the address %(value)s was taken from this text.")
UNKNOWN_PLACE = N_("The place “%(value)s” is not known; the region stays empty.")
UNKNOWN_TRADE = N_("The trade “%(value)s” is not known.")
SHORTENED = N_("This text was shortened to %(max)s characters.")
TAGS_LEFT_OUT = N_("Only %(max)s tags are kept; left out: %(value)s")

_MODELS = frozenset({"model", "llm", "模型", "大模型"})
_NO_VALUE = frozenset({"", "none", "n/a", "na", "null", "-", "无"})

#: Facts without a field of their own become lines at the end of the description, in its language.
_LINES = {
    "update_frequency": {"zh": "更新频率", "en": "Update frequency"},
    "formats": {"zh": "数据形式", "en": "Formats"},
    "licence": {"zh": "许可条款", "en": "Licence"},
}


@dataclass
class Entry:
    """A row on its way to a content: what was found, from which column each field came, and what is to be said."""

    values: Mapping[str, Any]
    language: str
    content: dict[str, Any] = field(default_factory=dict)
    origin: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    problems: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    key: str = ""

    def put(self, name: str, column: str, value: Any) -> None:
        """Set a field; an empty value says nothing and changes nothing."""
        if value not in (None, "", [], {}):
            self.content[name] = value
            self.origin[name] = column

    def add(self, name: str, column: str, values: Iterable[str]) -> None:
        """Add to a field that holds a list, each value once."""
        self.put(name, column, list(dict.fromkeys([*self.content.get(name, []), *values])))

    def read(self, column: str) -> str:
        """The text of a column, "" where it is empty; something else than a text is a problem and reads as empty."""
        text = _plain_text(self.values.get(column))
        if text is None:
            self.problems.append(Finding(column, UNREADABLE))
        return text or ""

    def glance(self, column: str) -> str:
        """The text of a column that is read in full elsewhere."""
        return _plain_text(self.values.get(column)) or ""


Converter = Callable[[Entry, str, Any], None]


@dataclass(frozen=True)
class Column:
    """One row of the table: the column, the field (or fields) that it fills, and how. ``own`` is one of our names."""

    name: str
    fills: str
    convert: Converter
    own: bool = False


def _plain_text(value: Any) -> str | None:
    """A cell as text; None where it is something else than a text or a number."""
    match value:
        case None:
            return ""
        case str():
            return value.strip()
        case bool() | dict():
            return None
        case list():
            return ", ".join(split(value))
        case _:
            return str(value)


def _text(fills: str) -> Converter:
    """A text as it is; ``{language}`` in ``fills`` is the row's language."""

    def convert(entry: Entry, column: str, value: Any) -> None:
        entry.put(fills.format(language=entry.language), column, entry.read(column))

    return convert


def _key(entry: Entry, column: str, value: Any) -> None:
    entry.key = entry.read(column) or entry.key


def _provider(entry: Entry, column: str, value: Any) -> None:
    text = entry.read(column)
    if len(text) > LONGEST_PROVIDER:
        entry.warnings.append(Finding(column, SHORTENED, {"max": LONGEST_PROVIDER}))
    entry.put("provider", column, shortened(text, LONGEST_PROVIDER))


def _line(entry: Entry, column: str, value: Any) -> None:
    text = entry.read(column)
    if text.casefold() not in _NO_VALUE:
        colon = "：" if entry.language == "zh" else ": "
        entry.lines.append(f"**{_LINES[column][entry.language]}**{colon}{' '.join(text.split())}")


def _word(terms: type[Term], text: str) -> Term | None:
    """The member that ``text`` names by its code or by one of its labels."""
    wanted = text.strip().casefold()
    return next((term for term in terms if wanted in (term.value.casefold(), term.zh.casefold(), term.en.casefold())), None)


def _coded(terms: type[Term], fills: str) -> Converter:
    def convert(entry: Entry, column: str, value: Any) -> None:
        text = entry.read(column)
        term = _word(terms, text)
        if term is not None:
            entry.put(fills, column, term.value)
        elif text:
            entry.problems.append(Finding(column, NOT_A_CHOICE))

    return convert


def _coded_list(find: Callable[[str], Term | None], fills: str) -> Converter:
    def convert(entry: Entry, column: str, value: Any) -> None:
        words = split(value)
        found = [find(word) for word in words]
        if None in found:
            entry.problems.append(Finding(column, NOT_A_CHOICE))
        entry.put(fills, column, [term.value for term in found if term is not None])

    return convert


def _kind(entry: Entry, column: str, value: Any) -> None:
    if entry.glance(column).casefold() in _MODELS:
        general = entry.glance("category").casefold() in GENERAL
        entry.put("kind", column, ResourceKind.GENERAL_MODEL.value if general else ResourceKind.INDUSTRY_MODEL.value)
    else:
        _coded(ResourceKind, "kind")(entry, column, value)


def _region(entry: Entry, column: str, value: Any) -> None:
    """Where the text is finer than our codes, or foreign, it is kept as a tag, so that it can still be found."""
    for text in split(value):
        region, finer = region_of(text)
        if region is None:
            entry.warnings.append(Finding(column, UNKNOWN_PLACE, {"value": text}))
        else:
            entry.add("regions", column, [region.value])
        if finer or region is None:
            entry.add("tags", column, [text])


def _category(entry: Entry, column: str, value: Any) -> None:
    for text in split(value):
        if text.casefold() in GENERAL:
            continue
        industry = industry_of(text)
        if industry is None:
            entry.warnings.append(Finding(column, UNKNOWN_TRADE, {"value": text}))
        else:
            entry.add("industries", column, [industry.value])


def _tags(entry: Entry, column: str, value: Any) -> None:
    places = entry.content.get("tags", [])
    tags = [tag for tag in split(value) if tag not in places]
    room = MOST_TAGS - len(places)
    if len(tags) > room:
        entry.warnings.append(Finding(column, TAGS_LEFT_OUT, {"max": MOST_TAGS, "value": ", ".join(tags[room:])}))
    entry.put("tags", column, tags[:room] + places)


def _licence(entry: Entry, column: str, value: Any) -> None:
    terms = licence_of(entry.read(column))
    if terms is None:
        return
    entry.put("licence", column, terms.licence.value)
    if len(terms.note) > LONGEST_NOTE:
        entry.warnings.append(Finding(column, SHORTENED, {"max": LONGEST_NOTE}))
        _line(entry, "licence", value)
    # A code that needs its note has it in a column of its own.
    if terms.licence is not Licence.OTHER or terms.note:
        entry.put("licence_note", column, shortened(terms.note, LONGEST_NOTE))


def _url(entry: Entry, column: str, value: Any) -> None:
    text = entry.read(column)
    address = address_in(text)
    if text and not address:
        entry.problems.append(Finding(column, NO_ADDRESS))
    elif address != text:
        entry.warnings.append(Finding(column, ADDRESS_TAKEN, {"value": address}))
    entry.put("url", column, address)


def _card(entry: Entry, column: str, value: Any) -> None:
    """The transparency card: as an object, or each part in a column ``transparency.purpose_zh``."""
    part = column.partition(".")[2]
    if part:
        text = _plain_text(value)
        if text:
            entry.put("transparency", column, {**entry.content.get("transparency", {}), part: text})
    elif isinstance(value, dict):
        entry.put("transparency", column, {name: text for name, text in value.items() if text not in (None, "")})
    elif value not in (None, ""):
        entry.problems.append(Finding(column, UNREADABLE))


def _nothing(entry: Entry, column: str, value: Any) -> None:
    """The language was read before the rest."""


#: The table. Rows are worked from top to bottom, so that our own names have the last word.
COLUMNS: tuple[Column, ...] = (
    Column("id", KEY, _key),
    Column("lang", "language", _nothing),
    Column("name", "title", _text("title_{language}")),
    Column("description", "summary, description", _text("description_{language}")),
    Column("organization", "provider", _provider),
    Column("region", "regions, tags", _region),
    Column("category", "industries, kind", _category),
    Column("update_frequency", "description", _line),
    Column("formats", "description", _line),
    Column(KEY, KEY, _key, own=True),
    Column("kind", "kind", _kind, own=True),
    Column("access_policy", "access_policy", _coded(AccessPolicy, "access_policy"), own=True),
    *(
        Column(name, name, _text(name), own=True)
        for stem in ("title", "summary", "description")
        for name in (f"{stem}_zh", f"{stem}_en")
    ),
    Column("industries", "industries", _coded_list(industry_of, "industries"), own=True),
    Column("regions", "regions", _coded_list(lambda text: region_of(text)[0], "regions"), own=True),
    Column("licence", "licence, licence_note", _licence, own=True),
    Column("licence_note", "licence_note", _text("licence_note"), own=True),
    Column("tags", "tags", _tags, own=True),
    Column("provider", "provider", _text("provider"), own=True),
    Column("url", "url", _url, own=True),
    Column("mailbox", "mailbox", _text("mailbox"), own=True),
    Column("price", "price", _coded(PriceModel, "price"), own=True),
    Column("places", "places", _text("places"), own=True),
    Column("term_days", "term_days", _text("term_days"), own=True),
    Column("min_tier", "min_tier", _coded(Tier, "min_tier"), own=True),
    Column("sizes", "sizes", _coded_list(lambda text: _word(SizeClass, text), "sizes"), own=True),
    Column("transparency", "transparency", _card, own=True),
)

_BY_NAME = {column.name: column for column in COLUMNS}
_FOREIGN = frozenset(column.name for column in COLUMNS if not column.own)


def column_of(name: str) -> str:
    """The column's name as the table has it: lower case, blanks and hyphens as underscores."""
    return re.sub(r"[\s-]+", "_", name.strip().casefold())


def known(name: str) -> bool:
    """Whether the table has that column (parts of the card stand in columns of their own)."""
    return name in _BY_NAME or name.startswith("transparency.")


def convert(values: Mapping[str, Any]) -> Entry:
    """A row's values, by normalised column name, as an entry: texts and codes of our fields, not yet validated."""
    declared, *texts = (_plain_text(values.get(name)) or "" for name in ("lang", "name", "description"))
    entry = Entry(values, language_of(declared, *texts))
    for column in COLUMNS:
        if column.name in values:
            column.convert(entry, column.name, values[column.name])
    for name, value in values.items():
        if name.startswith("transparency."):
            _card(entry, name, value)
    if not _FOREIGN.isdisjoint(values):
        _texts(entry)
    return entry


def _texts(entry: Entry) -> None:
    """The lines at the end of the description, and the summary that other catalogues do not have."""
    title, summary, description = (f"{stem}_{entry.language}" for stem in ("title", "summary", "description"))
    words = entry.content.get(description, "")
    if entry.content.get(title) and not entry.content.get(summary):
        entry.put(summary, entry.origin.get(description, entry.origin[title]), summary_of(words, entry.content[title]))
    if entry.lines:
        # Two blanks before the break make lines of their own in Markdown.
        lines = "  \n".join(entry.lines)
        entry.put(description, entry.origin.get(description, "description"), "\n\n".join(filter(None, (words, lines))))


def assume(entry: Entry) -> dict[str, Any]:
    """What may be assumed where neither the row nor a default says it, by field.

    An address without a policy is open to anyone who follows it. The trade of another catalogue's entry is read from
    its tags; where they name none it is research for data and software for everything else. A licence is never assumed.
    """
    assumed: dict[str, Any] = {}
    if "access_policy" not in entry.content and entry.glance("url"):
        assumed["access_policy"] = AccessPolicy.OPEN.value
    if "industries" not in entry.content and not _FOREIGN.isdisjoint(entry.values):
        data = entry.content.get("kind") in (ResourceKind.DATASET, ResourceKind.DATA_API)
        named = (
            [] if entry.glance("category") else [industry.value for industry in industries_of_tags(entry.content.get("tags", []))]
        )
        assumed["industries"] = named or [Industry.M.value if data else Industry.I.value]
    return assumed
