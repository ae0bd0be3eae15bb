"""Keeping units, people and the roles they hold."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from sqlalchemy import delete, exists, select, update

from hazard.access.actor import SYSTEM
from hazard.access.permissions import ROLE_PERMISSIONS, Permission, Role
from hazard.audit.work import Personal, Work
from hazard.core.clock import day_of
from hazard.core.errors import Refused, Unclear
from hazard.core.numbers import telephone
from hazard.core.words import N_, Sentence
from hazard.people.models import (
    ActivationSlip,
    Credential,
    LoginSession,
    Membership,
    Person,
    RoleHolding,
    Unit,
    UnitShift,
)
from hazard.people.queries import employed_on, find_by_number, on, unit_of
from hazard.people.shifts import Shift, refuse_overlap
from hazard.people.terms import (
    employee_number,
    initials_of,
    name_of_person,
    name_of_thing,
)
from hazard.policy.queries import policy_on

ONE_DAY = timedelta(days=1)


class NameTaken(Refused):
    """There is one of this name or number already."""


class UnitInUse(Refused):
    """People or units are still in it."""


class NotEmployed(Refused):
    """Who left cannot be given anything."""


class RoleNotOffered(Unclear):
    """The company's policy does not use this role."""


class LastKeeper(Refused):
    """Nobody would be left who can give roles."""


def found_company(work: Work, name: str) -> Unit:
    """Make the company itself, the root of all units; only set-up and the demo do."""
    root = Unit(name=name_of_thing(name), parent_id=None, valid_from=day_of(work.now))
    return _added(work, root, "/")


def add_unit(work: Work, name: str, parent: Unit) -> Unit:
    """Add a workshop or team under `parent` from today."""
    _need(work, Permission.PEOPLE_KEEP, parent.path)
    name = name_of_thing(name)
    _need_free_name(work, name, parent.id)
    unit = Unit(name=name, parent_id=parent.id, valid_from=day_of(work.now))
    return _added(work, unit, parent.path)


def rename_unit(work: Work, unit: Unit, name: str) -> None:
    """Give the unit another name; what was written under the old one keeps it."""
    _need(work, Permission.PEOPLE_KEEP, unit.path)
    name = name_of_thing(name)
    if name == unit.name:
        return
    _need_free_name(work, name, unit.parent_id)
    work.record("renamed", unit, before=unit.name, after=name)
    unit.name = name


def close_unit(work: Work, unit: Unit) -> None:
    """End the unit with yesterday; refuses while people or units are in it."""
    _need(work, Permission.PEOPLE_KEEP, unit.path)
    day = day_of(work.now)
    inside = exists().where(Unit.parent_id == unit.id, on(Unit, day))
    people = (
        select(Membership.id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.unit_id == unit.id, on(Membership, day), employed_on(day))
    )
    if unit.parent_id is None or work.session.scalar(select(inside)):
        raise UnitInUse(Sentence(N_("Other units belong to it; close or keep those first")))
    if work.session.scalars(people).first() is not None:
        raise UnitInUse(Sentence(N_("People belong to it; move them to another unit first")))
    unit.valid_to = day - ONE_DAY
    work.record("closed", unit)


def add_person(
    work: Work,
    employee_no: str,
    name: str,
    unit: Unit,
    *,
    phone: str = "",
    joined_on: date | None = None,
) -> Person:
    """Put a person on the roster, in `unit` from the day of joining, today unless given."""
    _need(work, Permission.PEOPLE_KEEP, unit.path)
    number, name = employee_number(employee_no), name_of_person(name)
    if find_by_number(work.session, number) is not None:
        raise NameTaken(
            Sentence(N_("Employee number %(number)s is taken"), number=number), field="employee_no"
        )
    day = joined_on or day_of(work.now)
    person = Person(
        employee_no=number,
        name=name,
        initials=initials_of(name),
        phone=telephone(phone),
        joined_on=day,
        left_on=None,
        memberships=[Membership(unit=unit, valid_from=day)],
    )
    work.session.add(person)
    work.session.flush()
    work.record("added", person, unit=unit.id, name=Personal(name))
    return person


def change_person(work: Work, person: Person, name: str, phone: str) -> None:
    """Correct a person's name and telephone number."""
    _need_over(work, person)
    name, phone = name_of_person(name), telephone(phone)
    if (name, phone) == (person.name, person.phone):
        return
    person.name, person.initials, person.phone = name, initials_of(name), phone
    work.record("changed", person, name=Personal(name))


def move_person(work: Work, person: Person, unit: Unit) -> None:
    """Let the person belong to `unit` from today."""
    _need_over(work, person)
    _need(work, Permission.PEOPLE_KEEP, unit.path)
    _need_employed(work, person)
    day = day_of(work.now)
    current = [m for m in person.memberships if m.valid_to is None or m.valid_to >= day]
    if any(m.unit_id == unit.id and m.valid_from <= day for m in current):
        return
    for membership in current:
        membership.valid_to = day - ONE_DAY
    person.memberships.append(Membership(unit=unit, valid_from=day))
    work.record("moved", person, unit=unit.id)


def correct_person(work: Work, person: Person, name: str, phone: str, unit: Unit) -> None:
    """Correct name and number and let the person belong to `unit`, whatever of it differs."""
    change_person(work, person, name, phone)
    move_person(work, person, unit)


