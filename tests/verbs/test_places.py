"""Places, their list, and posters that refuse to mislead."""

from dataclasses import replace
from pathlib import Path

import pytest

from hazard.access.actor import SYSTEM
from hazard.audit.work import writing
from hazard.core import clock, config, listing
from hazard.core.clock import FakeClock
from hazard.core.config import Reach, Settings
from hazard.core.db import Database
from hazard.core.errors import NotAllowed, NotFound
from hazard.core.money import yuan
from hazard.core.tabular import Line
from hazard.core.words import say
from hazard.people.keeping import UnitInUse, add_unit, end_employment, move_person
from hazard.people.queries import get_person, get_unit
from hazard.places import keeping, posters, roster
from hazard.places.queries import (
    count_posters,
    find_poster,
    get_place,
    get_poster,
    list_kept_places,
    list_places,
    list_printable,
)
from hazard.places.trades import EXAMPLES, Trade, trade_of
from hazard.policy.keeping import set_facts
from hazard.policy.queries import get_plant
from tests.verbs.plant import Plant, build

BASE = "http://192.168.1.10:8000"
FACTS = {
    "department": "安全部",
    "officer": "李敏",
    "officer_phone": "8002",
    "report_phone": "8888",
    "emergency_phone": "8119",
}


@pytest.fixture
def plant(database: Database, now: FakeClock) -> Plant:  # noqa: ARG001 - a still day
    return build(database)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    told = {"HAZARD_BASE_URL": BASE, "HAZARD_HOST": "0.0.0.0"}
    loaded = config.load(told, tmp_path)
    return replace(loaded, reach=Reach.WIFI, wifi_ssid="红星-安全", wifi_password="12345678")


def make_place(plant: Plant, name: str = "机加工车间·东门") -> int:
    with writing(plant.database, plant.actor(plant.officer)) as work:
        unit = get_unit(work.session, plant.workshop)
        owner = get_person(work.session, plant.worker)
        return keeping.add_place(work, name, unit, owner).id


def make_poster(plant: Plant, place_id: int) -> int:
    with writing(plant.database, plant.actor(plant.officer)) as work:
        return posters.make_poster(work, get_place(work.session, place_id)).id


def fill_in(plant: Plant, url: str = BASE) -> None:
    with writing(plant.database, plant.actor(plant.head)) as work:
        set_facts(work, FACTS)
        code = posters.new_test_code(work)
    with writing(plant.database, SYSTEM) as work:
        posters.mark_reached(work, code, url)


def test_the_safety_officer_keeps_places_and_nobody_else_does(plant: Plant) -> None:
    make_place(plant)
    for other in (plant.head, plant.worker):
        with writing(plant.database, plant.actor(other)) as work:
            unit = get_unit(work.session, plant.workshop)
            with pytest.raises(NotAllowed):
                keeping.add_place(work, "西门", unit)
    with plant.database.reading() as session:
        (line,) = list_kept_places(session, plant.actor(plant.officer), clock.today())
        assert (line.name, line.unit, line.owner, line.posters) == (
            "机加工车间·东门",
            "机加工车间",
            "王铁柱",
            0,
        )
        assert list_kept_places(session, plant.actor(plant.worker), clock.today()) == []


def test_a_place_is_renamed_moved_and_given_to_somebody_else(plant: Plant) -> None:
    place_id = make_place(plant)
    with writing(plant.database, plant.actor(plant.officer)) as work:
        company = get_unit(work.session, plant.company)
        keeping.change_place(work, get_place(work.session, place_id), "东大门", company, None)
    with plant.database.reading() as session:
        (line,) = list_kept_places(session, plant.actor(plant.officer), clock.today())
        assert (line.name, line.unit_id, line.owner_id) == ("东大门", plant.company, None)


def test_two_places_may_not_have_one_name(plant: Plant) -> None:
    make_place(plant)
    with pytest.raises(keeping.PlaceNameTaken):
        make_place(plant)


def test_who_left_is_not_put_in_charge(plant: Plant) -> None:
    with writing(plant.database, SYSTEM) as work:
        person = get_person(work.session, plant.worker)
        end_employment(work, person, person.joined_on)
        person.left_on = person.joined_on.replace(year=person.joined_on.year - 1)
    with pytest.raises(keeping.OwnerGone):
        make_place(plant)


def test_a_workshop_with_places_is_not_closed(plant: Plant) -> None:
    place_id = make_place(plant)
    with writing(plant.database, plant.actor(plant.officer)) as work:
        workshop = get_unit(work.session, plant.workshop)
        with pytest.raises(keeping.PlacesLeft):
            keeping.close_unit(work, workshop)
        keeping.close_place(work, get_place(work.session, place_id))
        with pytest.raises(UnitInUse):
            keeping.close_unit(work, workshop)
        company = get_unit(work.session, plant.company)
        move_person(work, get_person(work.session, plant.worker), company)
        keeping.close_unit(work, workshop)


