"""Who is who in the demonstration. Every firm is made up, and says so in its name (示例, Example)."""

from dataclasses import dataclass
from random import Random

from demo.numbers import company_prefix, make_gln, make_gtin, make_uscc
from demo.values import City, Firm, Place, Product

HOHHOT = City("150105", "内蒙古自治区", "呼和浩特赛罕", "Hohhot Saihan", 40.81, 111.70)
ZHANGJIAKOU = City("130705", "河北省", "张家口宣化", "Zhangjiakou Xuanhua", 40.61, 115.10)
BAODING = City("130606", "河北省", "保定莲池", "Baoding Lianchi", 38.88, 115.50)
DEZHOU = City("371402", "山东省", "德州德城", "Dezhou Decheng", 37.45, 116.30)
NANNING = City("450103", "广西壮族自治区", "南宁青秀", "Nanning Qingxiu", 22.79, 108.50)
TIANJIN = City("120103", "天津市", "天津河西", "Tianjin Hexi", 39.11, 117.22)
HANGZHOU = City("330106", "浙江省", "杭州西湖", "Hangzhou Xihu", 30.26, 120.13)
JINAN = City("370102", "山东省", "济南历下", "Jinan Lixia", 36.67, 117.08)

REGIONS: tuple[tuple[str, str, tuple[City, ...]], ...] = (
    (
        "华北",
        "North",
        (
            City("130102", "河北省", "石家庄长安", "Shijiazhuang Chang'an", 38.04, 114.54),
            City("110105", "北京市", "北京朝阳", "Beijing Chaoyang", 39.92, 116.44),
            TIANJIN,
        ),
    ),
    (
        "华东",
        "East",
        (
            City("320102", "江苏省", "南京玄武", "Nanjing Xuanwu", 32.05, 118.80),
            City("310104", "上海市", "上海徐汇", "Shanghai Xuhui", 31.19, 121.44),
            HANGZHOU,
        ),
    ),
    (
        "华中",
        "Central",
        (
            City("420106", "湖北省", "武汉武昌", "Wuhan Wuchang", 30.55, 114.32),
            City("410105", "河南省", "郑州金水", "Zhengzhou Jinshui", 34.80, 113.66),
            JINAN,
        ),
    ),
    (
        "华南",
        "South",
        (
            City("440106", "广东省", "广州天河", "Guangzhou Tianhe", 23.12, 113.36),
            City("440304", "广东省", "深圳福田", "Shenzhen Futian", 22.52, 114.05),
            NANNING,
        ),
    ),
    (
        "西南",
        "Southwest",
        (
            City("510104", "四川省", "成都锦江", "Chengdu Jinjiang", 30.66, 104.08),
            City("500103", "重庆市", "重庆渝中", "Chongqing Yuzhong", 29.55, 106.57),
        ),
    ),
    (
        "西北",
        "Northwest",
        (
            City("610113", "陕西省", "西安雁塔", "Xi'an Yanta", 34.22, 108.95),
            City("620102", "甘肃省", "兰州城关", "Lanzhou Chengguan", 36.06, 103.83),
        ),
    ),
)
"""Six regions: Chinese name, English name, cities; the regional distributor sits in the first city."""

PROVINCES = {
    "11": ("北京", "Beijing"),
    "12": ("天津", "Tianjin"),
    "13": ("河北", "Hebei"),
    "31": ("上海", "Shanghai"),
    "32": ("江苏", "Jiangsu"),
    "33": ("浙江", "Zhejiang"),
    "37": ("山东", "Shandong"),
    "41": ("河南", "Henan"),
    "42": ("湖北", "Hubei"),
    "44": ("广东", "Guangdong"),
    "45": ("广西", "Guangxi"),
    "50": ("重庆", "Chongqing"),
    "51": ("四川", "Sichuan"),
    "61": ("陕西", "Shaanxi"),
    "62": ("甘肃", "Gansu"),
}
"""Provinces with outlets, by the first two digits of GB/T 2260."""

OUTLETS_PER_REGION = 14

_REGULATOR_NUMBER = 999

_RETAILERS = (
    ("邻里鲜超市", "Neighbour Fresh Stores"),
    ("四季篮生活超市", "Four Seasons Basket"),
    ("拐角灯便利店", "Corner Lamp Convenience"),
    ("小满仓超市", "Little Granary Markets"),
    ("风车便利", "Windmill Convenience"),
    ("木桥生鲜", "Wooden Bridge Grocers"),
    ("绿伞社区超市", "Green Umbrella Community Stores"),
    ("纸船食品店", "Paper Boat Food Shops"),
)


@dataclass(frozen=True, slots=True)
class World:
    """All firms, places and products, each under the name by which the story calls it."""

    firms: tuple[Firm, ...]
    farms: tuple[Place, Place]
    mill: Place
    dairy: Place
    ice_cream: Place
    packer: Place
    nationals: tuple[Place, Place]
    regionals: tuple[Place, ...]
    outlets: tuple[tuple[Place, ...], ...]
    milks: tuple[Product, Product]
    sugar: Product
    plain: Product
    mango: Product
    bulk: Product
    cups: Product

    @property
    def places(self) -> tuple[Place, ...]:
        """Every place."""
        made = (*self.farms, self.mill, self.dairy, self.ice_cream, self.packer)
        return (*made, *self.nationals, *self.regionals, *(outlet for region in self.outlets for outlet in region))

    @property
    def products(self) -> tuple[Product, ...]:
        """Every product."""
        return (*self.milks, self.sugar, self.plain, self.mango, self.bulk, self.cups)


