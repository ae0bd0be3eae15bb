"""Walks along the real road: each takes the plant of four to a state by the product's verbs.

Every `walk_to_…` begins with a fresh report and returns a `Walk`; the options are those of
`Way`. 王建华 and 周国强 verify, 李秀英 rectifies, 周国强 decides; the reporter is 张伟 unless a
`Way` says otherwise. A walk to the money settles whatever is due in the month.
"""

import hashlib
import itertools
from dataclasses import dataclass, replace

from hazard.audit.work import Work
from hazard.cases import checking, feedback, grading, rectification, verification
from hazard.cases.opening import Opening, open_case
from hazard.cases.queries import hold_case
from hazard.cases.quick import FirstHand
from hazard.cases.terms import Verdict
from hazard.core.calendar import Month, add_natural
from hazard.core.clock import day_of
from hazard.core.images import Picture
from hazard.core.money import ZERO, Money, yuan
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
)
from hazard.reports import intake, photos, receipts
from hazard.reports.models import Photo
from hazard.reports.queries import hold_report
from hazard.reports.terms import PhotoPart
from hazard.rewards import awards, payout, settlement
from hazard.rewards.queries import list_awards_of
from hazard.rewards.quick import confirm, handle
from tests.company import Company

ANSWERS = {
    1: (Hurt.SCRATCH, Likely.HARDLY, Gravity.NO),
    2: (Hurt.DOCTOR, Likely.POSSIBLE, Gravity.NO),
    3: (Hurt.LASTING, Likely.POSSIBLE, Gravity.NO),
    4: (Hurt.LASTING, Likely.POSSIBLE, Gravity.MAJOR),
    5: (Hurt.LASTING, Likely.POSSIBLE, Gravity.AVERTED),
}
"""The three plain answers that give each level."""
SHORT = "防护罩缺失"
_keys = itertools.count(1)


@dataclass(frozen=True)
class Way:
    """How a report is made and graded."""

    level: int = 2
    identity: Identity = Identity.NAMED
    name: intake.Name | None = None
    """Who a named reporter says to be; None: 张伟, logged in."""
    category: Category = Category.EQUIPMENT
    description: str = "车床防护罩没了,切屑往外飞"
    suggestion: str = "装回防护罩"
    short: str = SHORT
    suggestion_adopted: bool = False
    out_of_post: bool = False
    desk: Desk = Desk.SAFETY
    about: About = About.NONE
    urgency: Urgency = Urgency.URGENT
    same_as: str = ""
    fixed: bool = False
    """Fixed on the spot by 张伟."""


@dataclass(frozen=True)
class Walk:
    """What was made on the way: numbers, the receipt code of who has one, ids of awards."""

    way: Way
    report: str
    code: receipts.Code | None = None
    case: str = ""
    awards: tuple[int, ...] = ()
    run: int = 0
    """Number of the settlement run in its month."""


def walk_to_reported(company: Company, way: Way | None = None, **options: object) -> Walk:
    """Send a report in; options are fields of `Way`."""
    way = replace(way or Way(), **options)  # type: ignore[arg-type]
    key = f"walk-{next(_keys):026d}"
    logged_in = way.identity is Identity.NAMED and way.name is None
    code = None if logged_in else receipts.derive(b"key of the walks", key)
    with company.reported() as work:
        report = intake.submit(work, told(company, way), _name(company, way), _slip(key, code))
        return Walk(way, report.number, code)


def walk_to_accepted(company: Company, way: Way | None = None, **options: object) -> Walk:
    """Have the report accepted and its case opened."""
    walk = walk_to_reported(company, way, **options)
    with company.work_as(company.safety) as work:
        report = hold_report(work, walk.report)
        opening = Opening(
            walk.way.short, "3号车床防护罩缺失,装回", "装回防护罩", walk.way.category, company.place
        )
        return replace(walk, case=open_case(work, report, opening).number)


def walk_to_kept(company: Company, by: int, about: About) -> Walk:
    """Have a report about somebody's office accepted by `by`, whose desk receives it."""
    walk = walk_to_reported(company, about=about, desk=Desk.BOTH)
    with company.work_as(by) as work:
        opening = Opening(
            "检查记录补签", "检查记录补签,重做", "重做记录", walk.way.category, company.place
        )
        return replace(walk, case=open_case(work, hold_report(work, walk.report), opening).number)


def walk_to_verifying(company: Company, way: Way | None = None, **options: object) -> Walk:
    """Have 王建华 and 周国强 asked to verify."""
    walk = walk_to_accepted(company, way, **options)
    with company.work_as(company.safety) as work:
        verifiers = [company.safety, company.head]
        verification.assign_verifiers(work, hold_case(work, walk.case), verifiers)
    return walk


