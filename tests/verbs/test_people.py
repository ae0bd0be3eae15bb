"""Units, people, roles, and the roster from a list."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hazard.access.actor import SYSTEM
from hazard.access.permissions import Permission, Role
from hazard.audit.queries import list_happenings, verify_trail
from hazard.audit.work import writing
from hazard.core import clock, listing
from hazard.core.clock import FakeClock
from hazard.core.db import Database
from hazard.core.errors import HazardError, NotAllowed, NotFound
from hazard.core.numbers import BadNumber, telephone
from hazard.core.tabular import Line
from hazard.core.words import say
from hazard.people import keeping, logins, roster
from hazard.people.models import Person, Unit
from hazard.people.queries import (
    actor_of,
    find_by_number,
    get_holding,
    get_line,
    get_person,
    get_unit,
    list_employee_ids,
    list_held,
    list_lines,
    unit_names,
    unit_of,
)
from hazard.people.terms import BadEntry, Device, employee_number, initials_of
from tests.verbs.plant import Plant, build


@pytest.fixture
def plant(database: Database, now: FakeClock) -> Plant:  # noqa: ARG001 - a still day
    return build(database)


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("王铁柱", "WTZ"),
        ("曾国强", "ZGQ"),
        ("单雄信", "SXX"),
        ("尉迟恭", "YCG"),
        ("任重", "RZ"),
        ("买买提·吐尔逊", "MMTTEX"),
        ("Nguyễn Văn An", "NVA"),
        ("Đặng Thị", "DT"),
        ("李䶮", "LY"),
    ],
)
def test_people_are_found_by_the_initials_their_colleagues_would_type(
    name: str, initials: str
) -> None:
    assert initials_of(name) == initials


def test_a_number_typed_full_width_or_small_is_the_same_number() -> None:
    assert employee_number(" ａ１０23 ") == "A1023"
    for bad in ("", "10 23", "=1+1", "x" * 31, "工号"):
        with pytest.raises(BadEntry):
            employee_number(bad)


def test_an_extension_is_a_telephone_number_but_a_word_is_none() -> None:
    assert telephone("８８８８") == "8888"
    assert telephone("") == ""
    with pytest.raises(BadNumber):
        telephone("问老王")


def test_the_safety_officer_keeps_people_and_the_head_does_not(plant: Plant) -> None:
    with writing(plant.database, plant.actor(plant.officer)) as work:
        workshop = get_unit(work.session, plant.workshop)
        person = keeping.add_person(work, "2002", "买买提·吐尔逊", workshop, phone="13800138000")
        assert person.initials == "MMTTEX"
    with pytest.raises(NotAllowed), writing(plant.database, plant.actor(plant.head)) as work:
        keeping.add_person(work, "2003", "赵六", get_unit(work.session, plant.workshop))
    with plant.database.reading() as session:
        assert find_by_number(session, "2003") is None
        assert verify_trail(session) == []


def test_a_taken_number_is_refused_with_the_number(plant: Plant) -> None:
    with (
        pytest.raises(keeping.NameTaken) as refusal,
        writing(plant.database, plant.actor(plant.officer)) as work,
    ):
        keeping.add_person(work, "2001", "赵六", get_unit(work.session, plant.workshop))
    assert refusal.value.field == "employee_no"
    assert "2001" in say(refusal.value.sentence, "en")


def test_a_move_keeps_where_somebody_was_yesterday(plant: Plant) -> None:
    moment = clock.now()
    with clock.use(clock.FakeClock(moment + timedelta(days=40))):
        with writing(plant.database, plant.actor(plant.officer)) as work:
            team = keeping.add_unit(work, "一班", get_unit(work.session, plant.workshop))
            keeping.move_person(work, get_person(work.session, plant.worker), team)
            team_id = team.id
        with plant.database.reading() as session:
            now_in = unit_of(session, plant.worker, clock.today())
            was_in = unit_of(session, plant.worker, clock.today() - timedelta(days=1))
            assert now_in is not None
            assert was_in is not None
            assert (now_in.id, was_in.id) == (team_id, plant.workshop)
            assert unit_names(session)[team_id] == "机加工车间·一班"


def test_a_renaming_stands_in_the_trail_with_the_old_name(plant: Plant) -> None:
    with writing(plant.database, plant.actor(plant.officer)) as work:
        keeping.rename_unit(work, get_unit(work.session, plant.workshop), "一车间")
    with plant.database.reading() as session:
        last = list_happenings(session, [("unit", plant.workshop)])[-1]
        assert last.action == "unit.renamed"
        assert last.facts["before"] == "机加工车间"
        assert get_unit(session, plant.workshop).path.endswith(f"/{plant.workshop}/")


def test_two_workshops_may_not_have_one_name(plant: Plant) -> None:
    with pytest.raises(keeping.NameTaken), writing(plant.database, SYSTEM) as work:
        keeping.add_unit(work, "机加工车间", get_unit(work.session, plant.company))


def test_a_unit_with_people_is_not_closed(plant: Plant) -> None:
    officer = plant.actor(plant.officer)
    with pytest.raises(keeping.UnitInUse), writing(plant.database, officer) as work:
        keeping.close_unit(work, get_unit(work.session, plant.workshop))
    with pytest.raises(keeping.UnitInUse), writing(plant.database, officer) as work:
        keeping.close_unit(work, get_unit(work.session, plant.company))
    with writing(plant.database, officer) as work:
        company = get_unit(work.session, plant.company)
        keeping.move_person(work, get_person(work.session, plant.worker), company)
        keeping.close_unit(work, get_unit(work.session, plant.workshop))
    with plant.database.reading() as session:
        closed = get_unit(session, plant.workshop)
        assert closed.valid_to == clock.today() - timedelta(days=1)


def test_who_leaves_loses_roles_logins_and_password(plant: Plant) -> None:
    with writing(plant.database, SYSTEM) as work:
        attempt = logins.Attempt(plant.finance, ())
        token = logins.log_in(work, attempt, Device.OWN)
    with writing(plant.database, plant.actor(plant.officer)) as work:
        finance = get_person(work.session, plant.finance)
        keeping.end_employment(work, finance, clock.today())
    tomorrow = clock.FakeClock(clock.now() + timedelta(days=1))
    with plant.database.reading() as session:
        assert logins.find_login(session, token, clock.now()) is None
    with clock.use(tomorrow), plant.database.reading() as session:
        assert actor_of(session, plant.finance, clock.today()) is None
        assert plant.finance not in list_employee_ids(session, clock.today())
        assert list_held(session, plant.finance, clock.today()) == []


def test_the_last_who_gives_roles_can_neither_leave_nor_lose_the_role(plant: Plant) -> None:
    with pytest.raises(keeping.LastKeeper), writing(plant.database, SYSTEM) as work:
        keeping.end_employment(work, get_person(work.session, plant.head), clock.today())
    with writing(plant.database, plant.actor(plant.head)) as work:
        (held,) = list_held(work.session, plant.head, clock.today())
        with pytest.raises(keeping.LastKeeper):
            keeping.end_role(work, get_holding(work.session, held.id))


def test_only_the_keeper_of_roles_gives_them_and_only_those_in_use(plant: Plant) -> None:
    with writing(plant.database, plant.actor(plant.officer)) as work:
        worker = get_person(work.session, plant.worker)
        with pytest.raises(NotAllowed):
            keeping.grant_role(work, worker, Role.HEAD, get_unit(work.session, plant.company))
    with writing(plant.database, plant.actor(plant.head)) as work:
        worker = get_person(work.session, plant.worker)
        workshop = get_unit(work.session, plant.workshop)
        keeping.grant_role(work, worker, Role.SHIFT_LEADER, workshop)
        with pytest.raises(keeping.NameTaken):
            keeping.grant_role(work, worker, Role.SHIFT_LEADER, workshop)
        with pytest.raises(keeping.RoleNotOffered):
            keeping.grant_role(work, worker, Role.AUDITOR, workshop)
    assert plant.actor(plant.worker).may(Permission.CHECKLIST_USE)
    with writing(plant.database, plant.actor(plant.head)) as work:
        (held,) = list_held(work.session, plant.worker, clock.today())
        keeping.end_role(work, get_holding(work.session, held.id))
    assert not plant.actor(plant.worker).may(Permission.CHECKLIST_USE)


def test_the_list_of_people_is_searched_paged_and_shows_only_whom_one_keeps(plant: Plant) -> None:
    officer, worker = plant.actor(plant.officer), plant.actor(plant.worker)
    with plant.database.reading() as session:
        found = list_lines(session, officer, clock.today(), search="wtz")
        assert [line.name for line in found] == ["王铁柱"]
        assert found[0].unit == "机加工车间"
        assert [x.name for x in list_lines(session, officer, clock.today(), search="100")] == [
            "陈芳",
            "李敏",
            "周建国",
        ]
        first = list_lines(session, officer, clock.today(), limit=2)
        rest = list_lines(session, officer, clock.today(), after=first[-1].key)
        assert len({line.id for line in (*first, *rest)}) == 4
        assert list_lines(session, officer, clock.today(), search="%") == []
        assert list_lines(session, worker, clock.today()) == []
        with pytest.raises(NotFound):
            get_line(session, worker, plant.head, clock.today())


def lines(*rows: tuple[str, ...]) -> list[Line]:
    keys = (roster.NUMBER, roster.NAME, roster.UNIT, roster.TEAM, roster.PHONE, roster.LEADER)
    padded = [(*row, *[""] * (6 - len(row))) for row in rows]
    return [Line(at, dict(zip(keys, row, strict=True))) for at, row in enumerate(padded, start=2)]


GOOD = lines(
    ("2001", "王铁柱", "机加工车间", "一班", "13800138000"),
    ("2002", "Nguyễn Văn An", "机加工车间", "一班", "", "班组长"),
    ("2003", "李䶮", "焊接车间"),
    ("1002", "李敏", "红星机械厂"),
)


def test_the_dry_run_says_what_would_happen_and_writes_nothing(plant: Plant) -> None:
    with plant.database.reading() as session:
        before = session.scalar(select(func.count()).select_from(Person))
        draft = roster.read_people(session, GOOD, clock.today())
        assert draft.faults == ()
        assert [entry.employee_no for entry in draft.added] == ["2002", "2003"]
        assert [entry.employee_no for entry in draft.changed] == ["2001"]
        assert draft.same == 1
        assert draft.units == (("焊接车间",), ("机加工车间", "一班"))
        assert session.scalar(select(func.count()).select_from(Person)) == before


def test_a_list_is_written_whole_and_again_changes_nothing(plant: Plant) -> None:
    with writing(plant.database, plant.actor(plant.officer)) as work:
        roster.apply(work, roster.read_people(work.session, GOOD, clock.today()))
    with plant.database.reading() as session:
        an = find_by_number(session, "2002")
        assert an is not None
        unit = unit_of(session, an.id, clock.today())
        assert unit is not None
        assert unit_names(session)[unit.id] == "机加工车间·一班"
        assert [held.role for held in list_held(session, an.id, clock.today())] == [
            Role.SHIFT_LEADER
        ]
        worker = get_person(session, plant.worker)
        assert worker.phone == "13800138000"
        assert verify_trail(session) == []
        again = roster.read_people(session, GOOD, clock.today())
        assert (again.added, again.changed, again.same) == ((), (), 4)


def test_faults_are_listed_by_row_and_column_and_stop_the_writing(plant: Plant) -> None:
    bad = lines(
        ("", "赵六", "机加工车间"),
        ("2005", "", "机加工车间"),
        ("2006", "孙七", ""),
        ("2007", "周八", "机加工车间", "", "问老王"),
        ("2008", "吴九", "机加工车间", "", "", "厂长"),
        ("2009", "郑十", "机加工车间"),
        ("2009", "冯一", "机加工车间"),
    )
    officer = plant.actor(plant.officer)
    with plant.database.reading() as session:
        draft = roster.read_people(session, bad, clock.today())
    assert [(fault.row, fault.column) for fault in draft.faults] == [
        (2, "工号"),
        (3, "姓名"),
        (4, "单位/车间"),
        (5, "手机"),
        (6, "岗位角色"),
        (8, "工号"),
    ]
    with pytest.raises(listing.FaultyList), writing(plant.database, officer) as work:
        roster.apply(work, draft)
    with plant.database.reading() as session:
        assert find_by_number(session, "2009") is None


def test_a_number_of_somebody_who_left_is_not_given_again(plant: Plant) -> None:
    with writing(plant.database, SYSTEM) as work:
        worker = get_person(work.session, plant.worker)
        keeping.end_employment(work, worker, clock.today())
    tomorrow, newcomer = clock.today() + timedelta(days=1), lines(("2001", "新来的", "焊接车间"))
    with plant.database.reading() as session:
        draft = roster.read_people(session, newcomer, tomorrow)
    assert [fault.column for fault in draft.faults] == ["工号"]


def test_a_draft_the_roster_has_overtaken_is_refused(plant: Plant) -> None:
    officer = plant.actor(plant.officer)
    with plant.database.reading() as session:
        draft = roster.read_people(session, GOOD, clock.today())
    with writing(plant.database, officer) as work:
        keeping.add_person(work, "2003", "抢先的", get_unit(work.session, plant.workshop))
    with pytest.raises(listing.ListMoved), writing(plant.database, officer) as work:
        roster.apply(work, draft)


def test_a_worker_may_not_import_people(plant: Plant) -> None:
    worker = plant.actor(plant.worker)
    with pytest.raises(NotAllowed), writing(plant.database, worker) as work:
        roster.apply(work, roster.read_people(work.session, GOOD, clock.today()))


def test_twenty_thousand_people_are_taken_in_one_go(plant: Plant) -> None:
    many = lines(*((f"5{n:05d}", "王小明", f"车间{n % 40}", f"班{n % 400}") for n in range(20_000)))
    with writing(plant.database, plant.actor(plant.officer)) as work:
        roster.apply(work, roster.read_people(work.session, many, clock.today()))
    with plant.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 20_004
        assert (session.scalar(select(func.count()).select_from(Unit)) or 0) > 400


def test_every_refusal_of_this_slice_is_one_a_page_can_show() -> None:
    for error in (keeping.NameTaken, keeping.UnitInUse, listing.FaultyList, BadEntry):
        assert issubclass(error, HazardError)
        assert 400 <= error.status < 500
