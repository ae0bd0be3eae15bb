"""What the monthly reward sheets show: approval, finance and board version (words.md 4.3).

No two versions share a key: finance sees no hazard, approval no name, the board neither
(domain.md 5.7).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, TypeVar

from hazard.core.money import ZERO, Money, capitals
from hazard.core.typeset import Paper, Words, form, month_of, page_of, paginate, printed
from hazard.core.words import N_, Sentence

Line = TypeVar("Line")
Key = TypeVar("Key")

PAGE_LINES = 12
BOARD_LINES = 18


@dataclass(frozen=True, kw_only=True)
class Budget:
    """The year's money before this month, for the approver."""

    year: Money
    paid_before: Money


@dataclass(frozen=True, kw_only=True)
class RewardSheet(Paper):
    """Head, hands and foot that the versions share.

    Without `locked_at` the sheet is a draft and says so on every page.
    """

    company: str
    month: date
    """Any day of the month."""
    run_number: str
    table_version: int
    locked_at: datetime | None
    check_code: str | None
    """Eight characters; None as long as the sheet is a draft."""
    print_number: int
    """From 1; 0 for a draft or a preview, which are not counted."""
    printed_by: str
    form_code: str

    labels: ClassVar[Mapping[str, Sentence]] = {
        "draft": Sentence(N_("DRAFT")),
        "not_valid": Sentence(N_("Draft, not locked: no payment may be made on it")),
        "preview": Sentence(N_("PREVIEW")),
        "not_printed": Sentence(N_("Preview, not printed yet: not to be signed")),
        "signed_on": Sentence(N_("Year      month      day")),
        "seal": Sentence(N_("Company seal")),
        "blank_below": Sentence(N_("Blank below")),
        "row": Sentence(N_("No.")),
        "due": Sentence(N_("Due")),
    }

    def mark(self) -> tuple[Sentence, Sentence] | None:
        """Return what stands across and above a sheet that is not to be signed, if it is one."""
        if self.locked_at is None:
            return self.labels["draft"], self.labels["not_valid"]
        if not self.print_number:
            return self.labels["preview"], self.labels["not_printed"]
        return None

    def head(self) -> tuple[Sentence, ...]:
        """Return the line below the title."""
        return (
            Sentence(N_("Company: %(name)s"), name=self.company),
            Sentence(N_("Month: %(month)s"), month=month_of(self.month)),
            Sentence(N_("Settlement no.: %(number)s"), number=self.run_number),
            Sentence(N_("Unit: yuan")),
        )

    def foot(self, number: int, pages: int) -> tuple[Sentence, ...]:
        """Return the small print of page `number` of `pages`."""
        code, table, *rest = self.small_print()
        return (code, table, page_of(number, pages), *rest)

    def small_print(self) -> tuple[Sentence, ...]:
        """Return the small print of every page, but for its number."""
        return (
            form(self.form_code),
            Sentence(N_("Reward table no. %(version)s"), version=self.table_version),
            self._lock(),
            *([checked_by(self.check_code)] if self.check_code else []),
            *([Sentence(N_("Print no. %(n)s"), n=self.print_number)] if self.print_number else []),
            printed(self.printed_at, self.printed_by),
        )

    def pages(
        self, lines: Sequence[Line], said: Callable[[Line], Mapping[str, object]],
        summed: Callable[[Sequence[Line]], Mapping[str, object]], a_page: int = PAGE_LINES,
    ) -> list[dict[str, object]]:  # fmt: skip
        """Return the pages: numbered lines with what is `said` beside each, their sums, the foot.

        No lines still make one page.
        """
        pages = paginate(list(enumerate(lines, start=1)), a_page, a_page)
        return [
            {
                "lines": [{"row": row, "line": line, **said(line)} for row, line in page],
                "subtotal": Sentence(N_("This page: %(n)s"), n=len(page)),
                **summed([line for _, line in page]),
                "foot": self.foot(number, len(pages)),
            }
            for number, page in enumerate(pages, start=1)
        ]

    def _lock(self) -> Sentence:
        if self.locked_at is None:
            return Sentence(N_("Not locked"))
        return Sentence(N_("Locked %(moment)s"), moment=self.locked_at)


