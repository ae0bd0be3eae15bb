"""One hazard of the demo plant on its way through the real verbs, to whatever end was set."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from hazard.access.actor import REPORTER
from hazard.audit.work import Work, writing
from hazard.cases import (
    beside,
    checking,
    checklists,
    drills,
    extending,
    feedback,
    grading,
    joining,
    proposing,
    rectification,
    reopening,
    signing,
    verification,
    withdrawing,
)
from hazard.cases.extension_rules import Wish
from hazard.cases.models import Case, Signature
from hazard.cases.opening import Opening, open_case
from hazard.cases.queries import hold_case
from hazard.cases.quick import FirstHand
from hazard.cases.terms import ReportPart, Verdict
from hazard.core import chance, clock
from hazard.core.calendar import add_natural
from hazard.core.clock import day_of
from hazard.core.images import Picture
from hazard.core.money import ZERO, yuan
from hazard.deadlines.terms import DeadlineKind
from hazard.demo import scenes
from hazard.demo.diary import Life, office_hours
from hazard.demo.plant import GATE_HOUSE, HEAD, MANAGER, OFFICER, OFFICER_2, UNION, Plant
from hazard.people.passwords import hash_password
from hazard.policy.classing import (
    Accident,
    Cause,
    Classing,
    Consequence,
    Exposure,
    Lec,
    Likelihood,
    Remedy,
)
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
)
from hazard.reports import (
    handling,
    identity,
    intake,
    phones,
    photos,
    receipts,
    registering,
    transfers,
    voices,
    watching,
)
from hazard.reports.models import Photo, Report
from hazard.reports.queries import hold_by_id, hold_report, list_all_photos
from hazard.reports.terms import Channel, PhotoPart, Refusal
from hazard.rewards import awards, cancelling, quick
from hazard.rewards.queries import list_awards_of

ANSWERS = {
    1: (Hurt.SCRATCH, Likely.HARDLY, Gravity.NO),
    2: (Hurt.DOCTOR, Likely.POSSIBLE, Gravity.NO),
    3: (Hurt.LASTING, Likely.POSSIBLE, Gravity.NO),
    4: (Hurt.LASTING, Likely.POSSIBLE, Gravity.MAJOR),
    5: (Hurt.LASTING, Likely.ANY_MOMENT, Gravity.AVERTED),
}
LEC = {
    3: Lec(Likelihood.POSSIBLE, Exposure.DAILY, Consequence.GRAVE),
    4: Lec(Likelihood.POSSIBLE, Exposure.DAILY, Consequence.ONE),
    5: Lec(Likelihood.QUITE, Exposure.DAILY, Consequence.ONE),
}
"""Figures by level; small hazards are not assessed."""
DAYS = {1: 3, 2: 7, 3: 15, 4: 20, 5: 20}
"""Length of the rectification by level."""
MAJOR = 4
REFUSED_AS = {"appealed": 0, "unclear": 1, "not_safety": 2, "no_place": 3, "not_ours": 4}
JOINED_AS = {"jointly": ReportPart.JOINT, "supplemented": ReportPart.SUPPLEMENT}
HEARD = ("听班里人说的，", "今天巡查看到，", "交接班时发现，", "")


@dataclass
class Pictures:
    """Drawn photographs by seed, each developed and stored once."""

    plant: Plant
    known: dict[tuple[int, bool], Picture] = field(default_factory=dict)

    def of(self, seed: int, *, fixed: bool) -> Picture:
        """Return a scene before, or after it was fixed."""
        if (seed, fixed) not in self.known:
            draw = scenes.after if fixed else scenes.before
            picture = draw(self.plant.house.darkroom, seed)
            photos.store(self.plant.house.files, picture, clock.now())
            self.known[seed, fixed] = picture
        return self.known[seed, fixed]


@dataclass(frozen=True, slots=True)
class Plot:
    """What is to happen: which hazard where, told by whom, and how far it comes."""

    index: int
    row: Mapping[str, Any]
    place: str
    end: str
    identity: Identity = Identity.NAMED
    typed: tuple[str, str, str] | None = None
    """Name, team and company of who is not logged in."""
    desk: Desk = Desk.BOTH
    about: About = About.NONE
    spoken: bool = False
    """Said aloud, not written."""
    unsure: bool = False
    """Which of the four kinds it is, the reporter leaves to the desk."""

    def wait(self, step: str) -> float:
        """Return how many hours pass before a step."""
        return STEPS[step][0] * (0.6 + self.index * 7 % 10 / 10)

    def lasts_from(self, start: datetime) -> datetime:
        """Return when its last step is done if it begins at `start`."""
        for step in ROADS[self.end]:
            if hours := self.wait(step):
                start = office_hours(start + timedelta(hours=hours))
        return start


@dataclass
class Story:
    """One hazard on its way."""

    plant: Plant
    pictures: Pictures
    plot: Plot
    to_decide: dict[str, list[int]]
    """Awards that wait for the weekly list, by who decides; shared by all stories."""
    number: str = ""
    report_id: int = 0
    case: str = ""
    second: str = ""
    """Number of a later report of the same hazard."""
    awards: list[int] = field(default_factory=list)

    @property
    def trade(self) -> str:
        """Return the trade of the workshop."""
        return str(self.plot.row["trade"])

    @property
    def level(self) -> int:
        """Return the reward level."""
        return int(self.plot.row["level"])

    @property
    def officer(self) -> str:
        """Return who handles it."""
        if self.plot.desk is Desk.HEAD:
            return HEAD
        return self.plant.officer_of(self.trade)

    @property
    def other_officer(self) -> str:
        """Return the officer who had nothing to do with it."""
        return OFFICER_2 if self.officer == OFFICER else OFFICER

    @property
    def foreman(self) -> str:
        """Return the head of the workshop."""
        return self.plant.head_of(self.trade)

    @property
    def owner(self) -> str:
        """Return the shift leader who puts it right."""
        return self.plant.leaders[self.plot.place]

    def live(self) -> Life:
        """Go from step to step, waiting in between."""
        for name in ROADS[self.plot.end]:
            if wait := self.plot.wait(name):
                yield wait
            STEPS[name][1](self)


def _report(story: Story) -> None:
    row = story.plot.row
    story.number, story.report_id = _tell(
        story, story.plot, str(row["description"]), _reporter(story, 0)
    )


def _report_again(story: Story) -> None:
    """Let somebody else report the same."""
    plot = replace(story.plot, identity=Identity.NAMED, typed=None, index=story.plot.index + 3)
    words = HEARD[plot.index % 3] + str(plot.row["description"])[:24] + "，还没有人管。"
    story.second = _tell(story, plot, words, _reporter(story, 5), same_as=story.case)[0]


def _see(story: Story) -> None:
    """Let the gate house touch the alarm of an urgent report; the newest still sound."""
    if story.plot.row["urgency"] in watching.WATCHED and story.plot.index % 3:
        with story.plant.by(GATE_HOUSE) as work:
            shown = watching.list_alarms(work.session, work.actor, work.now)
            if story.number in {alarm.number for alarm in shown}:
                watching.acknowledge(work, story.number)
            else:
                watching.acknowledge_kept(work)


def _key_in(story: Story, channel: Channel) -> None:
    """Let the second officer key in what came on a paper slip, or by telephone."""
    plot, plant = story.plot, story.plant
    slip = plant.slips.pop() if channel is Channel.PAPER else ""
    stands = Identity.ANONYMOUS if slip else Identity.NAMED
    name = intake.Name() if slip else intake.Name(name="张伟", team="装配班", phone="13800001111")
    told = told_of(plot.row, plant.places[plot.place], stands)
    origin = registering.Origin(channel, clock.now() - timedelta(hours=3), slip)
    hashed = intake.Slip(receipts.hash_of_key(chance.take(16).hex()))
    original = scenes.written(plant.house.darkroom, plot.index)
    photos.store(plant.house.files, original, clock.now())
    with plant.by(OFFICER_2) as work:
        made = registering.register(work, told, name, hashed, origin)
        paper = photos.add_unclaimed(work, original, hashed.submission_hash)
        if slip:
            photos.keyed_in(work, made.id, paper, PhotoPart.CARRIER)
        story.number, story.report_id = made.number, made.id


def _tell(
    story: Story, plot: Plot, words: str, reporter: int, same_as: str = ""
) -> tuple[str, int]:
    plant, key = story.plant, chance.take(16).hex()
    name = intake.Name() if plot.identity is Identity.ANONYMOUS else intake.Name(person_id=reporter)
    if plot.typed is not None:
        name = intake.Name(name=plot.typed[0], team=plot.typed[1], company=plot.typed[2])
    slip = _slip(plant, key, coded=plot.identity is not Identity.NAMED or plot.typed is not None)
    told = told_of(plot.row, plant.places[plot.place], plot.identity)
    told = replace(told, description=words, desk=plot.desk, about=plot.about, same_as=same_as)
    if plot.unsure:
        told = replace(told, category=Category.UNSURE)
    pictures = [story.pictures.of(_seed(plot), fixed=False)] if plot.index % 5 else []
    note = scenes.spoken(plot.index) if plot.spoken else None
    if note:
        voices.store(plant.house.files, note, clock.now())
        told = replace(told, description="")
    with writing(plant.house.database, REPORTER) as work:
        sent = [photos.add_unclaimed(work, each, slip.submission_hash) for each in pictures]
        heard = voices.add_unclaimed(work, note, slip.submission_hash).public_id if note else ""
        made = intake.submit(work, told, name, slip, [photo.public_id for photo in sent], heard)
        phones.note_report(work, f"demo phone {reporter}", made)
        return made.number, made.id


def told_of(row: Mapping[str, Any], place_id: int, stands: Identity) -> intake.Told:
    """Return what the reporter of a row fills in."""
    return intake.Told(
        category=Category(row["category"]), description=row["description"],
        suggestion=row["suggestion"], spot="", done_already=(), found_on=day_of(clock.now()),
        urgency=Urgency(row["urgency"]), desk=Desk.BOTH, about=About.NONE, identity=stands,
        place_id=place_id, poster_code="",
    )  # fmt: skip


def _slip(plant: Plant, key: str, *, coded: bool) -> intake.Slip:
    slip = intake.Slip(receipts.hash_of_key(key), salt=receipts.salt_of_key(key))
    if not coded:
        return slip
    code = receipts.derive(plant.house.keys.receipt, key)
    return replace(slip, locator=code.locator, secret_hash=hash_password(code.secret))


def _reporter(story: Story, shift: int) -> int:
    workers = story.plant.workers[story.trade]
    return story.plant.people[workers[(story.plot.index * 7 + shift) % len(workers)]]


def _seed(plot: Plot) -> int:
    return int(str(plot.row["id"])[1:]) * 2 + plot.index // 32 % 2


def _accept(story: Story) -> None:
    with story.plant.by(story.officer) as work:
        report = hold_report(work, story.number)
        _match(work, report, story)
        case = open_case(work, report, opening_of(story))
        story.case = case.number
        for photo in list_all_photos(work.session, [report.id]):
            if story.plot.index % 3:
                verification.release_photo(work, case, photo, shown=True)


def _match(work: Work, report: Report, story: Story) -> None:
    """Find who a typed name belongs to."""
    if story.plot.typed is None:
        return
    name = story.plot.typed[0]
    if story.plot.end == "matched_late":
        return
    number = next((n for n, known in story.plant.names.items() if known == name), None)
    if number is None:
        identity.match_outside(work, report)
    else:
        identity.match_person(work, report, story.plant.people[number])


def opening_of(story: Story) -> Opening:
    """Return what the desk writes when it accepts."""
    row, place = story.plot.row, story.plot.place
    extract = f"{place}：{row['short']}，请按要求整改"
    return Opening(
        str(row["short"]), extract, str(row["suggestion"])[:80], Category(row["category"]),
        story.plant.places[place],
    )  # fmt: skip


def _refuse(story: Story) -> None:
    reasons = (
        (Refusal.R3, "这项已列入本月的检修计划，所以不另给奖。谢谢您留意。"),
        (Refusal.R2, "没有写清是哪台设备，现场也没能对上，请您补充后再报。"),
        (Refusal.R5, "这是考勤方面的问题，已转人力资源部，请找8012。"),
        (Refusal.R1, "没有查清是在哪里，请到现场扫一次海报再报，或写明车间和设备。"),
        (Refusal.R4, "那段路归园区管，已转园区物业，请找8899。"),
    )
    turn = REFUSED_AS.get(story.plot.end, story.plot.index) % len(reasons)
    reason, words = reasons[turn]
    with story.plant.by(story.officer) as work:
        handling.refuse(work, hold_report(work, story.number), reason, words)


def _appeal(story: Story) -> None:
    with _reporting(story) as (work, report):
        handling.appeal(work, report, "检修计划里没有这一台，请再看看。", Desk.UNION)


def _ask(story: Story) -> None:
    who = UNION if story.plot.desk is Desk.UNION else story.officer
    with story.plant.by(who) as work:
        question = "请问是靠东边还是靠西边的那一处？方便的话补一张照片。"
        handling.ask(work, hold_report(work, story.number), question)


def _answer(story: Story) -> None:
    with _reporting(story) as (work, report):
        handling.answer(work, report, "靠东边，柱子旁边那一处。")


def _transfer(story: Story) -> None:
    words = "这处属于供电公司的线路，已移送，联系电话95598。"
    with story.plant.by(story.officer) as work:
        transfers.hand_on(work, hold_report(work, story.number), "区供电公司安监部", words)


def _receipt(story: Story) -> None:
    with story.plant.by(story.officer) as work:
        report = hold_report(work, story.number)
        transfers.note_receipt(work, report, day_of(work.now), "值班员小顾", "AJ-2207")


def _withdraw(story: Story) -> None:
    with _reporting(story) as (work, report):
        withdrawing.withdraw(work, report)


def _mark_drill(story: Story) -> None:
    with story.plant.by(story.officer) as work:
        drills.mark(work, hold_report(work, story.number), drill=True)


def _quick(story: Story) -> None:
    row, people = story.plot.row, story.plant.people
    with story.plant.by(story.officer) as work:
        given = grading.Grade(
            *ANSWERS[story.level], SubCode(row["sub_code"]), classing=_classing(story)
        )
        first = FirstHand(
            opening_of(story), given, people[story.foreman], people[story.owner],
            (_after(story, work),), declared=True,
        )  # fmt: skip
        report = hold_report(work, story.number)
        case = quick.handle(work, report, first, out_of_post=False)
        story.case = case.number
        made = list_awards_of(work.session, work.actor, case.number, day_of(work.now))
        story.awards = [award.id for award in made]


def _confirm(story: Story) -> None:
    with story.plant.by(story.foreman) as work:
        quick.confirm(work, hold_case(work, story.case), yes=True, reason="", declared=True)
    _queue(story)


def _sign(story: Story) -> None:
    """Let the head of the workshop sign with a finger on the officer's phone."""
    drawing = scenes.by_finger(story.plant.house.darkroom, story.plot.index)
    photos.store(story.plant.house.files, drawing, clock.now())
    with story.plant.by(story.officer) as work:
        kept = photos.add_of_case(work, drawing, PhotoPart.SIGNATURE)
        signer = story.plant.people[story.foreman]
        signing.sign(work, hold_case(work, story.case), signer, kept, declared=True)


