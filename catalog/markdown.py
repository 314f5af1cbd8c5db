"""What is left of a Markdown text where only its words are wanted: summaries, search results."""

from __future__ import annotations

import re
from html import unescape

_MARKDOWN = (
    (re.compile(r"```.*?(```|\Z)", re.DOTALL), " "),
    (re.compile(r"!\[[^\]]*\]\([^)]*\)"), " "),
    (re.compile(r"\[([^\]]+)\]\s?\([^)]*\)"), r"\1"),
    (re.compile(r"<(https?://[^>\s]+)>"), r"\1"),
    (re.compile(r"</?[a-zA-Z][^<>]*>"), " "),
    (re.compile(r"^\s{0,3}(#{1,6}\s+|>\s?|[-*+]\s+|\d+[.)]\s+|[-*_]{3,}\s*$)", re.MULTILINE), ""),
    (re.compile(r"`([^`\n]*)`"), r"\1"),
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", re.DOTALL), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<!\w)_(?=\S)([^_\n]+?)(?<=\S)_(?!\w)"), r"\1"),
)


def without_markdown(text: str) -> str:
    """The words of a Markdown text on one line."""
    for pattern, kept in _MARKDOWN:
        text = pattern.sub(kept, text)
    return " ".join(unescape(text).split())
