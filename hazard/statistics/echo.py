"""What the weekly 《隐患回音》 says: figures, results, pictures; masked as the board (words 4.4).

Nothing of it says who reported or when: rows stand by result and number, and days are those of
shifts. A published week is frozen; a week not yet published is put together anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from hazard.access.actor import Actor
from hazard.access.permissions import Permission
from hazard.cases.models import Case, CaseReport
from hazard.cases.terms import CaseState
from hazard.core.calendar import end_of
from hazard.core.errors import Unclear
from hazard.core.money import ZERO, Money
from hazard.core.words import N_, Sentence
from hazard.notices.echoes import find_published, list_published
from hazard.policy.words import About, Desk
from hazard.reports.models import Report
from hazard.reports.terms import Refusal, ReportState
from hazard.rewards.masking import FEWEST_LINES, shows_places, tail_of
from hazard.rewards.models import Award
from hazard.rewards.terms import GRANTED
from hazard.statistics.figures import count_hazards, count_reports, counted
from hazard.statistics.pairs import Pair, list_pairs
from hazard.statistics.spans import Span, Week

MOST_PAIRS = 3
CANDIDATES = 8
WEEKS_TOGETHER = 6
"""Weeks whose lines were too few stand together; longer than this nothing is carried on."""
FIXED, LATE, FIXING, CHECKING, NOT_FOUND, REFUSED = range(6)
"""What became of it, in the order of the rows."""


@dataclass(frozen=True, slots=True)
class EchoLine:
    """One hazard or report as everybody may read it."""

    tail: str
    place: str
    """Empty where it would tell too much."""
    result: int
    until: str
    """ISO day by which it is put right, or empty."""
    refusal: str
    """Why a report was not accepted, or empty."""
    fen: int
    """Of the reward; 0 where none is granted yet."""

    @property
    def words(self) -> Sentence:
        """Return the result as people read it."""
        if self.result == FIXED:
            return Sentence(N_("fixed"))
        if self.until:
            late = N_("Late: it was to be fixed by %(day)s")
            words = late if self.result == LATE else N_("Being fixed, by %(day)s")
            return Sentence(words, day=date.fromisoformat(self.until))
        if self.result == REFUSED:
            return Sentence(N_("Not accepted: %(reason)s"), reason=Refusal(self.refusal).label)
        plain = {FIXING: N_("being fixed"), CHECKING: N_("being checked")}
        return Sentence(plain.get(self.result, N_("not found")))

    @property
    def reward(self) -> Money | None:
        """Return the reward, if one is granted."""
        return Money(self.fen) if self.fen else None


@dataclass(frozen=True, slots=True)
class EchoPair:
    """One hazard before and after; photos by public id."""

    summary: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Echo:
    """The echo of one week."""

    week: Week
    received: int
    fixed: int
    open: int
    late: int
    lines: tuple[EchoLine, ...]
    held: int
    """Lines too few to be shown alone; they stand with the next week."""
    with_places: bool
    pairs: tuple[EchoPair, ...]
    published_at: datetime | None = None
    edition: int = 0

    @property
    def body(self) -> dict[str, Any]:
        """Return what is frozen when the week is published."""
        kept = asdict(self)
        for name in ("week", "published_at", "edition"):
            del kept[name]
        return kept


def read_echo(week: Week, body: Mapping[str, Any], at: datetime, edition: int) -> Echo:
    """Return a published week as it was."""
    lines = tuple(EchoLine(**line) for line in body["lines"])
    pairs = tuple(EchoPair(**pair) for pair in body["pairs"])
    plain = {name: body[name] for name in ("received", "fixed", "open", "late", "held")}
    return Echo(
        week=week, lines=lines, pairs=pairs, with_places=body["with_places"], published_at=at,
        edition=edition, **plain,
    )  # fmt: skip


def list_echoes(session: Session, since: date, until: date) -> list[Echo]:
    """Return the published weeks that have a day from `since` to `until`, in order."""
    first, last = str(Week.of_day(since)), str(Week.of_day(until))
    return [
        read_echo(Week.parse(each.week), each.body, each.at, each.edition)
        for each in list_published(session, first, last)
    ]


def compose(
    session: Session, actor: Actor, week: Week, now: datetime, chosen: Sequence[str] = ()
) -> Echo:
    """Put the echo of a week together; `chosen` are pairs as `case|before|after`.

    Needs `case:inform`. Raises `Unclear` for more than three pairs or one that was not offered.
    """
    actor.need(Permission.CASE_INFORM)
    span = week.span
    hazards = count_hazards(session, span, now, among=Case.hidden_from == "")
    lines = _lines(session, _reach(session, week), min(span.ends, now))
    shown = lines if len(lines) >= FEWEST_LINES else ()
    return Echo(
        week=week, received=count_reports(session, span).received,
        fixed=hazards.rectified.all, open=hazards.open.all, late=hazards.overdue.all,
        lines=_without_places(shown) if not shows_places(len(shown)) else shown,
        held=0 if shown else len(lines), with_places=shows_places(len(shown)),
        pairs=_chosen(candidates(session, actor, week), chosen),
    )  # fmt: skip


def candidates(session: Session, actor: Actor, week: Week) -> list[Pair]:
    """Return the pairs the officer may choose from: closed in the week, photos released."""
    return list_pairs(session, actor, week.span, CANDIDATES)


def _reach(session: Session, week: Week) -> Span:
    """Return the days whose lines stand in this week: back over weeks that were held."""
    first = week
    for _ in range(WEEKS_TOGETHER):
        before = find_published(session, str(first.previous()))
        if before is None or not before.body["held"]:
            break
        first = first.previous()
    return Span(first.span.first, week.span.last)


def _lines(session: Session, span: Span, until: datetime) -> tuple[EchoLine, ...]:
    lines = [*_case_lines(session, span, until), *_refused_lines(session, span)]
    return tuple(sorted(lines, key=lambda line: (line.result, line.tail, line.place)))


def _case_lines(session: Session, span: Span, until: datetime) -> list[EchoLine]:
    opened = (Case.opened_at >= span.starts) & (Case.opened_at < span.ends)
    closed = (Case.closed_at >= span.starts) & (Case.closed_at < span.ends)
    cases = session.scalars(
        select(Case)
        .where(counted(), Case.hidden_from == "", opened | closed)
        .options(selectinload(Case.reports).selectinload(CaseReport.report))
        .order_by(Case.id)
    ).all()
    granted = _granted(session, [case.id for case in cases])
    return [_case_line(case, until, granted.get(case.id, ZERO)) for case in cases]


def _case_line(case: Case, until: datetime, granted: Money) -> EchoLine:
    closed = case.closed_at is not None and case.closed_at <= until
    fixing = case.due_on.isoformat() if case.due_on and not closed else ""
    return EchoLine(
        tail=tail_of(case.first.report.number),
        place=case.place_name if case.place_id else case.unit_name,
        result=_result(case, until, closed=closed), until=fixing, refusal="", fen=granted.fen,
    )  # fmt: skip


def _result(case: Case, until: datetime, *, closed: bool) -> int:
    if closed:
        return FIXED
    if case.state in {CaseState.ACCEPTED, CaseState.VERIFYING}:
        return CHECKING
    never = case.state is CaseState.UNCONFIRMED or (
        case.state is CaseState.ARCHIVED and case.closed_at is None
    )
    if never:
        return NOT_FOUND
    late = case.state is CaseState.RECTIFYING and case.due_on and end_of(case.due_on) <= until
    return LATE if late else FIXING


def _refused_lines(session: Session, span: Span) -> list[EchoLine]:
    """Return reports not accepted; one that went to a single desk or is about somebody is out."""
    rows = session.scalars(
        select(Report).where(
            Report.drill.is_(False), Report.state == ReportState.REFUSED,
            Report.shift_day >= span.first, Report.shift_day <= span.last,
            Report.about == About.NONE, Report.desk.in_([Desk.SAFETY, Desk.BOTH]),
        )
    )  # fmt: skip
    return [
        EchoLine(
            tail_of(report.number), report.place_name if report.place_id else "", REFUSED, "",
            report.refusal.value, 0,
        )
        for report in rows
        if report.refusal is not None
    ]  # fmt: skip


def _granted(session: Session, case_ids: Sequence[int]) -> dict[int, Money]:
    rows = session.execute(
        select(Award.case_id, Award.amount).where(
            Award.case_id.in_(case_ids), Award.state.in_(GRANTED)
        )
    )
    sums: dict[int, Money] = {}
    for case_id, amount in rows:
        sums[case_id] = sums.get(case_id, ZERO) + amount
    return sums


def _without_places(lines: Sequence[EchoLine]) -> tuple[EchoLine, ...]:
    return tuple(
        EchoLine(each.tail, "", each.result, each.until, each.refusal, each.fen) for each in lines
    )


def _chosen(offered: Sequence[Pair], chosen: Sequence[str]) -> tuple[EchoPair, ...]:
    if len(set(chosen)) > MOST_PAIRS:
        raise Unclear(Sentence(N_("At most %(n)s pairs"), n=MOST_PAIRS), field="pair")
    by_key = {
        f"{pair.case_number}|{before}|{after}": EchoPair(pair.summary, before, after)
        for pair in offered
        for before in pair.before
        for after in pair.after
    }
    if not set(chosen) <= set(by_key):
        raise Unclear(
            Sentence(N_("These photos are no longer offered. Choose again")), field="pair"
        )
    return tuple(by_key[key] for key in dict.fromkeys(chosen))
