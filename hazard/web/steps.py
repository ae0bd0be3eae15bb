"""What happens beside the stages of a hazard: later dates, handing up, pressing, stopping work."""

from typing import TYPE_CHECKING

from flask import Blueprint, Response

from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.cases import beside, extending
from hazard.cases.extension_rules import Wish
from hazard.cases.papers import PaperKind, rectification_notice, verification_report
from hazard.cases.queries import get_case
from hazard.cases.waiting import Stage
from hazard.core import clock
from hazard.deadlines.terms import DeadlineKind
from hazard.web.cases import again, do_stage, yes
from hazard.web.doorway import actor, house, language, reading, requires
from hazard.web.forms import day, needed_number, text, ticked
from hazard.web.replies import download

if TYPE_CHECKING:
    from hazard.cases.models import Case

bp = Blueprint("steps", __name__, url_prefix="/cases")


@bp.post("/<number>/extension")
@requires(Permission.WORK)
def extension(number: str) -> Response:
    again(number, Stage.EXTENSION)
    wish = _wish()
    return do_stage(
        number, lambda work, case: extending.ask(work, case, DeadlineKind.RECTIFY, wish)
    )


@bp.post("/<number>/handling")
@requires(Permission.CASE_ASSIGN)
def handling(number: str) -> Response:
    again(number, Stage.HANDLING)
    wish = _wish()
    return do_stage(number, lambda work, case: extending.ask(work, case, DeadlineKind.HANDLE, wish))


@bp.post("/<number>/extension-decision")
@requires(Permission.WORK)
def extension_decision(number: str) -> Response:
    again(number, Stage.EXTENSION_DECISION)
    decision = extending.Decision(yes("granted"), text("note"), text("text"), ticked("declared"))
    return do_stage(number, lambda work, case: extending.decide(work, case, decision))


@bp.post("/<number>/explanation")
@requires(Permission.WORK)
def explanation(number: str) -> Response:
    again(number, Stage.EXPLANATION)
    words = text("text")
    return do_stage(number, lambda work, case: extending.explain(work, case, words))


@bp.post("/<number>/control")
@requires(Permission.WORK)
def control(number: str) -> Response:
    again(number, Stage.CONTROL)
    words = text("text")
    return do_stage(number, lambda work, case: beside.renew_control(work, case, words))


@bp.post("/<number>/hand-up")
@requires(Permission.WORK)
def hand_up(number: str) -> Response:
    again(number, Stage.HAND_UP)
    words = text("text")
    return do_stage(number, lambda work, case: beside.hand_up(work, case, words))


@bp.post("/<number>/taking-up")
@requires(Permission.CASE_READ)
def taking_up(number: str) -> Response:
    again(number, Stage.TAKING_UP)
    if not yes("taken"):
        words = text("text")
        return do_stage(number, lambda work, case: beside.hand_back(work, case, words))
    person = needed_number("person")
    return do_stage(number, lambda work, case: beside.take_up(work, case, person))


@bp.post("/<number>/press")
@requires(Permission.CASE_COSIGN)
def press(number: str) -> Response:
    again(number, Stage.PRESS)
    words, stop = text("text"), yes("stop")
    return do_stage(number, lambda work, case: beside.press(work, case, words, stop=stop))


@bp.post("/<number>/press-answer")
@requires(Permission.CASE_ASSIGN)
def press_answer(number: str) -> Response:
    again(number, Stage.PRESS_ANSWER)
    remark, words = needed_number("remark"), text("text")
    return do_stage(number, lambda work, case: beside.answer_press(work, case, remark, words))


@bp.post("/<number>/stop")
@requires(Permission.WORK)
def stop(number: str) -> Response:
    again(number, Stage.STOP)
    words = text("text")

    def halt(work: Work, case: "Case") -> None:
        beside.stop_work(work, case, words)

    return do_stage(number, halt)


@bp.post("/<number>/go-on")
@requires(Permission.CASE_ASSIGN)
def go_on(number: str) -> Response:
    again(number, Stage.GO_ON)
    words = text("text")
    return do_stage(number, lambda work, case: beside.allow_work(work, case, words))


@bp.get("/<number>/<any(verification, notice):name>.pdf")
@requires(Permission.WORK)
def paper(number: str, name: str) -> Response:
    case = get_case(reading(), actor(), number)
    make = verification_report if name == PaperKind.VERIFICATION else rectification_notice
    made = make(reading(), actor(), case, house().files, clock.now())
    pdf = house().typesetter.pdf(made, language())
    return download(pdf, "application/pdf", f"{number}-{name}.pdf")


def _wish() -> Wish:
    return Wish(day("until"), text("reason"), text("risk"), text("control"))
