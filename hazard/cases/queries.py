"""Reading cases: always within what the actor may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import Session, selectinload

from hazard.access.actor import Actor
from hazard.access.permissions import ROLE_PERMISSIONS, Permission
from hazard.audit.work import Work
from hazard.cases.models import (
    Assignment,
    Case,
    CasePhoto,
    CaseReport,
    CheckRecord,
    Feedback,
    Finding,
    Measure,
    Plan,
)
from hazard.cases.terms import CaseState
from hazard.core.db import once
from hazard.core.errors import NotFound
from hazard.people.queries import actor_of, names_of
from hazard.reports.models import Photo, Report
from hazard.reports.queries import list_all_photos, may_read
from hazard.reports.terms import PhotoPart

Looked = TypeVar("Looked", Finding, CheckRecord)


def get_case(session: Session, actor: Actor, number: str) -> Case:
    """Return the case, for a merged one the one it went into; `NotFound` if not to be seen."""
    case = find_case(session, actor, number)
    if case is None:
        raise NotFound
    return case


@once
def find_case(session: Session, actor: Actor, number: str) -> Case | None:
    """Return the case, for a merged one the one it went into; None if not to be seen."""
    case = session.scalars(whole(visible_to(actor)).where(Case.number == number)).one_or_none()
    if case is not None and case.merged_into_id is not None:
        return find_case(session, actor, _number_of(session, case.merged_into_id))
    return case


def _number_of(session: Session, case_id: int) -> str:
    return session.get_one(Case, case_id).number


def hold_case(work: Work, number: str) -> Case:
    """Return the case for changing, its row locked until the work ends; or `NotFound`."""
    held = visible_to(work.actor).where(Case.number == number).with_for_update(of=Case)
    case = work.session.scalars(held).one_or_none()
    if case is None:
        raise NotFound
    return case


@dataclass(frozen=True, slots=True)
class Shot:
    """A photo of a case or of one of its reports."""

    public_id: str
    released: bool
    copy: bool = False
    """Made from the photo before it, with parts blacked out."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """The photos of a case, as far as the actor may see them."""

    before: tuple[Shot, ...]
    after: tuple[Shot, ...]
    reported: tuple[Shot, ...]
    """All of the reports the actor's desk receives, released or not."""


def pictures_of(session: Session, actor: Actor, case: Case) -> Pictures:
    """Return the photos; those of the reports only released ones, unless the desk reads them."""
    reports = [link.report for link in case.reports]
    photos = list_all_photos(session, [report.id for report in reports])
    readable = {report.id for report in reports if may_read(session, actor, report)}
    own = list(
        session.scalars(
            select(Photo)
            .join(CasePhoto, CasePhoto.photo_id == Photo.id)
            .where(CasePhoto.case_id == case.id)
            .order_by(Photo.id)
        )
    )
    released = [photo for photo in photos if photo.shown_to_rectifiers]
    return Pictures(
        before=_shots([*released, *(p for p in own if p.part is PhotoPart.BEFORE)]),
        after=_shots(p for p in own if p.part is PhotoPart.AFTER),
        reported=_shots(p for p in photos if p.report_id in readable),
    )


def find_photo(session: Session, actor: Actor, case: Case, public_id: str) -> Photo:
    """Return a photo of the case's reports the actor may read; raises `NotFound`."""
    readable = [report.id for report in readable_reports(session, actor, case)]
    for photo in list_all_photos(session, readable):
        if photo.public_id == public_id:
            return photo
    raise NotFound


def readable_reports(session: Session, actor: Actor, case: Case) -> list[Report]:
    """Return the reports of the case whose own words the actor may read."""
    return [link.report for link in case.reports if may_read(session, actor, link.report)]


@once
def list_findings(session: Session, case: Case) -> list[Finding]:
    """Return what the verifiers put down, oldest first."""
    rows = select(Finding).where(Finding.case_id == case.id)
    return list(session.scalars(rows.order_by(Finding.id)))


@once
def list_checks(session: Session, case: Case) -> list[CheckRecord]:
    """Return the acceptance checks, oldest first."""
    rows = select(CheckRecord).where(CheckRecord.case_id == case.id)
    return list(session.scalars(rows.order_by(CheckRecord.id)))


def foresee_verdicts(session: Session, cases: Sequence[Case]) -> None:
    """Read together the findings and the checks of each of many cases."""
    _foresee(session, cases, Finding, list_findings)
    _foresee(session, cases, CheckRecord, list_checks)


def _foresee(
    session: Session, cases: Sequence[Case], table: type[Looked], query: once[[Case], list[Looked]]
) -> None:
    found: dict[int, list[Looked]] = {case.id: [] for case in cases}
    for row in session.scalars(select(table).where(table.case_id.in_(found)).order_by(table.id)):
        found[row.case_id].append(row)
    for case in cases:
        query.foretell(session, found[case.id], case)


@once
def list_told(session: Session, case: Case) -> list[Feedback]:
    """Return which reporters were told what of the closing that stands."""
    rows = select(Feedback).where(Feedback.case_id == case.id, Feedback.reopened == case.reopened)
    return list(session.scalars(rows.order_by(Feedback.id)))


