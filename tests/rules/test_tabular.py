"""Lists as plants really send them, good and bad."""

import io
import zipfile
from collections.abc import Callable

import pytest
import xlsxwriter

from hazard.core import tabular
from hazard.core.tabular import BadTable, Column, Line, TableTooLarge, read_table
from hazard.core.words import say
from tests.bombs import endless_old_list

COLUMNS = (
    Column("number", ("工号", "Employee number")),
    Column("name", ("姓名", "Name")),
    Column("phone", ("手机", "Phone"), needed=False),
)


def workbook(fill: Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet], None]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        fill(book, book.add_worksheet("花名册"))
    return target.getvalue()


def cells(lines: list[Line]) -> list[tuple[str, ...]]:
    return [tuple(line.cells.values()) for line in lines]


def test_an_employee_number_typed_as_a_number_loses_its_decimals() -> None:
    def fill(_: object, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.write_row(0, 0, ["工号", "姓名", "手机"])
        sheet.write_row(1, 0, [10023.0, "王铁柱", 13800138000])
        sheet.write_row(3, 0, ["007", "买买提·吐尔逊", ""])

    lines = read_table(workbook(fill), COLUMNS)
    assert cells(lines) == [("10023", "王铁柱", "13800138000"), ("007", "买买提·吐尔逊", "")]
    assert [line.number for line in lines] == [2, 4]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_csv_is_read_in_the_encodings_spreadsheets_write(encoding: str) -> None:
    text = "姓名,工号\r\n王铁柱,0012\r\n,\r\n李䶮,13\r\n"
    if encoding == "gbk":
        text = text.replace("䶮", "岩")
    lines = read_table(text.encode(encoding), COLUMNS)
    assert [line.cells["number"] for line in lines] == ["0012", "13"]
    assert lines[0].cells["name"] == "王铁柱"
    assert [line.number for line in lines] == [2, 4]


def test_a_title_may_stand_above_the_header_and_columns_in_any_order() -> None:
    content = "二〇二六年花名册,,\n备注,Name,Employee Number\nx,Nguyễn Văn An,A7\n".encode()
    assert cells(read_table(content, COLUMNS)) == [("A7", "Nguyễn Văn An", "")]


def test_a_header_of_open_brackets_is_none() -> None:
    with pytest.raises(BadTable):
        read_table(f"工号,{'（' * 100_000}\n1,2\n".encode(), COLUMNS)


def test_the_missing_columns_are_named() -> None:
    with pytest.raises(BadTable) as refusal:
        read_table("工号,部门\n1,机加工\n".encode(), COLUMNS)
    assert "还缺：姓名。表里找到的是：工号、部门" in say(refusal.value.sentence)


def test_a_header_may_carry_marks_and_remarks_and_stand_on_each_page() -> None:
    content = "工 号*（必填）,姓　名：\n0001,王铁柱\n工号,姓名\n0002,李䶮\n"
    assert cells(read_table(content.encode(), COLUMNS)) == [
        ("0001", "王铁柱", ""), ("0002", "李䶮", ""),
    ]  # fmt: skip


def test_an_identity_number_the_spreadsheet_rounded_is_seen_to_be_none() -> None:
    def fill(_: object, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.write_row(0, 0, ["工号", "姓名"])
        sheet.write_row(1, 0, [110101199001011234, "王铁柱"])

    (line,) = read_table(workbook(fill), COLUMNS)
    assert "e+17" in line.cells["number"]


def test_a_formula_is_refused_with_its_cell() -> None:
    def fill(_: object, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.write_row(0, 0, ["工号", "姓名"])
        sheet.write_row(1, 0, ["1", "王铁柱"])
        sheet.write_formula("B3", "=B2", value="王铁柱")

    with pytest.raises(BadTable) as refusal:
        read_table(workbook(fill), COLUMNS)
    assert dict(refusal.value.sentence.values)["cell"] == "B3"


def test_a_merged_cell_says_in_each_of_its_rows_what_is_seen_in_it() -> None:
    def fill(_: object, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.merge_range("A1:C1", "二〇二六年花名册")
        sheet.write_row(1, 0, ["工号", "姓名", "手机"])
        for row in range(2, 5):
            sheet.write_row(row, 0, [str(row), "王铁柱"])
        sheet.merge_range("C3:C5", "8001")

    lines = read_table(workbook(fill), COLUMNS)
    assert [line.cells["phone"] for line in lines] == ["8001"] * 3


def test_merged_cells_that_would_fill_the_sheet_many_times_are_refused() -> None:
    sheet, everything = [["1"] * 60] * 1000, ((0, 0), (999, 59))
    with pytest.raises(BadTable):
        tabular._filled(sheet, [everything] * 30, "file")


def test_a_formula_on_the_second_sheet_does_not_matter() -> None:
    def fill(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.write_row(0, 0, ["工号", "姓名"])
        sheet.write_row(1, 0, ["1", "王铁柱"])
        book.add_worksheet("汇总").write_formula("A1", "=1+1")

    assert len(read_table(workbook(fill), COLUMNS)) == 1


def test_fifty_thousand_rows_are_refused_with_the_number_that_is_taken() -> None:
    def fill(_: object, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.write_row(0, 0, ["工号", "姓名"])
        for row in range(1, 50_001):
            sheet.write_row(row, 0, [str(row), "王铁柱"])

    with pytest.raises(TableTooLarge) as refusal:
        read_table(workbook(fill), COLUMNS)
    assert dict(refusal.value.sentence.values)["rows"] == tabular.MOST_ROWS
    assert refusal.value.status == 413


def test_fifty_thousand_lines_of_csv_are_refused_too() -> None:
    content = "工号,姓名\n" + "\n".join(f"{n},王铁柱" for n in range(50_000))
    with pytest.raises(TableTooLarge):
        read_table(content.encode(), COLUMNS)


def test_two_cells_at_the_ends_of_the_sheet_cost_no_memory() -> None:
    def fill(_: object, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.write_row(0, 0, ["工号", "姓名"])
        sheet.write(1_048_575, 16_383, "x")

    with pytest.raises(TableTooLarge):
        read_table(workbook(fill), COLUMNS)


def test_a_file_that_unpacks_to_gigabytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabular, "MOST_UNPACKED", 1_000_000)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 5_000_000)
    with pytest.raises(TableTooLarge):
        read_table(target.getvalue(), COLUMNS)


def test_six_megabytes_are_refused_before_they_are_opened() -> None:
    with pytest.raises(TableTooLarge):
        read_table(b"PK\x03\x04" + b"0" * 6_000_000, COLUMNS)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   \n\n",
        b"PK\x03\x04 not a zip",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old .xls",
        b"\x89PNG\r\n\x1a\n\0\0\0",
        b"%PDF-1.7\n1 0 obj\n",
        bytes(range(128, 256)) * 3,
    ],
)
def test_what_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises(BadTable):
        read_table(content, COLUMNS)


def test_a_workbook_with_a_document_type_is_refused() -> None:
    def fill(_: object, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.write_row(0, 0, ["工号", "姓名"])

    source, target = io.BytesIO(workbook(fill)), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = part.replace(b"<worksheet", b'<!DOCTYPE w [<!ENTITY a "b">]><worksheet', 1)
            new.writestr(name, part)
    with pytest.raises(BadTable):
        read_table(target.getvalue(), COLUMNS)


def test_an_old_list_with_a_cell_at_the_far_end_does_not_end_the_server() -> None:
    with pytest.raises((BadTable, TableTooLarge)):
        read_table(endless_old_list(), COLUMNS)


def changed(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return a workbook with one part changed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for each in old.namelist():
            new.writestr(each, change(old.read(each)) if each == name else old.read(each))
    return target.getvalue()


def test_cells_that_share_a_word_of_megabytes_are_refused() -> None:
    def fill(_: object, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        for row in range(30):
            sheet.write_row(row, 0, ["工号", "姓名"])

    bomb = changed(
        workbook(fill), "xl/sharedStrings.xml",
        lambda part: part.replace("姓名".encode(), b"x" * 1_000_000),
    )  # fmt: skip
    with pytest.raises(TableTooLarge):
        read_table(bomb, COLUMNS)


def test_a_merged_word_with_spaces_is_not_copied_into_each_cell() -> None:
    texts = tabular._filled([["x "], ["y"]], [((0, 0), (1, 0))], "file")
    assert texts == [["x"], ["x"]]
    assert texts[0][0] is texts[1][0]


def test_a_damaged_workbook_is_refused_wherever_it_is_damaged() -> None:
    def fill(_: object, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        for row in range(200):
            sheet.write_row(row, 0, ["工号", "姓名", row])

    whole = workbook(fill)
    for at in range(30, len(whole), len(whole) // 40):
        content = bytearray(whole)
        content[at : at + 2] = b"\xff\xfe"
        try:
            read_table(bytes(content), COLUMNS)
        except (BadTable, TableTooLarge):
            continue
