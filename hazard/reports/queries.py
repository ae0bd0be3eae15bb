"""Reading reports: whoever receives them, within what the actor may see."""

import hashlib
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, tuple_
from sqlalchemy.orm import Session

from hazard.access.actor import Actor
from hazard.access.permissions import Permission, Role
from hazard.audit.work import Work
from hazard.core import clock
from hazard.core.errors import NotFound
from hazard.people.queries import holds_anywhere
from hazard.policy.words import About, Desk
from hazard.reports.models import Message, Photo, Report, Reporter
from hazard.reports.routing import is_kept_from, receiving_roles, routes_to
from hazard.reports.terms import PhotoPart, ReportState

WAITING = (ReportState.SUBMITTED, ReportState.RETURNED)


def get_report(session: Session, actor: Actor, number: str) -> Report:
    """Return a report the actor's desk receives; raises `NotFound`."""
    report = session.scalars(
        _received_by(session, actor).where(Report.number == number)
    ).one_or_none()
    if report is None:
        raise NotFound
    return report


def hold_report(work: Work, number: str) -> Report:
    """Return a report of the actor's desk for changing, its row locked; raises `NotFound`."""
    held = (
        _received_by(work.session, work.actor)
        .where(Report.number == number)
        .with_for_update(of=Report)
    )
    report = work.session.scalars(held).one_or_none()
    if report is None:
        raise NotFound
    return report


def list_waiting(session: Session, actor: Actor, limit: int = 200) -> list[Report]:
    """Return the reports that wait for the actor's desk, in the order they came in."""
    waiting = _received_by(session, actor).where(Report.state.in_(WAITING))
    return list(session.scalars(waiting.order_by(Report.id).limit(limit)))


def list_reports(
    session: Session, actor: Actor, *, state: ReportState | None = None,
    before: int | None = None, limit: int = 50,
) -> list[Report]:  # fmt: skip
    """Return reports of the actor's desk, newest first; `before` is the id to go on from."""
    query = _received_by(session, actor)
    if state is not None:
        query = query.where(Report.state == state)
    if before is not None:
        query = query.where(Report.id < before)
    return list(session.scalars(query.order_by(Report.id.desc()).limit(limit)))


def list_mine(session: Session, person_id: int, limit: int = 100) -> list[Report]:
    """Return the named reports of a person who is logged in, newest first."""
    mine = (
        select(Report)
        .join(Reporter, Reporter.report_id == Report.id)
        .where(Reporter.person_id == person_id)
        .order_by(Report.id.desc())
    )
    return list(session.scalars(mine.limit(limit)))


def get_mine(session: Session, person_id: int | None, number: str) -> Report:
    """Return one's own named report; raises `NotFound`."""
    mine = (
        select(Report)
        .join(Reporter, Reporter.report_id == Report.id)
        .where(Reporter.person_id == person_id, Report.number == number)
    )
    report = session.scalars(mine).one_or_none()
    if report is None or person_id is None:
        raise NotFound
    return report


def is_mine(session: Session, person_id: int | None, report: Report) -> bool:
    """Say whether this person sent the report under the own name."""
    reporter = session.get(Reporter, report.id) if person_id is not None else None
    return reporter is not None and reporter.person_id == person_id


def get_by_id(session: Session, report_id: int) -> Report:
    """Return the report whose code or submission key was proved elsewhere; or `NotFound`."""
    report = session.get(Report, report_id)
    if report is None:
        raise NotFound
    return report


def hold_by_id(work: Work, report_id: int) -> Report:
    """Return that report for changing, its row locked; raises `NotFound`."""
    report = work.session.get(Report, report_id, with_for_update=True)
    if report is None:
        raise NotFound
    return report


def list_located(session: Session, locator: str) -> list[tuple[int, str]]:
    """Return id and secret hash of the reports with this locator; usually one."""
    rows = session.execute(
        select(Report.id, Report.secret_hash).where(Report.locator == locator).order_by(Report.id)
    )
    return [(report_id, secret) for report_id, secret in rows if secret]


def find_by_submission(session: Session, submission_hash: str) -> Report | None:
    """Return the report a form with this key already made, or None."""
    sent = select(Report).where(Report.submission_hash == submission_hash)
    return session.scalars(sent).one_or_none()


def numbers_of(session: Session, report_ids: Iterable[int]) -> dict[int, str]:
    """Return the numbers of these reports by id."""
    found = select(Report.id, Report.number).where(Report.id.in_(list(report_ids)))
    return dict(session.execute(found).all())


def numbers_received(session: Session, actor: Actor, report_ids: Iterable[int]) -> dict[int, str]:
    """Return the numbers of those of these reports that the actor's desk receives, by id."""
    found = select(Report.id, Report.number).where(Report.id.in_(list(report_ids)))
    return dict(session.execute(found.where(readable_by(session, actor))).all())


