"""The inspection pack (迎检材料): each part from the queries of the screens, nobody named."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sqlalchemy.orm import Session

from hazard.access.actor import Actor
from hazard.cases.pictures import get_visible
from hazard.core.calendar import Month
from hazard.core.clock import CHINA, day_of
from hazard.core.config import Settings
from hazard.core.files import FileStore
from hazard.core.money import ZERO, Money
from hazard.core.typeset import Typesetter, Words
from hazard.core.words import CHINESE, N_, Sentence, say
from hazard.core.workbooks import write_book
from hazard.places.queries import list_posters_with_proof
from hazard.places.register import Registered, list_registered
from hazard.policy.queries import get_plant, policy_on
from hazard.policy.words import Identity
from hazard.reports.photos import file_key
from hazard.rewards.queries import RunView, view_budget, view_run
from hazard.rewards.settlement import list_runs
from hazard.rewards.sheets import level_name
from hazard.rewards.terms import RunState
from hazard.sealing.queries import is_ready
from hazard.statistics.books import Ledger, ledger_paper, ledger_sheet, read_ledger
from hazard.statistics.documents import (
    Block,
    DocumentSheet,
    Facts,
    Heading,
    Photos,
    Table,
    Text,
    photograph,
)
from hazard.statistics.dossier import dossier_paper, proposed_case, read_dossier
from hazard.statistics.echo import Echo, list_echoes
from hazard.statistics.echo_sheet import EchoSheet
from hazard.statistics.inspection import PLANT, Check, checks
from hazard.statistics.ledger import Scope
from hazard.statistics.rule import RuleSheet
from hazard.statistics.sheets import period, totals_of

LOCKED = (RunState.LOCKED, RunState.PAID)
NO_NAMES = Sentence(N_("Nobody who reported is named in this pack"))
YES = Sentence(N_("in order"))
NO = Sentence(N_("to be mended"))


@dataclass(frozen=True, slots=True)
class Desk:
    """What making the papers needs besides the database."""

    settings: Settings
    files: FileStore
    typesetter: Typesetter

    def photo(self, key: str) -> bytes | None:
        """Return the file kept under a key, or None where it is gone."""
        return self.files.get(key) if self.files.has(key) else None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted, by whom and when; `case` may be empty: then one is proposed."""

    scope: Scope
    case: str
    actor: Actor
    now: datetime


@dataclass(frozen=True, slots=True)
class Payments:
    """The sheets of a period that were approved and locked."""

    runs: tuple[RunView, ...]
    settled: Money
    paid: Money


Part = tuple[Sentence, str, Callable[[], bytes]]
"""What it is, the suffix of its file, and how it is made."""


def make_pack(
    session: Session, desk: Desk, asked: Asked, tell: Callable[[int, int], None]
) -> bytes:
    """Return the ZIP: index, rule, money, posters, ledger twice, weekly echoes, a case file.

    `tell` hears how many parts of how many are made. All parts are read in one `session`.
    """
    ledger = read_ledger(session, asked.actor, asked.scope, asked.now)
    parts = list(_parts(session, desk, asked, ledger))
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        _add(
            archive, asked, 0, (INDEX, ".pdf", partial(_index, session, desk, asked, ledger, parts))
        )
        for number, part in enumerate(parts, start=1):
            tell(number - 1, len(parts))
            _add(archive, asked, number, part)
    tell(len(parts), len(parts))
    return target.getvalue()


def payments_of(session: Session, actor: Actor, scope: Scope, now: datetime) -> Payments:
    """Return the locked sheets of the months a period touches, with what was settled and paid."""
    first, last = Month.of_day(scope.since), Month.of_day(scope.until)
    runs = tuple(
        view_run(session, run, actor, day_of(now))
        for run in list_runs(session)
        if run.state in LOCKED and first <= Month.parse(run.month) <= last
    )
    return Payments(
        runs=runs, settled=sum((run.total for run in runs), ZERO),
        paid=sum((paid_of(run) for run in runs), ZERO),
    )  # fmt: skip


