"""The list of cases: narrowed, searched and paged by key, no slower for 100,000 than for 1,000."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, load_only

from hazard.access.actor import Actor
from hazard.access.permissions import Permission
from hazard.cases.likeness import bigrams
from hazard.cases.models import Assignment, Case, CaseReport, CaseWord, Plan
from hazard.cases.queries import open_states, under_roles, visible_to
from hazard.cases.terms import CaseSource, CaseState, Part, PlanState
from hazard.cases.words import FOR_ALL
from hazard.core.calendar import Month, start_of
from hazard.deadlines.models import Deadline
from hazard.deadlines.queries import Due, running_of
from hazard.deadlines.terms import DeadlineKind
from hazard.people.models import Person
from hazard.policy.words import Category, Urgency
from hazard.reports.models import Report
from hazard.reports.queries import readable_by
from hazard.reports.terms import ReportState

PAGE = 50
COUNTED = 200
"""So far the rows of a pair of letters are counted to find the rarest."""
PAIRS = 12
"""More pairs of what was typed are not looked up."""
LISTED = load_only(
    Case.number, Case.state, Case.short_description, Case.place_name, Case.unit_name,
    Case.category, Case.reward_level, Case.urgency, Case.drill,
)  # fmt: skip
"""What a line shows; a case has some forty columns more."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; every field may be left out."""

    state: CaseState | None = None
    category: Category | None = None
    unit_path: str = ""
    place_id: int | None = None
    level: int | None = None
    """Reward level 1 to 5."""
    owner_id: int | None = None
    """Who is in charge of rectifying."""
    source: CaseSource | None = None
    month: Month | None = None
    """Of the acceptance."""
    text: str = ""
    """Words of number, place and short description, and of reports for who may read them."""
    overdue_on: date | None = None
    """Only those with a clock that had run out before this day."""
    open: bool = False
    """Only those somebody still has to do something about."""
    drills: bool = False
    """Tests and drills instead of what counts (decisions 16)."""


@dataclass(frozen=True, slots=True)
class Line:
    """A case as a list shows it."""

    number: str
    state: CaseState
    short_description: str
    place: str
    unit: str
    category: Category
    level: int | None
    urgent: bool
    drill: bool
    due: Due | None
    """What runs out first, the archive left out."""


def list_cases(
    session: Session, actor: Actor, wanted: Filter, before: int | None = None, limit: int = PAGE
) -> list[Case]:
    """Return cases newest first; `before` is the id to go on from (paged by key)."""
    if pairs := _pairs(wanted.text):
        ids = list(session.scalars(found_by_words(session, actor, wanted, pairs, before, limit)))
        cases = session.scalars(select(Case).where(Case.id.in_(ids)).options(LISTED))
        return sorted(cases, key=lambda case: -case.id)
    found = narrowed(actor, wanted, before).options(LISTED).limit(limit)
    return list(session.scalars(found))


def list_lines(
    session: Session, actor: Actor, wanted: Filter, now: datetime, before: int | None = None
) -> tuple[list[Line], int | None]:
    """Return a page of the list, and the id to go on from or None at its end."""
    cases = list_cases(session, actor, wanted, before, PAGE + 1)
    shown = cases[:PAGE]
    clocks: dict[int, Due] = {}
    for due in running_of(session, [(case.kind, case.id) for case in shown], now):
        if due.kind is not DeadlineKind.ARCHIVE and not due.paused:
            clocks.setdefault(due.subject_id, due)
    lines = [_line(case, clocks.get(case.id)) for case in shown]
    return lines, shown[-1].id if len(cases) > PAGE else None


