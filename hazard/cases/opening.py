"""From an accepted report to a case (受理)."""

from dataclasses import dataclass

from sqlalchemy import func, select

from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.cases.audience import narrow
from hazard.cases.models import Case, CaseReport
from hazard.cases.terms import ReportPart
from hazard.cases.words import index_case, index_report
from hazard.core.clock import day_of
from hazard.core.errors import Unclear
from hazard.core.numbers import draw_number
from hazard.core.words import N_, Sentence
from hazard.deadlines.clocks import Charge, start
from hazard.deadlines.terms import DeadlineKind
from hazard.people.models import Unit
from hazard.people.queries import list_people, root_unit, workshop_of
from hazard.places.models import Place
from hazard.policy.queries import policy_on
from hazard.policy.words import Category
from hazard.reports import handling
from hazard.reports.models import Report

MAX_SHORT = 30
"""Characters of the short description on papers (decisions 9)."""
MAX_EXTRACT = 1000


@dataclass(frozen=True, slots=True)
class Opening:
    """What the desk writes when it accepts; never the reporter's own words."""

    short_description: str
    extract: str
    advice: str
    category: Category
    place_id: int | None


def open_case(work: Work, report: Report, opening: Opening) -> Case:
    """Accept the report and open its case; needs `report:receive`."""
    need_sound(work, opening)
    handling.accept(work, report)
    case = new_case(work, report, opening)
    link(work, case, report, ReportPart.FIRST)
    index_report(work.session, case, report)
    work.record("opened", case, report=report.number, category=case.category)
    start_clocks(work, case)
    return case


def start_clocks(work: Work, case: Case) -> None:
    """Start what a new case owes: handling (S1-9) and the check on the spot."""
    versioned = policy_on(work.session, day_of(work.now))
    clocks, charge = versioned.policy.clocks, Charge(versioned, "S1-9", None, case.unit_id)
    start(work, case, DeadlineKind.HANDLE, clocks.handling, charge)
    charge = Charge(versioned, "policy", None, case.unit_id)
    start(work, case, DeadlineKind.VERIFY, clocks.verify, charge)


def need_sound(work: Work, opening: Opening) -> None:
    """Raise `Unclear` for a missing, too long or telling short description or extract."""
    need_short(work, opening.short_description)
    if not opening.extract.strip():
        raise Unclear(
            Sentence(N_("Please write what has to be done, for those who fix it")), field="extract"
        )
    if len(opening.extract) > MAX_EXTRACT:
        raise Unclear(
            Sentence(N_("At most %(n)s characters, please"), n=MAX_EXTRACT), field="extract"
        )
    if opening.category is Category.UNSURE:
        raise Unclear(Sentence(N_("Please choose one of the four kinds")), field="category")


def need_short(work: Work, text: str) -> None:
    """Raise `Unclear` unless the text is short and names nobody of the roster."""
    field = "short_description"
    if not text.strip():
        raise Unclear(Sentence(N_("Please write a short description for the papers")), field=field)
    if len(text.strip()) > MAX_SHORT:
        raise Unclear(
            Sentence(N_("%(n)s characters; papers have room for %(m)s"), n=len(text), m=MAX_SHORT),
            field=field,
        )
    for person in list_people(work.session, day_of(work.now)):
        if len(person.name) > 1 and person.name in text:
            raise Unclear(
                Sentence(N_("No names here, please: %(name)s"), name=person.name), field=field
            )


def new_case(work: Work, report: Report, opening: Opening) -> Case:
    """Store the case itself, found by its words, with no report yet."""
    place = work.session.get(Place, opening.place_id) if opening.place_id else None
    unit: Unit = place.unit if place else root_unit(work.session)
    work.actor.need(Permission.REPORT_RECEIVE, unit.path)
    case = Case(
        number=draw_number("C", work.now, lambda number: _is_taken(work, number)),
        category=opening.category, urgency=report.urgency,
        place_id=place.id if place else None, place_name=place.name if place else unit.name,
        unit_id=unit.id, unit_path=unit.path, unit_name=unit.name,
        workshop_name=workshop_of(work.session, unit).name,
        short_description=opening.short_description.strip(), extract=opening.extract.strip(),
        advice=opening.advice.strip(), opened_at=work.now,
        policy_version=policy_on(work.session, day_of(work.now)).number, drill=report.drill,
    )  # fmt: skip
    work.session.add(case)
    work.session.flush()
    index_case(work.session, case)
    return case


def _is_taken(work: Work, number: str) -> bool:
    return work.session.scalar(select(Case.id).where(Case.number == number)) is not None


def link(work: Work, case: Case, report: Report, part: ReportPart) -> CaseReport:
    """Note that the report belongs to the case, after those that already do."""
    linked = select(func.count(CaseReport.id)).where(CaseReport.case_id == case.id)
    seq = (work.session.scalar(linked) or 0) + 1
    made = CaseReport(case_id=case.id, report_id=report.id, part=part, seq=seq)
    work.session.add(made)
    narrow(work, case, report)
    work.session.flush()
    work.session.expire(case, ["reports"])
    case.drill = all(each.report.drill for each in case.reports)
    return made
