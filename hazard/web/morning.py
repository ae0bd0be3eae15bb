"""The plant manager's morning page: read in a minute, several yeses with one password."""

from dataclasses import dataclass

from flask import Blueprint, Response, flash, request, url_for

from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.cases.queries import hold_case
from hazard.cases.rectification import approve_plan
from hazard.core import clock
from hazard.core.errors import Unclear
from hazard.core.words import N_, Sentence, say
from hazard.rewards.awards import Decision, decide
from hazard.rewards.queries import gravest_first
from hazard.statistics.morning import morning_of
from hazard.web.doorway import actor, confirm_password, language, reading, requires, write_each
from hazard.web.forms import Filled, numbers, ticked
from hazard.web.replies import look_at, on_refusal, page

bp = Blueprint("morning", __name__, url_prefix="/morning")


@dataclass(frozen=True, slots=True)
class Wish:
    """One ticked line: a reward by its id, or a plan by the number of its hazard."""

    key: str
    award: int = 0
    case: str = ""


@bp.get("")
@requires(Permission.MORNING_READ)
def show() -> Response:
    return _page(Filled(), {})


@bp.post("/decisions")
@requires(Permission.MORNING_READ)
def decisions() -> Response:
    on_refusal(lambda error: _page(Filled(error=error), {}))
    wishes, declared = _wishes(), ticked("declared")
    if not declared:
        words = N_("Please tick: I have no interest in this matter")
        raise Unclear(Sentence(words), field="declared")
    confirm_password()
    refusals = write_each(wishes, _grant)
    done = len(wishes) - len(refusals)
    if done:
        flash(say(Sentence(N_("Approved: %(n)s"), n=done), language()), "good")
    if not refusals:
        return look_at(url_for(".show"))
    response = _page(Filled(), {wish.key: error.sentence for wish, error in refusals.items()})
    response.status_code = 409
    return response


def _grant(work: Work, wish: Wish) -> None:
    if wish.award:
        decide(work, [wish.award], Decision(approve=True), declared=True)
    else:
        approve_plan(work, hold_case(work, wish.case), declared=True)


def _wishes() -> list[Wish]:
    """Return what is ticked, rewards in the order in which funds are given."""
    ticked_awards = gravest_first(reading(), numbers("award"))
    awards = [Wish(f"award-{each}", award=each) for each in ticked_awards]
    plans = [Wish(f"plan-{each}", case=each) for each in request.form.getlist("plan")]
    if not awards and not plans:
        raise Unclear(Sentence(N_("Please tick at least one")), field="award")
    return [*awards, *plans]


def _page(form: Filled, refusals: dict[str, Sentence]) -> Response:
    return page(
        "morning/show.html",
        shown=morning_of(reading(), actor(), clock.now()),
        form=form,
        refusals=refusals,
    )
