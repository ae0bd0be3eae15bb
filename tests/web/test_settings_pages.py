"""Settings and set-up as pages."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask

from hazard.access.permissions import Role
from hazard.core import clock
from hazard.core.config import read_answers
from hazard.core.house import House
from hazard.core.words import say, speak_with
from hazard.factory import create_app
from hazard.people.queries import find_by_number, list_held
from hazard.policy.keeping import add_version, set_words
from hazard.policy.models import Plant, PolicyVersion
from hazard.policy.queries import get_plant, own_words, policy_on
from hazard.policy.terms import preset_values
from hazard.policy.words import Size
from hazard.web import setup
from tests.company import Company
from tests.web.office import Visitor, alerts, words

GOOD = "老王家的小黑狗叫豆包"
ANSWERS = {
    "reach": "none",
    "plant": "东方机械厂",
    "size": "small",
    "employee_no": "0001",
    "name": "周国强",
    "password": GOOD,
    "again": GOOD,
    "officer_no": "0002",
    "officer_name": "王建华",
}


def policy_form(visitor: Visitor) -> dict[str, object]:
    """Return the fields of the page for a new version as a browser would send them."""
    page = visitor.get("/settings/policy/new").get_data(as_text=True)
    form: dict[str, object] = {}
    rows: dict[str, list[str]] = {}
    for tag in re.findall(r"<input([^>]*)>", page):
        found = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        name, kind = found.get("name", ""), found.get("type", "")
        if name and name != "csrf_token" and (kind != "checkbox" or re.search(r"\bchecked", tag)):
            rows.setdefault(name, []).append(unescape(found.get("value", "")))
    for name, inner in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        rows[name] = re.findall(r'value="(\w+)" selected', inner)
    form.update(rows)
    return form


def test_the_plants_facts_are_kept_by_the_head(app: Flask, company: Company) -> None:
    head = Visitor(app, company, company.head)
    saved = head.post("/settings/plant", "/settings/plant", name="东方机械厂", officer="王建华")
    assert saved.status_code == 303
    empty = head.post("/settings/plant", "/settings/plant", name="  ", officer="新来的")
    assert empty.status_code == 422
    assert 'value="新来的"' in empty.get_data(as_text=True)
    with company.reading() as session:
        assert get_plant(session).officer == "王建华"
    assert Visitor(app, company, company.safety).get("/settings").status_code == 403


def test_a_number_no_phone_could_dial_is_refused_beside_its_field(
    app: Flask, company: Company
) -> None:
    head = Visitor(app, company, company.head)
    typed = {"officer_phone": "８００１", "emergency_phone": "值班室8888", "department": "安环部"}
    refused = head.post("/settings/plant", "/settings/plant", **typed)
    assert (refused.status_code, len(alerts(refused))) == (422, 1)
    assert 'value="安环部"' in refused.text
    head.post("/settings/plant", "/settings/plant", **typed | {"emergency_phone": "8888"})
    with company.reading() as session:
        assert get_plant(session).officer_phone == "8001"


@pytest.fixture
def usual_words_afterwards() -> Iterator[None]:
    """The words of a plant are said by the whole process."""
    yield
    speak_with({})


@pytest.mark.usefixtures("usual_words_afterwards")
def test_a_plant_puts_its_own_words_in_the_place_of_the_usual_ones(
    app: Flask, company: Company
) -> None:
    head = Visitor(app, company, company.head)
    own = {"word_safety_officer": "安环员", "word_team": "工段", "word_head": "总经理"}
    refused = head.post("/settings/plant", "/settings/plant", name="东方机械厂", word_union="工 会")
    assert "一个词，最多八个字" in alerts(refused)
    assert (
        head.post("/settings/plant", "/settings/plant", name="东方机械厂", **own).status_code == 303
    )

    assert "工段检查表" in words(Visitor(app, company, company.safety).get("/checklist"))
    assert say(Role.SAFETY_OFFICER.label) == "安环员"
    assert say(Role.SHIFT_LEADER.label) == "班组长"  # a word of its own
    form = words(app.test_client().get("/report"))
    assert "直接给总经理" in form
    assert "厂长" not in form
    assert "安全员" not in form
    settings = head.get("/settings/plant").get_data(as_text=True)
    assert ">安全员</label>" in settings
    assert 'value="安环员"' in settings

    head.post("/settings/plant", "/settings/plant", name="东方机械厂", word_safety_officer="")
    with company.reading() as session:
        assert own_words(get_plant(session)) == {"team": "工段", "head": "总经理"}
    assert say(Role.SAFETY_OFFICER.label) == "安全员"


@pytest.mark.usefixtures("usual_words_afterwards")
def test_another_process_hears_the_plants_words_with_its_next_page(
    company: Company, house: House
) -> None:
    other = create_app(house)  # as on a second machine over the same database
    assert "直接给厂长" in words(other.test_client().get("/report"))  # kept from now on
    with company.work_as(company.head) as work:
        set_words(work, {"head": "总经理"})
    speak_with({})  # this process was told nothing yet
    assert "直接给总经理" in words(other.test_client().get("/report"))
    speak_with({})
    with company.reading() as session:  # so does a job
        get_plant(session)
    assert say(Role.HEAD.label) == "总经理"


def test_a_new_version_counts_from_its_day_and_the_old_one_before(
    app: Flask, company: Company
) -> None:
    head = Visitor(app, company, company.head)
    form = {**policy_form(head), "amounts_1": "25", "valid_from": "2026-12-01"}
    stored = head.post("/settings/policy", "/settings/policy/new", **form)
    assert stored.status_code == 303
    with company.reading() as session:
        before = policy_on(session, clock.today()).policy
        later = policy_on(session, clock.today().replace(month=12, day=1)).policy
    assert before.rewards.amounts[1].fen == 2000
    assert later.rewards.amounts[1].fen == 2500
    assert (later.clocks, later.hands, later.shifts, later.identities, later.no_penalty) == (
        before.clocks,
        before.hands,
        before.shifts,
        before.identities,
        before.no_penalty,
    )
    assert "25.00" in words(head.get("/settings/policy?version=2"))
    assert head.get("/settings/policy?version=99").status_code == 404


def test_the_page_says_who_decides_what_in_a_plant_of_this_size(
    app: Flask, company: Company
) -> None:
    head = Visitor(app, company, company.head)
    small = words(head.get("/settings/policy"))
    assert "1级 不用审批，提交即执行 安全员、班组长、厂长 厂长" in small
    assert "外车间" not in small
    with company.work_as(company.head) as work:
        add_version(work, preset_values(Size.MEDIUM), clock.today())
    medium = words(head.get("/settings/policy"))
    assert "3级 车间主任、厂长 安全员、安全部长 厂长" in medium
    assert "资金超过 5,000 元的方案，按 4 级审批" in medium
    assert "3 级以上，两名核查人中至少 1 名来自外车间" in medium
    assert "现场快办：1、2 级" in medium
    form = {**policy_form(head), "costly_above": "8000", "outsiders": "2"}
    wrong = head.post("/settings/policy", "/settings/policy/new", **form | {"outsiders": "3"})
    assert alerts(wrong) == ["填 0 到 2"]
    assert 'value="8000"' in wrong.text
    stored = head.post("/settings/policy", "/settings/policy/new", **form)
    shown = words(head.get(stored.headers["Location"]))
    assert "资金超过 8,000 元的方案" in shown
    assert "至少 2 名来自外车间" in shown


@pytest.mark.parametrize(
    "wrong",
    [
        {"amounts_1": "1e9"},
        {"amounts_1": "-5"},
        {"amounts_1": "١٢"},
        {"amounts_1": "20.50"},
        {"amounts_2": "10"},
        {"out_of_post_1": "40"},
        {"paid_day": "31"},
        {"feedback_days": "11"},
        {"archive_days": "16"},
        {"verify_days": "0"},
        {"verify_unit": "weeks"},
        {"identities": []},
        {"shift_start": ["25:00", "", "", ""]},
        {"valid_from": "2026-11-22"},
        {"valid_from": "2026-13"},
    ],
)
def test_a_wrong_figure_is_refused_beside_its_field_with_all_kept(
    app: Flask, company: Company, wrong: dict[str, object]
) -> None:
    head = Visitor(app, company, company.head)
    form = {**policy_form(head), "amounts_3": "222", **wrong}
    refused = head.post("/settings/policy", "/settings/policy/new", **form)
    assert refused.status_code == 422
    assert len(alerts(refused)) == 1
    assert 'value="222"' in refused.get_data(as_text=True)
    with company.reading() as session:
        assert policy_on(session, clock.today().replace(year=2030)).number == 1


def test_an_unticked_promise_stays_unticked_when_the_form_comes_back(
    app: Flask, company: Company
) -> None:
    head = Visitor(app, company, company.head)
    form = policy_form(head)
    assert form.pop("no_penalty") == ["1"]
    form["amounts_1"] = "x"
    page = head.post("/settings/policy", "/settings/policy/new", **form).get_data(as_text=True)
    box = re.search(r'<input type="checkbox" name="no_penalty"[^>]*>', page)
    assert box
    assert "checked" not in box[0]


def test_an_address_is_saved_tested_by_a_phone_and_only_then_green(
    app: Flask, house: House, company: Company
) -> None:
    head = Visitor(app, company, company.head)
    base = "http://192.168.7.7:8000"
    address = {"reach": "wifi", "base_url": f"{base}/", "wifi_ssid": "东方"}
    assert head.post("/settings/address", "/settings/address", **address).status_code == 303
    assert read_answers(house.settings.instance)["base_url"] == base
    head.post("/settings/test-code", "/settings/address")
    page = head.get("/settings/address").get_data(as_text=True)
    assert 'hx-get="/settings/reached"' in page
    test = re.search(rf"{base}(/t/\w+)", page)
    assert test
    here = Visitor(app).get(test[1], base_url=base)
    assert here.status_code == 422, "the server itself does not count"
    phone = {"environ_overrides": {"REMOTE_ADDR": "192.168.7.50"}}
    assert Visitor(app).get("/t/WRONG", base_url=base, **phone).status_code == 404
    elsewhere = Visitor(app).get(test[1], base_url="http://10.0.0.1:8000", **phone)
    assert elsewhere.status_code == 422
    assert Visitor(app).get(test[1], base_url=base, **phone).status_code == 200
    green = head.get("/settings/reached").get_data(as_text=True)
    assert "tone-good" in green
    assert "hx-get" not in green


@pytest.mark.parametrize(
    "wrong", [{"base_url": "ftp://x"}, {"base_url": "http://a/b"}, {"port": "0"}, {"reach": "?"}]
)
def test_an_address_the_server_could_not_start_with_is_refused(
    app: Flask, house: House, company: Company, wrong: dict[str, str]
) -> None:
    head = Visitor(app, company, company.head)
    good = {"reach": "wifi", "base_url": "http://192.168.7.7:8000", "wifi_ssid": "东方"}
    refused = head.post("/settings/address", "/settings/address", **{**good, **wrong})
    assert refused.status_code == 422
    assert len(alerts(refused)) == 1
    assert read_answers(house.settings.instance) == {}


def test_set_up_makes_the_plant_its_head_and_officer_and_works_once(
    app: Flask, house: House
) -> None:
    visitor, address = Visitor(app), setup.link(house)
    assert visitor.get("/setup/" + "0" * 32).status_code == 404
    for wrong in ({"again": "x"}, {"officer_no": "0001"}, {"plant": ""}, {"password": "12345678"}):
        fields = {**ANSWERS, **wrong}
        if "password" in wrong:
            fields["again"] = wrong["password"]
        refused = visitor.post(address, address, **fields)
        assert refused.status_code == 422, wrong
        assert len(alerts(refused)) == 1, wrong
    done = visitor.post(address, address, **ANSWERS)
    assert done.status_code == 303
    assert visitor.get("/settings").status_code == 200
    assert visitor.get(address).status_code == 404
    with house.database.reading() as session:
        for number, role in (("0001", "head"), ("0002", "safety_officer")):
            person = find_by_number(session, number)
            assert person is not None
            (held,) = list_held(session, person.id, clock.today())
            assert held.role == role
        assert session.get_one(Plant, 1).name == "东方机械厂"
        assert session.get_one(PolicyVersion, 1).valid_from == clock.today()


def test_set_up_with_wifi_proposes_an_address_of_this_machine(
    app: Flask, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "proposed_urls", lambda: ["http://192.168.7.7:8000"])
    visitor, address = Visitor(app), setup.link(house)
    visitor.post(address, address, **{**ANSWERS, "reach": "wifi"})
    assert read_answers(house.settings.instance) == {
        "base_url": "http://192.168.7.7:8000",
        "reach": "wifi",
    }
    assert "http://192.168.7.7:8000" in words(visitor.get("/settings"))
