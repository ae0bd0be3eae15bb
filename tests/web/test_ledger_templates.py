"""A county's blank ledger: read, matched by its headings, filled in; nothing becomes a formula."""

import re
import struct
from datetime import datetime
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from flask import Flask
from openpyxl.drawing.image import Image as Picture
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image

from hazard.core.house import House
from hazard.core.templates import (
    BadTemplate,
    Filling,
    TemplateTooLarge,
    fill_in,
    heads_of,
    open_form,
)
from hazard.core.words import say
from hazard.core.workbooks import text_of
from hazard.statistics.headings import propose
from tests import walks
from tests.bombs import endless_old_list
from tests.company import ON_ONE_DATABASE, Company
from tests.web.desk_walks import Office, alerts, words

HEADINGS = (
    "序号",
    "检查时间",
    "隐患部位",
    "存在问题",
    "隐患级别",
    "责任人",
    "完成时间",
    "资金（万元）",
    "填报单位",
)


@pytest.fixture
def office(app: Flask, house: House, company: Company) -> Office:
    return Office(app, house, company)


def blank(rows: int = 2) -> bytes:
    """Return a county's form: title, headings of two levels, a few blank rows, a foot."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = "台账"
    page["A1"] = "××县隐患排查治理台账"
    page.merge_cells("A1:I1")
    for at, heading in enumerate(HEADINGS, start=1):
        page.cell(2, at, heading).fill = PatternFill("solid", fgColor="DDEBF7")
    for row in range(3, 3 + rows):
        for at in range(1, len(HEADINGS) + 1):
            page.cell(row, at).number_format = "@"
    page.cell(3 + rows, 1, "填表人：")
    page.merge_cells(start_row=3 + rows, start_column=1, end_row=3 + rows, end_column=4)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def send(office: Office, content: bytes, name: str = "县平台台账.xlsx") -> str:
    """Send a template in; return the address of its page."""
    answer = office.as_("safety").post("/ledger/templates", data={"file": (BytesIO(content), name)})
    assert answer.status_code == 303, alerts(answer)
    return answer.location


def filled(office: Office, address: str) -> Worksheet:
    answer = office.as_("safety").get(f"{address}/filled.xlsx?from=2026-01-01&until=2026-12-31")
    assert answer.status_code == 200, words(answer)
    return openpyxl.load_workbook(BytesIO(answer.data)).worksheets[0]


def test_headings_are_found_and_matched_by_likeness() -> None:
    heads = heads_of(blank(), "台账")
    assert (heads.row, heads.first, heads.names) == (2, 3, HEADINGS)
    meant = propose(heads.names)
    assert [meant.get(at) for at in range(7)] == [
        "row", "found_on", "place", "hazard", "level", "owner", "completed",
    ]  # fmt: skip


def test_two_levels_of_headings_are_read_as_one() -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for place, heading in {"A1": "序号", "B1": "整改", "B2": "责任人", "C2": "措施"}.items():
        page[place] = heading
    page.merge_cells("A1:A2")
    page.merge_cells("B1:C1")
    names = heads_of(saved(book), page.title, 2).names
    assert names == ("序号", "整改/责任人", "整改/措施")
    assert propose(names) == {0: "row", 1: "owner", 2: "measures"}


@ON_ONE_DATABASE
def test_it_is_filled_in_with_its_look_and_its_foot_moves_down(
    office: Office, company: Company
) -> None:
    for short in ("=1+1", "护罩缺失", "电线破皮"):
        walks.walk_to_closed(company, level=1, short=short)
    page = filled(office, send(office, blank()))
    assert [page.cell(row, 1).value for row in range(3, 7)] == [1, 2, 3, "填表人："]
    assert [page.cell(row, 4).value for row in range(3, 6)] == ["=1+1", "护罩缺失", "电线破皮"]
    assert {cell.data_type for line in page.iter_rows() for cell in line} <= {"n", "s", "d"}
    assert isinstance(page.cell(3, 2).value, datetime)
    assert page.cell(3, 2).number_format == "yyyy-mm-dd"
    assert page.cell(5, 4).number_format == "@"
    assert page.cell(2, 1).fill.fgColor.rgb == "00DDEBF7"
    assert {str(area) for area in page.merged_cells.ranges} == {"A1:I1", "A6:D6"}
    assert page.print_title_rows == "$2:$2", "no page without headings"
    assert not any("张伟" in str(cell.value) for line in page.iter_rows() for cell in line)


def test_the_mapping_is_kept_by_name_and_can_be_changed(office: Office, company: Company) -> None:
    walks.walk_to_closed(company, level=1)
    address = send(office, blank())
    fields = {
        "name": "县平台", "sheet": "台账", "head_row": "2", "first_row": "3",
        "date_style": "chinese", "column_1": "closed",
        "column_7": "cost", "column_8": "=", "fixed_8": "东方机械厂",
    }  # fmt: skip
    assert office.post("safety", address, **fields).status_code == 303
    assert "县平台" in words(office.get("head", "/ledger/templates"))
    page = filled(office, address)
    assert page.cell(3, 9).value == "东方机械厂"
    assert page.cell(3, 2).number_format == 'yyyy"年"m"月"d"日"'
    assert page.cell(3, 4).value is None
    assert page.cell(3, 8).value == 0.012  # the heading wants 万元
    assert office.post("safety", f"{address}/removal").status_code == 303
    assert office.as_("safety").get(address).status_code == 404


@ON_ONE_DATABASE
def test_a_form_with_an_explanation_before_it_and_words_of_the_five_is_understood(
    office: Office, company: Company
) -> None:
    number = walks.walk_to_closed(company, level=2).case
    book = openpyxl.Workbook()
    book.worksheets[0].title = "填表说明"
    book.worksheets[0]["A1"] = "一、请如实填报。"
    page = book.create_sheet("一般隐患")
    page["B2"] = "五落实情况表"
    page.merge_cells("B2:H2")
    heads = (
        "编号",
        "隐患名称",
        "责任落实（责任人）",
        "措施落实",
        "时限落实",
        "预案落实",
        "是否销号",
    )
    for at, heading in enumerate(heads, start=2):
        page.cell(6, at, heading)
    address = send(office, saved(book))
    office.get("safety", address)
    answer = office.as_("safety").get(f"{address}/filled.xlsx?from=2026-01-01&until=2026-12-31")
    line = [c.value for c in openpyxl.load_workbook(BytesIO(answer.data))["一般隐患"][7]][1:]
    assert line[:3] == [number, walks.SHORT, "李秀英"]
    assert line[3:] == [
        "停机挂牌；装回防护罩",
        datetime(2026, 11, 26),  # noqa: DTZ001 - as openpyxl reads a day
        "机械伤害现场处置方案", "已销号",
    ]  # fmt: skip


def test_the_lower_of_two_levels_of_headings_is_found_by_itself() -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for at, heading in enumerate(("序号", "检查时间", "隐患部位", "隐患描述", "隐患等级"), start=1):
        page.cell(3, at, heading)
        page.merge_cells(start_row=3, start_column=at, end_row=4, end_column=at)
    page["F3"] = "整改情况"
    page.merge_cells("F3:H3")
    for at, heading in enumerate(("整改措施", "责任人", "整改期限"), start=6):
        page.cell(4, at, heading)
    heads = heads_of(saved(book), "Sheet")
    assert (heads.row, heads.first) == (4, 5)
    assert set(propose(heads.names).values()) == {
        "row", "found_on", "place", "hazard", "level", "measures", "owner", "due",
    }  # fmt: skip


@ON_ONE_DATABASE
def test_a_file_without_headings_is_refused_and_figures_are_no_headings(office: Office) -> None:
    answer = office.as_("safety").post(
        "/ledger/templates", data={"file": (BytesIO(saved(openpyxl.Workbook())), "空.xlsx")}
    )
    assert answer.status_code == 422
    assert "没有表头" in " ".join(alerts(answer))
    assert propose(["1", "2", "3"]) == {}


@ON_ONE_DATABASE
def test_words_wrap_days_fit_and_a_column_keeps_the_width_it_was_given(
    office: Office, company: Company
) -> None:
    for _ in range(3):
        walks.walk_to_closed(company, level=2)
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    heads = ("整改措施", "整改期限", "隐患描述", "责任人")
    for at, heading in enumerate(heads, start=1):
        page.cell(1, at, heading)
    page.column_dimensions["A"].width = 12
    page.column_dimensions["B"].width = 5
    page.column_dimensions.group("C", "D", hidden=False)
    page.column_dimensions["C"].width = 20
    page.row_dimensions[2].height = 24
    filled_in = filled(office, send(office, saved(book)))
    widths = [filled_in.column_dimensions[letter].width for letter in "ABCD"]
    assert widths == [12, 12, 20, 20]
    assert filled_in["A2"].alignment.wrap_text
    heights = {filled_in.row_dimensions[row].height for row in (2, 3, 4)}
    assert len(heights) == 1
    assert heights.pop() > 24


@ON_ONE_DATABASE
def test_unknown_headings_and_a_protected_sheet_are_said_on_the_page(office: Office) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "甲"
    book.worksheets[0]["B1"] = "乙"
    page = words(office.get("safety", send(office, saved(book))))
    assert "一列也没认出来" in page
    assert "加了保护" not in page
    book.worksheets[0]["C1"] = "隐患描述"
    book.worksheets[0].protection.sheet = True
    page = words(office.get("safety", send(office, saved(book))))
    assert "一列也没认出来" not in page
    assert "加了保护" in page


@ON_ONE_DATABASE
def test_a_wrong_row_comes_back_with_what_was_typed(office: Office) -> None:
    address = send(office, blank())
    fields = {"name": "县平台", "sheet": "台账", "head_row": "2", "first_row": "1",
              "date_style": "dashed"}  # fmt: skip
    answer = office.post("safety", address, **fields)
    assert answer.status_code == 422
    assert any("表头下面" in alert for alert in alerts(answer))


@ON_ONE_DATABASE
def test_an_old_xls_is_read_and_said_to_come_back_as_xlsx(office: Office, company: Company) -> None:
    walks.walk_to_closed(company, level=1)
    address = send(office, old_excel(HEADINGS), "旧台账.xls")
    assert ".xlsx" in words(office.get("safety", address))
    assert filled(office, address).cell(2, 1).value == 1


def old_excel(headings: tuple[str, ...]) -> bytes:
    """Return an .xls of one sheet with a row of words: BIFF8 records in a compound file."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def label(at: int, words: str) -> bytes:
        head = struct.pack("<HHHHB", 0, at, 0, len(words), 1)
        return record(0x0204, head + words.encode("utf-16-le"))

    name = "台账"
    start = record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0x0600))
    bound = 4 + 8 + 2 * len(name)
    offset = len(start) + bound + 4
    sheet = record(0x85, struct.pack("<IHBB", offset, 0, len(name), 1) + name.encode("utf-16-le"))
    stream = start + sheet + record(0x0A, b"")
    stream += record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0x0600))
    stream += b"".join(label(at, words) for at, words in enumerate(headings))
    stream = (stream + record(0x0A, b"")).ljust(8 * 512, b"\0")
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 10), 0xFFFFFFFE]
    table = struct.pack("<128I", *fat, *[0xFFFFFFFF] * (128 - len(fat)))
    folder = entry("Root Entry", 5, 0xFFFFFFFE, 0, 1) + entry("Workbook", 2, 2, len(stream))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    return header + table + folder.ljust(512, b"\0") + stream


def entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    """Return one entry of a compound file's folder."""
    words = name.encode("utf-16-le")
    none = 0xFFFFFFFF
    head = words.ljust(64, b"\0") + struct.pack(
        "<HBBIII", len(words) + 2, kind, 1, none, none, child
    )
    return head + bytes(36) + struct.pack("<IQ", start, size)


def with_part(name: str, body: bytes) -> bytes:
    target = BytesIO(blank())
    with ZipFile(target, "a") as archive:
        archive.writestr(name, body)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 broken", "读不出来"),
        (b"%PDF-1.7", "读不出来"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (b"\xd0\xcf\x11\xe0" + "_VBA_PROJECT".encode("utf-16-le"), "宏"),
        (b"\xd0\xcf\x11\xe0 broken", "读不出来"),
        (with_part("xl/vbaProject.bin", b"x"), "宏"),
        (with_part("xl/evil.xml", b"<!DOCTYPE a>"), "读不出来"),
    ],
)
def test_what_cannot_be_filled_in_is_refused_in_plain_words(content: bytes, said: str) -> None:
    with pytest.raises(BadTemplate) as refused:
        open_form(content)
    assert said in say(refused.value.sentence)


def test_a_huge_file_is_refused() -> None:
    for content in (b"PK\x03\x04" + b"0" * 2_000_001, with_part("xl/a.xml", b" " * 21_000_000)):
        with pytest.raises(TemplateTooLarge):
            open_form(content)


