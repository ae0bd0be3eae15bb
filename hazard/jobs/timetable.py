"""All that runs by itself, on one page; done by one leader among the processes (decisions 36).

A job finds what is due on a reading session and does one short work for each. It may run twice,
or in two processes at once: what it does is claimed in the transaction that does it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.orm import Session

from hazard.access.actor import SYSTEM
from hazard.access.permissions import Role
from hazard.audit.work import Work, writing
from hazard.backups import back_up_nightly
from hazard.cases import archiving
from hazard.cases.audience import kept_from
from hazard.cases.waiting import whose
from hazard.core import chance, clock, lease, tasks
from hazard.core.errors import Refused, Unclear
from hazard.core.house import House
from hazard.core.logs import log
from hazard.core.words import N_, Sentence
from hazard.deadlines import ladder
from hazard.jobs.clock_guard import ClockGuard
from hazard.jobs.work import drop_results, run_next
from hazard.notices.echoes import find_published
from hazard.notices.outbox import tell
from hazard.people.logins import forget_ended
from hazard.people.queries import list_holders, root_unit
from hazard.policy.keeping import note_running
from hazard.policy.queries import find_plant, get_plant, policy_on
from hazard.reports import phones, photos, voices
from hazard.rewards.funding import fund_waiting, waits_from_before
from hazard.rewards.waiting import list_due_today
from hazard.statistics.checkup import verify
from hazard.statistics.dossier import manifest
from hazard.statistics.golive import ticks
from hazard.statistics.spans import Week

TICK_S = 30
WORK_S = 3
"""How often the leader looks whether long work waits: somebody is watching the page."""
NIGHT = timedelta(hours=2)
"""Jobs of the night run from 2:00."""
MORNING = timedelta(hours=7, minutes=40)
"""What is due today is told from 7:40."""

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Job:
    """One line of the timetable."""

    name: str
    period: Callable[[datetime], str | None]
    """What it is claimed for, so that it runs once in it; None: on every tick."""
    run: Callable[[House], None]
    by_the_clock: bool = True
    """Held while the clock is in doubt: it ends deadlines, or erases what has grown old."""


def every_tick(_: datetime) -> None:
    """Name no period."""


def hourly(now: datetime) -> str:
    """Name the hour."""
    return now.strftime("%Y-%m-%dT%HZ")


def nightly(now: datetime) -> str:
    """Name the company's day, which begins at 2:00 here."""
    return clock.day_of(now - NIGHT).isoformat()


def mornings(now: datetime) -> str:
    """Name the company's day, which begins at 7:40 here."""
    return clock.day_of(now - MORNING).isoformat()


def climb_ladder(house: House) -> None:
    """Tell the next level of everything overdue, at most one level each."""
    for_each(house, "ladder", ladder.ready_ids, _climb)


def _climb(work: Work, deadline_id: int) -> None:
    ladder.climb(work, deadline_id, kept_from, whose)


def archive_cases(house: House) -> None:
    """Seal closed cases whose day has come and whose reporters were told (S1-17)."""
    for_each(house, "archive", archiving.ready_ids, _archive)


def _archive(work: Work, case_id: int) -> None:
    archiving.archive(work, case_id, manifest(work.session, case_id))


def drop_photos(house: House) -> None:
    """Drop photos and voices no report claimed: first the rows, after the commit their files.

    What a power cut left between the two goes a day later: files carry the start of a shift.
    """
    with writing(house.database, SYSTEM) as work:
        dropped = [photos.file_key(digest) for digest in photos.drop_unclaimed(work)]
        dropped += [voices.file_key(digest) for digest in voices.drop_unclaimed(work)]
    old = clock.now() - timedelta(hours=photos.UNCLAIMED_H)
    for key in dropped:
        house.files.delete(key, older_than=old)
    older = old - timedelta(days=1)
    with house.database.reading() as session:
        lost = photos.orphans(session, house.files, older)
        lost += voices.orphans(session, house.files, older)
    for key in lost:
        house.files.delete(key, older_than=older)
    house.files.sweep(old)


def forget(house: House) -> None:
    """Forget ended logins, marks of phones, old counts of failures, old claims and old results."""
    with writing(house.database, SYSTEM) as work:
        forget_ended(work)
        phones.forget_old(work)
        lease.forget_runs(work.session, work.now)
    drop_results(house)


