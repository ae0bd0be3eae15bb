"""Hazards: the list, one hazard, and one address for each stage of it."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, flash, request, url_for
from werkzeug.datastructures import MultiDict

from hazard.access.duties import Part as Duty
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
    reopening,
    verification,
)
from hazard.cases.assigning import holder
from hazard.cases.audience import hidden_roles, may_widen
from hazard.cases.choices import choices_for, employees
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
from hazard.cases.rectification import Draft, plan_of
from hazard.cases.road import road_of
from hazard.cases.states import PATHS, Step
from hazard.cases.terms import CaseSource, CaseState, Part, Verdict
from hazard.cases.timeline import timeline
from hazard.cases.waiting import Stage, handling_turn, next_of, turns
from hazard.core import clock
from hazard.core.calendar import MONTH, Month
from hazard.core.errors import HazardError, Unclear
from hazard.core.money import ZERO, parse_yuan
from hazard.core.words import N_, Sentence, say
from hazard.deadlines.queries import running_of
from hazard.deadlines.terms import DeadlineKind
from hazard.people.queries import list_units, unit_names, workshop_path
from hazard.places.queries import list_places
from hazard.policy.queries import get_plant, policy_on
from hazard.policy.words import SUB_CODES, Category
from hazard.reports.queries import get_report
from hazard.rewards import quick as quick_lane
from hazard.rewards import reassessing
from hazard.rewards.awards import lines_of, why_refused
from hazard.web.doorway import actor, language, person_id, reading, requires, takes, write
from hazard.web.forms import Filled, day, needed_number, text, ticked
from hazard.web.forms import number as whole_number
from hazard.web.forms import word as term
from hazard.web.grades import (
    LEVEL_CHOICES,
    chosen,
    classing_choices,
    classing_proposed,
    grade_from_form,
    level_shown,
)
from hazard.web.joining import case_typed
from hazard.web.ready import moved_words, result_words
from hazard.web.replies import is_htmx, look_at, on_refusal, page
from hazard.web.snapshots import snapshots
from hazard.web.thumbnails import Thumbnail

if TYPE_CHECKING:
    from hazard.cases.models import Case
    from hazard.reports.models import Photo

bp = Blueprint("cases", __name__, url_prefix="/cases")


EXTRA = frozenset({"first", "merge"})
"""Deeds that stand folded on the page besides its stages."""


class Fresh(Filled):
    """A form beside one that was refused: it keeps nothing of what was sent."""

    def __init__(self, proposed: Mapping[str, object] | None = None) -> None:
        super().__init__(proposed)
        self._typed = MultiDict()

    def photos(self, _: str) -> list[Thumbnail]:
        """Return none: they belong to the other form."""
        return []


@bp.get("")
@requires(Permission.WORK)
def listing() -> Response:
    before = request.args.get("before", "")
    last = int(before) if before.isdigit() and len(before) < 12 else None
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
    "drills",
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


@bp.post("/<number>/verifiers")
@requires(Permission.CASE_ASSIGN)
def verifiers(number: str) -> Response:
    again(number, Stage.VERIFIERS)
    chosen_ids = [int(each) for each in request.form.getlist("verifier") if _is_id(each)]
    return do_stage(number, lambda work, case: _ask_verifiers(work, case, chosen_ids))


@bp.post("/<number>/verification")
@requires(Permission.WORK)
@takes(megabytes=100)
def verification_(number: str) -> Response:
    again(number, Stage.VERIFICATION)
    if ticked("aside"):
        return do_stage(number, verification.step_aside)
    snapshots("after")
    verdict, fixer = term("verdict", Verdict), whole_number("fixer")
    note, on_site, declared = text("note"), ticked("on_site"), ticked("declared")

    def find(work: Work, case: "Case", taken: "tuple[Photo, ...]") -> None:
        found = verification.Found(
            verdict, note, on_site, declared, (fixer or person_id()) if taken else None, taken
        )
        verification.find(work, case, found)

    return _with_photos(number, "after", find)


@bp.post("/<number>/confirmation")
@requires(Permission.WORK)
def confirmation(number: str) -> Response:
    again(number, Stage.CONFIRMATION)
    agrees, reason, declared = yes("confirmed"), text("reason"), ticked("declared")
    return do_stage(
        number,
        lambda work, case: quick_lane.confirm(
            work, case, yes=agrees, reason=reason, declared=declared
        ),
    )


@bp.post("/<number>/grading")
@requires(Permission.CASE_GRADE)
def grading_(number: str) -> Response:
    again(number, Stage.GRADING)
    grade, declared = grade_from_form(), ticked("declared")
    return do_stage(number, lambda work, case: grading.grade(work, case, grade, declared=declared))


@bp.post("/<number>/owner")
@requires(Permission.CASE_ASSIGN)
def owner(number: str) -> Response:
    again(number, Stage.OWNER)
    person = needed_number("person")
    return do_stage(number, lambda work, case: rectification.set_owner(work, case, person))


@bp.post("/<number>/plan")
@requires(Permission.WORK)
def plan(number: str) -> Response:
    again(number, Stage.PLAN)
    draft = _draft()
    return do_stage(number, lambda work, case: rectification.draw_up(work, case, draft))


@bp.post("/<number>/plan-approval")
@requires(Permission.WORK)
def plan_approval(number: str) -> Response:
    again(number, Stage.PLAN_APPROVAL)
    note, declared = text("note"), ticked("declared")
    if yes("approved"):
        return do_stage(
            number, lambda work, case: rectification.approve_plan(work, case, declared=declared)
        )
    return do_stage(number, lambda work, case: rectification.return_plan(work, case, note))


@bp.post("/<number>/progress")
@requires(Permission.WORK)
@takes(megabytes=12)
def progress(number: str) -> Response:
    again(number, Stage.PROGRESS)
    snapshots("photo")
    measure = needed_number("measure")

    def tick(work: Work, case: "Case", taken: "tuple[Photo, ...]") -> None:
        rectification.tick(work, case, measure, taken[0] if taken else None)

    return _with_photos(number, "photo", tick)


@bp.post("/<number>/completion")
@requires(Permission.WORK)
@takes(megabytes=100)
def completion(number: str) -> Response:
    again(number, Stage.COMPLETION)
    snapshots("after")
    cost = parse_yuan(text("cost"), field="cost") if text("cost") else ZERO

    def complete(work: Work, case: "Case", taken: "tuple[Photo, ...]") -> None:
        rectification.complete(work, case, cost, taken)

    return _with_photos(number, "after", complete)


@bp.post("/<number>/check")
@requires(Permission.WORK)
def check(number: str) -> Response:
    again(number, Stage.CHECK)
    passed, note, declared = yes("passed"), text("note"), ticked("declared")
    return do_stage(
        number,
        lambda work, case: checking.check(work, case, passed=passed, note=note, declared=declared),
    )


@bp.post("/<number>/checker")
@requires(Permission.CASE_ASSIGN)
def checker(number: str) -> Response:
    again(number, Stage.CHECKER)
    person = needed_number("person")
    return do_stage(number, lambda work, case: checking.name_checker(work, case, person))


@bp.post("/<number>/proposer")
@requires(Permission.CASE_ASSIGN)
def proposer(number: str) -> Response:
    again(number, Stage.PROPOSER)
    person = needed_number("proposer")
    return do_stage(number, lambda work, case: proposing.name_proposer(work, case, person))


@bp.post("/<number>/cosign")
@requires(Permission.WORK)
def cosign(number: str) -> Response:
    again(number, Stage.COSIGN)
    return do_stage(number, checking.cosign)


@bp.post("/<number>/feedback")
@requires(Permission.CASE_INFORM)
def feedback_(number: str) -> Response:
    again(number, Stage.FEEDBACK)
    told, words = text("report"), text("text")

    def inform(work: Work, case: "Case") -> None:
        feedback.inform(work, case, get_report(work.session, work.actor, told), words)

    return do_stage(number, inform)


@bp.post("/<number>/first")
@requires(Permission.REPORT_RECEIVE)
def first(number: str) -> Response:
    again(number, "first")
    chosen_report, reason = text("report"), text("note")

    def change(work: Work, case: "Case") -> None:
        report = get_report(work.session, work.actor, chosen_report)
        reassessing.change_first(work, case, report, reason)

    return do_stage(number, change)


@bp.post("/<number>/merge")
@requires(Permission.CASE_ASSIGN)
def merge(number: str) -> Response:
    again(number, "merge")
    other, note = case_typed(text("into"), "into"), text("note")
    if not ticked("confirmed"):
        raise Unclear(Sentence(N_("Please tick that you looked at both")), field="confirmed")
    with write() as work:
        held = {each: hold_case(work, each) for each in sorted((number, other))}
        survivor = reassessing.merge_cases(work, held[number], held[other], note).number
    flash(say(Sentence(N_("The two are one hazard now")), language()), "good")
    return look_at(url_for("cases.show", number=survivor))


@bp.post("/<number>/photo")
@requires(Permission.REPORT_READ_ORIGINAL)
def photo(number: str) -> Response:
    again(number, "photo")
    public_id, shown = text("photo"), yes("shown")

    def release(work: Work, case: "Case") -> None:
        picture = find_photo(work.session, work.actor, case, public_id)
        verification.release_photo(work, case, picture, shown=shown)

    return do_stage(number, release)


def _show(number: str, stage: str = "", error: HazardError | None = None) -> Response:
    case = get_case(reading(), actor(), number)
    now = clock.now()
    mine = turns(reading(), actor(), case, now)
    if handling := handling_turn(reading(), actor(), case, now):
        mine.append(handling)
    open_now = [turn for turn in mine if not _elsewhere(turn.stage)]
    if stage == Stage.PROGRESS and all(turn.stage != stage for turn in open_now):
        stage = Stage.COMPLETION  # the owner ticks in the form of the completion
    if error and any(turn.stage == stage for turn in open_now):
        open_now = [turn for turn in open_now if turn.stage == stage]
    forms = {turn.stage.value: _form(case, turn.stage, stage, error) for turn in open_now}
    refused_here = bool(error) and stage in forms
    pictures = pictures_of(reading(), actor(), case)
    own = readable_reports(reading(), actor(), case)
    following, names = next_of(reading(), case, now), names_in(reading(), case)
    in_force = plan_of(case)
    return page(
        "cases/show.html",
        case=case,
        next=following,
        papers=papers_of(case),
        road=road_of(reading(), case, names, following),
        pending=extending.pending(reading(), case),
        no_reward=why_refused(reading(), actor(), case),
        dues=[due for due in running_of(reading(), [(case.kind, case.id)], now) if not due.paused],
        turns=open_now,
        forms=forms,
        extra=Filled(error=error) if stage in {"first", "merge"} else Fresh(),
        stage=stage,
        error=None if refused_here or (error and error.field and stage in EXTRA) else error,
        moments=timeline(reading(), actor(), case),
        pictures=pictures,
        reports=own,
        parts={link.report_id: link for link in case.reports},
        widens=hidden_roles(case) if may_widen(reading(), actor(), case) else (),
        may_merge=actor().may(Permission.CASE_ASSIGN, case.unit_path)
        and case.state in PATHS[Step.MERGE].sources,
        names=names,
        findings=list_findings(reading(), case),
        checks=list_checks(reading(), case),
        told=list_told(reading(), case) if own else [],
        plan=in_force,
        ticked=photo_of_measures(reading(), in_force) if in_force else {},
        **_offered(case, [turn.stage for turn in open_now]),
    )


def _elsewhere(stage: Stage) -> bool:
    """Say whether the stage belongs to a page that this server does not have."""
    return stage is Stage.AWARD and "rewards.propose" not in current_app.view_functions


def _form(case: "Case", stage: Stage, posted: str, error: HazardError | None) -> Filled:
    proposed = _PROPOSED.get(stage, _nothing)(case)
    return Filled(proposed, error) if stage == posted and error else Fresh(proposed)


def _offered(case: "Case", stages: list[Stage]) -> dict[str, object]:
    """Return what the forms of these stages choose from."""
    today = clock.today()
    found: dict[str, object] = {}
    for stage in stages:
        found |= _OFFERED.get(stage, _nothing)(case)
    people = {
        name: choices_for(reading(), case, duty, today)
        for stage, name, duty in _PEOPLE
        if stage in stages and (stage is not Stage.VERIFIERS or _duty_of(case) is duty)
    }
    return {**found, **people}


def _duty_of(case: "Case") -> Duty:
    """Return whom the form of the verifiers asks for: a pair, or another second hand."""
    return Duty.CONFIRMER if case.quick else Duty.VERIFIER


def _nothing(_: "Case") -> dict[str, object]:
    return {}


def _proposed_grade(case: "Case") -> dict[str, object]:
    return {
        "hurt": case.hurt, "likely": case.likely, "gravity": case.gravity or "no",
        "sub_code": case.sub_code, "short_description": case.short_description,
        **classing_proposed(case.classing),
    }  # fmt: skip


def _proposed_owner(case: "Case") -> dict[str, object]:
    return {"person": rectification.propose(reading(), case, clock.today()).owner_id}


def _proposed_plan(case: "Case") -> dict[str, object]:
    returned = case.plans[-1] if case.plans else None
    if returned:
        due: date | None = returned.due_on
        if returned.due_on < clock.today():
            due = rectification.usual_date(reading(), case, clock.today())
        draft = Draft(
            returned.owner_id, tuple(measure.text for measure in returned.measures),
            returned.funds, due, returned.contingency, case.interim_control,
        )  # fmt: skip
    else:
        draft = rectification.propose(reading(), case, clock.today())
    usual = get_plant(reading()).standard_plan
    as_usual = bool(usual) and draft.contingency == usual
    return {
        "owner": draft.owner_id,
        "measures": "\n".join(draft.measures),
        "funds": (draft.funds or ZERO).short,
        "due_on": draft.due_on.isoformat() if draft.due_on else "",
        "standard_plan": usual,
        "usual_plan": "yes" if as_usual else "no",
        "contingency": "" if as_usual else draft.contingency,
        "interim_control": draft.interim_control,
    }


def _proposed_completion(case: "Case") -> dict[str, object]:
    plan_now = plan_of(case)
    spent = case.actual_cost if case.reopened else None  # what was put right before cost this much
    return {"cost": spent.short if spent else plan_now.funds.short if plan_now else "0"}


def _proposed_look(case: "Case") -> dict[str, object]:
    usual = rectification.usual_date(reading(), case, clock.today())
    return {"due_on": usual.isoformat() if usual else ""}


_PROPOSED: Mapping[Stage, Callable[["Case"], dict[str, object]]] = {
    Stage.GRADING: _proposed_grade,
    Stage.OWNER: _proposed_owner,
    Stage.PLAN: _proposed_plan,
    Stage.COMPLETION: _proposed_completion,
    Stage.LOOK_AGAIN: _proposed_look,
    Stage.SIGNATURE: lambda case: {"signer": holder(case, Part.VERIFIER)},
    Stage.VERIFICATION: lambda _: {"fixer": person_id(), "on_site": "1"},
}

_PEOPLE = (
    (Stage.VERIFIERS, "verifiers", Duty.VERIFIER),
    (Stage.VERIFIERS, "confirmers", Duty.CONFIRMER),
    (Stage.SIGNATURE, "signers", Duty.CONFIRMER),
    (Stage.OWNER, "owners", Duty.OWNER),
    (Stage.PLAN, "owners", Duty.OWNER),
    (Stage.CHECKER, "checkers", Duty.CHECKER),
    (Stage.TAKING_UP, "owners", Duty.OWNER),
)
"""Whom the form of a stage offers, and under which name."""


def _offers_verdicts(_: "Case") -> dict[str, object]:
    return {"verdicts": list(Verdict), "everyone": employees(reading(), clock.today())}


def _offers_levels(case: "Case") -> dict[str, object]:
    form = _form(case, Stage.GRADING, "", None)
    answers = request.form if request.method == "POST" else None
    values = answers or {name: form.value(name) for name in ("hurt", "likely", "gravity")}
    return {
        "codes": SUB_CODES[case.category],
        **level_shown(values, quick=False),
        **classing_choices(),
    }


def _offers_words(case: "Case") -> dict[str, object]:
    told = {each.report_id for each in list_told(reading(), case)}
    return {
        "untold": [
            report for report in readable_reports(reading(), actor(), case) if report.id not in told
        ],
        "ready": [(label, say(words, language())) for label, words in result_words(case)],
    }


def _offers_reward(case: "Case") -> dict[str, object]:
    policy = policy_on(reading(), clock.today()).policy
    return {
        "lines": lines_of(reading(), case, clock.today(), out_of_post=False),
        "has_column": policy.rewards.out_of_post is not None,
    }


def _offers_dates(case: "Case") -> dict[str, object]:
    return {"standing": extending.standing_of(reading(), case, DeadlineKind.RECTIFY)}


def _offers_proposers(case: "Case") -> dict[str, object]:
    today = clock.today()
    return {"proposers": employees(reading(), today, proposing.proposers(reading(), case, today))}


def _offers_look(case: "Case") -> dict[str, object]:
    return {
        "doubted": bool(reopening.doubters(reading(), case)),
        "stands": rectification.can_stand_again(reading(), case, clock.today()),
    }


def _offers_handling(case: "Case") -> dict[str, object]:
    return {"handling": extending.standing_of(reading(), case, DeadlineKind.HANDLE)}


def _offers_decision(case: "Case") -> dict[str, object]:
    asked = extending.pending(reading(), case)
    words = say(moved_words(asked), language()) if asked else ""
    return {"asked": asked, "reporters_read": words}


_OFFERED: Mapping[Stage, Callable[["Case"], dict[str, object]]] = {
    Stage.EXTENSION: _offers_dates,
    Stage.HANDLING: _offers_handling,
    Stage.EXTENSION_DECISION: _offers_decision,
    Stage.VERIFICATION: _offers_verdicts,
    Stage.GRADING: _offers_levels,
    Stage.FEEDBACK: _offers_words,
    Stage.LOOK_AGAIN: _offers_look,
    Stage.PROPOSER: _offers_proposers,
    Stage.AWARD: _offers_reward,
}


def _filter() -> Filter:
    asked = request.args
    return Filter(
        state=chosen(asked, "state", CaseState),
        category=chosen(asked, "category", Category),
        unit_path=asked.get("unit", ""),
        place_id=_id_in(asked, "place"),
        level=_id_in(asked, "level"),
        owner_id=_id_in(asked, "owner"),
        source=chosen(asked, "source", CaseSource),
        month=Month.parse(asked["month"]) if MONTH.fullmatch(asked.get("month", "")) else None,
        text=asked.get("text", "").strip()[:60],
        overdue_on=clock.today() if asked.get("overdue") else None,
        drills=bool(asked.get("drills")) and actor().may(Permission.REPORT_RECEIVE),
    )


def _id_in(asked: Mapping[str, str], name: str) -> int | None:
    value = asked.get(name, "")
    return int(value) if _is_id(value) else None


def _listed(values: Mapping[str, str]) -> str:
    return url_for("cases.listing", _anchor=None, _external=False, **dict(values))


def _draft() -> Draft:
    """Read the five implementations; what is missing is told together by the verb."""
    measures = tuple(line.strip() for line in text("measures").splitlines() if line.strip())
    funds = parse_yuan(text("funds"), field="funds") if text("funds") else None
    return Draft(
        whole_number("owner"), measures, funds, day("due_on"), _contingency(),
        text("interim_control"),
    )  # fmt: skip


def _contingency() -> str:
    """Return what was written, else the plant's own plan where that was chosen."""
    usual = get_plant(reading()).standard_plan if text("usual_plan") == "yes" else ""
    return text("contingency") or usual


