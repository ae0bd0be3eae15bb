"""The thinnest road, by verbs: a report becomes a paid reward, on both databases."""

from hazard.audit.queries import verify_trail
from hazard.cases import checking, feedback, grading, rectification, verification
from hazard.cases.opening import Opening, open_case
from hazard.cases.queries import get_case, hold_case
from hazard.cases.terms import CaseState, Verdict
from hazard.core.calendar import Month, add_natural
from hazard.core.clock import day_of
from hazard.core.images import Picture
from hazard.core.money import ZERO, yuan
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
from hazard.reports import intake, photos
from hazard.reports.models import Photo
from hazard.reports.queries import hold_report, list_waiting
from hazard.reports.terms import PhotoPart
from hazard.rewards import awards, payout, settlement
from hazard.rewards.budgets import balances
from hazard.rewards.terms import Account, RunState
from tests.company import Company


def a_picture() -> Picture:
    return Picture(b"jpeg", "a" * 64, "0" * 16, 640, 480, b"thumb")


def told(company: Company, **changes: object) -> intake.Told:
    values = {
        "category": Category.EQUIPMENT,
        "description": "车床防护罩没了,切屑往外飞",
        "suggestion": "装回防护罩",
        "spot": "",
        "done_already": (),
        "found_on": None,
        "urgency": Urgency.URGENT,
        "desk": Desk.SAFETY,
        "about": About.NONE,
        "identity": Identity.NAMED,
        "place_id": company.place,
        "poster_code": company.poster,
    }
    return intake.Told(**{**values, **changes})  # type: ignore[arg-type]


def test_a_named_report_becomes_a_paid_reward(company: Company) -> None:
    c = company
    with c.reported() as work:
        name = intake.Name(person_id=c.worker)
        number = intake.submit(work, told(c), name, intake.Slip("0" * 64)).number
    with c.work_as(c.safety) as work:
        report = hold_report(work, number)
        assert [r.number for r in list_waiting(work.session, work.actor)] == [number]
        opening = Opening(
            "防护罩缺失", "3号车床防护罩缺失,装回", "装回防护罩", report.category, c.place
        )
        case = open_case(work, report, opening).number
    with c.work_as(c.safety) as work:
        verification.assign_verifiers(work, hold_case(work, case), [c.safety, c.head])
    for person in (c.safety, c.head):
        with c.work_as(person) as work:
            found = verification.Found(Verdict.TRUE, "", on_site=True, declared=True)
            verification.find(work, hold_case(work, case), found)
    with c.work_as(c.safety) as work:
        given = grading.Grade(
            Hurt.LASTING, Likely.POSSIBLE, Gravity.NO, SubCode.F1, suggestion_adopted=True
        )
        grading.grade(work, hold_case(work, case), given, declared=True)
    with c.work_as(c.safety) as work:
        rectification.set_owner(work, hold_case(work, case), c.finance)
    with c.work_as(c.finance) as work:
        held = hold_case(work, case)
        due = add_natural(day_of(work.now), 10)
        plan = rectification.Draft(
            c.finance, ("停机挂牌", "装回防护罩"), ZERO, due, "机械伤害现场处置方案", "停机"
        )
        rectification.draw_up(work, held, plan)
    with c.work_as(c.head) as work:
        rectification.approve_plan(work, hold_case(work, case), declared=True)
    with c.work_as(c.finance) as work:
        held = hold_case(work, case)
        after = photos.add_of_case(work, a_picture(), PhotoPart.AFTER)
        for measure in held.plans[-1].measures:
            rectification.tick(work, held, measure.id, None)
        rectification.complete(work, held, yuan(120), [work.session.get_one(Photo, after.id)])
    with c.work_as(c.head) as work:
        checking.check(work, hold_case(work, case), passed=True, note="", declared=True)
    with c.work_as(c.safety) as work:
        held = hold_case(work, case)
        assert held.state is CaseState.CLOSED
        feedback.inform(work, held, held.reports[0].report, "您报的已改好")
        proposed = awards.propose(work, held, out_of_post=False, declared=True)
        ids = [award.id for award in proposed]
    with c.work_as(c.head) as work:
        awards.decide(work, ids, awards.Decision(approve=True), declared=True)
    month = Month(2026, 11)
    with c.work_as(c.safety) as work:
        settlement.draft(work, month)
    with c.work_as(c.finance) as work:
        settlement.check(work, settlement.hold_run(work, month, 1))
    with c.work_as(c.head) as work:
        settlement.approve(work, settlement.hold_run(work, month, 1))
    with c.work_as(c.finance) as work:
        payout.pay_named(work, settlement.hold_run(work, month, 1))
    with c.reading() as session:
        run = settlement.get_run(session, month, 1)
        assert run.state is RunState.PAID
        assert settlement.total(run) == yuan(220)
        assert balances(session, 2026)[Account.PAID] == yuan(220)
        assert verify_trail(session) == []
        assert get_case(session, c._actor(c.safety), case).reward_level == 3