@dataclass(frozen=True, kw_only=True)
class ApprovalLine:
    """One award, by what was reported; nobody's name."""

    report_number: str
    summary: str
    """The desk's short description, at most 30 characters."""
    workshop: str
    category: Words
    """In one or two characters: 人, 设备, 环境, 管理."""
    level: int
    standard: Money
    proposed: Money
    due: Money
    grounds: Words
    """Why so much: first report, other post, number of the rule."""
    source: Words
    """What the award is for; the summary adds up by it."""
    note: Words = ""


@dataclass(frozen=True, kw_only=True)
class ApprovalSheet(RewardSheet):
    """The version that is checked and approved, A4 landscape."""

    template: ClassVar[str] = "approval"

    lines: tuple[ApprovalLine, ...]
    budget: Budget
    union: Words | None = None
    """What signs in the fourth box: the union or the workers' representative; None: no box."""
    form_code: str = "AQ-05A"

    labels: ClassVar[Mapping[str, Sentence]] = {
        **RewardSheet.labels,
        "title": Sentence(N_("Rewards for internal hazard reports (approval version)")),
        "report": Sentence(N_("Report number")),
        "summary": Sentence(N_("Hazard in brief")),
        "workshop": Sentence(N_("Workshop")),
        "category": Sentence(N_("Kind")),
        "level": Sentence(N_("Level")),
        "standard": Sentence(N_("Standard")),
        "proposed": Sentence(N_("Proposed")),
        "grounds": Sentence(N_("Grounds")),
        "note": Sentence(N_("Note")),
        "by_level": Sentence(N_("By level")),
        "by_source": Sentence(N_("By source")),
        "budget": Sentence(N_("Budget")),
    }

    @property
    def total(self) -> Money:
        """Return the sum of all lines."""
        return total(line.due for line in self.lines)

    @property
    def left(self) -> Money:
        """Return what the year's budget has left after this month."""
        return self.budget.year - self.budget.paid_before - self.total

    def shown(self) -> dict[str, object]:
        """Return head, pages with their sums, the summary, and the boxes for hands."""
        return {
            "labels": self.labels,
            "mark": self.mark(),
            "head": self.head(),
            "pages": self._pages(),
            "total": total_line(len(self.lines), self.total),
            "sum": self.total,
            "by_level": self.by_level(),
            "by_source": self.by_source(),
            "budget": self.money(),
            "hands": self.hands(),
        }

    def _pages(self) -> list[dict[str, object]]:
        return self.pages(
            self.lines,
            lambda line: {"level": level_name(line.level)},
            lambda lines: {"sum": total(line.due for line in lines)},
        )

    def hands(self) -> tuple[Words, ...]:
        """Return who signs."""
        return office_hands(self.union)

    def money(self) -> tuple[Sentence, ...]:
        """Return the year's budget before and after this sheet."""
        return (
            Sentence(N_("Whole year %(amount)s"), amount=self.budget.year),
            Sentence(N_("Paid before %(amount)s"), amount=self.budget.paid_before),
            Sentence(N_("This month %(amount)s"), amount=self.total),
            Sentence(N_("Left %(amount)s"), amount=self.left),
        )

    def by_level(self) -> list[Sentence]:
        """Return count and sum of each level."""
        parts = group(self.lines, lambda line: line.level)
        return [share(level_name(level), parts[level]) for level in sorted(parts)]

    def by_source(self) -> list[Sentence]:
        """Return count and sum of each source."""
        parts = group(self.lines, lambda line: line.source)
        return [share(source, parts[source]) for source in parts]


@dataclass(frozen=True, kw_only=True)
class FinanceLine:
    """One payment, by who gets it; no hazard and no case."""

    payout_number: str
    name: Words
    """The person, or that it is collected by code."""
    employee_number: str = ""
    team: str = ""
    due: Money
    withheld: Money = ZERO
    method: Words
    collected_on: date | None = None
    instead: Words | None = None
    """Printed grey in the signature cell so that nobody signs: wages of a month, a slip number."""
    proxy: str | None = None
    """Who collects in the other's place; the mandate is attached."""
    witnessed: bool = False
    """Collected by code: payer and witness sign."""

    @property
    def net(self) -> Money:
        """Return what is handed out."""
        return self.due - self.withheld


