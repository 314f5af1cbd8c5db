"""Cells: the guard against formulas, and lists in one cell."""

from __future__ import annotations

import pytest

from catalog.interchange.cells import FORMULA_SIGNS, guard, joined, split, unguard


@pytest.mark.parametrize("sign", FORMULA_SIGNS)
def test_a_cell_that_a_spreadsheet_would_execute_is_guarded_and_comes_back_as_it_was(sign: str) -> None:
    text = f'{sign}cmd|" /C calc"!A0'
    assert guard(text) == f"'{text}"
    assert unguard(guard(text)) == text
    assert unguard(guard(f"'{text}")) == f"'{text}"


@pytest.mark.parametrize("text", ["", "plain", "'quoted'", "'", "1 = 1", "a@firm.example", "'tis"])
def test_a_harmless_cell_stays_as_it_is(text: str) -> None:
    assert guard(text) == text
    assert unguard(text) == text


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, []),
        ("", []),
        ("  ", []),
        ("a, b,c", ["a", "b", "c"]),
        ("质检，机器视觉、视觉；工业;x", ["质检", "机器视觉", "视觉", "工业", "x"]),
        ("a,,a, ", ["a"]),
        (["a", " b ", None, "a"], ["a", "b"]),
        ('["a, b", "c"]', ["a, b", "c"]),
        ("[draft], b", ["[draft]", "b"]),
        (110000, ["110000"]),
    ],
)
def test_a_cell_holds_several_words(value: object, words: list[str]) -> None:
    assert split(value) == words


@pytest.mark.parametrize("words", [[], ["a"], ["a", "b"], ["a, b", "c"], ["[x]"], ["质检", "甲；乙"]])
def test_words_joined_into_a_cell_come_out_again(words: list[str]) -> None:
    assert split(joined(words)) == words
