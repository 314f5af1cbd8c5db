"""The unified social credit code of legal persons, GB 32100-2015."""

from __future__ import annotations

import re

#: GB 32100-2015, table 2: digits and capitals without I, O, S, V and Z; the position is the value.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_FORM = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")


def check_character(first: str) -> str:
    """The 18th character for the first 17: 31 less the sum weighted by the powers of 3, modulo 31 (GB 32100-2015, 5.6)."""
    total = sum(ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(first))
    return ALPHABET[-total % 31]


def tidy(code: str) -> str:
    """The code without blanks and hyphens, in capitals."""
    return re.sub(r"[\s-]", "", code).upper()


def is_credit_code(code: str) -> bool:
    """Whether ``code`` is well formed and its check character right."""
    return _FORM.fullmatch(code) is not None and check_character(code[:17]) == code[17]
