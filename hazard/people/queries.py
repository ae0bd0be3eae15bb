"""Reading persons, units and the roles held, as of a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from hazard.access.actor import Actor, Grant
from hazard.access.permissions import OFFICE_ROLES, Permission, Role
from hazard.core.db import once
from hazard.core.errors import NotFound
from hazard.people.models import Credential, Membership, Person, RoleHolding, Unit, UnitShift

WORKSHOP_DEPTH = 2
"""How deep below the top a workshop stands: the finest that others than the desk may see."""


def on(table: type[Unit | Membership | RoleHolding | UnitShift], day: date) -> ColumnElement[bool]:
    """Return the condition that a dated row is valid on `day`."""
    return and_(table.valid_from <= day, or_(table.valid_to.is_(None), table.valid_to >= day))


def employed_on(day: date) -> ColumnElement[bool]:
    """Return the condition that a person is employed on `day`."""
    return and_(Person.joined_on <= day, or_(Person.left_on.is_(None), Person.left_on >= day))


def actor_of(session: Session, person_id: int, day: date) -> Actor | None:
    """Return the person as an actor with the roles held on `day`, or None if not employed."""
    held = and_(RoleHolding.person_id == Person.id, on(RoleHolding, day))
    rows = session.execute(
        select(Person.name, RoleHolding.role, Unit.path)
        .outerjoin(RoleHolding, held)
        .outerjoin(Unit, Unit.id == RoleHolding.unit_id)
        .where(Person.id == person_id, employed_on(day))
        .order_by(RoleHolding.id)
    ).all()
    if not rows:
        return None
    grants = tuple(Grant(role, path) for _, role, path in rows if path)
    return Actor(person_id, rows[0].name, grants)


def get_person(session: Session, person_id: int) -> Person:
    """Return the person; raises `NotFound`."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound
    return person


def find_by_number(session: Session, employee_no: str) -> Person | None:
    """Return the person with this employee number, or None."""
    return session.scalars(select(Person).where(Person.employee_no == employee_no)).one_or_none()


@dataclass(frozen=True, slots=True)
class Employee:
    """Somebody to pick from a list; `unit` is its full name, empty for who belongs nowhere."""

    id: int
    name: str
    employee_no: str
    unit: str


@once
def list_employees(session: Session, day: date) -> list[Employee]:
    """Return everyone employed on `day` to pick from, by initials and employee number."""
    rows = session.execute(
        select(Person.id, Person.name, Person.employee_no, Membership.unit_id)
        .outerjoin(Membership, and_(Membership.person_id == Person.id, on(Membership, day)))
        .where(employed_on(day))
        .order_by(Person.initials, Person.employee_no, Membership.id)
    )
    names = unit_names(session)
    found = {
        id_: Employee(id_, name, number, names[unit] if unit else "")
        for id_, name, number, unit in rows
    }  # of several units the one joined last
    return list(found.values())


@once
def list_people(session: Session, day: date) -> list[Person]:
    """Return everyone employed on `day`, by initials and employee number."""
    employed = select(Person).where(employed_on(day)).order_by(Person.initials, Person.employee_no)
    eager = selectinload(Person.memberships).selectinload(Membership.unit)
    return list(session.scalars(employed.options(eager)))


def list_holders(session: Session, roles: Iterable[Role], unit_path: str, day: date) -> list[int]:
    """Return the ids of employed holders of any of `roles` over the unit, in their order."""
    return holders_among(roles_held_over(session, unit_path, day), roles)


@once
def holds_anywhere(session: Session, role: Role, day: date) -> bool:
    """Say whether any employed person holds `role` over any unit."""
    held = (
        select(RoleHolding.id)
        .join(Person, Person.id == RoleHolding.person_id)
        .where(RoleHolding.role == role, on(RoleHolding, day), employed_on(day))
    )
    return session.scalar(held.limit(1)) is not None


