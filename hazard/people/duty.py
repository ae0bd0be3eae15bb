"""Who is on duty: kept by day and shift, asked for by the moment."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from hazard.access.permissions import Permission
from hazard.audit.work import Work
from hazard.core.calendar import Month
from hazard.core.clock import CHINA, day_of
from hazard.core.errors import Unclear
from hazard.core.numbers import telephone
from hazard.core.words import N_, Sentence
from hazard.people.models import Duty, Person
from hazard.people.shifts import Shift
from hazard.people.working import shift_at, shifts_for
from hazard.policy.queries import policy_on

ONE_DAY = timedelta(days=1)
BETWEEN = ""
"""What stands for the time between two shifts (班外)."""
MOST_DAYS = 400
"""How far a pattern may reach."""


class NotOnDuty(Unclear):
    """A duty cannot be given as it was entered."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One shift of one day in the roster; `person_id` None where nobody is entered."""

    day: date
    shift: str
    person_id: int | None = None
    person: str = ""
    employee_no: str = ""
    deputy_id: int | None = None
    deputy: str = ""
    deputy_no: str = ""
    phone: str = ""
    """What is dialled."""
    own_phone: str = ""
    """Only what was entered for this duty."""

    @property
    def label(self) -> Sentence | str:
        """Return what people call the shift."""
        return self.shift or Sentence(N_("Between shifts"))