def walk_to_confirmed(company: Company, way: Way | None = None, **options: object) -> Walk:
    """Have both find it true; the case is verified and waits for its grade."""
    walk = walk_to_verifying(company, way, **options)
    for person in (company.safety, company.head):
        with company.work_as(person) as work:
            found = verification.Found(Verdict.TRUE, "", on_site=True, declared=True)
            if walk.way.fixed and person == company.safety:
                found = replace(found, fixer_id=company.worker, photos=(_after(work),))
            verification.find(work, hold_case(work, walk.case), found)
    return walk


def walk_to_graded(company: Company, way: Way | None = None, **options: object) -> Walk:
    """Have it graded at `level`; it waits for its plan, or for the check if it is `fixed`."""
    walk = walk_to_confirmed(company, way, **options)
    sub_code = {Category.EQUIPMENT: SubCode.F1, Category.PERSON: SubCode.P1}
    given = grading.Grade(
        *ANSWERS[walk.way.level],
        sub_code.get(walk.way.category),
        suggestion_adopted=walk.way.suggestion_adopted,
    )
    with company.work_as(company.safety) as work:
        grading.grade(work, hold_case(work, walk.case), given, declared=True)
    return walk


def walk_to_planned(company: Company, way: Way | None = None, **options: object) -> Walk:
    """Have 李秀英 send a plan in: in force at L1 and L2, else waiting for approval."""
    walk = walk_to_graded(company, way, **options)
    if walk.way.fixed:
        return walk
    with company.work_as(company.safety) as work:
        rectification.set_owner(work, hold_case(work, walk.case), company.finance)
    with company.work_as(company.finance) as work:
        due = add_natural(day_of(work.now), 3)
        measures = ("停机挂牌", "装回防护罩")
        plan = rectification.Draft(
            company.finance, measures, ZERO, due, "机械伤害现场处置方案", "停机"
        )
        rectification.draw_up(work, hold_case(work, walk.case), plan)
    return walk


def walk_to_rectifying(company: Company, way: Way | None = None, **options: object) -> Walk:
    """Have the plan in force."""
    walk = walk_to_planned(company, way, **options)
    if walk.way.fixed or walk.way.level <= 2:
        return walk
    with company.work_as(company.head) as work:
        rectification.approve_plan(work, hold_case(work, walk.case), declared=True)
    return walk


def walk_to_completed(company: Company, way: Way | None = None, **options: object) -> Walk:
    """Have the repair done, with an after-photo, waiting for the check."""
    walk = walk_to_rectifying(company, way, **options)
    return walk if walk.way.fixed else complete(company, walk)


def complete(company: Company, walk: Walk) -> Walk:
    """Let 李秀英 do what the plan says."""
    with company.work_as(company.finance) as work:
        case = hold_case(work, walk.case)
        for measure in case.plans[-1].measures:
            rectification.tick(work, case, measure.id, None)
        rectification.complete(work, case, yuan(120), [_after(work)])
    return walk


def walk_to_closed(company: Company, way: Way | None = None, **options: object) -> Walk:
    """Have the repair checked and the case closed."""
    return close(company, walk_to_completed(company, way, **options))


def close(company: Company, walk: Walk) -> Walk:
    """Have a completed repair checked by who checks its level."""
    checker = company.head if walk.way.level == 3 else company.safety
    with company.work_as(checker) as work:
        checking.check(work, hold_case(work, walk.case), passed=True, note="", declared=True)
    return walk


def walk_to_informed(company: Company, way: Way | None = None, **options: object) -> Walk:
    """Have the reporter told the result."""
    walk = walk_to_closed(company, way, **options)
    with company.work_as(company.safety) as work:
        case = hold_case(work, walk.case)
        feedback.inform(work, case, case.reports[0].report, "您报的已改好")
    return walk


def walk_to_proposed_award(company: Company, way: Way | None = None, **options: object) -> Walk:
    """Have 王建华 propose the reward, before anything is rectified."""
    walk = walk_to_graded(company, way, **options)
    with company.work_as(company.safety) as work:
        made = awards.propose(
            work, hold_case(work, walk.case), out_of_post=walk.way.out_of_post, declared=True
        )
        return replace(walk, awards=tuple(award.id for award in made))


def walk_to_approved_award(company: Company, way: Way | None = None, **options: object) -> Walk:
    """Have 周国强 approve it; it is funded, or waits for funds."""
    walk = walk_to_proposed_award(company, way, **options)
    decide(company, walk)
    return walk