def fund_carried(house: House) -> None:
    """Fund rewards that earlier years left waiting, once this year's budget covers them."""
    year = clock.today().year
    with house.database.reading() as session:
        if not waits_from_before(session, year):
            return
    with writing(house.database, SYSTEM) as work:
        fund_waiting(work, year, earlier=True)


def ready_echo(house: House) -> None:
    """Tell the officers on the plant's weekday that last week's 《隐患回音》 waits for them."""
    today = clock.today()
    week = str(Week.of_day(today).previous())
    with house.database.reading() as session:
        chosen = policy_on(session, today).policy.echo_weekday
        if today.isoweekday() != int(chosen) or find_published(session, week):
            return
    with writing(house.database, SYSTEM) as work:
        officers = _keepers(work, Role.SAFETY_OFFICER)
        sentence = Sentence(N_("Last week's echo is ready to be looked through and put up"))
        tell(work, officers, sentence, key=f"echo:{week}", link=f"/echo/{week}")


def tell_due(house: House) -> None:
    """Tell everybody how much on their desk is due today, once a day and not before 7:40."""
    today = clock.today().isoformat()
    if mornings(clock.now()) == today:
        for_each(house, "due", list_due_today, lambda work, due: _tell_due(work, today, *due))


def _tell_due(work: Work, today: str, person: int, n: int) -> None:
    tell(work, [person], Sentence(N_("%(n)s tasks due today"), n=n), key=f"due:{today}",
         link="/desk")  # fmt: skip


def note_start(house: House) -> None:
    """Note, once all five ticks of D-1 are made, that the scheme runs; tell who made them."""
    with house.database.reading() as session:
        if get_plant(session).running_since is not None:
            return
        if not all(tick.good for tick in ticks(session, house.settings, clock.now())):
            return
    with writing(house.database, SYSTEM) as work:
        note_running(work)
        keepers = _keepers(work, Role.HEAD, Role.SAFETY_OFFICER)
        tell(work, keepers, Sentence(N_("All five ticks are made: the scheme runs")),
             key="running", link="/desk")  # fmt: skip


def check_trail(house: House) -> None:
    """Verify the whole trail; the log keeps the result, and the head is told of a break."""
    faults = verify(house)
    if not faults:
        log.info("trail.verified", status="whole")
        return
    log.error("trail.verified", status="broken")
    with writing(house.database, SYSTEM) as work:
        sentence = Sentence(N_("The trail was changed: %(n)s places are wrong"), n=len(faults))
        key = f"trail:{clock.day_of(work.now)}"
        tell(work, _keepers(work, Role.HEAD, Role.AUDITOR), sentence, key=key, link="/audit")


def work_off(house: House) -> None:
    """Do the long work that waits, one piece after the other."""
    while run_next(house):
        pass


TIMETABLE: tuple[Job, ...] = (
    Job("ladder", every_tick, climb_ladder),
    Job("archive", hourly, archive_cases),
    Job("photos", hourly, drop_photos),
    Job("running", hourly, note_start, by_the_clock=False),
    Job("forget", nightly, forget),
    Job("fund", nightly, fund_carried),
    Job("echo", nightly, ready_echo),
    Job("due", mornings, tell_due),
    Job("trail", nightly, check_trail, by_the_clock=False),
)
WORK = Job("work", every_tick, work_off, by_the_clock=False)
"""Long work has its own thread, so that a large print keeps nobody's deadline waiting."""


BACKUP = Job("backup", nightly, back_up_nightly, by_the_clock=False)
"""It may take minutes, so it shares that thread."""


