"""The check-up of the server, and the five ticks before the scheme runs."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from hazard import backups
from hazard.access.permissions import Role
from hazard.core.clock import FakeClock
from hazard.core.house import House
from hazard.jobs.timetable import BACKUP, TIMETABLE, Leader, every_tick, run_once
from hazard.people.keeping import end_role
from hazard.people.models import RoleHolding
from hazard.places.models import Hanging, Place
from hazard.policy.models import Plant
from hazard.policy.queries import get_plant
from hazard.statistics import checkup
from hazard.statistics.checkup import JOBS, Tone, examine
from tests import walks
from tests.company import Company
from tests.web.desk_walks import Office, alerts, words

TICK = re.compile(r'<li class="(good|bad)" data-tick="(\w+)">')
LAMP = re.compile(r'<li class="lamp (good|warn|bad)" data-lamp="(\w+)">')


@pytest.fixture
def office(app: Flask, house: House, company: Company) -> Office:
    return Office(app, house, company)


def lamps(house: House) -> dict[str, Tone]:
    with house.database.reading() as session:
        return {lamp.key: lamp.tone for lamp in examine(house, session)}


def ticked(office: Office, who: str = "head") -> dict[str, bool]:
    return {key: mark == "good" for mark, key in TICK.findall(office.get(who, "/desk"))}


def hang_enough(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hazard.places.register.GATE_POSTERS", 0)
    with company.work_as() as work:
        work.session.execute(update(Hanging).values(posted_on=company.clock.now().date()))


def test_the_five_ticks_stand_on_the_desk_until_all_are_made(
    office: Office, house: House, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    none = {"rule": False, "budget": True, "posters": False, "told": False, "ledger": False}
    assert ticked(office) == ticked(office, "safety") == none
    assert not ticked(office, "finance")
    office.post("head", "/pack/rule", rule_number="东机安〔2026〕3号")
    hang_enough(company, monkeypatch)
    walks.walk_to_graded(company, level=2)
    assert ticked(office) == dict.fromkeys(none, True) | {"told": False}
    run_once(house, "running")
    assert office.post("safety", "/desk/told", told_people="58").status_code == 303
    assert "11月23日起正式运行" in words(office.get("head", "/desk"))
    run_once(house, "running")
    run_once(house, "running")
    with company.reading() as session:
        assert get_plant(session).running_since == company.clock.now().date()
    assert "正式运行" in words(office.get("safety", "/inbox"))
    assert not ticked(office)


def test_before_the_ticks_each_sees_what_to_do_first(office: Office, company: Company) -> None:
    step = re.compile(r'href="([^"]+)" data-step="(\w+)"')
    assert step.findall(office.get("head", "/desk")) == [
        ("/settings", "facts"),
        ("/people", "slips"),
    ]
    assert "打印开通条：周国强、王建华、李秀英 还不能登录" in words(office.get("head", "/desk"))
    assert step.findall(office.get("safety", "/desk")) == []
    with company.work_as() as work:
        work.session.execute(update(Place).values(valid_to=work.now.date() - timedelta(days=1)))
        end_role(work, work.session.scalars(select(RoleHolding).where(
            RoleHolding.role == Role.FINANCE)).one())  # fmt: skip
    assert step.findall(office.get("safety", "/desk")) == [("/places/import", "places")]
    assert ("/people", "finance") in step.findall(office.get("head", "/desk"))


def test_whoever_keeps_the_roles_of_a_larger_plant_sees_what_to_do_first(
    office: Office, company: Company
) -> None:
    held = update(RoleHolding).where(RoleHolding.role == Role.HEAD)
    with company.work_as() as work:
        work.session.execute(held.values(role=Role.ADMINISTRATOR))
        work.session.execute(delete(RoleHolding).where(RoleHolding.role == Role.FINANCE))
    shown = office.get("head", "/desk")
    assert 'data-step="head"' in shown
    assert 'data-step="finance"' in shown
    assert "data-tick" not in shown


def test_who_was_told_is_noted_with_a_day_that_has_come_and_at_least_one_person(
    office: Office, company: Company
) -> None:
    for day, people in (("2027-01-01", "58"), ("2026-11-20", "0"), ("2026-11-20", "")):
        answer = office.post("safety", "/desk/told", told_on=day, told_people=people)
        assert (answer.status_code, len(alerts(answer))) == (422, 1)
        assert f'value="{day}"' in answer.text
    assert office.post("finance", "/desk/told", told_people="5").status_code == 403
    with company.reading() as session:
        assert get_plant(session).told_on is None


def test_a_drill_opens_the_ledger_only_when_it_was_walked_to_its_end(
    office: Office, company: Company
) -> None:
    walk = walks.walk_to_graded(company, level=1)
    office.post("safety", f"/reports/{walk.report}/drill", drill="1")
    assert not ticked(office)["ledger"]
    with company.work_as() as work:
        work.session.execute(update(Plant).values(told_people=1))
    walks.walk_to_closed(company, level=1)
    assert ticked(office)["ledger"]


def test_five_lamps_say_what_to_do_and_shine_green_when_it_was_done(
    office: Office, house: House, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = office.get("head", "/settings/checkup")
    found = {key: tone for tone, key in LAMP.findall(page)}
    assert found["database"] == "warn"
    assert found["address"] == found["backup"] == found["clockwork"] == "bad"
    assert words(page).count("怎么办") >= 4
    leader = Leader(house)
    leader.tick()
    leader.work()
    assert office.post("head", "/settings/checkup/verification").status_code == 303
    with company.work_as() as work:
        url = house.settings.base_url
        work.session.execute(update(Plant).values(reached_url=url, reached_at=work.now))
    monkeypatch.setattr(checkup, "is_loopback", lambda _: False)
    monkeypatch.setattr(checkup, "answers_at", lambda *_: True)
    monkeypatch.setattr(checkup, "free_bytes", lambda _: 9 * checkup.GIGABYTE)
    monkeypatch.setattr(checkup, "has_table", lambda _: True)
    assert lamps(house) == dict.fromkeys(found, Tone.GOOD)
    assert office.as_("safety").get("/settings/checkup").status_code == 403


@pytest.mark.usefixtures("company")
def test_a_backup_grows_old(house: House, now: FakeClock, tmp_path: Path) -> None:
    assert lamps(house)["backup"] is Tone.BAD
    backups.back_up(house, tmp_path / "usb")
    for days, tone in ((0, Tone.GOOD), (8, Tone.WARN), (23, Tone.BAD)):
        now.move(timedelta(days=days))
        assert lamps(house)["backup"] is tone


@pytest.mark.usefixtures("company")
def test_a_full_disk_and_a_changed_trail_shine_red(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for free, tone in ((4 * checkup.GIGABYTE, Tone.WARN), (1000, Tone.BAD)):
        monkeypatch.setattr(checkup, "free_bytes", lambda _, free=free: free)
        assert lamps(house)["disk"] is tone
    monkeypatch.setattr(checkup, "verify_trail", lambda _: ["event 3: missing"])
    run_once(house, "trail")
    assert lamps(house)["database"] is Tone.BAD


def test_every_job_with_a_period_is_on_the_page() -> None:
    jobs = {job.name for job in (*TIMETABLE, BACKUP) if job.period is not every_tick}
    assert jobs == set(JOBS)
