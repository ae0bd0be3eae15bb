"""What happens beside the stages of a hazard: later dates, handing up, pressing, stopping work."""

from base64 import b64decode
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request, url_for

from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.cases import beside, extending, reopening
from hazard.cases.extension_rules import Wish
from hazard.cases.papers import PaperKind, rectification_notice, verification_report
from hazard.cases.queries import get_case
from hazard.cases.signing import get_signed
from hazard.cases.waiting import Stage
from hazard.core import clock
from hazard.core.errors import HazardError, Unclear
from hazard.core.words import N_, Sentence
from hazard.deadlines.terms import DeadlineKind
from hazard.reports import photos
from hazard.reports.terms import PhotoPart
from hazard.rewards import quick as quick_lane
from hazard.web.cases import Deed, stage, yes
from hazard.web.doorway import actor, house, language, reading, requires, write
from hazard.web.forms import Filled, day, needed_number, text, ticked
from hazard.web.replies import download, look_at, on_refusal, page

if TYPE_CHECKING:
    from hazard.cases.models import Case

bp = Blueprint("steps", __name__, url_prefix="/cases")
signatures = Blueprint("signatures", __name__, url_prefix="/signatures")


@stage(bp, Stage.EXTENSION)
def extension() -> Deed:
    wish = _wish()
    return lambda work, case: extending.ask(work, case, DeadlineKind.RECTIFY, wish)


@stage(bp, Stage.HANDLING, Permission.CASE_ASSIGN)
def handling() -> Deed:
    wish = _wish()
    return lambda work, case: extending.ask(work, case, DeadlineKind.HANDLE, wish)


@stage(bp, Stage.EXTENSION_DECISION)
def extension_decision() -> Deed:
    decision = extending.Decision(yes("granted"), text("note"), text("text"), ticked("declared"))
    return lambda work, case: extending.decide(work, case, decision)


@stage(bp, Stage.EXPLANATION)
def explanation() -> Deed:
    words = text("text")
    return lambda work, case: extending.explain(work, case, words)


@stage(bp, Stage.CONTROL)
def control() -> Deed:
    words = text("text")
    return lambda work, case: beside.renew_control(work, case, words)


@stage(bp, Stage.HAND_UP)
def hand_up() -> Deed:
    words = text("text")
    return lambda work, case: beside.hand_up(work, case, words)


@stage(bp, Stage.TAKING_UP, Permission.CASE_READ)
def taking_up() -> Deed:
    if not yes("taken"):
        words = text("text")
        return lambda work, case: beside.hand_back(work, case, words)
    person = needed_number("person")
    return lambda work, case: beside.take_up(work, case, person)


@stage(bp, Stage.PRESS, Permission.CASE_COSIGN)
def press() -> Deed:
    words, stop = text("text"), yes("stop")
    return lambda work, case: beside.press(work, case, words, stop=stop)


@stage(bp, Stage.PRESS_ANSWER, Permission.CASE_ASSIGN)
def press_answer() -> Deed:
    remark, words = needed_number("remark"), text("text")
    return lambda work, case: beside.answer_press(work, case, remark, words)


@stage(bp, Stage.STOP)
def stop() -> Deed:
    words = text("text")
    return lambda work, case: beside.stop_work(work, case, words)


@stage(bp, Stage.GO_ON, Permission.CASE_ASSIGN)
def go_on() -> Deed:
    words = text("text")
    return lambda work, case: beside.allow_work(work, case, words)


@stage(bp, Stage.LOOK_AGAIN, Permission.CASE_ASSIGN)
def look_again() -> Deed:
    verb = reopening.uphold if yes("fixed") else reopening.reopen
    look = reopening.Look(text("text"), day("due_on"), ticked("declared"))
    return lambda work, case: verb(work, case, look)


@stage(bp, Stage.SIGNATURE, Permission.CASE_GRADE, megabytes=2)
def signature() -> Deed:
    signer, declared = needed_number("signer"), ticked("declared")
    drawing = house().darkroom.develop(_drawn())
    photos.store(house().files, drawing, clock.now())

    def sign(work: Work, case: "Case") -> None:
        kept = photos.add_of_case(work, drawing, PhotoPart.SIGNATURE)
        quick_lane.sign(work, case, signer, kept, declared=declared)

    return sign


@bp.get("/<number>/<any(verification, notice):name>.pdf")
@requires(Permission.WORK)
def paper(number: str, name: str) -> Response:
    case = get_case(reading(), actor(), number)
    make = verification_report if name == PaperKind.VERIFICATION else rectification_notice
    made = make(reading(), actor(), case, house().files, clock.now())
    pdf = house().typesetter.pdf(made, language())
    return download(pdf, "application/pdf", f"{number}-{name}.pdf")


@signatures.get("/<int:signature_id>")
@requires(Permission.WORK)
def signed(signature_id: int) -> Response:
    return _signed(signature_id)


@signatures.post("/<int:signature_id>")
@requires(Permission.WORK)
def deny(signature_id: int) -> Response:
    on_refusal(lambda error: _signed(signature_id, error))
    words = text("text")
    with write() as work:
        quick_lane.deny(work, signature_id, words)
    return look_at(url_for(".signed", signature_id=signature_id))


def _signed(signature_id: int, error: HazardError | None = None) -> Response:
    mine = get_signed(reading(), actor().person_id, signature_id)
    return page("cases/signed.html", signed=mine, form=Filled({}, error))


def _drawn() -> bytes:
    """Return the picture a canvas sent as `data:image/png;base64,…`."""
    head, _, body = request.form.get("drawing", "").partition(",")
    if head != "data:image/png;base64" or not body:
        raise Unclear(Sentence(N_("Please sign with the finger")), field="drawing")
    try:
        return b64decode(body, validate=True)
    except ValueError:
        raise Unclear(Sentence(N_("Please sign with the finger")), field="drawing") from None


def _wish() -> Wish:
    return Wish(day("until"), text("reason"), text("risk"), text("control"))
