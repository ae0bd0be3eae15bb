"""The monthly reward sheets of words.md 4.3, printed and read again."""

import re
from dataclasses import replace
from datetime import date, datetime

import pytest

from hazard.core.clock import CHINA
from hazard.core.money import ZERO, Money, capitals, yuan
from hazard.core.typeset import Typesetter, page_of
from hazard.core.words import N_, Sentence, say
from hazard.policy.words import Category
from hazard.rewards.printing import CATEGORIES, GROUNDS, METHODS
from hazard.rewards.sheets import (
    ApprovalLine,
    ApprovalSheet,
    Budget,
    FinanceLine,
    FinanceSheet,
    total,
)
from hazard.rewards.terms import AwardKind, PayeeKind
from tests.prints.reading import Page, Print, gaps

NAMES = ("张伟", "艾尼瓦尔·吐尔逊江", "李𠮷", "朱䶮", "Nguyễn Văn Hùng")
LONGEST = "料架立柱变形且超载堆放模具，靠近通道有倾倒砸人的危险存在着"
AMOUNTS = (yuan(20), yuan(50), yuan(200), yuan(1000), yuan(3000), Money(10005))
COUNTS = [(0, 1), (1, 1), (12, 1), (13, 2), (24, 2), (25, 3), (300, 25)]


def approval(count: int) -> ApprovalSheet:
    return ApprovalSheet(
        printed_at=datetime(2026, 12, 1, 9, 5, tzinfo=CHINA),
        company="兴盛机械有限公司",
        month=date(2026, 11, 1),
        run_number="JL-202611-01",
        table_version=3,
        locked_at=datetime(2026, 11, 30, 17, 20, tzinfo=CHINA),
        check_code="7K3M9QXT",
        print_number=2,
        printed_by="王建国",
        lines=tuple(map(award, range(count))),
        budget=Budget(year=yuan(300_000), paid_before=Money(12_345_05)),
        union="工会",
    )


def award(place: int) -> ApprovalLine:
    amount = AMOUNTS[place % len(AMOUNTS)]
    return ApprovalLine(
        report_number=f"R2611-{4000 + place}",
        summary=LONGEST,
        workshop="第二联合厂房热处理与表面处理车间",
        category="设备",
        level=place % 5 + 1,
        standard=amount,
        proposed=amount,
        due=amount,
        grounds="首报·岗位外",
        source=("首报", "建议")[place % 2],
    )


def finance(count: int) -> FinanceSheet:
    return FinanceSheet(
        printed_at=datetime(2026, 12, 1, 9, 5, tzinfo=CHINA),
        company="兴盛机械有限公司",
        month=date(2026, 11, 1),
        run_number="JL-202611-01",
        table_version=3,
        locked_at=datetime(2026, 11, 30, 17, 20, tzinfo=CHINA),
        check_code="P4WD81ZN",
        print_number=1,
        printed_by="刘芳",
        lines=tuple(map(payment, range(count))),
        approval_check_code="7K3M9QXT",
    )


def payment(place: int) -> FinanceLine:
    return FinanceLine(
        payout_number=f"FF2611-{9000 - place}",
        name=NAMES[place % len(NAMES)],
        employee_number=str(20_000 - 7 * place),
        team="机加工车间/数控一班",
        due=AMOUNTS[place % len(AMOUNTS)],
        withheld=Money(105 * (place % 2)),
        method="现金",
    )


def amounts_in(page: Page, left: float, width: float) -> list[Money]:
    """Return the amounts printed in a column that starts `left` millimetres into the table."""
    found = page.text_in(25 + left, 37, 25 + left + width, 175)
    figures = re.findall(r"[\d,]+\.\d\d", found)
    return [Money(int(figure.replace(",", "").replace(".", ""))) for figure in figures]


@pytest.mark.parametrize(("count", "pages"), COUNTS)
def test_an_approval_sheet_adds_up_to_the_fen(
    typesetter: Typesetter, count: int, pages: int
) -> None:
    sheet = approval(count)
    paper = Print(typesetter.pdf(sheet))
    assert len(paper) == pages
    added = ZERO
    for number, page in enumerate(paper.pages, start=1):
        *lines, subtotal = amounts_in(page, 195, 22)
        if number == pages:
            *lines, subtotal = [*lines, subtotal][:-1]
        assert len(lines) == min(12, count - 12 * (number - 1))
        assert subtotal == total(lines)
        added += subtotal
    assert added == sheet.total == total(line.due for line in sheet.lines)
    last = paper.page(-1)
    assert amounts_in(last, 195, 22)[-1] == added
    assert last.shows(
        Sentence(
            N_("Total %(n)s, RMB in words: %(capitals)s"), n=count, capitals=capitals(sheet.total)
        )
    )