def merged(area: str, encoding: str = "utf-8") -> bytes:
    """Return a small form that says it merges an area of any size."""
    target = BytesIO()
    with ZipFile(BytesIO(blank())) as source, ZipFile(target, "w") as archive:
        for entry in source.infolist():
            part = source.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                text = part.decode().replace('ref="A1:I1"', f'ref="{area}"')
                part = f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding)
            archive.writestr(entry.filename, part)
    return target.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("area", ["A1:XFD1048576", "A1:BZ2000"])
def test_a_small_file_that_merges_millions_of_cells_is_refused_before_it_is_built(
    area: str, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openpyxl.load_workbook", None)
    with pytest.raises(TemplateTooLarge):
        open_form(merged(area, encoding))


@ON_ONE_DATABASE
def test_a_refused_file_is_said_beside_its_field(office: Office) -> None:
    answer = office.as_("safety").post(
        "/ledger/templates", data={"file": (BytesIO(b"x"), "a.xlsx")}
    )
    assert answer.status_code == 422
    assert re.search(r'id="file-error" role="alert"', answer.text)


def test_a_damaged_old_template_does_not_end_the_server() -> None:
    with pytest.raises((BadTemplate, TemplateTooLarge)):
        open_form(endless_old_list())


def test_pictures_that_saving_would_decode_are_left_out() -> None:
    book = openpyxl.load_workbook(BytesIO(blank()))
    for at in ("A1", "B1"):
        book.worksheets[0].add_image(Picture(BytesIO(pixel("PNG"))), at)
    target = BytesIO()
    with ZipFile(BytesIO(saved(book))) as source, ZipFile(target, "w") as changed:
        for name in source.namelist():
            is_second = name == "xl/media/image2.png"
            changed.writestr(name, pixel("TIFF") if is_second else source.read(name))
    filling = Filling("台账", 3, {0: [1]}, "yyyy-mm-dd")
    with ZipFile(BytesIO(fill_in(open_form(target.getvalue()).xlsx, filling))) as again:
        kept = [name for name in again.namelist() if name.startswith("xl/media/")]
        assert [again.read(name) for name in kept] == [pixel("PNG")]


def test_a_name_of_a_file_leaves_nothing_behind_that_no_database_keeps(office: Office) -> None:
    address = send(office, blank(), "县\0平\x1f台.xlsx")
    assert 'value="县平台"' in office.get("safety", address)


@pytest.mark.parametrize("letter", ["\0", "\x01", "\x1f", "\ufffe", "\uffff", "\ud800"])
def test_a_letter_no_workbook_may_hold_is_left_out(letter: str) -> None:
    filling = Filling("台账", 3, {3: [f"漏{letter}油"]}, "yyyy-mm-dd")
    page = openpyxl.load_workbook(BytesIO(fill_in(blank(), filling))).worksheets[0]
    assert page["D3"].value == "漏油"
    assert text_of(f"漏{letter}油") == "漏油"


def pixel(kind: str) -> bytes:
    target = BytesIO()
    Image.new("RGB", (1, 1)).save(target, kind)
    return target.getvalue()
