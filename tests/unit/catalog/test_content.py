"""What a publisher writes: the input, what blocks submission, what is material."""

from __future__ import annotations

import pytest

from catalog.content import (
    CONTENT,
    MATERIAL,
    TRANSPARENCY,
    ContentSchema,
    changed,
    complete_card,
    content_of,
    material_changes,
    missing_in,
    other_language_missing,
    plain,
    put,
)
from catalog.models import Resource
from catalog.vocab import Licence, ResourceKind

COMPLETE = {
    "kind": "algorithm",
    "access_policy": "pilot",
    "title_zh": "缺陷检测算法",
    "summary_zh": "识别十二类缺陷。",
    "industries": ["C"],
    "regions": ["100000"],
    "licence": "platform-terms",
    "mailbox": "open@xinghe.example",
    "price": "free",
    "term_days": 180,
}
OPEN = COMPLETE | {"access_policy": "open", "url": "https://open.xinghe.example/", "term_days": None}


def test_every_content_field_is_a_column_and_every_other_column_is_not() -> None:
    columns = set(Resource.__table__.columns.keys())
    first = list(Resource.__table__.columns.keys()).index("kind")
    assert set(CONTENT) == set(list(Resource.__table__.columns.keys())[first : first + len(CONTENT)])
    assert set(CONTENT) <= columns and set(CONTENT) >= MATERIAL


def test_complete_content_blocks_nothing() -> None:
    assert missing_in(COMPLETE) == {}
    assert missing_in(OPEN) == {}


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        (COMPLETE | {"kind": None}, {"kind"}),
        (COMPLETE | {"access_policy": None, "term_days": None}, {"access_policy"}),
        (COMPLETE | {"title_zh": ""}, {"title_zh"}),
        (COMPLETE | {"summary_zh": ""}, {"summary_zh"}),
        (COMPLETE | {"summary_zh": "", "summary_en": "Finds defects."}, {"summary_zh"}),
        (COMPLETE | {"title_zh": "", "summary_zh": ""}, {"title_zh", "summary_zh"}),
        (COMPLETE | {"title_zh": "", "summary_zh": "", "title_en": "Defects"}, {"summary_en"}),
        (COMPLETE | {"title_zh": "", "title_en": "Defects", "summary_en": "Finds defects."}, set()),
        (COMPLETE | {"licence": None}, {"licence"}),
        (COMPLETE | {"licence": "other"}, {"licence_note"}),
        (COMPLETE | {"licence": "other", "licence_note": "见协议"}, set()),
        (COMPLETE | {"industries": []}, {"industries"}),
        (COMPLETE | {"regions": []}, {"regions"}),
        (COMPLETE | {"mailbox": ""}, {"mailbox"}),
        (COMPLETE | {"price": None}, {"price"}),
        (COMPLETE | {"term_days": None}, {"term_days"}),
        (COMPLETE | {"access_policy": "registered", "term_days": None}, {"term_days"}),
        (COMPLETE | {"places": 0}, {"places"}),
        (COMPLETE | {"places": 1}, set()),
        (COMPLETE | {"kind": "api"}, {"url"}),
        (COMPLETE | {"kind": "data_api"}, {"url"}),
        (COMPLETE | {"kind": "dataset"}, set()),
        (OPEN | {"url": ""}, {"url"}),
    ],
)
def test_what_is_missing_is_named_by_field(content: dict, fields: set[str]) -> None:
    assert set(missing_in(content)) == fields


def test_the_mailbox_of_the_publisher_counts() -> None:
    assert missing_in(COMPLETE | {"mailbox": ""}, "open@firm.example") == {}


def test_the_input_refuses_what_no_vocabulary_knows() -> None:
    problems = ContentSchema().validate(
        COMPLETE | {"kind": "spaceship", "industries": ["C", "?"], "places": 0, "transparency": {"colour": "red"}}
    )
    assert set(problems) == {"kind", "industries", "places", "transparency"}


def test_the_input_gives_every_field_and_what_is_not_given_is_empty() -> None:
    loaded = ContentSchema().load({"kind": "api", "access_policy": "open", "places": "", "licence": ""})
    assert set(loaded) == set(CONTENT)
    assert loaded["kind"] is ResourceKind.API
    assert (loaded["places"], loaded["licence"], loaded["tags"], loaded["transparency"]) == (None, None, [], {})


def test_content_goes_in_and_comes_out_the_same() -> None:
    resource = Resource()
    given = COMPLETE | {"transparency": {"purpose_zh": "辅助判定", "filing": ""}, "tags": ["质检", "质检", "AI"]}
    put(resource, given)
    assert resource.kind is ResourceKind.ALGORITHM and resource.licence is Licence.PLATFORM_TERMS
    content = content_of(resource)
    assert content["transparency"] == {"purpose_zh": "辅助判定"}
    assert content["tags"] == ["质检", "AI"]
    assert put(resource, content) == [] and changed(content, content_of(resource)) == []


def test_writing_says_which_fields_changed_and_knows_no_others() -> None:
    resource = Resource()
    put(resource, COMPLETE)
    assert put(resource, {"title_zh": "新名称", "price": "free"}) == ["title_zh"]
    with pytest.raises(KeyError):
        plain({"state": "listed"})


@pytest.mark.parametrize("name", sorted(MATERIAL - {"places"}))
def test_a_change_of_a_material_field_is_material(name: str) -> None:
    assert material_changes({name: "before"}, {name: "after"}) == [name]


@pytest.mark.parametrize("name", sorted(set(CONTENT) - MATERIAL))
def test_a_change_of_another_field_is_not(name: str) -> None:
    assert changed({name: "before"}, {name: "after"}) == [name]
    assert material_changes({name: "before"}, {name: "after"}) == []


@pytest.mark.parametrize(
    ("before", "after", "material"), [(5, 4, True), (5, 6, False), (5, None, False), (None, 5, True), (5, 5, False)]
)
def test_only_fewer_places_are_material(before: int | None, after: int | None, material: bool) -> None:
    assert bool(material_changes({"places": before}, {"places": after})) is material


def test_a_card_is_complete_with_each_part_in_one_language_and_no_filing_number() -> None:
    card = {part.keys[index % 2]: "…" for index, part in enumerate(TRANSPARENCY) if part.bilingual}
    assert complete_card(Resource(transparency=card))
    for key in card:
        assert not complete_card(Resource(transparency={name: text for name, text in card.items() if name != key}))
    assert not complete_card(Resource(transparency={}))


@pytest.mark.parametrize("lacking", ["title_zh", "summary_zh", "title_en", "summary_en"])
def test_the_other_language_is_asked_for(lacking: str) -> None:
    both = {"title_zh": "一", "summary_zh": "一", "title_en": "One", "summary_en": "One"}
    assert not other_language_missing(Resource(**both))
    assert other_language_missing(Resource(**(both | {lacking: ""})))
