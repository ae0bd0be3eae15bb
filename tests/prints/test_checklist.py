"""The shift leader's checklist of words.md 4.2, printed and read again."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from hazard.cases.sheets import Checklist, ChecklistRow, measure_lines
from hazard.core.clock import CHINA
from hazard.core.typeset import Typesetter, page_of
from hazard.core.words import N_, Sentence
from tests.prints.reading import Print, code_width, gaps

NAMES = ("张伟", "艾尼瓦尔·吐尔逊江", "李𠮷", "朱䶮", "Nguyễn Văn Hùng")
LONGEST = "料架立柱变形且超载堆放模具，靠近通道有倾倒砸人的危险存在着"
LABELS = Checklist.labels


def row(order: int, /, **other: object) -> ChecklistRow:
    given = {
        "number": f"C2611-{931 + order:04d}",
        "url": f"http://192.168.1.20:8000/cases/C2611-{931 + order:04d}",
        "place": "机加工车间·3号车床",
        "description": LONGEST,
        "measures": ("停机挂牌", "装回护罩"),
        "owner": NAMES[order % len(NAMES)],
        "due": date(2026, 11, 25),
    }
    return ChecklistRow(**(given | other))  # type: ignore[arg-type]


def shift(*rows: ChecklistRow) -> Checklist:
    return Checklist(
        printed_at=datetime(2026, 11, 23, 7, 40, tzinfo=CHINA),
        day=date(2026, 11, 23),
        shift="夜班 20:00–8:00",
        team="机加工一班",
        leader="朱䶮",
        rows=rows,
        must_checks=("行车吊钩", "急停按钮"),
        emergency_phone="8888",
        printed_by="王建国",
    )


@pytest.mark.parametrize(
    ("count", "pages"), [(0, 1), (1, 1), (6, 1), (7, 2), (18, 2), (19, 3), (30, 3)]
)
def test_six_rows_stand_on_the_first_page_and_twelve_on_each_further(
    typesetter: Typesetter, count: int, pages: int
) -> None:
    paper = Print(typesetter.pdf(shift(*map(row, range(count)))))
    assert len(paper) == pages
    assert [len(page.codes()) for page in paper.pages] == [
        min(6, count),
        *(min(12, count - 6 - 12 * further) for further in range(pages - 1)),
    ]
    assert all(page.shows(page_of(place, pages)) for place, page in enumerate(paper.pages, start=1))
    *others, last = paper.pages
    assert last.shows(LABELS["blank_below"])
    assert not last.shows(LABELS["continued"])
    assert all(page.shows(LABELS["continued"]) for page in others)
    assert not any(page.shows(LABELS["blank_below"]) for page in others)


@pytest.mark.parametrize("count", [0, 1, 6, 30])
def test_the_first_page_has_all_blocks_and_only_the_first(
    typesetter: Typesetter, count: int
) -> None:
    first, *others = Print(typesetter.pdf(shift(*map(row, range(count))))).pages
    blocks = [LABELS[key] for key in ("must_checks", "new", "beyond", "handover")]
    assert first.shows(*blocks, "行车吊钩", LABELS["leader_before"], LABELS["leader_after"])
    assert not any(page.shows(block) for page in others for block in blocks)


def test_columns_rows_and_codes_have_the_widths_of_the_design(typesetter: Typesetter) -> None:
    page = Print(typesetter.pdf(shift(*map(row, range(6))))).page(1)
    assert page.size == pytest.approx((210, 297), abs=0.01)
    assert gaps(page.rules_across(36.5)) == pytest.approx([7, 17, 60, 44, 22, 10, 22], abs=0.11)
    heights = gaps(page.rules_down(199))
    assert heights[:9] == pytest.approx([7.0, 6.4, 8.4, *[19.0] * 6], abs=0.11)
    assert heights[-7:] == pytest.approx([8, 8, 8, 6.4, 9, 6.4, 12], abs=0.11)
    assert page.margin() >= 6
    for code in page.codes():
        assert code_width(code) == pytest.approx(13, abs=0.2)
        assert code.ec_level == "M"


def test_the_binding_side_is_eighteen_millimetres_wide(typesetter: Typesetter) -> None:
    for page in Print(typesetter.pdf(shift(*map(row, range(18))))).pages:
        assert min(page.rules_across(36.5)) >= 18 - 0.2


def test_each_code_opens_its_own_case(typesetter: Typesetter) -> None:
    sheet = shift(*map(row, range(18)))
    read = [code.text for page in Print(typesetter.pdf(sheet)).pages for code in page.codes()]
    assert read == [line.url for line in sheet.ordered]


def test_overdue_comes_first_then_urgent_then_the_nearer_date() -> None:
    sheet = shift(
        row(1, due=date(2026, 11, 30)),
        row(2, due=date(2026, 11, 24)),
        row(3, due=None, owner=None),
        row(4, due=date(2026, 12, 20), urgent=True),
        row(5, due=date(2026, 11, 22)),
        row(6, due=date(2026, 11, 2)),
    )
    assert [line.number[-1] for line in sheet.ordered] == ["7", "6", "5", "3", "2", "4"]
    assert sheet.overdue == 2


def test_an_overdue_row_is_marked_and_counted(typesetter: Typesetter) -> None:
    page = Print(
        typesetter.pdf(shift(row(1), row(2, due=date(2026, 11, 11), place="喷漆房")))
    ).page(1)
    late = Sentence(N_("%(n)s days late"), n=12)
    assert page.shows(Sentence(N_("I. Not fixed yet: %(n)s, overdue %(m)s"), n=2, m=1), late)
    assert page.text.count("■") == 1
    assert page.text.index("■") < page.text.index("喷漆房")


def test_the_day_a_case_is_due_is_not_overdue(typesetter: Typesetter) -> None:
    sheet = shift(row(1, due=date(2026, 11, 23)))
    assert sheet.overdue == 0
    assert Print(typesetter.pdf(sheet)).shows(Sentence(N_("Due today")))


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_printed_whole(typesetter: Typesetter, name: str) -> None:
    paper = Print(typesetter.pdf(replace(shift(row(0, owner=name)), leader=name)))
    assert paper.text.count("".join(name.split())) == 2


def test_thirty_characters_and_a_long_place_are_printed_whole(typesetter: Typesetter) -> None:
    place = "第二联合厂房热处理车间西侧料架处"
    sheet = shift(row(0, place=place, due=date(2026, 11, 11)))
    assert Print(typesetter.pdf(sheet)).shows(place, LONGEST)


def test_three_short_measures_fit_and_more_are_seen_by_the_code(typesetter: Typesetter) -> None:
    lines, more = measure_lines(("停机挂牌", "装回护罩", "班前点检"))
    assert [line["text"] for line in lines] == ["停机挂牌", "装回护罩", "班前点检"]
    assert not more
    lines, more = measure_lines(("卸下超载模具，改放地面托盘并围挡", "换立柱", "培训"))
    assert [(line["box"], line["text"]) for line in lines] == [
        (True, "卸下超载模具，改放地面"),
        (False, "托盘并围挡"),
    ]
    assert more
    paper = Print(typesetter.pdf(shift(row(0, measures=("甲", "乙", "丙", "丁")))))
    assert paper.shows("甲", "乙", LABELS["see_code"])
    assert not paper.shows("丙")


def test_the_foot_names_the_form_and_no_reporter(typesetter: Typesetter) -> None:
    paper = Print(typesetter.pdf(shift(row(0))))
    assert paper.shows(
        Sentence(N_("Emergency %(phone)s"), phone="8888"),
        Sentence(N_("This sheet names no reporter")),
        "AQ-02",
        "王建国",
    )
