"""The demo plant: its people, places, shifts and duty roster, and who can log in."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle

from sqlalchemy import select

from hazard.access.actor import SYSTEM, Actor
from hazard.access.permissions import Role
from hazard.audit.work import Work, writing
from hazard.core import clock
from hazard.core.calendar import ONE_DAY, Month
from hazard.core.house import House
from hazard.core.tabular import read_table
from hazard.demo.grounds import GATES, SHIFTS, WORKSHOPS, Workshop
from hazard.demo.names import RARE, drawn
from hazard.people import duty, roster
from hazard.people.founding import Founding, found
from hazard.people.keeping import add_person, add_unit, grant_role, set_shifts
from hazard.people.logins import set_password
from hazard.people.models import Unit
from hazard.people.passwords import hash_password
from hazard.people.queries import actor_of, find_by_number, list_people, root_unit
from hazard.places.keeping import add_place, set_risk_point
from hazard.policy.keeping import adopt_rule, note_running, note_told, set_facts
from hazard.policy.words import Size

PASSWORD = "shiyong-2026-anquan"  # noqa: S105 - printed by the demo, used nowhere else
NAME = "东方机械厂（演示）"
SEED = 20261122
FACTS = {
    "department": "安全部", "officer": "王建华", "officer_phone": "8001", "report_phone": "8888",
    "emergency_phone": "8888", "mailbox": "东门岗亭旁", "union_name": "刘桂兰",
    "union_phone": "8005", "standard_plan": "机械伤害现场处置方案",
}  # fmt: skip
OFFICE = (
    ("0001", "周国强", Role.HEAD), ("0002", "王建华", Role.SAFETY_OFFICER),
    ("0003", "李秀英", Role.FINANCE), ("0005", "刘桂兰", Role.UNION_REPRESENTATIVE),
    ("0004", "陈卫东", Role.SAFETY_MANAGER), ("0006", "孙丽萍", Role.ADMINISTRATOR),
    ("0007", "何文静", Role.AUDITOR), ("0008", "秦福生", Role.GATE_HOUSE),
    ("0009", "郑雅芳", Role.FINANCE), ("0010", "高翔", Role.SAFETY_OFFICER),
)  # fmt: skip
"""李秀英 checks the sheets, 郑雅芳 pays them."""
GATE_HOUSE = "0008"
HEAD, OFFICER, CHECKER, MANAGER, UNION, PAYER, OFFICER_2 = (
    "0001", "0002", "0003", "0004", "0005", "0009", "0010",
)  # fmt: skip
WORKERS = (
    ("1011", "张伟", "machinery"), ("1012", "朱䶮", "machinery"), ("2011", "欧阳喆", "chemicals"),
    ("3011", "李𠮷", "construction"), ("4011", "艾尼瓦尔·吐尔逊江", "warehouse"),
    ("5011", "Nguyễn Văn Hùng", "food"),
)  # fmt: skip
"""They can log in, as can the office, the heads of the workshops and the shift leaders."""
TEAMS = 3
NIGHT_LEADER = "005"
FIRST_WORKER = 11


@dataclass(frozen=True, slots=True)
class Employee:
    """A line of the roster."""

    number: str
    name: str
    trade: str
    team: str
    """Empty for the head of a workshop."""
    leads: bool = False


@dataclass
class Plant:
    """Ids of the demo plant's people and places."""

    house: House
    workers: dict[str, list[str]] = field(default_factory=dict)
    """Employee numbers by trade."""
    names: dict[str, str] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    """By employee number."""
    places: dict[str, int] = field(default_factory=dict)
    """By name."""
    grounds: dict[str, list[str]] = field(default_factory=dict)
    """Names of places by trade."""
    leaders: dict[str, str] = field(default_factory=dict)
    """Number of the shift leader by place."""
    units: dict[str, int] = field(default_factory=dict)
    """Workshops by trade, teams by name."""
    posters: list[tuple[str, str]] = field(default_factory=list)
    """Code and name of the place."""
    slips: list[str] = field(default_factory=list)
    """Numbers of paper slips that were printed and are not used yet."""
    _actors: dict[str, Actor] = field(default_factory=dict)

    def actor(self, number: str) -> Actor:
        """Return who acts under this employee number; roles do not change in the demo."""
        if number not in self._actors:
            with self.house.database.reading() as session:
                known = actor_of(session, self.people[number], clock.today())
            if known is None:
                raise LookupError(number)
            self._actors[number] = known
        return self._actors[number]

    @contextmanager
    def by(self, number: str) -> Iterator[Work]:
        """Let somebody act now."""
        with writing(self.house.database, self.actor(number)) as work:
            yield work

    def head_of(self, trade: str) -> str:
        """Return the number of the head of a workshop."""
        return f"{digit_of(trade)}000"

    def officer_of(self, trade: str) -> str:
        """Return which of the two safety officers looks after a workshop."""
        return OFFICER if trade in {"machinery", "warehouse"} else OFFICER_2