def photo_of_measures(session: Session, plan: Plan) -> dict[int, str]:
    """Return the public ids of the photos the measures were ticked with, by measure id."""
    rows = session.execute(
        select(Measure.id, Photo.public_id)
        .join(Photo, Photo.id == Measure.photo_id)
        .where(Measure.plan_id == plan.id)
    )
    return dict(rows.all())


def names_in(session: Session, case: Case) -> dict[int, str]:
    """Return the names of everybody who took a part in the case, by person id."""
    people: set[int | None] = {case.fixer_id}
    people |= {given.person_id for given in case.assignments}
    for plan in case.plans:
        people |= {plan.owner_id, plan.maker_id, plan.approver_id}
        people |= {measure.done_by for measure in plan.measures}
    for check in list_checks(session, case):
        people |= {check.checker_id, check.cosigned_by}
    people |= {finding.person_id for finding in list_findings(session, case)}
    for asked in case.extensions:
        people |= {asked.asked_by, asked.decided_by}
    for remark in case.remarks:
        people |= {remark.by_id, remark.ended_by}
    return names_of(session, people)


def _shots(photos: Iterable[Photo]) -> tuple[Shot, ...]:
    return tuple(
        Shot(photo.public_id, photo.shown_to_rectifiers, photo.made_from_id is not None)
        for photo in photos
    )


def visible_to(actor: Actor) -> Select[Case]:
    """Return the query of all cases the actor may see: by unit, or by an assignment."""
    return select(Case).where(seen_by(actor))


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that the actor may see a case.

    What a report kept from somebody stays hidden from that role until it is widened (decisions
    15); an assignment opens it.
    """
    own = (Assignment.person_id == actor.person_id, Assignment.ended_at.is_(None))
    reach = under_roles(actor, Permission.CASE_READ)
    if actor.person_id is None:
        return or_(false(), *reach)
    if not reach:
        return Case.id.in_(select(Assignment.case_id).where(*own))
    # Who sees nearly all is asked case by case; a list of all assignments would be made each time.
    assigned = exists().where(Assignment.case_id == Case.id, *own)
    return or_(*reach, assigned)


def who_see(session: Session, case: Case, people: Iterable[int], day: date) -> list[int]:
    """Return those of these people who may see the case, for telling them of it."""
    actors = {person: actor_of(session, person, day) for person in people}
    own = (Case.id == case.id,)
    return [
        person for person, actor in actors.items()
        if actor and session.scalar(visible_to(actor).where(*own).with_only_columns(Case.id))
    ]  # fmt: skip


def under_roles(actor: Actor, permission: Permission) -> list[ColumnElement[bool]]:
    """Return where the actor's roles with `permission` reach, without what is hidden from them."""
    return [
        and_(
            Case.unit_path.startswith(grant.unit_path),
            ~Case.hidden_from.contains(f";{grant.role.value};"),
        )
        for grant in actor.grants
        if permission in ROLE_PERMISSIONS[grant.role]
    ]


def case_of_report(session: Session, report_id: int) -> Case | None:
    """Return the case a report belongs to, for the reporter's own page; or None."""
    return next(iter(cases_of_report(session, report_id)), None)


def cases_of_report(session: Session, report_id: int) -> list[Case]:
    """Return every case a report belongs to, the oldest first; one that was merged is left out."""
    own = (
        select(Case)
        .join(CaseReport)
        .where(CaseReport.report_id == report_id, Case.merged_into_id.is_(None))
    )
    return list(session.scalars(own.order_by(Case.id)))


def numbers_seen(session: Session, actor: Actor, case_ids: list[int]) -> dict[int, str]:
    """Return the numbers of those of these cases that the actor may see, by id."""
    seen = visible_to(actor).where(Case.id.in_(case_ids))
    return dict(session.execute(seen.with_only_columns(Case.id, Case.number)).all())


def load_all(session: Session, case_ids: Iterable[int]) -> list[Case]:
    """Return these cases with reports, assignments and plans loaded along, oldest first."""
    wanted = whole(select(Case).where(Case.id.in_(set(case_ids))).order_by(Case.id))
    return list(session.scalars(wanted.execution_options(populate_existing=True)))


def whole(query: Select[Case]) -> Select[Case]:
    """Return the query with reports, assignments and plans loaded along."""
    return without_measures(query).options(selectinload(Case.plans).selectinload(Plan.measures))


def without_measures(query: Select[Case]) -> Select[Case]:
    """Return the query with the same but the measures of the plans, for many cases at once."""
    return query.options(
        selectinload(Case.reports).joinedload(CaseReport.report, innerjoin=True),
        selectinload(Case.assignments).joinedload(Assignment.person, innerjoin=True),
        selectinload(Case.plans),
        selectinload(Case.extensions),
        selectinload(Case.remarks),
    )


def open_states() -> tuple[CaseState, ...]:
    """Return the states in which somebody still has to do something."""
    done = {CaseState.CLOSED, CaseState.ARCHIVED, CaseState.UNCONFIRMED}
    return tuple(state for state in CaseState if state not in done)