@dataclass(frozen=True, kw_only=True)
class FinanceSheet(RewardSheet):
    """The version that is paid by, A4 landscape; its lines stand in the order of staff numbers."""

    template: ClassVar[str] = "finance"

    lines: tuple[FinanceLine, ...]
    approval_check_code: str | None
    """Check code of the approval version that its maker signed."""
    form_code: str = "AQ-05B"

    labels: ClassVar[Mapping[str, Sentence]] = {
        **RewardSheet.labels,
        "title": Sentence(N_("Rewards for internal hazard reports (finance version)")),
        "payout": Sentence(N_("Payout number")),
        "name": Sentence(N_("Name")),
        "employee": Sentence(N_("Employee number")),
        "team": Sentence(N_("Department, team")),
        "withheld": Sentence(N_("Withheld")),
        "net": Sentence(N_("Net")),
        "method": Sentence(N_("Method")),
        "collected": Sentence(N_("Collected on")),
        "signature": Sentence(N_("Signature of receiver")),
        "payer": Sentence(N_("Payer")),
        "witness": Sentence(N_("Witness")),
    }

    @property
    def ordered(self) -> tuple[FinanceLine, ...]:
        """Return the lines by staff number, those without one last, never as they were approved."""
        return tuple(sorted(self.lines, key=staff_order))

    @property
    def for_payroll(self) -> tuple[FinanceLine, ...]:
        """Return what is still to be paid to who has a staff number."""
        return tuple(n for n in self.ordered if n.employee_number and n.collected_on is None)

    @property
    def total(self) -> Money:
        """Return what is handed out in all."""
        return total(line.net for line in self.lines)

    def shown(self) -> dict[str, object]:
        """Return head, pages with their sums, and the boxes for hands."""
        return {
            "labels": self.labels,
            "mark": self.mark(),
            "head": self.head(),
            "pages": self._pages(),
            "total": self.total_line(),
            "sums": sums(self.lines),
            "hands": self.hands(),
            "maker": self._maker(),
        }

    def _pages(self) -> list[dict[str, object]]:
        return self.pages(
            self.ordered,
            lambda line: {"net": line.net, "proxy": proxy_of(line)},
            lambda lines: {"sums": sums(lines)},
        )

    def total_line(self) -> Sentence:
        """Return the last line: how many, and what is handed out in capitals."""
        if not total(line.withheld for line in self.lines):
            return total_line(len(self.lines), self.total)
        return Sentence(
            N_("Total %(n)s, net, RMB in words: %(capitals)s"),
            n=len(self.lines),
            capitals=capitals(self.total),
        )

    def hands(self) -> tuple[Words, ...]:
        """Return who signs; the maker signed the approval version."""
        return CHECKED, APPROVED, Sentence(N_("Paid by (cashier)"))

    def _maker(self) -> tuple[Sentence, ...]:
        code = self.approval_check_code
        return (
            Sentence(N_("Made by: see approval version")),
            *([checked_by(code)] if code else []),
        )


@dataclass(frozen=True, kw_only=True)
class BoardLine:
    """One award as everybody may read it: known by its tail to its reporter alone."""

    tail: str
    """The last four digits of the report's number."""
    workshop: Words
    category: Words
    level: int
    amount: Money
    state: Words


