"""The quick lane to its end: the hazard handled on one screen and its reward proposed with it."""

from hazard.audit.work import Work
from hazard.cases import quick, signing
from hazard.cases.models import Case
from hazard.cases.quick import FirstHand
from hazard.core.clock import day_of
from hazard.reports.models import Photo, Report
from hazard.rewards.awards import ask_to_decide, drop_proposals, lines_of, may_propose, propose


def handle(work: Work, report: Report, first: FirstHand, *, out_of_post: bool) -> Case:
    """Do the first hand's part (decisions 10); a report that earns nothing proposes nothing.

    Nor does a head who handles what is kept from the safety officer: another hand is named.
    """
    case = quick.handle(work, report, first)
    lines = lines_of(work.session, case, day_of(work.now), out_of_post=out_of_post)
    if may_propose(work.actor, case) and any(line.amount for line in lines):
        propose(work, case, out_of_post=out_of_post, declared=first.declared)
    return case


def confirm(work: Work, case: Case, *, yes: bool, reason: str, declared: bool) -> None:
    """Say yes or no as the second hand; after a no the proposed reward is proposed anew later."""
    quick.confirm(work, case, yes=yes, reason=reason, declared=declared)
    if yes:
        ask_to_decide(work, case)
    else:
        drop_proposals(work, case)


def sign(work: Work, case: Case, signer_id: int, drawing: Photo, *, declared: bool) -> None:
    """Confirm by the second person's finger on the first hand's phone."""
    signing.sign(work, case, signer_id, drawing, declared=declared)
    ask_to_decide(work, case)


def deny(work: Work, signature_id: int, text: str) -> None:
    """Deny one's finger signature; while nobody decided the reward, its proposal falls with it."""
    case = signing.deny(work, signature_id, text)
    if not case.quick:
        drop_proposals(work, case)
