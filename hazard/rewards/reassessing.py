"""What changes in reports and cases does to their rewards: looked at by hand, never moved."""

from sqlalchemy import select

from hazard.audit.work import Work
from hazard.cases import drills, joining
from hazard.cases.models import Case, CaseReport
from hazard.core.errors import Refused
from hazard.core.words import N_, Sentence
from hazard.reports.models import Report
from hazard.rewards.awards import drop_proposals
from hazard.rewards.models import Award
from hazard.rewards.terms import UNDONE, AwardState


def change_first(work: Work, case: Case, report: Report, reason: str) -> None:
    """Change who was first (E5); a proposal falls, a decided reward has to be taken back before."""
    _loosen(work, case)
    joining.change_first(work, case, report, reason)


def join_case(work: Work, report: Report, case: Case, part: joining.Joining) -> None:
    """Let a report join; where it was the first after all, the reward is looked at anew."""
    joining.join_case(work, report, case, part)
    if part.first:
        change_first(work, case, report, part.note)


def merge_cases(work: Work, one: Case, other: Case, note: str) -> Case:
    """Put two cases together; the newer's reward must not be decided yet."""
    _loosen(work, max(one, other, key=lambda case: case.id))
    return joining.merge_cases(work, one, other, note)


def mark_drill(work: Work, report: Report, *, drill: bool) -> None:
    """Mark a test or drill: a proposal falls, a decided reward has to be taken back before."""
    linked = select(CaseReport.case_id).where(CaseReport.report_id == report.id)
    for case_id in work.session.scalars(linked).all():
        if drill:
            _loosen(work, work.session.get_one(Case, case_id))
    drills.mark(work, report, drill=drill)


def _loosen(work: Work, case: Case) -> None:
    mine = select(Award.state).where(Award.case_id == case.id)
    states = set(work.session.scalars(mine))
    if states - {AwardState.PROPOSED, *UNDONE}:
        raise Refused(
            Sentence(
                N_("The reward of %(number)s is decided already; take it back first"),
                number=case.number,
            )
        )
    if states:  # one that was undone leaves its hands behind
        drop_proposals(work, case)
