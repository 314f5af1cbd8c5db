"""Cells of tables: lists in one cell, and the guard against formulas.

A spreadsheet takes a cell that begins with one of ``FORMULA_SIGNS`` for a formula, also where the file is CSV; the
guard is an apostrophe before it, and reading takes the same apostrophe away again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_GUARD = "'"
_SEPARATORS = re.compile(r"[,，、;；]")


def guard(text: str) -> str:
    """``text`` as a cell that no spreadsheet executes."""
    return _GUARD + text if text.lstrip(_GUARD).startswith(FORMULA_SIGNS) else text


def unguard(text: str) -> str:
    """The text that was guarded; any other text stays as it is."""
    return text[1:] if text.startswith(_GUARD) and text.lstrip(_GUARD).startswith(FORMULA_SIGNS) else text


def joined(items: Iterable[str]) -> str:
    """Several words in one cell, separated by commas; as a JSON list where a word itself holds a separator."""
    words = [str(item) for item in items]
    if any(_SEPARATORS.search(word) or word.startswith("[") for word in words):
        return json.dumps(words, ensure_ascii=False)
    return ", ".join(words)


def split(value: Any) -> list[str]:
    """The words of a cell or of a JSON list, stripped, each once, in their order; nothing gives none."""
    if value is None:
        return []
    if isinstance(value, str):
        value = _listed(value)
    elif not isinstance(value, list | tuple):
        value = [value]
    words = (str(item).strip() for item in value if item is not None)
    return list(dict.fromkeys(word for word in words if word))


def _listed(text: str) -> list[Any]:
    if text.lstrip().startswith("["):
        try:
            found = json.loads(text)
        except ValueError:
            found = None
        if isinstance(found, list):
            return found
    return _SEPARATORS.split(text)