def test_the_poster_of_a_closed_place_leads_to_the_form_without_place(plant: Plant) -> None:
    place_id = make_place(plant)
    poster_id = make_poster(plant, place_id)
    with plant.database.reading() as session:
        code = get_poster(session, poster_id).code
        found = find_poster(session, f" {code[:4].lower()}-{code[4:]} ", clock.today())
        assert found.poster is not None
        assert found.poster.place == "机加工车间·东门"
        assert found.notice is None
    with writing(plant.database, plant.actor(plant.officer)) as work:
        keeping.close_place(work, get_place(work.session, place_id))
    with plant.database.reading() as session:
        gone = find_poster(session, code, clock.today())
        never = find_poster(session, "ZZZZZZZZ", clock.today())
        assert gone == never
        assert gone.notice is not None


def test_a_retired_poster_says_so_and_is_not_printed(plant: Plant, settings: Settings) -> None:
    fill_in(plant)
    poster_id = make_poster(plant, make_place(plant))
    with writing(plant.database, plant.actor(plant.officer)) as work:
        poster = get_poster(work.session, poster_id)
        posters.retire(work, poster)
        with pytest.raises(posters.PosterRetired):
            posters.print_poster(work, poster, settings)
        assert find_poster(work.session, poster.code, clock.today()).poster is None
        assert list_printable(work.session, plant.actor(plant.officer)) == []


def test_posters_are_numbered_from_a01_on() -> None:
    assert [posters.number_of(n) for n in (0, 8, 98, 99, 99 * 26 - 1, 99 * 26, 99 * 52)] == [
        "A01",
        "A09",
        "A99",
        "B01",
        "Z99",
        "AA01",
        "BA01",
    ]


def test_a_poster_names_everything_that_is_missing(plant: Plant, settings: Settings) -> None:
    with plant.database.reading() as session:
        missing = posters.missing_for_print(get_plant(session), settings)
    assert [say(sentence, "en").partition(": ")[0] for sentence in missing] == [
        "Receiving department",
        "Receiving person",
        "Telephone of the receiving person",
        "A way besides scanning",
        "Emergency number",
        f"No phone has opened the test code at {BASE} yet",
    ]
    poster_id = make_poster(plant, make_place(plant))
    with writing(plant.database, plant.actor(plant.officer)) as work:
        with pytest.raises(posters.NotPrintable) as refusal:
            posters.print_poster(work, get_poster(work.session, poster_id), settings)
        assert "Emergency number" in say(refusal.value.sentence, "en")


def test_a_letter_box_is_a_way_besides_scanning(plant: Plant, settings: Settings) -> None:
    fill_in(plant)
    with writing(plant.database, plant.actor(plant.head)) as work:
        set_facts(work, {"report_phone": "", "mailbox": "食堂门口"})
        assert posters.missing_for_print(get_plant(work.session), settings) == ()
        set_facts(work, {"mailbox": "  "})
        assert len(posters.missing_for_print(get_plant(work.session), settings)) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000",
        "http://localhost:8000",
        "http://[::1]:8000",
        "http://0.0.0.0:8000",
        "https://hazard.localhost",
    ],
)
def test_an_address_only_this_computer_opens_is_refused(
    plant: Plant, settings: Settings, url: str
) -> None:
    fill_in(plant, url=url)
    here = replace(settings, base_url=url)
    with plant.database.reading() as session:
        (problem,) = posters.missing_for_print(get_plant(session), here)
        assert url in say(problem, "en")
        assert posters.missing_for_print(get_plant(session), here, untested=True) == ()


def test_a_new_address_needs_a_new_test(plant: Plant, settings: Settings) -> None:
    fill_in(plant)
    moved = replace(settings, base_url="http://192.168.1.11:8000")
    with plant.database.reading() as session:
        assert posters.missing_for_print(get_plant(session), settings) == ()
        assert len(posters.missing_for_print(get_plant(session), moved)) == 1


def test_a_wrong_test_code_turns_nothing_green(plant: Plant) -> None:
    for code in ("", "WRONG"):
        with pytest.raises(NotFound), writing(plant.database, SYSTEM) as work:
            posters.mark_reached(work, code, BASE)


def test_only_whoever_keeps_the_plant_makes_test_codes(plant: Plant) -> None:
    with pytest.raises(NotAllowed), writing(plant.database, plant.actor(plant.worker)) as work:
        posters.new_test_code(work)