def _deny(story: Story) -> None:
    """Let the head of the workshop say that the signature is somebody else's."""
    with story.plant.by(story.foreman) as work:
        case = hold_case(work, story.case)
        signed = select(Signature.id).where(Signature.case_id == case.id)
        quick.deny(work, work.session.scalars(signed).one(), "这天我在外地开会，没有签过。")


def _assign(story: Story) -> None:
    asked = [story.plant.people[number] for number in (story.officer, story.foreman)]
    with story.plant.by(story.officer) as work:
        verification.assign_verifiers(work, hold_case(work, story.case), asked)


def _find(story: Story, number: str, verdict: Verdict, note: str = "") -> None:
    with story.plant.by(number) as work:
        found = verification.Found(verdict, note, on_site=True, declared=True)
        verification.find(work, hold_case(work, story.case), found)


def _find_nothing(story: Story) -> None:
    for number in (story.officer, story.foreman):
        _find(story, number, Verdict.NOT_FOUND, "到现场看了，没有找到所说情况")


def _find_partly(story: Story) -> None:
    for number in (story.officer, story.foreman):
        _find(story, number, Verdict.PARTLY, "防护不全，但没有到会伤人的程度")


def _grade(story: Story) -> None:
    with story.plant.by(story.officer) as work:
        given = grading.Grade(
            *ANSWERS[story.level], SubCode(story.plot.row["sub_code"]),
            suggestion_adopted=story.plot.index % 3 == 0, classing=_classing(story),
        )  # fmt: skip
        grading.grade(work, hold_case(work, story.case), given, declared=True)


