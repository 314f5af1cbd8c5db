"""Rules of how text becomes terms."""

from __future__ import annotations

import pickle

import pytest

from catalog.search.analysis import MixedText, Run, Word, fold, loosened, terms, units


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("文心一言", {"文", "文心", "心", "心一", "一", "一言", "言"}),
        ("药", {"药"}),
        ("Satellites", {"satellites", "~satellit"}),
        ("ＧＰＴ写作", {"gpt", "~gpt", "写", "写作", "作"}),
        ("ChatGLM3-6B", {"chatglm3", "~chatglm3", "6b", "~6b"}),
        ("100B参数", {"100b", "~100b", "参", "参数", "数"}),
        ("* ( : ~ _ \ud800 ，。", set()),
    ],
)
def test_text_gives_pairs_single_characters_words_and_stems(text: str, expected: set[str]) -> None:
    assert {term for term, *_ in terms(text)} == expected


def test_positions_make_neighbours_of_what_stands_together_in_any_mix() -> None:
    at = {term: position for term, position, *_ in terms("GPT写作 tool")}
    assert (at["gpt"], at["写作"], at["作"], at["tool"]) == (0, 1, 2, 3)


@pytest.mark.parametrize("text", ["面积㎡药品", "ﬁne 药品 x", "ＧＰＴ药，x", "İ药品"])
def test_offsets_point_into_the_text_even_where_folding_makes_it_longer(text: str) -> None:
    start, end = next((start, end) for term, _, start, end in terms(text) if term == "药")
    assert text[start:end] == "药"


def test_folding_makes_width_and_case_equal() -> None:
    assert fold("ＡＢc１") == fold("abC1") == "abc1"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("大模型 医疗", (Run("大模型"), Run("医疗"))),
        ("GPT写作", (Word("gpt"), Run("写作"))),
        ('satellite AND "imagery"', (Word("satellite"), Word("imagery"))),
        ("the", (Word("the"),)),
        ("药 药", (Run("药"),)),
        ("***", ()),
    ],
)
def test_a_question_falls_into_units_once_each_without_operators(question: str, expected: tuple) -> None:
    assert units(question) == expected


def test_a_loosened_question_asks_for_words_and_pairs_one_by_one() -> None:
    assert loosened(units("GPT 大模型")) == (Word("gpt"), Run("大模"), Run("模型"))


def test_an_endless_question_is_cut() -> None:
    assert len(units(" ".join(f"{chr(97 + n % 26)}{n // 26}" for n in range(10_000)))) == 32
    assert len(units("文" * 10_000)[0].text) == 300


def test_the_analyzer_can_be_pickled_and_counts_positions_from_where_it_is_told() -> None:
    analyzer = pickle.loads(pickle.dumps(MixedText()))
    seen = [(token.text, token.pos) for token in analyzer("文心", positions=True, start_pos=5)]
    assert seen == [("文", 5), ("文心", 5), ("心", 6)]
