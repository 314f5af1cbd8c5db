"""Texts as they come in: which language, what is left without Markdown, a summary, an address within prose."""

from __future__ import annotations

import re

from catalog.markdown import without_markdown

SUMMARY = 200

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_KANA_OR_HANGUL = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=\S)|(?<=[。！？])")

#: An address ends where no address goes on: at a blank, a bracket, a quotation mark, a Chinese letter or mark.
_ADDRESS = re.compile(r"https?://[^\s<>\"'`{}|\\^\[\]()（）【】《》“”‘’，。；、！？\u3400-\u9fff]+", re.IGNORECASE)
_WHOLE_ADDRESS = re.compile(r"https?://[^\s<>\"\[\]]+", re.IGNORECASE)


def language_of(declared: str, *texts: str) -> str:
    """ "zh" or "en": what the row declares, else by its letters. Japanese and Korean count as not Chinese."""
    code = declared.strip().casefold()
    if code.startswith(("zh", "chi", "cmn", "中")):
        return "zh"
    if code:
        return "en"
    joined = " ".join(texts)
    return "zh" if _HAN.search(joined) and not _KANA_OR_HANGUL.search(joined) else "en"


def summary_of(description: str, title: str) -> str:
    """The first sentences of ``description`` up to 200 characters without Markdown; the title where it is empty."""
    words = without_markdown(description)
    if not words:
        return title
    summary = ""
    for sentence in _SENTENCE_END.split(words):
        blank = " " if summary and summary[-1] in ".!?" else ""
        if len(summary) + len(blank) + len(sentence) > SUMMARY:
            break
        summary += blank + sentence
    return summary or shortened(words, SUMMARY)


def shortened(text: str, most: int) -> str:
    """``text`` in at most ``most`` characters, cut between words where there are any, with an ellipsis."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    at_word = cut.rsplit(" ", 1)[0]
    return (at_word if len(at_word) > most // 2 else cut).rstrip(" ,;:，；：") + "…"


def address_in(text: str) -> str:
    """The first http or https address within ``text``, "" where there is none."""
    text = text.strip()
    if _WHOLE_ADDRESS.fullmatch(text) and not text.endswith((",", ";", ".")):
        return text
    found = _ADDRESS.search(text)
    return found[0].rstrip(".,;:!?*_") if found else ""