def _classing(story: Story) -> Classing:
    row = story.plot.row
    lec = LEC.get(story.level)
    cause = None if story.plot.index % 7 else Cause.PROCESS
    remedy = tuple(Remedy)[min(story.level, len(Remedy)) - 1]
    accident = Accident(row["accident"])
    return Classing(row["clause"], cause=cause, remedy=remedy, accident=accident, lec=lec)


def _inform(story: Story, *, early: bool) -> None:
    if early is (story.plot.index % 3 == 0):
        return
    early_words = "到现场核查属实，正在安排整改。谢谢您，改好会更新在这里。"
    words = early_words if early else "您报的已改好，照片在下面。谢谢您。"
    with story.plant.by(story.officer) as work:
        case = hold_case(work, story.case)
        for report in feedback.uninformed(work.session, case):
            feedback.inform(work, case, report, words)


def _inform_nothing(story: Story) -> None:
    with story.plant.by(story.officer) as work:
        case = hold_case(work, story.case)
        for report in feedback.uninformed(work.session, case):
            feedback.inform(
                work, case, report, "两个人到现场看过，没有找到所说情况。再见到请拍张照。"
            )


def _propose(story: Story) -> None:
    with story.plant.by(story.officer) as work:
        case = hold_case(work, story.case)
        made = awards.propose(work, case, out_of_post=False, declared=True)
        story.awards = [award.id for award in made]


