"""The controlled vocabularies of the catalog: codes with their labels, here and nowhere else.

Sources: industries are the sections of GB/T 4754-2017; regions are the provincial codes of GB/T 2260 with 100000 for the
whole country; resource kinds, access policies and tiers are the words of the joint action plan.
"""

from catalog.kernel.terms import Term


class ResourceKind(Term):
    """What kind of thing a platform opens."""

    GENERAL_MODEL = "general_model", "通用大模型", "General model"
    INDUSTRY_MODEL = "industry_model", "行业大模型", "Industry model"
    AGENT = "agent", "智能体", "Agent"
    ALGORITHM = "algorithm", "算法", "Algorithm"
    API = "api", "接口服务", "API"
    TOOL = "tool", "工具", "Tool"
    COMPUTE = "compute", "算力", "Compute"
    DATASET = "dataset", "数据集", "Dataset"
    DATA_API = "data_api", "数据接口", "Data API"
    OPEN_SCENARIO = "open_scenario", "资源开放场景", "Open scenario"


#: Kinds whose transparency card the plan asks for (algorithm transparency).
TRANSPARENT_KINDS = frozenset(
    {ResourceKind.GENERAL_MODEL, ResourceKind.INDUSTRY_MODEL, ResourceKind.AGENT, ResourceKind.ALGORITHM}
)


class AccessPolicy(Term):
    """How a firm gets to use a resource."""

    OPEN = "open", "无条件开放", "Open"
    REGISTERED = "registered", "登记开放", "Registered"
    PLATFORM = "platform", "审核开放", "Platform decides"
    PILOT = "pilot", "试点开放", "Pilot"


class PriceModel(Term):
    """What use costs."""

    FREE = "free", "免费", "Free"
    FREE_TIER = "free_tier", "含免费额度", "Free tier"
    SMALL_FIRM_PRICE = "small_firm_price", "中小企业优惠价", "Small-firm price"
    PAID = "paid", "付费", "Paid"


class Licence(Term):
    """Under which terms a resource may be used."""

    PLATFORM_TERMS = "platform-terms", "平台服务协议", "Platform service terms"
    CC_BY = "cc-by-4.0", "知识共享 署名 4.0", "Creative Commons BY 4.0"
    CC_BY_SA = "cc-by-sa-4.0", "知识共享 署名-相同方式共享 4.0", "Creative Commons BY-SA 4.0"
    CC_BY_NC = "cc-by-nc-4.0", "知识共享 署名-非商业性使用 4.0", "Creative Commons BY-NC 4.0"
    CC0 = "cc0-1.0", "知识共享 CC0 1.0", "Creative Commons CC0 1.0"
    PUBLIC_DOMAIN = "public-domain", "公有领域", "Public domain"
    ODC_BY = "odc-by-1.0", "开放数据共用 署名 1.0", "Open Data Commons BY 1.0"
    ODBL = "odbl-1.0", "开放数据库许可 1.0", "Open Database License 1.0"
    APACHE = "apache-2.0", "Apache 许可证 2.0", "Apache License 2.0"
    MIT = "mit", "MIT 许可证", "MIT License"
    MULAN = "mulan-psl-2.0", "木兰宽松许可证 第2版", "Mulan PSL v2"
    OTHER = "other", "其他（见许可说明）", "Other (see the licence note)"


class Tier(Term):
    """Gradient cultivation of excellent firms, lowest first; each is dated evidence."""

    INNOVATIVE = "innovative", "创新型中小企业", "Innovative SME"
    SPECIALISED = "specialised", "专精特新中小企业", "Specialised SME"
    LITTLE_GIANT = "little_giant", "专精特新“小巨人”企业", "Little giant"
    SINGLE_CHAMPION = "single_champion", "制造业单项冠军企业", "Single champion"

    @property
    def rank(self) -> int:
        """1 for the lowest tier, 4 for the highest."""
        return tuple(type(self)).index(self) + 1


