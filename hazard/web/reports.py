"""The receiving desk: reports as they came, and the decision about each."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, Response, flash, request, url_for

from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.cases import choices
from hazard.cases.earlier import propose_earlier
from hazard.cases.joining import split_case
from hazard.cases.opening import Opening, open_case
from hazard.cases.queries import cases_of_report
from hazard.cases.quick import FirstHand
from hazard.cases.timeline import timeline_of_report
from hazard.cases.waiting import following_report
from hazard.core import clock
from hazard.core.errors import HazardError, Unclear
from hazard.core.words import N_, Sentence, say
from hazard.deadlines.queries import running_of
from hazard.people.matching import propose_people
from hazard.people.queries import find_by_number
from hazard.places.queries import list_places
from hazard.policy.queries import policy_on
from hazard.policy.words import (
    SUB_CODES,
    Category,
    DoneAlready,
    Gravity,
    Identity,
    Likely,
    SubCode,
)
from hazard.reports import handling, identity, transfers
from hazard.reports.queries import (
    get_report,
    hold_report,
    list_carriers,
    list_messages,
    list_photos,
    list_reports,
)
from hazard.reports.registering import find_origins
from hazard.reports.terms import Refusal, ReportState
from hazard.reports.voices import list_voices
from hazard.rewards import quick as quick_lane
from hazard.rewards import reassessing
from hazard.web.doorway import actor, language, person_id, reading, requires, takes, write
from hazard.web.forms import Filled, day, needed_number, number, text, ticked, whole, word
from hazard.web.grades import chosen, grade_from_form, level_shown
from hazard.web.joining import case_typed, compared, join
from hazard.web.ready import refusal_words
from hazard.web.replies import is_htmx, look_at, on_refusal, page
from hazard.web.snapshots import snapshots

if TYPE_CHECKING:
    from hazard.reports.models import Report

bp = Blueprint("reports", __name__, url_prefix="/reports")

PAGE = 50
STATES = {
    ReportState.SUBMITTED: Sentence(N_("To be decided")),
    ReportState.RETURNED: Sentence(N_("Waits for the reporter's answer")),
    ReportState.ACCEPTED: Sentence(N_("Accepted")),
    ReportState.REFUSED: Sentence(N_("Not accepted")),
    ReportState.TRANSFERRED: Sentence(N_("Handed on")),
    ReportState.WITHDRAWN: Sentence(N_("Withdrawn by the reporter")),
}
"""What staff call the states; their labels are the reporter's words."""

_DECIDING = ("acceptance", "question", "refusal", "transfer")
OPEN = {
    ReportState.SUBMITTED: _DECIDING,
    ReportState.RETURNED: _DECIDING,
    ReportState.ACCEPTED: ("question", "split"),
    ReportState.REFUSED: ("question",),
    ReportState.TRANSFERRED: ("receipt", "question"),
    ReportState.WITHDRAWN: (),
}
"""Which stages a report page offers."""

PAYABLE = frozenset({ReportState.SUBMITTED, ReportState.RETURNED, ReportState.ACCEPTED})
"""Only for these a reward may wait for the name."""

KINDS = {
    Category.PERSON: N_("Unsafe way of working"),
    Category.EQUIPMENT: N_("Defect of a machine or device"),
    Category.ENVIRONMENT: N_("Unsafe surroundings"),
    Category.MANAGEMENT: N_("Gap in the management"),
}
"""What a short description starts from: never the reporter's words (decisions 9)."""


@bp.get("")
@requires(Permission.REPORT_RECEIVE)
def listing() -> Response:
    state = _state_in_address()
    last = whole(request.args.get("before", ""))
    found = list_reports(reading(), actor(), state=state, before=last, limit=PAGE + 1)
    shown = found[:PAGE]
    subjects = [(report.kind, report.id) for report in shown]
    clocks = {due.subject_id: due for due in running_of(reading(), subjects, clock.now())}
    here = url_for("reports.listing", state=state.value if state else None)
    return page(
        "reports/list.html", reports=shown, clocks=clocks, states=STATES, state=state,
        next_href=url_for(
            "reports.listing", state=state.value if state else None, before=shown[-1].id
        ) if len(found) > PAGE else None,
        first_href=here if last else None,
    )  # fmt: skip


