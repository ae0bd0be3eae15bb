"""Hazards: the list, one hazard, and one address for each stage of it."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, Response, flash, request, url_for

from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.cases import (
    checking,
    extending,
    feedback,
    grading,
    proposing,
    quick,
    rectification,
    verification,
)
from hazard.cases.audience import hidden_roles, may_widen
from hazard.cases.hands import plan_of
from hazard.cases.joining import list_possible_firsts
from hazard.cases.lists import Filter, list_in_charge, list_lines
from hazard.cases.papers import papers_of
from hazard.cases.queries import (
    find_case,
    find_photo,
    get_case,
    hold_case,
    list_checks,
    list_findings,
    list_told,
    names_in,
    photo_of_measures,
    pictures_of,
    readable_reports,
)
from hazard.cases.rectification import Draft
from hazard.cases.road import road_of
from hazard.cases.states import PATHS, Step
from hazard.cases.terms import CaseSource, CaseState, Verdict
from hazard.cases.timeline import timeline
from hazard.cases.waiting import Stage, Turn, handling_turn, next_of, turns
from hazard.core import clock
from hazard.core.calendar import MONTH, Month
from hazard.core.errors import HazardError, Unclear
from hazard.core.money import ZERO, parse_yuan
from hazard.core.words import N_, Sentence, say
from hazard.people.queries import list_units, unit_names, workshop_path
from hazard.places.queries import list_places
from hazard.policy.queries import get_plant
from hazard.policy.words import Category
from hazard.reports.queries import get_report
from hazard.rewards import quick as quick_lane
from hazard.rewards import reassessing
from hazard.rewards.awards import why_refused
from hazard.web.doorway import actor, language, person_id, reading, requires, takes, write
from hazard.web.forms import Filled, day, needed_number, text, ticked, whole
from hazard.web.forms import number as typed_number
from hazard.web.forms import word as term
from hazard.web.grades import LEVEL_CHOICES, chosen, grade_from_form, level_shown
from hazard.web.joining import case_typed
from hazard.web.replies import is_htmx, look_at, on_refusal, page
from hazard.web.snapshots import snapshots
from hazard.web.stage_forms import Fresh, form_of, offered

if TYPE_CHECKING:
    from hazard.cases.models import Case

bp = Blueprint("cases", __name__, url_prefix="/cases")

EXTRA = frozenset({"first", "merge"})
"""Deeds that stand folded on the page besides its stages."""
Deed = Callable[[Work, "Case"], object]
"""What a stage does to its case, the case held."""


def stage(
    at: Blueprint, name: str, permission: Permission = Permission.WORK, *, megabytes: int = 1
) -> Callable[[Callable[[], Deed]], Callable[[], Deed]]:
    """Give a stage its address, named like it; the function below reads the form into a deed.

    The same for all: who may not see the case is refused at once, a refused form comes back with
    everything kept, and what was done is answered by the page, or the desk for who has left it.
    """

    def register(read: Callable[[], Deed]) -> Callable[[], Deed]:
        @requires(permission)
        @takes(megabytes)
        def view(number: str) -> Response:
            _again(number, name)
            deed = read()
            with write() as work:
                deed(work, hold_case(work, number))
            flash(say(Sentence(N_("Done")), language()), "good")
            return look_at(afterwards(number))

        at.post(f"/<number>/{name.replace('_', '-')}", endpoint=read.__name__)(view)
        return read

    return register


@bp.get("")
@requires(Permission.WORK)
def listing() -> Response:
    last = whole(request.args.get("before", ""))
    found, more = list_lines(reading(), actor(), _filter(), clock.now(), last)
    kept = {name: value for name, value in request.args.items() if value and name in FILTERS}
    return page(
        "cases/list.html", lines=found, kept=kept, shortcuts=_shortcuts(kept),
        states=list(CaseState), sources=list(CaseSource), levels=LEVEL_CHOICES,
        categories=[category for category in Category if category is not Category.UNSURE],
        **_narrowing(),
        next_href=_listed({**kept, "before": str(more)}) if more else None,
        first_href=_listed(kept) if last else None,
    )  # fmt: skip


FILTERS = (
    "text", "state", "category", "unit", "place", "level", "owner", "source", "month", "overdue",
    "open", "drills",
)  # fmt: skip
"""What the address of a list may carry."""
MONTHS = 24
"""So many months back a list can be narrowed to one."""


def _narrowing() -> dict[str, object]:
    """Return what the list can be narrowed to; finer for those who read the reports themselves."""
    fine = actor().may(Permission.REPORT_READ_ORIGINAL)
    names = unit_names(reading())
    units = [
        (unit.path, names[unit.id]) for unit in list_units(reading(), clock.today())
        if fine or unit.path == workshop_path(unit.path)
    ]  # fmt: skip
    places = list_places(reading(), clock.today()) if fine else []
    this = Month.of(clock.now())
    months = list(itertools.islice(_back_from(this), MONTHS))
    return {
        "units": units,
        "places": [(place.id, place.name) for place in places],
        "owners": list_in_charge(reading(), actor()),
        "months": [(str(month), month.label) for month in months],
    }


def _back_from(month: Month) -> Iterator[Month]:
    while True:
        yield month
        month = Month.of_day(month.first_day - timedelta(days=1))


def _shortcuts(kept: Mapping[str, str]) -> list[tuple[str, str, bool, None]]:
    """Return the named views: words, address, whether it is the one shown."""
    me, month = str(person_id()), str(Month.of(clock.now()))
    named: list[tuple[str, dict[str, str]]] = [
        (N_("All"), {}),
        (N_("Open now"), {"open": "1"}),
        (N_("Overdue"), {"overdue": "1"}),
        (N_("In my charge"), {"owner": me}),
        (N_("Waiting for check"), {"state": CaseState.SUBMITTED_FOR_CHECK.value}),
        (N_("Being rectified"), {"state": CaseState.RECTIFYING.value}),
        (N_("Accepted this month"), {"month": month}),
    ]
    if actor().may(Permission.REPORT_RECEIVE):
        named.append((N_("Tests and drills"), {"drills": "1"}))
    return [
        (say(Sentence(words), language()), _listed(values), dict(kept) == values, None)
        for words, values in named
    ]


@bp.get("/<number>")
@requires(Permission.WORK)
def show(number: str) -> Response:
    known = get_case(reading(), actor(), number).number
    if known != number:  # it was put together with an older one; both numbers resolve
        return look_at(url_for("cases.show", number=known))
    return _show(number)


@bp.get("/<number>/grading")
@requires(Permission.CASE_GRADE)
def level(number: str) -> Response:
    if not is_htmx():
        return look_at(url_for("cases.show", number=number))
    return page("cases/_level.html", **level_shown(request.args, quick=False))


@stage(bp, Stage.VERIFIERS, Permission.CASE_ASSIGN)
def verifiers() -> Deed:
    people = [each for each in map(whole, request.form.getlist("verifier")) if each is not None]
    return lambda work, case: quick.ask_others(work, case, people)


@stage(bp, Stage.VERIFICATION, megabytes=100)
def verification_() -> Deed:
    if ticked("aside"):
        return verification.step_aside
    sent = snapshots("after")
    verdict, fixer = term("verdict", Verdict), typed_number("fixer") or person_id()
    note, on_site, declared = text("note"), ticked("on_site"), ticked("declared")
    sent.develop()

    def find(work: Work, case: "Case") -> None:
        taken = sent.take(work)
        found = verification.Found(
            verdict, note, on_site, declared, fixer if taken else None, taken
        )
        verification.find(work, case, found)

    return find


@stage(bp, Stage.CONFIRMATION)
def confirmation() -> Deed:
    agrees, reason, declared = yes("confirmed"), text("reason"), ticked("declared")
    return lambda work, case: quick_lane.confirm(
        work, case, yes=agrees, reason=reason, declared=declared
    )


@stage(bp, Stage.GRADING, Permission.CASE_GRADE)
def grading_() -> Deed:
    grade, declared = grade_from_form(), ticked("declared")
    return lambda work, case: grading.grade(work, case, grade, declared=declared)


@stage(bp, Stage.OWNER, Permission.CASE_ASSIGN)
def owner() -> Deed:
    person = needed_number("person")
    return lambda work, case: rectification.set_owner(work, case, person)


@stage(bp, Stage.PLAN)
def plan() -> Deed:
    draft = _draft()
    return lambda work, case: rectification.draw_up(work, case, draft)


@stage(bp, Stage.PLAN_APPROVAL)
def plan_approval() -> Deed:
    note, declared = text("note"), ticked("declared")
    if yes("approved"):
        return lambda work, case: rectification.approve_plan(work, case, declared=declared)
    return lambda work, case: rectification.return_plan(work, case, note)


@stage(bp, Stage.PROGRESS, megabytes=12)
def progress() -> Deed:
    sent = snapshots("photo")
    measure = needed_number("measure")
    sent.develop()

    def tick(work: Work, case: "Case") -> None:
        taken = sent.take(work)
        rectification.tick(work, case, measure, taken[0] if taken else None)

    return tick


@stage(bp, Stage.COMPLETION, megabytes=100)
def completion() -> Deed:
    sent = snapshots("after")
    cost = parse_yuan(text("cost"), field="cost") if text("cost") else ZERO
    sent.develop()
    return lambda work, case: rectification.complete(work, case, cost, sent.take(work))


@stage(bp, Stage.CHECK)
def check() -> Deed:
    passed, note, declared = yes("passed"), text("note"), ticked("declared")
    return lambda work, case: checking.check(
        work, case, passed=passed, note=note, declared=declared
    )


@stage(bp, Stage.CHECKER, Permission.CASE_ASSIGN)
def checker() -> Deed:
    person = needed_number("person")
    return lambda work, case: checking.name_checker(work, case, person)


@stage(bp, Stage.PROPOSER, Permission.CASE_ASSIGN)
def proposer() -> Deed:
    person = needed_number("proposer")
    return lambda work, case: proposing.name_proposer(work, case, person)


@stage(bp, Stage.COSIGN)
def cosign() -> Deed:
    return checking.cosign


@stage(bp, Stage.FEEDBACK, Permission.CASE_INFORM)
def feedback_() -> Deed:
    told, words = text("report"), text("text")
    return lambda work, case: feedback.inform(
        work, case, get_report(work.session, work.actor, told), words
    )


@stage(bp, "first", Permission.REPORT_RECEIVE)
def first() -> Deed:
    told, reason = text("report"), text("note")
    return lambda work, case: reassessing.change_first(
        work, case, get_report(work.session, work.actor, told), reason
    )


@stage(bp, "photo", Permission.REPORT_READ_ORIGINAL)
def photo() -> Deed:
    public_id, shown = text("photo"), yes("shown")
    return lambda work, case: verification.release_photo(
        work, case, find_photo(work.session, work.actor, case, public_id), shown=shown
    )


@bp.post("/<number>/merge")
@requires(Permission.CASE_ASSIGN)
def merge(number: str) -> Response:
    _again(number, "merge")
    other, note = case_typed(text("into"), "into"), text("note")
    if not ticked("confirmed"):
        raise Unclear(Sentence(N_("Please tick that you looked at both")), field="confirmed")
    with write() as work:
        held = {each: hold_case(work, each) for each in sorted((number, other))}
        survivor = reassessing.merge_cases(work, held[number], held[other], note).number
    flash(say(Sentence(N_("The two are one hazard now")), language()), "good")
    return look_at(url_for("cases.show", number=survivor))


def _show(number: str, posted: str = "", error: HazardError | None = None) -> Response:
    case = get_case(reading(), actor(), number)
    open_now, posted = _open_turns(case, posted, refused=error is not None)
    forms = {turn.stage.value: form_of(case, turn.stage, posted, error) for turn in open_now}
    shown_beside = error is not None and (posted in forms or (error.field and posted in EXTRA))
    return page(
        "cases/show.html",
        turns=open_now,
        forms=forms,
        extra=Filled(error=error) if posted in EXTRA else Fresh(),
        stage=posted,
        error=None if shown_beside else error,
        **_facts(case),
        **offered(case, [turn.stage for turn in open_now]),
    )


def _open_turns(case: "Case", posted: str, *, refused: bool) -> tuple[list[Turn], str]:
    """Return the stages that are open, and the one whose form holds what was posted.

    A refused form stands alone: nobody has to look for it among the others.
    """
    now = clock.now()
    open_now = turns(reading(), actor(), case, now)
    if handling := handling_turn(reading(), actor(), case, now):
        open_now.append(handling)
    if posted == Stage.PROGRESS and all(turn.stage != posted for turn in open_now):
        posted = Stage.COMPLETION  # the owner ticks in the form of the completion
    if refused and any(turn.stage == posted for turn in open_now):
        open_now = [turn for turn in open_now if turn.stage == posted]
    return open_now, posted


def _facts(case: "Case") -> dict[str, object]:
    """Return what the page shows whatever can be done."""
    now, own = clock.now(), readable_reports(reading(), actor(), case)
    following, names = next_of(reading(), case, now), names_in(reading(), case)
    in_force = plan_of(case)
    return {
        "case": case,
        "next": following,
        "papers": papers_of(case),
        "road": road_of(reading(), case, names, following),
        "pending": extending.pending(reading(), case),
        "no_reward": why_refused(reading(), actor(), case),
        "moments": timeline(reading(), actor(), case),
        "pictures": pictures_of(reading(), actor(), case),
        "reports": own,
        "parts": {link.report_id: link for link in case.reports},
        "widens": hidden_roles(case) if may_widen(reading(), actor(), case) else (),
        "may_merge": actor().may(Permission.CASE_ASSIGN, case.unit_path)
        and case.state in PATHS[Step.MERGE].sources,
        "names": names,
        "findings": list_findings(reading(), case),
        "checks": list_checks(reading(), case),
        "failed": checking.failed_check(reading(), case),
        "firsts": [
            (each.number, each.number, each.shift_day)
            for each in list_possible_firsts(case)
            if each in own
        ],
        "told": list_told(reading(), case) if own else [],
        "plan": in_force,
        "ticked": photo_of_measures(reading(), in_force) if in_force else {},
    }


def _filter() -> Filter:
    asked = request.args
    return Filter(
        state=chosen(asked, "state", CaseState),
        category=chosen(asked, "category", Category),
        unit_path=asked.get("unit", ""),
        place_id=whole(asked.get("place", "")),
        level=whole(asked.get("level", "")),
        owner_id=whole(asked.get("owner", "")),
        source=chosen(asked, "source", CaseSource),
        month=Month.parse(asked["month"]) if MONTH.fullmatch(asked.get("month", "")) else None,
        text=asked.get("text", "").strip()[:60],
        overdue_on=clock.today() if asked.get("overdue") else None,
        open=bool(asked.get("open")),
        drills=bool(asked.get("drills")) and actor().may(Permission.REPORT_RECEIVE),
    )


def _listed(values: Mapping[str, str]) -> str:
    return url_for("cases.listing", _anchor=None, _external=False, **dict(values))


def _draft() -> Draft:
    """Read the five implementations; what is missing is told together by the verb."""
    measures = tuple(line.strip() for line in text("measures").splitlines() if line.strip())
    funds = parse_yuan(text("funds"), field="funds") if text("funds") else None
    return Draft(
        typed_number("owner"), measures, funds, day("due_on"), _contingency(),
        text("interim_control"),
    )  # fmt: skip


def _contingency() -> str:
    """Return what was written, else the plant's own plan where that was chosen."""
    usual = get_plant(reading()).standard_plan if text("usual_plan") == "yes" else ""
    return text("contingency") or usual


def afterwards(number: str) -> str:
    """Return the case page, or the desk for those whose part in it has ended."""
    if find_case(reading(), actor(), number) is None:
        return url_for("desk.show")
    return url_for("cases.show", number=number)


def _again(number: str, name: str) -> None:
    """Show the page again if the rest is refused; refused at once to who may not see it."""
    get_case(reading(), actor(), number)
    on_refusal(lambda error: _show(number, name, error))


def yes(name: str) -> bool:
    """Say whether the button "yes" of a field was pressed."""
    return text(name) == "yes"
