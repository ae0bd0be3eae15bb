"""The hazard ledger: its lines, its totals, and the same on page, paper and spreadsheet."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import select, update

from hazard.access.actor import Actor, Grant
from hazard.access.permissions import Role
from hazard.cases import drills, rectification, verification
from hazard.cases.archiving import archive
from hazard.cases.classing import reclass
from hazard.cases.models import Case, ControlCheck
from hazard.cases.queries import hold_case
from hazard.cases.terms import CaseState, Verdict
from hazard.core.calendar import Month
from hazard.core.clock import FakeClock, day_of
from hazard.core.errors import NotAllowed
from hazard.core.money import Money, yuan
from hazard.core.typeset import Typesetter
from hazard.core.words import say, write
from hazard.core.workbooks import Cell, write_book
from hazard.people.keeping import add_unit, rename_unit
from hazard.people.queries import actor_of, get_unit
from hazard.places import keeping
from hazard.policy.classing import (
    Accident,
    Cause,
    Classing,
    Consequence,
    Exposure,
    Extra,
    Factor,
    Lec,
    Likelihood,
    Remedy,
)
from hazard.policy.keeping import add_version
from hazard.policy.queries import policy_values
from hazard.policy.words import Category, StatutoryLevel
from hazard.reports.queries import hold_report
from hazard.statistics.books import (
    Ledger,
    ledger_paper,
    ledger_sheet,
    read_ledger,
    scope_from_words,
    scope_in_words,
)
from hazard.statistics.columns import LEDGER
from hazard.statistics.figures import figures_of
from hazard.statistics.ledger import BadPeriod, Row, Scope
from hazard.statistics.sheets import GROUPS, short_day
from hazard.statistics.spans import Span
from tests import walks
from tests.company import Company
from tests.prints.reading import Print, squeezed

GRAVE = Lec(Likelihood.POSSIBLE, Exposure.DAILY, Consequence.ONE)


def ledger(company: Company, scope: Scope | None = None, person: int = 0) -> Ledger:
    with company.reading() as session:
        actor = actor_of(session, person or company.safety, day_of(company.clock.now()))
        assert actor is not None
        today = day_of(company.clock.now())
        scope = scope or Scope(today.replace(day=1), today)
        return read_ledger(session, actor, scope, company.clock.now())


def line(company: Company, number: str) -> Row:
    return next(row for row in ledger(company).rows if row.number == number)


def switch_on(company: Company, *extras: Extra) -> None:
    with company.work_as(company.head) as work:
        values = {**policy_values(work.session, 1), "extras": [extra.value for extra in extras]}
        add_version(work, values, day_of(work.now))


def test_a_finished_hazard_says_all_it_went_through(company: Company, now: FakeClock) -> None:
    walk = walks.walk_to_planned(company, level=2)
    now.move(timedelta(days=5))
    with company.work_as(company.finance) as work:
        case = hold_case(work, walk.case)
        for measure in case.plans[-1].measures:
            rectification.tick(work, case, measure.id, None)
        rectification.complete(work, case, yuan(120), [walks._after(work)])
    row = line(company, walk.case)
    assert (row.unit, row.place, row.hazard) == ("机加工车间", "机加工车间·3号车床", walks.SHORT)
    assert (row.level, row.owner) == (StatutoryLevel.GENERAL, "李秀英")
    assert row.measures == ("停机挂牌", "装回防护罩")
    assert (row.funds, row.cost) == (yuan(0), yuan(120))
    assert row.contingency == "机械伤害现场处置方案"
    assert row.completed_on == day_of(now.now())
    assert row.overdue == 2
    assert (row.before, row.after) == (0, 1)


def test_clause_cause_and_level_of_remedy_stand_in_every_line_and_may_be_mended(
    company: Company,
) -> None:
    number = walks.walk_to_planned(company, level=3).case
    row = line(company, number)
    assert row.classing.clause == "《安全生产法》第三十六条"
    assert (row.classing.cause, row.remedy) == (Cause.EQUIPMENT, Remedy.WORKSHOP)
    given = Classing("本厂机床操作规程第5条", Cause.PROCESS, Remedy.PLANT)
    with company.work_as(company.safety) as work:
        reclass(work, hold_case(work, number), given)
    row = line(company, number)
    assert (row.classing, row.remedy) == (given, Remedy.PLANT)
    with pytest.raises(NotAllowed), company.work_as(company.finance) as work:
        reclass(work, hold_case(work, number), given)


def test_a_small_plant_has_no_columns_for_what_it_has_not_switched_on(company: Company) -> None:
    number = walks.walk_to_graded(company).case
    assert {"accident", "factor", "lec"}.isdisjoint(each.key for each in ledger(company).columns)
    assert line(company, number).classing.factor is None
    switch_on(company, *Extra)
    assert tuple(ledger(company).columns) == LEDGER
    number = walks.walk_to_graded(company, category=Category.PERSON).case
    assert line(company, number).classing.factor is Factor.CONDUCT


def test_a_team_stands_with_its_workshop_and_a_major_hazard_with_who_watched_it(
    company: Company, now: FakeClock
) -> None:
    with company.work_as() as work:
        team = add_unit(work, "车工班", get_unit(work.session, company.workshop))
        place = keeping.add_place(work, "车工班·铣床", team)
        keeping.set_risk_point(work, place, "FX-007")
        there = replace(company, place=place.id)
    number = walks.walk_to_rectifying(there, level=4).case
    today = day_of(now.now())
    with company.work_as(company.safety) as work:
        for day, holds in ((today - timedelta(days=1), True), (today, False)):
            work.session.add(
                ControlCheck(
                    case_id=hold_case(work, number).id, shift_day=day, shift_name="白班",
                    holds=holds, by_id=company.safety, at=work.now,
                )
            )  # fmt: skip
    row = line(company, number)
    said = {column.key: short(column.read(row)) for column in LEDGER}
    assert (said["unit"], said["risk_point"]) == ("机加工车间·车工班", "FX-007")
    assert said["watched"] == f"查看 2 次，{write(today)} 顶不住"
    with company.work_as() as work:
        rename_unit(work, get_unit(work.session, company.workshop), "一车间")
    assert line(company, number) == row


def test_tests_the_unconfirmed_and_what_is_still_checked_stand_in_no_line(
    company: Company,
) -> None:
    kept = walks.walk_to_graded(company).case
    walks.walk_to_verifying(company)
    drill = walks.walk_to_graded(company)
    with company.work_as(company.safety) as work:
        drills.mark(work, hold_report(work, drill.report), drill=True)
    assert [row.number for row in ledger(company).rows] == [kept]


def test_among_the_archived_only_what_was_found_true_counts_as_closed(company: Company) -> None:
    never, closed = walks.walk_to_verifying(company), walks.walk_to_closed(company, level=2)
    found = verification.Found(Verdict.NOT_FOUND, "没有看到", on_site=True, declared=True)
    for person in (company.safety, company.head):
        with company.work_as(person) as work:
            verification.find(work, hold_case(work, never.case), found)
    with company.work_as() as work:
        over = select(Case.id).where(Case.number.in_([never.case, closed.case]))
        for case_id in work.session.scalars(over).all():
            archive(work, case_id, {})
    today = day_of(company.clock.now())
    found_true = ledger(company, Scope(today.replace(day=1), today, state=CaseState.ARCHIVED))
    assert [row.number for row in found_true.rows] == [closed.case]
    assert (found_true.totals.found, found_true.totals.closed) == (1, 1)


def test_totals_are_those_of_the_lines_and_of_the_figures(company: Company, now: FakeClock) -> None:
    walks.walk_to_closed(company, level=2)
    walks.walk_to_rectifying(company, level=4)
    walks.walk_to_rectifying(company, level=2)
    walks.walk_to_graded(company, fixed=True)
    now.move(timedelta(days=6))
    read = ledger(company)
    rows, totals = read.rows, read.totals
    assert totals.found == len(rows) == 4
    assert totals.major == sum(row.level is StatutoryLevel.MAJOR for row in rows) == 1
    assert totals.closed == sum(row.closed_on is not None for row in rows) == 1
    assert totals.overdue == sum(bool(r.overdue) and r.completed_on is None for r in rows) == 2
    assert totals.funds.fen == sum(row.funds.fen for row in rows if row.funds)
    assert totals.cost.fen == sum(row.cost.fen for row in rows if row.cost) == yuan(120).fen
    with company.reading() as session:
        month = Span.of_month(Month.of(now.now()))
        figures = figures_of(session, month, now.now()).hazards
    assert (totals.found, totals.major) == (figures.found.all, figures.found.major)
    assert (totals.closed, totals.overdue) == (figures.cohort.all, figures.overdue.all)


def test_unit_level_and_period_narrow_it(company: Company) -> None:
    major = walks.walk_to_graded(company, level=4).case
    walks.walk_to_graded(company, level=1)
    today = day_of(company.clock.now())
    only = Scope(today, today, level=StatutoryLevel.MAJOR)
    assert [row.number for row in ledger(company, only).rows] == [major]
    assert ledger(company, Scope(today, today, unit_path="/99/")).rows == ()
    before = Scope(date(2026, 1, 1), today - timedelta(days=1))
    assert ledger(company, before).rows == ()


def test_a_leader_reads_no_line_that_is_about_them(company: Company) -> None:
    walk = walks.walk_to_graded(company)
    with company.work_as() as work:
        work.session.execute(update(Case).values(hidden_from=";shift_leader;workshop_head;"))
    with company.reading() as session:
        leader = Actor(999, "赵班长", (Grant(Role.WORKSHOP_HEAD, "/1/"),))
        today = day_of(company.clock.now())
        assert read_ledger(session, leader, Scope(today, today), company.clock.now()).rows == ()
    assert line(company, walk.case).number == walk.case


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(BadPeriod) as refused:
        scope_from_words({"from": "2026-11-02", "until": "2026-11-01"})
    assert refused.value.field == "until"
    with pytest.raises(BadPeriod):
        scope_from_words({"from": "2026-13-02", "until": "2026-11-01"})


def test_a_scope_survives_its_address() -> None:
    scope = Scope(date(2026, 1, 1), date(2026, 3, 31), "/1/2/", StatutoryLevel.MAJOR)
    assert scope_from_words(scope_in_words(scope)) == scope


def test_paper_and_spreadsheet_hold_the_same_lines(
    company: Company, typesetter: Typesetter
) -> None:
    walks.walk_to_closed(company, level=2)
    walks.walk_to_closed(company, level=4, category=Category.PERSON, short="=1+1 高处不系安全带")
    walks.walk_to_graded(company, fixed=True)
    said = Classing("=2+2 操作规程", None, None, Accident.FALL, None, GRAVE)
    switch_on(company, *Extra)
    with company.work_as(company.safety) as work:
        reclass(work, hold_case(work, ledger(company).rows[1].number), said)
    read = replace(ledger(company), columns=LEDGER)
    book = openpyxl.load_workbook(BytesIO(write_book([ledger_sheet(read)], read.read_at)))
    table = list(book.worksheets[0].iter_rows(min_row=5, values_only=True))
    assert list(table[0]) == [say(each.column.heading) for each in LEDGER]
    print_ = Print(typesetter.pdf(ledger_paper(read)))
    assert [round(side) for side in print_.page(1).size] == [420, 297]
    for row, shown in zip(read.rows, table[1:], strict=False):
        for column, there in zip(LEDGER, shown, strict=True):
            told = column.read(row)
            assert same(told, there), (column.key, told, there)
            if isinstance(told, str) and told:
                assert print_.shows(write(told))
    grouped = [key for _, keys in GROUPS for key in keys]
    assert sorted(grouped) == sorted(each.key for each in LEDGER)
    assert print_.shows("以下空白", "合计3条：一般2条，重大1条", "第1页/共1页", "奖励表第2版")


def test_nothing_in_the_spreadsheet_is_a_formula_and_money_is_a_number(company: Company) -> None:
    walks.walk_to_closed(company, short="=HYPERLINK(0)")
    read = ledger(company)
    book = openpyxl.load_workbook(BytesIO(write_book([ledger_sheet(read)], read.read_at)))
    sheet = book.worksheets[0]
    kinds = {cell.data_type for line in sheet.iter_rows() for cell in line}
    assert "f" not in kinds
    by_key = {each.key: sheet.cell(6, at) for at, each in enumerate(read.columns, start=1)}
    assert by_key["hazard"].value == "=HYPERLINK(0)"
    assert by_key["cost"].value == 120
    assert by_key["cost"].data_type == "n"
    assert isinstance(by_key["closed"].value, datetime)
    assert sheet.freeze_panes == "C6"
    assert sheet.print_title_rows == "$5:$5"


def test_long_words_get_the_lines_they_need_and_no_page_is_printed_tiny(company: Company) -> None:
    walks.walk_to_closed(company)
    read = ledger(company)
    (row,) = read.rows
    long = replace(row, measures=("卸下上三层模具改放地面托盘并围挡", "换立柱") * 4)
    wordy = replace(read, columns=LEDGER, rows=(row, long))
    sheet = openpyxl.load_workbook(
        BytesIO(write_book([ledger_sheet(wordy)], read.read_at))
    ).worksheets[0]
    plain, high = (sheet.row_dimensions[at].height for at in (6, 7))
    assert plain >= 20
    assert high > 2 * plain
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (2, 0)
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$5:$5", "$A:$B")


def test_a_long_ledger_repeats_its_heads(company: Company, typesetter: Typesetter) -> None:
    walks.walk_to_closed(company)
    read = ledger(company)
    many = replace(read, rows=read.rows * 60)
    print_ = Print(typesetter.pdf(ledger_paper(many, large=False)))
    assert len(print_) > 2
    heads = [page.text.count(read.rows[0].number) for page in print_.pages]
    tails = [squeezed(page.text).count("机械伤害现场处置方案") for page in print_.pages]
    assert heads == tails, "a page breaks between lines, never within one"
    assert [round(side) for side in print_.page(1).size] == [297, 210]
    assert all(page.shows("隐患编号", "责任人") for page in print_.pages[:-1])
    assert print_.page(-1).shows("以下空白", "主要负责人", f"第{len(print_)}页/共{len(print_)}页")


def short(value: Cell) -> str:
    """Return a cell as page and paper write it."""
    if isinstance(value, date):
        return say(short_day(value))
    return "" if value is None else write(value)


def same(said: object, there: object) -> bool:
    """Say whether a cell of a spreadsheet holds what a line says."""
    match said:
        case None | "":
            return there is None
        case Money():
            return there == said.fen / 100
        case date():
            return isinstance(there, datetime) and there.date() == said
        case int():
            return there == said
    return squeezed(write(said)) == squeezed(str(there))
