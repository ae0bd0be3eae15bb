"""Slips, passwords, logins, and how guessing grows slow."""

import time
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import select

from hazard.access.actor import SYSTEM
from hazard.access.permissions import Role
from hazard.audit.models import Event
from hazard.audit.work import writing
from hazard.core import clock
from hazard.core.clock import FakeClock
from hazard.core.db import Database
from hazard.core.errors import NotAllowed
from hazard.core.words import say
from hazard.notices.outbox import list_messages
from hazard.notices.slips import print_slip
from hazard.people import logins, passwords
from hazard.people.keeping import end_employment, grant_role
from hazard.people.logins import IDLE, Attempt, SlipDead, TooSoon, WrongLogin, WrongPassword
from hazard.people.models import ActivationSlip, Credential, LoginSession
from hazard.people.queries import get_person, get_unit
from hazard.people.terms import Device
from tests.verbs.plant import Plant, build

GOOD = "三只红箱子 7 点"
PHONE = "192.168.1.20"


@pytest.fixture(autouse=True)
def _cheap_again() -> Iterator[None]:
    yield
    passwords.use_cheap("tests")


@pytest.fixture
def at(now: FakeClock) -> FakeClock:
    return now


@pytest.fixture
def plant(database: Database, now: FakeClock) -> Plant:  # noqa: ARG001 - from then on
    return build(database)


def slip_for(plant: Plant, person_id: int, by: int) -> str:
    with writing(plant.database, plant.actor(by)) as work:
        return print_slip(work, get_person(work.session, person_id)).code


def set_password(plant: Plant, person_id: int, by: int, password: str = GOOD) -> None:
    code = slip_for(plant, person_id, by)
    with plant.database.reading() as session:
        activation = logins.look_at_slip(session, code, password, clock.now())
    with writing(plant.database, SYSTEM) as work:
        logins.activate(work, activation)


def attempt(plant: Plant, number: str, password: str, address: str = PHONE) -> Attempt:
    with plant.database.reading() as session:
        tried = logins.try_password(session, number, password, address, clock.now())
    if tried.person_id is None:
        with writing(plant.database, SYSTEM) as work:
            logins.note_failure(work, tried)
    return tried


def log_in(plant: Plant, number: str, password: str, device: Device = Device.OWN) -> str:
    tried = attempt(plant, number, password)
    with writing(plant.database, SYSTEM) as work:
        return logins.log_in(work, tried, device)


def test_a_worker_sets_a_password_with_the_slip_and_logs_in(plant: Plant) -> None:
    code = slip_for(plant, plant.worker, by=plant.officer)
    assert [len(group) for group in code.split("-")] == [4, 4, 4]
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    with plant.database.reading() as session:
        activation = logins.look_at_slip(session, typed, GOOD, clock.now())
    with writing(plant.database, SYSTEM) as work:
        assert logins.activate(work, activation).id == plant.worker
    token = log_in(plant, " ２００１ ", GOOD)
    with plant.database.reading() as session:
        found = logins.find_login(session, token, clock.now())
        assert found is not None
        assert (found.person_id, found.device) == (plant.worker, Device.OWN)
        rows = session.scalars(select(LoginSession.token_hash)).all()
        assert token not in rows


def test_a_slip_works_once_and_for_seventy_two_hours(plant: Plant, at: FakeClock) -> None:
    code = slip_for(plant, plant.worker, by=plant.officer)
    with plant.database.reading() as session:
        activation = logins.look_at_slip(session, code, GOOD, clock.now())
    with writing(plant.database, SYSTEM) as work:
        logins.activate(work, activation)
    with plant.database.reading() as session, pytest.raises(SlipDead):
        logins.look_at_slip(session, code, GOOD, clock.now())
    with pytest.raises(SlipDead), writing(plant.database, SYSTEM) as work:
        logins.activate(work, activation)
    late = slip_for(plant, plant.worker, by=plant.officer)
    at.move(timedelta(hours=72))
    with plant.database.reading() as session, pytest.raises(SlipDead):
        logins.look_at_slip(session, late, GOOD, clock.now())