@dataclass(frozen=True, slots=True)
class Call:
    """Whom to call at a moment."""

    person_id: int
    name: str
    phone: str
    """Empty where no number is known."""
    deputy: str
    deputy_phone: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to stand in one cell."""

    day: date
    shift: str
    person_id: int
    deputy_id: int | None = None
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """People who take a shift in turn, each for `days_each` days from `first` to `last`."""

    shift: str
    first: date
    last: date
    people: tuple[int, ...]
    days_each: int
    replace: bool
    """Whether cells that are filled already are filled anew."""


def on_duty(session: Session, moment: datetime) -> Call | None:
    """Return who is on duty: the person, else the deputy, else None.

    Whoever has left the plant by then does not count. A person without any number is named; the
    deputy's number then stands for the call.
    """
    shift = shift_at(session, moment, None)
    row = find_duty(session, shift.day, shift.name or BETWEEN)
    if row is None:
        return None
    here = [(p, n) for p, n in _hands(row) if _is_employed(p, day_of(moment))]
    if not here:
        return None
    (first, phone), second = here[0], here[1] if len(here) > 1 else None
    other = second[1] if second else ""
    return Call(
        first.id, first.name, phone or other, second[0].name if second else "", other, shift.ends
    )


def find_duty(session: Session, day: date, shift: str) -> Duty | None:
    """Return the row of one cell, or None."""
    wanted = select(Duty).where(Duty.day == day, Duty.shift == shift)
    return session.scalars(wanted.options(*_PEOPLE)).one_or_none()


def list_month(session: Session, month: Month) -> list[list[Cell]]:
    """Return every day of the month, each its shifts in their order, filled or not."""
    return list_days(session, month.first_day, month.last_day)


def list_days(session: Session, first: date, last: date) -> list[list[Cell]]:
    """Return the cells of each day from `first` to `last`."""
    rows = select(Duty).where(Duty.day.between(first, last)).options(*_PEOPLE)
    filled = {(row.day, row.shift): row for row in session.scalars(rows)}
    names = names_by_day(session, first, last)
    return [
        [_cell(day, shift, filled.get((day, shift))) for shift in _columns(day, shifts, filled)]
        for day, shifts in names.items()
    ]


def names_by_day(session: Session, first: date, last: date) -> dict[date, list[str]]:
    """Return the shifts of each day; asked once where one policy rules over all of them."""
    names = shift_names(session, first)
    if policy_on(session, first).number == policy_on(session, last).number:
        return dict.fromkeys(_days(first, last), names)
    return {day: shift_names(session, day) for day in _days(first, last)}


def shift_names(session: Session, day: date) -> list[str]:
    """Return the shifts of a day in their order; the time between two comes last."""
    shifts = shifts_for(session, _noon(day), None)
    return [*(s.name for s in shifts), *([] if _fill_the_day(shifts) else [BETWEEN])]


def set_duty(work: Work, entry: Entry) -> None:
    """Put somebody on duty in one shift of a day; raises `NotOnDuty` or `BadEntry`."""
    work.actor.need(Permission.DUTY_KEEP)
    _set(work, entry, find_duty(work.session, entry.day, entry.shift))


def clear_duty(work: Work, day: date, shift: str) -> None:
    """Let nobody be on duty in that shift."""
    work.actor.need(Permission.DUTY_KEEP)
    row = find_duty(work.session, day, shift)
    if row is not None:
        work.record("cleared", row, day=day, shift=shift)
        work.session.delete(row)


def set_many(work: Work, entries: Iterable[Entry]) -> int:
    """Put each entry into its cell, whatever stood there; return how many changed."""
    work.actor.need(Permission.DUTY_KEEP)
    wanted = sorted(entries, key=lambda entry: (entry.day, entry.shift))
    if not wanted:
        return 0
    between = Duty.day.between(wanted[0].day, wanted[-1].day)
    rows = {(r.day, r.shift): r for r in work.session.scalars(select(Duty).where(between))}
    return sum(_set(work, entry, rows.get((entry.day, entry.shift))) for entry in wanted)


def fill(work: Work, pattern: Pattern) -> int:
    """Fill a shift from a pattern; return how many cells changed."""
    work.actor.need(Permission.DUTY_KEEP)
    entries = _in_turn(pattern)
    if not pattern.replace:
        kept = select(Duty.day).where(
            Duty.shift == pattern.shift, Duty.day.between(pattern.first, pattern.last)
        )
        filled = set(work.session.scalars(kept))
        entries = [entry for entry in entries if entry.day not in filled]
    return set_many(work, entries)


_PEOPLE = (joinedload(Duty.person), joinedload(Duty.deputy))


def _in_turn(pattern: Pattern) -> list[Entry]:
    days = (pattern.last - pattern.first).days
    if not 0 <= days < MOST_DAYS:
        raise NotOnDuty(
            Sentence(N_("The last day lies before the first, or more than a year later")),
            field="last",
        )
    if not pattern.people:
        raise NotOnDuty(Sentence(N_("Please name who takes the duty")), field="people")
    return [
        Entry(
            pattern.first + at * ONE_DAY,
            pattern.shift,
            pattern.people[at // pattern.days_each % len(pattern.people)],
        )
        for at in range(days + 1)
    ]


def _set(work: Work, entry: Entry, row: Duty | None) -> bool:
    phone = telephone(entry.phone)
    if entry.deputy_id == entry.person_id:
        raise NotOnDuty(Sentence(N_("The deputy must be somebody else")), field="deputy")
    wanted = (entry.person_id, entry.deputy_id, phone)
    if row is not None and (row.person_id, row.deputy_id, row.phone) == wanted:
        return False
    for person_id in (entry.person_id, entry.deputy_id):
        _need_employed(work, person_id, entry.day)
    if row is None:
        row = Duty(day=entry.day, shift=entry.shift)
        work.session.add(row)
    row.person_id, row.deputy_id, row.phone = wanted
    work.session.flush()
    work.record(
        "set", row, day=entry.day, shift=entry.shift, person=entry.person_id,
        deputy=entry.deputy_id,
    )  # fmt: skip
    return True


def _need_employed(work: Work, person_id: int | None, day: date) -> None:
    if person_id is None:
        return
    person = work.session.get_one(Person, person_id)
    if not _is_employed(person, day):
        raise NotOnDuty(
            Sentence(N_("%(name)s does not work here on %(day)s"), name=person.name, day=day),
            field="person",
        )


def _is_employed(person: Person, day: date) -> bool:
    return person.joined_on <= day and (person.left_on is None or person.left_on >= day)


def _hands(row: Duty) -> Iterator[tuple[Person, str]]:
    yield row.person, row.phone or row.person.phone
    if row.deputy is not None:
        yield row.deputy, row.deputy.phone


def _columns(day: date, names: list[str], filled: Iterable[tuple[date, str]]) -> list[str]:
    """Return the shifts of the day, and those people were entered for under an older pattern."""
    return [*names, *sorted(s for d, s in filled if d == day and s not in names)]


def _cell(day: date, shift: str, row: Duty | None) -> Cell:
    if row is None:
        return Cell(day, shift)
    deputy = row.deputy
    return Cell(
        day, shift, row.person_id, row.person.name, row.person.employee_no,
        row.deputy_id, deputy.name if deputy else "", deputy.employee_no if deputy else "",
        row.phone or row.person.phone, row.phone,
    )  # fmt: skip


def _fill_the_day(shifts: Sequence[Shift]) -> bool:
    return sum((shift.length for shift in shifts), timedelta()) >= ONE_DAY


def _days(first: date, last: date) -> Iterator[date]:
    for at in range((last - first).days + 1):
        yield first + at * ONE_DAY


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), CHINA)