def _decide_award(story: Story, *, approve: bool) -> None:
    with story.plant.by(MANAGER if story.level < 3 else HEAD) as work:
        note = "" if approve else "这一处在您的岗位职责之内，这次不另给奖。谢谢您留意。"
        awards.decide(work, story.awards, awards.Decision(approve, note), declared=True)


def _take_back(story: Story) -> None:
    with story.plant.by(MANAGER if story.level < 3 else HEAD) as work:
        for award_id in story.awards:
            cancelling.cancel(work, award_id, "核对后是同一处隐患，已按前一条发过奖。")


def _queue(story: Story) -> None:
    decider = MANAGER if story.level < 3 else HEAD
    story.to_decide[decider] += story.awards


def _plan(story: Story, days: int = 0) -> None:
    plant, owner = story.plant, story.plant.people[story.owner]
    with plant.by(story.officer) as work:
        rectification.set_owner(work, hold_case(work, story.case), owner)
    with plant.by(story.owner) as work:
        last_day = add_natural(day_of(work.now), days or DAYS[story.level])
        measures = ("先停用并挂牌", f"整改：{story.plot.row['short']}", "班前会讲一次")
        draft = rectification.Draft(
            owner, measures, ZERO if story.plot.index % 2 else yuan(380), last_day,
            "机械伤害现场处置方案", "停用挂牌，专人看护",
        )  # fmt: skip
        rectification.draw_up(work, hold_case(work, story.case), draft)


