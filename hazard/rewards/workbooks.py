"""The month's sheet as .xlsx: each version the very values its paper prints; and the payroll."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hazard.core.money import ZERO, Money
from hazard.core.typeset import Paper, month_of
from hazard.core.words import CHINESE, N_, Sentence
from hazard.core.workbooks import Align, Cell, Column, Sheet, Words, write_book
from hazard.rewards.sheets import (
    ApprovalSheet,
    BoardSheet,
    FinanceSheet,
    RewardSheet,
    level_name,
    sums,
    total_line,
)

TWO_HANDS = Sentence(N_("Payer:          Witness:"))
ROW_HEIGHT = 27
"""Points: 9.5 mm, as on paper."""


def workbook_of(sheet: RewardSheet, locale: str = CHINESE) -> bytes:
    """Return a version of the sheet as a workbook."""
    return write_book([_TABLES[type(sheet)](sheet)], sheet.printed_at, locale)


def payroll_of(sheet: FinanceSheet, locale: str = CHINESE) -> bytes:
    """Return what employees still get, a line each, for the payroll; no word of hazards."""
    item, month = Sentence(N_("Safety item")), month_of(sheet.month)
    amounts: dict[tuple[str, Words], Money] = {}
    for line in sheet.for_payroll:
        whom = line.employee_number, line.name
        amounts[whom] = amounts.get(whom, ZERO) + line.net
    rows = [(*whom, item, amount, month) for whom, amount in amounts.items()]
    in_all = sum(amounts.values(), ZERO)
    page = Sheet(
        name=Sentence(N_("Payroll")), title=Sentence(N_("Additions to the wages")),
        above=[sheet.head()[0]],
        columns=[
            Column(FinanceSheet.labels["employee"], 14), Column(FinanceSheet.labels["name"], 22),
            Column(Sentence(N_("Item")), 16), Column(Sentence(N_("Amount (yuan)")), 14, Align.END),
            Column(Sentence(N_("Month")), 14),
        ],
        rows=rows, sums=[_sum_row(5, {3: in_all})], landscape=False,
    )  # fmt: skip
    return write_book([page], sheet.printed_at, locale)


def _approval(sheet: ApprovalSheet) -> Sheet:
    labels, lines = ApprovalSheet.labels, sheet.lines
    return _table(
        sheet,
        columns=[
            Column(labels["row"], 6), Column(labels["report"], 14),
            Column(labels["summary"], 38, Align.START), Column(labels["workshop"], 16),
            Column(labels["category"], 8), Column(labels["level"], 8),
            Column(labels["standard"], 12), Column(labels["proposed"], 12),
            Column(labels["due"], 12), Column(labels["grounds"], 16), Column(labels["note"], 12),
        ],
        rows=[
            (
                row, line.report_number, line.summary, line.workshop, line.category,
                level_name(line.level), line.standard, line.proposed, line.due, line.grounds,
                line.note,
            )
            for row, line in enumerate(lines, start=1)
        ],
        sums=[_sum_row(11, {8: sheet.total})],
        below=[
            total_line(len(lines), sheet.total), _listed(labels["by_level"], sheet.by_level()),
            _listed(labels["by_source"], sheet.by_source()),
            _listed(labels["budget"], sheet.money()),
        ],
        hands=sheet.hands(),
    )  # fmt: skip


def _finance(sheet: FinanceSheet) -> Sheet:
    labels, ordered = FinanceSheet.labels, sheet.ordered
    in_all = sums(ordered)
    return _table(
        sheet,
        columns=[
            Column(labels["row"], 6), Column(labels["payout"], 14), Column(labels["name"], 18),
            Column(labels["employee"], 12), Column(labels["team"], 22), Column(labels["due"], 12),
            Column(labels["withheld"], 12), Column(labels["net"], 12), Column(labels["method"], 12),
            Column(labels["collected"], 13), Column(labels["signature"], 20),
        ],
        rows=[
            (
                row, line.payout_number, line.name, line.employee_number, line.team, line.due,
                line.withheld, line.net, line.method, line.collected_on,
                line.instead or (TWO_HANDS if line.witnessed else None),
            )
            for row, line in enumerate(ordered, start=1)
        ],
        sums=[_sum_row(11, {5: in_all["due"], 6: in_all["withheld"], 7: in_all["net"]})],
        below=[sheet.total_line()], hands=sheet.hands(),
    )  # fmt: skip


def _board(sheet: BoardSheet) -> Sheet:
    labels = BoardSheet.labels
    places = [Column(labels["workshop"], 22)] if sheet.with_places else []
    columns = [
        Column(labels["row"], 6), Column(labels["tail"], 12), *places,
        Column(labels["category"], 14), Column(labels["level"], 10), Column(labels["reward"], 12),
        Column(labels["state"], 12),
    ]  # fmt: skip
    return _table(
        sheet,
        columns=columns,
        rows=[
            (
                row, line.tail, *([line.workshop] if places else []), line.category,
                level_name(line.level), line.amount, line.state,
            )
            for row, line in enumerate(sheet.lines, start=1)
        ],
        sums=[_sum_row(len(columns), {len(columns) - 2: sheet.total})],
        below=[total_line(len(sheet.lines), sheet.total), labels["published"], *sheet.notes()],
        hands=sheet.hands(),
        landscape=False,
    )  # fmt: skip


_TABLES: Mapping[type[Paper], Callable[[Any], Sheet]] = {
    ApprovalSheet: _approval, FinanceSheet: _finance, BoardSheet: _board,
}  # fmt: skip


def _table(
    sheet: RewardSheet, columns: Sequence[Column], rows: Sequence[Sequence[Cell]],
    sums: Sequence[Sequence[Cell]], below: Sequence[Words], hands: Sequence[Words], *,
    landscape: bool = True,
) -> Sheet:  # fmt: skip
    mark = sheet.mark()
    return Sheet(
        name=sheet.run_number, title=sheet.labels["title"],
        above=[*sheet.head(), *(mark[1:] if mark else ())], columns=columns, rows=rows, sums=sums,
        below=below, hands=hands, landscape=landscape,
        foot=sheet.small_print(), row_height=ROW_HEIGHT,
    )  # fmt: skip


def _listed(what: Sentence, parts: Sequence[Sentence]) -> Sentence:
    return Sentence(N_("%(what)s: %(list)s"), what=what, list=tuple(parts))


def _sum_row(width: int, amounts: Mapping[int, Money]) -> list[Cell]:
    row: list[Cell] = [None] * width
    row[1] = Sentence(N_("Sum"))
    for at, amount in amounts.items():
        row[at] = amount
    return row
