"""What the ledger says of a hazard besides its level: put down at grading, mended later."""

from hazard.access.actor import not_allowed
from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.cases.models import Case
from hazard.cases.terms import CaseState
from hazard.core.clock import day_of
from hazard.core.errors import Refused, Unclear
from hazard.core.words import N_, Sentence
from hazard.policy.classing import MOST_CLAUSE, Classing, Extra, completed
from hazard.policy.queries import policy_on


def reclass(work: Work, case: Case, given: Classing) -> None:
    """Mend what was put down at grading; refused before it and once the file is closed."""
    if not work.actor.may(Permission.CASE_GRADE, case.unit_path):
        raise not_allowed(Permission.CASE_GRADE)
    if case.graded_on is None or case.state is CaseState.ARCHIVED:
        raise Refused(
            Sentence(N_("This is put down at grading, and mended until the file is closed"))
        )
    put_classing(work, case, given)
    work.record("classed", case)


def put_classing(work: Work, case: Case, given: Classing) -> None:
    """Write it into the case; what was left open is filled in as the sub-code proposes it.

    What the plant has not switched on is not asked, so it stays as it stands.
    """
    if len(given.clause.strip()) > MOST_CLAUSE:
        raise Unclear(
            Sentence(N_("At most %(n)s characters, please"), n=MOST_CLAUSE), field="clause"
        )
    extras = policy_on(work.session, day_of(work.now)).policy.extras
    settled = completed(given, case.category, case.sub_code)
    case.clause, case.cause, case.remedy = settled.clause, settled.cause, settled.remedy
    if Extra.ACCIDENT in extras:
        case.accident = settled.accident
    if Extra.FACTOR in extras:
        case.factor = settled.factor
    if Extra.LEC in extras:
        case.lec = settled.lec.stored() if settled.lec else ""
