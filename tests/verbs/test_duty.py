"""Who is on duty, and the roster that says so."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import pytest

from hazard.core.calendar import Month
from hazard.core.clock import CHINA
from hazard.core.errors import HazardError, NotAllowed
from hazard.core.words import say
from hazard.notices.outbox import list_messages
from hazard.people import duty
from hazard.people.duty import BETWEEN, Entry, Pattern, on_duty
from hazard.people.duty_paste import FaultyRoster, RosterDraft, apply_roster, read_roster
from hazard.people.keeping import add_person, change_person, end_employment
from hazard.people.queries import get_person, get_unit
from hazard.policy.words import About, Urgency
from tests import walks
from tests.company import Company

MONDAY = date(2026, 11, 23)
NOVEMBER = Month(2026, 11)
MORNING = datetime(2026, 11, 23, 9, 30, tzinfo=CHINA)


def put(company: Company, *entries: Entry) -> None:
    with company.work_as(company.safety) as work:
        duty.set_many(work, entries)


def phone_of(company: Company, person: int, phone: str) -> None:
    with company.work_as(company.safety) as work:
        someone = get_person(work.session, person)
        change_person(work, someone, someone.name, phone)


def drafted(company: Company, text: str, chosen: dict[str, int] | None = None) -> RosterDraft:
    with company.reading() as session:
        return read_roster(session, text, NOVEMBER, MONDAY, chosen or {})


def said(faults: Iterable[object]) -> list[str]:
    return [say(fault.sentence) for fault in faults]  # type: ignore[attr-defined]


def test_the_shift_of_the_moment_decides_who_is_on_duty(company: Company) -> None:
    put(
        company,
        Entry(MONDAY, "白班", company.safety, company.worker, "8001"),
        Entry(MONDAY, BETWEEN, company.worker, None, "8002"),
    )
    with company.reading() as session:
        day, night = on_duty(session, MORNING), on_duty(session, MORNING + timedelta(hours=20))
        assert day is not None
        assert (day.name, day.phone, day.deputy) == ("王建华", "8001", "张伟")
        assert night is not None
        assert (night.name, night.phone) == ("张伟", "8002")
        assert on_duty(session, MORNING + timedelta(days=1)) is None


def test_who_has_left_is_not_called_the_deputy_is(company: Company) -> None:
    phone_of(company, company.worker, "13800138000")
    put(company, Entry(MONDAY, "白班", company.finance, company.worker))
    with company.work_as(company.safety) as work:
        end_employment(work, get_person(work.session, company.finance), MONDAY)
    put(company, Entry(MONDAY, BETWEEN, company.worker))
    with company.reading() as session:
        still = on_duty(session, MORNING)
        assert still is not None
        assert (still.name, still.phone) == ("李秀英", "13800138000")  # has no number of her own
    company.clock.move(timedelta(days=1))
    with pytest.raises(duty.NotOnDuty):
        put(company, Entry(MONDAY + timedelta(days=1), "白班", company.finance))


def test_a_day_without_anybody_has_nobody_on_duty_and_promises_nothing(company: Company) -> None:
    with company.reading() as session:
        assert on_duty(session, MORNING) is None
        (cells,) = duty.list_days(session, MONDAY, MONDAY)
        assert [(cell.shift, cell.person_id) for cell in cells] == [("白班", None), ("", None)]


def test_people_take_a_shift_in_turn_and_filled_cells_stay_unless_replaced(
    company: Company,
) -> None:
    put(company, Entry(MONDAY, "白班", company.head))
    week = Pattern(
        "白班", MONDAY, MONDAY + timedelta(days=6), (company.safety, company.worker), 2,
        replace=False,
    )  # fmt: skip
    with company.work_as(company.safety) as work:
        assert duty.fill(work, week) == 6
    with company.reading() as session:
        days = duty.list_days(session, week.first, week.last)
    assert [cells[0].person for cells in days] == [
        "周国强", "王建华", "张伟", "张伟", "王建华", "王建华", "张伟",
    ]  # fmt: skip
    endless = Pattern("白班", MONDAY, MONDAY - timedelta(days=1), (1,), 1, replace=True)
    with pytest.raises(duty.NotOnDuty), company.work_as(company.safety) as work:
        duty.fill(work, endless)


def test_a_worker_reads_the_roster_and_does_not_write_it(company: Company) -> None:
    with pytest.raises(NotAllowed), company.work_as(company.worker) as work:
        duty.set_duty(work, Entry(MONDAY, "白班", company.worker))
    with pytest.raises(duty.NotOnDuty), company.work_as(company.safety) as work:
        duty.set_duty(work, Entry(MONDAY, "白班", company.worker, company.worker))


def test_a_row_a_day_copied_from_excel_is_read_with_and_without_its_header(
    company: Company,
) -> None:
    with_header = "日期\t白班\t班外\n11月23日\t王建华/张伟\t张伟\n11/24\t0001\t\n"
    bare = "2026-11-23 周一\t王建华/张伟\t张伟\n24\t周国强\t\n"
    drafts = [drafted(company, text) for text in (with_header, bare)]
    for draft in drafts:
        assert not draft.faults
        assert set(draft.entries) == {
            Entry(MONDAY, "白班", company.safety, company.worker),
            Entry(MONDAY, BETWEEN, company.worker),
            Entry(date(2026, 11, 24), "白班", company.head),
        }
    with company.work_as(company.safety) as work:
        assert apply_roster(work, drafts[0]) == 3
    again = drafted(company, bare)
    assert (again.added, again.changed, again.same) == (0, 0, 3)


def test_a_row_a_duty_is_read_too(company: Company) -> None:
    text = (
        "十一月值班表\n日期\t班次\t值班人\t替班\t电话\n"
        "2026/11/23\t白班\t王建华\t张伟\t8001\n2026/11/23\t班外\t张伟\t\t\n"
    )
    assert drafted(company, text).entries == (
        Entry(MONDAY, "白班", company.safety, company.worker, "8001"),
        Entry(MONDAY, BETWEEN, company.worker),
    )


def test_mistakes_are_named_by_row_and_nothing_is_written(company: Company) -> None:
    text = (
        "日期\t班次\t值班人\t电话\n11月23日\t中班\t王建华\t\n11月31日\t白班\t王建华\t\n"
        "11月24日\t白班\t孙悟空\t\n11月25日\t白班\t张伟\t问老王\n11月26日\t白班\t张伟\t\n"
        "11月26日\t白班\t王建华\t\n"
    )
    draft = drafted(company, text)
    assert [fault.row for fault in draft.faults] == [2, 3, 4, 5, 7]
    assert [fault.column for fault in draft.faults][:3] == ["值班人", "日期", "值班人"]
    assert "孙悟空" in said(draft.faults)[2]
    with pytest.raises(FaultyRoster), company.work_as(company.safety) as work:
        apply_roster(work, draft)
    for nonsense in ("", "值班安排见墙上", "日期\n11月23日\n"):
        with pytest.raises(HazardError):
            drafted(company, nonsense)


def test_a_page_of_spaces_is_no_day_and_takes_no_time(company: Company) -> None:
    endless = f"1{' ' * 100_000}x"  # the pattern of a day would go over them again for each
    with pytest.raises(HazardError):
        drafted(company, f"{endless}\t张伟")
    draft = drafted(company, f"日期\t白班\n{endless}\t张伟\n")
    assert [fault.row for fault in draft.faults] == [2]


def test_namesakes_are_asked_for_and_the_answer_counts(company: Company) -> None:
    with company.work_as(company.safety) as work:
        other = add_person(work, "1002", "张伟", get_unit(work.session, company.workshop)).id
    text = "11月23日\t张伟\t1001 张伟\n"
    asked = drafted(company, text)
    (question,) = asked.asked
    assert [person for person, _ in question.people] == [company.worker, other]
    assert "1002" in question.people[1][1]
    with pytest.raises(FaultyRoster), company.work_as(company.safety) as work:
        apply_roster(work, asked)
    answered = drafted(company, text, {"张伟": other})
    assert not answered.asked
    assert answered.entries[0].person_id == other


def test_an_emergency_pages_who_is_on_duty_at_once(company: Company) -> None:
    put(company, Entry(MONDAY, "白班", company.worker))
    walks.walk_to_reported(company, urgency=Urgency.URGENT)
    with company.reading() as session:
        assert list_messages(session, company.worker) == []
    walks.walk_to_reported(company, urgency=Urgency.EMERGENCY)
    with company.reading() as session:
        (paged,) = list_messages(session, company.worker)
    assert paged.link == "/watch"


def test_nobody_is_paged_about_a_report_about_their_own_office(company: Company) -> None:
    put(company, Entry(MONDAY, "白班", company.safety))
    walks.walk_to_reported(company, urgency=Urgency.EMERGENCY, about=About.SAFETY)
    with company.reading() as session:
        assert list_messages(session, company.safety) == []