def _ask_verifiers(work: Work, case: "Case", people: list[int]) -> None:
    if not case.quick:
        verification.assign_verifiers(work, case, people)
        return
    if len(people) != 1:
        raise Unclear(Sentence(N_("Please choose one of these")), field="verifier")
    quick.ask_another(work, case, people[0])


def _with_photos(
    number: str, field: str, deed: Callable[[Work, "Case", "tuple[Photo, ...]"], None]
) -> Response:
    """Do a stage that takes photos: re-encoded and stored before the work begins."""
    chosen_photos = snapshots(field)
    chosen_photos.develop()
    return do_stage(number, lambda work, case: deed(work, case, chosen_photos.take(work)))


def do_stage(number: str, deed: Callable[[Work, "Case"], object]) -> Response:
    """Do one stage of a case and answer with its page, or with the desk for who left it."""
    with write() as work:
        deed(work, hold_case(work, number))
    flash(say(Sentence(N_("Done")), language()), "good")
    return look_at(afterwards(number))


def afterwards(number: str) -> str:
    """Return the case page, or the desk for those whose part in it has ended."""
    if find_case(reading(), actor(), number) is None:
        return url_for("desk.show")
    return url_for("cases.show", number=number)


def again(number: str, stage: str) -> None:
    """Show the page again if the rest is refused; refused at once to who may not see it."""
    get_case(reading(), actor(), number)
    on_refusal(lambda error: _show(number, stage, error))


def yes(name: str) -> bool:
    """Say whether the button "yes" of a field was pressed."""
    return text(name) == "yes"


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 10