class Leader:
    """One process that would lead: it holds the lease, or waits for it to run out."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._holder = chance.take(8).hex()
        self._guard = ClockGuard()
        self._leads = False
        self._ready = False
        self._in_doubt = False
        self._claimed: dict[str, str] = {}

    def tick(self) -> None:
        """Run what is due, if this process leads and the plant is set up."""
        believed = self._guard.believes()
        if not self._take_lease():
            return
        self._note_doubt(believed=believed)
        for job in TIMETABLE:
            if believed or not job.by_the_clock:
                self._run_once_a_period(job)

    def work(self) -> None:
        """Do the long work that waits and the night's backup, if this process leads."""
        if not self._leads:
            return
        _run(self._house, WORK)
        if self._ready and not self._house.demo:
            self._run_once_a_period(BACKUP)

    def leave(self) -> None:
        """Give up the lease, for a server that is started next."""
        self._leads = False
        with self._house.database.writing() as session:
            lease.leave_lease(session, lease.LEADER, self._holder, clock.now())

    def _take_lease(self) -> bool:
        with self._house.database.writing() as session:
            held = lease.take_lease(session, lease.LEADER, self._holder, clock.now())
            if held and not self._leads:
                tasks.requeue_running(session)
            self._ready = find_plant(session) is not None
        self._leads = held
        return held and self._ready

    def _note_doubt(self, *, believed: bool) -> None:
        if believed and self._in_doubt:
            log.info("clock.agreed")
        elif not believed and not self._in_doubt:
            log.error("clock.doubted")
            _tell_doubt(self._house)
        self._in_doubt = not believed

    def _run_once_a_period(self, job: Job) -> None:
        period = job.period(clock.now())
        if period is not None and not self._claim(job.name, period):
            return
        _run(self._house, job)

    def _claim(self, name: str, period: str) -> bool:
        if self._claimed.get(name) == period:
            return False
        with self._house.database.writing() as session:
            won = lease.claim_period(session, name, period, clock.now())
        self._claimed[name] = period
        return won


class Scheduler:
    """The clockwork of a running server."""

    def __init__(self, house: House) -> None:
        self._leader = Leader(house)
        self._clockwork = BackgroundScheduler(
            timezone=clock.CHINA,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._clockwork.add_job(self._leader.tick, "interval", seconds=TICK_S, id="tick")
        self._clockwork.add_job(self._leader.work, "interval", seconds=WORK_S, id="work")

    def start(self) -> None:
        """Tick once, then every 30 s in the background."""
        self._leader.tick()
        self._clockwork.start()

    def stop(self) -> None:
        """Let what runs come to its end, then give up the lease."""
        self._clockwork.shutdown(wait=True)
        self._leader.leave()


def start(house: House) -> Scheduler:
    """Start the jobs of a server; the caller stops them."""
    scheduler = Scheduler(house)
    scheduler.start()
    return scheduler


def run_once(house: House, name: str) -> None:
    """Run one job now, whatever its period; raises `Unclear` for a name there is not."""
    jobs = {job.name: job for job in (*TIMETABLE, WORK, BACKUP)}
    if name not in jobs:
        raise Unclear(
            Sentence(
                N_("There is no job %(name)s; there are: %(names)s"), name=name, names=tuple(jobs)
            )
        )
    jobs[name].run(house)


def for_each(
    house: House, name: str, find: Callable[[Session, datetime], Sequence[Found]],
    do: Callable[[Work, Found], object],
) -> None:  # fmt: skip
    """Do one short work for each thing `find` names; one that fails is logged, the others go on."""
    with house.database.reading() as session:
        found = find(session, clock.now())
    for one in found:
        try:
            with writing(house.database, SYSTEM) as work:
                do(work, one)
        except Refused:
            log.info("job.passed_over", job=name)  # somebody else was there first
        except Exception as error:
            log.error("job.failed", job=name, exc_info=error)


def _run(house: House, job: Job) -> None:
    began = clock.monotonic()
    try:
        job.run(house)
    except Exception as error:
        log.error("job.failed", job=job.name, exc_info=error)
        return
    if job.period is not every_tick:
        log.info("job.finished", job=job.name, ms=round((clock.monotonic() - began) * 1000))


def _tell_doubt(house: House) -> None:
    with writing(house.database, SYSTEM) as work:
        if find_plant(work.session) is None:
            return
        work.record("clock_doubted", get_plant(work.session))
        sentence = Sentence(
            N_(
                "The server's clock jumped; deadlines stand still. Set it right, "
                "or start the server anew if it is right now"
            )
        )
        keepers = _keepers(work, Role.HEAD, Role.ADMINISTRATOR)
        tell(work, keepers, sentence, key=f"clock:{work.now.isoformat()}")


def _keepers(work: Work, *roles: Role) -> list[int]:
    return list_holders(work.session, roles, root_unit(work.session).path, clock.day_of(work.now))
