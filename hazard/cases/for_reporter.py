"""How far it is, in the plain words a reporter reads (words 57 and 58)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from hazard.cases.models import Case, CasePhoto, CaseReport
from hazard.cases.terms import CaseState, ReportPart
from hazard.core.clock import day_of
from hazard.core.words import N_, Sentence
from hazard.deadlines.queries import Due, running_of
from hazard.deadlines.terms import DeadlineKind
from hazard.reports.followup import end_of
from hazard.reports.models import Photo, Report
from hazard.reports.terms import PhotoPart, ReportState

STATE_WORDS: Mapping[CaseState, str] = {
    CaseState.ACCEPTED: N_("accepted"),
    CaseState.VERIFYING: N_("being checked"),
    CaseState.VERIFIED: N_("confirmed"),
    CaseState.RECTIFYING: N_("being fixed"),
    CaseState.SUBMITTED_FOR_CHECK: N_("waiting for check"),
    CaseState.CLOSED: N_("fixed"),
    CaseState.UNCONFIRMED: N_("not found"),
}
"""The states a reporter hears of; `shown_state` folds the others into them."""
ROAD = tuple(state for state in STATE_WORDS if state is not CaseState.UNCONFIRMED)
WAITS_FOR: Mapping[CaseState, tuple[DeadlineKind, ...]] = {
    CaseState.VERIFYING: (DeadlineKind.CONFIRM, DeadlineKind.VERIFY),
    CaseState.VERIFIED: (DeadlineKind.GRADE,),
    CaseState.RECTIFYING: (
        DeadlineKind.RECTIFY, DeadlineKind.PLAN_APPROVAL, DeadlineKind.PLAN,
    ),
    CaseState.SUBMITTED_FOR_CHECK: (DeadlineKind.CHECK,),
}  # fmt: skip
PROMISES = {
    DeadlineKind.ACCEPT: N_("By %(t)s: you are told whether it is accepted"),
    DeadlineKind.VERIFY: N_("By %(t)s: two people check on the spot"),
    DeadlineKind.CONFIRM: N_("By %(t)s: two people check on the spot"),
    DeadlineKind.GRADE: N_("By %(t)s: how grave it is"),
    DeadlineKind.PLAN: N_("By %(t)s: who fixes it and how"),
    DeadlineKind.PLAN_APPROVAL: N_("By %(t)s: who fixes it and how"),
    DeadlineKind.RECTIFY: N_("By %(t)s: fixed"),
    DeadlineKind.CHECK: N_("By %(t)s: checked by somebody else"),
}

ANEW = Sentence(N_("You disagreed; somebody else decides anew"))


@dataclass(frozen=True, slots=True)
class Progress:
    """A case as far as the reporter of one of its reports may know it."""

    case_id: int
    shown: CaseState
    what: str
    """The desk's short description."""
    first: bool
    accepted_on: date
    reached: Mapping[CaseState, date | None]
    """Known days of the steps behind."""

    @property
    def words(self) -> Sentence:
        """Return the state in plain words."""
        return Sentence(STATE_WORDS[self.shown])

    @property
    def is_fixed(self) -> bool:
        """Say whether the plant holds the hazard for fixed."""
        return self.shown is CaseState.CLOSED

    @property
    def is_over(self) -> bool:
        """Say whether the plant is done with it, found or not."""
        return self.shown in {CaseState.CLOSED, CaseState.UNCONFIRMED}


@dataclass(frozen=True, slots=True)
class StepLine:
    """One line of "how it goes"."""

    when: date | None
    what: Sentence
    mark: str
    """`done`, `now`, `late`, or empty for what is still to come."""
    note: Sentence | str | None = None
    who: None = None
    """Nobody's name stands on the reporter's page."""


@dataclass(frozen=True, slots=True)
class Repair:
    """Photographs of the repair."""

    before: tuple[Photo, ...]
    after: tuple[Photo, ...]


def progress_of(session: Session, report_ids: Iterable[int]) -> dict[int, Progress]:
    """Return how far these reports are, by id; nothing without a case.

    A report that told of several hazards is as far as the one furthest behind.
    """
    told = list_progress(session, report_ids)
    return {report_id: furthest_behind(each) for report_id, each in told.items()}


def list_progress(session: Session, report_ids: Iterable[int]) -> dict[int, list[Progress]]:
    """Return how far each case of these reports is, by report id, the oldest case first."""
    linked = (
        select(CaseReport, Case)
        .join(Case, Case.id == CaseReport.case_id)
        .where(CaseReport.report_id.in_(list(report_ids)), Case.merged_into_id.is_(None))
        .options(joinedload(CaseReport.report))
        .order_by(CaseReport.id)
    )
    found: dict[int, list[Progress]] = {}
    for link, case in session.execute(linked):
        found.setdefault(link.report_id, []).append(_progress(link, case))
    return found