def list_messages(session: Session, report_id: int) -> list[Message]:
    """Return the conversation, oldest first."""
    turns = select(Message).where(Message.report_id == report_id).order_by(Message.id)
    return list(session.scalars(turns))


def list_photos(session: Session, report_ids: Iterable[int]) -> list[Photo]:
    """Return the photos of these reports as they were sent, in the order they were chosen.

    Neither the original papers nor copies with parts blacked out.
    """
    sent = (_sent(report_ids), Photo.made_from_id.is_(None))
    return list(session.scalars(select(Photo).where(*sent).order_by(Photo.id)))


def list_all_photos(session: Session, report_ids: Iterable[int]) -> list[Photo]:
    """Return the photos of these reports and the copies made of them, each after its original."""
    shown = select(Photo).where(_sent(report_ids))
    shown = shown.order_by(func.coalesce(Photo.made_from_id, Photo.id), Photo.id)
    return list(session.scalars(shown))


def _sent(report_ids: Iterable[int]) -> ColumnElement[bool]:
    return and_(Photo.report_id.in_(list(report_ids)), Photo.part != PhotoPart.CARRIER)


def list_carriers(session: Session, report_id: int) -> list[Photo]:
    """Return the photos of the paper a report was keyed in from: for its desk alone."""
    papers = select(Photo).where(Photo.report_id == report_id, Photo.part == PhotoPart.CARRIER)
    return list(session.scalars(papers.order_by(Photo.id)))


def list_of_form(session: Session, submission_hash: str, public_ids: Sequence[str]) -> list[Photo]:
    """Return those of these photos that a form sent, whether its report exists or not."""
    mine = select(Photo).where(
        Photo.submission_hash == submission_hash, Photo.public_id.in_(list(public_ids))
    )
    return list(session.scalars(mine.order_by(Photo.id)))


def list_of_staff(session: Session, person_id: int, public_ids: Sequence[str]) -> list[Photo]:
    """Return those of these photos that a refused form of this person kept."""
    mine = select(Photo).where(
        Photo.submission_hash == staff_form(person_id), Photo.public_id.in_(list(public_ids))
    )
    return list(session.scalars(mine.order_by(Photo.id)))


def staff_form(person_id: int) -> str:
    """Return what photos of this person's refused forms are kept under."""
    return f"staff:{person_id}"


def get_photo(session: Session, public_id: str) -> Photo:
    """Return the photo with this public id; raises `NotFound`. May it be shown? Ask above."""
    photo = session.scalars(select(Photo).where(Photo.public_id == public_id)).one_or_none()
    if photo is None:
        raise NotFound
    return photo


def may_read(session: Session, actor: Actor, report: Report) -> bool:
    """Say whether the actor's desk receives this report and so reads its words and photos."""
    receivers = receivers_of(session, report)
    return any(actor.holds(role, report.unit_path) for role in receivers)


def has_union_desk(session: Session) -> bool:
    """Say whether somebody represents the union or the workers today."""
    return holds_anywhere(session, Role.UNION_REPRESENTATIVE, clock.today())


def receivers_of(session: Session, report: Report) -> tuple[Role, ...]:
    """Return the roles whose desk a report stands on."""
    return receiving_roles(report.desk, report.about, union=has_union_desk(session))


def readable_by(session: Session, actor: Actor) -> ColumnElement[bool]:
    """Return the condition that the actor's desk receives a report and so reads its words."""
    return or_(false(), *_desks_of(session, actor))


def unkept_from(session: Session, actor: Actor) -> ColumnElement[bool]:
    """Return the condition that the actor may hear of a report, were it only in a figure."""
    roles, union = {grant.role for grant in actor.grants}, has_union_desk(session)
    heard = [
        (desk, about)
        for desk in Desk
        for about in About
        if not is_kept_from(desk, about, roles, union=union)
    ]
    return tuple_(Report.desk, Report.about).in_(heard)


def fields_hash(fields: Sequence[tuple[str, str]]) -> str:
    """Return the digest of what was typed, without photos, key and token."""
    text = "\x1f".join(f"{name}={value}" for name, value in sorted(fields))
    return hashlib.sha256(text.encode()).hexdigest()


_RECEIVERS = (Role.SAFETY_OFFICER, Role.UNION_REPRESENTATIVE, Role.HEAD, Role.AUDITOR)


def _received_by(session: Session, actor: Actor) -> Select[Report]:
    return select(Report).where(or_(false(), *_desks_of(session, actor)))


def _desks_of(session: Session, actor: Actor) -> list[ColumnElement[bool]]:
    union = has_union_desk(session)
    return [
        and_(
            Report.unit_path.startswith(grant.unit_path),
            tuple_(Report.desk, Report.about).in_(list(routes_to(grant.role, union=union))),
        )
        for grant in actor.grants
        if grant.role in _RECEIVERS and actor.may(Permission.REPORT_RECEIVE)
    ]