def digit_of(trade: str) -> str:
    """Return the first digit of a workshop's employee numbers."""
    return next(shop.digit for shop in WORKSHOPS if shop.trade == trade)


def build(house: House, found_places: dict[str, str], people: int) -> Plant:
    """Found the plant in the medium preset with so many people on the roster.

    `found_places` gives each place of the hazards its trade.
    """
    plant, secret = Plant(house), hash_password(PASSWORD)
    staff = _staff(people - len(OFFICE))
    with writing(house.database, SYSTEM) as work:
        found(work, Founding(NAME, Size.MEDIUM, "0006", "孙丽萍", secret, "0002", "王建华"))
        root = root_unit(work.session)
        for number, name, role in OFFICE:
            known = find_by_number(work.session, number)
            if known is None:
                grant_role(work, add_person(work, number, name, root), role, root)
        _import(work, plant, root, staff)
        _set_roles(work, plant)
        _give_passwords(work, secret)
        _add_places(work, plant, root, found_places)
    with plant.by(HEAD) as work:
        set_facts(work, FACTS)
        note_told(work, clock.today(), len(staff))
        note_running(work)
    with plant.by("0006") as work:
        adopt_rule(work, f"东机安〔{clock.today().year}〕18号", clock.today())
    return plant


def _staff(count: int) -> list[Employee]:
    """Return heads, leaders and workers; as many in each workshop, up to one."""
    names = drawn(SEED)
    rare = iter(name for name in RARE if name not in {name for _, name, _ in WORKERS[1:]})
    staff: list[Employee] = []
    for shop in WORKSHOPS:
        staff.append(Employee(f"{shop.digit}000", shop.head, shop.trade, ""))
        leaders = [shop.leader, *(next(names) for _ in range(TEAMS - 1))]
        staff += [
            Employee(f"{shop.digit}00{at}", name, shop.trade, team, leads=True)
            for at, (name, team) in enumerate(zip(leaders, shop.teams, strict=True), start=1)
        ]
        night = f"{shop.digit}{NIGHT_LEADER}"
        staff.append(Employee(night, next(names), shop.trade, shop.teams[0], leads=True))
    fixed = {number: name for number, name, _ in WORKERS}
    turn = cycle(WORKSHOPS)
    for at in range(count - len(staff)):
        shop = next(turn)
        number = f"{shop.digit}{FIRST_WORKER + at // len(WORKSHOPS):03d}"
        name = fixed.get(number) or (next(rare, "") if at % 9 == 0 else "") or next(names)
        team = shop.teams[at // len(WORKSHOPS) % TEAMS]
        staff.append(Employee(number, name, shop.trade, team))
    return staff


def _import(work: Work, plant: Plant, root: Unit, staff: list[Employee]) -> None:
    """Read the roster from a list, as set-up does."""
    shops = {shop.trade: shop.name for shop in WORKSHOPS}
    table = io.StringIO()
    lines = csv.writer(table)
    lines.writerow([column.heading for column in roster.COLUMNS])
    for at, each in enumerate(staff):
        phone = f"138{at * 7919 % 10**8:08d}"
        leader = "班组长" if each.leads else ""
        lines.writerow([each.number, each.name, shops[each.trade], each.team, phone, leader])
        if not each.leads and each.team:
            plant.workers.setdefault(each.trade, []).append(each.number)
    read = read_table(table.getvalue().encode(), roster.COLUMNS)
    roster.apply(work, roster.read_people(work.session, read, clock.today()))
    for shop in WORKSHOPS:
        unit = _below(work, root, shop.name)
        plant.units[shop.trade] = unit.id
        for team in shop.teams:
            plant.units[team] = _below(work, unit, team).id
    people = list_people(work.session, clock.today())
    plant.people = {person.employee_no: person.id for person in people}
    plant.names = {person.employee_no: person.name for person in people}


def _below(work: Work, parent: Unit, name: str) -> Unit:
    below = select(Unit).where(Unit.parent_id == parent.id, Unit.name == name)
    return work.session.scalars(below).one_or_none() or add_unit(work, name, parent)


def _set_roles(work: Work, plant: Plant) -> None:
    for shop in WORKSHOPS:
        head = find_by_number(work.session, f"{shop.digit}000")
        unit = work.session.get_one(Unit, plant.units[shop.trade])
        if head is not None:
            grant_role(work, head, Role.WORKSHOP_HEAD, unit)
        if shop.trade in SHIFTS:
            set_shifts(work, unit, SHIFTS[shop.trade])


def _give_passwords(work: Work, secret: str) -> None:
    for each in accounts():
        person = find_by_number(work.session, each["employee_no"])
        if person is not None:
            set_password(work, person, secret)


def _add_places(work: Work, plant: Plant, root: Unit, found_places: dict[str, str]) -> None:
    for shop in WORKSHOPS:
        names = [name for name, trade in found_places.items() if trade == shop.trade]
        for at, name in enumerate((*names, *shop.places)):
            team, leader = shop.teams[at % TEAMS], f"{shop.digit}00{at % TEAMS + 1}"
            unit = work.session.get_one(Unit, plant.units[team])
            place = add_place(work, name, unit, find_by_number(work.session, leader))
            set_risk_point(work, place, f"FX-{shop.digit}{at + 1:02d}")
            plant.places[name], plant.leaders[name] = place.id, leader
            plant.grounds.setdefault(shop.trade, []).append(name)
    for name in GATES:
        plant.places[name] = add_place(work, name, root).id


def fill_roster(plant: Plant, month: Month) -> None:
    """Put somebody on duty in every shift of a month, each with a deputy."""
    hands = [OFFICER, OFFICER_2, MANAGER, *(f"{shop.digit}000" for shop in WORKSHOPS)]
    ids = [plant.people[number] for number in hands]
    with plant.by(OFFICER) as work:
        day, entries = max(month.first_day, clock.today()), []
        while day <= month.last_day:
            for at, shift in enumerate(duty.shift_names(work.session, day)):
                turn = day.toordinal() * 2 + at
                first, second = ids[turn % len(ids)], ids[(turn + 3) % len(ids)]
                entries.append(duty.Entry(day, shift, first, second))
            day += ONE_DAY
        duty.set_many(work, entries)


def accounts() -> list[dict[str, str]]:
    """Return who can log in, one of each role first."""
    shops: list[tuple[str, str, str]] = []
    for role, last in ((Role.WORKSHOP_HEAD, "000"), (Role.SHIFT_LEADER, "001")):
        shops += [(role.value, *_who(shop, last)) for shop in WORKSHOPS]
    everyone = [(role.value, number, name) for number, name, role in OFFICE]
    workers = [("worker", number, name) for number, name, _ in WORKERS]
    told = [*everyone, *shops, *workers]
    firsts = [next(each for each in told if each[0] == role) for role in {one[0] for one in told}]
    told = sorted(told, key=lambda each: each not in firsts)
    return [
        {"role": role, "employee_no": number, "password": PASSWORD, "name": name}
        for role, number, name in told
    ]


def _who(shop: Workshop, last: str) -> tuple[str, str]:
    return shop.digit + last, shop.head if last == "000" else shop.leader
