"""Lists of people and places: read from any spreadsheet, written, and taken back."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from hazard.access.permissions import Role
from hazard.core import clock, listing
from hazard.core.errors import NotAllowed
from hazard.core.tabular import BadTable, read_table
from hazard.core.words import Sentence, say
from hazard.people import imports, keeping, roster
from hazard.people.imports import ImportKind, find_last, undo_last
from hazard.people.logins import issue_slip
from hazard.people.queries import find_by_number, get_unit, list_held, list_units, unit_of
from hazard.places import roster as place_roster
from hazard.places.posters import make_poster
from hazard.places.queries import get_place, list_places
from tests import walks
from tests.company import Company

DATA = Path(__file__).parent.parent / "data"
PEOPLE = (
    "工号,姓名,车间,班组,手机,角色\n"
    "2001,赵铁柱,焊接车间,一班,13900000000,班组长\n1001,张伟大,焊接车间,,,\n"
)


def write_people(company: Company, text: str = PEOPLE) -> None:
    lines = read_table(text.encode(), roster.COLUMNS)
    with company.work_as(company.safety) as work:
        roster.apply(work, roster.read_people(work.session, lines, clock.today()))


def write_places(company: Company, text: str) -> None:
    lines = read_table(text.encode(), place_roster.COLUMNS)
    with company.work_as(company.safety) as work:
        place_roster.apply(work, place_roster.read_places(work.session, lines, clock.today()))


def undo(company: Company, kind: ImportKind = ImportKind.PEOPLE) -> None:
    with company.work_as(company.safety) as work:
        undo_last(work, kind)


def test_an_old_excel_file_is_read_with_its_merged_cells_and_a_locked_one_is_not() -> None:
    lines = read_table((DATA / "people.xls").read_bytes(), roster.COLUMNS)
    assert [(line.cells["number"], line.cells["name"]) for line in lines] == [
        ("10023", "赵铁柱"), ("0042", "阿依古丽·买买提"),
    ]  # fmt: skip
    merged = read_table((DATA / "merged.xls").read_bytes(), roster.COLUMNS)
    assert len({line.cells["unit"] for line in merged[:2]}) == 1
    with pytest.raises(BadTable) as refusal:
        read_table((DATA / "locked.xlsx").read_bytes(), roster.COLUMNS)
    assert "密码" in say(refusal.value.sentence)
    broken = (DATA / "people.xls").read_bytes()[:1024]
    with pytest.raises(BadTable):
        read_table(broken, roster.COLUMNS)


def test_the_template_is_a_list_that_can_be_filled_in_and_its_example_is_passed_over(
    tmp_path: Path,
) -> None:
    for module in (roster, place_roster):
        book = listing.template(Sentence("People"), module.COLUMNS, module.EXAMPLE, module.NOTES)
        assert read_table(book, module.COLUMNS) == []
        file = tmp_path / "template.xlsx"
        file.write_bytes(book)
        workbook = load_workbook(file)
        sheet = workbook.worksheets[0]
        header = len(module.NOTES) + 1
        assert sheet.cell(header, 1).value == f"{module.COLUMNS[0].names[0]}*"
        first = sheet.cell(header + 2, 1)
        first.number_format = "@"
        for at, column in enumerate(module.COLUMNS, start=1):
            sheet.cell(header + 2, at).value = module.EXAMPLE[column.key]
        workbook.save(file)
        (line,) = read_table(file.read_bytes(), module.COLUMNS)
        assert dict(line.cells) == module.EXAMPLE


def test_mistakes_of_a_list_are_told_by_row_column_and_what_stands_there(company: Company) -> None:
    text = (
        "工号,姓名,车间,班组,手机,角色\n２００１,赵铁柱,焊接车间,,,\n2001,钱二,焊接车间,,,\n2003,,焊接车间,,,\n"
        "20 04,孙三,焊接车间,,,\n2005,李四,,,,\n2006,周五,焊接车间,,一三八,\n"
        "2007,吴六,焊接车间,,,厂长\n1,周国强,焊接车间,,,\n2009,=B2,焊接车间,,,\n"
        "2010,13900,焊接车间,,,\n1.10101E+17,郑七,焊接车间,,,\n"
    )
    with company.work_as(company.safety) as work:
        lines = read_table(text.encode("gbk"), roster.COLUMNS)
        draft = roster.read_people(work.session, lines, clock.today())
        with pytest.raises(listing.FaultyList):
            roster.apply(work, draft)
    assert [(f.row, f.column, f.written) for f in draft.faults] == [
        (3, "工号", "2001"), (4, "姓名", ""), (5, "工号", "20 04"), (6, "单位/车间", ""),
        (7, "手机", "一三八"), (8, "岗位角色", "厂长"), (9, "工号", "1"), (10, "姓名", "=B2"),
        (11, "姓名", "13900"), (12, "工号", "1.10101E+17"),
    ]  # fmt: skip
    assert "请填写名称" in say(draft.faults[3].sentence)
    assert "0001" in say(draft.faults[6].sentence)


def test_names_are_kept_as_they_are_seen(company: Company) -> None:
    names = (
        "䶮一鸣",
        "𠮷田",
        "买买提·吐尔逊",
        "王　芳",
        "王芳\u200b",
        "古丽 巴哈尔",
        "Nguyễn  Văn An",
    )
    rows = "".join(f"30{at:02d},{name},焊接车间\n" for at, name in enumerate(names))
    write_people(company, "工号,姓名,车间\n" + rows)
    with company.reading() as session:
        found = [find_by_number(session, f"30{at:02d}") for at in range(len(names))]
        assert [person.name for person in found if person] == [
            "䶮一鸣", "𠮷田", "买买提·吐尔逊", "王芳", "王芳", "古丽 巴哈尔", "Nguyễn Văn An",
        ]  # fmt: skip


def test_a_list_that_changes_somebody_shows_what_stood_there(company: Company) -> None:
    with company.work_as(company.safety) as work:
        lines = read_table(PEOPLE.encode(), roster.COLUMNS)
        draft = roster.read_people(work.session, lines, clock.today())
    assert draft.before == (("张伟", ("机加工车间",), ""),)


def test_three_thousand_people_are_read_and_written_at_once(company: Company) -> None:
    rows = "".join(f"{9000 + n},某某,车间{n % 30},班{n % 7}\n" for n in range(3000))
    write_people(company, "工号,姓名,车间,班组\n" + rows)
    with company.reading() as session:
        assert find_by_number(session, "11999") is not None


def test_the_last_list_of_people_is_taken_back_whole(company: Company) -> None:
    with company.work_as(company.head) as work:
        before = find_by_number(work.session, "1001")
        assert before is not None
        home = unit_of(work.session, before.id, clock.today())
        assert home is not None
        was = (before.name, before.phone, home.name)
    write_people(company)
    with company.reading() as session:
        assert find_by_number(session, "2001") is not None
        last = find_last(session, ImportKind.PEOPLE)
        assert last is not None
        assert (last.by, last.made, last.changed) == ("王建华", 1, 1)
    undo(company)
    with company.reading() as session:
        again = find_by_number(session, "1001")
        assert again is not None
        unit = unit_of(session, again.id, clock.today())
        assert unit is not None
        assert (again.name, again.phone, unit.name) == was
        assert find_by_number(session, "2001") is None
        assert "焊接车间" not in {each.name for each in list_units(session, clock.today())}
        assert list_held(session, company.worker, clock.today()) == []
    with pytest.raises(imports.NothingToUndo):
        undo(company)


def test_a_list_somebody_has_used_or_changed_stays(company: Company) -> None:
    write_people(company)
    with company.work_as(company.safety) as work:
        person = find_by_number(work.session, "2001")
        assert person is not None
        slip = issue_slip(work, person).id
    with pytest.raises(imports.ImportInUse) as refusal:
        undo(company)
    assert "赵铁柱" in say(refusal.value.sentence)
    assert slip
    write_people(company, "工号,姓名,车间\n1001,张维,焊接车间\n")
    with company.work_as(company.safety) as work:
        person = find_by_number(work.session, "1001")
        assert person is not None
        keeping.change_person(work, person, "张玮", "")
    with pytest.raises(imports.ImportInUse) as changed:
        undo(company)
    assert "张玮" in say(changed.value.sentence)


def test_a_workshop_of_the_list_that_got_a_place_stays(company: Company) -> None:
    write_people(company)
    write_places(company, "地点,单位\n焊机旁,焊接车间\n")
    with pytest.raises(imports.ImportInUse) as refusal:
        undo(company)
    assert "焊接车间" in say(refusal.value.sentence)
    undo(company, ImportKind.PLACES)
    undo(company)
    with company.reading() as session:
        assert "焊机旁" not in {place.name for place in list_places(session, clock.today())}


def test_places_are_taken_back_until_a_poster_hangs_there(company: Company) -> None:
    other = "地点,单位,负责人工号\n机加工车间·3号车床,机加工车间,1001\n磨床,机加工车间,\n"
    write_places(company, other)
    undo(company, ImportKind.PLACES)
    with company.reading() as session:
        assert get_place(session, company.place).owner_id is None
    write_places(company, other)
    with company.work_as(company.safety) as work:
        grinder = next(p.id for p in list_places(work.session, clock.today()) if p.name == "磨床")
        make_poster(work, get_place(work.session, grinder))
    with pytest.raises(imports.ImportInUse) as refusal:
        undo(company, ImportKind.PLACES)
    assert "磨床" in say(refusal.value.sentence)


def test_only_who_keeps_people_takes_a_list_back(company: Company) -> None:
    write_people(company)
    with pytest.raises(NotAllowed), company.work_as(company.finance) as work:
        undo_last(work, ImportKind.PEOPLE)
    walks.walk_to_reported(company)
    with company.work_as() as work:
        unit = get_unit(work.session, company.workshop)
        somebody = find_by_number(work.session, "0003")
        assert somebody is not None
        keeping.grant_role(work, somebody, Role.SHIFT_LEADER, unit)
    undo(company)
