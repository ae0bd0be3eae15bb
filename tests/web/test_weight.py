"""How heavy the reporter's page is, as a slow phone receives it."""

import gzip
import re

from flask import Flask
from werkzeug.test import TestResponse

from hazard.factory import ROOT
from tests.company import Company
from tests.web.road import Phone

KILOBYTE = 1000
OF_A_PAGE = re.compile(r'(?:href|src)="(/static/[^"]+\.(?:css|js)[^"]*)"')
OF_A_SCRIPT = re.compile(r'from "\./([\w-]+\.js)"')


def fetch(phone: Phone, path: str) -> TestResponse:
    answer = phone.client.get(path, headers={"Accept-Encoding": "gzip, deflate"})
    assert answer.status_code == 200
    return answer


def plain(answer: TestResponse) -> str:
    return gzip.decompress(answer.data).decode()


def files_of(phone: Phone, page: str) -> dict[str, bytes]:
    """Return every style and script the page makes a phone fetch, as it travels."""
    wanted, got = set(OF_A_PAGE.findall(page)), {}
    while wanted:
        path = wanted.pop()
        answer = fetch(phone, path)
        got[path.partition("?")[0]] = answer.data
        if ".js" in path:
            wanted |= {f"/static/js/{name}" for name in OF_A_SCRIPT.findall(plain(answer))}
        wanted = {path for path in wanted if path.partition("?")[0] not in got}
    return got


def test_the_form_is_thirty_kilobytes_and_all_its_files_eighty(
    app: Flask, company: Company
) -> None:
    phone = Phone(app)
    answer = fetch(phone, f"/p/{company.poster}")
    assert answer.headers["Content-Encoding"] == "gzip"
    page = plain(answer)
    assert len(page.encode()) < 30 * KILOBYTE, "even unpacked"
    files = files_of(phone, page)
    assert {"/static/app.css", "/static/js/report.js", "/static/js/ui.js"} <= set(files)
    assert sum(map(len, files.values())) < 80 * KILOBYTE


def test_a_browser_that_does_not_unpack_gets_it_plain(app: Flask, company: Company) -> None:
    phone = Phone(app)
    answer = phone.client.get(f"/p/{company.poster}")
    assert "Content-Encoding" not in answer.headers
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert "<form" in answer.text


def test_a_file_is_fetched_once_and_then_known(app: Flask, company: Company) -> None:
    del company
    phone = Phone(app)
    first = fetch(phone, "/static/app.css")
    assert gzip.decompress(first.data) == (ROOT / "static" / "app.css").read_bytes()
    known = {"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]}
    again = phone.client.get("/static/app.css", headers=known)
    again.close()
    assert again.status_code == 304


def test_a_page_that_shows_a_code_is_not_packed_so_its_length_tells_nothing(
    app: Flask, company: Company
) -> None:
    del company
    phone = Phone(app)
    phone.report(description="通道堵了")
    assert "Content-Encoding" not in fetch(phone, "/receipt").headers
