"""The poster register: from the printer to the wall, what is outdated, what W-12 asks for."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hazard.access.actor import REPORTER, SYSTEM
from hazard.access.permissions import Role
from hazard.audit.work import writing
from hazard.core import clock, config
from hazard.core.clock import FakeClock
from hazard.core.config import Reach, Settings
from hazard.core.db import Database
from hazard.core.errors import NotAllowed, NotFound
from hazard.people.keeping import add_unit, grant_role
from hazard.people.models import Person
from hazard.people.queries import get_person, get_unit
from hazard.places import hanging, keeping, posters
from hazard.places.composing import composer
from hazard.places.queries import (
    find_poster,
    get_place,
    get_poster,
    list_places,
    list_posters_with_proof,
)
from hazard.places.register import Coverage, Registered, coverage, list_registered, next_to_do
from hazard.places.terms import Camera, Part, PosterType, Stage
from hazard.places.trades import Trade
from hazard.policy.keeping import add_version, set_facts
from hazard.policy.queries import policy_values
from tests.verbs.plant import Plant, build
from tests.verbs.test_places import BASE, fill_in, make_place

PHOTO = "ab" * 32


@pytest.fixture
def plant(database: Database, now: FakeClock) -> Plant:  # noqa: ARG001 - a still day
    made = build(database)
    fill_in(made)
    return made


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    loaded = config.load({"HAZARD_BASE_URL": BASE, "HAZARD_HOST": "0.0.0.0"}, tmp_path)
    return replace(loaded, reach=Reach.WIFI, wifi_ssid="红星-安全", wifi_password="12345678")


def made(plant: Plant, place: int, type_: PosterType = PosterType.WORKSHOP) -> int:
    with writing(plant.database, plant.actor(plant.officer)) as work:
        design = posters.Design(type_)
        return posters.make_poster(work, get_place(work.session, place), design).id


def printed(plant: Plant, settings: Settings, poster: int) -> None:
    with writing(plant.database, plant.actor(plant.officer)) as work:
        posters.print_poster(work, get_poster(work.session, poster), settings)


def hung(plant: Plant, poster: int, camera: Camera = Camera.NO) -> None:
    with writing(plant.database, plant.actor(plant.officer)) as work:
        hanging.hang(work, get_poster(work.session, poster), camera, None, PHOTO)


def scanned(plant: Plant, poster: int) -> None:
    with writing(plant.database, plant.actor(plant.officer)) as work:
        hanging.ask_for_test(work, get_poster(work.session, poster))
        code = get_poster(work.session, poster).code
    with writing(plant.database, REPORTER) as work:
        hanging.note_test(work, code)


def register(plant: Plant, settings: Settings, *, retired: bool = False) -> list[Registered]:
    with plant.database.reading() as session:
        officer = plant.actor(plant.officer)
        return list_registered(session, officer, settings, clock.now(), retired=retired)


def one(plant: Plant, settings: Settings) -> Registered:
    (line,) = register(plant, settings)
    return line


def counted(plant: Plant, settings: Settings) -> Coverage:
    lines = register(plant, settings)
    with plant.database.reading() as session:
        return coverage(session, plant.actor(plant.officer), clock.now(), lines)


def test_a_poster_is_printed_hung_with_its_photo_and_scanned(
    plant: Plant, settings: Settings
) -> None:
    poster = made(plant, make_place(plant))
    assert one(plant, settings).stage is Stage.TO_PRINT
    printed(plant, settings, poster)
    assert one(plant, settings).stage is Stage.TO_HANG
    hung(plant, poster)
    assert one(plant, settings).stage is Stage.TO_TEST
    scanned(plant, poster)
    line = one(plant, settings)
    assert line.stage is Stage.DONE
    assert (line.now.posted_on, line.now.proof) == (clock.today(), PHOTO)
    assert line.now.tested_at == clock.now()
    with plant.database.reading() as session:
        (proof,) = list_posters_with_proof(session)
    assert (proof.number, proof.place, proof.type) == ("A01", "机加工车间·东门", "workshop")
    assert proof.proof_key == f"proofs/{PHOTO}.jpg"


def test_a_poster_does_not_hang_before_its_print_without_a_photo_or_tomorrow(
    plant: Plant, settings: Settings
) -> None:
    poster = made(plant, make_place(plant))
    with pytest.raises(hanging.NotPrinted):
        hung(plant, poster)
    printed(plant, settings, poster)
    tomorrow = clock.today() + timedelta(days=1)
    with writing(plant.database, plant.actor(plant.officer)) as work:
        row = get_poster(work.session, poster)
        with pytest.raises(hanging.NoProof):
            hanging.hang(work, row, Camera.NO, None)
        with pytest.raises(hanging.LaterThanToday):
            hanging.hang(work, row, Camera.NO, tomorrow, PHOTO)
    with pytest.raises(NotAllowed), writing(plant.database, plant.actor(plant.worker)) as work:
        hanging.hang(work, get_poster(work.session, poster), Camera.NO, None, PHOTO)


def test_a_poster_in_view_of_a_camera_is_not_done(plant: Plant, settings: Settings) -> None:
    poster = made(plant, make_place(plant))
    printed(plant, settings, poster)
    hung(plant, poster, Camera.YES)
    scanned(plant, poster)
    assert one(plant, settings).stage is Stage.IN_VIEW
    with writing(plant.database, plant.actor(plant.officer)) as work:
        hanging.hang(work, get_poster(work.session, poster), Camera.NO, None)
    assert one(plant, settings).stage is Stage.DONE


def test_a_scan_nobody_waits_for_proves_nothing(
    plant: Plant, settings: Settings, now: FakeClock
) -> None:
    poster = made(plant, make_place(plant))
    with plant.database.reading() as session:
        code = get_poster(session, poster).code
        assert not hanging.awaits_test(session, code, clock.now())
    with pytest.raises(NotFound), writing(plant.database, REPORTER) as work:
        hanging.note_test(work, code)
    with writing(plant.database, plant.actor(plant.officer)) as work:
        hanging.ask_for_test(work, get_poster(work.session, poster))
    with plant.database.reading() as session:
        assert hanging.awaits_test(session, code.lower(), clock.now())
        assert not hanging.awaits_test(session, "00000000", clock.now())
        now.move(timedelta(minutes=11))
        assert not hanging.awaits_test(session, code, clock.now())
    assert one(plant, settings).now.tested_at is None


def test_no_poster_hangs_where_the_atmosphere_is_explosive(
    plant: Plant, settings: Settings
) -> None:
    bay, gate = make_place(plant, "喷漆间"), make_place(plant, "喷漆间门口")
    poster = made(plant, bay)
    printed(plant, settings, poster)
    hung(plant, poster)
    with writing(plant.database, plant.actor(plant.officer)) as work:
        keeping.forbid_phones(work, get_place(work.session, bay), forbidden=True)
    line = one(plant, settings)
    assert (line.forbidden, line.hangs) == (True, False)
    with pytest.raises(posters.PhonesForbidden):
        made(plant, bay)
    with pytest.raises(posters.PhonesForbidden):
        printed(plant, settings, poster)
    with writing(plant.database, plant.actor(plant.officer)) as work:
        assert posters.make_missing(work, clock.today()) == 1
        row = get_poster(work.session, poster)
        hanging.move(work, row, get_place(work.session, gate))
        with pytest.raises(posters.PhonesForbidden):
            hanging.move(work, row, get_place(work.session, bay))
    assert [line.place for line in register(plant, settings)] == ["喷漆间门口", "喷漆间门口"]


def test_a_moved_poster_leads_to_its_new_place_and_keeps_where_it_hung(
    plant: Plant, settings: Settings, now: FakeClock
) -> None:
    first, second = make_place(plant), make_place(plant, "二车间·西墙")
    poster = made(plant, first)
    printed(plant, settings, poster)
    hung(plant, poster)
    day = clock.today()
    now.move(timedelta(days=30))
    with writing(plant.database, plant.actor(plant.officer)) as work:
        hanging.move(work, get_poster(work.session, poster), get_place(work.session, second))
    line = one(plant, settings)
    (before,) = line.before
    assert (before.place, before.valid_from) == ("机加工车间·东门", day)
    assert before.valid_to == clock.today() - timedelta(days=1)
    assert before.proof == PHOTO
    assert (line.now.valid_from, line.now.posted_on) == (clock.today(), None)
    assert line.outdated == (Part.PLACE,)
    with plant.database.reading() as session:
        scanned = find_poster(session, line.code, clock.today()).poster
        assert scanned is not None
        assert scanned.place == "二车间·西墙"
        assert list_posters_with_proof(session) == []


def test_a_poster_that_never_hung_is_moved_without_a_trace(
    plant: Plant, settings: Settings
) -> None:
    poster = made(plant, make_place(plant))
    other = make_place(plant, "西门")
    with writing(plant.database, plant.actor(plant.officer)) as work:
        hanging.move(work, get_poster(work.session, poster), get_place(work.session, other))
    line = one(plant, settings)
    assert (line.place, line.now.place, line.before) == ("西门", "西门", ())


def test_what_changed_since_the_print_is_named(plant: Plant, settings: Settings) -> None:
    place = make_place(plant)
    poster, label = made(plant, place), made(plant, place, PosterType.LABEL)
    printed(plant, settings, poster)
    printed(plant, settings, label)
    assert [line.outdated for line in register(plant, settings)] == [(), ()]
    elsewhere = replace(settings, base_url="http://192.168.1.99:8000", wifi_password="neu")
    assert [line.outdated for line in register(plant, elsewhere)] == [
        (Part.ADDRESS, Part.WIFI),
        (Part.ADDRESS,),
    ]
    with writing(plant.database, plant.actor(plant.head)) as work:
        set_facts(work, {"officer": "赵敏", "emergency_phone": "8110"})
        values = policy_values(work.session, 1)
        values["rewards"]["amounts"][0] = 25
        add_version(work, values, clock.today())
    changed = register(plant, settings)
    assert changed[0].outdated == (Part.TABLE, Part.DESK, Part.PHONES)
    assert changed[0].stage is Stage.OUTDATED
    assert changed[1].outdated == ()
    printed(plant, settings, poster)
    assert register(plant, settings)[0].outdated == ()


def test_a_poster_is_replaced_by_one_like_it_with_a_fresh_code(
    plant: Plant, settings: Settings
) -> None:
    poster = made(plant, make_place(plant), PosterType.LISTS)
    with writing(plant.database, plant.actor(plant.officer)) as work:
        old = get_poster(work.session, poster)
        posters.redesign(work, old, posters.Design(PosterType.LISTS, Trade.FOOD, bilingual=True))
        new = posters.replace_poster(work, old)
        assert (new.type, new.trade, new.bilingual) == (PosterType.LISTS, Trade.FOOD, True)
        assert new.code != old.code
        with pytest.raises(posters.PosterRetired):
            posters.replace_poster(work, old)
        with pytest.raises(posters.PosterRetired):
            hanging.ask_for_test(work, old)
    assert [line.number for line in register(plant, settings)] == ["A02"]
    (retired,) = register(plant, settings, retired=True)
    assert retired.now.valid_to == clock.today()


def test_the_counter_asks_for_three_at_the_gate_and_one_a_workshop(
    plant: Plant, settings: Settings
) -> None:
    with writing(plant.database, SYSTEM) as work:
        company = get_unit(work.session, plant.company)
        paint = add_unit(work, "涂装车间", company)
        team = add_unit(work, "喷漆一班", paint)
        add_unit(work, "财务部", company)
        keeping.add_place(work, "大门", company)
        keeping.add_place(work, "喷漆间门口", team)
    make_place(plant)
    before = counted(plant, settings)
    assert (before.gate.wanted, before.gate.lacking) == (3, 3)
    assert [(cover.name, cover.lacking) for cover in before.workshops] == [
        ("机加工车间", 1),
        ("涂装车间", 1),
    ]
    assert before.placeless == ("财务部",)
    with plant.database.reading() as session:
        places = {line.name: line.id for line in list_places(session, clock.today())}
    inside = made(plant, places["喷漆间门口"])
    assert [poster.id for poster in counted(plant, settings).workshops[1].unhung] == [inside]
    gates = [made(plant, places["大门"], PosterType.GATE) for _ in range(3)]
    label = made(plant, places["机加工车间·东门"], PosterType.LABEL)
    for poster in (inside, *gates, label):
        printed(plant, settings, poster)
        hung(plant, poster)
    after = counted(plant, settings)
    assert (after.gate.lacking, [cover.lacking for cover in after.workshops]) == (0, [1, 0])
    assert not after.complete
    workshop = made(plant, places["机加工车间·东门"])
    printed(plant, settings, workshop)
    hung(plant, workshop)
    assert counted(plant, settings).complete
    with writing(plant.database, plant.actor(plant.officer)) as work:
        posters.retire(work, get_poster(work.session, gates[0]))
    assert counted(plant, settings).gate.lacking == 1


def test_the_gate_poster_names_somebody_of_each_workshop(plant: Plant, settings: Settings) -> None:
    place = make_place(plant)
    gate, inside = made(plant, place, PosterType.GATE), made(plant, place)
    with writing(plant.database, SYSTEM) as work:
        workshop = get_unit(work.session, plant.workshop)
        leader: Person = get_person(work.session, plant.worker)
        leader.phone = "13900001111"
        grant_role(work, leader, Role.SHIFT_LEADER, workshop)
    with plant.database.reading() as session:
        compose = composer(session, settings, clock.now())
        sheets = [compose.sheet(get_poster(session, poster)) for poster in (gate, inside)]
    (contact,) = sheets[0].workshops
    assert (contact.title, contact.name, contact.phone) == ("机加工车间", "王铁柱", "13900001111")
    assert sheets[1].workshops == ()


def test_the_walk_goes_on_to_the_next_poster_that_is_not_done(
    plant: Plant, settings: Settings
) -> None:
    place = make_place(plant)
    first, second, third = (made(plant, place) for _ in range(3))
    for poster in (first, third):
        printed(plant, settings, poster)
    hung(plant, third)
    scanned(plant, third)
    lines = register(plant, settings)
    found = [next_to_do(lines, after) for after in (0, first, second, third)]
    assert [line.id if line else None for line in found] == [first, second, first, first]
    assert next_to_do(lines[2:], third) is None
