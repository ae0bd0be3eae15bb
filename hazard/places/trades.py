"""Two examples for each of the four boxes, from the trade of the workshop a poster hangs in."""

from collections.abc import Mapping

from hazard.core.words import N_, Sentence, Term
from hazard.policy.words import Category


class Trade(Term):
    """What a workshop does, as far as examples differ."""

    MACHINERY = "machinery", N_("Machining and assembly")
    CHEMICALS = "chemicals", N_("Chemicals and painting")
    CONSTRUCTION = "construction", N_("Building and repair")
    WAREHOUSE = "warehouse", N_("Stores and transport")
    FOOD = "food", N_("Food and kitchen")
    GENERAL = "general", N_("Any trade")


MARKS: tuple[tuple[Trade, str], ...] = (
    (Trade.WAREHOUSE, "仓 库 物流 装卸 发货 堆场 叉车"),
    (Trade.CHEMICALS, "化工 涂 喷 漆 反应 罐 溶剂 电镀 酸 染 危废"),
    (Trade.FOOD, "食 餐 厨 烘焙 肉 奶 饮料"),
    (Trade.CONSTRUCTION, "建筑 施工 工地 基建 维修 土建 塔吊 脚手"),
    (Trade.MACHINERY, "机加 机械 加工 车床 数控 焊 铸 锻 装配 钣 冲压 模具 打磨 热处理"),
)
"""Parts of names that show the trade; the first match counts."""

Pair = tuple[Sentence, Sentence]


def trade_of(*names: str) -> Trade:
    """Return the trade the first telling name points to: place, then unit, then company."""
    for name in names:
        for trade, marks in MARKS:
            if any(mark in name for mark in marks.split()):
                return trade
    return Trade.GENERAL


def examples(trade: Trade, category: Category) -> Pair:
    """Return the two examples of one box."""
    return EXAMPLES[trade][category]


def _pair(first: str, second: str) -> Pair:
    return Sentence(first), Sentence(second)


EXAMPLES: Mapping[Trade, Mapping[Category, Pair]] = {
    Trade.GENERAL: {
        Category.PERSON: _pair(N_("no helmet"), N_("smoking where forbidden")),
        Category.EQUIPMENT: _pair(N_("guard missing"), N_("bare wire")),
        Category.ENVIRONMENT: _pair(N_("oil on the floor"), N_("exit blocked")),
        Category.MANAGEMENT: _pair(N_("nobody trained"), N_("no drill")),
    },
    Trade.MACHINERY: {
        Category.PERSON: _pair(N_("gloves at a lathe"), N_("no goggles at the grinder")),
        Category.EQUIPMENT: _pair(N_("guard missing"), N_("light curtain switched off")),
        Category.ENVIRONMENT: _pair(
            N_("oil and chips on the floor"), N_("passage blocked by parts")
        ),
        Category.MANAGEMENT: _pair(
            N_("crane without a certificate"), N_("hot work without a permit")
        ),
    },
    Trade.CHEMICALS: {
        Category.PERSON: _pair(N_("no gas mask"), N_("mobile phone in the explosion zone")),
        Category.EQUIPMENT: _pair(N_("alarm switched off"), N_("pipe or valve leaking")),
        Category.ENVIRONMENT: _pair(N_("drums stacked in the passage"), N_("exhaust not running")),
        Category.MANAGEMENT: _pair(
            N_("tank entered without a permit"), N_("no data sheet for a substance")
        ),
    },
    Trade.CONSTRUCTION: {
        Category.PERSON: _pair(N_("no harness at height"), N_("standing under a load")),
        Category.EQUIPMENT: _pair(N_("scaffold not tied"), N_("switch box without protection")),
        Category.ENVIRONMENT: _pair(N_("edge without a railing"), N_("hole without a cover")),
        Category.MANAGEMENT: _pair(
            N_("nobody briefed before work"), N_("hot work without a watch")
        ),
    },
    Trade.WAREHOUSE: {
        Category.PERSON: _pair(N_("standing on the forks"), N_("forklift too fast")),
        Category.EQUIPMENT: _pair(N_("rack bent"), N_("forklift brake weak")),
        Category.ENVIRONMENT: _pair(N_("stack too high"), N_("fire exit blocked")),
        Category.MANAGEMENT: _pair(
            N_("driver without a certificate"), N_("charging place without a check")
        ),
    },
    Trade.FOOD: {
        Category.PERSON: _pair(
            N_("hand into a running machine"), N_("ring or sleeve near a mixer")
        ),
        Category.EQUIPMENT: _pair(N_("interlock bypassed"), N_("gas hose aged")),
        Category.ENVIRONMENT: _pair(N_("wet floor, easy to slip"), N_("cold store door blocked")),
        Category.MANAGEMENT: _pair(N_("ammonia drill never held"), N_("cleaning without lockout")),
    },
}

MATTERS: Mapping[Category, tuple[Sentence, ...]] = {
    Category.PERSON: (
        Sentence(N_("working after drinking")),
        Sentence(N_("protective gear not worn")),
        Sentence(N_("cleaning a machine while it runs")),
    ),
    Category.EQUIPMENT: (
        Sentence(N_("emergency stop does not work")),
        Sentence(N_("fire extinguisher empty or gone")),
        Sentence(N_("strange noise, smell or heat")),
    ),
    Category.ENVIRONMENT: (
        Sentence(N_("lamp out, too dark to see")),
        Sentence(N_("dust or fumes too thick")),
        Sentence(N_("goods stacked unsafely")),
    ),
    Category.MANAGEMENT: (
        Sentence(N_("dangerous work without a permit")),
        Sentence(N_("no certificate for special work")),
        Sentence(N_("hazard reported, nobody puts it right")),
    ),
}
"""More examples of each kind for the list of what to report, good in any trade."""