@pytest.mark.parametrize(("count", "pages"), COUNTS)
def test_a_finance_sheet_adds_up_in_all_three_columns(
    typesetter: Typesetter, count: int, pages: int
) -> None:
    sheet = finance(count)
    paper = Print(typesetter.pdf(sheet))
    assert len(paper) == pages
    columns = {"due": (120, 22), "withheld": (142, 18), "net": (160, 22)}
    grand = {}
    for key, column in columns.items():
        added = ZERO
        for number, page in enumerate(paper.pages, start=1):
            found = amounts_in(page, *column)
            if number == pages:
                grand[key] = found.pop()
            assert found[-1] == total(found[:-1])
            assert len(found) == min(12, count - 12 * (number - 1)) + 1
            added += found[-1]
        assert grand[key] == added
    assert grand["due"] - grand["withheld"] == grand["net"] == sheet.total
    assert paper.page(-1).shows(capitals(sheet.total))


def test_a_total_is_written_in_capitals_without_doubt(typesetter: Typesetter) -> None:
    sheet = replace(approval(1), lines=(replace(award(0), due=yuan(1005)),))
    assert Print(typesetter.pdf(sheet)).shows(capitals(yuan(1005)), "1,005.00")
    assert capitals(yuan(1005)) == "壹仟零伍元整"


def test_hands_sign_on_every_page_and_the_seal_stands_on_the_last(typesetter: Typesetter) -> None:
    for sheet, keys in (
        (approval(25), ("Made by (safety)", "Checked by (finance)", "Approved by (head)")),
        (finance(25), ("Checked by (finance)", "Approved by (head)", "Paid by (cashier)")),
    ):
        pages = Print(typesetter.pdf(sheet)).pages
        hands = [Sentence(key) for key in keys]
        assert all(page.shows(*hands) for page in pages)
        assert [page.shows(sheet.labels["seal"]) for page in pages] == [False, False, True]
        assert [page.shows(sheet.labels["blank_below"]) for page in pages] == [False, False, True]


def test_where_no_union_is_named_its_box_is_absent(typesetter: Typesetter) -> None:
    assert Print(typesetter.pdf(approval(1))).shows("工会")
    assert not Print(typesetter.pdf(replace(approval(1), union=None))).shows("工会")


def test_the_foot_says_which_page_which_print_and_how_to_check_it(typesetter: Typesetter) -> None:
    paper = Print(typesetter.pdf(approval(25)))
    for number, page in enumerate(paper.pages, start=1):
        assert page.shows(
            page_of(number, 3),
            Sentence(N_("Check code %(code)s"), code="7K3M9QXT"),
            Sentence(N_("Print no. %(n)s"), n=2),
            Sentence(N_("Locked %(moment)s"), moment=approval(1).locked_at),
            "JL-202611-01",
        )


def test_a_draft_says_so_on_every_page_and_a_locked_sheet_does_not(typesetter: Typesetter) -> None:
    labels = ApprovalSheet.labels
    for sheet in (approval(13), finance(13)):
        draft = replace(sheet, locked_at=None, check_code=None)
        for page in Print(typesetter.pdf(draft)).pages:
            assert page.shows(labels["draft"], labels["not_valid"], Sentence(N_("Not locked")))
        assert not Print(typesetter.pdf(sheet)).shows(labels["not_valid"])


@pytest.mark.parametrize("count", [1, 12, 13])
def test_widths_and_heights_are_those_of_the_design(typesetter: Typesetter, count: int) -> None:
    for sheet, widths in (
        (approval(count), [9, 26, 66, 28, 14, 14, 20, 18, 22, 26, 17]),
        (finance(count), [10, 28, 27, 20, 35, 22, 18, 22, 18, 22, 38]),
    ):
        page = Print(typesetter.pdf(sheet)).page(1)
        assert page.size == pytest.approx((297, 210), abs=0.01)
        rules = page.rules_across(30.3)
        assert rules[0] == pytest.approx(25, abs=0.2)
        assert gaps(rules) == pytest.approx(widths, abs=0.11)
        assert gaps(page.rules_down(25.8)).count(9.5) >= min(count, 12)
        assert page.margin() >= 6


