"""Naming who proposes the reward of a case that is kept from the safety officer (decisions 15)."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.access.duties import Part as Duty
from hazard.access.permissions import Permission, Role
from hazard.audit.work import Work
from hazard.cases import assigning
from hazard.cases.audience import hidden_roles
from hazard.cases.hands import AWARD_PROPOSAL, fitting
from hazard.cases.models import Case, Declaration
from hazard.cases.terms import Part
from hazard.core.clock import day_of
from hazard.core.errors import NotAllowed, Refused
from hazard.core.words import N_, Sentence
from hazard.people.queries import list_holders


def name_proposer(work: Work, case: Case, person_id: int) -> None:
    """Ask one person to propose the reward, and so open this case alone to them.

    By who assigns. Whoever proposes decides nothing of the reward, and reads the desk's extract,
    never who reported; a holder of a role the case is kept from is not asked.
    """
    work.actor.need(Permission.CASE_ASSIGN, case.unit_path)
    if not is_asked(work.session, case):
        raise Refused(Sentence(N_("The safety officer proposes this reward")))
    if person_id not in proposers(work.session, case, day_of(work.now)):
        raise NotAllowed(Sentence(N_("This person cannot propose the reward of this hazard")))
    assigning.end(work, case, Part.PROPOSER)
    work.session.flush()
    assigning.assign(work, case, person_id, Part.PROPOSER)
    work.record("proposer_named", case)


def is_asked(session: Session, case: Case) -> bool:
    """Say whether somebody has to be named: graded, kept from the officer, nothing proposed."""
    if case.reward_level is None or not case.is_hidden_from(Role.SAFETY_OFFICER):
        return False
    proposed = select(Declaration.id).where(
        Declaration.case_id == case.id, Declaration.stage == AWARD_PROPOSAL
    )
    return session.scalars(proposed).first() is None


def proposers(session: Session, case: Case, day: date) -> list[int]:
    """Return who may be named, the workers' representatives first."""
    out = set(list_holders(session, list(hidden_roles(case)), case.unit_path, day))
    return [each for each in fitting(session, case, Duty.PROPOSER, day) if each not in out]
