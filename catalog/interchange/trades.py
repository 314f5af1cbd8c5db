"""Trades and subjects as people write them into the sections of GB/T 4754."""

from __future__ import annotations

import re

from catalog.vocab import Industry

#: Words that say "for every trade".
GENERAL = frozenset({"", "通用", "综合", "general", "general-purpose"})

_TRADES = {
    Industry.A: "农业 林业 畜牧 渔业 种植 养殖 agriculture forestry fishing fishery",
    Industry.B: "矿业 采矿 煤炭 石油 mining",
    Industry.C: "工业 制造 工业制造 汽车 消费电子 电子 食品 日化 智能家居 纺织 服装 化工 钢铁 机械 装备 manufacturing automotive",
    Industry.D: "电力 能源 燃气 新能源 energy electricity power",
    Industry.E: "建筑 工程 construction",
    Industry.F: "商业 电商 零售 批发 贸易 外贸 retail e-commerce wholesale",
    Industry.G: "交通 交通运输 航运 民航 物流 仓储 邮政 快递 transportation transport logistics aviation shipping",
    Industry.H: "住宿 餐饮 酒店 catering hospitality",
    Industry.I: "通信 代码 软件 运维 信息安全 网络安全 安全 社交 游戏 互联网 客服 "
    "software internet cybersecurity telecommunications",
    Industry.J: "金融 创投 银行 保险 证券 投资 finance financial insurance banking",
    Industry.K: "房地产 地产 物业",
    Industry.L: "法律 审计 企业服务 营销 广告 人力资源 咨询 会展 legal marketing advertising",
    Industry.M: "科研 科学 地球科学 材料 城市规划 设计 检测 测绘 气象 research science",
    Industry.N: "水利 环保 环境 城市治理 市政 environmental environment",
    Industry.O: "家政 维修 生活服务",
    Industry.P: "教育 培训 education",
    Industry.Q: "医疗 医学 健康 医药 养老 health healthcare medicine medical",
    Industry.R: "媒体 文旅 文化 体育 娱乐 影视 传媒 旅游 media culture sport sports entertainment",
    Industry.S: "政务 司法 公共服务 社会治理 government",
}

#: Tags of English catalogues that name a trade; the first found come first.
_SUBJECTS = {
    Industry.A: "agriculture|food security|forestry|fisheries|aquaculture|crops",
    Industry.B: "mining|minerals",
    Industry.C: "manufacturing|robotics",
    Industry.D: "energy|electricity|solar|wind|energy modeling|power systems",
    Industry.E: "construction|buildings",
    Industry.F: "retail|e-commerce",
    Industry.G: "transportation|autonomous vehicles|traffic|logistics|aviation|mobility|shipping|ports",
    Industry.I: "natural language processing|machine learning|deep learning|computer vision|internet|cyber security|"
    "speech recognition|open source software|computer security",
    Industry.J: "finance|financial markets|economics",
    Industry.N: "environmental|water|conservation|ecosystems|disaster response|air quality|natural resource|hydrology|coastal",
    Industry.P: "education",
    Industry.Q: "health|medicine|medical imaging|cancer|radiology|COVID-19|medical|pathology|clinical",
    Industry.S: "government records|census|demographics|elections|law|regulatory",
    Industry.M: "life sciences|biology|genomic|genetic|bioinformatics|satellite imagery|earth observation|climate|weather|"
    "oceans|astronomy|geospatial|atmosphere|meteorological|chemistry|neuroscience|neuroimaging|elevation|lidar|physics|"
    "ice|land|geoscience",
}

_BY_TRADE: dict[str, Industry] = {
    **{industry.zh: industry for industry in Industry},
    **{industry.en.casefold(): industry for industry in Industry},
    **{industry.value.casefold(): industry for industry in Industry},
    **{word: industry for industry, words in _TRADES.items() for word in words.split()},
}
_BY_SUBJECT = {word.casefold(): industry for industry, words in _SUBJECTS.items() for word in words.split("|")}

MOST = 3


def industry_of(text: str) -> Industry | None:
    """The section that a trade belongs to: by code, by label, by the table; None where it is not known."""
    word = text.strip().casefold()
    return _BY_TRADE.get(word) or _BY_TRADE.get(re.sub(r"(行业|产业|领域|业)$", "", word))


def industries_of_tags(tags: list[str]) -> list[Industry]:
    """The sections that tags speak of, those named by most tags first, at most three; empty where none does."""
    counts: dict[Industry, int] = {}
    for tag in tags:
        industry = _BY_SUBJECT.get(tag.casefold())
        if industry:
            counts[industry] = counts.get(industry, 0) + 1
    return sorted(counts, key=lambda industry: -counts[industry])[:MOST]
