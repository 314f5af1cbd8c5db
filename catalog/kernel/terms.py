"""A term is an enum member that carries its label in both languages; every vocabulary is made of terms."""

from __future__ import annotations

from enum import StrEnum


class Term(StrEnum):
    """A coded value with its Chinese and English label: ``PILOT = "pilot", "试点开放", "Pilot"``."""

    zh: str
    en: str

    def __new__(cls, code: str, zh: str, en: str) -> Term:
        member = str.__new__(cls, code)
        member._value_ = code
        member.zh = zh
        member.en = en
        return member

    def label(self, language: str) -> str:
        """The label in ``language`` ("zh" or "en"; anything else reads English)."""
        return self.zh if language == "zh" else self.en

    @classmethod
    def codes(cls) -> tuple[str, ...]:
        """Every code, in the order of declaration."""
        return tuple(member.value for member in cls)
