"""The watch screen of the gate house: what is urgent and undecided, and who has seen it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, joinedload

from hazard.access.actor import Actor, not_allowed
from hazard.access.permissions import Permission, Role
from hazard.audit.work import Work
from hazard.core.clock import day_of
from hazard.core.errors import NotFound
from hazard.people.duty import on_duty
from hazard.people.queries import get_person, list_holders
from hazard.people.working import shift_at
from hazard.policy.queries import get_plant
from hazard.policy.words import Category, Identity, Urgency
from hazard.reports.models import Acknowledgement, Report
from hazard.reports.queries import WAITING, has_union_desk, receivers_of
from hazard.reports.routing import MEANT, is_about, is_veiled

WATCHED = (Urgency.EMERGENCY, Urgency.URGENT)
"""The gravest first."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One urgent report on the screen: nothing of who sent it, nothing they wrote."""

    number: str
    urgency: Urgency
    category: Category
    place: str
    """Empty where the reporter named none."""
    since: datetime | None
    """When it came in; None for an unnamed report, whose moment is not kept (decisions 24)."""
    shift_day: date
    shift: str
    """The shift it came in; empty between two."""
    seen_by: str
    seen_at: datetime | None
    """None while nobody has seen it, and for unnamed reports."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Urgent reports for some office alone: that there are some, and whom to call; no more."""

    count: int
    whom: tuple[tuple[str, str], ...]
    """Names and telephone numbers of who receives them."""
    seen_by: str
    """Empty while one of them is unseen."""


def may_watch(session: Session, actor: Actor, now: datetime) -> bool:
    """Say whether the actor may see the screen: by permission, or while on duty."""
    return actor.may(Permission.WATCH_USE) or _is_on_duty(session, actor, now)


def list_alarms(session: Session, actor: Actor, now: datetime) -> list[Alarm]:
    """Return the undecided urgent reports, unseen ones first, then the gravest, then the oldest.

    Raises `NotAllowed`. A report about somebody's office is not shown to its holders; one that is
    urgent and for some office alone stands in `kept_alarm`.
    """
    reports = _split(session, actor, now)[0]
    seen = _seen(session, reports)
    alarms = [_alarm(report, seen.get(report.id)) for report in reports]
    return sorted(alarms, key=lambda each: (bool(each.seen_by), WATCHED.index(each.urgency)))


def kept_alarm(session: Session, actor: Actor, now: datetime) -> Kept | None:
    """Return that urgent reports wait for some office alone, or None."""
    reports = _split(session, actor, now)[1]
    if not reports:
        return None
    seen, whom = _seen(session, reports), set()
    for report in reports:
        whom |= set(
            list_holders(session, receivers_of(session, report), report.unit_path, day_of(now))
        )
    people = [get_person(session, each) for each in sorted(whom)]
    by = [seen[report.id].person.name for report in reports if report.id in seen]
    union = list_holders(session, [Role.UNION_REPRESENTATIVE], reports[0].unit_path, day_of(now))
    desk = get_plant(session).union_phone
    phones = tuple((p.name, p.phone or (desk if p.id in union else "")) for p in people)
    return Kept(len(reports), phones, by[-1] if len(by) == len(reports) else "")


def acknowledge(work: Work, number: str) -> None:
    """Note that the actor has seen the report; whoever was first stays. Raises `NotFound`."""
    shown = _split(work.session, work.actor, work.now)[0]
    if number not in {report.number for report in shown}:
        raise NotFound
    _acknowledge(work, number)


def acknowledge_kept(work: Work) -> None:
    """Note that the actor has seen that reports wait for some office alone."""
    for report in _split(work.session, work.actor, work.now)[1]:
        _acknowledge(work, report.number)


def _split(session: Session, actor: Actor, now: datetime) -> tuple[list[Report], list[Report]]:
    """Return the watched reports the actor's screen shows, and those it only counts."""
    reports = list(session.scalars(_watched(session, actor, now).order_by(Report.id)))
    roles, union = {grant.role for grant in actor.grants}, has_union_desk(session)
    veiled = [
        is_veiled(each.desk, each.about, each.urgency, roles, union=union) for each in reports
    ]
    shown = [report for report, kept in zip(reports, veiled, strict=True) if not kept]
    return shown, [report for report, kept in zip(reports, veiled, strict=True) if kept]


def _seen(session: Session, reports: Sequence[Report]) -> dict[int, Acknowledgement]:
    ids = [report.id for report in reports]
    rows = select(Acknowledgement).where(Acknowledgement.report_id.in_(ids))
    return {row.report_id: row for row in session.scalars(rows.options(_PERSON))}


def _acknowledge(work: Work, number: str) -> None:
    watched = _watched(work.session, work.actor, work.now).where(Report.number == number)
    report = work.session.scalars(watched.with_for_update(of=Report)).one_or_none()
    if report is None or work.actor.person_id is None:
        raise NotFound
    if work.session.get(Acknowledgement, report.id) is not None:
        return
    if report.identity is not Identity.NAMED:  # the moment would tell when it came in
        work.stamp(shift_at(work.session, work.now, None).starts)
    seen = Acknowledgement(report_id=report.id, person_id=work.actor.person_id, at=work.stamped_at)
    work.session.add(seen)
    work.record("acknowledged", report)


_PERSON = joinedload(Acknowledgement.person)


def _watched(session: Session, actor: Actor, now: datetime) -> Select[Report]:
    return select(Report).where(
        Report.urgency.in_(WATCHED),
        Report.state.in_(WAITING),
        Report.drill.is_(False),
        or_(*_under(session, actor, now)),
        Report.about.not_in(_kept_from(actor)),
    )


def _under(session: Session, actor: Actor, now: datetime) -> Sequence[ColumnElement[bool]]:
    paths = ("/",) if _is_on_duty(session, actor, now) else actor.paths(Permission.WATCH_USE)
    if not paths:
        raise not_allowed(Permission.WATCH_USE)
    return [Report.unit_path.startswith(path) for path in paths]


def _kept_from(actor: Actor) -> list[str]:
    roles = {grant.role for grant in actor.grants}
    return [about for about in MEANT if is_about(about, roles)]


def _is_on_duty(session: Session, actor: Actor, now: datetime) -> bool:
    call = on_duty(session, now)
    return call is not None and call.person_id == actor.person_id


def _alarm(report: Report, seen: Acknowledgement | None) -> Alarm:
    named = report.identity is Identity.NAMED
    return Alarm(
        report.number, report.urgency, report.category, report.place_name,
        report.received_at if named else None, report.shift_day, report.shift_name,
        seen.person.name if seen else "", seen.at if seen and named else None,
    )  # fmt: skip
