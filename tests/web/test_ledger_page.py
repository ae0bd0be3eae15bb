"""The page of the ledger: the lines of the paper, filters in the address, files, long ones."""

import re
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from flask import Flask

from hazard.access.permissions import Role
from hazard.core.house import House
from hazard.core.words import write
from hazard.jobs.work import run_next
from hazard.people.models import RoleHolding
from hazard.statistics.columns import LEDGER, cells
from tests import walks
from tests.company import Company
from tests.prints.reading import Print, squeezed
from tests.statistics.test_ledger import ledger, short
from tests.web.desk_walks import Office, alerts, words

ROW = re.compile(r'<tr data-case-number="([^"]+)">(.*?)</tr>', re.DOTALL)
CELL = re.compile(r"<t[dh][^>]*>(.*?)</t[dh]>", re.DOTALL)


@pytest.fixture
def office(app: Flask, house: House, company: Company) -> Office:
    return Office(app, house, company)


def test_the_page_shows_the_lines_of_the_paper(office: Office, company: Company) -> None:
    walks.walk_to_closed(company, level=2, short="<b>护罩</b>缺失")
    walks.walk_to_rectifying(company, level=4)
    shown = ROW.findall(office.get("safety", "/ledger"))
    read = ledger(company)
    assert [number for number, _ in shown] == [row.number for row in read.rows]
    for row, (_, line) in zip(read.rows, shown, strict=True):
        texts = [squeezed(words(cell)) for cell in CELL.findall(line)]
        assert texts == [squeezed(short(value)) for value in cells(row, read.columns)]


def test_a_day_no_calendar_reckons_with_is_refused_in_words(office: Office) -> None:
    for address in ("/ledger?from=0001-01-01", "/ledger?until=9999-12-31"):
        refused = office.as_("safety").get(address)
        assert refused.status_code == 422, address
        assert "2026-11-22" in words(refused)


def test_no_page_and_no_file_names_who_reported(office: Office, company: Company) -> None:
    said = "老周亲眼看见的那个坏护罩"
    walks.walk_to_closed(company, level=2, description=said)
    page = office.get("safety", "/ledger")
    pdf = Print(office.as_("safety").get("/ledger/file.pdf").data).text
    book = openpyxl.load_workbook(BytesIO(office.as_("safety").get("/ledger/file.xlsx").data))
    cells_ = " ".join(str(v) for r in book.worksheets[0].iter_rows(values_only=True) for v in r)
    for shown in (words(page), pdf, cells_):
        assert "张伟" not in shown
        assert said not in shown


def test_filters_stay_in_the_address_and_in_the_files(office: Office, company: Company) -> None:
    walks.walk_to_graded(company, level=1)
    major = walks.walk_to_graded(company, level=4).case
    address = "/ledger?level=major&from=2026-01-01&until=2026-12-31"
    page = office.get("safety", address)
    assert [number for number, _ in ROW.findall(page)] == [major]
    assert "level=major" in page.split("file.xlsx", 1)[1][:200]
    pdf = office.as_("safety").get("/ledger/file.pdf?level=major")
    assert Print(pdf.data).shows(major, "合计1条")
    assert pdf.headers["Content-Disposition"].startswith("inline")


def test_a_wrong_period_comes_back_with_what_was_typed(office: Office) -> None:
    answer = office.as_("safety").get("/ledger?from=2026-12-01&until=2026-11-01")
    assert answer.status_code == 422
    assert any("早于" in alert for alert in alerts(answer))
    assert 'value="2026-12-01"' in answer.text


def test_a_long_ledger_is_made_with_a_progress_bar(
    office: Office, company: Company, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    walks.walk_to_closed(company, level=2)
    monkeypatch.setattr("hazard.web.ledger.LONG", 0)
    assert office.as_("safety").get("/ledger/file.pdf").status_code == 409
    page = office.get("safety", "/ledger")
    assert 'action="/ledger/task"' in page
    for form, start in (("pdf", b"%PDF"), ("xlsx", b"PK")):
        asked = office.post("safety", "/ledger/task", form=form, until="2026-12-31")
        assert asked.status_code == 303
        run_next(house)
        result = office.as_("safety").get(f"{asked.location}/result")
        assert result.data.startswith(start)


def test_the_auditor_reads_it_and_finance_does_not(office: Office, company: Company) -> None:
    with company.work_as() as work:
        held = RoleHolding(
            person_id=company.worker, unit_id=1, role=Role.AUDITOR, valid_from=date(2026, 1, 1)
        )
        work.session.add(held)
    assert office.as_("worker").get("/ledger").status_code == 200
    assert office.as_("finance").get("/ledger").status_code == 403


def test_taking_it_out_is_written_into_the_trail(office: Office) -> None:
    office.as_("safety").get("/ledger/file.xlsx")
    assert "导出资料" in office.get("head", "/audit")


def test_an_empty_period_says_what_to_do(office: Office) -> None:
    page = office.get("safety", "/ledger?from=2020-01-01&until=2020-01-31")
    assert "没有隐患" in words(page)
    assert write(LEDGER[0].column.heading) not in words(page).split("没有隐患")[1]