def _return_plan(story: Story) -> None:
    with story.plant.by(HEAD if story.level >= MAJOR else story.foreman) as work:
        note = "临时管控只写了挂牌，夜班谁看守也写清楚。"
        rectification.return_plan(work, hold_case(work, story.case), note)


def _approve_plan(story: Story) -> None:
    if story.level > 2:
        with story.plant.by(HEAD if story.level >= MAJOR else story.foreman) as work:
            rectification.approve_plan(work, hold_case(work, story.case), declared=True)


def _tick(story: Story) -> None:
    with story.plant.by(story.owner) as work:
        case = hold_case(work, story.case)
        rectification.tick(work, case, case.plans[-1].measures[0].id, None)


def _complete(story: Story) -> None:
    with story.plant.by(story.owner) as work:
        case = hold_case(work, story.case)
        for measure in case.plans[-1].measures:
            if measure.done_at is None:
                rectification.tick(work, case, measure.id, None)
        rectification.complete(work, case, yuan(260), [_after(story, work)])


def _name_checker(story: Story) -> None:
    """Let the other officer be asked to check."""
    with story.plant.by(story.officer) as work:
        checking.name_checker(
            work, hold_case(work, story.case), story.plant.people[story.other_officer]
        )


def _name_proposer(story: Story) -> None:
    """Let the head ask somebody to propose what is kept from the officers."""
    with story.plant.by(HEAD) as work:
        case = hold_case(work, story.case)
        free = proposing.proposers(work.session, case, day_of(work.now))
        proposing.name_proposer(work, case, free[0])