def test_a_new_slip_ends_the_older_one_and_every_login(plant: Plant) -> None:
    set_password(plant, plant.worker, by=plant.officer)
    token = log_in(plant, "2001", GOOD)
    first = slip_for(plant, plant.worker, by=plant.officer)
    second = slip_for(plant, plant.worker, by=plant.officer)
    with plant.database.reading() as session:
        assert logins.find_login(session, token, clock.now()) is None
        with pytest.raises(SlipDead):
            logins.look_at_slip(session, first, GOOD, clock.now())
        assert logins.look_at_slip(session, second, GOOD, clock.now()).slip_id
        assert second not in session.scalars(select(ActivationSlip.code_hash)).all()


def test_the_safety_officer_prints_slips_for_workers_but_not_for_the_office(plant: Plant) -> None:
    slip_for(plant, plant.worker, by=plant.officer)
    for office in (plant.head, plant.finance, plant.officer):
        with pytest.raises(NotAllowed):
            slip_for(plant, office, by=plant.officer)
    slip_for(plant, plant.finance, by=plant.head)
    with pytest.raises(NotAllowed):
        slip_for(plant, plant.worker, by=plant.worker)


def test_a_slip_for_who_handles_money_is_recorded_and_told(plant: Plant) -> None:
    slip_for(plant, plant.finance, by=plant.head)
    with plant.database.reading() as session:
        for person in (plant.finance, plant.head):
            (message,) = list_messages(session, person)
            assert "陈芳" in say(message.sentence, "en")
            assert "周建国" in say(message.sentence, "en")
        event = session.scalars(select(Event).where(Event.action == "activation_slip.issued")).one()
        assert '"money":true' in event.body
        assert list_messages(session, plant.officer) == []


def test_a_slip_for_a_worker_is_told_to_nobody(plant: Plant) -> None:
    slip_for(plant, plant.worker, by=plant.officer)
    with plant.database.reading() as session:
        assert list_messages(session, plant.head) == []


def test_a_shift_leader_gets_the_slip_from_the_safety_officer(plant: Plant) -> None:
    with writing(plant.database, plant.actor(plant.head)) as work:
        worker = get_person(work.session, plant.worker)
        grant_role(work, worker, Role.SHIFT_LEADER, get_unit(work.session, plant.workshop))
    assert slip_for(plant, plant.worker, by=plant.officer)


def test_who_left_gets_no_slip(plant: Plant, at: FakeClock) -> None:
    with writing(plant.database, SYSTEM) as work:
        end_employment(work, get_person(work.session, plant.worker), clock.today())
    at.move(timedelta(days=1))
    with pytest.raises(logins.NoSlipFor):
        slip_for(plant, plant.worker, by=plant.officer)


def test_an_unknown_number_and_a_wrong_password_get_the_same_answer(plant: Plant) -> None:
    set_password(plant, plant.worker, by=plant.officer)
    refusals = []
    for number, password in (("2001", "wrong"), ("9999", GOOD), ("", ""), ("1003", GOOD)):
        tried = attempt(plant, number, password)
        with pytest.raises(WrongLogin) as refusal, writing(plant.database, SYSTEM) as work:
            logins.log_in(work, tried, Device.OWN)
        refusals.append((say(refusal.value.sentence), refusal.value.field))
    assert len(set(refusals)) == 1


