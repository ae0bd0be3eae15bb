"""The month's settlement by three hands: made, checked, approved and locked (decisions 13)."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hazard.access.duties import different_hands
from hazard.access.permissions import ROLE_PERMISSIONS, Permission
from hazard.audit.queries import list_happenings
from hazard.audit.work import Work
from hazard.core.calendar import Month
from hazard.core.clock import day_of
from hazard.core.db import insert_missing
from hazard.core.errors import NotFound, Refused, Unclear
from hazard.core.money import ZERO, Money
from hazard.core.words import N_, Sentence
from hazard.notices.outbox import tell
from hazard.people.queries import list_holders, names_of, root_unit, teams_of
from hazard.rewards.models import Award, AwardShare, Payee, Settlement, SettlementLine
from hazard.rewards.payees import settle_payee
from hazard.rewards.posting import post
from hazard.rewards.terms import Account, AwardState, RunState

CHECK_CODE_SYMBOLS = 8


def draft(work: Work, month: Month) -> Settlement:
    """Make the month's open run, or make its lines anew; needs `settlement:make`.

    It holds every approved, funded award decided before the month ended in Shanghai and not in
    another run. Refused while the month has not begun, or if there is nothing to pay.
    """
    work.actor.need(Permission.SETTLEMENT_MAKE)
    if month.starts > work.now:
        raise Unclear(Sentence(N_("This month has not begun yet")), field="month")
    run = _open_run(work, month)
    work.session.execute(delete(SettlementLine).where(SettlementLine.settlement_id == run.id))
    shares = _due_shares(work, month)
    if not shares:
        raise Refused(_nothing(work, month))
    work.session.add_all(
        SettlementLine(
            settlement_id=run.id, seq=seq, award_id=share.award_id, payee_id=share.payee_id,
            amount=share.amount,
        )
        for seq, share in enumerate(shares, start=1)
    )  # fmt: skip
    work.session.flush()
    work.session.expire(run, ["lines"])
    work.record("drafted", run, month=run.month, lines=len(shares), fen=total(run).fen)
    waits = Sentence(N_("A reward sheet waits for your check"))
    _ask(work, run, Permission.SETTLEMENT_CHECK, waits)
    return run


def check(work: Work, run: Settlement) -> None:
    """Check and so freeze the lines; by other hands than made it, `settlement:check`."""
    work.actor.need(Permission.SETTLEMENT_CHECK)
    _need_state(run, RunState.DRAFT)
    if not run.lines:
        raise Refused(Sentence(N_("This sheet has no lines. Send it back to be made anew")))
    _need_other_hands(work, run, sheet_maker=run.made_by, sheet_checker=work.actor.person_id)
    run.state, run.checked_by, run.checked_at = RunState.CHECKED, work.actor.person_id, work.now
    work.record("checked", run, fen=total(run).fen)
    waits = Sentence(N_("A reward sheet waits for your approval"))
    _ask(work, run, Permission.SETTLEMENT_APPROVE, waits)


def send_back(work: Work, run: Settlement, note: str) -> None:
    """Return a checked or drafted run to its maker with words."""
    if not work.actor.may(Permission.SETTLEMENT_CHECK):
        work.actor.need(Permission.SETTLEMENT_APPROVE)
    _need_state(run, RunState.DRAFT, RunState.CHECKED)
    if not note.strip():
        raise Unclear(Sentence(N_("Please write what has to change")), field="note")
    run.state, run.checked_by, run.checked_at = RunState.DRAFT, None, None
    run.note = note.strip()
    tell_maker(work, run)
    work.record("sent_back", run)


def approve(work: Work, run: Settlement) -> None:
    """Approve and lock: no line can be changed afterwards; needs `settlement:approve`."""
    work.actor.need(Permission.SETTLEMENT_APPROVE)
    _need_state(run, RunState.CHECKED)
    _need_other_hands(
        work, run, sheet_maker=run.made_by, sheet_checker=run.checked_by,
        sheet_approver=work.actor.person_id,
    )  # fmt: skip
    teams = _teams_of(work, run)
    for line in run.lines:
        line.team = teams.get(line.payee_id, "")
        award = work.session.get_one(Award, line.award_id)
        key = f"award:{award.id}:payable"
        post(
            work, award.year or 0, Account.RESERVED, Account.PAYABLE, line.amount, key=key,
            award_id=award.id,
        )  # fmt: skip
        award.state = AwardState.PAYABLE
    run.state, run.approved_by, run.locked_at = RunState.LOCKED, work.actor.person_id, work.now
    run.check_code = check_code(run)
    work.record("locked", run, fen=total(run).fen, lines=len(run.lines), code=run.check_code)
    _ask(work, run, Permission.SETTLEMENT_PAY, Sentence(N_("A reward sheet waits to be paid")))


def tell_maker(work: Work, run: Settlement) -> None:
    """Tell who made the run that it came back."""
    maker = [run.made_by] if run.made_by != work.actor.person_id else []
    _tell(work, run, maker, Sentence(N_("A reward sheet came back to you")))


def _teams_of(work: Work, run: Settlement) -> dict[int, str]:
    """Return the teams of the run's named payees by payee id; sealed ones must not be told."""
    named = select(Payee.id, Payee.person_id).where(
        Payee.id.in_([line.payee_id for line in run.lines]), Payee.person_id.is_not(None)
    )
    people = {payee: person for payee, person in work.session.execute(named) if person}
    teams = teams_of(work.session, people.values(), day_of(work.now))
    return {payee: teams.get(person, "") for payee, person in people.items()}