def paid_of(run: RunView) -> Money:
    """Return what of a sheet has been handed out."""
    return sum((line.amount for line in run.lines if line.paid_on is not None), ZERO)


def rule_paper(session: Session, now: datetime, printed_by: str) -> RuleSheet:
    """Return the plant's rule with the figures of the day; adopted ones carry their number."""
    plant, versioned = get_plant(session), policy_on(session, day_of(now))
    sealed = is_ready(session, day_of(now))
    identities = tuple(
        each for each in versioned.policy.identities if sealed or each is not Identity.CONFIDENTIAL
    )
    return RuleSheet(
        printed_at=now, company=plant.name, printed_by=printed_by, plant=plant,
        table_version=versioned.number, versioned=versioned, identities=identities,
    )  # fmt: skip


INDEX = Sentence(N_("Contents and state"))


def _parts(session: Session, desk: Desk, asked: Asked, ledger: Ledger) -> Iterator[Part]:
    who, now = asked.actor.name, asked.now
    set_ = desk.typesetter.pdf
    yield (
        Sentence(N_("Rule on internal hazard reports and their reward")), ".pdf",
        lambda: set_(rule_paper(session, now, who)),
    )  # fmt: skip
    yield (
        Sentence(N_("Budget and payments")), ".pdf",
        lambda: set_(_money_paper(session, asked)),
    )  # fmt: skip
    yield (
        Sentence(N_("Poster register")), ".pdf",
        lambda: set_(_posters_paper(session, desk, asked)),
    )  # fmt: skip
    yield Sentence(N_("Hazard ledger")), ".pdf", lambda: set_(ledger_paper(ledger))
    yield Sentence(N_("Hazard ledger")), ".xlsx", lambda: write_book([ledger_sheet(ledger)], now)
    for echo in list_echoes(session, asked.scope.since, asked.scope.until):
        yield (
            Sentence(N_("Echo of hazards, %(week)s"), week=echo.week.label), ".pdf",
            partial(_echo_paper, session, desk, asked, echo),
        )  # fmt: skip
    case = asked.case or proposed_case(session, asked.actor)
    if case:
        yield (
            Sentence(N_("Case file %(number)s"), number=case), ".pdf",
            lambda: set_(
                dossier_paper(
                    session, read_dossier(session, asked.actor, case), now, who, desk.photo
                )
            ),
        )  # fmt: skip


def _echo_paper(session: Session, desk: Desk, asked: Asked, echo: Echo) -> bytes:
    def picture(public_id: str) -> bytes:
        photo = get_visible(session, asked.actor, public_id)
        return desk.photo(file_key(photo.sha256)) or b""

    paper = EchoSheet(
        printed_at=echo.published_at or asked.now, company=get_plant(session).name, echo=echo,
        picture=picture,
    )  # fmt: skip
    return desk.typesetter.pdf(paper)


