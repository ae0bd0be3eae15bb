"""A hazard that is still there after it was closed: looked at again, opened again, checked anew."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from hazard.access.duties import SameHands
from hazard.cases import checking, feedback, rectification, reopening, verification
from hazard.cases.models import Archive, Case
from hazard.cases.queries import hold_case
from hazard.cases.reopening import Look
from hazard.cases.terms import CaseState, Verdict
from hazard.cases.timeline import timeline
from hazard.cases.waiting import Stage, turns, waiting_for
from hazard.core.clock import FakeClock, day_of
from hazard.core.errors import NotAllowed, Refused, Unclear
from hazard.core.house import House
from hazard.core.money import yuan
from hazard.core.words import say
from hazard.deadlines.queries import running_of
from hazard.deadlines.terms import DeadlineKind
from hazard.jobs.timetable import run_once
from hazard.notices.outbox import list_messages
from hazard.policy.words import Identity
from hazard.reports.queries import hold_by_id
from hazard.reports.queries import list_messages as list_messages_of
from hazard.rewards.models import Award
from hazard.rewards.terms import AwardState
from hazard.statistics.ledger import list_rows, scope_of
from tests import walks
from tests.company import Company

STILL_THERE = "护罩又被拆了，放在地上"


def case_of(company: Company, number: str) -> Case:
    with company.reading() as session:
        return session.scalars(select(Case).where(Case.number == number)).one()


def say_no(company: Company, number: str, *, fixed: bool = False) -> None:
    with company.reported() as work:
        case = work.session.scalars(select(Case).where(Case.number == number)).one()
        reopening.say_if_fixed(work, hold_by_id(work, case.first.report_id), fixed=fixed)


def look(company: Company, words: str = STILL_THERE, days: int = 3) -> Look:
    return Look(words, day_of(company.clock.now()) + timedelta(days=days), declared=True)


def open_again(company: Company, number: str, by: int = 0) -> None:
    with company.work_as(by or company.safety) as work:
        reopening.reopen(work, hold_case(work, number), look(company))


def clocks(company: Company, number: str) -> dict[DeadlineKind, int | None]:
    """Return whose the running clocks of a case are."""
    with company.reading() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        running = running_of(session, [(case.kind, case.id)], company.clock.now())
        return {due.kind: due.holder_id for due in running}


def put_right(company: Company, number: str) -> None:
    """Let 李秀英 tick what was still missing and ask for the check."""
    with company.work_as(company.finance) as work:
        case = hold_case(work, number)
        [missing] = [m for m in case.plans[-1].measures if m.done_at is None]
        rectification.tick(work, case, missing.id, None)
        rectification.complete(work, case, yuan(150), [walks._after(work)])


def check(company: Company, number: str, by: int) -> None:
    with company.work_as(by) as work:
        checking.check(work, hold_case(work, number), passed=True, note="", declared=True)


def told(company: Company, number: str) -> list[str]:
    """Return what the reporter of a case read, oldest first."""
    with company.reading() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        found = list_messages_of(session, case.first.report_id)
        return [each.text for each in found if not each.from_reporter]


def test_a_reporters_no_waits_on_the_desk_with_a_date_that_climbs(
    company: Company, house: House, now: FakeClock
) -> None:
    number = walks.walk_to_informed(company, level=1).case
    say_no(company, number)
    assert DeadlineKind.LOOK_AGAIN in clocks(company, number)
    with company.reading() as session:
        items = waiting_for(session, company._actor(company.safety), now.now())
        [item] = [item for item in items if item.kind == Stage.LOOK_AGAIN]
        assert item.number == number
        assert item.due
        assert item.due.kind is DeadlineKind.LOOK_AGAIN
    now.move(timedelta(days=4))
    run_once(house, "ladder")
    with company.reading() as session:
        late = [say(m.sentence) for m in list_messages(session, company.safety)]
    assert any("回头看还在不在" in words for words in late)
    run_once(house, "archive")
    now.move(timedelta(days=30))
    run_once(house, "archive")
    assert case_of(company, number).state is CaseState.CLOSED, "a doubt is not archived"


def test_opened_again_the_old_plan_stands_with_a_new_date_and_other_hands_check(
    company: Company, now: FakeClock
) -> None:
    number = walks.walk_to_informed(company, level=1).case
    say_no(company, number)
    open_again(company, number)
    case = case_of(company, number)
    assert (case.state, case.reopened, case.closed_at) == (CaseState.RECTIFYING, 1, None)
    assert case.due_on == day_of(now.now()) + timedelta(days=3)
    assert clocks(company, number) == {DeadlineKind.RECTIFY: company.finance}
    assert told(company, number)[-1] == "上次没有真改好，正在重改，11月26日前改好"
    put_right(company, number)
    with pytest.raises(SameHands) as refused, company.work_as(company.safety) as work:
        checking.check(work, hold_case(work, number), passed=True, note="", declared=True)
    assert say(refused.value.sentence) == ("上次是王建华验收的，这次换人验收。可以担任的有：周国强")
    check(company, number, company.head)
    with company.reading() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        words = [say(m.what) for m in timeline(session, company._actor(company.safety), case)]
        scope = scope_of(date(2026, 11, 1), date(2026, 11, 30))
        rows = {
            row.number: row
            for row in list_rows(session, company._actor(company.safety), scope, now.now())
        }
    assert "第 1 次重新打开：没有真改好" in words
    assert (rows[number].reopened, rows[number].checker) == (1, "周国强")
    assert case.state is CaseState.CLOSED


def test_after_each_closing_the_reporters_are_told_and_asked_anew(company: Company) -> None:
    number = walks.walk_to_informed(company, level=1).case
    say_no(company, number)
    with pytest.raises(Refused):
        say_no(company, number)
    open_again(company, number)
    with company.reading() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        assert feedback.uninformed(session, case) == [], "told of the reopening already"
    put_right(company, number)
    check(company, number, company.head)
    assert DeadlineKind.FEEDBACK in clocks(company, number)
    with company.work_as(company.safety) as work:
        case = hold_case(work, number)
        feedback.inform(work, case, case.first.report, "这次装牢了")
    assert DeadlineKind.FEEDBACK not in clocks(company, number)
    say_no(company, number)
    open_again(company, number)
    assert case_of(company, number).reopened == 2
    put_right(company, number)
    check(company, number, company.safety)  # the last checker was 周国强
    assert case_of(company, number).state is CaseState.CLOSED


def test_what_was_fixed_on_the_spot_has_no_plan_and_goes_to_planning(company: Company) -> None:
    number = walks.walk_quickly(company, level=1, fixed=True, identity=Identity.ANONYMOUS).case
    say_no(company, number)
    open_again(company, number)
    case = case_of(company, number)
    assert (case.state, case.reopened, case.fixed_on_spot) == (CaseState.PLANNING, 1, False)
    assert told(company, number)[-1] == "上次没有真改好，正在重改"


def test_an_archived_hazard_is_opened_again_and_archived_again(
    company: Company, house: House, now: FakeClock
) -> None:
    number = walks.walk_to_informed(company, level=1).case
    now.move(timedelta(days=8))
    run_once(house, "archive")
    say_no(company, number)
    assert case_of(company, number).state is CaseState.ARCHIVED
    open_again(company, number)
    put_right(company, number)
    check(company, number, company.head)
    with company.work_as(company.safety) as work:
        case = hold_case(work, number)
        feedback.inform(work, case, case.first.report, "这次装牢了")
    now.move(timedelta(days=8))
    run_once(house, "archive")
    assert case_of(company, number).state is CaseState.ARCHIVED
    with company.reading() as session:
        assert len(session.scalars(select(Archive.id)).all()) == 2


def test_the_reward_stays_as_it_was(company: Company) -> None:
    walk = walks.walk_to_approved_award(company, level=1)
    with company.work_as(company.safety) as work:
        rectification.set_owner(work, hold_case(work, walk.case), company.finance)
    with company.work_as(company.finance) as work:
        due = day_of(work.now)
        draft = rectification.Draft(company.finance, ("装回",), yuan(0), due, "预案")
        rectification.draw_up(work, hold_case(work, walk.case), draft)
    put_right(company, walk.case)
    check(company, walk.case, company.safety)
    open_again(company, walk.case)
    with company.reading() as session:
        [award] = session.scalars(select(Award))
        assert (award.state, award.amount) == (AwardState.APPROVED, yuan(20))


def test_who_checked_it_cannot_say_that_the_doubt_is_unfounded(company: Company) -> None:
    number = walks.walk_to_informed(company, level=1).case
    say_no(company, number)
    with pytest.raises(NotAllowed) as refused, company.work_as(company.safety) as work:
        reopening.uphold(work, hold_case(work, number), look(company, "去看了，护罩在"))
    assert say(refused.value.sentence) == "上次是你判的，要别人来看：周国强"
    with company.work_as(company.head) as work:
        reopening.uphold(work, hold_case(work, number), look(company, "去看了，护罩在"))
    assert told(company, number)[-1] == "去看了，护罩在"
    assert DeadlineKind.LOOK_AGAIN not in clocks(company, number)
    assert case_of(company, number).reopened == 0


def test_what_was_not_found_is_verified_anew_when_the_reporter_says_it_is_there(
    company: Company,
) -> None:
    number = walks.walk_to_verifying(company, level=1).case

    def find(verdict: Verdict, *people: int) -> None:
        for person in people:
            with company.work_as(person) as work:
                found = verification.Found(verdict, "看过了", on_site=True, declared=True)
                verification.find(work, hold_case(work, number), found)

    find(Verdict.NOT_FOUND, company.safety, company.head)
    with company.work_as(company.safety) as work:
        case = hold_case(work, number)
        feedback.inform(work, case, case.first.report, "没有看到")
    with pytest.raises(Refused):
        say_no(company, number, fixed=True)
    say_no(company, number)
    with company.work_as(company.safety) as work:
        reopening.uphold(work, hold_case(work, number), look(company, "又去看，还是没有"))
    open_again(company, number)
    case = case_of(company, number)
    assert (case.state, case.reopened) == (CaseState.VERIFYING, 1)
    assert set(clocks(company, number)) == {DeadlineKind.VERIFY, DeadlineKind.HANDLE}
    assert told(company, number)[-1] == "您说还在，再派两个人去看"
    with company.work_as(company.safety) as work:
        people = [company.safety, company.head]
        verification.assign_verifiers(work, hold_case(work, number), people)
    find(Verdict.TRUE, company.safety, company.head)
    assert case_of(company, number).state is CaseState.VERIFIED
    assert DeadlineKind.FEEDBACK not in clocks(company, number), "told with the closing"


def test_a_look_back_needs_a_date_words_and_a_hazard_that_was_closed(company: Company) -> None:
    number = walks.walk_to_informed(company, level=1).case
    with pytest.raises(Unclear) as refused, company.work_as(company.safety) as work:
        reopening.reopen(work, hold_case(work, number), Look(STILL_THERE, None, declared=True))
    assert refused.value.field == "due_on"
    with pytest.raises(Unclear) as refused, company.work_as(company.safety) as work:
        reopening.reopen(work, hold_case(work, number), look(company, " "))
    assert refused.value.field == "text"
    with company.reading() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        actor, moment = company._actor(company.safety), company.clock.now()
        [turn] = [t for t in turns(session, actor, case, moment) if t.stage is Stage.LOOK_AGAIN]
        assert not turn.mine, "nobody doubts it: the look back is offered, not asked for"
    going_on = walks.walk_to_rectifying(company, level=1).case
    with pytest.raises(Refused), company.work_as(company.safety) as work:
        reopening.reopen(work, hold_case(work, going_on), look(company))


def test_at_level_four_a_plant_of_four_can_still_close_what_came_back(company: Company) -> None:
    """周国强 approved the plan and 李秀英 owns it: of four only 王建华 is left to check again."""
    number = walks.walk_to_informed(company, level=4).case
    open_again(company, number)
    put_right(company, number)
    check(company, number, company.safety)
    assert case_of(company, number).state is CaseState.CLOSED