def _check(story: Story, *, passed: bool = True) -> None:
    note = "" if passed else "护罩装了，联锁还没有接上，请补做。"
    with story.plant.by(story.officer) as work:
        checking.check(work, hold_case(work, story.case), passed=passed, note=note, declared=True)


def _cosign(story: Story) -> None:
    if story.level >= MAJOR:
        with story.plant.by(UNION) as work:
            checking.cosign(work, hold_case(work, story.case))


def _extension(story: Story) -> None:
    with story.plant.by(story.owner) as work:
        case = hold_case(work, story.case)
        due = case.due_on or day_of(work.now)
        wish = Wish(
            add_natural(due, 2), "配件订货要一周，供应商周五才能送到。", "有人误开设备",
            "拉闸上锁，钥匙交班组长，每班看一次",
        )  # fmt: skip
        extending.ask(work, case, DeadlineKind.RECTIFY, wish)


def _decide_extension(story: Story, *, granted: bool) -> None:
    plant = story.plant
    with plant.by(HEAD) as work:
        case = hold_case(work, story.case)
        asked = extending.pending(work.session, case)
        free = extending.deciders(work.session, case, asked, day_of(work.now)) if asked else []
    decider = next(number for number, person in plant.people.items() if person in free)
    note = "" if granted else "库房里有同型号配件，先用上。"
    told = "配件要等几天，改好之前已拉闸上锁。" if granted else ""
    with plant.by(decider) as work:
        decision = extending.Decision(granted, note, told, declared=True)
        extending.decide(work, hold_case(work, story.case), decision)


def _explain(story: Story) -> None:
    with story.plant.by(story.owner) as work:
        words = "外协焊工周三才到，已把设备停用挂牌。"
        extending.explain(work, hold_case(work, story.case), words)


def _renew_control(story: Story) -> None:
    with story.plant.by(story.owner) as work:
        words = "改用硬隔离，班前班后各查一次"
        beside.renew_control(work, hold_case(work, story.case), words)


def _hand_up(story: Story) -> None:
    with story.plant.by(story.owner) as work:
        reason = "班组没有焊工，也没有这笔钱，请车间安排。"
        beside.hand_up(work, hold_case(work, story.case), reason)


def _stop(story: Story) -> None:
    with story.plant.by(story.foreman) as work:
        beside.stop_work(work, hold_case(work, story.case), "整改好之前不许开机，人员撤到黄线外。")


def _press(story: Story, *, stop: bool = False) -> None:
    words = (
        "夜班有人绕过围挡进去，建议先停下来。"
        if stop
        else "工人连着两天问到这一处，请说明什么时候能改好。"
    )
    with story.plant.by(UNION) as work:
        beside.press(work, hold_case(work, story.case), words, stop=stop)


def _control(story: Story, *, holds: bool) -> None:
    with story.plant.by(story.owner) as work:
        case: Case = hold_case(work, story.case)
        checklists.check_control(work, case, case.unit_id, holds=holds)


def _join(story: Story) -> None:
    parts = (ReportPart.DUPLICATE, ReportPart.JOINT, ReportPart.SUPPLEMENT)
    part = JOINED_AS.get(story.plot.end, parts[story.plot.index % 3])
    with story.plant.by(story.officer) as work:
        report, case = hold_report(work, story.second), hold_case(work, story.case)
        note = "地点、设备与前一条相同，照片是同一处。"
        joining.join_case(work, report, case, joining.Joining(part, note))


