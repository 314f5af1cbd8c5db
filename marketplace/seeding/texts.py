"""The files of ``seed_data/``, read once."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "seed_data"


@cache
def read(name: str) -> Any:
    """The content of one file, by its name without the ending."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def both(name: str, value: dict[str, str] | None) -> dict[str, str]:
    """{"zh": …, "en": …} as the two columns ``name_zh`` and ``name_en``."""
    value = value or {}
    return {f"{name}_zh": value.get("zh", ""), f"{name}_en": value.get("en", "")}
