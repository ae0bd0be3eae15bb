"""Reports and cases brought together or taken apart, with who was first kept (domain 2.6.14)."""

from dataclasses import dataclass

from sqlalchemy import select

from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.cases import assigning
from hazard.cases.closing import start_feedback_clock
from hazard.cases.feedback import uninformed
from hazard.cases.models import Case, CasePhoto
from hazard.cases.opening import Opening, link, need_sound, new_case, start_clocks
from hazard.cases.states import Step
from hazard.cases.terms import CaseState, Part, ReportPart
from hazard.cases.transition import take
from hazard.cases.words import index_report
from hazard.core.errors import NotFound, Refused, Unclear
from hazard.core.words import N_, Sentence, say
from hazard.deadlines.clocks import finish
from hazard.deadlines.queries import running_of
from hazard.deadlines.terms import DeadlineKind
from hazard.reports import handling
from hazard.reports.models import Report
from hazard.reports.terms import ReportState

MAX_NOTE = 500
OVER = frozenset({CaseState.ARCHIVED, CaseState.UNCONFIRMED})
"""Nothing joins these: a new report is new evidence, and a new matter."""


class NotJoinable(Refused):
    """The earlier case was over before the report came."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                N_("That hazard is over: what returns is a new matter. Accept it as a new one")
            )
        )


@dataclass(frozen=True, slots=True)
class Joining:
    """How a report stands to the earlier case, and what the two were compared by."""

    part: ReportPart
    note: str
    first: bool = False
    """It came before and said it clearly: it becomes the first report of the case (E5)."""


def join_case(work: Work, report: Report, case: Case, joining: Joining) -> None:
    """Accept the report into an earlier case; who was first stays first (E5).

    Needs a comparison note. Refuses for a case that was closed before the report came: what
    returns is a new matter. The reporter is told that somebody was before, and later the result.
    """
    if joining.part is ReportPart.FIRST:
        raise Unclear(Sentence(N_("Only one report of a case is the first")), field="part")
    note = _noted(joining.note)
    if not is_joinable(case, report):
        raise NotJoinable
    handling.accept(work, report)
    linked = link(work, case, report, joining.part)
    linked.note = note
    index_report(work.session, case, report)
    work.record("joined", case, report=report.number, part=joining.part)
    if not joining.first:
        before = Sentence(N_("Somebody reported this before you. You are told the result too"))
        handling.write_to_reporter(work, report, say(before))
    _start_feedback(work, case)


def is_joinable(case: Case, report: Report) -> bool:
    """Say whether the case was not over before the report came."""
    came_after = case.closed_at is not None and report.received_at > case.closed_at
    return case.merged_into_id is None and case.state not in OVER and not came_after


def change_first(work: Work, case: Case, report: Report, reason: str) -> None:
    """Decide that another report of the case was the first that said it clearly (E5)."""
    work.actor.need(Permission.REPORT_RECEIVE, case.unit_path)
    note = _noted(reason)
    chosen = next((each for each in case.reports if each.report_id == report.id), None)
    if chosen is None:
        raise NotFound
    if chosen.part is ReportPart.FIRST:
        raise Refused(Sentence(N_("This report is the first already")))
    if report.state is ReportState.WITHDRAWN:
        raise Refused(Sentence(N_("This report was withdrawn; it cannot be the first")))
    case.first.part = ReportPart.SUPPLEMENT
    chosen.part, chosen.note = ReportPart.FIRST, note
    work.session.flush()
    work.record("first_changed", case, report=report.number)


def list_possible_firsts(case: Case) -> list[Report]:
    """Return the reports of the case that may turn out to have been the first."""
    return [
        link.report
        for link in case.reports
        if link.part is not ReportPart.FIRST and link.report.state is not ReportState.WITHDRAWN
    ]


def split_case(work: Work, report: Report, opening: Opening) -> Case:
    """Open one more case from an accepted report that told of several hazards."""
    work.actor.need(Permission.REPORT_RECEIVE, report.unit_path)
    need_sound(work, opening)
    if report.state is not ReportState.ACCEPTED:
        raise Refused(Sentence(N_("Accept the report first; then its other hazards follow")))
    case = new_case(work, report, opening)
    link(work, case, report, ReportPart.FIRST)
    index_report(work.session, case, report)
    work.record("split_off", case, report=report.number, category=case.category)
    start_clocks(work, case)
    return case


def merge_cases(work: Work, one: Case, other: Case, note: str) -> Case:
    """Put two cases of one hazard together: the older number survives, both keep resolving.

    The reports of the newer join the older as repeats, unless they are more than that already;
    its photos follow; its clocks and assignments end. Only while the newer is not under way.
    """
    reason = _noted(note)
    if one.id == other.id:
        raise Unclear(Sentence(N_("This is the same hazard")), field="into")
    older, newer = sorted((one, other), key=lambda case: case.id)
    if older.state in OVER or older.state is CaseState.CLOSED or older.merged_into_id is not None:
        raise Refused(Sentence(N_("%(number)s is over; nothing joins it"), number=older.number))
    take(work, newer, Step.MERGE, into=older.number)
    newer.merged_into_id, newer.merge_note = older.id, reason
    finish(work, newer)
    assigning.end(work, newer, *Part)
    _move_reports(work, newer, older, reason)
    _move_photos(work, newer, older)
    work.record("merged", older, newer=newer.number)
    return older


def _move_reports(work: Work, newer: Case, older: Case, note: str) -> None:
    have = {each.report_id for each in older.reports}
    for moved in list(newer.reports):
        if moved.report_id in have:
            continue
        part = ReportPart.DUPLICATE if moved.part is ReportPart.FIRST else moved.part
        link(work, older, moved.report, part).note = note
        index_report(work.session, older, moved.report)


def _move_photos(work: Work, newer: Case, older: Case) -> None:
    for photo_id in work.session.scalars(
        select(CasePhoto.photo_id).where(CasePhoto.case_id == newer.id)
    ).all():
        work.session.add(CasePhoto(case_id=older.id, photo_id=photo_id))


def _start_feedback(work: Work, case: Case) -> None:
    """Let the clock of feedback run for a reporter who joined after the investigation."""
    if case.verified_at is None or not uninformed(work.session, case):
        return
    running = running_of(work.session, [(case.kind, case.id)], work.now)
    if all(due.kind is not DeadlineKind.FEEDBACK for due in running):
        start_feedback_clock(work, case)


def _noted(note: str) -> str:
    if not note.strip():
        raise Unclear(
            Sentence(N_("Please write what the two were compared by, and what came out")),
            field="note",
        )
    if len(note) > MAX_NOTE:
        raise Unclear(Sentence(N_("At most %(n)s characters, please"), n=MAX_NOTE), field="note")
    return note.strip()
