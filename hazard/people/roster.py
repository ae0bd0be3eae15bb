"""The roster from one list: a dry run that writes nothing, then all of it or nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, selectinload

from hazard.access.actor import SYSTEM
from hazard.access.permissions import Permission, Role
from hazard.audit.work import Work
from hazard.core.clock import day_of
from hazard.core.listing import Reader, need_ready, repeated
from hazard.core.numbers import telephone
from hazard.core.tabular import Column, Fault, Line
from hazard.core.words import N_, USUAL, Sentence, own
from hazard.people.imports import Deeds, ImportKind, remember
from hazard.people.models import Membership, Person, RoleHolding, Unit
from hazard.people.queries import list_units, on, root_unit
from hazard.people.terms import (
    employee_number,
    initials_of,
    name_of_person,
    name_of_thing,
)
from hazard.policy.queries import policy_on

NUMBER, NAME, UNIT, TEAM, PHONE, LEADER = "number", "name", "unit", "team", "phone", "leader"
COLUMNS = (
    Column(NUMBER, ("工号", "员工工号", "员工编号", "职工号", "职工编号", "人员编号", "编号",
                    "Employee number", "Employee no", "No")),
    Column(NAME, ("姓名", "员工姓名", "职工姓名", "名字", "Name")),
    Column(UNIT, ("单位/车间", "车间", "所在车间", "车间/部门", "部门/车间", "部门", "所属部门",
                  "所在部门", "部门名称", "单位", "所属单位", "所在单位", "Unit", "Workshop")),
    Column(TEAM, ("班组", "所在班组", "班组名称", "Team"), needed=False),
    Column(PHONE, ("手机", "手机号", "手机号码", "电话", "电话号码", "联系电话", "联系方式",
                   "Phone"), needed=False),
    Column(LEADER, ("岗位角色", "角色", "Role"), needed=False),
)  # fmt: skip
"""What `core.tabular.read_table` looks for."""
EXAMPLE = {
    NUMBER: "10023", NAME: "张三", UNIT: "机加工车间", TEAM: "一班", PHONE: "13800000000",
    LEADER: "班组长",
}  # fmt: skip
NOTES = (
    Sentence(N_("One row a person. Columns with * are needed. The example row is passed over")),
    Sentence(N_("Units that do not exist yet are made. Nobody is removed")),
    Sentence(N_("Role: name it for a shift leader, else leave it empty")),
)
LEADER_WORDS = frozenset({"班组长", "班长", "组长", "是", "√", "shift leader", "shift_leader"})
CHUNK = 500
CHANGED = ("name", "initials", "phone")
"""What of a person a list may change."""
ONE_DAY = timedelta(days=1)

UnitNames = tuple[str, ...]
"""Names under the company: workshop, or workshop and team; empty for the company itself."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that can be written."""

    row: int
    employee_no: str
    name: str
    unit: UnitNames
    phone: str
    """Empty where the list says nothing."""
    leader: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """What a list would do. `lines` are kept so that `apply` can look again."""

    lines: tuple[Line, ...]
    added: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    before: tuple[tuple[str, UnitNames, str], ...]
    """Name, unit and telephone as they stand now, of each that is changed."""
    same: int
    """Rows that say what the roster says already."""
    units: tuple[UnitNames, ...]
    """Units to be made, parents first."""
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """A person of the roster, as far as a list may change it."""

    id: int
    name: str
    phone: str
    left_on: date | None
    unit_id: int | None
    leads: frozenset[int]


def read_people(session: Session, lines: Sequence[Line], day: date) -> Draft:
    """Return what the list would do on `day`; each fault names its row and column."""
    units, known = _units_by_names(session, day), _known_people(session, day)
    offered = Role.SHIFT_LEADER in policy_on(session, day).policy.roles
    reader = Reader(COLUMNS)
    entries = [_entry(line, reader, offered=offered) for line in lines]
    good = [entry for entry in entries if entry is not None]
    _refuse_repeated(good, reader)
    _refuse_shortened(good, known, reader)
    _refuse_departed(good, known, day, reader)
    added, changed = [], []
    for entry in good:
        person = known.get(entry.employee_no)
        if person is None:
            added.append(entry)
        elif _differs(entry, person, units.get(entry.unit)):
            changed.append(entry)
    return Draft(
        lines=tuple(lines),
        added=tuple(added),
        changed=tuple(changed),
        before=tuple(_words_of(known[entry.employee_no], units) for entry in changed),
        same=len(good) - len(added) - len(changed),
        units=_missing_units(good, units),
        faults=reader.by_row,
    )


