"""GB 32100-2015."""

from __future__ import annotations

import pytest

from marketplace.organisations.credit_code import ALPHABET, check_character, is_credit_code, tidy

#: Codes of real bodies as printed in public registers, which nobody here computed.
REAL = ("91110000802100433B", "914403001922038216", "91330100799655058B")


@pytest.mark.parametrize("code", REAL)
def test_a_code_from_a_public_register_is_right(code: str) -> None:
    assert is_credit_code(code)


def test_one_wrong_character_anywhere_is_noticed() -> None:
    code = REAL[0]
    for place, character in enumerate(code):
        for other in ALPHABET:
            if other != character:
                assert not is_credit_code(code[:place] + other + code[place + 1 :]), (place, other)


def test_two_neighbours_exchanged_are_noticed() -> None:
    code = REAL[1]
    for place in range(17):
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        assert swapped == code or not is_credit_code(swapped)


@pytest.mark.parametrize(
    "code", ["", "9111", REAL[0] + "0", REAL[0].lower(), "91I10000802100433B", "9111000A802100433B", "９" + REAL[0][1:]]
)
def test_what_is_not_formed_like_a_code_is_refused(code: str) -> None:
    assert not is_credit_code(code)


def test_blanks_hyphens_and_small_letters_are_forgiven() -> None:
    assert tidy(" 9111 0000-8021 0043 3b ") == REAL[0]


def test_every_check_character_can_come_out() -> None:
    found = {check_character(f"9111000080210{number:04d}") for number in range(400)}
    assert found == set(ALPHABET)