@bp.get("/<number>")
@requires(Permission.REPORT_RECEIVE)
def show(number: str) -> Response:
    return _show(number)


@bp.get("/<number>/quick")
@requires(Permission.REPORT_RECEIVE)
def quick_form(number: str) -> Response:
    report = get_report(reading(), actor(), number)
    if is_htmx() and request.args.get("part") == "kind":
        return page("reports/_kind.html", **_kind(report, Filled(_quickly(report))))
    if is_htmx():
        return page("cases/_level.html", **level_shown(request.args, quick=True))
    return _quick(number)


@bp.post("/<number>/acceptance")
@requires(Permission.REPORT_RECEIVE)
def acceptance(number: str) -> Response:
    _again(number, "acceptance")
    if text("case"):
        return join(number, case_typed(text("case")))
    with write() as work:
        case = open_case(work, hold_report(work, number), _opening()).number
    _flash(N_("Accepted"))
    return look_at(_next_or(number, url_for("cases.show", number=case)))


@bp.get("/<number>/joining")
@requires(Permission.REPORT_RECEIVE)
def compare(number: str) -> Response:
    return compared(number, case_typed(request.args.get("case", "")))


@bp.post("/<number>/split")
@requires(Permission.REPORT_RECEIVE)
def split(number: str) -> Response:
    _again(number, "split")
    with write() as work:
        case = split_case(work, hold_report(work, number), _opening()).number
    _flash(N_("One more hazard opened from this report"))
    return look_at(url_for("cases.show", number=case))


@bp.post("/<number>/refusal")
@requires(Permission.REPORT_RECEIVE)
def refusal(number: str) -> Response:
    _again(number, "refusal")
    reason, words = word("reason", Refusal), text("words")
    _stage(number, lambda work, report: handling.refuse(work, report, reason, words))
    return look_at(_next_or(number, url_for("reports.show", number=number)))


@bp.post("/<number>/question")
@requires(Permission.REPORT_RECEIVE)
def question(number: str) -> Response:
    _again(number, "question")
    words = text("question")
    return _stage(number, lambda work, report: handling.ask(work, report, words))


@bp.post("/<number>/transfer")
@requires(Permission.REPORT_RECEIVE)
def transfer(number: str) -> Response:
    _again(number, "transfer")
    target, words = text("target"), text("words")
    return _stage(number, lambda work, report: transfers.hand_on(work, report, target, words))


@bp.post("/<number>/receipt")
@requires(Permission.REPORT_RECEIVE)
def receipt(number: str) -> Response:
    _again(number, "receipt")
    if text("decision") == "back":
        return _stage(number, transfers.take_back)
    on, by, reference = day("received_on"), text("received_by"), text("reference")
    return _stage(
        number, lambda work, report: transfers.note_receipt(work, report, on, by, reference)
    )


@bp.post("/<number>/drill")
@requires(Permission.REPORT_RECEIVE)
def drill(number: str) -> Response:
    _again(number, "drill")
    on = ticked("drill")
    return _stage(number, lambda work, report: reassessing.mark_drill(work, report, drill=on))


@bp.post("/<number>/match")
@requires(Permission.REPORT_IDENTIFY)
def match(number: str) -> Response:
    _again(number, "match")
    decision = text("decision")
    if decision == "outside":
        return _stage(number, identity.match_outside)
    if decision == "person":
        chosen = _employee(text("person") or text("meant"))
        return _stage(number, lambda work, report: identity.match_person(work, report, chosen))
    with write() as work:
        known = identity.look(work, hold_report(work, number), identity.LookReason.R1)
    return _show(number, known=known)


