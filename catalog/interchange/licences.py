"""Licence texts as people write them into our codes, without promising more than they say.

A code is found only where the text names exactly one licence, in a version that the vocabulary has, and does not hedge
("unless", "varies", "some"). Everything else is OTHER with the whole text as its note.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from catalog.vocab import Licence

#: Longer texts than this say more than which licence it is.
LONGEST_NAME = 300

_HEDGES = re.compile(
    r"\b(unless|except|exception|var(?:y|ies|ious|ying)|some|most|many|may not|either|or|but|however|similar|if|"
    r"depends?|restricted|custom|code|own|non-?commercial|redistribut\w+ is not)\b|除外|部分|商业用途"
)

#: Spelled out → short, applied in this order to the lower-cased text.
_SHORTENED = (
    (re.compile(r"https?://(?:www\.)?creativecommons\.org/licen[cs]es/([a-z-]+)/(\d\.\d)[^\s)]*"), r" cc \1 \2 "),
    (re.compile(r"https?://(?:www\.)?creativecommons\.org/public-?domain/(?:zero|cc0)[^\s)]*"), " cc0 "),
    (re.compile(r"https?://(?:www\.)?opendatacommons\.org/licen[cs]es/([a-z]+)[^\s)]*"), r" odc-\1 "),
    (re.compile(r"https?://(?:www\.)?apache\.org/licen[cs]es/license-2\.0[^\s)]*"), " apache-2.0 "),
    (re.compile(r"https?://opensource\.org/licen[cs]es?/mit\b[^\s)]*"), " mit license "),
    (re.compile(r"https?://cdla\.dev/[^\s)]*"), " cdla "),
    (re.compile(r"https?://[^\s)]*"), " "),
    (re.compile(r"知识共享"), " cc "),
    (re.compile(r"署名"), " by "),
    (re.compile(r"相同方式共享"), " sa "),
    (re.compile(r"非商业性?使用"), " nc "),
    (re.compile(r"禁止演绎"), " nd "),
    (re.compile(r"creative commons"), "cc"),
    (re.compile(r"\bcc licen[cs]e\b[\s.]*(?=cc\b)"), ""),
    (re.compile(r"\battribut(?:ion|e)\b(?! (?:required|of|for|is|with|as))"), "by"),
    (re.compile(r"\bnon[\s-]?commercial\b(?= ?[-\s]*(?:sa\b|share|nd\b|no[\s-]?deriv|\d|international))"), "nc"),
    (re.compile(r"\bshare[\s-]?alike\b"), "sa"),
    (re.compile(r"\bno[\s-]?deriv(?:atives|s)\b"), "nd"),
    (re.compile(r"\bcc (?:level 0|zero|1\.0 universal public domain dedication)"), "cc0"),
    (re.compile(r"\bcc[\s-]0\b"), "cc0"),
    (re.compile(r"\bopen data commons\b"), "odc"),
    (re.compile(r"\bodc public domain dedication\b"), "odc-pddl"),
    (re.compile(r"\(?cc0\)? ?\(?public domain( dedication)?\)?|public domain \(cc0\)"), "cc0"),
    (re.compile(r"\bcc0( 1\.0)?( universal)?( \(?cc0[ -]?1\.0\)?)? public domain dedication"), "cc0"),
)

_CC = re.compile(r"\bcc[\s_:(-]*((?:by|nc|sa|nd)(?:[\s_-]+(?:by|nc|sa|nd))*)\b[\s_-]*(?:v(?:ersion)?\.?\s*)?(\d(?:\.\d)?)?")
_BARE_BY = re.compile(r"^by[\s-]+(\d\.\d)\b")

#: Other names → what stands for them among the mentions; a name without a code of ours still counts as a mention.
_NAMED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bcc0\b"), Licence.CC0),
    (re.compile(r"\bpublic domain\b|公有领域"), Licence.PUBLIC_DOMAIN),
    (re.compile(r"\bodc[\s-]by\b"), Licence.ODC_BY),
    (re.compile(r"\bodc-odbl\b|\bodbl\b|\bopen database licen[cs]e\b"), Licence.ODBL),
    (re.compile(r"\bodc-pddl\b|\bpddl\b"), "pddl"),
    (
        re.compile(r"\bapache[\s-]*(?:licen[cs]e)?[\s,-]*(?:version|v)?\.?\s*2(?:\.0)?\b|\bapache 许可证 2"),
        Licence.APACHE,
    ),
    (re.compile(r"^mit$|\bmit[\s-]licen[cs]ed?\b|^mit\b(?=;)"), Licence.MIT),
    (re.compile(r"\bmulan[\s-]*psl[\s-]*v?2|木兰宽松许可证.*2"), Licence.MULAN),
    (re.compile(r"\bcdla\b|\bcommunity data licen[cs]e\b"), "cdla"),
    (re.compile(r"\bl?gpl\b|\bgnu\b"), "gpl"),
    (re.compile(r"\bbsd\b"), "bsd"),
    (re.compile(r"\bopen government licen[cs]e\b|\bogl\b"), "ogl"),
)

_CC_CODES = {
    (frozenset({"by"}), "4.0"): Licence.CC_BY,
    (frozenset({"by", "sa"}), "4.0"): Licence.CC_BY_SA,
    (frozenset({"by", "nc"}), "4.0"): Licence.CC_BY_NC,
}

#: What may stand round the name of a licence without saying anything more.
_FILLING = re.compile(
    r"\b(?:the|this|data|dataset|is|are|licen[cs]ed?|under|international|universal|public|legalcode|deed|en|v|version|by|nc|sa|nd|cc|cc0|"
    r"cc-by|v?1\.0|2\.0|4\.0|4|0|odc|odbl|open database|public domain|dedication|apache|mit|mulan|psl|mulanpsl|v2|and)\b|"
    r"许可证|许可协议|协议|国际|公有领域|木兰宽松|第2版|[\W_]"
)


@dataclass(frozen=True)
class Terms:
    """A licence and the note that belongs to it: "" where the code says everything."""

    licence: Licence
    note: str = ""


def licence_of(text: str) -> Terms | None:
    """The terms that ``text`` names (a code, a label, a name, an address, prose); None for an empty text."""
    text = text.strip()
    if not text:
        return None
    for licence in Licence:
        if text.casefold() in (licence.value.casefold(), licence.zh.casefold(), licence.en.casefold()):
            return Terms(licence)
    short = _shorten(text)
    found = _mentions(short)
    if len(text) > LONGEST_NAME or len(found) != 1 or _HEDGES.search(short):
        return Terms(Licence.OTHER, text)
    (mention,) = found
    if not isinstance(mention, Licence):
        return Terms(Licence.OTHER, text)
    return Terms(mention, "" if not _FILLING.sub("", short) else text)


def _shorten(text: str) -> str:
    short = " ".join(text.lower().replace("“", '"').replace("”", '"').replace('"', "").split())
    for pattern, name in _SHORTENED:
        short = " ".join(pattern.sub(name, short).split())
    return short


def _mentions(short: str) -> set[Licence | str]:
    """Every licence that the shortened text names: a code of ours, or another word where we have none."""
    variants: dict[frozenset[str], set[str]] = {}
    for parts, version in _CC.findall(short):
        number = f"{version}.0" if len(version) == 1 else version
        variants.setdefault(frozenset(re.split(r"[\s_-]+", parts)), set()).add(number)
    if not variants and (bare := _BARE_BY.match(short)):
        variants[frozenset({"by"})] = {bare[1]}
    found: set[Licence | str] = set()
    for kinds, versions in variants.items():
        # A second mention without a version repeats the first: "Attribution 4.0 (CC BY)".
        for version in versions - {""} or {""}:
            found.add(_CC_CODES.get((kinds, version), f"cc {'-'.join(sorted(kinds))} {version}"))
    found.update(name for pattern, name in _NAMED if pattern.search(short))
    return found
