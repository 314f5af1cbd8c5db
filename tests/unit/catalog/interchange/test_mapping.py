"""The table of columns: what each column becomes, and what is said where it becomes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.content import CONTENT
from catalog.interchange import mapping
from catalog.interchange.mapping import COLUMNS, KEY, assume, column_of, convert, known

#: One value in other catalogues' words → what it becomes.
CONVERTED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"name": "文心一言"}, {"title_zh": "文心一言", "summary_zh": "文心一言"}),
    ({"name": "MOSS", "lang": "zh"}, {"title_zh": "MOSS", "summary_zh": "MOSS"}),
    ({"name": "MOSS"}, {"title_en": "MOSS", "summary_en": "MOSS"}),
    ({"name": 12333, "lang": "zh"}, {"title_zh": "12333", "summary_zh": "12333"}),
    (
        {"name": "GEO", "description": "Maps **of** all. More."},
        {"title_en": "GEO", "summary_en": "Maps of all. More.", "description_en": "Maps **of** all. More."},
    ),
    (
        {"name": "GEO", "update_frequency": "Daily\nat noon", "formats": ["CSV", "JSON"]},
        {
            "title_en": "GEO",
            "summary_en": "GEO",
            "description_en": "**Update frequency**: Daily at noon  \n**Formats**: CSV, JSON",
        },
    ),
    ({"name": "GEO", "update_frequency": "None", "formats": []}, {"title_en": "GEO", "summary_en": "GEO"}),
    (
        {"name": "地图", "description": "全国地图。", "update_frequency": "每日"},
        {"title_zh": "地图", "summary_zh": "全国地图。", "description_zh": "全国地图。\n\n**更新频率**：每日"},
    ),
    ({"organization": "百度"}, {"provider": "百度"}),
    ({"region": "北京"}, {"regions": ["110000"]}),
    ({"region": "浙江杭州"}, {"regions": ["330000"], "tags": ["浙江杭州"]}),
    ({"region": "us-east-1", "tags": ["solar"]}, {"regions": ["100000"], "tags": ["solar", "us-east-1"]}),
    ({"kind": "model", "category": "通用"}, {"kind": "general_model"}),
    ({"kind": "model"}, {"kind": "general_model"}),
    ({"kind": "model", "category": "医疗"}, {"kind": "industry_model", "industries": ["Q"]}),
    ({"kind": "大模型", "category": "垂直"}, {"kind": "industry_model"}),
    ({"kind": "dataset"}, {"kind": "dataset"}),
    ({"kind": "智能体"}, {"kind": "agent"}),
    ({"kind": "Data API"}, {"kind": "data_api"}),
    ({"licence": "CC BY 4.0"}, {"licence": "cc-by-4.0"}),
    ({"licence": "Ask us."}, {"licence": "other", "licence_note": "Ask us."}),
    ({"licence": "other", "licence_note": "Ask us."}, {"licence": "other", "licence_note": "Ask us."}),
    ({"licence": None}, {}),
    ({"url": "see [docs](https://a.example/x)."}, {"url": "https://a.example/x"}),
    ({"tags": "a, b、a"}, {"tags": ["a", "b"]}),
    ({"access_policy": "试点开放"}, {"access_policy": "pilot"}),
    ({"price": "Free tier", "min_tier": "little_giant"}, {"price": "free_tier", "min_tier": "little_giant"}),
    ({"industries": "C, 金融业"}, {"industries": ["C", "J"]}),
    ({"regions": 110000}, {"regions": ["110000"]}),
    ({"sizes": "micro、小型企业"}, {"sizes": ["micro", "small"]}),
    ({"places": 20, "term_days": "180"}, {"places": "20", "term_days": "180"}),
    ({"transparency": {"purpose_zh": "质检", "filing": ""}}, {"transparency": {"purpose_zh": "质检"}}),
    ({"transparency.purpose_en": "QA", "transparency.filing": ""}, {"transparency": {"purpose_en": "QA"}}),
    ({"name": "甲", "title_zh": "乙", "summary_zh": "丙"}, {"title_zh": "乙", "summary_zh": "丙"}),
    ({"title_zh": "甲", "description_zh": "乙。"}, {"title_zh": "甲", "description_zh": "乙。"}),
    (dict.fromkeys([column.name for column in COLUMNS], ""), {}),
    (dict.fromkeys([column.name for column in COLUMNS]), {}),
]

#: One value → the column and the message of the problem.
PROBLEMS: list[tuple[dict[str, Any], str, str]] = [
    ({"url": "avdata.ford.com"}, "url", mapping.NO_ADDRESS),
    ({"kind": "gadget"}, "kind", mapping.NOT_A_CHOICE),
    ({"access_policy": "free for all"}, "access_policy", mapping.NOT_A_CHOICE),
    ({"regions": "110000, Atlantis"}, "regions", mapping.NOT_A_CHOICE),
    ({"industries": "magic"}, "industries", mapping.NOT_A_CHOICE),
    ({"sizes": ["huge"]}, "sizes", mapping.NOT_A_CHOICE),
    ({"name": {"zh": "甲"}}, "name", mapping.UNREADABLE),
    ({"kind": True}, "kind", mapping.UNREADABLE),
    ({"organization": {}}, "organization", mapping.UNREADABLE),
    ({"url": {"href": "https://a.example"}}, "url", mapping.UNREADABLE),
    ({"licence": {"name": "MIT"}}, "licence", mapping.UNREADABLE),
    ({"formats": {"a": 1}}, "formats", mapping.UNREADABLE),
    ({"id": {}}, "id", mapping.UNREADABLE),
    ({"transparency": "all good"}, "transparency", mapping.UNREADABLE),
]

#: One value → the column and the message of the warning.
WARNINGS: list[tuple[dict[str, Any], str, str]] = [
    ({"url": "see https://a.example/x for more"}, "url", mapping.ADDRESS_TAKEN),
    ({"region": "Atlantis"}, "region", mapping.UNKNOWN_PLACE),
    ({"category": "垂直"}, "category", mapping.UNKNOWN_TRADE),
    ({"organization": "x" * 301}, "organization", mapping.SHORTENED),
    ({"licence": "terms " * 400}, "licence", mapping.SHORTENED),
    ({"tags": [f"tag {number}" for number in range(21)]}, "tags", mapping.TAGS_LEFT_OUT),
]


@pytest.mark.parametrize(("values", "content"), CONVERTED)
def test_a_value_becomes_the_field_that_the_table_says(values: dict[str, Any], content: dict[str, Any]) -> None:
    entry = convert(values)
    assert entry.content == content
    assert entry.problems == []


@pytest.mark.parametrize(("values", "column", "message"), PROBLEMS)
def test_a_value_that_cannot_be_taken_is_a_problem_at_its_column(values: dict[str, Any], column: str, message: str) -> None:
    assert [(found.column, found.message) for found in convert(values).problems] == [(column, message)]


@pytest.mark.parametrize(("values", "column", "message"), WARNINGS)
def test_a_value_that_is_taken_in_part_is_a_warning_at_its_column(values: dict[str, Any], column: str, message: str) -> None:
    entry = convert(values)
    assert [(found.column, found.message) for found in entry.warnings] == [(column, message)]
    assert entry.problems == []
    assert entry.warnings[0].text


def test_every_field_of_a_resource_has_its_own_column() -> None:
    assert {column.name for column in COLUMNS if column.own} == {KEY, *CONTENT}


def test_a_field_knows_from_which_column_it_came() -> None:
    origin = convert({"name": "GEO", "organization": "X", "region": "北京", "lang": "en"}).origin
    assert origin == {"title_en": "name", "summary_en": "name", "provider": "organization", "regions": "region"}


def test_a_long_licence_is_kept_whole_in_the_description() -> None:
    text = "terms " * 400 + "end."
    content = convert({"name": "GEO", "licence": text}).content
    assert len(content["licence_note"]) <= 2000
    assert content["description_en"] == f"**Licence**: {text}"


def test_no_more_than_twenty_tags_are_kept_and_the_place_is_among_them() -> None:
    tags = convert({"region": "浙江杭州", "tags": [f"tag {number}" for number in range(25)]}).content["tags"]
    assert len(tags) == 20
    assert tags[0] == "tag 0" and tags[-1] == "浙江杭州"


@pytest.mark.parametrize(
    ("heading", "name"), [("Update Frequency", "update_frequency"), (" title-zh ", "title_zh"), ("LICENCE", "licence")]
)
def test_headings_may_differ_in_case_and_blanks(heading: str, name: str) -> None:
    assert column_of(heading) == name
    assert known(name)


def test_the_key_is_the_own_name_before_the_other_one() -> None:
    assert convert({"id": "llm-1"}).key == "llm-1"
    assert convert({"id": "llm-1", "source_key": "mine"}).key == "mine"
    assert convert({"id": 7}).key == "7"
    assert convert({}).key == ""


ASSUMED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"url": "https://a.example"}, {"access_policy": "open"}),
    ({"url": "https://a.example", "access_policy": "pilot"}, {}),
    ({"title_zh": "甲"}, {}),
    ({"name": "甲", "kind": "dataset"}, {"industries": ["M"]}),
    ({"name": "甲", "kind": "model"}, {"industries": ["I"]}),
    ({"name": "甲", "kind": "dataset", "tags": ["solar"]}, {"industries": ["D"]}),
    ({"name": "甲", "kind": "model", "category": "垂直", "tags": ["solar"]}, {"industries": ["I"]}),
    ({"name": "甲", "category": "金融"}, {}),
]


@pytest.mark.parametrize(("values", "assumed"), ASSUMED)
def test_only_policy_and_industries_are_ever_assumed(values: dict[str, Any], assumed: dict[str, Any]) -> None:
    assert assume(convert(values)) == assumed