@bp.post("/<number>/quick")
@requires(Permission.REPORT_RECEIVE)
@takes(megabytes=100)
def quick(number: str) -> Response:
    get_report(reading(), actor(), number)
    on_refusal(lambda error: _quick(number, error))
    pictures = snapshots("after")
    pictures.develop()
    grade, second = grade_from_form(), needed_number("second")
    fixer = number_or_me("fixer") if pictures.any else None
    with write() as work:
        report = hold_report(work, number)
        opened = _opening(grade.sub_code)
        taken = pictures.take(work)
        first = FirstHand(
            opened,
            replace(grade, short_description=None),
            second,
            fixer,
            taken,
            declared=ticked("declared"),
            shown=tuple(request.form.getlist("before")),
        )
        case = quick_lane.handle(work, report, first, out_of_post=ticked("out_of_post")).number
    _flash(N_("Handled; it waits for the second person"))
    return look_at(_next_or(number, url_for("cases.show", number=case)))


def _next_or(number: str, here: str) -> str:
    """Return the next report to decide, if "Save and next" was pressed and one waits (words 76)."""
    following = following_report(reading(), actor(), number, clock.now()) if text("next") else None
    return url_for("reports.show", number=following) if following else here


def number_or_me(name: str) -> int:
    """Return the chosen person; whoever is logged in if the field is empty."""
    return number(name) or person_id()


def _show(
    number: str, stage: str = "", error: HazardError | None = None,
    known: identity.Known | None = None,
) -> Response:  # fmt: skip
    report = get_report(reading(), actor(), number)
    shown = {*OPEN[report.state], "match", "drill"}
    named = report.identity is Identity.NAMED
    context = {
        "report": report,
        "error": error.sentence if error and not (error.field and stage in shown) else None,
        "state": STATES[report.state],
        "stages": OPEN[report.state],
        "stage": stage,
        "form": Filled(_proposed(report), error),
        "known": known,
        "meant": propose_people(reading(), known.name, known.team, clock.today())
        if known and not known.matched
        else [],
        "asks_name": named and identity.may_identify(reading(), actor(), report),
        "unmatched": named and report.state in PAYABLE and identity.is_unmatched(reading(), report),
        "people": choices.by_number(reading(), clock.today()) if known or stage == "match" else [],
        "cases": cases_of_report(reading(), report.id),
        "handed_on": transfers.find_transfer(reading(), report),
        "following": following_report(reading(), actor(), number, clock.now()),
        "pauses": handling.times_asked(reading(), report) < handling.MAX_PAUSES,
    }
    deciding = "acceptance" in OPEN[report.state]
    earlier = propose_earlier(reading(), actor(), report) if deciding else []
    return page("reports/show.html", earlier=earlier, **context, **_around(report), **_to_decide())


def _around(report: "Report") -> dict[str, object]:
    """Return what stands beside the decision: photos, conversation, clock, what happened."""
    clocks = running_of(reading(), [(report.kind, report.id)], clock.now())
    coarse = report.identity is not Identity.NAMED
    return {
        "pictures": [photo.public_id for photo in list_photos(reading(), [report.id])],
        "voices": list_voices(reading(), [report.id]),
        "talk": [
            {
                "from_reporter": turn.from_reporter,
                "when": clock.day_of(turn.at) if coarse and turn.from_reporter else turn.at,
                "text": turn.text,
            }
            for turn in list_messages(reading(), report.id)
        ],
        "origins": find_origins(reading(), report.id),
        "papers": [photo.public_id for photo in list_carriers(reading(), report.id)],
        "moments": timeline_of_report(reading(), report),
        "due": clocks[0] if clocks else None,
        "done": tuple(DoneAlready(each) for each in report.done_already.split()),
        "coarse": coarse,
    }


def _to_decide() -> dict[str, object]:
    """Return what the forms of the decision choose from."""
    return {
        "places": [(place.id, place.name) for place in list_places(reading(), clock.today())],
        "categories": [category for category in Category if category is not Category.UNSURE],
        "refusals": list(Refusal),
        "ready": refusal_words(),
        "quick_lane": bool(policy_on(reading(), clock.today()).policy.hands.quick_levels),
    }


