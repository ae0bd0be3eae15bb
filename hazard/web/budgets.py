"""The year's budget: entered by finance, approved by the head."""

import re

from flask import Blueprint, Response, flash, request, url_for

from hazard.access.permissions import Permission
from hazard.core import clock
from hazard.core.errors import Unclear
from hazard.core.money import parse_yuan
from hazard.core.words import N_, Sentence, say
from hazard.rewards import budgets
from hazard.rewards.queries import proposed_budget, view_budget
from hazard.web.doorway import confirm_password, language, reading, requires, write
from hazard.web.forms import Filled, needed_number, text
from hazard.web.replies import look_at, on_refusal, page

bp = Blueprint("budgets", __name__)
YEAR = re.compile(r"20[0-9]{2}")


@bp.get("/budgets")
@requires(Permission.AWARD_READ)
def index() -> Response:
    return _show(_year(), None)


@bp.post("/budgets")
@requires(Permission.BUDGET_MAKE)
def enter() -> Response:
    on_refusal(lambda error: _show(clock.today().year, Filled(error=error)))
    year = needed_number("year")
    on_refusal(lambda error: _show(year, Filled(error=error)))
    amount = parse_yuan(text("amount"), field="amount")
    confirm_password()
    with write() as work:
        budgets.enter(work, year, amount)
    flash(say(Sentence(N_("Entered; it counts once the head approves it")), language()), "good")
    return look_at(url_for("budgets.index", year=year))


@bp.post("/budgets/<int:budget_id>/approval")
@requires(Permission.BUDGET_APPROVE)
def approve(budget_id: int) -> Response:
    year = needed_number("year")
    on_refusal(lambda error: _show(year, Filled(error=error)))
    confirm_password()
    with write() as work:
        budgets.approve(work, budget_id)
    flash(say(Sentence(N_("Approved; waiting rewards are funded first")), language()), "good")
    return look_at(url_for("budgets.index", year=year))


@bp.post("/budgets/<int:budget_id>/withdrawal")
@requires(Permission.BUDGET_MAKE)
def withdraw(budget_id: int) -> Response:
    year = needed_number("year")
    on_refusal(lambda error: _show(year, Filled(error=error)))
    confirm_password()
    with write() as work:
        budgets.withdraw(work, budget_id)
    flash(say(Sentence(N_("Withdrawn; it never counted")), language()), "good")
    return look_at(url_for("budgets.index", year=year))


def _show(year: int, form: Filled | None) -> Response:
    session, today = reading(), clock.today()
    proposed = proposed_budget(session, year, today)
    filled = form or Filled({"amount": proposed.short if proposed else ""})
    return page(
        "budgets/index.html", budget=view_budget(session, year, today), form=filled,
        prefilled=proposed is not None, years=[today.year - 1, today.year, today.year + 1],
    )  # fmt: skip


def _year() -> int:
    typed = request.args.get("year", str(clock.today().year))
    if not YEAR.fullmatch(typed):
        raise Unclear(Sentence(N_("Write the year like %(example)s"), example="2026"))
    return int(typed)
