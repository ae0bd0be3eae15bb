"""The demo plant: a small one through the same code, with every state and identity in it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, ColumnElement, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from hazard.access.permissions import Role
from hazard.audit.queries import verify_trail
from hazard.cases.models import Case, ControlCheck, Handover, Signature
from hazard.cases.terms import CaseState, Part
from hazard.core import clock
from hazard.core.calendar import Month
from hazard.core.clock import CHINA, FakeClock
from hazard.core.config import load
from hazard.core.db import Base
from hazard.core.house import House
from hazard.core.images import Darkroom
from hazard.core.money import Money
from hazard.core.tasks import TaskState
from hazard.core.typeset import Typesetter
from hazard.deadlines.models import Deadline
from hazard.deadlines.terms import DeadlineKind
from hazard.demo.diary import office_hours
from hazard.demo.history import settled_months, tell
from hazard.demo.names import drawn
from hazard.demo.plant import Plant, accounts
from hazard.factory import open_house
from hazard.migrations import migrate
from hazard.notices.echoes import find_published, list_weeks
from hazard.people.duty import list_month
from hazard.people.models import Person
from hazard.places.register import list_registered
from hazard.places.terms import Stage
from hazard.policy.words import Category
from hazard.reports.models import PaperSlip, PhoneReport, Registration, Report, Voice
from hazard.reports.terms import PhotoPart, ReportState
from hazard.rewards.budgets import balances
from hazard.rewards.models import Award, Budget, Settlement
from hazard.rewards.queries import view_budget
from hazard.rewards.reconciling import reconcile
from hazard.rewards.scans import list_scans
from hazard.rewards.settlement import list_runs
from hazard.rewards.terms import Account, AwardState, RunState
from hazard.sealing.queries import is_ready
from hazard.statistics.ledger import add_up, list_rows, scope_of

pytestmark = pytest.mark.xdist_group("demo")
"""One process builds the plant, once."""

SUNDAY = datetime(2026, 11, 22, 19, 40, tzinfo=CHINA)
ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Demo:
    """A demo plant and the moment it was made for."""

    house: House
    plant: Plant
    months: list[str]
    present: datetime

    def count(self, *conditions: ColumnElement[bool]) -> int:
        """Return how many cases these hold for."""
        with self.house.database.reading() as session:
            return session.scalar(select(func.count(Case.id)).where(*conditions)) or 0


def make(
    tmp_path: Path, darkroom: Darkroom, typesetter: Typesetter, present: datetime, **scale: int
) -> Demo:
    settings = load({"HAZARD_INSTANCE": str(tmp_path / "demo")}, ROOT)
    house = replace(open_house(settings, demo=True), darkroom=darkroom, typesetter=typesetter)
    migrate(house.database.engine)
    with clock.use(FakeClock(present)):
        plant, months = tell(house, **scale)
    return Demo(house, plant, months, present)


@pytest.fixture(scope="module")
def demo(
    tmp_path_factory: pytest.TempPathFactory, darkroom: Darkroom, typesetter: Typesetter
) -> Iterator[Demo]:
    """The plant with eighty people, a handful of what is over, each end under way once."""
    made = make(tmp_path_factory.mktemp("small"), darkroom, typesetter, SUNDAY, times=0, people=80)
    with clock.use(FakeClock(SUNDAY)):
        yield made
    made.house.database.close()


@pytest.fixture
def session(demo: Demo) -> Iterator[Session]:
    with demo.house.database.reading() as opened:
        yield opened


def states(
    session: Session, column: ColumnElement[Any] | InstrumentedAttribute[Any]
) -> set[object]:
    return set(session.scalars(select(column).distinct()))


NOT_STATES = {
    "hazard_case.accident", "hazard_case.factor", "voice.sound", "deadline.kind", "extension.clock",
    "sheet_scan.kind",
}  # fmt: skip
"""What may happen in a plant, of which no one plant has all."""
NEVER: dict[str, set[Any]] = {
    "hazard_case.category": {Category.UNSURE},  # the desk says which it is
    "task.state": {TaskState.WAITING, TaskState.RUNNING, TaskState.FAILED},  # nobody works then
    "assignment.part": {Part.EXPERT},  # nobody can be named yet
    "posting.source": {Account.PAID},  # no payment failed
    "photo.part": {PhotoPart.BEFORE},  # the photos of the report show it
}


def words_of(column: Column[Any]) -> set[Any]:
    return set(getattr(column.type, "enum_class", None) or ())


def worded_columns() -> list[Column[Any]]:
    """Every column of every table whose values are the words of an enum."""
    columns = (column for table in Base.metadata.sorted_tables for column in table.columns)
    worded = [column for column in columns if words_of(column)]
    return [column for column in worded if str(column) not in NOT_STATES]


@pytest.mark.parametrize("column", worded_columns(), ids=str)
def test_every_state_there_can_be_is_there(session: Session, column: Column[Any]) -> None:
    words = words_of(column) - NEVER.get(str(column), set())
    assert states(session, column) >= words


def test_every_kind_of_thing_has_an_example(session: Session) -> None:
    assert session.scalar(select(exists().where(Voice.report_id.is_not(None))))
    assert session.scalar(select(exists().where(PhoneReport.report_id.is_not(None))))
    assert session.scalar(select(exists().where(Signature.denied_at.is_(None))))
    assert session.scalar(select(exists().where(PaperSlip.report_id.is_(None))))
    assert session.scalar(select(exists().where(Budget.approved_at.is_(None))))


def test_what_stands_beside_a_case_is_there_too(demo: Demo, session: Session) -> None:
    assert set(session.scalars(select(ControlCheck.holds))) == {True, False}
    assert session.scalar(select(exists().where(Handover.taken_at.is_not(None))))
    assert session.scalar(select(exists().where(Report.drill)))
    late = exists().where(
        Deadline.subject_kind == Case.kind, Deadline.subject_id == Case.id,
        Deadline.kind == DeadlineKind.RECTIFY, Deadline.due_at < demo.present,
        Deadline.done_at.is_(None),
    )  # fmt: skip
    assert demo.count(Case.state == CaseState.RECTIFYING, late) >= 1
    assert demo.count(Case.quick.is_(True), Case.state == CaseState.VERIFYING) >= 1


def test_a_slip_and_a_telephone_call_were_keyed_in(session: Session) -> None:
    used = select(func.count(PaperSlip.report_id))
    keyed = select(func.count()).select_from(Registration)
    assert 0 < (session.scalar(used) or 0) < (session.scalar(keyed) or 0)


def test_two_months_are_paid_and_agree_with_ledger_and_budget(demo: Demo, session: Session) -> None:
    runs = list_runs(session)
    stand = [(run.month, run.run, run.state) for run in runs]
    assert stand == [
        ("2026-11", 2, RunState.CHECKED), ("2026-11", 1, RunState.LOCKED),
        ("2026-10", 2, RunState.DRAFT), ("2026-10", 1, RunState.PAID),
        ("2026-09", 1, RunState.PAID),
    ]  # fmt: skip
    assert demo.months == ["2026-09", "2026-10"]
    head = demo.plant.actor("0001")
    locked = [run for run in runs if run.state in {RunState.LOCKED, RunState.PAID}]
    assert all(reconcile(session, head, run).agrees for run in locked)
    held = balances(session, 2026)
    assert held[Account.PAID] == sum_of(session, AwardState.PAID)
    assert held[Account.RESERVED] == sum_of(session, AwardState.APPROVED)
    assert held[Account.PAYABLE] == sum_of(session, AwardState.PAYABLE)
    assert held[Account.BUDGET] < sum_of(session, AwardState.WAITING)
    scanned = [len(list_scans(session, head, run)) for run in runs]
    assert scanned == [0, 0, 0, 0, 1]


def sum_of(session: Session, state: AwardState) -> Money:
    amounts = session.scalars(select(Award.amount).where(Award.state == state)).all()
    return sum(amounts[1:], amounts[0])


def test_the_hazard_ledger_holds_each_confirmed_hazard_once(demo: Demo, session: Session) -> None:
    officer, today = demo.plant.actor("0004"), demo.present.date()
    scope = scope_of(today - timedelta(days=120), today)
    rows = list(list_rows(session, officer, scope, demo.present))
    assert len({row.number for row in rows}) == len(rows) > 20
    assert add_up(session, officer, scope, demo.present).found == len(rows)


def test_nothing_in_the_trail_is_broken_and_it_runs_in_the_order_of_its_moments(
    session: Session,
) -> None:
    assert verify_trail(session, None) == []


def test_posters_hang_at_sixty_places_and_some_need_something(demo: Demo, session: Session) -> None:
    officer = demo.plant.actor("0002")
    listed = list_registered(session, officer, demo.house.settings, demo.present)
    assert len(listed) == len(demo.plant.posters) == 60
    assert {each.stage for each in listed} == set(Stage)


def test_each_week_has_its_echo_and_a_pair_of_pictures_is_in_one(session: Session) -> None:
    weeks = list_weeks(session)
    assert weeks[0] == "2026-W46"
    published = [find_published(session, week) for week in weeks]
    assert any(each.body["pairs"] for each in published if each is not None)


def test_somebody_is_on_duty_and_names_can_be_sealed(demo: Demo, session: Session) -> None:
    cells = [cell for day in list_month(session, Month(2026, 11)) for cell in day]
    assert len(cells) >= 30
    assert all(cell.person for cell in cells)
    assert is_ready(session, demo.present.date())


def test_one_of_each_role_can_log_in(demo: Demo) -> None:
    told = accounts()
    firsts = [each["role"] for each in told[: len(Role) + 1]]
    assert sorted(firsts) == sorted([*(role.value for role in Role), "worker"])
    for each in told:
        role, actor = each["role"], demo.plant.actor(each["employee_no"])
        assert role == "worker" or role in {grant.role.value for grant in actor.grants}


def test_names_are_as_varied_as_a_plant_has_them(session: Session) -> None:
    names = list(session.scalars(select(Person.name)))
    assert names.count("张伟") == 4
    assert {"朱䶮", "李𠮷", "买买提·吐尔逊"} <= set(names)
    assert next(drawn(1)) == next(drawn(1)) != next(drawn(2))


def test_offices_are_shut_at_night_and_on_sundays() -> None:
    saturday_night = datetime(2026, 11, 21, 22, 15, tzinfo=CHINA)
    assert office_hours(saturday_night) == datetime(2026, 11, 23, 8, 15, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("present", "months"),
    [
        (datetime(2027, 1, 1, 0, 30, tzinfo=CHINA), ["2026-10", "2026-11"]),
        (datetime(2027, 1, 6, 9, 0, tzinfo=CHINA), ["2026-11", "2026-12"]),
    ],
)
def test_the_settled_months_are_those_that_can_be_paid_by_now(
    present: datetime, months: list[str]
) -> None:
    assert [str(month) for month in settled_months(present)] == months


@pytest.mark.long
@pytest.mark.parametrize(
    "present", [SUNDAY, datetime(2027, 1, 1, 0, 30, tzinfo=CHINA)], ids=["sunday", "new-year"]
)
def test_the_whole_plant_of_three_hundred_has_all_of_it(
    tmp_path: Path, darkroom: Darkroom, typesetter: Typesetter, present: datetime
) -> None:
    whole = make(tmp_path, darkroom, typesetter, present)
    with clock.use(FakeClock(present)), whole.house.database.reading() as session:
        assert states(session, Case.state) == set(CaseState)
        assert states(session, Report.state) == set(ReportState)
        assert session.scalar(select(func.count(Person.id))) == 300
        assert 150 <= whole.count() <= 200
        assert verify_trail(session, None) == []
        runs = session.scalars(select(Settlement)).all()
        assert {run.state for run in runs} == set(RunState)
        assert states(session, Award.state) == set(AwardState)
        if present is SUNDAY:
            budget = view_budget(session, 2026, present.date())
            assert budget.warning == 90
