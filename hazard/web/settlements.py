"""The month's settlement: made, checked, approved and locked, paid."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flask import Blueprint, Response, flash, request, url_for

from hazard.access.permissions import Permission
from hazard.core import clock
from hazard.core.calendar import Month
from hazard.core.words import N_, Sentence, Term, say
from hazard.rewards import payout, sealed, settlement
from hazard.rewards.printing import NEEDS, pays_with_wages
from hazard.rewards.queries import list_months, list_payments, view_run, view_waiting
from hazard.rewards.scans import list_scans
from hazard.rewards.settlement import get_run, hold_run, list_runs
from hazard.rewards.terms import PayeeKind, Version
from hazard.sealing.payouts import unlock_keys
from hazard.web.doorway import (
    actor,
    confirm_password,
    language,
    person_id,
    reading,
    requires,
    write,
)
from hazard.web.forms import Filled, text
from hazard.web.replies import look_at, on_refusal, page
from hazard.web.sealed import SealedCookie

if TYPE_CHECKING:
    from hazard.rewards.models import Settlement

bp = Blueprint("settlements", __name__)
PAYEES = SealedCookie("payees", "/settlements")
"""The opened payout keys of one sheet: with the payer's browser, read by this server alone."""


class View(Term):
    """Which side of a sheet its page shows."""

    LINES = "lines", N_("By report")
    PAYMENTS = "payments", N_("By payee")


@bp.get("/settlements")
@requires(Permission.SETTLEMENT_READ)
def index() -> Response:
    return page("settlements/index.html", months=list_months(reading(), clock.today()))


@bp.get("/settlements/<month>")
@requires(Permission.SETTLEMENT_READ)
def month(month: str) -> Response:
    wanted = Month.parse(month)
    runs = list_runs(reading(), wanted)
    return show_run(wanted, runs[0].run, Filled()) if runs else _show_month(wanted, Filled())


@bp.get("/settlements/<month>/<int:run>")
@requires(Permission.SETTLEMENT_READ)
def show(month: str, run: int) -> Response:
    return show_run(Month.parse(month), run, Filled())


@bp.post("/settlements/<month>/draft")
@requires(Permission.SETTLEMENT_MAKE)
def draft(month: str) -> Response:
    wanted = Month.parse(month)
    on_refusal(lambda error: _show_month(wanted, Filled(error=error)))
    confirm_password()
    with write() as work:
        run = settlement.draft(work, wanted).run
    return _done(N_("The sheet is made; now it has to be checked"), wanted, run)


@bp.post("/settlements/<month>/<int:run>/check")
@requires(Permission.SETTLEMENT_CHECK)
def check(month: str, run: int) -> Response:
    wanted = _step(month, run, View.LINES)
    with write() as work:
        settlement.check(work, hold_run(work, wanted, run))
    return _done(N_("Checked; the lines are frozen"), wanted, run)


@bp.post("/settlements/<month>/<int:run>/return")
@requires(Permission.SETTLEMENT_READ)
def send_back(month: str, run: int) -> Response:
    wanted = _step(month, run, View.LINES)
    with write() as work:
        settlement.send_back(work, hold_run(work, wanted, run), text("note"))
    return _done(N_("Sent back to its maker"), wanted, run)


@bp.post("/settlements/<month>/<int:run>/approval")
@requires(Permission.SETTLEMENT_APPROVE)
def approve(month: str, run: int) -> Response:
    wanted = _step(month, run, View.LINES)
    with write() as work:
        settlement.approve(work, hold_run(work, wanted, run))
    return _done(N_("Approved and locked; it can be printed and paid"), wanted, run)


@bp.post("/settlements/<month>/<int:run>/payment")
@requires(Permission.SETTLEMENT_PAY)
def pay(month: str, run: int) -> Response:
    wanted = _step(month, run, View.PAYMENTS)
    opened = opened_payees(get_run(reading(), wanted, run))
    with write() as work:
        payout.pay_named(work, hold_run(work, wanted, run), opened)
    return _done(N_("Paid; vouchers wait for their codes"), wanted, run, View.PAYMENTS)


