"""A duty roster pasted from a spreadsheet: a dry run that writes nothing, then all of it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from hazard.audit.work import Work
from hazard.core.calendar import Month
from hazard.core.errors import Refused
from hazard.core.numbers import BadNumber, telephone
from hazard.core.tabular import BadTable, Column, Fault, Line, read_table
from hazard.core.words import N_, Sentence
from hazard.people.duty import BETWEEN, Entry, list_days, names_by_day, set_many
from hazard.people.roll import SEPARATORS, Namesakes, Roll, read_roll
from hazard.people.terms import BadEntry

DAY, SHIFT, PERSON, DEPUTY, PHONE = "day", "shift", "person", "deputy", "phone"
COLUMNS = (
    Column(DAY, ("日期", "日子", "Date", "Day")),
    Column(SHIFT, ("班次", "班", "Shift"), needed=False),
    Column(PERSON, ("值班人", "值班人员", "值班", "姓名", "On duty", "Name"), needed=False),
    Column(DEPUTY, ("替班人", "替班", "副班", "备班", "Deputy"), needed=False),
    Column(PHONE, ("电话", "手机", "值班电话", "Phone"), needed=False),
)
"""The long shape: a row a duty. In the wide one a row is a day, a column a shift."""
BETWEEN_NAMES = ("班外", "下班后", "其余时间", "Between shifts")
LONGEST_DAY = 40
NEXT_MONTH = timedelta(days=31)
DATE = re.compile(
    r"(?:(?:(?P<year>20\d\d)\s*[-/.年]\s*)?(?P<month>\d{1,2})\s*[-/.月]\s*)?"
    r"(?P<day>\d{1,2})\s*日?\s*(?:[(（]?(?:周|星期|礼拜)?[一二三四五六日天]?[)）]?)"
)


class FaultyRoster(Refused):
    """The pasted list still has faults or open questions; nothing is written."""


@dataclass(frozen=True, slots=True)
class RosterDraft:
    """What a pasted list would do."""

    entries: tuple[Entry, ...]
    """In the order of the rows."""
    names: Mapping[int, str]
    """Names of the people in it, by id."""
    added: int
    changed: int
    same: int
    asked: tuple[Namesakes, ...]
    """Names that several people have: whoever pastes must choose."""
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the rows are read against."""

    month: Month
    shifts: Mapping[date, Sequence[str]]
    roll: Roll


def read_roster(
    session: Session, text: str, month: Month, today: date, chosen: Mapping[str, int]
) -> RosterDraft:
    """Return what the text copied from a spreadsheet would do; days without a year are `month`'s.

    Two shapes are read: a row a duty (日期 班次 值班人 替班 电话), or a row a day with a column a
    shift, a deputy standing behind a stroke. `chosen` answers which namesake is meant. Raises
    `BadTable` for text that is neither.
    """
    first, last = month.first_day, month.last_day + NEXT_MONTH
    shifts = names_by_day(session, first, last)
    read = _Reading(month, shifts, read_roll(session, max(first, today), chosen))
    faults: list[Fault] = []
    asked: dict[str, Namesakes] = {}
    found: dict[tuple[date, str], tuple[int, Entry]] = {}
    for line in _lines(text, shifts[first]):
        for column, wanted in _entries(line, read, faults, asked):
            _keep(found, line, column, wanted, faults)
    entries = tuple(entry for _, entry in found.values())
    if not (entries or faults or asked):
        raise _nothing(shifts[first])
    before = _before(session, entries)
    new = sum((e.day, e.shift) not in before for e in entries)
    same = sum(before.get((e.day, e.shift)) == e for e in entries)
    return RosterDraft(
        entries, read.roll.names, new, len(entries) - new - same, same,
        tuple(asked.values()), tuple(sorted(faults, key=lambda fault: fault.row)),
    )  # fmt: skip


def apply_roster(work: Work, draft: RosterDraft) -> int:
    """Write the draft; refuses one with faults or open questions."""
    if draft.faults or draft.asked:
        open_ = len(draft.faults) + len(draft.asked)
        raise FaultyRoster(Sentence(N_("%(n)s mistakes; nothing was written"), n=open_))
    return set_many(work, draft.entries)


def _lines(text: str, shifts: Sequence[str]) -> list[Line]:
    """Return the rows; a list copied without its header is taken as a day and its shifts."""
    by_shift = [
        Column(f"@{name}", (name, *BETWEEN_NAMES) if name == BETWEEN else (name,), needed=False)
        for name in shifts
    ]
    bare = _is_day(text.lstrip("\n").partition("\t")[0])
    header = "\t".join((COLUMNS[0].heading, *(n or BETWEEN_NAMES[0] for n in shifts)))
    whole = f"{header}\n{text}" if bare else text
    lines = read_table(whole.encode(), (*COLUMNS, *by_shift), field="roster")
    return [replace(line, number=line.number - 1) for line in lines] if bare else lines


