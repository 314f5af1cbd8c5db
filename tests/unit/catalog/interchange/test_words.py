"""Places, trades and texts as people write them."""

from __future__ import annotations

import pytest

from catalog.interchange.regions import region_of
from catalog.interchange.texts import SUMMARY, address_in, language_of, shortened, summary_of
from catalog.interchange.trades import industries_of_tags, industry_of
from catalog.markdown import without_markdown
from catalog.vocab import Industry, Region

PLACES = [
    ("北京", Region.BEIJING, False),
    ("北京市", Region.BEIJING, False),
    ("Beijing", Region.BEIJING, False),
    ("北京海淀", Region.BEIJING, True),
    ("浙江杭州", Region.ZHEJIANG, True),
    ("浙江省杭州市", Region.ZHEJIANG, True),
    ("太原", Region.SHANXI, True),
    ("深圳市", Region.GUANGDONG, True),
    ("内蒙古呼和浩特", Region.INNER_MONGOLIA, True),
    ("新疆", Region.XINJIANG, False),
    ("香港", Region.HONG_KONG, False),
    ("shaanxi", Region.SHAANXI, False),
    ("Shanxi", Region.SHANXI, False),
    ("110000", Region.BEIJING, False),
    ("330106", Region.ZHEJIANG, False),
    ("100000", Region.CHINA, False),
    ("全国", Region.CHINA, False),
    ("China", Region.CHINA, False),
    ("cn-north-1", Region.BEIJING, True),
    ("us-east-1", Region.CHINA, True),
    ("ap-southeast-2", Region.CHINA, True),
    ("Atlantis", None, False),
    ("990000", None, False),
]


@pytest.mark.parametrize(("text", "region", "finer"), PLACES)
def test_a_place_is_its_province(text: str, region: Region | None, finer: bool) -> None:
    assert region_of(text) == (region, finer)


@pytest.mark.parametrize("region", list(Region))
def test_every_region_is_known_by_code_and_by_both_labels(region: Region) -> None:
    assert {region_of(text) for text in (region.value, region.zh, region.en)} == {(region, False)}


TRADES = [
    ("医疗", Industry.Q),
    ("医学", Industry.Q),
    ("金融", Industry.J),
    ("教育", Industry.P),
    ("工业", Industry.C),
    ("制造业", Industry.C),
    ("汽车行业", Industry.C),
    ("农业", Industry.A),
    ("电商", Industry.F),
    ("政务", Industry.S),
    ("科研", Industry.M),
    ("c", Industry.C),
    ("Finance", Industry.J),
    ("垂直", None),
    ("通用", None),
]


@pytest.mark.parametrize(("text", "industry"), TRADES)
def test_a_trade_is_its_section(text: str, industry: Industry | None) -> None:
    assert industry_of(text) is industry


@pytest.mark.parametrize("industry", list(Industry))
def test_every_section_is_known_by_code_and_by_both_labels(industry: Industry) -> None:
    assert {industry_of(text) for text in (industry.value, industry.zh, industry.en)} == {industry}


def test_tags_speak_of_at_most_three_sections_the_most_named_first() -> None:
    assert industries_of_tags(["aws-pds", "solar", "Genomic", "biology"]) == [Industry.M, Industry.D]
    assert industries_of_tags(["csv"]) == []
    assert len(industries_of_tags(["solar", "genomic", "finance", "agriculture", "education"])) == 3


@pytest.mark.parametrize(
    ("declared", "texts", "language"),
    [
        ("zh", ["MOSS"], "zh"),
        ("zh-Hans", [""], "zh"),
        ("en", ["文心"], "en"),
        ("", ["文心 ERNIE"], "zh"),
        ("", ["ERNIE", "百度的模型"], "zh"),
        ("", ["ERNIE", ""], "en"),
        ("", ["日本語の辞書"], "en"),
    ],
)
def test_the_language_is_what_is_declared_or_what_the_letters_say(declared: str, texts: list[str], language: str) -> None:
    assert language_of(declared, *texts) == language


ADDRESSES = [
    ("https://yiyan.baidu.com", "https://yiyan.baidu.com"),
    ("http://course.fast.ai/datasets ", "http://course.fast.ai/datasets"),
    (
        "[here](https://github.com/agroimpacts/lacunalabels/). More [there](https://x.example)",
        "https://github.com/agroimpacts/lacunalabels/",
    ),
    ('at <a href="https://github.com/gbhl/bhl-open-data">our repository</a>.', "https://github.com/gbhl/bhl-open-data"),
    ("https://a.example/x, https://b.example/y", "https://a.example/x"),
    ("please consult https://cris.climate.gov/pages/about-the-data.\n", "https://cris.climate.gov/pages/about-the-data"),
    ("详见（https://a.example/说明）。", "https://a.example/"),
    ("见https://a.example/x，或来信", "https://a.example/x"),
    ("https://en.wikipedia.org/wiki/Mercury_(planet)", "https://en.wikipedia.org/wiki/Mercury_(planet)"),
    ("avdata.ford.com", ""),
    ("javascript:alert(1)", ""),
    ("TBD", ""),
    ("", ""),
]


@pytest.mark.parametrize(("text", "address"), ADDRESSES)
def test_the_first_address_is_taken_out_of_prose(text: str, address: str) -> None:
    assert address_in(text) == address


MARKDOWN = [
    ("# Heading\n\nText", "Heading Text"),
    ("**Bold** and *slanted* and __both__", "Bold and slanted and both"),
    ("[link](https://x.example) and <https://y.example>", "link and https://y.example"),
    ("`code` &amp; <br/> <b>more</b>", "code & more"),
    ("snake_case 2*3*4 a < b", "snake_case 2*3*4 a < b"),
    ("- item\n1. first\n> quoted\n---\n![pic](p.png)", "item first quoted"),
    ("```\nrun()\n```\nafter", "after"),
]


@pytest.mark.parametrize(("text", "words"), MARKDOWN)
def test_markdown_is_taken_away_and_its_words_stay(text: str, words: str) -> None:
    assert without_markdown(text) == words


SUMMARIES = [
    ("", "Title", "Title"),
    ("![only a picture](p.png)", "Title", "Title"),
    ("One. Two!", "T", "One. Two!"),
    ("第一句。第二句！", "T", "第一句。第二句！"),
    (f"One. {'x' * SUMMARY}.", "T", "One."),
]


@pytest.mark.parametrize(("description", "title", "summary"), SUMMARIES)
def test_a_summary_is_the_first_sentences_that_fit(description: str, title: str, summary: str) -> None:
    assert summary_of(description, title) == summary


@pytest.mark.parametrize("text", ["word " * 100, "字" * 300, "w" * 300])
def test_a_sentence_that_does_not_fit_is_cut_with_an_ellipsis(text: str) -> None:
    summary = summary_of(text, "T")
    assert SUMMARY // 2 < len(summary) <= SUMMARY
    assert summary.endswith("…") and not summary.endswith(" …")


def test_a_text_that_fits_is_not_shortened() -> None:
    assert shortened("x" * 10, 10) == "x" * 10
    assert len(shortened("x" * 11, 10)) == 10