def furthest_behind(told: Sequence[Progress]) -> Progress:
    """Return, of the hazards one report told of, the one that is least done."""
    order = (*ROAD, CaseState.UNCONFIRMED)
    return min(told, key=lambda each: order.index(each.shown))


def state_words(report: Report, progress: Progress | None) -> Sentence:
    """Return where a report stands, in the words of the reporter's page."""
    if report.state is ReportState.WITHDRAWN:
        return report.state.label
    return progress.words if progress else report.state.label


def steps_of(
    session: Session, report: Report, progress: Progress | None, now: datetime
) -> list[StepLine]:
    """Return the road of a report: what is done, what is now and until when, what comes."""
    subjects = [(report.kind, report.id)]
    if progress is not None:
        subjects.append((Case.kind, progress.case_id))
    dues = [due for due in running_of(session, subjects, now) if not due.paused]
    received = StepLine(day_of(report.received_at), ReportState.SUBMITTED.label, "done")
    if progress is not None:
        return [received, *_road(progress, dues)]
    if report.state is ReportState.SUBMITTED and report.refusal:
        refused = StepLine(None, ReportState.REFUSED.label, "done", report.reply)
        return [received, refused, _waiting(ANEW, None, dues, (DeadlineKind.ACCEPT,))]
    if report.state is ReportState.SUBMITTED:
        return [_waiting(received.what, received.when, dues, (DeadlineKind.ACCEPT,))]
    return [received, StepLine(None, report.state.label, "now", report.reply or None)]


def repair_of(session: Session, progress: Progress) -> Repair | None:
    """Return the photographs of the repair once it is done, or None."""
    shown = (CaseState.SUBMITTED_FOR_CHECK, CaseState.CLOSED)
    mine = select(Photo).join(CasePhoto, CasePhoto.photo_id == Photo.id)
    mine = mine.where(CasePhoto.case_id == progress.case_id).order_by(Photo.id)
    photos = list(session.scalars(mine)) if progress.shown in shown else []
    after = tuple(photo for photo in photos if photo.part is PhotoPart.AFTER)
    before = tuple(photo for photo in photos if photo.part is PhotoPart.BEFORE)
    return Repair(before, after) if after else None


def shown_state(state: CaseState, *, fixed: bool) -> CaseState:
    """Return the state a reporter hears of."""
    if state is CaseState.ARCHIVED:
        return CaseState.CLOSED if fixed else CaseState.UNCONFIRMED
    if state in {CaseState.PLANNING, CaseState.PLAN_SUBMITTED}:
        return CaseState.RECTIFYING
    return CaseState.VERIFYING if state is CaseState.ACCEPTED else state


def _progress(link: CaseReport, case: Case) -> Progress:
    reached = {
        CaseState.ACCEPTED: day_of(case.opened_at),
        CaseState.VERIFIED: case.verified_at and day_of(case.verified_at),
        CaseState.SUBMITTED_FOR_CHECK: case.completed_at and day_of(case.completed_at),
        CaseState.CLOSED: case.closed_at and day_of(case.closed_at),
    }
    return Progress(
        case.id, shown_state(case.state, fixed=case.closed_at is not None),
        case.short_description, link.part is ReportPart.FIRST,
        day_of(case.opened_at), reached,
    )  # fmt: skip


def _road(progress: Progress, dues: Sequence[Due]) -> list[StepLine]:
    """Return the steps from acceptance on; a hazard that was not found ends there."""
    if progress.shown is CaseState.UNCONFIRMED:
        behind: tuple[CaseState, ...] = (CaseState.ACCEPTED, CaseState.VERIFYING)
        ahead: tuple[CaseState, ...] = ()
    else:
        at = ROAD.index(progress.shown)
        behind, ahead = ROAD[:at], ROAD[at + 1 :]
    return [
        *(StepLine(progress.reached.get(state), _words(state), "done") for state in behind),
        _now(progress, dues),
        *(StepLine(None, _words(state), "") for state in ahead),
    ]


def _now(progress: Progress, dues: Sequence[Due]) -> StepLine:
    when = progress.reached.get(progress.shown)
    if progress.is_fixed:
        return StepLine(when, progress.words, "done")
    return _waiting(progress.words, when, dues, WAITS_FOR.get(progress.shown, ()))


def _waiting(
    what: Sentence, when: date | None, dues: Sequence[Due], kinds: Sequence[DeadlineKind]
) -> StepLine:
    """Return the step that is under way, with its date or that the date was missed (58)."""
    due = next((due for kind in kinds for due in dues if due.kind is kind), None)
    if due is None:
        return StepLine(when, what, "now")
    if due.overdue:
        late = Sentence(
            N_("Late: promised %(d)s. Reminded %(n)s times"), d=due.last_day, n=due.told
        )
        return StepLine(when, what, "late", late)
    return StepLine(when, what, "now", Sentence(PROMISES[due.kind], t=end_of(due.due_at)))


def _words(state: CaseState) -> Sentence:
    return Sentence(STATE_WORDS[state])
