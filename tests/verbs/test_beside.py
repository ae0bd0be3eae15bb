"""Handed up, pressed, stopped, the control renewed: records beside a case, never states."""

import pytest
from sqlalchemy import select

from hazard.access.permissions import Role
from hazard.cases import beside, checking
from hazard.cases.checklists import check_control
from hazard.cases.models import Case
from hazard.cases.queries import hold_case
from hazard.cases.terms import CaseState, Part, RemarkKind
from hazard.core.clock import day_of
from hazard.core.errors import NotAllowed, Refused, Unclear
from hazard.core.words import say
from hazard.notices.outbox import list_messages
from hazard.people.keeping import add_person, grant_role
from hazard.people.queries import get_unit, root_unit
from hazard.policy.keeping import add_version
from hazard.policy.terms import preset_values
from hazard.policy.words import Size
from tests import walks
from tests.company import Company


def hire(company: Company, number: str, name: str, role: Role) -> int:
    if role is Role.WORKSHOP_HEAD:  # small has none
        with company.work_as(company.head) as work:
            add_version(work, preset_values(Size.MEDIUM), day_of(work.now))
    with company.work_as() as work:
        person = add_person(work, number, name, get_unit(work.session, company.workshop))
        grant_role(work, person, role, root_unit(work.session))
        return person.id


def told(company: Company, person: int) -> list[str]:
    with company.reading() as session:
        return [say(message.sentence) for message in list_messages(session, person)]


def test_the_workshop_takes_up_what_the_team_cannot_solve(company: Company) -> None:
    boss = hire(company, "1100", "赵志刚", Role.WORKSHOP_HEAD)
    walk = walks.walk_to_rectifying(company)
    with company.work_as(company.finance) as work:
        beside.hand_up(work, hold_case(work, walk.case), "要换整套护罩，班组没钱")
        with pytest.raises(Refused):
            beside.hand_up(work, hold_case(work, walk.case), "再说一次")
    assert "有一条隐患交上来，等答复" in told(company, boss)
    assert "有一条隐患交上来，等答复" not in told(company, company.safety)
    with company.work_as(boss) as work:
        case = hold_case(work, walk.case)
        beside.take_up(work, case, boss)
        assert case.state is CaseState.PLANNING
        assert [a.person_id for a in case.assignments if a.part is Part.OWNER and not a.ended_at]
        assert not beside.find_open(case, RemarkKind.HANDED_UP)


def test_without_a_workshop_head_the_desk_answers_what_is_handed_up(company: Company) -> None:
    walk = walks.walk_to_rectifying(company)
    with company.work_as(company.finance) as work:
        beside.hand_up(work, hold_case(work, walk.case), "要停线")
    assert "有一条隐患交上来，等答复" in told(company, company.safety)
    with pytest.raises(NotAllowed), company.work_as(company.finance) as work:
        beside.hand_back(work, hold_case(work, walk.case), "我自己答")
    with company.work_as(company.safety) as work:
        case = hold_case(work, walk.case)
        beside.hand_back(work, case, "周六停线四小时")
        assert (case.state, case.remarks[-1].answer) == (CaseState.RECTIFYING, "周六停线四小时")
    assert "交上去的事有答复了" in told(company, company.finance)


def test_handing_up_needs_a_reason_and_a_hand_in_the_work(company: Company) -> None:
    walk = walks.walk_to_rectifying(company)
    with pytest.raises(Unclear), company.work_as(company.finance) as work:
        beside.hand_up(work, hold_case(work, walk.case), " ")
    early = walks.walk_to_accepted(company)
    with pytest.raises(Refused), company.work_as(company.safety) as work:
        beside.hand_up(work, hold_case(work, early.case), "太早")


def test_the_union_presses_and_is_answered(company: Company) -> None:
    delegate = hire(company, "1200", "孙桂芳", Role.UNION_REPRESENTATIVE)
    walk = walks.walk_to_rectifying(company)
    with pytest.raises(NotAllowed), company.work_as(company.safety) as work:
        beside.press(work, hold_case(work, walk.case), "不是工会")
    with company.work_as(delegate) as work:
        remark = beside.press(work, hold_case(work, walk.case), "已经两周了").id
    for person in (company.safety, company.head, company.finance):
        assert "工会催办一条隐患" in told(company, person)
    with company.work_as(company.safety) as work:
        beside.answer_press(work, hold_case(work, walk.case), remark, "配件周五到")
        with pytest.raises(Refused):
            beside.answer_press(work, hold_case(work, walk.case), remark, "再答")
    assert "催办的隐患有答复了" in told(company, delegate)


def test_work_is_stopped_by_the_officer_and_let_on_with_a_reason(company: Company) -> None:
    delegate = hire(company, "1200", "孙桂芳", Role.UNION_REPRESENTATIVE)
    walk = walks.walk_to_rectifying(company)
    with pytest.raises(NotAllowed), company.work_as(delegate) as work:
        beside.stop_work(work, hold_case(work, walk.case), "护罩没了")
    with company.work_as(delegate) as work:
        beside.press(work, hold_case(work, walk.case), "护罩没了还在干", stop=True)
    with company.work_as(company.safety) as work:
        case = hold_case(work, walk.case)
        beside.stop_work(work, case, "3号车床停机")
        assert not beside.find_open(case, RemarkKind.STOP_PROPOSED)
        assert case.state is CaseState.RECTIFYING
    assert "一处隐患停止作业" in told(company, company.head)
    with pytest.raises(Unclear), company.work_as(company.head) as work:
        beside.allow_work(work, hold_case(work, walk.case), "")
    with company.work_as(company.head) as work:
        beside.allow_work(work, hold_case(work, walk.case), "临时护罩已装好")
        assert not beside.find_open(hold_case(work, walk.case), RemarkKind.STOPPED)


def test_a_verifier_may_stop_work_while_verifying(company: Company) -> None:
    walk = walks.walk_to_verifying(company)
    with company.work_as(company.head) as work:
        assert beside.may_stop(work.actor, hold_case(work, walk.case))


def test_closing_ends_what_was_open_beside_the_case(company: Company) -> None:
    walk = walks.walk_to_completed(company)
    with company.work_as(company.safety) as work:
        beside.stop_work(work, hold_case(work, walk.case), "停机")
    with company.work_as(company.safety) as work:
        case = hold_case(work, walk.case)
        checking.check(work, case, passed=True, note="", declared=True)
        assert all(remark.ended_at for remark in case.remarks)


def test_a_control_that_no_longer_holds_is_renewed_by_the_owner(company: Company) -> None:
    walk = walks.walk_to_rectifying(company)
    with company.work_as(company.safety) as work:
        check_control(work, hold_case(work, walk.case), company.workshop, holds=False)
    assert "临时管控顶不住了" in " ".join(told(company, company.finance))
    with company.work_as(company.finance) as work:
        case = hold_case(work, walk.case)
        assert case.control_failed_at
        with pytest.raises(Unclear):
            beside.renew_control(work, case, "停机")
    with company.work_as(company.finance) as work:
        beside.renew_control(work, hold_case(work, walk.case), "停机并上锁")
    with company.reading() as session:
        renewed = session.scalars(select(Case).where(Case.number == walk.case)).one()
        assert renewed.interim_control == "停机并上锁"
        assert renewed.control_failed_at is None
