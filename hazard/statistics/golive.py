"""The five ticks before a plant may say its scheme runs (D-1), each seen from what is recorded.

What it takes is found where the inspection's checklist finds it; told by hand is only when people
were told, since nothing else in the plant knows.
"""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hazard.cases.models import Case
from hazard.cases.terms import CaseState
from hazard.core.config import Settings
from hazard.core.words import N_, Sentence
from hazard.places.register import list_registered
from hazard.statistics import inspection
from hazard.statistics.inspection import PLANT, Check

WALKED = (CaseState.CLOSED, CaseState.ARCHIVED)


def ticks(session: Session, settings: Settings, now: datetime) -> tuple[Check, ...]:
    """Return the five ticks in the order a plant usually makes them."""
    posters = list_registered(session, PLANT, settings, now)
    return (
        inspection.rule(session), inspection.budget(session, now),
        inspection.hung(session, now, posters), inspection.told(session), _ledger(session),
    )  # fmt: skip


def _ledger(session: Session) -> Check:
    """Say whether a real report stands in the ledger, or a test was walked to its end."""
    walked = or_(Case.drill.is_(False), Case.state.in_(WALKED))
    if session.scalar(select(Case.id).where(walked).limit(1)):
        words = Sentence(N_("The ledger is open: a first report stands in it"))
        return Check("ledger", good=True, words=words, href="/ledger")
    words = Sentence(
        N_("No report in the ledger yet. Scan a poster and report something; a mere test is marked "
           "“test or drill” and walked to its end once")
    )  # fmt: skip
    return Check("ledger", good=False, words=words, href="/reports")
