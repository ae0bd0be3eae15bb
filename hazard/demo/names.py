"""Three hundred names as a plant has them: common and rare characters, several of one name."""

from collections.abc import Iterator

from hazard.core.chance import SeededChance

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏"
    "魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛"
    "郝龚邵万钱覃武乔赖文"
)
GIVEN = (
    "建国", "志强", "秀兰", "桂英", "海燕", "国栋", "丽娟", "文博", "思远",
    "雨桐", "子涵", "春梅", "冬生", "玉珍", "德胜", "晓东", "永福", "红霞",
    "立新", "俊杰", "慧敏", "家豪", "美玲", "卫平", "金凤", "长江", "晨曦",
    "振华", "淑芬", "浩然", "小龙", "宝山", "艳萍", "佳怡", "铁柱", "明亮",
    "巧玲", "学军", "爱民", "国庆", "新宇", "若曦", "天佑", "翠花", "根生",
    "兴旺", "彩霞", "伟东", "嘉琪", "少波", "月娥", "大勇", "静怡", "成林",
    "福来", "银花", "广田", "丽华", "一鸣", "庆丰", "敏", "磊", "静",
    "超", "霞", "杰", "娟", "涛", "燕", "鹏", "芳", "勇",
    "艳", "斌", "玲", "峰", "莉", "刚", "倩", "波", "婷",
    "辉", "萍", "飞", "洁", "亮",
)  # fmt: skip
RARE = (
    "张伟", "张伟", "张伟", "朱䶮", "李𠮷", "买买提·吐尔逊", "艾尼瓦尔·吐尔逊江", "欧阳喆",
    "Nguyễn Văn Hùng", "司马㛃", "上官婉清", "阿依古丽·买买提", "扎西顿珠", "王㴓", "田𬘭",
    "乌云其木格", "金美子", "诸葛明亮",
)  # fmt: skip


def drawn(seed: int) -> Iterator[str]:
    """Yield plausible names without end, the same for a seed, none twice."""
    chance, had = SeededChance(seed), set(RARE)
    while True:
        surname, given = SURNAMES[chance.below(len(SURNAMES))], GIVEN[chance.below(len(GIVEN))]
        if (name := surname + given) not in had:
            had.add(name)
            yield name