def apply(work: Work, draft: Draft) -> None:
    """Write the whole draft; refuses one with faults, and one the roster has overtaken."""
    root, day = root_unit(work.session), day_of(work.now)
    if work.actor is not SYSTEM:
        work.actor.need(Permission.PEOPLE_KEEP, root.path)
    fresh = read_people(work.session, draft.lines, day) == draft
    need_ready(draft.faults, fresh=fresh)
    deeds, newest = Deeds(), work.session.scalar(select(func.max(Membership.id))) or 0
    units = _with_new_units(work, draft.units, day, deeds)
    leaders = _change(work, draft.changed, units, day, deeds)
    leaders += _add(work, draft.added, units, day, deeds)
    work.session.flush()
    new = select(Membership.id).where(Membership.id > newest).order_by(Membership.id)
    deeds.make(Membership.__tablename__, work.session.scalars(new))
    deeds.make(RoleHolding.__tablename__, (holding.id for holding in leaders))
    remember(work, ImportKind.PEOPLE, deeds)
    for holding in leaders:
        work.record(
            "granted",
            holding,
            role=holding.role,
            unit=holding.unit_id,
            person=holding.person_id,
        )
    work.record(
        "roster_applied",
        root,
        added=len(draft.added),
        changed=len(draft.changed),
        units=len(draft.units),
    )


def _entry(line: Line, reader: Reader, *, offered: bool) -> Entry | None:
    """Return the row, or None after noting what is wrong with it."""
    before, texts = len(reader.faults), line.cells
    number = reader.read(line, NUMBER, lambda: employee_number(texts[NUMBER]))
    name = reader.read(line, NAME, lambda: name_of_person(texts[NAME]))
    workshop = reader.read(line, UNIT, lambda: name_of_thing(texts[UNIT]))
    team = reader.read(line, TEAM, lambda: texts[TEAM] and name_of_thing(texts[TEAM]))
    phone = reader.read(line, PHONE, lambda: telephone(texts[PHONE]))
    role = texts[LEADER].casefold()
    known = LEADER_WORDS | {own(USUAL["shift_leader"])}
    if role and (role not in known or not offered):
        only = Sentence(N_("Only shift leaders can be named in the list; leave it empty otherwise"))
        reader.fault(line.number, LEADER, only, texts[LEADER])
    if len(reader.faults) > before or not (number and name and workshop):
        return None
    unit = (workshop, team) if team else (workshop,)
    return Entry(line.number, number, name, unit, phone or "", bool(role))


def _refuse_repeated(entries: Iterable[Entry], reader: Reader) -> None:
    for entry, first in repeated(entries, lambda each: each.employee_no):
        twice = Sentence(
            N_("Employee number %(number)s stands in row %(row)s already"),
            number=entry.employee_no,
            row=first.row,
        )
        reader.fault(entry.row, NUMBER, twice, entry.employee_no)


def _refuse_shortened(
    entries: Iterable[Entry], known: Mapping[str, _Known], reader: Reader
) -> None:
    """Refuse numbers whose zeros a spreadsheet ate: they would be second entries of people."""
    bare = {(number.lstrip("0"), it.name): number for number, it in known.items()}
    for entry in entries:
        whole = bare.get((entry.employee_no, entry.name), entry.employee_no)
        if whole != entry.employee_no and entry.employee_no not in known:
            lost = Sentence(
                N_("%(name)s is on the roster as %(number)s: the spreadsheet dropped the zeros in "
                   "front. Make the column text and write the number again"),
                name=entry.name, number=whole,
            )  # fmt: skip
            reader.fault(entry.row, NUMBER, lost, entry.employee_no)


def _refuse_departed(
    entries: Iterable[Entry], known: Mapping[str, _Known], day: date, reader: Reader
) -> None:
    for entry in entries:
        person = known.get(entry.employee_no)
        if person and person.left_on is not None and person.left_on < day:
            left = Sentence(
                N_("Number %(number)s belonged to %(name)s, who left; give a new number"),
                number=entry.employee_no,
                name=person.name,
            )
            reader.fault(entry.row, NUMBER, left, entry.employee_no)


def _differs(entry: Entry, person: _Known, unit: Unit | None) -> bool:
    return (
        unit is None
        or person.unit_id != unit.id
        or person.name != entry.name
        or bool(entry.phone and entry.phone != person.phone)
        or (entry.leader and unit.id not in person.leads)
    )


def _words_of(person: _Known, units: Mapping[UnitNames, Unit]) -> tuple[str, UnitNames, str]:
    unit = next((names for names, unit in units.items() if unit.id == person.unit_id), ())
    return person.name, unit, person.phone


def _known_people(session: Session, day: date) -> dict[str, _Known]:
    belongs = select(Membership.person_id, Membership.unit_id).where(on(Membership, day))
    unit_of = dict(session.execute(belongs.order_by(Membership.id)).all())
    held = select(RoleHolding.person_id, RoleHolding.unit_id).where(
        RoleHolding.role == Role.SHIFT_LEADER, on(RoleHolding, day)
    )
    leads: dict[int, set[int]] = {}
    for person_id, unit_id in session.execute(held):
        leads.setdefault(person_id, set()).add(unit_id)
    people = select(Person.id, Person.employee_no, Person.name, Person.phone, Person.left_on)
    return {
        number: _Known(id_, name, phone, left_on, unit_of.get(id_), frozenset(leads.get(id_, ())))
        for id_, number, name, phone, left_on in session.execute(people)
    }