def test_the_sheet_shows_place_code_figures_and_who_receives(
    plant: Plant, settings: Settings
) -> None:
    fill_in(plant)
    poster_id = make_poster(plant, make_place(plant))
    with writing(plant.database, plant.actor(plant.officer)) as work:
        poster = get_poster(work.session, poster_id)
        sheet = posters.print_poster(work, poster, settings)
        assert poster.printed_at == work.now
        assert poster.policy_version == 1
        assert count_posters(work.session) == 1
        assert sheet.url == f"{BASE}/p/{poster.code}"
        assert sheet.short_address == f"192.168.1.10:8000/p/{poster.code}"
    assert [price.amount for price in sheet.prices] == [yuan(n) for n in (20, 50, 200, 1000, 3000)]
    assert (sheet.desk.title, sheet.desk.name, sheet.phone) == ("安全部", "李敏", "8888")
    assert (sheet.wifi_ssid, sheet.union, sheet.number) == ("红星-安全", None, "A01")
    assert (
        sheet.categories[0].examples
        == EXAMPLES[Trade.MACHINERY][
            next(c for c in EXAMPLES[Trade.MACHINERY] if c.value == "person")
        ]
    )


def test_the_wifi_line_is_absent_with_a_public_address(plant: Plant, settings: Settings) -> None:
    fill_in(plant, url="https://hazard.example.cn")
    public = replace(settings, base_url="https://hazard.example.cn", reach=Reach.DOMAIN)
    poster_id = make_poster(plant, make_place(plant))
    with writing(plant.database, plant.actor(plant.officer)) as work:
        sheet = posters.print_poster(work, get_poster(work.session, poster_id), public)
    assert sheet.wifi_ssid is None
    assert sheet.wifi_password is None


def test_a_worker_neither_makes_nor_prints_posters(plant: Plant, settings: Settings) -> None:
    fill_in(plant)
    place_id = make_place(plant)
    poster_id = make_poster(plant, place_id)
    with writing(plant.database, plant.actor(plant.worker)) as work:
        with pytest.raises(NotAllowed):
            posters.make_poster(work, get_place(work.session, place_id))
        with pytest.raises(NotAllowed):
            posters.print_poster(work, get_poster(work.session, poster_id), settings)


def test_the_trade_comes_from_the_nearest_telling_name() -> None:
    assert trade_of("东门", "喷漆车间", "红星机械厂") is Trade.CHEMICALS
    assert trade_of("3号车床", "喷漆车间", "红星机械厂") is Trade.MACHINERY
    assert trade_of("东门", "一车间", "福建红星公司") is Trade.GENERAL


def lines(*rows: tuple[str, str, str]) -> list[Line]:
    keys = (roster.PLACE, roster.UNIT, roster.OWNER)
    return [Line(at, dict(zip(keys, row, strict=True))) for at, row in enumerate(rows, start=2)]


def test_places_come_from_a_list_and_again_change_nothing(plant: Plant) -> None:
    make_place(plant, "东门")
    with writing(plant.database, SYSTEM) as work:
        add_unit(work, "一班", get_unit(work.session, plant.workshop))
    wanted = lines(
        ("东门", "机加工车间", "1002"),
        ("3号车床", "机加工车间/一班", "2001"),
        ("配电室", "红星机械厂", ""),
    )
    officer = plant.actor(plant.officer)
    with plant.database.reading() as session:
        draft = roster.read_places(session, wanted, clock.today())
        assert draft.faults == ()
        assert [entry.name for entry in draft.added] == ["3号车床", "配电室"]
        assert [entry.name for entry in draft.changed] == ["东门"]
    with writing(plant.database, officer) as work:
        roster.apply(work, draft)
    with plant.database.reading() as session:
        kept = list_kept_places(session, officer, clock.today())
        found = {line.name: (line.unit, line.owner) for line in kept}
        assert found == {
            "东门": ("机加工车间", "李敏"),
            "3号车床": ("机加工车间·一班", "王铁柱"),
            "配电室": ("红星机械厂", ""),
        }
        assert roster.read_places(session, wanted, clock.today()).same == 3


def test_faults_in_a_list_of_places_are_named_by_row(plant: Plant) -> None:
    bad = lines(
        ("", "机加工车间", ""),
        ("西门", "没有的车间", ""),
        ("南门", "机加工车间", "9999"),
        ("北门", "机加工车间", ""),
        ("北门", "机加工车间", ""),
    )
    with plant.database.reading() as session:
        draft = roster.read_places(session, bad, clock.today())
    assert [(fault.row, fault.column) for fault in draft.faults] == [
        (2, "地点"),
        (3, "单位"),
        (4, "负责人工号"),
        (6, "地点"),
    ]
    with (
        pytest.raises(listing.FaultyList),
        writing(plant.database, plant.actor(plant.officer)) as work,
    ):
        roster.apply(work, draft)
    with plant.database.reading() as session:
        assert list_places(session, clock.today()) == []


def test_places_are_listed_as_people_count(plant: Plant) -> None:
    for name in ("12号位", "4号位", "4号位10米处", "4号位9米处", "１号位"):
        make_place(plant, name)
    counted = ["１号位", "4号位", "4号位9米处", "4号位10米处", "12号位"]
    with plant.database.reading() as session:
        picked = list_places(session, clock.today())
        kept = list_kept_places(session, plant.actor(plant.officer), clock.today())
    assert [place.name for place in picked] == counted
    assert [line.name for line in kept] == counted
