"""One leader runs the timetable: each job once a period, whatever dies, fails or jumps."""

import hashlib
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hazard.access.actor import SYSTEM
from hazard.audit.models import ChainHead
from hazard.audit.work import Work
from hazard.cases.archiving import archive
from hazard.cases.models import Archive, Case
from hazard.cases.terms import CaseState
from hazard.cases.transition import StepNotOpen
from hazard.cases.waiting import Stage, waiting_for
from hazard.core import lease
from hazard.core.clock import CHINA, FakeClock
from hazard.core.errors import Unclear
from hazard.core.house import House
from hazard.core.images import Picture
from hazard.core.lease import LEADER, LEASE, JobRun, is_fresh
from hazard.core.money import yuan
from hazard.core.words import say
from hazard.deadlines.terms import DeadlineKind
from hazard.jobs.timetable import TIMETABLE, Leader, for_each, run_once, start
from hazard.notices.outbox import list_messages
from hazard.people.logins import Attempt, find_login, log_in
from hazard.people.models import LoginSession
from hazard.people.terms import Device
from hazard.reports import photos
from hazard.reports.models import Photo
from hazard.reports.terms import PhotoPart
from hazard.rewards.budgets import approve, enter
from hazard.rewards.models import Award
from hazard.rewards.terms import AwardState
from hazard.statistics.dossier import manifest
from tests.company import Company
from tests.jobs.clocks import jump
from tests.pictures import jpeg
from tests.walks import walk_to_approved_award, walk_to_closed, walk_to_informed, walk_to_reported


def picture() -> Picture:
    """A photo as the darkroom gives it back."""
    body = jpeg()
    return Picture(body, hashlib.sha256(body).hexdigest(), "0" * 16, 640, 480, b"")


def runs(company: Company, job: str) -> int:
    with company.reading() as session:
        return session.scalar(select(func.count(JobRun.id)).where(JobRun.job == job)) or 0


def state(company: Company, number: str) -> CaseState:
    with company.reading() as session:
        return session.scalars(select(Case.state).where(Case.number == number)).one()


def test_a_job_runs_once_in_its_period(company: Company, house: House, now: FakeClock) -> None:
    leader = Leader(house)
    for _ in range(3):
        leader.tick()
        now.move(timedelta(seconds=30))
    assert (runs(company, "archive"), runs(company, "trail")) == (1, 1)
    now.move(timedelta(hours=1))
    leader.tick()
    assert (runs(company, "archive"), runs(company, "trail")) == (2, 1)
    now.move(timedelta(days=1))
    leader.tick()
    assert runs(company, "trail") == 2


def test_the_night_begins_at_two(company: Company, house: House, now: FakeClock) -> None:
    leader = Leader(house)
    now.set(datetime(2026, 11, 24, 1, 59, tzinfo=UTC) - timedelta(hours=8))
    leader.tick()
    assert runs(company, "trail") == 1
    now.move(timedelta(minutes=2))
    leader.tick()
    assert runs(company, "trail") == 2


def test_two_leaders_do_not_lead_together(company: Company, house: House, now: FakeClock) -> None:
    first, second = Leader(house), Leader(house)
    first.tick()
    second.tick()
    with company.reading() as session:
        holder = session.scalars(select(lease.Lease.holder)).one()
    assert holder == first._holder
    now.move(LEASE)
    second.tick()
    first.tick()
    with company.reading() as session:
        assert session.scalars(select(lease.Lease.holder)).one() == second._holder


def test_two_servers_started_at_once_get_one_leader(company: Company, house: House) -> None:
    leaders = [Leader(house) for _ in range(4)]
    gate = threading.Barrier(4)
    failures: list[BaseException] = []

    def tick(leader: Leader) -> None:
        try:
            gate.wait()
            leader.tick()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=tick, args=(leader,)) for leader in leaders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sum(leader._leads for leader in leaders) == 1
    assert all(runs(company, job.name) <= 1 for job in TIMETABLE)


def test_a_lease_taken_under_a_wrong_clock_does_not_outlast_it(
    company: Company, house: House, now: FakeClock
) -> None:
    jump(now, timedelta(days=365))
    Leader(house).tick()
    jump(now, timedelta(days=-365))
    newcomer = Leader(house)
    newcomer.tick()
    assert newcomer._leads
    with company.reading() as session:
        assert is_fresh(session, LEADER, now.now())


def test_a_server_that_stops_leaves_the_lead_to_the_next(
    company: Company, house: House, now: FakeClock
) -> None:
    scheduler = start(house)
    scheduler.stop()
    with company.reading() as session:
        assert not is_fresh(session, LEADER, now.now())
    following = Leader(house)
    following.tick()
    assert following._leads