def _add(archive: ZipFile, asked: Asked, number: int, part: Part) -> None:
    name, suffix, make = part
    local = asked.now.astimezone(CHINA)
    entry = ZipInfo(f"{number:02d} {say(name, CHINESE)}{suffix}", local.timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    archive.writestr(entry, make())


def _paper(
    session: Session, asked: Asked, title: Sentence, code: str, blocks: Sequence[Block],
    hands: tuple[Words, ...] = (),
) -> DocumentSheet:  # fmt: skip
    company = get_plant(session).name
    return DocumentSheet(
        printed_at=asked.now, company=company, printed_by=asked.actor.name, title=title,
        table_version=policy_on(session, day_of(asked.now)).number, form_code=code, hands=hands,
        head=(
            Sentence(N_("Company: %(name)s"), name=company),
            Sentence(
                N_("Period: %(period)s"), period=period(asked.scope.since, asked.scope.until)
            ),
        ),
        blocks=blocks,
    )  # fmt: skip


def _index(
    session: Session, desk: Desk, asked: Asked, ledger: Ledger, parts: Sequence[Part]
) -> bytes:
    rows = [
        (str(number), name, suffix.removeprefix(".").upper())
        for number, (name, suffix, _) in enumerate(parts, start=1)
    ]
    found = checks(session, asked.actor, desk.settings, asked.now)
    blocks = (
        Heading(Sentence(N_("Contents"))),
        _table((N_("No."), N_("Paper"), N_("File")), (1, 10, 2), rows),
        Heading(Sentence(N_("Figures of the period"))),
        *figures(session, asked, ledger),
        Heading(Sentence(N_("State on the day of printing"))),
        _table((N_("State"), N_("Matter")), (2, 11), [_checked(check) for check in found]),
        Text(NO_NAMES),
    )
    paper = _paper(session, asked, Sentence(N_("Inspection pack")), "AQ-10", blocks)
    return desk.typesetter.pdf(paper)


def figures(session: Session, asked: Asked, ledger: Ledger) -> tuple[Block, ...]:
    """Return the figures that all parts share, as the index says them."""
    money = payments_of(session, asked.actor, asked.scope, asked.now)
    today = day_of(asked.now)
    budgets = [view_budget(session, year, today) for year in _years(asked)]
    totals = [Text(words) for words in totals_of(ledger.totals)]
    return (
        *totals,
        Facts(
            (
                *(
                    fact
                    for budget in budgets
                    for fact in (
                        (Sentence(N_("Budget of %(year)s"), year=str(budget.year)), budget.total),
                        (Sentence(N_("Left")), budget.left),
                    )
                ),
                (Sentence(N_("Settled in the period (yuan)")), money.settled),
                (Sentence(N_("Paid of it (yuan)")), money.paid),
            )
        ),
    )


def _years(asked: Asked) -> range:
    """Return the budget years a period touches."""
    return range(asked.scope.since.year, asked.scope.until.year + 1)


def _checked(check: Check) -> tuple[Sentence, Sentence]:
    return (YES if check.good else NO, check.words)


def _money_paper(session: Session, asked: Asked) -> DocumentSheet:
    found = payments_of(session, asked.actor, asked.scope, asked.now)
    blocks = (
        *(block for year in _years(asked) for block in _budget(session, asked, year)),
        Heading(Sentence(N_("Monthly settlements, approved and locked"))),
        Table(
            [Sentence(words) for words in RUN_HEADS], (4, 5, 2, 4, 4, 3, 3, 3, 4),
            [_run(run) for run in found.runs],
            Sentence(N_("No month of the period has been settled")), right=(2, 3, 4),
        ),
        Facts(
            (
                (Sentence(N_("Settled in the period (yuan)")), found.settled),
                (Sentence(N_("Paid of it (yuan)")), found.paid),
            )
        ),
        Heading(Sentence(N_("By level"))),
        Table(
            (Sentence(N_("Reward level")), Sentence(N_("Rewards")), Sentence(N_("Amount (yuan)"))),
            (4, 3, 4), list(_by_level(found)), Sentence(N_("None yet")), right=(1, 2),
        ),
        Text(Sentence(N_("Who was paid stands on the finance version, kept by finance"))),
    )  # fmt: skip
    hands = (Sentence(N_("Made by (safety)")), Sentence(N_("Checked by (finance)")),
             Sentence(N_("Main person in charge")))  # fmt: skip
    return _paper(session, asked, Sentence(N_("Budget and payments")), "AQ-11", blocks, hands)


RUN_HEADS = (
    N_("Month"), N_("Settlement"), N_("Lines"), N_("Amount (yuan)"), N_("Paid (yuan)"),
    N_("Made"), N_("Looked through by"), N_("Approved by"), N_("Locked on"),
)  # fmt: skip


def _run(run: RunView) -> tuple[object, ...]:
    made, checked, locked, _ = run.hands
    return (
        run.month.label, run.number, run.count, run.total, paid_of(run), made.by, checked.by,
        locked.by, locked.at,
    )  # fmt: skip


def _budget(session: Session, asked: Asked, year: int) -> tuple[Block, ...]:
    shown = view_budget(session, year, day_of(asked.now))
    entries = [
        (each.amount, each.made_by, each.made_on, each.approved_by, each.approved_on or "")
        for each in shown.entries
    ]
    return (
        Heading(Sentence(N_("Budget of %(year)s"), year=str(year))),
        Facts(
            (
                (Sentence(N_("Whole year (yuan)")), shown.total),
                (Sentence(N_("Reserved (yuan)")), shown.reserved),
                (Sentence(N_("To be paid (yuan)")), shown.payable),
                (Sentence(N_("Paid (yuan)")), shown.paid),
                (Sentence(N_("Left (yuan)")), shown.left),
                (Sentence(N_("Waiting for funds (yuan)")), shown.waiting_sum),
            )
        ),
        Table(
            [Sentence(words) for words in ENTRY_HEADS], (4, 3, 4, 3, 4), entries,
            Sentence(N_("No budget was entered for this year")), right=(0,),
        ),
    )  # fmt: skip


ENTRY_HEADS = (
    N_("Amount (yuan)"), N_("Entered by"), N_("Entered on"), N_("Approved by"), N_("Approved on"),
)  # fmt: skip


def _by_level(found: Payments) -> Iterator[tuple[object, ...]]:
    lines = [line for run in found.runs for line in run.lines]
    for level in sorted({line.level for line in lines}):
        mine = [line.amount for line in lines if line.level == level]
        yield level_name(level), len(mine), sum(mine, ZERO)


def _posters_paper(session: Session, desk: Desk, asked: Asked) -> DocumentSheet:
    posters = list_registered(session, PLANT, desk.settings, asked.now)
    proofs = sorted(list_posters_with_proof(session), key=lambda each: each.number)
    shown = [(proof, desk.photo(proof.proof_key)) for proof in proofs]
    blocks = (
        Heading(Sentence(N_("Posters in use: %(n)s"), n=len(posters))),
        Table(
            [Sentence(words) for words in POSTER_HEADS], (2.2, 3.6, 5.6, 5.6, 3.8, 3.8, 6, 3.8, 6),
            [_poster(poster) for poster in posters],
            Sentence(N_("No poster has been made yet")),
        ),
        Heading(Sentence(N_("Photos of posters on the wall"))),
        Photos(
            [
                (
                    photograph(jpeg),
                    Sentence(
                        N_("%(number)s · %(place)s, hung on %(day)s"),
                        number=proof.number, place=proof.place, day=proof.posted_on,
                    ),
                )
                for proof, jpeg in shown
                if jpeg is not None
            ],
            Sentence(N_("No poster has been photographed yet")),
        ),
    )  # fmt: skip
    return _paper(session, asked, Sentence(N_("Poster register")), "AQ-12", blocks)


POSTER_HEADS = (
    N_("No."), N_("Kind"), N_("Place"), N_("Unit"), N_("Printed on"), N_("Hung on"),
    N_("Photo, camera"), N_("Tested on"), N_("State"),
)  # fmt: skip


def _poster(poster: Registered) -> tuple[object, ...]:
    proved = (Sentence(N_("Photographed")),) if poster.now.proof else ()
    camera = (poster.now.camera,) if poster.now.camera else ()
    return (
        poster.number, poster.type, poster.place, poster.unit, poster.printed_at,
        poster.now.posted_on, (*proved, *camera), poster.now.tested_at, poster.stage,
    )  # fmt: skip


def _table(
    heads: Sequence[str], shares: Sequence[float], rows: Sequence[Sequence[object]]
) -> Table:
    return Table([Sentence(head) for head in heads], shares, rows)