def _units_by_names(session: Session, day: date) -> dict[UnitNames, Unit]:
    """Return the units of `day` by their names under the company; the company by () too."""
    root, units = root_unit(session), list_units(session, day)
    names: dict[int, UnitNames] = {root.id: ()}
    for unit in units:
        if unit.parent_id in names:
            names[unit.id] = (*names[unit.parent_id], unit.name)
    by_names = {names[unit.id]: unit for unit in units if unit.id in names}
    return {(root.name,): root, **by_names}


def _missing_units(
    entries: Iterable[Entry], units: Mapping[UnitNames, Unit]
) -> tuple[UnitNames, ...]:
    wanted = {entry.unit[:depth] for entry in entries for depth in (1, 2)}
    return tuple(sorted((names for names in wanted if names not in units), key=_by_depth))


def _by_depth(names: UnitNames) -> tuple[int, UnitNames]:
    return len(names), names


def _with_new_units(
    work: Work, missing: Iterable[UnitNames], day: date, deeds: Deeds
) -> dict[UnitNames, Unit]:
    units = _units_by_names(work.session, day)
    for names in missing:
        above = units[names[:-1]]
        unit = Unit(name=names[-1], parent_id=above.id, valid_from=day)
        work.session.add(unit)
        work.session.flush()
        unit.path = f"{above.path}{unit.id}/"
        work.record("added", unit, name=unit.name, parent=above.id)
        deeds.make(Unit.__tablename__, [unit.id])
        units[names] = unit
    return units


def _add(
    work: Work,
    entries: Sequence[Entry],
    units: Mapping[UnitNames, Unit],
    day: date,
    deeds: Deeds,
) -> list[RoleHolding]:
    """Insert by sets: mapped objects would take ten seconds for a large plant."""
    if not entries:
        return []
    session = work.session
    session.execute(insert(Person), [_person(entry, day) for entry in entries])
    ids = dict(session.execute(select(Person.employee_no, Person.id)).all())
    members = [
        {"person_id": ids[e.employee_no], "unit_id": units[e.unit].id, "valid_from": day}
        for e in entries
    ]
    session.execute(insert(Membership), members)
    deeds.make(Person.__tablename__, (ids[e.employee_no] for e in entries))
    leaders = [
        RoleHolding(
            person_id=ids[e.employee_no],
            unit_id=units[e.unit].id,
            role=Role.SHIFT_LEADER,
            valid_from=day,
        )
        for e in entries
        if e.leader
    ]
    session.add_all(leaders)
    return leaders


def _person(entry: Entry, day: date) -> dict[str, object]:
    return {
        "employee_no": entry.employee_no,
        "name": entry.name,
        "initials": initials_of(entry.name),
        "phone": entry.phone,
        "joined_on": day,
    }


def _change(
    work: Work,
    entries: Sequence[Entry],
    units: Mapping[UnitNames, Unit],
    day: date,
    deeds: Deeds,
) -> list[RoleHolding]:
    made: list[RoleHolding] = []
    for at in range(0, len(entries), CHUNK):
        by_number = {entry.employee_no: entry for entry in entries[at : at + CHUNK]}
        rows = select(Person).where(Person.employee_no.in_(by_number))
        eager = selectinload(Person.memberships), selectinload(Person.holdings)
        for person in work.session.scalars(rows.options(*eager)):
            before = {name: getattr(person, name) for name in CHANGED}
            made += _changed(person, by_number[person.employee_no], units, day, deeds)
            after = {name: getattr(person, name) for name in CHANGED}
            deeds.change(Person.__tablename__, person.id, before, after)
    return made


def _changed(
    person: Person, entry: Entry, units: Mapping[UnitNames, Unit], day: date, deeds: Deeds
) -> list[RoleHolding]:
    unit = units[entry.unit]
    if person.name != entry.name:
        person.name, person.initials = entry.name, initials_of(entry.name)
    person.phone = entry.phone or person.phone
    current = [m for m in person.memberships if m.valid_to is None or m.valid_to >= day]
    if not any(m.unit_id == unit.id for m in current):
        for membership in current:
            ends = {"valid_to": day - ONE_DAY}
            deeds.change("membership", membership.id, {"valid_to": membership.valid_to}, ends)
            membership.valid_to = day - ONE_DAY
        person.memberships.append(Membership(unit_id=unit.id, valid_from=day))
    if not entry.leader or _leads(person, unit, day):
        return []
    holding = RoleHolding(unit_id=unit.id, role=Role.SHIFT_LEADER, valid_from=day)
    person.holdings.append(holding)
    return [holding]


def _leads(person: Person, unit: Unit, day: date) -> bool:
    return any(
        held.role is Role.SHIFT_LEADER
        and held.unit_id == unit.id
        and (held.valid_to is None or held.valid_to >= day)
        for held in person.holdings
    )
