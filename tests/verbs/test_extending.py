"""A later date: who asks, who decides, and what of edges 21 to 23."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hazard.cases import checking, extending, rectification
from hazard.cases.audience import kept_from
from hazard.cases.extension_rules import Wish
from hazard.cases.models import Extension
from hazard.cases.queries import hold_case
from hazard.cases.terms import CaseState, ExtensionState
from hazard.cases.waiting import whose
from hazard.core.clock import FakeClock, day_of
from hazard.core.errors import NotAllowed, Refused, Unclear
from hazard.core.money import ZERO
from hazard.core.words import say
from hazard.deadlines.ladder import climb, ready_ids
from hazard.deadlines.queries import running_of
from hazard.deadlines.terms import DeadlineKind
from hazard.notices.outbox import list_messages
from hazard.reports.queries import hold_report
from hazard.reports.queries import list_messages as list_messages_of
from tests import walks
from tests.company import Company

STRONGER = "停机、上锁挂牌、专人看守"


def wish(company: Company, days: int = 2) -> Wish:
    due = day_of(company.clock.now()) + timedelta(days=3 + days)
    return Wish(due, "护罩配件周五才到", "可能卷入", STRONGER)


def ask(company: Company, number: str, days: int = 2) -> None:
    with company.work_as(company.finance) as work:
        extending.ask(work, hold_case(work, number), DeadlineKind.RECTIFY, wish(company, days))


def decide(company: Company, who: int, number: str, *, yes: bool = True, note: str = "") -> None:
    with company.work_as(who) as work:
        told = "改到11月27日，因配件未到；先停机上锁" if yes else ""
        decision = extending.Decision(yes, note, told, declared=True)
        extending.decide(work, hold_case(work, number), decision)


def due(company: Company, number: str, kind: DeadlineKind = DeadlineKind.RECTIFY) -> object:
    with company.work_as(company.safety) as work:
        case = hold_case(work, number)
        running = running_of(work.session, [(case.kind, case.id)], work.now)
        return next(each for each in running if each.kind is kind)


def told(company: Company, person: int) -> list[str]:
    with company.reading() as session:
        return [say(message.sentence) for message in list_messages(session, person)]


def test_a_date_asked_for_in_time_is_granted_by_the_head(company: Company) -> None:
    walk = walks.walk_to_rectifying(company)
    ask(company, walk.case)
    assert "有一个新期限等着决定" in told(company, company.head)
    decide(company, company.head, walk.case)
    with company.work_as(company.safety) as work:
        case = hold_case(work, walk.case)
        assert case.state is CaseState.RECTIFYING
        assert case.due_on == wish(company).until
        assert case.interim_control == STRONGER
        read = list_messages_of(work.session, hold_report(work, walk.report).id)
        assert "改到11月27日，因配件未到；先停机上锁" in {turn.text for turn in read}
    assert due(company, walk.case).last_day == wish(company).until  # type: ignore[attr-defined]
    assert "新期限已同意" in told(company, company.finance)


def test_after_the_date_only_an_explanation_is_left(company: Company, now: FakeClock) -> None:
    walk = walks.walk_to_rectifying(company)
    with pytest.raises(Refused), company.work_as(company.finance) as work:
        extending.explain(work, hold_case(work, walk.case), "早了")
    now.move(timedelta(days=4))
    with pytest.raises(extending.TooLate) as refusal:
        ask(company, walk.case)
    assert "不能延期" in say(refusal.value.sentence)
    with company.work_as(company.finance) as work:
        extending.explain(work, hold_case(work, walk.case), "采购退了单")
        assert hold_case(work, walk.case).remarks[-1].text == "采购退了单"
    assert due(company, walk.case).overdue  # type: ignore[attr-defined]


def test_a_decision_after_the_date_counts_from_the_old_date(
    company: Company, now: FakeClock
) -> None:
    walk = walks.walk_to_rectifying(company)
    old = due(company, walk.case).last_day  # type: ignore[attr-defined]
    ask(company, walk.case)
    now.move(timedelta(days=4))
    late = due(company, walk.case)
    assert late.overdue  # type: ignore[attr-defined]
    with company.reading() as session:
        ready = ready_ids(session, now.now())
    assert late.id in ready  # type: ignore[attr-defined]
    with company.work_as() as work:
        assert climb(work, late.id, kept_from, whose) == 1  # type: ignore[attr-defined]
    with company.work_as(company.head) as work:
        told_words = extending.Decision(granted=True, note="", told="改到27日", declared=True)
        extending.decide(work, hold_case(work, walk.case), told_words)
    moved = due(company, walk.case)
    assert not moved.overdue  # type: ignore[attr-defined]
    assert moved.last_day == old + timedelta(days=2)  # type: ignore[attr-defined]
    now.move(timedelta(days=3))
    with company.work_as() as work:
        assert climb(work, late.id, kept_from, whose) == 1  # type: ignore[attr-defined]


def test_a_refused_date_stays_overdue_from_the_old_one(company: Company, now: FakeClock) -> None:
    walk = walks.walk_to_rectifying(company)
    ask(company, walk.case)
    now.move(timedelta(days=4))
    with pytest.raises(Unclear):
        decide(company, company.head, walk.case, yes=False)
    decide(company, company.head, walk.case, yes=False, note="厂里有备件")
    assert due(company, walk.case).overdue == 1  # type: ignore[attr-defined]
    assert "新期限没有同意，仍按原期限" in told(company, company.finance)


def test_neither_the_asker_nor_the_officer_decides(company: Company) -> None:
    walk = walks.walk_to_rectifying(company)
    ask(company, walk.case)
    for person in (company.finance, company.safety):
        with pytest.raises(NotAllowed):
            decide(company, person, walk.case)


def test_only_the_person_in_charge_asks_and_only_once_at_a_time(company: Company) -> None:
    walk = walks.walk_to_rectifying(company)
    with pytest.raises(NotAllowed), company.work_as(company.safety) as work:
        extending.ask(work, hold_case(work, walk.case), DeadlineKind.RECTIFY, wish(company))
    ask(company, walk.case, days=1)
    with pytest.raises(Refused):
        ask(company, walk.case, days=2)


def test_the_third_extension_is_refused(company: Company) -> None:
    walk = walks.walk_to_rectifying(company)
    for day, control in ((1, "停机并上锁"), (2, STRONGER)):
        asked = Wish(
            day_of(company.clock.now()) + timedelta(days=3 + day), "配件未到", "卷入", control
        )
        with company.work_as(company.finance) as work:
            extending.ask(work, hold_case(work, walk.case), DeadlineKind.RECTIFY, asked)
        decide(company, company.head, walk.case)
    late = Wish(day_of(company.clock.now()) + timedelta(days=6), "配件未到", "卷入", "全线停产")
    with pytest.raises(Refused), company.work_as(company.finance) as work:
        extending.ask(work, hold_case(work, walk.case), DeadlineKind.RECTIFY, late)


def test_a_request_lapses_when_the_work_is_done(company: Company) -> None:
    walk = walks.walk_to_rectifying(company)
    ask(company, walk.case)
    with company.work_as(company.finance) as work:
        case = hold_case(work, walk.case)
        for measure in case.plans[-1].measures:
            rectification.tick(work, case, measure.id, None)
        rectification.complete(work, case, ZERO, [walks._after(work)])
    with pytest.raises(Refused):
        decide(company, company.head, walk.case)
    with company.work_as(company.safety) as work:
        checking.check(work, hold_case(work, walk.case), passed=True, note="", declared=True)


def test_in_small_the_head_decides_what_the_head_approved(company: Company) -> None:
    """Small has no workshop level: the same hands decide, and never the person in charge."""
    walk = walks.walk_to_rectifying(company, level=3)
    with company.work_as(company.finance) as work:
        asked = extending.ask(work, hold_case(work, walk.case), DeadlineKind.RECTIFY, wish(company))
        case = hold_case(work, walk.case)
        assert extending.deciders(work.session, case, asked, day_of(work.now)) == [company.head]


def test_handling_the_report_takes_longer_once_by_word_of_the_head(company: Company) -> None:
    walk = walks.walk_to_rectifying(company)
    last = due(company, walk.case, DeadlineKind.HANDLE).last_day  # type: ignore[attr-defined]
    longer = Wish(last + timedelta(days=30), "等设备大修", "可能卷入", STRONGER)
    with pytest.raises(NotAllowed), company.work_as(company.finance) as work:
        extending.ask(work, hold_case(work, walk.case), DeadlineKind.HANDLE, longer)
    with company.work_as(company.safety) as work:
        extending.ask(work, hold_case(work, walk.case), DeadlineKind.HANDLE, longer)
    decide(company, company.head, walk.case)
    moved = due(company, walk.case, DeadlineKind.HANDLE)
    assert moved.last_day == last + timedelta(days=30)  # type: ignore[attr-defined]
    again = Wish(last + timedelta(days=31), "再等", "卷入", "全线停产")
    with pytest.raises(Refused), company.work_as(company.safety) as work:
        extending.ask(work, hold_case(work, walk.case), DeadlineKind.HANDLE, again)
    with company.reading() as session:
        states = [each.state for each in session.scalars(select(Extension))]
    assert states == [ExtensionState.GRANTED]
