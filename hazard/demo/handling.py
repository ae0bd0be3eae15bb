"""What the offices of the demo plant do with a report: take it in, turn it down, ask, tell."""

from hazard.audit.work import Work
from hazard.cases import drills, feedback, joining, verification
from hazard.cases.opening import Opening, open_case
from hazard.cases.queries import hold_case
from hazard.cases.terms import ReportPart
from hazard.core.clock import day_of
from hazard.demo.plant import GATE_HOUSE, UNION
from hazard.demo.story import Steps, Story
from hazard.policy.words import Category, Desk
from hazard.reports import handling, identity, transfers, watching
from hazard.reports.models import Report
from hazard.reports.queries import hold_report, list_all_photos
from hazard.reports.terms import Refusal

REFUSED_AS = {"appealed": 0, "unclear": 1, "not_safety": 2, "no_place": 3, "not_ours": 4}
JOINED_AS = {"jointly": ReportPart.JOINT, "supplemented": ReportPart.SUPPLEMENT}


def _see(story: Story) -> None:
    """Let the gate house touch the alarm of an urgent report; the newest still sound."""
    if story.plot.row["urgency"] in watching.WATCHED and story.plot.index % 3:
        with story.plant.by(GATE_HOUSE) as work:
            shown = watching.list_alarms(work.session, work.actor, work.now)
            if story.number in {alarm.number for alarm in shown}:
                watching.acknowledge(work, story.number)
            else:
                watching.acknowledge_kept(work)


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


def _ask(story: Story) -> None:
    who = UNION if story.plot.desk is Desk.UNION else story.officer
    with story.plant.by(who) as work:
        question = "请问是靠东边还是靠西边的那一处？方便的话补一张照片。"
        handling.ask(work, hold_report(work, story.number), question)


def _transfer(story: Story) -> None:
    words = "这处属于供电公司的线路，已移送，联系电话95598。"
    with story.plant.by(story.officer) as work:
        transfers.hand_on(work, hold_report(work, story.number), "区供电公司安监部", words)


def _receipt(story: Story) -> None:
    with story.plant.by(story.officer) as work:
        report = hold_report(work, story.number)
        transfers.note_receipt(work, report, day_of(work.now), "值班员小顾", "AJ-2207")


def _mark_drill(story: Story) -> None:
    with story.plant.by(story.officer) as work:
        drills.mark(work, hold_report(work, story.number), drill=True)


def _join(story: Story) -> None:
    parts = (ReportPart.DUPLICATE, ReportPart.JOINT, ReportPart.SUPPLEMENT)
    part = JOINED_AS.get(story.plot.end, parts[story.plot.index % 3])
    with story.plant.by(story.officer) as work:
        report, case = hold_report(work, story.second), hold_case(work, story.case)
        note = "地点、设备与前一条相同，照片是同一处。"
        joining.join_case(work, report, case, joining.Joining(part, note))


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


STEPS: Steps = {
    "see": (0.2, _see),
    "accept": (5, _accept),
    "tell": (1, lambda s: _inform(s, early=True)),
    "tell_last": (2, lambda s: _inform(s, early=False)),
    "refuse": (6, _refuse),
    "ask": (4, _ask),
    "transfer": (5, _transfer),
    "receipt": (20, _receipt),
    "mark_drill": (2, _mark_drill),
    "tell_nothing": (4, _inform_nothing),
    "join": (3, _join),
}
