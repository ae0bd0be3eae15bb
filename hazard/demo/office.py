"""What the offices of the demo plant do by the calendar: nights, weekly lists, months."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.access.actor import SYSTEM
from hazard.audit.work import Work, writing
from hazard.cases import archiving, checklists, closings, must_checks, shift_papers
from hazard.cases.audience import kept_from
from hazard.cases.waiting import whose
from hazard.core import clock, tasks
from hazard.core.calendar import Month
from hazard.core.clock import CHINA
from hazard.core.images import Picture
from hazard.core.money import ZERO, Money, yuan
from hazard.core.tasks import TaskKind, TaskState
from hazard.deadlines import ladder
from hazard.demo import scenes, seal
from hazard.demo.diary import Life
from hazard.demo.plant import (
    CHECKER,
    HEAD,
    MANAGER,
    OFFICER,
    PAYER,
    UNION,
    Plant,
    accounts,
    fill_roster,
)
from hazard.notices.echoes import publish
from hazard.notices.outbox import mark_read
from hazard.policy.keeping import note_told
from hazard.reports import identity, photos, slips
from hazard.reports.models import Report, Reporter
from hazard.reports.terms import PhotoPart
from hazard.rewards import awards, budgets, payout, scans, settlement
from hazard.rewards.models import Award, Payee, Settlement
from hazard.rewards.terms import Account, AwardState, ScanKind, Version
from hazard.statistics.dossier import manifest
from hazard.statistics.echo import candidates, compose
from hazard.statistics.spans import Week

ONE_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
WARN, SPARE = 98, yuan(600)
"""Finance asks for more money from so many percent on, so that this much is left."""
MORE = yuan(6000)
FEW, SMALL = 3, 2
SLIPS = 20
MONDAY, FRIDAY, SUNDAY = 1, 5, 7
MUST_CHECKS = (
    "防护罩在位、联锁有效",
    "急停按钮按一遍",
    "地面无油无切屑",
    "行车吊钩防脱扣完好",
    "灭火器在位",
)


def nights(plant: Plant, read_until: datetime) -> Life:
    """Archive what is due and climb the ladder, every night at half past two.

    Whoever can log in reads their notices on Fridays, until `read_until`.
    """
    while True:
        local = clock.now().astimezone(CHINA)
        yield local.replace(hour=2, minute=30) + ONE_DAY
        database = plant.house.database
        with database.reading() as session:
            done = archiving.ready_ids(session, clock.now())
            late = ladder.ready_ids(session, clock.now())
        if done:
            with writing(database, SYSTEM) as work:
                for case_id in done:
                    archiving.archive(work, case_id, manifest(work.session, case_id))
        if late:
            with writing(database, SYSTEM) as work:
                for deadline_id in late:
                    ladder.climb(work, deadline_id, kept_from, whose)
        if clock.now() < read_until and local.isoweekday() == FRIDAY:
            for account in accounts():
                with plant.by(account["employee_no"]) as work:
                    mark_read(work)


def weekly_lists(plant: Plant, to_decide: dict[str, list[int]], last: datetime) -> Life:
    """Decide the waiting awards in two lists each Friday; the last week's wait."""
    while True:
        yield _next_weekday(FRIDAY, 15)
        if clock.now() > last:
            return
        for decider in (MANAGER, HEAD):
            waiting, to_decide[decider] = to_decide[decider], []
            if waiting:
                with plant.by(decider) as work:
                    yes = awards.Decision(approve=True)
                    awards.decide(work, _proposed(work, waiting), yes, declared=True)
        fund(plant, clock.today().year)


def _proposed(work: Work, award_ids: Sequence[int]) -> list[int]:
    """Return those still to be decided: a withdrawn report's is looked at anew."""
    wanted = select(Award.id).where(Award.id.in_(award_ids), Award.state == AwardState.PROPOSED)
    return list(work.session.scalars(wanted.order_by(Award.id)))


