"""Two dozen hazards walked through the real verbs, each to another state; one settled month."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from hazard.access.actor import REPORTER, SYSTEM
from hazard.access.duties import Part as Duty
from hazard.audit.work import Work, writing
from hazard.cases import (
    archiving,
    assigning,
    checking,
    feedback,
    grading,
    quick,
    rectification,
    verification,
)
from hazard.cases.hands import fitting
from hazard.cases.models import Case
from hazard.cases.opening import Opening, open_case
from hazard.cases.queries import hold_case
from hazard.cases.terms import CaseState, Part, Verdict
from hazard.core import chance, clock
from hazard.core.calendar import Month, add_natural
from hazard.core.clock import CHINA, FakeClock, day_of
from hazard.core.house import House
from hazard.core.images import Picture
from hazard.core.money import ZERO, yuan
from hazard.demo import scenes, seal
from hazard.demo.plant import WORKERS, Plant, build
from hazard.people.passwords import hash_password
from hazard.policy.words import (
    About,
    Category,
    Desk,
    Gravity,
    Hurt,
    Identity,
    Likely,
    SubCode,
    Urgency,
)  # fmt: skip
from hazard.reports import handling, intake, photos, receipts
from hazard.reports.models import Photo
from hazard.reports.queries import hold_report
from hazard.reports.terms import PhotoPart, Refusal
from hazard.rewards import awards, payout, settlement
from hazard.statistics.dossier import manifest

ROWS = Path(__file__).parent / "rows.jsonl"
SEED = 20261122
ANSWERS = {
    1: (Hurt.SCRATCH, Likely.HARDLY, Gravity.NO),
    2: (Hurt.DOCTOR, Likely.POSSIBLE, Gravity.NO),
    3: (Hurt.LASTING, Likely.POSSIBLE, Gravity.NO),
    4: (Hurt.LASTING, Likely.POSSIBLE, Gravity.MAJOR),
    5: (Hurt.LASTING, Likely.ANY_MOMENT, Gravity.AVERTED),
}
DAYS = {1: 3, 2: 7, 3: 5, 4: 10, 5: 10}
"""Length of the rectification by level."""
LAST_MONTH = (
    ("H001", "informed"), ("H003", "informed"), ("H005", "informed"), ("H028", "informed"),
    ("H047", "informed"), ("H041", "informed"), ("H053", "informed"),
)  # fmt: skip
"""Settled: each is approved before the month ends."""
THIS_MONTH = (
    ("H007", "approved"), ("H043", "approved"), ("H021", "refused"), ("H019", "unconfirmed"),
    ("H022", "rectifying"), ("H011", "rectifying"), ("H009", "plan_submitted"),
    ("H013", "planning"), ("H015", "verified"), ("H017", "completed"), ("H045", "closed"),
    ("H049", "proposed"), ("H033", "half_found"), ("H023", "verifying"), ("H039", "confirming"),
    ("H029", "accepted"), ("H059", "asked"), ("H031", "reported"), ("H057", "reported"),
)  # fmt: skip


@dataclass
class Story:
    """One hazard on its way."""

    plant: Plant
    row: dict[str, Any]
    index: int
    fake: FakeClock
    number: str = ""
    case: str = ""
    awards: list[int] = field(default_factory=list)

    @contextmanager
    def by(self, employee_no: str, hours: float = 2) -> Iterator[Work]:
        """Let somebody act a while later."""
        self.fake.move(timedelta(hours=hours))
        with writing(self.plant.house.database, self.plant.actor(employee_no)) as work:
            yield work

    @contextmanager
    def by_id(self, person_id: int, hours: float = 2) -> Iterator[Work]:
        """Let somebody act, found by id."""
        numbers = {person: number for number, person in self.plant.people.items()}
        with self.by(numbers[person_id], hours) as work:
            yield work


def tell(house: House) -> tuple[Plant, list[str]]:
    """Build the plant and live through its last weeks; return it and its settled months."""
    rows = {row["id"]: row for row in map(json.loads, ROWS.read_text("utf-8").splitlines())}
    present = clock.now().astimezone(CHINA)
    month = Month.of(present).previous()
    begin = datetime(month.year, month.month, 8, 8, 30, tzinfo=CHINA)
    fake = FakeClock(begin)
    with clock.use(fake), chance.use(chance.SeededChance(SEED)):
        plant = build(house, {row["place"]: row["trade"] for row in rows.values()})
        seal.make(plant)
        for index, (row_id, end) in enumerate(LAST_MONTH):
            fake.set(begin + timedelta(days=index, minutes=17 * index))
            walk(Story(plant, rows[row_id], index, fake), end)
        fake.set(month.ends + timedelta(hours=10))
        _settle(plant, month, fake)
        _archive_due(plant)
        start = max(month.ends + timedelta(days=1), present - timedelta(days=16))
        span = (present - start) / (len(THIS_MONTH) + 1)
        for index, (row_id, end) in enumerate(THIS_MONTH, start=len(LAST_MONTH)):
            moment = start + span * (index - len(LAST_MONTH))
            fake.set(moment)
            story = Story(plant, rows[row_id], index, FakeClock(moment))
            with clock.use(story.fake):
                walk(story, end)
    return plant, [str(month)]


def walk(story: Story, end: str) -> None:
    """Take the story from its report to the step named `end`."""
    for name, step in _road(end):
        step(story)
        if name == end:
            return


def _road(end: str) -> list[tuple[str, Callable[[Story], None]]]:
    if end in {"refused", "asked"}:
        return [("reported", _report), (end, {"refused": _refuse, "asked": _ask}[end])]
    if end == "confirming":
        return [("reported", _report), (end, _quick)]
    road: list[tuple[str, Callable[[Story], None]]] = [
        ("reported", _report), ("accepted", _accept), ("verifying", _assign),
        ("half_found", lambda s: _find(s, "0002", end)),
        ("verified", lambda s: _find(s, "0001", end)),
        ("unconfirmed", lambda _: None), ("planning", _grade), ("proposed", _propose),
        ("approved", _decide), ("plan_submitted", _plan), ("rectifying", _approve_plan),
        ("completed", _complete), ("closed", _check), ("informed", _inform),
    ]  # fmt: skip
    return [step for step in road if end == "unconfirmed" or step[0] != "unconfirmed"]


def _report(story: Story) -> None:
    row, plant = story.row, story.plant
    picture = scenes.before(plant.house.darkroom, story.index)
    photos.store(plant.house.files, picture, clock.now())
    identity = _identity(story)
    reporter = plant.people[WORKERS[story.index % len(WORKERS)][0]]
    key = chance.take(16).hex()
    slip = intake.Slip(receipts.hash_of_key(key), salt=receipts.salt_of_key(key))
    if identity is not Identity.NAMED:
        code = receipts.derive(plant.house.keys.receipt, key)
        secret = hash_password(code.secret)
        slip = replace(slip, locator=code.locator, secret_hash=secret)
    name = intake.Name() if identity is Identity.ANONYMOUS else intake.Name(person_id=reporter)
    told = intake.Told(
        category=Category(row["category"]), description=row["description"],
        suggestion=row["suggestion"], spot="", done_already=(), found_on=day_of(clock.now()),
        urgency=Urgency(row["urgency"]), desk=Desk.SAFETY, about=About.NONE,
        identity=identity,
        place_id=plant.places[row["place"]], poster_code="",
    )  # fmt: skip
    with writing(plant.house.database, REPORTER) as work:
        photo = photos.add_unclaimed(work, picture, slip.submission_hash)
        story.number = intake.submit(work, told, name, slip, [photo.public_id]).number


def _identity(story: Story) -> Identity:
    """Return how it is reported: one in eight confidential, one in eight anonymous."""
    if story.row["anonymous"] or story.index % 8 == 7:
        return Identity.ANONYMOUS
    return Identity.CONFIDENTIAL if story.index % 8 == 3 else Identity.NAMED


def _accept(story: Story) -> None:
    row = story.row
    with story.by("0002", 1) as work:
        report = hold_report(work, story.number)
        opening = Opening(
            row["short"], f"{row['place']}：{row['short']}，请按要求整改", row["suggestion"][:80],
            Category(row["category"]), report.place_id,
        )  # fmt: skip
        story.case = open_case(work, report, opening).number


def _refuse(story: Story) -> None:
    with story.by("0002", 1) as work:
        words = "这项已列入本月的检修计划，所以不另给奖。谢谢您留意。"
        handling.refuse(work, hold_report(work, story.number), Refusal.R3, words)


def _ask(story: Story) -> None:
    with story.by("0002", 1) as work:
        handling.ask(work, hold_report(work, story.number), "请问是靠东边还是靠西边的那个井口？")


def _quick(story: Story) -> None:
    row = story.row
    with story.by("0002", 1) as work:
        report = hold_report(work, story.number)
        opening = Opening(
            row["short"], row["short"], "", Category(row["category"]), report.place_id
        )
        given = grading.Grade(*ANSWERS[2], SubCode(row["sub_code"]))
        fixed = _picture(story, work)
        first = quick.FirstHand(
            opening, given, story.plant.people["0001"], story.plant.people["3001"], (fixed,),
            declared=True,
        )  # fmt: skip
        story.case = quick.handle(work, report, first).number


def _assign(story: Story) -> None:
    people = story.plant.people
    with story.by("0002", 1) as work:
        case = hold_case(work, story.case)
        verification.assign_verifiers(work, case, [people["0002"], people["0001"]])


def _find(story: Story, number: str, end: str) -> None:
    verdict = Verdict.NOT_FOUND if end == "unconfirmed" else Verdict.TRUE
    note = "到现场看了，没有找到所说情况" if end == "unconfirmed" else ""
    with story.by(number) as work:
        found = verification.Found(verdict, note, on_site=True, declared=True)
        verification.find(work, hold_case(work, story.case), found)


def _grade(story: Story) -> None:
    row = story.row
    with story.by("0002", 1) as work:
        given = grading.Grade(
            *ANSWERS[row["level"]], SubCode(row["sub_code"]),
            suggestion_adopted=story.index % 3 == 0,
        )  # fmt: skip
        grading.grade(work, hold_case(work, story.case), given, declared=True)


def _propose(story: Story) -> None:
    with story.by("0002", 1) as work:
        case = hold_case(work, story.case)
        made = awards.propose(work, case, out_of_post=False, declared=True)
        story.awards = [award.id for award in made]


def _decide(story: Story) -> None:
    with story.by("0001", 3) as work:
        awards.decide(work, story.awards, awards.Decision(approve=True), declared=True)


def _plan(story: Story) -> None:
    with story.by("0002", 1) as work:
        case = hold_case(work, story.case)
        owner = _owner(work, story, case)
        rectification.set_owner(work, case, owner)
    with story.by_id(owner) as work:
        case = hold_case(work, story.case)
        last_day = add_natural(day_of(work.now), DAYS[case.reward_level or 3])
        measures = ("先停用并挂牌", story.row["short"][:11] + "整改", "班前会讲一次")
        draft = rectification.Draft(
            owner, measures, ZERO if story.index % 2 else yuan(380), last_day,
            "机械伤害现场处置方案", "停用挂牌，专人看护",
        )  # fmt: skip
        rectification.draw_up(work, case, draft)


def _approve_plan(story: Story) -> None:
    with writing(story.plant.house.database, SYSTEM) as work:
        waiting = _held(work, story).state is CaseState.PLAN_SUBMITTED
        approver = fitting(work.session, _held(work, story), Duty.PLAN_APPROVER, day_of(work.now))
    if waiting:
        with story.by_id(approver[0]) as work:
            rectification.approve_plan(work, hold_case(work, story.case), declared=True)


def _complete(story: Story) -> None:
    with writing(story.plant.house.database, SYSTEM) as work:
        owner = assigning.holder(_held(work, story), Part.OWNER) or 0
    with story.by_id(owner, 20) as work:
        case = hold_case(work, story.case)
        for measure in case.plans[-1].measures:
            rectification.tick(work, case, measure.id, None)
        rectification.complete(work, case, yuan(260), [_picture(story, work)])


def _check(story: Story) -> None:
    with writing(story.plant.house.database, SYSTEM) as work:
        checker = fitting(work.session, _held(work, story), Duty.CHECKER, day_of(work.now))[0]
    with story.by_id(checker) as work:
        checking.check(work, hold_case(work, story.case), passed=True, note="", declared=True)
    with writing(story.plant.house.database, SYSTEM) as work:
        unsigned = _held(work, story).state is CaseState.SUBMITTED_FOR_CHECK
    if unsigned:
        with story.by("0005") as work:
            checking.cosign(work, hold_case(work, story.case))


def _inform(story: Story) -> None:
    with story.by("0002", 1) as work:
        case = hold_case(work, story.case)
        feedback.inform(work, case, case.reports[0].report, "您报的已改好，照片在下面。谢谢您。")


def _settle(plant: Plant, month: Month, fake: FakeClock) -> None:
    def by(number: str) -> Any:
        fake.move(timedelta(hours=2))
        return writing(plant.house.database, plant.actor(number))

    with by("0002") as work:
        settlement.draft(work, month)
    with by("0003") as work:
        settlement.check(work, settlement.hold_run(work, month, 1))
    with by("0001") as work:
        settlement.approve(work, settlement.hold_run(work, month, 1))
    with by("0003") as work:
        run = settlement.hold_run(work, month, 1)
        payout.pay_named(work, run, seal.opened(work, run))


def _archive_due(plant: Plant) -> None:
    with plant.house.database.reading() as session:
        due = archiving.ready_ids(session, clock.now())
    for case_id in due:
        with writing(plant.house.database, SYSTEM) as work:
            archiving.archive(work, case_id, manifest(work.session, case_id))


def _owner(work: Work, story: Story, case: Case) -> int:
    able = fitting(work.session, case, Duty.OWNER, day_of(work.now))
    leaders = [story.plant.people[n] for n in ("1001", "2001", "3001", "4001", "5001")]
    wanted = leaders[list(story.plant.places).index(story.row["place"]) % len(leaders)]
    in_charge = rectification.propose(work.session, case, day_of(work.now)).owner_id
    return next(p for p in (in_charge, wanted, *leaders, *able) if p in able)


def _held(work: Work, story: Story) -> Case:
    return work.session.scalars(select(Case).where(Case.number == story.case)).one()


def _picture(story: Story, work: Work) -> Photo:
    picture: Picture = scenes.after(story.plant.house.darkroom, story.index)
    photos.store(story.plant.house.files, picture, clock.now())
    return photos.add_of_case(work, picture, PhotoPart.AFTER)
