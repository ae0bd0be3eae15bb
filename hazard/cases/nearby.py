"""What is known at a place already, so that the same thing need not be told twice (words 41)."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from hazard.cases.models import Case, CaseReport
from hazard.cases.queries import open_states
from hazard.core.clock import day_of
from hazard.policy.words import About, Category, Desk
from hazard.reports.models import Report

WINDOW = timedelta(days=30)
MOST = 3
NUMBER = re.compile(r"C\d{4}-\d{4}")


@dataclass(frozen=True, slots=True)
class Nearby:
    """An open hazard as anybody may hear of it: the desk's short description, never a report's."""

    number: str
    short_description: str
    accepted_on: date


def list_near(session: Session, place_id: int, category: Category, now: datetime) -> list[Nearby]:
    """Return the open hazards of the last 30 days at a place, newest first, at most three.

    Those of the same kind, or of any where the reporter is not sure. What was sent past the
    desk, is about somebody, or is a drill is not shown (domain 2.6.2, edge 4).
    """
    near = select(Case).where(
        Case.place_id == place_id, Case.state.in_(open_states()),
        Case.opened_at >= now - WINDOW, ~_is_delicate(),
    )  # fmt: skip
    if category is not Category.UNSURE:
        near = near.where(Case.category == category)
    found = session.scalars(near.order_by(Case.id.desc()).limit(MOST))
    return [Nearby(c.number, c.short_description, day_of(c.opened_at)) for c in found]


def is_number(typed: str) -> bool:
    """Say whether this is written like the number of a hazard."""
    return NUMBER.fullmatch(typed) is not None


def _is_delicate() -> ColumnElement[bool]:
    past = Report.desk.not_in([Desk.SAFETY, Desk.BOTH])
    told = exists().where(CaseReport.case_id == Case.id, Report.id == CaseReport.report_id)
    return told.where(or_(past, Report.about != About.NONE, Report.drill))