def _entries(
    line: Line, read: _Reading, faults: list[Fault], asked: dict[str, Namesakes]
) -> Iterator[tuple[str, Entry]]:
    """Yield what one row says, with the column each stands in; note what is wrong."""
    day = _day(line.cells[DAY], read.month)
    if day is None or day not in read.shifts:
        wrong = Sentence(
            N_("Write a day of this month or the next, such as %(day)s"), day=read.month.first_day
        )
        faults.append(Fault(line.number, COLUMNS[0].heading, wrong, line.cells[DAY]))
        return
    for column, shift, people in _cells(line, read.shifts[day]):
        try:
            known = _shift(shift, read.shifts[day])
            hands = [read.roll.find(name) for name in people]
            phone = telephone(line.cells[PHONE]) if line.cells[PERSON] else ""
        except (BadEntry, BadNumber) as error:
            faults.append(Fault(line.number, column, error.sentence, " ".join(people)))
        else:
            asked.update({hand.name: hand for hand in hands if isinstance(hand, Namesakes)})
            ids = [hand for hand in hands if isinstance(hand, int)]
            if len(ids) == len(hands):
                yield column, Entry(day, known, ids[0], ids[1] if len(ids) > 1 else None, phone)


def _cells(line: Line, shifts: Sequence[str]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield column, shift and names of each filled cell of a row."""
    if line.cells[PERSON]:
        shift = line.cells[SHIFT] or (shifts[0] if len(shifts) == 1 else "?")
        names = [*_split(line.cells[PERSON]), *_split(line.cells[DEPUTY])]
        yield COLUMNS[2].heading, shift, names[:2]
    for key, text in line.cells.items():
        if key.startswith("@") and text:
            name = key.removeprefix("@")
            yield name or BETWEEN_NAMES[0], name or BETWEEN_NAMES[0], _split(text)[:2]


def _keep(
    found: dict[tuple[date, str], tuple[int, Entry]],
    line: Line, column: str, entry: Entry, faults: list[Fault],
) -> None:  # fmt: skip
    key = entry.day, entry.shift
    if key in found:
        twice = Sentence(N_("This shift of %(day)s stands in row %(row)s already"),
                         day=entry.day, row=found[key][0])  # fmt: skip
        faults.append(Fault(line.number, column, twice, entry.shift))
    else:
        found[key] = line.number, entry


def _before(session: Session, entries: Sequence[Entry]) -> dict[tuple[date, str], Entry]:
    """Return what stands in the roster in these days."""
    if not entries:
        return {}
    days = list_days(session, min(e.day for e in entries), max(e.day for e in entries))
    return {
        (cell.day, cell.shift): Entry(
            cell.day, cell.shift, cell.person_id, cell.deputy_id, cell.own_phone
        )
        for cells in days
        for cell in cells
        if cell.person_id is not None
    }


def _shift(text: str, shifts: Sequence[str]) -> str:
    if text in shifts:
        return text
    if text in BETWEEN_NAMES and BETWEEN in shifts:
        return BETWEEN
    known = tuple(name or Sentence(N_("Between shifts")) for name in shifts)
    raise BadEntry(Sentence(N_("Which shift? There are: %(names)s"), names=known))


def _split(text: str) -> list[str]:
    return [name.strip() for name in SEPARATORS.split(text) if name.strip()]


def _is_day(text: str) -> bool:
    return _matched(text) is not None


def _matched(text: str) -> re.Match[str] | None:
    """Return the parts of a day; what is longer than any is not looked at, however it goes on."""
    short = text.strip()
    return DATE.fullmatch(short) if len(short) <= LONGEST_DAY else None


def _day(text: str, month: Month) -> date | None:
    found = _matched(text)
    if found is None:
        return None
    try:
        return date(
            int(found["year"] or month.year), int(found["month"] or month.month), int(found["day"])
        )
    except ValueError:
        return None


def _nothing(shifts: Sequence[str]) -> BadTable:
    wanted = tuple(name or Sentence(N_("Between shifts")) for name in shifts)
    sentence = Sentence(
        N_("Nobody is named. Name a column %(person)s, or one column a shift: %(shifts)s"),
        person=COLUMNS[2].heading, shifts=wanted,
    )  # fmt: skip
    return BadTable(sentence, field="roster")