def regulator() -> Firm:
    """Return the authority that recalls: a party without places and goods."""
    prefix = company_prefix(_REGULATOR_NUMBER)
    uscc = make_uscc(TIANJIN.region, _REGULATOR_NUMBER, "11")
    name, name_en = "示例市场监督管理局", "Example Market Regulation Authority"
    return Firm(prefix, uscc, make_gln(prefix, 0), name, name_en, TIANJIN)


def build_world(rng: Random) -> World:
    """Return the firms, places and products; ``rng`` only scatters the outlets on the map."""
    firms: list[Firm] = []

    def firm(name: str, name_en: str, city: City) -> Firm:
        number = len(firms) + 1
        prefix = company_prefix(number)
        firms.append(
            Firm(prefix, make_uscc(city.region, number), make_gln(prefix, 0), f"示例{name}", f"Example {name_en}", city)
        )
        return firms[-1]

    def site(owner: Firm, kind: str, name: str, name_en: str) -> Place:
        return _place(owner, 1, kind, f"{owner.name}{name}", f"{owner.name_en}, {name_en}", owner.city)

    farms = (
        site(firm("青草岭牧场", "Grass Ridge Farm", HOHHOT), "other", "挤奶站", "milking station"),
        site(firm("白云甸牧场", "White Cloud Meadow Farm", ZHANGJIAKOU), "other", "挤奶站", "milking station"),
    )
    mill = site(firm("甜水湾糖厂", "Sweet Bay Sugar Mill", NANNING), "plant", "制糖车间", "mill")
    dairy = site(firm("晨雾乳品厂", "Morning Mist Dairy", BAODING), "plant", "发酵车间", "fermentation plant")
    ice_cream = site(firm("雪丘冷食厂", "Snow Hill Ice Cream", JINAN), "plant", "凝冻车间", "freezing plant")
    packer = site(firm("方盒子代包装厂", "Square Box Contract Packing", DEZHOU), "plant", "包装车间", "packing hall")
    nationals = (
        site(firm("远山冷链", "Far Hills Cold Chain", TIANJIN), "warehouse", "全国仓", "national warehouse"),
        site(firm("长滩冷链", "Long Shore Cold Chain", HANGZHOU), "warehouse", "全国仓", "national warehouse"),
    )
    regionals = tuple(
        site(firm(f"{name}乳品配送", f"{name_en} Dairy Distribution", cities[0]), "warehouse", "区域仓", "warehouse")
        for name, name_en, cities in REGIONS
    )
    retailers = [
        firm(name, name_en, REGIONS[number % len(REGIONS)][2][0]) for number, (name, name_en) in enumerate(_RETAILERS)
    ]
    return World(
        tuple(firms), farms, mill, dairy, ice_cream, packer, nationals, regionals, _outlets(retailers, rng),
        milks=(
            Product(make_gtin(farms[0].firm.prefix, 1), farms[0].firm, "生牛乳", "Raw milk", "散装", "KGM"),
            Product(make_gtin(farms[1].firm.prefix, 1), farms[1].firm, "生牛乳", "Raw milk", "散装", "KGM"),
        ),
        sugar=Product(make_gtin(mill.firm.prefix, 1), mill.firm, "白砂糖", "White sugar", "50 kg/袋", "KGM"),
        plain=Product(make_gtin(dairy.firm.prefix, 1), dairy.firm, "原味酸牛奶", "Plain yogurt", "180 g/杯", None, 24),
        mango=Product(make_gtin(dairy.firm.prefix, 2), dairy.firm, "芒果酸牛奶", "Mango yogurt", "180 g/杯", None, 24),
        bulk=Product(
            make_gtin(ice_cream.firm.prefix, 1), ice_cream.firm, "香草冰淇淋(散装)", "Vanilla ice cream, bulk", "散装",
            "KGM",
        ),
        cups=Product(
            make_gtin(ice_cream.firm.prefix, 2), ice_cream.firm, "香草冰淇淋", "Vanilla ice cream", "75 g/杯", None, 30
        ),
    )  # fmt: skip


def _outlets(retailers: list[Firm], rng: Random) -> tuple[tuple[Place, ...], ...]:
    counts = dict.fromkeys(retailers, 0)
    regions: list[tuple[Place, ...]] = []
    for number, (_, _, cities) in enumerate(REGIONS):
        outlets: list[Place] = []
        for index in range(OUTLETS_PER_REGION):
            owner = retailers[(number * OUTLETS_PER_REGION + index) % len(retailers)]
            city = cities[index % len(cities)]
            counts[owner] += 1
            store = index // len(cities) + 1
            name, name_en = f"{owner.name}{city.name}{store}店", f"{owner.name_en}, {city.name_en} {store}"
            outlets.append(_place(owner, counts[owner], "outlet", name, name_en, city, rng))
        regions.append(tuple(outlets))
    return tuple(regions)


def _place(
    owner: Firm, number: int, kind: str, name: str, name_en: str, city: City, rng: Random | None = None
) -> Place:
    shift = (rng.uniform(-0.04, 0.04), rng.uniform(-0.04, 0.04)) if rng is not None else (0.0, 0.0)
    latitude, longitude = round(city.latitude + shift[0], 4), round(city.longitude + shift[1], 4)
    address = f"{city.province}{city.name}示例路{number}号"
    gln = make_gln(owner.prefix, number)
    return Place(gln, owner, kind, name, name_en, city, address, latitude, longitude)
