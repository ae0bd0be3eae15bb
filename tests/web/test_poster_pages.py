"""The poster register as pages: the walk from the printer to the wall, and what is missing."""

import io
import re
from dataclasses import replace

import pypdfium2  # type: ignore[import-untyped]
import zxingcpp
from flask import Flask
from PIL import Image

from hazard.core import clock
from hazard.core.house import House
from hazard.people.queries import get_unit, root_unit
from hazard.places import keeping
from hazard.places.queries import list_posters_with_proof
from tests.company import Company
from tests.pictures import jpeg
from tests.web.office import Visitor, alerts, words
from tests.web.test_place_pages import BASE, make_printable

WORKERS_PHONE = {"REMOTE_ADDR": "192.168.7.50"}
ITSELF = {"REMOTE_ADDR": "127.0.0.1"}


def photo() -> tuple[io.BytesIO, str]:
    return io.BytesIO(jpeg()), "wall.jpg"


def test_one_poster_is_printed_hung_scanned_and_done(app: Flask, company: Company) -> None:
    make_printable(app, company)
    officer, page = Visitor(app, company, company.safety), "/posters/1"
    assert "待打印" in words(officer.get(page))
    assert officer.post(f"{page}/print", page).mimetype == "application/pdf"
    hung = {"camera": "no", "posted_on": clock.today().isoformat()}
    assert officer.post(f"{page}/hanging", page, photo=photo(), **hung).status_code == 303
    seen = words(officer.get(page))
    assert "贴好了。再用手机扫一下" in seen
    assert "摄像头：照不到" in seen
    shown = officer.get(page).get_data(as_text=True)
    proof = re.search(r'<img class="proof large" src="([^"]+)"', shown)
    assert proof
    assert Image.open(io.BytesIO(officer.get(proof[1]).data)).format == "JPEG"
    assert officer.post(f"{page}/test", page).status_code == 303
    waiting = officer.get(f"{page}/test", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "every 3s" in waiting
    phone, scan = Visitor(app), f"/p/{company.poster}"
    from_here = phone.get(scan, base_url=BASE, environ_overrides=ITSELF)
    assert "二维码能用" not in words(from_here)
    scanned = phone.get(scan, base_url=BASE, environ_overrides=WORKERS_PHONE)
    assert "二维码能用" in words(scanned)
    assert "A01，机加工车间·3号车床" in words(scanned)
    again = phone.get(scan, base_url=BASE, environ_overrides=WORKERS_PHONE)
    assert "二维码能用" not in words(again)
    assert "已张贴、已拍照、已扫通" in words(officer.get(page))
    with company.reading() as session:
        (kept,) = list_posters_with_proof(session)
    assert kept.tested_at == clock.now()


def test_a_poster_in_view_of_a_camera_is_to_be_hung_elsewhere(app: Flask, company: Company) -> None:
    make_printable(app, company)
    officer, page = Visitor(app, company, company.safety), "/posters/1"
    officer.post(f"{page}/print", page)
    officer.post(f"{page}/hanging", page, photo=photo(), camera="yes")
    assert "摄像头照得到，换个地方贴" in words(officer.get(page))


def test_a_photo_is_asked_for_and_what_was_typed_is_kept(app: Flask, company: Company) -> None:
    make_printable(app, company)
    officer, page = Visitor(app, company, company.safety), "/posters/1"
    officer.post(f"{page}/print", page)
    refused = officer.post(f"{page}/hanging", page, camera="yes", posted_on="2026-11-01")
    assert refused.status_code == 422
    assert alerts(refused) == ["给贴好的海报拍张照"]
    body = refused.get_data(as_text=True)
    assert 'value="yes" checked' in body
    assert 'value="2026-11-01"' in body
    unsaid = officer.post(f"{page}/hanging", page, photo=photo())
    assert alerts(unsaid) == ["请从中选一项"]
    kept = re.search(r'name="kept" value="(\w+)"', unsaid.get_data(as_text=True))
    assert kept
    assert officer.post(f"{page}/hanging", page, camera="no", kept=kept[1]).status_code == 303
    made_up = officer.post(f"{page}/hanging", page, camera="no", kept="../../etc")
    assert made_up.status_code == 303, "a photo nobody sent is not taken; the one before stays"
    broken = officer.post(
        f"{page}/hanging", page, camera="no", photo=(io.BytesIO(b"no photo"), "a.jpg")
    )
    assert (broken.status_code, len(alerts(broken))) == (422, 1)


def test_the_counter_names_what_is_missing_and_makes_it(app: Flask, company: Company) -> None:
    officer = Visitor(app, company, company.safety)
    shown = words(officer.get("/posters"))
    assert "大门和厂区醒目处 缺 3 张" in shown
    assert "机加工车间 缺 1 张 去贴 A01" in shown
    made = officer.post("/posters", "/posters", type="gate", place=company.place)
    assert made.location == "/posters/2"
    assert "大门海报" in words(officer.get("/posters/2"))
    assert "去贴 A02" in words(officer.get("/posters"))


def test_one_poster_a_place_makes_the_large_one_where_everybody_passes(
    app: Flask, company: Company
) -> None:
    with company.work_as() as work:
        keeping.add_place(work, "大门", root_unit(work.session))
        keeping.add_place(work, "磨床", get_unit(work.session, company.workshop))
    officer = Visitor(app, company, company.safety)
    assert officer.post("/posters/missing", "/posters").location == "/posters"
    assert "大门海报" in words(officer.get("/posters/2"))
    assert "车间海报" in words(officer.get("/posters/3"))


def test_no_poster_is_made_where_phones_are_forbidden(app: Flask, company: Company) -> None:
    officer, place = Visitor(app, company, company.safety), f"/places/{company.place}"
    fields = {"name": "喷漆间", "unit": company.workshop, "owner": "", "explosive": "1"}
    assert officer.post(place, place, **fields).status_code == 303
    assert 'name="explosive" value="1" checked' in officer.get(place).get_data(as_text=True)
    assert "那里禁用手机，把海报移到入口外" in words(officer.get("/posters/1"))
    officer.post("/places", "/places/new", name="喷漆间门口", unit=company.workshop)
    refused = officer.post("/posters", "/posters", place=company.place)
    assert refused.status_code == 409
    assert alerts(refused) == ["那里禁用手机，海报贴在入口外"]


def test_a_poster_is_looked_at_and_sent_to_phones(app: Flask, company: Company) -> None:
    make_printable(app, company)
    officer = Visitor(app, company, company.safety)
    seen = Image.open(io.BytesIO(officer.get("/posters/1/preview.png").data))
    assert seen.size == (700, 990)
    phone = Image.open(io.BytesIO(officer.get("/posters/1/phone.png").data))
    assert phone.size == (1080, 1920)
    assert [code.text for code in zxingcpp.read_barcodes(phone)] == [f"{BASE}/p/{company.poster}"]
    worker = Visitor(app, company, company.worker)
    assert worker.get("/posters/1/preview.png").status_code == 403


def test_a_poster_is_moved_replaced_and_what_hung_is_kept(app: Flask, company: Company) -> None:
    make_printable(app, company)
    officer, page = Visitor(app, company, company.safety), "/posters/1"
    officer.post("/places", "/places/new", name="二车间·西墙", unit=company.workshop)
    officer.post(f"{page}/print", page)
    officer.post(f"{page}/hanging", page, photo=photo(), camera="no")
    assert officer.post(f"{page}/place", page, place=company.place + 1).status_code == 303
    moved = words(officer.get(page))
    assert "打印后有变：地点" in moved
    assert "贴过的地方 机加工车间·3号车床" in moved
    replaced = officer.post(f"{page}/replacement", page)
    assert replaced.location == "/posters/2"
    assert "已停用" in words(officer.get(page))
    assert (
        officer.post(f"{page}/hanging", "/posters/2", photo=photo(), camera="no").status_code == 409
    )


def test_the_design_is_chosen_and_labels_start_on_any_cell(app: Flask, company: Company) -> None:
    make_printable(app, company)
    officer, page = Visitor(app, company, company.safety), "/posters/1"
    design = {"type": "label", "trade": "food", "bilingual": "1"}
    assert officer.post(f"{page}/design", page, **design).status_code == 303
    refused = officer.post(f"{page}/print", page, cell="22")
    assert (refused.status_code, alerts(refused)) == (422, ["一张有 1 到 21 格"])
    sheet = pypdfium2.PdfDocument(officer.post(f"{page}/print", page, cell="20").data)[0]
    assert "Scan to report" in sheet.get_textpage().get_text_range()
    assert officer.post("/tasks/posters", page, type="gate").status_code == 409
    assert officer.post("/tasks/posters", page, type="label", cell="3").status_code == 303


def test_the_demo_shows_a_test_scan_on_one_machine(
    app: Flask, house: House, company: Company
) -> None:
    app.extensions["hazard"] = replace(house, demo=True)
    officer = Visitor(app, company, company.safety)
    officer.post("/posters/1/test", "/posters/1")
    assert "二维码能用" in words(Visitor(app).get(f"/p/{company.poster}"))