def total(run: Settlement) -> Money:
    """Return the sum of the run's lines."""
    return sum((line.amount for line in run.lines), ZERO)


def check_code(run: Settlement) -> str:
    """Return the 8 characters that papers carry: a digest of number, payees and amounts."""
    lines = "\n".join(f"{n.seq}|{n.award_id}|{n.payee_id}|{n.amount.fen}" for n in run.lines)
    digest = hashlib.sha256(f"{run_number(run)}\n{lines}".encode()).hexdigest()
    return digest[:CHECK_CODE_SYMBOLS].upper()


def run_number(run: Settlement) -> str:
    """Return the number on papers, such as JL-202611-01."""
    return f"JL-{run.month.replace('-', '')}-{run.run:02d}"


def hold_run(work: Work, month: Month, number: int) -> Settlement:
    """Return a run for changing, its row locked; raises `NotFound`."""
    held = select(Settlement).where(Settlement.month == str(month), Settlement.run == number)
    run = work.session.scalars(held.with_for_update()).one_or_none()
    if run is None:
        raise NotFound
    return run


def get_run(session: Session, month: Month, number: int) -> Settlement:
    """Return a run; raises `NotFound`."""
    wanted = select(Settlement).where(Settlement.month == str(month), Settlement.run == number)
    run = session.scalars(wanted).one_or_none()
    if run is None:
        raise NotFound
    return run


def list_runs(session: Session, month: Month | None = None) -> list[Settlement]:
    """Return the runs of a month, or of all months with the newest first."""
    query = select(Settlement)
    if month is not None:
        return list(
            session.scalars(query.where(Settlement.month == str(month)).order_by(Settlement.run))
        )
    return list(session.scalars(query.order_by(Settlement.month.desc(), Settlement.run.desc())))


def _ask(work: Work, run: Settlement, needs: Permission, waits: Sentence) -> None:
    """Tell those who hold the next step, but not whose hands made this one or the sheet."""
    roles = [role for role, held in ROLE_PERMISSIONS.items() if needs in held]
    holders = list_holders(work.session, roles, root_unit(work.session).path, day_of(work.now))
    done = {run.made_by, work.actor.person_id}
    _tell(work, run, [person for person in holders if person not in done], waits)


def _tell(work: Work, run: Settlement, people: list[int], sentence: Sentence) -> None:
    """Tell them once for each time the run comes to this state; made anew it says nothing new."""
    happened = list_happenings(work.session, [(run.kind, run.id)])
    turn = sum(each.action != f"{run.kind}.drafted" for each in happened)
    key = f"settlement:{run.id}:{run.state}:{turn}"
    tell(work, people, sentence, key=key, link=f"/settlements/{run.month}/{run.run}")


def _open_run(work: Work, month: Month) -> Settlement:
    """Return the run of the month that is not locked, held; two who begin one get the same."""
    runs = select(Settlement).where(Settlement.month == str(month)).order_by(Settlement.run)
    known = list(work.session.scalars(runs.with_for_update()))
    run = next((each for each in known if each.locked_at is None), None)
    if run is None:
        begun = {
            "month": str(month), "run": len(known) + 1, "state": RunState.DRAFT,
            "made_by": work.actor.person_id or 0, "made_at": work.now,
        }  # fmt: skip
        insert_missing(work.session, Settlement, [begun])
        return _open_run(work, month)
    if run.state is RunState.CHECKED:
        raise Refused(Sentence(N_("This month's sheet is checked; send it back to change it")))
    run.made_by, run.made_at, run.note = work.actor.person_id or 0, work.now, ""
    return run


def _due_shares(work: Work, month: Month) -> Sequence[AwardShare]:
    """Return what is due, matching late names first; late approvals go to the next month."""
    ready = (Award.state == AwardState.APPROVED, Award.decided_at < month.ends)
    in_a_run = select(SettlementLine.award_id)
    awards = select(Award).where(*ready, Award.id.not_in(in_a_run)).order_by(Award.id)
    for award in work.session.scalars(awards.with_for_update()).all():
        settle_payee(work, award)
    shares = (
        select(AwardShare)
        .join(Award, Award.id == AwardShare.award_id)
        .where(*ready, Award.id.not_in(in_a_run))
        .order_by(Award.level.desc(), Award.decided_at, Award.id, AwardShare.id)
    )
    return work.session.scalars(shares).all()


def _nothing(work: Work, month: Month) -> Sentence:
    """Say why there is nothing to pay: nothing was decided, or names are not matched."""
    approved = (Award.state == AwardState.APPROVED, Award.decided_at < month.ends)
    free = Award.id.not_in(select(SettlementLine.award_id))
    unmatched = work.session.scalar(select(func.count(Award.id)).where(*approved, free)) or 0
    if unmatched:
        words = N_("Nothing to pay this month: %(n)s rewards wait until the name is matched")
        return Sentence(words, n=unmatched)
    waiting = N_("Nothing to pay this month. Waiting for approval: %(n)s")
    return Sentence(waiting, n=_undecided(work))


def _undecided(work: Work) -> int:
    waiting = select(func.count(Award.id)).where(Award.state == AwardState.PROPOSED)
    return work.session.scalar(waiting) or 0


def _need_state(run: Settlement, *states: RunState) -> None:
    if run.state not in states:
        raise Refused(
            Sentence(N_("The sheet is now: %(state)s. Please look again"), state=run.state)
        )


def _need_other_hands(work: Work, run: Settlement, **parts: int | None) -> None:
    names = names_of(work.session, [run.made_by, run.checked_by, work.actor.person_id])
    different_hands(names, **parts)