def _quick(number: str, error: HazardError | None = None) -> Response:
    report = get_report(reading(), actor(), number)
    policy = policy_on(reading(), clock.today()).policy
    seconds = choices.seconds(reading(), actor(), report, clock.today())
    form = Filled(_quickly(report), error)
    answers = {name: form.value(name) for name in ("hurt", "likely", "gravity")}
    context = {
        **_to_decide(),
        **_kind(report, form),
        **level_shown(answers, quick=True),
        "people": choices.employees(reading(), clock.today()),
        "seconds": seconds,
        "pictures": [photo.public_id for photo in list_photos(reading(), [report.id])],
        "voices": list_voices(reading(), [report.id]),
        "out_of_post": policy.rewards.out_of_post is not None,
        "may_show": actor().may(Permission.REPORT_READ_ORIGINAL, report.unit_path),
        "open_now": "acceptance" in OPEN[report.state],
        "following": following_report(reading(), actor(), number, clock.now()),
    }
    return page("reports/quick.html", **context)


def _quickly(report: "Report") -> dict[str, object]:
    """Return what the quick lane starts from: a clear case needs few touches."""
    return {
        **_proposed(report),
        "likely": Likely.POSSIBLE,
        "gravity": Gravity.NO,
        "fixer": person_id(),
        "sub_code": request.args.get("sub_code", ""),
    }


def _kind(report: "Report", form: Filled) -> dict[str, object]:
    """Return what `reports/_kind.html` shows: sub-codes of the chosen kind, and the wording."""
    category = chosen({"category": form.value("category")}, "category", Category)
    codes = SUB_CODES.get(category, ()) if category else ()
    return {"report": report, "form": form, "codes": codes}


def _proposed(report: "Report") -> dict[str, object]:
    """Return the fields of the acceptance, from place, kind and sub-code (decisions 9)."""
    category = chosen(request.args, "category", Category) or report.category
    code = chosen(request.args, "sub_code", SubCode)
    short = _short(category, code)
    extract = Sentence(
        N_("%(place)s: %(what)s. Look at it on the spot and put it right"),
        place=report.place_name, what=short,
    )  # fmt: skip
    return {
        "category": "" if category is Category.UNSURE else category,
        "place_id": report.place_id,
        "short_description": short,
        "extract": say(extract, language()) if short else "",
        "case": report.same_as,
    }


def _short(category: Category, code: SubCode | None) -> str:
    if code and code in SUB_CODES.get(category, ()):
        return say(code.label, language())
    return say(Sentence(KINDS[category]), language()) if category in KINDS else ""


def _opening(code: SubCode | None = None) -> Opening:
    """Return what the desk wrote; wording left as it was proposed follows the sub-code."""
    category = word("category", Category)
    typed, plain, finer = text("short_description"), _short(category, None), _short(category, code)
    short = finer if typed in {"", plain} else typed
    extract = text("extract").replace(plain, finer) if plain else text("extract")
    return Opening(short, extract, text("advice"), category, number("place_id"))


def _employee(typed: str) -> int:
    found = find_by_number(reading(), typed.partition(" ")[0].upper())
    if found is None:
        raise Unclear(Sentence(N_("No employee has this number")), field="person")
    return found.id


def _again(number: str, stage: str) -> None:
    """Show the page again if the rest is refused; refused at once to who may not see it."""
    get_report(reading(), actor(), number)
    on_refusal(lambda error: _show(number, stage, error))


def _stage(number: str, deed: Callable[[Work, "Report"], object]) -> Response:
    with write() as work:
        deed(work, hold_report(work, number))
    _flash(N_("Done"))
    return look_at(_next_or(number, url_for("reports.show", number=number)))


def _flash(msgid: str) -> None:
    flash(say(Sentence(msgid), language()), "good")


def _state_in_address() -> ReportState | None:
    return chosen(request.args, "state", ReportState)