def _say_fixed(story: Story, *, fixed: bool) -> None:
    with _reporting(story) as (work, report):
        reopening.say_if_fixed(work, report, fixed=fixed)


def _reopen(story: Story) -> None:
    with story.plant.by(story.officer) as work:
        due = day_of(work.now) + timedelta(days=3)
        look = reopening.Look("又松开了，重新装牢，加防松螺母。", due, declared=True)
        reopening.reopen(work, hold_case(work, story.case), look)


def _uphold(story: Story) -> None:
    with story.plant.by(story.other_officer) as work:
        words = "又去看了，护罩装着，松的是旁边的铭牌，已拧紧。"
        look = reopening.Look(words, None, declared=True)
        reopening.uphold(work, hold_case(work, story.case), look)


@contextmanager
def _reporting(story: Story) -> Iterator[tuple[Work, Report]]:
    """Let the reporter act, as with the receipt code or at `/mine`."""
    with writing(story.plant.house.database, REPORTER) as work:
        yield work, hold_by_id(work, story.report_id)


def _after(story: Story, work: Work) -> Photo:
    picture = story.pictures.of(_seed(story.plot), fixed=True)
    return photos.add_of_case(work, picture, PhotoPart.AFTER)


STEPS: Mapping[str, tuple[float, Callable[[Story], None]]] = {
    "report": (0, _report),
    "see": (0.2, _see),
    "key_in": (0, lambda s: _key_in(s, Channel.PAPER)),
    "call": (0, lambda s: _key_in(s, Channel.TELEPHONE)),
    "meet": (0, lambda s: _key_in(s, Channel.IN_PERSON)),
    "accept": (5, _accept),
    "assign": (1, _assign),
    "find": (5, lambda s: _find(s, s.officer, Verdict.TRUE)),
    "agree": (4, lambda s: _find(s, s.foreman, Verdict.TRUE)),
    "find_partly": (5, _find_partly),
    "grade": (2, _grade),
    "tell": (1, lambda s: _inform(s, early=True)),
    "propose": (1, _propose),
    "queue": (0, _queue),
    "approve_award": (20, lambda s: _decide_award(s, approve=True)),
    "refuse_award": (20, lambda s: _decide_award(s, approve=False)),
    "take_back": (0, _take_back),  # before a sheet can hold it
    "plan": (16, _plan),
    "short_plan": (16, lambda s: _plan(s, days=2)),
    "return_plan": (5, _return_plan),
    "approve": (5, _approve_plan),
    "tick": (16, _tick),
    "complete": (24, _complete),
    "name_checker": (6, _name_checker),
    "check": (18, _check),
    "cosign": (12, _cosign),
    "tell_last": (2, lambda s: _inform(s, early=False)),
    "refuse": (6, _refuse),
    "appeal": (14, _appeal),
    "ask": (4, _ask),
    "answer": (6, _answer),
    "transfer": (5, _transfer),
    "receipt": (20, _receipt),
    "withdraw": (6, _withdraw),
    "mark_drill": (2, _mark_drill),
    "name_proposer": (3, _name_proposer),
    "quick": (3, _quick),
    "confirm": (5, _confirm),
    "sign": (0.1, _sign),
    "deny_signing": (20, _deny),
    "find_nothing": (6, _find_nothing),
    "tell_nothing": (4, _inform_nothing),
    "send_back": (18, lambda s: _check(s, passed=False)),
    "extension": (10, _extension),
    "grant": (6, lambda s: _decide_extension(s, granted=True)),
    "deny": (6, lambda s: _decide_extension(s, granted=False)),
    "explain": (4, _explain),
    "renew": (5, _renew_control),
    "stop_asked": (8, lambda s: _press(s, stop=True)),
    "hand_up": (8, _hand_up),
    "stop": (3, _stop),
    "press": (8, _press),
    "control_holds": (10, lambda s: _control(s, holds=True)),
    "control_fails": (10, lambda s: _control(s, holds=False)),
    "report_again": (8, _report_again),
    "join": (3, _join),
    "said_fixed": (6, lambda s: _say_fixed(s, fixed=True)),
    "said_not_fixed": (6, lambda s: _say_fixed(s, fixed=False)),
    "reopen": (8, _reopen),
    "uphold": (8, _uphold),
    "days_pass": (90, lambda _: None),
}  # fmt: skip
"""Hours before each, about."""