@bp.post("/settlements/<month>/<int:run>/payees")
@requires(Permission.SETTLEMENT_PAY)
def open_sealed(month: str, run: int) -> Response:
    wanted = Month.parse(month)
    sheet = get_run(reading(), wanted, run)
    on_refusal(lambda error: show_run(wanted, run, Filled(error=error), View.PAYMENTS))
    needed = sealed.keys_needed(reading(), sheet)
    keys = unlock_keys(reading(), needed, request.form.get("passphrase", ""))
    carried = _carry(sheet.id, {**_keys(sheet.id), **keys})
    with write() as work:
        sealed.note_opening(work, hold_run(work, wanted, run), len(needed))
    answer = _done(N_("Opened for a quarter of an hour"), wanted, run, View.PAYMENTS)
    PAYEES.put(answer, carried)
    return answer


@bp.post("/settlements/<month>/<int:run>/failure")
@requires(Permission.SETTLEMENT_PAY)
def fail(month: str, run: int) -> Response:
    wanted = _step(month, run, View.PAYMENTS)
    with write() as work:
        payout.payment_failed(work, hold_run(work, wanted, run), text("payout"), text("note"))
    return _done(N_("Taken back; it waits to be paid again"), wanted, run, View.PAYMENTS)


def opened_payees(run: "Settlement") -> dict[int, str]:
    """Return whom the sealed payees of a sheet are, if this person opened them just now."""
    return sealed.open_payees(reading(), run, _keys(run.id))


def _carry(run_id: int, keys: Mapping[int, bytes]) -> str:
    """Return what the browser brings back: for whom, for which sheet, the keys of the boxes."""
    return " ".join([f"{person_id()}:{run_id}", *(f"{n}:{key.hex()}" for n, key in keys.items())])


def _keys(run_id: int) -> dict[int, bytes]:
    """Return the payout keys this person opened for this sheet in the last quarter of an hour."""
    owner, _, carried = (PAYEES.read() or "").partition(" ")
    if owner != f"{person_id()}:{run_id}":
        return {}
    pairs = (each.split(":") for each in carried.split())
    return {int(number): bytes.fromhex(key) for number, key in pairs}


def _step(month: str, run: int, view: View) -> Month:
    """Do what every step begins with: the page to fall back on, and the password."""
    wanted = Month.parse(month)
    get_run(reading(), wanted, run)
    on_refusal(lambda error: show_run(wanted, run, Filled(error=error), view))
    confirm_password()
    return wanted


def _done(words: str, month: Month, run: int, view: View | None = None) -> Response:
    flash(say(Sentence(words), language()), "good")
    chosen = view.value if view else None
    return look_at(url_for("settlements.show", month=str(month), run=run, view=chosen))


def _show_month(month: Month, form: Filled) -> Response:
    return page(
        "settlements/month.html", month=month, form=form, waiting=view_waiting(reading(), month)
    )


def show_run(month: Month, number: int, form: Filled, view: View | None = None) -> Response:
    """Show a sheet with everything that belongs to it."""
    session, who = reading(), actor()
    run = get_run(session, month, number)
    named = who.may(Permission.SETTLEMENT_NAMES)
    view = view or _view(named=named)
    opened = opened_payees(run) if named else {}
    payments = list_payments(session, who, run, opened) if view is View.PAYMENTS else ()
    return page(
        "settlements/run.html", month=month, form=form, view=view, views=list(View), named=named,
        run=view_run(session, run, who, clock.today()), waiting=view_waiting(session, month),
        runs=[each.run for each in list_runs(session, month)],
        payments=payments, waged=pays_with_wages(session, run, clock.today()),
        unpaid=any(not each.paid_on and each.kind is not PayeeKind.VOUCHER for each in payments),
        closed=len(sealed.sealed_payees(session, run)) - len(opened) if named else 0,
        versions=[version for version in Version if who.may(NEEDS[version])],
        scans=list_scans(session, who, run),
    )  # fmt: skip


def _view(*, named: bool) -> View:
    wants_names = request.args.get("view") == View.PAYMENTS.value
    return View.PAYMENTS if wants_names and named else View.LINES