def test_nothing_runs_before_the_plant_is_set_up(house: House, now: FakeClock) -> None:
    del now
    Leader(house).tick()
    with house.database.reading() as session:
        assert session.scalar(select(func.count(JobRun.id))) == 0


def test_one_that_fails_does_not_stop_the_others(house: House, now: FakeClock) -> None:
    del now
    done = []

    def find(session: Session, now: datetime) -> Sequence[int]:
        del session, now
        return [1, 2, 3]

    def do(work: Work, number: int) -> None:
        assert work.actor is SYSTEM
        if number == 2:
            raise ZeroDivisionError
        done.append(number)

    for_each(house, "ladder", find, do)
    assert done == [1, 3]


def test_an_unknown_job_is_refused_by_name(house: House) -> None:
    with pytest.raises(Unclear):
        run_once(house, "ladders")


def test_a_case_is_archived_on_the_seventh_day_after_closing(
    company: Company, house: House, now: FakeClock
) -> None:
    """On the day itself: the day after, the ladder would call a kept clock overdue."""
    number = walk_to_informed(company).case
    now.set(datetime(2026, 11, 29, 23, 59, tzinfo=UTC) - timedelta(hours=8))
    run_once(house, "archive")
    assert state(company, number) is CaseState.CLOSED
    now.move(timedelta(minutes=2))
    run_once(house, "archive")
    run_once(house, "archive")
    assert state(company, number) is CaseState.ARCHIVED
    now.move(timedelta(days=1))
    run_once(house, "ladder")
    with company.reading() as session:
        assert session.scalar(select(func.count(Archive.id))) == 1
        told = [say(m.sentence) for m in list_messages(session, company.safety)]
    assert not any("归档" in words for words in told)


def test_a_case_whose_reporter_was_not_told_is_not_archived(
    company: Company, house: House, now: FakeClock
) -> None:
    """Both clocks run on: whoever forgot is reminded level by level (T19)."""
    number = walk_to_closed(company).case
    now.move(timedelta(days=30))
    for _ in range(3):
        run_once(house, "archive")
        run_once(house, "ladder")
    assert state(company, number) is CaseState.CLOSED
    with company.reading() as session:
        officer = [say(m.sentence) for m in list_messages(session, company.safety)]
        head = [say(m.sentence) for m in list_messages(session, company.head)]
        items = waiting_for(session, company._actor(company.safety), now.now())
    kind = say(DeadlineKind.FEEDBACK.label)
    assert any(kind in words for words in officer)
    assert any(kind in words for words in head)
    assert [i.due.overdue for i in items if i.kind == Stage.FEEDBACK and i.due] == [27]


def test_each_morning_everybody_hears_once_how_much_is_due_that_day(
    company: Company, house: House, now: FakeClock
) -> None:
    def told(person: int) -> list[str]:
        with company.reading() as session:
            said = [say(m.sentence) for m in list_messages(session, person)]
        return [words for words in said if "今天到期" in words]

    walk_to_reported(company)
    walk_to_reported(company)
    now.set(datetime(2026, 11, 24, 7, 39, tzinfo=CHINA))
    run_once(house, "due")
    assert told(company.safety) == []
    now.move(timedelta(minutes=1))
    run_once(house, "due")
    run_once(house, "due")
    assert told(company.safety) == ["有 2 条待办今天到期"]
    assert told(company.head) == told(company.worker) == []
    now.move(timedelta(days=1))  # overdue now: the ladder's
    run_once(house, "due")
    assert len(told(company.safety)) == 1


def test_a_case_is_not_archived_twice(company: Company, house: House, now: FakeClock) -> None:
    number = walk_to_informed(company).case
    now.move(timedelta(days=8))
    run_once(house, "archive")
    with company.reading() as session:
        case_id = session.scalars(select(Case.id).where(Case.number == number)).one()
    with pytest.raises(StepNotOpen), company.work_as() as work:
        archive(work, case_id, manifest(work.session, case_id))


def keep(company: Company, house: House, shot: Picture, form: str, at: datetime) -> None:
    photos.store(house.files, shot, at)
    with company.reported() as work:
        photos.add_unclaimed(work, shot, form)


def count_photos(company: Company) -> int:
    with company.reading() as session:
        return session.scalar(select(func.count(Photo.id))) or 0


