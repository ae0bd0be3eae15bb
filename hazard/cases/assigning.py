"""Giving a person a part in a case, and taking it back (decisions 14)."""

from hazard.access.duties import Part as Duty
from hazard.audit.work import Work
from hazard.cases.hands import need_hand
from hazard.cases.models import Assignment, Case
from hazard.cases.terms import Part
from hazard.core.words import N_, Sentence
from hazard.notices.outbox import tell

_DUTIES = {
    Part.VERIFIER: Duty.VERIFIER,
    Part.OWNER: Duty.OWNER,
    Part.CHECKER: Duty.CHECKER,
    Part.PROPOSER: Duty.PROPOSER,
}


def assign(work: Work, case: Case, person_id: int, part: Part) -> None:
    """Give the person the part; refused while it would leave a later step without anybody."""
    if part in _DUTIES:
        need_hand(work, case, _DUTIES[part], person_id)
    given = Assignment(case_id=case.id, person_id=person_id, part=part, assigned_at=work.now)
    work.session.add(given)
    work.session.flush()
    work.session.expire(case, ["assignments"])
    tell(
        work, [person_id], Sentence(N_("You have been asked to help with a hazard")),
        key=f"assigned:{given.id}", link=f"/cases/{case.number}",
    )  # fmt: skip


def end(work: Work, case: Case, *parts: Part) -> None:
    """End the running assignments of these parts."""
    for given in case.assignments:
        if given.part in parts and given.ended_at is None:
            given.ended_at = work.now


def end_of_person(work: Work, case: Case, person_id: int | None, part: Part) -> None:
    """End one person's running assignment."""
    for given in case.assignments:
        if given.person_id == person_id and given.part is part and given.ended_at is None:
            given.ended_at = work.now


def holder(case: Case, part: Part) -> int | None:
    """Return who is assigned `part` now, or None."""
    return next(
        (a.person_id for a in case.assignments if a.part is part and a.ended_at is None), None
    )
