"""The papers of a locked month: the board's mask, workbooks to the fen, scans, the comparison."""

import io
import re
from itertools import chain
from zipfile import ZipFile

import pytest
from flask import Flask
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from hazard.core.house import House
from hazard.core.money import Money
from hazard.core.words import say
from hazard.policy.words import About, Identity
from hazard.rewards.sheets import BoardSheet
from tests.company import Company
from tests.pictures import jpeg
from tests.prints.reading import Print
from tests.walks import SHORT, decide, settle, walk_quickly, walk_to_locked, walk_to_paid
from tests.web.test_money_pages import NOVEMBER, Office, alerts, body

FORMULA = "=HYPERLINK(1)"


@pytest.fixture
def office(app: Flask, house: House, company: Company) -> Office:
    return Office(app, house, company)


def rows_of(content: bytes) -> list[list[object]]:
    """Return the filled rows of a workbook as a spreadsheet reads them."""
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return [list(row) for row in sheet.to_python() if any(cell != "" for cell in row)]


def fen(value: object) -> int:
    assert isinstance(value, float)
    return round(value * 100)


def board(office: Office, who: str = "safety", month: str = NOVEMBER) -> Print:
    answer = office[who].get(f"{month}/1/sheet.pdf?version=board")
    assert answer.status_code == 200
    return Print(answer.data)


def settle_quick_ones(company: Company, count: int) -> list[str]:
    walks = [walk_quickly(company, level=1 + each % 2) for each in range(count)]
    decide(company, *walks)
    settle(company)
    return [walk.report[-4:] for walk in walks]


def test_the_board_shows_tails_and_no_workshop_below_five_lines(office: Office) -> None:
    tails = settle_quick_ones(office.company, 4)
    assert office["worker"].get(f"{NOVEMBER}/1/sheet.pdf?version=board").status_code == 200
    paper = board(office)
    assert paper.shows(*tails, "140.00", "壹佰肆拾元整")
    assert not paper.shows("机加工车间")
    assert not any(paper.shows(word) for word in ("张伟", SHORT, "R2611-", "F26-"))


def test_from_five_lines_on_the_board_names_workshops(office: Office) -> None:
    settle_quick_ones(office.company, 5)
    paper = board(office)
    assert paper.shows("机加工车间", say(BoardSheet.labels["title"]))
    assert paper.page(1).size == pytest.approx((210, 297), abs=0.01)
    assert paper.page(1).margin() >= 6


def test_what_is_about_a_leader_names_no_workshop_on_the_board(office: Office) -> None:
    walks = [walk_quickly(office.company, level=1, about=About.LEADER) for _ in range(5)]
    decide(office.company, *walks)
    settle(office.company)
    paper = board(office)
    assert paper.shows(walks[0].report[-4:], "全厂")
    assert not paper.shows("机加工车间")


def test_fewer_than_three_lines_wait_for_the_next_month(office: Office) -> None:
    first = settle_quick_ones(office.company, 2)
    alone = board(office)
    assert not any(alone.shows(tail) for tail in first)
    second = settle_quick_ones(office.company, 1)
    together = Print(office["safety"].get(f"{NOVEMBER}/2/sheet.pdf?version=board").data)
    assert together.shows(*first, *second)


def test_each_workbook_equals_its_paper_to_the_fen(office: Office) -> None:
    walks = [walk_quickly(office.company, level=1, short=FORMULA) for _ in range(2)]
    walks.append(walk_quickly(office.company, level=2, identity=Identity.ANONYMOUS))
    decide(office.company, *walks)
    settle(office.company)
    for version, at in (("approval", 8), ("finance", 5), ("board", 4)):
        rows = rows_of(office["finance"].get(f"{NOVEMBER}/1/sheet.xlsx?version={version}").data)
        lines = [row for row in rows if isinstance(row[0], float)]
        (total,) = (row for row in rows if row[1] == "合计")
        assert sorted(fen(row[at]) for row in lines)[-1] == 5000
        assert sum(fen(row[at]) for row in lines) == fen(total[at]) == 9000
        paper = Print(office["finance"].get(f"{NOVEMBER}/1/sheet.pdf?version={version}").data)
        assert paper.shows(str(Money(fen(total[at]))), "玖拾元整")
        cells = list(chain.from_iterable(rows))
        assert any("玖拾元整" in str(cell) for cell in cells)
        assert (FORMULA in cells) == (version == "approval")


def test_a_workbook_is_signed_like_its_paper_and_no_cell_is_marked_as_a_mistake(
    office: Office,
) -> None:
    decide(office.company, walk_quickly(office.company, level=2, identity=Identity.ANONYMOUS))
    walk_to_locked(office.company, level=2)
    for version, hands in (
        ("approval", ("制表（安全）", "审核（财务）", "批准（负责人）")),
        ("finance", ("审核（财务）", "批准（负责人）", "发放（出纳）")),
    ):
        content = office["finance"].get(f"{NOVEMBER}/1/sheet.xlsx?version={version}").data
        *_, last = rows_of(content)
        boxes = [str(cell) for cell in last if cell]
        assert [box.partition("\n")[0] for box in boxes] == list(hands)
        assert all(box.endswith("日") for box in boxes)
        page = load_workbook(io.BytesIO(content)).worksheets[0]
        with ZipFile(io.BytesIO(content)) as parts:
            quiet = parts.read("xl/worksheets/sheet1.xml").decode()
        assert f'<ignoredError sqref="{page.dimensions}" numberStoredAsText="1"/>' in quiet
    rows = rows_of(office["finance"].get(f"{NOVEMBER}/1/sheet.xlsx?version=finance").data)
    assert any(re.match("发放人：.*见证人：", str(cell)) for row in rows for cell in row)


