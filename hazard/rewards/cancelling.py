"""Taking an approved reward back before it is locked into a sheet; its money is free again."""

from sqlalchemy import Select, func, select

from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.cases.models import Case
from hazard.core.errors import NotFound, Refused, Unclear
from hazard.core.words import N_, Sentence
from hazard.rewards.funding import fund_waiting
from hazard.rewards.models import Award, Posting, Settlement, SettlementLine
from hazard.rewards.posting import post
from hazard.rewards.settlement import tell_maker
from hazard.rewards.terms import Account, AwardState, RunState

CANCELLABLE = (AwardState.WAITING, AwardState.APPROVED)


def cancel(work: Work, award_id: int, note: str) -> Award:
    """Take a decided reward back, with words for the reporter; needs `award:decide`.

    Refused once a sheet with it is locked. A sheet not yet locked loses the line and returns to
    its maker (decisions 13). What it had reserved funds whoever waits.
    """
    work.actor.need(Permission.AWARD_DECIDE)
    run = _run_of(work, award_id)
    award = work.session.get(Award, award_id, with_for_update=True)
    if award is None:
        raise NotFound
    if work.session.scalar(_sheet_of(award_id)) != (run.id if run else None):
        raise Refused(Sentence(N_("Its sheet was made anew a moment ago. Please look again")))
    if award.state not in CANCELLABLE:
        raise Refused(
            Sentence(N_("This reward is now: %(state)s. Please look again"), state=award.state)
        )
    if not note.strip():
        raise Unclear(Sentence(N_("Please write why; the reporter reads it")), field="note")
    reserved = award.state is AwardState.APPROVED
    award.state, award.decision_note = AwardState.CANCELLED, note.strip()
    work.record("award_cancelled", work.session.get_one(Case, award.case_id), award=award.id)
    for share in award.shares:  # proposed again, it may be worth another amount
        work.session.delete(share)
    if run is not None:
        _take_out(work, run, award)
    if reserved:
        _free(work, award)
    return award


def _run_of(work: Work, award_id: int) -> Settlement | None:
    """Return the sheet that holds the award, its row locked before the award's."""
    held = select(Settlement).where(Settlement.id.in_(_sheet_of(award_id))).with_for_update()
    return work.session.scalars(held).one_or_none()


def _sheet_of(award_id: int) -> Select[int]:
    """Return the query of the sheet that holds the award; who makes one holds the award too."""
    held = select(SettlementLine.settlement_id).where(SettlementLine.award_id == award_id)
    return held.distinct()


def _take_out(work: Work, run: Settlement, award: Award) -> None:
    for line in run.lines:
        if line.award_id == award.id:
            work.session.delete(line)
    work.session.flush()
    work.session.expire(run, ["lines"])
    run.state, run.checked_by, run.checked_at = RunState.DRAFT, None, None
    run.note = award.decision_note
    tell_maker(work, run)
    work.record("line_taken_out", run, award=award.id)


def _free(work: Work, award: Award) -> None:
    times = select(func.count(Posting.id)).where(
        Posting.award_id == award.id, Posting.target == Account.BUDGET
    )
    key = f"award:{award.id}:cancelled:{(work.session.scalar(times) or 0) + 1}"
    year = award.year or 0
    post(work, year, Account.RESERVED, Account.BUDGET, award.amount, key=key, award_id=award.id)
    fund_waiting(work, year)
