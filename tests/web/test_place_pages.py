"""Places and posters as pages."""

import io
import re

import pypdfium2  # type: ignore[import-untyped]
from flask import Flask

from hazard.core import clock
from hazard.places.queries import list_places
from tests.company import Company
from tests.web.office import Visitor, alerts, words

BASE = "http://192.168.7.7:8000"
FACTS = {
    "name": "东方机械厂",
    "department": "安全部",
    "officer": "王建华",
    "officer_phone": "8002",
    "report_phone": "8888",
    "emergency_phone": "8119",
}


def make_printable(app: Flask, company: Company) -> None:
    head = Visitor(app, company, company.head)
    assert head.post("/settings/plant", "/settings/plant", **FACTS).status_code == 303
    address = {"reach": "wifi", "base_url": BASE, "wifi_ssid": "东方-安全", "wifi_password": "a1b2"}
    saved = head.post("/settings/address", "/settings/address", **address)
    assert saved.status_code == 303
    assert head.post("/settings/test-code", "/settings/address").status_code == 303
    page = head.get("/settings/address").get_data(as_text=True)
    test = re.search(rf"{BASE}(/t/\w+)", page)
    assert test
    phone = {"REMOTE_ADDR": "192.168.7.50"}
    opened = Visitor(app).get(test[1], base_url=BASE, environ_overrides=phone)
    assert opened.status_code == 200


def test_places_are_added_changed_and_closed(app: Flask, company: Company) -> None:
    officer = Visitor(app, company, company.safety)
    place = {"name": "喷漆间", "unit": company.workshop, "owner": "1001"}
    assert officer.post("/places", "/places/new", **place).status_code == 303
    nobody = officer.post("/places", "/places/new", **{**place, "name": "烘房", "owner": "9999"})
    assert nobody.status_code == 422
    assert 'value="烘房"' in nobody.get_data(as_text=True)
    with company.reading() as session:
        line = next(p for p in list_places(session, clock.today()) if p.name == "喷漆间")
    address = f"/places/{line.id}"
    assert "张伟" in words(officer.get(address))
    moved = officer.post(address, address, name="喷漆房", unit=company.workshop, owner="")
    assert moved.status_code == 303
    assert officer.post(f"{address}/closing", address).status_code == 303
    with company.reading() as session:
        assert "喷漆房" not in {p.name for p in list_places(session, clock.today())}


def test_a_tick_taken_away_stays_away_when_the_form_comes_back(
    app: Flask, company: Company
) -> None:
    officer = Visitor(app, company, company.safety)
    place = {"name": "油库", "unit": company.workshop, "explosive": "1"}
    assert officer.post("/places", "/places/new", **place).status_code == 303
    with company.reading() as session:
        line = next(p for p in list_places(session, clock.today()) if p.name == "油库")
    address = f"/places/{line.id}"
    assert box(officer.get(address).get_data(as_text=True), "explosive") == "checked"
    cleared = {"name": "油库", "unit": "", "boxes": "explosive"}
    refused = officer.post(address, address, **cleared)
    assert refused.status_code == 422
    assert box(refused.get_data(as_text=True), "explosive") == ""


def box(page: str, name: str) -> str:
    found = re.search(rf'type="checkbox" name="{name}" value="1"( checked)?', page)
    assert found
    assert f'name="boxes" value="{name}"' in page
    return (found[1] or "").strip()


def test_places_come_from_a_list(app: Flask, company: Company) -> None:
    officer = Visitor(app, company, company.safety)
    content = "地点,单位,负责人工号\n西门,机加工车间,1001\n仓库,东方机械厂,\n".encode()
    checked = officer.post(
        "/places/import", "/places/import", file=(io.BytesIO(content), "地点.csv")
    )
    key = re.search(r'name="key" value="([^"]+)"', checked.get_data(as_text=True))
    assert key
    assert officer.post("/places/import/apply", "/places/import", key=key[1]).status_code == 303
    assert "仓库" in words(officer.get("/places"))


def test_a_poster_says_what_it_misses_and_prints_once_it_may(app: Flask, company: Company) -> None:
    officer = Visitor(app, company, company.safety)
    refused = officer.post("/posters/1/print", "/posters")
    assert refused.status_code == 409
    assert alerts(refused)
    make_printable(app, company)
    printed = officer.post("/posters/1/print", "/posters")
    assert printed.mimetype == "application/pdf"
    text = pypdfium2.PdfDocument(printed.data)[0].get_textpage().get_text_range()
    assert "8119" in text
    assert "东方-安全" in text
    assert "192.168.7.7:8000/p/" in text


def test_posters_are_made_for_every_bare_place_and_retired(app: Flask, company: Company) -> None:
    officer = Visitor(app, company, company.safety)
    officer.post("/places", "/places/new", name="喷漆间", unit=company.workshop)
    assert officer.post("/posters/missing", "/posters").status_code == 303
    assert "A02" in words(officer.get("/posters"))
    assert officer.post("/posters/2/retirement", "/posters").status_code == 303
    assert "A02" not in words(officer.get("/posters"))
    assert "A02" in words(officer.get("/posters?retired=1"))
    gone = officer.post("/posters/2/print", "/posters")
    assert gone.status_code == 409
    assert officer.post("/posters", "/posters", place="").status_code == 422
    assert officer.post("/posters/99/print", "/posters").status_code == 404


def test_a_worker_sees_neither_places_nor_posters(app: Flask, company: Company) -> None:
    worker = Visitor(app, company, company.worker)
    for address in ("/places", "/places/new", "/places/1", "/places/import", "/posters"):
        assert worker.get(address).status_code == 403
