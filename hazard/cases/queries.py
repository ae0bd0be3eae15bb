"""Reading cases: always within what the actor may see."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session, selectinload

from hazard.access.actor import Actor
from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.cases.models import Assignment, Case, CaseReport, Plan
from hazard.cases.terms import CaseState
from hazard.core.errors import NotFound
from hazard.policy.words import Category

PAGE = 50


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; every field may be left out."""

    state: CaseState | None = None
    category: Category | None = None
    unit_path: str = ""
    text: str = ""
    """Part of a number, place or short description (decisions 37)."""
    overdue_on: date | None = None


def get_case(session: Session, actor: Actor, number: str) -> Case:
    """Return the case; raises `NotFound` if there is none the actor may see."""
    case = session.scalars(_whole(visible_to(actor)).where(Case.number == number)).one_or_none()
    if case is None:
        raise NotFound
    return case


def hold_case(work: Work, number: str) -> Case:
    """Return the case for changing, its row locked until the work ends; or `NotFound`."""
    held = visible_to(work.actor).where(Case.number == number).with_for_update(of=Case)
    case = work.session.scalars(held).one_or_none()
    if case is None:
        raise NotFound
    return case


def list_cases(
    session: Session, actor: Actor, wanted: Filter, before: int | None = None, limit: int = PAGE
) -> list[Case]:
    """Return cases newest first; `before` is the id to go on from (paged by key)."""
    query = visible_to(actor).where(*_conditions(wanted))
    if before is not None:
        query = query.where(Case.id < before)
    return list(session.scalars(query.order_by(Case.id.desc()).limit(limit)))


def visible_to(actor: Actor) -> Select[Case]:
    """Return the query of all cases the actor may see: by unit, or by an assignment."""
    under = [Case.unit_path.startswith(path) for path in actor.paths(Permission.CASE_READ)]
    assigned = select(Assignment.case_id).where(
        Assignment.person_id == actor.person_id, Assignment.ended_at.is_(None)
    )
    mine = Case.id.in_(assigned) if actor.person_id is not None else false()
    return select(Case).where(or_(mine, *under))


def case_of_report(session: Session, report_id: int) -> Case | None:
    """Return the case a report belongs to, for the reporter's own page; or None."""
    own = select(Case).join(CaseReport).where(CaseReport.report_id == report_id)
    return session.scalars(own.order_by(Case.id)).first()


def find_by_ids(session: Session, case_ids: list[int]) -> dict[int, Case]:
    """Return these cases by id."""
    found = session.scalars(select(Case).where(Case.id.in_(case_ids)))
    return {case.id: case for case in found}


def _whole(query: Select[Case]) -> Select[Case]:
    return query.options(
        selectinload(Case.reports).selectinload(CaseReport.report),
        selectinload(Case.assignments).selectinload(Assignment.person),
        selectinload(Case.plans).selectinload(Plan.measures),
    )


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state is not None:
        found.append(Case.state == wanted.state)
    if wanted.category is not None:
        found.append(Case.category == wanted.category)
    if wanted.unit_path:
        found.append(Case.unit_path.startswith(wanted.unit_path))
    if wanted.overdue_on is not None:
        found.append(and_(Case.due_on < wanted.overdue_on, Case.completed_at.is_(None)))
    if wanted.text:
        columns = (Case.number, Case.place_name, Case.short_description)
        found.append(or_(*(column.contains(wanted.text, autoescape=True) for column in columns)))
    return found


def open_states() -> tuple[CaseState, ...]:
    """Return the states in which somebody still has to do something."""
    done = {CaseState.CLOSED, CaseState.ARCHIVED, CaseState.UNCONFIRMED}
    return tuple(state for state in CaseState if state not in done)