@dataclass(frozen=True, kw_only=True)
class BoardSheet(RewardSheet):
    """The version for the notice board, A4 portrait; too few lines wait for the next month."""

    template: ClassVar[str] = "board"

    lines: tuple[BoardLine, ...]
    held: int
    """Lines that are too few to be shown and stand with the next sheet; 0 where none wait."""
    with_places: bool
    months: tuple[date, ...]
    """The months whose lines stand here, oldest first: earlier ones waited."""
    contact: Words
    """Whom to tell that something is wrong."""
    union: Words | None = None
    form_code: str = "AQ-05C"

    labels: ClassVar[Mapping[str, Sentence]] = {
        **RewardSheet.labels,
        "title": Sentence(N_("Rewards for internal hazard reports (board version)")),
        "tail": Sentence(N_("Number ends in")),
        "workshop": Sentence(N_("Workshop")),
        "category": Sentence(N_("Kind of hazard")),
        "level": Sentence(N_("Level")),
        "reward": Sentence(N_("Reward")),
        "state": Sentence(N_("State")),
        "published": Sentence(N_("Shown from      month      day to      month      day")),
    }

    @property
    def total(self) -> Money:
        """Return the sum of all lines."""
        return total(line.amount for line in self.lines)

    def shown(self) -> dict[str, object]:
        """Return head, pages with their sums, and what is said about them."""
        return {
            "labels": self.labels,
            "mark": self.mark(),
            "head": self.head(),
            "pages": self._pages(),
            "portrait": True,
            "with_places": self.with_places,
            "total": total_line(len(self.lines), self.total),
            "sum": self.total,
            "notes": self.notes(),
            "hands": self.hands(),
        }

    def hands(self) -> tuple[Words, ...]:
        """Return who signs."""
        return office_hands(self.union)

    def notes(self) -> tuple[Sentence, ...]:
        """Return what stands below the table."""
        return (
            *([self._held()] if self.held else []),
            *([self._together()] if len(self.months) > 1 else []),
            Sentence(N_("Something wrong? Tell %(who)s"), who=self.contact),
            Sentence(N_("No name stands here; each reporter knows the number")),
        )

    def _held(self) -> Sentence:
        return Sentence(
            N_("Too few rewards to be shown alone (%(n)s); see next month"), n=self.held
        )

    def _together(self) -> Sentence:
        return Sentence(
            N_("Shown together: %(months)s"), months=tuple(month_of(each) for each in self.months)
        )

    def _pages(self) -> list[dict[str, object]]:
        return self.pages(
            self.lines,
            lambda line: {"level": level_name(line.level)},
            lambda lines: {"sum": total(line.amount for line in lines)},
            BOARD_LINES,
        )


CHECKED = Sentence(N_("Checked by (finance)"))
APPROVED = Sentence(N_("Approved by (head)"))
LEVELS = {
    1: Sentence(N_("Level one")),
    2: Sentence(N_("Level two")),
    3: Sentence(N_("Level three")),
    4: Sentence(N_("Level four")),
    5: Sentence(N_("Level five")),
}


def office_hands(union: Words | None) -> tuple[Words, ...]:
    """Return who signs what shows no name; the union's box only where somebody is named."""
    made = Sentence(N_("Made by (safety)"))
    return (made, CHECKED, APPROVED, *([union] if union else []))


def level_name(level: int) -> Sentence:
    """Return a reward level, 1 to 5, as papers write it."""
    return LEVELS[level]


def total(amounts: Iterable[Money]) -> Money:
    """Return the sum of amounts."""
    return sum(amounts, start=ZERO)


def staff_order(line: FinanceLine) -> tuple[bool, int, str, str]:
    """Return what lines are sorted by: the staff number, 9 before 10, none last."""
    number = line.employee_number
    return (not number, len(number), number, line.payout_number)


def sums(lines: Sequence[FinanceLine]) -> dict[str, Money]:
    """Return due, withheld and net of some lines."""
    return {
        "due": total(line.due for line in lines),
        "withheld": total(line.withheld for line in lines),
        "net": total(line.net for line in lines),
    }


def total_line(count: int, amount: Money) -> Sentence:
    """Return the last line: how many, and the amount in capitals as nobody can alter it."""
    return Sentence(
        N_("Total %(n)s, RMB in words: %(capitals)s"), n=count, capitals=capitals(amount)
    )


def group(
    lines: Iterable[ApprovalLine], key: Callable[[ApprovalLine], Key]
) -> dict[Key, list[ApprovalLine]]:
    """Return the lines by `key`, in the order in which keys appear first."""
    parts: dict[Key, list[ApprovalLine]] = {}
    for line in lines:
        parts.setdefault(key(line), []).append(line)
    return parts


def share(what: Words, lines: Sequence[ApprovalLine]) -> Sentence:
    """Return one part of a summary: what, how many, how much."""
    return Sentence(
        N_("%(what)s: %(n)s, %(amount)s"),
        what=what,
        n=len(lines),
        amount=total(line.due for line in lines),
    )


def checked_by(code: str) -> Sentence:
    """Return the code by which a print is compared with what was locked."""
    return Sentence(N_("Check code %(code)s"), code=code)


def proxy_of(line: FinanceLine) -> Sentence | None:
    """Return who collects for another, if anybody."""
    if line.proxy is None:
        return None
    return Sentence(N_("Collected by another person: %(name)s"), name=line.proxy)