@once
def roles_held_over(session: Session, unit_path: str, day: date) -> list[tuple[Role, int]]:
    """Return every role an employed person holds over the unit at `unit_path`, oldest first."""
    held = _all_held(session, day)
    return [(role, person) for role, person, path in held if unit_path.startswith(path)]


@once
def _all_held(session: Session, day: date) -> list[tuple[Role, int, str]]:
    rows = session.execute(
        select(RoleHolding.role, RoleHolding.person_id, Unit.path)
        .join(Unit, Unit.id == RoleHolding.unit_id)
        .join(Person, Person.id == RoleHolding.person_id)
        .where(on(RoleHolding, day), employed_on(day))
        .order_by(RoleHolding.id)
    )
    return [(role, person, path) for role, person, path in rows]


def list_role_holders(session: Session, day: date) -> list[int]:
    """Return the ids of employed people who hold any role over any unit."""
    return sorted({person for _, person, _ in _all_held(session, day)})


def holders_among(held: Sequence[tuple[Role, int]], roles: Iterable[Role]) -> list[int]:
    """Return who holds any of `roles`: by the order of the roles, each person once."""
    found = [person for wanted in roles for role, person in held if role is wanted]
    return list(dict.fromkeys(found))


@once
def list_employee_ids(session: Session, day: date) -> list[int]:
    """Return the ids of everyone employed on `day`."""
    return list(session.scalars(select(Person.id).where(employed_on(day)).order_by(Person.id)))


def list_without_password(session: Session, unit: Unit, day: date) -> list[Person]:
    """Return everyone employed under `unit` who cannot log in yet, by unit and number."""
    active = select(Credential.id).where(Credential.person_id == Person.id)
    waiting = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(
            employed_on(day), on(Membership, day), ~exists(active),
            Unit.path.startswith(unit.path, autoescape=True),
        )
        .order_by(Unit.path, Person.employee_no)
    )  # fmt: skip
    return list(session.scalars(waiting).unique())


def names_of(session: Session, person_ids: Iterable[int | None]) -> dict[int, str]:
    """Return the names of these persons by id."""
    wanted = {person_id for person_id in person_ids if person_id is not None}
    if not wanted:
        return {}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return dict(rows.all())


@once
def list_team(session: Session, unit_path: str, day: date) -> list[int]:
    """Return the ids of who belongs to the unit or one below it, or leads a shift there."""
    under = Unit.path.startswith(unit_path, autoescape=True)
    members = select(Membership.person_id).join(Unit, Unit.id == Membership.unit_id)
    leaders = select(RoleHolding.person_id).join(Unit, Unit.id == RoleHolding.unit_id)
    belong = members.where(under, on(Membership, day))
    lead = leaders.where(under, on(RoleHolding, day), RoleHolding.role == Role.SHIFT_LEADER)
    return sorted(session.scalars(belong.union(lead)))


def unit_of(session: Session, person_id: int, day: date) -> Unit | None:
    """Return the unit the person belongs to on `day`."""
    member = (
        select(Unit)
        .join(Membership, Membership.unit_id == Unit.id)
        .where(Membership.person_id == person_id, on(Membership, day))
        .order_by(Membership.id.desc())
    )
    return session.scalars(member).first()


def units_of(session: Session, person_ids: Sequence[int], day: date) -> dict[int, Unit]:
    """Return the units these persons belong to on `day`, by person id."""
    rows = session.execute(
        select(Membership.person_id, Unit)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Membership.person_id.in_(person_ids), on(Membership, day))
        .order_by(Membership.id)
    )
    return dict(rows.all())


def teams_of(session: Session, person_ids: Iterable[int], day: date) -> dict[int, str]:
    """Return the full name of the unit each of these persons belongs to on `day`, by person id."""
    names = unit_names(session)
    return {who: names[unit.id] for who, unit in units_of(session, [*person_ids], day).items()}


