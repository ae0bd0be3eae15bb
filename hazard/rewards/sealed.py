"""Opening the payees of confidential reports for one sheet (decisions 21); never stored."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.core.errors import Refused
from hazard.core.words import N_, Sentence
from hazard.reports.identity import LookReason
from hazard.reports.queries import numbers_of
from hazard.rewards.models import Payee, Settlement, SettlementLine
from hazard.rewards.terms import PayeeKind
from hazard.sealing.payouts import employee_numbers, keys_of


def sealed_payees(session: Session, run: Settlement) -> dict[int, int]:
    """Return payee ids by report id of the run's sealed payees."""
    rows = session.execute(
        select(Payee.report_id, Payee.id)
        .join(SettlementLine, SettlementLine.payee_id == Payee.id)
        .where(SettlementLine.settlement_id == run.id, Payee.kind == PayeeKind.SEALED)
        .order_by(Payee.id)
    )
    return {report_id: payee_id for report_id, payee_id in rows if report_id is not None}


def keys_needed(session: Session, run: Settlement) -> set[int]:
    """Return the ids of the payout keys that open the run's sealed payees."""
    return keys_of(session, sealed_payees(session, run))


def open_payees(session: Session, run: Settlement, privates: Mapping[int, bytes]) -> dict[int, str]:
    """Return employee numbers by payee id; an empty one means that the code collects.

    Payees whose key is not among `privates` are left out. The caller proved the passphrase.
    """
    payees = sealed_payees(session, run)
    found = employee_numbers(session, numbers_of(session, payees), privates)
    return {payees[report_id]: number for report_id, number in found.items()}


def need_opened(session: Session, run: Settlement, opened: Mapping[int, str]) -> None:
    """Refuse what names payees while sealed ones of the run are closed."""
    if set(sealed_payees(session, run).values()) - set(opened):
        raise Refused(
            Sentence(N_("This sheet holds sealed payees: open them with the passphrase first"))
        )


def note_opening(work: Work, run: Settlement, count: int) -> None:
    """Record that the sealed payees of the run were opened to pay; needs `settlement:pay`."""
    work.actor.need(Permission.SETTLEMENT_PAY)
    work.record("payees_opened", run, reason=LookReason.R2, payees=count)
