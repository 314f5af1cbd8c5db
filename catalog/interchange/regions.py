"""Names of places as people write them into regional codes: provinces, their cities, GB/T 2260 codes, cloud regions."""

from __future__ import annotations

import re

from catalog.vocab import Region

_SUFFIX = re.compile(r"(特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|省|市)$")

#: "北京" → 110000, from the labels.
_PROVINCES = {_SUFFIX.sub("", region.zh): region for region in Region}

#: Cities that stand without their province often enough; municipalities are provinces themselves.
_CITIES = {
    Region.HEBEI: "石家庄 唐山 保定 雄安",
    Region.SHANXI: "太原 大同",
    Region.INNER_MONGOLIA: "呼和浩特 包头 鄂尔多斯",
    Region.LIAONING: "沈阳 大连",
    Region.JILIN: "长春",
    Region.HEILONGJIANG: "哈尔滨 大庆",
    Region.JIANGSU: "南京 苏州 无锡 常州 南通",
    Region.ZHEJIANG: "杭州 宁波 温州 绍兴 嘉兴 金华 义乌",
    Region.ANHUI: "合肥 芜湖",
    Region.FUJIAN: "福州 厦门 泉州 莆田",
    Region.JIANGXI: "南昌 赣州",
    Region.SHANDONG: "济南 青岛 烟台 潍坊",
    Region.HENAN: "郑州 洛阳",
    Region.HUBEI: "武汉 宜昌 襄阳",
    Region.HUNAN: "长沙 株洲",
    Region.GUANGDONG: "广州 深圳 东莞 佛山 珠海 惠州",
    Region.GUANGXI: "南宁 桂林 柳州",
    Region.HAINAN: "海口 三亚",
    Region.SICHUAN: "成都 绵阳",
    Region.GUIZHOU: "贵阳 贵安",
    Region.YUNNAN: "昆明",
    Region.TIBET: "拉萨",
    Region.SHAANXI: "西安",
    Region.GANSU: "兰州",
    Region.QINGHAI: "西宁",
    Region.NINGXIA: "银川 中卫",
    Region.XINJIANG: "乌鲁木齐",
    Region.TAIWAN: "台北",
}

_NAMES: dict[str, Region] = {
    **{region.zh: region for region in Region},
    **{region.en.casefold(): region for region in Region},
    **{city: region for region, cities in _CITIES.items() for city in cities.split()},
    "中国": Region.CHINA,
    "china": Region.CHINA,
    "cn-north-1": Region.BEIJING,
    "cn-northwest-1": Region.NINGXIA,
}

_GB_2260 = re.compile(r"\d{6}")
_CLOUD = re.compile(r"[a-z]{2}(-[a-z]+)+-\d+", re.IGNORECASE)


def region_of(text: str) -> tuple[Region | None, bool]:
    """The region that ``text`` names, and whether the text says more than that region (a city, a cloud region).

    A foreign cloud region is where bytes lie, not where a firm may use them: GB/T 2260 has no code for it, and it counts
    as nationwide. A place that is not known gives None.
    """
    text = text.strip()
    if _GB_2260.fullmatch(text):
        code = f"{text[:2]}0000"
        return (Region(code), False) if code in Region.codes() else (None, False)
    exact = _NAMES.get(text) or _NAMES.get(text.casefold()) or _PROVINCES.get(text)
    if exact:
        return exact, not _is_name(text, exact)
    for name, region in _PROVINCES.items():
        if text.startswith(name):
            return region, True
    city = _NAMES.get(_SUFFIX.sub("", text))
    if city:
        return city, True
    return (Region.CHINA, True) if _CLOUD.fullmatch(text) else (None, False)


def _is_name(text: str, region: Region) -> bool:
    return text in (region.zh, _SUFFIX.sub("", region.zh), "中国") or text.casefold() in (region.en.casefold(), "china")