@pytest.mark.parametrize("count", [1, 8, 12])
def test_the_seal_has_forty_millimetres_of_free_paper(typesetter: Typesetter, count: int) -> None:
    for sheet in (approval(count), finance(count)):
        page = Print(typesetter.pdf(sheet)).page(-1)
        inside = page.text_in(245.5, 153.5, 284.5, 192.5)
        assert "".join(inside.split()) == "".join(say(sheet.labels["seal"]).split())


def test_the_approval_version_adds_up_by_level_and_source_and_against_the_budget(
    typesetter: Typesetter,
) -> None:
    sheet = approval(6)  # levels 1 2 3 4 5 1; 20 50 200 1000 3000 100.05
    paper = Print(typesetter.pdf(sheet))
    part = N_("%(what)s: %(n)s, %(amount)s")
    assert paper.shows(
        Sentence(part, what=Sentence("Level one"), n=2, amount=Money(12005)),
        Sentence(part, what=Sentence("Level five"), n=1, amount=yuan(3000)),
        Sentence(part, what="首报", n=3, amount=yuan(3220)),
        Sentence(part, what="建议", n=3, amount=Money(115005)),
        Sentence(N_("Whole year %(amount)s"), amount=yuan(300_000)),
        Sentence(N_("Paid before %(amount)s"), amount=Money(12_345_05)),
        Sentence(N_("This month %(amount)s"), amount=Money(4_370_05)),
        Sentence(N_("Left %(amount)s"), amount=Money(283_284_90)),
    )


def test_the_finance_version_stands_in_the_order_of_staff_numbers(typesetter: Typesetter) -> None:
    anonymous = replace(payment(0), employee_number="", name="凭码领取", witnessed=True)
    lines = (
        anonymous,
        *(replace(payment(1), employee_number=number) for number in ("10", "9", "0107")),
    )
    sheet = replace(finance(0), lines=lines)
    assert [line.employee_number for line in sheet.ordered] == ["9", "10", "0107", ""]
    page = Print(typesetter.pdf(sheet)).page(1)
    assert page.text_in(25 + 65, 37, 25 + 85, 90).split()[:3] == ["9", "10", "0107"]
    assert page.shows(sheet.labels["payer"], sheet.labels["witness"])


def test_what_goes_with_the_wages_leaves_nothing_to_sign(typesetter: Typesetter) -> None:
    lines = (
        replace(payment(0), instead="随11月工资"),
        replace(payment(1), proxy="艾尼瓦尔·吐尔逊江"),
    )
    page = Print(typesetter.pdf(replace(finance(0), lines=lines))).page(1)
    cells = page.text_in(25 + 222, 37, 285, 60)
    assert "随11月工资" in cells.replace(" ", "")
    assert "艾尼瓦尔·吐尔逊江" in cells
    by_proxy, by_wages = (page.shade(25 + 224, middle) for middle in (41, 49))
    assert by_wages < 240 < by_proxy


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_printed_whole(typesetter: Typesetter, name: str) -> None:
    sheet = replace(finance(0), lines=(replace(payment(0), name=name),))
    assert Print(typesetter.pdf(sheet)).shows(name)


def test_a_long_summary_and_workshop_are_printed_whole(typesetter: Typesetter) -> None:
    paper = Print(typesetter.pdf(approval(12)))
    assert paper.text.count(LONGEST) == 12
    assert paper.text.count("第二联合厂房热处理与表面处理车间") == 12


def test_the_versions_share_no_key(typesetter: Typesetter) -> None:
    to_sign = Print(typesetter.pdf(approval(5))).text
    to_pay = Print(typesetter.pdf(finance(5))).text
    assert not any("".join(name.split()) in to_sign for name in NAMES)
    assert "FF2611" not in to_sign
    assert "R2611" not in to_pay
    assert LONGEST not in to_pay


def test_each_kind_of_award_payee_and_hazard_has_its_words_on_the_sheets() -> None:
    assert set(GROUNDS) == set(AwardKind)
    assert set(METHODS) == set(PayeeKind)
    assert set(CATEGORIES) == set(Category)
