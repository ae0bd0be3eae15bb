"""The second hand's finger signature on the first hand's phone (decisions 10).

Anybody could draw a line for somebody else, so the drawing alone proves little. Whoever holds the
phone only chooses among those who may confirm; the signer is named, told at once with a page of
the own that shows the drawing, and may deny it: then the confirmation never counted, verification
starts over under the own login of whoever confirms, an undecided reward proposal falls, and the
head hears of it. The trail names who took the signature as the maker of the event.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from hazard.access.duties import Part as Duty
from hazard.access.permissions import Role
from hazard.audit.work import Work
from hazard.cases import assigning
from hazard.cases.beside import note
from hazard.cases.checking import passed_check
from hazard.cases.closing import from_now_closed
from hazard.cases.grading import start_next
from hazard.cases.hands import NotDeclared, need_hand
from hazard.cases.models import Case, CheckRecord, Declaration, Finding, Signature
from hazard.cases.queries import list_findings
from hazard.cases.states import Step
from hazard.cases.terms import CaseState, Part, RemarkKind, Verdict
from hazard.cases.transition import need_open, take
from hazard.cases.verification import attach, end_investigation, start_over
from hazard.core.clock import day_of
from hazard.core.errors import NotFound, Refused, Unclear
from hazard.core.words import N_, Sentence
from hazard.deadlines.clocks import Charge, finish, start
from hazard.deadlines.terms import DeadlineKind
from hazard.notices.outbox import tell
from hazard.people.queries import list_holders, names_of
from hazard.policy.queries import policy_on
from hazard.reports.models import Photo


@dataclass(frozen=True, slots=True)
class Signed:
    """One's own signature, as its page shows it."""

    id: int
    place: str
    hazard: str
    taken_by: str
    at: datetime
    drawing: str
    """Public id of the picture."""
    denied_at: datetime | None


def sign(work: Work, case: Case, signer_id: int, drawing: Photo, *, declared: bool) -> Signature:
    """Confirm by the signer's finger on the first hand's phone: verification, and check of a fix.

    Only the first hand holds the phone out; the signer must be one who may confirm.
    """
    step = Step.SIGN_FIXED if case.fixed_on_spot else Step.SIGN_PLAN
    need_open(work, case, step)
    if not case.quick or not is_first_hand(work.session, case, work.actor.person_id):
        raise Refused(Sentence(N_("The signature is taken by who handled it on the spot")))
    if not declared:
        raise NotDeclared
    assigning.end(work, case, Part.VERIFIER)
    work.session.flush()
    need_hand(work, case, Duty.CONFIRMER, signer_id)
    signed = _keep(work, case, signer_id, drawing)
    finish(work, case, DeadlineKind.CONFIRM)
    end_investigation(work, case)
    take(work, case, step, signature=signed.id)
    if step is Step.SIGN_FIXED:
        from_now_closed(work, case)
    else:
        start_next(work, case)
    tell(
        work, [signer_id], Sentence(N_("Your finger signature confirmed a hazard; was it you?")),
        key=f"signed:{signed.id}", link=f"/signatures/{signed.id}",
    )  # fmt: skip
    return signed


def deny(work: Work, signature_id: int, text: str) -> Case:
    """Say that one did not sign; the confirmation is undone unless work went on meanwhile.

    Where a plan is made or the case is archived, the head has to answer instead.
    """
    signed = _mine(work.session, work.actor.person_id, signature_id)
    if signed.denied_at is not None:
        raise Refused(Sentence(N_("You said so already")))
    if not text.strip():
        raise Unclear(Sentence(N_("Please write a few words")), field="text")
    case = work.session.get_one(Case, signed.case_id, with_for_update=True)
    signed.denied_at, signed.denial = work.now, text.strip()
    note(work, case, RemarkKind.DENIED, text)
    if case.state in {CaseState.PLANNING, CaseState.CLOSED} and case.quick:
        _undo(work, case)
    else:
        work.record("signature_denied_late", case)
    heads = list_holders(work.session, [Role.HEAD], case.unit_path, day_of(work.now))
    tell(
        work, [person for person in heads if person != work.actor.person_id],
        Sentence(N_("Somebody denies a finger signature")),
        key=f"denied:{signed.id}", link=f"/cases/{case.number}",
    )  # fmt: skip
    return case


def get_signed(session: Session, person_id: int | None, signature_id: int) -> Signed:
    """Return one's own signature; raises `NotFound` for anybody else's."""
    signed = _mine(session, person_id, signature_id)
    case = session.get_one(Case, signed.case_id)
    name = names_of(session, [signed.taken_by]).get(signed.taken_by, "")
    drawing = session.get_one(Photo, signed.photo_id).public_id
    return Signed(
        signed.id, case.place_name, case.short_description, name, signed.at, drawing,
        signed.denied_at,
    )  # fmt: skip


def is_first_hand(session: Session, case: Case, person_id: int | None) -> bool:
    """Say whether the person put down the finding of the present round."""
    return any(
        found.round == case.round and found.person_id == person_id
        for found in list_findings(session, case)
    )


def _keep(work: Work, case: Case, signer_id: int, drawing: Photo) -> Signature:
    """Write what the signer did, each under the signer's name, and the drawing as evidence."""
    session, now = work.session, work.now
    session.add(Declaration(case_id=case.id, person_id=signer_id, stage="confirmation", at=now))
    session.add(
        Finding(
            case_id=case.id, round=case.round, person_id=signer_id, verdict=Verdict.TRUE, note="",
            on_site=False, at=now,
        )
    )  # fmt: skip
    if case.fixed_on_spot:
        session.add(
            CheckRecord(
                case_id=case.id,
                checker_id=signer_id,
                passed=True,
                reopened=case.reopened,
                note="",
                at=now,
            )
        )
    attach(work, case, [drawing])
    signed = Signature(
        case_id=case.id, person_id=signer_id, taken_by=work.actor.person_id or 0,
        photo_id=drawing.id, at=now,
    )  # fmt: skip
    session.add(signed)
    session.flush()
    return signed


def _undo(work: Work, case: Case) -> None:
    take(work, case, Step.DENY)
    case.quick, case.closed_at, case.verified_at = False, None, None
    if (check := passed_check(work.session, case)) is not None:
        check.passed = False  # it was never given
    finish(work, case, DeadlineKind.ARCHIVE, DeadlineKind.FEEDBACK, DeadlineKind.PLAN)
    start_over(work, case)
    versioned = policy_on(work.session, day_of(work.now))
    charge = Charge(versioned, "policy", None, case.unit_id)
    clocks = versioned.policy.clocks
    finish(work, case, DeadlineKind.HANDLE)
    start(work, case, DeadlineKind.HANDLE, clocks.handling, charge, begins=case.opened_at)
    start(work, case, DeadlineKind.VERIFY, clocks.verify, charge)


def _mine(session: Session, person_id: int | None, signature_id: int) -> Signature:
    signed = session.get(Signature, signature_id)
    if signed is None or person_id is None or signed.person_id != person_id:
        raise NotFound
    return signed