def walk_to_handled(company: Company, way: Way | None = None, **options: object) -> Walk:
    """Take the first half of the quick lane (L1, L2): 王建华 handles and proposes."""
    walk = walk_to_reported(company, way, **options)
    way = walk.way
    with company.work_as(company.safety) as work:
        opening = Opening(
            way.short, "3号车床防护罩缺失,装回", "装回防护罩", way.category, company.place
        )
        given = grading.Grade(*ANSWERS[way.level], None)
        photos_taken = (_after(work),) if way.fixed else ()
        fixer = company.worker if way.fixed else None
        first = FirstHand(opening, given, company.head, fixer, photos_taken, declared=True)
        report = hold_report(work, walk.report)
        case = handle(work, report, first, out_of_post=way.out_of_post)
        made = list_awards_of(work.session, work.actor, case.number, day_of(work.now))
        return replace(walk, case=case.number, awards=tuple(award.id for award in made))


def walk_quickly(company: Company, way: Way | None = None, **options: object) -> Walk:
    """Take the whole quick lane: 周国强 confirms what 王建华 handled."""
    walk = walk_to_handled(company, way, **options)
    with company.work_as(company.head) as work:
        confirm(work, hold_case(work, walk.case), yes=True, reason="", declared=True)
    return walk


def walk_to_drafted(company: Company, way: Way | None = None, **options: object) -> Walk:
    """Have 王建华 make the month's sheet."""
    walk = walk_to_approved_award(company, way, **options)
    with company.work_as(company.safety) as work:
        return replace(walk, run=settlement.draft(work, this_month(company)).run)


def walk_to_checked(company: Company, way: Way | None = None, **options: object) -> Walk:
    """Have 李秀英 check it."""
    walk = walk_to_drafted(company, way, **options)
    with company.work_as(company.finance) as work:
        settlement.check(work, settlement.hold_run(work, this_month(company), walk.run))
    return walk


def walk_to_locked(company: Company, way: Way | None = None, **options: object) -> Walk:
    """Have 周国强 approve and lock it."""
    walk = walk_to_checked(company, way, **options)
    with company.work_as(company.head) as work:
        settlement.approve(work, settlement.hold_run(work, this_month(company), walk.run))
    return walk


def walk_to_paid(company: Company, way: Way | None = None, **options: object) -> Walk:
    """Have 李秀英 pay every line but vouchers."""
    walk = walk_to_locked(company, way, **options)
    with company.work_as(company.finance) as work:
        payout.pay_named(work, settlement.hold_run(work, this_month(company), walk.run))
    return walk


def settle(company: Company, month: Month | None = None) -> int:
    """Make, check and lock the month's sheet by three hands; return the number of the run."""
    month = month or this_month(company)
    with company.work_as(company.safety) as work:
        number = settlement.draft(work, month).run
    with company.work_as(company.finance) as work:
        settlement.check(work, settlement.hold_run(work, month, number))
    with company.work_as(company.head) as work:
        settlement.approve(work, settlement.hold_run(work, month, number))
    return number


def decide(company: Company, *walks: Walk, note: str = "") -> None:
    """Let 周国强 approve the awards of these walks, or refuse them with `note`."""
    decision = awards.Decision(approve=not note, note=note)
    with company.work_as(company.head) as work:
        awards.decide(work, [a for walk in walks for a in walk.awards], decision, declared=True)


def this_month(company: Company) -> Month:
    """Return the month of the plant's clock."""
    return Month.of(company.clock.now())


def figure(level: int) -> Money:
    """Return the small preset's reward for a level."""
    return yuan((20, 50, 200, 1000, 3000)[level - 1])


def told(company: Company, way: Way) -> intake.Told:
    """Return what the reporter of a way fills in."""
    return intake.Told(
        category=way.category,
        description=way.description,
        suggestion=way.suggestion,
        spot="",
        done_already=(),
        found_on=None,
        urgency=way.urgency,
        desk=way.desk,
        about=way.about,
        identity=way.identity,
        place_id=company.place,
        poster_code=company.poster,
        same_as=way.same_as,
    )


def _name(company: Company, way: Way) -> intake.Name:
    if way.identity is Identity.ANONYMOUS:
        return intake.Name()
    return way.name or intake.Name(person_id=company.worker)


def _slip(key: str, code: receipts.Code | None) -> intake.Slip:
    digest = hashlib.sha256(key.encode()).hexdigest()
    if code is None:
        return intake.Slip(digest)
    return intake.Slip(digest, code.locator, hash_password(code.secret))


def _after(work: Work) -> Photo:
    number = f"{next(_keys):064x}"
    picture = Picture(b"", number, "0" * 16, 640, 480, b"")
    return photos.add_of_case(work, picture, PhotoPart.AFTER)
