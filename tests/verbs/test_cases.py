"""The way of one hazard, its turnings and its refusals."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from hazard.access.duties import HandsShort, SameHands
from hazard.access.permissions import Role
from hazard.audit.queries import list_happenings
from hazard.audit.work import Work
from hazard.cases import assigning, checking, feedback, grading, quick, rectification, verification
from hazard.cases.hands import NotDeclared
from hazard.cases.joining import Joining, join_case
from hazard.cases.models import Case, Declaration
from hazard.cases.opening import Opening, open_case
from hazard.cases.queries import hold_case
from hazard.cases.terms import CaseState, Part, PlanState, ReportPart, Verdict
from hazard.cases.transition import StepNotOpen
from hazard.core.clock import day_of
from hazard.core.errors import NotAllowed, NotFound, Refused, Unclear
from hazard.core.money import ZERO, yuan
from hazard.core.words import say
from hazard.deadlines.queries import running_of
from hazard.deadlines.terms import DeadlineKind
from hazard.notices.outbox import list_messages as list_notices
from hazard.people.keeping import grant_role
from hazard.people.queries import get_person, root_unit
from hazard.policy.words import Category, Gravity, Hurt, Identity, Likely, SubCode
from hazard.reports.models import Photo
from hazard.reports.queries import hold_report
from hazard.rewards import awards
from hazard.rewards import quick as quick_lane
from tests import walks
from tests.company import Company

TRUE = verification.Found(Verdict.TRUE, "", on_site=True, declared=True)
L1 = grading.Grade(Hurt.SCRATCH, Likely.HARDLY, Gravity.NO, SubCode.F1)


def state(company: Company, number: str) -> CaseState:
    with company.reading() as session:
        return session.scalars(select(Case.state).where(Case.number == number)).one()


def opening(company: Company, **changes: object) -> Opening:
    made = Opening("防护罩缺失", "装回防护罩", "", Category.EQUIPMENT, company.place)
    return replace(made, **changes)  # type: ignore[arg-type]


def after(work: Work) -> Photo:
    return walks._after(work)


def test_a_short_description_names_nobody_and_fits_the_paper(company: Company) -> None:
    walk = walks.walk_to_reported(company)
    for text, words in (("张伟报的防护罩缺失", "张伟"), ("长" * 31, "30"), ("", "短描述")):
        with (
            company.work_as(company.safety) as work,
            pytest.raises(Unclear) as refusal,
        ):
            open_case(
                work, hold_report(work, walk.report), opening(company, short_description=text)
            )
        assert words in say(refusal.value.sentence)
        assert refusal.value.field == "short_description"


def test_finance_may_not_accept_a_report(company: Company) -> None:
    walk = walks.walk_to_reported(company)
    with pytest.raises(NotFound), company.work_as(company.finance) as work:
        hold_report(work, walk.report)


def test_a_second_report_joins_and_the_first_stays_first(company: Company) -> None:
    first = walks.walk_to_accepted(company)
    second = walks.walk_to_reported(company, identity=Identity.ANONYMOUS)
    with company.work_as(company.safety) as work:
        case = hold_case(work, first.case)
        joining = Joining(ReportPart.SUPPLEMENT, "同一台车床")
        join_case(work, hold_report(work, second.report), case, joining)
        assert [(c.report.number, c.part) for c in case.reports] == [
            (first.report, ReportPart.FIRST),
            (second.report, ReportPart.SUPPLEMENT),
        ]


def test_the_same_person_cannot_be_both_verifiers(company: Company) -> None:
    walk = walks.walk_to_accepted(company)
    with pytest.raises(Unclear), company.work_as(company.safety) as work:
        verification.assign_verifiers(
            work, hold_case(work, walk.case), [company.head, company.head]
        )


def test_an_assignment_that_leaves_nobody_for_a_later_step_names_who_would_work(
    company: Company,
) -> None:
    """Of four, with 张伟 the reporter: were 李秀英 to verify, nobody could own the repair."""
    walk = walks.walk_to_accepted(company)
    with pytest.raises(HandsShort) as refusal, company.work_as(company.safety) as work:
        verification.assign_verifiers(
            work, hold_case(work, walk.case), [company.finance, company.safety]
        )
    words = say(refusal.value.sentence)
    assert "周国强" in words
    assert "王建华" in words
    assert set(refusal.value.fit) == {company.head, company.safety}


def test_a_refusal_never_says_who_reported(company: Company) -> None:
    walk = walks.walk_to_accepted(company)
    with pytest.raises(HandsShort) as refusal, company.work_as(company.safety) as work:
        assigning.assign(work, hold_case(work, walk.case), company.worker, Part.VERIFIER)
    assert "报告" not in say(refusal.value.sentence)


def test_whoever_verifies_declares_to_have_no_interest(company: Company) -> None:
    walk = walks.walk_to_verifying(company)
    with pytest.raises(NotDeclared), company.work_as(company.safety) as work:
        verification.find(work, hold_case(work, walk.case), replace(TRUE, declared=False))
    walks.walk_to_confirmed(company)
    with company.reading() as session:
        assert set(session.scalars(select(Declaration.stage))) == {"verification"}


def test_who_is_not_assigned_gives_no_finding(company: Company) -> None:
    walk = walks.walk_to_verifying(company)
    with pytest.raises(NotFound), company.work_as(company.worker) as work:
        hold_case(work, walk.case)
    with company.work_as(company.safety) as work:
        verification.find(work, hold_case(work, walk.case), TRUE)
    with pytest.raises(NotAllowed), company.work_as(company.safety) as work:
        verification.find(work, hold_case(work, walk.case), TRUE)


def test_two_different_verdicts_bring_it_back_to_the_desk(company: Company) -> None:
    walk = walks.walk_to_verifying(company)
    with company.work_as(company.safety) as work:
        verification.find(work, hold_case(work, walk.case), TRUE)
    not_found = replace(TRUE, verdict=Verdict.NOT_FOUND, note="没有看到")
    with company.work_as(company.head) as work:
        verification.find(work, hold_case(work, walk.case), not_found)
    assert state(company, walk.case) is CaseState.VERIFYING
    with company.work_as(company.safety) as work:
        case = hold_case(work, walk.case)
        assert case.round == 2
        verification.assign_verifiers(work, case, [company.safety, company.head])


def test_not_found_twice_is_not_confirmed_and_needs_words(company: Company) -> None:
    walk = walks.walk_to_verifying(company)
    found = replace(TRUE, verdict=Verdict.NOT_FOUND)
    with pytest.raises(Unclear), company.work_as(company.safety) as work:
        verification.find(work, hold_case(work, walk.case), found)
    for person in (company.safety, company.head):
        with company.work_as(person) as work:
            verification.find(work, hold_case(work, walk.case), replace(found, note="没看到"))
    assert state(company, walk.case) is CaseState.UNCONFIRMED


def test_a_level_other_than_the_tables_needs_a_reason(company: Company) -> None:
    walk = walks.walk_to_confirmed(company)
    with pytest.raises(Unclear) as refusal, company.work_as(company.safety) as work:
        grading.grade(work, hold_case(work, walk.case), replace(L1, level=2), declared=True)
    assert refusal.value.field == "reason"
    with company.work_as(company.safety) as work:
        case = hold_case(work, walk.case)
        grading.grade(work, case, replace(L1, level=2, reason="人多"), declared=True)
        assert (case.statutory_level, case.internal_grade, case.reward_level) == ("general", "B", 2)


def test_from_photos_is_enough_for_slight_hazards_only(company: Company) -> None:
    walk = walks.walk_to_verifying(company)
    for person, on_site in ((company.safety, True), (company.head, False)):
        with company.work_as(person) as work:
            verification.find(work, hold_case(work, walk.case), replace(TRUE, on_site=on_site))
    grave = grading.Grade(Hurt.LASTING, Likely.POSSIBLE, Gravity.NO, None)
    with pytest.raises(Refused), company.work_as(company.safety) as work:
        grading.grade(work, hold_case(work, walk.case), grave, declared=True)
    with company.work_as(company.safety) as work:
        grading.grade(work, hold_case(work, walk.case), L1, declared=True)


def test_a_plan_is_refused_while_one_of_the_five_is_missing(company: Company) -> None:
    walk = walks.walk_to_graded(company)
    with company.work_as(company.safety) as work:
        case = hold_case(work, walk.case)
        draft = rectification.Draft(company.finance, (), None, None, "")
        with pytest.raises(rectification.PlanIncomplete) as refusal:
            rectification.draw_up(work, case, draft)
    assert say(refusal.value.sentence) == "还差：措施、资金、期限、应急预案"


def test_a_plan_cannot_be_dated_yesterday(company: Company) -> None:
    walk = walks.walk_to_graded(company)
    with company.work_as(company.safety) as work:
        yesterday = day_of(work.now) - timedelta(days=1)
        draft = rectification.Draft(company.finance, ("修",), ZERO, yesterday, "预案")
        with pytest.raises(Unclear) as refusal:
            rectification.draw_up(work, hold_case(work, walk.case), draft)
    assert refusal.value.field == "due_on"


def test_a_plan_comes_prefilled(company: Company) -> None:
    walk = walks.walk_to_graded(company, level=1)
    with company.work_as(company.safety) as work:
        today = day_of(work.now)
        draft = rectification.propose(work.session, hold_case(work, walk.case), today)
    assert draft.measures == ("装回防护罩",)
    assert draft.funds == ZERO
    assert draft.due_on == today + timedelta(days=3)


def test_a_slight_plan_is_in_force_at_once_a_graver_one_waits(company: Company) -> None:
    assert state(company, walks.walk_to_planned(company, level=2).case) is CaseState.RECTIFYING
    walk = walks.walk_to_planned(company, level=3)
    assert state(company, walk.case) is CaseState.PLAN_SUBMITTED
    with company.work_as(company.head) as work:
        rectification.return_plan(work, hold_case(work, walk.case), "期限太长")
    with company.work_as(company.finance) as work:
        case = hold_case(work, walk.case)
        assert case.state is CaseState.PLANNING
        assert case.plans[-1].state is PlanState.RETURNED


def test_the_owner_cannot_approve_the_own_plan(company: Company) -> None:
    walk = walks.walk_to_planned(company, level=3)
    with pytest.raises((SameHands, HandsShort)), company.work_as(company.finance) as work:
        rectification.approve_plan(work, hold_case(work, walk.case), declared=True)


def test_completing_needs_all_ticks_and_a_photo(company: Company) -> None:
    walk = walks.walk_to_rectifying(company)
    with company.work_as(company.finance) as work:
        case = hold_case(work, walk.case)
        with pytest.raises(Unclear) as refusal:
            rectification.complete(work, case, ZERO, [after(work)])
        assert "停机挂牌" in say(refusal.value.sentence)
        for measure in case.plans[-1].measures:
            rectification.tick(work, case, measure.id, None)
        with pytest.raises(Unclear) as refusal:
            rectification.complete(work, case, ZERO, [])
        assert refusal.value.field == "after"


def test_a_failed_check_returns_it_and_the_old_date_stays(company: Company) -> None:
    walk = walks.walk_to_completed(company)
    with company.work_as(company.safety) as work:
        due = hold_case(work, walk.case).due_on
        with pytest.raises(Unclear):
            checking.check(work, hold_case(work, walk.case), passed=False, note="", declared=True)
    with company.work_as(company.safety) as work:
        case = hold_case(work, walk.case)
        checking.check(work, case, passed=False, note="螺丝没拧紧", declared=True)
        assert (case.state, case.due_on) == (CaseState.RECTIFYING, due)


def test_the_owner_does_not_check_the_own_work(company: Company) -> None:
    walk = walks.walk_to_completed(company)
    with pytest.raises(NotAllowed), company.work_as(company.finance) as work:
        checking.check(work, hold_case(work, walk.case), passed=True, note="", declared=True)


def test_a_fix_on_the_spot_goes_straight_to_the_check(company: Company) -> None:
    walk = walks.walk_to_graded(company, fixed=True, identity=Identity.ANONYMOUS)
    assert state(company, walk.case) is CaseState.SUBMITTED_FOR_CHECK
    with company.work_as(company.head) as work:
        checking.check(work, hold_case(work, walk.case), passed=False, note="还松", declared=True)
    assert state(company, walk.case) is CaseState.PLANNING


def test_a_major_hazard_is_signed_by_the_workers_representative_too(company: Company) -> None:
    with company.work_as() as work:
        worker = get_person(work.session, company.worker)
        grant_role(work, worker, Role.UNION_REPRESENTATIVE, root_unit(work.session))
    walk = walks.walk_to_completed(company, level=4, identity=Identity.ANONYMOUS)
    with company.work_as(company.safety) as work:
        checking.check(work, hold_case(work, walk.case), passed=True, note="", declared=True)
    assert state(company, walk.case) is CaseState.SUBMITTED_FOR_CHECK
    with pytest.raises(Refused), company.work_as(company.safety) as work:
        checking.check(work, hold_case(work, walk.case), passed=True, note="", declared=True)
    with pytest.raises(NotAllowed), company.work_as(company.finance) as work:
        checking.cosign(work, hold_case(work, walk.case))
    with company.work_as(company.worker) as work:
        checking.cosign(work, hold_case(work, walk.case))
    assert state(company, walk.case) is CaseState.CLOSED
    with company.work_as(company.safety) as work:
        case = hold_case(work, walk.case)
        assert case.closed_at == work.now
        assert [each.person_id for each in case.assignments if each.ended_at is None] == []
        running = {each.kind for each in running_of(work.session, [(case.kind, case.id)], work.now)}
        assert DeadlineKind.ARCHIVE in running
        assert not {DeadlineKind.CHECK, DeadlineKind.RECTIFY} & running
        told = list_happenings(work.session, [(case.kind, case.id)])
    assert [each.actor_id for each in told if each.action == "case.cosigned"] == [company.worker]


def test_a_stage_cannot_be_taken_twice(company: Company) -> None:
    walk = walks.walk_to_closed(company)
    with pytest.raises(StepNotOpen) as refusal, company.work_as(company.safety) as work:
        checking.check(work, hold_case(work, walk.case), passed=True, note="", declared=True)
    assert "已销号" in say(refusal.value.sentence)
    with pytest.raises(StepNotOpen) as refusal, company.work_as(company.head) as work:
        checking.check(work, hold_case(work, walk.case), passed=True, note="", declared=True)
    assert say(refusal.value.sentence) == "王建华 刚改过这一条，请看过再办"


def test_feedback_ends_its_clock(company: Company) -> None:
    walk = walks.walk_to_closed(company)
    assert _clock(company, walk.case, DeadlineKind.FEEDBACK)
    with company.work_as(company.safety) as work:
        case = hold_case(work, walk.case)
        feedback.inform(work, case, case.reports[0].report, "改好了")
    assert not _clock(company, walk.case, DeadlineKind.FEEDBACK)


def first_hand(company: Company, work: Work, **changes: object) -> quick.FirstHand:
    made = quick.FirstHand(
        opening(company), L1, company.head, company.worker, (after(work),), declared=True
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def test_the_quick_lane_closes_with_the_second_hand(company: Company) -> None:
    walk = walks.walk_to_reported(company)
    with company.work_as(company.safety) as work:
        report = hold_report(work, walk.report)
        case = quick.handle(work, report, first_hand(company, work)).number
    assert state(company, case) is CaseState.VERIFYING
    with pytest.raises(NotAllowed), company.work_as(company.safety) as work:
        quick.confirm(work, hold_case(work, case), yes=True, reason="", declared=True)
    with company.work_as(company.head) as work:
        quick.confirm(work, hold_case(work, case), yes=True, reason="", declared=True)
    assert state(company, case) is CaseState.CLOSED


def test_the_quick_lane_goes_to_planning_when_nothing_is_fixed_yet(company: Company) -> None:
    walk = walks.walk_to_reported(company)
    with company.work_as(company.safety) as work:
        report = hold_report(work, walk.report)
        first = first_hand(company, work, fixer_id=None, photos=())
        case = quick.handle(work, report, first).number
    with company.work_as(company.head) as work:
        quick.confirm(work, hold_case(work, case), yes=True, reason="", declared=True)
    assert state(company, case) is CaseState.PLANNING


def test_a_no_of_the_second_hand_stays_on_the_desk_with_its_reason(company: Company) -> None:
    walk = walks.walk_to_reported(company)
    with company.work_as(company.safety) as work:
        case = quick.handle(work, hold_report(work, walk.report), first_hand(company, work)).number
    with pytest.raises(Unclear), company.work_as(company.head) as work:
        quick.confirm(work, hold_case(work, case), yes=False, reason="", declared=True)
    with company.work_as(company.head) as work:
        quick.confirm(work, hold_case(work, case), yes=False, reason="罩子没装牢", declared=True)
    assert state(company, case) is CaseState.VERIFYING


def test_grave_hazards_do_not_take_the_quick_lane(company: Company) -> None:
    walk = walks.walk_to_reported(company)
    grave = grading.Grade(Hurt.LASTING, Likely.POSSIBLE, Gravity.NO, None)
    with pytest.raises(quick.TooGraveForQuick), company.work_as(company.safety) as work:
        quick.handle(work, hold_report(work, walk.report), first_hand(company, work, grade=grave))


def test_neither_first_hand_nor_fixer_confirms(company: Company) -> None:
    walk = walks.walk_to_reported(company, identity=Identity.ANONYMOUS)
    for second in (company.safety, company.worker):
        with pytest.raises((SameHands, HandsShort)), company.work_as(company.safety) as work:
            quick.handle(
                work, hold_report(work, walk.report), first_hand(company, work, second_id=second)
            )


def _clock(company: Company, number: str, kind: DeadlineKind) -> bool:
    with company.reading() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        running = running_of(session, [(case.kind, case.id)], company.clock.now())
    return kind in {due.kind for due in running}


def test_the_actual_cost_is_kept(company: Company) -> None:
    walk = walks.walk_to_completed(company)
    with company.reading() as session:
        cost = session.scalars(select(Case.actual_cost).where(Case.number == walk.case)).one()
    assert cost == yuan(120)


def test_after_a_no_in_the_quick_lane_the_reward_can_be_proposed_anew(company: Company) -> None:
    walk = walks.walk_to_reported(company)
    with company.work_as(company.safety) as work:
        report = hold_report(work, walk.report)
        number = quick_lane.handle(
            work, report, first_hand(company, work), out_of_post=False
        ).number
    with company.work_as(company.head) as work:
        quick_lane.confirm(
            work, hold_case(work, number), yes=False, reason="罩子没装牢", declared=True
        )
    with company.work_as(company.safety) as work:
        verifiers = [company.safety, company.head]
        verification.assign_verifiers(work, hold_case(work, number), verifiers)
    for person in (company.safety, company.head):
        with company.work_as(person) as work:
            verification.find(work, hold_case(work, number), TRUE)
    with company.work_as(company.safety) as work:
        case = hold_case(work, number)
        grading.grade(work, case, L1, declared=True)
        made = awards.propose(work, case, out_of_post=False, declared=True)
        assert [award.amount for award in made] == [yuan(20)]


def test_a_new_owner_plans_anew_and_the_old_date_no_longer_runs(company: Company) -> None:
    walk = walks.walk_to_rectifying(company, identity=Identity.ANONYMOUS)
    with company.work_as(company.safety) as work:
        rectification.set_owner(work, hold_case(work, walk.case), company.worker)
    assert state(company, walk.case) is CaseState.PLANNING
    assert _clock(company, walk.case, DeadlineKind.PLAN)
    assert not _clock(company, walk.case, DeadlineKind.RECTIFY)


# ---- the clock of handling (domain 2.4) ----


def handles(company: Company, number: str) -> bool:
    """Say whether the clock of handling runs."""
    with company.reading() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        running = running_of(session, [(case.kind, case.id)], company.clock.now())
    return any(due.kind is DeadlineKind.HANDLE for due in running)


def tell_result(company: Company, number: str) -> None:
    with company.work_as(company.safety) as work:
        case = hold_case(work, number)
        feedback.inform(work, case, case.first.report, "您报的属实")


def test_handling_ends_when_it_is_closed_and_the_reporter_knows(company: Company) -> None:
    number = walks.walk_to_closed(company, level=2).case
    assert handles(company, number), "closed, but nobody told the reporter"
    tell_result(company, number)
    assert not handles(company, number)
    early = walks.walk_to_rectifying(company, level=2).case
    tell_result(company, early)
    assert handles(company, early), "told, but not closed"


def test_a_major_hazard_is_handled_with_its_plan_in_force_and_the_reporter_told(
    company: Company,
) -> None:
    number = walks.walk_to_planned(company, level=4).case
    tell_result(company, number)
    assert handles(company, number), "the head has not approved the plan"
    with company.work_as(company.head) as work:
        rectification.approve_plan(work, hold_case(work, number), declared=True)
    assert not handles(company, number)


def test_what_was_not_confirmed_is_handled_once_the_reporter_knows(company: Company) -> None:
    number = walks.walk_to_verifying(company).case
    for person in (company.safety, company.head):
        with company.work_as(person) as work:
            found = verification.Found(Verdict.NOT_FOUND, "没有看到", on_site=True, declared=True)
            verification.find(work, hold_case(work, number), found)
    assert handles(company, number)
    tell_result(company, number)
    assert not handles(company, number)


def test_the_reporter_hears_of_the_closing_also_when_told_before(company: Company) -> None:
    number = walks.walk_to_completed(company, level=2).case
    tell_result(company, number)
    with company.work_as(company.safety) as work:
        before = len(list_notices(work.session, company.worker))
        checking.check(work, hold_case(work, number), passed=True, note="", declared=True)
        assert len(list_notices(work.session, company.worker)) == before + 1