def list_units(session: Session, day: date) -> list[Unit]:
    """Return the units of `day`, parents before children."""
    return [
        unit for unit in _all_units(session)
        if unit.valid_from <= day and (unit.valid_to is None or unit.valid_to >= day)
    ]  # fmt: skip


def unit_choices(session: Session, day: date) -> list[tuple[int, str]]:
    """Return the units of `day` to pick from: id and full name."""
    names = unit_names(session)
    return [(unit.id, names[unit.id]) for unit in list_units(session, day)]


def get_unit(session: Session, unit_id: int) -> Unit:
    """Return the unit; raises `NotFound`."""
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise NotFound
    return unit


def root_unit(session: Session) -> Unit:
    """Return the company itself; set-up has made it."""
    return session.scalars(select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.id)).one()


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person as the list of people shows them."""

    id: int
    employee_no: str
    name: str
    phone: str
    unit_id: int | None
    unit: str
    """Full name, such as 机加工车间·一班; empty if they belong nowhere."""
    roles: tuple[Role, ...]
    activated: bool
    """Whether a password has been set."""
    left_on: date | None
    key: str
    """Where the next page of the list starts."""


@dataclass(frozen=True, slots=True)
class Held:
    """A role somebody holds, as their page shows it."""

    id: int
    role: Role
    unit_id: int
    unit: str
    valid_from: date


def unit_names(session: Session) -> dict[int, str]:
    """Return full names by id: 机加工车间·一班 without the company, the company by its own."""
    names: dict[int, str] = {}
    tops: set[int | None] = {None}
    for unit in _all_units(session):
        above = "" if unit.parent_id is None else names.get(unit.parent_id, "")
        names[unit.id] = unit.name if unit.parent_id in tops else f"{above}·{unit.name}"
        if unit.parent_id is None:
            tops.add(unit.id)
    return names


@once
def _all_units(session: Session) -> Sequence[Unit]:
    return session.scalars(select(Unit).order_by(Unit.path)).all()


def workshop_path(path: str) -> str:
    """Return the path of the workshop a unit belongs to, or its own where it stands above them."""
    return f"/{'/'.join(path.strip('/').split('/')[:WORKSHOP_DEPTH])}/"


def workshop_of(session: Session, unit: Unit) -> Unit:
    """Return the workshop a unit belongs to; itself where it is one, or stands above them all."""
    above = workshop_path(unit.path)
    return next((each for each in _all_units(session) if each.path == above), unit)


def count_outside(session: Session, people: Sequence[int], path: str, day: date) -> int:
    """Return how many of these people are of another workshop than the unit with this path.

    All of them where the unit stands above the workshops: it is nobody's own.
    """
    mine = workshop_path(path)
    if mine == root_unit(session).path:
        return len(people)
    units = units_of(session, people, day)
    return sum(p not in units or workshop_path(units[p].path) != mine for p in people)


def list_lines(
    session: Session,
    actor: Actor,
    day: date,
    *,
    search: str = "",
    after: str = "",
    gone: bool = False,
    limit: int = 50,
) -> list[PersonLine]:
    """Return people the actor may keep, give roles or print slips for, by initials and number.

    `search` matches the start of the number or of the initials, or part of the name; `after` is
    the `key` of the last line seen; `gone` lists those who left instead.
    """
    key = Person.initials + KEY_GAP + Person.employee_no
    wanted = employed_on(day) if not gone else Person.left_on < day
    query = select(Person).where(wanted, _within(_kept_paths(actor), day, gone=gone), key > after)
    if search.strip():
        query = query.where(_matches(search.strip()))
    eager = selectinload(Person.holdings)
    people = session.scalars(query.order_by(key).limit(limit).options(eager)).all()
    return _lines(session, people, day)


def get_line(session: Session, actor: Actor, person_id: int, day: date) -> PersonLine:
    """Return one such line; raises `NotFound` for those the actor does not keep."""
    person = get_person(session, person_id)
    visible = select(Person.id).where(
        Person.id == person_id, _within(_kept_paths(actor), day, gone=True)
    )
    if session.scalar(visible) is None:
        raise NotFound
    (line,) = _lines(session, [person], day)
    return line


def list_held(session: Session, person_id: int, day: date) -> list[Held]:
    """Return the roles the person holds on `day`."""
    names = unit_names(session)
    held = select(RoleHolding).where(RoleHolding.person_id == person_id, on(RoleHolding, day))
    return [
        Held(h.id, h.role, h.unit_id, names[h.unit_id], h.valid_from)
        for h in session.scalars(held.order_by(RoleHolding.id))
    ]


def get_holding(session: Session, holding_id: int) -> RoleHolding:
    """Return the holding; raises `NotFound`."""
    holding = session.get(RoleHolding, holding_id)
    if holding is None:
        raise NotFound
    return holding


def count_members(session: Session, day: date) -> dict[int, int]:
    """Return how many employed people belong to each unit or one below it, by unit id."""
    below = aliased(Unit)
    rows = session.execute(
        select(Unit.id, func.count())
        .join(below, below.path.startswith(Unit.path))
        .join(Membership, Membership.unit_id == below.id)
        .join(Person, Person.id == Membership.person_id)
        .where(on(Membership, day), employed_on(day))
        .group_by(Unit.id)
    )
    return dict(rows.all())


def list_shut_out(session: Session, day: date) -> list[Person]:
    """Return who holds an office on `day` and has no password yet."""
    holds = select(RoleHolding.person_id).where(
        RoleHolding.role.in_(OFFICE_ROLES), on(RoleHolding, day)
    )
    opened = select(Credential.person_id)
    waiting = select(Person).where(Person.id.in_(holds), Person.id.not_in(opened), employed_on(day))
    return list(session.scalars(waiting.order_by(Person.id)))


KEY_GAP = "\x1f"
KEEPING = (Permission.PEOPLE_KEEP, Permission.ROLES_KEEP, Permission.SLIPS_OFFICE)


def _kept_paths(actor: Actor) -> tuple[str, ...]:
    return tuple(path for permission in KEEPING for path in actor.paths(permission))


def _within(paths: Sequence[str], day: date, *, gone: bool) -> ColumnElement[bool]:
    """Return the condition that a person belongs, or if `gone` ever belonged, under a path."""
    under = or_(false(), *(Unit.path.startswith(path, autoescape=True) for path in paths))
    belongs = (
        select(Membership.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Membership.person_id == Person.id, under)
    )
    return exists(belongs if gone else belongs.where(on(Membership, day)))


def _matches(search: str) -> ColumnElement[bool]:
    return or_(
        Person.employee_no.startswith(search.upper(), autoescape=True),
        Person.initials.startswith(search.upper(), autoescape=True),
        Person.name.contains(search, autoescape=True),
    )


def _lines(session: Session, people: Sequence[Person], day: date) -> list[PersonLine]:
    ids = [person.id for person in people]
    units, names = units_of(session, ids, day), unit_names(session)
    active = set(session.scalars(select(Credential.person_id).where(Credential.person_id.in_(ids))))
    return [
        PersonLine(
            id=person.id,
            employee_no=person.employee_no,
            name=person.name,
            phone=person.phone,
            unit_id=units[person.id].id if person.id in units else None,
            unit=names[units[person.id].id] if person.id in units else "",
            roles=tuple(dict.fromkeys(h.role for h in person.holdings if _held_on(h, day))),
            activated=person.id in active,
            left_on=person.left_on,
            key=f"{person.initials}{KEY_GAP}{person.employee_no}",
        )
        for person in people
    ]


def _held_on(holding: RoleHolding, day: date) -> bool:
    return holding.valid_from <= day and (holding.valid_to is None or holding.valid_to >= day)