_CHECKED = ("report", "accept", "assign")
_FOUND = (*_CHECKED, "find", "agree")
_GRADED = (*_FOUND, "grade", "tell")
_EARNED = (*_GRADED, "propose", "queue")
_PLANNED = (*_EARNED, "plan")
_GOING = (*_PLANNED, "approve")
_DONE = (*_GOING, "tick", "complete")
_CLOSED = (*_DONE, "check", "cosign")

ROADS: Mapping[str, tuple[str, ...]] = {
    "reported": ("report", "see"),
    "on_paper": ("key_in", *_GOING[1:]),
    "by_telephone": ("call",),
    "face_to_face": ("meet",),
    "refused": ("report", "refuse"),
    "appealed": ("report", "refuse", "appeal"),
    "asked": ("report", "ask"),
    "answered": ("report", "ask", "answer"),
    "transferred": ("report", "transfer"),
    "receipted": ("report", "transfer", "receipt"),
    "withdrawn": ("report", "withdraw"),
    "drill": ("report", "mark_drill"),
    "accepted": ("report", "accept"),
    "verifying": _CHECKED,
    "half_found": (*_CHECKED, "find"),
    "withdrawn_case": (*_CHECKED, "withdraw"),
    "verified": _FOUND,
    "unconfirmed": (*_CHECKED, "find_nothing", "tell_nothing"),
    "planning": (*_GRADED, "propose"),
    "plan_submitted": _PLANNED,
    "rectifying": (*_GOING, "tick"),
    "overdue": (*_EARNED, "short_plan", "approve", "days_pass"),
    "extension": (*_GOING, "extension"),
    "extended": (*_GOING, "extension", "grant"),
    "not_extended": (*_GOING, "extension", "deny"),
    "explained": (*_EARNED, "short_plan", "approve", "days_pass", "explain"),
    "control_renewed": (*_GOING, "control_fails", "renew"),
    "stop_asked": (*_GOING, "stop_asked"),
    "partly_found": (*_CHECKED, "find_partly", "grade", "tell", "propose"),
    "not_rewarded": (*_GRADED, "propose", "refuse_award"),
    "taken_back": (*_GRADED, "propose", "approve_award", "take_back"),
    "plan_returned": (*_PLANNED, "return_plan"),
    "handed_up": (*_GOING, "hand_up"),
    "stopped": (*_GOING, "stop"),
    "pressed": (*_GOING, "press"),
    "control_holds": (*_GOING, "control_holds"),
    "control_fails": (*_GOING, "control_fails"),
    "joined": (*_GOING, "report_again", "join"),
    "sent_back": (*_DONE, "send_back"),
    "completed": _DONE,
    "cosigning": (*_DONE, "check"),
    "quick": ("report", "quick"),
    "quickly_closed": ("report", "quick", "confirm", "tell", "tell_last"),
    "signed": ("report", "quick", "sign"),
    "denied": ("report", "quick", "sign", "deny_signing"),
    "checker_named": (*_DONE, "name_checker"),
    "matched_late": _CLOSED,
    "proposer_named": (*_GRADED, "name_proposer"),
    "closed": _CLOSED,
    "jointly": (*_GOING, "report_again", "join"),
    "supplemented": (*_CHECKED, "report_again", "join", *_GOING[3:]),
    "unclear": ("report", "refuse"),
    "no_place": ("report", "refuse"),
    "not_ours": ("report", "refuse"),
    "not_safety": ("report", "refuse"),
    "joined_closed": (*_CHECKED, "report_again", "join", *_CLOSED[3:], "tell_last"),
    "informed": (*_CLOSED, "tell_last"),
    "said_fixed": (*_CLOSED, "tell_last", "said_fixed"),
    "said_not_fixed": (*_CLOSED, "tell_last", "said_not_fixed"),
    "looked_again": (*_CLOSED, "tell_last", "said_not_fixed", "uphold"),
    "reopened": (*_CLOSED, "tell_last", "said_not_fixed", "reopen"),
}
"""The steps to each end."""