def test_an_unknown_number_takes_as_long_as_a_known_one(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_password(plant, plant.worker, by=plant.officer)
    looked_at: list[str] = []
    hasher = passwords.CHEAP

    class Counting:
        memory_cost = hasher.memory_cost

        def hash(self, password: str) -> str:
            return hasher.hash(password)

        def verify(self, known: str, password: str) -> bool:
            looked_at.append(known.rsplit("$", 2)[0])
            return hasher.verify(known, password)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    attempt(plant, "2001", "wrong password")
    attempt(plant, "nobody", "wrong password")
    assert len(looked_at) == 2
    assert looked_at[0] == looked_at[1], "the same cost for both"


def test_after_five_failures_each_wait_doubles_and_the_right_password_still_works(
    plant: Plant, at: FakeClock
) -> None:
    set_password(plant, plant.worker, by=plant.officer)
    for _ in range(5):
        attempt(plant, "2001", "wrong password")
    with pytest.raises(TooSoon) as refusal:
        attempt(plant, "2001", GOOD)
    assert refusal.value.status == 429
    assert dict(refusal.value.sentence.values)["n"] == 5
    at.move(timedelta(seconds=6))
    attempt(plant, "2001", "wrong password")
    at.move(timedelta(seconds=6))
    with pytest.raises(TooSoon):
        attempt(plant, "2001", GOOD)
    at.move(timedelta(seconds=5))
    assert log_in(plant, "2001", GOOD)
    attempt(plant, "2001", "wrong password")
    assert log_in(plant, "2001", GOOD), "a login wipes the slate"


def test_nobody_can_be_locked_out_for_longer_than_five_minutes(plant: Plant, at: FakeClock) -> None:
    set_password(plant, plant.worker, by=plant.officer)
    for _ in range(40):
        attempt(plant, "2001", "wrong password", address="10.0.0.9")
        at.move(timedelta(minutes=5, seconds=1))
    assert log_in(plant, "2001", GOOD)


def test_guessing_many_numbers_from_one_address_grows_slow(plant: Plant) -> None:
    for n in range(30):
        attempt(plant, f"5{n:03d}", "12345678")
    with pytest.raises(TooSoon):
        attempt(plant, "2001", GOOD)
    attempt(plant, "2001", GOOD, address="192.168.1.77")


def test_a_login_of_ones_own_ends_after_twelve_idle_hours_and_after_thirty_days(
    plant: Plant, at: FakeClock
) -> None:
    set_password(plant, plant.worker, by=plant.officer)
    token = log_in(plant, "2001", GOOD)
    at.move(timedelta(hours=11))
    with plant.database.reading() as session:
        found = logins.find_login(session, token, clock.now())
    assert found is not None
    assert found.stale
    with writing(plant.database, SYSTEM) as work:
        logins.touch(work, found.id)
    for _ in range(70):
        at.move(timedelta(hours=10))
        with plant.database.reading() as session:
            found = logins.find_login(session, token, clock.now())
        assert found is not None
        with writing(plant.database, SYSTEM) as work:
            logins.touch(work, found.id)
    at.move(timedelta(hours=10))
    with plant.database.reading() as session:
        assert logins.find_login(session, token, clock.now()) is None


def test_an_idle_login_ends(plant: Plant, at: FakeClock) -> None:
    set_password(plant, plant.worker, by=plant.officer)
    own, shared = (log_in(plant, "2001", GOOD, device) for device in (Device.OWN, Device.SHARED))
    at.move(timedelta(hours=1) + IDLE[Device.SHARED])
    with plant.database.reading() as session:
        assert logins.find_login(session, shared, clock.now()) is None
        assert logins.find_login(session, own, clock.now()) is not None
    at.move(timedelta(hours=12))
    with plant.database.reading() as session:
        assert logins.find_login(session, own, clock.now()) is None


def test_the_row_knows_the_hour_and_nothing_finer(plant: Plant, at: FakeClock) -> None:
    set_password(plant, plant.worker, by=plant.officer)
    at.move(timedelta(minutes=37, seconds=11))
    token = log_in(plant, "2001", GOOD)
    with plant.database.reading() as session:
        seen = session.scalars(select(LoginSession.seen_hour)).one()
        assert (seen.minute, seen.second) == (0, 0)
        found = logins.find_login(session, token, clock.now())
        assert found is not None
        assert not found.stale


def test_logging_out_ends_this_login_only(plant: Plant) -> None:
    set_password(plant, plant.worker, by=plant.officer)
    one, other = log_in(plant, "2001", GOOD), log_in(plant, "2001", GOOD)
    with writing(plant.database, SYSTEM) as work:
        logins.log_out(work, one)
    with plant.database.reading() as session:
        assert logins.find_login(session, one, clock.now()) is None
        assert logins.find_login(session, other, clock.now()) is not None


def test_a_money_step_asks_for_the_password_again(plant: Plant) -> None:
    set_password(plant, plant.finance, by=plant.head)
    with plant.database.reading() as session:
        logins.confirm_password(session, plant.finance, GOOD, clock.now())
        with pytest.raises(WrongPassword) as refusal:
            logins.confirm_password(session, plant.finance, "不对不对不对不对", clock.now())
    assert refusal.value.field == "password"


def test_guessing_the_password_of_a_money_step_grows_slow_too(plant: Plant) -> None:
    set_password(plant, plant.finance, by=plant.head)
    for _ in range(5):
        with plant.database.reading() as session:
            tried = logins.try_own_password(session, plant.finance, "wrong", clock.now())
        with writing(plant.database, SYSTEM) as work:
            logins.note_failure(work, tried)
    with plant.database.reading() as session, pytest.raises(TooSoon):
        logins.confirm_password(session, plant.finance, GOOD, clock.now())


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "12345678",
        "87654321",
        "11111111",
        "abcdefgh",
        "qwertyui",
        "12312312",
        "password",
        "WoAiNi520",
        "2001200112",
        "emp2001!",
        "红星机械厂2026",
        "x" * 200,
    ],
)
def test_weak_passwords_are_refused_with_what_to_do(password: str) -> None:
    with pytest.raises(passwords.WeakPassword) as refusal:
        passwords.need_strong(password, employee_no="2001", plant="红星机械厂")
    assert refusal.value.field == "password"


