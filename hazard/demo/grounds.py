"""The grounds of the demo plant: five workshops, their teams and shifts, sixty places."""

from dataclasses import dataclass
from datetime import time

from hazard.people.shifts import Shift


@dataclass(frozen=True, slots=True)
class Workshop:
    """A workshop of one trade."""

    trade: str
    digit: str
    """First of its people's employee numbers."""
    name: str
    head: str
    teams: tuple[str, str, str]
    leader: str
    """Of the first team; the others are drawn."""
    places: tuple[str, ...]
    """Besides those of the hazards."""


WORKSHOPS = (
    Workshop(
        "machinery", "1", "机加工车间", "沈国梁", ("车工班", "装配班", "热处理班"), "赵志强",
        ("机加工二车间5号数控铣床", "冲压线J21-160冲床", "钣金区折弯机", "铸造清砂区",
         "成品发运通道"),
    ),
    Workshop(
        "chemicals", "2", "涂装化学品库", "段志远", ("调漆班", "罐区班", "设备班"), "陈玥",
        ("调漆间门外", "危废暂存间", "喷漆线2号烘道", "循环水泵房"),
    ),
    Workshop(
        "construction", "3", "基建工段", "钱大勇", ("土建班", "脚手架班", "机电安装班"), "黄志强",
        ("2号楼施工升降机", "配电房扩建工地", "西侧管沟", "材料堆场"),
    ),
    Workshop(
        "warehouse", "4", "仓储物流部", "熊建军", ("装卸班", "叉车班", "冷库班"), "彭勇",
        ("1号库货架区", "4号库充电间", "6号月台", "集装箱堆场", "消防泵房", "危险品临存区"),
    ),
    Workshop(
        "food", "5", "职工食堂", "龚红霞", ("热菜班", "面点班", "仓管班"), "潘巧云",
        ("热菜间1号灶台", "面点间压面机", "食堂液化气间", "洗碗间", "食堂卸货口", "倒班餐厅"),
    ),
)  # fmt: skip
GATES = ("东门岗亭", "西门物流岗", "办公楼一楼大厅")
"""Places of the company itself, where the gate posters hang."""
SHIFTS = {
    "warehouse": (
        Shift("早班", time(6), time(14)), Shift("中班", time(14), time(22)),
        Shift("夜班", time(22), time(6)),
    ),
    "food": (Shift("早班", time(5), time(13)), Shift("中班", time(13), time(21))),
}  # fmt: skip
"""Who works otherwise than the company's two shifts."""