def test_a_workbook_asks_for_the_permission_of_its_version(office: Office) -> None:
    walk_to_locked(office.company, level=2)
    for name, codes in (("safety", (200, 403, 200)), ("worker", (403, 403, 200))):
        found = tuple(
            office[name].get(f"{NOVEMBER}/sheet.xlsx?version={version}").status_code
            for version in ("approval", "finance", "board")
        )
        assert found == codes, name


def test_the_payroll_holds_a_line_a_person_and_tells_nothing_of_hazards(office: Office) -> None:
    decide(office.company, walk_quickly(office.company, level=1))
    walk_to_locked(office.company, level=2)
    answer = office["finance"].post(f"{NOVEMBER}/1/payroll")
    rows = rows_of(answer.data)
    lines = [row for row in rows if row[2] == "安全专项"]
    assert lines == [["1001", "张伟", "安全专项", 70.0, "2026年11月"]]
    assert rows[-1] == ["", "合计", "", 70.0, ""]
    assert not any("隐患" in str(cell) or "奖" in str(cell) for row in rows for cell in row)
    assert office["safety"].post(f"{NOVEMBER}/1/payroll").status_code == 403


def pdf(extra: bytes = b"") -> bytes:
    return b"%PDF-1.7\n1 0 obj <</Type /Catalog " + extra + b">> endobj\n%%EOF\n"


def attach(office: Office, name: str, *files: tuple[bytes, str], version: str = "finance") -> int:
    sent = {"version": version, "scan": [(io.BytesIO(body), name) for body, name in files]}
    return office[name].post(f"{NOVEMBER}/1/scans", data=sent).status_code


def test_signed_pages_are_attached_as_pictures_or_pdf(office: Office) -> None:
    walk_to_paid(office.company, level=2)
    assert attach(office, "finance", (jpeg(), "a.jpg"), (pdf(), "b.pdf")) == 303
    assert attach(office, "finance", (pdf(), "again.pdf")) == 303
    page = body(office["finance"].get(f"{NOVEMBER}/1"))
    addresses = re.findall(rf'href="({NOVEMBER}/1/scans/\w+)"', page)
    answers = [office["head"].get(address) for address in addresses]
    assert [answer.mimetype for answer in answers] == ["image/jpeg", "application/pdf"]
    assert answers[1].data == pdf()
    assert answers[1].headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answers[0].headers["Content-Security-Policy"]
    assert office["safety"].get(addresses[0]).status_code == 403
    assert addresses[0] not in body(office["safety"].get(f"{NOVEMBER}/1"))
    assert office["finance"].post(f"{addresses[1]}/removal").status_code == 303
    assert office["finance"].get(addresses[1]).status_code == 404


def test_what_is_no_plain_paper_is_not_attached(office: Office) -> None:
    walk_to_locked(office.company, level=2)
    for content in (
        pdf(b"/Names <</JavaScript 2 0 R>>"),
        pdf(b"/Java#53cript 2 0 R"),
        pdf(b"/OpenAction <</S /Launch>>"),
        pdf(b"/Encrypt 3 0 R"),
        pdf()[:40],
        b"no picture",
    ):
        sent = {"version": "finance", "scan": [(io.BytesIO(content), "x.pdf")]}
        answer = office["finance"].post(f"{NOVEMBER}/1/scans", data=sent)
        assert answer.status_code == 422, content
        assert 'id="scan-error" role="alert"' in body(answer)


def test_nobody_else_attaches_and_nothing_to_a_draft(office: Office) -> None:
    walk_to_locked(office.company, level=2)
    assert attach(office, "safety", (pdf(), "a.pdf"), version="finance") == 403
    assert attach(office, "head", (pdf(), "a.pdf"), version="approval") == 403
    files = office["head"].application.extensions["hazard"].files
    assert not list(files.keys("scans")), "what nobody may attach is not stored either"
    assert attach(office, "safety", (pdf(), "a.pdf"), version="approval") == 303


def test_the_versions_are_compared_in_the_system_by_who_may(office: Office) -> None:
    walk = walk_to_paid(office.company, level=3, suggestion_adopted=True)
    address = f"{NOVEMBER}/1/reconciliation"
    page = body(office["head"].get(address))
    assert "220.00" in page
    assert walk.report not in page
    assert not alerts(office["head"].get(address))
    tied = body(office["head"].post(address))
    assert walk.report in tied
    assert re.search(r"F26-\w{5}", tied)
    assert "张伟" not in tied
    for name in ("safety", "finance", "worker"):
        assert office[name].get(address).status_code == 403


def test_looking_never_counts_a_print(office: Office) -> None:
    walk_to_locked(office.company, level=2)
    for kind in ("sheet.pdf", "sheet", "sheet.xlsx"):
        assert office["safety"].get(f"{NOVEMBER}/1/{kind}").status_code == 200
    assert "First print" not in body(office["safety"].get(f"{NOVEMBER}/1?lang=en"))
