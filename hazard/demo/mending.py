"""How a hazard of the demo plant is put right, checked, and opened again."""

from datetime import timedelta

from hazard.cases import beside, checking, checklists, extending, rectification, reopening
from hazard.cases.extension_rules import Wish
from hazard.cases.queries import hold_case
from hazard.core.calendar import add_natural
from hazard.core.clock import day_of
from hazard.core.money import ZERO, yuan
from hazard.deadlines.terms import DeadlineKind
from hazard.demo.plant import HEAD, UNION
from hazard.demo.story import Steps, Story

DAYS = {1: 3, 2: 7, 3: 15, 4: 20, 5: 20}
"""Length of the rectification by level."""

MAJOR = 4


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
        rectification.complete(work, case, yuan(260), [story.after(work)])


def _name_checker(story: Story) -> None:
    """Let the other officer be asked to check."""
    with story.plant.by(story.officer) as work:
        checking.name_checker(
            work, hold_case(work, story.case), story.plant.people[story.other_officer]
        )


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
        case = hold_case(work, story.case)
        checklists.check_control(work, case, case.unit_id, holds=holds)


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


STEPS: Steps = {
    "plan": (16, _plan),
    "short_plan": (16, lambda s: _plan(s, days=2)),
    "return_plan": (5, _return_plan),
    "approve": (5, _approve_plan),
    "tick": (16, _tick),
    "complete": (24, _complete),
    "name_checker": (6, _name_checker),
    "check": (18, _check),
    "cosign": (12, _cosign),
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
    "reopen": (8, _reopen),
    "uphold": (8, _uphold),
}
