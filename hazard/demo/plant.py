"""The demo plant: its people, places and posters, and who can log in."""

from dataclasses import dataclass, field

from hazard.access.actor import SYSTEM, Actor
from hazard.access.permissions import Role
from hazard.audit.work import Work, writing
from hazard.core import clock
from hazard.core.house import House
from hazard.core.money import yuan
from hazard.people.founding import Founding, found
from hazard.people.keeping import add_person, add_unit, grant_role
from hazard.people.logins import set_password
from hazard.people.models import Unit
from hazard.people.passwords import hash_password
from hazard.people.queries import actor_of, find_by_number, list_people, root_unit
from hazard.places.keeping import add_place
from hazard.places.posters import make_poster
from hazard.policy.keeping import set_facts
from hazard.policy.words import Size
from hazard.rewards.budgets import approve, enter

PASSWORD = "shiyong-2026-anquan"  # noqa: S105 - printed by the demo, used nowhere else
NAME = "东方机械厂（演示）"
FACTS = {
    "department": "安全部", "officer": "王建华", "officer_phone": "8001", "report_phone": "8888",
    "emergency_phone": "8888", "mailbox": "东门岗亭旁", "union_name": "刘桂兰",
    "union_phone": "8005", "standard_plan": "机械伤害现场处置方案",
}  # fmt: skip
WORKSHOPS = {
    "machinery": "机加工车间", "chemicals": "涂装化学品库", "construction": "基建工段",
    "warehouse": "仓储物流部", "food": "职工食堂",
}  # fmt: skip
LEADERS = {
    "machinery": ("1001", "赵志强"), "chemicals": ("2001", "陈玥"),
    "construction": ("3001", "黄志强"), "warehouse": ("4001", "彭勇"), "food": ("5001", "潘巧云"),
}  # fmt: skip
WORKERS = (
    ("1011", "张伟", "machinery"), ("1012", "朱䶮", "machinery"), ("2011", "欧阳喆", "chemicals"),
    ("3011", "李𠮷", "construction"), ("4011", "艾尼瓦尔·吐尔逊江", "warehouse"),
    ("5011", "Nguyễn Văn Hùng", "food"),
)  # fmt: skip


@dataclass
class Plant:
    """Ids of the demo plant's people and places."""

    house: House
    people: dict[str, int] = field(default_factory=dict)
    """By employee number."""
    places: dict[str, int] = field(default_factory=dict)
    """By name."""
    posters: list[tuple[str, str]] = field(default_factory=list)
    """Code and name of the place."""

    def actor(self, number: str) -> Actor:
        """Return who acts under this employee number."""
        with self.house.database.reading() as session:
            found_actor = actor_of(session, self.people[number], clock.today())
        if found_actor is None:
            raise LookupError(number)
        return found_actor


def build(house: House, place_names: dict[str, str]) -> Plant:
    """Found the plant in the small preset; `place_names` gives each place its trade."""
    plant = Plant(house)
    secret = hash_password(PASSWORD)
    with writing(house.database, SYSTEM) as work:
        found(work, Founding(NAME, Size.SMALL, "0001", "周国强", secret, "0002", "王建华"))
        root = root_unit(work.session)
        workshops = {trade: add_unit(work, name, root) for trade, name in WORKSHOPS.items()}
        _hire(work, "0003", "李秀英", root, Role.FINANCE)
        _hire(work, "0005", "刘桂兰", root, Role.UNION_REPRESENTATIVE)
        for trade, (number, name) in LEADERS.items():
            _hire(work, number, name, workshops[trade], Role.SHIFT_LEADER)
        for number, name, trade in WORKERS:
            _hire(work, number, name, workshops[trade])
        _give_passwords(work, plant, secret)
        _hang_posters(work, plant, place_names, workshops)
    with writing(house.database, plant.actor("0001")) as work:
        set_facts(work, FACTS)
    _fund(plant)
    return plant


def _hire(work: Work, number: str, name: str, unit: Unit, *roles: Role) -> None:
    person = add_person(work, number, name, unit)
    for role in roles:
        grant_role(work, person, role, unit)


def _give_passwords(work: Work, plant: Plant, secret: str) -> None:
    for person in list_people(work.session, clock.today()):
        plant.people[person.employee_no] = person.id
        set_password(work, person, secret)


def _hang_posters(
    work: Work, plant: Plant, place_names: dict[str, str], workshops: dict[str, Unit]
) -> None:
    served: set[str] = set()
    for name, trade in place_names.items():
        leader = find_by_number(work.session, LEADERS[trade][0])
        place = add_place(work, name, workshops[trade], leader)
        plant.places[name] = place.id
        if trade not in served:
            plant.posters.append((make_poster(work, place).code, name))
            served.add(trade)


def accounts() -> list[dict[str, str]]:
    """Return who can log in, one of each role first."""
    named = {
        "0001": (Role.HEAD.value, "周国强"), "0002": (Role.SAFETY_OFFICER.value, "王建华"),
        "0003": (Role.FINANCE.value, "李秀英"),
        "0005": (Role.UNION_REPRESENTATIVE.value, "刘桂兰"),
    }  # fmt: skip
    named |= {number: (Role.SHIFT_LEADER.value, name) for number, name in LEADERS.values()}
    named |= {number: ("worker", name) for number, name, _ in WORKERS}
    return [
        {"role": role, "employee_no": number, "password": PASSWORD, "name": name}
        for number, (role, name) in named.items()
    ]


def _fund(plant: Plant) -> None:
    year = clock.today().year
    with writing(plant.house.database, plant.actor("0003")) as work:
        budget = enter(work, year, yuan(6000)).id
    with writing(plant.house.database, plant.actor("0001")) as work:
        approve(work, budget)