def test_unclaimed_photos_go_after_24_hours_and_their_files_with_them(
    company: Company, house: House, now: FakeClock
) -> None:
    shot, began = picture(), now.now() - timedelta(hours=1, minutes=30)
    keep(company, house, shot, "a" * 64, began)
    now.move(timedelta(hours=22, minutes=29))
    run_once(house, "photos")
    assert count_photos(company) == 1
    assert house.files.has(photos.file_key(shot.sha256))
    now.move(timedelta(minutes=2))
    run_once(house, "photos")
    assert count_photos(company) == 0
    assert not house.files.has(photos.file_key(shot.sha256))


def test_the_photo_of_a_report_stays_also_where_a_draft_had_the_same(
    company: Company, house: House, now: FakeClock
) -> None:
    shot, began = picture(), now.now() - timedelta(hours=1, minutes=30)
    keep(company, house, shot, "a" * 64, began)
    keep(company, house, shot, "b" * 64, began)
    with company.work_as() as work:
        kept = work.session.scalars(select(Photo).where(Photo.submission_hash == "b" * 64)).one()
        kept.part, kept.submission_hash = PhotoPart.AFTER, None
    now.move(timedelta(days=3))
    run_once(house, "photos")
    assert count_photos(company) == 1
    assert house.files.has(photos.file_key(shot.sha256))


def test_a_file_a_power_cut_left_without_its_row_goes(
    company: Company, house: House, now: FakeClock
) -> None:
    del company
    shot = picture()
    photos.store(house.files, shot, now.now())
    now.move(timedelta(hours=47))
    run_once(house, "photos")
    assert house.files.has(photos.file_key(shot.sha256))
    now.move(timedelta(hours=2))
    run_once(house, "photos")
    assert not house.files.has(photos.file_key(shot.sha256))


def test_a_jump_of_the_clock_drops_no_photo_and_ends_no_login(
    company: Company, house: House, now: FakeClock
) -> None:
    with company.work_as() as work:
        log_in(work, Attempt(company.worker, ()), Device.OWN)
    keep(company, house, picture(), "a" * 64, now.now())
    leader = Leader(house)
    jump(now, timedelta(days=400))
    leader.tick()
    with company.reading() as session:
        assert session.scalar(select(func.count(LoginSession.id))) == 1
    assert count_photos(company) == 1
    assert runs(company, "trail") == 1


def test_ended_logins_are_forgotten_and_running_ones_are_not(
    company: Company, house: House, now: FakeClock
) -> None:
    with company.work_as() as work:
        log_in(work, Attempt(company.worker, ()), Device.SHARED)
    now.move(timedelta(days=40))
    with company.work_as() as work:
        token = log_in(work, Attempt(company.head, ()), Device.OWN)
    run_once(house, "forget")
    with company.reading() as session:
        assert list(session.scalars(select(LoginSession.person_id))) == [company.head]
        assert find_login(session, token, now.now()) is not None


def test_a_broken_trail_is_told_to_the_head_once_a_day(
    company: Company, house: House, now: FakeClock
) -> None:
    leader = Leader(house)
    leader.tick()
    assert warned(company) == 0
    with company.work_as() as work:
        work.session.execute(update(ChainHead).values(hash="0" * 64))
    for _ in range(3):
        now.move(timedelta(days=1))
        leader.tick()
        run_once(house, "trail")
    assert warned(company) == 3
    run_once(house, "trail")
    assert warned(company) == 3


def warned(company: Company) -> int:
    with company.reading() as session:
        told = list_messages(session, company.head)
    return sum(message.sentence.msgid.startswith("The trail was changed") for message in told)


def test_rewards_that_waited_for_funds_are_paid_from_the_new_year(
    company: Company, house: House, now: FakeClock
) -> None:
    for _ in range(3):
        walk_to_approved_award(company, level=5)
    assert waiting(company) == 1
    now.set(datetime(2027, 1, 4, 1, 0, tzinfo=UTC))
    run_once(house, "fund")
    assert waiting(company) == 1
    with company.work_as(company.finance) as work:
        budget = enter(work, 2027, yuan(6000)).id
    with company.work_as(company.head) as work:
        approve(work, budget)
    run_once(house, "fund")
    run_once(house, "fund")
    assert waiting(company) == 0
    with company.reading() as session:
        assert sorted(year or 0 for year in session.scalars(select(Award.year))) == [
            2026,
            2026,
            2027,
        ]


def waiting(company: Company) -> int:
    query = select(func.count(Award.id)).where(Award.state == AwardState.WAITING)
    with company.reading() as session:
        return session.scalar(query) or 0


def test_the_timetable_names_each_job_once() -> None:
    names = [job.name for job in TIMETABLE]
    assert len(set(names)) == len(names)
