"""The week's closings: one signature for all, majors singly, and the signed sheets of shifts."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hazard.access.permissions import Role
from hazard.cases.closings import Week, confirm, get_week, monday_of, sheet_of
from hazard.cases.models import CheckRecord, ControlCheck, Measure, SignedPaper
from hazard.cases.must_checks import MOST, keep_list, list_of_unit
from hazard.cases.queries import hold_case
from hazard.cases.shift_papers import keep_sheet
from hazard.core.clock import day_of
from hazard.core.errors import NotAllowed, NotFound, Refused, Unclear
from hazard.core.images import Picture
from hazard.core.typeset import Typesetter
from hazard.core.words import say, write
from hazard.notices.outbox import list_messages
from hazard.people.keeping import add_person, add_unit, grant_role
from hazard.people.queries import get_person, get_unit, root_unit
from hazard.policy.words import Identity
from hazard.reports import photos
from hazard.reports.terms import PhotoPart
from tests import walks
from tests.company import Company
from tests.prints.reading import Print, gaps


def delegate(company: Company) -> int:
    """Hire 孙桂芳 as the workers' representative."""
    with company.work_as() as work:
        person = add_person(work, "1200", "孙桂芳", get_unit(work.session, company.workshop))
        grant_role(work, person, Role.UNION_REPRESENTATIVE, root_unit(work.session))
        return person.id


def week(company: Company, person: int) -> Week:
    with company.reading() as session:
        monday = monday_of(day_of(company.clock.now()))
        return get_week(session, company._actor(person), monday)


def test_one_go_signs_the_week_and_leaves_majors_out(company: Company) -> None:
    way = walks.Way(identity=Identity.ANONYMOUS)
    slight = [walks.walk_to_closed(company, way).case for _ in range(2)]
    walks.walk_to_closed(company, way, level=4)
    union = delegate(company)
    before = week(company, union)
    assert [line.mine for line in before.lines] == [True, True, False]
    assert before.waiting == 2
    with company.work_as(union) as work:
        assert confirm(work, before.starts, slight, "") == 2
    after = week(company, union)
    assert [line.signed_by for line in after.lines] == ["孙桂芳", "孙桂芳", ""]
    with pytest.raises(Refused), company.work_as(union) as work:
        confirm(work, before.starts, slight, "")
    with company.reading() as session:
        signed = session.scalars(select(CheckRecord.cosigned_by)).all()
    assert sorted(filter(None, signed)) == [union, union]


def test_what_is_left_out_needs_words_and_reaches_the_officer(company: Company) -> None:
    first, second = (
        walks.walk_to_closed(company, identity=Identity.ANONYMOUS).case for _ in range(2)
    )
    union = delegate(company)
    monday = week(company, union).starts
    with pytest.raises(Unclear) as refusal, company.work_as(union) as work:
        confirm(work, monday, [first], "")
    assert refusal.value.field == "note"
    with company.work_as(union) as work:
        assert confirm(work, monday, [first], "护罩又松了") == 1
    with company.reading() as session:
        told = [say(message.sentence) for message in list_messages(session, company.safety)]
    assert f"工会没有确认 {second}：护罩又松了" in told


def test_nobody_signs_the_own_report_and_nobody_else_signs_for_the_union(
    company: Company,
) -> None:
    case = walks.walk_to_closed(company).case  # reported by 张伟
    with company.work_as() as work:
        person = get_person(work.session, company.worker)
        grant_role(work, person, Role.UNION_REPRESENTATIVE, root_unit(work.session))
    assert [line.mine for line in week(company, company.worker).lines] == [False]
    with pytest.raises(NotAllowed), company.work_as(company.safety) as work:
        confirm(work, monday_of(day_of(work.now)), [case], "")


def test_the_paper_has_the_columns_of_the_design(company: Company, typesetter: Typesetter) -> None:
    case = walks.walk_to_closed(company).case
    shown = week(company, company.safety)
    with company.reading() as session:
        actor = company._actor(company.safety)
        sheet = sheet_of(session, actor, shown, company.clock.now())
        empty = get_week(session, actor, shown.starts - timedelta(days=7))
        with pytest.raises(Refused):
            sheet_of(session, actor, empty, company.clock.now())
    page = Print(typesetter.pdf(sheet)).page(1)
    assert page.shows("本周销号确认单", case, "停机挂牌；装回防护罩", "王建华", "同意销号")
    assert not page.shows("张伟")
    assert gaps(page.rules_across(44)) == pytest.approx([22, 50, 60, 24, 26], abs=0.15)


def test_a_team_keeps_its_own_list_and_lower_teams_use_it(company: Company) -> None:
    with company.work_as() as work:
        team = add_unit(work, "车工一班", get_unit(work.session, company.workshop)).id
    with company.reading() as session:
        assert "急停按钮好用" in [
            write(each) for each in list_of_unit(session, get_unit(session, team))
        ]
    with company.work_as(company.safety) as work:
        keep_list(work, company.workshop, ["卡盘扳手已取下", " ", "铁屑用钩子清"])
    with company.reading() as session:
        own = list_of_unit(session, get_unit(session, team))
    assert own == ("卡盘扳手已取下", "铁屑用钩子清")
    for wrong in ([], ["看"] * (MOST + 1), ["很" * 27]):
        with pytest.raises(Unclear), company.work_as(company.safety) as work:
            keep_list(work, company.workshop, wrong)
    with pytest.raises(NotFound), company.work_as(company.worker) as work:
        keep_list(work, company.workshop, ["看"])


def test_the_signed_sheet_comes_back_with_its_marks(company: Company) -> None:
    walk = walks.walk_to_rectifying(company)
    untouched = walks.walk_to_rectifying(company)
    with company.work_as(company.safety) as work:
        measure = hold_case(work, walk.case).plans[-1].measures[0].id
        photo = photos.add_of_case(
            work, Picture(b"", "7" * 64, "0" * 16, 640, 480, b""), PhotoPart.PAPER
        )
        keep_sheet(work, company.workshop, photo, {walk.case: [measure]}, {walk.case: False})
    with company.work_as(company.safety) as work:
        assert work.session.get_one(Measure, measure).done_at is not None
        assert all(m.done_at is None for m in hold_case(work, untouched.case).plans[-1].measures)
        assert [check.holds for check in work.session.scalars(select(ControlCheck))] == [False]
        kept = work.session.scalars(select(SignedPaper)).one()
        assert (kept.unit_id, kept.shift_name) == (company.workshop, "白班")