def list_in_charge(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """Return who is in charge of something the actor may see, by name."""
    if not actor.may(Permission.CASE_READ):
        return []
    in_charge = exists().where(
        Assignment.person_id == Person.id, Assignment.ended_at.is_(None),
        Assignment.part == Part.OWNER, Case.id == Assignment.case_id,
        or_(*under_roles(actor, Permission.CASE_READ)),
    )  # fmt: skip  # person by person: the first case found is enough
    rows = session.execute(select(Person.id, Person.name).where(in_charge))
    return sorted(((id_, name) for id_, name in rows), key=lambda each: (each[1], each[0]))


def narrowed(actor: Actor, wanted: Filter, before: int | None = None) -> Select[Case]:
    """Return the query of a list without words that are searched by pairs."""
    query = visible_to(actor).where(*_conditions(wanted, before))
    if wanted.text:  # a single letter
        columns = (Case.place_name, Case.short_description)
        contain = (each.icontains(wanted.text, autoescape=True) for each in columns)
        query = query.where(or_(*contain))
    return query.order_by(Case.id.desc())


def found_by_words(
    session: Session, actor: Actor, wanted: Filter, pairs: list[str], before: int | None, limit: int
) -> Select[int]:
    """Return the query of the ids found, newest first.

    It goes along the index of the rarest pair, newest case first, and asks for the others.
    """
    rarest = min(pairs, key=lambda pair: (_count(session, pair), pair))
    word = aliased(CaseWord)
    others = [_has(word, pair) for pair in pairs if pair != rarest]
    visible = visible_to(actor).whereclause
    own = _readable(session, actor, word)
    query = select(word.case_id).join(Case, Case.id == word.case_id)
    query = query.where(word.gram == rarest, own, *others, *_conditions(wanted, None))
    if visible is not None:
        query = query.where(visible)
    if before is not None:
        query = query.where(word.case_id < before)
    return query.group_by(word.case_id).order_by(word.case_id.desc()).limit(limit)


def _pairs(text: str) -> list[str]:
    """Return the pairs of letters of what was typed, each once; words apart are all wanted."""
    found = (gram for word in text.split() for gram in bigrams(word) if len(gram) > 1)
    return list(dict.fromkeys(found))[:PAIRS]


def _count(session: Session, pair: str) -> int:
    rows = select(CaseWord.case_id).where(CaseWord.gram == pair).limit(COUNTED).subquery()
    return session.scalar(select(func.count()).select_from(rows)) or 0


def _has(word: type[CaseWord], pair: str) -> ColumnElement[bool]:
    other = aliased(CaseWord)
    return exists().where(
        other.gram == pair, other.case_id == word.case_id, other.report_id == word.report_id
    )


def _readable(session: Session, actor: Actor, word: type[CaseWord]) -> ColumnElement[bool]:
    """Return the condition that the words are for all, or of a report the actor may read."""
    for_all = word.report_id == FOR_ALL
    if not actor.may(Permission.REPORT_READ_ORIGINAL):
        return for_all
    return or_(for_all, exists().where(Report.id == word.report_id, readable_by(session, actor)))


def _conditions(wanted: Filter, before: int | None) -> Iterator[ColumnElement[bool]]:
    yield Case.merged_into_id.is_(None)
    yield Case.drill.is_(wanted.drills)
    if before is not None:
        yield Case.id < before
    for column, value in (
        (Case.state, wanted.state), (Case.category, wanted.category),
        (Case.place_id, wanted.place_id), (Case.reward_level, wanted.level),
    ):  # fmt: skip
        if value is not None:
            yield column == value
    yield from _among(wanted)


def _among(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    if wanted.unit_path:
        yield Case.unit_path.startswith(wanted.unit_path, autoescape=True)
    if wanted.month is not None:
        yield Case.opened_at >= wanted.month.starts
        yield Case.opened_at < wanted.month.ends
    if wanted.owner_id is not None:
        yield Case.id.in_(_owned(wanted.owner_id))
    if wanted.source is not None:
        yield _from(wanted.source)
    if wanted.open:
        yield Case.state.in_(open_states())
    if wanted.overdue_on is not None:
        yield Case.id.in_(_late(start_of(wanted.overdue_on)))


def _owned(person_id: int) -> Select[int]:
    asked = select(Assignment.case_id).where(
        Assignment.person_id == person_id, Assignment.ended_at.is_(None),
        Assignment.part == Part.OWNER,
    )  # fmt: skip
    planned = select(Plan.case_id).where(
        Plan.owner_id == person_id, Plan.state == PlanState.IN_FORCE
    )
    return asked.union(planned)  # type: ignore[return-value]


def _from(source: CaseSource) -> ColumnElement[bool]:
    standing = exists().where(
        CaseReport.case_id == Case.id, Report.id == CaseReport.report_id,
        Report.state != ReportState.WITHDRAWN,
    )  # fmt: skip
    return standing if source is CaseSource.REPORT else ~standing


def _late(moment: datetime) -> Select[int]:
    return select(Deadline.subject_id).where(
        and_(
            Deadline.subject_kind == Case.kind, Deadline.done_at.is_(None),
            Deadline.due_at <= moment, Deadline.kind != DeadlineKind.ARCHIVE,
            Deadline.paused_since.is_(None),
        )
    )  # fmt: skip


def _line(case: Case, due: Due | None) -> Line:
    return Line(
        case.number, case.state, case.short_description, case.place_name, case.unit_name,
        case.category, case.reward_level,
        case.urgency is Urgency.EMERGENCY and case.state in open_states(), case.drill, due,
    )  # fmt: skip