class SizeClass(Term):
    """The size of a firm; the first three are called SMEs."""

    MICRO = "micro", "微型企业", "Micro"
    SMALL = "small", "小型企业", "Small"
    MEDIUM = "medium", "中型企业", "Medium"
    LARGE = "large", "大型企业", "Large"


class Industry(Term):
    """Sections of GB/T 4754-2017."""

    A = "A", "农、林、牧、渔业", "Agriculture, forestry and fishing"
    B = "B", "采矿业", "Mining"
    C = "C", "制造业", "Manufacturing"
    D = "D", "电力、热力、燃气及水生产和供应业", "Electricity, heat, gas and water"
    E = "E", "建筑业", "Construction"
    F = "F", "批发和零售业", "Wholesale and retail"
    G = "G", "交通运输、仓储和邮政业", "Transport, storage and post"
    H = "H", "住宿和餐饮业", "Accommodation and catering"
    I = "I", "信息传输、软件和信息技术服务业", "Information and software"
    J = "J", "金融业", "Finance"
    K = "K", "房地产业", "Real estate"
    L = "L", "租赁和商务服务业", "Leasing and business services"
    M = "M", "科学研究和技术服务业", "Research and technical services"
    N = "N", "水利、环境和公共设施管理业", "Water, environment and public facilities"
    O = "O", "居民服务、修理和其他服务业", "Resident and repair services"
    P = "P", "教育", "Education"
    Q = "Q", "卫生和社会工作", "Health and social work"
    R = "R", "文化、体育和娱乐业", "Culture, sport and entertainment"
    S = "S", "公共管理、社会保障和社会组织", "Public administration"
    T = "T", "国际组织", "International organisations"


class Region(Term):
    """Provincial codes of GB/T 2260; 100000 stands for the whole country."""

    CHINA = "100000", "全国", "Nationwide"
    BEIJING = "110000", "北京市", "Beijing"
    TIANJIN = "120000", "天津市", "Tianjin"
    HEBEI = "130000", "河北省", "Hebei"
    SHANXI = "140000", "山西省", "Shanxi"
    INNER_MONGOLIA = "150000", "内蒙古自治区", "Inner Mongolia"
    LIAONING = "210000", "辽宁省", "Liaoning"
    JILIN = "220000", "吉林省", "Jilin"
    HEILONGJIANG = "230000", "黑龙江省", "Heilongjiang"
    SHANGHAI = "310000", "上海市", "Shanghai"
    JIANGSU = "320000", "江苏省", "Jiangsu"
    ZHEJIANG = "330000", "浙江省", "Zhejiang"
    ANHUI = "340000", "安徽省", "Anhui"
    FUJIAN = "350000", "福建省", "Fujian"
    JIANGXI = "360000", "江西省", "Jiangxi"
    SHANDONG = "370000", "山东省", "Shandong"
    HENAN = "410000", "河南省", "Henan"
    HUBEI = "420000", "湖北省", "Hubei"
    HUNAN = "430000", "湖南省", "Hunan"
    GUANGDONG = "440000", "广东省", "Guangdong"
    GUANGXI = "450000", "广西壮族自治区", "Guangxi"
    HAINAN = "460000", "海南省", "Hainan"
    CHONGQING = "500000", "重庆市", "Chongqing"
    SICHUAN = "510000", "四川省", "Sichuan"
    GUIZHOU = "520000", "贵州省", "Guizhou"
    YUNNAN = "530000", "云南省", "Yunnan"
    TIBET = "540000", "西藏自治区", "Tibet"
    SHAANXI = "610000", "陕西省", "Shaanxi"
    GANSU = "620000", "甘肃省", "Gansu"
    QINGHAI = "630000", "青海省", "Qinghai"
    NINGXIA = "640000", "宁夏回族自治区", "Ningxia"
    XINJIANG = "650000", "新疆维吾尔自治区", "Xinjiang"
    TAIWAN = "710000", "台湾省", "Taiwan"
    HONG_KONG = "810000", "香港特别行政区", "Hong Kong"
    MACAO = "820000", "澳门特别行政区", "Macao"
