"""Which of our columns a heading of somebody else's template means, by likeness of names."""

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

LIKE_ENOUGH = 0.6
LONGEST = 100
"""Letters of a heading that are compared."""
LEAST_PART = 2
"""Letters a part of a name must have to stand for the whole."""
ALIASES: Mapping[str, tuple[str, ...]] = {
    "row": ("序号", "序", "编号序"),
    "number": ("隐患编号", "编号", "隐患号", "台账编号"),
    "source": ("来源", "隐患来源", "检查类型", "排查类型", "检查形式"),
    "found_on": (
        "排查日期",
        "检查日期",
        "检查时间",
        "排查时间",
        "发现日期",
        "发现时间",
        "登记日期",
        "受理日期",
        "日期",
    ),
    "found_by": ("排查人", "检查人", "检查人员", "排查人员", "发现人"),
    "unit": ("单位", "车间", "部门", "所属单位", "责任部门", "责任单位", "整改单位", "班组"),
    "place": ("部位", "隐患部位", "地点", "隐患地点", "场所", "检查部位", "所在位置", "设备"),
    "risk_point": ("风险点编号", "风险点", "风险点名称"),
    "hazard": (
        "隐患描述",
        "隐患名称",
        "隐患内容",
        "存在问题",
        "问题描述",
        "事故隐患",
        "隐患情况",
        "主要问题",
    ),
    "category": ("类别", "隐患类别", "隐患类型", "隐患分类"),
    "sub_code": ("细类", "子类", "隐患小类"),
    "factor": ("危险有害因素", "因素代码", "GB/T13861代码", "危害因素"),
    "accident": ("可能事故类型", "事故类型", "可能导致的后果", "可能造成的后果", "可能后果"),
    "level": ("法定等级", "隐患等级", "隐患级别", "等级", "级别"),
    "grade": ("内部分级", "风险等级"),
    "lec": ("LEC", "LEC评价", "D值", "风险值"),
    "clause": ("依据条款", "检查依据", "依据", "判定依据", "法规依据", "排查依据"),
    "cause": ("原因", "原因分析", "产生原因", "形成原因"),
    "control": ("临时管控", "管控措施", "防范措施", "临时措施"),
    "owner": ("责任人", "整改责任人", "整改人", "负责人", "责任落实"),
    "measures": ("整改措施", "措施", "治理措施", "整改方案", "措施落实"),
    "funds": ("计划资金", "整改资金", "资金", "投入资金", "治理资金", "资金落实"),
    "cost": ("实际资金", "实际投入", "花费"),
    "due": ("期限", "整改期限", "整改时限", "限期", "计划完成时间", "完成时限", "时限落实"),
    "contingency": ("应急预案", "预案", "应急措施", "预案落实"),
    "watched": ("监控", "监控措施", "监控情况"),
    "remedy": ("治理层级", "整改层级", "管控层级"),
    "completed": ("完成日期", "实际完成日", "完成时间", "整改完成时间", "整改日期"),
    "extensions": ("延期", "是否延期"),
    "overdue": ("逾期天数", "超期天数"),
    "checker": ("验收人", "复查人", "验收人员"),
    "checked_on": ("验收日期", "验收时间", "复查日期", "复查时间"),
    "check_note": ("验收意见", "复查结果", "验收情况", "复查意见"),
    "union": ("工会确认", "工会意见"),
    "closed": ("销号日期", "销号时间", "闭环日期"),
    "state": ("状态", "整改情况", "整改状态", "是否整改", "是否销号", "治理状态", "是否闭环"),
    "rewarded": ("是否奖励", "奖励情况"),
    "before": ("改前照片", "整改前照片"),
    "after": ("改后照片", "整改后照片"),
    "file": ("归档号", "档案号", "案卷号"),
    "archived": ("归档日期", "归档时间"),
    "note": ("备注", "说明"),
}
"""What counties and groups call our columns; the first is the usual one."""

DATE_FORMATS: Mapping[str, str] = {
    "dashed": "yyyy-mm-dd",
    "slashed": "yyyy/m/d",
    "chinese": 'yyyy"年"m"月"d"日"',
    "dotted": "yyyy.m.d",
}
"""How spreadsheets write days, by the choice on the page."""


TEN_THOUSANDS = "万元"
"""What a heading says where its column wants ten thousands of yuan."""


def in_ten_thousands(heading: str) -> bool:
    """Say whether a column wants ten thousands of yuan instead of yuan."""
    return TEN_THOUSANDS in heading


def propose(headings: Sequence[str]) -> dict[int, str]:
    """Return the column meant by each heading (its index), each column once, best fits first."""
    scored = sorted(
        (
            (-_likeness(heading[:LONGEST], names), at, key)
            for at, heading in enumerate(headings)
            if heading
            for key, names in ALIASES.items()
        ),
    )
    found: dict[int, str] = {}
    for score, at, key in scored:
        if -score >= LIKE_ENOUGH and at not in found and key not in found.values():
            found[at] = key
    return found


def _likeness(heading: str, names: Sequence[str]) -> float:
    words = _plain(heading)
    last = _plain(heading.rpartition("/")[2])
    return max(max(_alike(words, name), _alike(last, name)) for name in names)


def _alike(words: str, name: str) -> float:
    if words == name:
        return 1.0
    if min(len(words), len(name)) >= LEAST_PART and (name in words or words in name):
        return 0.7 + 0.2 * min(len(words), len(name)) / max(len(words), len(name))
    return SequenceMatcher(None, words, name).ratio()


def _plain(heading: str) -> str:
    return re.sub(r"[\s*＊:：/（(].*?[)）]|[\s*＊:：()（）]", "", heading)
