"""The verification report and the rectification notice, printed from a case and read again."""

from dataclasses import replace
from datetime import date

import pytest

from hazard.cases.paper_sheets import RectificationNotice, VerificationReport
from hazard.cases.papers import (
    PaperKind,
    papers_of,
    rectification_notice,
    verification_report,
)
from hazard.cases.queries import get_case
from hazard.core.errors import Refused
from hazard.core.house import House
from hazard.core.typeset import Typesetter
from tests import walks
from tests.company import Company
from tests.prints.reading import Print, gaps

WORDS = "老李昨天把护罩拆了没装回去"


def report(company: Company, house: House, number: str) -> VerificationReport:
    with company.reading() as session:
        actor = company._actor(company.safety)
        case = get_case(session, actor, number)
        return verification_report(session, actor, case, house.files, company.clock.now())


def notice(company: Company, house: House, number: str) -> RectificationNotice:
    with company.reading() as session:
        actor = company._actor(company.safety)
        case = get_case(session, actor, number)
        return rectification_notice(session, actor, case, house.files, company.clock.now())


def test_the_report_is_signed_by_two_and_names_no_reporter(
    company: Company, house: House, typesetter: Typesetter
) -> None:
    walk = walks.walk_to_confirmed(company, description=WORDS)
    paper = Print(typesetter.pdf(report(company, house, walk.case)))
    assert len(paper) == 1
    assert paper.shows("事故隐患核查报告", "核查人王建华", "核查人周国强", "属实", walk.case)
    assert paper.text.count("签字") == 3  # two boxes and the declaration
    assert not paper.shows("张伟")
    assert not paper.shows(WORDS)
    assert paper.page(1).margin() >= 6


def test_a_signature_box_is_wide_and_high_enough_for_a_pen(
    company: Company, house: House, typesetter: Typesetter
) -> None:
    walk = walks.walk_to_rectifying(company)
    page = Print(typesetter.pdf(notice(company, house, walk.case))).page(1)
    widths = gaps(page.rules_across(275))
    assert min(widths) >= 36
    assert gaps(page.rules_down(30))[-1] >= 12


def test_the_notice_has_a_slip_blank_for_the_pen_until_the_work_is_done(
    company: Company, house: House, typesetter: Typesetter
) -> None:
    walk = walks.walk_to_rectifying(company)
    sheet = notice(company, house, walk.case)
    paper = Print(typesetter.pdf(sheet))
    assert len(paper) == 1
    assert paper.shows("隐患整改通知单", "回执联", "1.停机挂牌", "李秀英", "2026年11月26日")
    assert paper.shows("《安全生产法》第三十六条；核查报告")
    assert sheet.cost is None
    closed = notice(company, house, walks.walk_to_closed(company).case)
    assert Print(typesetter.pdf(closed)).shows("120", "王建华", "2026年11月23日")
    assert not paper.shows("张伟")


def test_long_words_stay_on_one_page(
    company: Company, house: House, typesetter: Typesetter
) -> None:
    walk = walks.walk_to_rectifying(company)
    long = replace(
        notice(company, house, walk.case),
        hazard="料架立柱变形且超载堆放模具，靠近通道有倾倒砸人的危险存在着",
        extract="料架立柱下端被叉车撞弯约三厘米，仍堆放模具六层，超过铭牌载荷。" * 4,
        measures=("卸下上三层模具，改放地面托盘并围挡",) * 8,
        due=date(2026, 12, 31),
    )
    assert len(Print(typesetter.pdf(long))) == 1


def test_papers_are_offered_when_there_is_something_to_print(
    company: Company, house: House
) -> None:
    early = walks.walk_to_accepted(company).case
    with pytest.raises(Refused):
        report(company, house, early)
    with pytest.raises(Refused):
        notice(company, house, early)
    planned = walks.walk_to_rectifying(company).case
    with company.reading() as session:
        actor = company._actor(company.safety)
        assert papers_of(get_case(session, actor, early)) == ()
        assert papers_of(get_case(session, actor, planned)) == tuple(PaperKind)
