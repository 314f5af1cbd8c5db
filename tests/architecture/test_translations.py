"""Whatever the product says, it says in Chinese too. ``make translations`` brings new texts into the catalog."""

import importlib
import pkgutil
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po
from babel.util import pathmatch
from marshmallow import Schema, fields, validate

import catalog
import marketplace
from catalog.kernel.fields import Strict
from marketplace.i18n import say

ROOT = Path(__file__).parents[2]
CHINESE = ROOT / "marketplace/translations/zh/LC_MESSAGES/messages.po"

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}|</?[a-z][^>]*>")
HAN = re.compile(r"[\u4e00-\u9fff]")


def methods():
    """Which files are searched for texts, and how, by the project's own configuration."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"]["mappings"]
    return [(mapping["pattern"], mapping["method"]) for mapping in mappings]


def extracted():
    """Every msgid with the file it stands in; a plural is a pair."""
    keywords = {**DEFAULT_KEYWORDS, "lazy_gettext": None}
    return {
        msgid: f"{package}/{name}"
        for package in ("catalog", "marketplace")
        for name, _line, msgid, _comments, _context in extract_from_dir(ROOT / package, methods(), keywords=keywords)
    }


@pytest.fixture(scope="module")
def chinese() -> Catalog:
    with CHINESE.open("rb") as file:
        return read_po(file, locale="zh", abort_invalid=True)


@pytest.fixture(scope="module")
def texts():
    return extracted()


def said(chinese, msgid):
    """The Chinese text; "" where there is none or nobody has looked at it."""
    message = chinese.get(msgid if isinstance(msgid, str) else msgid[0])
    if message is None or message.fuzzy:
        return ""
    return message.string[0] if isinstance(message.string, tuple) else message.string


def test_every_template_is_searched_for_texts():
    """Those of mails too: what the configuration passes over would be said in English to everyone."""
    templates = [path for path in (ROOT / "marketplace/templates").rglob("*") if path.is_file()]
    speaking = [path for path in templates if re.search(r"\b_\(|\bngettext\(", path.read_text(encoding="utf-8"))]
    assert speaking
    searched = [pattern for pattern, method in methods() if method == "jinja2"]
    names = (path.relative_to(ROOT / "marketplace").as_posix() for path in speaking)
    assert [name for name in names if not any(pathmatch(pattern, name) for pattern in searched)] == []


def test_every_text_of_code_and_templates_has_its_chinese(chinese, texts):
    assert {msgid: place for msgid, place in texts.items() if not HAN.search(said(chinese, msgid))} == {}


def test_what_is_filled_in_has_its_place_in_both_languages(chinese, texts):
    def placeholders(text):
        return Counter(PLACEHOLDER.findall(text))

    wrong = {}
    for msgid in texts:
        # One person or thing may be counted in words; the plural names the number.
        english = msgid if isinstance(msgid, str) else msgid[1]
        if placeholders(english) != placeholders(said(chinese, msgid)):
            wrong[english] = said(chinese, msgid)
    assert wrong == {}


# -- what marshmallow says ---------------------------------------------------------------------------------------------


def modules():
    """Every module of the product but the programs that run on import."""
    for package in (catalog, marketplace):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__"):
                importlib.import_module(found.name)


def schemas(base=Strict):
    for schema in base.__subclasses__():
        if schema.__module__.split(".")[0] in ("catalog", "marketplace"):
            yield schema
        yield from schemas(schema)


def messages_of_validator(check):
    match check:
        case validate.And():
            for inner in check.validators:
                yield from messages_of_validator(inner)
        case validate.Validator():
            yield getattr(check, "error", None) or f"{check!r} has no message of ours"


def messages_of_field(field):
    yield from field.error_messages.values()
    for check in field.validators:
        yield from messages_of_validator(check)
    inner = (getattr(field, name, None) for name in ("inner", "key_field", "value_field"))
    for part in inner:
        if part is not None:
            yield from messages_of_field(part)
    if isinstance(field, fields.Nested):
        yield from messages_of_schema(field.schema)


def messages_of_schema(schema: Schema):
    yield from schema.error_messages.values()
    for field in schema.fields.values():
        yield from messages_of_field(field)


@pytest.fixture(scope="module")
def refusals():
    """Whatever any input of the product may answer, with the inputs that may answer it."""
    modules()
    found = {}
    for schema in {Strict, *schemas()}:
        for message in messages_of_schema(schema()):
            found.setdefault(str(message), set()).add(schema.__name__)
    return found


def test_every_refusal_of_an_input_has_its_chinese(chinese, refusals):
    assert {text: sorted(names) for text, names in refusals.items() if not HAN.search(said(chinese, text))} == {}


def test_refusals_are_translated_after_their_numbers_were_filled_in(app, refusals):
    filled = {text.format(min=1, max=20) for text in refusals if re.search(r"\{(min|max)\}", text)}
    assert filled
    with app.test_request_context("/", headers={"Accept-Language": "zh"}):
        assert {text: say(text) for text in filled if not HAN.search(say(text))} == {}