def set_shifts(work: Work, unit: Unit, shifts: Sequence[Shift]) -> None:
    """Let the unit work these shifts from today; none means the company's (decisions 7).

    Raises `ShiftsOverlap` naming the first two that share an hour.
    """
    _need(work, Permission.PEOPLE_KEEP, unit.path)
    refuse_overlap(shifts, field="shifts")
    day = day_of(work.now)
    for row in work.session.scalars(
        select(UnitShift).where(UnitShift.unit_id == unit.id, on(UnitShift, day))
    ):
        row.valid_to = day - ONE_DAY
    work.session.add_all(
        UnitShift(
            unit_id=unit.id, name=s.name, start=s.start, end=s.end, valid_from=day, valid_to=None
        )
        for s in shifts
    )
    work.record("shifts_set", unit, shifts=[f"{s.name} {s.start}-{s.end}" for s in shifts])


def end_employment(work: Work, person: Person, last_day: date) -> None:
    """Let `last_day` be the person's last; ends roles and, once it has come, the logins."""
    _need_over(work, person)
    if last_day < person.joined_on:
        raise Unclear(
            Sentence(N_("The last day cannot be before the day of joining")), field="last_day"
        )
    _need_keeper_left(work, lambda holding: holding.person_id == person.id)
    person.left_on = last_day
    for table in (Membership, RoleHolding):
        open_rows = update(table).where(table.person_id == person.id, table.valid_to.is_(None))
        work.session.execute(open_rows.values(valid_to=last_day))
    if last_day <= day_of(work.now):
        _shut_out(work, person)
    work.record("left", person, last_day=last_day)


def grant_role(work: Work, person: Person, role: Role, unit: Unit) -> RoleHolding:
    """Let the person hold `role` over `unit` and all below it from today."""
    _need(work, Permission.ROLES_KEEP, unit.path)
    _need_employed(work, person)
    day = day_of(work.now)
    if role not in policy_on(work.session, day).policy.roles:
        raise RoleNotOffered(Sentence(N_("This plant does not use that role")), field="role")
    held = select(RoleHolding.id).where(
        RoleHolding.person_id == person.id,
        RoleHolding.role == role,
        RoleHolding.unit_id == unit.id,
        on(RoleHolding, day),
    )
    if work.session.scalar(held) is not None:
        raise NameTaken(
            Sentence(N_("%(name)s is %(role)s there already"), name=person.name, role=role),
            field="role",
        )
    holding = RoleHolding(person_id=person.id, unit_id=unit.id, role=role, valid_from=day)
    work.session.add(holding)
    work.session.flush()
    work.record("granted", holding, role=role, unit=unit.id, person=person.id)
    return holding


def end_role(work: Work, holding: RoleHolding) -> None:
    """Take the role from its holder, at once."""
    _need(work, Permission.ROLES_KEEP, holding.unit.path)
    if Permission.ROLES_KEEP in ROLE_PERMISSIONS[holding.role]:
        _need_keeper_left(work, lambda other: other.id == holding.id)
    holding.valid_to = day_of(work.now) - ONE_DAY
    work.record("ended", holding, role=holding.role, person=holding.person_id)


def _added(work: Work, unit: Unit, above: str) -> Unit:
    work.session.add(unit)
    work.session.flush()
    unit.path = f"{above}{unit.id}/"
    work.record("added", unit, name=unit.name, parent=unit.parent_id)
    return unit


def _need(work: Work, permission: Permission, path: str) -> None:
    """Check the permission; set-up and the demo act as the system."""
    if work.actor is not SYSTEM:
        work.actor.need(permission, path)


def _need_over(work: Work, person: Person) -> None:
    """Check that the actor keeps the people of this person's present, or last, unit."""
    unit = unit_of(work.session, person.id, day_of(work.now))
    last = unit or (person.memberships[-1].unit if person.memberships else None)
    _need(work, Permission.PEOPLE_KEEP, last.path if last else "/")


def _need_employed(work: Work, person: Person) -> None:
    day = day_of(work.now)
    if person.left_on is not None and person.left_on < day:
        raise NotEmployed(Sentence(N_("%(name)s has left the plant"), name=person.name))


def _need_free_name(work: Work, name: str, parent_id: int | None) -> None:
    same = select(Unit.id).where(
        Unit.name == name, Unit.parent_id == parent_id, on(Unit, day_of(work.now))
    )
    if work.session.scalar(same) is not None:
        raise NameTaken(
            Sentence(N_("There is a unit named %(name)s here already"), name=name), field="name"
        )


def _need_keeper_left(work: Work, goes: Callable[[RoleHolding], bool]) -> None:
    """Refuse to leave the plant without anybody who can give roles."""
    day = day_of(work.now)
    keeping = [r for r, held in ROLE_PERMISSIONS.items() if Permission.ROLES_KEEP in held]
    held = (
        select(RoleHolding)
        .join(Person, Person.id == RoleHolding.person_id)
        .where(RoleHolding.role.in_(keeping), on(RoleHolding, day), employed_on(day))
    )
    keepers = list(work.session.scalars(held))
    if keepers and all(goes(holding) for holding in keepers):
        raise LastKeeper(
            Sentence(N_("Nobody else can give roles. Give the role to somebody else first"))
        )


def _shut_out(work: Work, person: Person) -> None:
    for table in (LoginSession, Credential, ActivationSlip):
        work.session.execute(delete(table).where(table.person_id == person.id))
