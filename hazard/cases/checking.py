"""The acceptance check (验收) by other hands, and its co-signature for major hazards."""

from datetime import date

from sqlalchemy.orm import Session

from hazard.access.duties import MAJOR_FROM
from hazard.access.duties import Part as Duty
from hazard.access.permissions import Permission, Role
from hazard.audit.work import Work
from hazard.cases import assigning
from hazard.cases.closing import from_now_closed
from hazard.cases.hands import declare, hands_of, need_hand
from hazard.cases.models import Case, CheckRecord
from hazard.cases.queries import list_checks
from hazard.cases.states import Step
from hazard.cases.terms import CaseState, Part
from hazard.cases.transition import need_open, take
from hazard.core.clock import day_of
from hazard.core.errors import NotAllowed, Refused, Unclear
from hazard.core.words import N_, Sentence
from hazard.deadlines.clocks import Charge, finish, start, start_until
from hazard.deadlines.terms import DeadlineKind
from hazard.notices.outbox import tell
from hazard.people.queries import list_holders
from hazard.policy.queries import policy_on

SENT_BACK = (CaseState.RECTIFYING, CaseState.PLANNING)
"""Where a failed check leaves the case."""


def name_checker(work: Work, case: Case, person_id: int) -> None:
    """Ask one person to check, where the usual hands are not free."""
    work.actor.need(Permission.CASE_ASSIGN, case.unit_path)
    assigning.end(work, case, Part.CHECKER)
    assigning.assign(work, case, person_id, Part.CHECKER)
    work.record("checker_named", case)


def check(work: Work, case: Case, *, passed: bool, note: str, declared: bool) -> None:
    """Pass the work or send it back; at L4 and L5 the workers' representative signs besides.

    A failed check returns to rectifying (decisions 3). What was fixed on the spot never had an
    owner or a plan, so there is nobody to rectify: it goes to planning, and from there on the
    road of decisions 3, "every confirmed case is graded before it goes to planning".
    """
    need_open(work, case, Step.CHECK_GOOD)
    if passed_check(work.session, case) is not None:
        raise Refused(Sentence(N_("The check is passed; the workers' representative still signs")))
    need_hand(work, case, Duty.CHECKER, work.actor.person_id or 0)
    declare(work, case, "check", declared=declared)
    if not passed:
        _send_back(work, case, note)
        return
    work.session.add(_record(work, case, note, passed=True))
    if cosigners(work.session, case, day_of(work.now)):
        take(work, case, Step.CHECK_GOOD)
        _ask_to_cosign(work, case)
        return
    take(work, case, Step.CLOSE)
    _finish(work, case)


def cosign(work: Work, case: Case) -> None:
    """Sign a passed check as the workers' representative; closes the case."""
    record = passed_check(work.session, case)
    if record is None or work.actor.person_id not in cosigners(
        work.session, case, day_of(work.now)
    ):
        raise NotAllowed(
            Sentence(N_("You may not do this. %(who)s can"), who=(Role.UNION_REPRESENTATIVE,))
        )
    take(work, case, Step.CLOSE)
    record.cosigned_by, record.cosigned_at = work.actor.person_id, work.now
    work.record("cosigned", case)
    _finish(work, case)


def passed_check(session: Session, case: Case) -> CheckRecord | None:
    """Return the last check since the case was reopened, if it passed."""
    records = [each for each in list_checks(session, case) if each.reopened == case.reopened]
    return records[-1] if records and records[-1].passed else None


def failed_check(session: Session, case: Case) -> CheckRecord | None:
    """Return the check that sent the work back, until it is asked for again."""
    records = list_checks(session, case) if case.state in SENT_BACK else []
    return records[-1] if records and not records[-1].passed else None


def cosigners(session: Session, case: Case, day: date, *, shown: bool = False) -> list[int]:
    """Return the representatives who have to sign (decisions 12), none below L4.

    With `shown`, whom a page names: also one who reported it.
    """
    if (case.reward_level or 0) < MAJOR_FROM:
        return []
    named = list_holders(session, [Role.UNION_REPRESENTATIVE], case.unit_path, day)
    reporters = frozenset() if shown else hands_of(session, case).reporters
    return [person for person in named if person not in reporters]


def _send_back(work: Work, case: Case, note: str) -> None:
    if not note.strip():
        raise Unclear(Sentence(N_("Please write what is still missing")), field="note")
    work.session.add(_record(work, case, note, passed=False))
    finish(work, case, DeadlineKind.CHECK)
    versioned = policy_on(work.session, day_of(work.now))
    if case.fixed_on_spot:
        take(work, case, Step.FAIL_FIXED)
        case.fixed_on_spot, case.fixer_id = False, None
        charge = Charge(versioned, "policy", None, case.unit_id)
        start(work, case, DeadlineKind.PLAN, versioned.policy.clocks.plan, charge)
        return
    take(work, case, Step.FAIL)
    owner = assigning.holder(case, Part.OWNER)
    if case.due_on:  # the old date stays (T16)
        charge = Charge(versioned, "plan", owner, case.unit_id)
        start_until(work, case, DeadlineKind.RECTIFY, case.due_on, charge)
    tell(
        work, [owner] if owner else [], Sentence(N_("The check found something still missing")),
        key=f"check_failed:{case.id}:{work.now.isoformat()}", link=f"/cases/{case.number}",
    )  # fmt: skip


def _ask_to_cosign(work: Work, case: Case) -> None:
    tell(
        work, cosigners(work.session, case, day_of(work.now)),
        Sentence(N_("A major hazard waits for your signature")),
        key=f"cosign:{case.id}:{work.now.isoformat()}", link=f"/cases/{case.number}",
    )  # fmt: skip


def _finish(work: Work, case: Case) -> None:
    assigning.end(work, case, Part.OWNER, Part.CHECKER, Part.VERIFIER, Part.EXPERT)
    from_now_closed(work, case)


def _record(work: Work, case: Case, note: str, *, passed: bool) -> CheckRecord:
    return CheckRecord(
        case_id=case.id, checker_id=work.actor.person_id or 0, passed=passed,
        reopened=case.reopened, note=note.strip(), at=work.now,
    )  # fmt: skip