@pytest.mark.parametrize("password", [GOOD, "tie-zhu 爱钓鱼", "8h2k!pq9", "老王家的小黑狗叫豆包"])
def test_ordinary_good_passwords_are_taken(password: str) -> None:
    passwords.need_strong(password, employee_no="2001", plant="红星机械厂")


def test_full_width_letters_are_the_same_password() -> None:
    assert passwords.is_right(passwords.hash_password("ａｂｃ 12345"), "abc 12345")


def test_the_full_cost_is_argon2id_with_64_megabytes_and_knows_no_cheap_hash() -> None:
    cheap = passwords.hash_password(GOOD)
    passwords.use_full()
    full = passwords.hash_password(GOOD)
    assert full.startswith("$argon2id$v=19$m=65536,t=3,")
    assert passwords.is_right(full, GOOD)
    assert not passwords.is_right(full, "wrong")
    assert not passwords.is_right(cheap, GOOD)


def test_cheap_hashes_are_refused_outside_tests_and_demo() -> None:
    with pytest.raises(RuntimeError):
        passwords.use_cheap("production")  # type: ignore[arg-type]


def test_no_more_than_two_passwords_are_checked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running: list[int] = []
    most: list[int] = []

    class Slow:
        memory_cost = 64

        def hash(self, _: str) -> str:
            running.append(1)
            most.append(len(running))
            time.sleep(0.02)
            running.pop()
            return "hash"

    monkeypatch.setattr(passwords, "_hasher", Slow())
    threads = [Thread(target=passwords.hash_password, args=("x",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 2


def test_only_the_hash_of_a_password_is_kept(plant: Plant) -> None:
    set_password(plant, plant.worker, by=plant.officer)
    with plant.database.reading() as session:
        (stored,) = session.scalars(select(Credential.hash)).all()
    assert stored.startswith("$argon2id$")
