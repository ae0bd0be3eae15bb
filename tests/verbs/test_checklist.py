"""The shift leader's checklist: what stands on it, ticks, controls, handing over."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from hazard.access.permissions import Role
from hazard.cases import assigning
from hazard.cases.audience import narrow
from hazard.cases.checklists import (
    Line,
    NothingOpen,
    ShiftList,
    check_control,
    get_list,
    hand_over,
    sheet_of,
    take_over,
    units_led,
)
from hazard.cases.queries import hold_case
from hazard.cases.rectification import set_owner, tick
from hazard.cases.sheets import Checklist
from hazard.cases.terms import Part
from hazard.cases.verification import start_over
from hazard.core.clock import CHINA, FakeClock, day_of
from hazard.core.errors import NotAllowed, NotFound, Refused
from hazard.core.typeset import Typesetter
from hazard.core.words import say
from hazard.notices.outbox import list_messages
from hazard.people.keeping import add_person, add_unit, grant_role, set_shifts
from hazard.people.models import Unit
from hazard.people.queries import actor_of, root_unit
from hazard.people.shifts import Shift
from hazard.places.keeping import add_place
from hazard.policy.words import About, Identity, Urgency
from hazard.reports.queries import hold_report
from tests.company import Company
from tests.prints.reading import Print
from tests.walks import (
    walk_to_accepted,
    walk_to_completed,
    walk_to_confirmed,
    walk_to_graded,
    walk_to_planned,
    walk_to_rectifying,
    walk_to_reported,
)

BASE = "http://192.168.1.20:8000"


@pytest.fixture
def leader(company: Company) -> int:
    """李国平 leads the shifts of the workshop."""
    return hire_leader(company, "1100", "李国平")


@pytest.fixture
def other(company: Company) -> int:
    """朱䶮 leads the next shift."""
    return hire_leader(company, "1101", "朱䶮")


def hire_leader(company: Company, number: str, name: str) -> int:
    with company.work_as() as work:
        workshop = work.session.get_one(Unit, company.workshop)
        person = add_person(work, number, name, workshop)
        grant_role(work, person, Role.SHIFT_LEADER, workshop)
        return person.id


def work_round_the_clock(company: Company) -> None:
    day, night = Shift("白班", time(8), time(20)), Shift("夜班", time(20), time(8))
    with company.work_as() as work:
        set_shifts(work, work.session.get_one(Unit, company.workshop), [day, night])


def shown(company: Company, person: int, unit: int = 0) -> ShiftList:
    now = company.clock.now()
    with company.reading() as session:
        actor = actor_of(session, person, day_of(now))
        assert actor is not None
        return get_list(session, actor, unit or company.workshop, now, BASE)


def lines(company: Company, person: int) -> dict[str, Line]:
    return {line.row.number: line for line in shown(company, person).lines}


def test_only_what_is_true_and_not_repaired_is_on_the_list(company: Company, leader: int) -> None:
    walk_to_accepted(company)
    walk_to_completed(company)
    walk_to_confirmed(company, fixed=True)
    expected = {
        walk_to_confirmed(company).case,
        walk_to_graded(company).case,
        walk_to_planned(company, level=3).case,
        walk_to_rectifying(company).case,
    }
    assert set(lines(company, leader)) == expected


def test_overdue_stands_first_then_urgent_then_the_nearest_date(
    company: Company, leader: int, now: FakeClock
) -> None:
    late = walk_to_rectifying(company).case
    now.move(timedelta(days=4))
    later = walk_to_rectifying(company).case
    urgent = walk_to_graded(company, urgency=Urgency.EMERGENCY).case
    undated = walk_to_graded(company).case
    found = shown(company, leader)
    assert [line.row.number for line in found.lines] == [late, urgent, later, undated]
    assert found.overdue == 1
    assert found.lines[0].left == -1


def test_a_report_about_a_leader_stays_out_of_the_leaders_hands(
    company: Company, leader: int
) -> None:
    walk_to_rectifying(company, about=About.LEADER)
    assert lines(company, leader) == {}


def test_what_the_leader_or_a_workmate_is_in_charge_of_elsewhere_is_on_the_list(
    company: Company, leader: int
) -> None:
    with company.work_as() as work:
        paint = add_unit(work, "喷漆车间", root_unit(work.session))
        elsewhere = add_place(work, "喷漆车间·烘房", paint, None).id
        mate = add_person(work, "1102", "丁一", work.session.get_one(Unit, company.workshop)).id
    found = {}
    for owner in (leader, mate, company.finance):
        walk = walk_to_graded(replace(company, place=elsewhere))
        with company.work_as(company.safety) as work:
            set_owner(work, hold_case(work, walk.case), owner)
        found[owner] = walk.case
    seen = lines(company, leader)
    assert {number: line.opens for number, line in seen.items()} == {
        found[leader]: True, found[mate]: False,
    }  # fmt: skip
    assert seen[found[mate]].row.place == "喷漆车间·烘房"


def test_the_leader_of_one_workshop_sees_no_other(company: Company, leader: int) -> None:
    with company.work_as() as work:
        elsewhere = add_unit(work, "喷漆车间", root_unit(work.session)).id
    with company.reading() as session:
        actor = actor_of(session, leader, company.clock.now().date())
        assert actor is not None
        led = [name for _, name in units_led(session, actor, company.clock.now().date())]
    assert led == ["机加工车间"]
    with pytest.raises(NotFound):
        shown(company, leader, elsewhere)


def test_a_tick_of_the_leader_is_seen_by_everybody(company: Company, leader: int) -> None:
    number = walk_to_rectifying(company).case
    first, second = lines(company, leader)[number].measures
    with company.work_as(leader) as work:
        tick(work, hold_case(work, number), first.id, None)
    line = lines(company, company.safety)[number]
    assert [m.done_by for m in line.measures] == [leader, None]
    assert line.row.measures == (second.text,)


def test_a_worker_may_not_tick(company: Company, leader: int) -> None:
    number = walk_to_rectifying(company).case
    measure = lines(company, leader)[number].measures[0].id
    with pytest.raises((NotAllowed, NotFound)), company.work_as(company.worker) as work:
        tick(work, hold_case(work, number), measure, None)


def say_control(company: Company, person: int, number: str, *, holds: bool) -> None:
    with company.work_as(person) as work:
        check_control(work, hold_case(work, number), company.workshop, holds=holds)


def test_a_control_that_fails_is_told_to_owner_and_safety_officer(
    company: Company, leader: int
) -> None:
    number = walk_to_rectifying(company).case
    say_control(company, leader, number, holds=False)
    say_control(company, leader, number, holds=False)
    for person in (company.finance, company.safety):
        with company.reading() as session:
            told = [m.sentence.msgid for m in list_messages(session, person)]
        assert told.count("An interim control no longer holds") == 1
    assert lines(company, leader)[number].holds is False


def test_what_goes_wrong_in_a_case_about_the_officer_is_told_to_the_head(
    company: Company, leader: int
) -> None:
    """A second report, about the officer, was joined: from then on the officer hears nothing."""
    number = walk_to_rectifying(company).case
    about = walk_to_reported(company, about=About.SAFETY).report
    with company.work_as(company.head) as work:
        narrow(work, hold_case(work, number), hold_report(work, about))
        assigning.assign(work, hold_case(work, number), leader, Part.CHECKER)
        start_over(work, hold_case(work, number))
    say_control(company, leader, number, holds=False)
    with company.reading() as session:
        heard = {
            person: {m.sentence.msgid for m in list_messages(session, person)}
            for person in (company.head, company.safety)
        }
    told = {
        "An interim control no longer holds",
        "The verifiers did not agree; please assign again",
    }
    assert told <= heard[company.head]
    assert not told & heard[company.safety]


def test_a_control_is_asked_anew_in_each_shift_and_the_last_word_counts(
    company: Company, leader: int, now: FakeClock
) -> None:
    work_round_the_clock(company)
    number = walk_to_rectifying(company).case
    assert lines(company, leader)[number].holds is None
    say_control(company, leader, number, holds=False)
    say_control(company, leader, number, holds=True)
    assert lines(company, leader)[number].holds is True
    now.move(timedelta(hours=12))
    assert lines(company, leader)[number].holds is None


def test_there_is_no_control_to_check_before_one_is_planned(company: Company, leader: int) -> None:
    number = walk_to_graded(company).case
    with pytest.raises(Refused):
        say_control(company, leader, number, holds=True)


def test_a_shift_is_taken_over_by_somebody_else(company: Company, leader: int, other: int) -> None:
    walk_to_rectifying(company)
    with company.work_as(leader) as work:
        assert hand_over(work, company.workshop).open_count == 1
    with pytest.raises(Refused), company.work_as(leader) as work:
        take_over(work, company.workshop)
    with company.work_as(other) as work:
        take_over(work, company.workshop)
    last = shown(company, leader).last
    assert last is not None
    assert (last.giver, last.taker, last.open_count) == ("李国平", "朱䶮", 1)


def test_a_shift_is_handed_over_once_and_taken_over_once(
    company: Company, leader: int, other: int
) -> None:
    with pytest.raises(Refused), company.work_as(other) as work:
        take_over(work, company.workshop)
    with company.work_as(leader) as work:
        hand_over(work, company.workshop)
    with pytest.raises(Refused), company.work_as(other) as work:
        hand_over(work, company.workshop)
    with company.work_as(other) as work:
        take_over(work, company.workshop)
    with pytest.raises(Refused), company.work_as(other) as work:
        take_over(work, company.workshop)


def test_a_worker_hands_nothing_over(company: Company) -> None:
    with pytest.raises(NotFound), company.work_as(company.worker) as work:
        hand_over(work, company.workshop)


@pytest.mark.parametrize(
    ("moment", "day", "shift"),
    [
        ("2026-11-24 02:00", 23, "夜班"),
        ("2026-11-24 08:20", 23, "夜班"),
        ("2026-11-24 09:20", 24, "白班"),
    ],
)
def test_a_night_shift_is_handed_over_as_that_of_its_evening(
    company: Company, leader: int, now: FakeClock, moment: str, day: int, shift: str
) -> None:
    work_round_the_clock(company)
    now.set(datetime.fromisoformat(moment).replace(tzinfo=CHINA))
    with company.work_as(leader) as work:
        given = hand_over(work, company.workshop)
        assert (given.shift_day, given.shift_name) == (date(2026, 11, day), shift)


def test_after_the_last_shift_of_the_day_that_shift_is_handed_over(
    company: Company, leader: int, now: FakeClock
) -> None:
    now.set(datetime(2026, 11, 23, 17, 10, tzinfo=CHINA))
    with company.work_as(leader) as work:
        given = hand_over(work, company.workshop)
        assert (given.shift_day, given.shift_name) == (date(2026, 11, 23), "白班")
    assert shown(company, leader).to_hand_over is None


def test_the_sheet_shows_the_day_the_night_shift_began_and_its_hours(
    company: Company, leader: int, now: FakeClock
) -> None:
    work_round_the_clock(company)
    walk_to_rectifying(company)
    now.set(datetime(2026, 11, 24, 2, 0, tzinfo=CHINA))
    found = shown(company, leader)
    assert found.shift.day == date(2026, 11, 23)
    assert say(found.hours) == "夜班 20:00–次日8:00"


def test_nothing_is_printed_when_nothing_is_open(company: Company, leader: int) -> None:
    with pytest.raises(NothingOpen):
        sheet(company, leader)


@pytest.mark.parametrize("identity", [Identity.NAMED, Identity.ANONYMOUS])
def test_the_sheet_shows_no_words_of_the_reporter(
    company: Company, tmp_path: Path, leader: int, identity: Identity
) -> None:
    words = "切屑往外飞,昨天王师傅也说过"
    walk_to_rectifying(company, description=words, suggestion="我建议换个罩子", identity=identity)
    paper = sheet(company, leader)
    printed = Print(Typesetter(tmp_path).pdf(paper)).text + repr(shown(company, leader))
    assert "防护罩缺失" in printed
    assert paper.leader == "李国平"
    for secret in (words, "王师傅", "我建议换个罩子", "张伟"):
        assert secret not in printed


def sheet(company: Company, person: int) -> Checklist:
    now = company.clock.now()
    found = shown(company, person)
    with company.reading() as session:
        actor = actor_of(session, person, day_of(now))
        assert actor is not None
        return sheet_of(session, actor, found, now)
