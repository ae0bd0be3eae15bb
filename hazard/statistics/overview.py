"""How the plant does in a month and in the year so far: its figures side by side, and their course.

What is kept from the reader is in none of them, and no part says who reported: reports stand for
those who receive them alone, and only as sums of the whole plant (words 5).
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

from hazard.access.actor import Actor
from hazard.access.permissions import Permission
from hazard.cases.models import Case
from hazard.cases.queries import seen_by
from hazard.core.calendar import Month, add_months
from hazard.core.clock import day_of
from hazard.core.errors import Unclear
from hazard.core.words import N_, Sentence
from hazard.policy.words import Category
from hazard.reports.queries import unkept_from
from hazard.statistics.figures import (
    Hazards,
    Rate,
    Reports,
    Rewards,
    count_hazards,
    count_reports,
    count_returns,
    count_rewards,
    counted,
    found_in,
    open_at,
    overdue_at,
)
from hazard.statistics.ledger import share_of
from hazard.statistics.spans import Span

MONTHS_BACK = 12


class MonthToCome(Unclear):
    """The month has not begun."""


@dataclass(frozen=True, slots=True)
class Column:
    """The figures of one stretch of days."""

    hazards: Hazards
    returns: Rate
    reports: Reports | None
    """None for whoever receives no reports."""
    rewards: Rewards | None
    """None for whoever may not read rewards."""


@dataclass(frozen=True, slots=True)
class Course:
    """What was found in a month, and how much of it is closed by now."""

    month: Month
    closed: Rate


@dataclass(frozen=True, slots=True)
class Workshop:
    """How a workshop stands now."""

    name: str
    open: int
    overdue: int
    """Of these."""


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole page."""

    month: Month
    previous: Month
    next: Month | None
    in_month: Column
    in_year: Column
    """From January until the end of the month."""
    share: Sentence | None
    """Who took part in the month, for whoever receives reports."""
    courses: tuple[Course, ...]
    """Of the twelve months that end with it, oldest first, from the first that found anything."""
    categories: tuple[tuple[Category, int], ...]
    """Found in the year so far, in the order of the kinds."""
    workshops: tuple[Workshop, ...]
    """Open and overdue now, most first."""


def overview_of(session: Session, actor: Actor, month: Month, now: datetime) -> Overview:
    """Return the figures of a month as the actor may see them; needs `ledger:read`.

    Raises `MonthToCome` beside field `month`.
    """
    actor.need(Permission.LEDGER_READ)
    this_month = Month.of_day(day_of(now))
    if month > this_month:
        words = Sentence(N_("This month has not begun. Choose an earlier one"))
        raise MonthToCome(words, field="month")
    span, year = Span.of_month(month), Span(date(month.year, 1, 1), month.last_day)
    receives = actor.may(Permission.REPORT_RECEIVE)
    return Overview(
        month=month, previous=month.previous(),
        next=month.next() if month < this_month else None,
        in_month=_column(session, actor, span, now),
        in_year=_column(session, actor, year, now),
        share=share_of(session, actor, span) if receives else None,
        courses=_courses(session, actor, month), categories=_categories(session, actor, year),
        workshops=_workshops(session, actor, now),
    )  # fmt: skip


def _column(session: Session, actor: Actor, span: Span, now: datetime) -> Column:
    seen = seen_by(actor)
    heard = unkept_from(session, actor)
    return Column(
        hazards=count_hazards(session, span, now, among=seen),
        returns=count_returns(session, span, among=seen),
        reports=count_reports(session, span, among=heard)
        if actor.may(Permission.REPORT_RECEIVE)
        else None,
        rewards=count_rewards(session, span, among=seen)
        if actor.may(Permission.AWARD_READ)
        else None,
    )


def _courses(session: Session, actor: Actor, last: Month) -> tuple[Course, ...]:
    first = Month.of_day(add_months(last.first_day, 1 - MONTHS_BACK))
    rows = session.execute(
        select(Case.opened_at, Case.closed_at).where(
            seen_by(actor), found_in(Span(first.first_day, last.last_day))
        )
    ).all()
    found = Counter(Month.of(row.opened_at) for row in rows)
    closed = Counter(Month.of(row.opened_at) for row in rows if row.closed_at is not None)
    months = [min(found, default=last)]
    while months[-1] < last:
        months.append(months[-1].next())
    return tuple(Course(each, Rate(closed[each], found[each])) for each in months)


def _categories(session: Session, actor: Actor, span: Span) -> tuple[tuple[Category, int], ...]:
    rows = session.execute(
        select(Case.category, func.count(Case.id))
        .where(seen_by(actor), found_in(span))
        .group_by(Case.category)
    )
    found: dict[Category, int] = dict(rows.all())
    return tuple((each, found[each]) for each in Category if each in found)


def _workshops(session: Session, actor: Actor, now: datetime) -> tuple[Workshop, ...]:
    moment = now + timedelta.resolution
    late = func.sum(cast(overdue_at(moment), Integer))
    rows = session.execute(
        select(Case.workshop_name, func.count(Case.id), late)
        .where(counted(), seen_by(actor), open_at(moment))
        .group_by(Case.workshop_name)
        .order_by(func.count(Case.id).desc(), Case.workshop_name)
    )
    return tuple(Workshop(name, count, int(overdue)) for name, count, overdue in rows)