def fund(plant: Plant, year: int) -> None:
    """Let finance ask for more money where the budget is nearly used up, and the head agree."""
    with plant.house.database.reading() as session:
        held = budgets.balances(session, year)
        due = select(Award.amount).where(Award.state == AwardState.WAITING, Award.year == year)
        waiting = sum(session.scalars(due), ZERO)
    used = held[Account.RESERVED] + held[Account.PAYABLE] + held[Account.PAID] + waiting
    whole = used - waiting + held[Account.BUDGET]
    if waiting or used.fen * 100 > whole.fen * WARN:
        grant(plant, year, Money(-(-(used + SPARE - whole).fen // 10_000) * 10_000))


def grant(plant: Plant, year: int, amount: Money) -> None:
    """Enter a budget and approve it by other hands."""
    with plant.by(CHECKER) as work:
        entered = budgets.enter(work, year, amount).id
    with plant.by(HEAD) as work:
        budgets.approve(work, entered)


def settle(plant: Plant, month: Month, *, scanned: bool) -> Life:
    """Make, check, approve and pay a month's sheet by four hands."""
    _check(plant, month)
    yield 5
    with plant.by(HEAD) as work:
        settlement.approve(work, settlement.hold_run(work, month, 1))
    yield 4
    _pay(plant, month)
    if scanned:
        yield 4
        _attach_scan(plant, month)


def lock_sheet(plant: Plant) -> Life:
    """Approve a few small rewards of the running month and lock a sheet that is not paid yet."""
    _reward_few(plant)
    month = Month.of(clock.now())
    _check(plant, month)
    with plant.by(HEAD) as work:
        settlement.approve(work, settlement.list_runs(work.session, month)[-1])
    yield from ()


def last_hour(plant: Plant, paid: Month) -> Life:
    """Leave a sheet checked, one drafted, a reward waiting for funds, funds for the head to grant.

    The draft is a second one of the `paid` month: a name of it was matched only now.
    """
    _reward_few(plant)
    _check(plant, Month.of(clock.now()))
    with plant.by(OFFICER) as work:
        late = select(Reporter.report_id).join(Award, Award.report_id == Reporter.report_id)
        unknown = late.where(Award.state == AwardState.APPROVED, Reporter.person_id.is_(None))
        for report_id in work.session.scalars(unknown.where(Reporter.outside.is_(False))).all():
            identity.match_outside(work, work.session.get_one(Report, report_id))
        settlement.draft(work, paid)
    with plant.by(HEAD) as work:
        large = select(Award).where(Award.state == AwardState.PROPOSED, Award.level > SMALL)
        award = work.session.scalars(large.order_by(Award.amount.desc())).first()
        if award is not None:
            awards.decide(work, [award.id], awards.Decision(approve=True), declared=True)
    with plant.by(CHECKER) as work:
        budgets.enter(work, clock.today().year, MORE)
    yield from ()


def _reward_few(plant: Plant) -> None:
    with plant.by(MANAGER) as work:
        small = (
            select(Award.id)
            .join(Report, Report.id == Award.report_id)
            .where(Award.state == AwardState.PROPOSED, Award.level <= SMALL)
        )
        unnamed_first = small.order_by(Report.identity, Award.id)
        few = list(work.session.scalars(unnamed_first.limit(FEW)))
        awards.decide(work, few, awards.Decision(approve=True), declared=True)
    fund(plant, clock.today().year)


def _check(plant: Plant, month: Month) -> None:
    with plant.by(OFFICER) as work:
        number = settlement.draft(work, month).run
    with plant.by(CHECKER) as work:
        settlement.check(work, settlement.hold_run(work, month, number))


def _pay(plant: Plant, month: Month) -> None:
    with plant.by(PAYER) as work:
        run = settlement.hold_run(work, month, 1)
        payout.pay_named(work, run, seal.opened(work, run))
    with plant.house.database.reading() as session:
        left = _uncollected(session, month)
    for report_id in left:
        with plant.by(PAYER) as work:
            witness = payout.Witness(plant.people[UNION], declared=True)
            payout.redeem(work, work.session.get_one(Report, report_id), witness)


def _uncollected(session: Session, month: Month) -> list[int]:
    run = settlement.get_run(session, month, 1)
    unpaid = {line.payee_id for line in run.lines if line.paid_on is None}
    payees = select(Payee.report_id).where(Payee.id.in_(unpaid)).order_by(Payee.id)
    return [report_id for report_id in session.scalars(payees) if report_id is not None]


def _attach_scan(plant: Plant, month: Month) -> None:
    picture = scenes.signed(plant.house.darkroom, month.month)
    page = scans.Page(ScanKind.PICTURE, picture.jpeg)
    scans.store(plant.house.files, [page], clock.now())
    with plant.by(PAYER) as work:
        run: Settlement = settlement.hold_run(work, month, 1)
        scans.attach(work, run, Version.APPROVAL, [page])


def echoes(plant: Plant) -> Life:
    """Put up 《隐患回音》 of the week before, each Monday, with up to three pairs."""
    while True:
        yield _next_weekday(MONDAY, 9)
        week = Week.of_day(clock.today()).previous()
        with plant.by(OFFICER) as work:
            offered = candidates(work.session, work.actor, week)[:3]
            chosen = [f"{each.case_number}|{each.before[0]}|{each.after[0]}" for each in offered]
            echo = compose(work.session, work.actor, week, work.now, chosen)
            shown = [photo for pair in echo.pairs for photo in (pair.before, pair.after)]
            publish(work, str(week), echo.body, shown)


def closing_lists(plant: Plant) -> Life:
    """Let the union sign last week's closings each Monday, and photograph the signed sheet."""
    while True:
        yield _next_weekday(MONDAY, 10)
        last = closings.monday_of(clock.today()) - A_WEEK
        signed = _photographed(plant, last.day)
        with plant.by(UNION) as work:
            week = closings.get_week(work.session, work.actor, last)
            if waiting := {line.row.number for line in week.lines if line.mine}:
                closings.confirm(work, last, waiting, "")
                sheet = photos.add_of_case(work, signed, PhotoPart.PAPER)
                closings.attach_paper(work, last, sheet)


def print_slips(plant: Plant) -> None:
    """Print a batch of paper slips for places without phones."""
    house = plant.house
    with plant.by(OFFICER) as work:
        batch = slips.open_batch(work, SLIPS).id
        task = tasks.ask(
            work.session, TaskKind.SLIPS, {"batch": batch}, plant.people[OFFICER], work.now
        ).id
        slips.follow_by(work, batch, task)
        had = slips.numbers(work.session)
    drawn = [slips.draw(house.keys.receipt, had) for _ in range(SLIPS)]
    with plant.by(OFFICER) as work:
        slips.keep_batch(work, batch, drawn)
        tasks.note(work.session, task, state=TaskState.DONE, done=SLIPS, total=SLIPS)
        slips.mark_fetched(work, batch)
    plant.slips = [each.number for each in drawn]


def tell_people(plant: Plant) -> Life:
    """Tell everybody in one meeting how hazards are reported, and note it."""
    yield 24 * 3
    with plant.by(HEAD) as work:
        note_told(work, clock.today(), len(plant.people))


def shift_book(plant: Plant) -> Life:
    """Let a team write its own list and hand each day's shift to the head of the workshop."""
    leader = min(plant.leaders.values())
    unit = int(plant.actor(leader).grants[0].unit_path.strip("/").rpartition("/")[2])
    with plant.by(leader) as work:
        must_checks.keep_list(work, unit, MUST_CHECKS)
    while True:
        day = clock.now().astimezone(CHINA) + ONE_DAY
        yield day.replace(hour=15, minute=30)
        if clock.now().astimezone(CHINA).isoweekday() == SUNDAY:
            continue
        day = clock.now().astimezone(CHINA)
        signed = _photographed(plant, day.day) if day.isoweekday() == FRIDAY else None
        with plant.by(leader) as work:
            if signed:
                sheet = photos.add_of_case(work, signed, PhotoPart.PAPER)
                shift_papers.keep_sheet(work, unit, sheet, {}, {})
            checklists.hand_over(work, unit)
        yield 1
        with plant.by(f"{leader[0]}000") as work:
            checklists.take_over(work, unit)


def _photographed(plant: Plant, seed: int) -> Picture:
    """Return a photographed sheet, in the store already."""
    picture = scenes.signed(plant.house.darkroom, seed)
    photos.store(plant.house.files, picture, clock.now())
    return picture


def keep_roster(plant: Plant, month: Month) -> Life:
    """Fill the duty roster of the month."""
    fill_roster(plant, month)
    yield from ()


def _next_weekday(iso: int, hour: int) -> datetime:
    """Return the next such day of the week at this hour, in Shanghai."""
    local = clock.now().astimezone(CHINA).replace(hour=hour, minute=0, second=0, microsecond=0)
    local += timedelta(days=(iso - local.isoweekday()) % 7)
    return local if local > clock.now() else local + A_WEEK
